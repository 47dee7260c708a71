//! What a failed charge does: retries, suspension, what counts towards it. Source: contract §8.
//!
//! Whether a charge fails is luck and not a rule; it is answered elsewhere.

use crate::domain::Duration;

/// The vendor's terms for failed charges.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PaymentTerms {
    /// How long to wait after the first, second, … failure in a row; the last repeats.
    pub retry_after: Vec<Duration>,
    /// Auto-recharge is suspended at so many failures in a row; never when `None`.
    pub disable_after: Option<u32>,
    /// What a soft decline (one that may pass) does.
    pub soft_decline: OnFailure,
    /// What a hard decline (one that stays) does.
    pub hard_decline: OnFailure,
    /// What an outage of the payment processor does.
    pub processor_outage: OnFailure,
}

/// What one failure does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OnFailure {
    /// It counts towards `disable_after`.
    #[default]
    Count,
    /// It suspends at once.
    Suspend,
    /// It is retried and counts for nothing.
    Ignore,
}

/// Why a charge failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decline {
    /// One that may pass: no funds at the moment.
    Soft,
    /// One that stays until the owner acts: an expired or stolen card.
    Hard,
    /// The payment processor was out of service.
    Outage,
    /// The cardholder did not pass, or never answered, the bank's verification.
    Verification,
}

impl PaymentTerms {
    /// What a failure does; a failed verification counts as a soft decline.
    pub fn on(&self, decline: Decline) -> OnFailure {
        match decline {
            Decline::Soft | Decline::Verification => self.soft_decline,
            Decline::Hard => self.hard_decline,
            Decline::Outage => self.processor_outage,
        }
    }

    /// How long to wait after `in_a_row` failures in a row.
    pub fn wait(&self, in_a_row: u32) -> Duration {
        let last = self.retry_after.len().saturating_sub(1);
        let index = (in_a_row.saturating_sub(1) as usize).min(last);
        self.retry_after.get(index).copied().unwrap_or(Duration::HOUR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_wait_repeats() {
        let hours = |h: i64| Duration::from_millis(h * 3_600_000_i64);
        let terms = PaymentTerms {
            retry_after: vec![hours(1), hours(2), hours(4)],
            disable_after: None,
            soft_decline: OnFailure::Count,
            hard_decline: OnFailure::Suspend,
            processor_outage: OnFailure::Ignore,
        };
        let waits: Vec<_> = (0..5).map(|n| terms.wait(n).millis() / 3_600_000_i64).collect();
        assert_eq!(waits, [1, 1, 2, 4, 4]);
    }
}
