//! Condition, key-condition and filter expressions. They are parsed once and then evaluated against items.

use super::{Item, Number, Text, Value};
use std::borrow::Cow;
use std::fmt;

/// A document path: an attribute, or a value inside an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// The name of the attribute.
    pub name: Text,
    /// The steps from the attribute to the value. The list is empty for the attribute itself.
    pub rest: Vec<Step>,
}

/// A step from a map or a list to one of its values.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The entry of a map with this name.
    Field(Text),
    /// The element of a list with this index, counted from 0.
    Index(usize),
}

/// An operand of a comparison or of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    /// The value at a path, which an item may lack.
    Path(Path),
    /// A literal, which an expression gives as a `:value` placeholder.
    Value(Value),
    /// The size of the value at a path: the number of bytes of a text or a binary, or the number of elements of a list,
    /// map or set. Other types have no size.
    Size(Path),
}

/// A comparison operator. Only texts, numbers and binaries are ordered, and only values of the same type are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// The operator `=`.
    Eq,
    /// The operator `<>`. It also holds if an operand is missing.
    Ne,
    /// The operator `<`.
    Lt,
    /// The operator `<=`.
    Le,
    /// The operator `>`.
    Gt,
    /// The operator `>=`.
    Ge,
}

/// A parsed condition on one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// The comparison of the two operands holds.
    Compare(Operand, Compare, Operand),
    /// The operand lies in the range from the first end to the second, both included.
    Between(Operand, Box<[Operand; 2]>),
    /// The operand equals one of the operands in the list.
    In(Operand, Vec<Operand>),
    /// The item has a value at the path.
    Exists(Path),
    /// The item has no value at the path.
    NotExists(Path),
    /// The value at the path has the type with this short name, such as `S` or `BOOL`.
    IsType(Path, String),
    /// The first operand begins with the second. Both must be texts, or both binaries.
    BeginsWith(Operand, Operand),
    /// The first operand contains the second: as a part of a text, or as an element of a set or a list.
    Contains(Operand, Operand),
    /// Both conditions hold.
    And(Box<Condition>, Box<Condition>),
    /// At least one of the conditions holds.
    Or(Box<Condition>, Box<Condition>),
    /// The condition does not hold.
    Not(Box<Condition>),
}

impl Path {
    /// Creates the path of a whole attribute.
    pub fn attribute(name: &str) -> Path {
        Path { name: name.into(), rest: Vec::new() }
    }

    fn among<'a>(&self, names: &[&'a str]) -> Option<&'a str> {
        names.iter().copied().find(|name| *name == self.name)
    }

    pub(super) fn get<'a>(&self, item: &'a Item) -> Option<&'a Value> {
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

/// Formats the path in the notation of DynamoDB's errors.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}", self.name)?;
        for step in &self.rest {
            match step {
                Step::Field(name) => write!(f, ", {name}")?,
                Step::Index(i) => write!(f, ", [{i}]")?,
            }
        }
        f.write_str("]")
    }
}

impl Operand {
    pub(super) fn get<'a>(&'a self, item: &'a Item) -> Option<Cow<'a, Value>> {
        match self {
            Operand::Path(path) => path.get(item).map(Cow::Borrowed),
            Operand::Value(value) => Some(Cow::Borrowed(value)),
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
                Some(Cow::Owned(Value::N(Number::from_u64(size as u64))))
            }
        }
    }
}

pub(super) fn order(a: &Value, b: &Value) -> Option<std::cmp::Ordering> {
    match (a, b) {
        (Value::S(a), Value::S(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
        (Value::N(a), Value::N(b)) => Some(a.cmp(b)),
        (Value::B(a), Value::B(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

impl Condition {
    /// Creates the condition that the item lacks an attribute. For a key attribute, the condition holds only if there
    /// is no item.
    pub fn absent(attribute: &str) -> Condition {
        Condition::NotExists(Path::attribute(attribute))
    }

    /// Evaluates the condition. As in DynamoDB, a missing attribute makes every comparison except `<>` false.
    pub(super) fn holds(&self, item: &Item) -> bool {
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
            Condition::Between(a, ends) => {
                let [low, high] = ends.each_ref().map(|end| end.get(item));
                let (Some(a), Some(low), Some(high)) = (a.get(item), low, high) else {
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
            Condition::IsType(path, kind) => {
                path.get(item).is_some_and(|value| value.type_name() == kind)
            }
            Condition::BeginsWith(a, b) => match (a.get(item).as_deref(), b.get(item).as_deref()) {
                (Some(Value::S(a)), Some(Value::S(b))) => a.starts_with(b.as_str()),
                (Some(Value::B(a)), Some(Value::B(b))) => a.starts_with(b),
                _ => false,
            },
            Condition::Contains(a, b) => match (a.get(item).as_deref(), b.get(item).as_deref()) {
                (Some(Value::S(a)), Some(Value::S(b))) => a.contains(b.as_str()),
                (Some(Value::Ss(a)), Some(Value::S(b))) => a.contains(b.as_str()),
                (Some(Value::Ns(a)), Some(Value::N(b))) => a.contains(b),
                (Some(Value::Bs(a)), Some(Value::B(b))) => a.contains(b),
                (Some(Value::L(a)), Some(b)) => a.contains(b),
                _ => false,
            },
            Condition::And(a, b) => a.holds(item) && b.holds(item),
            Condition::Or(a, b) => a.holds(item) || b.holds(item),
            Condition::Not(a) => !a.holds(item),
        }
    }

    /// Returns the first of these attribute names that the condition uses.
    pub(super) fn mentions<'a>(&self, names: &[&'a str]) -> Option<&'a str> {
        let operand = |operand: &Operand| match operand {
            Operand::Path(path) | Operand::Size(path) => path.among(names),
            Operand::Value(_) => None,
        };
        match self {
            Condition::Compare(a, _, b)
            | Condition::BeginsWith(a, b)
            | Condition::Contains(a, b) => operand(a).or_else(|| operand(b)),
            Condition::Between(a, ends) => operand(a).or_else(|| ends.iter().find_map(operand)),
            Condition::In(a, list) => operand(a).or_else(|| list.iter().find_map(operand)),
            Condition::Exists(path) | Condition::NotExists(path) | Condition::IsType(path, _) => {
                path.among(names)
            }
            Condition::And(a, b) | Condition::Or(a, b) => {
                a.mentions(names).or_else(|| b.mentions(names))
            }
            Condition::Not(a) => a.mentions(names),
        }
    }

    /// Returns the clauses of a conjunction, which is the form of key conditions.
    pub(super) fn clauses(&self) -> Vec<&Condition> {
        match self {
            Condition::And(a, b) => a.clauses().into_iter().chain(b.clauses()).collect(),
            other => vec![other],
        }
    }
}
