//! The resource `aws_internet_gateway`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Map, One, Str};

construct! {
    resource InternetGateway = "aws_internet_gateway";
    new ();
    optional {
        tags: Map<Str>,
    }
    settable {
        region: Str,
        vpc_id: Str,
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

tagged!(InternetGateway);

block! {
    Timeouts;
    new ();
    optional {
        create: Str,
        delete: Str,
        update: Str,
    }
}
