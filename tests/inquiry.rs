//! Inquiries as a library: answers without a program, a file or a clock.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use recharge::engine::Pace;
use recharge::inquiry::{
    Detail, InquiryError, Means, Pictures, PlanQuestion, PlanSpec, StudyQuestion, TRIAL_CHARGES,
    UsageInput, Verdict, WorkerPool, comparable, plan, preventions, run, study,
};
use recharge::scenario::{Scenario, Stop};
use recharge::study::{Ending, StudySpec, StudyWatch, Until, UsageModel};
use recharge::usage::csv::InputSource;

/// Two plans and two packages; 40 credits a day, so that a pack of 100 lasts two days and a half.
const SHOP: &str = r#"
currency = "USD"
start = 2026-01-01
end = 2026-03-01
plan = "small"

[plans.small]
fee = "0"
[plans.big]
fee = "50.00"
allowance = 1000
[packages.one]
credits = 100
price = "9.00"
[packages.ten]
credits = 1000
price = "60.00"
[recharge]
at_or_below = 10
package = "one"
[usage.generate]
per_day = 40.0
amount = 1
[study]
replications = 12
[study.vary]
"recharge.package" = ["one", "ten"]
"#;

fn scenario(text: &str) -> Scenario {
    Scenario::from_text("shop.toml", text, Path::new("")).unwrap()
}

fn pool() -> WorkerPool {
    WorkerPool::new(Some(2), 100).unwrap()
}

fn model(scenario: &Scenario) -> UsageModel {
    let input = UsageInput::of(scenario, scenario.csv.clone());
    input.model(Default::default()).unwrap()
}

/// Counts passes and replications, and stops at a replication.
#[derive(Default)]
struct Counter {
    stop_after: Option<usize>,
    begun: AtomicUsize,
    ended: AtomicUsize,
    done: AtomicUsize,
}

impl StudyWatch for Counter {
    fn begin(&self, _: Until) {
        self.begun.fetch_add(1, Ordering::SeqCst);
    }
    fn done(&self) {
        self.done.fetch_add(1, Ordering::SeqCst);
    }
    fn end(&self) {
        self.ended.fetch_add(1, Ordering::SeqCst);
    }
    fn stop(&self) -> bool {
        self.stop_after.is_some_and(|most| self.done.load(Ordering::SeqCst) >= most)
    }
}

#[test]
fn a_study_advises_the_cheaper_package_and_draws_only_what_it_shows() {
    let shop = scenario(SHOP);
    let (spec, usage, pool) = (StudySpec::of(&shop), model(&shop), pool());
    let question = StudyQuestion::of(&shop, &spec, &usage).unwrap();
    let names: Vec<String> = question.candidates().iter().map(|c| c.name.clone()).collect();
    assert_eq!(names, ["current", "ten package"]);
    let watch = Counter::default();
    let means = Means { pool: &pool, watch: &watch };
    let answer = study(question.with_detail(Detail::Pictures), means).unwrap();
    assert_eq!((answer.judgement.verdict, answer.ended), (Verdict::Change(1), Ending::Complete));
    let drawn: Vec<usize> = answer.pictures.paths().iter().map(|paths| paths.candidate).collect();
    assert_eq!(drawn, [0, 1]);
    assert_eq!(watch.begun.load(Ordering::SeqCst), watch.ended.load(Ordering::SeqCst));

    let question = StudyQuestion::of(&shop, &spec, &usage).unwrap();
    let figures = study(question, Means { pool: &pool, watch: &() }).unwrap();
    assert_eq!(figures.pictures, Pictures::None);
    assert_eq!(figures.judgement, answer.judgement);
}

#[test]
fn an_interrupted_study_answers_with_what_is_finished_and_draws_nothing() {
    let shop = scenario(SHOP);
    let mut spec = StudySpec::of(&shop);
    spec.table.stop = Stop::Replications(500);
    let (usage, pool) = (model(&shop), WorkerPool::new(Some(1), 100).unwrap());
    let answer = |stop_after| {
        let watch = Counter { stop_after: Some(stop_after), ..Counter::default() };
        let question = StudyQuestion::of(&shop, &spec, &usage).unwrap();
        let means = Means { pool: &pool, watch: &watch };
        study(question.with_detail(Detail::Pictures), means)
    };
    let some = answer(5).unwrap();
    assert_eq!((some.ended, some.judgement.replications), (Ending::Interrupted, 5));
    assert_eq!(some.pictures, Pictures::Interrupted);
    // All replications are done, and the second pass is not.
    let whole = answer(500).unwrap();
    assert_eq!((whole.ended, whole.pictures), (Ending::Complete, Pictures::Interrupted));
    assert!(matches!(answer(0), Err(InquiryError::Interrupted { .. })));
}

#[test]
fn only_scenarios_of_one_horizon_and_currency_are_compared() {
    let shop = scenario(SHOP);
    let longer = scenario(&SHOP.replace("end = 2026-03-01", "end = 2026-04-01"));
    let euros = scenario(&SHOP.replace("\"USD\"", "\"EUR\""));
    assert!(comparable(&[shop.clone(), shop.clone()]).is_ok());
    assert!(matches!(comparable(std::slice::from_ref(&shop)), Err(InquiryError::NothingToCompare)));
    let elsewhere = scenario(&format!("zone = \"Asia/Tokyo\"\n{SHOP}"));
    let error = comparable(&[shop, longer, euros, elsewhere]).unwrap_err().to_string();
    assert!(error.lines().count() == 3, "{error}");
    for words in ["--start 2026-01-01 --end 2026-03-01", "EUR", "--set zone=UTC"] {
        assert!(error.contains(words), "{words}: {error}");
    }
}

#[test]
fn candidates_of_a_comparison_have_the_names_of_their_scenarios_or_their_files() {
    let named = |name: &str| scenario(&format!("name = \"{name}\"{SHOP}"));
    let names = |scenarios: &[Scenario]| {
        let (spec, usage) = (StudySpec::of(&scenarios[0]), model(&scenarios[0]));
        let question = StudyQuestion::comparing(scenarios, &spec, &usage).unwrap();
        question.candidates().iter().map(|c| c.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&[named("a"), named("b")]), ["a", "b"]);
    assert_eq!(names(&[named("a"), named("b"), named("a")]), ["shop.toml", "b", "shop.toml"]);
}

#[test]
fn a_plan_finds_from_which_usage_on_the_bigger_one_pays() {
    let shop = scenario(SHOP);
    let (study, usage, pool) = (StudySpec::of(&shop), model(&shop), pool());
    let spec = PlanSpec {
        levels: vec![2_000.0, 200.0],
        packages: vec!["one".to_owned()],
        ..PlanSpec::default()
    };
    let question = PlanQuestion::of(&shop, &study, &spec, &usage).unwrap();
    let answer = plan(question, Means { pool: &pool, watch: &() }).unwrap();
    let levels: Vec<f64> = answer.levels.iter().map(|level| level.wanted).collect();
    assert_eq!(levels, [200.0, 2_000.0]);
    // 50 dollars buy 1,000 credits, or packs of 100 for 9: from some 550 credits a month on.
    let [crossing] = answer.crossings.as_slice() else { panic!("{:?}", answer.crossings) };
    let [change] = crossing.at.changes() else { panic!("{crossing:?}") };
    assert!((500.0..700.0).contains(&change.level), "{change:?}");
    assert_eq!(answer.left_out, None);
}

#[test]
fn what_a_plan_cannot_be_asked_is_refused_with_what_there_is() {
    let shop = scenario(SHOP);
    let (study, usage) = (StudySpec::of(&shop), model(&shop));
    let refused = |spec: PlanSpec| {
        PlanQuestion::of(&shop, &study, &spec, &usage).map(|_| ()).unwrap_err().to_string()
    };
    let plans = vec!["huge".to_owned()];
    let unknown = refused(PlanSpec { plans, ..PlanSpec::default() });
    assert!(unknown.contains("huge") && unknown.contains("small, big"), "{unknown}");
    for level in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let wrong = refused(PlanSpec { levels: vec![level], ..PlanSpec::default() });
        assert!(wrong.contains("above zero"), "{wrong}");
    }
    let many = refused(PlanSpec { levels: vec![1.0; 201], ..PlanSpec::default() });
    assert!(many.contains("at most 200"), "{many}");
}

#[test]
fn a_run_reads_rows_that_are_out_of_order_again_and_makes_its_observer_anew() {
    let shop = scenario(SHOP);
    let text = "time,amount\n2026-01-03T00:00:00Z,5\n2026-01-02T00:00:00Z,7\n";
    let source = InputSource::Bytes(Arc::from(text.as_bytes()));
    let usage = UsageInput::given(&shop, source, shop.csv.clone());
    let made = AtomicUsize::new(0);
    let observer = || {
        made.fetch_add(1, Ordering::SeqCst);
        Ok::<_, InquiryError>(())
    };
    let (outcome, ()) = run(&usage, Pace::Skip, observer, &|| false).unwrap();
    assert!(outcome.usage.sorted);
    assert_eq!((outcome.usage.events, made.into_inner()), (2, 2));
}

#[test]
fn a_run_of_a_scenario_without_usage_says_how_to_name_one() {
    let text = SHOP.replace("[usage.generate]\nper_day = 40.0\namount = 1\n", "");
    let quiet = scenario(&text);
    let usage = UsageInput::of(&quiet, quiet.csv.clone());
    let outcome = run(&usage, Pace::Skip, || Ok::<_, InquiryError>(()), &|| false);
    let error = outcome.map(|_| ()).unwrap_err();
    assert!(matches!(error, InquiryError::NoUsage { .. }), "{error}");
    assert!(error.to_string().contains("[usage]"), "{error}");
}

#[test]
fn no_pool_has_no_thread() {
    assert!(WorkerPool::new(Some(0), 1).is_err());
    assert_eq!(WorkerPool::new(Some(3), 100).unwrap().threads(), 3);
}

/// A pack of a credit for every credit that is asked for, and a cap of three of them a cycle.
const TINY_PACKS: &str = r#"
currency = "USD"
start = 2026-01-01
end = 2026-01-02
packages.s = { credits = 1, price = "0.01" }
account = { opening_balance = 8 }
recharge = { at_or_below = 9, package = "s", caps = [{ recharges = 3, per = "cycle" }] }
[usage.generate]
every = "10min"
amount = 9
"#;

#[test]
fn trials_of_what_would_have_prevented_it_end_where_their_charges_do() {
    let scenario = scenario(TINY_PACKS);
    let usage = UsageInput::of(&scenario, scenario.csv.clone());
    let (outcome, ()) = run::<(), InquiryError>(&usage, Pace::Skip, || Ok(()), &|| false).unwrap();
    let tried = |charges: u64| preventions(&usage, &outcome, charges, &|| false).unwrap().unwrap();
    let all = tried(TRIAL_CHARGES);
    let whole = all.found.iter().find(|one| one.figures.refused().micro() == 0).unwrap();
    // Without a cap every credit of the day's 1,296 is bought by a charge of its own.
    assert!(whole.figures.recharges > 1_000, "{}", whole.figures.recharges);
    assert_eq!(all.ended, 0);
    // With fewer charges for all trials, that one is ended, and what is cheap to try is still found.
    let few = tried(1_000);
    assert!(few.ended > 0);
    assert!(few.found.iter().all(|one| one.figures.refused().micro() > 0));
}
