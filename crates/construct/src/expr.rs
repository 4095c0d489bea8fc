//! Expressions, independent of the stack in which they are used. A reference names the stack that it comes from, and
//! becomes text when the element that holds it is rendered.

use serde_json::{Map, Number, Value as Json};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;

/// An expression that Terraform evaluates.
#[derive(Debug, Clone)]
pub(crate) enum Expr {
    /// An attribute of an element of some stack.
    Attribute {
        stack: Rc<str>,
        address: Rc<str>,
        path: Cow<'static, str>,
    },
    /// A further step into a value: `.name`, `[0]`.
    Step(Rc<Expr>, String),
    Call(&'static str, Vec<Node>),
    /// An expression that means the same in every stack, such as `terraform.workspace`.
    Raw(&'static str),
}

#[derive(Debug, Clone)]
pub(crate) enum Part {
    Literal(String),
    Expr(Rc<Expr>),
}

/// A value that the caller of this crate passed in, before it is rendered as JSON.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    Null,
    Bool(bool),
    Number(Number),
    Text(Vec<Part>),
    /// A value that consists of a single expression, with no text around it. `text` is true if the expression is known
    /// to be a string.
    Expr {
        expr: Rc<Expr>,
        text: bool,
    },
    List(Vec<Node>),
    /// Nested blocks; setting the argument again adds blocks.
    Blocks(Vec<Node>),
    Map(BTreeMap<Cow<'static, str>, Node>),
    /// A JSON document that Terraform receives as one string.
    Encoded(Box<Node>),
}

/// The place in which an expression is used.
pub(crate) trait Place {
    /// Returns this place's reference to an attribute of an element of `stack`.
    fn attribute(&mut self, stack: &Rc<str>, address: &Rc<str>, path: &str) -> String;
}

impl Expr {
    pub(crate) fn render(&self, place: &mut dyn Place) -> String {
        match self {
            Expr::Attribute { stack, address, path } => place.attribute(stack, address, path),
            Expr::Step(base, step) => base.render(place) + step,
            Expr::Call(name, arguments) => {
                let arguments: Vec<String> =
                    arguments.iter().map(|argument| argument.to_hcl(place)).collect();
                format!("{name}({})", arguments.join(", "))
            }
            Expr::Raw(text) => (*text).to_owned(),
        }
    }
}

impl Node {
    pub(crate) fn literal(text: impl Into<String>) -> Node {
        Node::Text(vec![Part::Literal(text.into())])
    }

    /// Returns the node as parts of a text, for insertion into another text.
    pub(crate) fn into_parts(self) -> Vec<Part> {
        match self {
            Node::Text(parts) => parts,
            Node::Expr { expr, .. } => vec![Part::Expr(expr)],
            Node::Bool(value) => vec![Part::Literal(value.to_string())],
            Node::Number(value) => vec![Part::Literal(value.to_string())],
            Node::Null => Vec::new(),
            other => {
                let call = Expr::Call("jsonencode", vec![other]);
                vec![Part::Expr(Rc::new(call))]
            }
        }
    }

    /// Writes the node in Terraform's JSON syntax.
    pub(crate) fn to_json(&self, place: &mut dyn Place) -> Json {
        match self {
            Node::Null => Json::Null,
            Node::Bool(value) => Json::Bool(*value),
            Node::Number(value) => Json::Number(value.clone()),
            Node::Text(parts) => Json::String(template(parts, str::to_owned, place)),
            Node::Expr { expr, .. } => Json::String(format!("${{{}}}", expr.render(place))),
            Node::List(items) | Node::Blocks(items) => {
                Json::Array(items.iter().map(|item| item.to_json(place)).collect())
            }
            Node::Map(entries) => {
                let mut map = Map::new();
                for (key, value) in entries {
                    map.insert(escape(key), value.to_json(place));
                }
                Json::Object(map)
            }
            Node::Encoded(document) => {
                let mut text = String::new();
                document.encode(&mut text, place);
                Json::String(text)
            }
        }
    }

    /// Writes the node as a JSON document inside a template. The document is literal text, so that scanners of the
    /// configuration can read a policy; only the program's references become interpolations.
    fn encode(&self, out: &mut String, place: &mut dyn Place) {
        match self {
            Node::Null => out.push_str("null"),
            Node::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Node::Number(value) => out.push_str(&value.to_string()),
            Node::Text(parts) => {
                out.push('"');
                out.push_str(&template(parts, json_inside, place));
                out.push('"');
            }
            Node::Expr { expr, text: true } => {
                out.push_str(&format!("\"${{{}}}\"", expr.render(place)));
            }
            Node::Expr { expr, text: false } => {
                out.push_str(&format!("${{jsonencode({})}}", expr.render(place)));
            }
            Node::List(items) | Node::Blocks(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    item.encode(out, place);
                }
                out.push(']');
            }
            Node::Map(entries) => {
                // This `{` never follows a `$` or `%`, because only JSON punctuation can precede it.
                out.push('{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    out.push_str(&format!("\"{}\":", escape(&json_inside(key))));
                    value.encode(out, place);
                }
                out.push('}');
            }
            Node::Encoded(document) => {
                let call = Expr::Call("jsonencode", vec![(**document).clone()]);
                Node::Expr { expr: Rc::new(call), text: false }.encode(out, place);
            }
        }
    }

    /// Writes the node as an argument of a function.
    pub(crate) fn to_hcl(&self, place: &mut dyn Place) -> String {
        match self {
            Node::Null => "null".to_owned(),
            Node::Bool(value) => value.to_string(),
            Node::Number(value) => value.to_string(),
            Node::Text(parts) => format!("\"{}\"", template(parts, json_inside, place)),
            Node::Expr { expr, .. } => expr.render(place),
            Node::List(items) | Node::Blocks(items) => {
                let items: Vec<String> = items.iter().map(|item| item.to_hcl(place)).collect();
                format!("[{}]", items.join(", "))
            }
            Node::Map(entries) => {
                let entries: Vec<String> = entries
                    .iter()
                    .map(|(key, value)| {
                        format!("\"{}\" = {}", escape(&json_inside(key)), value.to_hcl(place))
                    })
                    .collect();
                format!("{{{}}}", entries.join(", "))
            }
            Node::Encoded(document) => format!("jsonencode({})", document.to_hcl(place)),
        }
    }
}

/// Returns text with its references in Terraform's template syntax.
fn template(parts: &[Part], quote: fn(&str) -> String, place: &mut dyn Place) -> String {
    let mut out = String::new();
    for (index, part) in parts.iter().enumerate() {
        match part {
            Part::Literal(text) => {
                let followed = matches!(parts.get(index + 1), Some(Part::Expr(_)));
                match text.strip_suffix('$').filter(|_| followed) {
                    // A dollar sign directly before a reference would escape the reference.
                    Some(text) => {
                        out.push_str(&escape(&quote(text)));
                        out.push_str("${\"$\"}");
                    }
                    None => out.push_str(&escape(&quote(text))),
                }
            }
            Part::Expr(expr) => {
                out.push_str("${");
                out.push_str(&expr.render(place));
                out.push('}');
            }
        }
    }
    out
}

/// Joins adjacent literals, so that `escape` sees a `$` at the end of one together with a `{` that begins the next.
pub(crate) fn join(parts: impl IntoIterator<Item = Part>) -> Vec<Part> {
    let mut out: Vec<Part> = Vec::new();
    for part in parts {
        match (out.last_mut(), part) {
            (Some(Part::Literal(before)), Part::Literal(text)) => before.push_str(&text),
            (_, part) => out.push(part),
        }
    }
    out
}

/// Escapes text, so that a template returns it unchanged.
fn escape(text: &str) -> String {
    text.replace("${", "$${").replace("%{", "%%{")
}

/// Escapes text for use between the quotes of a JSON string.
fn json_inside(text: &str) -> String {
    let quoted = Json::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct Here;

    impl Place for Here {
        fn attribute(&mut self, _: &Rc<str>, address: &Rc<str>, path: &str) -> String {
            format!("{address}.{path}")
        }
    }

    fn reference() -> Rc<Expr> {
        Rc::new(Expr::Attribute { stack: "s".into(), address: "t.n".into(), path: "id".into() })
    }

    fn check(node: &Node, expect: &str) {
        assert_eq!(node.to_json(&mut Here).to_string(), expect);
    }

    /// Reads text without interpolations as Terraform's template reader does.
    fn read(template: &str) -> String {
        let mut out = String::new();
        let mut rest = template;
        while let Some(c) = rest.chars().next() {
            let escaped = rest.starts_with("$${") || rest.starts_with("%%{");
            assert!(!rest.starts_with("${") && !rest.starts_with("%{"), "{template}");
            out.push(c);
            rest = &rest[if escaped { 2 } else { c.len_utf8() }..];
        }
        out
    }

    proptest! {
        #[test]
        fn any_text_is_read_back(text in "[$%{}a\"]{0,12}") {
            let json = Node::literal(text.as_str()).to_json(&mut Here);
            prop_assert_eq!(read(json.as_str().unwrap_or("")), text);
        }

        #[test]
        fn any_document_is_read_back(key in "[$%{}a\"é\n]{0,8}", text in "[$%{}a\"é\n]{0,8}") {
            let node = Node::Map(BTreeMap::from([(key.clone().into(), Node::literal(text.as_str()))]));
            let json = Node::Encoded(Box::new(node)).to_json(&mut Here);
            let document: Json = serde_json::from_str(&read(json.as_str().unwrap_or(""))).unwrap();
            prop_assert_eq!(document, serde_json::json!({ key: text }));
        }
    }

    #[test]
    fn what_looks_like_a_template_stays_text() {
        check(&Node::literal("a${b}%{c}"), r#""a$${b}%%{c}""#);
        check(&Node::literal("$5 100% $$"), r#""$5 100% $$""#);
        let parts = vec![Part::Literal("$".into()), Part::Literal("{x}".into())];
        check(&Node::Text(join(parts)), r#""$${x}""#);
    }

    #[test]
    fn a_dollar_before_a_reference_is_no_escape() {
        let parts = vec![Part::Literal("US$".into()), Part::Expr(reference())];
        check(&Node::Text(parts), r#""US${\"$\"}${t.n.id}""#);
    }

    #[test]
    fn a_document_is_literal_json_with_references_inside() {
        let document = Node::Map(BTreeMap::from([
            ("b".into(), Node::Expr { expr: reference(), text: true }),
            ("a".into(), Node::literal("say \"${x}\"\n")),
            ("n".into(), Node::Expr { expr: reference(), text: false }),
        ]));
        let expect = r#"{"a":"say \"$${x}\"\n","b":"${t.n.id}","n":${jsonencode(t.n.id)}}"#;
        let Json::String(text) = Node::Encoded(Box::new(document)).to_json(&mut Here) else {
            panic!("no string")
        };
        assert_eq!(text, expect);
    }

    #[test]
    fn arguments_of_functions() {
        let call = Expr::Call(
            "join",
            vec![
                Node::literal("\"${,"),
                Node::List(vec![Node::Expr { expr: reference(), text: true }]),
            ],
        );
        assert_eq!(call.render(&mut Here), r#"join("\"$${,", [t.n.id])"#);
    }
}
