//! The resource `aws_route_table`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Map, One, Set, Str};

construct! {
    resource RouteTable = "aws_route_table";
    new (vpc_id: Str);
    required {
        vpc_id: Str,
    }
    optional {
        tags: Map<Str>,
    }
    settable {
        propagating_vgws: Set<Str>,
        region: Str,
        route: Set<Route>,
    }
    computed {
        arn: Str,
        id: Str,
        owner_id: Str,
        tags_all: Map<Str>,
    }
    blocks {
        timeouts: One<Timeouts> = Single 0 1,
    }
}

tagged!(RouteTable);

object! {
    Route {
        carrier_gateway_id: Str,
        cidr_block: Str,
        core_network_arn: Str,
        destination_prefix_list_id: Str,
        egress_only_gateway_id: Str,
        gateway_id: Str,
        ipv6_cidr_block: Str,
        local_gateway_id: Str,
        nat_gateway_id: Str,
        network_interface_id: Str,
        odb_network_arn: Str,
        transit_gateway_id: Str,
        vpc_endpoint_id: Str,
        vpc_peering_connection_id: Str,
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
