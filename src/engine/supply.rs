//! What the engine asks of the world of payments. Who answers is not known here.

use crate::domain::{Duration, Instant};
use crate::policy::Decline;

/// Answers charge attempts. Every answer is a function of its arguments alone, so that two
/// policies that make the same attempt at the same instant meet the same luck.
pub trait Payments {
    /// How long charge `attempt` takes to settle.
    fn latency(&mut self, attempt: u64) -> Duration;
    /// How charge `attempt` settles at `at`.
    fn settle(&mut self, attempt: u64, at: Instant) -> Answer;
    /// Whether the cardholder passed the verification asked for in `attempt`.
    fn verified(&mut self, attempt: u64) -> bool;
    /// How long after the suspension of this number, from 1, the owner repairs the payment
    /// method; `None` if never.
    fn repair_after(&mut self, suspension: u64) -> Option<Duration>;
    /// The owner put a working payment method on file at `at`.
    fn repaired(&mut self, at: Instant);
}

/// How a charge settles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It succeeds.
    Approved,
    /// It fails.
    Declined(Decline),
    /// The bank asks for verification, which takes this long and alone decides the attempt.
    Verify(Duration),
}
