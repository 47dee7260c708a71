//! Text from outside (names, paths, cells, arguments), made safe to show.
//!
//! Control characters can drive a terminal, and bidirectional controls can reorder text on screen.
//! Neither leaves this program unescaped: scenarios with them in a name are refused, and all other
//! text passes through [`visible`] or [`on_one_line`].

use std::borrow::Cow;
use std::fmt;

use super::grouped;

/// Characters of a value that a message quotes.
const QUOTED: usize = 60;

/// Returns true if a character must not be shown raw: the control characters (C0, DEL, C1), the
/// line and paragraph separators, and the bidirectional embeddings, overrides and isolates of
/// Unicode Standard Annex 9.
pub fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Escapes every hidden character in lines of text as Rust writes it (`\u{1b}`), except tabs and
/// line ends.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|letter| is_hidden(letter) && !matches!(letter, '\n' | '\t')) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        let (line, end) = match line.strip_suffix("\r\n").or(line.strip_suffix('\n')) {
            Some(start) => line.split_at(start.len()),
            None => (line, ""),
        };
        shown.extend(line.chars().flat_map(|letter| escaped(letter, letter != '\t')));
        shown.push_str(end);
    }
    Cow::Owned(shown)
}

/// Text with every hidden character escaped, ends of lines included.
pub fn on_one_line(text: &str) -> Cow<'_, str> {
    match text.chars().any(is_hidden) {
        false => Cow::Borrowed(text),
        true => Cow::Owned(text.chars().flat_map(|letter| escaped(letter, true)).collect()),
    }
}

/// The beginning of a value as messages quote it: on one line, escaped, at most 60 characters.
pub fn excerpt(text: &str) -> String {
    let mut shown: String = text.chars().take(QUOTED).flat_map(char::escape_debug).collect();
    if text.chars().nth(QUOTED).is_some() {
        shown.push('…');
    }
    shown
}

/// A number and its noun, in the plural unless the number reads `1`: `1 row`, `0 rows`, `1.5 credits`, `2 accounts`.
/// The number has thousands separators; it can be a text.
pub fn counted(number: impl fmt::Display, noun: &str) -> String {
    let mut number = number.to_string();
    if number.bytes().all(|byte| byte.is_ascii_digit()) {
        number = grouped(&number);
    }
    format!("{number} {}", agreeing(&number, noun))
}

/// The noun alone, in the plural unless the number reads `1`, as where the number is written in another way.
pub fn agreeing(number: impl fmt::Display, noun: &str) -> String {
    if number.to_string() == "1" {
        return noun.to_owned();
    }
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ => format!("{noun}s"),
    }
}

/// A number of credits under the name that a vendor has for them, which is in the plural: `1 operation`, `0 operations`,
/// `1.5 tokens`. A name that has no plural, as `kWh`, stays as it is.
pub fn in_unit(number: impl fmt::Display, unit: &str) -> String {
    let number = number.to_string();
    match unit.strip_suffix('s') {
        Some(one) if number == "1" && !one.ends_with('s') => format!("1 {one}"),
        _ => format!("{number} {unit}"),
    }
}

/// A number and its noun as the subject of a verb, which is `one` or `several`: `1 account pays`, `2 accounts pay`.
pub fn counted_do(number: impl fmt::Display, noun: &str, one: &str, several: &str) -> String {
    let text = counted(number, noun);
    let verb = if text.starts_with("1 ") { one } else { several };
    format!("{text} {verb}")
}

/// The same with its verb: `1 row is`, `2 rows are`.
pub fn counted_are(number: impl fmt::Display, noun: &str) -> String {
    counted_do(number, noun, "is", "are")
}

/// Words with commas and an `and`: `a, b and c`; nothing of none.
pub fn listed(all: &[impl AsRef<str>]) -> String {
    let all: Vec<&str> = all.iter().map(AsRef::as_ref).collect();
    match all.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
        None => String::new(),
    }
}

/// A character, or its escape where it is hidden and `escaping`.
fn escaped(letter: char, escaping: bool) -> impl Iterator<Item = char> {
    let hidden = escaping && is_hidden(letter);
    let escape = hidden.then(|| letter.escape_default());
    escape.into_iter().flatten().chain((!hidden).then_some(letter))
}

/// The text with its first letter in upper case.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    first + letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_noun_is_in_the_plural_unless_there_is_one() {
        for (number, noun, wanted) in [
            ("0", "row", "0 rows"),
            ("1", "row", "1 row"),
            ("2", "row", "2 rows"),
            ("11", "line", "11 lines"),
            ("1,001", "account", "1,001 accounts"),
            ("999", "row", "999 rows"),
            ("1000", "row", "1,000 rows"),
            ("1234567", "row", "1,234,567 rows"),
            ("1.5", "credit", "1.5 credits"),
            ("1", "reply", "1 reply"),
            ("3", "reply", "3 replies"),
            ("3", "day", "3 days"),
        ] {
            assert_eq!(counted(number, noun), wanted);
        }
        assert_eq!([counted_are(1, "line"), counted_are(0, "line")], ["1 line is", "0 lines are"]);
        assert_eq!(counted_are(21, "line"), "21 lines are");
        assert_eq!(counted_do(1, "account", "pays", "pay"), "1 account pays");
        assert_eq!(counted_do(0, "account", "pays", "pay"), "0 accounts pay");
        assert_eq!(counted_do(1_000, "account", "pays", "pay"), "1,000 accounts pay");
    }

    #[test]
    fn one_credit_has_the_name_of_one() {
        for (number, unit, wanted) in [
            ("1", "operations", "1 operation"),
            ("0", "operations", "0 operations"),
            ("1.5", "tokens", "1.5 tokens"),
            ("11", "credits", "11 credits"),
            ("1", "kWh", "1 kWh"),
            ("1", "GB-hours", "1 GB-hour"),
            ("1", "gross", "1 gross"),
        ] {
            assert_eq!(in_unit(number, unit), wanted);
        }
    }

    #[test]
    fn words_are_listed_with_commas_and_an_and() {
        assert_eq!(listed(&[] as &[&str]), "");
        assert_eq!(listed(&["a"]), "a");
        assert_eq!(listed(&["a", "b"]), "a and b");
        assert_eq!(listed(&["a".to_owned(), "b".to_owned(), "c".to_owned()]), "a, b and c");
    }

    #[test]
    fn nothing_that_drives_a_terminal_or_turns_text_around_is_left() {
        for (text, lines, line) in [
            ("\u{1b}[31mred\u{7}", "\\u{1b}[31mred\\u{7}", "\\u{1b}[31mred\\u{7}"),
            ("a\u{202e}b\u{2066}c", "a\\u{202e}b\\u{2066}c", "a\\u{202e}b\\u{2066}c"),
            ("\u{9b}2J\u{7f}", "\\u{9b}2J\\u{7f}", "\\u{9b}2J\\u{7f}"),
            (
                "one\r\ntwo\rover\n\tthree",
                "one\r\ntwo\\rover\n\tthree",
                "one\\r\\ntwo\\rover\\n\\tthree",
            ),
            ("größe · 日本 \u{200f}שלום", "größe · 日本 \u{200f}שלום", "größe · 日本 \u{200f}שלום"),
        ] {
            assert_eq!(visible(text), lines);
            assert_eq!(on_one_line(text), line);
        }
    }

    #[test]
    fn plain_text_is_not_copied() {
        assert!(matches!(visible("one\ntwo\tthree"), Cow::Borrowed(_)));
        assert!(matches!(on_one_line("one two"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_hostile_value_is_quoted_on_one_short_line() {
        assert_eq!(excerpt("a\nb\0\u{202e}"), "a\\nb\\0\\u{202e}");
        assert_eq!(excerpt(&"x".repeat(QUOTED)), "x".repeat(QUOTED));
        assert_eq!(excerpt(&"x".repeat(QUOTED + 1)), "x".repeat(QUOTED) + "…");
    }
}
