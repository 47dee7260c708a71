//! The search over settings against optima that dynamic programming knows exactly.

mod dynamic;

use std::path::Path;

use recharge::inquiry::{Means, SearchAnswer, SearchQuestion, UsageInput, WorkerPool, search};
use recharge::scenario::{Scenario, SettingPath, Variation};
use recharge::study::StudySpec;

use dynamic::{REFUSED, cost_of, least, lost_sales, served};

fn searched(scenario: &Scenario, space: &[Variation]) -> SearchAnswer {
    let spec = StudySpec::of(scenario);
    let usage = UsageInput::of(scenario, scenario.csv.clone()).model(Default::default()).unwrap();
    let pool = WorkerPool::new(Some(2), 100).unwrap();
    let question = SearchQuestion::of(scenario, space, &spec, &usage);
    search(&question, Means { pool: &pool, watch: &() }).unwrap()
}

/// The value that the best of a search has for a setting.
fn chosen(answer: &SearchAnswer, path: &str) -> String {
    let path = SettingPath::new(path).unwrap();
    let settings = &answer.study.candidates[answer.best].settings;
    settings.iter().find(|one| one.path == path).unwrap().value.to_string()
}

#[test]
fn the_best_threshold_and_package_of_lost_sales_cost_what_dynamic_programming_says() {
    let (mut runs, mut lattice) = (0, 0);
    for seed in 0..4 {
        let scenario = lost_sales(seed);
        let answer = searched(&scenario, &dynamic::space(1));
        let threshold: usize = chosen(&answer, "recharge.at_or_below").parse().unwrap();
        let package = chosen(&answer, "recharge.package");
        let exact = cost_of(threshold, package[1..].parse().unwrap());
        let least = least(1);
        assert!(exact <= 1.002 * least, "{threshold} {package} costs {exact}, the best {least}");
        // The two models are one: the interval of the study holds the exact cost.
        let judged = &answer.study.judgement.assessments[answer.best];
        let four = 4.0 * judged.cost.half_width().unwrap() / 1.96;
        assert!((judged.cost.value - exact).abs() < four, "{:?} {exact}", judged.cost);
        let tried = answer.tried as u128;
        assert!(tried * 4 <= answer.lattice, "{tried} tried of {}", answer.lattice);
        (runs, lattice) = (runs + answer.runs as u128, lattice + answer.lattice);
    }
    // A study of all combinations runs each at least as often as its first stage. How many a search takes is luck.
    let first_stage = 256;
    assert!(runs * 5 <= lattice * first_stage, "{runs} runs");
}

/// Events of the base-stock month: every 24 hours, and an order arrives at once.
const DAYS: usize = 31;
/// Levels up to which an order fills.
const LEVELS: std::ops::RangeInclusive<usize> = 2..=60;

fn base_stock() -> Scenario {
    Scenario::from_text(
        "base-stock.toml",
        "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-02-01\ncycle = { anchor = 2026-01-01 }\n\
         recharge = { at_or_below = 1, up_to = 10, unit_price = \"0.10\", credits_expire = \"cycle_end\" }\n\
         payment = { latency = \"0s\" }\n\
         usage.generate = { every = \"24h\", offset = \"6h\", amount = { law = \"geometric\", mean = 4 } }\n\
         study = { price_per_refused_credit = \"0.40\", materiality = \"0.05\", \
         until = { correct_selection = \"95%\", most = 2000 } }\n",
        Path::new(""),
    )
    .unwrap()
}

/// The expected cost of filling up to a level whenever the balance is at or below a threshold, exactly.
fn cost_of_level(threshold: usize, level: usize) -> f64 {
    let mut state = vec![0.0; level + 1];
    state[level] = 1.0;
    let mut cost = 0.1 * level as f64;
    for _ in 0..DAYS {
        let (after, refused) = served(&state);
        cost += refused * REFUSED;
        state = after;
        for balance in 0..=threshold {
            cost += 0.1 * (level - balance) as f64 * state[balance];
            state[level] += std::mem::take(&mut state[balance]);
        }
    }
    cost
}

#[test]
fn the_best_level_to_fill_up_to_costs_what_dynamic_programming_says() {
    let scenario = base_stock();
    let space = [
        Variation::from_text("recharge.at_or_below=0..58").unwrap(),
        Variation::from_text(&format!("recharge.up_to={}..{}", LEVELS.start(), LEVELS.end()))
            .unwrap(),
    ];
    let answer = searched(&scenario, &space);
    let number = |path| chosen(&answer, path).parse::<usize>().unwrap();
    let (threshold, level) = (number("recharge.at_or_below"), number("recharge.up_to"));
    let exact = cost_of_level(threshold, level);
    let all =
        LEVELS.flat_map(|level| (0..level).map(move |threshold| cost_of_level(threshold, level)));
    let least = all.fold(f64::INFINITY, f64::min);
    assert!(exact <= 1.002 * least, "{threshold} to {level} costs {exact}, and the best {least}");
    let judged = &answer.study.judgement.assessments[answer.best];
    let four = 4.0 * judged.cost.half_width().unwrap() / 1.96;
    assert!((judged.cost.value - exact).abs() < four, "{:?} {exact}", judged.cost);
}
