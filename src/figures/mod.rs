//! The figures: what a run and a study are measured by, each declared in one entry of a catalogue.
//!
//! | file | what it holds |
//! |---|---|
//! | `totals` | [`Figures`]: what was counted in a stretch of time, as plain fields |
//! | `definition` | what an entry says of its figure: name, unit, bounds, how it is taken and estimated |
//! | `catalogue` | the entries |
//! | `figure` | [`Figure`]: an entry as a value to pass around and to compare |
//! | `reference` | `docs/reference/figures.md`, made from the entries |
//!
//! To add a figure, write one entry of the catalogue; a figure that is counted while a run goes on
//! also needs a field of [`Figures`] and the fact that feeds it. Sums over cycles, the columns that a
//! study keeps, JSON and its schema, CSV, tables, gates, `--map` and the reference follow.
//! Deliberately absent: statistics, and how a value is written.

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
pub use totals::Figures;
pub(crate) use totals::sum;
