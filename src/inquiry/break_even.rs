//! Break-evens: levels of usage at which the cheaper of two choices changes.

use crate::study::Estimate;

/// The cost of the first of two beyond the second at one level of usage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CostDifference {
    /// The level: credits per period.
    pub level: f64,
    /// The additional cost of the first, with its interval.
    pub difference: Estimate,
    /// True if the level is a row of the table, which no sentence may contradict. A level that was
    /// run only to find a break-even counts only if its difference is certain.
    pub shown: bool,
}

/// One of two that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The first.
    First,
    /// The second.
    Second,
}

impl Side {
    /// The other of the two.
    pub fn other(self) -> Side {
        match self {
            Side::First => Side::Second,
            Side::Second => Side::First,
        }
    }
}

/// A level at which the cheaper of two changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crossover {
    /// The level, interpolated between two that were tried.
    pub level: f64,
    /// The lower end of the interval; `None` if that is below all levels.
    pub low: Option<f64>,
    /// The upper end of the interval; `None` if that is above all levels.
    pub high: Option<f64>,
    /// The cheaper one above the level; the other one is cheaper below.
    pub cheaper: Side,
}

/// The cheaper of two choices along usage.
#[derive(Clone, Debug, PartialEq)]
pub enum BreakEven {
    /// It changes once between the levels tried.
    At(Crossover),
    /// It changes back and forth at these levels: two or more, ascending.
    Alternates(Vec<Crossover>),
    /// It is the same one at every level tried.
    Throughout {
        /// The cheaper one.
        cheaper: Side,
        /// True if the two cost the same at some of the levels.
        ties: bool,
    },
    /// Both cost the same at every level tried.
    Same,
}

impl BreakEven {
    /// The changes of the cheaper one, ascending.
    pub fn changes(&self) -> &[Crossover] {
        match self {
            BreakEven::At(change) => std::slice::from_ref(change),
            BreakEven::Alternates(changes) => changes,
            BreakEven::Throughout { .. } | BreakEven::Same => &[],
        }
    }
}

/// The break-even of two along levels in ascending order. The interval of a change reaches from
/// where the intervals of the difference begin to span zero to where they end to, level by level.
pub fn break_even(points: &[CostDifference]) -> BreakEven {
    let sides = || points.iter().filter_map(side);
    let Some(cheaper) = sides().next() else { return BreakEven::Same };
    if sides().all(|side| side == cheaper) {
        return BreakEven::Throughout { cheaper, ties: sides().count() < points.len() };
    }
    let firm = changes(points, |point| point.shown || sure(point).is_some());
    // Sides that differ only in doubt differ still.
    let mut changes = if firm.is_empty() { changes(points, |_| true) } else { firm };
    match changes.len() {
        1 => BreakEven::At(changes.remove(0)),
        _ => BreakEven::Alternates(changes),
    }
}

/// Differences of money below this are what sums of floats leave over.
pub(super) const NOTHING: f64 = 1e-9;

/// The cheaper one at a level; neither if both cost the same.
fn side(point: &CostDifference) -> Option<Side> {
    match point.difference.value {
        more if more > NOTHING => Some(Side::Second),
        less if less < -NOTHING => Some(Side::First),
        _ => None,
    }
}

/// The one that is certainly cheaper. Without an interval the mean decides.
fn sure(point: &CostDifference) -> Option<Side> {
    let side = side(point)?;
    bound(point, side).is_none_or(|bound| (bound > 0.0) == (side == Side::Second)).then_some(side)
}

/// The limit of the interval that is nearer to zero, if one side is cheaper.
fn bound(point: &CostDifference, side: Side) -> Option<f64> {
    match side {
        Side::First => point.difference.high,
        Side::Second => point.difference.low,
    }
}

/// Every change between neighbours among the levels that count.
fn changes(points: &[CostDifference], counts: impl Fn(&CostDifference) -> bool) -> Vec<Crossover> {
    let counted = points.iter().enumerate().filter(|(_, point)| counts(point));
    let counted: Vec<(usize, Side)> =
        counted.filter_map(|(at, point)| Some((at, side(point)?))).collect();
    let between = counted.windows(2).filter(|pair| pair[0].1 != pair[1].1);
    between.filter_map(|pair| change(points, pair[0].0, pair[1].0, pair[1].1)).collect()
}

/// The last change to `cheaper` between two levels that differ.
fn change(points: &[CostDifference], from: usize, to: usize, cheaper: Side) -> Option<Crossover> {
    let before = (from..to).rfind(|&at| side(&points[at]) == Some(cheaper.other()))?;
    let after = (before + 1..=to).find(|&at| side(&points[at]) == Some(cheaper))?;
    let value = |point: &CostDifference| Some(point.difference.value);
    // If both cost the same along some levels, the last of those.
    let level = meeting(&points[after - 1], &points[after], value)?;
    let low = || {
        let last = (0..=before).rfind(|&at| sure(&points[at]).is_some())?;
        let side = sure(&points[last])?;
        meeting(&points[last], &points[last + 1], |point| bound(point, side))
    };
    let high = || {
        let first = (after..points.len()).find(|&at| sure(&points[at]).is_some())?;
        let side = sure(&points[first])?;
        meeting(&points[first - 1], &points[first], |point| bound(point, side))
    };
    Some(Crossover { level, low: low(), high: high(), cheaper })
}

/// The level at which a line through `of` at two neighbours crosses zero.
fn meeting(
    one: &CostDifference,
    next: &CostDifference,
    of: impl Fn(&CostDifference) -> Option<f64>,
) -> Option<f64> {
    let (before, after) = (of(one)?, of(next)?);
    let part = if before == after { 1.0 } else { (before / (before - after)).clamp(0.0, 1.0) };
    Some(one.level + part * (next.level - one.level))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(level: f64, value: f64, half: f64, shown: bool) -> CostDifference {
        let difference = Estimate { value, low: Some(value - half), high: Some(value + half) };
        CostDifference { level, difference, shown }
    }

    fn points(line: &[(f64, f64)], half: f64) -> Vec<CostDifference> {
        line.iter().map(|&(level, value)| point(level, value, half, true)).collect()
    }

    fn at(level: f64, low: Option<f64>, high: Option<f64>, cheaper: Side) -> BreakEven {
        BreakEven::At(Crossover { level, low, high, cheaper })
    }

    #[test]
    fn the_break_even_is_where_the_line_crosses_zero_with_the_levels_its_interval_spans() {
        let found = break_even(&points(&[(0.0, -10.0), (100.0, 0.0), (200.0, 10.0)], 5.0));
        assert_eq!(found, at(100.0, Some(50.0), Some(150.0), Side::Second));
        let found = break_even(&points(&[(0.0, 10.0), (100.0, 0.0), (200.0, -10.0)], 5.0));
        assert_eq!(found, at(100.0, Some(50.0), Some(150.0), Side::First));
        let found = break_even(&points(&[(0.0, -4.0), (100.0, 4.0)], 5.0));
        assert_eq!(found, at(50.0, None, None, Side::Second));
    }

    #[test]
    fn what_sums_of_floats_leave_over_is_no_difference() {
        assert_eq!(break_even(&points(&[(0.0, 1e-12), (10.0, -1e-12)], 0.0)), BreakEven::Same);
    }

    /// By the differences at 0, 10, 20, …: negative where the first is cheaper.
    #[test]
    fn the_break_even_of_two_agrees_with_every_level() {
        for (line, wanted) in [
            ("", "same"),
            ("0", "same"),
            ("0 0", "same"),
            ("-1", "first throughout"),
            ("-2 -1", "first throughout"),
            ("1 2", "second throughout"),
            ("0 2", "second throughout but for ties"),
            ("-1 0 -1", "first throughout but for ties"),
            ("-1 0", "first throughout but for ties"),
            ("-1 1", "second from 5"),
            ("1 -1", "first from 5"),
            ("-1 0 1", "second from 10"),
            ("-1 0 0 1", "second from 20"),
            ("0 -1 1 0", "second from 15"),
            ("1 1 -1 -1", "first from 15"),
            ("-1 1 -1", "second from 5, first from 15"),
            ("1 -1 0 1", "first from 5, second from 20"),
            ("-1 1 1 -1 -1 1", "second from 5, first from 25, second from 45"),
        ] {
            let levels = (0..).map(|index| f64::from(index) * 10.0);
            let values = line.split_whitespace().map(|value| value.parse::<f64>().unwrap());
            let line: Vec<(f64, f64)> = levels.zip(values).collect();
            assert_eq!(said(&break_even(&points(&line, 0.0))), wanted, "{line:?}");
            // Whatever is in doubt: each of these levels is shown.
            assert_eq!(said(&break_even(&points(&line, 9.0))), wanted, "{line:?} in doubt");
        }
    }

    fn said(found: &BreakEven) -> String {
        let name = |side| if side == Side::First { "first" } else { "second" };
        match found {
            BreakEven::Same => "same".to_owned(),
            BreakEven::Throughout { cheaper, ties } => {
                format!("{} throughout{}", name(*cheaper), if *ties { " but for ties" } else { "" })
            }
            found => {
                let one = |change: &Crossover| {
                    format!("{} from {}", name(change.cheaper), change.level.round())
                };
                found.changes().iter().map(one).collect::<Vec<_>>().join(", ")
            }
        }
    }

    #[test]
    fn levels_that_are_not_shown_change_nothing_by_luck_alone() {
        let line = |half: f64, shown: bool| {
            let between = [(40.0, 1.0), (50.0, -1.0)];
            let mut line = vec![point(0.0, -40.0, half, true)];
            line.extend(between.map(|(level, value)| point(level, value, half, shown)));
            line.push(point(100.0, 49.0, half, true));
            line
        };
        // The last change counts, and the interval spans all that is in doubt.
        let (low, high) = (Some(0.0 + 40.0 * 38.0 / 41.0), Some(50.0 + 50.0 * 3.0 / 50.0));
        let BreakEven::At(found) = break_even(&line(2.0, false)) else { panic!("not one") };
        assert_eq!((found.level, found.cheaper), (51.0, Side::Second));
        assert!((found.low.unwrap() - low.unwrap()).abs() < 1e-9, "{found:?}");
        assert!((found.high.unwrap() - high.unwrap()).abs() < 1e-9, "{found:?}");
        // Shown, or certain, they count.
        assert_eq!(break_even(&line(2.0, true)).changes().len(), 3);
        assert_eq!(break_even(&line(0.5, false)).changes().len(), 3);
    }

    #[test]
    fn levels_without_intervals_are_taken_at_their_means() {
        let point = |level, value| CostDifference {
            level,
            difference: Estimate { value, low: None, high: None },
            shown: true,
        };
        let found = break_even(&[point(0.0, -1.0), point(10.0, 1.0), point(20.0, -1.0)]);
        let unknown = |level, cheaper| Crossover { level, low: None, high: None, cheaper };
        let both = vec![unknown(5.0, Side::Second), unknown(15.0, Side::First)];
        assert_eq!(found, BreakEven::Alternates(both));
    }
}
