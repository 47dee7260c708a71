//! Telling a study: a table for people, JSON for programs, CSV by candidate and by run.
//!
//! Money here is a mean, so a float; exact money is a replay's. Within schema `recharge.study/1`
//! names are only ever added.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::domain::grouped;
use crate::figures::{Figure, Unit};
use crate::inquiry::{self, Assessment, Judgement, Role, Verdict, cut_cycles};
use crate::scenario::Scenario;
use crate::study::net_spend;
use crate::study::{Candidate, Ending, Estimate, Objective, Paired, Paths, Runs, Tails};
use crate::usage::UsageSummary;

use super::advice::Words;
use super::cuts;
use super::limits;
use super::provenance::Provenance;
use super::rows::{Cell, Rows};
use super::words::count;
use comfy_table::{CellAlignment, Table, presets};

/// Candidates in the table of a terminal.
const LISTED: usize = 24;

/// What the last column of a table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Last {
    /// Numbers, aligned to the right.
    Numbers,
    /// Words, aligned to the left.
    Words,
}

/// A table without lines; every column but the first is aligned to the right, and the last only if
/// it holds numbers.
pub fn plain_table(header: &[&str], last: Last) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(header.to_vec());
    let words = (last == Last::Words).then_some(header.len().saturating_sub(1));
    for (index, column) in table.column_iter_mut().enumerate() {
        if index > 0 && Some(index) != words {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// A study, ready to be told.
#[derive(Clone, Debug)]
pub struct StudyReport<'t> {
    /// What it is called.
    pub name: &'t str,
    /// How numbers become words; the candidates and the objective.
    pub words: Words<'t>,
    /// The runs, by candidate.
    pub runs: &'t [Runs],
    /// The judgement.
    pub judgement: &'t Judgement,
    /// How it ended.
    pub ended: Ending,
    /// Where the usage came from, in a sentence.
    pub usage: String,
    /// Spend to date of the candidates that are drawn, if it was asked for and not interrupted.
    pub paths: &'t [Paths],
    /// The figure that the map of settings shows.
    pub map: Figure,
    /// What was read of the history that the usage rests on, if any was.
    pub read: Option<&'t UsageSummary>,
    /// The scenarios it rests on; the first is the one that others are compared with.
    pub scenarios: &'t [&'t Scenario],
    /// Where it all comes from.
    pub provenance: &'t Provenance,
}

/// With two decimals; nothing has no sign.
fn hundredths(value: f64) -> String {
    let shown = format!("{value:.2}");
    if shown == "-0.00" { "0.00".to_owned() } else { grouped(&shown) }
}

/// A candidate that is drawn and told by itself.
#[derive(Clone, Copy, Debug)]
pub struct Face<'t> {
    /// The candidate.
    pub judged: &'t Assessment,
    /// What it is to the reader.
    pub role: Role,
    name: &'t str,
}

impl Face<'_> {
    /// In a word or two: `current`, `advised`, `nearest miss`, `best other one`.
    pub fn word(&self) -> &str {
        match self.role {
            Role::First | Role::Kept => self.name,
            Role::Nearest if self.judged.index == 0 => self.name,
            Role::Advised => "advised",
            Role::Nearest => "nearest miss",
            Role::Next => "best other one",
        }
    }

    /// With its name: `advised: package 9000`.
    pub fn label(&self) -> String {
        match self.role {
            Role::Kept => format!("{}, advised", self.name),
            Role::Nearest if self.judged.index == 0 => format!("{}, nearest miss", self.name),
            Role::First => self.name.to_owned(),
            _ => format!("{}: {}", self.word(), self.name),
        }
    }
}

impl<'t> StudyReport<'t> {
    /// The candidates that are drawn and told by themselves, the first one first.
    pub fn faces(&self) -> Vec<Face<'t>> {
        let face = |(index, role): (usize, Role)| {
            let judged = self.judgement.judged.get(index)?;
            Some(Face { judged, role, name: self.candidates().get(index)?.name.as_str() })
        };
        inquiry::shown(self.judgement.verdict).into_iter().filter_map(face).collect()
    }

    /// ` per cycle`, where a figure is so.
    pub fn per(&self, figure: Figure) -> String {
        match figure.is_per_period() {
            true => format!(" {}", self.words.per()),
            false => String::new(),
        }
    }

    /// The candidates.
    pub fn candidates(&self) -> &'t [Candidate] {
        self.words.candidates
    }

    /// What was minimised, and what had to hold.
    pub fn objective(&self) -> &'t Objective {
        self.words.objective
    }

    /// What is spent per period, less what credits left at the end had cost, and what is refused.
    pub fn spend_and_refused(&self, judged: &Assessment) -> Option<(Estimate, Estimate)> {
        let runs = self.runs.get(judged.index)?;
        let spend = net_spend(runs, judged.periods, self.objective().confidence)?;
        Some((spend, self.estimate(judged, Figure::REFUSED)?))
    }
}

impl StudyReport<'_> {
    /// A figure of a candidate, as an estimate.
    pub fn estimate(&self, judged: &Assessment, figure: Figure) -> Option<Estimate> {
        let runs = &self.runs[judged.index];
        figure.estimate(runs, self.objective(), judged.periods, judged.hours)
    }

    /// A value of a figure, in its unit.
    pub fn number(&self, figure: Figure, value: f64) -> String {
        match figure.unit() {
            Unit::Money | Unit::Price => self.words.money(value),
            Unit::Share => self.words.percent(value),
            Unit::Credits => self.words.credits(value),
            Unit::Duration => format!("{} h", hundredths(value)),
            Unit::Count => hundredths(value),
        }
    }

    /// `51.20 ± 0.30`: with half the interval, where it is resolved.
    pub fn with_half(&self, figure: Figure, estimate: Option<Estimate>) -> String {
        let Some(estimate) = estimate else { return "unknown".to_owned() };
        let value = self.number(figure, estimate.value);
        match estimate.half_width() {
            Some(half) => format!("{value} ± {}", self.number(figure, half)),
            None => format!("{value} ± ?"),
        }
    }

    /// How the study ended, in words.
    pub fn ended(&self) -> &'static str {
        match self.ended {
            Ending::Complete => "all that were asked for",
            Ending::Enough => "enough for the precision asked for",
            Ending::AtMost => "the most allowed, before the precision asked for",
            Ending::Interrupted => "interrupted: these are finished",
        }
    }
}

/// The study as plain text, ending with a newline.
pub fn text(told: &StudyReport<'_>) -> String {
    let mut out = String::new();
    let judgement = told.judgement;
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{}", told.name);
    let _ = writeln!(
        out,
        "{} · {} ({}) · {}",
        count(judgement.judged.len() as u64, "candidate"),
        count(judgement.replications as u64, "replication"),
        told.ended(),
        told.usage
    );
    let _ = writeln!(out, "\n{}\n", told.words.advice(judgement));
    for line in stranding(told) {
        let _ = writeln!(out, "Attention: {line}\n");
    }
    table(&mut out, told);
    tails(&mut out, told);
    put_notes(&mut out, told);
    out
}

/// The candidates in the order of tables: the advised, the first, then those that can be advised, each
/// by cost; at most so many, and how many are not among them.
pub fn shown(judgement: &Judgement, most: usize) -> (Vec<&Assessment>, usize) {
    let advised = judgement.advised().index;
    let mut order: Vec<&Assessment> = judgement.judged.iter().collect();
    order.sort_by(|a, b| {
        let key =
            |judged: &Assessment| (judged.index != advised, judged.index != 0, !judged.is_choice());
        key(a).cmp(&key(b)).then(a.cost.value.total_cmp(&b.cost.value)).then(a.index.cmp(&b.index))
    });
    let hidden = order.len().saturating_sub(most);
    order.truncate(most);
    (order, hidden)
}

fn table(out: &mut String, told: &StudyReport<'_>) {
    let per = told.objective().period.name();
    let mut table = plain_table(
        &[
            "candidate",
            &format!("cost a {per}"),
            "gain",
            "recharges",
            "fill rate",
            "outage cycles",
            "refused",
            "expired",
            "best",
            "",
        ],
        Last::Words,
    );
    let (shown, hidden) = shown(told.judgement, LISTED);
    for judged in shown {
        table.add_row(cells(told, judged));
    }
    for line in table.to_string().lines() {
        let _ = writeln!(out, " {}", line.trim_end());
    }
    if hidden > 0 {
        let _ =
            writeln!(out, "  and {} more; --csv lists them all", count(hidden as u64, "candidate"));
    }
}

/// A candidate as a row, for a terminal and for a page: its name, the figures that are compared, and
/// what there is to say about it.
pub fn cells(told: &StudyReport<'_>, judged: &Assessment) -> [String; 10] {
    let figure = |figure: Figure| {
        told.estimate(judged, figure)
            .map_or("unknown".to_owned(), |estimate| told.number(figure, estimate.value))
    };
    let gain = |gain: Paired| told.with_half(Figure::COST, Some(gain.difference));
    [
        told.candidates()[judged.index].name.clone(),
        told.with_half(Figure::COST, Some(judged.cost)),
        judged.gain.map_or(String::new(), gain),
        figure(Figure::RECHARGES),
        figure(Figure::FILL_RATE),
        figure(Figure::OUTAGE_PROBABILITY),
        figure(Figure::REFUSED),
        figure(Figure::EXPIRED),
        judged.best.map_or(String::new(), |best| told.words.probability(best)),
        marks(told, judged),
    ]
}

/// What there is to say about a candidate in a word or two.
pub fn marks(told: &StudyReport<'_>, judged: &Assessment) -> String {
    let mut marks = Vec::new();
    match told.judgement.verdict {
        Verdict::Change(index) if index == judged.index => marks.push("advised".to_owned()),
        Verdict::Keep(_) if judged.index == 0 => marks.push("advised".to_owned()),
        Verdict::Infeasible(index) if index == judged.index => {
            marks.push("nearest miss".to_owned())
        }
        _ => {}
    }
    if let Some(worst) = judged.worst() {
        marks.push(format!("misses {}", worst.constraint.name()));
    }
    if judged.refuses_more.is_some() {
        marks.push("refuses more".to_owned());
    }
    if judged.on_frontier {
        marks.push("frontier".to_owned());
    }
    if let Some(after) = told.runs[judged.index].dropped_after {
        marks.push(format!("dropped after {after}"));
    }
    marks.join(", ")
}

/// Spend and downtime in a cycle, or in the horizon: the median and the tails of the advised and of
/// the first.
fn tails(out: &mut String, told: &StudyReport<'_>) {
    let advised = told.judgement.advised().index;
    let span = format!("in a {}", told.objective().period.span());
    let mut table = plain_table(&[&span, "p5", "median", "p95", "p99", ""], Last::Words);
    let mut row = |what: String, tails: Option<Tails>, figure: Figure| {
        let Some(tails) = tails else { return };
        let quantile = |estimate: Estimate| {
            let limit = |limit: Option<f64>| {
                limit.map_or("?".to_owned(), |limit| told.number(figure, limit))
            };
            let (low, high) = (limit(estimate.low), limit(estimate.high));
            let value = told.number(figure, estimate.value);
            if low == value && high == value { value } else { format!("{value} ({low} to {high})") }
        };
        table.add_row([
            what,
            quantile(tails.p5),
            quantile(tails.median),
            quantile(tails.p95),
            quantile(tails.p99),
            String::new(),
        ]);
    };
    let mut indices = vec![advised];
    if advised != 0 {
        indices.push(0);
    }
    for index in indices {
        let (runs, name) = (&told.runs[index], &told.candidates()[index].name);
        let (objective, period) = (told.objective(), told.objective().period);
        let (spend, downtime) = (runs.spend_in(period), runs.downtime_in(period));
        row(format!("spend, {name}"), Tails::of(spend, objective), Figure::TOTAL_SPEND);
        row(format!("downtime, {name}"), Tails::of(downtime, objective), Figure::DOWNTIME);
    }
    let _ = writeln!(out);
    for line in table.to_string().lines() {
        let _ = writeln!(out, " {}", line.trim_end());
    }
}

/// What the numbers are, one note each.
pub fn notes(told: &StudyReport<'_>) -> Vec<String> {
    let objective = told.objective();
    let confidence = told.words.percent(objective.confidence.probability());
    let gains = match told.candidates() {
        [first, _, ..] => format!(
            " Gains are over {}, on the same usage and luck, and hold together.",
            first.name.as_str()
        ),
        _ => String::new(),
    };
    let mut notes = vec![
        format!(
            "± and brackets: {confidence} intervals; `?`: more replications are needed.{gains}"
        ),
        format!(
            "Cost {}: spend, with credits left at the end counted at what they had cost where they \
             never expire{}{}.",
            told.words.per(),
            price(told, objective.per_refused_credit, "refused credit"),
            price(told, objective.per_hour_of_downtime, "hour of outage"),
        ),
    ];
    if told.judgement.judged.iter().any(|judged| judged.best.is_some()) {
        notes.push(
            "Best: the share of bootstrap resamples of the replications in which no other one that \
             keeps the constraints is better; it knows nothing of what was not tried."
                .to_owned(),
        );
    }
    if let Some(gain) = told.judgement.advised().gain.or(first_gain(told.judgement))
        && let Some(times) = gain.variance_reduction.and_then(times)
    {
        notes.push(format!(
            "Common random numbers: independent luck would have taken {times} times as many \
             replications for the same gain interval."
        ));
    }
    notes
}

/// A factor as people say it: two digits that matter, and `None` where it is hardly above 1.
fn times(factor: f64) -> Option<String> {
    match factor {
        little if little < 1.05 => None,
        some if some < 9.95 => Some(format!("{some:.1}")),
        huge if huge >= 1e6 => Some("over a million".to_owned()),
        many => {
            let last = libm::pow(10.0, libm::floor(libm::log10(many)) - 1.0);
            Some(grouped(&format!("{:.0}", libm::round(many / last) * last)))
        }
    }
}

/// What the numbers are, and where they come from.
fn put_notes(out: &mut String, told: &StudyReport<'_>) {
    let _ = writeln!(out);
    for note in notes(told) {
        let _ = writeln!(out, "{note}");
    }
    let _ = writeln!(
        out,
        "recharge {} · seed {} · {}",
        told.provenance.version,
        told.provenance.seed,
        told.provenance.command_line()
    );
}

/// What deserves attention: a cycle that the horizon cuts, and of each candidate that is told by itself
/// whether a balance was stranded.
pub fn attention(told: &StudyReport<'_>) -> Vec<String> {
    let zone = told.scenarios.first().map(|scenario| scenario.zone);
    let cut = zone.and_then(|zone| cuts::sentence(&cut_cycles(told.candidates()), zone));
    cut.into_iter().chain(stranding(told)).collect()
}

/// Of each candidate that is told by itself, whether a balance was stranded.
fn stranding(told: &StudyReport<'_>) -> Vec<String> {
    told.faces().iter().filter_map(|face| stranded(told, face)).collect()
}

fn stranded(told: &StudyReport<'_>, face: &Face<'_>) -> Option<String> {
    let events = told.runs.get(face.judged.index)?.column(Figure::STRANDED_EVENTS);
    let touched = events.iter().filter(|&&events| events > 0.0).count();
    let mean = told.estimate(face.judged, Figure::STRANDED_EVENTS)?.value;
    (touched > 0).then(|| {
        format!(
            "with {}, a balance was stranded in {touched} of {}: {} usage events per {} were refused while \
             {} lay idle above the threshold, so nothing triggered a recharge. Set the threshold to at \
             least the largest event, or serve what is there with service.shortfall = \"partial\".",
            face.name,
            count(events.len() as u64, "replication"),
            grouped(&format!("{mean:.1}")),
            told.objective().period.name(),
            told.words.unit,
        )
    })
}

fn first_gain(judgement: &Judgement) -> Option<Paired> {
    judgement.judged.get(1).and_then(|judged| judged.gain)
}

fn price(told: &StudyReport<'_>, price: f64, what: &str) -> String {
    match price > 0.0 {
        true => format!(", and {price} {} for each {what}", told.words.currency.code()),
        false => String::new(),
    }
}

/// One row a candidate.
pub fn csv(told: &StudyReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = Rows::new(out);
    let mut header: Vec<String> = ["candidate", "replications", "feasible", "on_frontier"]
        .into_iter()
        .map(str::to_owned)
        .collect();
    header.extend(["probability_best", "gain", "gain_low", "gain_high"].map(str::to_owned));
    for figure in Figure::of_studies() {
        let name = figure.name_in_studies();
        header.extend([name.to_owned(), format!("{name}_low"), format!("{name}_high")]);
    }
    for what in ["spend_in_a_cycle", "downtime_hours_in_a_cycle"] {
        for quantile in ["p5", "median", "p95", "p99"] {
            let name = format!("{what}_{quantile}");
            header.extend([name.clone(), format!("{name}_low"), format!("{name}_high")]);
        }
    }
    rows.head(header)?;
    for judged in &told.judgement.judged {
        rows.row(row(told, judged))?;
    }
    rows.finish().map(drop)
}

fn row(told: &StudyReport<'_>, judged: &Assessment) -> Vec<Cell> {
    let runs = &told.runs[judged.index];
    let mut row = vec![
        Cell::text(&told.candidates()[judged.index].name),
        Cell::word(runs.len()),
        Cell::word(judged.is_feasible()),
        Cell::word(judged.on_frontier),
        Cell::Number(judged.best),
    ];
    row.extend(limits(judged.gain.map(|gain| gain.difference)));
    for figure in Figure::of_studies() {
        row.extend(limits(told.estimate(judged, figure)));
    }
    let period = told.objective().period;
    for samples in [runs.spend_in(period), runs.downtime_in(period)] {
        let tails = Tails::of(samples, told.objective());
        let of = |pick: fn(Tails) -> Estimate| limits(tails.map(pick));
        row.extend(of(|tails| tails.p5));
        row.extend(of(|tails| tails.median));
        row.extend(of(|tails| tails.p95));
        row.extend(of(|tails| tails.p99));
    }
    row
}

/// One row a candidate and replication.
pub fn samples(told: &StudyReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = Rows::new(out);
    let mut header = vec!["candidate", "replication"];
    header.extend(Figure::of_studies().map(Figure::name_in_studies));
    rows.head(header)?;
    for judged in &told.judgement.judged {
        let runs = &told.runs[judged.index];
        let samples = |figure: Figure| figure.samples(runs, judged.periods, judged.hours);
        let columns: Vec<Vec<Option<f64>>> = Figure::of_studies().map(samples).collect();
        for replication in 0..runs.len() {
            let name = &told.candidates()[judged.index].name;
            let names = [Cell::text(name), Cell::word(replication)];
            let value = |column: &Vec<Option<f64>>| Cell::Number(column[replication]);
            rows.row(names.into_iter().chain(columns.iter().map(value)))?;
        }
    }
    rows.finish().map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_is_told_with_two_digits_and_not_at_all_near_one() {
        for (factor, told) in [
            (1.0, None),
            (1.049, None),
            (1.05, Some("1.1")),
            (9.94, Some("9.9")),
            (9.95, Some("10")),
            (14.4, Some("14")),
            (149.0, Some("150")),
            (12_345.0, Some("12,000")),
            (999_999.0, Some("1,000,000")),
            (1e6, Some("over a million")),
            (2.9e27, Some("over a million")),
        ] {
            assert_eq!(times(factor).as_deref(), told, "{factor}");
        }
    }
}
