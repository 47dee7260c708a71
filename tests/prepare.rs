//! `recharge prepare`: the smallest top-up before an event, checked by runs of the event itself.

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;

/// When the event is, and the futures of it.
const EVENT_ARGUMENTS: [&str; 6] = ["--at", "2026-12-08T10:00", "--lasts", "3h", "--futures", "50"];

/// Ten credits a minute, a balance of 300, and one of three recharges of 1,000 left in the month.
const EVENT: &str = "name = \"Launch\"\ncurrency = \"USD\"\nstart = 2026-12-08T10:00\nend = 2026-12-08T13:00\n\
    account = { opening_balance = 300, caps_used = { month = { recharges = 2 } } }\n\
    packages.thousand = { credits = 1000, price = \"20.00\" }\n\
    recharge = { at_or_below = 200, package = \"thousand\", caps = [{ recharges = 3, per = \"month\" }] }\n\
    payment = { latency = \"5s\" }\n\
    usage.generate = { every = \"1min\", amount = 10 }\n";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        let folder = Folder(tempfile::tempdir().unwrap());
        fs::write(folder.0.path().join("event.toml"), EVENT).unwrap();
        folder
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
        command.current_dir(self.0.path()).args(arguments).output().unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[arguments, &["--format", "json"]].concat());
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {error}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn prepared(&self, more: &[&str]) -> Value {
        self.json(&[&["prepare", "event.toml"], &EVENT_ARGUMENTS[..], more].concat())
    }

    /// Outages of a run of the event with an opening balance and further settings.
    fn outages(&self, balance: u64, more: &[&str]) -> u64 {
        let set = format!("account.opening_balance={balance}");
        let run = self.json(&[&["run", "event.toml", "--set", &set], more].concat());
        run["outages"].as_u64().unwrap()
    }
}

#[test]
fn the_top_up_is_what_the_balance_and_the_caps_lack_and_a_credit_less_is_an_outage() {
    let folder = Folder::new();
    let told = folder.prepared(&[]);
    let demand = told["demand"]["p99"].as_f64().unwrap() as u64;
    let top_up = told["top_up"].as_u64().unwrap();
    assert_eq!(
        (told["demand"]["median"].as_f64().unwrap() as u64, told["balance"].as_u64()),
        (demand, Some(300))
    );
    assert_eq!(top_up, demand - 300 - 1_000);
    assert_eq!(folder.outages(300 + top_up, &[]), 0);
    assert_eq!(folder.outages(300 + top_up - 1, &[]), 1);
    assert_eq!(told["caps"][0]["used"], 2);
    assert!(
        told["reasons"].to_string().contains("The caps cannot cover it"),
        "{}",
        told["reasons"]
    );
    // Four recharges of 1,000 do without, and three do not.
    let needed = told["cap_needed"].as_u64().unwrap();
    for (limit, outages) in [(needed, 0), (needed - 1, 1)] {
        let set = format!("recharge.caps.0.recharges={limit}");
        assert_eq!(folder.outages(300, &["--set", &set]), outages, "{limit}");
    }
}

#[test]
fn the_packs_to_buy_are_the_cheapest_of_one_package_and_of_several_together() {
    let folder = Folder::new();
    let small = "packages.thousand = { credits = 1000, price = \"20.00\" }";
    let several = "packages.thousand = { credits = 1000, price = \"7.00\" }\n\
                   packages.large = { credits = 3000, price = \"17.00\" }";
    let event = EVENT.replace(small, several).replace("amount = 10 }", "amount = 60 }");
    fs::write(folder.0.path().join("event.toml"), event).unwrap();
    let told = folder.prepared(&[]);
    let top_up = told["top_up"].as_u64().unwrap();
    // By trying all numbers of both.
    let all = (0..20).flat_map(|small| (0..10).map(move |large| (small, large)));
    let enough = all.filter(|(small, large)| small * 1_000 + large * 3_000 >= top_up);
    let (price, small, large) =
        enough.map(|(small, large)| (small * 7 + large * 17, small, large)).min().unwrap();
    assert!(small > 0 && large > 0, "{small} {large}");
    let packs = &told["packs"];
    assert_eq!(packs["price"], format!("{price}.00"));
    assert_eq!(packs["credits"], small * 1_000 + large * 3_000);
    assert_eq!(packs["packs"][0]["packs"], small);
    assert_eq!(packs["packs"][1]["packs"], large);
    assert_eq!(folder.outages(300 + packs["credits"].as_u64().unwrap(), &[]), 0);
}

/// Ten credits a minute from 10:00 to 13:00 on four Tuesdays, and 900 at once at 11:00.
fn bursts() -> String {
    let day = |day: u64| {
        (0..180).map(move |minute| {
            let amount = if minute == 60 { 900 } else { 10 };
            format!("2026-11-{day:02}T{}:{:02},{amount}\n", 10 + minute / 60, minute % 60)
        })
    };
    let rows: String = [3, 10, 17, 24].into_iter().flat_map(day).collect();
    format!("time,credits\n2026-11-02T00:00,0\n{rows}2026-11-30T00:00,0\n")
}

#[test]
fn the_packs_are_the_cheapest_that_do_also_where_a_larger_top_up_does_not() {
    let folder = Folder::new();
    let small = "packages.small = { credits = 400, price = \"9.00\" }\npackages.thousand";
    let event = EVENT.replace("packages.thousand", small);
    let event = event.replace("usage.generate = { every = \"1min\", amount = 10 }\n", "");
    let event = event.replace("recharges = 2 } }", "recharges = 0 } }");
    fs::write(folder.0.path().join("event.toml"), event).unwrap();
    fs::write(folder.0.path().join("usage.csv"), bursts()).unwrap();
    let usage = ["--usage", "usage.csv", "--set", "study.history=resample"];
    let told = folder.prepared(&usage);
    // A recharge of 1,000 at 10:20 or later leaves 900 at 11:00; with more than 500 it comes after that.
    let tried = |credits: u64| {
        let all = told["tried"].as_array().unwrap();
        all.iter().find(|one| one["credits"] == credits).map(|one| one["is_enough"] == true)
    };
    assert_eq!((tried(0), tried(400)), (Some(false), Some(true)), "{told}");
    assert_eq!(told["top_up"], 1_200, "{told}");
    let packs = &told["packs"];
    assert_eq!((&packs["credits"], &packs["price"]), (&400.into(), &"9.00".into()), "{told}");
    let said = folder.run(&[&["prepare", "event.toml"], &EVENT_ARGUMENTS[..], &usage].concat());
    let said = String::from_utf8(said.stdout).unwrap();
    for sentence in [
        "of futures: from there on every top-up that was tried keeps it.",
        "Of what is sold 1 pack of small (400 credits) for $9.00 is the cheapest that does in these futures, though not \
         every larger number does.",
    ] {
        assert!(said.contains(sentence), "{said}");
    }
}

#[test]
fn no_top_up_is_needed_where_the_caps_leave_enough_and_a_slow_charge_needs_one_all_the_same() {
    let folder = Folder::new();
    let enough = folder.prepared(&["--used", "0"]);
    assert_eq!(enough["top_up"], 0, "{enough}");
    assert!(enough["cap_needed"].is_null());
    // The 200 credits of the threshold last twenty minutes.
    let slow = folder.prepared(&["--used", "0", "--set", "payment.latency=30min"]);
    let top_up = slow["top_up"].as_u64().unwrap();
    assert!(top_up > 0 && slow["cap_needed"].is_null(), "{slow}");
    let more = ["--set", "payment.latency=30min", "--set", "account.caps_used.month.recharges=0"];
    assert_eq!(folder.outages(300 + top_up, &more), 0);
    assert!(folder.outages(300 + top_up - 1, &more) > 0);
    let twice = folder.prepared(&["--times", "2"]);
    assert!(twice["top_up"].as_u64() > folder.prepared(&[])["top_up"].as_u64());
}

#[test]
fn caps_that_renew_during_the_event_leave_what_all_their_windows_have() {
    let folder = Folder::new();
    let base =
        ["prepare", "event.toml", "--at", "2026-12-08T18:00", "--lasts", "12h", "--futures", "50"];
    let a_day = ["--set", "recharge.caps=[{ recharges = 4, per = \"day\" }]"];
    let used = ["--set", "account.caps_used={ day = { recharges = 1 } }"];
    // 7,200 credits are asked for, and midnight renews the cap: 3 recharges before it and 4 after it bring 7,000.
    let told =
        folder.json(&[&base[..], &a_day, &used, &["--set", "payment.latency=30min"]].concat());
    assert!(told["top_up"].as_u64().unwrap() > 0, "{told}");
    assert_eq!(told["caps"][0]["windows"], 2);
    assert_eq!(told["caps_allow"]["recharges"], 7);
    let reasons = told["reasons"].to_string();
    let left = "1 of 4 recharges per day is used when the event begins, which touches 2 days: up to 7 recharges can start \
                in it.";
    assert!(reasons.contains(left), "{reasons}");
    assert!(!reasons.contains("cannot cover"), "{reasons}");
    // An account that asks for more than it gets makes just as many in a run.
    let hungry = ["--set", "usage.generate.amount=50", "--set", "payment.latency=0s"];
    let over = ["--set", "start=2026-12-08T18:00", "--set", "end=2026-12-09T06:00"];
    let run = folder.json(&[&["run", "event.toml"], &over[..], &a_day, &used, &hungry].concat());
    assert_eq!(run["recharges"], 7);
    // Twice the usage is more than they can bring.
    let twice = folder.json(&[&base[..], &a_day, &used, &["--times", "2"]].concat());
    let reasons = twice["reasons"].to_string();
    let cannot = "The caps cannot cover it: 300 credits and the 7 recharges that they allow during it (7,000 credits) make \
                  7,300, which is 7,100 less";
    assert!(reasons.contains(cannot), "{reasons}");
}

#[test]
fn caps_on_money_and_rolling_ones_are_told_with_what_they_leave() {
    let folder = Folder::new();
    let base =
        ["prepare", "event.toml", "--at", "2026-12-08T18:00", "--lasts", "12h", "--futures", "50"];
    for (caps, account, left, most) in [
        (
            "[{ money = \"50.00\", per = \"month\" }]",
            "account.caps_used={ month = { money = \"20.00\" } }",
            "$20.00 of $50.00 per month is used, so $30.00 is left.",
            1,
        ),
        (
            "[{ credits = 2500, per = \"day\" }]",
            "account.caps_used={ day = { credits = 1000 } }",
            "1,000 of 2,500 credits per day are used when the event begins, which touches 2 days: up to 3 recharges can \
             start in it.",
            3,
        ),
        (
            "[{ recharges = 2, per = \"5h\" }]",
            "account.charges=[{ at = 2026-12-08T14:00:00, credits = 1000, price = \"20.00\" }]",
            "1 of 2 recharges in 5 h is used when the event begins: up to 6 recharges can start in it.",
            6,
        ),
    ] {
        let caps = format!("recharge.caps={caps}");
        let told = folder.json(&[&base[..], &["--set", &caps, "--set", account]].concat());
        assert!(told["reasons"].to_string().contains(left), "{left}: {}", told["reasons"]);
        assert_eq!(told["caps_allow"]["recharges"], most, "{caps}");
    }
}

#[test]
fn what_is_no_event_is_refused_with_the_reason() {
    let folder = Folder::new();
    let base = ["prepare", "event.toml", "--at", "2026-12-08T10:00"];
    for (more, reason) in [
        (&["--lasts", "three"][..], "--lasts three"),
        (&["--lasts", "-3h"], "--lasts -3h"),
        (&["--lasts", "3h", "--balance", "-5"], "invalid value '-5' for '--balance"),
        (&["--lasts", "3h", "--balance", "12,50"], "write it as 1200 or 12.50"),
        (&["--lasts", "3h", "--times", "1,5"], "write a number with its decimals after a point"),
        (&["--lasts", "3h", "--times", "-1"], "--times -1"),
        (&["--lasts", "3h", "--times", "0"], "--times 0"),
        (&["--lasts", "3h", "--used", "4"], "the cap of Launch is 3 recharges per month"),
        (&["--lasts", "3h", "--target", "calm"], "--target 'calm'"),
        (&["--lasts", "3h", "--set", "recharge.caps=[]", "--used", "2"], "--used 2"),
    ] {
        let output = folder.run(&[&base[..], more].concat());
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{more:?}: {error}");
        assert!(error.contains(reason), "{more:?}: {error}");
    }
}

#[test]
fn an_event_at_a_time_without_usage_is_refused_and_daily_totals_flow_through_the_day() {
    let folder = Folder::new();
    let rows = |hour: u64, credits: u32| {
        let day = |day: u64| {
            let date =
                chrono::NaiveDate::from_ymd_opt(2026, 9, 1).unwrap() + chrono::Days::new(day);
            format!("{date}T{:02}:{:02}:00,{credits}\n", hour + day * day % 5, day * day % 60)
        };
        format!("time,credits\n{}", (0..90).map(day).collect::<String>())
    };
    fs::write(folder.0.path().join("night.csv"), rows(1, 100)).unwrap();
    let daily: String = (0..90)
        .map(|day| chrono::NaiveDate::from_ymd_opt(2026, 9, 1).unwrap() + chrono::Days::new(day))
        .map(|date| format!("{date}T00:00:00,100\n"))
        .collect();
    fs::write(folder.0.path().join("daily.csv"), format!("time,credits\n{daily}")).unwrap();
    let rules =
        EVENT.lines().filter(|line| !line.starts_with("usage")).collect::<Vec<_>>().join("\n");
    fs::write(folder.0.path().join("rules.toml"), rules).unwrap();
    let base =
        ["prepare", "rules.toml", "--at", "2026-12-08T10:00", "--lasts", "3h", "--futures", "50"];
    let output = folder.run(&[&base[..], &["--usage", "night.csv"]].concat());
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(
        error.contains("nothing is asked for from 8 Dec 2026 10:00 to 8 Dec 2026 13:00"),
        "{error}"
    );
    // A hundred a day are 12.5 in three hours, and thirty times that are 375.
    let told = folder.json(&[&base[..], &["--usage", "daily.csv", "--times", "30"]].concat());
    let median = told["demand"]["median"].as_f64().unwrap();
    assert!((median - 375.0).abs() < 35.0, "{median}");
    assert!(told["reasons"].to_string().contains("rows of usage are totals"), "{told}");
}

#[test]
fn a_short_history_is_told_beside_the_top_up_that_rests_on_it() {
    let folder = Folder::new();
    let rules =
        EVENT.lines().filter(|line| !line.starts_with("usage")).collect::<Vec<_>>().join("\n");
    fs::write(folder.0.path().join("rules.toml"), rules).unwrap();
    let told_of = |days: u64| {
        let row = |hour: u64| {
            let first = chrono::NaiveDate::from_ymd_opt(2026, 9, 7).unwrap();
            format!("{}T{:02}:00:00,60\n", first + chrono::Days::new(hour / 24), hour % 24)
        };
        let rows = (0..days * 24).map(row).collect::<String>();
        fs::write(folder.0.path().join("usage.csv"), format!("time,credits\n{rows}")).unwrap();
        let usage = ["--usage", "usage.csv", "--times", "9"];
        let output =
            folder.run(&[&["prepare", "rules.toml"], &EVENT_ARGUMENTS[..], &usage].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let three = told_of(3);
    assert!(
        three.contains("The history is of 3 days: how far usage may move is guessed"),
        "{three}"
    );
    assert!(three.contains("Only 3 days are known"), "{three}");
    let seven = told_of(7 * 7);
    assert!(seven.contains("The history is of 7 weeks: "), "{seven}");
    let eight = told_of(8 * 7);
    assert!(!eight.contains("The history is of"), "{eight}");
}

#[test]
fn a_cap_is_told_to_do_without_a_top_up_only_where_a_run_with_that_cap_does() {
    let folder = Folder::new();
    // Nothing says the balance, and a charge takes five seconds, whatever the cap.
    let empty = EVENT.replace("opening_balance = 300, caps_used", "caps_used");
    fs::write(folder.0.path().join("event.toml"), empty).unwrap();
    let told = folder.prepared(&["--used", "0"]);
    assert!(told["top_up"].as_u64().unwrap() > 0, "{told}");
    assert!(told["cap_needed"].is_null(), "{told}");
    assert!(told["reasons"].to_string().contains("nothing says what the balance is"), "{told}");
}

#[test]
fn none_of_the_futures_is_told_with_what_so_many_can_show_and_futures_are_no_cycles() {
    let folder = Folder::new();
    let base =
        ["prepare", "event.toml", "--at", "2026-12-08T10:00", "--lasts", "3h", "--futures", "50"];
    let output = folder.run(&base);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("none of 50 futures (so up to 6% may have one)"), "{said}");
    assert!(said.contains("of futures") && !said.contains("of cycles"), "{said}");
    assert!(said.contains("1 pack of thousand (1,000 credits) for $20.00"), "{said}");
}

#[test]
fn usage_that_grows_is_drawn_over_the_event_and_not_over_centuries() {
    let folder = Folder::new();
    let growing = "usage.generate={ per_day = 300.0, amount = 10, growth_per_month = \"10%\" }";
    let answer = folder.prepared(&["--set", growing]);
    let middle = answer["demand"]["median"].as_f64().unwrap();
    assert!((200.0..600.0).contains(&middle), "an eighth of a day asks for about 375: {middle}");
}

#[test]
fn a_balance_has_decimals_and_is_run_with_them() {
    let folder = Folder::new();
    let told = folder.prepared(&["--balance", "300.25"]);
    assert_eq!(told["balance"], 300.25);
    assert!(
        told["reasons"].to_string().contains("the balance at its start is 300.25 credits"),
        "{told}"
    );
    // A quarter of a credit is none of the whole ones that are asked for.
    assert_eq!(told["top_up"], folder.prepared(&["--balance", "300"])["top_up"]);
}

#[test]
fn futures_of_few_weeks_say_what_so_few_can_show_and_drawn_ones_what_they_can() {
    let folder = Folder::new();
    let event = EVENT.replace("usage.generate = { every = \"1min\", amount = 10 }\n", "");
    fs::write(folder.0.path().join("event.toml"), event).unwrap();
    fs::write(folder.0.path().join("usage.csv"), bursts()).unwrap();
    let usage = ["--usage", "usage.csv", "--set", "study.history=resample"];
    let output = folder.run(&[&["prepare", "event.toml"], &EVENT_ARGUMENTS[..], &usage].concat());
    let said = String::from_utf8(output.stdout).unwrap();
    // Three of four weeks; of 50 futures it would be 6 %.
    for part in [
        "All futures are made of 4 whole weeks of history",
        "only that up to 75% of such events may have one",
        "(of 4 whole weeks of history again and again)",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains("(so up to 6% may have one)"), "{said}");
}

#[test]
fn no_number_is_told_of_which_larger_ones_up_to_what_the_event_asks_for_do_not_do() {
    let folder = Folder::new();
    let event = EVENT.replace("usage.generate = { every = \"1min\", amount = 10 }\n", "");
    let event = event.replace("recharges = 2 } }", "recharges = 0 } }");
    fs::write(folder.0.path().join("event.toml"), event).unwrap();
    fs::write(folder.0.path().join("usage.csv"), bursts()).unwrap();
    let usage = ["--usage", "usage.csv", "--set", "study.history=resample"];
    let told = folder.prepared(&usage);
    let top_up = told["top_up"].as_u64().unwrap();
    assert!(top_up > 0, "{told}");
    let tried = told["tried"].as_array().unwrap();
    let larger = tried.iter().filter(|one| one["credits"].as_u64().unwrap() > top_up);
    assert!(larger.clone().count() > 100, "{told}");
    assert!(larger.clone().all(|one| one["is_enough"] == true), "{told}");
}

#[test]
fn a_share_that_triggers_is_said_to_be_of_what_is_there_with_the_number_by_the_rule_and_a_way_to_run_it()
 {
    let folder = Folder::new();
    let usage = bursts();
    fs::write(folder.0.path().join("usage.csv"), usage).unwrap();
    let base = ["prepare", "--vendor", "connector-apps", "--set", "plans.add_on.fee=49"];
    let base =
        [&base[..], &["--set", "plans.add_on.allowance=5000", "--usage", "usage.csv"]].concat();
    let base = [&base[..], &EVENT_ARGUMENTS[..], &["--balance", "600"]].concat();
    let said = |more: &[&str]| {
        let output = folder.run(&[&base[..], more].concat());
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{error}");
        String::from_utf8(output.stdout).unwrap()
    };
    // A tenth of 600; of the allowance and three packs of 2,500, which are 12,500.
    let three = said(&["--used", "3"]);
    for part in [
        "Assumed: the 600 tasks at the start are all that its cycle has had",
        "once 90% of that is used, at 60 tasks or less",
        "the allowance of 5,000 tasks and the 3 recharges that are used (7,500 tasks) alone come to 12,500 tasks, of which a \
         recharge is due at 1,250 tasks or less",
    ] {
        assert!(three.contains(part), "{part}: {three}");
    }
    let none = said(&["--used", "0"]);
    assert!(none.contains("the allowance of 5,000 tasks alone come to 5,000 tasks"), "{none}");
    // The way out, after which nothing is assumed of it.
    let stated = said(&["--used", "3", "--set", "recharge.at_or_below=1250"]);
    assert!(!stated.contains("are all that its cycle has had"), "{stated}");
}

#[test]
fn an_option_of_another_command_is_refused_with_the_setting_that_does_the_same() {
    let folder = Folder::new();
    let base = [&["prepare", "event.toml"], &EVENT_ARGUMENTS[..]].concat();
    let output = folder.run(&[&base[..], &["--package", "thousand"]].concat());
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains("tip: `--set recharge.package=VALUE` sets it here"), "{error}");
    assert!(!error.contains("as a value"), "{error}");
    let set = folder.run(&[&base[..], &["--set", "recharge.package=thousand"]].concat());
    assert!(set.status.success(), "{}", String::from_utf8_lossy(&set.stderr));
    let other = folder.run(&[&base[..], &["--nothing"]].concat());
    let error = String::from_utf8_lossy(&other.stderr);
    assert!(error.contains("'--nothing'") && !error.contains("tip: `--set"), "{error}");
}
