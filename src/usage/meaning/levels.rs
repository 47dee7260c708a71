//! Headers of levels, which no sum of rows makes usage of: averages, peaks, sums of the days before each row, and rates, of which
//! usage is what they come to over the time of a row.
//!
//! Deliberately absent: power, which is in `hours` and `choose`, and totals so far.

use super::headers::{header_argument, in_shell, quoted, words};
use super::labels::{AVERAGE_SIGNS, AVERAGES};
use super::number::Atto;
use super::sample::ColumnSample;
use crate::domain::text::counted;

/// What a header says that its numbers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HeaderLevel {
    /// Averages.
    Average,
    /// The highest of something, or how much there was at once.
    Peak,
    /// What was used in the days before each row.
    Rolling,
    /// What was used in each stretch of so many seconds.
    Rate(u64),
}

/// Words of peaks, and of what there is at once.
const AT_ONCE: [&str; 21] = [
    "concurrent",
    "concurrency",
    "simultaneous",
    "percentile",
    "percentil",
    "p95",
    "p99",
    "p50",
    "p90",
    "gleichzeitig",
    "gleichzeitige",
    "spitzenwert",
    "höchstwert",
    "simultané",
    "simultanés",
    "concurrentes",
    "simultáneos",
    "simultâneos",
    "simultanei",
    "gelijktijdige",
    "одновременных",
];
/// Words of peaks that are hours of dear energy where their unit is one of energy, or a column is of the other hours.
const PEAKS: [&str; 10] =
    ["peak", "spitze", "pic", "pico", "picco", "piek", "szczyt", "max", "maximum", "highest"];
/// The same in writings that do not part words.
const PEAK_SIGNS: [&str; 9] =
    ["同時", "同时", "ピーク", "峰值", "最大", "동시", "최대", "ピーク時", "最高"];
/// Words of the other hours, and units of energy.
const NO_PEAK: [&str; 10] =
    ["off", "offpeak", "creuses", "valle", "dal", "kwh", "wh", "mwh", "hours", "hour"];
/// Words of sums of the days before.
const ROLLING: [&str; 12] = [
    "rolling",
    "trailing",
    "moving",
    "gleitend",
    "gleitende",
    "gleitender",
    "glissant",
    "glissante",
    "glissants",
    "móvil",
    "ttm",
    "ltm",
];
/// Words that say it before or behind a number of days.
const LAST: [&str; 23] = [
    "last",
    "past",
    "letzte",
    "letzten",
    "vergangene",
    "vergangenen",
    "derniers",
    "dernières",
    "últimos",
    "últimas",
    "ultimos",
    "ultimi",
    "laatste",
    "afgelopen",
    "ostatnie",
    "ostatnich",
    "senaste",
    "siste",
    "seneste",
    "viimeiset",
    "последние",
    "последних",
    "останні",
];
/// Words of days, weeks and months behind a number.
const DAYS: [&str; 44] = [
    "d",
    "day",
    "days",
    "week",
    "weeks",
    "month",
    "months",
    "tag",
    "tage",
    "tagen",
    "woche",
    "wochen",
    "monat",
    "monate",
    "monaten",
    "jour",
    "jours",
    "semaines",
    "mois",
    "día",
    "días",
    "dia",
    "dias",
    "semanas",
    "meses",
    "giorni",
    "settimane",
    "mesi",
    "dag",
    "dagen",
    "dagar",
    "dagarna",
    "dage",
    "dager",
    "weken",
    "maanden",
    "dni",
    "tygodni",
    "miesięcy",
    "månader",
    "måneder",
    "дней",
    "днів",
    "месяцев",
];
/// The same in writings that do not part words, before a number.
const LAST_SIGNS: [&str; 7] = ["过去", "最近", "近", "過去", "直近", "지난", "최근"];
/// Words before a stretch of time.
const PER: [&str; 7] = ["per", "pro", "par", "por", "al", "pr", "je"];
/// Stretches of time behind such a word or a stroke, and their seconds.
const STRETCHES: [(u64, &[&str]); 4] = [
    (
        1,
        &[
            "s", "sec", "second", "seconds", "sekunde", "sek", "seconde", "segundo", "secondo",
            "sekund",
        ],
    ),
    (60, &["min", "minute", "minutes", "minuto", "minuut", "minut"]),
    (3_600, &["h", "hr", "hour", "hours", "std", "stunde", "heure", "hora", "ora", "uur", "time"]),
    (86_400, &["d", "day", "tag", "jour", "día", "dia", "giorno", "dag"]),
];
/// Words of rates, and their seconds.
const RATES: [(u64, &[&str]); 2] = [
    (1, &["rps", "qps", "tps", "iops", "bps", "kbps", "mbps", "gbps", "tbps"]),
    (60, &["rpm", "tpm", "qpm"]),
];
/// Rates in writings that do not part words.
const RATE_SIGNS: [(u64, &[&str]); 2] =
    [(1, &["毎秒", "每秒", "초당"]), (60, &["毎分", "每分钟", "每分鐘", "분당"])];

/// Rows from which on the order of amounts says whether they may be sums of the days before.
const FEWEST: usize = 4;
/// How many times as large such sums are, at least, as what lies between one and the next.
const SMOOTH: i128 = 3;

impl HeaderLevel {
    /// What a header says; `others` are those of the other columns.
    fn of(header: &str, others: &[String]) -> Option<HeaderLevel> {
        let all = words(header);
        let parts: Vec<&str> = all.split(' ').collect();
        let has = |list: &[&str]| parts.iter().any(|part| list.contains(part));
        let signs = |list: &[&str]| list.iter().any(|sign| all.contains(sign));
        if has(&AVERAGES) || signs(&AVERAGE_SIGNS) {
            return Some(HeaderLevel::Average);
        }
        if has(&AT_ONCE) || signs(&PEAK_SIGNS) || (has(&PEAKS) && is_peak(header, others)) {
            return Some(HeaderLevel::Peak);
        }
        if has(&ROLLING) || is_of_last_days(&parts) || is_after_sign(&all) {
            return Some(HeaderLevel::Rolling);
        }
        rate(header, &parts).map(HeaderLevel::Rate)
    }
}

/// Whether a header with a word of peaks is of no hours of dear energy.
fn is_peak(header: &str, others: &[String]) -> bool {
    let small = |name: &str| name.to_lowercase();
    let says = |name: &String| {
        let name = small(name);
        name.split(|c: char| !c.is_alphanumeric()).any(|word| NO_PEAK[..5].contains(&word))
    };
    let own = small(header);
    let mut own =
        own.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).peekable();
    // `Claude Max` is a plan.
    let begins = own.peek().is_some_and(|first| PEAKS.contains(first));
    let is_max =
        ["max", "maximum"].iter().any(|max| words(header).split(' ').any(|word| word == *max));
    !own.any(|word| NO_PEAK.contains(&word)) && !others.iter().any(says) && (begins || !is_max)
}

/// Whether the words of a header are those of a number of days before each row: `last 30 days`, `7 day`, `l30d`.
fn is_of_last_days(parts: &[&str]) -> bool {
    let number = |part: &str| part.parse::<u16>().is_ok_and(|number| (2..=366).contains(&number));
    let are_days = |pair: &[&str]| number(pair[0]) && DAYS.contains(&pair[1]);
    let joined = |part: &&str| {
        let (rest, is_said) =
            match ["last", "past", "l"].iter().find_map(|word| part.strip_prefix(word)) {
                Some(rest) => (rest, true),
                None => (*part, false),
            };
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let unit = &rest[digits..];
        number(&rest[..digits]) && (unit == "d" || is_said && (DAYS.contains(&unit) || unit == "m"))
    };
    let has_number = || parts.iter().any(|part| number(part));
    let says = |list: &[&str]| parts.iter().any(|part| list.contains(part));
    parts.windows(2).any(are_days)
        || parts.iter().any(joined)
        || (says(&LAST) && has_number() && says(&DAYS))
}

/// Whether a header has a sign for the time before each row, and a number behind it.
fn is_after_sign(words: &str) -> bool {
    LAST_SIGNS.iter().any(|sign| {
        let behind = words.split_once(sign).map(|(_, behind)| behind.trim_start());
        behind.is_some_and(|behind| behind.starts_with(|c: char| c.is_ascii_digit()))
    })
}

/// The seconds of the stretch of time for which a header has rates.
fn rate(header: &str, parts: &[&str]) -> Option<u64> {
    let stretch = |word: &str| {
        STRETCHES.iter().find(|(_, names)| names.contains(&word)).map(|(seconds, _)| *seconds)
    };
    let small = header.to_lowercase();
    let end = small.trim_end_matches([')', ']', ' ']).rsplit_once('/').map(|(_, end)| end.trim());
    let of_pair = |pair: &[&str]| {
        let is_per = PER.contains(&pair[0]);
        stretch(pair[1]).filter(|_| is_per)
    };
    let named = |part: &&str| RATES.iter().find(|(_, names)| names.contains(part));
    let sign =
        || RATE_SIGNS.iter().find(|(_, signs)| signs.iter().any(|sign| small.contains(sign)));
    end.and_then(stretch)
        .or_else(|| parts.windows(2).find_map(of_pair))
        .or_else(|| parts.iter().find_map(named).map(|(seconds, _)| *seconds))
        .or_else(|| sign().map(|(seconds, _)| *seconds))
}

/// The problem of guessed amounts whose header says that they are a level; `minutes` are those from row to row, where they are the
/// same throughout, and `least` the fewest.
pub(super) fn problem(
    header: &[String],
    column: usize,
    sample: &ColumnSample,
    (minutes, least): (Option<u128>, Option<u128>),
) -> Option<String> {
    let name = header.get(column)?;
    let others: Vec<String> = header
        .iter()
        .enumerate()
        .filter(|(other, _)| *other != column)
        .map(|(_, name)| name.clone())
        .collect();
    let as_it_is = format!(
        "if each is the amount of its row, `--amount-column {}` (or `[usage] amount`) reads them",
        header_argument(name)
    );
    let is_no_sum = |what: &str, instead: &str| {
        format!(
            "the amount: by its header column `{name}` holds {what}, which do not add up to what was used: {instead}; {as_it_is}"
        )
    };
    let export = "export what was used from row to row";
    match HeaderLevel::of(name, &others)? {
        HeaderLevel::Average => Some(is_no_sum("averages", export)),
        HeaderLevel::Peak => Some(is_no_sum("how much there was at once or at most", export)),
        HeaderLevel::Rolling if is_smooth(sample.first_numbers()) => Some(is_no_sum(
            "sums of the time before each row, each of which counts again in the next",
            export,
        )),
        HeaderLevel::Rolling => None,
        HeaderLevel::Rate(seconds) => {
            let is_of_row = |minutes: u128| minutes * 60 == u128::from(seconds);
            // What was used in a day is what the row of a day has.
            if minutes.or(least).is_some_and(is_of_row) {
                return None;
            }
            Some(rate_problem(name, u128::from(seconds), minutes) + &as_it_is)
        }
    }
}

/// The problem of rates, up to where it says how their numbers are read as they are.
fn rate_problem(name: &str, seconds: u128, minutes: Option<u128>) -> String {
    let stretch = match seconds {
        1 => "second",
        60 => "minute",
        3_600 => "hour",
        _ => "day",
    };
    let way = |minutes: u128| in_shell(&over(name, minutes * 60, seconds));
    let ways = match minutes {
        Some(minutes) => format!(
            "here {}: `--amount-column {}` counts what that comes to",
            counted(minutes, "minute"),
            way(minutes)
        ),
        None => {
            let (short, long) = if seconds < 86_400 { (5, 1_440) } else { (60, 10_080) };
            format!(
                "which nothing says here: `--amount-column {}` counts what that comes to where a row stands for {}, and \
                 `--amount-column {}` for {}",
                way(short),
                counted(short, "minute"),
                way(long),
                if long == 1_440 { "a day" } else { "a week" }
            )
        }
    };
    format!(
        "the amount: by its header column `{name}` holds how much was used per {stretch}, which goes on for as long as a row stands for, \
         {ways}; "
    )
}

/// A column times one number over another, as a formula.
fn over(name: &str, times: u128, by: u128) -> String {
    let (mut one, mut other) = (times, by);
    while other > 0 {
        (one, other) = (other, one % other);
    }
    let name = quoted(name);
    match (times / one, by / one) {
        (times, 1) => format!("{times} * {name}"),
        (1, by) => format!("{name} / {by}"),
        (times, by) => format!("{times} * {name} / {by}"),
    }
}

/// Whether amounts may be sums of the days before each: from row to row they differ by far less than they are.
fn is_smooth(amounts: &[Atto]) -> bool {
    let steps = |pair: &[Atto]| pair[1].steps().abs_diff(pair[0].steps());
    let far: u128 = amounts.windows(2).map(steps).fold(0, u128::saturating_add);
    let all: u128 =
        amounts.iter().map(|one| one.steps().unsigned_abs()).fold(0, u128::saturating_add);
    amounts.len() < FEWEST || far.saturating_mul(SMOOTH.unsigned_abs()) < all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(header: &str) -> Option<HeaderLevel> {
        HeaderLevel::of(header, &["Date".to_owned()])
    }

    #[test]
    fn levels_are_known_by_their_headers() {
        for (header, wanted) in [
            ("Average daily credits", HeaderLevel::Average),
            ("7-day average", HeaderLevel::Average),
            ("Ø-Verbrauch (Durchschnitt)", HeaderLevel::Average),
            ("平均使用量", HeaderLevel::Average),
            ("Peak concurrent users", HeaderLevel::Peak),
            ("95th percentile (Mbps)", HeaderLevel::Peak),
            ("max_tokens", HeaderLevel::Peak),
            ("Credits (last 30 days)", HeaderLevel::Rolling),
            ("7-day tokens", HeaderLevel::Rolling),
            ("L30D usage", HeaderLevel::Rolling),
            ("Last30Days", HeaderLevel::Rolling),
            ("Trailing 12 months", HeaderLevel::Rolling),
            ("Letzte 30 Tage", HeaderLevel::Rolling),
            ("30 derniers jours", HeaderLevel::Rolling),
            ("过去30天用量", HeaderLevel::Rolling),
            ("Requests/s", HeaderLevel::Rate(1)),
            ("Bandwidth (Mbps)", HeaderLevel::Rate(1)),
            ("Throughput (MB/s)", HeaderLevel::Rate(1)),
            ("Tokens per minute", HeaderLevel::Rate(60)),
            ("Tokens pro Minute", HeaderLevel::Rate(60)),
            ("Credits per hour", HeaderLevel::Rate(3_600)),
            ("Credits/day", HeaderLevel::Rate(86_400)),
        ] {
            assert_eq!(level(header), Some(wanted), "{header}");
        }
        for header in [
            "Credits",
            "Tokens",
            "Daily credits",
            "Peak kWh",
            "Claude Max credits",
            "Credits per request",
            "lineItem/UsageAmount",
            "30-06-2026",
            "Media credits",
            "Meaning",
        ] {
            assert_eq!(level(header), None, "{header}");
        }
        assert_eq!(HeaderLevel::of("Peak minutes", &["Off-peak minutes".to_owned()]), None);
    }

    #[test]
    fn sums_of_the_days_before_differ_by_little_from_row_to_row() {
        let smooth = |amounts: &[i128]| {
            let amounts: Vec<Atto> = amounts.iter().map(|&one| Atto::from_steps(one)).collect();
            is_smooth(&amounts)
        };
        assert!(smooth(&[100, 120, 130, 110, 105]) && smooth(&[1, 9, 2]));
        assert!(!smooth(&[100, 20, 130, 10, 105]));
    }

    #[test]
    fn a_rate_is_taken_times_what_a_row_stands_for() {
        assert_eq!(over("rate", 300, 1), "300 * rate");
        assert_eq!(over("rate", 300, 3_600), "rate / 12");
        assert_eq!(over("a b", 2_700, 3_600), "3 * `a b` / 4");
    }
}
