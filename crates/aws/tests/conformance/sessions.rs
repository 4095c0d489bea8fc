//! Sessions: only a caller that knows the version can write or delete one.

use crate::check::{Kind, assert_kind, done};
use crate::ports::Ports;
use crate::samples::session;
use leeward_model::Session;
use leeward_ports::Swap;

fn there(session: &Session) -> Swap<Session> {
    Swap::Changed(Some(Box::new(session.clone())))
}

pub(crate) async fn sessions_are_swapped_by_version(ports: &Ports) {
    let sessions = &ports.sessions;
    let (first, second) = (session("s", 1), session("s", 2));
    assert_eq!(done(sessions.session("s").await), None);
    let early = sessions.swap_session(&second, Some(1)).await;
    assert_eq!(done(early), Swap::Changed(None), "there was nothing to replace");
    assert_eq!(done(sessions.session("s").await), None);

    assert_eq!(done(sessions.swap_session(&first, None).await), Swap::Stored);
    assert_eq!(done(sessions.session("s").await).as_ref(), Some(&first));
    assert_eq!(done(sessions.swap_session(&second, None).await), there(&first));
    assert_eq!(done(sessions.swap_session(&second, Some(1)).await), Swap::Stored);
    for stale in [None, Some(0), Some(1), Some(3)] {
        let met = done(sessions.swap_session(&session("s", 9), stale).await);
        assert_eq!(met, there(&second), "{stale:?}");
    }
    assert_eq!(done(sessions.session("s").await), Some(second));
    assert_eq!(done(sessions.session("s2").await), None);

    let body_hex = "5a".repeat(Session::MAX_BODY_BYTES);
    let largest = Session { body_hex, ..session("large", 1) };
    assert_eq!(done(sessions.swap_session(&largest, None).await), Swap::Stored);
    assert!(done(sessions.session("large").await) == Some(largest), "a large body changed");
}

pub(crate) async fn expired_sessions_are_found(ports: &Ports) {
    let sessions = &ports.sessions;
    for n in 0..5u64 {
        let one = Session { expires_at_s: 1_000 + n, ..session(&format!("s{n}"), n + 1) };
        assert_eq!(done(sessions.swap_session(&one, None).await), Swap::Stored);
    }
    let mut found = Vec::new();
    let mut from = None;
    loop {
        let page = done(sessions.expired(1_003, from).await);
        found.extend(page.sessions);
        from = page.next;
        if from.is_none() {
            break;
        }
    }
    found.sort();
    let expect: Vec<(String, u64)> = (0..3).map(|n| (format!("s{n}"), n + 1)).collect();
    assert_eq!(found, expect);
    for (id, version) in found {
        assert_eq!(done(sessions.delete_session(&id, version).await), Swap::Stored);
    }
    assert_eq!(done(sessions.expired(1_003, None).await).sessions, vec![]);
}

pub(crate) async fn sessions_are_deleted_by_version(ports: &Ports) {
    let sessions = &ports.sessions;
    let second = session("s", 2);
    assert_eq!(done(sessions.swap_session(&session("s", 1), None).await), Swap::Stored);
    assert_eq!(done(sessions.swap_session(&second, Some(1)).await), Swap::Stored);
    let stale = done(sessions.delete_session("s", 1).await);
    assert_ne!(stale, Swap::Stored);
    assert_eq!(done(sessions.session("s").await), Some(second), "a stale delete took effect");

    assert_eq!(done(sessions.delete_session("s", 2).await), Swap::Stored);
    assert_eq!(done(sessions.session("s").await), None);
    // A repeated delete, as after a lost response, succeeds.
    assert_eq!(done(sessions.delete_session("s", 2).await), Swap::Stored);
    assert_eq!(done(sessions.swap_session(&session("s", 3), None).await), Swap::Stored);
}

pub(crate) async fn a_refused_delete_returns_the_session(ports: &Ports) {
    let sessions = &ports.sessions;
    let first = session("s", 1);
    assert_eq!(done(sessions.swap_session(&first, None).await), Swap::Stored);
    assert_eq!(done(sessions.delete_session("s", 7).await), there(&first));
}

pub(crate) async fn without_a_table_sessions_reject(ports: &Ports) {
    let sessions = ports.without_resources().sessions;
    assert_kind(Kind::Rejected, sessions.session("s").await);
    assert_kind(Kind::Rejected, sessions.swap_session(&session("s", 1), None).await);
    assert_kind(Kind::Rejected, sessions.swap_session(&session("s", 1), Some(1)).await);
    assert_kind(Kind::Rejected, sessions.delete_session("s", 1).await);
}
