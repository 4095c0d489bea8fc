//! The resource `aws_cloudwatch_event_bus`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Map, One, Str};

construct! {
    resource CloudwatchEventBus = "aws_cloudwatch_event_bus";
    new (name: Str);
    required {
        name: Str,
    }
    optional {
        description: Str,
        event_source_name: Str,
        kms_key_identifier: Str,
        tags: Map<Str>,
    }
    settable {
        region: Str,
    }
    computed {
        arn: Str,
        id: Str,
        tags_all: Map<Str>,
    }
    blocks {
        dead_letter_config: One<DeadLetterConfig> = List 0 1,
        log_config: One<LogConfig> = List 0 1,
    }
}

tagged!(CloudwatchEventBus);

block! {
    DeadLetterConfig;
    new ();
    optional {
        arn: Str,
    }
}

block! {
    LogConfig;
    new ();
    optional {
        include_detail: Str,
        level: Str,
    }
}
