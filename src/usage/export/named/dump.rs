//! Dumps of databases: the rows of `INSERT INTO … VALUES` and of `COPY … FROM stdin`, with the names of `CREATE TABLE` where those say none.
//!
//! Deliberately absent: every other statement.

use std::collections::BTreeMap;
use std::io::Cursor;

use super::super::layout::{Charset, HeaderPlace, Layout};
use super::super::row::Row;
use super::super::sheets::{self, Leaves, SheetText};
use super::super::split::Splitter;
use super::super::written::written;
use super::LineProblem;

/// Lines in which the first statement with rows, or with the names of a table, begins.
const LOOKED_AT: usize = 400;
/// How the tables of a dump are spoken of.
const TABLES: Leaves = Leaves {
    noun: "table",
    held: "dates or numbers in its rows",
    have: "have dates or numbers in their rows",
};
/// What the first line of a dump begins with, in capitals.
const BEGINNINGS: [&str; 17] = [
    "REM ",
    "--",
    "/*",
    "#",
    "\\",
    "INSERT ",
    "REPLACE ",
    "CREATE ",
    "COPY ",
    "DROP ",
    "SET ",
    "BEGIN",
    "START ",
    "USE ",
    "PRAGMA ",
    "LOCK ",
    "SELECT PG_CATALOG",
];
/// Words that begin what is no column in the parentheses of a table.
const NO_COLUMNS: [&str; 12] = [
    "PRIMARY",
    "KEY",
    "UNIQUE",
    "CONSTRAINT",
    "FOREIGN",
    "INDEX",
    "CHECK",
    "FULLTEXT",
    "SPATIAL",
    "EXCLUDE",
    "PERIOD",
    "LIKE",
];

/// Whether a text is a dump with rows.
pub(super) fn begins(start: &str) -> bool {
    let mut lines = start.lines().map(str::trim).filter(|line| !line.is_empty());
    let begins = |line: &str, word: &str| {
        line.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word))
    };
    let is_first =
        lines.next().is_some_and(|line| BEGINNINGS.iter().any(|word| begins(line, word)));
    let has_rows = |line: &str| {
        ["INSERT ", "REPLACE INTO ", "CREATE TABLE "].iter().any(|word| begins(line, word))
            || (begins(line, "COPY ") && line.to_lowercase().contains(" from stdin"))
    };
    is_first && start.lines().take(LOOKED_AT).any(|line| has_rows(line.trim_start()))
}

/// A table of a dump.
#[derive(Debug, Default)]
struct DumpTable {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// The tables, in the order of their names.
type DumpTables = BTreeMap<String, DumpTable>;

/// The table that is set, or the only one with rows of data.
pub(super) fn table(text: &str, layout: &Layout) -> Result<SheetText, LineProblem> {
    let mut tables = read(text)?;
    tables.retain(|_, table| !table.rows.is_empty());
    if tables.is_empty() {
        return Err((
            1,
            "is a dump of a database without a row in it; dump its data too".to_owned(),
        ));
    }
    let names: Vec<(String, bool)> = tables.keys().map(|name| (name.clone(), true)).collect();
    let sheet = |name: &str| {
        let table = tables.get(name).ok_or_else(|| format!("has no table `{name}`"))?;
        Ok(table.text(name))
    };
    let of_rows =
        Layout { header: Some(HeaderPlace::Line(1)), delimiter: Some(b','), ..layout.clone() };
    sheets::chosen(&names, &TABLES, &of_rows, sheet).map_err(|why| (1, why))
}

impl DumpTable {
    fn text(&self, name: &str) -> SheetText {
        let width = self.rows.iter().map(Vec::len).max().unwrap_or(0).max(self.names.len());
        let own = (self.names.len()..width).map(|place| format!("column_{}", place + 1));
        let header: Vec<String> = self.names.iter().cloned().chain(own).collect();
        let mut text = String::new();
        for row in std::iter::once(&header).chain(&self.rows) {
            for (place, cell) in row.iter().enumerate() {
                text.push_str(if place > 0 { "," } else { "" });
                text.push_str(&written(&cell.replace(['\n', '\r'], " "), ','));
            }
            text.push('\n');
        }
        SheetText {
            name: name.to_owned(),
            text: text.into_bytes(),
            evidence: Vec::new(),
            remarks: vec!["The rows of the table are counted from line 2 on, behind the names of its columns.".to_owned()],
            around: Vec::new(),
            text_numbers: std::collections::BTreeSet::new(),
        }
    }
}

/// All tables of a dump.
fn read(text: &str) -> Result<DumpTables, LineProblem> {
    // Elsewhere a backslash is a letter like any other.
    let escapes = text.contains('`') || text.contains("MySQL") || text.contains("MariaDB");
    let mut reader = DumpReader { text, at: 0, escapes };
    let mut tables = DumpTables::new();
    while reader.pass_blanks() {
        let begin = reader.at;
        let found = reader.statement(&mut tables);
        found.map_err(|why| {
            (1 + text.get(..begin).unwrap_or_default().matches('\n').count() as u64, why.to_owned())
        })?;
    }
    Ok(tables)
}

/// Why a statement is not read.
const CUT: &str = "a statement that begins here does not end; if the dump was cut, dump it again";

/// The statements of a dump.
struct DumpReader<'t> {
    text: &'t str,
    at: usize,
    /// Whether a backslash in quotes is a sign for the next letter.
    escapes: bool,
}

impl<'t> DumpReader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Passes blanks and comments; `false` at the end.
    fn pass_blanks(&mut self) -> bool {
        loop {
            self.at = self.text.len() - self.rest().trim_start().len();
            let rest = self.rest();
            let length = match () {
                () if rest.starts_with("/*") => rest.find("*/").map(|end| end + 2),
                () if ["--", "#", "\\"].iter().any(|mark| rest.starts_with(mark)) => {
                    rest.find('\n')
                }
                () => return !rest.is_empty(),
            };
            self.at += length.unwrap_or(rest.len());
        }
    }

    /// Passes these words, if they are next, in any case of letters.
    fn takes(&mut self, words: &[&str]) -> bool {
        let begin = self.at;
        for word in words {
            self.pass_blanks();
            let rest = self.rest();
            let is_next =
                rest.get(..word.len()).is_some_and(|next| next.eq_ignore_ascii_case(word));
            let goes_on = rest
                .get(word.len()..)
                .is_some_and(|next| next.starts_with(|c: char| c.is_alphanumeric() || c == '_'));
            let is_word = word.ends_with(|c: char| c.is_alphanumeric());
            if !is_next || (is_word && goes_on) {
                self.at = begin;
                return false;
            }
            self.at += word.len();
        }
        true
    }

    /// Reads one statement.
    fn statement(&mut self, tables: &mut DumpTables) -> Result<(), &'static str> {
        if self.takes(&["CREATE", "TABLE"]) {
            self.takes(&["IF", "NOT", "EXISTS"]);
            let name = self.name();
            if self.takes(&["("]) {
                let columns = self.list()?;
                let names = columns.iter().filter_map(|column| column_name(column));
                tables.entry(name).or_default().names = names.collect();
            }
        } else if self.takes(&["INSERT"]) || self.takes(&["REPLACE", "INTO"]) {
            self.takes(&["IGNORE"]);
            self.takes(&["INTO"]);
            let name = self.name();
            let names = if self.takes(&["("]) { self.list()? } else { Vec::new() };
            let table = tables.entry(name).or_default();
            if !names.is_empty() {
                take_names(table, names.iter().map(|name| unquoted(name)).collect())?;
            }
            if self.takes(&["VALUES"]) {
                while self.takes(&["("]) {
                    table.rows.push(self.list()?.iter().map(|value| self.value(value)).collect());
                    self.takes(&[","]);
                }
                self.pass_blanks();
                if begins_statement(self.rest()) {
                    return Ok(());
                }
            }
        } else if self.takes(&["COPY"]) {
            let name = self.name();
            let names = if self.takes(&["("]) { self.list()? } else { Vec::new() };
            if self.takes(&["FROM", "STDIN"]) {
                let begin = self.at;
                self.pass_statement()?;
                let settings = CopySettings::of(self.text.get(begin..self.at).unwrap_or_default());
                let table = tables.entry(name).or_default();
                if !names.is_empty() {
                    take_names(table, names.iter().map(|name| unquoted(name)).collect())?;
                }
                return match settings {
                    Some(settings) => self.copied_csv(settings, table),
                    None => self.copied(table),
                };
            }
        }
        self.pass_statement()
    }

    /// A name with what stands before it, without quotes.
    fn name(&mut self) -> String {
        self.pass_blanks();
        let rest = self.rest();
        let mut quote = None;
        let end = rest.find(|c: char| {
            match quote {
                Some(mark) if c == mark => quote = None,
                Some(_) => {}
                None => match c {
                    '"' | '`' => quote = Some(c),
                    '[' => quote = Some(']'),
                    _ => return c.is_whitespace() || c == '(' || c == ';',
                },
            }
            false
        });
        let length = end.unwrap_or(rest.len());
        self.at += length;
        unquoted(rest.get(..length).unwrap_or_default())
    }

    /// The parts of a list in parentheses, of which the first was passed.
    fn list(&mut self) -> Result<Vec<String>, &'static str> {
        let (mut parts, mut part, mut depth, mut quote) =
            (Vec::new(), String::new(), 0_usize, None);
        let mut letters = self.rest().char_indices();
        while let Some((at, letter)) = letters.next() {
            if let Some(mark) = quote {
                part.push(letter);
                match letter {
                    '\\' if self.escapes && mark == '\'' => {
                        part.extend(letters.next().map(|(_, next)| next))
                    }
                    _ if letter == mark => quote = None,
                    _ => {}
                }
                continue;
            }
            match letter {
                '\'' | '"' | '`' => quote = Some(letter),
                '(' => depth += 1,
                ')' if depth == 0 => {
                    parts.push(part.trim().to_owned());
                    self.at += at + 1;
                    return Ok(parts);
                }
                ')' => depth -= 1,
                ',' if depth == 0 => {
                    parts.push(std::mem::take(&mut part).trim().to_owned());
                    continue;
                }
                _ => {}
            }
            part.push(letter);
        }
        Err(CUT)
    }

    /// Passes the rest of a statement, with the sign at its end, or up to a line on which another begins, as where none has such a sign.
    fn pass_statement(&mut self) -> Result<(), &'static str> {
        loop {
            let rest = self.rest();
            let Some(at) = rest.find([';', '\'', '"', '`', '$', '-', '/', '\n']) else {
                self.at = self.text.len();
                return Ok(());
            };
            self.at += at;
            let rest = self.rest();
            let first = rest.chars().next().unwrap_or_default();
            let length = match first {
                ';' => {
                    self.at += 1;
                    return Ok(());
                }
                '\'' | '"' | '`' => self.quoted_length(rest).ok_or(CUT)?,
                '$' => match dollar_quote(rest) {
                    Some(mark) => {
                        let inside = rest.get(mark.len()..).unwrap_or_default();
                        2 * mark.len() + inside.find(mark).ok_or(CUT)?
                    }
                    None => 1,
                },
                '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
                '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
                '\n' if begins_statement(rest.get(1..).unwrap_or_default()) => {
                    self.at += 1;
                    return Ok(());
                }
                _ => 1,
            };
            self.at += length;
        }
    }

    /// The length of the quotes at the start of a text, with what they hold; `None` where they do not close.
    fn quoted_length(&self, text: &str) -> Option<usize> {
        let mark = text.chars().next()?;
        let mut letters = text.char_indices().skip(1);
        while let Some((at, letter)) = letters.next() {
            match letter {
                '\\' if self.escapes && mark == '\'' => {
                    letters.next();
                }
                _ if letter == mark => return Some(at + 1),
                _ => {}
            }
        }
        None
    }

    /// The rows of `COPY`, up to the line that ends them.
    fn copied(&mut self, table: &mut DumpTable) -> Result<(), &'static str> {
        let rest = self.rest();
        let rest = rest.split_once('\n').map_or("", |(_, rows)| rows);
        let mut passed = self.text.len() - rest.len();
        for line in rest.split_inclusive('\n') {
            passed += line.len();
            let line = line.trim_end_matches(['\n', '\r']);
            if line == "\\." {
                self.at = passed;
                return Ok(());
            }
            table.rows.push(line.split('\t').map(copied_cell).collect());
        }
        Err(CUT)
    }

    /// The rows of `COPY` as CSV, up to the line that ends them or to the end of the text.
    fn copied_csv(
        &mut self,
        settings: CopySettings,
        table: &mut DumpTable,
    ) -> Result<(), &'static str> {
        let rest = self.rest();
        let rest = rest.split_once('\n').map_or("", |(_, rows)| rows);
        let mut ends = rest.split_inclusive('\n').scan(0, |at, line| {
            *at += line.len();
            Some((*at - line.len(), *at, line.trim_end_matches(['\n', '\r'])))
        });
        let end = ends.find(|(_, _, line)| *line == "\\.");
        let (to, after) = end.map_or((rest.len(), rest.len()), |(from, to, _)| (from, to));
        let rows = rest.get(..to).unwrap_or_default().as_bytes().to_vec();
        let input = Box::new(Cursor::new(rows));
        let mut splitter = Splitter::new(input, String::new(), settings.delimiter, Charset::Utf8);
        let (mut row, mut is_names) = (Row::new(), settings.has_header);
        while splitter.next(&mut row).map_err(|_| CUT)? {
            if !std::mem::take(&mut is_names) {
                table.rows.push(row.iter().map(str::to_owned).collect());
            }
        }
        self.at = self.text.len() - rest.len() + after;
        Ok(())
    }

    /// A value of a row: what stands in its quotes, nothing for `NULL`, what `CAST` makes a number of, and any other as it is.
    fn value(&self, text: &str) -> String {
        if text.eq_ignore_ascii_case("null") {
            return String::new();
        }
        let Some(begin) = text.find('\'') else {
            return cast(text).map_or_else(|| text.to_owned(), |inside| self.value(inside));
        };
        let (mut value, mut letters) =
            (String::new(), text.get(begin + 1..).unwrap_or_default().chars().peekable());
        while let Some(letter) = letters.next() {
            match letter {
                '\'' if letters.peek() == Some(&'\'') => value.extend(letters.next()),
                '\'' => break,
                '\\' if self.escapes => value.extend(letters.next()),
                letter => value.push(letter),
            }
        }
        value
    }
}

/// How the rows of a `COPY` are written that are CSV.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct CopySettings {
    delimiter: u8,
    has_header: bool,
}

impl CopySettings {
    /// Those behind `FROM stdin`; `None` where tabs part the cells.
    fn of(text: &str) -> Option<CopySettings> {
        let small = text.to_ascii_lowercase();
        let mut words = small.split(|c: char| !c.is_ascii_alphanumeric());
        let is_csv = words.clone().any(|word| word == "csv");
        let set = small.split_once("delimiter").and_then(|(_, after)| after.split_once('\''));
        let delimiter = match set.map(|(_, set)| set) {
            Some(set) if set.starts_with("\\t") => b'\t',
            Some(set) => set.bytes().next()?,
            None => b',',
        };
        let has_header = words.any(|word| word == "header") && !small.contains("header false");
        is_csv.then_some(CopySettings { delimiter, has_header })
    }
}

/// What a number is made of: `40.00` of `CAST(40.00 AS Decimal(18, 2))`, `CONVERT(decimal, 40.00)` or `40.00::numeric`.
fn cast(text: &str) -> Option<&str> {
    let after = |word: &str| {
        let (begin, rest) = text.split_at_checked(word.len())?;
        rest.strip_suffix(')').filter(|_| begin.eq_ignore_ascii_case(word))
    };
    let inside = after("CAST(")
        .and_then(|inside| {
            let at = inside.to_ascii_uppercase().rfind(" AS ")?;
            inside.get(..at)
        })
        .or_else(|| after("CONVERT(")?.rsplit_once(',').map(|(_, value)| value))
        .or_else(|| text.split_once("::").map(|(value, _)| value));
    inside.map(str::trim)
}

/// Whether a text begins with a statement of rows, or with the word that ends a batch of statements without a sign.
fn begins_statement(text: &str) -> bool {
    let begins =
        |word: &str| text.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word));
    let after = text.get(2..).unwrap_or_default();
    begins("INSERT ")
        || begins("REPLACE INTO ")
        || begins("COPY ")
        || (begins("GO") && (after.is_empty() || after.starts_with(['\r', '\n'])))
}

/// The mark at the start of a text between two of which PostgreSQL quotes the body of a function: `$$` or `$body$`.
fn dollar_quote(text: &str) -> Option<&str> {
    let end = text.get(1..)?.find(|c: char| !(c.is_alphanumeric() || c == '_'))?;
    let mark = text.get(..end + 2)?;
    mark.ends_with('$').then_some(mark)
}

/// Takes over the names of the columns of some rows, which must be those of the rows before.
fn take_names(table: &mut DumpTable, names: Vec<String>) -> Result<(), &'static str> {
    if !table.rows.is_empty() && table.names != names {
        return Err(
            "names other columns than the statements before it; dump the table again as a whole, or as CSV",
        );
    }
    table.names = names;
    Ok(())
}

/// A cell as `COPY` writes it: `\N` is nothing.
fn copied_cell(cell: &str) -> String {
    match cell {
        "\\N" => String::new(),
        cell if cell.contains('\\') => {
            cell.replace("\\t", " ").replace("\\n", " ").replace("\\r", " ").replace("\\\\", "\\")
        }
        cell => cell.to_owned(),
    }
}

/// The name of a column in the parentheses of `CREATE TABLE`; `None` for a key.
fn column_name(text: &str) -> Option<String> {
    let word = text.split_whitespace().next()?;
    let is_quoted = text.starts_with(['"', '`', '[']);
    let is_key = !is_quoted && NO_COLUMNS.iter().any(|other| other.eq_ignore_ascii_case(word));
    let end = match text.chars().next()? {
        '[' => text.find(']')?,
        mark @ ('"' | '`') => 1 + text.get(1..)?.find(mark)?,
        _ => word.len() - 1,
    };
    (!is_key).then(|| unquoted(text.get(..=end).unwrap_or(word)))
}

/// A name without its quotes.
fn unquoted(name: &str) -> String {
    name.trim().replace(['"', '`', '[', ']'], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_as(text: &str, sheet: Option<&str>) -> Result<String, String> {
        let layout = Layout { sheet: sheet.map(str::to_owned), ..Layout::default() };
        let sheet = table(text, &layout).map_err(|(line, why)| format!("{line}: {why}"))?;
        Ok(format!("{}|{}", sheet.name, String::from_utf8(sheet.text).unwrap().replace('\n', "|")))
    }

    #[test]
    fn a_table_with_a_name_as_long_as_a_file_is_quoted_by_its_beginning_and_offered_in_no_flag() {
        let rows = |name: &str| {
            format!(
                "INSERT INTO `{name}` (at, n) VALUES ('2026-05-01', 5);\nINSERT INTO `{name}` (at, n) VALUES ('2026-05-02', 6);\n"
            )
        };
        let two = |name: &str| read_as(&(rows(name) + &rows("zebra")), None).unwrap_err();
        assert!(two("usage").contains("`--sheet \"usage\"`"), "{}", two("usage"));
        for name in ["x".repeat(5_000), "a\nb".to_owned()] {
            let said = two(&name);
            assert!(said.len() < 500 && !said.contains('\n'), "{said}");
            assert!(said.contains("choose one (`--sheet`, or `sheet` in `[usage]`)"), "{said}");
        }
    }

    #[test]
    fn rows_of_inserts_and_of_copies_are_those_of_their_table() {
        for (text, rows) in [
            (
                "-- MySQL dump\nDROP TABLE IF EXISTS `u`;\nCREATE TABLE `u` (\n `id` int(11) NOT NULL,\n `at` datetime,\n n decimal(10,2),\n PRIMARY KEY (`id`)\n);\n\
                 INSERT INTO `u` VALUES (1,'2026-05-01 10:00:00',5),(2,'2026-05-02; \\'x\\'',NULL);\n",
                "u|id,at,n|1,2026-05-01 10:00:00,5|2,2026-05-02; 'x',|",
            ),
            (
                "SET x = 1;\nINSERT INTO public.u (at, n, \"of\") VALUES ('2026-05-01', 5, 'it''s, a');\nINSERT INTO public.u (at, n, \"of\") VALUES\n  (CAST('2026-05-02' AS date), 6, N'b');\n",
                "public.u|at,n,of|2026-05-01,5,\"it's, a\"|2026-05-02,6,b|",
            ),
            (
                "--\n-- PostgreSQL database dump\n--\nCOPY public.u (id, at, n, note) FROM stdin;\n0\t2026-05-01 10:00:00+00\t5\t\\N\n1\t2026-05-02 10:00:00+00\t6\ta\\tb\n\\.\n\nSELECT 1;\n",
                "public.u|id,at,n,note|0,2026-05-01 10:00:00+00,5,|1,2026-05-02 10:00:00+00,6,a b|",
            ),
        ] {
            assert!(begins(text), "{text}");
            assert_eq!(read_as(text, None).as_deref(), Ok(rows), "{text}");
        }
        for (text, rows) in [
            (
                "USE [x]\nGO\nSET IDENTITY_INSERT [dbo].[u] ON\nGO\nINSERT [dbo].[u] ([at], [n]) VALUES (CAST(N'2026-05-01' AS Date), 5)\n\
                 INSERT [dbo].[u] ([at], [n]) VALUES (CAST(N'2026-05-02' AS Date), 6)\nGO\nINSERT [dbo].[u] ([at], [n]) VALUES (CAST(N'2026-05-03' AS Date), 7)\n",
                "dbo.u|at,n|2026-05-01,5|2026-05-02,6|2026-05-03,7|",
            ),
            (
                "INSERT [dbo].[u] ([at], [n], [m]) VALUES (CAST(N'2026-05-01T10:00:00.000' AS DateTime), CAST(40.00 AS Decimal(18, 2)), CONVERT(decimal(9,2), -6))\nGO\n",
                "dbo.u|at,n,m|2026-05-01T10:00:00.000,40.00,-6|",
            ),
            (
                "REPLACE INTO `u` (`at`,`n`) VALUES ('2026-05-01',5);\nreplace into `u` (`at`,`n`) VALUES ('2026-05-02',6::int);\n",
                "u|at,n|2026-05-01,5|2026-05-02,6|",
            ),
            (
                "COPY u (at, n, note) FROM stdin WITH (FORMAT csv);\n2026-05-01,5,\"a, b\"\n2026-05-02,6,\n\\.\nCOPY u (at, n, note) FROM STDIN DELIMITER ';' CSV HEADER;\nat;n;note\n2026-05-03;7;x\n",
                "u|at,n,note|2026-05-01,5,\"a, b\"|2026-05-02,6,|2026-05-03,7,x|",
            ),
            (
                "REM INSERTING into U\nSET DEFINE OFF;\nInsert into U (AT,N) values (to_date('01-MAY-26','DD-MON-RR'),5);\nInsert into U (AT,N) values (to_date('02-MAY-26','DD-MON-RR'),6);\n",
                "U|AT,N|01-MAY-26,5|02-MAY-26,6|",
            ),
            (
                "-- dump\nCREATE FUNCTION f() RETURNS trigger AS $body$\nBEGIN\n  INSERT INTO u VALUES (1, '2026-01-01');\nEND;\n$body$ LANGUAGE plpgsql; -- it's\n\
                 INSERT INTO u (at, n) VALUES ('2026-05-01', 5) ON CONFLICT DO NOTHING;\nINSERT INTO u (at, n) VALUES ('2026-05-02', 6);\n",
                "u|at,n|2026-05-01,5|2026-05-02,6|",
            ),
        ] {
            assert!(begins(text), "{text}");
            assert_eq!(read_as(text, None).as_deref(), Ok(rows), "{text}");
        }
        for text in ["date,credits\n2026-05-01,5\n", "-- a note\ndate,credits\n", "insert,n\n"] {
            assert!(!begins(text), "{text}");
        }
    }

    #[test]
    fn of_several_tables_one_is_chosen_and_what_is_cut_is_refused() {
        let two = "INSERT INTO a (at, n) VALUES ('2026-05-01', 5);\nINSERT INTO b (at, n) VALUES ('2026-05-02', 6);\n";
        let error = read_as(two, None).unwrap_err();
        assert!(error.contains("2 tables") && error.contains("--sheet \"a\""), "{error}");
        assert_eq!(read_as(two, Some("b")).as_deref(), Ok("b|at,n|2026-05-02,6|"));
        let error = read_as("INSERT INTO a (at, n) VALUES ('2026-05-01', 5);\nINSERT INTO a (at, n) VALUES ('2026-05-0", None).unwrap_err();
        assert!(error.starts_with("2: ") && error.contains("does not end"), "{error}");
    }
}
