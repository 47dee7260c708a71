//! What a file is, by its first bytes: packing, encoding and format.
//!
//! Deliberately absent: which line of a table is its header.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};
use std::sync::Arc;

use serde_json::value::RawValue;

use crate::usage::csv::{Digest, InputSource};

use super::access;
use super::behind;
use super::compression::{packing, unpacked};
use super::encoding::{decoded, mark, valid_text};
use super::error::ExportError;
use super::layout::{Charset, FileFormat, Layout, Packing};
use super::named;
use super::relined::RelinedText;
use super::sentences;

/// Bytes looked at before a file is read.
pub(super) const SAMPLE: usize = 256 * 1024;

/// A file that is open, and what it was found to be.
pub(super) struct Sniffed {
    pub(super) name: String,
    /// The unpacked bytes from their start; UTF-8 for formats of text.
    pub(super) input: Box<dyn Read + Send>,
    /// The first of them.
    pub(super) sample: Arc<[u8]>,
    /// Whether the sample is all there is.
    pub(super) whole: bool,
    pub(super) packing: Packing,
    pub(super) charset: Option<Charset>,
    pub(super) format: FileFormat,
    pub(super) evidence: Vec<String>,
    /// What is told of how its lines are read, one sentence each.
    pub(super) remarks: Vec<String>,
    pub(super) digest: Option<Digest>,
}

/// Opens a source and looks at its start.
pub(super) fn sniff(source: &InputSource, layout: &Layout) -> Result<Sniffed, ExportError> {
    let name = source.to_string();
    if source.is_folder() {
        let why = "is a folder, and one file is read here; name a file in it".to_owned();
        return Err(ExportError::Files { name, why });
    }
    let (raw, digest) = source
        .stored(layout.hash)
        .map_err(|cause| ExportError::Open { name: name.clone(), cause })?;
    let (start, raw, _) = sampled(raw, 4, &name)?;
    let packing = packing(&start);
    let (sample, input, whole) = sampled(unpacked(raw, packing), SAMPLE, &name)?;
    let mut evidence = Vec::new();
    if let Some(format) = layout.format.or_else(|| binary(&sample))
        && matches!(format, FileFormat::Workbook | FileFormat::Parquet)
    {
        let charset = None;
        return Ok(Sniffed {
            name,
            input,
            sample,
            whole,
            packing,
            charset,
            format,
            evidence,
            remarks: Vec::new(),
            digest,
        });
    }
    refuse_foreign(&sample, layout, &name)?;
    let charset = charset(&sample, whole, layout, &name, &mut evidence)?;
    let skip = mark(&sample).map_or(0, |(_, length)| length);
    let mut input = input;
    read_past(&mut input, skip, &name)?;
    let (sample, input, whole) = match (charset, skip) {
        // It is the text already.
        (Charset::Utf8, 0) => (sample, input, whole),
        _ => sampled(decoded(input, charset), SAMPLE, &name)?,
    };
    refuse_controls(&sample, &name)?;
    let is_open = layout.header.is_none() && layout.delimiter.is_none();
    let is_free = is_open && layout.format.is_none();
    if let Some(rule) = is_free.then(|| behind::rule(&sample)).flatten() {
        let remarks = vec![behind::TOLD.to_owned()];
        let (sample, input, whole) =
            sampled(Box::new(RelinedText::new(input, rule)), SAMPLE, &name)?;
        let (format, charset) = (FileFormat::JsonLines, Some(charset));
        return Ok(Sniffed {
            name,
            input,
            sample,
            whole,
            packing,
            charset,
            format,
            evidence,
            remarks,
            digest,
        });
    }
    let found = || {
        let format = text_format(&sample, whole, &mut evidence);
        let named = || named_format(&sample).filter(|_| is_open);
        if format == FileFormat::Delimited { named().unwrap_or(format) } else { format }
    };
    let format = layout.format.unwrap_or_else(found);
    let charset = Some(charset);
    let remarks = Vec::new();
    Ok(Sniffed { name, input, sample, whole, packing, charset, format, evidence, remarks, digest })
}

/// A sample, the input from its start again, and whether the sample is all of it.
pub(super) type Sampled = (Arc<[u8]>, Box<dyn Read + Send>, bool);

/// The first bytes of `input`, at most `most`.
pub(super) fn sampled(
    mut input: Box<dyn Read + Send>,
    most: usize,
    name: &str,
) -> Result<Sampled, ExportError> {
    let mut sample = Vec::new();
    let read = input.by_ref().take(most as u64).read_to_end(&mut sample);
    read.map_err(|cause| ExportError::Read { name: name.to_owned(), line: 0, cause })?;
    let whole = sample.len() < most;
    let sample: Arc<[u8]> = Arc::from(sample);
    let again: Box<dyn Read + Send> = Box::new(Cursor::new(Arc::clone(&sample)).chain(input));
    Ok((sample, again, whole))
}

/// Reads past the first `count` bytes.
fn read_past(input: &mut dyn Read, count: usize, name: &str) -> Result<(), ExportError> {
    let mut passed = vec![0; count];
    let read = input.read_exact(&mut passed);
    read.map_err(|cause| ExportError::Read { name: name.to_owned(), line: 0, cause })
}

/// A format of bytes that are not text, among those that may be read.
fn binary(sample: &[u8]) -> Option<FileFormat> {
    match sample {
        [b'P', b'A', b'R', b'1', ..] => Some(FileFormat::Parquet),
        [b'P', b'K', 3, 4, ..] if WORKBOOK.iter().any(|part| holds(sample, part)) => {
            Some(FileFormat::Workbook)
        }
        // Excel before 2007, and workbooks with a password.
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Some(FileFormat::Workbook),
        _ => None,
    }
}

/// Names in the zip archive of a workbook, of Excel and of OpenDocument.
const WORKBOOK: [&[u8]; 3] = [b"xl/", b"[Content_Types].xml", b"opendocument.spreadsheet"];

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(bytes, part).is_some()
}

/// Refuses formats that are recognised and not read.
fn refuse_foreign(sample: &[u8], layout: &Layout, name: &str) -> Result<(), ExportError> {
    let text = sample.trim_ascii_start();
    if layout.format.is_none() && markup_format(text).is_some() {
        return Ok(());
    }
    let starts = |tag: &str| {
        text.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag.as_bytes()))
    };
    let (what, way_out) = match sample {
        [b'P', b'K', 3, 4, ..] => {
            ("a zip archive", "unpack it (`unzip FILE`) and name what was in it")
        }
        [0xfd, b'7', b'z', b'X', b'Z', ..] => ("packed with xz", "unpack it first (`xz -dk FILE`)"),
        [b'B', b'Z', b'h', b'1'..=b'9', b'1', b'A', b'Y', ..] => {
            ("packed with bzip2", "unpack it first (`bzip2 -dk FILE`)")
        }
        [b'7', b'z', 0xbc, 0xaf, ..] => ("a 7z archive", "unpack it first (`7z x FILE`)"),
        [b'O', b'b', b'j', 1, ..] => (
            "an Avro file",
            "convert it (`duckdb -c \"install avro; load avro; copy (from read_avro('FILE')) to 'usage.csv'\"`)",
        ),
        [b'O', b'R', b'C', ..] if !text.is_ascii() => {
            ("an ORC file", "convert it to CSV with the tool that wrote it")
        }
        [b'%', b'P', b'D', b'F', ..] => {
            ("a PDF document", "download the same figures as CSV; a PDF holds pictures of them")
        }
        _ if sample.starts_with(b"SQLite format 3\0") => (
            "an SQLite database",
            "write its table as CSV (`sqlite3 -header -csv FILE 'select * from TABLE' > usage.csv`)",
        ),
        _ if markup_format(text) == Some(FileFormat::Html) => {
            ("a page in HTML", "open it in a spreadsheet and save it as CSV")
        }
        _ if starts("mime-version:") => (
            "a web archive (MHT)",
            "open it in a browser or a spreadsheet, and save it as a page in HTML or as CSV",
        ),
        _ if text.starts_with(b"100,NEM13,") => (
            "in the format NEM13, whose readings are of weeks or months",
            "ask for the readings of each interval (NEM12), which are read, or write a table with a header from its records 250: \
             the previous and the current date, and the quantity",
        ),
        _ if is_lists(text) => (
            "lists of JSON, one on each line, whose columns have no names",
            "write one document with a list of names first, in their order (`jq -s '[[\"time\",\"credits\"]] + .' FILE > usage.json`)",
        ),
        _ if starts("<?xml") => ("an XML document", "download the same figures as CSV or JSON"),
        _ => {
            access::refuse(text, name)?;
            let is_open = layout.header.is_none() && layout.delimiter.is_none();
            return match is_open && layout.format.is_none() && named_format(sample).is_none() {
                true => sentences::refuse(sample, name),
                false => Ok(()),
            };
        }
    };
    Err(ExportError::Format { name: name.to_owned(), what: what.into(), way_out: way_out.into() })
}

/// Whether the first two lines of a text are a list of JSON each, with plain values.
fn is_lists(text: &[u8]) -> bool {
    let lines = text.split(|byte| *byte == b'\n').take(2).map(<[u8]>::trim_ascii);
    let is_list = |line: &[u8]| {
        line.starts_with(b"[")
            && !line.starts_with(b"[[")
            && serde_json::from_slice::<Vec<&RawValue>>(line).is_ok()
    };
    lines.clone().count() == 2 && lines.into_iter().all(is_list)
}

/// Refuses bytes that no text contains.
fn refuse_controls(sample: &[u8], name: &str) -> Result<(), ExportError> {
    let control = |byte: &&u8| byte.is_ascii_control() && !b"\t\n\r\x0b\x0c\x1a".contains(byte);
    if sample.iter().find(control).is_none() {
        return Ok(());
    }
    Err(ExportError::NotText { name: name.to_owned() })
}

/// The encoding of text.
fn charset(
    sample: &[u8],
    whole: bool,
    layout: &Layout,
    name: &str,
    evidence: &mut Vec<String>,
) -> Result<Charset, ExportError> {
    if let Some(set) = layout.encoding {
        return Ok(set);
    }
    if let Some((charset, _)) = mark(sample) {
        evidence.push(format!("{}: a byte-order mark says so", charset.name()));
        return Ok(charset);
    }
    if let Some(charset) = wide(sample) {
        evidence.push(format!("{}: every second byte is zero", charset.name()));
        return Ok(charset);
    }
    let Some(bad) = not_utf8(sample, whole) else { return Ok(Charset::Utf8) };
    let line = 1 + memchr::memchr_iter(b'\n', sample.get(..bad).unwrap_or_default()).count() as u64;
    let begin = memchr::memrchr(b'\n', sample.get(..bad).unwrap_or_default()).unwrap_or(0);
    let is_above = sample.get(..begin).is_some_and(|above| !above.is_ascii());
    let said = declared(sample);
    if said.as_ref().is_some_and(|said| WESTERN.contains(&said.as_str())) {
        evidence.push(format!("{}: the page says so", Charset::Windows1252.name()));
        return Ok(Charset::Windows1252);
    }
    let is_other = said.is_some_and(|said| !["utf-8", "utf8"].contains(&said.as_str()));
    let has_letters = || sample.get(..bad).is_some_and(|before| !before.is_ascii());
    if !is_other && (is_above || (is_western(sample) && has_letters())) {
        // Letters of two bytes before it: UTF-8 that is broken, rather than another encoding.
        let way_out = "the lines above it are; repair the line, or set the encoding \
                       (`--encoding windows-1252`)";
        let (name, encoding) = (name.to_owned(), Charset::Utf8.name());
        return Err(ExportError::Encoding { name, line, encoding, way_out });
    }
    let byte = sample.get(bad).copied().unwrap_or_default();
    if is_other || !is_western(sample) {
        return Err(ExportError::UnknownEncoding { name: name.to_owned(), line, byte });
    }
    evidence.push(format!(
        "{}: the byte {byte:02X} on line {line} is no UTF-8",
        Charset::Windows1252.name()
    ));
    Ok(Charset::Windows1252)
}

/// What stands at the start of pages and of tables that were cut out of one, in small letters.
const PAGE: [&str; 15] = [
    "!doctype html",
    "html",
    "head",
    "meta",
    "body",
    "table",
    "style",
    "script",
    "title",
    "div",
    "center",
    "font",
    "link",
    "base",
    "h1",
];
/// The space of names of spreadsheets in XML.
const XML_SPREADSHEET: &[u8] = b"urn:schemas-microsoft-com:office:spreadsheet";
/// Bytes at the start of markup in which it says its encoding.
const DECLARED: usize = 4_096;
/// Bytes at the start of a text by which it is known that its rows say the names of their cells.
const DECLARED_NAMES: usize = 32_768;

/// The format of markup that is read: a page, or a spreadsheet in XML.
fn markup_format(text: &[u8]) -> Option<FileFormat> {
    let mut rest = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_ascii_start();
    let is_xml = rest.starts_with(b"<?xml");
    let mut is_sheet = false;
    loop {
        let end = match rest {
            [b'<', b'!', b'-', b'-', ..] => memchr::memmem::find(rest, b"-->").map(|at| at + 3),
            [b'<', b'?', ..] => memchr::memchr(b'>', rest).map(|at| at + 1),
            _ => break,
        };
        let (passed, after) = rest.split_at_checked(end?)?;
        is_sheet |= holds(passed, b"Excel.Sheet");
        rest = after.trim_ascii_start();
    }
    let tag = rest.strip_prefix(b"<")?;
    let is_named = |name: &str| {
        let start = tag.get(..name.len());
        let next = tag.get(name.len()).is_none_or(|next| !next.is_ascii_alphanumeric());
        start.is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes())) && next
    };
    match () {
        () if (is_xml || is_sheet) && holds(tag, XML_SPREADSHEET) && !is_named("html") => {
            Some(FileFormat::XmlSpreadsheet)
        }
        () if PAGE.iter().any(|name| is_named(name)) => Some(FileFormat::Html),
        () => None,
    }
}

/// The encoding that markup says it is in, in small letters.
fn declared(sample: &[u8]) -> Option<String> {
    markup_format(sample.trim_ascii_start())?;
    let start = sample.get(..DECLARED).unwrap_or(sample).to_ascii_lowercase();
    let after = [&b"charset="[..], b"encoding="].into_iter().find_map(|sign| {
        let at = memchr::memmem::find(&start, sign)?;
        start.get(at + sign.len()..)
    })?;
    let name = after.iter().skip_while(|byte| b"\"' ".contains(byte));
    let name = name.take_while(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte));
    Some(name.map(|byte| char::from(*byte)).collect())
}

/// Names of encodings that are read as Windows-1252.
const WESTERN: [&str; 8] = [
    "windows-1252",
    "cp1252",
    "iso-8859-1",
    "iso8859-1",
    "latin1",
    "latin-1",
    "iso-8859-15",
    "us-ascii",
];

/// Whether text that is no UTF-8 can be Windows-1252: no byte is one that it lacks, and its letters beyond ASCII stand among
/// those of ASCII, and not side by side as in scripts without Latin letters.
fn is_western(sample: &[u8]) -> bool {
    const UNUSED: [u8; 5] = [0x81, 0x8d, 0x8f, 0x90, 0x9d];
    let runs = || sample.split(u8::is_ascii).filter(|run| !run.is_empty());
    let all: usize = runs().map(<[u8]>::len).sum();
    let side_by_side: Vec<u8> = runs().filter(|run| run.len() > 2).flatten().copied().collect();
    // Some letters of one word are no script.
    let letters: BTreeSet<u8> = side_by_side.iter().copied().collect();
    let is_script = letters.len() >= SCRIPT && 2 * side_by_side.len() > all;
    !is_script && !sample.iter().any(|byte| UNUSED.contains(byte))
}

/// Letters of a script beyond which it is none of some words of Latin letters.
const SCRIPT: usize = 8;

/// UTF-16 without a byte-order mark: mostly ASCII, so that every second byte is zero.
fn wide(sample: &[u8]) -> Option<Charset> {
    let zeros =
        |odd: usize| sample.iter().skip(odd).step_by(2).filter(|&&byte| byte == 0).count() * 10;
    let pairs = sample.len() / 2;
    if pairs == 0 {
        return None;
    }
    match (zeros(0), zeros(1)) {
        (few, many) if many > 7 * pairs && few < pairs => Some(Charset::Utf16Le),
        (many, few) if many > 7 * pairs && few < pairs => Some(Charset::Utf16Be),
        _ => None,
    }
}

/// The place of the first byte that is no UTF-8.
fn not_utf8(sample: &[u8], whole: bool) -> Option<usize> {
    let error = std::str::from_utf8(sample).err()?;
    // A character may be cut where the sample ends.
    (error.error_len().is_some() || whole).then(|| error.valid_up_to())
}

/// The format of a text whose rows say the names of their cells.
fn named_format(sample: &[u8]) -> Option<FileFormat> {
    named::format_of(valid_text(sample.get(..DECLARED_NAMES).unwrap_or(sample)))
}

/// The format of text.
fn text_format(sample: &[u8], whole: bool, evidence: &mut Vec<String>) -> FileFormat {
    let text = sample.trim_ascii_start();
    if let Some(format) = markup_format(text) {
        evidence.push(format!("{format}: it begins as such"));
        return format;
    }
    let after =
        |count: usize| text.get(count..).unwrap_or_default().trim_ascii_start().first().copied();
    let format = match (text.first(), after(1)) {
        (Some(b'['), Some(b'{' | b'[' | b']')) => FileFormat::Json,
        (Some(b'{'), Some(b'"' | b'}')) => json_of_objects(text, whole),
        _ => return FileFormat::Delimited,
    };
    let first = text.first().copied().unwrap_or_default();
    evidence.push(format!("{format}: it begins with {}", char::from(first)));
    format
}

/// Whether text that begins with `{` is an object on each line or one document.
fn json_of_objects(text: &[u8], whole: bool) -> FileFormat {
    let mut lines = text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.next().unwrap_or_default();
    if serde_json::from_slice::<&RawValue>(first).is_err() {
        // Cut at the end of the sample, a first line is no evidence of lines.
        return FileFormat::Json;
    }
    if whole && !lines.any(|line| !line.is_empty()) {
        // One object is a document: it may hold the array of records.
        return FileFormat::Json;
    }
    FileFormat::JsonLines
}
