//! Several files as one history: the files that patterns and folders name.
//!
//! Deliberately absent: the order of the files in time, which depends on their rows.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::error::ExportError;

/// Endings of the files for which a folder is searched; packed ones end in `.gz` or `.zst` too.
const ENDINGS: [&str; 12] =
    ["csv", "tsv", "tab", "psv", "txt", "json", "jsonl", "ndjson", "xls", "xlsx", "parquet", "log"];
/// Names of texts about the files in a folder, which are none of usage.
const ABOUT: [&str; 7] =
    ["readme", "read_me", "read-me", "license", "licence", "changelog", "notice"];
/// The depth to which folders are searched in folders.
const DEEP: usize = 8;
/// The most files of one history.
const MOST: usize = 10_000;

/// The files that paths, patterns and folders name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileList {
    /// In the order of what was given, and by name within a folder or a pattern; each once.
    pub files: Vec<PathBuf>,
    /// Files in folders that are none of usage by their names.
    pub passed_over: Vec<PathBuf>,
}

impl FileList {
    /// Finds the files of each of `given`: a file, a folder with files and folders in it, or a
    /// pattern such as `usage-2026-*.csv`. A name without a file is an error.
    pub fn of(given: &[PathBuf]) -> Result<FileList, ExportError> {
        let (mut list, mut known) = (FileList::default(), BTreeSet::new());
        for one in given {
            let found = FileList::meant_by(one)?;
            if found.files.is_empty() {
                return Err(failed(one, no_usage(&found.passed_over)));
            }
            for file in found.files {
                // A file that is missing is told when it is opened.
                if known.insert(file.canonicalize().unwrap_or_else(|_| file.clone())) {
                    list.files.push(file);
                }
            }
            list.passed_over.extend(found.passed_over);
        }
        match list.files.get(MOST) {
            Some(file) => Err(failed(file, "is one of more than 10,000 files; name fewer of them")),
            None => Ok(list),
        }
    }

    /// The files that a path, a pattern or a folder names.
    fn meant_by(given: &Path) -> Result<FileList, ExportError> {
        let mut list = FileList::default();
        if given.is_dir() {
            list.add_folder(given, DEEP)?;
            return Ok(list);
        }
        if given.exists() || !is_pattern(given) {
            list.files.push(given.to_owned());
            return Ok(list);
        }
        let text = given.to_str().ok_or_else(|| failed(given, "a pattern has to be UTF-8 text"))?;
        let found = glob::glob(text).map_err(|why| failed(given, &format!("no pattern: {why}")))?;
        for path in found {
            let path = path.map_err(|why| failed(given, &why.to_string()))?;
            if path.is_dir() {
                list.add_folder(&path, DEEP)?;
            } else if is_scenario(&path) {
                list.passed_over.push(path);
            } else {
                list.files.push(path);
            }
        }
        Ok(list)
    }

    /// Adds the files of a folder, by name, and those of folders in it.
    fn add_folder(&mut self, folder: &Path, deep: usize) -> Result<(), ExportError> {
        let unreadable = |why: std::io::Error| failed(folder, &format!("cannot be read: {why}"));
        let mut paths = Vec::new();
        for entry in fs::read_dir(folder).map_err(unreadable)? {
            paths.push(entry.map_err(unreadable)?.path());
        }
        paths.sort();
        for path in paths {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with('.') {
                continue;
            }
            if path.is_dir() {
                if deep == 0 {
                    return Err(failed(&path, "lies too deep; name the folder itself"));
                }
                self.add_folder(&path, deep - 1)?;
            } else if is_usage(&name) {
                self.files.push(path);
            } else {
                self.passed_over.push(path);
            }
        }
        Ok(())
    }
}

/// Whether a path has marks of a pattern.
fn is_pattern(path: &Path) -> bool {
    path.to_string_lossy().contains(['*', '?', '['])
}

/// Whether a file is a scenario by the ending of its name.
fn is_scenario(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"))
}

/// Why a path names no usage, where it names these other files.
fn no_usage(others: &[PathBuf]) -> &'static str {
    match !others.is_empty() && others.iter().all(|path| is_scenario(path)) {
        true => SCENARIOS,
        false => "stands for no file of usage; check the path",
    }
}

const SCENARIOS: &str = "stands for scenarios (*.toml) and for no file of usage; a scenario is given as SCENARIO, and usage is a table \
                         such as CSV, JSON or a workbook";

/// The error for a scenario that is given as usage; `None` for any other file.
pub(in crate::usage) fn scenario_as_usage(path: &Path) -> Option<ExportError> {
    let why = "is a scenario by its name (.toml) and no file of usage; a scenario is given as SCENARIO, and usage is a table such \
               as CSV, JSON or a workbook";
    is_scenario(path).then(|| failed(path, why))
}

/// Whether a file's name ends like that of an export.
fn is_usage(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let unpacked = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
    unpacked.rsplit_once('.').is_some_and(|(stem, ending)| {
        ENDINGS.contains(&ending) && !(ending == "txt" && ABOUT.contains(&stem))
    })
}

fn failed(path: &Path, why: &str) -> ExportError {
    ExportError::Files { name: path.display().to_string(), why: why.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with these files in it.
    fn folder(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "time,credits\n").unwrap();
        }
        folder
    }

    fn names(folder: &Path, given: &[&str]) -> Result<Vec<String>, String> {
        let given: Vec<PathBuf> = given.iter().map(|name| folder.join(name)).collect();
        let list = FileList::of(&given).map_err(|error| error.to_string())?;
        let name = |path: &PathBuf| {
            path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/")
        };
        Ok(list.files.iter().map(name).collect())
    }

    #[test]
    fn patterns_and_folders_stand_for_their_files_each_once() {
        let folder = folder(&[
            "usage-2026-01.csv",
            "usage-2026-02.csv.gz",
            "more/b.JSONL",
            "more/deep/a.tsv",
            "more/read.me",
            "more/.hidden.csv",
            "odd[1].csv",
        ]);
        let folder = folder.path();
        let read = |given: &[&str]| names(folder, given).unwrap();
        assert_eq!(read(&["usage-2026-*"]), ["usage-2026-01.csv", "usage-2026-02.csv.gz"]);
        assert_eq!(read(&["more"]), ["more/b.JSONL", "more/deep/a.tsv"]);
        assert_eq!(read(&["odd[1].csv"]), ["odd[1].csv"]);
        let twice = read(&["usage-2026-02.csv.gz", "usage-*", "more/../usage-2026-01.csv"]);
        assert_eq!(twice, ["usage-2026-02.csv.gz", "usage-2026-01.csv"]);
        let list = FileList::of(&[folder.join("more")]).unwrap();
        assert_eq!(list.passed_over, [folder.join("more/read.me")]);
    }

    #[test]
    fn what_stands_for_no_file_is_an_error() {
        let folder = folder(&["empty/read.me"]);
        for given in ["empty", "none-*.csv"] {
            let error = names(folder.path(), &[given]).unwrap_err();
            assert!(error.ends_with("stands for no file of usage; check the path"), "{error}");
        }
    }
}
