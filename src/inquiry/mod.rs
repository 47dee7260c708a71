//! Answers to questions: what many runs say about what to choose.
//!
//! In reading order: [`assess`] (each candidate against the first and against what must hold, and the
//! verdict) → [`mod@frontier`] → [`mod@break_even`] → [`plans`] (plans and packages along levels of
//! usage) → [`envelope`] (the cheapest of them). Deliberately absent: sentences and tables, which are
//! the report's.

pub mod assess;
pub mod break_even;
pub mod envelope;
pub mod frontier;
pub mod plans;

pub use assess::{Assessment, ConstraintCheck, Judgement, KeepReason, Stakes, Verdict};
pub use break_even::{BreakEven, CostDifference, Crossover, Side, break_even};
pub use frontier::{Tradeoff, frontier};
