//! What a history as a whole shows: its weeks, how they change, where it is silent.
//!
//! Drawing weeks at random takes the past for the future, in any order. These are the signs that it is not:
//! a trend, weeks that are unlike all others, time without rows, and hours without usage where there is some
//! on other days, as a log shows them that was kept while service was refused. Deliberately absent:
//! forecasts, and sentences.

use crate::domain::{CreditTotal, Duration, Instant, Window, Zone};

use super::history::RecordedDay;
use super::resample::WholeWeek;

/// Hours of usage missed in a row from which on a history is silent.
const SILENT_HOURS: usize = 3;
/// The share of days with usage in an hour from which on it is missed on another.
const USUAL: f64 = 0.9;
/// The fewest days that say which hours have usage.
const FEWEST_DAYS: usize = 14;
/// The fewest weeks that show a trend or a week unlike the others.
const FEWEST_WEEKS: usize = 5;
/// How often the usual distance from the median a week unlike the others is away from it.
const FAR: f64 = 4.0;
/// The quantile of the standard normal distribution for a two-sided test at 5 %.
const NORMAL: f64 = 1.959_964;
/// The standard deviation of a normal distribution ÷ its median absolute deviation.
const PER_MAD: f64 = 1.482_6;

/// What a history shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistorySigns {
    /// From the first midnight to the last of the days with rows; `None` without any.
    pub span: Option<Window>,
    /// The weeks that are drawn, in order; none where the history is replayed.
    pub weeks: Vec<PastWeek>,
    /// Rows in all.
    pub rows: u64,
    /// Rows in the weeks that are drawn.
    pub rows_drawn: u64,
    /// Days with rows that belong to no week that is drawn.
    pub days_left: u64,
    /// Stretches of whole days without a row.
    pub gaps: Vec<Window>,
    /// Stretches of hours without usage where there is some on nine of ten other days, gaps left out.
    pub silences: Vec<Window>,
}

/// A week of a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastWeek {
    /// Its first midnight.
    pub from: Instant,
    /// Credits asked for.
    pub asked: CreditTotal,
}

/// How weeks of a history change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trend {
    /// Credits a week that each week asks for more than the one before: the median of the slopes between any
    /// two (Sen 1968, *JASA* 63, 1379–1389).
    pub slope: f64,
    /// Credits that the middle week asks for.
    pub median: f64,
}

impl HistorySigns {
    /// Of a history whose weeks are drawn.
    pub(super) fn drawn(days: &[RecordedDay], whole: &[WholeWeek], zone: Zone) -> HistorySigns {
        let mut past = HistorySigns::replayed(days);
        for week in whole {
            let held = || days.iter().filter(|day| week.holds(day));
            let Some(from) = zone.midnight(week.first) else { continue };
            let mut asked = CreditTotal::ZERO;
            held().for_each(|day| asked = asked + day.asked);
            past.weeks.push(PastWeek { from, asked });
            past.rows_drawn += held().map(|day| day.rows).sum::<u64>();
            past.days_left -= held().count() as u64;
        }
        past
    }

    /// Of a history that is replayed.
    pub(super) fn replayed(days: &[RecordedDay]) -> HistorySigns {
        let ends = days.first().zip(days.last());
        let apart = |pair: &[RecordedDay]| {
            (pair[1].number() - pair[0].number() > 1)
                .then(|| Window { from: pair[0].window.to, to: pair[1].window.from })
        };
        HistorySigns {
            span: ends.map(|(first, last)| Window { from: first.window.from, to: last.window.to }),
            weeks: Vec::new(),
            rows: days.iter().map(|day| day.rows).sum(),
            rows_drawn: 0,
            days_left: days.len() as u64,
            gaps: if usually_daily(days) {
                days.windows(2).filter_map(apart).collect()
            } else {
                Vec::new()
            },
            silences: silences(days),
        }
    }

    /// What a week asks for in the mean, which is what drawing weeks predicts.
    pub fn predicted(&self) -> Option<f64> {
        mean(&self.asked())
    }

    /// What the last four weeks asked for in the mean; `None` where there are hardly others.
    pub fn lately(&self) -> Option<f64> {
        let asked = self.asked();
        (asked.len() > FEWEST_WEEKS).then(|| mean(&asked[asked.len() - 4..]))?
    }

    /// The trend of the weeks, where it is unlikely to be chance: by the test of Mann (1945, *Econometrica* 13,
    /// 245–259) at 5 %.
    pub fn trend(&self) -> Option<Trend> {
        let asked = self.asked();
        let n = asked.len();
        if n < FEWEST_WEEKS {
            return None;
        }
        let pairs = || (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j)));
        let sign = |(i, j): (usize, usize)| match asked[j] - asked[i] {
            more if more > 0.0 => 1.0,
            less if less < 0.0 => -1.0,
            _ => 0.0,
        };
        let score: f64 = pairs().map(sign).sum();
        let n = n as f64;
        let variance = n * (n - 1.0) * (2.0 * n + 5.0) / 18.0;
        let distance = (score.abs() - 1.0).max(0.0);
        if distance * distance <= NORMAL * NORMAL * variance {
            return None;
        }
        // Weeks may lie apart: slopes are per week of time.
        let week = 7.0 * Duration::DAY.millis() as f64;
        let apart = |i: usize, j: usize| {
            self.weeks[j].from.since(self.weeks[i].from).millis() as f64 / week
        };
        let slopes = pairs().map(|(i, j)| (asked[j] - asked[i]) / apart(i, j));
        Some(Trend { slope: median(slopes.collect())?, median: median(asked.clone())? })
    }

    /// Weeks unlike the others, each with what it asked for ÷ what the middle one did: away from the median by
    /// four times the usual distance and by a factor of two.
    pub fn unlike(&self) -> Vec<(PastWeek, f64)> {
        let asked = self.asked();
        let Some(middle) = median(asked.clone()).filter(|_| asked.len() >= FEWEST_WEEKS) else {
            return Vec::new();
        };
        let distances = asked.iter().map(|asked| (asked - middle).abs());
        let usual = PER_MAD * median(distances.collect()).unwrap_or_default();
        let far = |asked: f64| {
            let factor = asked / middle;
            (asked - middle).abs() > FAR * usual && !(0.5..=2.0).contains(&factor)
        };
        let weeks = self.weeks.iter().zip(&asked).filter(|&(_, &asked)| middle > 0.0 && far(asked));
        weeks.map(|(&week, asked)| (week, asked / middle)).collect()
    }

    fn asked(&self) -> Vec<f64> {
        self.weeks.iter().map(|week| week.asked.to_f64()).collect()
    }
}

/// Whether nine of ten days have a row, so that a day without one is a gap.
fn usually_daily(days: &[RecordedDay]) -> bool {
    let daily = days.windows(2).filter(|pair| pair[1].number() - pair[0].number() == 1).count();
    daily as f64 >= USUAL * days.len().saturating_sub(1) as f64
}

/// Stretches of hours without usage between rows, in which there is some on nine of ten days.
fn silences(days: &[RecordedDay]) -> Vec<Window> {
    if days.len() < FEWEST_DAYS {
        return Vec::new();
    }
    let share = |hour: usize| {
        let with = days.iter().filter(|day| day.hours & (1 << hour) != 0).count();
        with as f64 / days.len() as f64
    };
    let usual: Vec<usize> = (0..24).filter(|&hour| share(hour) >= USUAL).collect();
    let kept = Window { from: days[0].first, to: days[days.len() - 1].last };
    let mut found = Vec::new();
    for together in days.chunk_by(|a, b| a.window.to == b.window.from) {
        let hours = together.iter().flat_map(|day| hours_of(day, &usual));
        let hours: Vec<_> =
            hours.filter(|(hour, _)| kept.from < hour.from && hour.to <= kept.to).collect();
        for alike in hours.chunk_by(|(_, one), (_, other)| one == other) {
            let (Some((from, used)), Some((to, _))) = (alike.first(), alike.last()) else {
                continue;
            };
            if !used && alike.len() >= SILENT_HOURS {
                found.push(Window { from: from.from, to: to.to });
            }
        }
    }
    found
}

/// The usual hours of a day, each with whether it had usage.
fn hours_of(day: &RecordedDay, usual: &[usize]) -> Vec<(Window, bool)> {
    let at = |hour: i64| {
        day.window
            .from
            .plus(Duration::from_millis(hour * Duration::HOUR.millis()))
            .min(day.window.to)
    };
    let hour = |&hour: &usize| {
        let window = Window { from: at(hour as i64), to: at(hour as i64 + 1) };
        (window, day.hours & (1 << hour) != 0)
    };
    usual.iter().map(hour).filter(|(window, _)| window.from < window.to).collect()
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The middle value, or the mean of the two in the middle.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    let upper = *values.get(half)?;
    Some(if values.len() % 2 == 1 { upper } else { (values[half - 1] + upper) / 2.0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Credits;
    use crate::usage::{Held, History};

    const HOUR: i64 = 3_600_000;
    const DAY: i64 = 24 * HOUR;
    /// Monday 5 January 2026, 00:00 UTC.
    const MONDAY: i64 = 1_767_571_200_000;

    fn past(rows: impl Iterator<Item = (i64, i64)>) -> HistorySigns {
        let all = Window { from: Instant::EARLIEST, to: Instant::NEVER };
        let event =
            |(hour, amount)| (Instant::from_millis(MONDAY + hour * HOUR), Credits::whole(amount));
        let history = History::read(&mut Held::new(rows.map(event).collect(), all), Zone::UTC);
        history.unwrap().weeks().summary().past.clone().unwrap()
    }

    /// Weeks of one event an hour, each of which asks for the amount of its week.
    fn weeks(amounts: &[i64]) -> HistorySigns {
        let hours = 0..(amounts.len() as i64 * 168);
        past(hours.map(|hour| (hour, amounts[(hour / 168) as usize])))
    }

    #[test]
    fn a_trend_is_told_with_its_size_and_noise_is_none() {
        let grows = weeks(&[10, 11, 12, 13, 14, 15, 16, 17]);
        let Trend { slope, median } = grows.trend().unwrap();
        assert_eq!((slope, median), (168.0, 13.5 * 168.0));
        assert_eq!(grows.predicted(), Some(13.5 * 168.0));
        assert_eq!(grows.lately(), Some(15.5 * 168.0));
        assert_eq!(weeks(&[17, 16, 15, 14, 13, 12, 11, 10]).trend().unwrap().slope, -168.0);
        assert_eq!(weeks(&[10, 12, 11, 10, 12, 11, 10, 12]).trend(), None);
        assert_eq!(weeks(&[10; 8]).trend(), None);
        assert_eq!(weeks(&[10, 11, 12, 13]).trend(), None, "too few");
    }

    #[test]
    fn the_last_four_weeks_are_compared_where_there_are_others() {
        assert_eq!(weeks(&[1, 1, 1, 1, 1]).lately(), None);
        assert_eq!(weeks(&[9, 9, 1, 1, 1, 1]).lately(), Some(168.0));
    }

    #[test]
    fn a_week_is_unlike_the_others_by_far_and_by_a_factor_of_two() {
        let unlike = |amounts: &[i64]| {
            let past = weeks(amounts);
            past.unlike()
                .iter()
                .map(|(week, factor)| ((week.from.millis() - MONDAY) / (7 * DAY), *factor))
                .collect::<Vec<_>>()
        };
        assert_eq!(unlike(&[10, 11, 9, 80, 10, 11]), [(3, 80.0 / 10.5)]);
        assert_eq!(unlike(&[10, 11, 9, 19, 10, 11]), [], "not twice as much");
        assert_eq!(unlike(&[1, 5, 9, 20, 30, 12]), [], "all are unlike each other");
        assert_eq!(unlike(&[10, 10, 1, 10, 10]), [(2, 0.1)]);
    }

    #[test]
    fn days_without_rows_are_gaps_where_there_are_rows_on_most_days() {
        let missing = |missing: std::ops::Range<i64>| {
            past(
                (0..(40 * 24)).filter(|hour| !missing.contains(&(hour / 24))).map(|hour| (hour, 1)),
            )
        };
        let day = |day: i64| Instant::from_millis(MONDAY + day * DAY);
        assert_eq!(missing(10..12).gaps, [Window { from: day(10), to: day(12) }]);
        assert_eq!(missing(40..41).gaps, []);
        let now_and_then = past((0..20).map(|n| (n * 60, 1)));
        assert_eq!(now_and_then.gaps, []);
    }

    #[test]
    fn hours_without_usage_are_a_silence_where_nine_of_ten_days_have_some() {
        let hours = |silent: std::ops::Range<i64>| {
            past((0..(30 * 24)).map(move |hour| (hour, i64::from(!silent.contains(&hour)))))
        };
        let at = |hour: i64| Instant::from_millis(MONDAY + hour * HOUR);
        let ten = 10 * 24 + 22;
        assert_eq!(hours(ten..(ten + 5)).silences, [Window { from: at(ten), to: at(ten + 5) }]);
        assert_eq!(hours(ten..(ten + 2)).silences, []);
        // Nights are silent on every day, and no outage.
        let office = past(
            (0..(30 * 24)).filter(|hour| (8..18).contains(&(hour % 24))).map(|hour| (hour, 1)),
        );
        assert_eq!(office.silences, []);
    }

    #[test]
    fn rows_in_no_week_are_counted() {
        let past = past((0..(16 * 24)).map(|hour| (hour, 1)));
        assert_eq!((past.rows, past.rows_drawn, past.days_left), (16 * 24, 14 * 24, 2));
    }
}
