//! Advice to an owner of a vendor's product, or on the choice of a vendor: one paragraph to paste, the search
//! behind it, and what the rules rest on.
//!
//! The document is that of the last study with the paragraph in the place of its finding and sections of what
//! is around it. In reading order: `sentences`, `ranges` → this page. Deliberately absent: anything that computes a
//! figure of a run.

mod ranges;
mod sentences;

use std::io::{self, Write};

use crate::domain::text::{counted, in_unit, listed};
use crate::domain::{Duration, grouped};
use crate::inquiry::{AdviceAnswer, Assessment, Ranking, Today};
use crate::policy::Purchase;
use crate::scenario::{Scenario, Setting, SettingPath};
use crate::study::{Standing, UsageModel};
use crate::vendors::{OwnerOption, RuleStanding, Vendor};

use super::Tables;
use super::document::text::Screen;
use super::document::{self, Block, Cell, CellKind, Column, Document, Finding, Table, notes};
use super::json;
use super::readings::ReadingsReport;
use super::study::StudyReport;
use super::vendors::rests_on;

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
    /// What this program set because neither the vendor nor the command says it: that rows are totals, the balance
    /// that the account starts with.
    pub settled: &'a [Setting],
    /// The answer.
    pub answer: &'a AdviceAnswer,
}

/// A vendor that is not among those that are ranked.
#[derive(Clone, Debug)]
pub struct LeftOutVendor<'a> {
    /// The vendor.
    pub vendor: &'a Vendor,
    /// Why, in a sentence without its full stop.
    pub why: String,
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
    /// Those of the question that are not advised on.
    pub left_out: &'a [LeftOutVendor<'a>],
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
        &self.answer.search.study.judgement.assessments[self.answer.advised]
    }

    /// The advised value of each option.
    pub fn settings(&self) -> Vec<Setting> {
        let value = |path: &SettingPath| {
            let value = self.answer.scenario.setting(path)?;
            Some(Setting { path: path.clone(), value })
        };
        self.answer.space.iter().filter_map(|option| value(&option.path)).collect()
    }

    /// The advised settings in words: `plan pro, package 3000 and a threshold of 100 credits`.
    pub fn in_words(&self) -> String {
        let words: Vec<String> =
            self.settings().iter().map(|one| phrase(one, &self.answer.scenario)).collect();
        joined(&words)
    }

    /// What an owner set by hand and the search left as it is, in words: `3 packs (9,000 credits) at a time`.
    pub fn kept(&self) -> Option<String> {
        /// The settings of the account that the command has flags for.
        const OWNED: [&str; 6] = [
            "plan",
            "recharge.package",
            "recharge.packs",
            "recharge.up_to",
            "recharge.at_or_below",
            "recharge.below",
        ];
        let searched = |path: &SettingPath| self.answer.space.iter().any(|one| one.path == *path);
        let is_kept = |path: &&str| {
            let given = self.given.iter().find(|one| one.path.to_string() == **path);
            given.is_some_and(|one| !searched(&one.path))
        };
        let value = |path: &str| {
            let path = SettingPath::new(path).ok()?;
            let value = self.answer.scenario.setting(&path)?;
            Some(phrase(&Setting { path, value }, &self.answer.scenario))
        };
        let kept: Vec<String> = OWNED.into_iter().filter(is_kept).filter_map(value).collect();
        (!kept.is_empty()).then(|| joined(&kept))
    }

    /// The settings that rest on nothing but an assumption, and are not those that were searched or given.
    pub fn assumed(&self) -> Vec<String> {
        self.assumed_rules()
            .into_iter()
            .chain(self.settled.iter().map(ToString::to_string))
            .collect()
    }

    /// Those of them that the vendor's file assumes.
    pub fn assumed_rules(&self) -> Vec<String> {
        let searched =
            |path: &SettingPath| self.answer.space.iter().any(|one| one.path.is_in(path));
        let given = |path: &SettingPath| self.given.iter().any(|one| one.path.is_in(path));
        let standings = self.vendor.standings.iter();
        let assumed =
            standings.filter(|(_, standing)| matches!(standing, RuleStanding::Assumed(_)));
        let paths = assumed.map(|(path, _)| path).filter(|path| !searched(path) && !given(path));
        paths.map(ToString::to_string).collect()
    }

    /// Whether every combination that an owner may choose is among those that a search looks at: values that lie near each
    /// other, or matter to no such usage, are left out.
    pub(super) fn looks_at_all(&self) -> bool {
        let is_searched =
            |option: &&OwnerOption| self.answer.space.iter().any(|one| one.path == option.path);
        let (searched, others): (Vec<&OwnerOption>, Vec<&OwnerOption>) =
            self.vendor.options.iter().partition(is_searched);
        let is_without_end = |option: &&OwnerOption| {
            option.values.count().is_none() && self.scenario.setting(&option.path).is_some()
        };
        let mut counts = searched.iter().map(|option| option.values.count());
        let offered = counts.try_fold(1_u128, |all, count| all.checked_mul(count?));
        offered == Some(self.answer.search.lattice) && !others.iter().any(is_without_end)
    }

    /// Number of settings that a document of the vendor or its code states.
    pub fn documented(&self) -> usize {
        let standings = self.vendor.standings.iter();
        standings.filter(|(_, standing)| standing.evidence().is_some()).count()
    }

    /// The whole weeks that futures are learned from; `None` where the history is only replayed.
    pub fn weeks(&self) -> Option<usize> {
        match self.answer.usage.of(0).source() {
            UsageModel::Learned(future) => Some(future.evidence().known_weeks()),
            _ => None,
        }
    }

    /// The weeks that each draw of usage to come looks ahead, where the days that are judged are more.
    pub fn looks_ahead(&self) -> Option<u64> {
        let UsageModel::Learned(future) = self.answer.usage.of(0).source() else { return None };
        let horizon = self.scenario.setup.horizon;
        let weeks = future.renewal()?;
        (horizon.to.since(horizon.from)
            > Duration::from_millis(7 * weeks as i64 * Duration::DAY.millis()))
        .then_some(weeks)
    }
}

/// A setting in words, as a noun.
fn phrase(setting: &Setting, scenario: &Scenario) -> String {
    let value = grouped(&setting.value.to_string());
    let credits = || in_unit(&value, &scenario.unit);
    let path = setting.path.to_string();
    match path.as_str() {
        "plan" => format!("plan {}", setting.value),
        "recharge.package" => format!("package {}", setting.value),
        "recharge.packs" => packs(setting, scenario),
        "recharge.at_or_below" => format!("a threshold of {}", credits()),
        "recharge.below" => format!("a threshold just below {}", credits()),
        "recharge.up_to" => format!("a target of {}", credits()),
        "recharge.consumed_share" => format!("a recharge once {value} is used"),
        _ => capped(setting, scenario).unwrap_or_else(|| format!("{path} = {value}")),
    }
}

/// A number of packs in words: `2 packs (5,000 tasks) at a time`; where a pack is one credit, `25 dollars at a time`.
fn packs(setting: &Setting, scenario: &Scenario) -> String {
    let unit = &scenario.unit;
    let each =
        scenario.setup.policy.recharge.as_ref().and_then(|recharge| match &recharge.purchase {
            Purchase::Packs { package, .. } => Some(package.credits.decimal()),
            Purchase::UpTo { .. } => None,
        });
    let packs = setting.value.decimal();
    let all = packs.zip(each).and_then(|(packs, each)| packs.checked_mul(each));
    let credits = all.map(|all| grouped(&all.normalize().to_string()));
    let count = grouped(&setting.value.to_string());
    match (credits, count.as_str()) {
        (Some(credits), count) if credits == count => {
            format!("{} at a time", in_unit(credits, unit))
        }
        (Some(credits), count) => {
            format!("{} ({}) at a time", counted(count, "pack"), in_unit(credits, unit))
        }
        (None, count) => format!("{} at a time", counted(count, "pack")),
    }
}

/// A cap in words: `a cap of 5 recharges per cycle`.
fn capped(setting: &Setting, scenario: &Scenario) -> Option<String> {
    let path = setting.path.to_string();
    let (cap, limit) = path.strip_prefix("recharge.caps.")?.split_once('.')?;
    let per = SettingPath::new(&format!("recharge.caps.{cap}.per")).ok()?;
    let per = scenario.setting(&per).map_or(String::new(), |per| format!(" per {per}"));
    let value = grouped(&setting.value.to_string());
    Some(match limit {
        "money" => format!("a cap of {}{per}", scenario.currency.mark(&value)),
        "credits" => format!("a cap of {}{per}", in_unit(&value, &scenario.unit)),
        "recharges" => format!("a cap of {}{per}", counted(&value, "recharge")),
        _ => return None,
    })
}

/// Words with commas and an `and`.
fn joined(words: &[String]) -> String {
    match words {
        [] => "its own rules".to_owned(),
        words => listed(words),
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

    /// The document.
    pub fn document(&self) -> Document {
        let study = self.study.document();
        let mut sentences = self.sentences().into_iter();
        let title = match self.title {
            Some(title) => title.to_owned(),
            None => self.asked_about(),
        };
        let mut blocks = study.blocks;
        // After the figures that are seen first.
        let place = blocks.len().min(1);
        let around = self.ranked().map(Block::Table).into_iter();
        let left_out = self.left_out.iter().map(|one| format!("{}.", one.why)).collect();
        let around = around.chain(notes("Left out", left_out));
        let around = around.chain(notes("How it was found", self.found()));
        let around = around.chain(notes("What it rests on", self.basis()));
        let around = around.chain(notes("What would change it", self.ranges()));
        let around = around.chain(self.tornado());
        blocks.splice(place..place, around.collect::<Vec<Block>>());
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

    /// The vendors of the question, those that are left out as that.
    fn asked_about(&self) -> String {
        let left_out: Vec<&str> = self.left_out.iter().map(|one| &*one.vendor.title).collect();
        match left_out.is_empty() {
            true => self.study.name.to_owned(),
            false => format!("{} ({} left out)", self.study.name, listed(&left_out)),
        }
    }

    /// The picture of what would change it.
    #[cfg(feature = "html")]
    fn tornado(&self) -> Option<Block> {
        super::charts::of_advice(self).map(|chart| Block::Charts(vec![chart]))
    }

    #[cfg(not(feature = "html"))]
    fn tornado(&self) -> Option<Block> {
        None
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
                (self.advices[place - before], &self.study.judgement.assessments[place]);
            let is_whole = judged.replications == self.study.judgement.replications;
            let kept = match (judged.is_feasible(), judged.standing()) {
                (true, _) if !is_whole => "in the fewer runs that it had",
                (true, Standing::Meets) => "yes",
                (true, _) => "in these runs",
                (false, Standing::Misses) => "no",
                (false, _) => "not in these runs",
            };
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
            let value = advice.answer.scenario.setting(path);
            // What the vendor says of an owner's value, and its reason, is of the one to start from.
            let is_moved = value != advice.scenario.setting(path);
            let is_choice = advice.vendor.options.iter().any(|option| option.path.is_in(path));
            let given = advice.given.iter().any(|one| one.path.is_in(path));
            let standing = match (is_choice, is_moved) {
                (true, true) => "owner's choice, as advised".to_owned(),
                (true, false) if given => "owner's choice, as given".to_owned(),
                _ => rests_on(standing),
            };
            vec![
                Cell::Text(path.to_string()),
                value.map_or(Cell::Empty, |value| Cell::Text(value.to_string())),
                Cell::Text(standing),
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

impl Tables for AdviceReport<'_> {
    fn text(&self, screen: Screen) -> String {
        document::text::text(&self.document(), screen)
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
    fn document(&self) -> Document {
        self.document()
    }
}
