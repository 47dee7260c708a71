//! Writing files so that an earlier one stays whole until the new one is complete.
//!
//! A file is written beside its destination under a temporary name, synced, and renamed over it. A
//! full disk, an interrupt or a kill leaves the earlier file as it was. Destinations that are no
//! regular files (a pipe, a device) are written directly.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tempfile::NamedTempFile;

/// A file that comes into being when it is kept.
#[derive(Debug)]
pub struct Output {
    path: PathBuf,
    inner: Inner,
}

#[derive(Debug)]
enum Inner {
    Beside(BufWriter<NamedTempFile>, Unfinished),
    Direct(BufWriter<File>),
}

impl Output {
    /// Starts a file that will stand at `path`. The error names the path.
    pub fn create(path: &Path) -> io::Result<Output> {
        let inner = match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                return Err(named(path, io::Error::other("is a directory; name a file in it")));
            }
            Ok(metadata) if !metadata.is_file() => {
                let file = File::options().write(true).open(path);
                Inner::Direct(BufWriter::new(file.map_err(|error| named(path, error))?))
            }
            Ok(_) | Err(_) => {
                let file = beside(path)?;
                let unfinished = Unfinished::new(file.path());
                Inner::Beside(BufWriter::new(file), unfinished)
            }
        };
        Ok(Output { path: path.to_owned(), inner })
    }

    /// Puts the complete file in its place.
    pub fn keep(self) -> io::Result<()> {
        let path = self.path;
        match self.inner {
            Inner::Direct(mut file) => file.flush().map_err(|error| named(&path, error)),
            Inner::Beside(file, _unfinished) => {
                let file = file.into_inner().map_err(|error| named(&path, error.into_error()))?;
                file.as_file().sync_all().map_err(|error| named(&path, error))?;
                file.persist(&path).map(drop).map_err(|error| named(&path, error.error))
            }
        }
    }
}

/// The temporary files and folders that stand beside their destinations now.
static UNFINISHED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// A temporary file or folder, listed as long as this lives.
#[derive(Debug)]
pub(super) struct Unfinished(PathBuf);

impl Unfinished {
    /// Lists it.
    pub(super) fn new(path: &Path) -> Unfinished {
        if let Ok(mut all) = UNFINISHED.lock() {
            all.insert(path.to_owned());
        }
        Unfinished(path.to_owned())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Ok(mut all) = UNFINISHED.lock() {
            all.remove(&self.0);
        }
    }
}

/// Removes every file and folder that is not finished, for a process about to end without returning.
pub fn discard_unfinished() {
    let Ok(all) = UNFINISHED.lock() else { return };
    for path in &*all {
        // The process ends; there is nobody to tell that a temporary file stays.
        let _ = match path.is_dir() {
            true => fs::remove_dir_all(path),
            false => fs::remove_file(path),
        };
    }
}

/// A temporary file in the folder of `path`, with the permissions a new file there would have.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".recharge-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder).map_err(|error| named(path, error))
}

fn named(path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: cannot be written: {error}", path.display()))
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match &mut self.inner {
            Inner::Beside(file, _) => file.write(bytes),
            Inner::Direct(file) => file.write(bytes),
        };
        written.map_err(|error| named(&self.path, error))
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.inner {
            Inner::Beside(file, _) => file.flush(),
            Inner::Direct(file) => file.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earlier_file_stays_until_the_new_one_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.csv");
        fs::write(&path, "earlier").unwrap();
        let mut output = Output::create(&path).unwrap();
        output.write_all(b"new").unwrap();
        output.flush().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "earlier");
        output.keep().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    }

    #[test]
    fn a_file_that_is_not_kept_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let mut output = Output::create(&folder.path().join("journal.csv")).unwrap();
        output.write_all(b"new").unwrap();
        drop(output);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_file_is_listed_as_unfinished_until_it_is_kept_or_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let listed =
            || UNFINISHED.lock().unwrap().iter().filter(|path| path.starts_with(&folder)).count();
        let kept = Output::create(&folder.path().join("kept.csv")).unwrap();
        let dropped = Output::create(&folder.path().join("dropped.csv")).unwrap();
        assert_eq!(listed(), 2);
        kept.keep().unwrap();
        assert_eq!(listed(), 1);
        drop(dropped);
        assert_eq!(listed(), 0);
    }

    #[test]
    fn an_error_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("no/such/folder/journal.csv");
        for path in [folder.path(), &missing] {
            let error = Output::create(path).unwrap_err().to_string();
            assert!(error.contains(&path.display().to_string()), "{error}");
        }
    }
}
