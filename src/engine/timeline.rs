//! Actions on the timeline: what the owner, the vendor and the world do. Contract §9.

use crate::domain::{Instant, Source};
use crate::policy::{Action, Base, Overflow, Prerequisite, Purchase, Trigger};

use super::Engine;
use super::agenda::Event;
use super::cap_use::CapUse;
use super::observer::{Fact, Observer};
use super::recharge::Machine;
use super::setup::Setup;
use super::supply::Payments;

/// What the customer success manager was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Request {
    Enable,
    Disable,
}

/// Whether any action sets other caps: only then is the history of charges needed.
pub(super) fn changes_caps(setup: &Setup) -> bool {
    setup.actions.iter().any(|(_, action)| matches!(action, Action::ChangeCaps(_)))
}

/// Whether the trigger is ever a share of all credits of a cycle: only then are they added up.
pub(super) fn asks_for_cycle_total(setup: &Setup) -> bool {
    let changes = setup.actions.iter().filter_map(|(_, action)| match action {
        Action::ChangeThreshold(trigger) => Some(trigger),
        _ => None,
    });
    let mut triggers = changes.chain([&setup.policy.trigger]);
    let asks = |trigger: &Trigger| {
        matches!(trigger, Trigger::ConsumedShare { base: Base::CycleTotal, .. })
    };
    triggers.any(asks)
}

impl<P: Payments, O: Observer> Engine<'_, P, O> {
    /// The next action of the timeline, or a request that comes into effect. What was scheduled
    /// first comes first: the timeline was there before any request.
    pub(super) fn act(&mut self) -> Result<(), Overflow> {
        let setup = self.setup;
        match setup.actions.get(self.next_action) {
            Some((at, action)) if *at <= self.now => {
                self.next_action += 1;
                self.tell_only(&Fact::Acted { action });
                self.take_action(action)?;
            }
            _ => match self.requests.pop_front() {
                Some((_, Request::Enable)) => self.enable(),
                Some((_, Request::Disable)) => self.disable(),
                None => {}
            },
        }
        let action = setup.actions.get(self.next_action).map_or(Instant::NEVER, |&(at, _)| at);
        let request = self.requests.front().map_or(Instant::NEVER, |&(at, _)| at);
        self.agenda.set(Event::Action, action.min(request));
        Ok(())
    }

    fn take_action(&mut self, action: &Action) -> Result<(), Overflow> {
        let eligibility = &self.setup.policy.eligibility;
        match action {
            Action::Enable if eligibility.enables_through_csm(self.facts) => {
                self.request(Request::Enable);
            }
            Action::Enable => self.enable(),
            Action::Disable if eligibility.csm.disables => self.request(Request::Disable),
            Action::Disable => self.disable(),
            Action::ChangePackage(package) => {
                let packs = match self.purchase {
                    Purchase::Packs { packs, .. } => packs,
                    Purchase::UpTo { .. } => 1,
                };
                self.purchase = Purchase::Packs { package: package.clone(), packs };
            }
            Action::ChangePacks(count) => {
                if let Purchase::Packs { packs, .. } = &mut self.purchase {
                    *packs = *count;
                }
            }
            Action::ChangePurchase(purchase) => self.purchase = purchase.clone(),
            Action::ChangeThreshold(trigger) => {
                self.trigger = *trigger;
                self.relevel();
            }
            Action::ChangeCaps(caps) => self.change_caps(caps)?,
            Action::TopUp(order) => self.deliver(Source::TopUp, *order)?,
            Action::ChangePlan { plan, when } => self.change_plan(plan, *when)?,
            Action::CardExpires => self.card_expired = true,
            Action::CardUpdated => self.update_card(),
            Action::Lose(prerequisite) => self.lose(*prerequisite),
            Action::Gain(prerequisite) => {
                self.facts = self.facts.with(*prerequisite, true);
            }
        }
        Ok(())
    }

    fn request(&mut self, request: Request) {
        let effective = self.now.plus(self.setup.policy.eligibility.csm.lead_time);
        self.requests.push_back((effective, request));
        self.tell_only(&Fact::Requested { enable: request == Request::Enable, effective });
    }

    /// Enables auto-recharge, unless a prerequisite is missing. In any state but off and suspended
    /// this changes nothing, except that it takes back a disabling that waits for a charge.
    pub(super) fn enable(&mut self) {
        let waits = self.disable_waits();
        if !matches!(self.machine, Machine::Off | Machine::Suspended) && !waits {
            return;
        }
        let missing = self.setup.policy.eligibility.missing(self.facts);
        if !missing.is_empty() {
            self.tell_only(&Fact::PrerequisitesMissing { missing });
            return;
        }
        match &mut self.machine {
            Machine::Charging(charge) | Machine::Verifying(charge) => charge.then_off = false,
            _ => self.arm(),
        }
        self.tell_only(&Fact::Enabled);
    }

    fn disable_waits(&self) -> bool {
        match self.machine {
            Machine::Charging(charge) | Machine::Verifying(charge) => charge.then_off,
            _ => false,
        }
    }

    /// Disables auto-recharge; a charge in flight settles first.
    fn disable(&mut self) {
        match &mut self.machine {
            Machine::Off => {}
            Machine::Charging(charge) | Machine::Verifying(charge) => {
                charge.then_off = true;
                self.tell_only(&Fact::DisableWaits);
            }
            _ => {
                self.disarm();
                self.tell_only(&Fact::Disabled);
            }
        }
    }

    /// A working payment method is on file.
    pub(super) fn update_card(&mut self) {
        self.card_expired = false;
        self.facts = self.facts.with(Prerequisite::PaymentMethod, true);
        self.payments.repaired(self.now);
    }

    /// Losing a prerequisite that is required turns auto-recharge off.
    fn lose(&mut self, prerequisite: Prerequisite) {
        self.facts = self.facts.with(prerequisite, false);
        let missing = self.setup.policy.eligibility.missing(self.facts);
        if missing.has(prerequisite) && !matches!(self.machine, Machine::Off) {
            self.tell_only(&Fact::PrerequisitesMissing { missing });
            self.disable();
        }
    }

    /// Sets other caps. What was recharged in their windows counts for them too.
    fn change_caps(&mut self, caps: &[crate::policy::Cap]) -> Result<(), Overflow> {
        let place = self.place();
        let history = self.history.take().unwrap_or_default();
        let fresh: Result<Vec<CapUse>, Overflow> =
            caps.iter().map(|cap| CapUse::new(*cap, place, &history)).collect();
        self.history = Some(history);
        self.caps = fresh?;
        Ok(())
    }
}
