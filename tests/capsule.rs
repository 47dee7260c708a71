//! Failure capsules as people hand them on: captured in one folder, replayed in another, and refused where they are not
//! what `--capture` writes.

mod place;
mod results;

use std::fs::File;
use std::io::{Cursor, Read, Write};

use serde_json::Value;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use place::{Place, SCENARIO};
use results::valid;

/// A scenario without usage of its own, and a file of usage with a column that is nobody's business.
fn place() -> Place {
    let place = Place::new();
    let usage = "[usage.generate]\nevery = \"6h\"\namount = 10\n";
    place.file("base.toml", &SCENARIO.replace(usage, "[usage]\nwhere = [\"team = 'secret'\"]\n"));
    let row = |day: u32| format!("2026-01-{day:02}T00:00:00Z,{},secret\n", 40 + day);
    let rows: String = (1..=31).map(row).collect();
    place.file("exports/u.csv", &format!("time,amount,team\n{rows}2026-02-01T00:00:00Z,9,other\n"));
    place
}

/// The members of an archive, in their order.
fn members(place: &Place, name: &str) -> Vec<(String, String)> {
    let mut archive = ZipArchive::new(File::open(place.path().join(name)).unwrap()).unwrap();
    let count = archive.len();
    let member = |place| {
        let mut file = archive.by_index(place).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        (name, text)
    };
    (0..count).map(member).collect()
}

/// An archive of members.
fn archive(members: &[(String, String)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in members {
        archive.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// The figures of a run, which do not depend on the names of files.
fn figures(json: &str) -> Value {
    let Value::Object(result) = valid(json) else { panic!("{json}") };
    let is_figure =
        |name: &str| recharge::figures::Figure::all().any(|figure| figure.name() == name);
    let figures: serde_json::Map<String, Value> =
        result.into_iter().filter(|(name, _)| is_figure(name)).collect();
    assert!(figures.len() > 30, "{figures:?}");
    Value::Object(figures)
}

/// SHA-256 as `capsule.json` has it.
fn hash(text: &str) -> String {
    recharge::report::provenance::hash(text.as_bytes())
}

/// The same members with one of them changed, and `capsule.json` with the change that its maker would make.
fn changed(members: &[(String, String)], name: &str, text: &str) -> Vec<u8> {
    let mut about: Value = serde_json::from_str(&members[0].1).unwrap();
    for member in about["members"].as_array_mut().unwrap() {
        if member["name"] == name {
            member["sha256"] = hash(text).into();
        }
    }
    let mut members = members.to_vec();
    members[0].1 = about.to_string();
    let place = members.iter().position(|(other, _)| other == name).unwrap();
    members[place].1 = text.to_owned();
    archive(&members)
}

#[test]
fn a_capsule_holds_all_that_a_run_rests_on_and_replays_anywhere() {
    let place = place();
    let words = [
        "run",
        "base.toml",
        "--usage",
        "exports/u.csv",
        "--set",
        "recharge.packs=2",
        "--format",
        "json",
        "--gate",
        "total_spend <= 1",
        "--capture",
        "c.zip",
    ];
    let (code, told, said) = place.told(&words);
    assert_eq!(code, 1, "the gate decides, and the capsule is written: {said}");
    assert!(said.contains("c.zip: written; replay it with: recharge replay c.zip"), "{said}");
    let members = members(&place, "c.zip");
    let names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
    let all = [
        "capsule.json",
        "scenario.toml",
        "usage.csv",
        "journal.csv",
        "result.json",
        "gates.json",
        "messages.txt",
    ];
    assert_eq!(names, all);
    let about = valid(&members[0].1);
    let command = [
        "run",
        "scenario.toml",
        "--usage=usage.csv",
        "--gate=total_spend <= 1",
        "--set=recharge.packs=2",
    ];
    assert_eq!(about["command"], Value::from(command.to_vec()));
    assert_eq!((&about["usage"], &about["exit_code"]), (&"whole".into(), &1.into()));
    assert_eq!(members[1].1, place.read("base.toml"));
    assert_eq!(members[2].1, place.read("exports/u.csv"));
    assert_eq!(figures(&members[4].1), figures(&told));
    // Elsewhere, without the files it was made of.
    let elsewhere = Place::new();
    std::fs::copy(place.path().join("c.zip"), elsewhere.path().join("d.zip")).unwrap();
    let (code, told, said) = elsewhere.told(&["replay", "d.zip"]);
    assert_eq!(code, 0, "{said}");
    assert!(
        told.starts_with(
            "d.zip: agrees: recharge 0.1.0 gives the same bytes of journal.csv, result.json"
        ),
        "{told}"
    );
    let (code, told, _) = elsewhere.told(&["replay", "d.zip", "--format", "json"]);
    assert_eq!((code, &valid(&told)["agrees"]), (0, &true.into()));
    // The same capture makes the same bytes.
    let again: Vec<&str> =
        words.iter().map(|word| if *word == "c.zip" { "e.zip" } else { *word }).collect();
    place.told(&again);
    let bytes = |name: &str| std::fs::read(place.path().join(name)).unwrap();
    assert_eq!(bytes("c.zip"), bytes("e.zip"));
}

#[test]
fn amounts_and_times_alone_give_the_same_figures_and_nothing_else_of_the_file() {
    let place = place();
    let words = [
        "run",
        "base.toml",
        "--usage",
        "exports/u.csv",
        "--format",
        "json",
        "--capture",
        "c.zip",
        "--capture-usage",
        "amounts",
    ];
    let (code, told, said) = place.told(&words);
    assert_eq!(code, 0, "{said}");
    let members = members(&place, "c.zip");
    assert!(!archive(&members).windows(6).any(|bytes| bytes == b"secret"), "{members:?}");
    let captured = members.iter().find(|(name, _)| name == "result.json").unwrap();
    let figures = |json: &str| {
        let mut figures = figures(json);
        // Rows that the condition leaves out are not in the capsule.
        for name in ["rows", "left_out_rows"] {
            assert!(figures.as_object_mut().unwrap().remove(name).is_some(), "{name}");
        }
        figures
    };
    assert_eq!(figures(&captured.1), figures(&told));
    assert_eq!(place.told(&["replay", "c.zip"]).0, 0);
}

#[test]
fn a_study_and_a_scenario_that_draws_its_usage_are_captured_too() {
    let place = Place::new();
    let words = [
        "study",
        "base.toml",
        "--replications",
        "20",
        "--vary",
        "recharge.at_or_below=50,100",
        "--quiet",
        "--capture",
        "c.zip",
    ];
    let (code, _, said) = place.told(&words);
    assert_eq!(code, 0, "{said}");
    let members = members(&place, "c.zip");
    let names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["capsule.json", "scenario.toml", "samples.csv", "result.json"]);
    assert_eq!(valid(&members[0].1)["usage"], "none");
    let (code, told, said) = place.told(&["replay", "c.zip"]);
    assert!(code == 0 && told.contains("samples.csv, result.json"), "{told}{said}");
}

#[test]
fn plans_and_forecasts_are_captured_with_what_was_asked() {
    let place = place();
    let plans = ["--levels", "500,1000", "--replications", "20"];
    let forecast = ["--cycles", "2", "--futures", "40", "--capture-usage", "amounts"];
    for (subcommand, options, kept) in [
        ("plan", plans.as_slice(), ["--levels=500,1000", "--replications=20"]),
        ("forecast", &forecast, ["--cycles=2", "--futures=40"]),
    ] {
        let usage =
            ["--usage", "exports/u.csv", "--format", "json", "--quiet", "--capture", "c.zip"];
        let words = [&[subcommand, "base.toml"], options, &usage].concat();
        let (code, told, said) = place.told(&words);
        assert_eq!(code, 0, "{said}");
        let members = members(&place, "c.zip");
        let about = valid(&members[0].1);
        let command: Vec<&str> = about["command"]
            .as_array()
            .unwrap()
            .iter()
            .map(|word| word.as_str().unwrap())
            .collect();
        assert_eq!(command, [subcommand, "scenario.toml", "--usage=usage.csv", kept[0], kept[1]]);
        let captured = members.iter().find(|(name, _)| name == "result.json").unwrap();
        let answer = |json: &str| {
            valid(json)[if subcommand == "plan" { "levels" } else { "cycles" }].clone()
        };
        assert!(answer(&told).is_array(), "{told}");
        assert_eq!(answer(&captured.1), answer(&told), "{subcommand}");
        let (code, told, said) = place.told(&["replay", "c.zip"]);
        assert!(code == 0 && told.contains("result.json"), "{told}{said}");
    }
}

#[test]
fn a_run_that_fails_is_captured_with_what_it_says() {
    let place = Place::new();
    place.file("bad.toml", &SCENARIO.replace("fee = ", "fea = "));
    let (code, _, said) = place.told(&["run", "bad.toml", "--capture", "c.zip"]);
    assert!(code == 2 && said.contains("c.zip: written"), "{said}");
    let members = members(&place, "c.zip");
    let about = valid(&members[0].1);
    assert_eq!((&about["exit_code"], &about["seed"]), (&2.into(), &Value::Null));
    let (name, told) = members.last().unwrap();
    assert!(name == "messages.txt" && told.contains("scenario.toml:7"), "{told}");
    assert_eq!(place.told(&["replay", "c.zip"]).0, 0);
}

#[test]
fn what_differs_is_told_by_its_member_and_line() {
    let place = Place::new();
    place.told(&["run", "base.toml", "--capture", "c.zip"]);
    let members = members(&place, "c.zip");
    let text = |name: &str| members.iter().find(|(other, _)| other == name).unwrap().1.clone();
    let differs = |name: &str, from: &str, to: &str| {
        let bytes = changed(&members, name, &text(name).replacen(from, to, 1));
        std::fs::write(place.path().join("d.zip"), bytes).unwrap();
        let (code, _, said) = place.told(&["replay", "d.zip"]);
        assert_eq!(code, 1, "{said}");
        said
    };
    // As if the fee had been captured by a program that counts otherwise.
    let said = differs("scenario.toml", "fee = \"10.00\"", "fee = \"11.00\"");
    assert!(
        said.contains("differs: recharge 0.1.0 gives another journal.csv, from line "),
        "{said}"
    );
    assert!(said.contains("captured: ") && said.contains("replayed: "), "{said}");
    let said = differs("result.json", "\"total_spend\": \"", "\"total_spend\": \"1");
    assert!(said.contains("gives another result.json, from line "), "{said}");
    let (code, told, _) = place.told(&["replay", "d.zip", "--format", "json"]);
    let result = valid(&told);
    assert_eq!(
        (code, &result["agrees"], &result["difference"]["member"]),
        (1, &false.into(), &"result.json".into())
    );
    // Another version is no difference.
    let mut about: Value = serde_json::from_str(&members[0].1).unwrap();
    let older = text("result.json").replace("\"version\": \"0.1.0\"", "\"version\": \"0.0.9\"");
    about["version"] = "0.0.9".into();
    let list = about["members"].as_array_mut().unwrap();
    list.iter_mut()
        .filter(|one| one["name"] == "result.json")
        .for_each(|one| one["sha256"] = hash(&older).into());
    let mut old = members.clone();
    old[0].1 = about.to_string();
    old.iter_mut()
        .filter(|(name, _)| name == "result.json")
        .for_each(|(_, text)| *text = older.clone());
    std::fs::write(place.path().join("old.zip"), archive(&old)).unwrap();
    let (code, told, said) = place.told(&["replay", "old.zip"]);
    assert!(code == 0 && told.contains("captured by 0.0.9"), "{told}{said}");
}

#[test]
fn a_capsule_that_asks_for_more_than_capture_writes_is_not_run() {
    let place = Place::new();
    place.told(&["run", "base.toml", "--capture", "c.zip"]);
    let members = members(&place, "c.zip");
    let with = |command: &[&str]| {
        let mut about: Value = serde_json::from_str(&members[0].1).unwrap();
        about["command"] = command.to_vec().into();
        let mut members = members.clone();
        members[0].1 = about.to_string();
        archive(&members)
    };
    let stolen = SCENARIO.replace(
        "[usage.generate]\nevery = \"6h\"\namount = 10\n",
        "[usage]\nfile = \"/etc/hostname\"\n",
    );
    let profiled = format!("{SCENARIO}profile = \"/etc/x.toml\"\n")
        .replace("[usage.generate]\nevery = \"6h\"\namount = 10\n", "[usage]\n");
    let mut escaping = members.clone();
    escaping.push(("../evil.toml".to_owned(), String::new()));
    for (bytes, why) in [
        (
            with(&["run", "scenario.toml", "--journal=/tmp/x.csv"]),
            "its command is none that --capture writes",
        ),
        (with(&["run", "/etc/scenario.toml"]), "its command is none"),
        (with(&["run", "scenario.toml", "--usage=/etc/hostname"]), "its command is none"),
        (with(&["generate", "scenario.toml"]), "its command is none"),
        (with(&["run", "scenario.toml", "--no-such"]), "its command is none"),
        (
            with(&["run", "scenario.toml", "--profile=/etc/x.toml"]),
            "would read a file that it does not hold",
        ),
        (
            with(&["run", "scenario.toml", "--set=usage={file=\"/etc/hostname\"}"]),
            "would read a file",
        ),
        (changed(&members, "scenario.toml", &stolen), "would read a file that it does not hold"),
        (changed(&members, "scenario.toml", &profiled), "would read a file that it does not hold"),
        (archive(&members[1..]), "lacks capsule.json"),
        (archive(&members[..1]), "lacks scenario.toml"),
        (archive(&escaping), "which is no member of a capsule"),
        (b"time,amount\n".to_vec(), "is no zip archive"),
    ] {
        std::fs::write(place.path().join("d.zip"), bytes).unwrap();
        let (code, _, said) = place.told(&["replay", "d.zip"]);
        assert!(
            code == 2 && said.starts_with("d.zip: ") && said.contains(why),
            "{why}: {code} {said}"
        );
    }
    let left: Vec<_> =
        std::fs::read_dir(place.path()).unwrap().map(|one| one.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "{left:?}");
    let (code, _, said) = place.told(&["replay", "nothing.zip"]);
    assert!(code == 2 && said.contains("cannot be opened"), "{said}");
}

#[test]
fn what_cannot_be_captured_is_refused_with_the_way_out_and_no_input_is_replaced() {
    let place = place();
    place.file("p.toml", "name = \"p\"\n");
    let scenario = place.read("base.toml");
    for (words, why) in [
        (
            &["run", "base.toml", "--usage", "-", "--capture", "c.zip"][..],
            "give the scenario and the usage as files",
        ),
        (&["run", "-", "--capture", "c.zip"], "give the scenario and the usage as files"),
        (
            &["run", "base.toml", "--usage", "exports/u.csv", "--capture", "-"],
            "a capsule is a file",
        ),
        (&["run", "base.toml", "--usage", "exports/u.csv", "--capture", "base.toml"], "base.toml"),
        (&["run", "base.toml", "--usage", "exports/u.csv", "--capture", "exports/u.csv"], "u.csv"),
        (
            &["run", "base.toml", "--usage", "exports", "--capture", "c.zip"],
            "--capture-usage amounts",
        ),
        (
            &["run", "base.toml", "--usage", "exports/u.csv", "--capture-usage", "amounts"],
            "--capture",
        ),
    ] {
        let (code, _, said) = place.told(words);
        assert!(code == 2 && said.contains(why), "{words:?}: {code} {said}");
    }
    assert_eq!(place.read("base.toml"), scenario);
    assert!(!place.path().join("c.zip").exists());
    // A scenario that is no scenario is not replaced either.
    place.file("bad.toml", "nmae = 1\n");
    let (code, _, _) = place.told(&["run", "bad.toml", "--capture", "bad.toml"]);
    assert_eq!((code, place.read("bad.toml").as_str()), (2, "nmae = 1\n"));
}
