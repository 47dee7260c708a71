//! Pivot tables whose first column holds dates and other labels at two levels: services below each month, or months below each service. Where
//! each label is the sum of those below it, the rows of the lower level are read, with the label above them in a column of its own.
//!
//! Deliberately absent: dates at several levels, which `outline` has.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::datum::{is_datum, is_interval};
use super::super::written::written;
use super::outline::number;
use super::{LineRule, Relining, TextStart, cells_of, with_cells};
use crate::domain::text::counted;

/// Labels that others stand below, at least.
const FEWEST: usize = 2;
/// The name of the column of what is no date.
const LABEL: &str = "label";

/// A row of such a table.
struct LabelledRow<'t> {
    line: u64,
    label: Cow<'t, str>,
    is_date: bool,
    /// Its numbers in millionths.
    numbers: Vec<i128>,
}

/// What stands in place of a row.
enum Instead {
    /// Nothing: it is the sum of others.
    Nothing,
    /// It with this date, and another cell.
    Row { date: String, label: String },
    /// It with another cell.
    Beside(&'static str),
}

/// What stands in place of the rows of a table and of its header, by their lines.
struct Labelled {
    delimiter: char,
    rows: BTreeMap<u64, Instead>,
}

/// How a text is read that is such a table as a whole.
pub(super) fn relining(start: TextStart<'_>) -> Option<Relining> {
    let delimiter = start.likely_delimiter().filter(|_| start.is_whole)?;
    let (header_line, rows) = rows(start, delimiter)?;
    let of_dates = rows.first()?.is_date;
    let is_parent = |row: &&LabelledRow<'_>| row.is_date == of_dates;
    let (last, before) = rows.split_last()?;
    let is_total = !last.is_date && are_sums(&last.numbers, before.iter().filter(is_parent));
    let (total, rows) = if is_total { (Some(last), before) } else { (None, &*rows) };
    let groups: Vec<&[LabelledRow<'_>]> =
        rows.chunk_by(|_, next| next.is_date != of_dates).collect();
    let of_several = groups.iter().filter(|group| group.len() > 2).count();
    let is_it = groups.len() >= FEWEST && 2 * of_several >= groups.len();
    if !is_it || !groups.iter().all(|group| is_sum(group)) {
        return None;
    }
    let mut instead = BTreeMap::from([(header_line, Instead::Beside(LABEL))]);
    for group in &groups {
        let (parent, children) = group.split_first()?;
        instead.insert(parent.line, Instead::Nothing);
        for child in children {
            let (date, label) = if of_dates { (parent, child) } else { (child, parent) };
            let (date, label) = (date.label.to_string(), label.label.to_string());
            instead.insert(child.line, Instead::Row { date, label });
        }
    }
    instead.extend(total.map(|total| (total.line, Instead::Beside(""))));
    Some(Relining {
        rule: Arc::new(Labelled { delimiter, rows: instead }),
        delimiter: None,
        remark: format!(
            "Dates and other labels are nested in the first column: each that others stand below is their sum and left out ({}), and the others are read \
             with their dates, the other labels in a column `{LABEL}`.",
            counted(groups.len(), "row")
        ),
    })
}

/// The line of the header of a table, and its rows of a label and numbers; `None` for any other text.
fn rows(start: TextStart<'_>, delimiter: char) -> Option<(u64, Vec<LabelledRow<'_>>)> {
    let is_blank = |text: &str| text.trim_matches([delimiter, ' ', '"']).is_empty();
    let mut lines = start.lines().filter(|(_, text)| !is_blank(text));
    let is_header = |cells: &[super::LineCell<'_>]| {
        cells.len() > 1 && cells.iter().all(|cell| !cell.text.is_empty() && !is_datum(&cell.text))
    };
    let (header_line, width) = lines.by_ref().take(super::LOOKED_AT).find_map(|(line, text)| {
        let cells = cells_of(text, delimiter).filter(|cells| is_header(cells))?;
        Some((line, cells.len()))
    })?;
    let mut rows = Vec::new();
    for (line, text) in lines {
        let mut cells = cells_of(text, delimiter).filter(|cells| cells.len() == width)?.into_iter();
        let label = cells.next()?.text;
        let is_date = is_interval(&label);
        // A number alone is neither.
        if label.is_empty() || (is_datum(&label) && !is_date) {
            return None;
        }
        let numbers = cells.map(|cell| number(&cell.text)).collect::<Option<_>>()?;
        rows.push(LabelledRow { line, label, is_date, numbers });
        // Nearly all texts have labels of one kind.
        if rows.len() == super::LOOKED_AT && rows.iter().all(|row| row.is_date == is_date) {
            return None;
        }
    }
    Some((header_line, rows))
}

/// Whether the numbers of the first row are the sums of those below it, of which there are some.
fn is_sum(group: &[LabelledRow<'_>]) -> bool {
    let Some((parent, children)) = group.split_first() else { return false };
    !children.is_empty() && are_sums(&parent.numbers, children.iter())
}

/// Whether numbers are the sums of those of rows.
fn are_sums<'r, 't: 'r>(
    sums: &[i128],
    rows: impl Iterator<Item = &'r LabelledRow<'t>> + Clone,
) -> bool {
    let column = |(column, sum): (usize, &i128)| {
        let mut numbers = rows.clone().map(|row| row.numbers.get(column));
        let all = numbers.try_fold(0_i128, |all, number| all.checked_add(*number?));
        all == Some(*sum)
    };
    sums.iter().enumerate().all(column)
}

impl LineRule for Labelled {
    fn instead(&self, line: u64, text: &str) -> Option<String> {
        let with = |text: &str, cell: &str| {
            format!("{text}{}{}", self.delimiter, written(cell, self.delimiter))
        };
        match self.rows.get(&line)? {
            Instead::Nothing => Some(String::new()),
            Instead::Beside(cell) => Some(with(text, cell)),
            Instead::Row { date, label } => {
                let place = cells_of(text, self.delimiter)?.first()?.place.clone();
                let dated = std::iter::once((place, date.clone()));
                Some(with(&with_cells(text, self.delimiter, dated), label))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::relined_text;

    #[test]
    fn labels_below_their_dates_and_dates_below_their_labels_are_rows_of_both() {
        for (text, rows) in [
            (
                "Row Labels,Sum of n\nJan 2026,\"1,018\"\n  Chat,1000\n  OCR,18\nFeb 2026,11\n  Chat,11\nGrand Total,1029\n",
                Some(
                    "Row Labels,Sum of n,label\n\nJan 2026,1000,Chat\nJan 2026,18,OCR\n\nFeb 2026,11,Chat\nGrand Total,1029,\n",
                ),
            ),
            (
                "Usage\n\nLabel;n;cost\nChat;3;6\n2026-05;1;2\n2026-06;2;4\nOCR;9;1.5\n2026-05;4;0.5\n2026-06;5;1\n",
                Some(
                    "Usage\n\nLabel;n;cost;label\n\n2026-05;1;2;Chat\n2026-06;2;4;Chat\n\n2026-05;4;0.5;OCR\n2026-06;5;1;OCR\n",
                ),
            ),
            // No sums, a total after each date, and other numbers.
            ("Label,n\nJan 2026,9\nChat,3\nOCR,5\nFeb 2026,5\nChat,3\nOCR,2\n", None),
            ("Label,n\n2026-05-01,9\nTotal,9\n2026-05-02,5\nTotal,5\n", None),
            ("Label,n\n5,9\nChat,4\nOCR,5\n6,5\nChat,3\nOCR,2\n", None),
            ("Date,n\n2026-05-01,9\n2026-05-02,5\nTotal,14\n", None),
        ] {
            assert_eq!(relined_text(text).as_deref(), rows, "{text}");
        }
    }
}
