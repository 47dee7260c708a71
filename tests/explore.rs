//! `recharge explore`: the page it writes, and that what the page computes is what the commands compute, to the last byte.

#![cfg(feature = "html")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use recharge::explore::{ExploreRequest, ExploreSubject, Explorer, StepsFrom, unpack};
use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What a command in a folder prints, and says; it has to succeed or to fail as `succeeds` says.
fn recharge(folder: &Path, arguments: &[&str], succeeds: bool) -> (String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    let ran = command.current_dir(folder).args(arguments).output().unwrap();
    let [out, said] =
        [ran.stdout, ran.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    assert_eq!(ran.status.success(), succeeds, "{arguments:?}: {said}");
    (out, said)
}

/// A page that `recharge explore` wrote, taken apart.
struct Page {
    html: String,
    data: Value,
}

impl Page {
    fn written(folder: &Path, arguments: &[&str]) -> Page {
        let out = folder.join("page.html");
        let arguments = [&["explore"], arguments, &["--out", out.to_str().unwrap()]].concat();
        recharge(folder, &arguments, true);
        let html = fs::read_to_string(&out).unwrap();
        let data = serde_json::from_str(Page::part(&html, "page")).unwrap();
        Page { html, data }
    }

    /// The text of a script by its id.
    fn part<'h>(html: &'h str, id: &str) -> &'h str {
        let (_, rest) = html.split_once(&format!(" id=\"{id}\">")).unwrap();
        rest.split_once("</script>").unwrap().0
    }

    fn usage(&self) -> Vec<u8> {
        decoded(Page::part(&self.html, "usage"))
    }

    fn subject(&self) -> ExploreSubject {
        serde_json::from_value(self.data["subject"].clone()).unwrap()
    }

    fn explorer(&self) -> Explorer {
        Explorer::open(&self.data["subject"].to_string(), &self.usage()).unwrap()
    }
}

/// The bytes of a text in base64.
fn decoded(text: &str) -> Vec<u8> {
    let letter = |letter: u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let letters: Vec<u8> = text.bytes().filter(|&one| one != b'=').map(letter).collect();
    let bits = letters.chunks(4).flat_map(|four| {
        let number = four.iter().fold(0_u32, |number, &six| number << 6 | u32::from(six));
        let number = number << (6 * (4 - four.len()));
        [16, 8, 0].map(|shift| (number >> shift) as u8).into_iter().take(four.len() - 1)
    });
    bits.collect()
}

fn answer(explorer: &mut Explorer, asked: &ExploreRequest) -> Value {
    let answer = explorer.respond(&serde_json::to_string(asked).unwrap());
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert!(answer.get("error").is_none(), "{asked:?}: {answer}");
    answer
}

fn texts(set: &[&str]) -> Vec<String> {
    set.iter().map(|&text| text.to_owned()).collect()
}

/// Compares what a page answers with what `recharge run --set …` prints, for every figure, month, cause, outage and recharge.
fn assert_same(folder: &Path, page: &Page, words: &[&str], set: &[&str]) {
    let flags: Vec<&str> = set.iter().flat_map(|&one| ["--set", one]).collect();
    let command = [&["run"], words, &flags, &["--format", "json"]].concat();
    let ran: Value = serde_json::from_str(&recharge(folder, &command, true).0).unwrap();
    let view = answer(&mut page.explorer(), &ExploreRequest::View { set: texts(set) });
    let figures = view["figures"].as_object().unwrap();
    assert!(figures.len() > 30);
    for (name, value) in figures {
        assert_eq!(value.to_string(), ran[name].to_string(), "{words:?} {set:?} {name}");
    }
    for list in ["months", "causes", "outage_list", "recharge_list"] {
        let (ours, theirs) = (view[list].as_array().unwrap(), ran[list].as_array().unwrap());
        assert_eq!(ours.len(), theirs.len().min(200), "{list}");
        for (our, their) in ours.iter().zip(theirs) {
            for (key, value) in our.as_object().unwrap() {
                if let Some(their) = their.get(key) {
                    assert_eq!(
                        value.to_string(),
                        their.to_string(),
                        "{words:?} {set:?} {list} {key}"
                    );
                }
            }
        }
    }
}

#[test]
fn what_a_page_answers_is_what_a_run_prints_whatever_is_set() {
    let burst = "scenarios/connector-apps-burst.toml";
    let page = written(&[burst]);
    for set in [
        &[][..],
        &["recharge.packs=3", "usage.scale=1.25"],
        &["recharge.caps.0.recharges=9", "payment.latency=20min", "usage.growth_per_month=-3%"],
    ] {
        assert_same(&root(), &page, &[burst], set);
    }
    let study = "scenarios/product-classifier-study.toml";
    let page = written(&[study]);
    assert_same(&root(), &page, &[study], &["plan=pro", "recharge.package=9000"]);
}

/// A page in a folder that is gone afterwards.
fn written(arguments: &[&str]) -> Page {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("page.html");
    let arguments = [&["explore"], arguments, &["--out", out.to_str().unwrap()]].concat();
    recharge(&root(), &arguments, true);
    let html = fs::read_to_string(out).unwrap();
    let data = serde_json::from_str(Page::part(&html, "page")).unwrap();
    Page { html, data }
}

#[test]
fn usage_of_a_file_is_in_the_page_and_counts_as_it_does_in_a_run() {
    let place = tempfile::tempdir().unwrap();
    let scenario =
        fs::read_to_string(root().join("scenarios/product-classifier-study.toml")).unwrap();
    fs::write(place.path().join("s.toml"), scenario).unwrap();
    let mut rows = "timestamp,credits\n".to_owned();
    for row in 0..2_000 {
        let amount = f64::from(row * 7_919 % 23) / 4.0;
        // Some rows lie before the start, and some ask for nothing.
        let day = row / 24 - 3;
        let date = if day < 0 {
            format!("2025-12-{:02}", 32 + day)
        } else {
            format!("2026-{:02}-{:02}", 1 + day / 28, 1 + day % 28)
        };
        rows.push_str(&format!("{date}T{:02}:30:00Z,{amount}\n", row % 24));
    }
    fs::write(place.path().join("u.csv"), rows).unwrap();
    let words = ["s.toml", "--usage", "u.csv"];
    let page = Page::written(place.path(), &words);
    assert_eq!(unpack(&page.usage()).unwrap().len(), 2_000);
    for set in [&[][..], &["recharge.at_or_below=500", "usage.scale=2"], &["payment.latency=4h"]] {
        assert_same(place.path(), &page, &words, set);
    }
    // Totals that flow, and days of a command line.
    let words =
        ["s.toml", "--usage", "u.csv", "--horizon", "file", "--set", "usage.spread=uniform"];
    let page = Page::written(place.path(), &words);
    assert_same(place.path(), &page, &words, &["recharge.package=1000"]);
}

#[test]
fn futures_are_those_of_a_study_and_no_slice_changes_them() {
    let study = "scenarios/product-classifier-study.toml";
    let page = written(&[study]);
    let set = ["recharge.package=9000", "payment.card.decline_rate_per_month=20%"];
    let futures = |replications| ExploreRequest::Futures { set: texts(&set), replications };
    let mut explorer = page.explorer();
    for slice in [2, 3, 7] {
        answer(&mut explorer, &futures(slice));
    }
    let sliced = answer(&mut explorer, &futures(12));
    assert_eq!(sliced, answer(&mut page.explorer(), &futures(12)));
    for (side, set) in [("today", &[][..]), ("changed", &set)] {
        let flags: Vec<&str> = set.iter().flat_map(|&one| ["--set", one]).collect();
        let scenario = fs::read_to_string(root().join(study)).unwrap();
        // The study of the file alone, without what it varies.
        let place = tempfile::tempdir().unwrap();
        let plain = scenario.split("[study.vary]").next().unwrap();
        fs::write(place.path().join("s.toml"), plain).unwrap();
        let command = [
            &["study", "s.toml", "--replications", "12", "--quiet", "--format", "json"],
            &flags[..],
        ]
        .concat();
        let ran: Value = serde_json::from_str(&recharge(place.path(), &command, true).0).unwrap();
        let figures = &ran["candidates"][0]["figures"];
        let ours = sliced[side].as_object().unwrap();
        assert!(ours.len() > 20);
        for (name, value) in ours {
            assert_eq!(value.to_string(), figures[name].to_string(), "{side} {name}");
        }
    }
}

/// A row of a journal, by column.
type Row = std::collections::HashMap<String, String>;

/// The journal of a run.
fn journal(words: &[&str]) -> Vec<Row> {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("journal.csv");
    let command = [&["run"], words, &["--journal", file.to_str().unwrap()]].concat();
    recharge(&root(), &command, true);
    csv::Reader::from_path(&file).unwrap().deserialize().map(Result::unwrap).collect()
}

fn balance(row: &Row, when: &str) -> f64 {
    let of = |pool: &str| row[&format!("{pool}_{when}")].parse::<f64>().unwrap();
    of("allowance") + of("purchased") - of("owed")
}

#[test]
fn the_steps_of_a_page_are_the_rows_of_the_journal_from_wherever_they_begin() {
    let burst = "scenarios/connector-apps-burst.toml";
    let page = written(&[burst]);
    let mut explorer = page.explorer();
    let set = ["recharge.packs=2", "payment.latency=20min"];
    let rows = journal(&[burst, "--set", set[0], "--set", set[1]]);
    let mut steps = |from: StepsFrom, count: u64| {
        answer(&mut explorer, &ExploreRequest::Steps { set: texts(&set), from, count })
    };
    let number = |found: &Value| usize::try_from(found["first"].as_u64().unwrap()).unwrap();
    for first in [0, 7, rows.len() - 3] {
        let found = steps(StepsFrom::Number(first as u64), 20);
        assert_eq!(found["count"], rows.len());
        assert_eq!(number(&found), first);
        let found = found["steps"].as_array().unwrap();
        assert_eq!(found.len(), (rows.len() - first).min(20));
        for (step, row) in found.iter().zip(&rows[first..]) {
            for key in ["event", "cause", "state", "detail", "credits", "money"] {
                assert_eq!(step[key].as_str().unwrap_or_default(), row[key], "{key} of {row:?}");
            }
            for (key, when) in [("before", "before"), ("after", "after")] {
                let shown: f64 = step[key].as_str().unwrap().parse().unwrap();
                assert!((shown - balance(row, when)).abs() < 1e-6, "{key} of {row:?}");
            }
            let usage = &step["usage"];
            assert_eq!(usage.is_null(), row["event"] != "usage");
            for key in ["demanded", "served", "refused"].iter().filter(|_| !usage.is_null()) {
                assert_eq!(usage[key].as_str().unwrap(), row[*key], "{key} of {row:?}");
            }
        }
    }
    // An instant begins at its first entry, just after it at the next one; past the end there is none.
    let all = steps(StepsFrom::Number(0), 500)["steps"].as_array().unwrap().clone();
    let at: Vec<i64> = all.iter().map(|step| step["at"].as_i64().unwrap()).collect();
    for place in [0, 5, 11] {
        let first = at.iter().position(|&other| other >= at[place]).unwrap();
        assert_eq!(number(&steps(StepsFrom::At(at[place]), 1)), first);
        let next = at.iter().position(|&other| other > at[place]).unwrap();
        assert_eq!(number(&steps(StepsFrom::At(at[place] + 1), 1)), next);
    }
    let none = steps(StepsFrom::At(i64::MAX), 5);
    assert_eq!((number(&none), none["steps"].as_array().unwrap().len()), (rows.len(), 0));
    assert_eq!(steps(StepsFrom::Number(u64::MAX), 5)["steps"], Value::Array(Vec::new()));
}

#[test]
fn every_step_shows_how_much_of_each_cap_the_charges_until_then_have_used() {
    let burst = "scenarios/connector-apps-burst.toml";
    let page = written(&[burst]);
    let asked = ExploreRequest::Steps { set: Vec::new(), from: StepsFrom::Number(0), count: 500 };
    let found = answer(&mut page.explorer(), &asked);
    let mut charges: Vec<i64> = Vec::new();
    let (mut most, mut fallen) = ([0, 0], false);
    for step in found["steps"].as_array().unwrap() {
        let at = step["at"].as_i64().unwrap();
        if step["event"] == "charge_succeeded" {
            charges.push(at);
        }
        let caps = step["caps"].as_array().unwrap();
        let [day, month] = &caps[..] else { panic!("{caps:?}") };
        assert_eq!(day["cap"], "4 recharges a day");
        assert_eq!(month["cap"], "15 recharges a month");
        assert_eq!((&day["limit"], &month["limit"]), (&Value::from("4"), &Value::from("15")));
        let days = |at: i64| at.div_euclid(86_400_000);
        let today = charges.iter().filter(|&&charge| days(charge) == days(at)).count();
        assert_eq!(day["used"], today.to_string(), "{step}");
        assert_eq!(day["until"], (days(at) + 1) * 86_400_000, "{step}");
        // All of it is January, but for what ends at its end.
        if days(at) < days(1_769_904_000_000) {
            assert_eq!(month["used"], charges.len().to_string(), "{step}");
        }
        fallen |= today < most[0];
        most = [most[0].max(today), most[1].max(charges.len())];
    }
    assert_eq!((most, fallen), ([4, 15], true));
}

#[test]
fn the_fan_of_a_page_ends_with_the_spend_of_its_futures() {
    let study = "scenarios/product-classifier-study.toml";
    let page = written(&[study]);
    let fan = |explorer: &mut Explorer, set: &[&str], replications: usize| {
        answer(explorer, &ExploreRequest::Fan { set: texts(set), replications })
    };
    let set = ["recharge.package=9000"];
    let mut explorer = page.explorer();
    for slice in [1, 2, 9] {
        fan(&mut explorer, &set, slice);
    }
    // A smaller fan after a larger one is that of the first futures alone.
    let large = fan(&mut explorer, &set, 12);
    let small = fan(&mut explorer, &set, 1);
    assert_eq!(large, fan(&mut page.explorer(), &set, 12));
    assert_eq!(small, fan(&mut page.explorer(), &set, 1));
    // The first future is the run.
    for (side, set) in [("today", &[][..]), ("changed", &set)] {
        let flags: Vec<&str> = set.iter().flat_map(|&one| ["--set", one]).collect();
        let command = [&["run", study, "--format", "json"], &flags[..]].concat();
        let ran: Value = serde_json::from_str(&recharge(&root(), &command, true).0).unwrap();
        let spend: f64 = ran["total_spend"].as_str().unwrap().parse().unwrap();
        let [low, median, high] = [0, 1, 2].map(|place| {
            let quantiles = small[side].as_array().unwrap();
            quantiles[quantiles.len() - 1][place].as_f64().unwrap()
        });
        assert!((median - spend).abs() < 1e-6 && low == median && median == high, "{side}");
    }
    let at = large["at"].as_array().unwrap();
    assert_eq!(at.len(), large["today"].as_array().unwrap().len());
    let medians = large["changed"].as_array().unwrap().iter().map(|one| one[1].as_f64().unwrap());
    assert!(medians.is_sorted());
}

#[test]
fn a_page_of_standard_input_is_named_after_a_scenario() {
    let place = tempfile::tempdir().unwrap();
    let scenario = fs::File::open(root().join("scenarios/worked-example.toml")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    let ran = command.current_dir(place.path()).args(["explore", "-"]).stdin(scenario).output();
    assert!(ran.unwrap().status.success());
    let names = fs::read_dir(place.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(names.collect::<Vec<_>>(), ["scenario-explore.html"]);
}

#[test]
fn the_scenario_of_a_page_runs_and_comes_to_the_same() {
    let burst = "scenarios/connector-apps-burst.toml";
    let page = written(&[burst, "--set", "recharge.packs=2"]);
    let set = ["recharge.caps.1.recharges=20"];
    let saved = answer(&mut page.explorer(), &ExploreRequest::Scenario { set: texts(&set) });
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("saved.toml"), saved["text"].as_str().unwrap()).unwrap();
    let [ours, theirs] = [
        recharge(place.path(), &["run", "saved.toml", "--format", "json"], true).0,
        recharge(
            &root(),
            &["run", burst, "--set", "recharge.packs=2", "--set", set[0], "--format", "json"],
            true,
        )
        .0,
    ]
    .map(|text| serde_json::from_str::<Value>(&text).unwrap());
    for key in ["total_spend", "outages", "downtime_ms", "recharge_list"] {
        assert_eq!(ours[key], theirs[key], "{key}");
    }
}

#[test]
fn every_value_that_can_be_moved_to_is_answered() {
    let study = "scenarios/product-classifier-study.toml";
    let page = written(&[study, "--vendor", "product-classifier"]);
    let knobs = page.data["knobs"].as_array().unwrap();
    let names: Vec<&str> = knobs.iter().map(|knob| knob["name"].as_str().unwrap()).collect();
    for name in ["plan", "package", "threshold", "usage level", "card declines a month"] {
        assert!(names.contains(&name), "{names:?}");
    }
    let mut explorer = page.explorer();
    let today = answer(&mut explorer, &ExploreRequest::View { set: Vec::new() });
    for knob in knobs {
        let values = knob["values"].as_array().unwrap();
        let set = |place: usize| vec![values[place]["set"].as_str().unwrap().to_owned()];
        for place in [0, values.len() / 2, values.len() - 1] {
            answer(&mut explorer, &ExploreRequest::View { set: set(place) });
        }
        let now = usize::try_from(knob["now"].as_u64().unwrap()).unwrap();
        let same = answer(&mut explorer, &ExploreRequest::View { set: set(now) });
        assert_eq!(same["figures"], today["figures"], "{}", knob["name"]);
    }
}

#[test]
fn a_page_is_the_same_bytes_again_and_fetches_nothing() {
    let burst = "scenarios/connector-apps-burst.toml";
    let page = written(&[burst]);
    assert_eq!(page.html, written(&[burst]).html.as_str());
    assert!(page.html.contains("default-src 'none'"));
    for word in ["http://", "https://", " src=", " href="] {
        let shell = page.html.replace("http://www.w3.org/2000/svg", "");
        assert!(!shell.contains(word), "{word}");
    }
    // What a reader sees before the engine has started is what happened.
    assert!(page.html.contains("Today: </strong>"));
    assert_eq!(page.subject().file, burst);
    assert_eq!(page.data["command"], format!("recharge run {burst}"));
}

#[test]
fn markup_in_names_is_text() {
    let place = tempfile::tempdir().unwrap();
    let hostile = "</script><img src=x onerror=alert(1)>";
    let scenario = fs::read_to_string(root().join("scenarios/worked-example.toml")).unwrap();
    let lines =
        scenario.lines().filter(|line| !line.starts_with("name =") && !line.starts_with("unit ="));
    let scenario: String = lines.map(|line| line.to_owned() + "\n").collect();
    fs::write(
        place.path().join("s.toml"),
        format!("name = '{hostile}'\nunit = '<b>credits</b>'\n{scenario}"),
    )
    .unwrap();
    let page = Page::written(place.path(), &["s.toml"]);
    assert!(!page.html.contains("<img") && !page.html.contains("<b>"));
    assert!(page.subject().text.contains(hostile));
    assert_eq!(page.data["unit"], "<b>credits</b>");
}

#[test]
fn what_cannot_be_explored_is_refused_and_no_other_file_is_written_over() {
    let place = tempfile::tempdir().unwrap();
    for name in ["worked-example.toml", "connector-apps-burst.toml"] {
        fs::copy(root().join("scenarios").join(name), place.path().join(name)).unwrap();
    }
    let refused =
        |arguments: &[&str]| recharge(place.path(), &[&["explore"], arguments].concat(), false).1;
    assert!(refused(&["none.toml"]).contains("cannot read the scenario"));
    assert!(
        refused(&["worked-example.toml", "--vendor", "nobody"]).contains("no vendor is called")
    );
    assert!(refused(&["worked-example.toml", "--out", "worked-example.toml"]).contains("--out"));
    assert!(refused(&["worked-example.toml", "--usage", "-"]).contains("only once"));
    fs::write(place.path().join("mine.html"), "<p>mine").unwrap();
    assert!(
        refused(&["worked-example.toml", "--out", "mine.html"]).contains("is no page of recharge")
    );
    assert_eq!(fs::read_to_string(place.path().join("mine.html")).unwrap(), "<p>mine");
    // A page of ours is replaced.
    for _ in 0..2 {
        let (_, said) = recharge(place.path(), &["explore", "connector-apps-burst.toml"], true);
        assert!(said.starts_with("connector-apps-burst-explore.html: written"), "{said}");
    }
}
