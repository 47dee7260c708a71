//! Many runs: replications, and what they say about each candidate.
//!
//! In reading order: [`distribution`] → [`estimate`] → [`select`]. Deliberately absent: advice.

pub mod distribution;
pub mod estimate;
pub mod select;

pub use estimate::{Confidence, Estimate, Paired};
