//! The answer: what to choose, and why.

pub mod frontier;

pub use frontier::{Tradeoff, frontier};
