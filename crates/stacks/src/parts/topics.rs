//! The topics for notices to operators (REQ-X5). Each Region has its own topic, so that notices survive the loss of a
//! Region.

use crate::blocks::policy;
use crate::context::RegionStack;
use leeward_construct::{Handle, aws, json};

pub(crate) fn add(place: &RegionStack) -> Handle<aws::SnsTopic> {
    let scope = &place.scope;
    let topic =
        aws::SnsTopic::new().name(place.names.notices_topic()).kms_master_key_id(place.key.arn());
    let topic = scope.add("notices", topic);
    let services = json!({
        "Sid": "AlarmsAndEvents",
        "Effect": "Allow",
        "Principal": { "Service": ["cloudwatch.amazonaws.com", "events.amazonaws.com"] },
        "Action": "sns:Publish",
        "Resource": topic.arn(),
        "Condition": { "StringEquals": { "aws:SourceAccount": place.account() } },
    });
    let policy = policy::document(vec![
        policy::tls_statement("sns:Publish", vec![topic.arn().into()]),
        services,
    ]);
    scope.add(
        "notices",
        aws::SnsTopicPolicy::new(aws::SnsTopicPolicyArgs { arn: topic.arn(), policy }),
    );
    for (n, email) in place.blueprint.notices.emails.iter().enumerate() {
        scope.add(
            format!("notices-{n}"),
            aws::SnsTopicSubscription::new(aws::SnsTopicSubscriptionArgs {
                endpoint: email.as_str(),
                protocol: "email",
                topic_arn: topic.arn(),
            }),
        );
    }
    topic
}
