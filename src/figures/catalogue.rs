//! The catalogue: one entry for each figure, in the order of results.
//!
//! [`AMOUNT`], [`RATIO`] and [`OF_RUNS`] hold the common parts of most entries of their kind.

use super::definition::{
    Basis, Bounds, Definition, Estimator, FigureValue, Group, StudyUse, Total, Unit,
};
use super::totals::sum;

/// A figure that adds up over cycles or is read at an end.
const AMOUNT: Definition = Definition {
    name: "",
    name_in_hours: None,
    label: "",
    meaning: "",
    unit: Unit::Count,
    group: Group::Service,
    bounds: Bounds::NotNegative,
    total: Total::OfSums,
    basis: Basis::Runs,
    study: StudyUse::Absent,
};

/// A figure that divides two sums.
const RATIO: Definition =
    Definition { unit: Unit::Share, bounds: Bounds::Share, total: Total::Ratio, ..AMOUNT };

/// A figure that exists only in studies.
const OF_RUNS: Definition = Definition { total: Total::Runs, ..AMOUNT };

/// A figure of the usage that was read.
const READING: Definition = Definition { total: Total::Run, ..AMOUNT };

/// Number of figures.
pub(super) const COUNT: usize = ALL.len();

/// All figures, in memory once.
pub(super) static CATALOGUE: &[Definition] = ALL;

/// All figures, for constants.
pub(super) const ALL: &[Definition] = &[
    Definition {
        name: "plan_fees",
        label: "plan fees",
        meaning: "Charged for the plan at the start of each cycle, and prorated for upgrades",
        unit: Unit::Money,
        group: Group::Spend,
        total: Total::Sum(|run, cycle| run.plan_fees = sum(run.plan_fees, cycle.plan_fees)),
        basis: Basis::Stretch(|f| Some(FigureValue::Money(f.plan_fees))),
        study: StudyUse::Estimated(Estimator::PerPeriod),
        ..AMOUNT
    },
    Definition {
        name: "recharge_spend",
        label: "recharge spend",
        meaning: "Paid for automatic recharges",
        unit: Unit::Money,
        group: Group::Spend,
        total: Total::Sum(|run, cycle| {
            run.recharge_spend = sum(run.recharge_spend, cycle.recharge_spend)
        }),
        basis: Basis::Stretch(|f| Some(FigureValue::Money(f.recharge_spend))),
        study: StudyUse::Estimated(Estimator::PerPeriod),
        ..AMOUNT
    },
    Definition {
        name: "top_up_spend",
        label: "top-up spend",
        meaning: "Paid for manual top-ups",
        unit: Unit::Money,
        group: Group::Spend,
        total: Total::Sum(|run, cycle| {
            run.top_up_spend = sum(run.top_up_spend, cycle.top_up_spend)
        }),
        basis: Basis::Stretch(|f| Some(FigureValue::Money(f.top_up_spend))),
        study: StudyUse::Estimated(Estimator::PerPeriod),
        ..AMOUNT
    },
    Definition {
        name: "overage_spend",
        label: "overage spend",
        meaning: "Billed for usage beyond the balance",
        unit: Unit::Money,
        group: Group::Spend,
        total: Total::Sum(|run, cycle| {
            run.overage_spend = sum(run.overage_spend, cycle.overage_spend)
        }),
        basis: Basis::Stretch(|f| Some(FigureValue::Money(f.overage_spend))),
        study: StudyUse::Estimated(Estimator::PerPeriod),
        ..AMOUNT
    },
    Definition {
        name: "refunded",
        label: "refunded",
        meaning: "Paid back: refunds and chargebacks",
        unit: Unit::Money,
        group: Group::Spend,
        total: Total::Sum(|run, cycle| run.refunded = sum(run.refunded, cycle.refunded)),
        basis: Basis::Stretch(|f| Some(FigureValue::Money(f.refunded))),
        study: StudyUse::Estimated(Estimator::PerPeriod),
        ..AMOUNT
    },
    Definition {
        name: "total_spend",
        label: "total spend",
        meaning: "Plan fees, recharges, manual top-ups and overage together, less what was refunded",
        unit: Unit::Money,
        group: Group::Spend,
        total: Total::OfSums,
        basis: Basis::Stretch(|f| Some(FigureValue::Money(f.total_spend()))),
        study: StudyUse::Estimated(Estimator::PerPeriod),
        ..AMOUNT
    },
    Definition {
        name: "price_per_1000_served",
        label: "price per 1,000 served",
        meaning: "Total spend for each 1,000 served",
        unit: Unit::Price,
        group: Group::Spend,
        bounds: Bounds::NotNegative,
        basis: Basis::Stretch(|f| f.price_per_1000().map(FigureValue::Price)),
        study: StudyUse::Estimated(Estimator::Ratio {
            part: "total_spend",
            whole: "served",
            scale: 1_000.0,
            of_nothing: None,
        }),
        ..RATIO
    },
    Definition {
        name: "recharges",
        label: "recharges",
        meaning: "Automatic recharges whose charge succeeded",
        unit: Unit::Count,
        group: Group::Recharging,
        total: Total::Sum(|run, cycle| run.recharges += cycle.recharges),
        basis: Basis::Stretch(|f| Some(FigureValue::Count(f.recharges))),
        study: StudyUse::Estimated(Estimator::PerPeriod),
        ..AMOUNT
    },
    Definition {
        name: "top_ups",
        label: "manual top-ups",
        meaning: "Purchases made by hand",
        unit: Unit::Count,
        group: Group::Recharging,
        total: Total::Sum(|run, cycle| run.top_ups += cycle.top_ups),
        basis: Basis::Stretch(|f| Some(FigureValue::Count(f.top_ups))),
        ..AMOUNT
    },
    Definition {
        name: "failed_attempts",
        label: "failed attempts",
        meaning: "Failed charges, including failed verifications",
        unit: Unit::Count,
        group: Group::Recharging,
        total: Total::Sum(|run, cycle| run.failed_attempts += cycle.failed_attempts),
        basis: Basis::Stretch(|f| Some(FigureValue::Count(f.failed_attempts))),
        study: StudyUse::Estimated(Estimator::PerPeriod),
        ..AMOUNT
    },
    Definition {
        name: "verifications",
        label: "verifications",
        meaning: "Times the bank asked the cardholder to verify a charge",
        unit: Unit::Count,
        group: Group::Recharging,
        total: Total::Sum(|run, cycle| run.verifications += cycle.verifications),
        basis: Basis::Stretch(|f| Some(FigureValue::Count(f.verifications))),
        study: StudyUse::Estimated(Estimator::PerPeriod),
        ..AMOUNT
    },
    Definition {
        name: "suspensions",
        label: "suspensions",
        meaning: "Times that failures turned auto-recharge off",
        unit: Unit::Count,
        group: Group::Recharging,
        total: Total::Sum(|run, cycle| run.suspensions += cycle.suspensions),
        basis: Basis::Stretch(|f| Some(FigureValue::Count(f.suspensions))),
        study: StudyUse::Estimated(Estimator::PerPeriod),
        ..AMOUNT
    },
    Definition {
        name: "cap_blocks",
        label: "cap blocks",
        meaning: "Times a cap blocked a recharge that was due",
        unit: Unit::Count,
        group: Group::Recharging,
        total: Total::Sum(|run, cycle| run.cap_blocks += cycle.cap_blocks),
        basis: Basis::Stretch(|f| Some(FigureValue::Count(f.cap_blocks))),
        study: StudyUse::Estimated(Estimator::PerPeriod),
        ..AMOUNT
    },
    Definition {
        name: "notifications",
        label: "notifications",
        meaning: "Messages to the owner",
        unit: Unit::Count,
        group: Group::Recharging,
        total: Total::Sum(|run, cycle| run.notifications += cycle.notifications),
        basis: Basis::Stretch(|f| Some(FigureValue::Count(f.notifications))),
        study: StudyUse::Estimated(Estimator::PerPeriod),
        ..AMOUNT
    },
    Definition {
        name: "usage_events",
        label: "usage events",
        meaning: "Usage events inside the horizon",
        unit: Unit::Count,
        group: Group::Service,
        total: Total::Sum(|run, cycle| run.usage_events += cycle.usage_events),
        basis: Basis::Stretch(|f| Some(FigureValue::Count(f.usage_events))),
        ..AMOUNT
    },
    Definition {
        name: "refused_events",
        label: "refused events",
        meaning: "Usage events that were refused at least in part",
        unit: Unit::Count,
        group: Group::Service,
        total: Total::Sum(|run, cycle| run.refused_events += cycle.refused_events),
        basis: Basis::Stretch(|f| Some(FigureValue::Count(f.refused_events))),
        study: StudyUse::Estimated(Estimator::PerPeriod),
        ..AMOUNT
    },
    Definition {
        name: "demanded",
        label: "demanded",
        meaning: "Requested by usage",
        unit: Unit::Credits,
        group: Group::Service,
        total: Total::Sum(|run, cycle| run.demanded = run.demanded + cycle.demanded),
        basis: Basis::Stretch(|f| Some(FigureValue::Credits(f.demanded))),
        study: StudyUse::Kept,
        ..AMOUNT
    },
    Definition {
        name: "served",
        label: "served",
        meaning: "The part of demand that was covered",
        unit: Unit::Credits,
        group: Group::Service,
        total: Total::Sum(|run, cycle| run.served = run.served + cycle.served),
        basis: Basis::Stretch(|f| Some(FigureValue::Credits(f.served))),
        study: StudyUse::Kept,
        ..AMOUNT
    },
    Definition {
        name: "overage",
        label: "overage",
        meaning: "Served beyond the balance, at the price of overage",
        unit: Unit::Credits,
        group: Group::Service,
        total: Total::Sum(|run, cycle| run.overage = run.overage + cycle.overage),
        basis: Basis::Stretch(|f| Some(FigureValue::Credits(f.overage))),
        study: StudyUse::Estimated(Estimator::PerPeriod),
        ..AMOUNT
    },
    Definition {
        name: "refused",
        label: "refused",
        meaning: "The part of demand that was not covered: demanded less served",
        unit: Unit::Credits,
        group: Group::Service,
        total: Total::OfSums,
        basis: Basis::Stretch(|f| Some(FigureValue::Credits(f.refused()))),
        study: StudyUse::Estimated(Estimator::PerPeriod),
        ..AMOUNT
    },
    Definition {
        name: "included",
        label: "included by quotas",
        meaning: "Served without credits, within the quotas of the plan",
        unit: Unit::Credits,
        group: Group::Service,
        total: Total::Sum(|run, cycle| run.included = run.included + cycle.included),
        basis: Basis::Stretch(|f| Some(FigureValue::Credits(f.included))),
        ..AMOUNT
    },
    Definition {
        name: "unmetered",
        label: "served without deduction",
        meaning: "Served and, at the end, not yet deducted from the balance (`metering_lag`)",
        unit: Unit::Credits,
        group: Group::Service,
        bounds: Bounds::Any,
        total: Total::Sum(|run, cycle| run.unmetered = run.unmetered + cycle.unmetered),
        basis: Basis::Stretch(|f| Some(FigureValue::Credits(f.unmetered))),
        ..AMOUNT
    },
    Definition {
        name: "outages",
        label: "outages",
        meaning: "Periods from a first refused event until service was back",
        unit: Unit::Count,
        group: Group::Service,
        total: Total::Sum(|run, cycle| run.outages += cycle.outages),
        basis: Basis::Stretch(|f| Some(FigureValue::Count(f.outages))),
        study: StudyUse::Estimated(Estimator::PerPeriod),
        ..AMOUNT
    },
    Definition {
        name: "downtime_ms",
        name_in_hours: Some("downtime_hours"),
        label: "downtime",
        meaning: "The length of all outages",
        unit: Unit::Duration,
        group: Group::Service,
        total: Total::Time,
        basis: Basis::Stretch(|f| Some(FigureValue::Duration(f.downtime))),
        study: StudyUse::Estimated(Estimator::PerPeriod),
        ..AMOUNT
    },
    Definition {
        name: "exhausted_ms",
        name_in_hours: Some("exhausted_hours"),
        label: "time at zero",
        meaning: "Time with a balance of zero or less, whether or not anything was requested",
        unit: Unit::Duration,
        group: Group::Service,
        total: Total::Time,
        basis: Basis::Stretch(|f| Some(FigureValue::Duration(f.exhausted))),
        study: StudyUse::Kept,
        ..AMOUNT
    },
    Definition {
        name: "fill_rate",
        label: "fill rate",
        meaning: "Served ÷ demanded; 1 if nothing was requested",
        group: Group::Service,
        basis: Basis::Stretch(|f| Some(FigureValue::Share(f.fill_rate()))),
        study: StudyUse::Estimated(Estimator::Kept { lost: "refused", whole: "demanded" }),
        ..RATIO
    },
    Definition {
        name: "ready_rate",
        label: "time with credits",
        meaning: "Share of the time with a balance above zero, in outages too",
        group: Group::Service,
        basis: Basis::Stretch(|f| Some(FigureValue::Share(f.ready_rate()))),
        study: StudyUse::Estimated(Estimator::TimeOutside("exhausted_ms")),
        ..RATIO
    },
    Definition {
        name: "stockout_free_cycles",
        label: "stockout-free cycles",
        meaning: "Share of billing cycles that no outage touches",
        group: Group::Service,
        basis: Basis::Stretch(|f| Some(FigureValue::Share(f.stockout_free_cycles()))),
        study: StudyUse::Estimated(Estimator::CyclesFree {
            touched: "cycles_touched",
            cycles: "cycle_count",
        }),
        ..RATIO
    },
    Definition {
        name: "standing_charges",
        label: "standing charges",
        meaning: "Credits taken whether or not anything was used",
        unit: Unit::Credits,
        group: Group::Credits,
        total: Total::Sum(|run, cycle| run.standing = run.standing + cycle.standing),
        basis: Basis::Stretch(|f| Some(FigureValue::Credits(f.standing))),
        ..AMOUNT
    },
    Definition {
        name: "granted_allowance",
        label: "allowance granted",
        meaning: "Granted by the plan",
        unit: Unit::Credits,
        group: Group::Credits,
        total: Total::Sum(|run, cycle| {
            run.granted_allowance = run.granted_allowance + cycle.granted_allowance
        }),
        basis: Basis::Stretch(|f| Some(FigureValue::Credits(f.granted_allowance))),
        ..AMOUNT
    },
    Definition {
        name: "granted_recharge",
        label: "bought by recharges",
        meaning: "Bought by automatic recharges",
        unit: Unit::Credits,
        group: Group::Credits,
        total: Total::Sum(|run, cycle| {
            run.granted_recharge = run.granted_recharge + cycle.granted_recharge
        }),
        basis: Basis::Stretch(|f| Some(FigureValue::Credits(f.granted_recharge))),
        ..AMOUNT
    },
    Definition {
        name: "granted_top_up",
        label: "bought by hand",
        meaning: "Bought by manual top-ups",
        unit: Unit::Credits,
        group: Group::Credits,
        total: Total::Sum(|run, cycle| {
            run.granted_top_up = run.granted_top_up + cycle.granted_top_up
        }),
        basis: Basis::Stretch(|f| Some(FigureValue::Credits(f.granted_top_up))),
        ..AMOUNT
    },
    Definition {
        name: "granted_gift",
        label: "gifts",
        meaning: "Given by the vendor",
        unit: Unit::Credits,
        group: Group::Credits,
        total: Total::Sum(|run, cycle| run.granted_gift = run.granted_gift + cycle.granted_gift),
        basis: Basis::Stretch(|f| Some(FigureValue::Credits(f.granted_gift))),
        ..AMOUNT
    },
    Definition {
        name: "forgiven",
        label: "forgiven debt",
        meaning: "Debt forgiven at the start of a cycle",
        unit: Unit::Credits,
        group: Group::Credits,
        total: Total::Sum(|run, cycle| run.forgiven = run.forgiven + cycle.forgiven),
        basis: Basis::Stretch(|f| Some(FigureValue::Credits(f.forgiven))),
        ..AMOUNT
    },
    Definition {
        name: "taken_back",
        label: "taken back",
        meaning: "Taken back for refunds and chargebacks",
        unit: Unit::Credits,
        group: Group::Credits,
        total: Total::Sum(|run, cycle| run.taken_back = run.taken_back + cycle.taken_back),
        basis: Basis::Stretch(|f| Some(FigureValue::Credits(f.taken_back))),
        ..AMOUNT
    },
    Definition {
        name: "restored",
        label: "restored",
        meaning: "Come back with disputes that the vendor won",
        unit: Unit::Credits,
        group: Group::Credits,
        total: Total::Sum(|run, cycle| run.restored = run.restored + cycle.restored),
        basis: Basis::Stretch(|f| Some(FigureValue::Credits(f.restored))),
        ..AMOUNT
    },
    Definition {
        name: "given_back",
        label: "given back",
        meaning: "Given back of usage that was undone; what quotas had served and overage not billed yet are no part of it",
        unit: Unit::Credits,
        group: Group::Credits,
        total: Total::Sum(|run, cycle| run.given_back = run.given_back + cycle.given_back),
        basis: Basis::Stretch(|f| Some(FigureValue::Credits(f.given_back))),
        ..AMOUNT
    },
    Definition {
        name: "not_reversed",
        label: "not reversed",
        meaning: "Taken back by rows of usage below zero without anything given back, as what they take back was not served",
        unit: Unit::Credits,
        group: Group::Credits,
        total: Total::Sum(|run, cycle| run.not_reversed = run.not_reversed + cycle.not_reversed),
        basis: Basis::Stretch(|f| Some(FigureValue::Credits(f.not_reversed))),
        ..AMOUNT
    },
    Definition {
        name: "expired",
        label: "expired",
        meaning: "Bought or given, and not used before their expiry",
        unit: Unit::Credits,
        group: Group::Credits,
        total: Total::Sum(|run, cycle| run.expired = run.expired + cycle.expired),
        basis: Basis::Stretch(|f| Some(FigureValue::Credits(f.expired))),
        study: StudyUse::Estimated(Estimator::PerPeriod),
        ..AMOUNT
    },
    Definition {
        name: "expired_opening",
        label: "expired of the opening balance",
        meaning: "Held at the start, and not used before their expiry",
        unit: Unit::Credits,
        group: Group::Credits,
        total: Total::Sum(|run, cycle| {
            run.expired_opening = run.expired_opening + cycle.expired_opening
        }),
        basis: Basis::Part(|f| Some(FigureValue::Credits(f.expired_opening))),
        ..AMOUNT
    },
    Definition {
        name: "forfeited",
        label: "forfeited",
        meaning: "Allowance left at the end of a cycle and lost",
        unit: Unit::Credits,
        group: Group::Credits,
        total: Total::Sum(|run, cycle| run.forfeited = run.forfeited + cycle.forfeited),
        basis: Basis::Stretch(|f| Some(FigureValue::Credits(f.forfeited))),
        study: StudyUse::Estimated(Estimator::PerPeriod),
        ..AMOUNT
    },
    Definition {
        name: "expired_cost",
        label: "cost of what expired",
        meaning: "Cost of the expired credits, at each grant's own unit price",
        unit: Unit::Money,
        group: Group::Spend,
        total: Total::Sum(|run, cycle| {
            run.expired_cost = sum(run.expired_cost, cycle.expired_cost)
        }),
        basis: Basis::Stretch(|f| Some(FigureValue::Money(f.expired_cost))),
        study: StudyUse::Estimated(Estimator::PerPeriod),
        ..AMOUNT
    },
    Definition {
        name: "opening_balance",
        label: "opening balance",
        meaning: "Held at the start",
        unit: Unit::Credits,
        group: Group::Credits,
        bounds: Bounds::Any,
        total: Total::Opening,
        basis: Basis::Stretch(|f| Some(FigureValue::Credits(f.opening_balance))),
        ..AMOUNT
    },
    Definition {
        name: "closing_balance",
        label: "closing balance",
        meaning: "Held at the end",
        unit: Unit::Credits,
        group: Group::Credits,
        bounds: Bounds::Any,
        total: Total::Closing,
        basis: Basis::Stretch(|f| Some(FigureValue::Credits(f.closing_balance))),
        study: StudyUse::Estimated(Estimator::Mean),
        ..AMOUNT
    },
    Definition {
        name: "cycle_count",
        label: "cycles",
        meaning: "Billing cycles that the horizon touches",
        unit: Unit::Count,
        group: Group::Service,
        total: Total::OfSums,
        basis: Basis::Part(|f| Some(FigureValue::Count(f.cycles))),
        study: StudyUse::Kept,
        ..AMOUNT
    },
    Definition {
        name: "cycles_touched",
        label: "cycles with an outage",
        meaning: "Billing cycles that an outage touches",
        unit: Unit::Count,
        group: Group::Service,
        total: Total::OfSums,
        basis: Basis::Part(|f| Some(FigureValue::Count(f.cycles_with_outage))),
        study: StudyUse::Kept,
        ..AMOUNT
    },
    Definition {
        name: "cost",
        label: "cost",
        meaning: "The objective of a study: spend minus the value left, plus what was used of an assumed opening balance and the price of refusals and downtime",
        unit: Unit::Money,
        group: Group::Spend,
        bounds: Bounds::Any,
        study: StudyUse::Estimated(Estimator::Objective),
        ..OF_RUNS
    },
    Definition {
        name: "outage_probability",
        label: "outage cycles",
        meaning: "Share of billing cycles that an outage touches",
        unit: Unit::Share,
        group: Group::Service,
        bounds: Bounds::Share,
        study: StudyUse::Estimated(Estimator::CyclesTouched {
            touched: "cycles_touched",
            cycles: "cycle_count",
        }),
        ..OF_RUNS
    },
    Definition {
        name: "leftover_value",
        label: "value left",
        meaning: "What bought credits left at the end had cost, as far as they will be used before they expire",
        unit: Unit::Money,
        group: Group::Spend,
        basis: Basis::Run(|run| run.leftover_value),
        study: StudyUse::Estimated(Estimator::Mean),
        ..OF_RUNS
    },
    Definition {
        name: "assumed_value",
        label: "used of an assumed balance",
        meaning: "What was used of an opening balance that nobody states, at what a credit costs",
        unit: Unit::Money,
        group: Group::Spend,
        basis: Basis::Run(|run| run.assumed_value),
        study: StudyUse::Estimated(Estimator::Mean),
        ..OF_RUNS
    },
    Definition {
        name: "stranded_events",
        label: "stranded events",
        meaning: "Usage events refused while credits lay idle above the trigger",
        unit: Unit::Count,
        group: Group::Service,
        basis: Basis::Run(|run| run.stranded_events as f64),
        study: StudyUse::Estimated(Estimator::PerPeriod),
        ..OF_RUNS
    },
    Definition {
        name: "rows",
        label: "rows",
        meaning: "Rows of usage met, those left out and skipped among them",
        unit: Unit::Count,
        basis: Basis::Reading(|f| Some(FigureValue::Count(f.rows))),
        ..READING
    },
    Definition {
        name: "skipped_rows",
        label: "skipped rows",
        meaning: "Rows that could not be read and were skipped",
        unit: Unit::Count,
        basis: Basis::Reading(|f| Some(FigureValue::Count(f.skipped_rows))),
        ..READING
    },
    Definition {
        name: "netted_rows",
        label: "netted rows",
        meaning: "Rows below zero, taken out of other usage",
        unit: Unit::Count,
        basis: Basis::Reading(|f| Some(FigureValue::Count(f.netted_rows))),
        ..READING
    },
    Definition {
        name: "excess_corrections",
        label: "excess corrections",
        meaning: "What rows below zero correct beyond all usage of the account, left out",
        unit: Unit::Credits,
        basis: Basis::Reading(|f| Some(FigureValue::Credits(f.excess_corrections))),
        ..READING
    },
    Definition {
        name: "reversed_rows",
        label: "reversed rows",
        meaning: "Rows below zero, each a reversal of usage at its instant",
        unit: Unit::Count,
        basis: Basis::Reading(|f| Some(FigureValue::Count(f.reversed_rows))),
        ..READING
    },
    Definition {
        name: "duplicate_rows",
        label: "duplicate rows",
        meaning: "Rows left out because another row with the same identity counts",
        unit: Unit::Count,
        basis: Basis::Reading(|f| Some(FigureValue::Count(f.duplicate_rows))),
        ..READING
    },
    Definition {
        name: "left_out_rows",
        label: "rows left out",
        meaning: "Rows left out by a condition or an account, or as totals",
        unit: Unit::Count,
        basis: Basis::Reading(|f| Some(FigureValue::Count(f.left_out_rows))),
        ..READING
    },
    Definition {
        name: "outside_rows",
        label: "rows outside the horizon",
        meaning: "Rows outside the horizon, left out",
        unit: Unit::Count,
        basis: Basis::Reading(|f| Some(FigureValue::Count(f.outside_rows))),
        ..READING
    },
    Definition {
        name: "usage_total",
        label: "usage total",
        meaning: "The sum of the usage that was read inside the horizon",
        unit: Unit::Credits,
        basis: Basis::Reading(|f| Some(FigureValue::Credits(f.usage_total))),
        ..READING
    },
];

/// The figures that were first in the results of studies, in their order there. All others follow
/// in the order of the catalogue, so that a column never changes its place.
pub(super) const FIRST_OF_STUDIES: [&str; 26] = [
    "cost",
    "total_spend",
    "plan_fees",
    "recharge_spend",
    "top_up_spend",
    "price_per_1000_served",
    "fill_rate",
    "ready_rate",
    "stockout_free_cycles",
    "outage_probability",
    "outages",
    "downtime_ms",
    "refused_events",
    "refused",
    "expired",
    "expired_cost",
    "forfeited",
    "recharges",
    "failed_attempts",
    "verifications",
    "suspensions",
    "cap_blocks",
    "notifications",
    "closing_balance",
    "leftover_value",
    "stranded_events",
];
