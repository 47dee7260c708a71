//! An unfinished file or folder next to its target: locked, listed, and removed unless it moves to
//! the target.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::disk::{Access, DiskStep, Visibility};
use super::leftover::{Lock, opened};
use super::store::{NamingRight, Store, UnfinishedKind};

/// Names tried before a folder is given up in which each is taken again.
const ATTEMPTS: usize = 100;

/// Something unfinished.
#[derive(Debug)]
pub(super) struct Part {
    store: &'static Store,
    path: PathBuf,
    /// Open and locked, which shows other processes that this one is alive.
    handle: Option<File>,
}

impl Part {
    /// Starts a file or folder in `folder`. `earlier` is the access of the entry it will replace.
    pub(super) fn start(
        store: &'static Store,
        folder: &Path,
        kind: UnfinishedKind,
        earlier: Option<Access>,
    ) -> io::Result<Part> {
        let visibility = earlier.map_or(Visibility::AsNew, |_| Visibility::Private);
        for _ in 0..ATTEMPTS {
            let path = store.names().make(folder, kind, visibility)?;
            let mut part = Part { store, path, handle: None };
            part.handle = match kind {
                // Some systems lock only what can be read, others what can be written.
                UnfinishedKind::File => {
                    match File::options().read(true).append(true).open(&part.path) {
                        Ok(file) => Some(file),
                        Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                        Err(error) => return Err(error),
                    }
                }
                UnfinishedKind::Folder(_) => opened(&part.path),
            };
            let lock = part.handle.as_ref().map(|handle| Lock::of(handle, &part.path));
            // Otherwise another process took it for a leftover before it was locked, or opened.
            if lock != Some(Lock::Taken) && part.path.exists() {
                return Ok(part);
            }
        }
        Err(io::Error::other("another process removes whatever is begun there"))
    }

    /// Its path.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The store it is in.
    pub(super) fn store(&self) -> &'static Store {
        self.store
    }

    /// Waits until what is in a file would survive a loss of power.
    pub(super) fn sync(&self) -> io::Result<()> {
        let Some(file) = &self.handle else { return Ok(()) };
        self.store.perform(DiskStep::SyncFile { file })
    }

    /// Gives it the access of what it replaces.
    pub(super) fn give(&self, access: Option<Access>) -> io::Result<()> {
        let Some(access) = access else { return Ok(()) };
        self.store.perform(DiskStep::SetAccess { path: &self.path, access })
    }

    /// Moves it to its place by `step`, and makes that last.
    pub(super) fn moved(
        &self,
        names: &mut NamingRight<'_>,
        step: DiskStep<'_>,
        folder: &Path,
    ) -> io::Result<()> {
        names.perform(step)?;
        names.unlist(&self.path);
        names.perform(DiskStep::SyncFolder { path: folder })
    }
}

impl Write for Part {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let file = self.handle.as_ref().expect("a file is written to, and is open");
        self.store.perform(DiskStep::Append { file, bytes })?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.store.names().discard_if_listed(&self.path);
    }
}
