//! What several columns may come to that may each be the amount: their sum, where each holds a part of what was used, `gpt-5` beside
//! `claude`; or a count times what one of them costs, `Calls` and `Credits per call`.
//!
//! Deliberately absent: what proves it, which is in `proofs`.

use super::headers::{self, in_shell, quoted, words};
use super::metrics;
use super::sample::ColumnSample;

/// Columns whose sum is offered at most.
const MOST: usize = 8;

/// Words of what is no part of what was used beside other columns, or holds them.
const NO_PARTS: [&str; 18] = [
    "cached",
    "cache",
    "per",
    "average",
    "avg",
    "max",
    "included",
    "used",
    "billed",
    "billable",
    "remaining",
    "left",
    "before",
    "after",
    "limit",
    "plan",
    "forecast",
    "budget",
];

/// The way that adds columns up, where they may be parts of what was used: all name one thing that is counted, `Free credits`
/// beside `Paid credits`, or all are names of models or users, and none holds the others.
pub(super) fn sum_of_parts(
    header: &[String],
    samples: &[ColumnSample],
    columns: &[usize],
) -> String {
    let name = |column: usize| header.get(column).map_or("", String::as_str);
    let cached =
        |column: &usize| Some((*column, holder_of_cached(header, samples, columns, *column)?));
    let cached: Vec<(usize, usize)> = columns.iter().filter_map(cached).collect();
    let is_cached = |column: &usize| cached.iter().any(|(other, _)| other == column);
    let columns: Vec<usize> = columns.iter().filter(|column| !is_cached(column)).copied().collect();
    let names: Vec<&str> = columns.iter().map(|&column| name(column)).collect();
    let holds_others = |column: &usize| {
        let others = columns.iter().filter(|other| *other != column);
        let others: Vec<&ColumnSample> = others.filter_map(|&other| samples.get(other)).collect();
        samples.get(*column).is_none_or(|sample| sample.is_sum_of(&others))
    };
    let is_sum = (2..=MOST).contains(&columns.len())
        && are_parts(&names)
        && !columns.iter().any(holds_others);
    if !is_sum {
        return String::new();
    }
    let names: Vec<String> = columns.iter().map(|&column| in_formula(header, column)).collect();
    let without = cached.iter().map(|&(column, of)| {
        format!(
            " (without `{}`, which `{}` likely holds, as it is as much or more in every row)",
            name(column),
            name(of)
        )
    });
    format!(
        "; where each holds a part of what was used, their sum: `--amount-column {}`{}",
        in_shell(&names.join(" + ")),
        without.collect::<String>()
    )
}

/// A column as a formula names it: by its place where another has its header.
pub(super) fn in_formula(header: &[String], column: usize) -> String {
    let name = header.get(column).map_or("", String::as_str);
    match header.iter().filter(|other| *other == name).count() > 1 {
        true => format!("column_{}", column + 1),
        false => quoted(name),
    }
}

/// The column that holds those of another which counts what was cached: it has the same words otherwise, and is less in no row.
fn holder_of_cached(
    header: &[String],
    samples: &[ColumnSample],
    columns: &[usize],
    cached: usize,
) -> Option<usize> {
    let words_of = |column: usize| {
        let words = words(header.get(column)?);
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        Some(words)
    };
    let mut own = words_of(cached)?;
    own.retain(|word| word != "cached");
    let is_cached = own.len() < words_of(cached)?.len();
    let holds = |&of: &usize| {
        let numbers = |column: usize| samples.get(column).map(ColumnSample::first_numbers);
        let (Some(all), Some(part)) = (numbers(of), numbers(cached)) else { return false };
        of != cached
            && words_of(of).as_ref() == Some(&own)
            && all.iter().zip(part).all(|(all, part)| part <= all)
    };
    columns.iter().copied().filter(|_| is_cached).find(holds)
}

/// Whether headers are those of parts of one amount.
fn are_parts(names: &[&str]) -> bool {
    let all: Vec<String> = names.iter().map(|name| words(name)).collect();
    let has = |words: &String, wanted: &str| words.split(' ').any(|word| word == wanted);
    let is_other = |(words, name): (&String, &&str)| {
        NO_PARTS.iter().any(|word| has(words, word))
            || headers::says_total(name)
            || headers::is_unit_price(name)
            || headers::is_money(name)
    };
    if all.iter().zip(names).any(is_other) {
        return false;
    }
    let first = all.first().map_or("", String::as_str);
    let is_common =
        |word: &str| metrics::is_figure(word) && all.iter().all(|words| has(words, word));
    // `gpt-5` and `ann@x.com` are names, and count nothing by themselves.
    let is_name = |name: &&str| !name.contains(' ') && name.contains(['-', '@']);
    first.split(' ').any(is_common) || names.iter().all(is_name)
}

/// The way that multiplies a count by what one of it costs, where the headers of two columns say so.
pub(super) fn product_of_one(header: &[String], columns: &[usize]) -> String {
    let name = |column: usize| header.get(column).map_or("", String::as_str);
    let one = |word: &str| word.trim_end_matches('s').to_owned();
    let is_of = |price: usize, count: usize| {
        let (price, count) = (words(name(price)), words(name(count)));
        let of = price.split_once(" per ").map(|(_, of)| one(of));
        let is_other = price != count;
        is_other && of.is_some() && of == count.rsplit(' ').next().map(one)
    };
    let pairs = columns.iter().flat_map(|&price| columns.iter().map(move |&count| (price, count)));
    let found = pairs.into_iter().find(|&(price, count)| is_of(price, count));
    found.map_or_else(String::new, |(price, count)| {
        let formula = format!("{} * {}", quoted(name(count)), quoted(name(price)));
        format!("`--amount-column {}` multiplies them; ", in_shell(&formula))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_multiplied_by_what_one_of_it_costs() {
        let way = |names: &[&str]| {
            let header: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            product_of_one(&header, &(0..names.len()).collect::<Vec<usize>>())
        };
        let wanted = "`--amount-column 'Calls * `Credits per call`'` multiplies them; ";
        assert_eq!(way(&["Calls", "Credits per call"]), wanted);
        assert_eq!(way(&["Calls", "Credits per user"]), "");
        assert_eq!(way(&["Calls", "Credits"]), "");
        assert_eq!(way(&["Credits per call"]), "");
    }

    #[test]
    fn parts_are_of_one_thing_or_have_names() {
        for names in [
            &["Free credits", "Paid credits"][..],
            &["gpt-x.tokens", "claude-y.tokens"],
            &["tokens.gpt", "tokens.claude"],
            &["ann@x.com", "bob@x.com"],
            &["Input tokens Chat", "Output tokens Chat"],
        ] {
            assert!(are_parts(names), "{names:?}");
        }
        for names in [
            &["Quantity", "Amount"][..],
            &["Zugang", "Abgang", "Bestand"],
            &["input_tokens", "cached_input_tokens"],
            &["Included minutes", "Minutes used", "Billed minutes"],
            &["Balance before", "Balance after"],
            &["Calls", "Credits per call"],
            &["Requests", "Credits"],
            &["Actual", "Forecast"],
            &["Total tokens", "Input tokens"],
        ] {
            assert!(!are_parts(names), "{names:?}");
        }
    }
}
