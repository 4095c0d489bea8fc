//! Notices to people and events to consumers.

use crate::check::{Kind, done, is};
use crate::ports::{Ports, WITNESS, account, region};
use crate::raw::Heard;
use crate::samples::client_id;
use leeward_model::{Epoch, Seq};
use leeward_ports::OrderEvent;

/// Where the cloud hands on subjects, they must be what was sent.
#[track_caller]
fn assert_heard(heard: &Heard, subject: &str, message: &str) {
    assert_eq!(heard.message, message);
    if let Some(there) = &heard.subject {
        assert_eq!(there, subject);
    }
}

pub(crate) async fn notices_arrive(ports: &Ports) {
    let listener = ports.raw.listen(&ports.names.notices).await;
    let text = "epoch 7: us-west-2 is active\n<why> & \"how\" = 100% + ünïcode";
    done(ports.notify.notify(&ports.home, "moved", text).await);
    assert_heard(&listener.hear(1).await[0], "moved", text);
    // The other Region's topic has the same name and is another one.
    done(ports.notify.notify(&ports.away, "moved", "away").await);
    done(ports.notify.notify(&ports.home, "moved again", "home").await);
    assert_heard(&listener.hear(1).await[0], "moved again", "home");
}

pub(crate) async fn long_subjects_are_cut(ports: &Ports) {
    let listener = ports.raw.listen(&ports.names.notices).await;
    let subject: String = ('a'..='z').cycle().take(250).collect();
    done(ports.notify.notify(&ports.home, &subject, "all of it").await);
    let heard = listener.hear(1).await.remove(0);
    assert_eq!(heard.message, "all of it");
    if let Some(cut) = heard.subject {
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

/// What consumers got, in the order of `(seq, index)`.
fn events_in(heard: &[Heard]) -> Vec<OrderEvent> {
    let read = |heard: &Heard| -> Vec<OrderEvent> {
        serde_json::from_str(&heard.message).expect("a message holds events")
    };
    let mut events: Vec<OrderEvent> = heard.iter().flat_map(read).collect();
    events.sort_by_key(|event| (event.seq, event.index));
    events
}

pub(crate) async fn every_event_is_published(ports: &Ports) {
    let listener = ports.raw.listen(&ports.names.events).await;
    assert_eq!(done(ports.events.publish(&[]).await), Vec::<bool>::new());
    // A hundred events a message, ten messages a batch: more than one of each, and a rest.
    let events: Vec<OrderEvent> = (0..1_103).map(event).collect();
    assert_eq!(done(ports.events.publish(&events).await), vec![true; events.len()]);
    assert_eq!(events_in(&listener.hear(12).await), events);
    assert_eq!(done(ports.events.publish(&events[..1]).await), [true]);
    assert_eq!(events_in(&listener.hear(1).await), events[..1]);
}

/// A batch too large for the topic would be refused each time, and the outbox would stand still.
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
    assert_eq!(events_in(&listener.hear(10).await), events);
}

pub(crate) async fn without_a_topic_notices_are_rejected(ports: &Ports) {
    is(Kind::Rejected, ports.notify.notify(&region(WITNESS), "subject", "message").await);
    let astray = ports.astray();
    is(Kind::Rejected, astray.notify.notify(&ports.home, "subject", "message").await);
    is(Kind::Rejected, astray.events.publish(&[event(1)]).await);
}
