//! The definition of a figure in the catalogue.

use serde_json::{Value, json};

use crate::domain::{CreditTotal, Duration, Money};

use super::totals::Figures;

/// An entry of the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct Definition {
    /// The name in JSON, CSV, gates and `--map`. It never changes.
    pub name: &'static str,
    /// The name where a duration is given in hours, as studies give it.
    pub name_in_hours: Option<&'static str>,
    /// The name for people, in lower case.
    pub label: &'static str,
    /// Its meaning, as a sentence without its full stop.
    pub meaning: &'static str,
    /// Its unit.
    pub unit: Unit,
    /// The table it belongs to.
    pub group: Group,
    /// The values it can have.
    pub bounds: Bounds,
    /// The rule that combines the cycles of a run.
    pub total: Total,
    /// The source of its value.
    pub basis: Basis,
    /// Its use in studies.
    pub study: StudyUse,
}

/// The unit of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// The scenario's currency.
    Money,
    /// The scenario's currency for 1,000 credits.
    Price,
    /// Credits.
    Credits,
    /// A number of things.
    Count,
    /// A share of a whole: 0 to 1.
    Share,
    /// A length of time: milliseconds in a run, hours in a study.
    Duration,
}

/// The tables that figures are shown in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Money paid.
    Spend,
    /// Usage served and refused, and outages.
    Service,
    /// Recharges and their payments.
    Recharging,
    /// Sources and uses of credits.
    Credits,
}

/// The values a figure can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bounds {
    /// Zero or more.
    NotNegative,
    /// 0 to 1.
    Share,
    /// Any number.
    Any,
}

/// The rule that combines the values of consecutive cycles into that of the run.
#[derive(Clone, Copy, Debug)]
pub enum Total {
    /// They add up; the function adds a cycle to the run.
    Sum(fn(&mut Figures, &Figures)),
    /// It is calculated from other sums, which add up.
    OfSums,
    /// Lengths of time, each cut at the ends of its cycle.
    Time,
    /// The run's is the first cycle's.
    Opening,
    /// The run's is the last cycle's.
    Closing,
    /// Recalculated from the sums that it divides.
    Ratio,
    /// It exists for many runs only.
    Runs,
    /// It is known for the whole run only.
    Run,
}

/// The source of a figure's value.
#[derive(Clone, Copy, Debug)]
pub enum Basis {
    /// The counts of a period of time; results show it for a run and for each of its cycles. `None`
    /// if it cannot be known.
    Stretch(fn(&Figures) -> Option<FigureValue>),
    /// What was read of usage; results show it for the run, and not for its cycles.
    Reading(fn(&Figures) -> Option<FigureValue>),
    /// The counts of a period of time; results do not show it, but other figures are computed from
    /// it.
    Part(fn(&Figures) -> Option<FigureValue>),
    /// A whole run that a study made.
    Run(fn(&LivedRun<'_>) -> f64),
    /// Many runs, by its estimator.
    Runs,
}

/// A whole run as a study knows it when it ends.
#[derive(Clone, Copy, Debug)]
pub struct LivedRun<'r> {
    /// Counts of the run.
    pub figures: &'r Figures,
    /// Cost of the purchased credits left at the end, in the currency, as far as they will be used before
    /// they expire.
    pub leftover_value: f64,
    /// Cost of what was used of an opening balance that nobody states, in the currency, at what a credit costs.
    pub assumed_value: f64,
    /// Usage events refused while credits lay idle above the trigger.
    pub stranded_events: u64,
}

/// The use of a figure in studies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StudyUse {
    /// Nothing.
    Absent,
    /// It keeps each run's value for the estimators of other figures.
    Kept,
    /// It estimates it.
    Estimated(Estimator),
}

/// The estimator of a figure over replications. Other figures are given by name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Estimator {
    /// The mean per period, which the study minimises.
    Objective,
    /// The mean of each run's value per period.
    PerPeriod,
    /// The share of `whole` that is not `lost`, over all runs; few of them may lose any.
    Kept {
        /// The part that is lost.
        lost: &'static str,
        /// The whole it is lost from.
        whole: &'static str,
    },
    /// The mean of each run's value.
    Mean,
    /// The sum of `part` over all runs, divided by that of `whole`, times `scale`.
    Ratio {
        /// The numerator.
        part: &'static str,
        /// The denominator.
        whole: &'static str,
        /// The quantity of the whole to which the ratio refers: 1, or 1,000 for a price.
        scale: f64,
        /// Its value if the whole is zero; `None` if it has none.
        of_nothing: Option<f64>,
    },
    /// The share of cycles that `touched` counts, pooled over all runs.
    CyclesTouched {
        /// The cycles that count.
        touched: &'static str,
        /// All cycles.
        cycles: &'static str,
    },
    /// The share of cycles that `touched` does not count, pooled over all runs.
    CyclesFree {
        /// The cycles that do not count.
        touched: &'static str,
        /// All cycles.
        cycles: &'static str,
    },
    /// The mean share of the horizon outside a length of time.
    TimeOutside(&'static str),
}

/// A figure's value in a run: exact where the rules are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FigureValue {
    /// Money.
    Money(Money),
    /// Money for 1,000 credits.
    Price(f64),
    /// Credits.
    Credits(CreditTotal),
    /// A number of things.
    Count(u64),
    /// A share of a whole.
    Share(f64),
    /// A length of time.
    Duration(Duration),
}

impl FigureValue {
    /// The value as JSON: exact decimals are strings, with so many decimals of money, and lengths are milliseconds.
    pub fn json(self, minor: u32) -> Value {
        match self {
            FigureValue::Money(money) => json!(money.text(minor)),
            FigureValue::Credits(credits) => json!(credits.to_string()),
            FigureValue::Count(count) => json!(count),
            FigureValue::Price(number) | FigureValue::Share(number) => json!(number),
            FigureValue::Duration(length) => json!(length.millis()),
        }
    }

    /// The nearest float; durations in hours.
    pub fn to_f64(self) -> f64 {
        match self {
            FigureValue::Money(money) => money.to_f64(),
            FigureValue::Credits(credits) => credits.to_f64(),
            FigureValue::Count(count) => count as f64,
            FigureValue::Price(value) | FigureValue::Share(value) => value,
            FigureValue::Duration(length) => {
                length.millis() as f64 / Duration::HOUR.millis() as f64
            }
        }
    }
}

impl Bounds {
    /// The least and the greatest value.
    pub fn limits(self) -> (f64, f64) {
        match self {
            Bounds::NotNegative => (0.0, f64::INFINITY),
            Bounds::Share => (0.0, 1.0),
            Bounds::Any => (f64::NEG_INFINITY, f64::INFINITY),
        }
    }
}

impl Estimator {
    /// Returns true if its estimate is given per period.
    pub fn is_per_period(self) -> bool {
        matches!(self, Estimator::Objective | Estimator::PerPeriod)
    }

    /// The other figures that it needs of each run.
    pub fn needs(self) -> Vec<&'static str> {
        match self {
            Estimator::Objective | Estimator::PerPeriod | Estimator::Mean => Vec::new(),
            Estimator::Kept { lost, whole } => vec![lost, whole],
            Estimator::Ratio { part, whole, .. } => vec![part, whole],
            Estimator::CyclesTouched { touched, cycles }
            | Estimator::CyclesFree { touched, cycles } => vec![touched, cycles],
            Estimator::TimeOutside(length) => vec![length],
        }
    }
}
