//! The placeholders of a request's expressions.

use super::{Text, Value};
use std::cell::Cell;
use std::collections::BTreeMap;

/// The `#names` and `:values` of a request. The value records which of them the expressions have used.
#[derive(Debug, Clone, Default)]
pub struct Names {
    names: BTreeMap<String, Placeholder<String>>,
    values: BTreeMap<Text, Placeholder<Value>>,
}

#[derive(Debug, Clone)]
struct Placeholder<T> {
    stands_for: T,
    used: Cell<bool>,
}

impl<T> Placeholder<T> {
    fn all<K: Ord>(given: impl IntoIterator<Item = (K, T)>) -> BTreeMap<K, Placeholder<T>> {
        let unused = |stands_for| Placeholder { stands_for, used: Cell::new(false) };
        given.into_iter().map(|(name, stands_for)| (name, unused(stands_for))).collect()
    }

    fn used(&self) -> &T {
        self.used.set(true);
        &self.stands_for
    }

    fn unused<K: AsRef<str>>(given: &BTreeMap<K, Placeholder<T>>) -> Option<&str> {
        given.iter().find(|(_, p)| !p.used.get()).map(|(name, _)| name.as_ref())
    }
}

impl Names {
    /// Creates the placeholders of a request: each `#name` with its attribute, and each `:value` with its literal.
    /// Initially all of them are unused.
    pub fn new(
        names: impl IntoIterator<Item = (String, String)>,
        values: impl IntoIterator<Item = (Text, Value)>,
    ) -> Names {
        Names { names: Placeholder::all(names), values: Placeholder::all(values) }
    }

    pub(super) fn name(&self, placeholder: &str) -> Option<&String> {
        self.names.get(placeholder).map(Placeholder::used)
    }

    pub(super) fn value(&self, placeholder: &str) -> Option<&Value> {
        self.values.get(placeholder).map(Placeholder::used)
    }

    /// Checks that all placeholders were used. Must be called after all expressions are parsed.
    ///
    /// # Errors
    ///
    /// Returns the message of DynamoDB's `ValidationException` for the first unused placeholder.
    pub fn check_used(&self) -> Result<(), String> {
        let refused = |what: &str, name: &str| {
            Err(format!("Value provided in {what} unused in expressions: keys: {{{name}}}"))
        };
        match (Placeholder::unused(&self.names), Placeholder::unused(&self.values)) {
            (Some(name), _) => refused("ExpressionAttributeNames", name),
            (None, Some(value)) => refused("ExpressionAttributeValues", value),
            (None, None) => Ok(()),
        }
    }
}
