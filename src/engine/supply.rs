//! The engine's interface to payments. Their implementation is not known here.

use crate::domain::{Duration, Instant};
use crate::policy::Decline;

/// Answers charge attempts. Every answer is a function of its arguments alone, so that two policies
/// that make the same attempt at the same instant meet the same luck.
pub trait Payments {
    /// The duration of charge `attempt`.
    fn latency(&mut self, attempt: u64) -> Duration;
    /// The outcome of charge `attempt` at `at`.
    fn settle(&mut self, attempt: u64, at: Instant) -> Answer;
    /// Returns true if the cardholder passes the verification of `attempt`.
    fn verified(&mut self, attempt: u64) -> bool;
    /// The time from the suspension of this number, from 1, until the owner repairs the payment
    /// method; `None` if never.
    fn repair_after(&mut self, suspension: u64) -> Option<Duration>;
    /// The owner put a working payment method on file at `at`.
    fn repaired(&mut self, at: Instant);
    /// Returns true if an answer depends on what was asked before.
    fn remembers(&self) -> bool;
    /// Returns true if a payment is ever undone.
    fn undoes(&self) -> bool;
    /// What undoes the payment of charge `attempt`, which has succeeded.
    fn undoing(&mut self, attempt: u64) -> Undoing;
}

/// What undoes a payment, each so long after it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Undoing {
    /// The vendor refunds it.
    pub refunded: Option<Duration>,
    /// The bank takes it back.
    pub charged_back: Option<Duration>,
    /// The vendor wins the dispute about that.
    pub won: Option<Duration>,
}

/// The outcome of a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It succeeds.
    Approved,
    /// It fails.
    Declined(Decline),
    /// The bank requires verification, which takes this long and alone decides the attempt.
    Verify(Duration),
}
