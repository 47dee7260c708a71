//! A disk that records its operations, that can lack or fail some of them, and that calls a hook
//! before each.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::files::disk::{Disk, DiskStep, System};

/// An operation that was performed, with paths relative to the test's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Done {
    CreateFile(PathBuf),
    /// Bytes appended to the file that was created under this name.
    Append(PathBuf, Vec<u8>),
    SyncFile(PathBuf),
    CreateFolder(PathBuf),
    SyncFolder(PathBuf),
    SetAccess(PathBuf),
    Rename(PathBuf, PathBuf),
    Link(PathBuf, PathBuf),
    Exchange(PathBuf, PathBuf),
    RemoveFile(PathBuf),
    RemoveFolder(PathBuf),
}

/// Operations that a disk lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lacks {
    Nothing,
    /// Exchanging names and renaming to a free name.
    Conditions,
    /// Exclusive renames and links.
    ConditionsAndLinks,
}

impl Lacks {
    pub(super) const ALL: [Lacks; 3] =
        [Lacks::Nothing, Lacks::Conditions, Lacks::ConditionsAndLinks];

    fn error(self, step: &DiskStep<'_>) -> Option<io::ErrorKind> {
        let across = |from: &Path, to: &Path| from.parent() != to.parent();
        match *step {
            // Never from one folder to another: these may be on different disks.
            DiskStep::Rename { from, to } | DiskStep::RenameToFree { from, to }
                if across(from, to) =>
            {
                Some(io::ErrorKind::CrossesDevices)
            }
            DiskStep::Exchange { one, other } if across(one, other) => {
                Some(io::ErrorKind::CrossesDevices)
            }
            DiskStep::RenameToFree { .. } | DiskStep::Exchange { .. } if self != Lacks::Nothing => {
                Some(io::ErrorKind::InvalidInput)
            }
            DiskStep::Link { .. } if self == Lacks::ConditionsAndLinks => {
                Some(io::ErrorKind::PermissionDenied)
            }
            _ => None,
        }
    }
}

/// The operations that fail, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fails {
    None,
    One(usize),
    From(usize),
}

type Hook = Arc<dyn Fn(usize) + Send + Sync>;

/// A recording disk over the real one.
pub(super) struct Recorder {
    root: PathBuf,
    lacks: Lacks,
    fails: Fails,
    count: AtomicUsize,
    done: Mutex<Vec<Done>>,
    names: Mutex<BTreeMap<u64, PathBuf>>,
    before: Mutex<Option<Hook>>,
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recorder").field("lacks", &self.lacks).finish_non_exhaustive()
    }
}

impl Recorder {
    pub(super) fn new(root: &Path, lacks: Lacks, fails: Fails) -> Recorder {
        Recorder {
            root: root.to_owned(),
            lacks,
            fails,
            count: AtomicUsize::new(0),
            done: Mutex::default(),
            names: Mutex::default(),
            before: Mutex::default(),
        }
    }

    /// Calls `hook` before each operation with its number.
    pub(super) fn before_each(&self, hook: impl Fn(usize) + Send + Sync + 'static) {
        *self.before.lock().unwrap() = Some(Arc::new(hook));
    }

    /// Everything done so far.
    pub(super) fn done(&self) -> Vec<Done> {
        self.done.lock().unwrap().clone()
    }

    fn name(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.root).unwrap().to_owned()
    }

    fn created(&self, file: &File) -> PathBuf {
        self.names.lock().unwrap()[&file.metadata().unwrap().ino()].clone()
    }

    fn record(&self, step: &DiskStep<'_>) -> Done {
        match *step {
            DiskStep::CreateFile { path, .. } => {
                let number = fs::metadata(path).unwrap().ino();
                self.names.lock().unwrap().insert(number, self.name(path));
                Done::CreateFile(self.name(path))
            }
            DiskStep::Append { file, bytes } => Done::Append(self.created(file), bytes.to_owned()),
            DiskStep::SyncFile { file } => Done::SyncFile(self.created(file)),
            DiskStep::CreateFolder { path, .. } => Done::CreateFolder(self.name(path)),
            DiskStep::SyncFolder { path } => Done::SyncFolder(self.name(path)),
            DiskStep::SetAccess { path, .. } => Done::SetAccess(self.name(path)),
            DiskStep::Rename { from, to } | DiskStep::RenameToFree { from, to } => {
                Done::Rename(self.name(from), self.name(to))
            }
            DiskStep::Link { from, to } => Done::Link(self.name(from), self.name(to)),
            DiskStep::Exchange { one, other } => Done::Exchange(self.name(one), self.name(other)),
            DiskStep::RemoveFile { path } => Done::RemoveFile(self.name(path)),
            DiskStep::RemoveFolder { path } => Done::RemoveFolder(self.name(path)),
        }
    }
}

impl Disk for Recorder {
    fn perform(&self, step: DiskStep<'_>) -> io::Result<()> {
        if let Some(kind) = self.lacks.error(&step) {
            return Err(kind.into());
        }
        let number = self.count.fetch_add(1, Ordering::SeqCst);
        let hook = self.before.lock().unwrap().clone();
        if let Some(hook) = hook {
            hook(number);
        }
        match self.fails {
            Fails::One(failing) if number == failing => {
                return Err(io::Error::other("the disk fails"));
            }
            Fails::From(failing) if number >= failing => {
                return Err(io::Error::other("the disk fails"));
            }
            _ => {}
        }
        System.perform(step)?;
        let done = self.record(&step);
        self.done.lock().unwrap().push(done);
        Ok(())
    }
}
