//! The tables of a page in HTML, or of a spreadsheet in XML as Excel 2003 writes it, as delimited text: one line for each row.
//!
//! What spans several columns stands in the first of them. What spans several rows stands in each of them, as a date above the rows of
//! its day does, and a number in the first alone, which is no amount of the others. The page is held in memory, and of its tables the
//! cells that hold something. Deliberately absent: styles, scripts, and what is not shown.

use std::collections::BTreeSet;
use std::ops::Range;

use super::datum::{begins_as_number, is_datum, is_interval};
use super::error::ExportError;
use super::layout::{FileFormat, Layout};
use super::markup::{Markup, MarkupPiece, MarkupTag, local, unescaped};
use super::sheets::{self, Leaves, SheetText, write_row};

/// The most columns that a table may have.
const WIDEST: usize = 16_384;
/// The most rows of all tables of a page together.
const MOST_ROWS: usize = 2_000_000;
/// The most bytes that are repeated for cells that span rows.
const MOST_REPEATED: usize = 64 * 1024 * 1024;
/// The most tables one in another.
const DEEPEST: usize = 64;

/// How the tables of a page are spoken of.
const TABLES: Leaves =
    Leaves { noun: "table", held: "a header and rows", have: "have a header and rows" };
/// The same of the sheets of a spreadsheet.
const SHEETS: Leaves = Leaves { noun: "sheet", held: "a table", have: "have tables" };

/// Why a page is not read.
const TOO_LARGE: &str = "its tables claim more rows or columns than a table has; copy the rows into a spreadsheet, and save it as CSV";

/// A cell of a row: its column and its text.
type PageCell = (usize, String);

/// A table of a page.
#[derive(Debug, Default)]
struct PageTable {
    /// Its caption, or the name of its sheet.
    name: String,
    /// Its rows; those of its foot are put below the others at its end.
    rows: Vec<Vec<PageCell>>,
    foot: Vec<Vec<PageCell>>,
    /// The columns of cells that are said to be text and begin as numbers do.
    text_numbers: BTreeSet<usize>,
    /// The columns with a time at which no day begins.
    timed: BTreeSet<usize>,
    /// The columns with a date and a time.
    moments: BTreeSet<usize>,
}

/// A cell that spans further rows.
#[derive(Debug)]
struct SpanningCell {
    columns: Range<usize>,
    rows: usize,
    text: String,
}

/// A table that is read.
#[derive(Debug, Default)]
struct TableReader {
    table: PageTable,
    row: Option<Vec<PageCell>>,
    /// The column behind the last cell of the row.
    next: usize,
    spanning: Vec<SpanningCell>,
    cell: Option<UnfinishedCell>,
    is_foot: bool,
    is_caption: bool,
}

/// A cell that is read.
#[derive(Debug, Default)]
struct UnfinishedCell {
    text: String,
    columns: usize,
    rows: usize,
}

/// How much was read, against [`TOO_LARGE`].
#[derive(Debug, Default)]
struct PageSize {
    rows: usize,
    repeated: usize,
}

impl PageSize {
    fn add_row(&mut self) -> Result<(), String> {
        self.rows += 1;
        if self.rows > MOST_ROWS { Err(TOO_LARGE.to_owned()) } else { Ok(()) }
    }

    fn repeat(&mut self, text: &str) -> Result<(), String> {
        self.repeated += 1 + text.len();
        if self.repeated > MOST_REPEATED { Err(TOO_LARGE.to_owned()) } else { Ok(()) }
    }
}

impl TableReader {
    fn begin_row(&mut self, size: &mut PageSize) -> Result<(), String> {
        self.end_row(size)?;
        self.row = Some(Vec::new());
        self.next = 0;
        size.add_row()
    }

    fn end_row(&mut self, size: &mut PageSize) -> Result<(), String> {
        self.end_cell();
        if self.row.is_some() {
            self.pass_spanning(size)?;
        }
        let Some(row) = self.row.take() else { return Ok(()) };
        match self.is_foot {
            true => self.table.foot.push(row),
            false => self.table.rows.push(row),
        }
        self.spanning.iter_mut().for_each(|cell| cell.rows -= 1);
        self.spanning.retain(|cell| cell.rows > 0);
        Ok(())
    }

    /// Begins a cell behind the last one, and behind those that span further rows.
    fn begin_cell(
        &mut self,
        size: &mut PageSize,
        (columns, rows): (usize, usize),
    ) -> Result<(), String> {
        self.end_cell();
        if self.row.is_none() {
            self.begin_row(size)?;
        }
        self.pass_spanning(size)?;
        self.cell = Some(UnfinishedCell {
            text: String::new(),
            columns: columns.max(1),
            rows: rows.max(1),
        });
        Ok(())
    }

    /// Goes past the columns of cells above that span this row, too.
    fn pass_spanning(&mut self, size: &mut PageSize) -> Result<(), String> {
        let at = |next: usize| move |cell: &&SpanningCell| cell.columns.contains(&next);
        while let Some(cell) = self.spanning.iter().find(at(self.next)) {
            if let Some(row) = &mut self.row {
                size.repeat(&cell.text)?;
                row.push((cell.columns.start, cell.text.clone()));
            }
            self.next = cell.columns.end;
        }
        if self.next > WIDEST { Err(TOO_LARGE.to_owned()) } else { Ok(()) }
    }

    fn end_cell(&mut self) {
        let Some(cell) = self.cell.take() else { return };
        let text = collapsed(&cell.text);
        let columns = self.next..self.next.saturating_add(cell.columns).min(WIDEST + 1);
        self.next = columns.end;
        if cell.rows > 1 {
            // An amount beside several rows is none of each of them.
            let repeats = !is_datum(&text) || is_interval(&text);
            let text = if repeats { text.clone() } else { String::new() };
            self.spanning.push(SpanningCell { columns: columns.clone(), rows: cell.rows, text });
        }
        if let (Some(row), false) = (&mut self.row, text.is_empty()) {
            row.push((columns.start, text));
        }
    }

    /// The end of the table.
    fn ended(mut self, size: &mut PageSize) -> Result<PageTable, String> {
        self.end_row(size)?;
        let foot = std::mem::take(&mut self.table.foot);
        self.table.rows.extend(foot);
        self.table.name = collapsed(&self.table.name);
        Ok(self.table)
    }
}

/// A text with one blank for all that is blank in it, and none around it.
fn collapsed(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() && !"\u{202f}\u{2009}".contains(c));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Elements that begin and end a line of text.
const BLOCKS: [&str; 9] = ["br", "p", "div", "li", "ul", "ol", "hr", "dt", "dd"];
/// Elements without an end.
const VOID: [&str; 8] = ["br", "img", "input", "hr", "wbr", "col", "meta", "link"];

/// A reader of the tables of a page.
#[derive(Debug, Default)]
struct PageReader {
    /// The tables that are open, the innermost last, with their places among all.
    open: Vec<(usize, TableReader)>,
    tables: Vec<PageTable>,
    count: usize,
    /// The name of an element that is not shown, and how many of that name are open in it.
    hidden: Option<(String, usize)>,
    /// The beginning of what stands outside of tables.
    outside: String,
    size: PageSize,
}

/// Bytes of the text outside of tables that are looked at.
const OUTSIDE: usize = 64 * 1024;

impl PageReader {
    fn text(&mut self, text: &str) {
        if self.hidden.is_some() {
            return;
        }
        match self.open.last_mut() {
            Some((_, TableReader { cell: Some(cell), .. })) => cell.text.push_str(text),
            Some((_, table)) if table.is_caption => table.table.name.push_str(text),
            _ if self.outside.len() < OUTSIDE => {
                self.outside.push(' ');
                self.outside.push_str(text);
            }
            _ => {}
        }
    }

    fn open(&mut self, tag: MarkupTag<'_>) -> Result<(), String> {
        let name = tag.name.to_ascii_lowercase();
        let is_of_table = ["table", "tr", "td", "th"].contains(&name.as_str());
        if let Some((hidden, depth)) = &mut self.hidden
            && !is_of_table
        {
            *depth += usize::from(*hidden == name && !tag.is_closed);
            return Ok(());
        }
        self.hidden = None;
        let size = &mut self.size;
        match name.as_str() {
            "table" if self.open.len() < DEEPEST => {
                self.open.push((self.count, TableReader::default()));
                self.tables.push(PageTable::default());
                self.count += 1;
                return size.add_row();
            }
            _ => {}
        }
        let Some((_, table)) = self.open.last_mut() else { return Ok(()) };
        match name.as_str() {
            "tr" => table.begin_row(size)?,
            "td" | "th" => {
                let spans = |name: &str| tag.number(name).unwrap_or(1);
                table.begin_cell(size, (spans("colspan"), spans("rowspan").min(MOST_ROWS)))?;
            }
            "thead" | "tbody" | "tfoot" => {
                table.end_row(size)?;
                table.is_foot = name == "tfoot";
            }
            "caption" => table.is_caption = true,
            _ if is_hidden(&tag) && !VOID.contains(&name.as_str()) && !tag.is_closed => {
                self.hidden = Some((name, 1));
            }
            _ if BLOCKS.contains(&name.as_str()) => self.text(" "),
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &str) -> Result<(), String> {
        let name = name.to_ascii_lowercase();
        if let Some((hidden, depth)) = &mut self.hidden {
            *depth -= usize::from(*hidden == name);
            if *depth == 0 {
                self.hidden = None;
                return Ok(());
            }
            if !["table", "tr", "td", "th"].contains(&name.as_str()) {
                return Ok(());
            }
            self.hidden = None;
        }
        let Some((_, table)) = self.open.last_mut() else { return Ok(()) };
        match name.as_str() {
            "table" => self.close_table()?,
            "tr" | "thead" | "tbody" | "tfoot" => {
                table.end_row(&mut self.size)?;
                table.is_foot &= name == "tr";
            }
            "td" | "th" => table.end_cell(),
            "caption" => table.is_caption = false,
            name if BLOCKS.contains(&name) => self.text(" "),
            _ => {}
        }
        Ok(())
    }

    fn close_table(&mut self) -> Result<(), String> {
        if let Some((place, table)) = self.open.pop() {
            self.tables[place] = table.ended(&mut self.size)?;
        }
        Ok(())
    }
}

/// Whether an element is not shown.
fn is_hidden(tag: &MarkupTag<'_>) -> bool {
    let style = tag.attribute("style").unwrap_or_default();
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
    tag.attribute("hidden").is_some() || style.to_ascii_lowercase().contains("display:none")
}

/// What a page says of rows that it does not show, `Showing 1 to 10 of 57 entries` or `Page 1 of 6`, as names and values.
fn pages(text: &str) -> Vec<(String, String)> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let number = |word: &str| {
        let digits = word.replace(',', "");
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then_some(digits).filter(|digits| digits.len() < 10)
    };
    let around = |total: &str, count: String, page: String| {
        vec![(format!("page.{total}"), count), ("page.page".to_owned(), page)]
    };
    let is_to = |word: &str| ["to", "-", "–", "through"].contains(&word);
    for five in words.windows(5) {
        let &[first, to, last, of, all] = five else { continue };
        if let (true, true, Some(first), Some(_), Some(all)) =
            (is_to(to), of == "of", number(first), number(last), number(all))
        {
            return around("total rows", all, first);
        }
    }
    for three in words.windows(3) {
        let &[first, of, all] = three else { continue };
        let range = first.split_once(['-', '–']).and_then(|(first, last)| {
            number(last)?;
            number(first)
        });
        if let (Some(first), true, Some(all)) = (range, of == "of", number(all)) {
            return around("total rows", all, first);
        }
    }
    for four in words.windows(4) {
        let &[word, first, of, all] = four else { continue };
        if let (true, Some(first), true, Some(all)) =
            (word.eq_ignore_ascii_case("page"), number(first), of == "of", number(all))
        {
            return around("total pages", all, first);
        }
    }
    Vec::new()
}

/// A page: its tables in the order of their beginnings, and what it says of rows that it does not show.
type ReadPage = (Vec<PageTable>, Vec<(String, String)>);

fn tables_of_page(text: &str) -> Result<ReadPage, String> {
    let mut reader = PageReader::default();
    for piece in Markup::new(text) {
        match piece {
            MarkupPiece::Text(text) => reader.text(&unescaped(text)),
            MarkupPiece::Verbatim(text) => reader.text(text),
            MarkupPiece::Open(tag) => reader.open(tag)?,
            MarkupPiece::Close(name) => reader.close(name)?,
        }
    }
    while !reader.open.is_empty() {
        reader.close_table()?;
    }
    let is_sentence = |row: &&Vec<PageCell>| row.len() == 1;
    let sentences = reader.tables.iter().flat_map(|table| table.rows.iter().rev().take(2));
    let sentences = sentences.filter(is_sentence).map(|row| row[0].1.as_str());
    let texts = sentences.chain([reader.outside.as_str()]);
    let around = texts.map(pages).find(|around| !around.is_empty()).unwrap_or_default();
    Ok((reader.tables, around))
}

/// The sheets of a spreadsheet in XML.
fn sheets_of_xml(text: &str) -> Result<Vec<PageTable>, String> {
    let (mut sheets, mut size) = (Vec::new(), PageSize::default());
    let (mut open, mut row, mut comment) = (TableReader::default(), 0, false);
    let (mut kind, mut is_data) = (String::new(), false);
    for piece in Markup::new(text) {
        match piece {
            MarkupPiece::Open(tag) => match local(tag.name).to_ascii_lowercase().as_str() {
                "worksheet" => {
                    open = TableReader::default();
                    let name = tag.attribute("name").unwrap_or_default();
                    open.table.name = unescaped(name).into_owned();
                    row = 0;
                }
                "row" => {
                    let index = tag.number("index").unwrap_or(row + 1).max(row + 1);
                    for _ in row..index {
                        open.begin_row(&mut size)?;
                    }
                    row = index;
                }
                "cell" => {
                    open.end_cell();
                    open.pass_spanning(&mut size)?;
                    let index = tag.number("index").and_then(|index| index.checked_sub(1));
                    open.next = index.unwrap_or(open.next);
                    let spans = |name: &str| tag.number(name).unwrap_or(0).min(MOST_ROWS) + 1;
                    open.begin_cell(&mut size, (spans("mergeacross"), spans("mergedown")))?;
                    if tag.is_closed {
                        open.end_cell();
                    }
                }
                "comment" => comment = !tag.is_closed,
                "data" if !comment => {
                    is_data = !tag.is_closed;
                    tag.attribute("type").unwrap_or_default().clone_into(&mut kind);
                }
                _ => {}
            },
            MarkupPiece::Close(name) => match local(name).to_ascii_lowercase().as_str() {
                "data" if !comment => {
                    is_data = false;
                    open.note_kind(&kind);
                }
                "comment" => comment = false,
                "cell" => open.end_cell(),
                "row" => open.end_row(&mut size)?,
                "worksheet" => sheets.push(std::mem::take(&mut open).ended(&mut size)?),
                _ => {}
            },
            MarkupPiece::Text(text) if is_data => open.add(&unescaped(text)),
            MarkupPiece::Verbatim(text) if is_data => open.add(text),
            MarkupPiece::Text(_) | MarkupPiece::Verbatim(_) => {}
        }
    }
    Ok(sheets)
}

/// What follows the date of a time at which a day begins.
const MIDNIGHT: &str = "T00:00:00.000";

impl TableReader {
    fn add(&mut self, text: &str) {
        if let Some(cell) = &mut self.cell {
            cell.text.push_str(text);
        }
    }

    /// Notes what the cell that is read is said to hold.
    fn note_kind(&mut self, kind: &str) {
        let Some(cell) = &self.cell else { return };
        match kind {
            "DateTime" => {
                self.table.moments.insert(self.next);
                if !cell.text.trim().ends_with(MIDNIGHT) {
                    self.table.timed.insert(self.next);
                }
            }
            "String" if begins_as_number(cell.text.trim()) => {
                self.table.text_numbers.insert(self.next);
            }
            _ => {}
        }
    }
}

impl PageTable {
    fn is_empty(&self) -> bool {
        self.rows.iter().all(Vec::is_empty)
    }

    /// The table as text, without blank columns and rows around it.
    fn text(&self) -> Result<SheetText, String> {
        let columns = || self.rows.iter().flatten().map(|(column, _)| *column);
        let (left, right) = (columns().min().unwrap_or(0), columns().max().unwrap_or(0));
        let width = right + 1 - left;
        let filled = columns().count() as u64;
        let written = (width as u64).saturating_mul(self.rows.len() as u64);
        if width > WIDEST || sheets::is_too_empty(written, filled) {
            return Err(TOO_LARGE.to_owned());
        }
        let mut text = Vec::new();
        let rows = self.rows.iter().rposition(|row| !row.is_empty()).map_or(0, |last| last + 1);
        for row in self.rows.iter().take(rows) {
            let placed = |(column, cell): &PageCell| {
                let is_day = self.moments.contains(column) && !self.timed.contains(column);
                let cell = match cell.strip_suffix(MIDNIGHT).filter(|_| is_day) {
                    Some(day) => day.to_owned(),
                    None => cell.clone(),
                };
                (column - left, cell)
            };
            let mut cells: Vec<PageCell> = row.iter().map(placed).collect();
            cells.retain(|(_, cell)| !cell.is_empty());
            cells.sort_by_key(|(column, _)| *column);
            cells.dedup_by_key(|(column, _)| *column);
            match cells.is_empty() {
                // A blank line is a row of two cells as well as none.
                true if width == 2 && !text.is_empty() => text.extend_from_slice(b",\n"),
                true => text.push(b'\n'),
                false => write_row(&cells, width, &mut text),
            }
        }
        let text_numbers = self.text_numbers.iter().filter_map(|column| column.checked_sub(left));
        Ok(SheetText {
            name: self.name.clone(),
            text,
            evidence: Vec::new(),
            remarks: Vec::new(),
            around: Vec::new(),
            text_numbers: text_numbers.collect(),
        })
    }
}

/// Reads the table of a page, or the sheet of a spreadsheet in XML, that is set, or the only one that is a table.
pub(super) fn table(
    bytes: &[u8],
    format: FileFormat,
    layout: &Layout,
    name: &str,
) -> Result<SheetText, ExportError> {
    let problem = |why: String| ExportError::Workbook { name: name.to_owned(), why };
    let text = String::from_utf8_lossy(bytes);
    let is_page = format == FileFormat::Html;
    let page = match is_page {
        true => tables_of_page(&text),
        false => sheets_of_xml(&text).map(|sheets| (sheets, Vec::new())),
    };
    let (mut tables, around) = page.map_err(problem)?;
    tables.retain(|table| !is_page || !table.is_empty());
    if tables.is_empty() {
        return Err(match is_page {
            true => ExportError::Format {
                name: name.to_owned(),
                what: "a web page without a table".into(),
                way_out: "the download may have needed a session that had ended: sign in and download it again".into(),
            },
            false => problem("has no sheet".to_owned()),
        });
    }
    let names: Vec<(String, bool)> =
        named(&mut tables).into_iter().map(|name| (name, true)).collect();
    let leaves = if is_page { &TABLES } else { &SHEETS };
    let read = |name: &str| {
        let table = tables.iter().find(|table| table.name == name);
        table.map_or_else(|| Err(format!("has no table `{name}`")), PageTable::text)
    };
    let sheet = sheets::chosen(&names, leaves, layout, read).map_err(problem)?;
    Ok(SheetText { around, ..sheet })
}

/// The names of tables: a caption that no other has, or a number.
fn named(tables: &mut [PageTable]) -> Vec<String> {
    let captions: Vec<String> = tables.iter().map(|table| table.name.clone()).collect();
    for (number, table) in (1..).zip(tables.iter_mut()) {
        let same = captions.iter().filter(|caption| **caption == table.name).count();
        if table.name.is_empty() || same > 1 || table.name.len() > LONGEST_NAME {
            table.name = format!("table {number}");
        }
    }
    tables.iter().map(|table| table.name.clone()).collect()
}

/// The longest caption that is a name.
const LONGEST_NAME: usize = 80;

#[cfg(test)]
mod tests {
    use super::*;

    /// The text of the only table of a page, or why there is none.
    fn page(text: &str) -> Result<String, String> {
        of(text, FileFormat::Html, None)
    }

    fn of(text: &str, format: FileFormat, sheet: Option<&str>) -> Result<String, String> {
        let layout = Layout { sheet: sheet.map(str::to_owned), ..Layout::default() };
        let table = table(text.as_bytes(), format, &layout, "usage.xls");
        let table = table.map_err(|error| error.to_string())?;
        Ok(String::from_utf8(table.text).unwrap())
    }

    #[test]
    fn a_table_is_read_whatever_stands_in_its_cells() {
        for (text, table) in [
            (
                "<TABLE><tr><th>Date<th>Credits</tr><tr><td>2026-10-05<td>3</table>",
                "Date,Credits\n2026-10-05,3\n",
            ),
            (
                "<html><head><style>td{}</style></head><body><p>x</p><table><thead><tr><th>Date</th><th><b>Credits</b><br>used</th></tr></thead>\
                 <tfoot><tr><td>Total</td><td>7</td></tr></tfoot><tbody><tr><td><a href='/d?a=1&b=2'>2026-10-05</a></td><td>&nbsp;1&#44;003 </td></tr>\
                 <!-- <tr><td>9 --></tbody></table></body></html>",
                "Date,Credits used\n2026-10-05,\"1,003\"\nTotal,7\n",
            ),
            (
                "<table><tr><td colspan=3>Usage</td></tr><tr><th>Date</th><th>Model</th><th>n</th></tr>\
                 <tr><td rowspan=\"2\">2026-10-05</td><td>a</td><td rowspan=2>3</td></tr><tr><td>b</td></tr><tr><td>2026-10-06</td><td/><td>1</td></tr></table>",
                "Usage\nDate,Model,n\n2026-10-05,a,3\n2026-10-05,b,\n2026-10-06,,1\n",
            ),
            (
                "<table><tr><td><table><tr><th>d</th><th>n</th></tr><tr><td><span style=\"display: none\">x<span>y</span></span>2026-10-05</td><td>3</td></tr>\
                 </table></td></tr></table>",
                "d,n\n2026-10-05,3\n",
            ),
            (
                "<table><tr><th>d</th><th>n</th></tr><script>document.write('<tr><td>1')</script><tr><td>2026-10-05</td><td>3</td></tr>",
                "d,n\n2026-10-05,3\n",
            ),
        ] {
            assert_eq!(page(text).as_deref(), Ok(table), "{text}");
        }
    }

    const TWO: &str = "<table><caption>By day</caption><tr><th>d</th><th>n</th></tr><tr><td>2026-10-05</td><td>3</td></tr></table>\
                       <table><tr><td>Menu</td></tr></table>\
                       <table><tr><th>Model</th><th>n</th></tr><tr><td>a</td><td>3</td></tr></table>";

    #[test]
    fn of_several_tables_one_is_chosen() {
        let error = page(TWO).unwrap_err();
        let said = "2 tables have a header and rows (`By day`, `table 3`); choose one (`--sheet \"By day\"`";
        assert!(error.contains(said), "{error}");
        let chosen = of(TWO, FileFormat::Html, Some("table 3"));
        assert_eq!(chosen.as_deref(), Ok("Model,n\na,3\n"));
        let error = of(TWO, FileFormat::Html, Some("table 4")).unwrap_err();
        assert!(error.contains("has no table `table 4`; its tables are"), "{error}");
        let error = page("<html><body>Sign in</body></html>").unwrap_err();
        assert!(error.contains("is a web page without a table"), "{error}");
    }

    #[test]
    fn rows_that_a_page_does_not_show_are_known_by_what_it_says() {
        for (text, said) in [
            (
                "<p>Showing <b>1</b> to <b>10</b> of <b>1,057</b> entries",
                Some(("total rows", "1057")),
            ),
            ("<div>1-10 of 57</div>", Some(("total rows", "57"))),
            ("<span>Page 1 of 6</span>", Some(("total pages", "6"))),
            ("<p>Step 1 of 6, up to 10 of them</p>", None),
        ] {
            let (_, around) = tables_of_page(text).unwrap();
            let first = around.first().map(|(name, value)| (name.clone(), value.clone()));
            let said = said.map(|(name, value)| (format!("page.{name}"), value.to_owned()));
            assert_eq!(first, said, "{text}");
        }
        let foot = "<table><tr><td>a<td>b<tr><td colspan=2>1 - 10 of 57</table>";
        assert_eq!(tables_of_page(foot).unwrap().1.len(), 2);
    }

    #[test]
    fn what_claims_more_than_a_table_has_is_refused() {
        let wide =
            format!("<table><tr>{}</tr></table>", "<td colspan=99999999999>x</td>".repeat(3));
        let repeated = format!(
            "<table><tr>{}</tr>{}</table>",
            format!("<td rowspan=99999>{}</td>", "x".repeat(5_000)).repeat(20),
            "<tr>".repeat(2_000) + &"<tr><td>1".repeat(1_000)
        );
        for text in [&wide, &repeated] {
            let error = page(text).unwrap_err();
            assert!(error.contains("its tables claim more"), "{error}");
        }
    }

    #[test]
    fn a_spreadsheet_in_xml_is_read_by_the_places_and_the_kinds_of_its_cells() {
        let cell =
            |kind: &str, text: &str| format!("<Cell><Data ss:Type=\"{kind}\">{text}</Data></Cell>");
        let text = format!(
            "<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"><Worksheet ss:Name=\"Usage\"><Table>\
             <Row>{}{}<Cell ss:Index=\"4\"><Data ss:Type=\"String\">R&amp;D</Data></Cell></Row>\
             <Row ss:Index=\"3\">{}<Cell><Data ss:Type=\"Number\">2.5</Data><Comment><ss:Data>no</ss:Data></Comment></Cell><Cell/>{}</Row>\
             </Table></Worksheet></Workbook>",
            cell("String", "Date"),
            cell("String", "Credits"),
            cell("DateTime", "2026-10-05T00:00:00.000"),
            cell("String", "7")
        );
        let table = of(&text, FileFormat::XmlSpreadsheet, None);
        assert_eq!(table.as_deref(), Ok("Date,Credits,,R&D\n\n2026-10-05,2.5,,7\n"));
    }
}
