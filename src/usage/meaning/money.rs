//! Which columns hold money, and in which currency, as far as headers, cells and columns of currencies say it.
//!
//! Deliberately absent: which of them is the amount, which is [`super::proofs`].

use super::headers::{self, last_words};
use super::sample::ColumnSample;
use super::scale::{currency_named, is_scaled_unit};
use super::unit::{currency_in, unit_of_header};

/// Words of headers of money.
const MONEY: [&str; 44] = [
    "cost",
    "costs",
    "usd",
    "eur",
    "gbp",
    "spend",
    "charge",
    "charges",
    "money",
    "fee",
    "fees",
    "subtotal",
    "price",
    "kosten",
    "gesamtkosten",
    "gesamtpreis",
    "entgelt",
    "gebühr",
    "gebühren",
    "coût",
    "coûts",
    "cout",
    "couts",
    "costo",
    "costi",
    "coste",
    "costes",
    "custo",
    "custos",
    "koszt",
    "koszty",
    "kostnad",
    "kostnader",
    "omkostning",
    "omkostninger",
    "kustannus",
    "netto",
    "brutto",
    "стоимость",
    "сумма",
    "tutar",
    "maliyet",
    "náklady",
    "költség",
];
/// The same in writings that do not part words.
const MONEY_SIGNS: [&str; 10] =
    ["料金", "金額", "金额", "費用", "费用", "円", "요금", "비용", "금액", "価額"];
/// Words that make up headers of what a row comes to, which are money where the file speaks of a currency or of prices.
const TOTALS: [&str; 24] = [
    "amount",
    "total",
    "totals",
    "sum",
    "net",
    "gross",
    "betrag",
    "gesamtbetrag",
    "gesamt",
    "summe",
    "montant",
    "importe",
    "importo",
    "bedrag",
    "totaal",
    "totale",
    "totaux",
    "line",
    "row",
    "sub",
    "billed",
    "charged",
    "invoiced",
    "extended",
];
/// Words that may stand beside them.
const BESIDE_TOTALS: [&str; 14] = [
    "untaxed",
    "tax",
    "taxes",
    "vat",
    "before",
    "after",
    "incl",
    "excl",
    "including",
    "excluding",
    "ht",
    "ttc",
    "of",
    "billing",
];
/// Words of taxes and of what is taken off, which are no cost of what was used.
const TAXES: [&str; 16] = [
    "tax",
    "taxes",
    "vat",
    "gst",
    "mwst",
    "ust",
    "iva",
    "tva",
    "btw",
    "moms",
    "discount",
    "discounts",
    "rabatt",
    "remise",
    "rebate",
    "savings",
];
/// Words by which a tax is in an amount, or not in it.
const WITH_TAXES: [&str; 12] = [
    "before",
    "after",
    "incl",
    "excl",
    "including",
    "excluding",
    "inc",
    "exc",
    "ex",
    "untaxed",
    "with",
    "without",
];

/// How surely a column holds money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MoneySign {
    /// Its header or its cells say it.
    Said,
    /// Its header is one of what a row comes to, whatever that counts.
    Likely,
}

/// The columns among several that hold the money of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum MoneyFound {
    None,
    One(usize),
    Several(Vec<usize>),
}

/// The columns of a table, looked at for money.
#[derive(Clone, Copy, Debug)]
pub(super) struct MoneyColumns<'a> {
    pub(super) header: &'a [String],
    pub(super) samples: &'a [ColumnSample],
}

impl MoneyColumns<'_> {
    /// How surely a column holds what its rows cost; `None` if nothing says that it is money, or if it is a tax, a discount or
    /// a part of a currency.
    pub(super) fn sign(&self, column: usize) -> Option<MoneySign> {
        let name = &self.header[column];
        let words = last_words(name);
        let has = |names: &[&str]| words.split(' ').any(|word| names.contains(&word));
        let said = unit_of_header(name);
        let is_part = said.as_deref().is_some_and(is_scaled_unit);
        let is_bare_price = headers::is_bare_price(&words) && words != "price";
        if is_part || (has(&TAXES) && !has(&WITH_TAXES)) {
            return None;
        }
        if is_bare_price && self.prices().is_empty() {
            return None;
        }
        let sample = self.samples.get(column);
        let has_cells =
            sample.is_some_and(|sample| sample.money > 0 && sample.money == sample.numeric);
        // `Credits cost` may be credits.
        let are_credits = has(&["credit", "credits"]);
        let has_word = has(&MONEY) || MONEY_SIGNS.iter().any(|sign| words.contains(sign));
        let is_said =
            currency_in(name).is_some() || has_cells || is_bare_price || (has_word && !are_credits);
        let is_total = has(&TOTALS)
            && words.split(' ').all(|word| TOTALS.contains(&word) || BESIDE_TOTALS.contains(&word));
        match () {
            () if is_said => Some(MoneySign::Said),
            () if is_total => Some(MoneySign::Likely),
            () => None,
        }
    }

    /// The currency of a column of money; `None` where nothing says it.
    pub(super) fn currency(&self, column: usize) -> Option<String> {
        let name = &self.header[column];
        let of_header = unit_of_header(name).as_deref().and_then(currency_named);
        let of_cells = || {
            let sample = self.samples.get(column).filter(|sample| sample.money > 0)?;
            currency_in(&sample.example).as_deref().and_then(currency_named)
        };
        of_header.or_else(of_cells).or_else(|| self.named_currency())
    }

    /// Whether a column of money may be in the currency with this code.
    fn may_be_in(&self, column: usize, code: &str) -> bool {
        self.currency(column).is_none_or(|currency| currency == code)
    }

    /// The currency of all rows by the columns of currencies.
    fn named_currency(&self) -> Option<String> {
        let is_it = |sample: &&ColumnSample| sample.is_currencies() && !sample.differ;
        let mut codes =
            self.samples.iter().filter(is_it).map(|sample| sample.example.to_uppercase());
        let first = codes.next()?;
        codes.all(|code| code == first).then_some(first)
    }

    /// The columns of prices of one of what was used, and those that may be such.
    pub(super) fn prices(&self) -> Vec<usize> {
        self.columns(&headers::may_be_price_of_one)
    }

    /// The columns of prices that may be of one or of all that was used.
    pub(super) fn bare_prices(&self) -> Vec<usize> {
        self.columns(&|name| headers::is_bare_price(&last_words(name)))
    }

    fn columns(&self, is_it: &dyn Fn(&str) -> bool) -> Vec<usize> {
        let is_numbers =
            |column: &usize| self.samples.get(*column).is_some_and(ColumnSample::is_mostly_numbers);
        (0..self.header.len())
            .filter(|&column| is_it(&self.header[column]))
            .filter(is_numbers)
            .collect()
    }

    /// The columns among several that are the money of rows, in the currency with a code or in any. Totals are it where no other
    /// is, and the file has a column of that currency or one of prices; beside others they may be.
    pub(super) fn among(&self, columns: &[usize], code: Option<&str>) -> MoneyFound {
        let of = |wanted: MoneySign| -> Vec<usize> {
            let is_it = |column: &usize| {
                self.sign(*column) == Some(wanted)
                    && code.is_none_or(|code| self.may_be_in(*column, code))
            };
            columns.iter().copied().filter(is_it).collect()
        };
        let (said, likely) = (of(MoneySign::Said), of(MoneySign::Likely));
        let speaks_of_money = self.named_currency().is_some() || !self.prices().is_empty();
        match (said.as_slice(), likely.as_slice()) {
            ([], []) => MoneyFound::None,
            ([], [one]) if speaks_of_money => MoneyFound::One(*one),
            ([], all) => MoneyFound::Several(all.to_vec()),
            ([one], []) => MoneyFound::One(*one),
            (said, []) => match self.whole(said) {
                Some(whole) => MoneyFound::One(whole),
                None => MoneyFound::Several(said.to_vec()),
            },
            (said, likely) => {
                let mut all = [said, likely].concat();
                all.sort_unstable();
                match self.whole(&all) {
                    Some(whole) => MoneyFound::One(whole),
                    None => MoneyFound::Several(all),
                }
            }
        }
    }

    /// The column whose cells are the sums of those of all others, or where all are the same in every row, one of them.
    fn whole(&self, columns: &[usize]) -> Option<usize> {
        let sample = |column: usize| self.samples.get(column);
        let is_sum = |column: &usize| {
            let others = columns.iter().filter(|other| *other != column);
            let others: Vec<&ColumnSample> = others.filter_map(|&other| sample(other)).collect();
            let is_several = others.len() > 1 && others.iter().all(|other| other.holds_amounts());
            is_several && sample(*column).is_some_and(|whole| whole.is_sum_of(&others))
        };
        if let Some(whole) = columns.iter().find(|column| is_sum(column)) {
            return Some(*whole);
        }
        let first = sample(*columns.first()?)?;
        let is_same = |&column: &usize| {
            sample(column).is_some_and(|one| one.first_numbers() == first.first_numbers())
        };
        let are_same = first.has_all_numbers() && columns.iter().all(is_same);
        let total = columns.iter().find(|column| headers::says_total(&self.header[**column]));
        are_same.then(|| total.or(columns.first()).copied()).flatten()
    }
}
