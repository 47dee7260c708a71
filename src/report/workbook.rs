//! The workbook of a replay, for those who live in one: summary, cycles, recharges, outages,
//! assumptions.
//!
//! Money, credits, counts and instants are numbers with formats. Totals are formulas over the rows
//! that are there, stored with their results, so that they are right before anything recalculates.
//! No cell of text begins a formula. Deliberately absent: charts, and figures of its own.

use std::io::{self, Write};

use chrono::NaiveDate;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Formula, Workbook, Worksheet, XlsxError,
};

use crate::domain::{CreditTotal, Duration, Instant, Money};
use crate::metrics::{CycleFigures, Figures};
use crate::scenario::{Origin, Scenario};

use super::provenance::Provenance;
use super::summary::in_words;
use super::words::inert;
use super::{Subject, attention, finding};

/// Writes the workbook of a replay.
pub fn write(
    out: &mut impl Write,
    subject: Subject<'_>,
    provenance: &Provenance,
) -> io::Result<()> {
    let bytes = made(subject, provenance).map_err(io::Error::other)?;
    out.write_all(&bytes)
}

fn made(subject: Subject<'_>, provenance: &Provenance) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The same replay has the same bytes, so the book was made at no time in particular.
    let epoch = ExcelDateTime::from_timestamp(0)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&epoch));
    let styles = Styles::new(subject.scenario);
    let sheets = [
        summary(subject, provenance, &styles)?,
        sheet(&cycles(subject), subject.scenario, &styles)?,
        sheet(&recharges(subject), subject.scenario, &styles)?,
        sheet(&outages(subject), subject.scenario, &styles)?,
        sheet(&assumptions(subject), subject.scenario, &styles)?,
    ];
    for sheet in sheets {
        book.push_worksheet(sheet);
    }
    book.save_to_buffer()
}

/// How numbers are shown.
struct Styles {
    head: Format,
    bold: Format,
    text: Format,
    money: Format,
    credits: Format,
    count: Format,
    share: Format,
    instant: Format,
    hours: Format,
    sum: Format,
}

impl Styles {
    fn new(scenario: &Scenario) -> Styles {
        let decimals = match scenario.currency.minor() {
            0 => String::new(),
            minor => format!(".{}", "0".repeat(minor as usize)),
        };
        let money = format!("#,##0{decimals} \"{}\"", scenario.currency.code());
        let head = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
        Styles {
            head,
            bold: Format::new().set_bold(),
            text: Format::new().set_text_wrap().set_align(FormatAlign::Top),
            money: Format::new().set_num_format(money),
            credits: Format::new().set_num_format("#,##0.######"),
            count: Format::new().set_num_format("#,##0"),
            share: Format::new().set_num_format("0.00%"),
            instant: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            hours: Format::new().set_num_format("#,##0.00"),
            sum: Format::new().set_bold(),
        }
    }

    fn of(&self, kind: Kind) -> &Format {
        match kind {
            Kind::Text => &self.text,
            Kind::Money => &self.money,
            Kind::Credits => &self.credits,
            Kind::Count => &self.count,
            Kind::Share => &self.share,
            Kind::Instant => &self.instant,
            Kind::Hours => &self.hours,
        }
    }
}

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Money,
    Credits,
    Count,
    Share,
    Instant,
    Hours,
}

/// What a cell holds.
enum Cell {
    Text(String),
    Number(f64),
    Instant(Instant),
    Empty,
}

/// Exactly, so that sums of what is shown rounded are the printed totals.
fn money(money: Money) -> Cell {
    Cell::Number(money.to_f64())
}

fn credits(credits: impl Into<CreditTotal>) -> Cell {
    Cell::Number(credits.into().to_f64())
}

fn count(count: u64) -> Cell {
    Cell::Number(count as f64)
}

fn hours(length: Duration) -> Cell {
    Cell::Number(length.millis() as f64 / Duration::HOUR.millis() as f64)
}

fn text(text: &str) -> Cell {
    Cell::Text(inert(text))
}

/// The most letters a cell can hold.
const LETTERS: usize = 32_000;

/// Writes a cell. Spreadsheets know no dates before 1900.
fn put(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    format: &Format,
    scenario: &Scenario,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Text(text) => {
            let text: String = text.chars().take(LETTERS).collect();
            sheet.write_string_with_format(row, column, text, format)?
        }
        Cell::Number(number) => sheet.write_number_with_format(row, column, *number, format)?,
        Cell::Instant(at) => match serial(*at, scenario) {
            Some(at) => sheet.write_datetime_with_format(row, column, &at, format)?,
            None => sheet.write_string_with_format(row, column, scenario.zone.show(*at), format)?,
        },
        Cell::Empty => sheet,
    };
    Ok(())
}

/// A local time as spreadsheets count it.
fn serial(at: Instant, scenario: &Scenario) -> Option<ExcelDateTime> {
    let local = scenario.zone.local(at);
    let first = NaiveDate::from_ymd_opt(1900, 1, 1)?.and_hms_opt(0, 0, 0)?;
    (local >= first && at < Instant::NEVER).then_some(())?;
    ExcelDateTime::parse_from_str(&local.format("%Y-%m-%dT%H:%M:%S%.3f").to_string()).ok()
}

/// A sheet of rows under a head that stays in sight, with sums below, as formulas.
struct Table<'a> {
    name: &'a str,
    columns: Vec<(&'a str, Kind)>,
    rows: Vec<Vec<Cell>>,
    /// The sums below the columns that have one, as they were printed.
    sums: Vec<Option<Cell>>,
    /// What is said below the rows.
    note: Option<String>,
}

fn sheet(table: &Table<'_>, scenario: &Scenario, styles: &Styles) -> Result<Worksheet, XlsxError> {
    let mut sheet = Worksheet::new();
    sheet.set_name(table.name)?.set_freeze_panes(1, 1)?;
    for (column, (name, kind)) in (0..).zip(&table.columns) {
        sheet.write_string_with_format(0, column, inert(name), &styles.head)?;
        let width = match kind {
            Kind::Text => 30,
            Kind::Instant => 19,
            Kind::Money | Kind::Credits => 16,
            Kind::Count | Kind::Share | Kind::Hours => 12,
        };
        sheet.set_column_width(column, width)?;
    }
    for (row, cells) in (1..).zip(&table.rows) {
        for (column, (cell, (_, kind))) in (0..).zip(cells.iter().zip(&table.columns)) {
            put(&mut sheet, (row, column), cell, styles.of(*kind), scenario)?;
        }
    }
    let end = table.rows.len() as u32 + 1;
    sums(&mut sheet, table, end, styles)?;
    if let Some(note) = &table.note {
        sheet.write_string(end + 2, 0, inert(note))?;
    }
    Ok(sheet)
}

/// The row of sums: `=SUM(…)` with its result.
fn sums(
    sheet: &mut Worksheet,
    table: &Table<'_>,
    end: u32,
    styles: &Styles,
) -> Result<(), XlsxError> {
    if end == 1 || table.sums.iter().all(Option::is_none) {
        return Ok(());
    }
    sheet.write_string_with_format(end, 0, "total", &styles.sum)?;
    for (column, (sum, (_, kind))) in (0..).zip(table.sums.iter().zip(&table.columns)) {
        let Some(Cell::Number(result)) = sum else { continue };
        let letter = rust_xlsxwriter::utility::column_number_to_name(column);
        let formula = Formula::new(format!("=SUM({letter}2:{letter}{end})"));
        let format = styles.of(*kind).clone().set_bold();
        let formula = formula.set_result(result.to_string());
        sheet.write_formula_with_format(end, column, formula, &format)?;
    }
    Ok(())
}

/// The columns of the sheet of cycles, with how each is read off figures.
type Column = (&'static str, Kind, fn(&Figures) -> Cell);

const CYCLES: [Column; 13] = [
    ("plan fees", Kind::Money, |f| money(f.plan_fees)),
    ("recharges", Kind::Money, |f| money(f.recharge_spend)),
    ("manual top-ups", Kind::Money, |f| money(f.top_up_spend)),
    ("total spend", Kind::Money, |f| money(f.total_spend())),
    ("recharges, number", Kind::Count, |f| count(f.recharges)),
    ("failed attempts", Kind::Count, |f| count(f.failed_attempts)),
    ("asked for", Kind::Credits, |f| credits(f.demanded)),
    ("served", Kind::Credits, |f| credits(f.served)),
    ("refused", Kind::Credits, |f| credits(f.refused())),
    ("outages", Kind::Count, |f| count(f.outages)),
    ("hours down", Kind::Hours, |f| hours(f.downtime)),
    ("expired", Kind::Credits, |f| credits(f.expired)),
    ("forfeited", Kind::Credits, |f| credits(f.forfeited)),
];

fn cycles(subject: Subject<'_>) -> Table<'_> {
    let mut columns = vec![("from", Kind::Instant), ("to", Kind::Instant)];
    columns.extend(CYCLES.map(|(name, kind, _)| (name, kind)));
    columns.push(("closing balance", Kind::Credits));
    let row = |cycle: &CycleFigures| {
        let mut row = vec![Cell::Instant(cycle.window.from), Cell::Instant(cycle.window.to)];
        row.extend(CYCLES.map(|(_, _, of)| of(&cycle.figures)));
        row.push(credits(cycle.figures.closing_balance));
        row
    };
    let total = subject.outcome.metrics.total();
    let mut sums = vec![None, None];
    sums.extend(CYCLES.map(|(_, _, of)| Some(of(total))));
    let rows = subject.outcome.metrics.cycles().iter().map(row).collect();
    Table { name: "cycles", columns, rows, sums, note: None }
}

fn recharges(subject: Subject<'_>) -> Table<'_> {
    let scenario = subject.scenario;
    let list = &subject.outcome.chronicle.purchases;
    let columns = vec![
        ("bought", Kind::Instant),
        ("how", Kind::Text),
        ("attempt", Kind::Count),
        (scenario.unit.as_str(), Kind::Credits),
        ("price", Kind::Money),
        ("balance after", Kind::Credits),
        ("valid until", Kind::Instant),
    ];
    let rows = list.first().iter().map(|purchase| {
        vec![
            Cell::Instant(purchase.at),
            text(if purchase.attempt.is_some() { "recharge" } else { "manual top-up" }),
            purchase.attempt.map_or(Cell::Empty, count),
            credits(purchase.credits),
            money(purchase.price),
            credits(purchase.balance),
            match purchase.expires {
                Instant::NEVER => Cell::Empty,
                at => Cell::Instant(at),
            },
        ]
    });
    // A sum over a part of the purchases would not be the total.
    let sums = match list.more() {
        0 => {
            let total = subject.outcome.metrics.total();
            let spent = total.recharge_spend.plus(total.top_up_spend).unwrap_or_default();
            let bought = total.granted_recharge + total.granted_top_up;
            vec![None, None, None, Some(credits(bought)), Some(money(spent))]
        }
        _ => Vec::new(),
    };
    Table {
        name: "recharges",
        columns,
        rows: rows.collect(),
        sums,
        note: more(list.more(), "purchases"),
    }
}

fn outages(subject: Subject<'_>) -> Table<'_> {
    let list = &subject.outcome.chronicle.outages;
    let columns = vec![
        ("from", Kind::Instant),
        ("to", Kind::Instant),
        ("hours", Kind::Hours),
        ("events refused", Kind::Count),
        ("refused", Kind::Credits),
        ("auto-recharge was", Kind::Text),
    ];
    let rows = list.first().iter().map(|outage| {
        vec![
            Cell::Instant(outage.from),
            Cell::Instant(outage.to),
            hours(outage.length()),
            count(outage.refused_events),
            credits(outage.refused),
            text(in_words(outage.state)),
        ]
    });
    let total = subject.outcome.metrics.total();
    let sums = match list.more() {
        0 => vec![
            None,
            None,
            Some(hours(total.downtime)),
            Some(count(total.refused_events)),
            Some(credits(total.refused())),
        ],
        _ => Vec::new(),
    };
    Table {
        name: "outages",
        columns,
        rows: rows.collect(),
        sums,
        note: more(list.more(), "outages"),
    }
}

fn more(number: u64, noun: &str) -> Option<String> {
    (number > 0)
        .then(|| format!("{number} more {noun}; a journal (--journal FILE) has all of them"))
}

fn assumptions(subject: Subject<'_>) -> Table<'_> {
    let columns =
        vec![("setting", Kind::Text), ("assumed value", Kind::Text), ("assumed by", Kind::Text)];
    let rows = subject.scenario.assumptions.iter().map(|one| {
        let by = match one.origin {
            Origin::Declared => "this scenario",
            Origin::Default => "a default of the program",
        };
        vec![text(&one.path), text(&one.value), text(by)]
    });
    Table { name: "assumptions", columns, rows: rows.collect(), sums: Vec::new(), note: None }
}

/// A line of the summary.
enum Line {
    /// A title.
    Title(&'static str),
    /// A name and its value.
    Value(&'static str, Kind, Cell),
    /// A name and a total that is the sum of the sheet of cycles' column of that name.
    Total(&'static str, Kind, Cell),
    /// Text alone.
    Text(String),
}

fn summary(
    subject: Subject<'_>,
    provenance: &Provenance,
    styles: &Styles,
) -> Result<Worksheet, XlsxError> {
    let mut sheet = Worksheet::new();
    sheet.set_name("summary")?.set_freeze_panes(1, 0)?;
    sheet.set_column_width(0, 34)?.set_column_width(1, 26)?;
    let scenario = subject.scenario;
    sheet.write_string_with_format(0, 0, inert(&scenario.name), &styles.bold)?;
    let cycles = subject.outcome.metrics.cycles().len() as u32;
    for (row, line) in (1..).zip(lines(subject, provenance)) {
        match line {
            Line::Title(title) => {
                sheet.write_string_with_format(row, 0, title, &styles.bold)?;
            }
            Line::Text(text) => {
                sheet.write_string(row, 0, inert(&text))?;
            }
            Line::Value(name, kind, cell) => {
                sheet.write_string(row, 0, name)?;
                put(&mut sheet, (row, 1), &cell, styles.of(kind), scenario)?;
            }
            Line::Total(name, kind, cell) => {
                sheet.write_string(row, 0, name)?;
                let Cell::Number(result) = cell else { continue };
                let Some(column) = CYCLES.iter().position(|(other, ..)| *other == name) else {
                    continue;
                };
                let letter = rust_xlsxwriter::utility::column_number_to_name(column as u16 + 2);
                let formula = format!("=SUM(cycles!{letter}2:{letter}{})", cycles + 1);
                let formula = Formula::new(formula).set_result(result.to_string());
                sheet.write_formula_with_format(row, 1, formula, styles.of(kind))?;
            }
        }
    }
    Ok(sheet)
}

fn lines(subject: Subject<'_>, provenance: &Provenance) -> Vec<Line> {
    let scenario = subject.scenario;
    let total = subject.outcome.metrics.total();
    let mut lines: Vec<Line> = scenario.question.iter().cloned().map(Line::Text).collect();
    lines.push(Line::Text(finding::run(scenario, subject.outcome, subject.series)));
    lines.extend([
        Line::Title(""),
        Line::Value("from", Kind::Instant, Cell::Instant(scenario.setup.horizon.from)),
        Line::Value("to", Kind::Instant, Cell::Instant(scenario.setup.horizon.to)),
        Line::Value("time zone", Kind::Text, text(scenario.zone.name())),
        Line::Title(""),
    ]);
    let totals = CYCLES.iter().map(|(name, kind, of)| Line::Total(name, *kind, of(total)));
    lines.extend(totals);
    let price = total.price_per_1000().map_or(Cell::Empty, Cell::Number);
    lines.extend([
        Line::Value("fill rate", Kind::Share, Cell::Number(total.fill_rate())),
        Line::Value("ready rate", Kind::Share, Cell::Number(total.ready_rate())),
        Line::Value("price per 1,000 served", Kind::Money, price),
        Line::Value("what expired had cost", Kind::Money, money(total.expired_cost)),
        Line::Value("opening balance", Kind::Credits, credits(total.opening_balance)),
        Line::Value("closing balance", Kind::Credits, credits(total.closing_balance)),
    ]);
    let attention = attention::lines(scenario, subject.outcome);
    if !attention.is_empty() {
        lines.extend([Line::Title(""), Line::Title("Attention")]);
        lines.extend(attention.into_iter().map(Line::Text));
    }
    lines.extend([Line::Title(""), Line::Title("Where this comes from")]);
    lines.push(Line::Text(provenance.line()));
    lines
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::engine::Pace;
    use crate::replay::{self, Outcome};
    use crate::series::Series;
    use crate::usage::csv::Mode;

    /// A quarter with recharges, expiry, failed payments and an outage.
    const SCENARIO: &str = r#"
name = "=1+1"
currency = "USD"
start = 2026-01-01
end = 2026-04-01
plan = "p"
[plans.p]
fee = "19.00"
allowance = 3000
[packages.a]
credits = 1000
price = "7.01"
[recharge]
at_or_below = 100
package = "a"
credits_expire = "cycle_end"
[payment]
fail_attempts = [2]
disable_after = 1
repair_after = "2 days"
[usage.generate]
every = "1h"
amount = 10
"#;

    fn run(scenario: &Scenario) -> (Outcome, Series) {
        let mut feed = replay::feed(scenario, 0, Mode::Stream).unwrap();
        let series = Series::new(scenario.setup.horizon, scenario.zone);
        replay::replay(scenario, &mut *feed, Pace::Skip, series, &|| false).unwrap()
    }

    fn with_subject(test: impl Fn(Subject<'_>)) {
        let scenario = Scenario::from_text("=x.toml", SCENARIO, Path::new(".")).unwrap();
        let (outcome, series) = run(&scenario);
        test(Subject { scenario: &scenario, outcome: &outcome, series: &series });
    }

    #[test]
    fn sums_of_rows_are_the_totals_that_are_stored_with_them() {
        with_subject(|subject| {
            let mut compared = 0;
            for table in [cycles(subject), recharges(subject), outages(subject)] {
                for (column, sum) in table.sums.iter().enumerate() {
                    let Some(Cell::Number(stored)) = sum else { continue };
                    let numbers = table.rows.iter().map(|row| match row[column] {
                        Cell::Number(number) => number,
                        _ => 0.0,
                    });
                    let summed: f64 = numbers.sum();
                    let (name, _) = table.columns[column];
                    assert!((summed - stored).abs() < 1e-6, "{} {name}: {summed}", table.name);
                    compared += 1;
                }
            }
            assert_eq!(compared, CYCLES.len() + 2 + 3);
            let spent = subject.outcome.metrics.total().total_spend();
            assert!(spent.to_f64() > 57.0, "something was bought");
        });
    }

    #[test]
    fn no_cell_of_text_begins_a_formula() {
        with_subject(|subject| {
            assert_eq!(inert(&subject.scenario.name), "'=1+1");
            for table in
                [cycles(subject), recharges(subject), outages(subject), assumptions(subject)]
            {
                for cell in table.rows.iter().flatten() {
                    if let Cell::Text(text) = cell {
                        assert_eq!(&inert(text), text);
                    }
                }
            }
        });
    }

    #[test]
    fn the_same_replay_makes_the_same_bytes() {
        with_subject(|subject| {
            let provenance = Provenance::of(subject.scenario, subject.outcome, &[]);
            let made = || made(subject, &provenance).unwrap();
            assert!(made() == made());
        });
    }
}
