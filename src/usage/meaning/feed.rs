//! Usage from an export: read once for its meaning, refused where that would be a guess, then handed out
//! in time order.

use std::sync::Arc;

use super::BelowZero;
use super::examination::{Examination, Pass};
use super::flow::EventFlow;
use super::look::{self, FirstLook};
use super::net::{self, FineEvent, Netting};
use super::number::Atto;
use super::rounding::Rounding;
use super::rows::CellNotation;
use super::spool::EventSpool;
use crate::domain::text::{counted, counted_are};
use crate::domain::{CreditTotal, Credits, Instant, Window};
use crate::engine::trace::Chunk;
use crate::policy::TakenBackUsage;
use crate::usage::csv::{Amounts, CsvSettings, InputSource};
use crate::usage::export::{ExportTable, FileFormat, NameReach};
use crate::usage::held::Queue;
use crate::usage::pieces::PieceSizes;
use crate::usage::spacing::Spacing;
use crate::usage::{Feed, RowSpread, UsageError, UsageSummary, memory};

/// Events from which on those of a file in time order are put aside instead of being held.
pub(super) const HELD: usize = 1_000_000;

/// Bounds that change how a source is read, and nothing that is read of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReadingBounds {
    /// Events beyond which they are put aside: see [`HELD`].
    pub(super) held: usize,
    pub(super) pieces: PieceSizes,
}

impl Default for ReadingBounds {
    fn default() -> ReadingBounds {
        ReadingBounds { held: HELD, pieces: PieceSizes::default() }
    }
}

/// A feed of the events of an export.
pub struct MeaningFeed {
    rest: RestOfEvents,
    /// The distance between rows; not followed where each is an event by itself.
    spacing: Option<Spacing>,
    taken_back: Arc<[TakenBackUsage]>,
    summary: UsageSummary,
}

/// The events that were not yet handed out.
enum RestOfEvents {
    Held(Queue),
    Flowing(Box<EventFlow>),
}

impl Feed for MeaningFeed {
    fn fill(&mut self, chunk: &mut Chunk) -> Result<(), UsageError> {
        match &mut self.rest {
            RestOfEvents::Held(queue) => queue.pour(chunk, &self.summary.source)?,
            RestOfEvents::Flowing(flow) => flow.fill(chunk, &mut self.summary)?,
        }
        self.summary.inside(chunk);
        if let Some(spacing) = &mut self.spacing {
            spacing.look(chunk);
            self.summary.apart = spacing.found();
        }
        Ok(())
    }

    fn summary(&self) -> &UsageSummary {
        &self.summary
    }

    fn taken_back(&self) -> Arc<[TakenBackUsage]> {
        Arc::clone(&self.taken_back)
    }
}

/// Reads a source to its end for what its rows mean.
pub fn examine(source: InputSource, settings: &CsvSettings) -> Result<MeaningFeed, UsageError> {
    examine_within(ReadingBounds::default(), source, settings)
}

/// The same for a source in rows of text that was looked at.
pub(in crate::usage) fn examine_looked_at(look: FirstLook<'_>) -> Result<MeaningFeed, UsageError> {
    read_on(look, ReadingBounds::default())
}

/// The same where rows are read in pieces of at most so many bytes from the first on, on the threads of the present pool; what
/// is read does not depend on it. For tests: longer files are read in pieces anyway.
pub fn examine_in_pieces(
    source: InputSource,
    settings: &CsvSettings,
    bytes: usize,
) -> Result<MeaningFeed, UsageError> {
    let pieces = PieceSizes::of(bytes);
    examine_within(ReadingBounds { pieces, ..ReadingBounds::default() }, source, settings)
}

pub(super) fn examine_within(
    bounds: ReadingBounds,
    source: InputSource,
    settings: &CsvSettings,
) -> Result<MeaningFeed, UsageError> {
    let source = source.kept()?;
    match examine_reaching(NameReach::Beginning, bounds, source.clone(), settings) {
        Err(_) if is_of_lines(&source, settings) => {
            examine_reaching(NameReach::All, bounds, source, settings)
        }
        examined => examined,
    }
}

/// Whether a source is JSON lines, of which a late one may have names that decide which columns count, and a broken
/// one goes before every other problem.
pub(super) fn is_of_lines(source: &InputSource, settings: &CsvSettings) -> bool {
    let table = look::layout(settings)
        .ok()
        .and_then(|layout| ExportTable::open_reaching(source, &layout, NameReach::Beginning).ok());
    table.is_some_and(|table| table.layout().format == FileFormat::JsonLines)
}

/// The same by the names of these records.
fn examine_reaching(
    reach: NameReach,
    bounds: ReadingBounds,
    source: InputSource,
    settings: &CsvSettings,
) -> Result<MeaningFeed, UsageError> {
    read_on(FirstLook::at(source, settings, reach)?, bounds)
}

/// Reads all rows of a source that was looked at.
fn read_on(look: FirstLook<'_>, bounds: ReadingBounds) -> Result<MeaningFeed, UsageError> {
    let mut summary = UsageSummary::of(look.name.clone());
    if look.header.is_empty() {
        summary.chosen.push("There is no row of usage in it.".to_owned());
        let rest = RestOfEvents::Held(Queue::new(Vec::new()));
        return Ok(MeaningFeed { rest, spacing: None, taken_back: Arc::default(), summary });
    }
    if !look.has_row {
        return Err(look.no_rows());
    }
    summary.chosen.extend(look.told());
    let mut examination = look.examination()?;
    examination.pieces = bounds.pieces;
    let (pass, notation) = examination.read(bounds.held)?;
    examination.refuse(&pass)?;
    examination.finish(pass, notation, summary)
}

impl Examination<'_> {
    /// Nets and rounds the events, and completes the summary.
    fn finish(
        &self,
        pass: Pass,
        notation: CellNotation,
        mut summary: UsageSummary,
    ) -> Result<MeaningFeed, UsageError> {
        let Pass { tally, events, spool, found, left_out, hash } = pass;
        summary.rows = tally.rows;
        summary.duplicate_rows = tally.duplicates;
        summary.left_out_rows = tally.left_out();
        summary.hash = hash;
        self.tell(&mut summary, &tally, &found, &left_out, notation);
        summary.bad_rows = tally.bad;
        let events = match spool {
            Some(spool) => ReadEvents::Spooled(spool),
            None => ReadEvents::Held(events),
        };
        // A profile says nothing of amounts below zero.
        MeaningFeed::of(events, self.settings, summary)
    }
}

/// The events of all rows, before they are netted and rounded.
pub(super) enum ReadEvents {
    /// In any order.
    Held(Vec<FineEvent>),
    /// In time order, none below zero.
    Spooled(EventSpool),
}

impl MeaningFeed {
    /// Sorts, nets and rounds events; what is told of that comes last in the summary.
    pub(super) fn of(
        events: ReadEvents,
        settings: &CsvSettings,
        mut summary: UsageSummary,
    ) -> Result<MeaningFeed, UsageError> {
        let (rest, read) = match events {
            ReadEvents::Spooled(spool) => {
                let flow = EventFlow::of(spool, settings.horizon)?;
                (RestOfEvents::Flowing(Box::new(flow)), RoundedEvents::default())
            }
            ReadEvents::Held(mut events) => {
                memory::check_copy(&events, events.len(), &summary.source)?;
                events.sort_by_key(|(at, _)| *at);
                let use_of = settings.meaning.below_zero.unwrap_or_default();
                let horizon = settings.horizon;
                let mut read =
                    RoundedEvents::of(events, (use_of, settings.spread), horizon, &mut summary);
                let queue = Queue::new(std::mem::take(&mut read.events));
                (RestOfEvents::Held(queue), read)
            }
        };
        summary.doubts.extend(read.told());
        summary.chosen.extend(read.rounding.told());
        let each = matches!(settings.amounts, Amounts::EachRow(_));
        let RoundedEvents { taken_back, netting, .. } = read;
        let spacing = (!each).then(|| Spacing::beside(netting.alone));
        Ok(MeaningFeed { rest, spacing, taken_back, summary })
    }
}

/// Events that were netted and rounded, and what became of amounts below zero.
#[derive(Default)]
pub(super) struct RoundedEvents {
    /// Those inside the horizon.
    pub(super) events: Vec<(Instant, Credits)>,
    /// What they take back.
    pub(super) taken_back: Arc<[TakenBackUsage]>,
    use_of: BelowZero,
    netting: Netting,
    rounding: Rounding,
}

impl RoundedEvents {
    /// Takes events that are in time order; those outside the horizon, and the rows below zero, are counted in
    /// `summary`. A row below zero at an instant of its own stays as a row that asks for nothing, unless rows flow over
    /// their time, which a correction does not end.
    pub(super) fn of(
        events: Vec<FineEvent>,
        (use_of, spread): (BelowZero, RowSpread),
        horizon: Window,
        summary: &mut UsageSummary,
    ) -> RoundedEvents {
        let (events, rows, netting) = match use_of {
            BelowZero::Netted => {
                let (events, netting) = net::net(events);
                (events, Vec::new(), netting)
            }
            BelowZero::Reversed => net::part(events),
        };
        let mut rounding = Rounding::default();
        let mut events = round(events, &mut rounding, horizon, summary);
        if use_of == BelowZero::Netted && spread == RowSpread::None && !netting.alone.is_empty() {
            for &at in &netting.alone {
                match horizon.contains(at) {
                    true => events.push((at, Credits::ZERO)),
                    false => summary.outside(at),
                }
            }
            events.sort_by_key(|(at, _)| *at);
        }
        let below_zero = round(rows, &mut Rounding::default(), horizon, summary);
        let taken_back = net::pair(&events, &below_zero);
        match use_of {
            BelowZero::Netted => {
                summary.netted_rows = netting.rows;
                summary.excess_corrections = CreditTotal::from_micro(netting.unmet.micro_up());
            }
            BelowZero::Reversed => summary.reversed_rows = netting.rows,
        }
        RoundedEvents { events, taken_back, use_of, netting, rounding }
    }

    /// The doubts about amounts below zero, one sentence each.
    pub(super) fn told(&self) -> Vec<String> {
        told_below_zero(self.use_of, &self.netting)
    }
}

/// Rounds events inside the horizon.
fn round(
    events: Vec<FineEvent>,
    rounding: &mut Rounding,
    horizon: Window,
    summary: &mut UsageSummary,
) -> Vec<(Instant, Credits)> {
    let mut rounded = Vec::with_capacity(events.len());
    for (at, amount) in events {
        match horizon.contains(at) {
            true => rounded.push((at, rounding.next(amount))),
            false => summary.outside(at),
        }
    }
    rounded
}

/// The doubts about amounts below zero, one sentence each.
pub(super) fn told_below_zero(use_of: BelowZero, netting: &Netting) -> Vec<String> {
    match use_of {
        BelowZero::Netted => told_netting(netting),
        BelowZero::Reversed if netting.rows == 0 => Vec::new(),
        BelowZero::Reversed => {
            let parts = vec![
                (netting.own(), told_own(netting)),
                (
                    netting.elsewhere,
                    "out of the usage before, the latest first, at the instant of each row",
                ),
            ];
            vec![told_parts(netting, "to be taken back", parts)]
        }
    }
}

/// Where the usage is that rows below zero are taken from at their instants.
fn told_own(netting: &Netting) -> &'static str {
    match netting.rows {
        1 => "out of the usage of its instant",
        _ => "out of the usage of their instants",
    }
}

/// What was done with rows below zero, part by part; with the amount of each where it is not the whole.
fn told_parts(netting: &Netting, done: &str, mut parts: Vec<(Atto, &str)>) -> String {
    parts.retain(|(amount, _)| *amount > Atto::ZERO);
    let rows =
        format!("{} below zero, {} in all", counted_are(netting.rows, "row"), netting.amount);
    let part = |(amount, from): &(Atto, &str)| match *amount == netting.amount {
        true => format!("{done} {from}"),
        false => format!("{amount} {done} {from}"),
    };
    match parts.is_empty() {
        true => format!("{rows}."),
        false => format!("{rows}: {}.", parts.iter().map(part).collect::<Vec<_>>().join(", ")),
    }
}

/// The doubts about corrections, one sentence each.
fn told_netting(netting: &Netting) -> Vec<String> {
    let mut told = Vec::new();
    if netting.rows > 0 {
        let parts = vec![
            (netting.own(), told_own(netting)),
            (netting.before, "out of the usage before"),
            (netting.after(), "out of the usage after, as there is no more before"),
        ];
        told.push(told_parts(netting, "taken", parts));
    }
    if netting.unmet > Atto::ZERO {
        told.push(format!(
            "Corrections exceed all usage by {}, which {} left out.",
            counted(netting.unmet, "credit"),
            if netting.unmet.micro() == 1_000_000 { "is" } else { "are" }
        ));
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Zone;

    const DAYS: Window = Window {
        from: Instant::from_millis(5 * 86_400_000),
        to: Instant::from_millis(50_000 * 86_400_000),
    };

    /// The events of rows below a header, at most so many of them held, and whether they flow.
    fn read(
        held: usize,
        rows: &str,
        settings: &CsvSettings,
    ) -> Result<(Vec<String>, UsageSummary, bool), String> {
        let text = format!("time,\"credits\",note\n{rows}");
        let source = InputSource::Bytes(text.as_bytes().into());
        let told = |error: UsageError| error.to_string();
        let bounds = ReadingBounds { held, ..ReadingBounds::default() };
        let mut feed = examine_within(bounds, source, settings).map_err(told)?;
        let flows = matches!(feed.rest, RestOfEvents::Flowing(_));
        let (mut chunk, mut events) = (Chunk::new(), Vec::new());
        loop {
            feed.fill(&mut chunk).map_err(told)?;
            if chunk.is_empty() {
                return Ok((events, feed.summary().clone(), flows));
            }
            let event = |i: usize| format!("{} {}", chunk.at(i), chunk.amount(i));
            events.extend((0..chunk.len()).map(event));
        }
    }

    /// Rows of ten a day, of this amount, from 2026-01-01 on.
    fn rows(count: i64, amount: &str) -> String {
        let row = |n: i64| {
            let at = Instant::from_millis(1_767_225_600_000 + n / 10 * 86_400_000);
            format!("{at},\"{amount}\",{}\n", n % 7)
        };
        (0..count).map(row).collect()
    }

    #[test]
    fn events_flow_where_they_are_in_order_and_are_those_that_would_be_held() {
        let mut settings = CsvSettings::new(Zone::UTC, DAYS);
        let long = rows(40_000, "1.00000025");
        let late = |row: &str| format!("{}{row}", rows(100, "3"));
        for (rows, flows) in [
            (long.as_str(), true),
            (&rows(100, "1,002.5"), true),
            (&late("Total,300,\n"), true),
            (&late("1970-01-03,5,outside\n"), false),
            (&late("2026-01-01,5,late\n"), false),
            (&late("2026-02-01,-5,correction\n"), false),
            (&rows(7, "3"), false),
        ] {
            let held = read(usize::MAX, rows, &settings).unwrap();
            let flown = read(8, rows, &settings).unwrap();
            assert!(!held.2);
            assert_eq!(flown.2, flows, "{:?}", &rows[rows.len() - 30..]);
            assert_eq!((flown.0, flown.1), (held.0, held.1));
        }
        settings.meaning.identity = vec!["note".to_owned()];
        assert!(
            !read(8, &rows(100, "3"), &settings).unwrap().2,
            "an identity is known of all rows"
        );
    }

    #[test]
    fn json_lines_are_read_as_if_the_names_of_all_were_known() {
        let settings = CsvSettings::new(Zone::UTC, DAYS);
        let record = |n: i64, more: &str| {
            let at = Instant::from_millis(1_767_225_600_000 + n * 60_000);
            format!("{{\"time\":\"{at}\",\"credits\":{}{more}}}\n", n % 9)
        };
        let beginning: String = (0..10_500).map(|n| record(n, "")).collect();
        for (last, known) in [
            (String::new(), true),
            (record(10_500, ""), true),
            (record(10_500, ",\"unit\":\"tokens\""), false),
            (record(10_500, ",\"amount\":7"), false),
            (record(10_500, ",\"parts\":[{\"credits\":7}]"), false),
            ("{\"credits\":\n".to_owned(), false),
        ] {
            let text = beginning.clone() + &last;
            let source = InputSource::Bytes(text.as_bytes().into());
            let events = |feed: Result<MeaningFeed, UsageError>| {
                let mut feed = feed.map_err(|error| error.to_string())?;
                let (mut chunk, mut events) = (Chunk::new(), Vec::new());
                loop {
                    feed.fill(&mut chunk).map_err(|error| error.to_string())?;
                    if chunk.is_empty() {
                        return Ok::<_, String>((events, feed.summary().clone()));
                    }
                    events.extend((0..chunk.len()).map(|i| (chunk.at(i), chunk.amount(i))));
                }
            };
            let bounds = ReadingBounds::default();
            let reaching =
                |reach| events(examine_reaching(reach, bounds, source.clone(), &settings));
            let all = reaching(NameReach::All);
            assert_eq!(reaching(NameReach::Beginning).is_ok(), known, "{last}");
            assert_eq!(events(examine_within(bounds, source.clone(), &settings)), all, "{last}");
        }
    }

    #[test]
    fn a_row_below_zero_alone_at_its_instant_is_a_row_all_the_same() {
        let rows = "2026-01-01,9,a\n2026-01-02,-2,b\n2026-01-03,5,c\n2026-01-03,-1,d\n";
        let settings = CsvSettings::new(Zone::UTC, DAYS);
        let (events, summary, _) = read(usize::MAX, rows, &settings).unwrap();
        assert_eq!(events, ["2026-01-01T00:00:00Z 7", "2026-01-03T00:00:00Z 4"]);
        assert_eq!((summary.events, summary.zeros, summary.netted_rows), (3, 1, 2));
        let days = |below_zero| {
            let mut settings = settings.clone();
            settings.meaning.below_zero = Some(below_zero);
            let text = format!("time,\"credits\",note\n{rows}");
            let source = InputSource::Bytes(text.as_bytes().into());
            let mut feed = examine(source, &settings).unwrap();
            let history = crate::usage::History::read(&mut feed, Zone::UTC).unwrap();
            let within = history.clone().within(DAYS);
            [history.days().len(), within.days().len()]
        };
        assert_eq!(days(BelowZero::Netted), [3, 3]);
        assert_eq!(days(BelowZero::Reversed), [3, 3]);
        let flowing = CsvSettings { spread: RowSpread::Uniform, ..settings };
        let (events, ..) = read(usize::MAX, rows, &flowing).unwrap();
        assert_eq!(events.len(), 2, "a correction does not end the time of a total");
    }

    #[test]
    fn what_was_done_with_rows_below_zero_is_told_part_by_part() {
        let told = |list: &[(i64, i128)], use_of| {
            let event = |&(at, amount): &(i64, i128)| {
                (Instant::from_millis(at), Atto::from_micro(amount * 1_000_000).unwrap())
            };
            let events: Vec<FineEvent> = list.iter().map(event).collect();
            let netting = match use_of {
                BelowZero::Netted => net::net(events).1,
                BelowZero::Reversed => net::part(events).2,
            };
            told_below_zero(use_of, &netting).join(" ")
        };
        let netted = |list: &[(i64, i128)]| told(list, BelowZero::Netted);
        assert_eq!(netted(&[(1, 5)]), "");
        assert_eq!(
            netted(&[(1, 5), (1, -2)]),
            "1 row is below zero, 2 in all: taken out of the usage of its instant."
        );
        assert_eq!(
            netted(&[(1, 5), (2, -1), (3, -2)]),
            "2 rows are below zero, 3 in all: taken out of the usage before."
        );
        assert_eq!(
            netted(&[(1, 5), (2, 1), (2, -3), (3, -6), (4, 2)]),
            "2 rows are below zero, 9 in all: 1 taken out of the usage of their instants, 5 taken out of the usage \
             before, 2 taken out of the usage after, as there is no more before. Corrections exceed all usage by 1 \
             credit, which is left out."
        );
        assert_eq!(
            told(&[(1, 5), (2, 1), (2, -3)], BelowZero::Reversed),
            "1 row is below zero, 3 in all: 1 to be taken back out of the usage of its instant, 2 to be taken back out of the \
             usage before, the latest first, at the instant of each row."
        );
    }

    #[test]
    fn more_events_than_may_be_held_are_refused_only_where_they_cannot_flow() {
        let settings = CsvSettings { sort_limit: 50, ..CsvSettings::new(Zone::UTC, DAYS) };
        assert_eq!(read(8, &rows(100, "3"), &settings).unwrap().0.len(), 100);
        let late = rows(100, "3") + "2026-01-01,5,late\n";
        let refused = read(8, &late, &settings).unwrap_err();
        assert!(refused.contains("more than 50 events have to be held in memory"), "{refused}");
    }
}
