//! What the files of a folder or a pattern are together, found out without a scenario.
//!
//! It reads as [`super::together`] does, and tells what that would refuse. Deliberately absent: wording for people.

use std::path::Path;

use super::feed::{ReadEvents, ReadingBounds};
use super::inspect::{
    FileSum, InspectedColumn, InspectedFile, Inspection, SeenEvents, ZONE_OPEN, described,
    file_key, quoted, rows, usage_keys,
};
use super::joint;
use super::look::FirstLook;
use super::number::Atto;
use super::profile::Profile;
use super::together::{FilesRead, FilesTogether, FirstLooks, unchosen};
use super::unit::is_open_unit;
use crate::domain::text::counted_are;
use crate::usage::csv::{Amounts, CsvSettings, InputSource};
use crate::usage::export::{BesideTable, FileList, NameReach};
use crate::usage::{RowSpread, UsageError, UsageSummary};

/// Finds out what the files are that a path stands for.
pub(super) fn inspect_files(path: &Path, settings: &CsvSettings) -> Result<Inspection, UsageError> {
    let list = FileList::of(&[path.to_owned()])?;
    let name = InputSource::File(path.to_owned()).to_string();
    let looks = FirstLooks::at(&name, &list, settings, NameReach::All)?;
    let mut inspection = begun(&name, &looks.looks, settings)?;
    let problems = unchosen(&looks.looks);
    if !problems.is_empty() {
        inspection.problems = problems;
        return Ok(inspection);
    }
    match inspection.examine_files(FilesTogether::of(name, settings, looks)) {
        Err(UsageError::Meaning { problems, .. }) => inspection.problems.extend(problems),
        examined => examined?,
    }
    Ok(inspection)
}

/// What the first rows of all files show.
fn begun(
    name: &str,
    looks: &[FirstLook<'_>],
    settings: &CsvSettings,
) -> Result<Inspection, UsageError> {
    let Some(first) = looks.first() else {
        return Err(UsageError::Empty { name: name.to_owned() });
    };
    let profile = common_profile(looks);
    let unknown = looks.iter().flat_map(|look| {
        let unknown = look.profile.as_ref().map(|profile| profile.unknown(&look.header));
        unknown.unwrap_or_default().into_iter().map(str::to_owned)
    });
    let mut unknown: Vec<String> = unknown.collect();
    unknown.sort();
    unknown.dedup();
    let units: Vec<Option<String>> =
        looks.iter().map(|look| look.counted().map(|counted| counted.unit)).collect();
    let file = |look: &FirstLook<'_>| InspectedFile {
        name: look.name.clone(),
        profile: look.profile.as_ref().map(|profile| profile.title.clone()),
        format: look.found.format,
        rows: None,
    };
    Ok(Inspection {
        source: name.to_owned(),
        layout: first.found.clone(),
        beside: BesideTable::default(),
        unknown,
        counted: joint::only(units.iter()).flatten().filter(|unit| !is_open_unit(unit)),
        unit: joint::only(units.iter()).flatten(),
        columns: columns(looks),
        files: looks.iter().map(file).collect(),
        told: Vec::new(),
        doubts: Vec::new(),
        problems: Vec::new(),
        rows: None,
        table: format!("[usage]\n{}", file_key(name, false)) + &keys(settings, looks, profile),
        profile: profile.cloned(),
    })
}

/// The profile of all files; `None` where they differ.
fn common_profile<'l>(looks: &'l [FirstLook<'_>]) -> Option<&'l Profile> {
    let first = looks.first()?.profile.as_ref()?;
    let is_same = |look: &FirstLook<'_>| {
        look.profile.as_ref().is_some_and(|profile| profile.name == first.name)
    };
    looks.iter().all(is_same).then_some(first)
}

/// The columns of all files, each header once.
fn columns(looks: &[FirstLook<'_>]) -> Vec<InspectedColumn> {
    let mut columns: Vec<InspectedColumn> = Vec::new();
    for look in looks {
        let of_file =
            described(&look.header, &look.samples, look.columns.as_ref(), &look.choosing.reasons);
        for column in of_file {
            match columns.iter_mut().find(|known| known.name == column.name) {
                Some(known) if known.role.is_none() => *known = column,
                Some(_) => {}
                None => columns.push(column),
            }
        }
    }
    columns
}

/// The keys that read all files: which columns count is left to be found where they differ.
fn keys(settings: &CsvSettings, looks: &[FirstLook<'_>], profile: Option<&Profile>) -> String {
    let first = looks.first().and_then(|look| look.columns.as_ref());
    let chosen = looks.iter().map(|look| {
        let columns = look.columns.as_ref()?;
        let clock = columns.clock.map(|clock| columns.name(clock));
        Some((columns.name(columns.time), clock, columns.amount_text()))
    });
    let chosen: Vec<_> = chosen.collect();
    let is_known = looks.iter().all(|look| look.profile.is_none());
    if profile.is_some() || (is_known && joint::only(chosen.iter()).flatten().is_some()) {
        return usage_keys(settings, profile, first);
    }
    let time = settings.time.as_ref().map(|time| format!("time = {}\n", quoted(time)));
    let amount = match &settings.amounts {
        Amounts::Guess => None,
        Amounts::EachRow(each) => Some(("amount_per_row", each.to_string().replace(',', ""))),
        Amounts::Columns(_) => {
            first.and_then(|columns| columns.amount_text()).map(|text| ("amount", text))
        }
    };
    let amount = amount.map(|(key, value)| format!("{key} = {}\n", quoted(&value)));
    time.into_iter().chain(amount).collect::<String>() + &usage_keys(settings, None, None)
}

impl Inspection {
    /// Reads all rows of all files, and takes what would be refused as what needs a choice.
    fn examine_files(
        &mut self,
        together: Result<FilesTogether<'_>, UsageError>,
    ) -> Result<(), UsageError> {
        let mut together = together?;
        let read = together.read(ReadingBounds::default())?;
        self.problems.extend(together.problems(&read));
        for (file, read) in together.files.iter().zip(&read.files) {
            if let Err(error) = file.examination.refuse_bad(&read.walk.tally) {
                self.problems.push(error.to_string());
            }
        }
        self.tell_files(&together, &read);
        self.files = together
            .files
            .iter()
            .zip(&read.files)
            .map(|(file, read)| InspectedFile {
                name: file.examination.name.clone(),
                profile: file.profile.as_ref().map(|profile| profile.title.clone()),
                format: file.examination.format,
                rows: Some(FileSum {
                    rows: read.walk.tally.rows,
                    counted: read.walk.tally.counted,
                    sum: read.walk.tally.sum,
                    span: read.span,
                }),
            })
            .collect();
        self.see_files(&together, read)
    }

    /// What was chosen and found in all files.
    fn tell_files(&mut self, together: &FilesTogether<'_>, read: &FilesRead) {
        let files = together.files.len() + together.without.len();
        self.told.push(format!("{} read as one history.", counted_are(files, "file")));
        let mut summary = UsageSummary::of(self.source.clone());
        summary.join_all(&together.summaries(read), together.all_files());
        self.told.extend(summary.chosen);
        self.told.extend(together.without.iter().cloned());
        self.doubts.extend(summary.doubts);
        self.doubts.extend(together.passed_over.clone());
        self.doubts.extend(together.doubts(read));
        let mut files = together.files.iter().zip(&read.files);
        if files.any(|(file, read)| file.examination.is_zone_open(&read.walk.tally)) {
            self.doubts.push(ZONE_OPEN.to_owned());
        }
        let amounts: Vec<Option<String>> =
            together.files.iter().map(|file| file.examination.columns.amount_text()).collect();
        if self.unit.is_none() && together.files.iter().all(|file| file.profile.is_none()) {
            self.unit = joint::only(amounts.iter()).flatten();
        }
    }

    /// Sees the events of all files as a whole.
    fn see_files(
        &mut self,
        together: &FilesTogether<'_>,
        read: FilesRead,
    ) -> Result<(), UsageError> {
        let use_of = together.settings.meaning.below_zero.unwrap_or_default();
        let FilesRead { files, events, spool } = read;
        let spans = || files.iter().filter_map(|file| file.span);
        let first = spans().map(|(first, _)| first).min();
        let span = first.zip(spans().map(|(_, last)| last).max());
        let sum = events.iter().try_fold(Atto::ZERO, |sum, (_, amount)| sum.plus(*amount));
        let sum = sum.filter(|_| spool.is_none());
        let events = match spool {
            Some(spool) => ReadEvents::Spooled(spool),
            None => ReadEvents::Held(events),
        };
        let seen = SeenEvents::of(events, span, together.zone(), use_of)?;
        let may_reverse = self.problems.is_empty() && together.settings.spread == RowSpread::None;
        self.doubts.extend(seen.told(use_of, may_reverse));
        let tallies: Vec<_> = together
            .files
            .iter()
            .zip(&files)
            .map(|(file, read)| (&file.examination, &read.walk.tally))
            .collect();
        let rows = rows(&tallies, seen);
        self.rows = Some(super::inspect::InspectedRows { sum: sum.unwrap_or(rows.sum), ..rows });
        Ok(())
    }
}
