//! The operations that change a disk, as values, so that tests can record them, replay them up to
//! any point, and make any of them fail.
//!
//! Deliberately absent: the order of operations by which files appear whole, and all reading.

use std::fmt;
use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::path::Path;

/// One operation.
#[derive(Clone, Copy, Debug)]
pub(super) enum DiskStep<'a> {
    /// Creates an empty file at an unused path.
    CreateFile { path: &'a Path, visibility: Visibility },
    /// Writes to the end of an open file.
    Append { file: &'a File, bytes: &'a [u8] },
    /// Waits until the contents of an open file would survive a power loss.
    SyncFile { file: &'a File },
    /// Creates an empty folder at an unused path.
    CreateFolder { path: &'a Path, visibility: Visibility },
    /// Waits until the names in a folder would survive a loss of power.
    SyncFolder { path: &'a Path },
    /// Gives a file or folder the owner, group and permissions of another, as far as the system
    /// allows.
    SetAccess { path: &'a Path, access: Access },
    /// Gives a file or folder another name, in place of the file that has it.
    Rename { from: &'a Path, to: &'a Path },
    /// Gives a file another name, which nothing may have.
    RenameToFree { from: &'a Path, to: &'a Path },
    /// Gives a file a second name, which nothing may have.
    Link { from: &'a Path, to: &'a Path },
    /// Exchanges the names of two files or folders at one instant.
    Exchange { one: &'a Path, other: &'a Path },
    /// Removes a file, or one of its names.
    RemoveFile { path: &'a Path },
    /// Removes an empty folder.
    RemoveFolder { path: &'a Path },
}

/// Audience of a new file or folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Visibility {
    /// Whoever may look at new files of this process.
    AsNew,
    /// This user alone: it may be to replace something private.
    Private,
}

/// The place where operations are performed.
pub(super) trait Disk: fmt::Debug + Send + Sync {
    /// Performs one operation.
    fn perform(&self, step: DiskStep<'_>) -> io::Result<()>;
}

/// The file system of the machine.
#[derive(Debug)]
pub(super) struct System;

impl Disk for System {
    fn perform(&self, step: DiskStep<'_>) -> io::Result<()> {
        match step {
            DiskStep::CreateFile { path, visibility } => create_file(path, visibility),
            DiskStep::Append { mut file, bytes } => file.write_all(bytes),
            DiskStep::SyncFile { file } => file.sync_all(),
            DiskStep::CreateFolder { path, visibility } => create_folder(path, visibility),
            DiskStep::SyncFolder { path } => sync_folder(path),
            DiskStep::SetAccess { path, access } => access.give(path),
            DiskStep::Rename { from, to } => fs::rename(from, to),
            DiskStep::RenameToFree { from, to } => renamed::to_free(from, to),
            DiskStep::Link { from, to } => fs::hard_link(from, to),
            DiskStep::Exchange { one, other } => renamed::exchange(one, other),
            DiskStep::RemoveFile { path } => fs::remove_file(path),
            DiskStep::RemoveFolder { path } => fs::remove_dir(path),
        }
    }
}

fn create_file(path: &Path, visibility: Visibility) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if visibility == Visibility::Private {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = visibility;
    options.open(path).map(drop)
}

fn create_folder(path: &Path, visibility: Visibility) -> io::Result<()> {
    #[cfg_attr(not(unix), expect(unused_mut))]
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    if visibility == Visibility::Private {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    #[cfg(not(unix))]
    let _ = visibility;
    builder.create(path)
}

/// Syncs a folder. Systems and file systems that cannot do so report it in several ways and have
/// nothing to wait for.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(not(unix)) {
        return Ok(());
    }
    match File::open(path)?.sync_all() {
        Err(error) if is_impossible(&error) => Ok(()),
        synced => synced,
    }
}

/// Returns true if an error means that the file system lacks the operation, rather than that the
/// operation failed.
pub(super) fn is_impossible(error: &io::Error) -> bool {
    use io::ErrorKind::{CrossesDevices, InvalidInput, PermissionDenied, Unsupported};
    let kinds = [Unsupported, InvalidInput, CrossesDevices, PermissionDenied];
    kinds.contains(&error.kind())
}

/// Renaming under conditions, which the standard library does not have.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
mod renamed {
    use std::io;
    use std::path::Path;

    use rustix::fs::{CWD, RenameFlags, renameat_with};

    pub(super) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
        Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
    }

    pub(super) fn to_free(from: &Path, to: &Path) -> io::Result<()> {
        Ok(renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE)?)
    }
}

/// Renaming under conditions, which this system does not have.
#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
mod renamed {
    use std::io;
    use std::path::Path;

    pub(super) fn exchange(_: &Path, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn to_free(_: &Path, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// The owner, group and permissions of a file or folder, on systems that have them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Access {
    #[cfg(unix)]
    mode: u32,
    #[cfg(unix)]
    owner: u32,
    #[cfg(unix)]
    group: u32,
}

#[cfg(unix)]
impl Access {
    /// Reads them from metadata.
    pub(super) fn of(about: &Metadata) -> Access {
        use std::os::unix::fs::MetadataExt;
        Access { mode: about.mode() & 0o7777, owner: about.uid(), group: about.gid() }
    }

    /// The same, and the owner may write in the folder.
    pub(super) fn with_writing(self) -> Access {
        Access { mode: self.mode | 0o700, ..self }
    }

    /// Applies them to the entry at `path`. If the group cannot be applied, the present group gets
    /// no more rights than others have, so that nobody gains access.
    fn give(self, path: &Path) -> io::Result<()> {
        use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
        let both = chown(path, Some(self.owner), Some(self.group));
        // An error here is not a failure: the metadata below shows what was applied.
        let _ = both.or_else(|_| chown(path, None, Some(self.group)));
        let about = fs::symlink_metadata(path)?;
        let mut mode = self.mode;
        if about.uid() != self.owner {
            mode &= !0o4000;
        }
        if about.gid() != self.group {
            mode = (mode & !0o2070) | (mode & (mode << 3) & 0o070);
        }
        fs::set_permissions(path, fs::Permissions::from_mode(mode))
    }
}

#[cfg(not(unix))]
impl Access {
    /// Nothing that could be kept.
    pub(super) fn of(_: &Metadata) -> Access {
        Access {}
    }

    /// The same.
    pub(super) fn with_writing(self) -> Access {
        self
    }

    fn give(self, _: &Path) -> io::Result<()> {
        Ok(())
    }
}
