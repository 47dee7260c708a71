//! The disk, and the list of unfinished entries on it.
//!
//! Names appear, move and disappear only while [`NamingRight`] is held, so that a thread that
//! discards unfinished files before the process ends finds each file either listed or in its place.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::disk::{Disk, DiskStep, System, Visibility};
use super::folder::Contents;
use super::leftover;

/// The store on the disk of the machine.
pub(super) static SYSTEM: Store = Store::over(&System);

/// A disk and its unfinished entries.
#[derive(Debug)]
pub(super) struct Store {
    disk: &'static dyn Disk,
    unfinished: Mutex<BTreeMap<PathBuf, UnfinishedKind>>,
}

/// Kind of an unfinished entry.
#[derive(Clone, Copy, Debug)]
pub(super) enum UnfinishedKind {
    /// A file.
    File,
    /// A folder that holds only such contents.
    Folder(&'static Contents),
}

impl Store {
    pub(super) const fn over(disk: &'static dyn Disk) -> Store {
        Store { disk, unfinished: Mutex::new(BTreeMap::new()) }
    }

    /// Performs an operation that changes no name.
    pub(super) fn perform(&self, step: DiskStep<'_>) -> io::Result<()> {
        self.disk.perform(step)
    }

    /// Acquires the right to change names. Never returns once the unfinished entries were
    /// discarded.
    pub(super) fn names(&self) -> NamingRight<'_> {
        let unfinished = self.unfinished.lock().unwrap_or_else(PoisonError::into_inner);
        NamingRight { disk: self.disk, unfinished }
    }
}

/// Discards every unfinished entry, for a process that is about to end without returning: until the
/// result is dropped, no name appears, moves or disappears.
pub fn discard_unfinished() -> Discarded {
    Discarded { _names: SYSTEM.discard_unfinished() }
}

/// Proof that nothing is unfinished, nor will be until this is dropped.
#[must_use = "what is unfinished begins anew when this is dropped"]
#[derive(Debug)]
pub struct Discarded {
    _names: NamingRight<'static>,
}

impl Store {
    /// Discards everything that is unfinished, and keeps hold of the names.
    pub(super) fn discard_unfinished(&self) -> NamingRight<'_> {
        let mut names = self.names();
        while let Some((path, kind)) = names.unfinished.pop_first() {
            names.discard(&path, kind);
        }
        names
    }
}

/// The right to change names.
#[derive(Debug)]
pub(super) struct NamingRight<'s> {
    disk: &'s dyn Disk,
    unfinished: MutexGuard<'s, BTreeMap<PathBuf, UnfinishedKind>>,
}

impl NamingRight<'_> {
    /// Performs an operation.
    pub(super) fn perform(&self, step: DiskStep<'_>) -> io::Result<()> {
        self.disk.perform(step)
    }

    /// Makes something unfinished in `folder` and lists it.
    pub(super) fn make(
        &mut self,
        folder: &Path,
        kind: UnfinishedKind,
        visibility: Visibility,
    ) -> io::Result<PathBuf> {
        loop {
            let path = folder.join(leftover::name_of_part(&unique()));
            let made = self.perform(match kind {
                UnfinishedKind::File => DiskStep::CreateFile { path: &path, visibility },
                UnfinishedKind::Folder(_) => DiskStep::CreateFolder { path: &path, visibility },
            });
            match made {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(()) => {
                    self.list(&path, kind);
                    return Ok(path);
                }
            }
        }
    }

    /// Lists an entry as unfinished.
    pub(super) fn list(&mut self, path: &Path, kind: UnfinishedKind) {
        self.unfinished.insert(path.to_owned(), kind);
    }

    /// Takes it from the list: it has moved, or is to stay.
    pub(super) fn unlist(&mut self, path: &Path) {
        self.unfinished.remove(path);
    }

    /// Discards it, if it is listed.
    pub(super) fn discard_if_listed(&mut self, path: &Path) {
        if let Some(kind) = self.unfinished.remove(path) {
            self.discard(path, kind);
        }
    }

    /// Removes an unfinished entry; from a folder, only files that it may hold. Failures are left
    /// to a later run: no user data is lost, and there is no caller to report to.
    pub(super) fn discard(&self, path: &Path, kind: UnfinishedKind) {
        let UnfinishedKind::Folder(contents) = kind else {
            let _ = self.perform(DiskStep::RemoveFile { path });
            return;
        };
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            if contents.is_disposable(&entry) {
                let _ = self.perform(DiskStep::RemoveFile { path: &entry.path() });
            }
        }
        let _ = self.perform(DiskStep::RemoveFolder { path });
    }
}

/// Letters that no other name has, in all likelihood.
pub(super) fn unique() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnopqrstuvwxyz2345678";
    // A freshly seeded hasher is the only source of random numbers in the standard library.
    let number = RandomState::new().hash_one(std::process::id());
    (0..8).map(|index| char::from(LETTERS[(number >> (5 * index)) as usize % 32])).collect()
}
