//! How work grows with everything that can grow: instructions at sizes over three decades, and the
//! exponent. Of caps there can be 100 at most.
//!
//! `cargo bench --bench growth` prints the table and fails if anything grows faster than its size to
//! the power of 1.2 over the last decade. Needs valgrind, and says so where there is none.

#[allow(dead_code)]
mod counted;
mod reference;

use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use counted::{count, exponent, measured};
use recharge::domain::Instant;
use recharge::engine::{Chunk, Observer, Pace};
use recharge::figures::Figures;
use recharge::metrics::Metrics;
use recharge::replay;
use recharge::report::journal::Journal;
use recharge::scenario::{Scenario, StudyTable, Variation};
use recharge::study::StudySpec;
use recharge::study::candidates::{candidates, source};
use recharge::usage::Feed;
use recharge::usage::csv::{self, CsvSettings, InputSource, Mode};
use reference::{lived, pool, trace};

/// The steepest growth over the last decade that passes for linear: sorting and searching add a little.
const STEEPEST: f64 = 1.2;

/// Something that can grow: its name, the smallest size, over how many decades, the work.
type Dimension = (&'static str, u64, u32, fn(u64));

const DIMENSIONS: &[Dimension] = &[
    ("usage events drawn", 100, 3, drawn),
    ("usage events replayed, recharges equal", 1_000, 3, replayed),
    ("rows of a CSV", 100, 3, rows),
    ("rows of a CSV, out of order", 100, 3, rows_out_of_order),
    ("candidates of a study", 1, 3, study_candidates),
    ("replications of a study", 4, 3, study_replications),
    ("recharges", 10, 3, recharges),
    ("recharges charged back, and disputes won", 10, 3, charged_back),
    ("charges that fail", 10, 3, failures),
    ("failures scripted, and charges", 10, 3, scripted),
    ("processor outages scripted, and charges", 10, 3, outages),
    ("grants alive at once, which then expire", 9, 3, grants),
    ("caps", 1, 2, caps),
    ("charges in one rolling window", 10, 3, window),
    ("rolling windows, a charge in each", 10, 3, windows),
    ("recharges written to a journal", 10, 3, journal),
    ("refused usage that waits to come back", 10, 3, waiting),
    ("years of cycles, one a month", 1, 3, cycles),
    ("actions read from a scenario", 10, 3, actions_read),
    ("actions lived through", 10, 3, actions),
    ("changes of caps, a charge before each", 10, 3, changed_caps),
    ("usage events read from a scenario", 10, 3, events_read),
];

/// A year with this policy and usage; keys at the top level come first.
fn scenario(rest: &str) -> Scenario {
    let text = text(rest);
    Scenario::from_text("growth.toml", &text, Path::new(".")).unwrap_or_else(|e| panic!("{e}"))
}

fn text(rest: &str) -> String {
    format!(
        "currency = \"USD\"\nstart = 2026-01-01\nend = 2027-01-01\nplan = \"p\"\n\
         plans.p = {{ fee = \"39.00\", allowance = 1000 }}\n\
         packages.a = {{ credits = 1000, price = \"7.00\" }}\n{rest}"
    )
}

/// A recharge of 1,000 at or below nothing, with these keys besides.
fn policy(keys: &str) -> String {
    format!("recharge = {{ at_or_below = 0, package = \"a\"{keys} }}\n")
}

/// So many events a year, each of so much.
fn usage(events: u64, credits: &str) -> String {
    let every = 365 * 86_400_000 / events;
    format!("usage.generate = {{ every = \"{every}ms\", amount = {credits} }}\n")
}

/// Counts a run whose usage is drawn before; returns its figures.
fn live(scenario: &Scenario, listener: impl Observer) -> Figures {
    let chunks = trace(scenario, 0);
    let listeners = (Metrics::new(scenario.setup.horizon), listener);
    measured(|| lived(scenario, &chunks, Pace::Skip, listeners).0.total().clone())
}

/// Counts reading a feed to its end.
fn drain(feed: &mut dyn Feed) {
    measured(|| {
        let mut chunk = Chunk::new();
        loop {
            feed.fill(&mut chunk).expect("usage");
            if chunk.is_empty() {
                return feed.summary().events;
            }
        }
    });
}

fn drawn(size: u64) {
    let per_day = size as f64 / 365.0;
    let scenario =
        scenario(&format!("usage.generate = {{ per_day = {per_day:.6}, amount = 1 }}\n"));
    drain(&mut *replay::feed(&scenario, 0, Mode::Stream).expect("a law"));
}

fn replayed(size: u64) {
    let credits = format!("{}", 1_000_000 / size);
    let figures = live(&scenario(&(policy("") + &usage(size, &credits))), ());
    assert!((980..1_000).contains(&figures.recharges), "{} recharges", figures.recharges);
}

/// A CSV of so many rows over the year, the second half of it before the first if asked for.
fn csv_of(size: u64, turned: bool) -> (InputSource, CsvSettings) {
    let scenario = scenario("");
    let horizon = scenario.setup.horizon;
    let step = horizon.to.since(horizon.from).millis() / size as i64 / 1_000;
    let mut text = "timestamp,credits\n".to_owned();
    for row in 0..size {
        let row = if turned { (row + size / 2) % size } else { row };
        let at = Instant::from_millis(horizon.from.millis() + row as i64 * step * 1_000);
        let _ = writeln!(text, "{at},5");
    }
    let settings = CsvSettings { hash: None, ..scenario.meaning.csv };
    (InputSource::Bytes(text.into_bytes().into()), settings)
}

fn rows(size: u64) {
    let (source, settings) = csv_of(size, false);
    drain(&mut csv::open(source, settings).expect("a header"));
}

fn rows_out_of_order(size: u64) {
    let (source, settings) = csv_of(size, true);
    drain(&mut csv::open_sorted(source, settings).expect("a header"));
}

/// Counts a study of one small account by so many candidates and replications, on one thread.
fn study(many: usize, replications: usize) {
    let small = scenario(&(policy("") + "usage.generate = { per_day = 5.0, amount = 100 }\n"));
    let drawn = source(&small, None, Default::default()).expect("a law");
    let vary = vec![Variation::list(["recharge", "at_or_below"], 0..many as u64)];
    let table = StudyTable { vary, ..StudyTable::default() };
    let spec = StudySpec { table, ..StudySpec::default() };
    let all = candidates(&small, &spec).unwrap_or_else(|error| panic!("{error}"));
    let one = pool(1);
    one.install(|| measured(|| reference::study(&all, &drawn, replications, &one)));
}

fn study_candidates(size: u64) {
    study(size as usize, 4);
}

fn study_replications(size: u64) {
    study(1, size as usize);
}

/// All usage but that of the twelve allowances is recharged.
fn check_recharges(figures: &Figures, size: u64) {
    assert!(figures.recharges + 12 >= size, "{} recharges", figures.recharges);
}

fn recharges(size: u64) {
    check_recharges(&live(&scenario(&(policy("") + &usage(size, "1000"))), ()), size);
}

fn charged_back(size: u64) {
    let reversals = "reversals = { chargeback_takes = \"nothing\", chargebacks = { probability = 1.0, after = \
                     \"1min\", won = 1.0, decided_after = \"1h\" } }\n";
    let figures = live(&scenario(&(policy("") + reversals + &usage(size, "1000"))), ());
    check_recharges(&figures, size);
}

fn failures(size: u64) {
    let retry = 525_600 / size - 1;
    let payment = format!("payment = {{ fail_probability = 1.0, retry_after = \"{retry}min\" }}\n");
    let figures = live(&scenario(&(policy("") + &payment + &usage(12, "1000"))), ());
    assert!(figures.failed_attempts * 2 >= size, "{} failures", figures.failed_attempts);
}

fn grants(size: u64) {
    let policy = format!(
        "recharge = {{ at_or_below = 9_900_000, package = \"a\", cooldown = \"1min\", \
         credits_expire = \"100 days\", caps = [{{ recharges = {size}, per = \"cycle\" }}] }}\n\
         cycle.months = 120\n"
    );
    assert_eq!(live(&scenario(&policy), ()).recharges, size);
}

fn caps(size: u64) {
    let one = |hours| format!("{{ recharges = 1_000_000, per = \"{hours}h\" }}");
    let list: Vec<String> = (1..=size).map(one).collect();
    let policy = policy(&format!(", caps = [{}]", list.join(", ")));
    check_recharges(&live(&scenario(&(policy + &usage(100, "1000"))), ()), 100);
}

fn window(size: u64) {
    let policy = policy(", caps = [{ recharges = 1_000_000, per = \"400 days\" }]");
    check_recharges(&live(&scenario(&(policy + &usage(size, "1000"))), ()), size);
}

fn windows(size: u64) {
    let policy = policy(", caps = [{ recharges = 1, per = \"30min\" }]");
    check_recharges(&live(&scenario(&(policy + &usage(size, "1000"))), ()), size);
}

/// As many charges as scripted failures, none of which ever comes.
fn scripted(size: u64) {
    let attempts: Vec<String> = (0..size).map(|n| (1_000_000 + n).to_string()).collect();
    let payment = format!("payment.fail_attempts = [{}]\n", attempts.join(", "));
    let figures = live(&scenario(&(policy("") + &payment + &usage(size, "1000"))), ());
    check_recharges(&figures, size);
}

/// As many charges as outages, all of which are over before the second charge.
fn outages(size: u64) {
    let windows: Vec<String> = (0..size)
        .map(|n| {
            let (second, millis) = (n / 500, n % 500 * 2);
            let at = |millis: u64| format!("2026-01-01T00:00:{second:02}.{millis:03}");
            format!("{{ from = {}, to = {} }}", at(millis), at(millis + 1))
        })
        .collect();
    let payment = format!("payment.outages = [{}]\n", windows.join(", "));
    let figures = live(&scenario(&(policy("") + &payment + &usage(size, "1000"))), ());
    check_recharges(&figures, size);
}

/// After every charge other caps, which look back at one day.
fn changed_caps(size: u64) {
    let changes = top_ups(size).replace(
        "do = \"top_up\"\npackage = \"a\"",
        "do = \"change_caps\"\ncaps = [{ recharges = 1000000, per = \"day\" }]",
    );
    let figures = live(&scenario(&(policy("") + &usage(size, "1000") + &changes)), ());
    check_recharges(&figures, size);
}

fn journal(size: u64) {
    let scenario = scenario(&(policy("") + &usage(size, "1000")));
    let journal = Journal::new(io::sink(), scenario.zone, scenario.currency.minor());
    check_recharges(&live(&scenario, journal), size);
}

fn waiting(size: u64) {
    let service = "service = { comes_back_after = \"30 days\" }\n";
    let figures = live(&scenario(&(service.to_owned() + &usage(size, "2000"))), ());
    assert!(figures.refused_events >= size, "{} refusals", figures.refused_events);
}

fn cycles(size: u64) {
    let text = text(&policy("")).replace("end = 2027", &format!("end = {:04}", 2026 + size));
    let scenario = Scenario::from_text("growth.toml", &text, Path::new("."));
    let figures = live(&scenario.unwrap_or_else(|error| panic!("{error}")), ());
    assert_eq!(figures.cycles, size * 12);
}

/// So many top-ups over the year.
fn top_ups(size: u64) -> String {
    let mut all = String::new();
    for number in 0..size {
        let minute = number * 525_600 / size;
        let (day, hour, minute) = (minute / 1_440, minute / 60 % 24, minute % 60);
        let day = Instant::from_millis((20_454 + day as i64) * 86_400_000).to_string();
        let _ = write!(
            all,
            "[[actions]]\nat = {}T{hour:02}:{minute:02}:00\ndo = \"top_up\"\npackage = \"a\"\n",
            day.split('T').next().unwrap_or_default()
        );
    }
    all
}

fn actions_read(size: u64) {
    let text = text(&top_ups(size));
    assert!(measured(|| Scenario::from_text("growth.toml", &text, Path::new(".")).is_ok()));
}

fn actions(size: u64) {
    assert_eq!(live(&scenario(&top_ups(size)), ()).top_ups, size);
}

fn events_read(size: u64) {
    let events: Vec<String> = (0..size)
        .map(|number| format!("{{ at = 2026-01-01T00:00:00.{:03}, credits = 5 }}", number % 1_000))
        .collect();
    let text = text(&format!("usage.events = [{}]\n", events.join(", ")));
    assert!(measured(|| Scenario::from_text("growth.toml", &text, Path::new(".")).is_ok()));
}

/// Counts one dimension; its row of the table and the exponent of its last decade.
fn row(&(name, least, decades, _): &Dimension) -> Result<(String, f64), String> {
    let sizes: Vec<u64> = (0..=decades).map(|decade| least * 10_u64.pow(decade)).collect();
    let mut counts = Vec::new();
    for size in &sizes {
        counts.push(count(&["work", name, &size.to_string()])? as f64);
    }
    let sizes: Vec<f64> = sizes.iter().map(|&size| size as f64).collect();
    let before_last = sizes.len() - 2;
    let last = exponent(&sizes[before_last..], &counts[before_last..]);
    let mut all: Vec<String> = counts.iter().map(|count| format!("{:.3}", count / 1e6)).collect();
    all.resize(4, String::new());
    let line = format!(
        "| {name} | {least} to {} | {} | {:.2} | {last:.2} |",
        least * 10_u64.pow(decades),
        all.join(" | "),
        exponent(&sizes, &counts),
    );
    Ok((line, last))
}

fn table(only: &str) -> ExitCode {
    println!(
        "| | from, to | million instructions | × 10 | × 100 | × 1,000 | exponent | last decade |\n\
         |---|---|---|---|---|---|---|---|"
    );
    let (mut steep, mut failed) = (Vec::new(), false);
    for dimension in DIMENSIONS.iter().filter(|(name, ..)| name.contains(only)) {
        match row(dimension) {
            Ok((line, last)) => {
                println!("{line}");
                steep.extend((last > STEEPEST).then_some(dimension.0));
            }
            Err(error) => {
                eprintln!("{}: {error}", dimension.0);
                failed = true;
            }
        }
    }
    for name in &steep {
        eprintln!("{name}: grows faster than its size to the power of {STEEPEST}");
    }
    if steep.is_empty() && !failed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn main() -> ExitCode {
    let asked: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
    if let ["work", name, size] = asked.as_slice() {
        let dimension = DIMENSIONS.iter().find(|dimension| dimension.0 == *name);
        dimension.expect("a dimension").3(size.parse().expect("a size"));
        return ExitCode::SUCCESS;
    }
    if !counted::possible() {
        println!("growth is counted by valgrind, which is not installed: nothing was counted");
        return ExitCode::SUCCESS;
    }
    table(asked.first().copied().unwrap_or_default())
}
