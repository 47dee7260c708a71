//! Where the cheaper of two changes as usage grows.

use crate::study::Estimate;

/// What the first of two costs more than the second at one level of usage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The level: credits per period.
    pub level: f64,
    /// What the first costs more, with its interval.
    pub difference: Estimate,
}

/// Where two cost the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum BreakEven {
    /// Between the levels tried: below it the first is cheaper, above it the second.
    At {
        /// The level, interpolated between two that were tried.
        level: f64,
        /// From here on the second may be the cheaper one; `None` if that is below all levels.
        low: Option<f64>,
        /// From here on it surely is; `None` if that is above all levels.
        high: Option<f64>,
    },
    /// The first is cheaper at every level tried.
    FirstThroughout,
    /// The second is cheaper at every level tried, or as cheap.
    SecondThroughout,
}

/// The break-even of two along levels in ascending order. The interval is where the intervals of
/// the difference begin and end to span zero, level by level.
pub fn break_even(points: &[Point]) -> BreakEven {
    let value = |point: &Point| Some(point.difference.value);
    if points.iter().all(|point| point.difference.value >= 0.0) {
        return BreakEven::SecondThroughout;
    }
    match crossing(points, value) {
        None => BreakEven::FirstThroughout,
        Some(level) => BreakEven::At {
            level,
            low: crossing(points, |point| point.difference.high),
            high: crossing(points, |point| point.difference.low),
        },
    }
}

/// The last level at which a line through `of` rises through zero.
fn crossing(points: &[Point], of: impl Fn(&Point) -> Option<f64>) -> Option<f64> {
    let mut found = None;
    for pair in points.windows(2) {
        let (Some(before), Some(after)) = (of(&pair[0]), of(&pair[1])) else { continue };
        if before < 0.0 && after >= 0.0 {
            let part = -before / (after - before);
            found = Some(pair[0].level + part * (pair[1].level - pair[0].level));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(line: &[(f64, f64)], half: f64) -> Vec<Point> {
        let point = |&(level, value): &(f64, f64)| Point {
            level,
            difference: Estimate { value, low: Some(value - half), high: Some(value + half) },
        };
        line.iter().map(point).collect()
    }

    #[test]
    fn the_break_even_is_where_the_line_crosses_zero_with_the_levels_its_interval_spans() {
        let found = break_even(&points(&[(0.0, -10.0), (100.0, 0.0), (200.0, 10.0)], 5.0));
        assert_eq!(found, BreakEven::At { level: 100.0, low: Some(50.0), high: Some(150.0) });
        let found = break_even(&points(&[(0.0, -4.0), (100.0, 4.0)], 5.0));
        assert_eq!(found, BreakEven::At { level: 50.0, low: None, high: None });
    }

    #[test]
    fn one_that_is_cheaper_throughout_has_no_break_even() {
        let line = [(0.0, 1.0), (1.0, 2.0)];
        assert_eq!(break_even(&points(&line, 0.0)), BreakEven::SecondThroughout);
        let line = [(0.0, -2.0), (1.0, -1.0)];
        assert_eq!(break_even(&points(&line, 0.0)), BreakEven::FirstThroughout);
    }
}
