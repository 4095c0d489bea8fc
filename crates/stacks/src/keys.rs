//! One key for each Region (REQ-G2): what it encrypts can be read while every other Region is gone.

use crate::names::Names;
use leeward_construct::{Handle, Scope, aws, json, text};
use leeward_model::Region;

/// Services that use the key on behalf of the platform's own resources.
const SERVICES: [&str; 6] = [
    "cloudwatch.amazonaws.com",
    "delivery.logs.amazonaws.com",
    "events.amazonaws.com",
    "s3.amazonaws.com",
    "sns.amazonaws.com",
    "sqs.amazonaws.com",
];

pub(crate) fn add(scope: &Scope, region: &Region, names: &Names) -> Handle<aws::KmsKey> {
    let account = scope.add("account", aws::data::CallerIdentity::new());
    let partition = scope.add("partition", aws::data::Partition::new());
    let root = text!("arn:{}:iam::{}:root", partition.partition(), account.account_id());
    let logs = format!("logs.{region}.amazonaws.com");
    let use_it =
        ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*", "kms:DescribeKey"];
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Account",
                "Effect": "Allow",
                "Principal": { "AWS": root },
                "Action": "kms:*",
                "Resource": "*",
            },
            {
                "Sid": "Services",
                "Effect": "Allow",
                "Principal": { "Service": SERVICES.to_vec() },
                "Action": use_it.to_vec(),
                "Resource": "*",
                "Condition": { "StringEquals": { "aws:SourceAccount": account.account_id() } },
            },
            {
                "Sid": "Logs",
                "Effect": "Allow",
                "Principal": { "Service": logs },
                "Action": use_it.to_vec(),
                "Resource": "*",
                "Condition": { "ArnLike": {
                    "kms:EncryptionContext:aws:logs:arn": text!(
                        "arn:{}:logs:{}:{}:*",
                        partition.partition(), region.as_str(), account.account_id()
                    ),
                } },
            },
        ],
    });
    let key = scope.add(
        "platform",
        aws::KmsKey::new()
            .description(format!("Everything at rest, {}", names.name("platform", "key")))
            .enable_key_rotation(true)
            .deletion_window_in_days(7)
            .policy(policy),
    );
    let alias = format!("alias/{}", names.name("platform", "key"));
    scope.add("platform", aws::KmsAlias::new(key.key_id()).name(alias));
    key
}
