//! **recharge-report**: what is told of a result, in every medium.
//!
//! The package `recharge` names its rooms again, and tells the house as a whole in `src/lib.rs`.

#![forbid(unsafe_code)]

pub use recharge_core::{
    domain, engine, figures, files, forecast, payments, policy, streams, usage,
};
pub use recharge_explore::explore;
pub use recharge_inquiry::inquiry;
pub use recharge_scenario::{scenario, vendors};
pub use recharge_study::{books, chronicle, fleet, metrics, replay, series, study};

pub mod report;
