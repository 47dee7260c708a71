//! Studies as their users ask for them: reports, files, exit codes, bad input.

mod classifier;
mod results;

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use classifier::{CLASSIFIER, Folder, STEADY, out, run};
use serde_json::Value;

const RANDOM: &str = "[usage.generate]\nper_day = 200.0\namount = 1\n";

fn json(arguments: &[&str]) -> Value {
    let mut arguments = arguments.to_vec();
    arguments.extend(["--format", "json", "--quiet"]);
    results::valid(&out(&run(&arguments)))
}

fn refused(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// With packs amortised, Starter costs 19 + p × (u − 3,000) and Pro 39: equal at 3,000 + 20/p.
#[test]
fn starter_and_pro_break_even_where_the_prices_say() {
    let folder = Folder::new();
    let scenario = folder.file("steady.toml", &format!("{CLASSIFIER}{STEADY}"));
    let told = json(&["plan", &scenario, "--levels", "4000..8000..1000", "--replications", "2"]);
    let found: Vec<(String, f64)> = told["break_even"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["package"].as_str().unwrap().to_owned(), one["level"].as_f64().unwrap()))
        .collect();
    for (package, level) in [("1000", 5_857.0), ("3000", 6_529.0), ("9000", 7_865.0)] {
        let (_, found) = found.iter().find(|(name, _)| name == package).unwrap();
        assert!((found - level).abs() < 1.0, "{package}: {found}");
    }
    // Levels far apart are halved until the line between them is as good.
    let told = json(&["plan", &scenario, "--levels", "4000,20000", "--replications", "2"]);
    let found = told["break_even"].as_array().unwrap();
    for (one, level) in found.iter().zip([5_857.0, 6_529.0, 7_865.0]) {
        let found = one["level"].as_f64().unwrap();
        assert!((found / level - 1.0).abs() < 0.01, "{one}");
    }
    assert!(
        json(&["plan", &scenario, "--levels", "5000", "--replications", "2"])["advice"]
            .as_str()
            .unwrap()
            .contains("At today's 4,320 credits per cycle")
    );
}

#[test]
fn a_random_break_even_has_an_interval_around_the_steady_one() {
    let folder = Folder::new();
    let scenario = folder.file("random.toml", &format!("{CLASSIFIER}{RANDOM}"));
    let packages = ["--packages", "1000", "--levels", "5000,6000,7000", "--replications", "60"];
    let told = json(&[&["plan", &scenario][..], &packages].concat());
    let one = &told["break_even"][0];
    let at = |key: &str| one[key].as_f64().unwrap();
    assert!(at("low") < 5_857.0 && 5_857.0 < at("high"), "{one}");
    assert!(at("high") - at("low") < 200.0, "{one}");
}

/// Whatever is bought is gone at the end of the cycle, so costs climb in steps of a package.
const STEPS: &str = r#"
name = "Steps"
currency = "USD"
start = 2026-01-01
end = 2027-01-01
plan = "starter"
plans.starter = { fee = "19.00", allowance = 3000 }
plans.pro = { fee = "39.00", allowance = 8000 }
packages.9000 = { credits = 9000, price = "37.00" }
recharge = { at_or_below = 100, package = "9000", credits_expire = "cycle_end" }
"#;

#[test]
fn what_is_said_of_two_plans_agrees_with_every_row_of_the_table() {
    let folder = Folder::new();
    let scenario = folder.file("steps.toml", &format!("{STEPS}{RANDOM}"));
    for (levels, said) in [
        // Today's usage has a row too: there, pro is the cheaper one.
        ("2000,2500", "pro is cheaper than starter from "),
        ("4000,6000", "pro is cheaper than starter at every level tried"),
        ("4000,6000,9000,10000", "starter is cheaper than pro from 7,"),
        ("2000,4000,6000", "pro is cheaper than starter from 2,"),
        (
            "2000..24000..2000",
            "which of starter and pro is cheaper alternates with credits per cycle: pro from 2,",
        ),
    ] {
        let told = json(&["plan", &scenario, "--levels", levels, "--replications", "5"]);
        let advice = told["advice"].as_str().unwrap();
        assert!(advice.contains(&format!("With the 9,000 package, {said}")), "{levels}: {advice}");
        let found = &told["break_even"][0];
        // Below the first change is the other one; where nothing changes, one throughout.
        let changes = found["changes"].as_array().unwrap();
        let other = |plan: &Value| if plan == "pro" { "starter" } else { "pro" };
        for row in told["levels"].as_array().unwrap() {
            let level = row["level"].as_f64().unwrap();
            let cost = |plan: &str| {
                let costs = row["costs"].as_array().unwrap();
                costs.iter().find(|cost| cost["plan"] == plan).unwrap()["cost"].as_f64().unwrap()
            };
            let below = |change: &&Value| change["level"].as_f64().unwrap() < level;
            let cheaper = match (changes.iter().rfind(below), changes.first()) {
                (Some(change), _) => change["cheaper"].as_str().unwrap(),
                (None, Some(first)) => other(&first["cheaper"]),
                (None, None) => found["throughout"].as_str().unwrap(),
            };
            assert!(cost(cheaper) < cost(other(&Value::from(cheaper))), "{levels}: {row}, {found}");
        }
        assert_eq!(found["level"].is_null(), changes.len() != 1, "{found}");
    }
}

#[test]
fn a_choice_that_is_the_cheapest_by_refusing_usage_is_warned_of() {
    let folder = Folder::new();
    let capped = CLASSIFIER
        .replace("{ at_or_below", "{ caps = [{ recharges = 1, per = \"cycle\" }], at_or_below");
    let capped = folder.file("capped.toml", &format!("{capped}{STEADY}"));
    let free = folder.file("free.toml", &format!("{CLASSIFIER}{STEADY}"));
    let asked = |scenario: &str| {
        let question = ["plan", scenario, "--levels", "8640,12960", "--replications", "2"];
        (out(&run(&[&question[..], &["--quiet"]].concat())), json(&question))
    };
    let (text, told) = asked(&capped);
    // Starter and a single pack of 1,000: 4,000 of 8,640 and of 12,960; Pro and 9,000 have it all.
    let warning = "At 8,640 to 12,960 credits per cycle the cheapest, starter + 1,000, serves 30.9% to \
                   46.3% of what is asked for, where another serves 100%. Cost counts what is refused \
                   at nothing.";
    assert!(text.contains("\nAttention\n") && text.contains(warning), "{text}");
    let is_row = |line: &str| {
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        line.starts_with("8,640 ") && line.contains(" 100% ") && !line.contains("starter + 1,000")
    };
    // What is advised there is another, which serves all.
    assert!(text.contains("advised") && text.lines().any(is_row), "{text}");
    let attention = told["attention"].as_array().unwrap();
    assert!(attention.contains(&Value::from(warning)), "{attention:?}");
    // Where nothing is refused there is nothing to say.
    let (text, told) = asked(&free);
    assert!(!text.contains("Attention") && !text.contains("its fill rate"), "{text}");
    assert_eq!(told["attention"].as_array().unwrap().len(), 0);
}

#[test]
fn what_is_set_today_is_a_choice_or_said_to_be_none() {
    let folder = Folder::new();
    let up_to = CLASSIFIER.replace("package = \"3000\"", "up_to = 2000, unit_price = \"0.007\"");
    let packages = folder.file("packages.toml", &format!("{CLASSIFIER}{STEADY}"));
    let up_to = folder.file("up-to.toml", &format!("{up_to}{STEADY}"));
    let none = "is not among the choices";
    for (scenario, more, set_today, attention) in [
        (&packages, &[][..], Some("starter + 3,000"), None),
        (&up_to, &[], Some("starter + up to 2,000"), None),
        (
            &packages,
            &["--packages", "1000"],
            None,
            Some("starter + 3,000, is not among the choices: --packages leaves it out."),
        ),
        (
            &up_to,
            &["--packages", "1000"],
            None,
            Some("starter + up to 2,000, is not among the choices: --packages leaves it out."),
        ),
        (
            &up_to,
            &["--plans", "pro"],
            None,
            Some("starter + up to 2,000, is not among the choices: --plans leaves it out."),
        ),
    ] {
        let question = ["plan", scenario, "--levels", "5000", "--replications", "2"];
        let told = json(&[&question[..], more].concat());
        assert_eq!(told["set_today"].as_str(), set_today, "{more:?}");
        let said = told["attention"].to_string();
        match attention {
            Some(attention) => assert!(said.contains(attention), "{said}"),
            None => assert!(!said.contains(none), "{said}"),
        }
        let text = out(&run(&[&question[..], more, &["--quiet"]].concat()));
        assert_eq!(text.contains(none), attention.is_some(), "{text}");
    }
    // Two plans, each with three packages and with the rule.
    let told = json(&["plan", &up_to, "--levels", "5000", "--replications", "2"]);
    assert_eq!(told["levels"][0]["costs"].as_array().unwrap().len(), 8);
}

#[test]
fn a_plan_writes_a_row_for_each_level_and_choice_and_for_each_run() {
    let folder = Folder::new();
    let scenario = CLASSIFIER.replace("pro", "\"=1+1\"");
    let scenario = folder.file("random.toml", &format!("{scenario}{RANDOM}"));
    let (csv, samples) = (folder.path("levels.csv"), folder.path("runs.csv"));
    let files = ["--csv", csv.to_str().unwrap(), "--samples", samples.to_str().unwrap()];
    let question = ["plan", &scenario, "--levels", "5000,7000", "--replications", "4", "--quiet"];
    let table = |more: &[&str]| {
        let told = out(&run(&[&question[..], more].concat()));
        told.rsplit_once(" · recharge plan").unwrap().0.to_owned()
    };
    assert_eq!(table(&files), table(&[]));
    let rows = |path: &Path| {
        let mut reader = csv::Reader::from_path(path).unwrap();
        reader.deserialize().map(Result::unwrap).collect::<Vec<HashMap<String, String>>>()
    };
    // Two levels and today's; two plans with three packages.
    let (levels, runs) = (rows(&csv), rows(&samples));
    assert_eq!((levels.len(), runs.len()), (3 * 6, 3 * 6 * 4));
    assert_eq!(levels.iter().filter(|row| row["today"] == "true").count(), 6);
    assert_eq!(levels.iter().filter(|row| row["cheapest"] == "true").count(), 3);
    assert!(levels.iter().any(|row| row["plan"] == "'=1+1"), "no cell begins a formula");
    // The mean of the runs is the cost of the level.
    for row in &levels {
        let same = |run: &&HashMap<String, String>| {
            ["level", "plan", "package"].iter().all(|&key| run[key] == row[key])
        };
        let costs: Vec<f64> =
            runs.iter().filter(same).map(|run| run["cost"].parse().unwrap()).collect();
        let cost: f64 = row["cost"].parse().unwrap();
        assert!((costs.iter().sum::<f64>() / 4.0 - cost).abs() < 1e-9, "{row:?}");
    }
    let to_output = out(&run(&[&question[..], &["--csv", "-"]].concat()));
    assert_eq!(to_output, fs::read_to_string(&csv).unwrap());
}

#[test]
fn a_plan_tells_how_today_s_usage_varies_from_cycle_to_cycle() {
    let folder = Folder::new();
    let scenario = folder.file("random.toml", &format!("{CLASSIFIER}{RANDOM}"));
    let told = json(&["plan", &scenario, "--levels", "5000", "--replications", "20"]);
    let at = |key: &str| told["usage"][key].as_f64().unwrap();
    // 6,000 a cycle with a standard deviation of √6,000.
    assert!(5_750.0 < at("p5") && at("p5") < at("today") - 50.0, "{}", told["usage"]);
    assert!(at("today") + 50.0 < at("p95") && at("p95") < 6_250.0, "{}", told["usage"]);
    // A horizon that cuts every cycle says nothing of whole ones; ten days ask for 2,000.
    let cut = ["--set", "end=2026-04-11", "--levels", "5000", "--replications", "2"];
    let told = json(&[&["plan", &scenario][..], &cut].concat());
    assert!(told["usage"]["p5"].is_null() && told["period"] == "horizon");
    assert!((1_800.0..2_200.0).contains(&told["usage"]["today"].as_f64().unwrap()), "{told}");
}

#[test]
fn a_study_advises_in_a_sentence_and_tells_every_figure() {
    let folder = Folder::new();
    let study =
        "[study]\nreplications = 40\nvary = { \"recharge.package\" = [\"1000\", \"9000\"] }\n";
    let scenario = folder.file("study.toml", &format!("{CLASSIFIER}{RANDOM}{study}"));
    let told = json(&["study", &scenario]);
    assert_eq!(told["schema"], "recharge.study/1");
    let advice = told["advice"].as_str().unwrap();
    assert!(advice.starts_with("Change to the 9,000 package: that spends $"), "{advice}");
    let candidates = told["candidates"].as_array().unwrap();
    let names: Vec<&str> = candidates.iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["current", "1,000 package", "9,000 package"]);
    for candidate in candidates {
        let spend = &candidate["figures"]["total_spend"];
        let at = |key: &str| spend[key].as_f64().unwrap();
        assert!(at("low") <= at("value") && at("value") <= at("high"), "{spend}");
        assert!(candidate["spend_in_a_cycle"]["p99"]["high"].is_null());
    }
    // The same sentences, a line each where nothing wraps them.
    let printed = out(&run(&["study", &scenario, "--quiet"]));
    assert!(printed.replace('\n', " ").contains(advice), "{printed}");
    let markdown = out(&run(&["study", &scenario, "--quiet", "--format", "markdown"]));
    assert!(markdown.contains("**Change to the 9,000 package: that spends $"), "{markdown}");
}

#[test]
fn no_advice_names_a_change_of_nothing() {
    let folder = Folder::new();
    let said = |threshold: &str| {
        let text = format!(
            "{}{STEADY}[study]\nreplications = 20\nvary = {{ \"recharge.at_or_below\" = [100, 50], \
             \"recharge.package\" = [\"3000\", \"9000\"] }}\n",
            CLASSIFIER.replace("at_or_below = 100", &format!("at_or_below = {threshold}"))
        );
        let scenario = folder.file("spelt.toml", &text);
        json(&["study", &scenario])
    };
    let (plain, spelt) = (said("100"), said("\"100.0\""));
    let advice = spelt["advice"].as_str().unwrap();
    assert!(advice.starts_with("Change to the 9,000 package:"), "{advice}");
    assert_eq!(spelt["candidates"], plain["candidates"]);
    assert_eq!(spelt["candidates"].as_array().unwrap().len(), 4);
}

#[test]
fn files_have_a_row_for_each_candidate_and_for_each_of_its_runs() {
    let folder = Folder::new();
    let scenario = folder.file("study.toml", &format!("{CLASSIFIER}{RANDOM}"));
    let (csv, samples) = (folder.path("candidates.csv"), folder.path("samples.csv"));
    let vary = ["--vary", "recharge.at_or_below=0..200..100", "--replications", "7", "--quiet"];
    let files = ["--csv", csv.to_str().unwrap(), "--samples", samples.to_str().unwrap()];
    let report = out(&run(&[&["study", &scenario][..], &vary, &files].concat()));
    assert!(report.contains("3 candidates"), "{report}");
    let rows = |path: &Path| {
        let mut reader = csv::Reader::from_path(path).unwrap();
        let header = reader.headers().unwrap().clone();
        (header, reader.records().map(Result::unwrap).collect::<Vec<_>>())
    };
    let (header, found) = rows(&csv);
    assert_eq!(found.len(), 3);
    assert!(header.iter().any(|name| name == "outage_probability_high"));
    let (header, found) = rows(&samples);
    assert_eq!(found.len(), 21);
    let place = |name: &str| header.iter().position(|other| other == name).unwrap();
    assert_eq!(&found[0][place("candidate")], "current");
    // The mean of the samples is the figure of the report.
    let told = json(&[&["study", &scenario][..], &vary[..4]].concat());
    let spends: Vec<f64> =
        found[..7].iter().map(|row| row[place("total_spend")].parse().unwrap()).collect();
    let mean = told["candidates"][0]["figures"]["total_spend"]["value"].as_f64().unwrap();
    assert!((spends.iter().sum::<f64>() / 7.0 - mean).abs() < 1e-9);
    let to_output = out(&run(&[&["study", &scenario, "--csv", "-"][..], &vary].concat()));
    assert_eq!(to_output, fs::read_to_string(&csv).unwrap());
}

#[test]
fn threads_do_not_change_the_report() {
    let folder = Folder::new();
    let scenario = folder.file("study.toml", &format!("{CLASSIFIER}{RANDOM}"));
    let with = |threads: &str| {
        let vary = ["--vary", "recharge.packs=1,2", "--replications", "20", "--quiet"];
        out(&run(&[&["study", &scenario, "--threads", threads][..], &vary].concat()))
    };
    assert_eq!(with("1"), with("3"));
}

#[test]
fn vendors_of_different_zones_are_compared_in_the_calendar_of_the_first_and_this_is_told() {
    let folder = Folder::new();
    let first =
        folder.file("first.toml", &format!("zone = \"America/New_York\"{CLASSIFIER}{STEADY}"));
    let other = CLASSIFIER.replace("Classifier", "Other");
    let second = folder.file("second.toml", &format!("zone = \"Europe/Berlin\"{other}{STEADY}"));
    let told = json(&["compare", &first, &second, "--replications", "2"]);
    let attention = told["attention"].to_string();
    assert!(
        attention.contains(
            "Other has its days and cycles in America/New_York here, the calendar of Classifier; by \
             itself it has them in Europe/Berlin."
        ),
        "{attention}"
    );
    let figures = |index: usize| &told["candidates"][index]["figures"]["total_spend"]["value"];
    assert_eq!(figures(0), figures(1));
}

#[test]
fn a_history_outside_the_horizon_is_refused_where_it_is_replayed() {
    let folder = Folder::new();
    let scenario = folder.file("a.toml", CLASSIFIER);
    let usage =
        folder.file("u.csv", "time,credits\n2015-04-01T10:00:00Z,5\n2015-04-09T10:00:00Z,5\n");
    let replay = ["study", &scenario, "--usage", &usage, "--set", "study.history=replay"];
    let told = refused(&replay);
    for words in ["u.csv: there is no usage in the horizon", "--horizon file", "--start 2015-04-01"]
    {
        assert!(told.contains(words), "{words}: {told}");
    }
    let told = json(&[&replay[..], &["--horizon", "file", "--replications", "2"]].concat());
    assert_eq!(told["candidates"][0]["figures"]["closing_balance"]["value"], 2_990.0);
    let empty = folder.file("e.csv", "time,credits\n");
    let told = refused(&["study", &scenario, "--usage", &empty]);
    assert!(told.contains("there is a header and no row below it"), "{told}");
}

/// Daily rows of April 2026, by the number of the day.
fn daily(row: impl Fn(i64) -> String) -> String {
    (1..=30).map(|day| format!("2026-04-{day:02}T12:00:00Z,{}\n", row(day))).collect()
}

#[test]
fn each_scenario_counts_the_same_rows_by_its_own_meter() {
    let folder = Folder::new();
    // What is bought is what is used: a pack of one credit each time.
    let vendor = |name: &str, usage: &str| {
        format!(
            "name = \"{name}\"\ncurrency = \"USD\"\nstart = 2026-04-01\nend = 2026-05-01\n\
             packages.p = {{ credits = 1, price = \"1.00\" }}\n\
             [recharge]\nbelow = 1\npackage = \"p\"\n[account]\nopening_balance = 1000\n[usage]\n{usage}\n"
        )
    };
    let rows = daily(|day| format!("{day},2"));
    let usage = folder.file("u.csv", &format!("time,input,output\n{rows}"));
    let by = |amounts: &str| format!("amounts = {{ {amounts} }}");
    let files = [
        folder.file("a.toml", &vendor("A", &by("input = \"1\", output = \"1\""))),
        folder.file("b.toml", &vendor("B", &by("input = \"0.5\""))),
        folder.file("c.toml", &vendor("C", "")),
        folder.file("d.toml", &vendor("D", &by("output = \"3\""))),
    ];
    let [a, b, c, d] = &files;
    let compared = ["compare", a, b, c, d, "--usage", &usage, "--set", "study.history=replay"];
    let told = json(&[&compared[..], &["--replications", "2"]].concat());
    let left =
        |index: usize| told["candidates"][index]["figures"]["closing_balance"]["value"].as_f64();
    // 30 days: input adds up to 465, output to 60.
    assert_eq!([0, 1, 2, 3].map(left), [475.0, 767.5, 475.0, 820.0].map(Some));
    let attention = told["attention"].to_string();
    assert!(attention.contains("Each scenario counts credits by its own meter"), "{attention}");
    assert!(attention.contains("C says nothing of what a row of usage costs"), "{attention}");
    // Every one as it is alone.
    for (index, file) in [(0, a), (1, b), (3, d)] {
        let alone = out(&run(&["run", file, "--usage", &usage, "--format", "json"]));
        let alone = results::valid(&alone);
        let balance: f64 = alone["closing_balance"].as_str().unwrap().parse().unwrap();
        assert_eq!(left(index), Some(balance), "{file}");
    }
    let page = out(&run(&[&compared[..], &["--replications", "2", "--quiet"]].concat()));
    assert!(page.contains("By the meter of D: The amount is 3 × column `output`."), "{page}");
    // A meter that the command names is that of all.
    let one = [&compared[..], &["--replications", "2", "--amount-column", "output"]].concat();
    let told = json(&one);
    for candidate in told["candidates"].as_array().unwrap() {
        assert_eq!(candidate["figures"]["closing_balance"]["value"], 940.0);
    }
    assert!(!told["attention"].to_string().contains("says nothing of what a row"), "{told}");
    // So it is where a scenario has meters of its own, for each kind of row.
    let meters = "[[usage.meters]]\namount = \"output * 5\"\n";
    let metered = folder.file("e.toml", &format!("{}{meters}", vendor("E", "")));
    let compared = ["compare", a, &metered, "--usage", &usage, "--set", "study.history=replay"];
    for (flag, left) in [(&["--amount-column", "output"][..], 940.0), (&[], 700.0)] {
        let told = json(&[&compared[..], &["--replications", "2"], flag].concat());
        let figures = &told["candidates"][1]["figures"];
        assert_eq!(figures["closing_balance"]["value"], left, "{flag:?}");
    }
}

#[test]
fn a_meter_that_the_rows_do_not_fit_is_an_error_of_its_scenario() {
    let folder = Folder::new();
    let usage = folder.file("u.csv", &format!("time,credits\n{}", daily(|_| "5".to_owned())));
    let first = folder.file("a.toml", CLASSIFIER);
    let other = folder.file("b.toml", &format!("{CLASSIFIER}[usage]\namount = \"tokens\"\n"));
    let told = refused(&["compare", &first, &other, "--usage", &usage]);
    assert!(told.contains("b.toml") && told.contains("`tokens`"), "{told}");
}

#[test]
fn where_nothing_is_drawn_one_run_is_made_and_its_figures_are_exact() {
    let folder = Folder::new();
    let usage =
        folder.file("u.csv", &format!("time,credits\n{}", daily(|day| (day % 7).to_string())));
    let scenario = folder.file("a.toml", CLASSIFIER);
    let other = folder.file("b.toml", &CLASSIFIER.replace("1000", "1500"));
    let replay = ["compare", &scenario, &other, "--usage", &usage];
    let replay =
        [&replay[..], &["--set", "study.history=replay", "--replications", "500"]].concat();
    let found = json(&replay);
    assert_eq!(found["replications"], 1, "{found}");
    for candidate in found["candidates"].as_array().unwrap() {
        for (name, figure) in candidate["figures"].as_object().unwrap() {
            assert_eq!(
                (&figure["low"], &figure["high"]),
                (&figure["value"], &figure["value"]),
                "{name}"
            );
        }
        let month = &candidate["periods"]["months"][0]["spend"];
        assert_eq!((&month["p50"], &month["p95"]), (&month["mean"], &month["mean"]), "{month}");
        let tails = &candidate["spend_in_a_cycle"]["p95"];
        assert_eq!((&tails["low"], &tails["high"]), (&tails["value"], &tails["value"]), "{tails}");
    }
    // A card that may be declined makes runs differ, and those of the other are as many.
    let unsure = folder.file("c.toml", &format!("{CLASSIFIER}payment.fail_probability = 0.3\n"));
    let samples = folder.file("samples.csv", "");
    fs::remove_file(&samples).unwrap();
    let both = ["compare", &scenario, &unsure, "--usage", &usage, "--replications", "40"];
    let both = [&both[..], &["--set", "study.history=replay", "--samples", &samples]].concat();
    let mixed = json(&both);
    assert_eq!(mixed["replications"], 40);
    let [one, alone] =
        [&mixed, &found].map(|told| &told["candidates"][0]["figures"]["total_spend"]);
    assert_eq!(one, alone);
    let rows = fs::read_to_string(&samples).unwrap();
    assert_eq!(rows.lines().count(), 1 + 2 * 40, "{rows}");
}

#[test]
fn every_wrong_file_of_a_comparison_is_told_at_once() {
    let folder = Folder::new();
    let [a, b] =
        ["a.toml", "b.toml"].map(|name| folder.file(name, "currency = \"USD\"\nplam = 1\n"));
    let told = refused(&["compare", &a, &b]);
    assert!(told.contains("a.toml") && told.contains("b.toml"), "{told}");
}

#[test]
fn settings_beyond_what_an_owner_may_choose_are_told_as_that_in_a_comparison() {
    let folder = Folder::new();
    let usage = folder.file("u.csv", &format!("time,credits\n{}", daily(|_| "4000".to_owned())));
    // The vendor sells 15,000 credits at a time and lets an owner choose a cap of $500 at most.
    let vendors = ["--vendor", "contextfetch", "--vendor", "twenty"];
    let given = ["--set", "plans.yearly.fee=300", "--set", "contextfetch:recharge.caps.0.money=20"];
    let told = json(&[&["compare", "--usage", &usage][..], &vendors, &given].concat());
    let remedy = &told["remedy"];
    assert!(remedy.is_object(), "{told}");
    let advice = told["advice"].as_str().unwrap();
    let settings = remedy["settings"].to_string();
    let offered = ["below", "package", "caps.0.money"].iter().any(|one| settings.contains(one));
    assert_eq!(
        advice.contains("Beyond what an owner may choose"),
        !offered,
        "{settings}: {advice}"
    );
}

#[test]
fn generated_usage_of_which_nothing_is_drawn_is_run_once() {
    let folder = Folder::new();
    let steady = |usage: &str| format!("{CLASSIFIER}[usage.generate]\n{usage}\n");
    let run = |usage: &str, more: &[&str]| {
        let scenario = folder.file("steady.toml", &steady(usage));
        let told = json(&[&["study", &scenario, "--replications", "20"][..], more].concat());
        fs::remove_file(&scenario).unwrap();
        told
    };
    let fixed = "every = \"1h\"\namount = 3";
    let told = run(fixed, &[]);
    assert_eq!(told["replications"], 1, "{told}");
    assert!(told["attention"].to_string().contains("at fixed times in fixed amounts"), "{told}");
    let spend = &told["candidates"][0]["figures"]["total_spend"];
    assert_eq!((&spend["low"], &spend["high"]), (&spend["value"], &spend["value"]), "{spend}");
    // One law of several amounts, times at random, or a charge that may fail: twenty runs.
    for usage in
        ["every = \"1h\"\namount = { law = \"geometric\", mean = 3 }", "per_day = 24\namount = 3"]
    {
        assert_eq!(run(usage, &[])["replications"], 20, "{usage}");
    }
    assert_eq!(run(fixed, &["--set", "payment.fail_probability=0.1"])["replications"], 20);
}

#[test]
fn runs_that_are_all_the_same_are_said_to_be() {
    let folder = Folder::new();
    let usage =
        folder.file("u.csv", &format!("time,credits\n{}", daily(|day| (day % 7).to_string())));
    let scenario = folder.file("a.toml", CLASSIFIER);
    let replay = ["study", &scenario, "--usage", &usage, "--set", "study.history=replay"];
    let attention = |more: &[&str]| {
        json(&[&replay[..], &["--replications", "20"], more].concat())["attention"].to_string()
    };
    let alike = "All 20 runs of each candidate are the same";
    assert!(attention(&[]).contains("Nothing is left to luck"), "{}", attention(&[]));
    assert!(attention(&[]).contains("one run says all"), "{}", attention(&[]));
    // So rare that it is seen in no run: what was not seen is not certain.
    let rare = ["--set", "payment.fail_probability=0.0001%"];
    let told = attention(&rare);
    assert!(told.contains(alike) && told.contains("happened in none of them"), "{told}");
    let outages = |more: &[&str]| {
        let told = json(&[&replay[..], &["--replications", "20"], more].concat());
        let outages = &told["candidates"][0]["figures"]["outage_probability"];
        assert_eq!(outages["value"], 0.0, "{outages}");
        outages["high"].as_f64()
    };
    assert_eq!(outages(&[]), Some(0.0));
    assert!(outages(&rare).unwrap() > 0.01, "{:?}", outages(&rare));
    let busy = ["--set", "payment.fail_probability=30%", "--set", "recharge.at_or_below=2990"];
    assert!(!attention(&busy).contains(alike), "{}", attention(&busy));
}

#[test]
fn what_a_history_shows_is_told_with_its_size() {
    let folder = Folder::new();
    let scenario = folder.file("a.toml", CLASSIFIER);
    let hours = 0..(70 * 24);
    let time = |hour: i64| {
        let at = chrono::DateTime::from_timestamp(1_767_571_200 + hour * 3_600, 0).unwrap();
        at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
    };
    let attention = |amount: &dyn Fn(i64) -> Option<i64>, more: &[&str]| {
        let row = |hour: i64| Some(format!("{},{}\n", time(hour), amount(hour)?));
        let rows: String = hours.clone().filter_map(row).collect();
        let usage = folder.file("h.csv", &format!("time,credits\n{rows}"));
        let study = ["study", &scenario, "--usage", &usage, "--replications", "20"];
        json(&[&study[..], more].concat())["attention"].to_string()
    };
    let told = |amount: &dyn Fn(i64) -> Option<i64>| {
        attention(amount, &["--set", "study.history=resample"])
    };
    // A model, which is learned without being asked, loses no growth and takes a missing day for unknown.
    let learned = |amount: &dyn Fn(i64) -> Option<i64>| attention(amount, &[]);
    let gap = learned(&|hour| (!(480..528).contains(&hour)).then_some(1));
    assert!(gap.contains("2 days without a row") && !gap.contains("counts as time"), "{gap}");
    let growing = learned(&|hour| Some(10 + hour / 168));
    assert!(growing.contains("Usage grows by") && !growing.contains("shuffles"), "{growing}");
    let silent = learned(&|hour| Some(i64::from(!(490..500).contains(&hour))));
    assert!(silent.contains("shows its own outages like this"), "{silent}");
    let steady = told(&|_| Some(1));
    for quiet in ["grows", "unlike", "no row", "no usage", "no whole week"] {
        assert!(!steady.contains(quiet), "{quiet}: {steady}");
    }
    let said = [
        (
            told(&|hour| Some(10 + hour / 168)),
            "Usage grows by about 168 credits a week (6.90%) over the 10 weeks from 5 Jan 2026; drawing weeks \
             at random shuffles that away. Runs ask for 2,436 credits a week in the mean; the last four weeks \
             of history asked for 2,940, 20.69% more.",
        ),
        (
            told(&|hour| Some(if hour / 168 == 4 { 9 } else { 1 })),
            "One week is unlike the others, and is drawn as often as any: that of 2 Feb 2026 with 1,512 \
             credits, 9.0 times the middle week.",
        ),
        (
            told(&|hour| (!(480..528).contains(&hour)).then_some(1)),
            "The history has no row on 2 days between its first and its last: 2 days from 25 Jan 2026.",
        ),
        (
            told(&|hour| Some(i64::from(!(490..500).contains(&hour)))),
            "The history has no usage at hours in which nine of ten days have some: once, the longest 10 h \
             from 25 Jan 2026 10:00.",
        ),
        (
            told(&|hour| (hour >= 30).then_some(1)),
            "138 of 1,650 rows of usage (8.36%), on 6 days, belong to no whole week and are not drawn.",
        ),
    ];
    for (attention, words) in said {
        assert!(attention.contains(words), "{words}\n{attention}");
    }
}

#[test]
fn scenarios_are_compared_on_the_usage_of_the_first() {
    let folder = Folder::new();
    let first = folder.file("first.toml", &format!("{CLASSIFIER}{RANDOM}"));
    let other = CLASSIFIER.replace("\"starter\"", "\"pro\"").replace("Classifier", "Pro");
    // Its own usage would be another; it is not used.
    let second = folder.file("second.toml", &format!("{other}{STEADY}"));
    let told = json(&["compare", &first, &second, "--replications", "20"]);
    let candidates = told["candidates"].as_array().unwrap();
    assert_eq!(
        (&candidates[0]["name"], &candidates[1]["name"]),
        (&"Classifier".into(), &"Pro".into())
    );
    let forfeited = candidates[1]["figures"]["forfeited"]["value"].as_f64().unwrap();
    assert!((forfeited - 2_000.0).abs() < 200.0, "{forfeited}");
    let later =
        folder.file("later.toml", &format!("{CLASSIFIER}{RANDOM}").replace("2026-05", "2026-06"));
    let told = refused(&["compare", &first, &later]);
    assert!(told.contains("give all the same time"), "{told}");
    assert!(told.contains("--start 2026-04-01 --end 2026-05-01"), "{told}");
    let cured = ["--start", "2026-04-01", "--end", "2026-05-01", "--replications", "2"];
    json(&[&["compare", &first, &later][..], &cured].concat());
    let euros = folder.file("euros.toml", &format!("{CLASSIFIER}{RANDOM}").replace("USD", "EUR"));
    assert!(refused(&["compare", &first, &euros]).contains("its money is EUR"));
}

#[test]
fn history_is_resampled_in_weeks_or_replayed_as_it_was() {
    let folder = Folder::new();
    let mut rows = "time,credits\n".to_owned();
    for hour in 0..24 * 7 * 10 {
        let (day, hour) = (hour / 24, hour % 24);
        let date = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Days::new(day);
        rows.push_str(&format!("{date}T{hour:02}:00:00Z,{}\n", 5 + (day * 7 + hour) % 9));
    }
    let usage = folder.file("usage.csv", &rows);
    let scenario = folder.file("scenario.toml", CLASSIFIER);
    let study = ["study", &scenario, "--usage", &usage, "--replications", "10"];
    let told = json(&[&study[..], &["--set", "study.history=resample"]].concat());
    assert!(told["usage"].as_str().unwrap().contains("10 whole weeks"), "{}", told["usage"]);
    let scenario =
        CLASSIFIER.replace("2026-04-01", "2026-01-01").replace("2026-05-01", "2026-02-01");
    let replay =
        folder.file("replay.toml", &format!("{scenario}\n[study]\nhistory = \"replay\"\n"));
    let told = json(&["study", &replay, "--usage", &usage, "--replications", "10"]);
    let spend = &told["candidates"][0]["figures"]["total_spend"];
    assert_eq!(spend["low"], spend["high"]);
    let short: String = rows.lines().take(200).map(|line| format!("{line}\n")).collect();
    let short = folder.file("short.csv", &short);
    let error = refused(&["study", &replay, "--usage", &short, "--set", "study.history=resample"]);
    assert!(
        error.contains("covers 1 whole week, ") && error.contains("history = \"replay\""),
        "{error}"
    );
}

#[test]
fn what_cannot_be_studied_is_refused_with_the_way_out() {
    let folder = Folder::new();
    let scenario = folder.file("scenario.toml", &format!("{CLASSIFIER}{RANDOM}"));
    let no_usage = folder.file("none.toml", CLASSIFIER);
    for (arguments, part) in [
        (&["--replications", "0"][..], "--replications 0: a whole number from 1"),
        (&["--threads", "0"], "at least one thread"),
        (&["--vary", "recharge.packs="], "an empty list"),
        (&["--vary", "recharge.packs"], "write PATH=VALUES"),
        (&["--vary", "seed=1,2"], "the same usage, time and seed"),
        (&["--vary", "recharge.packs=5..1..1"], "an empty range"),
        (&["--vary", "recharge.pack=1,2"], "recharge.packs"),
        (&["--vary", "recharge.packs=0"], "packs"),
    ] {
        let error = refused(&[&["study", &scenario][..], arguments].concat());
        assert!(error.contains(part), "{arguments:?}: {error}");
    }
    assert!(refused(&["study", &no_usage]).contains("names no usage"));
    let levels = |levels: &str| refused(&["plan", &scenario, "--levels", levels]);
    assert!(levels("5,0").contains("credits above zero"));
    assert!(levels("1..1000000..1").contains("at most 200"));
    assert!(
        refused(&["plan", &scenario, "--levels", "5", "--plans", "gold"]).contains("starter, pro")
    );
}

#[test]
fn too_many_candidates_are_counted_and_timed_and_not_begun() {
    let folder = Folder::new();
    let scenario = folder.file("scenario.toml", &format!("{CLASSIFIER}{RANDOM}"));
    let vary = ["recharge.at_or_below=1..1000..1", "packages.3000.credits=1..1000000..1"];
    // With so many replications it is years on any machine.
    let often = ["--replications", "1000000", "--quiet"];
    let varied = ["study", &scenario, "--vary", vary[0], "--vary", vary[1]];
    let error = refused(&[&varied[..], &often].concat());
    assert!(error.contains("1,000,000,001 candidates; a study has at most 10,000."), "{error}");
    assert!(error.contains("would take up to") && error.contains("years"), "{error}");
}

#[cfg(unix)]
#[test]
fn an_interrupted_study_tells_what_is_finished() {
    let folder = Folder::new();
    let scenario = folder.file("scenario.toml", &format!("{CLASSIFIER}{RANDOM}"));
    let child = Command::new(env!("CARGO_BIN_EXE_recharge"))
        .args(["study", &scenario, "--vary", "recharge.packs=1,2", "--replications", "1000000"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_secs(2));
    let interrupt = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupt.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let report = String::from_utf8(output.stdout).unwrap();
    assert!(report.contains("interrupted: these are finished"), "{report}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("the report is of the") && said.contains("were finished"), "{said}");
}

#[test]
fn a_stranded_balance_of_a_candidate_that_is_told_by_itself_is_told() {
    let folder = Folder::new();
    // 3,000 serve eight events of 350; 200 are left, above the threshold and below every event.
    let events = STEADY.replace("amount = 1", "amount = 350");
    let scenario = folder.file("study.toml", &format!("{CLASSIFIER}{events}"));
    let study = ["study", &scenario, "--vary", "recharge.at_or_below=350", "--replications", "2"];
    let said = out(&run(&study));
    let stranded = "Attention\n  With current, a balance was stranded: 4,312 usage events per cycle were refused while credits lay idle";
    assert!(said.contains(stranded), "{said}");
    assert_eq!(said.matches("was stranded").count(), 1, "{said}");
    let found = json(&study);
    let attention = found["attention"].as_array().unwrap();
    assert_eq!(attention.len(), 2);
    assert!(attention[1].as_str().unwrap().contains("one run says all"));
    assert_eq!(found["candidates"][0]["figures"]["stranded_events"]["value"], 4_312.0);
    let whole =
        json(&["study", &scenario, "--set", "recharge.at_or_below=350", "--replications", "2"]);
    assert_eq!(whole["attention"].as_array().unwrap().len(), 1, "all runs are the same");
}

/// What a command says on standard error.
fn said(arguments: &[&str]) -> String {
    String::from_utf8(run(arguments).stderr).unwrap()
}

#[test]
fn a_horizon_without_a_whole_cycle_is_told_per_horizon_and_costs_what_a_run_costs() {
    let folder = Folder::new();
    let file = folder.file("short.toml", &format!("{CLASSIFIER}{STEADY}"));
    let study = |end: &str| json(&["study", &file, "--replications", "4", "--set", end]);
    let short = study("end=2026-04-30");
    assert_eq!(short["period"], "horizon");
    let replayed = out(&run(&["run", &file, "--set", "end=2026-04-30", "--format", "json"]));
    let replayed: Value = results::valid(&replayed);
    let spent: f64 = replayed["total_spend"].as_str().unwrap().parse().unwrap();
    let only = &short["candidates"][0];
    assert_eq!(only["figures"]["total_spend"]["value"].as_f64(), Some(spent));
    assert_eq!(only["spend_in_a_cycle"]["median"]["value"].as_f64(), Some(spent));
    let value = |figure: &str| only["figures"][figure]["value"].as_f64().unwrap();
    let cost = value("cost");
    assert!((spent - value("leftover_value") - cost).abs() < 1e-9, "{only}");
    let per = format!("spends ${spent:.2} per horizon (");
    assert!(short["advice"].as_str().unwrap().contains(&per), "{}", short["advice"]);
    // The page speaks of no whole cycle.
    let report = folder.path("report");
    let random = folder.file("random.toml", &format!("{CLASSIFIER}{RANDOM}"));
    let told = ["study", &random, "--replications", "4", "--set", "end=2026-04-30", "--quiet"];
    let command = [&told[..], &["--report", report.to_str().unwrap()]].concat();
    assert!(out(&run(&command)).contains("\n  in a horizon "));
    let page = fs::read_to_string(report.join("index.html")).unwrap();
    assert!(page.contains("over all replications") && !page.contains("whole cycles"));
    assert_eq!(study("end=2026-05-01")["period"], "cycle");
}

#[test]
fn a_cycle_that_the_horizon_cuts_is_told_with_dates_that_cut_none() {
    let folder = Folder::new();
    let text = format!("{CLASSIFIER}{STEADY}");
    let (plain, asked) = (
        folder.file("plain.toml", &text),
        folder.file(
            "asked.toml",
            &format!("{}[study]\n", text.replace("end = 2026-05-01", "end = 2026-06-11")),
        ),
    );
    let told = |settings: &[&str]| {
        let mut command = vec!["study", &plain, "--replications", "2"];
        command.extend(settings.iter().flat_map(|setting| ["--set", *setting]));
        said(&command)
    };
    let end = "warning: `end` cuts the cycle from 2026-06-01 to 2026-07-01: its fee and allowance count \
               in full, but it counts as a part of a cycle. With `--set end=2026-06-01` or `--set \
               end=2026-07-01` cycles are whole.\n";
    assert_eq!(told(&["end=2026-06-11"]), end);
    assert_eq!(said(&["check", &asked]), end);
    let attention = json(&["study", &asked, "--replications", "2"])["attention"].clone();
    assert_eq!(format!("warning: {}\n", attention[0].as_str().unwrap()), end);
    for whole in [&[][..], &["end=2026-06-01"], &["end=2026-07-01"]] {
        assert_eq!(told(whole), "", "{whole:?}");
    }
    // No whole cycle at all, and nothing that a cycle costs or gives.
    assert_eq!(told(&["end=2026-04-11"]), "");
    let free = ["end=2026-06-11", "plans.starter.fee=0", "plans.starter.allowance=0"];
    assert_eq!(told(&free), "");
    // In the zone of the account, and at both ends.
    let zone = ["zone=Europe/Berlin", "cycle.anchor=2026-03-15", "end=2026-07-15"];
    let start = told(&zone);
    assert!(start.contains("`start` cuts the cycle from 2026-03-15 to 2026-04-15: its fee and allowance count in full"), "{start}");
    assert!(!start.contains("`end`"), "{start}");
    let inside = told(&[&zone[..2], &["end=2026-07-16", "account.opening_balance=10"]].concat());
    assert!(inside.contains("allowance do not count, but the part of it does."), "{inside}");
    assert!(inside.contains("`--set end=2026-07-15` or `--set end=2026-08-15`"), "{inside}");
    assert_eq!(said(&["check", &plain]), "");
}

#[test]
fn none_at_all_is_a_number_of_recharges_that_can_be_tried() {
    let folder = Folder::new();
    let text = format!("{CLASSIFIER}recharge.caps = [{{ recharges = 3, per = \"month\" }}]\n")
        .replace(
            "recharge = { at_or_below = 100, package = \"3000\" }\n",
            "recharge.at_or_below = 100\nrecharge.package = \"3000\"\n",
        );
    let scenario = folder.file("s.toml", &format!("{text}{STEADY}"));
    let vary = "recharge.caps.0.recharges=0,1,2";
    let value = json(&["study", &scenario, "--vary", vary, "--replications", "2"]);
    let candidates = value["candidates"].as_array().unwrap();
    let recharges: Vec<f64> = candidates
        .iter()
        .map(|candidate| candidate["figures"]["recharges"]["value"].as_f64().unwrap())
        .collect();
    assert_eq!(recharges, [1.0, 0.0, 1.0, 1.0], "{candidates:?}");
    let warned = run(&["run", &scenario, "--set", "recharge.caps.0.recharges=0"]);
    assert!(String::from_utf8_lossy(&warned.stderr).contains("never allows a recharge"));
    assert!(warned.status.success());
}

#[test]
fn any_number_of_threads_is_taken_and_only_those_that_can_work_are_started() {
    let folder = Folder::new();
    let scenario = folder.file("s.toml", &format!("{CLASSIFIER}{RANDOM}"));
    let with = |threads: &str| {
        let words = ["study", &scenario, "--quiet", "--replications", "3", "--threads", threads];
        out(&run(&words))
    };
    assert_eq!(with("18446744073709551615"), with("1"));
}

/// Starter with one pack of 1,000 a month at the most: 4,000 of 4,320 credits are served, 92.6 %.
const CAPPED: &str = r#"
name = "Capped"
currency = "USD"
start = 2026-04-01
end = 2026-05-01
plan = "starter"
plans.starter = { fee = "19.00", allowance = 3000 }
packages.1000 = { credits = 1000, price = "7.00" }
recharge = { at_or_below = 100, package = "1000", caps = [{ recharges = 1, per = "month" }] }
payment.latency = "5s"
usage.generate = { every = "10min", amount = 1 }
study.replications = 60
"#;

#[test]
fn without_a_word_on_service_nearly_all_of_it_is_wanted_and_that_can_be_changed() {
    let folder = Folder::new();
    let scenario = folder.file("capped.toml", CAPPED);
    let study = |more: &[&str]| {
        json(&[&["study", &scenario, "--vary", "recharge.packs=1,2"], more].concat())
    };
    let verdict = |told: &Value| told["verdict"].as_str().unwrap().to_owned();
    let advice = |told: &Value| told["advice"].as_str().unwrap().to_owned();
    let told = study(&[]);
    assert_eq!(verdict(&told), "change");
    assert!(advice(&told).starts_with("Change to 2 packs at a time: that spends $"), "{told}");
    assert!(
        advice(&told).contains("it serves 100% without downtime where current serves 92.6% with"),
        "{}",
        advice(&told)
    );
    assert!(told["target"]["assumed"].as_bool().unwrap() && told["target"]["met"] == true);
    assert_eq!(told["target"]["bounds"][0]["constraint"], "fill_rate_at_least");
    for (target, kept) in [("fill_rate >= 92%", true), ("fill_rate >= 93%", false), ("none", true)]
    {
        let told = study(&["--target", target]);
        assert_eq!(verdict(&told).starts_with("keep"), kept, "{target}: {}", advice(&told));
        assert_eq!(told["target"]["assumed"], false);
    }
    // A price of what is refused says what service is worth, and so does a constraint.
    let priced = study(&["--set", "study.price_per_refused_credit=0.001"]);
    assert!(verdict(&priced).starts_with("keep"), "{}", advice(&priced));
    let bound = study(&["--constraint", "outages <= 10%"]);
    assert_eq!(verdict(&bound), "change");
    assert!(bound["target"]["bounds"].as_array().unwrap().is_empty());
    // What is assumed stands with what else is assumed.
    let printed = out(&run(&["study", &scenario, "--quiet"]));
    assert!(
        printed.contains("\nAssumed\n  Service target: a fill rate of at least 99.90%"),
        "{printed}"
    );
}

#[test]
fn a_service_that_only_a_price_speaks_for_is_told_with_what_would_not_be_down() {
    let folder = Folder::new();
    let scenario = folder.file("capped.toml", CAPPED);
    let priced = |price: &str, more: &[&str]| {
        let price = format!("study.price_per_refused_credit={price}");
        json(&[&["study", &scenario, "--set", &price], more].concat())["advice"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let doubt = "That is no service to rely on: current misses a fill rate of at least 99.90%";
    // Another that was tried serves everything, and costs more than the refusals are said to.
    let told = priced("0.001", &["--vary", "recharge.packs=1,2"]);
    assert!(told.contains(doubt), "{told}");
    assert!(
        told.contains("2 packs at a time meets it: it spends $") && told.contains("serves 100%"),
        "{told}"
    );
    // Where none does, what would is looked for.
    let told = priced("0.001", &["--vary", "recharge.at_or_below=90,100"]);
    assert!(told.contains(doubt) && told.contains("further settings that were tried"), "{told}");
    assert!(told.contains("--set recharge.packs=2"), "{told}");
    // Where the price leads to a service, or something is required of it, there is nothing to tell.
    for (price, more) in [("9", &[][..]), ("0.001", &["--constraint", "fill_rate >= 50%"])] {
        let told = priced(price, &[&["--vary", "recharge.packs=1,2"], more].concat());
        assert!(!told.contains("no service to rely on"), "{price}: {told}");
    }
}

#[test]
fn a_target_or_a_constraint_that_is_none_is_refused_with_the_way_out() {
    let folder = Folder::new();
    let scenario = folder.file("capped.toml", CAPPED);
    for (flag, bound, why) in [
        ("--target", "fil_rate >= 99%", "did you mean `fill_rate`?"),
        ("--target", "total_spend <= 500", "a target is a figure of service"),
        ("--constraint", "fill_rate > 99%", "write a figure, <= or >=, and a bound"),
    ] {
        let said = refused(&["study", &scenario, flag, bound]);
        assert!(said.contains(bound) && said.contains(why), "{said}");
    }
    let in_file = format!("{CAPPED}study.target = [\"fill_rate >= 99\"]\n");
    let said = refused(&["study", &folder.file("wrong.toml", &in_file)]);
    assert!(said.contains("study.target") && said.contains("a share from 0% to 100%"), "{said}");
}

#[test]
fn within_a_budget_the_one_that_refuses_least_is_advised_and_never_to_switch_off() {
    let folder = Folder::new();
    let text = CAPPED.replace(", caps = [{ recharges = 1, per = \"month\" }]", "");
    let scenario = folder.file("over.toml", &text);
    // Two packs of $7.00 over the fee of $19.00 serve all; one keeps the budget, and so does none.
    let caps =
        "recharge.caps=[{ recharges = 0, per = \"month\" }],[{ recharges = 1, per = \"month\" }]";
    let told = json(&["study", &scenario, "--vary", caps, "--constraint", "spend_p95 <= 30"]);
    let advice = told["advice"].as_str().unwrap();
    assert!(advice.starts_with("Change to a cap of 1 recharge a month: "), "{advice}");
    assert!(advice.contains("spend of at most $30.00 per cycle it serves most"), "{advice}");
    assert!(advice.contains("it serves 92.6% with"), "{advice}");
    // What the service would cost is said beside it, and by how much that is over the budget.
    let beyond = &told["remedy"]["beyond"];
    assert_eq!(beyond["constraint"], "spend_p95_at_most", "{told}");
    assert_eq!((&beyond["bound"], &beyond["value"]), (&30.0.into(), &33.0.into()));
    assert!(advice.contains("with $33.00 where a 95th percentile of spend of at most $30.00 per cycle is required, $3.00 above."), "{advice}");
    // Where the constraint is on service, nothing lies beyond it.
    let told = json(&["study", &scenario, "--vary", caps, "--set", "payment.fail_probability=1"]);
    assert!(told["remedy"]["beyond"].is_null(), "{told}");
}

#[test]
fn an_account_that_starts_without_credits_is_told_with_the_cure() {
    let folder = Folder::new();
    let text = CAPPED.replace("plan = \"starter\"\n", "");
    let text = format!("{}account = {{ opening_balance = 0 }}\n", text.replace("5s", "30min"));
    let empty = folder.file("empty.toml", &text.replace("study.replications", "#"));
    let other = folder.file("other.toml", &text.replace("Capped", "Other"));
    let credits = ["--set", "account.opening_balance=50"];
    let planned = ["plan", &empty, "--levels", "4000", "--plans", "starter", "--replications", "2"];
    for command in [
        &["run", &empty][..],
        &["study", &empty, "--replications", "2"],
        &["compare", &empty, &other, "--replications", "2"],
        &planned,
    ] {
        let starts_empty = |more: &[&str]| {
            let told = results::valid(&out(&run(&[command, more, &["--format", "json"]].concat())));
            told["attention"].to_string().contains("The account starts with no credits")
        };
        assert!(starts_empty(&[]), "{command:?}");
        assert!(!starts_empty(&credits), "{command:?}");
        // A charge that settles at once leaves no gap.
        assert!(!starts_empty(&["--set", "payment.latency=0s"]), "{command:?}");
    }
    // An allowance at the start is credits, too.
    let granted = run(&["run", &empty, "--set", "account.opening_allowance=5"]);
    assert!(!out(&granted).contains("starts with no credits"));
}

#[test]
fn credits_that_are_used_long_before_they_expire_are_worth_as_much_as_those_that_never_do() {
    let folder = Folder::new();
    let scenario = |name: &str, expire: &str| {
        let rules = CLASSIFIER.replace("\"Classifier\"", &format!("\"{name}\""));
        let lived = format!("package = \"3000\", credits_expire = \"{expire}\"");
        folder.file(name, &format!("{}{RANDOM}", rules.replace("package = \"3000\"", &lived)))
    };
    // Bought 3,000 at once, and some 100 a day of them used: all within 30 days.
    let files = [
        ("never", "never"),
        ("a year", "365 days"),
        ("60 days", "60 days"),
        ("12 days", "12 days"),
    ]
    .map(|(name, expire)| scenario(name, expire));
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let compare = [&["compare", "--replications", "40"], &files[..]].concat();
    let told = json(&compare);
    let candidates = told["candidates"].as_array().unwrap();
    let value = |index: usize, figure: &str| {
        candidates[index]["figures"][figure]["value"].as_f64().unwrap()
    };
    assert!(value(0, "leftover_value") > 0.0);
    for twin in [1, 2] {
        assert_eq!(value(twin, "leftover_value"), value(0, "leftover_value"), "{}", files[twin]);
        assert_eq!(value(twin, "cost"), value(0, "cost"), "{}", files[twin]);
    }
    // What expires before it is used is worth less.
    assert!(value(3, "cost") > value(0, "cost"), "{} {}", value(3, "cost"), value(0, "cost"));
    let advice = json(&compare[..compare.len() - 2])["advice"].as_str().unwrap().to_owned();
    assert!(advice.starts_with("Keep never"), "{advice}");
}

#[test]
fn where_nothing_that_was_tried_meets_the_target_what_would_is_looked_for_with_its_price() {
    let folder = Folder::new();
    let scenario = folder.file("capped.toml", CAPPED);
    let told = json(&["study", &scenario]);
    assert_eq!(told["verdict"], "infeasible");
    let advice = told["advice"].as_str().unwrap();
    assert!(
        advice.starts_with("Current misses the service target: it serves 92.6% with"),
        "{advice}"
    );
    let remedy = &told["remedy"];
    assert!(remedy["keeps_all"] == true && remedy["fill_rate"] == 1.0, "{remedy}");
    let set = remedy["settings"][0].as_str().unwrap();
    let phrase = remedy["phrase"].as_str().unwrap();
    assert!(advice.contains(&format!(
        "the one that meets all of it at the least cost is {phrase}: it serves 100%"
    )));
    // One change at a time is no search of all that may be changed together, and is not told as one.
    assert!(!advice.contains("cheapest"), "{advice}");
    for said in
        ["with everything else as it is, ", "; combined with other changes it may cost less."]
    {
        assert!(advice.contains(said), "{advice}");
    }
    // It is what a study of these settings finds, on the same futures.
    let again = json(&["study", &scenario, "--set", &set.replace(" = ", "=")]);
    assert_eq!(again["verdict"], "keep_alone");
    assert_eq!(again["candidates"][0]["figures"]["cost"]["value"], remedy["cost"]["value"]);
    // Whatever the number of threads.
    assert_eq!(json(&["study", &scenario, "--threads", "1"])["remedy"], told["remedy"]);
}

#[test]
fn where_nothing_further_meets_the_target_either_that_is_said() {
    let folder = Folder::new();
    let scenario = folder.file("capped.toml", CAPPED);
    for more in [["--set", "payment.fail_probability=1"], ["--constraint", "spend_p95 <= 30"]] {
        let told = json(&[&["study", &scenario][..], &more].concat());
        let (advice, remedy) = (told["advice"].as_str().unwrap(), &told["remedy"]);
        assert_eq!(remedy["keeps_all"], false, "{advice}");
        let tried = remedy["tried"].as_u64().unwrap();
        assert!((20..=100).contains(&tried), "{tried}");
        assert!(advice.contains(&format!("None of {tried} further settings")), "{advice}");
        // Within a budget others may serve more, so that is not denied.
        assert_eq!(advice.contains("or serves more"), more[0] == "--set", "{advice}");
    }
    // Where something that was tried meets it, nothing further is looked for.
    assert!(json(&["study", &scenario, "--vary", "recharge.packs=2"])["remedy"].is_null());
}

#[test]
fn a_remedy_of_one_of_several_scenarios_says_of_which() {
    let folder = Folder::new();
    let (low, high) = (
        folder.file("low.toml", &CAPPED.replace("recharges = 1", "recharges = 0")),
        folder.file("high.toml", &CAPPED.replace("\"Capped\"", "\"High\"")),
    );
    let told = json(&["compare", &low, &high]);
    let advice = told["advice"].as_str().unwrap();
    assert!(advice.starts_with("None of the 2 candidates meets the service target"), "{advice}");
    assert!(
        advice.contains(
            "the one that meets all of it at the least cost is High with 2 packs at a time: "
        ),
        "{advice}"
    );
}

#[test]
fn a_plan_that_is_down_is_not_called_the_cheapest() {
    let folder = Folder::new();
    // Of 4,320 credits a cycle Starter serves 3,000 without a recharge for $19.00, Pro all for $39.00.
    let text = CAPPED
        .replace("recharges = 1", "recharges = 0")
        .replace("packages.", "plans.pro = { fee = \"39.00\", allowance = 8000 }\npackages.");
    let scenario = folder.file("plans.toml", &text);
    let plan = |more: &[&str]| {
        let asked = ["plan", &scenario, "--levels", "2000,5000", "--replications", "20"];
        json(&[&asked, more].concat())
    };
    let told = plan(&[]);
    let advice = told["advice"].as_str().unwrap();
    assert!(advice.starts_with(
        "At today's 4,320 credits per cycle the cheapest that meets the service target"
    ));
    assert!(
        advice.contains(
            "is pro with the 1,000 package, at a cost of $39.00 per cycle; it serves 100% without downtime."
        ),
        "{advice}"
    );
    let [low, today, high] = told["levels"].as_array().unwrap().as_slice() else {
        panic!("{told}")
    };
    for (level, cheapest, advised) in [
        (low, "starter + 1,000", "starter + 1,000"),
        (today, "starter + 1,000", "pro + 1,000"),
        (high, "starter + 1,000", "pro + 1,000"),
    ] {
        assert_eq!((&level["cheapest"], &level["advised"]), (&cheapest.into(), &advised.into()));
    }
    assert!(today["costs"][0]["keeps_all"] == false && today["costs"][1]["keeps_all"] == true);
    assert!(told["target"]["assumed"] == true && told["remedy"].is_null());
    // By cost alone, as was asked, or where it serves enough, the smaller one stands.
    for target in ["none", "fill_rate >= 69%"] {
        let advice = plan(&["--target", target])["advice"].as_str().unwrap().to_owned();
        assert!(
            advice.contains("the cheapest is starter with the 1,000 package, at a cost of $19.00 per cycle; it serves 69.4% with")
        );
    }
}

#[test]
fn where_no_plan_meets_the_target_it_is_said_with_what_would() {
    let folder = Folder::new();
    let scenario = folder.file("plans.toml", CAPPED);
    let told = json(&["plan", &scenario, "--levels", "3000", "--replications", "20"]);
    let advice = told["advice"].as_str().unwrap();
    let first = "At today's 4,320 credits per cycle starter with the 1,000 package misses the service target of";
    assert!(advice.starts_with(first) && advice.contains("it serves 92.6% with"), "{advice}");
    assert!(told["remedy"]["keeps_all"] == true, "{told}");
    assert!(advice.contains("the one that meets all of it at the least cost is"), "{advice}");
    let printed =
        out(&run(&["plan", &scenario, "--levels", "9000", "--replications", "4", "--quiet"]));
    assert!(
        printed.contains("At 9,000 credits per cycle no choice meets the service target"),
        "{printed}"
    );
}

#[test]
fn what_rows_take_back_is_drawn_as_what_is_netted_and_its_days_stay_days() {
    let folder = Folder::new();
    let mut rows = String::from("time,credits\n");
    for hour in 0..28 * 24 {
        let (day, hour) = (hour / 24 + 1, hour % 24);
        rows.push_str(&format!("2026-02-{day:02}T{hour:02}:00:00Z,{}\n", 3 + hour % 7));
        // The second week is undone, row by row.
        if (8..15).contains(&day) {
            rows.push_str(&format!("2026-02-{day:02}T{hour:02}:20:00Z,-{}\n", 3 + hour % 7));
        }
    }
    folder.file("usage.csv", &rows);
    let scenario = folder.file(
        "s.toml",
        "currency = \"USD\"\nstart = 2026-03-01\nend = 2026-06-01\n[packages.a]\ncredits = 500\n\
         price = \"5\"\n[recharge]\nat_or_below = 50\npackage = \"a\"\n[account]\nopening_balance = 300\n\
         [study]\nreplications = 40\n[usage]\nfile = \"usage.csv\"\n",
    );
    for history in ["resample", "model"] {
        let told = |below_zero: &str| {
            let set = format!("study.history={history}");
            json(&["study", &scenario, "--below-zero", below_zero, "--set", &set])["candidates"]
                .clone()
        };
        assert_eq!(told("reversed"), told("netted"), "{history}");
    }
}

/// Two plans, and a package that the cap of money lets no recharge buy.
const CAPPED_BY_MONEY: &str = r#"
currency = "USD"
start = 2026-01-01
end = 2026-03-01
plan = "a"
plans.a = { fee = "10", allowance = 1000 }
plans.b = { fee = "20", allowance = 3000 }
packages.s = { credits = 100, price = "1" }
packages.l = { credits = 5000, price = "40" }
recharge = { at_or_below = 10, package = "s", caps = [{ money = "30", per = "month" }] }
[usage.generate]
per_day = 50
amount = 1
"#;

#[test]
fn a_package_that_no_cap_lets_a_recharge_buy_is_left_out_of_a_plan_and_told() {
    let folder = Folder::new();
    let scenario = folder.file("cap.toml", CAPPED_BY_MONEY);
    let base = ["plan", &scenario, "--levels", "2000", "--replications", "4"];
    let told = json(&base);
    let choices: Vec<&Value> =
        told["levels"][0]["costs"].as_array().unwrap().iter().map(|one| &one["package"]).collect();
    assert_eq!(choices, ["s", "s"]);
    let unfit = told["unfit"].as_array().unwrap();
    assert_eq!([&unfit[0]["name"], &unfit[1]["name"]], ["a + l", "b + l"]);
    assert_eq!(
        told["attention"][0],
        "a + l and b + l are not among the choices: this cap would never allow one recharge (at most $30.00, the \
         smallest recharge costs $40.00)."
    );
    // The cap that just allows it leaves nothing out.
    let wider = ["--set", "recharge.caps.0.money=40"];
    assert_eq!(json(&[&base[..], &wider].concat())["unfit"], Value::Array(Vec::new()));
    // Where nothing else is wanted, nothing is left to plan.
    let only = refused(&[&base[..], &["--packages", "l"]].concat());
    assert!(only.contains("this cap would never allow one recharge"), "{only}");
}

#[test]
fn a_plan_without_a_recharge_says_what_would_buy_a_package() {
    let folder = Folder::new();
    let rules: Vec<&str> =
        CAPPED_BY_MONEY.lines().filter(|line| !line.starts_with("recharge")).collect();
    let scenario = folder.file("none.toml", &rules.join("\n"));
    let base = ["plan", &scenario, "--levels", "2000", "--replications", "4"];
    let said = refused(&base);
    let way = "--set recharge.at_or_below=100 --set recharge.package=s";
    assert!(said.contains("there is no [recharge]") && said.contains(way), "{said}");
    let words: Vec<&str> = way.split(' ').collect();
    assert!(!json(&[&base[..], &words].concat())["advice"].as_str().unwrap().is_empty());
}

#[test]
fn a_candidate_that_makes_no_scenario_is_left_out_and_named_and_all_of_them_are_an_error() {
    let folder = Folder::new();
    let named = "[[study.candidates]]\nname = \"big\"\nset = { \"recharge.package\" = \"9000\" }\n\
         [[study.candidates]]\nname = \"huge\"\nset = { \"recharge.package\" = \"90000\" }\n\
         [[study.candidates]]\nname = \"big again\"\nset = { \"recharge.package\" = \"9000\" }\n";
    let scenario = folder.file("some.toml", &format!("{CLASSIFIER}{STEADY}{named}"));
    let told = json(&["study", &scenario, "--replications", "2"]);
    let names: Vec<&str> = told["candidates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["current", "big"]);
    assert_eq!(told["unfit"][0]["name"], "huge");
    let reason = "there is no package \"90000\" (did you mean \"9000\"?)";
    assert_eq!(told["unfit"][0]["reason"], reason);
    assert_eq!(told["unfit"][1]["reason"], "it has the same rules as `big`");
    let text = out(&run(&["study", &scenario, "--replications", "2"]));
    assert!(text.contains(&format!("`huge` is not among the candidates: {reason}.")), "{text}");

    let none =
        "[[study.candidates]]\nname = \"huge\"\nset = { \"recharge.package\" = \"90000\" }\n";
    let scenario = folder.file("none.toml", &format!("{CLASSIFIER}{STEADY}{none}"));
    assert!(refused(&["study", &scenario]).contains("there is no package \"90000\""));
}

#[test]
fn warnings_are_not_printed_where_quiet_is_asked_for() {
    let folder = Folder::new();
    let scenario = folder.file("cut.toml", &format!("{CLASSIFIER}{STEADY}"));
    let cut = ["study", &scenario, "--replications", "2", "--end", "2026-05-15"];
    let warned = |arguments: &[&str]| String::from_utf8(run(arguments).stderr).unwrap();
    assert!(warned(&cut).contains("warning: `end` cuts the cycle"), "{}", warned(&cut));
    assert_eq!(warned(&[&cut[..], &["--quiet"]].concat()), "");
}
