//! The inspection of a file on one screen of a terminal.

use std::fmt::Write as _;

use super::{attention, file, layout, origin, shown, stretch, total};
use crate::report::words::count;
use crate::usage::meaning::inspect::{InspectedColumn, InspectedRows, Inspection};
use crate::usage::meaning::number::Atto;

/// Columns that lines are wrapped to.
const WIDTH: usize = 100;
/// Months that are listed.
const MONTHS: usize = 24;
/// Files that are listed.
const FILES: usize = 12;
/// Values of a column that are listed.
const VALUES: usize = 6;
/// Columns by whose values sums are listed.
const SUMS: usize = 2;
/// Columns that count and are listed.
const COLUMNS: usize = 8;
/// Letters of the names of columns that do not count.
const NAMES: usize = 170;
/// The bars of the picture, from the lowest.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The inspection on one screen.
pub fn text(found: &Inspection) -> String {
    let mut text = format!("{}\n", found.source);
    prose(&mut text, &layout(found), "");
    prose(&mut text, &origin(found), "");
    if let Some(rows) = &found.rows {
        let mut lines = vec![total(found, rows)];
        lines.extend(months(rows));
        let heading = match found.problems.is_empty() {
            true => "What it adds up to",
            false => "If all of it counted",
        };
        block(&mut text, heading, &lines);
        picture(&mut text, rows);
        // What needs a choice lists its values itself.
        if found.problems.is_empty() {
            for (column, values) in
                rows.values.iter().filter(|(_, values)| values.len() > 1).take(SUMS)
            {
                let mut lines: Vec<String> = values
                    .iter()
                    .take(VALUES)
                    .map(|one| {
                        format!("{}: {} in {}", one.value, shown(one.sum), count(one.rows, "row"))
                    })
                    .collect();
                lines.extend(more(values.len(), VALUES));
                block(&mut text, &format!("By `{column}`"), &lines);
            }
        }
    }
    let mut files: Vec<String> =
        found.files.iter().take(FILES).map(|one| file(found, one)).collect();
    files.extend(more(found.files.len(), FILES));
    block(&mut text, "Files", &files);
    block(&mut text, "Needs a choice", &found.problems);
    block(&mut text, "Attention", &attention(found));
    columns(&mut text, found);
    block(&mut text, "How it is read", &told(found));
    text.push_str("\nIn a scenario\n");
    for line in found.table.lines() {
        let _ = writeln!(text, "  {line}");
    }
    text
}

/// What was found of the notation and the rows; which columns count is a block of its own.
fn told(found: &Inspection) -> Vec<String> {
    let mut told = Vec::new();
    told.extend(found.profile.as_ref().and_then(|profile| profile.note.clone()));
    let is_of_columns = |told: &str| {
        let told = told.strip_prefix("In each file: ").unwrap_or(told);
        ["Read as ", "The time ", "The amount is in", "The header is in"]
            .iter()
            .any(|start| told.starts_with(start))
    };
    told.extend(found.told.iter().filter(|told| !is_of_columns(told)).cloned());
    told
}

/// The columns that count, with an example and why; then the names of the others.
fn columns(text: &mut String, found: &Inspection) {
    let (counting, others): (Vec<_>, Vec<_>) =
        found.columns.iter().partition(|column| column.role.is_some());
    let width = |of: fn(&InspectedColumn) -> usize| {
        counting.iter().take(COLUMNS).map(|column| of(column)).max().unwrap_or(0)
    };
    let name = width(|column| column.name.chars().count()).min(44);
    let role = width(|column| column.role.map_or(0, str::len));
    let line = |column: &&InspectedColumn| {
        let why = column.why.filter(|_| found.profile.is_none());
        let why = why.map_or(String::new(), |why| format!(" ({why})"));
        let room = WIDTH.saturating_sub(name + role + why.chars().count() + 16).max(8);
        let example = match column.example.as_str() {
            "" => "empty".to_owned(),
            example => format!("such as {}", cut(example, room)),
        };
        let column_name = cut(&column.name, 44);
        format!("{column_name:name$}  {:role$}  {example}{why}", column.role.unwrap_or_default())
    };
    let mut lines: Vec<String> = counting.iter().take(COLUMNS).map(line).collect();
    lines.extend(more(counting.len(), COLUMNS));
    if !others.is_empty() {
        let mut names = String::new();
        let mut left = others.len();
        for column in &others {
            if names.len() + column.name.len() > NAMES {
                break;
            }
            names.push_str(if names.is_empty() { "" } else { ", " });
            names.push_str(&column.name);
            left -= 1;
        }
        let more = if left > 0 { format!(" and {left} more") } else { String::new() };
        lines.push(format!("Not read: {names}{more}"));
    }
    block(text, "Columns", &lines);
}

/// A text with at most so many letters.
fn cut(text: &str, letters: usize) -> String {
    match text.chars().count() > letters {
        true => text.chars().take(letters - 1).chain(['…']).collect(),
        false => text.to_owned(),
    }
}

/// A heading with its lines; nothing if there are none.
fn block(text: &mut String, heading: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{heading}");
    for line in lines.iter().flat_map(|line| line.lines()) {
        prose(text, line, "  ");
    }
}

/// A line, wrapped, with its own indent kept.
fn prose(text: &mut String, line: &str, indent: &str) {
    let own = line.len() - line.trim_start().len();
    let first = format!("{indent}{}", " ".repeat(own));
    let rest = format!("{first}  ");
    let options = textwrap::Options::new(WIDTH)
        .initial_indent(&first)
        .subsequent_indent(if indent.is_empty() { "" } else { &rest })
        .break_words(false);
    for line in textwrap::wrap(line.trim_start(), options) {
        let _ = writeln!(text, "{line}");
    }
}

/// The sums of months, where there is more than one.
fn months(rows: &InspectedRows) -> Option<String> {
    let months =
        rows.months.iter().take(MONTHS).map(|(month, sum)| format!("{month}: {}", shown(*sum)));
    let months: Vec<String> = months.chain(more(rows.months.len(), MONTHS)).collect();
    (rows.months.len() > 1).then(|| months.join(" · "))
}

fn more(all: usize, shown: usize) -> Option<String> {
    let more = all.saturating_sub(shown);
    (more > 0).then(|| format!("and {more} more"))
}

/// Usage over time as a line of bars.
fn picture(text: &mut String, rows: &InspectedRows) {
    let peak = rows.bars.iter().copied().max().unwrap_or(Atto::ZERO);
    if rows.bars.len() < 2 || peak == Atto::ZERO {
        return;
    }
    let bar = |amount: &Atto| match amount.parts_of(peak, BARS.len()) {
        0 => ' ',
        part => BARS.get(part - 1).copied().unwrap_or('█'),
    };
    let bars: String = rows.bars.iter().map(bar).collect();
    let _ = writeln!(
        text,
        "\n  {bars}\n  each bar is {}, the highest {}",
        stretch(rows.bar),
        shown(peak)
    );
}
