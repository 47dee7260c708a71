//! What texts about auto-recharge leave open most often, as readings of any scenario's rules.

use crate::domain::Currency;
use crate::policy::{Base, Cap, CapWindow, Counts, Firing, Limit, Trigger};
use crate::scenario::{Scenario, SettingPath, SettingValue};

use super::{ChangedTo, Reading, ReadingChange, ReadingChoice, Vendor};

/// The readings of a scenario that names no vendor: how else its trigger and its caps might be meant.
pub fn usual_readings(scenario: &Scenario) -> Vec<Reading> {
    let Some(recharge) = &scenario.setup.policy.recharge else { return Vec::new() };
    let mut found = Vec::new();
    found.extend(level(recharge.trigger));
    found.extend(base(recharge.trigger));
    // An account that starts below its threshold never comes to it, so that nothing could be compared.
    if !scenario.setup.starts_empty() {
        found.push(firing(recharge.firing));
    }
    for (place, cap) in recharge.caps.iter().enumerate() {
        let name = named(cap, scenario.currency);
        found.extend(window(place, &name, cap.window));
        found.push(counts(place, &name, cap.counts));
    }
    found
}

impl Vendor {
    /// What the vendor's text leaves open, and after it what such texts leave open most often where neither
    /// the text nor a reading of it speaks of the setting.
    pub fn open_readings(&self, scenario: &Scenario) -> Vec<Reading> {
        let paths = |reading: &Reading| -> Vec<SettingPath> {
            let changes = reading.choices.iter().flat_map(|choice| &choice.changes);
            changes.map(|change| change.path.clone()).collect()
        };
        let spoken: Vec<SettingPath> = self.readings.iter().flat_map(paths).collect();
        let silent = |path: &SettingPath| {
            let said = self.standings.iter().any(|(of, _)| of == path);
            ["firing", "counts"].contains(&path.last()) && !said && !spoken.contains(path)
        };
        let mut found = self.readings.clone();
        let usual = usual_readings(scenario).into_iter();
        found.extend(usual.filter(|reading| paths(reading).iter().all(silent)));
        found
    }
}

/// A reading with the rules as they stand first.
fn reading(says: &str, question: &str, stands: &str, others: Vec<ReadingChoice>) -> Reading {
    let first = ReadingChoice { meaning: stands.to_owned(), changes: Vec::new() };
    let choices = [first].into_iter().chain(others).collect();
    Reading { says: says.to_owned(), question: question.to_owned(), choices }
}

fn other(meaning: &str, path: &str, to: ChangedTo) -> ReadingChoice {
    let path = SettingPath::new(path).expect("a path of the key reference");
    ReadingChoice { meaning: meaning.to_owned(), changes: vec![ReadingChange { path, to }] }
}

fn word(word: &str) -> ChangedTo {
    ChangedTo::Value(SettingValue::from(word))
}

fn same_as(path: &str) -> ChangedTo {
    ChangedTo::SameAs(SettingPath::new(path).expect("a path of the key reference"))
}

/// `<` or `≤`.
fn level(trigger: Trigger) -> Option<Reading> {
    const SAYS: &str = "the threshold itself";
    const QUESTION: &str = "Does a balance of exactly the threshold start a recharge?";
    const BELOW: &str = "only a balance below the threshold does";
    const AT: &str = "a balance of exactly the threshold does too";
    match trigger {
        Trigger::Below(_) => {
            let at = other(AT, "recharge.at_or_below", same_as("recharge.below"));
            Some(reading(SAYS, QUESTION, BELOW, vec![at]))
        }
        // Nothing lies below zero for a rule that is met at exhaustion.
        Trigger::AtOrBelow(level) if level.micro() > 0 => {
            let below = other(BELOW, "recharge.below", same_as("recharge.at_or_below"));
            Some(reading(SAYS, QUESTION, AT, vec![below]))
        }
        Trigger::AtOrBelow(_) | Trigger::ConsumedShare { .. } => None,
    }
}

/// Percent of what.
fn base(trigger: Trigger) -> Option<Reading> {
    let Trigger::ConsumedShare { base, .. } = trigger else { return None };
    let all = [
        (
            Base::CycleTotal,
            "cycle_total",
            "everything of the cycle: the balance at its start and all bought since",
        ),
        (Base::LastPurchase, "last_purchase", "the last purchase; the allowance before the first"),
        (
            Base::Purchases,
            "purchases",
            "all purchases of the cycle; the allowance before the first",
        ),
        (Base::Allowance, "allowance", "the allowance of the cycle"),
    ];
    let stands = all.iter().find(|(one, ..)| *one == base).map(|(.., meaning)| *meaning);
    let others = all.iter().filter(|(one, ..)| *one != base);
    let others = others.map(|(_, key, meaning)| other(meaning, "recharge.share_of", word(key)));
    Some(reading(
        "the share that is used",
        "The share of what: of everything in the cycle, of the last purchase, of all purchases of the cycle, or of the \
         allowance?",
        stands.expect("every base is listed"),
        others.collect(),
    ))
}

/// Level or edge.
fn firing(firing: Firing) -> Reading {
    const LEVEL: &str = "as long as the balance is at the threshold, recharge follows recharge";
    const EDGE: &str = "once each time the balance comes to the threshold";
    let (stands, meaning, key) = match firing {
        Firing::Level => (LEVEL, EDGE, "edge"),
        Firing::Edge => (EDGE, LEVEL, "level"),
    };
    reading(
        "one recharge, or as many as it takes",
        "If a recharge leaves the balance at the threshold, does another follow?",
        stands,
        vec![other(meaning, "recharge.firing", word(key))],
    )
}

/// A cap by its limit: `the cap of 4 recharges`.
fn named(cap: &Cap, currency: Currency) -> String {
    match cap.limit {
        Limit::Recharges(1) => "the cap of 1 recharge".to_owned(),
        Limit::Recharges(most) => format!("the cap of {most} recharges"),
        Limit::Money(most) => format!("the cap of {}", currency.show(most)),
        Limit::Credits(most) => format!("the cap of {most} credits"),
    }
}

/// Calendar or billing month, calendar day or 24 hours.
fn window(place: usize, name: &str, window: CapWindow) -> Option<Reading> {
    const MONTH: &str = "the calendar month";
    const CYCLE: &str = "the billing cycle";
    const DAY: &str = "the calendar day";
    const HOURS: &str = "the last 24 hours";
    let (stands, meaning, key) = match window {
        CapWindow::Month => (MONTH, CYCLE, "cycle"),
        CapWindow::Cycle => (CYCLE, MONTH, "month"),
        CapWindow::Day => (DAY, HOURS, "24h"),
        CapWindow::Rolling(_) => return None,
    };
    let path = format!("recharge.caps.{place}.per");
    let question = format!("Does {name} count in {stands}, or in {meaning}?");
    let says = format!("the window of {name}");
    Some(reading(&says, &question, stands, vec![other(meaning, &path, word(key))]))
}

/// Does a failure use the cap.
fn counts(place: usize, name: &str, counts: Counts) -> Reading {
    const SUCCESSES: &str = "only recharges that succeed count";
    const ATTEMPTS: &str = "every attempt counts";
    let (stands, meaning, key) = match counts {
        Counts::Successes => (SUCCESSES, ATTEMPTS, "attempts"),
        Counts::Attempts => (ATTEMPTS, SUCCESSES, "successes"),
    };
    let path = format!("recharge.caps.{place}.counts");
    reading(
        &format!("what counts towards {name}"),
        &format!("Does a failed payment count towards {name}?"),
        stands,
        vec![other(meaning, &path, word(key))],
    )
}
