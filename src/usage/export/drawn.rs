//! Tables that are drawn with bars and rules, as clients of databases print them and Markdown has them: read as cells with bars
//! between them, without the rules, the bars at the edges and the line that counts the rows.
//!
//! Deliberately absent: which line is the header.

use std::sync::Arc;

use super::relined::{LineRule, Relining};

/// Lines in which a rule is looked for.
const LOOKED_AT: usize = 30;
/// The fewest dashes of a column in a rule.
const FEWEST_DASHES: usize = 3;

/// How a drawn table is read, unless its cells are parted by another sign than bars.
pub(super) fn relining(text: &str, delimiter: Option<char>) -> Option<Relining> {
    let is_open = delimiter.is_none_or(|set| set == '|');
    let drawing = Drawing::of(text).filter(|_| is_open)?;
    Some(Relining {
        rule: Arc::new(drawing),
        delimiter: Some((b'|', true)),
        remark: "The table is drawn with rules and bars, which are left out with the line that counts its rows.".to_owned(),
    })
}

impl LineRule for Drawing {
    fn instead(&self, _: u64, text: &str) -> Option<String> {
        Some(self.undrawn(text))
    }
}

/// How a table is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Drawing {
    /// Whether bars stand at the edges too.
    has_edges: bool,
}

impl Drawing {
    /// The drawing of a text, if its header stands at a rule of as many columns, two or more.
    fn of(text: &str) -> Option<Drawing> {
        let lines: Vec<&str> = text.lines().take(LOOKED_AT).collect();
        lines.iter().enumerate().find_map(|(place, line)| {
            let columns = rule(line).filter(|columns| *columns > 1)?;
            let drawing = Drawing { has_edges: line.trim_start().starts_with(is_edge) };
            let beside = [place.checked_sub(1), Some(place + 1)].into_iter().flatten();
            let mut beside = beside.filter_map(|place| lines.get(place));
            let is_row = |row: &&str| rule(row).is_none() && drawing.cells(row) == columns;
            beside.any(is_row).then_some(drawing)
        })
    }

    /// The cells of a line.
    fn cells(self, line: &str) -> usize {
        1 + self.row(line).matches('|').count()
    }

    /// A line without the bars at its edges; each bar is `|`.
    fn row(self, line: &str) -> String {
        let row = line.replace(['│', '┃', '║'], "|");
        let inside = row.trim();
        match self.has_edges {
            true => {
                let inside = inside.strip_prefix('|').unwrap_or(inside);
                inside.strip_suffix('|').unwrap_or(inside).to_owned()
            }
            false => row,
        }
    }

    /// The line of a table with bars between its cells: blank where nothing but a rule or the count of the rows stands.
    fn undrawn(self, line: &str) -> String {
        match rule(line).is_some() || is_count(line) {
            true => String::new(),
            false => without_emphasis(self.row(line)),
        }
    }
}

/// A row whose cells stand without the stars in which Markdown makes them bold, `**Total**`.
fn without_emphasis(row: String) -> String {
    if !row.contains(BOLD) {
        return row;
    }
    let plain = |cell: &str| {
        let inside = cell.trim().strip_prefix(BOLD).and_then(|cell| cell.strip_suffix(BOLD));
        inside.filter(|inside| !inside.contains('*')).unwrap_or(cell).to_owned()
    };
    row.split('|').map(plain).collect::<Vec<String>>().join("|")
}

/// The sign on both sides of what is bold.
const BOLD: &str = "**";

/// Whether a line begins at the edge of a table.
fn is_edge(first: char) -> bool {
    first == '|' || first == '+' || ('\u{2500}'..='\u{257f}').contains(&first)
}

/// The columns of a rule; `None` for any other line.
fn rule(line: &str) -> Option<usize> {
    let is_dash = |c: char| matches!(c, '-' | '=' | '─' | '━' | '═');
    let is_drawn =
        |c: char| is_dash(c) || "|+: \t".contains(c) || ('\u{2500}'..='\u{257f}').contains(&c);
    let line = line.trim();
    if line.is_empty() || !line.chars().all(is_drawn) {
        return None;
    }
    let mut columns = 0;
    for dashes in line.split(|c| !is_dash(c)).filter(|dashes| !dashes.is_empty()) {
        if dashes.chars().count() < FEWEST_DASHES {
            return None;
        }
        columns += 1;
    }
    (columns > 0).then_some(columns)
}

/// Whether a line counts the rows above it: `(3 rows)`, `3 rows in set (0.00 sec)`, `3 rows selected.`, `3 record(s) selected.`, `(3 rows affected)`.
pub(super) fn is_count(line: &str) -> bool {
    let line = line.trim();
    let inside = line.strip_prefix('(').and_then(|line| line.strip_suffix(')')).unwrap_or(line);
    let mut words = inside.split(' ');
    let is_number = words
        .next()
        .is_some_and(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit()));
    let is_row = matches!(words.next(), Some("row" | "rows" | "row(s)" | "record(s)"));
    let (is_all, rest) = (inside.len() < line.len(), words.next());
    let is_told = match rest {
        None => is_all,
        Some("affected") => is_all,
        Some("in" | "selected.") => !is_all,
        Some(_) => false,
    };
    is_number && is_row && is_told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        let drawing = Drawing::of(text)?;
        Some(text.lines().map(|line| drawing.undrawn(line) + "\n").collect())
    }

    #[test]
    fn tables_of_clients_of_databases_and_of_markdown_lose_their_rules_and_edges() {
        for (drawn, rows) in [
            (" day | n \n-----+---\n", Some(" day | n \n\n")),
            (" day\n-----\n 1\n", None),
            (
                " day | credits \n-----+---------\n 1   |  5 \n     |  6 \n(2 rows)\n",
                Some(" day | credits \n\n 1   |  5 \n     |  6 \n\n"),
            ),
            (
                "+-----+-----+\n| day | use |\n+-----+-----+\n| 1   |   5 |\n+-----+-----+\n1 row in set (0.01 sec)\n",
                Some("\n day | use \n\n 1   |   5 \n\n\n"),
            ),
            ("| day | use |\n|:----|----:|\n| 1 | |\n", Some(" day | use \n\n 1 | \n")),
            (
                "| day | use |\n|---|---:|\n| 1 | 5 ** 2 |\n| **Total** | **5** |\n",
                Some(" day | use \n\n 1 | 5 ** 2 \nTotal|5\n"),
            ),
            ("day | use\n--- | ---\n1 | 5\n", Some("day | use\n\n1 | 5\n")),
            (
                "┌─────┬─────┐\n│ day │ use │\n├─────┼─────┤\n│ 1   │ 5   │\n└─────┴─────┘\n",
                Some("\n day | use \n\n 1   | 5   \n\n"),
            ),
            ("day,use\n---,---\n1,5\n", None),
            ("day|use\n1|5\n", None),
        ] {
            assert_eq!(read(drawn).as_deref(), rows, "{drawn}");
        }
    }

    #[test]
    fn a_line_that_counts_rows_says_nothing_else() {
        for line in [
            "(3 rows)",
            "(1 row)",
            "3 rows in set (0.00 sec)",
            "1 row in set",
            "40 rows selected.",
            "  60 record(s) selected.",
            "(40 rows affected)",
        ] {
            assert!(is_count(line), "{line}");
        }
        for line in ["3 rows", "(3 rows left)", "rows", "(rows 3)", "3 rows | 5"] {
            assert!(!is_count(line), "{line}");
        }
    }
}
