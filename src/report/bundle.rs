//! A report as a folder: the page, and its charts as separate files.

use std::io;
use std::path::Path;

use crate::files::{Contents, Folder};

use super::charts::{self, Chart};

/// The choice to write the charts as pixels too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pixels {
    /// Only as SVG.
    No,
    /// Also write PNG.
    #[cfg(feature = "png")]
    Yes,
}

/// The page of a report.
const PAGE: &str = "index.html";
/// The generator tag in the head of our pages.
pub const MADE_BY: &str = "<meta name=\"generator\" content=\"recharge ";

/// The files that a folder may hold and still be replaced by a report.
static CONTENTS: Contents = Contents { page: PAGE, mark: MADE_BY, has: is_part };

/// Returns true if a report may have a file of this name.
fn is_part(name: &str) -> bool {
    let stem = name.strip_suffix(".svg").or_else(|| name.strip_suffix(".png"));
    name == PAGE || stem.is_some_and(charts::is_name)
}

/// Looks at a folder to write to: it must be free, or hold a report of ours.
pub fn look(path: &Path) -> io::Result<()> {
    Folder::look(path, &CONTENTS)
}

/// Writes a page and its charts into a folder that appears whole.
pub fn write(path: &Path, page: &str, charts: &[Chart], pixels: Pixels) -> io::Result<()> {
    let folder = Folder::start(path, &CONTENTS)?;
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
