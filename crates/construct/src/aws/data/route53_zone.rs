//! The data source `aws_route53_zone`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, List, Map, Num, Str};

construct! {
    data Route53Zone = "aws_route53_zone";
    new ();
    optional {
        enable_accelerated_recovery: Bool,
        private_zone: Bool,
        vpc_id: Str,
    }
    settable {
        id: Str,
        name: Str,
        tags: Map<Str>,
        zone_id: Str,
    }
    computed {
        arn: Str,
        caller_reference: Str,
        comment: Str,
        linked_service_description: Str,
        linked_service_principal: Str,
        name_servers: List<Str>,
        primary_name_server: Str,
        resource_record_set_count: Num,
    }
}
