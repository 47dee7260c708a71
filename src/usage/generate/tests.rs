//! The promises of drawn usage: means, profiles, changes of rate, and the same bytes for a seed.

use super::*;
use crate::domain::{Credits, Duration};
use crate::streams::gaps::MEAN;
use crate::streams::gaps::tests::gaps;

const LAW: AmountLaw = AmountLaw::Geometric { mean: 8.0 };

fn at(text: &str) -> Instant {
    let local = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
    Zone::UTC.instant(local).unwrap()
}

fn window(from: &str, to: &str) -> Window {
    Window { from: at(from), to: at(to) }
}

fn year() -> Window {
    window("2026-01-01 00:00", "2027-01-01 00:00")
}

fn poisson(per_day: f64) -> Demand {
    Demand::steady(Arrivals::Poisson { per_day }, LAW)
}

fn streams(seed: u64) -> Streams {
    Streams { seed, replication: 0 }
}

fn drawn_in(zone: &str, demand: &Demand, horizon: Window, seed: u64) -> Vec<(Instant, Credits)> {
    let zone = Zone::from_name(zone).unwrap();
    let mut feed = Process::new(demand.clone()).drawn(horizon, zone, streams(seed)).unwrap();
    let (mut chunk, mut events) = (Chunk::new(), Vec::new());
    loop {
        feed.fill(&mut chunk).unwrap();
        if chunk.is_empty() {
            assert_eq!(feed.summary().events, events.len() as u64);
            return events;
        }
        events.extend((0..chunk.len()).map(|i| (chunk.at(i), chunk.amount(i))));
    }
}

fn drawn(demand: &Demand, horizon: Window, seed: u64) -> Vec<(Instant, Credits)> {
    drawn_in("UTC", demand, horizon, seed)
}

fn count(events: &[(Instant, Credits)], window: Window) -> f64 {
    events.iter().filter(|&&(at, _)| window.contains(at)).count() as f64
}

/// A Poisson count lies within four standard deviations of its mean.
fn assert_near(count: f64, mean: f64, what: &str) {
    assert!((count - mean).abs() < 4.0 * mean.sqrt() + 1e-9, "{what}: {count}, expected {mean}");
}

#[test]
fn the_number_of_events_and_their_amounts_have_the_means_asked_for() {
    for (seed, per_day) in [(1, 0.5), (2, 40.0), (3, 1_000.0)] {
        let events = drawn(&poisson(per_day), year(), seed);
        assert_near(events.len() as f64, per_day * 365.0, "events");
        let total: f64 = events.iter().map(|(_, amount)| amount.to_f64()).sum();
        // The standard deviation of 1 + geometric of mean 8 is √56.
        let error = (56.0 / events.len() as f64).sqrt();
        assert!((total / events.len() as f64 - 8.0).abs() < 4.0 * error, "{per_day}");
    }
}

#[test]
fn a_seed_gives_these_events_on_every_platform_and_version() {
    let mut demand = poisson(40.0);
    demand.hours = Some(std::array::from_fn(|hour| if hour < 8 { 0.2 } else { 1.4 }));
    demand.growth_per_month = 0.05;
    demand.bursts = Some(Bursts { per_month: 20.0, lasts: Duration::HOUR, times: 5.0 });
    let events = drawn_in("Europe/Berlin", &demand, year(), 42);
    let text: Vec<String> = events.iter().take(5).map(|(at, n)| format!("{at} {n}")).collect();
    let golden = [
        "2026-01-01T01:59:56.313Z 4",
        "2026-01-01T02:22:29.418Z 1",
        "2026-01-01T07:25:41.043Z 2",
        "2026-01-01T07:47:44.803Z 10",
        "2026-01-01T08:36:18.807Z 1",
    ];
    assert_eq!(text, golden);
}

#[test]
fn replications_differ_and_the_same_one_repeats() {
    let feed = |replication| {
        let streams = Streams { seed: 5, replication };
        let mut feed = Process::new(poisson(100.0)).drawn(year(), Zone::UTC, streams).unwrap();
        let mut chunk = Chunk::new();
        feed.fill(&mut chunk).unwrap();
        chunk.times().collect::<Vec<_>>()
    };
    assert_eq!(feed(3), feed(3));
    assert_ne!(feed(3), feed(4));
}

#[test]
fn where_chunks_end_does_not_show() {
    // Amounts so large that a chunk is full after three events.
    let large = AmountLaw::Constant(Credits::LARGEST);
    let small = AmountLaw::Constant(Credits::whole(1));
    let times = |amounts| {
        let demand = Demand::steady(Arrivals::Poisson { per_day: 100.0 }, amounts);
        drawn(&demand, year(), 6).into_iter().map(|(at, _)| at).collect::<Vec<_>>()
    };
    assert_eq!(times(large), times(small));
    assert!(times(large).len() > 30_000);
}

#[test]
fn nothing_comes_after_the_end_however_often_it_is_asked_for() {
    // One event is expected per day: the number of days with each count, of 20,000 days.
    let day = window("2026-01-01 00:00", "2026-01-02 00:00");
    let mut days = [0.0; 3];
    for seed in 0..20_000 {
        let events = drawn(&poisson(1.0), day, seed).len();
        days[events.min(2)] += 1.0;
    }
    let none = 20_000.0 * (-1.0_f64).exp();
    assert_near(days[0], none, "days without an event");
    assert_near(days[1], none, "days of one event");
    assert_near(days[2], 20_000.0 - 2.0 * none, "days of more");
}

#[test]
fn columns_of_events_are_those_of_a_walk_from_event_to_event() {
    // Some pieces hold many events, some few, and some none; the walk spells out the same law.
    let mut demand = poisson(300.0);
    demand.hours = Some(std::array::from_fn(|hour| [0.0, 40.0, 0.1][hour % 3]));
    demand.growth_per_month = 0.1;
    let horizon = window("2026-03-01 00:00", "2026-06-01 00:00");
    let mut pieces = Pieces::new(&demand, 300.0, horizon, Zone::UTC, streams(16));
    let mut gaps = gaps(streams(16).of(Purpose::Arrivals), 200).into_iter();
    let (mut piece, mut passed) = (pieces.next().unwrap(), 0.0);
    let mut walked = Vec::new();
    'events: loop {
        let mut hazard = gaps.next().unwrap() as f64 / MEAN;
        while passed + hazard * piece.gap >= piece.length {
            hazard = (hazard - (piece.length - passed) * piece.rate).max(0.0);
            let Some(next) = pieces.next() else { break 'events };
            (piece, passed) = (next, 0.0);
        }
        passed += hazard * piece.gap;
        walked.push(piece.from.plus(Duration::from_millis(passed as i64)));
    }
    let found: Vec<Instant> = drawn(&demand, horizon, 16).into_iter().map(|(at, _)| at).collect();
    assert!(walked.len() > 20_000 && gaps.len() > 0);
    assert_eq!(found.len(), walked.len());
    // The walk computes with floats, so a millisecond may begin on the other side.
    let apart: Vec<i64> = found.iter().zip(&walked).map(|(a, b)| a.since(*b).millis()).collect();
    assert!(apart.iter().all(|apart| apart.abs() <= 1));
    assert!(apart.iter().filter(|&&apart| apart != 0).count() < 10);
}

#[test]
fn events_are_as_far_apart_as_asked_for_from_a_second_to_a_century() {
    // Mean distances in seconds.
    let (second, day) = (1.0_f64, 86_400.0_f64);
    for (seed, mean) in [second, 60.0, 3_600.0, day, 30.0 * day, 365.0 * day, 36_500.0 * day]
        .into_iter()
        .enumerate()
    {
        let mut found = Vec::new();
        for seed in 0..80 + seed as u64 {
            let from = at("2000-01-01 00:00");
            let length = (mean * 60_000.0).min(7_900.0 * 365.0 * day);
            let to = from.plus(Duration::from_millis((length * 1_000.0) as i64));
            let events = drawn(&poisson(day / mean), Window { from, to }, seed);
            found.extend(events.windows(2).map(|pair| pair[1].0.since(pair[0].0).millis()));
            if found.len() > 50_000 {
                break;
            }
        }
        let mut distances: Vec<f64> =
            found.iter().map(|&millis| millis as f64 / (mean * 1_000.0)).collect();
        distances.sort_unstable_by(f64::total_cmp);
        let count = distances.len() as f64;
        assert!(count > 5_000.0, "{mean} s: {count}");
        // The Kolmogorov–Smirnov statistic: above 1.95 for one in a thousand samples of the law.
        let apart = distances
            .iter()
            .zip(0..)
            .map(|(distance, place)| (1.0 - (-distance).exp() - f64::from(place) / count).abs());
        let most = apart.fold(0.0, f64::max) * count.sqrt();
        assert!(most < 1.95, "{mean} s: {most}");
    }
}

#[test]
fn events_are_in_time_order_inside_the_half_open_horizon() {
    // A millisecond holds several events, and the horizon only three milliseconds.
    let from = at("2026-01-01 00:00");
    let horizon = Window { from, to: from.plus(Duration::from_millis(3)) };
    let events = drawn(&poisson(86_400_000.0 * 1_000.0), horizon, 7);
    assert_near(events.len() as f64, 3_000.0, "events");
    for millis in 0..3 {
        let from = from.plus(Duration::from_millis(millis));
        let window = Window { from, to: from.plus(Duration::from_millis(1)) };
        assert_near(count(&events, window), 1_000.0, "events in a millisecond");
    }
    assert!(events.is_sorted_by_key(|&(at, _)| at));
    assert!(drawn(&poisson(1e6), Window { from, to: from }, 7).is_empty());
}

#[test]
fn hours_and_weekdays_shape_the_rate_and_keep_its_mean() {
    let mut demand = poisson(400.0);
    demand.hours = Some(std::array::from_fn(|hour| if hour == 9 { 30.0 } else { 10.0 }));
    demand.weekdays = Some([3.0, 3.0, 3.0, 3.0, 3.0, 0.0, 0.0]);
    // 2026-01-05 is a Monday; 52 weeks.
    let horizon = window("2026-01-05 00:00", "2027-01-04 00:00");
    let events = drawn(&demand, horizon, 8);
    assert_near(events.len() as f64, 400.0 * 364.0, "all");
    let mut cells = [[0.0; 24]; 7];
    for (at, _) in &events {
        let hours = at.since(horizon.from).millis() / 3_600_000;
        cells[(hours / 24 % 7) as usize][(hours % 24) as usize] += 1.0;
    }
    for (day, cells) in cells.iter().enumerate() {
        for (hour, &count) in cells.iter().enumerate() {
            let day_share = if day < 5 { 7.0 / 5.0 } else { 0.0 };
            let hour_share = if hour == 9 { 30.0 } else { 10.0 } / 260.0;
            let mean = 400.0 * 52.0 * day_share * hour_share;
            assert_near(count, mean, &format!("day {day} hour {hour}"));
        }
    }
}

#[test]
fn hours_are_local_on_days_with_a_clock_change() {
    let mut demand = poisson(24_000.0);
    demand.hours = Some(std::array::from_fn(|hour| if hour == 2 { 1.0 } else { 0.0 }));
    let inside = |from, to, seed| {
        let events = drawn_in("Europe/Berlin", &demand, window(from, to), seed);
        let hours: std::collections::BTreeSet<String> =
            events.iter().map(|(at, _)| at.to_string()[5..13].to_owned()).collect();
        (events.len() as f64, hours.into_iter().collect::<Vec<_>>().join(" "))
    };
    // 02:00 to 03:00 exists twice on 25 October, not at all on 29 March.
    let (autumn, hours) = inside("2026-10-24 22:00", "2026-10-25 23:00", 9);
    assert_near(autumn, 48_000.0, "autumn");
    assert_eq!(hours, "10-25T00 10-25T01");
    assert_eq!(inside("2026-03-28 23:00", "2026-03-29 22:00", 9), (0.0, String::new()));
    let (summer, hours) = inside("2026-06-30 22:00", "2026-07-01 22:00", 9);
    assert_near(summer, 24_000.0, "summer");
    assert_eq!(hours, "07-01T00");
}

#[test]
fn a_change_of_half_an_hour_inside_an_hour_cuts_the_piece() {
    // Lord Howe goes back from 02:00 to 01:30 on 5 April 2026, at 15:00 UTC the day before.
    let mut demand = poisson(24_000.0);
    demand.hours = Some(std::array::from_fn(|hour| if hour == 1 { 1.0 } else { 0.0 }));
    let horizon = window("2026-04-04 12:00", "2026-04-04 20:00");
    let events = drawn_in("Australia/Lord_Howe", &demand, horizon, 10);
    let hour = window("2026-04-04 14:00", "2026-04-04 15:30");
    assert_near(count(&events, hour), 36_000.0, "an hour and a half");
    assert_eq!(count(&events, hour), events.len() as f64);
}

#[test]
fn growth_compounds_by_the_month() {
    let mut demand = poisson(1_000.0);
    demand.growth_per_month = 0.10;
    let horizon = Window {
        from: at("2026-01-01 00:00"),
        to: at("2026-01-01 00:00")
            .plus(Duration::from_millis((12.0 * 30.4375 * 86_400_000.0) as i64)),
    };
    let events = drawn(&demand, horizon, 11);
    let month = |index: i64| {
        let length = (30.4375 * 86_400_000.0) as i64;
        let from = horizon.from.plus(Duration::from_millis(index * length));
        count(&events, Window { from, to: from.plus(Duration::from_millis(length)) })
    };
    for index in [0, 5, 11] {
        let mean = 30_437.5 * 1.1_f64.powi(index as i32) * 0.1 / 1.1_f64.ln();
        assert_near(month(index), mean, &format!("month {index}"));
    }
}

#[test]
fn spikes_change_the_rate_from_their_start_until_before_their_end() {
    let mut demand = poisson(24_000.0);
    let spike = |from, hours: i64, times| Spike {
        at: at(from),
        lasts: Duration::from_millis(hours * 3_600_000),
        times,
    };
    demand.spikes = vec![
        spike("2025-12-31 12:00", 13, 3.0),
        spike("2026-01-01 06:30", 2, 5.0),
        spike("2026-01-01 07:30", 2, 2.0),
        spike("2026-01-01 12:00", 1, 0.0),
        spike("2026-01-01 23:00", 48, 4.0),
    ];
    let events = drawn(&demand, window("2026-01-01 00:00", "2026-01-02 00:00"), 12);
    for (from, to, mean) in [
        ("2026-01-01 00:00", "2026-01-01 01:00", 3_000.0),
        ("2026-01-01 01:00", "2026-01-01 06:30", 5_500.0),
        ("2026-01-01 06:30", "2026-01-01 07:30", 5_000.0),
        ("2026-01-01 07:30", "2026-01-01 08:30", 10_000.0),
        ("2026-01-01 08:30", "2026-01-01 09:30", 2_000.0),
        ("2026-01-01 09:30", "2026-01-01 12:00", 2_500.0),
        ("2026-01-01 12:00", "2026-01-01 13:00", 0.0),
        ("2026-01-01 13:00", "2026-01-01 23:00", 10_000.0),
        ("2026-01-01 23:00", "2026-01-02 00:00", 4_000.0),
    ] {
        assert_near(count(&events, window(from, to)), mean, from);
    }
}

#[test]
fn bursts_last_as_long_as_asked_for_and_come_as_often() {
    // Outside bursts nearly nothing happens, so that events show the bursts.
    let mut demand = poisson(1.0);
    let lasts = Duration::from_millis(7_200_000);
    demand.bursts = Some(Bursts { per_month: 30.4375, lasts, times: 1_000.0 });
    let horizon = window("2026-01-01 00:00", "2036-01-01 00:00");
    let days = horizon.to.since(horizon.from).millis() as f64 / 86_400_000.0;
    // One start per day lasting two hours: a share of 1 − e^(−1/12) is covered.
    let covered = 1.0 - (-1.0_f64 / 12.0).exp();
    let mean = days * (1.0 + 999.0 * covered);
    let found = drawn(&demand, horizon, 13).len() as f64;
    // Counts of 3,652 days vary with the bursts: about 83 a burst.
    let error = 83.0 * days.sqrt();
    assert!((found - mean).abs() < 4.0 * error, "{found} {mean}");
}

#[test]
fn bursts_that_began_before_the_horizon_are_in_it() {
    let mut demand = poisson(240.0);
    let lasts = Duration::from_millis(30 * 86_400_000);
    demand.bursts = Some(Bursts { per_month: 30.0, lasts, times: 10.0 });
    let horizon = window("2026-01-01 00:00", "2026-01-02 00:00");
    for seed in 0..5 {
        assert_near(drawn(&demand, horizon, seed).len() as f64, 2_400.0, "a day of bursts");
    }
}

#[test]
fn amounts_do_not_change_when_the_rate_does() {
    let mut spiky = poisson(50.0);
    spiky.spikes = vec![Spike { at: at("2026-02-01 00:00"), lasts: Duration::DAY, times: 20.0 }];
    let amounts = |demand: &Demand| {
        drawn(demand, year(), 14).into_iter().take(10_000).map(|(_, n)| n).collect::<Vec<_>>()
    };
    assert_eq!(amounts(&poisson(50.0)), amounts(&spiky));
}

#[test]
fn arrivals_at_fixed_distances_start_at_the_offset_and_end_before_the_horizon_does() {
    let every = Duration::HOUR;
    for (offset, first, events) in
        [(0, "2026-01-01T00:00:00Z", 24), (1, "2026-01-01T00:00:00.001Z", 24)]
    {
        let offset = Duration::from_millis(offset);
        let arrivals = Arrivals::Every { every, offset };
        let demand = Demand::steady(arrivals, AmountLaw::Constant(Credits::whole(10)));
        let found = drawn(&demand, window("2026-01-01 00:00", "2026-01-02 00:00"), 0);
        assert_eq!((found[0].0.to_string().as_str(), found.len()), (first, events));
    }
}

#[test]
fn what_cannot_be_drawn_is_told_all_at_once() {
    let change = |change: fn(&mut Demand)| {
        let mut demand = poisson(10.0);
        change(&mut demand);
        demand.problems(year()).join("\n")
    };
    type LawCase = (fn(&mut Demand), &'static str);
    let cases: [LawCase; 23] = [
        (|_| (), ""),
        (|d| d.arrivals = Arrivals::Poisson { per_day: 0.0 }, "`per_day` is 0"),
        (|d| d.arrivals = Arrivals::Poisson { per_day: f64::NAN }, "`per_day` is NaN"),
        (|d| d.arrivals = Arrivals::Poisson { per_day: f64::INFINITY }, "`per_day` is inf"),
        (|d| d.arrivals = Arrivals::Poisson { per_day: 1e9 }, "events are expected"),
        (|d| d.growth_per_month = 10.0, "events are expected"),
        (|d| d.growth_per_month = -1.0, "`growth_per_month` is -1"),
        (|d| d.hours = Some([0.0; 24]), "`hours`: all weights are 0"),
        (|d| d.hours = Some([f64::NAN; 24]), "`hours`: weight 1 is NaN"),
        (|d| d.weekdays = Some([1.0, 1.0, -1.0, 1.0, 1.0, 1.0, 1.0]), "`weekdays`: weight 3 is -1"),
        (|d| d.amounts = AmountLaw::Constant(Credits::ZERO), "`amount` is 0"),
        (|d| d.amounts = AmountLaw::Geometric { mean: 0.5 }, "`mean` is 0.5"),
        (|d| d.amounts = AmountLaw::Geometric { mean: f64::NAN }, "`mean` is NaN"),
        (
            |d| {
                let (median, step) = (Credits::whole(-1), Credits::ZERO);
                d.amounts = AmountLaw::LogNormal { median, sigma: -1.0, step };
            },
            "`median` is -1; it must lie above 0 and be at most 1000000000000\n`step` is 0; it must \
             lie above 0 and be at most 1000000000000\n`sigma` is -1",
        ),
        (
            |d| {
                let (least, most) = (Credits::whole(2), Credits::whole(1));
                d.amounts = AmountLaw::Pareto { least, shape: 0.0, most, step: AmountLaw::STEP };
            },
            "`most` is 1, below `least`, which is 2\n`shape` is 0",
        ),
        (
            |d| d.spikes.push(Spike { at: Instant::default(), lasts: Duration::ZERO, times: -1.0 }),
            "spike 1: `lasts` must be at least a millisecond\nspike 1: `times` is -1",
        ),
        (
            |d| {
                let (per_month, times) = (f64::NAN, f64::INFINITY);
                d.bursts = Some(Bursts { per_month, lasts: Duration::HOUR, times });
            },
            "`bursts`: `times` is inf",
        ),
        (
            |d| {
                let (per_month, lasts) = (1e5, Duration::LONGEST);
                d.bursts = Some(Bursts { per_month, lasts, times: 2.0 });
            },
            "`bursts`: more than 1e6 are expected",
        ),
        (
            |d| {
                let (every, offset) = (Duration::ZERO, Duration::ZERO);
                d.arrivals = Arrivals::Every { every, offset };
                d.growth_per_month = 0.1;
            },
            "`every` must be at least a millisecond\n`growth_per_month` does not go with",
        ),
        (
            |d| {
                let (every, offset) = (Duration::from_millis(1), Duration::ZERO);
                d.arrivals = Arrivals::Every { every, offset };
            },
            "events are expected",
        ),
        (
            |d| {
                let spike = Spike { at: Instant::default(), lasts: Duration::HOUR, times: 2.0 };
                d.spikes = vec![spike; 1_001];
            },
            "1001 spikes are too many",
        ),
        // Overlapping spikes multiply: neither of these alone is too much.
        (
            |d| {
                let (at, lasts) = (year().from, Duration::HOUR);
                let spike = |times| Spike { at, lasts, times };
                d.spikes = vec![spike(1e5), spike(1e5)];
            },
            "events are expected",
        ),
        // All of a day's usage falls into one hour, so that a spike meets 24 times the mean.
        (
            |d| {
                let mut hours = [0.0; 24];
                hours[12] = 1.0;
                d.arrivals = Arrivals::Poisson { per_day: 100.0 };
                d.hours = Some(hours);
                d.spikes = vec![Spike { at: year().from, lasts: Duration::DAY, times: 1e6 }];
            },
            "events are expected",
        ),
    ];
    for (case, (prepare, text)) in cases.into_iter().enumerate() {
        let found = change(prepare);
        assert!(found.contains(text) && found.is_empty() == text.is_empty(), "{case}: {found}");
    }
    let failed = Process::new(poisson(-1.0)).drawn(year(), Zone::UTC, streams(0)).err().unwrap();
    assert!(failed.to_string().contains("`per_day` is -1"));
}

#[test]
fn demand_at_the_ends_of_the_calendar_is_drawn_without_a_panic() {
    let mut demand = poisson(1.0);
    demand.hours = Some([1.0; 24]);
    demand.bursts = Some(Bursts { per_month: 0.0, lasts: Duration::HOUR, times: 2.0 });
    let near = |from: i64| Window {
        from: Instant::from_millis(from),
        to: Instant::from_millis(from + 30 * 86_400_000),
    };
    for zone in ["Pacific/Kiritimati", "America/Los_Angeles"] {
        for from in [Instant::EARLIEST.millis(), Instant::NEVER.millis() - 30 * 86_400_000] {
            assert_near(drawn_in(zone, &demand, near(from), 15).len() as f64, 30.0, zone);
        }
    }
}

#[test]
fn usage_at_fixed_distances_in_one_amount_is_certain_and_everything_else_is_drawn() {
    let every = Arrivals::Every { every: Duration::HOUR, offset: Duration::ZERO };
    let whole = Credits::whole;
    let pareto = |least, most, step| AmountLaw::Pareto { least, shape: 2.0, most, step };
    let normal = |sigma| AmountLaw::LogNormal { median: whole(8), sigma, step: whole(1) };
    for (what, amounts, is_certain) in [
        ("one amount", AmountLaw::Constant(whole(10)), true),
        ("a mean that is the least", AmountLaw::Geometric { mean: 1.0 }, true),
        ("a mean above the least", AmountLaw::Geometric { mean: 1.1 }, false),
        ("a median that all have", normal(0.0), true),
        ("a median that half have", normal(0.2), false),
        ("bounds that are one", pareto(whole(3), whole(3), whole(1)), true),
        ("bounds that round to one", pareto(whole(3), whole(6), whole(10)), true),
        ("bounds that round to two", pareto(whole(3), whole(16), whole(10)), false),
        ("no amount at all", AmountLaw::Constant(Credits::ZERO), false),
    ] {
        let demand = Demand::steady(every, amounts);
        assert_eq!(Process::new(demand.clone()).is_certain(), is_certain, "{what}");
        if is_certain {
            assert_eq!(drawn(&demand, year(), 1), drawn(&demand, year(), 2), "{what}");
        }
        let at_random = Demand::steady(Arrivals::Poisson { per_day: 24.0 }, amounts);
        assert!(!Process::new(at_random).is_certain(), "{what} at random times");
    }
}
