//! SNS in the Query protocol.

use super::query::{error, escape, form, response};
use super::{Http, plain, xml};
use leeward_cloud::sns::{Notice, SnsRequest, SnsResponse};
use leeward_cloud::{Response, ServiceError};

const NAMESPACE: &str = "http://sns.amazonaws.com/doc/2010-03-31/";

fn topic_of(arn: &str) -> String {
    arn.rsplit(':').next().unwrap_or(arn).to_owned()
}

pub(crate) fn read(body: &[u8]) -> Result<(SnsRequest, String), Box<Http>> {
    let form = form(body);
    let get = |name: &str| form.get(name).cloned();
    let Some(action) = get("Action") else {
        return Err(Box::new(plain(400, "Action is required")));
    };
    let arn = get("TopicArn").map(|arn| topic_of(&arn)).unwrap_or_default();
    let request = match action.as_str() {
        "CreateTopic" => SnsRequest::Create { topic: get("Name").unwrap_or_default() },
        "ListTopics" => SnsRequest::List,
        "Publish" => {
            let message = get("Message").unwrap_or_default();
            let messages = vec![Notice { subject: get("Subject"), message }];
            SnsRequest::Publish { topic: arn, messages }
        }
        "PublishBatch" if get("PublishBatchRequestEntries.member.11.Id").is_some() => {
            let text = "The batch request contains more entries than permissible";
            let e = ServiceError::new("TooManyEntriesInBatchRequest", text);
            return Err(Box::new(xml(400, error(NAMESPACE, &e))));
        }
        "PublishBatch" => {
            let entry = |n: usize, field: &str| {
                get(&format!("PublishBatchRequestEntries.member.{n}.{field}"))
            };
            let messages = (1..=10)
                .map_while(|n| {
                    entry(n, "Message")
                        .map(|message| Notice { subject: entry(n, "Subject"), message })
                })
                .collect();
            SnsRequest::Publish { topic: arn, messages }
        }
        "Subscribe" => {
            if get("Protocol").as_deref() != Some("sqs") {
                let text = "Invalid parameter: the local cloud delivers to sqs only";
                let e = ServiceError::new("InvalidParameter", text);
                return Err(Box::new(xml(400, error(NAMESPACE, &e))));
            }
            let queue = topic_of(&get("Endpoint").unwrap_or_default());
            SnsRequest::Subscribe { topic: arn, queue }
        }
        other => {
            let text = format!("the local cloud does not serve SNS {}", escape(other));
            let e = ServiceError::new("InvalidAction", text);
            return Err(Box::new(xml(400, error(NAMESPACE, &e))));
        }
    };
    // The entry ids of a batch come back with the answer.
    let ids: Vec<String> =
        (1..=10).map_while(|n| get(&format!("PublishBatchRequestEntries.member.{n}.Id"))).collect();
    Ok((request, if ids.is_empty() { action } else { format!("{action} {}", ids.join(" ")) }))
}

pub(crate) fn write(action: &str, region: &str, result: Result<Response, ServiceError>) -> Http {
    let mut words = action.split(' ');
    let action = words.next().unwrap_or_default();
    let arn = |topic: &str| format!("arn:aws:sns:{region}:000000000000:{}", escape(topic));
    let body = match result {
        Ok(Response::Sns(SnsResponse::Topic(topic))) => {
            format!("<TopicArn>{}</TopicArn>", arn(&topic))
        }
        Ok(Response::Sns(SnsResponse::Topics(topics))) => {
            let list: Vec<String> = topics
                .iter()
                .map(|t| format!("<member><TopicArn>{}</TopicArn></member>", arn(t)))
                .collect();
            format!("<Topics>{}</Topics>", list.join(""))
        }
        Ok(Response::Sns(SnsResponse::Published(ids))) if action == "PublishBatch" => {
            let list: Vec<String> = ids
                .iter()
                .zip(words)
                .map(|(id, entry)| {
                    let entry = escape(entry);
                    format!("<member><Id>{entry}</Id><MessageId>{id}</MessageId></member>")
                })
                .collect();
            format!("<Successful>{}</Successful><Failed/>", list.join(""))
        }
        Ok(Response::Sns(SnsResponse::Published(ids))) => {
            format!("<MessageId>{}</MessageId>", ids.first().map_or("", String::as_str))
        }
        Ok(Response::Sns(SnsResponse::Subscribed(name))) => {
            format!("<SubscriptionArn>{}</SubscriptionArn>", arn(&name))
        }
        Ok(_) => unreachable!("an SNS request has an SNS answer"),
        Err(e) => return xml(e.status, error(NAMESPACE, &e)),
    };
    xml(200, response(NAMESPACE, action, &body))
}
