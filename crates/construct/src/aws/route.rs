//! The resource `aws_route`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{One, Str};

construct! {
    resource Route = "aws_route";
    new (route_table_id: Str);
    required {
        route_table_id: Str,
    }
    optional {
        carrier_gateway_id: Str,
        core_network_arn: Str,
        destination_cidr_block: Str,
        destination_ipv6_cidr_block: Str,
        destination_prefix_list_id: Str,
        egress_only_gateway_id: Str,
        gateway_id: Str,
        local_gateway_id: Str,
        nat_gateway_id: Str,
        odb_network_arn: Str,
        transit_gateway_id: Str,
        vpc_endpoint_id: Str,
        vpc_peering_connection_id: Str,
    }
    settable {
        network_interface_id: Str,
        region: Str,
    }
    computed {
        id: Str,
        instance_id: Str,
        instance_owner_id: Str,
        origin: Str,
        state: Str,
    }
    blocks {
        timeouts: One<Timeouts> = Single 0 1,
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
