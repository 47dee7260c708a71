//! Usage from CSV as people have it: reported guesses of columns, gzip, quotes, bad rows.
//!
//! A file in time order is replayed as a stream in constant memory, however long. Disorder is
//! noticed late, after chunks have been passed on: [`Feed::fill`] then returns
//! [`UsageError::Unsorted`], and the caller starts again with [`open_sorted`], which holds up to
//! [`CsvSettings::sort_limit`] events and sorts them. Standard input cannot be read twice, so it is
//! sorted only if requested from the start.
//!
//! In reading order: this page → `columns` → `records` → `plain` → `ahead` → `later` → `source` → `hashing` → `passing` → `writer`.
//! Deliberately absent: any use of values other than the time and the amount.

mod ahead;
mod columns;
mod hashing;
mod later;
mod passing;
mod plain;
mod records;
mod source;
mod writer;

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::domain::text::{counted, excerpt};
use crate::domain::{Credits, Currency, Instant, Share, Window, Zone, grouped};
use crate::engine::trace::{Chunk, Refused};

use self::ahead::{AheadRules, EventPiece, RowsAhead};
pub(in crate::usage) use self::columns::ConstantColumn;
use self::columns::{Amount, Columns};
use self::later::LaterRecords;
use self::plain::PlainRows;
use self::records::{Fields, Record, Records};
use super::amount::{NotAnAmount, Number, Sum};
use super::doubt::{self, MovedUsage, RepeatedRows};
use super::error::shown;
use super::export::{Layout, another_header};
use super::held::{self, Queue};
use super::meaning::number::Atto;
use super::meaning::{
    ColumnMeaning, FEWEST_APART, RowWindows, ScenarioUnit, is_of_unit, labels_total, told_unit,
    unit_beside, unit_of_amounts,
};
use super::memory;
use super::pieces::PieceSizes;
use super::spacing::Spacing;
use super::spread::RowSpread;
use super::suspicion::{AmountSigns, SumsAgain};
use super::time::{TimeForm, TimeReader};
use super::{BadRow, BadRows, CountedUnit, Feed, UsageError, UsageSummary};

pub(in crate::usage) use self::hashing::Digest;
pub use self::hashing::{FileHash, HashKind};
pub(in crate::usage) use self::passing::KeptWriter;
pub use self::passing::{BegunSource, KeptSource};
pub use self::source::InputSource;
pub use self::writer::{WrittenRows, write, write_rows};

/// Rows read on after a bad one, in search of others to report at once.
const ROWS_AFTER_A_BAD_ONE: u64 = 1_000_000;

/// The source of the amounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Amounts {
    /// The only column whose header is a common name for an amount.
    #[default]
    Guess,
    /// These columns, each multiplied by its factor, added up; at least one.
    Columns(Vec<(String, Decimal)>),
    /// No column: each row is this much.
    EachRow(Credits),
}

/// The delimiter between the fields of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delimiter {
    /// A comma, or the other delimiter that the header line clearly uses: a semicolon, a tab or a
    /// bar.
    #[default]
    Guess,
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// A tab.
    Tab,
    /// `|`
    Bar,
}

/// The treatment of rows that are not in time order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Replays in constant memory; a row out of order is [`UsageError::Unsorted`].
    #[default]
    Stream,
    /// Holds all events of the horizon and sorts them, keeping file order at equal instants.
    Sort,
    /// Read the source to its end for what its columns mean, then hold its events sorted: see
    /// [`super::meaning`].
    Examine,
}

/// Settings for reading a CSV file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvSettings {
    /// Local times are in this zone.
    pub zone: Zone,
    /// Events outside are counted and skipped.
    pub horizon: Window,
    /// The header of the time column; guessed if `None`.
    pub time: Option<String>,
    /// The format of times.
    pub time_form: TimeForm,
    /// The source of the amounts.
    pub amounts: Amounts,
    /// The delimiter between fields.
    pub delimiter: Delimiter,
    /// True if unreadable rows are counted and skipped instead of an error.
    pub skip_bad_rows: bool,
    /// How rows become events.
    pub spread: RowSpread,
    /// The treatment of rows out of order.
    pub mode: Mode,
    /// The most events that [`Mode::Sort`] holds.
    pub sort_limit: u64,
    /// The hash to take of the bytes as stored, if any.
    pub hash: Option<HashKind>,
    /// The most rows that may be skipped, as a share of all.
    pub skip_limit: Share,
    /// Whether all rows that are skipped are kept, and not only counted.
    pub keep_bad_rows: bool,
    /// How its table is laid out, where that is set.
    pub layout: Layout,
    /// The meaning of its columns beyond time and amount.
    pub meaning: ColumnMeaning,
    /// What a scenario calls what its amounts count.
    pub unit: Option<ScenarioUnit>,
    /// The scenario whose `[usage]` names its file or its columns.
    pub stated_in: Option<String>,
}

impl CsvSettings {
    /// The defaults: everything guessed, bad rows refused, streamed, hashed; at most 5,000,000
    /// events sorted.
    pub fn new(zone: Zone, horizon: Window) -> CsvSettings {
        CsvSettings {
            zone,
            horizon,
            time: None,
            time_form: TimeForm::Guess,
            amounts: Amounts::Guess,
            delimiter: Delimiter::Guess,
            skip_bad_rows: false,
            spread: RowSpread::None,
            mode: Mode::Stream,
            sort_limit: 5_000_000,
            hash: Some(HashKind::default()),
            skip_limit: Share::from_millionths(1_000).expect("it is one in a thousand"),
            keep_bad_rows: false,
            layout: Layout::default(),
            meaning: ColumnMeaning::default(),
            unit: None,
            stated_in: None,
        }
    }
}

/// Opens a CSV source, plain or gzip, and chooses its columns from the header.
pub fn open(source: InputSource, settings: CsvSettings) -> Result<CsvFeed, UsageError> {
    open_with(PieceSizes::default(), source, settings)
}

/// The same where rows are read in pieces of at most so many bytes from the first on, on the threads of the present pool; what
/// is read does not depend on it. For tests: longer files are read in pieces anyway.
pub fn open_in_pieces(
    source: InputSource,
    settings: CsvSettings,
    bytes: usize,
) -> Result<CsvFeed, UsageError> {
    open_with(PieceSizes::of(bytes), source, settings)
}

fn open_with(
    pieces: PieceSizes,
    source: InputSource,
    settings: CsvSettings,
) -> Result<CsvFeed, UsageError> {
    let again = source.can_be_opened_again();
    let mut summary = UsageSummary::of(source.to_string());
    let (reader, digest) = source.read(settings.hash)?;
    let mut records = Records::new(reader, summary.source.clone());
    let columns = columns::choose(&mut records, &settings, &mut summary.chosen)?.map(Arc::new);
    let times = TimeReader::new(settings.zone, settings.time_form);
    let plain = columns.as_deref().and_then(|of| PlainRows::of(of, records.delimiter()));
    let repeated = match settings.mode {
        Mode::Stream | Mode::Examine => RepeatedRows::in_order(),
        Mode::Sort => RepeatedRows::in_any_order(),
    };
    // Where all events are held, memory is for them.
    let pieces = if settings.mode == Mode::Sort { PieceSizes::never() } else { pieces };
    let moved = MovedUsage::from(settings.zone);
    Ok(CsvFeed {
        records,
        columns,
        plain,
        ahead: RowsAhead::new(pieces),
        times,
        rounded: 0,
        settings,
        again,
        digest,
        queue: None,
        waiting: None,
        last: Instant::EARLIEST,
        is_cut: false,
        spacing: Spacing::default(),
        repeated,
        moved,
        is_tried: false,
        later: None,
        is_late: false,
        order: AmountSigns::default(),
        beyond: AmountSigns::default(),
        summary,
        finished: false,
    })
}

/// Opens a CSV source that is known not to be in time order; see [`Mode::Sort`].
pub fn open_sorted(source: InputSource, settings: CsvSettings) -> Result<CsvFeed, UsageError> {
    open(source, CsvSettings { mode: Mode::Sort, ..settings })
}

/// Returns true if the first `rows` rows of a source can be read as they are, to the last digit, and these columns hold
/// the same in all of them.
pub(super) fn can_read(
    source: &InputSource,
    settings: &CsvSettings,
    constants: &[ConstantColumn],
    rows: u64,
) -> bool {
    let horizon = Window { from: Instant::EARLIEST, to: Instant::NEVER };
    let settings = CsvSettings { hash: None, horizon, ..settings.clone() };
    let Ok(feed) = open(source.clone(), settings) else { return false };
    let mut feed = feed.with_constants(constants.to_vec());
    // Lines that end by CR alone are one line here.
    if feed.columns.as_ref().is_some_and(|of| of.names.iter().any(|name| name.contains('\r'))) {
        return false;
    }
    let (mut signs, mut again) = (AmountSigns::default(), SumsAgain::default());
    let mut is_whole = false;
    for _ in 0..rows {
        match feed.next_row() {
            Ok(Some(ReadRow::Inside(at, amount))) => {
                signs.see(amount);
                again.see(at, amount);
            }
            Ok(Some(ReadRow::Outside(..))) => {}
            Ok(None) => {
                is_whole = true;
                break;
            }
            Ok(Some(ReadRow::Bad(_))) | Err(_) => return false,
        }
    }
    let met = feed.times.met();
    let is_mixed = met.has_clock() && met.told_dates().is_some();
    if is_mixed || again.are_there || signs.may_run() || (is_whole && signs.may_have_total()) {
        return false;
    }
    // A header alone is told where rows are read for what they mean.
    feed.rounded == 0 && (feed.summary.rows > 0 || feed.columns.is_none())
}

/// A feed from CSV.
pub struct CsvFeed {
    records: Records,
    /// `None` if the source has not even a header line.
    columns: Option<Arc<Columns>>,
    /// The fast reader of plain rows, if the columns allow it.
    plain: Option<PlainRows>,
    /// The rows that are read ahead, if the file is long.
    ahead: RowsAhead,
    times: TimeReader,
    /// Rows whose amount had to be rounded.
    rounded: u64,
    settings: CsvSettings,
    /// True if the source can be opened again.
    again: bool,
    digest: Option<Digest>,
    /// The events in [`Mode::Sort`], once read.
    queue: Option<Queue>,
    /// An event that the last chunk had no room for.
    waiting: Option<(Instant, Credits)>,
    /// The last event inside the horizon.
    last: Instant,
    /// Whether the last line has no end.
    is_cut: bool,
    /// How far rows are apart, where each is an amount of its own.
    spacing: Spacing,
    repeated: RepeatedRows,
    moved: MovedUsage,
    /// Whether it was chosen for a file by its first rows, and not by who opened it.
    is_tried: bool,
    /// The rows that are put to checks beyond the first ones, and whether one of these found a problem.
    later: Option<LaterRecords>,
    is_late: bool,
    /// The order of the amounts inside the horizon.
    order: AmountSigns,
    /// The amounts outside the horizon.
    beyond: AmountSigns,
    summary: UsageSummary,
    finished: bool,
}

impl Feed for CsvFeed {
    fn fill(&mut self, chunk: &mut Chunk) -> Result<(), UsageError> {
        match self.settings.mode {
            Mode::Stream | Mode::Examine => self.fill_streaming(chunk)?,
            Mode::Sort => self.fill_sorted(chunk)?,
        }
        self.summary.inside(chunk);
        if !matches!(self.settings.amounts, Amounts::EachRow(_)) {
            self.spacing.look(chunk);
            self.summary.apart = self.spacing.found();
            self.order.follow(chunk);
        }
        if self.finished
            && let Some(why) = self.doubt()
        {
            let (name, again) = (self.summary.source.clone(), self.again);
            return Err(UsageError::Doubtful { name, why, again });
        }
        Ok(())
    }

    fn summary(&self) -> &UsageSummary {
        &self.summary
    }
}

/// The result of reading a row.
enum ReadRow {
    Inside(Instant, Credits),
    Outside(Instant, Credits),
    Bad(BadRow),
}

impl CsvFeed {
    /// The same where a row is bad in which one of these columns holds anything else; before the first row is read.
    pub(super) fn with_constants(mut self, constants: Vec<ConstantColumn>) -> CsvFeed {
        if let Some(columns) = &mut self.columns {
            let columns = Arc::get_mut(columns).expect("no row is read ahead before the first");
            let is_no_label = |of: &ConstantColumn| {
                of.value.as_deref().is_some_and(|value| !labels_total(value.as_bytes()))
            };
            let is_settled =
                |column: usize| constants.iter().any(|of| of.column == column && is_no_label(of));
            columns.beside.retain(|column| !is_settled(*column));
            columns.constants = constants;
        }
        self
    }

    /// The same where its first rows were tried, so that what all rows show sends back to a reading for their meaning.
    pub(super) fn tried(self) -> CsvFeed {
        CsvFeed { is_tried: true, ..self }
    }

    /// The same where rows beyond the first are put to checks; before the first row is read.
    pub(super) fn with_later(self, windows: Option<RowWindows>) -> CsvFeed {
        let delimiter = self.records.delimiter();
        let later = windows.map(|windows| LaterRecords::new(windows, delimiter));
        CsvFeed { later, ..self }
    }

    /// What all rows together show that only a reading for their meaning can settle, where it goes beyond the rows that were
    /// tried before.
    fn doubt(&self) -> Option<&'static str> {
        if !self.is_tried || matches!(self.settings.amounts, Amounts::EachRow(_)) {
            return None;
        }
        let (sum, largest) = (self.summary.total.micro(), self.summary.largest.micro());
        let filled = self.summary.events - self.summary.zeros;
        let met = self.times.met();
        let is_guessed = self.settings.amounts == Amounts::Guess;
        if met.has_clock() && met.told_dates().is_some() {
            Some(
                "some rows have a date, and others a date and a time of day, so that a day may stand beside its hours",
            )
        } else if self.beyond.may_have_total_beside(sum, i128::from(largest), filled) {
            Some("the largest amount is the sum of all others, so that its row may be their total")
        } else if is_guessed && self.order.may_run() {
            Some("no amount is below the one before it, as in a total so far")
        } else if is_guessed && self.order.may_run_late() {
            Some("amounts behind others rise from row to row, as a total so far does")
        } else if self.is_late {
            Some("rows beyond the first ones may be no usage, or count twice")
        } else if self.again && self.may_be_pasted() {
            Some("many rows stand in it twice, as where what was exported twice is pasted together")
        } else {
            None
        }
    }

    /// Whether rows out of time order stand in it twice that may be a stretch.
    fn may_be_pasted(&self) -> bool {
        !self.repeated.is_in_order() && self.repeated.count() >= FEWEST_APART as u64
    }

    /// Reads the next events as they come.
    fn fill_streaming(&mut self, chunk: &mut Chunk) -> Result<(), UsageError> {
        chunk.clear();
        while let Some((at, amount)) = self.next_in_order()? {
            match chunk.push(at, amount) {
                Ok(()) => {}
                Err(Refused::Full) => {
                    self.waiting = Some((at, amount));
                    break;
                }
                Err(Refused::OutOfOrder | Refused::NotAnAmount) => {
                    return Err(UsageError::Amount { name: self.summary.source.clone(), at });
                }
            }
            match self.ahead.is_under_way() {
                true => self.take_ahead(chunk),
                false => self.take_plain(chunk),
            }
        }
        Ok(())
    }

    /// Takes events that were read ahead, as long as they fit into the chunk.
    fn take_ahead(&mut self, chunk: &mut Chunk) {
        loop {
            let (mut taken, mut last) = (0, self.last);
            for &(at, amount) in self.ahead.events() {
                if chunk.push(at, amount).is_err() {
                    break;
                }
                (taken, last) = (taken + 1, at);
            }
            self.last = last;
            self.ahead.pass(taken);
            if taken == 0 || !self.ahead.events().is_empty() || !self.advance() {
                return;
            }
        }
    }

    /// Whether it is worth to read ahead.
    #[inline]
    fn is_worth_reading_ahead(&self) -> bool {
        self.ahead.is_worth_it(self.records.passed()) && self.times.form() != TimeForm::Guess
    }

    /// Goes on to the next piece that is read ahead; `false` where rows are to be read one after another.
    fn advance(&mut self) -> bool {
        let Some(columns) = &self.columns else { return false };
        let (in_order, last) = (self.settings.mode != Mode::Sort, self.last);
        let delimiter = self.records.delimiter();
        let rules = || AheadRules {
            columns: Arc::clone(columns),
            plain: self.plain,
            delimiter,
            times: self.times.anew(),
            zone: self.settings.zone,
            horizon: self.settings.horizon,
            in_order,
        };
        let follows = |piece: &EventPiece| {
            !in_order || piece.events.first().is_none_or(|&(at, _)| at >= last)
        };
        let Some(piece) = self.ahead.advance(&mut self.records, rules, follows) else {
            return false;
        };
        if let Some(later) = &mut self.later {
            later.see(piece.rows, piece.text());
        }
        self.summary.rows += piece.rows;
        self.summary.outside.join(piece.outside);
        self.beyond.join_sums(&piece.beyond);
        self.rounded += piece.rounded;
        self.times.join(piece.met);
        self.moved.join(&piece.moved);
        let kept = || records::hash_of_row(self.records.kept(), delimiter);
        piece.tell_hashes(in_order.then_some(last), &mut self.repeated, kept);
        if !piece.events.is_empty() {
            self.records.keep_text(&piece.last);
        }
        true
    }

    /// Takes rows as long as they are plain, in the horizon, in order, and fit into the chunk. Any
    /// other row is left for the general reader.
    fn take_plain(&mut self, chunk: &mut Chunk) {
        let Some(plain) = self.plain else { return };
        let (horizon, delimiter) = (self.settings.horizon, self.records.delimiter());
        let CsvFeed { records, times, repeated, last, .. } = self;
        let hash = |text: &[u8]| records::hash_of_row(text, delimiter);
        let rows = plain.take(records, times, |records, row, text| {
            let is_next = row.at >= *last
                && horizon.contains(row.at)
                && chunk.push(row.at, row.amount).is_ok();
            if is_next {
                repeated.add(row.at, *last, || hash(text), || hash(records.kept()));
                *last = row.at;
            }
            is_next
        });
        self.summary.rows += rows;
    }

    /// The next event inside the horizon; one before the last is an error.
    #[inline]
    fn next_in_order(&mut self) -> Result<Option<(Instant, Credits)>, UsageError> {
        if let Some(event) = self.waiting.take() {
            return Ok(Some(event));
        }
        let Some((at, amount)) = self.next()? else { return Ok(None) };
        if at < self.last {
            return Err(UsageError::Unsorted {
                name: self.summary.source.clone(),
                line: self.records.line(),
                at,
                before: self.last,
                again: self.again,
            });
        }
        self.last = at;
        Ok(Some((at, amount)))
    }

    /// The next event inside the horizon, in file order; others are counted.
    #[inline]
    fn next(&mut self) -> Result<Option<(Instant, Credits)>, UsageError> {
        loop {
            if let Some(event) = self.ahead.pop() {
                return Ok(Some(event));
            }
            if self.is_worth_reading_ahead() && self.advance() {
                continue;
            }
            let Some(row) = self.next_row()? else { break };
            match row {
                ReadRow::Inside(at, amount) => return Ok(Some((at, amount))),
                ReadRow::Outside(at, amount) => {
                    self.summary.outside(at);
                    self.beyond.see(amount);
                }
                ReadRow::Bad(row) => self.take_bad(row)?,
            }
        }
        let (bad, rows) = (&self.summary.bad_rows, self.summary.rows);
        bad.check(self.summary.source.clone(), rows, self.settings.skip_limit)?;
        self.finish();
        Ok(None)
    }

    /// The next row; `None` at the end.
    #[inline]
    fn next_row(&mut self) -> Result<Option<ReadRow>, UsageError> {
        let Some(columns) = &self.columns else { return Ok(None) };
        let next = next_event(&mut self.records, columns, &mut self.times, &mut self.rounded)?;
        let Some((record, read)) = next else { return Ok(None) };
        self.is_cut |= self.records.is_open(record);
        if let Some(later) = &mut self.later {
            later.see(1, self.records.text(record));
        }
        self.summary.rows += 1;
        let (at, amount) = match read {
            Ok(event) => event,
            Err((column, why)) => {
                let fields = self.records.fields(record);
                return Ok(Some(ReadRow::Bad(columns.bad_row(
                    &fields,
                    record.line(),
                    column,
                    why,
                ))));
            }
        };
        if !self.settings.horizon.contains(at) {
            return Ok(Some(ReadRow::Outside(at, amount)));
        }
        self.note(record, at, amount);
        Ok(Some(ReadRow::Inside(at, amount)))
    }

    /// Notes a row inside the horizon for what only all rows together leave in doubt.
    #[inline]
    fn note(&mut self, record: Record, at: Instant, amount: Credits) {
        let delimiter = self.records.delimiter();
        let hash = |text: &[u8]| records::hash_of_row(text, delimiter);
        let (this, kept) = (self.records.text(record), self.records.kept());
        self.repeated.add(at, self.last, || hash(this), || hash(kept));
        self.records.keep(record);
        if let Some(local) = self.times.local() {
            self.moved.add(local, || fine(amount));
        }
    }

    /// Leaves a bad row out, or refuses it. One with names of columns, which may be the header again or that of another table, is
    /// left to who reads all rows for their meaning.
    #[cold]
    fn take_bad(&mut self, row: BadRow) -> Result<(), UsageError> {
        if !self.settings.skip_bad_rows {
            return Err(self.all_bad_rows(row));
        }
        if let Some(columns) = &self.columns {
            let (names, time) = (columns.names.iter().map(String::as_str), columns.time);
            let rows = std::slice::from_ref(&row);
            if let Some(line) = BadRows::another_header(rows, &columns.names[time], names) {
                let name = self.summary.source.clone();
                return Err(match self.again {
                    true => UsageError::BadRows { name, rows: vec![row], more: true, again: true },
                    false => {
                        let problems = vec![another_header(&name, line)];
                        UsageError::Meaning { name, problems }
                    }
                });
            }
        }
        self.summary.bad_rows.add(row);
        Ok(())
    }

    /// Reads on after a bad row to report others at once.
    #[cold]
    fn all_bad_rows(&mut self, first: BadRow) -> UsageError {
        let (mut rows, mut more) = (vec![first], true);
        for _ in 0..ROWS_AFTER_A_BAD_ONE {
            match self.next_row() {
                Ok(Some(ReadRow::Bad(row))) => rows.push(row),
                Ok(Some(ReadRow::Inside(..) | ReadRow::Outside(..))) => {}
                Ok(None) => {
                    more = false;
                    break;
                }
                Err(_) => break,
            }
            if rows.len() == BadRows::LISTED {
                break;
            }
        }
        UsageError::BadRows { name: self.summary.source.clone(), rows, more, again: self.again }
    }

    /// Reads all events on the first call, then pours them in time order.
    fn fill_sorted(&mut self, chunk: &mut Chunk) -> Result<(), UsageError> {
        if self.queue.is_none() {
            let mut events = Vec::new();
            while let Some(event) = self.next()? {
                if events.len() as u64 >= self.settings.sort_limit {
                    let (name, limit) = (self.summary.source.clone(), self.settings.sort_limit);
                    return Err(UsageError::TooManyToSort { name, limit });
                }
                memory::reserve(&mut events, 1, &self.summary.source)?;
                events.push(event);
            }
            self.summary.sorted = held::sort_in_memory(&mut events, &self.summary.source)?;
            self.queue = Some(Queue::new(events));
        }
        match &mut self.queue {
            Some(queue) => queue.pour(chunk, &self.summary.source),
            None => Ok(()),
        }
    }

    /// Completes the summary at the end of the source.
    fn finish(&mut self) {
        if self.finished {
            return;
        }
        self.finished = true;
        self.is_late = self.later.take().is_some_and(LaterRecords::has_problem);
        self.summary.hash = self.digest.take().and_then(Digest::finish);
        self.summary.doubts = self.moved.told().into_iter().collect();
        self.summary.doubts.extend(self.times.met().skipped.told(self.settings.zone));
        self.summary.doubts.extend(doubt::cut(self.summary.rows));
        self.summary.doubts.extend(self.repeated.told());
        if self.summary.rows == 0 {
            self.summary.chosen.push("There is no row of usage in it.".to_owned());
            return;
        }
        let form = self.times.form();
        let how = match (self.settings.time_form, form) {
            (_, TimeForm::Guess) => "no row could be read",
            (TimeForm::Guess, _) => "guessed from the first row",
            _ => "as set",
        };
        let zone = match self.times.met().has_local() {
            true => format!(", local ones in {}", self.settings.zone.name()),
            false => String::new(),
        };
        let times = if self.times.met().has_clock() { form.text() } else { "dates" };
        self.summary.chosen.push(format!("Times are {times}{zone} ({how})."));
        self.summary.chosen.extend(self.times.met().told_dates());
        self.summary.chosen.extend(self.columns.as_deref().and_then(|of| self.told_cut(of)));
        self.summary.counted = self.columns.as_deref().and_then(|of| self.counted(of));
        let name = self.columns.as_deref().and_then(Columns::only_amount);
        let unit = self.settings.unit.as_ref();
        let told = told_unit(unit, self.summary.counted.as_ref(), name);
        self.summary.chosen.extend(told);
        if self.rounded > 0 {
            self.summary.chosen.push(format!(
                "{} of {} had an amount finer than a millionth of a credit, which was \
                 rounded.",
                grouped(&self.rounded.to_string()),
                counted(self.summary.rows, "row")
            ));
        }
    }
}

impl CsvFeed {
    /// What the amounts count, as far as the header of a guessed one or a column of units says it.
    fn counted(&self, columns: &Columns) -> Option<CountedUnit> {
        let name = columns.only_amount().filter(|_| self.settings.amounts == Amounts::Guess)?;
        let units = columns.constants.iter().filter_map(|of| {
            let header = columns.names.get(of.column)?;
            let value = of.value.clone().filter(|value| !value.is_empty())?;
            (is_of_unit(header) || Currency::from_code(&value).is_some()).then_some(value)
        });
        let said = unit_beside(name, &columns.names, units);
        let unit = unit_of_amounts(name, said.as_deref())?;
        Some(CountedUnit { unit, columns: vec![name.to_owned()], kinds: Vec::new() })
    }

    /// What is told of a last line without an end, where what is missing would change its amount.
    fn told_cut(&self, columns: &Columns) -> Option<String> {
        let last = columns.names.len().saturating_sub(1);
        let Amount::Columns(amounts) = &columns.amount else { return None };
        let is_amount = amounts.iter().any(|&(column, _)| column == last);
        (self.is_cut && is_amount).then(|| doubt::OPEN_END.to_owned())
    }
}

/// An amount as it is added up.
fn fine(amount: Credits) -> Atto {
    let micro = i128::from(amount.micro());
    Atto::from_micro(micro).expect("an amount has fewer than 10³⁹ attos")
}

/// The event of a row, or the column that is no part of one and why.
type ReadEvent = Result<(Instant, Credits), (usize, String)>;

/// Reads the next row; `None` at the end.
#[inline]
fn next_event(
    records: &mut Records,
    columns: &Columns,
    times: &mut TimeReader,
    rounded: &mut u64,
) -> Result<Option<(Record, ReadEvent)>, UsageError> {
    let Some(record) = records.next()? else { return Ok(None) };
    let is_cut = records.is_open(record);
    let fields = records.fields(record);
    let read = match columns.odd(&fields, is_cut) {
        None => read_row(&fields, columns, times, rounded)
            .map_err(|problem| columns.label(&fields).unwrap_or(problem)),
        Some(problem) => Err(problem),
    };
    Ok(Some((record, read)))
}

/// Reads one row, and counts it if its amount is rounded; an error comes with the column it refers
/// to.
#[inline]
fn read_row(
    fields: &Fields<'_>,
    columns: &Columns,
    times: &mut TimeReader,
    rounded: &mut u64,
) -> ReadEvent {
    if fields.count() != columns.names.len() {
        columns.check_count(fields)?;
    }
    let time = fields.get(columns.time).unwrap_or_default();
    let at = times.read(time).map_err(|why| (columns.time, why.to_string()))?;
    let amounts = match &columns.amount {
        Amount::EachRow(amount) => return Ok((at, *amount)),
        Amount::Columns(amounts) => amounts,
    };
    let (mut sum, mut last) = (Sum::ZERO, columns.time);
    for &(column, factor) in amounts {
        last = column;
        let number = fields.number(column);
        let added = number.and_then(|number| sum.add(number, factor));
        added.map_err(|why: NotAnAmount| (column, why.to_string()))?;
    }
    let amount = sum.credits().map_err(|why| (last, why.to_string()))?;
    *rounded += u64::from(sum.is_finer());
    Ok((at, amount))
}

impl Columns {
    /// The header of the amount, if it is one column that counts one for one.
    fn only_amount(&self) -> Option<&str> {
        let Amount::Columns(amounts) = &self.amount else { return None };
        let [(column, factor)] = amounts.as_slice() else { return None };
        (*factor == Number::ONE).then(|| self.names.get(*column).map(String::as_str)).flatten()
    }

    /// What a row with a time and an amount may be other than usage: the total of others, what is left of a row where the
    /// file was cut, or of another kind than the rows before.
    #[inline]
    fn odd(&self, fields: &Fields<'_>, is_cut: bool) -> Option<(usize, String)> {
        if self.names.len() == 2 {
            return None;
        }
        if is_cut && fields.count() < self.names.len() {
            let (found, expected) = (fields.count(), self.names.len());
            let why = format!(
                "the last row has {found} fields, the header {expected}, and its line has no end; if the \
                 file was cut here, export it again"
            );
            return Some((found.saturating_sub(1), why));
        }
        let changes = |of: &&ConstantColumn| match &of.value {
            Some(value) => fields.get(of.column) != Some(value.as_bytes()),
            None => fields.get(of.column).is_none_or(<[u8]>::is_empty),
        };
        if let Some(changed) = self.constants.iter().find(changes) {
            let why = match &changed.value {
                Some(value) => format!("`{}` in the rows before", excerpt(value)),
                None => "empty, and filled in the rows before".to_owned(),
            };
            return Some((changed.column, why));
        }
        let is_label = |column: &usize| fields.get(*column).is_some_and(labels_total);
        self.beside.iter().any(is_label).then(|| self.label(fields)).flatten()
    }

    /// The first column with the label of a total, where there are others than a time and an amount.
    #[cold]
    fn label(&self, fields: &Fields<'_>) -> Option<(usize, String)> {
        if self.names.len() == 2 {
            return None;
        }
        let is_label = |column: &usize| fields.get(*column).is_some_and(labels_total);
        let column = (0..fields.count()).find(is_label)?;
        Some((column, "the label of a total in a row with a time".to_owned()))
    }

    /// Checks the number of fields of a row against the header: none with a name may be missing, as the row may be cut or of
    /// another table, and extra ones must be empty, or an unquoted `1,000` would be read as 1.
    #[cold]
    fn check_count(&self, fields: &Fields<'_>) -> Result<(), (usize, String)> {
        let (found, expected) = (fields.count(), self.names.len());
        if self.names.iter().skip(found).any(|name| !name.is_empty()) {
            return Err((found, format!("the row has {found} fields, the header {expected}")));
        }
        if (expected..found).all(|extra| fields.get(extra).is_none_or(<[u8]>::is_empty)) {
            return Ok(());
        }
        let last = expected.saturating_sub(1);
        let why = format!(
            "the row has {found} fields, the header only {expected}; quote a field that holds the \
             delimiter, and write numbers without thousands separators"
        );
        Err((last, why))
    }

    /// The report of a bad row.
    #[cold]
    fn bad_row(&self, fields: &Fields<'_>, line: u64, column: usize, why: String) -> BadRow {
        BadRow {
            line,
            column: self.names.get(column).cloned().unwrap_or_default(),
            value: shown(fields.get(column).unwrap_or_default()),
            why,
        }
    }
}

#[cfg(test)]
mod tests;
