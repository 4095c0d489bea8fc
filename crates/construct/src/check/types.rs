//! Checks whether a JSON value fits a type of the schema.

use super::Problem;
use super::references::Graph;
use crate::schema::Type;
use serde_json::Value;
use std::fmt;

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Str => write!(f, "string"),
            Type::Num => write!(f, "number"),
            Type::Bool => write!(f, "bool"),
            Type::Any => write!(f, "anything"),
            Type::List(inner) => write!(f, "list of {inner}"),
            Type::Set(inner) => write!(f, "set of {inner}"),
            Type::Map(inner) => write!(f, "map of {inner}"),
            Type::Object(_) => write!(f, "object"),
        }
    }
}

pub(super) fn check(
    graph: &Graph,
    at: &str,
    ty: &Type,
    value: &Value,
    problems: &mut Vec<Problem>,
) {
    let wrong = |message: String| Problem { address: at.to_owned(), message };
    let given = match (ty, value) {
        (_, Value::Null) | (Type::Any, _) => return,
        (_, Value::String(text)) if is_expression(text) => {
            let known = graph.type_of(text);
            if let Some(known) = known.filter(|known| !converts(known, ty)) {
                problems.push(wrong(format!("{text} is a {known} where a {ty} is wanted")));
            }
            return;
        }
        (Type::Str, Value::String(_)) | (Type::Num, Value::Number(_)) => return,
        (Type::Bool, Value::Bool(_)) => return,
        (Type::List(inner) | Type::Set(inner), Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                check(graph, &format!("{at}[{index}]"), inner, item, problems);
            }
            return;
        }
        (Type::Map(inner), Value::Object(entries)) => {
            for (key, item) in entries {
                check(graph, &format!("{at}[{key:?}]"), inner, item, problems);
            }
            return;
        }
        (Type::Object(fields), Value::Object(entries)) => {
            for key in entries.keys().filter(|key| !fields.iter().any(|(name, _)| name == key)) {
                problems.push(wrong(format!("has no key {key}")));
            }
            for (name, inner) in *fields {
                match entries.get(*name) {
                    Some(item) => check(graph, &format!("{at}.{name}"), inner, item, problems),
                    None => {
                        problems.push(wrong(format!("lacks the key {name}; unset ones are null")))
                    }
                }
            }
            return;
        }
        (_, Value::String(_)) => "string",
        (_, Value::Number(_)) => "number",
        (_, Value::Bool(_)) => "bool",
        (_, Value::Array(_)) => "list",
        (_, Value::Object(_)) => "map",
    };
    problems.push(wrong(format!("is a {given} where a {ty} is wanted")));
}

/// Returns whether the whole text is one expression.
fn is_expression(text: &str) -> bool {
    let inner = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    inner.is_some_and(|inner| !inner.contains("${") || inner.contains('"'))
}

/// Returns whether Terraform implicitly converts `from` to `to`.
fn converts(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (Type::Any, _) | (_, Type::Any) => true,
        (Type::Num | Type::Bool | Type::Str, Type::Str) => true,
        // A string may hold a number or a truth value; only a run of Terraform can show that.
        (Type::Str, Type::Num | Type::Bool) => true,
        (Type::List(a) | Type::Set(a), Type::List(b) | Type::Set(b)) => converts(a, b),
        (Type::Map(a), Type::Map(b)) => converts(a, b),
        (Type::Object(_), Type::Object(_) | Type::Map(_)) => true,
        (a, b) => a == b,
    }
}
