//! Reports that were printed page by page: the header stands again on each page, between lines that number the pages and repeat the title.
//! Those are left out.
//!
//! Deliberately absent: headers that stand again with nothing around them, which are left out as they are.

use std::collections::BTreeSet;
use std::sync::Arc;

use memchr::memmem;

use super::super::datum::{is_date, is_datum, is_interval};
use super::{LineRule, Relining, TextStart, cells_of};
use crate::domain::text::excerpt;

/// Lines at the start in which the header is looked for.
const FIRST: usize = 30;
/// Words for a page, in small letters.
const PAGE_WORDS: [&str; 16] = [
    "page",
    "seite",
    "página",
    "pagina",
    "pág",
    "pag",
    "strona",
    "stránka",
    "strana",
    "side",
    "sida",
    "sivu",
    "oldal",
    "страница",
    "стор",
    "sayfa",
];
/// What words of sums hold, in small letters.
const SUMS: [&str; 8] = ["total", "sum", "summe", "suma", "somme", "totaal", "razem", "итог"];
/// Beginnings of what a page carries over from the one before it or to the next, in small letters.
const CARRIED: [&str; 19] = [
    "carried down",
    "brought down",
    "balance b/f",
    "balance c/f",
    "saldovortrag",
    "vortrag",
    "total à reporter",
    "carried forward",
    "brought forward",
    "carry forward",
    "balance forward",
    "übertrag",
    "uebertrag",
    "à reporter",
    "report de la page",
    "suma y sigue",
    "a riportare",
    "riporto",
    "do przeniesienia",
];
/// Signs for a page.
const PAGE_SIGNS: [char; 3] = ['頁', '页', '쪽'];

/// The sign at the beginning of a page.
const FORM_FEED: char = '\u{c}';

/// The lines that are left out.
struct PageBreaks {
    /// The line of the first header.
    header_line: u64,
    /// Lines above it, without the signs between their cells.
    above: BTreeSet<String>,
    /// Those of them that number a page, without their digits.
    numbered: BTreeSet<String>,
    /// The labels that begin those.
    labels: BTreeSet<String>,
    /// The names of the header.
    width: usize,
    delimiter: char,
}

/// How a text is read whose header stands again below lines that number pages or repeat the title.
pub(super) fn relining(start: TextStart<'_>) -> Option<Relining> {
    let delimiter = start.likely_delimiter()?;
    let header = repeated_header(start, delimiter)?;
    let (header_line, header) = header;
    let above = start.lines().take_while(|(line, _)| *line < header_line);
    let above: Vec<&str> =
        above.map(|(_, text)| text).filter(|text| text.chars().any(char::is_alphabetic)).collect();
    let label = |text: &&str| {
        let text = without_digits(text);
        let cells = cells_of(&text, delimiter).unwrap_or_default();
        let first = cells.first().filter(|cell| !is_datum(&cell.text))?;
        (!first.text.is_empty()).then(|| first.text.to_string())
    };
    let labels = above.iter().filter_map(label).collect();
    let above: BTreeSet<String> = above.iter().map(|text| without_cells(text, delimiter)).collect();
    let numbered = above.iter().filter(|text| numbers_a_page(text));
    let numbered = numbered.map(|text| without_digits(text)).collect();
    let width = cells_of(header, delimiter)?.len();
    let breaks = PageBreaks { header_line, above, numbered, labels, width, delimiter };
    let example = breaks.only_around_headers(start, header)?;
    Some(Relining {
        rule: Arc::new(breaks),
        delimiter: None,
        remark: format!(
            "The header stands again on each page; the lines beside it that repeat the title or number the pages are left out, such as \
             `{}`.",
            excerpt(&example)
        ),
    })
}

/// The first line of names, and its number, that stands again as it is.
fn repeated_header(start: TextStart<'_>, delimiter: char) -> Option<(u64, &str)> {
    let stands_again = |line: &str| {
        let mut found = memmem::find_iter(start.text.as_bytes(), line.as_bytes());
        found.nth(1).is_some()
    };
    let is_names = |line: &str| {
        let cells = cells_of(line, delimiter).unwrap_or_default();
        let names = cells.iter().filter(|cell| !cell.text.is_empty());
        names.clone().count() > 1 && names.clone().all(|cell| !is_datum(&cell.text))
    };
    let is_alone = |line: &str| {
        let lines = start.text.lines().map(|other| other.trim_start_matches(FORM_FEED));
        lines.filter(|other| *other == line).count() > 1
    };
    let first = start.lines().take(FIRST);
    let mut lines = first.map(|(line, text)| (line, text.trim_start_matches(FORM_FEED)));
    lines.find(|(_, line)| is_names(line) && stands_again(line) && is_alone(line))
}

/// A line in which each number is a zero.
pub(super) fn without_digits(text: &str) -> String {
    let mut all = String::new();
    for c in text.trim().chars() {
        match c.is_ascii_digit() {
            true if all.ends_with('0') => {}
            true => all.push('0'),
            false => all.push(c),
        }
    }
    all
}

/// The words of such a line: it may be parted into cells at the widths of columns on one page, and stand alone on another.
fn without_cells(text: &str, delimiter: char) -> String {
    let words = text.split(|c: char| c == delimiter || c == '"' || c.is_whitespace());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Whether a text says that its row holds what a page carries over.
fn is_carried(text: &str) -> bool {
    let small = text.to_lowercase();
    small == "report" || CARRIED.iter().any(|words| small.starts_with(words))
}

/// Whether a text is the label of the sum of all pages, which stands behind the last.
fn sums_all(text: &str) -> bool {
    let small = text.to_lowercase();
    let mut words = small.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    words.clone().count() <= 2 && words.any(|word| SUMS.iter().any(|sum| word.contains(sum)))
}

/// Whether a text begins with a word for a page and has a number, or is a number of a page of so many.
fn numbers_page(text: &str) -> bool {
    let small = text.to_lowercase();
    let has_digit = small.bytes().any(|byte| byte.is_ascii_digit());
    let length = small.find(|c: char| !c.is_alphabetic()).unwrap_or(small.len());
    let word = small.get(..length).unwrap_or_default();
    has_digit && (PAGE_WORDS.contains(&word) || small.contains(PAGE_SIGNS))
}

/// Whether a word for a page stands before a number in a text.
pub(super) fn numbers_a_page(text: &str) -> bool {
    let small = text.to_lowercase();
    let words: Vec<&str> =
        small.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    words.windows(2).any(|pair| PAGE_WORDS.contains(&pair[0]) && is_number(pair[1]))
        || (small.contains(PAGE_SIGNS)
            && words.iter().any(|word| word.bytes().any(|byte| byte.is_ascii_digit())))
}

/// Whether a text holds a date, a time or a year.
fn tells_time(text: &str) -> bool {
    let is_year = |word: &str| {
        word.len() == 4 && word.parse::<u32>().is_ok_and(|year| (1990..2100).contains(&year))
    };
    let mut words = text.split(|c: char| c.is_whitespace() || c == ',');
    is_interval(text) || words.any(|word| is_year(word) || is_date(word) || is_interval(word))
}

/// Whether a text is the label of the sum of a page.
fn sums_page(text: &str) -> bool {
    let small = text.to_lowercase();
    let mut words = small.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let is_page = |word: &str| PAGE_WORDS.contains(&word) || word.ends_with(PAGE_SIGNS);
    words.clone().count() <= 2
        && words.clone().any(is_page)
        && words.any(|word| SUMS.iter().any(|sum| word.contains(sum)))
}

impl PageBreaks {
    fn is_furniture(&self, text: &str) -> bool {
        let is_of_page = || {
            let cells = cells_of(text, self.delimiter).unwrap_or_default();
            let filled: Vec<&str> =
                cells.iter().map(|cell| &*cell.text).filter(|text| !text.is_empty()).collect();
            // `Period, May 2026` above the first page, and `Period, June 2026` above the next; but behind `Customer, 4712` is another's usage.
            let label = filled.first().map(|first| without_digits(first));
            let is_labelled = label.is_some_and(|label| self.labels.contains(&label));
            if is_labelled && filled.len() <= 2 && filled.len() < self.width {
                return filled
                    .last()
                    .is_some_and(|value| tells_time(value) || numbers_a_page(text));
            }
            let of_page = filled.iter().filter(|text| numbers_page(text)).count();
            let sums_page = filled.first().is_some_and(|text| sums_page(text) || is_carried(text));
            // A row of what was used says more of a page than its number.
            let holds_more = filled.iter().any(|text| is_datum(text));
            sums_page || (of_page == 1 && !holds_more)
        };
        let words = without_cells(text, self.delimiter);
        let is_numbered =
            || numbers_a_page(&words) && self.numbered.contains(&without_digits(&words));
        self.above.contains(&words) || is_numbered() || is_of_page()
    }

    /// The first of the lines that are left out, if there are any and each stands beside a header or at the end, with nothing but
    /// others and blank lines between.
    fn only_around_headers(&self, start: TextStart<'_>, header: &str) -> Option<String> {
        let (mut open, mut first, mut rows) = (false, None, 0_usize);
        for (_, text) in start.lines().filter(|(line, _)| *line > self.header_line) {
            let text = text.trim_start_matches(FORM_FEED);
            let cells = cells_of(text, self.delimiter).unwrap_or_default();
            match () {
                // Each page has a row.
                () if text == header && rows == 0 => return None,
                () if text == header => (open, rows) = (false, 0),
                () if !cells.is_empty() && cells.iter().all(|cell| cell.text.is_empty()) => {}
                () if self.is_furniture(text) => {
                    first.get_or_insert_with(|| text.to_owned());
                    open = rows > 0;
                }
                () if open && cells.first().is_some_and(|cell| sums_all(&cell.text)) => {}
                () if open => return None,
                () => rows += 1,
            }
        }
        first
    }
}

impl LineRule for PageBreaks {
    fn instead(&self, line: u64, text: &str) -> Option<String> {
        let plain = text.trim_start_matches(FORM_FEED);
        let is_below = line > self.header_line && !plain.is_empty();
        match is_below && self.is_furniture(plain) {
            true => Some(String::new()),
            false => (plain.len() < text.len()).then(|| plain.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::relined_text;

    #[test]
    fn titles_and_numbers_of_pages_beside_a_header_that_stands_again_are_left_out() {
        for (text, rows) in [
            (
                "Usage,,Page 1\n\nd,u,n\n2026-05-01,a,3\n\nUsage,,Page 2\n\nd,u,n\n2026-05-02,a,4\n",
                Some("Usage,,Page 1\n\nd,u,n\n2026-05-01,a,3\n\n\n\nd,u,n\n2026-05-02,a,4\n"),
            ),
            (
                "d;n\n01.05.2026;3\nSeite 1 von 2;\nd;n\n02.05.2026;4\nSeite 2 von 2;\n",
                Some("d;n\n01.05.2026;3\n\nd;n\n02.05.2026;4\n\n"),
            ),
            (
                "Usage\nd,n\n2026-05-01,3\n\u{c}Usage\nd,n\n2026-05-02,4\n\u{c}d,n\n2026-05-03,5\n",
                Some("Usage\nd,n\n2026-05-01,3\n\nd,n\n2026-05-02,4\nd,n\n2026-05-03,5\n"),
            ),
            (
                "Period,May 2026,\nd,u,n\n2026-05-01,a,3\nPeriod,June 2026,\nd,u,n\n2026-06-02,a,4\n",
                Some("Period,May 2026,\nd,u,n\n2026-05-01,a,3\n\nd,u,n\n2026-06-02,a,4\n"),
            ),
            // The sum of all pages behind that of the last, and what each carries over to the next.
            (
                "Usage,\nd,n\n2026-05-01,3\nPage total,3\nUsage,\nd,n\n2026-05-02,4\nPage total,4\nTotal,7\n",
                Some("Usage,\nd,n\n2026-05-01,3\n\n\nd,n\n2026-05-02,4\n\nTotal,7\n"),
            ),
            (
                "Bericht;\nd;n\n01.05.2026;3\nÜbertrag;3\nBericht;\nd;n\n02.05.2026;4\nSumme;7\n",
                Some("Bericht;\nd;n\n01.05.2026;3\n\n\nd;n\n02.05.2026;4\nSumme;7\n"),
            ),
            // A title that is parted at the widths of columns behind the first page.
            (
                "Usage report - page 1\nd\tu\tn\n2026-05-01\ta\t3\nUsage report\t- page 2\t\nd\tu\tn\n2026-05-02\ta\t4\n",
                Some(
                    "Usage report - page 1\nd\tu\tn\n2026-05-01\ta\t3\n\nd\tu\tn\n2026-05-02\ta\t4\n",
                ),
            ),
            // A section of another customer.
            (
                "Customer,4711,\nd,u,n\n2026-05-01,a,3\nCustomer,4712,\nd,u,n\n2026-05-01,a,4\n",
                None,
            ),
            ("Customer A,\nd,n\n2026-05-01,3\nCustomer B,\nd,n\n2026-05-01,4\n", None),
            ("Customer 1,\nd,n\n2026-05-01,3\nCustomer 2,\nd,n\n2026-05-01,4\n", None),
            (
                "Usage of 2026-05,\nd,n\n2026-05-01,3\nUsage of 2026-06,\nd,n\n2026-06-01,4\n",
                Some("Usage of 2026-05,\nd,n\n2026-05-01,3\n\nd,n\n2026-06-01,4\n"),
            ),
            // Files that were joined with their headers.
            ("d,n\n2026-05-01,3\nd,n\n2026-05-02,4\n", None),
            // A page of a site that was used.
            (
                "d,page,n\n2026-05-01,Page 1,3\nd,page,n\n2026-05-02,Page 2,4\n2026-05-03,Page 1,4\n",
                None,
            ),
            // A line that stands among rows.
            ("d,n\n2026-05-01,3\nPage 1,\n2026-05-02,3\nd,n\n2026-05-02,4\n", None),
        ] {
            assert_eq!(relined_text(text).as_deref(), rows, "{text}");
        }
    }
}
