//! Points that deserve attention about usage that was read: the part of it that counts, and whether the past
//! it shows can stand for the future.

use crate::domain::{Duration, Instant, Window, Zone, grouped};
use crate::usage::{HistorySigns, PastWeek, Trend, UsageSummary, is_month};

use super::words::{about, capital, count, percent, short_date};

/// Rows outside the horizon, as a share of all that were read, from which on this comes before anything
/// else that deserves attention.
const MUCH_OUTSIDE: f64 = 0.01;
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
        lines.extend(unused(past, usage.rows));
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

/// What was read, as rows outside the horizon are counted: rows, and where a row has several amounts these.
fn read(usage: &UsageSummary) -> u64 {
    let counted = usage.totals.as_ref().map_or_else(|| events(usage), |totals| totals.rows);
    usage.rows.max(counted)
}

fn outside_share(usage: &UsageSummary) -> f64 {
    usage.outside.count as f64 / read(usage).max(1) as f64
}

fn outside(usage: &UsageSummary, horizon: Window, zone: Zone) -> Option<String> {
    let (first, last) = usage.outside.span?;
    let (read, rows) = (read(usage), count(usage.rows, "row"));
    let of = match read > usage.rows {
        true => format!("{} in {rows}", count(read, "amount")),
        false => rows,
    };
    let what = format!(
        "{} of {of} of usage ({}) {}",
        grouped(&usage.outside.count.to_string()),
        percent(outside_share(usage)),
        if usage.outside.count == 1 { "is" } else { "are" },
    );
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

/// The first and the last instant of the rows of a file that a horizon lives through, also of those outside it; `None`
/// where usage comes from none, and where a horizon is lived through with weeks that are drawn.
pub fn extent(usage: &UsageSummary) -> Option<(Instant, Instant)> {
    // What a scenario draws or writes it means.
    usage.hash.as_ref()?;
    let is_drawn = |past: &HistorySigns| past.span.is_none() || !past.weeks.is_empty();
    if usage.past.as_ref().is_some_and(is_drawn) {
        return None;
    }
    let all = [usage.span, usage.outside.span].into_iter().flatten();
    all.reduce(|(first, last), (from, to)| (first.min(from), last.max(to)))
}

/// Whole days of a horizon before the first row of a file and after the last.
pub fn bare_days((first, last): (Instant, Instant), horizon: Window, zone: Zone) -> [u64; 2] {
    let days = |edge: Window| if edge.from < edge.to { zone.days(edge) } else { 0 };
    let before = Window { from: horizon.from, to: zone.day(first).from };
    let after = Window { from: zone.day(last).to, to: horizon.to };
    [days(before), days(after)]
}

/// That usage begins after the horizon does or ends before it, by whole days, which count as days without any.
pub fn edges(usage: &UsageSummary, horizon: Window, zone: Zone) -> Vec<String> {
    let Some((first, last)) = usage.span.filter(|_| extent(usage).is_some()) else {
        return Vec::new();
    };
    let [before, after] = bare_days((first, last), horizon, zone);
    let told = |days: u64, said: &str, when: &str| {
        let sums = if days == 1 { "that is a day" } else { "those are days" };
        format!(
            "The usage {said}: on {} {when} nothing is asked for, and in every mean per day, month or cycle {sums} \
             without usage.",
            count(days, "day")
        )
    };
    let begins = Some(before).filter(|&days| days > 0).map(|days| {
        told(days, &format!("begins on {}", zone.show_local(first)), "of the horizon before it")
    });
    let ends = Some(after).filter(|&days| days > 0).map(|days| {
        told(days, &format!("ends on {}", zone.show_local(last)), "of the horizon after it")
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

/// That rows are evenly apart, as totals are.
pub(super) fn totals(apart: Duration) -> String {
    if is_month(apart.millis()) {
        return "Rows of usage are a month apart, as totals of months are, and invoices. Each counts as one event at its instant, \
                as if a month were used up at once, so that outages, what is refused and for how long depend on that \
                instant; usage.spread = \"uniform\" lets a total flow until the next row."
            .to_owned();
    }
    format!(
        "Rows of usage are {}, as totals are. Each counts as one event at its instant, so that outages, \
         what is refused and for how long depend on that instant; usage.spread = \"uniform\" lets a total flow \
         until the next row.",
        row_distance(apart)
    )
}

/// How far rows are apart that look like totals: dates may be several days apart.
pub(super) fn row_distance(apart: Duration) -> String {
    match apart {
        Duration::DAY => "whole days apart".to_owned(),
        apart => format!("{} apart", about(apart)),
    }
}

/// That rows are taken for totals, and how to count them as events instead.
pub const FLOWS: &str = "Assumed: rows of usage are totals that flow until the next row, as they are evenly apart or dates; \
                         `--set usage.spread=none` counts each as one event at its instant.";

/// That rows belong to no whole week.
fn unused(past: &HistorySigns, rows: u64) -> Option<String> {
    let left = past.rows - past.rows_drawn;
    let share = left as f64 / past.rows.max(1) as f64;
    (share >= MUCH_OUTSIDE).then(|| {
        // Totals that flow are pieces of equal length here, and no rows.
        if past.rows > rows {
            return format!(
                "Usage on {}, {} of the time that rows flow over, belongs to no whole week and is not drawn.",
                count(past.days_left, "day"),
                percent(share)
            );
        }
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
