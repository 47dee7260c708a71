//! Files that the command writes: none takes the place of an input or of another, each appears whole,
//! and what stood there before keeps its permissions and its links.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const SCENARIO: &str = "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-02-01\nplan = \"p\"\n\
     plans.p.fee = \"10.00\"\nplans.p.allowance = 1000\n\
     packages.a.credits = 100\npackages.a.price = \"1.00\"\n\
     recharge.at_or_below = 50\nrecharge.package = \"a\"\n";
const DRAWN: &str = "usage.generate.every = \"6h\"\nusage.generate.amount = 10\n";
const USAGE: &str = "time,credits\n2026-01-03T00:00:00Z,960\n2026-01-04T00:00:00Z,40\n";

/// A folder with scenarios and usage.
struct Place(TempDir);

impl Place {
    fn new() -> Place {
        let place = Place(tempfile::tempdir().unwrap());
        place.file("s.toml", SCENARIO);
        place.file("with-usage.toml", format!("{SCENARIO}usage.file = \"own.csv\"\n"));
        place.file("drawn.toml", format!("{SCENARIO}{DRAWN}"));
        place.file("usage.csv", USAGE);
        place.file("own.csv", USAGE);
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    /// The command in this folder; words are parted at blanks.
    fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
        command.args(words.split_whitespace()).current_dir(&self.0).stdin(Stdio::null());
        command
    }

    /// Runs it: with as few runs as there can be, where it takes their number.
    fn run(&self, words: &str) -> Output {
        let mut command = self.command(words);
        let many = ["study ", "compare ", "plan "].iter().any(|first| words.starts_with(first));
        command.args(if many { &["--replications", "2", "--quiet"][..] } else { &[] });
        command.output().unwrap()
    }

    /// The files of this folder with what is in them; folders end with a slash.
    fn contents(&self) -> BTreeMap<String, String> {
        let entries = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap());
        let entry = |entry: fs::DirEntry| {
            let name = entry.file_name().into_string().unwrap();
            match fs::read_to_string(entry.path()) {
                Ok(text) => (name, text),
                Err(_) => (name + "/", String::new()),
            }
        };
        entries.map(entry).collect()
    }
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Refused as a wrong command line, with these words.
fn refused(output: &Output, words: &str) {
    assert_eq!(output.status.code(), Some(2), "{words}:\n{}", err(output));
    assert!(err(output).contains(words), "{words}:\n{}", err(output));
    assert!(output.stdout.is_empty());
}

#[test]
fn no_command_writes_over_what_it_reads() {
    let place = Place::new();
    symlink("usage.csv", place.path("soft.csv")).unwrap();
    fs::hard_link(place.path("usage.csv"), place.path("hard.csv")).unwrap();
    let before = place.contents();
    for words in [
        "run with-usage.toml --journal own.csv",
        "run with-usage.toml --usage usage.csv --journal own.csv",
        "run s.toml --usage usage.csv --xlsx usage.csv",
        "run s.toml --usage hard.csv --journal soft.csv",
        "plan drawn.toml --levels 1000 --csv drawn.toml",
        "plan drawn.toml --levels 1000 --usage usage.csv --csv usage.csv",
        "plan drawn.toml --levels 1000 --usage soft.csv --samples hard.csv",
        "study drawn.toml --csv drawn.toml",
        "study drawn.toml --usage usage.csv --samples ./usage.csv",
        "compare drawn.toml s.toml --samples drawn.toml",
        "compare drawn.toml s.toml --csv s.toml",
        "compare drawn.toml with-usage.toml --csv own.csv",
        "compare drawn.toml s.toml --usage usage.csv --xlsx hard.csv",
        "generate drawn.toml --out drawn.toml",
    ] {
        refused(&place.run(words), "write to another file");
        assert_eq!(place.contents(), before, "{words}");
    }
}

#[test]
fn no_output_takes_the_place_of_another() {
    let place = Place::new();
    fs::create_dir(place.path("report")).unwrap();
    symlink("new.csv", place.path("link.csv")).unwrap();
    let before = place.contents();
    for (words, told) in [
        ("run drawn.toml --journal same --xlsx same", "is the same file"),
        ("run drawn.toml --journal link.csv --xlsx new.csv", "is the same file"),
        ("run drawn.toml --report same --journal same", "is the same file"),
        ("run drawn.toml --journal report/j.csv --report report", "replaced as a whole"),
        ("study drawn.toml --csv same --samples same", "is the same file"),
        ("study drawn.toml --csv rows.csv --samples ROWS.csv", "in case alone"),
        ("study drawn.toml --csv report/rows.csv --report report", "replaced as a whole"),
        ("compare drawn.toml s.toml --csv same --xlsx ./same", "is the same file"),
        ("plan drawn.toml --levels 1000 --csv same --samples same", "is the same file"),
        ("plan drawn.toml --levels 1000 --csv report/a --report report", "replaced as a whole"),
    ] {
        refused(&place.run(words), told);
        assert_eq!(place.contents(), before, "{words}");
    }
}

#[test]
fn a_stream_into_a_file_counts_as_an_output_and_from_a_file_as_an_input() {
    let place = Place::new();
    let append = |name: &str| File::options().append(true).open(place.path(name)).unwrap();
    place.file("log.txt", "");
    let before = place.contents();
    for (words, name) in [
        ("run drawn.toml", "drawn.toml"),
        ("check s.toml drawn.toml", "drawn.toml"),
        ("generate drawn.toml", "drawn.toml"),
        ("run s.toml --usage usage.csv", "usage.csv"),
        ("run drawn.toml --journal log.txt", "log.txt"),
    ] {
        let output = place.command(words).stdout(append(name)).output().unwrap();
        refused(&output, "standard output");
        assert_eq!(place.contents(), before, "{words}");
    }
    let usage = File::open(place.path("usage.csv")).unwrap();
    let words = "run s.toml --usage - --journal usage.csv";
    refused(&place.command(words).stdin(usage).output().unwrap(), "standard input");
    let both = append("log.txt");
    let again = both.try_clone().unwrap();
    let output = place.command("check s.toml").stdout(both).stderr(again).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "one log may take both streams");
}

#[test]
fn where_nothing_can_be_written_the_command_line_is_wrong_and_nothing_is_computed() {
    let place = Place::new();
    symlink("no/where.csv", place.path("lost.csv")).unwrap();
    fs::create_dir(place.path("folder")).unwrap();
    let before = place.contents();
    for (words, told) in [
        ("run drawn.toml --journal no/journal.csv", "no does not exist"),
        ("run drawn.toml --journal lost.csv", "no does not exist"),
        ("run drawn.toml --journal folder", "is a folder"),
        ("run drawn.toml --journal usage.csv/journal.csv", "usage.csv/journal.csv"),
        ("run drawn.toml --report no/report", "no does not exist"),
        ("run drawn.toml --report usage.csv", "is a file"),
        ("study drawn.toml --csv no/rows.csv --samples folder", "is a folder"),
        ("plan drawn.toml --levels 1000 --xlsx no/book.xlsx", "no does not exist"),
        ("generate drawn.toml --out no/usage.csv", "no does not exist"),
        ("init no/scenario", "no does not exist"),
    ] {
        let output = place.run(words);
        refused(&output, told);
        assert!(!err(&output).contains(".part"), "{}", err(&output));
        assert_eq!(place.contents(), before, "{words}");
    }
}

#[test]
fn init_follows_no_link_to_where_nothing_stands() {
    let place = Place::new();
    symlink("elsewhere.toml", place.path("new.toml")).unwrap();
    refused(&place.run("init new"), "exists already");
    assert!(!place.path("elsewhere.toml").exists());
}
