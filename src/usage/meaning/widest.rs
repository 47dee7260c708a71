//! The row of a file that lasts longest: one that lasts as long as all others together may be their total.
//!
//! Deliberately absent: what amounts must come to, which `tally` decides.

use super::number::Atto;
use crate::domain::Instant;

/// A row with its beginning and its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct LastingRow {
    line: u64,
    from: Instant,
    to: Instant,
    amount: Atto,
}

impl LastingRow {
    fn length(&self) -> i64 {
        self.to.since(self.from).millis()
    }
}

/// The row that lasts longest, among all that were seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct WidestRow {
    widest: Option<LastingRow>,
    /// The length of the next; as long as the widest where two last as long.
    next: i64,
    /// The beginning of the earliest row and the end of the latest.
    span: Option<(Instant, Instant)>,
}

impl WidestRow {
    /// Looks at a row.
    pub(super) fn see(&mut self, line: u64, (from, to): (Instant, Instant), amount: Atto) {
        if to > from {
            let row = LastingRow { line, from, to, amount };
            self.join(&WidestRow { widest: Some(row), next: 0, span: Some((from, to)) });
        }
    }

    /// Adds rows that follow.
    pub(super) fn join(&mut self, other: &WidestRow) {
        let (Some(theirs), Some((from, to))) = (other.widest, other.span) else { return };
        let (Some(mine), Some((first, last))) = (self.widest, self.span) else {
            self.clone_from(other);
            return;
        };
        self.span = Some((first.min(from), last.max(to)));
        let (longer, shorter) =
            if theirs.length() > mine.length() { (theirs, mine) } else { (mine, theirs) };
        self.widest = Some(longer);
        self.next = self.next.max(other.next).max(shorter.length());
    }

    /// The line and the amount of the row that begins with the first of all and ends with the last, if it is the only
    /// one that lasts so long.
    pub(super) fn over_all(&self) -> Option<(u64, Atto)> {
        let row = self.widest?;
        let is_over_all = self.span == Some((row.from, row.to)) && row.length() > self.next;
        is_over_all.then_some((row.line, row.amount))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn widest(rows: &[(i64, i64)]) -> WidestRow {
        let mut widest = WidestRow::default();
        for (line, &(from, to)) in (2..).zip(rows) {
            let span = (Instant::from_millis(from), Instant::from_millis(to));
            widest.see(line, span, Atto::from_micro(i128::from(to)).unwrap());
        }
        widest
    }

    #[test]
    fn only_a_row_that_lasts_as_long_as_all_and_longer_than_each_is_over_all() {
        let line = |rows: &[(i64, i64)]| widest(rows).over_all().map(|(line, _)| line);
        assert_eq!(line(&[(0, 10), (10, 20), (0, 20)]), Some(4));
        assert_eq!(line(&[(0, 20), (0, 10), (10, 20)]), Some(2));
        assert_eq!(line(&[(0, 10), (10, 20), (0, 19)]), None);
        assert_eq!(line(&[(0, 10), (10, 20), (1, 20)]), None);
        assert_eq!(line(&[(0, 20), (0, 20), (0, 20)]), None);
        assert_eq!(line(&[(0, 10), (10, 20), (0, 20), (0, 20)]), None);
        assert_eq!(line(&[]), None);
    }

    #[test]
    fn rows_in_parts_show_what_all_of_them_show() {
        let rows = [(5, 9), (0, 30), (9, 9), (0, 30), (28, 30), (2, 3)];
        for cut in 0..=rows.len() {
            let mut joined = widest(&rows[..cut]);
            let mut rest = WidestRow::default();
            for (line, &(from, to)) in (2 + cut as u64..).zip(&rows[cut..]) {
                let span = (Instant::from_millis(from), Instant::from_millis(to));
                rest.see(line, span, Atto::from_micro(i128::from(to)).unwrap());
            }
            joined.join(&rest);
            assert_eq!(joined, widest(&rows), "{cut}");
        }
    }
}
