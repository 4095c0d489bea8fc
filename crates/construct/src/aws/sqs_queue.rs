//! The resource `aws_sqs_queue`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Map, Num, One, Str};

construct! {
    resource SqsQueue = "aws_sqs_queue";
    new ();
    optional {
        content_based_deduplication: Bool,
        delay_seconds: Num,
        fifo_queue: Bool,
        kms_master_key_id: Str,
        max_message_size: Num,
        message_retention_seconds: Num,
        receive_wait_time_seconds: Num,
        tags: Map<Str>,
        visibility_timeout_seconds: Num,
    }
    settable {
        deduplication_scope: Str,
        fifo_throughput_limit: Str,
        kms_data_key_reuse_period_seconds: Num,
        name: Str,
        name_prefix: Str,
        policy: Str,
        redrive_allow_policy: Str,
        redrive_policy: Str,
        region: Str,
        sqs_managed_sse_enabled: Bool,
    }
    computed {
        arn: Str,
        id: Str,
        tags_all: Map<Str>,
        url: Str,
    }
    blocks {
        timeouts: One<Timeouts> = Single 0 1,
    }
}

tagged!(SqsQueue);

block! {
    Timeouts;
    new ();
    optional {
        create: Str,
        delete: Str,
        update: Str,
    }
}
