//! The search over settings against optima that dynamic programming knows exactly.

use std::path::Path;

use recharge::inquiry::{Means, SearchAnswer, SearchQuestion, UsageInput, WorkerPool, search};
use recharge::scenario::{Scenario, SettingPath, Variation};
use recharge::study::StudySpec;

/// The mean of the geometric amounts, and the parameter of their law.
const MEAN: f64 = 4.0;
const HIT: f64 = 1.0 / MEAN;
/// Events in the month: every 12 hours.
const EVENTS: usize = 62;
const OPENING: usize = 40;
/// The price of a refused credit.
const REFUSED: f64 = 0.40;
/// Credits of the packages; each costs a dollar and ten cents a credit.
const PACKAGES: [usize; 8] = [10, 15, 20, 30, 40, 60, 90, 120];
/// Thresholds from zero.
const THRESHOLDS: usize = 64;

/// Lost sales with a lead time of more than one interval and less than two: an order is in the air during the next
/// event, and arrives before the one after. What is left at the end is worth nothing.
fn lost_sales() -> Scenario {
    let packages: String = PACKAGES
        .iter()
        .map(|size| {
            let cents = 100 + 10 * size;
            format!(
                "packages.p{size} = {{ credits = {size}, price = \"{}.{:02}\" }}\n",
                cents / 100,
                cents % 100
            )
        })
        .collect();
    Scenario::from_text(
        "lost-sales.toml",
        &format!(
            "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-02-01\ncycle = {{ anchor = 2026-01-01 }}\n\
             account = {{ opening_balance = {OPENING} }}\n{packages}\
             recharge = {{ at_or_below = 10, package = \"p20\", credits_expire = \"cycle_end\" }}\n\
             payment = {{ latency = \"15h\" }}\n\
             usage.generate = {{ every = \"12h\", offset = \"6h\", amount = {{ law = \"geometric\", mean = 4 }} }}\n\
             study = {{ price_per_refused_credit = \"0.40\", materiality = \"0.05\", \
             until = {{ correct_selection = \"95%\", most = 2000 }} }}\n"
        ),
        Path::new(""),
    )
    .unwrap()
}

/// The distribution of a balance after an event of geometric size, which is refused whole where it is larger than the
/// balance, and the credits refused on average.
fn served(before: &[f64]) -> (Vec<f64>, f64) {
    let mut after = vec![0.0; before.len()];
    // Of all balances above, what comes down to this one.
    let mut coming = 0.0;
    for balance in (0..before.len() - 1).rev() {
        coming = HIT * before[balance + 1] + (1.0 - HIT) * coming;
        after[balance] = coming;
    }
    let mut refused = 0.0;
    for (balance, &share) in before.iter().enumerate() {
        let larger = (1.0 - HIT).powi(balance as i32);
        after[balance] += share * larger;
        refused += share * larger * (balance as f64 + MEAN);
    }
    (after, refused)
}

/// The expected cost of a threshold and a package, exactly.
fn cost_of(threshold: usize, credits: usize) -> f64 {
    let price = 1.0 + 0.1 * credits as f64;
    let most = OPENING.max(threshold + credits) + credits;
    // Without an order in the air, and with one.
    let mut idle = vec![0.0; most + 1];
    let mut waiting = idle.clone();
    match OPENING <= threshold {
        true => waiting[OPENING] = 1.0,
        false => idle[OPENING] = 1.0,
    }
    let mut cost = 0.0;
    for _ in 0..EVENTS {
        let (calm, refused) = served(&idle);
        cost += refused * REFUSED;
        let (ordered, refused) = served(&waiting);
        cost += refused * REFUSED;
        cost += ordered.iter().sum::<f64>() * price;
        (idle, waiting) = (vec![0.0; most + 1], vec![0.0; most + 1]);
        let arrived = ordered.iter().enumerate().map(|(at, share)| (at + credits, share));
        for (balance, share) in calm.iter().enumerate().chain(arrived) {
            if *share > 0.0 {
                let state = if balance <= threshold { &mut waiting } else { &mut idle };
                state[balance] += share;
            }
        }
    }
    cost
}

/// The least expected cost of all combinations.
fn least() -> f64 {
    let all =
        (0..THRESHOLDS).flat_map(|threshold| PACKAGES.map(|credits| cost_of(threshold, credits)));
    all.fold(f64::INFINITY, f64::min)
}

fn space() -> Vec<Variation> {
    vec![
        Variation::list(
            ["recharge", "package"],
            PACKAGES.map(|size| format!("p{size}")).iter().map(String::as_str),
        ),
        Variation::from_text(&format!("recharge.at_or_below=0..{}", THRESHOLDS - 1)).unwrap(),
    ]
}

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
    let scenario = lost_sales();
    let answer = searched(&scenario, &space());
    let threshold: usize = chosen(&answer, "recharge.at_or_below").parse().unwrap();
    let package = chosen(&answer, "recharge.package");
    let exact = cost_of(threshold, package[1..].parse().unwrap());
    let least = least();
    assert!(exact <= 1.002 * least, "{threshold} {package} costs {exact}, and the best {least}");
    // The two models are one: the interval of the study holds the exact cost.
    let judged = &answer.study.judgement.judged[answer.best];
    let four = 4.0 * judged.cost.half_width().unwrap() / 1.96;
    assert!((judged.cost.value - exact).abs() < four, "{:?} {exact}", judged.cost);
    // A study of all combinations runs each at least as often as its first stage.
    let (first_stage, tried) = (256, answer.tried as u128);
    assert!(tried * 5 <= answer.lattice, "{tried} tried of {}", answer.lattice);
    assert!(answer.runs as u128 * 4 <= answer.lattice * first_stage, "{} runs", answer.runs);
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
    let judged = &answer.study.judgement.judged[answer.best];
    let four = 4.0 * judged.cost.half_width().unwrap() / 1.96;
    assert!((judged.cost.value - exact).abs() < four, "{:?} {exact}", judged.cost);
}
