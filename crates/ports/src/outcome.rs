//! What an adapter may answer.

use leeward_model::Reached;

/// The answer of every port.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Outcome<T> {
    /// The call took effect, or the read was answered.
    Done(T),
    /// Refused for good; there was no effect and the same call would be refused again.
    Rejected(String),
    /// Refused for now, in words that promise there was no effect (a throttle that the service
    /// documents as such). Writers treat it as unknown all the same (SAFE-7).
    Transient(String),
    /// Timeout, lost reply, conflict, or anything that is not clearly one of the above.
    Unknown {
        /// Whether anything came back; the call may have arrived either way.
        reached: Reached,
        /// The reason, for a log line.
        why: String,
    },
}

impl<T> Outcome<T> {
    /// Nothing came back: the call may have arrived, and may have had its effect.
    pub fn unanswered(why: impl Into<String>) -> Outcome<T> {
        Outcome::Unknown { reached: Reached::No, why: why.into() }
    }

    /// The other side answered, and the answer does not tell the outcome.
    pub fn unclear(why: impl Into<String>) -> Outcome<T> {
        Outcome::Unknown { reached: Reached::Yes, why: why.into() }
    }

    /// The answer, where there is one; everything else is "not known".
    pub fn done(self) -> Option<T> {
        match self {
            Outcome::Done(value) => Some(value),
            _ => None,
        }
    }

    /// Converts the answer, where there is one.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Outcome::Done(value) => Outcome::Done(f(value)),
            Outcome::Rejected(why) => Outcome::Rejected(why),
            Outcome::Transient(why) => Outcome::Transient(why),
            Outcome::Unknown { reached, why } => Outcome::Unknown { reached, why },
        }
    }

    /// Why there is no answer, for a log line.
    pub fn why(&self) -> Option<&str> {
        match self {
            Outcome::Done(_) => None,
            Outcome::Rejected(why)
            | Outcome::Transient(why)
            | Outcome::Unknown { reached: _, why } => Some(why),
        }
    }
}
