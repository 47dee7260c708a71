//! The top-up before an event as a document: how much, why, and what the caps would have to be.

use crate::domain::text::{in_unit, listed};
use chrono::NaiveDateTime;

use crate::domain::{Duration, grouped};
use crate::engine::CapLeft;
use crate::inquiry::{PrepareAnswer, TriedTopUp};
use crate::payments::Wait;
use crate::policy::{CapWindow, Limit};
use crate::scenario::{Scenario, Setting, SettingPath};
use crate::study::UsageModel;

use super::Report;
use super::advice::Words;
use super::document::notation::rounded_credits;
use super::document::{
    Block, Cell, CellKind, Column, Document, DocumentSource, Finding, Notation, Table, assumptions,
    notes,
};
use super::fit;
use super::provenance::Provenance;
use super::start;
use super::usage;
use super::words::{about, capital, count, date, rule_of_three};

/// The material of the document.
#[derive(Clone, Copy, Debug)]
pub struct PrepareReport<'a> {
    /// The rules and the account, over the time of the event.
    pub scenario: &'a Scenario,
    /// Usage during the event, in times what is usual.
    pub times: f64,
    /// The answer.
    pub answer: &'a PrepareAnswer,
    /// Usage during the event.
    pub usage: &'a UsageModel,
    /// Whether rows of usage are assumed to be totals that flow until the next.
    pub flows: bool,
    /// The local time at which the event was to begin, where clocks skip it.
    pub skipped: Option<NaiveDateTime>,
    /// The origin of the result.
    pub provenance: &'a Provenance,
}

impl PrepareReport<'_> {
    /// The document.
    pub fn document(&self) -> Document {
        let PrepareReport { scenario, provenance, .. } = *self;
        let mut blocks = vec![Block::Table(self.table())];
        blocks.extend(notes("Why", self.reasons()));
        blocks.extend(notes("What cannot be known", self.unknown()));
        blocks.extend(assumptions(&[scenario]));
        Document {
            title: format!("{}: before an event", scenario.name),
            question: scenario.question.clone(),
            finding: Finding {
                headline: self.headline(),
                sentences: [
                    self.outcome(),
                    self.of_few_weeks(),
                    self.size(),
                    self.short(),
                    self.worse(),
                    self.bought(),
                    self.share_of_opening(),
                ]
                .into_iter()
                .flatten()
                .collect(),
                basis: self.basis(),
            },
            blocks,
            source: DocumentSource::of(&[scenario], provenance),
            notation: Notation { currency: scenario.currency, zone: scenario.zone },
        }
    }

    fn words(&self) -> Words<'_> {
        Words {
            currency: self.scenario.currency,
            unit: &self.scenario.unit,
            candidates: &[],
            objective: &self.answer.objective,
        }
    }

    fn credits(&self, number: u64) -> String {
        in_unit(grouped(&number.to_string()), &self.scenario.unit)
    }

    /// The balance at the start of the event.
    fn balance(&self) -> String {
        in_unit(grouped(&self.answer.balance.to_string()), &self.scenario.unit)
    }

    /// What must hold, in words: a future is an event, and no cycle.
    fn wanted(&self) -> String {
        self.words().wanted().replace(" of cycles", " of futures")
    }

    /// What to do.
    pub fn headline(&self) -> String {
        let wanted = self.wanted();
        match (self.answer.top_up, wanted.is_empty()) {
            (_, true) => "Nothing is wanted of service, so no top-up is needed.".to_owned(),
            (Some(0), _) => format!("No top-up is needed for {wanted}."),
            (Some(credits), _) => format!(
                "Top up {} before the event for {wanted}{}.",
                self.credits(credits),
                self.with_larger()
            ),
            (None, _) => format!("No top-up that was tried keeps {wanted}."),
        }
    }

    /// That the top-up is not the smallest that does, but the one from which on all larger ones do.
    fn with_larger(&self) -> &'static str {
        let answer = self.answer;
        let all_larger = answer.tried.last().is_some_and(|one| one.is_enough);
        match answer.top_up > answer.smallest && all_larger {
            true => ": from there on every top-up that was tried keeps it",
            false => "",
        }
    }

    fn basis(&self) -> String {
        let horizon = self.scenario.setup.horizon;
        let zone = self.scenario.zone;
        format!(
            "{} to {} {} · {} · {}",
            zone.show_local(horizon.from),
            zone.show_local(horizon.to),
            zone.name(),
            match self.times {
                1.0 => "the usual usage".to_owned(),
                times => format!("{} times the usual usage", grouped(&times.to_string())),
            },
            count(self.answer.futures as u64, "future"),
        )
    }

    fn of(&self, credits: u64) -> Option<&TriedTopUp> {
        self.answer.tried.iter().find(|one| one.credits == credits)
    }

    /// What becomes of the event with the top-up and without.
    fn outcome(&self) -> Option<String> {
        let futures = self.answer.futures as u64;
        let outages = |one: &TriedTopUp| match one.outages {
            0 => format!("none of {}{}", count(futures, "future"), self.at_most()),
            some => format!("{} of {}", grouped(&some.to_string()), count(futures, "future")),
        };
        let without = self.of(0)?;
        let told = match self.answer.top_up {
            Some(0) | None => format!("Without one, {} have an outage.", outages(without)),
            Some(credits) => format!(
                "With it, {} have an outage; without one, {}.",
                outages(self.of(credits)?),
                outages(without)
            ),
        };
        Some(told)
    }

    /// That futures rest on little history, so that the most of them is a guess.
    fn short(&self) -> Option<String> {
        let evidence = self.usage.future()?.evidence();
        let known = match (evidence.known_weeks(), evidence.whole_days()) {
            (0, 0) => "less than a whole day".to_owned(),
            (0, days) => count(days as u64, "day"),
            (weeks, _) if weeks < fit::ENOUGH_WEEKS => count(weeks as u64, "week"),
            _ => return None,
        };
        let [middle, _, nearly] = self.answer.demand.map(rounded_credits);
        Some(format!(
            "The history is of {known}: how far usage may move is guessed from other histories, and the {nearly} {} that 99 \
             of 100 futures stay within, beside {middle} in the middle one, are such a guess.",
            self.scenario.unit
        ))
    }

    /// What none of all futures says of one more: nothing where they are the same few weeks again and again.
    fn at_most(&self) -> String {
        if self.few_weeks().is_some() {
            return String::new();
        }
        let most = rule_of_three(self.answer.futures);
        format!(" (so up to {} may have one)", self.words().percent(most))
    }

    /// The weeks of history that all futures of the event are made of, where those are fewer than the futures: each is one
    /// of so many.
    fn few_weeks(&self) -> Option<usize> {
        let UsageModel::Resampled(weeks) = self.usage.source() else { return None };
        let horizon = self.scenario.setup.horizon;
        let is_within = horizon.to.since(horizon.from) <= Duration::DAY;
        Some(weeks.len()).filter(|&weeks| is_within && weeks < self.answer.futures)
    }

    /// What the few weeks that all futures are made of can say of one more event.
    fn of_few_weeks(&self) -> Option<String> {
        let weeks = self.few_weeks()?;
        let of = count(weeks as u64, "whole week");
        let outages = self.of(self.answer.top_up.unwrap_or(0))?.outages;
        Some(match outages {
            0 => format!(
                "All futures are made of {of} of history, one day or night of each: that none of so few has an outage says \
                 only that up to {} of such events may have one, and more `--futures` say no more.",
                self.words().percent(rule_of_three(weeks))
            ),
            _ => format!(
                "All futures are made of {of} of history, one day or night of each: how many of such events have an outage \
                 is known no better than by so few, and more `--futures` say no more."
            ),
        })
    }

    /// What the share that triggers a recharge is taken of.
    fn share_of_opening(&self) -> Option<String> {
        let all = &self.answer.room.caps;
        let used = |left: &CapLeft| match left.cap.window {
            CapWindow::Cycle | CapWindow::Month => left.used.recharges,
            CapWindow::Day | CapWindow::Rolling(_) => 0,
        };
        let before = all.iter().map(used).max().unwrap_or(0);
        let opened = SettingPath::from(["account", "opening_balance"]);
        let value = self.answer.balance.decimal().normalize().to_string();
        let setting = Setting::from_text(&format!("{opened}={value}")).ok()?;
        let made = self.scenario.with_overrides(&[setting]).ok()?;
        start::share_of_opening(&made.setup, before, &self.scenario.unit)
    }

    /// How far the top-up depends on which futures were drawn: those tried in whose number of outages chance alone makes
    /// a difference.
    fn size(&self) -> Option<String> {
        let answer = self.answer;
        let at = self.of(answer.top_up.filter(|&top_up| top_up > 0)?)?;
        let all = answer.futures as f64;
        let away = 1.96 * libm::sqrt(at.outages as f64 * (1.0 - at.outages as f64 / all));
        let apart = |one: &&TriedTopUp| (one.outages as f64 - at.outages as f64).abs() > away;
        let (before, after): (Vec<_>, Vec<_>) =
            answer.tried.iter().partition(|one| one.credits < at.credits);
        let Some(low) = before.into_iter().rev().find(apart).map(|one| one.credits) else {
            return self.hardly(at);
        };
        let high = after.into_iter().find(apart)?.credits;
        (at.outages > 0).then(|| {
            format!(
                "As many other futures would put the top-up between {} and {}, some 19 of 20 times; more `--futures` \
                 narrow that.",
                grouped(&low.to_string()),
                self.credits(high)
            )
        })
    }

    /// That chance alone makes as much of a difference as the top-up does, so that futures do not tell whether it is needed.
    fn hardly(&self, at: &TriedTopUp) -> Option<String> {
        let futures = self.answer.futures as u64;
        let (with, without) = (at.outages as u64, self.of(0)?.outages as u64);
        let spared = without.checked_sub(with).filter(|&spared| spared > 0)?;
        (with > 0).then(|| {
            format!(
                "{} do not tell {without} with an outage from {with}: as many others may ask for no top-up, or for one of another \
                 size, and this one spares an outage in {spared} of {}. More `--futures` tell more.",
                capital(&count(futures, "future")),
                grouped(&futures.to_string())
            )
        })
    }

    /// That a larger top-up is worse than a smaller one that does.
    fn worse(&self) -> Option<String> {
        let answer = self.answer;
        let (top_up, smallest) = (answer.top_up?, answer.smallest.filter(|&least| least > 0)?);
        let larger = answer.tried.iter().filter(move |one| one.credits > smallest);
        let worst = larger.filter(|one| !one.is_enough).max_by_key(|one| one.outages)?;
        let told = format!(
            "with {} {} of {} have an outage",
            self.credits(worst.credits),
            grouped(&worst.outages.to_string()),
            count(answer.futures as u64, "future"),
        );
        let why = "as a larger balance puts off a recharge";
        Some(match top_up > smallest {
            true => format!(
                "{} would do as well, but not every number above it, {why}: {told}; {} {}.",
                capital(&self.credits(smallest)),
                self.credits(top_up),
                match answer.tried.iter().filter(|one| one.credits > top_up).count() {
                    0 => "keep what must hold, and nothing larger was tried".to_owned(),
                    1 => "and the one larger number that was tried keep what must hold".to_owned(),
                    larger => format!(
                        "and all {} that were tried keep what must hold",
                        count(larger as u64, "larger number")
                    ),
                }
            ),
            false => format!("More is not always better, {why}: {told}."),
        })
    }

    /// The packs that come to it.
    fn bought(&self) -> Option<String> {
        let packs = self.answer.packs.as_ref()?;
        let each = packs.packs.iter();
        let each: Vec<String> =
            each.map(|one| format!("{} of {}", count(one.packs, "pack"), one.package)).collect();
        let (are, does) = match packs.packs.as_slice() {
            [one] if one.packs == 1 => ("is", "does"),
            _ => ("are", "do"),
        };
        let told = format!(
            "Of what is sold {} ({}) for {} {are} the cheapest that {does}",
            listed(&each),
            self.credits(packs.credits),
            self.scenario.currency.show(packs.price),
        );
        let is_smaller = self.answer.top_up.is_some_and(|top_up| packs.credits < top_up);
        let told = match (self.answer.is_cheapest, is_smaller) {
            (true, true) => format!("{told} in these futures, though not every larger number does"),
            (true, false) => told,
            (false, _) => {
                format!(
                    "{told} of those that come to it: smaller numbers may do too, and were not all tried"
                )
            }
        };
        Some(format!("{told}."))
    }

    /// What the futures cannot show.
    fn unknown(&self) -> Vec<String> {
        let begins = self.scenario.setup.horizon.from;
        let distant =
            self.usage.future().and_then(|future| fit::distant(future, begins, self.scenario.zone));
        let mut lines: Vec<String> = distant.into_iter().collect();
        lines.extend(self.usage.future().map(fit::unknown).unwrap_or_default());
        if let UsageModel::Resampled(weeks) = self.usage.source() {
            lines.extend(self.apart());
            lines.push(format!(
                "Futures are made of {} of history: they ask for nothing during the event that none of those did at its \
                 hours.",
                count(weeks.len() as u64, "whole week")
            ));
        }
        lines
    }

    /// That the event is far from the weeks that futures are made of.
    fn apart(&self) -> Option<String> {
        let weeks = &self.usage.read()?.past.as_ref()?.weeks;
        const WEEK: Duration = Duration::from_millis(7 * Duration::DAY.millis());
        let (from, to) = (weeks.first()?.from, weeks.last()?.from.plus(WEEK));
        let begins = self.scenario.setup.horizon.from;
        let (early, late) = (from.since(begins), begins.since(to));
        let (far, side) = match early > late {
            true => (early, "before them"),
            false => (late, "after them"),
        };
        let zone = self.scenario.zone;
        (far > fit::FAR).then(|| {
            format!(
                "The weeks of history are from {} to {}, and the event is {} {side}: whether usage is alike then \
                 cannot be known.",
                date(zone, from),
                date(zone, to),
                about(far)
            )
        })
    }

    /// What is assumed because nothing says it, or cannot be as it was said.
    fn assumed(&self) -> Vec<String> {
        let scenario = self.scenario;
        let begins = scenario.zone.show_local(scenario.setup.horizon.from);
        let skipped = self.skipped.map(|given| {
            format!(
                "Clocks in {} skip {}: the event begins at {begins}.",
                scenario.zone.name(),
                given.format("%-d %b %Y %H:%M")
            )
        });
        let path = SettingPath::from(["account", "opening_balance"]);
        let balance = scenario.setting(&path).is_none().then(|| {
            format!(
                "Assumed: {} at the start, as nothing says what the balance is; `--balance` says it.",
                self.balance()
            )
        });
        let flows = self.flows.then(|| usage::FLOWS.to_owned());
        skipped.into_iter().chain(balance).chain(flows).collect()
    }

    /// The numbers behind it: what is there, what is asked for, and the caps.
    pub fn reasons(&self) -> Vec<String> {
        let answer = self.answer;
        let [middle, most, nearly] = answer.demand.map(rounded_credits);
        let mut reasons = self.assumed();
        let made = self.few_weeks().map_or(String::new(), |weeks| {
            format!(" (of {} of history again and again)", count(weeks as u64, "whole week"))
        });
        reasons.push(format!(
            "During the event {middle} {} are asked for in the middle future, up to {most} in 95 of 100 and up to \
             {nearly} in 99 of 100{made}; the balance at its start is {}.",
            self.scenario.unit,
            self.balance()
        ));
        reasons.extend(answer.room.caps.iter().map(|cap| self.left(cap)));
        reasons.extend(self.shortfall());
        reasons.extend(self.cap_needed());
        reasons
    }

    /// What is used of a cap when the event begins, and what it leaves until the event ends.
    fn left(&self, left: &CapLeft) -> String {
        let limit = left.cap.limit;
        let used = format!("{} of {}", self.used(left), self.limit(limit));
        let are = match limit {
            Limit::Recharges(_) if left.used.recharges == 1 => "is",
            Limit::Money(_) => "is",
            Limit::Recharges(_) | Limit::Credits(_) => "are",
        };
        let window = match left.cap.window {
            CapWindow::Rolling(length) => format!("in {length}"),
            window => format!("per {}", per(window)),
        };
        let used = format!("{used} {window} {are} used");
        let most = left.most.map(|most| match most {
            0 => "no recharge can start in it".to_owned(),
            most => format!("up to {} can start in it", count(most, "recharge")),
        });
        match (left.windows, most) {
            (Some(1), _) => format!("{used}, so {} left.", self.rest(left)),
            (Some(windows), most) => {
                let renewed = format!(
                    "{used} when the event begins, which touches {}",
                    self.windows(left, windows)
                );
                match most {
                    Some(most) => format!("{renewed}: {most}."),
                    None => format!("{renewed}."),
                }
            }
            (None, Some(most)) => format!("{used} when the event begins: {most}."),
            (None, None) => format!("{used} when the event begins."),
        }
    }

    /// Windows of a cap that the event touches: `2 days`.
    fn windows(&self, left: &CapLeft, windows: u64) -> String {
        count(windows, &per(left.cap.window))
    }

    fn used(&self, left: &CapLeft) -> String {
        match left.cap.limit {
            Limit::Recharges(_) => grouped(&left.used.recharges.to_string()),
            Limit::Money(_) => self.scenario.currency.show(left.used.money),
            Limit::Credits(_) => grouped(&left.used.credits.to_string()),
        }
    }

    fn limit(&self, limit: Limit) -> String {
        match limit {
            Limit::Recharges(limit) => count(limit, "recharge"),
            Limit::Money(limit) => self.scenario.currency.show(limit),
            Limit::Credits(limit) => in_unit(grouped(&limit.to_string()), &self.scenario.unit),
        }
    }

    /// What a cap leaves in its window, with its verb: `2 are`.
    fn rest(&self, left: &CapLeft) -> String {
        let none = "none is".to_owned();
        match left.cap.limit {
            Limit::Recharges(limit) => match limit.saturating_sub(left.used.recharges) {
                0 => none,
                1 => "1 is".to_owned(),
                rest => format!("{} are", grouped(&rest.to_string())),
            },
            Limit::Money(limit) => match limit.minus(left.used.money) {
                Ok(rest) if rest.is_positive() => {
                    format!("{} is", self.scenario.currency.show(rest))
                }
                _ => none,
            },
            Limit::Credits(limit) => match limit.minus(left.used.credits) {
                Ok(rest) if rest.is_positive() => format!("{} are", grouped(&rest.to_string())),
                _ => none,
            },
        }
    }

    /// That the caps cannot cover the event however its hours are, in numbers.
    fn shortfall(&self) -> Option<String> {
        let (answer, unit) = (self.answer, &self.scenario.unit);
        let (room, given) = (answer.room.together?, answer.allowances?);
        let bought = room.credits.to_f64();
        let most = answer.balance.to_f64() + bought + given.credits.to_f64();
        let lacks = answer.demand[2] - most;
        if answer.top_up == Some(0) || lacks <= 0.0 {
            return None;
        }
        let mut parts = vec![self.balance()];
        if given.cycles > 0 {
            let credits = rounded_credits(given.credits.to_f64());
            parts.push(format!("{} of {credits} {unit}", count(given.cycles, "allowance")));
        }
        parts.push(match room.recharges {
            0 => "no recharge".to_owned(),
            some => format!(
                "the {} that they allow during it ({} {unit})",
                count(some, "recharge"),
                rounded_credits(bought)
            ),
        });
        Some(format!(
            "The caps cannot cover it: {} make {}, which is {} less than 99 of 100 futures ask for.",
            listed(&parts),
            rounded_credits(most),
            rounded_credits(lacks),
        ))
    }

    /// The cap that would do without a top-up.
    fn cap_needed(&self) -> Option<String> {
        let answer = self.answer;
        let counts = |left: &CapLeft| matches!(left.cap.limit, Limit::Recharges(_));
        if answer.top_up == Some(0) || !answer.room.caps.iter().any(counts) {
            return None;
        }
        Some(match answer.cap_needed {
            Some(uses) => {
                let uses = count(uses, "recharge");
                format!("With a cap of {uses} no top-up would be needed.")
            }
            None => format!(
                "However many recharges are allowed, outages remain without a top-up: {}.",
                self.charges()
            ),
        })
    }

    /// How long a charge takes, and how often it fails.
    fn charges(&self) -> String {
        let luck = &self.scenario.luck;
        let takes = match luck.latency {
            Wait::Fixed(latency) => format!("a charge takes {}", about(latency)),
            _ => "a charge takes a time that differs".to_owned(),
        };
        match luck.fail_probability.to_f64() {
            never if never <= 0.0 => takes,
            some => format!("{takes}, and {} of charges fail", self.words().percent(some)),
        }
    }

    /// The top-ups around the one that does.
    fn table(&self) -> Table {
        let columns = vec![
            Column::new("top-up", CellKind::Text),
            Column::new("futures with an outage", CellKind::Text),
            Column::new("refused, mean", CellKind::Text),
            Column::new("recharges, mean", CellKind::Text),
            Column::new("keeps what must hold", CellKind::Text),
        ];
        let rows = self.shown().into_iter().map(|one| {
            vec![
                Cell::text(grouped(&one.credits.to_string())),
                Cell::text(grouped(&one.outages.to_string())),
                Cell::text(grouped(&format!("{:.1}", one.refused))),
                Cell::text(grouped(&format!("{:.2}", one.recharges))),
                Cell::text(if one.is_enough { "yes" } else { "no" }),
            ]
        });
        let rows = rows.collect();
        Table { rows, ..Table::new("top-ups", "Top-ups", columns) }
    }

    /// No top-up, some below the one that does, the smallest that does, the one before it, itself, and the next that was tried.
    fn shown(&self) -> Vec<TriedTopUp> {
        const MOST: usize = 8;
        let tried = &self.answer.tried;
        let place = tried.iter().position(|one| Some(one.credits) == self.answer.top_up);
        let place = place.unwrap_or(tried.len().saturating_sub(1));
        let near = |index: usize| index == 0 || index + 2 > place && index < place + 2;
        let step = (place / MOST).max(1);
        let all = tried.iter().enumerate();
        let is_smallest = |one: &TriedTopUp| Some(one.credits) == self.answer.smallest;
        let is_shown = |index: usize, one: &TriedTopUp| {
            near(index) || is_smallest(one) || index < place && index.is_multiple_of(step)
        };
        all.filter(|&(index, one)| is_shown(index, one)).map(|(_, one)| *one).collect()
    }
}

/// A window of a cap in a word, or the length of a rolling one.
pub(super) fn per(window: CapWindow) -> String {
    match window {
        CapWindow::Day => "day".to_owned(),
        CapWindow::Month => "month".to_owned(),
        CapWindow::Cycle => "cycle".to_owned(),
        CapWindow::Rolling(length) => length.to_string(),
    }
}

impl Report for PrepareReport<'_> {
    fn document(&self) -> Document {
        self.document()
    }
}
