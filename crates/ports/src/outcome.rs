//! The result of a call through a port.

use leeward_model::Reached;

/// The result of every fallible call through a port.
///
/// The four cases answer one question: may the call have had an effect? An adapter that cannot tell returns
/// [`Outcome::Unknown`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Outcome<T> {
    /// The service did what the call asks for, and returned this value.
    Done(T),
    /// The service refused permanently: the call had no effect, and the same call would be refused again. Holds the
    /// reason, for log lines and messages.
    Rejected(String),
    /// The service refused temporarily, and documents that such a refusal has no effect (a throttle, for example).
    /// Code that writes nevertheless treats it as unknown (SAFE-7). Holds the reason.
    Transient(String),
    /// The call may or may not have had its effect: a timeout, a lost reply, a conflict, or any error that is not
    /// clearly one of the other cases.
    Unknown {
        /// Whether anything came back from the other side.
        reached: Reached,
        /// The reason, for log lines and messages.
        why: String,
    },
}

impl<T> Outcome<T> {
    /// Returns the unknown outcome of a call without a reply: the call may have arrived and taken effect.
    pub fn unanswered(why: impl Into<String>) -> Outcome<T> {
        Outcome::Unknown { reached: Reached::No, why: why.into() }
    }

    /// Returns the unknown outcome of a call whose reply does not show whether the call took effect.
    pub fn unclear(why: impl Into<String>) -> Outcome<T> {
        Outcome::Unknown { reached: Reached::Yes, why: why.into() }
    }

    /// Returns the value of a call that is done. `None` means "not known", never "absent" (SAFE-7).
    pub fn done(self) -> Option<T> {
        match self {
            Outcome::Done(value) => Some(value),
            _ => None,
        }
    }

    /// Applies `f` to the value of a call that is done, and passes every other case on unchanged.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Outcome::Done(value) => Outcome::Done(f(value)),
            Outcome::Rejected(why) => Outcome::Rejected(why),
            Outcome::Transient(why) => Outcome::Transient(why),
            Outcome::Unknown { reached, why } => Outcome::Unknown { reached, why },
        }
    }

    /// Returns the reason why the call is not done, for a log line; `None` if it is done.
    pub fn why(&self) -> Option<&str> {
        match self {
            Outcome::Done(_) => None,
            Outcome::Rejected(why)
            | Outcome::Transient(why)
            | Outcome::Unknown { reached: _, why } => Some(why),
        }
    }
}
