//! What a file of usage is, on one screen and as JSON.

use std::fmt::Write as _;

use serde::Serialize;

use super::words::count;
use crate::usage::meaning::inspect::{InspectedRows, Inspection};
use crate::usage::meaning::number::Atto;

/// Months that are listed.
const MONTHS: usize = 24;
/// Values of a column that are listed.
const VALUES: usize = 8;
/// The bars of the picture, from the lowest.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The inspection on one screen.
pub fn text(found: &Inspection) -> String {
    let mut text = format!("{}\n{}\n", found.source, layout(found));
    if let Some(rows) = &found.rows {
        block(&mut text, "What it adds up to", &sums(rows));
        picture(&mut text, rows);
        for (column, values) in &rows.values {
            let mut lines: Vec<String> = values
                .iter()
                .take(VALUES)
                .map(|one| {
                    format!("{}: {}, sum {}", one.value, count(one.rows, "row"), shown(one.sum))
                })
                .collect();
            lines.extend(more(values.len(), VALUES));
            block(&mut text, &format!("By `{column}`"), &lines);
        }
    }
    block(&mut text, "What needs a choice", &found.problems);
    block(&mut text, "Attention", &attention(found));
    block(&mut text, "How it is read", &found.told);
    text.push_str("\nIn a scenario\n");
    for line in found.table.lines() {
        let _ = writeln!(text, "  {line}");
    }
    text
}

/// A heading with its lines; nothing if there are none.
fn block(text: &mut String, heading: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{heading}");
    for line in lines {
        let _ = writeln!(text, "  {}", line.replace('\n', "\n  "));
    }
}

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
        format!("cells parted by {by}")
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

/// What the rows add up to, in all and by month.
fn sums(rows: &InspectedRows) -> Vec<String> {
    let mut lines = vec![format!("{}, counting {}", shown(rows.sum), count(rows.counted, "row"))];
    if let Some((first, last)) = rows.span {
        let step = rows.step.map_or(String::new(), |step| format!(", mostly {step} apart"));
        lines.push(format!(
            "from {} to {}, {}{step}",
            rows.zone.show_local(first),
            rows.zone.show_local(last),
            rows.zone.name()
        ));
    }
    let months =
        rows.months.iter().take(MONTHS).map(|(month, sum)| format!("{month}: {}", shown(*sum)));
    let months: Vec<String> = months.chain(more(rows.months.len(), MONTHS)).collect();
    if rows.months.len() > 1 {
        lines.push(months.join(" · "));
    }
    lines
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
    let _ = writeln!(text, "\n  {bars}  each bar {}, the highest {}", rows.bar, shown(peak));
}

/// An amount as people read it, to the millionth.
fn shown(amount: Atto) -> String {
    Atto::from_micro(amount.micro()).unwrap_or(amount).to_string()
}

/// What deserves attention.
fn attention(found: &Inspection) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(found.doubts.iter().cloned());
    if let Some(rows) = &found.rows {
        lines.extend(rows.gaps.iter().map(|gap| {
            format!(
                "No row from {} to {}: no usage, or no data?",
                rows.zone.show_local(gap.from),
                rows.zone.show_local(gap.to)
            )
        }));
    }
    lines
}

/// The inspection for programs.
#[derive(Serialize)]
struct InspectionJson<'f> {
    schema: &'static str,
    source: &'f str,
    format: String,
    encoding: Option<&'static str>,
    packing: Option<&'static str>,
    delimiter: Option<String>,
    records: Option<&'f str>,
    header_line: Option<u64>,
    lines_above: u64,
    lines_below: usize,
    evidence: &'f [String],
    profile: Option<&'f str>,
    unknown_columns: &'f [String],
    columns: Vec<ColumnJson<'f>>,
    rows: Option<RowsJson<'f>>,
    choices: &'f [String],
    attention: Vec<String>,
    problems: &'f [String],
    usage_table: &'f str,
}

/// A column for programs.
#[derive(Serialize)]
struct ColumnJson<'f> {
    name: &'f str,
    holds: &'static str,
    role: Option<&'static str>,
}

/// The rows for programs; amounts are exact decimals in text.
#[derive(Serialize)]
struct RowsJson<'f> {
    rows: u64,
    counted: u64,
    left_out_rows: u64,
    duplicate_rows: u64,
    identical_rows: u64,
    netted_rows: u64,
    blank_rows: u64,
    bad_rows: u64,
    sum: String,
    first: Option<String>,
    last: Option<String>,
    zone: &'static str,
    step_ms: Option<i64>,
    months: Vec<SumJson<'f>>,
    values: Vec<ValuesJson<'f>>,
}

/// A sum of a month or a value.
#[derive(Serialize)]
struct SumJson<'f> {
    value: &'f str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<u64>,
    sum: String,
}

/// The sums by the values of a column.
#[derive(Serialize)]
struct ValuesJson<'f> {
    column: &'f str,
    sums: Vec<SumJson<'f>>,
}

/// The inspection as JSON.
pub fn json(found: &Inspection) -> String {
    let layout = &found.layout;
    let columns = found.columns.iter().map(|column| ColumnJson {
        name: &column.name,
        holds: column.holds,
        role: column.role,
    });
    let result = InspectionJson {
        schema: "recharge.inspect/1",
        source: &found.source,
        format: layout.format.to_string(),
        encoding: layout.encoding.map(|encoding| encoding.name()),
        packing: layout.packing.name(),
        delimiter: layout.delimiter.map(|delimiter| char::from(delimiter).to_string()),
        records: layout.place.as_deref(),
        header_line: layout.header_line,
        lines_above: found.beside.above_count,
        lines_below: found.beside.below.len(),
        evidence: &layout.evidence,
        profile: found.profile.as_ref().map(|profile| profile.name.as_str()),
        unknown_columns: &found.unknown,
        columns: columns.collect(),
        rows: found.rows.as_ref().map(rows_json),
        choices: &found.told,
        attention: attention(found),
        problems: &found.problems,
        usage_table: &found.table,
    };
    let text = serde_json::to_string_pretty(&result).expect("it has only texts, numbers and lists");
    text + "\n"
}

fn rows_json(rows: &InspectedRows) -> RowsJson<'_> {
    let months = rows.months.iter().map(|(month, sum)| SumJson {
        value: month,
        rows: None,
        sum: sum.plain(),
    });
    let values = rows.values.iter().map(|(column, values)| ValuesJson {
        column,
        sums: values
            .iter()
            .map(|one| SumJson { value: &one.value, rows: Some(one.rows), sum: one.sum.plain() })
            .collect(),
    });
    RowsJson {
        rows: rows.rows,
        counted: rows.counted,
        left_out_rows: rows.left_out,
        duplicate_rows: rows.duplicates,
        identical_rows: rows.identical,
        netted_rows: rows.negative,
        blank_rows: rows.blank,
        bad_rows: rows.bad,
        sum: rows.sum.plain(),
        first: rows.span.map(|(first, _)| first.to_string()),
        last: rows.span.map(|(_, last)| last.to_string()),
        zone: rows.zone.name(),
        step_ms: rows.step.map(|step| step.millis()),
        months: months.collect(),
        values: values.collect(),
    }
}
