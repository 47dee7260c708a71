//! Writing a folder of files so that an earlier one stays whole until the new one is complete.
//!
//! The files are written into a folder next to the target and synced; then the two folders exchange
//! names atomically, and the earlier one is removed once the exchange would survive a power loss.
//! On systems that cannot exchange names, the earlier folder is renamed aside until the new one is
//! in place, and a later run puts it back if the process died in between. Only a folder that is
//! empty or holds nothing but such contents is replaced, and nothing else is ever removed.

use std::fs::{self, DirEntry, File};
use std::io;
use std::path::{Path, PathBuf};

use super::disk::{Access, DiskStep, Visibility, is_impossible};
use super::leftover::{self, locked, tidy};
use super::part::Part;
use super::place::{Place, Stands, folder_of};
use super::store::{NamingRight, SYSTEM, Store, UnfinishedKind, unique};

/// Files that file managers leave in any folder; they do not count as the user's.
const DROPPINGS: [&str; 4] = [".DS_Store", "Thumbs.db", "desktop.ini", ".directory"];
/// Maximum number of attempts while the target keeps changing.
const ATTEMPTS: usize = 8;

/// The files that a folder may hold and still be replaced.
#[derive(Clone, Copy, Debug)]
pub struct Contents {
    /// The file by which it is known.
    pub page: &'static str,
    /// Text that this file contains.
    pub mark: &'static str,
    /// Returns true if a file of this name may be in it.
    pub has: fn(&str) -> bool,
}

impl Contents {
    /// Checks that a folder holds nothing of the user's. The error names what is in the way.
    fn examine(&self, folder: &Path) -> io::Result<()> {
        let mut is_empty = true;
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if !self.is_disposable(&entry) {
                let (name, kind) = (entry.file_name(), entry.file_type()?);
                let what = if kind.is_dir() {
                    "a folder"
                } else if kind.is_symlink() {
                    "a link"
                } else {
                    "no part of a report"
                };
                let text = format!("holds {name:?}, which is {what}; name another folder");
                return Err(io::Error::other(text));
            }
            is_empty &= is_dropping(&entry);
        }
        if is_empty || self.is_marked(folder) {
            return Ok(());
        }
        let page = self.page;
        Err(io::Error::other(format!("has no {page} of a report in it; name another folder")))
    }

    /// Returns true if an entry of such a folder may be removed with it.
    pub(super) fn is_disposable(&self, entry: &DirEntry) -> bool {
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        is_file && (entry.file_name().to_str().is_some_and(self.has) || is_dropping(entry))
    }

    /// Returns true if everything in a folder may be removed with it.
    pub(super) fn is_all_of(&self, folder: &Path) -> bool {
        let entries = fs::read_dir(folder);
        entries
            .is_ok_and(|mut all| all.all(|entry| entry.is_ok_and(|one| self.is_disposable(&one))))
    }

    /// Returns true if a folder holds such contents and nothing else.
    pub(super) fn is_report(&self, folder: &Path) -> bool {
        self.is_marked(folder) && self.examine(folder).is_ok()
    }

    fn is_marked(&self, folder: &Path) -> bool {
        let page = folder.join(self.page);
        let is_file = fs::symlink_metadata(&page).is_ok_and(|about| about.is_file());
        is_file && fs::read_to_string(page).is_ok_and(|page| page.contains(self.mark))
    }
}

fn is_dropping(entry: &DirEntry) -> bool {
    DROPPINGS.iter().any(|name| entry.file_name() == *name)
}

/// A folder that comes into being when it is kept.
#[derive(Debug)]
pub struct Folder {
    /// The path as given, for messages.
    given: PathBuf,
    to: PathBuf,
    contents: &'static Contents,
    part: Part,
}

impl Folder {
    /// Checks that a folder can be written at `path`. The error names what is in the way.
    pub fn look(path: &Path, contents: &'static Contents) -> io::Result<()> {
        looked(path, contents).map(drop).map_err(|error| named(path, error))
    }

    /// Starts a folder that will replace `path`, or an earlier folder there with such contents.
    pub fn start(path: &Path, contents: &'static Contents) -> io::Result<Folder> {
        Folder::start_in(&SYSTEM, path, contents)
    }

    pub(super) fn start_in(
        store: &'static Store,
        path: &Path,
        contents: &'static Contents,
    ) -> io::Result<Folder> {
        let start = || {
            let beside = folder_of(&Place::of(path)?.path).to_owned();
            tidy(store, &beside, Some(contents));
            let place = looked(path, contents)?;
            let earlier = access_at(&place.path)?;
            let part = Part::start(store, &beside, UnfinishedKind::Folder(contents), earlier)?;
            // New files get its group if the earlier folder's permissions say so.
            part.give(earlier.map(Access::with_writing))?;
            Ok(Folder { given: path.to_owned(), to: place.path, contents, part })
        };
        start().map_err(|error: io::Error| named(path, error))
    }

    /// Writes a file of the folder. A file that the earlier folder has too keeps its permissions.
    pub fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let (store, path) = (self.part.store(), self.part.path().join(name));
        let write = || -> io::Result<()> {
            let earlier = access_at(&self.to.join(name))?;
            let visibility = earlier.map_or(Visibility::AsNew, |_| Visibility::Private);
            store.names().perform(DiskStep::CreateFile { path: &path, visibility })?;
            let file = File::options().append(true).open(&path)?;
            store.perform(DiskStep::Append { file: &file, bytes })?;
            if let Some(access) = earlier {
                store.perform(DiskStep::SetAccess { path: &path, access })?;
            }
            store.perform(DiskStep::SyncFile { file: &file })
        };
        write().map_err(|error| named(&self.given.join(name), error))
    }

    /// Puts the complete folder in its place.
    pub fn keep(self) -> io::Result<()> {
        let keep = || -> io::Result<()> {
            let made = self.part.path();
            self.part.store().perform(DiskStep::SyncFolder { path: made })?;
            self.part.give(access_at(&self.to)?)?;
            self.settle()
        };
        keep().map_err(|error| named(&self.given, error))
    }

    /// Puts the folder in its place, and then removes the earlier one.
    fn settle(&self) -> io::Result<()> {
        let (made, to) = (self.part.path(), &*self.to);
        for _ in 0..ATTEMPTS {
            // No other process may take the earlier folder for a leftover.
            let _lock = locked(to);
            let mut names = self.part.store().names();
            match names.perform(DiskStep::Exchange { one: made, other: to }) {
                Ok(()) => return self.exchanged(&mut names),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) if is_impossible(&error) => return self.displace(&mut names),
                Err(error) => return Err(error),
            }
            let settled =
                self.part.moved(&mut names, DiskStep::Rename { from: made, to }, folder_of(to));
            match settled {
                Err(error) if is_taken(&error) => {}
                settled => return settled,
            }
        }
        Err(io::Error::other("another process writes there again and again"))
    }

    /// Removes the earlier folder, which now has the temporary name, if it is still unchanged since
    /// it was checked.
    fn exchanged(&self, names: &mut NamingRight<'_>) -> io::Result<()> {
        let (earlier, to) = (self.part.path(), &*self.to);
        if let Err(refusal) = self.contents.examine(earlier) {
            return match names.perform(DiskStep::Exchange { one: earlier, other: to }) {
                Ok(()) => Err(refusal),
                Err(_) => Err(self.stands_aside(names, earlier, &refusal)),
            };
        }
        match names.perform(DiskStep::SyncFolder { path: folder_of(to) }) {
            Ok(()) => {
                names.discard_if_listed(earlier);
                Ok(())
            }
            Err(error) => Err(self.stands_aside(names, earlier, &error)),
        }
    }

    /// Moves the earlier folder aside and the new one into its place.
    fn displace(&self, names: &mut NamingRight<'_>) -> io::Result<()> {
        let (made, to, folder) = (self.part.path(), &*self.to, folder_of(&self.to));
        let name = to.file_name().ok_or_else(|| io::Error::other("names no folder"))?;
        let aside = folder.join(leftover::name_of_earlier(&unique(), name));
        match names.perform(DiskStep::Rename { from: to, to: &aside }) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return self.part.moved(names, DiskStep::Rename { from: made, to }, folder);
            }
            moved => moved?,
        }
        let settled = self
            .contents
            .examine(&aside)
            .and_then(|()| self.part.moved(names, DiskStep::Rename { from: made, to }, folder));
        match settled {
            Ok(()) => {
                names.discard(&aside, UnfinishedKind::Folder(self.contents));
                Ok(())
            }
            Err(error) => match names.perform(DiskStep::Rename { from: &aside, to }) {
                Ok(()) => Err(error),
                Err(_) => Err(self.stands_aside(names, &aside, &error)),
            },
        }
    }

    /// An error, and where the earlier folder is, which stays there.
    fn stands_aside(
        &self,
        names: &mut NamingRight<'_>,
        aside: &Path,
        error: &io::Error,
    ) -> io::Error {
        names.unlist(aside);
        let text = format!("{error}; the earlier folder is now {}", aside.display());
        io::Error::new(error.kind(), text)
    }
}

/// Returns true if a folder could not get a name because the name is taken.
fn is_taken(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::AlreadyExists | io::ErrorKind::DirectoryNotEmpty)
}

/// Resolves `path` and checks that a folder can be written there.
fn looked(path: &Path, contents: &Contents) -> io::Result<Place> {
    let refuse = |what: &str| Err(io::Error::other(what.to_owned()));
    // Links are followed, so that the folder is replaced and not the link.
    let place = Place::of(path)?;
    match place.stands {
        Stands::Nothing => return Ok(place),
        Stands::File(_) | Stands::Device => return refuse("is a file; name a folder"),
        Stands::Folder(_) => {}
    }
    contents.examine(&place.path)?;
    if Place::of(Path::new(".")).is_ok_and(|here| here.is(&place)) {
        return refuse(
            "is the current folder, which a report would replace; name a folder in it, such as report",
        );
    }
    if place.is_mount() {
        return refuse(
            "is where a file system is mounted, which cannot be replaced; name a folder in it",
        );
    }
    Ok(place)
}

/// Access of the entry at a path, if there is one.
fn access_at(path: &Path) -> io::Result<Option<Access>> {
    match fs::symlink_metadata(path) {
        Ok(about) => Ok(Some(Access::of(&about))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn named(path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: cannot be written: {error}", path.display()))
}
