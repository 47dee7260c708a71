//! Billing cycles and the plan: the present cycle, the plan's grants, and the bases of shares.
//! Contract §3 and §5.

use std::sync::Arc;

use crate::domain::{Credits, Instant, Window};
use crate::policy::{Bases, Overflow, Plan, Proration};

use super::observer::Fact;

/// The present billing cycle and its plan.
#[derive(Clone, Debug)]
pub(super) struct Billing {
    cycle: Window,
    /// Counted from 0 at the start of the run.
    number: u64,
    /// True if no cycle has begun yet.
    fresh: bool,
    plan: Arc<Plan>,
    waiting: Option<Arc<Plan>>,
    bases: Bases,
    /// True if a trigger, now or later, uses [`Bases::cycle_total`].
    totals: bool,
}

impl Billing {
    /// Before the first cycle, which is to be this one.
    pub(super) fn new(
        plan: &Plan,
        cycle: Window,
        totals: bool,
        last_purchase: Option<Credits>,
    ) -> Billing {
        Billing {
            cycle,
            number: 0,
            fresh: true,
            plan: Arc::new(plan.clone()),
            waiting: None,
            bases: Bases { last_purchase, ..Bases::default() },
            totals,
        }
    }

    #[inline]
    pub(super) fn cycle(&self) -> Window {
        self.cycle
    }

    #[inline]
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    #[inline]
    pub(super) fn bases(&self) -> &Bases {
        &self.bases
    }

    pub(super) fn plan(&self) -> Arc<Plan> {
        Arc::clone(&self.plan)
    }

    /// A run begins inside a cycle.
    pub(super) fn begin_inside(&mut self, cycle: Window) -> Fact<'static> {
        (self.cycle, self.fresh) = (cycle, false);
        self.started()
    }

    /// Another cycle starts; whether one ends.
    pub(super) fn start(&mut self, cycle: Window) -> bool {
        let first = std::mem::replace(&mut self.fresh, false);
        self.cycle = cycle;
        self.number += u64::from(!first);
        !first
    }

    /// The fact that the present cycle started.
    pub(super) fn started(&self) -> Fact<'static> {
        Fact::CycleStarted { number: self.number, cycle: self.cycle }
    }

    /// The shares of this cycle are taken of this allowance.
    pub(super) fn set_allowance(&mut self, allowance: Credits) {
        self.bases.allowance = allowance;
    }

    /// The total of this cycle begins with this balance.
    pub(super) fn begin_total(&mut self, balance: Credits) {
        self.bases.cycle_total = balance;
    }

    /// Counts credits that arrive within a cycle, if a trigger uses their total.
    #[inline(always)]
    fn add(&mut self, credits: Credits) -> Result<(), Overflow> {
        if self.totals {
            self.bases.cycle_total = self.bases.cycle_total.plus(credits)?;
        }
        Ok(())
    }

    /// Credits were bought.
    #[inline(always)]
    pub(super) fn buy(&mut self, credits: Credits) -> Result<(), Overflow> {
        self.add(credits)?;
        self.bases.last_purchase = Some(credits);
        Ok(())
    }

    /// A plan waits for the next cycle start.
    pub(super) fn choose_later(&mut self, plan: &Arc<Plan>) {
        self.waiting = Some(Arc::clone(plan));
    }

    /// Puts a pending plan change into effect, if there is one.
    pub(super) fn change_over(&mut self) -> Option<Arc<Plan>> {
        self.plan = self.waiting.take()?;
        Some(self.plan())
    }

    /// Changes the plan at once; returns the charge and the grant for the rest of the cycle.
    pub(super) fn choose_now(
        &mut self,
        plan: &Arc<Plan>,
        now: Instant,
        minor: u32,
    ) -> Result<Proration, Overflow> {
        let prorated = self.plan.prorate(plan, now, self.cycle, minor)?;
        self.waiting = None;
        self.plan = Arc::clone(plan);
        Ok(prorated)
    }

    /// More allowance is granted within the cycle.
    pub(super) fn upgrade(&mut self, allowance: Credits) -> Result<(), Overflow> {
        self.bases.allowance = self.bases.allowance.plus(allowance)?;
        self.add(allowance)
    }
}
