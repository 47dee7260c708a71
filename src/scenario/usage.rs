//! Where usage comes from, as a scenario says it.

use std::path::PathBuf;

use rust_decimal::Decimal;

use crate::domain::{Credits, Duration, Instant};

/// Where usage comes from.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum UsageSource {
    /// The scenario does not say: it has to come with the command.
    #[default]
    None,
    /// A CSV file.
    File(PathBuf),
    /// Events written in the scenario, sorted by instant; file order at one instant.
    Events(Vec<(Instant, Credits)>),
    /// Drawn.
    Generated(Demand),
}

/// How usage is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Demand {
    /// When events happen.
    pub arrivals: Arrivals,
    /// How much each asks for.
    pub amount: AmountLaw,
    /// How busy each hour of the local day is: 24 factors from midnight.
    pub hours: Option<Vec<f64>>,
    /// How busy each day of the week is: 7 factors from Monday.
    pub weekdays: Option<Vec<f64>>,
    /// By what share usage grows in a month; 0.05 is 5 %.
    pub growth_per_month: f64,
    /// Known busy times.
    pub spikes: Vec<Spike>,
    /// Random busy times.
    pub bursts: Option<Bursts>,
}

/// When events happen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Arrivals {
    /// At regular times.
    Every {
        /// From one to the next.
        every: Duration,
        /// From the start to the first.
        offset: Duration,
    },
    /// At random times.
    Poisson {
        /// How many a day on average.
        per_day: f64,
    },
}

/// How much an event asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AmountLaw {
    /// Always the same.
    Constant(Credits),
    /// Geometric on 1, 2, ….
    Geometric {
        /// The mean, at least 1.
        mean: f64,
    },
    /// Lognormal, rounded to a step.
    LogNormal {
        /// The median.
        median: Credits,
        /// The standard deviation of the logarithm.
        sigma: f64,
        /// What amounts are a multiple of.
        step: Credits,
    },
    /// Pareto, bounded above, rounded to a step.
    Pareto {
        /// The least.
        least: Credits,
        /// The shape: the smaller, the heavier the tail.
        shape: f64,
        /// The most.
        most: Credits,
        /// What amounts are a multiple of.
        step: Credits,
    },
}

/// A known busy time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spike {
    /// When it begins.
    pub at: Instant,
    /// How long it lasts.
    pub lasts: Duration,
    /// How many times as busy it is.
    pub times: f64,
}

/// Random busy times.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bursts {
    /// How many a month on average.
    pub per_month: f64,
    /// How long each lasts.
    pub lasts: Duration,
    /// How many times as busy it is.
    pub times: f64,
}

/// How a CSV file of usage is read.
#[derive(Clone, Debug, PartialEq)]
pub struct CsvSettings {
    /// The column with the time; guessed when `None`.
    pub time: Option<String>,
    /// Where the amounts are.
    pub amounts: Amounts,
    /// How numbers in the time column count.
    pub unix: Option<UnixTime>,
    /// Whether rows that cannot be read are skipped and counted.
    pub skip_bad_rows: bool,
    /// How many rows out of order are sorted in memory.
    pub sort_limit: u64,
}

/// Where a CSV file has its amounts.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Amounts {
    /// In the column whose header looks like it.
    #[default]
    Guess,
    /// In these columns, each times its weight, added up.
    Columns(Vec<(String, Decimal)>),
    /// Nowhere: each row is as much.
    EachRow(Credits),
}

/// What numbers in a time column count since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnixTime {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
}
