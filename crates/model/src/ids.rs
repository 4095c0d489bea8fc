//! Identifiers. Text ids are cheap to clone, and each constructor accepts only texts that the ledger can hold.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::SmolStr;
use std::fmt;

/// The error for a text that is not a valid id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdError {
    /// The kind of the id: `account`, `client_order_id`, `symbol` or `region`.
    pub what: &'static str,
    /// The rule that the text breaks, in words that complete "must be".
    pub rule: &'static str,
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} must be {}", self.what, self.rule)
    }
}

impl std::error::Error for IdError {}

/// Returns whether a text has a valid length and only the allowed characters. `#` separates the parts of a ledger key
/// and is therefore not allowed.
fn is_plain(text: &str, max: usize) -> bool {
    !text.is_empty()
        && text.len() <= max
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-:".contains(&b))
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $max:literal, $rule:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(SmolStr);

        impl $name {
            /// Creates an id from a text. Returns an error with the violated rule if the characters or the length are
            /// not allowed.
            pub fn new(text: &str) -> Result<Self, IdError> {
                if is_plain(text, $max) {
                    Ok($name(text.into()))
                } else {
                    Err(IdError { what: $what, rule: $rule })
                }
            }
            /// Returns the text of the id.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl TryFrom<&str> for $name {
            type Error = IdError;
            fn try_from(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }
        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0.into()
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::text::deserialize(deserializer)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id!(
    /// An AWS Region name such as `us-east-1`.
    Region, "region", 32, "1 to 32 characters of A-Z a-z 0-9 . _ - :"
);
text_id!(
    /// A customer's trading account. Each account has its own ledger.
    AccountId, "account", 64, "1 to 64 characters of A-Z a-z 0-9 . _ - :"
);
text_id!(
    /// The client's own id for an order, a batch or a change, unique within its account.
    ClientId, "client_order_id", 64, "1 to 64 characters of A-Z a-z 0-9 . _ - :"
);
text_id!(
    /// The symbol of a traded instrument.
    Symbol, "symbol", 24, "1 to 24 characters of A-Z a-z 0-9 . _ - :"
);

/// The number of an authority, which increases by one with each change of the active Region (SAFE-5).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Epoch(pub u64);

/// The position of an entry in its account's ledger. The first entry is 1; 0 means "before any entry".
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Seq(pub u64);

impl Seq {
    /// The position before the first entry.
    pub const ZERO: Seq = Seq(0);

    /// Returns the next position.
    pub fn next(self) -> Seq {
        Seq(self.0 + 1)
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_would_break_a_ledger_key_is_refused() {
        let check = |text: &str, ok: bool| assert_eq!(AccountId::new(text).is_ok(), ok, "{text:?}");
        check("acct-1", true);
        check("", false);
        check("a#b", false);
        check("ümlaut", false);
        check("white space", false);
        check(&"x".repeat(64), true);
        check(&"x".repeat(65), false);
    }
}
