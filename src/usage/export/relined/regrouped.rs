//! Numbers with commas between thousands and no quotes around them, in lines whose cells are parted by commas: `2026-05-01,1,470` is a day and
//! 1,470. They are put in quotes where that is the only way to as many cells as the header has names.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::super::datum::is_datum;
use super::super::error::ExportError;
use super::{LineCell, LineRule, Relining, TextStart, cells_of, with_cells};

/// Lines that must all be read so.
const LOOKED_AT: usize = 1_000;
/// Ways to join cells of a line beyond which they are not counted.
const MOST_WAYS: usize = 2;

/// The rule that puts such numbers in quotes.
struct Regrouped {
    /// Names of the header.
    width: usize,
}

/// How such a text is read; the error is where its numbers may be decimals or joined in several ways.
pub(super) fn relining(start: TextStart<'_>) -> Result<Option<Relining>, ExportError> {
    if start.delimiter.is_some() {
        return Ok(None);
    }
    let mut rows = start.lines().filter(|(_, line)| !line.trim().is_empty());
    let Some((_, header)) = rows.next() else { return Ok(None) };
    let Some(names) = cells_of(header, ',') else { return Ok(None) };
    let is_header = names.len() > 1
        && names.iter().all(|name| !name.text.is_empty() && !is_datum(&name.text))
        && !header.contains([';', '\t', '|']);
    // Nearly all texts have no line with more commas than the header.
    let commas = |line: &str| line.bytes().filter(|byte| *byte == b',').count();
    if !is_header || rows.clone().take(LOOKED_AT).all(|(_, line)| commas(line) <= commas(header)) {
        return Ok(None);
    }
    let rule = Regrouped { width: names.len() };
    let (mut joined, mut alone, mut is_clear, mut example) = (0, 0, true, None);
    for (line, text) in rows.take(LOOKED_AT) {
        let Some(cells) = cells_of(text, ',') else { return Ok(None) };
        if cells.len() == rule.width {
            alone += 1;
            continue;
        }
        let ways = rule.ways(&cells);
        match ways.as_slice() {
            _ if cells.len() < rule.width => return Ok(None),
            [] => return Ok(None),
            [one] => {
                // Groups of three digits twice are no decimals.
                alone += usize::from(one.iter().any(|run| run.len() > 2));
                example.get_or_insert_with(|| (line, text.to_owned()));
            }
            [..] => is_clear = false,
        }
        joined += 1;
    }
    let Some((line, text)) = example.filter(|_| joined > 0) else { return Ok(None) };
    if !is_clear || alone == 0 {
        let parting = rule.parting(start);
        return Err(rule.unclear(start.name, (line, &text), parting.as_deref()));
    }
    Ok(Some(Relining {
        rule: Arc::new(rule),
        delimiter: Some((b',', true)),
        remark: format!(
            "Numbers with commas between thousands have no quotes around them, such as in line {line} (`{}`): they are read as the only numbers \
             that leave as many cells as the header has names.",
            crate::domain::text::excerpt(&text)
        ),
    }))
}

impl Regrouped {
    /// The runs of cells that are one number each, for each way to as many cells as there are names, up to [`MOST_WAYS`].
    fn ways(&self, cells: &[LineCell<'_>]) -> Vec<Vec<Range<usize>>> {
        let is_narrow = self.width <= WIDEST && cells.len() <= self.width * LONGEST;
        let Some(to_join) = cells.len().checked_sub(self.width).filter(|_| is_narrow) else {
            return Vec::new();
        };
        let mut search =
            WaySearch { cells, runs: Vec::new(), found: Vec::new(), dead: BTreeSet::new() };
        search.go_on(0, to_join);
        search.found
    }

    /// The command that parts the cells of all lines by semicolons, and when it is right, if one does: where the numbers stand in the last
    /// column alone, or those of one other column have the same number of commas in all lines.
    fn parting(&self, start: TextStart<'_>) -> Option<String> {
        let mut lines = start.lines().filter(|(_, line)| !line.trim().is_empty());
        let (header_line, header) = lines.next()?;
        let rows: Vec<Vec<LineCell<'_>>> =
            lines.take(LOOKED_AT).filter_map(|(_, line)| cells_of(line, ',')).collect();
        // The cells of each column but the last.
        let plain = vec![1; self.width - 1];
        if self.are_parted(&rows, &plain) {
            let parted = "s/,/;/".to_owned() + &";s/,/;/".repeat(self.width - 2);
            return Some(format!(
                "If they stand in the last column, `sed '{parted}' FILE > usage.csv` parts the cells before them by semicolons"
            ));
        }
        let with = |column: usize, cells: usize| {
            let mut widths = plain.clone();
            *widths.get_mut(column)? = cells;
            Some((column, widths))
        };
        let mut ways = (0..self.width - 1)
            .flat_map(|column| (2..=MOST_GROUPS).filter_map(move |cells| with(column, cells)))
            .filter(|(_, widths)| self.are_parted(&rows, widths));
        let (column, widths) = ways.next()?;
        if ways.next().is_some() {
            return None;
        }
        let name = cells_of(header, ',')?.get(column)?.text.to_string();
        let groups = |cells: &usize| format!("({}),", vec!["[^,]*"; *cells].join(","));
        let pattern: String = widths.iter().map(groups).collect();
        let kept: String = (1..self.width).map(|place| format!("\\{place};")).collect();
        Some(format!(
            "If each number in column `{}` has {} in it, `sed -E '{header_line}s/,/;/g; {},$s/^{pattern}/{kept}/' FILE > usage.csv` parts the cells by \
             semicolons",
            crate::domain::text::excerpt(&name),
            crate::domain::text::counted(widths.get(column)? - 1, "comma"),
            header_line + 1
        ))
    }

    /// Whether each line has so many cells in each column but the last that all of its numbers are whole.
    fn are_parted(&self, rows: &[Vec<LineCell<'_>>], widths: &[usize]) -> bool {
        rows.iter().all(|cells| {
            let mut at = 0;
            let is_whole = |cells: &[LineCell<'_>]| cells.len() == 1 || is_number(cells);
            let are_before = widths.iter().all(|width| {
                let run = cells.get(at..at + width);
                at += width;
                run.is_some_and(is_whole)
            });
            are_before && cells.get(at..).is_some_and(|last| !last.is_empty() && is_whole(last))
        })
    }

    /// The problem of numbers that may be joined in several ways.
    fn unclear(&self, name: &str, (line, text): (u64, &str), parting: Option<&str>) -> ExportError {
        let way_out = parting.unwrap_or(
            "Export it again with quotes around the numbers or without commas in them, or with tabs between the cells",
        );
        let why = format!(
            "the row has more cells than the header has names (`{}`), as where numbers have commas inside and no quotes around them, and these \
             may be thousands or decimals, or be joined in several ways. {way_out}",
            crate::domain::text::excerpt(text)
        );
        let why = super::super::error::for_file(&why, name);
        ExportError::Rows { name: name.to_owned(), line, why }
    }
}

/// The search for all ways to join the cells of a line.
struct WaySearch<'a> {
    cells: &'a [LineCell<'a>],
    /// The numbers on the way at hand.
    runs: Vec<Range<usize>>,
    found: Vec<Vec<Range<usize>>>,
    /// Places, with how many cells were still to be joined there, from which no way leads on. Without them a line of many numbers
    /// would be searched through in all their combinations.
    dead: BTreeSet<(usize, usize)>,
}

impl WaySearch<'_> {
    /// Finds the ways on from a cell, with so many cells still to be joined to one before them.
    fn go_on(&mut self, at: usize, to_join: usize) {
        if self.found.len() >= MOST_WAYS || self.dead.contains(&(at, to_join)) {
            return;
        }
        if at == self.cells.len() {
            if to_join == 0 {
                self.found.push(self.runs.clone());
            }
            return;
        }
        let found = self.found.len();
        self.go_on(at + 1, to_join);
        for joined in 1..=to_join.min(LONGEST - 1) {
            let run = at..at + joined + 1;
            if self.cells.get(run.clone()).is_some_and(is_number) {
                self.runs.push(run.clone());
                self.go_on(run.end, to_join - joined);
                self.runs.pop();
            }
        }
        if self.found.len() == found {
            self.dead.insert((at, to_join));
        }
    }
}

/// The most groups of a number: amounts end at 10¹⁸.
const LONGEST: usize = 6;
/// The most columns of a table whose cells are joined.
const WIDEST: usize = 64;
/// The most groups of a number that are looked for in a column before the last.
const MOST_GROUPS: usize = 3;

/// Whether cells side by side are the groups of one number: up to three digits, and then three each.
fn is_number(cells: &[LineCell<'_>]) -> bool {
    let Some((first, groups)) = cells.split_first() else { return false };
    let Some((last, between)) = groups.split_last() else { return false };
    let head = first.text.trim_start_matches(['-', '+', '$', '€', '£']);
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_group = |text: &str| text.len() == 3 && is_digits(text);
    let (whole, decimals) = last.text.split_once('.').unwrap_or((&last.text, "0"));
    cells.iter().all(|cell| !cell.is_quoted)
        && (1..=3).contains(&head.len())
        && is_digits(head)
        && !head.starts_with('0')
        && between.iter().all(|cell| is_group(&cell.text))
        && is_group(whole)
        && is_digits(decimals)
}

impl LineRule for Regrouped {
    fn instead(&self, _: u64, text: &str) -> Option<String> {
        let cells = cells_of(text, ',').filter(|cells| cells.len() > self.width)?;
        let ways = self.ways(&cells);
        let [runs] = ways.as_slice() else { return None };
        let number = |run: &Range<usize>| {
            let (first, last) = (cells.get(run.start)?, cells.get(run.end - 1)?);
            let place = first.place.start..last.place.end;
            Some((place.clone(), text.get(place)?.to_owned()))
        };
        Some(with_cells(text, ',', runs.iter().filter_map(number)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, relined_text};

    #[test]
    fn groups_of_a_number_are_put_in_quotes_where_there_is_one_way() {
        for (text, rows) in [
            (
                "Date,Credits\n2026-05-01,1,470\n2026-05-02,740\n",
                Some("Date,Credits\n2026-05-01,\"1,470\"\n2026-05-02,740\n"),
            ),
            (
                "Date,Credits,Note\n2026-05-01,1,234,567.5,x\n2026-05-02,$1,500,\n",
                Some("Date,Credits,Note\n2026-05-01,\"1,234,567.5\",x\n2026-05-02,\"$1,500\",\n"),
            ),
            // A note with a comma, and a row that is cut.
            ("Date,Note,Credits\n2026-05-01,hi, ann,3\n2026-05-02,,4\n", None),
            ("Date,Note,Credits\n2026-05-01,x\n2026-05-02,,1,400\n", None),
            ("Date,Credits\n2026-05-01,0,470\n2026-05-02,740\n", None),
        ] {
            assert_eq!(relined_text(text).as_deref(), rows, "{text}");
        }
    }

    #[test]
    fn lines_of_very_many_numbers_are_not_searched_through_in_all_combinations() {
        let table = |columns: usize, cells: usize| {
            let names: Vec<String> = (0..columns).map(|column| format!("c{column}")).collect();
            format!("{}\n2026-05-01{}\n", names.join(","), ",1,470,x".repeat(cells / 3))
        };
        // Too few of their cells can be joined, or there are too many of them.
        for (columns, cells) in [(61, 120), (60, 180), (2, 90_000), (9_000, 18_000)] {
            assert_eq!(relined_text(&table(columns, cells)), None, "{columns} {cells}");
        }
    }

    #[test]
    fn what_may_be_decimals_or_joined_in_two_ways_is_refused() {
        for (text, way_out) in [
            ("Date,Credits\n2026-05-01,1,470\n2026-05-02,2,815\n", "`sed 's/,/;/' FILE >"),
            (
                "Date,Calls,Credits\n2026-05-01,1,470,300\n2026-05-02,2,470,1,300\n2026-05-03,1,200,5\n",
                "If each number in column `Calls` has 1 comma in it, `sed -E '1s/,/;/g; 2,$s/^([^,]*),([^,]*,[^,]*),/\\1;\\2;/' FILE",
            ),
            (
                "Date,Calls,Credits\n2026-05-01,1,470\n2026-05-02,1,470,300\n2026-05-03,1,200,5\n",
                "Export it again with quotes",
            ),
        ] {
            let error = read(text).unwrap_err().replace(" usage.csv >", " FILE >");
            assert!(error.contains(way_out), "{error}");
        }
    }
}
