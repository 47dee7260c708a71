//! Disputes over a bill, each with a known answer: what is left of the scenario and the usage shows the difference, and
//! nothing of it can be left out.

mod place;
mod results;

use place::Place;
use results::valid;

/// An account with 1,100 credits, and packages of 500 for $5 once 100 are left; much besides that no dispute needs.
const RULES: &str = "name = \"Disputed\"\nquestion = \"Who is right?\"\ncurrency = \"USD\"\n\
     start = 2026-01-01\nend = 2026-04-01\nplan = \"p\"\n\
     [plans.p]\nfee = \"10.00\"\nallowance = 0\n\
     [plans.q]\nfee = \"90.00\"\nallowance = 9000\n\
     [packages.a]\ncredits = 500\nprice = \"5.00\"\n\
     [packages.b]\ncredits = 5000\nprice = \"45.00\"\n\
     [account]\nopening_balance = 1100\n[recharge]\nat_or_below = 100\npackage = \"a\"\n\
     caps = [{ recharges = 9, per = \"month\" }]\n\
     [study]\nvary = { \"recharge.at_or_below\" = [50, 100] }\n\
     [gates]\nrun = [\"total_spend <= 500\"]\n";

/// A credit an hour through January, and 1,000 more at once in the afternoon of the 3rd.
fn usage() -> String {
    let row = |hour: u32| format!("2026-01-{:02}T{:02}:00:00Z,1,x\n", hour / 24 + 1, hour % 24);
    let mut rows: Vec<String> = (0..31 * 24).map(row).collect();
    rows.insert(2 * 24 + 15, "2026-01-03T14:30:00Z,1000,y\n".to_owned());
    "time,amount,who\n".to_owned() + &rows.concat()
}

fn place(bill: &str) -> Place {
    let place = Place::new();
    place.file("rules.toml", RULES);
    place.file("usage.csv", &usage());
    place.file("bill.csv", bill);
    place
}

fn shrink(place: &Place, more: &[&str]) -> (i32, String, String) {
    let words = ["shrink", "rules.toml", "--usage", "usage.csv", "--bill", "bill.csv"];
    place.told(&[&words[..], more].concat())
}

/// The bill that the rules make of the usage, by day.
fn right_bill(place: &Place) -> Vec<String> {
    let (code, _, said) =
        place.told(&["run", "rules.toml", "--usage", "usage.csv", "--journal", "j.csv"]);
    assert_eq!(code, 0, "{said}");
    let journal = place.read("j.csv");
    std::fs::remove_file(place.path().join("j.csv")).unwrap();
    let mut rows = journal.lines();
    let head: Vec<&str> = rows.next().unwrap().split(',').collect();
    let at = |name: &str| head.iter().position(|cell| *cell == name).unwrap();
    let (instant, event, money) = (at("instant"), at("event"), at("money"));
    let line = |row: &str| {
        let cells: Vec<&str> = row.split(',').collect();
        let kind = if cells[event].contains("fee") { "plan_fee" } else { "recharge" };
        (!cells[money].is_empty())
            .then(|| format!("{},{},{kind}", &cells[instant][..10], cells[money]))
    };
    rows.filter_map(line).collect()
}

#[test]
fn a_bill_that_is_right_leaves_nothing_to_shrink() {
    let place = place("");
    let bill = right_bill(&place);
    assert!(bill.iter().any(|line| line == "2026-01-03,5.00,recharge"), "{bill:?}");
    place.file("bill.csv", &format!("date,amount,kind\n{}\n", bill.join("\n")));
    let (code, told, said) = shrink(&place, &[]);
    assert_eq!(code, 0, "{said}");
    assert!(told.contains("The rules charge what the bill has on every day"), "{told}");
    assert!(!place.path().join("shrunk.toml").exists());
    let (_, json, _) = shrink(&place, &["--format", "json"]);
    assert!(valid(&json)["difference"].is_null());
}

#[test]
fn what_the_rules_charge_after_a_bill_ends_and_before_it_begins_is_told_and_not_in_dispute() {
    let place = place("");
    let all = right_bill(&place);
    let fee = "2026-02-01,10.00,plan_fee";
    assert!(all.iter().any(|line| line == fee), "{all:?}");
    let of = |days: std::ops::Range<&str>| {
        let inside = all.iter().filter(|line| days.contains(&&line[..10]));
        inside.cloned().collect::<Vec<_>>()
    };
    let part = of("2026-01-10".."2026-02-01");
    let [first, last] = [&part[0][..10], &part[part.len() - 1][..10]];
    let before = of("2026-01-01"..first).len();
    let after = all.len() - part.len() - before;
    assert!(before == 1 && after == 2, "{all:?}");
    place.file("bill.csv", &format!("date,amount,kind\n{}\n", part.join("\n")));
    let (code, told, said) = shrink(&place, &[]);
    assert_eq!(code, 0, "{said}");
    let agreed = format!("on every day from {first} to {last}, so nothing is written.");
    assert!(told.contains(&agreed), "{told}");
    let rest = format!(
        "The rules charge 1 sum before the bill begins on {first} and {after} sums after the bill ends on {last}: they \
         are not compared"
    );
    assert!(told.contains(&rest), "{told}");
    let (_, json, _) = shrink(&place, &["--format", "json"]);
    assert_eq!(valid(&json)["compared"]["sums_after"], after);
    // A wrong sum inside the bill is the only one in dispute.
    let wrong = part.join("\n").replacen("5.00", "6.00", 1);
    place.file("bill.csv", &format!("date,amount,kind\n{wrong}\n"));
    let (code, told, said) = shrink(&place, &["--write", "inside.toml"]);
    assert_eq!(code, 0, "{said}");
    assert!(told.contains("$6.00") && told.contains(&rest), "{told}");
    assert!(!told.contains("besides"), "{told}");
    // Who names a day says that the bill is of it.
    let (code, told, said) = shrink(&place, &["--date", "2026-02-01", "--write", "after.toml"]);
    assert_eq!(code, 0, "{said}");
    assert!(told.contains("On 2026-02-01 the bill has $0.00 of plan fees"), "{told}");
}

#[test]
fn a_day_that_was_charged_twice_is_shown_by_the_one_event_that_charged_it() {
    let place = place("");
    let bill = right_bill(&place).join("\n").replace("2026-01-03,5.00", "2026-01-03,10.00");
    place.file("bill.csv", &format!("date,amount,kind\n{bill}\n"));
    let (code, json, said) = shrink(&place, &["--format", "json", "--write", "small.toml"]);
    assert_eq!(code, 0, "{said}");
    let result = valid(&json);
    let difference = &result["difference"];
    assert_eq!(
        (&difference["date"], &difference["billed"], &difference["charged"]),
        (&"2026-01-03".into(), &"10.00".into(), &"5.00".into())
    );
    let left = &result["left"];
    assert_eq!(
        (&left["is_least"], &left["events"], &left["events_before"]),
        (&true.into(), &1.into(), &745.into()),
        "{left}"
    );
    assert!(result["sentence"].as_str().unwrap().starts_with("On 2026-01-03 the bill has $10.00 of recharges, and the rules charge $5.00: 1 of 745 usage events and "), "{result}");
    let rows = place.read("small.csv");
    assert_eq!(rows, "time,credits\n2026-01-03T14:30:00Z,1000\n");
    let small = place.read("small.toml");
    assert!(small.starts_with("# On 2026-01-03 the bill has"), "{small}");
    for gone in ["study", "gates", "caps", "packages.b", "plans.q", "question"] {
        assert!(!small.contains(gone), "{gone}: {small}");
    }
    // What is left shows it by itself, and with any setting less it does not.
    let (code, told, said) = place.told(&["run", "small.toml", "--format", "json"]);
    assert_eq!(code, 0, "{said}");
    let total = valid(&told);
    assert_eq!(total["recharges"], 1, "{total}");
    let again = [
        "shrink",
        "small.toml",
        "--bill",
        "bill.csv",
        "--date",
        "2026-01-03",
        "--write",
        "again.toml",
        "--format",
        "json",
    ];
    let (code, json, said) = place.told(&again);
    assert_eq!(code, 0, "{said}");
    let again = valid(&json)["left"].clone();
    assert_eq!(
        (&again["events"], &again["settings"]),
        (&left["events"], &left["settings"]),
        "nothing more to leave out"
    );
}

#[test]
fn a_charge_that_the_rules_do_not_make_keeps_the_charges_before_it() {
    let place = place("");
    let mut bill = right_bill(&place);
    bill.push("2026-01-04,5.00,recharge".to_owned());
    place.file("bill.csv", &format!("date,amount,kind\n{}\n", bill.join("\n")));
    let (code, json, said) = shrink(&place, &["--format", "json"]);
    assert_eq!(code, 0, "{said}");
    let result = valid(&json);
    assert_eq!(result["difference"]["charged"], "0", "{result}");
    assert_eq!(result["left"]["is_least"], true);
    let (code, told, said) = place.told(&["run", "shrunk.toml", "--format", "json"]);
    assert_eq!(code, 0, "{said}");
    // The recharge before the day is still charged.
    assert_eq!(valid(&told)["total_spend"], "5.00");
    // Without it, no usage at all would show it.
    assert!(result["left"]["events"].as_u64().unwrap() >= 1);
}

#[test]
fn neighbouring_events_are_joined_where_that_is_asked_for() {
    let place = place("date,amount,kind\n2026-01-21,10.00,recharge\n");
    let words = ["--date", "2026-01-21", "--format", "json"];
    let (code, json, said) = shrink(&place, &words);
    assert_eq!(code, 0, "{said}");
    let apart = valid(&json)["left"].clone();
    let (code, json, said) =
        shrink(&place, &[&words[..], &["--join", "--write", "j.toml"]].concat());
    assert_eq!(code, 0, "{said}");
    let result = valid(&json);
    let left = &result["left"];
    assert_eq!(left["events_left"], apart["events"]);
    assert!(apart["events"].as_u64().unwrap() > 100, "{apart}");
    assert!(left["events"].as_u64().unwrap() <= 3, "{left}");
    assert!(
        result["sentence"].as_str().unwrap().contains(" usage events (joined into "),
        "{result}"
    );
    // The joined events ask for as much as those that were left, and charge the same on the day.
    let total = |name: &str| -> f64 {
        let rows = place.read(name);
        rows.lines().skip(1).map(|row| row.split(',').nth(1).unwrap().parse::<f64>().unwrap()).sum()
    };
    assert_eq!(total("j.csv"), total("shrunk.csv"));
    let (code, _, said) = place.told(&["run", "j.toml", "--journal", "after.csv"]);
    assert_eq!(code, 0, "{said}");
    let journal = place.read("after.csv");
    let granted =
        journal.lines().filter(|row| row.starts_with("2026-01-21") && row.contains(",5.00,"));
    assert_eq!(granted.count(), 1, "{journal}");
}

#[test]
fn a_bill_without_kinds_is_compared_by_the_sums_of_days() {
    let place = place("date,amount\n2026-02-01,12.00\n");
    let (code, told, said) = shrink(&place, &["--date", "2026-02-01"]);
    assert_eq!(code, 0, "{said}");
    assert!(
        told.starts_with(
            "On 2026-02-01 the bill has $12.00, and the rules charge $10.00: none of 745 usage events"
        ),
        "{told}"
    );
    assert!(!told.contains("The bill and the rules differ in "), "{told}");
    // Without any event, the scenario that is left says so, and runs.
    assert!(place.read("shrunk.toml").contains("events = []"));
    assert!(!place.path().join("shrunk.csv").exists());
    assert_eq!(place.told(&["run", "shrunk.toml"]).0, 0);
}

#[test]
fn a_search_that_runs_out_says_that_less_may_do() {
    let place = place("date,amount\n2026-01-03,1.00\n");
    let (code, told, said) = shrink(&place, &["--date", "2026-01-03", "--runs", "5"]);
    assert_eq!(code, 0, "{said}");
    assert!(told.contains("the search ended after 5 runs, so fewer may do"), "{told}");
}

#[test]
fn what_is_wrong_is_told_with_the_way_out_and_nothing_is_written_over() {
    let place = place("date,amount\n2026-01-03,1.00\n");
    for (bill, more, why) in [
        (
            "date,amount\n2026-01-03,1.00\n",
            &["--date", "2026-02-20"][..],
            "do not differ on that day; they differ on 2026-01-03, ",
        ),
        (
            "date,sum\n2026-01-03,1.00\n",
            &[],
            "bill.csv:1: a bill has the columns date, amount, kind",
        ),
        ("date,amount\n2026-01-03,one\nsoon,1\n", &[], "bill.csv:3: `soon` is no date"),
        ("date,amount\n", &[], "the bill has no lines"),
        (
            "date,amount\n2027-01-03,1.00\n2027-02-03,1.00\n",
            &[],
            "bill.csv: the bill is of 2027-01-03 to 2027-02-03, and the scenario's time is 2026-01-01 to ",
        ),
        ("date,amount\n2026-01-03,1\n", &["--write", "rules.toml"], "rules.toml: exists already"),
        ("date,amount\n2026-01-03,1\n", &["--write", "usage.toml"], "usage.csv: exists already"),
        (
            "date,amount\n2026-01-03,1\n",
            &["--write", "small.txt"],
            "name a file that ends with .toml",
        ),
    ] {
        place.file("bill.csv", bill);
        let (code, _, said) = shrink(&place, more);
        assert!(code == 2 && said.contains(why), "{why}: {code} {said}");
    }
    assert_eq!(place.read("rules.toml"), RULES);
    assert!(!place.path().join("shrunk.toml").exists());
    // Lines on other days are told.
    place.file("bill.csv", "date,amount\n2025-12-01,3.00\n2026-01-01,9.00\n");
    let (_, _, said) = shrink(&place, &[]);
    assert!(said.contains("warning: 1 sum of the bill on days outside"), "{said}");
}
