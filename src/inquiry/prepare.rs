//! An event with much usage: the smallest top-up by hand beforehand with which service stays as wanted.
//!
//! The run is the event alone: it begins with the balance and the uses of caps that the scenario states, and every
//! future draws its usage, its charges and their failures. Top-ups are tried on the same futures, in rounds that close
//! in on the smallest that does, to the credit or to a thousandth of it. More credits can be worse, where they put off a
//! recharge into a busier hour, so some larger top-ups are tried too, and those that packs on sale come to. Where the caps
//! leave too little, the numbers that show it are told, and the cap that would do without a top-up. Deliberately absent:
//! sentences.

use rust_decimal::Decimal;

use crate::domain::{CreditTotal, Credits};
use crate::engine::{CapRoom, EngineError};
use crate::figures::Figure;
use crate::replay::ReplayError;
use crate::scenario::{Scenario, Setting, SettingPath};
use crate::study::candidates::whole;
use crate::study::estimate::value_at;
use crate::study::{
    Candidate, Ending, Objective, Question, Runs, StudyRuns, StudySpec, Until, UsageModel,
};

use super::basket::{Basket, baskets, smaller_baskets};
use super::changes::setting;
use super::error::InquiryError;
use super::pool::Means;
use super::score::{Score, mean};
use super::study::run;

/// Top-ups that are tried at once.
const AT_ONCE: u64 = 4;
/// The part of a top-up to which the smallest that does is found.
const EXACT: u64 = 1_000;
/// Larger top-ups that are tried beyond it: a range of numbers that do not do is as wide as what makes a recharge come a
/// request later, which is little of what an event asks for.
const LARGER: u64 = 256;
/// Uses of a cap that are tried, at most.
const MOST_USES: u64 = 64;
/// Baskets of packs that come to the top-up and are tried, the cheapest first.
const MOST_BASKETS: usize = 16;
/// Smaller baskets of packs up to which all of them that cost less are tried.
const MOST_SMALLER: usize = 64;
/// The largest top-up that is tried, in credits.
const LARGEST: u64 = 500_000_000_000;

/// An event and its usage.
#[derive(Clone, Copy, Debug)]
pub struct PrepareQuestion<'q> {
    /// The rules and the account, over the time of the event.
    pub scenario: &'q Scenario,
    /// What is wanted of service.
    pub spec: &'q StudySpec,
    /// The usage during the event.
    pub usage: &'q UsageModel,
    /// Futures.
    pub futures: usize,
}

/// The smallest top-up that does.
#[derive(Clone, Debug)]
pub struct PrepareAnswer {
    /// The balance when the event begins, before the top-up.
    pub balance: Credits,
    /// Credits to add: the smallest number from which on all that were tried do; `None` where no top-up does.
    pub top_up: Option<u64>,
    /// The smallest number that does, beyond which some do not.
    pub smallest: Option<u64>,
    /// What was tried, by the size of the top-up.
    pub tried: Vec<TriedTopUp>,
    /// The cheapest packs on sale that keep what must hold; `None` where none is needed or sold, or where no number of them
    /// that was tried does.
    pub packs: Option<Basket>,
    /// Whether no packs that cost less keep it: all of them were tried, also those that come to less than the top-up.
    pub is_cheapest: bool,
    /// Credits that are asked for during the event: in the middle future, and those that 95 and 99 of 100 stay
    /// within.
    pub demand: [f64; 3],
    /// What the caps leave during the event.
    pub room: CapRoom,
    /// What comes besides during the event, where that can be known.
    pub allowances: Option<Allowances>,
    /// The uses of the caps on the number of recharges from which no top-up is needed; `None` where none is needed
    /// anyway, where there is no such cap, or where no number of them does.
    pub cap_needed: Option<u64>,
    /// What must hold.
    pub objective: Objective,
    /// Futures.
    pub futures: usize,
}

/// What became of a top-up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TriedTopUp {
    /// Credits added before the event.
    pub credits: u64,
    /// Futures with an outage.
    pub outages: usize,
    /// Credits refused on average.
    pub refused: f64,
    /// Recharges on average.
    pub recharges: f64,
    /// Whether what must hold holds.
    pub is_enough: bool,
}

/// The allowances of cycles that begin during an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allowances {
    /// The cycles.
    pub cycles: u64,
    /// Their credits.
    pub credits: CreditTotal,
}

/// Finds the top-up.
pub fn prepare(
    question: PrepareQuestion<'_>,
    means: Means<'_>,
) -> Result<PrepareAnswer, InquiryError> {
    let search = TopUpSearch { question, means, balance: balance(question.scenario) };
    let first = search.try_all(&[0])?;
    let demand = demand(&first.runs[0]);
    if first.runs[0].column(Figure::DEMANDED).iter().all(|&asked| asked <= 0.0) {
        let horizon = question.scenario.setup.horizon;
        let local = |at| question.scenario.zone.show_local(at);
        let (from, to) = (local(horizon.from), local(horizon.to));
        return Err(InquiryError::NothingDuringEvent { from, to, futures: question.futures });
    }
    let limits = limits(question.scenario);
    let (smallest, mut tried) = search.smallest(demand[2])?;
    tried.extend(search.larger(smallest, demand[2])?);
    ascending(&mut tried);
    search.close_in(&mut tried)?;
    let top_up = from_which_on(&tried, smallest);
    let TriedPacks { packs, is_cheapest, tried: more } = search.packs(top_up)?;
    tried.extend(more);
    ascending(&mut tried);
    // Packs may have come to a larger number that does not do, or to the smallest that does.
    let enough = tried.iter().find(|one| one.is_enough).map(|one| one.credits);
    let smallest = smallest.and(enough);
    let top_up = from_which_on(&tried, smallest);
    let cap_needed = match top_up {
        Some(0) => None,
        _ => search.cap_needed(&limits)?,
    };
    Ok(PrepareAnswer {
        balance: search.balance,
        top_up,
        smallest,
        tried,
        packs,
        is_cheapest,
        demand,
        room: room(question.scenario, search.balance)?,
        allowances: allowances(question.scenario),
        cap_needed,
        objective: first.objective,
        futures: question.futures,
    })
}

struct TopUpSearch<'q> {
    question: PrepareQuestion<'q>,
    means: Means<'q>,
    balance: Credits,
}

/// Packs on sale that were tried.
#[derive(Default)]
struct TriedPacks {
    /// The cheapest that do.
    packs: Option<Basket>,
    /// Whether all that cost less were tried.
    is_cheapest: bool,
    /// What was tried for it.
    tried: Vec<TriedTopUp>,
}

/// Runs of candidates and what became of them.
struct Attempt {
    runs: Vec<Runs>,
    kept: Vec<bool>,
    objective: Objective,
}

impl TopUpSearch<'_> {
    /// The smallest top-up that does, and what was tried. It starts from what 99 of 100 futures ask for.
    fn smallest(&self, demand: f64) -> Result<(Option<u64>, Vec<TriedTopUp>), InquiryError> {
        let mut tried: Vec<TriedTopUp> = self.tried(&[0])?;
        if tried[0].is_enough {
            return Ok((Some(0), tried));
        }
        let (mut low, mut high) = (0, (libm::ceil(demand) as u64).max(1));
        loop {
            let found = self.tried(&[high])?;
            tried.extend(&found);
            if found[0].is_enough {
                break;
            }
            // A top-up that expires before the event ends is no better for being larger.
            let is_no_better = low > 0 && found[0].refused >= tried[tried.len() - 2].refused;
            if high >= LARGEST || is_no_better {
                return Ok((None, tried));
            }
            (low, high) = (high, high * 2);
        }
        while high - low > (high / EXACT).max(1) {
            let step = ((high - low) / AT_ONCE).max(1);
            let between: Vec<u64> =
                (1..AT_ONCE).map(|part| low + part * step).filter(|&at| at < high).collect();
            let found = self.tried(&between)?;
            tried.extend(&found);
            let enough = found.iter().position(|one| one.is_enough);
            match enough {
                Some(first) => {
                    high = between[first];
                    low = first.checked_sub(1).map_or(low, |before| between[before]);
                }
                None => low = between.last().copied().unwrap_or(low),
            }
        }
        Ok((Some(high), tried))
    }

    /// Tries numbers between the largest that does not do and the next one that does, until they are near.
    fn close_in(&self, tried: &mut Vec<TriedTopUp>) -> Result<(), InquiryError> {
        loop {
            let Some(last) = tried.iter().rposition(|one| !one.is_enough) else { return Ok(()) };
            let Some(next) = tried.get(last + 1) else { return Ok(()) };
            let (low, high) = (tried[last].credits, next.credits);
            if high - low <= (high / EXACT).max(1) {
                return Ok(());
            }
            let step = ((high - low) / AT_ONCE).max(1);
            let between = (1..AT_ONCE).map(|part| low + part * step).filter(|&at| at < high);
            tried.extend(self.tried(&between.collect::<Vec<u64>>())?);
            ascending(tried);
        }
    }

    /// Some larger top-ups, up to what most futures ask for beyond it.
    fn larger(&self, top_up: Option<u64>, demand: f64) -> Result<Vec<TriedTopUp>, InquiryError> {
        let Some(top_up) = top_up.filter(|&top_up| top_up > 0) else { return Ok(Vec::new()) };
        let step = (libm::ceil(demand) as u64).div_ceil(LARGER).max(1);
        let larger: Vec<u64> = (1..=LARGER).map(|times| top_up + times * step).collect();
        self.tried(&larger)
    }

    /// The cheapest packs on sale of those that do, and what was tried for them: first what comes to at least the top-up, then,
    /// as smaller numbers may do too, all that costs less than that, from the cheapest on until one does.
    fn packs(&self, top_up: Option<u64>) -> Result<TriedPacks, InquiryError> {
        let Some(top_up) = top_up.filter(|&top_up| top_up > 0) else {
            return Ok(TriedPacks::default());
        };
        let packages = &self.question.scenario.packages;
        let sold = baskets(packages, top_up, MOST_BASKETS).unwrap_or_default();
        let Some(first) = sold.first().cloned() else { return Ok(TriedPacks::default()) };
        let credits: Vec<u64> = sold.iter().map(|basket| basket.credits).collect();
        let mut tried = self.tried(&credits)?;
        let enough = tried.iter().position(|one| one.is_enough);
        let packs = enough.map(|place| sold[place].clone());
        let price = packs.as_ref().unwrap_or(&first).price;
        let Some(smaller) = smaller_baskets(packages, top_up, price, MOST_SMALLER) else {
            return Ok(TriedPacks { packs, is_cheapest: false, tried });
        };
        for some in smaller.chunks(AT_ONCE as usize) {
            let credits: Vec<u64> = some.iter().map(|basket| basket.credits).collect();
            let found = self.tried(&credits)?;
            tried.extend(&found);
            if let Some(place) = found.iter().position(|one| one.is_enough) {
                let packs = Some(some[place].clone());
                return Ok(TriedPacks { packs, is_cheapest: true, tried });
            }
        }
        Ok(TriedPacks { packs, is_cheapest: true, tried })
    }

    fn tried(&self, credits: &[u64]) -> Result<Vec<TriedTopUp>, InquiryError> {
        let Attempt { runs, kept, .. } = self.try_all(credits)?;
        let all = credits.iter().zip(&runs).zip(kept);
        Ok(all
            .map(|((&credits, runs), is_enough)| TriedTopUp {
                credits,
                outages: runs.column(Figure::OUTAGES).iter().filter(|&&count| count > 0.0).count(),
                refused: mean(runs.column(Figure::REFUSED)),
                recharges: mean(runs.column(Figure::RECHARGES)),
                is_enough,
            })
            .collect())
    }

    /// Runs the event with each of these top-ups.
    fn try_all(&self, credits: &[u64]) -> Result<Attempt, InquiryError> {
        let settings =
            |&credits: &u64| vec![opening(self.balance.decimal() + Decimal::from(credits))];
        self.attempt(credits.iter().map(settings).collect())
    }

    fn attempt(&self, settings: Vec<Vec<Setting>>) -> Result<Attempt, InquiryError> {
        let made = |set: Vec<Setting>| {
            let made = self.question.scenario.with_overrides(&set);
            made.map(|made| whole(&made, String::new()))
                .map_err(|reasons| InquiryError::Settings { reasons: reasons.to_string() })
        };
        let candidates: Vec<Candidate> =
            settings.into_iter().map(made).collect::<Result<_, _>>()?;
        let objective = self.question.spec.objective(&candidates);
        let question = Question {
            candidates: &candidates,
            source: self.question.usage,
            seed: self.question.scenario.seed,
            objective: objective.clone(),
            until: Until::Replications(self.question.futures),
        };
        let StudyRuns { runs, ended } = run(&question, self.means)?;
        if ended == Ending::Interrupted {
            return Err(InquiryError::Interrupted { before: "a top-up was found" });
        }
        let both = candidates.iter().zip(&runs);
        let kept = both.map(|(one, runs)| Score::of(one, runs, &objective).breach.is_none());
        Ok(Attempt { kept: kept.collect(), runs, objective })
    }

    /// The number of uses from which no top-up is needed, where all caps on the number of recharges allow it.
    fn cap_needed(&self, limits: &[(SettingPath, u64)]) -> Result<Option<u64>, InquiryError> {
        let Some(least) = limits.iter().map(|(_, limit)| *limit).min() else { return Ok(None) };
        let numbers: Vec<u64> = (least + 1..=least + MOST_USES).collect();
        let settings = |&uses: &u64| -> Vec<Setting> {
            let lower = limits.iter().filter(|(_, limit)| *limit < uses);
            let raised = lower.map(|(path, _)| Setting { path: path.clone(), value: uses.into() });
            // The same balance as without a top-up, also where the scenario states none.
            let opening = opening(self.balance.decimal());
            raised.chain([opening]).collect()
        };
        let found = self.attempt(numbers.iter().map(settings).collect())?;
        Ok(found.kept.iter().position(|&kept| kept).map(|place| numbers[place]))
    }
}

/// In order, each number once.
fn ascending(tried: &mut Vec<TriedTopUp>) {
    tried.sort_by_key(|one| one.credits);
    tried.dedup_by_key(|one| one.credits);
}

/// The number from which on all that were tried do; the smallest that does where the largest tried does not.
fn from_which_on(tried: &[TriedTopUp], smallest: Option<u64>) -> Option<u64> {
    let smallest = smallest?;
    let last = tried.iter().rposition(|one| !one.is_enough);
    let next = last.map_or(tried.first(), |last| tried.get(last + 1));
    Some(next.map_or(smallest, |one| one.credits).max(smallest))
}

/// The setting of the balance at the start.
const BALANCE: [&str; 2] = ["account", "opening_balance"];

/// The balance that the scenario states.
fn balance(scenario: &Scenario) -> Credits {
    let value = scenario.setting(&BALANCE.into()).and_then(|value| value.decimal());
    value.and_then(|value| value.to_string().parse().ok()).unwrap_or(Credits::ZERO)
}

/// The setting of a balance at the start.
fn opening(credits: Decimal) -> Setting {
    setting(&BALANCE.into(), credits)
}

/// What is asked for: in the middle future, and in 95 and 99 of 100.
fn demand(runs: &Runs) -> [f64; 3] {
    let mut demanded = runs.column(Figure::DEMANDED).to_vec();
    demanded.sort_by(f64::total_cmp);
    [0.5, 0.95, 0.99]
        .map(|share| value_at(&demanded, share).expect("an event has at least one future"))
}

/// The caps on the number of recharges, each with the path of its number.
fn limits(scenario: &Scenario) -> Vec<(SettingPath, u64)> {
    const MOST: usize = 16;
    let limit = |index: usize| {
        let path = SettingPath::new(&format!("recharge.caps.{index}.recharges")).ok()?;
        let limit = scenario.setting(&path)?.to_string().parse().ok()?;
        Some((path, limit))
    };
    (0..MOST).filter_map(limit).collect()
}

/// What the caps leave during the event, for an account with this balance at its start, as it is run.
fn room(scenario: &Scenario, balance: Credits) -> Result<CapRoom, InquiryError> {
    let made = scenario.with_overrides(&[opening(balance.decimal())]);
    let made = made.map_err(|reasons| InquiryError::Settings { reasons: reasons.to_string() })?;
    let (seed, at) = (made.seed, made.setup.horizon.from);
    CapRoom::of(&made.setup).map_err(|what| {
        let error = EngineError::Overflow { at, what };
        ReplayError::Engine { seed, replication: 0, error }.into()
    })
}

/// The allowances that come during the event; `None` where gifts or actions may bring or take credits besides.
fn allowances(scenario: &Scenario) -> Option<Allowances> {
    let setup = &scenario.setup;
    let contract = &setup.policy.contract;
    if !contract.gifts.is_empty() || !contract.plan.quotas.is_empty() || !setup.actions.is_empty() {
        return None;
    }
    let (first, end) = (contract.cycles.index(setup.horizon.from), setup.horizon.to);
    let begin = (first + 1..).take_while(|&index| contract.cycles.start(index) < end);
    let mut all = Allowances::default();
    for _ in begin.take_while(|_| contract.plan.allowance.is_positive()) {
        all.cycles += 1;
        all.credits += contract.plan.allowance;
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn tried(numbers: &[(u64, bool)]) -> Vec<TriedTopUp> {
        let one = |&(credits, is_enough): &(u64, bool)| TriedTopUp {
            credits,
            outages: usize::from(!is_enough),
            refused: 0.0,
            recharges: 0.0,
            is_enough,
        };
        numbers.iter().map(one).collect()
    }

    /// Two days of slots of six hours, from 18:00 on 30 January, in a cycle that begins on 31 January.
    const SLOTS: usize = 8;
    const MOST_AT_ONCE: u64 = 3;

    /// A window of a cap, by slots since midnight of 30 January: the window of a slot, or the slots that a rolling one has.
    enum Slots {
        Partition(fn(usize) -> usize),
        Rolling(usize),
    }

    /// The most recharges by trying all numbers of them in all slots. A cap has its slots, its limit in recharges, and those
    /// before the first slot, by how many slots ago.
    fn by_trying_all(caps: &[(Slots, u64, &[usize])]) -> u64 {
        let fits = |taken: &[u64]| {
            caps.iter().all(|(slots, limit, past)| {
                let counted = |inside: &dyn Fn(i64) -> bool| {
                    let now = taken.iter().enumerate().filter(|(slot, _)| inside(*slot as i64));
                    let before = past.iter().filter(|&&ago| inside(-(ago as i64)));
                    now.map(|(_, count)| count).sum::<u64>() + before.count() as u64
                };
                (0..SLOTS).all(|slot| match slots {
                    Slots::Partition(window) => {
                        let own = window(slot + 3);
                        counted(&|other| window((other + 3) as usize) == own) <= *limit
                    }
                    Slots::Rolling(length) => {
                        let from = slot as i64 - *length as i64;
                        counted(&|other| other > from && other <= slot as i64) <= *limit
                    }
                })
            })
        };
        let all = (MOST_AT_ONCE + 1).pow(SLOTS as u32);
        let taken = |number: u64| -> Vec<u64> {
            (0..SLOTS as u32).map(|slot| number / 4_u64.pow(slot) % 4).collect()
        };
        (0..all)
            .map(taken)
            .filter(|taken| fits(taken))
            .map(|taken| taken.iter().sum())
            .max()
            .unwrap()
    }

    #[test]
    fn what_caps_leave_is_what_trying_all_numbers_in_all_windows_finds() {
        let day = || Slots::Partition(|slot| slot / 4);
        let month = || Slots::Partition(|slot| usize::from(slot >= 8));
        let cycle = || Slots::Partition(|slot| usize::from(slot >= 4));
        let past = "charges = [{ at = 2026-01-30T12:00:00, credits = 10, price = \"7.00\" }]";
        for (caps, account, slots) in [
            ("{ recharges = 2, per = \"day\" }", "", vec![(day(), 2, &[][..])]),
            ("{ recharges = 2, per = \"day\" }", past, vec![(day(), 2, &[1])]),
            (
                "{ recharges = 2, per = \"day\" }",
                "caps_used = { day = { recharges = 2 } }",
                vec![(day(), 2, &[1, 1])],
            ),
            ("{ money = \"20.00\", per = \"day\" }", past, vec![(day(), 2, &[1])]),
            ("{ credits = 35, per = \"month\" }", "", vec![(month(), 3, &[])]),
            ("{ recharges = 1, per = \"12h\" }", past, vec![(Slots::Rolling(2), 1, &[1])]),
            (
                "{ money = \"14.00\", per = \"18h\" }, { recharges = 3, per = \"cycle\" }",
                past,
                vec![(Slots::Rolling(3), 2, &[1]), (cycle(), 3, &[1])],
            ),
            (
                "{ recharges = 2, per = \"day\" }, { recharges = 3, per = \"month\" }, \
                 { recharges = 1, per = \"6h\" }",
                "",
                vec![(day(), 2, &[]), (month(), 3, &[]), (Slots::Rolling(1), 1, &[])],
            ),
        ] {
            let text = format!(
                "currency = \"USD\"\nstart = 2026-01-30T18:00:00\nend = 2026-02-01T18:00:00\n\
                 cycle = {{ anchor = 2026-01-31 }}\npackages.ten = {{ credits = 10, price = \"7.00\" }}\n\
                 recharge = {{ at_or_below = 2, package = \"ten\", caps = [{caps}] }}\n\
                 account = {{ {account} }}\n"
            );
            let scenario = Scenario::from_text("caps.toml", &text, Path::new("")).unwrap();
            let found = room(&scenario, Credits::ZERO).unwrap().together.unwrap();
            let most = by_trying_all(&slots);
            assert_eq!(found.recharges, most, "{caps} {account}");
            assert_eq!(found.credits.to_f64(), 10.0 * most as f64, "{caps} {account}");
        }
    }

    #[test]
    fn the_top_up_is_the_number_from_which_on_all_do_and_not_one_below_a_number_that_does_not() {
        let all = [(0, false), (13_901, true), (14_028, false), (14_088, true), (20_000, true)];
        assert_eq!(from_which_on(&tried(&all), Some(13_901)), Some(14_088));
        assert_eq!(from_which_on(&tried(&all[..2]), Some(13_901)), Some(13_901));
        assert_eq!(from_which_on(&tried(&all[..3]), Some(13_901)), Some(13_901), "none is known");
        assert_eq!(from_which_on(&tried(&[(0, true)]), Some(0)), Some(0));
        assert_eq!(from_which_on(&tried(&[(0, false)]), None), None);
    }
}
