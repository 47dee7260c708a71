//! What a check found, for programs.

use schemars::JsonSchema;
use serde::Serialize;

use crate::report::check::{CheckFinding, CheckedFile};

/// The name of the schema.
pub const SCHEMA: &str = "recharge.check/1";

/// What a check found.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Result of recharge check")]
pub struct CheckResult<'r> {
    /// The name and version of this schema.
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    /// True if every file can be run.
    ok: bool,
    /// The files, in their order.
    files: Vec<FileResult<'r>>,
}

/// A file.
#[derive(Serialize, JsonSchema)]
struct FileResult<'r> {
    /// Its name.
    file: &'r str,
    /// True if it can be run.
    ok: bool,
    /// Mistakes and doubts, in file order.
    found: Vec<FindingResult<'r>>,
}

/// A mistake or a doubt.
#[derive(Serialize, JsonSchema)]
struct FindingResult<'r> {
    /// `error` if the scenario cannot be run with it, or `warning`.
    level: &'static str,
    /// The problem and the way out.
    message: &'r str,
    /// The line, from 1; `null` for the file as a whole.
    line: Option<usize>,
    /// The column in characters, from 1.
    column: Option<usize>,
}

/// The result of a check.
pub fn result(files: &[CheckedFile]) -> CheckResult<'_> {
    CheckResult {
        schema: SCHEMA,
        ok: files.iter().all(CheckedFile::is_ok),
        files: files.iter().map(FileResult::from).collect(),
    }
}

impl<'r> From<&'r CheckedFile> for FileResult<'r> {
    fn from(one: &'r CheckedFile) -> Self {
        let found = one.found.iter().map(FindingResult::from).collect();
        FileResult { file: &one.file, ok: one.is_ok(), found }
    }
}

impl<'r> From<&'r CheckFinding> for FindingResult<'r> {
    fn from(found: &'r CheckFinding) -> Self {
        FindingResult {
            level: found.level(),
            message: &found.message,
            line: found.line,
            column: found.column,
        }
    }
}
