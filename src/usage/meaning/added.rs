//! Credits in a column of their own beside the amount, which may be in it or not: beyond a plan, or given.
//!
//! Deliberately absent: what was given back of amounts, which is in `refunds`.

use super::headers::{self, header_argument, in_shell, quoted, words};
use super::number::Atto;
use super::sample::ColumnSample;
use crate::domain::text::listed;

/// Words of what was used beyond a plan.
const BEYOND: [&str; 21] = [
    "overage",
    "overages",
    "extra",
    "additional",
    "excess",
    "surplus",
    "mehrverbrauch",
    "zusätzliche",
    "zusatz",
    "dépassement",
    "supplémentaires",
    "excedente",
    "excedentes",
    "adicionales",
    "adicionais",
    "extras",
    "eccedenza",
    "aggiuntivi",
    "ponad",
    "超過",
    "超额",
];

/// Words of what was given.
const GIVEN: [&str; 10] = [
    "bonus",
    "promo",
    "promotional",
    "gift",
    "free",
    "complimentary",
    "bono",
    "bônus",
    "gratis",
    "trial",
];

/// Words of headers of what there is, or what one costs, and not of what was used.
const NOT_USED: [&str; 20] = [
    "remaining",
    "left",
    "available",
    "limit",
    "cap",
    "balance",
    "granted",
    "purchased",
    "bought",
    "added",
    "expired",
    "price",
    "rate",
    "percent",
    "per",
    "cost",
    "fee",
    "included",
    "refunded",
    "received",
];

/// Columns of which a message speaks.
const MOST: usize = 3;

/// The problem of an amount beside which columns of such credits stand, none of which proves to be in it.
pub(super) fn problem(
    header: &[String],
    samples: &[ColumnSample],
    amount: usize,
) -> Option<String> {
    let name = &header[amount];
    let whole = samples.get(amount)?;
    let is_beside = |&column: &usize| {
        let sample = &samples[column];
        column != amount
            && may_be_added(&header[column], name)
            && sample.is_numbers()
            && sample.holds_amounts()
    };
    let beside: Vec<usize> = (0..samples.len()).filter(is_beside).collect();
    let is_part = |&column: &usize| {
        let is_rest = |&rest: &usize| {
            ![column, amount].contains(&rest)
                && samples[rest].is_numbers()
                && whole.is_sum_of(&[&samples[column], &samples[rest]])
        };
        (0..samples.len()).any(|rest| is_rest(&rest))
    };
    if beside.is_empty() || beside.len() > MOST || beside.iter().any(is_part) {
        return None;
    }
    let names: Vec<String> = beside.iter().map(|&column| format!("`{}`", header[column])).collect();
    let columns = std::iter::once(amount).chain(beside.iter().copied());
    let formula: Vec<String> = columns.clone().map(|column| quoted(&header[column])).collect();
    let all = columns.map(|column| samples[column].sum());
    let all = all.reduce(|sum, next| sum?.plus(next?)).flatten();
    let told = |sum: Option<Atto>| match sum.filter(|_| whole.has_all_numbers()) {
        Some(sum) => format!(" (sum {sum})"),
        None => String::new(),
    };
    let (columns, hold) = if beside.len() == 1 { ("column", "holds") } else { ("columns", "hold") };
    Some(format!(
        "the amount: {columns} {} {hold} more of it, and nothing says whether that is in `{name}`: `--amount-column {}` adds them \
         up{}, `--amount-column {}` takes `{name}` alone{} (or `[usage] amount`)",
        listed(&names),
        in_shell(&formula.join(" + ")),
        told(all),
        header_argument(name),
        told(whole.sum()),
    ))
}

/// Whether a column with this header may hold what is to be added to amounts with another: it is of the same, used beyond a
/// plan, or given where the amount is what it is and no more.
fn may_be_added(header: &str, amount: &str) -> bool {
    let (all, of) = (headers::last_words(header), headers::last_words(amount));
    let has = |names: &[&str]| all.split(' ').any(|word| names.contains(&word));
    let unit = |words: &str| words.rsplit(' ').next().unwrap_or_default().to_owned();
    let is_bare = !of.contains(' ');
    let is_same = unit(&all) == unit(&of) && !of.is_empty() && all != of;
    is_same
        && (has(&BEYOND) || (has(&GIVEN) && is_bare))
        && !has(&NOT_USED)
        && !headers::says_total(header)
        && !headers::says_total(amount)
        && !words(amount).split(' ').any(|word| BEYOND.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_added_is_of_the_same_and_beyond_it_or_given() {
        for (header, amount) in [
            ("Overage credits", "Credits"),
            ("Bonus credits", "Credits"),
            ("extra_minutes", "minutes"),
            ("Overage credits", "Plan credits"),
        ] {
            assert!(may_be_added(header, amount), "{header} {amount}");
        }
        for (header, amount) in [
            ("Overage cost", "Credits"),
            ("Bonus credits", "Used credits"),
            ("Bonus credits remaining", "Credits remaining"),
            ("Overage credits", "Total credits"),
            ("Plan credits", "Credits"),
            ("Free credits granted", "Credits"),
        ] {
            assert!(!may_be_added(header, amount), "{header} {amount}");
        }
    }
}
