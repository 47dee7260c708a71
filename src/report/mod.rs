//! Telling it: what a run found, in words, tables, JSON, and files that appear whole.
//!
//! In reading order: [`summary`] (a terminal) → [`attention`] → [`json`] → [`journal`] →
//! [`study`] → [`provenance`] → [`words`] → [`output`]. Deliberately absent: anything that computes a figure.
pub mod attention;
pub mod journal;
pub mod json;
pub mod output;
pub mod provenance;
pub mod study;
pub mod summary;
pub mod words;
