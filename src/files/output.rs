//! Writing a file so that an earlier one stays whole until the new one is complete.
//!
//! It is written next to the target under another name, synced, and renamed over the earlier file,
//! whose permissions it takes. Symbolic links are followed and stay; another name of the earlier
//! file (a hard link) keeps the earlier contents. Targets that are not regular files (a pipe, a
//! device) are written directly.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::disk::{Access, DiskStep, is_impossible};
use super::leftover::tidy;
use super::part::Part;
use super::place::{Place, Stands, folder_of, is_standard_output};
use super::store::{SYSTEM, Store, UnfinishedKind};

/// A file that comes into being when it is kept.
#[derive(Debug)]
pub struct Output {
    /// The path as given, for messages.
    given: PathBuf,
    inner: Inner,
}

#[derive(Debug)]
enum Inner {
    Beside { file: BufWriter<Part>, to: PathBuf, over: Over },
    Direct { file: BufWriter<File>, standard_output: bool },
}

/// Policy for a target that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Over {
    /// Nothing, or an earlier file with this access.
    Earlier(Option<Access>),
    /// Nothing.
    Nothing,
}

impl Output {
    /// Starts a file that will replace `path`. The error names the path.
    pub fn create(path: &Path) -> io::Result<Output> {
        Output::create_in(&SYSTEM, path)
    }

    /// Starts a file that may not replace anything when it is kept.
    pub fn create_new(path: &Path) -> io::Result<Output> {
        Output::create_new_in(&SYSTEM, path)
    }

    pub(super) fn create_in(store: &'static Store, path: &Path) -> io::Result<Output> {
        let start = || {
            let place = Place::of(path)?;
            match place.stands {
                Stands::Folder(_) => Err(io::Error::other("is a folder; name a file in it")),
                Stands::Device => Inner::direct(&place.path),
                Stands::Nothing => Inner::beside(store, place.path, Over::Earlier(None)),
                Stands::File(_) => {
                    let access = Access::of(&fs::metadata(&place.path)?);
                    Inner::beside(store, place.path, Over::Earlier(Some(access)))
                }
            }
        };
        let inner = start().map_err(|error| named(path, error))?;
        Ok(Output { given: path.to_owned(), inner })
    }

    pub(super) fn create_new_in(store: &'static Store, path: &Path) -> io::Result<Output> {
        let inner = Inner::beside(store, path.to_owned(), Over::Nothing);
        let inner = inner.map_err(|error| named(path, error))?;
        Ok(Output { given: path.to_owned(), inner })
    }

    /// Puts the complete file in its place.
    pub fn keep(self) -> io::Result<()> {
        let given = self.given;
        let kept = match self.inner {
            Inner::Direct { mut file, standard_output } => {
                file.flush().map_err(|error| written(error, standard_output))
            }
            Inner::Beside { file, to, over } => match file.into_inner() {
                Ok(part) => settle(&part, &to, over),
                Err(error) => Err(error.into_error()),
            },
        };
        kept.map_err(|error| named(&given, error))
    }
}

impl Inner {
    fn beside(store: &'static Store, to: PathBuf, over: Over) -> io::Result<Inner> {
        let folder = folder_of(&to);
        tidy(store, folder, None);
        let earlier = match over {
            Over::Earlier(access) => access,
            Over::Nothing => None,
        };
        let part = Part::start(store, folder, UnfinishedKind::File, earlier)?;
        Ok(Inner::Beside { file: BufWriter::new(part), to, over })
    }

    fn direct(path: &Path) -> io::Result<Inner> {
        let file = File::options().write(true).open(path)?;
        let standard_output = is_standard_output(&file);
        Ok(Inner::Direct { file: BufWriter::new(file), standard_output })
    }
}

/// Puts a complete file in its place.
fn settle(part: &Part, to: &Path, over: Over) -> io::Result<()> {
    let (from, folder) = (part.path(), folder_of(to));
    part.sync()?;
    let Over::Earlier(access) = over else { return settle_new(part, to) };
    part.give(access)?;
    part.moved(&mut part.store().names(), DiskStep::Rename { from, to }, folder)
}

/// Moves a complete file to a path that must be free. Without an exclusive rename, the file is
/// hard-linked to the new name and loses the old one; without hard links either, the target is only
/// checked first.
fn settle_new(part: &Part, to: &Path) -> io::Result<()> {
    let (from, folder) = (part.path(), folder_of(to));
    let mut names = part.store().names();
    match names.perform(DiskStep::RenameToFree { from, to }) {
        Err(error) if is_impossible(&error) => {}
        renamed => {
            renamed?;
            names.unlist(from);
            return names.perform(DiskStep::SyncFolder { path: folder });
        }
    }
    match names.perform(DiskStep::Link { from, to }) {
        // The first name goes when the part does.
        Ok(()) => names.perform(DiskStep::SyncFolder { path: folder }),
        Err(error) if is_impossible(&error) => match fs::symlink_metadata(to) {
            Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
            Err(_) => part.moved(&mut names, DiskStep::Rename { from, to }, folder),
        },
        Err(error) => Err(error),
    }
}

/// A write error as reported to the user: the reader of standard output may close it early, but not
/// the reader of another pipe.
fn written(error: io::Error, standard_output: bool) -> io::Error {
    match error.kind() {
        io::ErrorKind::BrokenPipe if !standard_output => {
            io::Error::other("its reader has closed it")
        }
        _ => error,
    }
}

fn named(path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: cannot be written: {error}", path.display()))
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match &mut self.inner {
            Inner::Beside { file, .. } => file.write(bytes),
            Inner::Direct { file, standard_output } => {
                file.write(bytes).map_err(|error| written(error, *standard_output))
            }
        };
        written.map_err(|error| named(&self.given, error))
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = match &mut self.inner {
            Inner::Beside { file, .. } => file.flush(),
            Inner::Direct { file, standard_output } => {
                file.flush().map_err(|error| written(error, *standard_output))
            }
        };
        flushed.map_err(|error| named(&self.given, error))
    }
}
