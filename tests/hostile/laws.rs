//! What is drawn, where there is nothing to draw: it equals what is written down.

use rayon::ThreadPoolBuilder;
use recharge::inquiry::{Means, StudyQuestion, UsageInput, WorkerPool, study};
use recharge::replay::feed;
use recharge::scenario::Scenario;
use recharge::study::replicate;
use recharge::study::{Question, StudySpec, Until};
use recharge::usage::csv::{Mode, write};

use super::dice::Dice;
use super::run::{Told, csv, events, on_csv, on_its_own, on_rows, scenario};
use super::shop::Shop;

/// Two ways to say the same, by the key that both set.
const SAME: [(&str, &str, &str); 8] = [
    (
        "payment.latency",
        "payment.latency = \"5s\"",
        "payment.latency = { least = \"5s\", most = \"5001ms\" }",
    ),
    (
        "payment.latency",
        "payment.latency = \"90s\"",
        "payment.latency = { median = \"90s\", sigma = 0 }",
    ),
    ("payment.fail", "payment.fail_attempts = [{all}]", "payment.fail_probability = \"100%\""),
    (
        "payment.fail",
        "payment.hard_fail_attempts = [{all}]",
        "payment.fail_probability = \"100%\"\npayment.hard_share = \"100%\"",
    ),
    ("payment.fail", "", "payment.fail_probability = \"0%\""),
    (
        "payment.verif",
        "payment.verify_attempts = [{all}]\npayment.verification_takes = \"1h\"",
        "payment.verify_probability = \"100%\"\npayment.verification_takes = { median = \"1h\", sigma = 0 }",
    ),
    ("payment.card", "", "payment.card = { decline_rate_per_month = \"0%\" }"),
    ("seed", "seed = 1", "seed = 18446744073709551615"),
];

/// Attempts that a run may come to.
const ATTEMPTS: u32 = 4_000;

/// Laws that can draw only one value, and events that are certain.
pub fn one_value(dice: &mut Dice) -> bool {
    let (key, written, drawn) = dice.pick(&SAME);
    let shop = Shop::new(dice);
    // Whatever else is drawn would be drawn from other numbers, or with another seed.
    let mut shop = shop.with("probability", "").with("payment.card", "").with(key, "");
    shop.settings.retain(|setting| !setting.contains("payment.outages"));
    let all: Vec<String> = (1..=ATTEMPTS).map(|attempt| attempt.to_string()).collect();
    let with = |setting: &str| {
        scenario(&format!("{}{setting}\n", shop.text(1)).replace("{all}", &all.join(", ")))
    };
    let (Some(written), Some(drawn)) = (with(written), with(drawn)) else { return false };
    let (mut one, mut other) = (on_rows(&written, &shop.rows), on_rows(&drawn, &shop.rows));
    for told in [&mut one, &mut other].into_iter().flatten() {
        // It words what may happen, and what happens for certain.
        told.json.as_object_mut().expect("an object").remove("attention");
    }
    assert_eq!(one, other, "{key}");
    one.is_ok()
}

/// Without what deserves attention: of a file that includes how its rows lie.
fn but_attention(told: Result<Told, String>) -> Result<Told, String> {
    told.map(|mut told| {
        told.json.as_object_mut().expect("an object").remove("attention");
        told
    })
}

/// Usage written into a scenario, in any order of instants, and usage in a file.
pub fn events_in_the_scenario(dice: &mut Dice) -> bool {
    let shop = Shop::new(dice);
    let Some(base) = scenario(&shop.text(1)) else { return false };
    let row = |(at, credits): (_, recharge::domain::Credits)| {
        format!("[[usage.events]]\nat = {at}\ncredits = \"{credits}\"\n")
    };
    let list: String = events(&base, &shop.rows).into_iter().map(row).collect();
    let Some(own) = scenario(&format!("{}{list}", shop.text(1))) else {
        panic!("events are refused: {list}")
    };
    let (held, read) = (on_its_own(&own), on_csv(&base, csv(&base, &shop.rows).as_bytes()));
    let (held, read) = (but_attention(held), but_attention(read));
    assert_eq!(held, read);
    assert_eq!(read, but_attention(on_rows(&base, &shop.rows)));
    read.is_ok() && !shop.rows.is_empty()
}

/// Demand that is drawn.
const DEMANDS: [&str; 6] = [
    "usage.generate = { every = \"1h\", amount = 3 }",
    "usage.generate = { every = \"7h\", offset = \"3h\", amount = { law = \"geometric\", mean = 9 } }",
    "usage.generate = { per_day = 30.0, amount = 2 }",
    "usage.generate = { per_day = 20.0, amount = { law = \"lognormal\", median = 4, sigma = 0.8, step = \"0.5\" } }",
    "usage.generate = { per_day = 12.0, amount = { law = \"pareto\", least = 1, shape = 1.5, most = 60 } }",
    "usage.generate = { per_day = 25.0, amount = 3, growth_per_month = \"40%\", bursts = { per_month = 4, lasts = \"5h\", times = 6 } }",
];

fn drawn(dice: &mut Dice) -> Option<Scenario> {
    let shop = Shop::new(dice);
    let (demand, seed) = (dice.pick(&DEMANDS), dice.between(0, 1 << 40));
    scenario(&format!("seed = {seed}\n{}{demand}\n", shop.text(1)))
}

/// Usage that was written replays as it was drawn.
pub fn generated(dice: &mut Dice) -> bool {
    let Some(scenario) = drawn(dice) else { return false };
    let mut bytes = Vec::new();
    let mut usage = feed(&scenario, 0, Mode::Stream).unwrap();
    let written = write(&mut bytes, &mut *usage).unwrap();
    assert_eq!(written.zeros, 0);
    let own = but_attention(on_its_own(&scenario));
    assert_eq!(but_attention(on_csv(&scenario, &bytes)), own);
    own.is_ok()
}

/// Threads change neither a study nor its judgement.
pub fn threads(dice: &mut Dice) -> bool {
    let Some(scenario) = drawn(dice) else { return false };
    let vary = "study = { replications = 33, vary = { \"plans.p.fee\" = [\"9.00\", \"4.00\"] } }";
    let text = format!("{}{vary}\n", scenario.text);
    let Some(scenario) = super::run::scenario(&text) else { return false };
    let spec = StudySpec::of(&scenario);
    let Ok(usage) = UsageInput::of(&scenario, scenario.csv.clone()).model(Default::default())
    else {
        return false;
    };
    let answer = |threads| {
        let pool = WorkerPool::new(Some(threads), 100).unwrap();
        let question = StudyQuestion::of(&scenario, &spec, &usage).unwrap();
        let answer = study(question, Means { pool: &pool, watch: &() });
        answer.map_or_else(|error| error.to_string(), |answer| format!("{:?}", answer.judgement))
    };
    let runs = |threads| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let question = StudyQuestion::of(&scenario, &spec, &usage).unwrap();
        let candidates = question.candidates().to_vec();
        let question = Question {
            objective: spec.objective(&candidates),
            candidates: &candidates,
            source: &usage,
            seed: scenario.seed,
            until: Until::Replications(33),
        };
        format!("{:?}", pool.install(|| replicate(&question, &())))
    };
    let (alone, judged) = (runs(1), answer(1));
    for threads in [2, 3, 8] {
        assert!(runs(threads) == alone, "{threads} threads change a study");
        assert!(answer(threads) == judged, "{threads} threads change a judgement");
    }
    true
}
