//! What is checked of any bytes: one function for each fuzz target.
//!
//! The targets call these with bytes that nobody has seen before, `tests/fuzz_corpus.rs` with those
//! kept in `corpus/`. A function panics if something does not hold. Deliberately absent: files,
//! processes, clocks; only the library is called, and it is handed bytes.

use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use rayon::{ThreadPool, ThreadPoolBuilder};
use recharge::books::Books;
use recharge::domain::{CreditTotal, Credits, Duration, Instant, Window, Zone};
use recharge::engine::{Chunk, Pace};
use recharge::metrics::CycleFigures;
use recharge::payments::Wait;
use recharge::replay::{Outcome, ReplayError, feed, replay};
use recharge::report::document::text::Screen;
use recharge::report::document::{markdown, text};
use recharge::report::evidence::JournalEvidence;
use recharge::report::journal::Journal;
use recharge::report::provenance::Provenance;
use recharge::report::{RunReport, json};
use recharge::scenario::{Diagnostics, Scenario, Setting, UsageSource};
use recharge::usage::TimeForm;
use recharge::usage::csv::{
    self, Amounts, CsvFeed, CsvSettings, Delimiter, HashKind, InputSource, Mode, open_in_pieces,
};
use recharge::usage::export::{
    Charset, ExportColumn, ExportTable, FileFormat, HeaderPlace, Layout, Row, ShortRows,
};
use recharge::usage::meaning::inspect::inspect;
use recharge::usage::meaning::{examine, examine_in_pieces};
use recharge::usage::open;
use recharge::usage::{Feed, UsageError, UsageSummary};

/// What parts a scenario from its usage in the bytes of [`run`].
const MARK: &[u8] = b"\n=====\n";
/// A comment in a scenario that starts with this changes a setting, as `--set` does.
const SET: &str = "#set ";
/// The most events of one feed that are looked at.
const MOST_EVENTS: usize = 20_000;
/// The most rows of an export that are looked at.
const MOST_ROWS: usize = 2_000;
/// The most charges in a row that [`run`] leaves time for.
const MOST_CHARGES: i64 = 5_000;

/// The text of a scenario: read, changed and told, it is either refused with a message that
/// points into it, or can be read again.
pub fn scenario(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match Scenario::from_text("fuzz.toml", &text, Path::new("")) {
        Err(errors) => told(&errors, true),
        Ok(scenario) => {
            told(&scenario.warnings, false);
            changed(&scenario);
        }
    }
}

/// Every diagnostic has a place in the text, and can be drawn.
fn told(diagnostics: &Diagnostics, expected: bool) {
    assert!(!expected || !diagnostics.is_empty(), "refused without a word");
    for one in &diagnostics.list {
        assert!(!one.title.is_empty());
        assert!(one.labels.is_empty() || diagnostics.position(one).is_some(), "{one:?}");
    }
    assert_eq!(diagnostics.draw().is_empty(), diagnostics.is_empty());
}

/// Settings changed by their paths: those the bytes ask for, one by one and together.
fn changed(scenario: &Scenario) {
    let asked = scenario.text.lines().filter_map(|line| line.strip_prefix(SET)).take(8);
    let mut changes: Vec<Setting> =
        asked.filter_map(|text| Setting::from_text(text).ok()).collect();
    changes.push(Setting::new(["seed"], 7_u64));
    changes.push(Setting::new(["recharge", "at_or_below"], 7_u64));
    for one in changes.chunks(1).chain([&changes[..]]) {
        match scenario.with_overrides(one) {
            Err(errors) => told(&errors, true),
            Ok(changed) => told(&changed.warnings, false),
        }
        for Setting { path, .. } in one {
            let _ = scenario.setting(path);
        }
    }
}

/// A CSV file: streamed and sorted, bad rows refused and skipped, and by the plain reader in pieces as row by row. The
/// first byte chooses settings.
pub fn usage(bytes: &[u8]) {
    let Some((&first, bytes)) = bytes.split_first() else { return };
    let bytes: Arc<[u8]> = Arc::from(bytes);
    let settings = settings(first);
    let mut read = Vec::new();
    for mode in [Mode::Stream, Mode::Sort] {
        let read_with = |skip_bad_rows| {
            let settings = CsvSettings { skip_bad_rows, ..settings.clone() };
            let opened = open(InputSource::Bytes(Arc::clone(&bytes)), settings, mode);
            opened.and_then(|mut feed| drain(&mut *feed))
        };
        let (strict, lenient) = (read_with(false), read_with(true));
        if let Ok((events, summary)) = &strict {
            assert_eq!(summary.bad_rows.count, 0);
            let (same, again) = lenient.as_ref().expect("skipping bad rows refuses no more");
            assert_eq!(events, same);
            assert_eq!(summary, again);
        }
        for failed in [strict.as_ref().err(), lenient.as_ref().err()].into_iter().flatten() {
            assert!(!failed.to_string().is_empty());
        }
        read.extend(lenient);
        in_pieces(&bytes, &CsvSettings { mode, ..settings.clone() });
    }
    // A stream has a shorter way for plain rows, which reads them as they are read for sorting.
    if let [(streamed, _), (sorted, _)] = read.as_slice() {
        assert_eq!(streamed, sorted);
    }
}

/// Holds what the plain reader reads in pieces on two threads to what it reads row by row.
fn in_pieces(bytes: &Arc<[u8]>, settings: &CsvSettings) {
    let source = InputSource::Bytes(Arc::clone(bytes));
    for skip_bad_rows in [false, true] {
        let settings = CsvSettings { skip_bad_rows, ..settings.clone() };
        let told = |feed: Result<CsvFeed, UsageError>| {
            feed.and_then(|mut feed| drain(&mut feed)).map_err(|error| error.to_string())
        };
        let expected = told(csv::open(source.clone(), settings.clone()));
        for piece in [1 + bytes.len() % 61, 100] {
            let read = || told(open_in_pieces(source.clone(), settings.clone(), piece));
            assert_eq!(threads().install(read), expected, "in pieces of {piece} bytes");
        }
    }
}

/// Settings that a byte chooses; `@` chooses the defaults.
fn settings(byte: u8) -> CsvSettings {
    let from = Instant::from_millis(1_767_225_600_000);
    let week = Window { from, to: from.plus(Duration::from_millis(7 * 86_400_000)) };
    let all = Window { from: Instant::EARLIEST, to: Instant::NEVER };
    let zone = if byte & 1 == 0 { Zone::UTC } else { zone("America/New_York") };
    let horizon = if byte & 2 == 0 { week } else { all };
    let column = |name: &str, factor: &str| (name.to_owned(), factor.parse().unwrap_or_default());
    CsvSettings {
        amounts: match (byte >> 2) & 3 {
            0 => Amounts::Guess,
            1 => Amounts::EachRow(Credits::whole(1)),
            2 => Amounts::Columns(vec![column("credits", "0.001")]),
            _ => Amounts::Columns(vec![column("a", "1"), column("b", "999999999999")]),
        },
        time_form: if byte & 16 == 0 { TimeForm::Guess } else { TimeForm::Seconds },
        delimiter: if byte & 32 == 0 { Delimiter::Guess } else { Delimiter::Semicolon },
        sort_limit: MOST_EVENTS as u64,
        ..CsvSettings::new(zone, horizon)
    }
}

fn zone(name: &str) -> Zone {
    Zone::from_name(name).unwrap_or(Zone::UTC)
}

type Events = Vec<(Instant, Credits)>;

/// The events of a feed, which must be in time order and add up to what its summary says.
fn drain(feed: &mut dyn Feed) -> Result<(Events, UsageSummary), UsageError> {
    let (mut chunk, mut events) = (Chunk::new(), Vec::new());
    while events.len() < MOST_EVENTS {
        feed.fill(&mut chunk)?;
        if chunk.is_empty() {
            break;
        }
        events.extend((0..chunk.len()).map(|index| (chunk.at(index), chunk.amount(index))));
    }
    let summary = feed.summary();
    assert!(events.is_sorted_by_key(|&(at, _)| at));
    assert_eq!(summary.events, events.len() as u64 + summary.zeros);
    assert!(summary.rows >= summary.events + summary.outside.count + summary.bad_rows.count);
    Ok((events, summary.clone()))
}

/// A scenario and its usage: replayed skipping and stepping, with the same journal, figures that
/// balance, and a report.
pub fn run(bytes: &[u8]) {
    let at = bytes.windows(MARK.len()).position(|window| window == MARK);
    let (text, csv) = match at {
        Some(at) => (&bytes[..at], Some(&bytes[at + MARK.len()..])),
        None => (bytes, None),
    };
    let text = String::from_utf8_lossy(text);
    let Ok(mut scenario) = Scenario::from_text("fuzz.toml", &text, Path::new("")) else { return };
    cut(&mut scenario);
    let skipped = attempt(&scenario, csv, Pace::Skip);
    let stepped = attempt(&scenario, csv, Pace::Step);
    match (skipped, stepped) {
        (Ok((a, (skipped, books))), Ok((b, (stepped, other)))) => {
            assert_eq!(skipped, stepped, "the journals differ");
            assert_eq!(books.months(), other.months());
            assert_eq!(books.cycles(), other.cycles());
            assert_eq!(a.metrics.total(), b.metrics.total());
            assert_eq!(a.metrics.cycles(), b.metrics.cycles());
            assert_eq!(a.chronicle, b.chronicle);
            assert_eq!(a.usage, b.usage);
            figures(&scenario, &a, &books);
        }
        (Err(a), Err(b)) => assert_eq!(a.to_string(), b.to_string()),
        (a, b) => panic!("skipping: {:?}, stepping: {:?}", a.err(), b.err()),
    }
}

/// Ends the run early enough for a bounded number of charges, one after another.
fn cut(scenario: &mut Scenario) {
    let apart = match scenario.luck.latency {
        Wait::Fixed(length) => length,
        Wait::Uniform { least, .. } => least,
        Wait::Exponential { mean } => mean,
        Wait::LogNormal { median, .. } => median,
    };
    let longest = apart.millis().max(1).saturating_mul(MOST_CHARGES).min(400 * 86_400_000);
    let meaning = &mut scenario.meaning;
    let horizon = &mut meaning.setup.horizon;
    horizon.to = horizon.to.min(horizon.from.plus(Duration::from_millis(longest)));
    meaning.csv.horizon = *horizon;
    meaning.csv.sort_limit = meaning.csv.sort_limit.min(MOST_EVENTS as u64);
}

fn attempt(
    scenario: &Scenario,
    csv: Option<&[u8]>,
    pace: Pace,
) -> Result<(Outcome, (Sum, Books)), ReplayError> {
    let feed: Box<dyn Feed> = match (&scenario.usage, csv) {
        (_, Some(csv)) => {
            open(InputSource::Bytes(Arc::from(csv)), scenario.csv.clone(), scenario.csv.mode)?
        }
        // The file of a scenario that nobody has read could be anything.
        (UsageSource::File(_), None) => {
            open(InputSource::Bytes(Arc::from(&b""[..])), scenario.csv.clone(), Mode::Stream)?
        }
        (_, None) => feed(scenario, 0, Mode::Stream)?,
    };
    let mut feed = First { feed, left: MOST_EVENTS };
    let journal = Journal::new(Sum::default(), scenario.zone, scenario.currency.minor());
    let books = Books::new(&scenario.setup, scenario.zone, scenario.currency.minor());
    let (outcome, (journal, books)) =
        replay(scenario, &mut feed, pace, (journal, books), &|| false)?;
    Ok((outcome, (journal.finish().expect("a sum can always be written"), books)))
}

/// The identities of the contract hold, and the run can be told.
fn figures(scenario: &Scenario, outcome: &Outcome, books: &Books) {
    let total = outcome.metrics.total();
    assert!(total.balances(), "{total:?}");
    assert!(total.served <= total.demanded);
    let cycles = outcome.metrics.cycles();
    assert!(cycles.windows(2).all(|pair| pair[0].window.to == pair[1].window.from));
    let served = |sum: CreditTotal, cycle: &CycleFigures| sum + cycle.figures.served;
    let served = cycles.iter().fold(CreditTotal::default(), served);
    assert_eq!(total.served, served);
    let provenance = Provenance::of(scenario, &outcome.usage, &[]);
    let report = RunReport {
        scenario,
        outcome,
        books,
        series: None,
        prevented: None,
        why: None,
        journal: JournalEvidence::default(),
        provenance: &provenance,
    };
    let document = report.document();
    assert!(!text::text(&document, Screen::default()).is_empty());
    assert!(!text::text(&document, Screen { width: Some(40), is_styled: true }).is_empty());
    assert!(!markdown::markdown(&document).is_empty());
    let series = recharge::series::Series::new(scenario.setup.horizon, scenario.zone);
    assert!(json::text(&json::run::result(scenario, outcome, books, &series, &provenance)).is_ok());
}

/// The first events of a feed.
struct First {
    feed: Box<dyn Feed>,
    left: usize,
}

impl Feed for First {
    fn fill(&mut self, chunk: &mut Chunk) -> Result<(), UsageError> {
        if self.left == 0 {
            chunk.clear();
            return Ok(());
        }
        self.feed.fill(chunk)?;
        self.left = self.left.saturating_sub(chunk.len());
        Ok(())
    }

    fn summary(&self) -> &UsageSummary {
        self.feed.summary()
    }
}

/// Bytes written, as their number and a sum over them (FNV-1a): two journals without their memory.
#[derive(Debug, PartialEq, Eq)]
struct Sum {
    count: u64,
    hash: u64,
}

impl Default for Sum {
    fn default() -> Self {
        Sum { count: 0, hash: 0xcbf2_9ce4_8422_2325 }
    }
}

impl Write for Sum {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.count += bytes.len() as u64;
        for &byte in bytes {
            self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An export: read as a table twice, it is the same both times, each row has a cell for each name, and
/// lines follow one another; or it is refused with a message that names it.
pub fn export(bytes: &[u8]) {
    let source = InputSource::Bytes(Arc::from(bytes));
    let found = Layout { hash: Some(HashKind::default()), ..Layout::default() };
    let numbered = Layout {
        header: Some(HeaderPlace::Nowhere),
        short_rows: ShortRows::Pad,
        ..Layout::default()
    };
    let latin = Layout {
        format: Some(FileFormat::Delimited),
        encoding: Some(Charset::Windows1252),
        delimiter: Some(b';'),
        ..Layout::default()
    };
    let lines = Layout { format: Some(FileFormat::JsonLines), ..Layout::default() };
    for layout in [found, numbered, latin, lines] {
        let once = rows(&source, &layout);
        assert_eq!(once, rows(&source, &layout));
        if let Err(message) = once {
            assert!(message.starts_with("memory"), "{message}");
            assert!(message.len() < 2_000, "{message}");
        }
    }
    meaning(&source);
}

/// An export, read for what its columns mean: the same both times and in pieces on two threads, and inspected as it is
/// read.
fn meaning(source: &InputSource) {
    // Local times in New York, wherever the horizon is.
    let settings = settings(3);
    let read = || {
        let read = examine(source.clone(), &settings).and_then(|mut feed| drain(&mut feed));
        read.map_err(|error| error.to_string())
    };
    let once = read();
    assert_eq!(once, read());
    // Pieces that end anywhere, so that most rows and quotes lie across an end.
    let bytes = source.bytes().expect("it is in memory");
    for piece in [1 + bytes.len() % 61, 1 + bytes.first().map_or(0, |&byte| usize::from(byte))] {
        let in_pieces = threads().install(|| {
            let read = examine_in_pieces(source.clone(), &settings, piece);
            read.and_then(|mut feed| drain(&mut feed)).map_err(|error| error.to_string())
        });
        assert_eq!(in_pieces, once, "in pieces of {piece} bytes");
    }
    let inspected = inspect(source.clone(), &settings).map_err(|error| error.to_string());
    match (once, inspected) {
        // A file without a row is read as no usage, and there is nothing to inspect.
        (Ok((_, summary)), Err(message)) if summary.rows == 0 => {
            assert!(message.contains("is empty"), "{message}");
        }
        (Ok((_, summary)), Ok(found)) => {
            assert_eq!(found.problems, Vec::<String>::new());
            assert_eq!(found.rows.map_or(0, |rows| rows.rows), summary.rows);
        }
        (Ok(_), Err(message)) => panic!("it is read, and not inspected: {message}"),
        (Err(message), _) => assert!(message.starts_with("memory"), "{message}"),
    }
}

/// The threads that rows are read on in pieces.
fn threads() -> &'static ThreadPool {
    static THREADS: OnceLock<ThreadPool> = OnceLock::new();
    let pool = || ThreadPoolBuilder::new().num_threads(2).build();
    THREADS.get_or_init(|| pool().expect("a process may have two threads more"))
}

/// The header of an export and its first rows, as text; or why it is refused.
fn rows(source: &InputSource, layout: &Layout) -> Result<Vec<String>, String> {
    let mut table = ExportTable::open(source, layout).map_err(|error| error.to_string())?;
    let header = table.header().to_vec();
    let inside = header.first().map(|name| ExportColumn::named(&format!("{name}.a.0"), &header));
    let mut told = vec![header.join("\u{1f}")];
    let (mut row, mut line) = (Row::new(), 0);
    while told.len() < MOST_ROWS && table.next(&mut row).map_err(|error| error.to_string())? {
        assert_eq!(row.count(), header.len());
        assert!(row.line() >= line, "line {} after line {line}", row.line());
        line = row.line();
        if let Some(Ok(column)) = &inside {
            let _: Result<_, String> = column.read(&row);
        }
        told.push(row.iter().collect::<Vec<_>>().join("\u{1f}"));
    }
    assert!(table.layout().header_line.is_none_or(|header| told.len() == 1 || header < line));
    told.extend(table.left_out().below.iter().map(|line| line.text.clone()));
    Ok(told)
}
