//! The workbook of plans and packages: summary, levels, break-evens, assumptions.

use std::io;

use crate::inquiry::{BreakEven, Crossover};
use crate::inquiry::{Crossing, Level, PlanAnswer};
use crate::report::plan::PlanReport;
use crate::report::plan_advice;
use crate::study::Estimate;

use super::{Cell, Kind, Line, Summary, Table, assumptions, book, count, text};

/// The workbook as bytes.
pub fn of_plan(told: &PlanReport<'_>) -> io::Result<Vec<u8>> {
    let mut lines: Vec<Line> =
        plan_advice::sentences(told.plans, &told.words).into_iter().map(Line::Text).collect();
    lines.extend(plan_advice::attention(told.plans, &told.words).into_iter().map(Line::Text));
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
fn levels<'a>(plans: &PlanAnswer) -> Table<'a> {
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

/// One row for each level at which the cheaper of two plans with the same package changes; one
/// without a level for two of which none does.
fn break_evens<'a>(plans: &PlanAnswer) -> Table<'a> {
    let columns = vec![
        ("package", Kind::Text),
        ("smaller plan", Kind::Text),
        ("bigger plan", Kind::Text),
        ("same cost at", Kind::Credits),
        ("from", Kind::Credits),
        ("to", Kind::Credits),
        ("cheaper above", Kind::Text),
        ("bigger saves today", Kind::Money),
        ("saves from", Kind::Money),
        ("saves to", Kind::Money),
    ];
    let row = |crossing: &Crossing, change: Option<&Crossover>| {
        let (small, big) = (plans.choices.get(crossing.small)?, plans.choices.get(crossing.big)?);
        let cheaper = match (change, &crossing.at) {
            (Some(change), _) => Some(change.cheaper),
            (None, BreakEven::Throughout { cheaper, .. }) => Some(*cheaper),
            (None, _) => None,
        };
        let cheaper = cheaper.and_then(|side| plans.choices.get(crossing.choice(side)));
        let Estimate { value, low: least, high: most } = crossing.today;
        Some(vec![
            text(&small.package),
            text(&small.plan),
            text(&big.plan),
            number(change.map(|change| change.level)),
            number(change.and_then(|change| change.low)),
            number(change.and_then(|change| change.high)),
            cheaper.map_or(Cell::Empty, |cheaper| text(&cheaper.plan)),
            Cell::Number(value),
            number(least),
            number(most),
        ])
    };
    let mut rows = Vec::new();
    for crossing in &plans.crossings {
        match crossing.at.changes() {
            [] => rows.extend(row(crossing, None)),
            changes => rows.extend(changes.iter().filter_map(|change| row(crossing, Some(change)))),
        }
    }
    let note = "No level: the cheaper one, or neither, is so at every level tried. Several levels: it alternates.";
    let note = Some(note.to_owned());
    Table { name: "break-evens", columns, rows, sums: Vec::new(), note }
}

/// What is not known is left empty.
fn number(number: Option<f64>) -> Cell {
    number.map_or(Cell::Empty, Cell::Number)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::inquiry::{ChoiceRuns, LevelRuns, PlanChoice, crossings};
    use crate::report::advice::Words;
    use crate::report::provenance::Provenance;
    use crate::report::rows::inert;
    use crate::scenario::Scenario;
    use crate::study::candidates::whole;
    use crate::study::{Confidence, Objective, UsageModel};
    use crate::usage::History;

    const SCENARIO: &str =
        "name = \"=1+1\"\ncurrency = \"USD\"\nstart = 2026-01-01\nend = 2026-02-01\n";

    /// Two plans of unkind names with one package, at a level and today.
    fn with_told(test: impl Fn(&PlanReport<'_>)) {
        let scenario = Scenario::from_text("=x.toml", SCENARIO, Path::new(".")).unwrap();
        let choice = |plan: &str, allowance: f64| PlanChoice {
            plan: plan.to_owned(),
            package: "@1000".to_owned(),
            allowance,
            candidate: whole(&scenario, format!("{plan} + @1000")),
        };
        let choices = [choice("=small", 0.0), choice("+big", 9.0)];
        let level = |wanted: f64, level: f64| {
            let tried = |cost: f64| ChoiceRuns {
                cost: vec![cost - 1.0, cost + 1.0],
                demanded: vec![level; 2],
                served: vec![level / 2.0; 2],
            };
            Level { wanted, level, tried: vec![tried(level / 100.0), tried(50.0)] }
        };
        let (levels, today) = (vec![level(9_000.0, 9_000.0)], level(0.0, 1_000.0));
        let confidence = Confidence::USUAL;
        let ran = LevelRuns { levels: &levels, between: &[], today: &today };
        let crossings = crossings(&choices, ran, confidence);
        let (between, spread) = (Vec::new(), None);
        let plans = PlanAnswer {
            choices: choices.to_vec(),
            levels,
            between,
            today: today.clone(),
            spread,
            crossings,
            left_out: None,
            confidence,
        };
        let objective = Objective { confidence, ..Objective::of_spend() };
        let words = Words {
            currency: scenario.currency,
            unit: &scenario.unit,
            candidates: &[],
            objective: &objective,
        };
        let source = UsageModel::Replayed(History::of(Vec::new(), "nothing"));
        let provenance = &Provenance::of_study(&scenario, &source, &["plan".to_owned()]);
        let (usage, read) = (String::new(), None);
        test(&PlanReport { scenario: &scenario, words, plans: &plans, usage, read, provenance });
    }

    #[test]
    fn levels_and_break_evens_are_numbers_that_say_what_was_found() {
        with_told(|told| {
            let number = |cell: &Cell| match cell {
                Cell::Number(number) => *number,
                _ => f64::NAN,
            };
            let levels = levels(told.plans);
            // Today's before the other; both choices at each: level, cost, fill rate.
            let found: Vec<[f64; 3]> = levels
                .rows
                .iter()
                .map(|row| [2, 4, 7].map(|column| number(&row[column])))
                .collect();
            assert_eq!(
                found,
                [
                    [1_000.0, 10.0, 0.5],
                    [1_000.0, 50.0, 0.5],
                    [9_000.0, 90.0, 0.5],
                    [9_000.0, 50.0, 0.5]
                ]
            );
            let break_evens = break_evens(told.plans);
            assert_eq!(number(&break_evens.rows[0][3]), 5_000.0);
            assert_eq!(number(&break_evens.rows[0][7]), -40.0);
        });
    }

    #[test]
    fn no_cell_of_text_begins_a_formula_and_every_column_has_a_head() {
        with_told(|told| {
            for table in [levels(told.plans), break_evens(told.plans)] {
                for row in &table.rows {
                    assert_eq!(row.len(), table.columns.len(), "{}", table.name);
                    for cell in row {
                        if let Cell::Text(text) = cell {
                            assert_eq!(&inert(text), text);
                        }
                    }
                }
            }
            assert!(of_plan(told).unwrap() == of_plan(told).unwrap());
        });
    }
}
