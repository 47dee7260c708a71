//! The document of a replay: the finding, the figures, the attention list, the charts, and the
//! tables of incidents.
//!
//! Figures come from the catalogue: a new one appears in its table, with its meaning, in every
//! medium.

use crate::books::Books;
use crate::chronicle::{Incident, Listed, PurchaseRecord, incidents, reason};
use crate::domain::text::in_unit;
use crate::figures::{Figure, FigureValue, Figures, Group, Total};
use crate::inquiry::{Explanation, Prevention, Preventions};
use crate::metrics::CycleFigures;
use crate::replay::Outcome;
use crate::scenario::Scenario;
use crate::series::Series;

#[cfg(feature = "html")]
use super::Subject;
use super::document::notation::rounded_share;
use super::document::{
    Block, Cell, CellKind, Column, Derived, Document, DocumentSource, FigureCard, Finding,
    LISTED_ON_PAGE, Media, Notation, Table, assumptions, notes,
};
use super::evidence::JournalEvidence;
use super::explain::ExplainReport;
use super::provenance::Provenance;
use super::words::{about, capital, count, credits, state};
use super::{attention, books, finding};

/// Cycles that a terminal lists one by one.
const CYCLES: usize = 36;
/// The figures of a cycle that every medium shows besides the parts of the bill; a workbook has all.
const OF_CYCLES: [Figure; 8] = [
    Figure::TOTAL_SPEND,
    Figure::SERVED,
    Figure::REFUSED,
    Figure::OUTAGES,
    Figure::DOWNTIME,
    Figure::EXPIRED,
    Figure::FORFEITED,
    Figure::CLOSING_BALANCE,
];

/// The material of a replay's document.
#[derive(Clone, Copy, Debug)]
pub struct RunReport<'a> {
    /// The question.
    pub scenario: &'a Scenario,
    /// The answer.
    pub outcome: &'a Outcome,
    /// The answer in money, by month and by cycle.
    pub books: &'a Books,
    /// The data of charts, if there are to be any.
    pub series: Option<&'a Series>,
    /// What would have refused less, where that was sought.
    pub prevented: Option<&'a Preventions>,
    /// What each cause makes of it, where that was asked.
    pub why: Option<&'a Explanation>,
    /// The rows of the journal that outages rest on.
    pub journal: JournalEvidence<'a>,
    /// The origin of the result.
    pub provenance: &'a Provenance,
}

impl RunReport<'_> {
    /// The document.
    pub fn document(&self) -> Document {
        let RunReport { scenario, outcome, provenance, .. } = *self;
        let mut blocks = vec![Block::Cards(self.cards())];
        blocks.extend(notes("Attention", attention::lines(scenario, outcome, self.series)));
        blocks.extend(self.preventions().map(Block::Table));
        blocks.extend(self.pictures());
        blocks.extend(self.why().map(|why| why.section()).unwrap_or_default());
        blocks.extend(self.figures().into_iter().map(Block::Table));
        blocks.push(Block::Table(self.cycles()));
        blocks.extend(books::tables(self.books, scenario.zone).map(Block::Table));
        let lists = [self.outages(), self.purchases(), self.failures()];
        blocks.extend(lists.into_iter().filter(|table| !table.rows.is_empty()).map(Block::Table));
        blocks.extend(self.journal_rows().map(Block::Table));
        blocks.extend(notes("Where the usage comes from", attention::choices(&outcome.usage)));
        blocks.extend(assumptions(&[scenario]));
        Document {
            title: scenario.name.clone(),
            question: scenario.question_of_usage().map(str::to_owned),
            finding: self.finding(),
            blocks,
            source: DocumentSource::of(&[scenario], provenance),
            notation: Notation { currency: scenario.currency, zone: scenario.zone },
        }
    }

    /// What each cause makes of it, to be told.
    fn why(&self) -> Option<ExplainReport<'_>> {
        Some(ExplainReport {
            scenario: self.scenario,
            outcome: self.outcome,
            answer: self.why?,
            many: None,
            prevented: self.prevented,
            journal: self.journal,
            provenance: self.provenance,
        })
    }

    fn total(&self) -> &Figures {
        self.outcome.metrics.total()
    }

    fn finding(&self) -> Finding {
        let scenario = self.scenario;
        let horizon = scenario.setup.horizon;
        Finding {
            headline: finding::run(scenario, self.outcome),
            sentences: finding::story(scenario, self.outcome, self.series, self.prevented),
            basis: format!(
                "{} to {} {} · {}",
                scenario.zone.show_local(horizon.from),
                scenario.zone.show_local(horizon.to),
                scenario.zone.name(),
                self.asked(),
            ),
        }
    }

    /// The usage of the run.
    fn asked(&self) -> String {
        let (total, rows) = (self.total(), super::usage::of_rows(&self.outcome.usage));
        match total.usage_events {
            0 => format!("no usage{rows}"),
            events => format!(
                "{}{rows} asking for {}",
                count(events, "usage event"),
                in_unit(credits(total.demanded), &self.scenario.unit)
            ),
        }
    }

    #[cfg(feature = "html")]
    fn pictures(&self) -> Option<Block> {
        let (scenario, outcome) = (self.scenario, self.outcome);
        let mut charts = super::charts::of_run(Subject { scenario, outcome, series: self.series? });
        charts.extend(self.why().iter().flat_map(super::charts::of_explanation));
        (!charts.is_empty()).then_some(Block::Charts(charts))
    }

    #[cfg(not(feature = "html"))]
    fn pictures(&self) -> Option<Block> {
        None
    }

    /// The figures that are seen first. Nothing is no news: it is named below the tables of figures.
    fn cards(&self) -> Vec<FigureCard> {
        let (scenario, total) = (self.scenario, self.total());
        let unit = &scenario.unit;
        let some = |figure: Figure| figure.of(total).is_some_and(|value| !is_nothing(value));
        let refuses = some(Figure::REFUSED);
        // Of nothing that was asked for no share was served.
        let is_known = |figure: Figure| figure != Figure::FILL_RATE || some(Figure::DEMANDED);
        let cards = [
            (Figure::TOTAL_SPEND, "Total spend", sentence(Figure::TOTAL_SPEND), false),
            (Figure::FILL_RATE, "Fill rate", self.served(), refuses),
            (
                Figure::REFUSED,
                "Refused",
                format!("In {}.", count(total.refused_events, "usage event")),
                true,
            ),
            (Figure::OUTAGES, "Outages", self.down(), true),
            (Figure::RECHARGES, "Recharges", self.failed(), false),
            (
                Figure::PRICE_PER_1000_SERVED,
                "Per 1,000 served",
                format!("Total spend for each 1,000 {unit} served."),
                false,
            ),
            (Figure::EXPIRED, "Expired unused", self.expired(), false),
            (
                Figure::FORFEITED,
                "Forfeited",
                format!("{} included in the plan, and not used.", capital(unit)),
                false,
            ),
        ];
        let card = |(figure, name, meaning, alarm): (Figure, &str, String, bool)| FigureCard {
            name: name.to_owned(),
            value: value_cell(figure.of(total)),
            meaning,
            alarm,
        };
        let shown = cards.into_iter().filter(|(figure, ..)| some(*figure) && is_known(*figure));
        shown.map(card).collect()
    }

    fn served(&self) -> String {
        match self.total().refused().micro() {
            0 => format!(
                "{} served of those asked for; never refused.",
                capital(&self.scenario.unit)
            ),
            _ => format!("{} served of those asked for.", capital(&self.scenario.unit)),
        }
    }

    fn down(&self) -> String {
        let total = self.total();
        let share = total.downtime.millis() as f64 / total.length.millis().max(1) as f64;
        format!("Down for {}, {} of the time.", about(total.downtime), rounded_share(share))
    }

    fn failed(&self) -> String {
        match self.total().failed_attempts {
            0 => "No charge failed.".to_owned(),
            failed => format!("{} more failed.", count(failed, "charge")),
        }
    }

    fn expired(&self) -> String {
        let cost = self.scenario.currency.show(self.total().expired_cost);
        format!("Bought {} that had cost {cost}.", self.scenario.unit)
    }

    /// A table for each group of the catalogue. Figures that are zero are named below it.
    fn figures(&self) -> Vec<Table> {
        let unit = &self.scenario.unit;
        let went = format!("Where the {unit} went");
        [
            (Group::Spend, "spend", "Spend"),
            (Group::Service, "service", "Service"),
            (Group::Recharging, "recharging", "Auto-recharge"),
            (Group::Credits, "credits", &*went),
        ]
        .map(|(group, name, title)| self.group(group, name, title))
        .into()
    }

    fn group(&self, group: Group, name: &'static str, title: &str) -> Table {
        let total = self.total();
        let mut table = Table::of_figures(name, title);
        let mut nothing = Vec::new();
        for figure in Figure::of_runs().filter(|figure| figure.definition().group == group) {
            let found = figure.of(total);
            if figure == Figure::READY_RATE && self.is_down_with_credits() {
                continue;
            }
            if found.is_some_and(is_nothing) && figure != Figure::CLOSING_BALANCE {
                nothing.push(figure.label());
                continue;
            }
            table.figure(
                figure.label(),
                self.in_total(figure, found),
                figure.meaning(),
                self.remark(figure),
            );
        }
        table.note = (!nothing.is_empty()).then(|| format!("Zero: {}.", nothing.join(", ")));
        table
    }

    /// Whether service was down while credits were left: for a request that was bigger than they are, or
    /// until it was started again. Time with credits is then no measure of service.
    fn is_down_with_credits(&self) -> bool {
        let total = self.total();
        total.downtime.millis() as f64 > 1.01 * total.exhausted.millis() as f64
    }

    /// A figure of the run; a workbook adds it up from its cycles if it adds up.
    fn in_total(&self, figure: Figure, found: Option<FigureValue>) -> Cell {
        let shown = value_cell(found);
        match adds_up(figure) {
            true => {
                let column = figure.label().to_owned();
                Cell::Derived(Box::new(shown), Derived::Sum { table: "cycles", column })
            }
            false => shown,
        }
    }

    /// The remark beside a figure in a terminal.
    fn remark(&self, figure: Figure) -> String {
        let (scenario, total) = (self.scenario, self.total());
        match figure {
            Figure::RECHARGE_SPEND => count(total.recharges, "recharge"),
            Figure::TOP_UP_SPEND => count(total.top_ups, "top-up"),
            Figure::REFUSED => format!("in {}", count(total.refused_events, "usage event")),
            Figure::STOCKOUT_FREE_CYCLES => {
                format!("{} of {}", total.cycles - total.cycles_with_outage, total.cycles)
            }
            Figure::EXPIRED if total.expired_cost.is_positive() => {
                format!("had cost {}", scenario.currency.show(total.expired_cost))
            }
            _ => String::new(),
        }
    }

    /// Cycle by cycle: the usual figures everywhere, and every figure in a workbook.
    fn cycles(&self) -> Table {
        let figures: Vec<Figure> = Figure::of_runs().collect();
        let is_shown =
            |figure: &Figure| Figure::OF_BILL.contains(figure) || OF_CYCLES.contains(figure);
        let media = |figure: &Figure| if is_shown(figure) { Media::All } else { Media::Book };
        let mut columns = vec![
            Column::new("cycle from", CellKind::Instant),
            Column::new("to", CellKind::Instant).only(Media::Book),
        ];
        columns.extend(
            figures
                .iter()
                .map(|figure| Column::new(figure.label(), kind(*figure)).only(media(figure)))
                .zip(&figures)
                .map(|(column, figure)| match figure {
                    &Figure::OVERAGE_SPEND | &Figure::REFUNDED => column.unless_nothing(),
                    _ => column,
                }),
        );
        let row = |cycle: &CycleFigures| {
            let window = [cycle.window.from, cycle.window.to].map(Cell::Instant);
            let values = figures.iter().map(|figure| value_cell(figure.of(&cycle.figures)));
            window.into_iter().chain(values).collect()
        };
        let sum = |figure: &Figure| match adds_up(*figure) {
            true => value_cell(figure.of(self.total())),
            false => Cell::Empty,
        };
        Table {
            rows: self.outcome.metrics.cycles().iter().map(row).collect(),
            sums: [Cell::text("total"), Cell::Empty]
                .into_iter()
                .chain(figures.iter().map(sum))
                .collect(),
            most_in_text: CYCLES,
            ..Table::new("cycles", "By cycle", columns)
        }
        .without_nothing()
    }

    /// What would have refused less, and for how much.
    fn preventions(&self) -> Option<Table> {
        let Preventions { found, ended } = self.prevented?;
        let columns = vec![
            Column::new("changed", CellKind::Text),
            Column::new("total spend", CellKind::Money),
            Column::new("more than it was", CellKind::Money),
            Column::new("fill rate", CellKind::Share),
            Column::new("refused", CellKind::Credits),
            Column::new("outages", CellKind::Count),
            Column::new("downtime", CellKind::Length),
            Column::new("settings", CellKind::Code),
        ];
        let row = |one: &Prevention| {
            let settings: Vec<String> = one.settings.iter().map(|set| set.toml()).collect();
            vec![
                Cell::Text(one.phrase.clone()),
                Cell::Money(one.figures.total_spend()),
                Cell::Money(finding::spent_beyond(self.outcome, one)),
                Cell::Share(one.figures.fill_rate()),
                Cell::credits(one.figures.refused()),
                Cell::Count(one.figures.outages),
                Cell::Length(one.figures.downtime.millis()),
                Cell::Text(settings.join("; ")),
            ]
        };
        (!found.is_empty()).then(|| Table {
            rows: found.iter().map(row).collect(),
            caption: Some(
                "The same usage and luck again with one change; of each kind one that prevents all, or what \
                 refuses least. Not all numbers were tried: others, smaller ones too, may prevent all, and for less."
                    .to_owned(),
            ),
            note: (*ended > 0).then(|| finding::ended_trials(*ended)),
            ..Table::new("prevention", "What would have prevented it", columns)
        })
    }

    /// Outages, those close together as one row.
    fn outages(&self) -> Table {
        let list = &self.outcome.chronicle.outages;
        let incidents = incidents(list.first());
        let is_merged = incidents.len() < list.first().len();
        let mut columns = outage_columns();
        let row = |incident: &Incident| {
            vec![
                Cell::Instant(incident.from),
                if incident.cut { Cell::text("(end)") } else { Cell::Instant(incident.to) },
                Cell::Length(incident.down.millis()),
                Cell::Count(incident.refused_events),
                Cell::credits(incident.refused),
                Cell::text(state(incident.state)),
            ]
        };
        let total = self.total();
        let mut sums = vec![
            Cell::text("total"),
            Cell::Empty,
            Cell::Length(total.downtime.millis()),
            Cell::Count(total.refused_events),
            Cell::credits(total.refused()),
            Cell::Empty,
        ];
        let mut rows: Vec<Vec<Cell>> = incidents.iter().map(row).collect();
        if is_merged {
            columns.insert(3, Column::new("interruptions", CellKind::Count));
            sums.insert(3, Cell::Count(total.outages));
            for (row, incident) in rows.iter_mut().zip(&incidents) {
                row.insert(3, Cell::Count(incident.interruptions));
            }
        }
        if !self.journal.outages.is_empty() {
            columns.push(JournalEvidence::column().only(Media::Page));
            sums.push(Cell::Empty);
            for (row, incident) in rows.iter_mut().zip(&incidents) {
                row.push(self.journal.cell(incident.from, incident.to));
            }
        }
        let caption = "Outages less than 5 min apart are one row, with what auto-recharge was doing in the one \
                       that refused most.";
        let mut table = listed("outages", "Outages", columns, list, |_| Vec::new(), sums);
        table.rows = rows;
        table.caption = is_merged.then(|| caption.to_owned());
        table
    }

    /// The rows of the journal that the outages of a page rest on.
    fn journal_rows(&self) -> Option<Table> {
        let incidents = incidents(self.outcome.chronicle.outages.first());
        let listed = incidents.iter().take(LISTED_ON_PAGE);
        self.journal.table(listed.map(|one| (one.from, one.to)))
    }

    fn purchases(&self) -> Table {
        let (scenario, list) = (self.scenario, &self.outcome.chronicle.purchases);
        let columns = vec![
            Column::new("bought", CellKind::Instant),
            Column::new("how", CellKind::Text),
            Column::new("attempt", CellKind::Count),
            Column::new(&scenario.unit, CellKind::Credits),
            Column::new("price", CellKind::Money),
            Column::new("balance after", CellKind::Credits),
            Column::new("valid until", CellKind::Instant),
        ];
        let row = |purchase: &PurchaseRecord| {
            vec![
                Cell::Instant(purchase.at),
                Cell::text(if purchase.attempt.is_some() { "recharge" } else { "manual top-up" }),
                purchase.attempt.map_or(Cell::Empty, Cell::Count),
                Cell::credits(purchase.credits),
                Cell::Money(purchase.price),
                Cell::credits(purchase.balance),
                Cell::Instant(purchase.expires),
            ]
        };
        let total = self.total();
        let bought = total.granted_recharge + total.granted_top_up;
        let spent = total.recharge_spend.plus(total.top_up_spend);
        let mut sums = vec![Cell::Empty; columns.len()];
        sums[0] = Cell::text("total");
        sums[3] = Cell::credits(bought);
        sums[4] =
            Cell::Money(spent.expect("a run whose spend leaves the range ends with an error"));
        listed("recharges", "Purchases", columns, list, row, sums)
    }

    fn failures(&self) -> Table {
        let list = &self.outcome.chronicle.failures;
        let columns = vec![
            Column::new("failed", CellKind::Instant),
            Column::new("attempt", CellKind::Count),
            Column::new("why", CellKind::Text),
            Column::new("and then", CellKind::Text),
        ];
        let row = |failure: &crate::chronicle::FailedCharge| {
            let then = if failure.suspended { "auto-recharge was suspended" } else { "" };
            vec![
                Cell::Instant(failure.at),
                Cell::Count(failure.attempt),
                Cell::text(reason(failure.decline)),
                Cell::text(then),
            ]
        };
        let table = listed("failures", "Failed charges", columns, list, row, Vec::new());
        Table { media: Media::NotText, ..table }
    }
}

/// A table of what is listed one by one; its sums only where all of it is.
fn listed<T>(
    name: &'static str,
    title: &str,
    columns: Vec<Column>,
    list: &Listed<T>,
    row: impl Fn(&T) -> Vec<Cell>,
    sums: Vec<Cell>,
) -> Table {
    let more = list.more();
    Table {
        rows: list.first().iter().map(row).collect(),
        sums: if more == 0 { sums } else { Vec::new() },
        note: (more > 0)
            .then(|| format!("And {} more: --journal FILE has them all.", count(more, "entry"))),
        ..Table::new(name, title, columns)
    }
}

/// A figure's meaning as a sentence.
fn sentence(figure: Figure) -> String {
    format!("{}.", figure.meaning())
}

/// Returns true if the values of cycles add up to that of the run.
fn adds_up(figure: Figure) -> bool {
    matches!(figure.definition().total, Total::Sum(_) | Total::OfSums | Total::Time)
}

fn is_nothing(value: FigureValue) -> bool {
    !matches!(value, FigureValue::Share(_)) && value.to_f64() == 0.0
}

/// The columns of outages.
fn outage_columns() -> Vec<Column> {
    vec![
        Column::new("from", CellKind::Instant),
        Column::new("to", CellKind::Instant),
        Column::new("down", CellKind::Length),
        Column::new("events refused", CellKind::Count),
        Column::new("refused", CellKind::Credits),
        Column::new("auto-recharge was", CellKind::Text),
    ]
}

/// A figure's value as a cell.
pub(super) fn value_cell(value: Option<FigureValue>) -> Cell {
    match value {
        None => Cell::Unknown,
        Some(FigureValue::Money(money)) => Cell::Money(money),
        Some(FigureValue::Price(price)) => Cell::Price(price),
        Some(FigureValue::Credits(credits)) => Cell::Credits(credits),
        Some(FigureValue::Count(count)) => Cell::Count(count),
        Some(FigureValue::Share(share)) => Cell::Share(share),
        Some(FigureValue::Duration(length)) => Cell::Length(length.millis()),
    }
}

/// The kind of cell in a figure's column.
pub(super) fn kind(figure: Figure) -> CellKind {
    use crate::figures::Unit;
    match figure.unit() {
        Unit::Money => CellKind::Money,
        Unit::Price => CellKind::Price,
        Unit::Credits => CellKind::Credits,
        Unit::Count => CellKind::Count,
        Unit::Share => CellKind::Share,
        Unit::Duration => CellKind::Length,
    }
}
