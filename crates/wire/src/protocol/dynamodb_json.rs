//! Attribute values in DynamoDB's JSON. The hot path reads and writes them without an intermediate tree.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use leeward_cloud::dynamodb::{Item, Number, Text, Value};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// An attribute value in DynamoDB's JSON, or the service's validation error for it. JSON that has another form is a
/// deserialization error instead.
#[derive(Debug, Clone)]
pub(crate) struct Av(Result<Value, String>);

const EMPTY: &str =
    "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";
const SEVERAL: &str = "Supplied AttributeValue has more than one datatypes set, must contain \
                       exactly one of the supported datatypes";

fn parameter(text: &str) -> String {
    format!("One or more parameter values were invalid: {text}")
}

fn number(text: &str) -> Result<Number, String> {
    Number::parse(text).map_err(|error| error.to_string())
}

fn bytes(text: &str) -> Result<Vec<u8>, String> {
    STANDARD.decode(text).map_err(|_| parameter("a binary value is not valid base64"))
}

/// Builds a set from its members, of which there must be at least one and no duplicates.
fn set<T: Ord>(members: Vec<T>) -> Result<BTreeSet<T>, String> {
    let count = members.len();
    let set: BTreeSet<T> = members.into_iter().collect();
    match set.len() {
        0 => Err(parameter("a set may not be empty")),
        n if n < count => Err(parameter("Input collection contains duplicates.")),
        _ => Ok(set),
    }
}

fn texts<T>(texts: &[String], read: impl Fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
    texts.iter().map(|text| read(text)).collect()
}

fn value_of<'de, A: MapAccess<'de>>(
    kind: &str,
    map: &mut A,
) -> Result<Result<Value, String>, A::Error> {
    Ok(match kind {
        "S" => Ok(Value::S(map.next_value()?)),
        "N" => number(&map.next_value::<String>()?).map(Value::N),
        "B" => bytes(&map.next_value::<String>()?).map(Value::B),
        "BOOL" => Ok(Value::Bool(map.next_value()?)),
        "NULL" => match map.next_value()? {
            true => Ok(Value::Null),
            false => Err(parameter("Null attribute value types must have the value of true")),
        },
        "L" => {
            let list = map.next_value::<Vec<Av>>()?.into_iter();
            list.map(|av| av.0).collect::<Result<_, _>>().map(Value::L)
        }
        "M" => unwrap(map.next_value()?).map(Value::M),
        "SS" => set(map.next_value::<Vec<String>>()?).map(Value::Ss),
        "NS" => {
            let given: Vec<String> = map.next_value()?;
            texts(&given, number).and_then(set).map(Value::Ns)
        }
        "BS" => {
            let given: Vec<String> = map.next_value()?;
            texts(&given, bytes).and_then(set).map(Value::Bs)
        }
        _ => {
            map.next_value::<IgnoredAny>()?;
            Err(EMPTY.into())
        }
    })
}

impl<'de> Deserialize<'de> for Av {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Av, D::Error> {
        struct AvVisitor;
        impl<'de> Visitor<'de> for AvVisitor {
            type Value = Av;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an attribute value such as {\"S\": \"text\"}")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Av, A::Error> {
                let Some(kind) = map.next_key::<String>()? else {
                    return Ok(Av(Err(EMPTY.into())));
                };
                let mut value = value_of(&kind, &mut map)?;
                while map.next_key::<IgnoredAny>()?.is_some() {
                    map.next_value::<IgnoredAny>()?;
                    value = Err(SEVERAL.into());
                }
                Ok(Av(value))
            }
        }
        deserializer.deserialize_map(AvVisitor)
    }
}

pub(crate) fn unwrap(map: BTreeMap<Text, Av>) -> Result<Item, String> {
    map.into_iter().map(|(name, av)| Ok((name, av.0?))).collect()
}

/// A borrowed value, which serializes as DynamoDB's JSON.
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
    let map = serde_json::from_value::<BTreeMap<Text, Av>>(json).map_err(|e| e.to_string())?;
    unwrap(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_or_rejected() {
        let check = |text: &str, expect: Result<&str, &str>| {
            let av: Av = serde_json::from_str(text).expect("JSON of the right form");
            match (av.0, expect) {
                (Ok(value), Ok(expect)) => {
                    assert_eq!(serde_json::to_string(&AvRef(&value)).expect("JSON"), expect);
                }
                (Err(error), Err(expect)) => assert!(error.contains(expect), "{text}: {error}"),
                (got, _) => panic!("{text}: {got:?}"),
            }
        };
        check(r#"{"N": "1.50"}"#, Ok(r#"{"N":"1.5"}"#));
        check(
            r#"{"M": {"a": {"L": [{"NULL": true}]}}}"#,
            Ok(r#"{"M":{"a":{"L":[{"NULL":true}]}}}"#),
        );
        check(r#"{"SS": ["b", "a"]}"#, Ok(r#"{"SS":["a","b"]}"#));
        check("{}", Err("is empty"));
        check(r#"{"X": 1}"#, Err("is empty"));
        check(r#"{"S": "a", "N": "1"}"#, Err("more than one"));
        check(r#"{"NULL": false}"#, Err("value of true"));
        check(r#"{"SS": []}"#, Err("may not be empty"));
        check(r#"{"NS": ["1", "1.0"]}"#, Err("duplicates"));
        check(r#"{"BS": ["eA==", "eA=="]}"#, Err("duplicates"));
        check(r#"{"N": "seven"}"#, Err("numeric value"));
        check(r#"{"N": "1E126"}"#, Err("overflow"));
        check(r#"{"M": {"a": {"L": [{"N": "1e-9999999999"}]}}}"#, Err("underflow"));
        assert!(serde_json::from_str::<Av>(r#"{"S": 1}"#).is_err());
    }
}
