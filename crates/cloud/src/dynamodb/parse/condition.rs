//! Parses conditions, in which `OR` binds weakest, then `AND`, then `NOT`, then comparisons, functions and parentheses.

use super::{Parsed, Parser, incorrect_type};
use crate::dynamodb::Value;
use crate::dynamodb::expression::{Compare, Condition, Operand, order};

const TYPES: [&str; 10] = ["S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"];

/// Checks that each operand is an attribute or a literal of an ordered type.
fn check_ordered(operator: &str, operands: &[&Operand]) -> Parsed<()> {
    let unordered = |operand: &&&Operand| match operand {
        Operand::Value(value) => order(value, value).is_none(),
        _ => false,
    };
    match operands.iter().find(unordered) {
        Some(Operand::Value(value)) => Err(incorrect_type(operator, value)),
        _ => Ok(()),
    }
}

impl Parser<'_> {
    pub(super) fn or(&mut self) -> Parsed<Condition> {
        self.deeper(|p| {
            let mut left = p.and()?;
            while p.keyword("OR") {
                left = Condition::Or(Box::new(left), Box::new(p.and()?));
            }
            Ok(left)
        })
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
        if let Some(function) = self.called()
            && !function.eq_ignore_ascii_case("size")
        {
            let function = function.to_ascii_lowercase();
            return self.function(&function);
        }
        let left = self.operand()?;
        if self.keyword("BETWEEN") {
            return self.between(left);
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
        self.comparison(left)
    }

    fn comparison(&mut self, left: Operand) -> Parsed<Condition> {
        let (sign, op) = [
            ("=", Compare::Eq),
            ("<>", Compare::Ne),
            ("<=", Compare::Le),
            (">=", Compare::Ge),
            ("<", Compare::Lt),
            (">", Compare::Gt),
        ]
        .into_iter()
        .find(|(sign, _)| self.eat(sign))
        .ok_or_else(|| self.syntax())?;
        let right = self.operand()?;
        if !matches!(op, Compare::Eq | Compare::Ne) {
            check_ordered(sign, &[&left, &right])?;
        }
        Ok(Condition::Compare(left, op, right))
    }

    fn between(&mut self, left: Operand) -> Parsed<Condition> {
        let low = self.operand()?;
        if !self.keyword("AND") {
            return Err(self.syntax());
        }
        let high = self.operand()?;
        check_ordered("BETWEEN", &[&left, &low, &high])?;
        if let (Operand::Value(low), Operand::Value(high)) = (&low, &high)
            && !order(low, high).is_some_and(|o| o.is_le())
        {
            return Err("The BETWEEN operator requires upper bound to be greater than or equal \
                        to lower bound, of the same type"
                .into());
        }
        Ok(Condition::Between(left, Box::new([low, high])))
    }

    fn function(&mut self, name: &str) -> Parsed<Condition> {
        self.at += 1;
        self.expect("(")?;
        let parsed = match name {
            "attribute_exists" => Condition::Exists(self.path()?),
            "attribute_not_exists" => Condition::NotExists(self.path()?),
            "attribute_type" => {
                let path = self.path()?;
                self.expect(",")?;
                match self.value()? {
                    Value::S(kind) if TYPES.contains(&kind.as_str()) => {
                        Condition::IsType(path, kind.to_string())
                    }
                    other => return Err(format!("Invalid attribute type name found: {other:?}")),
                }
            }
            "contains" => {
                let a = self.operand()?;
                self.expect(",")?;
                Condition::Contains(a, self.operand()?)
            }
            "begins_with" => {
                let a = self.operand()?;
                self.expect(",")?;
                let b = self.operand()?;
                match &b {
                    Operand::Value(value) if !matches!(value, Value::S(_) | Value::B(_)) => {
                        return Err(incorrect_type(name, value));
                    }
                    _ => Condition::BeginsWith(a, b),
                }
            }
            _ => return Err(format!("Invalid function name; function: {name}")),
        };
        self.expect(")")?;
        Ok(parsed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamodb::{Item, Names, Number, parse};

    fn check(text: &str, expect: Result<bool, ()>) {
        let number = |n| Value::N(Number::from_u64(n));
        let item: Item = [
            ("pk".into(), Value::S("account-1".into())),
            ("version".into(), number(7)),
            ("m".into(), Value::M([("x".into(), number(1))].into_iter().collect())),
        ]
        .into_iter()
        .collect();
        let names = Names::new(
            [("#v".into(), "version".to_owned())],
            [
                (":six".into(), number(6)),
                (":seven".into(), number(7)),
                (":a".into(), Value::S("acc".into())),
                (":number".into(), Value::S("N".into())),
                (":yes".into(), Value::Bool(true)),
            ],
        );
        let got = parse::condition(text, &names).map(|c| c.holds(&item)).map_err(|_| ());
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
        check("absent <> :six", Ok(true));
        check("absent = :six", Ok(false));
        check("attribute_type(version, :number)", Ok(true));
        check("attribute_type(version, :a)", Err(()));
        check("version = :undefined", Err(()));
        check("version BETWEEN :seven AND :six", Err(()));
        check("version BETWEEN :six AND :a", Err(()));
        check("version < :yes", Err(()));
        check("begins_with(pk, :six)", Err(()));
        check("status = :six", Err(()));
        check("m.Status = :six", Err(()));
        check("version =", Err(()));
        check("", Err(()));
        check("drop table;", Err(()));
        check(&"(".repeat(100_000), Err(()));
        check(&"(".repeat(100), Err(()));
        check(&format!("pk = :a{}", " AND pk = :a".repeat(100_000)), Err(()));
    }
}
