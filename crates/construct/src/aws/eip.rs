//! The resource `aws_eip`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Map, One, Str};

construct! {
    resource Eip = "aws_eip";
    new ();
    optional {
        address: Str,
        associate_with_private_ip: Str,
        customer_owned_ipv4_pool: Str,
        tags: Map<Str>,
    }
    settable {
        domain: Str,
        instance: Str,
        ipam_pool_id: Str,
        network_border_group: Str,
        network_interface: Str,
        public_ipv4_pool: Str,
        region: Str,
    }
    computed {
        allocation_id: Str,
        arn: Str,
        association_id: Str,
        carrier_ip: Str,
        customer_owned_ip: Str,
        id: Str,
        private_dns: Str,
        private_ip: Str,
        ptr_record: Str,
        public_dns: Str,
        public_ip: Str,
        tags_all: Map<Str>,
    }
    blocks {
        timeouts: One<Timeouts> = Single 0 1,
    }
}

tagged!(Eip);

block! {
    Timeouts;
    new ();
    optional {
        delete: Str,
        read: Str,
        update: Str,
    }
}
