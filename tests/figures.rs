//! Every figure of the catalogue is in every result, and every result keeps its schema.

mod results;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use recharge::figures::{Figure, Unit};
use results::{breaches, schema_of, valid};
use serde_json::{Value, json};
use tempfile::TempDir;

/// An account that is short of credits, so that nothing of it is zero by chance.
const SCENARIO: &str = "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-03-01\nplan = \"small\"\n\
     [plans.small]\nfee = \"5\"\nallowance = 100\n[plans.big]\nfee = \"9\"\nallowance = 500\n\
     [packages.a]\ncredits = 100\nprice = \"1.25\"\n\
     [recharge]\nat_or_below = 10\npackage = \"a\"\ncaps = [{ recharges = 3, per = \"month\" }]\n\
     [usage.generate]\nper_day = 12.0\namount = 2\n\
     [study]\nreplications = 20\nvary = { \"recharge.at_or_below\" = [10, 50] }\n";

/// A folder with the scenario.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("s.toml"), SCENARIO).unwrap();
    fs::write(folder.path().join("t.toml"), SCENARIO.replace("= 3, per", "= 5, per")).unwrap();
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    command.current_dir(folder).stdin(Stdio::null()).args(arguments).output().unwrap()
}

fn out(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

fn result(folder: &Path, arguments: &[&str]) -> Value {
    valid(&out(folder, &[arguments, &["--format", "json"]].concat()))
}

fn header(csv: &str) -> Vec<&str> {
    csv.lines().next().unwrap().split(',').collect()
}

fn of_runs() -> Vec<&'static str> {
    Figure::of_runs().map(Figure::name).collect()
}

fn of_studies() -> Vec<&'static str> {
    Figure::of_studies().map(Figure::name_in_studies).collect()
}

/// The names of `wanted` that an object has, in its order.
fn among(object: &Value, wanted: &[&'static str]) -> Vec<String> {
    let names = object.as_object().unwrap().keys();
    names.filter(|name| wanted.contains(&name.as_str())).cloned().collect()
}

#[test]
fn every_figure_of_a_run_is_in_its_result_and_in_each_cycle() {
    let folder = folder();
    let found = result(folder.path(), &["run", "s.toml"]);
    assert_eq!(among(&found, &of_runs()), of_runs());
    let cycles = found["cycles"].as_array().unwrap();
    assert_eq!(cycles.len(), 2);
    for cycle in cycles {
        assert_eq!(among(cycle, &of_runs()), of_runs());
    }
}

#[test]
fn every_figure_of_a_study_is_in_its_result_its_rows_and_its_samples() {
    let folder = folder();
    let study = ["study", "s.toml", "--quiet"];
    let found = result(folder.path(), &study);
    for candidate in found["candidates"].as_array().unwrap() {
        assert_eq!(among(&candidate["figures"], &of_studies()), of_studies());
    }
    let rows = out(folder.path(), &[&study[..], &["--csv", "-", "--samples", "x.csv"]].concat());
    let samples = fs::read_to_string(folder.path().join("x.csv")).unwrap();
    assert_eq!(header(&samples)[2..], of_studies());
    let with_limits: Vec<String> = of_studies()
        .into_iter()
        .flat_map(|name| ["", "_low", "_high"].map(|end| format!("{name}{end}")))
        .collect();
    let header = header(&rows);
    let first = header.iter().position(|name| *name == with_limits[0]).unwrap();
    assert_eq!(header[first..first + with_limits.len()], with_limits);
}

#[test]
fn every_figure_of_a_study_can_be_mapped_and_a_misspelt_one_is_suggested() {
    let folder = folder();
    let mapped = |name: &str| {
        let few = ["study", "s.toml", "--quiet", "--replications", "2", "--report", "r"];
        run(folder.path(), &[&few[..], &["--map", name]].concat())
    };
    for name in of_studies() {
        assert!(mapped(name).status.success(), "{name}");
    }
    let refused = mapped("fil_rate");
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(said.contains("did you mean `fill_rate`?"), "{said}");
}

#[test]
fn every_result_keeps_the_schema_that_the_program_prints() {
    let folder = folder();
    let questions: [&[&str]; 6] = [
        &["vendors"],
        &["readings", "s.toml"],
        &["run", "s.toml"],
        &["study", "s.toml", "--quiet"],
        &["compare", "s.toml", "t.toml", "--quiet", "--replications", "20"],
        &["plan", "s.toml", "--quiet", "--replications", "20", "--levels", "100,2000"],
    ];
    for question in questions {
        let found = result(folder.path(), question);
        let printed = out(folder.path(), &["schema", question[0]]);
        assert_eq!(serde_json::from_str::<Value>(&printed).unwrap(), schema_of(&found));
    }
}

#[test]
fn every_shipped_scenario_gives_a_result_that_keeps_its_schema() {
    let scenarios = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut found = 0;
    for entry in fs::read_dir(&scenarios).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            result(&scenarios, &["run", path.to_str().unwrap()]);
            found += 1;
        }
    }
    assert!(found > 20);
}

#[test]
fn a_schema_describes_every_figure_with_its_unit() {
    let folder = folder();
    for (question, names, place) in [
        ("run", of_runs(), "/properties"),
        ("study", of_studies(), "/$defs/StudyFigures/properties"),
    ] {
        let schema: Value =
            serde_json::from_str(&out(folder.path(), &["schema", question])).unwrap();
        let properties = schema.pointer(place).unwrap();
        for name in names {
            let said = properties[name]["description"].as_str().unwrap();
            assert!(said.starts_with(Figure::named(name).unwrap().meaning()), "{name}: {said}");
        }
    }
}

#[test]
fn what_breaks_a_schema_is_noticed() {
    let folder = folder();
    let whole = result(folder.path(), &["run", "s.toml"]);
    let schema = schema_of(&whole);
    let cases: [(&str, Value); 8] = [
        ("/schema", json!("recharge.run/2")),
        ("/outages", json!("1")),
        ("/outages", json!(-1)),
        ("/fill_rate", json!(1.5)),
        ("/total_spend", json!("5,00")),
        ("/total_spend", json!(5.0)),
        ("/recharge_list/0/kind", json!("gift")),
        ("/cycles/1", json!({ "start": "", "end": "" })),
    ];
    for (place, value) in cases {
        let mut broken = whole.clone();
        *broken.pointer_mut(place).unwrap() = value.clone();
        assert!(!breaches(&broken, &schema).is_empty(), "{place} = {value}");
    }
    let mut more = whole.clone();
    more["surprise"] = json!(1);
    assert_eq!(breaches(&more, &schema), ["$.surprise: is not described"]);
    assert_eq!(breaches(&whole, &schema), Vec::<String>::new());
}

#[test]
fn names_labels_and_meanings_are_told_apart() {
    let figures: Vec<Figure> = Figure::all().collect();
    for (index, figure) in figures.iter().enumerate() {
        let definition = figure.definition();
        assert!(!definition.label.is_empty() && !definition.meaning.is_empty(), "{figure:?}");
        assert!(definition.meaning.starts_with(char::is_uppercase), "{figure:?}");
        assert!(!definition.meaning.ends_with('.'), "{figure:?}");
        assert_eq!(definition.name_in_hours.is_some(), figure.unit() == Unit::Duration);
        for other in &figures[..index] {
            assert_ne!(figure.name(), other.name());
            assert_ne!(figure.label(), other.label());
        }
    }
}

/// The texts of a workbook's cells: its shared strings, one after another.
#[cfg(feature = "xlsx")]
fn texts(book: &Path) -> String {
    use std::io::Read as _;

    let bytes = fs::read(book).unwrap();
    let number = |at: usize, length: usize| {
        bytes[at..at + length].iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte))
    };
    // A ZIP file ends with where its directory begins; an entry of that says where a file is.
    let end = bytes.windows(4).rposition(|four| four == b"PK\x05\x06").unwrap();
    let mut entry = number(end + 16, 4);
    loop {
        assert_eq!(&bytes[entry..entry + 4], b"PK\x01\x02", "no shared strings");
        let name = number(entry + 28, 2);
        if &bytes[entry + 46..entry + 46 + name] == b"xl/sharedStrings.xml" {
            break;
        }
        entry += 46 + name + number(entry + 30, 2) + number(entry + 32, 2);
    }
    let (length, file) = (number(entry + 20, 4), number(entry + 42, 4));
    let from = file + 30 + number(file + 26, 2) + number(file + 28, 2);
    let mut text = String::new();
    let mut packed = flate2::read::DeflateDecoder::new(&bytes[from..from + length]);
    packed.read_to_string(&mut text).unwrap();
    text
}

/// Whether a label stands by itself: as a cell of a row, or in a list of what is zero.
fn shows(text: &str, label: &str) -> bool {
    let is_alone = |at: usize| {
        let (before, after) = (&text[..at], &text[at + label.len()..]);
        [">", "\n  ", ": ", ", "].iter().any(|end| before.ends_with(end))
            && ["<", "  ", ", ", ".", " per ", ", lower", ", upper"]
                .iter()
                .any(|start| after.starts_with(start))
    };
    text.match_indices(label).any(|(at, _)| is_alone(at))
}

#[test]
fn every_figure_of_a_run_is_on_the_terminal() {
    let folder = folder();
    let text = out(folder.path(), &["run", "s.toml"]);
    for figure in Figure::of_runs() {
        assert!(shows(&text, figure.label()), "{figure:?}\n{text}");
    }
}

#[test]
#[cfg(feature = "html")]
fn every_figure_is_on_the_page_of_a_run_and_of_a_study() {
    let folder = folder();
    let runs: Vec<Figure> = Figure::of_runs().collect();
    let studies: Vec<Figure> = Figure::of_studies().collect();
    for (question, figures) in [("run", runs), ("study", studies)] {
        out(folder.path(), &[question, "s.toml", "--report", question]);
        let page = fs::read_to_string(folder.path().join(question).join("index.html")).unwrap();
        for figure in figures {
            assert!(shows(&page, figure.label()), "{question}: {figure:?}");
        }
    }
}

#[test]
#[cfg(feature = "xlsx")]
fn every_figure_of_a_run_is_in_its_workbook() {
    let folder = folder();
    out(folder.path(), &["run", "s.toml", "--xlsx", "book.xlsx"]);
    let texts = texts(&folder.path().join("book.xlsx"));
    for figure in Figure::of_runs() {
        assert!(shows(&texts, figure.label()), "{figure:?}");
    }
}
