//! Reports of studies: what is in a page, that it appears whole, and that nothing from a file runs.
#![cfg(feature = "html")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// Two months; Starter with three packages, one of them unkind, and a payment that fails now and then.
const SCENARIO: &str = r#"
name = "Classifier <script>alert(1)</script>"
question = "</title><img src=x onerror=alert(1)> which?"
unit = "<b>credits</b>"
currency = "USD"
start = 2026-04-01
end = 2026-06-01
plan = "starter"
assumed = ["payment.latency"]
plans.starter = { fee = "19.00", allowance = 3000 }
packages."<script>" = { credits = 1000, price = "7.00" }
packages.mid = { credits = 3000, price = "17.00" }
packages.big = { credits = 9000, price = "37.00" }
recharge = { at_or_below = 100, package = "mid" }
payment = { latency = "5s", fail_probability = "5%", retry_after = "1 day" }
usage.generate = { per_day = 200.0, amount = 1 }

[study]
replications = 20
[study.vary]
"recharge.package" = ["<script>", "mid", "big"]
"recharge.at_or_below" = [100, 500]
[[study.candidates]]
name = "</svg><script>alert(2)</script>"
set = { recharge.packs = 2 }
"#;

struct Place(TempDir);

impl Place {
    fn new() -> Place {
        let place = Place(tempfile::tempdir().unwrap());
        fs::write(place.path("study.toml"), SCENARIO).unwrap();
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
        command.args(["study", "study.toml", "--quiet"]).args(arguments);
        command.current_dir(self.0.path()).stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn page(&self, arguments: &[&str]) -> String {
        let output = self.run(&[&["--report", "report"], arguments].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        fs::read_to_string(self.path("report/index.html")).unwrap()
    }

    fn names(&self, folder: &str) -> Vec<String> {
        names(&self.path(folder))
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The page without the scenario's text, which is shown word for word.
fn without_source(page: &str) -> String {
    let (before, rest) = page.split_once("<pre>").unwrap();
    format!("{before}{}", rest.split_once("</pre>").unwrap().1)
}

#[test]
fn a_report_is_a_page_with_four_charts_and_appears_whole() {
    let place = Place::new();
    for _ in 0..2 {
        place.page(&[]);
    }
    let charts = ["costs.svg", "fan.svg", "frontier.svg", "index.html", "settings.svg"];
    assert_eq!(place.names("report"), charts);
    assert_eq!(names(place.0.path()), ["report", "study.toml"], "nothing is left beside it");
}

#[test]
fn the_advice_comes_first_then_figures_constraints_charts_and_where_it_comes_from() {
    let place = Place::new();
    let page = place.page(&["--set", "study.constraints.fill_rate_at_least=99%"]);
    let text =
        String::from_utf8(place.run(&["--set", "study.constraints.fill_rate_at_least=99%"]).stdout)
            .unwrap();
    let advice =
        text.lines().find(|line| line.starts_with("Change to ") || line.starts_with("Keep "));
    let first = advice.unwrap().split(": ").next().unwrap();
    let first = first.replace('<', "&lt;").replace('>', "&gt;");
    let parts = [
        &first,
        "20 replications · ",
        "Cost per cycle, ",
        "Constraints</h2>",
        "A fill rate of at least 99%",
        "<figure ",
        "Figures</h2>",
        "Spend and downtime in a cycle</h2>",
        "p95",
        "Candidates</h2>",
        "Limits",
        "Assumed by this scenario",
        "payment.latency",
        "Not set in the scenario",
        "Source</h2>",
        "--set study.constraints.fill_rate_at_least=99%",
        "drawn anew for each replication",
        "study.toml, word for word",
    ];
    let mut from = 0;
    for part in parts {
        let found = page[from..].find(part);
        from += found.unwrap_or_else(|| panic!("{part} is missing or too early"));
    }
}

#[test]
fn a_page_fetches_nothing_runs_nothing_and_shows_names_as_text() {
    let place = Place::new();
    let page = place.page(&[]);
    let markup = without_source(&page).replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
    for wrong in ["<script", "<img", "<b>", "</svg><", "<link", "url(", "@import", "http://"] {
        // What follows a chart of ours is the end of its frame.
        let markup = markup.replace("</svg></div>", "");
        assert!(!markup.contains(wrong), "{wrong}");
    }
    assert!(markup.contains("&lt;script&gt;alert(1)&lt;/script&gt;</h1>"));
    for name in place.names("report") {
        let text = fs::read_to_string(place.path("report").join(name)).unwrap();
        assert!(!without_scenario(&text).contains("<script"));
    }
}

fn without_scenario(text: &str) -> String {
    if text.contains("<pre>") { without_source(text) } else { text.to_owned() }
}

#[test]
fn neither_threads_nor_a_second_run_change_a_byte() {
    let place = Place::new();
    let files = || -> Vec<(String, Vec<u8>)> {
        let read = |name: String| {
            let bytes = fs::read(place.path("report").join(&name)).unwrap();
            (name, bytes)
        };
        place.names("report").into_iter().map(read).collect()
    };
    place.page(&["--threads", "1"]);
    let one = files();
    place.page(&["--threads", "3"]);
    assert!(one == files());
}

#[test]
fn the_fan_ends_at_the_median_of_what_was_spent() {
    let place = Place::new();
    // As often one recharge more as not.
    place.page(&["--samples", "samples.csv", "--set", "usage.generate.per_day=146"]);
    let mut reader = csv::Reader::from_path(place.path("samples.csv")).unwrap();
    let header = reader.headers().unwrap().clone();
    let column = header.iter().position(|name| name == "total_spend").unwrap();
    let mut spent: Vec<f64> = reader
        .records()
        .map(Result::unwrap)
        .filter(|row| &row[0] == "current")
        // Two cycles of a month.
        .map(|row| row[column].parse::<f64>().unwrap() * 2.0)
        .collect();
    spent.sort_by(f64::total_cmp);
    assert!(spent[1] < spent[18], "{spent:?}");
    let median = (spent[9] + spent[10]) / 2.0;
    let fan = fs::read_to_string(place.path("report/fan.svg")).unwrap();
    assert!(fan.contains(&format!(">1 Jun 2026: current ${median:.2} (")), "{median}");
}

#[test]
fn history_has_its_hash_and_its_rows_and_what_was_guessed() {
    let place = Place::new();
    let mut rows = "time,credits\n".to_owned();
    for hour in 0..24 * 7 * 10 {
        let date =
            chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Days::new(hour / 24);
        rows.push_str(&format!("{date}T{:02}:00:00Z,{}\n", hour % 24, 5 + hour % 9));
    }
    fs::write(place.path("usage.csv"), &rows).unwrap();
    let weeks = ["--set", "study.history=resample"];
    let sha256 = ["--hash", "sha256"];
    let asked = [&["--usage", "usage.csv", "--replications", "5"], &weeks[..], &sha256].concat();
    let page = place.page(&asked);
    let hash = recharge::report::provenance::hash(rows.as_bytes());
    assert!(page.contains("usage.csv, 1,680 rows") && page.contains(&hash));
    assert!(page.contains("Where the usage comes from"));
    assert!(page.contains("10 whole weeks of history"));
}

#[test]
fn every_end_has_a_page_of_its_own() {
    let place = Place::new();
    for (changes, words) in [
        // Nothing can keep this.
        (
            &["--set", "study.constraints.recharges_at_most=0", "--vary", "recharge.packs=1,2"][..],
            "None of the",
        ),
        (&["--replications", "1"], "not resolved by so few replications"),
        (&["--set", "study.materiality=1000"], "Keep what you have"),
    ] {
        let page = place.page(changes);
        assert!(page.contains(words), "{words}");
        assert!(page.contains("<figure "), "{words}");
    }
}

#[cfg(unix)]
#[test]
fn a_disk_that_fills_up_leaves_the_earlier_report_and_nothing_else() {
    let place = Place::new();
    let earlier = place.page(&["--replications", "3"]);
    // A limit on the size of a file says no in the middle of it, as a full disk does.
    let output = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 16; exec \"$0\" \"$@\""])
        .arg(env!("CARGO_BIN_EXE_recharge"))
        .args(["study", "study.toml", "--quiet", "--replications", "4", "--report", "report"])
        .current_dir(place.0.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("cannot be written") && output.stdout.is_empty(), "{said}");
    assert_eq!(fs::read_to_string(place.path("report/index.html")).unwrap(), earlier);
    assert_eq!(names(place.0.path()), ["report", "study.toml"]);
}

#[cfg(unix)]
#[test]
fn an_interrupted_study_writes_the_report_of_what_was_finished() {
    let place = Place::new();
    let child = place
        .command(&["--replications", "100000", "--report", "report"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_secs(2));
    let interrupt = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupt.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let page = fs::read_to_string(place.path("report/index.html")).unwrap();
    assert!(page.contains("interrupted: these are finished"));
    assert!(page.contains("this is of what was finished, without the spend to date"));
    assert_eq!(place.names("report"), ["costs.svg", "frontier.svg", "index.html", "settings.svg"]);
    assert_eq!(names(place.0.path()), ["report", "study.toml"]);
}

#[test]
fn what_stands_in_the_way_is_said_before_anything_runs() {
    let place = Place::new();
    fs::create_dir(place.path("mine")).unwrap();
    fs::write(place.path("mine/thesis.txt"), "mine").unwrap();
    let refused = |arguments: &[&str]| {
        let output = place.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(refused(&["--report", "mine"]).contains("name another folder"));
    assert!(refused(&["--report", "new", "--map", "costs"]).contains("did you mean `cost`?"));
    assert!(refused(&["--open"]).contains("--report"));
    for option in ["--csv", "--samples"] {
        let said = refused(&[option, "study.toml"]);
        assert!(said.contains(option) && said.contains("write to another file"), "{said}");
    }
    assert_eq!(fs::read_to_string(place.path("study.toml")).unwrap(), SCENARIO);
    if !cfg!(feature = "xlsx") {
        assert!(refused(&["--xlsx", "book.xlsx"]).contains("--features xlsx"));
    }
}
