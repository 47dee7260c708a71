//! How good forecasts were: what their ranges held, how far off they were, and how wide.
//!
//! Deliberately absent: making forecasts.

use schemars::JsonSchema;
use serde::Serialize;

/// The probabilities of central ranges whose coverage is counted.
pub(crate) const RANGES: [f64; 4] = [0.5, 0.8, 0.9, 0.95];

/// The continuous ranked probability score of a forecast given as draws: the mean distance to what happened less half
/// the mean distance of two draws, which is twice the mean quantile loss over all quantiles (Gneiting and Raftery
/// 2007, *JASA* 102, 359–378). `draws` ascend; none has no score.
pub fn crps(draws: &[f64], happened: f64) -> Option<f64> {
    let n = draws.len() as f64;
    if draws.is_empty() {
        return None;
    }
    let off: f64 = draws.iter().map(|draw| (draw - happened).abs()).sum();
    // The sum of distances of all pairs of ascending values.
    let weighted =
        draws.iter().enumerate().map(|(place, draw)| draw * (2.0 * place as f64 + 1.0 - n));
    Some(off / n - weighted.sum::<f64>() / (n * n))
}

/// How many forecasts' ranges held what happened.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Coverage {
    /// The probability that the range states.
    pub stated: f64,
    /// Forecasts whose range held what happened.
    pub held: usize,
}

/// How good several forecasts of one figure were.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ForecastScore {
    /// One for each forecast.
    pub of: Vec<OneScore>,
}

/// How good one forecast of one figure was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OneScore {
    /// What happened.
    pub happened: f64,
    /// The median of the forecast.
    pub median: f64,
    /// The limits of its central ranges, with 50, 80, 90 and 95 %.
    pub ranges: [[f64; 2]; RANGES.len()],
    /// See [`crps`].
    pub crps: f64,
}

impl OneScore {
    /// Of a forecast given as draws; `None` without any.
    pub fn of(draws: &[f64], happened: f64) -> Option<OneScore> {
        let mut sorted = draws.to_vec();
        sorted.sort_by(f64::total_cmp);
        let at = |p: f64| {
            let rank = p * (sorted.len() - 1) as f64;
            let (below, part) = (rank as usize, rank - libm::floor(rank));
            let above = (below + 1).min(sorted.len() - 1);
            sorted[below] + part * (sorted[above] - sorted[below])
        };
        let crps = crps(&sorted, happened)?;
        let ranges = RANGES.map(|range| [at(0.5 - range / 2.0), at(0.5 + range / 2.0)]);
        Some(OneScore { happened, median: at(0.5), ranges, crps })
    }

    /// Whether that of its ranges held what happened; amounts that differ by less than a millionth are alike.
    pub fn holds(&self, range: usize) -> bool {
        let [low, high] = self.ranges[range];
        let near = 1e-6 * self.happened.abs();
        low - near <= self.happened && self.happened <= high + near
    }
}

impl ForecastScore {
    /// How many ranges held.
    pub fn coverage(&self) -> [Coverage; RANGES.len()] {
        let mut all = RANGES.map(|stated| Coverage { stated, held: 0 });
        for (range, coverage) in all.iter_mut().enumerate() {
            coverage.held = self.of.iter().filter(|one| one.holds(range)).count();
        }
        all
    }

    /// The mean of [`crps`]; `None` without a forecast.
    pub fn crps(&self) -> Option<f64> {
        mean(self.of.iter().map(|one| one.crps))
    }

    /// The mean distance of the median from what happened; `None` without a forecast.
    pub fn error(&self) -> Option<f64> {
        mean(self.of.iter().map(|one| (one.median - one.happened).abs()))
    }

    /// The factor on the width of 80 % ranges, around their medians, with which they would just have held 80 %
    /// of what happened; `None` without a forecast.
    pub fn just_wide(&self) -> Option<f64> {
        let needed = |one: &OneScore| {
            let [low, high] = one.ranges[1];
            let apart = one.happened - one.median;
            let side = if apart < 0.0 { one.median - low } else { high - one.median };
            if apart == 0.0 { 0.0 } else { apart.abs() / side.max(f64::MIN_POSITIVE) }
        };
        let mut all: Vec<f64> = self.of.iter().map(needed).collect();
        all.sort_by(f64::total_cmp);
        let rank = libm::ceil(RANGES[1] * all.len() as f64) as usize;
        all.get(rank.checked_sub(1)?).copied()
    }
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> Option<f64> {
    let count = values.len();
    (count > 0).then(|| values.sum::<f64>() / count as f64)
}
