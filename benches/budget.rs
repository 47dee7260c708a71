//! Whether common work still fits its budget of instructions: `benches/budget.txt`.
//!
//! `cargo bench --bench budget` counts with valgrind's callgrind, compares, and fails if anything needs
//! over 3 % more than its budget; `-- bless` writes what was counted as the new budget. Where there is no
//! valgrind it says so and succeeds. Instructions do not depend on what else the machine does; they do
//! on the compiler, which the file names.

#[allow(dead_code)]
mod counted;
mod reference;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use counted::{Verdict, budgets, count, judge, measured};
use recharge::domain::Instant;
use recharge::engine::{Chunk, Pace};
use recharge::metrics::Metrics;
use recharge::scenario::{Scenario, StudyTable, Variation};
use recharge::study::StudySpec;
use recharge::study::candidates::{candidates, source};
use recharge::usage::Feed;
use recharge::usage::csv::{CsvSettings, InputSource, Mode};
use recharge::usage::meaning::formula::Condition;
use reference::{lived, pool, trace};

/// A piece of work and its name in the file.
const WORK: &[(&str, fn())] = &[
    ("read a scenario", read_a_scenario),
    ("draw a year of a million events", draw),
    ("draw a month with a profile, growth and spikes", draw_shaped),
    ("look at what a CSV of 100,000 plain rows is", || rows("2026-01-01T00:00:00Z", Part::Opening)),
    ("read 100,000 plain rows of a CSV", || rows("2026-01-01T00:00:00Z", Part::Rows)),
    ("read 100,000 rows with local times and decimals", || rows("2026-01-01 00:00", Part::Rows)),
    ("look at what a CSV of 100,000 rows of several columns is", look_at_several_columns),
    ("read 100,000 rows of several columns for what they mean", for_their_meaning),
    ("read 100,000 rows of which a condition leaves out half", || {
        read_on_one_thread(&half_of_several_columns());
    }),
    ("read 100,000 lines of JSON for what they mean", || read_on_one_thread(&json_lines())),
    ("read 100,000 rows of quoted cells", || read_on_one_thread(&quoted_cells())),
    ("replay a held year, 500 recharges", || live(Pace::Skip)),
    ("step through a held year", || live(Pace::Step)),
    ("decide on 64 candidates over a held year", decide),
    ("study 64 candidates in 2 replications of a month", study),
];

const POLICY: &str = "currency = \"USD\"\nstart = 2026-01-01\nend = 2027-01-01\nplan = \"p\"\n\
    plans.p = { fee = \"39.00\", allowance = 8000 }\n\
    packages.a = { credits = 1000, price = \"7.00\" }\n\
    recharge = { at_or_below = 100, package = \"a\", caps = [{ recharges = 40, per = \"month\" }] }\n\
    payment = { latency = \"5s\", fail_probability = \"2%\" }\n\
    usage.generate.per_day = 2740.0\n\
    usage.generate.amount = { law = \"geometric\", mean = 2 }\n";

fn parsed(text: &str) -> Scenario {
    Scenario::from_text("budget.toml", text, Path::new(".")).unwrap_or_else(|e| panic!("{e}"))
}

fn read_a_scenario() {
    measured(|| parsed(POLICY));
}

fn draw() {
    let scenario = parsed(POLICY);
    measured(|| trace(&scenario, 0));
}

fn draw_shaped() {
    let shaped = POLICY.replace("end = 2027-01-01", "end = 2026-02-01")
        + "usage.generate.weekdays = [1, 1, 1, 1, 1, 0.3, 0.2]\n\
           usage.generate.growth_per_month = \"5%\"\n\
           usage.generate.spikes = [{ at = 2026-01-20T08:00:00, lasts = \"6h\", times = 5 }]\n";
    let scenario = parsed(&shaped);
    measured(|| trace(&scenario, 0));
}

/// A part of the reading of a file.
enum Part {
    /// What is done once, however long the file is.
    Opening,
    /// What is done for its rows.
    Rows,
}

/// Reads rows written like this one, of which the time says how.
fn rows(like: &str, part: Part) {
    let scenario = parsed(POLICY);
    let (plain, mut text) = (like.ends_with('Z'), "timestamp,credits\n".to_owned());
    for row in 0..100_000 {
        let at = scenario.setup.horizon.from.millis() + row * 300_000;
        let at = Instant::from_millis(at).to_string();
        let _ = match plain {
            true => writeln!(text, "{at},{}", row % 500),
            false => writeln!(text, "{},{}.5", at[..16].replace('T', " "), row % 500),
        };
    }
    let source = InputSource::Bytes(text.into_bytes().into());
    let settings = CsvSettings { hash: None, ..scenario.meaning.csv };
    let open = || recharge::usage::open(source, settings, Mode::Stream).expect("a header");
    let mut feed = match part {
        Part::Opening => return drop(measured(open)),
        Part::Rows => open(),
    };
    measured(|| {
        let mut chunk = Chunk::new();
        loop {
            feed.fill(&mut chunk).expect("rows");
            if chunk.is_empty() {
                return;
            }
        }
    });
}

/// An export in memory, and how it is read.
struct Export {
    text: String,
    settings: CsvSettings,
}

impl Export {
    /// Rows, each written by its number and its instant, below a header if there is one.
    fn of(header: &str, row: impl Fn(i64, Instant) -> String) -> Export {
        let scenario = parsed(POLICY);
        let from = scenario.setup.horizon.from.millis();
        let rows = (0..100_000).map(|n| row(n, Instant::from_millis(from + n * 300_000)));
        let text = header.to_owned() + &rows.collect::<String>();
        Export { text, settings: CsvSettings { hash: None, ..scenario.meaning.csv } }
    }
}

/// More columns than a time and an amount, of words and ids.
fn several_columns() -> Export {
    Export::of("timestamp,host,model,type,request,credits\n", |row, at| {
        let host = ["one", "two", "three"][(row * row % 7 % 3) as usize];
        let model = ["small", "large"][(row / 7 % 2) as usize];
        let kind = ["chat", "batch"][(row % 2) as usize];
        format!("{at},{host},{model},{kind},r{row},{}.5\n", row * 7_919 % 500)
    })
}

fn half_of_several_columns() -> Export {
    let Export { text, mut settings } = several_columns();
    let condition = Condition::parse("type = 'chat'").expect("a condition");
    settings.meaning.filters = vec![condition];
    Export { text, settings }
}

fn json_lines() -> Export {
    Export::of("", |row, at| {
        let (model, credits) = (row * row % 7 % 4, row * 7_919 % 500);
        format!("{{\"timestamp\":\"{at}\",\"model\":\"m-{model}\",\"credits\":{credits}}}\n")
    })
}

fn quoted_cells() -> Export {
    Export::of("\"timestamp\",\"model\",\"credits\",\"note\"\n", |row, at| {
        let (model, credits) = (row * row % 7 % 4, row * 7_919 % 500);
        format!("\"{at}\",\"model-{model}\",\"{credits}.25\",\"row, {row}\"\n")
    })
}

/// Opens an export.
fn opened(export: &Export, mode: Mode) -> Box<dyn Feed> {
    let source = InputSource::Bytes(export.text.as_bytes().into());
    recharge::usage::open(source, export.settings.clone(), mode).expect("rows of usage")
}

/// Looks at rows that the plain reader takes.
fn look_at_several_columns() {
    let Export { text, settings } = several_columns();
    let export = Export { text: text.replace("batch", "chat"), settings };
    measured(|| opened(&export, Mode::Stream));
}

/// Reads rows of more columns than a time and an amount, one after another, to their end.
fn for_their_meaning() {
    let export = several_columns();
    // What a thread besides would do is not counted.
    pool(1).install(|| drop(measured(|| opened(&export, Mode::Examine))));
}

/// Reads an export to its end, whichever reader takes it.
fn read_on_one_thread(export: &Export) {
    let read = || {
        let (mut feed, mut chunk) = (opened(export, Mode::Stream), Chunk::new());
        loop {
            feed.fill(&mut chunk).expect("rows");
            if chunk.is_empty() {
                return;
            }
        }
    };
    // What a thread besides would do is not counted.
    pool(1).install(|| measured(read));
}

fn live(pace: Pace) {
    let scenario = parsed(POLICY);
    let chunks = trace(&scenario, 0);
    measured(|| lived(&scenario, &chunks, pace, Metrics::new(scenario.setup.horizon)));
}

/// What a study does besides drawing: all candidates live through a chunk before the next.
fn decide() {
    let scenarios: Vec<Scenario> =
        reference::candidates().into_iter().map(reference::scenario).collect();
    let chunks = trace(&scenarios[0], 0);
    measured(|| reference::lived_side_by_side(&scenarios, &chunks));
}

fn study() {
    let month = parsed(&POLICY.replace("end = 2027-01-01", "end = 2026-02-01"));
    let packages: [i64; 8] = [500, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 8_000];
    let thresholds: [i64; 8] = [0, 50, 100, 200, 500, 1_000, 2_000, 4_000];
    let vary = vec![
        Variation::list(["packages", "a", "credits"], packages),
        Variation::list(["recharge", "at_or_below"], thresholds),
    ];
    let table = StudyTable { vary, ..StudyTable::default() };
    let spec = StudySpec { table, ..StudySpec::default() };
    let mut all = candidates(&month, &spec).unwrap_or_else(|error| panic!("{error}"));
    all.truncate(64);
    let drawn = source(&month, None, Default::default()).expect("a law");
    // What a thread besides would do is not counted.
    let one = pool(1);
    one.install(|| measured(|| reference::study(&all, &drawn, 2, &one)));
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/budget.txt")
}

/// The file of budgets with these counts.
fn written(counts: &[(&str, u64)]) -> String {
    let version = |program: &str| {
        let output = Command::new(program).arg("--version").output().map(|output| output.stdout);
        String::from_utf8_lossy(&output.unwrap_or_default()).trim().to_owned()
    };
    let mut text = format!(
        "# Instructions of common work, written by `cargo bench --bench budget -- bless`.\n# {}, {}.\n",
        version("rustc"),
        version("valgrind")
    );
    for (name, count) in counts {
        let _ = writeln!(text, "{name} {count}");
    }
    text
}

fn run(bless: bool) -> Result<ExitCode, String> {
    let budgets = budgets(&fs::read_to_string(file()).unwrap_or_default());
    let (mut counts, mut exceeded) = (Vec::new(), false);
    println!("| work | instructions | budget | |\n|---|---|---|---|");
    for &(name, _) in WORK {
        let count = count(&["work", name])?;
        let budget = budgets.iter().find(|(other, _)| other == name).map(|&(_, budget)| budget);
        let verdict = judge(budget, count);
        let change = budget.map_or(String::new(), |budget| {
            format!("{:+.1} %", 100.0 * (count as f64 / budget as f64 - 1.0))
        });
        println!("| {name} | {count} | {} | {change} {verdict:?} |", budget.unwrap_or_default());
        exceeded |= matches!(verdict, Verdict::Exceeded | Verdict::New);
        counts.push((name, count));
    }
    if bless {
        fs::write(file(), written(&counts)).map_err(|error| error.to_string())?;
        return Ok(ExitCode::SUCCESS);
    }
    if exceeded {
        eprintln!("over budget; if that is meant: cargo bench --bench budget -- bless");
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

fn main() -> ExitCode {
    let asked: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    if let [work, name] = asked.as_slice()
        && work == "work"
    {
        let found = WORK.iter().find(|(other, _)| other == name);
        found.expect("a piece of work").1();
        return ExitCode::SUCCESS;
    }
    if !counted::possible() {
        println!(
            "instructions are counted by valgrind, which is not installed: nothing was judged"
        );
        return ExitCode::SUCCESS;
    }
    run(asked.iter().any(|arg| arg == "bless")).unwrap_or_else(|error| {
        eprintln!("{error}");
        ExitCode::FAILURE
    })
}
