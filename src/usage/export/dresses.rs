//! Any table written in any dress reads back as the table.

use std::io::Write as _;
use std::sync::Arc;

use encoding_rs::WINDOWS_1252;
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use crate::usage::csv::InputSource;

use super::{Charset, ExportTable, Layout, Packing, Row};

/// A table: the names of its columns, and rows that begin with a time and an amount.
#[derive(Clone, Debug)]
struct Written {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// The dress of a table.
#[derive(Clone, Debug)]
struct Dress {
    delimiter: u8,
    line_end: &'static str,
    quote_all: bool,
    trailing_delimiter: bool,
    above: Vec<&'static str>,
    below: Vec<&'static str>,
    charset: Charset,
    mark: bool,
    packing: Packing,
}

/// Words with all that has a meaning in CSV, and letters of more than one byte.
fn word() -> impl Strategy<Value = String> {
    let letters = vec(
        select(vec![
            "a", "Z", "é", "ü", "ß", "\"", ",", ";", "\t", "|", "\n", "\r\n", " ", "'", "-",
        ]),
        0..7,
    );
    letters.prop_map(|letters| letters.concat().trim_ascii().to_owned())
}

fn written() -> impl Strategy<Value = Written> {
    (0_usize..4).prop_flat_map(|more| {
        let names = vec(word(), more);
        let amount = select(vec!["5", "-1,234.50", "0.8999999999999999", "9.984E-7", "$3"]);
        let time = (1_u32..=28).prop_map(|day| format!("2026-03-{day:02} 10:00:00"));
        let row = (time, amount, vec(word(), more)).prop_map(|(time, amount, words)| {
            [time, amount.to_owned()].into_iter().chain(words).collect::<Vec<_>>()
        });
        (names, vec(row, 1..12)).prop_map(|(names, rows)| {
            let names = (0..).zip(names).map(|(place, name)| format!("name {name}{place}x"));
            let first = ["When".to_owned(), "Credits used".to_owned()];
            Written { header: first.into_iter().chain(names).collect(), rows }
        })
    })
}

fn dress() -> impl Strategy<Value = Dress> {
    let above = select(vec![vec![], vec!["Report"], vec!["Account{d}Test", "Number{d}17", ""]]);
    let below = select(vec![vec![], vec!["Total: 17"], vec!["", "Made by hand", "End"]]);
    let charset =
        select(vec![Charset::Utf8, Charset::Utf16Le, Charset::Utf16Be, Charset::Windows1252]);
    let packing = select(vec![Packing::Plain, Packing::Gzip, Packing::Zstd]);
    let dress = (
        select(vec![b',', b';', b'\t', b'|']),
        select(vec!["\n", "\r\n", "\r"]),
        any::<bool>(),
        any::<bool>(),
        (above, below),
        (charset, any::<bool>(), packing),
    );
    dress.prop_map(|(delimiter, line_end, quote_all, trailing_delimiter, (above, below), bytes)| {
        let (charset, mark, packing) = bytes;
        Dress {
            delimiter,
            line_end,
            quote_all,
            trailing_delimiter,
            above,
            below,
            charset,
            mark,
            packing,
        }
    })
}

impl Dress {
    /// The line of a row.
    fn line(&self, cells: &[String]) -> String {
        let marks = ['"', ',', ';', '\t', '|', '\n', '\r'];
        let quoted = |cell: &String| {
            if self.quote_all || cell.contains(marks) {
                super::written::quoted(cell)
            } else {
                cell.clone()
            }
        };
        let delimiter = char::from(self.delimiter).to_string();
        cells.iter().map(quoted).collect::<Vec<_>>().join(&delimiter)
    }

    /// A table as the bytes of a file.
    fn bytes(&self, table: &Written) -> Vec<u8> {
        let delimiter = char::from(self.delimiter).to_string();
        let outside = |line: &&str| line.replace("{d}", &delimiter) + self.line_end;
        let mut text: String = self.above.iter().map(outside).collect();
        text += &(self.line(&table.header) + self.line_end);
        for row in &table.rows {
            text += &self.line(row);
            text += if self.trailing_delimiter { &delimiter } else { "" };
            text += self.line_end;
        }
        text.extend(self.below.iter().map(outside));
        self.packed(&self.encoded(&text))
    }

    fn encoded(&self, text: &str) -> Vec<u8> {
        let marked = if self.mark { format!("\u{feff}{text}") } else { text.to_owned() };
        match self.charset {
            Charset::Utf8 => marked.into_bytes(),
            Charset::Utf16Le => marked.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Charset::Utf16Be => marked.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            Charset::Windows1252 => WINDOWS_1252.encode(text).0.into_owned(),
        }
    }

    fn packed(&self, bytes: &[u8]) -> Vec<u8> {
        match self.packing {
            Packing::Plain => bytes.to_vec(),
            Packing::Zstd => compress_to_vec(bytes, CompressionLevel::Fastest),
            Packing::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
                encoder.write_all(bytes).unwrap();
                encoder.finish().unwrap()
            }
        }
    }
}

/// A table as it is read.
fn read(bytes: &[u8]) -> (Written, ExportTable, Vec<u64>) {
    let source = InputSource::Bytes(Arc::from(bytes));
    let mut table = ExportTable::open(&source, &Layout::default()).unwrap();
    let (mut row, mut rows, mut lines) = (Row::new(), Vec::new(), Vec::new());
    while table.next(&mut row).unwrap() {
        rows.push(row.iter().map(str::to_owned).collect());
        lines.push(row.line());
    }
    let header = table.header().to_vec();
    (Written { header, rows }, table, lines)
}

/// Lines that `text` takes, whose line ends are of one kind or in quotes.
fn lines_of(text: &str) -> u64 {
    let feeds = text.matches('\n').count();
    (feeds + text.matches('\r').count() - text.matches("\r\n").count()) as u64
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_table_in_any_dress_reads_back_as_it_was_written(table in written(), dress in dress()) {
        let (read, layout, lines) = read(&dress.bytes(&table));
        prop_assert_eq!(&read.header, &table.header);
        prop_assert_eq!(&read.rows, &table.rows);
        prop_assert_eq!(layout.layout().delimiter, Some(dress.delimiter));
        prop_assert_eq!(layout.layout().packing, dress.packing);
        let above = dress.above.iter().filter(|line| !line.is_empty()).count() as u64;
        prop_assert_eq!(layout.left_out().above_count, above);
        let below = dress.below.iter().filter(|line| !line.is_empty()).count();
        prop_assert_eq!(layout.left_out().below.len(), below);
        let mut line = dress.above.len() as u64 + 1;
        prop_assert_eq!(layout.layout().header_line, Some(line));
        line += lines_of(&(dress.line(&table.header) + dress.line_end));
        for (row, &told) in table.rows.iter().zip(&lines) {
            prop_assert_eq!(told, line);
            line += lines_of(&(dress.line(row) + dress.line_end));
        }
    }
}
