//! What a check found in scenario files, in the forms that pipelines read.
//!
//! Deliberately absent: the drawing of errors beneath the text, which is the scenario's.

use std::io;

use super::document::markdown::escaped;
use super::gates::{Annotation, TestCase, junit};
use super::rows::{CsvCell, CsvColumns};

/// A file that was checked.
#[derive(Clone, Debug)]
pub struct CheckedFile {
    /// Its name.
    pub file: String,
    /// What is wrong or doubtful with it, in file order.
    pub found: Vec<CheckFinding>,
}

/// A mistake or a doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckFinding {
    /// True if the scenario cannot be run with it.
    pub is_error: bool,
    /// The problem and the way out.
    pub message: String,
    /// The line, from 1; `None` for the file as a whole.
    pub line: Option<usize>,
    /// The column in characters, from 1.
    pub column: Option<usize>,
}

impl CheckedFile {
    /// Returns true if it can be run.
    pub fn is_ok(&self) -> bool {
        self.errors().next().is_none()
    }

    fn errors(&self) -> impl Iterator<Item = &CheckFinding> {
        self.found.iter().filter(|found| found.is_error)
    }
}

impl CheckFinding {
    /// `error` or `warning`.
    pub fn level(&self) -> &'static str {
        if self.is_error { "error" } else { "warning" }
    }

    fn place(&self, file: &str) -> String {
        match (self.line, self.column) {
            (Some(line), Some(column)) => format!("{file}:{line}:{column}"),
            (Some(line), None) => format!("{file}:{line}"),
            (None, _) => file.to_owned(),
        }
    }
}

/// A table for a comment or the summary of a job.
pub fn markdown(files: &[CheckedFile]) -> String {
    let mut text = String::from("| file | line | | found |\n|---|--:|---|---|\n");
    for CheckedFile { file, found } in files {
        let file = escaped(file);
        if found.is_empty() {
            text.push_str(&format!("| {file} | | ✅ ok | |\n"));
        }
        for one in found {
            let line = one.line.map(|line| line.to_string()).unwrap_or_default();
            let sign = if one.is_error { "❌ error" } else { "⚠️ warning" };
            text.push_str(&format!("| {file} | {line} | {sign} | {} |\n", escaped(&one.message)));
        }
    }
    text
}

/// Writes a row for each mistake or doubt.
pub fn csv(files: &[CheckedFile], out: impl io::Write) -> io::Result<()> {
    let number =
        |number: Option<usize>| CsvCell::word(number.map_or(String::new(), |n| n.to_string()));
    let rows =
        files.iter().flat_map(|one| one.found.iter().map(|found| (one.file.as_str(), found)));
    CsvColumns::<(&str, &CheckFinding)>::default()
        .column("file", |(file, _)| CsvCell::text(file))
        .column("line", move |(_, found)| number(found.line))
        .column("column", move |(_, found)| number(found.column))
        .column("level", |(_, found)| CsvCell::word(found.level()))
        .column("message", |(_, found)| CsvCell::text(&found.message))
        .write(rows, out)
}

/// A JUnit report: a test for each file.
pub fn junit_of(files: &[CheckedFile]) -> String {
    let case = |one: &CheckedFile| TestCase {
        name: one.file.clone(),
        place: one.file.clone(),
        trouble: (!one.is_ok()).then(|| {
            let lines =
                one.errors().map(|found| format!("{}: {}", found.place(&one.file), found.message));
            ("failure", lines.collect::<Vec<_>>().join("\n"))
        }),
    };
    junit("recharge check", &files.iter().map(case).collect::<Vec<_>>())
}

/// An annotation of GitHub for each mistake or doubt.
pub fn github(files: &[CheckedFile]) -> String {
    let of_file = |one: &CheckedFile| -> String {
        let annotation = |found: &CheckFinding| {
            Annotation {
                level: found.level(),
                file: Some(&one.file),
                line: found.line,
                column: found.column,
                title: "recharge check",
                message: &found.message,
            }
            .text()
        };
        one.found.iter().map(annotation).collect()
    };
    files.iter().map(of_file).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_told_at_its_place_in_every_form() {
        let wrong = CheckFinding {
            is_error: true,
            message: "unknown key `fea`; did you mean `fee`?".to_owned(),
            line: Some(7),
            column: Some(3),
        };
        let doubt = CheckFinding { is_error: false, line: None, column: None, ..wrong.clone() };
        let ok = CheckedFile { file: "ok.toml".to_owned(), found: Vec::new() };
        let bad = CheckedFile { file: "bad.toml".to_owned(), found: vec![wrong, doubt.clone()] };
        let doubtful = CheckedFile { file: "doubtful.toml".to_owned(), found: vec![doubt] };
        assert!(ok.is_ok() && doubtful.is_ok() && !bad.is_ok());
        let files = [ok, bad, doubtful];
        assert!(
            github(&files).starts_with("::error file=bad.toml,line=7,col=3,title=recharge check::")
        );
        assert!(github(&files).contains("\n::warning file=doubtful.toml,title=recharge check::"));
        assert!(junit_of(&files).contains("<testsuites tests=\"3\" failures=\"1\" errors=\"0\">"));
        let mut rows = Vec::new();
        csv(&files, &mut rows).unwrap();
        assert_eq!(String::from_utf8(rows).unwrap().lines().count(), 4);
        assert_eq!(markdown(&files).lines().count(), 6);
    }
}
