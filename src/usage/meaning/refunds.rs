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

/// Words of headers of what was added to amounts or taken off them, with its sign.
const ADJUSTED: [&str; 16] = [
    "adjustment",
    "adjustments",
    "correction",
    "corrections",
    "anpassung",
    "anpassungen",
    "korrektur",
    "korrekturen",
    "ajustement",
    "ajustements",
    "ajuste",
    "ajustes",
    "rettifica",
    "correctie",
    "korekta",
    "調整",
];

/// The problem of amounts beside which stands what was given back of them, or what they were adjusted by.
pub(super) fn problem(
    header: &[String],
    samples: &[ColumnSample],
    amount: usize,
) -> Option<String> {
    let refund = (0..header.len()).find(|&column| {
        column != amount
            && (is_given_back(&header[column], &header[amount])
                || is_adjustment(&header[column], &header[amount]))
            && samples.get(column).is_some_and(ColumnSample::is_numbers)
    })?;
    let is_adjusted = is_adjustment(&header[refund], &header[amount]);
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
    if is_adjusted {
        let of = |sign: char| {
            let formula = format!("{} {sign} {}", headers::quoted(name), headers::quoted(other));
            headers::in_shell(&formula)
        };
        let taken_off = match sign {
            '+' => String::new(),
            _ => format!(", `--amount-column {}` takes them off{}", of('-'), told(less)),
        };
        return Some(format!(
            "the amount: column `{other}` holds adjustments, and nothing says whether they are in `{name}`: `--amount-column {}` \
             takes `{name}` as it stands{}, `--amount-column {}` adds them{}{taken_off} (or `[usage] amount`)",
            headers::header_argument(name),
            told(all),
            of('+'),
            told(all.plus(taken)?),
        ));
    }
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

/// Whether a header is that of adjustments of amounts with another header: it says nothing else, or shares a word with it.
fn is_adjustment(header: &str, amount: &str) -> bool {
    let (all, of_amount) = (words(header), words(amount));
    let is_adjusted = |word: &str| ADJUSTED.contains(&word);
    let shares = || all.split(' ').any(|word| of_amount.split(' ').any(|other| other == word));
    all.split(' ').any(is_adjusted)
        && (all.split(' ').all(is_adjusted) || shares())
        && !of_amount
            .split(' ')
            .any(|word| is_adjusted(word) || ["net", "adjusted"].contains(&word))
        && !all.split(' ').any(|word| ["factor", "reason", "id", "date", "count"].contains(&word))
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

    #[test]
    fn adjustments_are_known_by_their_header_beside_what_is_not_adjusted_yet() {
        for header in ["Adjustments", "usage_adjustment", "Korrektur"] {
            assert!(is_adjustment(header, "Usage"), "{header}");
        }
        assert!(!is_adjustment("Adjustments", "Net usage"));
        assert!(!is_adjustment("Adjustment factor", "Usage"));
        assert!(!is_adjustment("Price adjustment", "Usage"));
    }
}
