//! What the engine tells, in the lines and figures of the second program.

use std::collections::BTreeMap;

use recharge::domain::{Instant, Pools, Source, Window};
use recharge::engine::{Fact, GivenBack, Moment, Notification, Observer, UsageRun};
use recharge::figures::Figures;
use recharge::metrics::Metrics;
use recharge::policy::Decline;

use crate::naive::{Line, Sums, units};

/// Writes down every fact as a line, and every usage event, in runs or not, as one of its own.
#[derive(Clone, Debug, Default)]
pub struct Teller {
    /// In order.
    pub lines: Vec<Line>,
    /// How often each kind of fact was told.
    pub kinds: BTreeMap<String, u64>,
}

fn pools(pools: Pools) -> [i64; 3] {
    [pools.allowance.micro(), pools.purchased.micro(), pools.owed.micro()]
}

fn mark(at: Instant) -> String {
    format!("@{}", at.millis())
}

impl Observer for Teller {
    fn fact(&mut self, moment: &Moment, fact: &Fact<'_>) {
        let (before, after) = (pools(moment.before), pools(moment.after));
        let told = text(fact);
        let kind = match fact {
            // Each reason of a failure is a kind of its own.
            Fact::ChargeFailed { decline, .. } => reason(*decline),
            _ => told.split(' ').next().unwrap_or_default(),
        };
        match self.kinds.get_mut(kind) {
            Some(count) => *count += 1,
            None => drop(self.kinds.insert(kind.to_owned(), 1)),
        }
        let (cause, state) = (moment.cause.name(), moment.state.name());
        let text = format!("{cause} {state} {before:?} {after:?} {told}");
        self.lines.push(Line { at: moment.at.millis(), text, pools: None });
    }

    fn usage(&mut self, run: &UsageRun<'_>) {
        let mut balance = run.before.balance().micro();
        let lags = balance == run.after.balance().micro();
        let (state, lines) = (run.state.name(), &mut self.lines);
        run.each(|at, asked, refused| {
            if !lags {
                balance -= asked.micro() - refused.micro();
                balance = balance.max(run.after.balance().micro());
            }
            let (asked, refused) = (asked.micro(), refused.micro());
            let text = format!("usage {state} {asked} refused {refused} leaves {balance}");
            lines.push(Line { at: at.millis(), text, pools: None });
        });
        if let Some(last) = lines.last_mut() {
            last.pools = Some(format!("{:?}", pools(run.after)));
        }
    }

    fn nothing_asked(&mut self, _: &UsageRun<'_>) {}
}

fn text(fact: &Fact<'_>) -> String {
    match fact {
        Fact::CycleStarted { number, cycle } => {
            format!("cycle_started {number} {} {}", mark(cycle.from), mark(cycle.to))
        }
        Fact::PlanChanged { plan } => format!("plan_changed {}", plan.name),
        Fact::PlanChangeWaits { plan } => format!("plan_change_waits {}", plan.name),
        Fact::FeeCharged { plan, fee } => format!("fee_charged {} {}", plan.name, units(*fee)),
        Fact::OverageBilled { credits, price } => {
            format!("overage_billed {} {}", credits.micro(), units(*price))
        }
        Fact::Granted { source, credits, price, expires, .. } => {
            let source = match source {
                Source::Allowance => "allowance",
                Source::Opening => "opening",
                Source::Recharge => "recharge",
                Source::TopUp => "top_up",
                Source::Gift => "gift",
            };
            let (credits, price) = (credits.micro(), units(*price));
            format!("granted {source} {credits} {price} {}", mark(*expires))
        }
        Fact::Reversed { is_chargeback, source, number, credits, of_lot, money } => {
            let source = purchase(*source);
            let (credits, of_lot, money) = (credits.micro(), of_lot.micro(), units(*money));
            format!("reversed {is_chargeback} {source} {number} {credits} {of_lot} {money}")
        }
        Fact::Restored { source, number, credits, price, expires, .. } => {
            let (source, credits) = (purchase(*source), credits.micro());
            format!("restored {source} {number} {credits} {} {}", units(*price), mark(*expires))
        }
        Fact::UsageReversed { used, credits, unserved, given_back, unmetered, lots, .. } => {
            let lot = |lot: &GivenBack| {
                let (credits, repaid) = (lot.credits.micro(), lot.repaid.micro());
                format!("{}:{credits}:{repaid}:{}", lot.grant.lot, lot.ended)
            };
            let lots = lots.iter().map(lot).collect::<Vec<_>>().join(" ");
            let (credits, given_back) = (credits.micro(), given_back.micro());
            let (unserved, unmetered) = (unserved.micro(), unmetered.micro());
            let used = mark(*used);
            format!("usage_reversed {used} {credits} {unserved} {given_back} {unmetered} [{lots}]")
        }
        Fact::Forgiven { credits } => format!("forgiven {}", credits.micro()),
        Fact::Expired { credits, cost, .. } => {
            format!("expired {} {}", credits.micro(), units(*cost))
        }
        Fact::Forfeited { credits } => format!("forfeited {}", credits.micro()),
        Fact::ChargeStarted { attempt, order } => {
            format!("charge_started {attempt} {} {}", order.credits.micro(), units(order.price))
        }
        Fact::ChargeSucceeded { attempt, order } => {
            format!("charge_succeeded {attempt} {} {}", order.credits.micro(), units(order.price))
        }
        Fact::ChargeFailed { attempt, decline, in_a_row } => {
            format!("charge_failed {attempt} {} {in_a_row}", reason(*decline))
        }
        Fact::VerificationAsked { attempt } => format!("verification_asked {attempt}"),
        Fact::BackedOff { until } => format!("backed_off {}", mark(*until)),
        Fact::Suspended => "suspended".into(),
        Fact::Repaired => "repaired".into(),
        Fact::CapReached { caps, until } => format!("cap_reached {caps:?} {}", mark(*until)),
        Fact::CapWarned { cap, share } => format!("cap_warned {cap} {}", share.millionths()),
        Fact::CooldownWaits { until } => format!("cooldown_waits {}", mark(*until)),
        Fact::Released => "released".into(),
        Fact::Acted { action } => format!("acted {}", action.name()),
        Fact::Requested { enable, effective } => {
            format!("requested {enable} {}", mark(*effective))
        }
        Fact::Enabled => "enabled".into(),
        Fact::Disabled => "disabled".into(),
        Fact::DisableWaits => "disable_waits".into(),
        Fact::PrerequisitesMissing { missing } => {
            format!("prerequisites_missing {:?}", missing.iter().collect::<Vec<_>>())
        }
        Fact::QuotaOpened { quota, window } => {
            format!("quota_opened {quota} {} {}", mark(window.from), mark(window.to))
        }
        Fact::QuotaEnded { quota, used } => format!("quota_ended {quota} {}", used.micro()),
        Fact::StandingCharged { credits, .. } => format!("standing_charge {}", credits.micro()),
        Fact::OutageOpened => "outage_opened".into(),
        Fact::OutageClosed { opened } => format!("outage_closed {}", mark(*opened)),
        Fact::ServiceStopped => "service_stopped".into(),
        Fact::ServiceRestarted => "service_restarted".into(),
        Fact::Exhausted => "exhausted".into(),
        Fact::Replenished { exhausted } => format!("replenished {}", mark(*exhausted)),
        Fact::Deducted { credits, .. } => format!("deducted {}", credits.micro()),
        Fact::Notified(what) => format!("notified {}", notification(*what)),
        Fact::Ended { in_flight, exhausted } => {
            format!("ended {in_flight} {}", exhausted.map_or("none".into(), mark))
        }
    }
}

fn purchase(source: Source) -> &'static str {
    match source {
        Source::Recharge => "recharge",
        Source::TopUp => "top_up",
        other => panic!("{other:?} is no purchase"),
    }
}

fn reason(decline: Decline) -> &'static str {
    match decline {
        Decline::Soft => "soft",
        Decline::Hard => "hard",
        Decline::Outage => "outage",
        Decline::Verification => "verification",
        Decline::NoPaymentMethod => "no_payment_method",
        Decline::NoSubscription => "no_subscription",
    }
}

fn notification(what: Notification) -> &'static str {
    match what {
        Notification::RechargeDone => "recharge_done",
        Notification::ChargeFailed => "charge_failed",
        Notification::VerificationNeeded => "verification_needed",
        Notification::Suspended => "suspended",
        Notification::CapReached => "cap_reached",
        Notification::CapWarning => "cap_warning",
    }
}

/// The names of all facts, and the reasons of failed charges.
pub const KINDS: [&str; 46] = [
    "usage_reversed",
    "reversed",
    "restored",
    "cap_warned",
    "quota_opened",
    "quota_ended",
    "standing_charge",
    "cycle_started",
    "plan_changed",
    "plan_change_waits",
    "fee_charged",
    "overage_billed",
    "granted",
    "forgiven",
    "expired",
    "forfeited",
    "charge_started",
    "charge_succeeded",
    "soft",
    "hard",
    "outage",
    "verification",
    "no_payment_method",
    "no_subscription",
    "verification_asked",
    "backed_off",
    "suspended",
    "repaired",
    "cap_reached",
    "cooldown_waits",
    "released",
    "acted",
    "requested",
    "enabled",
    "disabled",
    "disable_waits",
    "prerequisites_missing",
    "outage_opened",
    "outage_closed",
    "service_stopped",
    "service_restarted",
    "exhausted",
    "replenished",
    "deducted",
    "notified",
    "ended",
];

/// The figures of the run and of each cycle, by name.
pub fn figures(metrics: &Metrics) -> Vec<(String, Sums)> {
    let total = ("total".to_owned(), sums(metrics.total()));
    let cycles = metrics.cycles().iter().map(|cycle| {
        let Window { from, to } = cycle.window;
        (format!("{} {}", mark(from), mark(to)), sums(&cycle.figures))
    });
    std::iter::once(total).chain(cycles).collect()
}

fn sums(figures: &Figures) -> Sums {
    // Destructured, so that a new figure cannot be forgotten here.
    let Figures {
        plan_fees,
        recharge_spend,
        top_up_spend,
        overage_spend,
        refunded,
        recharges,
        top_ups,
        failed_attempts,
        verifications,
        suspensions,
        cap_blocks,
        notifications,
        usage_events,
        refused_events,
        demanded,
        served,
        overage,
        included,
        unmetered,
        standing,
        outages,
        downtime,
        exhausted,
        granted_allowance,
        granted_recharge,
        granted_top_up,
        granted_gift,
        taken_back,
        restored,
        given_back,
        not_reversed,
        forgiven,
        expired,
        expired_opening,
        forfeited,
        expired_cost,
        opening_balance,
        closing_balance,
        cycles,
        cycles_with_outage,
        // Of usage that is read from files.
        rows: _,
        skipped_rows: _,
        netted_rows: _,
        excess_corrections: _,
        reversed_rows: _,
        duplicate_rows: _,
        left_out_rows: _,
        outside_rows: _,
        usage_total: _,
        length,
    } = figures;
    let mut sums = Sums::new();
    let money = [
        ("plan_fees", plan_fees),
        ("recharge_spend", recharge_spend),
        ("top_up_spend", top_up_spend),
        ("overage_spend", overage_spend),
        ("refunded", refunded),
        ("expired_cost", expired_cost),
    ];
    sums.extend(money.map(|(name, money)| (name, units(*money))));
    let counts = [
        ("recharges", recharges),
        ("top_ups", top_ups),
        ("failed_attempts", failed_attempts),
        ("verifications", verifications),
        ("suspensions", suspensions),
        ("cap_blocks", cap_blocks),
        ("notifications", notifications),
        ("usage_events", usage_events),
        ("refused_events", refused_events),
        ("outages", outages),
        ("cycles", cycles),
        ("cycles_with_outage", cycles_with_outage),
    ];
    sums.extend(counts.map(|(name, count)| (name, i128::from(*count))));
    let totals = [
        ("demanded", demanded),
        ("served", served),
        ("overage", overage),
        ("included", included),
        ("standing", standing),
        ("unmetered", unmetered),
        ("granted_allowance", granted_allowance),
        ("granted_recharge", granted_recharge),
        ("granted_top_up", granted_top_up),
        ("granted_gift", granted_gift),
        ("taken_back", taken_back),
        ("restored", restored),
        ("given_back", given_back),
        ("not_reversed", not_reversed),
        ("forgiven", forgiven),
        ("expired", expired),
        ("expired_opening", expired_opening),
        ("forfeited", forfeited),
        ("opening_balance", opening_balance),
        ("closing_balance", closing_balance),
    ];
    sums.extend(totals.map(|(name, total)| (name, total.micro())));
    let lengths = [("downtime", downtime), ("exhausted", exhausted), ("length", length)];
    sums.extend(lengths.map(|(name, length)| (name, i128::from(length.millis()))));
    sums
}
