//! Values of vocabularies that newer versions may extend.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// A value of a vocabulary that a newer server may have extended.
///
/// A known value is typed. An unknown value is kept as it arrived, so that a client can show it and pass it on, and can
/// still read the rest of the document. Both kinds serialize without a wrapper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Open<T> {
    /// A value of the vocabulary that this binary was built with.
    Known(T),
    /// Any other value, kept as it arrived.
    Unknown(Value),
}

impl<T> Open<T> {
    /// Returns the value, or `None` if this binary does not know it.
    pub fn known(&self) -> Option<&T> {
        match self {
            Open::Known(value) => Some(value),
            Open::Unknown(_) => None,
        }
    }
}

impl<T: for<'de> Deserialize<'de>> Open<T> {
    /// Parses a value from its text, which is the form in which a text column of a table stores it.
    pub fn from_text(text: &str) -> Open<T> {
        let value = Value::String(text.to_owned());
        T::deserialize(&value).map_or(Open::Unknown(value), Open::Known)
    }
}

impl<T> From<T> for Open<T> {
    fn from(value: T) -> Open<T> {
        Open::Known(value)
    }
}

impl<T: PartialEq> PartialEq<T> for Open<T> {
    fn eq(&self, other: &T) -> bool {
        self.known() == Some(other)
    }
}

/// Formats the value as it is on the wire; a string has no quotes. Padding applies.
impl<T: Serialize> fmt::Display for Open<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match serde_json::to_value(self) {
            Ok(Value::String(text)) => f.pad(&text),
            Ok(other) => f.pad(&other.to_string()),
            Err(_) => Err(fmt::Error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RunEnd;

    fn check(text: &str, expect: Open<RunEnd>, shown: &str) {
        let read: Open<RunEnd> = serde_json::from_str(text).expect("any JSON is readable");
        assert_eq!(read, expect, "{text}");
        assert_eq!(read.to_string(), shown, "{text}");
        assert_eq!(serde_json::to_string(&read).expect("plain data"), text);
    }

    #[test]
    fn an_unknown_value_is_kept_and_written_back() {
        check("\"completed\"", Open::Known(RunEnd::Completed), "completed");
        check("\"merged\"", Open::Unknown("merged".into()), "merged");
        check("{\"merged\":2}", Open::Unknown(serde_json::json!({"merged": 2})), "{\"merged\":2}");
        assert_eq!(Open::<RunEnd>::from_text("abandoned"), RunEnd::Abandoned);
        assert_eq!(Open::<RunEnd>::from_text("merged").known(), None);
        assert_eq!(format!("{:<10}|", Open::Known(RunEnd::Completed)), "completed |");
    }
}
