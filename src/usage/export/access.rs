//! Access logs of servers: refused with the command that counts their requests, or that keeps what is written behind them as `key=value`.
//!
//! Deliberately absent: whether a request or a number behind it was usage.

use super::error::ExportError;
use super::named::first_pair;
use crate::domain::text::excerpt;

/// The command that writes the times of the requests.
const REQUESTS: &str = "awk 'BEGIN {print \"time,requests\"} {print substr($4,2) \" \" substr($5,1,5) \",1\"}' FILE > usage.csv";
/// The command that keeps the time, the status and what stands behind the request.
const BEHIND: &str = "sed -E 's/^[^[]*\\[([^]]*)\\]/time=\"\\1\"/; s/ \"[^\"]*\" ([0-9]{3}) [0-9-]+/ status=\\1/; s/ \"[^\"]*\"//g' FILE > usage.log";

/// Refuses a text that begins with a line of an access log.
pub(super) fn refuse(text: &[u8], name: &str) -> Result<(), ExportError> {
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if !is_access_log(line) {
        return Ok(());
    }
    let line = String::from_utf8_lossy(line);
    let behind = line.rsplit('"').next().and_then(first_pair);
    let counted = format!("write the times of its requests as CSV (`{REQUESTS}`)");
    let (behind, way_out) = match behind {
        None => (String::new(), counted),
        Some((key, value)) => (
            format!(" with `{}` behind its requests", excerpt(&format!("{key}={value}"))),
            format!(
                "if that is what was used, keep it with the times (`{BEHIND}`); to count requests, {counted}"
            ),
        ),
    };
    let what = format!("the access log of a server{behind}").into();
    Err(ExportError::Format { name: name.to_owned(), what, way_out: way_out.into() })
}

/// Whether a line is one of an access log: words, then `[29/Nov/2026:10:00:00 +0000]`.
fn is_access_log(line: &[u8]) -> bool {
    let Some(open) = memchr::memchr(b'[', line) else { return false };
    let (before, time) = line.split_at_checked(open).unwrap_or((line, b""));
    let words = before.split(|byte| *byte == b' ').filter(|word| !word.is_empty()).count();
    let parted = before.iter().any(|byte| b",;\t|\"{".contains(byte));
    let marks = [(3, b'/'), (7, b'/'), (12, b':'), (15, b':'), (21, b' '), (27, b']')];
    words == 3 && !parted && marks.iter().all(|(place, mark)| time.get(*place) == Some(mark))
}
