//! The sentences of advice: a paragraph of at most five to paste, and what stands in sections around it.
//!
//! Deliberately absent: the document, and anything that computes a figure of a run.

use rust_decimal::prelude::ToPrimitive;

use crate::domain::text::{counted, in_unit, listed};
use crate::domain::{Window, grouped};
use crate::figures::Figure;
use crate::inquiry::{Assessment, Neighbour, Neighbours, Today, Verdict};
use crate::policy::Shortfall;
use crate::scenario::{Scenario, Setting, SettingPath};
use crate::study::estimate::{paired, value_at};
use crate::study::{Confidence, Estimate, Period, Runs, ServiceTarget, Standing, UsageModel};

use super::super::fit;
use super::super::study::StudyReport;
use super::super::usage::bare_days;
use super::super::words::{capital, count, lower, tested_clause};
use super::{AdviceReport, VendorAdvice, phrase};

/// The part of a difference from which on something is the reason of it.
const MOST_OF_IT: f64 = 0.5;
/// The difference of fill rates from which on the past contradicts the futures.
const LEAST_DIFFERENCE: f64 = 0.001;
/// The part of a cycle from which on a fee for all of it is told.
const LEAST_OF_CYCLE: f64 = 0.005;

impl AdviceReport<'_> {
    /// The candidate of the last study that is advised.
    fn judged(&self) -> &Assessment {
        match self.ranking {
            Some(ranking) => &self.study.judgement.assessments[ranking.order[0]],
            None => &self.study.judgement.assessments[self.advice().answer.advised],
        }
    }

    /// The paragraph to paste, sentence by sentence, at most five: what to choose comes first.
    pub fn sentences(&self) -> Vec<String> {
        let mut sentences = vec![capital(&self.choice())];
        let misses = self.misses();
        let is_met = misses.is_empty();
        sentences.extend(self.figures());
        sentences.extend(misses);
        if is_met {
            if self.ranking.is_none() {
                sentences.extend(self.cash());
            }
            sentences.extend(self.against_today());
            sentences.extend(self.rivals());
        }
        sentences.push(self.sureness());
        sentences
    }

    /// How the advice was found, sentence by sentence.
    pub fn found(&self) -> Vec<String> {
        let mut sentences = vec![self.searched()];
        sentences.extend(self.next_values());
        if !self.misses().is_empty() {
            sentences.extend(self.against_today());
            sentences.extend(self.rivals());
        }
        sentences.push(self.as_it_was());
        sentences
    }

    /// What the advice rests on, sentence by sentence.
    pub fn basis(&self) -> Vec<String> {
        let mut sentences = vec![self.rules_rest_on()];
        let advice = self.advice();
        let settled = advice.settled.iter();
        sentences.extend(settled.map(|one| settled_in_full(one, advice.scenario)));
        sentences.extend(self.dates());
        sentences.extend(self.seasons());
        sentences.extend(self.later());
        sentences.extend(self.target());
        sentences.extend(self.open.iter().map(|open| open.headline()));
        sentences
    }

    /// The paragraph in one line, for whom it is.
    pub fn paragraph(&self) -> String {
        let paragraph = self.sentences().join(" ");
        self.title.map_or(paragraph.clone(), |title| format!("{title}. {paragraph}"))
    }

    fn choice(&self) -> String {
        let advice = self.advice();
        let (title, settings) = (&advice.vendor.title, advice.in_words());
        let text = match (self.ranking, advice.answer.search.study.judgement.verdict) {
            (Some(_), _) => format!("choose {title} with {settings}"),
            (None, Verdict::Keep(_)) if advice.today == Today::Known => {
                match advice.settings().is_empty() {
                    true => format!("keep {title}: its rules leave an owner nothing to choose"),
                    false => format!("keep {title} with {settings}"),
                }
            }
            (None, Verdict::Infeasible(_)) if advice.settings().is_empty() => {
                let surely =
                    if self.study.judgement.may_be_feasible() { " for certain" } else { "" };
                format!(
                    "{title} does not keep {}{surely}, and its rules leave an owner nothing to choose",
                    self.study.words.wanted()
                )
            }
            (None, Verdict::Infeasible(_)) => {
                let surely =
                    if self.study.judgement.may_be_feasible() { " for certain" } else { "" };
                let wanted = self.study.words.wanted();
                match advice.looks_at_all() && advice.answer.search.is_exhaustive {
                    true => format!(
                        "nothing that an owner of {title} may choose keeps {wanted}{surely}; what comes nearest is {settings}"
                    ),
                    false => format!(
                        "none of the {} that were tried of what an owner of {title} may choose keeps {wanted}{surely}; what \
                         comes nearest is {settings}",
                        count(advice.answer.search.tried as u64, "combination"),
                    ),
                }
            }
            (None, _) if advice.settings().is_empty() => {
                format!("use {title} as it is: its rules leave an owner nothing to choose")
            }
            (None, _) => format!("set {title} to {settings}"),
        };
        let kept = advice.kept().map(|kept| format!("; kept as given: {kept}"));
        let parts = [Some(text), kept, self.left_out_in_words()];
        parts.into_iter().flatten().collect::<String>() + "."
    }

    /// The other vendors and what they cost.
    fn rivals(&self) -> Option<String> {
        let ranking = self.ranking?;
        let before = ranking.scenarios.len() - self.advices.len();
        let told = |&place: &usize| {
            let advice = self.advices[place - before];
            let judged = &self.study.judgement.assessments[place];
            let missed = match (judged.is_feasible(), judged.standing()) {
                (true, _) => "",
                (false, Standing::Misses) => ", which misses what must hold",
                (false, _) => ", which misses what must hold in these runs",
            };
            let cost = self.study.words.money(judged.cost.value);
            let kept =
                advice.kept().map_or(String::new(), |kept| format!(" (kept as given: {kept})"));
            let serves = self.study.words.served(judged.served);
            let first = &self.study.judgement.assessments[ranking.order[0]];
            let is_tie = cost == self.study.words.money(first.cost.value) && missed.is_empty();
            let cost = if is_tie { format!("the same, {cost},") } else { cost };
            format!(
                "{} costs {cost} with {}{kept} and serves {serves}{missed}",
                advice.vendor.title,
                advice.in_words()
            )
        };
        let others: Vec<String> = ranking.order.iter().skip(1).map(told).collect();
        // Of several vendors in the same sentence, as a paragraph has five.
        let cash = self.cash().into_iter();
        let cash = cash.map(|told| lower(told.trim_end_matches('.')));
        let told: Vec<String> = others.into_iter().chain(cash).collect();
        Some(format!("Next come: {}.", told.join("; ")))
    }

    /// What is missed, and what would keep it, where nothing that was tried does.
    fn misses(&self) -> Vec<String> {
        let judged = self.judged();
        let words = &self.study.words;
        let missed: Vec<String> = judged.missed().map(|one| words.missed(one)).collect();
        if missed.is_empty() {
            return Vec::new();
        }
        let pieces = self.of_pieces().unwrap_or_default();
        let has = format!("It has {}{pieces}.", missed.join(" and "));
        let remedy = self.study.remedy.found().map(|remedy| {
            let start = self.study.judgement.advised();
            let told = words.remedy(remedy, None, start.served);
            match self.advice().vendor.offers(&remedy.best.candidate.changes) {
                true => told,
                false => format!("Beyond what an owner may choose: {}", lower(&told)),
            }
        });
        [Some(has), self.met_by(), remedy].into_iter().flatten().collect()
    }

    /// That what flows is asked for in pieces, each a request of its own, where rows are assumed to flow and requests are refused
    /// whole.
    fn of_pieces(&self) -> Option<String> {
        let advice = self.advice();
        let flows = advice.settled.iter().any(|one| one.path.to_string() == "usage.spread");
        let is_whole = advice.scenario.setup.policy.service.shortfall == Shortfall::Refuse;
        (flows && is_whole).then(|| {
            "; a row flows in pieces of five minutes, each of them a request that is refused whole where the balance is smaller: \
             `--set service.shortfall=partial` serves what the balance covers, and may turn this"
                .to_owned()
        })
    }

    /// What keeps that which today's settings miss where these are kept, and its price.
    fn met_by(&self) -> Option<String> {
        let meets = self.study.judgement.met_by().filter(|_| self.ranking.is_none())?;
        let candidate = &self.study.words.candidates[meets.index];
        let scenario = &self.advice().answer.scenario;
        let changed: Vec<String> =
            candidate.changes.iter().map(|one| phrase(one, scenario)).collect();
        let name = if changed.is_empty() { self.tried(meets) } else { listed(&changed) };
        Some(self.study.words.meets(&capital(&name), meets))
    }

    /// What the choice costs and how it serves; nothing where the study knows no such figure.
    fn figures(&self) -> Option<String> {
        let (study, judged) = (&self.study, self.judged());
        let words = &study.words;
        let value = |figure: Figure| Some(study.estimate(judged, figure)?.value);
        // What is not known of usage goes before what more runs would tell.
        let unknown = study
            .cost_in_futures(judged)
            .map(|range| format!("{range} in 8 of 10 futures, from not knowing usage to come"));
        let of_runs = match (judged.cost.low, judged.cost.high) {
            (Some(low), Some(high)) if words.money(low) != words.money(high) => {
                Some(words.interval(judged.cost))
            }
            _ => None,
        };
        let between: Vec<String> = [unknown, of_runs].into_iter().flatten().collect();
        let between = match between.is_empty() {
            true => String::new(),
            false => format!(" ({})", between.join("; ")),
        };
        let [per, each] = match study.objective().period {
            Period::Horizon => ["over the days of the file", "in all"].map(str::to_owned),
            Period::Cycle | Period::Month => [words.per(), words.per()],
        };
        let (spend, cost) = (value(Figure::TOTAL_SPEND)?, judged.cost.value);
        // Vendors may count different units: what is said here is of the advised one.
        let unit = &self.advice().scenario.unit;
        let cost = match words.beside_spend(spend, cost, self.study.cost_parts(judged)?) {
            None => {
                format!("That spends {} {per}, which is its cost too{between},", words.money(cost))
            }
            Some(parts) => format!(
                "That spends {} {per}, and costs {}{between}: {parts};",
                words.money(spend),
                words.money(cost)
            ),
        };
        Some(format!(
            "{cost} {}, {} served and an outage in {}{}{}.",
            recharges(value(Figure::RECHARGES)?, &each),
            match value(Figure::FILL_RATE)? {
                all if all >= 1.0 => format!("all {unit} of these runs"),
                part => format!("{} of the {unit}", words.percent(part)),
            },
            self.outages()?,
            self.served_less(value(Figure::FILL_RATE)?).unwrap_or_default(),
            self.whole_fees(judged).unwrap_or_default(),
        ))
    }

    /// That the fees of a plan are those of whole cycles, where the days are fewer than the cycles that they are for.
    fn whole_fees(&self, judged: &Assessment) -> Option<String> {
        let fees = self.study.estimate(judged, Figure::PLAN_FEES)?.value * judged.periods;
        let policy = &self.advice().answer.scenario.setup.policy;
        let fee = policy.contract.plan.fee.decimal().to_f64().filter(|&fee| fee > 0.0)?;
        let horizon = self.advice().scenario.setup.horizon;
        let cycle = policy.contract.cycles.around(horizon.from);
        let length = |window: Window| window.to.since(window.from).millis() as f64;
        let cycles = match self.study.objective().period {
            Period::Cycle => judged.periods,
            Period::Horizon | Period::Month => length(horizon) / length(cycle),
        };
        (fees > fee * (cycles + LEAST_OF_CYCLE)).then(|| {
            format!(
                "; it counts {} of plan fees, which are for whole cycles, on days that are {cycles:.2} of them",
                self.study.words.money(fees)
            )
        })
    }

    /// That the usage as it was would have been served less well than the futures are, where it would.
    fn served_less(&self, served: f64) -> Option<String> {
        let runs = &self.advice().answer.as_it_was.advised;
        let of = |figure: Figure| runs.column(figure).first().copied();
        let (asked, refused) = (of(Figure::DEMANDED)?, of(Figure::REFUSED)?);
        let fill = 1.0 - if asked > 0.0 { refused / asked } else { 0.0 };
        let words = &self.study.words;
        (fill + LEAST_DIFFERENCE < served).then(|| {
            format!(
                "; but the usage as it was would have been served by {} only, with {} refused",
                words.percent(fill),
                in_unit(words.credits(refused), &self.advice().scenario.unit)
            )
        })
    }

    /// The share of cycles with an outage; where none of the runs has one, with how many may have one all the same.
    fn outages(&self) -> Option<String> {
        let (words, judged) = (&self.study.words, self.judged());
        let share = self.study.estimate(judged, Figure::OUTAGE_PROBABILITY)?;
        let none =
            format!("no cycle of {}", count(self.study.runs[judged.index].len() as u64, "run"));
        Some(match (share.value > 0.0, share.high) {
            (true, _) => format!("{} of cycles", words.percent(share.value)),
            // Runs that repeat each other show no probability.
            (false, _) if self.study.is_one_replay() => "no cycle".to_owned(),
            // The bound is that of the table of figures.
            (false, Some(most)) if most > 0.0 => {
                format!("{none} (up to {} of cycles may have one)", words.percent(most))
            }
            (false, _) => none,
        })
    }

    /// For each vendor that keeps what must hold, that the settings told are not those that spend least of those that keep it
    /// too and were run as often, and what becomes of what they spend beyond: cost, which the advice goes by, counts credits
    /// left at the end as kept.
    fn cash(&self) -> Vec<String> {
        let Some(ranking) = self.ranking else {
            return Cash::of(&self.advice())
                .and_then(|cash| cash.told(self, None))
                .into_iter()
                .collect();
        };
        let before = ranking.scenarios.len() - self.advices.len();
        let kept = ranking.order.iter().filter(|&&place| {
            place >= before && self.study.judgement.assessments[place].is_feasible()
        });
        let told = kept.filter_map(|&place| {
            let advice = &self.advices[place - before];
            Cash::of(advice)?.told(self, Some(&advice.vendor.title))
        });
        told.collect()
    }

    /// The settings of a candidate in the words of the choice.
    fn tried(&self, judged: &Assessment) -> String {
        let candidate = &self.study.words.candidates[judged.index];
        let scenario = &self.advice().answer.scenario;
        let settings: Vec<String> =
            candidate.settings.iter().map(|one| phrase(one, scenario)).collect();
        if settings.is_empty() { candidate.name.clone() } else { listed(&settings) }
    }

    /// The cost of today's settings beside the advised ones.
    fn against_today(&self) -> Option<String> {
        let known = self.advices.first().is_some_and(|advice| advice.today == Today::Known);
        let (first, judged) = (&self.study.judgement.assessments[0], self.judged());
        if !known || judged.index == 0 {
            return None;
        }
        let words = &self.study.words;
        let gain = judged.gain?.difference;
        // The interval is of the same difference as the amount: what is paid more has no minus.
        let (saved, ends) = match gain.value < 0.0 {
            true => ("more", gain.high.zip(gain.low).map(|(least, most)| (-least, -most))),
            false => ("less", gain.low.zip(gain.high)),
        };
        let ends = ends.map(|(least, most)| (words.money(least), words.money(most)));
        // An amount that is the same in every run has no range.
        let between = match ends {
            Some((least, most)) if least != most => format!(" ({least} to {most})"),
            _ => String::new(),
        };
        Some(format!(
            "Today's settings cost {} {} and serve {}: the advice costs {} {saved}{between}.",
            words.money(first.cost.value),
            words.per(),
            words.percent(first.served),
            words.money(gain.value.abs()),
        ))
    }

    /// What the advised settings would have done on the history as it was.
    fn as_it_was(&self) -> String {
        let advice = self.advice();
        let told = |runs: &Runs| {
            let of =
                |figure: Figure| *runs.column(figure).first().expect("the history was run once");
            let refused = of(Figure::REFUSED);
            let refused = match refused > 0.0 {
                true => format!(
                    "and refused {}",
                    in_unit(self.study.words.credits(refused), &advice.scenario.unit)
                ),
                false => "and refused nothing".to_owned(),
            };
            let recharges = match of(Figure::RECHARGES) as u64 {
                0 => "without a recharge".to_owned(),
                some => format!("in {}", count(some, "recharge")),
            };
            format!("{} {recharges} {refused}", self.study.words.money(of(Figure::TOTAL_SPEND)))
        };
        let as_it_was = &advice.answer.as_it_was;
        let zone = advice.scenario.zone;
        let horizon = advice.scenario.setup.horizon;
        // Futures have settings chosen again, and this is one run of the same ones.
        let kept = advice.looks_ahead().map_or("", |_| " (kept all that time)");
        let today = match (advice.today, self.judged().index) {
            (Today::Known, index) if index > 0 => {
                format!("; today's settings spend {}", told(&as_it_was.today))
            }
            _ => String::new(),
        };
        format!(
            "On the usage as it was from {} to {}{}, it spends {}{kept}{today}.",
            zone.show_date(horizon.from),
            zone.show_date(horizon.to),
            self.bare_days(),
            told(&as_it_was.advised),
        )
    }

    /// That nothing is asked for on some of the days at either end; nothing where usage goes from the first to the last.
    fn bare_days(&self) -> String {
        let scenario = self.advice().scenario;
        let read = || self.study.read.and_then(|read| read.span.filter(|_| read.hash.is_some()));
        let rows = self.study.future.map(|future| future.evidence().rows);
        let span = rows.map(|rows| (rows.from, rows.to)).or_else(read);
        let days = span.map(|span| bare_days(span, scenario.setup.horizon, scenario.zone));
        let told = |days: u64, end: &str| match days {
            0 => None,
            1 => Some(format!("the {end} day")),
            days => Some(format!("the {end} {}", count(days, "day"))),
        };
        let [before, after] = days.unwrap_or_default();
        let ends: Vec<String> =
            [told(before, "first"), told(after, "last")].into_iter().flatten().collect();
        match ends.is_empty() {
            true => String::new(),
            false => format!(" (which asks for nothing on {})", listed(&ends)),
        }
    }

    fn searched(&self) -> String {
        let (mut tried, mut runs, mut lattice) = (0, 0, 0_u128);
        for advice in self.advices {
            let search = &advice.answer.search;
            (tried, runs) = (tried + search.tried, runs + search.runs);
            lattice = lattice.saturating_add(search.lattice);
        }
        let lattice = u64::try_from(lattice).unwrap_or(u64::MAX);
        let runs = count(runs as u64, "run");
        let (what, others) = match self.advices.iter().all(VendorAdvice::looks_at_all) {
            true => ("that an owner may choose", ""),
            false => (
                "of values worth trying",
                "; other values that an owner may choose lie within a twentieth of these, or below or beyond all of them",
            ),
        };
        match lattice {
            1 => format!("The one combination {what} was tried in {runs}{others}."),
            _ => format!(
                "{} of {} {what} were tried in {runs}{others}.",
                grouped(&tried.to_string()),
                count(lattice, "combination"),
            ),
        }
    }

    /// The next lower and higher value of each number, and what they cost.
    fn next_values(&self) -> Option<String> {
        let advice = self.advice();
        let around = advice.answer.around();
        let told =
            around.neighbours.iter().filter_map(|next| next_value(&advice, next, &self.study));
        let others = around.alternatives.iter().filter_map(|one| {
            let beyond = beyond(&advice, one.candidate, &self.study)?;
            Some(format!("the best with {} {beyond}", phrase(&one.setting, advice.scenario)))
        });
        let told: Vec<String> = told.chain(others).collect();
        let next = around.neighbours.iter().flat_map(|next| [&next.lower, &next.upper]).flatten();
        let mut tried = next
            .map(|one| one.candidate)
            .chain(around.alternatives.iter().map(|one| one.candidate));
        let runs = &advice.answer.search.study.runs;
        let as_often = runs[advice.answer.advised].len();
        let given_up = match tried.any(|index| runs[index].len() < as_often) {
            true => "; what was given up on the way is compared in the runs that it had",
            false => "",
        };
        (!told.is_empty())
            .then(|| format!("The next values were tried: {}{given_up}.", told.join("; ")))
    }

    fn rules_rest_on(&self) -> String {
        let advice = self.advice();
        let vendor = advice.vendor;
        let assumed = advice.assumed_rules();
        let assumed = match assumed.is_empty() {
            true => "nothing is assumed".to_owned(),
            false => format!("assumed: {}", assumed.join(", ")),
        };
        let given: Vec<String> = vendor.asks.iter().map(|ask| ask.path.to_string()).collect();
        let given = match given.is_empty() {
            true => String::new(),
            false => format!(
                "; given with the command, as the vendor does not publish it: {}",
                given.join(", ")
            ),
        };
        format!(
            "The rules rest on {} that the vendor documents or its code shows (read on {}){given}; {assumed}.",
            count(advice.documented() as u64, "setting"),
            vendor.checked,
        )
    }

    /// On which dates futures are told: this program knows no present day but the end of the history.
    fn dates(&self) -> Option<String> {
        let advice = self.advice();
        advice.weeks()?;
        let (zone, horizon) = (advice.scenario.zone, advice.scenario.setup.horizon);
        let dates = match advice.answer.later {
            Some(_) => "the dates that were asked for",
            None => "the dates of the file",
        };
        Some(format!(
            "Usage to come is told on {dates}, {} to {}: months are those of that calendar, and not of what comes after it.",
            zone.show_date(horizon.from),
            zone.show_date(horizon.to)
        ))
    }

    /// That futures know no seasons, with what they ask for beside the file.
    fn seasons(&self) -> Option<String> {
        let advice = self.advice();
        let UsageModel::Learned(future) = advice.answer.usage.of(0).source() else { return None };
        let mut asked = self.study.runs[self.judged().index].column(Figure::DEMANDED).to_vec();
        asked.sort_by(f64::total_cmp);
        let middle = value_at(&asked, 0.5)?;
        let file = *advice.answer.as_it_was.advised.column(Figure::DEMANDED).first()?;
        let (scenario, unit) = (advice.scenario, &advice.scenario.unit);
        fit::seasons_of_history(future, scenario.setup.horizon, [file, middle], unit)
    }

    /// That the file goes on after the days that were asked for, and nothing is learned of that.
    fn later(&self) -> Option<String> {
        let advice = self.advice();
        let last = advice.answer.later?;
        let (zone, end) = (advice.scenario.zone, advice.scenario.setup.horizon.to);
        Some(format!(
            "Usage in the file goes on to {}; what it has from {} on is left out, and only what is before says what usage is.",
            zone.show_local(last),
            zone.show_date(end)
        ))
    }

    /// That nobody stated the service target.
    fn target(&self) -> Option<String> {
        let is_assumed = self.study.objective().target == ServiceTarget::Assumed;
        is_assumed
            .then(|| format!("Assumed: {}; `--target` states another.", self.study.words.wanted()))
    }

    /// For which futures it holds, how sure it is, and what nobody stated.
    fn sureness(&self) -> String {
        let advice = self.advice();
        let weeks = advice.weeks().map(|weeks| count(weeks as u64, "whole week"));
        let history = match (self.study.is_one_replay(), weeks) {
            (true, None) => "This is one replay of the usage as it was, with nothing left to luck: it knows nothing of \
                             other weeks, and no probability says how sure it is"
                .to_owned(),
            (_, None) => "The history has fewer than two whole weeks and was replayed as it was, so nothing is known \
                              of other weeks"
                .to_owned(),
            (_, Some(weeks)) if self.study.is_alike() => {
                format!("All runs on the {weeks} of the history came out the same, so no probability says how sure it is")
            }
            (_, Some(weeks)) => {
                let ahead = advice.looks_ahead().map_or(String::new(), |ahead| {
                    format!(
                        ", each drawn {weeks} ahead and then anew, as settings are taken to be chosen again every {weeks} \
                         (kept for longer they may cost more and serve less)",
                        weeks = count(ahead, "week")
                    )
                });
                format!(
                    "It holds for usage to come, of which {weeks} of the history leave the level, growth and drift \
                     open{ahead}"
                )
            }
        };
        let best = self.study.best_in_futures().or_else(|| {
            let best = self.judged().best?;
            Some(format!(
                "in the mean of all futures it is within {} of the best that was compared with a probability of {}",
                self.study.words.money(self.study.judgement.materiality),
                self.study.words.probability(best, self.study.judgement)
            ))
        });
        let best = best.map_or(String::new(), |best| format!(", and {best}"));
        let tested = self.study.tested.as_ref();
        let tested = tested.map_or(String::new(), |test| format!("; {}", tested_clause(test)));
        let settled: Vec<String> =
            advice.settled.iter().map(|one| settled(one, advice.scenario)).collect();
        let settled = match settled.is_empty() {
            true => String::new(),
            false => format!("; it assumes that {}", settled.join(" and that ")),
        };
        let taken = self.taken().map_or(String::new(), |taken| format!("; {taken}"));
        format!("{history}{best}{settled}{taken}{tested}.")
    }

    /// That amounts are taken one for one as what the vendor sells, where nothing says that they are: `amounts are taken as
    /// dollars`.
    fn taken(&self) -> Option<String> {
        let chosen = &self.study.read?.chosen;
        let told =
            chosen.iter().find(|one| one.starts_with("Amounts ") && one.contains("taken as"))?;
        told.split(';').next().map(lower)
    }

    /// That some of the vendors that were asked about are left out, after what to choose.
    fn left_out_in_words(&self) -> Option<String> {
        let titles: Vec<&str> = self.left_out.iter().map(|one| &*one.vendor.title).collect();
        match titles.len() {
            0 => None,
            1 => Some(format!(
                "; {} is left out, as it sells too little at a time for this usage",
                titles[0]
            )),
            _ => Some(format!(
                "; {} are left out, as they sell too little at a time for this usage",
                listed(&titles)
            )),
        }
    }
}

/// What the settings told of one vendor take in cash beyond those that take least and keep what must hold too.
struct Cash<'a> {
    advice: &'a VendorAdvice<'a>,
    judged: &'a Assessment,
    least: &'a Assessment,
    /// The cash beyond, in each period.
    more: f64,
}

impl<'a> Cash<'a> {
    /// That of a vendor; `None` where nothing else keeps what must hold, or none takes less by more than is worth a change.
    fn of(advice: &'a VendorAdvice<'a>) -> Option<Cash<'a>> {
        let judgement = &advice.answer.search.study.judgement;
        let judged = advice.judged();
        let all = judgement.run_as_often();
        let others = all.filter(|other| other.index != judged.index && other.is_feasible());
        let beyond = others.map(|other| {
            let cash = Cash { advice, judged, least: other, more: 0.0 };
            let more = cash.beyond(Figure::TOTAL_SPEND) / judged.periods;
            Cash { more, ..cash }
        });
        let most = beyond.max_by(|a, b| a.more.total_cmp(&b.more))?;
        (most.more > judgement.materiality).then_some(most)
    }

    /// What a figure of a run is more with the settings told than with the others, in the mean of the runs that both have.
    fn beyond(&self, figure: Figure) -> f64 {
        let of = |one: &Assessment| self.advice.answer.search.study.runs[one.index].column(figure);
        let each: Vec<f64> =
            of(self.judged).iter().zip(of(self.least)).map(|(a, b)| a - b).collect();
        each.iter().fold(0.0, |sum, one| sum + one) / each.len().max(1) as f64
    }

    /// The mean of a figure with the settings told.
    fn mean(&self, figure: Figure) -> f64 {
        let all = self.advice.answer.search.study.runs[self.judged.index].column(figure);
        all.iter().fold(0.0, |sum, one| sum + one) / all.len().max(1) as f64
    }

    /// The sentence; of one of several vendors with its name.
    fn told(&self, report: &AdviceReport<'_>, vendor: Option<&str>) -> Option<String> {
        let words = &report.study.words;
        if words.money(self.more) == words.money(0.0) {
            return None;
        }
        let why = self.what_it_buys(report).map_or(String::new(), |why| format!(": {why}"));
        Some(format!(
            "In cash {} takes {} {} more than {} would{why}.",
            vendor.unwrap_or("it"),
            words.money(self.more),
            words.per(),
            self.named(),
        ))
    }

    /// The settings that take least, in the words of the choice.
    fn named(&self) -> String {
        let (advice, index) = (self.advice, self.least.index);
        if index == 0 && advice.today == Today::Known {
            return "today's settings".to_owned();
        }
        let scenario = &advice.answer.scenario;
        let candidate = &advice.answer.search.study.candidates[index];
        let value = |path: &SettingPath| {
            Some(Setting { path: path.clone(), value: advice.scenario.setting(path)? })
        };
        let start: Vec<Setting> =
            advice.answer.space.iter().filter_map(|option| value(&option.path)).collect();
        let settings = if index == 0 { &start } else { &candidate.settings };
        let told: Vec<String> = settings.iter().map(|one| phrase(one, scenario)).collect();
        let named = if told.is_empty() { candidate.name.clone() } else { listed(&told) };
        format!("{named}, which keeps what must hold too,")
    }

    /// What becomes of the cash beyond: most of it is left at the end, with how long that lasts, or it is used where the others
    /// refuse; `None` where it is neither.
    fn what_it_buys(&self, report: &AdviceReport<'_>) -> Option<String> {
        let (judged, words) = (self.judged, &report.study.words);
        let kept = self.beyond(Figure::LEFTOVER_VALUE);
        if kept / judged.periods >= MOST_OF_IT * self.more {
            let left = self.mean(Figure::LEFTOVER_VALUE);
            return Some(format!(
                "{} of what is paid is still in the balance at the end of a run, in place of {}{}; {}",
                words.money(left),
                words.money(left - kept),
                self.lasts(left, report),
                self.expiry()
            ));
        }
        let used = -self.beyond(Figure::REFUSED) / judged.periods;
        let paid = judged.paid_per_served?;
        (used * paid >= MOST_OF_IT * self.more).then(|| {
            let used = in_unit(words.credits(used), &self.advice.scenario.unit);
            format!("it serves {used} {} that those would refuse", words.per())
        })
    }

    /// For how many periods what is left lasts, at what those of the runs use of what is bought: `, which is what 14 cycles of
    /// these runs use`.
    fn lasts(&self, left: f64, report: &AdviceReport<'_>) -> String {
        /// More is told as that.
        const MOST: f64 = 1_000.0;
        let spent = self.mean(Figure::TOTAL_SPEND) - self.mean(Figure::PLAN_FEES);
        let expired = self.mean(Figure::EXPIRED_COST);
        let used = (spent - left - expired) / self.judged.periods;
        let many = match left / used {
            _ if used <= 0.0 => return ", and these runs use none of it".to_owned(),
            many if many > MOST => format!("over {}", grouped(&format!("{MOST:.0}"))),
            few if few < 10.0 => format!("{few:.1}"),
            some => grouped(&format!("{some:.0}")),
        };
        match report.study.objective().period {
            Period::Horizon => format!(", which is {many} times what the days of the file use"),
            period => {
                format!(", which is what {} of these runs use", counted(many, period.name()))
            }
        }
    }

    /// When purchased credits that are left expire.
    fn expiry(&self) -> String {
        let path = SettingPath::from(["recharge", "credits_expire"]);
        let never = || "never".to_owned();
        let expire = self.advice.answer.scenario.setting(&path);
        let expire = expire.map_or_else(never, |expire| expire.to_string());
        match expire.as_str() {
            "never" => "those credits never expire".to_owned(),
            "cycle_end" => "those credits expire at the end of the cycle".to_owned(),
            after => format!("those credits expire {after} after their purchase"),
        }
    }
}

/// A mean number of recharges, of each period: whole where it is.
fn recharges(mean: f64, each: &str) -> String {
    match mean == libm::floor(mean) {
        true if mean == 0.0 => "without a recharge".to_owned(),
        true => format!("with {} {each}", count(mean as u64, "recharge")),
        false if mean < 0.05 => format!("with fewer than 0.1 recharges {each}"),
        false => format!("with {} recharges {each}", grouped(&format!("{mean:.1}"))),
    }
}

/// What this program set by itself, after "it assumes that".
fn settled(setting: &Setting, scenario: &Scenario) -> String {
    match setting.path.to_string().as_str() {
        "usage.spread" => "rows of usage are totals that flow until the next row".to_owned(),
        "account.opening_balance" => {
            let balance = grouped(&setting.value.to_string());
            format!("the account starts with {}", in_unit(balance, &scenario.unit))
        }
        path => format!("{path} is {}", setting.value),
    }
}

/// The same with its reason and the flag that changes it.
fn settled_in_full(setting: &Setting, scenario: &Scenario) -> String {
    let told = settled(setting, scenario);
    match setting.path.to_string().as_str() {
        "usage.spread" => format!(
            "Assumed: {told}, as they are evenly apart or dates; `--set usage.spread=none` counts each as one event at its instant."
        ),
        "account.opening_balance" => format!(
            "Assumed: {told}, which is what the busiest 24 hours ask for, rounded up to whole {}, and what is used of it \
             counts at what a credit costs there; `--set {}=…` says what it has, and that costs nothing more.",
            scenario.unit, setting.path
        ),
        path => format!("Assumed: {told}; `--set {path}=…` changes it."),
    }
}

/// The values next to the advised one of a setting: `a threshold of 90 credits costs $0.40 more, a threshold of 110 credits
/// costs the same`.
fn next_value(
    advice: &VendorAdvice<'_>,
    next: &Neighbours,
    told: &StudyReport<'_>,
) -> Option<String> {
    let side = |found: Option<&Neighbour>| {
        let found = found?;
        let setting = Setting { path: next.path.clone(), value: found.value.clone() };
        let named = phrase(&setting, &advice.answer.scenario);
        Some(format!("{named} {}", beyond(advice, found.candidate, told)?))
    };
    let sides: Vec<String> =
        [&next.lower, &next.upper].into_iter().filter_map(|one| side(one.as_ref())).collect();
    (!sides.is_empty()).then(|| sides.join(", "))
}

/// What a candidate costs beyond the advised one: `costs $0.40 more`; `None` of the advised one itself.
fn beyond(advice: &VendorAdvice<'_>, index: usize, told: &StudyReport<'_>) -> Option<String> {
    let (study, advised) = (&advice.answer.search.study, advice.answer.advised);
    if index == advised {
        return None;
    }
    let more = more_cost(&study.runs[index], &study.runs[advised])?;
    let size = told.words.money(more.value.abs());
    let assessment = &study.judgement.assessments[index];
    if !assessment.is_feasible() {
        return Some(match study.judgement.assessments[advised].is_feasible() {
            true => "misses what must hold".to_owned(),
            // What is told misses it too: the figures decide.
            false => beside_miss(assessment, more.value, told),
        });
    }
    if size == told.words.money(0.0) {
        let size = told.words.too_small(more.value);
        return Some(match size {
            Some(size) => format!("differs in cost by {size}"),
            None => "costs the same".to_owned(),
        });
    }
    if more.value > 0.0 {
        return Some(format!("costs {size} more"));
    }
    let reason = match more.high {
        _ if study.runs[index].len() < study.runs[advised].len() => {
            "but was given up after too few runs to say that it keeps what must hold"
        }
        _ if assessment.standing() != Standing::Meets => "but may miss what must hold",
        Some(high) if high < 0.0 => "which is too little for a change",
        _ => "which is not sure",
    };
    Some(format!("costs {size} less, {reason}"))
}

/// The service and the cost of a miss beside the nearest one: `serves 98.8% without downtime and costs $5.13 less`.
fn beside_miss(judged: &Assessment, more: f64, told: &StudyReport<'_>) -> String {
    let words = &told.words;
    let size = words.money(more.abs());
    let cost = match (size == words.money(0.0), more > 0.0) {
        (true, _) => "costs the same".to_owned(),
        (false, true) => format!("costs {size} more"),
        (false, false) => format!("costs {size} less"),
    };
    let limits = judged.missed().filter(|one| !one.is_target).map(|one| words.missed(one));
    let parts: Vec<String> = [words.service(judged.served, judged.downtime), cost]
        .into_iter()
        .chain(limits.map(|limit| format!("has {limit}")))
        .collect();
    listed(&parts)
}

/// What one candidate costs more than another on the same usage and luck: exact where nothing is drawn.
fn more_cost(ours: &Runs, theirs: &Runs) -> Option<Estimate> {
    let shared = ours.cost.len().min(theirs.cost.len());
    let more = paired(&ours.cost[..shared], &theirs.cost[..shared], Confidence::USUAL)?.difference;
    let is_certain = ours.is_certain && theirs.is_certain;
    Some(if is_certain { Estimate::certain(more.value) } else { more })
}
