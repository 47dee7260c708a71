//! The source of usage, as a scenario states it. Deliberately absent: reading and drawing it.

use std::path::PathBuf;

use crate::domain::{Credits, Instant};
use crate::usage::generate::Demand;

/// The source of usage.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum UsageSource {
    /// The scenario does not say: it has to come with the command.
    #[default]
    None,
    /// A CSV file.
    File(PathBuf),
    /// Events written in the scenario, sorted by instant, in file order at one instant.
    Events(Vec<(Instant, Credits)>),
    /// Drawn.
    Generated(Box<Demand>),
}
