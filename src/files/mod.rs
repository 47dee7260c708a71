//! Files that a command writes: none takes the place of another, and each appears whole.
//!
//! In reading order: [`Manifest`] (what a command reads and writes) → `place` (where a path leads) →
//! [`output`] (a file) → [`folder`]. Deliberately absent: what is in the files.

pub mod folder;
mod manifest;
pub mod output;
mod place;

pub use manifest::{Clash, Manifest};
