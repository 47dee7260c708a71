//! The journal of a replay, a few entries at a time: what happened, the balance, and how much of every cap was used.
//!
//! Entries are the rows that `recharge run --journal` writes, under the same numbers. Deliberately absent: the rest of the
//! entries, which are counted and not kept.

use serde::{Deserialize, Serialize};

use crate::chronicle::{FactEntry, UsageEntry};
use crate::domain::{Instant, Pools};
use crate::engine::{CapState, CapsNow, CapsSince, Cause, Fact, Moment, Observer, UsageRun};
use crate::policy::{Limit, Used};
use crate::scenario::{Scenario, Setting, describe_cap};

use super::subject::{Exploration, ExploreError};

/// Entries that one answer holds at most.
const MOST: u64 = 500;

/// Where the entries that are wanted begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepsFrom {
    /// At the entry of this number, from 0.
    Number(u64),
    /// At the first entry at or after an instant, in milliseconds.
    At(i64),
}

/// Entries of a journal in a row.
#[derive(Clone, Debug, Serialize)]
pub struct StepsView {
    /// All entries of the replay.
    count: u64,
    /// The number of the first that is here; `count` if none is.
    first: u64,
    /// The entries.
    steps: Vec<StepView>,
}

/// An entry.
#[derive(Clone, Debug, Serialize)]
struct StepView {
    /// Milliseconds; of usage, its last event.
    at: i64,
    event: &'static str,
    cause: &'static str,
    state: &'static str,
    detail: String,
    credits: Option<String>,
    money: Option<String>,
    before: String,
    after: String,
    /// Usage between two facts; `null` of a fact.
    usage: Option<UsageView>,
    /// The caps in force.
    caps: Vec<CapView>,
}

/// Usage between two facts.
#[derive(Clone, Debug, Serialize)]
struct UsageView {
    /// Milliseconds of the first event.
    first: i64,
    events: u64,
    demanded: String,
    served: String,
    refused: String,
}

/// A cap, and how much of it is used.
#[derive(Clone, Debug, Serialize)]
struct CapView {
    /// `4 recharges a day`.
    cap: String,
    used: String,
    limit: String,
    /// The instant from which less is used, in milliseconds; `null` if nothing is used that would be free again.
    until: Option<i64>,
}

impl Exploration {
    /// The entries of its journal with changes, so many from a place on.
    pub fn steps(
        &self,
        changes: &[Setting],
        from: StepsFrom,
        count: u64,
    ) -> Result<StepsView, ExploreError> {
        let scenario = self.changed(changes)?;
        let listener = StepsListener {
            scenario: &scenario,
            from,
            wanted: count.min(MOST),
            next: 0,
            first: None,
            usage: None,
            caps: None,
            kept: Vec::new(),
        };
        let (_, mut listener) = self.replay_with(&scenario, listener)?;
        listener.end_usage();
        let StepsListener { next, first, kept, .. } = listener;
        Ok(StepsView { count: next, first: first.unwrap_or(next), steps: kept })
    }
}

/// Counts entries and keeps those that are wanted.
struct StepsListener<'s> {
    scenario: &'s Scenario,
    from: StepsFrom,
    wanted: u64,
    /// The number of the next entry.
    next: u64,
    /// The number of the first that is kept.
    first: Option<u64>,
    /// Usage since the last fact.
    usage: Option<UsageEntry>,
    /// The caps since the last fact; `None` where nobody will ask.
    caps: Option<CapsSince>,
    kept: Vec<StepView>,
}

impl StepsListener<'_> {
    /// Counts an entry; returns true if it is wanted.
    fn takes(&mut self, at: Instant) -> bool {
        let number = self.next;
        self.next += 1;
        let begins = match self.from {
            StepsFrom::Number(first) => number >= first,
            StepsFrom::At(from) => at.millis() >= from,
        };
        if begins {
            self.first.get_or_insert(number);
        }
        begins && (self.kept.len() as u64) < self.wanted
    }

    /// Returns true if the next entries but one may be kept, so that the caps matter.
    fn listens(&self) -> bool {
        let is_near = match self.from {
            StepsFrom::Number(first) => self.next.saturating_add(2) >= first,
            StepsFrom::At(_) => true,
        };
        is_near && (self.kept.len() as u64) < self.wanted
    }

    fn end_usage(&mut self) {
        let Some(usage) = self.usage.take() else { return };
        if !self.takes(usage.last) {
            return;
        }
        let told = UsageView {
            first: usage.first.millis(),
            events: usage.events,
            demanded: usage.demanded.to_string(),
            served: usage.served.to_string(),
            refused: usage.refused().to_string(),
        };
        let entry = FactEntry { event: "usage", ..FactEntry::default() };
        let moment = Moment {
            at: usage.last,
            cause: Cause::Usage,
            state: usage.state,
            before: usage.before,
            after: usage.after,
        };
        self.keep(&moment, entry, Some(told));
    }

    fn keep(&mut self, moment: &Moment, entry: FactEntry, usage: Option<UsageView>) {
        let minor = self.scenario.currency.minor();
        let balance = |pools: Pools| pools.balance().to_string();
        let caps = self.caps.iter().flat_map(|caps| caps.states(moment.at));
        let caps = caps.map(|cap| CapView::of(&cap, self.scenario)).collect();
        self.kept.push(StepView {
            at: moment.at.millis(),
            event: entry.event,
            cause: moment.cause.name(),
            state: moment.state.name(),
            detail: entry.detail,
            credits: entry.credits.map(|credits| credits.to_string()),
            money: entry.money.map(|money| money.text(minor)),
            before: balance(moment.before),
            after: balance(moment.after),
            usage,
            caps,
        });
    }
}

impl Observer for StepsListener<'_> {
    fn fact(&mut self, moment: &Moment, fact: &Fact<'_>) {
        if self.takes(moment.at) {
            let entry = FactEntry::of(fact, self.scenario.zone, self.scenario.currency.minor());
            self.keep(moment, entry, None);
        }
    }

    fn usage(&mut self, run: &UsageRun<'_>) {
        UsageEntry::gather(&mut self.usage, run);
    }

    fn nothing_asked(&mut self, run: &UsageRun<'_>) {
        self.usage(run);
    }

    fn caps(&mut self, caps: CapsNow<'_>) {
        // Usage before this fact is an entry of its own, with the caps as they were then.
        self.end_usage();
        self.caps = self.listens().then(|| caps.keep());
    }
}

impl CapView {
    fn of(state: &CapState, scenario: &Scenario) -> CapView {
        let CapState { cap, used, until } = state;
        let minor = scenario.currency.minor();
        let Used { recharges, money, credits } = used;
        let (used, limit) = match cap.limit {
            Limit::Recharges(limit) => (recharges.to_string(), limit.to_string()),
            Limit::Money(limit) => (money.text(minor), limit.text(minor)),
            Limit::Credits(limit) => (credits.to_string(), limit.to_string()),
        };
        let until = (*until != Instant::NEVER).then(|| until.millis());
        let cap = describe_cap(cap, scenario.currency, &scenario.unit);
        CapView { cap, used, limit, until }
    }
}
