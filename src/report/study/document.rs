//! The document of a study: the advice, the figures of the candidates that are shown separately,
//! the constraints, the charts, and every candidate.
//!
//! Figures come from the catalogue: a new one appears in the tables, with its meaning, in every
//! medium.

use crate::figures::Figure;
use crate::inquiry::{Assessment, ConstraintCheck, Verdict};
use crate::report::attention;
use crate::report::bill::BillReport;
use crate::report::document::notation::rounded_share;
use crate::report::document::{
    Block, Cell, CellKind, Column, Derived, Document, DocumentSource, FigureCard, Finding, Media,
    Table, assumptions, notes,
};
use crate::report::run::kind;
use crate::report::usage;
use crate::report::words::{capital, count};
use crate::scenario::{Setting, SettingPath};
use crate::study::{Constraint, Estimate, Period, Requirement, Runs, Tails};

use super::notes::how_far;
use super::{Face, StudyReport};
use crate::report::advice::target_told;

/// Candidates that a terminal lists one by one.
const LISTED: usize = 24;

/// What decides in a study without a service target.
const BY_COST: &str = "cost decides among those that refuse no more than the first";

/// The table of candidates, which others refer to.
const CANDIDATES: &str = "candidates";
/// The name of the sheet with every figure of every candidate.
const EVERY_FIGURE: &str = "all-figures";

/// The name of the 95th percentile of spend over the whole horizon.
const WHOLE_P95: &str = "whole spend, p95";

/// A quantile over cycles: its name, and where it is among the tails.
type Quantile = (&'static str, fn(&Tails) -> Estimate);

const QUANTILES: [Quantile; 4] = [
    ("p5", |tails| tails.p5),
    ("median", |tails| tails.median),
    ("p95", |tails| tails.p95),
    ("p99", |tails| tails.p99),
];

/// The figures with quantiles over cycles, and their names in a terminal and in a workbook.
const SPREAD_OVER_CYCLES: [(Figure, &str, &str); 2] =
    [(Figure::TOTAL_SPEND, "spend", "spend"), (Figure::DOWNTIME, "downtime", "downtime hours")];

impl StudyReport<'_> {
    /// The document.
    pub fn document(&self) -> Document {
        let order = self.order();
        let mut blocks = vec![Block::Cards(self.cards())];
        blocks.extend(notes("Attention", super::attention(self)));
        blocks.extend(notes("What each spends more, and why", self.bill_sentences()));
        blocks.extend(self.bill_tables().into_iter().map(Block::Table));
        blocks.extend(self.constraints().map(Block::Table));
        blocks.extend(self.charts());
        blocks.push(Block::Table(self.figures(&order)));
        blocks.extend(self.has_tails().then(|| Block::Table(self.tails_of_faces(&order))));
        blocks.push(Block::Table(self.all_candidates(&order)));
        blocks.push(Block::Table(self.distinct_candidates(&order)));
        blocks.extend(self.period_tables(&order).into_iter().map(Block::Table));
        blocks.push(Block::Table(self.every_figure(&order)));
        blocks.extend(notes("Limits", how_far(self)));
        blocks.extend(notes("Where the usage comes from", self.usage_read()));
        blocks.extend(notes("Assumed", target_told(&self.words, BY_COST)));
        blocks.extend(assumptions(self.scenarios));
        Document {
            title: self.name.to_owned(),
            question: self.question(),
            finding: self.finding(),
            blocks,
            source: DocumentSource::of(self.scenarios, self.provenance),
            notation: self.notation(),
        }
    }

    fn finding(&self) -> Finding {
        let mut sentences = self.advice().into_iter();
        let (scenario, judgement) = (self.first(), self.judgement);
        let horizon = scenario.setup.horizon;
        Finding {
            headline: sentences.next().expect("every verdict has a sentence"),
            sentences: sentences.collect(),
            basis: format!(
                "{} · {}{} · {} · {} to {} {}",
                count(judgement.assessments.len() as u64, "candidate"),
                count(judgement.replications as u64, "replication"),
                self.ended().map_or(String::new(), |ended| format!(" ({ended})")),
                self.usage,
                scenario.zone.show_local(horizon.from),
                scenario.zone.show_local(horizon.to),
                scenario.zone.name(),
            ),
        }
    }

    /// What each scenario after the first costs more than the first.
    fn bill_sentences(&self) -> Vec<String> {
        let told = |one: BillReport<'_>| [one.sentence(), one.groups_sentence()];
        self.bills().flat_map(told).flatten().collect()
    }

    /// The same as tables, where the settings that differ are told apart.
    fn bill_tables(&self) -> Vec<Table> {
        let has_groups = |one: &BillReport<'_>| one.bill.groups.len() > 1;
        let named = |(place, one): (usize, BillReport<'_>)| {
            let name = if place == 0 { "bill".to_owned() } else { format!("bill_{}", place + 1) };
            one.table(name, format!("{} against {}", one.name, one.base))
        };
        let told = self.bills().filter(|one| one.sentence().is_some()).filter(has_groups);
        told.enumerate().filter_map(named).collect()
    }

    fn question(&self) -> Option<String> {
        match self.scenarios {
            [only] => only.question_of_usage().map(str::to_owned),
            _ => None,
        }
    }

    /// The choices made in reading the usage, if it was read.
    fn usage_read(&self) -> Vec<String> {
        let Some(read) = self.read else { return Vec::new() };
        let mut lines = attention::choices(read);
        lines.extend(usage::drawn(read, self.notation().zone));
        for (candidate, own) in self.candidates().iter().zip(&self.meters) {
            let other = own.chosen.iter().filter(|chosen| !read.chosen.contains(chosen));
            lines.extend(
                other.map(|chosen| format!("By the meter of {}: {chosen}", candidate.name)),
            );
        }
        attention::reading(&mut lines, read);
        lines
    }

    #[cfg(feature = "html")]
    fn charts(&self) -> Option<Block> {
        if matches!(self.pictures, crate::inquiry::Pictures::None) {
            return None;
        }
        let charts = crate::report::charts::of_study(self);
        (!charts.is_empty()).then_some(Block::Charts(charts))
    }

    #[cfg(not(feature = "html"))]
    fn charts(&self) -> Option<Block> {
        None
    }

    /// The first figures, of the advised or nearest candidate, against the first.
    fn cards(&self) -> Vec<FigureCard> {
        const MOST: usize = 6;
        const FIRST: [(Figure, &str, &str); 8] = [
            (Figure::TOTAL_SPEND, "Spend", "Plan fees, recharges and manual top-ups."),
            (Figure::FILL_RATE, "Fill rate", "Served of what was asked for."),
            (Figure::REFUSED, "Refused", "Asked for, and not served."),
            (
                Figure::OUTAGE_PROBABILITY,
                "Cycles with an outage",
                "The share that an outage touches.",
            ),
            (Figure::COST, "Cost", "What is minimised."),
            (Figure::RECHARGES, "Recharges", "Charges that succeeded."),
            (Figure::EXPIRED, "Expired unused", "Bought, and not used in time."),
            (Figure::FORFEITED, "Forfeited", "Included in the plan, and not used."),
        ];
        let faces = self.faces();
        // The figures of what is advised come first, rather than those of what is shown beside it.
        let advised = self.judgement.advised().index;
        let is_advised = |face: &&Face<'_>| face.assessment.index == advised;
        let (Some(first), Some(shown)) = (faces.first(), faces.iter().find(is_advised)) else {
            return Vec::new();
        };
        let value = |face: &Face<'_>, figure| self.value(face.assessment, figure);
        // The other side of a comparison has its value beside it.
        let other = faces.iter().find(|face| face.assessment.index != shown.assessment.index);
        let card = |&(figure, name, meaning): &(Figure, &str, &str)| {
            let beside = other.map_or(String::new(), |other| {
                let beside = self.notation().show(&value(other, figure));
                format!(" {}: {beside}.", capital(other.word()))
            });
            FigureCard {
                name: format!("{name}{}, {}", self.per(figure), shown.word()),
                value: value(shown, figure),
                meaning: format!("{meaning}{beside}"),
                alarm: false,
            }
        };
        // Nothing on either side is no news, and is named below the table of figures.
        let some =
            |(figure, _, _): &&(Figure, &str, &str)| !self.is_nothing(&[*first, *shown], *figure);
        FIRST.iter().filter(some).take(MOST).map(card).collect()
    }

    /// A figure of a candidate without its interval.
    fn value(&self, judged: &Assessment, figure: Figure) -> Cell {
        Cell::value_of(kind(figure), self.estimate(judged, figure))
    }

    /// The constraints, and whether they are satisfied.
    fn constraints(&self) -> Option<Table> {
        let faces = self.faces();
        let all: Vec<Requirement> = self.objective().requirements().collect();
        let mut columns = vec![Column::new("must hold", CellKind::Text)];
        columns.extend(faces.iter().map(|face| Column::new(face.word(), CellKind::Text)));
        let row = |(index, required): (usize, &Requirement)| {
            let kept = |face: &Face<'_>| match face.assessment.kept.get(index) {
                Some(kept) => Cell::Text(self.kept(kept)),
                None => Cell::Empty,
            };
            let name = Cell::Text(capital(&self.words.constraint(required.constraint)));
            [name].into_iter().chain(faces.iter().map(kept)).collect()
        };
        // What was dropped on the way shows too little of what it keeps.
        let whole = self.judgement.run_as_often();
        let keeping = whole.clone().filter(|judged| judged.is_feasible()).count();
        let (whole, all_of_them) = (whole.count(), self.candidates().len());
        let among = match whole == all_of_them {
            true => count(whole as u64, "candidate"),
            false => format!(
                "{} that {} run to the end",
                count(whole as u64, "candidate"),
                if whole == 1 { "was" } else { "were" }
            ),
        };
        let title =
            match (self.objective().constraints.is_empty(), self.objective().target.is_none()) {
                (true, _) => "Service target",
                (false, true) => "Constraints",
                (false, false) => "Constraints and service target",
            };
        (!all.is_empty()).then(|| Table {
            rows: all.iter().enumerate().map(row).collect(),
            note: Some(format!(
                "{keeping} of {among} {} them all.{}{}",
                if keeping == 1 { "keeps" } else { "keep" },
                self.in_these_runs(&faces),
                self.confidences(&faces)
            )),
            most_in_text: usize::MAX,
            ..Table::new("constraints", title, columns)
        })
    }

    /// What is meant where a constraint is kept or missed for all that the runs show, and not for certain.
    fn in_these_runs(&self, faces: &[Face<'_>]) -> &'static str {
        let mut all = faces.iter().flat_map(|face| &face.assessment.kept);
        match all.any(|kept| !kept.is_clear()) {
            true => {
                " \"In these runs\" means that the mean of the runs is so, and that too few were made to be certain of it."
            }
            false => "",
        }
    }

    /// At which confidence constraints are judged, where that is not the one of the study.
    fn confidences(&self, faces: &[Face<'_>]) -> String {
        let usual = self.objective().confidence;
        let all = faces.iter().flat_map(|face| &face.assessment.kept);
        let shared = all.map(|kept| kept.confidence).find(|confidence| *confidence != usual);
        let is_drawn = !self.is_one_replay();
        shared.filter(|_| is_drawn).map_or(String::new(), |shared| {
            format!(
                " To count as certain, all but the first must show it with {}: of many candidates some look good by luck.",
                rounded_share(shared.probability())
            )
        })
    }

    /// The verdict on a constraint, with the value.
    fn kept(&self, kept: &ConstraintCheck) -> String {
        let verdict = match (kept.holds(), kept.is_clear()) {
            (true, true) => "kept",
            (true, false) => "kept in these runs",
            (false, true) => "missed",
            (false, false) => "missed in these runs",
        };
        let kind = match kept.constraint {
            Constraint::FillRateAtLeast(_) | Constraint::OutageProbabilityAtMost(_) => {
                CellKind::Share
            }
            Constraint::SpendP95AtMost(_) => CellKind::Money,
            Constraint::RechargesAtMost(_) => CellKind::Count,
            Constraint::Figure { figure, .. } => self::kind(figure),
        };
        let value = match kept.figure {
            // Its limits stand among the figures, and only there: here another confidence decides.
            Some(_) => self.notation().show(&Cell::value_of(kind, kept.figure)),
            None => "no figure".to_owned(),
        };
        format!("{verdict}: {value}")
    }

    /// Every figure of the candidates that are shown separately.
    fn figures(&self, order: &[&Assessment]) -> Table {
        let faces = self.faces();
        let mut columns = vec![Column::new("", CellKind::Text)];
        columns.extend(faces.iter().map(|face| Column::new(face.word(), CellKind::Figure)));
        columns.push(Column::new("", CellKind::Text).only(Media::NotText));
        let figures = Figure::of_studies().filter(|&figure| !self.misleads(&faces, figure));
        let (nothing, some): (Vec<Figure>, Vec<Figure>) =
            figures.partition(|&figure| self.is_nothing(&faces, figure));
        let row = |figure: Figure| {
            let cell = |face: &Face<'_>| {
                let cell = Cell::with_limits(kind(figure), self.estimate(face.assessment, figure));
                linked(cell, order, face, in_book(figure))
            };
            let name = Cell::Text(format!("{}{}", figure.label(), self.per(figure)));
            let meaning = Cell::text(figure.meaning());
            [name].into_iter().chain(faces.iter().map(cell)).chain([meaning]).collect()
        };
        let mut rows: Vec<Vec<Cell>> = some.into_iter().map(row).collect();
        rows.extend(self.gain(&faces, order));
        let nothing: Vec<&str> = nothing.into_iter().map(Figure::label).collect();
        Table {
            rows,
            caption: Some(self.caption(&faces)),
            note: (!nothing.is_empty())
                .then(|| format!("Zero in every run: {}.", nothing.join(", "))),
            most_in_text: usize::MAX,
            ..Table::new("figures", "Figures", columns)
        }
    }

    /// Returns true of the share of time with credits where service was down while credits were left, for
    /// longer than a hundredth of its downtime: it is then no measure of service.
    fn misleads(&self, faces: &[Face<'_>], figure: Figure) -> bool {
        let with_credits = |face: &Face<'_>| {
            let value = |figure| self.estimate(face.assessment, figure).map(|found| found.value);
            let (down, ready) = value(Figure::DOWNTIME).zip(value(Figure::READY_RATE))?;
            let hours = face.assessment.hours / face.assessment.periods;
            Some(down > 1.01 * (1.0 - ready) * hours + 1e-9)
        };
        figure == Figure::READY_RATE && faces.iter().any(|face| with_credits(face) == Some(true))
    }

    /// The confidence of the intervals, and the candidate of each column.
    fn caption(&self, faces: &[Face<'_>]) -> String {
        let confidence = self.words.percent(self.objective().confidence.probability());
        let named = faces.iter().filter(|face| face.word() != face.label());
        let label = |face: &Face<'_>| match face.label().strip_prefix(face.name) {
            Some(role) => self.words.beginning(face.assessment) + role,
            None => capital(&face.label()),
        };
        let named: Vec<String> = named.map(|face| format!("{}.", label(face))).collect();
        let brackets = format!("In brackets: {confidence} intervals.");
        let all = (!self.is_one_replay()).then_some(brackets).into_iter().chain(named);
        all.collect::<Vec<_>>().join(" ")
    }

    /// Returns true if a figure is certainly zero for all candidates shown.
    fn is_nothing(&self, faces: &[Face<'_>], figure: Figure) -> bool {
        let zero = |estimate: Estimate| {
            let limit = |limit: Option<f64>| limit.is_none_or(|limit| limit == 0.0);
            estimate.value == 0.0 && limit(estimate.low) && limit(estimate.high)
        };
        faces.iter().all(|face| self.estimate(face.assessment, figure).is_some_and(zero))
    }

    /// The gain of each over the first.
    fn gain(&self, faces: &[Face<'_>], order: &[&Assessment]) -> Option<Vec<Cell>> {
        let cell = |face: &Face<'_>| match face.assessment.gain {
            Some(gain) => {
                let cell = Cell::with_limits(CellKind::Money, Some(gain.difference));
                linked(cell, order, face, "gain".to_owned())
            }
            None => Cell::Empty,
        };
        let name = Cell::Text(format!("gain {}", self.words.per()));
        let meaning = Cell::text("How much less it costs on the same usage and luck");
        (faces.len() > 1)
            .then(|| [name].into_iter().chain(faces.iter().map(cell)).chain([meaning]).collect())
    }

    /// The quantiles of a figure over cycles, or over replications if there is no whole cycle.
    fn tails(&self, judged: &Assessment, figure: Figure) -> Option<Tails> {
        let runs = self.runs.get(judged.index)?;
        let period = self.objective().period;
        let samples = match figure {
            Figure::DOWNTIME => runs.downtime_in(period),
            _ => runs.spend_in(period),
        };
        Tails::of(samples, self.objective(), runs.is_certain)
    }

    /// Whether there is more than one cycle, or horizon, of which quantiles can be told.
    fn has_tails(&self) -> bool {
        let lived = |runs: &Runs| {
            let replications = if self.is_one_replay() { 1 } else { runs.len() };
            match self.objective().period {
                Period::Cycle | Period::Month => {
                    runs.spend.len() / runs.len().max(1) * replications
                }
                Period::Horizon => replications,
            }
        };
        self.runs.iter().any(|runs| lived(runs) > 1)
    }

    /// Spend and downtime in a cycle, or in the horizon, of the candidates that are shown
    /// separately.
    fn tails_of_faces(&self, order: &[&Assessment]) -> Table {
        let span = self.objective().period.span();
        let over = match self.objective().period {
            Period::Cycle | Period::Month if self.is_one_replay() => {
                "Quantiles over all whole cycles."
            }
            Period::Cycle | Period::Month => "Quantiles over all whole cycles of all replications.",
            Period::Horizon => "Quantiles over all replications.",
        };
        let mut columns = vec![Column::new(format!("in a {span}"), CellKind::Text)];
        columns.extend(QUANTILES.map(|(name, _)| Column::new(name, CellKind::Figure)));
        let mut rows = Vec::new();
        for face in self.faces() {
            for (figure, name, book) in SPREAD_OVER_CYCLES {
                let tails = self.tails(face.assessment, figure);
                let cell = |(quantile, of): Quantile| {
                    let cell = Cell::with_limits(kind(figure), tails.as_ref().map(of));
                    linked(cell, order, &face, format!("{book} in a {span}, {quantile}"))
                };
                let name = [Cell::Text(format!("{name}, {}", face.word()))];
                rows.push(name.into_iter().chain(QUANTILES.map(cell)).collect());
            }
        }
        Table {
            rows,
            caption: Some(over.to_owned()),
            most_in_text: usize::MAX,
            ..Table::new("tails", format!("Spend and downtime in a {span}"), columns)
        }
    }

    /// The candidates in the order of tables: the advised, the first, then the eligible ones, then
    /// the rest, each by cost.
    fn order(&self) -> Vec<&Assessment> {
        let advised = self.judgement.advised().index;
        let mut order: Vec<&Assessment> = self.judgement.assessments.iter().collect();
        order.sort_by(|a, b| {
            let key = |judged: &Assessment| {
                (judged.index != advised, judged.index != 0, !judged.is_choice())
            };
            let by_cost = a.cost.value.total_cmp(&b.cost.value);
            key(a).cmp(&key(b)).then(by_cost).then(a.index.cmp(&b.index))
        });
        order
    }

    /// A row per candidate: the usual comparison, and in a workbook its settings.
    fn all_candidates(&self, order: &[&Assessment]) -> Table {
        let settings = self.settings();
        let mut columns = vec![Column::new("candidate", CellKind::Text)];
        columns.extend(compared(self.words.per(), &self.best_name()));
        columns.extend(
            settings
                .iter()
                .map(|path| Column::new(path.to_string(), CellKind::Code).only(Media::Book)),
        );
        columns.push(Column::new(WHOLE_P95, CellKind::Money).only(Media::NotText));
        columns.push(Column::new("remarks", CellKind::Text));
        let row = |judged: &&Assessment| {
            let mut row = vec![Cell::text(&self.candidates()[judged.index].name)];
            row.extend(self.compared(judged));
            row.extend(settings.iter().map(|path| self.setting(judged, path)));
            row.push(self.whole_p95(judged));
            row.push(Cell::Text(self.remarks(judged)));
            row
        };
        Table {
            rows: order.iter().map(row).collect(),
            media: Media::NotText,
            ..Table::new(CANDIDATES, "Candidates", columns)
        }
    }

    /// The candidates as a terminal has room for them: those that do not differ in anything but their name
    /// share a row.
    fn distinct_candidates(&self, order: &[&Assessment]) -> Table {
        let mut columns = vec![Column::new("candidate", CellKind::Text)];
        columns.extend(compared(self.words.per(), &self.best_name()));
        columns.push(Column::new("remarks", CellKind::Text));
        let mut rows: Vec<(&str, u64, Vec<Cell>)> = Vec::new();
        for judged in order {
            let mut cells = self.compared(judged).to_vec();
            cells.push(Cell::Text(self.remarks(judged)));
            match rows.iter_mut().find(|(_, _, others)| *others == cells) {
                Some((_, like_it, _)) => *like_it += 1,
                None => rows.push((self.candidates()[judged.index].name.as_str(), 0, cells)),
            }
        }
        let row = |(name, like_it, cells): (&str, u64, Vec<Cell>)| {
            let name = match like_it {
                0 => name.to_owned(),
                some => {
                    format!("{name}, and {} with the same in every column", count(some, "other"))
                }
            };
            [Cell::Text(name)].into_iter().chain(cells).collect()
        };
        Table {
            rows: rows.into_iter().map(row).collect(),
            media: Media::Text,
            most_in_text: LISTED,
            ..Table::new(CANDIDATES, "Candidates", columns)
        }
    }

    /// A row per candidate with every figure and its interval, which only a workbook has room for.
    fn every_figure(&self, order: &[&Assessment]) -> Table {
        let mut columns = vec![Column::new("candidate", CellKind::Text)];
        columns.extend(self.in_book_only());
        let row = |judged: &&Assessment| {
            let name = Cell::text(&self.candidates()[judged.index].name);
            [name].into_iter().chain(self.in_book(judged)).collect()
        };
        Table {
            rows: order.iter().map(row).collect(),
            media: Media::Book,
            ..Table::new(EVERY_FIGURE, "Every figure of every candidate", columns)
        }
    }

    /// The 95th percentile of spend over the whole horizon.
    fn whole_p95(&self, judged: &Assessment) -> Cell {
        let p95 = self.in_periods(judged).all.and_then(|all| all.spend.p95);
        p95.map_or(Cell::Unknown, |p95| Cell::mean(CellKind::Money, p95))
    }

    /// The cells that a terminal and a page compare of a candidate, under the names of
    /// [`compared`].
    fn compared(&self, judged: &Assessment) -> [Cell; 8] {
        let gain = match judged.gain {
            Some(gain) => Cell::with_half(CellKind::Money, Some(gain.difference)),
            None => Cell::Empty,
        };
        let best = match judged.best {
            Some(best) => Cell::Text(self.words.probability(best, self.judgement)),
            None => Cell::Empty,
        };
        [
            Cell::with_half(CellKind::Money, Some(judged.cost)),
            gain,
            self.value(judged, Figure::RECHARGES),
            self.value(judged, Figure::FILL_RATE),
            self.value(judged, Figure::OUTAGE_PROBABILITY),
            self.value(judged, Figure::REFUSED),
            self.value(judged, Figure::EXPIRED),
            best,
        ]
    }

    /// What the probability of a candidate is of: several may be as good as the best.
    fn best_name(&self) -> String {
        match self.judgement.materiality > 0.0 {
            true => format!("within {} of the best", self.words.money(self.judgement.materiality)),
            false => "best".to_owned(),
        }
    }

    /// The settings that candidates differ in, each once.
    fn settings(&self) -> Vec<SettingPath> {
        let mut paths = Vec::new();
        for Setting { path, .. } in self.candidates().iter().flat_map(|one| &one.settings) {
            if !paths.contains(path) {
                paths.push(path.clone());
            }
        }
        paths
    }

    /// A candidate's value of a setting; a number is a number in a workbook too.
    fn setting(&self, judged: &Assessment, path: &SettingPath) -> Cell {
        let settings = &self.candidates()[judged.index].settings;
        let Some(set) = settings.iter().find(|one| one.path == *path) else { return Cell::Empty };
        let value = set.value.to_string();
        match value.parse::<f64>() {
            // Written with all its decimals, like credits.
            Ok(number) if number.is_finite() => Cell::mean(CellKind::Credits, number),
            _ => Cell::Text(value),
        }
    }

    /// The columns that only a workbook has room for.
    fn in_book_only(&self) -> Vec<Column> {
        let mut columns = vec![
            Column::new("replications", CellKind::Count),
            Column::new("probability of being best", CellKind::Share),
            Column::new("gain", CellKind::Money),
        ];
        columns
            .extend(Figure::of_studies().map(|figure| Column::new(in_book(figure), kind(figure))));
        let span = self.objective().period.span();
        for (figure, _, what) in SPREAD_OVER_CYCLES {
            let column = |(quantile, _): Quantile| {
                Column::new(format!("{what} in a {span}, {quantile}"), kind(figure))
            };
            columns.extend(QUANTILES.map(column));
        }
        columns.into_iter().map(|column| column.only(Media::Book)).collect()
    }

    /// The cells of [`StudyReport::in_book_only`].
    fn in_book(&self, judged: &Assessment) -> Vec<Cell> {
        let gain = match judged.gain {
            Some(gain) => Cell::with_limits(CellKind::Money, Some(gain.difference)),
            None => Cell::Empty,
        };
        let mut cells = vec![
            Cell::Count(self.runs[judged.index].len() as u64),
            judged.best.map_or(Cell::Empty, Cell::Share),
            gain,
        ];
        cells.extend(
            Figure::of_studies()
                .map(|figure| Cell::with_limits(kind(figure), self.estimate(judged, figure))),
        );
        for (figure, _, _) in SPREAD_OVER_CYCLES {
            let tails = self.tails(judged, figure);
            let cell = |(_, of): Quantile| Cell::with_limits(kind(figure), tails.as_ref().map(of));
            cells.extend(QUANTILES.map(cell));
        }
        cells
    }

    /// Remarks on a candidate in a word or two.
    fn remarks(&self, judged: &Assessment) -> String {
        let mut remarks = Vec::new();
        match self.judgement.verdict {
            Verdict::Change(index) if index == judged.index => remarks.push("advised".to_owned()),
            Verdict::Keep(_) if judged.index == 0 => remarks.push("advised".to_owned()),
            Verdict::Infeasible(index) if index == judged.index => {
                remarks.push("nearest miss".to_owned());
            }
            _ => {}
        }
        remarks.extend(judged.missed().map(|one| format!("misses {}", one.constraint.name())));
        if judged.refuses_more.is_some() {
            remarks.push("refuses more".to_owned());
        }
        if judged.on_frontier {
            remarks.push("frontier".to_owned());
        }
        // What was dropped and is as good as what is left is none the worse.
        let dropped = self.runs[judged.index].dropped_after.filter(|_| judged.best.is_none());
        if let Some(after) = dropped {
            remarks.push(format!("dropped after {after}"));
        }
        remarks.join(", ")
    }
}

/// The columns that candidates are compared by; a workbook has a sheet of every figure besides.
fn compared(per: String, best: &str) -> [Column; 8] {
    let cost = format!("cost {per}");
    [
        (&*cost, CellKind::Money),
        ("gain", CellKind::Money),
        (Figure::RECHARGES.label(), CellKind::Count),
        (Figure::FILL_RATE.label(), CellKind::Share),
        ("outage cycles", CellKind::Share),
        (Figure::REFUSED.label(), CellKind::Credits),
        (Figure::EXPIRED.label(), CellKind::Credits),
        (best, CellKind::Share),
    ]
    .map(|(name, kind)| Column::new(name, kind))
    .map(|column| match column.name == "gain" || column.name == best {
        // A candidate that is compared with nothing has neither.
        true => column.unless_nothing(),
        false => column,
    })
}

/// The name of a figure's column in a workbook, whose numbers have no unit beside them.
fn in_book(figure: Figure) -> String {
    figure.name_in_studies().replace('_', " ")
}

/// A value that a workbook takes from the sheet of candidates.
fn linked(cell: Cell, order: &[&Assessment], face: &Face<'_>, column: String) -> Cell {
    let row = order
        .iter()
        .position(|judged| judged.index == face.assessment.index)
        .expect("every candidate has a row");
    Cell::Derived(Box::new(cell), Derived::Same { table: EVERY_FIGURE, row, column })
}

#[cfg(all(test, any(feature = "html", feature = "xlsx")))]
mod tests {
    use super::*;
    use crate::inquiry::judged::luck;
    use crate::report::made::Made;

    fn made() -> Made {
        let did = |index: usize, r: usize| [60.0 - 9.0 * index as f64 + luck(r), 0.0, 2.5];
        Made::new(3, 20, Vec::new(), did)
            .named(1, "=1+1")
            .set(|index| vec![("recharge.at_or_below", ["10", "@x", "500"][index].to_owned())])
    }

    fn table<'d>(document: &'d Document, name: &str) -> &'d Table {
        let tables = document.blocks.iter().filter_map(|block| match block {
            Block::Table(table) => Some(table),
            _ => None,
        });
        tables.into_iter().find(|table| table.name == name).unwrap()
    }

    fn cell_of<'t>(table: &'t Table, name: &str) -> &'t Cell {
        let place = table.columns.iter().position(|column| column.name == name).unwrap();
        &table.rows[0][place]
    }

    fn value(cell: &Cell) -> Option<f64> {
        match cell {
            Cell::Mean(mean) => Some(mean.value),
            _ => None,
        }
    }

    #[test]
    fn a_candidate_is_a_row_with_what_it_sets_and_every_figure() {
        made().told(|report| {
            let document = report.document();
            let candidates = table(&document, CANDIDATES);
            let cell = |row: usize, name: &str, media: Media| {
                let is = |column: &Column| column.name == name && column.media == media;
                let place = candidates.columns.iter().position(is).unwrap();
                &candidates.rows[row][place]
            };
            let every = table(&document, EVERY_FIGURE);
            let figure = |row: usize, name: &str| {
                let place = every.columns.iter().position(|column| column.name == name).unwrap();
                &every.rows[row][place]
            };
            let named: Vec<&Cell> = candidates.rows.iter().map(|row| &row[0]).collect();
            let names = ["candidate 2", "current", "=1+1"].map(Cell::text);
            assert_eq!(named, names.iter().collect::<Vec<_>>(), "advised, first, then by cost");
            assert_eq!(value(cell(1, "recharge.at_or_below", Media::Book)), Some(10.0));
            assert_eq!(value(cell(0, "recharge.at_or_below", Media::Book)), Some(500.0));
            assert_eq!(*cell(2, "recharge.at_or_below", Media::Book), Cell::text("@x"));
            assert_eq!(value(figure(1, "cost")), Some(64.9));
            assert_eq!(value(figure(0, "cost")), Some(46.9));
            assert_eq!(*figure(1, "gain"), Cell::Empty);
            assert_eq!(value(figure(0, "gain")).unwrap().round(), 18.0);
            assert!(candidates.columns.len() < 20, "a sheet that fits a screen");
            assert_eq!(*cell(0, "remarks", Media::All), Cell::text("advised, frontier"));
            for figure in Figure::of_studies() {
                cell_of(every, &in_book(figure));
            }
        });
    }

    #[test]
    fn what_a_summary_takes_from_the_sheet_of_candidates_stands_there() {
        made().told(|report| {
            let document = report.document();
            let candidates = table(&document, EVERY_FIGURE);
            let mut links = 0;
            for cell in ["figures", "tails"].iter().flat_map(|name| &table(&document, name).rows) {
                for cell in cell {
                    let Cell::Derived(shown, Derived::Same { table, row, column }) = cell else {
                        continue;
                    };
                    let is = |other: &Column| other.name == *column && other.media == Media::Book;
                    let place = candidates.columns.iter().position(is).unwrap();
                    assert_eq!(*table, EVERY_FIGURE);
                    assert_eq!(**shown, candidates.rows[*row][place], "{column}");
                    links += 1;
                }
            }
            // Two candidates with two figures' quantiles, at the least.
            assert!(links > 16, "{links}");
        });
    }

    #[test]
    fn figures_of_nothing_are_named_once_below_the_table() {
        made().told(|report| {
            let document = report.document();
            let figures = table(&document, "figures");
            let note = figures.note.as_deref().unwrap();
            let named = |figure: Figure| {
                let name = format!("{}{}", figure.label(), report.per(figure));
                figures.rows.iter().filter(|row| row[0] == Cell::text(&name)).count()
            };
            for figure in Figure::of_studies() {
                let below = note.trim_start_matches("Zero in every run: ").trim_end_matches('.');
                let below = below.split(", ").filter(|name| *name == figure.label()).count();
                assert_eq!(named(figure) + below, 1, "{figure:?}");
            }
            assert_eq!(named(Figure::COST), 1);
            assert_eq!(named(Figure::STRANDED_EVENTS), 0);
        });
    }

    #[cfg(feature = "xlsx")]
    #[test]
    fn the_same_study_makes_the_same_bytes() {
        use crate::report::document::book::book;
        made().told(|report| {
            assert!(book(&report.document()).unwrap() == book(&report.document()).unwrap())
        });
    }
}
