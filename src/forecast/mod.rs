//! Usage to come: what a history says of it, and how much it leaves open.
//!
//! A history is read as days and weeks (`record`). Weeks have a level that drifts, grows and is blurred by
//! noise; what the history allows of these four is learned together and kept as three quantiles each, which a
//! person can read and change ([`Outlook`]). A replication draws its own level, growth, drift and noise, then
//! its weeks, and fills each with the events of a week of history, scaled to it ([`FutureUsage`]). Errors of past
//! forecasts are measured by `score`. Deliberately absent: rules of credits, and sentences.
//!
//! In reading order: `record` → `outlook` → `learn` → `future` → `score` → `tested`.

mod future;
mod learn;
mod outlook;
mod record;
mod score;
mod tested;
#[cfg(test)]
mod tests;

pub use future::{ContinuedUsage, DrawnFuture, FutureUsage};
pub use outlook::{Outlook, OutlookKeys, Uncertain};
pub use record::{OddWeek, RecordedPast};
pub use score::{Coverage, ForecastScore, OneScore, crps};
pub use tested::{MethodTest, UsageTest};
