//! recharge
pub mod chronicle;
pub mod domain;
pub mod engine;
pub mod metrics;
pub mod payments;
pub mod policy;
pub mod report;
pub mod scenario;
pub mod streams;
pub mod usage;
