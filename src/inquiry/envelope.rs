//! The cheapest of all choices along usage, and the levels at which it changes.
//!
//! Lines are straight between the levels that were run; a change between two choices is their
//! break-even, with its interval.

use super::answer::PlanAnswer;
use super::break_even::{Crossover, NOTHING};
use super::levels::{Level, crossing};

/// A level of usage and what it costs.
pub type CostPoint = (f64, f64);

/// A stretch of levels along which one choice is the cheapest.
#[derive(Clone, Debug, PartialEq)]
pub struct Stretch {
    /// The choice.
    pub choice: usize,
    /// Levels and costs, ascending.
    pub points: Vec<CostPoint>,
}

/// A level at which another choice becomes the cheapest.
#[derive(Clone, Debug, PartialEq)]
pub struct Takeover {
    /// The cheapest below it.
    pub from: usize,
    /// The cheapest above it.
    pub to: usize,
    /// The level.
    pub at: Crossover,
}

/// The costs of all choices along usage.
#[derive(Clone, Debug, PartialEq)]
pub struct Envelope {
    /// Levels and costs by choice, ascending.
    pub costs: Vec<Vec<CostPoint>>,
    /// The cheapest, from the lowest level to the highest.
    pub cheapest: Vec<Stretch>,
    /// The changes of the cheapest choice, ascending.
    pub changes: Vec<Takeover>,
}

/// The minimum distance between levels drawn, as a share of the range of levels. Each level is run
/// on its own usage, so lines through closer ones would show luck.
const NEAR: f64 = 1.0 / 64.0;

impl Envelope {
    /// The envelope of an answer; `None` where a level has no cost.
    pub fn of(plans: &PlanAnswer) -> Option<Envelope> {
        let levels = apart(plans)?;
        let costs = |choice| levels.iter().map(|at| point(at, choice, plans)).collect();
        let costs: Option<Vec<Vec<CostPoint>>> = (0..plans.choices.len()).map(costs).collect();
        let costs = costs?;
        let cheapest = cheapest(&costs);
        let takeovers = cheapest.windows(2).filter_map(|pair| takeover(plans, pair));
        let changes = takeovers.collect();
        Some(Envelope { costs, cheapest, changes })
    }

    /// The cost of a choice at a level, on a straight line between those that were run.
    pub fn cost(&self, choice: usize, level: f64) -> Option<f64> {
        let points = self.costs.get(choice)?;
        let after = points.partition_point(|point| point.0 < level);
        let before = after.checked_sub(1).and_then(|before| points.get(before));
        match (before, points.get(after)) {
            (Some(&(x0, y0)), Some(&(x1, y1))) => Some(y0 + (level - x0) / (x1 - x0) * (y1 - y0)),
            (one, other) => one.or(other).map(|point| point.1),
        }
    }

    /// The first change above a level, and the level of the one after it.
    pub fn next(&self, level: f64) -> Option<(&Takeover, Option<f64>)> {
        let mut above = self.changes.iter().filter(|change| change.at.level > level);
        let first = above.next()?;
        Some((first, above.next().map(|then| then.at.level)))
    }
}

/// The break-even of two stretches: the one nearest to the crossing of their lines.
fn takeover(plans: &PlanAnswer, pair: &[Stretch]) -> Option<Takeover> {
    let (from, to) = (pair[0].choice, pair[1].choice);
    let is_pair =
        |small: usize, big: usize| (small, big) == (from, to) || (small, big) == (to, from);
    // The reported break-even is reused, so that text and picture agree.
    let known = plans.crossings.iter().find(|known| is_pair(known.small, known.big));
    let found = || crossing(plans.ran(), (from, to), plans.confidence);
    let crossing = known.cloned().or_else(found)?;
    let meet = pair[1].points.first()?.0;
    let rises = |change: &&Crossover| crossing.choice(change.cheaper) == to;
    let far = |change: &Crossover| (change.level - meet).abs();
    let changes = crossing.at.changes().iter().filter(rises);
    let at = *changes.min_by(|a, b| far(a).total_cmp(&far(b)))?;
    Some(Takeover { from, to, at })
}

fn point(level: &Level, choice: usize, plans: &PlanAnswer) -> Option<CostPoint> {
    Some((level.level, level.cost(choice, plans.confidence)?.value))
}

/// The levels that lines are drawn through, ascending: those of the table, and the others that are
/// not too near to one already drawn.
fn apart(plans: &PlanAnswer) -> Option<Vec<&Level>> {
    let all = plans.all();
    let near = (all.last()?.level - all.first()?.level) * NEAR;
    let mut kept = plans.rows();
    for &level in &all {
        if kept.iter().all(|other| (other.level - level.level).abs() > near) {
            kept.push(level);
        }
    }
    kept.sort_by(|a, b| a.level.total_cmp(&b.level));
    kept.dedup_by(|a, b| a.level == b.level);
    Some(kept)
}

/// The point at which two lines meet between two levels.
fn meeting(ours: [CostPoint; 2], theirs: [CostPoint; 2]) -> CostPoint {
    let [(x0, a0), (x1, a1)] = ours;
    let (before, after) = (a0 - theirs[0].1, a1 - theirs[1].1);
    let part = if before == after { 1.0 } else { (before / (before - after)).clamp(0.0, 1.0) };
    (x0 + part * (x1 - x0), a0 + part * (a1 - a0))
}

/// The stretches along which one choice is the cheapest. A choice stays until another is cheaper; of
/// choices that cost the same, the one begins that stays longest.
fn cheapest(costs: &[Vec<CostPoint>]) -> Vec<Stretch> {
    let levels = costs.first().map_or(0, Vec::len);
    let mut stretches: Vec<Stretch> = Vec::new();
    for index in 0..levels {
        let at = |choice: usize| costs[choice][index];
        let best = longest(costs, index);
        let Some(last) = stretches.last_mut() else {
            stretches.push(Stretch { choice: best, points: vec![at(best)] });
            continue;
        };
        if at(last.choice).1 <= at(best).1 {
            last.points.push(at(last.choice));
            continue;
        }
        let around = |choice: usize| [costs[choice][index - 1], at(choice)];
        let meet = meeting(around(last.choice), around(best));
        last.points.push(meet);
        stretches.push(Stretch { choice: best, points: vec![meet, at(best)] });
    }
    stretches
}

/// The cheapest choice at a level; of several, the one that stays the cheapest over the most levels.
fn longest(costs: &[Vec<CostPoint>], index: usize) -> usize {
    let levels = costs.first().map_or(0, Vec::len);
    let is_least = |choice: usize, level: usize| {
        costs.iter().all(|other| costs[choice][level].1 <= other[level].1 + NOTHING)
    };
    let stays = |choice: usize| (index..levels).take_while(|&at| is_least(choice, at)).count();
    (0..costs.len()).rev().max_by_key(|&choice| stays(choice)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(costs: &[f64]) -> Vec<CostPoint> {
        costs.iter().enumerate().map(|(index, &cost)| (index as f64, cost)).collect()
    }

    #[test]
    fn the_cheapest_changes_where_lines_meet() {
        let small = line(&[1.0, 2.0, 3.0, 4.0]);
        let big = line(&[2.5, 2.5, 2.5, 2.5]);
        let found = cheapest(&[small, big]);
        let choices: Vec<usize> = found.iter().map(|stretch| stretch.choice).collect();
        assert_eq!(choices, [0, 1]);
        assert_eq!(found[0].points.last(), Some(&(1.5, 2.5)));
        assert_eq!(found[1].points, [(1.5, 2.5), (2.0, 2.5), (3.0, 2.5)]);
    }

    #[test]
    fn a_choice_stays_the_cheapest_while_others_only_cost_the_same() {
        let found = cheapest(&[line(&[3.0, 1.0, 1.0]), line(&[2.0, 1.0, 1.0])]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].choice, 1);
        assert!(cheapest(&[]).is_empty());
    }

    #[test]
    fn of_equals_the_one_begins_that_stays_the_cheapest_longest() {
        let found =
            cheapest(&[line(&[1.0, 1.0, 3.0]), line(&[1.0, 1.0, 2.0]), line(&[1.0, 2.0, 4.0])]);
        assert_eq!(found.iter().map(|stretch| stretch.choice).collect::<Vec<_>>(), [1]);
        // All the same at every level: the first.
        assert_eq!(cheapest(&[line(&[1.0, 1.0]), line(&[1.0, 1.0])])[0].choice, 0);
    }

    #[test]
    fn between_levels_costs_run_straight() {
        let costs = vec![vec![(0.0, 1.0), (10.0, 2.0)]];
        let envelope = Envelope { costs, cheapest: Vec::new(), changes: Vec::new() };
        for (level, cost) in [(-1.0, 1.0), (0.0, 1.0), (2.5, 1.25), (10.0, 2.0), (99.0, 2.0)] {
            assert_eq!(envelope.cost(0, level), Some(cost), "{level}");
        }
        assert_eq!(envelope.cost(1, 0.0), None);
    }
}
