//! Every vendor's rules run on one made-up quarter of usage, with the outcome pinned in `outcomes.txt`; every
//! reading and option can be set; and the page of the documentation is made from the files.
//!
//! `RECHARGE_BLESS=1` rewrites the pins and the page; read the difference before you keep it.

use std::convert::Infallible;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use recharge::engine::Pace;
use recharge::inquiry::{self, InquiryError, UsageInput};
use recharge::report::vendors::page;
use recharge::scenario::{NumberKind, Scenario, Setting, SettingPath, SettingValue};
use recharge::usage::csv::InputSource;
use recharge::vendors::{self, Ask, OptionValues, Vendor, VendorError};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn setting(text: &str) -> Setting {
    Setting::from_text(text).unwrap_or_else(|why| panic!("{text}: {why}"))
}

/// A made-up answer to what a vendor does not publish: the same for all vendors.
fn answer(ask: &Ask) -> Setting {
    let path = ask.path.to_string();
    let value = match NumberKind::of(&ask.path) {
        Some(NumberKind::Money) if path.starts_with("recharge.caps") => "60.00",
        Some(NumberKind::Money) if path.starts_with("packages.dollar") => "1.06",
        Some(NumberKind::Money) if path == "recharge.unit_price" => "0.01",
        Some(NumberKind::Money) if path == "service.overage.price" => "0.01",
        Some(NumberKind::Money) => "10.00",
        Some(NumberKind::Credits) if path.starts_with("recharge.caps") => "20000",
        Some(NumberKind::Credits) if path.starts_with("packages.") => "1000",
        Some(NumberKind::Credits) if path.starts_with("plans.") => "1500",
        Some(NumberKind::Credits) if path == "account.opening_balance" => "2000",
        Some(NumberKind::Credits) => "100",
        kind => panic!("{path}: no answer of kind {kind:?}"),
    };
    setting(&format!("{path}={value}"))
}

/// The settings with which every vendor runs: the quarter of the usage, and what is asked for.
fn given(vendor: &Vendor) -> Vec<Setting> {
    let quarter = ["start=2026-01-01", "end=2026-04-01"].map(setting);
    quarter.into_iter().chain(vendor.asks.iter().map(answer)).collect()
}

fn scenario(vendor: &Vendor, given: &[Setting]) -> Scenario {
    vendor.scenario(given).unwrap_or_else(|error| panic!("{}: {error}", vendor.name))
}

/// The outcome of the quarter in a line of figures.
fn outcome(scenario: &Scenario) -> String {
    let usage = InputSource::File(root().join("scenarios/usage/classifier-quarter.csv"));
    let usage = UsageInput::given(scenario, usage, scenario.csv.clone());
    let ran = inquiry::run(&usage, Pace::Skip, || Ok::<_, InquiryError>(()), &|| false);
    let (outcome, ()) = ran.unwrap_or_else(|error| panic!("{}: {error}", scenario.file));
    let total = outcome.metrics.total();
    format!(
        "{:>9} fees {:>9} recharges {:>4} for {:>9} | served {:>10} of {:>7} | expired {:>9} | left {:>10}",
        scenario.currency.code(),
        total.plan_fees.to_string(),
        total.recharges,
        total.recharge_spend.to_string(),
        total.served.to_string(),
        total.demanded.to_string(),
        total.expired.to_string(),
        total.closing_balance.to_string(),
    )
}

/// What is pinned of a vendor.
fn pinned(vendor: &Vendor) -> String {
    let given = given(vendor);
    let mut text = format!("{}\n", vendor.name);
    for setting in given.iter().skip(2) {
        text.push_str(&format!("  given {setting}\n"));
    }
    text.push_str(&format!("  {}\n", outcome(&scenario(vendor, &given)).trim_start()));
    for source in &vendor.sources {
        text.push_str(&format!("  {}: {}\n", source.name, source.place));
    }
    text
}

/// Compares a file of the project with what it has to say, or rewrites it.
fn held(file: &Path, found: &str) {
    if std::env::var_os("RECHARGE_BLESS").is_some() {
        fs::write(file, found).unwrap();
    }
    let expected = fs::read_to_string(file).unwrap_or_default();
    assert!(expected == found, "{} is not up to date:\n{found}", file.display());
}

#[test]
fn every_vendor_comes_out_as_pinned() {
    let pins: Vec<String> = vendors::all().iter().map(pinned).collect();
    held(&root().join("tests/vendors/outcomes.txt"), &pins.join("\n"));
}

#[test]
fn the_page_of_the_documentation_is_made_from_the_files() {
    held(&root().join("docs/reference/vendors.md"), &page(vendors::all()));
}

#[test]
fn there_are_at_least_thirty_products() {
    assert!(vendors::all().len() >= 30);
}

#[test]
fn no_vendor_is_called_like_a_table_or_a_key_of_a_scenario() {
    for vendor in vendors::all() {
        let path = SettingPath::new(&vendor.name).unwrap();
        assert!(!vendor.rules().values().iter().any(|value| value.root() == path.root()));
        assert!(
            vendor.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        );
    }
}

#[test]
fn what_is_not_published_is_asked_for_all_at_once_with_the_flag_that_gives_it() {
    for vendor in vendors::all().iter().filter(|vendor| !vendor.asks.is_empty()) {
        let error = vendor.scenario(&[]).unwrap_err();
        let VendorError::Missing { asks, .. } = &error else { panic!("{}: {error}", vendor.name) };
        assert_eq!(*asks, vendor.asks);
        for ask in asks {
            assert!(error.to_string().contains(&format!("--set {}=…", ask.path)), "{error}");
        }
    }
}

#[test]
fn one_answer_that_is_missing_is_named_alone() {
    let vendor = vendors::find("connector-apps").unwrap();
    let error = vendor.scenario(&[setting("plans.add_on.fee=9.00")]).unwrap_err().to_string();
    assert!(error.contains("plans.add_on.allowance"), "{error}");
    assert!(!error.contains("plans.add_on.fee"), "{error}");
}

#[test]
fn a_key_that_excludes_the_one_asked_for_answers_it() {
    let vendor = vendors::find("flexprice").unwrap();
    let mut given: Vec<Setting> = given(vendor);
    given.retain(|setting| setting.path.to_string() != "recharge.at_or_below");
    assert!(matches!(vendor.scenario(&given), Err(VendorError::Missing { .. })));
    given.push(setting("recharge.below=50"));
    let scenario = scenario(vendor, &given);
    assert!(scenario.setting(&SettingPath::new("recharge.at_or_below").unwrap()).is_none());
}

#[test]
fn every_reading_but_the_first_changes_what_the_rules_mean() {
    for vendor in vendors::all() {
        let scenario = scenario(vendor, &given(vendor));
        for reading in &vendor.readings {
            for choice in &reading.choices[1..] {
                let changes = choice.settings(&scenario).unwrap_or_else(|| {
                    panic!("{}: {} takes over what is not there", vendor.name, choice.meaning)
                });
                let changed = scenario.with_overrides(&changes);
                let changed = changed.unwrap_or_else(|errors| panic!("{}: {errors}", vendor.name));
                assert!(changed.meaning != scenario.meaning, "{}: {}", vendor.name, choice.meaning);
            }
        }
    }
}

/// The ends of what may be chosen, or all of it.
fn ends(values: &OptionValues) -> Vec<SettingValue> {
    match values {
        OptionValues::List(values) => values.clone(),
        OptionValues::Whole(range)
        | OptionValues::Credits(range)
        | OptionValues::Money(range)
        | OptionValues::Share(range) => {
            let far = range.to.unwrap_or(range.from + range.step + range.step);
            [range.from, far]
                .iter()
                .map(|number| SettingValue::from(number.to_string().as_str()))
                .collect()
        }
    }
}

#[test]
fn both_ends_of_every_option_can_be_set() {
    for vendor in vendors::all() {
        let scenario = scenario(vendor, &given(vendor));
        for option in &vendor.options {
            for value in ends(&option.values) {
                let chosen = match option.values {
                    OptionValues::List(_) => Setting { path: option.path.clone(), value },
                    _ => setting(&format!("{}={value}", option.path)),
                };
                // Beside a large purchase a cap would have to be raised, and beside a high threshold a target.
                let is_cap = option.path.to_string().starts_with("recharge.caps");
                let uncapped = (!is_cap).then(|| setting("recharge.caps=[]"));
                let filled = scenario.setting(&SettingPath::new("recharge.up_to").unwrap());
                let is_level = option.path.last() == "below" || option.path.last() == "at_or_below";
                let raised = filled.filter(|_| is_level).map(|_| setting("recharge.up_to=1000000"));
                let lowered = (option.path.last() == "up_to").then(|| setting("recharge.below=1"));
                let all = [chosen].into_iter().chain(uncapped).chain(raised).chain(lowered);
                let changed = scenario.with_overrides(&all.collect::<Vec<Setting>>());
                assert!(changed.is_ok(), "{}: {}", vendor.name, changed.unwrap_err());
            }
        }
    }
}

#[test]
fn what_is_assumed_or_left_to_the_owner_is_an_assumption_of_the_scenario() -> Result<(), Infallible>
{
    let vendor = vendors::find("product-classifier").unwrap();
    let listed = |given: &[Setting]| {
        let scenario = scenario(vendor, given);
        let declared = scenario.assumptions.iter();
        let declared = declared.filter(|one| one.origin == recharge::scenario::Origin::Declared);
        declared.map(|one| one.path.clone()).collect::<Vec<String>>()
    };
    let usual = given(vendor);
    assert_eq!(listed(&usual), ["plan", "recharge.package", "payment.latency"]);
    let mut chosen = usual;
    chosen.push(setting("plan=pro"));
    assert_eq!(listed(&chosen), ["recharge.package", "payment.latency"]);
    Ok(())
}

#[test]
fn a_name_that_no_vendor_has_is_answered_with_the_nearest() {
    let error = vendors::find("open-router").unwrap_err().to_string();
    assert_eq!(error, "no vendor is called `open-router`; did you mean `openrouter`?");
    let error = vendors::find("qqqqqq").unwrap_err().to_string();
    assert_eq!(error, "no vendor is called `qqqqqq`; `recharge vendors` lists them");
}

#[test]
fn the_beginning_of_a_name_is_enough_where_one_vendor_has_it() {
    assert_eq!(vendors::find("anthropic").unwrap().name, "anthropic-console");
    assert_eq!(vendors::find("connector").unwrap().name, "connector-apps");
    // A part of a word is none.
    assert!(vendors::find("anthrop").is_err());
    assert!(vendors::find("").is_err());
}

#[test]
fn a_written_scenario_says_the_standing_of_each_value() {
    let vendor = vendors::find("connector-apps").unwrap();
    let text = vendor.text(&given(vendor)).unwrap();
    for line in [
        "fee = \"10.00\"    # given: price of the add-on per billing cycle",
        "# documented, help: packs of 2,500 tasks at $40",
        "latency = \"5s\"    # assumed: not stated; a card charge takes seconds",
    ] {
        assert!(text.lines().any(|one| one == line), "{line}\n{text}");
    }
}

/// Runs the program in the folder of the project; returns success and both outputs.
fn recharge(arguments: &[&str]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_recharge"))
        .args(arguments)
        .current_dir(root())
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    (output.status.success(), text.join("\n"))
}

const QUARTER: &str = "scenarios/usage/classifier-quarter.csv";

#[test]
fn one_history_runs_through_several_vendors_over_the_days_of_the_file() {
    let (done, text) = recharge(&[
        "compare",
        "--vendor",
        "nanogpt,ltx-video",
        "--usage",
        QUARTER,
        "--replications",
        "2",
        "--quiet",
        "--set",
        "ltx-video:recharge.packs=100",
    ]);
    assert!(done, "{text}");
    for part in [
        "NanoGPT against LTX Video API",
        "1 Jan 2026 00:00 to 2 Apr 2026 00:00 UTC",
        "the same usage in each",
        "nanogpt    recharge.below",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    // What the command gives is not assumed.
    assert!(!text.contains("ltx-video  recharge.packs"), "{text}");
}

#[test]
fn everything_that_any_of_several_vendors_lacks_is_said_at_once_with_its_name() {
    let (done, text) = recharge(&["compare", "--vendor", "zapier,stigg", "--usage", QUARTER]);
    assert!(!done);
    for flag in
        ["zapier:plans.plan.fee", "zapier:service.overage.price", "stigg:recharge.unit_price"]
    {
        assert!(text.contains(&format!("--set {flag}=…")), "{flag}\n{text}");
    }
}

#[test]
fn a_setting_for_a_vendor_of_another_command_is_refused() {
    let arguments =
        ["compare", "--vendor", "openai,lit", "--usage", QUARTER, "--set", "zapier:plan=a"];
    let (done, text) = recharge(&arguments);
    assert!(!done);
    assert!(
        text.contains("`zapier` is none of the vendors of this command: openai, lit"),
        "{text}"
    );
}

#[test]
fn a_vendor_is_compared_with_a_scenario_over_the_time_and_in_the_calendar_of_the_scenario() {
    let (done, text) = recharge(&[
        "compare",
        "scenarios/product-classifier-starter.toml",
        "--vendor",
        "contextfetch",
        "--usage",
        QUARTER,
        "--replications",
        "2",
        "--quiet",
    ]);
    assert!(done, "{text}");
    assert!(text.contains("1 Jan 2026 00:00 to 1 Apr 2026 00:00 America/New_York"), "{text}");
}
