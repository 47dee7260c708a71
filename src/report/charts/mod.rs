//! Charts, as SVG.
//!
//! In reading order: this page → `balance`, `spend`, `downtime`, `refused` (of a replay, one file
//! per chart) → `frontier`, `settings`, `fan`, `costs`, `differences` (of a study) → `plans` → `usage` → `tornado` → `causes` (of an explanation) → `fleet` (of many accounts) → the
//! kit: `frame` (layout), `mark` (the marks of a chart), `measure` and `dates` (axes), `plot`
//! (marks on axes), `key`, `draw` (a pen), `letters`, `ink`, `sheet` (SVG). A chart states what it
//! measures and its marks; it is drawn twice, wide for a laptop or a sheet of paper and narrow for
//! a phone, because letters do not shrink with a picture. Its title states the finding.
//! Deliberately absent: anything that computes a figure.

mod balance;
mod causes;
mod costs;
mod dates;
mod differences;
mod downtime;
mod draw;
mod fan;
mod fleet;
mod forecast;
mod frame;
mod frontier;
pub(crate) mod ink;
mod key;
mod letters;
mod mark;
mod measure;
#[cfg(feature = "png")]
pub(crate) mod pixels;
mod plans;
mod plot;
mod refused;
mod settings;
mod sheet;
mod spend;
#[cfg(test)]
mod tests;
mod tornado;
mod usage;

use super::advise::AdviceReport;
use super::backtest::BacktestReport;
use super::bill::BillReport;
use super::explain::ExplainReport;
use super::fleet::FleetReport;
use super::forecast::ForecastReport;
use super::study::{Face, StudyReport};
use super::{Subject, plan};
use crate::usage::meaning::inspect::{InspectedRows, Inspection};
use ink::Ink;

/// The width of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// For a laptop and for paper.
    Wide,
    /// For a phone.
    Narrow,
}

impl Width {
    /// The width in pixels.
    pub fn pixels(self) -> f64 {
        match self {
            Width::Wide => 880.0,
            Width::Narrow => 358.0,
        }
    }

    /// The left edge of plots: the same for all, so that charts of time can be read together.
    pub fn left(self) -> f64 {
        self.pick(140.0, 46.0)
    }

    /// The right edge of plots.
    pub fn right(self) -> f64 {
        self.pixels() - self.pick(16.0, 8.0)
    }

    /// One value or the other.
    pub fn pick<T>(self, wide: T, narrow: T) -> T {
        match self {
            Width::Wide => wide,
            Width::Narrow => narrow,
        }
    }
}

/// A chart, drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// The name of its file, without an extension.
    pub name: String,
    /// Its finding.
    pub title: String,
    /// Its description, as a substitute for the picture.
    pub description: String,
    /// SVG for a laptop and for paper.
    pub wide: String,
    /// SVG for a phone.
    pub narrow: String,
    /// A separate SVG file, with its title and its description in the picture.
    pub alone: String,
}

impl Chart {
    /// Draws a chart in both widths; `draw` returns its SVG.
    fn new(
        name: &'static str,
        title: String,
        description: String,
        frame: impl Fn(Width) -> frame::Frame,
    ) -> Chart {
        let said = sheet::Said { title: &title, description: &description };
        let [wide, narrow] =
            [Width::Wide, Width::Narrow].map(|width| frame(width).draw(width, said));
        let alone = frame(Width::Wide).draw_alone(said);
        Chart { name: name.to_owned(), title, description, wide, narrow, alone }
    }

    /// The same as one of several of its kind, by its place among them from 0: `waterfall`, `waterfall-2`, `waterfall-3`.
    fn numbered(self, place: usize) -> Chart {
        match place {
            0 => self,
            _ => Chart { name: format!("{}-{}", self.name, place + 1), ..self },
        }
    }
}

/// The names of all charts there can be, without the numbers of those of which there are several.
const NAMES: [&str; 19] = [
    "balance",
    "spend",
    "downtime",
    "refused",
    "frontier",
    "settings",
    "fan",
    "costs",
    "plans",
    "differences",
    "usage",
    "forecast",
    "backtest",
    "tornado",
    "causes",
    "waterfall",
    "accounts",
    "charges",
    "roll_forward",
];

/// Returns true if a chart may have a name.
pub fn is_name(name: &str) -> bool {
    let is_number =
        |text: &&str| text.parse::<usize>().is_ok_and(|one| one > 1 && one.to_string() == **text);
    let numbered = name.rsplit_once('-').filter(|(_, number)| is_number(number));
    NAMES.contains(&numbered.map_or(name, |(name, _)| name))
}

/// The charts of a replay: those that have something to show.
pub fn of_run(subject: Subject<'_>) -> Vec<Chart> {
    let charts = [
        Some(balance::chart(subject)),
        spend::chart(subject),
        downtime::chart(subject),
        refused::chart(subject),
    ];
    charts.into_iter().flatten().collect()
}

/// The charts of a study: those that have something to show.
pub fn of_study(report: &StudyReport<'_>) -> Vec<Chart> {
    // If scenarios are compared, the pairs are the question.
    let pairs = (report.scenarios.len() > 1).then(|| differences::chart(report)).flatten();
    let spend = |runs: &crate::study::Runs| {
        let column = runs.column(crate::figures::Figure::TOTAL_SPEND);
        column.iter().sum::<f64>() / column.len().max(1) as f64
    };
    let periods = report.objective().periods(&report.candidates()[0].setup);
    let from = report.runs.first().map_or(0.0, spend) / periods;
    let bills = report.bills().filter_map(|bill| bill.chart(from)).enumerate();
    let bills = bills.map(|(place, chart)| chart.numbered(place));
    let others = [
        frontier::chart(report),
        settings::chart(report),
        fan::chart(report),
        costs::chart(report),
    ];
    pairs.into_iter().chain(bills).chain(others.into_iter().flatten()).collect()
}

/// The charts of an explanation: those that have something to show.
pub fn of_explanation(report: &ExplainReport<'_>) -> Vec<Chart> {
    [causes::outages(report), causes::spend(report)].into_iter().flatten().collect()
}

/// The waterfall from one bill to another.
pub fn bill_waterfall(report: &BillReport<'_>, from: f64) -> Option<Chart> {
    causes::between(report, from)
}

/// The chart of what would change advice, if that is known.
pub fn of_advice(report: &AdviceReport<'_>) -> Option<Chart> {
    tornado::chart(report)
}

/// The chart of the usage in a file, if it has something to show.
pub fn of_usage(found: &Inspection, rows: &InspectedRows) -> Option<Chart> {
    usage::chart(found, rows)
}

/// The chart of what is foreseen.
pub fn of_forecast(report: &ForecastReport<'_>) -> Chart {
    forecast::ahead(report)
}

/// The chart of what forecasts from inside a history held.
pub fn of_backtest(report: &BacktestReport<'_>) -> Chart {
    forecast::tested(report)
}

/// The charts of many accounts: those that have something to show.
pub fn of_fleet(report: &FleetReport<'_>) -> Vec<Chart> {
    fleet::charts(report)
}

/// The charts of plans and packages.
pub fn of_plan(report: &plan::PlanReport<'_>) -> Vec<Chart> {
    plans::chart(report).into_iter().collect()
}

/// The ink of a candidate that is shown separately.
fn ink_of(face: &Face<'_>) -> Ink {
    const INKS: [Ink; 4] = [Ink::Orange, Ink::Blue, Ink::Green, Ink::Purple];
    INKS[face.place % INKS.len()]
}
