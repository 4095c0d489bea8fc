//! Condition, key-condition, filter, projection and update expressions: parsed once, then judged
//! against items.

use super::{Item, Number, Value};
use std::collections::BTreeMap;

/// `#names` and `:values` of a request.
#[derive(Debug, Clone, Default)]
pub struct Names {
    pub names: BTreeMap<String, String>,
    pub values: BTreeMap<String, Value>,
}

/// An attribute, or a place inside one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    pub name: String,
    pub rest: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Field(String),
    Index(usize),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    Path(Path),
    Value(Value),
    Size(Path),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    Compare(Operand, Compare, Operand),
    Between(Operand, Operand, Operand),
    In(Operand, Vec<Operand>),
    Exists(Path),
    NotExists(Path),
    BeginsWith(Operand, Operand),
    Contains(Operand, Operand),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
    Not(Box<Condition>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetValue {
    Operand(Operand),
    Plus(Operand, Operand),
    Minus(Operand, Operand),
    IfNotExists(Path, Operand),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Update {
    Set(Path, SetValue),
    Remove(Path),
    Add(Path, Value),
}

impl Path {
    pub fn attribute(name: &str) -> Path {
        Path { name: name.into(), rest: Vec::new() }
    }

    pub fn get<'a>(&self, item: &'a Item) -> Option<&'a Value> {
        let mut value = item.get(&self.name)?;
        for step in &self.rest {
            value = match (step, value) {
                (Step::Field(name), Value::M(map)) => map.get(name)?,
                (Step::Index(i), Value::L(list)) => list.get(*i)?,
                _ => return None,
            };
        }
        Some(value)
    }
}

impl Operand {
    fn get(&self, item: &Item) -> Option<Value> {
        match self {
            Operand::Path(path) => path.get(item).cloned(),
            Operand::Value(value) => Some(value.clone()),
            Operand::Size(path) => {
                let size = match path.get(item)? {
                    Value::S(s) => s.len(),
                    Value::B(b) => b.len(),
                    Value::L(l) => l.len(),
                    Value::M(m) => m.len(),
                    Value::Ss(s) => s.len(),
                    Value::Ns(s) => s.len(),
                    Value::Bs(s) => s.len(),
                    _ => return None,
                };
                Some(Value::N(Number::from_u64(size as u64)))
            }
        }
    }
}

fn order(a: &Value, b: &Value) -> Option<std::cmp::Ordering> {
    match (a, b) {
        (Value::S(a), Value::S(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
        (Value::N(a), Value::N(b)) => Some(a.cmp(b)),
        (Value::B(a), Value::B(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

impl Condition {
    pub fn absent(attribute: &str) -> Condition {
        Condition::NotExists(Path::attribute(attribute))
    }

    /// A missing attribute makes every comparison false but `<>`, as in DynamoDB.
    pub fn holds(&self, item: &Item) -> bool {
        match self {
            Condition::Compare(a, op, b) => {
                let (Some(a), Some(b)) = (a.get(item), b.get(item)) else {
                    return *op == Compare::Ne;
                };
                match op {
                    Compare::Eq => a == b,
                    Compare::Ne => a != b,
                    Compare::Lt => order(&a, &b).is_some_and(|o| o.is_lt()),
                    Compare::Le => order(&a, &b).is_some_and(|o| o.is_le()),
                    Compare::Gt => order(&a, &b).is_some_and(|o| o.is_gt()),
                    Compare::Ge => order(&a, &b).is_some_and(|o| o.is_ge()),
                }
            }
            Condition::Between(a, low, high) => {
                let (Some(a), Some(low), Some(high)) = (a.get(item), low.get(item), high.get(item))
                else {
                    return false;
                };
                order(&a, &low).is_some_and(|o| o.is_ge())
                    && order(&a, &high).is_some_and(|o| o.is_le())
            }
            Condition::In(a, list) => {
                a.get(item).is_some_and(|a| list.iter().any(|b| b.get(item).as_ref() == Some(&a)))
            }
            Condition::Exists(path) => path.get(item).is_some(),
            Condition::NotExists(path) => path.get(item).is_none(),
            Condition::BeginsWith(a, b) => match (a.get(item), b.get(item)) {
                (Some(Value::S(a)), Some(Value::S(b))) => a.starts_with(&b),
                (Some(Value::B(a)), Some(Value::B(b))) => a.starts_with(&b),
                _ => false,
            },
            Condition::Contains(a, b) => match (a.get(item), b.get(item)) {
                (Some(Value::S(a)), Some(Value::S(b))) => a.contains(&b),
                (Some(Value::Ss(a)), Some(Value::S(b))) => a.contains(&b),
                (Some(Value::Ns(a)), Some(Value::N(b))) => a.contains(&b),
                (Some(Value::Bs(a)), Some(Value::B(b))) => a.contains(&b),
                (Some(Value::L(a)), Some(b)) => a.contains(&b),
                _ => false,
            },
            Condition::And(a, b) => a.holds(item) && b.holds(item),
            Condition::Or(a, b) => a.holds(item) || b.holds(item),
            Condition::Not(a) => !a.holds(item),
        }
    }

    /// The clauses of a conjunction, for key conditions.
    pub fn clauses(&self) -> Vec<&Condition> {
        match self {
            Condition::And(a, b) => a.clauses().into_iter().chain(b.clauses()).collect(),
            other => vec![other],
        }
    }
}

/// Applies updates in order; an error is the service's `ValidationException` text.
pub fn apply_updates(item: &mut Item, updates: &[Update]) -> Result<(), String> {
    let before = item.clone();
    for update in updates {
        match update {
            Update::Set(path, value) => {
                let value = set_value(value, &before)?;
                put_at(item, path, value)?;
            }
            Update::Remove(path) if path.rest.is_empty() => {
                item.remove(&path.name);
            }
            Update::Remove(_) => return Err("REMOVE of a nested attribute is not modelled".into()),
            Update::Add(path, value) => {
                let sum = match (path.get(&before), value) {
                    (None, value) => value.clone(),
                    (Some(Value::N(a)), Value::N(b)) => {
                        Value::N(a.plus(b).ok_or("Number overflow")?)
                    }
                    (Some(Value::Ss(a)), Value::Ss(b)) => Value::Ss(a.union(b).cloned().collect()),
                    _ => {
                        return Err("An operand in the update expression has an incorrect data \
                                    type"
                            .into());
                    }
                };
                put_at(item, path, sum)?;
            }
        }
    }
    Ok(())
}

fn set_value(value: &SetValue, item: &Item) -> Result<Value, String> {
    let missing = "The provided expression refers to an attribute that does not exist in the item";
    let number = |operand: &Operand| match operand.get(item) {
        Some(Value::N(n)) => Ok(n),
        Some(_) => Err("An operand in the update expression has an incorrect data type".to_owned()),
        None => Err(missing.to_owned()),
    };
    match value {
        SetValue::Operand(operand) => operand.get(item).ok_or_else(|| missing.into()),
        SetValue::Plus(a, b) => {
            number(a)?.plus(&number(b)?).map(Value::N).ok_or_else(|| "Number overflow".into())
        }
        SetValue::Minus(a, b) => number(a)?
            .plus(&number(b)?.negated())
            .map(Value::N)
            .ok_or_else(|| "Number overflow".into()),
        SetValue::IfNotExists(path, other) => match path.get(item) {
            Some(value) => Ok(value.clone()),
            None => other.get(item).ok_or_else(|| missing.into()),
        },
    }
}

fn put_at(item: &mut Item, path: &Path, value: Value) -> Result<(), String> {
    let invalid = "The document path provided in the update expression is invalid for update";
    let Some((last, inner)) = path.rest.split_last() else {
        item.insert(path.name.clone(), value);
        return Ok(());
    };
    let mut at = item.get_mut(&path.name).ok_or(invalid)?;
    for step in inner {
        at = match (step, at) {
            (Step::Field(name), Value::M(map)) => map.get_mut(name).ok_or(invalid)?,
            (Step::Index(i), Value::L(list)) => list.get_mut(*i).ok_or(invalid)?,
            _ => return Err(invalid.into()),
        };
    }
    match (last, at) {
        (Step::Field(name), Value::M(map)) => {
            map.insert(name.clone(), value);
            Ok(())
        }
        (Step::Index(i), Value::L(list)) => {
            if *i < list.len() {
                list[*i] = value;
            } else {
                list.push(value);
            }
            Ok(())
        }
        _ => Err(invalid.into()),
    }
}
