//! The workbook of a study: summary, candidates, assumptions.
//!
//! One row a candidate: what it sets, whether it keeps what must hold, and every figure with its
//! interval. The summary takes its figures from there by formulas.

use std::io;

use crate::figures::{Figure, Unit};
use crate::inquiry::Assessment;
use crate::report::study::{StudyReport, marks, notes};
use crate::scenario::{Setting, SettingPath};
use crate::study::{Estimate, Tails};

use super::{Cell, Kind, Line, Summary, Table, assumptions, book, count, text};

/// The workbook as bytes.
pub fn of_study(told: &StudyReport<'_>) -> io::Result<Vec<u8>> {
    let [scenario, ..] = told.scenarios else { return Err(io::Error::other("no scenario")) };
    let columns = columns(told);
    let summary = Summary { name: told.name, lines: lines(told, &columns) };
    let candidates = Table {
        name: "candidates",
        columns: columns.iter().map(|column| (column.name.as_str(), column.kind)).collect(),
        rows: told.judgement.judged.iter().map(|judged| row(told, &columns, judged)).collect(),
        sums: Vec::new(),
        note: None,
    };
    book(scenario, &summary, &[candidates, assumptions(told.scenarios)])
}

/// A column of the sheet of candidates.
struct Column {
    name: String,
    kind: Kind,
    holds: Holds,
}

/// What is in a column.
#[derive(Clone, Debug, PartialEq)]
enum Holds {
    Name,
    Setting(SettingPath),
    Remarks,
    Replications,
    Best,
    Gain(Part),
    Figure(Figure, Part),
    Tail(Figure, Quantile, Part),
}

/// What of an estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Value,
    Low,
    High,
}

impl Part {
    const ALL: [Part; 3] = [Part::Value, Part::Low, Part::High];

    fn of(self, estimate: Estimate) -> Option<f64> {
        match self {
            Part::Value => Some(estimate.value),
            Part::Low => estimate.low,
            Part::High => estimate.high,
        }
    }

    fn name(self, of: &str) -> String {
        match self {
            Part::Value => of.to_owned(),
            Part::Low => format!("{of}, low"),
            Part::High => format!("{of}, high"),
        }
    }
}

/// Which quantile over cycles.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Quantile {
    P5,
    Median,
    P95,
    P99,
}

impl Quantile {
    const ALL: [Quantile; 4] = [Quantile::P5, Quantile::Median, Quantile::P95, Quantile::P99];

    fn name(self) -> &'static str {
        match self {
            Quantile::P5 => "p5",
            Quantile::Median => "median",
            Quantile::P95 => "p95",
            Quantile::P99 => "p99",
        }
    }

    fn of(self, tails: Tails) -> Estimate {
        match self {
            Quantile::P5 => tails.p5,
            Quantile::Median => tails.median,
            Quantile::P95 => tails.p95,
            Quantile::P99 => tails.p99,
        }
    }
}

fn kind(figure: Figure) -> Kind {
    match figure.unit() {
        Unit::Money | Unit::Price => Kind::Money,
        Unit::Credits | Unit::Count => Kind::Mean,
        Unit::Share => Kind::Share,
        Unit::Duration => Kind::Hours,
    }
}

fn columns(told: &StudyReport<'_>) -> Vec<Column> {
    let column =
        |name: &str, kind: Kind, holds: Holds| Column { name: name.to_owned(), kind, holds };
    let mut columns = vec![column("candidate", Kind::Text, Holds::Name)];
    for candidate in told.candidates() {
        for Setting { path, .. } in &candidate.settings {
            let holds = Holds::Setting(path.clone());
            if !columns.iter().any(|column| column.holds == holds) {
                columns.push(column(&path.to_string(), Kind::Text, holds));
            }
        }
    }
    columns.extend([
        column("remarks", Kind::Text, Holds::Remarks),
        column("replications", Kind::Count, Holds::Replications),
        column("probability of being best", Kind::Share, Holds::Best),
    ]);
    for part in Part::ALL {
        columns.push(column(&part.name("gain"), Kind::Money, Holds::Gain(part)));
    }
    for figure in Figure::of_studies() {
        let name = figure.name_in_studies().replace('_', " ");
        for part in Part::ALL {
            columns.push(column(&part.name(&name), kind(figure), Holds::Figure(figure, part)));
        }
    }
    let span = told.objective().period.span();
    for (figure, what) in [(Figure::TOTAL_SPEND, "spend"), (Figure::DOWNTIME, "downtime hours")] {
        for quantile in Quantile::ALL {
            let name = format!("{what} in a {span}, {}", quantile.name());
            for part in Part::ALL {
                let holds = Holds::Tail(figure, quantile, part);
                columns.push(column(&part.name(&name), kind(figure), holds));
            }
        }
    }
    columns
}

/// Estimates of a candidate that are made once for three columns or twelve.
struct Estimates {
    figures: Vec<Option<Estimate>>,
    spend: Option<Tails>,
    downtime: Option<Tails>,
}

fn row(told: &StudyReport<'_>, columns: &[Column], judged: &Assessment) -> Vec<Cell> {
    let runs = told.runs.get(judged.index);
    let period = told.objective().period;
    let tails = |samples: (&[f64], usize)| Tails::of(samples, told.objective());
    let estimates = Estimates {
        figures: Figure::of_studies().map(|figure| told.estimate(judged, figure)).collect(),
        spend: runs.and_then(|runs| tails(runs.spend_in(period))),
        downtime: runs.and_then(|runs| tails(runs.downtime_in(period))),
    };
    columns.iter().map(|column| cell(told, judged, &estimates, &column.holds)).collect()
}

fn cell(told: &StudyReport<'_>, judged: &Assessment, estimates: &Estimates, holds: &Holds) -> Cell {
    let number = |number: Option<f64>| number.map_or(Cell::Empty, Cell::Number);
    let candidate = told.candidates().get(judged.index);
    match holds {
        Holds::Name => candidate.map_or(Cell::Empty, |candidate| text(&candidate.name)),
        Holds::Setting(path) => {
            let tried = candidate.and_then(|c| c.settings.iter().find(|one| one.path == *path));
            match tried.map(|one| one.value.to_string()) {
                // A number that a setting has is a number here too.
                Some(value) => match value.parse::<f64>() {
                    Ok(number) if number.is_finite() => Cell::Number(number),
                    _ => text(&value),
                },
                None => Cell::Empty,
            }
        }
        Holds::Remarks => text(&marks(told, judged)),
        Holds::Replications => {
            count(told.runs.get(judged.index).map_or(0, |runs| runs.len() as u64))
        }
        Holds::Best => number(judged.best),
        Holds::Gain(part) => number(judged.gain.and_then(|gain| part.of(gain.difference))),
        Holds::Figure(figure, part) => {
            let place = Figure::of_studies().position(|other| other == *figure);
            let estimate = place.and_then(|place| estimates.figures.get(place).copied().flatten());
            number(estimate.and_then(|estimate| part.of(estimate)))
        }
        Holds::Tail(figure, quantile, part) => {
            let tails = match *figure {
                Figure::DOWNTIME => estimates.downtime,
                _ => estimates.spend,
            };
            number(tails.and_then(|tails| part.of(quantile.of(tails))))
        }
    }
}

/// The figures of the summary, for each candidate that is told by itself.
const FIRST: [Figure; 6] = [
    Figure::TOTAL_SPEND,
    Figure::RECHARGES,
    Figure::FILL_RATE,
    Figure::OUTAGE_PROBABILITY,
    Figure::REFUSED,
    Figure::EXPIRED,
];

fn lines(told: &StudyReport<'_>, columns: &[Column]) -> Vec<Line> {
    let question = told.scenarios.first().and_then(|scenario| scenario.question.clone());
    let mut lines: Vec<Line> = question.into_iter().map(Line::Text).collect();
    lines.extend(told.words.sentences(told.judgement).into_iter().map(Line::Text));
    lines.push(Line::Title(""));
    let faces = told.faces();
    let per = told.words.per();
    let link = |figure: Figure, index: usize, name: String, value: Option<f64>| {
        let holds = Holds::Figure(figure, Part::Value);
        let column = columns.iter().position(|column| column.holds == holds).unwrap_or(0);
        let cell = value.map_or(Cell::Empty, Cell::Number);
        // The head of the sheet is its first row.
        let place = (index as u32 + 1, column as u16);
        Line::Link(name, kind(figure), cell, "candidates", place)
    };
    for face in &faces {
        let name = format!("cost {per}, {}", face.word());
        let cost = face.judged.cost.value;
        lines.push(link(Figure::COST, face.judged.index, name, Some(cost)));
    }
    if let [first, other] = faces.as_slice() {
        let gained = first.judged.cost.value - other.judged.cost.value;
        lines.push(Line::Difference("gain", Kind::Money, Cell::Number(gained)));
    }
    for face in &faces {
        lines.extend([Line::Title(""), Line::Text(face.label())]);
        lines.extend(FIRST.iter().map(|&figure| {
            let value = told.estimate(face.judged, figure).map(|estimate| estimate.value);
            link(figure, face.judged.index, figure.name().replace('_', " "), value)
        }));
    }
    lines.extend([Line::Title(""), Line::Title("How far this goes")]);
    lines.push(Line::Text(format!(
        "{} replications of each candidate: {}.",
        told.judgement.replications,
        told.ended()
    )));
    lines.extend(notes(told).into_iter().map(Line::Text));
    lines.extend([Line::Title(""), Line::Title("Where this comes from")]);
    lines.push(Line::Text(told.provenance.line()));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::made::{Made, luck};
    use crate::report::rows::inert;

    fn made() -> Made {
        let did = |index: usize, r: usize| [60.0 - 9.0 * index as f64 + luck(r), 0.0, 2.5];
        Made::new(3, 20, Vec::new(), did)
            .named(1, "=1+1")
            .set(|index| vec![("recharge.at_or_below", ["10", "@x", "500"][index].to_owned())])
    }

    #[test]
    fn a_candidate_is_a_row_of_real_numbers() {
        made().told(|told| {
            let columns = columns(told);
            let rows: Vec<Vec<Cell>> =
                told.judgement.judged.iter().map(|judged| row(told, &columns, judged)).collect();
            let cell = |row: usize, holds: Holds| {
                let column = columns.iter().position(|column| column.holds == holds).unwrap();
                match rows[row].get(column).unwrap() {
                    Cell::Number(number) => number.to_string(),
                    Cell::Text(text) => text.clone(),
                    Cell::Empty => "nothing".to_owned(),
                }
            };
            let setting = || Holds::Setting(["recharge", "at_or_below"].into());
            assert_eq!(rows.len(), 3);
            assert_eq!([cell(0, setting()), cell(2, setting())], ["10", "500"]);
            assert_eq!(cell(0, Holds::Figure(Figure::COST, Part::Value)), "64.9");
            assert_eq!(cell(2, Holds::Figure(Figure::COST, Part::Value)), "46.9");
            assert_eq!(cell(0, Holds::Gain(Part::Value)), "nothing");
            assert_eq!(cell(2, Holds::Gain(Part::Value)).parse::<f64>().unwrap().round(), 18.0);
            assert_eq!(cell(2, Holds::Remarks), "advised, frontier");
            assert!(columns.len() > 80 && columns.len() < 16_384);
        });
    }

    #[test]
    fn no_cell_of_text_begins_a_formula() {
        made().told(|told| {
            let columns = columns(told);
            let rows = told.judgement.judged.iter().map(|judged| row(told, &columns, judged));
            let cells: Vec<Cell> = rows.flatten().collect();
            let texts = cells.iter().filter_map(|cell| match cell {
                Cell::Text(text) => Some(text),
                _ => None,
            });
            let texts: Vec<&String> = texts.collect();
            assert!(texts.contains(&&"'=1+1".to_owned()) && texts.contains(&&"'@x".to_owned()));
            assert!(texts.into_iter().all(|text| inert(text) == *text));
        });
    }

    #[test]
    fn the_summary_takes_its_figures_from_the_sheet_of_candidates() {
        made().told(|told| {
            let columns = columns(told);
            let lines = lines(told, &columns);
            let mut links = 0;
            for line in &lines {
                let Line::Link(name, _, Cell::Number(stored), "candidates", (at, column)) = line
                else {
                    continue;
                };
                let judged = &told.judgement.judged[*at as usize - 1];
                let cells = row(told, &columns, judged);
                let Cell::Number(there) = cells[*column as usize] else { panic!("{name}") };
                assert_eq!(*stored, there, "{name}");
                links += 1;
            }
            assert_eq!(links, 2 + 2 * FIRST.len());
            assert!(lines.iter().any(|line| matches!(line, Line::Difference("gain", ..))));
        });
    }

    #[test]
    fn the_same_study_makes_the_same_bytes() {
        made().told(|told| assert!(of_study(told).unwrap() == of_study(told).unwrap()));
    }
}
