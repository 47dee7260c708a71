//! Labels of rows that hold the sum of others, or another figure of them.
//!
//! Deliberately absent: amounts, which decide whether a likely label is one.

use super::headers::{has_no_word, words};
use super::kinds::TAXES;
use super::moment;

/// How surely a cell labels a total.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TotalLabel {
    /// It can be nothing else: its amount must be a sum of other rows.
    Certain,
    /// It may be a name, such as `Total Care`: a total if its amount is the sum of the rows before it.
    Likely,
}

/// The letters and signs of a label at most.
const LONGEST: usize = 48;

/// Words for a total.
const TOTALS: [&str; 65] = [
    "total",
    "totals",
    "subtotal",
    "subtotals",
    "totaal",
    "totale",
    "totaux",
    "totalt",
    "sum",
    "summe",
    "gesamt",
    "gesamtsumme",
    "gesamtkosten",
    "suma",
    "somma",
    "somme",
    "razem",
    "overall",
    "合計",
    "合计",
    "総計",
    "总计",
    "總計",
    "小計",
    "小计",
    "итого",
    "всего",
    "celkem",
    "toplam",
    "zwischensumme",
    "teilsumme",
    "gesamtergebnis",
    "gesamtbetrag",
    "endbetrag",
    "łącznie",
    "összesen",
    "합계",
    "총계",
    "소계",
    "รวม",
    "المجموع",
    "σύνολο",
    "skupaj",
    "ukupno",
    "всього",
    "סהכ",
    "kokku",
    "subtotale",
    "subtotaal",
    "yhteensä",
    "summa",
    "sammenlagt",
    "sammanlagt",
    "samtals",
    "spolu",
    "разом",
    "kopā",
    "общо",
    "jumlah",
    "الإجمالي",
    "الاجمالي",
    "مجموع",
    "итог",
    "celkovo",
    "sveukupno",
];
/// The same of several words.
const PHRASES: [&str; 9] = [
    "i alt",
    "iš viso",
    "tổng cộng",
    "tong cong",
    "סה כ",
    "genel toplam",
    "celkem součet",
    "i allt",
    "alles zusammen",
];

/// Words that are certain to label a total beside one for it.
const BESIDE: [&str; 34] = [
    "cost",
    "costs",
    "usage",
    "grand",
    "sub",
    "sous",
    "all",
    "day",
    "daily",
    "week",
    "weekly",
    "month",
    "monthly",
    "quarter",
    "quarterly",
    "year",
    "yearly",
    "annual",
    "period",
    "invoice",
    "bill",
    "billing",
    "général",
    "general",
    "generale",
    "geral",
    "for",
    "of",
    "the",
    "in",
    "du",
    "mois",
    "monat",
    "mes",
];

/// The words that label a total wherever they stand.
const LABELS: [&str; 5] =
    ["overall total", "total cost", "total costs", "total usage", "total amount"];

/// Whether a cell may label a total in a row that has a time.
#[inline]
pub fn labels_total(cell: &[u8]) -> bool {
    // Nearly no cell begins or ends like one.
    is_like_label(cell) && std::str::from_utf8(cell).is_ok_and(|text| total_label(text).is_some())
}

/// How surely a cell labels a total in a row that has a time.
#[inline]
pub(super) fn dated_total(cell: &str) -> Option<TotalLabel> {
    if !is_like_label(cell.as_bytes()) {
        return None;
    }
    total_label(cell)
}

/// Whether a cell begins or ends like a label of a total.
#[inline]
fn is_like_label(cell: &[u8]) -> bool {
    let ([first, second, third, ..], [.., antepenult, penult, last]) = (cell, cell) else {
        return false;
    };
    if cell.len() > LONGEST || (first.is_ascii_digit() && last.is_ascii_digit()) {
        return false;
    }
    if !first.is_ascii() || !last.is_ascii() || begins_label([*first, *second, *third]) {
        return true;
    }
    // `June total 2026`
    if last.is_ascii_digit() {
        return has_label_inside(cell);
    }
    if !has_letter(ENDING, *last) {
        return false;
    }
    let end = code(*antepenult, *penult, *last);
    // `Monthly total usage`
    ENDS.contains(&end) || (ENDS_BESIDE.contains(&end) && has_label_inside(cell))
}

/// Whether a word of a cell behind the first begins like a label of a total: a word begins after a sign, or with a capital.
fn has_label_inside(cell: &[u8]) -> bool {
    let (mut place, mut is_inside) = (0, true);
    while place < cell.len() {
        let word = eight_from(cell, place);
        if word & EACH_HIGHEST != 0 {
            return true;
        }
        let mut begins = word_begins(word, &mut is_inside);
        while begins != 0 {
            let at = place + begins.trailing_zeros() as usize / 8;
            let three = cell.get(at..).and_then(|rest| rest.first_chunk());
            if three.is_some_and(|three| begins_label(*three)) {
                return true;
            }
            begins &= begins - 1;
        }
        place += 8;
    }
    false
}

/// The bytes of a cell from a place on, the first as the lowest, behind the last of which stand zeros, which are no letters.
#[inline(always)]
fn eight_from(cell: &[u8], place: usize) -> u64 {
    let rest = cell.get(place..).unwrap_or_default();
    if let Some(word) = rest.first_chunk() {
        return u64::from_le_bytes(*word);
    }
    // Read up to the last byte, with some before the place.
    if let Some(word) = cell.last_chunk() {
        return u64::from_le_bytes(*word) >> (8 * (8 - rest.len()));
    }
    if let (Some(first), Some(last)) = (rest.first_chunk(), rest.last_chunk()) {
        let [first, last] = [*first, *last].map(|half| u64::from(u32::from_le_bytes(half)));
        return first | last << (8 * (rest.len() - 4));
    }
    rest.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte))
}

/// The highest bit of each of eight bytes.
const EACH_HIGHEST: u64 = each(0x80);

/// Eight times the same byte.
const fn each(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// The highest bits of those among eight bytes of ASCII that are letters with which a word begins. Whether a word goes on is told of the
/// byte before them, and then of the last of them.
#[inline(always)]
fn word_begins(bytes: u64, is_inside: &mut bool) -> u64 {
    // The highest bits of bytes from one to before another, all of which are below 128, so that no sum reaches the next byte.
    let among = |bytes: u64, from: u8, to: u8| {
        let (from, to) = (each(0x80 - from), each(0x80 - to));
        bytes.wrapping_add(from) & !bytes.wrapping_add(to) & EACH_HIGHEST
    };
    let letters = among(bytes | each(0x20), b'a', b'z' + 1);
    let words = letters | among(bytes, b'0', b'9' + 1);
    // The bit that small letters have and capitals have not becomes the highest.
    let capitals = letters & !(bytes << 2);
    let behind = words << 8 | u64::from(*is_inside) << 7;
    *is_inside = words >> 63 == 1;
    letters & (capitals | !behind)
}

/// Whether letters are the first of a label of a total.
#[inline(always)]
fn begins_label([first, second, third]: [u8; 3]) -> bool {
    let near = nearly([first, second, third]);
    BEGINNING[near >> 6] >> (near & 63) & 1 == 1 && BEGINNINGS.contains(&code(first, second, third))
}

/// Whether a letter is in a set; another character may be taken for one.
#[inline(always)]
const fn has_letter(set: u32, letter: u8) -> bool {
    set >> (letter & 31) & 1 == 1
}

/// The set of the first or the last letters of codes, which is quicker to ask than all of them.
const fn letters<const N: usize>(codes: [u32; N], shift: u32) -> u32 {
    let (mut set, mut index) = (0, 0);
    while index < N {
        set |= 1 << (codes[index] >> shift & 31);
        index += 1;
    }
    set
}

/// Three letters as fifteen bits, in which capitals are small letters; other characters may be taken for letters.
#[inline(always)]
const fn nearly([first, second, third]: [u8; 3]) -> usize {
    (first as usize & 31) << 10 | (second as usize & 31) << 5 | third as usize & 31
}

/// The set of the first letters of labels as [`nearly`] counts them, which is quicker to ask than all of them.
const BEGINNING: [u64; 512] = {
    let (mut set, mut index) = ([0; 512], 0);
    while index < BEGINNINGS.len() {
        let [_, first, second, third] = BEGINNINGS[index].to_be_bytes();
        let near = nearly([first, second, third]);
        set[near >> 6] |= 1 << (near & 63);
        index += 1;
    }
    set
};
const ENDING: u32 = letters(ENDS, 0) | letters(ENDS_BESIDE, 0);

/// The first letters of labels of totals.
const BEGINNINGS: [u32; 23] = codes([
    b"tot",
    b"gra",
    b"sub",
    b"ove",
    b"sum",
    b"som",
    b"ges",
    b"raz",
    b"cel",
    b"top",
    b"sou",
    b"zwi",
    b"tei",
    b"end",
    b"sku",
    b"uku",
    b"kok",
    b"sam",
    b"spo",
    b"jum",
    b"i a",
    b"i\xc5\xa1",
    b"t\xe1\xbb",
]);
/// The last letters of labels of totals that end with a word for a total.
const ENDS: [u32; 15] = codes([
    b"tal", b"als", b"aal", b"ale", b"aux", b"alt", b"sum", b"mme", b"amt", b"uma", b"mma", b"zem",
    b"all", b"kem", b"lam",
]);
/// The last letters of words beside one for a total.
const ENDS_BESIDE: [u32; 3] = codes([b"ost", b"sts", b"age"]);

/// Three letters as one number, in small letters: every cell is looked at.
#[inline(always)]
const fn code(first: u8, second: u8, third: u8) -> u32 {
    let [first, second, third] =
        [first.to_ascii_lowercase(), second.to_ascii_lowercase(), third.to_ascii_lowercase()];
    u32::from_be_bytes([0, first, second, third])
}

const fn codes<const N: usize>(letters: [&[u8; 3]; N]) -> [u32; N] {
    let (mut codes, mut index) = ([0; N], 0);
    while index < N {
        let [first, second, third] = *letters[index];
        codes[index] = code(first, second, third);
        index += 1;
    }
    codes
}

#[cold]
fn total_label(cell: &str) -> Option<TotalLabel> {
    let all = words(cell);
    let several: Vec<&str> = all.split(' ').collect();
    let is_total = |word: &&str| TOTALS.contains(word);
    if PHRASES.contains(&all.as_str()) {
        return Some(TotalLabel::Certain);
    }
    if !several.iter().any(is_total) {
        return None;
    }
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let is_beside = |word: &&str| {
        is_total(word) || BESIDE.contains(word) || is_number(word) || moment::is_month(word)
    };
    // `Subtotal: acme`, `Total (June)`.
    let named = cell.trim_start().split_once([':', '(']).map(|(label, _)| words(label));
    let is_named =
        named.is_some_and(|label| TOTALS.contains(&label.as_str()) && label != "overall");
    let is_certain = several.iter().all(is_beside)
        || LABELS.contains(&all.as_str())
        || several[0].starts_with("subtotal")
        || is_named;
    match is_certain {
        true => Some(TotalLabel::Certain),
        false => (several.len() <= 4).then_some(TotalLabel::Likely),
    }
}

/// Whether a text is the label of a total row.
pub(super) fn is_total(text: &str) -> bool {
    if has_no_word(text) {
        return false;
    }
    let words = words(text);
    let first = words.split(' ').next().unwrap_or_default();
    let last = words.rsplit(' ').next().unwrap_or_default();
    let begins = first == "grand" || TOTALS.contains(&first);
    (begins || ["total", "totals"].contains(&last)) && words.split(' ').count() <= 3
        || ["sub total", "all total"].contains(&words.as_str())
        || total_label(text) == Some(TotalLabel::Certain)
}

/// Whether a text says that its row is of all times, where a time should stand.
pub(super) fn is_all_times(text: &str) -> bool {
    let all = [
        "all",
        "alle",
        "alles",
        "tous",
        "todos",
        "todo",
        "tutti",
        "wszystkie",
        "все",
        "всі",
        "全部",
        "全体",
        "全期間",
        "전체",
        "الكل",
        "all time",
        "all dates",
        "all days",
    ];
    text.len() <= LONGEST && !has_no_word(text) && all.contains(&words(text).as_str())
}

/// Whether a text is the label of a total in the place of a time.
pub(super) fn is_untimed_total(text: &str) -> bool {
    is_total(text) || is_all_times(text)
}

/// Whether a text is the label of what is part of a total and of no usage: rounding and taxes.
pub(super) fn is_added_to_total(text: &str) -> bool {
    let words = words(text);
    let is_added = |word: &str| word == "rounding" || TAXES.contains(&word);
    words.split(' ').count() <= 3 && words.split(' ').any(is_added)
}

/// Words of averages, as headers and labels have them.
pub(super) const AVERAGES: [&str; 28] = [
    "average",
    "averages",
    "avg",
    "mean",
    "median",
    "durchschnitt",
    "durchschnittlich",
    "durchschnittliche",
    "durchschnittlicher",
    "mittelwert",
    "moyenne",
    "moyen",
    "promedio",
    "média",
    "gemiddelde",
    "gemiddeld",
    "średnia",
    "średnie",
    "średnio",
    "genomsnitt",
    "gennemsnit",
    "gjennomsnitt",
    "keskiarvo",
    "průměr",
    "ortalama",
    "átlag",
    "среднее",
    "средний",
];
/// The same of several words, or in writings that do not part words.
pub(super) const AVERAGE_SIGNS: [&str; 6] =
    ["media giornaliera", "media diaria", "media mensile", "media mensual", "平均", "평균"];
/// Labels of rows with the least or the most of others, and with averages by words that mean something else in a header.
const SUMMARIES: [&str; 15] = [
    "minimum",
    "min",
    "maximum",
    "max",
    "peak",
    "mittel",
    "höchstwert",
    "médiane",
    "media",
    "mínimo",
    "máximo",
    "minimo",
    "massimo",
    "平均値",
    "平均值",
];

/// Whether a text is the label of a row that sums up others in another way than by their total.
pub(super) fn is_summary(text: &str) -> bool {
    if has_no_word(text) {
        return false;
    }
    let words = words(text);
    [&AVERAGES[..], &AVERAGE_SIGNS, &SUMMARIES].iter().any(|list| list.contains(&words.as_str()))
}

/// Whether a text names a period without its year, `Week 10`, `KW 10`, `January` or `Q1`, as the label of a sum stands among
/// the dates that it is of.
pub(super) fn is_period(text: &str) -> bool {
    if text.len() > LONGEST || has_no_word(text) {
        return false;
    }
    let weeks = [
        "week",
        "wk",
        "kw",
        "woche",
        "kalenderwoche",
        "semaine",
        "semana",
        "settimana",
        "uge",
        "vecka",
    ];
    let words = words(text);
    let is_number = |text: &str| {
        (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    match words.split(' ').collect::<Vec<_>>().as_slice() {
        [week, number] => weeks.contains(week) && is_number(number),
        [one] => {
            let quarter =
                one.strip_prefix('q').is_some_and(|of| matches!(of, "1" | "2" | "3" | "4"));
            let week =
                ["kw", "w", "week"].iter().any(|of| one.strip_prefix(of).is_some_and(is_number));
            quarter || week || (one.chars().count() > 2 && moment::is_month(one))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Whether a word behind the first begins like a label, letter by letter.
    fn has_label_inside_plainly(cell: &[u8]) -> bool {
        let is_word = |place: usize| cell[place].is_ascii_alphanumeric();
        let begins =
            |place: usize| cell[place].is_ascii_uppercase() || (place > 0 && !is_word(place - 1));
        let is_label = |place: &usize| {
            let three = cell[*place..].first_chunk::<3>();
            begins(*place) && three.is_some_and(|&[a, b, c]| BEGINNINGS.contains(&code(a, b, c)))
        };
        let is_found = |place: usize| !cell[place].is_ascii() || is_label(&place);
        (0..cell.len()).any(is_found)
    }

    proptest! {
        #[test]
        fn labels_inside_cells_are_those_that_are_found_letter_by_letter(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    "total", "Sum", "sub", "x", "June", " ", "-", "_", "7", "2026", "tot", "S", "é", "OVE", "kok",
                ]),
                0..8,
            ),
        ) {
            let cell = parts.concat();
            let expected = has_label_inside_plainly(cell.as_bytes());
            prop_assert_eq!(has_label_inside(cell.as_bytes()), expected, "{}", cell);
        }
    }

    proptest! {
        #[test]
        fn labels_inside_any_bytes_are_those_that_are_found_letter_by_letter(
            letters in prop::collection::vec(prop_oneof![40 => 0..0x80_u8, 1 => any::<u8>()], 0..30),
            label in prop::sample::select(BEGINNINGS.to_vec()),
            place in any::<prop::sample::Index>(),
        ) {
            let mut cell = letters;
            for is_labelled in [false, true] {
                if is_labelled {
                    let place = place.index(cell.len() + 1);
                    cell.splice(place..place, label.to_be_bytes().into_iter().skip(1));
                }
                prop_assert_eq!(has_label_inside(&cell), has_label_inside_plainly(&cell), "{:?}", cell);
            }
        }
    }

    #[test]
    fn periods_without_a_year_are_known_and_dates_are_none() {
        for text in ["Week 10", "KW 9", "KW10", "W10", "January", "März", "Q1", "week 1"] {
            assert!(is_period(text), "{text}");
        }
        for text in ["2026-03-01", "March 2026", "2026-W10", "Week", "10", "Q5", "Week 100", ""] {
            assert!(!is_period(text), "{text}");
        }
    }

    #[test]
    fn labels_of_totals_are_known_and_models_are_none() {
        for text in [
            "Total",
            "TOTAL",
            "Grand Total",
            "Total:",
            "Subtotal",
            "Sum",
            "Service total",
            "Sous-total avril",
            "Zwischensumme",
            "Total mai 2026",
            "I alt",
            "Iš viso",
            "Tổng cộng",
            "סה\"כ",
            "الإجمالي",
            "Genel Toplam",
        ] {
            assert!(is_total(text), "{text}");
        }
        for text in
            ["Total Recall Deluxe Edition Two", "model-l", "Summary of usage costs in May", ""]
        {
            assert!(!is_total(text), "{text}");
        }
    }

    #[test]
    fn all_is_a_total_in_the_place_of_a_time_alone() {
        assert!(is_untimed_total("All") && is_untimed_total("Alle") && is_untimed_total("Total"));
        assert!(!is_total("All") && !is_untimed_total("All-hands") && !is_untimed_total(""));
    }

    #[test]
    fn in_a_row_with_a_time_a_label_is_certain_or_may_be_a_name() {
        for text in [
            "Total",
            "TOTAL",
            "Grand Total",
            "Subtotal:",
            "Summe",
            "total_cost",
            "Monthly total",
            "June total",
            "Total (June)",
            "Total June 2026",
            "June total 2026",
            "Monthly total cost",
            "Monthly total usage",
            "June sum 2026",
            "June 合計 cost",
            "2026 total",
            "Subtotal: acme",
            "Total général",
            "合計",
            "Sous-total avril",
            "Zwischensumme März",
            "Totaal",
            "Somma",
            "Razem",
            "Overall",
        ] {
            assert_eq!(dated_total(text), Some(TotalLabel::Certain), "{text}");
            assert!(labels_total(text.as_bytes()), "{text}");
        }
        for text in ["Total Care", "Service total", "Overall Health", "acme total", "total_tokens"]
        {
            assert_eq!(dated_total(text), Some(TotalLabel::Likely), "{text}");
        }
        for text in [
            "totalprice",
            "Summary",
            "Some model",
            "t",
            "",
            "2026-06-01T10:00:00Z",
            "12.5",
            "How the total of all rows was found",
            "May",
            "gpt-5",
        ] {
            assert_eq!(dated_total(text), None, "{text}");
        }
    }
}
