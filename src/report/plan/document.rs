//! The document of plans and packages: the cheapest today, the usage from which another plan is,
//! the chart, and the cost of every choice at every level.

use crate::inquiry::{BreakEven, Crossing, Crossover, Envelope, Level, Side};
use crate::report::advice::target_told;
use crate::report::attention;
use crate::report::document::notation::given_price;
use crate::report::document::{
    Block, Cell, CellKind, Column, Document, DocumentSource, FigureCard, Finding, Media, Notation,
    Table, assumptions, notes,
};
use crate::report::periods::PeriodTables;
use crate::report::words::{capital, count, tested};
use crate::report::{assumed, fit, plan_advice, start, usage};
use crate::study::Estimate;

use super::PlanReport;

/// The most sentences on break-evens; their table has them all.
const SENTENCES: usize = 8;

/// The most choices that have a column on a page.
const COLUMNS: usize = 8;

/// Maximum number of choices whose columns on a page have room for half of the interval.
const COLUMNS_WITH_HALF: usize = 4;

/// The explanation of levels.
const SCALED: &str = "today's usage, scaled.";

/// The explanation of break-evens.
const INTERPOLATED: &str = "Break-evens are interpolated between neighbouring levels.";

impl PlanReport<'_> {
    /// The document.
    pub fn document(&self) -> Document {
        let scenario = self.scenario;
        let mut blocks = vec![Block::Cards(self.cards())];
        blocks.extend(notes("Attention", self.attention()));
        blocks.extend(notes("Where the bigger plan becomes cheaper", self.first_break_evens()));
        blocks.extend(self.charts());
        blocks.push(Block::Table(self.costs_in_text()));
        blocks.push(Block::Table(self.costs_on_page()));
        blocks.push(Block::Table(self.costs_in_book()));
        let break_evens = self.break_evens();
        blocks.extend(self.period_tables().into_iter().map(Block::Table));
        blocks.extend((!break_evens.rows.is_empty()).then_some(Block::Table(break_evens)));
        blocks.push(Block::Table(self.judged()));
        let choices = self.read.map(attention::choices).unwrap_or_default();
        blocks.extend(notes("Where the usage comes from", choices));
        blocks.extend(notes("Assumed", target_told(&self.words, "cost decides alone")));
        blocks.extend(assumptions(&[scenario]));
        Document {
            title: format!("{}: plan or packs", scenario.name),
            question: scenario.question_of_usage().map(str::to_owned),
            finding: self.finding(),
            blocks,
            source: DocumentSource::of(&[scenario], self.provenance),
            notation: Notation { currency: self.words.currency, zone: scenario.zone },
        }
    }

    /// Points that deserve attention.
    pub fn attention(&self) -> Vec<String> {
        let scenario = self.scenario;
        let (horizon, zone) = (scenario.setup.horizon, scenario.zone);
        let first = self.read.and_then(|read| usage::first(read, horizon, zone));
        let later = self.read.map(|read| usage::later(read, horizon, zone)).unwrap_or_default();
        let distant = self.future.and_then(|future| fit::distant(future, horizon.from, zone));
        first
            .into_iter()
            .chain(distant)
            .chain(start::sentence(&scenario.setup, &scenario.luck))
            .chain(plan_advice::attention(self.plans, &self.words))
            .chain(later)
            .chain(self.otherwise.map(str::to_owned))
            .collect()
    }

    fn finding(&self) -> Finding {
        let plans = self.plans;
        let mut today = plan_advice::today(plans, &self.words).into_iter();
        let first = today.next();
        let first =
            first.expect("the first sentence is about today's usage, which every answer has");
        let headline: Vec<String> = [first].into_iter().chain(self.saving()).collect();
        Finding {
            headline: headline.join(" "),
            sentences: today.chain(self.tested.map(tested)).collect(),
            basis: format!(
                "{} of plan and package · {} a level · {}",
                count(plans.choices.len() as u64, "choice"),
                count(plans.replications() as u64, "replication"),
                self.usage
            ),
        }
    }

    /// The saving of the best choice over today's settings, if it is certain.
    fn saving(&self) -> Option<String> {
        let (plans, words) = (self.plans, &self.words);
        let set = plans.set_today()?;
        let saved = plans.today.difference(set, plans.today.best(), plans.confidence)?;
        let is_sure = saved.low.is_some_and(|low| words.money(low.max(0.0)) != words.money(0.0));
        is_sure.then(|| {
            format!(
                "That is {} less than {}, which is set today.",
                words.money(saved.value),
                plans.in_words(set)
            )
        })
    }

    /// The sentences about break-evens, as far as they are read.
    fn first_break_evens(&self) -> Vec<String> {
        let mut sentences = plan_advice::break_evens(self.plans, &self.words);
        let more = sentences.len().saturating_sub(SENTENCES);
        if more > 0 {
            sentences.truncate(SENTENCES);
            sentences.push(format!("And {more} more in the table."));
        }
        sentences
    }

    #[cfg(feature = "html")]
    fn charts(&self) -> Option<Block> {
        let charts = crate::report::charts::of_plan(self);
        (!charts.is_empty()).then_some(Block::Charts(charts))
    }

    #[cfg(not(feature = "html"))]
    fn charts(&self) -> Option<Block> {
        None
    }
}

/// A card that gives no alarm.
fn card(name: impl Into<String>, value: Cell, meaning: String) -> FigureCard {
    FigureCard { name: name.into(), value, meaning, alarm: false }
}

/// Cards.
impl PlanReport<'_> {
    /// The cheapest choice today and its saving, its next change, the demand and its served share.
    fn cards(&self) -> Vec<FigureCard> {
        let plans = self.plans;
        let cheapest = plans.today.best();
        let fill = plans.today.fill_rate(cheapest, plans.confidence);
        vec![
            self.cheapest(cheapest),
            self.beside(cheapest),
            self.next_change(),
            self.usage_today(),
            self.price(cheapest),
            card(
                "Fill rate",
                fill.map_or(Cell::Unknown, |fill| Cell::Share(fill.value)),
                format!("Share of {} served with {}.", self.words.unit, plans.name(cheapest)),
            ),
        ]
    }

    fn cheapest(&self, cheapest: usize) -> FigureCard {
        let (plans, words) = (self.plans, &self.words);
        let costs = plans.today.cost(cheapest, plans.confidence);
        let costs = costs.map_or_else(String::new, |cost| {
            format!("{} {}{}.", words.money(cost.value), words.per(), self.between(cost))
        });
        let title = match (plans.today.keeps(cheapest), cheapest == plans.today.cheapest()) {
            (true, true) => "Cheapest today",
            (true, false) => "Cheapest today that meets what is wanted",
            (false, _) => "Nearest today to what is wanted",
        };
        card(title, Cell::text(plans.name(cheapest)), costs)
    }

    fn usage_today(&self) -> FigureCard {
        let (plans, words) = (self.plans, &self.words);
        let meaning = match plans.spread {
            Some([p5, p95]) => {
                format!("90% of cycles ask for {} to {}.", words.credits(p5), words.credits(p95))
            }
            None => "No cycle is whole, so how usage varies from one to the next is not known."
                .to_owned(),
        };
        let name = format!("{} {}", capital(words.unit), words.per());
        card(name, Cell::mean(CellKind::Credits, plans.today.level), meaning)
    }

    fn price(&self, cheapest: usize) -> FigureCard {
        let plans = self.plans;
        let thousands = plans.today.level / 1_000.0;
        let cost = plans.today.cost(cheapest, plans.confidence);
        let price =
            cost.map_or(Cell::Empty, |cost| Cell::mean(CellKind::Money, cost.value / thousands));
        let meaning = format!("With {}, at today's usage.", plans.name(cheapest));
        card("Per 1,000 asked for", price, meaning)
    }

    /// ` (from to to)`, or that it is not resolved.
    fn between(&self, estimate: Estimate) -> String {
        match (estimate.low, estimate.high) {
            (Some(_), Some(_)) => format!(" ({})", self.words.between(estimate)),
            _ => ", from too few replications for an interval".to_owned(),
        }
    }

    /// Today's settings, or the most expensive choice if they are not among the choices, beside the
    /// cheapest.
    fn beside(&self, cheapest: usize) -> FigureCard {
        let (plans, words) = (self.plans, &self.words);
        let value = |choice| self.value_today(choice);
        let dearest = self.choices().max_by(|&a, &b| value(a).total_cmp(&value(b)));
        let (title, other) = match plans.set_today() {
            Some(set) => ("Set today", set),
            None => ("Dearest today", dearest.unwrap_or(cheapest)),
        };
        let costs = format!("{} {}", words.money(value(other)), words.per());
        let meaning = match plans.today.difference(other, cheapest, plans.confidence) {
            _ if other == cheapest => format!("{costs}, as the cheapest."),
            None => format!("{costs}."),
            Some(more) => format!(
                "{costs}, {} more than the cheapest{}.",
                words.money(more.value),
                self.between(more)
            ),
        };
        card(title, Cell::text(plans.name(other)), meaning)
    }

    /// The cost of a choice at today's usage; 0 if it is unknown.
    fn value_today(&self, choice: usize) -> f64 {
        let cost = self.plans.today.cost(choice, self.plans.confidence);
        cost.map_or(0.0, |cost| cost.value)
    }

    /// The level above today's usage at which another choice becomes the cheapest.
    fn next_change(&self) -> FigureCard {
        let (plans, words) = (self.plans, &self.words);
        if !self.is_by_cost() {
            return self.next_advised();
        }
        let envelope = Envelope::of(plans);
        let next = envelope.as_ref().and_then(|envelope| envelope.next(plans.today.level));
        let Some((next, until)) = next else {
            let meaning = "At no higher level that was tried is another cheaper.".to_owned();
            return card("Next change", Cell::text("None"), meaning);
        };
        let (name, at) = (plans.name(next.to), next.at);
        let interval = match (at.low, at.high) {
            (Some(low), Some(high)) => {
                format!(" ({} to {})", words.credits(low), words.credits(high))
            }
            _ => String::new(),
        };
        let stretch = match until {
            Some(until) => format!("{interval} up to {}", words.credits(until)),
            None => format!(" on{interval}"),
        };
        let per = words.per();
        let meaning = format!("{} {per}: {name} is the cheapest from there{stretch}.", words.unit);
        card("Next change", Cell::mean(CellKind::Credits, at.level), capital(&meaning))
    }
}

/// The next change where it is not cost alone that decides.
impl PlanReport<'_> {
    /// The first level of the table above today's usage at which another choice is advised.
    fn next_advised(&self) -> FigureCard {
        let (plans, words) = (self.plans, &self.words);
        let today = plans.today.best();
        let rows = plans.rows();
        let above = rows.iter().filter(|level| level.nominal() > plans.today.level);
        let mut other = above.filter(|level| level.best() != today || !level.keeps(today));
        let Some(level) = other.next() else {
            let meaning = "At no higher level that was tried is another advised.".to_owned();
            return card("Next change", Cell::text("None"), meaning);
        };
        let best = plans.name(level.best());
        let told = match level.keeps(level.best()) {
            true => format!("{best} is advised"),
            false => format!("no choice keeps what must hold; {best} is nearest"),
        };
        let meaning = format!(
            "{} {}, the first level tried at which that changes: {told}.",
            words.unit,
            words.per()
        );
        card("Next change", Cell::mean(CellKind::Credits, level.nominal()), capital(&meaning))
    }
}

/// The cost of every choice at every level.
impl PlanReport<'_> {
    /// Without intervals, so that a terminal has room for all choices.
    fn costs_in_text(&self) -> Table {
        let all: Vec<usize> = self.choices().collect();
        let table = self.costs(&all, |cost| Cell::value_of(CellKind::Money, cost));
        // The number of levels run depends on the page, but the printed output does not.
        let caption = Some(format!("{} {INTERPOLATED}", capital(SCALED)));
        Table { media: Media::Text, caption, most_in_text: usize::MAX, ..table }
    }

    /// Of many choices, those that are the cheapest anywhere, followed by those that cost least
    /// today.
    fn costs_on_page(&self) -> Table {
        let rows = self.plans.rows();
        let is_cheapest = |choice: usize| rows.iter().any(|level| level.best() == choice);
        let today = |choice| self.value_today(choice);
        let mut shown: Vec<usize> = self.choices().collect();
        shown.sort_by(|&a, &b| {
            is_cheapest(b).cmp(&is_cheapest(a)).then(today(a).total_cmp(&today(b)))
        });
        shown.truncate(COLUMNS);
        shown.sort_unstable();
        let more = self.choices().len() - shown.len();
        let table = match shown.len() <= COLUMNS_WITH_HALF {
            true => self.costs(&shown, |cost| Cell::with_half(CellKind::Money, cost)),
            false => self.costs(&shown, |cost| Cell::value_of(CellKind::Money, cost)),
        };
        Table {
            media: Media::Page,
            caption: Some(self.levels_run()),
            note: (more > 0)
                .then(|| format!("And {more} more; a workbook (--xlsx FILE) has every choice.")),
            ..table
        }
    }

    /// The number of levels run, and their meaning.
    fn levels_run(&self) -> String {
        let run = count(self.plans.all().len() as u64, "level");
        format!("{run} run: {SCALED} {INTERPOLATED}")
    }

    /// Whether the cheapest choice is the best one at every level of the table.
    fn is_by_cost(&self) -> bool {
        self.plans.rows().iter().all(|level| level.best() == level.cheapest())
    }

    /// What is best at a level, which keeps what must hold or is the nearest to it.
    fn best_at(&self, level: &Level) -> String {
        let best = level.best();
        let name = self.plans.together(best, &level.equal_to_best());
        if level.keeps(best) { name } else { format!("none; nearest {name}") }
    }

    /// A row per level, with the best choice, its fill rate if any choice refuses usage, and a
    /// column for each choice in `shown`.
    fn costs(&self, shown: &[usize], cell: impl Fn(Option<Estimate>) -> Cell) -> Table {
        let (plans, words) = (self.plans, &self.words);
        let first = format!("{} a {}", words.unit, words.objective.period.name());
        let mut columns = vec![
            Column::new(first, CellKind::Credits),
            Column::new("", CellKind::Text),
            Column::new(if self.is_by_cost() { "cheapest" } else { "advised" }, CellKind::Text),
        ];
        let refuses = plans.refuses();
        columns.extend(refuses.then(|| Column::new("its fill rate", CellKind::Share)));
        columns
            .extend(shown.iter().map(|&choice| Column::new(plans.name(choice), CellKind::Money)));
        let row = |level: &Level| {
            let cheapest = level.best();
            let mut row = vec![
                Cell::mean(CellKind::Credits, level.nominal()),
                if plans.is_today(level) { Cell::text("today") } else { Cell::Empty },
                Cell::Text(self.best_at(level)),
            ];
            row.extend(refuses.then(|| {
                Cell::value_of(CellKind::Share, level.fill_rate(cheapest, plans.confidence))
            }));
            row.extend(shown.iter().map(|&choice| cell(level.cost(choice, plans.confidence))));
            row
        };
        let title = format!("Cost {} at each level", words.per());
        Table {
            rows: plans.rows().into_iter().map(row).collect(),
            ..Table::new("levels", title, columns)
        }
    }

    /// A row a level and choice, with their intervals.
    fn costs_in_book(&self) -> Table {
        let (plans, words) = (self.plans, &self.words);
        let columns = vec![
            Column::new("plan", CellKind::Text),
            Column::new("package", CellKind::Text),
            Column::new(format!("{} asked for", words.unit), CellKind::Credits),
            Column::new("is today's", CellKind::Text),
            Column::new("cost", CellKind::Money),
            Column::new("fill rate", CellKind::Share),
            Column::new("is cheapest", CellKind::Text),
            Column::new("is advised", CellKind::Text),
        ];
        let yes = |is: bool| if is { Cell::text("yes") } else { Cell::Empty };
        let row = |level: &Level, index: usize| {
            let choice = &plans.choices[index];
            vec![
                Cell::text(&choice.plan_title),
                Cell::text(&choice.bought),
                Cell::mean(CellKind::Credits, level.nominal()),
                yes(plans.is_today(level)),
                Cell::with_limits(CellKind::Money, level.cost(index, plans.confidence)),
                Cell::with_limits(CellKind::Share, level.fill_rate(index, plans.confidence)),
                yes(level.costs_least(index)),
                yes(index == level.best()),
            ]
        };
        let levels = plans.rows().into_iter();
        Table {
            rows: levels
                .flat_map(|level| self.choices().map(move |index| row(level, index)))
                .collect(),
            note: Some(self.levels_run()),
            media: Media::Book,
            ..Table::new("levels", format!("Cost {} at each level", words.per()), columns)
        }
    }
}

/// Months and cycles.
impl PlanReport<'_> {
    /// At today's usage: of what is set today and of the cheapest, and in a workbook of every choice.
    fn period_tables(&self) -> Vec<Table> {
        let (plans, zone) = (self.plans, self.scenario.zone);
        let today = &plans.today;
        let of = |index: usize| (plans.name(index), today.tried[index].in_periods.clone());
        let best = today.best();
        let set = plans.set_today().filter(|&set| set != best);
        let shown: Vec<_> = set.into_iter().chain([best]).map(of).collect();
        let all: Vec<_> = self.choices().map(of).collect();
        let tables = |months, cycles| PeriodTables { about: "choice", months, cycles };
        let mut found = tables(Media::NotBook, Media::Page).of(&shown, zone);
        found.extend(tables(Media::Book, Media::Book).of(&all, zone));
        found
    }
}

/// Break-evens, and how all of it was judged.
impl PlanReport<'_> {
    /// The break-evens of each two plans with the same package: a row for each level, or one that
    /// states that there is none.
    fn break_evens(&self) -> Table {
        let columns = vec![
            Column::new("package", CellKind::Text),
            Column::new("smaller plan", CellKind::Text),
            Column::new("bigger plan", CellKind::Text),
            Column::new("same cost at", CellKind::Credits),
            Column::new("cheaper above", CellKind::Text),
            Column::new("bigger saves today", CellKind::Money),
        ];
        let crossings = self.plans.crossings.iter();
        Table {
            rows: crossings.flat_map(|crossing| self.changes(crossing)).collect(),
            note: self.what_levels_mean(),
            most_in_text: usize::MAX,
            ..Table::new("break-evens", "Break-evens", columns)
        }
    }

    /// The meaning of the entries in the table of break-evens other than levels, and of several
    /// rows for two plans.
    fn what_levels_mean(&self) -> Option<String> {
        let any = |is: fn(&Crossing) -> bool| self.plans.crossings.iter().any(is);
        let is_open = |crossing: &Crossing| {
            let mut changes = crossing.at.changes().iter();
            changes.any(|change| change.low.is_none() || change.high.is_none())
        };
        let meanings = [
            (
                any(|one| matches!(one.at, BreakEven::Throughout { ties: false, .. })),
                "None: the same plan is cheaper at every level tried.",
            ),
            (
                any(|one| matches!(one.at, BreakEven::Throughout { ties: true, .. })),
                "Some levels: the same plan is no dearer at any level tried.",
            ),
            (
                any(|one| matches!(one.at, BreakEven::Alternates(_))),
                "Several rows of two plans: which is cheaper alternates.",
            ),
            (any(is_open), "?: beyond the levels tried."),
        ];
        let meanings: Vec<&str> =
            meanings.into_iter().filter(|(is_there, _)| *is_there).map(|(_, text)| text).collect();
        (!meanings.is_empty()).then(|| meanings.join(" "))
    }

    /// The rows of two plans.
    fn changes(&self, crossing: &Crossing) -> Vec<Vec<Cell>> {
        let choices = &self.plans.choices;
        let (small, big) = (&choices[crossing.small], &choices[crossing.big]);
        let plan = |side: Side| Cell::text(&choices[crossing.choice(side)].plan_title);
        let row = |level: Cell, cheaper: Cell| {
            vec![
                Cell::text(&small.bought),
                Cell::text(&small.plan_title),
                Cell::text(&big.plan_title),
                level,
                cheaper,
                Cell::with_limits(CellKind::Money, Some(crossing.today)),
            ]
        };
        let change = |change: &Crossover| {
            let Crossover { level: value, low, high, cheaper } = *change;
            let level = Cell::with_limits(CellKind::Credits, Some(Estimate { value, low, high }));
            row(level, plan(cheaper))
        };
        match &crossing.at {
            BreakEven::Same => vec![row(Cell::text("all levels"), Cell::text("neither"))],
            BreakEven::Throughout { cheaper, ties: false } => {
                vec![row(Cell::text("none"), plan(*cheaper))]
            }
            BreakEven::Throughout { cheaper, ties: true } => {
                vec![row(Cell::text("some levels"), plan(*cheaper))]
            }
            found @ (BreakEven::At(_) | BreakEven::Alternates(_)) => {
                found.changes().iter().map(change).collect()
            }
        }
    }

    /// The criteria of the assessment.
    fn judged(&self) -> Table {
        let (plans, words, objective) = (self.plans, &self.words, self.words.objective);
        let mut table = Table::of_figures("judged", "How costs are compared");
        let mut figure = |name: &str, value: Cell, meaning: &str| {
            table.figure(name, value, meaning, meaning);
        };
        let assumed = assumed::in_cost(std::iter::once(&self.scenario.setup));
        figure(
            "cost",
            Cell::Text(words.per()),
            &format!(
                "total spend minus what the credits left at the end had cost, as far as they will be used before \
                 they expire{assumed}"
            ),
        );
        figure(
            "intervals",
            Cell::mean(CellKind::Share, plans.confidence.probability()),
            "how often one covers the true value; ± is half of it, `?`: more replications are \
             needed",
        );
        figure(
            "replications",
            Cell::Count(plans.replications() as u64),
            "at each level, all choices on the same usage and the same luck of payments",
        );
        let today = Cell::mean(CellKind::Credits, plans.today.level);
        let of = plan_advice::mean_of(plans);
        let name = of.map_or("usage today".to_owned(), |of| format!("usage, mean of {of}"));
        figure(&name, today, &format!("{} asked for {}", words.unit, words.per()));
        let prices = [
            ("a refused credit", objective.per_refused_credit),
            ("an hour of downtime", objective.per_hour_of_downtime),
        ];
        for (name, price) in prices.into_iter().filter(|(_, price)| *price > 0.0) {
            let price = Cell::Text(given_price(words.currency, price));
            figure(name, price, "what it costs you, added to the cost");
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::inquiry::{
        Breach, ChoiceRuns, HeldGates, LevelRuns, PlanAnswer, PlanChoice, RemedySearch, crossings,
    };
    use crate::report::advice::Words;
    use crate::report::document::markdown::markdown;
    use crate::report::document::text::Screen;
    use crate::report::document::text::text;
    use crate::report::provenance::Provenance;
    use crate::scenario::Scenario;
    use crate::study::candidates::whole;
    use crate::study::{Confidence, Objective, UsageModel};
    use crate::usage::History;

    const SCENARIO: &str =
        "name = \"=1+1\"\ncurrency = \"USD\"\nstart = 2026-01-01\nend = 2026-02-01\n";

    /// Two plans of unkind names with one package, at a level and today.
    fn with_told(test: impl Fn(&PlanReport<'_>)) {
        let scenario = Scenario::from_text("=x.toml", SCENARIO, Path::new(".")).unwrap();
        let choice = |plan: &str, allowance: f64| PlanChoice {
            plan: plan.to_owned(),
            package: "@1000".to_owned(),
            plan_title: plan.to_owned(),
            value: "@1000".to_owned(),
            bought: "@1000".to_owned(),
            phrase: "@1000".to_owned(),
            allowance,
            candidate: whole(&scenario, format!("{plan} + @1000")),
        };
        let choices = [choice("=small", 0.0), choice("+big", 9.0)];
        let level = |wanted: f64, level: f64| {
            let tried = |cost: f64| ChoiceRuns {
                cost: vec![cost - 1.0, cost + 1.0],
                demanded: vec![level; 2],
                served: vec![level / 2.0; 2],
                in_periods: Default::default(),
                downtime: 0.0,
                breach: Breach::NONE,
            };
            Level { wanted, level, tried: vec![tried(level / 100.0), tried(50.0)] }
        };
        let (levels, today) = (vec![level(9_000.0, 9_000.0)], level(0.0, 1_000.0));
        let confidence = Confidence::USUAL;
        let ran = LevelRuns { levels: &levels, between: &[], today: &today };
        let crossings = crossings(&choices, ran, confidence);
        let (between, spread) = (Vec::new(), None);
        let plans = PlanAnswer {
            choices: choices.to_vec(),
            levels,
            between,
            today: today.clone(),
            spread,
            crossings,
            is_foreseen: false,
            is_read: false,
            is_lived: false,
            remedy: RemedySearch::None,
            unfit: Vec::new(),
            left_out: None,
            gates: HeldGates { checks: Vec::new(), confidence: Confidence::USUAL, replications: 0 },
            confidence,
        };
        let objective = Objective { confidence, ..Objective::of_spend() };
        let words = Words {
            currency: scenario.currency,
            unit: &scenario.unit,
            candidates: &[],
            objective: &objective,
        };
        let source = UsageModel::Replayed(History::of(Vec::new(), "nothing", scenario.zone));
        let provenance = &Provenance::of_study(&scenario, &source, &["plan".to_owned()]);
        let (usage, read) = (String::new(), None);
        test(&PlanReport {
            scenario: &scenario,
            words,
            plans: &plans,
            usage,
            tested: None,
            otherwise: None,
            future: None,
            read,
            provenance,
        });
    }

    /// The tables of a name, as the values of their cells.
    fn tables(document: &Document, name: &str) -> Vec<Table> {
        let table = |block: &Block| match block {
            Block::Table(table) if table.name == name => Some(table.clone()),
            _ => None,
        };
        document.blocks.iter().filter_map(table).collect()
    }

    fn number(cell: &Cell) -> f64 {
        match cell {
            Cell::Mean(mean) => mean.value,
            _ => f64::NAN,
        }
    }

    #[test]
    fn levels_and_break_evens_are_numbers_that_say_what_was_found() {
        with_told(|report| {
            let document = report.document();
            let levels = tables(&document, "levels");
            let book = levels.iter().find(|table| table.media == Media::Book).unwrap();
            // Today's before the other; both choices at each: level, cost, fill rate.
            let found: Vec<[f64; 3]> =
                book.rows.iter().map(|row| [2, 4, 5].map(|column| number(&row[column]))).collect();
            assert_eq!(
                found,
                [
                    [1_000.0, 10.0, 0.5],
                    [1_000.0, 50.0, 0.5],
                    [9_000.0, 90.0, 0.5],
                    [9_000.0, 50.0, 0.5]
                ]
            );
            let break_evens = &tables(&document, "break-evens")[0];
            assert_eq!(number(&break_evens.rows[0][3]), 5_000.0);
            assert_eq!(number(&break_evens.rows[0][5]), -40.0);
        });
    }

    #[test]
    fn every_medium_shows_the_costs_of_the_choices_and_the_fill_rate_of_the_cheapest() {
        with_told(|report| {
            let document = report.document();
            for table in tables(&document, "levels") {
                for row in &table.rows {
                    assert_eq!(row.len(), table.columns.len(), "{:?}", table.media);
                }
            }
            let plain = text(&document, Screen::default());
            let lines: Vec<String> = plain
                .lines()
                .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
                .collect();
            for line in [
                "credits a cycle cheapest its fill rate =small + @1000 +big + @1000",
                "1,000 today =small + @1000 50% $10.00 $50.00",
                "9,000 +big + @1000 50% $90.00 $50.00",
            ] {
                assert!(lines.iter().any(|found| found == line), "{line}: {plain}");
            }
            assert!(
                markdown(&document).contains("| 1,000 | today | =small + @1000 | 50% | $10.00 |")
            );
            #[cfg(feature = "html")]
            {
                let page = crate::report::document::page::page(&document);
                assert!(page.contains("$10.00 ± $"), "half of the interval, where there is room");
            }
        });
    }

    #[test]
    fn of_many_break_evens_the_first_are_told_and_the_rest_counted() {
        with_told(|report| {
            let crossing = report.plans.crossings[0].clone();
            let plans = PlanAnswer { crossings: vec![crossing; 10], ..report.plans.clone() };
            let report = PlanReport { plans: &plans, ..report.clone() };
            let first = report.first_break_evens();
            assert_eq!((first.len(), &*first[8]), (9, "And 2 more in the table."));
            assert_eq!(tables(&report.document(), "break-evens")[0].rows.len(), 10);
        });
    }

    #[cfg(feature = "xlsx")]
    #[test]
    fn the_same_plans_have_the_same_bytes_as_a_workbook() {
        use crate::report::document::book::book;
        with_told(|report| {
            assert!(book(&report.document()).unwrap() == book(&report.document()).unwrap());
        });
    }
}
