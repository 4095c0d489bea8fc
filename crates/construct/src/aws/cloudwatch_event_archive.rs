//! The resource `aws_cloudwatch_event_archive`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Num, Str};

construct! {
    resource CloudwatchEventArchive = "aws_cloudwatch_event_archive";
    new CloudwatchEventArchiveArgs (event_source_arn: Str, name: Str);
    required {
        event_source_arn: Str,
        name: Str,
    }
    optional {
        description: Str,
        event_pattern: Str,
        kms_key_identifier: Str,
        retention_days: Num,
    }
    settable {
        region: Str,
    }
    computed {
        arn: Str,
        id: Str,
    }
}
