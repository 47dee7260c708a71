//! The workbook of plans and packages: summary, levels, break-evens, assumptions.

use std::io;

use crate::recommend::BreakEven;
use crate::recommend::plans::{Crossing, Level, Plans};
use crate::report::plan::Told;
use crate::study::Estimate;

use super::{Cell, Kind, Line, Summary, Table, assumptions, book, count, text};

/// The workbook as bytes.
pub fn of_plan(told: &Told<'_>) -> io::Result<Vec<u8>> {
    let mut lines: Vec<Line> = told.plans.advice(&told.words).into_iter().map(Line::Text).collect();
    lines.extend([
        Line::Title(""),
        Line::Value("replications", Kind::Count, count(told.plans.replications() as u64)),
        Line::Value("usage today", Kind::Credits, Cell::Number(told.plans.today.level)),
        Line::Text(format!("Costs are {}. {}", told.words.per(), told.usage)),
        Line::Title(""),
        Line::Title("Where this comes from"),
        Line::Text(told.provenance.line()),
    ]);
    let name = format!("{}: plan or packs", told.scenario.name);
    let tables = [levels(told.plans), break_evens(told.plans), assumptions(&[told.scenario])];
    book(told.scenario, &Summary { name: &name, lines }, &tables)
}

/// One row a level and choice.
fn levels<'a>(plans: &Plans<'_>) -> Table<'a> {
    let columns = vec![
        ("plan", Kind::Text),
        ("package", Kind::Text),
        ("credits asked for", Kind::Credits),
        ("is today's", Kind::Text),
        ("cost", Kind::Money),
        ("cost from", Kind::Money),
        ("cost to", Kind::Money),
        ("fill rate", Kind::Share),
        ("is cheapest", Kind::Text),
    ];
    let yes = |is: bool| if is { text("yes") } else { Cell::Empty };
    let row = |level: &Level, index: usize| {
        let choice = plans.choices.get(index)?;
        let cost = level.cost(index, plans.confidence);
        let fill = level.fill_rate(index, plans.confidence);
        Some(vec![
            text(&choice.plan),
            text(&choice.package),
            Cell::Number(level.level),
            yes(plans.is_today(level)),
            number(cost.map(|cost| cost.value)),
            number(cost.and_then(|cost| cost.low)),
            number(cost.and_then(|cost| cost.high)),
            number(fill.map(|fill| fill.value)),
            yes(index == level.cheapest()),
        ])
    };
    let rows = plans
        .rows()
        .into_iter()
        .flat_map(|level| (0..plans.choices.len()).filter_map(move |index| row(level, index)))
        .collect();
    Table { name: "levels", columns, rows, sums: Vec::new(), note: None }
}

/// One row for each two plans with the same package.
fn break_evens<'a>(plans: &Plans<'_>) -> Table<'a> {
    let columns = vec![
        ("package", Kind::Text),
        ("smaller plan", Kind::Text),
        ("bigger plan", Kind::Text),
        ("same cost at", Kind::Credits),
        ("from", Kind::Credits),
        ("to", Kind::Credits),
        ("bigger saves today", Kind::Money),
        ("saves from", Kind::Money),
        ("saves to", Kind::Money),
    ];
    let row = |crossing: &Crossing| {
        let (small, big) = (plans.choices.get(crossing.small)?, plans.choices.get(crossing.big)?);
        let (level, low, high) = match crossing.at {
            BreakEven::At { level, low, high } => (Some(level), low, high),
            _ => (None, None, None),
        };
        let Estimate { value, low: least, high: most } = crossing.today;
        Some(vec![
            text(&small.package),
            text(&small.plan),
            text(&big.plan),
            number(level),
            number(low),
            number(high),
            Cell::Number(value),
            number(least),
            number(most),
        ])
    };
    let rows: Vec<_> = plans.crossings.iter().filter_map(row).collect();
    let note = Some("No level: one of the two is cheaper at every level tried.".to_owned());
    Table { name: "break-evens", columns, rows, sums: Vec::new(), note }
}

/// What is not known is left empty.
fn number(number: Option<f64>) -> Cell {
    number.map_or(Cell::Empty, Cell::Number)
}
