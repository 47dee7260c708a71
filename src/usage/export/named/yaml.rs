//! A list in YAML of records with plain values, under a name or by itself.
//!
//! Deliberately absent: everything else that YAML has; such a text is refused with a command that makes JSON of it.

use super::{LineProblem, NamedRows};

/// Lines in which the first record begins.
const LOOKED_AT: usize = 20;

/// Whether a text begins with such a list: names above it, each on a line, and then `- name: value`.
pub(super) fn begins(start: &str) -> bool {
    let mut lines = start.lines().filter(|line| !is_nothing(line)).take(LOOKED_AT);
    let first = lines.find(|line| line.trim_start().starts_with("- "));
    let mut before =
        start.lines().filter(|line| !is_nothing(line)).take_while(|line| Some(*line) != first);
    let is_above =
        |line: &str| pair(line.trim_start()).is_some() && !line.contains([',', ';', '\t', '|']);
    first.is_some_and(|line| {
        line.trim_start().strip_prefix("- ").is_some_and(|rest| pair(rest.trim_start()).is_some())
    }) && before.all(is_above)
}

/// Whether a line holds nothing: it is blank, a comment or the beginning of a document.
fn is_nothing(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#') || line == "---"
}

/// A name and its plain value, which is blank where more follows below.
fn pair(text: &str) -> Option<(&str, String)> {
    let (name, value) =
        text.split_once(": ").or_else(|| Some((text.trim_end().strip_suffix(':')?, "")))?;
    let name = name.trim_matches(['"', '\'']);
    let is_name =
        !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_-. ".contains(c));
    let value = value.trim();
    let quoted = |mark: char| {
        value.strip_prefix(mark)?.split_once(mark).map(|(inside, _)| inside.to_owned())
    };
    let plain = || value.split(" #").next().unwrap_or_default().trim_end().to_owned();
    is_name.then(|| (name, quoted('"').or_else(|| quoted('\'')).unwrap_or_else(plain)))
}

/// The records of such a list, each on the line on which it begins.
pub(super) fn rows(text: &str) -> Result<NamedRows, LineProblem> {
    let (mut rows, mut list, mut inside) = (NamedRows::default(), None, None);
    let other = |line: u64| {
        (
            line,
            "is more of YAML than a list of records with plain values; write it as JSON (`python3 -c 'import sys, json, yaml; \
             json.dump(yaml.safe_load(sys.stdin), sys.stdout, default=str)' < FILE > usage.json`, with `pip install pyyaml`)"
                .to_owned(),
        )
    };
    for (line, text) in (1..).zip(text.lines()).filter(|(_, text)| !is_nothing(text)) {
        let indent = text.len() - text.trim_start().len();
        let (item, rest) = match text.trim_start().strip_prefix("- ") {
            Some(rest) => (true, rest.trim_start()),
            None => (false, text.trim_start()),
        };
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
        if inside != Some(place) || value.starts_with(['[', '{', '&', '*', '|', '>', '!']) {
            return Err(other(line));
        }
        let value = if matches!(value.as_str(), "null" | "~") { "" } else { &value };
        rows.add(name, value)?;
    }
    rows.remarks.push(
        "Each record of the list is a row, counted at the line on which it begins.".to_owned(),
    );
    Ok(rows)
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
        ] {
            assert!(rows(text).unwrap_err().1.contains("yaml.safe_load"), "{text}");
        }
    }
}
