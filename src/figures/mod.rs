//! The figures: the measures of a run and of a study, each declared in one entry of a catalogue.
//!
//! | file | contents |
//! |---|---|
//! | `totals` | [`Figures`]: counts over a period of time, as plain fields |
//! | `definition` | the fields of an entry: name, unit, bounds, source, estimator |
//! | `catalogue` | the entries |
//! | `figure` | [`Figure`]: an entry as a value to pass around and compare |
//! | `reference` | `docs/reference/figures.md`, generated from the entries |
//!
//! To add a figure, write one entry of the catalogue; a figure counted during a run also needs a
//! field of [`Figures`] and the fact that feeds it. Sums over cycles, the columns that a study
//! keeps, JSON and its schema, CSV, tables, gates, `--map` and the reference follow. Deliberately
//! absent: statistics, and the formatting of values.

mod catalogue;
mod definition;
mod figure;
mod reference;
mod totals;

pub use definition::{
    Basis, Bounds, Definition, Estimator, FigureValue, Group, LivedRun, StudyUse, Total, Unit,
};
pub use figure::{Figure, unknown};
pub use reference::reference;
pub use totals::{Figures, sum};
