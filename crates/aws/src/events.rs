//! Booked orders on an EventBridge bus. What an entry was given is in its detail, the id that consumers
//! deduplicate by too: the service's own event id is another one each time (R10).
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html>: ten entries and 256 KiB a
//! call; each entry is taken or refused by itself.

use crate::config::AwsConfig;
use crate::signed::JsonService;
use async_trait::async_trait;
use leeward_model::Region;
use leeward_ports::{Events, OrderEvent, Outcome};
use serde::{Deserialize, Serialize};
use std::time::Duration;

const ENTRIES: usize = 10;
/// Orders in one entry: ten of them are far below the limit of a call.
const ORDERS_PER_ENTRY: usize = 50;
const SOURCE: &str = "leeward.orders";
const KIND: &str = "OrdersBooked";

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Put<'a> {
    entries: Vec<Entry<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Entry<'a> {
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
struct Taken {
    entries: Vec<TakenEntry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TakenEntry {
    event_id: Option<String>,
}

pub struct EventBridge {
    service: JsonService,
    bus: String,
    limit: Duration,
}

impl EventBridge {
    /// `bus`: its name, or its ARN.
    pub fn new(config: &AwsConfig, region: &Region, bus: &str) -> EventBridge {
        let service = JsonService::new(config, region, "events", "AWSEvents");
        EventBridge { service, bus: bus.to_owned(), limit: config.call_timeout }
    }
}

#[async_trait]
impl Events for EventBridge {
    async fn publish(&self, events: &[OrderEvent]) -> Outcome<Vec<bool>> {
        let mut taken = vec![false; events.len()];
        for (call, window) in events.chunks(ENTRIES * ORDERS_PER_ENTRY).enumerate() {
            let entry = |orders: &[OrderEvent]| Entry {
                event_bus_name: &self.bus,
                source: SOURCE,
                detail_type: KIND,
                detail: serde_json::to_string(&Detail { orders }).expect("plain data"),
            };
            let put = Put { entries: window.chunks(ORDERS_PER_ENTRY).map(entry).collect() };
            let answer = match self.service.ask::<Taken>("PutEvents", &put, self.limit).await {
                Outcome::Done(answer) => answer,
                // What earlier calls were told stands: those rows are marked.
                _ if call > 0 => return Outcome::Done(taken),
                failed => return failed.map(|_| Vec::new()),
            };
            // Only an entry with an id of its own was taken (R10).
            for (n, entry) in answer.entries.iter().enumerate() {
                let from = call * ENTRIES * ORDERS_PER_ENTRY + n * ORDERS_PER_ENTRY;
                let to = (from + ORDERS_PER_ENTRY).min(events.len());
                if entry.event_id.is_some() && from < to {
                    taken[from..to].fill(true);
                }
            }
        }
        Outcome::Done(taken)
    }
}
