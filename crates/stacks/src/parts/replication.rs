//! Replication of files (REQ-F2): configuration and the audit trail in both directions. S3 commits to a replication
//! time of fifteen minutes and measures it. Delete markers are replicated for configuration, because a process must not
//! start with a configuration that was deleted in the other Region. Nothing is deleted from the audit trail, so its
//! rule replicates no markers.

use crate::blocks::policy;
use crate::context::RegionStack;
use crate::parts::files::{Bucket, Files};
use leeward_construct::aws::s3_bucket_replication_configuration as replication;
use leeward_construct::{Handle, aws, text};

const MINUTES: i64 = 15;

pub(crate) struct Replicated {
    pub(crate) audit: Handle<aws::S3BucketReplicationConfiguration>,
}

/// Replicates one Region's buckets to the other Region's buckets.
pub(crate) fn add(from: &RegionStack, to: &RegionStack, here: &Files, there: &Files) -> Replicated {
    let from = &from.below("files");
    one(from, to, "config", &here.config, &there.config);
    Replicated { audit: one(from, to, "audit", &here.audit, &there.audit) }
}

fn one(
    from: &RegionStack,
    to: &RegionStack,
    role: &str,
    source: &Bucket,
    target: &Bucket,
) -> Handle<aws::S3BucketReplicationConfiguration> {
    let all = |bucket: &Bucket| text!("{}/*", bucket.bucket.arn());
    let statements = vec![
        policy::allow(
            &["s3:GetReplicationConfiguration", "s3:ListBucket"],
            vec![source.bucket.arn().into()],
        ),
        policy::allow(
            &[
                "s3:GetObjectVersionForReplication",
                "s3:GetObjectVersionAcl",
                "s3:GetObjectVersionTagging",
                // Replication needs these actions for the audit trail, if its bucket has an object lock.
                "s3:GetObjectLegalHold",
                "s3:GetObjectRetention",
            ],
            vec![all(source)],
        ),
        policy::allow(
            &["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"],
            vec![all(target)],
        ),
        policy::allow(&["kms:Decrypt"], vec![from.key.arn().into()]),
        policy::allow(&["kms:Encrypt", "kms:GenerateDataKey"], vec![to.key.arn().into()]),
    ];
    let iam = policy::role(from, &format!("replicate-{role}"), "s3.amazonaws.com", statements);
    let time = |minutes| replication::RuleDestinationReplicationTimeTime::new(minutes);
    let within = replication::RuleDestinationReplicationTime::new(
        replication::RuleDestinationReplicationTimeArgs { status: "Enabled", time: time(MINUTES) },
    );
    let metrics = replication::RuleDestinationMetrics::new("Enabled")
        .event_threshold(replication::RuleDestinationMetricsEventThreshold::new(MINUTES));
    let destination = replication::RuleDestination::new(target.bucket.arn())
        .storage_class("STANDARD")
        .encryption_configuration(replication::RuleDestinationEncryptionConfiguration::new(
            to.key.arn(),
        ))
        .metrics(metrics)
        .replication_time(within);
    let encrypted = replication::RuleSourceSelectionCriteriaSseKmsEncryptedObjects::new("Enabled");
    let markers = if role == "config" { "Enabled" } else { "Disabled" };
    let rule = replication::Rule::new(replication::RuleArgs { status: "Enabled", destination })
        .id(role)
        .priority(0)
        .filter(replication::RuleFilter::new().prefix(""))
        .source_selection_criteria(
            replication::RuleSourceSelectionCriteria::new().sse_kms_encrypted_objects(encrypted),
        )
        .delete_marker_replication(replication::RuleDeleteMarkerReplication::new(markers));
    let configuration =
        aws::S3BucketReplicationConfiguration::new(aws::S3BucketReplicationConfigurationArgs {
            bucket: source.bucket.id(),
            role: iam.arn(),
            rule,
        });
    // S3 checks the versioning of both buckets when the configuration is put.
    let configuration = configuration.depends_on(&source.versioning).depends_on(&target.versioning);
    from.scope.add(role, configuration)
}
