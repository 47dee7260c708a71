//! Every key of a scenario, each declared once: reading, the JSON Schema and the reference follow
//! from here. One module per table, in the reading order of a file; [`ROOT`] holds them all.

pub mod account;
pub mod action;
pub mod gates;
pub mod gift;
pub mod kinds;
pub mod payment;
pub mod recharge;
pub mod root;
pub mod service;
pub mod study;
pub mod usage;
pub mod vendor;

pub use self::root::TABLE as ROOT;
