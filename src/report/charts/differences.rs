//! Cost and refused credits of each candidate beyond the first's, on the same usage and luck: one
//! line per pair, with its interval.
//!
//! The certainty of a difference is shown in three ways: by colour, by the shape of the mark, and
//! in words.

use crate::inquiry::Assessment;
use crate::report::advice::Words;
use crate::report::study::StudyReport;
use crate::report::words::{count, number};
use crate::study::Estimate;
use crate::study::candidates::CURRENT;

use super::Chart;
use super::frame::{Frame, Panel};
use super::ink::Ink;
use super::mark::{Look, Mark, Shape};
use super::measure::{AxisNotation, Measure};

/// Maximum number of pairs with a line.
const LISTED: usize = 12;
/// Maximum number of pairs described in words.
const TOLD: usize = 3;
/// Draws the chart; none if there is nothing to compare.
pub(super) fn chart(report: &StudyReport<'_>) -> Option<Chart> {
    let differences = DifferenceChart::of(report);
    let chart = || {
        let (title, description) = (differences.title(), differences.description());
        Chart::new("differences", title, description, |_| differences.frame())
    };
    (!differences.pairs.is_empty()).then(chart)
}

/// A candidate less the first.
#[derive(Clone, Debug)]
struct Pair {
    name: String,
    /// Its additional cost per period.
    cost: Estimate,
    /// Its additional refused credits per period.
    refused: Option<Estimate>,
}

/// The direction of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Certainly less.
    Less,
    /// Certainly more.
    More,
    /// Certainly no visible difference.
    Same,
    /// One or the other.
    Undecided,
}

impl Way {
    /// `is_nothing` returns true if an amount is zero when written.
    fn of(difference: Estimate, is_nothing: impl Fn(f64) -> bool) -> Way {
        let (Some(low), Some(high)) = (difference.low, difference.high) else {
            return Way::Undecided;
        };
        match () {
            () if is_nothing(low) && is_nothing(high) => Way::Same,
            () if high < 0.0 => Way::Less,
            () if low > 0.0 => Way::More,
            () => Way::Undecided,
        }
    }

    fn ink(self) -> Ink {
        match self {
            Way::Less => Ink::Blue,
            Way::More => Ink::Vermillion,
            Way::Same | Way::Undecided => Ink::Muted,
        }
    }

    /// Its mark: a dot, a square, a ring; what is the same is a small dot.
    fn mark(self, at: (f64, f64)) -> Mark {
        let (radius, look) = match self {
            Way::Less => (5.0, Look::Full),
            Way::More => (4.5, Look::Square),
            Way::Undecided => (4.5, Look::Ring),
            Way::Same => (3.5, Look::Full),
        };
        Mark::new(Shape::Dot { at, radius, look }, self.ink())
    }
}

/// All pairs, the one that costs least first.
struct DifferenceChart<'d> {
    first: &'d str,
    words: Words<'d>,
    pairs: Vec<Pair>,
}

impl<'d> DifferenceChart<'d> {
    fn of(report: &StudyReport<'d>) -> DifferenceChart<'d> {
        let words = report.words;
        let name = |index: usize| words.candidates.get(index).map_or("", |one| one.name.as_str());
        let pair = |assessment: &Assessment| {
            let gain = assessment.gain?.difference;
            // Less is more: what it gains is what it costs less.
            let cost = gain.negated();
            Some(Pair {
                name: name(assessment.index).to_owned(),
                cost,
                refused: assessment.refused_beyond,
            })
        };
        let mut pairs: Vec<Pair> = report.judgement.assessments.iter().filter_map(pair).collect();
        pairs.sort_by(|a, b| a.cost.value.total_cmp(&b.cost.value));
        DifferenceChart { first: name(0), words, pairs }
    }

    /// The name of the candidate that the others are compared with.
    fn base(&self) -> String {
        match self.first {
            CURRENT => "what is set today".to_owned(),
            name => name.to_owned(),
        }
    }

    fn cost_way(&self, pair: &Pair) -> Way {
        let nothing = self.words.money(0.0);
        Way::of(pair.cost, |amount| self.words.money(amount.abs()) == nothing)
    }

    fn refused_way(&self, refused: Estimate) -> Way {
        let nothing = self.words.credits(0.0);
        Way::of(refused, |amount| self.words.credits(amount.abs()) == nothing)
    }

    fn title(&self) -> String {
        let base = self.base();
        if let [pair] = self.pairs.as_slice() {
            let (name, per) = (&pair.name, self.words.per());
            let size = self.words.money(pair.cost.value.abs());
            return match self.cost_way(pair) {
                Way::Less => format!("{name} costs {size} less {per} than {base}"),
                Way::More => format!("{name} costs {size} more {per} than {base}"),
                Way::Same => match self.words.too_small(pair.cost.value) {
                    Some(size) => format!("{name} and {base} differ in cost by {size} {per}"),
                    None => format!("{name} costs the same as {base}"),
                },
                Way::Undecided => format!("Whether {name} costs less than {base} is not decided"),
            };
        }
        let of = |way: Way| self.pairs.iter().filter(|pair| self.cost_way(pair) == way).count();
        let (less, all) = (of(Way::Less), self.pairs.len());
        match (less, of(Way::Undecided), self.pairs.first()) {
            (1.., _, Some(best)) => format!(
                "{} of {all} {} less than {base}: {} by {} {}",
                number(less as u64, "candidate"),
                if less == 1 { "costs" } else { "cost" },
                best.name,
                self.words.money(best.cost.value.abs()),
                self.words.per()
            ),
            (_, 1.., _) => format!("No candidate costs less than {base} beyond doubt"),
            _ => format!("No candidate costs less than {base}"),
        }
    }

    fn description(&self) -> String {
        let percent = self.words.percent(self.words.objective.confidence.probability());
        let lines = self.pairs.iter().take(TOLD).map(|pair| {
            let refused = pair.refused.filter(|_| self.has_refused());
            let refused = refused.map_or(String::new(), |refused| {
                format!(", {} in refused {}", self.tell_refused(refused), self.words.unit)
            });
            format!("{}: {}{refused}.", pair.name, self.tell_cost(pair))
        });
        let more = match self.pairs.len().saturating_sub(TOLD) {
            0 => String::new(),
            more => format!(" And {} besides.", count(more as u64, "candidate")),
        };
        format!(
            "Cost {} against {}, with {percent} intervals for all rows at once. {}{more}",
            self.words.per(),
            self.base(),
            lines.collect::<Vec<_>>().join(" ")
        )
    }

    /// The number of pairs without a line.
    fn more(&self) -> Option<String> {
        let more = self.pairs.len().checked_sub(LISTED).filter(|&more| more > 0)?;
        Some(format!("And {} that cost more", count(more as u64, "candidate")))
    }

    fn has_refused(&self) -> bool {
        let seen = |pair: &&Pair| {
            pair.refused.is_some_and(|refused| self.refused_way(refused) != Way::Same)
        };
        self.pairs.iter().any(|pair| seen(&pair))
    }

    fn tell_cost(&self, pair: &Pair) -> String {
        let say = |amount: f64| self.words.money(amount);
        let way = self.cost_way(pair);
        match self.words.too_small(pair.cost.value).filter(|_| way == Way::Same) {
            Some(size) => size + " apart",
            None => tell(pair.cost, way, ["cheaper", "dearer"], say),
        }
    }

    fn tell_refused(&self, refused: Estimate) -> String {
        let say = |amount: f64| self.words.credits(amount);
        tell(refused, self.refused_way(refused), ["less", "more"], say)
    }

    fn frame(&self) -> Frame {
        let pairs = &self.pairs[..self.pairs.len().min(LISTED)];
        let (base, per) = (self.base(), self.words.per());
        let costs = pairs.iter().map(|pair| DifferenceRow {
            name: &pair.name,
            difference: pair.cost,
            way: self.cost_way(pair),
            label: self.tell_cost(pair),
        });
        let mut cost = panel(&costs.collect::<Vec<_>>(), AxisNotation::Money(self.words.currency));
        cost.head = format!("extra cost {per} against {base}");
        cost.foot = ends(pairs.iter().map(|pair| pair.cost), ["← cheaper", "dearer →"]);
        let mut panels = vec![cost];
        if self.has_refused() {
            let refused = pairs.iter().filter_map(|pair| {
                let difference = pair.refused?;
                let (way, label) = (self.refused_way(difference), self.tell_refused(difference));
                Some(DifferenceRow { name: &pair.name, difference, way, label })
            });
            let mut refused = panel(&refused.collect::<Vec<_>>(), AxisNotation::Plain);
            refused.head = format!("extra refused {} {per} against {base}", self.words.unit);
            let differences = pairs.iter().filter_map(|pair| pair.refused);
            refused.foot = ends(differences, ["← refuses less", "refuses more →"]);
            panels.push(refused);
        }
        let note =
            self.more().map_or(String::new(), |more| format!("{more}; the table has them all."));
        Frame { panels, note, ..Frame::default() }
    }
}

/// A difference in words: `$8.16 dearer, $6.92 to $9.40`.
fn tell(
    difference: Estimate,
    way: Way,
    [less, more]: [&str; 2],
    say: impl Fn(f64) -> String,
) -> String {
    let size = say(difference.value.abs());
    let word = if difference.value < 0.0 { less } else { more };
    let (Some(low), Some(high)) = (difference.low, difference.high) else {
        return format!("{size} {word}, no interval yet");
    };
    match way {
        Way::Same => "the same".to_owned(),
        Way::Less => format!("{size} {less}, {} to {}", say(-high), say(-low)),
        Way::More => format!("{size} {more}, {} to {}", say(low), say(high)),
        Way::Undecided => {
            let end = |limit: f64| match say(limit.abs()) {
                size if size == say(0.0) => "the same".to_owned(),
                size if limit < 0.0 => format!("{size} {less}"),
                size => format!("{size} {more}"),
            };
            format!("undecided: {} to {}", end(low), end(high))
        }
    }
}

/// The names of the sides of zero that have a difference.
fn ends(differences: impl Iterator<Item = Estimate> + Clone, [less, more]: [&str; 2]) -> String {
    let reaches = |is_there: fn(f64) -> bool| {
        let reach = |one: Estimate| [Some(one.value), one.low, one.high].into_iter().flatten();
        differences.clone().flat_map(reach).any(is_there)
    };
    match (reaches(|value| value < 0.0), reaches(|value| value > 0.0)) {
        (true, true) => format!("{less} · {more}"),
        (true, false) => less.to_owned(),
        (false, _) => more.to_owned(),
    }
}

/// A difference, ready to be drawn.
struct DifferenceRow<'r> {
    name: &'r str,
    difference: Estimate,
    way: Way,
    label: String,
}

/// Differences as rows on one scale, which holds zero and every interval.
fn panel(rows: &[DifferenceRow<'_>], notation: AxisNotation) -> Panel {
    let differences = || rows.iter().map(|row| row.difference);
    let least = |one: Estimate| one.low.unwrap_or(one.value).min(one.value);
    let most = |one: Estimate| one.high.unwrap_or(one.value).max(one.value);
    let low = differences().map(least).fold(0.0, f64::min);
    let high = differences().map(most).fold(0.0, f64::max);
    let names = Measure::Names(rows.iter().map(|row| row.name.to_owned()).collect());
    let mut panel = Panel::new(Measure::round(low, high, notation), names, [28.0, 24.0]);
    panel.values = rows.iter().map(|row| row.label.clone()).collect();
    let count = rows.len() as f64;
    panel.marks.push(Mark::rule((0.0, 0.0), (0.0, count), 1.25, Ink::Axis));
    for (row, place) in rows.iter().zip(0..) {
        let y = f64::from(place) + 0.5;
        let words = format!("{}: {}", row.name, row.label);
        let (low, high) = (row.difference.low, row.difference.high);
        panel.marks.extend(Mark::interval(y, low, high, row.way.ink()));
        panel.marks.push(row.way.mark((row.difference.value, y)).saying(words));
    }
    panel
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Currency;
    use crate::study::Objective;

    fn estimate(value: f64, half: f64) -> Estimate {
        Estimate { value, low: Some(value - half), high: Some(value + half) }
    }

    fn pair(name: &str, cost: Estimate) -> Pair {
        Pair { name: name.to_owned(), cost, refused: Some(estimate(0.0, 0.0)) }
    }

    fn with<T>(pairs: Vec<Pair>, then: impl FnOnce(&DifferenceChart<'_>) -> T) -> T {
        let objective = Objective::of_spend();
        let currency = Currency::from_code("USD").unwrap();
        let words = Words { currency, unit: "credits", candidates: &[], objective: &objective };
        then(&DifferenceChart { first: "Starter", words, pairs })
    }

    fn drawn(pairs: Vec<Pair>) -> [String; 2] {
        with(pairs, |differences| {
            let (title, description) = (differences.title(), differences.description());
            let chart = Chart::new("differences", title, description, |_| differences.frame());
            [chart.wide, chart.narrow]
        })
    }

    #[test]
    fn a_title_says_what_is_beyond_doubt_and_what_is_not() {
        for (cost, title) in [
            (estimate(-8.16, 1.0), "Pro costs $8.16 less per cycle than Starter"),
            (estimate(8.16, 1.0), "Pro costs $8.16 more per cycle than Starter"),
            (estimate(0.5, 0.6), "Whether Pro costs less than Starter is not decided"),
            (estimate(0.001, 0.002), "Pro and Starter differ in cost by less than $0.01 per cycle"),
            (estimate(-0.001, 0.0), "Pro and Starter differ in cost by less than $0.01 per cycle"),
            (estimate(0.0, 0.0), "Pro costs the same as Starter"),
            (estimate(2.0, 0.0), "Pro costs $2.00 more per cycle than Starter"),
            (
                Estimate { value: 3.0, low: None, high: None },
                "Whether Pro costs less than Starter is not decided",
            ),
        ] {
            with(vec![pair("Pro", cost)], |differences| assert_eq!(differences.title(), title));
        }
        let many = vec![
            pair("a", estimate(-3.0, 1.0)),
            pair("b", estimate(-2.0, 1.0)),
            pair("c", estimate(0.0, 1.0)),
        ];
        let title = "Two candidates of 3 cost less than Starter: a by $3.00 per cycle";
        with(many, |differences| assert_eq!(differences.title(), title));
        let doubtful = vec![pair("a", estimate(-3.0, 4.0)), pair("b", estimate(2.0, 1.0))];
        let title = "No candidate costs less than Starter beyond doubt";
        with(doubtful, |differences| assert_eq!(differences.title(), title));
        let dear = vec![pair("a", estimate(3.0, 1.0)), pair("b", estimate(2.0, 1.0))];
        let title = "No candidate costs less than Starter";
        with(dear, |differences| assert_eq!(differences.title(), title));
    }

    #[test]
    fn a_line_says_in_words_what_its_mark_and_colour_say() {
        for (cost, words, ink) in [
            (estimate(-8.0, 1.0), "$8.00 cheaper, $7.00 to $9.00", "#005B94"),
            (estimate(8.0, 1.0), "$8.00 dearer, $7.00 to $9.00", "#D55E00"),
            (estimate(-0.5, 1.0), "undecided: $1.50 cheaper to $0.50 dearer", "#57606A"),
            (estimate(0.0, 0.0), "the same", "#57606A"),
            (
                Estimate { value: 3.0, low: None, high: None },
                "$3.00 dearer, no interval yet",
                "#57606A",
            ),
        ] {
            for svg in drawn(vec![pair("Pro", cost)]) {
                assert!(svg.contains(&format!(">{words}</text>")), "{words}: {svg}");
                assert!(svg.contains(ink), "{words}");
            }
        }
    }

    #[test]
    fn refused_usage_has_lines_of_its_own_where_any_differs() {
        let refuses =
            Pair { refused: Some(estimate(40.0, 3.0)), ..pair("Pro", estimate(1.0, 0.1)) };
        let none = drawn(vec![pair("Pro", estimate(1.0, 0.1))]);
        let some = drawn(vec![refuses]);
        for (none, some) in none.iter().zip(&some) {
            assert!(!none.contains("refused credits"), "{none}");
            assert!(some.contains(">40 more, 37 to 43</text>"), "{some}");
        }
    }

    #[test]
    fn more_pairs_than_there_is_room_for_are_counted() {
        let many =
            |count: usize| (0..count).map(|i| pair("one", estimate(i as f64, 0.5))).collect();
        for svg in drawn(many(40)) {
            assert_eq!(svg.matches(">one</text>").count(), LISTED);
            assert!(svg.contains("And 28 candidates that cost more; the table has them all."));
        }
        assert!(!drawn(many(LISTED))[0].contains("that cost more"));
    }

    #[test]
    fn long_names_are_cut_and_short_ones_are_not() {
        let long = "a plan with a name that nobody would give it ".repeat(9);
        for svg in drawn(vec![pair(&long, estimate(1e9, 1e8)), pair("x", estimate(-1e9, 1.0))]) {
            assert!(svg.contains("…</text>") && svg.contains(">x</text>"), "{svg}");
            assert!(svg.contains(">$1.0B</text>"), "{svg}");
        }
    }
}
