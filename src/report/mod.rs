//! Telling it.
pub mod journal;
pub mod words;
