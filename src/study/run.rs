//! One run of one candidate as a few numbers.
//!
//! Everything else about a run is dropped when it ends, so a study's memory grows with candidates ×
//! replications × cycles and never with events. Deliberately absent: statistics.

use schemars::JsonSchema;
use serde::Serialize;

use crate::chronicle::Stranding;
use crate::domain::{Duration, Grant, Instant, Window};
use crate::engine::Setup;
use crate::figures::{Figure, FigureValue, LivedRun};
use crate::metrics::{CycleFigures, Metrics};

use super::stock::StockValue;

use super::periods::{MonthRecorder, PeriodCounts, by_cycle};

/// A month of 30.4375 days, in milliseconds.
const MONTH: f64 = 2_629_800_000.0;

/// The numbers of one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// By [`Figure::column`]: money in its currency, durations in hours.
    pub kept: [f64; Figure::KEPT],
    /// Spend in each whole cycle; none if the horizon cuts every cycle.
    pub spend: Vec<f64>,
    /// Hours of outage in each whole cycle.
    pub downtime: Vec<f64>,
    /// Credits requested in each whole cycle.
    pub demanded: Vec<f64>,
    /// Each calendar month, cut ones too.
    pub by_month: Vec<PeriodCounts>,
    /// Each billing cycle, cut ones too; `None` where they are the calendar months.
    pub by_cycle: Option<Vec<PeriodCounts>>,
}

impl Run {
    /// Built from the observers and the grants left at the end.
    pub(super) fn of(
        metrics: &Metrics,
        stranding: &Stranding,
        months: MonthRecorder<'_>,
        setup: &Setup,
        left: &[Grant],
    ) -> Run {
        let value = StockValue::of(metrics.total(), setup, left);
        let lived = LivedRun {
            figures: metrics.total(),
            leftover_value: value.left,
            assumed_value: value.used_of_assumed,
            stranded_events: stranding.found().map_or(0, |stranded| stranded.events),
        };
        let mut kept = [0.0; Figure::KEPT];
        for (column, figure) in kept.iter_mut().zip(Figure::kept()) {
            *column = figure.in_run(&lived).expect("what a study keeps is known of every run");
        }
        let whole = uncut(metrics.cycles(), setup);
        let spend = |cycle: &CycleFigures| cycle.figures.total_spend().to_f64();
        let demanded = |cycle: &CycleFigures| cycle.figures.demanded.to_f64();
        let downtime = |cycle: &CycleFigures| hours(cycle.figures.downtime);
        Run {
            kept,
            spend: whole.iter().map(spend).collect(),
            downtime: whole.iter().map(downtime).collect(),
            demanded: whole.iter().map(demanded).collect(),
            by_cycle: (!months.are_cycles_of(metrics)).then(|| by_cycle(metrics)),
            by_month: months.months(),
        }
    }

    /// The value of a figure that a study keeps.
    pub fn value(&self, figure: Figure) -> f64 {
        self.kept[figure.column().expect("the study keeps it")]
    }
}

fn hours(duration: Duration) -> f64 {
    FigureValue::Duration(duration).to_f64()
}

/// The cycles that the horizon does not cut. It can only cut the first and the last.
fn uncut<'m>(cycles: &'m [CycleFigures], setup: &Setup) -> &'m [CycleFigures] {
    let whole = |cycle: &CycleFigures| {
        setup.policy.contract.cycles.around(cycle.window.from) == cycle.window
    };
    let cycles = match cycles {
        [first, rest @ ..] if !whole(first) => rest,
        all => all,
    };
    match cycles {
        [rest @ .., last] if !whole(last) => rest,
        all => all,
    }
}

/// The period by which spend and counts are divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// Billing cycles; a part of one counts as that part.
    Cycle,
    /// Months of 30.4375 days.
    Month,
    /// The horizon, if it has no whole cycle: a fee is charged in full at the start of a cycle, so
    /// part of a cycle does not show the cost of one.
    Horizon,
}

impl Period {
    /// The period in which runs of these setups are reported: cycles; months if their cycles
    /// differ; the horizon if it has no whole cycle of one of them.
    pub fn of<'s>(setups: impl Iterator<Item = &'s Setup> + Clone) -> Period {
        if !setups.clone().all(has_whole_cycle) {
            return Period::Horizon;
        }
        let cycles = |setup: &'s Setup| &setup.policy.contract.cycles;
        let first = setups.clone().next().map(cycles);
        match setups.map(cycles).all(|other| Some(other) == first) {
            true => Period::Cycle,
            false => Period::Month,
        }
    }

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Period::Cycle => "cycle",
            Period::Month => "month",
            Period::Horizon => "horizon",
        }
    }

    /// The word for the unit of quantiles, which is cycles even if means are per month.
    pub fn span(self) -> &'static str {
        match self {
            Period::Cycle | Period::Month => "cycle",
            Period::Horizon => "horizon",
        }
    }

    /// Number of these periods in the horizon of `setup`.
    pub fn count(self, setup: &Setup) -> f64 {
        let horizon = setup.horizon;
        match self {
            Period::Month => horizon.to.since(horizon.from).millis() as f64 / MONTH,
            Period::Cycle => cycles_in(setup, horizon),
            Period::Horizon => 1.0,
        }
    }
}

fn has_whole_cycle(setup: &Setup) -> bool {
    let Window { from, to } = setup.horizon;
    let cycle = setup.policy.contract.cycles.around(from);
    let first =
        if cycle.from == from { cycle } else { setup.policy.contract.cycles.around(cycle.to) };
    first.from >= from && first.to <= to
}

/// The cycles cut by the ends of a horizon that also has a whole one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cut {
    /// The cycle that begins before the horizon.
    pub start: Option<Window>,
    /// The cycle that goes on after it.
    pub end: Option<Window>,
}

impl Cut {
    /// The cycles that the horizon of `setup` cuts; none if it has no whole cycle, because
    /// everything is then reported per horizon.
    pub fn of(setup: &Setup) -> Cut {
        if !has_whole_cycle(setup) {
            return Cut::default();
        }
        let Window { from, to } = setup.horizon;
        let first = setup.policy.contract.cycles.around(from);
        let after = setup.policy.contract.cycles.around(to);
        Cut {
            start: (first.from != from).then_some(first),
            end: (after.from != to).then_some(after),
        }
    }
}

fn cycles_in(setup: &Setup, horizon: Window) -> f64 {
    let mut count = 0.0;
    let mut at = horizon.from;
    while at < horizon.to {
        let cycle = setup.policy.contract.cycles.around(at);
        let inside = cycle.to.min(horizon.to).since(at).millis() as f64;
        count += inside / cycle.to.since(cycle.from).millis().max(1) as f64;
        if cycle.to <= at || cycle.to == Instant::NEVER {
            break;
        }
        at = cycle.to;
    }
    count
}

#[cfg(any(test, feature = "fixtures"))]
impl Run {
    /// One cycle in which 1,000 credits were requested, and these amounts spent, refused and
    /// expired.
    pub fn made(spent: f64, refused: f64, expired: f64) -> Run {
        let mut run = Run {
            kept: [0.0; Figure::KEPT],
            spend: vec![spent],
            downtime: vec![0.0],
            demanded: vec![1_000.0],
            by_month: vec![PeriodCounts { spend: spent, recharges: 0.0, refused }],
            by_cycle: None,
        };
        run.set(Figure::TOTAL_SPEND, spent);
        run.set(Figure::DEMANDED, 1_000.0);
        run.set(Figure::SERVED, 1_000.0 - refused);
        run.set(Figure::REFUSED, refused);
        run.set(Figure::EXPIRED, expired);
        run.set(Figure::CYCLES, 1.0);
        run.set(Figure::CYCLES_TOUCHED, f64::from(refused > 0.0));
        run
    }

    /// Replaces the value of a figure that a study keeps.
    pub(crate) fn set(&mut self, figure: Figure, value: f64) {
        self.kept[figure.column().unwrap()] = value;
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::scenario::Scenario;

    fn setup(start: &str, end: &str, cycle: &str) -> Setup {
        let text = format!(
            "name = \"Cut\"\ncurrency = \"USD\"\nstart = {start}\nend = {end}\nplan = \"p\"\n{cycle}\n\
             plans.p = {{ fee = \"19\", allowance = 30 }}\n"
        );
        Scenario::from_text("cut.toml", &text, Path::new("")).unwrap().meaning.setup
    }

    #[test]
    fn a_horizon_without_a_whole_cycle_is_the_period_and_cuts_are_told_of_the_others() {
        for (start, end, cycle, period, cut) in [
            ("2026-01-01", "2026-01-31", "", "horizon", ""),
            ("2026-01-01", "2026-02-01", "", "cycle", ""),
            ("2026-01-01", "2026-02-02", "", "cycle", "end in 2026-02-01 to 2026-03-01"),
            ("2026-01-20", "2026-02-28", "cycle.anchor = 2026-01-01", "horizon", ""),
            (
                "2026-01-20",
                "2026-03-01",
                "cycle.anchor = 2026-01-01",
                "cycle",
                "start in 2026-01-01 to 2026-02-01",
            ),
            (
                "2026-01-20",
                "2026-04-02",
                "cycle = { anchor = 2026-01-01, months = 1 }",
                "cycle",
                "start in 2026-01-01 to 2026-02-01, end in 2026-04-01 to 2026-05-01",
            ),
            ("2026-01-01", "2026-12-31", "cycle.months = 12", "horizon", ""),
            ("2026-01-01", "2027-01-01", "cycle.months = 12", "cycle", ""),
        ] {
            let setup = setup(start, end, cycle);
            let Cut { start: first, end: last } = Cut::of(&setup);
            let cut_ends = [("start", first), ("end", last)].map(|(end, window)| {
                let show = |at: Instant| at.to_string()[..10].to_owned();
                window.map(|cut| format!("{end} in {} to {}", show(cut.from), show(cut.to)))
            });
            let cut_ends: Vec<String> = cut_ends.into_iter().flatten().collect();
            let found = Period::of([&setup].into_iter());
            assert_eq!(
                (found.name(), cut_ends.join(", ").as_str()),
                (period, cut),
                "{start} {end}"
            );
        }
    }

    #[test]
    fn different_cycles_are_told_per_month_and_per_horizon_where_one_of_them_has_no_whole_one() {
        let of = |end: &str| {
            let [one, other] =
                ["", "cycle.months = 12"].map(|cycle| setup("2026-01-01", end, cycle));
            (Period::of([&one, &other].into_iter()), Period::Horizon.count(&one))
        };
        assert_eq!(of("2027-01-01"), (Period::Month, 1.0));
        assert_eq!(of("2026-12-31"), (Period::Horizon, 1.0));
    }
}
