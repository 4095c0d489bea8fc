//! Attribute values, items and keys.

use super::{MAX_NESTING, MAX_PARTITION_BYTES, MAX_SORT_BYTES, Number};
use litemap::LiteMap;
use smol_str::SmolStr;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Names, keys and texts: in place up to 23 bytes, shared above, so that none is copied on its way through
/// replicas and disks.
pub type Text = SmolStr;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    S(Text),
    N(Number),
    B(Vec<u8>),
    Bool(bool),
    Null,
    L(Vec<Value>),
    M(Item),
    Ss(BTreeSet<String>),
    Ns(BTreeSet<Number>),
    Bs(BTreeSet<Vec<u8>>),
}

/// Few attributes each: a sorted vector is smaller and faster than a tree.
pub type Item = LiteMap<Text, Value>;
/// Both replicas and the disks share one copy.
pub type SharedItem = Arc<Item>;

impl Value {
    pub fn type_name(&self) -> &'static str {
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

    /// Whether it is of a type that keys may have, by its letter.
    pub(super) fn is_key_type(&self, kind: char) -> bool {
        matches!((self, kind), (Value::S(_), 'S') | (Value::N(_), 'N') | (Value::B(_), 'B'))
    }

    /// By AWS's rules for item size, names excluded.
    pub fn size(&self) -> usize {
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

pub fn item_size(item: &Item) -> usize {
    item.iter().map(|(name, value)| name.len() + value.size()).sum()
}

/// Whether something in the item nests deeper than DynamoDB allows.
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

/// One key attribute's value: DynamoDB allows these three types, each ordered by value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyPart {
    /// A table without a sort key.
    None,
    S(Text),
    N(Number),
    B(Vec<u8>),
}

impl KeyPart {
    pub fn of(value: &Value) -> Option<KeyPart> {
        match value {
            Value::S(text) => Some(KeyPart::S(text.clone())),
            Value::N(number) => Some(KeyPart::N(number.clone())),
            Value::B(bytes) => Some(KeyPart::B(bytes.clone())),
            _ => None,
        }
    }

    /// DynamoDB has no keys that are empty.
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

    pub fn to_value(&self) -> Option<Value> {
        match self {
            KeyPart::None => None,
            KeyPart::S(text) => Some(Value::S(text.clone())),
            KeyPart::N(number) => Some(Value::N(number.clone())),
            KeyPart::B(bytes) => Some(Value::B(bytes.clone())),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub partition: KeyPart,
    pub sort: KeyPart,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySchema {
    pub partition: Text,
    pub partition_type: char,
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

    pub fn key_of(&self, item: &Item) -> Result<Key, String> {
        let partition =
            Self::part(item, &self.partition, self.partition_type, MAX_PARTITION_BYTES)?;
        let sort = match &self.sort {
            Some((name, kind)) => Self::part(item, name, *kind, MAX_SORT_BYTES)?,
            None => KeyPart::None,
        };
        Ok(Key { partition, sort })
    }

    /// The attributes of a key given alone: nothing else may be there.
    pub fn exact_key(&self, item: &Item) -> Result<Key, String> {
        let names = 1 + usize::from(self.sort.is_some());
        if item.len() != names {
            return Err("The provided key element does not match the schema".into());
        }
        self.key_of(item).map_err(|_| "The provided key element does not match the schema".into())
    }

    pub fn to_item(&self, key: &Key) -> Item {
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
