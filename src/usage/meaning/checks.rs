//! The checks of rows, in the order in which they are asked: each is shown rows whose columns are chosen, and finds what the sum of
//! them would make of usage that is none.
//!
//! They are asked of the first rows, and again of rows further on, where a kind of rows may begin late. The one that needs all rows
//! of a file ([`registers`]) and the one that finds what stands far apart by itself ([`pasted`]) are asked of the first rows alone;
//! what the first rows show in another way ([`super::rollup`], [`super::tally`]) is asked of those further on alone.
//! Deliberately absent: which rows are shown, which `look` and `later` choose.

use super::shown::{RowProblem, ShownRows};
use super::{ColumnMeaning, groups, growing, half_blank, later_rollup, lumps, multiplied, packs};
use super::{pasted, period_sums, registers, repeated, risen, running, so_far, stages, trees};
use crate::usage::csv::{Amounts, CsvSettings};

/// A check of rows.
struct RowCheck {
    needs: CheckNeed,
    reach: CheckReach,
    problem: fn(&ShownRows<'_>) -> Option<RowProblem>,
}

/// What a check needs, besides columns of no profile and rows whose identity is not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CheckNeed {
    /// An amount that nobody chose. These are asked first.
    GuessedAmount,
    /// Nothing more.
    Rows,
    /// No value whose rows are the sum of all others: that is asked about first.
    NoRollup,
}

/// The rows that a check makes sense of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CheckReach {
    /// The first rows, and others further on.
    AnyRows,
    /// The same, unless all rows are followed for it: see [`super::balances`].
    UnlessFollowed,
    /// The first rows alone.
    FirstRows,
    /// Rows further on alone.
    LaterRows,
}

use CheckNeed::{GuessedAmount, NoRollup, Rows};
use CheckReach::{AnyRows, FirstRows, LaterRows, UnlessFollowed};

const CHECKS: [RowCheck; 16] = [
    RowCheck { needs: GuessedAmount, reach: AnyRows, problem: growing::problem },
    RowCheck { needs: GuessedAmount, reach: AnyRows, problem: so_far::problem },
    RowCheck { needs: GuessedAmount, reach: LaterRows, problem: running::problem },
    RowCheck { needs: GuessedAmount, reach: AnyRows, problem: packs::problem },
    RowCheck { needs: GuessedAmount, reach: AnyRows, problem: half_blank::problem },
    RowCheck { needs: GuessedAmount, reach: AnyRows, problem: repeated::problem },
    RowCheck { needs: GuessedAmount, reach: AnyRows, problem: multiplied::problem },
    RowCheck { needs: GuessedAmount, reach: FirstRows, problem: registers::problem },
    RowCheck { needs: Rows, reach: AnyRows, problem: trees::problem },
    RowCheck { needs: NoRollup, reach: LaterRows, problem: later_rollup::problem },
    RowCheck { needs: NoRollup, reach: AnyRows, problem: period_sums::problem },
    RowCheck { needs: NoRollup, reach: AnyRows, problem: stages::problem },
    RowCheck { needs: NoRollup, reach: AnyRows, problem: groups::problem },
    RowCheck { needs: NoRollup, reach: UnlessFollowed, problem: risen::problem },
    RowCheck { needs: NoRollup, reach: AnyRows, problem: lumps::problem },
    RowCheck { needs: NoRollup, reach: FirstRows, problem: pasted::problem },
];

/// What settings leave to be asked of rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenQuestions {
    /// Whether nobody chose the amount.
    amount: bool,
    /// Whether nobody said which rows are one and the same, or that none are.
    identity: bool,
    /// Whether nobody said what rows below zero do.
    pub(super) signs: bool,
}

/// A problem of rows, and the place of its check among all.
#[derive(Debug)]
pub(super) struct FoundProblem {
    pub(super) check: usize,
    /// Whether all rows say it better where they are followed for it.
    pub(super) is_followed: bool,
    pub(super) problem: RowProblem,
}

impl OpenQuestions {
    /// Those that these settings leave, the meaning of which is over that of a profile.
    pub(super) fn of(settings: &CsvSettings, meaning: &ColumnMeaning) -> OpenQuestions {
        let amount = settings.amounts == Amounts::Guess;
        let signs = meaning.below_zero.is_none();
        OpenQuestions { amount, identity: meaning.identity.is_empty(), signs }
    }

    /// Whether any check asks anything of rows in these columns.
    pub(super) fn are_any(self, is_of_profile: bool) -> bool {
        self.identity && !is_of_profile
    }

    fn leave(self, need: CheckNeed, shown: &ShownRows<'_>) -> bool {
        let columns = shown.columns;
        self.are_any(columns.is_of_profile)
            && match need {
                GuessedAmount => self.amount,
                Rows => true,
                NoRollup => columns.rollups.is_empty(),
            }
    }
}

/// The problem of the first rows whose amount nobody chose.
pub(super) fn of_guessed(shown: &ShownRows<'_>, open: OpenQuestions) -> Option<String> {
    let found = ask(shown, open, |check| check.is_of_first() && check.needs == GuessedAmount);
    found.map(|found| found.problem.text)
}

/// The problem of the first rows, whoever chose their amount.
pub(super) fn of_any(shown: &ShownRows<'_>, open: OpenQuestions) -> Option<String> {
    let found = ask(shown, open, |check| check.is_of_first() && check.needs != GuessedAmount);
    found.map(|found| found.problem.text)
}

/// The problem of rows further on.
pub(super) fn of_later(shown: &ShownRows<'_>, open: OpenQuestions) -> Option<FoundProblem> {
    ask(shown, open, |check| check.reach != FirstRows)
}

impl RowCheck {
    fn is_of_first(&self) -> bool {
        self.reach != LaterRows
    }
}

/// The first problem that one of these checks finds.
fn ask(
    shown: &ShownRows<'_>,
    open: OpenQuestions,
    is_asked: impl Fn(&RowCheck) -> bool,
) -> Option<FoundProblem> {
    let asked = CHECKS.iter().enumerate().filter(|(_, check)| is_asked(check));
    let mut left = asked.filter(|(_, check)| open.leave(check.needs, shown));
    left.find_map(|(place, check)| {
        let is_followed = check.reach == UnlessFollowed;
        (check.problem)(shown).map(|problem| FoundProblem { check: place, is_followed, problem })
    })
}
