//! What this cycle and the next ones come to, as a document.

use std::cmp::Ordering;
use std::io;

use crate::domain::{Instant, grouped};
use crate::forecast::FutureUsage;
use crate::inquiry::{
    CycleForecast, DateForecast, ForecastAnswer, ForeseenRange, PresentOutage, SHOWN_RANGES,
};
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
use super::rows::{CsvCell, CsvColumns};
use super::usage;
use super::words::{about, count, date, learned_from, share_of_runs, tested};

/// The place of the 80 % range among those that are shown.
const EIGHTY: usize = 1;
/// The columns of the limits of all ranges.
const LIMITS: [&str; 6] = [
    "50 of 100, from",
    "50 of 100, to",
    "80 of 100, from",
    "80 of 100, to",
    "95 of 100, from",
    "95 of 100, to",
];
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
    /// Whether rows of usage are assumed to be totals that flow until the next.
    pub flows: bool,
    /// The origin of the result.
    pub provenance: &'a Provenance,
}

impl ForecastReport<'_> {
    /// The document.
    pub fn document(&self) -> Document {
        let scenario = self.scenario;
        let mut blocks = vec![Block::Cards(self.cards())];
        let start = scenario.setup.horizon.from;
        let unknown = fit::unknown(self.future)
            .into_iter()
            .chain(self.late().or_else(|| fit::distant(self.future, start, scenario.zone)));
        blocks.extend(notes("What cannot be known", unknown.collect()));
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
        let is_end = self.date(self.answer.present) == self.date(evidence.end);
        Finding {
            headline: self.headline(),
            sentences: [
                Some(self.apart()),
                self.together(),
                self.seasons(),
                Some(tested(&self.answer.tested)),
            ]
            .into_iter()
            .flatten()
            .collect(),
            basis: format!(
                "from {}{} on · {} · learned from {} of history",
                self.date(self.answer.present),
                if is_end { ", where the history ends," } else { "" },
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
        let ahead = &cycle.ahead;
        let chance = match ahead.outage {
            none if none < HARDLY => match self.few(none) {
                one if one.starts_with("1 of") => format!("{one} has"),
                few => format!("{few} have"),
            },
            some => format!("{} have", self.futures(some)),
        };
        let outage = match self.has_run_out() {
            true => String::new(),
            false => format!("; {chance} an outage before then"),
        };
        let (still, spent) = match cycle.has_begun {
            true => (" still to come", self.spent(cycle)),
            false => ("", String::new()),
        };
        format!(
            "{}; in the middle future {}{} and {}{}{still} up to {}{spent}{outage}.",
            self.run_out(),
            recharges(ahead.recharges.median),
            in_brackets(ahead.recharges, |value| grouped(&format!("{value:.0}"))),
            self.money(ahead.spend.median),
            in_brackets(ahead.spend, |value| self.money(value)),
            self.date(cycle.window.to),
        )
    }

    /// `, after $19.00 since 1 April 2026`: what is spent already of a cycle that has begun.
    fn spent(&self, cycle: &CycleForecast) -> String {
        match self.money(cycle.ahead.spent) {
            nothing if nothing == self.money(0.0) => String::new(),
            spent => format!(", after {spent} spent since {}", self.date(cycle.window.from)),
        }
    }

    /// Whether the account is without service at the present in every future.
    fn has_run_out(&self) -> bool {
        self.answer.out_now.is_some_and(|outage| outage.share >= 1.0)
    }

    /// When the account runs out, or when it did.
    fn run_out(&self) -> String {
        let Some(PresentOutage { share, since }) = self.answer.out_now else {
            return self.runs_out(&self.answer.run_out);
        };
        if share < HARDLY {
            return self.runs_out(&self.answer.run_out);
        }
        if share < 1.0 {
            return format!(
                "Has run out already in {}, and will have by {} in {}",
                self.futures(share),
                self.date(self.scenario.setup.horizon.to),
                self.futures(self.answer.run_out.chance),
            );
        }
        let [first, last] = since.map(|at| self.date(at));
        let day = |at: Instant| self.scenario.zone.local(at).format("%A").to_string();
        match first == last {
            true => format!("Ran out on {} {first} and has been down since then", day(since[0])),
            false => format!(
                "Ran out between {first} and {last}, by the luck of payments, and has been down since then"
            ),
        }
    }

    /// `Runs out on Thursday 12 March 2026 (9 to 18 March in 8 of 10 futures)`.
    fn runs_out(&self, date: &DateForecast) -> String {
        let end = self.date(self.scenario.setup.horizon.to);
        let shown = |at: Option<Instant>| at.map_or(format!("after {end}"), |at| self.date(at));
        match date.median {
            _ if date.chance < HARDLY => {
                format!("Runs out before {end} in {}", self.few(date.chance))
            }
            None => format!("Runs out before {end} in {}", self.futures(date.chance)),
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
        let half = 1.96 * spend.error;
        let luck = match self.scenario.luck.fail_probability.to_f64() > 0.0 {
            true => " and from the luck of payments",
            false => "",
        };
        let mean = self.money(spend.mean);
        let range = between(spend, |value| self.money(value));
        if half == 0.0 && range == mean {
            return format!("Spend in that cycle is {mean} in every future.");
        }
        let error = match self.money(half) {
            nothing if nothing == self.money(0.0) => String::new(),
            half => format!(" ± {half} from the number of futures"),
        };
        let all = match cycle.ahead.spent > 0.0 {
            true => " as a whole, with what is spent already,",
            false => "",
        };
        format!(
            "Mean spend in that cycle{all} is {mean}{error}; {range} in 8 of 10 futures from not knowing usage{luck}."
        )
    }

    /// What all cycles come to together, where there are several.
    fn together(&self) -> Option<String> {
        let (total, unit) = (self.answer.total, &self.scenario.unit);
        let cycles = self.answer.cycles.len();
        (cycles > 1).then(|| {
            format!(
                "All {} together, from {} to {}, ask for {} {unit}{} and spend {}{}.",
                count(cycles as u64, "cycle"),
                self.date(total.window.from),
                self.date(total.window.to),
                rounded_credits(total.usage.median),
                in_brackets(total.usage, rounded_credits),
                self.money(total.spend.median),
                in_brackets(total.spend, |value| self.money(value)),
            )
        })
    }

    /// That seasons of the year are not known, and what the same dates a year before came to.
    pub fn seasons(&self) -> Option<String> {
        let total = self.answer.total;
        fit::seasons(self.future, total.window, total.usage.median, &self.scenario.unit)
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
                if self.has_run_out() { "Ran out" } else { "Runs out" },
                Cell::text(self.run_out_in_short()),
                self.run_out() + ".",
                answer.run_out.chance >= 0.1,
            ),
            card(
                "Next recharge",
                Cell::text(recharge),
                format!("Charged within the horizon in {}.", self.futures(answer.recharge.chance)),
                false,
            ),
        ];
        if let Some(cycle) = answer.cycles.first() {
            let money = |value| self.money(value);
            let ahead = between(cycle.ahead.spend, money);
            let meaning = match (cycle.has_begun, cycle.ahead.spent) {
                (true, spent) => format!(
                    "{ahead} in 8 of 10 futures; {} of this cycle is spent already.",
                    self.money(spent)
                ),
                (false, _) => format!("{ahead} in 8 of 10 futures."),
            };
            let name =
                if cycle.has_begun { "Spend to come in this cycle" } else { "Spend in this cycle" };
            cards.push(card(
                name,
                Cell::mean(CellKind::Money, cycle.ahead.spend.median),
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
        match (date.median, self.answer.out_now) {
            (_, Some(out)) if out.share >= 1.0 => {
                span(self.date(out.since[0]), self.date(out.since[1]))
            }
            (_, Some(out)) if out.share >= HARDLY => {
                format!("already in {}", self.futures(out.share))
            }
            (median, _) => self.date_in_short(date, median),
        }
    }

    fn date_in_short(&self, date: &DateForecast, median: Option<Instant>) -> String {
        match median {
            Some(at) => self.date(at),
            None if date.chance < HARDLY => "not foreseen".to_owned(),
            None => self.futures(date.chance),
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
        self.run_out()
    }

    /// Every figure of every cycle: with the 80 % range, or with all ranges.
    fn table(&self, is_full: bool) -> Table {
        let mut columns = vec![
            Column::new("cycle", CellKind::Text),
            Column::new("figure", CellKind::Text),
            Column::new("median", CellKind::Figure),
        ];
        match is_full {
            false => columns.push(Column::new("8 of 10 futures", CellKind::Text)),
            true => columns.extend(LIMITS.map(|name| Column::new(name, CellKind::Figure))),
        }
        let all = (self.answer.cycles.len() > 1).then(|| self.total_rows(is_full));
        let cycles = self.answer.cycles.iter().flat_map(|cycle| self.rows(cycle, is_full));
        let rows = cycles.chain(all.into_iter().flatten());
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
        let figures = [
            ("usage", cycle.usage),
            ("spend", cycle.spend),
            ("recharges", cycle.recharges),
            ("refused", cycle.refused),
            ("balance at its end", cycle.balance),
        ];
        let outage = match is_full {
            false if cycle.had_outage => Cell::text("it has had one"),
            false => Cell::text(self.share(cycle.outage)),
            true => Cell::Share(cycle.outage),
        };
        self.figure_rows(name, &figures, outage, is_full)
    }

    /// The figures of all cycles together.
    fn total_rows(&self, is_full: bool) -> Vec<Vec<Cell>> {
        let total = self.answer.total;
        let figures = [
            ("usage", total.usage),
            ("spend", total.spend),
            ("recharges", total.recharges),
            ("refused", total.refused),
        ];
        let outage = match is_full {
            false => Cell::text(self.share(total.outage)),
            true => Cell::Share(total.outage),
        };
        self.figure_rows("all together".to_owned(), &figures, outage, is_full)
    }

    fn figure_rows(
        &self,
        name: String,
        figures: &[(&str, ForeseenRange)],
        outage: Cell,
        is_full: bool,
    ) -> Vec<Vec<Cell>> {
        let shown = |figure: &str, value: f64| match figure {
            "spend" => self.money(value),
            "recharges" => grouped(&format!("{value:.0}")),
            _ => rounded_credits(value),
        };
        let row = |&(figure, range): &(&str, ForeseenRange)| {
            let kind = if figure == "spend" { CellKind::Money } else { CellKind::Credits };
            let [low, high] = range.ranges[EIGHTY].map(|value| shown(figure, value));
            let limits: Vec<Cell> = match is_full {
                false => vec![Cell::text(span(low, high))],
                true => {
                    let limits = range.ranges.as_flattened().iter();
                    limits.map(|&limit| Cell::mean(kind, limit)).collect()
                }
            };
            let cells = [Cell::Empty, Cell::text(figure), Cell::mean(kind, range.median)];
            cells.into_iter().chain(limits).collect::<Vec<Cell>>()
        };
        let mut rows: Vec<Vec<Cell>> = figures.iter().map(row).collect();
        let mut last = vec![Cell::Empty, Cell::text("chance of an outage"), outage];
        last.resize(rows[0].len(), Cell::Empty);
        rows.push(last);
        rows[0][0] = Cell::text(name);
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
        let flows = self.flows.then(|| usage::FLOWS.to_owned());
        std::iter::once(self.beginning())
            .chain(learned)
            .chain(self.stated())
            .chain(changed)
            .chain(flows)
            .collect()
    }

    /// That the account begins long before its history, which it lives through as it was.
    fn late(&self) -> Option<String> {
        let (start, rows) = (self.scenario.setup.horizon.from, self.future.evidence().rows);
        let early = rows.from.since(start);
        (early > fit::FAR).then(|| {
            format!(
                "The history begins on {}, {} after the account does: until then it is taken to ask for nothing.",
                self.date(rows.from),
                about(early)
            )
        })
    }

    /// That what a person states of usage to come takes the place of what is learned, but in no backtest.
    fn stated(&self) -> Option<String> {
        let keys = self.scenario.model.as_ref()?;
        let named = [
            ("level", keys.level.is_some()),
            ("growth", keys.growth.is_some()),
            ("drift", keys.drift.is_some()),
            ("noise", keys.noise.is_some()),
            ("quiet weeks", keys.quiet.is_some()),
        ];
        let stated: Vec<&str> =
            named.into_iter().filter_map(|(name, is_stated)| is_stated.then_some(name)).collect();
        (!stated.is_empty()).then(|| {
            format!(
                "As stated in `[usage.model]`, not learned: {}. Backtests are of what is learned without it.",
                stated.join(", ")
            )
        })
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

    /// A share of futures that is known by few of them: `none of 2,000 futures`, `3 of 2,000 futures`.
    fn few(&self, share: f64) -> String {
        let all = count(self.answer.futures as u64, "future");
        match libm::round(share * self.answer.futures as f64) as u64 {
            0 => format!("none of {all}"),
            some => format!("{some} of {all}"),
        }
    }

    /// A share of futures; of all with their number and what so many show: `all 200 (over 98.50%)`.
    fn share(&self, share: f64) -> String {
        let told = share_of_runs(share, self.answer.futures);
        if share >= 1.0 { format!("all {} ({told})", self.all()) } else { told }
    }

    /// The same with the noun: `12% of futures`, `all 200 futures (over 98.50%)`.
    fn futures(&self, share: f64) -> String {
        let told = share_of_runs(share, self.answer.futures);
        match share >= 1.0 {
            true => format!("all {} futures ({told})", self.all()),
            false => format!("{told} of futures"),
        }
    }

    /// The number of futures.
    fn all(&self) -> String {
        grouped(&self.answer.futures.to_string())
    }

    fn date(&self, at: Instant) -> String {
        date(self.scenario.zone, at)
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

/// The same after the median, ` (0 to 5)`; nothing where both limits are the median itself.
fn in_brackets(range: ForeseenRange, shown: impl Fn(f64) -> String) -> String {
    let median = shown(range.median);
    match between(range, shown) {
        same if same == median => String::new(),
        between => format!(" ({between})"),
    }
}

fn span(low: String, high: String) -> String {
    if low == high { low } else { format!("{low} to {high}") }
}

impl ForecastReport<'_> {
    /// A row for each figure of each cycle: its median and the limits of the ranges that are shown.
    pub fn csv(&self) -> io::Result<String> {
        type Row<'r> = (&'r CycleForecast, &'static str, ForeseenRange);
        let figures = |cycle: &CycleForecast| {
            [
                ("usage", cycle.usage),
                ("spend", cycle.spend),
                ("recharges", cycle.recharges),
                ("refused", cycle.refused),
                ("balance", cycle.balance),
            ]
        };
        let cycles = self.answer.cycles.iter();
        let rows =
            cycles.flat_map(|cycle| figures(cycle).map(|(name, range)| (cycle, name, range)));
        let instant = |at: Instant| CsvCell::word(self.scenario.zone.show_local(at));
        let mut columns = CsvColumns::<Row<'_>>::default()
            .column("from", move |row| instant(row.0.window.from))
            .column("to", move |row| instant(row.0.window.to))
            .column("figure", |row| CsvCell::word(row.1))
            .column("median", |row| CsvCell::number(row.2.median));
        for (place, share) in SHOWN_RANGES.into_iter().enumerate() {
            let share = libm::round(share * 100.0);
            columns = columns
                .column(format!("range_{share}_low"), move |row| {
                    CsvCell::number(row.2.ranges[place][0])
                })
                .column(format!("range_{share}_high"), move |row| {
                    CsvCell::number(row.2.ranges[place][1])
                });
        }
        let mut out = Vec::new();
        columns.write(rows, &mut out)?;
        Ok(String::from_utf8_lossy(&out).into_owned())
    }
}

impl Report for ForecastReport<'_> {
    fn document(&self) -> Document {
        self.document()
    }
}
