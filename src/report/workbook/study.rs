//! The workbook of a study: summary, assumptions.

use std::io;

use crate::report::study::Told;

use super::{Line, Summary, assumptions, book};

/// The workbook as bytes.
pub fn of_study(told: &Told<'_>) -> io::Result<Vec<u8>> {
    let [scenario, ..] = told.scenarios else { return Err(io::Error::other("no scenario")) };
    let lines = vec![
        Line::Text(told.words.advice(told.judgement)),
        Line::Title(""),
        Line::Title("Where this comes from"),
        Line::Text(told.provenance.line()),
    ];
    let summary = Summary { name: told.name, lines };
    book(scenario, &summary, &[assumptions(&scenario.assumptions)])
}
