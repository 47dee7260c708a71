//! What this cycle and the next ones come to, as a document.

use std::cmp::Ordering;

use crate::domain::{Instant, grouped};
use crate::forecast::FutureUsage;
use crate::inquiry::{CycleForecast, DateForecast, ForecastAnswer, ForeseenRange};
use crate::scenario::Scenario;

use super::Report;
#[cfg(feature = "html")]
use super::charts;
use super::document::notation::{rounded_amount, rounded_credits};
use super::document::{
    Block, Cell, CellKind, Column, Document, DocumentSource, FigureCard, Finding, Media, Notation,
    Table, assumptions, notes,
};
use super::fit;
use super::provenance::Provenance;
use super::words::{count, learned_from};

/// The place of the 80 % range among those that are shown.
const EIGHTY: usize = 1;
/// Futures below which a chance is told as none.
const HARDLY: f64 = 0.005;

/// The material of the document.
#[derive(Clone, Copy, Debug)]
pub struct ForecastReport<'a> {
    /// The rules and the account.
    pub scenario: &'a Scenario,
    /// What is learned from the history.
    pub future: &'a FutureUsage,
    /// The answer.
    pub answer: &'a ForecastAnswer,
    /// The origin of the result.
    pub provenance: &'a Provenance,
}

impl ForecastReport<'_> {
    /// The document.
    pub fn document(&self) -> Document {
        let scenario = self.scenario;
        let mut blocks = vec![Block::Cards(self.cards())];
        blocks.extend(notes("What cannot be known", fit::unknown(self.future)));
        blocks.extend(self.charts());
        blocks.push(Block::Table(self.table(false)));
        blocks.push(Block::Table(self.table(true)));
        blocks.extend(notes("What it rests on", self.basis()));
        blocks.extend(assumptions(&[scenario]));
        Document {
            title: format!("{}: forecast", scenario.name),
            question: scenario.question.clone(),
            finding: self.finding(),
            blocks,
            source: DocumentSource::of(&[scenario], self.provenance),
            notation: Notation { currency: scenario.currency, zone: scenario.zone },
        }
    }

    fn finding(&self) -> Finding {
        let evidence = self.future.evidence();
        Finding {
            headline: self.headline(),
            sentences: vec![self.apart()].into_iter().chain(self.tested()).collect(),
            basis: format!(
                "from {} on · {} · learned from {} of history",
                self.date(self.answer.present),
                count(self.answer.futures as u64, "future"),
                learned_from(evidence)
            ),
        }
    }

    /// When the account runs out, and what the first cycle comes to.
    pub fn headline(&self) -> String {
        let answer = self.answer;
        let Some(cycle) = answer.cycles.first() else {
            return "No cycle is ahead.".to_owned();
        };
        let chance = match cycle.outage {
            none if none < HARDLY => "hardly any chance".to_owned(),
            some => format!("{} chance", self.share(some)),
        };
        format!(
            "{}; {} ({}) and {} ({}) up to {}; {chance} of an outage before then.",
            self.run_out(&answer.run_out),
            recharges(cycle.recharges.median),
            between(cycle.recharges, |value| grouped(&format!("{value:.0}"))),
            self.money(cycle.spend.median),
            between(cycle.spend, |value| self.money(value)),
            self.date(cycle.window.to),
        )
    }

    /// `Runs out on Thursday 12 March 2026 (9 to 18 March in 8 of 10 futures)`.
    fn run_out(&self, date: &DateForecast) -> String {
        let end = self.date(self.scenario.setup.horizon.to);
        let shown = |at: Option<Instant>| at.map_or(format!("after {end}"), |at| self.date(at));
        match date.median {
            _ if date.chance < HARDLY => format!("Does not run out before {end}"),
            None => format!("Runs out before {end} in {} of futures", self.share(date.chance)),
            Some(at) => {
                let [low, high] = date.ranges[EIGHTY];
                let day = self.scenario.zone.local(at).format("%A");
                format!(
                    "Runs out on {day} {} ({} to {} in 8 of 10 futures)",
                    self.date(at),
                    shown(low),
                    shown(high)
                )
            }
        }
    }

    /// The two kinds of uncertainty, apart.
    fn apart(&self) -> String {
        let Some(cycle) = self.answer.cycles.first() else { return String::new() };
        let spend = cycle.spend;
        // The standard error of a mean of independent futures, by the range that holds half of a normal law.
        let spread = (spend.ranges[EIGHTY][1] - spend.ranges[EIGHTY][0]) / 2.563;
        let half = 1.96 * spread / libm::sqrt(self.answer.futures as f64);
        format!(
            "Mean spend in that cycle is {} ± {} from the number of futures; {} in 8 of 10 futures from not \
             knowing usage.",
            self.money(spend.mean),
            self.money(half),
            between(spend, |value| self.money(value)),
        )
    }

    /// How the method did inside this history.
    fn tested(&self) -> Option<String> {
        let test = self.answer.tested.as_ref()?;
        Some(format!(
            "In {} of this history, each of one week's usage, this method's 80 % range held {}.",
            count(test.score.of.len() as u64, "backtest"),
            test.held.held
        ))
    }

    fn cards(&self) -> Vec<FigureCard> {
        let answer = self.answer;
        let card = |name: &str, value: Cell, meaning: String, alarm: bool| FigureCard {
            name: name.to_owned(),
            value,
            meaning,
            alarm,
        };
        let recharge = match answer.recharge.median {
            Some(at) => self.date(at),
            None => "not in most futures".to_owned(),
        };
        let mut cards = vec![
            card(
                "Runs out",
                Cell::text(self.run_out_in_short()),
                self.run_out(&answer.run_out) + ".",
                answer.run_out.chance >= 0.1,
            ),
            card(
                "Next recharge",
                Cell::text(recharge),
                format!(
                    "Charged within the horizon in {} of futures.",
                    self.share(answer.recharge.chance)
                ),
                false,
            ),
        ];
        if let Some(cycle) = answer.cycles.first() {
            let money = |value| self.money(value);
            let meaning = format!("{} in 8 of 10 futures.", between(cycle.spend, money));
            cards.push(card(
                "Spend in this cycle",
                Cell::mean(CellKind::Money, cycle.spend.median),
                meaning,
                false,
            ));
            let meaning = format!("{} in 8 of 10 futures.", between(cycle.usage, rounded_credits));
            cards.push(card(
                "Usage in this cycle",
                Cell::mean(CellKind::Credits, cycle.usage.median),
                meaning,
                false,
            ));
        }
        cards
    }

    fn run_out_in_short(&self) -> String {
        let date = &self.answer.run_out;
        match date.median {
            Some(at) => self.date(at),
            None if date.chance < HARDLY => "not foreseen".to_owned(),
            None => format!("{} of futures", self.share(date.chance)),
        }
    }

    #[cfg(feature = "html")]
    fn charts(&self) -> Option<Block> {
        Some(Block::Charts(vec![charts::of_forecast(self)]))
    }

    #[cfg(not(feature = "html"))]
    fn charts(&self) -> Option<Block> {
        None
    }

    /// What the picture shows.
    #[cfg(feature = "html")]
    pub fn picture_title(&self) -> String {
        self.run_out(&self.answer.run_out)
    }

    /// Every figure of every cycle: with the 80 % range, or with all ranges.
    fn table(&self, is_full: bool) -> Table {
        let mut columns = vec![
            Column::new("cycle", CellKind::Text),
            Column::new("figure", CellKind::Text),
            Column::new("median", CellKind::Figure),
        ];
        let ranges: &[&str] =
            if is_full { &["50 of 100", "80 of 100", "95 of 100"] } else { &["8 of 10 futures"] };
        columns.extend(ranges.iter().map(|name| Column::new(*name, CellKind::Text)));
        let rows = self.answer.cycles.iter().flat_map(|cycle| self.rows(cycle, is_full));
        let (name, media) =
            if is_full { ("cycles", Media::NotText) } else { ("forecast", Media::Text) };
        Table {
            rows: rows.collect(),
            media,
            most_in_text: usize::MAX,
            caption: Some(
                "Ranges are over futures: what is not known of usage is in them.".to_owned(),
            ),
            ..Table::new(name, "Cycle by cycle", columns)
        }
    }

    fn rows(&self, cycle: &CycleForecast, is_full: bool) -> Vec<Vec<Cell>> {
        let begun = if cycle.has_begun { ", begun" } else { "" };
        let name =
            format!("{} to {}{begun}", self.date(cycle.window.from), self.date(cycle.window.to));
        let money = |value: f64| self.money(value);
        let plain = |value: f64| grouped(&format!("{value:.0}"));
        let row = |figure: &str, range: ForeseenRange, shown: &dyn Fn(f64) -> String| {
            let ranges: Vec<[f64; 2]> =
                if is_full { range.ranges.to_vec() } else { vec![range.ranges[EIGHTY]] };
            let limits =
                ranges.iter().map(|[low, high]| Cell::text(span(shown(*low), shown(*high))));
            let cells = [Cell::Empty, Cell::text(figure), Cell::text(shown(range.median))];
            cells.into_iter().chain(limits).collect::<Vec<Cell>>()
        };
        let mut rows = vec![
            row("usage", cycle.usage, &rounded_credits),
            row("spend", cycle.spend, &money),
            row("recharges", cycle.recharges, &plain),
            row("refused", cycle.refused, &rounded_credits),
            row("balance at its end", cycle.balance, &rounded_credits),
        ];
        rows[0][0] = Cell::text(name);
        let mut outage = vec![
            Cell::Empty,
            Cell::text("chance of an outage"),
            Cell::text(self.share(cycle.outage)),
        ];
        outage.resize(rows[0].len(), Cell::Empty);
        rows.push(outage);
        rows
    }

    fn basis(&self) -> Vec<String> {
        let changes = &self.scenario.changes;
        let changed = (!changes.is_none()).then(|| {
            format!(
                "From {} on usage is changed: {}.",
                self.date(self.answer.present),
                changes.words()
            )
        });
        let learned = fit::sentences(self.future, &self.scenario.unit);
        std::iter::once(self.beginning()).chain(learned).chain(changed).collect()
    }

    /// Where the account begins, and what is known of it.
    fn beginning(&self) -> String {
        let (start, end) = (self.scenario.setup.horizon.from, self.future.evidence().end);
        match start.cmp(&end) {
            Ordering::Less => format!(
                "Up to {} the account lives through its history as it was; the rules say what is left then.",
                self.date(end)
            ),
            Ordering::Equal => format!(
                "The account begins on {}, where the history ends, with what the scenario says it has at its start.",
                self.date(start)
            ),
            Ordering::Greater => format!(
                "The account begins on {}; the history ends on {}, and nothing is known of what was used between.",
                self.date(start),
                self.date(end)
            ),
        }
    }

    fn money(&self, value: f64) -> String {
        rounded_amount(self.scenario.currency, value)
    }

    fn share(&self, share: f64) -> String {
        format!("{:.0} %", share * 100.0)
    }

    fn date(&self, at: Instant) -> String {
        self.scenario.zone.local(at).format("%-d %B %Y").to_string()
    }
}

fn recharges(median: f64) -> String {
    count(libm::round(median) as u64, "recharge")
}

/// The 80 % range.
fn between(range: ForeseenRange, shown: impl Fn(f64) -> String) -> String {
    let [low, high] = range.ranges[EIGHTY];
    span(shown(low), shown(high))
}

fn span(low: String, high: String) -> String {
    if low == high { low } else { format!("{low} to {high}") }
}

impl Report for ForecastReport<'_> {
    fn document(&self) -> Document {
        self.document()
    }
}
