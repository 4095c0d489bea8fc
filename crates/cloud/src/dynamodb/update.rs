//! Parsed update expressions, and how they change items.

use super::expression::{Operand, Path, Step};
use super::{Item, Value};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The right side of a `SET` action. Its paths refer to the item as it was before the update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetValue {
    /// A literal, or the value at a path.
    Operand(Operand),
    /// The sum of two numbers.
    Plus(Box<SetValue>, Box<SetValue>),
    /// The first number minus the second.
    Minus(Box<SetValue>, Box<SetValue>),
    /// The value at the path, or the other value if the path has none.
    IfNotExists(Path, Box<SetValue>),
    /// A list with the elements of the first list followed by those of the second.
    ListAppend(Box<SetValue>, Box<SetValue>),
}

/// One action of an update expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Update {
    /// Stores a value at the path.
    Set(Path, SetValue),
    /// Removes the value at the path.
    Remove(Path),
    /// Adds to a number or to a set. If the path has no value, the given value is stored.
    Add(Path, Value),
    /// Removes elements from a set. If no element is left, the set itself is removed.
    Delete(Path, Value),
}

const INCORRECT_TYPE: &str = "An operand in the update expression has an incorrect data type";
const INVALID_PATH: &str =
    "The document path provided in the update expression is invalid for update";
const NO_ATTRIBUTE: &str =
    "The provided expression refers to an attribute that does not exist in the item";

impl Update {
    pub(super) fn path(&self) -> &Path {
        match self {
            Update::Set(path, _)
            | Update::Remove(path)
            | Update::Add(path, _)
            | Update::Delete(path, _) => path,
        }
    }
}

/// Applies updates, all of which see the item as it was before. The error is the text of the service's
/// `ValidationException`.
pub(super) fn apply_updates(item: &mut Item, updates: &[Update]) -> Result<(), String> {
    let before = item.clone();
    let mut removed = Vec::new();
    for update in updates {
        match update {
            Update::Set(path, value) => put_at(item, path, value.of(&before)?)?,
            Update::Add(path, value) => put_at(item, path, sum(path.get(&before), value)?)?,
            Update::Delete(path, value) => {
                if let Some(there) = path.get(&before) {
                    match difference(there, value)? {
                        Some(rest) => put_at(item, path, rest)?,
                        None => remove_at(item, path)?,
                    }
                }
            }
            Update::Remove(path) => removed.push(path),
        }
    }
    // List indexes refer to the original item. Removing the highest index first keeps the others valid.
    removed.sort_by(|a, b| b.rest.cmp(&a.rest));
    removed.into_iter().try_for_each(|path| remove_at(item, path))
}

impl SetValue {
    fn of(&self, item: &Item) -> Result<Value, String> {
        match self {
            SetValue::Operand(operand) => {
                operand.get(item).map(Cow::into_owned).ok_or_else(|| NO_ATTRIBUTE.into())
            }
            SetValue::Plus(a, b) | SetValue::Minus(a, b) => {
                let (Value::N(a), Value::N(b)) = (a.of(item)?, b.of(item)?) else {
                    return Err(INCORRECT_TYPE.into());
                };
                let b = if matches!(self, SetValue::Minus(..)) { b.negated() } else { b };
                a.plus(&b).map(Value::N).map_err(|error| error.to_string())
            }
            SetValue::IfNotExists(path, other) => match path.get(item) {
                Some(value) => Ok(value.clone()),
                None => other.of(item),
            },
            SetValue::ListAppend(a, b) => {
                let (Value::L(mut a), Value::L(b)) = (a.of(item)?, b.of(item)?) else {
                    return Err(INCORRECT_TYPE.into());
                };
                a.extend(b);
                Ok(Value::L(a))
            }
        }
    }
}

fn sum(there: Option<&Value>, value: &Value) -> Result<Value, String> {
    Ok(match (there, value) {
        (None, value) => value.clone(),
        (Some(Value::N(a)), Value::N(b)) => Value::N(a.plus(b).map_err(|e| e.to_string())?),
        (Some(Value::Ss(a)), Value::Ss(b)) => Value::Ss(a | b),
        (Some(Value::Ns(a)), Value::Ns(b)) => Value::Ns(a | b),
        (Some(Value::Bs(a)), Value::Bs(b)) => Value::Bs(a | b),
        _ => return Err(INCORRECT_TYPE.into()),
    })
}

/// Returns the set without the elements of `value`, or `None` if no element is left, because empty sets are not
/// allowed.
fn difference(there: &Value, value: &Value) -> Result<Option<Value>, String> {
    fn rest<T: Ord + Clone>(
        a: &BTreeSet<T>,
        b: &BTreeSet<T>,
        set: fn(BTreeSet<T>) -> Value,
    ) -> Option<Value> {
        let rest = a - b;
        (!rest.is_empty()).then(|| set(rest))
    }
    match (there, value) {
        (Value::Ss(a), Value::Ss(b)) => Ok(rest(a, b, Value::Ss)),
        (Value::Ns(a), Value::Ns(b)) => Ok(rest(a, b, Value::Ns)),
        (Value::Bs(a), Value::Bs(b)) => Ok(rest(a, b, Value::Bs)),
        _ => Err(INCORRECT_TYPE.into()),
    }
}

/// Returns the map or list that contains the last step of a nested path.
fn holder<'a>(item: &'a mut Item, name: &str, inner: &[Step]) -> Result<&'a mut Value, String> {
    let mut at = item.get_mut(name).ok_or(INVALID_PATH)?;
    for step in inner {
        at = match (step, at) {
            (Step::Field(name), Value::M(map)) => map.get_mut(name).ok_or(INVALID_PATH)?,
            (Step::Index(i), Value::L(list)) => list.get_mut(*i).ok_or(INVALID_PATH)?,
            _ => return Err(INVALID_PATH.into()),
        };
    }
    Ok(at)
}

fn put_at(item: &mut Item, path: &Path, value: Value) -> Result<(), String> {
    let Some((last, inner)) = path.rest.split_last() else {
        item.insert(path.name.clone(), value);
        return Ok(());
    };
    match (last, holder(item, &path.name, inner)?) {
        (Step::Field(name), Value::M(map)) => {
            map.insert(name.clone(), value);
        }
        (Step::Index(i), Value::L(list)) => match list.get_mut(*i) {
            Some(there) => *there = value,
            None => list.push(value),
        },
        _ => return Err(INVALID_PATH.into()),
    }
    Ok(())
}

fn remove_at(item: &mut Item, path: &Path) -> Result<(), String> {
    let Some((last, inner)) = path.rest.split_last() else {
        item.remove(&path.name);
        return Ok(());
    };
    match (last, holder(item, &path.name, inner)?) {
        (Step::Field(name), Value::M(map)) => {
            map.remove(name);
        }
        (Step::Index(i), Value::L(list)) => {
            if *i < list.len() {
                list.remove(*i);
            }
        }
        _ => return Err(INVALID_PATH.into()),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamodb::{Names, Number, parse};

    fn number(n: u64) -> Value {
        Value::N(Number::from_u64(n))
    }

    fn check(text: &str, expect: Result<(&str, Option<Value>), ()>) {
        let set = |names: &[&str]| Value::Ss(names.iter().map(|n| (*n).to_owned()).collect());
        let mut item: Item = [
            ("n".into(), number(7)),
            ("l".into(), Value::L((0..4).map(number).collect())),
            ("tags".into(), set(&["a", "b"])),
            ("m".into(), Value::M([("x".into(), number(1))].into_iter().collect())),
        ]
        .into_iter()
        .collect();
        let values = [
            (":one".into(), number(1)),
            (":l".into(), Value::L(vec![number(9)])),
            (":a".into(), set(&["a"])),
            (":ab".into(), set(&["a", "b"])),
        ];
        let names = Names::new([], values);
        let applied = parse::updates(text, &names).and_then(|u| apply_updates(&mut item, &u));
        match expect {
            Ok((name, value)) => {
                assert_eq!(applied, Ok(()), "{text}");
                assert_eq!(item.get(name), value.as_ref(), "{text}");
            }
            Err(()) => assert!(applied.is_err(), "{text}"),
        }
    }

    #[test]
    fn updates() {
        let list = |of: &[u64]| Some(Value::L(of.iter().copied().map(number).collect()));
        check("SET n = if_not_exists(n, :one) + :one", Ok(("n", Some(number(8)))));
        check("SET z = if_not_exists(z, :one) + :one", Ok(("z", Some(number(2)))));
        check("SET l = list_append(l, :l)", Ok(("l", list(&[0, 1, 2, 3, 9]))));
        check("REMOVE l[0], l[2]", Ok(("l", list(&[1, 3]))));
        check("REMOVE l[0], l[9] SET l[3] = :one", Ok(("l", list(&[1, 2, 1]))));
        check("REMOVE m.x", Ok(("m", Some(Value::M(Item::new())))));
        check("DELETE tags :ab", Ok(("tags", None)));
        check("DELETE absent :a", Ok(("absent", None)));
        check("REMOVE absent.x", Err(()));
        check("DELETE n :a", Err(()));
        check("DELETE tags :one", Err(()));
        check("SET l = list_append(n, :l)", Err(()));
        check("ADD n :l", Err(()));
    }
}
