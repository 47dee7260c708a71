//! The command as its users meet it: exit codes, streams, files, bad input and bad days.

mod results;

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

fn recharge() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    command.stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> Output {
    recharge().args(arguments).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn shipped(name: &str) -> String {
    format!("{}/scenarios/{name}.toml", env!("CARGO_MANIFEST_DIR"))
}

/// A folder with a small scenario that leaves its usage to the command line.
fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scenario.toml");
    let text = "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-02-01\nplan = \"p\"\n\
                plans.p.fee = \"10.00\"\nplans.p.allowance = 1000\n\
                packages.a.credits = 100\npackages.a.price = \"1.00\"\n\
                recharge.at_or_below = 50\nrecharge.package = \"a\"\npayment.latency = \"5s\"\n";
    fs::write(&path, text).unwrap();
    (folder, path)
}

/// A file beside the scenario.
fn file(folder: &TempDir, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

fn json(output: &Output) -> serde_json::Value {
    results::valid(&out(output))
}

#[test]
fn results_go_to_standard_output_and_nothing_else_does() {
    let output = run(&["run", &shipped("worked-example")]);
    assert_eq!(output.status.code(), Some(0));
    assert!(out(&output).contains("$54.00"));
    assert_eq!(err(&output), "");
}

#[test]
fn the_json_carries_every_figure_by_its_name() {
    let value = json(&run(&["run", &shipped("worked-example"), "--format", "json"]));
    for (name, expected) in [
        ("plan_fees", "\"19.00\""),
        ("recharge_spend", "\"35.00\""),
        ("top_up_spend", "\"0.00\""),
        ("total_spend", "\"54.00\""),
        ("recharges", "5"),
        ("failed_attempts", "1"),
        ("verifications", "0"),
        ("suspensions", "1"),
        ("cap_blocks", "0"),
        ("notifications", "7"),
        ("usage_events", "744"),
        ("refused_events", "38"),
        ("demanded", "\"7440\""),
        ("served", "\"7060\""),
        ("refused", "\"380\""),
        ("outages", "1"),
        ("downtime_ms", "133210000"),
        ("exhausted_ms", "136810000"),
        ("granted_allowance", "\"3000\""),
        ("granted_recharge", "\"5000\""),
        ("granted_top_up", "\"0\""),
        ("expired", "\"0\""),
        ("forfeited", "\"0\""),
        ("expired_cost", "\"0.00\""),
        ("opening_balance", "\"0\""),
        ("closing_balance", "\"940\""),
        ("stockout_free_cycles", "0.0"),
    ] {
        assert_eq!(value[name].to_string(), expected, "{name}");
    }
    let share = |name: &str| value[name].as_f64().unwrap();
    assert!((share("fill_rate") - 7060.0 / 7440.0).abs() < 1e-12);
    assert!((share("ready_rate") - (1.0 - 136_810.0 / 2_678_400.0)).abs() < 1e-12);
}

#[test]
fn usage_comes_from_a_file_from_standard_input_and_from_gzip_alike() {
    let (folder, scenario) = folder();
    let scenario = scenario.to_str().unwrap();
    let rows = "time,credits\n2026-01-03T00:00:00Z,960\n2026-01-04T00:00:00Z,40\n";
    let plain = file(&folder, "usage.csv", rows);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(rows.as_bytes()).unwrap();
    let gzip = file(&folder, "usage.csv.gz", packed.finish().unwrap());
    let from_file = json(&run(&["run", scenario, "--format", "json", "--usage", &plain]));
    let from_gzip = json(&run(&["run", scenario, "--format", "json", "--usage", &gzip]));
    let mut child = recharge()
        .args(["run", scenario, "--format", "json", "--usage", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(rows.as_bytes()).unwrap();
    let from_stdin = json(&child.wait_with_output().unwrap());
    for name in ["served", "recharges", "closing_balance"] {
        assert_eq!(from_file[name], from_gzip[name]);
        assert_eq!(from_file[name], from_stdin[name]);
    }
    assert_eq!(from_file["recharges"], 1);
}

#[test]
fn a_file_out_of_order_is_sorted_and_said_so() {
    let (folder, scenario) = folder();
    let rows = "time,credits\n2026-01-04T00:00:00Z,40\n2026-01-03T00:00:00Z,960\n";
    let usage = file(&folder, "usage.csv", rows);
    let output = run(&["run", scenario.to_str().unwrap(), "--usage", &usage]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(out(&output).contains("was not in time order and was sorted in memory"));
}

#[test]
fn standard_input_out_of_order_needs_to_be_asked_to_be_sorted() {
    let (_folder, scenario) = folder();
    let rows = "time,credits\n2026-01-04T00:00:00Z,40\n2026-01-03T00:00:00Z,960\n";
    for (more, code) in [(&[][..], 2), (&["--sort"][..], 0)] {
        let mut child = recharge()
            .args(["run", scenario.to_str().unwrap(), "--usage", "-"])
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(rows.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(code));
        assert_eq!(err(&output).contains("--sort"), code == 2, "{}", err(&output));
    }
}

#[test]
fn bad_rows_name_file_line_column_and_value_and_write_nothing() {
    let (folder, scenario) = folder();
    let rows = "time,credits\n2026-01-03T00:00:00Z,4.5.6\n2026-01-04T00:00:00Z,4\nyesterday,4\n";
    let usage = file(&folder, "usage.csv", rows);
    let journal = folder.path().join("journal.csv");
    let arguments = ["run", scenario.to_str().unwrap(), "--usage", &usage, "--journal"];
    let output = recharge().args(arguments).arg(&journal).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    for words in
        ["usage.csv", "line 2", "line 4", "`credits`", "4.5.6", "yesterday", "--skip-bad-rows"]
    {
        assert!(err(&output).contains(words), "{words}:\n{}", err(&output));
    }
    assert!(!journal.exists());
    assert_eq!(out(&output), "");
    let skipping = ["run", scenario.to_str().unwrap(), "--usage", &usage, "--skip-bad-rows"];
    let output = run(&skipping);
    assert_eq!(output.status.code(), Some(2), "two of three rows are more than one in a thousand");
    assert!(
        err(&output).contains("2 of 3 rows cannot be read, 66.6666 % of them"),
        "{}",
        err(&output)
    );
    let output = recharge().args(skipping).args(["--skip-limit", "70%"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(out(&output).contains("2 rows could not be read and were skipped"));
    let rejected = folder.path().join("rejected.csv");
    let written = recharge()
        .args(skipping)
        .args(["--skip-limit", "70%", "--format", "json", "--bad-rows"])
        .arg(&rejected)
        .output()
        .unwrap();
    let json: serde_json::Value = serde_json::from_slice(&written.stdout).unwrap();
    assert_eq!((&json["rows"], &json["skipped_rows"]), (&3.into(), &2.into()));
    let rejected = std::fs::read_to_string(rejected).unwrap();
    assert!(rejected.starts_with("line,column,value,reason\n2,credits,4.5.6,"), "{rejected}");
    assert!(rejected.contains("\n4,time,yesterday,"), "{rejected}");
}

#[test]
fn every_error_of_a_scenario_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let text = "currency = \"USX\"\nstart = 2026-01-01\nend = 2025-01-01\n\
                [recharge]\ntreshold = 100\nat_or_below = \"lots\"\npackage = \"smal\"\n\
                [packages.small]\ncredits = 0\nprice = \"7.001\"\n";
    let path = file(&folder, "bad.toml", text);
    let output = run(&["check", &path]);
    assert_eq!(output.status.code(), Some(2));
    let said = err(&output);
    for words in ["USX", "treshold", "lots", "smal", "bad.toml:1", "bad.toml:5", "this is zero"] {
        assert!(said.contains(words), "{words}:\n{said}");
    }
}

#[test]
fn inputs_that_are_no_usage_are_refused_with_a_way_out() {
    let (folder, scenario) = folder();
    let huge = format!("time,credits\n2026-01-03T00:00:00Z,{}\n", "9".repeat(40));
    let long = format!("time,credits\n\"{}\",1\n", "x".repeat(2 << 20));
    for (name, bytes, words) in [
        ("strange.csv", "a,b\n1,2\n".to_owned(), "columns"),
        ("huge.csv", huge, "1,000,000,000,000"),
        ("long.csv", long, "1 MiB"),
        ("nul.csv", "time,credits\n\0,1\n".to_owned(), "no text"),
        ("data.csv", "2026-01-03T00:00:00Z,1\n2026-01-04T00:00:00Z,1\n".to_owned(), "header"),
    ] {
        let usage = file(&folder, name, bytes);
        let output = run(&["run", scenario.to_str().unwrap(), "--usage", &usage]);
        assert_eq!(output.status.code(), Some(2), "{name}: {}{}", out(&output), err(&output));
        assert!(err(&output).contains(words), "{name}: {}", err(&output));
    }
    let here = folder.path().to_str().unwrap();
    for (usage, words) in [(here, "data.csv"), ("nowhere.csv", "check the path given as `--usage`")]
    {
        let output = run(&["run", scenario.to_str().unwrap(), "--usage", usage]);
        assert_eq!(output.status.code(), Some(2));
        assert!(err(&output).contains(words), "{}", err(&output));
    }
}

#[test]
fn an_inspection_refuses_what_is_not_there_and_tells_what_a_run_would_lose() {
    let (folder, _) = folder();
    let inspect = |file: &str| run(&["inspect", file]);
    for (name, bytes) in [("empty.csv", ""), ("blank.csv", "\n\n")] {
        let output = inspect(&file(&folder, name, bytes));
        assert_eq!(output.status.code(), Some(2), "{name}: {}", out(&output));
        assert!(err(&output).contains("is empty; export it again"), "{}", err(&output));
    }
    let output = inspect("nowhere.csv");
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("check the path given as `FILE`"), "{}", err(&output));
    let tiny = "time,credits\n2026-01-03T00:00:00Z,0.000000000001\n".to_owned();
    let output = inspect(&file(&folder, "tiny.csv", tiny));
    assert!(out(&output).contains("finer than a millionth"), "{}", out(&output));
    let gap = "time,credits\n2026-03-08T02:30,1\n2026-03-09T02:30,1\n".to_owned();
    let gap = file(&folder, "gap.csv", gap);
    let output = run(&["inspect", &gap, "--usage-zone", "America/New_York"]);
    assert!(
        out(&output).contains("1 local time did not occur in America/New_York"),
        "{}",
        out(&output)
    );
}

#[test]
fn scenarios_that_could_not_end_are_refused_before_they_start() {
    let (folder, scenario) = folder();
    let text = fs::read_to_string(scenario).unwrap();
    let changed = |from: &str, to: &str| text.replace(from, to);
    for (name, text) in [
        (
            "billion",
            changed("at_or_below = 50", "at_or_below = 1000000000")
                .replace("credits = 100", "credits = 1"),
        ),
        (
            "cap",
            changed(
                "payment.latency",
                "recharge.caps = [{ recharges = 0, per = \"day\" }]\npayment.latency",
            ),
        ),
        ("digits", changed("\"1.00\"", "\"1234567890123456789012345678\"")),
        ("negative", changed("\"5s\"", "\"-5s\"")),
        ("nan", changed("at_or_below = 50", "at_or_below = nan")),
        (
            "retry",
            changed(
                "\"5s\"",
                "\"0s\"\npayment.retry_after = \"0s\"\npayment.fail_probability = \"100%\"",
            ),
        ),
        ("deep", format!("{text}\nstudy = {}{}", "[".repeat(5_000), "]".repeat(5_000))),
    ] {
        let path = file(&folder, &format!("{name}.toml"), text);
        let output = run(&["run", &path, "--usage", "nowhere.csv"]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(err(&output).contains(&format!("{name}.toml")), "{name}: {}", err(&output));
        assert!(!err(&output).contains("panicked"), "{name}: {}", err(&output));
    }
}

#[test]
fn an_amount_that_overflows_in_sum_is_an_error_and_not_a_wrong_figure() {
    let (folder, scenario) = folder();
    let mut rows = "time,credits\n".to_owned();
    for minute in 0..60 {
        rows += &format!("2026-01-03T00:{minute:02}:00Z,1000000000000\n");
    }
    let usage = file(&folder, "usage.csv", rows);
    let value =
        json(&run(&["run", scenario.to_str().unwrap(), "--usage", &usage, "--format", "json"]));
    assert_eq!(value["demanded"], "60000000000000");
    assert_eq!(value["refused"], "60000000000000");
}

#[test]
fn a_gate_that_says_no_is_exit_code_1_and_results_are_printed_all_the_same() {
    let scenario = shipped("worked-example");
    let gated = |gates: &[&str]| {
        let gates = gates.iter().flat_map(|gate| ["--gate", gate]);
        recharge().args(["run", &scenario]).args(gates).output().unwrap()
    };
    let passed = gated(&["total_spend <= 54", "outages <= 1"]);
    assert_eq!(passed.status.code(), Some(0), "{}", err(&passed));
    let failed = gated(&["total_spend < 54", "outages == 0"]);
    assert_eq!(failed.status.code(), Some(1));
    assert!(out(&failed).contains("$54.00"));
    assert!(
        err(&failed).contains("total_spend is $54.00") && err(&failed).contains("outages is 1")
    );
    let unknown = gated(&["total_spent < 54"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(err(&unknown).contains("did you mean `total_spend`?"));
    assert_eq!(out(&unknown), "");
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let mut child = recharge()
        .args(["run", &shipped("product-classifier-starter"), "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(said, "");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_the_machines_failure_and_leaves_nothing() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let status = recharge()
        .args(["run", &shipped("worked-example")])
        .stdout(full)
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(3));
    let output = run(&["run", &shipped("worked-example"), "--journal", "/dev/full"]);
    assert_eq!(output.status.code(), Some(3), "{}", err(&output));
    assert_eq!(out(&output), "");
}

#[test]
fn a_journal_that_cannot_be_written_leaves_the_earlier_one() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal.csv");
    fs::write(&journal, "earlier").unwrap();
    let usage = file(&folder, "bad.csv", "time,credits\nnever,1\n");
    let scenario = shipped("product-classifier-starter");
    let path = journal.to_str().unwrap();
    let output = run(&["run", &scenario, "--usage", &usage, "--journal", path]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read_to_string(&journal).unwrap(), "earlier");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "something was left behind");
    let nowhere = folder.path().join("no/such/folder/journal.csv");
    let output = run(&["run", &shipped("worked-example"), "--journal", nowhere.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("no/such/folder"));
}

/// Waits for a file to appear.
#[cfg(unix)]
fn appears(folder: &Path, part: &str) {
    for _ in 0..500 {
        let found = fs::read_dir(folder)
            .unwrap()
            .any(|entry| entry.unwrap().file_name().to_string_lossy().contains(part));
        if found {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("nothing called {part} appeared");
}

/// A replay that goes on until its standard input ends, interrupted by `signal`.
#[cfg(unix)]
fn interrupted(signal: &str) -> (Option<i32>, String, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal.csv");
    fs::write(&journal, "earlier").unwrap();
    let mut child = recharge()
        .args(["run", &shipped("product-classifier-starter"), "--usage", "-", "--journal"])
        .arg(&journal)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"time,credits\n").unwrap();
    stdin.write_all(&b"2026-01-03T00:00:00Z,1\n".repeat(40_000)).unwrap();
    appears(folder.path(), ".recharge-");
    let pid = child.id().to_string();
    Command::new("kill").args([signal, &pid]).status().unwrap();
    // Enough for the chunk in hand, after which the interrupt is seen. The reader may be gone.
    let _ = stdin.write_all(&b"2026-01-03T00:00:00Z,1\n".repeat(40_000));
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let left = fs::read_dir(folder.path()).unwrap();
    let mut left: Vec<String> =
        left.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    left.sort();
    assert_eq!(fs::read_to_string(&journal).unwrap(), "earlier");
    (output.status.code(), err(&output), left)
}

#[cfg(unix)]
#[test]
fn an_interrupt_leaves_earlier_outputs_whole_and_says_how_far_it_came() {
    for signal in ["-INT", "-TERM"] {
        let (code, said, left) = interrupted(signal);
        assert_eq!(code, Some(130), "{said}");
        assert!(said.contains("interrupted after"), "{said}");
        assert_eq!(left, ["journal.csv"]);
    }
}

/// How a command ends that is interrupted while it waits for its standard input, and what it says.
#[cfg(unix)]
fn interrupted_waiting(args: &[&str]) -> (Option<i32>, String) {
    // A signal that comes before it listens ends it without a code.
    for millis in [200, 500, 1_000, 2_000, 5_000] {
        let mut command = recharge();
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let waits_for = child.stdin.take();
        std::thread::sleep(std::time::Duration::from_millis(millis));
        Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
        let output = child.wait_with_output().unwrap();
        drop(waits_for);
        if output.status.code().is_some() {
            return (output.status.code(), err(&output));
        }
    }
    (None, "it never listened".to_owned())
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_a_command_that_waits_for_a_pipe_that_gives_nothing() {
    let scenario = shipped("product-classifier-starter");
    for args in [&["inspect", "-"][..], &["run", &scenario, "--usage", "-"]] {
        let said = "interrupted before the first result\n".to_owned();
        assert_eq!(interrupted_waiting(args), (Some(130), said), "{args:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_kill_leaves_earlier_outputs_whole() {
    let (code, _, _) = interrupted("-KILL");
    assert_eq!(code, None);
}

#[test]
fn init_writes_a_scenario_that_runs_and_never_over_another() {
    let folder = tempfile::tempdir().unwrap();
    let init =
        || recharge().args(["init", "my question"]).current_dir(folder.path()).output().unwrap();
    assert_eq!(init().status.code(), Some(0));
    let path = folder.path().join("my question.toml");
    let output = run(&["run", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(out(&output).starts_with("my question\n"));
    let again = init();
    assert_eq!(again.status.code(), Some(2));
    assert!(err(&again).contains("exists already"));
}

#[test]
fn what_is_generated_replays_to_the_same_figures() {
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace.csv");
    let trace = trace.to_str().unwrap();
    let scenario = shipped("a2v2");
    assert_eq!(run(&["generate", &scenario, "--out", trace]).status.code(), Some(0));
    let drawn = json(&run(&["run", &scenario, "--format", "json"]));
    let replayed = json(&run(&["run", &scenario, "--usage", trace, "--format", "json"]));
    for name in ["total_spend", "served", "refused", "downtime_ms", "closing_balance"] {
        assert_eq!(drawn[name], replayed[name], "{name}");
    }
    let other = run(&["run", &scenario, "--seed", "1", "--format", "json"]);
    assert_ne!(drawn["demanded"], json(&other)["demanded"]);
}

#[test]
fn settings_can_be_changed_by_their_path_and_a_wrong_path_is_explained() {
    let scenario = shipped("worked-example");
    let changed = run(&["run", &scenario, "--set", "payment.fail_attempts=[]", "--format", "json"]);
    assert_eq!(json(&changed)["failed_attempts"], 0);
    for (set, words) in [
        ("recharge.at_or_bellow=5", "at_or_below"),
        ("recharge.at_or_below", "PATH=VALUE"),
        ("recharge.at_or_below=many", "many"),
    ] {
        let output = run(&["run", &scenario, "--set", set]);
        assert_eq!(output.status.code(), Some(2), "{set}");
        assert!(err(&output).contains(words), "{set}: {}", err(&output));
    }
}

#[test]
fn a_wrong_command_line_is_exit_code_2_and_help_is_none() {
    assert_eq!(run(&["run"]).status.code(), Some(2));
    assert_eq!(run(&["fly"]).status.code(), Some(2));
    let help = run(&["--help"]);
    assert_eq!(help.status.code(), Some(0));
    assert!(out(&help).contains("Exit codes"));
}

#[test]
fn a_scenario_without_usage_asks_for_it() {
    let (_folder, scenario) = folder();
    let output = run(&["run", scenario.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("--usage"));
}

#[test]
fn usage_outside_the_horizon_is_counted_and_told() {
    let (folder, scenario) = folder();
    let rows =
        "time,credits\n2025-12-31T23:59:59Z,1\n2026-01-01T00:00:00Z,1\n2026-02-01T00:00:00Z,1\n";
    let usage = file(&folder, "usage.csv", rows);
    let output = run(&["run", scenario.to_str().unwrap(), "--usage", &usage]);
    let told = out(&output);
    assert!(told.contains("1 usage event of 3 rows"), "{told}");
    let attention = told.lines().skip_while(|line| *line != "Attention").nth(1).unwrap();
    assert!(attention.contains("2 of 3 rows of usage (66.67%) are outside the horizon"), "{told}");
}

#[test]
fn a_few_rows_outside_the_horizon_come_after_what_happened() {
    let (folder, scenario) = folder();
    let minute = |n: usize| format!("2026-01-{:02}T{:02}:00:00Z,500\n", 1 + n / 24, n % 24);
    let inside: String = (0..240).map(minute).collect();
    let usage =
        file(&folder, "usage.csv", format!("time,credits\n{inside}2026-03-01T00:00:00Z,1\n"));
    let scenario = scenario.to_str().unwrap();
    let told = out(&run(&["run", scenario, "--usage", &usage]));
    let outside = told.find("1 of 241 rows of usage (0.41%) is outside the horizon").expect(&told);
    let stranded = told.find("Stranded balance").expect(&told);
    assert!(stranded < outside, "{told}");
}

#[test]
fn usage_of_another_year_is_refused_with_its_own_days_as_the_cure() {
    let (folder, scenario) = folder();
    let scenario = scenario.to_str().unwrap();
    let usage =
        file(&folder, "u.csv", "time,credits\n2015-02-26T21:42:53Z,5\n2015-03-23T02:47:53Z,7\n");
    let replay = ["run", scenario, "--usage", &usage];
    let output = run(&replay);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(out(&output), "");
    for words in [
        "u.csv: there is no usage in the horizon, which is from 1 Jan 2026 00:00 to 1 Feb 2026 00:00",
        "its 2 rows are from 26 Feb 2015 21:42:53 to 23 Mar 2015 02:47:53",
        "--horizon file, or --start 2015-02-26 --end 2015-03-24",
    ] {
        assert!(err(&output).contains(words), "{words}:\n{}", err(&output));
    }
    let by_days = ["--start", "2015-02-26", "--end", "2015-03-24"];
    for cure in [&["--horizon", "file"][..], &by_days] {
        let told = json(&run(&[&replay[..], cure, &["--format", "json"]].concat()));
        assert_eq!(told["demanded"], "12", "{cure:?}");
        assert_eq!(told["start"], "2015-02-26T00:00:00Z", "{cure:?}");
        assert_eq!(told["end"], "2015-03-24T00:00:00Z", "{cure:?}");
    }
    let both = run(&[&replay[..], &["--horizon", "file"], &by_days].concat());
    assert_eq!(both.status.code(), Some(2));
}

#[test]
fn the_days_of_a_file_of_totals_reach_to_the_end_of_the_last_one() {
    let (folder, scenario) = folder();
    let weeks = "2026-03-02,7000\n2026-03-09,7000\n2026-03-16,7000\n2026-03-23,7000\n";
    let usage = file(&folder, "u.csv", format!("time,credits\n{weeks}"));
    let run_over = |more: &[&str]| {
        let replay = ["run", scenario.to_str().unwrap(), "--usage", &usage, "--format", "json"];
        json(&run(&[&replay[..], &["--set", "usage.spread=uniform"], more].concat()))
    };
    let told = run_over(&["--horizon", "file"]);
    assert_eq!(
        (&told["demanded"], &told["end"]),
        (&"28000".into(), &"2026-03-30T00:00:00Z".into())
    );
    // Of a part of it, the share that is left out is one of the whole.
    let told = run_over(&["--start", "2026-03-09", "--end", "2026-03-30"]);
    let attention = told["attention"].to_string();
    assert_eq!(told["demanded"], "21000");
    let one = "1 of 4 rows of usage (25.00%) is outside the horizon";
    assert!(attention.contains(one), "{attention}");
    assert_eq!(told["outside_rows"], 1);
    let study =
        ["study", scenario.to_str().unwrap(), "--usage", &usage, "--quiet", "--replications"];
    let part = ["2", "--set", "usage.spread=uniform", "--set", "study.history=replay"];
    let cut = ["--start", "2026-03-09", "--end", "2026-03-30"];
    let told = out(&run(&[&study[..], &part, &cut].concat()));
    assert!(told.contains(one), "{told}");
}

#[test]
fn the_days_of_a_file_are_those_of_the_scenarios_zone() {
    let (folder, scenario) = folder();
    let usage =
        file(&folder, "u.csv", "time,credits\n2026-03-08T03:00:00Z,5\n2026-03-09T03:59:59Z,7\n");
    let zone = ["--set", "zone=America/New_York", "--horizon", "file", "--format", "json"];
    let replay = ["run", scenario.to_str().unwrap(), "--usage", &usage];
    let told = json(&run(&[&replay[..], &zone].concat()));
    assert_eq!(told["start"], "2026-03-07T00:00:00-05:00");
    assert_eq!(told["end"], "2026-03-09T00:00:00-04:00");
}

#[test]
fn the_days_of_a_file_need_a_file_that_can_be_read_twice() {
    let (folder, scenario) = folder();
    let scenario = scenario.to_str().unwrap();
    let output = run(&["run", &shipped("connector-apps"), "--horizon", "file"]);
    assert!(err(&output).contains("reads no file; give --start and --end"), "{}", err(&output));
    let output = run(&["run", scenario, "--usage", "-", "--horizon", "file"]);
    assert!(err(&output).contains("standard input can be read only once"), "{}", err(&output));
    let empty = file(&folder, "e.csv", "time,credits\n");
    for horizon in ["file", "scenario"] {
        let output = run(&["run", scenario, "--usage", &empty, "--horizon", horizon]);
        assert_eq!(output.status.code(), Some(2), "{horizon}");
        assert!(err(&output).contains("e.csv: there is a header and no row"), "{}", err(&output));
    }
}

#[test]
fn daily_totals_are_recognised_and_flow_over_their_day_where_that_is_asked() {
    let (folder, scenario) = folder();
    let scenario = scenario.to_str().unwrap();
    let days: String = (1..=31).map(|day| format!("2026-01-{day:02},1200\n")).collect();
    let usage = file(&folder, "u.csv", format!("time,credits\n{days}"));
    let replay = ["run", scenario, "--usage", &usage, "--format", "json"];
    let told = json(&run(&replay));
    let attention = told["attention"].to_string();
    assert!(
        attention.contains("Rows of usage are whole days apart, as totals are."),
        "{attention}"
    );
    assert_eq!(told["refused_events"], 31);
    let hours = format!("usage.spread_hours=[{}]", ["1"; 24].join(", "));
    for spread in ["usage.spread=uniform", hours.as_str()] {
        let told = json(&run(&[&replay[..], &["--set", spread]].concat()));
        assert_eq!(
            (&told["demanded"], &told["refused"]),
            (&"37200".into(), &"0".into()),
            "{spread}"
        );
        assert!(!told["attention"].to_string().contains("totals"), "{spread}");
        let choices = told["usage_choices"].to_string();
        assert!(choices.contains("until the next row, in most cases over 1 d"), "{choices}");
    }
    let each = json(&run(&[
        "run",
        scenario,
        "--usage",
        &usage,
        "--amount-per-row",
        "1",
        "--format",
        "json",
    ]));
    assert!(
        !each["attention"].to_string().contains("totals"),
        "rows that are events by themselves"
    );
    let both = ["--set", "usage={ spread = \"uniform\", spread_hours = [1] }"];
    assert_eq!(run(&[&replay[..], &both].concat()).status.code(), Some(2));
}

#[test]
fn usage_that_covers_a_part_of_the_horizon_says_where_it_begins_and_ends() {
    let (folder, scenario) = folder();
    let rows =
        "time,credits\n2026-01-11T06:00:00Z,5\n2026-01-12T00:00:00Z,5\n2026-01-21T00:00:00Z,5\n";
    let usage = file(&folder, "u.csv", rows);
    let told = out(&run(&["run", scenario.to_str().unwrap(), "--usage", &usage]));
    for words in [
        "The usage begins on 11 Jan 2026 06:00: on 10 days of the horizon before it nothing is asked for, and in every mean \
         per day, month or cycle those are days without usage.",
        "The usage ends on 21 Jan 2026 00:00: on 10 days of the horizon after it nothing is asked for",
    ] {
        assert!(told.contains(words), "{words}\n{told}");
    }
}

#[test]
fn check_opens_the_usage_and_makes_the_candidates_of_the_study() {
    let (folder, scenario) = folder();
    let text = fs::read_to_string(&scenario).unwrap();
    let check = |more: &str| {
        let path = file(&folder, "checked.toml", format!("{text}{more}"));
        let output = run(&["check", &path]);
        (output.status.code(), err(&output))
    };
    file(&folder, "u.csv", "time,credits\n2026-01-02T00:00:00Z,5\n");
    file(&folder, "other.csv", "when,how much\n");
    for (more, words) in [
        ("usage.file = \"none.csv\"\n", "none.csv: cannot be opened"),
        ("usage.file = \"other.csv\"\n", "there is a header and no row below it"),
        (
            "study.vary = { \"recharge.package\" = [\"a\", \"b\"] }\n",
            "candidate `recharge.package = b`",
        ),
    ] {
        let (code, told) = check(more);
        assert_eq!(code, Some(2), "{more}: {told}");
        assert!(told.contains(words), "{more}: {told}");
    }
    for more in ["usage.file = \"u.csv\"\n", "study.vary = { \"recharge.packs\" = [1, 2] }\n"] {
        assert_eq!(check(more).0, Some(0), "{more}: {}", check(more).1);
    }
}

#[test]
fn usage_that_the_command_replaces_is_neither_checked_nor_assumed() {
    let (folder, scenario) = folder();
    let usage = file(&folder, "u.csv", "time,credits\n2026-01-02T00:00:00Z,5\n");
    let text = fs::read_to_string(&scenario).unwrap();
    let generates = "usage.generate = { per_day = 1e9, amount = 10 }\n";
    let text = format!(
        "assumed = [\"usage\", \"usage.generate\", \"payment.latency\"]\n{text}{generates}"
    );
    let scenario = file(&folder, "huge.toml", text.replace("end = 2026", "end = 2099"));
    let alone = run(&["run", &scenario]);
    assert!(err(&alone).contains("this usage cannot be drawn"), "{}", err(&alone));
    let replaced = ["run", &scenario, "--usage", &usage];
    let told = json(&run(&[&replaced[..], &["--format", "json"]].concat()));
    assert!(!told["assumptions"].to_string().contains("usage"), "{}", told["assumptions"]);
    assert!(told["assumptions"].to_string().contains("payment.latency"));
    assert!(!out(&run(&replaced)).contains("generate"));
    let set = run(&[&replaced[..], &["--set", "usage.generate.per_day=5"]].concat());
    assert_eq!(set.status.code(), Some(2));
    assert!(err(&set).contains("usage comes with the command"), "{}", err(&set));
}

#[test]
fn a_stranded_balance_is_told() {
    let (folder, scenario) = folder();
    let rows = "time,credits\n2026-01-02T00:00:00Z,900\n2026-01-03T00:00:00Z,101\n\
                2026-01-04T00:00:00Z,50\n2026-01-05T00:00:00Z,200\n2026-01-06T00:00:00Z,300\n";
    let usage = file(&folder, "usage.csv", rows);
    let output = run(&["run", scenario.to_str().unwrap(), "--usage", &usage]);
    // 101 of 100 left; 50 are served and buy 100; then 200 and 300 of 150 left.
    let said = out(&output);
    assert!(said.contains("Stranded balance"), "{said}");
    assert!(said.contains("3 events were refused while up to 150 credits lay idle"), "{said}");
}

#[test]
fn a_gate_over_usage_that_asks_for_nothing_says_no() {
    let (folder, scenario) = folder();
    let scenario = scenario.to_str().unwrap();
    for (rows, code) in [
        ("", 2),
        ("2026-01-02T00:00:00Z,0\n2026-01-03T00:00:00Z,0.0\n", 1),
        ("2025-01-02T00:00:00Z,5\n", 2),
        ("2026-01-02T00:00:00Z,0\n2026-01-03T00:00:00Z,1\n", 0),
    ] {
        let usage = file(&folder, "u.csv", format!("time,credits\n{rows}"));
        let output = run(&["run", scenario, "--usage", &usage, "--gate", "total_spend < 100"]);
        assert_eq!(output.status.code(), Some(code), "{rows}: {}", err(&output));
    }
}

/// The rows of the books, on standard output in place of the report and in a file.
#[test]
fn the_books_are_rows_of_months_and_then_of_cycles() {
    let scenario = shipped("product-classifier-failed-payment");
    let rows = out(&run(&["run", &scenario, "--csv", "-"]));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("books.csv");
    run(&["run", &scenario, "--csv", file.to_str().unwrap()]);
    assert_eq!(fs::read_to_string(&file).unwrap(), rows);
    let lines: Vec<&str> = rows.lines().collect();
    let same = "2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,4,118,7440,6260,1180,19.00,0.00,47.00,0.00,28.00,22.82,0.00,5.18,0.00";
    assert!(
        lines[0].starts_with("period,start,end,recharges,refused_events,demanded,served,refused,")
    );
    assert!(lines[0].ends_with(
        "plan_fees,overage_spend,total_spend,prepaid_at_start,cash_paid,recognised_use,breakage,prepaid_at_end,refunded"
    ));
    assert_eq!(lines[1..], [format!("month,{same}"), format!("cycle,{same}")]);
}

#[test]
fn help_lists_every_option_under_the_heading_of_its_kind() {
    let listed = |command: &str| {
        let help = out(&run(&[command, "--help"]));
        let (mut heading, mut found) = (String::new(), std::collections::BTreeMap::new());
        for line in help.lines() {
            let word = line.split_whitespace().find(|word| word.starts_with("--"));
            match (line.starts_with(' '), line.strip_suffix(':'), word) {
                (false, Some(title), _) => heading = title.to_owned(),
                (true, _, Some(option)) if line.trim_start().starts_with('-') => {
                    found.insert(option.to_owned(), heading.clone());
                }
                _ => {}
            }
        }
        found
    };
    let kinds = [
        ("Reading usage", &["--usage", "--time-column", "--amount-column", "--sort"][..]),
        ("Results", &["--format", "--journal", "--gate", "--csv", "--samples", "--periods"]),
        ("Runs", &["--replications", "--threads"]),
        ("Options", &["--quiet"]),
        ("Reports", &["--report", "--open", "--png", "--xlsx"]),
        ("Changing the scenario", &["--seed", "--set"]),
    ];
    for (command, count) in
        [("run", 15), ("study", 18), ("compare", 18), ("plan", 18), ("diff", 11), ("generate", 3)]
    {
        let listed = listed(command);
        let mut seen = 0;
        for (heading, options) in kinds {
            for option in options.iter().filter_map(|option| Some((option, listed.get(*option)?))) {
                assert_eq!(option.1, heading, "{command} {}", option.0);
                seen += 1;
            }
        }
        assert_eq!(seen, count, "{command}: {listed:?}");
    }
}

#[test]
fn warnings_are_silenced_by_one_flag_before_or_behind_every_subcommand_and_by_no_value() {
    let folder = tempfile::tempdir().unwrap();
    let text = "currency = \"USD\"\nstart = 2026-01-10\nend = 2026-03-01\ncycle.anchor = 2026-01-01\nplan = \"p\"\n\
                [plans.p]\nfee = \"5.00\"\nallowance = 10\n[study]\nreplications = 2\n[usage.generate]\n\
                per_day = 5\namount = 1\n";
    let scenario = file(&folder, "cut.toml", text);
    for command in ["check", "study"] {
        for (words, is_said) in [
            (&[command, &scenario][..], true),
            (&[command, &scenario, "--quiet"], false),
            (&["--quiet", command, &scenario], false),
            (&[command, "--quiet", &scenario], false),
        ] {
            let output = run(words);
            assert_eq!(output.status.code(), Some(0), "{words:?}: {}", err(&output));
            assert_eq!(err(&output).contains("warning: "), is_said, "{words:?}: {}", err(&output));
        }
    }
    let output = run(&["study", &scenario, "--set", "name=\"--quiet\""]);
    assert!(err(&output).contains("warning: "), "{}", err(&output));
}

#[test]
fn a_seed_is_taken_in_its_whole_range_by_the_file_and_by_the_command_line() {
    let scenario = shipped("product-classifier-scenario-2");
    let seed = |output: &Output| json(output)["provenance"]["seed"].as_u64();
    for number in [0, 1, i64::MAX as u64, i64::MAX as u64 + 1, u64::MAX] {
        let text = number.to_string();
        let set = format!("seed={number}");
        for words in [["--seed", &text], ["--set", &set]] {
            let output = run(&["run", &scenario, words[0], words[1], "--format", "json"]);
            assert_eq!(output.status.code(), Some(0), "{words:?}: {}", err(&output));
            assert_eq!(seed(&output), Some(number));
        }
    }
    for wrong in ["18446744073709551616", "-1", "1.5", "x"] {
        for words in [["--seed", wrong], ["--set", &format!("seed={wrong}")]] {
            let output = run(&["run", &scenario, words[0], words[1]]);
            assert_eq!(output.status.code(), Some(2), "{words:?}");
            let said = err(&output);
            let way_out = said.contains("a whole number from 0 to 18") && said.contains("seed");
            assert!(way_out && said.contains(wrong), "{words:?}: {said}");
        }
    }
}

/// A run of an export with flags: what it demands, or why it is refused.
fn demanded(name: &str, bytes: &[u8], flags: &[&str]) -> Result<String, String> {
    let (folder, scenario) = folder();
    let usage = file(&folder, name, bytes);
    let mut arguments = vec!["run", scenario.to_str().unwrap(), "--usage", &usage];
    arguments.extend(["--format", "json"]);
    arguments.extend(flags);
    let output = run(&arguments);
    match output.status.code() {
        Some(0) => Ok(json(&output)["demanded"].as_str().unwrap().to_owned()),
        _ => Err(err(&output)),
    }
}

#[test]
fn an_export_is_read_in_the_dress_that_it_comes_in() {
    let text =
        "Sent to:;Küche\n\ntime;credits;note\n2026-01-05 10:00:00;5;Ä\n2026-01-06 10:00:00;6,5;ß\n";
    let wide = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    for bytes in [
        text.as_bytes().to_vec(),
        text.replace('\n', "\r").into_bytes(),
        wide(u16::to_le_bytes),
        wide(u16::to_be_bytes),
        ruzstd::encoding::compress_to_vec(&latin[..], level),
        latin,
    ] {
        assert_eq!(demanded("usage", &bytes, &[]).as_deref(), Ok("11.5"));
    }
}

#[test]
fn flags_say_where_the_table_of_an_export_lies_and_messages_name_them() {
    let two = r#"{"a":[{"time":"2026-01-05T10:00:00Z","credits":5}],"b":[{"time":"2026-01-05T10:00:00Z","credits":6}]}"#;
    let bare = "2026-01-05 10:00:00,5\n2026-01-06 10:00:00,6\n";
    let short = "Usage of January\n\ntime,credits,note\n2026-01-05,5\n2026-01-06,6,late\n";
    let columns =
        &["--header-line", "none", "--time-column", "column_1", "--amount-column", "column_2"];
    for (text, named, flags, total) in [
        (two, "--records a", &["--records", "b"][..], "6"),
        (bare, "--header-line 3", columns, "11"),
        (short, "--pad-short-rows", &["--pad-short-rows"], "11"),
    ] {
        let refused = demanded("usage", text.as_bytes(), &[]).unwrap_err();
        assert!(refused.contains(named), "{refused}");
        assert_eq!(demanded("usage", text.as_bytes(), flags).as_deref(), Ok(total), "{flags:?}");
    }
}

#[test]
fn a_line_of_the_header_is_counted_from_1_on_the_command_line_as_in_a_scenario() {
    let refused = demanded("usage", b"time,credits\n2026-01-05,5\n", &["--header-line", "0"]);
    let refused = refused.unwrap_err();
    assert!(refused.contains("lines are counted from 1, and `none` is for a file"), "{refused}");
}

#[test]
fn a_column_for_each_account_is_named_by_its_number() {
    let export = "Linked account,111122223333,444455556666,Total costs($)\n\
                  Linked account total,3,12,15\n2026-01-05,1,4,5\n2026-01-06,2,8,10\n";
    for (flags, total) in [
        (&["--amount-column", "Total costs($)"][..], "15"),
        (&["--amount-column", "444455556666"], "12"),
        (&["--amount-column", "111122223333", "--amount-column", "444455556666"], "15"),
    ] {
        let read = demanded("usage", export.as_bytes(), flags);
        assert_eq!(read.as_deref(), Ok(total), "{flags:?}");
    }
    let bare = "date,111122223333,444455556666\n2026-01-05,1,4\n2026-01-06,2,8\n";
    let one = demanded("usage", bare.as_bytes(), &["--amount-column", "111122223333"]);
    assert_eq!(one.as_deref(), Ok("3"));
}

#[cfg(feature = "xlsx")]
#[test]
fn a_workbook_is_read_by_its_only_table_or_by_the_sheet_that_is_chosen() {
    let book = |sheets: &[(&str, f64)]| {
        let mut book = rust_xlsxwriter::Workbook::new();
        for (name, credits) in sheets {
            let sheet = book.add_worksheet().set_name(*name).unwrap();
            sheet.write_row(0, 0, ["time", "credits"]).unwrap();
            sheet.write_string(1, 0, "2026-01-05 10:00:00").unwrap();
            sheet.write_number(1, 1, *credits).unwrap();
        }
        book.save_to_buffer().unwrap()
    };
    let one = book(&[("March", 5.25)]);
    assert_eq!(demanded("usage.xlsx", &one, &[]).as_deref(), Ok("5.25"));
    let two = book(&[("March", 5.0), ("April", 6.0)]);
    let refused = demanded("usage.xlsx", &two, &[]).unwrap_err();
    assert!(refused.contains("2 sheets have tables (`March`, `April`)"), "{refused}");
    assert_eq!(demanded("usage.xlsx", &two, &["--sheet", "April"]).as_deref(), Ok("6"));
}

#[test]
fn colours_are_for_screens_and_for_whoever_asks_for_them() {
    let folder = TempDir::new().unwrap();
    let text = "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-02-01\n\
        [packages.a]\ncredits = 5\nprice = \"1.00\"\n\
        [recharge]\nat_or_below = 1\npackage = \"a\"\ncaps = [{ recharges = 1, per = \"month\" }]\n\
        [usage.generate]\nevery = \"1 day\"\namount = 2\n";
    let scenario = file(&folder, "s.toml", text);
    let told = |environment: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
        command.args(["run", &scenario, "--gate", "refused <= 0"]);
        for name in ["NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR", "CI", "TERM"] {
            command.env_remove(name);
        }
        let output = command.envs(environment.iter().copied()).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        [text(&output.stdout), text(&output.stderr)]
    };
    let plain = told(&[]);
    assert!(!plain.concat().contains('\u{1b}'), "a pipe is no screen: {plain:?}");
    let [out, said] = told(&[("CLICOLOR_FORCE", "1")]);
    assert!(out.contains("\u{1b}[1;33mAttention\u{1b}[0m\n"), "{out}");
    assert!(said.starts_with("\u{1b}[1;31mgate 'refused <= 0' failed"), "{said}");
    let without = |text: String| {
        let codes = ["\u{1b}[1m", "\u{1b}[1;33m", "\u{1b}[1;31m", "\u{1b}[0m"];
        codes.iter().fold(text, |text, code| text.replace(code, ""))
    };
    assert_eq!([without(out), without(said)], plain);
    assert_eq!(told(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), plain);
    assert_eq!(told(&[("CLICOLOR_FORCE", "0")]), plain);
}

/// Rows of a day each, from the first day of January to the one given.
fn days_to(last: u32) -> String {
    let row = |day: u32| format!("2026-01-{day:02}T12:00:00Z,5\n");
    "time,credits\n".to_owned() + &(1..=last).map(row).collect::<String>()
}

#[test]
fn days_without_data_at_the_end_are_told_by_every_command_that_lives_through_a_file() {
    let (folder, scenario) = folder();
    let scenario = scenario.to_str().unwrap();
    let other = file(&folder, "other.toml", fs::read_to_string(scenario).unwrap());
    let part = file(&folder, "part.csv", days_to(23));
    let all = file(&folder, "all.csv", days_to(31));
    let nearly = file(&folder, "nearly.csv", days_to(30));
    let replay = ["--set", "study.history=replay", "--set", "usage.spread=none"];
    for command in [
        &["run", scenario][..],
        &["study", scenario],
        &["compare", scenario, &other],
        &["diff", scenario, &other],
        &["plan", scenario],
        &["explain", scenario],
        &["readings", scenario],
    ] {
        let told = |usage: &str| {
            let set = if command[0] == "readings" { &replay[2..] } else { &replay[..] };
            let output = run(&[command, &["--usage", usage], set].concat());
            assert_eq!(output.status.code(), Some(0), "{command:?}: {}", err(&output));
            out(&output)
        };
        let said = told(&part);
        let ends = "The usage ends on 23 Jan 2026 12:00: on 8 days of the horizon after it nothing is asked for";
        assert!(said.contains(ends), "{command:?}: {said}");
        let said = told(&nearly);
        let ends = "on 1 day of the horizon after it nothing is asked for, and in every mean per day, month or cycle that is a \
                    day without usage.";
        assert!(said.contains(ends), "{command:?}: {said}");
        let said = told(&all);
        assert!(!said.contains("The usage ends"), "{command:?}: {said}");
        if command[0] == "plan" {
            assert!(said.contains("credits per cycle, the mean of the history,"), "{said}");
        }
    }
}

#[test]
fn the_mean_of_weeks_that_are_drawn_is_not_called_that_of_the_history() {
    let (folder, scenario) = folder();
    let all = file(&folder, "all.csv", days_to(31));
    let plan = ["plan", scenario.to_str().unwrap(), "--usage", &all, "--replications", "5"];
    let told = out(&run(&[&plan[..], &["--set", "usage.spread=none"]].concat()));
    assert!(
        told.contains("credits per cycle, the mean of the weeks drawn from the history,"),
        "{told}"
    );
}

#[test]
fn a_file_or_column_that_a_scenario_asks_for_is_told_with_the_scenario() {
    let (folder, scenario) = folder();
    let text = fs::read_to_string(&scenario).unwrap();
    let rules = text.split("[usage").next().unwrap().to_owned();
    let own = file(
        &folder,
        "own.toml",
        rules.clone() + "[usage]\nfile = \"missing.csv\"\ntime = \"when\"\n",
    );
    let said = err(&run(&["run", &own]));
    let wanted = "own.toml names it in `[usage] file`: correct the path there, or give the file with `--usage FILE`";
    assert!(said.contains("missing.csv: cannot be opened") && said.contains(wanted), "{said}");
    let other = file(&folder, "other.csv", days_to(3));
    let said = err(&run(&["run", &own, "--usage", &other]));
    let wanted = "no column with the header `when`, which `[usage]` of";
    assert!(said.contains(wanted) && said.contains("own.toml asks for;"), "{said}");
    let said = err(&run(&["run", &own, "--usage", &other, "--time-column", "then"]));
    assert!(said.contains("header `then`; ") && !said.contains("asks for;"), "{said}");
    let named = folder.path().join("zz").to_str().unwrap().to_owned();
    let said = err(&run(&["init", &named, "--vendor", "openai", "--set", "plan=pro"]));
    assert!(
        said.contains("of the rules of the vendor `openai` with what the command gives"),
        "{said}"
    );
}

#[test]
fn a_horizon_inside_a_file_says_that_its_account_begins_anew_and_with_what() {
    let (folder, scenario) = folder();
    let scenario = scenario.to_str().unwrap();
    let usage = file(&folder, "u.csv", days_to(31));
    let inside = ["--usage", &usage, "--start", "2026-01-15", "--set", "usage.spread=none"];
    for (more, held) in [
        (&[][..], "a new cycle and its allowance of 1,000 credits"),
        (&["--set", "account.opening_balance=70"], "70 credits, its opening balance"),
        (&["--set", "plans.p.allowance=0"], "no credits"),
    ] {
        for command in ["run", "explain"] {
            let told = out(&run(&[&[command, scenario], &inside[..], more].concat()));
            let anew = format!("The account begins anew on 15 Jan 2026 00:00 with {held}: ");
            assert!(told.contains(&anew), "{command} {more:?}: {told}");
            assert!(
                told.contains("In a run with `--start 2026-01-01` the table by month"),
                "{told}"
            );
        }
    }
    let told = out(&run(&["run", scenario, "--usage", &usage, "--set", "usage.spread=none"]));
    assert!(!told.contains("begins anew"), "{told}");
}

#[test]
fn rows_that_a_terminal_leaves_out_stand_above_the_sums_that_include_them() {
    let (folder, scenario) = folder();
    let usage = file(&folder, "u.csv", days_to(31));
    let cycles = |end: &str| {
        let set = ["--set", "cycle.days=1", "--end", end, "--set", "usage.spread=none"];
        let words = ["run", scenario.to_str().unwrap(), "--usage", &usage];
        let told = out(&run(&[&words[..], &set].concat()));
        let from = told.find("By cycle").unwrap();
        told[from..]
            .lines()
            .take_while(|line| !line.is_empty())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    // Thirty-six rows are shown; a thirty-seventh takes the room of the line about it.
    let whole = cycles("2026-02-07");
    assert_eq!(whole.len(), 2 + 37 + 1, "{whole:#?}");
    let cut = cycles("2026-02-08");
    let place = cut.iter().position(|line| line.trim_start().starts_with("and 2 rows more"));
    let place = place.unwrap_or_else(|| panic!("{cut:#?}"));
    assert_eq!(place, 2 + 36, "{cut:#?}");
    assert!(cut[place + 1].trim_start().starts_with("total"), "{cut:#?}");
    assert_eq!(cut[place + 2].trim(), "The JSON has all rows.");
}
