//! What sentences and tables claim, on the command line: each is true of what it speaks of.

mod classifier;
mod results;

use classifier::{CLASSIFIER, Folder, STEADY, out, run};
use serde_json::Value;

fn json(arguments: &[&str]) -> Value {
    let mut arguments = arguments.to_vec();
    arguments.extend(["--format", "json"]);
    arguments.extend((arguments[0] != "run").then_some("--quiet"));
    results::valid(&out(&run(&arguments)))
}

#[test]
fn a_plan_without_levels_takes_them_from_the_usage_itself() {
    let folder = Folder::new();
    let scenario = folder.file("s.toml", &format!("{CLASSIFIER}{STEADY}"));
    let value = json(&["plan", &scenario, "--replications", "2"]);
    let levels: Vec<f64> = value["levels"]
        .as_array()
        .unwrap()
        .iter()
        .map(|level| level["level"].as_f64().unwrap())
        .collect();
    // One credit each ten minutes of 30 days: 4,320. Scaled, the last event of a horizon falls in or out.
    let wanted = [1_100.0, 2_200.0, 3_200.0, 4_320.0, 6_500.0, 8_600.0, 13_000.0];
    assert_eq!(levels.len(), wanted.len());
    let near = |(level, wanted): (&f64, f64)| (level - wanted).abs() <= 1.0;
    assert!(levels.iter().zip(wanted).all(near), "{levels:?}");
}

#[test]
fn a_study_of_what_does_not_exist_is_no_scenario() {
    let folder = Folder::new();
    let study = "[study.vary]\n\"recharge.package\" = [\"1000\", \"9999\"]\n";
    let wrong = folder.file("wrong.toml", &format!("{CLASSIFIER}{STEADY}{study}"));
    let right = folder.file("right.toml", &format!("{CLASSIFIER}{STEADY}"));
    let output = run(&["check", &wrong, &right]);
    let (said, told) =
        (String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("wrong.toml: [study]: candidate `recharge.package = 9999`"), "{said}");
    assert!(said.contains("1 of 2 scenarios cannot be run"), "{said}");
    assert!(told.contains("right.toml: ok") && !told.contains("wrong.toml: ok"), "{told}");
}

/// Three requests, of which the second finds a balance that is too little for it and too much for the
/// trigger.
const STRANDED: &str = r#"
name = "Stranded"
currency = "USD"
start = 2026-04-01
end = 2026-05-01
packages.p = { credits = 1000, price = "7.00" }
recharge = { at_or_below = 100, package = "p" }
payment.latency = "5s"
account.opening_balance = 3000
usage.events = [
  { at = 2026-04-02T00:00:00, credits = 1500 },
  { at = 2026-04-03T00:00:00, credits = 1600 },
  { at = 2026-04-04T00:00:00, credits = 10 },
]
"#;

#[test]
fn what_would_have_prevented_an_outage_does_so_for_the_price_that_is_told() {
    let folder = Folder::new();
    let scenario = folder.file("stranded.toml", STRANDED);
    let told = out(&run(&["run", &scenario]));
    let spent = |more: &[&str]| {
        let value = json(&[&["run", scenario.as_str()], more].concat());
        let money = value["total_spend"].as_str().unwrap().parse::<f64>().unwrap();
        (money, value["refused_events"].as_u64().unwrap())
    };
    assert_eq!(spent(&[]), (0.0, 1), "{told}");
    // At a balance of 1,500, which a threshold of 1,600 lets auto-recharge buy at.
    assert_eq!(spent(&["--set", "recharge.at_or_below=1600"]), (14.0, 0));
    assert!(
        told.contains("A threshold of 1,600 credits would have prevented it, for $14.00 more.")
    );
    assert!(told.contains("recharge.at_or_below = 1600"), "{told}");
}

#[test]
fn no_prevention_is_told_where_nothing_that_was_tried_helps() {
    let folder = Folder::new();
    let text = STRANDED.replace("recharge = { at_or_below = 100, package = \"p\" }\n", "");
    let scenario = folder.file("none.toml", &text.replace("payment.latency = \"5s\"\n", ""));
    let told = out(&run(&["run", &scenario]));
    assert!(told.contains("that was tried would have refused fewer credits."), "{told}");
    assert!(!told.contains("What would have prevented it"), "{told}");
}

#[test]
fn what_most_was_refused_for_comes_first_in_attention() {
    let told = out(&run(&["run", "scenarios/connector-apps-burst.toml"]));
    let attention = told.find("\nAttention\n").unwrap();
    let headline = told.find("34.8% of the tasks asked for were served").unwrap();
    let prevented = told.find(" would have prevented it, for $").unwrap();
    assert!(headline < prevented && prevented < attention, "{told}");
    let value = json(&["run", "scenarios/connector-apps-burst.toml"]);
    let causes = value["causes"].as_array().unwrap();
    assert_eq!(causes[0]["state"], "capped");
    let down: u64 = causes.iter().map(|cause| cause["downtime_ms"].as_u64().unwrap()).sum();
    assert_eq!(down, value["downtime_ms"].as_u64().unwrap(), "{causes:?}");
}

#[test]
fn a_comparison_shows_both_sides_and_asks_the_question_of_neither() {
    let folder = Folder::new();
    let text = |name: &str, plan: &str| {
        let text = format!("question = \"Is this asked?\"\n{CLASSIFIER}{STEADY}");
        text.replace("\"Classifier\"", &format!("{name:?}"))
            .replace("plan = \"starter\"", &format!("plan = {plan:?}"))
    };
    let small = folder.file("small.toml", &text("Small", "starter"));
    let big = folder.file("big.toml", &text("Big", "pro"));
    let told = out(&run(&["compare", &small, &big, "--replications", "4", "--quiet"]));
    assert!(told.starts_with("Small against Big\n"), "{told}");
    assert!(!told.contains("Is this asked?"), "{told}");
    let figures = &told[told.find("\nFigures\n").unwrap()..];
    let header = figures.lines().nth(3).unwrap();
    assert!(header.contains("Small") && header.contains("Big"), "{header}");
}

#[test]
fn a_column_is_named_for_what_its_probability_is_of() {
    let folder = Folder::new();
    let study = "[study]\nmateriality = \"0.50\"\n";
    let scenario = folder.file("s.toml", &format!("{CLASSIFIER}{STEADY}{study}"));
    let vary = ["--vary", "recharge.packs=1,2", "--replications", "4", "--quiet"];
    let told = out(&run(&[&["study", scenario.as_str()], &vary[..]].concat()));
    assert!(told.contains("within $0.50 of the best"), "{told}");
}

#[test]
fn choices_that_cost_the_same_today_are_said_to_do_so() {
    let folder = Folder::new();
    let scenario = folder.file("s.toml", &format!("{CLASSIFIER}{STEADY}"));
    let advice = |more: &[&str]| {
        let asked = ["plan", &scenario, "--levels", "9000", "--replications", "2"];
        json(&[&asked[..], more].concat())["advice"].as_str().unwrap().to_owned()
    };
    // 4,320 credits are within Pro's allowance of 8,000, so no package is ever bought.
    let pro = advice(&["--plans", "pro"]);
    let wanted = "At today's 4,320 credits per cycle the cheapest are pro with the 1,000 package, pro with the 3,000 \
                  package and pro with the 9,000 package, \
                  each at a cost of $39.00 per cycle; the first serves 100% without downtime.";
    assert!(pro.starts_with(wanted), "{pro}");
    let all = advice(&[]);
    assert!(
        all.starts_with("At today's 4,320 credits per cycle the cheapest is starter with the "),
        "{all}"
    );
}

#[test]
fn the_question_of_a_scenario_is_not_asked_of_usage_that_replaces_its_own() {
    let folder = Folder::new();
    let asked = "question = \"What does a month at one credit in ten minutes cost?\"\n";
    let scenario = folder.file("s.toml", &format!("{asked}{CLASSIFIER}{STEADY}"));
    let own: String =
        (10..24).map(|day| format!("2026-04-{day}T08:00:00Z,7\n")).collect::<String>();
    let usage = folder.file("own.csv", &format!("time,credits\n{own}"));
    let page = folder.path("page");
    let page = page.to_str().unwrap();
    for command in [&["run"][..], &["study", "--set", "study.history=replay", "--quiet"]] {
        let told = |more: &[&str]| {
            let mut all = command.to_vec();
            all.insert(1, &scenario);
            let text = out(&run(&[&all[..], more].concat()));
            out(&run(&[&all[..], more, &["--report", page]].concat()));
            let html = std::fs::read_to_string(folder.path("page").join("index.html")).unwrap();
            (
                text.contains("What does a month"),
                html.contains("What does a month at one credit in ten minutes cost?</p>"),
            )
        };
        assert_eq!(told(&[]), (true, true), "{command:?}");
        assert_eq!(told(&["--usage", &usage]), (false, false), "{command:?}");
    }
}

/// A service that stops at a request that is too big for the credits it has left.
#[test]
fn the_share_of_time_with_credits_is_not_printed_where_service_was_down_with_credits() {
    let folder = Folder::new();
    let text = STRANDED.replace("recharge = { at_or_below = 100, package = \"p\" }\n", "");
    let text = text.replace("payment.latency = \"5s\"\n", "");
    let stopped = folder.file("stop.toml", &format!("service.shortfall = \"stop\"\n{text}"));
    let told = out(&run(&["run", &stopped]));
    assert!(!told.contains("time with credits"), "{told}");
    // For programs it is there, with its definition.
    assert!(json(&["run", &stopped])["ready_rate"].is_number(), "{told}");
    let burst = out(&run(&["run", "scenarios/connector-apps-burst.toml"]));
    assert!(burst.contains("time with credits"), "{burst}");
}

#[test]
fn a_level_names_all_that_are_equally_cheap() {
    let folder = Folder::new();
    let scenario = folder.file("s.toml", &format!("{CLASSIFIER}{STEADY}"));
    // 1,000 credits are within the allowance of Starter, so no package is ever bought.
    let asked = ["plan", &scenario, "--levels", "1000", "--replications", "2"];
    let told = out(&run(&[&asked[..], &["--quiet"]].concat()));
    let row = told.lines().find(|line| line.trim_start().starts_with("1,000")).unwrap();
    assert!(row.contains("starter + any package"), "{told}");
    let level = &json(&asked)["levels"][0];
    assert_eq!(level["advised"], "starter + 1,000", "{level}");
    assert_eq!(
        level["equal"],
        serde_json::json!(["starter + 3,000", "starter + 9,000"]),
        "{level}"
    );
}

#[test]
fn an_allowance_that_lapses_is_told_with_its_share() {
    let folder = Folder::new();
    let scenario = folder.file("s.toml", &format!("{CLASSIFIER}{STEADY}"));
    let asked = |plan: &str| format!("plan={plan}");
    let told = |plan: &str| out(&run(&["run", &scenario, "--set", &asked(plan)]));
    // 4,320 credits are asked for: beyond the 3,000 of Starter, and little more than half of Pro's 8,000.
    let value = json(&["run", &scenario, "--set", "plan=pro"]);
    assert_eq!(value["forfeited"], "3680", "{value}");
    let pro = told("pro");
    assert!(pro.contains("3,680 of the 8,000 credits of allowance (46%) lapsed unused."), "{pro}");
    assert!(!told("starter").contains("lapsed"));
}

#[test]
fn downtime_in_a_sentence_says_of_which_time_it_is() {
    let folder = Folder::new();
    // What is left when a recharge begins lasts 17 hours.
    let slow = CLASSIFIER.replace("\"5s\"", "\"2 days\"");
    let scenario = folder.file("s.toml", &format!("{slow}{STEADY}"));
    for command in ["study", "plan"] {
        let more: &[&str] = match command {
            "study" => &["--vary", "recharge.packs=1,2"],
            _ => &["--plans", "starter"],
        };
        let asked = [&[command, &scenario, "--replications", "4", "--quiet"], more].concat();
        let told = out(&run(&asked));
        let sentences = told.split("\n\n").nth(1).unwrap();
        assert!(sentences.contains(" of downtime"), "{told}");
        let all = sentences.matches(" of downtime").count();
        assert_eq!(sentences.matches(" of downtime per cycle").count(), all, "{told}");
    }
}

#[test]
fn usage_that_was_replaced_is_not_among_what_is_assumed() {
    let folder = Folder::new();
    let text = format!("assumed = [\"usage\", \"payment.latency\"]\n{CLASSIFIER}{STEADY}");
    let scenario = folder.file("s.toml", &text);
    let rows: String = (1..29).map(|day| format!("2026-04-{day:02}T08:00:00Z,7\n")).collect();
    let usage = folder.file("own.csv", &format!("time,credits\n{rows}"));
    let assumed = |more: &[&str]| {
        let told = out(&run(&[&["run", scenario.as_str()], more].concat()));
        let from = told.find("Assumed by this scenario").unwrap();
        told[from..]
            .lines()
            .skip(2)
            .take_while(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let own: Vec<String> = assumed(&[]);
    assert!(own.len() == 2 && own.iter().any(|line| line.trim().starts_with("usage")), "{own:?}");
    let replaced: Vec<String> = assumed(&["--usage", &usage]);
    assert_eq!(replaced.len(), 1, "{replaced:?}");
    assert!(replaced[0].trim().starts_with("payment.latency"), "{replaced:?}");
}

#[test]
fn downtime_of_seconds_is_not_rounded_to_no_minutes() {
    let folder = Folder::new();
    // An empty account waits five seconds for its first recharge, once.
    let text = CLASSIFIER.replace("allowance = 3000", "allowance = 0");
    let scenario = folder.file("s.toml", &format!("{text}{STEADY}"));
    let asked =
        ["study", &scenario, "--vary", "recharge.packs=1,2", "--replications", "2", "--quiet"];
    let told = out(&run(&asked));
    assert!(told.contains("with 5 s of downtime per cycle"), "{told}");
    assert!(!told.contains("0.0 min"), "{told}");
}

/// One credit is asked for each hour, and caps of 30 recharges a day and 200 a month leave most of it out.
const TWO_CAPS: &str = r#"
name = "Capped"
currency = "USD"
start = 2026-04-01
end = 2026-05-01
packages.one = { credits = 1, price = "1.00" }
payment.latency = "5s"
account.opening_balance = 2
usage.generate = { every = "1h", amount = 1 }
[recharge]
at_or_below = 1
package = "one"
caps = [{ recharges = 30, per = "day" }, { recharges = 200, per = "month" }]
"#;

#[test]
fn of_several_caps_only_the_one_that_blocked_is_raised_and_no_higher_than_it_has_to_be() {
    let folder = Folder::new();
    let scenario = folder.file("caps.toml", TWO_CAPS);
    let told = out(&run(&["run", &scenario]));
    let refused = |cap: u64| {
        let set = format!("recharge.caps.1.recharges={cap}");
        json(&["run", &scenario, "--set", &set])["refused_events"].as_u64().unwrap()
    };
    let (mut short, mut least) = (200, 800);
    while least - short > 1 {
        let half = (short + least) / 2;
        if refused(half) == 0 { least = half } else { short = half }
    }
    assert!(told.contains(&format!("recharge.caps.1.recharges = {least}")), "{least}: {told}");
    assert!(!told.contains("recharge.caps.0"), "{told}");
}

#[test]
fn a_balance_to_restore_that_prevents_an_outage_is_no_dearer_than_twice_the_least() {
    let folder = Folder::new();
    let rules = STRANDED.replace(
        "packages.p = { credits = 1000, price = \"7.00\" }\nrecharge = { at_or_below = 100, package = \"p\" }",
        "recharge = { at_or_below = 100, up_to = 120, increment = 1, unit_price = \"1.00\" }",
    );
    let rules = rules.replace("opening_balance = 3000", "opening_balance = 100");
    let scenario = folder.file("up_to.toml", &rules);
    let told = out(&run(&["run", &scenario]));
    let spent = |up_to: u64| {
        let value = json(&["run", &scenario, "--set", &format!("recharge.up_to={up_to}")]);
        let money = value["total_spend"].as_str().unwrap().parse::<f64>().unwrap();
        (value["refused_events"].as_u64().unwrap() == 0).then_some(money)
    };
    let doubled = [1_920, 3_840].into_iter().find_map(spent).unwrap();
    let at = told.find("recharge.up_to = ").map(|at| &told[at + 17..]).unwrap();
    let up_to: u64 = at.split_whitespace().next().unwrap().parse().unwrap();
    assert!(spent(up_to).unwrap() < doubled, "{up_to}: {told}");
}
