//! What the instruction-count benches make of what they count; the counting itself needs valgrind.

#[allow(dead_code)]
#[path = "../benches/counted/mod.rs"]
mod counted;

use counted::{Verdict, budgets, collected, exponent, judge};

#[test]
fn the_exponent_tells_flat_linear_and_quadratic_apart() {
    let sizes = [10.0, 100.0, 1_000.0, 10_000.0];
    let counts = |of: fn(f64) -> f64| sizes.map(of);
    for (counts, expected) in [
        (counts(|_| 7.0), 0.0),
        (counts(|size| 3.0 * size), 1.0),
        (counts(|size| 0.5 * size * size), 2.0),
        (counts(|size| size * size.sqrt()), 1.5),
    ] {
        assert!((exponent(&sizes, &counts) - expected).abs() < 1e-9, "{counts:?}");
    }
}

#[test]
fn a_budget_is_exceeded_beyond_three_per_cent_and_not_at_it() {
    for (budget, count, verdict) in [
        (None, 5, Verdict::New),
        (Some(1_000), 1_030, Verdict::Kept),
        (Some(1_000), 1_031, Verdict::Exceeded),
        (Some(1_000), 970, Verdict::Kept),
        (Some(1_000), 969, Verdict::Better),
    ] {
        assert_eq!(judge(budget, count), verdict, "{budget:?} {count}");
    }
}

#[test]
fn budgets_are_read_as_they_are_written() {
    let text = "# for people\na run of 10 rows  1_234\nanother 5\nnone here\n\n";
    let read = [("a run of 10 rows".to_owned(), 1_234), ("another".to_owned(), 5)];
    assert_eq!(budgets(text), read);
}

#[test]
fn callgrind_that_counted_nothing_is_no_count() {
    assert_eq!(collected("==7== Events    : Ir\n==7== Collected : 1234\n==7==\n"), Some(1_234));
    assert_eq!(collected("==7== Collected : 0\n"), None);
    assert_eq!(collected("valgrind: command failed\n"), None);
}
