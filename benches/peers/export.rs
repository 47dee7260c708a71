//! The reference work as files, for `benches/peers/run`: the trace, what each charge attempt is
//! answered, the expected totals, a CSV to parse, and what all of it costs here.
//!
//! `cargo bench --bench peers -- export DIR [ROWS]` writes `times.i64` and `amounts.i64` (milliseconds and
//! micro-credits, little-endian), `months.i64`, `attempts.u8` (1: attempt fails), `expected.json` and
//! `usage.csv`; `-- time` prints the nanoseconds of one usage event and candidate. The work is
//! that of `benches/engine.rs`, which holds these totals equal to a plain loop's.

use std::fs;
use std::hint::black_box;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant as Clock;

use recharge::domain::Instant;
use recharge::engine::{Answer, Chunk, Engine, Pace, Payments};
use recharge::metrics::Metrics;
use recharge::payments::Processor;
use recharge::replay;
use recharge::scenario::Scenario;
use recharge::streams::Streams;
use recharge::usage::csv::Mode;
use serde_json::{Value, json};

/// Attempts whose answers are written; no candidate makes so many.
const ATTEMPTS: u64 = 20_000;
/// Timed rounds, of which the least is told.
const ROUNDS: usize = 5;

#[derive(Clone, Copy)]
struct Candidate {
    pack: i64,
    cap: Option<u64>,
    threshold: i64,
}

fn candidates() -> Vec<Candidate> {
    let caps = [Some(5), Some(15), Some(40), None];
    let mut all = Vec::new();
    for pack in [1_000, 2_000, 3_000, 6_000] {
        for cap in caps {
            all.extend([0, 100, 500, 2_000].map(|threshold| Candidate { pack, cap, threshold }));
        }
    }
    all
}

fn scenario(candidate: Candidate) -> Scenario {
    let Candidate { pack, cap, threshold } = candidate;
    let caps = cap.map_or(String::new(), |cap| {
        format!("recharge.caps = [{{ recharges = {cap}, per = \"month\" }}]\n")
    });
    let text = format!(
        "currency = \"USD\"\nstart = 2026-01-01\nend = 2027-01-01\nplan = \"p\"\n\
         plans.p.fee = \"39.00\"\nplans.p.allowance = 8000\n\
         packages.a.credits = {pack}\npackages.a.price = \"7.00\"\n\
         recharge.at_or_below = {threshold}\nrecharge.package = \"a\"\n{caps}\
         payment.latency = \"5s\"\npayment.fail_probability = \"2%\"\n\
         usage.generate.per_day = 2740.0\n\
         usage.generate.amount = {{ law = \"geometric\", mean = 2 }}\n"
    );
    Scenario::from_text("peers.toml", &text, Path::new(".")).unwrap_or_else(|e| panic!("{e}"))
}

/// The year of usage, in chunks.
fn trace(scenario: &Scenario) -> Vec<Chunk> {
    let mut feed = replay::feed(scenario, 0, Mode::Stream).expect("the usage can be drawn");
    let mut chunks = Vec::new();
    loop {
        let mut chunk = Chunk::new();
        feed.fill(&mut chunk).expect("the usage can be drawn");
        if chunk.is_empty() {
            return chunks;
        }
        chunks.push(chunk);
    }
}

fn processor(scenario: &Scenario) -> Processor<'_> {
    Processor::new(&scenario.luck, Streams { seed: scenario.seed, replication: 0 })
}

/// Recharges, failed attempts, refused and remaining micro-credits.
fn totals(scenario: &Scenario, chunks: &[Chunk]) -> [i128; 4] {
    let metrics = Metrics::new(scenario.setup.horizon);
    let mut engine = Engine::start(&scenario.setup, Pace::Skip, processor(scenario), metrics)
        .expect("the scenario starts");
    for chunk in chunks {
        engine.feed(chunk).expect("nothing overflows");
    }
    let metrics = engine.finish().expect("nothing overflows");
    let total = metrics.total();
    let attempts = total.recharges + total.failed_attempts;
    assert!(attempts < ATTEMPTS, "{attempts} attempts");
    [
        i128::from(total.recharges),
        i128::from(total.failed_attempts),
        total.refused().micro(),
        total.closing_balance.micro(),
    ]
}

fn words(values: impl Iterator<Item = i64>) -> Vec<u8> {
    values.flat_map(i64::to_le_bytes).collect()
}

fn export(folder: &Path, rows: u64) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let candidates = candidates();
    let first = scenario(candidates[0]);
    let chunks = trace(&first);
    let each = || chunks.iter().flat_map(|chunk| (0..chunk.len()).map(move |i| (chunk, i)));
    fs::write(folder.join("times.i64"), words(each().map(|(chunk, i)| chunk.times()[i].millis())))?;
    let amounts: Vec<i64> = each().map(|(chunk, i)| chunk.amount(i).micro()).collect();
    fs::write(folder.join("amounts.i64"), words(amounts.iter().copied()))?;
    let horizon = first.setup.horizon;
    let cycles = std::iter::successors(Some(horizon.from), |&at| {
        Some(first.setup.policy.cycles.around(at).to).filter(|&next| next <= horizon.to)
    });
    fs::write(folder.join("months.i64"), words(cycles.map(Instant::millis)))?;
    let mut answers = processor(&first);
    let fails = (1..=ATTEMPTS).map(|attempt| {
        u8::from(!matches!(answers.settle(attempt, horizon.from), Answer::Approved))
    });
    fs::write(folder.join("attempts.u8"), fails.collect::<Vec<u8>>())?;
    let expected: Vec<Value> = candidates
        .iter()
        .map(|&candidate| {
            let Candidate { pack, cap, threshold } = candidate;
            let totals = totals(&scenario(candidate), &chunks).map(|total| total as i64);
            json!({ "pack": pack, "cap": cap, "threshold": threshold, "totals": totals })
        })
        .collect();
    fs::write(folder.join("expected.json"), Value::Array(expected).to_string())?;
    fs::write(folder.join("one.toml"), first.text.as_bytes())?;
    let mut csv = BufWriter::new(fs::File::create(folder.join("usage.csv"))?);
    writeln!(csv, "timestamp,credits")?;
    let length = horizon.to.since(horizon.from).millis() / 1_000;
    for (row, amount) in (0..rows).zip(amounts.iter().cycle()) {
        let second = (i128::from(row) * i128::from(length) / i128::from(rows)) as i64;
        let at = Instant::from_millis(horizon.from.millis() + second * 1_000);
        writeln!(csv, "{at},{}", amount / 1_000_000)?;
    }
    csv.flush()
}

/// Nanoseconds that this thread was given a processor, which others on the machine hardly change; where the
/// system does not tell, those that passed.
fn clock(started: Clock) -> u128 {
    let told = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let busy = told.split(' ').next().and_then(|busy| busy.parse().ok());
    busy.unwrap_or_else(|| started.elapsed().as_nanos())
}

/// Nanoseconds of one usage event and candidate, the trace being held.
fn cost() -> f64 {
    let scenarios: Vec<Scenario> = candidates().into_iter().map(scenario).collect();
    let chunks = trace(&scenarios[0]);
    let events: usize = chunks.iter().map(Chunk::len).sum();
    let started = Clock::now();
    let round = |_| {
        let before = clock(started);
        for scenario in &scenarios {
            black_box(totals(scenario, &chunks));
        }
        (clock(started) - before) as f64 / (events * scenarios.len()) as f64
    };
    (0..ROUNDS).map(round).fold(f64::INFINITY, f64::min)
}

fn main() {
    let asked: Vec<String> =
        std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    match asked.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["export", folder] => export(Path::new(folder), 1_000_000).expect("files can be written"),
        ["export", folder, rows] => {
            let rows = rows.parse().expect("a number of rows");
            export(Path::new(folder), rows).expect("files can be written");
        }
        ["time"] => println!("{}", cost()),
        _ => println!("the reference work for other programs; see benches/peers/run"),
    }
}
