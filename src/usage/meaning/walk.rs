//! A walk over rows in file order: each is read and counted here, or those of a piece on another thread, if all of them
//! are usage or left out by the conditions.
//!
//! What depends on the rows before is always decided here, in file order, so that nothing differs with the number of
//! threads. Deliberately absent: what becomes of the events.

use super::examination::{Examination, Taken};
use super::net::FineEvent;
use super::rows::{CellNotation, RowMeaning, RowReader, cell};
use super::tally::{Tally, whole};
use super::wide::WideTable;
use crate::usage::UsageError;
use crate::usage::export::{AfterPiece, PieceSizes, Row, RowPiece, RowView};
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
        let RowWalker { examination, reader, tally, amounts, before, take } = self;
        match see(reader, tally, amounts, row) {
            RowMeaning::Usage(usage, unit) => {
                let taken = take(row, (usage.at, usage.amount))?;
                match taken {
                    Taken::Counts => {
                        let columns = &examination.columns;
                        tally.usage(columns, row, &usage, unit);
                        tally.follow(columns, (row, before.view()), usage.at, None);
                        let (settings, meaning) = (examination.settings, &examination.meaning);
                        tally.zone(&usage, settings.zone, meaning.zone);
                    }
                    Taken::Repeats => tally.duplicates += 1,
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
        let digest = |piece: &RowPiece| examination.digest(piece, notation, hashes);
        let mut after = AfterPiece::GoOn;
        table.in_pieces().each_piece(sizes, digest, |piece, digest| {
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
            self.tally.follow(columns, (row, last), event.0, hash);
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
                Taken::Repeats => {}
                Taken::OutOfOrder => return Ok(AfterPiece::Stop),
            }
        }
        Ok(AfterPiece::GoOn)
    }
}

/// Reads a row and notes how it is written.
#[inline]
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
    reader.note_time(row, &mut tally.date_evidence);
    meaning
}

impl Examination<'_> {
    /// What the rows of a piece come to; `None` if one of them is neither usage nor left out by the conditions, as only those
    /// before it show what it is.
    fn digest(&self, piece: &RowPiece, notation: CellNotation, hashes: bool) -> Option<PieceDigest> {
        let mut clock = self.clock();
        let mut reader = RowReader::new(&self.columns, notation, &mut clock);
        let mut tally = Tally::part(&self.columns, self.settings.zone);
        let amounts = self.columns.amounts();
        let mut events = Vec::with_capacity(piece.count());
        let mut all = Vec::new();
        for place in 0..piece.count() {
            let row = piece.row(place);
            match see(&mut reader, &mut tally, &amounts, row) {
                RowMeaning::Usage(usage, unit) => {
                    tally.usage(&self.columns, row, &usage, unit);
                    tally.zone(&usage, self.settings.zone, self.meaning.zone);
                    events.push((place as u32, (usage.at, usage.amount)));
                    if hashes {
                        all.push(whole(row));
                    }
                }
                other @ (RowMeaning::Filtered | RowMeaning::OtherAccount) => {
                    tally.other(&reader, row, other);
                }
                _ => return None,
            }
        }
        Some(PieceDigest { tally, events, hashes: all, skipped: clock.skipped() })
    }
}
