//! The messages of a queue: how they are sent, received, hidden and deleted.

use super::{MAX_BATCH, Message, MessageId, Outgoing, QUEUE_MAX, Received, Sqs, SqsResponse};
use crate::ServiceError;
use crate::net::RegionIx;

/// Returns the error for a receipt that the service never issued.
pub fn invalid_receipt() -> ServiceError {
    let text = "The input receipt handle is invalid.";
    ServiceError { status: 404, ..ServiceError::new("ReceiptHandleIsInvalid", text) }
}

fn receipt_of(counter: u64) -> String {
    format!("r-{counter}")
}

/// Returns the number of a receipt. The receipts of an earlier process have numbers too. They have expired, as have the
/// receipts of deleted messages.
fn number_of(receipt: &str) -> Option<u64> {
    receipt.strip_prefix("r-")?.parse().ok()
}

impl Sqs {
    pub(super) fn delete(
        &mut self,
        now_us: u64,
        region: RegionIx,
        queue: &str,
        receipts: &[String],
    ) -> Result<SqsResponse, ServiceError> {
        let q = self.queue(now_us, region, queue)?;
        let mut known = Vec::with_capacity(receipts.len());
        for receipt in receipts {
            let number = number_of(receipt);
            if let Some(number) = number
                && let Some((at_us, _)) = q.in_flight.remove(&number)
            {
                q.by_deadline.remove(&(at_us, number));
            }
            // Deleting a message again is not an error, but an unknown receipt is.
            known.push(number.is_some());
        }
        Ok(SqsResponse::Deleted(known))
    }

    pub(super) fn change_visibility(
        &mut self,
        now_us: u64,
        region: RegionIx,
        queue: &str,
        receipt: &str,
        timeout_s: u32,
    ) -> Result<SqsResponse, ServiceError> {
        let q = self.queue(now_us, region, queue)?;
        let number = number_of(receipt).ok_or_else(invalid_receipt)?;
        let Some((at_us, _)) = q.in_flight.get_mut(&number) else {
            return Err(ServiceError::new(
                "AWS.SimpleQueueService.MessageNotInflight",
                "The receipt handle is not in flight",
            ));
        };
        q.by_deadline.remove(&(*at_us, number));
        *at_us = now_us + u64::from(timeout_s) * 1_000_000;
        q.by_deadline.insert((*at_us, number));
        Ok(SqsResponse::Empty)
    }

    pub(super) fn send(
        &mut self,
        now_us: u64,
        region: RegionIx,
        queue: &str,
        messages: &[Outgoing],
    ) -> Result<SqsResponse, ServiceError> {
        let mut counter = self.counter;
        let q = self.queue(now_us, region, queue)?;
        if q.visible.len() + messages.len() > QUEUE_MAX {
            return Err(ServiceError::server("ServiceUnavailable", "The modelled queue is full"));
        }
        let mut ids = Vec::with_capacity(messages.len());
        for content in messages {
            counter += 1;
            let id = MessageId { number: counter, region };
            let message = Message {
                id,
                content: content.clone(),
                receive_count: 0,
                sent_at_us: now_us,
                first_received_at_us: 0,
            };
            if content.delay_s == 0 {
                q.visible.push_back(message);
            } else {
                let at_us = now_us + u64::from(content.delay_s) * 1_000_000;
                q.delayed.insert((at_us, counter), message);
            }
            ids.push(id);
        }
        self.counter = counter;
        Ok(SqsResponse::Sent(ids))
    }

    pub(super) fn receive(
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
            if message.receive_count == 1 {
                message.first_received_at_us = now_us;
            }
            out.push(Received {
                id: message.id,
                body: message.content.body.clone(),
                attributes: message.content.attributes.clone(),
                receipt: receipt_of(counter),
                receive_count: message.receive_count,
                sent_at_us: message.sent_at_us,
                first_received_at_us: message.first_received_at_us,
            });
            q.by_deadline.insert((at_us, counter));
            q.in_flight.insert(counter, (at_us, message));
        }
        self.counter = counter;
        Ok(SqsResponse::Received(out))
    }
}
