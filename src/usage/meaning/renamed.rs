//! Columns that count and are blank from a row on, from which the file has a new name: they may go on under that.
//!
//! A name begins late where it is first met in a later record of JSON, or where its column is blank in the first rows of a
//! table. Where a guessed amount may go on so, it is asked about; anything else is told. Deliberately absent: a guess that it is so.

use super::choose::ChosenColumns;
use super::headers::{header_argument, in_shell, is_money, quoted};
use super::instead::InsteadColumns;
use super::number;
use super::unit::unit_of_header;
use crate::domain::grouped;
use crate::domain::text::counted;
use crate::usage::export::RowView;

/// Where the cells of one column are blank.
#[derive(Clone, Copy, Debug, Default)]
struct BlankCells {
    /// The line of the first of them.
    first: Option<u64>,
    /// The line from which on all are, and how many.
    last: Option<(u64, u64)>,
    /// Whether a cell is filled.
    is_filled: bool,
}

/// Where the columns of times and amounts are blank, in a file whose names do not all begin with its first record.
#[derive(Clone, Debug, Default)]
pub(super) struct BlankEnds {
    counting: Vec<(usize, BlankCells)>,
    /// The columns that are blank in the first rows, and the line in which each begins, with whether it begins with a number.
    empty: Vec<(usize, Option<(u64, bool)>)>,
    /// The names that begin late, each with its line.
    late: Vec<(String, u64)>,
    /// What stands where the amount holds nothing.
    pub(super) instead: InsteadColumns,
}

impl BlankCells {
    fn add(&mut self, line: u64, is_blank: bool) {
        if !is_blank {
            (self.is_filled, self.last) = (true, None);
            return;
        }
        self.first = self.first.or(Some(line));
        let (from, count) = self.last.unwrap_or((line, 0));
        self.last = Some((from, count + 1));
    }

    /// Adds the cells of rows that follow.
    fn join(&mut self, other: &BlankCells) {
        self.first = self.first.or(other.first);
        self.last = match (self.last, other.last) {
            (last, None) if !other.is_filled => last,
            (Some((from, count)), Some((_, more))) if !other.is_filled => {
                Some((from, count + more))
            }
            (_, last) => last,
        };
        self.is_filled |= other.is_filled;
    }
}

impl BlankEnds {
    /// Of a file with these names that begin late; nothing is followed where there are none, and no column is blank in the
    /// first rows.
    pub(super) fn of(columns: &ChosenColumns, late: &[(String, u64)]) -> BlankEnds {
        let instead = InsteadColumns::of(columns);
        if late.is_empty() && columns.empty.is_empty() {
            return BlankEnds { instead, ..BlankEnds::default() };
        }
        let counting = std::iter::once(columns.time).chain(columns.amounts());
        BlankEnds {
            counting: counting.map(|column| (column, BlankCells::default())).collect(),
            empty: columns.empty.iter().map(|&column| (column, None)).collect(),
            late: late.to_vec(),
            instead,
        }
    }

    /// Those of other rows of the file, of which none was seen.
    pub(super) fn anew(&self) -> BlankEnds {
        let anew = |&(column, _): &(usize, BlankCells)| (column, BlankCells::default());
        BlankEnds {
            counting: self.counting.iter().map(anew).collect(),
            empty: self.empty.iter().map(|&(column, _)| (column, None)).collect(),
            late: Vec::new(),
            instead: self.instead.anew(),
        }
    }

    /// Notes the cells of a row.
    #[inline]
    pub(super) fn see(&mut self, row: RowView<'_>) {
        let is_blank = |column: usize| row.get(column).is_none_or(str::is_empty);
        for (column, cells) in &mut self.counting {
            cells.add(row.line(), is_blank(*column));
        }
        for (column, line) in self.empty.iter_mut().filter(|(_, line)| line.is_none()) {
            let text = row.get(*column).unwrap_or_default();
            *line = (!text.is_empty()).then(|| (row.line(), number::is_number(text)));
        }
        if self.instead.are_any() {
            self.instead.see(row);
        }
    }

    /// Adds the cells of rows that follow.
    pub(super) fn join(&mut self, other: &BlankEnds) {
        for ((_, mine), (_, theirs)) in self.counting.iter_mut().zip(&other.counting) {
            mine.join(theirs);
        }
        for ((_, mine), (_, theirs)) in self.empty.iter_mut().zip(&other.empty) {
            *mine = mine.or(*theirs);
        }
        self.instead.join(&other.instead);
    }

    /// What may be lost, one sentence for each column that is blank to the end from a row on in which, or in the first of
    /// whose blanks, a name begins that nothing reads.
    pub(super) fn told(&self, columns: &ChosenColumns) -> Vec<String> {
        self.lost(columns).into_iter().map(|(_, sentence)| sentence).collect()
    }

    /// What is said of a time that is blank to the end where a name begins that nothing reads.
    pub(super) fn lost_time(&self, columns: &ChosenColumns) -> Option<String> {
        let mut lost = self.lost(columns).into_iter();
        lost.find(|(column, _)| *column == columns.time).map(|(_, sentence)| sentence)
    }

    /// The problem of an amount that may go on under another name, which holds numbers or is no column yet.
    pub(super) fn lost_amount(&self, columns: &ChosenColumns) -> Option<String> {
        let [amount] = columns.amounts()[..] else { return None };
        let may_hold_amounts = |new: &&str| {
            let of_column = self.empty.iter().find(|(column, _)| columns.name(*column) == *new);
            of_column.is_none_or(|(_, begun)| begun.is_some_and(|(_, is_number)| is_number))
        };
        let lost = self.lost_columns(columns).into_iter().find(|(column, ..)| *column == amount);
        let (column, (from, rows), mut new) = lost?;
        new.retain(may_hold_amounts);
        if new.is_empty() || rows < FEWEST_LOST {
            return None;
        }
        let told = told(columns, column, (from, rows), &new);
        Some(format!(
            "the amount: {}; if what follows is no usage, `--amount-column {}` (or `[usage] amount`) reads the file as it is",
            told.trim_end_matches('.'),
            header_argument(columns.name(column))
        ))
    }

    /// The columns that may go on under another name, each with its sentence.
    fn lost(&self, columns: &ChosenColumns) -> Vec<(usize, String)> {
        let lost = self.lost_columns(columns).into_iter();
        lost.map(|(column, blank, new)| (column, told(columns, column, blank, &new))).collect()
    }

    /// The same with the line from which each is blank, its rows from there on, and the names that begin there.
    fn lost_columns<'c>(
        &'c self,
        columns: &'c ChosenColumns,
    ) -> Vec<(usize, (u64, u64), Vec<&'c str>)> {
        let used = columns.used();
        let is_read = |name: &str| used.iter().any(|&column| columns.name(column) == name);
        let is_late = |name: &str| self.late.iter().any(|(other, _)| other == name);
        let begun =
            self.empty.iter().filter_map(|&(column, begun)| Some((columns.name(column), begun?.0)));
        let begun: Vec<(&str, u64)> = self
            .late
            .iter()
            .map(|(name, line)| (name.as_str(), *line))
            .chain(begun.filter(|(name, _)| !is_late(name)))
            .collect();
        let lost = |(column, cells): &(usize, BlankCells)| {
            let (from, rows) = cells.last.filter(|_| cells.is_filled)?;
            // Rows count by another part of the sum.
            let is_filled = |&(other, ends): &(usize, BlankCells)| {
                other != columns.time && other != *column && ends.last.is_none()
            };
            let goes_on = self.counting.iter().any(is_filled);
            let begins = |line: u64| line == from || Some(line) == cells.first;
            let new: Vec<&str> = begun
                .iter()
                .filter(|(name, line)| begins(*line) && !is_read(name))
                .filter(|(name, _)| !goes_on || !is_money_for(columns.name(*column), name))
                .map(|(name, _)| *name)
                .collect();
            (!new.is_empty()).then_some((*column, (from, rows), new))
        };
        self.counting.iter().filter_map(lost).collect()
    }
}

/// Rows from which on amounts that are blank to the end are asked about: the last row may be a summary.
const FEWEST_LOST: u64 = 2;

/// Whether a name is that of money and another of a unit that is none, so that it goes on under no such name.
fn is_money_for(name: &str, new: &str) -> bool {
    is_money(new) && !is_money(name) && unit_of_header(name).is_some()
}

/// The most names that a sentence lists.
const LISTED: usize = 4;

fn told(columns: &ChosenColumns, column: usize, (from, rows): (u64, u64), new: &[&str]) -> String {
    let name = columns.name(column);
    let mut names: Vec<String> = new.iter().take(LISTED).map(|name| format!("`{name}`")).collect();
    names.extend((new.len() > LISTED).then(|| format!("{} more", new.len() - LISTED)));
    let last = names.pop().unwrap_or_default();
    let (all, begin) = match names.is_empty() {
        true => (last, "begins"),
        false => (format!("{} and {last}", names.join(", ")), "begin"),
    };
    let is_amount =
        columns.amounts() == [column] && columns.amount_text().is_some_and(|t| t == name);
    let way_out = match is_amount.then_some(new) {
        _ if column == columns.time => {
            let other = if let [one] = new { *one } else { "NAME" };
            let both = in_shell(&format!("{name} or {other}"));
            format!("read both with `--time-column {both}` (or `[usage] time`)")
        }
        Some([one]) => {
            let both = in_shell(&format!("{} + {}", quoted(name), quoted(one)));
            format!("read both with `--amount-column {both}` (or `[usage] amount`)")
        }
        _ => "give it one name in the file".to_owned(),
    };
    format!(
        "`{name}` is blank from line {} to the end, in {}, where {all} {begin}. If it goes on under a new name, that \
         usage is lost: {way_out}.",
        grouped(&from.to_string()),
        counted(rows, "row")
    )
}

#[cfg(test)]
mod tests {
    use crate::domain::{Instant, Window, Zone};
    use crate::usage::csv::{CsvSettings, InputSource};
    use crate::usage::meaning::{examine, examine_in_pieces};
    use crate::usage::{Feed, UsageSummary};

    fn doubts(lines: &[String]) -> Vec<String> {
        let always = Window { from: Instant::EARLIEST, to: Instant::NEVER };
        let settings = CsvSettings::new(Zone::UTC, always);
        let source = InputSource::Bytes(lines.concat().as_bytes().into());
        let all = |summary: &UsageSummary| format!("{summary:?}");
        let feed = examine(source.clone(), &settings).unwrap();
        let in_pieces =
            rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap().install(|| {
                [1, 90, 400].map(|bytes| {
                    all(examine_in_pieces(source.clone(), &settings, bytes).unwrap().summary())
                })
            });
        assert_eq!(in_pieces, [(); 3].map(|()| all(feed.summary())));
        feed.summary().doubts.clone()
    }

    fn refused(lines: &[String]) -> String {
        let always = Window { from: Instant::EARLIEST, to: Instant::NEVER };
        let source = InputSource::Bytes(lines.concat().as_bytes().into());
        let read = examine(source, &CsvSettings::new(Zone::UTC, always));
        read.err().expect("usage would be lost").to_string()
    }

    fn line(day: usize, rest: &str) -> String {
        format!("{{\"time\":\"2026-01-{day:02}T00:00:00Z\"{rest}}}\n")
    }

    /// A line a day with its amount under a name.
    fn days(name: impl Fn(usize) -> &'static str) -> Vec<String> {
        (1..=20).map(|day| line(day, &format!(",\"{}\":5", name(day)))).collect()
    }

    #[test]
    fn an_amount_that_goes_on_under_another_name_is_told_with_both_names_and_its_line() {
        let one_row_more = |day: usize| if day < 20 { "credits" } else { "used" };
        assert_eq!(
            doubts(&days(one_row_more)),
            [
                "`credits` is blank from line 20 to the end, in 1 row, where `used` begins. If it goes on under a new \
              name, that usage is lost: read both with `--amount-column 'credits + used'` (or `[usage] amount`)."
            ]
        );
        // Two writers, of which one begins to write the new name earlier.
        let mixed = days(|day| if day < 12 || day == 14 { "credits" } else { "used" });
        let refused = refused(&mixed);
        assert!(
            refused.contains("from line 15 to the end, in 6 rows, where `used` begins"),
            "{refused}"
        );
    }

    #[test]
    fn an_amount_that_goes_on_under_another_name_in_the_first_rows_is_refused_with_the_sum_of_both()
    {
        let always = Window { from: Instant::EARLIEST, to: Instant::NEVER };
        let read = |lines: &[String]| {
            let source = InputSource::Bytes(lines.concat().as_bytes().into());
            examine(source, &CsvSettings::new(Zone::UTC, always)).map(|_| ())
        };
        let said = read(&days(|day| if day < 12 { "credits" } else { "used" })).unwrap_err();
        assert!(said.to_string().contains("`--amount-column 'credits + used'`"), "{said}");
        assert!(said.to_string().contains("such as `--amount-column credits`"), "{said}");
        // A column that begins later and has no amount of its own, or that fills beside the other, replaces none.
        assert!(read(&days(|_| "credits")).is_ok());
        let mut both = days(|_| "credits");
        both.extend((21..30).map(|day| line(day, ",\"credits\":5,\"retries\":1")));
        assert!(read(&both).is_ok());
    }

    #[test]
    fn a_column_that_fills_again_or_ends_without_a_new_name_is_not_told() {
        let back = days(|day| if (12..20).contains(&day) { "used" } else { "credits" });
        assert_eq!(doubts(&back), [""; 0]);
        let mut ends = days(|_| "credits");
        ends[15..].fill("{\"time\":\"2026-02-01T00:00:00Z\",\"credits\":null}\n".to_owned());
        assert_eq!(doubts(&ends).iter().filter(|told| told.contains("blank")).count(), 0);
        let mut more = days(|_| "credits");
        more.extend((21..30).map(|day| line(day, ",\"credits\":5,\"note\":\"x\"")));
        assert_eq!(doubts(&more), [""; 0]);
    }

    #[test]
    fn time_and_amount_that_both_go_on_under_new_names_are_told() {
        let mut lines = days(|_| "credits");
        let new = |day| format!("{{\"at\":\"2026-02-{day:02}T00:00:00Z\",\"used\":{day}}}\n");
        lines.extend((1..2).map(new));
        let told = doubts(&lines);
        assert!(
            told[0].starts_with("`time` is blank from line 21 to the end, in 1 row"),
            "{told:?}"
        );
        assert!(told[1].starts_with("`credits` is blank from line 21 to the end"), "{told:?}");
        assert!(told[1].contains("where `at` and `used` begin."), "{told:?}");
        assert!(told[1].contains("give it one name in the file"), "{told:?}");
    }

    #[test]
    fn a_time_that_goes_on_under_another_name_is_refused_or_read_under_both() {
        let always = Window { from: Instant::EARLIEST, to: Instant::NEVER };
        let row = |n: i64| {
            let at = Instant::from_millis(1_767_225_600_000 + n * 60_000);
            let name = if n < 2_500 { "time" } else { "ts" };
            format!("{{\"{name}\":\"{at}\",\"credits\":5}}\n")
        };
        let lines: String = (0..2_600).map(row).collect();
        let source = InputSource::Bytes(lines.as_bytes().into());
        let mut settings = CsvSettings::new(Zone::UTC, always);
        let refused =
            examine(source.clone(), &settings).err().expect("rows would be lost").to_string();
        assert!(
            refused.contains("from line 2,501 to the end, in 100 rows, where `ts` begins"),
            "{refused}"
        );
        assert!(refused.contains("--time-column 'time or ts'"), "{refused}");
        settings.time = Some("time or ts".to_owned());
        let read = examine(source, &settings).unwrap();
        assert_eq!((read.summary().rows, read.summary().bad_rows.count), (2_600, 0));
        assert!(!read.summary().doubts.iter().any(|doubt| doubt.contains("blank")));
    }

    #[test]
    fn a_late_name_beyond_the_beginning_of_a_long_file_is_refused_too() {
        let row = |n: i64| {
            let at = Instant::from_millis(1_767_225_600_000 + n * 60_000);
            let name = if n < 10_500 { "credits" } else { "used" };
            format!("{{\"time\":\"{at}\",\"{name}\":5}}\n")
        };
        let refused = refused(&(0..10_600).map(row).collect::<Vec<_>>());
        let wanted =
            "`credits` is blank from line 10,501 to the end, in 100 rows, where `used` begins";
        assert!(refused.contains(wanted), "{refused}");
        assert!(refused.contains("`--amount-column 'credits + used'`"), "{refused}");
    }
}
