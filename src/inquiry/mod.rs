//! Questions and their answers: one function for each, from scenarios and usage to an answer that is
//! computed and not worded.
//!
//! | question | asked with | answered by |
//! |---|---|---|
//! | what happens? | [`UsageInput`] | [`run()`] |
//! | which settings? | [`StudyQuestion::of`] | [`study()`] |
//! | which scenario? | [`StudyQuestion::comparing`] | [`study()`] |
//! | which plan and package, from which usage on? | [`PlanQuestion::of`] | [`plan()`] |
//!
//! Answers depend on nothing but the question: what an inquiry works with ([`Means`]) are threads,
//! whose number changes no result, and a watch, which alone knows a clock. In reading order: [`pool`] →
//! [`usage`] → [`mod@run`] → [`mod@study`] ([`assess`]: each candidate against the first and against
//! what must hold, and the verdict; [`mod@frontier`]; [`mod@reversal`]; [`roles`]; [`cuts`]) → `compare` → [`mod@plan`]
//! (`levels`; [`plans`]; [`mod@break_even`]; [`envelope`]) → [`error`]. Deliberately absent: sentences and tables,
//! which are the report's.

pub mod assess;
pub mod break_even;
mod compare;
pub mod cuts;
pub mod envelope;
pub mod error;
pub mod frontier;
mod levels;
pub mod plan;
pub mod plans;
pub mod pool;
pub mod reversal;
pub mod roles;
pub mod run;
pub mod study;
pub mod usage;

pub use assess::{Assessment, ConstraintCheck, Judgement, KeepReason, Stakes, Verdict};
pub use break_even::{BreakEven, CostDifference, Crossover, Side, break_even};
pub use compare::comparable;
pub use cuts::{CutCycle, HorizonEnd, cut_cycles};
pub use error::InquiryError;
pub use frontier::{Tradeoff, frontier};
pub use plan::{PlanQuestion, PlanSpec, plan};
pub use plans::PlanAnswer;
pub use pool::{Means, Pool, PoolError};
pub use reversal::{Reversal, reversal};
pub use roles::{Role, shown};
pub use run::run;
pub use study::{Detail, Pictures, StudyAnswer, StudyQuestion, study};
pub use usage::UsageInput;
