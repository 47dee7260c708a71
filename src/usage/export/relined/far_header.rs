//! A header line that is set and stands far below the beginning of a text, as that of a second table does: the lines above it are passed,
//! so that the table is found by what stands from there on.
//!
//! Deliberately absent: a header among the first lines, above which the lines are kept and told.

use std::sync::Arc;

use memchr::memchr_iter;

use super::super::error::ExportError;
use super::super::layout::{HeaderPlace, Layout};
use super::super::sniff::{SAMPLE, Sniffed, sampled};
use super::{LineRule, RelinedText};

/// Lines among which a header is near.
const NEAR: u64 = 50;

/// The lines above a header become blank ones, so that those below it keep their numbers.
struct LinesAbove {
    header_line: u64,
}

impl LineRule for LinesAbove {
    fn instead(&self, line: u64, _: &str) -> Option<String> {
        (line < self.header_line).then(String::new)
    }
}

/// A text without its lines above a header that is set far below, and what is told of it; any other text as it is.
pub(super) fn passed(
    sniffed: Sniffed,
    layout: &Layout,
) -> Result<(Sniffed, Option<String>), ExportError> {
    let header_line = match layout.header {
        Some(HeaderPlace::Line(line)) if line > NEAR => line,
        _ => return Ok((sniffed, None)),
    };
    let ends = memchr_iter(b'\n', &sniffed.sample).count() as u64;
    // Lines that end by CR alone are not counted here, and there is no such line.
    if ends == 0 || (sniffed.whole && header_line > ends + 1) {
        return Ok((sniffed, None));
    }
    let rule = Arc::new(LinesAbove { header_line });
    let input = Box::new(RelinedText::new(sniffed.input, rule));
    let blank = usize::try_from(header_line).unwrap_or(usize::MAX);
    // Each line above takes a byte of the sample.
    let (sample, input, whole) = sampled(input, SAMPLE.saturating_add(blank), &sniffed.name)?;
    if sample.trim_ascii().is_empty() {
        return Err(ExportError::HeaderLine { name: sniffed.name, line: header_line });
    }
    let told = format!(
        "The {} above the header line that is named are left out.",
        crate::domain::text::counted(header_line - 1, "line")
    );
    Ok((Sniffed { input, sample, whole, ..sniffed }, Some(told)))
}
