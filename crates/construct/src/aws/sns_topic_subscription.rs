//! The resource `aws_sns_topic_subscription`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Num, Str};

construct! {
    resource SnsTopicSubscription = "aws_sns_topic_subscription";
    new SnsTopicSubscriptionArgs (endpoint: Str, protocol: Str, topic_arn: Str);
    required {
        endpoint: Str,
        protocol: Str,
        topic_arn: Str,
    }
    optional {
        confirmation_timeout_in_minutes: Num,
        delivery_policy: Str,
        endpoint_auto_confirms: Bool,
        filter_policy: Str,
        raw_message_delivery: Bool,
        redrive_policy: Str,
        replay_policy: Str,
        subscription_role_arn: Str,
    }
    settable {
        filter_policy_scope: Str,
        region: Str,
    }
    computed {
        arn: Str,
        confirmation_was_authenticated: Bool,
        id: Str,
        owner_id: Str,
        pending_confirmation: Bool,
    }
}
