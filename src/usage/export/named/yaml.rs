//! A list in YAML of records with plain values, under a name or by itself, and such records as documents of their own or under dates.
//!
//! Deliberately absent: everything else that YAML has; such a text is refused with a command that makes JSON of it.

use super::super::datum::is_date;
use super::{LineProblem, NamedRows};

/// Lines in which the first record begins.
const LOOKED_AT: usize = 20;

/// Whether a text begins with such a list: names above it, each on a line, and then `- name: value` or `- {name: value}`; or with several
/// documents of names and values, or with dates as names.
pub(super) fn begins(start: &str) -> bool {
    if are_documents(start) || are_dates(start) {
        return true;
    }
    let mut lines = start.lines().filter(|line| !is_nothing(line)).take(LOOKED_AT);
    let first = lines.find(|line| line.trim_start().starts_with("- "));
    let mut before =
        start.lines().filter(|line| !is_nothing(line)).take_while(|line| Some(*line) != first);
    let is_above =
        |line: &str| pair(line.trim_start()).is_some() && !line.contains([',', ';', '\t', '|']);
    first.is_some_and(|line| {
        let item = line.trim_start().strip_prefix("- ").map(str::trim_start);
        // What is merged into a record is more of YAML, which is refused where it is read.
        item.is_some_and(|rest| {
            pair(rest).is_some() || braced(rest).is_some() || rest.starts_with("<<: *")
        })
    }) && before.all(is_above)
}

/// Whether the first lines are documents of names and values at the margin, two or more, each of which begins with the same name.
fn are_documents(start: &str) -> bool {
    let lines = start.lines().filter(|line| !is_comment(line)).take(LOOKED_AT);
    let (mut firsts, mut begins) = (Vec::new(), true);
    for line in lines {
        if line.trim_end() == DOCUMENT {
            begins = true;
            continue;
        }
        match pair(line).filter(|_| !line.starts_with(['\t', '-'])) {
            // More of YAML, which is refused where it is read.
            _ if line.starts_with(' ') && !begins => {}
            Some((name, _)) if begins => firsts.push(name),
            Some(_) => {}
            None => return false,
        }
        begins = false;
    }
    firsts.len() > 1 && firsts.windows(2).all(|pair| pair[0] == pair[1])
}

/// Whether dates are names of values, by themselves or below names: two of the first lines or more, at one distance from the margin.
fn are_dates(start: &str) -> bool {
    let lines = start.lines().filter(|line| !is_nothing(line)).take(LOOKED_AT);
    let mut indents = lines.filter_map(|line| Some((dated(line)?, line))).map(|(dated, _)| dated.0);
    let first = indents.next();
    first.is_some() && indents.next() == first
}

/// The distance from the margin, the date and the value of a line whose name is a date.
fn dated(line: &str) -> Option<(usize, &str, &str)> {
    let text = line.trim_start();
    let (name, value) =
        text.split_once(": ").or_else(|| Some((text.trim_end().strip_suffix(':')?, "")))?;
    let name = name.trim_matches(['"', '\'']);
    let begins = name.starts_with(|c: char| c.is_ascii_digit()) && name.contains('-');
    (begins && is_date(name)).then_some((line.len() - text.len(), name, value.trim()))
}

/// The names of what a date stands for, where it has no name of its own.
const DATE: &str = "date";
const AMOUNT: &str = "amount";

/// The values of dates, each on the line of its date: one, several in braces, or one a line below it.
fn dates(text: &str) -> Result<NamedRows, LineProblem> {
    let (mut rows, mut indent) = (NamedRows::default(), None);
    let other = |line| other(line, "yaml.safe_load(sys.stdin)");
    for (line, text) in (1..).zip(text.lines()).filter(|(_, text)| !is_nothing(text)) {
        let place = text.len() - text.trim_start().len();
        if let Some((_, date, value)) =
            dated(text).filter(|(at, ..)| *at == *indent.get_or_insert(*at))
        {
            rows.begin(line);
            rows.add(DATE, date)?;
            match braced(value) {
                Some(pairs) => {
                    pairs.iter().try_for_each(|(name, value)| rows.add(name, filled(value)))?;
                }
                None if value.is_empty() => {}
                None if is_plain(value) => rows.add(AMOUNT, filled(&plain_value(value)))?,
                None => return Err(other(line)),
            }
            continue;
        }
        match (pair(text.trim_start()), indent) {
            // Names above the dates.
            (Some(_), None) => {}
            (Some((name, value)), Some(indent))
                if place > indent && is_plain(&value) && !value.is_empty() =>
            {
                rows.add(name, filled(&value))?;
            }
            _ => return Err(other(line)),
        }
    }
    rows.remarks.push(format!(
        "Each date is a row, whose column is `{DATE}`; a value by itself is in `{AMOUNT}`."
    ));
    Ok(rows)
}

/// The line between documents.
const DOCUMENT: &str = "---";

/// Whether a line is blank or a comment.
fn is_comment(line: &str) -> bool {
    line.trim().is_empty() || line.trim_start().starts_with('#')
}

/// The names and plain values in braces, `{name: value, other: value}`; `None` for anything else.
fn braced(text: &str) -> Option<Vec<(&str, String)>> {
    let inside = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    let (mut pairs, mut from, mut quote) = (Vec::new(), 0, None);
    for (at, letter) in inside.char_indices() {
        let part = inside.get(from..at)?.trim();
        match (quote, letter) {
            (Some(mark), _) => quote = Some(mark).filter(|mark| *mark != letter),
            (None, '"' | '\'') if part.is_empty() || part.ends_with(':') => quote = Some(letter),
            (None, ',') => {
                pairs.push(pair(part)?);
                from = at + 1;
            }
            (None, _) => {}
        }
    }
    pairs.push(pair(inside.get(from..)?.trim())?);
    (quote.is_none() && pairs.iter().all(|(_, value)| is_plain(value))).then_some(pairs)
}

/// Whether a value is a text or a number, and no more of YAML.
fn is_plain(value: &str) -> bool {
    !value.starts_with(['[', '{', '&', '*', '|', '>', '!'])
}

/// Whether a line holds nothing: it is blank, a comment or the beginning of a document.
fn is_nothing(line: &str) -> bool {
    is_comment(line) || line.trim() == DOCUMENT
}

/// A name and its plain value, which is blank where more follows below.
fn pair(text: &str) -> Option<(&str, String)> {
    let (name, value) =
        text.split_once(": ").or_else(|| Some((text.trim_end().strip_suffix(':')?, "")))?;
    let name = name.trim_matches(['"', '\'']);
    let is_name =
        !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_-. ".contains(c));
    is_name.then(|| (name, plain_value(value)))
}

/// A value without its quotes, or without the comment behind it.
fn plain_value(value: &str) -> String {
    let value = value.trim();
    let quoted = |mark: char| {
        value.strip_prefix(mark)?.split_once(mark).map(|(inside, _)| inside.to_owned())
    };
    let plain = || value.split(" #").next().unwrap_or_default().trim_end().to_owned();
    quoted('"').or_else(|| quoted('\'')).unwrap_or_else(plain)
}

/// The records of such a list, each on the line on which it begins.
pub(super) fn rows(text: &str) -> Result<NamedRows, LineProblem> {
    if are_documents(text) {
        return documents(text);
    }
    if are_dates(text) {
        return dates(text);
    }
    let (mut rows, mut list, mut inside) = (NamedRows::default(), None, None);
    let other = |line| other(line, "yaml.safe_load(sys.stdin)");
    for (line, text) in (1..).zip(text.lines()).filter(|(_, text)| !is_nothing(text)) {
        let indent = text.len() - text.trim_start().len();
        let (item, rest) = match text.trim_start().strip_prefix("- ") {
            Some(rest) => (true, rest.trim_start()),
            None => (false, text.trim_start()),
        };
        if let (true, Some(pairs)) = (item, braced(rest)) {
            if *list.get_or_insert(indent) != indent {
                return Err(other(line));
            }
            rows.begin(line);
            inside = None;
            pairs.iter().try_for_each(|(name, value)| rows.add(name, filled(value)))?;
            continue;
        }
        let Some((name, value)) = pair(rest) else { return Err(other(line)) };
        match (item, list) {
            (true, None) => list = Some(indent),
            (true, Some(list)) if list != indent => return Err(other(line)),
            (false, None) => continue,
            (false, Some(list)) if indent <= list => return Err(other(line)),
            _ => {}
        }
        let place = text.len() - rest.len();
        if item {
            rows.begin(line);
            inside = Some(place);
        }
        if inside != Some(place) || !is_plain(&value) {
            return Err(other(line));
        }
        rows.add(name, filled(&value))?;
    }
    rows.remarks.push(
        "Each record of the list is a row, counted at the line on which it begins.".to_owned(),
    );
    Ok(rows)
}

/// The records of several documents, each on the line on which it begins.
fn documents(text: &str) -> Result<NamedRows, LineProblem> {
    let (mut rows, mut begins) = (NamedRows::default(), true);
    for (line, text) in (1..).zip(text.lines()).filter(|(_, text)| !is_comment(text)) {
        if text.trim_end() == DOCUMENT {
            begins = true;
            continue;
        }
        let plain =
            pair(text).filter(|(_, value)| is_plain(value) && !text.starts_with([' ', '-']));
        let Some((name, value)) = plain else {
            return Err(other(line, "list(yaml.safe_load_all(sys.stdin))"));
        };
        if std::mem::take(&mut begins) {
            rows.begin(line);
        }
        rows.add(name, filled(&value))?;
    }
    rows.remarks.push("Each document is a row, counted at the line on which it begins.".to_owned());
    Ok(rows)
}

/// A value, which is nothing for `null`.
fn filled(value: &str) -> &str {
    if matches!(value, "null" | "~") { "" } else { value }
}

/// Why a line is not read, with the command that makes JSON of the text by this reader.
fn other(line: u64, reader: &str) -> LineProblem {
    let why = format!(
        "is more of YAML than records with plain values; write it as JSON (`python3 -c 'import sys, json, yaml; json.dump({reader}, \
         sys.stdout, default=str)' < FILE > usage.json`, with `pip install pyyaml`)"
    );
    (line, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_plain_records_is_read_and_more_is_refused_with_a_command() {
        for (text, table) in [
            (
                "usage:\n- date: 2026-05-01\n  credits: 5 # used\n- date: \"2026-05-02\"\n  credits: 6\n  note: 'a, b'\n",
                Some("date,credits,note||2026-05-01,5,||2026-05-02,6,\"a, b\"|"),
            ),
            ("---\n- date: 2026-05-01 10:00:00\n  n: ~\n", Some("date,n||2026-05-01 10:00:00,|")),
            (
                "# usage\n- {date: 2026-05-01, credits: 5}\n- {date: '2026-05-02', note: \"a, b\", credits: ~}\n",
                Some("date,credits,note||2026-05-01,5,|2026-05-02,,\"a, b\"|"),
            ),
            (
                "---\ndate: 2026-05-01\nn: 5\n---\ndate: 2026-05-02\nn: 6\n",
                Some("date,n||2026-05-01,5|||2026-05-02,6|"),
            ),
            (
                "usage:\n  2026-05-01: 5 # used\n  \"2026-05-02\": {n: 6, m: x}\n  2026-05-03:\n    n: 7\n    m: y\n",
                Some("date,amount,n,m||2026-05-01,5,,|2026-05-02,,6,x|2026-05-03,,7,y|"),
            ),
            // The head of a page, and one document.
            ("---\ntitle: Usage\n---\nDate | n\n--- | ---\n", None),
            ("---\ndate: 2026-05-01\nn: 5\n", None),
            ("date: x\ncredits: 5\n", None),
            ("- a, b\n- c: d\n", None),
        ] {
            let read = begins(text).then(|| {
                let rows = rows(text).unwrap();
                format!("{}|{}", rows.names().join(","), rows.text().replace('\n', "|"))
            });
            assert_eq!(read.as_deref(), table, "{text}");
        }
        for text in [
            "- date: 1\n  tokens:\n    input: 5\n",
            "- date: 1\n  of: [1, 2]\n",
            "a:\n- n: 1\nb:\n- n: 2\n",
            "- {n: 1, of: [1, 2]}\n",
            "x: &d\n  m: 1\nof:\n- <<: *d\n  n: 1\n",
            "2026-05-01: 5\n2026-05-02: [6]\n",
            "2026-05-01: 5\n2026-05-02: 6\nnote: x\n",
            "2026-05-01: 5\n2026-05-02:\n  n:\n    m: 6\n",
            "n: 1\n---\nn: 2\nof:\n  a: 1\n",
        ] {
            assert!(rows(text).unwrap_err().1.contains("yaml.safe_load"), "{text}");
        }
    }
}
