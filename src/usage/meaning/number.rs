//! Numbers as exports write them: currency signs, grouped digits, a decimal comma, exponents, signs.
//!
//! Which of comma and point is the decimal mark is decided by [`NumberEvidence`] over a whole column.
//! Deliberately absent: floats, and a guess from one value.

use std::borrow::Cow;

use super::super::error::shown;
pub(super) use crate::domain::is_currency_sign as is_currency;
use crate::domain::is_like_currency_code;
use crate::usage::export::with_ascii_digits;

/// Decimals of [`Atto`].
const FINEST: u32 = 18;

/// A quantity in steps of 10⁻¹⁸, below zero too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Atto(i128);

impl Atto {
    /// Nothing.
    pub const ZERO: Atto = Atto(0);
    /// One.
    pub const ONE: Atto = Atto(1_000_000_000_000_000_000);
    /// Steps in a millionth.
    const MICRO: i128 = 1_000_000_000_000;

    /// The sum; `None` beyond 1.7 × 10²⁰.
    pub fn plus(self, other: Atto) -> Option<Atto> {
        self.0.checked_add(other.0).map(Atto)
    }

    /// The difference; `None` beyond 1.7 × 10²⁰.
    pub fn minus(self, other: Atto) -> Option<Atto> {
        self.0.checked_sub(other.0).map(Atto)
    }

    /// The product, rounded down to a step; `None` where its digits are more than can be counted.
    pub(super) fn times(self, other: Atto) -> Option<Atto> {
        let exact = |atto: Atto| Exact { mantissa: atto.0, scale: FINEST }.reduced();
        exact(self).times(exact(other))?.atto()
    }

    /// Without its sign.
    pub fn size(self) -> Atto {
        Atto(self.0.saturating_abs())
    }

    /// Returns true if it is below zero.
    pub fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Half a unit of the last decimal that matters, of at most two decimals where there are none.
    pub fn half_of_last_decimal(self) -> Atto {
        let mut unit = 1;
        while unit < Atto::ONE.0 && self.0 % (unit * 10) == 0 {
            unit *= 10;
        }
        Atto(unit / 2).min(Atto(Atto::ONE.0 / 200))
    }

    /// In millionths, halves to the even neighbour.
    pub fn micro(self) -> i128 {
        let (floor, rest) = self.parted();
        let up = 2 * rest > Atto::MICRO || (2 * rest == Atto::MICRO && floor % 2 != 0);
        floor + i128::from(up)
    }

    /// In millionths; `None` where it is finer.
    #[inline]
    pub(super) fn whole_micro(self) -> Option<i128> {
        let (floor, rest) = self.parted();
        (rest == 0).then_some(floor)
    }

    /// In millionths, rounded up.
    pub(super) fn micro_up(self) -> i128 {
        let (floor, rest) = self.parted();
        floor + i128::from(rest > 0)
    }

    /// Whole millionths, and the steps above them.
    #[inline]
    fn parted(self) -> (i128, i128) {
        /// A millionth is so many steps of 2¹².
        const UNIT: u64 = (Atto::MICRO >> 12) as u64;
        // Up to 75,557 credits no wide division is needed.
        match u64::try_from(self.0 >> 12) {
            Ok(small) => {
                let rest = i128::from(small % UNIT) << 12 | (self.0 & 0xfff);
                (i128::from(small / UNIT), rest)
            }
            Err(_) => (self.0.div_euclid(Atto::MICRO), self.0.rem_euclid(Atto::MICRO)),
        }
    }

    /// In millionths, those of a sum that had `before` of them: halves go to what makes the sum even.
    pub(super) fn micro_after(self, before: i128) -> i128 {
        let (floor, rest) = self.parted();
        let up = 2 * rest > Atto::MICRO || (2 * rest == Atto::MICRO && (before + floor) % 2 != 0);
        floor + i128::from(up)
    }

    /// Digits without groups, for programs: `1234.5`.
    pub fn plain(self) -> String {
        self.to_string().replace(',', "")
    }

    /// The number of its steps.
    pub fn steps(self) -> i128 {
        self.0
    }

    /// The quantity of so many steps.
    pub fn from_steps(steps: i128) -> Atto {
        Atto(steps)
    }

    /// Its bits, which [`Atto::from_bits`] reads.
    pub(super) fn bits(self) -> u128 {
        self.0.cast_unsigned()
    }

    /// The amount of these bits.
    pub(super) fn from_bits(bits: u128) -> Atto {
        Atto(bits.cast_signed())
    }

    /// Which of `parts` equal parts of `whole` it reaches into, from 1; 0 for nothing.
    pub fn parts_of(self, whole: Atto, parts: usize) -> usize {
        if self.0 <= 0 || whole.0 <= 0 {
            return 0;
        }
        // A picture needs no more digits than fit.
        let scale = (whole.0 / 1_000_000).max(1);
        let part = (self.0 / scale) * parts as i128 / (whole.0 / scale).max(1);
        usize::try_from(part).unwrap_or(parts).clamp(1, parts)
    }

    /// From millionths; `None` beyond 1.7 × 10²⁰.
    #[inline]
    pub const fn from_micro(micro: i128) -> Option<Atto> {
        match micro.checked_mul(Atto::MICRO) {
            Some(atto) => Some(Atto(atto)),
            None => None,
        }
    }
}

impl std::fmt::Display for Atto {
    /// Digits grouped by commas, with the decimals that matter: `1,234.5`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let size = self.0.unsigned_abs();
        let (whole, rest) = (size / 10_u128.pow(FINEST), size % 10_u128.pow(FINEST));
        let digits = whole.to_string();
        let mut text = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        if rest > 0 {
            text.push('.');
            text.push_str(format!("{rest:018}").trim_end_matches('0'));
        }
        f.pad_integral(self.0 >= 0, "", &text)
    }
}

/// A number as written, exact: `mantissa` over ten to the power of `scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exact {
    mantissa: i128,
    scale: u32,
}

impl Exact {
    /// One.
    pub const ONE: Exact = Exact { mantissa: 1, scale: 0 };
    /// Nothing.
    pub const ZERO: Exact = Exact { mantissa: 0, scale: 0 };

    /// The product; `None` beyond 38 digits.
    #[inline]
    pub fn times(self, other: Exact) -> Option<Exact> {
        if self == Exact::ONE {
            return Some(other.reduced());
        }
        // Nearly all fit 64 bits each, whose product needs no check.
        let mantissa = match (i64::try_from(self.mantissa), i64::try_from(other.mantissa)) {
            (Ok(one), Ok(other)) => i128::from(one) * i128::from(other),
            _ => self.mantissa.checked_mul(other.mantissa)?,
        };
        Some(Exact { mantissa, scale: self.scale + other.scale }.reduced())
    }

    /// Divided by a whole number, to 18 decimals, halves up.
    pub(super) fn over(self, divisor: i128) -> Exact {
        if divisor == 1 {
            return self;
        }
        let scaled = self.floor_of(2 * 10_i128.pow(FINEST), divisor);
        scaled.map_or(self, |twice| {
            Exact { mantissa: (twice + 1).div_euclid(2), scale: FINEST }.reduced()
        })
    }

    /// Digits without groups, for programs; with at most 18 decimals.
    pub fn plain(self) -> String {
        self.atto().map_or_else(String::new, Atto::plain)
    }

    /// Returns true if it is below zero.
    pub fn is_negative(self) -> bool {
        self.mantissa < 0
    }

    /// With the other sign.
    pub fn negated(self) -> Exact {
        Exact { mantissa: -self.mantissa, ..self }
    }

    /// The number times `numerator` over `denominator`, dropped to the whole number below; `None` beyond 38
    /// digits.
    pub fn floor_of(self, numerator: i128, denominator: i128) -> Option<i128> {
        let below = 10_i128.checked_pow(self.scale)?.checked_mul(denominator)?;
        Some(self.mantissa.checked_mul(numerator)?.div_euclid(below))
    }

    /// Whether its size is below a thousand.
    pub(super) fn is_below_thousand(self) -> bool {
        let size = Exact { mantissa: self.mantissa.saturating_abs(), ..self };
        size < Exact { mantissa: 1_000, scale: 0 }
    }

    /// Decimals that matter.
    pub fn decimals(self) -> u32 {
        self.scale
    }

    /// In steps of 10⁻¹⁸, halves to the even neighbour; `None` beyond 1.7 × 10²⁰.
    pub fn atto(self) -> Option<Atto> {
        if self.scale <= FINEST {
            let power = 10_i64.pow(FINEST - self.scale);
            return match i64::try_from(self.mantissa) {
                Ok(small) => Some(Atto(i128::from(small) * i128::from(power))),
                Err(_) => self.mantissa.checked_mul(i128::from(power)).map(Atto),
            };
        }
        let Some(unit) = 10_i128.checked_pow(self.scale - FINEST) else { return Some(Atto(0)) };
        let (floor, rest) = (self.mantissa.div_euclid(unit), self.mantissa.rem_euclid(unit));
        let up = rest > unit - rest || (rest == unit - rest && floor % 2 != 0);
        Some(Atto(floor + i128::from(up)))
    }

    /// Without zeros at the end of the decimals.
    #[inline]
    fn reduced(mut self) -> Exact {
        if self.scale == 0 {
            return self;
        }
        if let Ok(mut small) = i64::try_from(self.mantissa) {
            while self.scale > 0 && small % 10 == 0 {
                (small, self.scale) = (small / 10, self.scale - 1);
            }
            return Exact { mantissa: i128::from(small), scale: self.scale };
        }
        while self.scale > 0 && self.mantissa % 10 == 0 {
            (self.mantissa, self.scale) = (self.mantissa / 10, self.scale - 1);
        }
        self
    }
}

impl PartialOrd for Exact {
    /// `None` where the two are too far apart to be compared in 38 digits.
    fn partial_cmp(&self, other: &Exact) -> Option<std::cmp::Ordering> {
        let raised = |number: &Exact| {
            let scale = self.scale.max(other.scale) - number.scale;
            10_i128.checked_pow(scale).and_then(|power| number.mantissa.checked_mul(power))
        };
        Some(raised(self)?.cmp(&raised(other)?))
    }
}

/// The mark between whole units and decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DecimalMark {
    /// `1,234.5`
    #[default]
    Point,
    /// `1.234,5`
    Comma,
}

impl DecimalMark {
    pub(super) const EACH: [DecimalMark; 2] = [DecimalMark::Point, DecimalMark::Comma];

    /// The word that a setting has for it.
    pub(super) fn word(self) -> &'static str {
        match self {
            DecimalMark::Point => "point",
            DecimalMark::Comma => "comma",
        }
    }

    fn sign(self) -> char {
        match self {
            DecimalMark::Point => '.',
            DecimalMark::Comma => ',',
        }
    }
}

/// Reason why a text is not a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotANumber {
    /// Something else.
    #[error("not a number")]
    Other,
    /// Digits in groups that no notation has.
    #[error("its groups of digits are not those of thousands, or there are two decimal marks")]
    Groups,
    /// `1.2K`, `3M`.
    #[error("shortened, so that the exact number is lost; export whole numbers")]
    Shortened,
    /// `-(5.00)`, `(5.00-)`, `--5`.
    #[error("two signs, each of which says that it is below zero; write one of them")]
    TwoSigns,
    /// More than 38 digits before the decimal mark.
    #[error("more than 1,000,000,000,000 credits in one row")]
    TooLarge,
    /// More digits than are counted exactly.
    #[error("more digits than can be counted exactly")]
    TooPrecise,
}

/// A number and the unit written beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrittenNumber<'t> {
    /// The number.
    pub number: Exact,
    /// `$`, `EUR`, `kWh`; empty if there is none.
    pub unit: &'t str,
}

/// The parts of a written number.
#[derive(Clone, Copy, Debug)]
struct NumberParts<'t> {
    negative: bool,
    /// Digits with their marks.
    digits: &'t str,
    exponent: i32,
    /// The power of ten that a letter stands for; 0 without one.
    shortened: i32,
    unit: &'t str,
}

/// Reads a number whose decimal mark is known.
pub fn read(text: &str, mark: DecimalMark) -> Result<WrittenNumber<'_>, NotANumber> {
    if mark == DecimalMark::Point
        && let Some(number) = plain(text)
    {
        return Ok(WrittenNumber { number, unit: "" });
    }
    if let Cow::Owned(ascii) = with_ascii_digits(text) {
        let written = read(&ascii, mark)?;
        let place = text.find(written.unit).ok_or(NotANumber::Other)?;
        return Ok(WrittenNumber { unit: &text[place..place + written.unit.len()], ..written });
    }
    let parts = parts(text)?;
    match parts.shortened {
        0 => value(&parts, mark),
        _ => Err(NotANumber::Shortened),
    }
}

/// Whether a text is a number with either mark of decimals.
pub(super) fn is_number(text: &str) -> bool {
    DecimalMark::EACH.into_iter().any(|mark| read(text, mark).is_ok())
}

/// The number of a cell as a term of an exact sum, whatever unit is written beside it; `None` where the cell holds no number, or
/// one with more digits than can be counted.
pub(super) fn amount(text: &str, mark: DecimalMark) -> Option<Atto> {
    read(text, mark).ok()?.number.atto()
}

/// A shortened number, `1.2K`, and what it may be off by: half a unit of its last digit.
pub(super) fn read_shortened(text: &str, mark: DecimalMark) -> Option<(WrittenNumber<'_>, Exact)> {
    let parts = parts(text).ok().filter(|parts| parts.shortened > 0)?;
    let written = value(&parts, mark).ok()?;
    let (_, fraction) = parts.digits.split_once(mark.sign()).unwrap_or((parts.digits, ""));
    let last = parts.shortened - i32::try_from(fraction.len()).ok()?;
    Some((written, assemble("5", "", last - 1).ok()?))
}

/// The seconds of a duration that is written in hours, minutes and seconds, `26:05:30`, `1h 30m`, `45 min` or `PT1H30M`; `None`
/// for anything else, as `26:05` may be hours and minutes or minutes and seconds.
pub(super) fn read_duration(text: &str) -> Option<Exact> {
    if !text.contains(':') {
        return spelt_duration(text.trim());
    }
    let mut parts = text.trim().split(':');
    let (hours, minutes, seconds) = (parts.next()?, parts.next()?, parts.next()?);
    let (seconds, fraction) = seconds.split_once(['.', ',']).unwrap_or((seconds, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_sixtieth = |part: &str| part.len() == 2 && is_digits(part) && part < "60";
    let is_duration = is_digits(hours)
        && hours.len() <= 6
        && is_sixtieth(minutes)
        && is_sixtieth(seconds)
        && is_digits(fraction)
        && fraction.len() <= 9;
    if !is_duration || parts.next().is_some() {
        return None;
    }
    let part = |text: &str| text.parse::<i64>().ok();
    let whole = part(hours)? * 3_600 + part(minutes)? * 60 + part(seconds)?;
    assemble(&whole.to_string(), fraction, 0).ok()
}

/// Whether a text is a duration in two parts, `1:30`.
pub(super) fn is_short_duration(text: &str) -> bool {
    text.split_once(':').is_some_and(|(first, second)| {
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        (1..=6).contains(&first.len())
            && is_digits(first)
            && second.len() == 2
            && is_digits(second)
            && second < "60"
    })
}

/// A duration in units of so many seconds each; one in two parts has the first in units of `first` seconds, and the second in
/// sixtieths of those.
pub(super) fn read_duration_in(text: &str, first: i128, unit: i128) -> Option<Exact> {
    let text = text.trim();
    if is_short_duration(text) {
        let (whole, part) = text.split_once(':')?;
        let sixtieths = whole.parse::<i128>().ok()? * 60 + part.parse::<i128>().ok()?;
        return Some(Exact { mantissa: sixtieths * (first / 60).max(1), scale: 0 }.over(unit));
    }
    Some(read_duration(text)?.over(unit))
}

/// The seconds of a duration whose parts have the names of their units, the longest first.
fn spelt_duration(text: &str) -> Option<Exact> {
    let units: [(&[&str], i64); 4] = [
        (&["d", "day", "days"], 86_400),
        (&["h", "hr", "hrs", "hour", "hours", "std"], 3_600),
        (&["m", "min", "mins", "minute", "minutes"], 60),
        (&["s", "sec", "secs", "second", "seconds", "sek"], 1),
    ];
    let small = text.strip_prefix("PT").unwrap_or(text).to_ascii_lowercase();
    let (mut rest, mut seconds, mut fraction, mut least) =
        (small.as_str(), 0_i64, String::new(), i64::MAX);
    while !rest.is_empty() {
        let length =
            rest.find(|c: char| !c.is_ascii_digit()).filter(|length| (1..=9).contains(length))?;
        let (whole, after) = rest.split_at_checked(length)?;
        let (part, after) = match after.strip_prefix(['.', ',']) {
            Some(after) => after.split_at_checked(after.find(|c: char| !c.is_ascii_digit())?)?,
            None => ("", after),
        };
        let after = after.trim_start();
        let length = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at_checked(length)?;
        let (_, size) = units.into_iter().find(|(names, _)| names.contains(&unit))?;
        // What is finer than a second stands in its seconds.
        if size >= least || (!part.is_empty() && size > 1) {
            return None;
        }
        (seconds, least) = (seconds + whole.parse::<i64>().ok()? * size, size);
        part.clone_into(&mut fraction);
        rest = after.trim_start_matches([' ', ',']);
    }
    (least < i64::MAX).then(|| assemble(&seconds.to_string(), &fraction, 0).ok()).flatten()
}

/// The number of parts whose decimal mark is known.
fn value<'t>(parts: &NumberParts<'t>, mark: DecimalMark) -> Result<WrittenNumber<'t>, NotANumber> {
    let (whole, fraction) = parts.digits.split_once(mark.sign()).unwrap_or((parts.digits, ""));
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) || !is_grouped(whole, mark) {
        return Err(NotANumber::Groups);
    }
    let number = assemble(whole, fraction, parts.exponent + parts.shortened)?;
    let number = if parts.negative { number.negated() } else { number };
    Ok(WrittenNumber { number, unit: parts.unit })
}

/// The number of a cell that a decimal point or none is written in, and nothing around it; `None` where the general way reads it, or
/// nothing does.
#[inline]
pub(super) fn plain_amount(text: &str) -> Option<Atto> {
    // So are most amounts where calls are counted.
    if let [digit @ b'0'..=b'9'] = text.as_bytes() {
        return Some(Atto(i128::from(i64::from(digit - b'0') * POWERS_OF_TEN[FINEST as usize])));
    }
    let (mantissa, scale) = plain_digits(text)?;
    let power = POWERS_OF_TEN.get(FINEST as usize - scale)?;
    Some(Atto(i128::from(mantissa) * i128::from(*power)))
}

/// The powers of ten up to [`Atto::ONE`].
const POWERS_OF_TEN: [i64; FINEST as usize + 1] = {
    let (mut powers, mut power) = ([1; FINEST as usize + 1], 1);
    while power < powers.len() {
        powers[power] = 10 * powers[power - 1];
        power += 1;
    }
    powers
};

/// Digits with at most one decimal point and a minus, at most 18 of them: nearly all numbers there are.
#[inline]
fn plain(text: &str) -> Option<Exact> {
    let (mantissa, scale) = plain_digits(text)?;
    Some(Exact { mantissa: i128::from(mantissa), scale: u32::try_from(scale).ok()? }.reduced())
}

/// The digits of such a number, and how many of them are decimals.
#[inline]
fn plain_digits(text: &str) -> Option<(i64, usize)> {
    let (negative, digits) = match text.as_bytes() {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    let (mut mantissa, mut point) = (0_i64, None);
    for (index, &byte) in digits.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit <= 9 {
            mantissa = mantissa * 10 + i64::from(digit);
        } else if byte == b'.' && point.is_none() {
            point = Some(index);
        } else {
            return None;
        }
    }
    if point.is_some() && digits.len() == 1 {
        return None;
    }
    let scale = point.map_or(0, |point| digits.len() - 1 - point);
    Some((if negative { -mantissa } else { mantissa }, scale))
}

/// Splits a text into its sign, its digits and the unit around them.
fn parts(text: &str) -> Result<NumberParts<'_>, NotANumber> {
    let (text, is_enclosed) =
        match text.trim().strip_prefix('(').and_then(|of| of.strip_suffix(')')) {
            Some(inner) => (inner.trim(), true),
            None => (text.trim(), false),
        };
    let (mut rest, is_signed) = signed(text);
    // `-(12.50)`, and `$ (12.50)`, as spreadsheets write money that is owed.
    if let Some((money, inner)) = rest.strip_suffix(')').and_then(|rest| rest.split_once('('))
        && money.trim().chars().all(is_currency)
        && inner.starts_with(|c: char| c.is_ascii_digit())
    {
        let owed = parts(inner).ok().filter(|owed| owed.unit.is_empty());
        let owed = owed.ok_or(NotANumber::Other)?;
        let negative = one_sign([true, is_enclosed, is_signed, owed.negative])?;
        return Ok(NumberParts { negative, unit: money.trim(), ..owed });
    }
    let start = rest.find(|c: char| c.is_ascii_digit()).ok_or(NotANumber::Other)?;
    let start = match rest.get(..start) {
        Some(before) if before.ends_with(['.', ',']) => start - 1,
        _ => start,
    };
    let (before, after) = rest.split_at_checked(start).ok_or(NotANumber::Other)?;
    rest = before.trim_end();
    let before = rest.strip_suffix(MINUS).map_or(rest, str::trim_end);
    let is_signed_inside = before.len() < rest.len();
    let length = after.find(|c: char| !is_digit_or_mark(c)).unwrap_or(after.len());
    let (digits, after) = after.split_at_checked(length).ok_or(NotANumber::Other)?;
    let digits = digits.trim_end();
    let (exponent, after) = exponent(after)?;
    // `12.50-`, and `12.50- EUR`.
    let after = after.trim();
    let unsigned =
        after.strip_prefix(MINUS).filter(|rest| rest.is_empty() || rest.starts_with(' '));
    let negative = one_sign([is_enclosed, is_signed, is_signed_inside, unsigned.is_some()])?;
    let (shortened, after) = shortening(exponent, unsigned.map_or(after, str::trim_start));
    let unit = unit(before, after)?;
    Ok(NumberParts { negative, digits, exponent, shortened, unit })
}

/// The signs of what is below zero.
const MINUS: [char; 2] = ['-', '\u{2212}'];

/// A text without the sign at its start, and whether it is one of what is below zero.
fn signed(text: &str) -> (&str, bool) {
    // In front of a number an en dash is the minus of a typesetter.
    let minus = [MINUS[0], MINUS[1], '\u{2013}'];
    match text.strip_prefix(minus) {
        Some(after) => (after.trim_start(), true),
        None => (text.strip_prefix('+').map_or(text, str::trim_start), false),
    }
}

/// Whether one of these signs says that a number is below zero; of two, one may take back the other.
fn one_sign<const N: usize>(signs: [bool; N]) -> Result<bool, NotANumber> {
    match signs.into_iter().filter(|is_there| *is_there).count() {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(NotANumber::TwoSigns),
    }
}

/// Words behind digits that stand for a power of ten, in small letters.
const POWERS: [(&str, i32); 26] = [
    ("thousand", 3),
    ("thousands", 3),
    ("tausend", 3),
    ("tsd", 3),
    ("mille", 3),
    ("mila", 3),
    ("mil", 3),
    ("lakh", 5),
    ("lakhs", 5),
    ("lac", 5),
    ("lacs", 5),
    ("crore", 7),
    ("crores", 7),
    ("million", 6),
    ("millions", 6),
    ("millionen", 6),
    ("mio", 6),
    ("millón", 6),
    ("millones", 6),
    ("milione", 6),
    ("milioni", 6),
    ("billion", 9),
    ("billions", 9),
    ("mrd", 9),
    ("milliarde", 9),
    ("milliarden", 9),
];
/// Units before which a letter is one of a power of ten, and no part of the unit, as in `1.2ktokens`.
const COUNTED: [&str; 14] = [
    "tokens",
    "token",
    "credits",
    "credit",
    "requests",
    "request",
    "characters",
    "chars",
    "messages",
    "calls",
    "events",
    "words",
    "points",
    "operations",
];

/// The power of ten that a letter or a word behind digits stands for, and the rest: `K`, `M` and `B`, `million`. Other
/// letters may be units: `m` a minute, `T` a tonne.
fn shortening(exponent: i32, after: &str) -> (i32, &str) {
    if exponent != 0 {
        return (0, after);
    }
    let mut letters = after.chars();
    let power = match letters.next() {
        Some('K' | 'k') => 3,
        Some('M') => 6,
        Some('B') => 9,
        _ => 0,
    };
    let rest = letters.as_str();
    let ends = |rest: &str| rest.is_empty() || rest.starts_with(' ');
    let is_counted = || COUNTED.iter().any(|unit| rest.eq_ignore_ascii_case(unit));
    if power > 0 && (ends(rest) || is_counted()) {
        return (power, rest.trim_start());
    }
    let length = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
    let (word, rest) = after.split_at_checked(length).unwrap_or((after, ""));
    let rest = rest.strip_prefix('.').unwrap_or(rest);
    let small = word.to_lowercase();
    match POWERS.iter().find(|(name, _)| *name == small).filter(|_| ends(rest)) {
        Some(&(_, power)) => (power, rest.trim_start()),
        None => (0, after),
    }
}

/// A digit, a mark or what groups digits.
fn is_digit_or_mark(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '.' | ',') || is_grouping(c)
}

/// Returns true for marks that group digits in any notation: spaces and apostrophes.
fn is_grouping(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '\'' | '\u{2019}')
}

/// An exponent at the start of `text`, and what follows it.
fn exponent(text: &str) -> Result<(i32, &str), NotANumber> {
    let Some(after) = text.strip_prefix(['e', 'E']) else { return Ok((0, text)) };
    let (sign, digits) = match after.as_bytes().first() {
        Some(b'-') => (-1, after.get(1..).unwrap_or_default()),
        Some(b'+') => (1, after.get(1..).unwrap_or_default()),
        _ => (1, after),
    };
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    if length == 0 {
        return Ok((0, text));
    }
    let (digits, rest) = digits.split_at_checked(length).ok_or(NotANumber::Other)?;
    let size: i32 = digits.parse().map_err(|_| NotANumber::TooPrecise)?;
    Ok((sign * size, rest))
}

/// The unit on either side of a number: letters, or the sign of a currency.
fn unit<'t>(before: &'t str, after: &'t str) -> Result<&'t str, NotANumber> {
    // `$1,234.50 USD` says one currency twice.
    let before = if is_same_currency(before, after) { "" } else { before };
    let unit = match (before, after) {
        ("", unit) | (unit, "") => unit,
        _ => return Err(NotANumber::Other),
    };
    let mut letters = unit.chars();
    let is_unit = |c: char| c.is_alphabetic() || is_currency(c) || matches!(c, ' ' | '/' | '.');
    if !letters.all(is_unit) || (after.is_empty() && is_label(before)) {
        return Err(NotANumber::Other);
    }
    let shortened = ["k", "m", "mn", "mio", "b", "bn", "t", "thousand", "million", "billion"];
    match !after.is_empty() && shortened.contains(&unit.to_ascii_lowercase().as_str()) {
        true => Err(NotANumber::Shortened),
        false => Ok(unit),
    }
}

/// Whether a sign before a number and a code behind it can be of one currency.
fn is_same_currency(sign: &str, code: &str) -> bool {
    let codes: &[&str] = match sign.trim() {
        "$" => &["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"],
        "€" => &["EUR"],
        "£" => &["GBP"],
        "¥" => &["JPY", "CNY"],
        "₹" => &["INR"],
        _ => &[],
    };
    codes.contains(&code.trim())
}

/// Whether letters right before a number make it a name, as in `node7`, and no amount of money: neither
/// the sign of a currency stands there nor a code such as `EUR`.
fn is_label(before: &str) -> bool {
    let ends_in_letter = before.ends_with(char::is_alphabetic);
    ends_in_letter
        && !is_like_currency_code(before)
        && !before.contains(is_currency)
        && !is_currency_name(before)
        && mark_of_account(before).is_none()
}

/// The mark that says on which side of an account an amount stands, in the letters that a condition looks for; a currency may
/// stand before it.
pub(super) fn mark_of_account(unit: &str) -> Option<&'static str> {
    let last = unit.trim().rsplit(' ').next().unwrap_or_default();
    let marks = [("cr", "CR"), ("dr", "DR"), ("db", "DB")];
    let is_mark = |letters: &str| last.trim_end_matches('.').eq_ignore_ascii_case(letters);
    marks.into_iter().find_map(|(letters, mark)| is_mark(letters).then_some(mark))
}

/// Whether letters are those of a currency that is written before amounts without a sign of its own (Unicode CLDR 46, the
/// narrow symbols of currencies that are letters).
pub(in crate::usage) fn is_currency_name(letters: &str) -> bool {
    let names = [
        "kr", "kr.", "Kč", "Ft", "zł", "lei", "Fr", "Fr.", "SFr", "Rs", "Rs.", "Rp", "RM", "KSh",
        "Ksh",
    ];
    names.contains(&letters)
}

/// Returns true if the digits before the decimal mark are ungrouped or in groups of thousands: one
/// sign separates them, the last group has three digits, the first one to three, those between
/// three (or two, as in India).
fn is_grouped(whole: &str, mark: DecimalMark) -> bool {
    let Some(sign) = whole.chars().find(|c| !c.is_ascii_digit()) else { return true };
    let other = if mark == DecimalMark::Point { ',' } else { '.' };
    if sign != other && !is_grouping(sign) {
        return false;
    }
    let groups: Vec<&str> = whole.split(sign).collect();
    let digits = |group: &&str| group.bytes().all(|byte| byte.is_ascii_digit());
    let [first, between @ .., last] = groups.as_slice() else { return false };
    groups.iter().all(digits)
        && (1..=3).contains(&first.len())
        && last.len() == 3
        && [3, 2].iter().any(|length| between.iter().all(|group| group.len() == *length))
}

/// The number with these digits, times ten to the `exponent`.
fn assemble(whole: &str, fraction: &str, exponent: i32) -> Result<Exact, NotANumber> {
    let fraction = fraction.trim_end_matches('0');
    if whole.bytes().filter(u8::is_ascii_digit).skip_while(|digit| *digit == b'0').count() > 30 {
        return Err(NotANumber::TooLarge);
    }
    let digits = whole.bytes().chain(fraction.bytes()).filter(u8::is_ascii_digit);
    let mut mantissa = 0_i128;
    for digit in digits {
        let next = mantissa.checked_mul(10).and_then(|m| m.checked_add(i128::from(digit - b'0')));
        mantissa = next.ok_or(NotANumber::TooPrecise)?;
    }
    if mantissa == 0 {
        return Ok(Exact::ZERO);
    }
    let decimals = i32::try_from(fraction.len()).map_err(|_| NotANumber::TooPrecise)?;
    let scale = decimals.checked_sub(exponent).ok_or(NotANumber::TooPrecise)?;
    if let Ok(scale) = u32::try_from(scale) {
        return match scale <= 60 {
            true => Ok(Exact { mantissa, scale }.reduced()),
            false => Err(NotANumber::TooPrecise),
        };
    }
    let raised = 10_i128.checked_pow(scale.unsigned_abs());
    let raised = raised.and_then(|power| mantissa.checked_mul(power));
    Ok(Exact { mantissa: raised.ok_or(NotANumber::TooPrecise)?, scale: 0 })
}

/// A value and its line, as evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The physical line.
    pub line: u64,
    /// The value as a message shows it.
    pub value: String,
}

impl Witness {
    /// The value on this line.
    pub fn new(line: u64, value: &str) -> Witness {
        Witness { line, value: shown(value.as_bytes()) }
    }
}

impl std::fmt::Display for Witness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}` in line {}", self.value, self.line)
    }
}

/// The evidence of one column's numbers about their notation.
#[derive(Clone, Debug, Default)]
pub struct NumberEvidence {
    /// The first number that has a decimal point for certain.
    pub point: Option<Witness>,
    /// The first number that has a decimal comma for certain.
    pub comma: Option<Witness>,
    /// The first that may be thousands or decimals, such as `1,000`.
    pub unclear_comma: Option<Witness>,
    /// The same with a point.
    pub unclear_point: Option<Witness>,
    /// The first number that is shortened for certain: `1.2K` or `3M`.
    pub shortened: Option<Witness>,
}

/// The verdict on the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NumberVerdict {
    /// One notation reads all numbers.
    Mark(DecimalMark),
    /// Each comma may be thousands or decimals, as in this value.
    Unclear(Witness),
    /// Both notations occur: a decimal point here, a decimal comma there.
    Mixed(Witness, Witness),
}

impl NumberEvidence {
    /// Looks at a value of the column.
    #[inline]
    pub fn see(&mut self, line: u64, text: &str) {
        // Whole numbers show nothing.
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            self.see_other(line, text);
        }
    }

    /// The same for a value that is no whole number.
    fn see_other(&mut self, line: u64, text: &str) {
        if let Cow::Owned(ascii) = with_ascii_digits(text) {
            return self.see(line, &ascii);
        }
        if text.bytes().any(|byte| matches!(byte, b'.' | b',')) {
            self.see_marks(line, text);
        }
        if self.shortened.is_none() && text.ends_with(char::is_alphabetic) {
            let shortened = parts(text).is_ok_and(|parts| parts.shortened > 0);
            // A `B` may be bytes.
            let is_bytes = text.trim_end_matches('B').ends_with(|c: char| !c.is_alphabetic());
            self.shortened =
                (shortened && !(is_bytes && text.ends_with('B'))).then(|| Witness::new(line, text));
        }
    }

    fn see_marks(&mut self, line: u64, text: &str) {
        // Once it is known, only a comma can say something else.
        if self.point.is_some() && !text.contains(',') {
            return;
        }
        let Ok(parts) = parts(text) else { return };
        let place = match said(&parts) {
            MarkHint::Nothing => return,
            MarkHint::Mark(DecimalMark::Point) => &mut self.point,
            MarkHint::Mark(DecimalMark::Comma) => &mut self.comma,
            MarkHint::Unclear(DecimalMark::Point) => &mut self.unclear_point,
            MarkHint::Unclear(DecimalMark::Comma) => &mut self.unclear_comma,
        };
        place.get_or_insert_with(|| Witness::new(line, text));
    }

    /// Adds the evidence of another column of the same file, or of the rows that follow.
    pub fn join(&mut self, other: &NumberEvidence) {
        for (mine, theirs) in [
            (&mut self.point, &other.point),
            (&mut self.comma, &other.comma),
            (&mut self.unclear_point, &other.unclear_point),
            (&mut self.shortened, &other.shortened),
            (&mut self.unclear_comma, &other.unclear_comma),
        ] {
            if mine.is_none() {
                mine.clone_from(theirs);
            }
        }
    }

    /// The first number that may have thousands or three decimals, where each is written with a point and none shows
    /// which.
    pub fn unclear_only_by_points(&self) -> Option<&Witness> {
        let is_known = self.point.is_some() || self.comma.is_some() || self.unclear_comma.is_some();
        self.unclear_point.as_ref().filter(|_| !is_known)
    }

    /// The notation that reads all numbers of the column.
    pub fn verdict(&self) -> NumberVerdict {
        match (&self.point, &self.comma) {
            (Some(point), Some(comma)) => NumberVerdict::Mixed(point.clone(), comma.clone()),
            (None, Some(_)) => NumberVerdict::Mark(DecimalMark::Comma),
            (Some(_), None) => NumberVerdict::Mark(DecimalMark::Point),
            (None, None) => match (&self.unclear_point, &self.unclear_comma) {
                (Some(point), Some(comma)) => NumberVerdict::Mixed(point.clone(), comma.clone()),
                (None, Some(comma)) => NumberVerdict::Unclear(comma.clone()),
                _ => NumberVerdict::Mark(DecimalMark::Point),
            },
        }
    }
}

/// The evidence of one number.
enum MarkHint {
    Nothing,
    Mark(DecimalMark),
    /// This sign may be the decimal mark or part thousands.
    Unclear(DecimalMark),
}

fn said(parts: &NumberParts<'_>) -> MarkHint {
    let digits = parts.digits;
    let count = |sign| digits.matches(sign).count();
    let (sign, mark) = match (count('.'), count(',')) {
        (0, 0) => return MarkHint::Nothing,
        (0, 1) => (',', DecimalMark::Comma),
        (1, 0) => ('.', DecimalMark::Point),
        (0, _) => return MarkHint::Mark(DecimalMark::Point),
        (_, 0) => return MarkHint::Mark(DecimalMark::Comma),
        _ => {
            let last = digits.rfind(['.', ',']).and_then(|at| digits.get(at..=at));
            return MarkHint::Mark(match last {
                Some(",") => DecimalMark::Comma,
                _ => DecimalMark::Point,
            });
        }
    };
    // One sign: thousands have one to three digits before it, no zero first, and three after it.
    let (whole, fraction) = digits.split_once(sign).unwrap_or((digits, ""));
    let thousands =
        (1..=3).contains(&whole.len()) && !whole.starts_with('0') && fraction.len() == 3;
    if whole.chars().any(is_grouping) || parts.exponent != 0 || !thousands {
        return MarkHint::Mark(mark);
    }
    MarkHint::Unclear(mark)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read_as(mark: DecimalMark, text: &str) -> Result<String, NotANumber> {
        read(text, mark).map(|written| {
            let number = written.number.atto().expect("it is small").to_string();
            format!("{number} {}", written.unit).trim_end().to_owned()
        })
    }

    #[test]
    fn numbers_are_read_with_a_decimal_point() {
        for (text, value) in [
            ("0", "0"),
            ("-0.00", "0"),
            ("12.5", "12.5"),
            (".5", "0.5"),
            ("5.", "5"),
            ("$1,234.50", "1,234.5 $"),
            ("-$5.00", "-5 $"),
            ("$-5.00", "-5 $"),
            ("($5.00)", "-5 $"),
            ("$(1,234.50)", "-1,234.5 $"),
            ("€ (12.50)", "-12.5 €"),
            ("12-", "-12"),
            ("12.50- EUR", "-12.5 EUR"),
            ("12.50\u{2212}", "-12.5"),
            ("CR 0.40", "0.4 CR"),
            ("DR0.40", "0.4 DR"),
            ("0.40 Cr.", "0.4 Cr."),
            ("0.40 USD DR", "0.4 USD DR"),
            ("\u{2212}3", "-3"),
            ("\u{2013}5", "-5"),
            ("\u{2013}$5.00", "-5 $"),
            ("US$ 10", "10 US$"),
            ("€1,234.50 EUR", "1,234.5 EUR"),
            ("-$1,234.50 USD", "-1,234.5 USD"),
            ("10 USD", "10 USD"),
            ("1.25 kWh", "1.25 kWh"),
            ("￥1,200", "1,200 ￥"),
            ("kr 2.25", "2.25 kr"),
            ("Rs. 1,23,456.50", "123,456.5 Rs."),
            ("1,000", "1,000"),
            ("1,000,000.25", "1,000,000.25"),
            ("12,34,567.5", "1,234,567.5"),
            ("1'234.5", "1,234.5"),
            ("1\u{202f}234.5", "1,234.5"),
            ("5.64902E-05", "0.0000564902"),
            ("9.984E-7", "0.0000009984"),
            ("1e3", "1,000"),
            ("0.8999999999999999", "0.8999999999999999"),
            ("43033.128100000016", "43,033.128100000016"),
            ("2.000000000000000000000000", "2"),
        ] {
            assert_eq!(read_as(DecimalMark::Point, text).as_deref(), Ok(value), "{text}");
        }
    }

    #[test]
    fn numbers_are_read_with_a_decimal_comma() {
        for (text, value) in [
            ("1.234,5", "1,234.5"),
            ("12,35 €", "12.35 €"),
            ("1.234.567", "1,234,567"),
            ("1.234", "1,234"),
            ("0,001", "0.001"),
            ("1 234,50", "1,234.5"),
            ("-7", "-7"),
        ] {
            assert_eq!(read_as(DecimalMark::Comma, text).as_deref(), Ok(value), "{text}");
        }
    }

    #[test]
    fn shortened_numbers_are_read_where_they_are_asked_for_with_what_they_may_be_off_by() {
        let read = |text| {
            let (written, half) = read_shortened(text, DecimalMark::Point)?;
            let [number, half] = [written.number, half].map(|number| number.atto().unwrap());
            Some(format!("{number} ± {half} {}", written.unit).trim_end().to_owned())
        };
        for (text, value) in [
            ("1.2K", "1,200 ± 50"),
            ("1.20k", "1,200 ± 5"),
            ("3M", "3,000,000 ± 500,000"),
            ("-3.45M", "-3,450,000 ± 5,000"),
            ("$1.1B", "1,100,000,000 ± 50,000,000 $"),
            ("0.4567K USD", "456.7 ± 0.05 USD"),
            ("1.2 K", "1,200 ± 50"),
        ] {
            assert_eq!(read(text).as_deref(), Some(value), "{text}");
        }
        for text in ["1200", "5m", "7T", "1.2KB", "3e2K", "K", "node7K", "1.2.3K"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn durations_count_in_a_unit_to_the_last_of_eighteen_decimals() {
        let counts = |text: &str, unit: i128| {
            read_duration_in(text, unit, unit).and_then(Exact::atto).map(|atto| atto.to_string())
        };
        for (text, unit, count) in [
            ("1:30", 3_600, "1.5"),
            ("75:45", 60, "75.75"),
            ("00:01:30", 60, "1.5"),
            ("1h 30m", 3_600, "1.5"),
            ("0:20:00", 3_600, "0.333333333333333333"),
            ("0:40:00", 3_600, "0.666666666666666667"),
            ("00:01:30", 1, "90"),
        ] {
            assert_eq!(counts(text, unit).as_deref(), Some(count), "{text} in {unit} s");
        }
        let shown = |first, unit| read_duration_in("12:30", first, unit).and_then(Exact::atto);
        assert_eq!(shown(60, 1), Atto::from_micro(750_000_000));
        assert_eq!(shown(60, 60), Atto::from_micro(12_500_000));
        assert_eq!(shown(3_600, 60), Atto::from_micro(750_000_000));
        for text in ["1:60", "1:3", ":30", "1:30:", "a:30", "1"] {
            assert!(!is_short_duration(text), "{text}");
            assert_eq!(counts(text, 60), None, "{text}");
        }
    }

    #[test]
    fn durations_in_three_parts_are_seconds_and_those_in_two_are_open() {
        for (text, seconds) in [
            ("00:00:00", Some("0")),
            ("0:00:01.5", Some("1.5")),
            ("00:59:59", Some("3599")),
            ("01:00:00", Some("3600")),
            (" 26:05:30 ", Some("93930")),
            ("01:60:00", None),
            ("01:00:60", None),
            ("01:30", None),
            ("1:2:3", None),
            ("01:00:00:00", None),
            ("-01:00:00", None),
            ("01:00:", None),
            ("1h 30m", Some("5400")),
            ("45m", Some("2700")),
            ("2 days, 1 hour", Some("176400")),
            ("1 Std 5 min 2,5 sek", Some("3902.5")),
            ("PT1H30M5S", Some("5405")),
            ("30m 1h", None),
            ("1.5h", None),
            ("5 GB", None),
            ("h", None),
            ("", None),
            ("3600", None),
        ] {
            assert_eq!(read_duration(text).map(Exact::plain).as_deref(), seconds, "{text}");
        }
    }

    #[test]
    fn words_and_letters_of_powers_stand_before_units() {
        let read = |text: &str| {
            let (written, _) = read_shortened(text, DecimalMark::Point)?;
            Some(format!("{} {}", written.number.plain(), written.unit).trim_end().to_owned())
        };
        for (text, number) in [
            ("1.2k tokens", "1200 tokens"),
            ("1.2 k tokens", "1200 tokens"),
            ("1.2ktokens", "1200 tokens"),
            ("3.4M", "3400000"),
            ("3.4 million tokens", "3400000 tokens"),
            ("3.4 Mio. Token", "3400000 Token"),
            ("5 thousand", "5000"),
        ] {
            assert_eq!(read(text).as_deref(), Some(number), "{text}");
            assert_eq!(read_as(DecimalMark::Point, text), Err(NotANumber::Shortened), "{text}");
            let mut evidence = NumberEvidence::default();
            evidence.see(1, text);
            assert!(evidence.shortened.is_some(), "{text}");
        }
        for text in ["5 kWh", "5 MB", "5 minutes", "5 B tokens2", "5 milliseconds"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        use NotANumber::*;
        for (text, why) in [
            ("", Other),
            ("abc", Other),
            ("-", Other),
            ("NaN", Other),
            ("inf", Other),
            ("0x10", Other),
            ("12:30", Other),
            ("node7", Other),
            ("R5", Other),
            ("2026-05-01", Other),
            ("1.2.3", Groups),
            ("1,23", Groups),
            ("1,0000", Groups),
            ("12.50 %", Other),
            ("-(0.40)", TwoSigns),
            ("(-0.40)", TwoSigns),
            ("(0.40-)", TwoSigns),
            ("--0.40", TwoSigns),
            ("-0.40-", TwoSigns),
            ("€5 USD", Other),
            ("5\u{2013}7", Other),
            ("5\u{2013}", Other),
            ("-$-5", TwoSigns),
            ("-$(5)", TwoSigns),
            ("1.2K", Shortened),
            ("3M", Shortened),
            ("1e99", TooPrecise),
            ("1e-99", TooPrecise),
        ] {
            assert_eq!(read_as(DecimalMark::Point, text), Err(why), "{text}");
        }
        assert_eq!(read_as(DecimalMark::Comma, "1.5"), Err(Groups));
    }

    fn verdict(values: &[&str]) -> NumberVerdict {
        let mut evidence = NumberEvidence::default();
        for (line, value) in (2..).zip(values) {
            evidence.see(line, value);
        }
        evidence.verdict()
    }

    #[test]
    fn the_decimal_mark_is_decided_by_the_whole_column() {
        use DecimalMark::*;
        for (values, mark) in [
            (&["1", "2"][..], Point),
            (&["1.5"], Point),
            (&["1.234"], Point),
            (&["1,000", "2.5"], Point),
            (&["1,000", "2,000,000"], Point),
            (&["1,000", "0.125"], Point),
            (&["1,234.5"], Point),
            (&["12,35"], Comma),
            (&["1.234", "12,5"], Comma),
            (&["1,000", "0,125"], Comma),
            (&["1.234,5"], Comma),
            (&["1.234.567"], Comma),
            (&["1 234,500"], Comma),
        ] {
            assert_eq!(verdict(values), NumberVerdict::Mark(mark), "{values:?}");
        }
        assert_eq!(
            verdict(&["10", "1,000"]),
            NumberVerdict::Unclear(Witness::new(3, "1,000")),
            "one group of three may be either"
        );
        for mixed in [&["1.5", "1,5"][..], &["1,234.5", "1.234,5"], &["1,234", "1.234"]] {
            assert!(matches!(verdict(mixed), NumberVerdict::Mixed(..)), "{mixed:?}");
        }
    }

    #[test]
    fn products_and_sums_are_exact_and_rounded_once() {
        let number = |text| read(text, DecimalMark::Point).unwrap().number;
        let product = number("0.000000003625").times(number("54400")).unwrap();
        assert_eq!(product.atto().unwrap().to_string(), "0.0001972");
        let tiny = number("0.0000005").atto().unwrap();
        assert_eq!((tiny.micro(), tiny.plus(tiny).unwrap().micro()), (0, 1));
        assert_eq!(number("0.0000015").atto().unwrap().micro(), 2);
        assert_eq!(number("-0.0000015").atto().unwrap().micro(), -2);
        assert_eq!(number("-0.0000025").atto().unwrap().micro(), -2);
        assert!(number("1.5") > number("1.499999") && number("-2") < number("0"));
    }

    proptest! {
        #[test]
        fn a_plain_amount_is_what_the_general_way_reads(
            text in "[-+]?[0-9]{0,12}[.,]?[0-9]{0,8}[ eKx]?",
        ) {
            let plain = plain_amount(&text);
            if plain.is_some() {
                let written = read(&text, DecimalMark::Point);
                prop_assert_eq!(written.as_ref().map(|written| written.unit), Ok(""), "{}", text);
                prop_assert_eq!(plain, written.ok().and_then(|of| of.number.atto()), "{}", text);
                prop_assert!(parts(&text).is_ok_and(|parts| parts.shortened == 0), "{}", text);
            }
            let is_digit = |byte: u8| byte.is_ascii_digit();
            if !text.is_empty() && text.len() <= 18 && text.bytes().all(is_digit) {
                prop_assert!(plain.is_some(), "{}", text);
            }
        }
    }
}
