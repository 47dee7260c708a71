//! What a fleet costs an event, reading its file included, beside loops that do less over the same file.
//!
//! The file has so many accounts of so many events, first grouped by account and then in the order of time, one after
//! the other on the disk. All figures are the least of interleaved rounds, in nanoseconds of the wall clock per event:
//!
//! - the bytes of the file read and its line ends counted, which nothing that reads it can beat;
//! - its rows replayed by the plain engine from memory, without reading and without books;
//! - the fleet on one thread and on two, grouped and in any order, and how much faster two are;
//! - futures of all accounts on two threads, an event of each future being one.
//!
//! Beside each order stands the peak of resident memory while the fleet ran. Before anything is timed, all ways must come
//! to the same spend. `RECHARGE_FLEET=ACCOUNTS,EVENTS` sets the size, `RECHARGE_ROUNDS` the rounds (3), and
//! `RECHARGE_FUTURES` the futures (20 for up to two million events, and else none).

use std::fs::{self, File};
use std::hint::black_box;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant as Clock;

use recharge_inquiry::domain::{Credits, Instant, Money};
use recharge_inquiry::engine::{Chunk, Engine, Pace};
use recharge_inquiry::fleet::{FleetRules, FleetWork, Roster, WantedFutures};
use recharge_inquiry::inquiry::{self, WorkerPool};
use recharge_inquiry::metrics::Metrics;
use recharge_inquiry::payments::Processor;
use recharge_inquiry::replay::{Course, drive};
use recharge_inquiry::scenario::{Scenario, UsageOrigin};
use recharge_inquiry::streams::Streams;
use recharge_inquiry::usage::Held;
use recharge_inquiry::usage::csv::{CsvSettings, InputSource};

const RULES: &str = "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-04-01\nplan = \"p\"\n\
    [plans.p]\nfee = \"19.00\"\nallowance = 500\n\
    [packages.a]\ncredits = 300\nprice = \"7.00\"\n[recharge]\nat_or_below = 20\npackage = \"a\"\n\
    credits_expire = \"60 days\"\n[payment]\nlatency = \"5s\"\nretry_after = \"1h\"\n";

/// The order of rows in the file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    /// Account by account.
    Grouped,
    /// In the order of time.
    Any,
}

/// The event of an account: its instant and whole credits.
fn event(account: usize, number: usize, events: usize) -> (i64, i64) {
    const FIRST: i64 = 1_767_225_600_000;
    let apart = 90 * 86_400_000 / events as i64;
    let at = FIRST + number as i64 * apart + (account as i64 * 7_919) % apart.max(1);
    (at / 1_000 * 1_000, 1 + ((account * 31 + number * 17) % 5) as i64)
}

/// Writes the file in one of the orders; returns its path.
fn file(folder: &Path, order: Order, accounts: usize, events: usize) -> PathBuf {
    let path = folder.join("usage.csv");
    let mut file = BufWriter::new(File::create(&path).unwrap());
    writeln!(file, "account_id,time,credits").unwrap();
    let mut row = |account: usize, number: usize| {
        let (at, amount) = event(account, number, events);
        writeln!(file, "account-{account:07},{},{amount}", Instant::from_millis(at)).unwrap();
    };
    match order {
        Order::Grouped => {
            (0..accounts).for_each(|account| (0..events).for_each(|number| row(account, number)))
        }
        Order::Any => {
            (0..events).for_each(|number| (0..accounts).for_each(|account| row(account, number)))
        }
    }
    file.flush().unwrap();
    path
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

/// Replays a fleet from its file, with so many futures of each account; returns the spend of all.
fn fleet(rules: &FleetRules, path: &Path, threads: usize, futures: u64) -> Money {
    let settings = CsvSettings { hash: None, ..rules.base().csv.clone() };
    let pool = WorkerPool::new(Some(threads), usize::MAX).unwrap();
    let futures = (futures > 0).then(|| WantedFutures::new(futures));
    let work = FleetWork { rules, row: None, futures, watch: &() };
    let source = InputSource::File(path.to_owned());
    let answer = inquiry::fleet(work, &source, &settings, &pool).unwrap();
    answer.fold.base.figures.total_spend()
}

/// Forgets the peak of resident memory, where the system can.
fn forget_peak() {
    let _unknown_elsewhere = fs::write("/proc/self/clear_refs", "5");
}

/// The peak of resident memory in megabytes; `None` where the system does not tell.
fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes / 1_000)
}

/// Work by name, which returns its seconds.
type Work<'w> = (&'w str, &'w dyn Fn() -> f64);

/// The least seconds of each of some works over interleaved rounds.
fn least(rounds: usize, works: &[Work<'_>]) -> Vec<f64> {
    let mut least = vec![f64::INFINITY; works.len()];
    for _ in 0..rounds {
        for (least, (_, work)) in least.iter_mut().zip(works) {
            *least = least.min(work());
        }
    }
    least
}

/// The seconds that some work takes.
fn timed<T>(work: impl Fn() -> T) -> f64 {
    let clock = Clock::now();
    black_box(work());
    clock.elapsed().as_secs_f64()
}

/// A number from the environment.
fn given(name: &str, otherwise: usize) -> usize {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

/// Times the fleet in one order, on one thread and on two, with what runs beside it, and tells its memory.
fn time_fleet(
    (rules, path): (&FleetRules, &Path),
    name: &str,
    beside: &[Work<'_>],
    (rounds, all): (usize, f64),
) {
    forget_peak();
    let [one, two] = ["1 thread", "2 threads"].map(|threads| format!("fleet, {name}, {threads}"));
    let mut works = beside.to_vec();
    let on = |threads| timed(|| fleet(rules, path, threads, 0));
    let (on_one, on_two) = (|| on(1), || on(2));
    works.extend([(one.as_str(), &on_one as &dyn Fn() -> f64), (two.as_str(), &on_two)]);
    let found = least(rounds, &works);
    for ((work, _), seconds) in works.iter().zip(&found) {
        tell(work, *seconds, all);
    }
    let [.., one, two] = found[..] else { unreachable!("there are two at least") };
    println!("{:40} {:8.2} times", format!("fleet, {name}, 2 threads over 1"), one / two);
    let memory = format!("fleet, {name}, peak of memory");
    match peak() {
        Some(megabytes) => println!("{memory:40} {megabytes:8} MB"),
        None => println!("{memory:40}  unknown here"),
    }
}

fn tell(name: &str, seconds: f64, events: f64) {
    println!("{name:40} {:8.1} ns {seconds:10.2} s", seconds * 1e9 / events);
}

fn main() {
    let size = std::env::var("RECHARGE_FLEET").unwrap_or("2000,1000".to_owned());
    let (accounts, events) = size.split_once(',').expect("write RECHARGE_FLEET=ACCOUNTS,EVENTS");
    let (accounts, events): (usize, usize) = (accounts.parse().unwrap(), events.parse().unwrap());
    let rounds = given("RECHARGE_ROUNDS", 3);
    let futures = given("RECHARGE_FUTURES", if accounts * events <= 2_000_000 { 20 } else { 0 });
    let folder = tempfile::tempdir().unwrap();
    let scenario =
        Scenario::parse("bench.toml", RULES, Path::new(""), UsageOrigin::Command).unwrap();
    let rules = FleetRules::new(scenario.clone(), None, Roster::default()).unwrap();
    let all = (accounts * events) as f64;
    println!("{accounts} accounts of {events} events, ns an event and s in all");
    let (spend, _) = plain(&scenario, accounts, events);
    for (order, name) in [(Order::Grouped, "grouped"), (Order::Any, "any order")] {
        let path = file(folder.path(), order, accounts, events);
        for threads in [1, 2] {
            let found = fleet(&rules, &path, threads, 0);
            assert_eq!(found, spend, "the fleet is the sum of its accounts");
        }
        let beside: &[Work<'_>] = match order {
            Order::Grouped => &[
                ("bytes read, lines counted", &|| timed(|| lines(&path))),
                ("plain engine, no reading, no books", &|| plain(&scenario, accounts, events).1),
            ],
            Order::Any => &[],
        };
        time_fleet((&rules, &path), name, beside, (rounds, all));
        if order == Order::Any && futures > 0 {
            let drawn = || timed(|| fleet(&rules, &path, 2, futures as u64));
            let name = format!("fleet, {futures} futures, 2 threads");
            let seconds = least(rounds, &[(&name, &drawn)])[0];
            tell(&name, seconds, all * futures as f64);
        }
    }
}
