//! What a vendor's text leaves open and what each way to read it costs or spares, as a document.

use crate::domain::text::in_unit;
use crate::domain::text::on_one_line;
use crate::domain::{CreditTotal, Duration, Money};
use crate::inquiry::{ChoiceOutcome, Combined, PlaceOutcome, ReadingsAnswer, cut_cycles};
use crate::scenario::Scenario;
use crate::usage::UsageSummary;

use super::Report;
use super::attention;
use super::cuts::{self, CutIn};
use super::document::{
    Block, Cell, CellKind, Column, Document, DocumentSource, Finding, Media, Notation, Table,
    assumptions, notes,
};
use super::provenance::Provenance;
use super::usage;
use super::words::{about, capital, count, credits, number};

/// What cannot be tried where no charge fails.
const AFTER_A_FAILURE: &str = "what follows a failed charge";

/// The material of the document.
#[derive(Clone, Copy, Debug)]
pub struct ReadingsReport<'a> {
    /// The rules as they are read at present.
    pub scenario: &'a Scenario,
    /// The answer.
    pub answer: &'a ReadingsAnswer,
    /// The usage that was read.
    pub usage: &'a UsageSummary,
    /// The origin of the result.
    pub provenance: &'a Provenance,
}

impl ReadingsReport<'_> {
    /// The document.
    pub fn document(&self) -> Document {
        let ReadingsReport { scenario, answer, provenance, .. } = *self;
        let mut blocks = Vec::new();
        if !answer.places.is_empty() {
            blocks.push(Block::Table(self.table()));
        }
        blocks.extend(notes("To ask the vendor", self.questions()));
        blocks.extend(notes("Where the usage comes from", attention::choices(self.usage)));
        let cut = cut_cycles([&scenario.setup]);
        let (horizon, zone) = (scenario.setup.horizon, scenario.zone);
        let cut = cuts::sentence(&cut, CutIn::Run, usage::extent(self.usage), zone);
        let edges = usage::edges(self.usage, horizon, zone);
        blocks.extend(notes("Attention", cut.into_iter().chain(edges).collect()));
        blocks.extend(assumptions(&[scenario]));
        Document {
            title: format!("{}: what its text leaves open", scenario.name),
            question: scenario.question.clone(),
            finding: self.finding(),
            blocks,
            source: DocumentSource::of(&[scenario], provenance),
            notation: Notation { currency: scenario.currency, zone: scenario.zone },
        }
    }

    fn finding(&self) -> Finding {
        let (scenario, first) = (self.scenario, &self.answer.first);
        let horizon = scenario.setup.horizon;
        let at = |instant| scenario.zone.show_local(instant);
        let events = format!("{} requested", in_unit(credits(first.demanded), &scenario.unit));
        Finding {
            headline: self.headline(),
            sentences: self.answer.combined.iter().map(|all| self.all_together(all)).collect(),
            basis: format!(
                "{} to {} {} · {events} · one replay for each reading, with the same usage and luck",
                at(horizon.from),
                at(horizon.to),
                scenario.zone.name()
            ),
        }
    }

    /// What matters, and the one question worth asking.
    pub fn headline(&self) -> String {
        let places = self.answer.places.len() as u64;
        let open = self.answer.by_stake().len() as u64;
        match self.answer.worth_asking() {
            None if places == 0 => {
                "No place of these rules is open to several readings.".to_owned()
            }
            None if open == 0 => self.nothing_matters(places),
            None => format!(
                "{} left open, and {} changes what the usage costs or how it is served.",
                number(places, "place"),
                if places == 1 { "no way to read it" } else { "none" }
            ),
            Some(only) if places == 1 => format!(
                "It matters how one place is read: ask the vendor. {} {}",
                only.question,
                self.worth(only)
            ),
            Some(most) => {
                let untried = self.untried();
                let rest = places - open - untried;
                let others = match rest {
                    0 => String::new(),
                    rest => format!(
                        "{rest} of {} {} not matter for this usage. ",
                        count(places, "open place"),
                        if rest == 1 { "does" } else { "do" },
                    ),
                };
                let asks = match open {
                    1 => "The one question worth asking".to_owned(),
                    several => format!("Of {several} questions worth asking the first"),
                };
                let untried = match untried {
                    0 => String::new(),
                    _ => {
                        format!(" {} was not tried, as no charge fails.", capital(AFTER_A_FAILURE))
                    }
                };
                format!("{others}{asks}: {} {}{untried}", most.question, self.worth(most))
            }
        }
    }

    /// That no reading changes anything, and of which places that says nothing.
    fn nothing_matters(&self, places: u64) -> String {
        let untried = self.untried();
        let open = format!("{} left open", number(places, "place"));
        let follows = format!("{AFTER_A_FAILURE}, which was not tried, as no charge fails");
        let others = match places - untried {
            1 => "the other does not matter for this usage",
            _ => "none of the others matters for this usage",
        };
        match untried {
            0 if places == 1 => format!("{open}, which does not matter for this usage."),
            0 => format!("{open}, and none matters for this usage."),
            all if all == places => format!("{open}: {follows}."),
            1 => format!("{open}: one is {follows}; {others}."),
            some => format!("{open}: {some} are about {follows}; {others}."),
        }
    }

    /// The number of places of which nothing was tried.
    fn untried(&self) -> u64 {
        self.answer.places.iter().filter(|place| place.is_untried()).count() as u64
    }

    /// What hangs on a place, in a sentence.
    fn worth(&self, place: &PlaceOutcome) -> String {
        let (money, refused) = (place.stake(), place.refused_stake());
        let downtime = place.downtime_stake();
        let mut parts = Vec::new();
        if money != Money::ZERO {
            parts.push(self.scenario.currency.show(money));
        }
        if refused != CreditTotal::ZERO {
            parts.push(format!("{} refused {}", credits(refused), self.scenario.unit));
        }
        if refused == CreditTotal::ZERO && downtime != Duration::ZERO {
            parts.push(format!("{} of outage", about(downtime)));
        }
        match parts.is_empty() {
            true => {
                "The answers differ in nothing but what is left, or when it is bought.".to_owned()
            }
            false => format!("Its answers differ by {}.", parts.join(" and ")),
        }
    }

    fn all_together(&self, all: &Combined) -> String {
        let show = |money| self.scenario.currency.show(money);
        let refused = match all.fewest_refused == all.most_refused {
            true if all.most_refused == CreditTotal::ZERO => "nothing refused".to_owned(),
            true => format!("{} refused", in_unit(credits(all.most_refused), &self.scenario.unit)),
            false => format!(
                "{} to {} {} refused",
                credits(all.fewest_refused),
                credits(all.most_refused),
                self.scenario.unit
            ),
        };
        format!(
            "Over all {} of the readings that matter the period costs {} to {}, with {refused}.",
            count(all.count as u64, "combination"),
            show(all.least),
            show(all.most)
        )
    }

    /// One row for each way to read each place.
    pub fn table(&self) -> Table {
        let columns = vec![
            Column::new("left open", CellKind::Text),
            Column::new("read as", CellKind::Text),
            Column::new("settings", CellKind::Code).only(Media::NotText),
            Column::new("cost", CellKind::Money),
            Column::new("than at present", CellKind::Text),
            Column::new("recharges", CellKind::Count),
            Column::new("refused", CellKind::Credits),
            Column::new("expired", CellKind::Credits).only(Media::NotText),
            Column::new("outages", CellKind::Count).only(Media::NotText),
        ];
        let rows = self.answer.places.iter().flat_map(|place| {
            place.choices.iter().enumerate().map(|(index, choice)| self.row(place, index, choice))
        });
        Table {
            rows: rows.collect(),
            most_in_text: usize::MAX,
            caption: Some(
                "Cost: what was paid, minus what the credits left at the end had cost. The first reading of each \
                 place is that of the rules at present."
                    .to_owned(),
            ),
            ..Table::new("readings", "Readings", columns)
        }
    }

    fn row(&self, place: &PlaceOutcome, index: usize, choice: &ChoiceOutcome) -> Vec<Cell> {
        let says = if index == 0 { Cell::text(capital(&place.says)) } else { Cell::Empty };
        let settings: Vec<String> = choice.settings.iter().map(|one| one.toml()).collect();
        let settings = Cell::text(settings.join(", "));
        let meaning = Cell::text(&choice.meaning);
        match &choice.run {
            Ok(run) => vec![
                says,
                meaning,
                settings,
                Cell::Money(run.cost),
                Cell::text(self.difference(place, index, choice)),
                Cell::Count(run.recharges),
                Cell::credits(run.refused),
                Cell::credits(run.expired),
                Cell::Count(run.outages),
            ],
            Err(why) => {
                let why = Cell::text(format!("cannot be run: {}", on_one_line(why)));
                let unknown = std::iter::repeat_n(Cell::Unknown, 4);
                [says, meaning, settings, Cell::Unknown, why].into_iter().chain(unknown).collect()
            }
        }
    }

    /// What a reading costs or spares against the first.
    fn difference(&self, place: &PlaceOutcome, index: usize, choice: &ChoiceOutcome) -> String {
        let (Ok(run), first) = (&choice.run, &self.answer.first) else { return String::new() };
        if index == 0 {
            return match (place.matters(), place.is_untried()) {
                (true, _) => String::new(),
                (false, true) => "not tried: no charge fails".to_owned(),
                (false, false) => "it does not matter".to_owned(),
            };
        }
        let mut parts = Vec::new();
        let difference = |one: Money, other: Money| {
            self.scenario.currency.show(one.minus(other).expect("each is a sum of what was paid"))
        };
        if run.cost > first.cost {
            parts.push(format!("{} more", difference(run.cost, first.cost)));
        } else if run.cost < first.cost {
            parts.push(format!("{} less", difference(first.cost, run.cost)));
        }
        if run.refused > first.refused {
            parts.push(format!("{} more refused", credits(run.refused - first.refused)));
        } else if run.refused < first.refused {
            parts.push(format!("{} fewer refused", credits(first.refused - run.refused)));
        }
        match parts.is_empty() {
            true if run == first => "the same".to_owned(),
            true => "the same cost and service".to_owned(),
            false => parts.join(", "),
        }
    }

    /// The questions, the one with the most at stake first.
    fn questions(&self) -> Vec<String> {
        let line = |place: &&PlaceOutcome| format!("{} {}", place.question, self.worth(place));
        self.answer.by_stake().iter().map(line).collect()
    }
}

impl Report for ReadingsReport<'_> {
    fn document(&self) -> Document {
        self.document()
    }
}
