//! What each candidate costs and refuses more or less than the first, on the same usage and luck:
//! one line a pair, with its interval.
//!
//! Whether a difference is beyond doubt is said three times: by colour, by the shape of the mark,
//! and in words.

use crate::inquiry::Assessment;
use crate::report::advice::Words;
use crate::report::study::StudyReport;
use crate::report::words::{count, number};
use crate::study::Estimate;
use crate::study::candidates::CURRENT;

use super::axis::Scale;
use super::canvas::{self, Anchor, Area, Canvas, Letters, Said};
use super::ink::Ink;
use super::{Chart, Width};

/// The most pairs there are lines for.
const LISTED: usize = 12;
/// The most pairs that are told in words.
const TOLD: usize = 3;
/// The widest name that stands beside its line; longer ones stand above.
const BESIDE: f64 = 250.0;

/// Draws the chart; nothing where there is nothing to compare.
pub fn chart(told: &StudyReport<'_>) -> Option<Chart> {
    let differences = Differences::of(told);
    let chart = || {
        let draw = |width, said: Said<'_>| differences.draw(width, said);
        Chart::new("differences", differences.title(), differences.description(), draw)
    };
    (!differences.pairs.is_empty()).then(chart)
}

/// A candidate less the first.
#[derive(Clone, Debug)]
struct Pair {
    name: String,
    /// What it costs more per period.
    cost: Estimate,
    /// What it refuses more per period.
    refused: Option<Estimate>,
}

/// What a difference comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Less, beyond doubt.
    Less,
    /// More, beyond doubt.
    More,
    /// Nothing that can be seen, beyond doubt.
    Same,
    /// One or the other.
    Undecided,
}

impl Way {
    /// `shown` says whether an amount is nothing when written.
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

    /// Draws its mark: a dot, a square, a ring; what is the same is a small dot.
    fn mark(self, canvas: &mut Canvas, (x, y): (f64, f64)) {
        match self {
            Way::Less => canvas.dot((x, y), 5.0, self.ink()),
            Way::More => {
                let area = Area { left: x - 4.5, top: y - 4.5, right: x + 4.5, bottom: y + 4.5 };
                canvas.fill(area, self.ink(), 1.0);
            }
            Way::Undecided => {
                canvas.dot((x, y), 5.0, self.ink());
                canvas.dot((x, y), 3.0, Ink::Paper);
            }
            Way::Same => canvas.dot((x, y), 3.5, self.ink()),
        }
    }
}

/// All pairs, the one that costs least first.
struct Differences<'d> {
    first: &'d str,
    words: Words<'d>,
    pairs: Vec<Pair>,
}

impl<'d> Differences<'d> {
    fn of(told: &StudyReport<'d>) -> Differences<'d> {
        let words = told.words;
        let name = |index: usize| words.candidates.get(index).map_or("", |one| one.name.as_str());
        let pair = |judged: &Assessment| {
            let gain = judged.gain?.difference;
            let negative = |limit: Option<f64>| limit.map(|limit| 0.0 - limit);
            // Less is more: what it gains is what it costs less.
            let cost = Estimate {
                value: 0.0 - gain.value,
                low: negative(gain.high),
                high: negative(gain.low),
            };
            Some(Pair { name: name(judged.index).to_owned(), cost, refused: judged.refused_beyond })
        };
        let mut pairs: Vec<Pair> = told.judgement.judged.iter().filter_map(pair).collect();
        pairs.sort_by(|a, b| a.cost.value.total_cmp(&b.cost.value));
        Differences { first: name(0), words, pairs }
    }

    /// What the others are compared with.
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
                Way::Same => format!("{name} costs the same as {base}"),
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
            "Cost {} less that of {}, with {percent} intervals that hold together. {}{more}",
            self.words.per(),
            self.base(),
            lines.collect::<Vec<_>>().join(" ")
        )
    }

    /// How many pairs there is no line for.
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
        tell(pair.cost, self.cost_way(pair), ["cheaper", "dearer"], say)
    }

    fn tell_refused(&self, refused: Estimate) -> String {
        let say = |amount: f64| self.words.credits(amount);
        tell(refused, self.refused_way(refused), ["less", "more"], say)
    }

    fn panels(&self) -> Vec<Panel> {
        let (pairs, per) = (&self.pairs[..self.pairs.len().min(LISTED)], self.words.per());
        let row = |pair: &Pair, difference: Estimate, way: Way, label: String| Row {
            name: pair.name.clone(),
            difference,
            way,
            label,
        };
        let mut panels = vec![Panel {
            caption: format!("{} {per}", self.words.currency.code()),
            ends: ["← cheaper", "dearer →"],
            rows: pairs
                .iter()
                .map(|pair| row(pair, pair.cost, self.cost_way(pair), self.tell_cost(pair)))
                .collect(),
        }];
        if self.has_refused() {
            let refused = |pair: &Pair| {
                let refused = pair.refused?;
                let label = self.tell_refused(refused);
                Some(row(pair, refused, self.refused_way(refused), label))
            };
            panels.push(Panel {
                caption: format!("refused {} {per}", self.words.unit),
                ends: ["← refuses less", "refuses more →"],
                rows: pairs.iter().filter_map(refused).collect(),
            });
        }
        panels
    }

    fn draw(&self, width: Width, said: Said<'_>) -> String {
        let panels = self.panels();
        let layout = Layout::of(&panels, width);
        let mut top = 0.0;
        let mut tops = Vec::new();
        for panel in &panels {
            tops.push(top);
            top += layout.height(panel) + 22.0;
        }
        let more = self.more();
        let height = top - 18.0 + if more.is_some() { 20.0 } else { 0.0 };
        canvas::draw(width.pixels(), height, said, |canvas| {
            for (panel, top) in panels.iter().zip(tops) {
                layout.draw(canvas, panel, top, &self.base());
            }
            if let Some(more) = more {
                let text = format!("{more}; the table has them all.");
                canvas.text(&text, (0.0, height - 8.0), Anchor::Start, Letters::TICK);
            }
        })
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

/// Lines that share a scale.
struct Panel {
    /// What is measured, and in what.
    caption: String,
    /// What lies to the left and to the right of zero.
    ends: [&'static str; 2],
    rows: Vec<Row>,
}

struct Row {
    name: String,
    difference: Estimate,
    way: Way,
    label: String,
}

/// Where the parts of every row stand.
#[derive(Clone, Copy)]
struct Layout {
    width: Width,
    /// Whether the name stands to the left of its line, and not above it.
    beside: bool,
    left: f64,
    right: f64,
}

const NAME: Letters = Letters::LABEL;

impl Layout {
    fn of(panels: &[Panel], width: Width) -> Layout {
        let rows = || panels.iter().flat_map(|panel| &panel.rows);
        let widest =
            |text: fn(&Row) -> &str| rows().map(|row| NAME.width(text(row))).fold(0.0, f64::max);
        let (name, label) = (widest(|row| &row.name), widest(|row| &row.label));
        let beside = width == Width::Wide && name <= BESIDE;
        Layout {
            width,
            beside,
            left: if beside { name.max(width.left() - 12.0) + 12.0 } else { width.pick(8.0, 6.0) },
            right: width.pick(width.right() - label - 10.0, width.pixels() - 6.0),
        }
    }

    /// How high a row is.
    fn pitch(self) -> f64 {
        match (self.width, self.beside) {
            (Width::Wide, true) => 28.0,
            (Width::Wide, false) => 42.0,
            (Width::Narrow, _) => 58.0,
        }
    }

    const HEAD: f64 = 18.0;
    const TICKS: f64 = 22.0;
    const FOOT: f64 = Layout::TICKS + 16.0;

    fn height(self, panel: &Panel) -> f64 {
        Layout::HEAD + self.pitch() * panel.rows.len() as f64 + Layout::FOOT
    }

    fn draw(self, canvas: &mut Canvas, panel: &Panel, top: f64, base: &str) {
        let bottom = top + self.height(panel) - Layout::FOOT;
        let plot = Area { left: self.left, top: top + Layout::HEAD, right: self.right, bottom };
        let scale = scale(panel, plot, self.width.pick(80.0, 62.0));
        let head = format!("{}{}, less that of {base}", scale.word(), panel.caption);
        let head = Letters::TICK.fit(&head, self.width.pixels());
        canvas.text(&head, (0.0, top + 8.0), Anchor::Start, Letters::TICK);
        scale.draw_across(canvas, plot, |tick| scale.tick(tick));
        let zero = scale.x(0.0);
        canvas.line((zero, plot.top), (zero, plot.bottom), Ink::Axis, 1.25);
        for (index, row) in panel.rows.iter().enumerate() {
            self.row(canvas, row, plot.top + self.pitch() * index as f64, &scale);
        }
        let y = plot.bottom + Layout::TICKS + 7.0;
        let [less, more] = panel.ends;
        if scale.x(0.0) > plot.left {
            canvas.text(less, (plot.left, y), Anchor::Start, Letters::TICK);
        }
        if scale.x(0.0) < plot.right {
            canvas.text(more, (plot.right, y), Anchor::End, Letters::TICK);
        }
    }

    fn row(self, canvas: &mut Canvas, row: &Row, top: f64, scale: &Scale) {
        let label = NAME.in_ink(Ink::Text);
        let (name, name_at, anchor, y, label_at) = match (self.width, self.beside) {
            (Width::Wide, true) => {
                let y = top + 14.0;
                (row.name.clone(), (self.left - 12.0, y), Anchor::End, y, (self.right + 10.0, y))
            }
            (Width::Wide, false) => {
                let (above, y) = (top + 11.0, top + 29.0);
                let name = NAME.fit(&row.name, self.width.pixels());
                (name, (0.0, above), Anchor::Start, y, (self.right + 10.0, y))
            }
            (Width::Narrow, _) => {
                let name = NAME.bold().fit(&row.name, self.width.pixels());
                (name, (0.0, top + 11.0), Anchor::Start, top + 45.0, (0.0, top + 27.0))
            }
        };
        let name_letters = self.width.pick(NAME, NAME.bold());
        if self.width == Width::Narrow {
            // No line to read values by runs through words.
            for (text, letters, (_, y)) in
                [(&name, name_letters, name_at), (&row.label, label, label_at)]
            {
                let right = letters.width(text) + 4.0;
                let area = Area { left: 0.0, top: y - 8.0, right, bottom: y + 8.0 };
                canvas.fill(area, Ink::Paper, 1.0);
            }
        }
        canvas.text(&name, name_at, anchor, name_letters);
        canvas.text(&row.label, label_at, Anchor::Start, label);
        interval(canvas, row, y, scale);
    }
}

/// Draws the interval with ends, and the mark on it.
fn interval(canvas: &mut Canvas, row: &Row, y: f64, scale: &Scale) {
    let ink = row.way.ink();
    if let (Some(low), Some(high)) = (row.difference.low, row.difference.high) {
        let (from, to) = (scale.x(low), scale.x(high));
        canvas.line((from, y), (to, y), ink, 2.0);
        for x in [from, to] {
            canvas.line((x, y - 4.0), (x, y + 4.0), ink, 2.0);
        }
    }
    row.way.mark(canvas, (scale.x(row.difference.value), y));
}

/// The scale of a panel: it holds zero and every interval.
fn scale(panel: &Panel, plot: Area, apart: f64) -> Scale {
    let differences = || panel.rows.iter().map(|row| row.difference);
    let least = |one: Estimate| one.low.unwrap_or(one.value).min(one.value);
    let most = |one: Estimate| one.high.unwrap_or(one.value).max(one.value);
    let low = differences().map(least).fold(0.0, f64::min);
    let high = differences().map(most).fold(0.0, f64::max);
    Scale::between(low, high, plot.left, plot.right, apart)
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

    fn with<T>(pairs: Vec<Pair>, then: impl FnOnce(&Differences<'_>) -> T) -> T {
        let objective = Objective::of_spend();
        let currency = Currency::from_code("USD").unwrap();
        let words = Words { currency, unit: "credits", candidates: &[], objective: &objective };
        then(&Differences { first: "Starter", words, pairs })
    }

    fn drawn(pairs: Vec<Pair>) -> [String; 2] {
        with(pairs, |differences| {
            let (title, description) = (differences.title(), differences.description());
            let said = Said { title: &title, description: &description };
            [Width::Wide, Width::Narrow].map(|width| differences.draw(width, said))
        })
    }

    #[test]
    fn a_title_says_what_is_beyond_doubt_and_what_is_not() {
        for (cost, title) in [
            (estimate(-8.16, 1.0), "Pro costs $8.16 less per cycle than Starter"),
            (estimate(8.16, 1.0), "Pro costs $8.16 more per cycle than Starter"),
            (estimate(0.5, 0.6), "Whether Pro costs less than Starter is not decided"),
            (estimate(0.001, 0.002), "Pro costs the same as Starter"),
            (estimate(0.001, 0.0), "Pro costs the same as Starter"),
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
            (estimate(-8.0, 1.0), "$8.00 cheaper, $7.00 to $9.00", "#0072B2"),
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
            assert!(svg.contains(">billion USD per cycle"), "{svg}");
        }
    }
}
