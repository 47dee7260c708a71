//! Points that deserve attention about usage that was read: the part of it that counts, and whether the past
//! it shows can stand for the future.

use crate::domain::{Duration, Window, Zone, grouped};
use crate::usage::{HistorySigns, PastWeek, Trend, UsageSummary};

use super::words::{about, capital, count, percent, short_date};

/// Rows outside the horizon, as a share of all that were read, from which on this comes before anything
/// else that deserves attention.
const MUCH_OUTSIDE: f64 = 0.01;
/// The part of a horizon that usage may leave out at an end.
const LEAST_EDGE: f64 = 0.05;
/// From which difference on the last weeks are unlike those that are drawn.
const LEAST_CHANGE: f64 = 0.1;
/// The most weeks, gaps or silences that are told one by one.
const LISTED: usize = 3;

/// The sentence that precedes all others: that the answer rests on a part of the usage read.
pub fn first(usage: &UsageSummary, horizon: Window, zone: Zone) -> Option<String> {
    (outside_share(usage) >= MUCH_OUTSIDE).then(|| outside(usage, horizon, zone)).flatten()
}

/// What deserves attention besides: few rows outside the horizon, ends of it without usage, rows that look
/// like totals, and what a history shows.
pub fn later(usage: &UsageSummary, horizon: Window, zone: Zone) -> Vec<String> {
    let few =
        (outside_share(usage) < MUCH_OUTSIDE).then(|| outside(usage, horizon, zone)).flatten();
    let mut lines: Vec<String> = few.into_iter().collect();
    lines.extend(usage.apart.map(totals));
    let Some(past) = &usage.past else {
        lines.extend(edges(usage, horizon, zone));
        lines.extend(empty_months(usage, zone));
        return lines;
    };
    if past.weeks.is_empty() {
        lines.extend(edges(usage, horizon, zone));
    } else {
        lines.extend(unused(past));
        lines.extend(change(past, zone));
        lines.extend(unlike(past, zone));
    }
    lines.extend(gaps(past, zone));
    lines.extend(silences(past, zone));
    lines
}

/// The number of rows used, if not all are: ` of 3,210 rows`.
pub fn of_rows(usage: &UsageSummary) -> String {
    match usage.outside.count > 0 && !are_spread(usage) {
        true => format!(" of {}", count(usage.rows, "row")),
        false => String::new(),
    }
}

/// Which weeks are drawn: for whoever wants to know how usage was read.
pub fn drawn(usage: &UsageSummary, zone: Zone) -> Option<String> {
    let past = usage.past.as_ref()?;
    let (first, last) = past.weeks.first().zip(past.weeks.last())?;
    Some(format!(
        "{} {} drawn, each from a {} on: the first from {}, the last from {}. A week is drawn onto the same \
         weekdays.",
        capital(&count(past.weeks.len() as u64, "whole week")),
        if past.weeks.len() == 1 { "is" } else { "are" },
        zone.local(first.from).format("%A"),
        short_date(zone, first.from),
        short_date(zone, last.from),
    ))
}

fn amount(credits: f64) -> String {
    grouped(&format!("{credits:.0}"))
}

/// Events inside the horizon and outside it.
fn events(usage: &UsageSummary) -> u64 {
    usage.events + usage.outside.count
}

/// Whether rows are totals that were spread over their time: only then are there more events than rows.
fn are_spread(usage: &UsageSummary) -> bool {
    events(usage) > usage.rows
}

fn outside_share(usage: &UsageSummary) -> f64 {
    usage.outside.count as f64 / usage.rows.max(events(usage)).max(1) as f64
}

fn outside(usage: &UsageSummary, horizon: Window, zone: Zone) -> Option<String> {
    let (first, last) = usage.outside.span?;
    let share = percent(outside_share(usage));
    let what = match are_spread(usage) {
        true => format!("{share} of what {} of usage flow into are", count(usage.rows, "row")),
        false => format!(
            "{} of {} of usage ({share}) {}",
            grouped(&usage.outside.count.to_string()),
            count(usage.rows, "row"),
            if usage.outside.count == 1 { "is" } else { "are" },
        ),
    };
    let [from, to] = [first, last].map(|at| zone.show_local(at));
    let when = match (first == last, first < horizon.from && last >= horizon.to) {
        (true, _) if usage.outside.count == 1 => format!("it is of {from}"),
        (true, _) => format!("they are of {from}"),
        (_, true) => format!("they are before it, from {from} on, and after it, up to {to}"),
        _ => format!("they are from {from} to {to}"),
    };
    Some(format!(
        "{what} outside the horizon, which is from {} to {}, and left out; {when}.",
        zone.show_local(horizon.from),
        zone.show_local(horizon.to),
    ))
}

/// That usage begins late or ends early in the horizon, which counts as time without any.
fn edges(usage: &UsageSummary, horizon: Window, zone: Zone) -> Vec<String> {
    // Only of a file that was read: what a scenario draws or writes it means.
    let Some((first, last)) = usage.span.filter(|_| usage.hash.is_some()) else {
        return Vec::new();
    };
    let length = horizon.to.since(horizon.from).millis() as f64;
    let much = |edge: Duration| edge > Duration::DAY && edge.millis() as f64 >= LEAST_EDGE * length;
    let (before, after) = (first.since(horizon.from), horizon.to.since(last));
    let begins = much(before).then(|| {
        format!(
            "The usage begins on {}, {} after the horizon begins: until then nothing is asked for.",
            zone.show_local(first),
            about(before)
        )
    });
    let ends = much(after).then(|| {
        format!(
            "The usage ends on {}, {} before the horizon ends: from then on nothing is asked for.",
            zone.show_local(last),
            about(after)
        )
    });
    begins.into_iter().chain(ends).collect()
}

/// That months inside the usage have no row, which an export that was cut leaves out as well.
fn empty_months(usage: &UsageSummary, zone: Zone) -> Option<String> {
    // As above.
    usage.hash.as_ref()?;
    let months = usage.stretches.months(zone);
    let told = |month: &Window| zone.show_month(month.from);
    let list = listed(&months, told)?;
    Some(format!(
        "The usage has no row in {list}: no usage, or no data? Until it goes on nothing is asked for."
    ))
}

fn totals(apart: Duration) -> String {
    format!(
        "Rows of usage are {} apart, as totals are. Each counts as one event at its instant, so that outages, \
         what is refused and for how long depend on that instant; usage.spread = \"uniform\" lets a total flow \
         until the next row.",
        about(apart)
    )
}

/// That rows are taken for totals, and how to count them as events instead.
pub const FLOWS: &str = "Assumed: rows of usage are totals that flow until the next row, as they are evenly apart; \
                         `--set usage.spread=none` counts each as one event at its instant.";

/// That rows belong to no whole week.
fn unused(past: &HistorySigns) -> Option<String> {
    let left = past.rows - past.rows_drawn;
    let share = left as f64 / past.rows.max(1) as f64;
    (share >= MUCH_OUTSIDE).then(|| {
        format!(
            "{} of {} of usage ({}), on {}, {} to no whole week and {} not drawn.",
            grouped(&left.to_string()),
            count(past.rows, "row"),
            percent(share),
            count(past.days_left, "day"),
            if left == 1 { "belongs" } else { "belong" },
            if left == 1 { "is" } else { "are" },
        )
    })
}

/// That usage changes over the weeks of a history, which drawing them at random loses.
fn change(past: &HistorySigns, zone: Zone) -> Option<String> {
    let predicted = past.predicted().filter(|predicted| *predicted > 0.0)?;
    let lately = past.lately();
    let trend = past.trend();
    let share = lately.map(|lately| lately / predicted - 1.0);
    if trend.is_none() && share.is_none_or(|share| share.abs() < LEAST_CHANGE) {
        return None;
    }
    let mut said = Vec::new();
    if let Some(Trend { slope, median }) = trend {
        said.push(format!(
            "Usage {} by about {} credits a week ({}) over the {} from {}; drawing weeks at random shuffles \
             that away.",
            if slope > 0.0 { "grows" } else { "falls" },
            amount(slope.abs()),
            percent(slope.abs() / median.max(f64::MIN_POSITIVE)),
            count(past.weeks.len() as u64, "week"),
            short_date(zone, past.weeks[0].from),
        ));
    }
    if let (Some(lately), Some(share)) = (lately, share) {
        said.push(format!(
            "Runs ask for {} credits a week in the mean; the last four weeks of history asked for {}, {} {}.",
            amount(predicted),
            amount(lately),
            percent(share.abs()),
            if share < 0.0 { "less" } else { "more" },
        ));
    }
    Some(said.join(" "))
}

/// Weeks that are unlike the others, and are drawn as often.
fn unlike(past: &HistorySigns, zone: Zone) -> Option<String> {
    let unlike = past.unlike();
    let told = |(week, factor): &(PastWeek, f64)| {
        format!(
            "that of {} with {} credits, {} times the middle week",
            short_date(zone, week.from),
            amount(week.asked.to_f64()),
            if *factor < 0.1 { format!("{factor:.2}") } else { format!("{factor:.1}") },
        )
    };
    let list = listed(&unlike, told)?;
    let subject = match unlike.len() {
        1 => "One week is unlike the others, and is drawn as often as any".to_owned(),
        many => {
            format!("{} are unlike the others, and are drawn as often", count(many as u64, "week"))
        }
    };
    Some(format!("{subject}: {list}."))
}

fn gaps(past: &HistorySigns, zone: Zone) -> Option<String> {
    let told = |gap: &Window| {
        format!("{} from {}", count(zone.days(*gap), "day"), short_date(zone, gap.from))
    };
    let days: u64 = past.gaps.iter().map(|gap| zone.days(*gap)).sum();
    let list = listed(&past.gaps, told)?;
    let drawn = match past.weeks.is_empty() {
        true => "counts as time in which nothing is asked for",
        false => {
            "counts as time in which nothing is asked for where it is shorter than a week, and is left \
                  out where it is longer"
        }
    };
    Some(format!(
        "The history has no row on {} between its first and its last: {list}. That {drawn}.",
        count(days, "day")
    ))
}

fn silences(past: &HistorySigns, zone: Zone) -> Option<String> {
    let length = |silence: &Window| silence.to.since(silence.from);
    let longest = past.silences.iter().max_by_key(|silence| length(silence))?;
    let all = past.silences.iter().fold(Duration::from_millis(0), |sum, one| sum.plus(length(one)));
    let times = match past.silences.len() {
        1 => "once".to_owned(),
        many => format!("{}, {} in all", count(many as u64, "time"), about(all)),
    };
    Some(format!(
        "The history has no usage at hours in which nine of ten days have some: {times}, the longest {} from \
         {}. A log of what was served shows its own outages like this: what was refused then is missing in it.",
        about(length(longest)),
        zone.show_local(longest.from),
    ))
}

/// The first few of a list, and how many more there are; `None` where there is none.
fn listed<T>(items: &[T], told: impl Fn(&T) -> String) -> Option<String> {
    let first: Vec<String> = items.iter().take(LISTED).map(told).collect();
    let more = items.len() - first.len();
    (!first.is_empty()).then(|| match more {
        0 => first.join("; "),
        more => format!("{}; and {more} more", first.join("; ")),
    })
}
