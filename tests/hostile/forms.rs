//! One trace in many files.

use std::io::Write as _;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use recharge::domain::{Credits, Instant, Zone};
use recharge::engine::Chunk;
use recharge::usage::csv::{Amounts, CsvSettings, InputSource, Mode};
use recharge::usage::open;
use rust_decimal::Decimal;

use super::dice::Dice;
use super::run::{events, scenario};
use super::shop::Shop;

/// Events inside the horizon, and how many were of zero credits.
type Read = (Vec<(Instant, Credits)>, u64);

fn read(bytes: Vec<u8>, settings: CsvSettings) -> Read {
    let mode = settings.mode;
    let mut feed = open(InputSource::Bytes(Arc::from(bytes)), settings, mode).unwrap();
    let (mut chunk, mut read) = (Chunk::new(), Vec::new());
    loop {
        feed.fill(&mut chunk).unwrap();
        if chunk.is_empty() {
            return (read, feed.summary().zeros);
        }
        read.extend((0..chunk.len()).map(|index| (chunk.at(index), chunk.amount(index))));
    }
}

/// A trace in a form of its own: how it differs from the plain file.
struct Form<'t> {
    zone: Zone,
    trace: &'t [(Instant, Credits)],
}

impl Form<'_> {
    /// Rows below the header `time,credits`, written by `row`.
    fn file(&self, row: impl Fn(Instant, Credits) -> String) -> String {
        let rows: String = self.trace.iter().map(|&(at, amount)| row(at, amount) + "\n").collect();
        format!("time,credits\n{rows}")
    }

    fn plain(&self) -> String {
        self.file(|at, amount| format!("{at},{amount}"))
    }

    /// Files that differ in how their text is written, and read with the usual settings.
    fn spellings(&self) -> Vec<(&'static str, Vec<u8>)> {
        let plain = self.plain();
        let parted = |sign: &str| plain.replace(',', sign).into_bytes();
        let exponent = |amount: Credits| format!("{}e-6", amount.micro());
        vec![
            ("CRLF", plain.replace('\n', "\r\n").into_bytes()),
            ("BOM", format!("\u{feff}{plain}").into_bytes()),
            ("blank lines", plain.replace('\n', "\n\n").into_bytes()),
            ("no last line end", plain.trim_end().as_bytes().to_vec()),
            (";", parted(";")),
            ("tab", parted("\t")),
            ("|", parted("|")),
            ("quotes", self.file(|at, amount| format!("\"{at}\",\"{amount}\"")).into_bytes()),
            ("blanks", self.file(|at, amount| format!("  {at} ,  {amount} ")).into_bytes()),
            ("+", self.file(|at, amount| format!("{at},+{amount}")).into_bytes()),
            (
                "zeros",
                self.file(|at, amount| format!("{at},00{}", with_zeros(amount))).into_bytes(),
            ),
            (
                "exponents",
                self.file(|at, amount| format!("{at},{}", exponent(amount))).into_bytes(),
            ),
            (
                "milliseconds",
                self.file(|at, amount| format!("{},{amount}", at.millis())).into_bytes(),
            ),
            (
                "offsets",
                self.file(|at, amount| format!("{},{amount}", offset(at, 345))).into_bytes(),
            ),
            (
                "offsets to the west",
                self.file(|at, amount| format!("{},{amount}", offset(at, -210))).into_bytes(),
            ),
            (
                "nanoseconds",
                self.file(|at, amount| format!("{},{amount}", nanoseconds(at))).into_bytes(),
            ),
            (
                "local with offset",
                self.file(|at, amount| format!("{},{amount}", self.zone.show(at))).into_bytes(),
            ),
            ("more columns", self.with_more_columns().into_bytes()),
            ("the other order", self.turned().into_bytes()),
        ]
    }

    fn with_more_columns(&self) -> String {
        let row =
            |&(at, amount): &(Instant, Credits)| format!("a;b,{at},\"x, \"\"y\"\"\",{amount},\n");
        let rows: String = self.trace.iter().map(row).collect();
        format!("user,time,note,credits,empty\n{rows}")
    }

    fn turned(&self) -> String {
        let row = |&(at, amount): &(Instant, Credits)| format!("{amount},{at}\n");
        let rows: String = self.trace.iter().map(row).collect();
        format!("credits,time\n{rows}")
    }

    /// Two columns that add up, the second in thousandths of a credit.
    fn in_two_columns(&self, dice: &mut Dice) -> String {
        let mut rows = String::from("time,a,b\n");
        for &(at, amount) in self.trace {
            let part = Credits::from_micro(dice.between(0, amount.micro() + 1));
            let rest = Decimal::new(amount.micro() - part.micro(), 3);
            rows.push_str(&format!("{at},{part},{rest}\n"));
        }
        rows
    }
}

/// With all six decimals.
fn with_zeros(amount: Credits) -> String {
    format!("{}.{:06}", amount.micro() / 1_000_000, amount.micro() % 1_000_000)
}

/// A time so many minutes to the east, with the offset.
fn offset(at: Instant, minutes: i64) -> String {
    let local = Instant::from_millis(at.millis() + minutes * 60_000).to_string();
    let (sign, size) = if minutes < 0 { ('-', -minutes) } else { ('+', minutes) };
    format!("{}{sign}{:02}:{:02}", local.trim_end_matches('Z'), size / 60, size % 60)
}

/// With nine decimals of a second.
fn nanoseconds(at: Instant) -> String {
    let text = at.to_string();
    let text = text.trim_end_matches('Z');
    match text.split_once('.') {
        Some((seconds, part)) => format!("{seconds}.{part:0<9}Z"),
        None => format!("{text}.000000000Z"),
    }
}

fn packed(text: &str) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap()
}

/// Every form of a trace gives the events that the plain file gives.
pub fn same_events(dice: &mut Dice) -> bool {
    let shop = Shop::plain(dice);
    let Some(scenario) = scenario(&shop.text(1)) else { return false };
    let trace = events(&scenario, &shop.rows);
    // A header alone is refused in every form.
    if trace.is_empty() {
        return false;
    }
    let form = Form { zone: scenario.zone, trace: &trace };
    let usual = || CsvSettings::new(scenario.zone, scenario.setup.horizon);
    let expected = read(form.plain().into_bytes(), usual());
    let asked: Vec<(Instant, Credits)> =
        trace.iter().copied().filter(|(_, amount)| *amount != Credits::ZERO).collect();
    assert_eq!(expected, (asked, shop.rows.iter().filter(|row| row.1 == 0).count() as u64));
    for (name, bytes) in form.spellings() {
        assert_eq!(read(bytes, usual()), expected, "{name}");
    }
    let plain = form.plain();
    assert_eq!(read(packed(&plain), usual()), expected, "gzip");
    let (start, end) = plain.split_at(dice.below(plain.len()));
    assert_eq!(read([packed(start), packed(end)].concat(), usual()), expected, "gzip members");
    let column = |name: &str, factor: &str| (name.to_owned(), factor.parse().unwrap());
    let amounts = Amounts::Columns(vec![column("a", "1"), column("b", "0.001")]);
    let two = CsvSettings { amounts, ..usual() };
    assert_eq!(read(form.in_two_columns(dice).into_bytes(), two), expected, "two columns");
    assert_eq!(read(outside(&plain), usual()), expected, "rows outside");
    let sorting = CsvSettings { mode: Mode::Sort, ..usual() };
    assert_eq!(read(mixed(&plain, dice), sorting), expected, "mixed and sorted");
    true
}

/// With rows before and after the horizon.
fn outside(plain: &str) -> Vec<u8> {
    let (head, rows) = plain.split_once('\n').unwrap();
    let early = "2024-02-29T23:59:59.999Z,7\n2025-12-01T00:00:00Z,0\n";
    format!("{head}\n{early}{rows}2026-03-01T00:00:00Z,7\n").into_bytes()
}

/// With its rows in another order, those of one instant in theirs.
fn mixed(plain: &str, dice: &mut Dice) -> Vec<u8> {
    let (head, rows) = plain.split_once('\n').unwrap();
    let mut groups: Vec<Vec<&str>> = Vec::new();
    for row in rows.lines() {
        let time = |row: &str| row.split(',').next().map(str::to_owned);
        match groups.last_mut().filter(|group| time(group[0]) == time(row)) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    for index in (1..groups.len()).rev() {
        groups.swap(index, dice.below(index + 1));
    }
    let rows: Vec<&str> = groups.concat();
    format!("{head}\n{}\n", rows.join("\n")).into_bytes()
}
