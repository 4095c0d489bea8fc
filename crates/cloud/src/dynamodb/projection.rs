//! Projections of items, and the check for document paths that overlap or conflict.

use super::expression::{Path, Step};
use super::{Item, Text, Value};
use std::collections::BTreeMap;

/// Returns only the attributes that the paths name. Of a nested value, only the named parts are returned.
pub fn project<'a>(item: &Item, paths: impl IntoIterator<Item = &'a Path>) -> Item {
    let mut wanted: BTreeMap<&str, Vec<&[Step]>> = BTreeMap::new();
    for path in paths {
        wanted.entry(&path.name).or_default().push(&path.rest);
    }
    let picked = |(name, rests): (&str, Vec<&[Step]>)| {
        Some((Text::new(name), pick(item.get(name)?, &rests)?))
    };
    wanted.into_iter().filter_map(picked).collect()
}

/// Returns the parts of a value to which the paths lead. A list shrinks to its selected elements and keeps their order.
fn pick(value: &Value, paths: &[&[Step]]) -> Option<Value> {
    if paths.iter().any(|path| path.is_empty()) {
        return Some(value.clone());
    }
    let mut wanted: BTreeMap<&Step, Vec<&[Step]>> = BTreeMap::new();
    for path in paths {
        let (first, rest) = path.split_first()?;
        wanted.entry(first).or_default().push(rest);
    }
    match value {
        Value::M(map) => {
            let field = |(step, rests): (&Step, Vec<&[Step]>)| match step {
                Step::Field(name) => Some((name.clone(), pick(map.get(name)?, &rests)?)),
                Step::Index(_) => None,
            };
            let found: Item = wanted.into_iter().filter_map(field).collect();
            (!found.is_empty()).then_some(Value::M(found))
        }
        Value::L(list) => {
            let element = |(step, rests): (&Step, Vec<&[Step]>)| match step {
                Step::Index(i) => pick(list.get(*i)?, &rests),
                Step::Field(_) => None,
            };
            let found: Vec<Value> = wanted.into_iter().filter_map(element).collect();
            (!found.is_empty()).then_some(Value::L(found))
        }
        _ => None,
    }
}

/// Checks paths as DynamoDB does. It refuses two paths of which one contains the other, and two paths that use the same
/// value as a list and as a map.
pub(super) fn check_apart<'a>(paths: impl IntoIterator<Item = &'a Path>) -> Result<(), String> {
    let paths: Vec<&Path> = paths.into_iter().collect();
    for (i, one) in paths.iter().enumerate() {
        for other in &paths[..i] {
            if let Some(clash) = clash(other, one) {
                return Err(format!(
                    "Two document paths {clash} with each other; must remove or rewrite one of \
                     these paths; path one: {other}, path two: {one}"
                ));
            }
        }
    }
    Ok(())
}

fn clash(a: &Path, b: &Path) -> Option<&'static str> {
    if a.name != b.name {
        return None;
    }
    for pair in a.rest.iter().zip(&b.rest) {
        match pair {
            (a, b) if a == b => {}
            (Step::Field(_), Step::Index(_)) | (Step::Index(_), Step::Field(_)) => {
                return Some("conflict");
            }
            _ => return None,
        }
    }
    Some("overlap")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamodb::{Names, Number, parse};

    fn paths(text: &str) -> Result<Vec<Path>, String> {
        parse::projection(text, &Names::default())
    }

    #[test]
    fn nested_parts_come_back_in_their_places() {
        let number = |n| Value::N(Number::from_u64(n));
        let legs = Value::L((0..3).map(number).collect());
        let inner = [("x".into(), number(7)), ("y".into(), number(8))].into_iter().collect();
        let item: Item =
            [("legs".into(), legs), ("m".into(), Value::M(inner))].into_iter().collect();
        let check = |text: &str, expect: &[(&str, Value)]| {
            let expect: Item = expect.iter().map(|(n, v)| ((*n).into(), v.clone())).collect();
            assert_eq!(project(&item, &paths(text).expect("paths")), expect, "{text}");
        };
        let x = Value::M([("x".into(), number(7))].into_iter().collect());
        check("m.x, absent", &[("m", x)]);
        check("m.absent, legs.x, m.x.y", &[]);
        check("legs[2], legs[0]", &[("legs", Value::L(vec![number(0), number(2)]))]);
    }

    #[test]
    fn paths_that_clash_are_refused() {
        let check = |text: &str, expect: bool| assert_eq!(paths(text).is_ok(), expect, "{text}");
        check("a, b, c.d, c.e, l[0], l[1]", true);
        check("a, a", false);
        check("a, a.b", false);
        check("a.b.c, a.b", false);
        check("a[0], a.b", false);
        check("a[0].x, a[0].y", true);
    }
}
