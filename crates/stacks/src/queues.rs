//! Hints to the processor, and where those end that nobody could work on (REQ-O2).

use crate::names::Names;
use crate::place::Place;
use leeward_construct::{Handle, aws, json};

/// Longer than a processor may take for a batch.
const VISIBILITY_S: i64 = 60;
/// A hint that failed this often is looked at by a person; the sweeper has its account anyway.
const RECEIVES: i64 = 20;
const DAY_S: i64 = 86_400;

pub(crate) fn add(place: &Place, names: &Names, key: &Handle<aws::KmsKey>) {
    let scope = &place.scope;
    let queue = |role: &str| {
        aws::SqsQueue::new()
            .name(names.name(role, "queue"))
            .kms_master_key_id(key.arn())
            .message_retention_seconds(4 * DAY_S)
    };
    let dead =
        scope.add("dead-letters", queue("dead-letters").message_retention_seconds(14 * DAY_S));
    let redrive = json!({ "deadLetterTargetArn": dead.arn(), "maxReceiveCount": RECEIVES });
    let orders = scope.add(
        "orders",
        queue("orders").visibility_timeout_seconds(VISIBILITY_S).redrive_policy(redrive),
    );
    let allow = json!({ "redrivePermission": "byQueue", "sourceQueueArns": [orders.arn()] });
    scope.add(
        "dead-letters",
        aws::SqsQueueRedriveAllowPolicy::new(aws::SqsQueueRedriveAllowPolicyArgs {
            queue_url: dead.url(),
            redrive_allow_policy: allow,
        }),
    );
    for (id, queue) in [("orders", &orders), ("dead-letters", &dead)] {
        let policy = json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Sid": "TlsOnly",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "sqs:*",
                "Resource": queue.arn(),
                "Condition": { "Bool": { "aws:SecureTransport": "false" } },
            }],
        });
        scope.add(
            id,
            aws::SqsQueuePolicy::new(aws::SqsQueuePolicyArgs { queue_url: queue.url(), policy }),
        );
    }
}
