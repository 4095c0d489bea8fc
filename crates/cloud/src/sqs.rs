//! SQS: standard queues. At-least-once, visibility timeouts, batches, dead-letter queues. No
//! replication between Regions, as in the service.

use crate::ServiceError;
use crate::net::RegionIx;
use std::collections::{BTreeMap, VecDeque};

/// Messages in one queue at most; a real queue holds more, a laptop should not.
const QUEUE_MAX: usize = 1_000_000;
pub const MAX_MESSAGE_BYTES: usize = 1024 * 1024;
pub const MAX_BATCH: usize = 10;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attributes {
    pub visibility_timeout_s: u32,
    /// Queue name and how many receives a message is given.
    pub redrive: Option<(String, u32)>,
}

impl Default for Attributes {
    fn default() -> Attributes {
        Attributes { visibility_timeout_s: 30, redrive: None }
    }
}

#[derive(Debug, Clone)]
pub enum SqsRequest {
    Create { queue: String, attributes: Attributes },
    Delete { queue: String },
    Url { queue: String },
    List,
    Attributes { queue: String },
    Send { queue: String, bodies: Vec<(String, u32)> },
    Receive { queue: String, max: usize, visibility_timeout_s: Option<u32>, wait_us: u64 },
    DeleteMessages { queue: String, receipts: Vec<String> },
    ChangeVisibility { queue: String, receipt: String, timeout_s: u32 },
    Purge { queue: String },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    pub id: String,
    pub body: String,
    pub receipt: String,
    pub receive_count: u32,
    pub sent_at_us: u64,
}

#[derive(Debug, Clone)]
pub enum SqsResponse {
    Empty,
    Queue(String),
    Queues(Vec<String>),
    Attributes {
        attributes: Attributes,
        visible: usize,
        in_flight: usize,
    },
    /// One id each, in order.
    Sent(Vec<String>),
    Received(Vec<Received>),
    /// Whether each receipt was known.
    Deleted(Vec<bool>),
}

#[derive(Debug, Clone)]
struct Message {
    id: String,
    body: String,
    receive_count: u32,
    sent_at_us: u64,
}

#[derive(Debug, Default)]
struct Queue {
    attributes: Attributes,
    visible: VecDeque<Message>,
    delayed: BTreeMap<(u64, u64), Message>,
    /// By receipt: when it is visible again, and the message.
    in_flight: BTreeMap<String, (u64, Message)>,
    by_deadline: BTreeMap<(u64, String), ()>,
}

#[derive(Debug, Default)]
pub(crate) struct Sqs {
    queues: BTreeMap<(RegionIx, String), Queue>,
    counter: u64,
}

fn missing() -> ServiceError {
    ServiceError::new(
        "AWS.SimpleQueueService.NonExistentQueue",
        "The specified queue does not exist.",
    )
}

impl Queue {
    /// Messages whose time has come: delayed ones, and those received and not deleted.
    fn refresh(&mut self, now_us: u64) -> Vec<Message> {
        while let Some(entry) = self.delayed.first_entry() {
            if entry.key().0 > now_us {
                break;
            }
            self.visible.push_back(entry.remove());
        }
        let mut dead = Vec::new();
        while let Some(((at_us, receipt), ())) = self.by_deadline.first_key_value() {
            if *at_us > now_us {
                break;
            }
            let (at_us, receipt) = (*at_us, receipt.clone());
            self.by_deadline.remove(&(at_us, receipt.clone()));
            let Some((_, message)) = self.in_flight.remove(&receipt) else { continue };
            match &self.attributes.redrive {
                Some((_, max)) if message.receive_count >= *max => dead.push(message),
                _ => self.visible.push_back(message),
            }
        }
        dead
    }
}

impl Sqs {
    pub(crate) fn create(&mut self, region: RegionIx, queue: &str, attributes: Attributes) {
        let queue = self.queues.entry((region, queue.to_owned())).or_default();
        queue.attributes = attributes;
    }

    fn queue(
        &mut self,
        now_us: u64,
        region: RegionIx,
        name: &str,
    ) -> Result<&mut Queue, ServiceError> {
        let key = (region, name.to_owned());
        let queue = self.queues.get_mut(&key).ok_or_else(missing)?;
        let dead = queue.refresh(now_us);
        if let Some((target, _)) = queue.attributes.redrive.clone()
            && let Some(letters) = self.queues.get_mut(&(region, target))
        {
            letters.visible.extend(dead);
        }
        self.queues.get_mut(&key).ok_or_else(missing)
    }

    /// Whether a receive that may wait has anything to take.
    pub(crate) fn has_visible(&mut self, now_us: u64, region: RegionIx, queue: &str) -> bool {
        self.queue(now_us, region, queue).is_ok_and(|q| !q.visible.is_empty())
    }

    /// The queue is there and has nothing to take: a long poll waits.
    pub(crate) fn is_empty(&mut self, now_us: u64, region: RegionIx, queue: &str) -> bool {
        self.queue(now_us, region, queue).is_ok_and(|q| q.visible.is_empty())
    }

    /// When a delayed or hidden message can be taken.
    pub(crate) fn next_visible_us(&self, region: RegionIx, queue: &str) -> Option<u64> {
        let q = self.queues.get(&(region, queue.to_owned()))?;
        let delayed = q.delayed.first_key_value().map(|((at_us, _), _)| *at_us);
        let hidden = q.by_deadline.first_key_value().map(|((at_us, _), ())| *at_us);
        [delayed, hidden].into_iter().flatten().min()
    }

    pub(crate) fn handle(
        &mut self,
        now_us: u64,
        region: RegionIx,
        request: &SqsRequest,
    ) -> Result<SqsResponse, ServiceError> {
        match request {
            SqsRequest::Create { queue, attributes } => {
                let existing = self.queues.get(&(region, queue.clone()));
                if existing.is_some_and(|q| q.attributes != *attributes) {
                    let text = "A queue already exists with the same name and a different value";
                    return Err(ServiceError::new("QueueAlreadyExists", text));
                }
                self.create(region, queue, attributes.clone());
                Ok(SqsResponse::Queue(queue.clone()))
            }
            SqsRequest::Delete { queue } => {
                self.queues.remove(&(region, queue.clone())).ok_or_else(missing)?;
                Ok(SqsResponse::Empty)
            }
            SqsRequest::Url { queue } => {
                self.queue(now_us, region, queue)?;
                Ok(SqsResponse::Queue(queue.clone()))
            }
            SqsRequest::List => {
                let here = self.queues.keys().filter(|(r, _)| *r == region);
                Ok(SqsResponse::Queues(here.map(|(_, name)| name.clone()).collect()))
            }
            SqsRequest::Attributes { queue } => {
                let q = self.queue(now_us, region, queue)?;
                Ok(SqsResponse::Attributes {
                    attributes: q.attributes.clone(),
                    visible: q.visible.len(),
                    in_flight: q.in_flight.len(),
                })
            }
            SqsRequest::Send { queue, bodies } => self.send(now_us, region, queue, bodies),
            SqsRequest::Receive { queue, max, visibility_timeout_s, .. } => {
                self.receive(now_us, region, queue, *max, *visibility_timeout_s)
            }
            SqsRequest::DeleteMessages { queue, receipts } => {
                let q = self.queue(now_us, region, queue)?;
                let mut known = Vec::with_capacity(receipts.len());
                for receipt in receipts {
                    let found = q.in_flight.remove(receipt);
                    if let Some((at_us, _)) = &found {
                        q.by_deadline.remove(&(*at_us, receipt.clone()));
                    }
                    // Deleting again is no error; what was never a receipt is.
                    known.push(found.is_some() || receipt.starts_with("r-"));
                }
                Ok(SqsResponse::Deleted(known))
            }
            SqsRequest::ChangeVisibility { queue, receipt, timeout_s } => {
                let q = self.queue(now_us, region, queue)?;
                let Some((at_us, _)) = q.in_flight.get_mut(receipt) else {
                    let text = "The receipt handle is not in flight";
                    return Err(ServiceError::new("MessageNotInflight", text));
                };
                q.by_deadline.remove(&(*at_us, receipt.clone()));
                *at_us = now_us + u64::from(*timeout_s) * 1_000_000;
                q.by_deadline.insert((*at_us, receipt.clone()), ());
                Ok(SqsResponse::Empty)
            }
            SqsRequest::Purge { queue } => {
                let q = self.queue(now_us, region, queue)?;
                let attributes = q.attributes.clone();
                *q = Queue { attributes, ..Queue::default() };
                Ok(SqsResponse::Empty)
            }
        }
    }

    fn send(
        &mut self,
        now_us: u64,
        region: RegionIx,
        queue: &str,
        bodies: &[(String, u32)],
    ) -> Result<SqsResponse, ServiceError> {
        let bytes: usize = bodies.iter().map(|(body, _)| body.len()).sum();
        if bytes > MAX_MESSAGE_BYTES {
            let text = "Batch requests cannot be longer than 1048576 bytes";
            return Err(ServiceError::new("AWS.SimpleQueueService.BatchRequestTooLong", text));
        }
        let mut counter = self.counter;
        let q = self.queue(now_us, region, queue)?;
        if q.visible.len() + bodies.len() > QUEUE_MAX {
            return Err(ServiceError::server("ServiceUnavailable", "The modelled queue is full"));
        }
        let mut ids = Vec::with_capacity(bodies.len());
        for (body, delay_s) in bodies {
            counter += 1;
            let id = format!("{counter:08x}-0000-4000-8000-{:012x}", region.0);
            let message = Message {
                id: id.clone(),
                body: body.clone(),
                receive_count: 0,
                sent_at_us: now_us,
            };
            if *delay_s == 0 {
                q.visible.push_back(message);
            } else {
                let at_us = now_us + u64::from(*delay_s) * 1_000_000;
                q.delayed.insert((at_us, counter), message);
            }
            ids.push(id);
        }
        self.counter = counter;
        Ok(SqsResponse::Sent(ids))
    }

    fn receive(
        &mut self,
        now_us: u64,
        region: RegionIx,
        queue: &str,
        max: usize,
        visibility_timeout_s: Option<u32>,
    ) -> Result<SqsResponse, ServiceError> {
        let mut counter = self.counter;
        let q = self.queue(now_us, region, queue)?;
        let timeout_s = visibility_timeout_s.unwrap_or(q.attributes.visibility_timeout_s);
        let at_us = now_us + u64::from(timeout_s) * 1_000_000;
        let mut out = Vec::new();
        while out.len() < max.clamp(1, MAX_BATCH) {
            let Some(mut message) = q.visible.pop_front() else { break };
            counter += 1;
            message.receive_count += 1;
            let receipt = format!("r-{counter}");
            out.push(Received {
                id: message.id.clone(),
                body: message.body.clone(),
                receipt: receipt.clone(),
                receive_count: message.receive_count,
                sent_at_us: message.sent_at_us,
            });
            q.by_deadline.insert((at_us, receipt.clone()), ());
            q.in_flight.insert(receipt, (at_us, message));
        }
        self.counter = counter;
        Ok(SqsResponse::Received(out))
    }
}
