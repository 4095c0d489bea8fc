//! SNS: topics in each Region, delivery to SQS queues in the same Region, and a short history of published messages for
//! operators and tests.

use crate::ServiceError;
use crate::net::RegionIx;
use serde_json::json;
use std::collections::{BTreeMap, VecDeque};

/// The number of messages in the history of a topic.
const REMEMBERED: usize = 1_000;
/// The maximum number of bytes of all messages in one publish request, without their subjects.
pub const MAX_MESSAGE_BYTES: usize = 256 * 1024;

/// A request to the SNS of one Region, which names topics and queues of that Region.
#[derive(Debug, Clone)]
pub enum SnsRequest {
    /// Creates a topic. If the topic exists, nothing changes.
    Create {
        /// The name of the topic.
        topic: String,
    },
    /// Lists the topics.
    List,
    /// Publishes messages to a topic. If all messages together are too long, none is published.
    Publish {
        /// The name of the topic.
        topic: String,
        /// The messages, in the order in which each queue receives them.
        messages: Vec<Notice>,
    },
    /// Subscribes a queue to a topic, or changes `raw` of its subscription.
    Subscribe {
        /// The name of the topic.
        topic: String,
        /// The name of the queue, which may be created later. Deliveries to a queue that does not exist are lost.
        queue: String,
        /// Whether the queue receives the bare message instead of the JSON notification that wraps it.
        raw: bool,
    },
}

/// A message of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The subject. A queue receives it only within the JSON notification.
    pub subject: Option<String>,
    /// The text of the message.
    pub message: String,
}

/// A response of SNS.
#[derive(Debug, Clone)]
pub enum SnsResponse {
    /// The name of the created topic.
    Topic(String),
    /// The names of the topics of the Region, sorted.
    Topics(Vec<String>),
    /// The ids of the published messages, in their order.
    Published(Vec<String>),
    /// The id of the subscription, `topic:queue`.
    Subscribed(String),
}

#[derive(Debug, Default)]
struct Topic {
    /// The subscribed queues, each with whether it uses raw message delivery.
    queues: BTreeMap<String, bool>,
    remembered: VecDeque<Notice>,
}

#[derive(Debug, Default)]
pub(crate) struct Sns {
    topics: BTreeMap<(RegionIx, String), Topic>,
    counter: u64,
    /// The deliveries to queues that the caller must carry out.
    pub(crate) deliveries: Vec<(RegionIx, String, String)>,
}

/// The place and time of a publication: the Region's index and name, and the wall-clock time in seconds.
pub(crate) struct Scene<'a> {
    pub(crate) region: RegionIx,
    pub(crate) name: &'a str,
    pub(crate) now_s: u64,
}

impl Scene<'_> {
    /// Returns the JSON notification in which SNS wraps a message. The notification is not signed.
    fn notification(&self, topic: &str, id: &str, notice: &Notice) -> String {
        let mut out = json!({
            "Type": "Notification",
            "MessageId": id,
            "TopicArn": format!("arn:aws:sns:{}:000000000000:{topic}", self.name),
            "Message": notice.message,
            "Timestamp": timestamp(self.now_s),
        });
        if let Some(subject) = &notice.subject {
            out["Subject"] = subject.as_str().into();
        }
        out.to_string()
    }
}

/// Formats seconds since 1970 in ISO 8601. The date is computed from the 400-year eras of the civil calendar.
fn timestamp(now_s: u64) -> String {
    let (days, second) = (now_s / 86_400 + 719_468, now_s % 86_400);
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let year = era * 400 + year_of_era + next;
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.000Z")
}

fn missing() -> ServiceError {
    ServiceError { status: 404, ..ServiceError::new("NotFound", "Topic does not exist") }
}

impl Sns {
    pub(crate) fn create(&mut self, region: RegionIx, topic: &str) {
        self.topics.entry((region, topic.to_owned())).or_default();
    }

    pub(crate) fn handle(
        &mut self,
        scene: &Scene<'_>,
        request: &SnsRequest,
    ) -> Result<SnsResponse, ServiceError> {
        let region = scene.region;
        match request {
            SnsRequest::Create { topic } => {
                self.create(region, topic);
                Ok(SnsResponse::Topic(topic.clone()))
            }
            SnsRequest::List => {
                let here = self.topics.keys().filter(|(r, _)| *r == region);
                Ok(SnsResponse::Topics(here.map(|(_, name)| name.clone()).collect()))
            }
            SnsRequest::Publish { topic, messages } => {
                let t = self.topics.get_mut(&(region, topic.clone())).ok_or_else(missing)?;
                if messages.iter().map(|m| m.message.len()).sum::<usize>() > MAX_MESSAGE_BYTES {
                    let text = "Invalid parameter: Message too long";
                    return Err(ServiceError::new("InvalidParameter", text));
                }
                let mut ids = Vec::with_capacity(messages.len());
                for notice in messages {
                    self.counter += 1;
                    let id = format!("{:08x}-0000-4000-9000-{:012x}", self.counter, region.0);
                    for (queue, raw) in &t.queues {
                        let body = match raw {
                            true => notice.message.clone(),
                            false => scene.notification(topic, &id, notice),
                        };
                        self.deliveries.push((region, queue.clone(), body));
                    }
                    ids.push(id);
                    t.remembered.push_back(notice.clone());
                    if t.remembered.len() > REMEMBERED {
                        t.remembered.pop_front();
                    }
                }
                Ok(SnsResponse::Published(ids))
            }
            SnsRequest::Subscribe { topic, queue, raw } => {
                let t = self.topics.get_mut(&(region, topic.clone())).ok_or_else(missing)?;
                t.queues.insert(queue.clone(), *raw);
                Ok(SnsResponse::Subscribed(format!("{topic}:{queue}")))
            }
        }
    }

    pub(crate) fn notices(&self, region: RegionIx, topic: &str) -> Vec<Notice> {
        let topic = self.topics.get(&(region, topic.to_owned()));
        topic.map(|t| t.remembered.iter().cloned().collect()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_follow_the_calendar() {
        let check = |now_s, expect: &str| assert_eq!(timestamp(now_s), expect);
        check(0, "1970-01-01T00:00:00.000Z");
        check(951_782_400, "2000-02-29T00:00:00.000Z");
        check(1_709_251_199, "2024-02-29T23:59:59.000Z");
        check(1_735_689_600, "2025-01-01T00:00:00.000Z");
    }
}
