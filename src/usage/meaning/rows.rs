//! What one row means: an instant and an amount, or why it is none.
//!
//! Deliberately absent: other rows, which `tally` and `net` look at.

use super::blank::{Blank, Blanks};
use super::choose::{ChosenColumns, ChosenMeter, condition_columns};
use super::formula::{Formula, Product};
use super::grain::{DateGrain, GrainSet};
use super::headers::in_shell;
use super::labels::{self, TotalLabel};
use super::moment::{self, DateEvidence, DateNotation, NotAMoment, WrittenMoment};
use super::number::{self, Atto, DecimalMark, Exact, NotANumber, WrittenNumber};
use super::row_ends::RowEnds;
use crate::domain::text::excerpt;
use crate::domain::{Credits, Instant};
use crate::usage::BadRow;
use crate::usage::error::shown;
use crate::usage::export::{RowView, is_bracketed_unit};
use crate::usage::time::TimeReader;

/// The notation of cells, and the treatment of blanks.
#[derive(Clone, Copy, Debug)]
pub(super) struct CellNotation {
    pub(super) mark: DecimalMark,
    pub(super) dates: DateNotation,
    pub(super) blanks: Option<Blanks>,
    /// Whether amounts of a thousand or more are shortened: `1.2K`.
    pub(super) shortened: bool,
    /// The line of a row that nothing labels and that is the sum of all others.
    pub(super) total: Option<u64>,
    pub(super) unnamed: UnnamedRows,
    /// Lengths of rows that are sums of those that lie in them.
    pub(super) periods: GrainSet,
}

/// What rows are that name nothing and hold the sum of the rows before them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum UnnamedRows {
    /// Totals of those, as long as nothing shows that they are usage.
    #[default]
    Totals,
    /// Usage, as other rows that name nothing are: the sums are chance.
    Usage,
}

/// A row that counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct UsageRow {
    pub(super) at: Instant,
    pub(super) amount: Atto,
    /// The local time as if it were UTC, where no offset is written.
    pub(super) local: Option<i64>,
    /// Whether no time of day is written.
    pub(super) is_date: bool,
    /// Whether an amount is blank.
    pub(super) blank: bool,
    /// What a shortened amount may be off by.
    pub(super) rough: Atto,
    /// Whether it may be a total, by a cell that is a label or a name, or because it is of nothing: the other rows decide.
    pub(super) may_be_total: Option<TotalSign>,
    /// Its end, where a column has it.
    pub(super) until: Option<Instant>,
    /// What its time stands for.
    pub(super) grain: DateGrain,
}

/// Why a row may be a total.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TotalSign {
    /// A label, which may be a name, or an interval among times.
    Label,
    /// Nothing names what it is of.
    Unnamed,
}

/// The meaning of a row.
#[derive(Debug)]
pub(super) enum RowMeaning<'r> {
    /// Usage; with the unit beside its amount, if one is written.
    Usage(UsageRow, &'r str),
    /// A row that holds the total of others; with its instant and the column of its label, if it has a time.
    Total(Atto, Option<(Instant, usize)>),
    /// A row without a time that holds a part of the total that is no usage: rounding, taxes.
    Added(Atto),
    /// A row that is the sum of those that lie in the whole day, month or the like that it stands for.
    Period(DateGrain),
    /// A row that the conditions leave out.
    Filtered,
    /// A row of another account.
    OtherAccount,
    /// A row without time and without an amount.
    Nothing,
    /// A row that a blank amount leaves out.
    BlankSkipped,
    /// A row that no meter takes.
    NoMeter,
    /// A row that cannot be read.
    Bad(BadRow),
    /// A row with an amount and without a time, which may be the total of the others.
    Untimed(Atto, BadRow),
}

/// A value that cannot be read: its column and why.
type Unreadable = (usize, String);

/// A reader of rows.
pub(super) struct RowReader<'a> {
    pub(super) columns: &'a ChosenColumns,
    pub(super) notation: CellNotation,
    /// Turns local times into instants.
    clock: &'a mut TimeReader,
    /// The column that is the amount, where it is one alone whose plain numbers are read as they stand.
    amount: Option<usize>,
    /// Whether the time of the row read last is an instant in full.
    is_full: bool,
}

impl<'a> RowReader<'a> {
    /// A reader whose local times `clock` turns into instants.
    pub(super) fn new(
        columns: &'a ChosenColumns,
        notation: CellNotation,
        clock: &'a mut TimeReader,
    ) -> RowReader<'a> {
        let is_plain = notation.mark == DecimalMark::Point
            && !notation.shortened
            && columns.durations.is_empty();
        let amount = Some(columns).filter(|_| is_plain).and_then(only_amount);
        RowReader { columns, notation, clock, amount, is_full: false }
    }

    /// Notes how the time of the row read last is written.
    #[inline]
    pub(super) fn note_time(&self, row: RowView<'_>, evidence: &mut DateEvidence) {
        match self.is_full {
            true => evidence.see_full(),
            false => evidence.see(row.line(), self.time(row)),
        }
    }

    /// The cell with the time of a row.
    #[inline]
    fn time<'r>(&self, row: RowView<'r>) -> &'r str {
        let time = cell(row, self.columns.time);
        match self.columns.times.is_empty() || !time.is_empty() {
            true => time,
            false => {
                let mut others = self.columns.times.iter().map(|&column| cell(row, column));
                others.find(|time| !time.is_empty()).unwrap_or_default()
            }
        }
    }

    /// Returns the meaning of a row.
    pub(super) fn read<'r>(&mut self, row: RowView<'r>) -> RowMeaning<'r> {
        let time = self.time(row);
        let moment = self.moment(row, time);
        if moment.is_err()
            && let Some(meaning) = self.without_time(row, time)
        {
            return meaning;
        }
        let get = |column: usize| cell(row, column);
        let mark = self.notation.mark;
        if !self.columns.filters.iter().all(|filter| filter.holds(&get, mark)) {
            return RowMeaning::Filtered;
        }
        if let Some((column, Some(account))) = &self.columns.account
            && account != "*"
            && cell(row, *column) != account
        {
            return RowMeaning::OtherAccount;
        }
        let moment = match moment {
            Ok(moment) => moment,
            Err(why) => return self.bad(row, self.columns.time, why.to_string()),
        };
        match self.dated_label(row) {
            Some((column, TotalLabel::Certain)) => match self.amount_of(row) {
                Some(amount) => RowMeaning::Total(amount, Some((moment.0, column))),
                None => self.usage(row, moment, None),
            },
            Some((_, TotalLabel::Likely)) => self.usage(row, moment, Some(TotalSign::Label)),
            None => self.unlabelled(row, time, moment),
        }
    }

    /// The meaning of a row with a time and without a label.
    #[inline]
    fn unlabelled<'r>(
        &mut self,
        row: RowView<'r>,
        time: &str,
        moment: (Instant, WrittenMoment),
    ) -> RowMeaning<'r> {
        if self.notation.total == Some(row.line())
            && let Some(amount) = self.amount_of(row)
        {
            return RowMeaning::Total(amount, None);
        }
        let keys = self.columns.naming();
        let is_span = self.columns.may_span && !self.is_full && moment::is_span(time);
        let is_unnamed =
            || !keys.is_empty() && keys.iter().all(|&key| Blank::of(cell(row, key)).is_some());
        let sign = match is_span {
            true => Some(TotalSign::Label),
            false => is_unnamed().then_some(TotalSign::Unnamed),
        };
        self.usage(row, moment, sign)
    }

    /// The end of what a row is of, as far as it can be read.
    fn until(&mut self, row: RowView<'_>) -> Option<Instant> {
        let text = cell(row, self.columns.end?);
        let moment = moment::read(text, self.notation.dates).ok()?;
        let at = moment.instant().or_else(|| self.clock.at_local(moment.local).ok())?;
        Some(at).filter(|at| (Instant::EARLIEST..Instant::NEVER).contains(at))
    }

    /// What the time of a row stands for: by its end, where a column has it, or by its text.
    #[inline]
    fn grain(
        &self,
        row: RowView<'_>,
        (at, moment): (Instant, WrittenMoment),
        until: Option<Instant>,
    ) -> DateGrain {
        if let Some(until) = until
            && let Some(grain) = DateGrain::of_stretch(moment.local, until.since(at).millis())
        {
            return grain;
        }
        match moment.is_date && self.columns.clock.is_none() {
            true => DateGrain::of_date(self.time(row)),
            false => DateGrain::Moment,
        }
    }

    /// The column of a cell that labels a total in a row with a time.
    #[inline]
    fn dated_label(&self, row: RowView<'_>) -> Option<(usize, TotalLabel)> {
        let label = |&column: &usize| Some((column, labels::dated_total(cell(row, column))?));
        let (column, label) = self.columns.labels.iter().find_map(label)?;
        // A value that is the sum of all others at every time is asked about as a whole.
        let is_asked = self.columns.rollups.iter().any(|(other, _)| *other == column);
        (label == TotalLabel::Certain || !is_asked).then_some((column, label))
    }

    /// The cells by which meters take a row: "`unit_type` is `requests`".
    pub(super) fn kind_of(&self, row: RowView<'_>) -> String {
        let told = |column: usize| {
            let name = self.columns.name(column);
            match cell(row, column) {
                "" => format!("`{name}` is blank"),
                value => format!("`{name}` is `{}`", excerpt(value)),
            }
        };
        let columns = condition_columns(self.columns).into_iter();
        columns.map(told).collect::<Vec<_>>().join(", ")
    }

    /// The row's amount at a known moment.
    fn usage<'r>(
        &mut self,
        row: RowView<'r>,
        (at, moment): (Instant, WrittenMoment),
        may_be_total: Option<TotalSign>,
    ) -> RowMeaning<'r> {
        let get = |column: usize| cell(row, column);
        let mark = self.notation.mark;
        let takes =
            |meter: &&ChosenMeter| meter.when.as_ref().is_none_or(|when| when.holds(&get, mark));
        let (mut sum, mut unit, mut blank, mut taken) = (Atto::ZERO, "", false, false);
        let mut rough = Atto::ZERO;
        let columns = self.columns;
        let plain = self.plain_amount(row);
        if let Some(amount) = plain {
            (sum, taken) = (amount, true);
        }
        for meter in columns.meters.iter().filter(takes).filter(|_| plain.is_none()) {
            taken = true;
            match self.amount(row, &meter.amount) {
                Ok(Some(amount)) => {
                    let Some(next) = sum.plus(amount.sum) else {
                        return self.bad(row, columns.time, TOO_LARGE.to_owned());
                    };
                    sum = next;
                    rough = rough.plus(amount.rough).unwrap_or(rough);
                    blank |= amount.blank;
                    if !amount.unit.is_empty() {
                        unit = amount.unit;
                    }
                }
                Ok(None) => return RowMeaning::BlankSkipped,
                Err((column, why)) => return self.bad(row, column, why),
            }
        }
        if !taken {
            return RowMeaning::NoMeter;
        }
        if sum.size() > LARGEST && sum.size().micro() > i128::from(Credits::LARGEST.micro()) {
            let column = columns.amounts().first().copied().unwrap_or(columns.time);
            return self.bad(row, column, too_large(columns.name(column)));
        }
        let local = moment.offset.is_none().then_some(moment.local);
        let is_date = moment.is_date;
        let until = self.until(row);
        let grain = self.grain(row, (at, moment), until);
        if self.notation.periods.has(grain) && sum != Atto::ZERO {
            return RowMeaning::Period(grain);
        }
        let usage =
            UsageRow { at, amount: sum, local, is_date, blank, rough, may_be_total, until, grain };
        RowMeaning::Usage(usage, unit)
    }

    /// The amount of a row whose only one is a plain number.
    #[inline]
    fn plain_amount(&self, row: RowView<'_>) -> Option<Atto> {
        number::plain_amount(cell(row, self.amount?))
    }

    /// The amount that a row would have if it counted; `None` if it cannot be read.
    #[inline]
    pub(super) fn amount_of(&self, row: RowView<'_>) -> Option<Atto> {
        self.plain_amount(row).or_else(|| self.any_amount_of(row))
    }

    /// The same of any amount.
    fn any_amount_of(&self, row: RowView<'_>) -> Option<Atto> {
        let meter = self.columns.meters.first()?;
        self.amount(row, &meter.amount).ok().flatten().map(|amount| amount.sum)
    }

    /// The instant of a row, and how it is written.
    fn moment(
        &mut self,
        row: RowView<'_>,
        time: &str,
    ) -> Result<(Instant, WrittenMoment), NotAMoment> {
        // Nearly all times are written like this.
        self.is_full = false;
        if self.columns.clock.is_none()
            && self.columns.ends != RowEnds::AfterMonth
            && let Some((at, [])) = self.clock.read_leading(time.as_bytes())
        {
            self.is_full = true;
            let local = at.millis();
            return Ok((at, WrittenMoment { local, offset: Some(0), is_date: false }));
        }
        let mut moment = moment::read(time, self.notation.dates)?;
        if let Some(clock) = self.columns.clock {
            let (at, moment) = self.columns.hours.at((moment, cell(row, clock)), self.clock)?;
            let at = Some(at).filter(|at| (Instant::EARLIEST..Instant::NEVER).contains(at));
            return Ok((at.ok_or(NotAMoment::NoSuchTime)?, moment));
        }
        if !moment.is_date || self.columns.ends == RowEnds::AfterMonth {
            moment.local = self.columns.ends.begin(moment.local);
        }
        let at = match moment.instant() {
            Some(at) => Some(at).filter(|at| (Instant::EARLIEST..Instant::NEVER).contains(at)),
            None => self.clock.at_local(moment.local).ok(),
        };
        Ok((at.ok_or(NotAMoment::NoSuchTime)?, moment))
    }

    /// The meaning of a row without a readable time, other than one that cannot be read.
    fn without_time<'r>(&self, row: RowView<'r>, time: &str) -> Option<RowMeaning<'r>> {
        let is_blank = Blank::of(time).is_some();
        let is_rule = |cell: &str| cell.bytes().all(|byte| b"-=:".contains(&byte));
        let is_units = || row.iter().filter(|cell| !cell.is_empty()).all(is_bracketed_unit);
        if !is_blank && (labels::is_summary(time) || row.iter().all(is_rule) || is_units()) {
            return Some(RowMeaning::Nothing);
        }
        let is_label =
            labels::is_untimed_total(time) || (self.columns.has_periods && labels::is_period(time));
        if !is_blank && !is_label {
            return None;
        }
        // A line of units, or of nothing but words.
        if is_blank && !row.iter().any(|cell| cell.bytes().any(|byte| byte.is_ascii_digit())) {
            return Some(RowMeaning::Nothing);
        }
        let amounts = self.columns.amounts();
        let label = |column: usize| {
            !amounts.contains(&column)
                && (labels::is_total(cell(row, column))
                    || (is_label && column == self.columns.time))
        };
        let meter = self.columns.meters.first()?;
        if (0..row.count()).any(label) {
            let amount = self.amount(row, &meter.amount).ok().flatten()?;
            return Some(match amount.blank && amount.sum == Atto::ZERO {
                true => RowMeaning::Nothing,
                false => RowMeaning::Total(amount.sum, None),
            });
        }
        let added = |column: usize| {
            !amounts.contains(&column) && labels::is_added_to_total(cell(row, column))
        };
        if (0..row.count()).any(added) {
            let amount = self.amount(row, &meter.amount).ok().flatten()?;
            return Some(RowMeaning::Added(amount.sum));
        }
        let nothing = |meter: &ChosenMeter| {
            let amount = self.amount(row, &meter.amount);
            amount.is_ok_and(|amount| amount.is_none_or(|amount| amount.sum == Atto::ZERO))
        };
        if self.columns.meters.iter().all(nothing) {
            return Some(RowMeaning::Nothing);
        }
        let amount = self.amount_of(row)?;
        let empty = format!("{}{}", NotAMoment::Empty, self.time_beside(row).unwrap_or_default());
        match self.bad(row, self.columns.time, empty) {
            RowMeaning::Bad(bad) => Some(RowMeaning::Untimed(amount, bad)),
            other => Some(other),
        }
    }

    /// The way to read a row whose time is blank and which has one in another column.
    fn time_beside(&self, row: RowView<'_>) -> Option<String> {
        // A bare number says nothing of being a time.
        let notation = DateNotation { numbers: None, ..self.notation.dates };
        let amounts = self.columns.amounts();
        let is_time = |&column: &usize| {
            !amounts.contains(&column) && moment::read(cell(row, column), notation).is_ok()
        };
        let column = (0..row.count()).find(is_time)?;
        let (time, beside) = (self.columns.name(self.columns.time), self.columns.name(column));
        let both = in_shell(&format!("{time} or {beside}"));
        Some(format!(
            ", and `{beside}` holds one: if that is the time of such rows, `--time-column {both}` (or `[usage] time`) reads it \
             where `{time}` is blank"
        ))
    }

    /// The value of a formula; `None` if a blank leaves the row out.
    fn amount<'r>(
        &self,
        row: RowView<'r>,
        formula: &Formula<usize>,
    ) -> Result<Option<RowAmount<'r>>, Unreadable> {
        let mut amount = RowAmount { sum: Atto::ZERO, unit: "", blank: false, rough: Atto::ZERO };
        for term in &formula.terms {
            let Some(product) = self.product(row, term, &mut amount)? else { return Ok(None) };
            let column = term.columns.first().copied().unwrap_or(self.columns.time);
            let sum = product.atto().and_then(|product| amount.sum.plus(product));
            amount.sum = sum.ok_or_else(|| (column, too_large(self.columns.name(column))))?;
        }
        Ok(Some(amount))
    }

    /// The value of one product; `None` if a blank leaves the row out.
    fn product<'r>(
        &self,
        row: RowView<'r>,
        term: &Product<usize>,
        amount: &mut RowAmount<'r>,
    ) -> Result<Option<Exact>, Unreadable> {
        let (mut product, mut off) = (term.factor, None);
        for &column in &term.columns {
            let text = cell(row, column);
            if let Some(blank) = Blank::of(text) {
                amount.blank = true;
                match blank.policy(self.notation.blanks) {
                    Blanks::Zero => product = Exact::ZERO,
                    Blanks::Skip => return Ok(None),
                    Blanks::Refuse => return Err((column, blank_refused(blank).to_owned())),
                }
                continue;
            }
            if let Some((_, notation)) =
                self.columns.durations.iter().find(|(one, _)| *one == column)
            {
                let lasting = number::read_duration_in(
                    text,
                    notation.first.seconds(),
                    notation.unit.seconds(),
                )
                .ok_or_else(|| (column, NO_DURATION.to_owned()))?;
                product = product.times(lasting).ok_or_else(|| (column, TOO_PRECISE.to_owned()))?;
                continue;
            }
            let (written, half) = self.number(text).map_err(|why| (column, why))?;
            if !written.unit.is_empty() {
                amount.unit = written.unit;
            }
            let too_precise = || (column, TOO_PRECISE.to_owned());
            off = match half {
                Some(half) => product.times(half),
                None => off.and_then(|off: Exact| off.times(written.number)),
            };
            product = product.times(written.number).ok_or_else(too_precise)?;
        }
        let divisor = i128::from(term.divisor);
        let product = product.over(divisor);
        if let Some(off) = off.and_then(|off| off.over(divisor).atto()) {
            amount.rough = amount.rough.plus(off.size()).unwrap_or(amount.rough);
        }
        Ok(Some(product))
    }

    /// A number, and what it may be off by where it is shortened.
    #[inline]
    fn number<'r>(&self, text: &'r str) -> Result<(WrittenNumber<'r>, Option<Exact>), String> {
        let mark = self.notation.mark;
        match number::read(text, mark) {
            Ok(written) if self.notation.shortened && !written.number.is_below_thousand() => {
                Err(WHOLE_AMONG_SHORTENED.to_owned())
            }
            Ok(written) => Ok((written, None)),
            Err(why) => self.shortened(text).ok_or_else(|| {
                let way_out = if why == NotANumber::Groups { WAY_OUT } else { "" };
                format!("{why}{way_out}")
            }),
        }
    }

    /// A shortened number, where the column shortens its numbers.
    #[cold]
    fn shortened<'r>(&self, text: &'r str) -> Option<(WrittenNumber<'r>, Option<Exact>)> {
        let shortened =
            self.notation.shortened.then(|| number::read_shortened(text, self.notation.mark));
        shortened.flatten().map(|(written, half)| (written, Some(half)))
    }

    /// The report of a row that cannot be read.
    #[cold]
    fn bad<'r>(&self, row: RowView<'_>, column: usize, why: String) -> RowMeaning<'r> {
        RowMeaning::Bad(BadRow {
            line: row.line(),
            column: self.columns.name(column).to_owned(),
            value: shown(cell(row, column).as_bytes()),
            why,
        })
    }
}

/// The most credits in a row.
const LARGEST: Atto = Atto::from_micro(Credits::LARGEST.micro() as i128)
    .expect("it is far below what can be counted");
const TOO_LARGE: &str = "more than 1,000,000,000,000 credits in one row";

/// The problem of an amount that is too large, in a column by which it can be counted in millions.
fn too_large(name: &str) -> String {
    format!(
        "{TOO_LARGE}; to count in millions, give `--amount-column {}` (or `[usage] amount`)",
        in_shell(&format!("{name}=0.000001"))
    )
}
const WHOLE_AMONG_SHORTENED: &str = "a thousand or more in full, where other amounts are shortened (`1.2K`), so that the letter may mean \
     something else; export whole numbers";
const NO_DURATION: &str = "no duration in hours, minutes and seconds as the others in the column";
const TOO_PRECISE: &str = "more digits than can be counted exactly";
const WAY_OUT: &str = "; set `[usage] decimal` if its commas are read wrongly";

/// Why a blank cannot be read.
fn blank_refused(blank: Blank) -> &'static str {
    match blank {
        Blank::Missing => "the amount is empty, and `blanks` refuses it",
        Blank::Free => "a word for no charge, and `blanks` refuses it",
        Blank::Boundless => {
            "no amount; set `[usage] blanks` or `--blanks` to \"zero\" or \"skip\" if it may be left out"
        }
    }
}

/// The column that is the amount of every row by itself, if there is one.
fn only_amount(columns: &ChosenColumns) -> Option<usize> {
    let [ChosenMeter { when: None, amount }] = columns.meters.as_slice() else { return None };
    let [term] = amount.terms.as_slice() else { return None };
    term.is_column().then(|| term.columns.first().copied()).flatten()
}

/// A cell; blank if the row has none.
#[inline]
pub(super) fn cell<'r>(row: RowView<'r>, column: usize) -> &'r str {
    row.get(column).unwrap_or_default()
}

/// The value of a formula.
struct RowAmount<'r> {
    sum: Atto,
    unit: &'r str,
    blank: bool,
    /// What shortened cells make it off by, at most.
    rough: Atto,
}
