//! One reading of all rows of a source whose columns are chosen: their sums and notation, and the problems
//! that only a guess would settle.
//!
//! Rows are taken to be in time order until one is not; then they are read again as they are. Deliberately
//! absent: what becomes of the events.

use std::collections::BTreeSet;

use chrono::Datelike;

use super::ColumnMeaning;
use super::before::RowsBefore;
use super::calendar_sums::CalendarSums;
use super::checks::OpenQuestions;
use super::choose::{ChosenColumns, power_problem};
use super::formula::Condition;
use super::gather::{Gathered, HeldBounds, RowOrder, Taken};
use super::grain::GrainSet;
use super::headers;
use super::hours;
use super::joint;
use super::later::LaterRows;
use super::ledger;
use super::lone;
use super::moment::{self, DateEvidence, DateNotation, DateOrder, DateVerdict, NumberTime};
use super::more_pages;
use super::nested::{self, RowNesting};
use super::net::FineEvent;
use super::number::{Atto, DecimalMark, NumberEvidence, NumberVerdict, Witness};
use super::pasted;
use super::powers;
use super::renamed::BlankEnds;
use super::row_ends::RowEnds;
use super::rows::{CellNotation, RowMeaning, RowReader, UnnamedRows};
use super::sample::ColumnSample;
use super::spool::EventSpool;
use super::stated_zone;
use super::tally::Tally;
use super::unit::{currency_above, told as told_unit, unit_of_amounts, unit_of_profile};
use super::unit_lines::unit_above;
use super::walk::RowWalker;
use super::wide::{TableShape, WideTable};
use super::with_limits;
use crate::domain::text::{counted, excerpt, listed as enumerated};
use crate::domain::{Duration, Instant, Zone};
use crate::usage::csv::{Amounts, CsvSettings, FileHash, InputSource};
use crate::usage::doubt;
use crate::usage::export::{
    AfterPiece, BesideTable, ExportTable, FileFormat, FoundLayout, Layout, Row, RowView,
    another_header,
};
use crate::usage::pieces::PieceSizes;
use crate::usage::time::{SkippedTimes, TimeForm, TimeReader};
use crate::usage::{BadRows, CountedUnit, UsageError, UsageSummary};

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
    pub(super) format: FileFormat,
    /// What the amounts count, where a profile says it.
    pub(super) counted: Option<CountedUnit>,
    /// How its rows are cut for several threads.
    pub(super) pieces: PieceSizes,
    /// What other files of one history show of how its numbers and dates are written.
    pub(super) elsewhere: NotationEvidence,
}

/// Evidence of how numbers and dates are written.
#[derive(Clone, Debug, Default)]
pub(super) struct NotationEvidence {
    pub(super) numbers: NumberEvidence,
    pub(super) dates: DateEvidence,
}

impl NotationEvidence {
    /// The evidence of all rows.
    pub(super) fn of(tally: &Tally) -> NotationEvidence {
        let (numbers, dates) = (tally.number_evidence.clone(), tally.date_evidence.clone());
        NotationEvidence { numbers, dates }
    }
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

/// The findings of a walk over all rows, whose events were handed on.
pub(super) struct Walk {
    pub(super) tally: Tally,
    pub(super) found: FoundLayout,
    pub(super) left_out: BesideTable,
    pub(super) hash: Option<FileHash>,
    /// The row that counted last.
    pub(super) last_row: Row,
}

impl Walk {
    /// Leaves what the rows of the next file are compared with.
    pub(super) fn leave(&mut self, examination: &Examination<'_>) -> RowsBefore {
        let rows = self.tally.leave(&examination.name);
        RowsBefore { row: std::mem::take(&mut self.last_row), rows }
    }
}

/// How far invoices of months are apart, at least.
const LEAST_OF_MONTH: i64 = 25 * Duration::DAY.millis();
/// Rows among which the first one with a time is looked for.
const SEARCHED: usize = 1_000;

impl Examination<'_> {
    /// The instant of the first row that has one, which is the first of all where rows are in time order.
    pub(super) fn first_instant(&self, notation: CellNotation) -> Result<Instant, UsageError> {
        let (mut table, mut clock) = (self.table()?, self.clock());
        let mut reader = RowReader::new(&self.columns, notation, &mut clock);
        let mut row = Row::new();
        for _ in 0..SEARCHED {
            if !table.next(&mut row)? {
                break;
            }
            if let RowMeaning::Usage(usage, _) = reader.read(row.view()) {
                return Ok(usage.at);
            }
        }
        Ok(Instant::NEVER)
    }

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
        let NotationEvidence { numbers, dates } = self.first_evidence();
        self.notation(&numbers, &dates, true)
    }

    /// What the sample shows of the notation.
    pub(super) fn first_evidence(&self) -> NotationEvidence {
        let mut numbers = NumberEvidence::default();
        for column in self.columns.amounts() {
            numbers.join(&self.samples[column].numbers);
        }
        let mut dates = self.samples[self.columns.time].dates.clone();
        self.columns.times.iter().for_each(|&column| dates.join(&self.samples[column].dates));
        NotationEvidence { numbers, dates }
    }

    /// The notation that all rows show; `None` where it is the one in which they were read.
    pub(super) fn other_notation(
        &self,
        tally: &Tally,
        read: CellNotation,
    ) -> Result<Option<CellNotation>, UsageError> {
        let decided = self.notation(&tally.number_evidence, &tally.date_evidence, false)?;
        let unnamed = match read.unnamed {
            UnnamedRows::Totals => tally.unnamed(),
            UnnamedRows::Usage => UnnamedRows::Usage,
        };
        let total = read.total.or_else(|| tally.hidden_total());
        let decided = CellNotation { total, unnamed, periods: read.periods, ..decided };
        let is_same = decided.mark == read.mark
            && decided.dates == read.dates
            && decided.shortened == read.shortened
            && decided.total == read.total
            && decided.unnamed == read.unnamed;
        if !is_same {
            return Ok(Some(decided));
        }
        match nested::of(self, tally, read)? {
            RowNesting::Sums(periods) => Ok(Some(CellNotation { periods, ..read })),
            RowNesting::Apart | RowNesting::Unclear(_) => Ok(None),
        }
    }

    /// The notation that the evidence shows. What is unclear is an error, unless more may come.
    fn notation(
        &self,
        numbers: &NumberEvidence,
        dates: &DateEvidence,
        provisional: bool,
    ) -> Result<CellNotation, UsageError> {
        let mark = || self.mark(numbers, dates, provisional);
        let mark = self.meaning.decimal.map_or_else(mark, Ok);
        let dates = self.dates(dates, provisional);
        let mut problems = Vec::new();
        let mut note = |problem: &String| problems.push(problem.clone());
        mark.as_ref().err().into_iter().chain(dates.as_ref().err()).for_each(&mut note);
        match (mark, dates) {
            (Ok(mark), Ok(dates)) => {
                let (blanks, shortened) = (self.meaning.blanks, numbers.shortened.is_some());
                let (unnamed, periods) = (UnnamedRows::default(), GrainSet::default());
                Ok(CellNotation { mark, dates, blanks, shortened, total: None, unnamed, periods })
            }
            _ => Err(UsageError::Meaning { name: self.name.clone(), problems }),
        }
    }

    fn mark(
        &self,
        evidence: &NumberEvidence,
        dates: &DateEvidence,
        provisional: bool,
    ) -> Result<DecimalMark, String> {
        let way_out = "set `[usage] decimal` or `--decimal` to `point` or `comma`";
        let mut evidence = evidence.clone();
        let numeric = || self.samples.iter().filter(|sample| sample.is_numbers());
        if matches!(evidence.verdict(), NumberVerdict::Unclear(_)) {
            numeric().for_each(|sample| evidence.join(&sample.numbers));
        }
        if matches!(evidence.verdict(), NumberVerdict::Unclear(_)) {
            evidence.join(&self.elsewhere.numbers);
        }
        let has_commas = numeric().any(|sample| sample.numbers.comma.is_some());
        let has_points = numeric().any(|sample| sample.numbers.point.is_some());
        if evidence.unclear_only_by_points().is_some() && has_commas && !has_points {
            return Ok(DecimalMark::Comma);
        }
        let verdict = match evidence.unclear_only_by_points() {
            Some(witness) if self.may_have_commas() => NumberVerdict::Unclear(witness.clone()),
            _ => evidence.verdict(),
        };
        match verdict {
            NumberVerdict::Mark(mark) => Ok(mark),
            NumberVerdict::Unclear(_) if provisional => Ok(DecimalMark::Point),
            // Where commas part the cells, a number with one is quoted for its thousands.
            NumberVerdict::Unclear(_)
                if self.delimiter() == Some(b',') && !self.speaks_of_commas() =>
            {
                Ok(DecimalMark::Point)
            }
            // Who writes the month before the day writes a decimal point.
            NumberVerdict::Unclear(_) if self.is_month_first(dates) => Ok(DecimalMark::Point),
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

    /// Whether the month stands first in dates, by the rows, by other columns or by other files, and nowhere the day.
    fn is_month_first(&self, dates: &DateEvidence) -> bool {
        let others = self.samples.iter().map(|sample| &sample.dates);
        let all = || others.clone().chain([dates, &self.elsewhere.dates]);
        all().any(|one| one.month_first.is_some()) && !all().any(|one| one.day_first.is_some())
    }

    /// The delimiter between cells, in delimited text.
    fn delimiter(&self) -> Option<u8> {
        self.layout_of_file().and_then(|layout| layout.delimiter)
    }

    fn layout_of_file(&self) -> Option<FoundLayout> {
        let table = ExportTable::open(&self.source, &self.layout);
        table.ok().map(|table| table.layout().clone())
    }

    /// Whether points may mark thousands: the amounts are texts in a file whose cells are parted by semicolons, as where commas
    /// are decimal marks, or that looks otherwise like one with such commas.
    fn may_have_commas(&self) -> bool {
        let Some(layout) = self.layout_of_file() else { return false };
        let is_text = |column: &usize| {
            let texts = layout.text_numbers.as_ref();
            texts.is_none_or(|texts| texts.contains(self.columns.name(*column)))
        };
        (layout.delimiter == Some(b';') || self.speaks_of_commas())
            && self.columns.amounts().iter().any(is_text)
    }

    /// Whether dates or headers are those of a country with decimal commas: days, months and years parted by points, or words
    /// of its language.
    fn speaks_of_commas(&self) -> bool {
        let times = [self.columns.time].into_iter().chain(self.columns.times.iter().copied());
        let is_pointed = |column: usize| {
            self.samples.get(column).is_some_and(|sample| moment::has_points(&sample.example))
        };
        times.into_iter().any(is_pointed)
            || self.columns.header.iter().any(|name| headers::speaks_of_commas(name))
    }

    fn dates(&self, evidence: &DateEvidence, provisional: bool) -> Result<DateNotation, String> {
        let numbers = match self.settings.time_form {
            TimeForm::Seconds => Some(NumberTime::Seconds),
            TimeForm::Milliseconds => Some(NumberTime::Milliseconds),
            TimeForm::Guess | TimeForm::Calendar => None,
        };
        let month_years = evidence.has_month_years();
        if let (Some((letters, witness)), None) = (&evidence.letters, self.meaning.zone) {
            return Err(self.zone_of_letters(letters, witness));
        }
        if let Some(order) = self.meaning.date_order {
            return Ok(DateNotation { order: Some(order), numbers, month_years });
        }
        let mut evidence = evidence.clone();
        if matches!(evidence.verdict(), DateVerdict::Unclear(_)) {
            self.samples.iter().for_each(|sample| evidence.join_order(&sample.dates));
        }
        if matches!(evidence.verdict(), DateVerdict::Unclear(_)) {
            evidence.join_order(&self.elsewhere.dates);
        }
        let name = self.columns.name(self.columns.time);
        let way_out = "set `[usage] date_order` or `--date-order` to `day_first` or `month_first`";
        match evidence.verdict() {
            DateVerdict::Notation(notation) => {
                Ok(DateNotation { numbers: numbers.or(notation.numbers), ..notation })
            }
            DateVerdict::Unclear(_) | DateVerdict::YearUnclear(_) if provisional => {
                Ok(DateNotation { order: Some(DateOrder::MonthFirst), numbers, month_years })
            }
            DateVerdict::YearUnclear(witness) => Err(format!(
                "the year may be the first part or the last in column `{name}`, such as {witness}; set `[usage] date_order` or \
                 `--date-order` to `year_first`, `day_first` or `month_first`"
            )),
            DateVerdict::Unclear(witness) => Err(format!(
                "day and month cannot be told apart in column `{name}`, such as {witness}: no date of \
                 the file has a day above 12; {way_out}"
            )),
            DateVerdict::Mixed(day, month) => Err(format!(
                "the day comes first in {day} and the month in {month}, both of column `{name}`; {way_out} \
                 and correct the others"
            )),
            DateVerdict::Numbers(..) if numbers.is_some() => {
                Ok(DateNotation { order: None, numbers, month_years })
            }
            DateVerdict::Numbers(least, most) => Err(format!(
                "the numbers in column `{name}` reach from {least} to {most}, which are not times of one \
                 kind; name the column of times with `--time-column`, or say what they count with `[usage] \
                 time_form`"
            )),
        }
    }

    /// The problem of letters for a zone that name several.
    fn zone_of_letters(&self, letters: &str, witness: &Witness) -> String {
        let zones = moment::zones_of_letters(letters);
        let candidates: Vec<String> =
            zones.iter().map(|zone| format!("`--usage-zone {zone}`")).collect();
        let candidates = match candidates.is_empty() {
            true => "`--usage-zone AREA/CITY`".to_owned(),
            false => candidates.join(" or "),
        };
        format!(
            "times in column `{}` have the letters `{letters}` for their zone, such as {witness}, which name no one zone; say \
             which it is with {candidates} (or `[usage] zone`), or write the offset from UTC in the file",
            self.columns.name(self.columns.time)
        )
    }

    /// The zone of local times in the file.
    pub(super) fn zone(&self) -> Zone {
        self.meaning.zone.unwrap_or(self.settings.zone)
    }

    /// The zone in whose days and months rows are likely added up: that of local times, or UTC.
    fn zone_of_days(&self) -> Zone {
        if self.first_evidence().dates.is_local() { self.zone() } else { Zone::UTC }
    }

    /// Whether times have no offset from UTC, and nothing says in which zone they are.
    pub(super) fn is_zone_open(&self, tally: &Tally) -> bool {
        self.meaning.zone.is_none() && tally.date_evidence.is_local()
    }

    /// A table of its rows, and what they are read with.
    pub(super) fn table(&self) -> Result<WideTable, UsageError> {
        let mut table = WideTable::open(&self.source, &self.layout, &self.shape)?;
        table.keep(&self.columns.looked_at());
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
        let can_spool = self.columns.identity.is_empty();
        let bounds = HeldBounds { held, limit: self.settings.sort_limit, can_spool };
        let mut gathered = Gathered::new(order, &self.name, bounds);
        let take = |row: RowView<'_>, event: FineEvent| gathered.take(&self.columns, row, event);
        let Some(mut walk) = self.walk(notation, RowsBefore::of(order), take)? else {
            return Ok(None);
        };
        self.settle(&mut walk.tally, gathered.of_file().events)?;
        let Gathered { events, spool, .. } = gathered;
        let Walk { tally, found, left_out, hash, .. } = walk;
        Ok(Some(Pass { tally, events, spool, found, left_out, hash }))
    }

    /// Hands each row of usage to `take`, in file order and in one notation, and counts what was taken; `None` if a
    /// row is out of the order that `take` expects.
    pub(super) fn walk<E: From<UsageError>>(
        &self,
        notation: CellNotation,
        before: RowsBefore,
        take: impl FnMut(RowView<'_>, FineEvent) -> Result<Taken, E>,
    ) -> Result<Option<Walk>, E> {
        let mut table = self.table()?;
        let mut clock = self.clock();
        let mut tally = Tally::new(&self.columns, self.settings.zone);
        tally.notation = Some(notation);
        tally.bad.all = self.settings.keep_bad_rows.then(Vec::new);
        tally.blank_ends = BlankEnds::of(&self.columns, &table.table().layout().late);
        let RowsBefore { row: row_before, rows } = before;
        tally.go_on(&self.columns, rows);
        tally.calendar = CalendarSums::of(self.zone_of_days());
        let reader = RowReader::new(&self.columns, notation, &mut clock);
        let amounts = self.columns.amounts();
        let later = LaterRows::of(&self.columns, self.open(), notation.mark);
        let before = row_before;
        let mut walker =
            RowWalker { examination: self, reader, tally, amounts, before, later, take };
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
            if let Some(later) = &mut walker.later {
                later.see(&row);
            }
            match walker.row(row.view())? {
                Taken::Counts => std::mem::swap(&mut row, &mut walker.before),
                Taken::Repeats | Taken::RepeatsElsewhere => {}
                Taken::OutOfOrder => return Ok(None),
            }
        }
        let RowWalker { mut tally, before: last_row, later, .. } = walker;
        tally.later = later.map_or(Vec::new(), |later| later.problems(tally.own_sum()));
        skipped.join(clock.met().skipped);
        tally.skipped_times = skipped.told(self.zone());
        let table = table.table();
        let (found, left_out) = (table.layout().clone(), table.left_out().clone());
        Ok(Some(Walk { tally, found, left_out, hash: table.hash(), last_row }))
    }

    /// What its settings leave to be asked of rows.
    pub(super) fn open(&self) -> OpenQuestions {
        OpenQuestions::of(self.settings, &self.meaning)
    }

    /// Takes totals for what they are once all rows are known: see [`Tally::settle`].
    pub(super) fn settle(
        &self,
        tally: &mut Tally,
        held: Option<&[FineEvent]>,
    ) -> Result<(), UsageError> {
        let refused =
            |problem| UsageError::Meaning { name: self.name.clone(), problems: vec![problem] };
        tally.settle(held).map_err(refused)
    }

    /// Refuses what would be a guess.
    pub(super) fn refuse(&self, pass: &Pass) -> Result<(), UsageError> {
        self.refuse_rows(&pass.tally, pass.has_usage(), false)
    }

    /// The same of rows whose events were handed on; `has_usage` if an amount is above zero, `elsewhere` if one of another
    /// file is.
    pub(super) fn refuse_rows(
        &self,
        tally: &Tally,
        has_usage: bool,
        elsewhere: bool,
    ) -> Result<(), UsageError> {
        let mut problems = self.problems(tally);
        if problems.is_empty() && self.is_below_zero(tally.sum, has_usage) && !elsewhere {
            problems.push(tally.below_zero(&self.columns, has_usage));
        }
        if problems.is_empty() {
            problems.extend(self.nothing_left(tally));
        }
        if !problems.is_empty() {
            return Err(UsageError::Meaning { name: self.name.clone(), problems });
        }
        self.refuse_bad(tally)
    }

    /// The problem of rows of which none is left, with the conditions that left them out.
    pub(super) fn nothing_left(&self, tally: &Tally) -> Option<String> {
        let problem = tally.nothing_left()?;
        let names: BTreeSet<&str> = self
            .columns
            .filters
            .iter()
            .flat_map(Condition::columns)
            .map(|&column| self.columns.name(column))
            .collect();
        let named: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        let way_out = match (tally.filtered > 0, self.settings.meaning.filters.is_empty()) {
            (false, _) => return Some(problem),
            (true, true) => {
                "which the profile of the file chooses by; `--where` with another condition on it takes the place of that, \
                 and `--profile none` reads the file without a profile"
            }
            (true, false) => {
                "by which `--where` (or `[usage] where`) chooses; choose other rows, or all without it"
            }
        };
        Some(format!("{problem}; they were left out by column {}, {way_out}", enumerated(&named)))
    }

    /// Whether rows take back more than was asked for: their sign may be the other way round, unless who says what rows
    /// below zero do has looked at them.
    pub(super) fn is_below_zero(&self, sum: Atto, has_usage: bool) -> bool {
        let is_said = has_usage && self.meaning.below_zero.is_some();
        sum.is_negative() && !is_said
    }

    /// What only a choice can settle, and totals that do not tie.
    pub(super) fn problems(&self, tally: &Tally) -> Vec<String> {
        let mut problems = tally.problems(&self.columns);
        let is_guessed =
            matches!(self.settings.amounts, Amounts::Guess) && self.meaning.meters.is_empty();
        if is_guessed && !self.columns.is_of_profile {
            problems.extend(tally.running_problem(&self.columns));
            problems.extend(self.power(tally));
        }
        if let Some(notation) = tally.notation {
            if let Ok(RowNesting::Unclear(problem)) = nested::of(self, tally, notation) {
                problems.push(problem);
            }
            // A row that another question is about may be left out by its answer.
            if problems.is_empty() {
                problems.extend(tally.later.iter().cloned());
            }
            if problems.is_empty() && is_guessed && !self.columns.is_of_profile {
                problems.extend(tally.blank_ends.lost_amount(&self.columns));
            }
            if problems.is_empty() && is_guessed && !self.columns.is_of_profile {
                problems.extend(tally.blank_ends.instead.problem(&self.columns));
            }
            if problems.is_empty() {
                problems.extend(pasted::far_apart(self, tally));
            }
            if problems.is_empty() {
                problems.extend(tally.again_problem(&self.columns));
            }
            if problems.is_empty() {
                problems.extend(lone::problem(self, tally, notation));
            }
            if problems.is_empty() {
                problems.extend(ledger::problem(self, tally, is_guessed));
            }
        }
        match problems.is_empty() {
            true => tally.tie(self.meaning.totals, &self.columns).err().unwrap_or_default(),
            false => problems,
        }
    }

    /// The problem of amounts in a unit of power, by a column of units or by what is written beside them.
    fn power(&self, tally: &Tally) -> Option<String> {
        let [amount] = self.columns.amounts()[..] else { return None };
        let name = self.columns.name(amount);
        let unit = joint::unit_of_rows(&self.columns, tally, name);
        let unit = unit.or_else(|| tally.written_unit())?;
        let interval = hours::interval(&self.samples, self.columns.time, self.columns.clock);
        let problem = || power_problem(name, &unit, interval, self.settings.unit.as_ref());
        headers::is_power(&unit).then(problem)
    }

    /// Refuses rows that cannot be read, or more than may be skipped.
    pub(super) fn refuse_bad(&self, tally: &Tally) -> Result<(), UsageError> {
        let name = self.name.clone();
        if tally.bad.count == 0 {
            return Ok(());
        }
        let columns = &self.columns;
        let names = columns.header.iter().map(String::as_str);
        let time = columns.name(columns.time);
        if self.format == FileFormat::Delimited
            && let Some(line) = BadRows::another_header(&tally.bad.first, time, names)
        {
            let problems = vec![another_header(&name, line)];
            return Err(UsageError::Meaning { name, problems });
        }
        if let (false, Some(lost)) =
            (self.settings.skip_bad_rows, tally.blank_ends.lost_time(&self.columns))
        {
            return Err(UsageError::Meaning { name, problems: vec![lost] });
        }
        if let (false, Some(used)) = (
            self.settings.skip_bad_rows,
            with_limits::problem(&name, &self.columns, &tally.bad.first),
        ) {
            return Err(UsageError::Meaning { name, problems: vec![used] });
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
                let lines = counted(lines, "line");
                summary.chosen.push(format!("{lines} that repeat the header are left out."))
            }
        }
        if !left_out.below.is_empty() {
            let lines = counted(left_out.below.len(), "line");
            let are = if left_out.below.len() == 1 { "is" } else { "are" };
            summary.chosen.push(format!("{lines} below the table {are} left out."));
        }
        let last = self.columns.header.len().saturating_sub(1);
        if left_out.no_last_line_end && self.columns.amounts().contains(&last) {
            summary.chosen.push(doubt::OPEN_END.to_owned());
        }
        summary.chosen.extend(tally.told(&self.columns));
        summary.chosen.extend(tally.tie(self.meaning.totals, &self.columns).unwrap_or_default());
        summary.counted = self.counted_unit(tally, left_out);
        let amount = self.columns.amount_text();
        let is_header = |text: &&String| self.columns.header.contains(text);
        let name = amount.as_ref().filter(is_header).map(String::as_str);
        let unit = self.settings.unit.as_ref();
        summary.chosen.extend(told_unit(unit, summary.counted.as_ref(), name));
        summary.doubts = tally.doubts(&self.columns, self.settings.zone, self.meaning.zone);
        summary.doubts.extend(self.invoices(tally));
        summary.doubts.extend(self.powers());
        summary.doubts.extend(self.ends_of_months(tally));
        summary.doubts.extend(more_pages::doubt(&found.around, tally.rows));
        let below = || stated_zone::below(&left_out.below);
        summary.doubts.extend(self.is_zone_open(tally).then(below).flatten());
        let cut = left_out.below.iter().find(|line| line.text.to_lowercase().contains("truncated"));
        summary.doubts.extend(cut.map(|line| {
            format!("Line {} says that the file is cut: \"{}\".", line.line, excerpt(&line.text))
        }));
    }

    /// The doubt about times each of which is the end of a month that it is for, and the begin of the next one.
    fn ends_of_months(&self, tally: &Tally) -> Option<String> {
        let (columns, time) = (&self.columns, self.columns.name(self.columns.time));
        if columns.ends == RowEnds::AfterMonth {
            return Some(RowEnds::told_months(time));
        }
        let (first, last) = tally.span()?;
        let begins_month = |at: Instant| self.zone().local(at).day() == 1;
        let says =
            headers::is_end(time) && !columns.is_of_profile && columns.ends == RowEnds::Begin;
        (says && self.are_months(tally) && begins_month(first) && begins_month(last)).then(|| {
            format!(
                "The times in column `{time}` are ends, each on the first day of a month: what was used in the month before counts on \
                 that day, in the next month. Where the file has the day on which what a row is for begins, `--time-column` (or \
                 `[usage] time`) names it; or write the first day of the month before."
            )
        })
    }

    /// Whether rows are a month apart, on average.
    fn are_months(&self, tally: &Tally) -> bool {
        let (Some((first, last)), Ok(rows)) = (tally.span(), i64::try_from(tally.counted)) else {
            return false;
        };
        rows > 1 && first.max(last).since(first.min(last)).millis() / (rows - 1) >= LEAST_OF_MONTH
    }

    /// The doubt about amounts that a spreadsheet wrote with fewer digits than they had.
    fn powers(&self) -> Option<String> {
        let [amount] = self.columns.amounts()[..] else { return None };
        let sample = self.samples.get(amount)?;
        powers::doubt(self.columns.name(amount), sample.rounded, &sample.example)
    }

    /// The doubt about times that are those of invoices, which are for the time before them.
    fn invoices(&self, tally: &Tally) -> Option<String> {
        let (columns, time) = (&self.columns, self.columns.name(self.columns.time));
        let is_of_usage = headers::is_time_of_usage(time)
            || headers::TIMES[1].contains(&headers::last_words(time).as_str());
        let says = columns.header.iter().any(|name| headers::is_of_invoice(name));
        (says && self.are_months(tally) && !is_of_usage && !columns.is_of_profile).then(|| {
            format!(
                "The times in column `{time}` likely are those of invoices, most of which are for the month before: what was used \
                 then counts when it was billed. Where the file has the day on which that month begins, `--time-column` (or \
                 `[usage] time`) names it."
            )
        })
    }

    /// What the amounts count: as a profile says it, with what it leaves to the file, or the header of a guessed one, a column of units, or what is written
    /// beside all of them.
    fn counted_unit(&self, tally: &Tally, left_out: &BesideTable) -> Option<CountedUnit> {
        if let Some(counted) = &self.counted {
            let said = joint::unit_column(&self.columns, tally);
            let said = said.or_else(|| currency_above(&left_out.above));
            let unit = unit_of_profile(&counted.unit, said.as_deref());
            let amounts = self.columns.amounts().into_iter();
            let columns = amounts.map(|column| self.columns.name(column).to_owned()).collect();
            return Some(CountedUnit { unit, columns, ..counted.clone() });
        }
        let settings = self.settings;
        let is_guessed =
            matches!(settings.amounts, Amounts::Guess) && self.meaning.meters.is_empty();
        if !is_guessed || self.columns.is_of_profile {
            return None;
        }
        let [amount] = self.columns.amounts()[..] else { return None };
        let name = self.columns.name(amount);
        let beside =
            joint::unit_of_rows(&self.columns, tally, name).or_else(|| tally.written_unit());
        let beside = beside.or_else(|| unit_above(&left_out.above));
        let unit = unit_of_amounts(name, beside.as_deref())?;
        Some(CountedUnit { unit, columns: vec![name.to_owned()], kinds: Vec::new() })
    }

    /// The notation of times, one sentence.
    fn told_times(&self, tally: &Tally, notation: CellNotation) -> Option<String> {
        let evidence = &tally.date_evidence;
        let numbers = notation.dates.numbers;
        let form = match (numbers.filter(|_| evidence.dates == 0), notation.dates.order) {
            (Some(numbers), _) => numbers.text().to_owned(),
            (None, Some(DateOrder::DayFirst)) => "dates with the day first".to_owned(),
            (None, Some(DateOrder::MonthFirst)) => "dates with the month first".to_owned(),
            (None, Some(DateOrder::YearFirst)) => "dates with the year first".to_owned(),
            (None, None) if evidence.with_clock || self.columns.clock.is_some() => {
                "dates and times".to_owned()
            }
            (None, None) => "dates".to_owned(),
        };
        let numbers = numbers.filter(|_| evidence.dates > 0 && evidence.numbers > 0);
        let numbers = numbers.map_or(String::new(), |numbers| format!(" and {}", numbers.text()));
        let years = match notation.dates.month_years {
            true => ", of which two digits behind a month are its year",
            false => "",
        };
        let local = match evidence.is_local() {
            true => format!(", local ones in {}", self.zone().text()),
            false => String::new(),
        };
        (tally.rows > 0).then(|| format!("Times are {form}{numbers}{years}{local}."))
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
    told.extend(found.remarks.iter().cloned());
    told
}
