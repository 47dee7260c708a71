//! What happened, one entry at a time: a fact in words and numbers, and usage between two facts.
//!
//! A journal writes them as rows, a page steps through them. Deliberately absent: their layout.

use crate::domain::{CreditTotal, Credits, Instant, Money, Pools, Source, Zone};
use crate::engine::{Fact, GivenBack, State, UsageRun};
use crate::policy::{Decline, Order};

/// Usage between two facts.
#[derive(Clone, Copy, Debug)]
pub struct UsageEntry {
    /// The first event.
    pub first: Instant,
    /// The last one.
    pub last: Instant,
    /// Their number.
    pub events: u64,
    /// Credits requested.
    pub demanded: CreditTotal,
    /// Credits served.
    pub served: CreditTotal,
    /// The state of auto-recharge at the first.
    pub state: State,
    /// The balance before.
    pub before: Pools,
    /// The balance after.
    pub after: Pools,
}

impl UsageEntry {
    /// Adds a run to the entry at hand, or begins one with it.
    pub fn gather(entry: &mut Option<UsageEntry>, run: &UsageRun<'_>) {
        match entry {
            Some(entry) => entry.add(run),
            None => *entry = Some(UsageEntry::of(run)),
        }
    }

    fn of(run: &UsageRun<'_>) -> UsageEntry {
        let mut entry = UsageEntry {
            first: run.first,
            last: run.last,
            events: 0,
            demanded: CreditTotal::ZERO,
            served: CreditTotal::ZERO,
            state: run.state,
            before: run.before,
            after: run.after,
        };
        entry.add(run);
        entry
    }

    fn add(&mut self, run: &UsageRun<'_>) {
        self.last = run.last;
        self.events += run.events;
        self.demanded += run.demanded;
        self.served += run.served;
        self.after = run.after;
    }

    /// Credits refused.
    pub fn refused(&self) -> CreditTotal {
        self.demanded - self.served
    }
}

/// A fact in words and numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FactEntry {
    /// The event.
    pub event: &'static str,
    /// More about it.
    pub detail: String,
    /// Credits it is about.
    pub credits: Option<Credits>,
    /// Money it is about.
    pub money: Option<Money>,
}

impl FactEntry {
    /// The row for a fact; instants in it are shown in `zone`, money with `minor` decimals.
    pub fn of(fact: &Fact<'_>, zone: Zone, minor: u32) -> FactEntry {
        let until = |at: Instant| match at {
            Instant::NEVER => "never".to_owned(),
            at => format!("until {}", zone.show(at)),
        };
        let since = |at: Instant| format!("since {}", zone.show(at));
        let of = |at: Instant| format!("of {}", zone.show(at));
        match *fact {
            Fact::CycleStarted { .. } | Fact::QuotaOpened { .. } | Fact::QuotaEnded { .. } => {
                FactEntry::of_window(fact, until)
            }
            Fact::PlanChanged { .. }
            | Fact::PlanChangeWaits { .. }
            | Fact::FeeCharged { .. }
            | Fact::OverageBilled { .. } => FactEntry::of_plan(fact),
            Fact::Granted { .. }
            | Fact::Reversed { .. }
            | Fact::Restored { .. }
            | Fact::UsageReversed { .. }
            | Fact::Forgiven { .. }
            | Fact::Expired { .. }
            | Fact::Forfeited { .. }
            | Fact::Deducted { .. }
            | Fact::StandingCharged { .. } => FactEntry::of_credits(fact, until, of, minor),
            Fact::ChargeStarted { .. }
            | Fact::ChargeSucceeded { .. }
            | Fact::ChargeFailed { .. }
            | Fact::VerificationAsked { .. }
            | Fact::BackedOff { .. }
            | Fact::Suspended
            | Fact::Repaired
            | Fact::CapReached { .. }
            | Fact::CapWarned { .. }
            | Fact::CooldownWaits { .. }
            | Fact::Released => FactEntry::of_charge(fact, until, minor),
            Fact::Acted { .. }
            | Fact::Requested { .. }
            | Fact::Enabled
            | Fact::Disabled
            | Fact::DisableWaits
            | Fact::PrerequisitesMissing { .. } => FactEntry::of_request(fact, zone),
            Fact::OutageOpened
            | Fact::OutageClosed { .. }
            | Fact::ServiceStopped
            | Fact::ServiceRestarted
            | Fact::Exhausted
            | Fact::Replenished { .. } => FactEntry::of_service(fact, since),
            Fact::Notified(what) => entry("notified").detail(what.name().to_owned()),
            Fact::Ended { in_flight, .. } => ended(in_flight),
        }
    }

    /// How a fact about a billing cycle or the window of a quota is told.
    fn of_window(fact: &Fact<'_>, until: impl Fn(Instant) -> String) -> FactEntry {
        match *fact {
            Fact::CycleStarted { number, cycle } => {
                entry("cycle_started").detail(format!("cycle {number} {}", until(cycle.to)))
            }
            Fact::QuotaOpened { quota, window } => {
                entry("quota_opened").detail(format!("quota {} {}", quota + 1, until(window.to)))
            }
            Fact::QuotaEnded { quota, used } => {
                entry("quota_ended").detail(format!("quota {}, used {used}", quota + 1))
            }
            _ => unreachable!("the caller passes facts about cycles and quotas"),
        }
    }

    /// How a fact about the plan and what it bills is told.
    fn of_plan(fact: &Fact<'_>) -> FactEntry {
        match *fact {
            Fact::PlanChanged { plan } => entry("plan_changed").detail(plan.name.to_string()),
            Fact::PlanChangeWaits { plan } => {
                entry("plan_change_waits").detail(plan.name.to_string())
            }
            Fact::FeeCharged { plan, fee } => {
                entry("fee_charged").detail(plan.name.to_string()).money(fee)
            }
            Fact::OverageBilled { credits, price } => {
                entry("overage_billed").credits(credits).money(price)
            }
            _ => unreachable!("the caller passes facts about the plan"),
        }
    }

    /// How a fact about credits that come and go is told.
    fn of_credits(
        fact: &Fact<'_>,
        until: impl Fn(Instant) -> String,
        of: impl Fn(Instant) -> String,
        minor: u32,
    ) -> FactEntry {
        match *fact {
            Fact::Granted { source, credits, price, expires, rank, .. } => {
                let (row, until) = (entry(granted(source)).credits(credits), until(expires));
                if source == Source::Gift {
                    let (place, priority) = rank.of_gift();
                    return row.detail(format!("{until}, {}, priority {priority}", place.name()));
                }
                // Credits purchased before the run move no money in it.
                if source == Source::Opening && price.is_positive() {
                    return row.detail(format!("{until}, had cost {}", price.full_text(minor)));
                }
                let money = price.is_positive().then_some(price);
                FactEntry { money, ..row.detail(until) }
            }
            Fact::Reversed { is_chargeback, source, number, credits, of_lot, money } => {
                let event = if is_chargeback { "charged_back" } else { "refunded" };
                let detail = format!("{} {number}, {of_lot} of its own", purchase(source));
                entry(event).detail(detail).credits(credits).money(money.negative())
            }
            Fact::Restored { source, number, credits, price, expires, .. } => {
                let detail = format!("{}, {} {number}", until(expires), purchase(source));
                entry("dispute_won").detail(detail).credits(credits).money(price)
            }
            Fact::UsageReversed { used, credits, unserved, lots, .. } => {
                let detail = of(used) + &undone(unserved, lots);
                entry("usage_reversed").detail(detail).credits(credits)
            }
            Fact::Forgiven { credits } => entry("debt_forgiven").credits(credits),
            Fact::Expired { credits, cost, .. } => {
                let cost = cost.full_text(minor);
                entry("expired").detail(format!("had cost {cost}")).credits(credits)
            }
            Fact::Forfeited { credits } => entry("forfeited").credits(credits),
            Fact::Deducted { credits, .. } => entry("deducted").credits(credits),
            Fact::StandingCharged { credits, .. } => entry("standing_charge").credits(credits),
            _ => unreachable!("the caller passes facts about credits"),
        }
    }

    /// How a fact about what the owner wants is told.
    fn of_request(fact: &Fact<'_>, zone: Zone) -> FactEntry {
        match *fact {
            Fact::Acted { action } => entry("action").detail(action.name().to_owned()),
            Fact::Requested { enable, effective } => {
                let what = if enable { "enable" } else { "disable" };
                entry("csm_asked").detail(format!("{what}, effective {}", zone.show(effective)))
            }
            Fact::Enabled => entry("enabled"),
            Fact::Disabled => entry("disabled"),
            Fact::DisableWaits => entry("disable_waits"),
            Fact::PrerequisitesMissing { missing } => {
                let names: Vec<_> = missing.iter().map(|one| one.name()).collect();
                entry("prerequisites_missing").detail(names.join(", "))
            }
            _ => unreachable!("the caller passes facts about what the owner wants"),
        }
    }

    /// How a fact about service is told.
    fn of_service(fact: &Fact<'_>, since: impl Fn(Instant) -> String) -> FactEntry {
        match *fact {
            Fact::OutageOpened => entry("outage_opened"),
            Fact::OutageClosed { opened } => entry("outage_closed").detail(since(opened)),
            Fact::ServiceStopped => entry("service_stopped"),
            Fact::ServiceRestarted => entry("service_restarted"),
            Fact::Exhausted => entry("exhausted"),
            Fact::Replenished { exhausted } => entry("replenished").detail(since(exhausted)),
            _ => unreachable!("the caller passes facts about service"),
        }
    }

    /// How a fact about charges, and what holds them up, is told.
    fn of_charge(fact: &Fact<'_>, until: impl Fn(Instant) -> String, minor: u32) -> FactEntry {
        match *fact {
            Fact::ChargeStarted { attempt, order } => {
                entry("charge_started").charge(attempt, order, minor)
            }
            Fact::ChargeSucceeded { attempt, order } => {
                entry("charge_succeeded").charge(attempt, order, minor)
            }
            Fact::ChargeFailed { attempt, decline, in_a_row } => entry("charge_failed")
                .detail(format!("attempt {attempt}, {}, {in_a_row} in a row", reason(decline))),
            Fact::VerificationAsked { attempt } => {
                entry("verification_asked").detail(format!("attempt {attempt}"))
            }
            Fact::BackedOff { until: at } => entry("backed_off").detail(until(at)),
            Fact::Suspended => entry("suspended"),
            Fact::Repaired => entry("repaired"),
            Fact::CapReached { caps, until: at } => {
                let caps: Vec<_> = caps.iter().map(|cap| format!("cap {}", cap + 1)).collect();
                entry("cap_reached").detail(format!("{} {}", caps.join(", "), until(at)))
            }
            Fact::CapWarned { cap, share } => {
                entry("cap_warned").detail(format!("cap {} at {share}", cap + 1))
            }
            Fact::CooldownWaits { until: at } => entry("cooldown_waits").detail(until(at)),
            Fact::Released => entry("released"),
            _ => unreachable!("the facts about charges are listed where they are sent here"),
        }
    }

    fn detail(self, detail: String) -> FactEntry {
        FactEntry { detail, ..self }
    }

    fn credits(self, credits: Credits) -> FactEntry {
        FactEntry { credits: Some(credits), ..self }
    }

    fn money(self, money: Money) -> FactEntry {
        FactEntry { money: Some(money), ..self }
    }

    /// Describes a charge: no money has moved yet, so its price is given in words.
    fn charge(self, attempt: u64, order: Order, minor: u32) -> FactEntry {
        let price = order.price.full_text(minor);
        self.detail(format!("attempt {attempt}, {} for {price}", order.credits))
    }
}

/// What becomes of usage that is undone.
fn undone(unserved: Credits, lots: &[GivenBack]) -> String {
    let mut detail = String::new();
    if unserved.is_positive() {
        detail += &format!(", {unserved} of it not served");
    }
    for lot in lots {
        let grant = u64::from(lot.grant.lot) + 1;
        detail += &format!(", {} to grant {grant}", lot.credits);
        if lot.repaid.is_positive() {
            detail += &format!(" less {} owed", lot.repaid);
        }
    }
    detail
}

fn entry(event: &'static str) -> FactEntry {
    FactEntry { event, ..FactEntry::default() }
}

fn ended(in_flight: bool) -> FactEntry {
    let charge = if in_flight { "a charge is in flight" } else { "" };
    entry("ended").detail(charge.to_owned())
}

/// A purchase of this source, in words.
fn purchase(source: Source) -> &'static str {
    match source {
        Source::Recharge => "recharge",
        Source::TopUp => "top-up",
        Source::Allowance | Source::Opening | Source::Gift => "credits",
    }
}

fn granted(source: Source) -> &'static str {
    match source {
        Source::Allowance => "allowance_granted",
        Source::Opening => "opening_granted",
        Source::Recharge => "recharge_granted",
        Source::TopUp => "top_up_granted",
        Source::Gift => "gift_granted",
    }
}

/// The reason for a failed charge, in words.
pub fn reason(decline: Decline) -> &'static str {
    match decline {
        Decline::Soft => "soft decline",
        Decline::Hard => "hard decline",
        Decline::Outage => "processor outage",
        Decline::Verification => "verification failed",
        Decline::NoPaymentMethod => "no payment method",
        Decline::NoSubscription => "no subscription",
    }
}
