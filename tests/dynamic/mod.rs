//! Lost sales with a lead time as a scenario, and its expected cost by dynamic programming.

use std::path::Path;

use recharge::scenario::{Scenario, Variation};

/// The mean of the geometric amounts, and the parameter of their law.
pub const MEAN: f64 = 4.0;
pub const HIT: f64 = 1.0 / MEAN;
/// Events in the month: every 12 hours.
const EVENTS: usize = 62;
const OPENING: usize = 40;
/// The price of a refused credit.
pub const REFUSED: f64 = 0.40;
/// Credits of the packages; each costs a dollar and ten cents a credit.
const PACKAGES: [usize; 8] = [10, 15, 20, 30, 40, 60, 90, 120];
/// Thresholds from zero.
const THRESHOLDS: usize = 64;

/// Lost sales with a lead time of more than one interval and less than two: an order is in the air during the next
/// event, and arrives before the one after. What is left at the end is worth nothing. Its luck is that of a seed.
pub fn lost_sales(seed: u64) -> Scenario {
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
            "seed = {seed}\ncurrency = \"USD\"\nstart = 2026-01-01\nend = 2026-02-01\ncycle = {{ anchor = 2026-01-01 }}\n\
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
pub fn served(before: &[f64]) -> (Vec<f64>, f64) {
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
pub fn cost_of(threshold: usize, credits: usize) -> f64 {
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

/// The least expected cost of all combinations of every `step`th threshold.
pub fn least(step: usize) -> f64 {
    let thresholds = (0..THRESHOLDS).step_by(step);
    let all = thresholds.flat_map(|threshold| PACKAGES.map(|credits| cost_of(threshold, credits)));
    all.fold(f64::INFINITY, f64::min)
}

/// All packages, and every `step`th threshold.
pub fn space(step: usize) -> Vec<Variation> {
    let packages = PACKAGES.map(|size| format!("p{size}"));
    let last = THRESHOLDS - 1;
    vec![
        Variation::list(["recharge", "package"], packages.iter().map(String::as_str)),
        Variation::from_text(&format!("recharge.at_or_below=0..{last}..{step}")).unwrap(),
    ]
}
