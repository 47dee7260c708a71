//! Records of CSV (RFC 4180) with their physical line numbers, in constant memory.
//!
//! A record that lies whole in the buffer, on one line and with no quote inside its fields, by far the most common,
//! is looked at once: the ends of its fields are found on the way to its own. A quote opens a field only at its
//! start. Deliberately absent: the meaning of the fields.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read};

use memchr::{memchr, memchr_iter, memchr2};

use super::super::amount::{NotAnAmount, Number};
use super::UsageError;
use crate::usage::buffer::ReadBuffer;
use crate::usage::export::cut_by_quotes;
use crate::usage::marks::{LineEnd, line_cells};

/// The longest record in bytes: one mebibyte.
const LONGEST: usize = 1 << 20;

/// A reader of records.
pub(super) struct Records {
    read: ReadBuffer,
    name: String,
    delimiter: u8,
    /// Physical lines before what is not yet used.
    lines: u64,
    /// The line on which the last record started.
    line: u64,
    /// The fields of the last record, and its bytes if they had to be unquoted.
    ranges: Vec<(usize, usize)>,
    scratch: Vec<u8>,
    /// The place in the buffer of the record that is kept, or its text once the buffer was filled anew.
    kept: (usize, usize),
    kept_text: Option<Vec<u8>>,
    /// Bytes that were used when the buffer was filled last, since pieces were cut.
    passed: u64,
    /// Why no more could be read when a piece was to be cut.
    failed: Option<io::Error>,
}

/// A record in the buffer; valid until the next is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    from: usize,
    to: usize,
    parting: Parting,
    line: u64,
}

/// What is known of the fields of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Parting {
    /// Their ends, where this delimiter parts them.
    By(u8),
    /// That none is quoted.
    Plain,
    /// That some are quoted.
    Quoted,
}

impl Record {
    /// The physical line on which it starts, from 1.
    pub(super) fn line(self) -> u64 {
        self.line
    }
}

/// The extent of a record: bytes before its line end, bytes with it, line ends in it.
struct Extent {
    length: usize,
    whole: usize,
    lines: u64,
    quoted: bool,
}

/// The position of a scan inside a record.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ScanPlace {
    FieldStart,
    Plain,
    Quoted,
    /// After a quote in a quoted field: it closes, unless another follows.
    QuoteInQuoted,
}

impl Records {
    /// Reads the records of `input`, separated by commas until [`Records::part_by`] sets another
    /// delimiter.
    pub(super) fn new(input: Box<dyn Read + Send>, name: String) -> Records {
        Records::from_buffer(ReadBuffer::new(input), name, b',')
    }

    /// Reads the records of a piece that was cut.
    pub(super) fn of_piece(bytes: Vec<u8>, delimiter: u8) -> Records {
        Records::from_buffer(ReadBuffer::holding(bytes), String::new(), delimiter)
    }

    fn from_buffer(read: ReadBuffer, name: String, delimiter: u8) -> Records {
        Records {
            read,
            name,
            delimiter,
            lines: 0,
            line: 0,
            ranges: Vec::new(),
            scratch: Vec::new(),
            kept: (0, 0),
            kept_text: None,
            passed: 0,
            failed: None,
        }
    }

    /// The bytes of a piece, as they were cut.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.read.bytes
    }

    /// The name of the source.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The line on which the last record started.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Sets the delimiter for following records and for the fields of the present one.
    pub(super) fn part_by(&mut self, delimiter: u8) {
        self.delimiter = delimiter;
    }

    /// The delimiter of the records to come.
    pub(super) fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// The first line that is not blank, without consuming it. Skips a byte-order mark and
    /// preceding blank lines.
    pub(super) fn first_line(&mut self) -> Result<&[u8], UsageError> {
        let mut length = self.line_length()?;
        if self.unread().starts_with(b"\xef\xbb\xbf") {
            self.read.start += 3;
            length = self.line_length()?;
        }
        while self.unread().get(length) == Some(&b'\n')
            && self.unread().iter().take(length).all(u8::is_ascii_whitespace)
        {
            self.read.start += length + 1;
            self.lines += 1;
            length = self.line_length()?;
        }
        Ok(self.unread().get(..length).unwrap_or_default())
    }

    /// The bytes before the next line end, or before the end of the source or the limit.
    fn line_length(&mut self) -> Result<usize, UsageError> {
        let mut scanned = 0;
        loop {
            let unread = self.unread().get(scanned..).unwrap_or_default();
            if let Some(found) = memchr(b'\n', unread) {
                return Ok(scanned + found);
            }
            scanned += unread.len();
            if scanned > LONGEST || !self.refill()? {
                return Ok(scanned);
            }
        }
    }

    /// The bytes that are read but not yet used.
    #[inline]
    pub(super) fn unread(&self) -> &[u8] {
        self.read.unread()
    }

    /// Skips a record of one line, which takes `length` bytes with its line end.
    #[inline]
    pub(super) fn pass_line(&mut self, length: usize) {
        self.read.start += length;
        self.lines += 1;
        self.line = self.lines;
    }

    /// The next record that is not blank; `None` at the end.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Option<Record>, UsageError> {
        loop {
            let (found, parting) = match look(self.read.unread(), self.delimiter, &mut self.ranges)
            {
                Some(found) => (found, Parting::By(self.delimiter)),
                None => match self.extent()? {
                    Some(found) if found.quoted => (found, Parting::Quoted),
                    Some(found) => (found, Parting::Plain),
                    None => return Ok(None),
                },
            };
            let from = self.read.start;
            self.line = self.lines + 1;
            self.read.start += found.whole;
            self.lines += found.lines;
            let text = self.read.bytes.get(from..from + found.length).unwrap_or_default();
            // What was looked at once ends before its line end.
            let length = match (parting, text) {
                (Parting::Plain | Parting::Quoted, [.., b'\r']) => found.length - 1,
                _ => found.length,
            };
            if text.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            return Ok(Some(Record { from, to: from + length, parting, line: self.line }));
        }
    }

    /// Keeps the text of the record just read until another is kept.
    #[inline]
    pub(super) fn keep(&mut self, record: Record) {
        (self.kept, self.kept_text) = ((record.from, record.to), None);
    }

    /// Keeps the next bytes that are not yet used, which are the text of a record.
    #[inline]
    pub(super) fn keep_line(&mut self, length: usize) {
        let from = self.read.start;
        (self.kept, self.kept_text) = ((from, from + length), None);
    }

    /// The text of the record that is kept.
    pub(super) fn kept(&self) -> &[u8] {
        let (from, to) = self.kept;
        let here = || self.read.bytes.get(from..to).unwrap_or_default();
        self.kept_text.as_deref().unwrap_or_else(here)
    }

    /// Keeps a text as that of a record.
    pub(super) fn keep_text(&mut self, text: &[u8]) {
        let mut kept = self.kept_text.take().unwrap_or_default();
        kept.clear();
        kept.extend_from_slice(text);
        self.kept_text = Some(kept);
    }

    /// The bytes that were read record by record since pieces were cut, as far as they were followed.
    #[inline]
    pub(super) fn passed(&self) -> u64 {
        self.passed
    }

    /// Goes on record by record.
    pub(super) fn after_pieces(&mut self) {
        self.passed = 0;
    }

    /// Passes over the lines of a piece that was cut.
    pub(super) fn pass_lines(&mut self, lines: u64) {
        self.lines += lines;
    }

    /// The lines that were passed.
    pub(super) fn lines(&self) -> u64 {
        self.lines
    }

    /// Cuts a piece of at most so many bytes, unless a line is longer, into the memory of another; its lines are passed when
    /// it is taken. `None` where the rest is better read record by record: at the end of the source, where it fails, and where a line is
    /// too long.
    pub(super) fn cut(&mut self, bytes: usize, spare: &mut Vec<u8>) -> Option<Vec<u8>> {
        let mut room = bytes;
        loop {
            while self.unread().len() < room {
                if self.read.ended || self.failed.is_some() {
                    return None;
                }
                self.release_kept();
                self.failed = self.read.refill().err();
            }
            let text = self.unread().get(..room).unwrap_or_default();
            let end = || memchr::memrchr(b'\n', text).map(|end| end + 1);
            let length = match memchr(b'"', text) {
                Some(_) => cut_by_quotes(text).or_else(end),
                None => end(),
            };
            if let Some(length) = length {
                let mut piece = std::mem::take(spare);
                piece.clear();
                piece.extend_from_slice(text.get(..length).unwrap_or_default());
                self.read.start += length;
                return Some(piece);
            }
            if room > LONGEST {
                return None;
            }
            room *= 2;
        }
    }

    /// Takes back bytes that were cut, and whose lines were not passed.
    pub(super) fn give_back(&mut self, bytes: &[u8]) {
        self.release_kept();
        self.read.give_back(bytes);
    }

    /// Keeps a copy of the text that is kept, before the buffer changes.
    fn release_kept(&mut self) {
        if self.kept_text.is_none() {
            self.kept_text = Some(self.kept().to_vec());
        }
    }

    /// The extent of the record at `start`; `None` if there is none.
    #[inline]
    fn extent(&mut self) -> Result<Option<Extent>, UsageError> {
        let mut scanned = 0;
        loop {
            let unread =
                self.read.bytes.get(self.read.start + scanned..self.read.end).unwrap_or_default();
            match memchr2(b'\n', b'"', unread) {
                Some(found) if unread.get(found) == Some(&b'\n') => {
                    let length = scanned + found;
                    self.check(length)?;
                    return Ok(Some(Extent { length, whole: length + 1, lines: 1, quoted: false }));
                }
                Some(_) => return self.quoted_extent().map(Some),
                None => scanned += unread.len(),
            }
            self.check(scanned)?;
            if !self.refill()? {
                let last = Extent { length: scanned, whole: scanned, lines: 1, quoted: false };
                return Ok((scanned > 0).then_some(last));
            }
        }
    }

    /// The general case of [`Records::extent`]: byte by byte, because a quoted field may contain
    /// line ends.
    #[cold]
    fn quoted_extent(&mut self) -> Result<Extent, UsageError> {
        let (mut length, mut lines, mut place) = (0, 0, ScanPlace::FieldStart);
        loop {
            loop {
                let rest = self.read.unread().get(length..).unwrap_or_default();
                if place == ScanPlace::Quoted {
                    // Only a quote ends it.
                    let inside = memchr(b'"', rest).unwrap_or(rest.len());
                    lines +=
                        memchr_iter(b'\n', rest.get(..inside).unwrap_or_default()).count() as u64;
                    length += inside;
                }
                let Some(&byte) = self.read.unread().get(length) else { break };
                lines += u64::from(byte == b'\n');
                place = step(place, byte, self.delimiter);
                if byte == b'\n' && place != ScanPlace::Quoted {
                    self.check(length)?;
                    return Ok(Extent { length, whole: length + 1, lines, quoted: true });
                }
                length += 1;
            }
            self.check(length)?;
            if !self.refill()? {
                if place == ScanPlace::Quoted {
                    let (name, line) = (self.name.clone(), self.lines + 1);
                    return Err(UsageError::OpenQuote { name, line });
                }
                return Ok(Extent { length, whole: length, lines: lines + 1, quoted: true });
            }
        }
    }

    /// Refuses a record that is too long.
    #[inline]
    fn check(&self, length: usize) -> Result<(), UsageError> {
        if length > LONGEST {
            let (name, line) = (self.name.clone(), self.lines + 1);
            return Err(UsageError::RecordTooLong { name, line });
        }
        Ok(())
    }

    /// Reads more; `false` at the end of the source.
    #[cold]
    fn refill(&mut self) -> Result<bool, UsageError> {
        self.release_kept();
        self.passed += self.read.start as u64;
        let refilled = match self.failed.take() {
            Some(cause) => Err(cause),
            None => self.read.refill(),
        };
        refilled.map_err(|cause| UsageError::Read {
            name: self.name.clone(),
            line: self.lines,
            cause,
        })?;
        Ok(!self.read.ended)
    }

    /// Whether a record is the last and has no line end.
    #[inline]
    pub(super) fn is_open(&self, record: Record) -> bool {
        self.read.ended && self.read.unread().is_empty() && record.to == self.read.end
    }

    /// The text of the record just read, as it is written.
    #[inline]
    pub(super) fn text(&self, record: Record) -> &[u8] {
        self.read.bytes.get(record.from..record.to).unwrap_or_default()
    }

    /// The fields of the record just read.
    #[inline]
    pub(super) fn fields(&mut self, record: Record) -> Fields<'_> {
        let text = self.read.bytes.get(record.from..record.to).unwrap_or_default();
        if record.parting == Parting::By(self.delimiter) {
            return Fields { text, ranges: &self.ranges };
        }
        self.ranges.clear();
        if record.parting != Parting::Plain {
            unquote(text, self.delimiter, &mut self.scratch, &mut self.ranges);
            return Fields { text: &self.scratch, ranges: &self.ranges };
        }
        let mut from = 0;
        for to in memchr_iter(self.delimiter, text) {
            self.ranges.push((from, to));
            from = to + 1;
        }
        self.ranges.push((from, text.len()));
        Fields { text, ranges: &self.ranges }
    }
}

/// Finds the fields of the record at the start of `text`, which end before its line end; `None` unless it is on
/// one line, ends here, and has no quotes but those around a whole field.
#[inline]
fn look(text: &[u8], delimiter: u8, ranges: &mut Vec<(usize, usize)>) -> Option<Extent> {
    ranges.clear();
    let LineEnd { length, whole } = line_cells::<false>(text, delimiter, ranges)?;
    (length <= LONGEST).then_some(Extent { length, whole, lines: 1, quoted: false })
}

/// The position of the scan after `byte`.
#[inline]
fn step(place: ScanPlace, byte: u8, delimiter: u8) -> ScanPlace {
    match (place, byte) {
        (ScanPlace::Quoted, b'"') => ScanPlace::QuoteInQuoted,
        (ScanPlace::Quoted, _) => ScanPlace::Quoted,
        (ScanPlace::FieldStart | ScanPlace::QuoteInQuoted, b'"') => ScanPlace::Quoted,
        (_, byte) if byte == delimiter => ScanPlace::FieldStart,
        // Blanks before an opening quote are part of no value.
        (ScanPlace::FieldStart, b' ') => ScanPlace::FieldStart,
        _ => ScanPlace::Plain,
    }
}

/// Parts a record with quotes and takes them off.
fn unquote(text: &[u8], delimiter: u8, scratch: &mut Vec<u8>, ranges: &mut Vec<(usize, usize)>) {
    scratch.clear();
    let (mut from, mut place) = (0, ScanPlace::FieldStart);
    let mut rest = text;
    loop {
        if place == ScanPlace::Quoted {
            let inside = memchr(b'"', rest).unwrap_or(rest.len());
            let (inside, after) = rest.split_at_checked(inside).unwrap_or((rest, b""));
            scratch.extend_from_slice(inside);
            rest = after;
        }
        let Some((&byte, after)) = rest.split_first() else { break };
        rest = after;
        let next = step(place, byte, delimiter);
        match (place, next) {
            (
                ScanPlace::FieldStart | ScanPlace::Plain | ScanPlace::QuoteInQuoted,
                ScanPlace::FieldStart,
            ) if byte == delimiter => {
                ranges.push((from, scratch.len()));
                from = scratch.len();
            }
            // The opening quote, the closing one, and the first of two.
            (ScanPlace::FieldStart, ScanPlace::Quoted)
            | (ScanPlace::Quoted, ScanPlace::QuoteInQuoted) => {}
            _ => scratch.push(byte),
        }
        place = next;
    }
    ranges.push((from, scratch.len()));
}

/// The hash of the cells of a row, whether they are quoted or not.
pub(super) fn hash_of_row(text: &[u8], delimiter: u8) -> u64 {
    let mut hasher = DefaultHasher::new();
    if memchr(b'"', text).is_none() {
        let cells = text.split(|&byte| byte == delimiter);
        cells.for_each(|cell| cell.trim_ascii().hash(&mut hasher));
        return hasher.finish();
    }
    let (mut scratch, mut ranges) = (Vec::new(), Vec::new());
    unquote(text, delimiter, &mut scratch, &mut ranges);
    let fields = Fields { text: &scratch, ranges: &ranges };
    (0..fields.count()).for_each(|cell| fields.get(cell).unwrap_or_default().hash(&mut hasher));
    hasher.finish()
}

/// The fields of one record.
pub(super) struct Fields<'a> {
    text: &'a [u8],
    ranges: &'a [(usize, usize)],
}

impl<'a> Fields<'a> {
    /// Number of fields, at least one.
    #[inline]
    pub(super) fn count(&self) -> usize {
        self.ranges.len()
    }

    /// The field without surrounding blanks; `None` if there are fewer fields.
    #[inline]
    pub(super) fn get(&self, index: usize) -> Option<&'a [u8]> {
        let &(from, to) = self.ranges.get(index)?;
        let field = self.text.get(from..to)?;
        // Nearly none has blanks around it, none of which is above a space.
        match field {
            [first, .., last] if *first > b' ' && *last > b' ' => Some(field),
            _ => Some(field.trim_ascii()),
        }
    }

    /// The field as a number.
    #[inline]
    pub(super) fn number(&self, index: usize) -> Result<Number, NotAnAmount> {
        Number::read(self.get(index).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Hands on one byte at a time, so that no record lies whole in the buffer when it is looked for.
    struct Slowly(std::io::Cursor<Vec<u8>>);

    impl Read for Slowly {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let room = into.len().min(1);
            self.0.read(&mut into[..room])
        }
    }

    /// Each record with its line and its fields, and why there are no more.
    fn told(input: Box<dyn Read + Send>, delimiter: u8) -> String {
        let mut records = Records::new(input, "usage.csv".to_owned());
        records.part_by(delimiter);
        let mut told = String::new();
        loop {
            let record = match records.next() {
                Ok(Some(record)) => record,
                ended => return format!("{told}{:?}", ended.map(|_| "the end")),
            };
            let fields = records.fields(record);
            let fields = (0..fields.count()).map(|column| fields.get(column).unwrap_or_default());
            let fields: Vec<String> =
                fields.map(|field| field.escape_ascii().to_string()).collect();
            told += &format!("{}: {}\n", record.line(), fields.join(" | "));
        }
    }

    fn hold(text: &[u8], delimiter: u8) {
        let at_once = told(Box::new(std::io::Cursor::new(text.to_vec())), delimiter);
        let slowly = told(Box::new(Slowly(std::io::Cursor::new(text.to_vec()))), delimiter);
        assert_eq!(at_once, slowly, "{}", text.escape_ascii());
    }

    #[test]
    fn a_record_that_is_looked_at_once_has_the_fields_it_has_byte_by_byte() {
        for line in [
            "time,credits",
            "\"time\",\"credits\"",
            "\"time\",\"credits\"\r",
            "time,credits\r\r",
            "time,\"credits\"\r\r",
            "\"a,b\",c\r",
            "\"a\"\"b\",c",
            "a\"b,c\"d",
            " \"a\",b",
            "\"a\" ,b",
            "\"a\"\rb,c",
            "a\r,b",
            "\"\",\"\"",
            ",,",
            "\"2026-01-01T00:00:00Z\",\"usage\",\"1\"",
            "größer,\"ü,ß\",€",
        ] {
            hold(format!("{line}\nlast,row\n").as_bytes(), b',');
            hold(format!("x\n{line}\n{line}\nand a long row behind it\n").as_bytes(), b',');
        }
    }

    proptest! {
        #[test]
        fn any_records_are_the_same_at_once_and_byte_by_byte(
            text in proptest::collection::vec(
                prop_oneof![
                    4 => proptest::sample::select(b",\"\n\r ;a1".to_vec()).prop_map(|byte| vec![byte]),
                    1 => proptest::sample::select(vec!["\",\"", "\"\n\"", "\"\"", "\"\r\n", "\u{df}"])
                        .prop_map(|text| text.as_bytes().to_vec()),
                    1 => Just(b"2026-01-01T00:00:00Z".to_vec()),
                ],
                0..60,
            ),
            delimiter in proptest::sample::select(b",;".to_vec()),
        ) {
            hold(&text.concat(), delimiter);
        }
    }
}
