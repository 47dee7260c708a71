//! Every shipped scenario runs, and its outcome is pinned: the whole summary, in
//! `tests/shipped/NAME.txt`.
//!
//! `RECHARGE_BLESS=1` rewrites the pins; read the difference before you keep it.

use std::fs;
use std::path::{Path, PathBuf};

use recharge::books::Books;
use recharge::engine::Pace;
use recharge::inquiry::{TRIAL_CHARGES, UsageInput, preventions};
use recharge::replay::{self, Outcome};
use recharge::report::document::text::Screen;
use recharge::report::evidence::JournalEvidence;
use recharge::report::journal::Journal;
use recharge::report::provenance::Provenance;
use recharge::report::{RunReport, document};
use recharge::scenario::Scenario;
use recharge::series::Series;
use recharge::usage::csv::Mode;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The names of all shipped scenarios.
fn names() -> Vec<String> {
    let files = fs::read_dir(root().join("scenarios")).unwrap().map(|entry| entry.unwrap().path());
    let scenarios = files.filter(|path| path.extension().is_some_and(|e| e == "toml"));
    let mut names: Vec<String> =
        scenarios.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

fn scenario(name: &str) -> Scenario {
    let path = root().join("scenarios").join(name).with_extension("toml");
    Scenario::read(&path).unwrap_or_else(|errors| panic!("{errors}"))
}

/// A replay with its journal and what pictures need.
fn run(scenario: &Scenario, pace: Pace) -> (Outcome, String) {
    let (outcome, journal, ..) = run_told(scenario, pace);
    (outcome, journal)
}

fn run_told(scenario: &Scenario, pace: Pace) -> (Outcome, String, Series, Books) {
    let mut feed = replay::feed(scenario, 0, Mode::Stream).unwrap();
    let journal = Journal::new(Vec::new(), scenario.zone, scenario.currency.minor());
    let books = Books::new(&scenario.setup, scenario.zone, scenario.currency.minor());
    let observers = (journal, (Series::new(scenario.setup.horizon, scenario.zone), books));
    let (outcome, (journal, (series, books))) =
        replay::replay(scenario, &mut *feed, pace, observers, &|| false).unwrap();
    (outcome, String::from_utf8(journal.finish().unwrap()).unwrap(), series, books)
}

/// The summary without what differs from machine to machine: the paths in its last line.
fn pinned(scenario: &Scenario) -> String {
    let (outcome, _, series, books) = run_told(scenario, Pace::Skip);
    let provenance = Provenance::of(scenario, &outcome.usage, &[]);
    let series = Some(&series);
    let usage = UsageInput::of(scenario, scenario.csv.clone());
    let prevented = preventions(&usage, &outcome, TRIAL_CHARGES, &|| false).unwrap();
    let report = RunReport {
        scenario,
        outcome: &outcome,
        books: &books,
        series,
        prevented: prevented.as_ref(),
        why: None,
        journal: JournalEvidence::default(),
        provenance: &provenance,
    };
    let text = document::text::text(&report.document(), Screen::default());
    let end = text.trim_end().rfind('\n').unwrap();
    text[..end].trim_end().to_owned() + "\n"
}

#[test]
fn every_shipped_scenario_comes_out_as_pinned() {
    let mut wrong = Vec::new();
    for name in names() {
        let scenario = scenario(&name);
        let found = pinned(&scenario);
        let pin = root().join("tests/shipped").join(&name).with_extension("txt");
        if std::env::var_os("RECHARGE_BLESS").is_some() {
            fs::write(&pin, &found).unwrap();
        }
        let expected = fs::read_to_string(&pin).unwrap_or_default();
        if expected != found {
            wrong.push(format!("{}\n--- expected\n{expected}\n--- found\n{found}", pin.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_pin_belongs_to_a_scenario() {
    for entry in fs::read_dir(root().join("tests/shipped")).unwrap() {
        let name = entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(names().contains(&name), "tests/shipped/{name}.txt has no scenario");
    }
}

#[test]
fn skipping_changes_no_byte_of_any_journal() {
    for name in names() {
        let scenario = scenario(&name);
        let (skipped, journal) = run(&scenario, Pace::Skip);
        let (stepped, stepped_journal) = run(&scenario, Pace::Step);
        assert_eq!(journal, stepped_journal, "{name}");
        assert_eq!(skipped.metrics.total(), stepped.metrics.total(), "{name}");
        assert_eq!(skipped.metrics.cycles(), stepped.metrics.cycles(), "{name}");
        assert_eq!(skipped.chronicle, stepped.chronicle, "{name}");
    }
}

#[test]
fn the_money_of_a_journal_adds_up_to_the_total_spend() {
    for name in names() {
        let scenario = scenario(&name);
        let (outcome, journal) = run(&scenario, Pace::Skip);
        let mut rows = csv::Reader::from_reader(journal.as_bytes());
        let money = rows.headers().unwrap().iter().position(|name| name == "money").unwrap();
        let sum: rust_decimal::Decimal = rows
            .records()
            .map(|row| row.unwrap()[money].to_owned())
            .filter(|money| !money.is_empty())
            .map(|money| money.parse::<rust_decimal::Decimal>().unwrap())
            .sum();
        assert_eq!(sum, outcome.metrics.total().total_spend().amount(), "{name}");
    }
}

#[test]
fn the_figures_of_the_cycles_add_up_to_those_of_the_run() {
    for name in names() {
        let scenario = scenario(&name);
        let (outcome, _) = run(&scenario, Pace::Skip);
        let total = outcome.metrics.total();
        let cycles = || outcome.metrics.cycles().iter().map(|cycle| &cycle.figures);
        assert!(total.balances(), "{name}");
        assert_eq!(cycles().map(|c| c.recharges).sum::<u64>(), total.recharges, "{name}");
        assert_eq!(cycles().map(|c| c.downtime.millis()).sum::<i64>(), total.downtime.millis());
        assert_eq!(cycles().map(|c| c.exhausted.millis()).sum::<i64>(), total.exhausted.millis());
        assert_eq!(cycles().map(|c| c.served.micro()).sum::<i128>(), total.served.micro());
        assert_eq!(cycles().map(|c| c.length.millis()).sum::<i64>(), total.length.millis());
        let spend: rust_decimal::Decimal = cycles().map(|c| c.total_spend().amount()).sum();
        assert_eq!(spend, total.total_spend().amount(), "{name}");
    }
}

/// What the vendors' documents say must come out, in the words of the scenario's name.
#[test]
fn documented_outcomes_hold() {
    let outcome = |name: &str| run(&scenario(name), Pace::Skip).0;
    let recharges = |name: &str| outcome(name).metrics.total().recharges;
    // Product Classifier, scenarios 1 to 3: triggers, triggers, does not.
    assert_eq!(recharges("product-classifier-scenario-1"), 1);
    assert_eq!(recharges("product-classifier-scenario-2"), 1);
    assert_eq!(recharges("product-classifier-scenario-3"), 0);
    // "Limited to 4 per day and 15 per month".
    let burst = outcome("connector-apps-burst");
    assert_eq!(burst.metrics.total().recharges, 15);
    assert!(burst.metrics.total().cap_blocks >= 2);
    // One pack instead of four "will avoid any wastage".
    let wasted = |name: &str| outcome(name).metrics.total().expired.micro();
    assert!(wasted("connector-apps-four-packs") > wasted("connector-apps-one-pack"));
    // A manual top-up before the spike keeps visitors from being turned away.
    let refused = |name: &str| outcome(name).metrics.total().refused_events;
    assert!(refused("a2v2-biggest-day") > 0);
    assert_eq!(refused("a2v2-biggest-day-with-top-up"), 0);
    // Several failures in a row disable auto-recharge.
    assert_eq!(outcome("a2v2-failures-in-a-row").metrics.total().suspensions, 1);
    // Every missing prerequisite is named.
    let missing = outcome("a2v2-missing-prerequisites").chronicle.missing;
    let named: Vec<_> = missing.first()[0].missing.iter().map(|one| one.name()).collect();
    assert_eq!(named, ["owner", "subscription", "payment_method"]);
}

#[test]
fn a_missing_scenario_folder_would_be_noticed() {
    assert!(names().len() > 20);
    assert!(Path::new(&root().join("scenarios/product-classifier-starter.toml")).exists());
}
