//! A document in a terminal.
//!
//! The answer comes first and the attention list next; figures are in two columns, other tables
//! under a header. Prose is wrapped to the width of the terminal, and tables are laid out in it
//! (`grid`); if the output is not a terminal every sentence is one line, for programs that read it.

use super::cell::Cell;
use super::grid::Grid;
use super::{Block, Document, Media, Table};
use crate::domain::text::visible;
use crate::report::words::count;

/// The most columns that prose is wrapped to: longer lines are hard to read.
const PROSE: usize = 100;

/// The codes that begin and end what stands out in a terminal.
const BOLD: [&str; 2] = ["\u{1b}[1m", "\u{1b}[0m"];

/// The document as text, ending with a newline, with nothing hidden that comes from a file. In a terminal of a
/// `width` it is wrapped, and what stands out is bold.
pub fn text(document: &Document, width: Option<usize>) -> String {
    let mut text = Text { out: String::new(), width, document };
    text.opening();
    for block in &document.blocks {
        text.block(block);
    }
    text.source();
    text.out
}

struct Text<'d> {
    out: String,
    width: Option<usize>,
    document: &'d Document,
}

impl Text<'_> {
    fn line(&mut self, line: &str) {
        self.out.push_str(&visible(line.trim_end()));
        self.out.push('\n');
    }

    /// What `tell` writes stands out, in a terminal.
    fn bold(&mut self, tell: impl FnOnce(&mut Self)) {
        let from = self.out.len();
        tell(self);
        if self.width.is_some() {
            let told = self.out.split_off(from);
            for line in told.lines() {
                let [on, off] = if line.is_empty() { ["", ""] } else { BOLD };
                self.out.push_str(&format!("{on}{line}{off}\n"));
            }
        }
    }

    /// A sentence, its lines `indent` spaces in.
    fn prose(&mut self, text: &str, indent: usize) {
        let space = " ".repeat(indent);
        let Some(width) = self.width else { return self.line(&format!("{space}{text}")) };
        let width = width.min(PROSE).saturating_sub(indent).max(20);
        for line in textwrap::wrap(text, width) {
            self.line(&format!("{space}{line}"));
        }
    }

    fn opening(&mut self) {
        let document = self.document;
        self.bold(|text| text.line(&document.title));
        if let Some(question) = &document.question {
            self.prose(question, 0);
        }
        self.prose(&document.finding.basis, 0);
        self.line("");
        self.bold(|text| text.prose(&document.finding.headline, 0));
        for sentence in &document.finding.sentences {
            self.prose(sentence, 0);
        }
    }

    fn heading(&mut self, title: &str) {
        self.line("");
        self.bold(|text| text.line(title));
    }

    fn block(&mut self, block: &Block) {
        match block {
            // Cards say again what the tables of a terminal say; only a page needs them.
            Block::Cards(_) => {}
            Block::Notes { title, lines } => {
                self.heading(title);
                for line in lines {
                    self.prose(line, 2);
                }
            }
            Block::Listing { title, text } => {
                self.line(&format!("\n{title}"));
                text.lines().for_each(|line| self.line(&format!("  {line}")));
            }
            Block::Table(table) if table.media.in_text() => self.table(table),
            Block::Table(_) => {}
            #[cfg(feature = "html")]
            Block::Charts(_) => {}
        }
    }

    fn table(&mut self, table: &Table) {
        let places = table.places(Media::in_text);
        self.heading(&table.title);
        if let Some(caption) = &table.caption {
            self.prose(caption, 2);
        }
        for line in self.rows(table, &places) {
            self.line(&format!(" {line}"));
        }
        let hidden = table.rows.len().saturating_sub(table.most_in_text);
        if hidden > 0 {
            let more = count(hidden as u64, "row");
            let rest = format!("and {more} more; a report, a workbook and the JSON have them all");
            self.prose(&rest, 2);
        }
        if let Some(note) = &table.note {
            self.prose(note, 2);
        }
    }

    fn rows(&self, table: &Table, places: &[usize]) -> Vec<String> {
        let names = places.iter().map(|&place| table.columns[place].name.clone());
        let header: Vec<String> = names.collect();
        let is_named = header.iter().any(|name| !name.is_empty());
        let shown = |row: &Vec<Cell>| {
            places.iter().map(|&place| self.document.notation.show(&row[place])).collect()
        };
        let listed = table.rows.iter().take(table.most_in_text);
        let grid = Grid {
            kinds: places.iter().map(|&place| table.columns[place].kind).collect(),
            header: if is_named { header } else { Vec::new() },
            rows: listed.chain(table.totals()).map(shown).collect(),
        };
        grid.lines(self.width.map(|width| width.saturating_sub(1)))
    }

    fn source(&mut self) {
        let line = self.document.source.provenance.line();
        self.line("");
        self.prose(&line, 0);
    }
}
