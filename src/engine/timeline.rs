//! Actions of the owner, the vendor and the world on the timeline. Contract §9.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use crate::domain::{Duration, Instant, Share, Source};
use crate::policy::{
    Action, Base, ChargeNeeds, Decline, Order, Prerequisite, Prerequisites, PurchaseName,
    PurchaseReversal, TakenBackUsage, Trigger,
};

use super::Engine;
use super::agenda::Event;
use super::lifecycle::Lifecycle;
use super::observer::{Fact, Observer};
use super::setup::{Fault, Impossible, Setup};
use super::supply::Payments;
use super::undo::UseMemory;
use super::watch::Disabled;

/// A request to the customer success manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Request {
    Enable,
    Disable,
}

/// The entry due next on the timeline.
enum Due<'s> {
    Action(&'s Action),
    Request(Request),
    Drawn(DrawnReversal),
    TakenBack(TakenBackUsage),
}

/// What luck does to a recharge after it.
#[derive(Clone, Copy, Debug)]
enum DrawnReversal {
    Undone(PurchaseReversal),
    Won(PurchaseName),
}

/// Usage that rows of a feed take back, in time order.
#[derive(Clone, Debug, Default)]
struct TakenBackRows {
    rows: Arc<[TakenBackUsage]>,
    next: usize,
}

impl TakenBackRows {
    fn first(&self) -> Option<&TakenBackUsage> {
        self.rows.get(self.next)
    }
}

/// The position on the timeline, and the facts of the account at it.
#[derive(Clone, Debug)]
pub(super) struct Timeline {
    next: usize,
    /// Requests to the CSM and the instants at which they take effect; the delay is the same for
    /// all.
    requests: VecDeque<(Instant, Request)>,
    /// What luck undoes, by instant and the order in which it was drawn.
    drawn: BTreeMap<(Instant, u64), DrawnReversal>,
    draws: u64,
    taken_back: TakenBackRows,
    facts: Prerequisites,
    card_expired: bool,
}

impl Timeline {
    pub(super) fn new(facts: Prerequisites) -> Timeline {
        let (requests, drawn) = (VecDeque::new(), BTreeMap::new());
        let taken_back = TakenBackRows::default();
        Timeline { next: 0, requests, drawn, draws: 0, taken_back, facts, card_expired: false }
    }

    /// The prerequisites that the account has.
    pub(super) fn facts(&self) -> Prerequisites {
        self.facts
    }

    /// The reason why a charge fails before it reaches the processor, if it does.
    #[inline]
    pub(super) fn decline(&self, needs: ChargeNeeds) -> Option<Decline> {
        needs.decline(self.facts).or(self.card_expired.then_some(Decline::Hard))
    }

    /// A working payment method is put on file.
    fn update_card(&mut self) {
        self.card_expired = false;
        self.facts = self.facts.with(Prerequisite::PaymentMethod, true);
    }

    /// The instant of the next entry.
    fn next_due(&self, setup: &Setup) -> Instant {
        let action = setup.actions.get(self.next).map_or(Instant::NEVER, |&(at, _)| at);
        let request = self.requests.front().map_or(Instant::NEVER, |&(at, _)| at);
        let drawn = self.drawn.first_key_value().map_or(Instant::NEVER, |(&(at, _), _)| at);
        let row = self.taken_back.first().map_or(Instant::NEVER, |row| row.at);
        action.min(request).min(drawn).min(row)
    }

    /// Adds what luck undoes.
    fn draw(&mut self, at: Instant, what: DrawnReversal) {
        self.drawn.insert((at, self.draws), what);
        self.draws += 1;
    }

    /// Takes the entry that is due now. Scheduled actions come first, because they precede any
    /// request; then comes what luck undoes, and last what rows of the feed take back.
    fn take<'s>(&mut self, setup: &'s Setup, now: Instant) -> Option<Due<'s>> {
        match setup.actions.get(self.next) {
            Some((at, action)) if *at <= now => {
                self.next += 1;
                Some(Due::Action(action))
            }
            _ if self.requests.front().is_some_and(|&(at, _)| at <= now) => {
                self.requests.pop_front().map(|(_, request)| Due::Request(request))
            }
            _ if self.drawn.first_key_value().is_some_and(|(&(at, _), _)| at <= now) => {
                self.drawn.pop_first().map(|(_, drawn)| Due::Drawn(drawn))
            }
            _ => {
                let row = self.taken_back.first().copied();
                self.taken_back.next += 1;
                row.map(Due::TakenBack)
            }
        }
    }
}

/// Returns true if any action sets other caps: only then is the history of charges needed.
pub(super) fn changes_caps(setup: &Setup) -> bool {
    setup.actions.iter().any(|(_, action)| matches!(action, Action::ChangeCaps(_)))
}

/// Returns true if the trigger is ever a share of all credits of a cycle, or of all bought in it: only then are they
/// added up.
pub(super) fn asks_for_cycle_total(setup: &Setup) -> bool {
    let changes = setup.actions.iter().filter_map(|(_, action)| match action {
        Action::ChangeThreshold(trigger) => Some(trigger),
        _ => None,
    });
    let first = setup.policy.recharge.as_ref().map(|recharge| &recharge.trigger);
    let asks = |trigger: &Trigger| {
        let added_up = |base| matches!(base, Base::CycleTotal | Base::Purchases);
        matches!(trigger, Trigger::ConsumedShare { base, .. } if added_up(*base))
    };
    changes.chain(first).any(asks)
}

impl<P: Payments, O: Observer> Engine<'_, P, O> {
    /// The next action of the timeline, or a request that comes into effect.
    pub(super) fn act(&mut self) -> Result<(), Fault> {
        let setup = self.setup;
        match self.timeline.take(setup, self.clock.now()) {
            Some(Due::Action(action)) => {
                self.tell_only(&Fact::Acted { action });
                self.take_action(action)?;
            }
            Some(Due::Request(Request::Enable)) => self.enable(),
            Some(Due::Request(Request::Disable)) => self.disable(),
            Some(Due::Drawn(DrawnReversal::Undone(reversal))) => self.reverse(&reversal)?,
            Some(Due::Drawn(DrawnReversal::Won(name))) => self.win_dispute(name)?,
            Some(Due::TakenBack(row)) => self.take_usage_back(&row)?,
            None => return Err(Impossible::NoActionDue.into()),
        }
        self.clock.schedule(Event::Action, self.timeline.next_due(setup));
        Ok(())
    }

    /// Draws what luck undoes of the recharge that charge `attempt` has just paid.
    pub(super) fn draw_reversals(&mut self, attempt: u64) {
        if !self.payments.undoes() {
            return;
        }
        let Some(of) = self.receipts.as_ref().map(|receipts| receipts.last_recharge()) else {
            return;
        };
        let (now, undoing) = (self.clock.now(), self.payments.undoing(attempt));
        let takes = self.lifecycle_mut().rules().terms.undone;
        let reversal = |is_chargeback, takes| {
            DrawnReversal::Undone(PurchaseReversal { of, is_chargeback, share: Share::ALL, takes })
        };
        let mut draw = |after: Option<Duration>, what| {
            if let Some(after) = after {
                self.timeline.draw(now.plus(after), what);
            }
        };
        draw(undoing.refunded, reversal(false, takes.refund));
        draw(undoing.charged_back, reversal(true, takes.chargeback));
        draw(undoing.won, DrawnReversal::Won(of));
        self.clock.schedule(Event::Action, self.timeline.next_due(self.setup));
    }

    /// Takes usage back as the rows of a feed say, which are in time order and after the present. Asked for once, before
    /// any usage.
    pub fn takes_back(&mut self, rows: &Arc<[TakenBackUsage]>) {
        if rows.is_empty() {
            return;
        }
        let instants = rows.iter().map(|row| row.used_at);
        self.memory = UseMemory::also(self.memory.take(), instants);
        self.timeline.taken_back = TakenBackRows { rows: Arc::clone(rows), next: 0 };
        self.clock.schedule(Event::Action, self.timeline.next_due(self.setup));
    }

    /// Schedules the first action.
    pub(super) fn open_timeline(&mut self) {
        self.clock.schedule(Event::Action, self.timeline.next_due(self.setup));
    }

    fn take_action(&mut self, action: &Action) -> Result<(), Fault> {
        match action {
            Action::Enable => self.ask_to_enable(),
            Action::Disable => self.ask_to_disable(),
            Action::ChangePackage(package) => self.lifecycle_mut().change_package(package),
            Action::ChangePacks(count) => self.lifecycle_mut().change_packs(*count),
            Action::ChangePurchase(purchase) => self.lifecycle_mut().change_purchase(purchase),
            Action::ChangeThreshold(trigger) => {
                self.lifecycle_mut().change_trigger(*trigger);
                self.relevel();
            }
            Action::ChangeCaps(caps) => {
                let place = self.place();
                self.lifecycle_mut().change_caps(caps, place)?;
                if self.lifecycle_mut().is_off_at_cap() {
                    self.enable();
                }
            }
            // Of nothing, nothing arrives and nothing is paid.
            Action::TopUp(order) if !order.credits.is_positive() => {}
            Action::TopUp(order) => {
                let price = self.setup.policy.contract.charged(order.price)?;
                self.deliver(Source::TopUp, Order { price, ..*order })?;
            }
            Action::ChangePlan { plan, when, on_downgrade } => {
                self.change_plan(plan, *when, *on_downgrade)?;
            }
            Action::RestartService if self.desk.is_stopped() => self.restart_later()?,
            Action::RestartService => {}
            Action::Reverse(reversal) => self.reverse(reversal)?,
            Action::WinDispute(name) => self.win_dispute(*name)?,
            Action::ReverseUsage(reversal) => self.reverse_usage(reversal)?,
            Action::CardExpires => self.timeline.card_expired = true,
            Action::CardUpdated => self.update_card(),
            Action::Lose(prerequisite) => self.lose(*prerequisite),
            Action::Gain(prerequisite) => {
                self.timeline.facts = self.timeline.facts.with(*prerequisite, true);
            }
        }
        Ok(())
    }

    /// Enables auto-recharge, or requests it from the CSM.
    fn ask_to_enable(&mut self) {
        let eligibility = &self.lifecycle_mut().rules().eligibility;
        match eligibility.enables_through_csm(self.timeline.facts) {
            true => self.request(Request::Enable),
            false => self.enable(),
        }
    }

    /// Disables auto-recharge, or requests it from the CSM.
    fn ask_to_disable(&mut self) {
        match self.lifecycle_mut().rules().eligibility.csm.disables {
            true => self.request(Request::Disable),
            false => self.disable(),
        }
    }

    fn request(&mut self, request: Request) {
        let lead_time = self.lifecycle_mut().rules().eligibility.csm.lead_time;
        let effective = self.clock.now().plus(lead_time);
        self.timeline.requests.push_back((effective, request));
        self.tell_only(&Fact::Requested { enable: request == Request::Enable, effective });
    }

    /// What the account lacks for auto-recharge to be enabled.
    pub(super) fn missing(&self) -> Prerequisites {
        let missing =
            |rules: &Lifecycle<'_>| rules.rules().eligibility.missing(self.timeline.facts);
        self.lifecycle.as_ref().map_or(Prerequisites::NONE, missing)
    }

    /// Enables auto-recharge, unless a prerequisite is missing. In any state but off and suspended
    /// this has no effect, except that it cancels a disabling that waits for a charge.
    pub(super) fn enable(&mut self) {
        if !self.watch.can_be_enabled() {
            return;
        }
        let missing = self.missing();
        if !missing.is_empty() {
            self.tell_only(&Fact::PrerequisitesMissing { missing });
            return;
        }
        if !self.watch.keep_on() {
            self.arm();
        }
        self.tell_only(&Fact::Enabled);
    }

    /// Disables auto-recharge; a charge in flight settles first.
    pub(super) fn disable(&mut self) {
        if let Some(lifecycle) = &mut self.lifecycle {
            lifecycle.set_off_at_cap(false);
        }
        match self.watch.disable() {
            Disabled::Was => {}
            Disabled::Waits => self.tell_only(&Fact::DisableWaits),
            Disabled::Now => {
                self.clock.cancel(Event::Repair);
                self.clock.cancel(Event::Recheck);
                self.tell_only(&Fact::Disabled);
            }
        }
    }

    /// A working payment method is put on file.
    pub(super) fn update_card(&mut self) {
        self.timeline.update_card();
        self.payments.repaired(self.clock.now());
    }

    /// Losing a prerequisite that is required turns auto-recharge off.
    fn lose(&mut self, prerequisite: Prerequisite) {
        self.timeline.facts = self.timeline.facts.with(prerequisite, false);
        let missing = self.missing();
        if !missing.has(prerequisite) {
            return;
        }
        if self.watch.is_off() {
            return self.lifecycle_mut().set_off_at_cap(false);
        }
        self.tell_only(&Fact::PrerequisitesMissing { missing });
        self.disable();
    }
}
