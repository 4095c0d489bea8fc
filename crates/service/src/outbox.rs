//! Publishes the outbox. Each booking is published at least once, because a row is marked as published only after its
//! event was accepted (R10).

use crate::region::RegionRuntime;
use leeward_ports::OrderEvent;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// The maximum number of rows in one read.
const ROWS_MAX: u32 = 1_000;
/// The interval between reads without a notification. These reads find the rows that a crash left unmarked.
const POLL_INTERVAL: Duration = Duration::from_secs(2);

pub(crate) async fn run(region: Arc<RegionRuntime>, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = region.booked.notified() => {}
            () = tokio::time::sleep(POLL_INTERVAL) => {}
            _ = stop.changed() => return,
        }
        while region.is_active() && publish_page(&region).await {}
    }
}

/// Publishes one page of rows. Returns whether there may be more rows.
async fn publish_page(region: &RegionRuntime) -> bool {
    let Ok(rows) = region.store.outbox(ROWS_MAX).await else { return false };
    if rows.is_empty() {
        return false;
    }
    let events: Vec<OrderEvent> = rows
        .iter()
        .map(|row| OrderEvent {
            account: row.account.clone(),
            seq: row.seq,
            index: row.index,
            client_order_id: row.client_id.clone(),
            status: row.status.clone(),
            epoch: row.epoch,
        })
        .collect();
    let Some(accepted) = region.events.publish(&events).await.done() else { return false };
    let published: Vec<i64> = rows
        .iter()
        .zip(&accepted)
        .filter(|(_, accepted)| **accepted)
        .map(|(row, _)| row.number)
        .collect();
    region.metrics.events_published.inc_by(published.len() as u64);
    let all = published.len() == rows.len();
    region.store.mark_published(&published).await.is_ok() && all && rows.len() == ROWS_MAX as usize
}

#[cfg(test)]
mod tests {
    use leeward_api::{OrderStatus, OrdersBooked};
    use leeward_model::{AccountId, ClientId, Epoch, Seq};
    use leeward_ports::OrderEvent;
    use serde_json::json;

    /// Consumers parse published events with the types of the protocol.
    #[test]
    fn published_events_are_documents_of_the_protocol() {
        let event = OrderEvent {
            account: AccountId::new("desk").expect("valid"),
            seq: Seq(3),
            index: 1,
            client_order_id: ClientId::new("o-1").expect("valid"),
            status: "rejected".into(),
            epoch: Epoch(2),
        };
        let published = json!({ "orders": [event] });
        let read: OrdersBooked = serde_json::from_value(published.clone()).expect("a document");
        assert_eq!(read.orders[0].status, OrderStatus::Rejected);
        assert_eq!(serde_json::to_value(&read).expect("plain data"), published);
    }
}
