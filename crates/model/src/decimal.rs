//! Exact decimals with eight fractional digits and at most ten integer digits.
//!
//! Every quantity and price fits 64 bits and every product fits 128 bits, so the fold never rounds. Rejected: floats,
//! because they round, and arbitrary precision. Append must refuse values that an engine's NUMERIC could not hold
//! (SAFE-3), and a fixed range makes that limit explicit.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

const SCALE: i64 = 100_000_000;
const FRACTION_DIGITS: usize = 8;
/// The exclusive limit of the integer part, 10^10.
const LIMIT: i64 = 10_000_000_000;

/// A quantity, a price or a position, in units of 10^-8.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Decimal(i64);

/// The product of a price and a quantity, in units of 10^-16.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Notional(pub i128);

/// The error for a text that is not a decimal within the platform's range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalError {
    /// The text is not `[-]digits[.digits]`.
    Malformed,
    /// The value has too many digits before or after the point.
    TooManyDigits,
}

impl fmt::Display for DecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            DecimalError::Malformed => "must be a decimal in a string, such as \"12.50\"",
            DecimalError::TooManyDigits => {
                "must be below 10000000000 and have at most 8 fractional digits"
            }
        })
    }
}

impl std::error::Error for DecimalError {}

impl Decimal {
    /// Zero.
    pub const ZERO: Decimal = Decimal(0);

    /// Creates a decimal from units of 10^-8. The range is not checked.
    pub fn from_units(units: i64) -> Decimal {
        Decimal(units)
    }

    /// Returns the value in units of 10^-8.
    pub fn units(self) -> i64 {
        self.0
    }

    /// Parses `[-]digits[.digits]`, and rejects an exponent, a plus sign and spaces.
    pub fn parse(text: &str) -> Result<Decimal, DecimalError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let numeric = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !numeric(whole) || !numeric(fraction) {
            return Err(DecimalError::Malformed);
        }
        let fraction = fraction.trim_end_matches('0');
        if whole.len() > 18 || fraction.len() > FRACTION_DIGITS {
            return Err(DecimalError::TooManyDigits);
        }
        let whole: i64 = whole.parse().map_err(|_| DecimalError::TooManyDigits)?;
        if whole >= LIMIT {
            return Err(DecimalError::TooManyDigits);
        }
        let mut units = 0i64;
        for i in 0..FRACTION_DIGITS {
            let digit = fraction.as_bytes().get(i).map_or(0, |b| i64::from(b - b'0'));
            units = units * 10 + digit;
        }
        let value = whole * SCALE + units;
        Ok(Decimal(if negative { -value } else { value }))
    }

    /// Returns whether the value is greater than zero.
    pub fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Returns the absolute value.
    pub fn abs(self) -> Decimal {
        Decimal(self.0.abs())
    }

    /// Returns the sum, or `None` if the sum is outside the range that every engine can hold.
    pub fn checked_add(self, other: Decimal) -> Option<Decimal> {
        let sum = self.0.checked_add(other.0)?;
        (i128::from(sum).abs() < i128::from(LIMIT) * i128::from(SCALE)).then_some(Decimal(sum))
    }

    /// Returns the value with the opposite sign.
    pub fn negated(self) -> Decimal {
        Decimal(-self.0)
    }

    /// Returns the exact product. The product of two values below 10^10 with eight fractional digits fits 128 bits.
    pub fn times(self, other: Decimal) -> Notional {
        Notional(i128::from(self.0) * i128::from(other.0))
    }
}

impl Notional {
    /// Converts a decimal, such as a limit, to the units of a product.
    pub fn of(decimal: Decimal) -> Notional {
        Notional(i128::from(decimal.0) * i128::from(SCALE))
    }
}

/// Converts a whole number; every 32-bit number is in range.
impl From<u32> for Decimal {
    fn from(whole: u32) -> Decimal {
        Decimal(i64::from(whole) * SCALE)
    }
}

impl TryFrom<&str> for Decimal {
    type Error = DecimalError;
    fn try_from(text: &str) -> Result<Self, DecimalError> {
        Decimal::parse(text)
    }
}

/// The length of the longest text of a 64-bit value: a sign, eleven digits, a point and eight digits.
const TEXT_MAX: usize = 21;

impl Decimal {
    /// Writes the canonical text, from its end to its beginning. The text has no trailing zeros, so equal values have
    /// equal hashes.
    fn text(self, buffer: &mut [u8; TEXT_MAX]) -> &str {
        let units = self.0.unsigned_abs();
        let (mut whole, mut fraction) = (units / SCALE as u64, units % SCALE as u64);
        let mut at = TEXT_MAX;
        let mut put = |byte: u8| {
            at -= 1;
            buffer[at] = byte;
        };
        if fraction > 0 {
            let mut digits = FRACTION_DIGITS;
            while fraction.is_multiple_of(10) {
                fraction /= 10;
                digits -= 1;
            }
            for _ in 0..digits {
                put(b'0' + (fraction % 10) as u8);
                fraction /= 10;
            }
            put(b'.');
        }
        loop {
            put(b'0' + (whole % 10) as u8);
            whole /= 10;
            if whole == 0 {
                break;
            }
        }
        if self.0 < 0 {
            put(b'-');
        }
        std::str::from_utf8(&buffer[at..]).expect("digits are text")
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text(&mut [0; TEXT_MAX]))
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text(&mut [0; TEXT_MAX]))
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::text::deserialize(deserializer)
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Result<&str, DecimalError>) {
        let got = Decimal::parse(text).map(|d| d.to_string());
        assert_eq!(got.as_deref().map_err(|e| *e), expect, "{text:?}");
    }

    #[test]
    fn a_decimal_prints_in_canonical_form() {
        check("1", Ok("1"));
        check("1.50", Ok("1.5"));
        check("0.00000001", Ok("0.00000001"));
        check("10.05", Ok("10.05"));
        check("0", Ok("0"));
        check("-2.25", Ok("-2.25"));
        check("9999999999.99999999", Ok("9999999999.99999999"));
    }

    #[test]
    fn a_whole_number_is_a_decimal_in_range() {
        assert_eq!(Decimal::from(7), Decimal::parse("7").expect("in range"));
        assert_eq!(Decimal::from(u32::MAX).to_string(), "4294967295");
    }

    #[test]
    fn the_longest_texts_fit_the_buffer() {
        assert_eq!(Decimal::from_units(i64::MIN).to_string(), "-92233720368.54775808");
        assert_eq!(Decimal::from_units(i64::MAX).to_string(), "92233720368.54775807");
    }

    #[test]
    fn a_value_that_no_engine_could_hold_is_refused() {
        check("10000000000", Err(DecimalError::TooManyDigits));
        check("0.000000001", Err(DecimalError::TooManyDigits));
        check("99999999999999999999999", Err(DecimalError::TooManyDigits));
        for text in ["", ".", "1.", ".5", "+1", "1e3", "NaN", " 1", "1_0", "--1"] {
            check(text, Err(DecimalError::Malformed));
        }
    }

    #[test]
    fn a_sum_out_of_range_is_refused() {
        let most = Decimal::parse("9999999999.99999999").expect("in range");
        assert_eq!(most.checked_add(Decimal::from_units(1)), None);
        assert_eq!(most.checked_add(most.negated()), Some(Decimal::ZERO));
    }
}
