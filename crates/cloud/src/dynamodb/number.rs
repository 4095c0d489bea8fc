//! DynamoDB numbers, which have up to 38 significant digits, are compared by value and are printed without padding.

use std::cmp::Ordering;
use std::fmt;

const DIGITS_MAX: usize = 38;
/// The exponents of the largest magnitude, 9.9…E+125, and of the smallest, 1E-130, when written as 0.digits.
const EXPONENT_MAX: i64 = 126;
const EXPONENT_MIN: i64 = -129;

/// A decimal number with up to 38 significant digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    negative: bool,
    /// The significant digits, without leading or trailing zeros. They are empty for zero.
    digits: Vec<u8>,
    /// The value is 0.digits × 10^exponent.
    exponent: i32,
}

/// The error for a text or a sum that DynamoDB cannot hold as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberError {
    /// The text is not a number.
    NotNumeric,
    /// The number has more than 38 significant digits.
    Precision,
    /// The magnitude is too large.
    Overflow,
    /// The magnitude is too small.
    Underflow,
}

impl fmt::Display for NumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NumberError::NotNumeric => "The parameter cannot be converted to a numeric value",
            NumberError::Precision => {
                "Attempting to store more than 38 significant digits in a Number"
            }
            NumberError::Overflow => {
                "Number overflow. Attempting to store a number with magnitude larger than \
                 supported range"
            }
            NumberError::Underflow => {
                "Number underflow. Attempting to store a number with magnitude smaller than \
                 supported range"
            }
        })
    }
}

impl std::error::Error for NumberError {}

/// Parses the exponent after an `E`. An exponent that is too large for any number saturates.
fn power(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let size = i64::from(digits.parse::<i32>().unwrap_or(i32::MAX));
    Some(if negative { -size } else { size })
}

impl Number {
    /// Parses a number, which may have an exponent.
    pub fn parse(text: &str) -> Result<Number, NumberError> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, power) = match rest.split_once(['e', 'E']) {
            Some((mantissa, text)) => (mantissa, power(text).ok_or(NumberError::NotNumeric)?),
            None => (rest, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return Err(NumberError::NotNumeric);
        }
        Number::of(negative, digits, whole.len() as i64 + power)
    }

    /// Builds the number ±0.digits × 10^exponent. The digits may have leading and trailing zeros.
    fn of(negative: bool, mut digits: Vec<u8>, exponent: i64) -> Result<Number, NumberError> {
        let leading = digits.iter().take_while(|d| **d == b'0').count();
        digits.drain(..leading);
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        if digits.is_empty() {
            return Ok(Number { negative: false, digits, exponent: 0 });
        }
        let exponent = exponent - leading as i64;
        if exponent > EXPONENT_MAX {
            return Err(NumberError::Overflow);
        }
        if exponent < EXPONENT_MIN {
            return Err(NumberError::Underflow);
        }
        if digits.len() > DIGITS_MAX {
            return Err(NumberError::Precision);
        }
        Ok(Number { negative, digits, exponent: exponent as i32 })
    }

    /// Creates a number from an integer.
    pub fn from_u64(n: u64) -> Number {
        Number::parse(&n.to_string()).expect("an integer is a number")
    }

    /// Returns the number as a `u64`, or `None` if it is not an integer that fits.
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

    /// Returns the power of ten of the last digit.
    fn lowest(&self) -> i32 {
        self.exponent - self.digits.len() as i32
    }

    /// Returns the digits as numbers, starting from the power of ten `low` and continuing upwards.
    fn column(&self, low: i32) -> Vec<i8> {
        let zeros = std::iter::repeat_n(0, (self.lowest() - low) as usize);
        zeros.chain(self.digits.iter().rev().map(|d| (d - b'0') as i8)).collect()
    }

    /// Adds two numbers exactly. A sum with more than 38 significant digits is an error.
    pub(super) fn plus(&self, other: &Number) -> Result<Number, NumberError> {
        if self.digits.is_empty() || other.digits.is_empty() {
            return Ok(if self.digits.is_empty() { other } else { self }.clone());
        }
        let (large, small) = match self.magnitude(other) {
            Ordering::Less => (other, self),
            _ => (self, other),
        };
        let low = large.lowest().min(small.lowest());
        let mut sum = large.column(low);
        let small_column = small.column(low);
        sum.resize(sum.len().max(small_column.len()) + 1, 0);
        let sign = if large.negative == small.negative { 1 } else { -1 };
        let mut carry = 0;
        for (i, digit) in sum.iter_mut().enumerate() {
            let total = *digit + sign * small_column.get(i).copied().unwrap_or(0) + carry;
            (*digit, carry) = (total.rem_euclid(10), total.div_euclid(10));
        }
        let exponent = i64::from(low) + sum.len() as i64;
        let digits = sum.iter().rev().map(|d| *d as u8 + b'0').collect();
        Number::of(large.negative, digits, exponent)
    }

    /// Returns the number with the opposite sign.
    pub(super) fn negated(&self) -> Number {
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
            assert_eq!(Number::parse(text).map(|n| n.to_string()).as_deref(), Ok(expect));
        };
        check("0010", "10");
        check("1.50", "1.5");
        check("-0", "0");
        check("1e3", "1000");
        check("0.001", "0.001");
        check("0E99999999999", "0");
        let mut list = ["10", "9", "-1", "-2", "0", "0.5"].map(|t| Number::parse(t).expect("ok"));
        list.sort();
        assert_eq!(list.map(|n| n.to_string()), ["-2", "-1", "0", "0.5", "9", "10"]);
    }

    #[test]
    fn what_cannot_be_held_is_refused() {
        let check = |text: &str, expect: NumberError| {
            assert_eq!(Number::parse(text), Err(expect), "{text}");
        };
        check("abc", NumberError::NotNumeric);
        check("", NumberError::NotNumeric);
        check("1e", NumberError::NotNumeric);
        check("1e-+1", NumberError::NotNumeric);
        check(&"9".repeat(39), NumberError::Precision);
        check("1E126", NumberError::Overflow);
        check("1E2147483647", NumberError::Overflow);
        check("1E99999999999999999999", NumberError::Overflow);
        check("1E-131", NumberError::Underflow);
        check("1E-2147483648", NumberError::Underflow);
        assert!(Number::parse("9.9E125").is_ok());
        assert!(Number::parse("1E-130").is_ok());
    }

    #[test]
    fn adds_exactly() {
        let number = |text: &str| Number::parse(text).expect("a number");
        let check = |a: &str, b: &str, expect: Result<&str, NumberError>| {
            let sum = number(a).plus(&number(b));
            assert_eq!(sum, number(b).plus(&number(a)));
            assert_eq!(sum.map(|n| n.to_string()), expect.map(str::to_owned), "{a} + {b}");
        };
        check("1.5", "-3", Ok("-1.5"));
        check("0.1", "0.2", Ok("0.3"));
        check("999", "1", Ok("1000"));
        check("-1000", "1", Ok("-999"));
        check("7", "-7", Ok("0"));
        check("0", "-7", Ok("-7"));
        check("1E+30", "1", Ok("1000000000000000000000000000001"));
        check("1E+40", "1", Err(NumberError::Precision));
        check("9E+125", "9E+125", Err(NumberError::Overflow));
    }
}
