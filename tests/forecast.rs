//! `recharge fit`, `recharge forecast` and `recharge backtest` on the command line, and usage drawn from
//! `[usage.model]`.

mod results;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn recharge(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    command.args(words).current_dir(folder).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn complained(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn json(folder: &Path, words: &[&str]) -> Value {
    let output = recharge(folder, &[words, &["--format", "json"]].concat());
    assert!(output.status.success(), "{}", complained(&output));
    serde_json::from_str(&said(&output)).unwrap()
}

/// Hourly usage of so many days from Monday 5 January 2026 on, and the rules of an account.
fn case(days: u32, credits: impl Fn(u32, u32) -> u32) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut rows = "time,credits\n".to_owned();
    for day in 0..days {
        let date = chrono::NaiveDate::from_ymd_opt(2026, 1, 5).unwrap()
            + chrono::Days::new(u64::from(day));
        for hour in 0..24 {
            rows += &format!("{date}T{hour:02}:00:00Z,{}\n", credits(day, hour));
        }
    }
    fs::write(folder.path().join("usage.csv"), rows).unwrap();
    let rules = "name = \"Shop\"\ncurrency = \"USD\"\nstart = 2026-01-05\nend = 2026-07-06\ncycle.days = 7\n\
        [packages.p]\ncredits = 500\nprice = \"5\"\n[packages.q]\ncredits = 2000\nprice = \"18\"\n\
        [account]\nopening_balance = 600\n[recharge]\nat_or_below = 100\npackage = \"p\"\n\
        [usage]\nfile = \"usage.csv\"\n[study]\nreplications = 50\n\
        [study.vary]\n\"recharge.package\" = [\"p\", \"q\"]\n";
    fs::write(folder.path().join("shop.toml"), rules).unwrap();
    folder
}

/// A number that looks like noise, from 0 to 9.
fn noise(day: u32) -> u32 {
    (day.wrapping_mul(2_654_435_761) >> 13) % 10
}

fn number(value: &Value, path: &str) -> f64 {
    value.pointer(path).and_then(Value::as_f64).unwrap_or_else(|| panic!("{path}: {value}"))
}

#[test]
fn steady_usage_is_foreseen_as_it_is_and_the_cycle_that_has_begun_is_known_in_part() {
    let folder = case(31, |_, _| 10);
    let found = json(folder.path(), &["forecast", "shop.toml", "--cycles", "2"]);
    assert_eq!(found["present"], "2026-02-05T00:00:00Z");
    let [first, second] = [0, 1].map(|cycle| &found["cycles"][cycle]);
    assert_eq!((&first["has_begun"], &second["has_begun"]), (&true.into(), &false.into()));
    assert_eq!(
        (&first["from"], &first["to"]),
        (&"2026-02-02T00:00:00Z".into(), &"2026-02-09T00:00:00Z".into())
    );
    for cycle in [first, second] {
        assert!((number(cycle, "/usage/median") / 1_680.0 - 1.0).abs() < 0.03, "{cycle}");
        assert_eq!(number(cycle, "/refused/median"), 0.0);
    }
    // Of 600 credits, 10 an hour, 100 are left after 50 hours, and every 50 hours a pack of $5 is bought: before the
    // present one of hour 699, which is the 28th of this cycle. What is spent already is in no future to come.
    assert_eq!(number(first, "/spent_before"), 5.0);
    for (cycle, spent, bought) in [(first, 5.0, 1.0), (second, 0.0, 0.0)] {
        let ahead = |figure: &str| number(cycle, figure);
        assert_eq!(ahead("/spend_ahead/p80/0") + spent, ahead("/spend/p80/0"));
        assert_eq!(ahead("/spend_ahead/median") + spent, ahead("/spend/median"));
        assert_eq!(ahead("/recharges_ahead/median") + bought, ahead("/recharges/median"));
    }
    let told = said(&recharge(folder.path(), &["forecast", "shop.toml", "--cycles", "1"]));
    assert!(
        told.contains("still to come up to 9 February 2026, after $5.00 spent since 2 Feb"),
        "{told}"
    );
    // A median, and said to be one.
    assert!(told.contains("; in the middle future "), "{told}");
    // Three days of seven are known, so less is open.
    let width = |cycle: &Value| number(cycle, "/usage/p80/1") - number(cycle, "/usage/p80/0");
    assert!(width(first) < width(second), "{} {}", width(first), width(second));
}

#[test]
fn an_account_that_buys_nothing_runs_out_when_its_balance_lasts_no_longer() {
    let folder = case(28, |_, _| 10);
    // 28 days ask for 6,720 credits; 1,200 more last five days.
    let set = ["--set", "account.opening_balance=7920", "--set", "account.enabled=false"];
    let found = json(folder.path(), &[&["forecast", "shop.toml"][..], &set].concat());
    assert_eq!(number(&found, "/run_out/chance"), 1.0);
    let date = found["run_out"]["median"].as_str().unwrap();
    assert!(("2026-02-06".."2026-02-08T12").contains(&date), "{date}");
    let finding = found["finding"].as_str().unwrap();
    assert!(finding.starts_with("Runs out on "), "{finding}");
    assert_eq!(found["next_recharge"]["chance"], 0.0);
    assert!(found["out_now"].is_null(), "{finding}");
    // Where it lasts half as long, all futures have run out when the week ends.
    let set = ["--set", "account.opening_balance=7320", "--set", "account.enabled=false"];
    let told = said(&recharge(folder.path(), &[&["forecast", "shop.toml"][..], &set].concat()));
    assert!(told.contains("all 2,000 futures (over 99.85%) have an outage before then"), "{told}");
}

#[test]
fn an_account_that_has_run_out_by_the_luck_of_payments_is_told_with_how_many_futures_have_it() {
    let folder = case(31, |_, _| 10);
    // Some 14 charges, each of which fails with one chance in twenty, and nobody repairs the method: 1 − 0.95¹⁴ is 51%.
    let set = ["--set", "payment.fail_probability=0.05", "--set", "payment.disable_after=1"];
    let words = [&["forecast", "shop.toml", "--cycles", "1"][..], &set].concat();
    let found = json(folder.path(), &words);
    let share = number(&found, "/out_now/share");
    assert!((share - 0.51).abs() < 0.06, "{share}");
    let finding = found["finding"].as_str().unwrap();
    let told = finding.starts_with("Has run out already in ")
        && finding.contains(" of futures, and will have by ");
    assert!(told, "{finding}");
}

#[test]
fn an_outage_that_has_happened_is_known_and_one_that_all_futures_have_is_told_with_their_number() {
    let folder = case(31, |_, _| 10);
    // 600 credits last 60 hours: out since the first week, and never filled again.
    let set = ["--set", "account.enabled=false", "--cycles", "2"];
    let words = [&["forecast", "shop.toml"][..], &set].concat();
    let found = json(folder.path(), &words);
    let had = |cycle: usize| found["cycles"][cycle]["had_outage"].as_bool().unwrap();
    assert_eq!((had(0), had(1)), (true, false), "the second is still to come");
    let told = said(&recharge(folder.path(), &words));
    assert!(told.contains("it has had one"), "{told}");
    assert!(!told.contains("over 99.85% of futures"), "{told}");
    // Rows flow in steps of five minutes, and the first of the 61st hour, on Wednesday 7 January, is refused; what has
    // happened is no forecast.
    let finding = found["finding"].as_str().unwrap();
    let beginning = "Ran out on Wednesday 7 January 2026 and has been down since then; in the middle future 0 recharges";
    assert!(finding.starts_with(beginning) && !finding.contains("futures"), "{finding}");
    assert_eq!(found["out_now"]["share"], 1.0);
    assert_eq!(found["out_now"]["since"][0], "2026-01-07T12:05:00Z");
    assert_eq!(found["out_now"]["since"][1], "2026-01-07T12:05:00Z");
    // One that ended before this cycle is none of it.
    let found = json(folder.path(), &["forecast", "shop.toml", "--cycles", "1"]);
    assert_eq!(found["cycles"][0]["had_outage"], false);
}

#[test]
fn a_backtest_leaves_out_what_makes_no_scenario_and_says_so() {
    let folder = case(60, |_, _| 10);
    let words =
        ["backtest", "shop.toml", "--set", "study.vary={\"recharge.package\" = [\"q\", \"none\"]}"];
    let told = recharge(folder.path(), &words);
    assert!(told.status.success(), "{}", complained(&told));
    assert!(said(&told).contains("is not among the candidates"), "{}", said(&told));
}

#[test]
fn an_end_that_is_set_holds_with_the_start_of_the_file() {
    let folder = case(31, |_, _| 10);
    let run = ["run", "shop.toml", "--usage", "usage.csv", "--horizon", "file"];
    let found = json(folder.path(), &[&run[..], &["--set", "end=2026-01-26"]].concat());
    // Three weeks of 24 hours with 10 credits each.
    assert_eq!(found["demanded"], "5040");
    // An account whose balance is not stated begins where the file ends, of which there is no row.
    let starter = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/product-classifier-starter.toml");
    let next = recharge(folder.path(), &["run", starter, "--horizon", "next 12 months"]);
    assert!(!next.status.success());
    let told = complained(&next);
    assert!(told.contains("[usage.model]") && told.contains("recharge forecast"), "{told}");
}

#[test]
fn threads_change_no_byte_and_a_seed_does() {
    let folder = case(40, |day, _| 5 + noise(day));
    for command in ["forecast", "backtest"] {
        let told = |words: &[&str]| {
            let all =
                [&[command, "shop.toml", "--futures", "60", "--format", "json"], words].concat();
            said(&recharge(folder.path(), &all))
        };
        assert_eq!(told(&["--threads", "1"]), told(&["--threads", "2"]));
        assert_ne!(told(&[]), told(&["--seed", "5"]));
    }
}

#[test]
fn what_is_learned_can_be_written_changed_and_run() {
    let folder = case(56, |day, _| 5 + noise(day));
    let fit = recharge(folder.path(), &["fit", "usage.csv", "--write", "model.toml"]);
    assert!(fit.status.success(), "{}", complained(&fit));
    let model = fs::read_to_string(folder.path().join("model.toml")).unwrap();
    let rules = fs::read_to_string(folder.path().join("shop.toml")).unwrap();
    let with = |model: &str| {
        let rules = rules.replace("[usage]\nfile = \"usage.csv\"\n", model);
        fs::write(folder.path().join("drawn.toml"), rules).unwrap();
        json(folder.path(), &["study", "drawn.toml", "--quiet"])
    };
    // Credits served in a cycle, a week, of which none is refused.
    let demanded = |found: &Value| {
        let figure = |name: &str| number(found, &format!("/candidates/0/figures/{name}/value"));
        1_000.0 * figure("total_spend") / figure("price_per_1000_served")
    };
    let learned = demanded(&with(&model));
    let start = model.find("level = ").unwrap();
    let end = start + model[start..].find('\n').unwrap();
    let doubled = format!("{}level = [3000, 3000, 3000]{}", &model[..start], &model[end..]);
    let stated = demanded(&with(&doubled));
    assert!((stated / 3_000.0 - 1.0).abs() < 0.1, "{stated}");
    assert!((learned / 3_000.0 - 1.0).abs() > 0.2, "{learned}");
    // A run is the first of the futures.
    let run = json(folder.path(), &["run", "drawn.toml"]);
    assert!(number(&run, "/usage_events") > 100.0, "{run}");
}

#[test]
fn a_study_of_a_short_history_can_draw_from_a_model() {
    let folder = case(9, |_, _| 10);
    let refused = recharge(folder.path(), &["study", "shop.toml", "--quiet"]);
    assert!(complained(&refused).contains("history = \"model\""), "{}", complained(&refused));
    let found =
        json(folder.path(), &["study", "shop.toml", "--quiet", "--set", "study.history=model"]);
    assert!(found["candidates"].as_array().unwrap().len() == 2);
}

#[test]
fn a_backtest_counts_what_its_ranges_held_and_what_the_advice_cost() {
    let folder = case(70, |day, _| 5 + noise(day));
    let found = json(folder.path(), &["backtest", "shop.toml", "--futures", "100"]);
    assert_eq!((&found["weeks"], found["origins"].as_array().unwrap().len()), (&1.into(), 8));
    let usage = &found["figures"][0];
    let held = |range: usize| number(usage, &format!("/coverage/{range}/held"));
    assert!(held(0) <= held(1) && held(1) <= held(2) && held(2) <= held(3) && held(3) <= 8.0);
    // By hand: each origin's range against what came.
    let inside = found["origins"].as_array().unwrap().iter().filter(|origin| {
        let at = |path: &str| number(origin, &format!("/figures/0{path}"));
        (at("/p80/0")..=at("/p80/1")).contains(&at("/happened"))
    });
    assert_eq!(inside.count() as f64, held(1));
    assert!(number(&found, "/regret/advice") <= number(&found, "/regret/keeping") + 1e-9);
    let choices: f64 =
        found["calibration"].as_array().unwrap().iter().map(|bin| number(bin, "/choices")).sum();
    assert_eq!(choices, 16.0);
}

#[test]
fn too_little_history_says_what_is_missing_and_a_forecast_is_made_all_the_same() {
    let folder = case(10, |_, _| 10);
    let refused = recharge(folder.path(), &["backtest", "shop.toml"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(complained(&refused).contains("covers 1 whole week,"), "{}", complained(&refused));
    let found = json(folder.path(), &["forecast", "shop.toml", "--futures", "50"]);
    assert_eq!(found["tested"], Value::Null);
    let unknown = found["unknown"].to_string();
    assert!(unknown.contains("how weeks differ from each other cannot be known"), "{unknown}");
}

#[test]
fn mistakes_are_refused_with_the_place_and_the_way_out() {
    let folder = case(28, |_, _| 10);
    let refused = |words: &[&str]| {
        let output = recharge(folder.path(), words);
        assert_eq!(output.status.code(), Some(2), "{words:?} {}", said(&output));
        complained(&output)
    };
    let past = refused(&["forecast", "shop.toml", "--end", "2026-01-20"]);
    assert!(past.contains("nothing is ahead"), "{past}");
    let order = refused(&["run", "shop.toml", "--set", "usage.model.level=[3, 2, 4]"]);
    assert!(order.contains("not in ascending order"), "{order}");
    let outage = "usage.model.outages=[{ from = 2026-01-07, to = 2026-01-06 }]";
    assert!(refused(&["run", "shop.toml", "--set", outage]).contains("ends after it begins"));
    let rules = fs::read_to_string(folder.path().join("shop.toml")).unwrap();
    let drawn = rules.replace("file = \"usage.csv\"", "events = []\nmodel = { level = [1, 2, 3] }");
    fs::write(folder.path().join("drawn.toml"), drawn).unwrap();
    let fileless = refused(&["run", "drawn.toml"]);
    assert!(fileless.contains("learned from a file, and this usage has none"), "{fileless}");
    let over = refused(&["fit", "usage.csv", "--write", "usage.csv"]);
    assert!(over.contains("usage.csv"), "{over}");
    assert!(refused(&["fit", "usage.csv", "--zone", "Mars"]).contains("--zone Mars"));
}

#[test]
fn results_keep_to_their_schemas() {
    let folder = case(40, |day, _| 5 + noise(day));
    for (name, words) in [
        ("forecast", vec!["forecast", "shop.toml", "--futures", "50"]),
        ("backtest", vec!["backtest", "shop.toml", "--futures", "50"]),
        ("fit", vec!["fit", "usage.csv"]),
    ] {
        let printed = recharge(folder.path(), &[&words[..], &["--format", "json"]].concat());
        let found = results::valid(&said(&printed));
        let schema = said(&recharge(folder.path(), &["schema", name]));
        let schema: Value = serde_json::from_str(&schema).unwrap();
        assert_eq!(found["schema"], schema["properties"]["schema"]["const"], "{name}");
    }
}

#[cfg(feature = "html")]
#[test]
fn pages_have_the_fan_and_the_origins() {
    let folder = case(40, |day, _| 5 + noise(day));
    for (command, picture) in [("forecast", "forecast.svg"), ("backtest", "backtest.svg")] {
        let words = [command, "shop.toml", "--futures", "50", "--report", command];
        let output = recharge(folder.path(), &words);
        assert!(output.status.success(), "{}", complained(&output));
        assert!(folder.path().join(command).join("index.html").exists());
        let drawn = fs::read_to_string(folder.path().join(command).join(picture)).unwrap();
        assert!(drawn.contains("<svg") || drawn.contains("<path"), "{picture}");
    }
}

/// Credits requested in a replication, in the mean.
fn demanded(found: &Value, candidate: usize) -> f64 {
    let figure =
        |name: &str| number(found, &format!("/candidates/{candidate}/figures/{name}/value"));
    1_000.0 * figure("total_spend") / figure("price_per_1000_served")
}

#[test]
fn a_file_asks_for_more_by_scale_growth_spikes_and_multipliers() {
    let folder = case(28, |_, _| 10);
    let asked = |changes: &[&str]| {
        let all = [&["run", "shop.toml", "--end", "2026-02-02"][..], changes].concat();
        let found = json(folder.path(), &all);
        let value = found.pointer("/demanded").unwrap_or_else(|| panic!("{found}"));
        value.as_str().map_or_else(|| value.as_f64().unwrap(), |text| text.parse().unwrap())
    };
    assert_eq!(asked(&[]), 6_720.0);
    assert_eq!(asked(&["--set", "usage.scale=1.5"]), 10_080.0);
    // Three hours of two times as much, in which three rows are: the end is outside.
    let spike = "usage.spikes=[{ at = 2026-01-10T10:00:00, lasts = \"3h\", times = 3 }]";
    assert_eq!(asked(&["--set", spike]), 6_720.0 + 3.0 * 20.0);
    let half = "usage.multipliers=[{ from = 2026-01-06, to = 2026-01-07, times = 0.5 }]";
    assert_eq!(asked(&["--set", half]), 6_720.0 - 120.0);
    // By hand: 10 credits an hour, each hour grown to the power of its hours of a month.
    let month = 30.4375 * 24.0;
    let grown: f64 = (0..672).map(|hour| 10.0 * 1.2_f64.powf(f64::from(hour) / month)).sum();
    assert!((asked(&["--set", "usage.growth_per_month=20%"]) - grown).abs() < 0.01, "{grown}");
}

#[test]
fn the_next_months_begin_where_the_file_ends_and_are_drawn_from_a_model() {
    let folder = case(56, |day, _| 5 + noise(day));
    let set = ["--replications", "40", "--quiet"];
    let rules = fs::read_to_string(folder.path().join("shop.toml")).unwrap();
    let rules = rules.replace("[account]\nopening_balance = 600\n", "");
    fs::write(folder.path().join("open.toml"), rules).unwrap();
    let next = |more: &[&str]| {
        let all = [&["study", "open.toml", "--horizon", "next 8 weeks"][..], &set, more].concat();
        json(folder.path(), &all)
    };
    let ends = |found: &Value| {
        let cycles = found["candidates"][0]["periods"]["cycles"].as_array().unwrap().clone();
        let (first, last) = (cycles.first().unwrap(), cycles.last().unwrap());
        [&first["start"], &last["end"]].map(|at| at.as_str().unwrap().to_owned())
    };
    let found = next(&[]);
    assert_eq!(ends(&found), ["2026-03-02T00:00:00Z", "2026-04-27T00:00:00Z"]);
    let usage = found["usage"].as_str().unwrap();
    assert!(usage.contains("a model learned from 8 weeks of history"), "{usage}");
    let doubled = demanded(&next(&["--set", "usage.scale=2"]), 0) / demanded(&found, 0);
    assert!((doubled - 2.0).abs() < 0.02, "{doubled}");
    // What the account holds is stated of the scenario's start, so that is where the next weeks begin.
    let stated = ["study", "shop.toml", "--horizon", "next 8 weeks", "--quiet"];
    let stated = json(folder.path(), &stated);
    assert_eq!(ends(&stated)[0], "2026-01-05T00:00:00Z");
}

#[test]
fn all_cycles_together_are_told_and_that_seasons_are_not_known_with_the_same_dates_a_year_before() {
    // Busy for 200 days, and then a quarter of that for as many.
    let per_hour = |day: u32| if day < 200 { 20 } else { 5 };
    let folder = case(400, |day, _| per_hour(day));
    let rules = fs::read_to_string(folder.path().join("shop.toml")).unwrap();
    let rules = rules.replace("[account]\nopening_balance = 600\n", "");
    fs::write(folder.path().join("open.toml"), rules).unwrap();
    let ask = ["forecast", "open.toml", "--futures", "60", "--horizon", "next 3 months"];
    let found = json(folder.path(), &ask);
    let cycles = found["cycles"].as_array().unwrap();
    for figure in ["usage", "spend", "recharges", "refused"] {
        // Means add up over cycles, as medians do not.
        let mean = format!("/{figure}/mean");
        let sum: f64 = cycles.iter().map(|cycle| number(cycle, &mean)).sum();
        let all = number(&found["total"], &mean);
        assert!((sum - all).abs() < 1e-3 * all.abs().max(1.0), "{figure}: {sum} {all}");
    }
    assert_eq!(found["total"]["from"], cycles[0]["from"]);
    assert_eq!(found["total"]["to"], cycles[cycles.len() - 1]["to"]);
    let day = |text: &Value| -> chrono::NaiveDate { text.as_str().unwrap()[..10].parse().unwrap() };
    let first = chrono::NaiveDate::from_ymd_opt(2026, 1, 5).unwrap();
    let before = |at: chrono::NaiveDate| at.checked_sub_months(chrono::Months::new(12)).unwrap();
    let place = |text: &Value| before(day(text)).signed_duration_since(first).num_days() as u32;
    let days = place(&found["total"]["from"])..place(&found["total"]["to"]);
    let asked: u32 = days.map(|day| 24 * per_hour(day)).sum();
    let asked = asked.to_string();
    let (thousands, rest) = asked.split_at(asked.len() - 3);
    let unknown = found["unknown"].to_string();
    assert!(
        unknown.contains("Seasons of the year cannot be known from 57 weeks of history"),
        "{unknown}"
    );
    assert!(
        unknown.contains(&format!("asked for {thousands},{rest} credits; the middle future")),
        "{unknown}"
    );
    let told = recharge(folder.path(), &ask);
    let told = String::from_utf8(told.stdout).unwrap();
    let words = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("cycles together, from"), "{told}");
    assert!(words.contains("Seasons of the year cannot be known"), "{told}");
    // A week ahead of steady usage, nothing is said of seasons.
    let steady = case(31, |_, _| 10);
    let found = json(steady.path(), &["forecast", "shop.toml", "--cycles", "1", "--futures", "20"]);
    assert!(!found["unknown"].to_string().contains("Seasons"), "{found}");
}

#[test]
fn a_forecast_of_an_old_file_begins_where_the_file_ends() {
    let folder = case(56, |_, _| 10);
    let rules = fs::read_to_string(folder.path().join("shop.toml")).unwrap();
    let rules = rules.replace("[account]\nopening_balance = 600\n", "");
    let rules = rules
        .replace("start = 2026-01-05\nend = 2026-07-06", "start = 2027-01-04\nend = 2027-07-05");
    fs::write(folder.path().join("old.toml"), &rules).unwrap();
    let forecast = |words: &[&str]| {
        json(folder.path(), &[&["forecast", "old.toml", "--futures", "50"][..], words].concat())
    };
    let found = forecast(&[]);
    assert_eq!(found["present"], "2026-03-02T00:00:00Z");
    assert_eq!(found["cycles"][0]["from"], "2026-03-02T00:00:00Z");
    assert_eq!(forecast(&["--start", "2027-01-04"])["present"], "2027-01-04T00:00:00Z");
    let two = forecast(&["--horizon", "next 2 weeks", "--set", "usage.scale=3"]);
    assert_eq!(two["cycles"].as_array().unwrap().len(), 2);
    let usage = number(&two, "/cycles/0/usage/median");
    assert!((usage / (3.0 * 1_680.0) - 1.0).abs() < 0.05, "{usage}");
    let told = said(&recharge(folder.path(), &["forecast", "old.toml", "--futures", "50"]));
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("begins on 2 March 2026, where the history ends"), "{told}");
}

#[test]
fn what_is_known_stays_as_it_was_where_usage_to_come_is_changed() {
    let folder = case(31, |_, _| 10);
    let usage = |scale: &str| {
        let set = format!("usage.scale={scale}");
        let all = ["forecast", "shop.toml", "--cycles", "2", "--futures", "50", "--set", &set];
        let found = json(folder.path(), &all);
        [0, 1].map(|cycle| number(&found, &format!("/cycles/{cycle}/usage/median")))
    };
    let (once, twice) = (usage("1"), usage("2"));
    // Three of the first cycle's seven days are known.
    assert!((twice[0] - once[0] - 4.0 * 240.0).abs() < 60.0, "{once:?} {twice:?}");
    assert!((twice[1] / once[1] - 2.0).abs() < 0.02, "{once:?} {twice:?}");
}

/// The rules of [`case`] with daily totals at midnight, more than the balance.
fn daily(amount: impl Fn(u32) -> u32, days: u32) -> tempfile::TempDir {
    let folder = case(1, |_, _| 1);
    let rows: String = (0..days)
        .map(|day| {
            let date = chrono::NaiveDate::from_ymd_opt(2026, 1, 5).unwrap()
                + chrono::Days::new(u64::from(day));
            format!("{date}T00:00:00Z,{}\n", amount(day))
        })
        .collect();
    fs::write(folder.path().join("usage.csv"), format!("time,credits\n{rows}")).unwrap();
    folder
}

#[test]
fn daily_totals_flow_through_the_day_in_forecasts_and_backtests_unless_they_are_said_to_be_events()
{
    let folder = daily(|day| 700 + 10 * noise(day), 84);
    for command in ["forecast", "backtest"] {
        let asked = |more: &[&str]| {
            let base = [command, "shop.toml", "--futures", "60", "--quiet"];
            json(folder.path(), &[&base[..], more].concat())
        };
        let [read, stated, events] = [
            asked(&[]),
            asked(&["--set", "usage.spread=uniform"]),
            asked(&["--set", "usage.spread=none"]),
        ]
        .map(|told| {
            told["finding"].to_string() + &told["cycles"].to_string() + &told["origins"].to_string()
        });
        assert_eq!(read, stated, "{command}");
        assert_ne!(read, events, "{command}");
        let output = recharge(folder.path(), &[command, "shop.toml", "--futures", "60", "--quiet"]);
        assert!(said(&output).contains("rows of usage are totals"), "{}", said(&output));
    }
}

#[test]
fn what_learns_from_a_history_asks_for_one_where_usage_is_drawn() {
    let folder = case(1, |_, _| 1);
    let rules = fs::read_to_string(folder.path().join("shop.toml")).unwrap();
    let drawn = rules.replace("file = \"usage.csv\"", "generate = { every = \"1h\", amount = 5 }");
    fs::write(folder.path().join("drawn.toml"), drawn).unwrap();
    for command in ["forecast", "backtest"] {
        let output = recharge(folder.path(), &[command, "drawn.toml"]);
        let error = complained(&output);
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains("--usage FILE") && !error.contains("--horizon"), "{error}");
    }
}

#[test]
fn a_silence_at_the_end_is_told_and_goes_on_in_most_futures() {
    let folder = daily(|day| if day < 63 { 100 } else { 0 }, 126);
    let fitted = said(&recharge(folder.path(), &["fit", "usage.csv"]));
    let silent = "The last 9 weeks asked for nothing. A week with usage asks for some 700 ";
    assert!(fitted.contains(silent), "{fitted}");
    let told = json(folder.path(), &["forecast", "shop.toml", "--futures", "200", "--quiet"]);
    assert_eq!(number(&told, "/cycles/1/usage/median"), 0.0, "{told}");
}

#[test]
fn the_smallest_usage_is_learned_written_and_run_again() {
    let folder = daily(|_| 0, 1);
    let rows: String = (0..90)
        .map(|day| chrono::NaiveDate::from_ymd_opt(2026, 1, 5).unwrap() + chrono::Days::new(day))
        .map(|date| format!("{date}T00:00:00Z,0.000001\n"))
        .collect();
    fs::write(folder.path().join("tiny.csv"), format!("time,credits\n{rows}")).unwrap();
    let output = recharge(folder.path(), &["fit", "tiny.csv", "--write", "tiny.toml"]);
    assert!(output.status.success(), "{}", complained(&output));
    assert!(said(&output).contains("A week asks for some 0.00000"), "{}", said(&output));
    let model = fs::read_to_string(folder.path().join("tiny.toml")).unwrap();
    let rules = "name = \"Tiny\"\ncurrency = \"USD\"\nstart = 2026-01-05\nend = 2026-07-06\n";
    fs::write(folder.path().join("run.toml"), format!("{rules}{model}")).unwrap();
    let output = recharge(folder.path(), &["forecast", "run.toml", "--futures", "20", "--quiet"]);
    assert!(output.status.success(), "{}", complained(&output));
    let again = recharge(folder.path(), &["fit", "tiny.csv", "--write", "tiny.toml"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(complained(&again).contains("tiny.toml: exists already"), "{}", complained(&again));
}
