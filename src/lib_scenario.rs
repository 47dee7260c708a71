//! **recharge-scenario**: reading questions, with every rule and every message.
//!
//! The package `recharge` names its rooms again, and tells the house as a whole in `src/lib.rs`.

#![forbid(unsafe_code)]

pub use recharge_core::{
    domain, engine, figures, files, forecast, payments, policy, streams, usage,
};

pub mod scenario;
pub mod vendors;
