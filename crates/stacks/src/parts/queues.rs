//! The queue that carries hints to the processor, and its dead-letter queue (REQ-O2).

use crate::blocks::policy;
use crate::context::RegionStack;
use leeward_blueprint::TimingProfile;
use leeward_blueprint::schema::{MAX_RECEIVES, hint_visibility_s};
use leeward_construct::{Handle, aws, json};

const DAY_S: i64 = 86_400;

pub(crate) struct Queues {
    pub(crate) orders: Handle<aws::SqsQueue>,
    pub(crate) dead: Handle<aws::SqsQueue>,
}

pub(crate) fn add(place: &RegionStack) -> Queues {
    let scope = &place.scope;
    let queue = |name: String| {
        aws::SqsQueue::new()
            .name(name)
            .kms_master_key_id(place.key.arn())
            .message_retention_seconds(4 * DAY_S)
    };
    let dead = scope.add(
        "dead-letters",
        queue(place.names.dead_letters_queue()).message_retention_seconds(14 * DAY_S),
    );
    let redrive =
        json!({ "deadLetterTargetArn": dead.arn(), "maxReceiveCount": i64::from(MAX_RECEIVES) });
    let orders = scope.add(
        "orders",
        queue(place.names.orders_queue())
            .visibility_timeout_seconds(hint_visibility_s(TimingProfile::Aws))
            .redrive_policy(redrive),
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
        let mut statements = vec![policy::tls_statement("sqs:*", vec![queue.arn().into()])];
        if id == "dead-letters" {
            // EventBridge puts events on the dead-letter queue that it could not deliver to a target.
            statements.push(json!({
                "Sid": "Events",
                "Effect": "Allow",
                "Principal": { "Service": "events.amazonaws.com" },
                "Action": "sqs:SendMessage",
                "Resource": queue.arn(),
                "Condition": { "StringEquals": { "aws:SourceAccount": place.account() } },
            }));
        }
        let policy = policy::document(statements);
        scope.add(
            id,
            aws::SqsQueuePolicy::new(aws::SqsQueuePolicyArgs { queue_url: queue.url(), policy }),
        );
    }
    Queues { orders, dead }
}
