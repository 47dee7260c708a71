//! recharge
pub mod domain;
pub mod engine;
pub mod streams;
