//! The books of a run: what each month and each cycle paid, used, lost and kept, in money.

#[path = "differential/books.rs"]
mod recount;

use std::fs;
use std::path::{Path, PathBuf};

use recharge::books::{Books, Statement};
use recharge::engine::Pace;
use recharge::metrics::Metrics;
use recharge::replay::{self, Outcome};
use recharge::report::journal::Journal;
use recharge::scenario::Scenario;
use recharge::usage::csv::Mode;

fn shipped() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|e| e == "toml")).collect()
}

fn run(scenario: &Scenario, pace: Pace) -> (Outcome, Books, String) {
    let mut feed = replay::feed(scenario, 0, Mode::Stream).unwrap();
    let minor = scenario.currency.minor();
    let books = Books::new(&scenario.setup, scenario.zone, minor);
    let observers = (Journal::new(Vec::new(), scenario.zone, minor), books);
    let (outcome, (journal, books)) =
        replay::replay(scenario, &mut *feed, pace, observers, &|| false).unwrap();
    (outcome, books, String::from_utf8(journal.finish().unwrap()).unwrap())
}

#[test]
fn the_books_of_every_shipped_scenario_are_those_of_its_journal_and_tie_to_its_figures() {
    for path in shipped() {
        let scenario = Scenario::read(&path).unwrap_or_else(|errors| panic!("{errors}"));
        let minor = scenario.currency.minor();
        let (outcome, books, journal) = run(&scenario, Pace::Skip);
        let order = scenario.setup.policy.contract.burn_order;
        let mut found = recount::recounted(&journal, order, minor, &books);
        found.extend(recount::untied(&books, &outcome.metrics, minor));
        assert_eq!(found, Vec::<String>::new(), "{}", path.display());
        let (_, stepped, _) = run(&scenario, Pace::Step);
        assert_eq!(books.months(), stepped.months(), "{}", path.display());
        assert_eq!(books.cycles(), stepped.cycles(), "{}", path.display());
    }
}

#[test]
fn books_that_do_not_tie_are_noticed() {
    let scenario = Scenario::read(&shipped()[0]).unwrap();
    let (_, books, journal) = run(&scenario, Pace::Skip);
    let order = scenario.setup.policy.contract.burn_order;
    assert!(!recount::untied(&books, &Metrics::new(scenario.setup.horizon), 2).is_empty());
    let less: String = journal
        .lines()
        .filter(|line| !line.contains("ended"))
        .map(|l| l.to_owned() + "\n")
        .collect();
    assert!(!recount::recounted(&less, order, 2, &books).is_empty());
}

/// An account that buys only by hand, so that every lot and every event can be followed with a pencil:
/// what is bought lives for 40 days, and cycles start on the 16th.
fn pencil(rules: &str, actions: &[(&str, &str)], events: &[(&str, u32)]) -> Books {
    let actions: String = actions
        .iter()
        .map(|(at, package)| {
            format!("[[actions]]\nat = {at}\ndo = \"top_up\"\npackage = \"{package}\"\n")
        })
        .collect();
    let events: Vec<String> =
        events.iter().map(|(at, amount)| format!("{{ at = {at}, credits = {amount} }}")).collect();
    let text = format!(
        "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-04-01\ncycle.anchor = 2026-01-16\n\
         usage.events = [{}]\naccount.enabled = false\n{rules}\n[packages.a]\ncredits = 300\nprice = \"1.00\"\n\
         [packages.b]\ncredits = 300\nprice = \"2.00\"\n\
         [recharge]\nat_or_below = 0\npackage = \"a\"\n\
         credits_expire = \"40 days\"\n{actions}",
        events.join(", ")
    );
    let scenario = Scenario::from_text("pencil.toml", &text, Path::new(""))
        .unwrap_or_else(|errors| panic!("{errors}"));
    run(&scenario, Pace::Skip).1
}

fn lines(rows: &[Statement]) -> Vec<String> {
    let row = |row: &Statement| {
        let money = [row.opening, row.cash_paid, row.recognised, row.breakage, row.closing];
        let [a, b, c, d, e] = money.map(|amount| amount.text(2));
        format!("{a} + {b} - {c} - {d} = {e}, refused {}", row.refused())
    };
    rows.iter().map(row).collect()
}

/// The worked example of docs/reference/books.md.
#[test]
fn thirds_of_a_cent_are_neither_lost_nor_made() {
    let books = pencil(
        "",
        &[("2026-01-05", "a"), ("2026-02-03", "b")],
        &[("2026-01-10", 100), ("2026-01-20", 100), ("2026-02-10", 150)],
    );
    assert_eq!(
        lines(&books.months()),
        [
            "0.00 + 1.00 - 0.67 - 0.00 = 0.33, refused 0",
            "0.33 + 2.00 - 0.66 - 0.00 = 1.67, refused 0",
            "1.67 + 0.00 - 0.00 - 1.67 = 0.00, refused 0",
        ]
    );
    assert_eq!(
        lines(&books.cycles()),
        [
            "0.00 + 1.00 - 0.33 - 0.00 = 0.67, refused 0",
            "0.67 + 2.00 - 1.00 - 0.00 = 1.67, refused 0",
            "1.67 + 0.00 - 0.00 - 1.67 = 0.00, refused 0",
            "0.00 + 0.00 - 0.00 - 0.00 = 0.00, refused 0",
        ]
    );
}

#[test]
fn a_month_ends_before_its_last_millisecond_is_over_and_the_next_begins_with_midnight() {
    let events = [
        ("2026-01-31T23:59:59.999", 30),
        ("2026-02-01T00:00:00", 60),
        ("2026-02-28T23:59:59.999", 120),
        ("2026-03-01T00:00:00", 600),
    ];
    let books = pencil("", &[("2026-01-25", "a")], &events);
    assert_eq!(
        lines(&books.months()),
        [
            "0.00 + 1.00 - 0.10 - 0.00 = 0.90, refused 0",
            "0.90 + 0.00 - 0.60 - 0.00 = 0.30, refused 0",
            "0.30 + 0.00 - 0.00 - 0.30 = 0.00, refused 600",
        ]
    );
}

#[test]
fn the_earliest_expiry_is_used_first_and_a_rank_before_it() {
    let opening = "account.opening_balance = 300\naccount.opening_price = \"3.00\"\n";
    let events = [("2026-01-20", 200)];
    let used =
        |rules: &str| lines(&pencil(rules, &[("2026-01-05", "b")], &events).months())[0].clone();
    assert_eq!(used(opening), "3.00 + 2.00 - 2.00 - 0.00 = 3.00, refused 0");
    let by_hand_first = format!("{opening}account.burn_order = [\"top_up\"]\n");
    assert_eq!(used(&by_hand_first), "3.00 + 2.00 - 1.33 - 0.00 = 3.67, refused 0");
}

#[test]
fn a_debt_has_the_price_of_the_grant_that_repays_it_when_it_does() {
    let rules = "[service]\nshortfall = \"overdraft\"\noverdraft_limit = 300\n";
    let books = pencil(rules, &[("2026-02-03", "b")], &[("2026-01-10", 150), ("2026-02-10", 15)]);
    assert_eq!(
        lines(&books.months())[..2],
        [
            "0.00 + 0.00 - 0.00 - 0.00 = 0.00, refused 0",
            "0.00 + 2.00 - 1.10 - 0.00 = 0.90, refused 0",
        ]
    );
}

/// A cycle that ends with a month takes what is left in that month.
#[test]
fn what_a_cycle_s_end_takes_belongs_to_the_month_that_ends_with_it() {
    let text = "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-03-01\naccount.enabled = false\n\
         [packages.a]\ncredits = 300\nprice = \"1.00\"\n[recharge]\nat_or_below = 0\n\
         package = \"a\"\ncredits_expire = \"cycle_end\"\n\
         [[actions]]\nat = 2026-01-05\ndo = \"top_up\"\npackage = \"a\"\n\
         [[actions]]\nat = 2026-02-05\ndo = \"top_up\"\npackage = \"a\"\n";
    let scenario = Scenario::from_text("ends.toml", text, Path::new("")).unwrap();
    let books = run(&scenario, Pace::Skip).1;
    let expected = ["0.00 + 1.00 - 0.00 - 1.00 = 0.00, refused 0"; 2];
    assert_eq!(lines(&books.months()), expected);
    assert_eq!(lines(&books.cycles()), expected);
}

/// What the program prints as JSON.
fn printed(arguments: &[&str]) -> serde_json::Value {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_recharge"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The first replication of a study is the run of the same scenario, and counts its months while it sleeps
/// over usage.
#[test]
fn the_months_and_cycles_of_a_study_are_those_of_a_run() {
    let number = |value: &serde_json::Value| match value.as_str() {
        Some(text) => text.parse::<f64>().unwrap(),
        None => value.as_f64().unwrap(),
    };
    let mut refused = 0.0;
    for scenario in
        ["product-classifier-study", "connector-apps", "a2v2", "connector-apps-one-pack"]
    {
        for set in ["cycle.anchor=2026-01-01", "cycle.anchor=2025-12-17", "account.enabled=false"] {
            let file = format!("scenarios/{scenario}.toml");
            let command = |command: &'static str| {
                let mut arguments = vec![command, &*file, "--format", "json", "--set", set];
                if command == "study" {
                    arguments.extend(["--replications", "1", "--quiet"]);
                }
                printed(&arguments)
            };
            let (run, study) = (command("run"), command("study"));
            let periods = &study["candidates"][0]["periods"];
            for (of_run, of_study) in
                [(&run["months"], &periods["months"]), (&run["cycles"], &periods["cycles"])]
            {
                let pairs = of_run.as_array().unwrap().iter().zip(of_study.as_array().unwrap());
                assert_eq!(of_run.as_array().unwrap().len(), of_study.as_array().unwrap().len());
                for (a, b) in pairs {
                    assert_eq!((&a["start"], &a["end"]), (&b["start"], &b["end"]), "{file} {set}");
                    for (exact, mean) in [
                        ("total_spend", "spend"),
                        ("recharges", "recharges"),
                        ("refused", "refused"),
                    ] {
                        let (a, b) = (number(&a[exact]), number(&b[mean]["mean"]));
                        assert!((a - b).abs() < 1e-6, "{file} {set} {exact}: {a}, not {b}");
                        refused += if exact == "refused" { a } else { 0.0 };
                    }
                }
            }
            let all = &periods["horizon"];
            let total = number(&run["total_spend"]);
            assert!((number(&all["spend"]["mean"]) - total).abs() < 1e-6, "{file} {set}");
        }
    }
    assert!(refused > 0.0, "nothing was refused in any of them");
}

#[test]
fn the_rows_of_periods_add_up_for_every_candidate_and_choice() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("periods.csv");
    let name = file.to_str().unwrap();
    let scenario = "scenarios/product-classifier-study.toml";
    let set = "cycle.anchor=2025-12-10";
    for (command, about) in [
        (vec!["study", scenario, "--replications", "20"], 2),
        (vec!["plan", scenario, "--levels", "2000", "--replications", "20"], 4),
    ] {
        printed(
            &[&command[..], &["--format", "json", "--quiet", "--periods", name, "--set", set]]
                .concat(),
        );
        let mut reader = csv::Reader::from_path(&file).unwrap();
        let head = reader.headers().unwrap().clone();
        let place = |column: &str| head.iter().position(|one| one == column).unwrap();
        let mut sums = std::collections::BTreeMap::<String, [f64; 3]>::new();
        for row in reader.records() {
            let row = row.unwrap();
            let kinds = ["month", "cycle", "horizon"];
            let kind = kinds.iter().position(|&one| one == &row[place("period")]).unwrap();
            let key: Vec<&str> = row.iter().take(about).collect();
            let mean: f64 = row[place("spend_mean")].parse().unwrap();
            sums.entry(key.join(" ")).or_default()[kind] += mean;
            assert!(row[place("refused_p95")].parse::<f64>().unwrap() >= 0.0);
        }
        assert!(sums.len() > 5, "{sums:?}");
        for (key, [months, cycles, horizon]) in sums {
            assert!((months - horizon).abs() < 1e-6, "{key}: {months}, not {horizon}");
            assert!((cycles - horizon).abs() < 1e-6, "{key}: {cycles}, not {horizon}");
        }
    }
}
