//! A disk in memory that models a power loss.
//!
//! Synced data survives. Of the unsynced name changes in one folder, any prefix may survive (as on
//! a journalling file system); of unsynced bytes, none, half or all. Folders and files are
//! independent of each other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::DiskState;
use super::record::Done;

type NodeNumber = usize;
type Directory = BTreeMap<PathBuf, NodeNumber>;

/// A disk.
#[derive(Debug)]
pub(super) struct Model {
    nodes: Vec<ModelNode>,
    /// The node of each file, by the name it was created under.
    created: BTreeMap<PathBuf, NodeNumber>,
}

#[derive(Debug)]
enum ModelNode {
    File {
        bytes: Vec<u8>,
        /// Bytes that would survive.
        synced: Vec<u8>,
    },
    /// Versions of the names: the one that would survive, then each later one up to now.
    Folder { versions: Vec<Directory> },
}

const ROOT: NodeNumber = 0;

impl Model {
    /// A disk in this state, all synced.
    pub(super) fn of(state: &DiskState) -> Model {
        let root = ModelNode::Folder { versions: vec![Directory::new()] };
        let mut model = Model { nodes: vec![root], created: BTreeMap::new() };
        for (path, bytes) in state {
            let node = match bytes {
                None => ModelNode::Folder { versions: vec![Directory::new()] },
                Some(bytes) => ModelNode::File { bytes: bytes.clone(), synced: bytes.clone() },
            };
            let number = model.add(node);
            model.change(path, |names, name| assert_eq!(names.insert(name, number), None));
            model.sync_folder(parent(path));
        }
        model
    }

    /// Performs an operation.
    pub(super) fn perform(&mut self, done: &Done) {
        match done {
            Done::CreateFile(path) => {
                let number = self.add(ModelNode::File { bytes: Vec::new(), synced: Vec::new() });
                self.created.insert(path.clone(), number);
                self.change(path, |names, name| assert_eq!(names.insert(name, number), None));
            }
            Done::Append(path, more) => match &mut self.nodes[self.created[path]] {
                ModelNode::File { bytes, .. } => bytes.extend(more),
                ModelNode::Folder { .. } => panic!("{path:?} is a folder"),
            },
            Done::SyncFile(path) => match &mut self.nodes[self.created[path]] {
                ModelNode::File { bytes, synced } => synced.clone_from(bytes),
                ModelNode::Folder { .. } => panic!("{path:?} is a folder"),
            },
            Done::CreateFolder(path) => {
                let number = self.add(ModelNode::Folder { versions: vec![Directory::new()] });
                self.change(path, |names, name| assert_eq!(names.insert(name, number), None));
            }
            Done::SyncFolder(path) => self.sync_folder(path),
            Done::SetAccess(_) => {}
            Done::Rename(from, to) => self.change(from, |names, name| {
                let number = names.remove(&name).unwrap();
                names.insert(last(to), number);
            }),
            Done::Link(from, to) => self.change(from, |names, name| {
                let number = names[&name];
                assert_eq!(names.insert(last(to), number), None);
            }),
            Done::Exchange(one, other) => self.change(one, |names, name| {
                let (one, two) = (names[&name], names[&last(other)]);
                names.insert(name, two);
                names.insert(last(other), one);
            }),
            Done::RemoveFile(path) | Done::RemoveFolder(path) => {
                self.change(path, |names, name| assert!(names.remove(&name).is_some()));
            }
        }
    }

    /// The present state, which a killed process leaves.
    pub(super) fn now(&self) -> DiskState {
        let versions = self.nodes.iter().map(|node| match node {
            ModelNode::Folder { versions } => versions.len() - 1,
            ModelNode::File { .. } => 2,
        });
        self.state(&versions.collect::<Vec<_>>())
    }

    /// Every state possible after a power loss.
    pub(super) fn after_power_loss(&self) -> BTreeSet<DiskState> {
        let counts: Vec<usize> = self.nodes.iter().map(ModelNode::survivals).collect();
        let mut states = BTreeSet::new();
        let mut choice = vec![0; counts.len()];
        loop {
            states.insert(self.state(&choice));
            let Some(place) = (0..counts.len()).find(|&place| choice[place] + 1 < counts[place])
            else {
                return states;
            };
            choice[..place].fill(0);
            choice[place] += 1;
        }
    }

    fn add(&mut self, node: ModelNode) -> NodeNumber {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    /// The folder at `path` as it is now.
    fn folder(&mut self, path: &Path) -> &mut Vec<Directory> {
        let mut number = ROOT;
        for part in path.iter() {
            number = match &self.nodes[number] {
                ModelNode::Folder { versions } => versions.last().unwrap()[Path::new(part)],
                ModelNode::File { .. } => panic!("{path:?} is in a file"),
            };
        }
        match &mut self.nodes[number] {
            ModelNode::Folder { versions } => versions,
            ModelNode::File { .. } => panic!("{path:?} is a file"),
        }
    }

    fn change(&mut self, path: &Path, change: impl FnOnce(&mut Directory, PathBuf)) {
        let versions = self.folder(parent(path));
        let mut names = versions.last().unwrap().clone();
        change(&mut names, last(path));
        versions.push(names);
    }

    fn sync_folder(&mut self, path: &Path) {
        let versions = self.folder(path);
        *versions = vec![versions.pop().unwrap()];
    }

    /// The state if each node survives in the version chosen.
    fn state(&self, choice: &[usize]) -> DiskState {
        let mut state = DiskState::new();
        self.walk(choice, ROOT, Path::new(""), &mut state);
        state
    }

    fn walk(&self, choice: &[usize], number: NodeNumber, path: &Path, state: &mut DiskState) {
        match &self.nodes[number] {
            ModelNode::File { bytes, synced } => {
                let half = synced.len() + (bytes.len() - synced.len()) / 2;
                let to = [synced.len(), half, bytes.len()][choice[number]];
                state.insert(path.to_owned(), Some(bytes[..to].to_owned()));
            }
            ModelNode::Folder { versions } => {
                if number != ROOT {
                    state.insert(path.to_owned(), None);
                }
                for (name, &inside) in &versions[choice[number]] {
                    self.walk(choice, inside, &path.join(name), state);
                }
            }
        }
    }
}

impl ModelNode {
    /// Number of ways in which it may survive.
    fn survivals(&self) -> usize {
        match self {
            ModelNode::File { bytes, synced } if bytes == synced => 1,
            ModelNode::File { .. } => 3,
            ModelNode::Folder { versions } => versions.len(),
        }
    }
}

fn parent(path: &Path) -> &Path {
    path.parent().unwrap()
}

fn last(path: &Path) -> PathBuf {
    path.file_name().unwrap().into()
}

#[test]
fn the_model_forgets_what_is_not_synced_and_keeps_what_is() {
    let path = |name: &str| PathBuf::from(name);
    let mut model = Model::of(&DiskState::from([(path("old"), Some(b"old".to_vec()))]));
    let states = |model: &Model| model.after_power_loss();
    model.perform(&Done::CreateFile(path("new")));
    model.perform(&Done::Append(path("new"), b"new!".to_vec()));
    model.perform(&Done::Rename(path("new"), path("old")));
    let old = |bytes: &[u8]| DiskState::from([(path("old"), Some(bytes.to_vec()))]);
    // Renamed before it was synced: the name may survive without the bytes.
    assert!(states(&model).contains(&old(b"")));
    assert!(states(&model).contains(&old(b"ne")));
    assert!(states(&model).contains(&old(b"old")));
    assert_eq!(model.now(), old(b"new!"));
    model.perform(&Done::SyncFile(path("new")));
    assert!(states(&model).contains(&old(b"old")));
    model.perform(&Done::SyncFolder(path("")));
    assert_eq!(states(&model), BTreeSet::from([old(b"new!")]));
}
