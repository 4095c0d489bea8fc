//! Exact decimals: eight fractional digits, at most ten integer digits.
//!
//! Sixty-four bits hold every quantity and price, and 128 bits their product, so no sum that the
//! fold makes can round. A float never comes near money; arbitrary precision was rejected because
//! append must refuse what an engine's NUMERIC could not hold (SAFE-3), and a fixed shape says so.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

const SCALE: i64 = 100_000_000;
const FRACTION_DIGITS: usize = 8;
/// 10^10, exclusive.
const LIMIT: i64 = 10_000_000_000;

/// A quantity, price or position: units of 10^-8.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Decimal(i64);

/// A price times a quantity: units of 10^-16.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Notional(pub i128);

/// Why a text is not a decimal that the platform can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalError {
    Malformed,
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
    pub const ZERO: Decimal = Decimal(0);

    /// From units of 10^-8.
    pub fn from_units(units: i64) -> Decimal {
        Decimal(units)
    }

    pub fn units(self) -> i64 {
        self.0
    }

    /// Reads `[-]digits[.digits]`; no exponent, no sign `+`, no spaces.
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

    pub fn is_positive(self) -> bool {
        self.0 > 0
    }

    pub fn abs(self) -> Decimal {
        Decimal(self.0.abs())
    }

    /// `None` where the sum would leave the range that every engine can hold.
    pub fn checked_add(self, other: Decimal) -> Option<Decimal> {
        let sum = self.0.checked_add(other.0)?;
        (i128::from(sum).abs() < i128::from(LIMIT) * i128::from(SCALE)).then_some(Decimal(sum))
    }

    pub fn negated(self) -> Decimal {
        Decimal(-self.0)
    }

    /// Exact: two values below 10^10 with eight fractional digits each fit 128 bits.
    pub fn times(self, other: Decimal) -> Notional {
        Notional(i128::from(self.0) * i128::from(other.0))
    }
}

impl Notional {
    /// A limit written as a decimal, in the units of a product.
    pub fn of(decimal: Decimal) -> Notional {
        Notional(i128::from(decimal.0) * i128::from(SCALE))
    }
}

impl TryFrom<&str> for Decimal {
    type Error = DecimalError;
    fn try_from(text: &str) -> Result<Self, DecimalError> {
        Decimal::parse(text)
    }
}

/// A sign, eleven digits, a point and eight more: as long as 64 bits of these units can be.
const TEXT_MAX: usize = 21;

impl Decimal {
    /// The canonical text: no trailing zeros, so equal values have equal hashes. Written from behind.
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
    fn parses_and_prints_canonically() {
        check("1", Ok("1"));
        check("1.50", Ok("1.5"));
        check("0.00000001", Ok("0.00000001"));
        check("10.05", Ok("10.05"));
        check("0", Ok("0"));
        check("-2.25", Ok("-2.25"));
        check("9999999999.99999999", Ok("9999999999.99999999"));
    }

    #[test]
    fn the_longest_texts_fit() {
        assert_eq!(Decimal::from_units(i64::MIN).to_string(), "-92233720368.54775808");
        assert_eq!(Decimal::from_units(i64::MAX).to_string(), "92233720368.54775807");
    }

    #[test]
    fn refuses_what_an_engine_could_not_hold() {
        check("10000000000", Err(DecimalError::TooManyDigits));
        check("0.000000001", Err(DecimalError::TooManyDigits));
        check("99999999999999999999999", Err(DecimalError::TooManyDigits));
        for text in ["", ".", "1.", ".5", "+1", "1e3", "NaN", " 1", "1_0", "--1"] {
            check(text, Err(DecimalError::Malformed));
        }
    }

    #[test]
    fn a_sum_out_of_range_is_none() {
        let most = Decimal::parse("9999999999.99999999").expect("in range");
        assert_eq!(most.checked_add(Decimal::from_units(1)), None);
        assert_eq!(most.checked_add(most.negated()), Some(Decimal::ZERO));
    }
}
