//! Demand as a description: the times of events, their amounts, and changes of both.
//!
//! Deliberately absent: drawing. [`Demand::problems`] lists demand that cannot be drawn.

use crate::domain::{Credits, Duration, Instant, Window};
use crate::usage::factor::{DAY, MONTH, Spike, spike_steps};

/// Hours of a day.
const HOURS: f64 = 24.0;
/// More expected events than this in one horizon are refused.
const MOST_EVENTS: f64 = 1e9;
/// More expected bursts than this are refused.
const MOST_BURSTS: f64 = 1e6;
/// More planned spikes than this are refused.
const MOST_SPIKES: usize = 1_000;
/// The largest factor a profile, a spike or a burst may have.
const LARGEST_FACTOR: f64 = 1e6;
/// The largest shape and sigma of a law.
const LARGEST_SHAPE: f64 = 100.0;

/// Usage as a random process.
#[derive(Clone, Debug, PartialEq)]
pub struct Demand {
    /// The times of events.
    pub arrivals: Arrivals,
    /// The amount of each event.
    pub amounts: AmountLaw,
    /// The weight of each local hour of the day, from midnight; only their proportions count, so
    /// the mean over a day is unchanged.
    pub hours: Option<[f64; 24]>,
    /// The weight of each local weekday, from Monday; only their proportions count.
    pub weekdays: Option<[f64; 7]>,
    /// Compound growth of the rate from the start of the horizon: 0.05 is 5 % in each month of
    /// 30.4375 days. Above −1. Constant within an hour.
    pub growth_per_month: f64,
    /// Planned changes: a launch, a webinar, a mailing. Overlapping ones multiply.
    pub spikes: Vec<Spike>,
    /// Changes at random instants.
    pub bursts: Option<Bursts>,
}

/// The times of events.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Arrivals {
    /// At fixed intervals, the first `offset` after the start of the horizon. The instants are
    /// fixed, so profiles, growth, spikes and bursts cannot be combined with it.
    Every {
        /// The distance, at least a millisecond.
        every: Duration,
        /// Time from the start of the horizon to the first event.
        offset: Duration,
    },
    /// A Poisson process.
    Poisson {
        /// Mean events in 24 hours, before growth, spikes and bursts.
        per_day: f64,
    },
}

impl Arrivals {
    /// Arrivals `factor` times as frequent; fixed intervals are rounded to the millisecond.
    pub(super) fn scaled(self, factor: f64) -> Arrivals {
        match self {
            Arrivals::Poisson { per_day } => Arrivals::Poisson { per_day: per_day * factor },
            Arrivals::Every { every, offset } => {
                // A float beyond the range of the integer saturates.
                let every = ((every.millis() as f64 / factor) as i64).max(1);
                Arrivals::Every { every: Duration::from_millis(every), offset }
            }
        }
    }
}

/// The amount of an event. Drawn values are at most [`Credits::LARGEST`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AmountLaw {
    /// Always the same, above zero.
    Constant(Credits),
    /// Whole credits from 1 on, each further credit with the same probability: 1 + geometric.
    Geometric {
        /// The mean, at least 1.
        mean: f64,
    },
    /// Log-normal, rounded half-even to steps, at least one step.
    LogNormal {
        /// Half of the draws are below.
        median: Credits,
        /// The standard deviation of the logarithm, 0 to 100.
        sigma: f64,
        /// Amounts are multiples of this.
        step: Credits,
    },
    /// Pareto between two bounds, rounded half-even to steps, at least one step.
    Pareto {
        /// The least value before rounding.
        least: Credits,
        /// The exponent of the tail, above 0 to 100; the smaller, the heavier.
        shape: f64,
        /// The upper bound: the law given that it is not exceeded.
        most: Credits,
        /// Amounts are multiples of this.
        step: Credits,
    },
}

#[cfg(test)]
impl AmountLaw {
    /// The step of laws that do not name one: a whole credit.
    pub const STEP: Credits = Credits::whole(1);
}

/// Changes of the rate that start at random, as a Poisson process. One that starts during another
/// prolongs it; they do not multiply. Bursts that started before the horizon are included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bursts {
    /// Mean starts in a month of 30.4375 days.
    pub per_month: f64,
    /// Duration of each.
    pub lasts: Duration,
    /// The factor on the rate while one lasts.
    pub times: f64,
}

impl Demand {
    /// These arrivals and amounts at a constant rate.
    #[cfg(test)]
    pub fn steady(arrivals: Arrivals, amounts: AmountLaw) -> Demand {
        Demand {
            arrivals,
            amounts,
            hours: None,
            weekdays: None,
            growth_per_month: 0.0,
            spikes: Vec::new(),
            bursts: None,
        }
    }

    /// Returns the reasons why this demand cannot be drawn over the horizon, one sentence each.
    pub fn problems(&self, horizon: Window) -> Vec<String> {
        let mut problems = Vec::new();
        self.check_arrivals(&mut problems);
        self.amounts.check(&mut problems);
        check_profile("hours", self.hours.as_ref().map(<[f64; 24]>::as_slice), &mut problems);
        check_profile("weekdays", self.weekdays.as_ref().map(<[f64; 7]>::as_slice), &mut problems);
        let growth = self.growth_per_month;
        if !(growth > -1.0 && growth <= 100.0) {
            let text = "must lie above -1 and be at most 100 (0.05 is 5 % a month)";
            problems.push(format!("`growth_per_month` is {growth}; it {text}"));
        }
        if self.spikes.len() > MOST_SPIKES {
            let count = self.spikes.len();
            problems
                .push(format!("{count} spikes are too many; at most {MOST_SPIKES} can be planned"));
        }
        for (index, spike) in self.spikes.iter().enumerate() {
            check_change(&format!("spike {}", index + 1), spike.lasts, spike.times, &mut problems);
        }
        if let Some(bursts) = self.bursts {
            check_change("`bursts`", bursts.lasts, bursts.times, &mut problems);
            let often = bursts.per_month;
            if !(0.0..=1e5).contains(&often) {
                let text = format!("`bursts`: `per_month` is {often}; it must lie in 0 to 100,000");
                problems.push(text);
            }
        }
        if problems.is_empty() {
            self.check_count(horizon, &mut problems);
        }
        problems
    }

    fn check_arrivals(&self, problems: &mut Vec<String>) {
        match self.arrivals {
            Arrivals::Poisson { per_day } if per_day > 0.0 && per_day.is_finite() => {}
            Arrivals::Poisson { per_day } => {
                problems.push(format!("`per_day` is {per_day}; it must be a number above 0"));
            }
            Arrivals::Every { every, .. } => {
                if every == Duration::ZERO {
                    problems.push("`every` must be at least a millisecond".to_owned());
                }
                let changes = [
                    ("hours", self.hours.is_some()),
                    ("weekdays", self.weekdays.is_some()),
                    ("growth_per_month", self.growth_per_month != 0.0),
                    ("spikes", !self.spikes.is_empty()),
                    ("bursts", self.bursts.is_some()),
                ];
                for (name, _) in changes.into_iter().filter(|&(_, given)| given) {
                    problems.push(format!(
                        "`{name}` does not go with arrivals at fixed distances; leave it out, or \
                         let events arrive at random with `per_day`"
                    ));
                }
            }
        }
    }

    /// Refuses a demand of absurdly many events or bursts.
    fn check_count(&self, horizon: Window, problems: &mut Vec<String>) {
        if let Some(bursts) = self.bursts {
            let length = horizon.to.since(horizon.from).plus(bursts.lasts).millis() as f64;
            if bursts.per_month * length / MONTH > MOST_BURSTS {
                problems.push(format!(
                    "`bursts`: more than {MOST_BURSTS:e} are expected; lower `per_month`, or shorten \
                     `lasts` or the horizon"
                ));
            }
        }
        let count = self.most_expected(horizon);
        if count.is_nan() || count > MOST_EVENTS {
            problems.push(format!(
                "about {count:.1e} events are expected in the horizon, at most {MOST_EVENTS:.0e} \
                 can be drawn; lower the rate, the growth or the factors, or shorten the horizon"
            ));
        }
    }

    /// A rough upper bound of the expected number of events: growth counts as if it were complete
    /// from the start, and the profile as if a spike, or a horizon within a week, met its peak.
    fn most_expected(&self, horizon: Window) -> f64 {
        let millis = |from: Instant, to: Instant| to.since(from).millis() as f64;
        let length = millis(horizon.from, horizon.to);
        let per_day = match self.arrivals {
            Arrivals::Every { every, .. } => return length / every.millis() as f64,
            Arrivals::Poisson { per_day } => per_day,
        };
        let grown = libm::pow(1.0 + self.growth_per_month, length / MONTH).max(1.0);
        let bursts = self.bursts.map_or(1.0, |bursts| {
            let share = bursts.per_month * bursts.lasts.millis() as f64 / MONTH;
            1.0 + share.min(1.0) * (bursts.times - 1.0).max(0.0)
        });
        let peak = week(self).map_or(1.0, |factors| factors.into_iter().fold(1.0, f64::max));
        let mut weighted = if length < 7.0 * DAY { peak * length } else { length };
        let steps = spike_steps(&self.spikes);
        let ends = steps.iter().skip(1).map(|&(at, _)| at).chain([horizon.to]);
        for (&(at, factor), end) in steps.iter().zip(ends) {
            let (from, to) = (at.max(horizon.from), end.min(horizon.to));
            if from < to && factor > 1.0 {
                weighted += millis(from, to) * factor * peak;
            }
        }
        per_day / DAY * grown * bursts * weighted
    }
}

impl AmountLaw {
    pub(super) fn check(&self, problems: &mut Vec<String>) {
        let mut credits = |key: &str, value: Credits| {
            if !(Credits::SMALLEST..=Credits::LARGEST).contains(&value) {
                let most = Credits::LARGEST;
                problems
                    .push(format!("`{key}` is {value}; it must lie above 0 and be at most {most}"));
            }
        };
        match *self {
            AmountLaw::Constant(amount) => credits("amount", amount),
            AmountLaw::Geometric { mean } => {
                if !(1.0..=1e12).contains(&mean) {
                    problems.push(format!("`mean` is {mean}; it must lie in 1 to 1e12"));
                }
            }
            AmountLaw::LogNormal { median, sigma, step } => {
                credits("median", median);
                credits("step", step);
                if !(0.0..=LARGEST_SHAPE).contains(&sigma) {
                    problems.push(format!("`sigma` is {sigma}; it must lie in 0 to 100"));
                }
            }
            AmountLaw::Pareto { least, shape, most, step } => {
                credits("least", least);
                credits("most", most);
                credits("step", step);
                if most < least {
                    problems.push(format!("`most` is {most}, below `least`, which is {least}"));
                }
                if !(shape > 0.0 && shape <= LARGEST_SHAPE) {
                    let text = "it must lie above 0 and be at most 100";
                    problems.push(format!("`shape` is {shape}; {text}"));
                }
            }
        }
    }
}

/// Weights must be numbers from 0 on, and not all 0.
fn check_profile(key: &str, weights: Option<&[f64]>, problems: &mut Vec<String>) {
    let Some(weights) = weights else { return };
    for (index, weight) in weights.iter().enumerate() {
        if !(0.0..=LARGEST_FACTOR).contains(weight) {
            let text = format!("it must lie in 0 to {LARGEST_FACTOR}");
            problems.push(format!("`{key}`: weight {} is {weight}; {text}", index + 1));
        }
    }
    // Below this the proportions would leave the range of floats.
    if weights.iter().all(|&weight| weight < 1e-100) {
        problems.push(format!("`{key}`: all weights are 0; at least one must be above"));
    }
}

/// A change must last some time and have a factor from 0 on.
fn check_change(name: &str, lasts: Duration, times: f64, problems: &mut Vec<String>) {
    if lasts == Duration::ZERO {
        problems.push(format!("{name}: `lasts` must be at least a millisecond"));
    }
    if !(0.0..=LARGEST_FACTOR).contains(&times) {
        problems.push(format!("{name}: `times` is {times}; it must lie in 0 to {LARGEST_FACTOR}"));
    }
}

/// Hour and weekday weights as 168 factors of mean 1, from Monday midnight. `None` if there is no
/// profile.
pub(super) fn week(demand: &Demand) -> Option<Vec<f64>> {
    if demand.hours.is_none() && demand.weekdays.is_none() {
        return None;
    }
    let hours = demand.hours.unwrap_or([1.0; 24]);
    let weekdays = demand.weekdays.unwrap_or([1.0; 7]);
    let scale = HOURS / hours.iter().sum::<f64>() * (7.0 / weekdays.iter().sum::<f64>());
    Some(weekdays.iter().flat_map(|day| hours.map(|hour| day * hour * scale)).collect())
}
