//! The resource `aws_cloudwatch_event_rule`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Map, Str};

construct! {
    resource CloudwatchEventRule = "aws_cloudwatch_event_rule";
    new ();
    optional {
        description: Str,
        event_bus_name: Str,
        event_pattern: Str,
        force_destroy: Bool,
        is_enabled: Bool,
        role_arn: Str,
        schedule_expression: Str,
        state: Str,
        tags: Map<Str>,
    }
    settable {
        name: Str,
        name_prefix: Str,
        region: Str,
    }
    computed {
        arn: Str,
        id: Str,
        tags_all: Map<Str>,
    }
}

tagged!(CloudwatchEventRule);
