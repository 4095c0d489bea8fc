//! SNS: topics per Region, delivery to SQS queues of the Region, and a short memory of what was
//! published, so that a person or a test can look.

use crate::ServiceError;
use crate::net::RegionIx;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Notices remembered per topic.
const REMEMBERED: usize = 1_000;
pub const MAX_MESSAGE_BYTES: usize = 256 * 1024;

#[derive(Debug, Clone)]
pub enum SnsRequest {
    Create { topic: String },
    List,
    Publish { topic: String, messages: Vec<Notice> },
    Subscribe { topic: String, queue: String },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub subject: Option<String>,
    pub message: String,
}

#[derive(Debug, Clone)]
pub enum SnsResponse {
    Topic(String),
    Topics(Vec<String>),
    Published(Vec<String>),
    Subscribed(String),
}

#[derive(Debug, Default)]
struct Topic {
    queues: BTreeSet<String>,
    remembered: VecDeque<Notice>,
}

#[derive(Debug, Default)]
pub(crate) struct Sns {
    topics: BTreeMap<(RegionIx, String), Topic>,
    counter: u64,
    /// Deliveries to queues, for the caller to carry out.
    pub(crate) deliveries: Vec<(RegionIx, String, String)>,
}

fn missing() -> ServiceError {
    ServiceError { status: 404, ..ServiceError::new("NotFound", "Topic does not exist") }
}

impl Sns {
    pub(crate) fn handle(
        &mut self,
        region: RegionIx,
        request: &SnsRequest,
    ) -> Result<SnsResponse, ServiceError> {
        match request {
            SnsRequest::Create { topic } => {
                self.topics.entry((region, topic.clone())).or_default();
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
                    ids.push(format!("{:08x}-0000-4000-9000-{:012x}", self.counter, region.0));
                    for queue in &t.queues {
                        self.deliveries.push((region, queue.clone(), notice.message.clone()));
                    }
                    t.remembered.push_back(notice.clone());
                    if t.remembered.len() > REMEMBERED {
                        t.remembered.pop_front();
                    }
                }
                Ok(SnsResponse::Published(ids))
            }
            SnsRequest::Subscribe { topic, queue } => {
                let t = self.topics.get_mut(&(region, topic.clone())).ok_or_else(missing)?;
                t.queues.insert(queue.clone());
                Ok(SnsResponse::Subscribed(format!("{topic}:{queue}")))
            }
        }
    }

    pub(crate) fn notices(&self, region: RegionIx, topic: &str) -> Vec<Notice> {
        let topic = self.topics.get(&(region, topic.to_owned()));
        topic.map(|t| t.remembered.iter().cloned().collect()).unwrap_or_default()
    }
}
