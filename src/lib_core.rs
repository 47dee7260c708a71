//! **recharge-core**: one account and its usage, from the vocabulary to the catalogue of figures.
//!
//! The package `recharge` names its rooms again, and tells the house as a whole in `src/lib.rs`.

#![forbid(unsafe_code)]

pub mod domain;
pub mod engine;
pub mod figures;
pub mod files;
pub mod forecast;
pub mod payments;
pub mod policy;
pub mod streams;
pub mod usage;
