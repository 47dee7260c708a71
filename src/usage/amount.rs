//! Reading amounts: a number as people write it, times an exact factor, added up exactly.
//!
//! Deliberately absent: floats. A sum is exact until it is rounded once, half-even, to the six
//! decimals of credits; values that cannot be added exactly are refused.

use rust_decimal::Decimal;

use crate::domain::Credits;

/// Decimals of a quantity of credits.
const DECIMALS: u32 = 6;
/// Decimals that a number or a factor may have; more cannot be added exactly.
const FINEST: u32 = 28;

/// Millionths in a unit of the last decimal of a number, by how many decimals it has.
const MICRO_UNITS: [u64; DECIMALS as usize + 1] = [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];

/// The most whole credits in one row, so that millionths fit 64 bits.
const WHOLE: u64 = 1_000_000_000_000;

/// Reason why a text is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAmount {
    /// Nothing there.
    #[error("the amount is empty; write 0 if there was no usage")]
    Empty,
    /// Something other than a plain number.
    #[error(
        "not a number; write digits with at most one decimal point and no thousands separators: \
         1234.5 or 1.5e3"
    )]
    NotANumber,
    /// Below zero.
    #[error("amounts are never negative; leave refunds and corrections out")]
    Negative,
    /// More digits than can be counted exactly.
    #[error("more digits than can be counted exactly; round it to six decimals")]
    TooPrecise,
    /// Beyond [`Credits::LARGEST`].
    #[error("more than 1,000,000,000,000 credits in one row")]
    TooLarge,
}

/// An exact number: `mantissa` over ten to the power of `scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    mantissa: u64,
    scale: u32,
}

impl Number {
    /// One.
    pub const ONE: Number = Number { mantissa: 1, scale: 0 };

    /// Converts from an exact decimal. `None` if it is negative or has more than 18 digits.
    pub fn from_decimal(decimal: Decimal) -> Option<Number> {
        let decimal = decimal.normalize();
        let mantissa = u64::try_from(decimal.mantissa()).ok()?;
        (mantissa < 1_000_000_000_000_000_000)
            .then_some(Number { mantissa, scale: decimal.scale() })
    }

    /// Parses digits with at most one decimal point and an optional exponent, at most 19 of them
    /// significant.
    #[inline]
    pub fn read(text: &[u8]) -> Result<Number, NotAnAmount> {
        if text.is_empty() {
            return Err(NotAnAmount::Empty);
        }
        Number::plain(text).map_or_else(|| Number::read_any(text), Ok)
    }

    /// Digits with at most one decimal point, at most 18 of them: nearly all numbers there are.
    #[inline]
    fn plain(text: &[u8]) -> Option<Number> {
        if text.len() > 18 {
            return None;
        }
        let (mut mantissa, mut point) = (0_u64, None);
        for (index, &byte) in text.iter().enumerate() {
            let digit = byte.wrapping_sub(b'0');
            if digit <= 9 {
                mantissa = mantissa * 10 + u64::from(digit);
            } else if byte == b'.' && point.is_none() && text.len() > 1 {
                point = Some(index);
            } else {
                return None;
            }
        }
        let mut scale = point.map_or(0, |point| text.len() - 1 - point);
        while scale > 0 && mantissa % 10 == 0 {
            (mantissa, scale) = (mantissa / 10, scale - 1);
        }
        Some(Number { mantissa, scale: u32::try_from(scale).ok()? })
    }

    /// The general case of [`Number::read`].
    fn read_any(text: &[u8]) -> Result<Number, NotAnAmount> {
        let (negative, digits) = match text {
            [b'-', digits @ ..] => (true, digits),
            [b'+', digits @ ..] => (false, digits),
            digits => (false, digits),
        };
        let mark = digits.iter().position(|b| matches!(b, b'e' | b'E'));
        let (digits, exponent) = match mark.and_then(|mark| digits.split_at_checked(mark)) {
            Some((digits, [_, exponent @ ..])) => (digits, read_exponent(exponent)?),
            _ => (digits, 0),
        };
        let point = digits.iter().position(|&b| b == b'.').unwrap_or(digits.len());
        let (whole, fraction) = digits.split_at_checked(point).unwrap_or((digits, &[]));
        let fraction = fraction.get(1..).unwrap_or_default();
        if whole.is_empty() && fraction.is_empty() {
            return Err(NotAnAmount::NotANumber);
        }
        if !whole.iter().chain(fraction).all(u8::is_ascii_digit) {
            return Err(NotAnAmount::NotANumber);
        }
        let number = Number::assemble(whole, fraction, exponent)?;
        if negative && number.mantissa > 0 {
            return Err(NotAnAmount::Negative);
        }
        Ok(number)
    }

    /// The number with these digits before and after the point, times ten to the `exponent`.
    fn assemble(whole: &[u8], fraction: &[u8], exponent: i32) -> Result<Number, NotAnAmount> {
        let kept = fraction.iter().rposition(|&b| b != b'0').map_or(0, |last| last + 1);
        let fraction = fraction.get(..kept).unwrap_or_default();
        let mut mantissa = 0_u64;
        for (digits, why) in [(whole, NotAnAmount::TooLarge), (fraction, NotAnAmount::TooPrecise)] {
            for digit in digits {
                let digit = u64::from(digit - b'0');
                let next = mantissa.checked_mul(10).and_then(|m| m.checked_add(digit));
                mantissa = next.ok_or(why)?;
            }
        }
        if mantissa == 0 {
            return Ok(Number { mantissa, scale: 0 });
        }
        let decimals = i32::try_from(fraction.len()).map_err(|_| NotAnAmount::TooPrecise)?;
        let scale = decimals - exponent;
        if scale < 0 {
            let power = 10_u64.checked_pow(scale.unsigned_abs()).ok_or(NotAnAmount::TooLarge)?;
            let mantissa = mantissa.checked_mul(power).ok_or(NotAnAmount::TooLarge)?;
            return Ok(Number { mantissa, scale: 0 });
        }
        let scale = scale.unsigned_abs();
        if scale > FINEST {
            return Err(NotAnAmount::TooPrecise);
        }
        Ok(Number { mantissa, scale })
    }
}

/// Parses the whole credits at the start of `text`, one to twelve digits; returns them and the
/// rest.
///
/// Always inlined: it is called once a row.
#[inline(always)]
pub(super) fn leading_whole(text: &[u8]) -> Option<(Credits, &[u8])> {
    let mut whole = 0;
    for (index, byte) in text.iter().take(13).enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            let rest = text.get(index..).filter(|_| index > 0)?;
            return Some((Credits::whole(whole), rest));
        }
        whole = whole * 10 + i64::from(digit);
    }
    None
}

/// The exponent after `e`: a sign and one to three digits.
fn read_exponent(text: &[u8]) -> Result<i32, NotAnAmount> {
    let (sign, digits) = match text {
        [b'-', digits @ ..] => (-1, digits),
        [b'+', digits @ ..] => (1, digits),
        digits => (1, digits),
    };
    if digits.is_empty() || digits.len() > 3 || !digits.iter().all(u8::is_ascii_digit) {
        return Err(NotAnAmount::NotANumber);
    }
    Ok(sign * digits.iter().fold(0, |value, digit| value * 10 + i32::from(digit - b'0')))
}

/// A sum of numbers times factors, exact until it is read.
#[derive(Clone, Copy, Debug)]
pub struct Sum {
    mantissa: i128,
    /// At least [`DECIMALS`].
    scale: u32,
}

impl Sum {
    /// Nothing yet.
    pub const ZERO: Sum = Sum { mantissa: 0, scale: DECIMALS };

    /// Adds `number × factor`; fails if the sum would not be exact.
    #[inline]
    pub fn add(&mut self, number: Number, factor: Number) -> Result<(), NotAnAmount> {
        // Credits with no more decimals than they are counted in, by far the most common, need no wide multiplication.
        let is_plain = factor == Number::ONE && self.scale == DECIMALS;
        if is_plain
            && number.mantissa <= WHOLE
            && let Some(&unit) = MICRO_UNITS.get(number.scale as usize)
        {
            let micro = i128::from(number.mantissa * unit);
            self.mantissa = self.mantissa.checked_add(micro).ok_or(NotAnAmount::TooLarge)?;
            return Ok(());
        }
        self.add_any(number, factor)
    }

    /// The general case of [`Sum::add`].
    fn add_any(&mut self, number: Number, factor: Number) -> Result<(), NotAnAmount> {
        let product = match (i64::try_from(number.mantissa), i64::try_from(factor.mantissa)) {
            // Nearly all fit 63 bits, whose product needs no check.
            (Ok(number), Ok(factor)) => i128::from(number) * i128::from(factor),
            _ => {
                let product = i128::from(number.mantissa).checked_mul(i128::from(factor.mantissa));
                product.ok_or(NotAnAmount::TooLarge)?
            }
        };
        let (mut term, scale) = (product, number.scale + factor.scale);
        if scale <= self.scale {
            term = raised(term, self.scale - scale)?;
        } else {
            self.mantissa = raised(self.mantissa, scale - self.scale)?;
            self.scale = scale;
        }
        self.mantissa = self.mantissa.checked_add(term).ok_or(NotAnAmount::TooLarge)?;
        Ok(())
    }

    /// Returns true if it has more decimals than credits and must be rounded.
    #[inline]
    pub fn is_finer(self) -> bool {
        let finer = self.scale - DECIMALS;
        let is_whole = || match (u64::try_from(self.mantissa), POWERS.get(finer as usize)) {
            (Ok(mantissa), Some(unit)) => mantissa.is_multiple_of(unit.unsigned_abs()),
            _ => 10_i128.checked_pow(finer).is_some_and(|unit| self.mantissa % unit == 0),
        };
        finer > 0 && !is_whole()
    }

    /// The sum, rounded half-even to six decimals.
    #[inline]
    pub fn credits(self) -> Result<Credits, NotAnAmount> {
        let micro = match self.scale {
            DECIMALS => self.mantissa,
            scale => half_even(self.mantissa, scale - DECIMALS)?,
        };
        let micro = i64::try_from(micro).map_err(|_| NotAnAmount::TooLarge)?;
        let credits = Credits::from_micro(micro);
        if credits > Credits::LARGEST {
            return Err(NotAnAmount::TooLarge);
        }
        Ok(credits)
    }
}

/// The powers of ten that fit 63 bits, from the zeroth.
const POWERS: [i64; 19] = {
    let (mut powers, mut power) = ([1; 19], 1);
    while power < powers.len() {
        powers[power] = 10 * powers[power - 1];
        power += 1;
    }
    powers
};

/// `value × 10^power`, or the reason why it does not fit.
#[inline]
fn raised(value: i128, power: u32) -> Result<i128, NotAnAmount> {
    if value == 0 || power == 0 {
        return Ok(value);
    }
    // Nearly all fit 64 bits.
    if let (Ok(value), Some(factor)) = (i64::try_from(value), POWERS.get(power as usize)) {
        return Ok(i128::from(value) * i128::from(*factor));
    }
    let factor = 10_i128.checked_pow(power);
    let raised = factor.and_then(|factor| value.checked_mul(factor));
    // A small value can only leave the range by its many decimals.
    let why = if power > FINEST { NotAnAmount::TooPrecise } else { NotAnAmount::TooLarge };
    raised.ok_or(why)
}

/// `value ÷ 10^power` for a value not below zero, halves going to the even neighbour.
fn half_even(value: i128, power: u32) -> Result<i128, NotAnAmount> {
    if let (Ok(value), Some(&unit)) = (i64::try_from(value), POWERS.get(power as usize)) {
        let (quotient, twice) = (value / unit, i128::from(value % unit) * 2);
        let up = twice > unit.into() || (twice == unit.into() && quotient % 2 == 1);
        return Ok(i128::from(quotient) + i128::from(up));
    }
    let unit = 10_i128.checked_pow(power).ok_or(NotAnAmount::TooPrecise)?;
    let (quotient, twice) = (value / unit, (value % unit).saturating_mul(2));
    let up = twice > unit || (twice == unit && quotient % 2 == 1);
    Ok(quotient + i128::from(up))
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use super::*;

    fn credits(text: &str) -> Result<String, NotAnAmount> {
        let mut sum = Sum::ZERO;
        sum.add(Number::read(text.as_bytes())?, Number::ONE)?;
        sum.credits().map(|credits| credits.to_string())
    }

    #[test]
    fn a_number_is_added_at_once_as_it_is_in_general() {
        for scale in 0..9 {
            for mantissa in [0, 1, 225, WHOLE - 1, WHOLE, WHOLE + 1, 999_999_999_999_999_999] {
                let number = Number { mantissa, scale };
                let (mut at_once, mut in_general) = (Sum::ZERO, Sum::ZERO);
                for _ in 0..2 {
                    let both =
                        (at_once.add(number, Number::ONE), in_general.add_any(number, Number::ONE));
                    assert_eq!(both.0, both.1, "{number:?}");
                    let sums = [at_once, in_general].map(|sum| (sum.mantissa, sum.scale));
                    assert_eq!(sums[0], sums[1], "{number:?}");
                }
            }
        }
    }

    #[test]
    fn a_sum_is_finer_than_credits_only_by_digits_that_matter() {
        for (number, factor, is_finer) in [
            ("7", "1", false),
            ("0.000001", "1", false),
            ("0.0000001", "1", true),
            ("1.0000010", "1", false),
            ("1.23456789", "1", true),
            ("1000", "0.000000001", false),
            ("1001", "0.000000001", true),
            ("0", "0.000000001", false),
        ] {
            let mut sum = Sum::ZERO;
            let read = |text: &str| Number::read(text.as_bytes()).unwrap();
            sum.add(read(number), read(factor)).unwrap();
            assert_eq!(sum.is_finer(), is_finer, "{number} × {factor}");
        }
    }

    fn sum(terms: &[(&str, &str)]) -> String {
        let mut sum = Sum::ZERO;
        for (number, factor) in terms {
            let factor = Number::from_decimal(Decimal::from_str(factor).unwrap()).unwrap();
            sum.add(Number::read(number.as_bytes()).unwrap(), factor).unwrap();
        }
        sum.credits().unwrap().to_string()
    }

    #[test]
    fn numbers_as_people_write_them_are_read_exactly() {
        for (text, value) in [
            ("0", "0"),
            ("-0.0", "0"),
            ("+7", "7"),
            ("007", "7"),
            (".5", "0.5"),
            ("5.", "5"),
            ("1.5e3", "1500"),
            ("15E-1", "1.5"),
            ("1e12", "1000000000000"),
            ("0e999", "0"),
            ("1.50000000000000000000000000000", "1.5"),
            ("0.30000000000000004", "0.3"),
            ("999999999999.999999", "999999999999.999999"),
        ] {
            assert_eq!(credits(text).as_deref(), Ok(value), "{text}");
        }
    }

    #[test]
    fn whole_credits_at_the_start_of_a_text_are_read_with_what_follows() {
        let read = |text: &'static str| leading_whole(text.as_bytes());
        assert_eq!(read("5\n"), Some((Credits::whole(5), b"\n".as_slice())));
        assert_eq!(read("007 "), Some((Credits::whole(7), b" ".as_slice())));
        let most = Credits::whole(999_999_999_999);
        assert_eq!(read("999999999999.5"), Some((most, b".5".as_slice())));
        for text in ["", "\n", "-1\n", "1000000000000\n", "5"] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }

    #[test]
    fn what_is_not_an_amount_says_why() {
        use NotAnAmount::*;
        for (text, why) in [
            ("", Empty),
            (".", NotANumber),
            ("-", NotANumber),
            ("e5", NotANumber),
            ("1e", NotANumber),
            ("1e1234", NotANumber),
            ("1.2.3", NotANumber),
            ("1,000", NotANumber),
            ("1 000", NotANumber),
            ("0x10", NotANumber),
            ("NaN", NotANumber),
            ("inf", NotANumber),
            ("-inf", NotANumber),
            ("--1", NotANumber),
            ("12\0", NotANumber),
            ("-1", Negative),
            ("-0.000001", Negative),
            ("1000000000000.000001", TooLarge),
            ("1e13", TooLarge),
            ("9e999", TooLarge),
            ("99999999999999999999999999", TooLarge),
            ("1e-29", TooPrecise),
            ("0.12345678901234567890123", TooPrecise),
        ] {
            assert_eq!(credits(text), Err(why), "{text}");
        }
    }

    #[test]
    fn a_sum_is_rounded_once_and_half_to_the_even_neighbour() {
        assert_eq!(sum(&[("0.0000005", "1")]), "0");
        assert_eq!(sum(&[("0.0000015", "1")]), "0.000002");
        assert_eq!(sum(&[("0.0000025", "1")]), "0.000002");
        assert_eq!(sum(&[("0.00000250000001", "1")]), "0.000003");
        // Each alone would be rounded away.
        assert_eq!(sum(&[("1", "0.0000004"), ("1", "0.0000004")]), "0.000001");
        assert_eq!(sum(&[("4808", "0.0015"), ("10", "0.002")]), "7.232");
    }

    #[test]
    fn a_factor_is_exact_or_refused() {
        assert_eq!(Number::from_decimal(Decimal::from_str("-1").unwrap()), None);
        assert_eq!(Number::from_decimal(Decimal::MAX), None);
        assert_eq!(Number::from_decimal(Decimal::from_str("1.000").unwrap()), Some(Number::ONE));
    }
}
