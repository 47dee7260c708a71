//! Files of one history that come to the same sum in overlapping time, or one of which comes to what all others do: days beside their
//! hours, a file for all accounts beside one for each.
//!
//! The sums show it, whatever the files are called. Deliberately absent: files whose rows have one identity, which are told apart
//! row by row, and times that overlap with other sums, which are told and not asked.

use super::headers::header_argument;
use super::number::Atto;
use super::values::all_of;
use crate::domain::Instant;

/// Rows that hold something, from which on a sum says enough.
const FEWEST_ROWS: u64 = 4;
/// Files whose sums are compared in pairs.
const MOST_FILES: usize = 1_000;

/// What the rows of a file come to.
#[derive(Clone, Debug)]
pub(super) struct SummedFile<'f> {
    pub(super) name: &'f str,
    pub(super) sum: Atto,
    /// The rows of it that hold something.
    pub(super) rows: u64,
    /// The first and the last instant of its rows.
    pub(super) span: (Instant, Instant),
    /// The column that is its amount, if it is one alone.
    pub(super) amount: Option<&'f str>,
}

impl SummedFile<'_> {
    /// Whether some of its time is that of the other, or all of it; a month that begins where the other ends is another.
    fn overlaps(&self, other: &SummedFile<'_>) -> bool {
        let lies_in = |one: (Instant, Instant), other: (Instant, Instant)| {
            one.0 >= other.0 && one.1 <= other.1
        };
        let share = self.span.0 < other.span.1 && other.span.0 < self.span.1;
        share || lies_in(self.span, other.span) || lies_in(other.span, self.span)
    }

    /// Whether it may tell what others do, which come to this sum in so many rows.
    fn comes_to(&self, sum: Atto, rows: u64) -> bool {
        self.sum == sum && self.sum > Atto::ZERO && self.rows.max(rows) >= FEWEST_ROWS
    }
}

/// The problem of a file that tells again what another does, or what all others do together.
pub(super) fn problem(files: &[SummedFile<'_>]) -> Option<String> {
    let (one, others) = pair(files).or_else(|| one_of_all(files))?;
    let (name, sum) = (one.name, one.sum);
    let (what, alone) = match others {
        Some(other) => (
            format!("the files {name} and {other} come to the same"),
            format!("name one of the two alone, as `--usage {}`", header_argument(name)),
        ),
        None => (
            format!("the file {name} comes to as much as all others together"),
            format!("name it alone, as `--usage {}`, or the others", header_argument(name)),
        ),
    };
    let all = files.iter().find_map(|file| file.amount).map_or(String::new(), |amount| {
        format!("; if each is usage of its own, `--where {}` adds all up", all_of(amount))
    });
    Some(format!(
        "{what}, {sum}, in times that overlap, so that everything may count twice, as days beside their hours do: {alone}{all}"
    ))
}

/// A file and the name of another.
type Again<'f, 's> = (&'s SummedFile<'f>, Option<&'f str>);

/// Two files that come to the same.
fn pair<'f, 's>(files: &'s [SummedFile<'f>]) -> Option<Again<'f, 's>> {
    let files = &files[..files.len().min(MOST_FILES)];
    files.iter().enumerate().find_map(|(index, one)| {
        let is_same =
            |other: &&SummedFile<'_>| one.comes_to(other.sum, other.rows) && one.overlaps(other);
        let other = files[index + 1..].iter().find(is_same)?;
        Some((one, Some(other.name)))
    })
}

/// A file that comes to what all others do, of which there are several.
fn one_of_all<'f, 's>(files: &'s [SummedFile<'f>]) -> Option<Again<'f, 's>> {
    if files.len() < 3 {
        return None;
    }
    let all = files.iter().try_fold(Atto::ZERO, |sum, file| sum.plus(file.sum))?;
    let rows: u64 = files.iter().map(|file| file.rows).sum();
    let is_all = |file: &&SummedFile<'_>| {
        let others = all.minus(file.sum);
        let overlap = files.iter().all(|other| file.overlaps(other));
        overlap && others.is_some_and(|sum| file.comes_to(sum, rows - file.rows))
    };
    files.iter().find(is_all).map(|file| (file, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &'static str, sum: i128, rows: u64, days: (i64, i64)) -> SummedFile<'static> {
        let at = |day: i64| Instant::from_millis(day * 86_400_000);
        let (sum, span) = (Atto::from_steps(sum), (at(days.0), at(days.1)));
        SummedFile { name, sum, rows, span, amount: Some("credits") }
    }

    #[test]
    fn files_that_come_to_the_same_are_asked_about_only_where_their_times_overlap() {
        let hours = file("hours.csv", 500, 48, (1, 2));
        let days = file("days.csv", 500, 2, (1, 2));
        let said = problem(&[hours.clone(), days.clone()]).unwrap();
        assert!(said.contains("the files hours.csv and days.csv come to the same"), "{said}");
        assert!(said.contains("--usage hours.csv"), "{said}");
        let all = r#"--where 'credits = "" or credits != ""'"#;
        assert!(said.contains(all), "{said}");
        let later = SummedFile { span: file("", 0, 0, (3, 4)).span, ..days.clone() };
        assert_eq!(problem(&[hours.clone(), later]), None);
        let touching = SummedFile { span: file("", 0, 0, (2, 4)).span, ..days.clone() };
        assert_eq!(problem(&[hours.clone(), touching]), None, "the next month");
        let day = SummedFile { span: file("", 0, 0, (1, 1)).span, ..days.clone() };
        assert!(problem(&[hours.clone(), day]).is_some(), "a day beside its hours");
        let other = SummedFile { sum: Atto::from_steps(501), ..days.clone() };
        assert_eq!(problem(&[hours, other]), None);
        // Two files of three rows with one sum may be chance, and of nothing there is nothing twice.
        let few = [file("a.csv", 5, 3, (1, 2)), file("b.csv", 5, 3, (1, 2))];
        assert_eq!(problem(&few), None);
        let none = [file("a.csv", 0, 9, (1, 2)), file("b.csv", 0, 9, (1, 2))];
        assert_eq!(problem(&none), None);
    }

    #[test]
    fn a_file_of_all_beside_one_for_each_is_asked_about() {
        let parts = || [file("a.csv", 300, 20, (1, 9)), file("b.csv", 200, 20, (2, 8))];
        let [a, b] = parts();
        let said = problem(&[a, file("all.csv", 500, 40, (1, 9)), b]).unwrap();
        assert!(
            said.contains("the file all.csv comes to as much as all others together"),
            "{said}"
        );
        let [a, b] = parts();
        assert_eq!(problem(&[a, file("all.csv", 499, 40, (1, 9)), b]), None);
        // Months, the last of which comes to as much as those before, are months.
        let months = [
            file("1.csv", 300, 20, (1, 30)),
            file("2.csv", 200, 20, (31, 58)),
            file("3.csv", 500, 20, (59, 89)),
        ];
        assert_eq!(problem(&months), None);
    }
}
