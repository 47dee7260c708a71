//! Several files read as one history: what only all rows decide is decided once for all files, as if they stood in one.
//!
//! How numbers and dates are written, which rows have one identity, what is below zero and what must not be added up are
//! questions to the history; headers, lines beside the table, and totals are those of each file. Files are read in the
//! order of their first instants. Deliberately absent: which files a path names.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::before::RowsBefore;
use super::examination::{Examination, NotationEvidence, Walk};
use super::feed::{self, MeaningFeed, ReadEvents, ReadingBounds};
use super::gather::{Gathered, HeldBounds, RowOrder};
use super::headers;
use super::joint::{self, SeenFile};
use super::look::FirstLook;
use super::net::FineEvent;
use super::number::{Atto, Witness};
use super::profile::Profile;
use super::rows::CellNotation;
use super::spool::EventSpool;
use super::summed_files::{self, SummedFile};
use crate::domain::text::counted_are;
use crate::domain::{Instant, Window, Zone};
use crate::usage::csv::{CsvSettings, InputSource};
use crate::usage::export::{ExportError, FileFormat, FileList, NameReach, RowView};
use crate::usage::{UsageError, UsageSummary};

/// Files with their columns chosen.
pub(super) struct FilesTogether<'a> {
    /// What the files were named by.
    pub(super) name: String,
    pub(super) settings: &'a CsvSettings,
    /// Those with rows.
    pub(super) files: Vec<FileOfMany<'a>>,
    /// What is told of those without, one sentence each.
    pub(super) without: Vec<String>,
    /// What is told of those that are left out by their names, or as they hold words alone.
    pub(super) passed_over: Option<String>,
}

/// A file with its columns chosen.
pub(super) struct FileOfMany<'a> {
    pub(super) examination: Examination<'a>,
    pub(super) profile: Option<Profile>,
    /// The choices of its columns.
    pub(super) told: Vec<String>,
    notation: CellNotation,
    /// Its first instant, as far as it is known.
    first: Instant,
}

/// What all rows of all files come to.
pub(super) struct FilesRead {
    /// In the order of the files.
    pub(super) files: Vec<FileRead>,
    /// The events, where they are held.
    pub(super) events: Vec<FineEvent>,
    /// The events, where they are many, in time order, and none is below zero.
    pub(super) spool: Option<EventSpool>,
}

/// What the rows of a file come to.
pub(super) struct FileRead {
    pub(super) walk: Walk,
    /// The first and the last instant of its rows that count.
    pub(super) span: Option<(Instant, Instant)>,
    /// The earliest of its rows with an identity.
    earliest: Option<Instant>,
    has_usage: bool,
}

/// The first look at all files.
pub(super) struct FirstLooks<'a> {
    /// At those with rows.
    pub(super) looks: Vec<FirstLook<'a>>,
    without: Vec<String>,
    passed_over: Option<String>,
}

/// Reads several files to their ends for what their rows mean.
pub(in crate::usage) fn examine_files(
    name: String,
    list: &FileList,
    settings: &CsvSettings,
) -> Result<MeaningFeed, UsageError> {
    let bounds = ReadingBounds::default();
    examine_files_within(bounds, name, list, settings)
}

pub(super) fn examine_files_within(
    bounds: ReadingBounds,
    name: String,
    list: &FileList,
    settings: &CsvSettings,
) -> Result<MeaningFeed, UsageError> {
    let reaching = |reach| {
        let looks = FirstLooks::at(&name, list, settings, reach)?;
        let mut together = FilesTogether::of(name.clone(), settings, looks)?;
        let read = together.read(bounds)?;
        together.refuse(&read)?;
        together.finish(read)
    };
    let is_of_lines =
        |path: &PathBuf| feed::is_of_lines(&InputSource::File(path.clone()), settings);
    match reaching(NameReach::Beginning) {
        Err(_) if list.files.iter().any(is_of_lines) => reaching(NameReach::All),
        read => read,
    }
}

impl<'a> FirstLooks<'a> {
    /// Looks at all files of a list; those that hold no table by their names and their first lines are passed over.
    pub(super) fn at(
        name: &str,
        list: &FileList,
        settings: &'a CsvSettings,
        reach: NameReach,
    ) -> Result<FirstLooks<'a>, UsageError> {
        let (mut looks, mut without) = (Vec::new(), Vec::new());
        let mut passed_over: Vec<PathBuf> = list.passed_over.clone();
        let mut prose = None;
        for path in &list.files {
            let look = FirstLook::at(InputSource::File(path.clone()), settings, reach);
            if is_prose(path, &look) {
                passed_over.push(path.clone());
                prose = prose.or(look.err());
                continue;
            }
            let look = look?;
            match look.has_row {
                true => looks.push(look),
                false => without.push(without_rows(&look)),
            }
        }
        let left_out = left_out(&passed_over);
        if let (true, true, Some(why)) = (looks.is_empty(), without.is_empty(), &left_out) {
            let (name, why) = (name.to_owned(), format!("stands for no file of usage. {why}"));
            return Err(prose.unwrap_or(ExportError::Files { name, why }.into()));
        }
        Ok(FirstLooks { looks, without, passed_over: left_out })
    }
}

/// What is told of a file without rows.
pub(super) fn without_rows(look: &FirstLook<'_>) -> String {
    match look.header.is_empty() {
        true => format!("There is no row of usage in {}.", look.name),
        false => format!(
            "The file {} has a header and no row below it: nothing is counted of it.",
            look.name
        ),
    }
}

/// Files that are left out, in a sentence.
pub(in crate::usage) fn left_out(paths: &[PathBuf]) -> Option<String> {
    let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    (!names.is_empty())
        .then(|| format!("Left out, as they are no files of usage: {}.", names.join(", ")))
}

/// Whether a file of text holds words and no table: no cell of its first rows is a number or a time.
fn is_prose(path: &Path, look: &Result<FirstLook<'_>, UsageError>) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    if !ending.is_some_and(|ending| ["txt", "log"].contains(&ending.as_str())) {
        return false;
    }
    match look {
        Ok(look) => {
            let is_of_words = match look.found.format {
                FileFormat::Delimited => look.header.len() == 1,
                format => matches!(format, FileFormat::Pairs | FileFormat::Yaml),
            };
            is_of_words
                && look.samples.iter().all(|sample| sample.numeric + sample.dates.dates == 0)
        }
        Err(UsageError::Export(ExportError::Header { .. })) => true,
        Err(_) => false,
    }
}

impl<'a> FilesTogether<'a> {
    /// Chooses the columns of all files; the error lists the problems of all.
    pub(super) fn of(
        name: String,
        settings: &'a CsvSettings,
        looks: FirstLooks<'a>,
    ) -> Result<FilesTogether<'a>, UsageError> {
        let FirstLooks { looks, without, passed_over } = looks;
        let problems = unchosen(&looks);
        if !problems.is_empty() {
            return Err(UsageError::Meaning { name, problems });
        }
        let file = |look: FirstLook<'a>| {
            let (told, profile) = (look.told(), look.profile.clone());
            let examination = look.examination()?;
            let notation = examination.first_notation()?;
            let first = Instant::NEVER;
            Ok(FileOfMany { examination, profile, told, notation, first })
        };
        let files = looks.into_iter().map(file).collect::<Result<Vec<_>, UsageError>>()?;
        let mut together = FilesTogether { name, settings, files, without, passed_over };
        let evidence: Vec<NotationEvidence> =
            together.files.iter().map(|file| file.examination.first_evidence()).collect();
        together.share(&evidence);
        for file in &mut together.files {
            file.notation = file.examination.first_notation()?;
            file.first = file.examination.first_instant(file.notation)?;
        }
        together.files.sort_by_key(|file| file.first);
        Ok(together)
    }

    fn share(&mut self, evidence: &[NotationEvidence]) {
        share(self.files.iter_mut().map(|file| &mut file.examination), evidence);
    }

    /// Reads all rows of all files, and again where they show another notation or another order.
    pub(super) fn read(&mut self, bounds: ReadingBounds) -> Result<FilesRead, UsageError> {
        let mut order = RowOrder::InTime;
        self.files.iter_mut().for_each(|file| file.examination.pieces = bounds.pieces);
        loop {
            let Some(read) = self.pass(order, bounds.held)? else {
                order = RowOrder::Any;
                continue;
            };
            let is_known = self.decide(&read)?;
            let is_ordered = self.reorder(&read);
            if is_known && is_ordered {
                return Ok(read);
            }
        }
    }

    /// Takes the notation that all rows show; returns whether that is the one in which they were read.
    fn decide(&mut self, read: &FilesRead) -> Result<bool, UsageError> {
        let tallies = read.files.iter().map(|file| &file.walk.tally);
        let evidence: Vec<NotationEvidence> = tallies.map(NotationEvidence::of).collect();
        let files = self.files.iter().map(|file| &file.examination);
        let problems = notations_clash(&files.zip(&evidence).collect::<Vec<_>>());
        if !problems.is_empty() {
            return Err(UsageError::Meaning { name: self.name.clone(), problems });
        }
        self.share(&evidence);
        let mut is_known = true;
        for (file, read) in self.files.iter_mut().zip(&read.files) {
            let decided = file.examination.other_notation(&read.walk.tally, file.notation)?;
            if let Some(decided) = decided {
                (file.notation, is_known) = (decided, false);
            }
        }
        Ok(is_known)
    }

    /// Puts files into the order of the first of their rows, where identities make it matter; returns whether they
    /// were.
    fn reorder(&mut self, read: &FilesRead) -> bool {
        for (file, read) in self.files.iter_mut().zip(&read.files) {
            file.first = read.earliest.unwrap_or(file.first);
        }
        let is_ordered = self.files.is_sorted_by_key(|file| file.first);
        self.files.sort_by_key(|file| file.first);
        is_ordered
    }

    /// Reads all rows once; `None` if they are in another order.
    fn pass(&self, order: RowOrder, held: usize) -> Result<Option<FilesRead>, UsageError> {
        let has_identity = |file: &FileOfMany<'_>| !file.examination.columns.identity.is_empty();
        let can_spool = !self.files.iter().any(has_identity);
        let bounds = HeldBounds { held, limit: self.settings.sort_limit, can_spool };
        let mut gathered = Gathered::new(order, &self.name, bounds);
        let (mut before, mut files) = (RowsBefore::of(order), Vec::new());
        for file in &self.files {
            gathered.begin_file(file.salt());
            let examination = &file.examination;
            let take = |row: RowView<'_>, event: FineEvent| {
                gathered.take(&examination.columns, row, event)
            };
            let Some(mut walk) = examination.walk(file.notation, before, take)? else {
                return Ok(None);
            };
            before = walk.leave(examination);
            let of_file = gathered.of_file();
            walk.tally.add_elsewhere(of_file.elsewhere);
            examination.settle(&mut walk.tally, of_file.events)?;
            files.push(FileRead {
                span: of_file.events.map_or(walk.tally.span(), span),
                earliest: of_file.earliest,
                has_usage: walk.tally.sum > Atto::ZERO || of_file.events.is_some_and(has_usage),
                walk,
            });
        }
        let Gathered { events, spool, .. } = gathered;
        Ok(Some(FilesRead { files, events, spool }))
    }

    /// Refuses what would be a guess.
    pub(super) fn refuse(&self, read: &FilesRead) -> Result<(), UsageError> {
        let problems = self.problems(read);
        if !problems.is_empty() {
            return Err(UsageError::Meaning { name: self.name.clone(), problems });
        }
        let mut files = self.files.iter().zip(&read.files);
        files.try_for_each(|(file, read)| file.examination.refuse_bad(&read.walk.tally))
    }

    /// What only a choice can settle: in each file, or else in all together.
    pub(super) fn problems(&self, read: &FilesRead) -> Vec<String> {
        let files = || self.files.iter().zip(&read.files);
        let problems = files().map(|(file, read)| {
            (file.examination.name.as_str(), file.examination.problems(&read.walk.tally))
        });
        let mut problems = by_file(&problems.collect::<Vec<_>>());
        if problems.is_empty() {
            problems = joint::problems(&self.seen(read));
        }
        if problems.is_empty() && self.settings.meaning.filters.is_empty() {
            problems.extend(summed_files::problem(&self.summed(read)));
        }
        let has_usage = read.files.iter().any(|file| file.has_usage);
        let sum = read
            .files
            .iter()
            .fold(Atto::ZERO, |sum, file| sum.plus(file.walk.tally.own_sum()).unwrap_or(sum));
        if problems.is_empty() {
            problems.extend(files().find_map(|(file, read)| {
                let (examination, tally) = (&file.examination, &read.walk.tally);
                let is_below =
                    examination.is_below_zero(sum, has_usage) && tally.own_sum().is_negative();
                is_below.then(|| tally.below_zero(&examination.columns, has_usage))
            }));
        }
        if problems.is_empty() && read.files.iter().all(|file| file.walk.tally.counted == 0) {
            problems.extend(
                files().find_map(|(file, read)| file.examination.nothing_left(&read.walk.tally)),
            );
        }
        problems
    }

    /// What the rows of each file come to that no identity tells from those of others.
    fn summed<'s>(&'s self, read: &FilesRead) -> Vec<SummedFile<'s>> {
        let files = self.files.iter().zip(&read.files);
        let summed = files.filter_map(|(file, read)| {
            let Examination { name, columns, .. } = &file.examination;
            let amount = columns.amount_of_all().map(|amount| columns.name(amount));
            let tally = &read.walk.tally;
            columns.identity.is_empty().then_some(SummedFile {
                name,
                sum: tally.own_sum(),
                rows: tally.filled_rows(),
                span: read.span?,
                amount,
            })
        });
        summed.collect()
    }

    fn seen<'s>(&'s self, read: &'s FilesRead) -> Vec<SeenFile<'s>> {
        let files = self.files.iter().zip(&read.files);
        let seen = files.map(|(file, read)| SeenFile {
            examination: &file.examination,
            tally: &read.walk.tally,
        });
        seen.collect()
    }

    /// Nets and rounds the events of all files, and completes the summary.
    fn finish(self, read: FilesRead) -> Result<MeaningFeed, UsageError> {
        let mut summary = UsageSummary::of(self.name.clone());
        let files = self.files.len() + self.without.len();
        summary.chosen.push(format!("{} read as one history.", counted_are(files, "file")));
        let summaries = self.summaries(&read);
        summary.join_all(&summaries, self.all_files());
        summary.chosen.extend(self.without.iter().cloned());
        summary.doubts.extend(self.passed_over.clone());
        summary.doubts.extend(self.doubts(&read));
        summary.counted = joint::only(summaries.iter().map(|file| &file.counted)).flatten();
        let FilesRead { events, spool, .. } = read;
        summary.sorted = !events.is_sorted_by_key(|(at, _)| *at);
        let events = match spool {
            Some(spool) => ReadEvents::Spooled(spool),
            None => ReadEvents::Held(events),
        };
        MeaningFeed::of(events, self.settings, summary)
    }

    /// What should be known of the files together, one sentence each.
    pub(super) fn doubts(&self, read: &FilesRead) -> Vec<String> {
        let mut doubts = joint::doubts(&self.seen(read));
        let spans = self.files.iter().zip(&read.files).filter_map(|(file, read)| {
            let examination = &file.examination;
            let is_known = !examination.columns.identity.is_empty();
            Some(FileSpan { name: examination.name.clone(), span: read.span?, is_known })
        });
        doubts.extend(overlaps(spans.collect(), self.settings.horizon, self.zone()));
        doubts
    }

    /// The files that are read, in words.
    pub(super) fn all_files(&self) -> &'static str {
        if self.without.is_empty() { "each file" } else { "each file with rows" }
    }

    /// The zone in which instants are told.
    pub(super) fn zone(&self) -> Zone {
        self.files.first().map_or(self.settings.zone, |file| file.examination.zone())
    }

    /// What was read of each file.
    pub(super) fn summaries(&self, read: &FilesRead) -> Vec<UsageSummary> {
        let files = self.files.iter().zip(&read.files);
        files.map(|(file, read)| file.summary(read)).collect()
    }
}

impl FileOfMany<'_> {
    /// Tells the identities of rows from those of files in which other columns are the identity.
    fn salt(&self) -> u128 {
        let columns = &self.examination.columns;
        let mut hasher = DefaultHasher::new();
        self.profile.as_ref().map(|profile| &profile.name).hash(&mut hasher);
        for &column in &columns.identity {
            headers::words(columns.name(column)).hash(&mut hasher);
        }
        u128::from(hasher.finish())
    }

    /// What was read of it.
    fn summary(&self, read: &FileRead) -> UsageSummary {
        let Walk { tally, found, left_out, .. } = &read.walk;
        let mut summary = UsageSummary::of(self.examination.name.clone());
        summary.chosen.clone_from(&self.told);
        summary.rows = tally.rows;
        summary.duplicate_rows = tally.duplicates;
        summary.left_out_rows = tally.left_out();
        self.examination.tell(&mut summary, tally, found, left_out, self.notation);
        summary.bad_rows = tally.bad.clone();
        summary
    }
}

/// The problems of files whose columns could not be chosen.
pub(super) fn unchosen(looks: &[FirstLook<'_>]) -> Vec<String> {
    let open = looks.iter().filter(|look| look.columns.is_none());
    by_file(
        &open.map(|look| (look.name.as_str(), look.choosing.problems.clone())).collect::<Vec<_>>(),
    )
}

/// The problems of files, each text once with the files that have it.
fn by_file(problems: &[(&str, Vec<String>)]) -> Vec<String> {
    let mut told: Vec<(Vec<&str>, &Vec<String>)> = Vec::new();
    for (name, problems) in problems.iter().filter(|(_, problems)| !problems.is_empty()) {
        match told.iter_mut().find(|(_, known)| *known == problems) {
            Some((files, _)) => files.push(name),
            None => told.push((vec![name], problems)),
        }
    }
    let in_file = |(files, problems): (Vec<&str>, &Vec<String>)| {
        format!("in {}: {}", joint::named(&files), problems.join("\n  "))
    };
    told.into_iter().map(in_file).collect()
}

/// Lets each file know what the others show of how numbers and dates are written.
pub(super) fn share<'e, 's: 'e>(
    files: impl Iterator<Item = &'e mut Examination<'s>>,
    evidence: &[NotationEvidence],
) {
    let mut files: Vec<&mut Examination<'s>> = files.collect();
    let mut all = NotationEvidence::default();
    for (file, evidence) in files.iter().zip(evidence) {
        all.dates.join_order(&evidence.dates);
        if file.format.is_of_texts() {
            all.numbers.join(&evidence.numbers);
        }
    }
    files.iter_mut().for_each(|file| file.elsewhere = all.clone());
}

/// The problems of a day that comes first in one file and the month in another, and of marks of decimals that differ among
/// files of text.
pub(super) fn notations_clash(files: &[(&Examination<'_>, &NotationEvidence)]) -> Vec<String> {
    let mut problems = Vec::new();
    let orders = files.iter().filter(|(file, _)| file.meaning.date_order.is_none());
    let orders =
        orders.map(|(file, shown)| (&file.name, &shown.dates.day_first, &shown.dates.month_first));
    if let Some([day, month]) = pair(&orders.collect::<Vec<_>>()) {
        problems.push(format!(
            "the day comes first in {day}, and the month in {month}; write the dates of all files in one order, \
             or set `[usage] date_order` or `--date-order` to `day_first` or `month_first` and correct the others"
        ));
    }
    let marks = files
        .iter()
        .filter(|(file, _)| file.format.is_of_texts() && file.meaning.decimal.is_none());
    let marks = marks.map(|(file, shown)| (&file.name, &shown.numbers.point, &shown.numbers.comma));
    if let Some([point, comma]) = pair(&marks.collect::<Vec<_>>()) {
        problems.push(format!(
            "the amounts have a decimal point in {point}, and a decimal comma in {comma}; write those of all \
             files with one mark, or set `[usage] decimal` or `--decimal` to `point` or `comma` and correct the others"
        ));
    }
    problems
}

/// Values of a file that show one of two things.
type ShownIn<'f> = (&'f String, &'f Option<Witness>, &'f Option<Witness>);

/// The first value that shows one of two things and the first that shows the other, each with its file.
fn pair(files: &[ShownIn<'_>]) -> Option<[String; 2]> {
    let at = |file: &String, witness: &Witness| format!("{witness} of {file}");
    let one = files.iter().find_map(|(file, one, _)| one.as_ref().map(|one| at(file, one)));
    let other = files.iter().find_map(|(file, _, other)| other.as_ref().map(|one| at(file, one)));
    one.zip(other).map(|(one, other)| [one, other])
}

/// The first and the last instant of events.
fn span(events: &[FineEvent]) -> Option<(Instant, Instant)> {
    let instants = || events.iter().map(|(at, _)| *at);
    instants().min().zip(instants().max())
}

fn has_usage(events: &[FineEvent]) -> bool {
    events.iter().any(|(_, amount)| *amount > Atto::ZERO)
}

/// A file and the first and the last instant of its rows.
struct FileSpan {
    name: String,
    span: (Instant, Instant),
    /// Whether an identity tells which of its rows stand in another file too.
    is_known: bool,
}

/// Files whose times overlap inside the horizon, one sentence each.
fn overlaps(mut spans: Vec<FileSpan>, horizon: Window, zone: Zone) -> Vec<String> {
    spans.sort_by_key(|file| file.span);
    let mut told = Vec::new();
    let mut latest: Option<FileSpan> = None;
    for file in spans {
        if let Some(other) = &latest {
            let both = file.span.0..file.span.1.min(other.span.1);
            let is_inside = both.start < horizon.to && both.end >= horizon.from;
            if both.start <= other.span.1 && is_inside && !(file.is_known && other.is_known) {
                told.push(overlap(&other.name, &file.name, &both, zone));
            }
        }
        if latest.as_ref().is_none_or(|other| file.span.1 > other.span.1) {
            latest = Some(file);
        }
    }
    told
}

fn overlap(one: &str, other: &str, both: &Range<Instant>, zone: Zone) -> String {
    let time = match both.start == both.end {
        true => format!("at {}", zone.show_local(both.start)),
        false => {
            format!("from {} to {}", zone.show_local(both.start), zone.show_local(both.end))
        }
    };
    format!(
        "The files {one} and {other} overlap {time}: usage that stands in both counts twice. If they tell the same \
         events, name the columns of their identity with `[usage] identity` or `--identity`."
    )
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::engine::trace::Chunk;
    use crate::usage::Feed;
    use crate::usage::meaning::{Keep, feed::examine_within};

    const ALWAYS: Window = Window { from: Instant::EARLIEST, to: Instant::NEVER };
    const HEADER: &str = "event_id,time,credits\n";

    /// All that is read, but for what is told of files; or why it is refused, but for the names of files.
    fn read(feed: Result<MeaningFeed, UsageError>) -> Result<String, String> {
        let told = |error: UsageError| error.to_string();
        let mut feed = feed.map_err(told)?;
        let (mut chunk, mut events) = (Chunk::new(), String::new());
        loop {
            feed.fill(&mut chunk).map_err(told)?;
            if chunk.is_empty() {
                break;
            }
            for i in 0..chunk.len() {
                let _ = write!(events, "{} {}; ", chunk.at(i), chunk.amount(i));
            }
            chunk.zeros().iter().for_each(|at| events += &format!("{at} 0; "));
        }
        let found = feed.summary();
        let counts = [found.rows, found.events, found.duplicate_rows, found.netted_rows];
        Ok(format!("{events}{counts:?} {} {:?} {:?}", found.total, found.apart, feed.taken_back()))
    }

    /// Rows in time order: of one instant, with ids that come again, below zero, as `odd` says.
    fn rows(odd: usize) -> Vec<String> {
        let row = |n: usize| {
            let at = Instant::from_millis(1_767_225_600_000 + (n / 2 * 3_600_000) as i64);
            let id = if odd & 1 == 1 && n % 5 == 4 { n - 4 } else { n };
            let amount = if odd & 2 == 2 && n % 7 == 6 { "-3" } else { "2.0000005" };
            format!("e{id},{at},{amount}\n")
        };
        (0..40).map(row).collect()
    }

    #[test]
    fn files_cut_anywhere_are_read_as_the_one_they_were() {
        let mut refused = 0;
        for odd in 0..4 {
            let rows = rows(odd);
            for (identity, keep) in [
                (None, Keep::First),
                (Some("event_id"), Keep::First),
                (Some("event_id"), Keep::Last),
            ] {
                let mut settings = CsvSettings::new(Zone::UTC, ALWAYS);
                settings.meaning.identity = identity.into_iter().map(str::to_owned).collect();
                settings.meaning.keep = keep;
                let whole = HEADER.to_owned() + &rows.concat();
                let source = InputSource::Bytes(whole.as_bytes().into());
                // Few are held, so that others flow.
                let bounds = ReadingBounds { held: 3, ..ReadingBounds::default() };
                let one = read(examine_within(bounds, source, &settings));
                // Files that begin at one instant are read in the order of their names.
                for cut in [2, 5, 20, 39] {
                    let folder = tempfile::tempdir().unwrap();
                    // The later rows are in the file that comes first by its name.
                    for (name, rows) in [("b.csv", &rows[..cut]), ("a.csv", &rows[cut..])] {
                        let text = HEADER.to_owned() + &rows.concat();
                        std::fs::write(folder.path().join(name), text).unwrap();
                    }
                    let list = FileList::of(&[folder.path().to_owned()]).unwrap();
                    let name = "folder".to_owned();
                    let several = read(examine_files_within(bounds, name, &list, &settings));
                    match &one {
                        Ok(one) => assert_eq!(several.as_ref(), Ok(one), "{odd} {keep:?} {cut}"),
                        Err(_) => {
                            refused += 1;
                            let told = several.unwrap_err();
                            assert!(told.contains("stands twice"), "{told}");
                        }
                    }
                }
            }
        }
        assert_eq!(refused, 8, "ids that come again need a choice");
    }
}
