//! A column of what was given back beside the amounts, which may be before or after it.
//!
//! Deliberately absent: rows that are refunds, which are in `kinds` and `values`.

use super::headers::{self, words};
use super::number::Atto;
use super::sample::ColumnSample;

/// Words of headers of what was given back.
const REFUNDED: [&str; 26] = [
    "refund",
    "refunds",
    "refunded",
    "erstattet",
    "erstattung",
    "rückerstattung",
    "remboursé",
    "remboursement",
    "reembolso",
    "reembolsado",
    "rimborso",
    "rimborsato",
    "terugbetaald",
    "terugbetaling",
    "zwrot",
    "återbetalning",
    "refusjon",
    "возврат",
    "返金",
    "退款",
    "reimbursed",
    "reimbursement",
    "chargeback",
    "chargebacks",
    "voided",
    "gutschrift",
];
/// The same of words that may be of anything else, where the header has a word of that of the amount.
const RETURNED: [&str; 5] = ["returned", "reversed", "credited", "restored", "gutgeschrieben"];

/// The problem of amounts beside which stands what was given back of them.
pub(super) fn problem(
    header: &[String],
    samples: &[ColumnSample],
    amount: usize,
) -> Option<String> {
    let refund = (0..header.len()).find(|&column| {
        column != amount
            && is_given_back(&header[column], &header[amount])
            && samples.get(column).is_some_and(ColumnSample::is_numbers)
    })?;
    let (charged, back) = (samples.get(amount)?, samples.get(refund)?);
    let rows = || charged.first_numbers().iter().zip(back.first_numbers());
    // What was given back of a row is no more than it was charged.
    let is_net = |(charged, back): (&Atto, &Atto)| back.size() > charged.size();
    if rows().all(|(_, back)| *back == Atto::ZERO) || rows().any(is_net) {
        return None;
    }
    let (all, taken) = (charged.sum()?, back.sum()?);
    let (sign, less) = match rows().any(|(_, back)| back.is_negative()) {
        true => ('+', all.plus(taken)?),
        false => ('-', all.minus(taken)?),
    };
    let told = |sum: Atto| match charged.has_all_numbers() {
        true => format!(" (sum {sum})"),
        false => String::new(),
    };
    let (name, other) = (&header[amount], &header[refund]);
    let formula = format!("{} {sign} {}", headers::quoted(name), headers::quoted(other));
    Some(format!(
        "the amount: column `{other}` holds what was given back, and nothing says whether `{name}` is what was charged \
         before that or what is left: `--amount-column {}` takes `{name}` as it stands{}, `--amount-column {}` takes off \
         what was given back{} (or `[usage] amount`)",
        headers::header_argument(name),
        told(all),
        headers::in_shell(&formula),
        told(less)
    ))
}

/// Whether a header is that of what was given back of amounts with another header.
fn is_given_back(header: &str, amount: &str) -> bool {
    let (all, of_amount) = (words(header), words(amount));
    let has = |names: &[&str]| all.split(' ').any(|word| names.contains(&word));
    let shares = || all.split(' ').any(|word| of_amount.split(' ').any(|other| other == word));
    let says = has(&REFUNDED) || (has(&RETURNED) && shares());
    says && !has(&["id", "count", "reason", "date", "at", "status", "requests", "rate", "percent"])
        && !of_amount.split(' ').any(|word| REFUNDED.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_back_is_known_by_its_header() {
        for header in
            ["credits_refunded", "refund", "Refund amount", "credits_returned", "Erstattung"]
        {
            assert!(is_given_back(header, "credits"), "{header}");
        }
        for header in ["refund_id", "rows_returned", "refund reason", "credits"] {
            assert!(!is_given_back(header, "credits"), "{header}");
        }
        assert!(!is_given_back("refund tax", "refund amount"));
    }
}
