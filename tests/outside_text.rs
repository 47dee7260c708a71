//! Text from outside (names, paths, arguments, cells): it drives neither a terminal nor a spreadsheet,
//! and never shows in another order than it is in.

mod results;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// Names that begin formulas, also where a reader parts them at `;`.
const FORMULAS: &str = r#"
name = "=1+1"
currency = "USD"
start = 2026-01-01
end = 2026-03-01
plan = "=p|a"
[plans."=p|a"]
title = "=cmd|' /C calc'!A0;=1+1"
fee = "19.00"
allowance = 3000
[plans."p;-2+3"]
title = "@SUM(1)"
fee = "39.00"
allowance = 8000
[packages."=1+1<b>"]
credits = 1000
price = "7.00"
[packages."a\";\"=9"]
credits = 3000
price = "17.00"
[recharge]
at_or_below = 100
package = "=1+1<b>"
[usage.generate]
every = "1h"
amount = 10
[[actions]]
at = 2026-01-10
do = "change_plan"
plan = "p;-2+3"
when = "immediately"
[study]
replications = 3
[study.vary]
"recharge.package" = ["=1+1<b>", "a\";\"=9"]
[[study.candidates]]
name = "=HYPERLINK(\"http://x\")"
set = { plan = "p;-2+3" }
[[study.candidates]]
name = "a;=1+1"
set = { "recharge.at_or_below" = 50 }
"#;

/// Nothing is ever served: no share of it and no price of it is a number.
const NOTHING: &str = r#"
currency = "USD"
start = 2026-01-01
end = 2026-03-01
account.enabled = false
plan = "none"
plans.none = { fee = "19.00", allowance = 0 }
packages.a = { credits = 100, price = "1.00" }
packages.b = { credits = 200, price = "2.00" }
recharge = { at_or_below = 100, package = "a" }
usage.generate = { every = "1h", amount = 10 }
study = { replications = 3, vary = { "recharge.package" = ["a", "b"] } }
"#;

/// A name that colours a terminal, rings its bell, and turns the rest of a line around.
const HOSTILE: &str = "\u{1b}[31mred\u{7}\u{202e}lmot\u{9b}2J";

fn run(folder: &TempDir, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    command.current_dir(folder.path()).stdin(Stdio::null());
    command.args(arguments).output().unwrap()
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn is_hidden(letter: char) -> bool {
    letter.is_control() && !matches!(letter, '\n' | '\t')
        || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The cells of a line as a reader takes them that parts at `delimiter`.
fn cells(line: &str, delimiter: u8) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(line.as_bytes());
    let record = reader.records().next().unwrap().unwrap();
    record.iter().map(str::to_owned).collect()
}

/// Whether a spreadsheet would compute a cell: it begins with a sign of formulas and is no number.
fn is_formula(cell: &str) -> bool {
    cell.trim_start_matches([' ', '"']).starts_with(['=', '+', '-', '@'])
        && cell.split(',').next().is_none_or(|start| start.parse::<f64>().is_err())
}

fn formulas(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.lines().count() > 2, "{}", path.display());
    let all = |line| [b',', b';', b'\t'].into_iter().flat_map(move |sign| cells(line, sign));
    text.lines().flat_map(all).filter(|cell| is_formula(cell)).collect()
}

#[test]
fn no_csv_that_is_written_holds_a_formula() {
    let folder =
        folder(&[("s.toml", FORMULAS), ("t.toml", &FORMULAS.replace("=1+1\"\nc", "@x\"\nc"))]);
    let outputs: [&[&str]; 4] = [
        &["study", "s.toml"],
        &["compare", "s.toml", "t.toml"],
        &["plan", "s.toml", "--levels", "2000,4000", "--replications", "2"],
        &["run", "s.toml", "--journal", "j.csv"],
    ];
    for words in outputs {
        let mut words = words.to_vec();
        let mut written = vec!["j.csv"];
        if words[0] != "run" {
            words.extend(["--quiet", "--csv", "c.csv", "--samples", "n.csv"]);
            written = vec!["c.csv", "n.csv"];
        }
        let output = run(&folder, &words);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        for name in written {
            assert_eq!(
                formulas(&folder.path().join(name)),
                Vec::<String>::new(),
                "{words:?} {name}"
            );
        }
    }
}

/// Every text file below a folder.
fn texts(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match fs::read_to_string(&path) {
            Ok(text) => found.push((path, text)),
            Err(_) if path.is_dir() => found.extend(texts(&path)),
            Err(_) => {}
        }
    }
    found
}

/// The words in a text that stand for what is no number.
fn no_numbers(text: &str) -> Vec<&str> {
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| matches!(*word, "NaN" | "inf")).collect()
}

#[test]
fn what_is_no_number_stands_in_no_file_and_on_no_terminal() {
    let folder = folder(&[("s.toml", NOTHING), ("t.toml", &NOTHING.replace("19.00", "0"))]);
    let report = |name: &'static str| match cfg!(feature = "html") {
        true => vec!["--report", name],
        false => Vec::new(),
    };
    let commands: [(&[&str], Vec<&str>); 7] = [
        (&["study", "s.toml", "--csv", "c.csv", "--samples", "n.csv", "--quiet"], report("a")),
        (&["study", "s.toml", "--format", "json", "--quiet"], Vec::new()),
        (&["study", "t.toml", "--quiet", "--samples", "t.csv"], report("b")),
        (&["compare", "s.toml", "t.toml", "--csv", "d.csv", "--quiet"], report("c")),
        (&["plan", "s.toml", "--levels", "500,1000", "--samples", "p.csv", "--quiet"], report("d")),
        (&["run", "s.toml", "--journal", "j.csv"], report("e")),
        (&["run", "s.toml", "--format", "json"], Vec::new()),
    ];
    for (words, more) in commands {
        let output = run(&folder, &[words, &more].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.lines().count() > 3 && no_numbers(&text).is_empty(), "{words:?}: {text}");
    }
    let texts = texts(folder.path());
    assert!(texts.len() >= 8, "{}", texts.len());
    for (path, text) in texts {
        assert_eq!(no_numbers(&text), Vec::<&str>::new(), "{}", path.display());
    }
}

#[cfg(unix)]
#[test]
fn a_hostile_name_of_a_file_is_escaped_wherever_it_is_shown() {
    let folder = folder(&[("u.csv", "time,credits\n2026-01-01T00:00:00Z,1\n")]);
    let [scenario, usage] = [format!("{HOSTILE}\n.toml"), format!("{HOSTILE}.csv")];
    fs::write(folder.path().join(&scenario), NOTHING.replace("study =", "# \u{202e}\nstudy ="))
        .unwrap();
    fs::copy(folder.path().join("u.csv"), folder.path().join(&usage)).unwrap();
    let commands: [&[&str]; 11] = [
        &["check", &scenario],
        &["run", &scenario],
        &["run", &scenario, "--format", "json"],
        &["run", &scenario, "--usage", &usage, "--report", "rep"],
        &["run", &scenario, "--usage", &usage, "--time-column", HOSTILE],
        &["run", &scenario, "--set", HOSTILE],
        &["run", &scenario, "--gate", HOSTILE],
        &["run", &format!("no{HOSTILE}")],
        &["check", &format!("--{HOSTILE}")],
        &["study", &scenario, "--vary", &format!("{HOSTILE}=1")],
        &["compare", &scenario, &scenario, "--quiet", "--csv", "c.csv", "--replications", "2"],
    ];
    let mut escaped = 0;
    let mut look = |what: &str, text: &str| {
        let hidden: Vec<_> = text.chars().filter(|&letter| is_hidden(letter)).collect();
        assert!(hidden.is_empty(), "{what}: {hidden:?} in {text}");
        escaped += usize::from(text.contains("red"));
    };
    for words in commands {
        let output = run(&folder, words);
        for stream in [output.stdout, output.stderr] {
            look(&format!("{words:?}"), &String::from_utf8(stream).unwrap());
        }
    }
    look("the CSV", &fs::read_to_string(folder.path().join("c.csv")).unwrap());
    if let Ok(page) = fs::read_to_string(folder.path().join("rep/index.html")) {
        look("the page", &page);
    }
    assert!(escaped >= 11, "only {escaped} texts show the name");
    let json = run(&folder, &["run", &scenario, "--format", "json"]);
    let json = results::valid(std::str::from_utf8(&json.stdout).unwrap());
    let command = json["provenance"]["command"].as_str().unwrap();
    assert!(
        command.contains(r"$'\033[31mred\007\342\200\256lmot\302\2332J\012.toml'"),
        "{command}"
    );
}

#[test]
fn a_name_that_turns_text_around_is_refused_like_any_control_character() {
    let named = |name: &str| format!("name = \"{name}\"\n{NOTHING}");
    for (name, code) in [("\u{202e}x", 2), ("\u{2066}x", 2), ("שלום", 0), ("a \u{200f}b", 0)] {
        let folder = folder(&[("s.toml", &named(name))]);
        assert_eq!(run(&folder, &["check", "s.toml"]).status.code(), Some(code), "{name:?}");
    }
}

/// The sources that hold one of some words, by their paths below `src`.
fn sources_with(words: &[&str]) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found: Vec<String> = texts(&root)
        .into_iter()
        .filter(|(path, text)| {
            path.extension().is_some_and(|extension| extension == "rs")
                && words.iter().any(|word| text.contains(word))
        })
        .map(|(path, _)| path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/"))
        .collect();
    found.sort();
    found
}

#[test]
fn every_csv_is_written_by_the_one_writer_of_rows() {
    assert_eq!(sources_with(&["csv::Writer", "WriterBuilder"]), Vec::<String>::new());
    assert!(sources_with(&["CsvRows::new(", "CsvColumns"]).len() > 3);
}

#[test]
fn everything_that_is_printed_passes_the_two_functions_that_escape() {
    // Of the others, one writes numbers and instants, one a count and a rate, one a sentence of its own, and two only look
    // where standard output leads.
    let printing = ["stdout()", "stderr()", "println!", "eprint!", " print!"];
    let escaping = [
        "cli/generate.rs",
        "cli/interrupt.rs",
        "cli/mod.rs",
        "cli/progress.rs",
        "files/manifest.rs",
        "files/place.rs",
    ];
    assert_eq!(sources_with(&printing), escaping);
}
