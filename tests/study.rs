//! Studies against known answers, and what must not change their bytes.

use recharge::study::EstimatedFigure;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use recharge::figures::Figure;
use recharge::scenario::{Scenario, Setting, Variation};
use recharge::study::candidates::{CandidatesError, candidates, current, source};
use recharge::study::estimate::{self, Confidence, Estimate};
use recharge::study::paths;
use recharge::study::replicate;
use recharge::study::select::Promise;
use recharge::study::{
    Candidate, Constraint, Ending, Objective, Question, Runs, StudyRuns, StudySpec, StudyWatch,
    Until,
};

/// Unit demand at 240 a day for three months, a charge that takes an hour: ten on average in that time.
const BASE: &str = r#"
currency = "USD"
start = 2026-01-01
end = 2026-04-01

[account]
opening_balance = 50

[packages.one]
credits = 50
price = "5.00"
[packages.large]
credits = 200
price = "16.00"

[recharge]
at_or_below = 10
package = "one"

[payment]
latency = "1h"
retry_after = "10min"

[usage.generate]
per_day = 240.0
amount = 1
"#;

/// A check at 99.9 %: dozens of figures are checked, each with one chance in a thousand.
fn strict() -> Confidence {
    Confidence::new(0.999).unwrap()
}

fn objective() -> Objective {
    Objective { confidence: strict(), ..Objective::of_spend() }
}

fn scenario(changes: &[(&str, &str)]) -> Scenario {
    let scenario = Scenario::from_text("base.toml", BASE, Path::new("")).unwrap();
    let changes: Vec<Setting> = changes
        .iter()
        .map(|(path, value)| Setting::from_text(&format!("{path}={value}")).unwrap())
        .collect();
    scenario.with_overrides(&changes).unwrap()
}

fn study(base: &Scenario, candidates: &[Candidate], until: Until) -> StudyRuns {
    let source = source(base, None, Default::default()).unwrap();
    let question =
        Question { candidates, source: &source, seed: base.seed, objective: objective(), until };
    replicate(&question, &()).unwrap()
}

fn one(base: &Scenario, replications: usize) -> Runs {
    study(base, &[current(base)], Until::Replications(replications)).runs.remove(0)
}

fn covers(what: &str, estimate: Estimate, exact: f64) {
    assert!(estimate.allows(exact), "{what}: {exact} is not in {estimate:?}");
    // An interval that covers everything would prove nothing.
    let half = estimate.half_width().unwrap();
    assert!(half < 0.05 * exact, "{what}: ± {half} of {exact}");
}

/// E[(D − r)⁺] of a distribution on 0, 1, ….
fn expected_excess(probabilities: &[f64], r: usize) -> f64 {
    probabilities.iter().enumerate().skip(r).map(|(d, p)| (d - r) as f64 * p).sum()
}

fn poisson(mean: f64, terms: usize) -> Vec<f64> {
    let mut term = (-mean).exp();
    (0..terms)
        .map(|k| {
            let here = term;
            term *= mean / (k + 1) as f64;
            here
        })
        .collect()
}

/// Lost sales, one order outstanding, Q > r: fill rate Q/(Q + S) and recharge rate λ/(Q + S) with
/// S = E[(D_L − r)⁺]. Hadley and Whitin (1963), *Analysis of Inventory Systems*, 4-11.
#[test]
fn poisson_demand_has_the_fill_rate_and_the_recharges_of_hadley_and_whitin() {
    for (r, q) in [(4, 20), (10, 20), (10, 50), (14, 50), (0, 30)] {
        let base = scenario(&[
            ("recharge.at_or_below", &r.to_string()),
            ("packages.one.credits", &q.to_string()),
        ]);
        let runs = one(&base, 64);
        let short = expected_excess(&poisson(10.0, 200), r);
        let fill_rate = q as f64 / (q as f64 + short);
        let recharges = 240.0 * 90.0 / (q as f64 + short);
        let figure = |figure: Figure| figure.estimate(&runs, &objective(), 3.0, 2_160.0).unwrap();
        covers(&format!("fill rate at {r}, {q}"), figure(Figure::FILL_RATE), fill_rate);
        covers(&format!("recharges at {r}, {q}"), figure(Figure::RECHARGES), recharges / 3.0);
    }
}

/// Geometric batches of which what is there is served: the batch that reaches the threshold passes
/// it by U, geometric from 0 as the law has no memory, so S = E[(U + D_L − r)⁺] with a compound
/// Poisson D_L (Panjer's recursion).
#[test]
fn batches_have_the_fill_rate_of_the_compound_case() {
    let mean = 4.0_f64;
    let (stop, go) = (1.0 / mean, 1.0 - 1.0 / mean);
    let terms = 2_000;
    let batches = 2.5_f64;
    let mut demand = vec![(-batches).exp()];
    for n in 1..terms {
        let size = |k: usize| stop * go.powi(k as i32 - 1);
        let sum: f64 = (1..=n).map(|k| k as f64 * size(k) * demand[n - k]).sum();
        demand.push(batches / n as f64 * sum);
    }
    let mut total = vec![0.0; terms];
    for (d, p) in demand.iter().enumerate() {
        for (u, slot) in total[d..].iter_mut().enumerate() {
            *slot += p * stop * go.powi(u as i32);
        }
    }
    for (r, q) in [(5, 40), (15, 40), (20, 100)] {
        let base = scenario(&[
            ("recharge.at_or_below", &r.to_string()),
            ("packages.one.credits", &q.to_string()),
            ("usage.generate.per_day", "60.0"),
            ("usage.generate.amount", r#"{ law = "geometric", mean = 4 }"#),
            ("service.shortfall", "partial"),
        ]);
        let short = expected_excess(&total, r);
        let fill_rate = q as f64 / (q as f64 + short);
        let runs = one(&base, 64);
        let found = Figure::FILL_RATE.estimate(&runs, &objective(), 3.0, 2_160.0).unwrap();
        covers(&format!("fill rate at {r}, {q}"), found, fill_rate);
    }
}

#[test]
fn retries_follow_the_geometric_law() {
    let base = scenario(&[("payment.fail_probability", "30%")]);
    let runs = one(&base, 64);
    let (failed, done) = (runs.column(Figure::FAILED_ATTEMPTS), runs.column(Figure::RECHARGES));
    let found = estimate::ratio(failed, done, strict()).unwrap();
    covers("failures for each success", found, 0.3 / 0.7);
}

fn several(base: &Scenario) -> Vec<Candidate> {
    let mut spec = StudySpec::default();
    spec.table.vary = vec![
        Variation::list(["recharge", "at_or_below"], [5_u64, 10, 15]),
        Variation::list(["recharge", "package"], ["one", "large"]),
    ];
    candidates(base, &spec).unwrap()
}

/// Settings of a candidate as people read them.
fn shown(settings: &[Setting]) -> Vec<String> {
    settings.iter().map(Setting::to_string).collect()
}

#[test]
fn what_is_set_today_is_known_however_it_is_spelt() {
    let base = BASE.replace("at_or_below = 10", "at_or_below = \"10.0\"");
    let study = "[study]\nvary = { \"recharge.at_or_below\" = [10, 5], \"recharge.package\" = \
                 [\"one\", \"large\"], \"payment.latency\" = [\"60min\"] }\n";
    let base = Scenario::from_text("base.toml", &format!("{base}{study}"), Path::new("")).unwrap();
    let found = candidates(&base, &StudySpec::of(&base)).unwrap();
    let changes: Vec<Vec<String>> = found.iter().map(|one| shown(&one.changes)).collect();
    assert_eq!(
        shown(&found[0].settings),
        ["recharge.at_or_below = 10", "recharge.package = one", "payment.latency = 60min"]
    );
    assert_eq!(
        changes,
        [
            vec![],
            vec!["recharge.package = large"],
            vec!["recharge.at_or_below = 5"],
            vec!["recharge.at_or_below = 5", "recharge.package = large"],
        ]
    );
}

#[test]
fn a_setting_that_says_nothing_new_is_a_change_where_it_takes_back_another() {
    // Buying up to a target takes the package away; setting the package takes the target away again.
    let set = "{ \"recharge.up_to\" = 50, \"recharge.package\" = \"one\", \"recharge.packs\" = 2 }";
    let study = format!("candidates = [{{ name = \"to and fro\", set = {set} }}]");
    let found = candidates(&scenario(&[]), &asked(&study).unwrap()).unwrap();
    let base = scenario(&[]);
    let again = base.with_overrides(&found[1].changes).unwrap();
    assert_eq!(again.setup, found[1].setup);
    assert!(!shown(&found[1].changes).is_empty());
}

#[test]
fn what_is_set_today_comes_first_and_is_not_repeated() {
    let base = scenario(&[]);
    let names: Vec<String> = several(&base).into_iter().map(|candidate| candidate.name).collect();
    assert_eq!(
        names,
        [
            "current",
            "threshold 5, one package",
            "threshold 5, large package",
            "threshold 10, large package",
            "threshold 15, one package",
            "threshold 15, large package",
        ]
    );
}

#[test]
fn common_random_numbers_pay() {
    let base = scenario(&[]);
    let found = study(&base, &several(&base), Until::Replications(64));
    for other in &found.runs[1..] {
        let paired = estimate::paired(&other.cost, &found.runs[0].cost, Confidence::USUAL).unwrap();
        let reduction = paired.variance_reduction.unwrap();
        assert!(reduction > 2.0, "{reduction}");
    }
}

#[test]
fn the_number_of_threads_does_not_change_a_byte() {
    let base = scenario(&[("payment.fail_probability", "5%")]);
    let with = |threads: usize, until: Until| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let found = pool.install(|| study(&base, &several(&base), until));
        format!("{found:?}")
    };
    let promise = Promise { correct: 0.95, indifference: 0.05, first_stage: 32 };
    for until in [Until::Replications(40), Until::Selected { promise, most: 96 }] {
        let alone = with(1, until);
        for threads in [2, 5] {
            assert!(with(threads, until) == alone, "{threads} threads, {until:?}");
        }
    }
}

#[test]
fn the_order_of_candidates_does_not_change_their_figures() {
    let base = scenario(&[("payment.fail_probability", "5%")]);
    let mut order = several(&base);
    let forward = study(&base, &order, Until::Replications(20)).runs;
    order.reverse();
    let mut backward = study(&base, &order, Until::Replications(20)).runs;
    backward.reverse();
    assert!(forward == backward);
}

#[test]
fn a_selection_drops_what_is_clearly_beaten_and_keeps_what_is_set_today_running() {
    let base = scenario(&[]);
    let promise = Promise { correct: 0.95, indifference: 1.0, first_stage: 32 };
    let candidates = several(&base);
    let found = study(&base, &candidates, Until::Selected { promise, most: 2_000 });
    assert_eq!(found.ended, Ending::Enough);
    let kept: Vec<&str> = candidates
        .iter()
        .zip(&found.runs)
        .filter(|(_, runs)| runs.dropped_after.is_none())
        .map(|(candidate, _)| candidate.name.as_str())
        .collect();
    assert!(!kept.is_empty() && kept.len() < candidates.len(), "{kept:?}");
    let longest = found.runs.iter().map(Runs::len).max().unwrap();
    assert_eq!(found.runs[0].len(), longest);
}

#[test]
fn a_study_stops_when_its_means_are_precise_enough() {
    let base = scenario(&[]);
    let until =
        |half_width| Until::HalfWidth { half_width, confidence: Confidence::USUAL, most: 640 };
    let loose = study(&base, &[current(&base)], until(5.0));
    let tight = study(&base, &[current(&base)], until(0.5));
    assert_eq!((loose.ended, loose.runs[0].len()), (Ending::Enough, 32));
    assert!(tight.runs[0].len() > 32);
    let mean = estimate::mean(&tight.runs[0].cost, Confidence::USUAL).unwrap();
    assert!(tight.ended == Ending::AtMost || mean.half_width().unwrap() <= 0.5);
}

/// Stops after so many replications.
struct StopAfter(usize, AtomicUsize);

impl StudyWatch for StopAfter {
    fn done(&self) {
        self.1.fetch_add(1, Ordering::SeqCst);
    }
    fn stop(&self) -> bool {
        self.1.load(Ordering::SeqCst) >= self.0
    }
}

#[test]
fn an_interrupted_study_ends_with_the_replications_that_are_finished() {
    let base = scenario(&[]);
    let source = source(&base, None, Default::default()).unwrap();
    let candidates = several(&base);
    let question = Question {
        candidates: &candidates,
        source: &source,
        seed: base.seed,
        objective: objective(),
        until: Until::Replications(200),
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let stopped = StopAfter(40, AtomicUsize::new(0));
    let found = pool.install(|| replicate(&question, &stopped)).unwrap();
    assert_eq!(found.ended, Ending::Interrupted);
    let whole = study(&base, &candidates, Until::Replications(200));
    let finished = found.runs[0].len();
    assert!((32..200).contains(&finished), "{finished}");
    assert_eq!(found.runs[0].cost, whole.runs[0].cost[..finished]);
}

/// Stops when asked for the so manieth time.
struct StopAtAsk(usize, AtomicUsize);

impl StudyWatch for StopAtAsk {
    fn done(&self) {}
    fn stop(&self) -> bool {
        self.1.fetch_add(1, Ordering::SeqCst) + 1 >= self.0
    }
}

/// A horizon of 90 days with one event, on the 31st.
const QUIET: (&str, &str) = ("usage", "{ events = [{ at = 2026-01-31, credits = 1 }] }");

#[test]
fn days_without_usage_hear_an_interrupt_one_by_one() {
    let quiet = scenario(&[QUIET]);
    let source = source(&quiet, None, Default::default()).unwrap();
    let candidates = [current(&quiet)];
    let asked = |most: usize| {
        let watch = StopAtAsk(most, AtomicUsize::new(0));
        let question = Question {
            candidates: &candidates,
            source: &source,
            seed: quiet.seed,
            objective: objective(),
            until: Until::Replications(1),
        };
        let found = replicate(&question, &watch).unwrap();
        (found.ended, watch.1.into_inner())
    };
    // 90 days: the ends of both gaps come with what follows them.
    let (ended, times) = asked(usize::MAX);
    assert_eq!(ended, Ending::Complete);
    assert!(times >= 88, "{times}");
    // Before the event, and after it.
    for most in [20, 80] {
        assert_eq!(asked(most).0, Ending::Interrupted, "{most}");
    }
}

#[test]
fn more_runs_than_fit_are_refused_before_the_first() {
    let base = scenario(&[]);
    let source = source(&base, None, Default::default()).unwrap();
    let candidates = several(&base);
    let until = Until::Replications(1_000_000);
    let question = Question {
        candidates: &candidates,
        source: &source,
        seed: 0,
        objective: objective(),
        until,
    };
    let error = replicate(&question, &()).unwrap_err().to_string();
    assert!(error.contains("6 candidates × 1,000,000 replications"), "{error}");
}

#[test]
fn replication_0_of_a_study_is_what_a_run_replays() {
    let base = scenario(&[]);
    let runs = one(&base, 1);
    let mut feed = recharge::replay::feed(&base, 0, recharge::usage::csv::Mode::Stream).unwrap();
    let pace = recharge::engine::Pace::Skip;
    let (outcome, ()) = recharge::replay::replay(&base, &mut *feed, pace, (), &|| false).unwrap();
    let total = outcome.metrics.total();
    assert_eq!(runs.column(Figure::TOTAL_SPEND), [total.total_spend().to_f64()]);
    assert_eq!(runs.column(Figure::SERVED), [total.served.to_f64()]);
    assert_eq!(runs.column(Figure::RECHARGES), [total.recharges as f64]);
}

fn asked(study: &str) -> Result<StudySpec, String> {
    let text = format!("{BASE}\n[study]\n{study}");
    let read = Scenario::from_text("base.toml", &text, Path::new(""));
    read.map(|scenario| StudySpec::of(&scenario)).map_err(|errors| errors.to_string())
}

#[test]
fn a_study_says_everything_that_is_wrong_with_it_at_once_and_where() {
    let error = asked(
        "replications = 0\nvary = { \"recharge.packs\" = [], seed = [1, 2], \"recharge.at_or_below\" = 5 }\n\
         confidnce = \"95%\"\nconstraints = { fill_rate_at_least = \"101%\" }",
    )
    .unwrap_err();
    for part in [
        "a whole number from 1 to 1,000,000",
        "an empty list",
        "compared on the same usage, time and seed",
        "write the values to try as a list",
        "did you mean `confidence`?",
        "`study.constraints.fill_rate_at_least` must be a share",
    ] {
        assert!(error.contains(part), "{part} is not in\n{error}");
    }
    let first = BASE.lines().count() + 3;
    for line in first..first + 4 {
        assert!(error.contains(&format!("base.toml:{line}:")), "line {line} is not in\n{error}");
    }
    assert_eq!(error.matches("error:").count(), 6, "{error}");
}

#[test]
fn a_billion_candidates_by_accident_are_counted_and_not_made() {
    let range = "{ from = 1, to = 1000, step = 1 }";
    let study = format!(
        "vary = {{ \"recharge.at_or_below\" = {range}, \"recharge.packs\" = {range}, \
         \"packages.one.credits\" = {range} }}"
    );
    let asked = asked(&study).unwrap();
    let error = candidates(&scenario(&[]), &asked).unwrap_err();
    assert_eq!(error, CandidatesError::TooMany { count: 1_000_000_001 });
}

#[test]
fn a_path_that_names_no_setting_is_told_with_its_neighbour() {
    let asked =
        asked("vary = { \"recharge.treshold\" = [1], \"recharge.pack\" = [1, 2] }").unwrap();
    let error = candidates(&scenario(&[]), &asked).unwrap_err().to_string();
    assert!(error.contains("recharge.packs") && error.contains("recharge.treshold"), "{error}");
}

#[test]
fn ranges_are_exact_and_include_their_ends() {
    let asked = asked(
        "vary = { \"recharge.at_or_below\" = { from = 0, to = 1, step = \"0.25\" } }\n\
         until = { half_width = \"0.5\", most = 100 }",
    )
    .unwrap();
    let thresholds = &asked.table.vary[0];
    let shown: Vec<String> = thresholds.settings().map(|one| one.value.to_string()).collect();
    assert_eq!(shown, ["0", "0.25", "0.5", "0.75", "1"]);
    assert_eq!(thresholds.count(), 5);
    let until = Until::HalfWidth { half_width: 0.5, confidence: Confidence::USUAL, most: 100 };
    assert_eq!(asked.until(), until);
}

#[test]
fn a_constraint_misses_by_a_share_of_what_may_be_missed() {
    for (constraint, value, miss, keeps) in [
        (Constraint::FillRateAtLeast(0.99), 0.98, 1.0, false),
        (Constraint::FillRateAtLeast(0.99), 0.99, 0.0, true),
        (Constraint::SpendP95AtMost(100.0), 150.0, 0.5, false),
        (Constraint::RechargesAtMost(4.0), 4.0, 0.0, true),
        (Constraint::OutageProbabilityAtMost(0.1), 0.05, -0.5, true),
    ] {
        assert!((constraint.miss(value) - miss).abs() < 1e-9, "{constraint:?} {value}");
        assert_eq!(constraint.keeps(value), keeps, "{constraint:?} {value}");
    }
}

#[test]
fn paths_of_spend_end_where_the_study_says_and_never_fall() {
    let plan = format!("plan = \"p\"\n{BASE}\n[plans.p]\nfee = \"19\"\nallowance = 30\n");
    for (usage, text) in [("with a plan", plan.as_str()), ("without", BASE)] {
        let read = |text: &str| Scenario::from_text("base.toml", text, Path::new("")).unwrap();
        let base = read(text);
        let large = read(&text.replace("package = \"one\"", "package = \"large\""));
        let all = [current(&base), current(&base), current(&large)];
        let source = source(&base, None, Default::default()).unwrap();
        let until = Until::Replications(8);
        let question = Question {
            candidates: &all,
            source: &source,
            seed: base.seed,
            objective: objective(),
            until,
        };
        let found = replicate(&question, &()).unwrap();
        // Two of the three, in another order: who else lives through a replication changes nothing.
        let again = paths(&question, &[2, 0], 0..8, &()).unwrap().unwrap();
        assert_eq!([again[0].candidate, again[1].candidate], [2, 0]);
        for paths in &again {
            let spent = found.runs[paths.candidate].column(Figure::TOTAL_SPEND);
            assert!(spent.iter().any(|&spent| spent > 0.0), "{usage}");
            let ends: Vec<f64> = (0..paths.len()).map(|i| *paths.path(i).last().unwrap()).collect();
            assert_eq!(ends, spent, "{usage}");
            for replication in 0..paths.len() {
                assert!(paths.path(replication).is_sorted(), "{usage}");
            }
            let fans = paths.quantiles([0.05, 0.5, 0.95]);
            assert!(fans.iter().all(|fan| fan.is_sorted()));
        }
    }
}

#[test]
fn paths_stop_when_asked() {
    struct Stop;
    impl StudyWatch for Stop {
        fn done(&self) {}
        fn stop(&self) -> bool {
            true
        }
    }
    let base = scenario(&[]);
    let all = [current(&base)];
    let source = source(&base, None, Default::default()).unwrap();
    let until = Until::Replications(2);
    let (candidates, source, seed) = (&all[..], &source, base.seed);
    let question = Question { candidates, source, seed, objective: objective(), until };
    assert!(paths(&question, &[0], 0..2, &Stop).unwrap().is_none());
}

#[test]
fn what_a_selection_dropped_is_run_on_where_nothing_left_is_known_to_keep_the_constraints() {
    let promise = Promise { correct: 0.6, indifference: 1.0, first_stage: 32 };
    let until = Until::Selected { promise, most: 320 };
    let (mut taken_back, mut dropped) = (0, 0);
    for seed in 0..6 {
        let seed = seed.to_string();
        // A declined charge refuses usage of hours, and most replications have none.
        let base = scenario(&[
            ("seed", &seed),
            ("payment.fail_probability", "0.02%"),
            ("payment.latency", "1s"),
            ("payment.retry_after", "6h"),
        ]);
        let (candidates, source) =
            (several(&base), source(&base, None, Default::default()).unwrap());
        let constraints = vec![Constraint::FillRateAtLeast(0.999_95)];
        let objective = Objective { constraints, ..objective() };
        let question = Question {
            candidates: &candidates,
            source: &source,
            seed: base.seed,
            objective,
            until,
        };
        let found = replicate(&question, &()).unwrap();
        let most = found.runs[0].len();
        let is_dropped = |runs: &Runs| runs.dropped_after.is_some();
        for runs in found.runs.iter().skip(1) {
            assert!(is_dropped(runs) || runs.len() == most, "seed {seed}");
        }
        match found.runs.iter().any(is_dropped) {
            true => dropped += 1,
            false => taken_back += u32::from(found.ended == Ending::AtMost),
        }
    }
    assert!(dropped > 0 && taken_back > 0, "{dropped} with dropped, {taken_back} without");
}
