//! Values that a program gives to arguments: literals, references, and what is made of both. The type
//! parameter is Terraform's type, so that an argument says in its signature what it accepts.

use crate::body::{Args, IntoNode, Object};
use crate::expr::{Expr, Node, Part, join};
use crate::json::Json;
use crate::ty::{Any, Bool, List, Many, Map, Nested, Num, One, Set, Str, WriteOnly};
use serde_json::Number;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;

/// A value for an argument of type `T`: a literal, a reference, or text with references in it.
pub struct Value<T> {
    pub(crate) node: Node,
    marker: PhantomData<fn() -> T>,
}

/// What some element's attribute will be. It may be used in any stack of the same app.
pub struct Ref<T> {
    pub(crate) expr: Rc<Expr>,
    marker: PhantomData<fn() -> T>,
}

/// A value that lives for one run only. Nothing but write-only arguments accepts it.
///
/// ```compile_fail
/// use leeward_construct::{App, aws};
/// let stack = App::new("out").stack("s");
/// let password = stack.add("p", aws::ephemeral::SecretsmanagerRandomPassword::new());
/// // A stored argument: the password would end up in the state.
/// aws::SecretsmanagerSecretVersion::new("id").secret_string(password.random_password());
/// ```
///
/// ```
/// use leeward_construct::{App, aws};
/// let stack = App::new("out").stack("s");
/// let password = stack.add("p", aws::ephemeral::SecretsmanagerRandomPassword::new());
/// aws::SecretsmanagerSecretVersion::new("id").secret_string_wo(password.random_password());
/// ```
pub struct Ephemeral<T>(Value<T>);

impl<T> Value<T> {
    pub(crate) fn of(node: Node) -> Value<T> {
        Value { node, marker: PhantomData }
    }

    /// Explicitly nothing; Terraform reads it as unset.
    pub fn null() -> Value<T> {
        Value::of(Node::Null)
    }

    pub(crate) fn object(args: Args) -> Value<T> {
        Value::of(Node::Map(args.0))
    }
}

impl<T> Ref<T> {
    pub(crate) fn of(expr: Expr) -> Ref<T> {
        Ref { expr: Rc::new(expr), marker: PhantomData }
    }

    /// An expression that means the same in every stack, such as `terraform.workspace`.
    pub fn expression(text: &'static str) -> Ref<T> {
        Ref::of(Expr::Raw(text))
    }

    /// What one of Terraform's functions makes of these arguments.
    pub fn call<A: Into<Json>>(
        function: &'static str,
        arguments: impl IntoIterator<Item = A>,
    ) -> Ref<T> {
        Ref::of(Expr::Call(function, arguments.into_iter().map(|a| a.into().0).collect()))
    }

    pub(crate) fn node(&self) -> Node {
        // Whether it is text matters inside documents only; `Json` learns it from the type.
        Node::Expr { expr: self.expr.clone(), text: false }
    }

    /// A step into this value that no type describes, such as `.name` or `["key"]`.
    pub fn step<U>(&self, step: impl Into<String>) -> Ref<U> {
        Ref::of(Expr::Step(self.expr.clone(), step.into()))
    }
}

impl<T> Ref<List<T>> {
    /// The element at this place, counted from zero.
    pub fn at(&self, index: usize) -> Ref<T> {
        self.step(format!("[{index}]"))
    }
}

impl<T> Ref<Set<T>> {
    /// The only element; Terraform fails when there is not exactly one.
    pub fn one(&self) -> Ref<T> {
        Ref::of(Expr::Call("one", vec![self.node()]))
    }
}

impl<T> Ref<Map<T>> {
    /// The value under this key.
    pub fn key(&self, key: &str) -> Ref<T> {
        let quoted = Node::literal(key).to_hcl(&mut Nowhere);
        self.step(format!("[{quoted}]"))
    }
}

/// Literals refer to nothing, so no place is asked.
struct Nowhere;

impl crate::expr::Place for Nowhere {
    fn attribute(&mut self, _: &Rc<str>, address: &Rc<str>, path: &str) -> String {
        format!("{address}.{path}")
    }
}

impl<T> Ephemeral<T> {
    pub(crate) fn of(reference: Ref<T>) -> Ephemeral<T> {
        Ephemeral(Value::from(reference))
    }

    /// Puts the value into something larger, such as a document; the whole is as short-lived.
    pub fn map<U>(self, within: impl FnOnce(Value<T>) -> Value<U>) -> Ephemeral<U> {
        Ephemeral(within(self.0))
    }
}

impl<T> Clone for Value<T> {
    fn clone(&self) -> Value<T> {
        Value::of(self.node.clone())
    }
}

impl<T> Clone for Ref<T> {
    fn clone(&self) -> Ref<T> {
        Ref { expr: self.expr.clone(), marker: PhantomData }
    }
}

impl<T> Clone for Ephemeral<T> {
    fn clone(&self) -> Ephemeral<T> {
        Ephemeral(self.0.clone())
    }
}

impl<T> fmt::Debug for Value<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.node.fmt(f)
    }
}

impl<T> fmt::Debug for Ref<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expr.fmt(f)
    }
}

impl<T> fmt::Debug for Ephemeral<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

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
    /// What JSON cannot write (infinities, no number) becomes null, which Terraform reads as unset.
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

/// Fills a template's `{}` with these texts, one after the other. Called by [`text!`](crate::text).
#[doc(hidden)]
pub fn fill(template: &str, values: Vec<Value<Str>>) -> Value<Str> {
    let mut values = values.into_iter();
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        parts.push(Part::Literal(rest[..at].to_owned()));
        if rest[at..].starts_with("{}") {
            parts.extend(values.next().map(|v| v.node.into_parts()).unwrap_or_default());
        } else {
            parts.push(Part::Literal(rest[at..=at].to_owned()));
        }
        rest = rest.get(at + 2..).unwrap_or("");
    }
    parts.push(Part::Literal(rest.to_owned()));
    parts.retain(|part| !matches!(part, Part::Literal(text) if text.is_empty()));
    Value::of(Node::Text(join(parts)))
}

/// How many values a template takes, or `None` when a brace stands alone.
#[doc(hidden)]
pub const fn holes(template: &str) -> Option<usize> {
    let bytes = template.as_bytes();
    let (mut at, mut count) = (0, 0);
    while at < bytes.len() {
        if bytes[at] == b'{' || bytes[at] == b'}' {
            if at + 1 == bytes.len() {
                return None;
            }
            match (bytes[at], bytes[at + 1]) {
                (b'{', b'}') => count += 1,
                (b'{', b'{') | (b'}', b'}') => {}
                _ => return None,
            }
            at += 1;
        }
        at += 1;
    }
    Some(count)
}

/// Text with references in it, like `format!`: `text!("{}/*", bucket.arn())`. Braces are doubled.
/// That there is a value for every `{}` is checked when it is compiled.
///
/// ```compile_fail
/// leeward_construct::text!("{} {}", "one");
/// ```
#[macro_export]
macro_rules! text {
    ($template:literal $(, $value:expr)* $(,)?) => {{
        const _: () = {
            let values: usize = 0 $(+ { let _ = stringify!($value); 1 })*;
            match $crate::value::holes($template) {
                Some(holes) => assert!(holes == values, "a template takes one value for every pair of braces"),
                None => panic!("a brace that is meant is doubled"),
            }
        };
        $crate::value::fill($template, vec![$($crate::Value::<$crate::ty::Str>::from($value)),*])
    }};
}
