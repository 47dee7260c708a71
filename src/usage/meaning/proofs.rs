//! What proves which of several columns is the amount: it is what its parts add up to in every row, or a quantity times its
//! price, or the only one in the unit of the scenario.
//!
//! Deliberately absent: guesses.

use super::headers;
use super::money::{MoneyColumns, MoneyFound, MoneySign};
use super::number::Atto;
use super::sample::ColumnSample;
use super::scale::{arguments_in, currency_named};
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
    let counts_credits = unit.is_none_or(|unit| unit.name == "credits" && unit.others.is_empty());
    let unit = unit.filter(|unit| unit.is_said && unit.others.is_empty());
    let among = AmountsAmong { header, samples, columns, unit };
    let by_credits = || among.by_credits().filter(|_| counts_credits);
    among
        .by_unit()
        .or_else(|| among.by_nesting())
        .or_else(|| among.by_money())
        .or_else(|| among.by_parts())
        .or_else(|| among.by_price())
        .or_else(by_credits)
        .or_else(|| among.by_zeros())
}

/// The ways that count a column in the unit of a scenario, where it is in another of its measure; `lasting` is the unit of its
/// durations.
pub(super) fn ways_in_unit(name: &str, lasting: Option<&str>, unit: &str) -> Vec<String> {
    let Some(said) = lasting.map(str::to_owned).or_else(|| unit_of_header(name)) else {
        return Vec::new();
    };
    if is_one_unit(&said, unit) || is_open_unit(unit) {
        return Vec::new();
    }
    let way = |(argument, condition): (String, String)| {
        format!("`--amount-column {argument}` counts `{name}` ({said}) in {unit}{condition}")
    };
    arguments_in(name, &said, unit).into_iter().map(way).collect()
}

/// The problem of a column that was chosen as it stands and is in another unit of the measure of the scenario's.
pub(super) fn chosen_in_other_unit(
    name: &str,
    lasting: Option<&str>,
    unit: &str,
) -> Option<String> {
    let ways = ways_in_unit(name, lasting, unit);
    let as_it_is = headers::in_shell(&format!("1 * {}", headers::quoted(name)));
    (!ways.is_empty()).then(|| {
        format!(
            "the amount: the scenario counts {unit}, and column `{name}` by its header does not: {}; if its numbers are {unit} all \
             the same, `--amount-column {as_it_is}` reads them (or `[usage] amount`)",
            ways.join(", ")
        )
    })
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
    (header, samples): (&[String], &[ColumnSample]),
    others: &[(usize, Option<&'static str>)],
    chosen: usize,
    unit: Option<&ScenarioUnit>,
) -> Option<OtherColumn> {
    let unit = &unit.filter(|unit| unit.is_said && unit.others.is_empty())?.name;
    if let Some(code) = currency_named(unit) {
        let money = MoneyColumns { header, samples };
        let others: Vec<usize> = others.iter().map(|(column, _)| *column).collect();
        match in_currency(money, &others, chosen, (unit, &code)) {
            MoneyVerdict::Chosen => return None,
            MoneyVerdict::Other(found) => return Some(found),
            MoneyVerdict::Open => {}
        }
    }
    let is_same = |said: &str| is_one_unit(said, unit);
    let own = unit_of_header(&header[chosen]);
    if own.as_deref().is_some_and(is_same) || is_open_unit(unit) {
        return None;
    }
    let said = |&(column, lasting): &(usize, Option<&str>)| {
        let said = lasting.map(str::to_owned).or_else(|| unit_of_header(&header[column]))?;
        let name = &header[column];
        let ways = match is_same(&said) {
            true => {
                let argument = headers::header_argument(name);
                vec![format!("`--amount-column {argument}` counts `{name}` ({said}) in {unit}")]
            }
            false => ways_in_unit(name, lasting, unit),
        };
        (!ways.is_empty()).then_some((column, said, ways))
    };
    let found: Vec<(usize, String, Vec<String>)> = others.iter().filter_map(said).collect();
    if let ([(column, said, _)], Some(_)) = (found.as_slice(), &own)
        && is_same(said)
    {
        let told = format!(
            "The scenario counts {unit}, as `{}` does and `{}` does not.",
            header[*column], header[chosen]
        );
        return Some(OtherColumn::Amount(AmountProof { column: *column, why: "its unit", told }));
    }
    let ways: Vec<String> = found.into_iter().flat_map(|(_, _, ways)| ways).collect();
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

/// What the money in a file says of the chosen column, where the scenario counts a currency.
enum MoneyVerdict {
    /// It is that money.
    Chosen,
    /// Another is, or may be.
    Other(OtherColumn),
    /// Nothing is said of it.
    Open,
}

/// The same for the chosen column among others that may be the amount; `unit` is that of the scenario, and the code of it.
fn in_currency(
    money: MoneyColumns<'_>,
    others: &[usize],
    chosen: usize,
    (unit, code): (&str, &str),
) -> MoneyVerdict {
    let header = money.header;
    let own = money.sign(chosen);
    let is_own = money.currency(chosen).is_none_or(|currency| currency == code);
    if own == Some(MoneySign::Said) && is_own {
        return MoneyVerdict::Chosen;
    }
    let mut all: Vec<usize> = others.iter().copied().chain([chosen]).collect();
    all.sort_unstable();
    let may_be_money = headers::last_words(&header[chosen]) == "value";
    // Money in another currency is refused for that.
    let found = match money.among(&all, Some(code)) {
        MoneyFound::None => money.among(&all, None),
        found => found,
    };
    let found = match found {
        MoneyFound::One(column) if column == chosen => return MoneyVerdict::Chosen,
        MoneyFound::One(column) if !may_be_money => {
            let told = format!(
                "The scenario counts {unit}: `{}` is money, and `{}` is not.",
                header[column], header[chosen]
            );
            let proof = AmountProof { column, why: "its money", told };
            return MoneyVerdict::Other(OtherColumn::Amount(proof));
        }
        MoneyFound::One(column) => vec![column],
        MoneyFound::Several(columns) => columns,
        MoneyFound::None => Vec::new(),
    };
    if own.is_some() && found.iter().all(|column| *column == chosen) {
        return MoneyVerdict::Chosen;
    }
    let ways = ways_to_money(money, &found, chosen);
    match ways.is_empty() || (own.is_some() && found.is_empty()) {
        true => MoneyVerdict::Open,
        false => MoneyVerdict::Other(OtherColumn::Unclear(format!(
            "the amount: the scenario counts {unit}, and nothing says that column `{}` does: {}; if its amounts are {unit}, \
             `--amount-column {}` reads them (or `[usage] amount`)",
            header[chosen],
            ways.join(", "),
            headers::header_argument(&header[chosen])
        ))),
    }
}

/// The ways to count money: columns that may be it, or, where there are none, what a quantity comes to at its price.
fn ways_to_money(money: MoneyColumns<'_>, found: &[usize], chosen: usize) -> Vec<String> {
    let name = |column: usize| &money.header[column];
    let read = |column: &usize| {
        let argument = headers::header_argument(name(*column));
        format!("`--amount-column {argument}` counts `{}`", name(*column))
    };
    let columns: Vec<String> = found.iter().filter(|column| **column != chosen).map(read).collect();
    if !columns.is_empty() {
        return columns;
    }
    let bare = money.bare_prices();
    let whole = bare
        .iter()
        .map(|column| format!("{}, if each is the price of its whole row", read(column)));
    let prices = money.prices().into_iter().chain(bare.iter().copied());
    let mut prices: Vec<usize> = prices.filter(|price| *price != chosen).collect();
    prices.sort_unstable();
    prices.dedup();
    let of_one = prices.iter().map(|&price| {
        let formula = [price, chosen].map(|column| headers::quoted(name(column))).join(" * ");
        let formula = headers::in_shell(&formula);
        format!(
            "`--amount-column {formula}` counts `{}` at the price of one in `{}`",
            name(chosen),
            name(price)
        )
    });
    whole.chain(of_one).collect()
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
        let said = |column: usize| unit_of_header(&self.header[column]);
        let is_same = |&&column: &&usize| said(column).is_some_and(|said| is_one_unit(&said, unit));
        let mut same = self.columns.iter().filter(is_same);
        let column = *same.next().filter(|_| same.next().is_none())?;
        let counts_other = |&other: &usize| {
            let name = &self.header[other];
            other == column
                || said(other).is_some()
                || headers::power_unit(name).is_some()
                || headers::counts_heads(name)
                || self.money().sign(other) == Some(MoneySign::Said)
        };
        if !self.columns.iter().all(counts_other) {
            return None;
        }
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

    fn money(&self) -> MoneyColumns<'_> {
        MoneyColumns { header: self.header, samples: self.samples }
    }

    /// The only column of money where the scenario counts a currency.
    fn by_money(&self) -> Option<AmountProof> {
        let unit = &self.unit?.name;
        let code = currency_named(unit)?;
        let MoneyFound::One(column) = self.money().among(self.columns, Some(&code)) else {
            return None;
        };
        let is_value =
            |&other: &usize| headers::last_words(&self.header[other]) == "value" && other != column;
        let told = || {
            let name = &self.header[column];
            format!(
                "The scenario counts {unit}, which of {} only `{name}` does.",
                self.named(self.columns)
            )
        };
        (!self.columns.iter().any(is_value)).then(|| AmountProof {
            column,
            why: "its money",
            told: told(),
        })
    }

    /// The only column of credits among such of money, where the scenario counts credits.
    fn by_credits(&self) -> Option<AmountProof> {
        let are_credits = |&&column: &&usize| {
            headers::are_charged_credits(&headers::last_words(&self.header[column]))
                && self.money().sign(column).is_none()
        };
        let mut credits = self.columns.iter().filter(are_credits);
        let column = *credits.next().filter(|_| credits.next().is_none())?;
        let others: Vec<usize> =
            self.columns.iter().copied().filter(|other| *other != column).collect();
        let are_money =
            others.iter().all(|&other| self.money().sign(other) == Some(MoneySign::Said));
        are_money.then(|| AmountProof {
            column,
            why: "its credits",
            told: format!(
                "`{}` holds credits, and {} money.",
                self.header[column],
                self.named(&others)
            ),
        })
    }

    /// The only column that is no part of an object which is called after it, and is what the parts add up to or the total
    /// among them: `cost` beside `costBreakdown.total`.
    fn by_nesting(&self) -> Option<AmountProof> {
        let object = |column: usize| Some(self.header[column].rsplit_once('.')?.0);
        let mut outside = self.columns.iter().filter(|column| object(**column).is_none());
        let column = *outside.next().filter(|_| outside.next().is_none())?;
        let parts: Vec<usize> =
            self.columns.iter().copied().filter(|other| *other != column).collect();
        let name = headers::words(&self.header[column]);
        let is_called_after = |&part: &usize| {
            let of = object(part).map(headers::words);
            of.is_some_and(|of| of != name && of.split(' ').next() == Some(name.as_str()))
        };
        let whole = self.sample(column)?;
        let samples: Vec<&ColumnSample> =
            parts.iter().filter_map(|&part| self.sample(part)).collect();
        let is_total = samples.iter().any(|part| part.first_numbers() == whole.first_numbers());
        let is_proven = !parts.is_empty()
            && parts.iter().all(is_called_after)
            && whole.first_numbers().len() >= FEWEST_ROWS
            && (is_total || whole.is_sum_of(&samples));
        is_proven.then(|| AmountProof {
            column,
            why: "what its parts add up to",
            told: format!(
                "`{}` is what {} come to in {}.",
                self.header[column],
                self.named(&parts),
                self.rows(whole)
            ),
        })
    }

    /// The only column with anything in it beside such of what was not billed, all of whose cells were looked at.
    fn by_zeros(&self) -> Option<AmountProof> {
        let is_unbilled = |column: usize| {
            let words = headers::last_words(&self.header[column]);
            let says = |word: &str| ["unbilled", "nonbilled", "nonbillable"].contains(&word);
            let is_denied = ["non billed", "not billed", "non billable", "not billable"];
            words.split(' ').any(says) || is_denied.iter().any(|denied| words.contains(denied))
        };
        let is_zero = |&column: &usize| {
            let sample = self.sample(column);
            sample.is_some_and(|sample| sample.has_all_numbers() && !sample.holds_amounts())
        };
        let (zeros, others): (Vec<usize>, Vec<usize>) =
            self.columns.iter().partition(|column| is_unbilled(**column));
        let &[column] = others.as_slice() else { return None };
        let is_proven = !zeros.is_empty() && zeros.iter().all(is_zero) && !is_zero(&column);
        is_proven.then(|| AmountProof {
            column,
            why: "what is billed",
            told: format!("{} is 0 in every row.", self.named(&zeros)),
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

    /// The column of credits, or of money where the scenario counts that, which is a quantity times its price.
    fn by_price(&self) -> Option<AmountProof> {
        let &[one, other] = self.columns else { return None };
        [(one, other), (other, one)].into_iter().find_map(|(total, quantity)| {
            let name = &self.header[total];
            let code = self.unit.and_then(|unit| currency_named(&unit.name));
            let currency = || self.money().currency(total);
            let is_meant = match code {
                Some(code) => {
                    self.money().sign(total).is_some()
                        && currency().is_none_or(|currency| currency == code)
                }
                None => {
                    headers::are_charged_credits(name)
                        && self.unit.is_none_or(|unit| {
                            unit_of_header(name).is_some_and(|said| is_one_unit(&said, &unit.name))
                        })
                }
            };
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
