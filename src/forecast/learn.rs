//! What a history allows of level, growth, drift and noise, learned together.
//!
//! The logarithms of weeks follow a local level with a trend (Harvey 1989, *Forecasting, Structural Time Series
//! Models and the Kalman Filter*). How large drift and growth are beside the noise is weighed over a grid by how
//! well each explains the weeks; the size of all of them is drawn from the inverse gamma law that the weeks leave,
//! before which the days of the history stand as a guess worth little. So two weeks give wide quantiles and a year
//! narrow ones, and growth is none where the weeks cannot tell. The weights of the grid and of the guess were set
//! once over many public histories; docs/reference/forecasts.md has what they come to. Deliberately absent: events.

use crate::streams::ziggurat::Normal;
use crate::streams::{Purpose, Streams};

use super::outlook::{Outlook, Uncertain};
use super::record::{DAYS, RecordedPast, median};

/// The most weeks, the latest, that are learned from.
const MOST_WEEKS: usize = 52;
/// Draws that the quantiles are taken from.
const DRAWS: u64 = 2_000;
/// Variance of drift ÷ that of noise, with its weight.
const DRIFTS: [(f64, f64); 10] = [
    (0.0, 0.05),
    (0.02, 0.1),
    (0.05, 0.2),
    (0.1, 0.4),
    (0.2, 0.7),
    (0.4, 1.0),
    (0.8, 1.0),
    (1.6, 1.0),
    (3.2, 1.0),
    (6.4, 1.0),
];
/// Standard deviation of growth in a week before anything is seen ÷ that of noise, with its weight.
const GROWTHS: [(f64, f64); 5] =
    [(0.0, 0.7), (0.1, 0.075), (0.3, 0.075), (1.0, 0.075), (3.0, 0.075)];
/// Degrees of freedom that the guess of the noise from days is worth.
const GUESS_WORTH: u32 = 2;
/// The variance of weeks ÷ that of days around their weekday, as guessed.
const WEEK_BY_DAY: f64 = 0.35;
/// The least standard deviation of weeks that is guessed.
const LEAST_NOISE: f64 = 0.04;
/// What the model itself leaves out: every spread is this much larger than it says.
const WIDENED: f64 = 1.3;
/// The standard deviation of days of which fewer than five pairs are known.
const UNKNOWN_NOISE: f64 = 0.5;
/// Pairs of days from which on they say how far days are apart.
const FEWEST_PAIRS: usize = 5;
/// A day far below the others counts as this share of them: logarithms know no zero.
const LEAST_DAY: f64 = 0.02;
/// How far a difference of days counts at most, in medians of all.
const FAR: f64 = 3.0;
/// The most variance of a level of which hardly anything is seen, in that of noise.
const MOST_VARIANCE: f64 = 30.0;

/// What is known at one place of the grid after all weeks: variances in units of that of noise.
struct GridPlace {
    weight: f64,
    /// Degrees of freedom, and the sum of squares, of the inverse gamma law of the variance of noise.
    degrees: u32,
    squares: f64,
    level: f64,
    growth: f64,
    /// Variances of level and growth, and their covariance.
    spread: [f64; 3],
    drift: f64,
}

impl Outlook {
    /// What a history allows; `None` if it asks for nothing.
    pub fn learned(evidence: &RecordedPast) -> Option<Outlook> {
        let weeks = logs(evidence);
        let guess = guessed_variance(evidence);
        let grid =
            || DRIFTS.iter().flat_map(|drift| GROWTHS.iter().map(move |growth| (drift, growth)));
        let places: Vec<GridPlace> = match weeks.iter().flatten().next() {
            Some(_) => {
                grid().map(|(drift, growth)| filtered(&weeks, guess, *drift, *growth)).collect()
            }
            None => {
                let (level, variance) = without_weeks(evidence)?;
                grid()
                    .map(|(drift, growth)| unfiltered(level, variance, guess, *drift, *growth))
                    .collect()
            }
        };
        let drawn = draws(&places);
        let quantiles = |value: fn(&[f64; 4]) -> f64| {
            let mut values: Vec<f64> = drawn.iter().map(value).collect();
            values.sort_by(f64::total_cmp);
            let at = |p: f64| values[(p * (values.len() - 1) as f64) as usize];
            let middle = at(0.5);
            let away = |value: f64| middle + WIDENED * (value - middle);
            [away(at(0.1)), middle, away(at(0.9))]
        };
        let shares = |value: fn(&[f64; 4]) -> f64| {
            let [low, middle, high] = quantiles(value).map(|log| WIDENED * libm::exp(log));
            Uncertain { low, middle, high }
        };
        let mapped = |[low, middle, high]: [f64; 3], f: fn(f64) -> f64| Uncertain {
            low: f(low),
            middle: f(middle),
            high: f(high),
        };
        let known: Vec<f64> = evidence.weeks.iter().flatten().copied().collect();
        let level = mapped(quantiles(|draw| draw[0]), libm::exp);
        let quiet = known.iter().filter(|&&week| week <= 0.0).count();
        let quiet = quiet as f64 / known.len().max(1) as f64;
        let seen = known.iter().copied().filter(|&week| week > 0.0);
        let bounds = Outlook::bounds(seen.chain([level.middle]));
        Some(Outlook {
            level,
            growth: mapped(quantiles(|draw| draw[1]), libm::expm1),
            drift: shares(|draw| libm::log(draw[2].max(LEAST_SHARE))),
            noise: shares(|draw| libm::log(draw[3].max(LEAST_SHARE))),
            quiet: evidence.going_on().map_or(quiet, |going_on| quiet.max(going_on)),
            bounds,
        })
    }
}

/// The least standard deviation that is told from none.
const LEAST_SHARE: f64 = 1e-6;

/// Logarithms of the latest weeks that say something of the level.
fn logs(evidence: &RecordedPast) -> Vec<Option<f64>> {
    let is_odd = |place: usize| evidence.odd.iter().any(|odd| odd.place == place);
    let usual = evidence
        .weeks
        .iter()
        .enumerate()
        .map(|(place, week)| week.filter(|&week| week > 0.0 && !is_odd(place)).map(libm::log));
    let all: Vec<Option<f64>> = usual.collect();
    let from = all.len().saturating_sub(MOST_WEEKS);
    let known = all[from..].iter().position(Option::is_some).unwrap_or_default();
    all[from + known..].to_vec()
}

/// The logarithm of a week and its variance in units of that of noise, where there is no whole week.
fn without_weeks(evidence: &RecordedPast) -> Option<(f64, f64)> {
    let known: Vec<f64> = evidence.days.iter().flatten().copied().collect();
    let sum: f64 = known.iter().sum();
    if sum > 0.0 {
        let mean = sum / known.len() as f64;
        let worth = DAYS as f64 / known.len() as f64;
        return Some((libm::log(mean * DAYS as f64), 1.0 + worth));
    }
    let length = evidence.seen().millis() as f64;
    let week = DAYS as f64 * crate::domain::Duration::DAY.millis() as f64;
    let asked = evidence.asked * week / length;
    (asked > 0.0).then(|| (libm::log(asked), (week / length).min(MOST_VARIANCE)))
}

/// The variance of a week's logarithm as days suggest it: of a day and the same weekday a week later.
fn guessed_variance(evidence: &RecordedPast) -> f64 {
    let days = &evidence.days[evidence.days.len().saturating_sub(DAYS * MOST_WEEKS)..];
    let known: Vec<f64> = days.iter().flatten().copied().collect();
    let least = LEAST_DAY * known.iter().sum::<f64>() / known.len().max(1) as f64;
    let log = |day: Option<f64>| day.filter(|_| least > 0.0).map(|day| libm::log(day.max(least)));
    let apart = |lag: usize| -> Vec<(f64, f64)> {
        let pairs = days.iter().zip(days.iter().skip(lag));
        let apart = |(a, b): (&Option<f64>, &Option<f64>)| {
            Some(((log(*b)? - log(*a)?).abs(), (*b)? - (*a)?))
        };
        pairs.filter_map(apart).collect()
    };
    let weekly = apart(DAYS);
    let differences = if weekly.len() >= FEWEST_PAIRS { weekly } else { apart(1) };
    let variance = match differences.len() {
        few if few < FEWEST_PAIRS => UNKNOWN_NOISE * UNKNOWN_NOISE,
        count => {
            let logs: Vec<f64> = differences.iter().map(|&(log, _)| log).collect();
            let most = FAR * median(logs.clone()).unwrap_or_default() + 1e-9;
            let squares: f64 = logs.iter().map(|&log| log.min(most) * log.min(most)).sum();
            // Days without usage are far from others in logarithms, and not in credits.
            let mean = known.iter().sum::<f64>() / known.len() as f64;
            let plain: f64 = differences.iter().map(|&(_, apart)| apart * apart).sum();
            squares.min(plain / (mean * mean)) / (2.0 * count as f64)
        }
    };
    WEEK_BY_DAY * variance + LEAST_NOISE * LEAST_NOISE
}

/// What weeks come to at one place of the grid, by the Kalman filter from the first week on.
fn filtered(
    weeks: &[Option<f64>],
    guess: f64,
    (drift, drift_weight): (f64, f64),
    (growth, growth_weight): (f64, f64),
) -> GridPlace {
    let (mut level, mut slope) = (weeks[0].expect("the first week is known"), 0.0);
    let [mut a, mut b, mut c] = [1.0, 0.0, growth * growth];
    let (mut squares, mut spread, mut seen) = (0.0, 0.0, 0);
    for week in &weeks[1..] {
        level += slope;
        (a, b) = (a + 2.0 * b + c + drift, b + c);
        let Some(week) = week else { continue };
        let variance = a + 1.0;
        let error = week - level;
        squares += error * error / variance;
        spread += libm::log(variance);
        let (up, along) = (a / variance, b / variance);
        level += up * error;
        slope += along * error;
        (a, b, c) = (a - up * a, b - up * b, c - along * b);
        seen += 1;
    }
    let degrees = GUESS_WORTH + seen;
    let squares = f64::from(GUESS_WORTH) * guess + squares;
    let fit = -spread / 2.0 - f64::from(degrees) / 2.0 * libm::log(squares);
    let weight = libm::log(drift_weight * growth_weight) + fit;
    GridPlace { weight, degrees, squares, level, growth: slope, spread: [a, b, c], drift }
}

/// What is guessed at one place of the grid where no week is known.
fn unfiltered(
    level: f64,
    variance: f64,
    guess: f64,
    (drift, drift_weight): (f64, f64),
    (growth, growth_weight): (f64, f64),
) -> GridPlace {
    GridPlace {
        weight: libm::log(drift_weight * growth_weight),
        degrees: GUESS_WORTH,
        squares: f64::from(GUESS_WORTH) * guess,
        level,
        growth: 0.0,
        spread: [variance, 0.0, growth * growth],
        drift,
    }
}

/// Draws of level, growth, drift and noise: the first two as logarithms.
fn draws(places: &[GridPlace]) -> Vec<[f64; 4]> {
    let most = places.iter().map(|place| place.weight).fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = places.iter().map(|place| libm::exp(place.weight - most)).collect();
    let all: f64 = weights.iter().sum();
    let normal = Normal::new();
    let mut stream = Streams { seed: 0, replication: 0 }.at(Purpose::Learning, 0);
    let (mut place, mut passed) = (0, weights[0]);
    let draw = |number: u64| {
        // Places in proportion to their weights, in order: as many draws of each as it is likely.
        let wanted = (number as f64 + 0.5) / DRAWS as f64 * all;
        while passed < wanted && place + 1 < places.len() {
            place += 1;
            passed += weights[place];
        }
        let GridPlace { degrees, squares, level, growth, spread: [a, b, c], drift, .. } =
            places[place];
        let chi: f64 = (0..degrees).map(|_| normal.next(&mut stream)).map(|one| one * one).sum();
        let noise = libm::sqrt(squares / chi.max(1e-12));
        let (one, other) = (normal.next(&mut stream), normal.next(&mut stream));
        let along = b / libm::sqrt(a.max(1e-12));
        let left = libm::sqrt((c - along * along).max(0.0));
        [
            level + noise * libm::sqrt(a) * one,
            growth + noise * (along * one + left * other),
            noise * libm::sqrt(drift),
            noise,
        ]
    };
    (0..DRAWS).map(draw).collect()
}
