//! Overage: usage beyond the balance, counted against its cap and until it is billed. Contract §4.

use crate::domain::{Credits, CreditsOverflow};
use crate::policy::Overage;

/// The overage of the present billing cycle.
#[derive(Clone, Copy, Debug)]
pub(super) struct OverageMeter {
    rules: Overage,
    /// The most credits of a cycle.
    most: Credits,
    /// The credits at which a bill is due.
    billed_at: Credits,
    /// Credits of this cycle.
    used: Credits,
    /// The part of them, and of those before, that is not billed yet.
    unbilled: Credits,
}

impl OverageMeter {
    /// Before any.
    pub(super) fn new(rules: Overage) -> OverageMeter {
        OverageMeter {
            rules,
            most: rules.most(),
            billed_at: rules.billed_at(),
            used: Credits::ZERO,
            unbilled: Credits::ZERO,
        }
    }

    pub(super) fn rules(&self) -> Overage {
        self.rules
    }

    /// Counts credits that the balance lacked.
    pub(super) fn add(&mut self, beyond: Credits) -> Result<(), CreditsOverflow> {
        self.used = self.used.plus(beyond)?;
        self.unbilled = self.unbilled.plus(beyond)?;
        Ok(())
    }

    /// What the cap leaves of this cycle; usage that was served before it was deducted may be beyond it.
    pub(super) fn room(&self) -> Credits {
        Credits::from_micro(self.most.micro().saturating_sub(self.used.micro()).max(0))
    }

    /// The overage with which the next bill is due; above zero unless one is due now.
    pub(super) fn until_bill(&self) -> Credits {
        Credits::from_micro(self.billed_at.micro().saturating_sub(self.unbilled.micro()))
    }

    /// Takes what is to be billed.
    pub(super) fn take_unbilled(&mut self) -> Credits {
        std::mem::take(&mut self.unbilled)
    }

    /// Takes out overage of this cycle that is not billed yet.
    pub(super) fn take_out(&mut self, beyond: Credits) {
        self.used = Credits::from_micro(self.used.micro() - beyond.micro());
        self.unbilled = Credits::from_micro(self.unbilled.micro() - beyond.micro());
    }

    /// The cap starts again; returns true if the cycle that ended had overage.
    pub(super) fn start_cycle(&mut self) -> bool {
        std::mem::take(&mut self.used).is_positive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::OverageCap;

    #[test]
    fn the_cap_is_of_a_cycle_and_a_bill_leaves_it_as_it_is() {
        let cap = Some(OverageCap::Credits(Credits::whole(10)));
        let bill_at = Some("3".parse().unwrap());
        let mut meter = OverageMeter::new(Overage { price: "0.5".parse().unwrap(), cap, bill_at });
        meter.add(Credits::whole(4)).unwrap();
        assert_eq!((meter.room(), meter.until_bill()), (Credits::whole(6), Credits::whole(2)));
        meter.add(Credits::whole(2)).unwrap();
        assert_eq!(meter.until_bill(), Credits::ZERO);
        assert_eq!(meter.take_unbilled(), Credits::whole(6));
        assert_eq!((meter.room(), meter.until_bill()), (Credits::whole(4), Credits::whole(6)));
        meter.add(Credits::whole(7)).unwrap();
        assert_eq!(meter.room(), Credits::ZERO);
        assert!(meter.start_cycle() && !meter.start_cycle());
        assert_eq!((meter.room(), meter.take_unbilled()), (Credits::whole(10), Credits::whole(7)));
    }
}
