//! The end of a path: symbolic links followed, whether or not something exists there.
//!
//! Two paths lead to one file if they end at one place, or at one file under two names (a hard
//! link), which only the device and inode numbers reveal.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// Maximum number of symbolic links followed before a path is treated as a loop; the same as Linux.
const MOST_LINKS: usize = 40;

/// The place where a path ends.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The path without links, in the system's spelling.
    pub(super) path: PathBuf,
    /// The entry at that path.
    pub(super) stands: Stands,
}

/// Kind of entry at a place.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stands {
    /// Nothing, in a folder that exists.
    Nothing,
    /// A regular file.
    File(Identity),
    /// A folder.
    Folder(Identity),
    /// A pipe, a device or a socket, which writing does not replace.
    Device,
}

/// The numbers of device and file, where the system has them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Identity(Option<(u64, u64)>);

impl Identity {
    #[cfg(unix)]
    fn of(about: &Metadata) -> Identity {
        use std::os::unix::fs::MetadataExt;
        Identity(Some((about.dev(), about.ino())))
    }

    #[cfg(not(unix))]
    fn of(_: &Metadata) -> Identity {
        Identity(None)
    }

    fn is(self, other: Identity) -> bool {
        self.0.is_some() && self.0 == other.0
    }
}

impl Stands {
    fn of(about: &Metadata) -> Stands {
        match about {
            about if about.is_file() => Stands::File(Identity::of(about)),
            about if about.is_dir() => Stands::Folder(Identity::of(about)),
            _ => Stands::Device,
        }
    }

    fn identity(self) -> Option<Identity> {
        match self {
            Stands::File(identity) | Stands::Folder(identity) => Some(identity),
            Stands::Nothing | Stands::Device => None,
        }
    }
}

impl Place {
    /// Resolves `path`. The error explains why it leads nowhere: a folder on the way is missing or
    /// is not a folder, or links form a loop.
    pub(super) fn of(path: &Path) -> io::Result<Place> {
        let mut path = path.to_owned();
        for _ in 0..MOST_LINKS {
            match fs::metadata(&path) {
                Ok(about) => return Place::taken(path, Stands::of(&about)),
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                Err(_) => {}
            }
            let folder = folder_of(&path);
            // A dangling link leads to the place where its target would be.
            match fs::read_link(&path) {
                Ok(target) => path = folder.join(target),
                Err(_) => return Place::free(&path, folder),
            }
        }
        Err(io::Error::other("symbolic links lead in a circle"))
    }

    /// A place with an existing entry.
    fn taken(path: PathBuf, stands: Stands) -> io::Result<Place> {
        if let Stands::Device = stands {
            return Ok(Place { path, stands });
        }
        match fs::canonicalize(&path) {
            // A file that has no name any more, but is open under a number.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Ok(Place { path, stands: Stands::Device })
            }
            real => Ok(Place { path: real?, stands }),
        }
    }

    /// A free place in a folder.
    fn free(path: &Path, folder: &Path) -> io::Result<Place> {
        let missing = |_| {
            let text = format!("its folder {} does not exist", folder.display());
            io::Error::new(io::ErrorKind::NotFound, text)
        };
        let folder = match fs::canonicalize(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(missing(error)),
            folder => folder?,
        };
        let name = path.file_name().ok_or_else(|| io::Error::other("names no file"))?;
        Ok(Place { path: folder.join(name), stands: Stands::Nothing })
    }

    /// The file that a stream of this process is, if it is a regular file.
    pub(super) fn of_stream(stream: &impl OpenStream) -> Option<Place> {
        let file = stream.file()?;
        let stands = Stands::of(&file.metadata().ok()?);
        matches!(stands, Stands::File(_)).then(|| Place { path: PathBuf::new(), stands })
    }

    /// Returns true if both are one file or folder, or would be. Devices never are: nothing in them
    /// is replaced.
    pub(super) fn is(&self, other: &Place) -> bool {
        match (self.stands.identity(), other.stands.identity()) {
            (Some(one), Some(other_one)) => one.is(other_one) || self.is_at(other),
            (None, None) => matches!(self.stands, Stands::Nothing) && self.is_at(other),
            _ => false,
        }
    }

    fn is_at(&self, other: &Place) -> bool {
        !self.path.as_os_str().is_empty() && self.path == other.path
    }

    /// Returns true if both are free and their paths differ only in case, which many systems
    /// ignore.
    pub(super) fn may_be(&self, other: &Place) -> bool {
        let lower = |place: &Place| place.path.to_string_lossy().to_lowercase();
        let free = |place: &Place| matches!(place.stands, Stands::Nothing);
        free(self) && free(other) && lower(self) == lower(other)
    }

    /// Returns true if a file system is mounted there.
    pub(super) fn is_mount(&self) -> bool {
        let device = |path: &Path| match Stands::of(&fs::metadata(path).ok()?) {
            Stands::Folder(Identity(numbers)) => numbers.map(|(device, _)| device),
            _ => None,
        };
        device(&self.path) != device(folder_of(&self.path))
    }

    /// Returns true if `other` lies in this folder, at any depth.
    pub(super) fn holds(&self, other: &Place) -> bool {
        let same = |folder: &Path| match (self.stands, fs::metadata(folder)) {
            (Stands::Folder(here), Ok(about)) => here.is(Identity::of(&about)),
            _ => false,
        };
        let mut folders = other.path.ancestors().skip(1);
        folders.any(|folder| folder == self.path || same(folder))
    }
}

/// The folder that a path names a file in.
pub(super) fn folder_of(path: &Path) -> &Path {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// Returns true if an open file is the target of standard output.
pub(super) fn is_standard_output(file: &File) -> bool {
    let numbers = |file: File| file.metadata().ok().map(|about| Identity::of(&about));
    let output = io::stdout().file().and_then(numbers);
    let file = file.try_clone().ok().and_then(numbers);
    matches!((file, output), (Some(one), Some(other)) if one.is(other))
}

/// A stream of this process.
pub(super) trait OpenStream {
    /// The file it leads to, if the system can tell.
    fn file(&self) -> Option<File>;
}

#[cfg(unix)]
impl<S: std::os::fd::AsFd> OpenStream for S {
    fn file(&self) -> Option<File> {
        Some(File::from(self.as_fd().try_clone_to_owned().ok()?))
    }
}

#[cfg(not(unix))]
impl<S> OpenStream for S {
    fn file(&self) -> Option<File> {
        None
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn place(path: &Path) -> Place {
        Place::of(path).unwrap()
    }

    #[test]
    fn links_lead_to_one_place_whether_something_stands_there_or_not() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("file"), "").unwrap();
        fs::hard_link(at("file"), at("hard")).unwrap();
        for (link, target) in [("soft", "file"), ("softer", "soft"), ("to nothing", "nothing")] {
            symlink(target, at(link)).unwrap();
        }
        for (one, other) in
            [("file", "hard"), ("file", "soft"), ("hard", "softer"), ("nothing", "to nothing")]
        {
            assert!(place(&at(one)).is(&place(&at(other))), "{one} and {other}");
        }
        assert!(!place(&at("file")).is(&place(&at("nothing"))));
        assert!(place(&at("new.csv")).may_be(&place(&at("NEW.csv"))));
        assert!(!place(&at("file")).may_be(&place(&at("FILE"))), "one of them stands there");
    }

    #[test]
    fn a_place_behind_nothing_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("file"), "").unwrap();
        symlink("round", at("about")).unwrap();
        symlink("about", at("round")).unwrap();
        symlink("no/where", at("lost")).unwrap();
        for name in ["no/file", "file/inside", "round", "lost", "no/.."] {
            assert!(Place::of(&at(name)).is_err(), "{name}");
        }
        let error = Place::of(&at("no/file")).unwrap_err().to_string();
        assert!(error.contains(&at("no").display().to_string()), "{error}");
    }

    #[test]
    fn a_device_is_no_file_to_be_replaced() {
        let device = place(Path::new("/dev/null"));
        assert!(!device.is(&device));
    }

    #[test]
    fn a_folder_holds_what_lies_in_it_by_any_path() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("report/deep")).unwrap();
        symlink("report", at("link")).unwrap();
        for inside in ["report/new.csv", "link/new.csv", "report/deep/new.csv"] {
            assert!(place(&at("link")).holds(&place(&at(inside))), "{inside}");
        }
        for outside in ["report", "reports.csv"] {
            assert!(!place(&at("report")).holds(&place(&at(outside))), "{outside}");
        }
    }
}
