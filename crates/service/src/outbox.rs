//! The outbox: what was booked is told to the world at least once, each row marked only when its
//! own event was taken (R10).

use crate::region::Region;
use leeward_ports::OrderEvent;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

const ROWS: u32 = 1_000;
/// Rows that a crash left unmarked are found by the next look.
const LOOK: Duration = Duration::from_secs(2);

pub(crate) async fn run(region: Arc<Region>, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = region.booked.notified() => {}
            () = tokio::time::sleep(LOOK) => {}
            _ = stop.changed() => return,
        }
        while region.is_active() && publish(&region).await {}
    }
}

/// Whether there may be more.
async fn publish(region: &Region) -> bool {
    let Ok(rows) = region.store.outbox(ROWS).await else { return false };
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
    let Some(taken) = region.events.publish(&events).await.done() else { return false };
    let published: Vec<i64> =
        rows.iter().zip(&taken).filter(|(_, taken)| **taken).map(|(row, _)| row.number).collect();
    region.metrics.events_published.inc_by(published.len() as u64);
    let all = published.len() == rows.len();
    region.store.mark_published(&published).await.is_ok() && all && rows.len() == ROWS as usize
}

#[cfg(test)]
mod tests {
    use leeward_api::{OrderStatus, OrdersBooked};
    use leeward_model::{AccountId, ClientId, Epoch, Seq};
    use leeward_ports::OrderEvent;
    use serde_json::json;

    /// Consumers read what is published with the protocol's types.
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
