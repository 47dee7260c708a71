//! Rows under a header, laid out for a terminal.
//!
//! Within a width, words are wrapped and numbers never are: half a number is another number.
//! Columns that do not fit side by side follow below in bands, each beginning with the columns that say
//! what a row is about.

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width, presets};
use textwrap::core::display_width;

use super::CellKind;

/// Spaces between two columns.
const GAP: usize = 2;
/// The most columns of the terminal that a single word keeps whole.
const WORD: usize = 20;
/// The width to which an instant or a duration is wrapped: a date, a time of day, two units.
const TIME: usize = 14;
/// The most columns of the terminal of a cell that is kept on one line, though it has several words.
const SHORT: usize = 13;
/// The most columns that say what a row is about.
const ABOUT: usize = 2;

/// The cells of a table as they are written.
pub(super) struct Grid {
    /// The kind of each column.
    pub kinds: Vec<CellKind>,
    /// The names of the columns; empty if none has one.
    pub header: Vec<String>,
    /// The rows, a cell for each column.
    pub rows: Vec<Vec<String>>,
}

impl Grid {
    /// The lines; within `width` if there is one and the widest number and the first column fit.
    pub(super) fn lines(&self, width: Option<usize>) -> Vec<String> {
        let Some(width) = width else { return self.band(&self.all(), None) };
        let mut lines = Vec::new();
        for places in self.bands(width) {
            if !lines.is_empty() {
                lines.push(String::new());
            }
            lines.extend(self.band(&places, Some(width)));
        }
        lines
    }

    fn all(&self) -> Vec<usize> {
        (0..self.kinds.len()).collect()
    }

    /// The first columns, up to the first number, which say what a row is about.
    fn about(&self) -> Vec<usize> {
        let is_name = |place: &usize| !self.kinds[*place].is_number();
        let first: Vec<usize> = self.all().into_iter().take_while(is_name).take(ABOUT).collect();
        if first.is_empty() { vec![0] } else { first }
    }

    /// The columns that fit side by side.
    fn bands(&self, width: usize) -> Vec<Vec<usize>> {
        let mut bands: Vec<Vec<usize>> = vec![Vec::new()];
        let mut left = width;
        let about = self.about();
        let needed: usize = about.iter().map(|&place| self.least(place) + GAP).sum();
        for place in self.all() {
            let need = self.least(place) + GAP;
            let band = bands.last_mut().expect("a band was begun above");
            if need > left && band.len() > about.len() {
                bands.push([about.as_slice(), &[place]].concat());
                left = width.saturating_sub(needed + need);
            } else {
                band.push(place);
                left = left.saturating_sub(need);
            }
        }
        bands
    }

    fn cells(&self, place: usize) -> impl Iterator<Item = &str> + Clone {
        self.rows.iter().filter_map(move |row| row.get(place)).map(String::as_str)
    }

    /// The least width of a column that breaks no number and no word.
    fn least(&self, place: usize) -> usize {
        let word = |text: &str| text.split(' ').map(display_width).max().unwrap_or(0);
        let cells = self.cells(place);
        let kind = self.kinds[place];
        let least = match kind {
            CellKind::Text | CellKind::Code => match cells.clone().map(display_width).max() {
                short @ Some(0..=SHORT) => short,
                _ => cells.map(word).max().map(|word| word.min(WORD)),
            },
            CellKind::Instant | CellKind::Length => {
                cells.map(|cell| display_width(cell).min(TIME)).max()
            }
            _ => cells.map(display_width).max(),
        };
        let name = self.header.get(place).map_or(0, |name| word(name).min(WORD));
        least.unwrap_or(0).max(name)
    }

    fn band(&self, places: &[usize], width: Option<usize>) -> Vec<String> {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        let pick = |row: &[String]| -> Vec<String> {
            places.iter().map(|&place| row.get(place).cloned().unwrap_or_default()).collect()
        };
        if !self.header.is_empty() {
            table.set_header(pick(&self.header));
        }
        table.add_rows(self.rows.iter().map(|row| pick(row)));
        for (column, &place) in table.column_iter_mut().zip(places) {
            if self.kinds[place].is_number() {
                column.set_cell_alignment(CellAlignment::Right);
            }
            if width.is_some() {
                let least = u16::try_from(self.least(place) + GAP).unwrap_or(u16::MAX);
                column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(least)));
            }
        }
        if let Some(width) = width {
            table.set_content_arrangement(ContentArrangement::Dynamic);
            table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
        }
        table.to_string().lines().map(|line| line.trim_end().to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        let text = |cells: &[&str]| cells.iter().map(|&cell| cell.to_owned()).collect();
        Grid {
            kinds: vec![
                CellKind::Instant,
                CellKind::Money,
                CellKind::Credits,
                CellKind::Length,
                CellKind::Text,
                CellKind::Count,
            ],
            header: text(&[
                "cycle from",
                "recharge spend",
                "served",
                "downtime",
                "auto-recharge was",
                "outages",
            ]),
            rows: vec![
                text(&[
                    "1 Jan 2026 00:00",
                    "$600.00",
                    "42,500",
                    "23 d 20 h 28 min 47 s 267 ms",
                    "waiting for a charge",
                    "3",
                ]),
                text(&["1 Feb 2026 00:00", "$1,234,567.89", "987,654,321", "0 s", "", "22,381"]),
            ],
        }
    }

    #[test]
    fn a_number_is_never_broken() {
        for width in 30..=140 {
            let lines = grid().lines(Some(width));
            let words: Vec<&str> = lines.iter().flat_map(|line| line.split_whitespace()).collect();
            for number in ["$600.00", "$1,234,567.89", "42,500", "987,654,321", "22,381"] {
                assert!(words.contains(&number), "{number} at {width}:\n{}", lines.join("\n"));
            }
        }
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for width in 36..=140 {
            for line in grid().lines(Some(width)) {
                assert!(display_width(&line) <= width, "{width}: {line}");
            }
        }
    }

    #[test]
    fn columns_that_do_not_fit_follow_below_with_the_first_column() {
        let lines = grid().lines(Some(50));
        let names = lines.iter().filter(|line| line.trim_start().starts_with("cycle")).count();
        assert!(names > 1, "{}", lines.join("\n"));
        let header = |name: &str| lines.iter().filter(|line| line.contains(name)).count();
        assert_eq!((header("served"), header("outages")), (1, 1), "{}", lines.join("\n"));
    }

    #[test]
    fn what_a_row_is_about_is_told_in_every_band_and_short_names_stay_whole() {
        let text = |cells: &[&str]| cells.iter().map(|&cell| cell.to_owned()).collect();
        let grid = Grid {
            kinds: [[CellKind::Text; 2].as_slice(), &[CellKind::Money; 4]].concat(),
            header: text(&["period", "candidate", "mean", "p50", "p80", "p95"]),
            rows: vec![
                text(&["Jan 2026", "current", "$10.00", "$10.00", "$10.00", "$10.00"]),
                text(&["Jan 2026", "advised", "$20.00", "$20.00", "$20.00", "$20.00"]),
            ],
        };
        let lines = grid.lines(Some(42));
        let advised = lines.iter().filter(|line| line.contains("Jan 2026  advised")).count();
        assert_eq!(advised, 2, "{}", lines.join("\n"));
    }

    #[test]
    fn without_a_width_a_row_is_one_line() {
        assert_eq!(grid().lines(None).len(), 3);
    }
}
