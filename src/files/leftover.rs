//! Files left by processes that died while writing, recognised by their names, and removed or put
//! back by the next run.
//!
//! A process holds a lock on each of its unfinished files, which the system releases when the
//! process ends, however it ends. A file that cannot be locked belongs to a live process, or is on
//! a file system without locks, and stays.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;

use super::disk::DiskStep;
use super::folder::Contents;
use super::store::{Store, UnfinishedKind};

const START: &str = ".recharge-";
const PART: &str = ".part";
const EARLIER: &str = ".earlier";

/// The name of something unfinished.
pub(super) fn name_of_part(unique: &str) -> String {
    format!("{START}{unique}{PART}")
}

/// The name under which the earlier `name` is kept aside.
pub(super) fn name_of_earlier(unique: &str, name: &OsStr) -> OsString {
    let mut aside = OsString::from(format!("{START}{unique}."));
    aside.push(name);
    aside.push(EARLIER);
    aside
}

/// Meaning of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Leftover {
    /// Unfinished.
    Part,
    /// The earlier entry of this name.
    Earlier { name: OsString },
}

impl Leftover {
    fn of(name: &OsStr) -> Option<Leftover> {
        // Runs only create names that are valid text, except for entries kept aside.
        let bytes = name.as_encoded_bytes().strip_prefix(START.as_bytes())?;
        let letters = bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let (unique, rest) = bytes.split_at(letters);
        if !(6..=8).contains(&unique.len()) {
            return None;
        }
        if rest == PART.as_bytes() {
            return Some(Leftover::Part);
        }
        let name = name.to_str()?.get(START.len() + letters + 1..)?.strip_suffix(EARLIER)?;
        (!name.is_empty()).then(|| Leftover::Earlier { name: name.into() })
    }
}

/// Removes unfinished files of dead processes from a folder, and their unfinished reports too if
/// `contents` describes reports. An earlier report that was left aside goes back to its place if
/// the place is free. Failures are ignored.
pub(super) fn tidy(store: &Store, folder: &Path, contents: Option<&'static Contents>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let Some(leftover) = Leftover::of(&entry.file_name()) else { continue };
        let Ok(kind) = entry.file_type() else { continue };
        let path = entry.path();
        match (leftover, contents) {
            (Leftover::Part, _) if kind.is_file() => {
                if let Some(_lock) = locked(&path) {
                    store.names().discard(&path, UnfinishedKind::File);
                }
            }
            (Leftover::Part, Some(contents)) if kind.is_dir() && contents.is_all_of(&path) => {
                if let Some(_lock) = locked(&path) {
                    store.names().discard(&path, UnfinishedKind::Folder(contents));
                }
            }
            (Leftover::Earlier { name }, Some(contents)) if kind.is_dir() => {
                if let Some(_lock) = locked(&path) {
                    put_back(store, &path, &folder.join(name), contents);
                }
            }
            _ => {}
        }
    }
}

/// Puts an earlier report back in its place, or removes it if another report has replaced it.
fn put_back(store: &Store, aside: &Path, place: &Path, contents: &'static Contents) {
    let names = store.names();
    match fs::symlink_metadata(place) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let _ = names.perform(DiskStep::Rename { from: aside, to: place });
        }
        _ if contents.is_report(place) => names.discard(aside, UnfinishedKind::Folder(contents)),
        _ => {}
    }
}

/// Outcome of an attempt to lock an entry for this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lock {
    /// Locked, for as long as the file is open.
    Held,
    /// Another process has it, or had it and removed what stood there.
    Taken,
    /// Nothing can be locked there.
    Impossible,
}

impl Lock {
    /// Locks an open file or folder that is at `path`.
    pub(super) fn of(file: &File, path: &Path) -> Lock {
        match file.try_lock() {
            Ok(()) if is_still_there(file, path) => Lock::Held,
            Ok(()) | Err(TryLockError::WouldBlock) => Lock::Taken,
            Err(TryLockError::Error(_)) => Lock::Impossible,
        }
    }
}

/// Opens and locks the entry at `path`; `None` if a live process holds it or it cannot be locked.
pub(super) fn locked(path: &Path) -> Option<File> {
    opened(path).filter(|file| Lock::of(file, path) == Lock::Held)
}

/// Opens an entry without following a link, and without blocking on the other end of a pipe.
#[cfg(unix)]
pub(super) fn opened(path: &Path) -> Option<File> {
    use rustix::fs::{Mode, OFlags, open};
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    open(path, flags, Mode::empty()).ok().map(File::from)
}

#[cfg(not(unix))]
pub(super) fn opened(path: &Path) -> Option<File> {
    File::open(path).ok()
}

#[cfg(unix)]
fn is_still_there(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let (Ok(open), Ok(there)) = (file.metadata(), fs::symlink_metadata(path)) else { return false };
    (open.dev(), open.ino()) == (there.dev(), there.ino())
}

#[cfg(not(unix))]
fn is_still_there(_: &File, path: &Path) -> bool {
    path.exists()
}
