//! Notices to people (REQ-X5): a topic in each Region, so that one Region's loss silences nobody.

use crate::names::Names;
use crate::place::Place;
use leeward_blueprint::Blueprint;
use leeward_construct::{Handle, aws, json};

pub(crate) fn add(place: &Place, blueprint: &Blueprint, names: &Names, key: &Handle<aws::KmsKey>) {
    let scope = &place.scope;
    let topic = scope.add(
        "notices",
        aws::SnsTopic::new().name(names.name("notices", "topic")).kms_master_key_id(key.arn()),
    );
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sns:Publish",
            "Resource": topic.arn(),
            "Condition": { "Bool": { "aws:SecureTransport": "false" } },
        }],
    });
    scope.add(
        "notices",
        aws::SnsTopicPolicy::new(aws::SnsTopicPolicyArgs { arn: topic.arn(), policy }),
    );
    for (n, email) in blueprint.notices.emails.iter().enumerate() {
        scope.add(
            format!("notices-{n}"),
            aws::SnsTopicSubscription::new(aws::SnsTopicSubscriptionArgs {
                endpoint: email.as_str(),
                protocol: "email",
                topic_arn: topic.arn(),
            }),
        );
    }
}
