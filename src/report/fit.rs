//! What a history says of usage to come, in sentences and as a table of a scenario.

use crate::domain::text::{counted, counted_are};
use crate::domain::{Duration, Instant, Window, Zone, grouped};
use crate::forecast::{FutureUsage, Uncertain};
use crate::usage::Trend;

use super::Report;
use super::document::notation::rounded_credits;
use super::document::{
    Block, Cell, CellKind, Column, Document, DocumentSource, Finding, Notation, Table, notes,
};
use super::provenance::Provenance;
use super::words::{about, count, date, learned_from};

/// Weeks from which on a history says how far weeks move.
pub(super) const ENOUGH_WEEKS: usize = 8;
/// Growth in a week that is told as none.
const NO_GROWTH: f64 = 0.0005;
/// A time between a history and a horizon that is told.
pub const FAR: Duration = Duration::LONGEST_MONTH;
/// The shortest time for which it is told that seasons are not known.
const SEASON: Duration = Duration::from_millis(70 * Duration::DAY.millis());
/// From which part on the same dates a year before differ from what is foreseen.
const APART: f64 = 0.25;
/// The most odd weeks that are told one by one.
const LISTED: usize = 4;

/// The material of the document.
#[derive(Clone, Copy, Debug)]
pub struct FitReport<'a> {
    /// The file.
    pub file: &'a str,
    /// The `[usage]` table that reads it, in TOML.
    pub usage: &'a str,
    /// What is learned.
    pub future: &'a FutureUsage,
    /// The zone of days.
    pub zone: Zone,
    /// The currency of documents, of which this one shows no amount.
    pub currency: crate::domain::Currency,
    /// The origin of the result.
    pub provenance: &'a Provenance,
}

impl FitReport<'_> {
    /// The document.
    pub fn document(&self) -> Document {
        let mut blocks = vec![Block::Table(self.table())];
        blocks.extend(notes("What cannot be known", unknown(self.future)));
        blocks.push(Block::Listing { title: "As a scenario has it".to_owned(), text: self.toml() });
        let mut sentences = sentences(self.future, "credits").into_iter();
        Document {
            title: format!("{}: usage to come", self.file),
            question: None,
            finding: Finding {
                headline: sentences.next().unwrap_or_default(),
                sentences: sentences.collect(),
                basis: format!(
                    "learned from {} of history, with its days in {}",
                    learned_from(self.future.evidence()),
                    self.zone.name()
                ),
            },
            blocks,
            source: DocumentSource { provenance: self.provenance.clone(), scenarios: Vec::new() },
            notation: Notation { currency: self.currency, zone: self.zone },
        }
    }

    fn table(&self) -> Table {
        let outlook = self.future.outlook();
        let columns = ["", "10%", "50%", "90%"];
        let columns = columns.map(|name| Column::new(name, CellKind::Text)).to_vec();
        let row = |name: &str, of: Uncertain, shown: fn(f64) -> String| {
            let values = of.quantiles().map(|value| Cell::text(shown(value)));
            [Cell::text(name)].into_iter().chain(values).collect()
        };
        Table {
            rows: vec![
                row("credits a week at the end", outlook.level, amount),
                row("growth from week to week", outlook.growth, percent),
                row("drift from week to week", outlook.drift, percent),
                row("noise of weeks", outlook.noise, percent),
            ],
            caption: Some(
                "Each is below the first value with 10%, below the last with 90%: every run draws its own."
                    .to_owned(),
            ),
            ..Table::new("model", "What is learned", columns)
        }
    }

    /// The tables of a scenario that draw usage to come from this file.
    pub fn toml(&self) -> String {
        let outlook = self.future.outlook();
        let list = |of: Uncertain, digits: usize| {
            let shown = of.quantiles().map(|value| trimmed(value, digits));
            format!("[{}]", shown.join(", "))
        };
        let quiet = format!("\"{}%\"", trimmed(outlook.quiet * 100.0, 4));
        let keys = [
            ("level", list(outlook.level, 3), "credits a week: below with 10%, 50%, 90%"),
            (
                "growth_per_week",
                list(outlook.growth, 5),
                "0.01 is 1% a week; fades by a tenth each week",
            ),
            ("drift", list(outlook.drift, 5), "how far the level moves from week to week"),
            ("noise", list(outlook.noise, 5), "how far weeks are from the level"),
            ("quiet_weeks", quiet, "weeks without usage"),
        ];
        let keys = keys.map(|(key, value, why)| (format!("{key} = {value}"), why));
        let wide = keys.iter().map(|(text, _)| text.len()).max().unwrap_or_default();
        let lines: Vec<String> =
            keys.iter().map(|(text, why)| format!("{text:wide$}  # {why}\n")).collect();
        format!("{}\n\n[usage.model]\n{}", self.usage.trim_end(), lines.concat())
    }
}

/// A number without zeros at its end: to so many digits, and of a small one to the four that matter, so that what is
/// written can be read again.
fn trimmed(value: f64, digits: usize) -> String {
    const MATTER: f64 = 3.0;
    const MOST: f64 = 15.0;
    let small = match value.abs() {
        none if none <= 0.0 => 0.0,
        some => (MATTER - libm::floor(libm::log10(some))).clamp(0.0, MOST),
    };
    let digits = if value.abs() < 1.0 { digits.max(small as usize) } else { digits };
    let text = format!("{value:.digits$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A share with one decimal, or two where it would be told as all or as none.
fn percent(share: f64) -> String {
    let shown = format!("{:.1}%", share * 100.0);
    let is_rounded = matches!(shown.as_str(), "100.0%" if share < 1.0)
        || matches!(shown.as_str(), "0.0%" | "-0.0%" if share != 0.0);
    if is_rounded { format!("{:.2}%", share * 100.0) } else { shown }
}

/// A number of credits, with the two digits that matter of one below a tenth.
fn amount(credits: f64) -> String {
    match credits > 0.0 && credits < 0.1 {
        true => trimmed(credits, 0),
        false => rounded_credits(credits),
    }
}

/// What is learned of a history, a sentence each.
pub fn sentences(future: &FutureUsage, unit: &str) -> Vec<String> {
    let (outlook, evidence) = (future.outlook(), future.evidence());
    let [low, middle, high] = outlook.level.quantiles().map(amount);
    let silent = match evidence.silent_weeks() {
        0 => String::new(),
        1 => "The last week asked for nothing. ".to_owned(),
        weeks => format!("The last {} asked for nothing. ", counted(weeks, "week")),
    };
    let with = if outlook.quiet > 0.0 { " with usage" } else { "" };
    let mut lines = vec![format!(
        "{silent}A week{with} asks for some {middle} {unit} at the end of the history ({low} to {high} with 80%)."
    )];
    let [least, growth, most] = outlook.growth.quantiles();
    lines.push(match (growth.abs() < NO_GROWTH, future.trend()) {
        (true, Some(Trend { slope, median })) => format!(
            "Over the whole history weeks asked for {} {unit} {} each than the one before ({} of the middle week). Futures go \
             on with the growth of the latest weeks, which need not be that of the whole: it cannot be told from the level's \
             moving about, so the middle future has none, and with 80% it is from {} to {} a week, which fades.",
            amount(slope.abs()),
            if slope > 0.0 { "more" } else { "fewer" },
            percent(slope.abs() / median.max(f64::MIN_POSITIVE)),
            percent(least),
            percent(most)
        ),
        (true, None) => "The history shows no growth that could be told from noise.".to_owned(),
        (false, _) => format!(
            "Usage {} by {} a week at the end (growth of {} to {}), which fades.",
            if growth > 0.0 { "grows" } else { "falls" },
            percent(growth.abs()),
            percent(least),
            percent(most)
        ),
    });
    for odd in evidence.odd.iter().take(LISTED) {
        lines.push(format!(
            "The week of {} asks for {} times what its neighbours do: it says nothing of the level, and may \
             come again.",
            date(evidence.zone(), odd.from),
            grouped(&format!("{:.1}", odd.times))
        ));
    }
    if outlook.quiet > 0.0 {
        let weeks = if evidence.silent_weeks() > 0 { "weeks to come" } else { "weeks" };
        lines.push(format!("{} of {weeks} have no usage at all.", percent(outlook.quiet)));
    }
    lines
}

/// What a history leaves open, a sentence each.
pub fn unknown(future: &FutureUsage) -> Vec<String> {
    let evidence = future.evidence();
    let mut lines = Vec::new();
    match (evidence.known_weeks(), evidence.whole_days()) {
        (0, 0) => lines.push(
            "Less than a whole day is known: what was seen is repeated around the clock, and how nights, weekdays \
             and weeks differ cannot be known."
                .to_owned(),
        ),
        (0, days) => lines.push(format!(
            "Only {} known: how weekdays and weeks differ cannot be known.",
            counted_are(days, "day")
        )),
        (1, _) => lines.push(
            "One week is known: how weeks differ from each other cannot be known, and is guessed from other histories."
                .to_owned(),
        ),
        (few, _) if few < ENOUGH_WEEKS => lines.push(format!(
            "{} known: growth and how far the level moves can hardly be told, and ranges are wide.",
            counted_are(few, "week")
        )),
        _ => {}
    }
    let unknown = evidence.unknown_days();
    if unknown > 0 {
        lines.push(format!(
            "{} without a row, or in a known outage: what they would have asked for is taken from the others, not \
             as none.",
            count(unknown as u64, "day")
        ));
    }
    lines
}

/// That futures know no seasons of the year, where so long a time is foreseen that they matter, or the same dates a year
/// before were far from it; with what those came to where the history has them. `middle` is what the middle future asks for.
pub fn seasons(future: &FutureUsage, window: Window, middle: f64, unit: &str) -> Option<String> {
    let evidence = future.evidence();
    let before = evidence.year_before(window);
    let is_apart = before.is_some_and(|(_, asked)| (middle - asked).abs() > APART * asked);
    if !is_apart && window.to.since(window.from) < SEASON {
        return None;
    }
    let compared = before.map_or(String::new(), |(before, asked)| {
        let zone = evidence.zone();
        format!(
            " The same dates a year before, from {} to {}, asked for {} {unit}; the middle future asks for {}.",
            date(zone, before.from),
            date(zone, before.to),
            amount(asked),
            amount(middle)
        )
    });
    Some(unknown_seasons(future) + &compared)
}

/// The same of futures on the dates of the history itself, which asked for so much.
pub fn seasons_of_history(
    future: &FutureUsage,
    window: Window,
    [asked, middle]: [f64; 2],
    unit: &str,
) -> Option<String> {
    let is_apart = (middle - asked).abs() > APART * asked;
    if !is_apart && window.to.since(window.from) < SEASON {
        return None;
    }
    let unknown = unknown_seasons(future);
    let [asked, middle] = [asked, middle].map(amount);
    Some(format!(
        "{unknown} On those dates the file asks for {asked} {unit}; the middle future asks for {middle}."
    ))
}

fn unknown_seasons(future: &FutureUsage) -> String {
    let known = match future.evidence().known_weeks() {
        0 => "no whole week".to_owned(),
        weeks => counted(grouped(&weeks.to_string()), "week"),
    };
    format!(
        "Seasons of the year cannot be known from {known} of history: futures go on from the latest weeks, whatever the season."
    )
}

/// That the history and the time that is foreseen are far from each other, and what is made of that.
pub fn distant(future: &FutureUsage, start: Instant, zone: Zone) -> Option<String> {
    let evidence = future.evidence();
    let (early, late) = (evidence.rows.from.since(start), start.since(evidence.end));
    if late > FAR {
        let made = match evidence.is_long_before(start) {
            true => {
                "; usage is drawn as if the horizon came right after the history (another is chosen with `--start` and \
                 `--end`, or where there is `--horizon` with `file` or `next 3 months`)"
            }
            false => "",
        };
        return Some(format!(
            "The history ends on {}, {} before the horizon begins: whether usage is still alike cannot be known{made}.",
            date(zone, evidence.end),
            about(late)
        ));
    }
    (early > FAR).then(|| {
        format!(
            "The history begins on {}, {} after the horizon does: nothing is known of usage then, and it is drawn as if \
             the horizon came right after the history.",
            date(zone, evidence.rows.from),
            about(early)
        )
    })
}

impl Report for FitReport<'_> {
    fn document(&self) -> Document {
        self.document()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_and_shares_near_an_end_are_told_as_what_they_are() {
        assert_eq!(trimmed(0.000_006_912_3, 3), "0.000006912");
        assert_eq!(trimmed(699.123_4, 3), "699.123");
        assert_eq!(trimmed(0.0, 3), "0");
        assert_eq!(trimmed(99.968_09, 4), "99.9681");
        assert_eq!(
            [0.999_68, 1.0, 0.0, 0.000_2].map(percent),
            ["99.97%", "100.0%", "0.0%", "0.02%"]
        );
        assert_eq!([0.000_007, 3.0, 4_972.3].map(amount), ["0.000007", "3", "4,972"]);
    }
}
