//! Many runs: replications, and what they say about each candidate.
//!
//! Every replication draws one trace of usage and one stream of luck; all candidates live through
//! both (common random numbers), so what sets two of them apart is what they set. In reading
//! order: [`spec`] (the question) → [`candidates`] → [`question`] → [`run`] (one run as a few numbers) →
//! [`runs`] (those of all replications) → `life` (one replication) → [`replicate`] (many of them, in
//! `turns`) → [`distribution`] →
//! [`estimate`] → [`select`] → [`objective`] → [`figures`] → [`levels`] →
//! [`paths`]. Deliberately absent: advice.

pub mod candidates;
pub mod distribution;
pub mod estimate;
pub mod figures;
pub mod levels;
mod life;
pub mod objective;
pub mod paths;
pub mod question;
pub mod replicate;
pub mod run;
pub mod runs;
pub mod select;
pub mod spec;
mod turns;

pub use estimate::{Confidence, Estimate, Paired};
pub use figures::Tails;
pub use objective::{Constraint, Objective};
pub use paths::Paths;
pub use question::{Candidate, Question, StudyError, Until, UsageModel, Watch};
pub use run::{Cut, Period};
pub use runs::{Ending, Runs, StudyRuns};
pub use spec::StudySpec;
