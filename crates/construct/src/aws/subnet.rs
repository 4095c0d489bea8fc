//! The resource `aws_subnet`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Map, Num, One, Str};

construct! {
    resource Subnet = "aws_subnet";
    new (vpc_id: Str);
    required {
        vpc_id: Str,
    }
    optional {
        assign_ipv6_address_on_creation: Bool,
        customer_owned_ipv4_pool: Str,
        enable_dns64: Bool,
        enable_lni_at_device_index: Num,
        enable_resource_name_dns_a_record_on_launch: Bool,
        enable_resource_name_dns_aaaa_record_on_launch: Bool,
        ipv4_ipam_pool_id: Str,
        ipv4_netmask_length: Num,
        ipv6_ipam_pool_id: Str,
        ipv6_native: Bool,
        ipv6_netmask_length: Num,
        map_customer_owned_ip_on_launch: Bool,
        map_public_ip_on_launch: Bool,
        outpost_arn: Str,
        tags: Map<Str>,
    }
    settable {
        availability_zone: Str,
        availability_zone_id: Str,
        cidr_block: Str,
        ipv6_cidr_block: Str,
        private_dns_hostname_type_on_launch: Str,
        region: Str,
    }
    computed {
        arn: Str,
        id: Str,
        ipv6_cidr_block_association_id: Str,
        owner_id: Str,
        tags_all: Map<Str>,
    }
    blocks {
        timeouts: One<Timeouts> = Single 0 1,
    }
}

tagged!(Subnet);

block! {
    Timeouts;
    new ();
    optional {
        create: Str,
        delete: Str,
    }
}
