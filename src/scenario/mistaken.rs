//! A file of usage that is given where a scenario belongs, told as what it is and not as broken TOML.
//!
//! Deliberately absent: what the usage is, which `recharge inspect` says.

use std::path::Path;

use super::diagnostic::About;
use super::{Diagnostic, Diagnostics};

/// The ends of the names of files that hold usage and no scenario.
const ENDINGS: [&str; 11] =
    ["csv", "tsv", "json", "jsonl", "ndjson", "xlsx", "xls", "parquet", "gz", "zst", "zip"];
/// The first bytes of packed files: gzip, Zstandard, zip and with it workbooks, Parquet.
const PACKED: [&[u8]; 4] = [b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04", b"PAR1"];

/// The error about a file that could not be read as a scenario, where it looks like usage instead.
pub(super) fn told(path: &Path, bytes: &[u8]) -> Option<Diagnostic> {
    if !has_ending(path) && !PACKED.iter().any(|first| bytes.starts_with(first)) && !is_table(bytes)
    {
        return None;
    }
    let name = path.display();
    Some(
        Diagnostic::error(format!("`{name}` looks like usage, and is no scenario"))
            .help(
                "a scenario has the rules: `recharge init NAME --vendor VENDOR` writes one, and `recharge run NAME.toml \
                 --usage FILE` replays a file through it",
            )
            .help(
                "`recharge inspect FILE` says what a file holds, and `recharge advise FILE --vendor VENDOR` which settings \
                 suit it; neither asks for a scenario",
            ),
    )
}

/// Whether what was found is that the text is no TOML at all.
pub(super) fn is_no_toml(found: &Diagnostics) -> bool {
    found.list.iter().any(|one| one.about == About::Syntax)
}

fn has_ending(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    ENDINGS.contains(&ending.to_ascii_lowercase().as_str())
}

/// Whether a text begins like rows of cells or like JSON: TOML begins with a key, the header of a table, or a comment.
fn is_table(bytes: &[u8]) -> bool {
    let text = bytes.trim_ascii_start();
    let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_end();
    match first {
        [] | [b'#', ..] => false,
        [b'{', ..] | [b'['] => true,
        [b'[', rest @ ..] => rest.trim_ascii_start().starts_with(b"{"),
        _ => !first.contains(&b'=') && first.iter().any(|byte| b",;\t|".contains(byte)),
    }
}
