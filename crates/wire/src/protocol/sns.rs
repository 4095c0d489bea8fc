//! SNS in the Query protocol.

use super::query::{error, escape, form, response};
use super::{Http, xml};
use leeward_cloud::sns::{MAX_MESSAGE_BYTES, Notice, SnsRequest, SnsResponse};
use leeward_cloud::{Response, ServiceError};
use std::collections::{BTreeMap, BTreeSet};

const NAMESPACE: &str = "http://sns.amazonaws.com/doc/2010-03-31/";
const MAX_BATCH: usize = 10;
/// The length of a subject in characters must be less than this.
const SUBJECT: usize = 100;

/// The parts of the request that its response needs.
pub(crate) struct ResponseFormat {
    action: String,
    region: String,
    /// The entry ids of a batch, which the response repeats.
    ids: Vec<String>,
}

type Read<T> = Result<T, ServiceError>;

fn invalid(text: impl std::fmt::Display) -> ServiceError {
    ServiceError::new("InvalidParameter", format!("Invalid parameter: {text}"))
}

/// The fields of a request to one Region.
struct Input<'a> {
    form: BTreeMap<String, String>,
    region: &'a str,
}

impl Input<'_> {
    fn get(&self, name: &str) -> Option<&String> {
        self.form.get(name)
    }

    /// Returns the name in an ARN of this Region. The same name in another Region denotes another resource.
    fn name_in_arn(&self, arn: &str, service: &str, parameter: &str) -> Read<String> {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        match parts[..] {
            ["arn", _, s, region, _, name] if s == service && region == self.region => {
                Ok(name.to_owned())
            }
            _ => Err(invalid(format!("{parameter} Reason: no {service} ARN of {}", self.region))),
        }
    }

    fn topic(&self) -> Read<String> {
        let arn = self.get("TopicArn").or_else(|| self.get("TargetArn"));
        let arn = arn.ok_or_else(|| invalid("TopicArn or TargetArn Reason: no value"))?;
        self.name_in_arn(arn, "sns", "TopicArn")
    }

    /// Parses one notice. `prefix` is the notice's position in a batch, or empty for a single notice.
    fn notice(&self, prefix: &str) -> Read<Notice> {
        let field = |name: &str| self.get(&format!("{prefix}{name}")).cloned();
        let message = field("Message").unwrap_or_default();
        if message.is_empty() {
            return Err(invalid("Empty message"));
        }
        let subject = field("Subject");
        let wrong = |s: &String| s.chars().count() >= SUBJECT || s.chars().any(char::is_control);
        if subject.as_ref().is_some_and(wrong) {
            return Err(invalid("Subject"));
        }
        Ok(Notice { subject, message })
    }

    fn batch(&self) -> Read<(Vec<Notice>, Vec<String>)> {
        let prefix = |n: usize| format!("PublishBatchRequestEntries.member.{n}.");
        let id = |n: usize| self.get(&format!("{}Id", prefix(n))).cloned();
        let ids: Vec<String> = (1..).map_while(id).take(MAX_BATCH + 1).collect();
        check_ids(&ids)?;
        let notices = (1..=ids.len()).map(|n| self.notice(&prefix(n))).collect::<Read<Vec<_>>>()?;
        if notices.iter().map(|n| n.message.len()).sum::<usize>() > MAX_MESSAGE_BYTES {
            let text = "The length of all the messages put together is more than the limit";
            return Err(ServiceError::new("BatchRequestTooLong", text));
        }
        Ok((notices, ids))
    }

    fn attribute(&self, name: &str) -> Option<&String> {
        let at = |n: usize| format!("Attributes.entry.{n}.");
        (1..)
            .map(at)
            .map_while(|at| Some((self.get(&format!("{at}key"))?, self.get(&format!("{at}value")))))
            .find_map(|(key, value)| if key == name { value } else { None })
    }
}

fn check_ids(ids: &[String]) -> Read<()> {
    let refuse = |code, text: &str| Err(ServiceError::new(code, text));
    if ids.is_empty() {
        return refuse("EmptyBatchRequest", "The batch request doesn't contain any entries.");
    }
    if ids.len() > MAX_BATCH {
        let text = "The batch request contains more entries than permissible.";
        return refuse("TooManyEntriesInBatchRequest", text);
    }
    if !ids.iter().all(|id| super::is_name(id)) {
        let text = "The Id of a batch entry in a batch request doesn't abide by the specification.";
        return refuse("InvalidBatchEntryId", text);
    }
    if ids.iter().collect::<BTreeSet<_>>().len() < ids.len() {
        let text = "Two or more batch entries in the request have the same Id.";
        return refuse("BatchEntryIdsNotDistinct", text);
    }
    Ok(())
}

fn request(action: &str, input: &Input<'_>) -> Read<(SnsRequest, Vec<String>)> {
    let request = match action {
        "CreateTopic" => {
            let topic = input.get("Name").cloned().unwrap_or_default();
            let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            if !(1..=256).contains(&topic.len()) || !topic.chars().all(allowed) {
                return Err(invalid("Topic Name"));
            }
            SnsRequest::Create { topic }
        }
        "ListTopics" => SnsRequest::List,
        "Publish" => {
            let messages = vec![input.notice("")?];
            SnsRequest::Publish { topic: input.topic()?, messages }
        }
        "PublishBatch" => {
            let (messages, ids) = input.batch()?;
            return Ok((SnsRequest::Publish { topic: input.topic()?, messages }, ids));
        }
        "Subscribe" => {
            if input.get("Protocol").is_none_or(|protocol| protocol != "sqs") {
                return Err(invalid("the local cloud delivers to sqs only"));
            }
            let endpoint = input.get("Endpoint").map_or("", String::as_str);
            let queue = input.name_in_arn(endpoint, "sqs", "Endpoint")?;
            let raw = input.attribute("RawMessageDelivery").is_some_and(|v| v == "true");
            SnsRequest::Subscribe { topic: input.topic()?, queue, raw }
        }
        other => {
            let text = format!("the local cloud does not serve SNS {other}");
            return Err(ServiceError::new("InvalidAction", text));
        }
    };
    Ok((request, Vec::new()))
}

pub(crate) fn read(region: &str, body: &[u8]) -> Result<(SnsRequest, ResponseFormat), Box<Http>> {
    let input = Input { form: form(body), region };
    let action = input.get("Action").cloned().unwrap_or_default();
    let (request, ids) =
        request(&action, &input).map_err(|e| Box::new(xml(e.status, error(NAMESPACE, &e))))?;
    Ok((request, ResponseFormat { action, region: region.to_owned(), ids }))
}

pub(crate) fn write(format: &ResponseFormat, result: Result<Response, ServiceError>) -> Http {
    let arn = |topic: &str| format!("arn:aws:sns:{}:000000000000:{}", format.region, escape(topic));
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
        Ok(Response::Sns(SnsResponse::Published(ids))) if format.action == "PublishBatch" => {
            let list: Vec<String> = ids
                .iter()
                .zip(&format.ids)
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
    xml(200, response(NAMESPACE, &format.action, &body))
}
