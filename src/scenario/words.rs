//! The words that settings accept: each choice once, with its value and its meaning.

use crate::domain::GiftPlace;
use crate::policy::{
    Base, CooldownSince, Counts, DebtAtCycleStart, Downgrade, EndedGrant, Exceeding, Firing,
    OnFailure, Per, PlanChange, Prerequisite, Refill, Repayment, TakesBack, TargetFrom,
};
use crate::usage::TimeForm;
use crate::usage::export::{Charset, ShortRows};
use crate::usage::meaning::blank::Blanks;
use crate::usage::meaning::moment::DateOrder;
use crate::usage::meaning::number::DecimalMark;
use crate::usage::meaning::{BelowZero, Keep, Totals};

use super::study::HistoryUse;

/// A value that is written as a word.
pub trait Choice: Copy + 'static {
    /// The word, its value, and its meaning.
    const WORDS: &'static [(&'static str, Self, &'static str)];
}

/// The words of a choice, with what each means.
pub fn words<T: Choice>() -> Vec<(&'static str, &'static str)> {
    T::WORDS.iter().map(|(word, _, doc)| (*word, *doc)).collect()
}

impl Choice for Base {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        (
            "cycle_total",
            Base::CycleTotal,
            "the balance after the cycle start plus all granted since",
        ),
        (
            "last_purchase",
            Base::LastPurchase,
            "the last recharge or top-up; the allowance before the first",
        ),
        (
            "purchases",
            Base::Purchases,
            "all recharges and top-ups of the current cycle; the allowance before the first",
        ),
        ("allowance", Base::Allowance, "the allowance of the current cycle"),
    ];
}

impl Choice for Firing {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        (
            "level",
            Firing::Level,
            "a recharge starts whenever the trigger holds and nothing blocks it",
        ),
        ("edge", Firing::Edge, "at most one recharge for each time the trigger comes to hold"),
    ];
}

impl Choice for CooldownSince {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("success", CooldownSince::Success, "since the last charge that succeeded"),
        ("attempt", CooldownSince::Attempt, "since the last charge that settled, however it ended"),
    ];
}

impl Choice for Counts {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("successes", Counts::Successes, "charges that succeed, at the instant they do"),
        ("attempts", Counts::Attempts, "all charges, at the instant they settle"),
    ];
}

impl Choice for Exceeding {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("skip", Exceeding::Skip, "a recharge that does not fit does not start"),
        ("clip", Exceeding::Clip, "it buys as much as the cap leaves"),
        ("overshoot", Exceeding::Overshoot, "it starts as long as the cap is not used up"),
        (
            "disable",
            Exceeding::Disable,
            "it does not start, and auto-recharge is off until it is enabled or caps are changed",
        ),
    ];
}

impl Choice for OnFailure {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("count", OnFailure::Count, "it counts towards disable_after"),
        ("suspend", OnFailure::Suspend, "it suspends auto-recharge at once"),
        ("ignore", OnFailure::Ignore, "it is retried and counts for nothing"),
    ];
}

impl Choice for Repayment {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("first", Repayment::DebtFirst, "the next grant repays the debt before anything else"),
        ("kept", Repayment::Kept, "grants stay whole and the debt remains"),
    ];
}

impl Choice for DebtAtCycleStart {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("carry", DebtAtCycleStart::Carry, "the debt is carried into the cycle"),
        ("forgive", DebtAtCycleStart::Forgive, "the debt is forgiven"),
    ];
}

impl Choice for PlanChange {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("next_cycle", PlanChange::NextCycle, "at the next cycle start"),
        ("immediately", PlanChange::Immediate, "at once, prorated"),
    ];
}

impl Choice for Downgrade {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("kept", Downgrade::Kept, "the allowance stays as it is"),
        ("cut", Downgrade::Cut, "the difference for the rest of the cycle is forfeited"),
    ];
}

impl Choice for Per {
    const WORDS: &'static [(&'static str, Self, &'static str)] =
        &[("cycle", Per::Cycle, "a billing cycle"), ("term", Per::Term, "all cycles of a term")];
}

impl Choice for TargetFrom {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("zero", TargetFrom::Zero, "an empty account"),
        ("threshold", TargetFrom::Threshold, "the threshold of the trigger"),
    ];
}

impl Choice for Refill {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("full", Refill::Full, "the whole allowance"),
        ("up_to", Refill::UpTo, "what the balance lacks of the allowance"),
    ];
}

impl Choice for Prerequisite {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("owner", Prerequisite::Owner, "the requester is the organization's owner"),
        ("subscription", Prerequisite::Subscription, "a subscription is active"),
        ("payment_method", Prerequisite::PaymentMethod, "a payment method is on file"),
        ("online_billing", Prerequisite::OnlineBilling, "billing is online"),
        ("add_on", Prerequisite::AddOn, "the add-on is enabled"),
    ];
}

/// A requirement of a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChargeNeed {
    /// An active subscription.
    Subscription,
    /// A payment method on file.
    PaymentMethod,
}

impl Choice for ChargeNeed {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("subscription", ChargeNeed::Subscription, "an active subscription"),
        ("payment_method", ChargeNeed::PaymentMethod, "a payment method on file"),
    ];
}

impl Choice for TimeForm {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("guess", TimeForm::Guess, "decided by the first row, and reported"),
        ("calendar", TimeForm::Calendar, "dates and times; local ones in the scenario's zone"),
        ("seconds", TimeForm::Seconds, "seconds since 1970-01-01T00:00:00Z"),
        ("milliseconds", TimeForm::Milliseconds, "milliseconds since 1970-01-01T00:00:00Z"),
    ];
}

impl Choice for Charset {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("utf-8", Charset::Utf8, "UTF-8, with a byte-order mark or without"),
        ("utf-16le", Charset::Utf16Le, "UTF-16, the low byte first"),
        ("utf-16be", Charset::Utf16Be, "UTF-16, the high byte first"),
        ("windows-1252", Charset::Windows1252, "Windows-1252, with all letters of Latin-1"),
    ];
}

impl Choice for ShortRows {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("refuse", ShortRows::Refuse, "they are an error"),
        ("pad", ShortRows::Pad, "the missing cells are blank"),
    ];
}

impl Choice for DateOrder {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("day_first", DateOrder::DayFirst, "31/12/2026"),
        ("month_first", DateOrder::MonthFirst, "12/31/2026"),
        ("year_first", DateOrder::YearFirst, "26/12/31"),
    ];
}

impl Choice for DecimalMark {
    const WORDS: &'static [(&'static str, Self, &'static str)] =
        &[("point", DecimalMark::Point, "1,234.5"), ("comma", DecimalMark::Comma, "1.234,5")];
}

impl Choice for Blanks {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("zero", Blanks::Zero, "no usage, counted and reported"),
        ("skip", Blanks::Skip, "the row is left out, counted and reported"),
        ("refuse", Blanks::Refuse, "the row cannot be read"),
    ];
}

impl Choice for BelowZero {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        (
            "netted",
            BelowZero::Netted,
            "they are taken out of the usage that they correct, as if it had never been asked for",
        ),
        (
            "reversed",
            BelowZero::Reversed,
            "each undoes usage before it, the latest first, and gives its credits back at its own instant",
        ),
    ];
}

impl Choice for Keep {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("first", Keep::First, "the first in the file, or in the earliest of several files"),
        ("last", Keep::Last, "the last in the file, or in the latest of several files"),
    ];
}

impl Choice for Totals {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("check", Totals::Check, "it is left out, and the others must add up to it"),
        ("ignore", Totals::Ignore, "it is left out"),
    ];
}

/// What a row of usage is, where no hours say how it flows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpreadWord {
    /// See [`crate::usage::RowSpread::None`].
    None,
    /// See [`crate::usage::RowSpread::Uniform`].
    Uniform,
}

impl Choice for SpreadWord {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("none", SpreadWord::None, "each row is an event at its instant"),
        (
            "uniform",
            SpreadWord::Uniform,
            "each row is a total that flows evenly until the next row",
        ),
    ];
}

/// Treatment of usage that the balance does not cover; its further settings are separate keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShortfallWord {
    /// See [`crate::policy::Shortfall::Refuse`].
    Refuse,
    /// See [`crate::policy::Shortfall::Partial`].
    Partial,
    /// See [`crate::policy::Shortfall::Stop`].
    Stop,
    /// See [`crate::policy::Shortfall::Overdraft`].
    Overdraft,
}

impl Choice for ShortfallWord {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("refuse", ShortfallWord::Refuse, "the whole event is refused and the balance stays"),
        ("partial", ShortfallWord::Partial, "the covered part is served and the rest refused"),
        ("stop", ShortfallWord::Stop, "like refuse, and the service stops until credits arrive"),
        ("overdraft", ShortfallWord::Overdraft, "served down to a limit below zero"),
    ];
}

/// The named times of a standing charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charged {
    /// See [`crate::policy::StandingDue::CycleStart`].
    Cycle,
}

impl Choice for Charged {
    const WORDS: &'static [(&'static str, Self, &'static str)] =
        &[("cycle", Charged::Cycle, "a billing cycle")];
}

/// Origin of purchased credits, to rank them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoughtFrom {
    /// The opening balance.
    Opening,
    /// Manual top-ups.
    TopUp,
    /// Recharges.
    Recharge,
    /// Gifts with their place among what was bought.
    Gift,
}

impl Choice for BoughtFrom {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("opening", BoughtFrom::Opening, "the opening balance"),
        ("top_up", BoughtFrom::TopUp, "manual top-ups"),
        ("recharge", BoughtFrom::Recharge, "recharges"),
        ("gift", BoughtFrom::Gift, "gifts that burn `with_bought`"),
    ];
}

/// The times at which gifts arrive that have a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GiftTime {
    /// A calendar day.
    Day,
    /// A calendar month.
    Month,
    /// A billing cycle.
    Cycle,
}

impl Choice for GiftTime {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("day", GiftTime::Day, "the calendar day of the scenario's zone"),
        ("month", GiftTime::Month, "the calendar month of the scenario's zone"),
        ("cycle", GiftTime::Cycle, "the billing cycle"),
    ];
}

/// The ends of gifts that have a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GiftEnd {
    /// No end.
    Never,
    /// Until the end of the cycle.
    CycleEnd,
    /// Until the next one.
    Next,
}

impl Choice for GiftEnd {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("never", GiftEnd::Never, "they never expire"),
        ("cycle_end", GiftEnd::CycleEnd, "they expire at the end of the cycle they arrive in"),
        ("next", GiftEnd::Next, "they expire when the next ones are due"),
    ];
}

impl Choice for GiftPlace {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("before_allowance", GiftPlace::BeforeAllowance, "before the allowance"),
        (
            "before_bought",
            GiftPlace::BeforeBought,
            "after the allowance and before what was bought",
        ),
        (
            "with_bought",
            GiftPlace::WithBought,
            "among what was bought, by `account.burn_order` and expiry",
        ),
        ("after_bought", GiftPlace::AfterBought, "after what was bought"),
    ];
}

/// The kinds of purchases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReversedPurchase {
    /// Recharges.
    Recharge,
    /// Manual top-ups.
    TopUp,
}

impl Choice for ReversedPurchase {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("recharge", ReversedPurchase::Recharge, "a recharge of the run"),
        ("top_up", ReversedPurchase::TopUp, "a manual top-up of the run"),
    ];
}

impl Choice for TakesBack {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("lot", TakesBack::Lot, "what is left of the credits that were bought"),
        (
            "balance",
            TakesBack::Balance,
            "as many as were bought, as far as the balance covers them",
        ),
        ("debt", TakesBack::Debt, "as many as were bought, even to below zero"),
        ("nothing", TakesBack::Nothing, "none"),
    ];
}

impl Choice for EndedGrant {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("lost", EndedGrant::Lost, "they are lost at once, as the rest of that grant was"),
        ("given", EndedGrant::Given, "they arrive as a gift that expires as recharged credits do"),
    ];
}

/// The windows of a cap that have a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedWindow {
    /// A calendar day.
    Day,
    /// A calendar month.
    Month,
    /// A billing cycle.
    Cycle,
}

impl Choice for NamedWindow {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("day", NamedWindow::Day, "the calendar day of the scenario's zone"),
        ("month", NamedWindow::Month, "the calendar month of the scenario's zone"),
        ("cycle", NamedWindow::Cycle, "the billing cycle"),
    ];
}

/// The lifetimes that have a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedLifetime {
    /// No end.
    Never,
    /// Until the end of the cycle.
    CycleEnd,
}

impl Choice for NamedLifetime {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("never", NamedLifetime::Never, "they never expire"),
        (
            "cycle_end",
            NamedLifetime::CycleEnd,
            "they expire at the end of the cycle they arrive in",
        ),
    ];
}

impl Choice for HistoryUse {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        (
            "resample",
            HistoryUse::Resample,
            "whole weeks of it are drawn with replacement and concatenated",
        ),
        (
            "replay",
            HistoryUse::Replay,
            "it is replayed as recorded, and only the luck of payments varies",
        ),
        (
            "model",
            HistoryUse::Model,
            "a model is learned from it, and each run draws a level, growth and drift that it allows",
        ),
    ];
}

/// An action on the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Enables auto-recharge.
    Enable,
    /// Disables auto-recharge.
    Disable,
    /// Selects another package.
    ChangePackage,
    /// Selects another number of packs.
    ChangePacks,
    /// Sets another target.
    ChangeUpTo,
    /// Sets another threshold.
    ChangeThreshold,
    /// Sets other caps.
    ChangeCaps,
    /// Buys credits by hand.
    TopUp,
    /// Chooses another plan.
    ChangePlan,
    /// Restarts the stopped service.
    RestartService,
    /// Pays a purchase back.
    Refund,
    /// Lets the bank take a payment back.
    Chargeback,
    /// Lets the vendor win a dispute.
    DisputeWon,
    /// Undoes usage.
    UsageReversed,
    /// Lets the card expire.
    CardExpires,
    /// Puts a working card on file.
    CardUpdated,
    /// Loses a prerequisite.
    Lose(Prerequisite),
    /// Gains a prerequisite.
    Gain(Prerequisite),
}

impl Choice for Deed {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("enable", Deed::Enable, "a request to enable auto-recharge"),
        ("disable", Deed::Disable, "a request to disable auto-recharge"),
        ("change_package", Deed::ChangePackage, "another package is selected"),
        ("change_packs", Deed::ChangePacks, "another number of packs is selected"),
        ("change_up_to", Deed::ChangeUpTo, "another target is set, which also replaces packs"),
        ("change_threshold", Deed::ChangeThreshold, "another threshold is set"),
        ("change_caps", Deed::ChangeCaps, "other caps replace all present ones"),
        ("top_up", Deed::TopUp, "credits are bought by hand and arrive at once"),
        ("change_plan", Deed::ChangePlan, "another plan is chosen"),
        ("restart_service", Deed::RestartService, "somebody restarts the stopped service"),
        ("refund", Deed::Refund, "a purchase is paid back, or a share of it"),
        ("chargeback", Deed::Chargeback, "the bank takes the money of a purchase back"),
        ("dispute_won", Deed::DisputeWon, "the vendor wins the dispute about a chargeback"),
        ("usage_reversed", Deed::UsageReversed, "usage is undone and gives its credits back"),
        ("card_expires", Deed::CardExpires, "charges fail until the card is updated"),
        ("card_updated", Deed::CardUpdated, "a working card is put on file"),
        (
            "payment_method_removed",
            Deed::Lose(Prerequisite::PaymentMethod),
            "the payment method is removed",
        ),
        (
            "payment_method_added",
            Deed::Gain(Prerequisite::PaymentMethod),
            "a payment method is on file (again)",
        ),
        ("subscription_cancelled", Deed::Lose(Prerequisite::Subscription), "the subscription ends"),
        (
            "subscription_resumed",
            Deed::Gain(Prerequisite::Subscription),
            "the subscription is active (again)",
        ),
        ("billing_offline", Deed::Lose(Prerequisite::OnlineBilling), "billing goes offline"),
        ("billing_online", Deed::Gain(Prerequisite::OnlineBilling), "billing goes online"),
        ("add_on_enabled", Deed::Gain(Prerequisite::AddOn), "the add-on is enabled"),
        ("add_on_disabled", Deed::Lose(Prerequisite::AddOn), "the add-on is disabled"),
        ("ownership_lost", Deed::Lose(Prerequisite::Owner), "the requester is no longer the owner"),
        ("ownership_gained", Deed::Gain(Prerequisite::Owner), "the requester is the owner (again)"),
    ];
}

/// A law of amounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LawName {
    /// Whole numbers from 1.
    Geometric,
    /// Lognormal, rounded to a step.
    LogNormal,
    /// Pareto, bounded above, rounded to a step.
    Pareto,
}

impl Choice for LawName {
    const WORDS: &'static [(&'static str, Self, &'static str)] = &[
        ("geometric", LawName::Geometric, "whole numbers from 1"),
        ("lognormal", LawName::LogNormal, "lognormal, rounded to a step"),
        ("pareto", LawName::Pareto, "Pareto, bounded above, rounded to a step"),
    ];
}
