//! What happens.
pub mod trace;
