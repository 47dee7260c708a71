//! Reports of replays: what is in a page, what is not, and how it is asked for.
#![cfg(feature = "html")]

use std::fs;
use std::path::{Path, PathBuf};

use recharge::books::Books;
use recharge::domain::{Duration, Money};
use recharge::engine::Pace;
use recharge::replay::{self, Outcome};
use recharge::report::charts::{self, Chart};
use recharge::report::evidence::JournalEvidence;
use recharge::report::provenance::Provenance;
use recharge::report::{RunReport, document};
use recharge::scenario::Scenario;
use recharge::series::{Occurrence, Series, Spell};
use recharge::usage::csv::Mode;
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All shipped scenarios, by name.
fn shipped() -> Vec<(String, Scenario)> {
    let files = fs::read_dir(root().join("scenarios")).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|e| e == "toml")).collect();
    paths.sort();
    let read = |path: &PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, Scenario::read(path).unwrap_or_else(|errors| panic!("{errors}")))
    };
    paths.iter().map(read).collect()
}

fn run(scenario: &Scenario, pace: Pace) -> (Outcome, (Series, Books)) {
    let mut feed = replay::feed(scenario, 0, Mode::Stream).unwrap();
    let series = Series::new(scenario.setup.horizon, scenario.zone);
    let books = Books::new(&scenario.setup, scenario.zone, scenario.currency.minor());
    replay::replay(scenario, &mut *feed, pace, (series, books), &|| false).unwrap()
}

fn told(scenario: &Scenario, pace: Pace) -> (Vec<Chart>, String) {
    let (outcome, (series, books)) = run(scenario, pace);
    let provenance = Provenance::of(scenario, &outcome.usage, &["run".to_owned()]);
    let report = RunReport {
        scenario,
        outcome: &outcome,
        books: &books,
        series: Some(&series),
        prevented: None,
        why: None,
        journal: JournalEvidence::default(),
        provenance: &provenance,
    };
    let document = report.document();
    (document.charts(), document::page::page(&document))
}

fn scenario(text: &str) -> Scenario {
    Scenario::from_text("unkind.toml", text, Path::new("."))
        .unwrap_or_else(|errors| panic!("{errors}"))
}

/// A scenario all of whose words are unkind.
const UNKIND: &str = r#"
name = "<script>alert(1)</script>"
question = "</title><img src=x onerror=alert(1)> & \"more\"?"
unit = "<b>credits</b>"
currency = "USD"
start = 2026-01-01
end = 2026-03-01
plan = "p"
[plans.p]
title = "=cmd|' /C calc'!A0"
fee = "19.00"
allowance = 3000
[packages.a]
credits = 1000
price = "7.00"
[recharge]
at_or_below = 100
package = "a"
[payment]
fail_attempts = [2]
disable_after = 1
repair_after = "2 days"
[usage.generate]
every = "1h"
amount = 10
"#;

#[test]
fn a_page_fetches_nothing_and_runs_nothing() {
    for (name, scenario) in shipped() {
        let (_, page) = told(&scenario, Pace::Skip);
        // Links to its own sections lead nowhere else.
        let page = page.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
        let page = page.replace(" href=\"#", " ");
        let (markup, text) = page.split_once("<pre>").unwrap();
        let rest = text.split_once("</pre>").unwrap().1;
        for wrong in
            ["<script", "<link", "<img", "src=", "href=", "url(", "@import", "http://", "https://"]
        {
            assert!(!markup.contains(wrong) && !rest.contains(wrong), "{name}: {wrong}");
        }
        assert!(markup.contains("default-src 'none'"), "{name}");
    }
}

#[test]
fn whatever_came_from_a_file_is_shown_as_text() {
    let scenario = scenario(UNKIND);
    let (charts, page) = told(&scenario, Pace::Skip);
    assert!(page.contains("<h1>&lt;script&gt;alert(1)&lt;/script&gt;</h1>"));
    for chart in &charts {
        assert!(chart.wide.contains("&lt;b&gt;credits&lt;/b&gt;") || chart.name != "balance");
    }
    let drawn = charts.iter().flat_map(|chart| [&chart.wide, &chart.narrow]);
    for text in drawn.chain([&page]) {
        for wrong in ["<script", "<img", "<b>", "</title><img"] {
            assert!(!text.contains(wrong), "{wrong}");
        }
    }
}

#[test]
fn charts_are_well_formed_and_say_what_they_show() {
    for (name, scenario) in shipped() {
        for chart in told(&scenario, Pace::Skip).0 {
            for svg in [&chart.wide, &chart.narrow] {
                let opened = svg.matches('<').count() - svg.matches("</").count();
                let closed = svg.matches("</").count() + svg.matches("/>").count();
                assert_eq!(opened, closed, "{name} {}", chart.name);
                assert!(svg.contains("role=\"img\"") && svg.contains("<title>"), "{name}");
                assert!(svg.contains("<desc>") && !svg.contains("NaN"), "{name} {}", chart.name);
            }
            assert!(charts::is_name(&chart.name));
        }
    }
}

#[test]
fn skipping_changes_no_byte_of_any_page() {
    for (name, scenario) in shipped() {
        assert_eq!(told(&scenario, Pace::Skip), told(&scenario, Pace::Step), "{name}");
    }
}

#[test]
fn the_same_replay_makes_the_same_page() {
    let scenario = scenario(UNKIND);
    assert_eq!(told(&scenario, Pace::Skip), told(&scenario, Pace::Skip));
}

#[test]
fn what_pictures_show_adds_up_to_the_figures() {
    for (name, scenario) in shipped() {
        let (outcome, (series, _)) = run(&scenario, Pace::Skip);
        let total = outcome.metrics.total();
        let sum = |sum: Money, money: Money| sum.plus(money).unwrap();
        let spent = series.buckets().map(|(_, bucket)| bucket.spent()).fold(Money::ZERO, sum);
        assert_eq!(spent, total.total_spend(), "{name}");
        assert_eq!(series.marks(Occurrence::Recharge), total.recharges, "{name}");
        assert_eq!(series.marks(Occurrence::TopUp), total.top_ups, "{name}");
        assert_eq!(series.marks(Occurrence::FailedAttempt), total.failed_attempts, "{name}");
        assert_eq!(series.marks(Occurrence::CapHit), total.cap_blocks, "{name}");
        assert_eq!(series.marks(Occurrence::Suspension), total.suspensions, "{name}");
        assert_eq!(series.lasted(Spell::Outage), total.downtime, "{name}");
        let down = series.columns().iter().map(|column| column.down);
        assert_eq!(down.fold(Duration::ZERO, Duration::plus), total.downtime, "{name}");
        let wasted = (0..outcome.metrics.cycles().len()).map(|index| series.wasted(index));
        assert_eq!(wasted.fold(Money::ZERO, sum), total.expired_cost, "{name}");
        let weekdays = series.refusals().weekdays().iter();
        let refused = weekdays.map(|weekday| weekday.sum().micro()).sum::<i128>();
        assert_eq!(refused, total.refused().micro(), "{name}");
        let causes = series.causes();
        let refused = causes.iter().map(|cause| cause.refused.micro()).sum::<i128>();
        assert_eq!(refused, total.refused().micro(), "{name}");
        let down = causes.iter().map(|cause| cause.down);
        assert_eq!(down.fold(Duration::ZERO, Duration::plus), total.downtime, "{name}");
    }
}

#[test]
fn memory_is_bounded_and_no_outage_is_too_short_to_be_seen() {
    // Ten years; two events of the same instant, of which the second is refused, then a top-up.
    let scenario = scenario(
        r#"
currency = "USD"
start = 2016-01-01
end = 2026-01-01
plan = "p"
[plans.p]
fee = "0"
allowance = 10
[packages.a]
credits = 10
price = "1"
[account]
enabled = false
[usage]
events = [
    { at = 2020-05-05T12:00:00, credits = 10 },
    { at = 2020-05-05T12:00:00, credits = 10 },
    { at = 2020-05-05T12:00:00.001, credits = 0 },
]
[[actions]]
at = 2020-05-05T12:00:00.001
do = "top_up"
package = "a"
"#,
    );
    let (outcome, (series, _)) = run(&scenario, Pace::Skip);
    assert_eq!(outcome.metrics.total().downtime.millis(), 1);
    let seen = series.buckets().filter(|(_, bucket)| bucket.lasted(Spell::Outage) > Duration::ZERO);
    assert_eq!(seen.count(), 1);
    assert!(series.buckets().count() as i64 <= Series::MOST);
    assert!(told(&scenario, Pace::Skip).1.contains("One outage, 1 ms"));
}

fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    command.current_dir(root());
    command
}

fn report(path: &Path, more: &[&str]) -> std::process::Output {
    let mut command = command();
    command.args(["run", "scenarios/worked-example.toml", "--report"]).arg(path).args(more);
    command.output().unwrap()
}

#[test]
fn a_report_is_a_page_and_its_charts() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("report");
    for _ in 0..2 {
        let output = report(&path, &[]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let mut names: Vec<_> = fs::read_dir(&path)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(
        names,
        ["balance.svg", "causes.svg", "downtime.svg", "index.html", "spend.svg", "waterfall.svg"]
    );
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn a_folder_with_other_files_is_refused_before_anything_runs() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("thesis.txt"), "mine").unwrap();
    let output = report(place.path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("thesis.txt") && said.contains("name another folder"), "{said}");
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
}

#[test]
fn what_this_build_cannot_do_is_said_with_the_way_out() {
    let place = tempfile::tempdir().unwrap();
    for (built, flag, feature) in
        [(cfg!(feature = "png"), "--png", "png"), (cfg!(feature = "xlsx"), "--xlsx=x.xlsx", "xlsx")]
    {
        if built {
            continue;
        }
        let output = report(&place.path().join("report"), &[flag]);
        assert_eq!(output.status.code(), Some(2));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains(&format!("--features {feature}")), "{said}");
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
    }
}

#[cfg(feature = "png")]
#[test]
fn every_chart_is_drawn_as_a_png_of_its_own_size_too() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("report");
    let output = report(&folder, &["--png"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let charts = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let charts: Vec<_> =
        charts.filter(|path| path.extension().is_some_and(|end| end == "svg")).collect();
    assert!(charts.len() > 2, "{charts:?}");
    for chart in charts {
        let drawn = fs::read(chart.with_extension("png")).unwrap();
        assert_eq!(drawn[..8], *b"\x89PNG\r\n\x1a\n", "{}", chart.display());
        let size = |at: usize| u32::from_be_bytes(drawn[at..at + 4].try_into().unwrap());
        let text = fs::read_to_string(&chart).unwrap();
        let written = |name: &str| -> u32 {
            let rest = text.split_once(&format!(" {name}=\"")).unwrap().1;
            rest.split('"').next().unwrap().parse().unwrap()
        };
        let (wide, high) = (written("width"), written("height"));
        assert_eq!(size(16) * high, size(20) * wide, "{}", chart.display());
        assert!(size(16) >= wide && drawn.len() > 1_000, "{}", chart.display());
    }
}

#[test]
fn no_cell_of_a_journal_begins_a_formula() {
    let place = tempfile::tempdir().unwrap();
    let (scenario, journal) = (place.path().join("unkind.toml"), place.path().join("journal.csv"));
    fs::write(&scenario, UNKIND).unwrap();
    let mut command = command();
    command.arg("run").arg(&scenario).arg("--journal").arg(&journal);
    assert!(command.output().unwrap().status.success());
    let text = fs::read_to_string(&journal).unwrap();
    assert!(text.contains("'=cmd|"), "the plan's name is there");
    for row in csv::Reader::from_reader(text.as_bytes()).records() {
        for cell in &row.unwrap() {
            let number = cell.parse::<f64>().is_ok();
            assert!(number || !cell.starts_with(['=', '+', '-', '@']), "{cell}");
        }
    }
}

#[test]
fn the_picture_of_a_balance_begins_with_what_the_account_begins_with_and_its_title_says_what_it_shows()
 {
    let text = |account: &str, plan: &str, latency: &str| {
        format!(
            "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-02-01\nplan = \"p\"\n\
             plans.p = {{ fee = \"1.00\", allowance = {plan} }}\naccount = {{ {account} }}\n\
             packages.a = {{ credits = 500, price = \"5.00\" }}\n\
             recharge = {{ at_or_below = 40, package = \"a\" }}\npayment = {{ latency = \"{latency}\" }}\n\
             usage.generate = {{ every = \"1h\", amount = 20 }}\n"
        )
    };
    let never = "the balance never came to zero";
    for (account, plan, latency, lowest, title) in [
        // The trigger is looked at after each request: the least is 20 below 60.
        ("", "300", "0s", 40, never),
        ("opening_balance = 100", "0", "0s", 40, never),
        // Nothing at the start, and a recharge at the same instant.
        ("", "0", "0s", 0, "the balance was at zero for an instant at most"),
        ("", "0", "5s", 0, "1 outage, 5 s, with nothing left"),
    ] {
        let scenario = scenario(&text(account, plan, latency));
        let (_, (series, _)) = run(&scenario, Pace::Skip);
        let samples = series.buckets().flat_map(|(_, bucket)| bucket.samples());
        let least = samples.map(|sample| sample.pools.balance().micro()).min();
        assert_eq!(least, Some(lowest * 1_000_000), "{account} {plan} {latency}");
        let (_, page) = told(&scenario, Pace::Skip);
        assert!(page.contains(title), "{account} {plan} {latency}");
        assert_eq!(page.contains(never), title == never, "{account} {plan} {latency}");
    }
}
