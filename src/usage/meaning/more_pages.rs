//! Answers of programs that say that more pages follow: `has_more`, `next_page`, a number of pages.
//!
//! Such words stand around the records of a document. Deliberately absent: fetching the other pages.

use super::blank::Blank;
use super::headers;
use crate::domain::grouped;
use crate::domain::text::{counted, excerpt};

/// Names that say `true` where more follows.
const FLAGS: [&str; 4] = ["has more", "has more pages", "has next page", "is truncated"];
/// Names that hold where the next page is, and nothing on the last.
const LINKS: [&str; 11] = [
    "next",
    "next page",
    "next page token",
    "next token",
    "next link",
    "next url",
    "next uri",
    "next cursor",
    "odata next link",
    "links next",
    "pagination next",
];
/// Names of the number of pages, and of the one that this is.
const COUNTS: [(&str, &str); 3] =
    [("total pages", "current page"), ("total pages", "page"), ("page count", "page")];

/// Names of the records of one page at most, or of where it begins.
const PAGED: [&str; 7] =
    ["page", "page size", "per page", "limit", "offset", "current page", "page number"];
/// Names of the records of all pages.
const TOTALS: [&str; 9] = [
    "meta total",
    "pagination total",
    "paging total",
    "total count",
    "total records",
    "total results",
    "total items",
    "total rows",
    "total elements",
];

/// The doubt that a document is one page of several, by the names and values around its records; `None` where they do
/// not say so.
pub(super) fn doubt(around: &[(String, String)], rows: u64) -> Option<String> {
    let named = |name: &str, wanted: &str| {
        let words = headers::words(name);
        words == wanted || words.strip_suffix(wanted).is_some_and(|before| before.ends_with(' '))
    };
    let says = |(name, value): &&(String, String)| {
        let is_flag = FLAGS.iter().any(|wanted| named(name, wanted));
        let is_link = LINKS.iter().any(|wanted| named(name, wanted));
        is_flag && value.eq_ignore_ascii_case("true")
            || is_link && !value.eq_ignore_ascii_case("false") && Blank::of(value).is_none()
    };
    if let Some((name, value)) = around.iter().find(says) {
        return Some(format!(
            "The file says that more pages follow (`{name}` is `{}`): what is on them is not counted. Fetch them all, \
             and name all their files.",
            excerpt(value)
        ));
    }
    let of = |wanted: &str| {
        let (_, value) = around.iter().find(|(name, _)| named(name, wanted))?;
        value.trim().parse::<u64>().ok()
    };
    let is_paged = PAGED.iter().any(|wanted| of(wanted).is_some());
    let more =
        TOTALS.iter().filter(|_| is_paged).find_map(|wanted| of(wanted).filter(|all| *all > rows));
    if let Some(all) = more {
        return Some(format!(
            "The file says that there are {} records in all, and has {}: what is in the others is not counted. Fetch all \
             pages, and name all their files.",
            grouped(&all.to_string()),
            counted(rows, "row")
        ));
    }
    let (all, this) = COUNTS.iter().find_map(|(all, this)| Some((of(all)?, of(this)?)))?;
    (all > 1).then(|| {
        format!(
            "The file is page {this} of {all}: what is on the others is not counted. Fetch them all, and name all their \
             files."
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doubted(cells: &[(&str, &str)]) -> Option<String> {
        let around: Vec<_> =
            cells.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        doubt(&around, 2)
    }

    #[test]
    fn a_page_that_is_not_the_last_says_so_and_the_last_says_nothing() {
        for more in [
            &[("data.amount", "5"), ("has_more", "true")][..],
            &[("next_page", "page_AAAA")],
            &[("nextLink", "https://example.com/?skip=1")],
            &[("@odata.nextLink", "https://example.com/?skip=1")],
            &[("meta.total_pages", "4"), ("meta.current_page", "1")],
            &[("meta.total", "3"), ("meta.per_page", "2")],
        ] {
            assert!(doubted(more).is_some(), "{more:?}");
        }
        for last in [
            &[("has_more", "false"), ("next_page", "")][..],
            &[("next", "null")],
            &[("meta.total_pages", "1"), ("meta.current_page", "1")],
            &[("next_step", "true"), ("total", "5"), ("limit", "100")],
            &[("meta.total", "2"), ("meta.per_page", "2")],
        ] {
            assert_eq!(doubted(last), None, "{last:?}");
        }
    }
}
