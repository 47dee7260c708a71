//! Telling it: what a run found, in words, tables, JSON, pages and workbooks.
//!
//! In reading order: [`document`] (what every medium renders) → [`run`] → [`books`] → [`attention`] → [`finding`] → [`json`] →
//! [`journal`] → [`evidence`] → [`study`] → [`plan`] → [`advise`] → [`forecast`] → [`backtest`] → [`fit`] → [`fleet`] → this page ([`Tables`], [`Report`]) → `charts`, `bundle` and `explore` (feature `html`) →
//! [`provenance`] → [`words`] → `periods` → `rows` → [`exact`] → `parquet` (feature `parquet`) → `start`. Deliberately absent:
//! anything that computes a figure.

pub mod advice;
pub mod advise;
mod assumed;
pub mod attention;
pub mod backtest;
pub mod bill;
pub mod books;
#[cfg(feature = "html")]
pub mod bundle;
#[cfg(feature = "html")]
pub mod charts;
pub mod check;
pub mod cuts;
pub mod diff;
pub mod document;
pub mod evidence;
pub mod exact;
pub mod explain;
#[cfg(feature = "html")]
pub mod explore;
pub mod finding;
pub mod fit;
pub mod fleet;
pub mod forecast;
pub mod gates;
pub mod inspect;
pub mod journal;
pub mod json;
#[cfg(all(test, any(feature = "html", feature = "xlsx")))]
mod made;
#[cfg(feature = "parquet")]
pub mod parquet;
pub(crate) mod periods;
pub mod plan;
pub mod plan_advice;
pub mod prepare;
pub mod provenance;
pub mod readings;
pub mod rows;
pub mod run;
pub mod shrink;
pub(crate) mod start;
pub mod study;
pub mod usage;
pub mod vendors;
pub mod words;

use std::io::{self, Write};

use document::text::Screen;

use crate::replay::Outcome;
use crate::scenario::Scenario;
use crate::series::Series;
pub use run::RunReport;

/// A result that can be written as files to look at and to forward.
pub trait Report {
    /// The document that every medium shows.
    fn document(&self) -> document::Document;

    /// The page as HTML, with the charts that are in it.
    #[cfg(feature = "html")]
    fn page(&self) -> (String, Vec<charts::Chart>) {
        let document = self.document();
        (document::page::page(&document), document.charts())
    }

    /// The workbook as bytes.
    #[cfg(feature = "xlsx")]
    fn workbook(&self) -> io::Result<Vec<u8>> {
        document::book::book(&self.document())
    }
}

/// The result of many runs for a terminal, for programs, and as rows.
pub trait Tables: Report {
    /// For people, ending with a newline.
    fn text(&self, screen: Screen) -> String;
    /// For a comment or a wiki.
    fn markdown(&self) -> String;
    /// For programs: JSON, ending with a newline.
    fn json(&self) -> io::Result<String>;
    /// One row for each that was compared.
    fn rows(&self, out: &mut dyn Write) -> io::Result<()>;
    /// One row for each of their replications.
    fn samples(&self, out: &mut dyn Write) -> io::Result<()>;
    /// One row for each of their months and cycles, and for the whole horizon.
    fn periods(&self, out: &mut dyn Write) -> io::Result<()>;
}

impl Tables for study::StudyReport<'_> {
    fn text(&self, screen: Screen) -> String {
        document::text::text(&self.document(), screen)
    }

    fn markdown(&self) -> String {
        document::markdown::markdown(&self.document())
    }

    fn json(&self) -> io::Result<String> {
        json::text(&json::study::result(self))
    }

    fn rows(&self, out: &mut dyn Write) -> io::Result<()> {
        study::csv(self, out)
    }

    fn samples(&self, out: &mut dyn Write) -> io::Result<()> {
        study::samples(self, out)
    }

    fn periods(&self, out: &mut dyn Write) -> io::Result<()> {
        study::period_rows(self, out)
    }
}

impl Tables for plan::PlanReport<'_> {
    fn text(&self, screen: Screen) -> String {
        document::text::text(&self.document(), screen)
    }

    fn markdown(&self) -> String {
        document::markdown::markdown(&self.document())
    }

    fn json(&self) -> io::Result<String> {
        json::text(&json::plan::result(self))
    }

    fn rows(&self, out: &mut dyn Write) -> io::Result<()> {
        plan::csv(self, out)
    }

    fn samples(&self, out: &mut dyn Write) -> io::Result<()> {
        plan::samples(self, out)
    }

    fn periods(&self, out: &mut dyn Write) -> io::Result<()> {
        plan::period_rows(self, out)
    }
}

/// A replay and the data to report it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The question.
    pub scenario: &'a Scenario,
    /// The figures.
    pub outcome: &'a Outcome,
    /// The data of charts.
    pub series: &'a Series,
}

impl Report for RunReport<'_> {
    fn document(&self) -> document::Document {
        self.document()
    }
}

impl Report for study::StudyReport<'_> {
    fn document(&self) -> document::Document {
        self.document()
    }
}

impl Report for plan::PlanReport<'_> {
    fn document(&self) -> document::Document {
        self.document()
    }
}
