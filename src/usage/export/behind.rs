//! Logs whose lines are a time and words, and behind them an object of JSON: `2026-05-01T10:00:00Z stdout F {"credits":5}`. Each line is read as
//! the object, with the time and the words in it; a line without an object is left out.
//!
//! Deliberately absent: objects that stand alone on their lines.

use std::sync::Arc;

use serde_json::value::RawValue;

use super::encoding::valid_text;
use super::named::time_and_words;
use super::relined::LineRule;

/// The longest text before an object.
const LONGEST: usize = 200;
/// The names of what stands before it.
const TIME: &str = "log_time";
const WORDS: &str = "log_message";

/// How the lines of such a log are read.
pub(super) struct ObjectsBehind {
    /// Whether the objects say no time of their own that is in the same hour.
    adds_time: bool,
}

/// The rule for a text that begins with such a line, or with times and words alone, as a log does before its first object.
pub(super) fn rule(sample: &[u8]) -> Option<Arc<dyn LineRule>> {
    let mut lines = valid_text(sample).lines().filter(|line| !line.trim().is_empty());
    let first = lines.find(|line| parted(line).is_some() || !is_message(line))?;
    let (before, object) = parted(first)?;
    let is_cells = before.contains([',', ';', '\t']);
    let is_object = serde_json::from_str::<&RawValue>(object).is_ok();
    let adds_time = time_and_words(before).0.is_none_or(|time| !says_hour(object, &time));
    (is_object && !is_cells).then(|| Arc::new(ObjectsBehind { adds_time }) as Arc<dyn LineRule>)
}

/// What is told of such a log.
pub(super) const TOLD: &str = "An object of JSON stands behind a time and words on each line, which are read as `log_time`, unless the object says it too, and `log_message`; lines without one are left \
                              out.";

/// Whether a line is a time of day and words, and no row of cells.
fn is_message(line: &str) -> bool {
    let (time, words) = time_and_words(line);
    let is_clock = time.is_some_and(|time| time.contains(':'));
    is_clock && !words.is_empty() && !line.contains([',', ';', '\t', '|', '='])
}

/// What stands before the object of a line, and the object.
fn parted(line: &str) -> Option<(&str, &str)> {
    let at = line.find('{')?;
    let (before, object) = line.split_at_checked(at)?;
    let object = object.trim_end();
    let is_object =
        object.strip_prefix('{').is_some_and(|inside| inside.trim_start().starts_with(['"', '}']));
    let is_before = !before.trim().is_empty() && before.len() <= LONGEST && !before.contains('"');
    (is_object && is_before).then_some((before, object))
}

/// Whether an object has a text that begins with the same hour as a time.
fn says_hour(object: &str, time: &str) -> bool {
    let parts = time.get(..HOUR).and_then(|hour| hour.split_once(['T', ' ']));
    parts.is_some_and(|(day, hour)| {
        ["T", " "].iter().any(|between| object.contains(&format!("\"{day}{between}{hour}")))
    })
}

/// Letters of a day and an hour: `2026-05-01T10`.
const HOUR: usize = 13;

impl LineRule for ObjectsBehind {
    fn instead(&self, _: u64, text: &str) -> Option<String> {
        if text.trim_start().starts_with('{') {
            return None;
        }
        let Some((before, object)) = parted(text) else { return Some(String::new()) };
        let inside = object.strip_prefix('{')?.trim_start();
        let (time, words) = time_and_words(before);
        let time = time.filter(|_| self.adds_time);
        let mut made = String::from("{");
        for (name, value) in [(TIME, time.as_deref()), (WORDS, Some(words.as_str()))] {
            let value = value.filter(|value| !value.is_empty());
            // A key that the object has already stays what it is.
            if let Some(value) = value.filter(|_| !inside.contains(&format!("\"{name}\""))) {
                let value = serde_json::to_string(value).expect("a text is JSON");
                made.push_str(&format!("\"{name}\":{value},"));
            }
        }
        if inside.starts_with('}') {
            made.truncate(made.trim_end_matches(',').len());
        }
        made.push_str(inside);
        Some(made)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_behind_times_and_words_have_these_in_them() {
        for (line, object) in [
            (
                "2026-05-01T10:00:00.123456789Z stdout F {\"n\":5}",
                Some(
                    "{\"log_time\":\"2026-05-01T10:00:00.123456789Z\",\"log_message\":\"stdout F\",\"n\":5}",
                ),
            ),
            (
                "2026-05-01 10:00:00,250 app[web.1]: { \"n\": 5 } ",
                Some(
                    "{\"log_time\":\"2026-05-01 10:00:00.250\",\"log_message\":\"app[web.1]:\",\"n\": 5 }",
                ),
            ),
            ("app-1  | {}", Some("{\"log_message\":\"app-1 |\"}")),
            ("2026-05-01T10:00:00Z started {x}", Some("")),
            ("2026-05-01T10:00:00Z {\"log_time\":1}", Some("{\"log_time\":1}")),
            ("{\"n\":5}", None),
        ] {
            assert_eq!(
                ObjectsBehind { adds_time: true }.instead(1, line).as_deref(),
                object,
                "{line}"
            );
        }
        let own = "2026-05-01T10:00:00Z F {\"ts\":\"2026-05-01 10:00:00.5\",\"n\":5}";
        let found = rule(own.as_bytes()).and_then(|rule| rule.instead(1, own));
        assert_eq!(
            found.as_deref(),
            Some("{\"log_message\":\"F\",\"ts\":\"2026-05-01 10:00:00.5\",\"n\":5}")
        );
        assert!(rule(b"\n2026-05-01T10:00:00Z F {\"n\":5}\n").is_some());
        let late =
            "2026-05-01T10:00:00Z started\n".repeat(60) + "2026-05-01T11:00:00Z F {\"n\":5}\n";
        assert!(rule(late.as_bytes()).is_some(), "messages before the first object");
        for other in
            ["{\"n\":5}\n", "day,n\n2026-05-01,{\"n\":5}\n", "2026-05-01,5,{\"n\":5}\n", "a {b}\n"]
        {
            assert!(rule(other.as_bytes()).is_none(), "{other}");
        }
    }
}
