//! A column beside the amounts that says by how much each counts: `Minutes` and `Multiplier`, `Tokens` and `Credit rate`.
//!
//! Deliberately absent: prices, which make money of what was used.

use super::headers::{header_argument, in_shell, last_words, quoted};
use super::number::{self, Atto, Exact};
use super::shown::{RowProblem, ShownRows};

/// Words that make a header one of multipliers wherever they stand last.
const LAST: [&str; 14] = [
    "multiplier",
    "multipliers",
    "multiple",
    "multiplikator",
    "gewichtungsfaktor",
    "multiplicateur",
    "multiplicador",
    "moltiplicatore",
    "vermenigvuldiger",
    "mnożnik",
    "multiplikátor",
    "множитель",
    "коэффициент",
    "çarpan",
];

/// Headers, as words, that are those of multipliers as a whole.
const WHOLE: [&str; 25] = [
    "factor",
    "usage factor",
    "credit factor",
    "credits factor",
    "conversion factor",
    "model factor",
    "credit rate",
    "credits rate",
    "burn rate",
    "burndown rate",
    "consumption rate",
    "conversion rate",
    "token rate",
    "rate factor",
    "weighting",
    "coefficient",
    "faktor",
    "facteur",
    "coefficient de consommation",
    "factor de consumo",
    "fattore",
    "fator",
    "倍率",
    "系数",
    "係数",
];

/// Rows in which a product must hold.
const FEWEST: usize = 2;

/// Whether a header is that of multipliers.
fn is_of_multipliers(header: &str) -> bool {
    let words = last_words(header);
    let last = words.rsplit(' ').next().unwrap_or_default();
    LAST.contains(&last) || WHOLE.contains(&words.as_str())
}

/// The problem of amounts beside which the rows have multipliers; `None` where they are the product already, or all
/// multipliers are one.
pub(super) fn problem(shown: &ShownRows<'_>) -> Option<RowProblem> {
    let columns = shown.columns;
    let [amount] = columns.amounts()[..] else { return None };
    let others = || (0..columns.header.len()).filter(|column| *column != amount);
    let factor = others().find(|&column| {
        column != columns.time && is_of_multipliers(columns.name(column)) && differ(shown, column)
    })?;
    let is_product = |one: usize, product: usize| are_products(shown, (one, factor), product);
    let mut counted = others().filter(|column| *column != factor);
    if counted.any(|column| is_product(column, amount)) {
        return None;
    }
    let (name, by) = (columns.name(amount), columns.name(factor));
    let product = others().find(|&column| column != factor && is_product(amount, column));
    let way = match product.map(|column| columns.name(column)) {
        // Rows before them may have none.
        _ if shown.is_later() => {
            let of = |condition: &str| format!("{} {condition}", quoted(by));
            let meters = format!(
                "usage.meters=[{{ where = {:?}, amount = {:?} }}, {{ where = {:?}, amount = {:?} }}]",
                of("is not blank"),
                format!("{} * {}", quoted(name), quoted(by)),
                of("is blank"),
                quoted(name),
            );
            format!(
                "`--set {}` (or `[[usage.meters]]`) multiplies them where it has something",
                in_shell(&meters)
            )
        }
        Some(product) => {
            format!(
                "`--amount-column {}` takes `{product}`, which is the product",
                header_argument(product)
            )
        }
        None => format!(
            "`--amount-column {}` multiplies them",
            in_shell(&format!("{} * {}", quoted(name), quoted(by)))
        ),
    };
    let text = format!(
        "the amount: column `{by}` says by how much each row counts, and the amounts in `{name}` are not said to be multiplied by it: \
         {way}, `--amount-column {}` takes `{name}` as it stands (or `[usage] amount`)",
        header_argument(name)
    );
    Some(RowProblem::of(text))
}

fn number_of(shown: &ShownRows<'_>, row: usize, column: usize) -> Option<Exact> {
    // `10x` is ten times.
    let text = shown.text(row, column).trim_end_matches(['x', 'X', '×']);
    number::read(text, shown.mark).ok().map(|read| read.number)
}

/// Whether all cells that hold something are numbers, and one of them is another than one.
fn differ(shown: &ShownRows<'_>, column: usize) -> bool {
    let filled = || (0..shown.rows.len()).filter(|&row| !shown.text(row, column).is_empty());
    let mut numbers = filled().map(|row| number_of(shown, row, column)).peekable();
    let is_other = |row: usize| number_of(shown, row, column) != Some(Exact::ONE);
    numbers.peek().is_some() && numbers.all(|number| number.is_some()) && filled().any(is_other)
}

/// Whether one column times another is a third in each row, as far as its decimals go, and not by zeros alone.
fn are_products(shown: &ShownRows<'_>, (one, factor): (usize, usize), product: usize) -> bool {
    let ties = |row: usize| -> Option<(bool, bool)> {
        let number = |column: usize| number_of(shown, row, column);
        let made = number(one)?.times(number(factor)?)?.atto()?;
        let found = number(product)?.atto()?;
        let off = made.minus(found)?.size();
        let is_it = off == Atto::ZERO || off <= found.half_of_last_decimal();
        Some((is_it, found != Atto::ZERO))
    };
    let tied: Option<Vec<(bool, bool)>> = (0..shown.rows.len()).map(ties).collect();
    tied.is_some_and(|tied| {
        tied.iter().all(|(is_it, _)| *is_it)
            && tied.iter().filter(|(_, is_some)| *is_some).count() >= FEWEST
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multipliers_are_known_by_their_header() {
        for header in ["Multiplier", "rate_multiplier", "Credit rate", "Mnożnik", "倍率"] {
            assert!(is_of_multipliers(header), "{header}");
        }
        for header in ["Power factor", "Rate", "Price per unit", "Error rate", "Weight"] {
            assert!(!is_of_multipliers(header), "{header}");
        }
    }
}
