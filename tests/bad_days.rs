//! Bad days: inputs and outputs that are pipes, folders, bombs or each other, and ends that come early.

#![cfg(unix)]

mod results;

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

const SCENARIO: &str = "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-02-01\nplan = \"p\"\n\
     plans.p.fee = \"10.00\"\nplans.p.allowance = 1000\n\
     packages.a.credits = 100\npackages.a.price = \"1.00\"\n\
     recharge.at_or_below = 50\nrecharge.package = \"a\"\npayment.latency = \"5s\"\n";
const USAGE: &str = "time,credits\n2026-01-03T00:00:00Z,960\n2026-01-04T00:00:00Z,40\n";
/// Memory a process is given where it must not need more, in KiB. What threads reserve and do not use is not in it.
const LITTLE_MEMORY: u32 = 256 * 1024;

/// MiB that a bomb of lines unpacks to, and KiB of memory for a process that must not hold it.
const BOMB: usize = 80;
const LESS_THAN_A_BOMB: u32 = 64 * 1024;

/// A folder with a scenario and some usage.
struct Place(TempDir);

impl Place {
    fn new() -> Place {
        let place = Place(tempfile::tempdir().unwrap());
        place.file("scenario.toml", SCENARIO);
        place.file("usage.csv", USAGE);
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        fs::write(self.path(name), bytes).unwrap();
        self.path(name)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn pipe(&self, name: &str) -> PathBuf {
        let status = Command::new("mkfifo").arg(self.path(name)).status().unwrap();
        assert!(status.success());
        self.path(name)
    }

    /// The command, in this folder.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
        command.args(arguments).current_dir(&self.0).stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// The command after a line of shell, which sets limits.
    fn limited(&self, limits: &str, arguments: &[&str]) -> Output {
        Command::new("sh")
            .args(["-c", &format!("{limits}; exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_recharge")])
            .args(arguments)
            .current_dir(&self.0)
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    fn with_little_memory(&self, arguments: &[&str]) -> Output {
        self.limited(&format!("ulimit -d {LITTLE_MEMORY}"), arguments)
    }

    fn with_less_memory_than_a_bomb(&self, arguments: &[&str]) -> Output {
        self.limited(&format!("ulimit -d {LESS_THAN_A_BOMB}"), arguments)
    }

    /// What stands in the folder, sorted.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn json(output: &Output) -> serde_json::Value {
    assert_eq!(output.status.code(), Some(0), "{}", err(output));
    results::valid(&out(output))
}

/// Refused, with advice and without results.
fn refused(output: &Output, words: &str) {
    assert_eq!(output.status.code(), Some(2), "{}", err(output));
    assert!(err(output).contains(words), "{words}:\n{}", err(output));
    assert_eq!(out(output), "");
}

const AS_JSON: [&str; 4] = ["run", "scenario.toml", "--format", "json"];

#[test]
fn usage_streams_through_a_named_pipe() {
    let place = Place::new();
    let expected = json(&place.run(&[&AS_JSON[..], &["--usage", "usage.csv"]].concat()));
    let pipe = place.pipe("usage.fifo");
    let writer = thread::spawn(move || fs::write(pipe, USAGE).unwrap());
    let found = json(&place.run(&[&AS_JSON[..], &["--usage", "usage.fifo"]].concat()));
    writer.join().unwrap();
    for name in ["served", "recharges", "closing_balance", "usage_events"] {
        assert_eq!(found[name], expected[name], "{name}");
    }
}

#[test]
fn a_named_pipe_out_of_order_is_not_read_twice_but_refused() {
    let place = Place::new();
    let pipe = place.pipe("usage.fifo");
    let rows = "time,credits\n2026-01-04T00:00:00Z,40\n2026-01-03T00:00:00Z,960\n";
    let writer = thread::spawn(move || fs::write(pipe, rows).unwrap());
    let output = place.run(&["run", "scenario.toml", "--usage", "usage.fifo"]);
    writer.join().unwrap();
    refused(&output, "--sort");
}

#[test]
fn a_scenario_may_come_through_a_pipe() {
    let place = Place::new();
    let pipe = place.pipe("scenario.fifo");
    let writer = thread::spawn(move || fs::write(pipe, SCENARIO).unwrap());
    let output = place.run(&["check", "scenario.fifo"]);
    writer.join().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
}

#[test]
fn a_scenario_that_never_ends_is_refused() {
    let place = Place::new();
    let output = place.with_little_memory(&["check", "/dev/zero"]);
    assert_eq!(output.status.code(), Some(2), "{}", err(&output));
    assert!(err(&output).contains("1 MiB"), "{}", err(&output));
}

#[test]
fn a_directory_is_no_scenario() {
    let place = Place::new();
    for arguments in [["run", "."], ["check", "."], ["generate", "."]] {
        let output = place.run(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(err(&output).contains("directory"), "{}", err(&output));
    }
}

#[test]
fn a_file_that_grows_while_it_is_read_is_read_as_far_as_it_was() {
    let place = Place::new();
    let row = "2026-01-03T00:00:00Z,0\n";
    let path = place.file("usage.csv", format!("time,credits\n{}", row.repeat(50_000)));
    let mut child = place
        .command(&[&AS_JSON[..], &["--usage", "usage.csv"]].concat())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut file = fs::OpenOptions::new().append(true).open(path).unwrap();
    let mut added = 0;
    while child.try_wait().unwrap().is_none() && added < 20_000 {
        file.write_all(row.as_bytes()).unwrap();
        added += 1;
    }
    let read = json(&child.wait_with_output().unwrap())["usage_events"].as_u64().unwrap();
    assert!((50_000..=50_000 + added).contains(&read), "{read} of {added} more");
}

#[test]
fn a_line_of_64_megabytes_is_refused_in_little_memory() {
    let place = Place::new();
    let mut file = fs::File::create(place.path("long.csv")).unwrap();
    file.write_all(b"time,credits\n").unwrap();
    (0..64).for_each(|_| file.write_all(&[b'x'; 1 << 20]).unwrap());
    let usage = ["run", "scenario.toml", "--usage", "long.csv"];
    refused(&place.with_little_memory(&usage), "1 MiB");
    refused(&place.with_little_memory(&["check", "long.csv"]), "looks like usage");
    let skipping = [&usage[..], &["--skip-bad-rows"]].concat();
    refused(&place.with_little_memory(&skipping), "1 MiB");
}

/// Refused as usage, streamed, sorted and skipping bad rows, and as a scenario.
fn refused_as_too_long(place: &Place) {
    let usage = ["run", "scenario.toml", "--usage", "long.csv"];
    for more in [&[][..], &["--skip-bad-rows"], &["--sort"]] {
        let output = place.with_little_memory(&[&usage[..], more].concat());
        refused(&output, "long.csv, line 2: a row of more than 1 MiB");
    }
    refused(&place.with_little_memory(&["check", "long.csv"]), "looks like usage");
}

#[test]
fn a_line_of_a_gigabyte_that_takes_no_room_on_the_disk_is_refused_in_little_memory() {
    let place = Place::new();
    let mut file = fs::File::create(place.path("long.csv")).unwrap();
    file.write_all(b"time,credits\n").unwrap();
    // What was never written reads as zeros.
    file.set_len(1 << 30).unwrap();
    refused_as_too_long(&place);
}

#[test]
#[ignore = "writes a GB: cargo test --test bad_days -- --ignored"]
fn a_written_line_of_a_gigabyte_is_refused_in_little_memory() {
    let place = Place::new();
    let mut file = fs::File::create(place.path("long.csv")).unwrap();
    file.write_all(b"time,credits\n").unwrap();
    (0..1 << 10).for_each(|_| file.write_all(&[b'x'; 1 << 20]).unwrap());
    refused_as_too_long(&place);
}

/// gzip whose members unpack to a header and then `times` times a MiB of `line`.
fn bomb(line: &str, times: usize) -> Vec<u8> {
    let member = |text: &str| {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(text.as_bytes()).unwrap();
        packed.finish().unwrap()
    };
    let many = member(&line.repeat((1 << 20) / line.len()));
    [member("time,credits\n"), many.repeat(times)].concat()
}

#[test]
fn a_gzip_bomb_is_read_in_little_memory() {
    let place = Place::new();
    let line = "2026-01-03T00:00:00Z,0\n";
    let packed = bomb(line, BOMB);
    assert!(packed.len() < 4 << 20, "{}", packed.len());
    place.file("bomb.csv.gz", packed);
    let arguments = [&AS_JSON[..], &["--usage", "bomb.csv.gz"]].concat();
    let value = json(&place.with_less_memory_than_a_bomb(&arguments));
    assert_eq!(value["usage_events"], BOMB * ((1 << 20) / line.len()));
}

#[test]
fn a_gzip_bomb_without_lines_or_out_of_order_is_refused_in_little_memory() {
    let place = Place::new();
    place.file("line.csv.gz", bomb("0", BOMB));
    refused(
        &place.with_less_memory_than_a_bomb(&["run", "scenario.toml", "--usage", "line.csv.gz"]),
        "1 MiB",
    );
    place.file("sort.csv.gz", bomb("2026-01-04T00:00:00Z,1\n2026-01-03T00:00:00Z,1\n", 200));
    let output = place.with_little_memory(&["run", "scenario.toml", "--usage", "sort.csv.gz"]);
    refused(&output, "sort_limit");
}

#[test]
fn a_nul_in_a_name_is_refused() {
    let place = Place::new();
    for (name, line) in [
        ("name", "name = \"a\\u0000b\""),
        ("file", "usage.file = \"a\\u0000b.csv\""),
        ("plain", "name = \"a\0b\""),
    ] {
        place.file("nul.toml", format!("{SCENARIO}{line}\n"));
        let output = place.run(&["check", "nul.toml"]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(err(&output).contains("nul.toml:12"), "{name}: {}", err(&output));
        assert!(!err(&output).contains('\0'), "{name}");
    }
    let output =
        place.run(&["run", "scenario.toml", "--usage", "usage.csv", "--set", "name=a\u{1}"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn an_output_never_takes_the_place_of_an_input() {
    let place = Place::new();
    std::os::unix::fs::symlink(place.path("usage.csv"), place.path("link.csv")).unwrap();
    for journal in ["usage.csv", "./usage.csv", "link.csv", "scenario.toml"] {
        let output =
            place.run(&["run", "scenario.toml", "--usage", "usage.csv", "--journal", journal]);
        refused(&output, "write to another file");
        assert!(err(&output).contains("--journal"));
    }
    let output = place
        .command(&["run", "scenario.toml", "--usage", "-", "--journal", "usage.csv"])
        .stdin(fs::File::open(place.path("usage.csv")).unwrap())
        .output()
        .unwrap();
    refused(&output, "write to another file");
    let generating =
        format!("{SCENARIO}usage.generate.every = \"1h\"\nusage.generate.amount = 1\n");
    place.file("generating.toml", &generating);
    refused(&place.run(&["generate", "generating.toml", "--out", "generating.toml"]), "--out");
    assert_eq!(place.text("usage.csv"), USAGE);
    assert_eq!(place.text("scenario.toml"), SCENARIO);
    assert_eq!(place.text("generating.toml"), generating);
}

#[test]
fn an_output_given_twice_is_a_wrong_command_line() {
    let place = Place::new();
    let output = place.run(&[
        "run",
        "scenario.toml",
        "--usage",
        "usage.csv",
        "--journal",
        "a.csv",
        "--journal",
        "a.csv",
    ]);
    refused(&output, "--journal");
    assert_eq!(place.names(), ["scenario.toml", "usage.csv"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_takes_no_files_is_the_machines_failure() {
    let place = Place::new();
    for journal in ["/proc/journal.csv", "/sys/journal.csv"] {
        let output =
            place.run(&["run", "scenario.toml", "--usage", "usage.csv", "--journal", journal]);
        assert_eq!(output.status.code(), Some(3), "{}", err(&output));
        assert!(err(&output).contains(journal), "{}", err(&output));
        assert_eq!(out(&output), "");
    }
}

#[test]
fn a_disk_that_fills_up_midway_leaves_the_earlier_journal_and_nothing_else() {
    let place = Place::new();
    place.file("journal.csv", "earlier");
    let rows: String = (0..2_000)
        .map(|second| format!("2026-01-03T{:02}:{:02}:00Z,100\n", second / 60 % 24, second % 60))
        .collect();
    place.file("usage.csv", format!("time,credits\n{rows}"));
    // A limit on the size of a file says no in the middle of it, as a full disk does.
    let arguments =
        ["run", "scenario.toml", "--usage", "usage.csv", "--sort", "--journal", "journal.csv"];
    let output = place.limited("trap '' XFSZ; ulimit -f 16", &arguments);
    assert_eq!(output.status.code(), Some(3), "{}", err(&output));
    assert!(err(&output).contains("journal.csv: cannot be written"), "{}", err(&output));
    assert_eq!(out(&output), "");
    assert_eq!(place.text("journal.csv"), "earlier");
    assert_eq!(place.names(), ["journal.csv", "scenario.toml", "usage.csv"]);
    assert_eq!(place.run(&arguments).status.code(), Some(0));
    assert!(place.text("journal.csv").len() > 16 * 1024, "the limit was never met");
}

#[test]
fn standard_output_closed_at_the_start_does_no_harm() {
    let place = Place::new();
    let arguments = ["run", "scenario.toml", "--usage", "usage.csv", "--journal"];
    let output = place.limited("exec >&-", &[&arguments[..], &["closed.csv"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    place.run(&[&arguments[..], &["open.csv"]].concat());
    assert_eq!(place.text("closed.csv"), place.text("open.csv"));
}

/// Waits until something holds.
fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(20), "{what}");
        thread::sleep(Duration::from_millis(10));
    }
}

fn interrupt(child: &Child) {
    let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(status.success());
}

fn has_unfinished(folder: &Path) -> bool {
    unfinished_bytes(folder).is_some()
}

/// The bytes of the first unfinished output, if there is one.
fn unfinished_bytes(folder: &Path) -> Option<u64> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let mut found =
        entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(".recharge-"));
    found.next()?.metadata().ok().map(|of| of.len())
}

#[test]
fn a_second_ctrl_c_ends_at_once_and_leaves_nothing_behind() {
    let place = Place::new();
    place.file("journal.csv", "earlier");
    let mut child = place
        .command(&["run", "scenario.toml", "--usage", "-", "--journal", "journal.csv"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // More than a pipe and a buffer hold, so it is reading when all is written; and fewer rows than
    // it reads in one go, so it waits for more and does not see the first interrupt.
    let rows = format!("time,credits\n{}", "2026-01-03T00:00:00Z,1\n".repeat(11_000));
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(rows.as_bytes()).unwrap();
    wait_until("a journal is started", || has_unfinished(place.0.path()));
    interrupt(&child);
    thread::sleep(Duration::from_millis(300));
    assert!(child.try_wait().unwrap().is_none(), "it ended at the first");
    interrupt(&child);
    let status = child.wait().unwrap();
    drop(stdin);
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(status.code(), Some(130), "{said}");
    assert_eq!(place.text("journal.csv"), "earlier");
    assert_eq!(place.names(), ["journal.csv", "scenario.toml", "usage.csv"]);
}

#[test]
fn an_interrupt_is_heard_after_the_last_usage_too() {
    let place = Place::new();
    // Charges that fail and are tried again every half minute, for 30 years after the last usage.
    let text = SCENARIO.replace("end = 2026-02-01", "end = 2056-02-01").replace(
        "payment.latency = \"5s\"",
        "payment.latency = \"50s\"\npayment.retry_after = \"1s\"\npayment.fail_probability = \"100%\"",
    );
    place.file("scenario.toml", text);
    let child = place
        .command(&["run", "scenario.toml", "--usage", "usage.csv", "--journal", "journal.csv"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Rows are written by the bufferful: the first of them are of charges long after the last usage.
    wait_until("rows are written", || unfinished_bytes(place.0.path()).is_some_and(|n| n > 0));
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", err(&output));
    assert!(err(&output).contains("interrupted after 2 usage events"), "{}", err(&output));
    assert_eq!(place.names(), ["scenario.toml", "usage.csv"]);
}

#[test]
fn rules_that_never_come_to_an_end_are_refused_in_little_memory() {
    let huge = "service.shortfall = \"overdraft\"\nservice.overdraft_limit = 1000000000000\n";
    let failing = "payment.retry_after = \"1s\"\npayment.fail_probability = \"100%\"\n";
    let drawn = "usage.generate.every = \"100ms\"\nusage.generate.amount = 10\n";
    let lag = format!("{drawn}{huge}service.metering_lag = \"1000 days\"\n");
    let back = format!("{drawn}service.comes_back_after = \"1000 days\"\n");
    let often =
        format!("{drawn}service.comes_back_after = \"1ms\"\nservice.comes_back_times = 1000\n");
    let asked = SCENARIO.replace("2026-02-01", "2028-01-01");
    let long = SCENARIO.replace("2026-02-01", "2999-01-01");
    let broke =
        asked.replace("allowance = 1000", "allowance = 0").replace("below = 50", "below = 0");
    let broke = broke.replace("payment.latency = \"5s\"", failing);
    for (name, text, words) in [
        ("lag", format!("{asked}{lag}"), "2,000,000 usage events wait"),
        ("back", format!("{broke}{back}"), "2,000,000 usage events wait"),
        ("often", format!("{broke}{often}"), "10,000,000 times"),
        ("drawn", format!("{long}{drawn}"), "events are expected"),
    ] {
        let place = Place::new();
        place.file("scenario.toml", text);
        let output = place.with_little_memory(&["run", "scenario.toml"]);
        assert_eq!(output.status.code(), Some(2), "{name}: {}", err(&output));
        assert!(err(&output).contains(words), "{name}: {}", err(&output));
    }
}

/// Ten million charges take a while; the same refusal at a thousand does not.
#[test]
fn charges_without_an_end_are_refused() {
    use recharge::engine::{EngineError, Limits};
    let failing = "payment.retry_after = \"1s\"\npayment.fail_probability = \"100%\"\n";
    let limits = Limits { charges: 1_000, ..Limits::default() };
    for (more, asked) in [(failing, 960), (OWES, 900_000_000_000)] {
        let fed = endless(more, asked, limits);
        assert!(matches!(fed, Err(EngineError::TooManyCharges { most: 1_000, .. })), "{more}");
    }
}

/// A rolling window of a thousand years holds every charge, and so does a cap that may be set later.
#[test]
fn caps_that_remember_without_an_end_are_refused() {
    use recharge::engine::{EngineError, Limits};
    let limits = Limits { charges: 5_000, remembered: 1_000, ..Limits::default() };
    let caps = |days: &str| format!("caps = [{{ recharges = 1000000000, per = \"{days}\" }}]");
    let late = "\n[[actions]]\nat = 2990-01-01\ndo = \"change_caps\"\n";
    let rolling = format!("{OWES}recharge.{}\n", caps("365000 days"));
    let later = format!("{OWES}{late}{}\n", caps("month"));
    for more in [rolling, later] {
        let fed = endless(&more, 900_000_000_000, limits);
        assert!(matches!(fed, Err(EngineError::TooMuchRemembered { most: 1_000, .. })), "{more}");
    }
    // One window that lets go of what is old, and nothing is refused before there are many charges.
    let short = format!("{OWES}recharge.{}\n", caps("1 days"));
    let limits = Limits { remembered: 20_000, ..limits };
    let fed = endless(&short, 900_000_000_000, limits);
    assert!(matches!(fed, Err(EngineError::TooManyCharges { most: 5_000, .. })));
}

/// Credits may be owed, and packs of a hundred pay for them one by one.
const OWES: &str = "service.shortfall = \"overdraft\"\nservice.overdraft_limit = 1000000000000\n";

/// A thousand years after one event of `asked` credits, with `more` rules.
fn endless(
    more: &str,
    asked: i64,
    limits: recharge::engine::Limits,
) -> Result<(), recharge::engine::EngineError> {
    use recharge::engine::{Chunk, Engine, Pace};
    use recharge::payments::Processor;
    use recharge::streams::Streams;
    let text = SCENARIO.replace("2026-02-01", "2999-01-01") + more;
    let scenario =
        recharge::scenario::Scenario::from_text("endless.toml", &text, Path::new(".")).unwrap();
    let luck = Processor::new(&scenario.luck, Streams { seed: 0, replication: 0 });
    let mut engine = Engine::start(&scenario.setup, Pace::Skip, luck, ())?.within(limits);
    let mut chunk = Chunk::new();
    chunk.push(scenario.setup.horizon.from, recharge::domain::Credits::whole(asked)).unwrap();
    engine.feed(&chunk)?;
    engine.finish()
}

/// Virtual memory in KiB in which a command just works, and some more.
fn just_enough_memory(place: &Place, arguments: &[&str]) -> u32 {
    let works = |memory: &u32| {
        let output = place.limited(&format!("ulimit -d {memory}"), arguments);
        output.status.code() == Some(0)
    };
    let found = (2_000..LITTLE_MEMORY).step_by(1_000).find(works);
    found.expect("a command on few events works in little memory") + 6_000
}

#[test]
fn too_little_memory_for_what_has_to_be_held_is_the_machines_failure_and_leaves_nothing() {
    let place = Place::new();
    // Ten megabytes as events, out of order.
    let pair = "2026-01-04T00:00:00Z,1\n2026-01-03T00:00:00Z,1\n";
    place.file("many.csv", format!("time,credits\n{}", pair.repeat(300_000)));
    place.file("few.csv", format!("time,credits\n{}", pair.repeat(3)));
    let run = "run scenario.toml --journal rows.csv --usage";
    let study = "study scenario.toml --threads 1 --quiet --set study.history=replay --replications 2 \
        --vary recharge.at_or_below=0,50 --csv rows.csv --usage";
    for command in [run, study] {
        let on = |file| command.split_whitespace().chain([file]).collect::<Vec<&str>>();
        let limit = format!("ulimit -d {}", just_enough_memory(&place, &on("few.csv")));
        fs::remove_file(place.path("rows.csv")).unwrap();
        let output = place.limited(&limit, &on("many.csv"));
        assert_eq!(output.status.code(), Some(3), "{limit}: {}", err(&output));
        assert!(err(&output).contains("held in memory"), "{}", err(&output));
        assert_eq!(place.names(), ["few.csv", "many.csv", "scenario.toml", "usage.csv"]);
    }
}
