//! Records in several arrays of one object, whose keys say what each array is of: a project, a user, a day.
//!
//! Each record then says that key itself, as `project` under `projects`. Deliberately absent: arrays whose keys
//! may be kinds, such as `actual` and `forecast`, unless all are asked for.

use std::collections::BTreeSet;

use serde_json::value::RawValue;

use super::datum::is_date;
use super::flatten::{elements, entries, is_array, is_object, joined};
use super::json;

/// The step of a path that stands for all keys of an object.
const ALL: &str = "*";

/// Names of objects whose keys are data rather than names of kinds.
const SETS: [&str; 22] = [
    "projects",
    "instances",
    "accounts",
    "users",
    "members",
    "customers",
    "clients",
    "tenants",
    "organizations",
    "organisations",
    "orgs",
    "teams",
    "workspaces",
    "departments",
    "sites",
    "locations",
    "hosts",
    "devices",
    "meters",
    "days",
    "dates",
    "months",
];

/// Words of keys whose records may be sums of those under another.
const SUMS: [&str; 9] =
    ["hour", "daily", "week", "month", "quarter", "year", "annual", "total", "summary"];

/// Arrays of records under several keys of one object.
pub(super) struct KeyedArrays<'a> {
    /// Where they are, as names joined by dots, with a star for the key.
    pub(super) place: String,
    /// The name under which each record says its key.
    pub(super) name: String,
    /// What is left of a path within their records.
    pub(super) rest: Vec<String>,
    /// The name of the object that holds them.
    of: String,
    arrays: Vec<(String, &'a RawValue)>,
}

impl<'a> KeyedArrays<'a> {
    fn new(
        path: &[String],
        arrays: Vec<(String, &'a RawValue)>,
        rest: Vec<String>,
    ) -> Result<KeyedArrays<'a>, String> {
        let star = path.iter().position(|step| step == ALL).unwrap_or(path.len());
        let of = star.checked_sub(1).and_then(|place| path.get(place)).cloned().unwrap_or_default();
        let place = path.iter().fold(String::new(), |place, step| joined(&place, step));
        let mut names = BTreeSet::new();
        for (_, array) in &arrays {
            elements(array, |record| gather_names(record, &mut names))?;
        }
        let one = match of.strip_suffix('s') {
            Some(one) if !one.is_empty() => one.to_owned(),
            _ if of.is_empty() => "key".to_owned(),
            _ => of.clone(),
        };
        let mut name = one;
        while names.contains(&name) {
            name.push_str("_key");
        }
        Ok(KeyedArrays { place, name, rest, of, arrays })
    }

    /// Whether all of them may be one history: no key says that its records are sums of others.
    pub(super) fn may_be_one(&self) -> bool {
        let is_sum = |key: &str| SUMS.iter().any(|word| key.to_lowercase().contains(word));
        !self.arrays.iter().any(|(key, _)| is_sum(key))
    }

    /// Whether the keys are data: of a set of projects or users, or days.
    pub(super) fn are_data(&self) -> bool {
        SETS.contains(&self.of.to_lowercase().as_str())
            || self.arrays.iter().all(|(key, _)| is_date(key))
    }

    /// The text of the document with the key in each record, on the same lines, and where the records are in it.
    pub(super) fn written_in(&self, text: &str) -> Result<(String, Vec<(usize, usize)>), String> {
        let (mut all, mut places, mut passed) = (String::new(), Vec::new(), 0);
        let name = serde_json::to_string(&self.name).expect("a text is JSON");
        for (key, array) in &self.arrays {
            let key = serde_json::to_string(key).expect("a text is JSON");
            elements(array, |record| {
                if !is_object(record) {
                    return Err(json::no_records(&self.place));
                }
                let (from, to) = json::place_in(text, record);
                all.push_str(text.get(passed..from).unwrap_or_default());
                let begin = all.len();
                let inside = text.get(from + 1..to).unwrap_or_default();
                let comma = if inside.trim_start().starts_with('}') { "" } else { "," };
                all.extend(["{", &name, ":", &key, comma, inside]);
                places.push((begin, all.len()));
                passed = to;
                Ok(())
            })?;
        }
        all.push_str(text.get(passed..).unwrap_or_default());
        Ok((all, places))
    }
}

/// Adds the names of an object.
fn gather_names(record: &RawValue, names: &mut BTreeSet<String>) -> Result<(), String> {
    if !is_object(record) {
        return Ok(());
    }
    entries(record, |key, _| {
        if !names.contains(key) {
            names.insert(key.to_owned());
        }
        Ok(())
    })
}

/// The only object of a document that holds nothing but arrays of records with the same names, two at least, where no other
/// array of records is in it.
pub(super) fn of_document(root: &RawValue) -> Option<KeyedArrays<'_>> {
    let mut found = Vec::new();
    let mut path = Vec::new();
    look(root, json::DEEP, &mut path, &mut found).ok()?;
    let (path, arrays) = match found.len() {
        1 => found.pop()?,
        _ => return None,
    };
    let mut all = Vec::new();
    json::search("", root, json::DEEP, &mut all).ok()?;
    let filled = all.iter().filter(|(_, _, first)| first.is_some()).count();
    let keyed = arrays.iter().filter(|(_, array)| !is_empty(array)).count();
    if filled != keyed {
        return None;
    }
    KeyedArrays::new(&path, arrays, Vec::new()).ok()
}

/// Objects with a key for each array, and their paths.
type KeyedObjects<'a> = Vec<(Vec<String>, Vec<(String, &'a RawValue)>)>;

/// Adds the objects that hold nothing but arrays of records with the same names.
fn look<'a>(
    object: &'a RawValue,
    deep: usize,
    path: &mut Vec<String>,
    found: &mut KeyedObjects<'a>,
) -> Result<(), String> {
    if !is_object(object) {
        return Ok(());
    }
    let mut values = Vec::new();
    entries(object, |key, value| {
        values.push((key.to_owned(), value));
        Ok(())
    })?;
    if values.iter().all(|(_, value)| is_array(value)) {
        if are_alike(&values)? {
            let path = path.iter().cloned().chain([ALL.to_owned()]).collect();
            found.push((path, values));
        }
        return Ok(());
    }
    if deep == 0 {
        return Ok(());
    }
    for (key, value) in values {
        path.push(key);
        look(value, deep - 1, path, found)?;
        path.pop();
    }
    Ok(())
}

/// Whether at least two of these arrays hold records, whose first ones have the same names.
fn are_alike(arrays: &[(String, &RawValue)]) -> Result<bool, String> {
    let mut all = Vec::new();
    for (_, array) in arrays.iter().filter(|(_, array)| !is_empty(array)) {
        let (mut names, mut is_first, mut are_objects) = (BTreeSet::new(), true, true);
        elements(array, |record| {
            are_objects &= is_object(record);
            if is_first {
                gather_names(record, &mut names)?;
            }
            is_first = false;
            Ok(())
        })?;
        if !are_objects {
            return Ok(false);
        }
        all.push(names);
    }
    Ok(all.len() >= 2 && all.windows(2).all(|pair| pair.first() == pair.last()))
}

/// Whether an array holds nothing.
fn is_empty(array: &RawValue) -> bool {
    array.get().strip_prefix('[').is_some_and(|inside| inside.trim_start().starts_with(']'))
}

/// The arrays at a path with a star, which stands for all keys of an object; `None` for another path.
pub(super) fn at_path<'a>(
    root: &'a RawValue,
    path: &[String],
) -> Result<Option<KeyedArrays<'a>>, String> {
    let Some(star) = path.iter().position(|step| step == ALL) else { return Ok(None) };
    let mut object = root;
    for step in path.iter().take(star) {
        let mut inner = None;
        if is_object(object) {
            entries(object, |key, value| {
                inner = if key == step { Some(value) } else { inner };
                Ok(())
            })?;
        }
        let nothing = || format!("the document has nothing at `{step}`, which `records` names");
        object = inner.ok_or_else(nothing)?;
    }
    if !is_object(object) {
        return Err(format!(
            "`{}` stands for the keys of an object, and there is none",
            path.join(".")
        ));
    }
    let (mut arrays, mut left) = (Vec::new(), Vec::new());
    let within = path.get(star + 1..).unwrap_or_default();
    entries(object, |key, value| {
        let (array, _, rest) = json::array_at(value, within).map_err(|_| {
            format!(
                "under the key `{key}` is no array at `{}`, which `records` names",
                path.join(".")
            )
        })?;
        arrays.push((key.to_owned(), array));
        left = rest;
        Ok(())
    })?;
    KeyedArrays::new(path, arrays, left).map(Some)
}
