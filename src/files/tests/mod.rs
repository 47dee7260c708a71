//! Files appear whole: at every step at which a process may be killed, interrupted or refused, or
//! power may be lost, on disks with and without exchanging and linking.

mod crash;
mod fault;
mod interrupt;
mod model;
mod record;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::folder::{Contents, Folder};
use super::output::Output;
use super::store::Store;
use record::Recorder;

/// Contents of the folders in these tests.
static CONTENTS: Contents = Contents {
    page: "page",
    mark: "made by us",
    has: |name| ["page", "a.svg", "b.svg"].contains(&name),
};

/// State of a folder, by relative path: bytes of files, `None` for folders.
type DiskState = BTreeMap<PathBuf, Option<Vec<u8>>>;

/// State of a real folder.
fn state_of(folder: &Path) -> DiskState {
    fn walk(root: &Path, folder: &Path, state: &mut DiskState) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_owned();
            if path.is_dir() {
                state.insert(name, None);
                walk(root, &path, state);
            } else {
                state.insert(name, Some(fs::read(path).unwrap()));
            }
        }
    }
    let mut state = DiskState::new();
    walk(folder, folder, &mut state);
    state
}

/// A real folder in this state.
fn built(state: &DiskState) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in state {
        let path = folder.path().join(name);
        match bytes {
            None => fs::create_dir(path).unwrap(),
            Some(bytes) => fs::write(path, bytes).unwrap(),
        }
    }
    folder
}

/// Something that is written, over an earlier one or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Job {
    /// A file, in place of an earlier one.
    File,
    /// A file that must not replace anything.
    NewFile,
    /// A report, in place of an earlier one.
    Folder,
}

impl Job {
    const ALL: [Job; 3] = [Job::File, Job::NewFile, Job::Folder];

    /// Writes version `version` under the name `out` in a folder.
    fn write(self, store: &'static Store, folder: &Path, version: u8) -> io::Result<()> {
        let path = folder.join("out");
        match self {
            Job::File => {
                let mut output = Output::create_in(store, &path)?;
                output.write_all(&page(version))?;
                output.keep()
            }
            Job::NewFile => {
                let mut output = Output::create_new_in(store, &path)?;
                output.write_all(&page(version))?;
                output.keep()
            }
            Job::Folder => {
                let folder = Folder::start_in(store, &path, &CONTENTS)?;
                for (name, bytes) in report(version) {
                    folder.write(name, &bytes)?;
                }
                folder.keep()
            }
        }
    }

    /// State once version `version` is whole, relative to its folder.
    fn whole(self, version: u8) -> DiskState {
        let out = PathBuf::from("out");
        match self {
            Job::File | Job::NewFile => DiskState::from([(out, Some(page(version)))]),
            Job::Folder => {
                let files = report(version);
                let files = files.into_iter().map(|(name, bytes)| (out.join(name), Some(bytes)));
                files.chain([(out.clone(), None)]).collect()
            }
        }
    }

    /// State before version 2 is written: version 1, unless the job excludes it, and files of the
    /// user.
    fn before(self) -> DiskState {
        let mut before = match self {
            Job::NewFile => DiskState::new(),
            Job::File | Job::Folder => self.whole(1),
        };
        before.extend(users());
        before
    }

    /// Returns true if `state` holds version 1 or 2 in its place, whole.
    fn stands_whole(self, state: &DiskState) -> bool {
        let there = under(state, Path::new("out"));
        there == under(&self.before(), Path::new("out")) || there == self.whole(2)
    }
}

/// Files of the user next to the outputs.
fn users() -> DiskState {
    let file = |name: &str| (PathBuf::from(name), Some(b"the user's".to_vec()));
    DiskState::from([file("notes.txt"), file(".recharge-notes")])
}

/// The part of a state at `path` and below.
fn under(state: &DiskState, path: &Path) -> DiskState {
    let inside = state.iter().filter(|(name, _)| name.starts_with(path));
    inside.map(|(name, bytes)| (name.clone(), bytes.clone())).collect()
}

fn page(version: u8) -> Vec<u8> {
    format!("made by us: version {version}").into_bytes()
}

/// The files of a report; later versions have other charts.
fn report(version: u8) -> Vec<(&'static str, Vec<u8>)> {
    let chart = if version.is_multiple_of(2) { "b.svg" } else { "a.svg" };
    vec![("page", page(version)), (chart, vec![version; 10])]
}

/// A store over its own disk, for one test.
fn store_over(recorder: Recorder) -> (&'static Store, &'static Recorder) {
    let recorder: &'static Recorder = Box::leak(Box::new(recorder));
    (Box::leak(Box::new(Store::over(recorder))), recorder)
}
