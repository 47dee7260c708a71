//! `recharge explore`: one page with the engine inside, which answers while a slider moves.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use crate::files::Output;
use crate::report::bundle::MADE_BY;
use crate::report::explore::Carrier;

use super::args::ExploreArgs;
use super::exit::Failure;
use super::explored::{self, Explored};
use super::{Called, manifest, opener, question, say};

/// Opens a scenario as a page will, then writes the page.
pub fn explore(args: &ExploreArgs, command: &Called) -> Result<(), Failure> {
    let scenario = explored::scenario(&args.explored, command.quiet)?;
    let out = destination(args);
    manifest::explored(&args.explored, Some(&out), &scenario)?;
    refuse_foreign(&out)?;
    let explored = Explored::new(&args.explored, scenario, command)?;
    let html = explored.page(Carrier::Inside { usage: &explored.usage });
    let mut output = Output::create(&out)?;
    output.write_all(html.as_bytes())?;
    output.keep()?;
    say(&format!("{}: written, {} kB; open it in a browser", out.display(), html.len() / 1_000));
    if args.open
        && let Err(why) = opener::open(&out)
    {
        say(&format!("--open: {why}"));
    }
    Ok(())
}

/// The file to write: the one that was named, or `NAME-explore.html` in this folder, where a scenario from standard input is
/// called `scenario`.
fn destination(args: &ExploreArgs) -> PathBuf {
    args.out.clone().unwrap_or_else(|| {
        let scenario = &args.explored.scenario;
        let name = scenario.file_stem().filter(|_| !question::is_dash(scenario));
        let mut name = name.unwrap_or(OsStr::new("scenario")).to_owned();
        name.push("-explore.html");
        PathBuf::from(name)
    })
}

/// Refuses to write over a file that is no page of this program.
fn refuse_foreign(out: &Path) -> Result<(), Failure> {
    /// Bytes in which the mark of a page is.
    const HEAD: u64 = 1_000;
    let Ok(file) = File::open(out) else { return Ok(()) };
    let mut head = Vec::new();
    file.take(HEAD).read_to_end(&mut head)?;
    match String::from_utf8_lossy(&head).contains(MADE_BY) || head.is_empty() {
        true => Ok(()),
        false => Err(Failure::Input(format!(
            "{}: is no page of recharge; remove it, or name another file with --out",
            out.display()
        ))),
    }
}
