//! `--open`: a page in whatever shows pages on this machine, and why not.

use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Time in which the opener may report a failure. One that runs longer is taken for the browser
/// itself.
const PATIENCE: Duration = Duration::from_secs(2);

/// Opens a page. The error says why it could not be opened.
pub fn open(page: &Path) -> Result<(), String> {
    let opener = match std::env::consts::OS {
        "macos" => "open",
        "windows" => "explorer",
        _ => "xdg-open",
    };
    let mut command = Command::new(opener);
    command.arg(page).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => format!("{opener} is not installed"),
        _ => format!("{opener}: {error}"),
    })?;
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        match child.try_wait() {
            Ok(Some(status)) => return heard(opener, status),
            Ok(None) => thread::sleep(Duration::from_millis(10)),
            Err(error) => return Err(format!("{opener}: {error}")),
        }
    }
    Ok(())
}

/// Interprets the exit status of the opener. `explorer` ends with 1 even on success.
fn heard(opener: &str, status: ExitStatus) -> Result<(), String> {
    let why = match (opener, status.code()) {
        (_, Some(0)) | ("explorer", _) => return Ok(()),
        // The exit codes of xdg-open(1).
        ("xdg-open", Some(3)) => "found no program that shows pages",
        ("xdg-open", Some(4)) => "found a program that shows pages, which failed",
        (_, Some(code)) => return Err(format!("{opener} ended with exit code {code}")),
        (_, None) => "was killed",
    };
    Err(format!("{opener} {why}"))
}
