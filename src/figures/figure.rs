//! A figure as a value: which entry of the catalogue it is.

use std::fmt;

use crate::domain::suggest::nearest;

use super::catalogue::{ALL, CATALOGUE, COUNT, FIRST_OF_STUDIES};
use super::definition::{
    Basis, Definition, Estimator, FigureValue, Group, LivedRun, StudyUse, Unit,
};
use super::totals::Figures;

/// A figure of the catalogue. Its [`Definition`] holds the rest.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Figure(usize);

/// The figures that code speaks of by name.
impl Figure {
    /// The objective of a study.
    pub const COST: Figure = Figure::constant("cost");
    /// All that was paid.
    pub const TOTAL_SPEND: Figure = Figure::constant("total_spend");
    /// Paid for the plan.
    pub const PLAN_FEES: Figure = Figure::constant("plan_fees");
    /// Paid for recharges.
    pub const RECHARGE_SPEND: Figure = Figure::constant("recharge_spend");
    /// Paid for manual top-ups.
    pub const TOP_UP_SPEND: Figure = Figure::constant("top_up_spend");
    /// Paid for usage beyond the balance.
    pub const OVERAGE_SPEND: Figure = Figure::constant("overage_spend");
    /// Paid back.
    pub const REFUNDED: Figure = Figure::constant("refunded");
    /// The parts of the bill: the total spend is their sum, with what was refunded taken off.
    pub const OF_BILL: [Figure; 5] = [
        Figure::PLAN_FEES,
        Figure::RECHARGE_SPEND,
        Figure::TOP_UP_SPEND,
        Figure::OVERAGE_SPEND,
        Figure::REFUNDED,
    ];
    /// Spend for each 1,000 served.
    pub const PRICE_PER_1000_SERVED: Figure = Figure::constant("price_per_1000_served");
    /// Recharges.
    pub const RECHARGES: Figure = Figure::constant("recharges");
    /// Manual top-ups.
    pub const TOP_UPS: Figure = Figure::constant("top_ups");
    /// Charges that failed.
    pub const FAILED_ATTEMPTS: Figure = Figure::constant("failed_attempts");
    /// Usage events.
    pub const USAGE_EVENTS: Figure = Figure::constant("usage_events");
    /// Usage events that were refused at least in part.
    pub const REFUSED_EVENTS: Figure = Figure::constant("refused_events");
    /// Credits requested by usage.
    pub const DEMANDED: Figure = Figure::constant("demanded");
    /// Credits served.
    pub const SERVED: Figure = Figure::constant("served");
    /// Credits refused.
    pub const REFUSED: Figure = Figure::constant("refused");
    /// Credits served and not yet deducted.
    pub const UNMETERED: Figure = Figure::constant("unmetered");
    /// Outages.
    pub const OUTAGES: Figure = Figure::constant("outages");
    /// Their length.
    pub const DOWNTIME: Figure = Figure::constant("downtime_ms");
    /// Time with a balance of zero or less.
    pub const EXHAUSTED: Figure = Figure::constant("exhausted_ms");
    /// Served ÷ demanded.
    pub const FILL_RATE: Figure = Figure::constant("fill_rate");
    /// Share of time with a balance above zero.
    pub const READY_RATE: Figure = Figure::constant("ready_rate");
    /// Share of cycles without an outage.
    pub const STOCKOUT_FREE_CYCLES: Figure = Figure::constant("stockout_free_cycles");
    /// Share of cycles with an outage.
    pub const OUTAGE_PROBABILITY: Figure = Figure::constant("outage_probability");
    /// Cycles.
    pub const CYCLES: Figure = Figure::constant("cycle_count");
    /// Cycles that an outage touches.
    pub const CYCLES_TOUCHED: Figure = Figure::constant("cycles_touched");
    /// Allowance granted.
    pub const GRANTED_ALLOWANCE: Figure = Figure::constant("granted_allowance");
    /// Credits bought by recharges.
    pub const GRANTED_RECHARGE: Figure = Figure::constant("granted_recharge");
    /// Credits bought by hand.
    pub const GRANTED_TOP_UP: Figure = Figure::constant("granted_top_up");
    /// Debt forgiven.
    pub const FORGIVEN: Figure = Figure::constant("forgiven");
    /// Credits that expired.
    pub const EXPIRED: Figure = Figure::constant("expired");
    /// Cost of the expired credits.
    pub const EXPIRED_COST: Figure = Figure::constant("expired_cost");
    /// Allowance forfeited.
    pub const FORFEITED: Figure = Figure::constant("forfeited");
    /// The balance at the start.
    pub const OPENING_BALANCE: Figure = Figure::constant("opening_balance");
    /// The balance at the end.
    pub const CLOSING_BALANCE: Figure = Figure::constant("closing_balance");
    /// Cost of the purchased credits left at the end.
    pub const LEFTOVER_VALUE: Figure = Figure::constant("leftover_value");
    /// Cost of what was used of an opening balance that nobody states.
    pub const ASSUMED_VALUE: Figure = Figure::constant("assumed_value");
    /// Usage events refused above the trigger.
    pub const STRANDED_EVENTS: Figure = Figure::constant("stranded_events");

    /// Returns the entry called `name`; a name that is not in the catalogue does not compile.
    const fn constant(name: &str) -> Figure {
        let mut index = 0;
        while index < COUNT {
            if same(ALL[index].name, name) {
                return Figure(index);
            }
            index += 1;
        }
        panic!("no figure has this name")
    }
}

/// The column that a study keeps for each entry; [`COUNT`] for entries without one.
const COLUMNS: [usize; COUNT] = {
    let mut columns = [COUNT; COUNT];
    let (mut index, mut next) = (0, 0);
    while index < COUNT {
        if is_kept(&ALL[index]) {
            columns[index] = next;
            next += 1;
        }
        index += 1;
    }
    columns
};

const KEPT: usize = {
    let (mut index, mut kept) = (0, 0);
    while index < COUNT {
        kept += is_kept(&ALL[index]) as usize;
        index += 1;
    }
    kept
};

/// The figures that a study keeps, by column.
static OF_COLUMNS: [Figure; KEPT] = {
    let mut figures = [Figure(0); KEPT];
    let mut index = 0;
    while index < COUNT {
        if COLUMNS[index] < COUNT {
            figures[COLUMNS[index]] = Figure(index);
        }
        index += 1;
    }
    figures
};

const ESTIMATED: usize = {
    let (mut index, mut estimated) = (0, 0);
    while index < COUNT {
        estimated += matches!(ALL[index].study, StudyUse::Estimated(_)) as usize;
        index += 1;
    }
    estimated
};

const OF_STUDIES: [Figure; ESTIMATED] = {
    let mut figures = [Figure(0); ESTIMATED];
    let mut next = 0;
    while next < FIRST_OF_STUDIES.len() {
        figures[next] = Figure::constant(FIRST_OF_STUDIES[next]);
        next += 1;
    }
    let mut index = 0;
    while index < COUNT {
        let is_estimated = matches!(ALL[index].study, StudyUse::Estimated(_));
        if is_estimated && !is_one_of(ALL[index].name, &FIRST_OF_STUDIES) {
            figures[next] = Figure(index);
            next += 1;
        }
        index += 1;
    }
    figures
};

impl Figure {
    /// Number of columns that a study keeps of each run.
    pub const KEPT: usize = KEPT;

    /// All figures, in the order of the catalogue.
    pub fn all() -> impl DoubleEndedIterator<Item = Figure> + Clone {
        (0..COUNT).map(Figure)
    }

    /// The figures that results show of a run and of each cycle, in their order there.
    pub fn of_runs() -> impl Iterator<Item = Figure> + Clone {
        Figure::all().filter(|figure| matches!(figure.definition().basis, Basis::Stretch(_)))
    }

    /// The figures that results show of the usage that was read, for a whole run.
    pub fn of_reading() -> impl Iterator<Item = Figure> + Clone {
        Figure::all().filter(|figure| matches!(figure.definition().basis, Basis::Reading(_)))
    }

    /// The figures that studies estimate, in their order in results.
    pub fn of_studies() -> impl ExactSizeIterator<Item = Figure> + DoubleEndedIterator + Clone {
        OF_STUDIES.into_iter()
    }

    /// The figures of one table, in the order of the catalogue.
    pub fn in_group(group: Group) -> impl Iterator<Item = Figure> + Clone {
        Figure::all().filter(move |figure| figure.definition().group == group)
    }

    /// The figures that a study keeps of each run, in the order of [`Figure::column`].
    pub fn kept() -> impl Iterator<Item = Figure> + Clone {
        OF_COLUMNS.iter().copied()
    }

    /// Its entry in the catalogue.
    pub fn definition(self) -> &'static Definition {
        CATALOGUE.get(self.0).expect("a figure is made from a place in the catalogue only")
    }

    /// The name in JSON, CSV and gates of a run.
    pub fn name(self) -> &'static str {
        self.definition().name
    }

    /// The name for people, in lower case.
    pub fn label(self) -> &'static str {
        self.definition().label
    }

    /// Its meaning, as a sentence without its full stop.
    pub fn meaning(self) -> &'static str {
        self.definition().meaning
    }

    /// Its unit.
    pub fn unit(self) -> Unit {
        self.definition().unit
    }

    /// The least and the greatest value that it can have.
    pub fn limits(self) -> (f64, f64) {
        self.definition().bounds.limits()
    }

    /// The figure that results call `name`, of a run or of a study.
    pub fn named(name: &str) -> Option<Figure> {
        Figure::all().find(|figure| figure.name() == name || figure.name_in_studies() == name)
    }

    /// The name in results of a study.
    pub fn name_in_studies(self) -> &'static str {
        self.definition().name_in_hours.unwrap_or(self.name())
    }

    /// Its value over a period of time; `None` if it cannot be known, or is not defined for a
    /// period.
    pub fn of(self, figures: &Figures) -> Option<FigureValue> {
        match self.definition().basis {
            Basis::Stretch(of) | Basis::Part(of) | Basis::Reading(of) => of(figures),
            Basis::Run(_) | Basis::Runs => None,
        }
    }

    /// Its value in a whole run of a study; `None` if it is not defined for one run.
    pub fn in_run(self, run: &LivedRun<'_>) -> Option<f64> {
        match self.definition().basis {
            Basis::Stretch(of) | Basis::Part(of) | Basis::Reading(of) => {
                of(run.figures).map(FigureValue::to_f64)
            }
            Basis::Run(of) => Some(of(run)),
            Basis::Runs => None,
        }
    }

    /// Its column among those that a study keeps of each run, if it has one.
    pub fn column(self) -> Option<usize> {
        Some(COLUMNS[self.0]).filter(|&column| column < COUNT)
    }

    /// Its estimator in studies, if it has one.
    pub fn estimator(self) -> Option<Estimator> {
        match self.definition().study {
            StudyUse::Estimated(estimator) => Some(estimator),
            StudyUse::Absent | StudyUse::Kept => None,
        }
    }

    /// Returns true if a study gives it per period.
    pub fn is_per_period(self) -> bool {
        self.estimator().is_some_and(Estimator::is_per_period)
    }
}

/// The message about a name that matches no figure among `names`: the nearest name, or all of them.
pub fn unknown(name: &str, names: impl Iterator<Item = &'static str> + Clone) -> String {
    /// The most that are asked about; more are a list.
    const MOST: usize = 4;
    let begin = format!("no figure is called `{name}`");
    let all = format!("total_{name}");
    let near = nearest(name, names.clone()).or_else(|| names.clone().find(|one| *one == all));
    let has = |one: &&str| one.split('_').any(|word| word == name);
    let with: Vec<String> = names.clone().filter(has).map(|one| format!("`{one}`")).collect();
    match (near, with.len()) {
        (Some(near), _) => format!("{begin}; did you mean `{near}`?"),
        (None, 1..=MOST) => format!("{begin}; did you mean {}?", with.join(" or ")),
        (None, _) => {
            let names: Vec<&str> = names.collect();
            format!("{begin}; there are {}", names.join(", "))
        }
    }
}

impl fmt::Debug for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Returns true if a study keeps a column for an entry: if it estimates the figure from its own
/// values, or other figures need it.
const fn is_kept(definition: &Definition) -> bool {
    matches!(
        definition.study,
        StudyUse::Kept | StudyUse::Estimated(Estimator::PerPeriod | Estimator::Mean)
    )
}

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut index = 0;
    while index < a.len() && index < b.len() && a[index] == b[index] {
        index += 1;
    }
    index == a.len() && index == b.len()
}

const fn is_one_of(name: &str, names: &[&str]) -> bool {
    let mut index = 0;
    while index < names.len() {
        if same(names[index], name) {
            return true;
        }
        index += 1;
    }
    false
}
