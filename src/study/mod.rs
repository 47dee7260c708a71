//! Many runs: replications, and their results for each candidate.
//!
//! Every replication draws one trace of usage and one stream of luck; all candidates live through
//! both (common random numbers), so what sets two of them apart is what they set. In reading
//! order: `spec` (the question) → [`candidates`] → `question` → `run` (one run as a few numbers, with `stock`, the value of what
//! is left) →
//! `runs` (those of all replications) → `life` (one replication) → `replicate` (many of them, in
//! `turns`; `extend`: more of some; `known`: without those that were run before) → [`distribution`] →
//! [`estimate`] → [`rare`] → [`select`] → `objective` → `figures` → [`influence`] → `levels` →
//! `periods` → `paths`. Deliberately absent: advice.

pub mod candidates;
pub mod distribution;
pub mod estimate;
mod extend;
mod figures;
mod foresee;
pub mod influence;
mod known;
mod levels;
mod life;
mod objective;
mod paths;
mod periods;
mod question;
pub mod rare;
mod replicate;
mod run;
mod runs;
pub mod select;
mod spec;
mod stock;
mod turns;

pub use estimate::{Confidence, Estimate, Paired};
pub use extend::extend;
pub use figures::{EstimatedFigure, Tails};
pub use foresee::{Futures, LivedCycle, LivedFuture, LivedPart, foresee};
pub use known::KnownRuns;
pub use levels::level;
pub use objective::nothing_refused;
pub use objective::{
    Constraint, HorizonLength, MARGIN, MARGIN_OF_TARGET, Objective, Requirement, ServiceTarget,
    Standing, net_spend, refused_beyond,
};
pub use paths::{MOST_PATHS, Paths, paths};
pub use periods::{Percentiles, PeriodCounts, PeriodSummaries, PeriodSummary};
pub use question::{
    Candidate, MOST_RUNS, MeteredUsage, Question, StudyError, StudyWatch, Until, UsageModel,
};
pub use replicate::{replicate, replicate_knowing};
pub use run::{Cut, Period, Run};
pub use runs::{Ending, Runs, StudyRuns};
pub use spec::StudySpec;
pub use stock::list_price;
