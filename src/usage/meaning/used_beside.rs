//! A column of what was used beside the amount that its header names: `Credits` of a plan, a lot or a limit, and `Used` of them.
//!
//! Deliberately absent: columns of which neither says that it was used, which are in `proofs`.

use super::headers::{self, header_argument, words};
use super::number::Atto;
use super::proofs::AmountProof;
use super::sample::ColumnSample;
use crate::domain::text::excerpt;

/// Words for what was used, alone or beside the name of what it was used of.
const USED: [&str; 44] = [
    "used",
    "consumed",
    "spent",
    "verbraucht",
    "verbrauchte",
    "genutzt",
    "genutzte",
    "verwendet",
    "utilisé",
    "utilisés",
    "utilisées",
    "consommé",
    "consommés",
    "consommées",
    "usado",
    "usados",
    "usadas",
    "utilizado",
    "utilizados",
    "consumido",
    "consumidos",
    "gastados",
    "usati",
    "utilizzati",
    "consumati",
    "gebruikt",
    "gebruikte",
    "verbruikt",
    "verbruikte",
    "zużyte",
    "wykorzystane",
    "använda",
    "använt",
    "brugt",
    "brugte",
    "brukt",
    "brukte",
    "käytetty",
    "использовано",
    "израсходовано",
    "потрачено",
    "已用",
    "已使用",
    "使用済み",
];

/// Words of headers by which each row is of a lot of credits: when it was bought, or until when it holds.
const LOTS: [&str; 26] = [
    "expires",
    "expiry",
    "expiration",
    "expired",
    "purchase",
    "purchased",
    "bought",
    "granted",
    "issued",
    "until",
    "ablauf",
    "ablaufdatum",
    "gültig",
    "verfällt",
    "kaufdatum",
    "expire",
    "caduca",
    "caducidad",
    "vencimiento",
    "vencimento",
    "scadenza",
    "scade",
    "verloopt",
    "vervaldatum",
    "有効期限",
    "到期",
];

/// What a column of what was used says of the amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum UsedBeside {
    /// It is that column: the other is the same in every row, or what was used and what is left of it.
    Amount(AmountProof),
    /// It may be either: a problem.
    Unclear(String),
}

/// What the only one of several columns says that has what was used of the chosen one; `None` where there is none.
pub(super) fn of(
    header: &[String],
    samples: &[ColumnSample],
    chosen: usize,
    among: &[usize],
) -> Option<UsedBeside> {
    let name = &header[chosen];
    if says_used(name) {
        return None;
    }
    let is_it = |&&column: &&usize| column != chosen && is_used_of(&header[column], name);
    let mut found = among.iter().filter(is_it);
    let used = *found.next().filter(|_| found.next().is_none())?;
    let beside = UsedOf { header, samples, whole: chosen, used };
    let (whole, part) = (samples.get(chosen)?, samples.get(used)?);
    let rows = || whole.first_numbers().iter().zip(part.first_numbers());
    // A column that goes on where the other ends is not of it.
    let is_alone = part.filled < whole.filled
        || rows().any(|(whole, part)| *whole == Atto::ZERO && *part != Atto::ZERO);
    if is_alone || rows().all(|(whole, part)| whole == part) {
        return None;
    }
    let is_limit = rows().all(|(whole, part)| part <= whole);
    match beside.left() {
        left if is_limit && beside.are_lots() => Some(UsedBeside::Unclear(beside.lots(left))),
        Some(left) => Some(UsedBeside::Amount(beside.proof(&format!(
            "`{name}` is what `{}` and `{}` add up to in {}",
            header[used],
            header[left],
            beside.rows()
        )))),
        None if !whole.differ && whole.first_numbers().len() > 1 => {
            let same = format!("`{name}` is {} in {}", excerpt(&whole.example), beside.rows());
            Some(UsedBeside::Amount(beside.proof(&same)))
        }
        None => is_limit.then(|| UsedBeside::Unclear(beside.unclear())),
    }
}

/// Whether a header says of what its column has that it was used.
fn says_used(header: &str) -> bool {
    words(header).split(' ').any(|word| USED.contains(&word))
}

/// Whether a header says that its column has what was used of the one with another header: by nothing else, or by its words.
fn is_used_of(header: &str, of: &str) -> bool {
    let (all, of) = (words(header), words(of));
    let is_of = |word: &str| of.split(' ').any(|other| other == word);
    let is_bare = USED.contains(&all.as_str());
    is_bare || (says_used(header) && all.split(' ').any(is_of) && !headers::says_total(header))
}

/// A column of what was used, and the one of what it was used of.
struct UsedOf<'a> {
    header: &'a [String],
    samples: &'a [ColumnSample],
    whole: usize,
    used: usize,
}

impl UsedOf<'_> {
    /// The column of what is left, if there is one.
    fn left(&self) -> Option<usize> {
        let is_left = |&column: &usize| {
            let sample = &self.samples[column];
            column != self.whole
                && column != self.used
                && sample.is_numbers()
                && self.samples[self.whole].is_sum_of(&[&self.samples[self.used], sample])
        };
        (0..self.samples.len()).find(is_left)
    }

    /// Whether each row is of a lot of credits.
    fn are_lots(&self) -> bool {
        let is_of_lot = |name: &String| words(name).split(' ').any(|word| LOTS.contains(&word));
        self.header.iter().any(is_of_lot)
    }

    /// The rows in which something holds.
    fn rows(&self) -> &'static str {
        match self.samples[self.whole].has_all_numbers() {
            true => "every row",
            false => "every row that was looked at first",
        }
    }

    fn proof(&self, why: &str) -> AmountProof {
        let used = &self.header[self.used];
        AmountProof {
            column: self.used,
            why: "what was used",
            told: format!("{why}, so that what was used is in `{used}`."),
        }
    }

    /// The problem of lots.
    fn lots(&self, left: Option<usize>) -> String {
        let (whole, used) = (&self.header[self.whole], &self.header[self.used]);
        let left = left.map_or(String::new(), |left| {
            format!(" and `{}` what is left of it", self.header[left])
        });
        format!(
            "the amount: each row is of a lot of credits: `{whole}` is what it held, `{used}` what was used of it until the \
             export{left}, and the file does not say when. Export usage row by row; `--amount-column {}` (or `[usage] amount`) \
             counts what was used at the time of its lot",
            header_argument(used)
        )
    }

    /// The problem of a limit that nothing proves.
    fn unclear(&self) -> String {
        let (whole, used) = (&self.header[self.whole], &self.header[self.used]);
        format!(
            "the amount: `{used}` is never more than `{whole}`, which may be what there was to use: `--amount-column {}` counts \
             what was used, and `--amount-column {}` counts `{whole}` (or `[usage] amount`)",
            header_argument(used),
            header_argument(whole)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_of_a_column_says_so_by_its_header() {
        for (header, of) in [
            ("Used", "Credits"),
            ("Credits used", "Credits"),
            ("tokens_used", "Tokens"),
            ("Verbraucht", "Kontingent"),
            ("已用", "积分"),
        ] {
            assert!(is_used_of(header, of), "{header} {of}");
        }
        for (header, of) in [
            ("Storage used (GB)", "Credits"),
            ("Usage", "Credits"),
            ("Credits", "Tokens"),
            ("Total credits used", "Credits"),
        ] {
            assert!(!is_used_of(header, of), "{header} {of}");
        }
    }
}
