//! Gates as a pipeline meets them: exit codes, reports and annotations of `run`, `study`, `compare`, `plan`
//! and `diff`.

mod junit;
mod place;
mod results;

use std::fs;

use serde_json::Value;

use place::{Place, SCENARIO};
use results::valid;

/// A study of the scenario with these gates.
fn studied(place: &Place, gates: &[&str], more: &[&str]) -> (i32, String, String) {
    let gates = gates.iter().flat_map(|gate| ["--gate", gate]);
    let words = ["study", "base.toml", "--replications", "60", "--quiet"].into_iter();
    place.told(&words.chain(gates).chain(more.iter().copied()).collect::<Vec<_>>())
}

#[test]
fn a_gate_of_a_study_passes_fails_or_is_inconclusive_by_its_interval() {
    let place = Place::new();
    let (_, json, _) = studied(&place, &[], &["--format", "json"]);
    let result = valid(&json);
    let figure = &result["candidates"][0]["figures"]["failed_attempts"];
    let of = |name: &str| figure[name].as_f64().unwrap();
    let (low, value, high) = (of("low"), of("value"), of("high"));
    assert!(low < value && value < high, "{figure}");
    for (bound, code) in [(high, 0), (high - 1e-6, 4), (value, 4), (low, 4), (low - 1e-6, 1)] {
        let gate = format!("failed_attempts <= {bound:.9}");
        let (found, _, said) = studied(&place, &[&gate], &[]);
        assert_eq!(found, code, "{gate}: {said}");
    }
    let (code, _, said) =
        studied(&place, &["failed_attempts <= 0", &format!("failed_attempts <= {value}")], &[]);
    assert_eq!(code, 1, "one that fails outweighs one that is inconclusive: {said}");
    assert_eq!(said.lines().count(), 2, "{said}");
}

#[test]
fn an_inconclusive_gate_says_what_would_settle_it_and_settles() {
    let place = Place::new();
    let (_, json, _) = studied(&place, &[], &["--format", "json"]);
    let figure = &valid(&json)["candidates"][0]["figures"]["failed_attempts"];
    let (value, high) = (figure["value"].as_f64().unwrap(), figure["high"].as_f64().unwrap());
    let gate = format!("failed_attempts <= {:.9}", value + 0.2 * (high - value));
    let (code, _, said) = studied(&place, &[&gate], &[]);
    assert_eq!(code, 4, "{said}");
    assert!(
        said.contains("is inconclusive") && said.contains("replications would settle it"),
        "{said}"
    );
    let as_json = ["--settle=5000", "--gates-as", "json=gates.json"];
    let (code, _, said) = studied(&place, &[&gate], &as_json);
    assert_eq!(code, 1, "with more runs it is above the bound: {said}");
    let settled = valid(&place.read("gates.json"));
    assert!(settled["replications"].as_u64().unwrap() > 60, "{settled}");
    // A budget that is used up leaves it open.
    let (code, ..) = studied(&place, &[&gate], &["--settle=61"]);
    assert_eq!(code, 4);
}

#[test]
fn gates_speak_of_the_advised_the_current_and_named_candidates() {
    let place = Place::new();
    let study = "[study]\ntarget = [\"none\"]\ncandidates = [{ name = \"dear\", set = { \"plans.p.fee\" = \
         \"90.00\" } }, { name = \"cheap = good\", set = { \"plans.p.fee\" = \"1.00\" } }]\n";
    place.file("base.toml", &format!("{SCENARIO}{study}"));
    for (gate, code) in [
        ("plan_fees == 10", 0),
        ("current.plan_fees <= $9", 1),
        ("advised.plan_fees == 1", 0),
        ("dear.plan_fees == 90", 0),
        ("'cheap = good'.gain >= 8.99", 0),
        ("advised.gain >= 9.01", 1),
        ("'deer'.gain >= 5", 2),
        ("plan_fees <= 10 EUR", 2),
        ("gain >= 5", 2),
    ] {
        let (found, _, said) = studied(&place, &[gate], &[]);
        assert_eq!(found, code, "{gate}: {said}");
    }
}

#[test]
fn gates_of_a_scenario_are_held_and_annotated_on_their_line() {
    let place = Place::new();
    // Keys before the first table, so that the lines are known.
    let run = "gates.run = [\n  \"total_spend <= 1\",\n  \"outages <= 99\",\n]\n";
    let study = "gates.study = [\"plan_fees < $10\"]\n";
    place.file("base.toml", &format!("{run}{study}{SCENARIO}"));
    let (code, _, said) = place.told(&["run", "base.toml", "--gates-as", "github"]);
    assert_eq!(code, 1, "{said}");
    let annotation = "::error file=base.toml,line=2,title=recharge gate::gate 'total_spend <= 1'";
    assert!(said.contains(annotation), "{said}");
    assert!(!said.contains("outages"), "{said}");
    let (code, _, said) = studied(&place, &[], &["--gates-as", "github"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("::error file=base.toml,line=5,"), "{said}");
}

#[test]
fn each_cycle_of_a_run_is_held_against_a_gate() {
    let place = Place::new();
    for (gate, code, about) in [
        ("each_cycle.plan_fees <= 10", 0, ""),
        ("each_cycle.demanded <= 1200", 1, "cycle 1"),
        ("each_cycle.demanded >= 1200", 1, "cycle 2"),
    ] {
        let (found, _, said) = place.told(&["run", "base.toml", "--gate", gate]);
        assert_eq!(found, code, "{gate}: {said}");
        assert!(said.contains(about), "{said}");
    }
}

#[test]
fn plans_are_held_against_gates_at_todays_usage() {
    let place = Place::new();
    let plans = "[plans.q]\nfee = \"50.00\"\nallowance = 5000\n";
    place.file("base.toml", &format!("{SCENARIO}{plans}"));
    let words =
        ["plan", "base.toml", "--levels", "500", "--replications", "20", "--quiet", "--gate"];
    for (gate, code) in [
        ("current.plan_fees == 10", 0),
        ("advised.plan_fees <= 10", 0),
        ("current.recharges >= 99", 1),
        ("nobody.plan_fees <= 10", 2),
    ] {
        let (found, _, said) = place.told(&[&words[..], &[gate]].concat());
        assert_eq!(found, code, "{gate}: {said}");
    }
}

#[test]
fn a_gate_of_plans_settles_on_todays_usage_and_the_levels_stay_as_they_are() {
    let place = Place::new();
    let plans = "[plans.q]\nfee = \"50.00\"\nallowance = 5000\n";
    place.file("base.toml", &format!("{SCENARIO}{plans}"));
    let words = ["plan", "base.toml", "--levels", "500", "--replications", "20", "--quiet"];
    let with = |more: &[&str]| place.told(&[&words[..], more].concat());
    let (_, json, _) =
        with(&["--gate", "failed_attempts >= 0", "--gates-as", "json=g.json", "--format", "json"]);
    let found = valid(&place.read("g.json"))["gates"][0].clone();
    let (value, high) = (found["value"].as_f64().unwrap(), found["high"].as_f64().unwrap());
    let gate = format!("failed_attempts <= {:.9}", value + 0.3 * (high - value));
    let (code, _, said) = with(&["--gate", &gate]);
    assert_eq!(code, 4, "{said}");
    let (code, settled, said) =
        with(&["--gate", &gate, "--settle", "--gates-as", "json=g.json", "--format", "json"]);
    assert!(code == 0 || code == 1, "{code}: {said}");
    let gates = valid(&place.read("g.json"));
    assert!(gates["replications"].as_u64().unwrap() > 20, "{gates}");
    let without = |text: &str| {
        let mut result = valid(text);
        result.as_object_mut().unwrap().remove("command");
        result
    };
    assert_eq!(without(&settled), without(&json), "the levels are those without --settle");
}

#[test]
fn what_was_read_of_usage_is_gated_wherever_usage_is_read() {
    let place = Place::new();
    let row = |day: u32| format!("2026-01-{day:02}T00:00:00Z,9\n");
    let rows: String = (1..=31).map(row).collect();
    place.file("usage.csv", &format!("time,amount\n{rows}2026-01-31T12:00:00Z,much\n"));
    let plans = "[plans.q]\nfee = \"50.00\"\nallowance = 5000\n";
    let scenario = SCENARIO
        .replace("2026-03-01", "2026-02-01")
        .replace("[usage.generate]\nevery = \"6h\"\namount = 10\n", "");
    place.file("base.toml", &format!("{scenario}{plans}[study]\nhistory = \"replay\"\n"));
    let reading = ["--usage", "usage.csv", "--skip-bad-rows", "--skip-limit", "10%", "--quiet"];
    for command in [
        &["study", "base.toml", "--replications", "5"][..],
        &["compare", "base.toml", "base.toml", "--replications", "5"],
        &["plan", "base.toml", "--levels", "500", "--replications", "5"],
        &["diff", "base.toml", "base.toml", "--replications", "5"],
        &["forecast", "base.toml", "--cycles", "1", "--futures", "20"],
    ] {
        let held = |gate: &str| place.told(&[command, &reading, &["--gate", gate]].concat());
        for (gate, code) in [
            ("rows == 32", 0),
            ("skipped_rows <= 0", 1),
            ("skipped_rows <= 1", 0),
            ("duplicate_rows == 0", 0),
            ("usage_total == 279", 0),
        ] {
            let (found, _, said) = held(gate);
            assert_eq!(found, code, "{command:?} {gate}: {said}");
            let tells = "skipped_rows is 1";
            assert!(code == 0 || said.contains(tells), "{said}");
        }
        let (code, _, said) = held("advised.rows == 31");
        assert_eq!(code, 2, "{said}");
    }
    // Usage that is drawn has no rows, and what cannot be known passes no gate.
    place.file("base.toml", SCENARIO);
    let (code, _, said) = studied(&place, &["skipped_rows <= 5"], &[]);
    assert!(code == 1 && said.contains("skipped_rows is null"), "{code} {said}");
}

/// Usage of ten weeks, more on weekdays, with some chance in it.
fn weeks() -> String {
    let row = |hour: u32| {
        let (day, clock) = (hour / 24, hour % 24);
        let busy = if day % 7 < 5 { 30 } else { 8 };
        let date = chrono::NaiveDate::from_ymd_opt(2026, 1, 5).unwrap()
            + chrono::Days::new(u64::from(day));
        format!("{date}T{clock:02}:00:00Z,{}\n", busy * (hour * 7919 % 13) / 10)
    };
    "time,amount\n".to_owned() + &(0..70 * 24).map(row).collect::<String>()
}

#[test]
fn a_forecast_is_held_against_gates_on_this_cycle_each_cycle_and_all_of_them() {
    let place = Place::new();
    let scenario = SCENARIO.replace("[usage.generate]\nevery = \"6h\"\namount = 10\n", "");
    place.file("base.toml", &format!("[gates]\nforecast = [\"plan_fees <= 5\"]\n{scenario}"));
    let (code, told, _) = place.told(&["check", "base.toml", "--format", "github"]);
    assert!(code == 2 && told.contains("line=2,"), "a forecast has no such figure: {told}");
    let gates = "[gates]\nforecast = [\"total_spend >= 1\"]\n";
    place.file("base.toml", &format!("{scenario}{gates}"));
    place.file("usage.csv", &weeks());
    let words = [
        "forecast",
        "base.toml",
        "--usage",
        "usage.csv",
        "--cycles",
        "2",
        "--futures",
        "60",
        "--quiet",
    ];
    let with = |more: &[&str]| place.told(&[&words[..], more].concat());
    let (code, _, said) = with(&["--gate", "demanded >= 0", "--gates-as", "json=g.json"]);
    assert_eq!(code, 0, "{said}");
    let all = valid(&place.read("g.json"));
    assert_eq!((&all["result"], all["gates"].as_array().unwrap().len()), (&"forecast".into(), 2));
    assert_eq!(all["gates"][1]["file"], "base.toml");
    let found = &all["gates"][0];
    let of = |name: &str| found[name].as_f64().unwrap();
    let (low, value, high) = (of("low"), of("value"), of("high"));
    assert!(low < value && value < high, "{found}");
    for (bound, code) in [(high, 0), (value, 4), (low - 1.0, 1)] {
        let (found, _, said) = with(&["--gate", &format!("demanded <= {bound:.6}")]);
        assert_eq!(found, code, "{bound}: {said}");
    }
    let near = format!("demanded <= {:.6}", value + 0.2 * (high - value));
    let (code, _, said) = with(&["--gate", &near, "--settle", "--gates-as", "json=g.json"]);
    assert!(code == 0 || code == 1, "{said}");
    assert!(valid(&place.read("g.json"))["replications"].as_u64().unwrap() > 60);
    for (gate, code, tells) in [
        ("this_cycle.total_spend <= 1", 1, "total_spend of the cycle from 2026-"),
        ("each_cycle.outage_probability <= 100%", 0, ""),
        ("spend_p95 <= $1", 1, "spend_p95 is $"),
        ("downtime <= 1h", 2, "no figure is called `downtime`"),
        ("advised.total_spend <= 1", 2, "a forecast has no `advised`"),
    ] {
        let (found, _, said) = with(&["--gate", gate]);
        assert!(found == code && said.contains(tells), "{gate}: {found} {said}");
    }
}

#[test]
fn advice_is_held_against_gates_and_they_speak_of_what_is_advised() {
    let place = Place::new();
    place.file("usage.csv", &weeks());
    let words = ["advise", "usage.csv", "--vendor", "product-classifier", "--replications", "20"];
    let with = |more: &[&str]| place.told(&[&words[..], more].concat());
    let (code, json, said) =
        with(&["--gate", "total_spend >= 0", "--gates-as", "json=g.json", "--format", "json"]);
    assert_eq!(code, 0, "{said}");
    let gates = valid(&place.read("g.json"));
    assert_eq!((&gates["result"], &gates["gates"][0]["file"]), (&"advise".into(), &Value::Null));
    let spend = gates["gates"][0]["value"].as_f64().unwrap();
    assert!(!json.is_empty() && spend > 0.0);
    let bounds = [
        format!("advised.total_spend >= {:.2}", spend * 3.0),
        format!("total_spend <= {:.2}", spend * 3.0),
        "rows == 1680".to_owned(),
    ];
    let more: Vec<&str> = bounds.iter().flat_map(|gate| ["--gate", gate]).collect();
    let (code, _, said) = with(&[&more[..], &["--gates-as", "json=h.json"]].concat());
    assert!(code == 1 && said.contains("total_spend of "), "{said}");
    let found = valid(&place.read("h.json"));
    let outcomes: Vec<&Value> = (0..3).map(|gate| &found["gates"][gate]["outcome"]).collect();
    assert_eq!(outcomes, ["fail", "pass", "pass"]);
    for (gate, tells) in [
        ("gain >= 0", "today's settings are not known"),
        ("current.total_spend >= 0", "today's settings are not known"),
        ("nobody.total_spend >= 0", "nothing here is called `nobody`"),
    ] {
        let (code, _, said) = with(&["--gate", gate]);
        assert!(code == 2 && said.contains(tells), "{gate}: {code} {said}");
    }
}

#[test]
fn a_change_of_prices_is_told_with_its_line_and_its_figures() {
    let place = Place::new();
    place.file("head.toml", &SCENARIO.replace("fee = \"10.00\"", "fee = \"12.00\""));
    let words = ["diff", "base.toml", "head.toml", "--replications", "40", "--quiet"];
    let with = |more: &[&'static str]| place.told(&[&words[..], more].concat());
    let (code, text, said) =
        with(&["--gate", "total_spend <= baseline + 5%", "--gates-as", "github"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("::error file=head.toml,line=7,"), "{said}");
    assert!(text.contains("Total spend rises by $2.00 per cycle"), "{text}");
    assert!(text.contains("plans.p.fee"), "{text}");
    for (gate, code) in [
        ("total_spend <= baseline + 50%", 0),
        ("total_spend <= baseline + $2.01", 0),
        ("total_spend <= baseline + $1.99", 1),
        ("fill_rate >= baseline", 0),
        ("plan_fees == baseline + 2", 0),
    ] {
        let (found, _, said) = with(&["--gate", gate]);
        assert_eq!(found, code, "{gate}: {said}");
    }
    let result: Value = valid(&with(&["--format", "json"]).1);
    assert_eq!(result["settings"][0]["line"], 7, "{result}");
    let moved = |name: &str| {
        let figures = result["figures"].as_array().unwrap();
        figures.iter().find(|figure| figure["figure"] == name).unwrap()["moved"].clone()
    };
    assert_eq!((moved("total_spend"), moved("recharges")), (true.into(), false.into()));
    let (_, rows, _) = with(&["--format", "csv"]);
    assert!(
        rows.lines().any(|row| row.starts_with("plan_fees,true,10,10,10,12,12,12,2,2,2")),
        "{rows}"
    );
}

#[test]
fn a_change_that_changes_nothing_says_so() {
    let place = Place::new();
    place.file("head.toml", &SCENARIO.replace("\"10.00\"", "\"10\"").replace("Small", "Smaller"));
    let words = ["diff", "base.toml", "head.toml", "--replications", "40", "--quiet"];
    let (code, text, said) = place.told(
        &[&words[..], &["--gate", "total_spend <= baseline", "--format", "markdown"]].concat(),
    );
    assert_eq!(code, 0, "{said}");
    assert!(text.contains("No change: all ") && text.contains("| name |"), "{text}");
    assert!(!text.contains("plans.p.fee"), "10.00 is 10: {text}");
}

#[test]
fn a_changed_price_of_what_the_account_never_buys_is_told_and_one_of_what_it_buys_moves_figures() {
    let place = Place::new();
    let large = "[packages.large]\ncredits = 900\nprice = \"8.00\"\n[recharge]";
    let base = SCENARIO.replace("[recharge]", large);
    place.file("base.toml", &base);
    let words = ["diff", "base.toml", "head.toml", "--replications", "40", "--quiet"];
    place.file("head.toml", &base.replace("8.00", "9.00"));
    let (_, text, said) = place.told(&words);
    let never = "in every replication, as `packages.large.price` is of what the account never buys, before or after.";
    assert!(text.contains(never), "{text} {said}");
    place.file("head.toml", &base.replace("\"1.00\"", "\"2.00\""));
    let (_, text, said) = place.told(&words);
    assert!(!text.contains("never buys") && text.contains("Total spend rises"), "{text} {said}");
}

#[test]
fn a_saved_baseline_stands_for_the_scenario_it_was() {
    let place = Place::new();
    let save =
        ["diff", "base.toml", "--save-baseline", "b.json", "--replications", "40", "--quiet"];
    let (code, _, said) = place.told(&save);
    assert_eq!(code, 0, "{said}");
    valid(&place.read("b.json"));
    place.file("base.toml", &SCENARIO.replace("fee = \"10.00\"", "fee = \"12.00\""));
    let words = ["diff", "base.toml", "--baseline", "b.json", "--replications", "40", "--quiet"];
    let (code, text, said) = place.told(&words);
    assert_eq!(code, 0, "{said}");
    assert!(text.contains("Total spend rises by $2.00 per cycle"), "{text}");
    place.file("b.json", "{\"schema\": \"recharge.run/1\"}");
    let (code, _, said) = place.told(&words);
    assert!(code == 2 && said.contains("--save-baseline"), "{said}");
    let (code, _, said) = place.told(&["diff", "base.toml"]);
    assert!(code == 2 && said.contains("name a baseline"), "{said}");
}

#[test]
fn one_study_tells_its_gates_in_every_form_at_once() {
    let place = Place::new();
    let forms = ["json=g.json", "junit=g.xml", "markdown=g.md", "csv=g.csv", "text=g.txt"];
    let more: Vec<&str> = forms.iter().flat_map(|form| ["--gates-as", form]).collect();
    let (code, ..) = studied(&place, &["plan_fees <= 9", "plan_fees <= 10"], &more);
    assert_eq!(code, 1);
    let outcomes = valid(&place.read("g.json"));
    assert_eq!(outcomes["outcome"], "fail");
    assert_eq!(outcomes["gates"][1]["outcome"], "pass");
    let named = |name: &str, outcome: &str| (name.to_owned(), outcome.to_owned());
    let told = [named("plan_fees <= 9", "failure"), named("plan_fees <= 10", "passed")];
    assert_eq!(junit::cases(&place.read("g.xml")), told);
    assert!(
        place.read("g.md").contains("| ❌ fail | plan\\_fees \\<= 9 |"),
        "{}",
        place.read("g.md")
    );
    assert_eq!(place.read("g.csv").lines().count(), 3);
    assert_eq!(place.read("g.txt").lines().count(), 2);
    let (code, _, said) = studied(&place, &["plan_fees <= 9"], &["--gates-as", "json=base.toml"]);
    assert!(code == 2, "an input is no output: {said}");
    let (code, _, said) = studied(&place, &[], &["--gates-as", "xml"]);
    assert!(code == 2 && said.contains("junit"), "{said}");
}

#[test]
fn a_report_that_is_no_junit_is_noticed() {
    let report = |inside: &str| format!("<testsuites tests=\"1\">{inside}</testsuites>");
    let suite = |attributes: &str, inside: &str| {
        report(&format!("<testsuite {attributes}>{inside}</testsuite>"))
    };
    let usual = "name=\"a\" tests=\"1\" failures=\"0\" errors=\"0\"";
    assert_eq!(junit::breaches(&suite(usual, "<testcase name=\"b\"/>")), Vec::<String>::new());
    for (text, why) in [
        (suite(usual, "<testcase name=\"b\">"), "is no XML"),
        (suite(usual, "<testcase name=\"b < c\"/>"), "is no XML"),
        ("<report/>".to_owned(), "<report> is no element"),
        (suite("tests=\"1\"", "<testcase name=\"b\"/>"), "<testsuite> lacks name"),
        (suite(usual, "<testcase/>"), "<testcase> lacks name"),
        (suite(usual, "<testcase name=\"b\" line=\"1\"/>"), "has no attribute line"),
        (suite(usual, "<testcase name=\"b\"><failure/></testcase>"), "has 1 of failure"),
        (suite(usual, "<testcase name=\"b\">c</testcase>"), "<testcase> holds text"),
        (suite(usual, "<failure/><testcase name=\"b\"/>"), "<testsuite> holds <failure>"),
        (suite(&format!("{usual} time=\"soon\""), "<testcase name=\"b\"/>"), "is no number"),
    ] {
        let found = junit::breaches(&text);
        assert!(found.iter().any(|breach| breach.contains(why)), "{text}: {found:?}");
    }
    // What a name holds cannot leave it.
    let place = Place::new();
    place.file("base.toml", &SCENARIO.replace("Small", "a \\\"<b>\\\" & ]]>"));
    let (_, report, _) = place.told(&[
        "diff",
        "base.toml",
        "base.toml",
        "--replications",
        "5",
        "--quiet",
        "--gate",
        "plan_fees <= 9",
        "--format",
        "junit",
    ]);
    assert_eq!(junit::cases(&report).len(), 1);
}

#[test]
fn a_mistake_is_annotated_where_it_stands() {
    let place = Place::new();
    place.file("bad.toml", &SCENARIO.replace("fee = ", "fea = "));
    let (code, told, _) = place.told(&["check", "base.toml", "bad.toml", "--format", "github"]);
    assert_eq!(code, 2);
    assert!(told.contains("::error file=bad.toml,line=7,col=1,title=recharge check::"), "{told}");
    let (_, json, _) = place.told(&["check", "base.toml", "bad.toml", "--format", "json"]);
    let result = valid(&json);
    assert_eq!((&result["ok"], &result["files"][0]["ok"]), (&false.into(), &true.into()));
    let (_, junit, _) = place.told(&["check", "base.toml", "bad.toml", "--format", "junit"]);
    let outcomes: Vec<String> =
        junit::cases(&junit).into_iter().map(|(_, outcome)| outcome).collect();
    assert_eq!(outcomes, ["passed", "failure"]);
    place.file("gate.toml", &format!("{SCENARIO}[gates]\nrun = [\"total_spent <= 5\"]\n"));
    let (code, told, _) = place.told(&["check", "gate.toml", "--format", "github"]);
    assert!(code == 2 && told.contains("line=21,") && told.contains("total_spend"), "{told}");
}

#[test]
fn a_scenario_may_come_from_standard_input_and_its_files_are_relative_to_here() {
    let place = Place::new();
    place.file("usage.csv", "time,amount\n2026-01-05T00:00:00Z,400\n2026-02-05T00:00:00Z,400\n");
    let scenario = SCENARIO.replace(
        "[usage.generate]\nevery = \"6h\"\namount = 10\n",
        "[usage]\nfile = \"usage.csv\"\n",
    );
    let scenario = format!("{scenario}[study]\nhistory = \"replay\"\n");
    place.file("base.toml", &scenario);
    let figures = |json: &str| {
        let result = valid(json);
        let of = |name: &str| result[name].clone();
        ["total_spend", "demanded", "served", "recharges", "rows", "closing_balance"].map(of)
    };
    let (_, of_file, _) = place.told(&["run", "base.toml", "--format", "json"]);
    let (code, of_input, said) = place.told_of(&["run", "-", "--format", "json"], &scenario);
    assert_eq!(code, 0, "{said}");
    assert_eq!(figures(&of_input), figures(&of_file));
    assert_eq!(figures(&of_input)[1], "800");
    assert_eq!(valid(&of_input)["provenance"]["scenario"], "standard input");
    for words in [
        &["check", "-"][..],
        &["study", "-", "--replications", "3", "--quiet"],
        &["plan", "-", "--replications", "3", "--levels", "500", "--quiet"],
        &["compare", "-", "base.toml", "--replications", "3", "--quiet"],
        &["diff", "base.toml", "-", "--replications", "3", "--quiet"],
        &["readings", "-"],
    ] {
        let (code, _, said) = place.told_of(words, &scenario);
        assert_eq!(code, 0, "{words:?}: {said}");
    }
    let (code, told, said) = place.told_of(&["generate", "-"], SCENARIO);
    assert!(code == 0 && told.lines().count() > 200, "{said}");
    let (code, _, said) = place.told_of(&["run", "-"], "nmae = 1\n");
    assert!(code == 2 && said.contains("standard input:1"), "{said}");
    // No annotation can name it.
    let (code, _, said) = place
        .told_of(&["run", "-", "--gate", "total_spend <= 1", "--gates-as", "github"], &scenario);
    assert!(code == 1 && said.contains("::error title=recharge gate::"), "{said}");
    for (words, tells) in [
        (&["run", "-", "--usage", "-"][..], "can be the scenario or the usage, and not both"),
        (&["study", "-", "--usage", "-"], "name a file for one of them"),
        (&["compare", "-", "-"], "name files for the others"),
        (&["diff", "-", "-"], "name files for the others"),
        (&["check", "-", "-"], "name files for the others"),
    ] {
        let (code, _, said) = place.told_of(words, &scenario);
        assert!(code == 2 && said.contains(tells), "{words:?}: {said}");
    }
}

#[test]
fn shells_complete_every_subcommand_and_each_has_a_man_page() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (code, script, _) = place.told(&["completions", shell]);
        assert!(code == 0 && script.contains("diff") && script.contains("gates-as"), "{shell}");
    }
    let (code, page, _) = place.told(&["man"]);
    assert!(code == 0 && page.contains(".TH recharge 1"), "{page}");
    fs::create_dir(place.0.path().join("man")).unwrap();
    assert_eq!(place.told(&["man", "--dir", "man"]).0, 0);
    assert!(place.read("man/recharge-diff.1").contains("save\\-baseline"));
}

#[test]
fn whatever_takes_gates_prints_rows_and_their_outcomes_in_place_of_the_report() {
    let place = Place::new();
    for words in [
        &["run", "base.toml"][..],
        &["study", "base.toml", "--replications", "30", "--quiet"],
        &["compare", "base.toml", "base.toml", "--replications", "30", "--quiet"],
        &["plan", "base.toml", "--levels", "40..80..40", "--replications", "30", "--quiet"],
    ] {
        let told = |more: &[&str]| place.told(&[words, more].concat());
        let (code, rows, said) = told(&["--format", "csv"]);
        assert_eq!((code, &rows), (0, &told(&["--csv", "-"]).1), "{words:?} {said}");
        assert!(rows.lines().count() > 1, "{rows}");
        let (code, out, said) = told(&["--csv", "-", "--format", "junit"]);
        assert_eq!((code, out.as_str()), (2, ""), "{words:?}");
        assert!(said.contains("standard output is for --format junit"), "{said}");
        let gated = ["--gate", "total_spend <= 0", "--format"];
        let (code, report, _) = told(&[&gated[..], &["junit"]].concat());
        assert_eq!(junit::breaches(&report), [""; 0], "{words:?}");
        assert_eq!((code, report.contains("failures=\"1\"")), (1, true), "{words:?} {report}");
        let (code, notes, _) = told(&[&gated[..], &["github"]].concat());
        assert!(code == 1 && notes.starts_with("::error file=base.toml"), "{words:?} {notes}");
    }
}

#[test]
fn a_value_of_a_run_is_told_in_its_unit_and_never_as_the_bound_that_it_is_not() {
    let place = Place::new();
    let capped = "at_or_below = 50\ncaps = [{ recharges = 1, per = \"month\" }]";
    place.file("base.toml", &SCENARIO.replace("at_or_below = 50", capped));
    let said = |gate: &str| place.told(&["run", "base.toml", "--gate", gate]).2;
    let (_, json, _) = place.told(&["run", "base.toml", "--format", "json"]);
    let figures = valid(&json);
    let spend = figures["total_spend"].as_str().unwrap().to_owned();
    let told = said("total_spend <= 1");
    assert!(told.contains(&format!("total_spend is ${spend}")), "{told}");
    let share = figures["fill_rate"].as_f64().unwrap();
    assert!(share < 1.0, "{figures}");
    // A share just below a bound is not told as it.
    let bound = share + 1e-12;
    let told = said(&format!("fill_rate >= {bound}"));
    let percent =
        told.split(" is ").nth(1).unwrap_or_else(|| panic!("{told}")).trim().trim_end_matches('%');
    assert!((percent.parse::<f64>().unwrap() / 100.0 - share).abs() < 1e-15, "{told}");
}

#[test]
fn gates_told_as_text_are_not_told_again_by_the_error() {
    let place = Place::new();
    let gate = ["run", "base.toml", "--gate", "each_cycle.demanded <= 1200"];
    for more in [&[][..], &["--gates-as", "text"], &["--gates-as", "csv=gates.csv"]] {
        let (code, _, said) = place.told(&[&gate[..], more].concat());
        assert_eq!((code, said.matches("each_cycle.demanded").count()), (1, 1), "{more:?}: {said}");
    }
}
