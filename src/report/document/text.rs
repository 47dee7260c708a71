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

/// The notes that are to be looked at before any figure.
const ATTENTION: &str = "Attention";

/// How text is laid out for what shows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Screen {
    /// Its width in columns, to which text is wrapped; `None` where nothing is.
    pub width: Option<usize>,
    /// Whether it shows bold type and colours.
    pub is_styled: bool,
}

/// What stands out on a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Emphasis {
    /// Headings and the answer.
    Bold,
    /// What deserves attention, or is not decided.
    Yellow,
    /// What failed.
    Red,
}

impl Emphasis {
    /// A line that stands out, by the codes of ANSI X3.64.
    pub fn line(self, line: &str) -> String {
        let code = match self {
            Emphasis::Bold => "1",
            Emphasis::Yellow => "1;33",
            Emphasis::Red => "1;31",
        };
        if line.is_empty() { String::new() } else { format!("\u{1b}[{code}m{line}\u{1b}[0m") }
    }
}

/// The document as text, ending with a newline, with nothing hidden that comes from a file.
pub fn text(document: &Document, screen: Screen) -> String {
    let Screen { width, is_styled } = screen;
    let mut text = Text { out: String::new(), width, is_styled, document };
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
    is_styled: bool,
    document: &'d Document,
}

impl Text<'_> {
    fn line(&mut self, line: &str) {
        self.out.push_str(&visible(line.trim_end()));
        self.out.push('\n');
    }

    /// What `tell` writes stands out.
    fn standing_out(&mut self, emphasis: Emphasis, tell: impl FnOnce(&mut Self)) {
        let from = self.out.len();
        tell(self);
        if self.is_styled {
            let told = self.out.split_off(from);
            told.lines().for_each(|line| self.out.push_str(&(emphasis.line(line) + "\n")));
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
        self.standing_out(Emphasis::Bold, |text| text.line(&document.title));
        if let Some(question) = &document.question {
            self.prose(question, 0);
        }
        self.prose(&document.finding.basis, 0);
        self.line("");
        self.standing_out(Emphasis::Bold, |text| text.prose(&document.finding.headline, 0));
        for sentence in &document.finding.sentences {
            self.prose(sentence, 0);
        }
    }

    fn heading(&mut self, title: &str) {
        self.line("");
        let emphasis = if title == ATTENTION { Emphasis::Yellow } else { Emphasis::Bold };
        self.standing_out(emphasis, |text| text.line(title));
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
        match (hidden(table), table.totals()) {
            (0, _) => {}
            (rows, None) => {
                let more = count(rows as u64, "row");
                self.prose(&format!("and {more} more; the JSON has them all"), 2);
            }
            (_, Some(_)) => self.prose("The JSON has all rows.", 2),
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
        let listed = table.rows.iter().take(table.rows.len() - hidden(table));
        // Sums are of the rows that are not shown as well, which stand above them.
        let more = (hidden(table) > 0 && table.totals().is_some()).then(|| {
            let more = format!("and {} more", count(hidden(table) as u64, "row"));
            let blanks = std::iter::repeat_n(String::new(), places.len().saturating_sub(1));
            std::iter::once(more).chain(blanks).collect()
        });
        let grid = Grid {
            kinds: places.iter().map(|&place| table.columns[place].kind).collect(),
            header: if is_named { header } else { Vec::new() },
            rows: listed.map(shown).chain(more).chain(table.totals().map(shown)).collect(),
        };
        grid.lines(self.width.map(|width| width.saturating_sub(1)))
    }

    fn source(&mut self) {
        let line = self.document.source.provenance.line();
        self.line("");
        self.prose(&line, 0);
    }
}

/// Rows that a terminal does not show: one alone takes no more room than the line that would tell of it.
fn hidden(table: &Table) -> usize {
    match table.rows.len().saturating_sub(table.most_in_text) {
        1 => 0,
        rows => rows,
    }
}
