//! Usage from an export: read once for its meaning, refused where that would be a guess, then handed out
//! in time order.

use super::choose::{self, ChosenColumns};
use super::moment::{DateEvidence, DateNotation, DateVerdict, NumberTime};
use super::net::{self, FineEvent, Netting};
use super::number::{Atto, DecimalMark, NumberEvidence, NumberVerdict};
use super::profile::{Profile, ProfileError};
use super::rows::{CellNotation, RowMeaning, RowReader, UsageRow, cell};
use super::sample::{self, ColumnSample};
use super::tally::{self, Identities, Tally};
use super::wide::{self, WideTable};
use super::{ColumnMeaning, Keep, ProfileChoice};
use crate::domain::{Credits, Zone};
use crate::engine::trace::Chunk;
use crate::usage::csv::{Amounts, CsvSettings, Delimiter, InputSource};
use crate::usage::export::{BesideTable, ExportTable, FoundLayout, Layout, Row};
use crate::usage::held::Queue;
use crate::usage::spacing::Spacing;
use crate::usage::time::{TimeForm, TimeReader};
use crate::usage::{Feed, UsageError, UsageSummary, memory};

/// A feed of the events of an export, held in memory.
pub struct MeaningFeed {
    queue: Queue,
    /// How far rows are apart; not followed where each is an event by itself.
    spacing: Option<Spacing>,
    summary: UsageSummary,
}

impl Feed for MeaningFeed {
    fn fill(&mut self, chunk: &mut Chunk) -> Result<(), UsageError> {
        self.queue.pour(chunk, &self.summary.source)?;
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
}

/// Reads a source to its end for what its rows mean.
pub fn examine(source: InputSource, settings: &CsvSettings) -> Result<MeaningFeed, UsageError> {
    let name = source.to_string();
    let source = source.kept()?;
    let layout = layout(settings)?;
    let inside = wide::names_inside(&source, &layout)?;
    let mut table = WideTable::open(&source, &layout, &inside)?;
    let header = table.header().to_vec();
    let mut summary = UsageSummary::of(name.clone());
    if header.is_empty() {
        summary.chosen.push("There is no row of usage in it.".to_owned());
        return Ok(MeaningFeed { queue: Queue::new(Vec::new()), spacing: None, summary });
    }
    let profile = choose::profile_of(&settings.meaning, &header)?;
    let meaning = match &profile {
        Some(profile) => settings.meaning.over(&profile.meaning),
        None => settings.meaning.clone(),
    };
    let samples = sample::columns(&mut table)?;
    let (columns, choosing) =
        choose::choose(&header, &samples, settings, profile.as_ref(), &meaning);
    summary.chosen.extend(profile.as_ref().map(|profile| told_profile(profile, &header)));
    summary.chosen.extend(choosing.told);
    let refused = |problems| UsageError::Meaning { name: name.clone(), problems };
    let columns = columns.ok_or_else(|| refused(choosing.problems))?;
    let columns = columns.without_shared_ids(table.table().layout());
    let name = name.clone();
    let examination =
        Examination { source, layout, inside, settings, meaning, columns, samples, name };
    let (pass, notation) = examination.read()?;
    examination.refuse(&pass)?;
    examination.finish(pass, notation, summary)
}

/// The layout that the settings say.
pub(super) fn layout(settings: &CsvSettings) -> Result<Layout, ProfileError> {
    let delimiter = match settings.delimiter {
        Delimiter::Guess => None,
        Delimiter::Comma => Some(b','),
        Delimiter::Semicolon => Some(b';'),
        Delimiter::Tab => Some(b'\t'),
        Delimiter::Bar => Some(b'|'),
    };
    let records = match &settings.meaning.profile {
        ProfileChoice::Named(name) => Profile::named(name)?.records,
        ProfileChoice::Found | ProfileChoice::Nobody => None,
    };
    let records = settings.layout.records.clone().or(records);
    Ok(Layout { delimiter, records, hash: settings.hash, ..settings.layout.clone() })
}

/// What is told of a profile.
pub(super) fn told_profile(profile: &Profile, header: &[String]) -> String {
    let unknown = profile.unknown(header);
    let unknown = match unknown.as_slice() {
        [] => String::new(),
        names => format!("; columns that it does not know: {}", names.join(", ")),
    };
    let note = profile.note.as_ref().map_or(String::new(), |note| format!(" {note}"));
    format!("Read as {profile}, known by its header{unknown}.{note}")
}

/// A source with its columns chosen.
pub(super) struct Examination<'a> {
    pub(super) source: InputSource,
    pub(super) layout: Layout,
    /// Values inside cells that are columns.
    pub(super) inside: Vec<String>,
    pub(super) settings: &'a CsvSettings,
    pub(super) meaning: ColumnMeaning,
    pub(super) columns: ChosenColumns,
    pub(super) samples: Vec<ColumnSample>,
    pub(super) name: String,
}

/// What one reading of all rows found.
pub(super) struct Pass {
    pub(super) tally: Tally,
    pub(super) events: Vec<FineEvent>,
    pub(super) found: FoundLayout,
    pub(super) left_out: BesideTable,
    pub(super) hash: Option<String>,
}

impl Pass {
    /// Whether an amount is above zero.
    fn has_usage(&self) -> bool {
        self.events.iter().any(|(_, amount)| *amount > Atto::ZERO)
    }
}

impl Examination<'_> {
    /// Reads all rows, and again if those beyond the sample show another notation.
    pub(super) fn read(&self) -> Result<(Pass, CellNotation), UsageError> {
        let (mut numbers, mut dates) = (NumberEvidence::default(), DateEvidence::default());
        for column in self.columns.amounts() {
            numbers.join(&self.samples[column].numbers);
        }
        dates.clone_from(&self.samples[self.columns.time].dates);
        let mut notation = self.notation(&numbers, &dates, true)?;
        loop {
            let pass = self.pass(notation)?;
            let decided =
                self.notation(&pass.tally.number_evidence, &pass.tally.date_evidence, false)?;
            if decided.mark == notation.mark && decided.dates == notation.dates {
                return Ok((pass, notation));
            }
            notation = decided;
        }
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
            (Ok(mark), Ok(dates)) => Ok(CellNotation { mark, dates, blanks: self.meaning.blanks }),
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
                Ok(DateNotation { order: Some(super::moment::DateOrder::MonthFirst), numbers })
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

    /// Reads all rows in one notation.
    fn pass(&self, notation: CellNotation) -> Result<Pass, UsageError> {
        let mut table = WideTable::open(&self.source, &self.layout, &self.inside)?;
        table.keep(&self.columns.used());
        let clock = TimeReader::new(self.zone(), TimeForm::Calendar);
        let mut reader = RowReader::new(&self.columns, notation, clock);
        let mut tally = Tally::new(&self.columns, self.settings.zone);
        tally.bad.all = self.settings.keep_bad_rows.then(Vec::new);
        let (mut events, mut identities) = (Vec::new(), Identities::new());
        let amounts = self.columns.amounts();
        let (mut row, mut before) = (Row::new(), Row::new());
        while table.next(&mut row)? {
            tally.rows += 1;
            tally.date_evidence.see(row.line(), cell(&row, self.columns.time));
            for &column in &amounts {
                tally.number_evidence.see(row.line(), cell(&row, column));
            }
            match reader.read(&row) {
                RowMeaning::Usage(usage, unit) => {
                    let repeats = self.repeats(&row, &mut identities, &mut events, &usage);
                    if repeats {
                        tally.duplicates += 1;
                        continue;
                    }
                    tally.usage(&self.columns, (&row, &before), &usage, unit);
                    tally.zone(&usage, self.settings.zone, self.meaning.zone);
                    self.hold(&mut events, (usage.at, usage.amount))?;
                    std::mem::swap(&mut row, &mut before);
                }
                other => tally.other(&reader, &row, other),
            }
        }
        let refused =
            |problem| UsageError::Meaning { name: self.name.clone(), problems: vec![problem] };
        tally.settle(&events).map_err(refused)?;
        let table = table.table();
        let (found, left_out) = (table.layout().clone(), table.left_out().clone());
        Ok(Pass { tally, events, found, left_out, hash: table.hash() })
    }

    /// Whether a row is one that was met before; the last takes the place of the first if that is chosen.
    fn repeats(
        &self,
        row: &Row,
        identities: &mut Identities,
        events: &mut [FineEvent],
        usage: &UsageRow,
    ) -> bool {
        if self.columns.identity.is_empty() {
            return false;
        }
        let Some(identity) = tally::identity(&self.columns.identity, row) else { return false };
        let place = match identities.entry(identity) {
            std::collections::hash_map::Entry::Vacant(vacant) => {
                vacant.insert(events.len());
                return false;
            }
            std::collections::hash_map::Entry::Occupied(occupied) => *occupied.get(),
        };
        if self.columns.keep == Keep::Last
            && let Some(event) = events.get_mut(place)
        {
            *event = (usage.at, usage.amount);
        }
        true
    }

    fn hold(&self, events: &mut Vec<FineEvent>, event: FineEvent) -> Result<(), UsageError> {
        let limit = self.settings.sort_limit;
        if events.len() as u64 >= limit {
            return Err(UsageError::TooManyToSort { name: self.name.clone(), limit });
        }
        memory::reserve(events, 1, &self.name)?;
        events.push(event);
        Ok(())
    }

    /// Refuses what would be a guess.
    pub(super) fn refuse(&self, pass: &Pass) -> Result<(), UsageError> {
        let tally = &pass.tally;
        let mut problems = tally.problems(&self.columns);
        if problems.is_empty() {
            problems.extend(tally.tie(self.meaning.totals).err().unwrap_or_default());
        }
        if problems.is_empty() && tally.sum.is_negative() && !pass.has_usage() {
            problems.push(tally.below_zero(&self.columns));
        }
        if problems.is_empty()
            && pass.events.is_empty()
            && tally.filtered + tally.other_accounts > 0
        {
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

    /// Sorts, nets and rounds the events, and says what was found.
    fn finish(
        &self,
        pass: Pass,
        notation: CellNotation,
        mut summary: UsageSummary,
    ) -> Result<MeaningFeed, UsageError> {
        let Pass { tally, mut events, found, left_out, hash } = pass;
        memory::check_copy(&events, events.len(), &self.name)?;
        events.sort_by_key(|(at, _)| *at);
        let (events, netting) = net::net(events);
        let mut rounding = Rounding::default();
        let mut rounded = Vec::with_capacity(events.len());
        for (at, amount) in events {
            match self.settings.horizon.contains(at) {
                true => rounded.push((at, rounding.next(amount))),
                false => summary.outside(at),
            }
        }
        summary.rows = tally.rows;
        summary.netted_rows = netting.rows;
        summary.duplicate_rows = tally.duplicates;
        summary.left_out_rows = tally.left_out();
        summary.hash = hash;
        self.tell(&mut summary, &tally, &found, &left_out, &netting, notation);
        summary.chosen.extend(rounding.told());
        summary.bad_rows = tally.bad;
        let each = matches!(self.settings.amounts, Amounts::EachRow(_));
        let spacing = (!each).then(Spacing::default);
        Ok(MeaningFeed { queue: Queue::new(rounded), spacing, summary })
    }

    pub(super) fn tell(
        &self,
        summary: &mut UsageSummary,
        tally: &Tally,
        found: &FoundLayout,
        left_out: &BesideTable,
        netting: &Netting,
        notation: CellNotation,
    ) {
        summary.chosen.extend(told_layout(found));
        summary.chosen.extend(self.told_times(tally, notation));
        if notation.mark == DecimalMark::Comma {
            summary.chosen.push("Numbers have a decimal comma (seen in the column).".to_owned());
        }
        if left_out.above_count > 0 {
            summary
                .chosen
                .push(format!("{} lines above the header are left out.", left_out.above_count));
        }
        if !left_out.below.is_empty() {
            summary
                .chosen
                .push(format!("{} lines below the table are left out.", left_out.below.len()));
        }
        summary.chosen.extend(tally.told());
        summary.chosen.extend(tally.tie(self.meaning.totals).unwrap_or_default());
        summary.doubts = tally.doubts(self.settings.zone, self.meaning.zone);
        summary.doubts.extend(told_netting(netting));
    }

    /// How times are written, one sentence.
    fn told_times(&self, tally: &Tally, notation: CellNotation) -> Option<String> {
        let evidence = &tally.date_evidence;
        let form = match (notation.dates.numbers, notation.dates.order) {
            (Some(numbers), _) => numbers.text().to_owned(),
            (None, Some(super::moment::DateOrder::DayFirst)) => {
                "dates with the day first".to_owned()
            }
            (None, Some(super::moment::DateOrder::MonthFirst)) => {
                "dates with the month first".to_owned()
            }
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

/// What is unusual in a layout, one sentence each.
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

/// What is told of corrections.
fn told_netting(netting: &Netting) -> Vec<String> {
    let mut told = Vec::new();
    if netting.rows > 0 {
        told.push(format!(
            "{} below zero, {} in all: taken out of the usage of {}.",
            if netting.rows == 1 {
                "1 row is".to_owned()
            } else {
                format!("{} rows are", netting.rows)
            },
            netting.amount,
            if netting.rows == 1 { "its instant" } else { "their instants" }
        ));
    }
    if netting.elsewhere > Atto::ZERO {
        told.push(format!(
            "At {} corrections exceed the usage, by {} credits: they were taken out of the usage before, \
             and else after.",
            if netting.instants == 1 {
                "1 instant".to_owned()
            } else {
                format!("{} instants", netting.instants)
            },
            netting.elsewhere
        ));
    }
    if netting.unmet > Atto::ZERO {
        told.push(format!(
            "Corrections exceed all usage by {} credits, which are left out.",
            netting.unmet
        ));
    }
    told
}

/// Rounds amounts to millionths so that each sum from the start is right to half of one.
#[derive(Default)]
struct Rounding {
    exact: Atto,
    given: i128,
    /// Whether an amount was finer than a millionth.
    finer: bool,
}

impl Rounding {
    /// The next amount: what brings the sum so far to the nearest millionth.
    fn next(&mut self, amount: Atto) -> Credits {
        self.finer |= Atto::from_micro(amount.micro()) != Some(amount);
        self.exact = self.exact.plus(amount).unwrap_or(self.exact);
        let micro = self.exact.micro() - self.given;
        self.given += micro;
        Credits::from_micro(i64::try_from(micro).expect("a row has at most 10¹² credits"))
    }

    /// What rounding changed.
    fn told(&self) -> Option<String> {
        let given = Atto::from_micro(self.given)?;
        let off = given.minus(self.exact)?;
        self.finer.then(|| {
            format!(
                "Amounts are finer than a millionth of a credit. They were added up exactly, to {}, and \
                 rounding makes that {given}: a difference of {}.",
                self.exact,
                off.size()
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sum_from_the_start_is_right_to_half_a_millionth() {
        let mut rounding = Rounding::default();
        let tiny = super::super::number::read("0.0000004", DecimalMark::Point).unwrap();
        let tiny = tiny.number.atto().unwrap();
        let given: Vec<i64> = (0..5).map(|_| rounding.next(tiny).micro()).collect();
        assert_eq!(given, [0, 1, 0, 1, 0]);
        assert!(rounding.told().expect("it is finer").contains("exactly, to 0.000002"));
    }
}
