//! recharge
pub mod domain;
pub mod engine;
pub mod policy;
pub mod streams;
