//! Rows of CSV: the only place where a cell becomes text, made safe for every reader.
//!
//! A spreadsheet takes a cell that begins with certain signs for a formula. It also splits a line
//! at `;` if its locale does, whatever the quotes, so every part of a text is treated like a cell.
//! Figures that are not a number (0/0) are left empty.

use std::io::{self, Write};

use crate::domain::text::on_one_line;
use crate::study::Estimate;

/// The content of a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum CsvCell {
    /// Text from a scenario or a command line.
    Text(String),
    /// A number; empty if there is none, or it is not finite.
    Number(Option<f64>),
    /// Text that this program produces: an instant, an exact number, a count, a keyword.
    Word(String),
}

impl CsvCell {
    /// Text from outside.
    pub fn text(text: &str) -> CsvCell {
        CsvCell::Text(text.to_owned())
    }

    /// A number.
    pub fn number(value: f64) -> CsvCell {
        CsvCell::Number(Some(value))
    }

    /// A word that this program produces.
    pub fn word(word: impl ToString) -> CsvCell {
        CsvCell::Word(word.to_string())
    }

    /// Nothing.
    pub const EMPTY: CsvCell = CsvCell::Number(None);

    fn written(self) -> String {
        match self {
            CsvCell::Text(text) => inert(&on_one_line(&text)),
            // Adding nothing takes the sign off a zero.
            CsvCell::Number(value) => {
                let finite = value.filter(|value| value.is_finite());
                finite.map_or(String::new(), |value| (value + 0.0).to_string())
            }
            CsvCell::Word(word) => word,
        }
    }
}

/// A CSV file written row by row, with commas between cells and `
/// ` after each row.
#[derive(Debug)]
pub struct CsvRows<W: Write> {
    out: W,
    line: String,
}

impl<W: Write> CsvRows<W> {
    /// A file without rows yet.
    pub fn new(out: W) -> CsvRows<W> {
        CsvRows { out, line: String::new() }
    }

    /// Writes the names of the columns.
    pub fn head(&mut self, columns: impl IntoIterator<Item: ToString>) -> io::Result<()> {
        self.row(columns.into_iter().map(CsvCell::word))
    }

    /// Writes a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = CsvCell>) -> io::Result<()> {
        self.line.clear();
        for (index, cell) in cells.into_iter().enumerate() {
            if index > 0 {
                self.line.push(',');
            }
            let text = cell.written();
            match text.contains([',', ';', '\t', '|', '"', '\n', '\r']) {
                true => self.line.push_str(&format!("\"{}\"", text.replace('"', "\"\""))),
                false => self.line.push_str(&text),
            }
        }
        self.line.push('\n');
        self.out.write_all(self.line.as_bytes())
    }

    /// Returns the writer with every row in it.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}

/// The content of a column for a row.
type CellOf<'c, T> = Box<dyn Fn(&T) -> CsvCell + 'c>;

/// The columns of a CSV file, none at first, whose rows are made from `T`: each has a header and a function from a
/// row to its cell.
pub struct CsvColumns<'c, T> {
    columns: Vec<(String, CellOf<'c, T>)>,
}

impl<T> Default for CsvColumns<'_, T> {
    fn default() -> Self {
        CsvColumns { columns: Vec::new() }
    }
}

impl<'c, T> CsvColumns<'c, T> {
    /// Adds a column.
    pub fn column(mut self, header: impl ToString, cell: impl Fn(&T) -> CsvCell + 'c) -> Self {
        self.columns.push((header.to_string(), Box::new(cell)));
        self
    }

    /// Adds three columns: an estimate's value, and its limits under the header with `_low` and
    /// `_high`. Unknown values are empty.
    pub fn estimate(
        self,
        header: impl ToString,
        estimate: impl Fn(&T) -> Option<Estimate> + Clone + 'c,
    ) -> Self {
        let header = header.to_string();
        let of = |part: fn(Estimate) -> Option<f64>| {
            let estimate = estimate.clone();
            move |row: &T| CsvCell::Number(estimate(row).and_then(part))
        };
        let (value, low, high) = (of(|e| Some(e.value)), of(|e| e.low), of(|e| e.high));
        self.column(&header, value)
            .column(format!("{header}_low"), low)
            .column(format!("{header}_high"), high)
    }

    /// Writes the headers and the rows.
    pub fn write(&self, rows: impl IntoIterator<Item = T>, out: impl Write) -> io::Result<()> {
        let mut file = CsvRows::new(out);
        file.head(self.columns.iter().map(|(header, _)| header))?;
        for row in rows {
            file.row(self.columns.iter().map(|(_, cell)| cell(&row)))?;
        }
        file.finish().map(drop)
    }
}

/// Text that no spreadsheet takes for a formula: an apostrophe precedes each sign that could begin
/// one, at the start of the text and of each part that a reader may split it into.
pub fn inert(text: &str) -> String {
    let mut inert = String::with_capacity(text.len() + 1);
    let mut at_start = true;
    for letter in text.chars() {
        if at_start && matches!(letter, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠') {
            inert.push('\'');
        }
        inert.push(letter);
        at_start = match letter {
            ';' | '\t' | '\r' | '\n' => true,
            // Neither a blank nor a quote ends the beginning of a cell.
            ' ' | '"' => at_start,
            _ => false,
        };
    }
    inert
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cells: &[CsvCell]) -> String {
        let mut rows = CsvRows::new(Vec::new());
        rows.row(cells.iter().cloned()).unwrap();
        String::from_utf8(rows.finish().unwrap()).unwrap()
    }

    #[test]
    fn no_text_begins_a_formula_wherever_a_reader_parts_it() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("-1", "'-1"),
            (" @SUM(A1)", " '@SUM(A1)"),
            ("＝1", "'＝1"),
            ("a;=1+1;b", "\"a;'=1+1;b\""),
            ("a;\"=1+1", "\"a;\"\"'=1+1\""),
            ("a; +1", "\"a; '+1\""),
            ("\t=1", "\\t=1"),
            ("a\r\n=1", "a\\r\\n=1"),
            ("Starter = cheap, 5-pack", "\"Starter = cheap, 5-pack\""),
            ("a+b@c", "a+b@c"),
        ] {
            assert_eq!(written(&[CsvCell::text(text)]), format!("{cell}\n"), "{text:?}");
        }
    }

    #[test]
    fn a_cell_is_one_cell_for_readers_that_part_at_either_sign() {
        let text = "a;=1+1, \"b\"";
        let line = written(&[CsvCell::text(text), CsvCell::number(-1.5)]);
        for delimiter in [b',', b';'] {
            let mut reader = csv::ReaderBuilder::new()
                .delimiter(delimiter)
                .has_headers(false)
                .from_reader(line.as_bytes());
            let record = reader.records().next().unwrap().unwrap();
            let first = record.get(0).unwrap();
            assert!(first.starts_with("a;'=1+1, \"b\""), "{first}");
        }
    }

    #[test]
    fn what_is_no_number_is_empty_and_nothing_has_no_sign() {
        let numbers = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, -2.5, 1e21];
        let cells: Vec<CsvCell> =
            numbers.into_iter().map(CsvCell::number).chain([CsvCell::EMPTY]).collect();
        assert_eq!(written(&cells), ",,,0,-2.5,1000000000000000000000,\n");
    }
}
