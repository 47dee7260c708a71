//! What each way to read a vendor's text comes to, against runs of their own and against hand-made cases.

mod results;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use results::valid;
use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Runs the program; returns success, standard output and standard error.
fn recharge(folder: &Path, arguments: &[&str]) -> (bool, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    let output = command.current_dir(folder).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.success(), text(output.stdout), text(output.stderr))
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let (done, out, said) = recharge(folder, &[arguments, &["--format", "json"]].concat());
    assert!(done, "{said}");
    valid(&out)
}

/// Usage whose busiest 24 hours ask for 7.5 dollars, which is 8 whole ones.
const DOLLARS: &str = "time,usd\n2026-01-01T00:00:00Z,1\n2026-01-05T08:00:00Z,4.25\n2026-01-05T20:30:00Z,3.25\n2026-01-31T00:00:00Z,2\n";

/// Questions that take an account of a vendor.
const QUESTIONS_OF_VENDORS: [&[&str]; 3] = [
    &["explain", "--vendor", "openrouter"],
    &["readings", "--vendor", "openrouter"],
    &["compare", "--vendor", "openrouter,openai", "--replications", "2"],
];

#[test]
fn an_opening_balance_of_zero_that_is_stated_is_no_less_stated_than_another() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("usage.csv"), DOLLARS).unwrap();
    let common = ["--usage", "usage.csv", "--amount-column", "usd"];
    for question in QUESTIONS_OF_VENDORS {
        for (stated, assumed) in [("0", false), ("0.000001", false), ("3", false), ("", true)] {
            let set = format!("account.opening_balance={stated}");
            let set = if assumed { Vec::new() } else { vec!["--set", &*set] };
            let (done, told, said) = recharge(folder.path(), &[question, &common, &set].concat());
            assert!(done, "{question:?} {stated}: {said}");
            let is_assumed = told.contains("account.opening_balance  8\n");
            assert_eq!(is_assumed, assumed, "{question:?} {stated}: {told}");
        }
    }
}

#[test]
fn a_vendors_account_that_would_be_empty_starts_with_the_same_balance_in_every_question() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("usage.csv"), DOLLARS).unwrap();
    let common = ["--usage", "usage.csv", "--amount-column", "usd"];
    for question in QUESTIONS_OF_VENDORS {
        let (done, told, said) = recharge(folder.path(), &[question, &common].concat());
        assert!(done, "{question:?}: {said}");
        assert!(told.contains("account.opening_balance  8\n"), "{question:?}: {told}");
        assert!(told.contains("Amounts are taken as dollars;"), "{question:?}: {told}");
    }
    // Beside a scenario, on the usage that it reads.
    let rules = "currency = \"USD\"\nunit = \"dollars\"\nstart = 2026-01-01\nend = 2026-02-01\naccount.opening_balance = 90\n\
                 study.history = \"replay\"\n";
    fs::write(folder.path().join("own.toml"), rules).unwrap();
    let beside = ["compare", "own.toml", "--vendor", "openrouter", "--replications", "2"];
    let (done, told, said) = recharge(folder.path(), &[&beside[..], &common].concat());
    assert!(done, "{said}");
    assert!(told.contains("account.opening_balance  8\n"), "{told}");
}

/// Exactly 100 credits are left after the first event, and nothing is requested later than the second.
const EXACTLY: &str = "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-02-01\n\
     [account]\nopening_balance = 150\n[packages.a]\ncredits = 100\nprice = \"7.00\"\n\
     [recharge]\nat_or_below = 100\npackage = \"a\"\n\
     [usage]\nevents = [{ at = 2026-01-05, credits = 50 }, { at = 2026-01-09, credits = 120 }]\n";

fn in_folder(text: &str, arguments: &[&str]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("s.toml"), text).unwrap();
    json(folder.path(), &[&["readings", "s.toml"], arguments].concat())
}

/// The place whose words contain `says`.
fn place<'v>(found: &'v Value, says: &str) -> &'v Value {
    let places = found["places"].as_array().unwrap();
    let found = places.iter().find(|place| place["says"].as_str().unwrap().contains(says));
    found.unwrap_or_else(|| panic!("no place says {says}"))
}

#[test]
fn a_threshold_that_is_met_exactly_is_worth_asking_about() {
    let found = in_folder(EXACTLY, &[]);
    let level = place(&found, "the threshold itself");
    // At 100 credits: the first reading buys and serves 120; below 100 alone nothing is bought, and 120 are refused.
    assert_eq!(level["matters"], true);
    let refused = |choice: usize| level["choices"][choice]["run"]["refused"].clone();
    assert_eq!((refused(0), refused(1)), ("0".into(), "120".into()));
    assert_eq!(level["refused_stake"], "120");
    let question = "Does a balance of exactly the threshold start a recharge?";
    assert_eq!(found["worth_asking"], question);
    assert!(found["finding"].as_str().unwrap().contains(question));
}

#[test]
fn a_threshold_that_is_passed_over_does_not_matter() {
    let passed = EXACTLY.replace("credits = 50 }", "credits = 51 }").replace("= 120 }", "= 150 }");
    let found = in_folder(&passed, &[]);
    assert_eq!(place(&found, "the threshold itself")["matters"], false);
    assert_eq!(found["worth_asking"], Value::Null);
    assert_eq!(found["finding"], "Two places left open, and none matters for this usage.");
    assert_eq!(found["combined"], Value::Null);
}

#[test]
fn a_pack_that_is_only_left_over_is_not_worth_asking_about() {
    // The first event leaves exactly 100; whether a pack is bought then, nothing is requested of it any more.
    let only = EXACTLY.replace(", { at = 2026-01-09, credits = 120 }", "");
    let found = in_folder(&only, &[]);
    let level = place(&found, "the threshold itself");
    assert_eq!((&level["matters"], &level["stake"]), (&true.into(), &"0.00".into()));
    assert_eq!(found["worth_asking"], Value::Null);
    let finding =
        "Two places left open, and none changes what the usage costs or how it is served.";
    assert_eq!(found["finding"], finding);
}

#[test]
fn cost_is_what_was_paid_less_what_is_left_of_it() {
    let found = in_folder(EXACTLY, &[]);
    // Two packs for 14.00: 100 left, of which all were bought; what burns first was there at the start.
    let run = &found["at_present"];
    assert_eq!(run["total_spend"], "14.00");
    assert_eq!(run["recharges"], 2);
    // 150 opening + 200 bought − 170 used = 180 left; the opening ones burn first, so that 20 bought are used.
    assert_eq!(run["prepaid_at_end"], "12.60");
    assert_eq!(run["cost"], "1.40");
}

#[test]
fn every_reading_is_a_run_of_its_own() {
    let scenario = "scenarios/connector-apps-burst.toml";
    let found = json(&root(), &["readings", scenario]);
    let mut runs = 0;
    for place in found["places"].as_array().unwrap() {
        for choice in place["choices"].as_array().unwrap() {
            let mut arguments = vec!["run".to_owned(), scenario.to_owned()];
            for setting in choice["settings"].as_array().unwrap() {
                let (path, value) = setting.as_str().unwrap().split_once(" = ").unwrap();
                arguments.extend(["--set".to_owned(), format!("{path}={value}")]);
            }
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let alone = json(&root(), &arguments);
            for key in ["total_spend", "recharges", "refused", "expired", "outages"] {
                assert_eq!(choice["run"][key], alone[key], "{key} of {}", choice["meaning"]);
            }
            let books = alone["months"].as_array().unwrap().last().unwrap();
            assert_eq!(choice["run"]["prepaid_at_end"], books["prepaid_at_end"]);
            runs += 1;
        }
    }
    assert!(runs >= 10);
}

#[test]
fn all_combinations_of_what_matters_span_at_least_each_place() {
    let found = json(&root(), &["readings", "scenarios/connector-apps-burst.toml"]);
    let places = found["places"].as_array().unwrap();
    let open = places.iter().filter(|place| place["matters"] == true);
    let count: usize =
        open.clone().map(|place| place["choices"].as_array().unwrap().len()).product();
    assert_eq!(found["combined"]["count"], count);
    let amount = |value: &Value| value.as_str().unwrap().parse::<f64>().unwrap();
    for choice in open.flat_map(|place| place["choices"].as_array().unwrap()) {
        let cost = amount(&choice["run"]["cost"]);
        assert!(amount(&found["combined"]["least_cost"]) <= cost);
        assert!(cost <= amount(&found["combined"]["most_cost"]));
    }
}

#[test]
fn readings_of_a_vendor_are_those_of_its_text_over_the_days_of_the_file() {
    let usage = "scenarios/usage/classifier-quarter.csv";
    let given = ["--set", "plans.add_on.fee=0", "--set", "plans.add_on.allowance=1500"];
    let vendor = ["readings", "--vendor", "connector-apps", "--usage", usage];
    let found = json(&root(), &[&vendor[..], &given].concat());
    let tasks = place(&found, "90% of your purchased tasks");
    assert_eq!(tasks["choices"].as_array().unwrap().len(), 4);
    assert_eq!(found["at_present"]["recharges"], 6);
    let (done, _, said) = recharge(&root(), &vendor);
    assert!(!done);
    assert!(said.contains("--set plans.add_on.allowance=…"), "{said}");
}

#[test]
fn what_cannot_be_read_twice_is_refused() {
    let (done, _, said) = recharge(&root(), &["readings", "scenarios/a2v2.toml", "--usage", "-"]);
    assert!(!done);
    assert!(said.contains("standard input can be read only once"), "{said}");
}

#[test]
fn the_page_and_the_workbook_have_the_same_rows() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = root().join("scenarios/connector-apps-burst.toml");
    let scenario = scenario.to_str().unwrap();
    let arguments = ["readings", scenario, "--report", "page", "--xlsx", "book.xlsx"];
    let (done, out, said) = recharge(folder.path(), &arguments);
    assert!(done, "{said}");
    let page = fs::read_to_string(folder.path().join("page/index.html")).unwrap();
    assert!(folder.path().join("book.xlsx").exists());
    for meaning in ["once each time the balance comes to the threshold", "17,500 more refused"] {
        assert!(out.contains(meaning) && page.contains(meaning), "{meaning}");
    }
}

#[test]
fn what_follows_a_failed_charge_is_not_called_harmless_where_no_charge_fails() {
    let usage = "scenarios/usage/classifier-quarter.csv";
    let base = ["readings", "--vendor", "product-classifier", "--usage", usage];
    let found = json(&root(), &base);
    let finding = found["finding"].as_str().unwrap();
    assert!(
        finding.contains(
            "one is what follows a failed charge, which was not tried, as no charge fails; "
        ),
        "{finding}"
    );
    // One failed charge, and it is worth asking.
    let found = json(&root(), &[&base[..], &["--set", "payment.fail_attempts=[1]"]].concat());
    assert!(!found["finding"].as_str().unwrap().contains("not tried"), "{found}");
    assert!(found["worth_asking"].is_string(), "{found}");
}

#[test]
fn a_place_that_could_not_be_tried_is_told_beside_one_that_matters_and_a_cut_cycle_too() {
    let usage = "scenarios/usage/classifier-quarter.csv";
    let given = ["--set", "plans.add_on.fee=0", "--set", "plans.add_on.allowance=1500"];
    let vendor = ["readings", "--vendor", "connector-apps", "--usage", usage];
    let (done, said, _) = recharge(&root(), &[&vendor[..], &given].concat());
    assert!(done);
    // The quarter of the file runs to 2 April in UTC, a day into a cycle whose fee counts.
    assert!(said.contains("`end` cuts the cycle from 2026-04-01 to 2026-05-01"), "{said}");
    let found = json(&root(), &[&vendor[..], &given].concat());
    let untried = said.matches("not tried: no charge fails").count();
    let told = found["finding"].as_str().unwrap();
    assert_eq!(told.contains("was not tried"), untried > 0, "{told}");
}
