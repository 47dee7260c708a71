//! Results as files to look at and to forward: those requested, and those this build supports.

use std::io;
#[cfg(feature = "xlsx")]
use std::io::Write;
use std::path::Path;

use crate::files::Output;
use crate::inquiry::Detail;
#[cfg(feature = "html")]
use crate::report::bundle::{self, Pixels};
use crate::report::document::markdown::markdown;
use crate::report::document::text::text;
use crate::report::evidence::JournalFile;
use crate::report::{Report, Tables};

use super::args::{Format, ManyArgs, OutcomeFormat, OutputArgs};
use super::exit::Failure;
use super::{caller, opener, print, print_report, say, screen};

/// Returns true if any kind of report was requested.
pub fn wanted(args: &OutputArgs) -> bool {
    args.report.is_some() || args.xlsx.is_some()
}

/// The level of detail that an answer needs for the requested outputs.
pub fn detail(args: &OutputArgs) -> Detail {
    if args.report.is_some() { Detail::Pictures } else { Detail::Figures }
}

/// Reports obstacles before anything is computed.
pub fn look(args: &OutputArgs) -> Result<(), Failure> {
    let asked = [
        (args.report.is_some(), cfg!(feature = "html"), "--report", "html"),
        (args.png, cfg!(feature = "png"), "--png", "png"),
        (args.xlsx.is_some(), cfg!(feature = "xlsx"), "--xlsx", "xlsx"),
    ];
    for (asked, built, flag, feature) in asked {
        if asked && !built {
            return Err(not_built(flag, feature));
        }
    }
    #[cfg(feature = "html")]
    if let Some(path) = &args.report {
        bundle::look(path).map_err(|error| Failure::Input(error.to_string()))?;
    }
    Ok(())
}

/// The error that a build lacks a feature.
pub fn not_built(what: &str, feature: &str) -> Failure {
    Failure::Input(format!(
        "{what}: this program was built without the feature `{feature}`; run it with \
         cargo run --release --features {feature} -- …"
    ))
}

/// The journal that is written with a page, as seen from it.
pub fn journal(args: &OutputArgs, journal: Option<&Path>) -> Option<JournalFile> {
    JournalFile::seen_from(args.report.as_deref()?, journal?)
}

/// Writes the requested files. [`look`] has already refused a build without reports.
#[cfg_attr(not(any(feature = "html", feature = "xlsx")), expect(unused_variables))]
pub fn write(args: &OutputArgs, report: &dyn Report) -> Result<(), Failure> {
    #[cfg(feature = "html")]
    if let Some(path) = &args.report {
        #[cfg(feature = "png")]
        let pixels = if args.png { Pixels::Yes } else { Pixels::No };
        #[cfg(not(feature = "png"))]
        let pixels = Pixels::No;
        let (page, charts) = report.page();
        bundle::write(path, &page, &charts, pixels)?;
        say(&format!("{}: written", path.join("index.html").display()));
    }
    #[cfg(feature = "xlsx")]
    if let Some(path) = &args.xlsx {
        let mut output = Output::create(path)?;
        output.write_all(&report.workbook()?)?;
        output.keep()?;
        say(&format!("{}: written", path.display()));
    }
    Ok(())
}

/// Tells a document: files first, then what is printed.
pub fn document(
    args: &OutputArgs,
    format: Format,
    report: &dyn Report,
    json: impl FnOnce() -> io::Result<String>,
) -> Result<(), Failure> {
    write(args, report)?;
    let json = match caller::is_there() {
        true => return Ok(caller::result(report, json, || Ok(None)).map(drop)?),
        false => json,
    };
    match format {
        Format::Text => print_report(&text(&report.document(), screen()))?,
        Format::Markdown => print(&markdown(&report.document()))?,
        Format::Json => print(&json()?)?,
    }
    open(args);
    Ok(())
}

/// The outcomes of gates in a format.
pub type GateText<'g> = &'g dyn Fn(OutcomeFormat) -> Result<String, Failure>;

/// Tells what gates are held against: files first, then what is printed, which may be rows or the outcomes of gates
/// in place of the document.
pub fn gated(
    args: &OutputArgs,
    format: OutcomeFormat,
    report: &dyn Report,
    json: impl FnOnce() -> io::Result<String>,
    rows: impl FnOnce() -> io::Result<String>,
    gates: GateText<'_>,
) -> Result<(), Failure> {
    if let Some(format) = format.of_document() {
        return document(args, format, report, json);
    }
    write(args, report)?;
    match format {
        OutcomeFormat::Csv => print(&rows()?)?,
        _ => print(&gates(format)?)?,
    }
    open(args);
    Ok(())
}

/// Tells many runs: files first, then what is printed.
pub fn tables(told: &dyn Tables, many: &ManyArgs, gates: GateText<'_>) -> Result<(), Failure> {
    if let Some(path) = &many.samples {
        let mut output = Output::create(path)?;
        told.samples(&mut output)?;
        output.keep()?;
    }
    if let Some(path) = &many.periods {
        let mut output = Output::create(path)?;
        told.periods(&mut output)?;
        output.keep()?;
    }
    if caller::tables(told)? {
        return Ok(());
    }
    let is_dash = many.csv.as_deref() == Some(Path::new("-"));
    if is_dash || many.format == OutcomeFormat::Csv && many.csv.is_none() {
        let mut rows = Vec::new();
        told.rows(&mut rows)?;
        return print(&String::from_utf8_lossy(&rows));
    }
    if let Some(path) = &many.csv {
        let mut output = Output::create(path)?;
        told.rows(&mut output)?;
        output.keep()?;
    }
    match many.format {
        OutcomeFormat::Text => print_report(&told.text(screen())),
        OutcomeFormat::Markdown => print(&told.markdown()),
        OutcomeFormat::Json => print(&told.json()?),
        OutcomeFormat::Csv => Ok(()),
        OutcomeFormat::Junit | OutcomeFormat::Github => print(&gates(many.format)?),
    }
}

/// Opens the page, if requested; if that fails, reports why, and the page's path.
pub fn open(args: &OutputArgs) {
    let Some(path) = args.report.as_ref().filter(|_| args.open) else { return };
    let page = path.join("index.html");
    if let Err(why) = opener::open(&page) {
        say(&format!("{}: cannot be opened here: {why}", page.display()));
    }
}
