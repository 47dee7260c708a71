//! Telling it: what a run found, in words, tables, JSON, pages, workbooks, and files that appear
//! whole.
//!
//! In reading order: [`summary`] (a terminal) → [`attention`] → [`finding`] → [`json`] →
//! [`journal`] → [`study`] → [`plan`] → `page`, `charts` and `bundle` (feature `html`) → `workbook` (feature
//! `xlsx`) → [`provenance`] → [`words`] → [`output`] and [`folder`]. Deliberately absent: anything
//! that computes a figure.

pub mod attention;
#[cfg(feature = "html")]
pub mod bundle;
#[cfg(feature = "html")]
pub mod charts;
pub mod finding;
pub mod folder;
pub mod journal;
pub mod json;
pub mod output;
#[cfg(feature = "html")]
pub mod page;
pub mod plan;
pub mod provenance;
pub mod study;
pub mod summary;
pub mod words;
#[cfg(feature = "xlsx")]
pub mod workbook;

use crate::replay::Outcome;
use crate::scenario::Scenario;
use crate::series::Series;

/// A replay to be told.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The question.
    pub scenario: &'a Scenario,
    /// The figures.
    pub outcome: &'a Outcome,
    /// What pictures need.
    pub series: &'a Series,
}
