//! The resource `aws_vpc_peering_connection_options`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, One, Str};

construct! {
    resource VpcPeeringConnectionOptions = "aws_vpc_peering_connection_options";
    new (vpc_peering_connection_id: Str);
    required {
        vpc_peering_connection_id: Str,
    }
    settable {
        region: Str,
    }
    computed {
        id: Str,
    }
    blocks {
        accepter: One<Accepter> = List 0 1,
        requester: One<Requester> = List 0 1,
    }
}

block! {
    Accepter;
    new ();
    optional {
        allow_remote_vpc_dns_resolution: Bool,
    }
}

block! {
    Requester;
    new ();
    optional {
        allow_remote_vpc_dns_resolution: Bool,
    }
}
