//! The levels of usage to run besides the requested ones: near break-evens, and for the lines of a
//! chart.
//!
//! Deliberately absent: running a level.

use crate::study::Confidence;

use super::levels::{Crossing, Level, LevelRuns, PlanChoice, crossings};

/// Number of rounds that add a level at each break-even found so far.
const REFINEMENTS: usize = 2;
/// Maximum number of further rounds that halve the levels around a break-even.
const HALVINGS: usize = 8;
/// Maximum distance of the levels around a break-even, as a share of it. Costs bend where an
/// allowance is used up, so a line between distant levels crosses zero elsewhere than costs do.
const APART: f64 = 0.04;
/// Minimum number of parts into which a chart divides the range of levels.
const PARTS: u32 = 16;

/// Runs levels between `levels` and `today` until every break-even lies between two that are near
/// to each other; returns those that were run. `run` runs one level.
pub(super) fn refine<E>(
    choices: &[PlanChoice],
    levels: &[Level],
    today: &Level,
    confidence: Confidence,
    run: impl Fn(f64) -> Result<Level, E>,
) -> Result<Vec<Level>, E> {
    let mut between = Vec::new();
    for round in 0..REFINEMENTS + HALVINGS {
        let ran = LevelRuns { levels, between: &between, today };
        let crossings = crossings(choices, ran, confidence);
        let more = match round < REFINEMENTS {
            true => untried(ran, &crossings),
            false => halves(ran, &crossings),
        };
        for wanted in more {
            between.push(run(wanted)?);
        }
    }
    Ok(between)
}

/// Levels to run for a chart besides those already run: evenly over all of them and the `spread` of
/// today's usage, and where an allowance is used up.
pub(super) fn to_draw(ran: &[f64], spread: Option<[f64; 2]>, choices: &[PlanChoice]) -> Vec<f64> {
    let ends = ran.iter().copied().chain(spread.into_iter().flatten());
    let low = ends.clone().fold(f64::INFINITY, f64::min);
    let high = ends.fold(f64::NEG_INFINITY, f64::max);
    let part = (high - low) / f64::from(PARTS);
    let allowances = choices.iter().map(|choice| choice.allowance);
    let allowances = allowances.filter(|&allowance| low < allowance && allowance < high);
    let evenly = (0..=PARTS).map(|index| low + part * f64::from(index));
    let mut tried = ran.to_vec();
    for wanted in allowances.chain(evenly).filter(|&wanted| wanted > 0.0) {
        if tried.iter().all(|level| (level - wanted).abs() > part / 4.0) {
            tried.push(wanted);
        }
    }
    tried.split_off(ran.len())
}

/// The levels at which the cheaper of two changes, over all pairs.
fn changes(crossings: &[Crossing]) -> impl Iterator<Item = f64> {
    crossings.iter().flat_map(|crossing| crossing.at.changes()).map(|change| change.level)
}

/// Break-evens at which no level was run yet.
fn untried(ran: LevelRuns<'_>, crossings: &[Crossing]) -> Vec<f64> {
    let mut untried: Vec<f64> = Vec::new();
    for level in changes(crossings) {
        let mut found = ran.levels.iter().chain(ran.between);
        let tried = found.any(|found| near(found.wanted, level));
        if !tried && !untried.iter().any(|&other| near(other, level)) {
            untried.push(level);
        }
    }
    untried
}

/// The middle of the levels around each break-even, if they are too far apart.
fn halves(ran: LevelRuns<'_>, crossings: &[Crossing]) -> Vec<f64> {
    let all = ran.levels.iter().chain(ran.between).chain([ran.today]);
    let mut found: Vec<f64> = all.map(|found| found.level).collect();
    found.sort_by(f64::total_cmp);
    let mut halves: Vec<f64> = Vec::new();
    for level in changes(crossings) {
        let after = found.partition_point(|&found| found <= level);
        let before = after.checked_sub(1).and_then(|before| found.get(before));
        let (Some(before), Some(after)) = (before, found.get(after)) else { continue };
        let half = (before + after) / 2.0;
        let far = after - before > APART * level;
        if far && !halves.iter().any(|&other| near(other, half)) {
            halves.push(half);
        }
    }
    halves
}

/// Returns true if two levels are equal for all purposes.
fn near(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-4 * other.abs()
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::path::Path;

    use super::*;
    use crate::inquiry::BreakEven;
    use crate::inquiry::breach::Breach;
    use crate::inquiry::levels::ChoiceRuns;
    use crate::scenario::Scenario;
    use crate::study::candidates::whole;

    const MONTH: &str = "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-02-01\n";

    /// A small plan and one with an allowance of 6,000, with the same package.
    fn choices() -> Vec<PlanChoice> {
        let scenario = Scenario::from_text("month.toml", MONTH, Path::new("")).unwrap();
        let choice = |plan: &str, allowance| PlanChoice {
            plan: plan.to_owned(),
            package: "1000".to_owned(),
            plan_title: plan.to_owned(),
            value: "small".to_owned(),
            bought: "1,000 package".to_owned(),
            phrase: "the 1,000 package".to_owned(),
            allowance,
            candidate: whole(&scenario, plan.to_owned()),
        };
        vec![choice("small", 0.0), choice("big", 6_000.0)]
    }

    /// A level at which the two have these costs.
    fn level(wanted: f64, level: f64, costs: [f64; 2]) -> Level {
        let tried = |cost| ChoiceRuns {
            cost: vec![cost; 2],
            demanded: vec![level; 2],
            served: vec![level; 2],
            in_periods: Default::default(),
            downtime: 0.0,
            breach: Breach::NONE,
        };
        Level { wanted, level, tried: costs.map(tried).into() }
    }

    /// The levels that are run to find a break-even, with the crossings found.
    fn refined(costs: impl Fn(f64) -> [f64; 2]) -> (Vec<f64>, Vec<Crossing>) {
        let at = |wanted: f64| level(wanted, wanted, costs(wanted));
        let (levels, today) = ([at(1_000.0), at(9_000.0)], level(0.0, 2_000.0, costs(2_000.0)));
        let (choices, confidence) = (choices(), Confidence::USUAL);
        let run = |wanted| Ok::<_, Infallible>(at(wanted));
        let between = refine(&choices, &levels, &today, confidence, run).unwrap();
        let ran = LevelRuns { levels: &levels, between: &between, today: &today };
        let found = crossings(&choices, ran, confidence);
        (between.iter().map(|level| level.level).collect(), found)
    }

    #[test]
    fn a_break_even_of_costs_that_bend_is_found_between_levels_that_are_near() {
        // The big plan costs 30 up to its allowance and 1.5 cents a credit beyond; the small one a
        // cent.
        let costs = |level: f64| [level * 0.01, 30.0 + (level - 6_000.0).max(0.0) * 0.015];
        let (between, found) = refined(costs);
        let [Crossing { at: BreakEven::At(change), .. }] = found.as_slice() else {
            panic!("{found:?}")
        };
        assert!((change.level - 3_000.0).abs() < 1e-6, "{change:?}");
        assert!(between.iter().any(|level| (level - 3_000.0).abs() < 1.0), "{between:?}");
    }

    #[test]
    fn costs_that_never_meet_take_no_level_besides() {
        assert!(refined(|level| [level * 0.01, 100.0 + level * 0.01]).0.is_empty());
    }

    #[test]
    fn a_jump_is_closed_in_to_a_few_percent() {
        let step = |level: f64| [if level < 5_000.0 { 10.0 } else { 90.0 }, 50.0];
        let (between, found) = refined(step);
        let change = found[0].at.changes()[0];
        assert!((change.level - 5_000.0).abs() < APART * 5_000.0, "{change:?}");
        assert!(between.len() <= REFINEMENTS + HALVINGS, "{between:?}");
    }

    #[test]
    fn a_picture_has_levels_evenly_and_at_allowances_but_none_twice() {
        let ran = [1_000.0, 9_000.0, 2_000.0];
        let drawn = to_draw(&ran, Some([1_500.0, 11_000.0]), &choices());
        assert_eq!(drawn[0], 6_000.0);
        let mut all: Vec<f64> = ran.into_iter().chain(drawn).collect();
        all.sort_by(f64::total_cmp);
        let part = (11_000.0 - 1_000.0) / f64::from(PARTS);
        assert_eq!((all[0], all[all.len() - 1]), (1_000.0, 11_000.0));
        let gaps = || all.windows(2).map(|pair| pair[1] - pair[0]);
        assert!(gaps().all(|gap| gap > part / 4.0 && gap < 2.0 * part), "{all:?}");
    }
}
