//! Several files as one history: a folder, or a pattern such as `usage-2026-*.csv`.
//!
//! Each file is read for what its columns mean, and the events of all are put in time order. Deliberately
//! absent: repeats of one event in two files, which are reported as an overlap and counted.

use std::path::Path;
use std::sync::Arc;

use crate::domain::text::counted_are;
use crate::domain::{Credits, Instant, Zone};
use crate::engine::trace::Chunk;
use crate::policy::TakenBackUsage;

use super::csv::{CsvSettings, InputSource};
use super::export::FileList;
use super::held::{self, Queue};
use super::{Feed, UsageError, UsageSummary, meaning, memory};

/// A feed of the events of several files, held in memory.
pub(super) struct JoinedFeed {
    queue: Queue,
    taken_back: Arc<[TakenBackUsage]>,
    summary: UsageSummary,
}

/// A file and the first and the last instant of its events.
type FileSpan = (String, (Instant, Instant));

/// Whether a path names several files.
pub(super) fn is_several(path: &Path) -> bool {
    let pattern = path.to_string_lossy().contains(['*', '?', '[']);
    path.is_dir() || (pattern && path.symlink_metadata().is_err())
}

impl JoinedFeed {
    /// Reads all files that a path names.
    pub(super) fn open(path: &Path, settings: &CsvSettings) -> Result<JoinedFeed, UsageError> {
        let list = FileList::of(&[path.to_owned()])?;
        let name = InputSource::File(path.to_owned()).to_string();
        let mut joined = JoinedFeed {
            queue: Queue::new(Vec::new()),
            taken_back: Arc::default(),
            summary: UsageSummary::of(name),
        };
        let (mut events, mut spans, mut below_zero) = (Vec::new(), Vec::new(), Vec::new());
        for file in &list.files {
            let feed = meaning::examine(InputSource::File(file.clone()), settings)?;
            below_zero.extend_from_slice(feed.below_zero());
            spans.extend(joined.take(feed, settings, &mut events)?);
        }
        let files = list.files.len();
        joined
            .summary
            .chosen
            .insert(0, format!("{} read as one history.", counted_are(files, "file")));
        joined.summary.doubts.extend(passed_over(&list));
        joined.summary.doubts.extend(overlaps(spans, settings.zone));
        joined.summary.sorted = held::sort_in_memory(&mut events, &joined.summary.source)?;
        // A row may take back what stands in another file.
        below_zero.sort_by_key(|&(at, _)| at);
        joined.taken_back = meaning::pair(&events, &below_zero);
        joined.queue = Queue::new(events);
        Ok(joined)
    }

    /// Takes the events of one file and joins its summary.
    fn take(
        &mut self,
        mut feed: impl Feed,
        settings: &CsvSettings,
        events: &mut Vec<(Instant, Credits)>,
    ) -> Result<Option<FileSpan>, UsageError> {
        let mut chunk = Chunk::new();
        loop {
            feed.fill(&mut chunk)?;
            if chunk.is_empty() {
                break;
            }
            let more = chunk.len() + chunk.zeros().len();
            if (events.len() + more) as u64 > settings.sort_limit {
                let (name, limit) = (self.summary.source.clone(), settings.sort_limit);
                return Err(UsageError::TooManyToSort { name, limit });
            }
            memory::reserve(events, more, &self.summary.source)?;
            events.extend(chunk.events());
            events.extend(chunk.zeros().iter().map(|at| (*at, Credits::ZERO)));
        }
        let read = feed.summary();
        self.summary.join(read);
        Ok(read.span.map(|span| (read.source.clone(), span)))
    }
}

impl Feed for JoinedFeed {
    fn fill(&mut self, chunk: &mut Chunk) -> Result<(), UsageError> {
        self.queue.pour(chunk, &self.summary.source)?;
        self.summary.inside(chunk);
        Ok(())
    }

    fn summary(&self) -> &UsageSummary {
        &self.summary
    }

    fn taken_back(&self) -> Arc<[TakenBackUsage]> {
        Arc::clone(&self.taken_back)
    }
}

/// Files that are left out by their names, in a sentence.
pub(super) fn passed_over(list: &FileList) -> Option<String> {
    let passed: Vec<String> =
        list.passed_over.iter().map(|path| path.display().to_string()).collect();
    (!passed.is_empty())
        .then(|| format!("Left out, as their names are none of usage: {}.", passed.join(", ")))
}

/// Files whose times overlap, one sentence each.
fn overlaps(mut spans: Vec<FileSpan>, zone: Zone) -> Vec<String> {
    spans.sort_by_key(|(_, span)| *span);
    let mut told = Vec::new();
    let mut latest: Option<FileSpan> = None;
    for (name, span) in spans {
        if let Some((other, (_, last))) = &latest
            && span.0 <= *last
        {
            told.push(format!(
                "{other} and {name} overlap from {} to {}: usage that stands in both counts twice.",
                zone.show_local(span.0),
                zone.show_local(span.1.min(*last))
            ));
        }
        if latest.as_ref().is_none_or(|(_, (_, last))| span.1 > *last) {
            latest = Some((name, span));
        }
    }
    told
}
