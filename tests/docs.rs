//! Every command the documentation shows is run, and prints what it shows.
//!
//! In a `console` block a line that begins with `$ ` is a command, and the lines after it are its
//! output; a line `...` stands for any number of lines, and `...` at a line's end for its rest. The blocks of one page run in order in one
//! copy of `scenarios/`. Every `toml` block of a page has to be TOML.

mod results;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rayon::prelude::*;

/// A command and the output a page shows for it.
#[derive(Debug, Default, PartialEq)]
struct Shown {
    command: String,
    output: Vec<String>,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All pages of the documentation.
fn pages() -> Vec<PathBuf> {
    let mut pages = vec![root().join("README.md"), root().join("CHANGELOG.md")];
    let mut folders = vec![root().join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                pages.push(path);
            }
        }
    }
    pages.sort();
    pages
}

/// The blocks of a page that are fenced as `kind`.
fn blocks(page: &str, kind: &str) -> Vec<Vec<String>> {
    let mut blocks = Vec::new();
    let mut open: Option<Vec<String>> = None;
    for line in page.lines() {
        match &mut open {
            None if line == format!("```{kind}") => open = Some(Vec::new()),
            Some(_) if line == "```" => blocks.extend(open.take()),
            Some(block) => block.push(line.to_owned()),
            None => {}
        }
    }
    blocks
}

fn shown(page: &str) -> Vec<Shown> {
    let mut all: Vec<Shown> = Vec::new();
    for block in blocks(page, "console") {
        for line in block {
            match (line.strip_prefix("$ "), all.last_mut()) {
                (Some(command), _) => {
                    all.push(Shown { command: command.to_owned(), output: Vec::new() });
                }
                (None, Some(last)) => last.output.push(line),
                (None, None) => panic!("output without a command: {line}"),
            }
        }
    }
    all
}

/// Whether `found` is what `expected` says, `...` standing for any lines.
fn matches(expected: &[String], found: &[String]) -> bool {
    match expected.split_first() {
        None => found.is_empty(),
        Some((dots, rest)) if dots.trim() == "..." => {
            (0..=found.len()).any(|skipped| matches(rest, &found[skipped..]))
        }
        Some((line, rest)) => {
            let same = |first: &String| match line.strip_suffix("...") {
                Some(start) => first.starts_with(start),
                None => first.trim_end() == line.trim_end(),
            };
            found.first().is_some_and(same) && matches(rest, &found[1..])
        }
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// Runs a command as a page shows it, both outputs together, in `folder`.
fn run(command: &str, folder: &Path) -> Vec<String> {
    let program = Path::new(env!("CARGO_BIN_EXE_recharge")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let output = Command::new("sh")
        .args(["-c", &format!("{{ {command}; }} 2>&1")])
        .current_dir(folder)
        .env("PATH", path)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter(|line| !is_progress(line)).map(str::to_owned).collect()
}

/// Returns true for a line of progress, which a command prints only on a machine that takes long.
fn is_progress(line: &str) -> bool {
    let of_a_study = line.contains(" replications · ") && line.ends_with(" s left");
    of_a_study || (line.contains(" accounts · ") && line.ends_with("/s"))
}

#[test]
fn lines_of_progress_are_told_from_answers() {
    assert!(is_progress("40 of 200 replications · 3.1/s · 51 s left"));
    assert!(is_progress("12000 accounts · 812/s"));
    assert!(!is_progress("12 candidates · 40 replications · usage drawn anew for each"));
    assert!(!is_progress("10 accounts · $402.00"));
}

/// What a page shows otherwise than it is.
fn wrong(page: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    for shown in ["scenarios", "tests/exports"] {
        copy(&root().join(shown), &folder.path().join(shown));
    }
    let mut wrong = Vec::new();
    for Shown { command, output } in shown(page) {
        let found = run(&command, folder.path());
        if found.first().is_some_and(|line| line == "{") && !command.contains("schema") {
            results::valid(&found.join("\n"));
        }
        if !matches(&output, &found) {
            wrong.push(format!(
                "$ {command}\n--- shown\n{}\n--- found\n{}",
                output.join("\n"),
                found.join("\n")
            ));
        }
    }
    wrong
}

#[test]
fn every_command_of_the_documentation_prints_what_it_shows() {
    let told = |path: &PathBuf| {
        let wrong = wrong(&fs::read_to_string(path).unwrap());
        wrong.into_iter().map(|wrong| format!("{}:\n{wrong}", path.display())).collect::<Vec<_>>()
    };
    let all: Vec<String> = pages().par_iter().flat_map(told).collect();
    assert!(all.is_empty(), "{}", all.join("\n\n"));
}

#[test]
fn every_toml_block_is_toml() {
    for path in pages() {
        for block in blocks(&fs::read_to_string(&path).unwrap(), "toml") {
            let text = block.join("\n");
            assert!(text.parse::<toml::Table>().is_ok(), "{}:\n{text}", path.display());
        }
    }
}

#[test]
fn every_link_leads_somewhere() {
    for path in pages() {
        let text = fs::read_to_string(&path).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.contains("://") || link.contains(' ') || link.contains('`') {
                continue;
            }
            let target = path.parent().unwrap().join(link.split('#').next().unwrap());
            assert!(target.exists(), "{}: no {link}", path.display());
        }
    }
}

#[test]
fn every_scenario_the_documents_page_names_is_shipped() {
    let page = fs::read_to_string(root().join("docs/reference/documents.md")).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| ") && line.contains('`'));
    let mut named = 0;
    for row in rows {
        let last = row.trim_end_matches('|').rsplit('|').next().unwrap();
        for name in last.split('`').skip(1).step_by(2).filter(|name| !name.starts_with("--")) {
            named += 1;
            let path = root().join("scenarios").join(name).with_extension("toml");
            assert!(path.exists(), "no scenario {name}");
        }
    }
    assert!(named > 20);
}

#[test]
fn the_two_commands_of_the_readme_stand_at_its_top() {
    let page = fs::read_to_string(root().join("README.md")).unwrap();
    let commands: Vec<_> =
        page.lines().filter_map(|line| line.strip_prefix("    cargo ")).collect();
    assert_eq!(
        commands,
        ["run --release -- run scenarios/product-classifier-starter.toml", "test"]
    );
}

#[test]
fn a_page_that_shows_something_else_is_noticed() {
    let page = "```console\n$ recharge check scenarios/a2v2.toml\nscenarios/a2v2.toml: fine\n```";
    assert_eq!(wrong(page).len(), 1);
    let page = "```console\n$ recharge check scenarios/a2v2.toml\n...\n```";
    assert_eq!(wrong(page), Vec::<String>::new());
}

/// `RECHARGE_BLESS=1` writes the page anew.
#[test]
fn the_key_reference_is_the_one_the_keys_make() {
    let path = root().join("docs/reference/scenario.md");
    if std::env::var_os("RECHARGE_BLESS").is_some() {
        fs::write(&path, recharge::scenario::reference()).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), recharge::scenario::reference());
}

/// `RECHARGE_BLESS=1` writes the page anew.
#[test]
fn the_reference_of_figures_is_the_one_the_catalogue_makes() {
    let path = root().join("docs/reference/figures.md");
    let made = recharge::figures::reference();
    if std::env::var_os("RECHARGE_BLESS").is_some() {
        fs::write(&path, &made).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), made);
}
