//! SQS: standard queues with at-least-once delivery, visibility timeouts, batches and dead-letter queues. As in the
//! service, nothing is replicated between Regions.

mod messages;
mod request;

pub use messages::invalid_receipt;
pub use request::{
    AttributeValue, Attributes, MessageAttribute, MessageAttributes, MessageId, Outgoing, Received,
    SqsRequest, SqsResponse,
};

use crate::ServiceError;
use crate::net::RegionIx;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The maximum number of messages in one queue. A real queue holds more, which would be too many for a laptop.
const QUEUE_MAX: usize = 1_000_000;
/// The maximum number of bytes of a message by [`Outgoing::size`], and of all messages of a batch. The model relies on
/// its caller to refuse more.
pub const MAX_MESSAGE_BYTES: usize = 1024 * 1024;
/// The maximum number of messages in one receive, and of entries in one batch. The model relies on its caller to refuse
/// larger batches.
pub const MAX_BATCH: usize = 10;

#[derive(Debug, Clone)]
struct Message {
    id: MessageId,
    content: Outgoing,
    receive_count: u32,
    sent_at_us: u64,
    first_received_at_us: u64,
}

#[derive(Debug, Default)]
struct Queue {
    attributes: Attributes,
    visible: VecDeque<Message>,
    delayed: BTreeMap<(u64, u64), Message>,
    /// The received messages by receipt, each with the time at which it becomes visible again.
    in_flight: BTreeMap<u64, (u64, Message)>,
    by_deadline: BTreeSet<(u64, u64)>,
}

#[derive(Debug, Default)]
pub(crate) struct Sqs {
    queues: BTreeMap<RegionIx, BTreeMap<String, Queue>>,
    counter: u64,
}

fn missing() -> ServiceError {
    ServiceError::new(
        "AWS.SimpleQueueService.NonExistentQueue",
        "The specified queue does not exist.",
    )
}

impl Queue {
    /// Makes messages visible whose time has come. These are delayed messages, and messages that were received but not
    /// deleted.
    fn refresh(&mut self, now_us: u64) -> Vec<Message> {
        while let Some(entry) = self.delayed.first_entry() {
            if entry.key().0 > now_us {
                break;
            }
            self.visible.push_back(entry.remove());
        }
        let mut dead = Vec::new();
        while let Some((at_us, receipt)) = self.by_deadline.first().copied() {
            if at_us > now_us {
                break;
            }
            self.by_deadline.pop_first();
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
        let here = self.queues.entry(region).or_default();
        here.entry(queue.to_owned()).or_default().attributes = attributes;
    }

    fn queue(
        &mut self,
        now_us: u64,
        region: RegionIx,
        name: &str,
    ) -> Result<&mut Queue, ServiceError> {
        let here = self.queues.get_mut(&region).ok_or_else(missing)?;
        let queue = here.get_mut(name).ok_or_else(missing)?;
        let dead = queue.refresh(now_us);
        if !dead.is_empty()
            && let Some((target, _)) = queue.attributes.redrive.clone()
            && let Some(letters) = here.get_mut(&target)
        {
            letters.visible.extend(dead);
        }
        here.get_mut(name).ok_or_else(missing)
    }

    /// Returns whether a message is available for a long poll.
    pub(crate) fn has_visible(&mut self, now_us: u64, region: RegionIx, queue: &str) -> bool {
        self.queue(now_us, region, queue).is_ok_and(|q| !q.visible.is_empty())
    }

    /// Returns whether the queue exists and has no visible message, so that a long poll must wait.
    pub(crate) fn is_empty(&mut self, now_us: u64, region: RegionIx, queue: &str) -> bool {
        self.queue(now_us, region, queue).is_ok_and(|q| q.visible.is_empty())
    }

    /// Returns the time at which the next delayed or hidden message becomes visible.
    pub(crate) fn next_visible_us(&self, region: RegionIx, queue: &str) -> Option<u64> {
        let q = self.queues.get(&region)?.get(queue)?;
        let delayed = q.delayed.first_key_value().map(|((at_us, _), _)| *at_us);
        let hidden = q.by_deadline.first().map(|(at_us, _)| *at_us);
        [delayed, hidden].into_iter().flatten().min()
    }

    pub(crate) fn handle(
        &mut self,
        now_us: u64,
        region: RegionIx,
        request: &SqsRequest,
    ) -> Result<SqsResponse, ServiceError> {
        match request {
            SqsRequest::Create { queue, attributes } => self.create_new(region, queue, attributes),
            SqsRequest::Delete { queue } => {
                let here = self.queues.get_mut(&region).ok_or_else(missing)?;
                here.remove(queue).ok_or_else(missing)?;
                Ok(SqsResponse::Empty)
            }
            SqsRequest::Url { queue } => {
                self.queue(now_us, region, queue)?;
                Ok(SqsResponse::Queue(queue.clone()))
            }
            SqsRequest::List { prefix } => {
                let here = self.queues.get(&region).into_iter().flat_map(BTreeMap::keys);
                let wanted = here.filter(|name| name.starts_with(prefix));
                Ok(SqsResponse::Queues(wanted.cloned().collect()))
            }
            SqsRequest::Attributes { queue } => {
                let q = self.queue(now_us, region, queue)?;
                Ok(SqsResponse::Attributes {
                    attributes: q.attributes.clone(),
                    visible: q.visible.len(),
                    in_flight: q.in_flight.len(),
                    delayed: q.delayed.len(),
                })
            }
            SqsRequest::Send { queue, messages } => self.send(now_us, region, queue, messages),
            SqsRequest::Receive { queue, max, visibility_timeout_s, .. } => {
                self.receive(now_us, region, queue, *max, *visibility_timeout_s)
            }
            SqsRequest::DeleteMessages { queue, receipts } => {
                self.delete(now_us, region, queue, receipts)
            }
            SqsRequest::ChangeVisibility { queue, receipt, timeout_s } => {
                self.change_visibility(now_us, region, queue, receipt, *timeout_s)
            }
            SqsRequest::Purge { queue } => {
                let q = self.queue(now_us, region, queue)?;
                let attributes = q.attributes.clone();
                *q = Queue { attributes, ..Queue::default() };
                Ok(SqsResponse::Empty)
            }
        }
    }

    fn create_new(
        &mut self,
        region: RegionIx,
        queue: &str,
        attributes: &Attributes,
    ) -> Result<SqsResponse, ServiceError> {
        let here = self.queues.get(&region);
        let existing = here.and_then(|here| here.get(queue));
        if existing.is_some_and(|q| q.attributes != *attributes) {
            let text = "A queue already exists with the same name and a different value";
            return Err(ServiceError::new("QueueAlreadyExists", text));
        }
        if let Some((target, _)) = &attributes.redrive
            && !here.is_some_and(|here| here.contains_key(target))
        {
            let text = "Value for parameter RedrivePolicy is invalid. Reason: Dead letter \
                        target does not exist.";
            return Err(ServiceError::new("InvalidParameterValue", text));
        }
        self.create(region, queue, attributes.clone());
        Ok(SqsResponse::Queue(queue.to_owned()))
    }
}
