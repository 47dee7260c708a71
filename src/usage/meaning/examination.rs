//! One reading of all rows of a source whose columns are chosen: their sums and notation, and the problems
//! that only a guess would settle.
//!
//! Rows are taken to be in time order until one is not; then they are read again as they are. Deliberately
//! absent: what becomes of the events.

use std::collections::hash_map::Entry;

use super::choose::ChosenColumns;
use super::moment::{DateEvidence, DateNotation, DateOrder, DateVerdict, NumberTime};
use super::net::FineEvent;
use super::number::{Atto, DecimalMark, NumberEvidence, NumberVerdict};
use super::rows::{CellNotation, RowReader};
use super::sample::ColumnSample;
use super::spool::EventSpool;
use super::tally::{self, Identities, Tally};
use super::walk::RowWalker;
use super::wide::{TableShape, WideTable};
use super::{ColumnMeaning, Keep};
use crate::domain::text::counted;
use crate::domain::{Instant, Zone};
use crate::usage::csv::{CsvSettings, FileHash, InputSource};
use crate::usage::doubt::RepeatedRows;
use crate::usage::export::{
    AfterPiece, BesideTable, ExportTable, FoundLayout, Layout, PieceSizes, Row, RowView,
};
use crate::usage::time::{SkippedTimes, TimeForm, TimeReader};
use crate::usage::{CountedUnit, UsageError, UsageSummary, memory};

/// A source with its columns chosen.
pub(super) struct Examination<'a> {
    pub(super) source: InputSource,
    pub(super) layout: Layout,
    pub(super) shape: TableShape,
    pub(super) settings: &'a CsvSettings,
    pub(super) meaning: ColumnMeaning,
    pub(super) columns: ChosenColumns,
    pub(super) samples: Vec<ColumnSample>,
    pub(super) name: String,
    /// What the amounts count, where a profile says it.
    pub(super) counted: Option<CountedUnit>,
    /// How its rows are cut for several threads.
    pub(super) pieces: PieceSizes,
}

/// The findings of one reading of all rows.
pub(super) struct Pass {
    pub(super) tally: Tally,
    /// The events, in the order of the file; none of them if they are in `spool`.
    pub(super) events: Vec<FineEvent>,
    /// The events, where they are many, in time order, and none is below zero.
    pub(super) spool: Option<EventSpool>,
    pub(super) found: FoundLayout,
    pub(super) left_out: BesideTable,
    pub(super) hash: Option<FileHash>,
}

impl Pass {
    /// Whether an amount is above zero.
    fn has_usage(&self) -> bool {
        match self.spool.is_some() {
            true => self.tally.sum > Atto::ZERO,
            false => self.events.iter().any(|(_, amount)| *amount > Atto::ZERO),
        }
    }
}

/// The order in which a pass takes rows to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RowOrder {
    /// In time order: only rows of one instant are compared, and many events need not be held.
    InTime,
    /// In any order.
    Any,
}

/// The events of a pass so far.
struct Gathered {
    order: RowOrder,
    events: Vec<FineEvent>,
    identities: Identities,
    /// The instant of the last event.
    last: Instant,
    /// Whether an event was below zero.
    corrects: bool,
    /// Where they are if there are too many to hold, and holding them is not needed.
    spool: Option<EventSpool>,
}

/// What becomes of a row of usage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// It counts.
    Counts,
    /// Another row stands for it.
    Repeats,
    /// It is out of time order, or corrects an event that is not held.
    OutOfOrder,
}

/// The findings of a walk over all rows, whose events were handed on.
pub(super) struct Walk {
    pub(super) tally: Tally,
    pub(super) found: FoundLayout,
    pub(super) left_out: BesideTable,
    pub(super) hash: Option<FileHash>,
}

impl Gathered {
    fn new(order: RowOrder) -> Gathered {
        Gathered {
            order,
            events: Vec::new(),
            identities: Identities::new(),
            last: Instant::EARLIEST,
            corrects: false,
            spool: None,
        }
    }
}

impl Gathered {
    /// Puts the events aside that are held, and those to come.
    #[cold]
    fn spool(&mut self, name: &str) -> Result<(), UsageError> {
        let mut spool = EventSpool::new(name);
        std::mem::take(&mut self.events).into_iter().try_for_each(|event| spool.push(event))?;
        self.spool = Some(spool);
        Ok(())
    }
}

impl Examination<'_> {
    /// Reads all rows, and again if those beyond the sample show another notation or another order. At most
    /// `held` events are held if all can be put aside.
    pub(super) fn read(&self, held: usize) -> Result<(Pass, CellNotation), UsageError> {
        let mut notation = self.first_notation()?;
        let mut order = RowOrder::InTime;
        loop {
            let Some(pass) = self.pass(notation, order, held)? else {
                order = RowOrder::Any;
                continue;
            };
            match self.other_notation(&pass.tally, notation)? {
                None => return Ok((pass, notation)),
                Some(decided) => notation = decided,
            }
        }
    }

    /// The notation that the sample shows.
    pub(super) fn first_notation(&self) -> Result<CellNotation, UsageError> {
        let (mut numbers, mut dates) = (NumberEvidence::default(), DateEvidence::default());
        for column in self.columns.amounts() {
            numbers.join(&self.samples[column].numbers);
        }
        dates.clone_from(&self.samples[self.columns.time].dates);
        self.notation(&numbers, &dates, true)
    }

    /// The notation that all rows show; `None` where it is the one in which they were read.
    pub(super) fn other_notation(
        &self,
        tally: &Tally,
        read: CellNotation,
    ) -> Result<Option<CellNotation>, UsageError> {
        let decided = self.notation(&tally.number_evidence, &tally.date_evidence, false)?;
        let is_same = decided.mark == read.mark
            && decided.dates == read.dates
            && decided.shortened == read.shortened;
        Ok((!is_same).then_some(decided))
    }

    /// The notation that the evidence shows. What is unclear is an error, unless more may come.
    fn notation(
        &self,
        numbers: &NumberEvidence,
        dates: &DateEvidence,
        provisional: bool,
    ) -> Result<CellNotation, UsageError> {
        let mark = self.meaning.decimal.map_or_else(|| self.mark(numbers, provisional), Ok);
        let dates = self.dates(dates, provisional);
        let mut problems = Vec::new();
        let mut note = |problem: &String| problems.push(problem.clone());
        mark.as_ref().err().into_iter().chain(dates.as_ref().err()).for_each(&mut note);
        match (mark, dates) {
            (Ok(mark), Ok(dates)) => {
                let (blanks, shortened) = (self.meaning.blanks, numbers.shortened.is_some());
                Ok(CellNotation { mark, dates, blanks, shortened })
            }
            _ => Err(UsageError::Meaning { name: self.name.clone(), problems }),
        }
    }

    fn mark(&self, evidence: &NumberEvidence, provisional: bool) -> Result<DecimalMark, String> {
        let way_out = "set `[usage] decimal` or `--decimal` to `point` or `comma`";
        let mut evidence = evidence.clone();
        if matches!(evidence.verdict(), NumberVerdict::Unclear(_)) {
            let numeric = self.samples.iter().filter(|sample| sample.is_numbers());
            numeric.for_each(|sample| evidence.join(&sample.numbers));
        }
        match evidence.verdict() {
            NumberVerdict::Mark(mark) => Ok(mark),
            NumberVerdict::Unclear(_) if provisional => Ok(DecimalMark::Point),
            // Where commas part the cells, a number with one is quoted for its thousands.
            NumberVerdict::Unclear(_) if self.is_parted_by_commas() => Ok(DecimalMark::Point),
            NumberVerdict::Unclear(witness) => Err(format!(
                "the amount {witness} may have thousands or three decimals, and no other number shows \
                 which; {way_out}"
            )),
            NumberVerdict::Mixed(point, comma) => Err(format!(
                "the amounts have a decimal point in {point} and a decimal comma in {comma}; {way_out}, \
                 or correct them"
            )),
        }
    }

    fn is_parted_by_commas(&self) -> bool {
        let table = ExportTable::open(&self.source, &self.layout);
        table.is_ok_and(|table| table.layout().delimiter == Some(b','))
    }

    fn dates(&self, evidence: &DateEvidence, provisional: bool) -> Result<DateNotation, String> {
        let numbers = match self.settings.time_form {
            TimeForm::Seconds => Some(NumberTime::Seconds),
            TimeForm::Milliseconds => Some(NumberTime::Milliseconds),
            TimeForm::Guess | TimeForm::Calendar => None,
        };
        if let Some(order) = self.meaning.date_order {
            return Ok(DateNotation { order: Some(order), numbers });
        }
        let mut evidence = evidence.clone();
        if matches!(evidence.verdict(), DateVerdict::Unclear(_)) {
            self.samples.iter().for_each(|sample| evidence.join_order(&sample.dates));
        }
        let name = self.columns.name(self.columns.time);
        let way_out = "set `[usage] date_order` or `--date-order` to `day_first` or `month_first`";
        match evidence.verdict() {
            DateVerdict::Notation(notation) => {
                Ok(DateNotation { numbers: numbers.or(notation.numbers), ..notation })
            }
            DateVerdict::Unclear(_) if provisional => {
                Ok(DateNotation { order: Some(DateOrder::MonthFirst), numbers })
            }
            DateVerdict::Unclear(witness) => Err(format!(
                "day and month cannot be told apart in column `{name}`, such as {witness}: no date of \
                 the file has a day above 12; {way_out}"
            )),
            DateVerdict::Mixed(day, month) => Err(format!(
                "the day comes first in {day} and the month in {month}, both of column `{name}`; {way_out} \
                 and correct the others"
            )),
            DateVerdict::Numbers(..) if numbers.is_some() => {
                Ok(DateNotation { order: None, numbers })
            }
            DateVerdict::Numbers(least, most) => Err(format!(
                "the numbers in column `{name}` reach from {least} to {most}, which are not times of one \
                 kind; set `[usage] time_form`"
            )),
        }
    }

    /// The zone of local times in the file.
    pub(super) fn zone(&self) -> Zone {
        self.meaning.zone.unwrap_or(self.settings.zone)
    }

    /// Whether times have no offset from UTC, and nothing says in which zone they are.
    pub(super) fn is_zone_open(&self, tally: &Tally) -> bool {
        let evidence = &tally.date_evidence;
        let by_number = evidence.dates == 0;
        self.meaning.zone.is_none() && evidence.without_offset && !by_number
    }

    /// A table of its rows, and what they are read with.
    pub(super) fn table(&self) -> Result<WideTable, UsageError> {
        let mut table = WideTable::open(&self.source, &self.layout, &self.shape)?;
        table.keep(&self.columns.used());
        Ok(table)
    }

    /// The reader of local times.
    pub(super) fn clock(&self) -> TimeReader {
        TimeReader::new(self.zone(), TimeForm::Calendar)
    }

    /// Reads all rows in one notation; `None` if they are in another order.
    fn pass(
        &self,
        notation: CellNotation,
        order: RowOrder,
        held: usize,
    ) -> Result<Option<Pass>, UsageError> {
        let repeated = match order {
            RowOrder::InTime => RepeatedRows::in_order(),
            RowOrder::Any => RepeatedRows::in_any_order(),
        };
        let mut gathered = Gathered::new(order);
        let take = |row: RowView<'_>, event: FineEvent| -> Result<Taken, UsageError> {
            if self.repeats(row, &mut gathered, event) {
                return Ok(Taken::Repeats);
            }
            self.hold(&mut gathered, event, held)
        };
        let Some(mut walk) = self.walk(notation, repeated, take)? else { return Ok(None) };
        let Gathered { events, spool, .. } = gathered;
        self.settle(&mut walk.tally, spool.is_none().then_some(&events))?;
        let Walk { tally, found, left_out, hash } = walk;
        Ok(Some(Pass { tally, events, spool, found, left_out, hash }))
    }

    /// Hands each row of usage to `take`, in file order and in one notation, and counts what was taken; `None` if a
    /// row is out of the order that `take` expects.
    pub(super) fn walk<E: From<UsageError>>(
        &self,
        notation: CellNotation,
        repeated: RepeatedRows,
        take: impl FnMut(RowView<'_>, FineEvent) -> Result<Taken, E>,
    ) -> Result<Option<Walk>, E> {
        let mut table = self.table()?;
        let mut clock = self.clock();
        let mut tally = Tally::new(&self.columns, self.settings.zone);
        tally.bad.all = self.settings.keep_bad_rows.then(Vec::new);
        tally.repeated_rows = repeated;
        let reader = RowReader::new(&self.columns, notation, &mut clock);
        let amounts = self.columns.amounts();
        let mut walker =
            RowWalker { examination: self, reader, tally, amounts, before: Row::new(), take };
        let mut skipped = SkippedTimes::default();
        let mut row = Row::new();
        loop {
            if self.columns.identity.is_empty() && table.is_long(self.pieces) {
                match walker.pieces(&mut table, self.pieces, &mut skipped)? {
                    AfterPiece::GoOn => {}
                    AfterPiece::Stop => return Ok(None),
                }
            }
            if !table.next(&mut row).map_err(UsageError::from)? {
                break;
            }
            match walker.row(row.view())? {
                Taken::Counts => std::mem::swap(&mut row, &mut walker.before),
                Taken::Repeats => {}
                Taken::OutOfOrder => return Ok(None),
            }
        }
        let mut tally = walker.tally;
        skipped.join(clock.skipped());
        tally.skipped_times = skipped.told(self.zone());
        let table = table.table();
        let (found, left_out) = (table.layout().clone(), table.left_out().clone());
        Ok(Some(Walk { tally, found, left_out, hash: table.hash() }))
    }

    /// Takes totals for what they are once all rows are known: see [`Tally::settle`].
    pub(super) fn settle(
        &self,
        tally: &mut Tally,
        held: Option<&Vec<FineEvent>>,
    ) -> Result<(), UsageError> {
        let refused =
            |problem| UsageError::Meaning { name: self.name.clone(), problems: vec![problem] };
        tally.settle(held).map_err(refused)
    }

    /// Whether a row repeats an earlier one; the last takes the place of the first if that is chosen.
    fn repeats(&self, row: RowView<'_>, gathered: &mut Gathered, event: FineEvent) -> bool {
        if self.columns.identity.is_empty() {
            return false;
        }
        let Some(identity) = tally::identity(&self.columns.identity, row) else { return false };
        let Gathered { events, identities, .. } = gathered;
        let place = match identities.entry(identity) {
            Entry::Vacant(vacant) => {
                vacant.insert(events.len());
                return false;
            }
            Entry::Occupied(occupied) => *occupied.get(),
        };
        if self.columns.keep == Keep::Last
            && let Some(first) = events.get_mut(place)
        {
            *first = event;
        }
        true
    }

    /// Holds an event, unless events flow.
    fn hold(
        &self,
        gathered: &mut Gathered,
        event: FineEvent,
        held: usize,
    ) -> Result<Taken, UsageError> {
        if gathered.order == RowOrder::InTime {
            gathered.corrects |= event.1.is_negative();
            if event.0 < gathered.last || (gathered.spool.is_some() && gathered.corrects) {
                return Ok(Taken::OutOfOrder);
            }
            gathered.last = event.0;
            let can_spool = !gathered.corrects && self.columns.identity.is_empty();
            if gathered.spool.is_none() && can_spool && gathered.events.len() >= held {
                gathered.spool(&self.name)?;
            }
            if let Some(spool) = &mut gathered.spool {
                spool.push(event)?;
                return Ok(Taken::Counts);
            }
        }
        let limit = self.settings.sort_limit;
        if gathered.events.len() as u64 >= limit {
            return Err(UsageError::TooManyToSort { name: self.name.clone(), limit });
        }
        memory::reserve(&mut gathered.events, 1, &self.name)?;
        gathered.events.push(event);
        Ok(Taken::Counts)
    }

    /// Refuses what would be a guess.
    pub(super) fn refuse(&self, pass: &Pass) -> Result<(), UsageError> {
        self.refuse_rows(&pass.tally, pass.has_usage())
    }

    /// The same of rows whose events were handed on; `has_usage` if an amount is above zero.
    pub(super) fn refuse_rows(&self, tally: &Tally, has_usage: bool) -> Result<(), UsageError> {
        let mut problems = tally.problems(&self.columns);
        if problems.is_empty() {
            problems
                .extend(tally.tie(self.meaning.totals, &self.columns).err().unwrap_or_default());
        }
        // Who says what rows below zero are has looked at them.
        let is_said = has_usage && self.meaning.below_zero.is_some();
        if problems.is_empty() && tally.sum.is_negative() && !is_said {
            problems.push(tally.below_zero(&self.columns, has_usage));
        }
        if problems.is_empty() && tally.counted == 0 && tally.filtered + tally.other_accounts > 0 {
            problems.push(format!(
                "no row is left: {} do not meet the conditions, {} are of other accounts",
                tally.filtered, tally.other_accounts
            ));
        }
        let name = self.name.clone();
        if !problems.is_empty() {
            return Err(UsageError::Meaning { name, problems });
        }
        if tally.bad.count == 0 {
            return Ok(());
        }
        if !self.settings.skip_bad_rows {
            let more = tally.bad.count > tally.bad.first.len() as u64;
            return Err(UsageError::BadRows {
                name,
                rows: tally.bad.first.clone(),
                more,
                again: false,
            });
        }
        tally.bad.check(name, tally.rows, self.settings.skip_limit)
    }

    /// Says in the summary what was found.
    pub(super) fn tell(
        &self,
        summary: &mut UsageSummary,
        tally: &Tally,
        found: &FoundLayout,
        left_out: &BesideTable,
        notation: CellNotation,
    ) {
        summary.chosen.extend(told_layout(found));
        summary.chosen.extend(self.told_times(tally, notation));
        if notation.mark == DecimalMark::Comma {
            summary.chosen.push("Numbers have a decimal comma (seen in the column).".to_owned());
        }
        if left_out.above_count > 0 {
            let lines = counted(left_out.above_count, "line");
            let are = if left_out.above_count == 1 { "is" } else { "are" };
            summary.chosen.push(format!("{lines} above the header {are} left out."));
        }
        match left_out.repeated_headers {
            0 => {}
            1 => summary.chosen.push("1 line that repeats the header is left out.".to_owned()),
            lines => {
                summary.chosen.push(format!("{lines} lines that repeat the header are left out."))
            }
        }
        if !left_out.below.is_empty() {
            let lines = counted(left_out.below.len(), "line");
            let are = if left_out.below.len() == 1 { "is" } else { "are" };
            summary.chosen.push(format!("{lines} below the table {are} left out."));
        }
        let last = self.columns.header.len().saturating_sub(1);
        if left_out.no_last_line_end && self.columns.amounts().contains(&last) {
            summary.chosen.push(
                "The last line has no line end: if the file was cut there, its amount is too small."
                    .to_owned(),
            );
        }
        summary.chosen.extend(tally.told());
        summary.chosen.extend(tally.tie(self.meaning.totals, &self.columns).unwrap_or_default());
        summary.counted.clone_from(&self.counted);
        summary.doubts = tally.doubts(&self.columns, self.settings.zone, self.meaning.zone);
    }

    /// The notation of times, one sentence.
    fn told_times(&self, tally: &Tally, notation: CellNotation) -> Option<String> {
        let evidence = &tally.date_evidence;
        let form = match (notation.dates.numbers, notation.dates.order) {
            (Some(numbers), _) => numbers.text().to_owned(),
            (None, Some(DateOrder::DayFirst)) => "dates with the day first".to_owned(),
            (None, Some(DateOrder::MonthFirst)) => "dates with the month first".to_owned(),
            (None, None) if evidence.with_clock || self.columns.clock.is_some() => {
                "dates and times".to_owned()
            }
            (None, None) => "dates".to_owned(),
        };
        let local = match evidence.without_offset && evidence.dates > 0 {
            true => format!(", local ones in {}", self.zone().name()),
            false => String::new(),
        };
        (tally.rows > 0).then(|| format!("Times are {form}{local}."))
    }
}

/// The unusual in a layout, one sentence each.
fn told_layout(found: &FoundLayout) -> Vec<String> {
    let mut told = Vec::new();
    let parted = match found.delimiter {
        Some(b';') => Some("semicolons"),
        Some(b'\t') => Some("tabs"),
        Some(b'|') => Some("bars"),
        _ => None,
    };
    told.extend(parted.map(|by| format!("Cells are parted by {by}.")));
    if let Some(line @ 2..) = found.header_line {
        told.push(format!("The header is in line {line}."));
    }
    told
}
