//! What the catalogue says of a figure.

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
    /// What it means, as a sentence without its full stop.
    pub meaning: &'static str,
    /// What it is measured in.
    pub unit: Unit,
    /// The table it stands in.
    pub group: Group,
    /// The values it can have.
    pub bounds: Bounds,
    /// How the cycles of a run make the run's.
    pub total: Total,
    /// What it is taken from, and how.
    pub basis: Basis,
    /// What a study does with it.
    pub study: StudyUse,
}

/// What a figure is measured in.
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
    /// What was paid.
    Spend,
    /// What was served, and when it was not.
    Service,
    /// What auto-recharge and its payments did.
    Recharging,
    /// Where the credits came from and went.
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

/// How the figures of consecutive cycles make that of the run.
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
    /// It is calculated anew from the sums that it divides.
    Ratio,
    /// It exists for many runs only.
    Runs,
}

/// What a figure is taken from.
#[derive(Clone, Copy, Debug)]
pub enum Basis {
    /// The counts of a stretch of time; results show it of a run and of each of its cycles. `None`
    /// where it cannot be known.
    Stretch(fn(&Figures) -> Option<FigureValue>),
    /// The counts of a stretch of time; results do not show it, other figures are made from it.
    Part(fn(&Figures) -> Option<FigureValue>),
    /// A whole run that a study made.
    Run(fn(&LivedRun<'_>) -> f64),
    /// Many runs, by its estimator.
    Runs,
}

/// A whole run as a study knows it when it ends.
#[derive(Clone, Copy, Debug)]
pub struct LivedRun<'r> {
    /// What was counted.
    pub figures: &'r Figures,
    /// What the bought credits left at the end had cost, in the currency; zero where they expire.
    pub leftover_value: f64,
    /// Usage events refused while credits lay idle above the trigger.
    pub stranded_events: u64,
}

/// What a study does with a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StudyUse {
    /// Nothing.
    Absent,
    /// It keeps each run's value for the estimators of other figures.
    Kept,
    /// It estimates it.
    Estimated(Estimator),
}

/// How a figure is estimated over replications. Other figures are given by name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Estimator {
    /// What the study minimises: the mean per period.
    Objective,
    /// The mean of each run's value per period.
    PerPeriod,
    /// The share of `whole` that is not `lost`, over all runs; few of them may lose any.
    Kept {
        /// What is lost.
        lost: &'static str,
        /// What it is lost of.
        whole: &'static str,
    },
    /// The mean of each run's value.
    Mean,
    /// The sum of `part` over all runs, divided by that of `whole`, times `scale`.
    Ratio {
        /// What is divided.
        part: &'static str,
        /// What it is divided by.
        whole: &'static str,
        /// Of how many of the whole: 1, or 1,000 for a price.
        scale: f64,
        /// Its value where the whole is zero; `None` where it has none.
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
    /// Whether what it estimates is given per period.
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
