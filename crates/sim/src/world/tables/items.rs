//! Builds the items, conditions and requests of the cloud's tables.

use crate::world::CONTROL;
use leeward_cloud::dynamodb::expression::{Compare, Condition, Operand, Path};
use leeward_cloud::dynamodb::{DynamoRequest, Item, Query, Returns, Text, Value, Write};
use leeward_model::Seq;
use std::sync::Arc;

pub(super) fn s(text: impl Into<Text>) -> Value {
    Value::S(text.into())
}

/// Pads a number to twenty digits, so that the texts sort in the order of their numbers.
pub(super) fn digits(n: u64) -> Text {
    let (mut digits, mut rest) = ([b'0'; 20], n);
    for digit in digits.iter_mut().rev() {
        *digit += (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    Text::new(std::str::from_utf8(&digits).expect("digits are text"))
}

pub(super) fn number(n: u64) -> Value {
    Value::S(digits(n))
}

pub(super) fn text<'a>(item: &'a Item, name: &str) -> Option<&'a Text> {
    match item.get(name)? {
        Value::S(text) => Some(text),
        _ => None,
    }
}

pub(super) const PK: Text = Text::new_static("pk");
pub(super) const SK: Text = Text::new_static("sk");

pub(super) fn store<T>(all: &mut Vec<T>, one: T) -> Value {
    all.push(one);
    number(all.len() as u64 - 1)
}

pub(super) fn sort_of(seq: Seq) -> Text {
    digits(seq.0)
}

/// Builds an item from attributes that are already in the order of their names.
pub(super) fn item<const N: usize>(attributes: [(Text, Value); N]) -> Item {
    debug_assert!(attributes.is_sorted_by(|(a, _), (b, _)| a < b));
    Item::from_sorted_store_unchecked(attributes.into())
}

pub(super) fn key(pk: &str, sk: &str) -> Item {
    item([(PK, s(pk)), (SK, s(sk))])
}

pub(super) fn put(table: &'static str, item: Item, condition: Condition) -> DynamoRequest {
    DynamoRequest::Write(Write::Put {
        table: Text::new_static(table),
        item: Arc::new(item),
        condition: Some(condition),
        old_on_failure: true,
        returns: Returns::None,
    })
}

pub(super) fn absent() -> Condition {
    Condition::absent("pk")
}

pub(super) fn compare(attribute: &str, op: Compare, value: Value) -> Condition {
    let path = Operand::Path(Path::attribute(attribute));
    Condition::Compare(path, op, Operand::Value(value))
}

pub(super) fn query(
    table: &'static str,
    pk: &str,
    after: Option<Text>,
    forward: bool,
    limit: usize,
) -> DynamoRequest {
    let mut condition = compare("pk", Compare::Eq, s(pk));
    if let Some(after) = after {
        let range = compare("sk", Compare::Gt, s(after));
        condition = Condition::And(Box::new(condition), Box::new(range));
    }
    DynamoRequest::Query(Query {
        table: Text::new_static(table),
        condition,
        filter: None,
        forward,
        limit: Some(limit),
        start: None,
        consistent: true,
    })
}

pub(super) fn get(pk: &str, sk: &str) -> DynamoRequest {
    DynamoRequest::Get { table: Text::new_static(CONTROL), key: key(pk, sk), consistent: true }
}

pub(super) fn swap(
    mut item: Item,
    attribute: &str,
    value: u64,
    expect: Option<u64>,
) -> DynamoRequest {
    item.insert(attribute.into(), number(value));
    let condition = match expect {
        Some(expect) => compare(attribute, Compare::Eq, number(expect)),
        None => absent(),
    };
    put(CONTROL, item, condition)
}

pub(super) fn with_body(pk: &str, sk: &str, body: Value) -> Item {
    item([(Text::new_static("body"), body), (PK, s(pk)), (SK, s(sk))])
}
