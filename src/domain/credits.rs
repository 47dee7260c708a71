//! Credits: what the product sells and usage burns.
//!
//! Fixed point with six decimals in an `i64`, so sums are exact. There is no division and no float
//! here; ratios of credits are computed by the callers, which state their rounding.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Micro-credits in one credit: six decimals.
const SCALE: i64 = 1_000_000;
/// Decimals a quantity of credits can have.
const DECIMALS: usize = 6;

/// An exact quantity of credits, in steps of 0.000001. Negative only for a balance in overdraft.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Credits(i64);

/// A quantity that does not fit: see [`Credits::LARGEST`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a quantity of credits left the range that can be counted exactly")]
pub struct CreditsOverflow;

/// Reason why a text is not a quantity of credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreditsError {
    /// Something other than digits with at most one decimal point.
    #[error("not a number of credits")]
    NotANumber,
    /// More than six decimals that matter.
    #[error("credits have at most six decimals")]
    TooPrecise,
    /// Beyond [`Credits::LARGEST`].
    #[error("more than 1,000,000,000,000 credits")]
    TooLarge,
}

impl Credits {
    /// No credits.
    pub const ZERO: Credits = Credits(0);
    /// The smallest positive quantity, 0.000001.
    pub const SMALLEST: Credits = Credits(1);
    /// The largest quantity one input may name: 10¹² credits. A sum of a few of them still fits.
    pub const LARGEST: Credits = Credits(1_000_000_000_000 * SCALE);

    /// Converts a whole number of credits, saturating beyond `i64` micro-credits.
    pub const fn whole(credits: i64) -> Credits {
        Credits(credits.saturating_mul(SCALE))
    }

    /// Converts from millionths of a credit.
    pub const fn from_micro(micro: i64) -> Credits {
        Credits(micro)
    }

    /// Returns the quantity in millionths of a credit.
    pub const fn micro(self) -> i64 {
        self.0
    }

    /// The number of credits.
    pub fn decimal(self) -> Decimal {
        Decimal::new(self.micro(), 6)
    }

    /// Returns true if there are any credits.
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// The sum, or an error beyond the range.
    pub fn plus(self, other: Credits) -> Result<Credits, CreditsOverflow> {
        self.0.checked_add(other.0).map(Credits).ok_or(CreditsOverflow)
    }

    /// The difference, or an error beyond the range.
    pub fn minus(self, other: Credits) -> Result<Credits, CreditsOverflow> {
        self.0.checked_sub(other.0).map(Credits).ok_or(CreditsOverflow)
    }

    /// `count` times as much, or an error beyond the range.
    pub fn times(self, count: u64) -> Result<Credits, CreditsOverflow> {
        let count = i64::try_from(count).map_err(|_| CreditsOverflow)?;
        self.0.checked_mul(count).map(Credits).ok_or(CreditsOverflow)
    }

    /// The share `part / whole` of the quantity, rounded down. `whole` must be positive.
    pub fn share_down(self, part: i64, whole: i64) -> Result<Credits, CreditsOverflow> {
        assert!(whole > 0, "a share is of something");
        let exact = i128::from(self.0) * i128::from(part);
        i64::try_from(exact.div_euclid(i128::from(whole))).map(Credits).map_err(|_| CreditsOverflow)
    }

    /// Converts to a float, for statistics and charts only.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / SCALE as f64
    }
}

impl fmt::Display for Credits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        CreditTotal::from(*self).fmt(f)
    }
}

impl FromStr for Credits {
    type Err = CreditsError;

    /// Parses digits with at most one decimal point and an optional sign: `3000`, `0.25`, `-12.5`.
    fn from_str(text: &str) -> Result<Credits, CreditsError> {
        let (negative, digits) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction)
        {
            return Err(CreditsError::NotANumber);
        }
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > DECIMALS {
            return Err(CreditsError::TooPrecise);
        }
        let mut micro: i64 = 0;
        let padding = std::iter::repeat_n(b'0', DECIMALS - fraction.len());
        for digit in whole.bytes().chain(fraction.bytes()).chain(padding) {
            micro = micro
                .checked_mul(10)
                .and_then(|m| m.checked_add(i64::from(digit - b'0')))
                .filter(|&m| m <= Credits::LARGEST.0)
                .ok_or(CreditsError::TooLarge)?;
        }
        Ok(Credits(if negative { -micro } else { micro }))
    }
}

/// A sum of quantities of credits over a whole run. No run can overflow it: that would take 10¹⁹ of
/// the largest quantities.
///
/// Files hold it in millionths.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct CreditTotal(i128);

impl CreditTotal {
    /// Nothing yet.
    pub const ZERO: CreditTotal = CreditTotal(0);

    /// Returns the sum in millionths of a credit.
    pub const fn micro(self) -> i128 {
        self.0
    }

    /// Converts from millionths of a credit.
    pub const fn from_micro(micro: i128) -> CreditTotal {
        CreditTotal(micro)
    }

    /// Converts to a float, for statistics and charts only.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / SCALE as f64
    }
}

impl From<Credits> for CreditTotal {
    fn from(credits: Credits) -> Self {
        CreditTotal(i128::from(credits.0))
    }
}

impl std::ops::AddAssign<Credits> for CreditTotal {
    fn add_assign(&mut self, credits: Credits) {
        self.0 += i128::from(credits.0);
    }
}

impl std::ops::Add for CreditTotal {
    type Output = CreditTotal;
    fn add(self, other: CreditTotal) -> CreditTotal {
        CreditTotal(self.0 + other.0)
    }
}

impl std::ops::Sub for CreditTotal {
    type Output = CreditTotal;
    fn sub(self, other: CreditTotal) -> CreditTotal {
        CreditTotal(self.0 - other.0)
    }
}

impl fmt::Display for CreditTotal {
    /// Plain decimal without trailing zeros: `3000`, `0.25`, `-12.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = SCALE.unsigned_abs() as u128;
        let size = self.0.unsigned_abs();
        let (whole, fraction) = (size / scale, size % scale);
        let mut text = whole.to_string();
        if fraction > 0 {
            let digits = format!("{fraction:06}");
            text.push('.');
            text.push_str(digits.trim_end_matches('0'));
        }
        f.pad_integral(self.0 >= 0, "", &text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credits_print_as_they_are_written() {
        for text in ["0", "3000", "0.25", "-12.5", "0.000001", "1000000000000"] {
            assert_eq!(text.parse::<Credits>().unwrap().to_string(), text);
        }
        assert_eq!("7.500000000".parse::<Credits>().unwrap().to_string(), "7.5");
        assert_eq!(".5".parse::<Credits>().unwrap().to_string(), "0.5");
    }

    #[test]
    fn what_cannot_be_counted_exactly_is_refused() {
        use CreditsError::*;
        for (text, why) in [
            ("", NotANumber),
            (".", NotANumber),
            ("-", NotANumber),
            ("1e3", NotANumber),
            ("NaN", NotANumber),
            ("inf", NotANumber),
            ("1,000", NotANumber),
            ("--1", NotANumber),
            ("0.0000001", TooPrecise),
            ("1000000000000.000001", TooLarge),
            ("99999999999999999999999999", TooLarge),
        ] {
            assert_eq!(text.parse::<Credits>(), Err(why), "{text}");
        }
    }

    #[test]
    fn a_share_is_rounded_down_to_the_last_decimal() {
        assert_eq!(Credits::whole(1).share_down(1, 3).unwrap(), Credits::from_micro(333_333));
        assert_eq!(Credits::whole(5_000).share_down(15, 31).unwrap().to_string(), "2419.354838");
    }

    #[test]
    fn sums_beyond_the_range_are_errors_and_not_wrapped() {
        let most = Credits::from_micro(i64::MAX);
        assert_eq!(most.plus(Credits::SMALLEST), Err(CreditsOverflow));
        assert_eq!(Credits::LARGEST.times(10), Err(CreditsOverflow));
        assert!(Credits::LARGEST.times(9).is_ok());
    }
}
