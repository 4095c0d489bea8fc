//! Publishes booked orders on an EventBridge bus. The detail of each entry holds the order events with the ids by
//! which consumers deduplicate, because the event id that EventBridge assigns differs between attempts (R10).
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html>: a call takes at most ten entries
//! and 256 KiB; the service accepts or refuses each entry separately.

use crate::config::AwsConfig;
use crate::signed::JsonService;
use async_trait::async_trait;
use leeward_model::Region;
use leeward_ports::{Events, OrderEvent, Outcome};
use serde::{Deserialize, Serialize};
use std::time::Duration;

const ENTRIES: usize = 10;
/// The number of orders in one entry; ten such entries stay far below the size limit of a call.
const ORDERS_PER_ENTRY: usize = 50;
const SOURCE: &str = "leeward.orders";
const KIND: &str = "OrdersBooked";

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Put<'a> {
    entries: Vec<PutEventsEntry<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct PutEventsEntry<'a> {
    event_bus_name: &'a str,
    source: &'static str,
    detail_type: &'static str,
    detail: String,
}

#[derive(Serialize)]
struct Detail<'a> {
    orders: &'a [OrderEvent],
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Accepted {
    entries: Vec<AcceptedEntry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AcceptedEntry {
    event_id: Option<String>,
}

pub struct EventBridge {
    service: JsonService,
    bus: String,
    limit: Duration,
}

impl EventBridge {
    /// Creates the adapter for `bus`, a name or an ARN.
    pub fn new(config: &AwsConfig, region: &Region, bus: &str) -> EventBridge {
        let service = JsonService::new(config, region, "events", "AWSEvents");
        EventBridge { service, bus: bus.to_owned(), limit: config.call_timeout }
    }
}

#[async_trait]
impl Events for EventBridge {
    async fn publish(&self, events: &[OrderEvent]) -> Outcome<Vec<bool>> {
        let mut accepted = vec![false; events.len()];
        for (call, window) in events.chunks(ENTRIES * ORDERS_PER_ENTRY).enumerate() {
            let entry = |orders: &[OrderEvent]| PutEventsEntry {
                event_bus_name: &self.bus,
                source: SOURCE,
                detail_type: KIND,
                detail: serde_json::to_string(&Detail { orders }).expect("plain data"),
            };
            let put = Put { entries: window.chunks(ORDERS_PER_ENTRY).map(entry).collect() };
            let answer = match self.service.ask::<Accepted>("PutEvents", &put, self.limit).await {
                Outcome::Done(answer) => answer,
                // The results of the earlier calls stand, so that the caller can mark the rows that they published.
                _ if call > 0 => return Outcome::Done(accepted),
                failed => return failed.map(|_| Vec::new()),
            };
            // Only an entry that received an event id was accepted (R10).
            for (n, entry) in answer.entries.iter().enumerate() {
                let from = call * ENTRIES * ORDERS_PER_ENTRY + n * ORDERS_PER_ENTRY;
                let to = (from + ORDERS_PER_ENTRY).min(events.len());
                if entry.event_id.is_some() && from < to {
                    accepted[from..to].fill(true);
                }
            }
        }
        Outcome::Done(accepted)
    }
}
