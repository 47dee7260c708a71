//! Several files as one history: a folder, or a pattern such as `usage-2026-*.csv`.
//!
//! Deliberately absent: what their rows mean, which [`super::meaning`] finds out of all of them together.

use std::path::Path;

use super::UsageError;
use super::csv::{CsvSettings, InputSource};
use super::export::FileList;
use super::meaning::{self, MeaningFeed};

/// Whether a path names several files.
pub(super) fn is_several(path: &Path) -> bool {
    let pattern = path.to_string_lossy().contains(['*', '?', '[']);
    path.is_dir() || (pattern && path.symlink_metadata().is_err())
}

/// Reads all files that a path names.
pub(super) fn open(path: &Path, settings: &CsvSettings) -> Result<MeaningFeed, UsageError> {
    let list = FileList::of(&[path.to_owned()])?;
    let name = InputSource::File(path.to_owned()).to_string();
    meaning::examine_files(name, &list, settings)
}
