//! Money: exact decimals in one currency, never a float.
//!
//! A run has one currency, so an amount is only a number; the currency is kept beside it (with the
//! scenario and the figures) instead of inside every sum.

use std::fmt;
use std::str::FromStr;

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::credits::Credits;

/// Decimals a price may be written with.
const PRICE_DECIMALS: u32 = 6;
/// The largest amount one input may name: 10¹². With six decimals a sum of 10⁹ of them is exact.
const LARGEST: i64 = 1_000_000_000_000;
/// Decimals kept in the cost of a part of a grant (a price divided by a count of credits).
const COST_DECIMALS: u32 = 10;

/// An exact amount of money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(Decimal);

/// An amount beyond what 28 digits hold exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an amount of money left the range that can be counted exactly")]
pub struct MoneyOverflow;

/// Reason why a text is not an amount of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Something other than digits with at most one decimal point.
    #[error("not an amount of money")]
    NotAnAmount,
    /// More than six decimals.
    #[error("money has at most six decimals here")]
    TooPrecise,
    /// More than 10¹².
    #[error("more than 1,000,000,000,000")]
    TooLarge,
    /// Below zero.
    #[error("money is never negative here")]
    Negative,
}

impl Money {
    /// No money.
    pub const ZERO: Money = Money(Decimal::ZERO);

    /// Decimals of the units that money is counted in.
    pub const UNIT_DECIMALS: u32 = COST_DECIMALS;

    /// An amount in minor units of a currency with `minor` decimals. It fits 96 bits.
    pub fn of_minor(amount: i128, minor: u32) -> Money {
        let amount = Decimal::try_from_i128_with_scale(amount, minor);
        Money(amount.expect("the sums of a run are counted in 96 bits"))
    }

    /// Converts from an exact decimal.
    pub const fn new(amount: Decimal) -> Money {
        Money(amount)
    }

    /// The exact decimal.
    pub const fn amount(self) -> Decimal {
        self.0
    }

    /// Returns true if the amount is above zero.
    pub fn is_positive(self) -> bool {
        self.0 > Decimal::ZERO
    }

    /// The sum, or an error when it would not be exact.
    #[inline]
    pub fn plus(self, other: Money) -> Result<Money, MoneyOverflow> {
        // Prices of one currency have as many decimals nearly always.
        if self.0.scale() == other.0.scale() {
            let sum = self.0.mantissa() + other.0.mantissa();
            if let Ok(sum) = Decimal::try_from_i128_with_scale(sum, self.0.scale()) {
                return Ok(Money(sum));
            }
        }
        self.plus_any(other)
    }

    fn plus_any(self, other: Money) -> Result<Money, MoneyOverflow> {
        exact(self.0.checked_add(other.0), self.decimals().max(other.decimals()))
    }

    /// The difference, or an error when it would not be exact.
    pub fn minus(self, other: Money) -> Result<Money, MoneyOverflow> {
        exact(self.0.checked_sub(other.0), self.decimals().max(other.decimals()))
    }

    /// The amount with the other sign: money that is paid back.
    pub fn negative(self) -> Money {
        if self.0.is_zero() { self } else { Money(-self.0) }
    }

    /// `count` times as much, or an error when it would not be exact.
    #[inline]
    pub fn times(self, count: u64) -> Result<Money, MoneyOverflow> {
        if count == 1 { Ok(self) } else { self.times_any(count) }
    }

    fn times_any(self, count: u64) -> Result<Money, MoneyOverflow> {
        let decimals = if count == 0 { 0 } else { self.decimals() };
        exact(self.0.checked_mul(Decimal::from(count)), decimals)
    }

    /// Decimals that a sum must keep. Zero keeps none: a sum with `0.00` may have only those of the
    /// other amount.
    fn decimals(self) -> u32 {
        if self.0.is_zero() { 0 } else { self.0.scale() }
    }

    /// The price of `credits` at this price for one credit, rounded half-even to `minor` decimals.
    pub fn for_credits(self, credits: Credits, minor: u32) -> Result<Money, MoneyOverflow> {
        let credits = credits.decimal();
        self.0.checked_mul(credits).map(|m| Money(m).rounded(minor)).ok_or(MoneyOverflow)
    }

    /// The most credits whose exact price, at `price` for one, is not above this amount, and the least whose
    /// price is not below it; at most the largest amount that credits can count.
    pub fn buys(self, price: Money) -> (Credits, Credits) {
        let scale = self.0.scale().max(price.0.scale());
        let at_scale =
            |money: Decimal| money.mantissa().saturating_mul(10_i128.pow(scale - money.scale()));
        let (whole, one) = (at_scale(self.0).saturating_mul(1_000_000), at_scale(price.0).max(1));
        let credits = |micro: i128| Credits::from_micro(i64::try_from(micro).unwrap_or(i64::MAX));
        (credits(whole / one), credits(whole / one + i128::from(whole % one > 0)))
    }

    /// The share `part / whole` of the amount, rounded half-even to `minor` decimals. Zero if
    /// `whole` is zero.
    pub fn share(self, part: i64, whole: i64, minor: u32) -> Result<Money, MoneyOverflow> {
        let scaled = self.0.mantissa().checked_mul(i128::from(part)).ok_or(MoneyOverflow)?;
        divided(scaled, i128::from(whole), self.0.scale(), minor)
    }

    /// The cost of `part` of a grant of `whole` credits bought at this price, to ten decimals (a
    /// price divided by a count of credits may not terminate).
    pub fn cost_of(self, part: Credits, whole: Credits) -> Result<Money, MoneyOverflow> {
        if part == whole {
            return Ok(self);
        }
        self.share(part.micro(), whole.micro(), COST_DECIMALS)
    }

    /// Returns the amount in units of 10⁻¹⁰, the finest unit of money; fails if it is finer or
    /// negative.
    #[inline]
    pub fn units(self) -> Result<u128, MoneyOverflow> {
        const UNITS: [u64; COST_DECIMALS as usize + 1] = {
            let mut units = [1; COST_DECIMALS as usize + 1];
            let mut finer = 1;
            while finer < units.len() {
                units[units.len() - 1 - finer] = units[units.len() - finer] * 10;
                finer += 1;
            }
            units
        };
        let one = UNITS.get(self.0.scale() as usize).ok_or(MoneyOverflow)?;
        let mantissa = u128::try_from(self.0.mantissa()).map_err(|_| MoneyOverflow)?;
        match u64::try_from(mantissa) {
            Ok(short) => Ok(u128::from(short) * u128::from(*one)),
            Err(_) => mantissa.checked_mul(u128::from(*one)).ok_or(MoneyOverflow),
        }
    }

    /// Rounded half-even to `minor` decimals.
    pub fn rounded(self, minor: u32) -> Money {
        Money(self.0.round_dp_with_strategy(minor, RoundingStrategy::MidpointNearestEven))
    }

    /// Rounded half-even and written with exactly `minor` decimals: `54.00`.
    pub fn text(self, minor: u32) -> String {
        let mut amount = self.rounded(minor).0;
        amount.rescale(minor);
        // Nothing has no sign, whatever it was rounded from.
        amount.set_sign_negative(amount.is_sign_negative() && !amount.is_zero());
        amount.to_string()
    }

    /// Written with all its decimals, and at least `minor`: `54.00`, `0.0056666667`.
    pub fn full_text(self, minor: u32) -> String {
        let mut amount = self.0.normalize();
        amount.rescale(amount.scale().max(minor));
        amount.to_string()
    }

    /// Returns the amount in minor units of a currency with `minor` decimals, rounded half-even.
    pub fn in_minor(self, minor: u32) -> i128 {
        let mut amount = self.rounded(minor).0;
        amount.rescale(minor);
        amount.mantissa()
    }

    /// The amount as a number.
    pub fn decimal(self) -> Decimal {
        self.0
    }

    /// Converts to a float, for statistics and charts only.
    pub fn to_f64(self) -> f64 {
        self.0.to_f64().unwrap_or(f64::NAN)
    }
}

/// Returns the result if it kept `scale` decimals; a decimal that runs out of digits drops some.
fn exact(result: Option<Decimal>, scale: u32) -> Result<Money, MoneyOverflow> {
    result.filter(|amount| amount.scale() >= scale).map(Money).ok_or(MoneyOverflow)
}

/// `numerator / denominator`, where the numerator has `scale` decimals, rounded half-even to
/// `decimals` decimals by long division, so that no digit is lost on the way. Zero if the
/// denominator is zero.
fn divided(
    numerator: i128,
    denominator: i128,
    scale: u32,
    decimals: u32,
) -> Result<Money, MoneyOverflow> {
    if denominator == 0 {
        return Ok(Money::ZERO);
    }
    let surplus = 10_i128.checked_pow(scale.saturating_sub(decimals)).ok_or(MoneyOverflow)?;
    let denominator = denominator.checked_mul(surplus).ok_or(MoneyOverflow)?;
    let mut quotient = numerator / denominator;
    let mut rest = numerator % denominator;
    for _ in scale..decimals {
        let next = rest.checked_mul(10).ok_or(MoneyOverflow)?;
        let digit = next / denominator;
        quotient =
            quotient.checked_mul(10).and_then(|q| q.checked_add(digit)).ok_or(MoneyOverflow)?;
        rest = next % denominator;
    }
    let twice = rest.abs().checked_mul(2).ok_or(MoneyOverflow)?;
    let odd = quotient % 2 != 0;
    let away = twice > denominator.abs() || (twice == denominator.abs() && odd);
    if away {
        quotient += if (numerator < 0) == (denominator < 0) { 1 } else { -1 };
    }
    let exact = Decimal::try_from_i128_with_scale(quotient, decimals);
    exact.map(|amount| Money(amount.normalize())).map_err(|_| MoneyOverflow)
}

impl fmt::Display for Money {
    /// Shows all decimals.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A decimal in quotes, without trailing zeros, so that equal sums are equal text.
impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.normalize())
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Money, D::Error> {
        let text = String::deserialize(deserializer)?;
        Decimal::from_str(&text).map(Money).map_err(D::Error::custom)
    }
}

impl FromStr for Money {
    type Err = MoneyError;

    /// Digits with at most one decimal point: `7.00`, `0.0125`.
    fn from_str(text: &str) -> Result<Money, MoneyError> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let plain = digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        if !plain || !digits.bytes().any(|b| b.is_ascii_digit()) {
            return Err(MoneyError::NotAnAmount);
        }
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if fraction.contains('.') {
            return Err(MoneyError::NotAnAmount);
        }
        if whole.trim_start_matches('0').len() > 13 {
            return Err(MoneyError::TooLarge);
        }
        if fraction.len() > PRICE_DECIMALS as usize {
            return Err(MoneyError::TooPrecise);
        }
        let amount = Decimal::from_str(text).map_err(|_| MoneyError::NotAnAmount)?;
        if amount > Decimal::from(LARGEST) {
            return Err(MoneyError::TooLarge);
        }
        if amount < Decimal::ZERO {
            return Err(MoneyError::Negative);
        }
        Ok(Money(amount))
    }
}

/// A currency: its ISO 4217 code and the decimals of its minor unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Currency {
    code: iso_currency::Currency,
}

impl Currency {
    /// Looks up a currency by its ISO 4217 code in capitals, `USD`.
    pub fn from_code(code: &str) -> Option<Currency> {
        iso_currency::Currency::from_code(code).map(|code| Currency { code })
    }

    /// The ISO 4217 code.
    pub fn code(self) -> &'static str {
        self.code.code()
    }

    /// Decimals of the minor unit: 2 for USD, 0 for JPY.
    pub fn minor(self) -> u32 {
        self.code.exponent().map_or(0, u32::from)
    }

    /// Formats the amount for people: `$54.00`, or `54.00 CHF` for a currency without a sign.
    pub fn show(self, money: Money) -> String {
        self.mark(&grouped(&money.text(self.minor())))
    }

    /// A written number with the sign of the currency: `-$2.5M` of `-2.5M`.
    pub fn mark(self, number: &str) -> String {
        let (minus, amount) = match number.strip_prefix('-') {
            Some(amount) => ("-", amount),
            None => ("", number),
        };
        match self.code() {
            "USD" => format!("{minus}${amount}"),
            "EUR" => format!("{minus}€{amount}"),
            "GBP" => format!("{minus}£{amount}"),
            code => format!("{minus}{amount} {code}"),
        }
    }
}

/// Digits of the whole part in groups of three: `7,440.5`.
pub fn grouped(number: &str) -> String {
    let (sign, digits) = match number.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", number),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut text = String::from(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// The signs of currencies, by the block of Unicode and those outside it.
pub fn is_currency_sign(c: char) -> bool {
    matches!(
        c,
        '$' | '¢' | '£' | '¤' | '¥' | '￥' | '￡' | '￦' | '＄' | '\u{0e3f}' | '\u{20a0}'
            ..='\u{20cf}'
    )
}

/// Whether a word is written like the code of a currency: `USD`.
pub fn is_like_currency_code(word: &str) -> bool {
    word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str) -> Money {
        text.parse().unwrap()
    }

    #[test]
    fn units_are_the_same_for_amounts_that_are_equal() {
        for (text, units) in [
            ("0", 0),
            ("7", 70_000_000_000),
            ("7.00", 70_000_000_000),
            ("0.000001", 10_000),
            ("999999999999.999999", 9_999_999_999_999_999_990_000),
        ] {
            assert_eq!(money(text).units(), Ok(units), "{text}");
        }
        let third = money("1").cost_of(Credits::whole(1), Credits::whole(3)).unwrap();
        assert_eq!(third.units(), Ok(3_333_333_333));
        let most = money("1000000000000").times(10_000).unwrap();
        assert_eq!(most.units(), Ok(10_u128.pow(26)));
    }

    #[test]
    fn money_is_shown_with_the_minor_unit_of_its_currency() {
        let show = |code, text| Currency::from_code(code).unwrap().show(money(text));
        assert_eq!(show("USD", "54"), "$54.00");
        assert_eq!(show("USD", "1234567.5"), "$1,234,567.50");
        assert_eq!(show("JPY", "5400"), "5,400 JPY");
        assert_eq!(show("KWD", "1.5"), "1.500 KWD");
        assert!(Currency::from_code("XYZ").is_none());
    }

    #[test]
    fn halves_of_a_cent_round_to_the_even_cent() {
        assert_eq!(money("0.125").text(2), "0.12");
        assert_eq!(money("0.135").text(2), "0.14");
        assert_eq!(money("20").share(15, 31, 2).unwrap(), money("9.68"));
    }

    #[test]
    fn the_cost_of_a_part_is_its_share_of_the_price() {
        let (part, whole) = (Credits::whole(1_234), Credits::whole(2_500));
        assert_eq!(money("40.00").cost_of(part, whole).unwrap(), money("19.744"));
        assert_eq!(money("40.00").cost_of(whole, whole).unwrap(), money("40.00"));
        assert_eq!(money("0.000005").share(1, 1, 2).unwrap(), money("0.00"));
        assert_eq!(money("0.005001").share(1, 1, 2).unwrap(), money("0.01"));
        assert_eq!(money("-0").share(1, 3, 2).unwrap(), money("0"));
        let third = money("17").cost_of(Credits::whole(1), Credits::whole(3_000)).unwrap();
        assert_eq!(third.to_string(), "0.0056666667");
        assert_eq!(third.full_text(2), "0.0056666667");
        assert_eq!(money("11.9").full_text(2), "11.90");
        assert_eq!(money("54.000").full_text(0), "54");
    }

    #[test]
    fn what_is_not_an_exact_amount_is_refused() {
        use MoneyError::*;
        for (text, why) in [
            ("", NotAnAmount),
            (".", NotAnAmount),
            ("1.2.3", NotAnAmount),
            ("NaN", NotAnAmount),
            ("1e3", NotAnAmount),
            ("-1", Negative),
            ("0.0000001", TooPrecise),
            ("1234567890123456789012345678", TooLarge),
            ("1000000000001", TooLarge),
        ] {
            assert_eq!(text.parse::<Money>(), Err(why), "{text}");
        }
    }

    #[test]
    fn a_sum_is_the_decimal_one_whatever_the_digits_and_decimals() {
        let digits = [0, 1, -1, 700, i64::MAX as i128, i64::MIN as i128, i64::MAX as i128 + 1];
        for (ours, theirs) in digits.iter().flat_map(|a| digits.iter().map(move |b| (*a, *b))) {
            for (our, their) in [(0, 0), (2, 2), (2, 6), (10, 2)] {
                let ours = Decimal::from_i128_with_scale(ours, our);
                let theirs = Decimal::from_i128_with_scale(theirs, their);
                let sum = Money::new(ours).plus(Money::new(theirs)).unwrap();
                assert_eq!(sum.amount(), ours + theirs);
            }
        }
    }

    #[test]
    fn a_sum_that_would_drop_digits_is_an_error() {
        let long = Money::new(Decimal::from_str("79228162514264337593543950335").unwrap());
        assert_eq!(long.plus(money("0.01")), Err(MoneyOverflow));
    }

    #[test]
    fn nothing_with_decimals_is_nothing_in_every_sum() {
        let money = |text: &str| text.parse::<Money>().unwrap();
        let nothing = money("7.25").minus(money("7.25")).unwrap();
        for zero in [nothing, money("0.00"), Money::ZERO] {
            for amount in [money("20"), money("7.25"), zero] {
                assert_eq!(zero.plus(amount), Ok(amount));
                assert_eq!(amount.plus(zero), Ok(amount));
                assert_eq!(amount.minus(zero), Ok(amount));
                assert_eq!(amount.minus(amount), Ok(zero));
            }
            assert_eq!(zero.times(3), Ok(zero));
            assert_eq!(money("7.25").times(0), Ok(zero));
        }
    }
}
