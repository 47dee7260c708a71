//! What the rows of an export mean: how its numbers and dates are written, which of its columns count,
//! and what becomes of corrections, repeats, totals and blanks.
//!
//! [`examine`] reads a source to its end, refuses what only a guess would settle, and hands out events in time
//! order. In reading order: this page → `number` → `short_dates` → `short_months` → `moment` →
//! `blank` → `formula` → `profile` → `fitting` → `headers` → `lapsed` → `scale` → `unit` → `labels` → `kinds` → `metrics` → `parted` → `pivot` → `differences` → `wide` → `row_ends` → `hours` → `powers` → `sample` → `money` → `refunds` → `added` → `proofs` → `levels` → `parts` → `used_beside` → `copied` → `choose` → `unit_lines` → `flows` → `zone_lines` → `stated_zone` → `rows` → `instead` → `renamed` →
//! `before` → `values` → `compared` → `widest` → `calendar_sums` → `tally` → `rollup` → `shown` → `growing` → `so_far` → `running` → `packs` → `registers` → `multiplied` → `later_rollup` → `period_sums` → `groups` → `stages` → `trees` → `half_blank` → `repeated` → `risen` → `lumps` → `pasted` → `checks` → `more_pages` → `net` → `look` → `spool` → `gather` → `ledger` → `balances` → `later` → `walk` → `with_limits` → `examination` → `rounding` → `flow` →
//! `feed` → `joint` → `summed_files` → `together` → `accounts` → `overview` → `inspect` → `inspect_files`.
//! Deliberately absent: bytes, delimiters and documents, which [`super::export`] turns into rows of text.

mod accounts;
mod added;
mod balances;
mod before;
pub mod blank;
mod calendar_sums;
mod checks;
mod choose;
mod compared;
mod copied;
mod differences;
mod entries;
mod examination;
mod feed;
mod fitting;
mod flags;
mod flow;
mod flows;
pub mod formula;
mod gather;
mod grain;
mod groups;
mod growing;
mod half_blank;
mod headers;
mod hours;
pub mod inspect;
mod inspect_files;
mod instead;
mod joint;
mod kinds;
mod labels;
mod lapsed;
mod later;
mod later_rollup;
mod ledger;
mod levels;
mod lone;
mod look;
mod lumps;
mod metrics;
pub mod moment;
mod money;
mod more_pages;
mod multiplied;
mod nested;
mod net;
pub mod number;
mod overview;
mod packs;
mod parted;
mod parts;
mod pasted;
mod period_sums;
mod pivot;
mod powers;
pub mod profile;
mod profiles;
mod proofs;
mod refunds;
mod registers;
mod renamed;
mod repeated;
mod risen;
mod rollup;
mod rounding;
mod row_ends;
mod rows;
mod running;
mod sample;
mod scale;
mod short_dates;
mod short_months;
mod shown;
mod so_far;
mod spool;
mod stages;
mod stated_zone;
mod summed_files;
mod tally;
mod together;
mod trees;
mod unit;
mod unit_lines;
mod used_beside;
mod values;
mod walk;
mod wide;
mod widest;
mod with_limits;
mod zone_lines;

use crate::domain::Zone;
use crate::usage::csv::{CsvSettings, InputSource};
use crate::usage::{RowSpread, UsageError};

use blank::Blanks;
use formula::Condition;
use moment::DateOrder;
use number::DecimalMark;

pub use accounts::{AccountEvent, AccountEvents, AccountSink, AccountsRead, read_accounts};
pub(super) use feed::examine_looked_at;
pub use feed::{MeaningFeed, examine, examine_in_pieces};
pub(super) use joint::named;
pub(super) use together::{examine_files, left_out};

pub(super) use headers::is_part_of_time;
pub use headers::{in_shell, is_doubtful, is_of_unit, quoted};
pub use labels::labels_total;
pub(super) use later::{LastParts, RowWindows, is_among_last, last_of};
pub(super) use look::{FirstLook, PlainTable};
pub(super) use pasted::FEWEST_APART;
pub use scale::{is_scaled_unit, unit_factor, unit_formula};
pub(super) use stated_zone::states_zone;
pub(super) use unit::told as told_unit;
pub use unit::{ScenarioUnit, is_one_unit, is_open_unit};
pub(super) use unit::{unit_beside, unit_of_amounts};

/// Settings for the meaning of an export's columns. What is left out is found by evidence, or has no effect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnMeaning {
    /// Whose export it is.
    pub profile: ProfileChoice,
    /// The column with the time of day, where the time column holds dates alone.
    pub time_of_day: Option<String>,
    /// Only rows that meet all of these count.
    pub filters: Vec<Condition<String>>,
    /// Amounts by kind of row; a row that none takes is an error.
    pub meters: Vec<Meter>,
    /// The columns that say which rows are one and the same.
    pub identity: Vec<String>,
    /// Which of those counts.
    pub keep: Keep,
    /// The column with the account.
    pub account_column: Option<String>,
    /// The account that counts.
    pub account: Option<String>,
    /// The columns whose values are units that must not be added.
    pub units: Vec<String>,
    /// Local times of the file are in this zone; in that of the scenario if `None`.
    pub zone: Option<Zone>,
    /// The treatment of cells without an amount.
    pub blanks: Option<Blanks>,
    /// The treatment of amounts below zero.
    pub below_zero: Option<BelowZero>,
    /// The decimal mark.
    pub decimal: Option<DecimalMark>,
    /// Whether the day or the month comes first.
    pub date_order: Option<DateOrder>,
    /// The use of a total row.
    pub totals: Totals,
}

/// Whose export a file is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ProfileChoice {
    /// Found by the header.
    #[default]
    Found,
    /// Nobody's that is known.
    Nobody,
    /// The one with this name, or in this file.
    Named(String),
}

/// An amount for some of the rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meter {
    /// Which rows; all of them if `None`.
    pub when: Option<Condition<String>>,
    /// A header or a formula.
    pub amount: String,
}

/// Which of the rows with one identity counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// The first in the file, or in the earliest of several files.
    #[default]
    First,
    /// The last in the file, or in the latest of several files.
    Last,
}

/// The treatment of amounts below zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BelowZero {
    /// They are taken out of the usage that they correct, as if it had never been asked for.
    #[default]
    Netted,
    /// Each undoes usage before it at its own instant.
    Reversed,
}

impl BelowZero {
    /// Its word in scenarios.
    pub fn word(self) -> &'static str {
        match self {
            BelowZero::Netted => "netted",
            BelowZero::Reversed => "reversed",
        }
    }
}

/// The use of a row with the total of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Totals {
    /// It is left out, and the others must add up to it.
    #[default]
    Check,
    /// It is left out.
    Ignore,
}

impl ProfileChoice {
    /// Returns the choice that a name makes: `none` is nobody's.
    pub fn from_name(name: &str) -> ProfileChoice {
        match name {
            "none" => ProfileChoice::Nobody,
            name => ProfileChoice::Named(name.to_owned()),
        }
    }
}

/// Refuses totals that flow over their time where rows below zero take usage back at an instant.
pub(super) fn refuse_spread_reversals(
    source: &InputSource,
    settings: &CsvSettings,
) -> Result<(), UsageError> {
    let is_spread = settings.spread != RowSpread::None;
    if !is_spread || settings.meaning.below_zero != Some(BelowZero::Reversed) {
        return Ok(());
    }
    let problem = "rows below zero: usage that flows over its time is of no instant that could be undone; leave out \
                   `spread` or `below_zero = \"reversed\"` (`--below-zero netted`)";
    Err(UsageError::Meaning { name: source.to_string(), problems: vec![problem.to_owned()] })
}

impl ColumnMeaning {
    /// Whether nothing is set.
    pub fn is_silent(&self) -> bool {
        *self == ColumnMeaning::default()
    }

    /// These settings, and those of `base` where these are left out. A filter of `base` falls away if one of these is
    /// about the same column.
    pub fn over(&self, base: &ColumnMeaning) -> ColumnMeaning {
        let own: Vec<&String> = self.filters.iter().flat_map(Condition::columns).collect();
        let stays = |filter: &&Condition<String>| !filter.columns().iter().any(|c| own.contains(c));
        let or = |own: &Option<String>, base: &Option<String>| own.clone().or(base.clone());
        let list = |own: &[String], base: &[String]| match own {
            [] => base.to_vec(),
            own => own.to_vec(),
        };
        ColumnMeaning {
            profile: match &self.profile {
                ProfileChoice::Found => base.profile.clone(),
                own => own.clone(),
            },
            time_of_day: or(&self.time_of_day, &base.time_of_day),
            filters: base.filters.iter().filter(stays).chain(&self.filters).cloned().collect(),
            meters: if self.meters.is_empty() { base.meters.clone() } else { self.meters.clone() },
            identity: list(&self.identity, &base.identity),
            keep: if self.identity.is_empty() { base.keep } else { self.keep },
            account_column: or(&self.account_column, &base.account_column),
            account: or(&self.account, &base.account),
            units: list(&self.units, &base.units),
            zone: self.zone.or(base.zone),
            blanks: self.blanks.or(base.blanks),
            below_zero: self.below_zero.or(base.below_zero),
            decimal: self.decimal.or(base.decimal),
            date_order: self.date_order.or(base.date_order),
            totals: if self.totals == Totals::Check { base.totals } else { self.totals },
        }
    }
}
