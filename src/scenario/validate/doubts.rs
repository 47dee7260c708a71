//! Warnings: what can be run and may not mean what its author thinks.

use crate::domain::Credits;
use crate::policy::{
    Action, Bases, ChargeNeeds, Eligibility, Prerequisite, Service, Shortfall, Trigger,
};
use crate::scenario::diagnostic::{Diagnostic, Spot};
use crate::scenario::read::{Found, ReadContext};
use crate::scenario::usage::UsageSource;
use crate::usage::generate::AmountLaw;

use super::account::OpeningAccount;
use super::actions::ActionStep;
use super::recharge::Recharge;

/// The parts of a scenario that the doubts are about.
pub struct DoubtContext<'a> {
    pub account: &'a OpeningAccount,
    pub eligibility: &'a Found<Eligibility>,
    pub recharge: &'a Recharge,
    pub service: &'a Found<Service>,
    pub usage: &'a UsageSource,
    /// A quantity that every balance is a multiple of, given that usage is.
    pub grain: Credits,
}

/// Notes every doubt.
pub fn note(ctx: &ReadContext, parts: &DoubtContext<'_>) {
    missing_prerequisites(ctx, parts);
    stranded_balance(ctx, parts);
}

/// Auto-recharge that is to be enabled at the start, and cannot be.
fn missing_prerequisites(ctx: &ReadContext, parts: &DoubtContext<'_>) {
    let missing = parts.eligibility.value.missing(parts.account.facts);
    if missing.is_empty() || !parts.account.wants_enabled() {
        return;
    }
    let names: Vec<&str> = missing.iter().map(Prerequisite::name).collect();
    let title =
        format!("auto-recharge is off at the start: the account lacks {}", names.join(", "));
    let mut warning = Diagnostic::warning(title);
    for one in missing.iter() {
        warning = warning.at(parts.account.fact_spot(one), "");
    }
    ctx.note(
        warning
            .at(parts.eligibility.spot, "required here")
            .help("having a prerequisite again does not turn it on: an action \"enable\" does"),
    );
}

/// Notes facts that the account lacks, at the start or later, without which charges fail, or which
/// have no effect. Those listed in `eligibility.requires` turn auto-recharge off, which the run
/// reports.
pub fn note_lacking(
    ctx: &ReadContext,
    parts: &DoubtContext<'_>,
    needs: ChargeNeeds,
    pays_plans: bool,
    steps: &[ActionStep],
) {
    let Eligibility { requires, csm } = parts.eligibility.value;
    let charges = parts.account.wants_enabled()
        || steps.iter().any(|step| matches!(step.action, Action::Enable));
    for one in Prerequisite::ALL {
        let matters = match one {
            Prerequisite::Subscription => pays_plans,
            Prerequisite::OnlineBilling => csm.enables_offline,
            Prerequisite::Owner | Prerequisite::PaymentMethod | Prerequisite::AddOn => false,
        };
        if requires.has(one) {
            continue;
        }
        let Some(loss) = Loss::first(parts.account, one, steps) else { continue };
        if needs.includes(one) && charges {
            ctx.note(charges_fail(one, loss, parts.recharge));
        } else if !needs.includes(one) && !matters {
            ctx.note(matters_to_nothing(one, loss));
        }
    }
}

/// The place where an account first lacks something.
struct Loss {
    since: &'static str,
    spot: Option<Spot>,
}

impl Loss {
    fn first(account: &OpeningAccount, one: Prerequisite, steps: &[ActionStep]) -> Option<Loss> {
        if !account.facts.has(one) {
            return Some(Loss { since: "from the start", spot: account.fact_spot(one) });
        }
        let loses = |step: &&ActionStep| step.action == Action::Lose(one);
        steps.iter().find(loses).map(|step| Loss { since: "from here on", spot: step.spot })
    }
}

fn charges_fail(one: Prerequisite, loss: Loss, recharge: &Recharge) -> Diagnostic {
    let what = match one {
        Prerequisite::Subscription => "no subscription is active",
        _ => "no payment method is on file",
    };
    let name = one.name();
    let trigger = recharge.trigger.as_ref().ok().and_then(|trigger| trigger.spot);
    Diagnostic::warning(format!("recharges fail while {what}"))
        .at(loss.spot, loss.since)
        .at(trigger, "recharges are still attempted")
        .help(format!(
            "list \"{name}\" in eligibility.requires to turn auto-recharge off then, or leave it out of \
             payment.needs to let charges succeed without it"
        ))
}

fn matters_to_nothing(one: Prerequisite, loss: Loss) -> Diagnostic {
    let name = one.name();
    Diagnostic::warning(format!("`{name}` has no effect"))
        .at(loss.spot, "nothing here requires it")
        .help(format!("list \"{name}\" in eligibility.requires if auto-recharge needs it"))
}

/// Warns of a balance above the threshold that covers no event: it refuses everything and never
/// triggers a recharge (contract §4). Known beforehand only if the threshold and the amounts are.
fn stranded_balance(ctx: &ReadContext, parts: &DoubtContext<'_>) {
    if parts.service.value.overage.is_some() {
        return;
    }
    match parts.service.value.shortfall {
        Shortfall::Refuse | Shortfall::Stop { .. } => {}
        Shortfall::Partial | Shortfall::Overdraft { .. } => return,
    }
    let Some(largest) = largest_event(parts.usage) else { return };
    let Ok(trigger) = &parts.recharge.trigger else { return };
    let level = match trigger.value {
        trigger @ (Trigger::AtOrBelow(_) | Trigger::Below(_)) => trigger.level(&Bases::default()),
        Trigger::ConsumedShare { .. } => return,
    };
    // The least balance above the threshold covers the largest event, or can be stranded.
    let grain = events(parts.usage)
        .fold(parts.grain.micro(), |grain, event| gcd(grain, event.micro()))
        .max(1);
    let above = level.micro().div_euclid(grain).saturating_add(1).saturating_mul(grain);
    if largest.micro() <= above {
        return;
    }
    let warning = Diagnostic::warning("a balance can be stranded above the threshold")
        .at(trigger.spot, format!("below the largest event, which asks for {largest}"))
        .at(parts.service.spot, "what the balance does not cover is refused")
        .help(format!(
            "a balance between the two refuses the event and triggers no recharge: raise the \
             threshold to {largest}, or serve the covered part with service.shortfall = \"partial\""
        ));
    ctx.note(warning);
}

fn largest_event(usage: &UsageSource) -> Option<Credits> {
    match usage {
        UsageSource::Generated(demand) => match demand.amounts {
            AmountLaw::Pareto { most, .. } => Some(most),
            _ => events(usage).max(),
        },
        _ => events(usage).max(),
    }
}

/// The amounts of usage events, if the scenario lists them.
fn events(usage: &UsageSource) -> impl Iterator<Item = Credits> {
    let (listed, constant): (&[_], _) = match usage {
        UsageSource::Events(events) => (events, None),
        UsageSource::Generated(demand) => match demand.amounts {
            AmountLaw::Constant(credits) => (&[], Some(credits)),
            AmountLaw::Geometric { .. }
            | AmountLaw::LogNormal { .. }
            | AmountLaw::Pareto { .. } => (&[], None),
        },
        UsageSource::File(_) | UsageSource::None => (&[], None),
    };
    listed.iter().map(|(_, credits)| *credits).chain(constant)
}

/// The greatest common divisor; that of a quantity and 0 is the quantity.
pub fn gcd(a: i64, b: i64) -> i64 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
