//! A key for each Region (REQ-G2), so that a Region's data can be read while every other Region is lost.

use crate::blocks::policy;
use leeward_blueprint::names::Names;
use leeward_construct::ty::Str;
use leeward_construct::{Handle, Json, Ref, Scope, aws, json, text};
use leeward_model::Region;

/// The services that use the key on behalf of the platform's own resources.
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
    let mut statements = vec![
        json!({
                "Sid": "Account",
                "Effect": "Allow",
                "Principal": { "AWS": root },
                "Action": "kms:*",
                "Resource": "*",
        }),
        json!({
                "Sid": "Services",
                "Effect": "Allow",
                "Principal": { "Service": SERVICES.to_vec() },
                "Action": use_it.to_vec(),
                "Resource": "*",
                "Condition": { "StringEquals": { "aws:SourceAccount": account.account_id() } },
        }),
        json!({
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
        }),
    ];
    let (partition, account) = (partition.partition(), account.account_id());
    statements.extend(trail(&partition, &account));
    statements.extend(volumes(&partition, &account));
    let policy = policy::document(statements);
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

/// Returns the statements for CloudTrail, which encrypts on its own behalf and describes the key before it uses it.
fn trail(partition: &Ref<Str>, account: &Ref<Str>) -> [Json; 2] {
    let service = || json!({ "Service": "cloudtrail.amazonaws.com" });
    let trails = text!("arn:{}:cloudtrail:*:{}:trail/*", partition, account);
    [
        json!({
            "Sid": "TrailEncrypts",
            "Effect": "Allow",
            "Principal": service(),
            "Action": "kms:GenerateDataKey*",
            "Resource": "*",
            "Condition": {
                "StringEquals": { "aws:SourceAccount": account },
                "StringLike": { "kms:EncryptionContext:aws:cloudtrail:arn": trails },
            },
        }),
        json!({
            "Sid": "TrailLooks",
            "Effect": "Allow",
            "Principal": service(),
            "Action": "kms:DescribeKey",
            "Resource": "*",
        }),
    ]
}

/// Returns the statements for Auto Scaling, whose service-linked role starts instances with encrypted disks. A
/// condition names the role, because KMS rejects a principal that does not exist yet.
fn volumes(partition: &Ref<Str>, account: &Ref<Str>) -> [Json; 2] {
    let role = || {
        text!(
            "arn:{}:iam::{}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
            partition,
            account
        )
    };
    let use_it =
        ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"];
    [
        json!({
            "Sid": "Volumes",
            "Effect": "Allow",
            "Principal": { "AWS": "*" },
            "Action": use_it.to_vec(),
            "Resource": "*",
            "Condition": { "ArnEquals": { "aws:PrincipalArn": role() } },
        }),
        json!({
            "Sid": "VolumeGrants",
            "Effect": "Allow",
            "Principal": { "AWS": "*" },
            "Action": "kms:CreateGrant",
            "Resource": "*",
            "Condition": {
                "ArnEquals": { "aws:PrincipalArn": role() },
                "Bool": { "kms:GrantIsForAWSResource": "true" },
            },
        }),
    ]
}
