//! The advice as sentences to paste: the settings to choose, their cost and saving, their effect on
//! service and waste, the certainty of it, and what would change it.

use crate::domain::text::{counted, listed};
use crate::domain::{Currency, Money, grouped};
use crate::figures::{Figure, Unit};
use crate::scenario::{Sense, Setting};
use crate::study::candidates::CURRENT;
use crate::study::estimate::Estimate;
use crate::study::{Candidate, Constraint, Objective, ServiceTarget, Standing};

use crate::inquiry::{
    Assessment, Beyond, ConstraintCheck, CostParts, FEWEST_FOR_A_PROBABILITY, Further, Judgement,
    KeepReason, Neglect, Remedy, Reversal, Verdict, reversal,
};

use super::document::notation::{rounded_amount, rounded_credits, rounded_share};
use super::words::{capital, count};

/// The wording of numbers in one study.
#[derive(Clone, Copy, Debug)]
pub struct Words<'w> {
    /// The currency of all money.
    pub currency: Currency,
    /// The name of credits.
    pub unit: &'w str,
    /// The candidates.
    pub candidates: &'w [Candidate],
    /// The objective and the constraints.
    pub objective: &'w Objective,
}

impl Words<'_> {
    /// An amount of money, rounded to the minor unit.
    pub fn money(&self, amount: f64) -> String {
        rounded_amount(self.currency, amount)
    }

    /// A share as percent: two decimals where they matter.
    pub fn percent(&self, share: f64) -> String {
        rounded_share(share)
    }

    /// The probability that a candidate is the best, as finely as its replications can tell: what happened in none of
    /// them, or in all, is told as what so many can show.
    pub fn probability(&self, share: f64, judgement: &Judgement) -> String {
        match (judgement.promise, judgement.most_probable) {
            (Some(_), _) => format!("at least {}", self.percent(share)),
            (None, Some(most)) if share >= most => format!("over {}", self.percent(most)),
            (None, Some(most)) if share <= 1.0 - most => {
                format!("under {}", self.percent(1.0 - most))
            }
            (None, _) => self.percent(share),
        }
    }

    /// What an amount that is shown as nothing is below: `less than $0.01`; `None` of one that is shown, or is nothing.
    pub fn too_small(&self, amount: f64) -> Option<String> {
        /// What sums of floats leave over.
        const LEFT_OVER: f64 = 1e-9;
        let is_seen = self.money(amount.abs()) != self.money(0.0);
        let least = Money::of_minor(1, self.currency.minor());
        (!is_seen && amount.abs() > LEFT_OVER)
            .then(|| format!("less than {}", self.currency.show(least)))
    }

    /// A number of credits.
    pub fn credits(&self, credits: f64) -> String {
        rounded_credits(credits)
    }

    /// `per cycle`.
    pub fn per(&self) -> String {
        format!("per {}", self.objective.period.name())
    }

    fn name(&self, judged: &Assessment) -> &str {
        &self.candidates[judged.index].name
    }

    /// Its settings in a sentence, or its name where it has none of its own.
    pub fn named(&self, judged: &Assessment) -> String {
        let candidate = &self.candidates[judged.index];
        let phrase = if candidate.is_named { "" } else { candidate.phrase.as_str() };
        if phrase.is_empty() { candidate.name.clone() } else { phrase.to_owned() }
    }

    /// Its name at the beginning of a sentence: what a user has named stays as it is.
    pub fn beginning(&self, judged: &Assessment) -> String {
        let candidate = &self.candidates[judged.index];
        match candidate.is_named && candidate.name != CURRENT {
            true => candidate.name.clone(),
            false => capital(&candidate.name),
        }
    }

    /// An interval of money: `$5.10 to $7.70`, or a phrase if it is not resolved or all runs are the same.
    pub fn between(&self, estimate: Estimate) -> String {
        match (estimate.low, estimate.high) {
            (Some(low), Some(high)) if is_point(low, high) => "the same in every run".to_owned(),
            (Some(low), Some(high)) => match (self.money(low), self.money(high)) {
                (low, high) if low == high => format!("{low}, to the last digit"),
                (low, high) => format!("{low} to {high}"),
            },
            _ => "not resolved by so few replications".to_owned(),
        }
    }

    /// The same with its confidence: `95% interval of the simulation: $5.10 to $7.70`.
    pub fn interval(&self, estimate: Estimate) -> String {
        let between = self.between(estimate);
        match (estimate.low, estimate.high) {
            (Some(low), Some(high)) if is_point(low, high) => between,
            _ => {
                let confidence = self.percent(self.objective.confidence.probability());
                format!("{confidence} interval of the simulation: {between}")
            }
        }
    }

    /// A constraint in words.
    pub fn constraint(&self, constraint: Constraint) -> String {
        match constraint {
            Constraint::FillRateAtLeast(bound) => {
                format!("a fill rate of at least {}", self.percent(bound))
            }
            Constraint::OutageProbabilityAtMost(bound) => {
                format!("outages in at most {} of cycles", self.percent(bound))
            }
            Constraint::SpendP95AtMost(bound) => {
                let span = self.objective.period.span();
                format!("a 95th percentile of spend of at most {} per {span}", self.money(bound))
            }
            Constraint::RechargesAtMost(bound) => {
                format!("at most {} {}", counted(bound, "recharge"), self.per())
            }
            Constraint::Figure { figure, sense, bound } => {
                let bound = self.figure(figure, bound);
                let side = match sense {
                    Sense::AtLeast => "at least",
                    Sense::AtMost => "at most",
                };
                let per =
                    if figure.is_per_period() { format!(" {}", self.per()) } else { String::new() };
                format!("{} of {side} {bound}{per}", figure.label())
            }
        }
    }

    /// What must hold, in words: the constraints, then the service that is wanted.
    pub fn wanted(&self) -> String {
        let target = self.objective.target.constraints();
        let constraints = self.constraints(&self.objective.constraints);
        match (constraints.is_empty(), target.is_empty()) {
            (_, true) => constraints,
            (true, false) => format!("the service target of {}", self.constraints(target)),
            (false, false) => {
                format!("{constraints} and the service target of {}", self.constraints(target))
            }
        }
    }

    /// Several constraints in words.
    pub fn constraints(&self, constraints: &[Constraint]) -> String {
        let each: Vec<String> = constraints.iter().map(|&one| self.constraint(one)).collect();
        listed(&each)
    }

    /// A value of a figure, in its unit.
    fn figure(&self, figure: Figure, value: f64) -> String {
        match figure.unit() {
            Unit::Money | Unit::Price => self.money(value),
            Unit::Share => self.percent(value),
            Unit::Credits => self.credits(value),
            Unit::Count => format!("{value:.2}"),
            Unit::Duration => hours(value),
        }
    }

    /// A share that is served, told apart from a fill rate that must hold and that it misses.
    pub fn served(&self, share: f64) -> String {
        let is_bound = |one: &Constraint| matches!(one, Constraint::FillRateAtLeast(_));
        let mut required = self.objective.requirements().map(|required| required.constraint);
        match required.find(is_bound) {
            Some(bound) => self.value(bound, share),
            None => self.percent(share),
        }
    }

    /// The value of a constraint's figure, in its own terms; with as many digits as tell it apart from a bound that it
    /// misses.
    pub fn value(&self, constraint: Constraint, value: f64) -> String {
        /// More digits than a figure of runs has.
        const MOST_DIGITS: usize = 12;
        let (shown, bound) = (self.rounded(constraint, value), constraint.bound());
        if constraint.keeps(value) || shown != self.rounded(constraint, bound) {
            return shown;
        }
        let (scale, is_share, is_money) = match constraint {
            Constraint::FillRateAtLeast(_) | Constraint::OutageProbabilityAtMost(_) => {
                (100.0, true, false)
            }
            Constraint::SpendP95AtMost(_) => (1.0, false, true),
            Constraint::RechargesAtMost(_) => (1.0, false, false),
            Constraint::Figure { figure, .. } => match figure.unit() {
                Unit::Share => (100.0, true, false),
                Unit::Money | Unit::Price => (1.0, false, true),
                Unit::Credits | Unit::Count => (1.0, false, false),
                // Lengths of time are told to the second.
                Unit::Duration => return shown,
            },
        };
        let digits = |number: f64, digits: usize| format!("{:.digits$}", number * scale);
        let tell = (0..=MOST_DIGITS).map(|few| (digits(value, few), digits(bound, few)));
        let told = tell.into_iter().find(|(value, bound)| value != bound);
        let Some((number, _)) = told else { return shown };
        match (is_share, is_money) {
            (true, _) => format!("{number}%"),
            (_, true) => self.currency.mark(&grouped(&number)),
            _ => grouped(&number),
        }
    }

    /// The value of a constraint's figure, rounded as everywhere.
    fn rounded(&self, constraint: Constraint, value: f64) -> String {
        match constraint {
            Constraint::FillRateAtLeast(_) | Constraint::OutageProbabilityAtMost(_) => {
                self.percent(value)
            }
            Constraint::SpendP95AtMost(_) => self.money(value),
            Constraint::RechargesAtMost(_) => format!("{value:.2}"),
            Constraint::Figure { figure, .. } => self.figure(figure, value),
        }
    }

    /// The settings to choose.
    fn settings(&self, judged: &Assessment) -> String {
        let candidate = &self.candidates[judged.index];
        match (candidate.is_named, candidate.phrase.as_str()) {
            (_, "") => format!("Choose {}", candidate.name),
            (true, phrase) => format!("Choose {}, with {phrase}", candidate.name),
            (false, phrase) => format!("Change to {phrase}"),
        }
    }

    /// The advice, sentence by sentence: what to do comes first.
    pub fn sentences(&self, judgement: &Judgement) -> Vec<String> {
        let mut sentences = match judgement.verdict {
            Verdict::Infeasible(_) => self.infeasible(judgement),
            Verdict::Change(_) => self.change(judgement),
            Verdict::Keep(keep) => self.keep(judgement, keep),
        };
        sentences.extend(self.doubt(judgement));
        sentences.extend(self.tempting(judgement));
        sentences.extend(self.what_would_change_it(judgement));
        // What is nearest to constraints that nothing keeps is not advised.
        let advised = judgement.advised();
        let is_advised = match judgement.verdict {
            Verdict::Change(_) | Verdict::Keep(_) => true,
            Verdict::Infeasible(_) => {
                !self.objective.constraints.is_empty() && advised.constraints_missed() == 0
            }
        };
        if is_advised && advised.index != 0 {
            sentences.extend(self.pasteable(advised));
        }
        sentences
    }

    /// The arguments that run what is advised; nothing for a whole scenario.
    fn pasteable(&self, judged: &Assessment) -> Option<String> {
        let changes = &self.candidates[judged.index].changes;
        (!changes.is_empty()).then(|| format!("To run it: {}", arguments(changes)))
    }

    fn change(&self, judgement: &Judgement) -> Vec<String> {
        let (first, to) = (&judgement.assessments[0], judgement.advised());
        let mut sentences = vec![format!(
            "{}: that spends {} {} where {} spends {}{}; {}.",
            self.settings(to),
            self.money(to.cash.value),
            self.per(),
            self.name(first),
            self.money(first.cash.value),
            self.cash_difference(to),
            self.services(first, to),
        )];
        sentences.extend(self.not_kept(first));
        sentences.extend(self.bridge(to));
        sentences.extend(self.tie(to, judgement));
        sentences.push(self.effects(first, to));
        sentences.extend(self.certainty(to, judgement));
        sentences
    }

    /// What costs the same as what is advised and keeps what must hold too.
    fn tie(&self, to: &Assessment, judgement: &Judgement) -> Option<String> {
        /// The most that are named.
        const NAMED: usize = 3;
        let gained = |one: &Assessment| self.money(one.gained());
        let others = judgement.run_as_often().skip(1);
        let same: Vec<&Assessment> = others
            .filter(|one| one.index != to.index && one.is_feasible() && gained(one) == gained(to))
            .collect();
        let names: Vec<&str> = same.iter().map(|one| self.name(one)).collect();
        match names.len() {
            0 => None,
            1 => Some(format!("{} costs the same: that is a tie.", capital(names[0]))),
            few if few <= NAMED => {
                Some(format!("{} cost the same: that is a tie.", capital(&listed(&names))))
            }
            many => Some(format!("{} cost the same.", capital(&counted(many, "other")))),
        }
    }

    /// What must hold and a candidate misses by its values: surely, then perhaps.
    fn not_kept(&self, judged: &Assessment) -> Vec<String> {
        let missed = |surely: bool| {
            self.bounds_and_values(judged.missed().filter(move |one| surely == one.is_clear()))
        };
        let surely = missed(true).map(|(bounds, values)| {
            format!("{} does not keep {bounds}: it has {values}.", self.beginning(judged))
        });
        let perhaps = missed(false).map(|(bounds, values)| {
            let name = self.name(judged);
            format!("Whether {name} keeps {bounds} is not certain: it has {values}.")
        });
        surely.into_iter().chain(perhaps).collect()
    }

    /// Several bounds in words, and the values of their figures; `None` without any.
    fn bounds_and_values<'k>(
        &self,
        checks: impl Iterator<Item = &'k ConstraintCheck>,
    ) -> Option<(String, String)> {
        let (bounds, values): (Vec<Constraint>, Vec<String>) =
            checks.map(|one| (one.constraint, self.valued(one))).unzip();
        (!bounds.is_empty()).then(|| (self.constraints(&bounds), values.join(" and ")))
    }

    /// The value of a constraint's figure.
    pub fn valued(&self, kept: &ConstraintCheck) -> String {
        let value = kept.figure.map(|figure| self.value(kept.constraint, figure.value));
        value.unwrap_or_else(|| "no figure".to_owned())
    }

    /// `, $6.40 less (95% interval of the simulation: $5.10 to $7.70)`.
    fn cash_difference(&self, judged: &Assessment) -> String {
        match judged.bridge {
            Some(bridge) if self.is_nothing(bridge.cash) => match self.too_small(bridge.cash.value)
            {
                Some(size) => format!(", a difference of {size}"),
                None => ", the same".to_owned(),
            },
            Some(bridge) => format!(", {}", self.beyond(bridge.cash)),
            None => String::new(),
        }
    }

    /// Whether a difference and its limits are shown as nothing.
    fn is_nothing(&self, difference: Estimate) -> bool {
        let is_zero = |amount: f64| self.money(amount.abs()) == self.money(0.0);
        is_zero(difference.value)
            && difference.low.is_none_or(is_zero)
            && difference.high.is_none_or(is_zero)
    }

    /// What is spent or costs beyond the first: `$6.40 less (95% interval of the simulation: $5.10 to $7.70)`.
    fn beyond(&self, beyond: Estimate) -> String {
        let (size, word, limits) = match beyond.value > 0.0 {
            true => (beyond.value, "more", beyond),
            false => (-beyond.value, "less", beyond.negated()),
        };
        format!("{} {word} ({})", self.money(size), self.interval(limits))
    }

    /// The steps from the cash that a candidate spends beyond the first to what it costs beyond the first;
    /// nothing where the two are one.
    fn bridge(&self, judged: &Assessment) -> Option<String> {
        let (steps, gain) = (self.steps(judged)?, judged.gain?.difference);
        let cost = self.beyond(gain.negated());
        Some(format!("In cost, which the advice goes by, that is {cost}: {steps}."))
    }

    /// `$6.00 more cash, $20.00 less for refusals and downtime at the prices set for them`: they add up to the
    /// difference in cost as it is told, to the minor unit.
    fn steps(&self, judged: &Assessment) -> Option<String> {
        let (bridge, gain) = (judged.bridge?, judged.gain?.difference);
        let minor = self.currency.minor();
        let units = |amount: f64| libm::round(amount * f64::from(10_i32.pow(minor))) as i128;
        let (cost, cash) = (units(-gain.value), units(bridge.cash.value));
        let (mut left, mut losses) = (units(-bridge.kept), units(bridge.losses));
        let assumed = units(bridge.assumed);
        let unit_of_rounding = cost - cash - left - assumed - losses;
        match left.abs() > losses.abs() {
            true => left += unit_of_rounding,
            false => losses += unit_of_rounding,
        }
        let step = |units: i128, more: &str, less: &str| {
            let size = self.currency.show(Money::of_minor(units.abs(), minor));
            let word = if units > 0 { more } else { less };
            (units != 0).then(|| format!("{size} {word}"))
        };
        let beside = [
            step(left, "less left in unused credits", "more left in unused credits"),
            step(
                assumed,
                "more used of the balance that is assumed at the start",
                "less used of the balance that is assumed at the start",
            ),
            step(losses, "more", "less")
                .map(|step| format!("{step} for refusals and downtime at the prices set for them")),
        ];
        let beside: Vec<String> = beside.into_iter().flatten().collect();
        if beside.is_empty() {
            return None;
        }
        let cash = step(cash, "more cash", "less cash");
        let steps: Vec<String> = cash.into_iter().chain(beside).collect();
        Some(steps.join(", "))
    }

    /// From what is spent to what it costs, per period: `$18.00 less for credits left for later and $22.00 more for what was
    /// used of the assumed balance`. They add up to the difference as the two are shown; `None` where there is none.
    pub fn beside_spend(&self, spend: f64, cost: f64, parts: CostParts) -> Option<String> {
        let minor = self.currency.minor();
        let units = |amount: f64| libm::round(amount * f64::from(10_i32.pow(minor))) as i128;
        let mut parts = [
            (-units(parts.left), "for credits left for later"),
            (units(parts.assumed), "for what was used of the balance that is assumed at the start"),
            (units(parts.losses), "for refusals and downtime at the prices set for them"),
        ];
        let sum: i128 = parts.iter().map(|(units, _)| units).sum();
        let largest = parts.iter_mut().max_by_key(|(units, _)| units.abs())?;
        largest.0 += units(cost) - units(spend) - sum;
        let told = parts.iter().filter(|(units, _)| *units != 0).map(|(units, what)| {
            let size = self.currency.show(Money::of_minor(units.abs(), minor));
            format!("{size} {} {what}", if *units > 0 { "more" } else { "less" })
        });
        let told: Vec<String> = told.collect();
        (!told.is_empty()).then(|| listed(&told))
    }

    /// `: $6.00 more cash, $4.00 more left in unused credits`, after what a candidate costs beyond the first.
    fn made_of(&self, judged: &Assessment) -> String {
        self.steps(judged).map_or(String::new(), |steps| format!(": {steps}"))
    }

    /// The share that is served and the downtime of one candidate: `serves 99.7% with 2.1 h of downtime
    /// per cycle`.
    pub fn service(&self, served: f64, downtime: f64) -> String {
        let (share, per) = (self.served(served), self.per());
        match downtime > 0.0 {
            true => format!("serves {share} with {} of downtime {per}", hours(downtime)),
            false => format!("serves {share} without downtime"),
        }
    }

    fn service_of(&self, judged: &Assessment) -> String {
        self.service(judged.served, judged.downtime)
    }

    /// The service of what is advised beside that of the first.
    fn services(&self, first: &Assessment, to: &Assessment) -> String {
        match (self.service_of(first), self.service_of(to)) {
            (first, to) if first == to => format!("it {to}, as before"),
            (service, to) => format!("it {to} where {} {service}", self.name(first)),
        }
    }

    /// The effect of a change on service and waste.
    fn effects(&self, from: &Assessment, to: &Assessment) -> String {
        let refused = [from.tradeoff.refused, to.tradeoff.refused];
        let expired = [from.tradeoff.expired, to.tradeoff.expired];
        format!(
            "{}, and {} {}.",
            capital(&self.effect("refused", refused, to.refused_beyond)),
            self.effect("expired", expired, to.expired_beyond),
            self.per()
        )
    }

    /// How a number of credits changes: `refused credits go from 10 to 3`, where that is beyond doubt.
    fn effect(&self, what: &str, [from, to]: [f64; 2], beyond: Option<Estimate>) -> String {
        let (from, to) = (self.credits(from), self.credits(to));
        let credits = format!("{what} {}", self.unit);
        if from == to {
            return format!("{credits} stay at {to}");
        }
        let limits = beyond.and_then(|beyond| Some((beyond.low?, beyond.high?)));
        let bound = |limit: f64| match limit {
            more if more > 0.0 => format!("{} more", self.credits(more)),
            less => format!("{} fewer", self.credits(-less)),
        };
        match limits {
            Some((low, high)) if low > 0.0 || high < 0.0 => {
                let (near, far) = if high < 0.0 { (high, low) } else { (low, high) };
                let word = if high < 0.0 { "fewer" } else { "more" };
                let [near, far] = [near, far].map(|limit| self.credits(limit.abs()));
                let by = if near == far { near } else { format!("{near} to {far}") };
                format!("{credits} go from {from} to {to} ({by} {word})")
            }
            Some((low, high)) => format!(
                "whether {credits} change, from {from} to {to}, is not decided ({} to {})",
                bound(low),
                bound(high)
            ),
            None => format!("whether {credits} change, from {from} to {to}, is not decided"),
        }
    }

    fn certainty(&self, judged: &Assessment, judgement: &Judgement) -> Option<String> {
        if judgement.is_certain {
            return None;
        }
        let is_constant = |other: &Assessment| {
            let gain = other.gain.map(|gain| gain.difference);
            gain.is_some_and(|gain| gain.low.zip(gain.high).is_some_and(|(a, b)| is_point(a, b)))
        };
        let mut others = judgement.assessments.iter().skip(1);
        if judgement.assessments.len() > 1 && others.all(is_constant) {
            return Some(match judgement.assessments.len() {
                2 => "As the difference is the same in every run, luck does not decide it."
                    .to_owned(),
                _ => "As the differences are the same in every run, luck does not decide them."
                    .to_owned(),
            });
        }
        if judgement.assessments.len() > 1 && judgement.replications < FEWEST_FOR_A_PROBABILITY {
            return Some(format!(
                "{} cannot tell how sure that is.",
                capital(&count(judgement.replications as u64, "replication"))
            ));
        }
        let better = match judgement.materiality > 0.0 {
            true => {
                format!("better by more than {} {}", self.money(judgement.materiality), self.per())
            }
            false => "better".to_owned(),
        };
        let others = match judgement.unclear() {
            Some(_) => "nothing else that was tried and keeps it for certain",
            None => "nothing else that was tried",
        };
        Some(format!(
            "With a probability of {}, if usage goes on as assumed, {others} is {better} ({}).",
            self.probability(judged.best?, judgement),
            count(judgement.replications as u64, "replication")
        ))
    }

    fn keep(&self, judgement: &Judgement, keep: KeepReason) -> Vec<String> {
        let first = &judgement.assessments[0];
        let costs = format!(
            "it spends {} {} ({}), {}",
            self.money(first.cash.value),
            self.per(),
            self.between(first.cash),
            self.service_of(first)
        );
        let (why, about) = match keep {
            KeepReason::Alone => ("nothing else was tried".to_owned(), None),
            KeepReason::Best => {
                let silent = self.objective.is_silent_on_service();
                let target = !self.objective.target.is_none();
                let holding = match (self.objective.constraints.is_empty(), target) {
                    (true, true) => " and meets the service target",
                    (true, false) if silent => " without refusing more",
                    (true, false) => "",
                    (false, true) => " and keeps the constraints and the service target",
                    (false, false) => " and keeps the constraints",
                };
                let surely = if judgement.unclear().is_some() { " for certain" } else { "" };
                (format!("nothing else that was tried costs less{holding}{surely}"), None)
            }
            KeepReason::NotSure(index) => ("no gain is beyond doubt".to_owned(), Some(index)),
            KeepReason::TooLittle(index) => {
                (format!("no gain reaches {}", self.money(judgement.materiality)), Some(index))
            }
        };
        let mut sentences = vec![format!("{}: {costs}, and {why}.", self.kept(first))];
        sentences.extend(self.not_kept(first));
        let met_by = judgement.met_by();
        sentences.extend(met_by.map(|other| self.meets(&self.beginning(other), other)));
        sentences.extend(match about.and_then(|index| judgement.assessments.get(index)) {
            Some(other) => Some(self.might_gain(other, judgement)),
            None if met_by.is_some() => None,
            None => self.next_best(judgement).or_else(|| self.other_misses(judgement)),
        });
        let is_tie = |other: &Assessment| other.gain.is_some_and(|gain| is_same(gain.difference));
        // Of what is the same in every run none is the better one, however many runs there are.
        if !judgement.assessments.iter().skip(1).all(is_tie) || judgement.assessments.len() == 1 {
            sentences.extend(self.certainty(first, judgement));
        }
        sentences
    }

    /// That a candidate keeps what the first misses, and its price.
    pub fn meets(&self, name: &str, other: &Assessment) -> String {
        let surely = match other.standing() {
            Standing::Meets => "",
            _ => " in these runs, which are too few to be certain of it",
        };
        let (per, cost) = (self.per(), self.money(other.cost.value));
        let price = match other.gain.map(|gain| gain.difference.negated()) {
            None => format!("costs {cost} {per}"),
            Some(same) if is_same(same) => format!("costs the same {per}"),
            Some(more) => format!("{per} costs {}", self.beyond(more)),
        };
        format!("{name} keeps all that must hold{surely}, and {price}.")
    }

    /// What the next best of those that keep what must hold costs beyond the first, and how many cost the
    /// same.
    fn next_best(&self, judgement: &Judgement) -> Option<String> {
        let others = judgement.run_as_often().skip(1).filter(|other| other.is_feasible());
        let next = others
            .clone()
            .max_by(|a, b| a.gained().total_cmp(&b.gained()).then(b.index.cmp(&a.index)))?;
        let gain = next.gain?.difference;
        if gain.value > 0.0 {
            return None;
        }
        let costs = |other: &Assessment| self.money(other.gained());
        let equal = others.filter(|other| costs(other) == costs(next)).count() - 1;
        let equals = match equal {
            0 => String::new(),
            1 => " (and another that costs the same)".to_owned(),
            many => format!(" (and {} that cost the same)", counted(many, "other")),
        };
        let name = format!("The next best, {}{equals}", self.name(next));
        let more = gain.negated();
        let (size, per) = (self.too_small(more.value), self.per());
        Some(match (costs(next) == self.money(0.0), size) {
            (true, Some(size)) => format!("{name}, costs more by {size} {per}."),
            (true, None) if is_same(more) => {
                format!(
                    "The next best, {}{equals}, costs the same in every run: that is a tie.",
                    self.name(next)
                )
            }
            (true, None) => format!("{name}, costs the same."),
            (false, _) => format!(
                "{name}, costs {} {} more ({}){}.",
                self.money(more.value),
                self.per(),
                self.interval(more),
                self.made_of(next)
            ),
        })
    }

    /// What the other one of two lacks, where it is no choice.
    fn other_misses(&self, judgement: &Judgement) -> Option<String> {
        let [_, other] = judgement.assessments.as_slice() else { return None };
        let (bounds, values) = self.bounds_and_values(other.missed())?;
        Some(format!(
            "{} does not keep {bounds}: it has {values}, and spends {} {}.",
            self.beginning(other),
            self.money(other.cash.value),
            self.per()
        ))
    }

    /// The phrase for keeping the first: today's settings, or one of several scenarios.
    fn kept(&self, first: &Assessment) -> String {
        match self.name(first) {
            CURRENT => "Keep what you have".to_owned(),
            name => format!("Keep {name}"),
        }
    }

    /// The possible gain of the best other one, and the number of replications that would settle
    /// it.
    fn might_gain(&self, other: &Assessment, judgement: &Judgement) -> String {
        let Some(gain) = other.gain else { return String::new() };
        let gained = gain.difference;
        let more = match judgement.replications_to_tell(other) {
            Some(needed) => {
                format!("; about {} would tell in 8 of 10 cases", counted(needed, "replication"))
            }
            None => String::new(),
        };
        format!(
            "The best other one, {}, would cost {} {} less ({}){}{more}.",
            self.name(other),
            self.money(gained.value),
            self.per(),
            self.interval(gained),
            self.made_of(other)
        )
    }

    fn infeasible(&self, judgement: &Judgement) -> Vec<String> {
        let nearest = judgement.advised();
        let keeps_constraints = nearest.constraints_missed() == 0;
        let mut sentences = match (self.objective.constraints.is_empty(), keeps_constraints) {
            (true, _) => vec![self.short_of_target(judgement, nearest)],
            (false, true) => self.best_within(judgement, nearest),
            (false, false) => self.nearest_miss(judgement, nearest),
        };
        let binding = judgement.binding();
        if judgement.assessments.len() > 1 && !judgement.may_be_feasible() {
            sentences.push(match binding.is_empty() {
                true => {
                    "No single constraint rules out all of them; it is the combination.".to_owned()
                }
                false => format!("What rules out all of them: {}.", self.constraints(&binding)),
            });
        }
        sentences
    }

    /// That nothing meets the target, and what comes nearest by service.
    fn short_of_target(&self, judgement: &Judgement, nearest: &Assessment) -> String {
        let target = self.constraints(self.objective.target.constraints());
        let surely = for_certain(judgement);
        let costs = format!("and spends {} {}", self.money(nearest.cash.value), self.per());
        match judgement.assessments.len() {
            1 => format!(
                "{} misses the service target{surely}: it {}, {costs}, where {target} is wanted.",
                self.beginning(nearest),
                self.service_of(nearest),
            ),
            many => format!(
                "None of the {} meets the service target{surely}: the best by service, \
                 {}, {}, {costs}, where {target} is wanted.",
                counted(many, "candidate"),
                self.name(nearest),
                self.service_of(nearest),
            ),
        }
    }

    /// The best by service of those that keep the constraints, where none of them meets the target.
    fn best_within(&self, judgement: &Judgement, nearest: &Assessment) -> Vec<String> {
        let kept = self.constraints(&self.objective.constraints);
        let within = judgement.assessments.iter().filter(|judged| judged.constraints_missed() == 0);
        let best = match (within.count(), &self.objective.target) {
            (1, _) => format!("it alone keeps {kept}"),
            (_, ServiceTarget::Stated(_)) => {
                format!("of those that keep {kept} it comes nearest to the service target")
            }
            (_, ServiceTarget::Assumed | ServiceTarget::None) => {
                format!("of those that keep {kept} it serves most")
            }
        };
        let what = match nearest.index {
            0 => self.kept(nearest),
            _ => self.settings(nearest),
        };
        let mut sentences = vec![format!(
            "{what}: {best}; it {}, and spends {} {}.",
            self.service_of(nearest),
            self.money(nearest.cash.value),
            self.per()
        )];
        let target = self.objective.target.constraints();
        if !target.is_empty() && !nearest.meets_target() {
            sentences.push(format!(
                "None of the {} keeps that and the service target{}, {}.",
                counted(judgement.assessments.len(), "candidate"),
                for_certain(judgement),
                self.constraints(target)
            ));
        }
        sentences
    }

    /// That nothing keeps the constraints, and what misses them least.
    fn nearest_miss(&self, judgement: &Judgement, nearest: &Assessment) -> Vec<String> {
        let none = format!(
            "None of the {} keeps every constraint{}",
            counted(judgement.assessments.len(), "candidate"),
            for_certain(judgement)
        );
        let missed = nearest.kept.iter().filter(|kept| !kept.is_target && !kept.holds());
        let missed: Vec<String> = missed.map(|kept| self.missed(kept)).collect();
        vec![format!(
            "{none}: the nearest miss, {}, has {}, {}, and spends {} {}.",
            self.name(nearest),
            missed.join(" and "),
            self.service_of(nearest),
            self.money(nearest.cash.value),
            self.per()
        )]
    }

    /// `90% where a fill rate of at least 95% is required`.
    pub fn missed(&self, kept: &ConstraintCheck) -> String {
        format!("{} where {} is required", self.valued(kept), self.constraint(kept.constraint))
    }

    /// The sentence about settings that would meet the service target if no candidate tried does,
    /// with their cost; or that no further settings tried do either.
    /// `scenario` is the name of the one it starts from, if there are several; it serves a share of
    /// `served`.
    pub fn remedy(&self, remedy: &Remedy, scenario: Option<&str>, served: f64) -> String {
        let beyond = remedy.beyond.as_ref().map(|beyond| self.beyond_limits(beyond, scenario));
        let further = self.further(remedy, scenario, served);
        [Some(further), beyond].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// That what is advised serves poorly, as only the price of refusals says what service is worth; and what was
    /// tried that would not.
    pub fn neglect(&self, neglect: &Neglect, judgement: &Judgement) -> String {
        let advised = judgement.advised();
        let missed: Vec<Constraint> = neglect.missed.iter().map(|one| one.constraint).collect();
        let misses = format!(
            "That is no service to rely on: {} misses {}, which only the {} here; --target requires it.",
            self.name(advised),
            self.constraints(&missed),
            match (
                self.objective.per_refused_credit > 0.0,
                self.objective.per_hour_of_downtime > 0.0
            ) {
                (true, false) => "price set for refusals weighs",
                (false, true) => "price set for downtime weighs",
                _ => "prices set for refusals and downtime weigh",
            }
        );
        let Some(other) = neglect.met_by.and_then(|place| judgement.assessments.get(place)) else {
            return misses;
        };
        format!(
            "{misses} {} meets it: it spends {} {} and {}.",
            self.beginning(other),
            self.money(other.cash.value),
            self.per(),
            self.service_of(other)
        )
    }

    /// The cheapest that provides the service that is wanted, and by how much it breaks another constraint.
    fn beyond_limits(&self, beyond: &Beyond, scenario: Option<&str>) -> String {
        let Beyond { further, missed, value } = beyond;
        let phrase = &further.candidate.phrase;
        let set = match (scenario, phrase.is_empty()) {
            (Some(name), false) => format!("{name} with {phrase}"),
            (None, false) => phrase.clone(),
            (_, true) => further.candidate.name.clone(),
        };
        let side = match missed.sense() {
            Sense::AtMost => "above",
            Sense::AtLeast => "below",
        };
        format!(
            "Of what was tried, what provides the service that is wanted at the least cost, {set}, goes beyond that: it {}, \
             {}, with {} where {} is required, {} {side}.",
            self.service(further.served, further.downtime),
            self.paid(further),
            self.value(*missed, *value),
            self.constraint(*missed),
            self.value(*missed, (value - missed.bound()).abs()),
        )
    }

    /// What a further candidate spends and costs: it is chosen by its cost, as the others are.
    fn paid(&self, further: &Further) -> String {
        let (spend, cost) = (self.money(further.cash), self.money(further.cost.value));
        match self.beside_spend(further.cash, further.cost.value, further.parts) {
            None => format!("and costs {cost} {}", self.per()),
            Some(parts) => format!("spends {spend} and costs {cost} {}, {parts}", self.per()),
        }
    }

    fn further(&self, remedy: &Remedy, scenario: Option<&str>, served: f64) -> String {
        let Remedy { tried, replications, best, .. } = remedy;
        let phrase = &best.candidate.phrase;
        let set = match scenario {
            Some(name) => format!("{name} with {phrase}"),
            None => phrase.clone(),
        };
        let costs = format!("{}, {}", self.service(best.served, best.downtime), self.paid(best));
        let tried = count(*tried as u64, "further setting");
        let runs = count(*replications as u64, "replication");
        let alone = runs;
        let runs = format!("{alone}; {}", arguments(&best.candidate.changes));
        match best.keeps_all {
            true => format!(
                "Of {tried} that were tried, with everything else as it is, the one that meets all of it at the least cost \
                 is {set}: it {costs} ({runs}); combined with other changes it may cost less."
            ),
            // Within constraints, what serves more may break one of them.
            false if !self.objective.constraints.is_empty() => format!(
                "None of {tried} that were tried meets all of it either; the nearest, {set}, {costs} ({runs})."
            ),
            false if best.served <= served => {
                format!("None of {tried} that were tried meets all of it or serves more ({alone}).")
            }
            false => format!(
                "None of {tried} that were tried meets all of it either; the best by service, {set}, {costs} \
                 ({runs})."
            ),
        }
    }

    /// Constraints that the advised candidate may or may not keep.
    fn doubt(&self, judgement: &Judgement) -> Option<String> {
        let unclear = judgement.advised().doubtful()?;
        let figure = unclear.figure?;
        // An assumption is not doubted for too few replications alone, where none of them shows a breach.
        let is_assumed = unclear.is_target && self.objective.target == ServiceTarget::Assumed;
        if is_assumed && figure.low.is_none_or(|low| unclear.constraint.keeps(low)) {
            return None;
        }
        // Its interval stands among the figures, and only there: here another confidence decides.
        Some(format!(
            "Whether it keeps {} is not certain: {} in these runs.",
            self.constraint(unclear.constraint),
            self.value(unclear.constraint, figure.value),
        ))
    }

    /// The candidate that would cost less than the advised one if it kept what must hold.
    fn tempting(&self, judgement: &Judgement) -> Option<String> {
        // What keeps everything in these runs is told with its price, and with this doubt.
        let told = judgement.met_by().map(|met_by| met_by.index);
        let other = judgement.unclear().filter(|other| told != Some(other.index))?;
        let doubted = other.kept.iter().find(|kept| !kept.is_clear());
        let saved = self.money(other.gained() - judgement.advised().gained());
        let keeps = match doubted {
            Some(kept) => format!("keeps {}", self.constraint(kept.constraint)),
            None => "refuses no more".to_owned(),
        };
        Some(format!(
            "Whether {}, which would cost {saved} {} less and {}, {keeps} is not certain with {}.",
            self.name(other),
            self.per(),
            self.service_of(other),
            count(judgement.replications as u64, "replication")
        ))
    }

    /// The price of a refused credit, or the constraint, that would lead to another candidate.
    fn what_would_change_it(&self, judgement: &Judgement) -> Option<String> {
        let name = |index: usize| self.name(&judgement.assessments[index]);
        Some(match reversal(judgement, self.objective)? {
            Reversal::Cheaper { index, saved, refused, price } => format!(
                "{} would cost {} {} less and refuse {} {} more: it pays if a refused one costs you \
                 less than {}; set price_per_refused_credit to weigh that.",
                self.beginning(&judgement.assessments[index]),
                self.money(saved),
                self.per(),
                self.credits(refused),
                self.unit,
                self.small(price)
            ),
            Reversal::Safer { index, equal, price, times } => {
                let others = match equal {
                    0 => String::new(),
                    1 => ", and so would one other".to_owned(),
                    many => format!(", and so would {}", counted(many, "other")),
                };
                format!(
                    "That holds unless a refused credit costs you more than {}{}; then {} would be better{others}.",
                    self.small(price),
                    many_times(times),
                    name(index)
                )
            }
            Reversal::Unconstrained { index, constraints } => format!(
                "Without {}, {} would cost {} {}: it {}.",
                self.constraints(&constraints),
                name(index),
                self.money(judgement.assessments[index].cost.value),
                self.per(),
                self.service_of(&judgement.assessments[index])
            ),
        })
    }

    /// A price that may be far below the minor unit: two digits that matter.
    fn small(&self, price: f64) -> String {
        if price >= 1.0 {
            return self.money(price);
        }
        let decimals = (-libm::floor(libm::log10(price.max(1e-12)))) as usize + 1;
        self.currency.mark(&format!("{price:.decimals$}"))
    }
}

/// How many times what a served credit costs, where that is far from any price: `, some 7,800 times what
/// a served one costs`.
fn many_times(times: Option<f64>) -> String {
    const FAR: f64 = 100.0;
    let Some(times) = times.filter(|times| *times >= FAR) else { return String::new() };
    let digit = libm::pow(10.0, libm::floor(libm::log10(times)) - 1.0);
    let rounded = libm::round(times / digit) * digit;
    format!(", some {} times what a served one costs", grouped(&format!("{rounded:.0}")))
}

/// The assumption about the service target, or that cost alone decides; nothing if a price, a
/// constraint or a target is set.
/// `without` names what decides without a target.
pub fn target_told(words: &Words<'_>, without: &str) -> Vec<String> {
    let objective = words.objective;
    let sentence = match &objective.target {
        ServiceTarget::Assumed => format!(
            "Service target: {}, as nothing says what service is worth; --target or `target` in [study] \
             changes it.",
            words.constraints(objective.target.constraints())
        ),
        ServiceTarget::None if objective.is_silent_on_service() => {
            format!("No service target: {without}.")
        }
        ServiceTarget::None | ServiceTarget::Stated(_) => return Vec::new(),
    };
    vec![sentence]
}

/// Settings as arguments of a command: `--set recharge.packs=2`, quoted where a shell needs it.
pub fn arguments(settings: &[Setting]) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "._-=%:/+".contains(letter);
    let argument = |setting: &Setting| {
        let written = format!("{}={}", setting.path, setting.value);
        match written.chars().all(is_plain) {
            true => format!("--set {written}"),
            false => format!("--set '{}'", written.replace('\'', "'\\''")),
        }
    };
    settings.iter().map(argument).collect::<Vec<_>>().join(" ")
}

/// Returns true if an interval has no width but for what sums of floats leave over.
fn is_point(low: f64, high: f64) -> bool {
    high - low <= 1e-9 * high.abs().max(1.0)
}

/// Returns true if a difference is nothing in every run, but for what sums of floats leave over.
fn is_same(difference: Estimate) -> bool {
    let ends = difference.low.zip(difference.high);
    ends.is_some_and(|(low, high)| low.abs() <= 1e-9 && high.abs() <= 1e-9)
}

/// A length of time in hours, in minutes or seconds where it is short.
fn hours(hours: f64) -> String {
    match hours * 3_600.0 {
        none if none <= 0.0 => return "0 s".to_owned(),
        moment if moment < 0.95 => return "under 1 s".to_owned(),
        seconds if seconds < 59.5 => return format!("{seconds:.0} s"),
        _ => {}
    }
    match hours {
        short if short < 1.0 => format!("{:.1} min", short * 60.0),
        long => {
            let shown = grouped(&format!("{long:.1}"));
            format!("{} h", shown.strip_suffix(".0").unwrap_or(&shown))
        }
    }
}

/// What a sentence that none keeps what must hold ends with, where one may keep it for all that the runs show.
fn for_certain(judgement: &Judgement) -> &'static str {
    if judgement.may_be_feasible() { " for certain" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inquiry::judged::{judge, judge_by, luck, objective};

    fn advice(constraints: Vec<Constraint>, spends: &[&dyn Fn(usize) -> (f64, f64)]) -> String {
        let (candidates, objective, judgement) = judge(constraints, spends);
        let currency = Currency::from_code("USD").unwrap();
        let words =
            Words { currency, unit: "credits", candidates: &candidates, objective: &objective };
        words.sentences(&judgement).join(" ")
    }

    #[test]
    fn a_change_names_what_to_set_what_it_saves_and_how_sure_that_is() {
        let current = |r: usize| (50.0 + luck(r), 10.0);
        let other = |r: usize| (45.0 + luck(r), 0.0);
        assert_eq!(
            advice(Vec::new(), &[&current, &other]),
            "Choose b: that spends $49.95 per cycle where current spends $54.95, $5.00 less \
             (the same in every run); it serves 100% without downtime \
             where current serves 99% without downtime. Refused credits go from 10 to \
             0 (10 fewer), and expired credits stay at 0 per cycle. As the difference is the same in every run, luck does \
             not decide it. To run it: --set recharge.packs=b"
        );
    }

    #[test]
    fn more_cash_is_never_told_as_less() {
        let current = |r: usize| (50.0 + luck(r), 100.0);
        let other = |r: usize| (56.0 + luck(r), 0.0);
        let objective = Objective { per_refused_credit: 0.2, ..judge(Vec::new(), &[&current]).1 };
        let (candidates, objective, judgement) = judge_by(objective, &[&current, &other]);
        let currency = Currency::from_code("USD").unwrap();
        let words =
            Words { currency, unit: "credits", candidates: &candidates, objective: &objective };
        let sentences = words.sentences(&judgement);
        let headline = &sentences[0];
        assert!(
            headline.contains("spends $60.95 per cycle where current spends $54.95, $6.00 more")
        );
        assert!(!headline.contains("less"), "{headline}");
        assert!(
            sentences[1].starts_with(
                "In cost, which the advice goes by, that is $14.00 less (the same \
                 in every run): $6.00 more cash, $20.00 less for refusals and downtime"
            ),
            "{}",
            sentences[1]
        );
    }

    #[test]
    fn the_steps_to_a_difference_in_cost_add_up_to_the_cent() {
        for (spent, refused) in [(6.004, 100.04), (6.006, 100.04), (6.0049, 99.976), (6.0, 1.0)] {
            let current = |r: usize| (50.0 + luck(r), refused);
            let other = |r: usize| (50.0 + spent + luck(r), 0.0);
            let objective = Objective { per_refused_credit: 0.2, ..objective(Vec::new()) };
            let (candidates, objective, judgement) = judge_by(objective, &[&current, &other]);
            let currency = Currency::from_code("USD").unwrap();
            let words =
                Words { currency, unit: "credits", candidates: &candidates, objective: &objective };
            let judged = &judgement.assessments[1];
            let cents = |text: &str| -> i64 {
                let (amount, rest) = text.trim_start_matches('$').split_once(' ').unwrap();
                let cents: i64 = amount.replace('.', "").parse().unwrap();
                if rest.starts_with("less") { -cents } else { cents }
            };
            let steps = words.steps(judged).unwrap();
            let sum: i64 = steps.split(", ").map(cents).sum();
            let cost = words.beyond(judged.gain.unwrap().difference.negated());
            assert_eq!(sum, cents(&cost), "{steps}; {cost}");
        }
    }

    #[test]
    fn every_bound_that_is_missed_is_named() {
        let near = |r: usize| (20.0 + luck(r), 100.0);
        let good = |r: usize| (60.0 + luck(r), 0.0);
        let wanted = vec![Constraint::FillRateAtLeast(0.95), Constraint::RechargesAtMost(-1.0)];
        let (candidates, objective, judgement) = judge(wanted, &[&near, &good]);
        let currency = Currency::from_code("USD").unwrap();
        let words =
            Words { currency, unit: "credits", candidates: &candidates, objective: &objective };
        let told = words.not_kept(&judgement.assessments[0]);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("95% and at most -1 recharges per cycle"), "{told:?}");
        assert!(told[0].contains("it has 90% and 0.00"), "{told:?}");
    }

    #[test]
    fn a_change_that_is_not_decided_is_not_told_as_one() {
        let current = |r: usize| (50.0 + luck(r), if r == 3 { 300.0 } else { 0.0 });
        let other = |r: usize| (40.0 + luck(r), if r == 5 { 200.0 } else { 0.0 });
        let said = advice(Vec::new(), &[&current, &other]);
        assert!(!said.contains("credits go from"), "{said}");
    }

    #[test]
    fn nothing_beyond_doubt_is_kept_with_what_would_tell() {
        let current = |r: usize| (50.0 + luck(r), 0.0);
        let other =
            |r: usize| (48.0 + luck(r) + if r.is_multiple_of(2) { 19.0 } else { -19.0 }, 0.0);
        let said = advice(Vec::new(), &[&current, &other]);
        assert!(said.starts_with("Keep what you have: it spends $54.95 per cycle"), "{said}");
        assert!(said.contains(
            "no gain is beyond doubt. The best other one, b, would cost $2.00 per cycle less"
        ));
        assert!(said.contains("about 734 replications would tell"), "{said}");
    }

    #[test]
    fn what_is_kept_and_misses_what_must_hold_is_told_with_the_price_of_what_keeps_it() {
        let some = |often: usize| move |r: usize| if r % often == 3 { 10.0 } else { 0.0 };
        let today = |r: usize| (50.0 + luck(r), some(10)(r));
        let dear = |r: usize| (60.0 + luck(r), some(20)(r));
        let said = advice(vec![Constraint::FillRateAtLeast(0.9992)], &[&today, &dear]);
        let price = "b keeps all that must hold in these runs, which are too few to be certain of it, and per cycle costs \
                     $10.00 more (the same in every run).";
        assert!(said.starts_with("Keep what you have") && said.contains(price), "{said}");
        let said = advice(vec![Constraint::FillRateAtLeast(0.9980)], &[&today, &dear]);
        assert!(!said.contains("keeps all that must hold"), "{said}");
        // What costs less and is not certain to keep it is told with that doubt, once.
        let cheap = |r: usize| (40.0 + luck(r), some(20)(r));
        let said = advice(vec![Constraint::FillRateAtLeast(0.9992)], &[&today, &cheap]);
        let less = "which are too few to be certain of it, and per cycle costs $10.00 less";
        assert!(said.starts_with("Keep what you have") && said.contains(less), "{said}");
        assert!(!said.contains("Whether b"), "{said}");
    }

    #[test]
    fn what_is_kept_is_told_beside_what_comes_next() {
        let current = |r: usize| (50.0 + luck(r), 0.0);
        let dearer = |r: usize| (60.0 + luck(r), 0.0);
        let said = advice(Vec::new(), &[&current, &dearer, &dearer]);
        let next = "The next best, b (and another that costs the same), costs $10.00 per cycle more (the \
                    same in every run).";
        assert!(said.contains(next), "{said}");
        let same = advice(Vec::new(), &[&current, &current]);
        let tie = "The next best, b, costs the same in every run: that is a tie.";
        assert!(same.contains(tie) && !same.contains("probability"), "{same}");
        let short = |r: usize| (60.0 + luck(r), 100.0);
        let said = advice(vec![Constraint::FillRateAtLeast(0.95)], &[&current, &short]);
        let misses =
            "b does not keep a fill rate of at least 95%: it has 90%, and spends $64.95 per cycle.";
        assert!(said.contains(misses), "{said}");
    }

    #[test]
    fn a_value_that_misses_a_bound_is_told_with_the_digits_that_tell_them_apart() {
        let (candidates, objective, _) = judge(Vec::new(), &[&|_| (1.0, 0.0)]);
        let currency = Currency::from_code("USD").unwrap();
        let words =
            Words { currency, unit: "credits", candidates: &candidates, objective: &objective };
        for (constraint, value, told) in [
            (Constraint::FillRateAtLeast(0.999), 0.999, "99.90%"),
            (Constraint::FillRateAtLeast(0.999), 0.99896, "99.896%"),
            (Constraint::FillRateAtLeast(0.999), 0.998, "99.80%"),
            (Constraint::OutageProbabilityAtMost(0.05), 0.0501, "5.01%"),
            (Constraint::OutageProbabilityAtMost(0.05), 0.0499, "5%"),
            (Constraint::SpendP95AtMost(60.0), 60.001, "$60.001"),
            (Constraint::RechargesAtMost(2.0), 2.001, "2.001"),
        ] {
            assert_eq!(words.value(constraint, value), told);
        }
    }

    #[test]
    fn a_price_far_from_any_is_told_as_a_multiple() {
        for (times, told) in [
            (None, ""),
            (Some(99.9), ""),
            (Some(100.0), ", some 100 times what a served one costs"),
            (Some(7_812.0), ", some 7,800 times what a served one costs"),
        ] {
            assert_eq!(many_times(times), told, "{times:?}");
        }
    }

    #[test]
    fn a_short_downtime_is_told_in_its_own_unit() {
        for (of, told) in [
            (0.0, "0 s"),
            (0.0001, "under 1 s"),
            (5.0 / 3_600.0, "5 s"),
            (59.4 / 3_600.0, "59 s"),
            (1.0 / 60.0, "1.0 min"),
            (0.5, "30.0 min"),
            (1.0, "1 h"),
            (576.04, "576 h"),
        ] {
            assert_eq!(hours(of), told);
        }
    }

    #[test]
    fn what_was_tried_alone_is_not_said_to_be_the_best() {
        let said = advice(Vec::new(), &[&|r| (50.0 + luck(r), 0.0)]);
        let why = "Keep what you have: it spends $54.95 per cycle (";
        assert!(said.starts_with(why) && said.ends_with(", and nothing else was tried."), "{said}");
    }

    #[test]
    fn a_dearer_candidate_that_refuses_less_names_the_price_at_which_it_pays() {
        let current = |r: usize| (50.0 + luck(r), 100.0);
        let safe = |r: usize| (60.0 + luck(r), 0.0);
        let said = advice(Vec::new(), &[&current, &safe]);
        assert!(said.starts_with("Keep what you have"), "{said}");
        assert!(
            said.ends_with(
                "That holds unless a refused credit costs you more than $0.10; then b would be better."
            ),
            "{said}"
        );
    }

    #[test]
    fn the_infeasible_names_the_nearest_miss_and_what_rules_all_out() {
        let far = |r: usize| (20.0 + luck(r), 400.0);
        let near = |r: usize| (60.0 + luck(r), 100.0);
        assert_eq!(
            advice(vec![Constraint::FillRateAtLeast(0.95)], &[&far, &near]),
            "None of the 2 candidates keeps every constraint: the nearest miss, b, has 90% where a fill rate of \
             at least 95% is required, serves 90% without downtime, and spends $64.95 per cycle. What rules \
             out all of them: a fill rate of at least 95%."
        );
    }

    #[test]
    fn what_may_keep_a_constraint_for_all_that_the_runs_show_is_not_said_to_miss_it() {
        let misses = |r: usize| (60.0 + luck(r), 400.0);
        // Nothing is served in one run of twenty, all in the others: 95 % in the mean, give or take much.
        let seldom = |r: usize| (20.0 + luck(r), if r % 20 == 3 { 1_000.0 } else { 0.0 });
        let said = advice(vec![Constraint::FillRateAtLeast(0.96)], &[&misses, &seldom]);
        let none =
            "None of the 2 candidates keeps every constraint for certain: the nearest miss, b,";
        assert!(said.starts_with(none) && !said.contains("What rules out all of them"), "{said}");
    }

    #[test]
    fn a_constraint_that_costs_money_is_named_with_what_it_costs() {
        let current = |r: usize| (50.0 + luck(r), 0.0);
        let cheap = |r: usize| (20.0 + luck(r), 100.0);
        let said = advice(vec![Constraint::FillRateAtLeast(0.95)], &[&current, &cheap]);
        let last =
            "Without a fill rate of at least 95%, b would cost $24.95 per cycle: it serves 90%";
        assert!(said.contains(last), "{said}");
    }

    #[test]
    fn a_constraint_that_holds_by_chance_is_called_uncertain() {
        let current = |r: usize| (50.0 + luck(r), if r.is_multiple_of(10) { 300.0 } else { 0.0 });
        let said = advice(vec![Constraint::FillRateAtLeast(0.95)], &[&current]);
        assert!(
            said.contains("Whether it keeps a fill rate of at least 95% is not certain: 97%"),
            "{said}"
        );
    }

    #[test]
    fn settings_to_paste_are_quoted_where_a_shell_would_split_them() {
        let set = |text: &str| Setting::from_text(text).unwrap();
        let settings = [set("plan=pro"), set("recharge.caps=[]"), set("recharge.cooldown=2 days")];
        let pasted = arguments(&settings);
        assert_eq!(
            pasted,
            "--set plan=pro --set 'recharge.caps=[]' --set 'recharge.cooldown=2 days'"
        );
    }

    #[test]
    fn near_certainty_is_not_certainty_and_money_below_zero_has_its_sign_first() {
        let (candidates, objective, judgement) = judge(Vec::new(), &[&|_| (1.0, 0.0)]);
        let currency = Currency::from_code("USD").unwrap();
        let words =
            Words { currency, unit: "credits", candidates: &candidates, objective: &objective };
        for (share, text) in [
            (1.0, "100%"),
            (0.9999999, "99.99%"),
            (0.995, "99.50%"),
            (0.95, "95%"),
            (0.0, "0%"),
            (1e-9, "0.01%"),
        ] {
            assert_eq!(words.percent(share), text);
        }
        for (amount, text) in [(-5.0, "-$5.00"), (-0.001, "$0.00"), (1234.5, "$1,234.50")] {
            assert_eq!(words.money(amount), text);
        }
        for (promise, most_probable, share, text) in [
            (None, Some(0.97), 0.97, "over 97%"),
            (None, Some(0.97), 0.96, "96%"),
            (None, Some(0.97), 0.5, "50%"),
            (None, Some(0.97), 0.031, "3.1%"),
            (None, Some(0.97), 0.029, "under 3%"),
            (None, Some(0.97), 0.0, "under 3%"),
            (None, Some(0.9985), 0.9985, "over 99.85%"),
            (Some(0.95), None, 0.95, "at least 95%"),
        ] {
            let judgement = Judgement { promise, most_probable, ..judgement.clone() };
            assert_eq!(words.probability(share, &judgement), text);
        }
    }
}
