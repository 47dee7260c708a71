//! The wording of numbers: shares, counts, credits with their unit. Used by every report.

pub use crate::domain::text::capital;

use chrono::Datelike;

use crate::domain::grouped;
use crate::domain::text::counted;
use crate::domain::{CreditTotal, Duration, Instant, Window, Zone};
use crate::engine::State;
use crate::forecast::{MethodTest, RecordedPast};
use crate::study::UsageModel;
use crate::usage::UsageChanges;

/// A share between 0 and 1 as percent with two decimals; 0 % and 100 % are shown only for exact
/// values.
pub fn percent(share: f64) -> String {
    let shown = format!("{:.2}%", share * 100.0);
    match shown.as_str() {
        "100.00%" if share < 1.0 => "99.99%".to_owned(),
        "0.00%" if share > 0.0 => "0.01%".to_owned(),
        _ => shown,
    }
}

/// The largest probability of something that happened in none of so many independent runs, with 95 %: three in so many
/// (Hanley and Lippman-Hand 1983, *JAMA* 249, 1743–1745).
pub fn rule_of_three(runs: usize) -> f64 {
    libm::fmin(3.0 / runs.max(1) as f64, 1.0)
}

/// A share of so many independent runs; none and all are told as what so many can show.
pub fn share_of_runs(share: f64, runs: usize) -> String {
    let most = rule_of_three(runs);
    match share * 100.0 {
        _ if share <= 0.0 => format!("under {}", percent(most)),
        _ if share >= 1.0 => format!("over {}", percent(1.0 - most)),
        some if (1.0..=99.0).contains(&some) => format!("{some:.0}%"),
        some => format!("{some:.2}%"),
    }
}

/// A count and its noun, in the plural unless there is one: `1 outage`, `3 outages`.
pub fn count(number: u64, noun: &str) -> String {
    counted(grouped(&number.to_string()), noun)
}

/// A small count as a word at the beginning of a sentence: `Two outages`, `12 outages`.
pub fn number(number: u64, noun: &str) -> String {
    let words =
        ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"];
    let text = count(number, noun);
    let word = usize::try_from(number).ok().and_then(|number| words.get(number));
    match (word, text.split_once(' ')) {
        (Some(word), Some((_, noun))) => format!("{word} {noun}"),
        _ => text,
    }
}

/// A length of time in its two largest units, rounded: `1 d 13 h`, `5 s`.
pub fn about(length: Duration) -> String {
    const UNITS: [i64; 4] = [86_400_000, 3_600_000, 60_000, 1_000];
    let millis = length.millis();
    // Rounding to the unit below the largest may fill the largest: 59 min 59.7 s.
    let largest = UNITS.iter().position(|&unit| millis >= unit);
    let Some(smallest) = largest.map(|index| (index + 1).min(UNITS.len() - 1)) else {
        return length.to_string();
    };
    let unit = UNITS.get(smallest).copied().unwrap_or(1);
    let units = millis / unit + i64::from(millis % unit * 2 >= unit);
    let text = Duration::from_millis(units.saturating_mul(unit)).to_string();
    text.replace(" 0 h", "").replace(" 0 min", "").replace(" 0 s", "")
}

/// The same of a number of milliseconds, which may be below zero.
pub fn about_signed(millis: i64) -> String {
    let length = about(Duration::from_millis(millis.saturating_abs()));
    if millis < 0 { format!("-{length}") } else { length }
}

/// Credits in groups of three digits: `7,440.5`.
pub fn credits(total: impl Into<CreditTotal>) -> String {
    grouped(&total.into().to_string())
}

/// A moment in a sentence, to the minute; with its year where a horizon spans several.
pub fn moment(zone: Zone, horizon: Window, at: Instant) -> String {
    let year = |at: Instant| zone.local(at).year();
    let last = Instant::from_millis(horizon.to.millis() - 1);
    let form = match year(horizon.from) == year(last) {
        true => "%-d %b %H:%M",
        false => "%-d %b %Y %H:%M",
    };
    zone.local(at).format(form).to_string()
}

/// A stretch of time that something was in: between two minutes, or seconds where it is short.
pub fn between_moments(zone: Zone, stretch: Window) -> String {
    const FEW: i64 = 5 * 60_000;
    let length = stretch.to.since(stretch.from).millis();
    let unit = if length < FEW { 1_000 } else { 60_000 };
    let down = stretch.from.millis().div_euclid(unit) * unit;
    let up = -((-stretch.to.millis()).div_euclid(unit)) * unit;
    let [from, to] = [down, up].map(|at| zone.show_local(Instant::from_millis(at)));
    format!("between {from} and {to}")
}

/// A moment to the second, which it is in: milliseconds are for programs.
pub fn second(zone: Zone, at: Instant) -> String {
    zone.show_local(Instant::from_millis(at.millis() - at.millis().rem_euclid(1_000)))
}

/// The state of auto-recharge when an outage opened.
pub fn state(state: State) -> &'static str {
    match state {
        State::Off => "off",
        State::Armed => "not triggered",
        State::Capped => "capped",
        State::Cooling => "in its cooldown",
        State::Charging => "waiting for a charge",
        State::Verifying => "waiting for the bank's verification",
        State::Backoff => "waiting to retry a failed payment",
        State::Suspended => "suspended after failed payments",
    }
}

/// The source of the usage of many runs.
pub fn usage_model(usage: &UsageModel) -> String {
    match usage {
        UsageModel::Drawn(_) => "usage drawn anew for each".to_owned(),
        UsageModel::Resampled(weeks) => {
            format!(
                "usage of each strung together from {} of history",
                count(weeks.len() as u64, "whole week")
            )
        }
        UsageModel::Replayed(_) => {
            "the same usage in each: only the luck of payments varies".to_owned()
        }
        UsageModel::Learned(future) | UsageModel::Continued(future) => format!(
            "usage of each drawn from a model learned from {} of history, with a level, growth and \
             drift of its own{}",
            learned_from(future.evidence()),
            future
                .renewal()
                .map_or(String::new(), |weeks| { format!(" for every {}", count(weeks, "week")) })
        ),
        UsageModel::Changed(_) => {
            let changed = usage.changes().map(UsageChanges::words).unwrap_or_default();
            format!("{}; changed: {changed}", usage_model(usage.source()))
        }
        UsageModel::Metered(_) => {
            format!("{}; each scenario has its own meter", usage_model(usage.of(0)))
        }
    }
}

/// That other commands draw the usage of the same file in another way, so that their figures may differ; `None` where usage
/// comes from no file.
pub fn drawn_otherwise(usage: &UsageModel) -> Option<&'static str> {
    usage.read().filter(|read| read.hash.is_some())?;
    match usage.source() {
        UsageModel::Resampled(_) => Some(
            "Usage to come is whole weeks of the history here, in any order: `recharge advise` and `recharge forecast` draw it \
             from a model, in which it may grow, fall or be busier than any week was, so that they may tell other figures and \
             other settings.",
        ),
        UsageModel::Learned(_) | UsageModel::Continued(_) => Some(
            "Usage to come is drawn from a model of the history here, in which it may grow, fall or be busier than any week was: \
             `recharge study` and `recharge plan` string weeks of the history together, and `compare` of vendors replays it, unless \
             `--set study.history=model` is given, so that they may tell other figures and other settings.",
        ),
        UsageModel::Replayed(_) => Some(
            "Usage is the history as it was here: of a history of two weeks or more `recharge advise` and `recharge forecast` draw \
             it from a model, and `recharge study` and `recharge plan` string its weeks together, so that they may tell other \
             figures and other settings.",
        ),
        UsageModel::Drawn(_) | UsageModel::Changed(_) | UsageModel::Metered(_) => None,
    }
}

/// A local date in full: `12 March 2026`.
pub fn date(zone: Zone, at: Instant) -> String {
    zone.local(at).format("%-d %B %Y").to_string()
}

/// A local date in short: `12 Mar 2026`.
pub fn short_date(zone: Zone, at: Instant) -> String {
    zone.local(at).format("%-d %b %Y").to_string()
}

/// The text with a small first letter, after a colon.
pub fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect())
}

/// How the method did in forecasts of single weeks from inside the history, as a sentence.
pub fn tested(test: &MethodTest) -> String {
    capital(&tested_clause(test)) + "."
}

/// The same after a semicolon.
pub fn tested_clause(test: &MethodTest) -> String {
    match test {
        MethodTest::Tested(test) => format!(
            "in {} of {} of this history, each of one week's usage, the week was within this method's 80% range",
            grouped(&test.held.held.to_string()),
            count(test.score.of.len() as u64, "backtest"),
        ),
        MethodTest::TooShort { weeks } => format!(
            "the history has {}, too little for a backtest: how often the method's ranges hold is not known",
            count(*weeks as u64, "whole week")
        ),
    }
}

/// How much history a model is learned from.
pub fn learned_from(evidence: &RecordedPast) -> String {
    match (evidence.known_weeks(), evidence.whole_days()) {
        (0, 0) => "less than a day".to_owned(),
        (0, days) => count(days as u64, "day"),
        (weeks, _) => count(weeks as u64, "week"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearly_all_is_not_all_and_nearly_nothing_not_nothing() {
        for (share, text) in [
            (1.0, "100.00%"),
            (0.999_999, "99.99%"),
            (0.948_92, "94.89%"),
            (1e-9, "0.01%"),
            (0.0, "0.00%"),
        ] {
            assert_eq!(percent(share), text);
        }
    }

    #[test]
    fn a_stretch_is_between_whole_minutes_that_hold_it_and_seconds_where_it_is_short() {
        let told = |from: i64, to: i64| {
            let [from, to] = [from, to].map(Instant::from_millis);
            between_moments(Zone::UTC, Window { from, to })
        };
        assert_eq!(told(40_800, 400_100), "between 1 Jan 1970 00:00 and 1 Jan 1970 00:07");
        assert_eq!(told(60_000, 360_000), "between 1 Jan 1970 00:01 and 1 Jan 1970 00:06");
        assert_eq!(told(40_800, 50_001), "between 1 Jan 1970 00:00:40 and 1 Jan 1970 00:00:51");
    }

    #[test]
    fn a_length_is_told_in_two_units() {
        for (millis, text) in [
            (133_210_000, "1 d 13 h"),
            (86_400_000, "1 d"),
            (3_599_700, "1 h"),
            (3_600_000, "1 h"),
            (90_500, "1 min 31 s"),
            (5_400, "5 s"),
            (250, "250 ms"),
            (0, "0 s"),
            (10 * 86_400_000 + 5 * 60_000, "10 d"),
            (20 * 60_000, "20 min"),
        ] {
            assert_eq!(about(Duration::from_millis(millis)), text, "{millis}");
        }
    }

    #[test]
    fn a_length_that_is_taken_away_has_a_minus() {
        for (millis, text) in [(-90_500, "-1 min 31 s"), (0, "0 s"), (5_400, "5 s")] {
            assert_eq!(about_signed(millis), text);
        }
    }

    #[test]
    fn small_numbers_are_words() {
        assert_eq!(number(2, "outage"), "Two outages");
        assert_eq!(number(1, "outage"), "One outage");
        assert_eq!(number(11, "outage"), "11 outages");
        assert_eq!(number(0, "recharge"), "No recharges");
    }

    #[test]
    fn nouns_agree_with_their_count() {
        assert_eq!(count(1, "outage"), "1 outage");
        assert_eq!(count(0, "recharge"), "0 recharges");
        assert_eq!(count(1_234, "delivery"), "1,234 deliveries");
        assert_eq!(count(2, "day"), "2 days");
    }
}
