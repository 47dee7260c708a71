//! Bounds on figures of a study, as people write them: `fill_rate >= 99%`.
//!
//! Deliberately absent: holding runs against them, which is the study's.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::domain::text::excerpt;
use crate::domain::{Duration, Share};
use crate::figures::{Figure, Unit, unknown};

use super::value;

/// A figure of a study and the least or the most that it may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FigureBound {
    /// The quantity it bounds.
    pub measured: Measured,
    /// On which side.
    pub sense: Sense,
    /// The bound: a share from 0 to 1, money in the currency, a length in hours, or a number.
    pub bound: f64,
}

/// The quantity of a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measured {
    /// A figure as a study estimates it.
    Figure(Figure),
    /// The 95th percentile of spend in a cycle.
    SpendP95,
}

/// The figures that say how well an account is served.
const OF_SERVICE: [Figure; 8] = [
    Figure::FILL_RATE,
    Figure::READY_RATE,
    Figure::STOCKOUT_FREE_CYCLES,
    Figure::OUTAGE_PROBABILITY,
    Figure::OUTAGES,
    Figure::DOWNTIME,
    Figure::REFUSED,
    Figure::REFUSED_EVENTS,
];

/// The side of a bound on which a figure may lie, the bound included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// At least as much.
    AtLeast,
    /// At most as much.
    AtMost,
}

impl Measured {
    /// Returns true if it measures service instead of its cost.
    pub fn is_of_service(self) -> bool {
        match self {
            Measured::Figure(figure) => OF_SERVICE.contains(&figure),
            Measured::SpendP95 => false,
        }
    }
}

impl FigureBound {
    /// Parses a text such as `fill_rate >= 99%`, `outages <= 1%` or `spend_p95 <= 60.00`. The error
    /// states the problem and the way out.
    pub fn from_text(text: &str) -> Result<FigureBound, String> {
        const FORM: &str = "write a figure, <= or >=, and a bound, for example 'fill_rate >= 99%'";
        let signs = [(">=", Sense::AtLeast), ("<=", Sense::AtMost)];
        let split = |(sign, sense)| text.split_once(sign).map(|(name, bound)| (name, sense, bound));
        let (name, sense, bound) = signs.into_iter().find_map(split).ok_or(FORM)?;
        let (name, bound) = (name.trim(), bound.trim());
        if name.is_empty() || bound.is_empty() {
            return Err(FORM.to_owned());
        }
        let measured = measured(name, bound.ends_with('%'))?;
        if measured == Measured::SpendP95 && sense == Sense::AtLeast {
            return Err("spend_p95 has an upper bound only: write spend_p95 <= 60.00".to_owned());
        }
        Ok(FigureBound { measured, sense, bound: number(measured, bound)? })
    }
}

/// The figure of a name in results of a study, and of three shorter ones: `outages` with a share, which is
/// of cycles, `downtime`, and `spend_p95`.
fn measured(name: &str, is_share: bool) -> Result<Measured, String> {
    const SPEND_P95: &str = "spend_p95";
    let figure = match name {
        SPEND_P95 => return Ok(Measured::SpendP95),
        "outages" if is_share => Some(Figure::OUTAGE_PROBABILITY),
        "downtime" => Some(Figure::DOWNTIME),
        name => Figure::of_studies().find(|figure| figure.name_in_studies() == name),
    };
    let names = || Figure::of_studies().map(Figure::name_in_studies).chain([SPEND_P95, "downtime"]);
    figure.map(Measured::Figure).ok_or_else(|| unknown(&excerpt(name), names()))
}

/// A bound in the unit of what is bounded.
fn number(measured: Measured, text: &str) -> Result<f64, String> {
    let unit = match measured {
        Measured::Figure(figure) => figure.unit(),
        Measured::SpendP95 => Unit::Money,
    };
    let wrong = |example: &str| format!("`{}` is no bound for it; write {example}", excerpt(text));
    let decimal = || value::decimal(text).as_ref().and_then(Decimal::to_f64);
    match unit {
        Unit::Share => {
            let share: Result<Share, _> = text.parse();
            share.map(Share::to_f64).map_err(|_| wrong("a share from 0% to 100%, such as 99.9%"))
        }
        Unit::Duration => {
            let hours = |length: Duration| length.millis() as f64 / Duration::HOUR.millis() as f64;
            let length = value::duration(text).ok().map(hours).or_else(decimal);
            length.ok_or_else(|| wrong("a length of time, such as 2h or 30min"))
        }
        Unit::Money | Unit::Price => decimal().ok_or_else(|| wrong("an amount, such as 60.00")),
        Unit::Credits | Unit::Count => decimal().ok_or_else(|| wrong("a number, such as 5")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(figure: Figure, sense: Sense, bound: f64) -> Result<FigureBound, String> {
        Ok(FigureBound { measured: Measured::Figure(figure), sense, bound })
    }

    #[test]
    fn a_bound_is_read_in_the_unit_of_its_figure() {
        for (text, wanted) in [
            ("fill_rate >= 99.9%", bound(Figure::FILL_RATE, Sense::AtLeast, 0.999)),
            ("fill_rate>=0.99", bound(Figure::FILL_RATE, Sense::AtLeast, 0.99)),
            ("outages <= 1%", bound(Figure::OUTAGE_PROBABILITY, Sense::AtMost, 0.01)),
            ("outages <= 2", bound(Figure::OUTAGES, Sense::AtMost, 2.0)),
            ("downtime <= 30min", bound(Figure::DOWNTIME, Sense::AtMost, 0.5)),
            ("downtime_hours <= 2", bound(Figure::DOWNTIME, Sense::AtMost, 2.0)),
            ("total_spend <= 500", bound(Figure::TOTAL_SPEND, Sense::AtMost, 500.0)),
        ] {
            assert_eq!(FigureBound::from_text(text), wanted, "{text}");
        }
        let p95 = FigureBound::from_text("spend_p95 <= 60.00").unwrap();
        assert_eq!((p95.measured, p95.bound), (Measured::SpendP95, 60.0));
    }

    #[test]
    fn what_is_no_bound_is_refused_with_the_way_out() {
        for (text, why) in [
            ("fill_rate", "write a figure"),
            ("fill_rate > 99%", "write a figure"),
            (">= 99%", "write a figure"),
            ("fil_rate >= 99%", "did you mean `fill_rate`?"),
            ("fill_rate >= 99", "a share from 0% to 100%"),
            ("fill_rate >= 101%", "a share from 0% to 100%"),
            ("total_spend <= much", "an amount"),
            ("spend_p95 >= 5", "an upper bound only"),
            ("downtime <= some", "a length of time"),
        ] {
            let said = FigureBound::from_text(text).unwrap_err();
            assert!(said.contains(why), "{text}: {said}");
        }
    }
}
