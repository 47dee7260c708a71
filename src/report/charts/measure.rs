//! The quantity of an axis, and its round numbers, dates or names: plotters calls this for the
//! position of a value, the grid lines, and their labels.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

use crate::domain::grouped;
use crate::domain::{Currency, Duration, Instant, Window, Zone};

use super::dates;
use super::letters::Letters;

/// The quantity along an axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Measure {
    /// Quantities.
    Quantity(Quantity),
    /// Time, in milliseconds as an [`Instant`] counts them.
    Time(Window, Zone),
    /// Names, the first from 0 to 1, the second from 1 to 2.
    Names(Vec<String>),
}

/// A stretch of quantities.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Quantity {
    /// The minimum.
    pub(super) low: f64,
    /// The maximum.
    pub(super) high: f64,
    /// Their notation.
    pub(super) notation: AxisNotation,
    /// The ends of the axis.
    pub(super) ends: Ends,
}

/// The ends of an axis of quantities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ends {
    /// Round numbers, including zero: lengths have a meaning.
    Zero,
    /// Round numbers, zero only if it is near: positions have a meaning.
    Round,
    /// The exact ends of the quantities.
    Exact,
}

/// The notation of quantities.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum AxisNotation {
    /// Numbers.
    Plain,
    /// An amount of money.
    Money(Currency),
    /// Percent.
    Percent,
    /// A length of time, in milliseconds.
    Time,
}

/// A labelled value on an axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    /// Its value.
    pub(super) at: f64,
    /// Its label.
    pub(super) label: String,
}

/// A measure laid over pixels.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    /// The value where it begins.
    pub(super) low: f64,
    /// The value where it ends.
    pub(super) high: f64,
    /// Its ticks.
    pub(super) ticks: Vec<Tick>,
    /// The share of each row, from its end, that marks take; the rest is for text.
    pub(super) band: f64,
}

impl Measure {
    /// Quantities from zero.
    pub(super) fn from_zero(low: f64, high: f64, notation: AxisNotation) -> Measure {
        Measure::Quantity(Quantity { low, high, notation, ends: Ends::Zero })
    }

    /// Quantities around which an axis ends on round numbers.
    pub(super) fn round(low: f64, high: f64, notation: AxisNotation) -> Measure {
        Measure::Quantity(Quantity { low, high, notation, ends: Ends::Round })
    }

    /// The axis from left to right.
    pub(super) fn across(&self, pixels: f64, apart: f64) -> Axis {
        match self {
            Measure::Quantity(quantity) => quantity.axis(pixels, apart),
            Measure::Time(window, zone) => dates::axis(*window, *zone, pixels),
            Measure::Names(names) => named(names, 0.0, names.len() as f64),
        }
    }

    /// The axis from bottom to top; names run from top to bottom.
    pub(super) fn upwards(&self, pixels: f64) -> Axis {
        match self {
            Measure::Names(names) => named(names, names.len() as f64, 0.0),
            other => other.across(pixels, 34.0),
        }
    }

    /// The part that an axis of time leaves out: the year, unless the ticks show it, and the zone.
    pub(super) fn caption(&self) -> String {
        match self {
            Measure::Time(window, zone) => dates::caption(*window, *zone),
            _ => String::new(),
        }
    }
}

fn named(names: &[String], low: f64, high: f64) -> Axis {
    let tick =
        |(name, place): (&String, u32)| Tick { at: f64::from(place) + 0.5, label: name.clone() };
    Axis { low, high, ticks: names.iter().zip(0..).map(tick).collect(), band: 1.0 }
}

impl Axis {
    /// The width of its ticks to its left.
    pub(super) fn room(&self) -> f64 {
        let widths = self.ticks.iter().map(|tick| Letters::TICK.width(&tick.label));
        widths.fold(0.0, f64::max) + 8.0
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let value = match self.band {
            whole if whole >= 1.0 => *value,
            band => value.floor() + 1.0 - band * (1.0 - (value - value.floor())),
        };
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        limit.0 + (share * f64::from(limit.1 - limit.0)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.ticks.iter().map(|tick| tick.at).collect()
    }

    fn range(&self) -> Range<f64> {
        self.low..self.high
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, value: &f64) -> String {
        let tick = self.ticks.iter().find(|tick| tick.at == *value);
        tick.map_or(String::new(), |tick| tick.label.clone())
    }
}

impl Quantity {
    fn axis(self, pixels: f64, apart: f64) -> Axis {
        let (low, high) = self.reach();
        let parts = (pixels / apart).floor().max(1.0);
        let step = self.notation.step((high - low) / parts);
        let (low, high) = match self.ends {
            Ends::Exact => (low, high),
            Ends::Zero | Ends::Round => ((low / step).floor() * step, (high / step).ceil() * step),
        };
        // The first tick at or above the lower end, which may itself be round.
        let first = (low / step - 1e-6).ceil() * step + 0.0;
        let count = ((high - first) / step + 1e-6).floor() as u32;
        let largest = low.abs().max(high.abs());
        let tick = |index: u32| {
            let at = first + step * f64::from(index);
            Tick { at, label: self.notation.write(at, step, largest) }
        };
        Axis { low, high, ticks: (0..=count.min(100)).map(tick).collect(), band: 1.0 }
    }

    /// The extent of an axis before its ends are rounded.
    fn reach(self) -> (f64, f64) {
        let low = if self.low.is_finite() { self.low } else { 0.0 };
        let high = if self.high.is_finite() { self.high.max(low) } else { low };
        match self.ends {
            Ends::Exact if low < high => (low, high),
            Ends::Exact | Ends::Round => around(low, high),
            Ends::Zero => {
                let (low, high) = (low.min(0.0), high.max(0.0));
                (low, if high > low { high } else { low + self.notation.least() })
            }
        }
    }
}

/// An extent around `low` to `high` if they are equal; from zero, if that is near.
fn around(low: f64, high: f64) -> (f64, f64) {
    let middle = (low + high) / 2.0;
    let pad = if high - low > middle.abs() * 1e-9 { 0.0 } else { (middle.abs() * 0.1).max(0.5) };
    let low = if low >= 0.0 { (low - pad).max(0.0) } else { low - pad };
    let high = high + pad;
    (if low > 0.0 && low < 0.25 * high { 0.0 } else { low }, high)
}

/// Possible distances of ticks of time, and the sign of their unit.
const LENGTHS: [(i64, i64, &str); 17] = [
    (250, 1_000, "s"),
    (500, 1_000, "s"),
    (1_000, 1_000, "s"),
    (5_000, 1_000, "s"),
    (15_000, 60_000, "min"),
    (30_000, 60_000, "min"),
    (60_000, 60_000, "min"),
    (300_000, 60_000, "min"),
    (900_000, 60_000, "min"),
    (1_800_000, 60_000, "min"),
    (3_600_000, 3_600_000, "h"),
    (7_200_000, 3_600_000, "h"),
    (21_600_000, 3_600_000, "h"),
    (86_400_000, 86_400_000, "d"),
    (7 * 86_400_000, 86_400_000, "d"),
    (30 * 86_400_000, 86_400_000, "d"),
    (90 * 86_400_000, 86_400_000, "d"),
];

impl AxisNotation {
    /// The distance between ticks: a round number of at least `least`.
    fn step(self, least: f64) -> f64 {
        let lengths = || LENGTHS.iter().map(|length| length.0 as f64);
        match self {
            AxisNotation::Time => {
                lengths().find(|&length| length >= least).unwrap_or_else(|| round(least))
            }
            AxisNotation::Plain | AxisNotation::Money(_) | AxisNotation::Percent => round(least),
        }
    }

    /// The length of an axis without any quantity.
    fn least(self) -> f64 {
        match self {
            AxisNotation::Time => Duration::SECOND.millis() as f64,
            AxisNotation::Plain | AxisNotation::Money(_) | AxisNotation::Percent => 1.0,
        }
    }

    /// Formats a tick, for ticks that are `step` apart and not larger than `largest`.
    fn write(self, value: f64, step: f64, largest: f64) -> String {
        match self {
            AxisNotation::Plain => short(value, step, largest, 0),
            AxisNotation::Percent => format!("{}%", short(value, step, largest, 0)),
            AxisNotation::Money(currency) => {
                let is_whole = step.fract() == 0.0 || largest >= 1e6;
                let cents = if is_whole { 0 } else { currency.minor() };
                currency.mark(&short(value, step, largest, cents))
            }
            AxisNotation::Time => {
                let known = LENGTHS.iter().rev().find(|length| length.0 as f64 <= step);
                let &(_, unit, sign) = known.unwrap_or(&LENGTHS[0]);
                let unit = unit as f64;
                match short(value / unit, step / unit, largest / unit, 0) {
                    zero if zero == "0" => zero,
                    number => format!("{number} {sign}"),
                }
            }
        }
    }
}

/// 1, 2, 2.5 or 5 times a power of ten, at least `least`.
fn round(least: f64) -> f64 {
    let power = libm::pow(10.0, libm::floor(libm::log10(least)));
    let steps = [1.0, 2.0, 2.5, 5.0].map(|step| step * power);
    steps.into_iter().find(|&step| step >= least * 0.999_999).unwrap_or(10.0 * power)
}

/// A number with enough decimals to distinguish ticks, at least `decimals`: large ones in millions,
/// `2.5M`.
fn short(value: f64, step: f64, largest: f64, decimals: u32) -> String {
    let (factor, sign) = match largest {
        ..1e6 => (1.0, ""),
        ..1e9 => (1e6, "M"),
        ..1e12 => (1e9, "B"),
        _ => (1e12, "T"),
    };
    let step = step / factor;
    // 0.25 has a decimal more than 0.2.
    let needed = (0..12).find(|&digits| {
        let shown = step * libm::pow(10.0, f64::from(digits));
        (shown - shown.round()).abs() < 1e-6
    });
    let digits = needed.unwrap_or(12).max(decimals) as usize;
    let text = format!("{:.digits$}", value / factor);
    let is_zero = text.chars().all(|letter| matches!(letter, '-' | '0' | '.'));
    if is_zero { "0".to_owned() } else { format!("{}{sign}", grouped(&text)) }
}

/// An instant as a value on an axis of time.
pub(super) fn at(instant: Instant) -> f64 {
    instant.millis() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticks(measure: &Measure, pixels: f64, apart: f64) -> String {
        let axis = measure.across(pixels, apart);
        axis.ticks.into_iter().map(|tick| tick.label).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn an_axis_of_lengths_ends_on_round_numbers_and_holds_zero() {
        for (low, high, shown) in [
            (0.0, 3_000.0, "0 500 1,000 1,500 2,000 2,500 3,000"),
            (-40.0, 90.0, "-50 -25 0 25 50 75 100"),
            (0.0, 0.0, "0 0.2 0.4 0.6 0.8 1.0"),
            (f64::NAN, f64::INFINITY, "0 0.2 0.4 0.6 0.8 1.0"),
            (0.0, 2_500_000.0, "0 0.5M 1.0M 1.5M 2.0M 2.5M"),
        ] {
            let found = ticks(&Measure::from_zero(low, high, AxisNotation::Plain), 200.0, 30.0);
            assert_eq!(found, shown, "{low} {high}");
        }
    }

    #[test]
    fn an_axis_of_places_need_not_hold_zero() {
        for (low, high, shown) in [
            (41.0, 58.0, "40 45 50 55 60"),
            (3.0, 58.0, "0 20 40 60"),
            (-4.0, 6.0, "-4 -2 0 2 4 6"),
            (50.0, 50.0, "44 46 48 50 52 54 56"),
            (0.0, 0.0, "0 0.1 0.2 0.3 0.4 0.5"),
            (f64::NAN, f64::NAN, "0 0.1 0.2 0.3 0.4 0.5"),
        ] {
            let found = ticks(&Measure::round(low, high, AxisNotation::Plain), 400.0, 80.0);
            assert_eq!(found, shown, "{low} {high}");
        }
    }

    #[test]
    fn an_axis_may_end_where_its_quantities_do() {
        let exact = |low, high| {
            Measure::Quantity(Quantity {
                low,
                high,
                notation: AxisNotation::Plain,
                ends: Ends::Exact,
            })
        };
        assert_eq!(ticks(&exact(5_001.0, 9_010.0), 400.0, 80.0), "6,000 7,000 8,000 9,000");
        let axis = exact(5_001.0, 9_010.0).across(400.0, 80.0);
        assert_eq!(
            [5_001.0, 9_010.0, 9_999.0].map(|value| axis.map(&value, (0, 400))),
            [0, 400, 400]
        );
    }

    #[test]
    fn ticks_that_are_close_together_are_told_apart() {
        for (low, high, apart, shown) in [
            (505.1, 505.8, 50.0, "505.1 505.2 505.3 505.4 505.5 505.6 505.7 505.8"),
            (2.0, 3.0, 100.0, "2.00 2.25 2.50 2.75 3.00"),
            (1_000_000.0, 1_000_400.0, 100.0, "1.0000M 1.0001M 1.0002M 1.0003M 1.0004M"),
            (-0.2, 0.2, 50.0, "-0.20 -0.15 -0.10 -0.05 0 0.05 0.10 0.15 0.20"),
        ] {
            let found = ticks(&Measure::round(low, high, AxisNotation::Plain), 400.0, apart);
            assert_eq!(found, shown, "{low} {high}");
        }
    }

    #[test]
    fn an_axis_of_money_has_its_sign() {
        let money = |code: &str, high: f64| {
            let unit = AxisNotation::Money(Currency::from_code(code).unwrap());
            ticks(&Measure::from_zero(-high / 2.0, high, unit), 200.0, 50.0)
        };
        assert_eq!(money("USD", 400.0), "-$200 $0 $200 $400");
        assert_eq!(money("EUR", 0.4), "-€0.20 €0 €0.20 €0.40");
        assert_eq!(money("CHF", 4e6), "-2M CHF 0 CHF 2M CHF 4M CHF");
    }

    #[test]
    fn a_length_of_time_is_measured_in_what_people_say() {
        for (millis, shown) in [
            (900, "0 0.25 s 0.50 s 0.75 s 1.00 s"),
            (240_000, "0 1 min 2 min 3 min 4 min"),
            (7_200_000, "0 30 min 60 min 90 min 120 min"),
            (86_400_000, "0 6 h 12 h 18 h 24 h"),
            (172_800_000, "0 1 d 2 d"),
            (0, "0 0.25 s 0.50 s 0.75 s 1.00 s"),
        ] {
            let found =
                ticks(&Measure::from_zero(0.0, f64::from(millis), AxisNotation::Time), 150.0, 34.0);
            assert_eq!(found, shown, "{millis}");
        }
    }
}
