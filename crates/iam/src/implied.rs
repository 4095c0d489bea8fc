//! The uses of keys that a call implies. AWS makes these calls with the permissions of the caller ("forward access
//! sessions"), through the service that stores the data.

use crate::Call;
use std::collections::BTreeMap;

/// The actions on a key that a call on an encrypted resource needs.
///
/// - SQS: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html>
/// - SNS: <https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html>
/// - Secrets Manager: <https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html>
/// - Parameter Store: <https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html>
/// - Step Functions: <https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html>
/// - DynamoDB: <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html>
const NEEDS: [(&str, &[&str]); 13] = [
    ("sqs:sendmessage", &["kms:GenerateDataKey", "kms:Decrypt"]),
    ("sqs:receivemessage", &["kms:Decrypt"]),
    ("sns:publish", &["kms:GenerateDataKey", "kms:Decrypt"]),
    ("secretsmanager:getsecretvalue", &["kms:Decrypt"]),
    ("ssm:getparameter", &["kms:Decrypt"]),
    ("states:startexecution", &["kms:GenerateDataKey", "kms:Decrypt"]),
    ("dynamodb:getitem", &["kms:Decrypt"]),
    ("dynamodb:batchgetitem", &["kms:Decrypt"]),
    ("dynamodb:query", &["kms:Decrypt"]),
    ("dynamodb:scan", &["kms:Decrypt"]),
    ("dynamodb:putitem", &["kms:Decrypt"]),
    ("dynamodb:updateitem", &["kms:Decrypt"]),
    ("dynamodb:deleteitem", &["kms:Decrypt"]),
];

/// Returns the uses of the resource's key that the call implies.
pub(crate) fn implied(call: &Call, key: &str) -> Vec<Call> {
    let action = call.action.to_lowercase();
    let Some((_, needed)) = NEEDS.iter().find(|(name, _)| *name == action) else {
        return Vec::new();
    };
    let region = key.split(':').nth(3).unwrap_or_default().to_owned();
    let via = format!("{}.{region}.amazonaws.com", call.service());
    let use_of = |needed: &&str| Call {
        principal: call.principal.clone(),
        action: (*needed).to_owned(),
        resource: key.to_owned(),
        region: region.clone(),
        context: BTreeMap::from([("kms:viaservice".to_owned(), vec![via.clone()])]),
        denied: None,
    };
    needed.iter().map(use_of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_to_an_encrypted_queue_needs_its_key() {
        let check = |action: &str, expect: &[&str]| {
            let call = Call {
                principal: "arn:aws:sts::000000000000:assumed-role/r/s".into(),
                action: action.into(),
                resource: "arn:aws:sqs:us-east-2:000000000000:orders".into(),
                region: "us-east-2".into(),
                context: BTreeMap::new(),
                denied: None,
            };
            let uses = implied(&call, "arn:aws:kms:us-east-2:000000000000:key/k");
            assert_eq!(uses.iter().map(|c| c.action.as_str()).collect::<Vec<_>>(), expect);
            for one in &uses {
                assert_eq!(one.context["kms:viaservice"], ["sqs.us-east-2.amazonaws.com"]);
            }
        };
        check("sqs:SendMessage", &["kms:GenerateDataKey", "kms:Decrypt"]);
        check("sqs:GetQueueAttributes", &[]);
    }
}
