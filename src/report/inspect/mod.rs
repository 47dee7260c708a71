//! What a file of usage is, as one screen (`screen`) and as a document (`page`); `json::inspect` has it for
//! programs.
//!
//! Here are the sentences and numbers that they share. Deliberately absent: finding anything out.

mod page;
mod screen;

pub use page::{InspectReport, document};
pub use screen::text;

use super::usage;
use super::words::count;
use crate::domain::text::counted;
use crate::domain::{Duration, Instant, Zone};
use crate::usage::meaning::inspect::{InspectedFile, InspectedRows, Inspection};
use crate::usage::meaning::number::Atto;

/// How the file is laid out, in a sentence.
fn layout(found: &Inspection) -> String {
    if !found.files.is_empty() {
        return layout_of_files(found);
    }
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

/// How several files are laid out, in a sentence.
fn layout_of_files(found: &Inspection) -> String {
    let mut formats: Vec<String> = found.files.iter().map(|file| file.format.to_string()).collect();
    formats.sort();
    formats.dedup();
    let mut parts = vec![count(found.files.len() as u64, "file"), formats.join(" and ")];
    parts.push(count(found.columns.len() as u64, "column"));
    if let Some(rows) = &found.rows {
        parts.push(count(rows.rows, "row"));
    }
    parts.join(" · ")
}

/// One of several files in a sentence: its rows, their sum and their time.
fn file(found: &Inspection, file: &InspectedFile) -> String {
    let profile = file.profile.as_ref().filter(|_| found.profile.is_none());
    let profile = profile.map_or(String::new(), |title| format!(", an export of {title}"));
    let Some(rows) = &file.rows else { return format!("{}{profile}", file.name) };
    let rows_that_count = match rows.counted == rows.rows {
        true => count(rows.rows, "row"),
        false => format!("{} of {}", rows.counted, count(rows.rows, "row")),
    };
    let zone = found.rows.as_ref().map_or(Zone::UTC, |rows| rows.zone);
    let period = rows.span.map_or(String::new(), |span| format!(", {}", period(zone, span)));
    format!("{}: {} in {rows_that_count}{period}{profile}", file.name, shown(rows.sum))
}

/// From the first to the last instant.
fn period(zone: Zone, (first, last): (Instant, Instant)) -> String {
    let shows = shows_days(zone, &[first, last]);
    let [first, last] = [first, last].map(|at| moment(zone, at, shows));
    if first == last { first } else { format!("{first} to {last}") }
}

/// Whose export it is, in a sentence.
fn origin(found: &Inspection) -> String {
    let mut titles: Vec<&String> =
        found.files.iter().filter_map(|file| file.profile.as_ref()).collect();
    titles.sort();
    titles.dedup();
    match &found.profile {
        None if !titles.is_empty() => {
            let titles: Vec<&str> = titles.into_iter().map(String::as_str).collect();
            let known = found.files.iter().filter(|file| file.profile.is_some()).count();
            format!(
                "Exports of {}, known of {known} of {}.",
                titles.join(" and of "),
                count(found.files.len() as u64, "file")
            )
        }

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
    if let Some(span) = rows.span {
        let step = rows.step.map_or(String::new(), |step| format!(", {}", apart(step)));
        let period = period(rows.zone, span);
        total.push_str(&format!(", {period}, time in {}{step}", rows.zone.text()));
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
            counted(names.len(), "column"),
            names.join(", ")
        ));
    }
    lines.extend(found.doubts.iter().cloned());
    if let Some(rows) = &found.rows {
        lines.extend(rows.months_apart.map(usage::totals));
        lines.extend(rows.gaps.iter().map(|gap| {
            let shows = shows_days(rows.zone, &[gap.from, gap.to]);
            format!(
                "No row between {} and {}: no usage, or no data?",
                moment(rows.zone, gap.from, shows),
                moment(rows.zone, gap.to, shows)
            )
        }));
        let (all, is_open) = rows.gap_count;
        let more = all.saturating_sub(rows.gaps.len() as u64);
        if more > 0 {
            let least = if is_open { "at least " } else { "" };
            lines.push(format!("And {least}{}.", count(more, "shorter gap")));
        }
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
