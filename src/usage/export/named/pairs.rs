//! Logs whose lines hold `key=value`, with a time and words before them or without: `2026-05-01T10:00:00Z INFO usage account=acme credits=5`;
//! or, behind a time, `key: value`. Lines without a time below one that has one, as those of a stack trace, belong to it.

use super::super::datum::{is_date, is_datum};
use super::{LineProblem, NamedRows};
use crate::domain::month_named;

/// Lines by which such a log is known, and the fewest.
const LOOKED_AT: usize = 30;
const FEWEST: usize = 2;
/// The names of what stands in no pair.
const TIME: &str = "log_time";
const WORDS: &str = "log_message";

/// What stands between a key and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PairSign {
    /// `credits=5`
    Equals,
    /// `credits: 5, user: ann`, behind a time.
    Colon,
}

/// What a line holds.
#[derive(Debug, Default, PartialEq, Eq)]
struct PairLine {
    /// The time before everything else.
    time: Option<String>,
    words: Vec<String>,
    pairs: Vec<(String, String)>,
}

/// Whether a text is such a log: its first line holds pairs, and so do those of the next that are no more of an entry above; two of them or a
/// time before one.
pub(super) fn begins(start: &str) -> bool {
    sign_of(start).is_some()
}

/// What stands between keys and values in such a log; `None` for any other text.
fn sign_of(start: &str) -> Option<PairSign> {
    [PairSign::Equals, PairSign::Colon].into_iter().find(|sign| is_of(start, *sign))
}

fn is_of(start: &str, sign: PairSign) -> bool {
    let lines = start.lines().filter(|line| !line.trim().is_empty()).take(LOOKED_AT);
    let lines: Vec<&str> = lines.collect();
    // The last line may be cut.
    let looked_at = lines.get(..lines.len().saturating_sub(1).max(FEWEST)).unwrap_or_default();
    let is_of_pairs = |line: &str, PairLine { time, words, pairs }: &PairLine| {
        let is_parted = |word: &String| word.contains([',', ';', '|', '"']) && !is_level(word);
        let is_number = |(_, value): &(String, String)| is_datum(value);
        pairs.len() + usize::from(time.is_some()) > 1
            && !pairs.is_empty()
            && (sign == PairSign::Equals || pairs.iter().any(is_number))
            && !words.iter().any(is_parted)
            && !line.contains('\t')
    };
    let (mut entries, mut is_timed) = (0, false);
    for line in looked_at {
        let found = PairLine::of(line, sign);
        match is_of_pairs(line, &found) {
            true => {
                entries += 1;
                is_timed |= found.time.is_some();
            }
            false if is_timed && found.goes_on() => {}
            // A message between them, which is refused with the way to leave it out.
            false if sign == PairSign::Equals && found.is_message() => {}
            false => return false,
        }
    }
    entries >= FEWEST.min(looked_at.len()) && entries > 0
}

/// The rows of such a log.
pub(super) fn rows(text: &str) -> Result<NamedRows, LineProblem> {
    let mut rows = NamedRows::default();
    let sign = sign_of(text).unwrap_or(PairSign::Equals);
    let (mut is_timed, mut gone_on) = (false, 0_u64);
    let lines = (1..).zip(text.lines()).filter(|(_, text)| !text.trim().is_empty());
    for (line, text) in lines.clone() {
        let found = PairLine::of(text, sign);
        if is_timed && found.goes_on() {
            gone_on += 1;
            continue;
        }
        let PairLine { time, words, pairs } = found;
        is_timed |= time.is_some();
        if pairs.is_empty() {
            let mut all = lines.clone().map(|(_, text)| PairLine::of(text, sign));
            let entry = all.find_map(|entry| entry.pairs.into_iter().next());
            let name = entry.map_or(String::new(), |(name, _)| name);
            return Err((
                line,
                format!(
                    "holds no `{}` as other lines do: `{}`; keep those that do (`grep '{name}{}' FILE > usage.log`)",
                    sign.shown(),
                    crate::domain::text::excerpt(text),
                    sign.mark()
                ),
            ));
        }
        if is_time_without_year(&words) {
            return Err((
                line,
                format!(
                    "its time has no year (`{}`); write the year before it (`sed 's/^/2026 /' FILE > usage.log`, if that is the year)",
                    crate::domain::text::excerpt(text)
                ),
            ));
        }
        rows.begin(line);
        if let Some(time) = time {
            rows.add(TIME, &time)?;
        }
        pairs.iter().try_for_each(|(name, value)| rows.add(name, value))?;
        if !words.is_empty() {
            rows.add(WORDS, &words.join(" "))?;
        }
    }
    rows.remarks.push(format!(
        "Each line is a row of `{}`, whose keys are the columns; a time before them is read as `{TIME}`, and other words as `{WORDS}`.",
        sign.shown()
    ));
    if gone_on > 0 {
        rows.remarks.push(format!(
            "{} without a time and without `{}` belong to the entries above them, as those of stack traces do, and are left out.",
            crate::domain::text::counted(gone_on, "line"),
            sign.shown()
        ));
    }
    Ok(rows)
}

/// The first `key=value` of a text.
pub(in super::super) fn first(text: &str) -> Option<(String, String)> {
    PairLine::of(text, PairSign::Equals).pairs.into_iter().next()
}

/// The time at the beginning of what stands before the object of a line, and the other words.
pub(in super::super) fn time_and_words(text: &str) -> (Option<String>, String) {
    let mut found = PairLine {
        words: text.split_whitespace().map(str::to_owned).collect(),
        ..PairLine::default()
    };
    found.take_time();
    (found.time, found.words.join(" "))
}

impl PairSign {
    /// A pair, as messages show it.
    fn shown(self) -> &'static str {
        match self {
            PairSign::Equals => "key=value",
            PairSign::Colon => "key: value",
        }
    }

    fn mark(self) -> char {
        match self {
            PairSign::Equals => '=',
            PairSign::Colon => ':',
        }
    }
}

impl PairLine {
    fn of(line: &str, sign: PairSign) -> PairLine {
        match sign {
            PairSign::Equals => PairLine::with_equals(line),
            PairSign::Colon => PairLine::with_colons(line),
        }
    }

    /// Whether it belongs to an entry above: it has neither a time nor a pair, and is no data in a form of its own.
    fn goes_on(&self) -> bool {
        let is_data = self.words.first().is_some_and(|word| word.starts_with(['{', '[', '"']));
        self.time.is_none()
            && self.pairs.is_empty()
            && !is_data
            && !is_time_without_year(&self.words)
    }

    /// Whether it is a time and words, as the messages of a log are.
    fn is_message(&self) -> bool {
        let is_parted = |text: &String| text.contains([',', ';', '|', '"']);
        let is_plain = |time: &String| time.contains(':') && !is_parted(time);
        self.time.as_ref().is_some_and(is_plain) && self.pairs.is_empty() && !self.words.is_empty()
    }

    /// The pairs behind the time: a word with a colon, and a value that ends with a comma or the line, or is a number.
    fn with_colons(line: &str) -> PairLine {
        let words = line.split_whitespace().map(str::to_owned).collect();
        let mut found = PairLine { words, ..PairLine::default() };
        found.take_time();
        if found.time.is_none() || line.contains('=') {
            return found;
        }
        found.take_colons(|value, is_last| {
            let plain = value.trim_end_matches([',', ';']);
            !value.ends_with(':') && (is_last || plain.len() < value.len() || is_datum(plain))
        });
        found
    }

    /// Takes pairs of a word with a colon and a value that is one, of which it is known whether it is the last word.
    fn take_colons(&mut self, is_value: impl Fn(&str, bool) -> bool) {
        let mut words = std::mem::take(&mut self.words).into_iter().peekable();
        while let Some(word) = words.next() {
            let name = word.strip_suffix(':').filter(|name| is_name(name)).map(str::to_owned);
            let is_last = words.len() == 1;
            match name.zip(words.next_if(|value| is_value(value, is_last))) {
                Some((name, value)) => {
                    let value = value.trim_end_matches([',', ';']).to_owned();
                    self.pairs.push((name, value));
                }
                None => self.words.push(word),
            }
        }
    }

    fn with_equals(line: &str) -> PairLine {
        let (mut found, mut rest) = (PairLine::default(), line.trim());
        while !rest.is_empty() {
            rest = match pair(rest) {
                Some((name, value, rest)) => {
                    found.pairs.push((name.to_owned(), value));
                    rest
                }
                None => {
                    let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
                    let (word, rest) = rest.split_at_checked(length).unwrap_or((rest, ""));
                    found.words.push(word.to_owned());
                    rest
                }
            }
            .trim_start();
        }
        found.take_time();
        // `credits: 5` beside `account=a`.
        if found.time.is_some() && !found.pairs.is_empty() {
            found.take_colons(|value, _| is_number(value.trim_end_matches([',', ';'])));
        }
        found
    }

    /// Takes a time off the beginning of the words, or from behind the level of an entry: of one, of a date and a time of day, or
    /// `2026 May 1 10:00:00`.
    fn take_time(&mut self) {
        let before: Vec<String> = match self.words.as_slice() {
            [level, ..] if is_level(level) => self.words.drain(..1).collect(),
            _ => Vec::new(),
        };
        self.take_first_time();
        self.words.splice(..0, before);
    }

    fn take_first_time(&mut self) {
        let plain = |word: &String| word.trim_matches(['[', ']', ',']).to_owned();
        let is_year =
            |word: &String| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
        if let [year, rest @ ..] = self.words.as_slice()
            && is_year(year)
            && is_time_without_year(rest)
        {
            self.time = Some(self.words.drain(..4).collect::<Vec<String>>().join(" "));
            return;
        }
        let Some(first) = self.words.first().map(plain) else { return };
        let is_day = first.starts_with(|c: char| c.is_ascii_digit()) && is_date(&first);
        let is_clock = |word: &str| word.contains(':') && is_datum(&word.replace(',', "."));
        let clock = self
            .words
            .get(1)
            .map(plain)
            .filter(|_| !first.contains(':'))
            .filter(|word| is_clock(word));
        let taken = 1 + usize::from(clock.is_some());
        if is_day {
            // `10:00:00,123`, as Python logs milliseconds.
            let clock =
                clock.map_or(String::new(), |clock| format!(" {}", clock.replace(',', ".")));
            self.time = Some(first + &clock);
            self.words.drain(..taken);
        }
    }
}

/// Whether a word before the time of an entry is how much it matters: `INFO`, `[warn]`, `I,` as Ruby writes it.
fn is_level(word: &str) -> bool {
    let letters = word.trim_matches(['[', ']', ':', ',', '-']);
    let is_letter = letters.len() == 1 && word.ends_with(',');
    is_letter || LEVELS.iter().any(|level| letters.eq_ignore_ascii_case(level))
}

/// How much an entry of a log matters.
const LEVELS: [&str; 12] = [
    "trace", "debug", "info", "notice", "warn", "warning", "error", "err", "critical", "fatal",
    "inf", "wrn",
];

/// Whether words begin as a system logs them, `May 1 10:00:00`.
fn is_time_without_year(words: &[String]) -> bool {
    let [month, day, clock, ..] = words else { return false };
    let is_day = day.parse::<u32>().is_ok_and(|day| (1..=31).contains(&day));
    month_named(month).is_some() && is_day && clock.matches(':').count() == 2 && is_datum(clock)
}

/// Whether a value is a plain number.
fn is_number(value: &str) -> bool {
    value.starts_with(|c: char| c.is_ascii_digit()) && value.parse::<f64>().is_ok()
}

/// Whether a letter may stand in a key.
fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || "_.@-/".contains(c)
}

/// Whether a word may be a key.
fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '@')
        && word.chars().all(is_of_name)
}

/// The pair at the start of a text, and what follows it.
fn pair(text: &str) -> Option<(&str, String, &str)> {
    let length = text.find(|c: char| !is_of_name(c)).filter(|length| *length > 0)?;
    let (name, rest) = text.split_at_checked(length)?;
    let rest = rest.strip_prefix('=').filter(|_| is_name(name))?;
    if let Some(inside) = rest.strip_prefix('"') {
        let (mut value, mut letters) = (String::new(), inside.char_indices());
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => return Some((name, value, inside.get(at + 1..)?.trim_start_matches(','))),
                '\\' => value.extend(letters.next().map(|(_, letter)| letter)),
                letter => value.push(letter),
            }
        }
        return None;
    }
    let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let (value, rest) = rest.split_at_checked(length)?;
    Some((name, value.trim_end_matches([',', ';']).to_owned(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        if !begins(text) {
            return None;
        }
        let rows = rows(text).unwrap();
        Some(format!("{}|{}", rows.names().join(","), rows.text().replace('\n', "|")))
    }

    #[test]
    fn keys_are_columns_and_a_time_before_them_is_one() {
        for (text, table) in [
            (
                "time=2026-05-01T10:00:00Z msg=\"a, \\\"b\\\"\" n=5\ntime=2026-05-02T10:00:00Z user=x n=6\n",
                Some(
                    "time,msg,n,user|2026-05-01T10:00:00Z,\"a, \"\"b\"\"\",5,|2026-05-02T10:00:00Z,,6,x|",
                ),
            ),
            (
                "2026-05-01T10:00:00Z INFO used credits=5\n\n2026-05-02T10:00:00Z INFO used credits=6\n",
                Some(
                    "log_time,credits,log_message|2026-05-01T10:00:00Z,5,INFO used||2026-05-02T10:00:00Z,6,INFO used|",
                ),
            ),
            (
                "[2026-05-01 10:00:00,250] n=5, user=a\n[2026-05-01 10:00:01,250] n=6, user=b\n",
                Some("log_time,n,user|2026-05-01 10:00:00.250,5,a|2026-05-01 10:00:01.250,6,b|"),
            ),
            (
                "2026 May  1 10:00:00 host app[1]: user=a n=5\n2026 May  2 10:00:00 host app[1]: user=a n=6\n",
                Some(
                    "log_time,user,n,log_message|2026 May 1 10:00:00,a,5,host app[1]:|2026 May 2 10:00:00,a,6,host app[1]:|",
                ),
            ),
            (
                "2026-05-01 10:00:00 INFO used n=5\n2026-05-01 11:00:00 WARN failed n=6\njava.lang.Error: late\n\tat a.B.run(B.java:42)\n\n2026-05-02 10:00:00 INFO used n=7\n",
                Some(
                    "log_time,n,log_message|2026-05-01 10:00:00,5,INFO used|2026-05-01 11:00:00,6,WARN failed||||2026-05-02 10:00:00,7,INFO used|",
                ),
            ),
            (
                "INFO 2026-05-01T10:00:00Z used n: 5 of=a\nINFO 2026-05-02T10:00:00Z used n: 6 of=a\n",
                Some(
                    "log_time,of,n,log_message|2026-05-01T10:00:00Z,a,5,INFO used|2026-05-02T10:00:00Z,a,6,INFO used|",
                ),
            ),
            (
                "INFO 2026-05-01T10:00:00Z used n: 5\nWARN 2026-05-02T10:00:00Z used n: 6\n",
                Some(
                    "log_time,n,log_message|2026-05-01T10:00:00Z,5,INFO used|2026-05-02T10:00:00Z,6,WARN used|",
                ),
            ),
            (
                "I, [2026-05-01T10:00:00.25 #42]  INFO -- : n=5\nI, [2026-05-02T10:00:00.25 #42]  INFO -- : n=6\n",
                Some(
                    "log_time,n,log_message|2026-05-01T10:00:00.25,5,\"I, #42] INFO -- :\"|2026-05-02T10:00:00.25,6,\"I, #42] INFO -- :\"|",
                ),
            ),
            (
                "2026-05-01T10:00:00Z billing: n: 5, user: ann\n2026-05-02T10:00:00Z billing: n: 6, user: bob\n",
                Some(
                    "log_time,n,user,log_message|2026-05-01T10:00:00Z,5,ann,billing:|2026-05-02T10:00:00Z,6,bob,billing:|",
                ),
            ),
            // Words without a number, and a table.
            ("2026-05-01T10:00:00Z failed: timeout\n2026-05-02T10:00:00Z failed: closed\n", None),
            ("2026-05-01T10:00:00Z,n: 5\n2026-05-02T10:00:00Z,n: 6\n", None),
            // A table with tags, a scenario, and one line.
            ("date,tags,n\n2026-05-01,env=prod team=a,5\n", None),
            ("2026-05-01,env=prod team=a,5\n2026-05-02,env=prod team=a,5\n", None),
            ("[usage]\nfile = \"x.csv\"\n", None),
            ("a=1\nb=2\n", None),
            ("time=2026-05-01 n=5\n", None),
        ] {
            assert_eq!(read(text).as_deref(), table, "{text}");
        }
    }

    #[test]
    fn a_line_without_pairs_is_refused_with_a_way_out() {
        let (line, why) = rows("May  1 10:00:00 host app[1]: n=2\n").unwrap_err();
        assert!(line == 1 && why.contains("sed 's/^/2026 /' FILE"), "{why}");
        let (line, why) = rows("t=1 n=2\nTraceback\n").unwrap_err();
        assert!(line == 2 && why.contains("grep 't=' FILE"), "{why}");
    }
}
