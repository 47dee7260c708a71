//! The loop that drives accounts through usage, for one run and for a replication of many
//! candidates.
//!
//! It checks for interrupts often, whatever the usage: in days without any, an account may have as
//! much work as in all others. Deliberately absent: the source of usage, and the observers.

use crate::domain::{Duration, Instant, Window};
use crate::engine::slice::is_pause;
use crate::engine::{Chunk, Engine, EngineError, Observer, Payments, UsageSlice};
use crate::usage::{Feed, UsageError};

/// Reason why engines did not reach the end of their horizon.
#[derive(Debug)]
pub enum Halt {
    /// The usage could not be read or drawn.
    Usage(UsageError),
    /// An account could not go on.
    Engine {
        /// Its place among the engines.
        index: usize,
        /// The engine's error.
        error: EngineError,
    },
    /// Asked to stop.
    Stopped {
        /// Usage events handed to every account.
        events: u64,
        /// Instant that all accounts have reached.
        at: Instant,
    },
}

/// The time that accounts share.
#[derive(Clone, Copy, Debug)]
pub struct Course<'c> {
    /// The horizon.
    pub horizon: Window,
    /// Instants, ascending, at which every observer has heard of all usage before; one that
    /// [adds up](Observer::adds_up) hears of no run across any of them.
    pub marks: &'c [Instant],
}

/// Drives accounts through the usage of `feed` to the end of the horizon that they share: all of
/// them through one `chunk` before the next is filled, so that memory does not grow with usage.
/// `stop` is called before every chunk, and once for every whole day without usage.
pub fn drive<P: Payments, O: Observer>(
    feed: &mut dyn Feed,
    chunk: &mut Chunk,
    engines: &mut [Engine<'_, P, O>],
    course: Course<'_>,
    stop: &dyn Fn() -> bool,
) -> Result<(), Halt> {
    let Course { horizon, marks } = course;
    let taken_back = feed.taken_back();
    engines.iter_mut().for_each(|engine| engine.takes_back(&taken_back));
    let mut drive = Drive { engines, stop, marks, events: 0, at: horizon.from };
    loop {
        drive.ask()?;
        feed.fill(chunk).map_err(Halt::Usage)?;
        if chunk.is_empty() {
            break;
        }
        drive.live_apart(chunk.slice())?;
    }
    drive.pass(horizon.to)?;
    drive.each(|engine| engine.advance(horizon.to))
}

/// Accounts partway through their horizon.
struct Drive<'d, 's, P, O> {
    engines: &'d mut [Engine<'s, P, O>],
    stop: &'d dyn Fn() -> bool,
    /// Marks that lie ahead.
    marks: &'d [Instant],
    /// Usage events handed to every account.
    events: u64,
    /// Instant that all accounts have reached.
    at: Instant,
}

impl<P: Payments, O: Observer> Drive<'_, '_, P, O> {
    fn ask(&self) -> Result<(), Halt> {
        let (events, at) = (self.events, self.at);
        if (self.stop)() { Err(Halt::Stopped { events, at }) } else { Ok(()) }
    }

    /// Lives through usage that has no day without any inside it.
    fn live(&mut self, usage: &UsageSlice<'_>) -> Result<(), Halt> {
        let Some((first, last)) = ends(usage) else { return Ok(()) };
        self.pass(first)?;
        self.pass_marks(first);
        let fed = Engine::feed_all(self.engines, usage);
        fed.map_err(|(index, error)| Halt::Engine { index, error })?;
        self.events += (usage.len() + usage.zeros().len()) as u64;
        self.at = last;
        Ok(())
    }

    /// Lets every observer hear of all usage so far, where it passes a mark to get to `at`.
    fn pass_marks(&mut self, at: Instant) {
        let passed = self.marks.partition_point(|&mark| mark <= at);
        if passed == 0 {
            return;
        }
        self.marks = &self.marks[passed..];
        for engine in &mut *self.engines {
            engine.observer();
        }
    }

    /// Lives through usage piece by piece, split wherever there is a day without any, and at marks.
    fn live_apart(&mut self, mut rest: UsageSlice<'_>) -> Result<(), Halt> {
        let mut pause = rest.pause();
        while let Some((first, last)) = ends(&rest) {
            let ahead = self.marks.partition_point(|&mark| mark <= first);
            let mark = self.marks.get(ahead).copied().filter(|&mark| mark <= last);
            let Some(cut) = pause.into_iter().chain(mark).min() else { return self.live(&rest) };
            let [piece, after] = rest.split(cut);
            self.live(&piece)?;
            if pause == Some(cut) {
                pause = after.pause();
            }
            rest = after;
        }
        Ok(())
    }

    /// Advances through time without usage, day by day; a remainder of less than a day is left to
    /// the next call.
    fn pass(&mut self, to: Instant) -> Result<(), Halt> {
        while is_pause(self.at, to) {
            self.ask()?;
            self.at = self.at.plus(Duration::DAY);
            let at = self.at;
            self.each(|engine| engine.advance(at))?;
        }
        Ok(())
    }

    /// Does the same with every account, up to the first that cannot go on.
    fn each(
        &mut self,
        act: impl Fn(&mut Engine<'_, P, O>) -> Result<(), EngineError>,
    ) -> Result<(), Halt> {
        for (index, engine) in self.engines.iter_mut().enumerate() {
            act(engine).map_err(|error| Halt::Engine { index, error })?;
        }
        Ok(())
    }
}

/// The instants of the first and the last event.
fn ends(usage: &UsageSlice<'_>) -> Option<(Instant, Instant)> {
    let (ends, zeros) = (usage.ends(), usage.zeros());
    let first = ends.map(|(first, _)| first).into_iter().chain(zeros.first().copied()).min()?;
    let last = ends.map(|(_, last)| last).into_iter().chain(zeros.last().copied()).max()?;
    Some((first, last))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::path::Path;

    use super::*;
    use crate::domain::Credits;
    use crate::engine::{Fact, Moment, Pace, UsageRun};
    use crate::metrics::Metrics;
    use crate::payments::Processor;
    use crate::scenario::Scenario;
    use crate::streams::Streams;
    use crate::usage::Held;

    /// Cycles, expiry, a recharge that takes a day and a card that fails now and then: something
    /// happens on most days, with usage or without.
    const RULES: &str = "currency = \"USD\"\nstart = 2026-01-01\nend = 2028-01-01\n\
        [packages.a]\ncredits = 100\nprice = \"5\"\n[account]\nopening_balance = 50\n\
        [recharge]\nat_or_below = 40\npackage = \"a\"\ncredits_expire = \"20 days\"\n\
        [payment]\nlatency = \"1day\"\nretry_after = \"6h\"\n";

    fn scenario() -> Scenario {
        Scenario::from_text("rules.toml", RULES, Path::new("")).unwrap()
    }

    /// Events `hours` after one another, every third of zero credits.
    fn usage(scenario: &Scenario, hours: &[i64]) -> Vec<(Instant, Credits)> {
        let mut at = scenario.setup.horizon.from;
        let event = |(index, &hours): (usize, &i64)| {
            at = at.plus(Duration::from_millis(hours * Duration::HOUR.millis()));
            (at, Credits::from_micro([30_000_000, 7_000_000, 0][index % 3]))
        };
        hours.iter().enumerate().map(event).collect()
    }

    /// The figures of an account after a drive, and the number of calls of `stop`.
    fn driven(scenario: &Scenario, events: &[(Instant, Credits)]) -> (Metrics, usize) {
        let calls = Cell::new(0);
        let stop = || {
            calls.set(calls.get() + 1);
            false
        };
        let mut engines = [engine(scenario)];
        let mut feed = Held::new(events.to_vec(), scenario.setup.horizon);
        let horizon = scenario.setup.horizon;
        let course = Course { horizon, marks: &[] };
        drive(&mut feed, &mut Chunk::new(), &mut engines, course, &stop).unwrap();
        let [engine] = engines;
        (engine.finish().unwrap(), calls.get())
    }

    fn engine(scenario: &Scenario) -> Engine<'_, Processor<'_>, Metrics> {
        let payments = Processor::new(&scenario.luck, Streams { seed: 1, replication: 0 });
        let metrics = Metrics::new(scenario.setup.horizon);
        Engine::start(&scenario.setup, Pace::Skip, payments, metrics).unwrap()
    }

    #[test]
    fn parting_usage_where_days_are_empty_changes_nothing_that_happens() {
        let scenario = scenario();
        for hours in [
            vec![0; 9],
            vec![1, 2, 3, 24, 24, 25],
            vec![2_000, 3, 500, 24, 1, 30, 4_000],
            (0..120).map(|i| [1, 60, 5, 200, 24, 25, 0][i % 7]).collect(),
        ] {
            let events = usage(&scenario, &hours);
            let mut whole = engine(&scenario);
            let mut chunk = Chunk::new();
            events.iter().for_each(|&(at, amount)| chunk.push(at, amount).unwrap());
            whole.feed(&chunk).unwrap();
            let whole = format!("{:?}", whole.finish().unwrap());
            assert_eq!(format!("{:?}", driven(&scenario, &events).0), whole, "{hours:?}");
        }
    }

    #[test]
    fn every_day_without_usage_hears_an_interrupt_also_inside_a_chunk() {
        let scenario = scenario();
        // 730 days, with all events of each list in one chunk: at most one day passes at each
        // event.
        for hours in [vec![24], vec![24, 8_000], vec![9_000, 24, 24, 24, 5_000]] {
            let events = usage(&scenario, &hours);
            let calls = driven(&scenario, &events).1;
            assert!(calls >= 730 - 2 * (hours.len() + 1), "{hours:?}: {calls}");
        }
    }

    /// The first and the last instant of each run of usage that an observer hears of which adds up.
    #[derive(Clone, Debug, Default)]
    struct Runs(Vec<(Instant, Instant)>);

    impl Observer for Runs {
        fn adds_up(&self) -> bool {
            true
        }

        fn fact(&mut self, _: &Moment, _: &Fact<'_>) {}

        fn usage(&mut self, run: &UsageRun<'_>) {
            self.0.push((run.first, run.last));
        }

        fn nothing_asked(&mut self, _: &UsageRun<'_>) {}
    }

    #[test]
    fn no_run_of_usage_crosses_a_mark_and_nothing_else_changes() {
        let scenario = scenario();
        let from = scenario.setup.horizon.from;
        let hour = |hours: i64| from.plus(Duration::from_millis(hours * Duration::HOUR.millis()));
        let half = Credits::from_micro(500_000);
        let events: Vec<_> = (0..4_000).map(|hours| (hour(hours), half)).collect();
        let just_after = |hours: i64| hour(hours).plus(Duration::from_millis(1));
        // At an event, just after one, twice between two, and on later days.
        let mut marks = vec![hour(10), just_after(12), just_after(14), hour(15)];
        marks.extend((1..100).map(|days| hour(24 * days)));
        let drawn = |marks: &[Instant]| {
            let payments = Processor::new(&scenario.luck, Streams { seed: 1, replication: 0 });
            let heard = (Metrics::new(scenario.setup.horizon), Runs::default());
            let mut engines =
                [Engine::start(&scenario.setup, Pace::Skip, payments, heard).unwrap()];
            let horizon = scenario.setup.horizon;
            let mut feed = Held::new(events.clone(), horizon);
            let course = Course { horizon, marks };
            drive(&mut feed, &mut Chunk::new(), &mut engines, course, &|| false).unwrap();
            let [engine] = engines;
            engine.finish().unwrap()
        };
        let crosses = |runs: &Runs| {
            let crossed = |&mark: &Instant| runs.0.iter().any(|&(a, b)| a < mark && mark <= b);
            marks.iter().filter(|mark| crossed(mark)).count()
        };
        let ((whole, runs), (parted, parts)) = (drawn(&[]), drawn(&marks));
        assert_eq!(format!("{whole:?}"), format!("{parted:?}"));
        assert!(crosses(&runs) > 10);
        assert_eq!(crosses(&parts), 0);
    }

    #[test]
    fn events_of_a_chunk_come_in_time_order_zeros_among_them() {
        let scenario = scenario();
        let events_in = usage(&scenario, &[5, 1, 0, 3, 0, 0, 48]);
        let mut chunk = Chunk::new();
        events_in.iter().for_each(|&(at, amount)| chunk.push(at, amount).unwrap());
        assert_eq!(chunk.slice().merged().collect::<Vec<_>>(), events_in);
        assert_eq!(chunk.slice().pause(), Some(events_in[6].0));
    }
}
