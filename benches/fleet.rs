//! What a fleet costs an event, reading its file included, beside loops that do less over the same file.
//!
//! The file has so many accounts of so many events, once grouped by account and once in the order of time. All
//! figures are the least of interleaved rounds, in nanoseconds of the wall clock per event, with the peak of memory
//! at the end:
//!
//! - the bytes of the file read and its line ends counted, which nothing that reads it can beat;
//! - its rows replayed by the plain engine from memory, without reading and without books;
//! - the fleet on one thread and on two, grouped and in any order.
//!
//! Before anything is timed, all ways must come to the same spend. `RECHARGE_FLEET=ACCOUNTS,EVENTS` sets the size.

use std::fs::{self, File};
use std::hint::black_box;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant as Clock;

use recharge_study::domain::{Credits, Instant, Money};
use recharge_study::engine::{Chunk, Engine, Pace};
use recharge_study::fleet::{FleetRules, FleetWork, Roster};
use recharge_study::inquiry::{self, WorkerPool};
use recharge_study::metrics::Metrics;
use recharge_study::payments::Processor;
use recharge_study::replay::{Course, drive};
use recharge_study::scenario::{Scenario, UsageOrigin};
use recharge_study::streams::Streams;
use recharge_study::usage::Held;
use recharge_study::usage::csv::{CsvSettings, InputSource};

const ROUNDS: usize = 3;

const RULES: &str = "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-04-01\nplan = \"p\"\n\
    [plans.p]\nfee = \"19.00\"\nallowance = 500\n\
    [packages.a]\ncredits = 300\nprice = \"7.00\"\n[recharge]\nat_or_below = 20\npackage = \"a\"\n\
    credits_expire = \"60 days\"\n[payment]\nlatency = \"5s\"\nretry_after = \"1h\"\n";

/// The event of an account: its instant and whole credits.
fn event(account: usize, number: usize, events: usize) -> (i64, i64) {
    const FIRST: i64 = 1_767_225_600_000;
    let apart = 90 * 86_400_000 / events as i64;
    let at = FIRST + number as i64 * apart + (account as i64 * 7_919) % apart.max(1);
    (at / 1_000 * 1_000, 1 + ((account * 31 + number * 17) % 5) as i64)
}

/// Writes both files; returns their paths.
fn files(folder: &Path, accounts: usize, events: usize) -> [PathBuf; 2] {
    let paths = ["grouped.csv", "any.csv"].map(|name| folder.join(name));
    let mut grouped = BufWriter::new(File::create(&paths[0]).unwrap());
    let mut any = BufWriter::new(File::create(&paths[1]).unwrap());
    for file in [&mut grouped, &mut any] {
        writeln!(file, "account_id,time,credits").unwrap();
    }
    let row = |file: &mut BufWriter<File>, account: usize, number: usize| {
        let (at, amount) = event(account, number, events);
        writeln!(file, "account-{account:07},{},{amount}", Instant::from_millis(at)).unwrap();
    };
    for account in 0..accounts {
        (0..events).for_each(|number| row(&mut grouped, account, number));
    }
    for number in 0..events {
        (0..accounts).for_each(|account| row(&mut any, account, number));
    }
    grouped.flush().unwrap();
    any.flush().unwrap();
    paths
}

/// Reads the bytes of a file and counts its line ends.
fn lines(path: &Path) -> usize {
    let mut file = File::open(path).unwrap();
    let (mut buffer, mut lines) = (vec![0; 1 << 20], 0);
    loop {
        match file.read(&mut buffer).unwrap() {
            0 => return lines,
            read => lines += buffer[..read].iter().filter(|byte| **byte == b'\n').count(),
        }
    }
}

/// Replays the accounts from memory, one after another; returns the spend of all.
fn plain(scenario: &Scenario, accounts: usize, events: usize) -> (Money, f64) {
    let horizon = scenario.setup.horizon;
    let (mut spend, mut seconds) = (Money::ZERO, 0.0);
    for account in 0..accounts {
        let event = |number| {
            let (at, amount) = event(account, number, events);
            (Instant::from_millis(at), Credits::whole(amount))
        };
        let mut feed = Held::new((0..events).map(event).collect(), horizon);
        let clock = Clock::now();
        let streams = Streams { seed: scenario.seed, replication: 0 };
        let processor = Processor::new(&scenario.luck, streams);
        let engine = Engine::start(&scenario.setup, Pace::Skip, processor, Metrics::new(horizon));
        let mut engines = [engine.unwrap()];
        let course = Course { horizon, marks: &[] };
        drive(&mut feed, &mut Chunk::new(), &mut engines, course, &|| false).unwrap();
        let [engine] = engines;
        spend = spend.plus(engine.finish().unwrap().total().total_spend()).unwrap();
        seconds += clock.elapsed().as_secs_f64();
    }
    (spend, seconds)
}

/// Replays a fleet from its file; returns the spend of all.
fn fleet(rules: &FleetRules, path: &Path, threads: usize) -> Money {
    let settings = CsvSettings { hash: None, ..rules.base().csv.clone() };
    let pool = WorkerPool::new(Some(threads), usize::MAX).unwrap();
    let work = FleetWork { rules, row: None, futures: None, watch: &() };
    let source = InputSource::File(path.to_owned());
    let answer = inquiry::fleet(work, &source, &settings, &pool).unwrap();
    answer.fold.base.figures.total_spend()
}

/// The peak of resident memory in megabytes; `None` where the system does not tell.
fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes / 1_000)
}

fn main() {
    let size = std::env::var("RECHARGE_FLEET").unwrap_or("2000,1000".to_owned());
    let (accounts, events) = size.split_once(',').expect("write RECHARGE_FLEET=ACCOUNTS,EVENTS");
    let (accounts, events): (usize, usize) = (accounts.parse().unwrap(), events.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let [grouped, any] = files(folder.path(), accounts, events);
    let scenario =
        Scenario::parse("bench.toml", RULES, Path::new(""), UsageOrigin::Command).unwrap();
    let rules = FleetRules::new(scenario.clone(), None, Roster::default()).unwrap();
    let (spend, _) = plain(&scenario, accounts, events);
    for (path, threads) in [(&grouped, 1), (&grouped, 2), (&any, 2)] {
        assert_eq!(fleet(&rules, path, threads), spend, "the fleet is the sum of its accounts");
    }
    let mut least = [f64::INFINITY; 6];
    for _ in 0..ROUNDS {
        let timed = |work: &dyn Fn()| {
            let clock = Clock::now();
            work();
            clock.elapsed().as_secs_f64()
        };
        let found = [
            timed(&|| {
                black_box(lines(&grouped));
            }),
            plain(&scenario, accounts, events).1,
            timed(&|| {
                black_box(fleet(&rules, &grouped, 1));
            }),
            timed(&|| {
                black_box(fleet(&rules, &grouped, 2));
            }),
            timed(&|| {
                black_box(fleet(&rules, &any, 1));
            }),
            timed(&|| {
                black_box(fleet(&rules, &any, 2));
            }),
        ];
        least.iter_mut().zip(found).for_each(|(least, found)| *least = least.min(found));
    }
    println!("{accounts} accounts of {events} events, ns an event");
    let names = [
        "bytes read, lines counted",
        "plain engine, no reading, no books",
        "fleet, grouped, 1 thread",
        "fleet, grouped, 2 threads",
        "fleet, any order, 1 thread",
        "fleet, any order, 2 threads",
    ];
    let all = (accounts * events) as f64;
    for (name, seconds) in names.iter().zip(least) {
        println!("{name:40} {:8.1}", seconds * 1e9 / all);
    }
    match peak() {
        Some(megabytes) => println!("{:40} {megabytes:8} MB", "peak of resident memory"),
        None => println!("{:40} unknown here", "peak of resident memory"),
    }
}
