//! The resource `aws_sns_topic`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Map, Num, Str};

construct! {
    resource SnsTopic = "aws_sns_topic";
    new ();
    optional {
        application_failure_feedback_role_arn: Str,
        application_success_feedback_role_arn: Str,
        application_success_feedback_sample_rate: Num,
        archive_policy: Str,
        content_based_deduplication: Bool,
        delivery_policy: Str,
        display_name: Str,
        fifo_topic: Bool,
        firehose_failure_feedback_role_arn: Str,
        firehose_success_feedback_role_arn: Str,
        firehose_success_feedback_sample_rate: Num,
        http_failure_feedback_role_arn: Str,
        http_success_feedback_role_arn: Str,
        http_success_feedback_sample_rate: Num,
        kms_master_key_id: Str,
        lambda_failure_feedback_role_arn: Str,
        lambda_success_feedback_role_arn: Str,
        lambda_success_feedback_sample_rate: Num,
        sqs_failure_feedback_role_arn: Str,
        sqs_success_feedback_role_arn: Str,
        sqs_success_feedback_sample_rate: Num,
        tags: Map<Str>,
    }
    settable {
        fifo_throughput_scope: Str,
        name: Str,
        name_prefix: Str,
        policy: Str,
        region: Str,
        signature_version: Num,
        tracing_config: Str,
    }
    computed {
        arn: Str,
        beginning_archive_time: Str,
        id: Str,
        owner: Str,
        tags_all: Map<Str>,
    }
}

tagged!(SnsTopic);
