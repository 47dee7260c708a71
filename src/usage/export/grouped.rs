//! A row with too many cells, the last of which are the groups of one number: `2026-05-01,chat,1,470` below three names.
//!
//! Deliberately absent: files whose first rows are such, which are read in [`super::relined`].

use super::error::for_file;
use super::row::Row;

/// The way out of such a row, where cells are parted by commas.
pub(super) fn way_out(row: &Row, width: usize, delimiter: u8, name: &str) -> Option<String> {
    let first = width.checked_sub(1).filter(|first| *first > 0)?;
    let mut groups = row.iter().skip(first);
    let head = groups.next()?;
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_head = is_digits(head) && head.len() <= 3 && !head.starts_with('0');
    let is_group = |text: &str| {
        let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
        is_digits(whole) && whole.len() == 3
    };
    if delimiter != b',' || row.count() <= width || !is_head || !groups.all(is_group) {
        return None;
    }
    let before = first - 1;
    Some(for_file(
        &format!(
            "its last cells may be one number with commas between thousands, which needs quotes (\") around it: `sed -E \
             's/^([^,]*(,[^,]*){{{before}}}),([0-9]{{1,3}}(,[0-9]{{3}})+(\\.[0-9]+)?)$/\\1,\"\\3\"/' FILE > usage.csv` puts them around such \
             numbers in the last column"
        ),
        name,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_one_number_at_the_end_of_a_row_are_put_in_quotes() {
        let way = |cells: &[&str], width: usize| {
            let mut row = Row::new();
            cells.iter().for_each(|cell| row.push(cell));
            way_out(&row, width, b',', "a.csv")
        };
        let told = way(&["2026-05-01", "chat", "1", "470"], 3).unwrap();
        assert!(
            told.contains("s/^([^,]*(,[^,]*){1}),([0-9]{1,3}") && told.contains("a.csv"),
            "{told}"
        );
        assert!(way(&["2026-05-01", "chat", "1", "470", "112.50"], 3).is_some());
        for cells in [
            &["2026-05-01", "chat", "1", "47"][..],
            &["2026-05-01", "chat", "1470"],
            &["2026-05-01", "a", "b", "470"],
        ] {
            assert_eq!(way(cells, 3), None, "{cells:?}");
        }
    }
}
