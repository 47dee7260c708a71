//! **recharge-explore**: a scenario with its usage, replayed anew for every change of its settings.
//!
//! The package `recharge` names its rooms again, and tells the house as a whole in `src/lib.rs`. `packages/module` compiles it
//! to the WebAssembly that a page of `recharge explore` carries, so it opens no file and starts no thread.

#![forbid(unsafe_code)]

pub use recharge_core::{
    domain, engine, figures, files, forecast, payments, policy, streams, usage,
};
pub use recharge_inquiry::inquiry;
pub use recharge_scenario::{scenario, vendors};
pub use recharge_study::{books, chronicle, metrics, replay, series, study};

pub mod explore;
