//! recharge
pub mod chronicle;
pub mod domain;
pub mod engine;
pub mod metrics;
pub mod payments;
pub mod policy;
pub mod recommend;
pub mod report;
pub mod streams;
pub mod study;
pub mod usage;
