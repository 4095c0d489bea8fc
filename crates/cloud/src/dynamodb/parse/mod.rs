//! The parser of DynamoDB's expression texts. It splits a text into tokens and has one function for each grammar rule.
//! Error texts are those that the service writes after the name of the expression.

mod condition;
mod update;

use super::expression::{Condition, Operand, Path, Step};
use super::names::Names;
use super::projection::check_apart;
use super::reserved::is_reserved;
use super::update::Update;
use super::{MAX_EXPRESSION_BYTES, Value};

/// The maximum nesting depth, beyond which an expression is refused before it can exhaust the stack.
const DEPTH: usize = 64;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    Name(String),
    Value(String),
    Sign(&'static str),
}

struct Parser<'a> {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    names: &'a Names,
}

type Parsed<T> = Result<T, String>;

fn tokens(text: &str) -> Parsed<Vec<Token>> {
    const SIGNS: [&str; 14] =
        ["<>", "<=", ">=", "=", "<", ">", "(", ")", ",", ".", "[", "]", "+", "-"];
    if text.len() > MAX_EXPRESSION_BYTES {
        let size = text.len();
        return Err(format!(
            "Expression size has exceeded the maximum allowed size; expression size: {size}"
        ));
    }
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let word = |s: &str| {
            s.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'))
                .unwrap_or(s.len())
        };
        if first == '#' || first == ':' {
            let end = 1 + word(&rest[1..]);
            let text = rest[..end].to_owned();
            out.push(if first == '#' { Token::Name(text) } else { Token::Value(text) });
            rest = &rest[end..];
        } else if first.is_ascii_alphanumeric() || first == '_' {
            let end =
                rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
            out.push(Token::Word(rest[..end].to_owned()));
            rest = &rest[end..];
        } else if let Some(sign) = SIGNS.iter().find(|s| rest.starts_with(**s)) {
            out.push(Token::Sign(sign));
            rest = &rest[sign.len()..];
        } else {
            return Err(format!("Syntax error; token: \"{first}\""));
        }
        rest = rest.trim_start();
    }
    if out.is_empty() {
        return Err("The expression can not be empty;".into());
    }
    Ok(out)
}

/// Parses a condition, key-condition or filter expression.
///
/// # Errors
///
/// Returns the text that DynamoDB's `ValidationException` has after the name of the expression.
pub fn condition(text: &str, names: &Names) -> Parsed<Condition> {
    let mut p = Parser::new(text, names)?;
    let parsed = p.or()?;
    p.end()?;
    Ok(parsed)
}

/// Parses a projection expression into its document paths.
///
/// # Errors
///
/// Returns an error like [`condition()`], also if two paths overlap or conflict.
pub fn projection(text: &str, names: &Names) -> Parsed<Vec<Path>> {
    let mut p = Parser::new(text, names)?;
    let mut paths = vec![p.path()?];
    while p.eat(",") {
        paths.push(p.path()?);
    }
    p.end()?;
    check_apart(&paths)?;
    Ok(paths)
}

/// Parses an update expression into its actions, in the order of the text.
///
/// # Errors
///
/// Returns an error like [`condition()`], also if two paths overlap or conflict.
pub fn updates(text: &str, names: &Names) -> Parsed<Vec<Update>> {
    let updates = Parser::new(text, names)?.updates()?;
    check_apart(updates.iter().map(Update::path))?;
    Ok(updates)
}

impl<'a> Parser<'a> {
    fn new(text: &str, names: &'a Names) -> Parsed<Parser<'a>> {
        Ok(Parser { tokens: tokens(text)?, at: 0, depth: 0, names })
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn eat(&mut self, sign: &str) -> bool {
        let hit = matches!(self.peek(), Some(Token::Sign(s)) if *s == sign);
        self.at += usize::from(hit);
        hit
    }

    fn expect(&mut self, sign: &str) -> Parsed<()> {
        if self.eat(sign) { Ok(()) } else { Err(self.syntax()) }
    }

    fn syntax(&self) -> String {
        format!("Syntax error; near token {}", self.at + 1)
    }

    fn end(&self) -> Parsed<()> {
        if self.at == self.tokens.len() { Ok(()) } else { Err(self.syntax()) }
    }

    fn word(&mut self) -> Option<String> {
        if let Some(Token::Word(word)) = self.peek() {
            let word = word.clone();
            self.at += 1;
            return Some(word);
        }
        None
    }

    fn keyword(&mut self, keyword: &str) -> bool {
        let hit = matches!(self.peek(), Some(Token::Word(w)) if w.eq_ignore_ascii_case(keyword));
        self.at += usize::from(hit);
        hit
    }

    /// Returns the next word if an opening parenthesis follows it.
    fn called(&self) -> Option<&str> {
        match (self.peek(), self.tokens.get(self.at + 1)) {
            (Some(Token::Word(word)), Some(Token::Sign("("))) => Some(word),
            _ => None,
        }
    }

    fn deeper<T>(&mut self, rule: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err("The expression is nested too deeply".into());
        }
        let parsed = rule(self)?;
        self.depth -= 1;
        Ok(parsed)
    }

    fn operand(&mut self) -> Parsed<Operand> {
        if matches!(self.peek(), Some(Token::Value(_))) {
            return self.value().map(Operand::Value);
        }
        if self.called().is_some() && self.keyword("size") {
            self.expect("(")?;
            let path = self.path()?;
            self.expect(")")?;
            return Ok(Operand::Size(path));
        }
        self.path().map(Operand::Path)
    }

    fn value(&mut self) -> Parsed<Value> {
        let Some(Token::Value(name)) = self.peek() else { return Err(self.syntax()) };
        let value = self.names.value(name).cloned().ok_or_else(|| {
            format!(
                "An expression attribute value used in expression is not defined; attribute \
                 value: {name}"
            )
        })?;
        self.at += 1;
        Ok(value)
    }

    fn name(&mut self) -> Parsed<String> {
        let name = match self.peek() {
            Some(Token::Word(word)) if is_reserved(word) => {
                return Err(format!(
                    "Attribute name is a reserved keyword; reserved keyword: {word}"
                ));
            }
            Some(Token::Word(word)) => word.clone(),
            Some(Token::Name(name)) => self.names.name(name).cloned().ok_or_else(|| {
                format!(
                    "An expression attribute name used in the document path is not defined; \
                     attribute name: {name}"
                )
            })?,
            _ => return Err(self.syntax()),
        };
        self.at += 1;
        Ok(name)
    }

    fn path(&mut self) -> Parsed<Path> {
        let mut path = Path { name: self.name()?.into(), rest: Vec::new() };
        loop {
            if self.eat(".") {
                path.rest.push(Step::Field(self.name()?.into()));
            } else if self.eat("[") {
                let index = self.word().and_then(|w| w.parse().ok());
                path.rest.push(Step::Index(index.ok_or_else(|| self.syntax())?));
                self.expect("]")?;
            } else {
                return Ok(path);
            }
        }
    }
}

/// Returns the error for a literal whose type the operator never accepts. DynamoDB reports it before it reads any item.
fn incorrect_type(operator: &str, value: &Value) -> String {
    format!(
        "Incorrect operand type for operator or function; operator or function: {operator}, \
         operand type: {}",
        value.type_name()
    )
}
