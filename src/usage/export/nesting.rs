//! Where the rows of JSON records lie: in the records, in arrays within them, or in lists side by side.
//!
//! A record with a time and an amount is a row. One that lacks either, such as a page of an API or a day
//! with its results, stands for the objects of the array within it, and what it says counts for each of
//! them. Lists of one length make a row for each place in them. Deliberately absent: how an object
//! becomes cells.

use serde_json::value::RawValue;

use super::flatten::{elements, entries, is_array, is_object, joined, string};
use super::json;

/// Records that are looked at before their rows are read.
pub(super) const LOOKED_AT: usize = 200;
/// Arrays within arrays that are entered.
const DEEPEST: usize = 4;
/// Objects within objects that are entered.
const DEEP: usize = 8;

/// Where the rows of records lie.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RowPlace {
    /// The arrays, each within the last, that make a row for each of their elements.
    pub(super) path: Vec<String>,
    /// The lists that make a row for each place in them, as names joined by dots.
    pub(super) lists: Vec<String>,
    /// The names of cells, where each record is a list of them.
    pub(super) names: Vec<String>,
}

impl RowPlace {
    /// Whether each record is a row.
    pub(super) fn is_record(&self) -> bool {
        self.path.is_empty() && self.lists.is_empty() && self.names.is_empty()
    }

    /// Whether rows are elements of arrays in the records.
    pub(super) fn are_parts(&self) -> bool {
        !self.path.is_empty() && self.lists.is_empty() && self.names.is_empty()
    }

    /// What stands before the names of a row's own cells.
    pub(super) fn prefix(&self) -> String {
        self.path.join(".")
    }
}

/// A table of lists of cells, whose names stand apart.
pub(super) struct CellTable<'a> {
    /// Where the rows are, as names joined by dots.
    pub(super) place: String,
    pub(super) rows: Vec<&'a RawValue>,
    pub(super) names: Vec<String>,
}

/// The table of a document whose rows are lists of cells, if it has one such array, and one list of as many
/// names: beside it, or as its first row.
pub(super) fn table_of_cells(root: &RawValue) -> Result<Option<CellTable<'_>>, String> {
    let mut arrays = Vec::new();
    match is_array(root) {
        true => arrays.push((String::new(), root, Some(b'['))),
        false if is_object(root) => json::search("", root, DEEP, &mut arrays)?,
        false => {}
    }
    let mut tables = Vec::new();
    let mut headers = Vec::new();
    for (place, array, first) in &arrays {
        let mut rows = Vec::new();
        elements(array, |value| {
            rows.push(value);
            Ok(())
        })?;
        if *first == Some(b'[') && !rows.is_empty() && rows.iter().all(|row| is_array(row)) {
            tables.push((place.clone(), rows));
        } else if let Some(names) = names(&rows)? {
            headers.push(names);
        }
    }
    let [(place, rows)] = tables.as_slice() else { return Ok(None) };
    let width = rows.first().map_or(Ok(0), |row| length(row))?;
    headers.retain(|names| names.len() == width);
    if let [names] = headers.as_slice() {
        let (rows, names) = (rows.clone(), names.clone());
        return Ok(Some(CellTable { place: place.clone(), rows, names }));
    }
    let Some((first, rest)) = rows.split_first() else { return Ok(None) };
    let mut cells = Vec::new();
    elements(first, |value| {
        cells.push(value);
        Ok(())
    })?;
    let names = names(&cells)?.filter(|names| !names.iter().any(|name| is_value(name)));
    Ok(names.map(|names| CellTable { place: place.clone(), rows: rest.to_vec(), names }))
}

/// The names in a list: texts, or the texts under `name` of objects.
fn names(values: &[&RawValue]) -> Result<Option<Vec<String>>, String> {
    let mut names = Vec::new();
    for value in values {
        let mut name = string(value).ok();
        if is_object(value) {
            entries(value, |key, value| {
                let is_name = ["name", "column_name", "columnname"]
                    .contains(&key.to_ascii_lowercase().as_str());
                name = if is_name { string(value).ok() } else { name.take() };
                Ok(())
            })?;
        }
        names.extend(name);
    }
    Ok((!names.is_empty() && names.len() == values.len()).then_some(names))
}

/// Whether a text is a value rather than a name: it begins with a digit, or there is none.
fn is_value(text: &str) -> bool {
    text.is_empty() || text.starts_with(|c: char| c.is_ascii_digit() || c == '-')
}

/// The elements of an array.
fn length(array: &RawValue) -> Result<usize, String> {
    let mut count = 0;
    elements(array, |_| {
        count += 1;
        Ok(())
    })?;
    Ok(count)
}

/// The contents of the objects at one place.
#[derive(Debug, Default)]
struct Holding {
    has_time: bool,
    has_amount: bool,
    /// Arrays of objects or of lists, as names from the object.
    arrays: Vec<Vec<String>>,
    /// Lists of plain values: their names joined by dots, lengths, and whether they hold numbers.
    lists: Vec<(String, usize, bool)>,
}

/// Finds where the rows of these records lie; the error is a choice that only a person can make.
pub(super) fn find(records: &[&RawValue]) -> Result<RowPlace, String> {
    let mut place = RowPlace::default();
    let mut objects: Vec<&RawValue> = records.to_vec();
    let mut has_time = false;
    for _ in 0..DEEPEST {
        let mut holdings = Vec::with_capacity(objects.len());
        for object in objects.iter().filter(|object| is_object(object)) {
            let mut holding = Holding::default();
            look(&mut Vec::new(), object, &mut holding)?;
            holdings.push(holding);
        }
        has_time |= holdings.iter().any(|holding| holding.has_time);
        let has_amount = holdings.iter().any(|holding| holding.has_amount);
        let mut arrays: Vec<&Vec<String>> =
            holdings.iter().flat_map(|holding| &holding.arrays).collect();
        arrays.sort();
        arrays.dedup();
        if (has_time && has_amount) || arrays.is_empty() {
            if !has_amount {
                place.lists = side_by_side(&holdings);
            }
            return Ok(place);
        }
        let [array] = arrays.as_slice() else { return choice(&place, &arrays, has_amount) };
        let mut inner = Vec::new();
        for object in objects {
            gather(object, array, &mut inner)?;
        }
        place.path.extend(array.iter().cloned());
        objects = inner;
    }
    Ok(place)
}

/// Why rows cannot be found without a choice; none where records have amounts and only lack a time that
/// is known.
fn choice(place: &RowPlace, arrays: &[&Vec<String>], has_amount: bool) -> Result<RowPlace, String> {
    if has_amount {
        return Ok(place.clone());
    }
    let full = |array: &&Vec<String>| {
        place.path.iter().chain(array.iter()).cloned().collect::<Vec<_>>().join(".")
    };
    let places: Vec<String> = arrays.iter().map(full).collect();
    let quoted: Vec<String> = places.iter().map(|place| format!("`{place}`")).collect();
    Err(format!(
        "the records have {} arrays of records ({}) and no amount of their own; choose one (`--records {}`, \
         or `records` in `[usage]`)",
        places.len(),
        quoted.join(", "),
        places.first().map_or("", String::as_str)
    ))
}

/// The lists that are read side by side: all that are not empty, if they have one length in each object
/// and one of them holds numbers.
fn side_by_side(holdings: &[Holding]) -> Vec<String> {
    let filled = |holding: &Holding| {
        holding.lists.iter().filter(|list| list.1 > 0).cloned().collect::<Vec<_>>()
    };
    let all: Vec<Vec<(String, usize, bool)>> = holdings.iter().map(filled).collect();
    let is_even = |lists: &Vec<(String, usize, bool)>| {
        lists.windows(2).all(|pair| pair.first().map(|a| a.1) == pair.last().map(|b| b.1))
    };
    let has_numbers = all.iter().flatten().any(|list| list.2);
    if !has_numbers || !all.iter().all(is_even) {
        return Vec::new();
    }
    let mut names: Vec<String> = all.into_iter().flatten().map(|list| list.0).collect();
    names.sort();
    names.dedup();
    if names.len() > 1 { names } else { Vec::new() }
}

/// Notes what an object holds, and the objects in it.
fn look(path: &mut Vec<String>, object: &RawValue, holding: &mut Holding) -> Result<(), String> {
    entries(object, |key, value| {
        match value.get().as_bytes().first() {
            Some(b'{') if path.len() < DEEP => {
                path.push(key.to_owned());
                look(path, value, holding)?;
                path.pop();
            }
            Some(b'[') => {
                path.push(key.to_owned());
                look_at_array(path, value, holding)?;
                path.pop();
            }
            _ if is_time(key, value) => holding.has_time = true,
            _ => holding.has_amount |= is_amount(key, value),
        }
        Ok(())
    })
}

/// Notes an array of records, or a list of plain values.
fn look_at_array(path: &[String], array: &RawValue, holding: &mut Holding) -> Result<(), String> {
    let (mut count, mut numbers, mut plain) = (0, true, true);
    elements(array, |value| {
        count += 1;
        numbers &= is_number(value) || value.get() == "null";
        plain &= !is_object(value) && !is_array(value);
        Ok(())
    })?;
    if plain {
        let name = path.iter().fold(String::new(), |name, step| joined(&name, step));
        holding.lists.push((name, count, numbers && count > 0));
    } else {
        holding.arrays.push(path.to_vec());
    }
    Ok(())
}

/// Adds the elements of the array at a path of names.
fn gather<'a>(
    object: &'a RawValue,
    path: &[String],
    found: &mut Vec<&'a RawValue>,
) -> Result<(), String> {
    let Some((step, rest)) = path.split_first() else {
        return elements(object, |value| {
            if found.len() < LOOKED_AT {
                found.push(value);
            }
            Ok(())
        });
    };
    if !is_object(object) {
        return Ok(());
    }
    entries(object, |key, value| {
        let goes_on =
            key == step && if rest.is_empty() { is_array(value) } else { is_object(value) };
        if goes_on { gather(value, rest, found) } else { Ok(()) }
    })
}

/// Whether a value is a number, also one written as a string.
fn is_number(value: &RawValue) -> bool {
    let text = value.get().trim_matches('"');
    let starts = text.strip_prefix('-').unwrap_or(text).starts_with(|c: char| c.is_ascii_digit());
    starts && text.parse::<f64>().is_ok()
}

/// Whether a value is a time: a date in text, or a number of today's Unix times.
fn is_time(key: &str, value: &RawValue) -> bool {
    if let Ok(text) = string(value) {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let mark = text.as_bytes().get(digits);
        return matches!((digits, mark), (4, Some(b'-' | b'/')) | (1 | 2, Some(b'/' | b'.')))
            || (!text.is_empty() && names_time(key));
    }
    let number = value.get().parse::<f64>().unwrap_or(0.0);
    [1.0, 1e3, 1e6, 1e9].iter().any(|unit| (9.4e8..4.2e9).contains(&(number / unit)))
        && (names_time(key) || number.fract() == 0.0)
}

/// Whether a name is that of a time.
fn names_time(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["date", "time", "day", "month", "hour", "bucket", "created"].iter().any(|at| key.contains(at))
}

/// Whether a value may be an amount: a number that is no id.
fn is_amount(key: &str, value: &RawValue) -> bool {
    let key = key.to_ascii_lowercase();
    is_number(value)
        && !["id", "version", "number", "index", "year"].iter().any(|end| key.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(records: &[&str]) -> Result<String, String> {
        let parsed: Vec<Box<RawValue>> =
            records.iter().map(|text| RawValue::from_string((*text).to_owned()).unwrap()).collect();
        let values: Vec<&RawValue> = parsed.iter().map(|value| &**value).collect();
        let place = find(&values)?;
        Ok(format!("{}|{}", place.path.join("."), place.lists.join(" ")))
    }

    #[test]
    fn rows_lie_where_both_a_time_and_an_amount_are_known() {
        for (records, expected) in [
            // A record with both is a row, whatever arrays it has.
            (&[r#"{"date":"2026-05-01","dynos":2.5,"apps":[{"dynos":2.5}]}"#][..], "|"),
            // A day without an amount stands for its results.
            (&[r#"{"start_time":1777593600,"results":[{"amount":{"value":1}}]}"#], "results|"),
            (&[r#"{"date":"2026-05-01","stats":[{"metrics":{"requests":4}}]}"#], "stats|"),
            // A page without a time stands for its days, and they for theirs.
            (
                &[r#"{"page":2,"data":[{"bucket":"2026-05-01","results":[{"quantity":3}]}]}"#],
                "data.results|",
            ),
            (&[r#"{"a":{"t":"2026-05-01","m":[{"value":1}]}}"#], "a.m|"),
            // Days without results do not hide where results are.
            (
                &[
                    r#"{"date":"2026-05-01","results":[]}"#,
                    r#"{"date":"2026-05-02","results":[{"n":1}]}"#,
                ],
                "results|",
            ),
            // Lists side by side.
            (
                &[r#"{"time":[1777593600000,1777680000000],"usage":{"All":[3,4]}}"#],
                "|time usage.All",
            ),
            (&[r#"{"data":[{"x":["2026-05-01"],"y":[3]},{"x":[],"y":[]}]}"#], "data|x y"),
            // Lists of several lengths, or without numbers, are cells.
            (&[r#"{"date":"2026-05-01","tags":["a"],"models":["b"]}"#], "|"),
            (&[r#"{"date":"2026-05-01","tags":["a"],"n":[1,2]}"#], "|"),
            // Pairs of values.
            (
                &[r#"{"metric":{"job":"a"},"values":[[1777593600,"3"],[1777597200,"4"]]}"#],
                "values|",
            ),
        ] {
            assert_eq!(place(records).as_deref(), Ok(expected), "{records:?}");
        }
    }

    #[test]
    fn lists_of_cells_are_rows_under_the_names_that_stand_beside_or_above_them() {
        let table = |text: &str| {
            let root = RawValue::from_string(text.to_owned()).unwrap();
            let table = table_of_cells(&root).unwrap();
            table.map(|table| {
                format!("{}|{}|{}", table.place, table.names.join(","), table.rows.len())
            })
        };
        for (text, expected) in [
            (
                r#"{"p":{"columns":[{"name":"Cost","type":"Number"},{"name":"Day","type":"Date"}],
                    "rows":[[1.5,20260501],[2,20260502]]}}"#,
                Some("p.rows|Cost,Day|2"),
            ),
            (
                r#"{"columns":["day","n"],"data":[["2026-05-01",1]],"ids":[7]}"#,
                Some("data|day,n|1"),
            ),
            (r#"[["day","n"],["2026-05-01",1]]"#, Some("|day,n|1")),
            // Without names it is no table.
            (r#"[["2026-05-01",1],["2026-05-02",2]]"#, None),
            (r#"{"columns":["day"],"data":[["2026-05-01",1]]}"#, None),
            (r#"[{"a":1}]"#, None),
        ] {
            assert_eq!(table(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn of_several_arrays_one_must_be_chosen() {
        let why = place(&[r#"{"date":"2026-05-01","a":[{"n":1}],"b":[{"n":1}]}"#]).unwrap_err();
        assert!(why.contains("(`a`, `b`)") && why.contains("--records a"), "{why}");
    }
}
