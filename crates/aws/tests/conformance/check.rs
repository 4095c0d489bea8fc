//! Looking at outcomes.

use leeward_ports::Outcome;
use std::fmt::Debug;
use std::time::Duration;

/// An outcome without what it brought.
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
        other => panic!("there is no answer: {other:?}"),
    }
}

#[track_caller]
pub(crate) fn is<T: Debug>(expect: Kind, outcome: Outcome<T>) {
    assert_eq!(kind(&outcome), expect, "{outcome:?}");
}

/// Between looks at what a cloud does in its own time.
const LOOK: Duration = Duration::from_millis(20);
/// When a look has been repeated for this long, what is waited for does not come.
const PATIENCE: Duration = Duration::from_secs(10);

/// Repeats a look until it brings something.
pub(crate) async fn eventually<T, F: Future<Output = Option<T>>>(
    what: &str,
    mut look: impl FnMut() -> F,
) -> T {
    let repeated = async {
        loop {
            if let Some(seen) = look().await {
                return seen;
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    match tokio::time::timeout(PATIENCE, repeated).await {
        Ok(seen) => seen,
        Err(_) => panic!("in vain: {what}"),
    }
}

/// For good or for now, but with the promise that nothing was done.
pub(crate) fn refused<T: std::fmt::Debug>(outcome: Outcome<T>) {
    let kind = kind(&outcome);
    assert!(matches!(kind, Kind::Rejected | Kind::Transient), "{outcome:?}");
}
