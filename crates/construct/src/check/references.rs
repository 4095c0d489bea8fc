//! The references in a configuration, and the graph that they make.

use super::Problem;
use crate::schema::{Mode, Type, lookup};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// A traversal found in an expression.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reference {
    /// The mode; `None` if the traversal names no element, but a variable or a local value.
    pub(super) mode: Option<Mode>,
    kind: String,
    name: String,
    /// The first step below the element.
    attribute: Option<String>,
    /// Whether `attribute` is the only step below the element. The checks do not follow further steps.
    is_complete: bool,
}

pub(super) enum Use {
    Fine,
    Wrong(String),
}

/// The elements of a configuration, and the elements that each of them needs.
pub(super) struct Graph {
    elements: BTreeSet<String>,
    edges: BTreeMap<String, BTreeSet<String>>,
}

impl Reference {
    pub(super) fn address(&self) -> String {
        format!("{}{}.{}", self.mode.map_or("", Mode::prefix), self.kind, self.name)
    }

    /// Parses the steps of a traversal; returns `None` if they do not name an element.
    fn parse(steps: &[&str]) -> Option<Reference> {
        let (mode, rest) = match *steps.first()? {
            "data" => (Mode::Data, &steps[1..]),
            "ephemeral" => (Mode::Ephemeral, &steps[1..]),
            _ => (Mode::Resource, steps),
        };
        let [kind, name, below @ ..] = rest else { return None };
        // A resource's type begins with its provider's prefix and `_`. The first word of `each.key`, `var.x` and
        // `path.module` has no `_`, so these do not refer to an element.
        if !kind.contains('_') {
            return None;
        }
        let attribute = below.first().filter(|s| s.starts_with(|c: char| c.is_ascii_lowercase()));
        Some(Reference {
            mode: Some(mode),
            kind: (*kind).to_owned(),
            name: (*name).to_owned(),
            attribute: attribute.map(|s| (*s).to_owned()),
            is_complete: below.len() == 1,
        })
    }
}

/// Collects all references within a value.
pub(super) fn within(value: &Value, found: &mut BTreeSet<Reference>) {
    match value {
        Value::String(text) => in_template(text, found),
        Value::Array(items) => items.iter().for_each(|item| within(item, found)),
        Value::Object(map) => map.values().for_each(|item| within(item, found)),
        _ => {}
    }
}

/// Collects the references of a template's interpolations.
fn in_template(text: &str, found: &mut BTreeSet<Reference>) {
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let dollars = rest[..at].bytes().rev().take_while(|b| *b == b'$').count();
        let body = &rest[at + 2..];
        if dollars > 0 {
            // `$${` is escaped text, not an interpolation.
            rest = body;
            continue;
        }
        rest = &body[in_expression(body, found)..];
    }
}

/// Reads an expression up to the brace that closes it, and returns its length.
fn in_expression(text: &str, found: &mut BTreeSet<Reference>) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'}' if depth == 0 => return at + 1,
            b'{' | b'(' | b'[' => depth += 1,
            b'}' | b')' | b']' => depth -= 1,
            b'"' => {
                let length = quoted(&text[at + 1..]);
                in_template(&text[at + 1..at + 1 + length], found);
                at += length + 1;
            }
            b if b.is_ascii_alphabetic() || b == b'_' => {
                let length = text[at..].find(|c: char| !is_traversal(c)).unwrap_or(text.len() - at);
                let steps: Vec<&str> = text[at..at + length].split('.').collect();
                found.extend(Reference::parse(&steps));
                at += length;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

fn is_traversal(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
}

/// Returns the length of a quoted text up to its closing quote. Quotes within interpolations do not close it.
fn quoted(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'"' if depth == 0 => return at,
            b'{' if at > 0 && bytes[at - 1] == b'$' => depth += 1,
            b'}' if depth > 0 => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

impl Graph {
    pub(super) fn new(config: &Value) -> Graph {
        let mut elements = BTreeSet::new();
        for mode in [Mode::Resource, Mode::Data, Mode::Ephemeral] {
            for (kind, named) in config[mode.section()].as_object().into_iter().flat_map(Map::iter)
            {
                for name in named.as_object().into_iter().flat_map(Map::keys) {
                    elements.insert(format!("{}{kind}.{name}", mode.prefix()));
                }
            }
        }
        Graph { elements, edges: BTreeMap::new() }
    }

    /// Records that the element `from` needs the element `to`, and returns whether `to` exists.
    pub(super) fn connect(&mut self, from: &str, to: &str) -> bool {
        let exists = self.elements.contains(to);
        if exists {
            self.edges.entry(from.to_owned()).or_default().insert(to.to_owned());
        }
        exists
    }

    pub(super) fn follow(&mut self, from: &str, reference: &Reference) -> Use {
        let address = reference.address();
        if !self.connect(from, &address) {
            return Use::Wrong(format!("{address} does not exist"));
        }
        let entry = reference.mode.and_then(|mode| lookup(mode, &reference.kind));
        match (&reference.attribute, entry) {
            (Some(name), Some(entry))
                if entry.block.attribute(name).is_none() && entry.block.nested(name).is_none() =>
            {
                Use::Wrong(format!("{address} has no attribute {name}"))
            }
            _ => Use::Fine,
        }
    }

    /// Returns the type of a text that consists of a single reference to an element's attribute.
    pub(super) fn type_of(&self, text: &str) -> Option<Type> {
        let inner = text.strip_prefix("${")?.strip_suffix('}')?;
        if !inner.chars().all(is_traversal) {
            return None;
        }
        let steps: Vec<&str> = inner.split('.').collect();
        let reference = Reference::parse(&steps).filter(|reference| reference.is_complete)?;
        let entry = lookup(reference.mode?, &reference.kind)?;
        Some(entry.block.attribute(reference.attribute.as_deref()?)?.ty)
    }

    /// Reports each cycle once, at its first element.
    pub(super) fn cycles(&self, problems: &mut Vec<Problem>) {
        let mut done: BTreeSet<&str> = BTreeSet::new();
        for start in self.edges.keys() {
            self.walk(start, &mut Vec::new(), &mut done, problems);
        }
    }

    fn walk<'a>(
        &'a self,
        at: &'a str,
        way: &mut Vec<&'a str>,
        done: &mut BTreeSet<&'a str>,
        problems: &mut Vec<Problem>,
    ) {
        if let Some(first) = way.iter().position(|step| *step == at) {
            let mut cycle = way[first..].to_vec();
            cycle.push(at);
            let message = format!("depends on itself: {}", cycle.join(" -> "));
            problems.push(Problem { address: at.to_owned(), message });
            return;
        }
        if done.contains(at) {
            return;
        }
        way.push(at);
        for next in self.edges.get(at).into_iter().flatten() {
            self.walk(next, way, done, problems);
        }
        way.pop();
        done.insert(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        let mut found = BTreeSet::new();
        in_template(text, &mut found);
        let found: Vec<String> = found.iter().map(Reference::address).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn references_within_templates() {
        check("plain", &[]);
        check("a-${aws_vpc.a.id}-${data.aws_ami.b.id}", &["aws_vpc.a", "data.aws_ami.b"]);
        check("$${aws_vpc.a.id}", &[]);
        check("${\"$\"}${aws_vpc.a.id}", &["aws_vpc.a"]);
        check("${jsonencode({\"k\" = aws_vpc.a.id})} ${var.x}", &["aws_vpc.a"]);
        check(
            "${join(\",\", [\"x-${aws_vpc.a.id}\", \"}\"])}-${aws_eip.b.id}",
            &["aws_eip.b", "aws_vpc.a"],
        );
        check("${aws_vpc.a.id", &["aws_vpc.a"]);
        check("${one(aws_eip.a-b.x[0].y)}", &["aws_eip.a-b"]);
    }
}
