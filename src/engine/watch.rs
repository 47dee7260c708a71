//! Auto-recharge as seen by usage: the level of the trigger, its present spell, and the state of
//! the lifecycle with its data. Contract §5 and §9.

use crate::domain::{Credits, Instant};
use crate::policy::{Firing, Order};

use super::observer::{Fact, State};

/// The state of auto-recharge in its lifecycle, with the data that exists only there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Machine {
    Off,
    Armed,
    Capped,
    Cooling,
    Charging(Charge),
    Verifying(Charge),
    Backoff,
    Suspended,
}

/// A charge in flight, as it was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Charge {
    pub(super) attempt: u64,
    pub(super) order: Order,
    /// Auto-recharge is off once this has settled.
    pub(super) then_off: bool,
}

impl Machine {
    pub(super) fn state(self) -> State {
        match self {
            Machine::Off => State::Off,
            Machine::Armed => State::Armed,
            Machine::Capped => State::Capped,
            Machine::Cooling => State::Cooling,
            Machine::Charging(_) => State::Charging,
            Machine::Verifying(_) => State::Verifying,
            Machine::Backoff => State::Backoff,
            Machine::Suspended => State::Suspended,
        }
    }
}

/// A time through which the trigger holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TriggerSpell {
    /// It does not hold.
    None,
    /// It holds, and has had no recharge yet.
    Fresh,
    /// It holds, and an edge-triggered policy starts no (further) recharge for it.
    Spent,
}

/// The next state of auto-recharge after a failed charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AfterFailure {
    /// The next attempt waits.
    Backoff,
    /// It is suspended.
    Suspended,
    /// Off, because disabling was requested while the charge was in flight.
    Off,
}

/// The effect of disabling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Disabled {
    /// Nothing: it was off.
    Was,
    /// The charge in flight settles first.
    Waits,
    /// It is off.
    Now,
}

/// The trigger and the lifecycle of auto-recharge.
#[derive(Clone, Copy, Debug)]
pub(super) struct Watch {
    /// The highest balance at which the trigger holds; `None` without auto-recharge.
    level: Option<Credits>,
    /// Charges started.
    attempts: u64,
    spell: TriggerSpell,
    machine: Machine,
}

impl Watch {
    /// Before auto-recharge is enabled.
    pub(super) const OFF: Watch =
        Watch { level: None, attempts: 0, spell: TriggerSpell::None, machine: Machine::Off };

    /// The state as reported to observers.
    #[inline]
    pub(super) fn state(&self) -> State {
        self.machine.state()
    }

    #[inline]
    pub(super) fn machine(&self) -> Machine {
        self.machine
    }

    /// Number of charges started.
    #[inline]
    pub(super) fn attempts(&self) -> u64 {
        self.attempts
    }

    pub(super) fn is_off(&self) -> bool {
        matches!(self.machine, Machine::Off)
    }

    pub(super) fn in_flight(&self) -> bool {
        matches!(self.machine, Machine::Charging(_) | Machine::Verifying(_))
    }

    /// Returns true if the trigger is evaluated for a recharge.
    #[inline(always)]
    pub(super) fn is_watching(&self) -> bool {
        matches!(self.machine, Machine::Armed | Machine::Capped | Machine::Cooling)
    }

    /// Returns true if no recharge is due, as of the last evaluation.
    pub(super) fn is_at_rest(&self, balance: Credits) -> bool {
        matches!(self.machine, Machine::Armed)
            && !self.holds(balance)
            && self.spell == TriggerSpell::None
    }

    /// The highest balance at which the trigger holds, if it is watched and does not hold at this balance.
    pub(super) fn level_at_rest(&self, balance: Credits) -> Option<Credits> {
        self.level.filter(|_| self.is_at_rest(balance))
    }

    /// Counts charges that started and settled, the last of each spell with success, which ended it.
    pub(super) fn count_attempts(&mut self, attempts: u32) {
        self.attempts += u64::from(attempts);
    }

    /// Sets the level of the trigger; whether that moved it.
    #[inline(always)]
    pub(super) fn set_level(&mut self, level: Credits) -> bool {
        self.level.replace(level) != Some(level)
    }

    #[inline(always)]
    fn holds(&self, balance: Credits) -> bool {
        self.level.is_some_and(|level| balance <= level)
    }

    /// The part of a balance that can be used before the trigger needs evaluation, if it is being
    /// watched.
    #[inline(always)]
    pub(super) fn headroom(&self, balance: Credits) -> Option<i64> {
        let level = self.level.filter(|_| matches!(self.machine, Machine::Armed))?;
        // A level may be far below zero, where nothing is left to count.
        let headroom = balance.micro().saturating_sub(level.micro());
        (headroom > 0).then_some(headroom)
    }

    /// Notes whether the trigger holds.
    #[inline(always)]
    pub(super) fn track(&mut self, balance: Credits) {
        self.spell = match (self.holds(balance), self.spell) {
            (false, _) => TriggerSpell::None,
            (true, TriggerSpell::None) => TriggerSpell::Fresh,
            (true, spell) => spell,
        };
    }

    /// Returns true if a recharge is due, as of the last evaluation of the trigger.
    #[inline(always)]
    pub(super) fn wants(&self, firing: Firing) -> bool {
        match (self.spell, firing) {
            (TriggerSpell::None, _) | (TriggerSpell::Spent, Firing::Edge) => false,
            (TriggerSpell::Fresh, _) | (TriggerSpell::Spent, Firing::Level) => true,
        }
    }

    /// Starts watching the balance.
    pub(super) fn arm(&mut self, balance: Credits, firing: Firing) {
        self.machine = Machine::Armed;
        self.spell = match (self.holds(balance), firing) {
            (false, _) => TriggerSpell::None,
            (true, Firing::Level) => TriggerSpell::Fresh,
            (true, Firing::Edge) => TriggerSpell::Spent,
        };
    }

    /// Goes back to watching, if it was blocked or waited.
    #[inline(always)]
    pub(super) fn release(&mut self) -> Option<Fact<'static>> {
        if matches!(self.machine, Machine::Armed) {
            return None;
        }
        self.machine = Machine::Armed;
        Some(Fact::Released)
    }

    /// Goes back to watching after a back-off.
    pub(super) fn end_backoff(&mut self) -> Option<Fact<'static>> {
        if matches!(self.machine, Machine::Backoff) { self.release() } else { None }
    }

    /// A cooldown is not over.
    pub(super) fn cool(&mut self, until: Instant) -> Option<Fact<'static>> {
        let was = std::mem::replace(&mut self.machine, Machine::Cooling);
        (!matches!(was, Machine::Cooling)).then_some(Fact::CooldownWaits { until })
    }

    /// Caps forbid a recharge.
    pub(super) fn cap<'c>(&mut self, caps: &'c [usize], until: Instant) -> Option<Fact<'c>> {
        let was = std::mem::replace(&mut self.machine, Machine::Capped);
        (!matches!(was, Machine::Capped)).then_some(Fact::CapReached { caps, until })
    }

    /// Starts a charge; returns its number.
    #[inline(always)]
    pub(super) fn charge(&mut self, order: Order) -> u64 {
        self.attempts += 1;
        let attempt = self.attempts;
        self.machine = Machine::Charging(Charge { attempt, order, then_off: false });
        attempt
    }

    /// Records that the bank requires verification of a charge.
    pub(super) fn verify(&mut self, charge: Charge) {
        self.machine = Machine::Verifying(charge);
    }

    /// Records a successful charge, in the spell under way at this balance.
    #[inline(always)]
    pub(super) fn succeed(&mut self, charge: Charge, balance: Credits) {
        self.track(balance);
        if self.spell == TriggerSpell::Fresh {
            self.spell = TriggerSpell::Spent;
        }
        self.machine = if charge.then_off { Machine::Off } else { Machine::Armed };
    }

    /// A charge failed.
    pub(super) fn fail(&mut self, charge: Charge, suspends: bool) -> AfterFailure {
        let (machine, after) = match (charge.then_off, suspends) {
            (true, _) => (Machine::Off, AfterFailure::Off),
            (false, true) => (Machine::Suspended, AfterFailure::Suspended),
            (false, false) => (Machine::Backoff, AfterFailure::Backoff),
        };
        self.machine = machine;
        after
    }

    /// Starts the run in back-off: a spell under way has had no recharge.
    pub(super) fn start_in_backoff(&mut self) {
        self.machine = Machine::Backoff;
        if self.spell == TriggerSpell::Spent {
            self.spell = TriggerSpell::Fresh;
        }
    }

    /// Starts the run suspended.
    pub(super) fn start_suspended(&mut self) {
        self.machine = Machine::Suspended;
    }

    /// Returns true if enabling has an effect: off, suspended, or about to be off.
    pub(super) fn can_be_enabled(&self) -> bool {
        match self.machine {
            Machine::Off | Machine::Suspended => true,
            Machine::Charging(charge) | Machine::Verifying(charge) => charge.then_off,
            Machine::Armed | Machine::Capped | Machine::Cooling | Machine::Backoff => false,
        }
    }

    /// Cancels a disabling that waits for a charge; returns true if one is in flight.
    pub(super) fn keep_on(&mut self) -> bool {
        match &mut self.machine {
            Machine::Charging(charge) | Machine::Verifying(charge) => charge.then_off = false,
            _ => return false,
        }
        true
    }

    /// Stops watching; a charge in flight settles first.
    pub(super) fn disable(&mut self) -> Disabled {
        match &mut self.machine {
            Machine::Off => Disabled::Was,
            Machine::Charging(charge) | Machine::Verifying(charge) => {
                charge.then_off = true;
                Disabled::Waits
            }
            machine => {
                *machine = Machine::Off;
                Disabled::Now
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN: Credits = Credits::from_micro(10_000_000);

    fn watch(machine: Machine) -> Watch {
        Watch { level: Some(TEN), machine, ..Watch::OFF }
    }

    fn charge(then_off: bool) -> Charge {
        Charge { attempt: 1, order: Order::default(), then_off }
    }

    #[test]
    fn an_edge_has_one_recharge_for_each_spell_and_none_for_one_under_way() {
        let mut watch = watch(Machine::Off);
        watch.arm(TEN, Firing::Edge);
        watch.track(TEN);
        assert!(!watch.wants(Firing::Edge) && watch.wants(Firing::Level));
        watch.track(Credits::whole(11));
        assert!(!watch.wants(Firing::Level));
        watch.track(TEN);
        assert!(watch.wants(Firing::Edge));
        watch.succeed(charge(false), TEN);
        assert!(!watch.wants(Firing::Edge) && watch.wants(Firing::Level));
    }

    #[test]
    fn usage_has_headroom_down_to_the_level_only_while_it_is_watched() {
        let twelve = Credits::whole(12);
        assert_eq!(watch(Machine::Armed).headroom(twelve), Some(2_000_000));
        assert_eq!(watch(Machine::Armed).headroom(TEN), None);
        assert_eq!(watch(Machine::Capped).headroom(twelve), None);
        assert_eq!(Watch { machine: Machine::Armed, ..Watch::OFF }.headroom(twelve), None);
    }

    #[test]
    fn disabling_waits_for_a_charge_in_flight_and_is_taken_back_before_it_settles() {
        let mut flying = watch(Machine::Charging(charge(false)));
        assert!(!flying.can_be_enabled());
        assert_eq!(flying.disable(), Disabled::Waits);
        assert!(flying.can_be_enabled() && flying.in_flight());
        assert_eq!(flying.fail(charge(true), true), AfterFailure::Off);
        assert_eq!((flying.state(), flying.disable()), (State::Off, Disabled::Was));
        let mut flying = watch(Machine::Verifying(charge(true)));
        assert!(flying.keep_on() && !flying.can_be_enabled());
        assert_eq!(watch(Machine::Backoff).disable(), Disabled::Now);
    }

    #[test]
    fn a_block_is_told_when_it_is_entered_and_when_it_ends() {
        let until = Instant::from_millis(5);
        let mut watch = watch(Machine::Armed);
        assert_eq!(watch.release(), None);
        assert_eq!(watch.cool(until), Some(Fact::CooldownWaits { until }));
        assert_eq!(watch.cool(until), None);
        assert_eq!(watch.cap(&[1], until), Some(Fact::CapReached { caps: &[1], until }));
        assert_eq!(watch.end_backoff(), None);
        assert_eq!(watch.release(), Some(Fact::Released));
    }
}
