//! How forecasts of single weeks from inside a history came out.
//!
//! Each of the last weeks is forecast from the days before it, by the method that a study or a forecast uses for what
//! comes: a model learned anew, or the weeks before as they were. Days are summed up once, so that a test costs little
//! beside the study that it speaks of. Deliberately absent: rules of credits.

use rand::RngExt;

use crate::domain::Window;
use crate::streams::{Purpose, Streams};
use crate::usage::{HistorySigns, RecordedDay};

use super::future::FutureUsage;
use super::outlook::Outlook;
use super::record::RecordedPast;
use super::score::{Coverage, ForecastScore, OneScore, RANGES};

/// The most weeks that are forecast, the latest.
const ORIGINS: usize = 12;
/// Weeks of history before the first of them.
const FEWEST_WEEKS: usize = 2;
/// Draws of each forecast.
const DRAWS: u64 = 400;
/// The place of the 80 % range among [`RANGES`].
const EIGHTY: usize = 1;

/// How forecasts of single weeks' usage from inside a history came out.
#[derive(Clone, Debug, PartialEq)]
pub struct UsageTest {
    /// The forecasts, by origin.
    pub score: ForecastScore,
    /// The 80 % ranges that held.
    pub held: Coverage,
}

/// Whether a method was tested on the history that it draws from.
#[derive(Clone, Debug, PartialEq)]
pub enum MethodTest {
    /// It was.
    Tested(UsageTest),
    /// The history has too few whole weeks.
    TooShort {
        /// Whole weeks.
        weeks: usize,
    },
}

impl MethodTest {
    fn of(score: ForecastScore, weeks: usize) -> MethodTest {
        let held = score.coverage()[EIGHTY];
        match score.of.is_empty() {
            true => MethodTest::TooShort { weeks },
            false => MethodTest::Tested(UsageTest { score, held }),
        }
    }

    /// Of drawing whole weeks of a history at random.
    pub fn of_weeks(past: &HistorySigns) -> MethodTest {
        let asked: Vec<f64> = past.weeks.iter().map(|week| week.asked.to_f64()).collect();
        let first = FEWEST_WEEKS.max(asked.len().saturating_sub(ORIGINS));
        let origins = first..asked.len();
        let of = origins.filter_map(|week| OneScore::of(&asked[..week], asked[week])).collect();
        MethodTest::of(ForecastScore { of }, asked.len())
    }

    /// The test; `None` where the history is too short for one.
    pub fn tested(self) -> Option<UsageTest> {
        match self {
            MethodTest::Tested(test) => Some(test),
            MethodTest::TooShort { .. } => None,
        }
    }
}

impl FutureUsage {
    /// Forecasts the last weeks of the history that it is learned from, each from what was known before. What a person
    /// states of usage to come is left out, for it may be known from these weeks.
    pub fn tested(&self, seed: u64) -> MethodTest {
        let (history, evidence) = (self.history(), self.evidence());
        let (days, weeks) = (history.days(), evidence.whole_weeks());
        let first = FEWEST_WEEKS.max(weeks.saturating_sub(ORIGINS));
        let score = |week: usize| {
            let happened = evidence.week(week)?;
            let from = evidence.weeks_before_end(weeks - week)?;
            let before = days.partition_point(|day| day.window.to <= from);
            let drawn = weeks_drawn(&days[..before], evidence, self.outages(), seed)?;
            OneScore::of(&drawn, happened)
        };
        MethodTest::of(ForecastScore { of: (first..weeks).filter_map(score).collect() }, weeks)
    }
}

/// Draws of what the first week after some days asks for; `None` if they ask for nothing.
fn weeks_drawn(
    days: &[RecordedDay],
    all: &RecordedPast,
    outages: &[Window],
    seed: u64,
) -> Option<Vec<f64>> {
    let known = RecordedPast::of_days(days, all.zone(), outages)?;
    let outlook = Outlook::learned(&known)?;
    let chance = known.odd_share();
    let draw = |replication: u64| {
        let streams = Streams { seed, replication };
        let mut stream = streams.at(Purpose::Likeness, 2);
        let is_odd = !known.odd.is_empty() && stream.random::<f64>() < chance;
        let times =
            if is_odd { known.odd[stream.random_range(0..known.odd.len())].times } else { 1.0 };
        times * outlook.course(streams).week(1)
    };
    Some((0..DRAWS).map(draw).collect())
}

const _: () = assert!(RANGES[EIGHTY] == 0.8);
