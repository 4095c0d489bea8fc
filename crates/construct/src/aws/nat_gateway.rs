//! The resource `aws_nat_gateway`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Many, Map, Num, One, Set, Str};

construct! {
    resource NatGateway = "aws_nat_gateway";
    new ();
    optional {
        allocation_id: Str,
        connectivity_type: Str,
        subnet_id: Str,
        tags: Map<Str>,
    }
    settable {
        availability_mode: Str,
        private_ip: Str,
        region: Str,
        secondary_allocation_ids: Set<Str>,
        secondary_private_ip_address_count: Num,
        secondary_private_ip_addresses: Set<Str>,
        vpc_id: Str,
    }
    computed {
        association_id: Str,
        auto_provision_zones: Str,
        auto_scaling_ips: Str,
        id: Str,
        network_interface_id: Str,
        public_ip: Str,
        regional_nat_gateway_address: Set<RegionalNatGatewayAddress>,
        regional_nat_gateway_auto_mode: Str,
        route_table_id: Str,
        tags_all: Map<Str>,
    }
    blocks {
        availability_zone_address: Many<AvailabilityZoneAddress> = Set 0 0,
        timeouts: One<Timeouts> = Single 0 1,
    }
}

tagged!(NatGateway);

object! {
    RegionalNatGatewayAddress {
        allocation_id: Str,
        association_id: Str,
        availability_zone: Str,
        availability_zone_id: Str,
        network_interface_id: Str,
        public_ip: Str,
        status: Str,
    }
}

block! {
    AvailabilityZoneAddress;
    new ();
    optional {
        allocation_ids: Set<Str>,
        availability_zone: Str,
    }
    settable {
        availability_zone_id: Str,
    }
}

block! {
    Timeouts;
    new ();
    optional {
        create: Str,
        delete: Str,
        update: Str,
    }
}
