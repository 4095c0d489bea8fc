//! The parser of DynamoDB's expression texts: a tokenizer and one function a rule.

use super::Value;
use super::expression::{Compare, Condition, Names, Operand, Path, SetValue, Step, Update};

/// Deeper nesting is refused before it can cost stack.
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
            return Err(format!("Invalid expression: Syntax error; token: \"{first}\""));
        }
        rest = rest.trim_start();
    }
    if out.is_empty() {
        return Err("Invalid expression: The expression can not be empty;".into());
    }
    Ok(out)
}

pub fn condition(text: &str, names: &Names) -> Parsed<Condition> {
    let mut p = Parser { tokens: tokens(text)?, at: 0, depth: 0, names };
    let parsed = p.or()?;
    p.end()?;
    Ok(parsed)
}

pub fn projection(text: &str, names: &Names) -> Parsed<Vec<Path>> {
    let mut p = Parser { tokens: tokens(text)?, at: 0, depth: 0, names };
    let mut paths = vec![p.path()?];
    while p.eat(",") {
        paths.push(p.path()?);
    }
    p.end()?;
    Ok(paths)
}

pub fn updates(text: &str, names: &Names) -> Parsed<Vec<Update>> {
    let mut p = Parser { tokens: tokens(text)?, at: 0, depth: 0, names };
    let mut out = Vec::new();
    while p.at < p.tokens.len() {
        let clause = p.word().ok_or("Invalid UpdateExpression: Syntax error")?;
        loop {
            out.push(match clause.to_ascii_uppercase().as_str() {
                "SET" => {
                    let path = p.path()?;
                    p.expect("=")?;
                    Update::Set(path, p.set_value()?)
                }
                "REMOVE" => Update::Remove(p.path()?),
                "ADD" => {
                    let path = p.path()?;
                    Update::Add(path, p.value()?)
                }
                _ => return Err("Invalid UpdateExpression: Syntax error".into()),
            });
            if !p.eat(",") {
                break;
            }
        }
    }
    Ok(out)
}

impl Parser<'_> {
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
        format!("Invalid expression: Syntax error; near token {}", self.at + 1)
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

    fn or(&mut self) -> Parsed<Condition> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err("Invalid expression: it is nested too deeply".into());
        }
        let mut left = self.and()?;
        while self.keyword("OR") {
            left = Condition::Or(Box::new(left), Box::new(self.and()?));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn and(&mut self) -> Parsed<Condition> {
        let mut left = self.not()?;
        while self.keyword("AND") {
            left = Condition::And(Box::new(left), Box::new(self.not()?));
        }
        Ok(left)
    }

    fn not(&mut self) -> Parsed<Condition> {
        let mut negations = 0;
        while self.keyword("NOT") {
            negations += 1;
        }
        let inner = self.primary()?;
        Ok(if negations % 2 == 1 { Condition::Not(Box::new(inner)) } else { inner })
    }

    fn primary(&mut self) -> Parsed<Condition> {
        if self.eat("(") {
            let inner = self.or()?;
            self.expect(")")?;
            return Ok(inner);
        }
        let called = matches!(self.tokens.get(self.at + 1), Some(Token::Sign("(")));
        if called
            && let Some(Token::Word(word)) = self.peek()
            && !word.eq_ignore_ascii_case("size")
        {
            let function = word.to_ascii_lowercase();
            return self.function(&function);
        }
        let left = self.operand()?;
        if self.keyword("BETWEEN") {
            let low = self.operand()?;
            if !self.keyword("AND") {
                return Err(self.syntax());
            }
            return Ok(Condition::Between(left, low, self.operand()?));
        }
        if self.keyword("IN") {
            self.expect("(")?;
            let mut list = vec![self.operand()?];
            while self.eat(",") {
                list.push(self.operand()?);
            }
            self.expect(")")?;
            return Ok(Condition::In(left, list));
        }
        let op = [
            ("=", Compare::Eq),
            ("<>", Compare::Ne),
            ("<=", Compare::Le),
            (">=", Compare::Ge),
            ("<", Compare::Lt),
            (">", Compare::Gt),
        ]
        .into_iter()
        .find_map(|(sign, op)| self.eat(sign).then_some(op))
        .ok_or_else(|| self.syntax())?;
        Ok(Condition::Compare(left, op, self.operand()?))
    }

    fn function(&mut self, name: &str) -> Parsed<Condition> {
        self.at += 1;
        self.expect("(")?;
        let parsed = match name {
            "attribute_exists" => Condition::Exists(self.path()?),
            "attribute_not_exists" => Condition::NotExists(self.path()?),
            "begins_with" | "contains" => {
                let a = self.operand()?;
                self.expect(",")?;
                let b = self.operand()?;
                if name == "contains" {
                    Condition::Contains(a, b)
                } else {
                    Condition::BeginsWith(a, b)
                }
            }
            _ => {
                return Err(format!("Invalid expression: Invalid function name; function: {name}"));
            }
        };
        self.expect(")")?;
        Ok(parsed)
    }

    fn operand(&mut self) -> Parsed<Operand> {
        if matches!(self.peek(), Some(Token::Value(_))) {
            return self.value().map(Operand::Value);
        }
        let sized = matches!(self.tokens.get(self.at + 1), Some(Token::Sign("(")));
        if sized && self.keyword("size") {
            self.expect("(")?;
            let path = self.path()?;
            self.expect(")")?;
            return Ok(Operand::Size(path));
        }
        self.path().map(Operand::Path)
    }

    fn value(&mut self) -> Parsed<Value> {
        let Some(Token::Value(name)) = self.peek() else { return Err(self.syntax()) };
        let value = self.names.values.get(name).cloned().ok_or_else(|| {
            format!(
                "Invalid expression: An expression attribute value used in expression is not \
                 defined; attribute value: {name}"
            )
        })?;
        self.at += 1;
        Ok(value)
    }

    fn name(&mut self) -> Parsed<String> {
        let name = match self.peek() {
            Some(Token::Word(word)) => word.clone(),
            Some(Token::Name(name)) => self.names.names.get(name).cloned().ok_or_else(|| {
                format!(
                    "Invalid expression: An expression attribute name used in the document path \
                     is not defined; attribute name: {name}"
                )
            })?,
            _ => return Err(self.syntax()),
        };
        self.at += 1;
        Ok(name)
    }

    fn path(&mut self) -> Parsed<Path> {
        let mut path = Path { name: self.name()?, rest: Vec::new() };
        loop {
            if self.eat(".") {
                path.rest.push(Step::Field(self.name()?));
            } else if self.eat("[") {
                let index = self.word().and_then(|w| w.parse().ok());
                path.rest.push(Step::Index(index.ok_or_else(|| self.syntax())?));
                self.expect("]")?;
            } else {
                return Ok(path);
            }
        }
    }

    fn set_value(&mut self) -> Parsed<SetValue> {
        if self.keyword("if_not_exists") {
            self.expect("(")?;
            let path = self.path()?;
            self.expect(",")?;
            let other = self.operand()?;
            self.expect(")")?;
            return Ok(SetValue::IfNotExists(path, other));
        }
        let left = self.operand()?;
        if self.eat("+") {
            return Ok(SetValue::Plus(left, self.operand()?));
        }
        if self.eat("-") {
            return Ok(SetValue::Minus(left, self.operand()?));
        }
        Ok(SetValue::Operand(left))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamodb::{Item, Number};

    fn check(text: &str, expect: Result<bool, ()>) {
        let number = |n| Value::N(Number::from_u64(n));
        let item: Item = [
            ("pk".to_owned(), Value::S("account-1".into())),
            ("version".to_owned(), number(7)),
            ("m".to_owned(), Value::M([("x".to_owned(), number(1))].into())),
        ]
        .into();
        let names = Names {
            names: [("#v".to_owned(), "version".to_owned())].into(),
            values: [
                (":six".to_owned(), number(6)),
                (":seven".to_owned(), number(7)),
                (":a".to_owned(), Value::S("acc".into())),
            ]
            .into(),
        };
        let got = condition(text, &names).map(|c| c.holds(&item)).map_err(|_| ());
        assert_eq!(got, expect, "{text}");
    }

    #[test]
    fn conditions() {
        check("attribute_not_exists(pk)", Ok(false));
        check("attribute_not_exists(gone) AND #v = :seven", Ok(true));
        check("#v > :six and not (version < :six)", Ok(true));
        check("version BETWEEN :six AND :seven", Ok(true));
        check("version IN (:six, :seven)", Ok(true));
        check("begins_with(pk, :a) OR gone = :six", Ok(true));
        check("m.x < :six", Ok(true));
        check("size(pk) > :seven", Ok(true));
        check("missing <> :six", Ok(true));
        check("missing = :six", Ok(false));
        check("version = :undefined", Err(()));
        check("version =", Err(()));
        check("", Err(()));
        check("drop table;", Err(()));
        check(&"(".repeat(100_000), Err(()));
    }
}
