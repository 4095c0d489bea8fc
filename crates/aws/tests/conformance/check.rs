//! Assertions on outcomes.

use leeward_ports::Outcome;
use std::fmt::Debug;
use std::time::Duration;

/// The kind of an outcome, without its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Done,
    Rejected,
    Transient,
    Unknown,
}

pub(crate) fn kind<T>(outcome: &Outcome<T>) -> Kind {
    match outcome {
        Outcome::Done(_) => Kind::Done,
        Outcome::Rejected(_) => Kind::Rejected,
        Outcome::Transient(_) => Kind::Transient,
        Outcome::Unknown { .. } => Kind::Unknown,
    }
}

#[track_caller]
pub(crate) fn done<T: Debug>(outcome: Outcome<T>) -> T {
    match outcome {
        Outcome::Done(value) => value,
        other => panic!("the call is not done: {other:?}"),
    }
}

#[track_caller]
pub(crate) fn assert_kind<T: Debug>(expect: Kind, outcome: Outcome<T>) {
    assert_eq!(kind(&outcome), expect, "{outcome:?}");
}

/// The pause between two checks for an effect that the cloud produces with a delay.
const POLL_INTERVAL: Duration = Duration::from_millis(20);
/// The time after which an awaited effect counts as missing.
const PATIENCE: Duration = Duration::from_secs(10);

/// Repeats a check until it returns a value.
pub(crate) async fn eventually<T, F: Future<Output = Option<T>>>(
    what: &str,
    mut look: impl FnMut() -> F,
) -> T {
    let repeated = async {
        loop {
            if let Some(seen) = look().await {
                return seen;
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    };
    match tokio::time::timeout(PATIENCE, repeated).await {
        Ok(seen) => seen,
        Err(_) => panic!("never happened: {what}"),
    }
}

/// Asserts that a call was refused, permanently or temporarily; neither kind of refusal has an effect.
pub(crate) fn assert_refused<T: std::fmt::Debug>(outcome: Outcome<T>) {
    let kind = kind(&outcome);
    assert!(matches!(kind, Kind::Rejected | Kind::Transient), "{outcome:?}");
}
