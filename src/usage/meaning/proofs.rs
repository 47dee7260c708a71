//! What proves which of several columns is the amount: it is what its parts add up to in every row, or a quantity times its
//! price, or the only one in the unit of the scenario.
//!
//! Deliberately absent: guesses.

use super::headers;
use super::number::Atto;
use super::sample::ColumnSample;
use super::scale::{unit_factor, unit_formula};
use super::unit::{ScenarioUnit, is_one_unit, is_open_unit, unit_of_header};
use crate::domain::text::listed;

/// Rows that prove what holds in all of them.
const FEWEST_ROWS: usize = 2;

/// A column that is proven to be the amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AmountProof {
    pub(super) column: usize,
    /// Why, in a few words.
    pub(super) why: &'static str,
    /// The same in a sentence.
    pub(super) told: String,
}

/// The proof that one of several columns is the amount of a scenario that counts in `unit`; `None` where nothing proves it.
pub(super) fn of(
    header: &[String],
    samples: &[ColumnSample],
    columns: &[usize],
    unit: Option<&ScenarioUnit>,
) -> Option<AmountProof> {
    let unit = unit.filter(|unit| unit.is_said && unit.others.is_empty());
    let among = AmountsAmong { header, samples, columns, unit };
    among.by_unit().or_else(|| among.by_parts()).or_else(|| among.by_price())
}

/// What another column than the chosen one says of the unit of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum OtherColumn {
    /// It is in that unit, and the chosen one in another.
    Amount(AmountProof),
    /// It is in a unit of the same measure, or the chosen one says none: a problem.
    Unclear(String),
}

/// What the columns of numbers and durations besides the chosen one say of the unit of the scenario; `None` where the chosen
/// one is in that unit, or no other is.
pub(super) fn in_unit(
    header: &[String],
    others: &[(usize, Option<&'static str>)],
    chosen: usize,
    unit: Option<&ScenarioUnit>,
) -> Option<OtherColumn> {
    let unit = &unit.filter(|unit| unit.is_said && unit.others.is_empty())?.name;
    let is_same = |said: &str| is_one_unit(said, unit);
    let own = unit_of_header(&header[chosen]);
    if own.as_deref().is_some_and(is_same) || is_open_unit(unit) {
        return None;
    }
    let said = |&(column, lasting): &(usize, Option<&str>)| {
        let said = lasting.map(str::to_owned).or_else(|| unit_of_header(&header[column]))?;
        let name = &header[column];
        let argument = match is_same(&said) {
            true => headers::header_argument(name),
            false => match unit_factor(&said, unit) {
                Some(factor) => headers::in_shell(&format!("{name}={factor}")),
                None => headers::in_shell(&unit_formula(name, &said, unit)?),
            },
        };
        Some((column, said, argument))
    };
    let found: Vec<(usize, String, String)> = others.iter().filter_map(said).collect();
    if let ([(column, said, _)], Some(_)) = (found.as_slice(), &own)
        && is_same(said)
    {
        let told = format!(
            "The scenario counts {unit}, as `{}` does and `{}` does not.",
            header[*column], header[chosen]
        );
        return Some(OtherColumn::Amount(AmountProof { column: *column, why: "its unit", told }));
    }
    let ways = found.iter().map(|(column, said, argument)| {
        format!("`--amount-column {argument}` counts `{}` ({said}) in {unit}", header[*column])
    });
    let ways: Vec<String> = ways.collect();
    (!ways.is_empty()).then(|| {
        OtherColumn::Unclear(format!(
            "the amount: the scenario counts {unit}, which column `{}` does not say of its amounts: {}; if the amounts of `{}` \
             are {unit}, `--amount-column {}` reads them (or `[usage] amount`)",
            header[chosen],
            ways.join(", "),
            header[chosen],
            headers::header_argument(&header[chosen])
        ))
    })
}

/// Words of amounts that are all of what was used.
const WHOLE: [&str; 6] = ["used", "usage", "consumed", "consumption", "spent", "total"];
/// Words of the parts of it, by who pays for them.
const PAID_BY: [&str; 14] = [
    "included",
    "billed",
    "billable",
    "unbilled",
    "charged",
    "free",
    "paid",
    "prepaid",
    "overage",
    "extra",
    "plan",
    "allowance",
    "additional",
    "covered",
];

/// Columns that may each be the amount.
struct AmountsAmong<'a> {
    header: &'a [String],
    samples: &'a [ColumnSample],
    columns: &'a [usize],
    unit: Option<&'a ScenarioUnit>,
}

impl AmountsAmong<'_> {
    /// The only column whose header says the unit of the scenario, where those of all others say another.
    fn by_unit(&self) -> Option<AmountProof> {
        let unit = &self.unit?.name;
        let said = |&column: &usize| Some((column, unit_of_header(&self.header[column])?));
        let said: Vec<(usize, String)> = self.columns.iter().map(said).collect::<Option<_>>()?;
        let mut same = said.iter().filter(|(_, one)| is_one_unit(one, unit));
        let column = same.next().filter(|_| same.next().is_none())?.0;
        Some(AmountProof {
            column,
            why: "its unit",
            told: format!(
                "The scenario counts {unit}, which of {} only `{}` does.",
                self.named(self.columns),
                self.header[column]
            ),
        })
    }

    /// The column that is what its parts add up to, by who pays for them.
    fn by_parts(&self) -> Option<AmountProof> {
        let has = |column: usize, names: &[&str]| {
            let words = headers::last_words(&self.header[column]);
            words.split(' ').any(|word| names.contains(&word))
        };
        let is_numbers =
            |column: &usize| self.sample(*column).is_some_and(ColumnSample::is_numbers);
        let parts = (0..self.header.len()).filter(|column| has(*column, &PAID_BY));
        let parts: Vec<usize> = parts.filter(is_numbers).collect();
        let is_whole = |&column: &usize| has(column, &WHOLE) && !parts.contains(&column);
        let mut wholes = self.columns.iter().copied().filter(is_whole);
        let column = wholes.next().filter(|_| wholes.next().is_none())?;
        let are_others = self.columns.iter().all(|other| *other == column || parts.contains(other));
        let samples: Vec<&ColumnSample> =
            parts.iter().filter_map(|&part| self.sample(part)).collect();
        let holds_some = |sample: &&ColumnSample| {
            sample.first_numbers().iter().any(|number| *number != Atto::ZERO)
        };
        let whole = self.sample(column)?;
        let is_proven = are_others
            && parts.len() > 1
            && samples.iter().all(holds_some)
            && whole.first_numbers().len() >= FEWEST_ROWS
            && whole.is_sum_of(&samples);
        is_proven.then(|| AmountProof {
            column,
            why: "what its parts add up to",
            told: format!(
                "`{}` is the sum of {} in {}.",
                self.header[column],
                self.named(&parts),
                self.rows(whole)
            ),
        })
    }

    /// The column of credits that is a quantity times its price.
    fn by_price(&self) -> Option<AmountProof> {
        let &[one, other] = self.columns else { return None };
        [(one, other), (other, one)].into_iter().find_map(|(total, quantity)| {
            let name = &self.header[total];
            let is_meant = headers::are_charged_credits(name)
                && self.unit.is_none_or(|unit| {
                    unit_of_header(name).is_some_and(|said| is_one_unit(&said, &unit.name))
                });
            let is_price = |price: &usize| {
                let is_per = |name: &str| headers::words(name).split(' ').any(|word| word == "per");
                let name = &self.header[*price];
                *price != total
                    && *price != quantity
                    && (headers::is_unit_price(name) || is_per(name))
                    && self.is_product(total, quantity, *price)
            };
            let price = (0..self.header.len()).filter(|_| is_meant).find(is_price)?;
            Some(AmountProof {
                column: total,
                why: "a quantity times its price",
                told: format!(
                    "`{name}` is `{}` times `{}` in {}.",
                    self.header[quantity],
                    self.header[price],
                    self.rows(self.sample(total)?)
                ),
            })
        })
    }

    /// Whether one column is the product of two others in every row, as far as its decimals go.
    fn is_product(&self, total: usize, quantity: usize, price: usize) -> bool {
        let numbers = |column: usize| self.sample(column).map(ColumnSample::first_numbers);
        let (Some(totals), Some(quantities), Some(prices)) =
            (numbers(total), numbers(quantity), numbers(price))
        else {
            return false;
        };
        let ties = |row: usize| {
            let product = quantities[row].times(prices[row]);
            let off = product.and_then(|product| totals[row].minus(product));
            off.is_some_and(|off| off.size() <= totals[row].half_of_last_decimal())
        };
        // A price of one proves nothing.
        let differs = totals.iter().zip(quantities).any(|(total, quantity)| total != quantity);
        totals.len() >= FEWEST_ROWS && differs && (0..totals.len()).all(ties)
    }

    fn sample(&self, column: usize) -> Option<&ColumnSample> {
        self.samples.get(column)
    }

    fn named(&self, columns: &[usize]) -> String {
        let names = columns.iter().map(|&column| format!("`{}`", self.header[column]));
        listed(&names.collect::<Vec<_>>())
    }

    /// The rows in which something holds.
    fn rows(&self, sample: &ColumnSample) -> &'static str {
        match sample.has_all_numbers() {
            true => "every row",
            false => "every row that was looked at first",
        }
    }
}
