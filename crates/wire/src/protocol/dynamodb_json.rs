//! DynamoDB's JSON of attribute values, read and written without an intermediate tree on the hot
//! path.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use leeward_cloud::dynamodb::{Item, Number, Value};
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fmt;

/// An attribute value in DynamoDB's JSON.
#[derive(Debug, Clone)]
pub(crate) struct Av(pub(crate) Value);

/// Nesting that DynamoDB allows.
const DEPTH: usize = 32;

impl<'de> Deserialize<'de> for Av {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Av, D::Error> {
        struct AvVisitor;
        impl<'de> Visitor<'de> for AvVisitor {
            type Value = Av;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an attribute value such as {\"S\": \"text\"}")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Av, A::Error> {
                let kind: String =
                    map.next_key()?.ok_or_else(|| de::Error::custom("empty attribute value"))?;
                let number = |text: String| {
                    Number::parse(&text).ok_or_else(|| {
                        de::Error::custom(format!("{text} is not a number DynamoDB can hold"))
                    })
                };
                let bytes = |text: String| {
                    STANDARD.decode(text).map_err(|_| de::Error::custom("invalid base64"))
                };
                let value = match kind.as_str() {
                    "S" => Value::S(map.next_value()?),
                    "N" => Value::N(number(map.next_value()?)?),
                    "B" => Value::B(bytes(map.next_value()?)?),
                    "BOOL" => Value::Bool(map.next_value()?),
                    "NULL" => {
                        map.next_value::<bool>()?;
                        Value::Null
                    }
                    "L" => {
                        Value::L(map.next_value::<Vec<Av>>()?.into_iter().map(|a| a.0).collect())
                    }
                    "M" => Value::M(unwrap(map.next_value()?)),
                    "SS" => Value::Ss(map.next_value()?),
                    "NS" => {
                        let texts: Vec<String> = map.next_value()?;
                        Value::Ns(texts.into_iter().map(number).collect::<Result<_, _>>()?)
                    }
                    "BS" => {
                        let texts: Vec<String> = map.next_value()?;
                        Value::Bs(texts.into_iter().map(bytes).collect::<Result<_, _>>()?)
                    }
                    other => return Err(de::Error::custom(format!("unknown type {other}"))),
                };
                if map.next_key::<String>()?.is_some() {
                    return Err(de::Error::custom("an attribute value has exactly one type"));
                }
                Ok(Av(value))
            }
        }
        deserializer.deserialize_map(AvVisitor)
    }
}

pub(crate) fn unwrap(map: BTreeMap<String, Av>) -> Item {
    map.into_iter().map(|(name, av)| (name, av.0)).collect()
}

/// Serializes a borrowed value.
pub(crate) struct AvRef<'a>(pub(crate) &'a Value);

impl Serialize for AvRef<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match self.0 {
            Value::S(text) => map.serialize_entry("S", text)?,
            Value::N(number) => map.serialize_entry("N", &number.to_string())?,
            Value::B(bytes) => map.serialize_entry("B", &STANDARD.encode(bytes))?,
            Value::Bool(flag) => map.serialize_entry("BOOL", flag)?,
            Value::Null => map.serialize_entry("NULL", &true)?,
            Value::L(list) => {
                map.serialize_entry("L", &list.iter().map(AvRef).collect::<Vec<_>>())?;
            }
            Value::M(item) => map.serialize_entry("M", &ItemRef(item))?,
            Value::Ss(set) => map.serialize_entry("SS", set)?,
            Value::Ns(set) => {
                let texts: Vec<String> = set.iter().map(Number::to_string).collect();
                map.serialize_entry("NS", &texts)?;
            }
            Value::Bs(set) => {
                let texts: Vec<String> = set.iter().map(|b| STANDARD.encode(b)).collect();
                map.serialize_entry("BS", &texts)?;
            }
        }
        map.end()
    }
}

pub(crate) struct ItemRef<'a>(pub(crate) &'a Item);

impl Serialize for ItemRef<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in self.0 {
            map.serialize_entry(name, &AvRef(value))?;
        }
        map.end()
    }
}

pub(crate) fn item_from_json(json: Json) -> Result<Item, String> {
    serde_json::from_value::<BTreeMap<String, Av>>(json).map(unwrap).map_err(|e| e.to_string())
}

/// Whether a value nests deeper than DynamoDB allows.
pub(crate) fn too_deep(value: &Value) -> bool {
    fn depth(value: &Value) -> usize {
        match value {
            Value::L(list) => 1 + list.iter().map(depth).max().unwrap_or(0),
            Value::M(item) => 1 + item.values().map(depth).max().unwrap_or(0),
            _ => 0,
        }
    }
    depth(value) > DEPTH
}
