//! Writing a folder of files so that an earlier one stays whole until the new one is complete.
//!
//! The files are written into a temporary folder beside the destination and synced; then the
//! earlier folder is moved aside, the new one takes its place, and the earlier one is removed. A
//! full disk or an interrupt leaves the earlier folder or none, never half of one. Only a folder
//! that is empty or holds nothing but a report of ours is replaced.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::output::Unfinished;

/// The page of a report, by which it is known.
pub const PAGE: &str = "index.html";
/// What a page of ours says in its head.
pub const MADE_BY: &str = "<meta name=\"generator\" content=\"recharge ";

/// A folder that comes into being when it is kept.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    made: TempDir,
    unfinished: Unfinished,
}

/// A destination that was looked at: it is free, or holds a report that may be replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination(PathBuf);

impl Destination {
    /// Looks at a folder to write to. `ours` says which names a file of a report can have. An error
    /// says what stands in the way.
    pub fn look(path: &Path, ours: impl Fn(&str) -> bool) -> io::Result<Destination> {
        let refuse = |what: String| Err(named(path, io::Error::other(what)));
        // Through a link to where it leads, so that the folder is replaced and not the link.
        let real = match fs::canonicalize(path) {
            Ok(real) => real,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Destination(path.to_owned()));
            }
            Err(error) => return Err(named(path, error)),
        };
        if !real.is_dir() {
            return refuse("is a file; name a folder".to_owned());
        }
        let mut names = Vec::new();
        for entry in fs::read_dir(&real).map_err(|error| named(path, error))? {
            names.push(entry.map_err(|error| named(path, error))?.file_name());
        }
        let foreign = names.iter().find(|name| !name.to_str().is_some_and(&ours));
        if let Some(name) = foreign {
            return refuse(format!(
                "holds {name:?}, which is no part of a report; name another folder"
            ));
        }
        if !names.is_empty() && !is_report(&real) {
            return refuse(format!("has no {PAGE} of a report in it; name another folder"));
        }
        Ok(Destination(real))
    }

    /// Starts the folder.
    pub fn start(&self) -> io::Result<Folder> {
        let beside = self.0.parent().filter(|parent| !parent.as_os_str().is_empty());
        let beside = beside.unwrap_or(Path::new("."));
        let made = builder().tempdir_in(beside).map_err(|error| named(&self.0, error))?;
        let unfinished = Unfinished::new(made.path());
        Ok(Folder { path: self.0.clone(), made, unfinished })
    }
}

/// Temporary folders, with the permissions that a new one has.
fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".recharge-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o777));
    }
    builder
}

/// Whether the page in a folder is ours.
fn is_report(folder: &Path) -> bool {
    let page = fs::read_to_string(folder.join(PAGE)).unwrap_or_default();
    page.contains(MADE_BY)
}

impl Folder {
    /// Writes a file of it.
    pub fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let write = || -> io::Result<()> {
            let mut file = File::create(self.made.path().join(name))?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().map_err(|error| named(&self.path.join(name), error))
    }

    /// Puts the complete folder in its place.
    pub fn keep(self) -> io::Result<()> {
        let Folder { path, made, unfinished: _unfinished } = self;
        replace(&path, made).map_err(|error| named(&path, error))
    }
}

fn replace(path: &Path, made: TempDir) -> io::Result<()> {
    if !path.exists() {
        return settle(made, path);
    }
    let beside = made.path().parent().unwrap_or(Path::new("."));
    let aside = builder().tempdir_in(beside)?;
    let earlier = aside.path().join("earlier");
    fs::rename(path, &earlier)?;
    settle(made, path).inspect_err(|_| {
        // The earlier report goes back; the error that matters is the first.
        let _ = fs::rename(&earlier, path);
    })
}

fn settle(made: TempDir, path: &Path) -> io::Result<()> {
    fs::rename(made.path(), path)?;
    // It has moved: there is nothing left to remove.
    let _ = made.keep();
    Ok(())
}

fn named(path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: cannot be written: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(name: &str) -> bool {
        name == PAGE || name == "balance.svg"
    }

    fn write(path: &Path, text: &str) {
        let folder = Destination::look(path, ours).unwrap().start().unwrap();
        folder.write(PAGE, format!("{MADE_BY}1\">{text}").as_bytes()).unwrap();
        folder.keep().unwrap();
    }

    fn names(path: &Path) -> Vec<String> {
        let names = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name());
        names.map(|name| name.into_string().unwrap()).collect()
    }

    #[test]
    fn a_report_replaces_an_earlier_one_and_leaves_nothing_beside_it() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("report");
        for text in ["first", "second"] {
            write(&path, text);
            assert!(fs::read_to_string(path.join(PAGE)).unwrap().ends_with(text));
            assert_eq!(names(place.path()), ["report"]);
        }
    }

    #[test]
    fn a_report_that_is_not_kept_leaves_the_earlier_one() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("report");
        write(&path, "first");
        let folder = Destination::look(&path, ours).unwrap().start().unwrap();
        folder.write(PAGE, b"second").unwrap();
        drop(folder);
        assert!(fs::read_to_string(path.join(PAGE)).unwrap().ends_with("first"));
        assert_eq!(names(place.path()), ["report"]);
    }

    #[test]
    fn a_folder_with_other_files_is_never_replaced() {
        let place = tempfile::tempdir().unwrap();
        let look = |path: &Path| Destination::look(path, ours).map_err(|error| error.to_string());
        assert!(look(place.path()).is_ok(), "an empty folder");
        fs::write(place.path().join("balance.svg"), "mine").unwrap();
        assert!(look(place.path()).unwrap_err().contains("no index.html of a report"));
        fs::write(place.path().join(PAGE), "<html>mine</html>").unwrap();
        assert!(look(place.path()).unwrap_err().contains("no index.html of a report"));
        fs::write(place.path().join(PAGE), format!("{MADE_BY}0\">")).unwrap();
        assert!(look(place.path()).is_ok(), "a report");
        fs::write(place.path().join("notes.txt"), "mine").unwrap();
        assert!(look(place.path()).unwrap_err().contains("notes.txt"));
        assert!(look(&place.path().join("notes.txt")).unwrap_err().contains("is a file"));
    }

    #[cfg(unix)]
    #[test]
    fn a_report_is_written_through_a_link() {
        let place = tempfile::tempdir().unwrap();
        let (path, link) = (place.path().join("report"), place.path().join("link"));
        write(&path, "first");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        write(&link, "second");
        assert!(fs::read_to_string(path.join(PAGE)).unwrap().ends_with("second"));
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }
}
