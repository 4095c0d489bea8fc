//! CloudTrail (REQ-M4): it records the API calls of every Region in the audit bucket, with validated log files. The
//! trail starts after that bucket is replicated, so that even its first file reaches both Regions.

use crate::blocks::logs;
use crate::blocks::policy;
use crate::context::RegionStack;
use crate::parts::files::Files;
use crate::parts::replication::Replicated;
use leeward_construct::{aws, text};

pub(crate) fn add(place: &RegionStack, files: &Files, replicated: &Replicated) {
    let place = &place.below("trail");
    let log = logs::group(place, "trail", place.name("trail", "logs"));
    let write = ["logs:CreateLogStream", "logs:PutLogEvents"];
    let statements = vec![policy::allow(&write, vec![text!("{}:*", log.arn())])];
    let role = policy::role(place, "trail", "cloudtrail.amazonaws.com", statements);
    let trail = aws::Cloudtrail::new(aws::CloudtrailArgs {
        name: place.name("platform", "trail"),
        s3_bucket_name: files.audit.bucket.id(),
    })
    .s3_key_prefix("cloudtrail")
    .is_multi_region_trail(true)
    .include_global_service_events(true)
    .enable_log_file_validation(true)
    .kms_key_id(place.key.arn())
    .cloud_watch_logs_group_arn(text!("{}:*", log.arn()))
    .cloud_watch_logs_role_arn(role.arn())
    .depends_on(&replicated.audit)
    .depends_on(&files.audit.policy);
    place.scope.add("platform", trail);
}
