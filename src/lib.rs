//! recharge
pub mod domain;
pub mod engine;
pub mod metrics;
pub mod payments;
pub mod policy;
pub mod streams;
