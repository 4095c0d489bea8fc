//! The resource `aws_route53_zone`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, List, Many, Map, One, Str};

construct! {
    resource Route53Zone = "aws_route53_zone";
    new (name: Str);
    required {
        name: Str,
    }
    optional {
        comment: Str,
        delegation_set_id: Str,
        force_destroy: Bool,
        tags: Map<Str>,
    }
    settable {
        enable_accelerated_recovery: Bool,
    }
    computed {
        arn: Str,
        id: Str,
        name_servers: List<Str>,
        primary_name_server: Str,
        tags_all: Map<Str>,
        zone_id: Str,
    }
    blocks {
        timeouts: One<Timeouts> = Single 0 1,
        vpc: Many<Vpc> = Set 0 0,
    }
}

tagged!(Route53Zone);

block! {
    Timeouts;
    new ();
    optional {
        create: Str,
        delete: Str,
        update: Str,
    }
}

block! {
    Vpc;
    new (vpc_id: Str);
    required {
        vpc_id: Str,
    }
    settable {
        vpc_region: Str,
    }
}
