//! Records as clients of databases print them below each other, a line for each cell: `psql -x` and `mysql \G`.

use super::{LineProblem, NamedRows};

/// Lines in which the first record begins.
const LOOKED_AT: usize = 5;

/// How a client prints them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RecordClient {
    /// `-[ RECORD 1 ]---` above `day | 2026-05-01`
    Psql,
    /// `*** 1. row ***` above `day: 2026-05-01`
    Mysql,
}

impl RecordClient {
    /// The client that prints a line above each record.
    fn of(line: &str) -> Option<RecordClient> {
        let line = line.trim();
        if let Some(rest) =
            line.trim_start_matches(['*', '-', '+', '─', '┌', '│']).strip_prefix("[ RECORD ")
        {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            return rest.get(digits..)?.starts_with(" ]").then_some(RecordClient::Psql);
        }
        let inside = line.strip_prefix("**")?.trim_start_matches('*').trim_end_matches('*').trim();
        let number = inside.strip_suffix(". row")?;
        (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
            .then_some(RecordClient::Mysql)
    }

    /// The name and the cell of a line.
    fn cell(self, line: &str) -> Option<(&str, &str)> {
        let (name, cell) = match self {
            RecordClient::Psql => line.split_once(['|', '│'])?,
            RecordClient::Mysql => {
                line.split_once(": ").or_else(|| Some((line.trim_end().strip_suffix(':')?, "")))?
            }
        };
        Some((name.trim(), cell.trim()))
    }
}

/// Whether a text begins with such a record.
pub(super) fn begins(start: &str) -> bool {
    start.lines().take(LOOKED_AT).any(|line| RecordClient::of(line).is_some())
}

/// The records, each on the line above it.
pub(super) fn rows(text: &str) -> Result<NamedRows, LineProblem> {
    let (mut rows, mut client, mut last) = (NamedRows::default(), None, String::new());
    for (line, text) in (1..).zip(text.lines()) {
        if let Some(found) = RecordClient::of(text) {
            client = Some(found);
            rows.begin(line);
            last.clear();
            continue;
        }
        let Some(client) =
            client.filter(|_| !text.trim().is_empty() && !super::super::drawn::is_count(text))
        else {
            continue;
        };
        let (name, cell) = client.cell(text).unwrap_or(("", text.trim()));
        // A cell of several lines goes on without a name.
        if !name.is_empty() {
            name.clone_into(&mut last);
        }
        if last.is_empty() {
            return Err((
                line,
                "has no name before its value, as the lines of a record have".to_owned(),
            ));
        }
        let cell = if cell == "NULL" { "" } else { cell.trim_end_matches('+').trim_end() };
        rows.add(&last, cell)?;
    }
    rows.remarks.push("Each record is a row, counted at the line that begins it.".to_owned());
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_below_each_other_are_rows() {
        for (text, table) in [
            (
                "-[ RECORD 1 ]-------\nday     | 2026-05-01\ncredits | 5\n-[ RECORD 2 ]-------\nday     | 2026-05-02\ncredits | \n",
                Some("day,credits|2026-05-01,5|||2026-05-02,|"),
            ),
            (
                "*************************** 1. row ***************************\n    day: 2026-05-01 10:00:00\ncredits: 5\n\
                 *************************** 2. row ***************************\n    day: 2026-05-02 10:00:00\ncredits: NULL\n2 rows in set (0.00 sec)\n",
                Some("day,credits|2026-05-01 10:00:00,5|||2026-05-02 10:00:00,|"),
            ),
            ("** 1. rowing **\nday: 1\n", None),
            ("day | credits\n-----+----\n1 | 2\n", None),
        ] {
            let read = begins(text).then(|| {
                let rows = rows(text).unwrap();
                format!(
                    "{}|{}",
                    rows.names().join(","),
                    rows.text().trim_start_matches('\n').replace('\n', "|")
                )
            });
            assert_eq!(read.as_deref(), table, "{text}");
        }
    }
}
