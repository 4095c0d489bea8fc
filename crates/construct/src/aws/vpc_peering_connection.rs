//! The resource `aws_vpc_peering_connection`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Map, One, Str};

construct! {
    resource VpcPeeringConnection = "aws_vpc_peering_connection";
    new VpcPeeringConnectionArgs (peer_vpc_id: Str, vpc_id: Str);
    required {
        peer_vpc_id: Str,
        vpc_id: Str,
    }
    optional {
        auto_accept: Bool,
        tags: Map<Str>,
    }
    settable {
        peer_owner_id: Str,
        peer_region: Str,
        region: Str,
    }
    computed {
        accept_status: Str,
        id: Str,
        tags_all: Map<Str>,
    }
    blocks {
        accepter: One<Accepter> = List 0 1,
        requester: One<Requester> = List 0 1,
        timeouts: One<Timeouts> = Single 0 1,
    }
}

tagged!(VpcPeeringConnection);

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

block! {
    Timeouts;
    new ();
    optional {
        create: Str,
        delete: Str,
        update: Str,
    }
}
