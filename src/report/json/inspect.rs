//! `recharge inspect` for programs: what a file of usage is.
//!
//! Amounts are exact decimals in text, as a file may have them finer than credits are counted.

use schemars::JsonSchema;
use serde::Serialize;

use crate::report::inspect::attention;
use crate::usage::meaning::inspect::{InspectedRows, Inspection};

/// The name of the schema.
pub const SCHEMA: &str = "recharge.inspect/1";

/// What a file of usage is.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Result of recharge inspect")]
pub struct InspectResult<'f> {
    /// The name and version of this schema.
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    /// The file.
    source: &'f str,
    /// The format of the unpacked bytes: `CSV`, `JSON`, `JSON lines`, `Excel workbook`, `SQL dump` and so on.
    format: String,
    /// The encoding of text; `null` for a workbook.
    encoding: Option<&'static str>,
    /// How the bytes are packed: `gzip`, `zstd`; `null` if not at all.
    packing: Option<&'static str>,
    /// What separates the cells of a line; `null` where nothing does.
    delimiter: Option<String>,
    /// Where the records of a JSON document are, or the sheet of a workbook.
    records: Option<&'f str>,
    /// The line of the header, from 1; `null` without one.
    header_line: Option<u64>,
    /// Lines above the header.
    lines_above: u64,
    /// Lines below the table.
    lines_below: usize,
    /// Why the layout was taken so, one sentence each.
    evidence: &'f [String],
    /// The profile of a known product's export.
    profile: Option<&'f str>,
    /// What the amount counts, where the profile says so.
    unit: Option<&'f str>,
    /// Columns that the profile does not know.
    unknown_columns: &'f [String],
    /// The files of a folder or a pattern, in the order in which they are read; layout and evidence are then those of
    /// one of them. Empty for one file.
    files: Vec<FileJson<'f>>,
    /// The columns, in order.
    columns: Vec<ColumnJson<'f>>,
    /// What the rows hold; `null` if they cannot be read without a choice.
    rows: Option<RowsJson<'f>>,
    /// What was chosen and found, one sentence each.
    choices: &'f [String],
    /// What deserves attention, one sentence each.
    attention: Vec<String>,
    /// `reads`, `needs_a_choice` or `no_rows`: whether the file can be read as it is, is refused until what `problems` says
    /// is chosen, or holds no row. An inspection that answers ends with exit code 0 whatever the verdict.
    verdict: &'static str,
    /// What needs a choice before it can be read, one text each.
    problems: &'f [String],
    /// The `[usage]` table of a scenario that reads the file, in TOML.
    usage_table: &'f str,
}

/// One of several files.
#[derive(Serialize, JsonSchema)]
struct FileJson<'f> {
    /// Its name.
    source: &'f str,
    /// Its format.
    format: String,
    /// Whose export it is, if that is known.
    product: Option<&'f str>,
    /// Its rows; `null` if they cannot be read without a choice.
    rows: Option<u64>,
    /// Those that count.
    counted: Option<u64>,
    /// What they add up to, exactly.
    sum: Option<String>,
    /// The first instant.
    first: Option<String>,
    /// The last instant.
    last: Option<String>,
}

/// A column.
#[derive(Serialize, JsonSchema)]
struct ColumnJson<'f> {
    /// Its header.
    name: &'f str,
    /// What its cells hold: `dates`, `times of day`, `numbers`, `text`, `nothing`.
    holds: &'static str,
    /// What it counts as: `time`, `time of day`, `amount`, `account`, `identity`, `condition or unit`; `null`
    /// if it is not read.
    role: Option<&'static str>,
    /// Why it was chosen.
    why: Option<&'static str>,
    /// The first value in it, cut if it is long.
    example: &'f str,
}

/// What rows hold.
#[derive(Serialize, JsonSchema)]
struct RowsJson<'f> {
    /// Rows in the table.
    rows: u64,
    /// Rows that count.
    counted: u64,
    /// Rows left out.
    left_out_rows: u64,
    /// Rows that repeat the identity of another.
    duplicate_rows: u64,
    /// Rows identical to an earlier one in every column.
    identical_rows: u64,
    /// Rows below zero.
    netted_rows: u64,
    /// Rows with a blank amount.
    blank_rows: u64,
    /// Rows that cannot be read.
    bad_rows: u64,
    /// What those that count add up to, exactly.
    sum: String,
    /// The first instant.
    first: Option<String>,
    /// The last instant.
    last: Option<String>,
    /// The zone of months and of local times.
    zone: &'static str,
    /// The usual distance between instants, in milliseconds; `null` without one.
    step_ms: Option<i64>,
    /// The longest stretches without a row.
    gaps: Vec<GapJson>,
    /// Sums by month.
    months: Vec<MonthJson<'f>>,
    /// Sums by the values of columns that may hold units, kinds of rows or accounts.
    values: Vec<ValuesJson<'f>>,
    /// Usage over time.
    over_time: OverTimeJson,
}

/// A stretch without a row.
#[derive(Serialize, JsonSchema)]
struct GapJson {
    /// The instant of the last row before it.
    from: String,
    /// The instant of the first row after it.
    to: String,
}

/// The sum of a month.
#[derive(Serialize, JsonSchema)]
struct MonthJson<'f> {
    /// The month, such as `2026-05`.
    value: &'f str,
    /// Its sum.
    sum: String,
}

/// The sums by the values of a column.
#[derive(Serialize, JsonSchema)]
struct ValuesJson<'f> {
    /// The column.
    column: &'f str,
    /// The sum of each value.
    sums: Vec<SumJson<'f>>,
}

/// The sum of a value.
#[derive(Serialize, JsonSchema)]
struct SumJson<'f> {
    /// The value.
    value: &'f str,
    /// Its rows.
    rows: u64,
    /// Their sum.
    sum: String,
}

/// Usage in equal stretches of time.
#[derive(Serialize, JsonSchema)]
struct OverTimeJson {
    /// Where the first stretch begins.
    from: String,
    /// The length of each, in milliseconds.
    each_ms: i64,
    /// The sum of each.
    sums: Vec<String>,
}

/// The result of an inspection.
pub fn result(found: &Inspection) -> InspectResult<'_> {
    let layout = &found.layout;
    let columns = found.columns.iter().map(|column| ColumnJson {
        name: &column.name,
        holds: column.holds,
        role: column.role,
        why: column.why,
        example: &column.example,
    });
    let files = found.files.iter().map(|file| FileJson {
        source: &file.name,
        format: file.format.to_string(),
        product: file.profile.as_deref(),
        rows: file.rows.map(|rows| rows.rows),
        counted: file.rows.map(|rows| rows.counted),
        sum: file.rows.map(|rows| rows.sum.plain()),
        first: file.rows.and_then(|rows| rows.span).map(|(first, _)| first.to_string()),
        last: file.rows.and_then(|rows| rows.span).map(|(_, last)| last.to_string()),
    });
    InspectResult {
        schema: SCHEMA,
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
        unit: found.unit.as_deref(),
        unknown_columns: &found.unknown,
        files: files.collect(),
        columns: columns.collect(),
        rows: found.rows.as_ref().map(rows),
        choices: &found.told,
        attention: attention(found),
        verdict: match (found.problems.is_empty(), &found.rows) {
            (false, _) => "needs_a_choice",
            (true, Some(rows)) if rows.rows > 0 => "reads",
            (true, _) => "no_rows",
        },
        problems: &found.problems,
        usage_table: &found.table,
    }
}

fn rows(rows: &InspectedRows) -> RowsJson<'_> {
    let gaps = rows.gaps.iter();
    let months =
        rows.months.iter().map(|(month, sum)| MonthJson { value: month, sum: sum.plain() });
    let values = rows.values.iter().map(|(column, values)| ValuesJson {
        column,
        sums: values
            .iter()
            .map(|one| SumJson { value: &one.value, rows: one.rows, sum: one.sum.plain() })
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
        gaps: gaps
            .map(|gap| GapJson { from: gap.from.to_string(), to: gap.to.to_string() })
            .collect(),
        months: months.collect(),
        values: values.collect(),
        over_time: OverTimeJson {
            from: rows.bars_from.to_string(),
            each_ms: rows.bar.millis(),
            sums: rows.bars.iter().map(|sum| sum.plain()).collect(),
        },
    }
}
