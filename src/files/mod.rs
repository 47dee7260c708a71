//! Files that a command writes: none takes the place of another, and each appears whole.
//!
//! | | |
//! |---|---|
//! | [`Manifest`] | what a command reads and writes, and what clashes; `place`: where a path leads |
//! | [`Output`], [`Folder`] | a file and a folder that appear whole |
//! | `part` | what is not finished yet; `store`: the list of all of it; `leftover`: that of dead processes |
//! | `disk` | the operations that change what stands on a disk |
//!
//! Deliberately absent: what is in the files.

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
