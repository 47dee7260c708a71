//! Advice to an owner of a vendor's product, or on the choice of a vendor: one paragraph to paste, the search
//! behind it, and what the rules rest on.
//!
//! The document is that of the last study with the paragraph in the place of its finding. Deliberately
//! absent: anything that computes a figure of a run.

use std::io::{self, Write};

use crate::figures::Figure;
use crate::inquiry::{AdviceAnswer, Assessment, Neighbours, Ranking, Today, Verdict};
use crate::scenario::{Scenario, Setting, SettingPath};
use crate::study::estimate::paired;
use crate::study::{Confidence, ServiceTarget, UsageModel};
use crate::vendors::{RuleStanding, Vendor};

use super::Tables;
use super::document::{self, Block, Cell, CellKind, Column, Document, Finding, Table, notes};
use super::json;
use super::readings::ReadingsReport;
use super::study::StudyReport;
use super::vendors::rests_on;
use super::words::{capital, count};

/// The advice on one vendor's settings.
#[derive(Clone, Copy, Debug)]
pub struct VendorAdvice<'a> {
    /// The vendor.
    pub vendor: &'a Vendor,
    /// The settings given for it.
    pub given: &'a [Setting],
    /// Its scenario with today's settings.
    pub scenario: &'a Scenario,
    /// What today's settings are.
    pub today: Today,
    /// The balance that the account was assumed to start with, if nothing says what it has.
    pub opening: Option<&'a Setting>,
    /// The answer.
    pub answer: &'a AdviceAnswer,
}

/// Advice, ready to be reported.
#[derive(Clone, Debug)]
pub struct AdviceReport<'a> {
    /// The title of the report, if one was given.
    pub title: Option<&'a str>,
    /// The question of the customer, if one was given.
    pub question: Option<&'a str>,
    /// The vendors in the order of the question.
    pub advices: &'a [VendorAdvice<'a>],
    /// The ranking of several vendors.
    pub ranking: Option<&'a Ranking>,
    /// The last study: of one vendor's settings, or of the vendors.
    pub study: StudyReport<'a>,
    /// What the advised vendor's text leaves open, where it was run.
    pub open: Vec<ReadingsReport<'a>>,
    /// The command that writes the scenario behind the advice.
    pub command: String,
}

impl<'a> VendorAdvice<'a> {
    /// The advised candidate.
    pub fn judged(&self) -> &'a Assessment {
        &self.answer.search.study.judgement.judged[self.answer.advised]
    }

    /// The advised value of each option.
    pub fn settings(&self) -> Vec<Setting> {
        let value = |path: &SettingPath| {
            let value = self.answer.scenario.setting(path)?;
            Some(Setting { path: path.clone(), value })
        };
        self.answer.space.iter().filter_map(|option| value(&option.path)).collect()
    }

    /// The advised settings in words: `plan pro, package 3000 and a threshold of 100`.
    pub fn in_words(&self) -> String {
        let words: Vec<String> =
            self.settings().iter().map(|one| phrase(one, &self.answer.scenario)).collect();
        joined(&words)
    }

    /// The settings that rest on nothing but an assumption, and are not those that were searched or given.
    pub fn assumed(&self) -> Vec<String> {
        let searched =
            |path: &SettingPath| self.answer.space.iter().any(|one| one.path.is_in(path));
        let given = |path: &SettingPath| self.given.iter().any(|one| one.path.is_in(path));
        let standings = self.vendor.standings.iter();
        let assumed =
            standings.filter(|(_, standing)| matches!(standing, RuleStanding::Assumed(_)));
        let paths = assumed.map(|(path, _)| path).filter(|path| !searched(path) && !given(path));
        paths.map(ToString::to_string).chain(self.opening.map(ToString::to_string)).collect()
    }

    /// Number of settings that a document of the vendor or its code states.
    pub fn documented(&self) -> usize {
        let standings = self.vendor.standings.iter();
        standings.filter(|(_, standing)| standing.evidence().is_some()).count()
    }

    /// The whole weeks that futures are drawn from; `None` where the history is only replayed.
    pub fn weeks(&self) -> Option<usize> {
        match self.answer.usage.of(0) {
            UsageModel::Resampled(weeks) => Some(weeks.len()),
            _ => None,
        }
    }
}

/// A setting in words.
fn phrase(setting: &Setting, scenario: &Scenario) -> String {
    let (value, unit) = (&setting.value, &scenario.unit);
    let path = setting.path.to_string();
    match path.as_str() {
        "plan" => format!("plan {value}"),
        "recharge.package" => format!("package {value}"),
        "recharge.packs" if value.to_string() == "1" => "1 pack".to_owned(),
        "recharge.packs" => format!("{value} packs"),
        "recharge.at_or_below" => format!("a recharge at {value} {unit} or below"),
        "recharge.below" => format!("a recharge below {value} {unit}"),
        "recharge.up_to" => format!("a recharge up to {value} {unit}"),
        "recharge.consumed_share" => format!("a recharge once {value} is used"),
        _ => capped(setting, scenario).unwrap_or_else(|| format!("{path} = {value}")),
    }
}

/// A cap in words: `a cap of 5 recharges per cycle`.
fn capped(setting: &Setting, scenario: &Scenario) -> Option<String> {
    let path = setting.path.to_string();
    let (cap, limit) = path.strip_prefix("recharge.caps.")?.split_once('.')?;
    let per = SettingPath::new(&format!("recharge.caps.{cap}.per")).ok()?;
    let per = scenario.setting(&per).map_or(String::new(), |per| format!(" per {per}"));
    let value = &setting.value;
    Some(match limit {
        "money" => format!("a cap of {value} {}{per}", scenario.currency.code()),
        "credits" => format!("a cap of {value} {}{per}", scenario.unit),
        "recharges" => format!("a cap of {value} recharges{per}"),
        _ => return None,
    })
}

/// The text with a small first letter, after a colon.
fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect())
}

/// Words with commas and an `and`.
fn joined(words: &[String]) -> String {
    match words {
        [] => "its own rules".to_owned(),
        [only] => only.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

impl<'a> AdviceReport<'a> {
    /// The place of the advised vendor among the advices.
    pub fn best(&self) -> usize {
        let Some(ranking) = self.ranking else { return 0 };
        let before = ranking.scenarios.len() - self.advices.len();
        ranking.order.first().map_or(0, |&place| place - before)
    }

    /// The advice on the advised vendor.
    pub fn advice(&self) -> VendorAdvice<'a> {
        self.advices[self.best()]
    }

    /// The candidate of the last study that is advised.
    fn judged(&self) -> &Assessment {
        match self.ranking {
            Some(ranking) => &self.study.judgement.judged[ranking.order[0]],
            None => &self.study.judgement.judged[self.advice().answer.advised],
        }
    }

    /// The paragraph to paste, sentence by sentence: what to choose comes first.
    pub fn sentences(&self) -> Vec<String> {
        let mut sentences = vec![capital(&self.choice())];
        sentences.extend(self.figures());
        sentences.extend(self.against_today());
        sentences.push(self.as_it_was());
        sentences.extend(self.misses());
        sentences.extend(self.rivals());
        sentences.push(self.searched());
        sentences.extend(self.next_values());
        sentences.push(self.basis());
        sentences.push(self.certainty());
        sentences.extend(self.open.iter().map(|open| open.headline()));
        sentences
    }

    /// The paragraph in one line, for whom it is.
    pub fn paragraph(&self) -> String {
        let paragraph = self.sentences().join(" ");
        self.title.map_or(paragraph.clone(), |title| format!("{title}. {paragraph}"))
    }

    fn choice(&self) -> String {
        let advice = self.advice();
        let (title, settings) = (&advice.vendor.title, advice.in_words());
        let text = match (self.ranking, advice.answer.search.study.judgement.verdict) {
            (Some(_), _) => format!("choose {title} with {settings}"),
            (None, Verdict::Keep(_)) if advice.today == Today::Known => {
                format!("keep {title} with {settings}")
            }
            (None, Verdict::Infeasible(_)) => {
                format!(
                    "nothing that an owner of {title} may choose keeps {}; {settings} comes nearest",
                    self.study.words.wanted()
                )
            }
            (None, _) => format!("set {title} to {settings}"),
        };
        text + "."
    }

    /// The other vendors and what they cost.
    fn rivals(&self) -> Option<String> {
        let ranking = self.ranking?;
        let before = ranking.scenarios.len() - self.advices.len();
        let told = |&place: &usize| {
            let advice = self.advices[place - before];
            let judged = &self.study.judgement.judged[place];
            let missed = if judged.is_feasible() { "" } else { ", which misses what must hold" };
            let cost = self.study.words.money(judged.cost.value);
            format!("{} costs {cost} with {}{missed}", advice.vendor.title, advice.in_words())
        };
        let others: Vec<String> = ranking.order.iter().skip(1).map(told).collect();
        Some(format!("Next come: {}.", others.join("; ")))
    }

    /// What would keep the service target, where nothing that was tried does.
    fn misses(&self) -> Option<String> {
        let judged = self.judged();
        let missed = judged.worst()?;
        let value =
            missed.figure.map(|figure| self.study.words.value(missed.constraint, figure.value));
        let has = format!(
            "It has {} where {} is wanted.",
            value?,
            self.study.words.constraint(missed.constraint)
        );
        let remedy = self.study.remedy.found().map(|remedy| {
            let start = self.study.judgement.advised();
            self.study.words.remedy(remedy, None, start.served)
        });
        Some(match remedy {
            Some(remedy) => format!("{has} Beyond what an owner may choose: {}", lower(&remedy)),
            None => has,
        })
    }

    /// What the choice costs and how it serves; nothing where the study knows no such figure.
    fn figures(&self) -> Option<String> {
        let (study, judged) = (&self.study, self.judged());
        let words = &study.words;
        let value = |figure: Figure| Some(study.estimate(judged, figure)?.value);
        let between = match (judged.cost.low, judged.cost.high) {
            (Some(low), Some(high)) if low < high => {
                format!(
                    " ({} interval of the simulation: {} to {})",
                    words.percent(study.objective().confidence.probability()),
                    words.money(low),
                    words.money(high)
                )
            }
            _ => String::new(),
        };
        let (spend, cost) = (value(Figure::TOTAL_SPEND)?, judged.cost.value);
        let cost = match words.money(spend) == words.money(cost) {
            true => format!("That costs {} {}{between}", words.money(cost), words.per()),
            false => format!(
                "That spends {} {}, and costs {} where credits left for later count{between}",
                words.money(spend),
                words.per(),
                words.money(cost)
            ),
        };
        Some(format!(
            "{cost}, with {:.1} recharges {}, {} of the {} served and an outage in {} of cycles.",
            value(Figure::RECHARGES)?,
            words.per(),
            words.percent(value(Figure::FILL_RATE)?),
            words.unit,
            words.percent(value(Figure::OUTAGE_PROBABILITY)?),
        ))
    }

    /// The cost of today's settings beside the advised ones.
    fn against_today(&self) -> Option<String> {
        let known = self.advices.first().is_some_and(|advice| advice.today == Today::Known);
        let (first, judged) = (&self.study.judgement.judged[0], self.judged());
        if !known || judged.index == 0 {
            return None;
        }
        let words = &self.study.words;
        let gain = judged.gain?.difference;
        // The interval is of the same difference as the amount: what is paid more has no minus.
        let (saved, ends) = match gain.value < 0.0 {
            true => ("more", gain.high.zip(gain.low).map(|(least, most)| (-least, -most))),
            false => ("less", gain.low.zip(gain.high)),
        };
        let between = ends.map_or(String::new(), |(least, most)| {
            format!(" ({} to {})", words.money(least), words.money(most))
        });
        Some(format!(
            "Today's settings cost {} {} and serve {}: the advice costs {} {saved}{between}.",
            words.money(first.cost.value),
            words.per(),
            words.percent(first.served),
            words.money(gain.value.abs()),
        ))
    }

    /// What the advised settings would have done on the history as it was.
    fn as_it_was(&self) -> String {
        let advice = self.advice();
        let told = |runs: &crate::study::Runs| {
            let of = |figure: Figure| runs.column(figure).first().copied().unwrap_or(0.0);
            let refused = of(Figure::REFUSED);
            let refused = match refused > 0.0 {
                true => format!("and refused {}", self.study.words.credits(refused)),
                false => "and refused nothing".to_owned(),
            };
            let recharges = count(of(Figure::RECHARGES) as u64, "recharge");
            format!("{} in {recharges} {refused}", self.study.words.money(of(Figure::TOTAL_SPEND)))
        };
        let as_it_was = &advice.answer.as_it_was;
        let zone = advice.scenario.zone;
        let horizon = advice.scenario.setup.horizon;
        let today = match (advice.today, self.judged().index) {
            (Today::Known, index) if index > 0 => {
                format!("; today's settings spend {}", told(&as_it_was.today))
            }
            _ => String::new(),
        };
        format!(
            "On the usage as it was from {} to {}, it spends {}{today}.",
            zone.show_date(horizon.from),
            zone.show_date(horizon.to),
            told(&as_it_was.advised),
        )
    }

    fn searched(&self) -> String {
        let (mut tried, mut runs, mut lattice) = (0, 0, 0_u128);
        for advice in self.advices {
            let search = &advice.answer.search;
            (tried, runs) = (tried + search.tried, runs + search.runs);
            lattice = lattice.saturating_add(search.lattice);
        }
        let lattice = u64::try_from(lattice).unwrap_or(u64::MAX);
        let runs = count(runs as u64, "run");
        match lattice {
            1 => format!("The one combination that an owner may choose was tried in {runs}."),
            _ => format!(
                "{} of {} that an owner may choose were tried in {runs}.",
                crate::domain::grouped(&tried.to_string()),
                count(lattice, "combination"),
            ),
        }
    }

    /// The next lower and higher value of each number, and what they cost.
    fn next_values(&self) -> Option<String> {
        let advice = self.advice();
        let told: Vec<String> = advice
            .answer
            .search
            .neighbours
            .iter()
            .filter_map(|next| next_value(&advice, next, &self.study))
            .collect();
        let others = &advice.answer.search.alternatives;
        let others = others.iter().filter_map(|one| {
            let beyond = beyond(&advice, one.candidate, &self.study)?;
            Some(format!("the best with {} {beyond}", phrase(&one.setting, advice.scenario)))
        });
        let told: Vec<String> = told.into_iter().chain(others).collect();
        (!told.is_empty()).then(|| format!("The next values were tried: {}.", told.join("; ")))
    }

    fn basis(&self) -> String {
        let advice = self.advice();
        let vendor = advice.vendor;
        let assumed = advice.assumed();
        let assumed = match assumed.is_empty() {
            true => "nothing is assumed".to_owned(),
            false => format!("assumed: {}", assumed.join(", ")),
        };
        let given: Vec<String> = vendor.asks.iter().map(|ask| ask.path.to_string()).collect();
        let given = match given.is_empty() {
            true => String::new(),
            false => format!(
                "; given with the command, as the vendor does not publish it: {}",
                given.join(", ")
            ),
        };
        format!(
            "The rules rest on {} that the vendor documents or its code shows (read on {}){given}; {assumed}.",
            count(advice.documented() as u64, "setting"),
            vendor.checked,
        )
    }

    fn certainty(&self) -> String {
        let advice = self.advice();
        let history = match advice.weeks() {
            Some(weeks) => format!("It holds for futures like the {} of the history; growth is not in it", count(weeks as u64, "whole week")),
            None => "The history has fewer than two whole weeks and was replayed as it was, so nothing is known of other weeks".to_owned(),
        };
        let target = match self.study.objective().target {
            ServiceTarget::Assumed => {
                format!("; that {} is wanted is assumed", self.study.words.wanted())
            }
            ServiceTarget::None | ServiceTarget::Stated(_) => String::new(),
        };
        let best = self.judged().best;
        let best = best.map_or(String::new(), |best| {
            format!(", and of what was compared last it is within {} of the best with a probability of {}", self.study.words.money(self.study.judgement.materiality), self.study.words.probability(best))
        });
        format!("{history}{target}{best}.")
    }

    /// The document.
    pub fn document(&self) -> Document {
        let study = self.study.document();
        let mut sentences = self.sentences().into_iter();
        let title = match self.title {
            Some(title) => title.to_owned(),
            None => self.study.name.to_owned(),
        };
        let mut blocks = study.blocks;
        // After the figures that are seen first.
        let place = blocks.len().min(1);
        blocks.splice(place..place, self.ranked().map(Block::Table));
        blocks.extend(self.open.iter().map(|open| Block::Table(open.table())));
        blocks.push(Block::Table(self.rules()));
        blocks.extend(notes("Not in the rules", self.advice().vendor.not_modelled.clone()));
        blocks
            .extend(notes("The scenario behind it", vec![format!("{} writes it.", self.command)]));
        Document {
            title,
            question: self.question.map(str::to_owned).or(study.question),
            finding: Finding {
                headline: sentences.next().expect("advice begins with what to choose"),
                sentences: sentences.collect(),
                basis: study.finding.basis,
            },
            blocks,
            source: study.source,
            notation: study.notation,
        }
    }

    /// The vendors, the best first.
    fn ranked(&self) -> Option<Table> {
        let ranking = self.ranking?;
        let before = ranking.scenarios.len() - self.advices.len();
        let columns = vec![
            Column::new("vendor", CellKind::Text),
            Column::new("settings", CellKind::Text),
            Column::new(format!("cost {}", self.study.words.per()), CellKind::Money),
            Column::new("fill rate", CellKind::Share),
            Column::new("keeps what must hold", CellKind::Text),
        ];
        let row = |&place: &usize| {
            let (advice, judged) =
                (self.advices[place - before], &self.study.judgement.judged[place]);
            let kept = if judged.is_feasible() { "yes" } else { "no" };
            vec![
                Cell::text(&advice.vendor.title),
                Cell::Text(advice.in_words()),
                Cell::with_half(CellKind::Money, Some(judged.cost)),
                Cell::Share(judged.served),
                Cell::text(kept),
            ]
        };
        let rows = ranking.order.iter().map(row).collect();
        Some(Table { rows, ..Table::new("vendors", "Vendors", columns) })
    }

    /// What each rule of the advised vendor rests on.
    fn rules(&self) -> Table {
        let advice = self.advice();
        let columns = vec![
            Column::new("setting", CellKind::Code),
            Column::new("value", CellKind::Code),
            Column::new("rests on", CellKind::Text),
        ];
        let row = |(path, standing): &(SettingPath, RuleStanding)| {
            let value = advice.answer.scenario.setting(path).map(|value| value.to_string());
            vec![
                Cell::Text(path.to_string()),
                value.map_or(Cell::Empty, Cell::Text),
                Cell::Text(rests_on(standing)),
            ]
        };
        let rows = advice.vendor.standings.iter().map(row).collect();
        Table {
            rows,
            most_in_text: usize::MAX,
            ..Table::new(
                "rules",
                format!("What the rules of {} rest on", advice.vendor.title),
                columns,
            )
        }
    }
}

/// The values next to the advised one of a setting: `recharge.at_or_below: 90 costs $0.40 more, 110 costs the same`.
fn next_value(
    advice: &VendorAdvice<'_>,
    next: &Neighbours,
    told: &StudyReport<'_>,
) -> Option<String> {
    let candidates = &advice.answer.search.study.candidates;
    let side = |index: Option<usize>| {
        let beyond = beyond(advice, index?, told)?;
        let setting = candidates[index?].settings.iter().find(|one| one.path == next.path)?;
        Some(format!("{} {beyond}", setting.value))
    };
    let sides: Vec<String> = [side(next.lower), side(next.upper)].into_iter().flatten().collect();
    (!sides.is_empty()).then(|| format!("{}: {}", next.path, sides.join(", ")))
}

/// What a candidate costs beyond the advised one: `costs $0.40 more`; `None` of the advised one itself.
fn beyond(advice: &VendorAdvice<'_>, index: usize, told: &StudyReport<'_>) -> Option<String> {
    let (study, advised) = (&advice.answer.search.study, advice.answer.advised);
    if index == advised {
        return None;
    }
    let (ours, theirs) = (&study.runs[index].cost, &study.runs[advised].cost);
    let shared = ours.len().min(theirs.len());
    let more = paired(&ours[..shared], &theirs[..shared], Confidence::USUAL)?.difference.value;
    let size = told.words.money(more.abs());
    Some(match (study.judgement.judged[index].is_feasible(), more) {
        (false, _) => "misses what must hold".to_owned(),
        (true, _) if size == told.words.money(0.0) => "costs the same".to_owned(),
        (true, more) if more > 0.0 => format!("costs {size} more"),
        (true, _) => format!("costs {size} less, which is not sure or too little"),
    })
}

impl Tables for AdviceReport<'_> {
    fn text(&self, width: Option<usize>) -> String {
        document::text::text(&self.document(), width)
    }

    fn markdown(&self) -> String {
        document::markdown::markdown(&self.document())
    }

    fn json(&self) -> io::Result<String> {
        json::text(&json::advise::result(self))
    }

    fn rows(&self, out: &mut dyn Write) -> io::Result<()> {
        self.study.rows(out)
    }

    fn samples(&self, out: &mut dyn Write) -> io::Result<()> {
        self.study.samples(out)
    }

    fn periods(&self, out: &mut dyn Write) -> io::Result<()> {
        self.study.periods(out)
    }
}

impl super::Report for AdviceReport<'_> {
    #[cfg(feature = "html")]
    fn page(&self) -> (String, Vec<super::charts::Chart>) {
        let document = self.document();
        (document::page::page(&document), document.charts())
    }

    #[cfg(feature = "xlsx")]
    fn workbook(&self) -> io::Result<Vec<u8>> {
        document::book::book(&self.document())
    }
}
