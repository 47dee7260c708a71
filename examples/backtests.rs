//! How well do forecasts hold over histories of your own, and how good is the advice that rests on them?
//!
//! `cargo run --profile bench --example backtests -- FILE…` backtests every file, long ones in several windows, with three
//! policies, one and four weeks ahead, and prints the tables of docs/reference/forecasts.md. A file is a CSV of time
//! and credits. Prices are scaled to the usage before the first origin, so that each policy recharges several times
//! a week. The seed is fixed: the same files give the same tables everywhere.

use std::collections::BTreeMap;
use std::path::Path;

use recharge::domain::{Duration, Window};
use recharge::forecast::{ForecastScore, OneScore, OutlookKeys};
use recharge::inquiry::{
    BacktestAnswer, BacktestOrigin, BacktestQuestion, ChoiceForecast, FORECAST_FIGURES, Means,
    UsageInput, WorkerPool, backtest,
};
use recharge::scenario::Scenario;
use recharge::study::StudySpec;
use recharge::usage::csv::InputSource;
use recharge::usage::{History, RowSpread};

/// The longest window of one history, in days.
const WINDOW: i64 = 26 * 7;
/// The most windows of one file, so that no long one decides alone.
const MOST_WINDOWS: i64 = 6;
/// Futures of each origin.
const FUTURES: usize = 300;
/// Names of the policies.
const POLICIES: [&str; 3] = ["packs", "plan", "capped"];

/// Everything that is measured of one group of histories.
#[derive(Default)]
struct Tally {
    /// By figure.
    scores: [Vec<Scaled>; 4],
    /// Of each choice.
    stated: Vec<StatedChoice>,
    /// Regret of the advice and of keeping, and whether the advice was within what is worth a change.
    regrets: Vec<(f64, f64, bool)>,
}

/// What was stated of one choice at one origin.
struct StatedChoice {
    /// The place of its history among all: choices in one history go together.
    history: usize,
    /// With what probability it was stated to be best.
    best: f64,
    /// Whether it was.
    was_best: bool,
}

/// A forecast with the errors of naive ones, all ÷ the mean of what happened in its history.
struct Scaled {
    score: OneScore,
    naive: f64,
    seven_days: f64,
    scale: f64,
}

/// The scenario of a policy for usage of `week` credits a week.
fn scenario(policy: &str, week: f64, weeks: usize, window: Window) -> Scenario {
    let cycle = if weeks == 1 { "cycle.days = 7" } else { "cycle.days = 28" };
    let credits = |part: f64| format!("{:.6}", (week * part).max(0.000_001));
    let cycle_weeks = weeks as f64;
    let base = format!(
        "currency = \"USD\"\nstart = {}\nend = {}\n{cycle}\n",
        &window.from.to_string()[..10],
        &window.to.to_string()[..10],
    );
    let rules = match policy {
        "packs" => format!(
            "[packages.small]\ncredits = {}\nprice = \"2\"\n[packages.large]\ncredits = {}\nprice = \"9\"\n\
             [recharge]\nat_or_below = {}\npackage = \"small\"\n[account]\nopening_balance = {}\n\
             [payment]\nlatency = \"30min\"\n\
             [study]\nmateriality = \"2\"\nprice_per_refused_credit = \"{:.6}\"\n[study.vary]\n\"recharge.package\" = [\"small\", \"large\"]\n\
             \"recharge.at_or_below\" = [{}, {}]\n",
            credits(0.02),
            credits(0.1),
            credits(0.02),
            credits(0.05),
            1000.0 / week,
            credits(0.02),
            credits(0.1),
        ),
        "plan" => format!(
            "plan = \"basic\"\n[plans.basic]\nfee = \"20\"\nallowance = {}\n[plans.pro]\nfee = \"100\"\nallowance = {}\n\
             [packages.pack]\ncredits = {}\nprice = \"2.4\"\n\
             [recharge]\nat_or_below = {}\npackage = \"pack\"\n\
             [study]\nmateriality = \"2\"\nprice_per_refused_credit = \"{:.6}\"\n[study.vary]\nplan = [\"basic\", \"pro\"]\n",
            credits(0.2 * cycle_weeks),
            credits(1.1 * cycle_weeks),
            credits(0.02),
            credits(0.02),
            1000.0 / week,
        ),
        _ => format!(
            "[packages.pack]\ncredits = {}\nprice = \"2\"\n[account]\nopening_balance = {}\n\
             [recharge]\nat_or_below = {}\npackage = \"pack\"\ncaps = [{{ recharges = {}, per = \"cycle\" }}]\n\
             [payment]\nlatency = \"1h\"\n\
             [study]\nmateriality = \"2\"\nprice_per_refused_credit = \"{:.6}\"\n[study.vary]\n\"recharge.packs\" = [1, 2]\n",
            credits(0.02),
            credits(0.1),
            credits(0.05),
            55 * weeks,
            150.0 / week,
        ),
    };
    let text = base + &rules;
    Scenario::from_text("policy.toml", &text, Path::new(""))
        .unwrap_or_else(|e| panic!("{text}\n{e}"))
}

/// A history from a file, on the days of UTC.
fn read(path: &str) -> History {
    let text = "currency = \"USD\"\nstart = 2000-01-01\nend = 2001-01-01\n";
    let any = Scenario::from_text("read.toml", text, Path::new("")).unwrap();
    let source = InputSource::File(path.into());
    let history = UsageInput::given(&any, source, any.csv.clone())
        .history()
        .unwrap_or_else(|e| panic!("{path}: {e}"));
    match history.summary().apart.is_some() {
        true => history.spread(RowSpread::Uniform).unwrap_or_else(|e| panic!("{path}: {e}")),
        false => history,
    }
}

/// The windows of a history: the whole of a short one.
fn windows(history: &History) -> Vec<Window> {
    let span = history.span().expect("a history has rows");
    let days = span.to.since(span.from).millis() / Duration::DAY.millis();
    if days <= WINDOW * 3 / 2 {
        return vec![span];
    }
    // Each begins in the middle of the one before, so that where windows happen to begin decides little.
    let count = 2 * (days / WINDOW).clamp(2, MOST_WINDOWS) - 1;
    let day = |days: i64| Duration::from_millis(days * Duration::DAY.millis());
    let window = |place: i64| {
        let from = span.from.plus(day((days - WINDOW) * place / (count - 1)));
        Window { from, to: from.plus(day(WINDOW)) }
    };
    (0..count).map(window).collect()
}

fn add(tally: &mut Tally, answer: &BacktestAnswer, history: usize, naive_scale: &[f64; 4]) {
    for figure in 0..FORECAST_FIGURES.len() {
        for origin in &answer.origins {
            let off = |naive: &[f64; 4]| (naive[figure] - origin.scores[figure].happened).abs();
            tally.scores[figure].push(Scaled {
                score: origin.scores[figure],
                naive: off(&origin.naive),
                seven_days: off(&origin.seven_days),
                scale: naive_scale[figure],
            });
        }
    }
    for origin in &answer.origins {
        let stated = |choice: &ChoiceForecast| StatedChoice {
            history,
            best: choice.best,
            was_best: choice.was_best,
        };
        tally.stated.extend(origin.choices.iter().map(stated));
        let advised = origin.advised(answer.materiality);
        let (regret, keep) = (origin.regret(advised), origin.regret(0));
        tally.regrets.push((regret, keep, origin.choices[advised].was_best));
    }
}

/// The mean of what happened, by figure; refused credits, which are usually none, are seen beside usage.
fn mean_happened(origins: &[BacktestOrigin]) -> [f64; 4] {
    let mean = |figure: usize| {
        let all: f64 = origins.iter().map(|origin| origin.scores[figure].happened).sum();
        (all / origins.len() as f64).max(1.0)
    };
    [mean(0), mean(1), mean(2), mean(0)]
}

fn row(name: &str, figure: &str, all: &[&Scaled]) {
    let score = ForecastScore { of: all.iter().map(|one| one.score).collect() };
    let held = score.coverage().map(|c| format!("{:.0}", 100.0 * c.held as f64 / all.len() as f64));
    let sum = |f: fn(&Scaled) -> f64| all.iter().map(|one| f(one) / one.scale).sum::<f64>();
    let crps = sum(|one| one.score.crps);
    let ratio =
        |other: f64| if other > 1e-6 { format!("{:.2}", crps / other) } else { "–".into() };
    let mase = sum(|one| (one.score.median - one.score.happened).abs());
    let (naive, seven) = (sum(|one| one.naive), sum(|one| one.seven_days));
    let wide = score.just_wide().filter(|&wide| wide > 0.0);
    let wide = wide.map_or_else(|| "–".into(), |wide| format!("{:.2}", 1.0 / wide));
    let mase = if naive > 1e-6 { format!("{:.2}", mase / naive) } else { "–".into() };
    println!(
        "| {name} | {figure} | {} | {} | {} | {} | {mase} | {wide} |",
        all.len(),
        held.join(" | "),
        ratio(naive),
        ratio(seven),
    );
}

/// The row of the choices of one bin. ± is 1.96 standard errors of the difference from what was stated, with whole histories as
/// the independent units (Cochran 1977, ratio of totals of clusters).
fn stated_row(bin: usize, all: &[&StatedChoice]) {
    let n = all.len() as f64;
    let mean = all.iter().map(|one| one.best).sum::<f64>() / n;
    let was = all.iter().filter(|one| one.was_best).count() as f64 / n;
    let mut off: BTreeMap<usize, f64> = BTreeMap::new();
    for one in all {
        *off.entry(one.history).or_default() +=
            f64::from(u8::from(one.was_best)) - one.best - (was - mean);
    }
    let clusters = off.len() as f64;
    let variance = off.values().map(|off| off * off).sum::<f64>() / n / n * clusters
        / (clusters - 1.0).max(1.0);
    println!(
        "| {}–{} %, in the mean {:.1} % | {} | {:.1} | {:.0} |",
        bin * 20,
        bin * 20 + 20,
        100.0 * mean,
        all.len(),
        100.0 * was,
        100.0 * 1.96 * variance.sqrt(),
    );
}

fn main() {
    let files: Vec<String> = std::env::args().skip(1).collect();
    if files.is_empty() {
        eprintln!(
            "error: no history is given; say for example `backtests usage-1.csv usage-2.csv`"
        );
        std::process::exit(2);
    }
    let pool = WorkerPool::new(None, usize::MAX).expect("threads");
    let means = Means { pool: &pool, watch: &() };
    let mut tallies: BTreeMap<(usize, String), Tally> = BTreeMap::new();
    let mut histories = 0;
    for file in &files {
        let all = read(file);
        let name = Path::new(file).file_stem().unwrap().to_string_lossy().into_owned();
        for window in windows(&all) {
            let known = all.before(window.to).after(window.from);
            histories += 1;
            for weeks in [1, 4] {
                for policy in POLICIES {
                    let day = Duration::DAY.millis() as f64;
                    let length = window.to.since(window.from).millis() as f64 / day / 7.0;
                    let week = known.asked() / length;
                    let scenario = scenario(policy, week, weeks, window);
                    let spec = StudySpec::of(&scenario);
                    let question = BacktestQuestion {
                        scenario: &scenario,
                        history: &known,
                        keys: &OutlookKeys::default(),
                        spec: &spec,
                        weeks: Some(weeks),
                        origins: 8,
                        futures: FUTURES,
                    };
                    match backtest(&question, means) {
                        Ok(answer) => {
                            let scale = mean_happened(&answer.origins);
                            let tally = tallies.entry((weeks, name.clone())).or_default();
                            add(tally, &answer, histories, &scale);
                        }
                        Err(error) => eprintln!("{file}, {policy}, {weeks} weeks: {error}"),
                    }
                }
            }
        }
    }
    println!("{histories} histories of {} files, {} policies.\n", files.len(), POLICIES.len());
    println!(
        "| history | figure | forecasts | 50 % held | 80 % held | 90 % held | 95 % held | CRPS ÷ seasonal naive | CRPS ÷ seven days | MASE | width ÷ just wide enough |\n|---|---|---|---|---|---|---|---|---|---|---|"
    );
    let figures = ["usage", "spend", "recharges", "refused"];
    for (place, figure) in figures.iter().enumerate() {
        let names: std::collections::BTreeSet<&String> =
            tallies.keys().map(|(_, name)| name).collect();
        for name in names {
            let all: Vec<&Scaled> = tallies
                .iter()
                .filter(|((_, other), _)| other == name)
                .flat_map(|(_, t)| &t.scores[place])
                .collect();
            row(name, figure, &all);
        }
        for weeks in [1, 4] {
            let all: Vec<&Scaled> = tallies
                .iter()
                .filter(|((w, _), _)| *w == weeks)
                .flat_map(|(_, t)| &t.scores[place])
                .collect();
            row(&format!("all, {weeks} ahead"), figure, &all);
        }
        let all: Vec<&Scaled> = tallies.values().flat_map(|t| &t.scores[place]).collect();
        row("**all**", figure, &all);
    }
    println!("\n| stated to be best with | choices | were, in % | ± |\n|---|---|---|---|");
    for bin in 0..5 {
        let inside = |one: &&StatedChoice| ((one.best * 5.0) as usize).min(4) == bin;
        stated_row(
            bin,
            &tallies.values().flat_map(|t| &t.stated).filter(inside).collect::<Vec<_>>(),
        );
    }
    let regrets: Vec<&(f64, f64, bool)> = tallies.values().flat_map(|t| &t.regrets).collect();
    let n = regrets.len() as f64;
    println!(
        "\nRegret against the best in hindsight: {:.2} of the advice, {:.2} of keeping today's settings; the advice was within what is worth a change of the best in {:.0} %.",
        regrets.iter().map(|r| r.0).sum::<f64>() / n,
        regrets.iter().map(|r| r.1).sum::<f64>() / n,
        100.0 * regrets.iter().filter(|r| r.2).count() as f64 / n
    );
}
