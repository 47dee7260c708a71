//! Records in JSON: an object on each line, or the array of a document.
//!
//! The header is the names of all records, so that the text is read twice: once for the names, once
//! for the rows. Lines are read one by one, or in pieces on any thread; a document is held in memory, as text.
//! Deliberately absent: how an object becomes cells.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::sync::Arc;

use memchr::memchr_iter;
use serde_json::value::RawValue;

use super::datasets::{self, MadeRecords};
use super::error::ExportError;
use super::flatten::{FlatCells, FlatNames, cell, elements, entries, is_array, is_object, joined};
use super::keyed::{self, KeyedArrays};
use super::nesting::{self, CellTable, RowPlace};
use super::pieces::{CutPiece, PieceSource, RowPiece};
use super::record::{RecordCells, RecordShapes};
use super::row::{Row, trimmed};

/// The longest line of JSON in bytes: 64 mebibytes.
const LONGEST: usize = 64 << 20;
/// Bytes that are read at once.
const AT_ONCE: usize = 64 << 10;
/// The depth to which objects are searched for arrays of records.
pub(super) const DEEP: usize = 8;

/// Records at the beginning of a file.
const BEGINNING: usize = 10_000;

/// The records that are read for the names of columns before the rows are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::usage) enum NameReach {
    /// Those at the beginning of JSON lines. A later one with another name is an error, and its reader starts again
    /// with all of them.
    Beginning,
    /// All of them.
    All,
}

/// The rows of JSON records.
pub(super) struct JsonRows {
    records: JsonRecords,
    /// What is known of the records; shared with the threads that read pieces of them.
    known: Arc<RecordRules>,
    /// Rows of the record at hand.
    waiting: VecDeque<WaitingRow>,
    /// The text of that record, where its rows are parts of it.
    record: String,
    /// What stands above those, for each object around some of them.
    above: Vec<FlatCells>,
    line: u64,
    name: String,
}

/// A row that was found in a record and is not yet handed on.
enum WaitingRow {
    Cells(FlatCells),
    /// The one under this of the objects above, from here to there in the record.
    Part(usize, (usize, usize)),
}

/// What records are read by.
#[derive(Clone)]
pub(super) struct RecordRules {
    names: FlatNames,
    place: RowPlace,
    /// The ways that records go, where each is a row.
    shapes: RecordShapes,
    /// Whether all records were read for their names.
    whole: bool,
}

/// Where records come from.
pub(super) enum JsonRecords {
    Lines(JsonLineReader),
    Document(JsonDocument),
}

impl JsonRecords {
    /// The next record and its line; `None` at the end.
    fn next(&mut self) -> Result<Option<(u64, &str)>, ExportError> {
        match self {
            JsonRecords::Lines(lines) => lines.next(),
            JsonRecords::Document(document) => Ok(document.next()),
        }
    }
}

impl JsonRecords {
    /// The names of cells, where the records are lists of them.
    fn names(&self) -> &[String] {
        match self {
            JsonRecords::Lines(_) => &[],
            JsonRecords::Document(document) => &document.names,
        }
    }
}

impl JsonRows {
    /// The rows of `records`, whose names `first` has gathered.
    pub(super) fn new(records: JsonRecords, first: FirstPass, name: String) -> JsonRows {
        let FirstPass { names, place, shapes, whole, .. } = first;
        let known = Arc::new(RecordRules { names, place, shapes, whole });
        let (waiting, record, above) = (VecDeque::new(), String::new(), Vec::new());
        JsonRows { records, known, waiting, record, above, line: 0, name }
    }

    /// Whether so many bytes of lines were read one by one that the rest is worth cutting.
    #[inline]
    pub(super) fn is_long(&self, after: u64) -> bool {
        match &self.records {
            JsonRecords::Lines(lines) => lines.passed >= after && self.waiting.is_empty(),
            JsonRecords::Document(_) => false,
        }
    }

    /// Reads the next row; `false` at the end.
    pub(super) fn next(&mut self, row: &mut Row) -> Result<bool, ExportError> {
        while self.waiting.is_empty() {
            let Some((line, text)) = self.records.next()? else { return Ok(false) };
            self.line = line;
            let RecordRules { names, place, shapes, .. } = &*self.known;
            if place.is_record() && shapes.fill(text, names.list.len(), row).is_ok() {
                row.line = line;
                return Ok(true);
            }
            if place.are_parts() {
                self.record.clear();
                self.record.push_str(text);
                let found = self.wait_for_parts();
                found.map_err(|why| problem(&self.name, line, &why))?;
                continue;
            }
            let rows = rows_of(text, place).and_then(|rows| match self.known.whole {
                true => Ok(rows),
                // No thread reads a piece while rows are read here.
                false => Arc::make_mut(&mut self.known).learned((text, line), rows),
            });
            let rows = rows.map_err(|why| problem(&self.name, line, &why))?;
            self.waiting.extend(rows.into_iter().map(WaitingRow::Cells));
        }
        let cells = match self.waiting.pop_front() {
            None => return Ok(false),
            Some(WaitingRow::Cells(cells)) => cells,
            Some(WaitingRow::Part(above, part)) => match self.part(above, part, row) {
                Ok(None) => return Ok(true),
                Ok(Some(cells)) => cells,
                Err(why) => return Err(problem(&self.name, self.line, &why)),
            },
        };
        row.begin(self.line);
        let names = &self.known.names;
        row.cells.resize(names.list.len(), (0, 0));
        place_cells(&cells, names, &mut row.cells, &mut row.text).map_err(|name| {
            let why = format!("the name `{name}` is new: the file has changed while it was read");
            problem(&self.name, self.line, &why)
        })?;
        Ok(true)
    }

    /// Finds the rows that are parts of the record at hand.
    fn wait_for_parts(&mut self) -> Result<(), String> {
        let RecordParts { above, parts } = RecordParts::of(&self.record, &self.known.place.path)?;
        let place = |value| place_in(&self.record, value);
        let rows = parts.into_iter().map(|(above, value)| WaitingRow::Part(above, place(value)));
        self.waiting.extend(rows);
        self.above = above;
        Ok(())
    }

    /// Fills a row with a part of the record at hand where that goes a known way; its cells otherwise.
    fn part(
        &mut self,
        above: usize,
        (from, to): (usize, usize),
        row: &mut Row,
    ) -> Result<Option<FlatCells>, String> {
        let RecordRules { names, place, shapes, whole } = &*self.known;
        let text = self.record.get(from..to).unwrap_or_default();
        let above = self.above.get(above).ok_or("a part without what is above it")?;
        if shapes.fill(text, names.list.len(), row).is_ok() {
            row.line = self.line;
            let placed = place_cells(above, names, &mut row.cells, &mut row.text);
            return match placed {
                Ok(()) => Ok(None),
                Err(_) => Ok(Some(part_cells(&place.prefix(), part(text)?, above)?)),
            };
        }
        let cells = part_cells(&place.prefix(), part(text)?, above)?;
        if *whole {
            return Ok(Some(cells));
        }
        // No thread reads a piece while rows are read here.
        let line = self.line;
        let rows = Arc::make_mut(&mut self.known).learned((text, line), vec![cells])?;
        Ok(rows.into_iter().next())
    }
}

/// A part of a record, which was read before.
fn part(text: &str) -> Result<&RawValue, String> {
    serde_json::from_str(text).map_err(|why| cut_or_broken(&why))
}

/// Puts the cells of a row in their places, their texts behind what `text` has; a name without a place is an error.
fn place_cells<'c>(
    cells: &'c FlatCells,
    names: &FlatNames,
    row: &mut [(usize, usize)],
    text: &mut String,
) -> Result<(), &'c str> {
    for (name, cell) in &cells.list {
        let place = names.place(name).and_then(|place| row.get_mut(place)).ok_or(name.as_str())?;
        let from = text.len();
        text.push_str(cell);
        *place = trimmed(text.as_bytes(), (from, text.len()));
    }
    Ok(())
}

impl PieceSource for JsonRows {
    type Rules = Arc<RecordRules>;

    fn rules(&self) -> Arc<RecordRules> {
        Arc::clone(&self.known)
    }

    fn cut(&mut self, bytes: usize) -> Option<CutPiece> {
        match &mut self.records {
            JsonRecords::Lines(lines) => lines.cut(bytes),
            JsonRecords::Document(_) => None,
        }
    }

    fn split(piece: CutPiece, rules: &Arc<RecordRules>) -> RowPiece {
        rules.split(piece)
    }

    fn give_back(&mut self, bytes: &[u8], lines: u64) {
        if let JsonRecords::Lines(reader) = &mut self.records {
            reader.give_back(bytes, lines);
        }
    }

    fn after_pieces(&mut self, _: bool) {
        if let JsonRecords::Lines(reader) = &mut self.records {
            reader.passed = 0;
        }
    }
}

impl RecordRules {
    /// Learns how a record goes whose names were all read before; the error says that one was not.
    fn learned(
        &mut self,
        (text, line): (&str, u64),
        rows: Vec<FlatCells>,
    ) -> Result<Vec<FlatCells>, String> {
        let prefix = self.place.prefix();
        let RecordRules { names, shapes, .. } = self;
        let known = (names.list.len(), names.nested.len());
        rows.iter().try_for_each(|row| names.gather(row, line))?;
        if known != (names.list.len(), names.nested.len()) {
            return Err("a name of this record is in none at the beginning of the file".to_owned());
        }
        shapes.learn(&prefix, text, names);
        Ok(rows)
    }

    /// The rows of a piece, as far as all that is in them is known.
    fn split(&self, piece: CutPiece) -> RowPiece {
        let CutPiece { bytes, lines } = piece;
        let width = self.names.list.len();
        let (mut rows, text) = match RowPiece::of_text(bytes, lines, width) {
            Ok(piece) => piece,
            Err(broken) => return *broken,
        };
        let (mut aside, mut at) = (String::new(), (0, lines));
        while let Some(rest) = text.get(at.0..).filter(|rest| !rest.is_empty()) {
            let length = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |end| end + 1);
            let (record, line) = (rest.get(..length).unwrap_or_default(), at.1 + 1);
            if !record.trim_ascii().is_empty()
                && !self.add_rows(record, (at.0, line), &mut rows, &mut aside)
            {
                return rows.until(text, &aside, at);
            }
            at = (at.0 + length, line);
        }
        rows.whole(text, &aside, at)
    }

    /// Adds the rows of the record that begins at a place and a line; `false`, with nothing added, where it is broken
    /// or has a name that is not known.
    #[inline]
    fn add_rows(
        &self,
        record: &str,
        (at, line): (usize, u64),
        piece: &mut RowPiece,
        aside: &mut String,
    ) -> bool {
        if self.place.is_record() {
            let before = aside.len();
            let aside_from = piece.length();
            let cells = piece.begin_row();
            let mut cells = RecordCells { cells, from: at, aside, aside_from };
            if self.shapes.fill_cells(record, &mut cells).is_ok() {
                piece.end_row(line);
                return true;
            }
            piece.drop_row();
            aside.truncate(before);
        }
        self.add_any(record, line, piece, aside)
    }

    /// The same in the way that reads every record.
    #[cold]
    fn add_any(&self, record: &str, line: u64, piece: &mut RowPiece, aside: &mut String) -> bool {
        let Ok(rows) = rows_of(record, &self.place) else { return false };
        if !rows.iter().all(|row| self.names.has_all_of(row)) {
            return false;
        }
        for row in &rows {
            let length = piece.length();
            let cells = piece.begin_row();
            place_cells(row, &self.names, cells, aside).expect("all its names are known");
            cells.iter_mut().for_each(|cell| *cell = (length + cell.0, length + cell.1));
            piece.end_row(line);
        }
        true
    }
}

/// The findings of a first reading of all records.
#[derive(Clone, Debug)]
pub(super) struct FirstPass {
    pub(super) names: FlatNames,
    pub(super) place: RowPlace,
    pub(super) shapes: RecordShapes,
    pub(super) evidence: Vec<String>,
    /// Whether these are the findings of all records.
    pub(super) whole: bool,
}

impl FirstPass {
    /// Reads records for their names, all of them or those at the beginning; where their rows lie is found if `path`
    /// is empty.
    pub(super) fn over(
        records: &mut JsonRecords,
        path: Vec<String>,
        reach: NameReach,
        name: &str,
    ) -> Result<FirstPass, ExportError> {
        let mut first = Vec::new();
        while first.len() < nesting::LOOKED_AT
            && let Some((line, text)) = records.next()?
        {
            first.push((line, text.to_owned()));
        }
        let place = match (records.names(), path.is_empty()) {
            (names @ [_, ..], _) => RowPlace { names: names.to_vec(), ..RowPlace::default() },
            ([], true) => place_of(&first, name)?,
            ([], false) => RowPlace { path, ..RowPlace::default() },
        };
        let (mut names, mut shapes) = (FlatNames::default(), RecordShapes::default());
        let mut row = Row::new();
        let mut gather = |line: u64, text: &str| {
            if place.is_record() && shapes.fill(text, names.list.len(), &mut row).is_ok() {
                return Ok(());
            }
            if place.are_parts() {
                let gathered = gather_parts((text, line), &place, (&mut names, &mut shapes));
                return gathered.map_err(|why| problem(name, line, &why));
            }
            let rows = rows_of(text, &place);
            let gathered =
                rows.and_then(|rows| rows.iter().try_for_each(|row| names.gather(row, line)));
            gathered.map_err(|why| problem(name, line, &why))?;
            shapes.learn("", text, &names);
            Ok(())
        };
        first.iter().try_for_each(|(line, text)| gather(*line, text))?;
        let mut left = if reach == NameReach::All { usize::MAX } else { BEGINNING };
        while left > 0
            && let Some((line, text)) = records.next()?
        {
            gather(line, text)?;
            left -= 1;
        }
        let evidence = evidence(&names, &place);
        Ok(FirstPass { names, place, shapes, evidence, whole: left > 0 })
    }
}

/// Where the rows of the first records lie.
fn place_of(first: &[(u64, String)], name: &str) -> Result<RowPlace, ExportError> {
    let mut records: Vec<&RawValue> = Vec::with_capacity(first.len());
    for (line, text) in first {
        let record = serde_json::from_str(text);
        records.push(record.map_err(|why| problem(name, *line, &cut_or_broken(&why)))?);
    }
    let line = first.first().map_or(1, |(line, _)| *line);
    nesting::find(&records).map_err(|why| problem(name, line, &why))
}

/// Why rows lie where they do, one sentence each.
fn evidence(names: &FlatNames, place: &RowPlace) -> Vec<String> {
    let mut evidence = Vec::new();
    if !place.path.is_empty() {
        let path = place.path.join(".");
        evidence.push(format!("Each element of `{path}` is a row, with what stands above it."));
    }
    if !place.lists.is_empty() {
        let lists: Vec<String> = place.lists.iter().map(|list| format!("`{list}`")).collect();
        evidence.push(format!("The lists {} are columns side by side.", lists.join(", ")));
    }
    evidence.extend(names.nested.iter().map(|of| {
        format!(
            "`{of}` holds records of its own, which do not count; to read those: `--records {of}`."
        )
    }));
    evidence
}

/// Adds the names of the parts of one record, and the ways that they go.
fn gather_parts(
    (text, line): (&str, u64),
    place: &RowPlace,
    (names, shapes): (&mut FlatNames, &mut RecordShapes),
) -> Result<(), String> {
    let RecordParts { above, parts } = RecordParts::of(text, &place.path)?;
    let (prefix, mut row, mut last) = (place.prefix(), Row::new(), None);
    for (at, value) in parts {
        let above = above.get(at).ok_or("a part without what is above it")?;
        if last.replace(at) != Some(at) {
            names.gather(above, line)?;
        }
        if shapes.fill(value.get(), names.list.len(), &mut row).is_ok() {
            continue;
        }
        names.gather(&part_cells(&prefix, value, above)?, line)?;
        shapes.learn(&prefix, value.get(), names);
    }
    Ok(())
}

/// The rows of one record.
fn rows_of(text: &str, place: &RowPlace) -> Result<Vec<FlatCells>, String> {
    if !place.names.is_empty() {
        let record = part(text)?;
        return Ok(vec![FlatCells::listed(record, &place.names)?]);
    }
    let RecordParts { above, parts } = RecordParts::of(text, &place.path)?;
    let prefix = place.prefix();
    let above = |at: usize| above.get(at).ok_or("a part without what is above it");
    let cells = |(at, value)| part_cells(&prefix, value, above(at)?);
    let rows = parts.into_iter().map(cells).collect::<Result<Vec<FlatCells>, String>>()?;
    if place.lists.is_empty() {
        return Ok(rows);
    }
    let mut each = Vec::new();
    for row in rows {
        row.side_by_side(&place.lists, &mut each)?;
    }
    Ok(each)
}

/// The parts of a record that are rows.
struct RecordParts<'t> {
    /// The cells of the objects that stand above some of them.
    above: Vec<FlatCells>,
    /// Which of those stands above each, and its value.
    parts: Vec<(usize, &'t RawValue)>,
}

impl<'t> RecordParts<'t> {
    /// Finds the parts of a record at the end of a path of arrays.
    fn of(text: &'t str, path: &[String]) -> Result<RecordParts<'t>, String> {
        let mut found = RecordParts { above: vec![FlatCells::default()], parts: Vec::new() };
        found.add("", part(text)?, path, 0)?;
        Ok(found)
    }

    /// Adds the parts in a value below one of the objects above.
    fn add(
        &mut self,
        prefix: &str,
        value: &'t RawValue,
        path: &[String],
        above: usize,
    ) -> Result<(), String> {
        let Some((step, rest)) = path.split_first() else {
            self.parts.push((above, value));
            return Ok(());
        };
        if !is_object(value) {
            return Err(NO_OBJECT.to_owned());
        }
        let (mut cells, mut inner) = (self.above.get(above).cloned().unwrap_or_default(), None);
        entries(value, |key, value| {
            if key == step {
                inner = Some(value);
                return Ok(());
            }
            cells.add(&joined(prefix, key), value)
        })?;
        let above = self.above.len();
        self.above.push(cells);
        let prefix = joined(prefix, step);
        match inner {
            Some(value) if is_array(value) => {
                elements(value, |value| self.add(&prefix, value, rest, above))
            }
            Some(value) if is_object(value) => self.add(&prefix, value, rest, above),
            _ => Ok(()),
        }
    }
}

/// Why a record is not read.
const NO_OBJECT: &str = "a record is no object; write the table as CSV (`jq -r '.[] | @csv'`)";

/// The cells of a part of a record, behind those that stand above it.
fn part_cells(prefix: &str, part: &RawValue, above: &FlatCells) -> Result<FlatCells, String> {
    let mut cells = above.clone();
    if is_array(part) && !prefix.is_empty() {
        let mut place = 0;
        elements(part, |value| {
            place += 1;
            cells.add(&joined(prefix, &place.to_string()), value)
        })?;
        return Ok(cells);
    }
    if !is_object(part) {
        return Err(NO_OBJECT.to_owned());
    }
    cells.add_object(prefix, part)?;
    Ok(cells)
}

/// Lines with an object each.
pub(super) struct JsonLineReader {
    input: LineInput,
    name: String,
    text: Vec<u8>,
    lines: u64,
    /// Bytes that were read line by line since the last pieces.
    passed: u64,
}

impl JsonLineReader {
    pub(super) fn new(input: Box<dyn Read + Send>, name: String) -> JsonLineReader {
        JsonLineReader { input: LineInput::new(input), name, text: Vec::new(), lines: 0, passed: 0 }
    }

    /// The next line that is not blank.
    fn next(&mut self) -> Result<Option<(u64, &str)>, ExportError> {
        loop {
            self.text.clear();
            let count = line(&mut self.input, &mut self.text).map_err(|cause| {
                let (name, line) = (self.name.clone(), self.lines);
                ExportError::Read { name, line, cause }
            })?;
            if count == 0 {
                return Ok(None);
            }
            self.lines += 1;
            self.passed += count as u64;
            if count >= LONGEST && self.text.last() != Some(&b'\n') {
                let why = "a line of more than 64 MiB; these are no records of usage";
                return Err(problem(&self.name, self.lines, why));
            }
            if !self.text.trim_ascii().is_empty() {
                break;
            }
        }
        let text = str::from_utf8(&self.text);
        let text = text.map_err(|_| problem(&self.name, self.lines, "not UTF-8 text"))?;
        Ok(Some((self.lines, text)))
    }

    /// Cuts a piece of whole lines of at most so many bytes, unless a line is longer; `None` where the rest is better read
    /// line by line: at the end of the source, where it fails, and where a line is too long.
    fn cut(&mut self, bytes: usize) -> Option<CutPiece> {
        let bytes = self.input.whole_lines(bytes)?;
        let lines = self.lines;
        self.lines += memchr_iter(b'\n', &bytes).count() as u64;
        Some(CutPiece { bytes, lines })
    }

    /// Takes back bytes from a place with so many lines before it.
    fn give_back(&mut self, bytes: &[u8], lines: u64) {
        self.input.give_back(bytes);
        self.lines = lines;
    }
}

/// The bytes of a source, of which some were read ahead.
struct LineInput {
    input: BufReader<Box<dyn Read + Send>>,
    /// What was read ahead; what lies before `at` was used.
    ahead: Vec<u8>,
    at: usize,
    /// Why the source failed behind that.
    failed: Option<io::Error>,
}

impl LineInput {
    fn new(input: Box<dyn Read + Send>) -> LineInput {
        let input = BufReader::with_capacity(AT_ONCE, input);
        LineInput { input, ahead: Vec::new(), at: 0, failed: None }
    }

    /// Takes whole lines of at most so many bytes, or one that is longer; `None` where the source ends or fails before
    /// there are so many bytes, and where a line is too long.
    fn whole_lines(&mut self, bytes: usize) -> Option<Vec<u8>> {
        let mut text = self.ahead.split_off(self.at);
        (self.ahead, self.at) = (Vec::new(), 0);
        let (mut room, mut passed) = (bytes, 0);
        let end = loop {
            if text.len() < room && !self.read_ahead(&mut text, room) {
                break None;
            }
            let new = text.get(passed..room).unwrap_or_default();
            if let Some(end) = memchr::memrchr(b'\n', new) {
                break Some(passed + end + 1);
            }
            if room > LONGEST {
                break None;
            }
            (passed, room) = (room, 2 * room);
        };
        self.ahead = text.split_off(end.unwrap_or(0));
        end.map(|_| text)
    }

    /// Reads until there are so many bytes; `false` where the source ends or fails before.
    fn read_ahead(&mut self, text: &mut Vec<u8>, room: usize) -> bool {
        let before = text.len();
        let wanted = (room - before) as u64;
        if self.failed.is_some() {
            return false;
        }
        match Read::by_ref(&mut self.input).take(wanted).read_to_end(text) {
            Ok(count) => count as u64 == wanted,
            Err(cause) => {
                self.failed = Some(cause);
                false
            }
        }
    }

    /// Takes back bytes that were used last.
    fn give_back(&mut self, bytes: &[u8]) {
        let rest = self.ahead.get(self.at..).unwrap_or_default();
        self.ahead = [bytes, rest].concat();
        self.at = 0;
    }
}

impl LineInput {
    /// What is not yet used; nothing at the end.
    fn unused(&mut self) -> io::Result<&[u8]> {
        if self.at < self.ahead.len() {
            return Ok(self.ahead.get(self.at..).unwrap_or_default());
        }
        match self.failed.take() {
            Some(cause) => Err(cause),
            None => self.input.fill_buf(),
        }
    }

    /// Uses so many bytes.
    fn consume(&mut self, count: usize) {
        match self.at < self.ahead.len() {
            true => self.at += count,
            false => self.input.consume(count),
        }
    }
}

/// Reads a line with its end, or a part of one that is as long as a line may be; returns its bytes, of which
/// there are none at the end.
fn line(input: &mut LineInput, text: &mut Vec<u8>) -> io::Result<usize> {
    while text.len() < LONGEST {
        let read = match input.unused() {
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        let end = memchr::memchr(b'\n', read).map(|place| place + 1);
        let used = end.unwrap_or(read.len()).min(LONGEST - text.len());
        text.extend_from_slice(read.get(..used).unwrap_or_default());
        input.consume(used);
        if used == 0 || text.last() == Some(&b'\n') {
            break;
        }
    }
    Ok(text.len())
}

/// The records of a document, which is held as text.
#[derive(Clone, Debug)]
pub(super) struct JsonDocument {
    text: Arc<str>,
    /// Where in the text the records are.
    places: Arc<Vec<(usize, usize)>>,
    /// The names of cells, where the records are lists of them.
    names: Arc<Vec<String>>,
    /// What stands around the records: names and values that are no lists.
    around: Arc<Vec<(String, String)>>,
    next: usize,
    /// The line ends before a place in the text.
    counted: (usize, u64),
}

impl JsonDocument {
    /// Finds the records of a document: in the array at `path`, or in the only array of objects.
    /// Returns where the array is, as names joined by dots, and what is left of the path within it.
    pub(super) fn open(
        mut input: Box<dyn Read + Send>,
        path: &[String],
        name: &str,
    ) -> Result<(JsonDocument, String, Vec<String>), ExportError> {
        let mut bytes = Vec::new();
        input.read_to_end(&mut bytes).map_err(|cause| {
            let (name, line) = (name.to_owned(), memchr_iter(b'\n', &bytes).count() as u64);
            ExportError::Read { name, line, cause }
        })?;
        let text = String::from_utf8(bytes).map_err(|why| {
            let before = why.as_bytes().get(..why.utf8_error().valid_up_to()).unwrap_or_default();
            problem(name, 1 + memchr_iter(b'\n', before).count() as u64, "not UTF-8 text")
        })?;
        let found = found(&text, path).map_err(|(line, why)| problem(name, line, &why))?;
        let FoundRecords { places, place, rest, names, keyed } = found;
        let around = Arc::new(around(&text));
        let text = keyed.unwrap_or(text);
        let (text, places, names) = (Arc::from(text), Arc::new(places), Arc::new(names));
        let document = JsonDocument { text, places, names, around, next: 0, counted: (0, 0) };
        Ok((document, place, rest))
    }

    /// What stands around the records: names joined by dots, and values that are no lists.
    pub(super) fn around(&self) -> &[(String, String)] {
        &self.around
    }

    /// The next record.
    fn next(&mut self) -> Option<(u64, &str)> {
        let &(from, to) = self.places.get(self.next)?;
        self.next += 1;
        let passed = self.text.as_bytes().get(self.counted.0..from).unwrap_or_default();
        self.counted = (from, self.counted.1 + memchr_iter(b'\n', passed).count() as u64);
        Some((self.counted.1 + 1, self.text.get(from..to)?))
    }
}

/// The short values of a document that stand around its records, to a depth at which what is said of the document is
/// found: `has_more`, `meta.total_pages`.
fn around(text: &str) -> Vec<(String, String)> {
    const DEPTH: usize = 3;
    const MOST: usize = 100;
    fn gather(prefix: &str, value: &RawValue, depth: usize, all: &mut Vec<(String, String)>) {
        let each = |key: &str, value: &RawValue| {
            let name = joined(prefix, key);
            match value.get().as_bytes().first() {
                Some(b'[') => {}
                Some(b'{') if depth > 0 => gather(&name, value, depth - 1, all),
                Some(b'{') => {}
                _ if all.len() < MOST => all.push((name, cell(value)?)),
                _ => {}
            }
            Ok(())
        };
        // What cannot be read is told where it is read for its records.
        entries(value, each).ok();
    }
    let mut all = Vec::new();
    match serde_json::from_str::<&RawValue>(text) {
        Ok(root) if is_object(root) => gather("", root, DEPTH, &mut all),
        _ => {}
    }
    all
}

/// The records of a document.
struct FoundRecords {
    places: Vec<(usize, usize)>,
    place: String,
    rest: Vec<String>,
    /// The names of cells, where the records are lists of them.
    names: Vec<String>,
    /// The text in which each record says the key of its array, or all that it holds; `None` where they stand as they are in one array.
    keyed: Option<String>,
}

impl FoundRecords {
    /// Records that were made of a document, one on each line.
    fn made(made: &MadeRecords) -> FoundRecords {
        let (mut text, mut places) = (String::new(), Vec::with_capacity(made.lines.len()));
        for line in &made.lines {
            places.push((text.len(), text.len() + line.len()));
            text.push_str(line);
            text.push('\n');
        }
        let place = made.place.to_owned();
        FoundRecords { places, place, rest: Vec::new(), names: Vec::new(), keyed: Some(text) }
    }
}

/// A problem and the line it is on.
type Problem = (u64, String);

/// Finds the records in the text of a document.
fn found(text: &str, path: &[String]) -> Result<FoundRecords, Problem> {
    let mut values = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter::<&RawValue>() {
        values.push(value.map_err(|why| (why.line() as u64, cut_or_broken(&why)))?);
    }
    let places = |values: &[&RawValue]| values.iter().map(|value| place_in(text, value)).collect();
    let all = |values: &[&RawValue]| FoundRecords {
        places: places(values),
        place: String::new(),
        rest: path.to_vec(),
        names: Vec::new(),
        keyed: None,
    };
    let &[root] = values.as_slice() else { return Ok(all(&values)) };
    let at = |value: &RawValue, why: String| (line_of(text, value), why);
    if path.is_empty()
        && let Some(made) = datasets::records(root).map_err(|why| at(root, why))?
    {
        return Ok(FoundRecords::made(&made));
    }
    if path.is_empty()
        && let Some(table) = nesting::table_of_cells(root).map_err(|why| at(root, why))?
    {
        let CellTable { place, rows, names } = table;
        return Ok(FoundRecords {
            places: places(&rows),
            place,
            rest: Vec::new(),
            names,
            keyed: None,
        });
    }
    if let Some(records) = keyed_records(text, root, path).map_err(|why| at(root, why))? {
        return Ok(records);
    }
    let (array, place, rest) = if path.is_empty() {
        match only_array(root).map_err(|why| at(root, why))? {
            Some((place, array)) => (array, place, Vec::new()),
            None => return Ok(all(&[root])),
        }
    } else {
        array_at(root, path).map_err(|why| at(root, why))?
    };
    let mut records = Vec::new();
    let gathered = elements(array, |value| {
        records.push(value);
        Ok(())
    });
    gathered.map_err(|why| at(array, why))?;
    match records.iter().find(|record| !is_object(record)) {
        Some(other) => Err(at(other, no_records(&place))),
        None => {
            let (places, names) = (places(&records), Vec::new());
            Ok(FoundRecords { places, place, rest, names, keyed: None })
        }
    }
}

/// The records in arrays under several keys, where those are data or a path asks for all of them.
fn keyed_records(
    text: &str,
    root: &RawValue,
    path: &[String],
) -> Result<Option<FoundRecords>, String> {
    let keyed = match path {
        [] => keyed::of_document(root).filter(KeyedArrays::are_data),
        path => keyed::at_path(root, path)?,
    };
    let Some(arrays) = keyed else { return Ok(None) };
    let (keyed, places) = arrays.written_in(text)?;
    let KeyedArrays { place, rest, .. } = arrays;
    Ok(Some(FoundRecords { places, place, rest, names: Vec::new(), keyed: Some(keyed) }))
}

/// Why an array is not read.
pub(super) fn no_records(place: &str) -> String {
    let (what, query) = match place {
        "" => ("the document".to_owned(), ".[]".to_owned()),
        place => (format!("the array `{place}`"), format!(".{place}[]")),
    };
    format!(
        "{what} holds other things than objects; if they are rows of cells, write them as CSV \
         (`jq -r '{query} | @csv' FILE > usage.csv`)"
    )
}

/// Where a value is in the text that it is a part of.
pub(super) fn place_in(text: &str, value: &RawValue) -> (usize, usize) {
    let from = value.get().as_ptr().addr() - text.as_ptr().addr();
    (from, from + value.get().len())
}

/// The line on which a value begins.
fn line_of(text: &str, value: &RawValue) -> u64 {
    let before = text.as_bytes().get(..place_in(text, value).0).unwrap_or_default();
    1 + memchr_iter(b'\n', before).count() as u64
}

/// The array at a path of names, and what is left of the path within its objects.
pub(super) fn array_at<'a>(
    root: &'a RawValue,
    path: &[String],
) -> Result<(&'a RawValue, String, Vec<String>), String> {
    let (mut value, mut place, mut rest) = (root, String::new(), path);
    while !is_array(value) {
        let mut inner = None;
        let step = rest.split_first();
        if let Some((step, _)) = step.filter(|_| is_object(value)) {
            entries(value, |key, value| {
                inner = if key == step { Some(value) } else { inner };
                Ok(())
            })?;
        }
        let (Some(found), Some((step, left))) = (inner, step) else {
            return Err(format!(
                "the document has no array at `{}`, which `records` names",
                path.join(".")
            ));
        };
        (value, place, rest) = (found, joined(&place, step), left);
    }
    Ok((value, place, rest.to_vec()))
}

/// The array of records in a document, with its place; `None` if the document is one record.
fn only_array(root: &RawValue) -> Result<Option<(String, &RawValue)>, String> {
    if is_array(root) {
        return Ok(Some((String::new(), root)));
    }
    if !is_object(root) {
        return Err("holds no object and no array of objects".to_owned());
    }
    let mut arrays = Vec::new();
    search("", root, DEEP, &mut arrays)?;
    let holding = |first: u8| {
        arrays.iter().filter(move |(_, _, found)| *found == Some(first)).collect::<Vec<_>>()
    };
    let of_objects = holding(b'{');
    let of_arrays = holding(b'[');
    let empty: Vec<_> = arrays.iter().filter(|(_, _, first)| first.is_none()).collect();
    match (of_objects.as_slice(), of_arrays.as_slice(), empty.as_slice()) {
        ([(place, array, _)], ..) | ([], [], [(place, array, _)]) => {
            Ok(Some((place.clone(), *array)))
        }
        ([], [(place, ..), ..], _) => Err(no_records(place)),
        ([], ..) => Ok(None),
        (several, ..) => Err(which_array(root, several)?),
    }
}

/// The choice between several arrays of records.
fn which_array(root: &RawValue, several: &[&FoundArray<'_>]) -> Result<String, String> {
    let places: Vec<String> = several.iter().map(|(place, ..)| format!("`{place}`")).collect();
    // The array with the most records is the likeliest, and the first of those.
    let mut most = ("", 0);
    for (place, array, _) in several {
        let mut count = 0;
        elements(array, |_| {
            count += 1;
            Ok(())
        })?;
        most = if count > most.1 { (place, count) } else { most };
    }
    let likely = most.0;
    let together = keyed::of_document(root).filter(KeyedArrays::may_be_one);
    let together = together.map_or(";".to_owned(), |arrays| {
        format!(
            ", whose records have the same names: if all are usage, `--records '{}'` reads them with the key of each \
             as its `{}`; or",
            arrays.place, arrays.name
        )
    });
    Ok(format!(
        "the document has {} arrays of records ({}){together} choose one (`--records {likely}`, or `records` in `[usage]`)",
        places.len(),
        places.join(", ")
    ))
}

/// An array: its place, its text, and the first byte of its first element.
pub(super) type FoundArray<'a> = (String, &'a RawValue, Option<u8>);

/// Gathers the arrays in objects, those in objects within them too.
pub(super) fn search<'a>(
    prefix: &str,
    object: &'a RawValue,
    deep: usize,
    arrays: &mut Vec<FoundArray<'a>>,
) -> Result<(), String> {
    entries(object, |key, value| {
        let place = joined(prefix, key);
        if is_array(value) {
            let inner = value.get().get(1..).unwrap_or_default().trim_start();
            let first = inner.bytes().next().filter(|&byte| byte != b']');
            arrays.push((place, value, first));
            return Ok(());
        }
        if is_object(value) && deep > 0 {
            return search(&place, value, deep - 1, arrays);
        }
        Ok(())
    })
}

/// The fault of a text that should be JSON.
fn cut_or_broken(why: &serde_json::Error) -> String {
    if why.is_eof() {
        return "ends within a value; if the file was cut here, export it again".to_owned();
    }
    let text = why.to_string();
    let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    format!("no JSON from column {} on: {what}", why.column())
}

fn problem(name: &str, line: u64, why: &str) -> ExportError {
    ExportError::Json { name: name.to_owned(), line, why: why.to_owned() }
}

/// A source that can be read twice.
pub(super) fn held(mut input: Box<dyn Read + Send>, name: &str) -> Result<Arc<[u8]>, ExportError> {
    let mut bytes = Vec::new();
    let read = input.read_to_end(&mut bytes);
    read.map_err(|cause| ExportError::Read { name: name.to_owned(), line: 0, cause })?;
    Ok(Arc::from(bytes))
}

/// Bytes as a source.
pub(super) fn source(bytes: &Arc<[u8]>) -> Box<dyn Read + Send> {
    Box::new(Cursor::new(Arc::clone(bytes)))
}
