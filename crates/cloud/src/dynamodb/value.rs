//! Attribute values, items and keys.

use super::{MAX_NESTING, MAX_PARTITION_BYTES, MAX_SORT_BYTES, Number};
use litemap::LiteMap;
use smol_str::SmolStr;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A name, key or text. A text of up to 23 bytes is stored in place, and a longer one is shared, so that no text is
/// copied on its way through replicas and disks.
pub type Text = SmolStr;

/// An attribute value. The variants have DynamoDB's short names for the types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text.
    S(Text),
    /// A number.
    N(Number),
    /// A binary.
    B(Vec<u8>),
    /// A Boolean.
    Bool(bool),
    /// The null value. It is a value and does not mean that the attribute is missing.
    Null,
    /// A list.
    L(Vec<Value>),
    /// A map, which has the form of an item.
    M(Item),
    /// A set of texts.
    Ss(BTreeSet<String>),
    /// A set of numbers.
    Ns(BTreeSet<Number>),
    /// A set of binaries.
    Bs(BTreeSet<Vec<u8>>),
}

/// An item. Items have few attributes, for which a sorted vector is smaller and faster than a tree.
pub type Item = LiteMap<Text, Value>;
/// An item. All replicas and disks share a single copy of it.
pub type SharedItem = Arc<Item>;

impl Value {
    /// Returns the short name of the type in the protocol.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Value::S(_) => "S",
            Value::N(_) => "N",
            Value::B(_) => "B",
            Value::Bool(_) => "BOOL",
            Value::Null => "NULL",
            Value::L(_) => "L",
            Value::M(_) => "M",
            Value::Ss(_) => "SS",
            Value::Ns(_) => "NS",
            Value::Bs(_) => "BS",
        }
    }

    /// Returns whether the value has this key type: `S`, `N` or `B`.
    pub(super) fn is_key_type(&self, kind: char) -> bool {
        matches!((self, kind), (Value::S(_), 'S') | (Value::N(_), 'N') | (Value::B(_), 'B'))
    }

    /// Returns the size of the value by AWS's rules for item sizes, without attribute names.
    fn size(&self) -> usize {
        match self {
            Value::S(text) => text.len(),
            Value::N(number) => number.to_string().len() / 2 + 2,
            Value::B(bytes) => bytes.len(),
            Value::Bool(_) | Value::Null => 1,
            Value::L(list) => 3 + list.iter().map(|v| v.size() + 1).sum::<usize>(),
            Value::M(map) => 3 + item_size(map),
            Value::Ss(set) => set.iter().map(String::len).sum(),
            Value::Ns(set) => set.iter().map(|n| n.to_string().len() / 2 + 2).sum(),
            Value::Bs(set) => set.iter().map(Vec::len).sum(),
        }
    }
}

/// Returns the size of an item by AWS's rules.
pub(super) fn item_size(item: &Item) -> usize {
    item.iter().map(|(name, value)| name.len() + value.size()).sum()
}

/// Returns whether the item nests deeper than DynamoDB allows.
pub fn nests_too_deep(item: &Item) -> bool {
    fn fits(value: &Value, levels: usize) -> bool {
        match value {
            Value::L(list) => levels > 0 && list.iter().all(|v| fits(v, levels - 1)),
            Value::M(item) => levels > 0 && item.values().all(|v| fits(v, levels - 1)),
            _ => true,
        }
    }
    !item.values().all(|value| fits(value, MAX_NESTING))
}

/// The value of one key attribute, which has one of the three types that DynamoDB allows. Values are ordered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyPart {
    /// The missing sort key in a table without sort keys.
    None,
    /// A text, ordered by its bytes in UTF-8.
    S(Text),
    /// A number.
    N(Number),
    /// A binary, ordered by its bytes.
    B(Vec<u8>),
}

impl KeyPart {
    /// Returns the key part for a value, or `None` if a key cannot contain a value of this type.
    pub(super) fn of(value: &Value) -> Option<KeyPart> {
        match value {
            Value::S(text) => Some(KeyPart::S(text.clone())),
            Value::N(number) => Some(KeyPart::N(number.clone())),
            Value::B(bytes) => Some(KeyPart::B(bytes.clone())),
            _ => None,
        }
    }

    /// Returns whether the part is empty, which DynamoDB refuses in a key.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            KeyPart::None | KeyPart::N(_) => false,
            KeyPart::S(text) => text.is_empty(),
            KeyPart::B(bytes) => bytes.is_empty(),
        }
    }

    fn len(&self) -> usize {
        match self {
            KeyPart::None | KeyPart::N(_) => 0,
            KeyPart::S(text) => text.len(),
            KeyPart::B(bytes) => bytes.len(),
        }
    }

    /// Returns the value of the part, or `None` if there is no sort key.
    pub(super) fn to_value(&self) -> Option<Value> {
        match self {
            KeyPart::None => None,
            KeyPart::S(text) => Some(Value::S(text.clone())),
            KeyPart::N(number) => Some(Value::N(number.clone())),
            KeyPart::B(bytes) => Some(Value::B(bytes.clone())),
        }
    }
}

/// The primary key of an item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The partition key.
    pub partition: KeyPart,
    /// The sort key.
    pub sort: KeyPart,
}

/// The key schema of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySchema {
    /// The name of the partition key.
    pub partition: Text,
    /// The type letter of the partition key.
    pub partition_type: char,
    /// The name and type letter of the sort key.
    pub sort: Option<(Text, char)>,
}

impl KeySchema {
    fn part(item: &Item, name: &str, kind: char, bytes_max: usize) -> Result<KeyPart, String> {
        let value = item.get(name).ok_or_else(|| format!("Missing the key {name} in the item"))?;
        if !value.is_key_type(kind) {
            return Err(format!(
                "Type mismatch for key {name} expected: {kind} actual: {}",
                value.type_name()
            ));
        }
        let part = KeyPart::of(value).expect("S, N or B by the check above");
        if part.is_empty() {
            return Err(format!("The AttributeValue for a key attribute cannot be empty: {name}"));
        }
        if part.len() > bytes_max {
            return Err(format!("The key {name} is longer than the maximum of {bytes_max} bytes"));
        }
        Ok(part)
    }

    /// Returns the key of an item. The error is the message of the `ValidationException`.
    pub(super) fn key_of(&self, item: &Item) -> Result<Key, String> {
        let partition =
            Self::part(item, &self.partition, self.partition_type, MAX_PARTITION_BYTES)?;
        let sort = match &self.sort {
            Some((name, kind)) => Self::part(item, name, *kind, MAX_SORT_BYTES)?,
            None => KeyPart::None,
        };
        Ok(Key { partition, sort })
    }

    /// Parses a key that contains no other attributes. Other attributes are an error.
    pub(super) fn exact_key(&self, item: &Item) -> Result<Key, String> {
        let names = 1 + usize::from(self.sort.is_some());
        if item.len() != names {
            return Err("The provided key element does not match the schema".into());
        }
        self.key_of(item).map_err(|_| "The provided key element does not match the schema".into())
    }

    /// Returns the attributes of a key as an item.
    pub(super) fn to_item(&self, key: &Key) -> Item {
        let mut item = Item::new();
        if let Some(value) = key.partition.to_value() {
            item.insert(self.partition.clone(), value);
        }
        if let (Some((name, _)), Some(value)) = (&self.sort, key.sort.to_value()) {
            item.insert(name.clone(), value);
        }
        item
    }
}
