//! DynamoDB numbers: up to 38 significant digits, compared by value, printed without padding.

use std::cmp::Ordering;
use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    negative: bool,
    /// Significant digits without leading or trailing zeros; empty for zero.
    digits: Vec<u8>,
    /// The value is 0.digits × 10^exponent.
    exponent: i32,
}

impl Number {
    pub fn parse(text: &str) -> Option<Number> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, power) = match rest.find(['e', 'E']) {
            Some(at) => (&rest[..at], rest[at + 1..].parse::<i32>().ok()?),
            None => (rest, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        if !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let leading = digits.iter().take_while(|d| **d == b'0').count();
        digits.drain(..leading);
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        if digits.is_empty() {
            return Some(Number { negative: false, digits, exponent: 0 });
        }
        let exponent = whole.len() as i32 - leading as i32 + power;
        let fits = digits.len() <= 38 && (-129..=126).contains(&exponent);
        fits.then_some(Number { negative, digits, exponent })
    }

    pub fn from_u64(n: u64) -> Number {
        Number::parse(&n.to_string()).expect("an integer is a number")
    }

    pub fn to_u64(&self) -> Option<u64> {
        self.to_string().parse().ok()
    }

    fn magnitude(&self, other: &Number) -> Ordering {
        match (self.digits.is_empty(), other.digits.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            _ => self.exponent.cmp(&other.exponent).then_with(|| self.digits.cmp(&other.digits)),
        }
    }

    /// Exact for what fits 18 digits and eight fractional places, which is all that `ADD` is used for.
    pub fn plus(&self, other: &Number) -> Option<Number> {
        const SCALE: i128 = 100_000_000;
        let scaled = |n: &Number| -> Option<i128> {
            let text = n.to_string();
            let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
            if fraction.len() > 8 {
                return None;
            }
            let digits = whole.trim_start_matches('-');
            let value = digits.parse::<i128>().ok()?.checked_mul(SCALE)?
                + format!("{fraction:0<8}").parse::<i128>().ok()?;
            Some(if n.negative { -value } else { value })
        };
        let sum = scaled(self)?.checked_add(scaled(other)?)?;
        let sign = if sum < 0 { "-" } else { "" };
        let (whole, fraction) =
            (sum.unsigned_abs() / 100_000_000, sum.unsigned_abs() % 100_000_000);
        Number::parse(&format!("{sign}{whole}.{fraction:08}"))
    }

    pub fn negated(&self) -> Number {
        Number { negative: !self.negative && !self.digits.is_empty(), ..self.clone() }
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.magnitude(other),
            (true, true) => other.magnitude(self),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = std::str::from_utf8(&self.digits).expect("ASCII digits");
        let sign = if self.negative { "-" } else { "" };
        let (length, exponent) = (digits.len() as i32, self.exponent);
        if digits.is_empty() {
            f.write_str("0")
        } else if !(-20..=38).contains(&exponent) {
            write!(f, "{sign}{digits}E{}", exponent - length)
        } else if exponent <= 0 {
            write!(f, "{sign}0.{}{digits}", "0".repeat((-exponent) as usize))
        } else if exponent >= length {
            write!(f, "{sign}{digits}{}", "0".repeat((exponent - length) as usize))
        } else {
            let (whole, fraction) = digits.split_at(exponent as usize);
            write!(f, "{sign}{whole}.{fraction}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_and_orders_by_value() {
        let check = |text: &str, expect: &str| {
            assert_eq!(Number::parse(text).map(|n| n.to_string()).as_deref(), Some(expect));
        };
        check("0010", "10");
        check("1.50", "1.5");
        check("-0", "0");
        check("1e3", "1000");
        check("0.001", "0.001");
        assert_eq!(Number::parse("abc"), None);
        assert_eq!(Number::parse(&"9".repeat(39)), None, "38 digits at most");
        let mut list = ["10", "9", "-1", "-2", "0", "0.5"].map(|t| Number::parse(t).expect("ok"));
        list.sort();
        assert_eq!(list.map(|n| n.to_string()), ["-2", "-1", "0", "0.5", "9", "10"]);
        let sum = Number::parse("1.5").expect("ok").plus(&Number::parse("-3").expect("ok"));
        assert_eq!(sum.map(|n| n.to_string()).as_deref(), Some("-1.5"));
    }
}
