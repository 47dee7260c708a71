//! The factors that a run can be asked about: what of a scenario can be switched off, and how.
//!
//! `docs/reference/causes.md` is the list for people; a test holds the two together. Each factor is lifted by a change of
//! the rules, the account, the luck or the usage that commutes with all others, so that a run without some of them is one
//! thing whatever the order. Deliberately absent: changes that an owner would make instead, which are
//! [`super::changes`]'s.

use std::sync::Arc;

use crate::domain::{Credits, Duration, Money, Share};
use crate::engine::setup::OpeningExpiry;
use crate::payments::{Attempts, Luck, Outages, Wait};
use crate::policy::{
    Action, AutoRecharge, Cap, CapWindow, Firing, Lifetime, OnFailure, Plan, Prerequisites,
    Purchase, Shortfall, Trigger,
};
use crate::scenario::{Meaning, Scenario, UsageSource};

/// Something that can be switched off in a scenario, in the order in which reports list them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Factor {
    /// Caps per calendar day.
    DayCap,
    /// Caps per calendar month.
    MonthCap,
    /// Caps per billing cycle.
    CycleCap,
    /// Caps in a rolling window.
    RollingCap,
    /// The wait after a recharge.
    Cooldown,
    /// One recharge for each time the trigger comes to hold.
    Edge,
    /// The trigger is looked at only now and then.
    Poll,
    /// A threshold below the largest request.
    Threshold,
    /// A recharge that buys less than the largest request.
    Pack,
    /// The time that a charge takes.
    Latency,
    /// Charges that fail.
    Decline,
    /// Outages of the payment processor.
    ProcessorOutage,
    /// A card that expires.
    CardExpiry,
    /// Verification by the bank.
    Verification,
    /// Suspension after failed charges, and the time to repair.
    Suspension,
    /// Auto-recharge that is off, or lacks a prerequisite.
    SwitchedOff,
    /// The wait before a stopped service restarts.
    Restart,
    /// The delay between serving usage and deducting it.
    MeteringLag,
    /// Credits taken whether or not anything is used.
    StandingCharge,
    /// Purchased credits that expire.
    Expiry,
    /// Planned changes of usage to more.
    Spike,
    /// Usage that grows.
    Growth,
    /// The plan: its fee, its allowance and its quotas.
    Plan,
    /// What a recharge costs more than the price.
    Surcharge,
    /// Tax.
    Tax,
}

/// What the run that is explained says of factors that do not show in the rules alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Circumstances {
    /// The largest request.
    pub largest: Credits,
    /// True if a request was refused while credits were left and the trigger did not hold.
    pub is_stranded: bool,
}

impl Factor {
    /// All of them, in order.
    pub const ALL: [Factor; 25] = [
        Factor::DayCap,
        Factor::MonthCap,
        Factor::CycleCap,
        Factor::RollingCap,
        Factor::Cooldown,
        Factor::Edge,
        Factor::Poll,
        Factor::Threshold,
        Factor::Pack,
        Factor::Latency,
        Factor::Decline,
        Factor::ProcessorOutage,
        Factor::CardExpiry,
        Factor::Verification,
        Factor::Suspension,
        Factor::SwitchedOff,
        Factor::Restart,
        Factor::MeteringLag,
        Factor::StandingCharge,
        Factor::Expiry,
        Factor::Spike,
        Factor::Growth,
        Factor::Plan,
        Factor::Surcharge,
        Factor::Tax,
    ];

    /// Its name in JSON and CSV.
    pub fn name(self) -> &'static str {
        match self {
            Factor::DayCap => "day_cap",
            Factor::MonthCap => "month_cap",
            Factor::CycleCap => "cycle_cap",
            Factor::RollingCap => "rolling_cap",
            Factor::Cooldown => "cooldown",
            Factor::Edge => "edge",
            Factor::Poll => "poll",
            Factor::Threshold => "threshold",
            Factor::Pack => "pack",
            Factor::Latency => "latency",
            Factor::Decline => "decline",
            Factor::ProcessorOutage => "processor_outage",
            Factor::CardExpiry => "card_expiry",
            Factor::Verification => "verification",
            Factor::Suspension => "suspension",
            Factor::SwitchedOff => "switched_off",
            Factor::Restart => "restart",
            Factor::MeteringLag => "metering_lag",
            Factor::StandingCharge => "standing_charge",
            Factor::Expiry => "expiry",
            Factor::Spike => "spike",
            Factor::Growth => "growth",
            Factor::Plan => "plan",
            Factor::Surcharge => "surcharge",
            Factor::Tax => "tax",
        }
    }

    /// The settings that it lifts, and to what.
    pub fn lifts(self) -> &'static str {
        match self {
            Factor::DayCap => "`recharge.caps` without those per `day`",
            Factor::MonthCap => "`recharge.caps` without those per `month`",
            Factor::CycleCap => "`recharge.caps` without those per `cycle`",
            Factor::RollingCap => "`recharge.caps` without those per duration",
            Factor::Cooldown => "`recharge.cooldown` left out",
            Factor::Edge => "`recharge.firing = \"level\"`",
            Factor::Poll => "`recharge.poll` left out",
            Factor::Threshold => "`recharge.at_or_below` at least the largest request",
            Factor::Pack => {
                "`recharge.packs`, or `recharge.up_to`, so many that a recharge buys the largest request"
            }
            Factor::Latency => "`payment.latency = \"0s\"`",
            Factor::Decline => {
                "`payment.fail_probability = \"0%\"`, `payment.fail_attempts` and `payment.hard_fail_attempts` \
                 empty, no `payment.card`"
            }
            Factor::ProcessorOutage => "`payment.outages` empty",
            Factor::CardExpiry => "no action `card_expires`",
            Factor::Verification => {
                "`payment.verify_probability = \"0%\"`, `payment.verify_attempts` empty"
            }
            Factor::Suspension => {
                "`payment.disable_after` left out, no `suspend` on a failure, `account.suspended_since` left out"
            }
            Factor::SwitchedOff => {
                "`account.enabled = true`, every prerequisite met from the start on, no action that disables or \
                 takes a prerequisite"
            }
            Factor::Restart => {
                "`service.restart_after = \"0s\"`, `service.restart_within` left out"
            }
            Factor::MeteringLag => "`service.metering_lag = \"0s\"`",
            Factor::StandingCharge => "`standing_charges` empty",
            Factor::Expiry => {
                "`recharge.credits_expire = \"never\"`, also of what the account holds at the start"
            }
            Factor::Spike => {
                "no `usage.spikes` and `usage.multipliers` above 1, no `usage.generate.spikes` above 1"
            }
            Factor::Growth => "`usage.growth_per_month` no more than 0, of generated usage too",
            Factor::Plan => {
                "no `plan` and no action `change_plan`: no fee, no allowance, no quotas"
            }
            Factor::Surcharge => "`recharge.surcharge = \"0%\"`, `recharge.fixed_fee = 0`",
            Factor::Tax => "`tax = \"0%\"`",
        }
    }

    /// Returns true if usage differs without it, and not only what becomes of usage.
    pub fn is_of_usage(self) -> bool {
        matches!(self, Factor::Spike | Factor::Growth)
    }

    /// Returns true if it is asked about service, and not only about money: a plan that includes credits causes no
    /// outage, and fees, tax and surcharges change none.
    pub fn is_of_service(self) -> bool {
        !matches!(self, Factor::Plan | Factor::Surcharge | Factor::Tax)
    }

    /// Returns true if the scenario has it.
    pub fn is_present(self, scenario: &Scenario, around: Circumstances) -> bool {
        let mut lifted = scenario.meaning.clone();
        let is_asked = match self {
            Factor::Threshold => around.is_stranded || too_low(scenario, around.largest),
            _ => true,
        };
        self.lift(&mut lifted, around);
        is_asked && lifted != scenario.meaning
    }

    /// Switches it off.
    pub fn lift(self, meaning: &mut Meaning, around: Circumstances) {
        match self {
            Factor::DayCap | Factor::MonthCap | Factor::CycleCap | Factor::RollingCap => {
                each_caps(meaning, |caps| caps.retain(|cap| !self.caps(cap)));
            }
            Factor::Cooldown => of_recharge(meaning, |recharge| recharge.cooldown = None),
            Factor::Edge => of_recharge(meaning, |recharge| recharge.firing = Firing::Level),
            Factor::Poll => of_recharge(meaning, |recharge| recharge.poll = None),
            Factor::Threshold => each_trigger(meaning, |trigger| raise(trigger, around.largest)),
            Factor::Pack => enlarge(meaning, around.largest),
            Factor::Latency => meaning.luck.latency = Wait::Fixed(Duration::ZERO),
            Factor::Decline => never_decline(&mut meaning.luck),
            Factor::ProcessorOutage => meaning.luck.outages = Outages::default(),
            Factor::CardExpiry => forget(meaning, |action| *action == Action::CardExpires),
            Factor::Verification => {
                meaning.luck.verify_probability = Share::NONE;
                meaning.luck.verify_attempts = Attempts::default();
            }
            Factor::Suspension => never_suspend(meaning),
            Factor::SwitchedOff => switch_on(meaning),
            Factor::Restart => restart_at_once(meaning),
            Factor::MeteringLag => meaning.setup.policy.service.metering_lag = Duration::ZERO,
            Factor::StandingCharge => meaning.setup.policy.contract.standing.clear(),
            Factor::Expiry => never_expire(meaning),
            Factor::Spike => without_spikes(meaning),
            Factor::Growth => without_growth(meaning),
            Factor::Plan => without_plan(meaning),
            Factor::Surcharge => of_recharge(meaning, |recharge| {
                recharge.pricing.surcharge = Share::NONE;
                recharge.pricing.fixed_fee = Money::ZERO;
            }),
            Factor::Tax => meaning.setup.policy.contract.tax = Share::NONE,
        }
    }

    /// Returns true if it stands for caps of this kind.
    fn caps(self, cap: &Cap) -> bool {
        let of = match cap.window {
            CapWindow::Day => Factor::DayCap,
            CapWindow::Month => Factor::MonthCap,
            CapWindow::Cycle => Factor::CycleCap,
            CapWindow::Rolling(_) => Factor::RollingCap,
        };
        of == self
    }

    /// The caps that it stands for at the start.
    pub fn caps_of(self, scenario: &Scenario) -> Vec<Cap> {
        let caps = scenario.setup.policy.recharge.iter().flat_map(|recharge| &recharge.caps);
        caps.filter(|cap| self.caps(cap)).copied().collect()
    }
}

fn of_recharge(meaning: &mut Meaning, change: impl FnOnce(&mut AutoRecharge)) {
    if let Some(recharge) = &mut meaning.setup.policy.recharge {
        change(recharge);
    }
}

/// Changes the caps at the start and those that are set later.
fn each_caps(meaning: &mut Meaning, change: impl Fn(&mut Vec<Cap>)) {
    of_recharge(meaning, |recharge| change(&mut recharge.caps));
    for (_, action) in &mut meaning.setup.actions {
        if let Action::ChangeCaps(caps) = action {
            change(caps);
        }
    }
}

/// Changes the trigger at the start and those that are set later.
fn each_trigger(meaning: &mut Meaning, change: impl Fn(&mut Trigger)) {
    of_recharge(meaning, |recharge| change(&mut recharge.trigger));
    for (_, action) in &mut meaning.setup.actions {
        if let Action::ChangeThreshold(trigger) = action {
            change(trigger);
        }
    }
}

/// Returns true if a threshold in credits leaves balances that are above it and below the largest request.
fn too_low(scenario: &Scenario, largest: Credits) -> bool {
    let trigger = scenario.setup.policy.recharge.as_ref().map(|recharge| recharge.trigger);
    let raised = trigger.map(|mut trigger| {
        raise(&mut trigger, largest);
        trigger
    });
    raised != trigger && !matches!(trigger, Some(Trigger::ConsumedShare { .. }))
}

/// Raises a trigger until a balance that does not cover the largest request is at or below it.
fn raise(trigger: &mut Trigger, largest: Credits) {
    let just_below = Credits::from_micro(largest.micro() - 1);
    match trigger {
        Trigger::AtOrBelow(threshold) if *threshold < just_below => {
            *trigger = Trigger::AtOrBelow(largest);
        }
        Trigger::Below(threshold) if *threshold < largest => *trigger = Trigger::Below(largest),
        Trigger::ConsumedShare { .. } => *trigger = Trigger::AtOrBelow(largest),
        Trigger::AtOrBelow(_) | Trigger::Below(_) => {}
    }
}

/// Lets every recharge buy the largest request, with as few packs as that takes.
fn enlarge(meaning: &mut Meaning, largest: Credits) {
    let Some(recharge) = &mut meaning.setup.policy.recharge else { return };
    if recharge.closes_gap {
        return;
    }
    let enough = |credits: Credits, packs: u32| {
        let [needed, pack] = [largest, credits].map(|one| one.micro().max(1).unsigned_abs());
        packs.max(u32::try_from(needed.div_ceil(pack)).unwrap_or(u32::MAX))
    };
    let larger = |purchase: &mut Purchase| match purchase {
        Purchase::Packs { package, packs } => *packs = enough(package.credits, *packs),
        Purchase::UpTo { target, .. } => *target = largest.max(*target),
    };
    larger(&mut recharge.purchase);
    let mut package = match &recharge.purchase {
        Purchase::Packs { package, .. } => Some(package.credits),
        Purchase::UpTo { .. } => None,
    };
    for (_, action) in &mut meaning.setup.actions {
        match action {
            Action::ChangePurchase(purchase) => larger(purchase),
            Action::ChangePackage(other) => package = Some(other.credits),
            Action::ChangePacks(packs) => {
                *packs = package.map_or(*packs, |credits| enough(credits, *packs));
            }
            _ => {}
        }
    }
}

fn never_decline(luck: &mut Luck) {
    luck.fail_probability = Share::NONE;
    luck.fail_attempts = Attempts::default();
    luck.hard_fail_attempts = Attempts::default();
    luck.card = None;
}

fn never_suspend(meaning: &mut Meaning) {
    of_recharge(meaning, |recharge| {
        let terms = &mut recharge.terms;
        terms.disable_after = None;
        for kind in [&mut terms.soft_decline, &mut terms.hard_decline, &mut terms.processor_outage]
        {
            if *kind == OnFailure::Suspend {
                *kind = OnFailure::Count;
            }
        }
    });
    meaning.setup.past.suspended_since = None;
}

fn switch_on(meaning: &mut Meaning) {
    if meaning.setup.policy.recharge.is_none() {
        return;
    }
    meaning.setup.enabled = true;
    meaning.setup.facts = Prerequisites::ALL;
    forget(meaning, |action| matches!(action, Action::Disable | Action::Lose(_)));
}

/// Takes actions off the timeline. Notes go with their actions.
fn forget(meaning: &mut Meaning, is_forgotten: impl Fn(&Action) -> bool) {
    let kept: Vec<bool> =
        meaning.setup.actions.iter().map(|(_, action)| !is_forgotten(action)).collect();
    let mut keeps = kept.iter();
    meaning.setup.actions.retain(|_| *keeps.next().expect("one for each action"));
    let mut keeps = kept.iter();
    meaning.notes.retain(|_| keeps.next().copied().unwrap_or(true));
}

fn restart_at_once(meaning: &mut Meaning) {
    if let Shortfall::Stop { .. } = meaning.setup.policy.service.shortfall {
        meaning.setup.policy.service.shortfall =
            Shortfall::Stop { restart_after: Duration::ZERO, restart_within: None };
    }
}

fn never_expire(meaning: &mut Meaning) {
    meaning.setup.policy.contract.lifetime = Lifetime::Never;
    for grant in meaning.setup.opening.iter_mut().flat_map(|opening| &mut opening.purchased) {
        if grant.expires != OpeningExpiry::AsBoughtAtStart {
            grant.expires = OpeningExpiry::Never;
        }
    }
}

fn without_spikes(meaning: &mut Meaning) {
    meaning.changes.planned.retain(|spike| spike.times <= 1.0);
    if let UsageSource::Generated(demand) = &mut meaning.usage {
        demand.spikes.retain(|spike| spike.times <= 1.0);
    }
}

fn without_growth(meaning: &mut Meaning) {
    let lessen = |growth: &mut f64| *growth = growth.min(0.0);
    lessen(&mut meaning.changes.growth_per_month);
    if let UsageSource::Generated(demand) = &mut meaning.usage {
        lessen(&mut demand.growth_per_month);
    }
}

fn without_plan(meaning: &mut Meaning) {
    let none = Plan::new(Arc::from("no plan"), Money::ZERO, Credits::ZERO);
    let plan = &mut meaning.setup.policy.contract.plan;
    let is_nothing = plan.fee == none.fee && plan.allowance == none.allowance;
    if !is_nothing || !plan.quotas.is_empty() {
        *plan = none;
    }
    forget(meaning, |action| matches!(action, Action::ChangePlan { .. }));
}
