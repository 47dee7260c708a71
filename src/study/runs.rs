//! Results of replications, candidate by candidate.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::Window;
use crate::engine::Setup;
use crate::figures::Figure;

use super::periods::{
    Percentiles, PeriodRuns, PeriodSummaries, PeriodSummary, cycles_of, months_of,
};
use super::rare::is_rare;
use super::run::{Period, Run};

/// The end of a study.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// All requested replications were run.
    Complete,
    /// Precise enough, or with the best selected.
    Enough,
    /// The maximum number of replications was run before the results were precise enough.
    AtMost,
    /// It was stopped.
    Interrupted,
}

/// The runs of one candidate, one after another by replication.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Runs {
    /// By [`Figure::column`].
    columns: Vec<Vec<f64>>,
    /// The objective, by replication.
    pub cost: Vec<f64>,
    /// Spend in each whole cycle, replication after replication; none if the horizon cuts every
    /// cycle.
    pub spend: Vec<f64>,
    /// Hours of outage in each whole cycle, replication after replication.
    pub downtime: Vec<f64>,
    /// Credits requested in each whole cycle, replication after replication.
    pub demanded: Vec<f64>,
    /// Whole cycles in a replication.
    pub cycles: usize,
    by_month: PeriodRuns,
    /// `None` where cycles are the calendar months.
    by_cycle: Option<PeriodRuns>,
    /// After how many replications it was dropped, clearly beaten.
    pub dropped_after: Option<usize>,
    /// Whether nothing of them is drawn: each replication is the same, and so would be any other.
    pub is_certain: bool,
    /// By [`Figure::column`]; see [`Runs::size_of_rare`].
    rare_sizes: Vec<Option<f64>>,
}

impl Runs {
    /// No run yet.
    pub fn new() -> Runs {
        Runs { columns: vec![Vec::new(); Figure::KEPT], ..Runs::default() }
    }

    /// Reserves exactly the memory for this many replications like this one.
    pub(super) fn make_room(&mut self, replications: usize, run: &Run) {
        self.columns.iter_mut().for_each(|column| column.reserve_exact(replications));
        self.cost.reserve_exact(replications);
        for (list, each) in [
            (&mut self.spend, &run.spend),
            (&mut self.downtime, &run.downtime),
            (&mut self.demanded, &run.demanded),
        ] {
            list.reserve_exact(replications * each.len());
        }
        self.by_month.make_room(replications, &run.by_month);
        if let Some(cycles) = &run.by_cycle {
            self.by_cycle.get_or_insert_default().make_room(replications, cycles);
        }
    }

    /// The next replication.
    pub fn push(&mut self, run: &Run, cost: f64) {
        for (column, value) in self.columns.iter_mut().zip(run.kept) {
            column.push(value);
        }
        self.cost.push(cost);
        self.spend.extend(&run.spend);
        self.downtime.extend(&run.downtime);
        self.demanded.extend(&run.demanded);
        self.cycles = run.spend.len();
        self.by_month.push(&run.by_month);
        if let Some(cycles) = &run.by_cycle {
            self.by_cycle.get_or_insert_default().push(cycles);
        }
    }

    /// A figure that a study keeps, of every replication.
    pub fn column(&self, figure: Figure) -> &[f64] {
        &self.columns[figure.column().expect("the study keeps it")]
    }

    /// The size of an event that no replication of this candidate saw: the largest value of the
    /// candidate of the study that sees it least often, but in some replications and not in most.
    pub fn size_of_rare(&self, figure: Figure) -> Option<f64> {
        let place = figure.column().expect("the study keeps it");
        self.rare_sizes.get(place).copied().flatten()
    }

    /// Lets each candidate know the sizes that others met.
    pub(crate) fn share_sizes(all: &mut [Runs]) {
        let size = |place: usize| {
            let columns = all.iter().map(|runs| runs.columns[place].as_slice());
            let counted =
                columns.map(|column| (column, column.iter().filter(|&&x| x > 0.0).count()));
            let rare = counted.filter(|(column, count)| *count > 0 && is_rare(column));
            let (column, _) = rare.min_by_key(|&(_, count)| count)?;
            Some(column.iter().copied().fold(0.0, f64::max))
        };
        let sizes: Vec<Option<f64>> = (0..Figure::KEPT).map(size).collect();
        for runs in all {
            runs.rare_sizes.clone_from(&sizes);
        }
    }

    /// Spend, recharges and refusals by month, by cycle and over the horizon. Months are those of the study's
    /// `first` candidate, cycles those of the candidate's own `setup`.
    pub fn in_periods(&self, first: &Setup, setup: &Setup) -> PeriodSummaries {
        if self.is_empty() {
            return PeriodSummaries::default();
        }
        let by_cycle = self.by_cycle.as_ref().unwrap_or(&self.by_month);
        PeriodSummaries {
            months: self.by_month.summaries(&months_of(first), self.is_certain),
            cycles: by_cycle.summaries(&cycles_of(setup), self.is_certain),
            all: self.in_all(setup.horizon),
            cycles_are_months: self.by_cycle.is_none(),
        }
    }

    fn in_all(&self, horizon: Window) -> Option<PeriodSummary> {
        let of = |figure| Percentiles::of(self.column(figure).iter().copied(), self.is_certain);
        Some(PeriodSummary {
            window: horizon,
            spend: of(Figure::TOTAL_SPEND)?,
            recharges: of(Figure::RECHARGES)?,
            refused: of(Figure::REFUSED)?,
        })
    }

    /// Spend in each whole cycle, with the number of cycles in a replication; spend in each
    /// replication if the period is the horizon.
    pub fn spend_in(&self, period: Period) -> (&[f64], usize) {
        match period {
            Period::Cycle | Period::Month => (&self.spend, self.cycles),
            Period::Horizon => (self.column(Figure::TOTAL_SPEND), 1),
        }
    }

    /// Hours of outage, as [`Runs::spend_in`].
    pub fn downtime_in(&self, period: Period) -> (&[f64], usize) {
        match period {
            Period::Cycle | Period::Month => (&self.downtime, self.cycles),
            Period::Horizon => (self.column(Figure::DOWNTIME), 1),
        }
    }

    /// Whether all replications are the same.
    pub fn are_alike(&self) -> bool {
        let alike = |column: &Vec<f64>| column.windows(2).all(|pair| pair[0] == pair[1]);
        alike(&self.cost) && self.columns.iter().all(alike)
    }

    /// Number of replications.
    pub fn len(&self) -> usize {
        self.cost.len()
    }

    /// Returns true if there is none.
    pub fn is_empty(&self) -> bool {
        self.cost.is_empty()
    }
}

/// The results of a study.
#[derive(Clone, Debug, PartialEq)]
pub struct StudyRuns {
    /// By candidate, in their order.
    pub runs: Vec<Runs>,
    /// The end of the study.
    pub ended: Ending,
}
