//! Telling it: what a run found, in words, tables, JSON, pages, workbooks, and files that appear
//! whole.
//!
//! In reading order: [`summary`] (a terminal) → [`attention`] → [`finding`] → [`json`] →
//! [`journal`] → [`study`] → [`plan`] → this page ([`Report`]) → `page`, `charts` and `bundle` (feature `html`) →
//! `workbook` (feature `xlsx`) → [`provenance`] → [`words`] → [`output`] and [`folder`]. Deliberately absent: anything
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
#[cfg(all(test, any(feature = "html", feature = "xlsx")))]
mod made;
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

#[cfg(feature = "xlsx")]
use std::io;

use crate::replay::Outcome;
use crate::scenario::Scenario;
use crate::series::Series;
use provenance::Provenance;

/// What can be told as files to look at and to forward.
pub trait Report {
    /// The page as HTML, with the charts that are in it.
    #[cfg(feature = "html")]
    fn page(&self) -> (String, Vec<charts::Chart>);
    /// The workbook as bytes.
    #[cfg(feature = "xlsx")]
    fn workbook(&self) -> io::Result<Vec<u8>>;
}

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

/// The report of a replay.
#[derive(Clone, Copy, Debug)]
pub struct Replayed<'a> {
    /// What is told.
    pub subject: Subject<'a>,
    /// Where it comes from.
    pub provenance: &'a Provenance,
}

impl Report for Replayed<'_> {
    #[cfg(feature = "html")]
    fn page(&self) -> (String, Vec<charts::Chart>) {
        let charts = charts::of_run(self.subject);
        (page::of_run(self.subject, &charts, self.provenance), charts)
    }

    #[cfg(feature = "xlsx")]
    fn workbook(&self) -> io::Result<Vec<u8>> {
        workbook::of_run(self.subject, self.provenance)
    }
}

impl Report for study::Told<'_> {
    #[cfg(feature = "html")]
    fn page(&self) -> (String, Vec<charts::Chart>) {
        let charts = charts::of_study(self);
        (page::of_study(self, &charts), charts)
    }

    #[cfg(feature = "xlsx")]
    fn workbook(&self) -> io::Result<Vec<u8>> {
        workbook::of_study(self)
    }
}

impl Report for plan::Told<'_> {
    #[cfg(feature = "html")]
    fn page(&self) -> (String, Vec<charts::Chart>) {
        let charts = charts::of_plan(self);
        (page::of_plan(self, &charts), charts)
    }

    #[cfg(feature = "xlsx")]
    fn workbook(&self) -> io::Result<Vec<u8>> {
        workbook::of_plan(self)
    }
}
