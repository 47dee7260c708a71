//! What is learned from histories of every kind of trouble, each with the value that is right.

use crate::domain::{Credits, Duration, Instant, Window, Zone};
use crate::engine::trace::Chunk;
use crate::streams::Streams;
use crate::usage::{Feed, History};

use super::{
    ForecastScore, FutureUsage, MethodTest, OneScore, Outlook, OutlookKeys, RecordedPast,
    Uncertain, crps,
};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// Monday 5 January 2026, 00:00 UTC.
const MONDAY: i64 = 1_767_571_200_000;
/// Futures that a quantile is taken of.
const FUTURES: u64 = 1_000;

/// A history of rows: hours after a Monday, and credits.
fn history(rows: impl Iterator<Item = (i64, f64)>) -> History {
    let event = |(hour, credits): (i64, f64)| {
        (Instant::from_millis(MONDAY + hour * HOUR), Credits::from_micro((credits * 1e6) as i64))
    };
    History::of(rows.map(event).collect(), "test", Zone::UTC)
}

/// Hourly rows of so many days, each asking for what its day does.
fn hourly(days: i64, asked: impl Fn(i64) -> f64) -> History {
    history((0..days * 24).map(|hour| (hour, asked(hour / 24))))
}

fn learned(history: &History) -> FutureUsage {
    FutureUsage::learned(history, &OutlookKeys::default()).unwrap()
}

/// What the first weeks after a history ask for in all, in each of many futures, ascending.
fn ahead(future: &FutureUsage, weeks: u64) -> Vec<f64> {
    let total =
        |replication| future.weeks(weeks, Streams { seed: 7, replication }).iter().sum::<f64>();
    let mut all: Vec<f64> = (0..FUTURES).map(total).collect();
    all.sort_by(f64::total_cmp);
    all
}

fn at(sorted: &[f64], p: f64) -> f64 {
    sorted[(p * (sorted.len() - 1) as f64) as usize]
}

/// The width of the 80 % range ÷ the median.
fn width(sorted: &[f64]) -> f64 {
    (at(sorted, 0.9) - at(sorted, 0.1)) / at(sorted, 0.5)
}

/// Numbers from −1 to 1 without a pattern, the same every time.
fn noise(number: i64) -> f64 {
    let mixed = (number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    ((mixed >> 40) as f64 / f64::from(1_u32 << 24)) * 2.0 - 1.0
}

fn events(mut feed: impl Feed) -> Vec<(Instant, Credits)> {
    let (mut chunk, mut all) = (Chunk::new(), Vec::new());
    loop {
        feed.fill(&mut chunk).unwrap();
        if chunk.is_empty() {
            return all;
        }
        all.extend(chunk.events());
    }
}

fn weeks_after(weeks: i64, count: i64) -> Window {
    let at = |week: i64| Instant::from_millis(MONDAY + 7 * week * DAY);
    Window { from: at(weeks), to: at(weeks + count) }
}

#[test]
fn growth_of_a_quarter_a_month_goes_on_into_the_next_month() {
    let daily = |day: i64| 100.0 * libm::pow(1.25, day as f64 / 30.0);
    let future = learned(&hourly(84, |day| daily(day) * (1.0 + 0.05 * noise(day))));
    let truth: f64 = (84..112).map(|day| 24.0 * daily(day)).sum();
    let ahead = ahead(&future, 4);
    assert!(at(&ahead, 0.1) < truth && truth < at(&ahead, 0.9), "{truth} {ahead:?}");
    assert!((0.03..0.08).contains(&future.outlook().growth.middle), "{:?}", future.outlook());
    // A resample of the weeks would foresee their mean.
    let mean: f64 = (0..84).map(|day| 24.0 * daily(day)).sum::<f64>() / 3.0;
    assert!(at(&ahead, 0.1) > 1.2 * mean);
}

#[test]
fn noise_without_growth_is_told_as_none() {
    let future = learned(&hourly(84, |day| 100.0 * (1.0 + 0.3 * noise(day))));
    assert!(future.outlook().growth.middle.abs() < 0.002, "{:?}", future.outlook().growth);
}

#[test]
fn missing_days_are_not_days_without_usage() {
    let whole = hourly(29, |_| 10.0);
    let rows = (0..29 * 24).filter(|hour| !(12..17).contains(&(hour / 24)));
    let gap = learned(&history(rows.map(|hour| (hour, 10.0))));
    assert_eq!(gap.evidence().unknown_days(), 5);
    let (gap, whole) = (at(&ahead(&gap, 4), 0.5), at(&ahead(&learned(&whole), 4), 0.5));
    assert!((gap / whole - 1.0).abs() < 0.03, "{gap} {whole}");
}

#[test]
fn days_missing_at_the_end_and_a_day_that_breaks_off_say_nothing() {
    let whole = learned(&hourly(28, |_| 10.0));
    let cut = learned(&history((0..28 * 24 + 9).map(|hour| (hour, 10.0))));
    assert_eq!(cut.evidence().end, whole.evidence().end);
    assert_eq!(cut.outlook().level, whole.outlook().level);
}

#[test]
fn usage_on_few_days_is_usage_with_days_of_none() {
    // Every third day has usage: 70 credits a week in the mean.
    let sparse = history((0..30).map(|n| (n * 72, 30.0)));
    let future = learned(&sparse);
    let ahead = ahead(&future, 4);
    assert!((at(&ahead, 0.5) / 280.0 - 1.0).abs() < 0.15, "{}", at(&ahead, 0.5));
}

#[test]
fn a_week_six_times_its_neighbours_is_named_and_may_come_again() {
    let future = learned(&hourly(42, |day| if day / 7 == 3 { 60.0 } else { 10.0 }));
    let odd = &future.evidence().odd;
    assert_eq!(odd.len(), 1);
    assert_eq!(odd[0].from.millis(), MONDAY + 21 * DAY);
    assert!((odd[0].times - 6.0).abs() < 0.01, "{odd:?}");
    let level = future.outlook().level.middle;
    assert!((level / 1_680.0 - 1.0).abs() < 0.05, "{level}");
    let weeks = ahead(&future, 1);
    let share = weeks.iter().filter(|&&week| week > 3.0 * 1_680.0).count() as f64 / FUTURES as f64;
    assert!((0.12..0.22).contains(&share), "{share}");
}

#[test]
fn a_stray_row_a_week_later_adds_no_empty_week() {
    let plain = learned(&hourly(28, |_| 10.0));
    for later in [6, 7, 8, 20] {
        let rows = (0..28 * 24).map(|hour| (hour, 10.0)).chain([((27 + later) * 24 + 5, 10.0)]);
        let stray = learned(&history(rows));
        let ratio = stray.outlook().level.middle / plain.outlook().level.middle;
        assert!((ratio - 1.0).abs() < 0.05, "{later}: {ratio}");
    }
}

#[test]
fn the_whole_weeks_of_complete_days_all_count() {
    for (days, weeks) in [(28, 4), (14, 2), (15, 2), (21, 3), (31, 4), (6, 0)] {
        let evidence = RecordedPast::of(&hourly(days, |_| 1.0), &[]).unwrap();
        assert_eq!((evidence.known_weeks(), evidence.whole_days()), (weeks, days as usize));
    }
}

#[test]
fn the_less_is_known_the_wider_it_is_and_even_an_hour_says_something() {
    let day = |day: i64| 10.0 * (1.0 + 0.2 * noise(day));
    let minutes = |hour: i64| (0..60).map(move |minute| MONDAY + hour * HOUR + minute * 60_000);
    let hour = minutes(9).map(|time| (Instant::from_millis(time), Credits::whole(1)));
    let hour = History::of(hour.collect(), "test", Zone::UTC);
    let all = [hour, hourly(3, day), hourly(7, day), hourly(14, day), hourly(140, day)];
    let futures = all.map(|history| learned(&history));
    assert_eq!(futures[0].evidence().whole_days(), 0);
    let widths = futures.each_ref().map(|future| width(&ahead(future, 4)));
    assert!(widths.is_sorted_by(|a, b| a > b), "{widths:?}");
    assert!(widths[0] > 3.0 && widths[4] < 0.3, "{widths:?}");
    // An hour of one credit a minute, all week long.
    let level = futures[0].outlook().level.middle;
    assert!((0.5..2.0).contains(&(level / 10_080.0)), "{level}");
}

#[test]
fn a_horizon_after_the_history_has_usage() {
    let future = learned(&hourly(28, |_| 10.0));
    let drawn = events(future.drawn(weeks_after(10, 4), Streams { seed: 1, replication: 0 }));
    assert_eq!(drawn.len(), 28 * 24);
    assert!(drawn.is_sorted_by_key(|(time, _)| *time));
}

#[test]
fn a_horizon_long_after_the_history_is_drawn_as_right_after_it() {
    let future = learned(&hourly(70, |day| 10.0 * (1.0 + 0.2 * noise(day))));
    let asked = |weeks: i64, replication| -> i64 {
        let drawn = future.drawn(weeks_after(weeks, 1), Streams { seed: 1, replication });
        events(drawn).iter().map(|(_, amount)| amount.micro()).sum()
    };
    for replication in 0..20 {
        // Up to as long after the history as that is long, weeks drift on the way; then they do not.
        assert_ne!(asked(10, replication), asked(20, replication));
        assert_eq!(asked(10, replication), asked(21, replication));
        assert_eq!(asked(10, replication), asked(10 + 573, replication));
    }
}

#[test]
fn a_history_of_years_is_far_after_a_year_and_one_of_days_after_a_month() {
    let long = learned(&hourly(800, |_| 10.0));
    let short = learned(&hourly(3, |_| 10.0));
    for (future, days) in [(long, 366), (short, 31)] {
        let evidence = future.evidence();
        let after = |millis: i64| evidence.end.plus(Duration::from_millis(days * DAY + millis));
        assert!(!evidence.is_long_before(after(0)) && evidence.is_long_before(after(1)));
    }
}

#[test]
fn history_is_continued_as_it_was_up_to_its_end() {
    let future = learned(&hourly(28, |day| 10.0 + day as f64));
    let streams = Streams { seed: 1, replication: 3 };
    let all = events(future.continued(weeks_after(2, 4), streams));
    let known: f64 = all[..14 * 24].iter().map(|(_, amount)| amount.to_f64()).sum();
    assert_eq!(known, (14..28).map(|day| 24.0 * (10.0 + day as f64)).sum::<f64>());
    assert_eq!(all[14 * 24..], events(future.drawn(weeks_after(4, 2), streams)));
}

#[test]
fn what_was_not_served_in_a_known_outage_was_not_unwanted() {
    // In the last third of each of four weeks nothing is served.
    let served = (0..28 * 24).map(|hour| (hour, if hour / 24 % 7 < 5 { 10.0 } else { 0.0 }));
    let log = history(served);
    let outage = |week: i64| {
        let at = |day: i64| Instant::from_millis(MONDAY + (7 * week + day) * DAY);
        Window { from: at(5), to: at(7) }
    };
    let keys = OutlookKeys { outages: (0..4).map(outage).collect(), ..OutlookKeys::default() };
    let wanted = FutureUsage::learned(&log, &keys).unwrap().outlook().level.middle;
    assert!((wanted / 1_680.0 - 1.0).abs() < 0.02, "{wanted}");
    let served = learned(&log).outlook().level.middle;
    assert!((served / 1_200.0 - 1.0).abs() < 0.02, "{served}");
}

#[test]
fn hours_stay_what_clocks_show_when_clocks_change() {
    let zone = Zone::from_name("Europe/Berlin").unwrap();
    // Nine in the morning in winter is eight o'clock UTC; clocks change on 29 March 2026.
    let rows = (0..28)
        .map(|day| (Instant::from_millis(MONDAY + (8 + 24 * day) * HOUR), Credits::whole(5)));
    let rows = rows.chain(
        (0..28)
            .map(|day| (Instant::from_millis(MONDAY + (20 + 24 * day) * HOUR), Credits::whole(5))),
    );
    let mut rows: Vec<_> = rows.collect();
    rows.sort();
    let future = learned(&History::of(rows, "test", zone));
    let drawn = events(future.drawn(weeks_after(11, 4), Streams { seed: 1, replication: 0 }));
    // A day onto one of another length is stretched to it; all others keep what clocks show.
    let local = drawn.iter().map(|(time, _)| zone.local(*time).format("%m-%d %H:%M").to_string());
    let hours: Vec<String> = local.filter(|local| !local.starts_with("03-29")).collect();
    assert_eq!(hours.len(), 2 * 27);
    let kept = |hour: &String| hour.ends_with("09:00") || hour.ends_with("21:00");
    assert!(hours.iter().all(kept), "{hours:?}");
}

#[test]
fn runs_of_high_weeks_keep_months_uncertain() {
    let runs = |day: i64| if day / 56 % 2 == 0 { 10.0 } else { 20.0 } * (1.0 + 0.05 * noise(day));
    let runs = learned(&hourly(7 * 32, runs));
    let independent = learned(&hourly(7 * 32, |day| 15.0 * (1.0 + 0.33 * noise(day / 7))));
    let shrinks = |future: &FutureUsage| width(&ahead(future, 4)) / width(&ahead(future, 1));
    let (runs, independent) = (shrinks(&runs), shrinks(&independent));
    assert!(runs > 0.75 && runs > 1.25 * independent, "{runs} {independent}");
}

#[test]
fn drawn_weeks_ask_for_what_the_course_says_in_whole_credits() {
    let future = learned(&hourly(56, |day| (3 + day % 5) as f64));
    let streams = Streams { seed: 3, replication: 9 };
    let drawn = events(future.drawn(weeks_after(8, 6), streams));
    assert!(drawn.iter().all(|(_, amount)| amount.micro() % 1_000_000 == 0));
    for (week, wanted) in future.weeks(6, streams).into_iter().enumerate() {
        let window = weeks_after(8 + week as i64, 1);
        let inside = drawn.iter().filter(|(time, _)| window.contains(*time));
        let asked: f64 = inside.map(|(_, amount)| amount.to_f64()).sum();
        assert!((asked - wanted).abs() <= 1.0, "week {week}: {asked} {wanted}");
    }
}

#[test]
fn events_shown_scaled_are_those_that_are_copied() {
    let zone = Zone::from_name("Europe/Berlin").unwrap();
    // Every 97 seconds through ten weeks, over a clock change; amounts that scaled become nothing, and larger ones.
    let start = MONDAY + 8 * 7 * DAY;
    let row = |step: i64| {
        let amount = Credits::from_micro([1, 2, 9][step as usize % 3] * (1_000_000 + step % 2));
        (Instant::from_millis(start + 97_000 * step), amount)
    };
    for whole in [true, false] {
        let rows = (0..10 * 7 * DAY / 97_000).map(|step| row(if whole { 2 * step } else { step }));
        let future = learned(&History::of(rows.collect(), "test", zone));
        let horizon = weeks_after(17, 40);
        let from = horizon.from.plus(Duration::from_millis(3 * DAY + 7 * HOUR + 1));
        let horizon = Window { from, ..horizon };
        let drawn = |mut chunk: Chunk, streams: Streams| {
            let (mut feed, mut all) = (future.drawn(horizon, streams), Vec::new());
            loop {
                feed.fill(&mut chunk).unwrap();
                if chunk.is_empty() {
                    let asking = |event: &(Instant, Credits)| event.1 > Credits::ZERO;
                    return (all.len(), all.into_iter().filter(asking).collect::<Vec<_>>());
                }
                all.extend(chunk.slice().merged());
            }
        };
        for replication in 0..5 {
            let streams = Streams { seed: 4, replication };
            let (shown, copied) = (drawn(Chunk::for_sums(), streams), drawn(Chunk::new(), streams));
            assert!(copied.1.len() > 100_000, "{}", copied.1.len());
            assert!(shown == copied, "{whole} {replication}: {} {}", shown.0, copied.0);
        }
    }
}

#[test]
fn the_largest_amounts_are_scaled_like_small_ones() {
    // Up to 6 × 10¹³ credits a week, more than one running total can tell.
    let all = |rows: &dyn Fn(i64) -> f64| {
        let row = |hour: i64| (hour * 2, rows(hour));
        let future = learned(&history((0..28 * 12).map(row)));
        let streams = Streams { seed: 2, replication: 5 };
        events(future.drawn(weeks_after(4, 4), streams))
    };
    for parts in [1e3, 1e9, 1e11, 5e11] {
        let small = all(&|hour| 1.0 + (hour % 9) as f64 / 9.0);
        let large = all(&|hour| parts * (1.0 + (hour % 9) as f64 / 9.0));
        let sum = |drawn: &[(Instant, Credits)]| -> f64 {
            drawn.iter().map(|(_, amount)| amount.to_f64()).sum()
        };
        assert_eq!(small.len(), large.len());
        let most = large.iter().map(|(_, amount)| *amount).max().unwrap();
        let clipped = if most == Credits::LARGEST { 0.45 } else { 1e-3 };
        let ratio = sum(&large) / parts / sum(&small);
        assert!((1.0 - ratio).abs() < clipped, "{parts}: {ratio} {most}");
        assert!(large.iter().all(|(_, amount)| amount.is_positive()), "{parts}");
    }
}

#[test]
fn weeks_without_usage_are_as_frequent_as_they_were() {
    let rows = (0..7 * 24 * 20).map(|hour| (hour, if hour / 168 % 4 == 0 { 0.0 } else { 10.0 }));
    let future = learned(&history(rows));
    assert_eq!(future.outlook().quiet, 0.25);
    let quiet = ahead(&future, 1).iter().filter(|&&week| week == 0.0).count() as f64;
    assert!((0.2..0.3).contains(&(quiet / FUTURES as f64)), "{quiet}");
}

#[test]
fn what_a_person_states_replaces_what_is_learned() {
    let history = hourly(28, |_| 10.0);
    let known = |value| Some(Uncertain::known(value));
    let keys = OutlookKeys {
        level: known(5_000.0),
        growth: known(0.0),
        drift: known(0.0),
        noise: known(0.0),
        ..OutlookKeys::default()
    };
    let future = FutureUsage::learned(&history, &keys).unwrap();
    for week in future.weeks(3, Streams { seed: 1, replication: 1 }) {
        assert!((week - 5_000.0).abs() < 0.01, "{week}");
    }
    let Outlook { level, .. } = *future.scaled(2.0).outlook();
    assert_eq!(level.quantiles(), [10_000.0; 3]);
}

#[test]
fn quantiles_out_of_order_are_no_quantity() {
    assert_eq!(Uncertain::new([1.0, 3.0, 2.0]), None);
    assert_eq!(Uncertain::new([1.0, f64::NAN, 2.0]), None);
    assert!(Uncertain::new([2.0, 2.0, 2.0]).is_some());
}

#[test]
fn a_history_that_asks_for_nothing_says_nothing() {
    assert!(FutureUsage::learned(&hourly(28, |_| 0.0), &OutlookKeys::default()).is_none());
}

#[test]
fn the_score_of_a_certain_forecast_is_its_error_and_spread_costs_what_it_should() {
    assert_eq!(crps(&[3.0, 3.0, 3.0], 5.0), Some(2.0));
    // Of two equally likely values 0 and 2: 1 ÷ 2 at either, and at the middle too.
    assert_eq!(crps(&[0.0, 2.0], 0.0), Some(0.5));
    assert_eq!(crps(&[0.0, 2.0], 1.0), Some(0.5));
    assert_eq!(crps(&[], 1.0), None);
}

#[test]
fn a_range_that_just_held_is_as_wide_as_it_should_be() {
    let draws: Vec<f64> = (0..=100).map(f64::from).collect();
    let score = |happened: &[f64]| ForecastScore {
        of: happened.iter().map(|&value| OneScore::of(&draws, value).unwrap()).collect(),
    };
    // The 80 % range is 10 to 90.
    let held = score(&[10.0, 50.0, 90.0, 9.0, 91.0]).coverage();
    assert_eq!((held[1].stated, held[1].held), (0.8, 3));
    assert_eq!(score(&[30.0, 50.0, 70.0, 50.0, 99.0]).just_wide(), Some(0.5));
}

#[test]
fn the_last_weeks_are_forecast_from_what_was_known_before_them() {
    let history = hourly(70, |day| 10.0 + 3.0 * noise(day));
    let test = learned(&history).tested(7).tested().unwrap();
    assert_eq!(test.score.of.len(), 8, "ten weeks, and two to learn from");
    // By hand: the model of the first nine weeks, and the tenth.
    let tenth = Instant::from_millis(MONDAY + 63 * DAY);
    let before = learned(&history.before(tenth));
    let drawn: Vec<f64> =
        (0..400).map(|replication| before.weeks(1, Streams { seed: 7, replication })[0]).collect();
    let happened = history.after(tenth).asked();
    let last = test.score.of.last().unwrap();
    assert!((last.happened - happened).abs() < 1e-6);
    assert_eq!(*last, OneScore::of(&drawn, last.happened).unwrap());
    let held = test.score.of.iter().filter(|one| one.holds(1)).count();
    assert_eq!((test.held.stated, test.held.held), (0.8, held));
    assert_eq!(learned(&hourly(20, |_| 10.0)).tested(7), MethodTest::TooShort { weeks: 2 });
}

#[test]
fn drawing_weeks_at_random_is_tested_by_the_weeks_before_each() {
    // Each week asks for more than all before it: no range of theirs holds it.
    let grown = hourly(42, |day| 10.0 + (day / 7) as f64);
    let past = grown.weeks().summary().past.clone().unwrap();
    let test = MethodTest::of_weeks(&past).tested().unwrap();
    assert_eq!((test.score.of.len(), test.held.held), (4, 0));
    let steady = hourly(42, |_| 10.0).weeks().summary().past.clone().unwrap();
    assert_eq!(MethodTest::of_weeks(&steady).tested().unwrap().held.held, 4);
}

#[test]
fn a_period_inside_the_history_is_lived_through_as_if_it_came_after_it() {
    let future = learned(&hourly(70, |day| 10.0 + 3.0 * noise(day)));
    let streams = Streams { seed: 7, replication: 3 };
    let drawn = events(future.drawn(weeks_after(2, 4), streams));
    for (place, wanted) in future.weeks(4, streams).into_iter().enumerate() {
        let week = weeks_after(2 + place as i64, 1);
        let asked: f64 = drawn
            .iter()
            .filter(|(at, _)| week.contains(*at))
            .map(|(_, amount)| amount.to_f64())
            .sum();
        assert!((asked - wanted).abs() < 0.01, "week {place}: {asked} {wanted}");
    }
}

#[test]
fn what_is_drawn_anew_each_month_is_as_far_from_the_history_in_a_year_as_in_a_month() {
    // Twenty weeks, each a tenth above or below the one before.
    let levels: Vec<f64> = (0..20).map(|week| 100.0 * libm::exp(0.3 * noise(week))).collect();
    let future = learned(&hourly(140, |day| levels[day as usize / 7]));
    let of_week = |future: &FutureUsage, lead: usize| {
        let drawn = |replication| future.weeks(52, Streams { seed: 7, replication })[lead - 1];
        let mut all: Vec<f64> = (0..FUTURES).map(drawn).collect();
        all.sort_by(f64::total_cmp);
        width(&all)
    };
    let anew = future.clone().renewed(4);
    assert_eq!(of_week(&anew, 4), of_week(&future, 4));
    assert!(of_week(&future, 52) > 1.5 * of_week(&future, 4));
    for (lead, like) in [(5, 1), (49, 1), (52, 4)] {
        let ratio = of_week(&anew, lead) / of_week(&future, like);
        assert!((0.85..1.15).contains(&ratio), "week {lead}: {ratio}");
    }
    // A month is drawn apart from the one before.
    let weeks = anew.weeks(8, Streams { seed: 7, replication: 0 });
    assert!(weeks[..4] != weeks[4..]);
}

#[test]
fn no_future_of_a_steady_year_explodes() {
    let futures = ahead(&learned(&hourly(364, |_| 10.0)), 13);
    let (middle, most) = (at(&futures, 0.5), futures[futures.len() - 1]);
    assert!((middle / (13.0 * 1_680.0) - 1.0).abs() < 0.02, "{middle}");
    assert!(most < 1.25 * middle, "{most} {middle}");
}

#[test]
fn rows_of_nothing_at_the_end_show_that_the_log_was_kept() {
    let quiet = |is_kept: bool| {
        let rows = (0..28 * 24).filter(move |hour| is_kept || hour / 24 < 21);
        learned(&history(rows.map(|hour| (hour, if hour / 24 < 21 { 10.0 } else { 0.0 }))))
    };
    let weeks = |is_kept| quiet(is_kept).evidence().whole_weeks();
    assert_eq!((weeks(true), weeks(false)), (4, 3));
}
