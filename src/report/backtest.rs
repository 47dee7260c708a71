//! How forecasts from inside a history came out, as a document.

use crate::forecast::ForecastScore;
use crate::inquiry::{BacktestAnswer, BacktestOrigin, FORECAST_FIGURES};
use crate::scenario::Scenario;

use super::Report;
#[cfg(feature = "html")]
use super::charts;
use super::document::notation::{rounded_amount, rounded_credits};
use super::document::{
    Block, Cell, CellKind, Column, Document, DocumentSource, Finding, Notation, Table, assumptions,
    notes,
};
use super::provenance::Provenance;
use super::study::unfit;
use super::usage;
use super::words::count;

/// The place of 80 % among the ranges that are scored.
const EIGHTY: usize = 1;
/// Names of the figures that are forecast.
pub(super) const NAMES: [&str; FORECAST_FIGURES.len()] = ["usage", "spend", "recharges", "refused"];
/// From which ratio on none is told.
const BEYOND: f64 = 1e6;
/// Bins of stated probabilities.
const BINS: usize = 5;

/// The material of the document.
#[derive(Clone, Copy, Debug)]
pub struct BacktestReport<'a> {
    /// The rules and the account.
    pub scenario: &'a Scenario,
    /// The answer.
    pub answer: &'a BacktestAnswer,
    /// Whether rows of usage are assumed to be totals that flow until the next.
    pub flows: bool,
    /// The origin of the result.
    pub provenance: &'a Provenance,
}

/// Choices that were stated to be best with about one probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct StatedBin {
    /// The mean of the probabilities.
    pub stated: f64,
    /// The share of choices that were.
    pub were: f64,
    /// Number of choices.
    pub choices: usize,
}

/// What the advice cost more than the best in hindsight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Regret {
    /// Of the advice, in the mean.
    pub advice: f64,
    /// Of today's settings, in the mean.
    pub keeping: f64,
    /// Origins at which the advice was within what is worth a change of the best.
    pub near: usize,
}

impl BacktestReport<'_> {
    /// The document.
    pub fn document(&self) -> Document {
        let scenario = self.scenario;
        let mut blocks = Vec::new();
        blocks.extend(self.charts());
        blocks.extend(notes("Attention", unfit(&self.answer.unfit)));
        blocks.push(Block::Table(self.coverage()));
        blocks.push(Block::Table(self.origins()));
        if self.answer.candidates.len() > 1 {
            blocks.push(Block::Table(self.calibration()));
        }
        let assumed = self.flows.then(|| usage::FLOWS.to_owned());
        blocks.extend(notes("What it rests on", assumed.into_iter().collect()));
        blocks.extend(assumptions(&[scenario]));
        Document {
            title: format!("{}: backtest", scenario.name),
            question: scenario.question.clone(),
            finding: self.finding(),
            blocks,
            source: DocumentSource::of(&[scenario], self.provenance),
            notation: Notation { currency: scenario.currency, zone: scenario.zone },
        }
    }

    fn finding(&self) -> Finding {
        let answer = self.answer;
        let spend = answer.score(1);
        Finding {
            headline: self.headline(),
            sentences: [
                Some(format!(
                    "Its 80% range of spend held {} of {}.",
                    held(&spend),
                    spend.of.len()
                )),
                self.beside_naive(),
                self.advice(),
            ]
            .into_iter()
            .flatten()
            .collect(),
            basis: format!(
                "{} · {} held out after each · the account begins anew at each",
                count(answer.origins.len() as u64, "origin"),
                count(answer.weeks as u64, "week")
            ),
        }
    }

    /// What the method's range held.
    pub fn headline(&self) -> String {
        let usage = self.answer.score(0);
        format!(
            "In {} of this history this method's 80% range of usage held {}.",
            count(usage.of.len() as u64, "backtest"),
            held(&usage)
        )
    }

    /// What the picture shows.
    #[cfg(feature = "html")]
    pub fn picture_title(&self) -> String {
        self.headline()
    }

    /// One origin under the pointer.
    #[cfg(feature = "html")]
    pub fn origin_in_words(&self, place: usize, figure: usize) -> String {
        let origin = &self.answer.origins[place];
        let score = origin.scores[figure];
        let [low, high] = score.ranges[EIGHTY].map(|value| self.shown(figure, value));
        format!(
            "From {}: {low} to {high} with 80%, {} came",
            self.date(origin),
            self.shown(figure, score.happened)
        )
    }

    fn beside_naive(&self) -> Option<String> {
        let (score, naive) = (self.answer.score(0), self.error(0, |origin| &origin.naive)?);
        let ratio = score.crps()? / naive;
        let of_medians = self.scaled_error(0).map_or(String::new(), |error| {
            format!("; that of its medians alone is {} that of repeating them", times(error))
        });
        Some(format!(
            "Its error of usage, by the ranked probability score, is {} that of repeating the last weeks{of_medians}.",
            times(ratio)
        ))
    }

    fn advice(&self) -> Option<String> {
        let regret = self.regret()?;
        let money = |value| rounded_amount(self.scenario.currency, value);
        Some(format!(
            "Its advice cost {} more than the best in hindsight in the mean, and keeping today's settings {}; it was \
             within what is worth a change of the best {} of {} times.",
            money(regret.advice),
            money(regret.keeping),
            regret.near,
            self.answer.origins.len()
        ))
    }

    /// What the advice cost more than the best; `None` where there is nothing to choose.
    pub(super) fn regret(&self) -> Option<Regret> {
        let answer = self.answer;
        if answer.candidates.len() < 2 {
            return None;
        }
        let n = answer.origins.len() as f64;
        let advised = |origin: &BacktestOrigin| origin.advised(answer.materiality);
        let advice = answer.origins.iter().map(|origin| origin.regret(advised(origin)));
        let keeping = answer.origins.iter().map(|origin| origin.regret(0));
        let near = |origin: &&BacktestOrigin| origin.choices[advised(origin)].was_best;
        Some(Regret {
            advice: advice.sum::<f64>() / n,
            keeping: keeping.sum::<f64>() / n,
            near: answer.origins.iter().filter(near).count(),
        })
    }

    /// The mean error of a naive forecast; `None` where it was right.
    pub(super) fn error(
        &self,
        figure: usize,
        naive: fn(&BacktestOrigin) -> &[f64; 4],
    ) -> Option<f64> {
        Some(self.answer.naive_error(figure, naive)).filter(|&error| error > 0.0)
    }

    /// The mean error of forecasts ÷ that of repeating the last weeks; `None` where that was right.
    pub(super) fn scaled_error(&self, figure: usize) -> Option<f64> {
        Some(self.answer.score(figure).error()? / self.error(figure, |origin| &origin.naive)?)
    }

    /// The ranked probability score ÷ the error of a naive forecast; `None` where that was right.
    pub(super) fn relative(
        &self,
        figure: usize,
        naive: fn(&BacktestOrigin) -> &[f64; 4],
    ) -> Option<f64> {
        Some(self.answer.score(figure).crps()? / self.error(figure, naive)?)
    }

    fn coverage(&self) -> Table {
        let names = [
            "figure",
            "50% held",
            "80% held",
            "90% held",
            "95% held",
            "CRPS ÷ last weeks",
            "CRPS ÷ seven days",
            "MASE",
            "just wide enough",
        ];
        let columns = names.map(|name| Column::new(name, CellKind::Text)).to_vec();
        let ratio = |value: Option<f64>| {
            // A range without width is never wide enough.
            let value = value.filter(|&value| value < BEYOND);
            Cell::text(value.map_or("–".to_owned(), |value| format!("{value:.2}")))
        };
        let row = |figure: usize| {
            let score = self.answer.score(figure);
            let held = score
                .coverage()
                .map(|one| Cell::text(format!("{} of {}", one.held, score.of.len())));
            let ratios = [
                ratio(self.relative(figure, |origin| &origin.naive)),
                ratio(self.relative(figure, |origin| &origin.seven_days)),
                ratio(self.scaled_error(figure)),
                ratio(score.just_wide()),
            ];
            let cells = [Cell::text(NAMES[figure])].into_iter().chain(held).chain(ratios);
            cells.collect::<Vec<Cell>>()
        };
        Table {
            rows: (0..FORECAST_FIGURES.len()).map(row).collect(),
            caption: Some(
                "CRPS is the ranked probability score, beside the error of repeating the last weeks or the last seven \
                 days; MASE the error of medians beside the former; the last column the factor on 80% ranges with \
                 which they would just have held 80%."
                    .to_owned(),
            ),
            ..Table::new("coverage", "What ranges held", columns)
        }
    }

    fn origins(&self) -> Table {
        let names = ["from", "weeks known", "figure", "80% range", "median", "came", "held"];
        let columns = names.map(|name| Column::new(name, CellKind::Text)).to_vec();
        let rows = self.answer.origins.iter().flat_map(|origin| {
            [0, 1].map(|figure| {
                let score = origin.scores[figure];
                let [low, high] = score.ranges[EIGHTY].map(|value| self.shown(figure, value));
                let is_first = figure == 0;
                vec![
                    if is_first { Cell::text(self.date(origin)) } else { Cell::Empty },
                    if is_first { Cell::Count(origin.learned_from as u64) } else { Cell::Empty },
                    Cell::text(NAMES[figure]),
                    Cell::text(format!("{low} to {high}")),
                    Cell::text(self.shown(figure, score.median)),
                    Cell::text(self.shown(figure, score.happened)),
                    Cell::text(if score.holds(EIGHTY) { "yes" } else { "no" }),
                ]
            })
        });
        Table {
            rows: rows.collect(),
            most_in_text: usize::MAX,
            ..Table::new("origins", "Origin by origin", columns)
        }
    }

    /// Stated probabilities of being best, in bins, and what came.
    pub(super) fn bins(&self) -> Vec<StatedBin> {
        let choices = self.answer.origins.iter().flat_map(|origin| &origin.choices);
        let mut bins = [(0.0, 0_usize, 0_usize); BINS];
        for choice in choices {
            let bin = &mut bins[((choice.best * BINS as f64) as usize).min(BINS - 1)];
            bin.0 += choice.best;
            bin.1 += usize::from(choice.was_best);
            bin.2 += 1;
        }
        let told = bins.into_iter().filter(|bin| bin.2 > 0);
        told.map(|(stated, were, choices)| StatedBin {
            stated: stated / choices as f64,
            were: were as f64 / choices as f64,
            choices,
        })
        .collect()
    }

    fn calibration(&self) -> Table {
        let names = ["stated to be best with", "choices", "were"];
        let columns = names.map(|name| Column::new(name, CellKind::Text)).to_vec();
        let row = |bin: StatedBin| {
            vec![
                Cell::text(format!("{:.0}%", bin.stated * 100.0)),
                Cell::Count(bin.choices as u64),
                Cell::text(format!("{:.0}%", bin.were * 100.0)),
            ]
        };
        Table {
            rows: self.bins().into_iter().map(row).collect(),
            ..Table::new(
                "calibration",
                "Is “best with probability p” right p of the time?",
                columns,
            )
        }
    }

    #[cfg(feature = "html")]
    fn charts(&self) -> Option<Block> {
        Some(Block::Charts(vec![charts::of_backtest(self)]))
    }

    #[cfg(not(feature = "html"))]
    fn charts(&self) -> Option<Block> {
        None
    }

    fn shown(&self, figure: usize, value: f64) -> String {
        match figure {
            1 => rounded_amount(self.scenario.currency, value),
            _ => rounded_credits(value),
        }
    }

    fn date(&self, origin: &BacktestOrigin) -> String {
        self.scenario.zone.show_date(origin.held_out.from)
    }
}

/// A ratio in words: `79 % of`, `twice` and more as `3.4 times`.
fn times(ratio: f64) -> String {
    match ratio < 2.0 {
        true => format!("{:.0}% of", ratio * 100.0),
        false => format!("{ratio:.1} times"),
    }
}

/// The 80 % ranges that held.
fn held(score: &ForecastScore) -> usize {
    score.coverage()[EIGHTY].held
}

impl Report for BacktestReport<'_> {
    fn document(&self) -> Document {
        self.document()
    }
}
