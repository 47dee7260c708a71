//! What a file of usage is, as one screen (`screen`) and as a document (`page`); `json::inspect` has it for
//! programs.
//!
//! Here are the sentences and numbers that they share. Deliberately absent: finding anything out.

mod page;
mod screen;

pub use page::{InspectReport, document};
pub use screen::text;

use super::words::count;
use crate::domain::{Duration, Instant, Zone};
use crate::usage::meaning::inspect::{InspectedRows, Inspection};
use crate::usage::meaning::number::Atto;

/// How the file is laid out, in a sentence.
fn layout(found: &Inspection) -> String {
    let layout = &found.layout;
    let mut parts = vec![layout.format.to_string()];
    parts.extend(layout.encoding.map(|encoding| encoding.name().to_owned()));
    parts.extend(layout.packing.name().map(|packing| format!("packed with {packing}")));
    parts.extend(layout.delimiter.map(|delimiter| {
        let by = match delimiter {
            b',' => "commas",
            b';' => "semicolons",
            b'\t' => "tabs",
            b'|' => "bars",
            _ => "another sign",
        };
        format!("cells separated by {by}")
    }));
    parts.extend(layout.place.as_ref().map(|place| format!("records in `{place}`")));
    parts.extend(layout.header_line.map(|line| format!("header in line {line}")));
    parts.push(count(found.columns.len() as u64, "column"));
    if let Some(rows) = &found.rows {
        parts.push(count(rows.rows, "row"));
    }
    if found.beside.above_count > 0 {
        parts.push(format!("{} above the header", count(found.beside.above_count, "line")));
    }
    if !found.beside.below.is_empty() {
        parts.push(format!("{} below the table", count(found.beside.below.len() as u64, "line")));
    }
    parts.join(" · ")
}

/// Whose export it is, in a sentence.
fn origin(found: &Inspection) -> String {
    match &found.profile {
        Some(profile) => format!("An export of {} (profile {}).", profile.title, profile.name),
        None => "No export of a product that is known; its columns are read by what they show."
            .to_owned(),
    }
}

/// What the rows add up to, in a sentence.
fn total(found: &Inspection, rows: &InspectedRows) -> String {
    let unit = found.unit.as_ref().map_or(String::new(), |unit| format!(" ({unit})"));
    let rows_that_count = match rows.counted == rows.rows {
        true => count(rows.rows, "row"),
        false => format!("{} of {}", rows.counted, count(rows.rows, "row")),
    };
    let mut total = format!("{}{unit} in {rows_that_count}", shown(rows.sum));
    if let Some((first, last)) = rows.span {
        let shows = shows_days(rows.zone, &[first, last]);
        let [first, last] = [first, last].map(|at| moment(rows.zone, at, shows));
        let step = rows.step.map_or(String::new(), |step| format!(", {}", apart(step)));
        let period = if first == last { first } else { format!("{first} to {last}") };
        total.push_str(&format!(", {period}, time in {}{step}", rows.zone.name()));
    }
    total
}

/// How far rows mostly are apart.
fn apart(step: Duration) -> String {
    match step {
        Duration::DAY => "a day apart".to_owned(),
        Duration::HOUR => "an hour apart".to_owned(),
        step => format!("{step} apart"),
    }
}

/// Whether instants are shown as days: each begins one.
fn shows_days(zone: Zone, instants: &[Instant]) -> bool {
    instants.iter().all(|&at| zone.day(at).from == at)
}

/// An instant, or its day.
fn moment(zone: Zone, at: Instant, as_day: bool) -> String {
    match as_day {
        true => zone.local(at).format("%-d %b %Y").to_string(),
        false => zone.show_local(at),
    }
}

/// An amount as people read it, to the millionth.
fn shown(amount: Atto) -> String {
    Atto::from_micro(amount.micro()).unwrap_or(amount).to_string()
}

/// What deserves attention.
pub(super) fn attention(found: &Inspection) -> Vec<String> {
    let mut lines = Vec::new();
    if !found.unknown.is_empty() {
        let names: Vec<String> = found.unknown.iter().map(|name| format!("`{name}`")).collect();
        lines.push(format!(
            "The profile does not know {}, which may be new: {}. Nothing is read from there.",
            if names.len() == 1 {
                "1 column".to_owned()
            } else {
                format!("{} columns", names.len())
            },
            names.join(", ")
        ));
    }
    lines.extend(found.doubts.iter().cloned());
    if let Some(rows) = &found.rows {
        lines.extend(rows.gaps.iter().map(|gap| {
            let shows = shows_days(rows.zone, &[gap.from, gap.to]);
            format!(
                "No row between {} and {}: no usage, or no data?",
                moment(rows.zone, gap.from, shows),
                moment(rows.zone, gap.to, shows)
            )
        }));
    }
    lines
}

/// The stretch of time that a bar stands for.
fn stretch(bar: Duration) -> String {
    match bar {
        Duration::DAY => "a day".to_owned(),
        Duration::HOUR => "an hour".to_owned(),
        bar => bar.to_string(),
    }
}
