//! The answer: what to choose, and why.
//!
//! In reading order: [`judge`] (each candidate against what is set today and what must hold) →
//! [`mod@frontier`] → [`advice`] (the sentence) → [`mod@break_even`] → [`plans`] (plans and packages
//! along levels of usage) → [`envelope`] (the cheapest of them). Deliberately absent: running anything, tables.

pub mod advice;
pub mod break_even;
pub mod envelope;
pub mod frontier;
pub mod judge;
pub mod plans;

pub use advice::Words;
pub use break_even::{BreakEven, Change, Point, Side, break_even};
pub use frontier::{Tradeoff, frontier};
pub use judge::{Judged, Judgement, Keep, Stakes, Verdict};
