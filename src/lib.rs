//! recharge
pub mod domain;
pub mod engine;
pub mod payments;
pub mod policy;
pub mod scenario;
pub mod streams;
