//! **recharge-study**: runs and studies, and fleets of accounts.
//!
//! The package `recharge` names its rooms again, and tells the house as a whole in `src/lib.rs`.

#![forbid(unsafe_code)]

pub use recharge_core::{
    domain, engine, figures, files, forecast, payments, policy, streams, usage,
};
pub use recharge_scenario::{scenario, vendors};

pub mod books;
pub mod chronicle;
pub mod fleet;
pub mod metrics;
pub mod replay;
pub mod series;
pub mod study;
