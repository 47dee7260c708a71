//! A report as a folder: the page, and its charts as files of their own.

use std::io;
use std::path::Path;

use crate::files::folder::{Destination, PAGE};

use super::charts::{self, Chart};

/// Whether the charts are written as pixels besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pixels {
    /// Only as SVG.
    No,
    /// As PNG too.
    #[cfg(feature = "png")]
    Yes,
}

/// Looks at a folder to write to: it must be free, or hold a report of ours.
pub fn look(path: &Path) -> io::Result<Destination> {
    Destination::look(path, |name| {
        let stem = name.strip_suffix(".svg").or_else(|| name.strip_suffix(".png"));
        name == PAGE || stem.is_some_and(|stem| charts::NAMES.contains(&stem))
    })
}

/// Writes a page and its charts into a folder that appears whole.
pub fn write(path: &Path, page: &str, charts: &[Chart], pixels: Pixels) -> io::Result<()> {
    let folder = look(path)?.start()?;
    folder.write(PAGE, page.as_bytes())?;
    for chart in charts {
        let name = format!("{}.svg", chart.name);
        folder.write(&name, chart.alone.as_bytes())?;
        match pixels {
            Pixels::No => {}
            #[cfg(feature = "png")]
            Pixels::Yes => {
                let name = format!("{}.png", chart.name);
                folder.write(&name, &charts::pixels::png(&chart.alone)?)?;
            }
        }
    }
    folder.keep()
}
