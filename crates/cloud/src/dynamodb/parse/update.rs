//! Parses update expressions. Each clause may occur once, and an operand of `SET` may have one `+` or `-` and nested
//! functions.

use super::{Parsed, Parser, incorrect_type};
use crate::dynamodb::Value;
use crate::dynamodb::update::{SetValue, Update};

impl Parser<'_> {
    pub(super) fn updates(&mut self) -> Parsed<Vec<Update>> {
        let mut out = Vec::new();
        let mut clauses = Vec::new();
        while self.at < self.tokens.len() {
            let clause = self.word().ok_or_else(|| self.syntax())?.to_ascii_uppercase();
            if clauses.contains(&clause) {
                return Err(format!(
                    "The \"{clause}\" section can only be used once in an update expression;"
                ));
            }
            out.push(self.action(&clause)?);
            while self.eat(",") {
                out.push(self.action(&clause)?);
            }
            clauses.push(clause);
        }
        Ok(out)
    }

    fn action(&mut self, clause: &str) -> Parsed<Update> {
        match clause {
            "SET" => {
                let path = self.path()?;
                self.expect("=")?;
                Ok(Update::Set(path, self.set_value()?))
            }
            "REMOVE" => Ok(Update::Remove(self.path()?)),
            "ADD" | "DELETE" => {
                let (path, value) = (self.path()?, self.value()?);
                match value {
                    Value::Ss(_) | Value::Ns(_) | Value::Bs(_) if clause == "DELETE" => {
                        Ok(Update::Delete(path, value))
                    }
                    Value::N(_) | Value::Ss(_) | Value::Ns(_) | Value::Bs(_) if clause == "ADD" => {
                        Ok(Update::Add(path, value))
                    }
                    other => Err(incorrect_type(clause, &other)),
                }
            }
            other => Err(format!("Syntax error; token: \"{other}\"")),
        }
    }

    fn set_value(&mut self) -> Parsed<SetValue> {
        let left = self.set_operand()?;
        if self.eat("+") {
            return Ok(SetValue::Plus(Box::new(left), Box::new(self.set_operand()?)));
        }
        if self.eat("-") {
            return Ok(SetValue::Minus(Box::new(left), Box::new(self.set_operand()?)));
        }
        Ok(left)
    }

    fn set_operand(&mut self) -> Parsed<SetValue> {
        let Some(function) = self.called().map(str::to_ascii_lowercase) else {
            return self.operand().map(SetValue::Operand);
        };
        self.at += 1;
        self.deeper(|p| {
            p.expect("(")?;
            let value = match function.as_str() {
                "if_not_exists" => {
                    let path = p.path()?;
                    p.expect(",")?;
                    SetValue::IfNotExists(path, Box::new(p.set_operand()?))
                }
                "list_append" => {
                    let first = p.set_operand()?;
                    p.expect(",")?;
                    SetValue::ListAppend(Box::new(first), Box::new(p.set_operand()?))
                }
                _ => return Err(format!("Invalid function name; function: {function}")),
            };
            p.expect(")")?;
            Ok(value)
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::dynamodb::{Names, Number, Value, parse};

    #[test]
    fn what_is_no_update_is_refused() {
        let check = |text: &str, expect: bool| {
            let one = (":v".into(), Value::N(Number::from_u64(1)));
            let text_value = (":t".into(), Value::S("text".into()));
            let names = Names::new([], [one, text_value]);
            assert_eq!(parse::updates(text, &names).is_ok(), expect, "{text}");
        };
        check("set amount = :v add fills :v", true);
        check("SET a = :v SET b = :v", false);
        check("SET a = :v, a.b = :v", false);
        check("SET a = :v REMOVE a", false);
        check("SET status = :v", false);
        check("SET detail.status = :v", false);
        check("ADD a :t", false);
        check("DELETE a :v", false);
        check("SET a = frob(b)", false);
        check("SET a = size(b)", false);
        check(&format!("SET a = {}", "list_append(".repeat(300)), false);
        check(&format!("REMOVE {}", "a.".repeat(3_000)), false);
    }
}
