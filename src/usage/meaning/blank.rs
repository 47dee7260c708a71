//! Cells without a value, and what becomes of them.
//!
//! Deliberately absent: cells that hold something that cannot be read.

use super::number::is_currency;

/// The treatment of cells without an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blanks {
    /// Read as no usage, counted and reported.
    Zero,
    /// The row is left out, counted and reported.
    Skip,
    /// The row cannot be read.
    Refuse,
}

impl Blanks {
    /// The word that a setting has for it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Blanks::Zero => "zero",
            Blanks::Skip => "skip",
            Blanks::Refuse => "refuse",
        }
    }
}

/// Words in place of a missing amount.
const MISSING: [&str; 20] = [
    "-",
    "--",
    "---",
    "—",
    "–",
    "null",
    "none",
    "nil",
    "n/a",
    "na",
    "n.a.",
    "n.d.",
    "#n/a",
    "nan",
    "\\n",
    "(blank)",
    "(null)",
    "<null>",
    "undefined",
    "not applicable",
];
/// Words that say that nothing was charged.
const FREE: [&str; 6] = ["included", "free", "no charge", "waived", "not charged", "n/c"];
/// Words for the absence of a limit, which is not an amount.
const BOUNDLESS: [&str; 3] = ["unlimited", "infinite", "∞"];

/// Whether a letter or digit begins one of these words, in capitals or small letters.
#[inline]
fn begins(first: u8) -> bool {
    matches!(first.to_ascii_lowercase(), b'n' | b'u' | b'i' | b'f' | b'w')
}

/// The meaning of a cell without a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blank {
    /// Nothing is there, or a word for nothing.
    Missing,
    /// A word for no charge.
    Free,
    /// A word for no bound.
    Boundless,
}

impl Blank {
    /// Returns the meaning of a cell, if it is blank.
    #[inline]
    pub fn of(text: &str) -> Option<Blank> {
        // Nearly every cell begins with a digit, or with a letter that no word for nothing begins with.
        if text
            .as_bytes()
            .first()
            .is_some_and(|first| first.is_ascii_alphanumeric() && !begins(*first))
        {
            return None;
        }
        Blank::of_word(text.trim())
    }

    fn of_word(text: &str) -> Option<Blank> {
        if text.is_empty() {
            return Some(Blank::Missing);
        }
        // `$ -`, as spreadsheets write no money.
        let text = match text.trim_start_matches(is_currency).trim_start() {
            "" => text,
            rest => rest,
        };
        let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
        match () {
            () if is(&MISSING) => Some(Blank::Missing),
            () if is(&FREE) => Some(Blank::Free),
            () if is(&BOUNDLESS) => Some(Blank::Boundless),
            () => None,
        }
    }

    /// Returns its treatment. Without a choice, a missing amount and no charge are zero, and no
    /// limit cannot be read.
    pub fn policy(self, chosen: Option<Blanks>) -> Blanks {
        chosen.unwrap_or(match self {
            Blank::Missing | Blank::Free => Blanks::Zero,
            Blank::Boundless => Blanks::Refuse,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_known_by_its_first_letter() {
        for word in [&MISSING[..], &FREE, &BOUNDLESS].concat() {
            let first = word.as_bytes()[0];
            assert!(begins(first) || !first.is_ascii_alphanumeric(), "{word}");
            assert!(Blank::of(word).is_some() && Blank::of(&word.to_uppercase()).is_some());
        }
    }

    #[test]
    fn words_for_nothing_are_blank_and_numbers_are_not() {
        for text in [
            "", " ", "--", "$ -", "€-", "$  -  ", "NULL", "null", "N/A", "n.a.", "N.D.", "\\N",
            "NaN",
        ] {
            assert_eq!(Blank::of(text), Some(Blank::Missing), "{text:?}");
        }
        assert_eq!(Blank::of("Included"), Some(Blank::Free));
        assert_eq!(Blank::of("Unlimited"), Some(Blank::Boundless));
        for text in ["0", "-5", "-0", "$", "$ -5", "abc", "Total", "1"] {
            assert_eq!(Blank::of(text), None, "{text:?}");
        }
    }

    #[test]
    fn no_bound_is_no_amount_unless_a_choice_says_so() {
        assert_eq!(Blank::Boundless.policy(None), Blanks::Refuse);
        assert_eq!(Blank::Boundless.policy(Some(Blanks::Zero)), Blanks::Zero);
        assert_eq!(Blank::Missing.policy(None), Blanks::Zero);
        assert_eq!(Blank::Missing.policy(Some(Blanks::Refuse)), Blanks::Refuse);
    }
}
