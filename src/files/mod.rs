//! Files that a command writes: none replaces another, and each appears whole.
//!
//! | | |
//! |---|---|
//! | [`Manifest`] | the files a command reads and writes, and their clashes; `place`: the end of a path |
//! | [`Output`], [`Folder`] | a file and a folder that appear whole |
//! | `part` | a file that is not finished yet; `store`: the list of all of them; `leftover`: those of dead processes |
//! | `disk` | the operations that change a disk |
//!
//! Deliberately absent: the contents of the files.

mod disk;
mod folder;
mod leftover;
mod manifest;
mod output;
mod part;
mod place;
mod store;
#[cfg(test)]
mod tests;

pub use folder::{Contents, Folder};
pub use manifest::{Clash, Manifest};
pub use output::Output;
pub use store::{Discarded, discard_unfinished};
