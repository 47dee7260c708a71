//! The total of an invoice or an order that stands in each of its rows: added up, it would count as often as it has lines.
//!
//! Deliberately absent: totals in rows of their own, which are in `tally` and `rollup`.

use std::collections::{BTreeMap, BTreeSet};

use super::blank::Blank;
use super::headers::{self, header_argument, in_shell, words};
use super::number::Atto;
use super::sample::ColumnSample;
use super::shown::{RowProblem, ShownRows};
use super::tally::ties;

/// Documents of several rows that show that an amount is theirs.
const FEWEST: usize = 2;
/// Such documents where no header says that it is.
const FEWEST_UNNAMED: usize = 5;

/// Words for what has lines, and an amount of its own.
const DOCUMENTS: [&str; 39] = [
    "invoice",
    "invoices",
    "order",
    "orders",
    "bill",
    "receipt",
    "statement",
    "transaction",
    "document",
    "shipment",
    "basket",
    "cart",
    "checkout",
    "rechnung",
    "rechnungsnummer",
    "bestellung",
    "bestellnummer",
    "auftrag",
    "beleg",
    "belegnummer",
    "facture",
    "commande",
    "factura",
    "pedido",
    "fatura",
    "fattura",
    "ordine",
    "factuur",
    "bestelling",
    "faktura",
    "zamówienie",
    "beställning",
    "ordre",
    "lasku",
    "tilaus",
    "счет",
    "счёт",
    "заказ",
    "fiş",
];
/// The same in writings that do not part words.
const DOCUMENT_SIGNS: [&str; 8] =
    ["請求書", "注文", "発票", "发票", "订单", "訂單", "發票", "주문"];

/// The documents that a header speaks of, as words.
fn documents(header: &str) -> BTreeSet<String> {
    let all = words(header);
    let named = all.split(' ').filter(|word| DOCUMENTS.contains(word));
    let signs = DOCUMENT_SIGNS.iter().copied().filter(|sign| all.contains(sign));
    named.chain(signs).map(str::to_owned).collect()
}

/// The rows of one document.
struct DocumentRows {
    /// Their places among the rows.
    rows: Vec<usize>,
    /// The amount that each of them has.
    amount: Atto,
}

/// The problem of an amount that is the same in all rows of a document, whose lines are several.
pub(super) fn problem(shown: &ShownRows<'_>) -> Option<RowProblem> {
    let columns = shown.columns;
    let amount = columns.amount_of_all()?;
    let is_free = |column: &usize| {
        *column != amount
            && *column != columns.time
            && !documents(columns.name(*column)).is_empty()
            && !shown.sample(*column).is_some_and(ColumnSample::is_dates)
    };
    let mut keys = (0..columns.header.len()).filter(is_free);
    let (key, of_all) = keys.find_map(|key| {
        let of_all = of_documents(shown, key, amount)?;
        is_repeated(&of_all, columns.name(key), columns.name(amount)).then_some((key, of_all))
    })?;
    let (name, of) = (columns.name(amount), columns.name(key));
    let among = shown.among();
    let is_part = |column: &usize| {
        ![amount, key, columns.time].contains(column)
            && shown.sample(*column).is_some_and(ColumnSample::is_numbers)
            && adds_up(shown.numbers(*column), &of_all)
    };
    let once = format!("--identity {}", in_shell(of));
    let ways = match (0..columns.header.len()).find(is_part) {
        Some(part) => format!(
            "`{}` adds up to it: count that with `--amount-column {}` (or `[usage] amount`)",
            columns.name(part),
            header_argument(columns.name(part))
        ),
        None => format!("count it once with `{once}` (or `[usage] identity`)"),
    };
    let text = format!(
        "the amount: `{name}` is the same in all rows{among} that have one `{of}`, as the total of each is that stands in all of its \
         lines: {ways}; where each row has an amount of its own, `--identity none` adds all up"
    );
    Some(RowProblem::of(text))
}

/// The documents that a column names, each with its rows; `None` where one has two amounts, or one that cannot be read.
fn of_documents(shown: &ShownRows<'_>, key: usize, amount: usize) -> Option<Vec<DocumentRows>> {
    let mut found: BTreeMap<&str, DocumentRows> = BTreeMap::new();
    for (place, read) in shown.numbers(amount).iter().enumerate() {
        let document = shown.text(place, key);
        // The row of a total is of no document.
        if !shown.is_taken(place) || Blank::of(document).is_some() {
            continue;
        }
        let read = (*read)?;
        let of_one = found
            .entry(document)
            .or_insert_with(|| DocumentRows { rows: Vec::new(), amount: read });
        if of_one.amount != read {
            return None;
        }
        of_one.rows.push(place);
    }
    Some(found.into_values().collect())
}

/// Whether enough documents have several rows, and their headers or their amounts show that these are theirs.
fn is_repeated(of_all: &[DocumentRows], key: &str, amount: &str) -> bool {
    let several: Vec<&DocumentRows> =
        of_all.iter().filter(|one| one.rows.len() > 1 && one.amount != Atto::ZERO).collect();
    let amounts: BTreeSet<Atto> = several.iter().map(|one| one.amount).collect();
    let is_named =
        || !documents(key).is_disjoint(&documents(amount)) || headers::says_total(amount);
    several.len() >= FEWEST
        && 2 * several.len() >= of_all.len()
        && amounts.len() > 1
        && (is_named() || 5 * amounts.len() >= 4 * several.len() && several.len() >= FEWEST_UNNAMED)
}

/// Whether the numbers of a column add up to the amount of each document.
fn adds_up(numbers: &[Option<Atto>], of_all: &[DocumentRows]) -> bool {
    of_all.iter().all(|one| {
        let mut numbers = one.rows.iter().map(|&place| numbers[place]);
        let sum = numbers.try_fold(Atto::ZERO, |sum, number| sum.plus(number?));
        sum.is_some_and(|sum| ties(one.amount, sum))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_documents_are_known_by_their_words() {
        for header in ["Invoice", "order_id", "Rechnung Nr.", "注文番号", "Invoice total"] {
            assert!(!documents(header).is_empty(), "{header}");
        }
        for header in ["Date", "Credits", "Model", "Ordering"] {
            assert!(documents(header).is_empty(), "{header}");
        }
    }

    #[test]
    fn a_total_is_repeated_where_documents_of_several_rows_have_amounts_of_their_own() {
        let of = |amounts: &[(i128, usize)]| -> Vec<DocumentRows> {
            let one = |&(amount, rows): &(i128, usize)| DocumentRows {
                rows: (0..rows).collect(),
                amount: Atto::from_micro(amount).unwrap(),
            };
            amounts.iter().map(one).collect()
        };
        assert!(is_repeated(&of(&[(7, 2), (9, 3)]), "Invoice", "Invoice total"));
        assert!(is_repeated(&of(&[(7, 2), (9, 3)]), "Invoice", "Total"));
        assert!(!is_repeated(&of(&[(7, 2), (9, 3)]), "Invoice", "Credits"));
        assert!(!is_repeated(&of(&[(7, 2), (7, 3)]), "Invoice", "Invoice total"));
        assert!(!is_repeated(&of(&[(7, 2), (9, 1), (4, 1)]), "Invoice", "Invoice total"));
        let many = [(7, 2), (9, 2), (4, 3), (5, 2), (6, 2)];
        assert!(is_repeated(&of(&many), "Invoice", "Credits"));
        assert!(!is_repeated(&of(&[(7, 2), (9, 2), (7, 3), (9, 2), (7, 2)]), "Order", "Credits"));
    }
}
