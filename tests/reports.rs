//! The shipped reports are what the commands in `reports/README.md` write today.
//!
//! `RECHARGE_BLESS=1` rewrites them; look at the pages before you keep them.
#![cfg(feature = "html")]

use std::fs;
use std::path::{Path, PathBuf};

use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The commands of the page, as lists of words without the program's name.
fn commands() -> Vec<Vec<String>> {
    let page = fs::read_to_string(root().join("reports/README.md")).unwrap();
    let typed = page.lines().filter_map(|line| line.strip_prefix("$ recharge "));
    typed.map(|line| line.split_whitespace().map(str::to_owned).collect()).collect()
}

/// The folder that a command writes.
fn folder(words: &[String]) -> &str {
    let flag = words.iter().position(|word| word == "--report").unwrap();
    &words[flag + 1]
}

fn run(words: &[String], place: &Path) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    let output = command.args(words).current_dir(place).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).unwrap();
        }
    }
}

/// The files of a folder by name, sorted.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = paths
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read(&path).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// What of a shipped folder differs from what was written anew.
fn stale(shipped: &Path, fresh: &Path) -> Vec<String> {
    let (shipped, fresh) = (files(shipped), files(fresh));
    let all = shipped.iter().chain(&fresh);
    let differs = all.filter(|file| !(shipped.contains(file) && fresh.contains(file)));
    let mut names: Vec<_> = differs.map(|(name, _)| name.clone()).collect();
    names.sort();
    names.dedup();
    names
}

#[test]
fn shipped_reports_are_what_the_commands_write() {
    let place = tempfile::tempdir().unwrap();
    copy(&root().join("scenarios"), &place.path().join("scenarios"));
    fs::create_dir(place.path().join("reports")).unwrap();
    let mut wrong = Vec::new();
    for words in commands() {
        if std::env::var_os("RECHARGE_BLESS").is_some() {
            run(&words, &root());
        }
        run(&words, place.path());
        let folder = folder(&words);
        let names = stale(&root().join(folder), &place.path().join(folder));
        wrong.extend(names.iter().map(|name| format!("{folder}/{name}")));
    }
    assert!(wrong.is_empty(), "stale; RECHARGE_BLESS=1 rewrites them: {}", wrong.join(", "));
}

#[test]
fn every_shipped_report_has_its_command() {
    let commands = commands();
    let known: Vec<&str> = commands.iter().map(|words| folder(words)).collect();
    assert!(known.len() >= 3);
    for entry in fs::read_dir(root().join("reports")).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("reports/{}", path.file_name().unwrap().to_str().unwrap());
        assert!(!path.is_dir() || known.contains(&name.as_str()), "{name}");
    }
}

#[test]
fn a_changed_a_missing_and_a_foreign_file_are_noticed() {
    let place = tempfile::tempdir().unwrap();
    let (shipped, fresh) = (place.path().join("shipped"), place.path().join("fresh"));
    for (folder, text) in [(&shipped, "earlier"), (&fresh, "now")] {
        fs::create_dir(folder).unwrap();
        fs::write(folder.join("same"), "same").unwrap();
        fs::write(folder.join("changed"), text).unwrap();
    }
    fs::write(shipped.join("foreign"), "").unwrap();
    fs::write(fresh.join("missing"), "").unwrap();
    assert_eq!(stale(&shipped, &fresh), ["changed", "foreign", "missing"]);
}
