//! The resource `aws_route_table_association`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{One, Str};

construct! {
    resource RouteTableAssociation = "aws_route_table_association";
    new (route_table_id: Str);
    required {
        route_table_id: Str,
    }
    optional {
        gateway_id: Str,
        subnet_id: Str,
    }
    settable {
        region: Str,
    }
    computed {
        id: Str,
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
