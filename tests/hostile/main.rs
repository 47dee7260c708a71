//! Hostile checks: inputs that somebody broke, one trace in many files, and pairs of questions whose
//! answers must stand to each other in a known way, over cases drawn from numbers.
//!
//! A case is named by the check and its number, so that a failing one can be run alone. A test run
//! tries some hundreds of each; the long run as many as are asked for:
//! `RECHARGE_CASES=20000 cargo test --test hostile -- --ignored --nocapture`, from the number
//! `RECHARGE_SEED` on.

mod dice;
mod forms;
mod laws;
mod mutations;
mod pairs;
mod run;
mod shop;

#[path = "../../fuzz/src/lib.rs"]
mod targets;

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

use dice::Dice;

/// After this a case is taken for one that never ends, unoptimised and on a busy machine; usual ones take milliseconds.
const LONGEST: Duration = Duration::from_secs(120);

/// What is tried of a case; whether the case could show anything.
type Check = fn(&mut Dice) -> bool;

/// Every check: its name, how many cases of it a test run tries, and how many of those must be able to
/// show something, in percent.
const CHECKS: [(&str, u64, u64, Check); 14] = [
    ("a scenario that somebody broke", 250, 100, mutations::scenario),
    ("a CSV file that somebody broke", 350, 100, mutations::usage),
    ("an export that somebody broke", 200, 100, mutations::export),
    ("a scenario and a trace that somebody broke", 80, 100, mutations::run),
    ("one trace in many files", 25, 90, forms::same_events),
    ("ten times the credits", 60, 60, pairs::ten_times),
    ("rows of zero credits", 60, 60, pairs::zeros),
    ("an event in two parts", 120, 10, pairs::parts),
    ("sums over the journal", 60, 60, pairs::journal),
    ("what is set is set again", 40, 60, pairs::set_again),
    ("laws of one value", 60, 40, laws::one_value),
    ("usage in the scenario and in a file", 40, 60, laws::events_in_the_scenario),
    ("usage drawn into a file", 30, 60, laws::generated),
    ("any number of threads", 5, 60, laws::threads),
];

/// Tries cases of a check from one number on; returns how many could show something.
fn hold(index: usize, from: u64, count: u64) -> u64 {
    let (name, _, _, check) = CHECKS[index];
    let mut shown = 0;
    for case in from..from + count {
        let started = Instant::now();
        let tried = catch_unwind(AssertUnwindSafe(|| check(&mut Dice::new(index as u64, case))));
        match tried {
            Ok(could) => shown += u64::from(could),
            Err(panic) => {
                eprintln!("{name}: case {case} fails");
                resume_unwind(panic);
            }
        }
        let took = started.elapsed();
        assert!(took < LONGEST, "{name}: case {case} took {took:?}");
    }
    shown
}

/// Tries as many cases of a check as a test run does.
fn hold_some(name: &str) {
    let index = CHECKS.iter().position(|check| check.0 == name).unwrap();
    let (_, count, least, _) = CHECKS[index];
    let shown = hold(index, 0, count);
    assert!(shown * 100 >= least * count, "{name}: only {shown} of {count} cases show anything");
}

#[test]
fn no_broken_scenario_panics_or_is_refused_without_a_word() {
    hold_some("a scenario that somebody broke");
}

#[test]
fn no_broken_csv_panics_and_both_ways_of_reading_it_agree() {
    hold_some("a CSV file that somebody broke");
}

#[test]
fn no_broken_export_panics_or_reads_otherwise_a_second_time() {
    hold_some("an export that somebody broke");
}

#[test]
fn no_broken_run_panics_loses_credits_or_skips_otherwise_than_it_steps() {
    hold_some("a scenario and a trace that somebody broke");
}

#[test]
fn a_trace_is_the_same_events_in_whatever_file_it_comes() {
    hold_some("one trace in many files");
}

#[test]
fn ten_times_the_credits_is_ten_times_every_credit_and_nothing_else() {
    hold_some("ten times the credits");
}

#[test]
fn rows_of_zero_credits_change_nothing_but_their_own_number() {
    hold_some("rows of zero credits");
}

#[test]
fn an_event_in_two_parts_of_one_instant_is_the_same_where_nothing_is_refused() {
    hold_some("an event in two parts");
}

#[test]
fn the_columns_of_a_journal_add_up_to_the_figures() {
    hold_some("sums over the journal");
}

#[test]
fn setting_what_is_set_changes_nothing() {
    hold_some("what is set is set again");
}

#[test]
fn a_law_of_one_value_is_that_value_and_a_certain_event_is_a_listed_one() {
    hold_some("laws of one value");
}

#[test]
fn usage_in_the_scenario_is_usage_in_a_file() {
    hold_some("usage in the scenario and in a file");
}

#[test]
fn usage_that_was_written_replays_as_it_was_drawn() {
    hold_some("usage drawn into a file");
}

#[test]
fn no_number_of_threads_changes_an_answer() {
    hold_some("any number of threads");
}

#[test]
fn every_check_is_a_test() {
    let this = include_str!("main.rs");
    for (name, ..) in CHECKS {
        let tests = this.matches(&format!("hold_some(\"{name}\")")).count();
        assert_eq!(tests, 1, "{name}");
    }
}

#[test]
fn the_page_of_promises_says_how_many_cases_a_test_run_tries() {
    let page = include_str!("../../docs/trust.md");
    let sum = |broken: bool| -> u64 {
        let counted = CHECKS.iter().filter(|check| check.0.contains("broke") == broken);
        counted.map(|check| check.1).sum()
    };
    assert!(page.contains(&format!("{} broken inputs a test run", sum(true))));
    assert!(page.contains(&format!("| {} cases a test run", sum(false))));
}

#[test]
fn a_case_that_fails_is_noticed() {
    assert!(
        catch_unwind(|| pairs::compare(
            &serde_json::json!({"served": "5"}),
            &serde_json::json!({"served": "51"}),
            10
        ))
        .is_err()
    );
    assert!(
        catch_unwind(|| pairs::compare(
            &serde_json::json!({"outages": 1}),
            &serde_json::json!({"outages": 2}),
            10
        ))
        .is_err()
    );
}

/// As many cases as are asked for: of each check in proportion to what a test run tries of it.
#[test]
#[ignore = "as long as is asked for: RECHARGE_CASES"]
fn the_long_run() {
    let number = |name, default| {
        env::var(name).map_or(default, |text| text.parse().expect("a whole number"))
    };
    let (cases, from) = (number("RECHARGE_CASES", 5_000), number("RECHARGE_SEED", 1_000_000));
    let all: u64 = CHECKS.iter().map(|check| check.1).sum();
    let (mut tried, mut could) = (0, 0);
    for (index, (name, share, ..)) in CHECKS.into_iter().enumerate() {
        let started = Instant::now();
        let count = (cases * share).div_ceil(all);
        let shown = hold(index, from, count);
        tried += count;
        could += shown;
        let seconds = started.elapsed().as_secs_f64();
        println!("{name}: {count} cases, {shown} of which could show something, {seconds:.0} s");
    }
    println!("{tried} cases from {from}, {could} of which could show something");
}
