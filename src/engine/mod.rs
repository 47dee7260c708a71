//! What happens.
pub mod setup;
pub mod trace;
