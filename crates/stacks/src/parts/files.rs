//! Buckets in each Region (REQ-F1, F3): one each for configuration, audit and application logs, and one for the access
//! logs of these buckets and of the load balancer. Module `replication` adds replication once the buckets of both
//! Regions exist.

use crate::blocks::policy;
use crate::context::RegionStack;
use leeward_blueprint::deploy::Profile;
use leeward_construct::aws::s3_bucket_lifecycle_configuration as lifecycle;
use leeward_construct::aws::s3_bucket_object_lock_configuration as lock;
use leeward_construct::aws::s3_bucket_ownership_controls as ownership;
use leeward_construct::aws::s3_bucket_server_side_encryption_configuration as encryption;
use leeward_construct::aws::s3_bucket_versioning as versioning;
use leeward_construct::ty::Str;
use leeward_construct::{Handle, Json, Value, aws, json, text};

const ARCHIVE_DAYS: i64 = 90;
const NONCURRENT_DAYS: i64 = 30;

pub(crate) struct Files {
    pub(crate) config: Bucket,
    pub(crate) audit: Bucket,
    pub(crate) access: Handle<aws::S3Bucket>,
    pub(crate) access_policy: Handle<aws::S3BucketPolicy>,
}

pub(crate) struct Bucket {
    pub(crate) bucket: Handle<aws::S3Bucket>,
    pub(crate) versioning: Handle<aws::S3BucketVersioning>,
    pub(crate) policy: Handle<aws::S3BucketPolicy>,
}

/// Returns a bucket's name. Bucket names are global, so each one contains the Region and the account.
pub(crate) fn bucket_name(place: &RegionStack, role: &str) -> Value<Str> {
    text!(
        "{}-{}-{}-bucket-{}",
        role,
        place.region.as_str(),
        place.account(),
        &place.blueprint.suffix
    )
}

pub(crate) fn add(place: &RegionStack) -> Files {
    let place = &place.below("files");
    let access = bucket(place, "access", None);
    let log_to = Some(&access.bucket);
    let config = bucket(place, "config", log_to);
    let audit = bucket(place, "audit", log_to);
    bucket(place, "logs", log_to);
    let days = place.blueprint.files.audit_lock_days;
    if days > 0 {
        let retention = lock::RuleDefaultRetention::new().mode("GOVERNANCE").days(days);
        place.scope.add(
            "audit",
            aws::S3BucketObjectLockConfiguration::new(audit.bucket.id())
                .rule(lock::Rule::new(retention))
                .depends_on(&audit.versioning),
        );
    }
    Files { config, audit, access: access.bucket, access_policy: access.policy }
}

fn bucket(place: &RegionStack, role: &str, log_to: Option<&Handle<aws::S3Bucket>>) -> Bucket {
    let scope = &place.scope;
    let locked = role == "audit" && place.blueprint.files.audit_lock_days > 0;
    let mut bucket = aws::S3Bucket::new().bucket(bucket_name(place, role)).force_destroy(true);
    if locked {
        bucket = bucket.object_lock_enabled(true);
    }
    let bucket = scope.add(role, bucket);
    let versioning = aws::S3BucketVersioning::new(aws::S3BucketVersioningArgs {
        bucket: bucket.id(),
        versioning_configuration: versioning::VersioningConfiguration::new("Enabled"),
    });
    let versioning = scope.add(role, versioning);
    scope.add(
        role,
        aws::S3BucketOwnershipControls::new(aws::S3BucketOwnershipControlsArgs {
            bucket: bucket.id(),
            rule: ownership::Rule::new("BucketOwnerEnforced"),
        }),
    );
    let public = aws::S3BucketPublicAccessBlock::new(bucket.id())
        .block_public_acls(true)
        .block_public_policy(true)
        .ignore_public_acls(true)
        .restrict_public_buckets(true);
    let public = scope.add(role, public);
    encrypt(place, role, &bucket);
    age(place, role, &bucket, &versioning);
    if let Some(log_to) = log_to {
        scope.add(
            role,
            aws::S3BucketLogging::new(aws::S3BucketLoggingArgs {
                bucket: bucket.id(),
                target_bucket: log_to.id(),
                target_prefix: format!("s3/{role}/"),
            }),
        );
    }
    let policy = aws::S3BucketPolicy::new(aws::S3BucketPolicyArgs {
        bucket: bucket.id(),
        policy: policy::document(statements(place, role, &bucket)),
    });
    // S3 rejects two concurrent changes to one bucket.
    let policy = scope.add(role, policy.depends_on(&public));
    Bucket { bucket, versioning, policy }
}

/// Encrypts a bucket with the Region's key. The bucket of the access logs uses S3's own key, because S3 delivers access
/// logs only to buckets that do.
fn encrypt(place: &RegionStack, role: &str, bucket: &Handle<aws::S3Bucket>) {
    let default = match role {
        "access" => encryption::RuleApplyServerSideEncryptionByDefault::new("AES256"),
        _ => encryption::RuleApplyServerSideEncryptionByDefault::new("aws:kms")
            .kms_master_key_id(place.key.arn()),
    };
    let rule = encryption::Rule::new()
        .apply_server_side_encryption_by_default(default)
        .bucket_key_enabled(role != "access");
    place.scope.add(
        role,
        aws::S3BucketServerSideEncryptionConfiguration::new(
            aws::S3BucketServerSideEncryptionConfigurationArgs { bucket: bucket.id(), rule },
        ),
    );
}

/// Adds the rules that expire and archive objects (REQ-F3). Configuration is not archived, because every process reads
/// it at its start.
fn age(
    place: &RegionStack,
    role: &str,
    bucket: &Handle<aws::S3Bucket>,
    versioning: &Handle<aws::S3BucketVersioning>,
) {
    let rule = lifecycle::Rule::new(lifecycle::RuleArgs { id: "age", status: "Enabled" })
        .filter(lifecycle::RuleFilter::new().prefix(""))
        .noncurrent_version_expiration(lifecycle::RuleNoncurrentVersionExpiration::new(
            NONCURRENT_DAYS,
        ))
        .abort_incomplete_multipart_upload(
            lifecycle::RuleAbortIncompleteMultipartUpload::new().days_after_initiation(7),
        );
    let rule = match role {
        "config" => rule,
        _ => rule.transition(lifecycle::RuleTransition::new("GLACIER").days(ARCHIVE_DAYS)),
    };
    place.scope.add(
        role,
        aws::S3BucketLifecycleConfiguration::new(bucket.id()).rule(rule).depends_on(versioning),
    );
}

fn statements(place: &RegionStack, role: &str, bucket: &Handle<aws::S3Bucket>) -> Vec<Json> {
    let all = text!("{}/*", bucket.arn());
    let mut out = vec![policy::tls_statement("s3:*", vec![bucket.arn().into(), all])];
    let service = |sid: &str, service: &str, action: &str, resource: Value<Str>| {
        json!({
            "Sid": sid,
            "Effect": "Allow",
            "Principal": { "Service": service },
            "Action": action,
            "Resource": resource,
            "Condition": { "StringEquals": { "aws:SourceAccount": place.account() } },
        })
    };
    match role {
        "access" => {
            let logs = "logging.s3.amazonaws.com";
            out.push(service("S3Logs", logs, "s3:PutObject", text!("{}/s3/*", bucket.arn())));
            if place.blueprint.profile == Profile::Instances {
                let logs = "logdelivery.elasticloadbalancing.amazonaws.com";
                for (sid, prefix) in
                    [("BalancerLogs", "alb"), ("BalancerConnections", "connections")]
                {
                    let keys = text!("{}/{}/AWSLogs/{}/*", bucket.arn(), prefix, place.account());
                    out.push(service(sid, logs, "s3:PutObject", keys));
                }
            }
        }
        "audit" => {
            let trail = "cloudtrail.amazonaws.com";
            let keys = text!("{}/cloudtrail/AWSLogs/{}/*", bucket.arn(), place.account());
            out.push(service("TrailLooks", trail, "s3:GetBucketAcl", bucket.arn().into()));
            out.push(service("TrailWrites", trail, "s3:PutObject", keys));
        }
        _ => {}
    }
    out
}

/// Allows writing the heads of the audit chains, and reports. The audit bucket keeps them outside the table that they
/// describe (SAFE-10).
pub(crate) fn write_reports(place: &RegionStack) -> Json {
    let bucket = bucket_name(place, "audit");
    let heads = text!("arn:{}:s3:::{}/heads/*", place.partition(), &bucket);
    let reports = text!("arn:{}:s3:::{}/readiness/*", place.partition(), bucket);
    policy::allow(&["s3:PutObject"], vec![heads, reports])
}
