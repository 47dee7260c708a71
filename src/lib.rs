//! recharge
pub mod domain;
pub mod engine;
pub mod streams;
pub mod usage;
