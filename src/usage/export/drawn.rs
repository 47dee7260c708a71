//! Tables that are drawn with bars and rules, as clients of databases print them and Markdown has them: read as cells with bars
//! between them, without the rules, the bars at the edges and the line that counts the rows.
//!
//! Deliberately absent: which line is the header.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use super::sniff::Sniffed;

/// Lines in which a rule is looked for.
const LOOKED_AT: usize = 30;
/// The longest line that is looked at as a whole.
const LONGEST: u64 = 1 << 20;
/// The fewest dashes of a column in a rule.
const FEWEST_DASHES: usize = 3;

/// How a table is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Drawing {
    /// Whether bars stand at the edges too.
    has_edges: bool,
}

impl Drawing {
    /// The drawing of a text, if its header stands at a rule of as many columns, two or more.
    pub(super) fn of(sample: &[u8]) -> Option<Drawing> {
        let text = String::from_utf8_lossy(sample.get(..sample.len().min(1 << 16))?);
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
            false => self.row(line),
        }
    }
}

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

/// Whether a line counts the rows above it: `(3 rows)`, `3 rows in set (0.00 sec)`.
fn is_count(line: &str) -> bool {
    let line = line.trim();
    let inside = line.strip_prefix('(').and_then(|line| line.strip_suffix(')')).unwrap_or(line);
    let mut words = inside.split(' ');
    let is_number = words
        .next()
        .is_some_and(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit()));
    let is_row = matches!(words.next(), Some("row" | "rows"));
    let (is_all, rest) = (inside.len() < line.len(), words.next());
    is_number && is_row && (if is_all { rest.is_none() } else { rest == Some("in") })
}

/// The text of a drawn table with nothing but bars between its cells.
struct Undrawn {
    input: BufReader<Box<dyn Read + Send>>,
    drawing: Drawing,
    line: Vec<u8>,
    /// What of the line was not yet handed on.
    from: usize,
}

impl Read for Undrawn {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.from == self.line.len() {
            (self.from, self.line) = (0, Vec::new());
            if self.input.by_ref().take(LONGEST).read_until(b'\n', &mut self.line)? == 0 {
                return Ok(0);
            }
            let has_end = self.line.ends_with(b"\n");
            if let Ok(text) = str::from_utf8(&self.line) {
                self.line = self.drawing.undrawn(text.trim_end_matches(['\r', '\n'])).into_bytes();
                self.line.extend(has_end.then_some(b'\n'));
            }
        }
        let rest = self.line.get(self.from..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        if let (Some(to), Some(rest)) = (buffer.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(rest);
        }
        self.from += count;
        Ok(count)
    }
}

/// What a drawn table is without its drawing.
pub(super) fn undrawn(sniffed: Sniffed, drawing: Drawing) -> io::Result<Sniffed> {
    let plain = |input| -> Box<dyn Read + Send> {
        let input = BufReader::new(input);
        Box::new(Undrawn { input, drawing, line: Vec::new(), from: 0 })
    };
    let mut sample = Vec::new();
    plain(Box::new(Cursor::new(sniffed.sample.clone()))).read_to_end(&mut sample)?;
    Ok(Sniffed { input: plain(sniffed.input), sample: sample.into(), ..sniffed })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        let drawing = Drawing::of(text.as_bytes())?;
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
        for line in ["(3 rows)", "(1 row)", "3 rows in set (0.00 sec)", "1 row in set"] {
            assert!(is_count(line), "{line}");
        }
        for line in ["3 rows", "(3 rows left)", "rows", "(rows 3)", "3 rows | 5"] {
            assert!(!is_count(line), "{line}");
        }
    }
}
