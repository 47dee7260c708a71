//! A table in an export: its layout, its header, and its rows one by one.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::sync::Arc;

use crate::usage::csv::{Digest, FileHash, InputSource};
use crate::usage::pieces::PieceSizes;

use super::delimited::DelimitedRows;
use super::error::{self, ExportError};
use super::header::{self, Beginning};
use super::json::{
    self, FirstPass, JsonDocument, JsonLineReader, JsonRecords, JsonRows, NameReach,
};
use super::layout::{BesideTable, Charset, FileFormat, FoundLayout, HeaderPlace, Layout};
use super::named::{self, NamedTable};
use super::nem12::{self, IntervalText};
use super::page;
use super::pieces::{self, AfterPiece, RowPiece};
use super::relined::{Relined, relined};
use super::row::Row;
use super::sheets::SheetText;
use super::sniff::{Sniffed, sniff};
use super::split::Splitter;
#[cfg(feature = "xlsx")]
use super::workbook;

/// Rows that a glance looks at.
const GLANCE: usize = 50;

/// A table that is read row by row, in constant memory for delimited text.
pub struct ExportTable {
    found: FoundLayout,
    header: Vec<String>,
    rows: TableRows,
    left_out: BesideTable,
    digest: Option<Digest>,
    known: Option<KnownTable>,
}

/// The findings of a first reading, for which a source that is opened again need not be looked at.
#[derive(Clone, Debug)]
pub(in crate::usage) struct KnownTable(KnownRows);

/// What is known of the rows of each format.
#[derive(Clone, Debug)]
enum KnownRows {
    /// Where a table of text begins.
    Text(Arc<Beginning>),
    /// The names in lines of JSON.
    Lines(Arc<FirstPass>),
    /// A document of JSON, where its records are in it, and their names.
    Document(JsonDocument, String, Arc<FirstPass>),
}

/// Rows of each format.
enum TableRows {
    /// A file without a row.
    None,
    Delimited(Box<DelimitedRows>),
    Json(Box<JsonRows>),
}

impl ExportTable {
    /// Opens a source and finds its table. A source may be opened several times if it
    /// [`can be`](InputSource::can_be_opened_again).
    pub fn open(source: &InputSource, layout: &Layout) -> Result<ExportTable, ExportError> {
        ExportTable::open_reaching(source, layout, NameReach::All)
    }

    /// The same by the names of these records.
    pub(in crate::usage) fn open_reaching(
        source: &InputSource,
        layout: &Layout,
        reach: NameReach,
    ) -> Result<ExportTable, ExportError> {
        ExportTable::looked_at(source, layout, (header::ROWS, reach), None)
    }

    /// The same for a source that was looked at before.
    pub(in crate::usage) fn open_known(
        source: &InputSource,
        layout: &Layout,
        known: Option<&KnownTable>,
    ) -> Result<ExportTable, ExportError> {
        ExportTable::looked_at(source, layout, (header::ROWS, NameReach::All), known)
    }

    /// The same by its first rows alone, which show whether its header is on the first line.
    pub(in crate::usage) fn glance(source: &InputSource) -> Result<ExportTable, ExportError> {
        let looked_at = (GLANCE, NameReach::Beginning);
        ExportTable::looked_at(source, &Layout::default(), looked_at, None)
    }

    fn looked_at(
        source: &InputSource,
        layout: &Layout,
        (rows, reach): (usize, NameReach),
        known: Option<&KnownTable>,
    ) -> Result<ExportTable, ExportError> {
        let sniffed = sniff(source, layout)?;
        match sniffed.format {
            FileFormat::Delimited if is_of_meters(&sniffed, layout) => {
                ExportTable::of_meters(sniffed, layout)
            }
            FileFormat::Delimited => ExportTable::delimited(sniffed, layout, rows, known),
            FileFormat::JsonLines => ExportTable::json_lines(sniffed, source, layout, reach, known),
            FileFormat::Json => ExportTable::json(sniffed, source, layout, known),
            FileFormat::Workbook => ExportTable::workbook(sniffed, layout),
            FileFormat::Html | FileFormat::XmlSpreadsheet => ExportTable::page(sniffed, layout),
            FileFormat::Pairs | FileFormat::Records | FileFormat::Dump | FileFormat::Yaml => {
                ExportTable::named(sniffed, layout)
            }
            FileFormat::Parquet => refused(
                sniffed,
                "a Parquet file",
                "convert it (`duckdb -c \"copy (from 'FILE') to 'usage.csv'\"`; duckdb comes with `pip install duckdb-cli`)",
            ),
        }
    }

    fn delimited(
        sniffed: Sniffed,
        layout: &Layout,
        rows: usize,
        known: Option<&KnownTable>,
    ) -> Result<ExportTable, ExportError> {
        let Relined { sniffed, delimiter, has_delimiter, remarks } = relined(sniffed, layout)?;
        let layout = &Layout { delimiter, ..layout.clone() };
        let Sniffed { sample, whole, name, .. } = &sniffed;
        let beginning = match known {
            Some(KnownTable(KnownRows::Text(beginning))) => Some(Arc::clone(beginning)),
            _ => header::find(sample, *whole, rows, layout, name)?.map(Arc::new),
        };
        let charset = sniffed.charset.unwrap_or(Charset::Utf8);
        let (input, mut about) = sniffed.parts();
        let Some(beginning) = beginning else {
            return Ok(about.table(Vec::new(), TableRows::None));
        };
        about.found.evidence.extend(beginning.evidence.iter().cloned());
        about.found.delimiter = Some(beginning.delimiter).filter(|_| has_delimiter);
        about.found.header_line = beginning.header_line;
        about.found.remarks.clone_from(&beginning.remarks);
        about.found.remarks.extend(remarks);
        let splitter = Splitter::new(input, about.name.clone(), beginning.delimiter, charset);
        let name = about.name.clone();
        let rows = DelimitedRows::new(splitter, name, &beginning, layout.short_rows);
        let header = beginning.header.clone();
        let table = about.table(header, TableRows::Delimited(Box::new(rows)));
        Ok(ExportTable { known: Some(KnownTable(KnownRows::Text(beginning))), ..table })
    }

    /// The table of a file of interval readings, which is read as delimited text with a header.
    fn of_meters(mut sniffed: Sniffed, layout: &Layout) -> Result<ExportTable, ExportError> {
        let bytes = json::held(sniffed.input, &sniffed.name)?;
        let name = sniffed.name.clone();
        let problem = |(line, why)| ExportError::Rows { name: name.clone(), line, why };
        let text = str::from_utf8(&bytes)
            .map_err(|_| problem((1, "it is no UTF-8 text, which NEM12 is".to_owned())))?;
        let IntervalText { text, header_line, remarks } = nem12::as_table(text).map_err(problem)?;
        let text: Arc<[u8]> = Arc::from(text.into_bytes());
        sniffed.input = json::source(&text);
        let sniffed = Sniffed { sample: text, whole: true, ..sniffed };
        let (delimiter, header) = (Some(b','), Some(HeaderPlace::Line(header_line)));
        let layout = Layout { delimiter, header, ..layout.clone() };
        let mut table = ExportTable::delimited(sniffed, &layout, header::ROWS, None)?;
        table.found.header_line = None;
        table.found.around.push(("NEM12.time zone".to_owned(), nem12::ZONE.to_owned()));
        table.found.remarks.extend(remarks);
        Ok(table)
    }

    /// A table of JSON lines: a source that cannot be opened again is held in memory.
    fn json_lines(
        mut sniffed: Sniffed,
        source: &InputSource,
        layout: &Layout,
        reach: NameReach,
        known: Option<&KnownTable>,
    ) -> Result<ExportTable, ExportError> {
        let name = sniffed.name.clone();
        let lines = |input| JsonRecords::Lines(JsonLineReader::new(input, name.clone()));
        if let Some(KnownTable(KnownRows::Lines(first))) = known {
            let (input, about) = sniffed.parts();
            return Ok(about.json(lines(input), first.as_ref().clone(), layout.records.clone()));
        }
        let (mut once, again) = if source.can_be_opened_again() {
            let again = sniff(source, layout)?;
            (lines(sniffed.input), Sniffed { evidence: sniffed.evidence, ..again })
        } else {
            let bytes = json::held(sniffed.input, &name)?;
            sniffed.input = json::source(&bytes);
            (lines(json::source(&bytes)), sniffed)
        };
        let first = FirstPass::over(&mut once, path(layout), reach, &name)?;
        let known = source
            .can_be_opened_again()
            .then(|| KnownTable(KnownRows::Lines(Arc::new(first.clone()))));
        let (input, about) = again.parts();
        Ok(ExportTable { known, ..about.json(lines(input), first, layout.records.clone()) })
    }

    /// The table of a JSON document: one that was read before is not searched again for its records.
    fn json(
        sniffed: Sniffed,
        source: &InputSource,
        layout: &Layout,
        known: Option<&KnownTable>,
    ) -> Result<ExportTable, ExportError> {
        let (input, mut about) = sniffed.parts();
        let (document, place, first) = match known {
            Some(KnownTable(KnownRows::Document(document, place, first))) => {
                about.read_for_hash(input)?;
                (document.clone(), place.clone(), Arc::clone(first))
            }
            _ => {
                let (document, place, rest) =
                    JsonDocument::open(input, &path(layout), &about.name)?;
                let mut once = JsonRecords::Document(document.clone());
                let first = FirstPass::over(&mut once, rest, NameReach::All, &about.name)?;
                (document, place, Arc::new(first))
            }
        };
        about.found.around = document.around().to_vec();
        let known = source.can_be_opened_again().then(|| {
            KnownTable(KnownRows::Document(document.clone(), place.clone(), Arc::clone(&first)))
        });
        let place = layout.records.clone().or_else(|| (!place.is_empty()).then_some(place));
        let records = JsonRecords::Document(document);
        Ok(ExportTable { known, ..about.json(records, first.as_ref().clone(), place) })
    }

    /// The table of a workbook, which is read as the delimited text of its sheet.
    #[cfg(feature = "xlsx")]
    fn workbook(sniffed: Sniffed, layout: &Layout) -> Result<ExportTable, ExportError> {
        let (input, sniffed) = sniffed.without_input();
        let bytes = json::held(input, &sniffed.name)?;
        let sheet = workbook::sheet(&bytes, layout, &sniffed.name)?;
        let texts = Some(sheet.text_numbers.clone());
        ExportTable::of_sheet(sniffed, sheet, texts, layout)
    }

    /// The table of a page in HTML or of a spreadsheet in XML, which is read as the delimited text of its rows.
    fn page(sniffed: Sniffed, layout: &Layout) -> Result<ExportTable, ExportError> {
        let (input, sniffed) = sniffed.without_input();
        let bytes = json::held(input, &sniffed.name)?;
        let sheet = page::table(&bytes, sniffed.format, layout, &sniffed.name)?;
        // On a page all cells are texts.
        let is_typed = sniffed.format == FileFormat::XmlSpreadsheet;
        let texts = is_typed.then(|| sheet.text_numbers.clone());
        ExportTable::of_sheet(sniffed, sheet, texts, layout)
    }

    /// The table of a text whose rows say the names of their cells, each on its line, or of a dump.
    fn named(sniffed: Sniffed, layout: &Layout) -> Result<ExportTable, ExportError> {
        let (input, sniffed) = sniffed.without_input();
        let (bytes, name) = (json::held(input, &sniffed.name)?, sniffed.name.clone());
        let problem = |(line, why): (u64, String)| ExportError::Rows {
            line,
            why: error::for_file(&why, &name),
            name: name.clone(),
        };
        let text = str::from_utf8(&bytes).map_err(|_| problem((1, "not UTF-8 text".to_owned())))?;
        let rows = match named::table(text, sniffed.format, layout).map_err(problem)? {
            NamedTable::Lines(rows) => rows,
            NamedTable::Sheet(sheet) => {
                let header = Some(HeaderPlace::Line(1));
                let mut table = ExportTable::of_sheet(
                    sniffed,
                    sheet,
                    None,
                    &Layout { header, ..layout.clone() },
                )?;
                table.found.header_line = None;
                return Ok(table);
            }
        };
        let header = rows.names().to_vec();
        let text: Arc<[u8]> = Arc::from(rows.text().into_bytes());
        let sniffed = Sniffed { input: json::source(&text), ..sniffed };
        let charset = sniffed.charset.unwrap_or(Charset::Utf8);
        let (input, mut about) = sniffed.parts();
        about.found.remarks.extend(rows.remarks);
        let beginning = Beginning {
            delimiter: b',',
            header_line: None,
            first_line: 1,
            last_line: 0,
            header,
            written: Vec::new(),
            remarks: Vec::new(),
            data_first: false,
            evidence: Vec::new(),
        };
        let splitter = Splitter::new(input, about.name.clone(), b',', charset);
        let rows = DelimitedRows::new(splitter, about.name.clone(), &beginning, layout.short_rows);
        Ok(about.table(beginning.header, TableRows::Delimited(Box::new(rows))))
    }

    /// The table of a sheet, of which these columns have numbers that are texts.
    fn of_sheet(
        sniffed: Sniffed,
        sheet: SheetText,
        texts: Option<BTreeSet<usize>>,
        layout: &Layout,
    ) -> Result<ExportTable, ExportError> {
        let evidence = [sniffed.evidence, sheet.evidence].concat();
        let text: Arc<[u8]> = Arc::from(sheet.text);
        let sniffed = Sniffed {
            input: json::source(&text),
            sample: Arc::clone(&text),
            whole: true,
            evidence,
            ..sniffed
        };
        let layout = Layout { delimiter: Some(b','), ..layout.clone() };
        let mut table = ExportTable::delimited(sniffed, &layout, header::ROWS, None)?;
        table.found.delimiter = None;
        table.found.place = Some(sheet.name);
        table.found.remarks.extend(sheet.remarks);
        table.found.around.extend(sheet.around);
        let name = |column: &usize| table.header.get(*column).cloned();
        table.found.text_numbers = texts.map(|texts| texts.iter().filter_map(name).collect());
        Ok(table)
    }

    /// Refuses a workbook with the way out.
    #[cfg(not(feature = "xlsx"))]
    fn workbook(sniffed: Sniffed, _: &Layout) -> Result<ExportTable, ExportError> {
        refused(
            sniffed,
            "a workbook, which this build does not read",
            "convert it (`soffice --convert-to csv FILE`), or save its sheet as CSV",
        )
    }

    /// The findings for which it need not be looked at again.
    pub(in crate::usage) fn known(&self) -> Option<KnownTable> {
        self.known.clone()
    }

    /// The layout that was found, with the evidence.
    pub fn layout(&self) -> &FoundLayout {
        &self.found
    }

    /// The names of the columns, in order, without blanks around them; a name may appear twice.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// Reads the next row; `false` at the end of the table.
    #[inline]
    pub fn next(&mut self, row: &mut Row) -> Result<bool, ExportError> {
        match &mut self.rows {
            TableRows::None => Ok(false),
            TableRows::Delimited(rows) => rows.next(row, &mut self.left_out),
            TableRows::Json(rows) => rows.next(row),
        }
    }

    /// Whether it is worth to go on in pieces on several threads.
    #[inline]
    pub(in crate::usage) fn is_long(&self, sizes: PieceSizes) -> bool {
        match &self.rows {
            TableRows::Delimited(rows) => rows.is_long(sizes.after),
            TableRows::Json(rows) => rows.is_long(sizes.after),
            TableRows::None => false,
        }
    }

    /// Hands the rows from here on to `take` in pieces and in file order, digested on several threads; what
    /// is left then has to be read one after another. It may keep pieces.
    pub(in crate::usage) fn each_piece<T: Send, E>(
        &mut self,
        sizes: PieceSizes,
        digest: impl Fn(&RowPiece) -> T + Sync,
        take: impl FnMut(&Arc<RowPiece>, T) -> Result<AfterPiece, E>,
    ) -> Result<(), E> {
        match &mut self.rows {
            TableRows::None => Ok(()),
            TableRows::Delimited(rows) => {
                pieces::each_piece(&mut **rows, &mut self.left_out, sizes, digest, take)
            }
            TableRows::Json(rows) => {
                pieces::each_piece(&mut **rows, &mut self.left_out, sizes, digest, take)
            }
        }
    }

    /// Lines and rows left out so far; complete once [`ExportTable::next`] has reached the end.
    pub fn left_out(&self) -> &BesideTable {
        &self.left_out
    }

    /// The hash of the bytes as stored, if the layout wanted it; of all of them
    /// once [`ExportTable::next`] has reached the end.
    pub fn hash(&self) -> Option<FileHash> {
        self.digest.clone().and_then(Digest::finish)
    }
}

/// Whether delimited text is of interval readings, and no setting says how it is to be read.
fn is_of_meters(sniffed: &Sniffed, layout: &Layout) -> bool {
    layout.delimiter.is_none() && layout.header.is_none() && nem12::begins(&sniffed.sample)
}

/// The names of the arrays that hold the records.
fn path(layout: &Layout) -> Vec<String> {
    let path = layout.records.as_deref().filter(|path| !path.is_empty());
    path.map_or(Vec::new(), |path| path.split('.').map(str::to_owned).collect())
}

/// The findings about a file before its rows.
struct AboutFile {
    name: String,
    found: FoundLayout,
    digest: Option<Digest>,
}

impl Sniffed {
    /// The bytes, and the rest without them.
    fn without_input(mut self) -> (Box<dyn Read + Send>, Sniffed) {
        let input = std::mem::replace(&mut self.input, Box::new(io::empty()));
        (input, self)
    }

    /// The bytes, and what is known of them.
    fn parts(self) -> (Box<dyn Read + Send>, AboutFile) {
        let found = FoundLayout {
            format: self.format,
            packing: self.packing,
            encoding: self.charset,
            delimiter: None,
            header_line: None,
            place: None,
            own: Vec::new(),
            around: Vec::new(),
            late: Vec::new(),
            remarks: self.remarks,
            text_numbers: None,
            evidence: self.evidence,
        };
        (self.input, AboutFile { name: self.name, found, digest: self.digest })
    }
}

impl AboutFile {
    /// Reads a source to its end where its hash is wanted.
    fn read_for_hash(&self, mut input: Box<dyn Read + Send>) -> Result<(), ExportError> {
        if self.digest.is_none() {
            return Ok(());
        }
        let read = io::copy(&mut input, &mut io::sink());
        let name = self.name.clone();
        read.map(|_| ()).map_err(|cause| ExportError::Read { name, line: 0, cause })
    }

    fn table(self, header: Vec<String>, rows: TableRows) -> ExportTable {
        let AboutFile { found, digest, .. } = self;
        let left_out = BesideTable::default();
        ExportTable { found, header, rows, left_out, digest, known: None }
    }

    fn json(
        mut self,
        records: JsonRecords,
        first: FirstPass,
        place: Option<String>,
    ) -> ExportTable {
        let path = (!first.place.path.is_empty()).then(|| first.place.path.join("."));
        let lists = &first.place.lists;
        self.found.own =
            if lists.is_empty() { path.iter().cloned().collect() } else { lists.clone() };
        self.found.place = match (place, path) {
            (Some(place), Some(path)) if !place.ends_with(&path) => Some(format!("{place}.{path}")),
            (place, path) => place.or(path),
        };
        self.found.evidence.extend(first.evidence.iter().cloned());
        self.found.late = first.names.late();
        self.found.text_numbers = Some(first.names.text_numbers.clone());
        let header = first.names.list.clone();
        let rows = JsonRows::new(records, first, self.name.clone());
        self.table(header, TableRows::Json(Box::new(rows)))
    }
}

/// A format that is recognised and not read.
fn refused(
    sniffed: Sniffed,
    what: &'static str,
    way_out: &'static str,
) -> Result<ExportTable, ExportError> {
    Err(ExportError::Format { name: sniffed.name, what: what.into(), way_out: way_out.into() })
}
