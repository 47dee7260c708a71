//! The auto-recharge rules in force, and their memory: caps, failures, the cooldown, polls.
//! Contract §5 to §9.

use crate::domain::{Credits, Duration, Instant, Share};
use crate::policy::{
    AutoRecharge, Base, Bases, Cap, Contract, Cooldown, CooldownSince, Decline, Firing, Offer,
    OnFailure, Order, Overflow, Package, PaymentTerms, Purchase, Shortage, Trigger,
};

use super::cap_use::{self, AlikeRoom, CapAnswer, CapHistory, CapUse, WindowPlace};
use super::past::{Past, Settled};

/// Auto-recharge as it is set at the time.
#[derive(Clone, Debug)]
pub(super) struct Lifecycle<'s> {
    rules: &'s AutoRecharge,
    past: &'s Past,
    /// The instant from which polls are counted.
    start: Instant,
    failures: u32,
    cooldown_until: Instant,
    caps: Vec<CapUse>,
    /// Settled charges, kept only where caps change on the timeline.
    history: Option<Vec<Settled>>,
    purchase: Purchase,
    trigger: Trigger,
    suspensions: u64,
    /// The last poll that looked at the trigger.
    polled: Option<Instant>,
    /// True if a cap turned auto-recharge off and nobody has acted since.
    off_at_cap: bool,
    /// True if any cap in force warns.
    warns: bool,
    /// Warnings that the last charge gave rise to: a cap and the share of it.
    warnings: Vec<(usize, Share)>,
}

/// The consequences of a failed charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FailureEffect {
    /// Failures in a row with it.
    pub(super) in_a_row: u32,
    /// True if it suspends auto-recharge.
    pub(super) suspends: bool,
}

/// Recharges that are alike and allowed one after another.
#[derive(Clone, Copy, Debug)]
pub(super) struct RoutineRoom<'s> {
    /// What each buys.
    pub(super) order: Order,
    /// How many, and until when.
    pub(super) caps: AlikeRoom,
    /// What follows a failure that is the first in a row; `None` if the next one is not.
    pub(super) retries: Option<&'s PaymentTerms>,
}

/// Returns true if a cap warns before it is used up.
fn warns(cap: &Cap) -> bool {
    !cap.warn_at.shares().is_empty()
}

impl<'s> Lifecycle<'s> {
    /// The rules at the start; `caps_change` is true if the timeline ever sets other caps.
    pub(super) fn new(
        rules: &'s AutoRecharge,
        past: &'s Past,
        place: WindowPlace,
        caps_change: bool,
    ) -> Result<Lifecycle<'s>, Overflow> {
        let (charges, used) = (past.charges.as_slice(), &past.caps_used);
        let history = CapHistory { charges, used, start: place.at };
        let mut caps = Vec::with_capacity(rules.caps.len());
        for cap in &rules.caps {
            caps.push(CapUse::new(*cap, place, history)?);
        }
        let cooled = |cooldown: &Cooldown| {
            past.last_counted(cooldown.since).map(|at| at.plus(cooldown.length))
        };
        Ok(Lifecycle {
            rules,
            past,
            start: place.at,
            failures: 0,
            cooldown_until: rules.cooldown.as_ref().and_then(cooled).unwrap_or(Instant::EARLIEST),
            caps,
            history: caps_change.then(|| past.charges.clone()),
            purchase: rules.purchase.clone(),
            trigger: rules.trigger,
            suspensions: 0,
            polled: None,
            off_at_cap: false,
            warns: rules.caps.iter().any(warns),
            warnings: Vec::new(),
        })
    }

    #[inline]
    pub(super) fn rules(&self) -> &'s AutoRecharge {
        self.rules
    }

    #[inline]
    pub(super) fn firing(&self) -> Firing {
        self.rules.firing
    }

    /// The caps in force.
    #[inline(always)]
    pub(super) fn caps(&self) -> &[CapUse] {
        &self.caps
    }

    /// The highest balance at which the trigger holds.
    #[inline(always)]
    pub(super) fn level(&self, bases: &Bases) -> Credits {
        self.trigger.level(bases)
    }

    /// The end of the last cooldown, past or future.
    #[inline]
    pub(super) fn cooldown_until(&self) -> Instant {
        self.cooldown_until
    }

    /// Returns the verdict of the caps on a recharge at this balance.
    #[inline(always)]
    pub(super) fn judge(
        &mut self,
        balance: Credits,
        bases: &Bases,
        place: WindowPlace,
        contract: &Contract,
    ) -> Result<CapAnswer, Overflow> {
        let offer = Offer {
            purchase: &self.purchase,
            closes_gap: self.rules.closes_gap,
            pricing: &self.rules.pricing,
            tax: contract.tax,
            minor: contract.minor,
        };
        let count = offer.count(Shortage::new(balance, &self.trigger, bases));
        cap_use::judge(&mut self.caps, place, offer, count)
    }

    /// The recharges that are alike from now on, and allowed one after another; `None` if the next one has to be judged.
    pub(super) fn routine_room(
        &mut self,
        place: WindowPlace,
        contract: &Contract,
    ) -> Option<RoutineRoom<'s>> {
        let rules = self.rules;
        let Purchase::Packs { packs, .. } = self.purchase else { return None };
        let moves =
            matches!(self.trigger, Trigger::ConsumedShare { base, .. } if base != Base::Allowance);
        let waits = rules.poll.is_some() || rules.cooldown.is_some();
        if rules.closes_gap || moves || waits || self.warns || self.history.is_some() {
            return None;
        }
        let order = self.offer(contract).order(i128::from(packs)).ok()?;
        let caps = cap_use::room(&mut self.caps, place, order)?;
        let retries = (self.failures == 0).then_some(&rules.terms);
        order.credits.is_positive().then_some(RoutineRoom { order, caps, retries })
    }

    /// So many recharges succeeded for which there was [room](Lifecycle::routine_room), some after a charge that failed.
    pub(super) fn succeed_often(&mut self, order: Order, recharges: u32, failed: u32) {
        cap_use::count_often(&mut self.caps, order, recharges, failed);
        self.failures = 0;
    }

    /// What a recharge would buy.
    #[inline(always)]
    fn offer(&self, contract: &Contract) -> Offer<'_> {
        Offer {
            purchase: &self.purchase,
            closes_gap: self.rules.closes_gap,
            pricing: &self.rules.pricing,
            tax: contract.tax,
            minor: contract.minor,
        }
    }

    /// The first instant at or after `at` at which the trigger is looked at.
    pub(super) fn look_at(&self, at: Instant) -> Instant {
        let Some(interval) = self.rules.poll else { return at };
        if at == Instant::NEVER {
            return at;
        }
        // Each poll is one evaluation: its own consequences at the same instant are seen at the
        // next poll.
        let at = if self.polled == Some(at) { at.plus(Duration::from_millis(1)) } else { at };
        let interval = interval.millis().max(1);
        let elapsed = at.since(self.start).millis();
        let polls = elapsed / interval + i64::from(elapsed % interval != 0);
        // A poll beyond the end of time is never.
        self.start.plus(Duration::from_millis(polls.saturating_mul(interval)))
    }

    /// The trigger is looked at again.
    pub(super) fn poll(&mut self, now: Instant) {
        self.polled = Some(now);
    }

    /// A charge succeeded.
    #[inline(always)]
    pub(super) fn succeed(&mut self, order: Order, place: WindowPlace) -> Result<(), Overflow> {
        self.count(Settled { at: place.at, order, succeeded: true }, place)?;
        self.failures = 0;
        self.cool_down(CooldownSince::Success, place.at);
        Ok(())
    }

    /// A charge failed.
    pub(super) fn fail(
        &mut self,
        order: Order,
        decline: Decline,
        place: WindowPlace,
    ) -> Result<FailureEffect, Overflow> {
        self.count(Settled { at: place.at, order, succeeded: false }, place)?;
        self.cool_down(CooldownSince::Attempt, place.at);
        let terms = &self.rules.terms;
        if terms.on(decline) != OnFailure::Ignore {
            self.failures += 1;
        }
        let in_a_row = self.failures;
        Ok(FailureEffect { in_a_row, suspends: terms.suspends(decline, in_a_row) })
    }

    /// Counts a settled charge for the caps.
    #[inline(always)]
    fn count(&mut self, settled: Settled, place: WindowPlace) -> Result<(), Overflow> {
        match self.warns {
            false => cap_use::count(&mut self.caps, place, settled)?,
            true => cap_use::count_and_warn(&mut self.caps, place, settled, &mut self.warnings)?,
        }
        if let Some(history) = &mut self.history {
            history.push(settled);
        }
        Ok(())
    }

    /// Starts the cooldown if it counts from what just settled.
    #[inline(always)]
    fn cool_down(&mut self, settled: CooldownSince, now: Instant) {
        let Some(cooldown) = self.rules.cooldown else { return };
        // A success is an attempt too.
        if settled == CooldownSince::Success || cooldown.since == CooldownSince::Attempt {
            self.cooldown_until = now.plus(cooldown.length);
        }
    }

    /// The wait from the last failure to the next attempt.
    pub(super) fn wait(&self) -> Duration {
        self.rules.terms.wait(self.failures)
    }

    /// Forgets the failures in a row.
    pub(super) fn forgive_failures(&mut self) {
        self.failures = 0;
    }

    /// Takes up the run of failures before the start.
    pub(super) fn remember_failures(&mut self) {
        self.failures = self.past.failures;
    }

    /// Counts a suspension; returns its number, from 1.
    pub(super) fn suspend(&mut self) -> u64 {
        self.suspensions += 1;
        self.suspensions
    }

    pub(super) fn change_package(&mut self, package: &Package) {
        let packs = match self.purchase {
            Purchase::Packs { packs, .. } => packs,
            Purchase::UpTo { .. } => 1,
        };
        self.purchase = Purchase::Packs { package: package.clone(), packs };
    }

    /// Sets another number of packs; a purchase up to a target has none.
    pub(super) fn change_packs(&mut self, count: u32) {
        if let Purchase::Packs { packs, .. } = &mut self.purchase {
            *packs = count;
        }
    }

    pub(super) fn change_purchase(&mut self, purchase: &Purchase) {
        self.purchase = purchase.clone();
    }

    pub(super) fn change_trigger(&mut self, trigger: Trigger) {
        self.trigger = trigger;
    }

    /// Sets other caps. Earlier recharges in their windows count for them too.
    pub(super) fn change_caps(&mut self, caps: &[Cap], place: WindowPlace) -> Result<(), Overflow> {
        let charges = self.history.as_deref().expect("charges are kept where caps change");
        let history = CapHistory { charges, used: &self.past.caps_used, start: self.start };
        let fresh: Result<Vec<CapUse>, Overflow> =
            caps.iter().map(|cap| CapUse::new(*cap, place, history)).collect();
        self.caps = fresh?;
        self.warns = caps.iter().any(warns);
        Ok(())
    }

    /// Takes the warnings that the last charge gave rise to.
    #[inline]
    pub(super) fn take_warnings(&mut self) -> Vec<(usize, Share)> {
        std::mem::take(&mut self.warnings)
    }

    /// Returns true if any of these caps turns auto-recharge off.
    pub(super) fn disables(&self, caps: &[usize]) -> bool {
        caps.iter().any(|&index| self.caps[index].disables())
    }

    /// Returns true if a cap turned auto-recharge off and nobody has acted since.
    pub(super) fn is_off_at_cap(&self) -> bool {
        self.off_at_cap
    }

    pub(super) fn set_off_at_cap(&mut self, off: bool) {
        self.off_at_cap = off;
    }

    /// Number of charges that the caps hold, counting each as often as it is held.
    #[inline(always)]
    pub(super) fn remembered(&self) -> u64 {
        let rolling: usize = self.caps.iter().map(CapUse::remembers).sum();
        let history = self.history.as_ref().map_or(0, Vec::len);
        (rolling + history) as u64
    }
}
