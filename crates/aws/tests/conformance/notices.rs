//! Notices to operators and events to consumers.

use crate::check::{Kind, assert_kind, done};
use crate::ports::{Ports, WITNESS, account, region};
use crate::raw::Delivered;
use crate::samples::client_id;
use leeward_model::{Epoch, Seq};
use leeward_ports::OrderEvent;

/// Asserts the message, and the subject if the cloud delivers subjects.
#[track_caller]
fn assert_delivered(delivered: &Delivered, subject: &str, message: &str) {
    assert_eq!(delivered.message, message);
    if let Some(there) = &delivered.subject {
        assert_eq!(there, subject);
    }
}

pub(crate) async fn notices_arrive(ports: &Ports) {
    let listener = ports.raw.listen(&ports.names.notices).await;
    let text = "epoch 7: us-west-2 is active\n<why> & \"how\" = 100% + ünïcode";
    done(ports.notify.notify(&ports.home, "moved", text).await);
    assert_delivered(&listener.receive(1).await[0], "moved", text);
    // The other Region's topic has the same name but is a separate topic.
    done(ports.notify.notify(&ports.away, "moved", "away").await);
    done(ports.notify.notify(&ports.home, "moved again", "home").await);
    assert_delivered(&listener.receive(1).await[0], "moved again", "home");
}

pub(crate) async fn long_subjects_are_cut(ports: &Ports) {
    let listener = ports.raw.listen(&ports.names.notices).await;
    let subject: String = ('a'..='z').cycle().take(250).collect();
    done(ports.notify.notify(&ports.home, &subject, "all of it").await);
    let delivered = listener.receive(1).await.remove(0);
    assert_eq!(delivered.message, "all of it");
    if let Some(cut) = delivered.subject {
        assert!(subject.starts_with(&cut) && (50..=100).contains(&cut.len()), "{cut}");
    }
}

fn event(n: u64) -> OrderEvent {
    OrderEvent {
        account: account("acct"),
        seq: Seq(n / 3),
        index: (n % 3) as u32,
        client_order_id: client_id(&format!("order:{n}")),
        status: "booked".into(),
        epoch: Epoch(7),
    }
}

/// Returns the events that consumers received, in the order of `(seq, index)`.
fn events_in(delivered: &[Delivered]) -> Vec<OrderEvent> {
    let read = |delivered: &Delivered| -> Vec<OrderEvent> {
        serde_json::from_str(&delivered.message).expect("a message holds events")
    };
    let mut events: Vec<OrderEvent> = delivered.iter().flat_map(read).collect();
    events.sort_by_key(|event| (event.seq, event.index));
    events
}

pub(crate) async fn every_event_is_published(ports: &Ports) {
    let listener = ports.raw.listen(&ports.names.events).await;
    assert_eq!(done(ports.events.publish(&[]).await), Vec::<bool>::new());
    // A message takes 100 events and a batch ten messages, so these events need several of both, with a remainder.
    let events: Vec<OrderEvent> = (0..1_103).map(event).collect();
    assert_eq!(done(ports.events.publish(&events).await), vec![true; events.len()]);
    assert_eq!(events_in(&listener.receive(12).await), events);
    assert_eq!(done(ports.events.publish(&events[..1]).await), [true]);
    assert_eq!(events_in(&listener.receive(1).await), events[..1]);
}

/// A batch too large for the topic would be refused every time and block the outbox.
pub(crate) async fn the_longest_events_fit(ports: &Ports) {
    let listener = ports.raw.listen(&ports.names.events).await;
    let longest = |index: u32| OrderEvent {
        account: account(&"a".repeat(64)),
        seq: Seq(u64::MAX),
        index,
        client_order_id: client_id(&"c".repeat(64)),
        status: "rejected".into(),
        epoch: Epoch(u64::MAX),
    };
    let events: Vec<OrderEvent> = (0..1_000).map(longest).collect();
    assert_eq!(done(ports.events.publish(&events).await), vec![true; events.len()]);
    assert_eq!(events_in(&listener.receive(10).await), events);
}

pub(crate) async fn without_a_topic_notices_are_rejected(ports: &Ports) {
    assert_kind(Kind::Rejected, ports.notify.notify(&region(WITNESS), "subject", "message").await);
    let astray = ports.without_resources();
    assert_kind(Kind::Rejected, astray.notify.notify(&ports.home, "subject", "message").await);
    assert_kind(Kind::Rejected, astray.events.publish(&[event(1)]).await);
}
