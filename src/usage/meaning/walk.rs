//! A walk over rows in file order: each is read and counted here, or those of a piece on another thread, if all of them
//! are usage or left out by the conditions.
//!
//! What depends on the rows before is always decided here, in file order, so that nothing differs with the number of
//! threads. Deliberately absent: what becomes of the events.

use std::sync::Arc;

use super::examination::Examination;
use super::gather::Taken;
use super::later::LaterRows;
use super::net::FineEvent;
use super::renamed::BlankEnds;
use super::rows::{CellNotation, RowMeaning, RowReader, TotalSign, UnnamedRows, cell};
use super::tally::{Tally, whole};
use super::wide::WideTable;
use crate::usage::UsageError;
use crate::usage::export::{AfterPiece, Row, RowPiece, RowView};
use crate::usage::pieces::PieceSizes;
use crate::usage::time::SkippedTimes;

/// Rows that are read, counted and handed on.
pub(super) struct RowWalker<'w, F> {
    pub(super) examination: &'w Examination<'w>,
    pub(super) reader: RowReader<'w>,
    pub(super) tally: Tally,
    /// The columns of amounts.
    pub(super) amounts: Vec<usize>,
    /// The row that counted last.
    pub(super) before: Row,
    /// The rows, of which some are put to the checks of the first.
    pub(super) later: Option<LaterRows>,
    /// Takes each row of usage.
    pub(super) take: F,
}

/// What the rows of a piece come to.
struct PieceDigest {
    tally: Tally,
    /// The rows of usage: which they are, and their events.
    events: Vec<(u32, FineEvent)>,
    /// The hashes of all their cells, where they are compared with all rows before.
    hashes: Vec<u64>,
    skipped: SkippedTimes,
}

impl<'w, F> RowWalker<'w, F> {
    /// Reads and counts a row; one that counts has to become `before`.
    #[inline]
    pub(super) fn row<E>(&mut self, row: RowView<'_>) -> Result<Taken, E>
    where
        F: FnMut(RowView<'_>, FineEvent) -> Result<Taken, E>,
    {
        let RowWalker { examination, reader, tally, amounts, before, take, .. } = self;
        match see(reader, tally, amounts, row) {
            RowMeaning::Usage(usage, unit) => {
                let unnamed = reader.notation.unnamed;
                if let Some(sign) = tally.sign_of_sum(&usage) {
                    if sign == TotalSign::Unnamed {
                        tally.note_unnamed(row.line(), unnamed);
                    }
                    if sign != TotalSign::Unnamed || unnamed != UnnamedRows::Usage {
                        tally.subtotal();
                        return Ok(Taken::Repeats);
                    }
                }
                let taken = take(row, (usage.at, usage.amount))?;
                match taken {
                    Taken::Counts => {
                        let columns = &examination.columns;
                        tally.usage(columns, row, &usage, unit);
                        tally.follow(columns, (row, before.view()), (usage.at, usage.amount), None);
                        let (settings, meaning) = (examination.settings, &examination.meaning);
                        tally.zone(&usage, settings.zone, meaning.zone);
                    }
                    Taken::Repeats => tally.duplicates += 1,
                    Taken::RepeatsElsewhere => tally.repeats_elsewhere(usage.amount),
                    Taken::OutOfOrder => {}
                }
                Ok(taken)
            }
            other => {
                tally.other(reader, row, other);
                Ok(Taken::Repeats)
            }
        }
    }

    /// Goes on in pieces on all threads, as far as rows are plain. Stops where a row is out of the order that is
    /// expected.
    pub(super) fn pieces<E: From<UsageError>>(
        &mut self,
        table: &mut WideTable,
        sizes: PieceSizes,
        skipped: &mut SkippedTimes,
    ) -> Result<AfterPiece, E>
    where
        F: FnMut(RowView<'_>, FineEvent) -> Result<Taken, E>,
    {
        let hashes = !self.tally.repeated_rows.is_in_order();
        let (examination, notation) = (self.examination, self.reader.notation);
        let ends = self.tally.blank_ends.anew();
        let digest = |piece: &RowPiece| examination.digest(piece, notation, hashes, &ends);
        let mut after = AfterPiece::GoOn;
        table.in_pieces().each_piece(sizes, digest, |piece: &Arc<RowPiece>, digest| {
            if let Some(later) = &mut self.later {
                later.see_piece(piece);
            }
            after = match digest.filter(|digest| self.tally.join(&digest.tally)) {
                Some(digest) => {
                    skipped.join(digest.skipped);
                    self.digested(piece, &digest)?
                }
                None => self.undigested(piece)?,
            };
            Ok::<AfterPiece, E>(after)
        })?;
        Ok(after)
    }

    /// Takes the events of a piece that was counted.
    fn digested<E>(&mut self, piece: &RowPiece, digest: &PieceDigest) -> Result<AfterPiece, E>
    where
        F: FnMut(RowView<'_>, FineEvent) -> Result<Taken, E>,
    {
        let columns = &self.examination.columns;
        let mut before = None;
        for (index, &(place, event)) in digest.events.iter().enumerate() {
            let row = piece.row(place as usize);
            if (self.take)(row, event)? == Taken::OutOfOrder {
                return Ok(AfterPiece::Stop);
            }
            let last = before.unwrap_or_else(|| self.before.view());
            let hash = digest.hashes.get(index).copied();
            self.tally.follow(columns, (row, last), event, hash);
            before = Some(row);
        }
        if let Some(row) = before {
            self.before.copy_from(row);
        }
        Ok(AfterPiece::GoOn)
    }

    /// Reads the rows of a piece one after another.
    fn undigested<E>(&mut self, piece: &RowPiece) -> Result<AfterPiece, E>
    where
        F: FnMut(RowView<'_>, FineEvent) -> Result<Taken, E>,
    {
        for place in 0..piece.count() {
            let row = piece.row(place);
            match self.row(row)? {
                Taken::Counts => self.before.copy_from(row),
                Taken::Repeats | Taken::RepeatsElsewhere => {}
                Taken::OutOfOrder => return Ok(AfterPiece::Stop),
            }
        }
        Ok(AfterPiece::GoOn)
    }
}

/// Reads a row and notes how it is written.
#[inline(always)]
fn see<'r>(
    reader: &mut RowReader<'_>,
    tally: &mut Tally,
    amounts: &[usize],
    row: RowView<'r>,
) -> RowMeaning<'r> {
    tally.rows += 1;
    for &column in amounts {
        tally.number_evidence.see(row.line(), cell(row, column));
    }
    let meaning = reader.read(row);
    // What the conditions leave out is blank where it likes.
    if !matches!(meaning, RowMeaning::Filtered | RowMeaning::OtherAccount) {
        tally.blank_ends.see(row);
    }
    reader.note_time(row, &mut tally.date_evidence);
    meaning
}

impl Examination<'_> {
    /// What the rows of a piece come to; `None` if one of them is neither usage nor left out by the conditions, as only those
    /// before it show what it is.
    fn digest(
        &self,
        piece: &RowPiece,
        notation: CellNotation,
        hashes: bool,
        ends: &BlankEnds,
    ) -> Option<PieceDigest> {
        let mut clock = self.clock();
        let mut reader = RowReader::new(&self.columns, notation, &mut clock);
        let mut tally = Tally::part(&self.columns, self.settings.zone, ends.clone());
        let amounts = self.columns.amounts();
        let mut events = Vec::with_capacity(piece.count());
        let mut all = Vec::new();
        for place in 0..piece.count() {
            let row = piece.row(place);
            match see(&mut reader, &mut tally, &amounts, row) {
                RowMeaning::Usage(usage, unit) if usage.may_be_total.is_none() => {
                    tally.usage(&self.columns, row, &usage, unit);
                    tally.zone(&usage, self.settings.zone, self.meaning.zone);
                    events.push((place as u32, (usage.at, usage.amount)));
                    if hashes {
                        all.push(whole(row));
                    }
                }
                RowMeaning::Filtered => tally.filter(&reader, row),
                RowMeaning::OtherAccount => tally.other_accounts += 1,
                _ => return None,
            }
        }
        Some(PieceDigest { tally, events, hashes: all, skipped: clock.met().skipped })
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;
    use std::path::{Path, PathBuf};

    use rayon::ThreadPool;

    use super::super::accounts::{AccountEvent, AccountSink, read_accounts_in};
    use super::super::feed::{ReadingBounds, examine_within};
    use super::super::formula::Condition;
    use super::super::{Keep, Totals};
    use crate::domain::{Instant, Share, Window, Zone};
    use crate::engine::trace::Chunk;
    use crate::usage::csv::{CsvSettings, InputSource};
    use crate::usage::pieces::PieceSizes;
    use crate::usage::{Feed, UsageError};

    const ALWAYS: Window = Window { from: Instant::EARLIEST, to: Instant::NEVER };

    /// Keeps every event as text.
    #[derive(Default)]
    struct Kept(Vec<String>);

    impl AccountSink for Kept {
        type Error = UsageError;

        fn begin(&mut self, keep: Keep) -> Result<(), UsageError> {
            self.0 = vec![format!("{keep:?}")];
            Ok(())
        }

        fn take(&mut self, account: &str, event: AccountEvent) -> Result<(), UsageError> {
            self.0.push(format!("{account} {event:?}"));
            Ok(())
        }
    }

    /// All that is read of a source for one account, or why it is refused.
    fn one(source: &InputSource, settings: &CsvSettings, pieces: PieceSizes) -> String {
        // Few are held, so that most flow.
        let bounds = ReadingBounds { held: 3, pieces };
        let mut feed = match examine_within(bounds, source.clone(), settings) {
            Ok(feed) => feed,
            Err(error) => return error.to_string(),
        };
        let (mut chunk, mut events) = (Chunk::new(), String::new());
        loop {
            if let Err(error) = feed.fill(&mut chunk) {
                return error.to_string();
            }
            if chunk.is_empty() {
                return format!("{events}\n{:?}", feed.summary());
            }
            let event = |i: usize| format!("{} {}; ", chunk.at(i), chunk.amount(i));
            events.extend((0..chunk.len()).map(event));
        }
    }

    /// The same for all accounts.
    fn all(source: &InputSource, settings: &CsvSettings, pieces: PieceSizes) -> String {
        let mut kept = Kept::default();
        match read_accounts_in(pieces, source.clone(), settings, &mut kept) {
            Ok(read) => format!("{}\n{read:?}", kept.0.join("; ")),
            Err(error) => error.to_string(),
        }
    }

    struct Threads(Vec<ThreadPool>);

    impl Threads {
        fn new() -> Threads {
            let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            Threads([1, 2, 7].map(|threads| pool(threads).unwrap()).into())
        }

        /// Holds what is read on any number of threads in pieces of any size to what is read row by row; returns that.
        fn hold(&self, source: &InputSource, settings: &CsvSettings) -> [String; 2] {
            self.hold_some(source, settings, 0..self.0.len())
        }

        /// The same in some of the ways to read in pieces.
        fn hold_some(
            &self,
            source: &InputSource,
            settings: &CsvSettings,
            ways: Range<usize>,
        ) -> [String; 2] {
            let sizes = |after, bytes| PieceSizes { after, bytes, ahead: 2 };
            let read = |sizes| [one(source, settings, sizes), all(source, settings, sizes)];
            let expected = read(sizes(u64::MAX, 1));
            let ways = self.0.iter().zip([60, 1, 700]).skip(ways.start).take(ways.len());
            for (pool, bytes) in ways {
                let found = pool.install(|| read(sizes(0, bytes)));
                let threads = pool.current_num_threads();
                assert!(
                    found == expected,
                    "{source}, pieces of {bytes} bytes, {threads} threads:\n{found:?}\n\n{expected:?}"
                );
            }
            expected
        }
    }

    /// Settings that read a file in ways that differ.
    fn several() -> Vec<CsvSettings> {
        let plain = CsvSettings::new(Zone::from_name("America/New_York").unwrap(), ALWAYS);
        let mut lenient = plain.clone();
        lenient.skip_bad_rows = true;
        lenient.keep_bad_rows = true;
        lenient.skip_limit = Share::from_millionths(1_000_000).unwrap();
        lenient.meaning.account = Some("*".to_owned());
        lenient.meaning.totals = Totals::Ignore;
        vec![plain, lenient]
    }

    fn files(folder: &str) -> Vec<PathBuf> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests").join(folder);
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<PathBuf> = files.filter(|path| path.is_file()).collect();
        files.sort();
        files
    }

    #[test]
    fn every_export_reads_the_same_on_any_number_of_threads_in_pieces_of_any_size() {
        let threads = Threads::new();
        let (mut read, mut refused) = (0, 0);
        // A workbook is read whole, and never in pieces.
        let is_in_pieces = |file: &PathBuf| file.extension().is_none_or(|ending| ending != "xlsx");
        // Each in one way of two times three: neighbours, which are of one kind as a rule, in others.
        let settings = several().into_iter().cycle();
        let ways = (0..threads.0.len()).cycle().map(|way| way..way + 1);
        let files = files("exports").into_iter().chain(files("shapes")).filter(is_in_pieces);
        for ((file, settings), way) in files.zip(settings).zip(ways) {
            let [one, _] = threads.hold_some(&InputSource::File(file), &settings, way);
            match one.contains("UsageSummary") {
                true => read += 1,
                false => refused += 1,
            }
        }
        assert!(read > 50 && refused > 50, "{read} are read, {refused} are refused");
    }

    /// Rows that show what only the rows before them decide, wherever a piece ends.
    fn odd(row: impl Fn(usize) -> String) -> InputSource {
        let rows: String = (0..300).map(row).collect();
        let text = format!("time,account,kind,credits,id\n{rows}");
        InputSource::Bytes(text.as_bytes().into())
    }

    /// The same as lines of JSON.
    fn odd_lines(record: impl Fn(usize) -> String) -> InputSource {
        let lines: String = (0..300).map(|n| format!("{{{}}}\n", record(n))).collect();
        InputSource::Bytes(lines.as_bytes().into())
    }

    #[test]
    fn what_only_the_lines_before_decide_is_decided_the_same() {
        let threads = Threads::new();
        let at = |n: usize| Instant::from_millis(1_767_225_600_000 + n as i64 * 600_000);
        let row = |n: usize, more: &str| {
            format!("\"time\":\"{}\",\"account\":\"a{}\",{more}", at(n), n / 100)
        };
        let late = |n: usize| if n == 250 { 3 } else { n };
        let sources = [
            odd_lines(|n| row(n, "\"credits\":2.5")),
            odd_lines(|n| row(late(n), "\"credits\":2.5")),
            odd_lines(|n| row(n, if n % 90 == 70 { "\"credits\":-3" } else { "\"credits\":5" })),
            odd_lines(|n| row(n, if n % 70 == 60 { "\"credits\":null" } else { "\"credits\":5" })),
            odd_lines(|n| row(n, if n % 70 == 60 { "\"credits\":\"?\"" } else { "\"credits\":5" })),
            odd_lines(|n| {
                row(n, if n > 200 { "\"credits\":5,\"new\":\"x\"" } else { "\"credits\":5" })
            }),
            odd_lines(|n| {
                row(n, if n > 200 { "\"credits\":\"5 GB\"" } else { "\"credits\":\"5 MB\"" })
            }),
            odd_lines(|n| {
                row(n, if n == 222 { "\"credits\":5,\"credits\":6" } else { "\"credits\":5" })
            }),
            odd_lines(|n| row(n, if n == 222 { "\"credits\":" } else { "\"credits\":5" })),
            odd_lines(|n| row(n, "\"parts\":[{\"credits\":2},{\"credits\":3}]")),
        ];
        let mut outcomes = std::collections::BTreeSet::new();
        for source in &sources {
            for settings in several() {
                outcomes.extend(threads.hold(source, &settings));
            }
        }
        assert!(outcomes.len() > 15, "{} outcomes", outcomes.len());
    }

    #[test]
    fn what_only_the_rows_before_decide_is_decided_the_same() {
        let threads = Threads::new();
        let at = |row: usize| Instant::from_millis(1_767_225_600_000 + row as i64 * 600_000);
        let row = |n: usize, amount: &str| format!("{},a,k,{amount},{n}\n", at(n));
        let late = |n: usize| if n == 250 { 3 } else { n };
        let local = |n: usize| format!("2026-03-08 {:02}:{:02},a,k,5,{n}\n", n / 60, n % 60);
        let sources: Vec<InputSource> = vec![
            odd(|n| row(n, "2.5")),
            // Out of time order, at one instant, identical, below zero.
            odd(|n| row(late(n), "2.5")),
            odd(|n| row(n / 50, &(n % 7).to_string())),
            odd(|n| format!("{},a,k,{},x\n", at(n / 50), n % 3)),
            odd(|n| row(n, if n % 90 == 70 { "-3" } else { "5" })),
            // Another notation, units and words that only late rows show.
            odd(|n| row(n, if n == 260 { "\"1.234,5\"" } else { "\"1,234\"" })),
            odd(|n| row(n, if n > 200 { "1.2K" } else { "30" })),
            odd(|n| row(n, if n > 200 { "5 GB" } else { "5 MB" })),
            odd(|n| row(n, if n % 70 == 60 { "NULL" } else { "5" })),
            odd(|n| row(n, if n % 70 == 60 { "?" } else { "5" })),
            // Totals of sections and of all.
            odd(|n| match n % 100 {
                99 => format!("Total,,,{},\n", 99 * 5),
                _ => row(n, "5"),
            }),
            odd(|n| if n == 299 { "Total,,,1495,\n".to_owned() } else { row(n, "5") }),
            odd(|n| if n == 299 { "Total,,,1496,\n".to_owned() } else { row(n, "5") }),
            odd(|n| if n == 150 { ",,,700,\n".to_owned() } else { row(n, "5") }),
            // What may be the label of a total, where it is one and where it is none.
            odd(|n| match n % 100 {
                99 => format!("{},a,acme total,{},{n}\n", at(n), 99 * 5),
                _ => row(n, "5"),
            }),
            odd(|n| match n % 100 {
                99 => format!("{},a,Total Care,7,{n}\n", at(n)),
                _ => row(n, "5"),
            }),
            odd(|n| row(n, if n % 70 == 60 { "5 CR" } else { "5" })),
            // Local times that clocks skip, kinds, accounts, an id that comes again.
            odd(local),
            odd(|n| format!("{},a,{},5,{n}\n", at(n), if n > 250 { "fee" } else { "usage" })),
            odd(|n| format!("{},a{},k,{},{n}\n", at(n), n / 60, n % 4)),
            odd(|n| format!("{},a,k,5,{}\n", at(n), n % 280)),
            odd(|n| row(n, "999999999999.5")),
            odd(|n| row(n, "90000000000000000000")),
        ];
        let mut outcomes = std::collections::BTreeSet::new();
        for source in &sources {
            let mut settings = several();
            let mut chosen = settings[1].clone();
            chosen.meaning.filters = vec![Condition::parse("kind = k").unwrap()];
            chosen.meaning.identity = vec!["id".to_owned()];
            chosen.meaning.keep = Keep::Last;
            settings.push(chosen);
            for settings in settings {
                outcomes.extend(threads.hold(source, &settings));
            }
        }
        assert!(outcomes.len() > 60, "{} outcomes", outcomes.len());
    }

    #[test]
    fn rows_that_cannot_be_read_are_in_file_order_whatever_is_found_out_late() {
        let at = |n: i64| Instant::from_millis(1_767_225_600_000 + n * 600_000);
        // The first row without a time may be a total until all rows are known.
        let source = odd(|n| match n {
            20..50 | 290 => format!(",a,k,{n}00,x\n"),
            100 | 200 => format!("never,a,k,5,{n}\n"),
            n => format!("{},a,k,{},{n}\n", at(n as i64), if n == 150 { "?" } else { "5" }),
        });
        let settings = several()[1].clone();
        for bytes in [1, 60, 700, 1 << 20] {
            let bounds =
                ReadingBounds { pieces: PieceSizes::of(bytes), ..ReadingBounds::default() };
            let feed = examine_within(bounds, source.clone(), &settings).unwrap();
            let bad = &feed.summary().bad_rows;
            let lines = |rows: &[crate::usage::BadRow]| rows.iter().map(|row| row.line).collect();
            let all: Vec<u64> = lines(bad.all.as_ref().unwrap());
            let expected: Vec<u64> = (22..52).chain([102, 152, 202, 292]).collect();
            assert_eq!((all, bad.count), (expected.clone(), 34));
            assert_eq!(lines(&bad.first), expected[..20]);
        }
    }

    #[test]
    fn what_begins_behind_the_first_rows_is_found_the_same() {
        let threads = Threads::new();
        let row = |n: usize, late: usize| {
            let at = Instant::from_millis(1_767_225_600_000 + n as i64 * 600_000);
            let is_lump = n > late && n % 300 == 7;
            let kind = if is_lump { "Zugang Sonderkonto" } else { ["Abruf", "Lauf"][n % 2] };
            let amount = if is_lump { 5_000 } else { n * 7_919 % 97 + 1 };
            (at, kind, amount)
        };
        // In a window, and in the last rows alone, of which some are in no piece.
        for late in [8_100, 10_500] {
            let csv = |n: usize| {
                let (at, kind, amount) = row(n, late);
                format!("{at},{kind},{amount}\n")
            };
            let json = |n: usize| {
                let (at, kind, amount) = row(n, late);
                format!("{{\"time\":\"{at}\",\"Beleg\":\"{kind}\",\"credits\":{amount}}}\n")
            };
            let csv = format!("time,Beleg,credits\n{}", (0..11_000).map(csv).collect::<String>());
            let json: String = (0..11_000).map(json).collect();
            for text in [csv, json] {
                let source = InputSource::Bytes(text.as_bytes().into());
                let [one, _] = threads.hold(&source, &several()[0]);
                assert!(one.contains("lines ") && one.contains("`Zugang Sonderkonto`: "), "{one}");
            }
        }
    }

    #[test]
    fn values_beyond_those_that_are_counted_are_the_same_ones() {
        let threads = Threads::new();
        let row = |n: i64| {
            let at = Instant::from_millis(1_767_225_600_000 + n * 1_000);
            format!("{at},kind-{},5\n", n * 7_919 % 1_200)
        };
        let text = format!("time,unit,credits\n{}", (0..2_600).map(row).collect::<String>());
        let source = InputSource::Bytes(text.as_bytes().into());
        let [one, _] = threads.hold(&source, &several()[0]);
        assert!(one.contains("has 1,000 kinds of rows"), "{one}");
    }
}
