//! The resource `aws_cloudwatch_event_bus_policy`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::Str;

construct! {
    resource CloudwatchEventBusPolicy = "aws_cloudwatch_event_bus_policy";
    new (policy: Str);
    required {
        policy: Str,
    }
    optional {
        event_bus_name: Str,
    }
    settable {
        region: Str,
    }
    computed {
        id: Str,
    }
}
