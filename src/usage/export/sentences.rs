//! Logs of sentences, `2026-05-01 10:00:00 ann used 21 credits`: refused with the command that makes a table of the times and the amounts.
//!
//! Deliberately absent: whether each such sentence is usage, which who names the command has to know.

use super::encoding::valid_text;
use super::error::ExportError;
use super::named::time_and_words;

/// Lines that are looked at, and how many of them have to be such sentences.
const LOOKED_AT: usize = 50;
const FEWEST: usize = 2;
/// What may be counted in a sentence.
const UNITS: [&str; 10] = [
    "credits", "credit", "tokens", "token", "requests", "request", "units", "unit", "minutes",
    "calls",
];
/// A time of day behind its date, as most logs write it.
const TIME: &str = "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:]+";

/// Refuses a text whose first lines are times and words, an amount with its unit among them.
pub(super) fn refuse(sample: &[u8], name: &str) -> Result<(), ExportError> {
    let lines = valid_text(sample).lines().filter(|line| !line.trim().is_empty());
    let mut unit = None;
    let mut found = 0;
    for line in lines.take(LOOKED_AT) {
        let Some(words) = sentence(line) else { return Ok(()) };
        let Some(counted) = unit_in(&words) else { continue };
        if *unit.get_or_insert(counted) == counted {
            found += 1;
        }
    }
    let Some(unit) = unit.filter(|_| found >= FEWEST) else { return Ok(()) };
    let one = unit.trim_end_matches('s');
    let command = format!(
        "(echo time,{one}s; sed -nE 's/^[^0-9]*({TIME})[^ ]* (.*[^0-9.,])?([0-9][0-9.,]*) {one}s?([^a-z].*)?$/\\1,\"\\3\"/p' FILE) > usage.csv"
    );
    Err(ExportError::Format {
        name: name.to_owned(),
        what: format!("a log of sentences, such as one with an amount before `{unit}`").into(),
        way_out: format!(
            "write the times and amounts of those that are usage as a table; of all that name {one}s: `{command}`"
        )
        .into(),
    })
}

/// The words of a line that is a time of day and words, and no row of cells.
fn sentence(line: &str) -> Option<String> {
    let (time, words) = time_and_words(line);
    let is_time = time.is_some_and(|time| time.contains(':') && time.contains('-'));
    let is_plain =
        !line.contains([';', '\t', '|', '=', '{', '"']) && line.matches("  ").count() < 2;
    (is_time && is_plain && !words.is_empty()).then_some(words)
}

/// The unit behind the only number of a sentence that has one.
fn unit_in(words: &str) -> Option<&'static str> {
    let words: Vec<&str> = words.split(' ').collect();
    let is_number = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_digit())
            && word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
    };
    let unit = |pair: &[&str]| {
        let word = pair[1].trim_end_matches(['.', ',', ':', ')']).to_lowercase();
        UNITS.into_iter().find(|unit| is_number(pair[0]) && *unit == word)
    };
    let mut units = words.windows(2).filter_map(unit);
    units.next().filter(|_| units.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_with_an_amount_are_refused_with_the_command_that_keeps_it() {
        let said =
            |text: &str| refuse(text.as_bytes(), "a.log").err().map(|error| error.to_string());
        let log = "2026-05-01 10:00:00 ann used 21 credits for m1\n2026-05-01 10:00:01 started\n\
                   2026-05-01 11:00:00 bob used 1,037 credits.\n";
        let refused = said(log).unwrap();
        assert!(
            refused.contains("a log of sentences") && refused.contains("echo time,credits"),
            "{refused}"
        );
        for other in [
            "2026-05-01 10:00:00 ann used 21 credits\n",
            "2026-05-01 10:00:00 credits=21\n2026-05-01 10:00:00 credits=21\n",
            "2026-05-01 10:00:00,21 credits\n2026-05-01 11:00:00,21 credits\n",
            "time credits\n2026-05-01 10:00:00 used 21 credits\n",
            "2026-05-01 10:00:00 used 21 credits of 100 credits\n2026-05-01 10:00:00 used 21 credits of 100 credits\n",
        ] {
            assert_eq!(said(other), None, "{other}");
        }
    }
}
