//! The reference work as files, for `benches/peers/run`: the trace, what each charge attempt is
//! answered, the expected totals, a CSV to parse, and what all of it costs here.
//!
//! `cargo bench --bench peers -- export DIR [ROWS]` writes `times.i64` and `amounts.i64` (milliseconds and
//! micro-credits, little-endian), `months.i64`, `attempts.u8` (1: attempt fails), `expected.json` and
//! `usage.csv`, with the same rows in the shapes of exports beside it; `-- time` prints the nanoseconds of one
//! usage event and candidate. The work is that of `benches/engine.rs`, which holds these totals equal to a plain loop's.

#[path = "../reference/mod.rs"]
mod reference;

use std::fs;
use std::hint::black_box;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant as Clock;

use recharge::domain::Instant;
use recharge::engine::{Answer, Chunk, Pace, Payments};
use recharge::scenario::Scenario;
use serde_json::{Value, json};

use reference::{Candidate, Totals, candidates, engine, processor, scenario, trace};

/// Attempts whose answers are written; no candidate makes so many.
const ATTEMPTS: u64 = 20_000;
/// Timed rounds, of which the least is told.
const ROUNDS: usize = 5;

/// Recharges, failed attempts, refused and remaining micro-credits.
fn totals(scenario: &Scenario, chunks: &[Chunk]) -> [i128; 4] {
    let Totals { recharges, failed, refused, closing } = engine(scenario, chunks, Pace::Skip);
    let attempts = recharges + failed;
    assert!(attempts < ATTEMPTS, "{attempts} attempts");
    [i128::from(recharges), i128::from(failed), refused, closing]
}

fn words(values: impl Iterator<Item = i64>) -> Vec<u8> {
    values.flat_map(i64::to_le_bytes).collect()
}

fn export(folder: &Path, rows: u64) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let candidates = candidates();
    let first = scenario(candidates[0]);
    let chunks = trace(&first, 0);
    let each = || chunks.iter().flat_map(|chunk| (0..chunk.len()).map(move |i| (chunk, i)));
    fs::write(folder.join("times.i64"), words(each().map(|(chunk, i)| chunk.at(i).millis())))?;
    let amounts: Vec<i64> = each().map(|(chunk, i)| chunk.amount(i).micro()).collect();
    fs::write(folder.join("amounts.i64"), words(amounts.iter().copied()))?;
    let horizon = first.setup.horizon;
    let cycles = std::iter::successors(Some(horizon.from), |&at| {
        Some(first.setup.policy.contract.cycles.around(at).to).filter(|&next| next <= horizon.to)
    });
    fs::write(folder.join("months.i64"), words(cycles.map(Instant::millis)))?;
    let mut answers = processor(&first, 0);
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
    let length = horizon.to.since(horizon.from).millis() / 1_000;
    let each = || {
        (0..rows).zip(amounts.iter().cycle()).map(|(row, amount)| {
            let second = (i128::from(row) * i128::from(length) / i128::from(rows)) as i64;
            (row, Instant::from_millis(horizon.from.millis() + second * 1_000), amount / 1_000_000)
        })
    };
    for shape in SHAPES {
        let mut csv = BufWriter::new(fs::File::create(folder.join(shape.file))?);
        if !shape.header.is_empty() {
            writeln!(csv, "{}", shape.header)?;
        }
        for (row, at, credits) in each() {
            (shape.write)(&mut csv, row, at, credits)?;
        }
        csv.flush()?;
    }
    Ok(())
}

/// A shape of an export: how its rows are written.
struct Shape {
    file: &'static str,
    header: &'static str,
    write: fn(&mut BufWriter<fs::File>, u64, Instant, i64) -> std::io::Result<()>,
}

/// The plain one, and those of exports: more columns than two, all cells quoted, several meters a row, times with an offset,
/// rows that a condition leaves out, JSON lines.
const SHAPES: [Shape; 7] = [
    Shape {
        file: "usage.csv",
        header: "timestamp,credits",
        write: |csv, _, at, credits| writeln!(csv, "{at},{credits}"),
    },
    Shape {
        file: "columns.csv",
        header: "timestamp,region,model,credits",
        write: |csv, row, at, credits| {
            let place = row % 4;
            writeln!(csv, "{at},eu-{place},model-{place},{credits}")
        },
    },
    Shape {
        file: "quoted.csv",
        header: "\"timestamp\",\"model\",\"credits\",\"note\"",
        write: |csv, row, at, credits| {
            writeln!(csv, "\"{at}\",\"model-{}\",\"{credits}.25\",\"row, {row}\"", row % 4)
        },
    },
    Shape {
        file: "meters.csv",
        header: "timestamp,input_tokens,cached_tokens,output_tokens",
        write: |csv, row, at, credits| {
            writeln!(csv, "{at},{},{},{credits}", row % 5_000, row % 3_000)
        },
    },
    Shape {
        file: "offsets.csv",
        header: "timestamp,credits",
        write: |csv, _, at, credits| {
            let local = at.to_string();
            writeln!(csv, "{}+00:00,{credits}", local.trim_end_matches('Z'))
        },
    },
    Shape {
        file: "filters.csv",
        header: "timestamp,kind,credits",
        write: |csv, row, at, credits| {
            let kind = ["usage", "refund", "tax", "usage"][row as usize % 4];
            writeln!(csv, "{at},{kind},{credits}")
        },
    },
    Shape {
        file: "lines.jsonl",
        header: "",
        write: |csv, row, at, credits| {
            let model = row % 4;
            writeln!(
                csv,
                "{{\"timestamp\":\"{at}\",\"model\":\"m-{model}\",\"credits\":{credits}}}"
            )
        },
    },
];

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
    let chunks = trace(&scenarios[0], 0);
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
