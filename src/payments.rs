//! Supply: what each charge attempt is answered.
//!
//! The answer to attempt 5 of replication 12 is a pure function of (seed, 12, purpose, 5) and of
//! the instant at which it settles, so two policies meet the same luck. Source: contract §8.

use crate::domain::{Duration, Share, Window};

/// How charges turn out.
#[derive(Clone, Debug, Default)]
pub struct Luck {
    /// How long a charge takes.
    pub latency: Wait,
    /// The probability that an attempt fails.
    pub fail_probability: Share,
    /// The share of those failures that are hard declines.
    pub hard_share: Share,
    /// Attempts that fail, by number from 1, with a soft decline.
    pub fail_attempts: Vec<u64>,
    /// Attempts that fail, by number from 1, with a hard decline.
    pub hard_fail_attempts: Vec<u64>,
    /// When the payment processor is out of service.
    pub outages: Vec<Window>,
    /// The probability that the bank asks for verification.
    pub verify_probability: Share,
    /// Attempts for which the bank asks for verification, by number from 1.
    pub verify_attempts: Vec<u64>,
    /// How long a verification takes.
    pub verification: Wait,
    /// The probability that a verification is abandoned or fails.
    pub verification_fail_probability: Share,
    /// Attempts whose verification fails, by number from 1.
    pub verification_fail_attempts: Vec<u64>,
    /// How long after a suspension the owner repairs the payment method; never when `None`.
    pub repair: Option<Repair>,
}

/// A length of time: fixed or drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wait {
    /// Always the same.
    Fixed(Duration),
    /// Uniform in `[least, most)`.
    Uniform {
        /// The least.
        least: Duration,
        /// The bound above.
        most: Duration,
    },
    /// Exponential.
    Exponential {
        /// Its mean.
        mean: Duration,
    },
    /// Lognormal.
    LogNormal {
        /// Its median.
        median: Duration,
        /// The standard deviation of its logarithm.
        sigma: f64,
    },
}

impl Default for Wait {
    fn default() -> Self {
        Wait::Fixed(Duration::ZERO)
    }
}

/// The owner's repair of a suspended payment method.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Repair {
    /// How long after the suspension.
    pub after: Wait,
    /// The probability of ever doing so.
    pub probability: Share,
}
