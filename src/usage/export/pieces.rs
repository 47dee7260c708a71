//! Pieces of a text that are split into rows on any thread, and taken in file order.
//!
//! A piece of lines of JSON ends at a line end. One of delimited text ends at a line end with an even number of quotes before it, or, where quotes are odd, at the end of a row
//! that was looked for row by row. An even number is no proof, since a quote inside a plain cell is text; the proof is that
//! the rows of a piece end where it ends, because then the next piece begins at a row, as the first does. From the
//! first row on that is anything but plain (broken, or of another width), what was read ahead goes back and is read one row
//! after another, so that every error and every line below the table is found where it is found without pieces.
//! Deliberately absent: what the rows mean.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

use rayon::ScopeFifo;

use crate::usage::pieces::{PieceSizes, PiecesUnderWay, threads};

use super::layout::BesideTable;
use super::row::{RowView, unmarked};
use super::split::{ASIDE, LONGEST, Scan, look, settled};

/// A table that can be cut into pieces.
pub(super) trait PieceSource {
    /// What the rows of a piece are split by.
    type Rules: Sync;

    /// What the rows from here on are split by.
    fn rules(&self) -> Self::Rules;

    /// Cuts a piece of at most so many bytes, unless a row is longer; `None` where the rest is better read row by row.
    fn cut(&mut self, bytes: usize) -> Option<CutPiece>;

    /// Splits a piece, as far as its rows are plain.
    fn split(piece: CutPiece, rules: &Self::Rules) -> RowPiece;

    /// Takes back bytes from a place with so many lines before it.
    fn give_back(&mut self, bytes: &[u8], lines: u64);

    /// Goes on row by row, after a blank line or after none.
    fn after_pieces(&mut self, blank: bool);
}

/// What the rows of a piece of delimited text are split by.
pub(super) struct PieceRules {
    pub(super) delimiter: u8,
    /// The names of the columns.
    pub(super) header: Vec<String>,
    /// Whether the file has them, so that they may stand again between the rows.
    pub(super) has_header: bool,
}

impl PieceRules {
    /// Whether a row with this first cell may be the header again.
    #[inline]
    fn may_be_header(&self, first: &str) -> bool {
        let name = &self.header[0];
        // Nearly no cell begins with the mark behind which a name may stand.
        let is_marked = first.as_bytes().first() == Some(&0xef);
        self.has_header && (first == name || (is_marked && unmarked(first) == name))
    }
}

/// A piece as it was cut.
pub(super) struct CutPiece {
    pub(super) bytes: Vec<u8>,
    /// Lines before it.
    pub(super) lines: u64,
}

/// The rows of a piece.
#[derive(Clone, Debug, Default)]
pub(in crate::usage) struct RowPiece {
    /// The text of the piece; behind it the cells with doubled quotes, as they read.
    text: String,
    /// The bytes of a piece that is no text.
    broken: Vec<u8>,
    /// Bytes of the piece.
    length: usize,
    cells: Vec<(usize, usize)>,
    /// The bytes of all cells.
    bytes: usize,
    /// The line of each row.
    lines: Vec<u64>,
    width: usize,
    blank_rows: u64,
    repeated_headers: u64,
    /// Where the last row ends, and the lines before there.
    end: (usize, u64),
    /// Whether all that follows there are blank lines.
    is_whole: bool,
    /// Whether it is so, and there is one.
    ends_blank: bool,
}

/// What to do after a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::usage) enum AfterPiece {
    GoOn,
    Stop,
}

impl RowPiece {
    /// The number of its rows.
    pub(in crate::usage) fn count(&self) -> usize {
        self.lines.len()
    }

    /// The bytes of the cells of its rows.
    pub(in crate::usage) fn bytes(&self) -> usize {
        self.bytes
    }

    /// A row of it.
    #[inline]
    pub(in crate::usage) fn row(&self, index: usize) -> RowView<'_> {
        let cells = self.cells.get(index * self.width..(index + 1) * self.width);
        let line = self.lines.get(index).copied().unwrap_or_default();
        RowView { text: &self.text, cells: cells.unwrap_or_default(), line }
    }

    /// A piece without rows yet, and its text; the piece alone where it is no text.
    pub(super) fn of_text(
        bytes: Vec<u8>,
        lines: u64,
        width: usize,
    ) -> Result<(RowPiece, String), Box<RowPiece>> {
        let length = bytes.len();
        let piece = RowPiece { length, width, end: (0, lines), ..RowPiece::default() };
        match String::from_utf8(bytes) {
            Ok(text) => Ok((piece, text)),
            Err(broken) => Err(Box::new(RowPiece { broken: broken.into_bytes(), ..piece })),
        }
    }

    /// Begins a row of empty cells, which are to be filled.
    #[inline]
    pub(super) fn begin_row(&mut self) -> &mut [(usize, usize)] {
        let first = self.cells.len();
        self.cells.resize(first + self.width, (0, 0));
        self.cells.get_mut(first..).unwrap_or_default()
    }

    /// Drops the row that was begun.
    pub(super) fn drop_row(&mut self) {
        self.cells.truncate(self.lines.len() * self.width);
    }

    /// Ends the row that was begun, of a line.
    #[inline]
    pub(super) fn end_row(&mut self, line: u64) {
        let cells = self.cells.get(self.lines.len() * self.width..).unwrap_or_default();
        self.bytes += cells.iter().map(|(from, to)| to - from).sum::<usize>();
        self.lines.push(line);
    }

    /// Bytes of the piece, behind which the cells lie that read otherwise than they are written.
    pub(super) fn length(&self) -> usize {
        self.length
    }

    /// The piece with its text and what lies aside; what follows a place and a line was not split.
    pub(super) fn until(mut self, mut text: String, aside: &str, end: (usize, u64)) -> RowPiece {
        text.push_str(aside);
        (self.text, self.end) = (text, end);
        self
    }

    /// The same where all of it was split.
    pub(super) fn whole(self, text: String, aside: &str, end: (usize, u64)) -> RowPiece {
        RowPiece { is_whole: true, ..self.until(text, aside, end) }
    }

    /// Splits a piece of delimited text, as far as its rows are plain.
    pub(super) fn split(piece: CutPiece, rules: &PieceRules) -> RowPiece {
        let CutPiece { bytes, lines } = piece;
        let width = rules.header.len();
        let mut split = match RowPiece::of_text(bytes, lines, width) {
            Ok((piece, text)) => RowPiece { text, ..piece },
            Err(broken) => return *broken,
        };
        let look = match memchr::memchr(b'\r', split.text.as_bytes()) {
            Some(_) => look::<true>,
            None => look::<false>,
        };
        let (mut aside, mut unquoted) = (String::new(), Vec::new());
        let mut at = split.end;
        loop {
            let rest = split.text.as_bytes().get(at.0..).unwrap_or_default();
            if rest.is_empty() {
                split.is_whole = true;
                split.ends_blank = at != split.end;
                break;
            }
            let first = split.cells.len();
            unquoted.clear();
            let scan = look(rest, rules.delimiter, false, &mut split.cells, &mut unquoted);
            let Scan::Row { length, whole, lines } = scan else { break };
            let row = (at.0, first, at.1 + 1);
            at = (at.0 + whole, at.1 + lines);
            let cells = split.cells.len() - first;
            let bytes = rest.get(..length).unwrap_or_default();
            if cells == 1 && bytes.trim_ascii().is_empty() {
                split.cells.truncate(first);
                continue;
            }
            if cells != width || length > LONGEST || !split.take(row, &unquoted, &mut aside, rules)
            {
                break;
            }
            if split.lines.len() == 1 {
                split.make_room(whole);
            }
            split.end = at;
        }
        split.cells.truncate(split.lines.len() * width);
        split.text.push_str(&aside);
        split
    }

    /// Makes room for as many rows as there are if all take so many bytes, and some more, so that rows are not moved as they grow.
    fn make_room(&mut self, row: usize) {
        let rows = self.length / row;
        let rows = rows + rows / 8;
        self.cells.reserve(rows * self.width);
        self.lines.reserve(rows);
    }

    /// Takes the cells from `first` on as a row of a line that begins at `at`; `false` where they are no text.
    #[inline]
    fn take(
        &mut self,
        (at, first, line): (usize, usize, u64),
        unquoted: &[u8],
        aside: &mut String,
        rules: &PieceRules,
    ) -> bool {
        let placed = match unquoted.is_empty() {
            true => {
                self.place(at, first);
                true
            }
            false => self.place_aside((at, first), unquoted, aside),
        };
        if !placed {
            return false;
        }
        let cells = self.cells.get(first..).unwrap_or_default();
        let beside = |&(from, to): &(usize, usize)| match from.checked_sub(self.length) {
            // An empty cell may lie at the end of the text.
            Some(from) => aside.get(from..to - self.length).unwrap_or_default(),
            None => self.text.get(from..to).unwrap_or_default(),
        };
        if rules.may_be_header(beside(&cells[0])) {
            let names = rules.header.iter().skip(1).map(String::as_str);
            if cells.iter().skip(1).map(beside).eq(names)
                && rules.header.iter().any(|name| !name.is_empty())
            {
                self.repeated_headers += 1;
                self.cells.truncate(first);
                return true;
            }
        }
        let bytes = cells.iter().map(|(from, to)| to - from).sum::<usize>();
        if bytes == 0 {
            self.blank_rows += 1;
            self.cells.truncate(first);
            return true;
        }
        self.bytes += bytes;
        self.lines.push(line);
        true
    }

    /// Places the cells from `first` on, all of which are parts of the text from `at` on.
    #[inline]
    fn place(&mut self, at: usize, first: usize) {
        for cell in self.cells.get_mut(first..).unwrap_or_default() {
            *cell = settled(&self.text, (at + cell.0, at + cell.1));
        }
    }

    /// The same where some cells are parts of `unquoted`, which is put behind what lies aside; `false` where that is no text.
    #[cold]
    fn place_aside(
        &mut self,
        (at, first): (usize, usize),
        unquoted: &[u8],
        aside: &mut String,
    ) -> bool {
        let Ok(unquoted) = str::from_utf8(unquoted) else { return false };
        let beside = self.length + aside.len();
        for cell in self.cells.get_mut(first..).unwrap_or_default() {
            *cell = match cell.0.checked_sub(ASIDE) {
                Some(from) => {
                    let (from, to) = settled(unquoted, (from, cell.1 - ASIDE));
                    (beside + from, beside + to)
                }
                None => settled(&self.text, (at + cell.0, at + cell.1)),
            };
        }
        aside.push_str(unquoted);
        true
    }

    /// Its bytes as they were cut.
    fn into_bytes(self) -> Vec<u8> {
        match self.broken.is_empty() {
            true => {
                let mut bytes = self.text.into_bytes();
                bytes.truncate(self.length);
                bytes
            }
            false => self.broken,
        }
    }
}

/// Splits the rows from here on and digests the pieces on several threads, and hands them to `take` in file order on this
/// thread, until they have to be read one after another again. It may keep pieces.
pub(super) fn each_piece<S: PieceSource, T: Send, E>(
    rows: &mut S,
    left_out: &mut BesideTable,
    sizes: PieceSizes,
    digest: impl Fn(&RowPiece) -> T + Sync,
    take: impl FnMut(&Arc<RowPiece>, T) -> Result<AfterPiece, E>,
) -> Result<(), E> {
    let rules = rows.rules();
    let (rules, digest) = (&rules, &digest);
    let under_way = PiecesUnderWay::new(sizes);
    let row = PieceRow { rows, left_out, bytes: sizes.bytes, under_way };
    if rayon::current_thread_index().is_some() {
        return rayon::in_place_scope_fifo(|scope| {
            row.take_all(take, |piece| start::<S, T>(scope, piece, rules, digest))
        });
    }
    // A pool of its own, as a process that forks has lost the threads of the one that all share.
    match rayon::ThreadPoolBuilder::new().num_threads(threads()).build() {
        Ok(pool) => pool.in_place_scope_fifo(|scope| {
            row.take_all(take, |piece| start::<S, T>(scope, piece, rules, digest))
        }),
        // Rows are read one after another where the system has no threads to give.
        Err(_) => {
            row.rows.after_pieces(false);
            Ok(())
        }
    }
}

/// The pieces of a table that are under way, in file order.
struct PieceRow<'r, S, T> {
    rows: &'r mut S,
    left_out: &'r mut BesideTable,
    /// Bytes of a piece, at most.
    bytes: usize,
    under_way: PiecesUnderWay<(RowPiece, T)>,
}

impl<S: PieceSource, T> PieceRow<'_, S, T> {
    /// Hands on one piece after another.
    fn take_all<E>(
        mut self,
        mut take: impl FnMut(&Arc<RowPiece>, T) -> Result<AfterPiece, E>,
        start: impl Fn(CutPiece) -> Receiver<(RowPiece, T)>,
    ) -> Result<(), E> {
        let mut blank = false;
        loop {
            while self.under_way.has_room()
                && let Some(piece) = self.rows.cut(self.bytes)
            {
                self.under_way.push(piece.bytes.len(), start(piece));
            }
            let Some((piece, digested)) = self.under_way.next() else { break };
            self.left_out.blank_rows += piece.blank_rows;
            self.left_out.repeated_headers += piece.repeated_headers;
            let piece = Arc::new(piece);
            if take(&piece, digested)? == AfterPiece::Stop {
                return Ok(());
            }
            // Blank lines before a row that is read by itself are seen again, unless they end the piece before.
            let (has_row, ends_blank) = (piece.end.0 > 0, piece.is_whole && piece.ends_blank);
            blank = ends_blank || (blank && !has_row);
            if !piece.is_whole {
                self.give_back(Arc::unwrap_or_clone(piece));
                break;
            }
        }
        self.rows.after_pieces(blank);
        Ok(())
    }

    /// Gives back what follows the last row of a piece.
    fn give_back(&mut self, piece: RowPiece) {
        let (from, lines) = piece.end;
        let mut bytes = piece.into_bytes().split_off(from);
        while let Some((next, _)) = self.under_way.next() {
            bytes.extend(next.into_bytes());
        }
        self.rows.give_back(&bytes, lines);
    }
}

/// Starts to split and digest a piece.
fn start<'s, S: PieceSource, T: Send + 's>(
    scope: &ScopeFifo<'s>,
    piece: CutPiece,
    rules: &'s S::Rules,
    digest: &'s (impl Fn(&RowPiece) -> T + Sync),
) -> Receiver<(RowPiece, T)> {
    let (sender, receiver) = sync_channel(1);
    scope.spawn_fifo(move |_| {
        let piece = S::split(piece, rules);
        let digested = digest(&piece);
        // Nobody waits for it after an error.
        let _: Result<(), _> = sender.send((piece, digested));
    });
    receiver
}

/// The length of a piece of `text` that ends at the end of a row; `None` where no row ends.
pub(super) fn cut(text: &[u8], delimiter: u8) -> Option<usize> {
    match cut_by_quotes(text) {
        // Odd quotes would leave ever less.
        Some(length) if length > text.len() / 2 => Some(length),
        _ => cut_by_rows(text, delimiter),
    }
}

/// The place behind the last line end with an even number of quotes before it.
pub(in crate::usage) fn cut_by_quotes(text: &[u8]) -> Option<usize> {
    let mut quotes = memchr::memchr_iter(b'"', text).count();
    let mut before = text;
    while let Some(place) = memchr::memrchr2(b'"', b'\n', before) {
        match before.get(place) {
            Some(b'\n') if quotes.is_multiple_of(2) => return Some(place + 1),
            Some(b'"') => quotes -= 1,
            _ => {}
        }
        before = before.get(..place).unwrap_or_default();
    }
    None
}

/// The place behind the last row.
#[cold]
fn cut_by_rows(text: &[u8], delimiter: u8) -> Option<usize> {
    let (mut cells, mut unquoted, mut at) = (Vec::new(), Vec::new(), 0);
    loop {
        cells.clear();
        unquoted.clear();
        let rest = text.get(at..).unwrap_or_default();
        match look::<true>(rest, delimiter, false, &mut cells, &mut unquoted) {
            Scan::Row { whole, .. } => at += whole,
            Scan::More | Scan::OpenQuote | Scan::StrayQuote(_) => break,
        }
    }
    (at > 0).then_some(at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rayon::ThreadPool;

    use super::*;
    use crate::usage::csv::InputSource;
    use crate::usage::export::{
        ExportError, ExportTable, FileFormat, HeaderPlace, Layout, NameReach, Row, ShortRows,
    };

    /// What stands in a row: its line and its cells.
    fn told(row: RowView<'_>) -> String {
        format!("{}: {}", row.line(), row.iter().collect::<Vec<_>>().join(" · "))
    }

    /// All rows, why there are no more, and what is beside the table.
    type ReadRows = (Vec<String>, Result<(), String>, String);

    /// Reads a table, in pieces of at most so many bytes from its second row on, or row by row.
    fn read(text: &str, layout: &Layout, bytes: Option<usize>) -> ReadRows {
        let source = InputSource::Bytes(text.as_bytes().into());
        match ExportTable::open(&source, layout) {
            Ok(table) => read_table(table, bytes),
            Err(error) => (Vec::new(), Err(error.to_string()), String::new()),
        }
    }

    /// Reads a table to its end in the same way.
    fn read_table(mut table: ExportTable, bytes: Option<usize>) -> ReadRows {
        let mut rows = Vec::new();
        let sizes = PieceSizes { after: 0, bytes: bytes.unwrap_or_default(), ahead: 2 };
        let mut row = Row::new();
        let ended = loop {
            match table.next(&mut row) {
                Err(error) => break Err(error.to_string()),
                Ok(false) => break Ok(()),
                Ok(true) => rows.push(told(row.view())),
            }
            if bytes.is_some() && table.is_long(sizes) {
                let count = |piece: &RowPiece| piece.count();
                let take = |piece: &Arc<RowPiece>, count| {
                    rows.extend((0..count).map(|row| told(piece.row(row))));
                    Ok::<_, ExportError>(AfterPiece::GoOn)
                };
                table.each_piece(sizes, count, take).expect("it only takes");
            }
        };
        let beside = format!("{:?}", table.left_out());
        (rows, ended, beside)
    }

    fn pools() -> [ThreadPool; 2] {
        [2, 7].map(|threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap())
    }

    /// Holds what is read in pieces to what is read row by row.
    fn hold(pools: &[ThreadPool], text: &str, layout: &Layout) -> Result<(), TestCaseError> {
        let expected = read(text, layout, None);
        for pool in pools {
            for bytes in [1, 2, 3, 5, 8, 13, 40, 200] {
                let found = pool.install(|| read(text, layout, Some(bytes)));
                prop_assert_eq!(&found, &expected, "{:?} in pieces of {}", text, bytes);
            }
        }
        Ok(())
    }

    /// A delimited file with a header.
    fn delimited(short_rows: ShortRows) -> Layout {
        let header = Some(HeaderPlace::Line(1));
        Layout { header, delimiter: Some(b','), short_rows, ..Layout::default() }
    }

    /// Lines of JSON.
    fn json_lines() -> Layout {
        Layout { format: Some(FileFormat::JsonLines), ..Layout::default() }
    }

    #[test]
    fn quotes_with_line_ends_lie_across_the_end_of_a_piece_wherever_it_is() {
        let pools = pools();
        for text in [
            "a,b\n1,\"x\ny\"\n2,\"\n\n\",\n3,\"say \"\"\n\"\" twice\"\n4,\"\"\n5,\"\"\"\"\n6,z\n",
            "a,b\r\n1,\"x\r\ny\"\r\n2,\"\r\n\"\r\n3,\"\r\"\r\n\r\n4,5\r\n",
            "a,b\r1,2\r3,\"4\r5\"\r6,7\r8,9",
            // Quotes inside plain cells, one and two in a row, before a quoted line end.
            "a,b\n1,5\" disk\n2,3\n4,6\" x\n5,\"y\nz\"\n6,7\n8,a\"b\"c\n9,\"p\nq\"\n10,11\n",
            "a,b\n1,5\" disk\n2,\"x\n3\",\n4,5\n\"6\n7\",8\n",
            // What is broken, late.
            "a,b\n1,2\n3,4\n5,\"6\n7,8\n9,10\n",
            "a,b\n1,2\n3,4\n5,\"6\"7\n8,9\n",
            "a,b\n1,2\n3,4\n5,6,7\n8,9\n",
            "a,b\n1,2\n3,4\n5\n8,9\n",
            // Lines below the table, blank rows, blank lines, the header again, and no line end.
            "a,b\n1,2\n3,4\n\nTotal: 6\n",
            "a,b\n1,2\n3,4\n\n\nsome note\nmore\n",
            "a,b\n1,2\n,\n\n,\na,b\n3,4\n \n5,6\n,,,\n7,8",
            "a,b\n1,2\n=\"3\",\"=\"\"4\"\"\"\n ü , \"ß\" \n5,€\n",
        ] {
            for short_rows in [ShortRows::Refuse, ShortRows::Pad] {
                hold(&pools, text, &delimited(short_rows)).unwrap();
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_has_the_rows_and_the_errors_it_has_row_by_row(
            parts in prop::collection::vec(
                prop_oneof![
                    8 => Just("1,2\n"), 4 => Just("\n"), 4 => Just("\""), 4 => Just(","), 2 => Just("x"),
                    2 => Just("\"\""), 2 => Just("3,\"y\n\"\n"), 2 => Just("\r\n"), 1 => Just("\r"),
                    1 => Just(" "), 1 => Just("a,b\n"), 1 => Just("é"), 1 => Just("="),
                ],
                0..40,
            ),
        ) {
            let text = format!("a,b\n1,2\n{}", parts.concat());
            hold(&pools(), &text, &delimited(ShortRows::Refuse))?;
        }
    }

    #[test]
    fn lines_of_json_end_pieces_whatever_is_in_them() {
        let pools = pools();
        let plain = "{\"a\":1,\"b\":\"x\"}\n";
        for text in [
            format!("{plain}{plain}{{\"b\":\"y\",\"a\":2}}\n\n \r\n{{\"a\":3}}"),
            format!("{plain}{{\"a\":\"say \\\"hi\\\" \\u00e9\",\"b\":\" ü \"}}\r\n{plain}{plain}"),
            format!("{plain}{{\"a\":null,\"b\":[{{\"c\":1}}]}}\n{plain}{{\"b\":[]}}\n"),
            format!("{plain}{{\"a\":{{\"d\":1,\"e\":{{\"f\":2}}}}}}\n{plain}{plain}"),
            "{\"t\":1,\"rows\":[{\"c\":1},{\"c\":2}]}\n".repeat(4),
            "{\"day\":[1,2,3],\"credits\":[4,5,6]}\n".repeat(3),
            // What is broken, late.
            format!("{plain}{plain}{{\"a\":1\n{plain}"),
            format!("{plain}{plain}{{\"a\":1,\"a\":2}}\n{plain}"),
            format!("{plain}{plain}[1,2]\n{plain}"),
            format!("{plain}{plain}{{\"a\":1}} x\n{plain}"),
        ] {
            hold(&pools, &text, &json_lines()).unwrap();
        }
    }

    #[test]
    fn a_name_that_only_late_lines_have_and_bytes_that_are_no_text_are_found_where_they_are() {
        let row = |n: usize| format!("{{\"a\":{n},\"b\":\"x\"}}\n");
        let beginning: String = (0..10_200).map(row).collect();
        let broken = [beginning.as_bytes(), b"{\"a\":\"\xff\"}\n{\"a\":1}\n"].concat();
        let new = format!("{beginning}{{\"c\":1}}\n{}", row(7)).into_bytes();
        let layout = Layout { format: Some(FileFormat::JsonLines), ..Layout::default() };
        let pools = pools();
        for (bytes, reach) in [
            (&new, NameReach::Beginning),
            (&new, NameReach::All),
            (&broken, NameReach::Beginning),
            (&broken, NameReach::All),
        ] {
            let source = InputSource::Bytes(bytes.as_slice().into());
            let read = |size| {
                let table = ExportTable::open_reaching(&source, &layout, reach);
                table.map_or_else(
                    |error| (Vec::new(), Err(error.to_string()), String::new()),
                    |table| read_table(table, size),
                )
            };
            let expected = read(None);
            for pool in &pools {
                for size in [50, 700, 5_000] {
                    assert_eq!(pool.install(|| read(Some(size))), expected, "in pieces of {size}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn any_lines_have_the_rows_and_the_errors_they_have_one_by_one(
            parts in prop::collection::vec(
                prop_oneof![
                    8 => Just("{\"a\":1,\"b\":2}\n"), 4 => Just("\n"), 4 => Just("{\"b\":\"\\n\"}\n"),
                    2 => Just("{\"a\":[{\"x\":1}]}\r\n"), 2 => Just("{\"c\":{\"d\":\"é\"}}\n"), 2 => Just(" "),
                    2 => Just("{\"\\u0061\":5}\n"), 1 => Just("{\"a\":"), 1 => Just("}"), 1 => Just("x\n"),
                ],
                0..30,
            ),
        ) {
            hold(&pools(), &format!("{{\"a\":0}}\n{}", parts.concat()), &json_lines())?;
        }
    }

    #[test]
    fn pieces_end_at_rows_also_where_a_quote_is_text() {
        assert_eq!(cut(b"1,2\n3,4\n5,", b','), Some(8));
        assert_eq!(cut(b"1,2\n3,\"4\n5\",6\n7,\"\n", b','), Some(14));
        assert_eq!(cut(b"1,5\" disk\n3,4\n5,6\n7,8\n", b','), Some(22));
        assert_eq!(cut(b"1,2", b','), None);
        assert_eq!(cut(b"1,\"2\n3\n", b','), None);
    }
}
