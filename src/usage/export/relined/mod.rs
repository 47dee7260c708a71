//! Texts whose lines are written anew before they are split, line by line: drawn tables lose their drawing, page breaks their
//! titles, and cells that no reader of a column knows are written as it does.
//!
//! Each kind is found by the beginning of a text alone, and told. A line keeps its number. Deliberately absent: a kind that makes several
//! rows of a line.

mod datev;
mod eras;
mod far_header;
mod labelled;
mod limits;
mod outline;
mod packed_clocks;
mod packed_days;
mod pages;
mod regrouped;
mod ruled;

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::ops::Range;
use std::sync::Arc;

use super::drawn;
use super::encoding::valid_text;
use super::error::ExportError;
use super::layout::Layout;
use super::sniff::Sniffed;
use super::written::{DELIMITERS, written};

/// The longest line that is looked at as a whole.
const LONGEST: u64 = 1 << 20;

/// What is written in place of the lines of a text.
pub(super) trait LineRule: Send + Sync {
    /// What stands in place of a line, which is given with its number from 1 and without its end; `None` if it stays.
    fn instead(&self, line: u64, text: &str) -> Option<String>;
}

/// A way in which the lines of a text are written anew.
pub(super) struct Relining {
    pub(super) rule: Arc<dyn LineRule>,
    /// What parts the cells then, if it is known, and whether the file has it.
    pub(super) delimiter: Option<(u8, bool)>,
    /// What is told of it.
    pub(super) remark: String,
}

/// The beginning of a text, and how it is to be read.
#[derive(Clone, Copy)]
struct TextStart<'t> {
    text: &'t str,
    /// Whether it is all there is.
    is_whole: bool,
    /// What parts the cells, if it is known.
    delimiter: Option<char>,
    name: &'t str,
}

impl<'t> TextStart<'t> {
    fn lines(self) -> impl Iterator<Item = (u64, &'t str)> + Clone {
        (1..).zip(self.text.lines())
    }

    /// Whether one of the first lines is such, which is asked before they are split.
    fn has_line(self, is_such: impl Fn(&str) -> bool) -> bool {
        self.text.lines().take(LOOKED_AT).any(is_such)
    }

    /// What parts the cells of the first of the lines that has several.
    fn likely_delimiter(self) -> Option<char> {
        let of_line = |(_, line): (u64, &str)| {
            let counted = DELIMITERS.map(char::from).map(|one| (line.matches(one).count(), one));
            let most = counted.iter().map(|(count, _)| *count).max().filter(|most| *most > 0)?;
            counted.iter().find(|(count, _)| *count == most).map(|(_, one)| *one)
        };
        self.delimiter.or_else(|| self.lines().take(LOOKED_AT).find_map(of_line))
    }
}

/// Lines in which a kind is looked for.
const LOOKED_AT: usize = 60;

/// How a kind is found; the error is its problem.
type FindRelining = fn(TextStart<'_>) -> Result<Option<Relining>, ExportError>;

/// The kinds, in the order in which they are taken off.
const KINDS: [FindRelining; 11] = [
    |start| Ok(drawn::relining(start.text, start.delimiter)),
    |start| Ok(ruled::relining(start)),
    |start| Ok(datev::relining(start)),
    |start| Ok(pages::relining(start)),
    regrouped::relining,
    |start| Ok(limits::relining(start)),
    |start| Ok(packed_clocks::relining(start)),
    |start| Ok(packed_days::relining(start)),
    |start| Ok(eras::relining(start)),
    |start| Ok(outline::relining(start)),
    |start| Ok(labelled::relining(start)),
];

/// A text with its lines as they are to be split.
pub(super) struct Relined {
    pub(super) sniffed: Sniffed,
    /// What parts the cells, if it is known, and whether the file has it.
    pub(super) delimiter: Option<u8>,
    pub(super) has_delimiter: bool,
    /// What is told of the lines, one sentence each.
    pub(super) remarks: Vec<String>,
}

/// Writes the lines of a text anew, as far as they are of a kind that needs it.
pub(super) fn relined(sniffed: Sniffed, layout: &Layout) -> Result<Relined, ExportError> {
    let (mut sniffed, passed) = far_header::passed(sniffed, layout)?;
    let mut remarks: Vec<String> = passed.into_iter().collect();
    let (mut delimiter, mut has_delimiter) = (layout.delimiter, true);
    let mut kinds = KINDS.iter();
    loop {
        let (sample, name) = (Arc::clone(&sniffed.sample), sniffed.name.clone());
        let start = TextStart {
            text: valid_text(&sample),
            is_whole: sniffed.whole,
            delimiter: delimiter.map(char::from),
            name: &name,
        };
        let found = kinds.find_map(|find| find(start).transpose()).transpose()?;
        let Some(Relining { rule, delimiter: own, remark }) = found else {
            return Ok(Relined { sniffed, delimiter, has_delimiter, remarks });
        };
        let failed = |cause| ExportError::Read { name: name.clone(), line: 0, cause };
        let sample = sample_of(&sample, &rule).map_err(failed)?;
        let input = Box::new(RelinedText::new(sniffed.input, rule));
        sniffed = Sniffed { input, sample: sample.into(), ..sniffed };
        if let Some((own, is_of_file)) = own {
            (delimiter, has_delimiter) = (Some(own), is_of_file);
        }
        remarks.push(remark);
    }
}

/// The lines of a sample, written anew.
fn sample_of(sample: &Arc<[u8]>, rule: &Arc<dyn LineRule>) -> io::Result<Vec<u8>> {
    let mut relined = Vec::new();
    let input = Box::new(Cursor::new(Arc::clone(sample)));
    RelinedText::new(input, Arc::clone(rule)).read_to_end(&mut relined)?;
    Ok(relined)
}

/// The text with its lines written anew.
pub(super) struct RelinedText {
    input: BufReader<Box<dyn Read + Send>>,
    rule: Arc<dyn LineRule>,
    line: Vec<u8>,
    number: u64,
    /// What of the line was not yet handed on.
    from: usize,
}

impl RelinedText {
    pub(super) fn new(input: Box<dyn Read + Send>, rule: Arc<dyn LineRule>) -> RelinedText {
        RelinedText { input: BufReader::new(input), rule, line: Vec::new(), number: 1, from: 0 }
    }
}

impl Read for RelinedText {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.from == self.line.len() {
            self.from = 0;
            self.line.clear();
            if self.input.by_ref().take(LONGEST).read_until(b'\n', &mut self.line)? == 0 {
                return Ok(0);
            }
            let has_end = self.line.ends_with(b"\n");
            let text = str::from_utf8(&self.line).unwrap_or_default();
            let text = text.trim_end_matches(['\r', '\n']);
            if let Some(instead) = self.rule.instead(self.number, text) {
                self.line = instead.into_bytes();
                self.line.extend(has_end.then_some(b'\n'));
            }
            self.number += u64::from(has_end);
        }
        let rest = self.line.get(self.from..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        if let (Some(to), Some(rest)) = (buffer.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(rest);
        }
        self.from += count;
        Ok(count)
    }
}

/// A cell of a line: where it stands, with its quotes, and its text without them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct LineCell<'l> {
    place: Range<usize>,
    text: Cow<'l, str>,
    is_quoted: bool,
}

/// The cells of a line that is a row of its own; `None` where a quote opens that does not close in it.
fn cells_of(line: &str, delimiter: char) -> Option<Vec<LineCell<'_>>> {
    let (mut cells, mut at) = (Vec::new(), 0);
    loop {
        let rest = line.get(at..)?;
        let is_quoted = rest.starts_with('"');
        let (length, text) = match is_quoted {
            true => {
                let end = quoted_end(rest)?;
                let inside = rest.get(1..end - 1)?.trim();
                let text = match inside.contains('"') {
                    true => Cow::Owned(inside.replace("\"\"", "\"")),
                    false => Cow::Borrowed(inside),
                };
                (end, text)
            }
            false => {
                let end = rest.find(delimiter).unwrap_or(rest.len());
                (end, Cow::Borrowed(rest.get(..end)?.trim()))
            }
        };
        cells.push(LineCell { place: at..at + length, text, is_quoted });
        let behind = line.get(at + length..)?;
        match behind.strip_prefix(delimiter) {
            Some(_) => at += length + delimiter.len_utf8(),
            None => return behind.is_empty().then_some(cells),
        }
    }
}

/// Where the quotes of a cell at the start of a text close, behind the last of them.
fn quoted_end(text: &str) -> Option<usize> {
    let mut at = 1;
    loop {
        at += text.get(at..)?.find('"')? + 1;
        match text.get(at..)?.starts_with('"') {
            true => at += 1,
            false => return Some(at),
        }
    }
}

/// A line with other texts in some of its cells, in the order of their places.
fn with_cells(
    line: &str,
    delimiter: char,
    changed: impl Iterator<Item = (Range<usize>, String)>,
) -> String {
    let (mut all, mut at) = (String::with_capacity(line.len()), 0);
    for (place, text) in changed {
        all.push_str(line.get(at..place.start).unwrap_or_default());
        all.push_str(&written(&text, delimiter));
        at = place.end;
    }
    all.push_str(line.get(at..).unwrap_or_default());
    all
}

/// A column all of whose cells among the first lines are written in one way, that says nothing to a reader of columns.
struct WrittenColumn {
    column: usize,
    /// The header above it, and the first of its cells.
    header: String,
    example: String,
    cells: Vec<String>,
}

/// The columns in which `is_such` of cells below a name, at least `fewest` of them; a cell of a line that has no other column of
/// such cells, as that of a total, may be another.
fn columns_of(
    start: TextStart<'_>,
    delimiter: char,
    fewest: usize,
    is_such: impl Fn(&str) -> bool,
) -> Vec<WrittenColumn> {
    let lines: Vec<Vec<LineCell<'_>>> = start
        .lines()
        .filter(|(_, line)| !line.trim().is_empty())
        .take(LOOKED_AT)
        .filter_map(|(_, line)| cells_of(line, delimiter))
        .collect();
    let width = lines.iter().map(Vec::len).max().unwrap_or(0);
    let of_column = |column: usize| {
        let first = lines
            .iter()
            .position(|cells| cells.get(column).is_some_and(|cell| is_such(&cell.text)))?;
        let header = lines.get(first.checked_sub(1)?)?.get(column)?.text.to_string();
        let below = lines.get(first..)?.iter().filter_map(|cells| cells.get(column));
        let filled: Vec<&str> =
            below.map(|cell| &*cell.text).filter(|text| !text.is_empty()).collect();
        let (such, others): (Vec<&str>, Vec<&str>) =
            filled.into_iter().partition(|text| is_such(text));
        let are_such = such.len() >= fewest && others.len() <= MOST_OTHERS.min(such.len() / 2);
        let cells: Vec<String> = such.iter().map(|&cell| cell.to_owned()).collect();
        let example = cells.first().cloned().unwrap_or_default();
        are_such.then_some(WrittenColumn { column, header, example, cells })
    };
    (0..width).filter_map(of_column).collect()
}

/// The stretches of digits in a line.
fn digit_runs(line: &str) -> impl Iterator<Item = &[u8]> {
    line.as_bytes().split(|byte| !byte.is_ascii_digit()).filter(|run| !run.is_empty())
}

/// The most cells of another kind, as those of totals are.
const MOST_OTHERS: usize = 3;

/// The rule that writes the cells of some columns anew.
struct CellRule<F> {
    delimiter: char,
    columns: Vec<usize>,
    write: F,
}

impl<F: Fn(&str) -> Option<String> + Send + Sync> LineRule for CellRule<F> {
    fn instead(&self, _: u64, text: &str) -> Option<String> {
        let cells = cells_of(text, self.delimiter)?;
        let changed = |column: &usize| {
            let cell = cells.get(*column)?;
            Some((cell.place.clone(), (self.write)(&cell.text)?))
        };
        let changed: Vec<_> = self.columns.iter().filter_map(changed).collect();
        (!changed.is_empty()).then(|| with_cells(text, self.delimiter, changed.into_iter()))
    }
}

/// The columns that a remark names.
fn named(columns: &[WrittenColumn]) -> String {
    let names: Vec<String> = columns
        .iter()
        .map(|column| format!("`{}`", crate::domain::text::excerpt(&column.header)))
        .collect();
    crate::domain::text::listed(&names)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text as it is split, and what is told of it; the error is the refusal.
    pub(super) fn read(text: &str) -> Result<(String, Vec<String>), String> {
        let sample: Arc<[u8]> = Arc::from(text.as_bytes());
        let sniffed = Sniffed {
            name: "usage.csv".to_owned(),
            input: Box::new(Cursor::new(Arc::clone(&sample))),
            sample,
            whole: true,
            packing: super::super::layout::Packing::Plain,
            charset: None,
            format: super::super::layout::FileFormat::Delimited,
            evidence: Vec::new(),
            remarks: Vec::new(),
            digest: None,
        };
        let relined = relined(sniffed, &Layout::default());
        let Relined { mut sniffed, remarks, .. } = relined.map_err(|error| error.to_string())?;
        let mut all = String::new();
        sniffed.input.read_to_string(&mut all).unwrap();
        assert_eq!(all.as_bytes(), &*sniffed.sample, "{text}");
        Ok((all, remarks))
    }

    /// The text of one kind, with its remark; a text that stays has none.
    pub(super) fn relined_text(text: &str) -> Option<String> {
        let (all, remarks) = read(text).unwrap();
        assert_eq!(remarks.is_empty(), all == text, "{text}: {remarks:?}");
        (!remarks.is_empty()).then_some(all)
    }

    #[test]
    fn cells_of_a_line_have_their_places_and_their_texts() {
        let texts = |line: &str| {
            let cells = cells_of(line, ',')?;
            Some(cells.iter().map(|cell| cell.text.to_string()).collect::<Vec<_>>().join("·"))
        };
        for (line, cells) in [
            ("a, b ,", Some("a·b·")),
            ("\"1,470\",\"x \"\"y\"\"\"", Some("1,470·x \"y\"")),
            ("\"open,", None),
            ("\"a\"b,c", None),
            ("", Some("")),
        ] {
            assert_eq!(texts(line).as_deref(), cells, "{line}");
        }
        let line = "a,\"b,c\",d";
        let cells = cells_of(line, ',').unwrap();
        let changed = [(cells[1].place.clone(), "x,y".to_owned())];
        assert_eq!(with_cells(line, ',', changed.into_iter()), "a,\"x,y\",d");
    }

    #[test]
    fn an_ordinary_text_stays_as_it_is() {
        for text in [
            "date,credits\n2026-10-05,3\n2026-10-06,4\n",
            "Date;User;Credits\n05.10.2026;ann;3\n06.10.2026;bob;4\n",
            "date,credits\n",
            "",
        ] {
            assert_eq!(relined_text(text), None, "{text}");
        }
    }
}
