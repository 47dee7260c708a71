//! Tables in fixed widths with a rule of dashes below their names, as `sqlplus`, `sqlcmd` and shells print them: read with tabs between
//! their cells, without the rules, the line that counts the rows, titles that stand again on each page, and notes.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::datum::is_datum;
use super::super::drawn::is_count;
use super::super::written::written;
use super::pages::{numbers_a_page, without_digits};
use super::{LOOKED_AT, LineRule, Relining, TextStart};

/// The fewest dashes of the longest column.
const FEWEST_DASHES: usize = 3;

/// The columns of a table in fixed widths.
#[derive(Default)]
struct Ruled {
    /// Where the dashes of each begin and end, in letters.
    columns: Vec<(usize, usize)>,
    /// The line of its names.
    header_line: u64,
    /// That line.
    header: String,
    /// The lines above it.
    titles: BTreeSet<String>,
    /// The same of those that number a page, without their digits.
    page_titles: BTreeSet<String>,
    /// The last line with a number or a time in a column, if it is known.
    last_line: Option<u64>,
}

/// How a text is read whose names stand above a rule with a stretch of dashes for each of them, two or more.
pub(super) fn relining(start: TextStart<'_>) -> Option<Relining> {
    if start.delimiter.is_some() {
        return None;
    }
    let lines: Vec<&str> = start.text.lines().take(LOOKED_AT).collect();
    let mut ruled = lines.windows(2).zip(1..).find_map(|(pair, header_line)| {
        let (columns, header) = (dashes(pair[1])?, pair[0].trim_end().to_owned());
        let ruled = Ruled { columns, header_line, header, ..Ruled::default() };
        let is_plain = !pair[0].contains([',', ';', '\t', '|']) && dashes(pair[0]).is_none();
        let is_header = is_plain && ruled.cells(pair[0]).iter().all(|name| !name.is_empty());
        is_header.then_some(ruled)
    })?;
    let above = start.lines().take_while(|(line, _)| *line < ruled.header_line);
    let above: Vec<&str> = above.map(|(_, text)| text).collect();
    ruled.titles = above.iter().map(|text| text.trim().to_owned()).collect();
    let of_pages = above.iter().filter(|text| numbers_a_page(text));
    ruled.page_titles = of_pages.map(|text| without_digits(text)).collect();
    if start.is_whole {
        let is_row = |text: &str| ruled.cells(text).iter().any(|cell| is_datum(cell));
        let rows = start.lines().filter(|(_, text)| is_row(text));
        ruled.last_line = rows.map(|(line, _)| line).last();
    }
    let mut below = start.lines().filter(|(line, _)| *line > ruled.header_line);
    let example = below.find(|(line, text)| ruled.is_beside(*line, text));
    let beside = example.map_or(String::new(), |(_, text)| {
        let text = crate::domain::text::excerpt(text.trim());
        format!(" Lines that repeat what stands above it, and notes below its last row, are left out, such as `{text}`.")
    });
    Some(Relining {
        rule: Arc::new(ruled),
        delimiter: Some((b'\t', false)),
        remark: format!(
            "The table is in fixed widths, with a rule of dashes below its names: each column is what stands above and below its dashes.{beside}"
        ),
    })
}

/// Where the stretches of dashes of a rule begin and end, two or more; `None` for any other line.
fn dashes(line: &str) -> Option<Vec<(usize, usize)>> {
    let line = line.trim_end();
    let is_rule = line.starts_with(['-', ' ']) && line.chars().all(|c| matches!(c, '-' | ' '));
    let columns = stretches(line);
    let longest = columns.iter().map(|(from, to, _)| to - from).max().unwrap_or(0);
    (is_rule && columns.len() > 1 && longest >= FEWEST_DASHES)
        .then(|| columns.into_iter().map(|(from, to, _)| (from, to)).collect())
}

/// The words of a line, each with the letters before it and up to its end.
fn stretches(line: &str) -> Vec<(usize, usize, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    for part in line.split(|c: char| c.is_whitespace()) {
        let length = part.chars().count();
        if length > 0 {
            found.push((at, at + length, part));
        }
        at += length + 1;
    }
    found
}

impl Ruled {
    /// The cells of a line: each word belongs to the column at whose dashes it stands, or else to that before it.
    fn cells(&self, line: &str) -> Vec<String> {
        let mut cells = vec![String::new(); self.columns.len()];
        for (from, to, word) in stretches(line) {
            let at = self.columns.iter().position(|(begin, end)| from < *end && *begin < to);
            let before = || self.columns.iter().rposition(|(begin, _)| *begin <= from);
            let Some(cell) = cells.get_mut(at.or_else(before).unwrap_or(0)) else { continue };
            if !cell.is_empty() {
                cell.push(' ');
            }
            cell.push_str(word);
        }
        cells
    }

    /// Whether a line below the header is one of those above it again, as on each page, or a note below the last row.
    fn is_beside(&self, line: u64, text: &str) -> bool {
        let plain = text.trim();
        let is_known = text.trim_end() == self.header || dashes(text).is_some() || is_count(text);
        if plain.is_empty() || is_known {
            return false;
        }
        let is_page = || numbers_a_page(plain) && self.page_titles.contains(&without_digits(plain));
        self.titles.contains(plain) || is_page() || self.last_line.is_some_and(|last| line > last)
    }
}

impl LineRule for Ruled {
    fn instead(&self, line: u64, text: &str) -> Option<String> {
        if text.trim().is_empty() {
            return None;
        }
        if dashes(text).is_some() || is_count(text) {
            return Some(String::new());
        }
        if line < self.header_line {
            return Some(written(&text.replace('\t', " "), '\t').into_owned());
        }
        if line > self.header_line && self.is_beside(line, text) {
            return Some(String::new());
        }
        let cells = self.cells(text);
        let cells: Vec<Cow<'_, str>> = cells.iter().map(|cell| written(cell, '\t')).collect();
        Some(cells.join("\t"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::relined_text;

    #[test]
    fn words_belong_to_the_dashes_that_they_stand_at() {
        for (text, rows) in [
            (
                "DAY          CREDITS\n--------- ----------\n10-FEB-26        147\n\n40 rows selected.\n",
                Some("DAY\tCREDITS\n\n10-FEB-26\t147\n\n\n"),
            ),
            (
                "day                     note    n\n----------------------- ------- -----------\n2026-02-10 00:00:00.000 a  b            147\n\n(1 rows affected)\n",
                Some("day\tnote\tn\n\n2026-02-10 00:00:00.000\ta b\t147\n\n\n"),
            ),
            (
                "Report of May\n\nDay        n\n---        -\n2026-05-01 7\n",
                Some("Report of May\n\nDay\tn\n\n2026-05-01\t7\n"),
            ),
            // A title on each page, a note and a prompt.
            (
                "ACME  Page 1\nDay        n\n---------- ---\n2026-05-01   7\nACME  Page 2\nDay        n\n---------- ---\n2026-05-02   8\n*** End of this ***\nSQL> spool off\n",
                Some("ACME  Page 1\nDay\tn\n\n2026-05-01\t7\n\nDay\tn\n\n2026-05-02\t8\n\n\n"),
            ),
            // A section of another customer.
            (
                "Customer 1 of many\nDay        n\n---------- ---\n2026-05-01   7\nCustomer 2 of many\nDay        n\n---------- ---\n2026-05-02   8\n",
                Some(
                    "Customer 1 of many\nDay\tn\n\n2026-05-01\t7\nCustomer 2\tof many\nDay\tn\n\n2026-05-02\t8\n",
                ),
            ),
            // A row whose number is wider than its dashes, and one without a number in its columns.
            (
                "day        note n\n---------- ---- --\n2026-05-01 a    1234\n2026-05-02 b    x\n",
                Some("day\tnote\tn\n\n2026-05-01\ta\t1234\n2026-05-02\tb\tx\n"),
            ),
            ("day,n\n---,---\n1,2\n", None),
            ("day\n----------\n2026-05-01\n", None),
            ("---- ----\n---- ----\n", None),
        ] {
            assert_eq!(relined_text(text).as_deref(), rows, "{text}");
        }
    }
}
