//! Why a question has no answer.

use crate::replay::ReplayError;
use crate::study::StudyError;
use crate::study::candidates::{CandidatesError, SourceError};
use crate::usage::UsageError;

use super::plan::MOST_LEVELS;

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum InquiryError {
    /// A run was asked for, and the scenario names no usage.
    #[error("{file}: names no usage; add a [usage] table, or give --usage FILE")]
    NoUsage {
        /// The scenario's file.
        file: String,
    },
    /// The usage could not be read.
    #[error(transparent)]
    Usage(#[from] UsageError),
    /// The usage cannot be drawn many times.
    #[error("{file}: {error}")]
    Model {
        /// The scenario's file.
        file: String,
        /// Why.
        error: SourceError,
    },
    /// A run did not come to its end.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// Fewer than two scenarios were to be compared.
    #[error("name at least two scenarios")]
    NothingToCompare,
    /// Scenarios cannot be compared with the first.
    #[error("{}", problems.join("\n"))]
    Incomparable {
        /// Why, one text for each of them.
        problems: Vec<String>,
    },
    /// Settings make no candidates, or too many.
    #[error(transparent)]
    Candidates(#[from] CandidatesError),
    /// A plan with a package makes no scenario.
    #[error("{file}: {error}")]
    Choice {
        /// The scenario's file.
        file: String,
        /// Why.
        error: CandidatesError,
    },
    /// The scenario has no plans, or no packages.
    #[error("the scenario has no [{table}] to choose from")]
    NoChoice {
        /// `plans` or `packages`.
        table: &'static str,
    },
    /// The scenario has no plan, or no package, of this name.
    #[error("--{table} {name}: the scenario has {}", listed(known))]
    UnknownChoice {
        /// `plans` or `packages`.
        table: &'static str,
        /// The name.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// A level of usage is no number of credits above zero.
    #[error("a level of usage is a number of credits above zero, and not {level}")]
    Level {
        /// The level.
        level: f64,
    },
    /// More levels of usage than one question asks for.
    #[error("{count} levels of usage; at most {MOST_LEVELS}")]
    TooManyLevels {
        /// How many.
        count: usize,
    },
    /// No usage is asked for, so there is nothing to scale to a level.
    #[error("{file}: the usage asks for nothing, so there is no shape to scale")]
    NoDemand {
        /// The scenario's file.
        file: String,
    },
    /// Many runs could not go on.
    #[error(transparent)]
    Study(#[from] StudyError),
    /// Asked to stop before there was anything to tell.
    #[error("interrupted before {before}")]
    Interrupted {
        /// What was not reached: `a replication was finished`.
        before: &'static str,
    },
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
