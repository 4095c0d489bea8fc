//! JSON documents with references inside, such as policies, definitions and dashboards.

use crate::expr::Node;
use crate::ty::{Any, Bool, List, Num, Set, Str, WriteOnly};
use crate::value::{Ref, Value};
use serde_json::Number;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A JSON value that may hold references. An argument of type string receives it as text with sorted keys; an argument
/// whose type the schema leaves open receives the structure itself.
#[derive(Debug, Clone)]
pub struct Json(pub(crate) Node);

impl Json {
    /// Returns an object of these entries.
    pub fn object<K: Into<String>>(entries: impl IntoIterator<Item = (K, Json)>) -> Json {
        let entries = entries.into_iter().map(|(k, v)| (Cow::Owned(k.into()), v.0));
        Json(Node::Map(entries.collect::<BTreeMap<_, _>>()))
    }

    /// Returns an array of these items.
    pub fn array(items: impl IntoIterator<Item = Json>) -> Json {
        Json(Node::List(items.into_iter().map(|item| item.0).collect()))
    }

    /// Returns null.
    pub fn null() -> Json {
        Json(Node::Null)
    }
}

impl From<Json> for Value<Str> {
    fn from(document: Json) -> Value<Str> {
        Value::of(Node::Encoded(Box::new(document.0)))
    }
}

impl From<&Json> for Value<Str> {
    fn from(document: &Json) -> Value<Str> {
        Value::from(document.clone())
    }
}

impl From<Json> for Value<WriteOnly<Str>> {
    fn from(document: Json) -> Self {
        Value::<Str>::from(document).into()
    }
}

impl From<Json> for Value<Any> {
    fn from(document: Json) -> Value<Any> {
        Value::of(document.0)
    }
}

impl From<&Json> for Json {
    fn from(document: &Json) -> Json {
        document.clone()
    }
}

impl From<Value<Str>> for Json {
    fn from(value: Value<Str>) -> Json {
        Json(match value.node {
            Node::Expr { expr, .. } => Node::Expr { expr, text: true },
            node => node,
        })
    }
}

impl From<&Value<Str>> for Json {
    fn from(value: &Value<Str>) -> Json {
        Json::from(value.clone())
    }
}

impl From<Ref<Str>> for Json {
    fn from(reference: Ref<Str>) -> Json {
        Json(Node::Expr { expr: reference.expr, text: true })
    }
}

impl From<&Ref<Str>> for Json {
    fn from(reference: &Ref<Str>) -> Json {
        Json::from(reference.clone())
    }
}

macro_rules! other_references {
    ($($kind:ty),*) => { $(
        impl From<Ref<$kind>> for Json {
            fn from(reference: Ref<$kind>) -> Json {
                Json(Node::Expr { expr: reference.expr, text: false })
            }
        }
    )* };
}
other_references!(Num, Bool, List<Str>, Set<Str>, Any);

macro_rules! texts {
    ($($text:ty),*) => { $(
        impl From<$text> for Json {
            fn from(text: $text) -> Json {
                Json(Node::literal(text))
            }
        }
    )* };
}
texts!(&str, String, &String);

impl From<bool> for Json {
    fn from(value: bool) -> Json {
        Json(Node::Bool(value))
    }
}

macro_rules! numbers {
    ($($number:ty),*) => { $(
        impl From<$number> for Json {
            fn from(value: $number) -> Json {
                Json(Node::Number(Number::from(value)))
            }
        }
    )* };
}
numbers!(i32, i64, u16, u32, u64, usize);

impl From<f64> for Json {
    fn from(value: f64) -> Json {
        Json(Number::from_f64(value).map_or(Node::Null, Node::Number))
    }
}

impl<T: Into<Json>> From<Vec<T>> for Json {
    fn from(items: Vec<T>) -> Json {
        Json::array(items.into_iter().map(Into::into))
    }
}

impl<T: Into<Json>, const N: usize> From<[T; N]> for Json {
    fn from(items: [T; N]) -> Json {
        Json::array(items.into_iter().map(Into::into))
    }
}

impl<K: Into<String>, T: Into<Json>> From<BTreeMap<K, T>> for Json {
    fn from(entries: BTreeMap<K, T>) -> Json {
        Json::object(entries.into_iter().map(|(k, v)| (k, v.into())))
    }
}

impl From<serde_json::Value> for Json {
    fn from(value: serde_json::Value) -> Json {
        use serde_json::Value as V;
        match value {
            V::Null => Json::null(),
            V::Bool(value) => Json(Node::Bool(value)),
            V::Number(value) => Json(Node::Number(value)),
            V::String(text) => Json(Node::literal(text)),
            V::Array(items) => Json::array(items.into_iter().map(Json::from)),
            V::Object(map) => Json::object(map.into_iter().map(|(k, v)| (k, Json::from(v)))),
        }
    }
}

/// Returns a JSON document in which a value may be any expression:
/// `json!({ "Resource": bucket.arn(), "Action": ["s3:GetObject"] })`. A key that is not a literal
/// is written in parentheses.
#[macro_export]
macro_rules! json {
    (null) => { $crate::Json::null() };
    ({ $($inner:tt)* }) => {{
        #[allow(unused_mut)]
        let mut entries: ::std::vec::Vec<(::std::string::String, $crate::Json)> =
            ::std::vec::Vec::new();
        $crate::json_entries!(entries; $($inner)*);
        $crate::Json::object(entries)
    }};
    ([ $($inner:tt)* ]) => {{
        #[allow(unused_mut)]
        let mut items: ::std::vec::Vec<$crate::Json> = ::std::vec::Vec::new();
        $crate::json_items!(items; $($inner)*);
        $crate::Json::array(items)
    }};
    ($value:expr) => { $crate::Json::from($value) };
}

#[doc(hidden)]
#[macro_export]
macro_rules! json_entries {
    ($out:ident;) => {};
    ($out:ident; $key:tt : null $(, $($rest:tt)*)?) => {
        $out.push((($key).into(), $crate::Json::null()));
        $crate::json_entries!($out; $($($rest)*)?);
    };
    ($out:ident; $key:tt : { $($inner:tt)* } $(, $($rest:tt)*)?) => {
        $out.push((($key).into(), $crate::json!({ $($inner)* })));
        $crate::json_entries!($out; $($($rest)*)?);
    };
    ($out:ident; $key:tt : [ $($inner:tt)* ] $(, $($rest:tt)*)?) => {
        $out.push((($key).into(), $crate::json!([ $($inner)* ])));
        $crate::json_entries!($out; $($($rest)*)?);
    };
    ($out:ident; $key:tt : $value:expr $(, $($rest:tt)*)?) => {
        $out.push((($key).into(), $crate::Json::from($value)));
        $crate::json_entries!($out; $($($rest)*)?);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! json_items {
    ($out:ident;) => {};
    ($out:ident; null $(, $($rest:tt)*)?) => {
        $out.push($crate::Json::null());
        $crate::json_items!($out; $($($rest)*)?);
    };
    ($out:ident; { $($inner:tt)* } $(, $($rest:tt)*)?) => {
        $out.push($crate::json!({ $($inner)* }));
        $crate::json_items!($out; $($($rest)*)?);
    };
    ($out:ident; [ $($inner:tt)* ] $(, $($rest:tt)*)?) => {
        $out.push($crate::json!([ $($inner)* ]));
        $crate::json_items!($out; $($($rest)*)?);
    };
    ($out:ident; $value:expr $(, $($rest:tt)*)?) => {
        $out.push($crate::Json::from($value));
        $crate::json_items!($out; $($($rest)*)?);
    };
}
