//! Billing cycles and the plan: the present cycle, the plan's grants, and the bases of shares.
//! Contract §3 and §5.

use std::sync::Arc;

use crate::domain::{Credits, Cycles, Instant, Window};
use crate::policy::{Bases, Overflow, Per, Plan, Proration, Term, TermPlace};

use super::observer::Fact;

/// The present billing cycle and its plan.
#[derive(Clone, Debug)]
pub(super) struct Billing {
    cycle: Window,
    /// Its number among the cycles of the contract, where that is known.
    index: Option<i64>,
    /// Counted from 0 at the start of the run.
    number: u64,
    /// True if no cycle has begun yet.
    fresh: bool,
    plan: Arc<Plan>,
    /// Further cycles of the term under way.
    further: u32,
    /// The time the present allowance is for: a cycle or a term, counted from 0.
    period: u64,
    waiting: Option<Arc<Plan>>,
    bases: Bases,
    /// True if a trigger, now or later, uses [`Bases::cycle_total`] or [`Bases::purchases`].
    totals: bool,
}

/// What a cycle start brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CycleDues {
    pub(super) fee: bool,
    pub(super) allowance: bool,
    /// True if the quotas of the plan are in force.
    pub(super) included: bool,
}

/// Further cycles of the term around the start of a run that begins inside a cycle.
pub(super) fn further_cycles(term: Term, cycles: &Cycles, start: Instant) -> u32 {
    if term.cycles <= 1 {
        return 0;
    }
    let place = cycles.index(start).rem_euclid(i64::from(term.cycles));
    term.cycles - 1 - u32::try_from(place).expect("a remainder is below its divisor")
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
            index: None,
            number: 0,
            fresh: true,
            plan: Arc::new(plan.clone()),
            further: 0,
            period: 0,
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
    pub(super) fn bases(&self) -> &Bases {
        &self.bases
    }

    pub(super) fn plan(&self) -> Arc<Plan> {
        Arc::clone(&self.plan)
    }

    /// The period of an allowance that is granted now.
    #[inline]
    pub(super) fn period(&self) -> u64 {
        self.period
    }

    /// True if the time that the allowance is for ends with the present cycle.
    pub(super) fn allowance_ends(&self) -> bool {
        self.further == 0 || self.plan.term.allowance_per == Per::Cycle
    }

    /// The end of the time that the allowance is for, if no subscription is cancelled meanwhile.
    pub(super) fn allowance_until(&self, cycles: &Cycles) -> Instant {
        let further = if self.allowance_ends() { 0 } else { self.further };
        (0..further).fold(self.cycle.to, |ends, _| cycles.around(ends).to)
    }

    /// A run begins inside a cycle, with so many more of its term.
    pub(super) fn begin_inside(&mut self, cycle: Window, further: u32) -> Fact<'static> {
        (self.cycle, self.fresh, self.further) = (cycle, false, further);
        self.started()
    }

    /// Another cycle starts; whether one ends.
    pub(super) fn start(&mut self, cycles: &Cycles, from: Instant) -> bool {
        let first = std::mem::replace(&mut self.fresh, false);
        let (index, to) = match self.index {
            Some(index) if self.cycle.to == from => cycles.after(index, from),
            _ => {
                let (index, around) = cycles.indexed(from);
                (index, around.to)
            }
        };
        (self.index, self.cycle) = (Some(index), Window { from, to });
        self.bases.purchases = Credits::ZERO;
        self.number += u64::from(!first);
        self.period += u64::from(!first && self.allowance_ends());
        !first
    }

    /// Goes on with the term, or begins one if none is under way; returns what is due.
    pub(super) fn renew(&mut self, subscribed: bool) -> CycleDues {
        let (begins, term) = (self.further == 0, self.plan.term);
        let due = |per| subscribed && (begins || per == Per::Cycle);
        self.further = match (begins, subscribed) {
            (true, true) => term.cycles - 1,
            (true, false) => 0,
            (false, _) => self.further - 1,
        };
        if begins || term.allowance_per == Per::Cycle {
            self.bases.allowance = Credits::ZERO;
        }
        let included = subscribed || !begins;
        CycleDues { fee: due(term.fee_per), allowance: due(term.allowance_per), included }
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
    pub(super) fn add(&mut self, credits: Credits) -> Result<(), Overflow> {
        if self.totals {
            self.bases.cycle_total = self.bases.cycle_total.plus(credits)?;
        }
        Ok(())
    }

    /// Returns true if what is bought is added up for a trigger.
    pub(super) fn adds_up_purchases(&self) -> bool {
        self.totals
    }

    /// Credits were bought.
    #[inline(always)]
    pub(super) fn buy(&mut self, credits: Credits) -> Result<(), Overflow> {
        self.add(credits)?;
        if self.totals {
            self.bases.purchases = self.bases.purchases.plus(credits)?;
        }
        self.bases.last_purchase = Some(credits);
        Ok(())
    }

    /// A plan waits for the next cycle start.
    pub(super) fn choose_later(&mut self, plan: &Arc<Plan>) {
        self.waiting = Some(Arc::clone(plan));
    }

    /// Puts a pending plan change into effect, if there is one and no term is under way.
    pub(super) fn change_over(&mut self) -> Option<Arc<Plan>> {
        if self.further > 0 {
            return None;
        }
        self.plan = self.waiting.take()?;
        Some(self.plan())
    }

    /// Changes the plan at once; returns the charge and the change of the allowance for the rest of the
    /// cycle or the term.
    pub(super) fn choose_now(
        &mut self,
        plan: &Arc<Plan>,
        now: Instant,
        minor: u32,
    ) -> Result<Proration, Overflow> {
        let place = TermPlace { at: now, cycle: self.cycle, further: self.further };
        let prorated = self.plan.prorate(plan, place, minor)?;
        self.waiting = None;
        self.plan = Arc::clone(plan);
        self.further = self.further.min(plan.term.cycles - 1);
        Ok(prorated)
    }

    /// More allowance is granted within the cycle.
    pub(super) fn upgrade(&mut self, allowance: Credits) -> Result<(), Overflow> {
        self.bases.allowance = self.bases.allowance.plus(allowance)?;
        self.add(allowance)
    }

    /// The shares of this cycle are taken of so much less allowance.
    pub(super) fn downgrade(&mut self, allowance: Credits) {
        let left = self.bases.allowance.micro() - allowance.micro();
        self.bases.allowance = Credits::from_micro(left.max(0));
    }
}
