//! The values of one column with their rows and sums, and what about them needs a choice.
//!
//! Deliberately absent: which columns are looked at, which is `choose`.

use std::collections::{BTreeSet, HashMap};

use super::compared::ComparedPeriods;
use super::entries::WordColumn;
use super::flags::{self, FlagColumn};
use super::headers::{self, Doubt, in_shell, is_bare, quoted};
use super::kinds::{self, KindWord};
use super::metrics;
use super::number::{Atto, mark_of_account};
use super::stages;
use crate::domain::text::{counted, excerpt};
use crate::domain::{Currency, grouped};

/// Different values that are counted one by one.
const VALUES: usize = 1_000;
/// Values that are looked through one by one before they are looked up.
const NEAR: usize = 6;
/// Values that a message lists.
const LISTED: usize = 12;
/// Names of meters that stand in one column at most.
const FEW_METERS: usize = 12;
/// Letters of such a name at most.
const SHORT_NAME: usize = 30;
/// How many times as large the amounts of one name are, on average, as those of another that counts something else.
const OTHER_SIZE: i128 = 1_000;

/// Numbers of telephones from which on they may be those that were called.
const FEWEST_CALLED: u64 = 10;
/// Values that an attention lists.
const FEW: usize = 4;

/// A value of a column with its rows and their sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueSum {
    /// The value as a message shows it.
    pub value: String,
    /// Its rows.
    pub rows: u64,
    /// Their sum.
    pub sum: Atto,
}

/// Rows with one value in a column, and their sum.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ValueCount {
    pub(super) rows: u64,
    pub(super) sum: Atto,
    /// Whether a row has an amount above zero.
    pub(super) counts: bool,
    /// Whether a row has an amount below zero.
    pub(super) falls: bool,
}

/// What values say of the rows that they stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ValueRole {
    /// The units that are written beside amounts.
    Written,
    /// The values of a column that raises this doubt.
    Watched(Doubt),
}

/// A place where values stand, in a file or in several.
#[derive(Clone, Debug)]
pub(super) struct ValuePlace {
    pub(super) role: ValueRole,
    /// The header of the column.
    pub(super) name: String,
}

impl ValuePlace {
    pub(super) fn of(role: ValueRole, name: &str) -> ValuePlace {
        ValuePlace { role, name: name.to_owned() }
    }
}

/// The values of one column.
#[derive(Debug)]
pub(super) struct ValueCounts {
    /// So many of them are counted.
    pub(super) most: usize,
    /// In the order of their first rows.
    values: Vec<(String, ValueCount)>,
    places: HashMap<String, usize>,
    /// Whether there are more than are counted.
    are_more: bool,
}

impl Default for ValueCounts {
    fn default() -> ValueCounts {
        ValueCounts { most: VALUES, values: Vec::new(), places: HashMap::new(), are_more: false }
    }
}

impl ValueCounts {
    pub(super) fn add(&mut self, value: &str, amount: Atto) {
        // Most columns have few values.
        let near = self.values.iter().take(NEAR).position(|(known, _)| known == value);
        let Some(place) = near.or_else(|| self.place(value)) else { return };
        if let Some((_, count)) = self.values.get_mut(place) {
            count.rows += 1;
            count.sum = count.sum.plus(amount).unwrap_or(count.sum);
            count.counts |= amount > Atto::ZERO;
            count.falls |= amount.is_negative();
        }
    }

    /// The place of a value, which is added if it is new; `None` beyond those that are counted.
    #[cold]
    fn place(&mut self, value: &str) -> Option<usize> {
        if let Some(&place) = self.places.get(value) {
            return Some(place);
        }
        let place = self.values.len();
        if place >= self.most {
            self.are_more = true;
            return None;
        }
        self.places.insert(value.to_owned(), place);
        self.values.push((value.to_owned(), ValueCount::default()));
        Some(place)
    }

    /// Adds those of rows that follow, of which none was left out for their number.
    pub(super) fn join(&mut self, other: &ValueCounts) {
        self.are_more |= other.are_more;
        for (value, theirs) in &other.values {
            let near = self.values.iter().take(NEAR).position(|(known, _)| known == value);
            let Some(place) = near.or_else(|| self.place(value)) else { continue };
            if let Some((_, count)) = self.values.get_mut(place) {
                count.rows += theirs.rows;
                count.sum = count.sum.plus(theirs.sum).unwrap_or(count.sum);
                count.counts |= theirs.counts;
                count.falls |= theirs.falls;
            }
        }
    }

    /// The number of values.
    pub(super) fn count(&self) -> usize {
        self.values.len()
    }

    /// The number of values under a noun, as far as they are counted.
    pub(super) fn counted(&self, noun: &str) -> String {
        let count = counted(self.count(), noun);
        if self.are_more { format!("more than {count}") } else { count }
    }

    /// The number of values, blanks aside.
    pub(super) fn filled(&self) -> usize {
        self.values.iter().filter(|(value, _)| !value.is_empty()).count()
    }

    /// Values whose rows have amounts above zero.
    pub(super) fn counting(&self) -> impl Iterator<Item = &String> {
        self.values.iter().filter(|(_, count)| count.counts).map(|(value, _)| value)
    }

    /// The values, those with more rows first.
    pub(super) fn sums(&self) -> Vec<ValueSum> {
        let sum = |(value, count): (&String, &ValueCount)| ValueSum {
            value: excerpt(value),
            rows: count.rows,
            sum: count.sum,
        };
        self.by_rows().into_iter().map(sum).collect()
    }

    /// The values, those with more rows first; those with as many in the order of the alphabet.
    pub(super) fn by_rows(&self) -> Vec<(&String, &ValueCount)> {
        let mut values: Vec<_> = self.values.iter().map(|(value, count)| (value, count)).collect();
        values.sort_by_key(|(value, count)| (std::cmp::Reverse(count.rows), *value));
        values
    }

    /// The problem of values that stand in one place, beside amounts in the column `amount`; `None` if they may be added
    /// up.
    pub(super) fn problem(&self, role: ValueRole, name: &str, amount: &str) -> Option<String> {
        match role {
            ValueRole::Written if self.has_marks() => {
                Some(self.written_marks(name, (0, Atto::ZERO)))
            }
            ValueRole::Written => (!self.are_one_unit()).then(|| self.written_units(name)),
            ValueRole::Watched(Doubt::Unit) => {
                // One unit may be spelt in small letters here and in large ones there.
                let spelt = self.counting().filter(|value| !value.is_empty());
                let units: BTreeSet<String> = spelt.map(|value| value.to_lowercase()).collect();
                (units.len() > 1).then(|| units_problem(name, self, amount))
            }
            ValueRole::Watched(doubt @ (Doubt::RowKind | Doubt::SaidKind)) => {
                let column = match doubt {
                    Doubt::RowKind => WordColumn::of_kinds(name),
                    _ => WordColumn::of(name),
                };
                let is_used = super::headers::says_used(amount);
                if let Some(problem) = self.nothing_but_purchases(column, name).filter(|_| !is_used)
                {
                    return Some(problem);
                }
                let choice = self.kind_choice(column, amount);
                let choice = choice.or_else(|| self.without_direction(name));
                choice.map(|choice| match self.without_held(&choice) {
                    Some((stages, choice)) => mixed(name, self, &choice, amount) + &stages,
                    None => mixed(name, self, &choice, amount),
                })
            }
            ValueRole::Watched(Doubt::Undone) => {
                Some(mixed(name, self, &self.undone_choice()?, amount))
            }
            ValueRole::Watched(Doubt::Flag) if self.are_statuses(amount) => None,
            ValueRole::Watched(Doubt::Flag) => {
                Some(mixed(name, self, &self.billed_choice(name)?, amount))
            }
            ValueRole::Watched(Doubt::Side) => {
                let values = || self.values.iter().map(|(value, _)| value.as_str());
                let filled = values().filter(|value| !value.is_empty());
                kinds::are_sides(name, filled).then(|| self.column_of_marks(name))
            }
            ValueRole::Watched(Doubt::Direction) => {
                let counting = self.counting().map(String::as_str);
                kinds::are_directions(counting).then(|| units_problem(name, self, amount))
            }
            ValueRole::Watched(Doubt::Meters) => {
                self.are_meters().then(|| units_problem(name, self, amount))
            }
            ValueRole::Watched(Doubt::Figures) => {
                let counting = self.counting().map(String::as_str);
                metrics::are_figures(name, counting).then(|| units_problem(name, self, amount))
            }
            ValueRole::Watched(Doubt::Compared) => {
                let few = self.values.iter().take(NEAR).map(|(value, _)| value.as_str());
                let periods = ComparedPeriods::said(name, few);
                let rows: u64 = self.values.iter().map(|(_, count)| count.rows).sum();
                let periods = periods.filter(|_| self.count() < NEAR && rows > 2)?;
                let values = vec![periods.current.to_owned()];
                Some(mixed(name, self, &KindChoice { values, is_negative: false }, amount))
            }
            ValueRole::Watched(Doubt::Account) => {
                (self.filled() > 1 && !self.are_called(name)).then(|| accounts(name, self))
            }
            ValueRole::Watched(
                Doubt::SharedAccount | Doubt::Rollup | Doubt::Stages | Doubt::Id,
            ) => None,
        }
    }

    /// The problem of rows all of which say that credits come in.
    fn nothing_but_purchases(&self, column: WordColumn, name: &str) -> Option<String> {
        let is_entry = |value: &str| {
            column.says(value) == Some(KindWord::Ledger) && kinds::is_never_usage(value)
        };
        // A plan beside what is bought is no usage either.
        let has_entry = self.counting().any(|value| is_entry(value));
        let comes_in = |value: &str| is_entry(value) || (has_entry && column.is_fee(value));
        let mut counting = self.values.iter().filter(|(_, count)| count.counts).peekable();
        let is_name = column == WordColumn::Names;
        if is_name || counting.peek().is_none() || !counting.all(|(value, _)| comes_in(value)) {
            return None;
        }
        // Rows of usage below zero are told from those that come in by their signs.
        if self.values.iter().any(|(value, count)| count.falls && !comes_in(value)) {
            return None;
        }
        let values = self.by_rows();
        let all: Vec<&str> = values.iter().map(|(value, _)| value.as_str()).collect();
        Some(format!(
            "all amounts are of rows that column `{name}` calls credits that come in, and no usage:{}\n  export usage instead; if \
             they are usage by another name, `--where {}` (or `[usage] where`) reads them",
            self.listed(),
            among(name, &all, &all)
        ))
    }

    /// The problem of amounts with several units beside them.
    fn written_units(&self, amount: &str) -> String {
        format!(
            "the amounts are written in {}, which must not be added up:{}\n  choose the rows \
             with `--where {}` (or `[usage] where`){}",
            self.counted("unit"),
            self.listed(),
            in_shell(&self.most_written(amount)),
            self.meter_for_each(amount)
        )
    }

    /// The way to add up amounts in a few units: a meter for each, with its factor into one of them.
    fn meter_for_each(&self, amount: &str) -> String {
        let units = self.by_rows();
        if units.len() > FEW {
            return String::new();
        }
        let meter = |(unit, _): &(&String, &ValueCount)| {
            let condition = self.written_in(unit, amount);
            format!(
                "{{ where = {condition:?}, amount = {:?} }}",
                format!("FACTOR * {}", quoted(amount))
            )
        };
        let meters: Vec<String> = units.iter().map(meter).collect();
        let set = in_shell(&format!("usage.meters=[{}]", meters.join(", ")));
        format!(
            "; to add them up, give each its factor into one unit in place of FACTOR: `--set {set}` (or `[[usage.meters]]`)"
        )
    }

    /// Whether few names stand for amounts of sizes that no one unit has, or one of them is of a meter.
    fn are_meters(&self) -> bool {
        let counting =
            self.values.iter().filter(|(value, count)| count.counts && !value.is_empty());
        let counting: Vec<&(String, ValueCount)> = counting.collect();
        let are_short = counting.iter().all(|(value, _)| value.chars().count() <= SHORT_NAME);
        if !(2..=FEW_METERS).contains(&counting.len()) || !are_short {
            return false;
        }
        let mean = |count: &ValueCount| count.sum.micro() / i128::from(count.rows.max(1));
        let means = || counting.iter().map(|(_, count)| mean(count));
        let (least, most) = (means().min().unwrap_or_default(), means().max().unwrap_or_default());
        // `Standard seat` and `Pro seat` are of one unit.
        let last =
            |(value, _): &&(String, ValueCount)| value.rsplit(' ').next().map(str::to_lowercase);
        let first = counting.first().and_then(last);
        let are_alike = counting.iter().all(|one| one.0.contains(' ') && last(one) == first);
        most / OTHER_SIZE > least
            || (!are_alike && counting.iter().any(|(value, _)| headers::is_metered(value)))
    }

    /// The choice where rows have no direction, and others have one.
    fn without_direction(&self, name: &str) -> Option<KindChoice> {
        let is_direction = headers::last_words(name).ends_with("direction");
        let moves = |(_, count): &Kind<'_>| count.counts || count.falls;
        let values: Vec<Kind<'_>> = self.by_rows().into_iter().filter(moves).collect();
        let (blank, said): (Vec<_>, Vec<_>) =
            values.into_iter().partition(|(value, _)| value.is_empty());
        let (first, count) = *said.first().filter(|_| is_direction && !blank.is_empty())?;
        let folded = first.to_lowercase();
        let same = said.iter().filter(|(value, _)| value.to_lowercase() == folded);
        let values = same.map(|(value, _)| (*value).clone()).collect();
        Some(KindChoice { values, is_negative: count.sum.is_negative() })
    }

    /// Whether all values are one unit, `credit` here and `Credits` there; letters that are no word may be units of their
    /// own, as `Mb` and `MB` are.
    pub(super) fn are_one_unit(&self) -> bool {
        let word = |unit: &String| match unit.len() >= 4 && unit.chars().all(char::is_alphabetic) {
            true => unit.to_lowercase().trim_end_matches('s').to_owned(),
            false => unit.clone(),
        };
        let units: BTreeSet<String> = self.values.iter().map(|(unit, _)| word(unit)).collect();
        units.len() < 2
    }

    /// Whether amounts are written with marks of accounts, as `CR` and `DR`.
    pub(super) fn has_marks(&self) -> bool {
        self.values.iter().any(|(unit, _)| self.mark(unit).is_some())
    }

    /// The mark of an account in a unit, as a condition looks for it: `CR` or the like, or one letter or word of a pair of
    /// which both stand beside the amounts.
    fn mark(&self, unit: &str) -> Option<String> {
        let last = |unit: &str| unit.rsplit(' ').next().unwrap_or_default().to_owned();
        let is_pair = || {
            let marks: Vec<String> = self.values.iter().map(|(unit, _)| last(unit)).collect();
            kinds::are_sides("", marks.iter().map(String::as_str))
        };
        // A mark of one letter may be one of the currency before it, too.
        let of_pair = || match unit.contains(' ') {
            true => format!(" {}", last(unit)),
            false => unit.to_owned(),
        };
        mark_of_account(unit).map(str::to_owned).or_else(|| is_pair().then(of_pair))
    }

    /// Whether all of them are marks of one side of an account.
    pub(super) fn is_of_one_side(&self) -> bool {
        let sides: BTreeSet<_> = self.values.iter().map(|(unit, _)| self.mark(unit)).collect();
        sides.len() == 1 && !sides.contains(&None)
    }

    /// The problem of a column with marks of debit and credit.
    fn column_of_marks(&self, name: &str) -> String {
        let filled = self.by_rows().into_iter().map(|(value, _)| value.as_str());
        let mut ways: Vec<String> = filled
            .filter(|value| !value.is_empty())
            .map(|value| format!("`--where {}`", condition(name, &[value])))
            .collect();
        ways.dedup();
        format!(
            "column `{name}` has marks of debit and credit, which say in which direction amounts go and not which \
             direction is usage:{}\n  choose the rows that are usage with {} (or `[usage] where`); where those of the other \
             side take usage back, count both with `[[usage.meters]]`, one of them times -1; if they are other marks, \
             `--where {}` adds all up",
            self.listed(),
            ways.join(", or "),
            condition(
                name,
                &self.by_rows().into_iter().map(|(value, _)| value.as_str()).collect::<Vec<_>>()
            )
        )
    }

    /// The problem of amounts with marks of accounts beside them; `bare` are the rows that have none, and their sum.
    pub(super) fn written_marks(&self, amount: &str, bare: (u64, Atto)) -> String {
        let (rows, sum) = bare;
        let has_others = rows > 0;
        let conditions: BTreeSet<String> = self
            .values
            .iter()
            .filter_map(|(unit, _)| self.mark(unit))
            .map(|side| format!("{} contains \"{side}\"", quoted(amount)))
            .collect();
        let both: Vec<String> = conditions.iter().cloned().collect();
        let mut ways: Vec<String> =
            conditions.iter().map(|one| format!("`--where {}`", in_shell(one))).collect();
        ways.extend(has_others.then(|| {
            let unmarked = in_shell(&format!("not ({})", both.join(" or ")));
            format!("the amounts without a mark with `--where {unmarked}`")
        }));
        format!(
            "the amounts are written with marks of debit and credit, which say in which direction they go and not \
             which direction is usage:{}{}\n  choose the rows that are usage with {} (or `[usage] where`)",
            self.listed(),
            match has_others {
                true => format!("\n    no mark: {}, sum {sum}", counted(rows, "row")),
                false => String::new(),
            },
            ways.join(", or ")
        )
    }

    /// The condition that the amount is written in the unit that most rows have.
    pub(super) fn most_written(&self, amount: &str) -> String {
        let unit = self.by_rows().first().map_or(String::new(), |(unit, _)| unit.to_string());
        self.written_in(&unit, amount)
    }

    /// The condition that the amount is written in a unit.
    fn written_in(&self, unit: &str, amount: &str) -> String {
        let amount = quoted(amount);
        // One unit may be a part of another, as Wh is of kWh.
        let longer = self.by_rows().into_iter().map(|(other, _)| other.to_string());
        let longer = longer
            .filter(|other| other != unit && other.to_lowercase().contains(&unit.to_lowercase()));
        let but = longer.map(|other| format!(" and {amount} not contains \"{other}\""));
        format!("{amount} contains \"{unit}\"{}", but.collect::<String>())
    }

    /// Whether they are numbers of telephones of which nearly each row has one of its own, as those are that are called.
    pub(super) fn are_called(&self, name: &str) -> bool {
        let rows: u64 = self.values.iter().map(|(_, count)| count.rows).sum();
        let filled = self.filled() as u64;
        headers::is_telephone(name) && filled >= FEWEST_CALLED && 10 * filled >= 9 * rows
    }

    /// Whether all of them are statuses of HTTP, and the amounts beside them are requests: each was made, whatever came of it.
    pub(super) fn are_statuses(&self, amount: &str) -> bool {
        let is_status = |(value, _): &(String, ValueCount)| flags::is_status(value);
        headers::counts_requests(amount)
            && !self.values.is_empty()
            && self.values.iter().all(is_status)
    }

    /// What is told of numbers of telephones that are taken for those that were called.
    pub(super) fn told_called(&self, name: &str) -> Option<String> {
        let rows: u64 = self.values.iter().map(|(_, count)| count.rows).sum();
        self.are_called(name).then(|| {
            format!(
                "Column `{name}` has {} in {}: they are taken for those that were called, and not for accounts. If they are \
                 accounts, `--account-column {} --account NAME` reads one.",
                self.counted("number"),
                counted(rows, "row"),
                headers::header_argument(name)
            )
        })
    }

    /// What is told of accounts that are read as one; nothing of a single one.
    pub(super) fn shared(&self, name: &str) -> Option<String> {
        if self.filled() < 2 {
            return None;
        }
        let values = self.by_rows();
        let sum =
            |(value, count): &(&String, &ValueCount)| format!("`{}` {}", excerpt(value), count.sum);
        let sums: Vec<String> = values.iter().take(FEW).map(sum).collect();
        let more = if values.len() > FEW { ", and others" } else { "" };
        Some(format!(
            "The rows of {} of `{name}` are added up: {}{more}. For one of them: `--where {}`.",
            counted(values.len(), "value"),
            sums.join(", "),
            condition(name, &[values[0].0])
        ))
    }

    /// Each value with its rows and its sum.
    pub(super) fn listed(&self) -> String {
        let values = self.by_rows();
        let shown = values.iter().take(LISTED).map(|(value, count)| {
            let rows = counted(count.rows, "row");
            format!("\n    `{}`: {rows}, sum {}", excerpt(value), count.sum)
        });
        let more = values.len().saturating_sub(LISTED);
        let more = match more {
            0 => String::new(),
            _ if self.are_more => "\n    and others".to_owned(),
            more => format!("\n    and {} more", grouped(&more.to_string())),
        };
        shown.collect::<String>() + &more
    }
}

/// Values that say that their rows cost nothing beyond what was paid before.
const COVERED: [&str; 6] =
    ["included", "free", "complimentary", "no charge", "not charged", "included in plan"];

/// The choice among kinds of rows that a message offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KindChoice {
    /// The values of usage.
    values: Vec<String>,
    /// Whether their amounts are written below zero.
    is_negative: bool,
}

/// A value with its count.
type Kind<'c> = (&'c String, &'c ValueCount);

impl ValueCounts {
    /// The choice that values need which say what kind of rows they are; `None` if they may be added up. Where
    /// the header does not say that they are kinds, they must say it in nothing but words of kinds.
    pub(super) fn kind_choice(&self, column: WordColumn, amount: &str) -> Option<KindChoice> {
        let folded = self.folded();
        let choice = folded.choice_of_kinds(column, amount)?;
        let is_chosen = |value: &&String| {
            choice.values.iter().any(|one| one.to_lowercase() == value.to_lowercase())
        };
        let all = self.by_rows().into_iter().map(|(value, _)| value);
        Some(KindChoice { values: all.filter(is_chosen).cloned().collect(), ..choice })
    }

    /// The same where values that differ in their case alone are one.
    fn folded(&self) -> ValueCounts {
        let mut folded = ValueCounts { most: usize::MAX, ..ValueCounts::default() };
        for (value, count) in self.by_rows() {
            let one = ValueCounts {
                values: vec![(value.to_lowercase(), *count)],
                ..ValueCounts::default()
            };
            folded.join(&one);
        }
        folded
    }

    fn choice_of_kinds(&self, column: WordColumn, amount: &str) -> Option<KindChoice> {
        let is_named = column.is_of_kinds();
        let moves = |(value, count): &Kind<'_>| {
            (count.counts || count.falls) && (is_named || !value.is_empty())
        };
        let kinds: Vec<Kind<'_>> = self.by_rows().into_iter().filter(moves).collect();
        if kinds.len() < 2 {
            return None;
        }
        let word = |value: &str| column.says(value);
        // Taxes on usage, and what is paid for a plan, are apart from what is used.
        let is_apart = |(value, count): &Kind<'_>| {
            word(value) == Some(KindWord::Tax) || (count.counts && column.is_fee(value))
        };
        let (mut apart, mut others): (Vec<Kind<'_>>, Vec<Kind<'_>>) =
            kinds.into_iter().partition(is_apart);
        // Where all others are below zero, their signs tell.
        if !others.iter().any(|(_, count)| count.counts) {
            let is_tax = |(value, _): &Kind<'_>| word(value) == Some(KindWord::Tax);
            let (taxes, fees): (Vec<_>, Vec<_>) = apart.into_iter().partition(is_tax);
            apart = taxes;
            others.extend(fees);
        }
        let choice = match others.iter().any(|(value, _)| word(value) == Some(KindWord::Usage)) {
            _ if others.len() < 2 => None,
            true => beside_usage(&others, &word, is_named),
            false if is_named => self.unnamed_usage(&others, &word, amount),
            false => hidden_ledger(&others, &word).or_else(|| beside_entries(&others, column)),
        };
        match apart.is_empty() || others.is_empty() {
            true => choice,
            false => choice.or_else(|| Some(self.without(&apart))),
        }
    }

    /// The choice of all values but that of what was held first, beside as many rows of what it came to, and a line that says so;
    /// `None` where a value says that its rows are something else than usage.
    fn without_held(&self, choice: &KindChoice) -> Option<(String, KindChoice)> {
        let counting = || {
            let values = self.by_rows().into_iter();
            values.filter(|(_, count)| count.counts && !count.falls)
        };
        let rows = counting().map(|(value, count)| (value.as_str(), count.rows));
        let [held, settled] = stages::held_first(rows.collect::<Vec<_>>().into_iter())?;
        let is_plain = |value: &str| match WordColumn::Kinds.says(value) {
            None | Some(KindWord::Usage) => true,
            Some(KindWord::Ledger) => !kinds::is_never_usage(value),
            Some(KindWord::Correction | KindWord::Tax) => false,
        };
        if choice.is_negative || counting().any(|(value, _)| value != held && !is_plain(value)) {
            return None;
        }
        let line = format!(
            "\n  `{}` and `{}` have about as many rows, as two stages of one have, of which the last is what was used",
            excerpt(held),
            excerpt(settled)
        );
        let values = counting().map(|(value, _)| value).filter(|value| *value != held);
        let values = values.cloned().collect();
        Some((line, KindChoice { values, is_negative: false }))
    }

    /// The choice of all values but these.
    fn without(&self, kinds: &[Kind<'_>]) -> KindChoice {
        let sum = self.values.iter().try_fold(Atto::ZERO, |sum, (_, count)| sum.plus(count.sum));
        // What is due at the end of an invoice is all of the rest.
        let is_rest = |count: &ValueCount| {
            count.rows == 1 && count.sum != Atto::ZERO && sum == count.sum.plus(count.sum)
        };
        let is_other = |value: &&String| !kinds.iter().any(|(other, _)| other == value);
        let all = self.by_rows().into_iter();
        let all = all.filter(|(_, count)| !is_rest(count)).map(|(value, _)| value);
        KindChoice { values: all.filter(is_other).cloned().collect(), is_negative: false }
    }

    /// The choice among words some of which say that their rows were taken back, though no amount is below zero.
    fn undone_choice(&self) -> Option<KindChoice> {
        let values = self.by_rows().into_iter();
        let kinds: Vec<Kind<'_>> =
            values.filter(|(value, count)| count.counts && !value.is_empty()).collect();
        let corrections = rising_corrections(&kinds, &|value| kinds::of_cell(value));
        let is_other = |(value, _): &&Kind<'_>| !corrections.iter().any(|(one, _)| one == value);
        let others = kinds.iter().filter(is_other).map(|(value, _)| (*value).clone()).collect();
        (!corrections.is_empty()).then_some(KindChoice { values: others, is_negative: false })
    }

    /// The choice of the rows that are billed, where values say of others that they are not.
    fn billed_choice(&self, name: &str) -> Option<KindChoice> {
        let values = self.by_rows().into_iter();
        let counting = values.filter(|(_, count)| count.counts).map(|(value, _)| value.as_str());
        let billed = FlagColumn::of(name)?.billed(counting)?;
        let values = billed.into_iter().map(str::to_owned).collect();
        Some(KindChoice { values, is_negative: false })
    }

    /// The choice among kinds none of which is called usage.
    fn unnamed_usage(
        &self,
        kinds: &[Kind<'_>],
        word: &dyn Fn(&str) -> Option<KindWord>,
        amount: &str,
    ) -> Option<KindChoice> {
        // Credits are what each row was charged, whatever it counted.
        let are_credits = headers::are_charged_credits(amount);
        let is_metered = |value: &String| match are_credits {
            true => headers::is_charge(value),
            false => headers::is_metered(value),
        };
        let is_metered = self.counting().any(is_metered);
        let is_ledger = |(value, _): &Kind<'_>| {
            kinds::of_cell(value) == Some(KindWord::Ledger) || WordColumn::Kinds.is_entry(value)
        };
        let takes_back = |(value, count): &Kind<'_>| {
            count.falls && !count.counts && word(value) != Some(KindWord::Correction)
        };
        let counts = kinds.iter().any(|(_, count)| count.counts);
        let is_other = |(value, _): &&Kind<'_>| word(value) != Some(KindWord::Correction);
        let is_mixed = (is_metered && self.counting().count() > 1)
            || (kinds.iter().any(is_ledger) && kinds.iter().filter(is_other).count() > 1)
            || (counts && kinds.iter().any(takes_back))
            || !rising_corrections(kinds, word).is_empty();
        if !is_mixed {
            return None;
        }
        let is_likely = |kind: &&Kind<'_>| is_other(kind) && !is_ledger(kind);
        let likely = kinds.iter().filter(is_likely).chain(kinds);
        let &(value, count) = likely.into_iter().next()?;
        Some(KindChoice { values: vec![value.clone()], is_negative: count.sum.is_negative() })
    }
}

/// The choice among kinds one of which is called usage: beside it may stand what takes usage back, and other
/// usage.
fn beside_usage(
    kinds: &[Kind<'_>],
    word: &dyn Fn(&str) -> Option<KindWord>,
    is_named: bool,
) -> Option<KindChoice> {
    let is_usage = |(value, _): &&Kind<'_>| word(value) == Some(KindWord::Usage);
    let sums = kinds.iter().filter(is_usage).map(|(_, count)| count.sum);
    let sum = sums.fold(Atto::ZERO, |sum, next| sum.plus(next).unwrap_or(sum));
    let is_negative = sum.is_negative();
    let takes_back = |count: &ValueCount| if is_negative { !count.falls } else { !count.counts };
    let is_fine = |(value, count): &&Kind<'_>| match word(value) {
        Some(KindWord::Usage) => !takes_back(count),
        Some(KindWord::Correction) => takes_back(count) || kinds::goes_both_ways(value),
        Some(KindWord::Ledger | KindWord::Tax) => false,
        None => !is_named,
    };
    if kinds.iter().all(|kind| is_fine(&kind)) {
        return None;
    }
    let fine = kinds.iter().filter(is_fine).filter(|(value, _)| word(value).is_some());
    let mut values: Vec<String> = fine.map(|(value, _)| (*value).clone()).collect();
    if values.is_empty() {
        values.extend(kinds.iter().filter(is_usage).map(|(value, _)| (*value).clone()));
    }
    Some(KindChoice { values, is_negative })
}

/// The kinds of usage that was taken back whose amounts are above zero, beside others above zero: they say what was
/// undone, and not that it counts once more.
fn rising_corrections<'k, 'c>(
    kinds: &'k [Kind<'c>],
    word: &dyn Fn(&str) -> Option<KindWord>,
) -> Vec<&'k Kind<'c>> {
    let rises = |(_, count): &&Kind<'_>| count.counts && !count.falls;
    let is_correction = |(value, _): &&Kind<'_>| kinds::says_undone(value, word(value));
    let (corrections, others): (Vec<_>, Vec<_>) = kinds.iter().partition(is_correction);
    match !others.is_empty() && others.iter().all(rises) && corrections.iter().all(rises) {
        true => corrections,
        false => Vec::new(),
    }
}

/// The choice among words one of which is that of a ledger, whose amounts have the other sign than all others.
fn hidden_ledger(
    kinds: &[Kind<'_>],
    word: &dyn Fn(&str) -> Option<KindWord>,
) -> Option<KindChoice> {
    let is_ledger = |(value, _): &&Kind<'_>| word(value) == Some(KindWord::Ledger);
    let (ledger, others): (Vec<&Kind<'_>>, Vec<&Kind<'_>>) = kinds.iter().partition(is_ledger);
    let rises = |(_, count): &&Kind<'_>| count.counts && !count.falls;
    let falls = |(_, count): &&Kind<'_>| count.falls && !count.counts;
    let others: Vec<&Kind<'_>> =
        others.into_iter().filter(|(value, _)| word(value) != Some(KindWord::Correction)).collect();
    let is_negative = match () {
        () if ledger.is_empty() || others.is_empty() => return None,
        () if ledger.iter().all(&rises) && others.iter().all(&falls) => true,
        // A credit on a bill is taken off it.
        () if ledger.iter().all(|(value, _)| kinds::is_credit(value)) => return None,
        () if ledger.iter().all(&falls) && others.iter().all(&rises) => false,
        () => return None,
    };
    let values = others.iter().map(|(value, _)| (*value).clone()).collect();
    Some(KindChoice { values, is_negative })
}

/// The choice among descriptions some of which are entries of a ledger, where the amounts of all of them are above zero: what
/// was bought is no usage, whatever the usage is called.
fn beside_entries(kinds: &[Kind<'_>], column: WordColumn) -> Option<KindChoice> {
    let rises = |(_, count): &&Kind<'_>| count.counts && !count.falls;
    let is_correction = |(value, _): &&Kind<'_>| column.says(value) == Some(KindWord::Correction);
    let (entries, others): (Vec<_>, Vec<_>) =
        kinds.iter().partition(|(value, _)| column.is_entry(value));
    let mut usage = others.iter().copied().filter(|kind| !is_correction(kind)).peekable();
    let is_mixed = usage.peek().is_some() && usage.all(|kind| rises(&kind));
    if entries.is_empty() || !is_mixed || !entries.iter().all(rises) {
        return None;
    }
    let is_other = |kind: &&Kind<'_>| !is_correction(kind) || !rises(kind);
    let values = others.into_iter().filter(is_other).map(|(value, _)| (*value).clone()).collect();
    Some(KindChoice { values, is_negative: false })
}

/// Whether values are of units that no sum can be of: currencies, or units by their header.
pub(super) fn is_of_units(name: &str, counts: &ValueCounts) -> bool {
    let words = headers::last_words(name);
    let is_header = ["unit", "units", "uom", "einheit", "unité"]
        .iter()
        .any(|word| words.split(' ').any(|one| one == *word))
        || words.contains("unit of measure")
        || headers::names_currency(name);
    let mut values = counts.values.iter().filter(|(value, _)| !value.is_empty()).peekable();
    let is_currency = |value: &str| {
        super::number::is_currency_name(value) || Currency::from_code(value).is_some()
    };
    let are_currencies = values.peek().is_some() && values.all(|(value, _)| is_currency(value));
    is_header || are_currencies
}

/// The problem of a column of units.
pub(super) fn units_problem(name: &str, all: &ValueCounts, amount: &str) -> String {
    // The value with most rows is the likeliest choice, unless it says that its rows cost nothing.
    let values = all.by_rows();
    let counts = |(value, count): &&Kind<'_>| !value.is_empty() && count.counts;
    let is_billed =
        |kind: &&Kind<'_>| counts(kind) && !COVERED.contains(&kind.0.to_lowercase().as_str());
    let counting = values.iter().find(is_billed).or_else(|| values.iter().find(counts));
    let filled = counting.map_or(String::new(), |(value, _)| value.to_lowercase());
    // What is drawn from the grid is usage, and what is given back is none.
    let is_drawn = |value: &&String| kinds::is_drawn(value);
    let drawn = values.iter().map(|(value, _)| *value).filter(is_drawn).count();
    // Credits among other figures are what an account is about.
    let are_credits = |value: &&String| headers::are_charged_credits(value);
    let credits = values.iter().map(|(value, _)| *value).filter(are_credits).count();
    let is_chosen = |value: &&String| match (1..values.len()).contains(&drawn) {
        true => is_drawn(value),
        false if credits == 1 => are_credits(value),
        false => value.to_lowercase() == filled,
    };
    let spelt = values.iter().map(|(value, _)| *value).filter(is_chosen).cloned().collect();
    let problem = mixed(name, all, &KindChoice { values: spelt, is_negative: false }, "");
    match values.iter().find_map(|(value, _)| headers::power_unit(value)) {
        None => problem,
        Some(unit) => format!(
            "{problem}\n  those in {unit} are power, which is used up for as long as a row lasts: for {unit}h of half an hour \
             give `--amount-column {}` too",
            in_shell(&format!("0.5 * {}", quoted(amount)))
        ),
    }
}

/// The problem of a column of kinds of rows, with amounts in the column `amount`.
pub(super) fn mixed(name: &str, counts: &ValueCounts, choice: &KindChoice, amount: &str) -> String {
    let values = counts.by_rows();
    let all: Vec<&str> = values.iter().map(|(value, _)| value.as_str()).collect();
    let chosen: Vec<&str> = choice.values.iter().map(String::as_str).collect();
    let ending = match choice.is_negative {
        true => format!(
            ", and turn the sign of usage that is written below zero with `--amount-column {}`",
            in_shell(&format!("-1 * {}", quoted(amount)))
        ),
        false if is_of_units(name, counts) => {
            ", one after another, or give each a factor into one unit with `[[usage.meters]]`"
                .to_owned()
        }
        false => {
            let less = less_corrections(name, &values, choice, amount).unwrap_or_default();
            format!("{less}{ADD_UP}`--where {}`", among(name, &all, &all))
        }
    };
    format!(
        "column `{name}` has {} of rows, which are not added up without a choice:{}\n  choose with \
         `--where {}` (or `[usage] where`){ending}",
        counted(counts.count(), "kind"),
        counts.listed(),
        among(name, &chosen, &all)
    )
}

/// The way out that takes off what was given back in rows above zero, where all others are chosen; the amounts are in the
/// column `amount`.
fn less_corrections(
    name: &str,
    values: &[Kind<'_>],
    choice: &KindChoice,
    amount: &str,
) -> Option<String> {
    let (chosen, others): (Vec<&Kind<'_>>, Vec<&Kind<'_>>) =
        values.iter().partition(|(value, _)| choice.values.contains(value));
    let is_given_back = |(value, count): &&Kind<'_>| {
        count.counts && !count.falls && kinds::says_undone(value, kinds::of_cell(value))
    };
    if amount.is_empty() || chosen.is_empty() || !others.iter().all(is_given_back) {
        return None;
    }
    let named = |kinds: &[&Kind<'_>]| {
        let values: Vec<&str> = kinds.iter().map(|(value, _)| value.as_str()).collect();
        (values.len() <= LISTED).then(|| one_of(name, &values, "\""))
    };
    let meters = format!(
        "usage.meters=[{{ where = {:?}, amount = {:?} }}, {{ where = {:?}, amount = {:?} }}]",
        named(&chosen)?,
        quoted(amount),
        named(&others)?,
        format!("-1 * {}", quoted(amount))
    );
    Some(format!("; to take off what was given back: `--set {}`", in_shell(&meters)))
}

/// How the way out begins that adds up rows of all kinds.
const ADD_UP: &str = "; to add them up all the same: ";

/// A problem of kinds whose sum needs a choice of units too, in the columns `units`.
pub(super) fn beside_units(problem: &str, units: &[&str]) -> String {
    let Some((before, _)) = problem.split_once(ADD_UP) else { return problem.to_owned() };
    let units: Vec<String> = units.iter().map(|name| format!("`{name}`")).collect();
    format!(
        "{before}; to add up several of them, the choice of {} comes first",
        units.join(" and ")
    )
}

/// The condition that a column has one of the values `chosen` among `all`, quoted for a shell: where they are too many to
/// be named, by those that it does not have.
fn among(name: &str, chosen: &[&str], all: &[&str]) -> String {
    if chosen.len() <= LISTED {
        return condition(name, chosen);
    }
    let others: Vec<&str> = all.iter().copied().filter(|value| !chosen.contains(value)).collect();
    match others.as_slice() {
        [] => all_of(name),
        others => in_shell(&format!("not ({})", one_of(name, others, "\""))),
    }
}

/// The problem of a column of levels, each value of which adds up to the same.
fn levels(name: &str, counts: &ValueCounts, sum: Atto) -> Option<String> {
    let values = counts.by_rows();
    let are_same = values.len() > 2 && values.iter().all(|(_, count)| count.sum == sum);
    are_same.then(|| {
        let all: Vec<&str> = values.iter().map(|(value, _)| value.as_str()).collect();
        let ways: Vec<String> = all
            .iter()
            .take(LISTED)
            .map(|value| format!("`--where {}`", condition(name, &[value])))
            .collect();
        format!(
            "the rows of each value in column `{name}` have the same sum at each time, so that everything would count {} \
             times:{}\n  choose one with {} (or `[usage] where`); to add them up all the same: `--where {}`",
            all.len(),
            counts.listed(),
            ways.join(" or "),
            among(name, &all, &all)
        )
    })
}

/// The problem of a column one of whose values is the sum of all others.
pub(super) fn rolled_up(name: &str, counts: &ValueCounts, sum: &str) -> Option<String> {
    let of = |is_sum: bool| {
        let these = counts.values.iter().filter(|(value, _)| (value == sum) == is_sum);
        these.fold(Atto::ZERO, |sum, (_, count)| sum.plus(count.sum).unwrap_or(sum))
    };
    let (whole, parts) = (of(true), of(false));
    if let Some(problem) = levels(name, counts, whole) {
        return Some(problem);
    }
    if whole != Atto::ZERO && whole.plus(whole) == Some(parts) {
        // A single part is as large as the whole.
        let values = counts.by_rows();
        let wholes = values.iter().filter(|(_, count)| count.sum == whole);
        let wholes: Vec<&str> = wholes.map(|(value, _)| value.as_str()).collect();
        let named: Vec<String> =
            wholes.iter().map(|value| format!("`{}`", excerpt(value))).collect();
        let ways = wholes.iter().map(|value| format!("`--where {}`", condition(name, &[value])));
        return Some(format!(
            "the rows of {} in column `{name}` are the sum of all, and others there are parts of each other, so that everything \
             would count three times:{}\n  choose the sums with {} (or `[usage] where`), or the parts that hold no others",
            named.join(" or of "),
            counts.listed(),
            ways.collect::<Vec<_>>().join(" or ")
        ));
    }
    // The rows that were looked at first may be of another kind than the rest.
    let off = whole.minus(parts).unwrap_or_default().size();
    let is_near =
        (0..20).try_fold(Atto::ZERO, |sum, _| sum.plus(off)).is_some_and(|off| off <= whole.size());
    is_near.then(|| {
        let others: Vec<&str> = counts
            .by_rows()
            .into_iter()
            .map(|(value, _)| value.as_str())
            .filter(|value| *value != sum)
            .collect();
        let rows = if sum.is_empty() { "rows with nothing".to_owned() } else { format!("rows of `{}`", excerpt(sum)) };
        let all: Vec<&str> = std::iter::once(sum).chain(others.iter().copied()).collect();
        format!(
            "the {rows} in column `{name}` are the sum of all others at their time, or in their day, so that everything would count \
             twice:{}\n  choose with `--where {}` (or `[usage] where`), or the sums with `--where {}`; to add \
             them up all the same: `--where {}`",
            counts.listed(),
            not_equal(name, sum),
            condition(name, &[sum]),
            among(name, &all, &all)
        )
    })
}

/// The condition that a column has one of these values, quoted for a shell.
pub(super) fn condition(name: &str, values: &[&str]) -> String {
    let (mark, is_plain) = mark(name, values);
    let condition = one_of(name, values, mark);
    if is_plain { format!("\"{condition}\"") } else { in_shell(&condition) }
}

/// The same without quotes around it.
pub(super) fn one_of(name: &str, values: &[&str], mark: &str) -> String {
    let values: Vec<String> = values.iter().map(|text| marked(text, mark)).collect();
    match values.as_slice() {
        [one] => format!("{} = {one}", quoted(name)),
        several => format!("{} in ({})", quoted(name), several.join(", ")),
    }
}

/// The condition that a column has any value or none, which takes every row and says that its values were looked at, quoted for a
/// shell.
pub(super) fn all_of(name: &str) -> String {
    in_shell(&format!("{0} = \"\" or {0} != \"\"", quoted(name)))
}

/// The condition that a column has another value, quoted for a shell.
pub(super) fn not_equal(name: &str, value: &str) -> String {
    // A shell takes `!` between double quotes for a command of its history.
    in_shell(&format!("{} != {}", quoted(name), marked(value, "\"")))
}

/// The mark around values, and whether the condition stands between double quotes in a shell.
fn mark(name: &str, values: &[&str]) -> (&'static str, bool) {
    let is_plain = |text: &&str| !text.contains(['$', '`', '"', '\\', '!']);
    let is_plain = is_bare(name) && values.iter().all(is_plain);
    (if is_plain { "'" } else { "\"" }, is_plain)
}

/// A value between marks.
fn marked(text: &str, mark: &str) -> String {
    format!("{mark}{}{mark}", text.replace(mark, &mark.repeat(2)))
}

/// The problem of a column of accounts.
pub(super) fn accounts(name: &str, counts: &ValueCounts) -> String {
    format!(
        "column `{name}` has {}, and a scenario is about one:{}\n  choose one with `--account \
         NAME` (or `[usage] account`), or take them all for one with `--account '*'`",
        counts.counted("account"),
        counts.listed()
    )
}

/// The problem of several columns that may be of accounts, each with several.
pub(super) fn several_accounts(columns: &[(&str, &ValueCounts)]) -> String {
    let listed = |(name, counts): &(&str, &ValueCounts)| {
        format!("\n  `{name}` has {}:{}", counted(counts.count(), "account"), counts.listed())
    };
    let listed: String = columns.iter().map(listed).collect();
    let name = columns.first().map_or("NAME", |(name, _)| *name);
    format!(
        "{} may say whose the usage is, and a scenario is about one account:{listed}\n  choose the column and the account \
         in it, as `--account-column {} --account NAME` (or `[usage] account_column` and `account`), or take them all for \
         one with `--account '*'`",
        counted(columns.len(), "column"),
        headers::header_argument(name)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(rows: &[(&str, i128)]) -> ValueCounts {
        let mut counts = ValueCounts::default();
        for (value, amount) in rows {
            counts.add(value, Atto::from_micro(amount * 1_000_000).unwrap());
        }
        counts
    }

    /// The values that a message offers, and whether their sign is turned round.
    fn choice(rows: &[(&str, i128)], is_named: bool) -> Option<(Vec<String>, bool)> {
        let choice = counts(rows).kind_choice(column(is_named), "Amount");
        choice.map(|choice| (choice.values, choice.is_negative))
    }

    fn column(is_named: bool) -> WordColumn {
        if is_named { WordColumn::Kinds } else { WordColumn::Others }
    }

    /// The same where words may say that rows were taken back.
    fn undone(rows: &[(&str, i128)]) -> Option<(Vec<String>, bool)> {
        counts(rows).undone_choice().map(|choice| (choice.values, choice.is_negative))
    }

    #[test]
    fn conditions_that_are_offered_can_be_read() {
        use super::super::formula::Condition;
        let unquoted = |text: &str| match text.strip_prefix('"') {
            Some(_) => text.trim_matches('"').to_owned(),
            None => text[1..text.len() - 1].replace("'\\''", "'"),
        };
        for (name, value) in [("Cost", "CR"), ("Cost ($)", "$"), ("a b", "it's"), ("Model", "")] {
            for offered in
                [condition(name, &[value]), condition(name, &[value, "b"]), not_equal(name, value)]
            {
                let read = Condition::parse(&unquoted(&offered));
                assert!(read.is_ok_and(|read| read.columns() == [name]), "{offered}");
            }
            let mut written = ValueCounts::default();
            ["Wh", "Wh", "kWh"].iter().for_each(|unit| written.add(unit, Atto::ZERO));
            let offered = written.most_written(name);
            assert!(
                Condition::parse(&offered).is_ok_and(|read| read.columns() == [name, name]),
                "{offered}"
            );
        }
    }

    #[test]
    fn a_filter_that_is_offered_takes_every_row_of_its_kinds_however_many_there_are() {
        use super::super::formula::Condition;
        let all: Vec<String> = (0..40).map(|n| format!("job {n}")).collect();
        let all: Vec<&str> = all.iter().map(String::as_str).chain([""]).collect();
        let holds = |offered: &str, value: &str| {
            let text = offered[1..offered.len() - 1].replace("'\\''", "'");
            let condition = Condition::parse(&text).unwrap().map(&mut |_| Some(0)).unwrap();
            condition.holds(&|_: usize| value, super::super::number::DecimalMark::Point)
        };
        for chosen in [&all[..], &all[..39], &all[5..]] {
            let offered = among("Kind of row", chosen, &all);
            for value in &all {
                assert_eq!(holds(&offered, value), chosen.contains(value), "{offered} {value}");
            }
        }
    }

    #[test]
    fn usage_beside_credits_that_come_in_is_never_added_up() {
        for (rows, negative) in [
            (vec![("Usage", -10), ("Purchase", 1000), ("Usage", -15)], true),
            (vec![("Usage", 10), ("Top-up", 500)], false),
            (vec![("Usage", 10), ("Top-up", -100)], false),
            (vec![("Usage", 10), ("Refund", 5)], false),
            (vec![("Usage", -10), ("Refund", -5)], true),
        ] {
            for is_named in [true, false] {
                let expected = Some((vec!["Usage".to_owned()], negative));
                assert_eq!(choice(&rows, is_named), expected, "{rows:?}");
            }
        }
        assert_eq!(
            choice(&[("debit", 10), ("credit", -100)], true),
            Some((vec!["debit".to_owned()], false))
        );
        // What takes usage back stays with it.
        let rows = [("Usage", 10), ("Usage", 5), ("Refund", -5), ("Bonus", 50)];
        let expected = vec!["Usage".to_owned(), "Refund".to_owned()];
        assert_eq!(choice(&rows, true), Some((expected, false)));
    }

    #[test]
    fn usage_and_what_takes_it_back_are_added_up() {
        for rows in [
            vec![("Usage", 10), ("Refund", -5)],
            vec![("Usage", -10), ("Refund", 5)],
            vec![("Usage", 10), ("API usage", 5)],
            vec![("ORIGINAL", 10), ("RETRACTION", -10), ("RESTATEMENT", 4)],
            vec![("Usage", 10), ("Restatement", 4)],
            vec![("Usage", 10), ("Purchase", 0)],
            vec![("Sim Chat", 12), ("Workflow: Invoice reader", 250)],
            vec![("Usage", 10), ("Usage", -4)],
            vec![("charge", 10), ("refund", -4)],
        ] {
            assert_eq!(choice(&rows, true), None, "{rows:?}");
        }
    }

    #[test]
    fn kinds_none_of_which_is_called_usage_are_told_apart_by_their_signs() {
        let image = Some((vec!["Image".to_owned()], true));
        assert_eq!(choice(&[("Image", -10), ("Purchase", 1000)], true), image);
        assert_eq!(choice(&[("Image", -10), ("Purchase", 1000)], false), image);
        let image = Some((vec!["Image".to_owned()], false));
        assert_eq!(choice(&[("Image", 10), ("Something", -100)], true), image);
        assert_eq!(choice(&[("Image", 10), ("Something", -100)], false), None);
        assert_eq!(choice(&[("Image", 10), ("Deposit", -100)], false), image);
        assert_eq!(choice(&[("Image", 10), ("Refund", -1)], false), None);
        assert_eq!(choice(&[("Image", 10), ("CREDIT", -1)], false), None);
        assert_eq!(choice(&[("Image", -10), ("CREDIT", 1000)], false).unwrap().0, ["Image"]);
        // What was reversed is no usage, though its amount is written above zero.
        let settled = Some((vec!["settled".to_owned()], false));
        assert_eq!(choice(&[("settled", 10), ("Storno", 5)], true), settled);
        assert_eq!(undone(&[("settled", 10), ("reversed", 5)]), settled);
        assert_eq!(undone(&[("settled", 10), ("reversed", -5)]), None);
        assert_eq!(undone(&[("settled", 10), ("corrected", 5)]), None);
        assert_eq!(undone(&[("reversed", 5)]), None);
        // A tax is on usage and none itself.
        let untaxed = Some((vec!["Domains".to_owned(), "Hosting".to_owned()], false));
        for is_named in [true, false] {
            assert_eq!(
                choice(&[("Domains", 10), ("20% VAT", 2), ("Hosting", 4)], is_named),
                untaxed
            );
        }
        assert_eq!(choice(&[("20% VAT", 2), ("VAT", 4)], false), None);
    }

    #[test]
    fn what_is_paid_for_a_plan_is_not_added_up_with_usage() {
        let rows = [("Team plan (5 seats)", 100), ("Overage credits", 54)];
        let overage = Some((vec!["Overage credits".to_owned()], false));
        for is_named in [true, false] {
            assert_eq!(choice(&rows, is_named), overage);
            assert_eq!(choice(&[("Pro plan", 10), ("Team plan", 20)], is_named), None);
        }
        let names = counts(&[("Pro plan", 10), ("Enterprise", 20)]);
        assert_eq!(names.kind_choice(WordColumn::of("Plan"), "Amount"), None);
    }

    #[test]
    fn a_column_whose_header_names_no_kinds_is_asked_about_by_words_of_kinds_alone() {
        for rows in [
            vec![("Usage", 10), ("Images", 500)],
            vec![("Usage", 10), ("", 500)],
            vec![("usage-forecaster", 10), ("purchase-predictor", 500)],
            vec![("Usage", 10), ("Gift Finder", 500)],
        ] {
            assert_eq!(choice(&rows, false), None, "{rows:?}");
        }
        assert!(choice(&[("Usage", 10), ("Images", 500)], true).is_some());
    }
}
