//! Text with references in it.

use crate::expr::{Node, Part, join};
use crate::ty::Str;
use crate::value::Value;

/// Fills the `{}` of a template with `values`, in order. [`text!`](crate::text) calls this function.
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

/// Returns the number of values that a template takes, or `None` when a brace stands alone.
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

/// Returns text with references in it, like `format!`: `text!("{}/*", bucket.arn())`. A literal brace is doubled. The
/// compiler checks that there is a value for every `{}`.
///
/// ```compile_fail
/// leeward_construct::text!("{} {}", "one");
/// ```
#[macro_export]
macro_rules! text {
    ($template:literal $(, $value:expr)* $(,)?) => {{
        const _: () = {
            let values: usize = 0 $(+ { let _ = stringify!($value); 1 })*;
            match $crate::text::holes($template) {
                Some(holes) => assert!(holes == values, "a template takes one value for every pair of braces"),
                None => panic!("a brace that is meant is doubled"),
            }
        };
        $crate::text::fill($template, vec![$($crate::Value::<$crate::ty::Str>::from($value)),*])
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(template: &str, expect: Option<usize>) {
        assert_eq!(holes(template), expect);
    }

    #[test]
    fn templates_are_counted_when_compiled() {
        check("", Some(0));
        check("{}-{{}}-{}", Some(2));
        check("{name}", None);
        check("}", None);
        check("{", None);
    }
}
