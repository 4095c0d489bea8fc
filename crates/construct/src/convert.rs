//! Conversions to an argument's type from other types that it accepts.

use crate::body::{IntoNode, Object};
use crate::expr::Node;
use crate::ty::{Any, Bool, List, Many, Map, Nested, Num, One, Set, Str, WriteOnly};
use crate::value::{Ephemeral, Ref, Value};
use serde_json::Number;
use std::borrow::Cow;
use std::collections::BTreeMap;

impl<T> From<&Value<T>> for Value<T> {
    fn from(value: &Value<T>) -> Value<T> {
        value.clone()
    }
}

impl<T> From<&Ref<T>> for Value<T> {
    fn from(reference: &Ref<T>) -> Value<T> {
        Value::of(reference.node())
    }
}

impl<T> From<Ref<T>> for Value<T> {
    fn from(reference: Ref<T>) -> Value<T> {
        Value::from(&reference)
    }
}

impl From<&str> for Value<Str> {
    fn from(text: &str) -> Value<Str> {
        Value::of(Node::literal(text))
    }
}

impl From<String> for Value<Str> {
    fn from(text: String) -> Value<Str> {
        Value::of(Node::literal(text))
    }
}

impl From<&String> for Value<Str> {
    fn from(text: &String) -> Value<Str> {
        Value::of(Node::literal(text.as_str()))
    }
}

impl From<bool> for Value<Bool> {
    fn from(value: bool) -> Value<Bool> {
        Value::of(Node::Bool(value))
    }
}

macro_rules! numbers {
    ($($number:ty),*) => { $(
        impl From<$number> for Value<Num> {
            fn from(value: $number) -> Value<Num> {
                Value::of(Node::Number(Number::from(value)))
            }
        }
    )* };
}
numbers!(i32, i64, u16, u32, u64, usize);

impl From<f64> for Value<Num> {
    /// Converts a number. Infinities and NaN, which JSON cannot write, become null, which Terraform reads as unset.
    fn from(value: f64) -> Value<Num> {
        Value::of(Number::from_f64(value).map_or(Node::Null, Node::Number))
    }
}

impl From<Ref<Num>> for Value<Str> {
    fn from(reference: Ref<Num>) -> Value<Str> {
        Value::of(reference.node())
    }
}

fn list<V: Into<Value<T>>, T>(items: impl IntoIterator<Item = V>) -> Node {
    Node::List(items.into_iter().map(|item| item.into().node).collect())
}

macro_rules! lists {
    ($($kind:ident),*) => { $(
        impl<V: Into<Value<T>>, T> From<Vec<V>> for Value<$kind<T>> {
            fn from(items: Vec<V>) -> Self {
                Value::of(list::<V, T>(items))
            }
        }
        impl<V: Into<Value<T>>, T, const N: usize> From<[V; N]> for Value<$kind<T>> {
            fn from(items: [V; N]) -> Self {
                Value::of(list::<V, T>(items))
            }
        }
        impl<V: Clone + Into<Value<T>>, T> From<&Vec<V>> for Value<$kind<T>> {
            fn from(items: &Vec<V>) -> Self {
                Value::from(items.as_slice())
            }
        }
        impl<V: Clone + Into<Value<T>>, T> From<&[V]> for Value<$kind<T>> {
            fn from(items: &[V]) -> Self {
                Value::of(list::<V, T>(items.iter().cloned()))
            }
        }
    )* };
}
lists!(List, Set);

impl<T> From<Ref<List<T>>> for Value<Set<T>> {
    fn from(reference: Ref<List<T>>) -> Value<Set<T>> {
        Value::of(reference.node())
    }
}

impl<T> From<Ref<Set<T>>> for Value<List<T>> {
    fn from(reference: Ref<Set<T>>) -> Value<List<T>> {
        Value::of(reference.node())
    }
}

fn map<K: Into<String>, V: Into<Value<T>>, T>(items: impl IntoIterator<Item = (K, V)>) -> Node {
    let entries = items.into_iter().map(|(k, v)| (Cow::Owned(k.into()), v.into().node));
    Node::Map(entries.collect())
}

impl<K: Into<String>, V: Into<Value<T>>, T, const N: usize> From<[(K, V); N]> for Value<Map<T>> {
    fn from(items: [(K, V); N]) -> Self {
        Value::of(map::<K, V, T>(items))
    }
}

impl<K: Into<String>, V: Into<Value<T>>, T> From<Vec<(K, V)>> for Value<Map<T>> {
    fn from(items: Vec<(K, V)>) -> Self {
        Value::of(map::<K, V, T>(items))
    }
}

impl<K: Into<String>, V: Into<Value<T>>, T> From<BTreeMap<K, V>> for Value<Map<T>> {
    fn from(items: BTreeMap<K, V>) -> Self {
        Value::of(map::<K, V, T>(items))
    }
}

impl<B: Nested + Object> From<B> for Value<One<B>> {
    fn from(block: B) -> Self {
        Value::of(block.into_node())
    }
}

impl<B: Nested + Object> From<B> for Value<Many<B>> {
    fn from(block: B) -> Self {
        Value::of(Node::Blocks(vec![block.into_node()]))
    }
}

impl<B: Nested + Object> From<Vec<B>> for Value<Many<B>> {
    fn from(blocks: Vec<B>) -> Self {
        Value::of(Node::Blocks(blocks.into_iter().map(IntoNode::into_node).collect()))
    }
}

impl<B: Nested + Object, const N: usize> From<[B; N]> for Value<Many<B>> {
    fn from(blocks: [B; N]) -> Self {
        Value::from(Vec::from(blocks))
    }
}

impl<T> From<Ephemeral<T>> for Value<WriteOnly<T>> {
    fn from(value: Ephemeral<T>) -> Self {
        Value::of(value.0.node)
    }
}

impl<T> From<Value<T>> for Value<WriteOnly<T>> {
    fn from(value: Value<T>) -> Self {
        Value::of(value.node)
    }
}

impl<T> From<Ref<T>> for Value<WriteOnly<T>> {
    fn from(reference: Ref<T>) -> Self {
        Value::of(reference.node())
    }
}

impl From<String> for Value<WriteOnly<Str>> {
    fn from(text: String) -> Self {
        Value::of(Node::literal(text))
    }
}

impl From<&str> for Value<WriteOnly<Str>> {
    fn from(text: &str) -> Self {
        Value::of(Node::literal(text))
    }
}

impl From<Value<Str>> for Value<Any> {
    fn from(value: Value<Str>) -> Self {
        Value::of(value.node)
    }
}
