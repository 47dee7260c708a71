//! Cells that say what was used and of how much, `1,037 / 5,000`, `1,037 of 5,000 used` or `1,037 credits used of 5,000`: what was used is read.
//!
//! Deliberately absent: what is left of a limit, and shares of totals that differ from row to row.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{CellRule, Relining, TextStart, columns_of, named};

/// Cells of a column that show it.
const FEWEST: usize = 2;
/// Of how many cells one may have a limit of its own.
const ONE_LIMIT_IN: usize = 2;
/// Words between what was used and its limit.
const LINKS: [&str; 9] = ["of", "out of", "von", "de", "sur", "di", "van", "av", "z"];
/// Words behind a limit, or behind what was used, in small letters.
const WORDS: [&str; 16] = [
    "used",
    "credits",
    "tokens",
    "requests",
    "units",
    "credits used",
    "tokens used",
    "requests used",
    "verbraucht",
    "genutzt",
    "utilisés",
    "utilisé",
    "usados",
    "usado",
    "usati",
    "gebruikt",
];
/// Words in place of a limit, in small letters.
const WITHOUT: [&str; 3] = ["unlimited", "∞", "no limit"];

/// How a text is read in which a column has such cells.
pub(super) fn relining(start: TextStart<'_>) -> Option<Relining> {
    let has_link = |line: &str| {
        let mut links = LINKS.iter();
        line.contains('/') || links.any(|link| line.split(' ').any(|word| word == *link))
    };
    if !start.has_line(has_link) {
        return None;
    }
    let delimiter = start.likely_delimiter()?;
    let columns = columns_of(start, delimiter, FEWEST, |cell| used_of(cell).is_some());
    let columns: Vec<_> = columns
        .into_iter()
        .filter(|column| {
            let parts: Vec<(&str, &str)> =
                column.cells.iter().filter_map(|cell| used_of(cell)).collect();
            let digits = |text: &str| text.replace(|c: char| !c.is_alphanumeric(), "");
            let limits: BTreeSet<String> = parts.iter().map(|(_, limit)| digits(limit)).collect();
            let are_dates = parts.iter().all(|(used, limit)| is_of_date(used, limit));
            !are_dates && limits.len() <= 1.max(parts.len() / ONE_LIMIT_IN)
        })
        .collect();
    let example = &columns.first()?.example;
    let remark = format!(
        "Column {} holds what was used and its limit, such as `{example}`: what was used is read.",
        named(&columns)
    );
    let columns = columns.iter().map(|column| column.column).collect();
    let write = |cell: &str| used_of(cell).map(|(used, _)| used.to_owned());
    Some(Relining {
        rule: Arc::new(CellRule { delimiter, columns, write }),
        delimiter: None,
        remark,
    })
}

/// What was used, and its limit.
fn used_of(cell: &str) -> Option<(&str, &str)> {
    let length = number_length(cell).filter(|length| *length > 0)?;
    let (used, rest) = cell.split_at_checked(length)?;
    let rest = after_words(rest.trim_start());
    let after_word = || {
        let mut words = LINKS.iter().filter_map(|link| rest.strip_prefix(link));
        words.find(|rest| rest.starts_with(' '))
    };
    let limit = rest.strip_prefix('/').or_else(after_word)?.trim_start();
    if WITHOUT.contains(&limit.to_lowercase().as_str()) {
        return Some((used.trim_end(), limit));
    }
    let length = number_length(limit).filter(|length| *length > 0)?;
    let (limit, word) = limit.split_at_checked(length)?;
    let word = word.trim().to_lowercase();
    (word.is_empty() || WORDS.contains(&word.as_str()))
        .then_some((used.trim_end(), limit.trim_end()))
}

/// What follows the words behind what was used, if such stand there.
fn after_words(text: &str) -> &str {
    let after = |word: &&str| {
        let (begin, rest) = text.split_at_checked(word.len())?;
        let is_it = begin.to_lowercase() == **word && rest.starts_with(' ');
        is_it.then(|| rest.trim_start())
    };
    let found = WORDS.iter().filter_map(after).min_by_key(|rest| rest.len());
    found.unwrap_or(text)
}

/// The length of the number at the start of a text, with the marks between its digits and the blanks behind it.
fn number_length(text: &str) -> Option<usize> {
    let is_of_number =
        |c: char| c.is_ascii_digit() || matches!(c, ',' | '.' | ' ' | '\'' | '\u{a0}' | '\u{202f}');
    text.starts_with(|c: char| c.is_ascii_digit())
        .then(|| text.find(|c: char| !is_of_number(c)).unwrap_or(text.len()))
}

/// Whether two numbers may be a day and a month, or a month and a year.
fn is_of_date(first: &str, second: &str) -> bool {
    let number = |text: &str| text.parse::<u32>().ok();
    let (Some(first), Some(second)) = (number(first), number(second)) else { return false };
    first <= 31 && (second <= 31 || (1990..=2100).contains(&second))
}

#[cfg(test)]
mod tests {
    use super::super::tests::relined_text;

    #[test]
    fn what_was_used_of_a_limit_is_read() {
        for (text, rows) in [
            (
                "Month,Usage\n2026-01,\"1,037 / 5,000\"\n2026-02,\"974 / 5,000\"\n",
                Some("Month,Usage\n2026-01,\"1,037\"\n2026-02,974\n"),
            ),
            (
                "Month;Credits\n2026-01;1.037 von 5.000 verbraucht\n2026-02;900 von 5.000 verbraucht\nTotal;1.937\n",
                Some("Month;Credits\n2026-01;1.037\n2026-02;900\nTotal;1.937\n"),
            ),
            (
                "Month,Usage\n2026-01,12/unlimited\n2026-02,15/unlimited\n",
                Some("Month,Usage\n2026-01,12\n2026-02,15\n"),
            ),
            (
                "Month,User,Usage\n5,a,12 / 100\n5,b,90 / 200\n6,a,15/100\n6,b,9/200\n",
                Some("Month,User,Usage\n5,a,12\n5,b,90\n6,a,15\n6,b,9\n"),
            ),
            (
                "Month\tQuota\n2026-01\t1,037 credits used of 5,000\n2026-02\t974 Credits out of 5,000\n",
                Some("Month\tQuota\n2026-01\t1,037\n2026-02\t974\n"),
            ),
            ("Month;n\n2026-01;37 credits left of 50\n2026-02;12 credits left of 50\n", None),
            // What is left, shares of totals that differ, and dates.
            ("Month,Usage\n2026-01,937 of 5000 left\n2026-02,12 of 5000 left\n", None),
            ("Month,Usage\n2026-01,40 / 50\n2026-02,60 / 75\n2026-03,2 / 5\n", None),
            ("When,n\n1/12,5\n2/12,6\n", None),
            ("When,n\n05/2026,5\n06/2026,6\n", None),
        ] {
            assert_eq!(relined_text(text).as_deref(), rows, "{text}");
        }
    }
}
