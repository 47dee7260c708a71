//! What a file of usage is, found out without a scenario: its layout, its columns, what they add up to, and
//! what needs a choice.
//!
//! It reads as [`super::examine`] does, and tells what that would refuse. Deliberately absent: wording for
//! people, which reports have.

use std::collections::BTreeMap;

use super::choose::ChosenColumns;
use super::examination::{Examination, Pass};
use super::feed::{self, ReadEvents};
use super::headers;
use super::inspect_files::inspect_files;
use super::look::{self, FirstLook};
use super::net;
use super::number::Atto;
use super::overview::Overview;
use super::profile::Profile;
use super::rounding::Rounding;
use super::sample::ColumnSample;
use super::scale::is_scaled_unit;
use super::tally::Tally;
use super::unit::{currency_above, is_open_unit, unit_beside, unit_of_amounts};
use super::values::ValueSum;
use super::{BelowZero, ColumnMeaning, ProfileChoice};
use crate::domain::text::excerpt;
use crate::domain::{Duration, Instant, Window, Zone};
use crate::usage::csv::{Amounts, CsvSettings, InputSource};
use crate::usage::export::{
    BesideTable, FileFormat, FoundLayout, HeaderPlace, Layout, NO_HEADER, NameReach, ShortRows,
};
use crate::usage::{RowSpread, TimeForm, UsageError, UsageSummary, several};

/// The findings about a file of usage.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// The source.
    pub source: String,
    /// Its layout.
    pub layout: FoundLayout,
    /// Its lines and rows that are no rows of the table.
    pub beside: BesideTable,
    /// Whose export it is, if that is known.
    pub profile: Option<Profile>,
    /// The unit of the amount, such as `USD`, or the header of its column, if one is known.
    pub unit: Option<String>,
    /// The unit that the profile or cells of the file name, which a scenario states as that of its credits.
    pub counted: Option<String>,
    /// Columns that the profile does not know.
    pub unknown: Vec<String>,
    /// The columns.
    pub columns: Vec<InspectedColumn>,
    /// The files, where there are several; in the order in which they are read.
    pub files: Vec<InspectedFile>,
    /// Choices and findings, one sentence each.
    pub told: Vec<String>,
    /// Notes that deserve attention, one sentence each.
    pub doubts: Vec<String>,
    /// Problems that need a choice before it can be read.
    pub problems: Vec<String>,
    /// The contents of the rows, if they could be read.
    pub rows: Option<InspectedRows>,
    /// The `[usage]` table that reads it, in TOML.
    pub table: String,
}

/// One of several files that are one history.
#[derive(Clone, Debug)]
pub struct InspectedFile {
    /// Its name.
    pub name: String,
    /// Whose export it is, if that is known.
    pub profile: Option<String>,
    /// Its format.
    pub format: FileFormat,
    /// Its rows and their sum, if they could be read: by itself, before corrections of other files.
    pub rows: Option<FileSum>,
}

/// The rows of one of several files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileSum {
    /// Rows in the file.
    pub rows: u64,
    /// Rows that count.
    pub counted: u64,
    /// Their sum.
    pub sum: Atto,
    /// The first and the last instant of its rows.
    pub span: Option<(Instant, Instant)>,
}

/// One column of a file.
#[derive(Clone, Debug)]
pub struct InspectedColumn {
    /// Its header.
    pub name: String,
    /// The contents of its first cells: `dates`, `numbers`, `text`, `nothing`.
    pub holds: &'static str,
    /// Its role: `time`, `amount`, `account`; `None` if it does not count.
    pub role: Option<&'static str>,
    /// Why it was chosen, in a few words; `None` where only its role says so.
    pub why: Option<&'static str>,
    /// The first cell that holds something, cut to what a line has room for.
    pub example: String,
}

/// The contents of rows.
#[derive(Clone, Debug)]
pub struct InspectedRows {
    /// Rows in the file.
    pub rows: u64,
    /// Rows that count.
    pub counted: u64,
    /// Rows left out.
    pub left_out: u64,
    /// Rows that repeat the identity of another.
    pub duplicates: u64,
    /// Rows identical to an earlier one in every column.
    pub identical: u64,
    /// Rows below zero.
    pub negative: u64,
    /// Rows with a blank amount.
    pub blank: u64,
    /// Rows that cannot be read.
    pub bad: u64,
    /// Their sum.
    pub sum: Atto,
    /// The first and the last instant.
    pub span: Option<(Instant, Instant)>,
    /// The zone in which days and months are counted.
    pub zone: Zone,
    /// The distance that half of the neighbouring instants or more have.
    pub step: Option<Duration>,
    /// How far they are apart where all are a month apart.
    pub months_apart: Option<Duration>,
    /// The longest stretches without a row, if any is longer than usual by far.
    pub gaps: Vec<Window>,
    /// The number of all stretches as long as that, and whether there may be more.
    pub gap_count: (u64, bool),
    /// Sums by month, `2026-05`.
    pub months: Vec<(String, Atto)>,
    /// Sums by the values of columns that may hold units, kinds of rows or accounts.
    pub values: Vec<(String, Vec<ValueSum>)>,
    /// Sums of equal stretches of time from the first day to the last.
    pub bars: Vec<Atto>,
    /// The length of each stretch.
    pub bar: Duration,
    /// Where the first stretch begins.
    pub bars_from: Instant,
}

/// Finds out what a file of usage is, or what the files that a folder or a pattern stands for are together.
pub fn inspect(source: InputSource, settings: &CsvSettings) -> Result<Inspection, UsageError> {
    if let InputSource::File(path) = &source
        && several::is_several(path)
    {
        return inspect_files(path, settings);
    }
    let is_pipe = source == InputSource::Stdin;
    let look = FirstLook::at(source, settings, NameReach::All)?;
    if look.header.is_empty() {
        return Err(UsageError::Empty { name: look.name });
    }
    let unknown = look.profile.as_ref().map_or(Vec::new(), |profile| {
        profile.unknown(&look.header).into_iter().map(str::to_owned).collect()
    });
    let mut inspection = Inspection {
        source: look.name.clone(),
        layout: look.found.clone(),
        beside: BesideTable::default(),
        unknown,
        unit: look.counted().map(|counted| counted.unit),
        counted: look.counted().map(|counted| counted.unit).filter(|unit| !is_open_unit(unit)),
        columns: described(
            &look.header,
            &look.samples,
            look.columns.as_ref(),
            &look.choosing.reasons,
        ),
        files: Vec::new(),
        told: look.told(),
        doubts: Vec::new(),
        problems: if look.has_row { look.choosing.problems.clone() } else { Vec::new() },
        rows: None,
        table: format!("[usage]\n{}", file_key(&look.name, is_pipe))
            + &usage_keys(settings, look.profile.as_ref(), look.columns.as_ref()),
        profile: look.profile.clone(),
    };
    if !look.has_row {
        inspection.doubts.push(format!("{}.", crate::domain::text::capital(look::NO_ROW)));
        return Ok(inspection);
    }
    if let Ok(examination) = look.examination() {
        inspection.examine(&examination)?;
    }
    Ok(inspection)
}

/// The key of the file; what came through a pipe has to be saved first.
pub(super) fn file_key(name: &str, is_pipe: bool) -> String {
    match is_pipe {
        true => "# Save what came through the pipe under this name, or give it with `--usage -`.\n\
                 file = \"usage.csv\"\n"
            .to_owned(),
        false => format!("file = {}\n", quoted(name)),
    }
}

impl Inspection {
    /// The `[usage]` table with the file under another name.
    pub fn table_for(&self, file: &str) -> String {
        self.table.replacen(&quoted(&self.source), &quoted(file), 1)
    }

    /// The key of a scenario that says what its credits are, where the file names it.
    pub fn unit_key(&self) -> Option<String> {
        self.counted.as_ref().map(|unit| format!("unit = {}", quoted(unit)))
    }

    /// Names what the amount counts: the only unit or currency of the file, or the header of the amount.
    fn name_unit(&mut self, examination: &Examination<'_>, pass: &Pass) {
        let values = pass.tally.values(&examination.columns);
        let of_units = values.into_iter().filter(|(name, _)| {
            headers::doubt(name) == Some(headers::Doubt::Unit)
                || examination.meaning.units.iter().any(|unit| unit.eq_ignore_ascii_case(name))
        });
        let single = |(_, sums): (String, Vec<ValueSum>)| match sums.as_slice() {
            [one] if !one.value.is_empty() => Some(one.value.clone()),
            _ => None,
        };
        let mut found: Vec<String> = of_units.filter_map(single).collect();
        if let (true, Some(name)) = (self.profile.is_none(), examination.columns.amount_text()) {
            found = unit_beside(&name, &examination.columns.header, found).into_iter().collect();
        }
        // What an amount says itself goes before what stands beside it.
        if let (true, Some(name)) = (self.profile.is_none(), examination.columns.amount_text()) {
            let beside = found.last().map(String::as_str);
            let said = unit_of_amounts(&name, beside).filter(|unit| !is_open_unit(unit));
            let is_own = |unit: &String| {
                is_scaled_unit(unit) || (beside.is_some() && unit_of_amounts(&name, None).is_some())
            };
            found.extend(said.filter(is_own));
        }
        let is_named = self.unit.as_ref().is_some_and(|unit| !unit.starts_with("the "));
        if is_named {
            self.counted = self.unit.clone().filter(|unit| !is_open_unit(unit));
            return;
        }
        if found.is_empty() {
            found.extend(currency_above(&self.beside.above));
        }
        let header = || examination.columns.amount_text().filter(|_| self.profile.is_none());
        self.counted = found.last().cloned().filter(|unit| !is_open_unit(unit));
        self.unit = found.pop().or_else(|| self.unit.clone()).or_else(header);
    }

    /// Reads all rows, and takes what would be refused as what needs a choice.
    fn examine(&mut self, examination: &Examination<'_>) -> Result<(), UsageError> {
        let (mut pass, notation) = match examination.read(feed::HELD) {
            Ok(read) => read,
            Err(UsageError::Meaning { problems, .. }) => {
                self.problems.extend(problems);
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        match examination.refuse(&pass) {
            Ok(()) => {}
            Err(UsageError::Meaning { problems, .. }) => self.problems.extend(problems),
            Err(error) => self.problems.push(error.to_string()),
        }
        self.beside.clone_from(&pass.left_out);
        let mut summary = UsageSummary::of(self.source.clone());
        let counted = match pass.spool {
            Some(_) => pass.tally.counted,
            None => pass.events.len() as u64,
        };
        let use_of = examination.meaning.below_zero.unwrap_or_default();
        let events = match pass.spool.take() {
            Some(spool) => ReadEvents::Spooled(spool),
            None => ReadEvents::Held(std::mem::take(&mut pass.events)),
        };
        let seen = SeenEvents::of(events, pass.tally.span(), examination.zone(), use_of)?;
        examination.tell(&mut summary, &pass.tally, &pass.found, &pass.left_out, notation);
        let may_reverse =
            self.problems.is_empty() && examination.settings.spread == RowSpread::None;
        summary.doubts.extend(seen.told(use_of, may_reverse));
        if examination.is_zone_open(&pass.tally) {
            summary.doubts.push(ZONE_OPEN.to_owned());
        }
        self.told.extend(summary.chosen);
        self.doubts.extend(summary.doubts);
        // What a profile leaves to the file, or what the file says against it.
        self.unit = summary
            .counted
            .filter(|_| self.profile.is_some())
            .map(|counted| counted.unit)
            .or(self.unit.take());
        self.name_unit(examination, &pass);
        let rows = rows(&[(examination, &pass.tally)], seen);
        self.rows = Some(InspectedRows { counted, ..rows });
        Ok(())
    }
}

/// What is told where nothing says the zone of times.
pub(super) const ZONE_OPEN: &str = "The times do not say their zone, and are read in UTC here. A scenario reads them in \
                                    its own, or in that of `[usage] zone` (`--usage-zone`).";

/// Events in time order, seen as a whole.
pub(super) struct SeenEvents {
    overview: Overview,
    netting: net::Netting,
    rounding: Rounding,
}

impl SeenEvents {
    /// Those between two instants; netted where they are held.
    pub(super) fn of(
        events: ReadEvents,
        span: Option<(Instant, Instant)>,
        zone: Zone,
        use_of: BelowZero,
    ) -> Result<SeenEvents, UsageError> {
        let mut rounding = Rounding::default();
        let mut events = match events {
            ReadEvents::Held(events) => events,
            ReadEvents::Spooled(spool) => {
                let mut overview = Overview::of(span, zone);
                let mut events = spool.read()?;
                while let Some((at, amount)) = events.next()? {
                    overview.add(at, amount);
                    rounding.next(amount);
                }
                return Ok(SeenEvents { overview, netting: net::Netting::default(), rounding });
            }
        };
        events.sort_by_key(|(at, _)| *at);
        let (mut events, netting) = match use_of {
            BelowZero::Netted => net::net(events),
            BelowZero::Reversed => {
                let (events, _, netting) = net::part(events);
                (events, netting)
            }
        };
        // A row is a row, whatever is left of it.
        events.extend(netting.alone.iter().map(|&at| (at, Atto::ZERO)));
        events.sort_by_key(|(at, _)| *at);
        let span = events.first().zip(events.last()).map(|(first, last)| (first.0, last.0));
        let mut overview = Overview::of(span, zone);
        for (at, amount) in events {
            overview.add(at, amount);
            rounding.next(amount);
        }
        Ok(SeenEvents { overview, netting, rounding })
    }

    /// What is told of amounts below zero and of rounding, one sentence each.
    pub(super) fn told(&self, use_of: BelowZero, may_reverse: bool) -> Vec<String> {
        let mut told = feed::told_below_zero(use_of, &self.netting);
        if may_reverse && self.netting.elsewhere > Atto::ZERO && use_of == BelowZero::Netted {
            told.push(
                "Where rows below zero give back what was used before, `below_zero = \"reversed\"` (`--below-zero \
                 reversed`) lets each do so at its instant."
                    .to_owned(),
            );
        }
        told.extend(self.rounding.told());
        told
    }
}

/// Returns the contents of the rows of files.
pub(super) fn rows(files: &[(&Examination<'_>, &Tally)], seen: SeenEvents) -> InspectedRows {
    let SeenEvents { overview, netting, .. } = seen;
    let sum = |of: fn(&Tally) -> u64| files.iter().map(|(_, tally)| of(tally)).sum();
    let mut values: Vec<(String, Vec<ValueSum>)> = Vec::new();
    for (name, sums) in files.iter().flat_map(|(file, tally)| tally.values(&file.columns)) {
        match values.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => add_sums(known, sums),
            None => values.push((name, sums)),
        }
    }
    InspectedRows {
        rows: sum(|tally| tally.rows),
        counted: sum(|tally| tally.counted),
        left_out: sum(Tally::left_out),
        duplicates: sum(|tally| tally.duplicates),
        identical: sum(|tally| tally.repeated_rows.count()),
        negative: netting.rows,
        blank: sum(|tally| tally.blanks),
        bad: sum(|tally| tally.bad.count),
        sum: files.iter().fold(Atto::ZERO, |sum, (_, tally)| sum.plus(tally.sum).unwrap_or(sum)),
        span: overview.span(),
        zone: overview.zone(),
        step: overview.step(),
        months_apart: overview.months_apart(),
        gaps: overview.gaps(),
        gap_count: overview.gap_count(),
        months: overview.months(),
        values,
        bar: overview.bar,
        bars_from: overview.bars_from,
        bars: overview.bars,
    }
}

/// Adds the sums of another file; those with more rows come first.
fn add_sums(known: &mut Vec<ValueSum>, sums: Vec<ValueSum>) {
    for sum in sums {
        match known.iter_mut().find(|one| one.value == sum.value) {
            Some(one) => {
                one.rows += sum.rows;
                one.sum = one.sum.plus(sum.sum).unwrap_or(one.sum);
            }
            None => known.push(sum),
        }
    }
    known.sort_by(|one, other| other.rows.cmp(&one.rows).then(one.value.cmp(&other.value)));
}

/// The contents and the role of each column.
pub(super) fn described(
    header: &[String],
    samples: &[ColumnSample],
    chosen: Option<&ChosenColumns>,
    reasons: &BTreeMap<usize, &'static str>,
) -> Vec<InspectedColumn> {
    let role = |column: usize| {
        let chosen = chosen?;
        match () {
            () if chosen.time == column || chosen.times.contains(&column) => Some("time"),
            () if samples[column].is_part_of_date => Some("time"),
            () if chosen.clock == Some(column) => Some("time of day"),
            () if chosen.amounts().contains(&column) => Some("amount"),
            () if chosen.account.as_ref().is_some_and(|(of, _)| *of == column) => Some("account"),
            () if chosen.identity.contains(&column) => Some("identity"),
            () if chosen.watched.contains(&(column, headers::Doubt::SharedAccount)) => None,
            () if chosen.used().contains(&column) => Some("condition or unit"),
            () => None,
        }
    };
    let column = |(index, (name, sample)): (usize, (&String, &ColumnSample))| InspectedColumn {
        name: name.clone(),
        holds: sample.holds(),
        role: role(index),
        why: reasons
            .get(&index)
            .copied()
            .or(sample.is_part_of_date.then_some("a part of the date")),
        example: excerpt(&sample.example),
    };
    header.iter().zip(samples).enumerate().map(column).collect()
}

/// The keys of `[usage]` that read a file.
pub(super) fn usage_keys(
    settings: &CsvSettings,
    profile: Option<&Profile>,
    columns: Option<&ChosenColumns>,
) -> String {
    let mut table = String::new();
    let own = &settings.meaning;
    match (profile, columns) {
        (Some(profile), _) => {
            let name = match &own.profile {
                ProfileChoice::Named(name) => name,
                ProfileChoice::Found | ProfileChoice::Nobody => &profile.name,
            };
            table.push_str(&format!("profile = {}\n", quoted(name)));
            if let (Amounts::Columns(_), Some(columns)) = (&settings.amounts, columns) {
                table.push_str(&amount_key(columns));
            }
        }
        (None, Some(columns)) => {
            table.push_str(&format!("time = {}\n", quoted(&columns.time_text())));
            if let Some(clock) = columns.clock {
                table.push_str(&format!("time_of_day = {}\n", quoted(columns.name(clock))));
            }
            match &settings.amounts {
                Amounts::EachRow(each) => table.push_str(&format!(
                    "amount_per_row = {}\n",
                    quoted(&each.to_string().replace(',', ""))
                )),
                Amounts::Guess | Amounts::Columns(_) => table.push_str(&amount_key(columns)),
            }
        }
        (None, None) => {}
    }
    table + &layout_keys(&settings.layout) + &chosen_keys(own) + &row_keys(settings)
}

/// The keys about times and rows that cannot be read which were set for the inspection.
fn row_keys(settings: &CsvSettings) -> String {
    let form = match settings.time_form {
        TimeForm::Guess => None,
        TimeForm::Calendar => Some("calendar"),
        TimeForm::Seconds => Some("seconds"),
        TimeForm::Milliseconds => Some("milliseconds"),
    };
    let form = form.map(|form| format!("time_form = {}\n", quoted(form)));
    let skipped = settings.skip_bad_rows.then(|| {
        format!("skip_bad_rows = true\nskip_limit = {}\n", quoted(&settings.skip_limit.to_string()))
    });
    form.into_iter().chain(skipped).collect()
}

/// The keys of the layout that were set for the inspection.
fn layout_keys(layout: &Layout) -> String {
    let header = layout.header.map(|header| match header {
        HeaderPlace::Line(line) => line.to_string(),
        HeaderPlace::Nowhere => quoted(NO_HEADER),
    });
    let pad = (layout.short_rows == ShortRows::Pad).then(|| "\"pad\"".to_owned());
    let keys = [
        ("header_line", header),
        ("encoding", layout.encoding.map(|encoding| quoted(&encoding.name().to_lowercase()))),
        ("short_rows", pad),
        ("records", layout.records.as_deref().map(quoted)),
        ("sheet", layout.sheet.as_deref().map(quoted)),
    ];
    let set = keys.into_iter().filter_map(|(key, value)| Some((key, value?)));
    set.map(|(key, value)| format!("{key} = {value}\n")).collect()
}

/// The key of the amount; nothing if it depends on the kind of row.
fn amount_key(columns: &ChosenColumns) -> String {
    let amount = columns.amount_text();
    amount.map_or(String::new(), |amount| format!("amount = {}\n", quoted(&amount)))
}

/// The keys that were set for the inspection, as they stand in a scenario.
fn chosen_keys(own: &ColumnMeaning) -> String {
    let list = |values: &[String]| {
        let quoted: Vec<String> = values.iter().map(|value| quoted(value)).collect();
        format!("[{}]", quoted.join(", "))
    };
    let mut keys = String::new();
    let mut key = |name: &str, value: String| keys.push_str(&format!("{name} = {value}\n"));
    if !own.filters.is_empty() {
        let filters: Vec<String> = own.filters.iter().map(ToString::to_string).collect();
        key("where", list(&filters));
    }
    if !own.identity.is_empty() {
        key("identity", list(&own.identity));
        if own.keep == super::Keep::Last {
            key("keep", "\"last\"".to_owned());
        }
    }
    for (name, value) in [("account_column", &own.account_column), ("account", &own.account)] {
        if let Some(value) = value {
            key(name, quoted(value));
        }
    }
    if let Some(zone) = own.zone {
        key("zone", quoted(zone.name()));
    }
    if let Some(order) = own.date_order {
        key("date_order", quoted(order.word()));
    }
    if let Some(mark) = own.decimal {
        key("decimal", quoted(mark.word()));
    }
    if let Some(blanks) = own.blanks {
        key("blanks", quoted(blanks.word()));
    }
    if let Some(below_zero) = own.below_zero {
        key("below_zero", quoted(below_zero.word()));
    }
    if !own.units.is_empty() {
        key("units", list(&own.units));
    }
    if own.totals == super::Totals::Ignore {
        key("totals", quoted("ignore"));
    }
    keys
}

/// A text in TOML.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter if letter.is_control() => {
                quoted.push_str(&format!("\\u{:04X}", u32::from(letter)));
            }
            letter => quoted.push(letter),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usage::meaning::{Totals, examine};

    #[test]
    fn another_use_of_rows_below_zero_is_suggested_only_where_the_file_is_then_read() {
        let always = Window { from: Instant::EARLIEST, to: Instant::NEVER };
        let rows = "2026-01-01,5,a\n2026-01-02,6,a\n2026-01-03,-4,a\n";
        let table = |more: &str| format!("time,credits,note\n{rows}{more}");
        for (text, totals, suggests) in [
            (table(""), Totals::Check, true),
            (table("Total,100,\n"), Totals::Check, false),
            (table("Total,100,\n"), Totals::Ignore, true),
            (table("never,5,a\n"), Totals::Check, false),
        ] {
            let mut settings = CsvSettings::new(Zone::UTC, always);
            settings.meaning.totals = totals;
            let source = InputSource::Bytes(text.as_bytes().into());
            let found = inspect(source.clone(), &settings).unwrap();
            let told = found.doubts.iter().any(|doubt| doubt.contains("--below-zero reversed"));
            assert_eq!(told, suggests, "{text}: {:?}", found.doubts);
            settings.meaning.below_zero = Some(BelowZero::Reversed);
            assert_eq!(examine(source, &settings).is_ok(), suggests, "{text}");
        }
    }
}
