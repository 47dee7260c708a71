//! Causes in words, and the sentences about them: each is computed from what it speaks of.

use std::cmp::Ordering;

use crate::chronicle::Incident;
use crate::domain::Duration;
use crate::domain::text::{in_unit, listed};
use crate::figures::Figure;
use crate::inquiry::{
    AskedCause, Factor, IncidentCauses, ManyCauses, PartValue, Prevention, value_of,
};
use crate::policy::{Purchase, Trigger};
use crate::report::document::{Cell, Notation};
use crate::report::finding;
use crate::report::words::{about, about_signed, capital, count, credits, moment};
use crate::scenario::{Scenario, describe_cap};
use crate::study::Estimate;

use super::ExplainReport;

/// The most causes of spend that a sentence names.
const MOST_TOLD: usize = 3;

/// The side of nothing on which an interval surely is; `None` where it holds nothing, or is not known.
fn side(part: Estimate) -> Option<Ordering> {
    match (part.low, part.high) {
        (Some(low), _) if low > 0.0 => Some(Ordering::Greater),
        (_, Some(high)) if high < 0.0 => Some(Ordering::Less),
        _ => None,
    }
}

/// A factor as a part of a sentence: `the cap of 4 recharges a day`.
pub fn factor(factor: Factor, scenario: &Scenario) -> String {
    let recharge = scenario.setup.policy.recharge.as_ref();
    match factor {
        Factor::DayCap | Factor::MonthCap | Factor::CycleCap | Factor::RollingCap => {
            caps(factor, scenario)
        }
        Factor::Cooldown => match recharge.and_then(|recharge| recharge.cooldown) {
            Some(cooldown) => format!("the cooldown of {}", cooldown.length),
            None => "the cooldown".to_owned(),
        },
        Factor::Edge => "one recharge for each fall to the threshold".to_owned(),
        Factor::Poll => match recharge.and_then(|recharge| recharge.poll) {
            Some(poll) => format!("a look at the balance only every {poll}"),
            None => "a look at the balance only now and then".to_owned(),
        },
        Factor::Threshold => threshold(scenario),
        Factor::Pack => pack(scenario),
        Factor::Latency => "the time that charges take".to_owned(),
        Factor::Decline => "declined charges".to_owned(),
        Factor::ProcessorOutage => "the outage of the payment processor".to_owned(),
        Factor::CardExpiry => "the expired card".to_owned(),
        Factor::Verification => "the bank's verification".to_owned(),
        Factor::Suspension => "the suspension and the time to repair".to_owned(),
        Factor::SwitchedOff => "the time for which auto-recharge is off".to_owned(),
        Factor::Restart => "the wait before the service restarts".to_owned(),
        Factor::MeteringLag => "the metering lag".to_owned(),
        Factor::StandingCharge => "the standing charges".to_owned(),
        Factor::Expiry => format!("the expiry of {}", scenario.unit),
        Factor::Spike => "the planned spike of usage".to_owned(),
        Factor::Growth => "the growth of usage".to_owned(),
        Factor::Plan => format!("the plan {}", scenario.setup.policy.contract.plan.name),
        Factor::Surcharge => "the surcharge on recharges".to_owned(),
        Factor::Tax => "the tax".to_owned(),
    }
}

fn caps(factor: Factor, scenario: &Scenario) -> String {
    let caps = factor.caps_of(scenario);
    let told: Vec<String> =
        caps.iter().map(|cap| describe_cap(cap, scenario.currency, &scenario.unit)).collect();
    match told.as_slice() {
        [] => "the caps that are set later".to_owned(),
        [one] => format!("the cap of {one}"),
        several => format!("the caps of {}", listed(several)),
    }
}

fn threshold(scenario: &Scenario) -> String {
    let trigger = scenario.setup.policy.recharge.as_ref().map(|recharge| recharge.trigger);
    let below = "below the largest request";
    match trigger {
        Some(Trigger::AtOrBelow(at) | Trigger::Below(at)) => {
            format!("the threshold of {}, {below}", in_unit(credits(at), &scenario.unit))
        }
        _ => format!("the threshold {below}"),
    }
}

fn pack(scenario: &Scenario) -> String {
    let recharge = scenario.setup.policy.recharge.as_ref();
    match recharge.map(|recharge| &recharge.purchase) {
        Some(Purchase::Packs { package, .. }) => {
            format!(
                "packs of {} {}, less than the largest request",
                credits(package.credits),
                scenario.unit
            )
        }
        _ => "recharges smaller than the largest request".to_owned(),
    }
}

/// A cause as a part of a sentence; the group names its factors.
pub fn cause(cause: &AskedCause, scenario: &Scenario) -> String {
    let all: Vec<String> = cause.factors.iter().map(|&one| factor(one, scenario)).collect();
    listed(&all)
}

/// A cause as the name of a row; the group has a short one.
pub fn label(cause: &AskedCause, scenario: &Scenario) -> String {
    match cause.factors.as_slice() {
        [one] => {
            let phrase = factor(*one, scenario);
            let phrase = phrase.strip_prefix("the ").unwrap_or(&phrase);
            capital(phrase.strip_prefix("a ").unwrap_or(phrase))
        }
        several => format!("{} other factors", several.len()),
    }
}

impl ExplainReport<'_> {
    /// The largest cause in one sentence, with the way out.
    pub fn headline(&self) -> String {
        if let Some(told) = self.many.and_then(|many| self.of_many(many)) {
            return told;
        }
        match self.answer.worst() {
            Some(worst) => format!("{}{}", self.of_incident(worst), self.way_out(worst)),
            None => self.of_money().unwrap_or_else(|| "Nothing was refused or spent.".to_owned()),
        }
    }

    /// The largest cause over many runs: of downtime, or of spend where service is never down.
    fn of_many(&self, many: &ManyCauses) -> Option<String> {
        let down = many.of(Figure::DOWNTIME).filter(|one| one.whole.value > 0.0);
        let found = down.or_else(|| many.of(Figure::TOTAL_SPEND))?;
        let size = |place: &usize| found.parts[*place].value.abs();
        // What is surely something comes before what may be nothing.
        let order = |a: &usize, b: &usize| {
            let sure = |place: &usize| side(found.parts[*place]).is_some();
            sure(a).cmp(&sure(b)).then(size(a).total_cmp(&size(b)))
        };
        let first = (0..found.parts.len()).max_by(order)?;
        let notation = Notation { currency: self.scenario.currency, zone: self.scenario.zone };
        let kind = crate::report::run::kind(found.figure);
        let show = |cell: Cell| notation.show(&cell);
        let (part, cause) = (found.parts[first], self.cause(first));
        let over = format!("Over {}", count(many.replications as u64, "run"));
        let mean = format!(
            "a mean {} of {}",
            found.figure.label(),
            show(Cell::mean(kind, found.whole.value))
        );
        let shown = show(Cell::with_limits(kind, Some(part)));
        Some(match side(part) {
            None => format!(
                "{over}, of {mean} no cause is certain to make a part: the largest, {cause}, comes to {shown}, which may \
                 be nothing or the opposite."
            ),
            Some(Ordering::Less) => format!(
                "{over}, what weighs most in {mean} is {cause}, without which it would be more: {shown}."
            ),
            Some(_) if part.value > found.whole.value => format!(
                "{over}, {cause} alone would make {shown}, more than the whole: other causes take some of it away, and \
                 {mean} is left."
            ),
            Some(_) => {
                let alike = |&place: &usize| {
                    show(Cell::with_limits(kind, Some(found.parts[place]))) == shown
                };
                let equals: Vec<String> =
                    (0..found.parts.len()).filter(alike).map(|place| self.cause(place)).collect();
                match equals.len() > 1 {
                    true => {
                        format!("{over}, of {mean} {shown} each are due to {}.", listed(&equals))
                    }
                    false => format!("{over}, {shown} of {mean} are due to {cause}."),
                }
            }
        })
    }

    /// What would have become of an incident without its largest causes.
    fn of_incident(&self, incident: &IncidentCauses) -> String {
        let what = self.incident(&incident.incident);
        match incident.enough.as_deref() {
            Some([]) | None => self.of_part(incident, &what),
            Some([one]) => {
                let left = self.left(incident);
                format!("Without {}, {what} would not have been{left}", self.cause(*one))
            }
            Some(several) => {
                let causes: Vec<String> = several.iter().map(|&one| self.cause(one)).collect();
                let (causes, left) = (listed(&causes), self.left(incident));
                format!("Without {causes} together, {what} would not have been{left}")
            }
        }
    }

    /// That other outages would take the place of an incident: nothing where there would be no more downtime than there
    /// is at other times.
    fn left(&self, incident: &IncidentCauses) -> String {
        let total = self.outcome.metrics.total().downtime.millis();
        let others = Duration::from_millis((total - incident.incident.down.millis()).max(0));
        match (incident.left > others, others > Duration::ZERO) {
            (false, _) => String::new(),
            (true, false) => {
                format!(", but outages at other times would: {} of downtime", about(incident.left))
            }
            (true, true) => format!(
                ", but outages at other times would be longer: {} of downtime instead of {}",
                about(incident.left),
                about(others)
            ),
        }
    }

    /// `this outage of 6 h 20 min`, or the longest of several with when it began.
    fn incident(&self, incident: &Incident) -> String {
        let length = about(incident.down);
        match self.answer.incidents.len() {
            1 => format!("the outage of {length}"),
            _ => {
                let (zone, horizon) = (self.scenario.zone, self.scenario.setup.horizon);
                let from = moment(zone, horizon, incident.from);
                format!("the longest outage, {length} from {from} on,")
            }
        }
    }

    /// How much the largest cause makes of an incident that no set of causes makes alone.
    fn of_part(&self, incident: &IncidentCauses, what: &str) -> String {
        let division = &incident.downtime;
        let Some(&first) = division.by_size().first().filter(|&&place| division.parts[place] > 0)
        else {
            return format!(
                "{} is due to none of the factors that can be switched off",
                capital(what)
            );
        };
        let part = Duration::from_millis(i64::try_from(division.parts[first]).unwrap_or(i64::MAX));
        format!("{} of {what} are due to {}", capital(&about(part)), self.cause(first))
    }

    /// What else would have avoided all outages, and for how much.
    fn way_out(&self, incident: &IncidentCauses) -> String {
        let Some(other) = self.other_way(incident) else { return ".".to_owned() };
        let all = match self.answer.incidents.len() {
            1 => "it",
            _ => "it and all others",
        };
        let too = if incident.enough.is_some() { " too" } else { "" };
        format!(
            "; {} would have avoided {all}{too}, {}.",
            other.phrase,
            finding::dearer(self.scenario, self.outcome, other)
        )
    }

    /// The cheapest change of settings that refuses nothing and is not what lifting the causes is.
    fn other_way(&self, incident: &IncidentCauses) -> Option<&Prevention> {
        let lifted: Vec<Factor> = incident
            .enough
            .iter()
            .flatten()
            .flat_map(|&place| self.answer.causes[place].factors.iter().copied())
            .collect();
        let is_cap = |factor: &Factor| {
            matches!(
                factor,
                Factor::DayCap | Factor::MonthCap | Factor::CycleCap | Factor::RollingCap
            )
        };
        let is_same = |one: &Prevention| {
            let of_caps = |path: String| path.starts_with("recharge.caps");
            let mut paths = one.settings.iter().map(|setting| setting.path.to_string());
            lifted.iter().any(is_cap) && paths.all(of_caps)
        };
        let found = self.prevented?.found.iter();
        let mut enough = found.filter(|one| one.figures.refused().micro() == 0 && !is_same(one));
        enough.next()
    }

    /// The money that is spent for usage alone, and what the factors add and save, the largest first.
    pub fn of_money(&self) -> Option<String> {
        let division = self.answer.of(Figure::TOTAL_SPEND)?;
        let show = |units: i128| self.shown(Figure::TOTAL_SPEND, units.abs());
        let change = |what: String, part: i128, is_plural: bool| {
            let verb = match (part < 0, is_plural) {
                (false, false) => "adds",
                (false, true) => "add",
                (true, false) => "saves",
                (true, true) => "save",
            };
            format!("{what} {verb} {}", show(part))
        };
        let places = division.by_size();
        let (told, others) = places.split_at(places.len().min(MOST_TOLD));
        let of = |&place: &usize| {
            change(self.cause(place), division.parts[place], self.is_plural(place))
        };
        let parts = told.iter().map(of);
        let sum: i128 = others.iter().map(|&place| division.parts[place]).sum();
        let others = (sum != 0).then(|| match others {
            [one] => change(self.cause(*one), sum, self.is_plural(*one)),
            _ => change("the others".to_owned(), sum, true),
        });
        let parts: Vec<String> = parts.chain(others).collect();
        let [rest, whole] =
            [division.rest, division.whole].map(|units| self.shown(Figure::TOTAL_SPEND, units));
        match parts.is_empty() {
            true if division.whole == 0 => None,
            true => Some(format!("All of the {whole} spent is for the usage alone.")),
            false => Some(format!(
                "For the usage alone {rest} would be spent; {}: {whole} in all.",
                listed(&parts)
            )),
        }
    }

    /// The money that expired, and the largest cause of it.
    pub fn of_waste(&self) -> Option<String> {
        let division = self.answer.of(Figure::EXPIRED_COST).filter(|one| one.whole > 0)?;
        let first = *division.by_size().first()?;
        let shown = |units: i128| self.shown(Figure::EXPIRED_COST, units.abs());
        let (part, cause) = (division.parts[first], self.cause(first));
        let because = match part {
            less if less < 0 => {
                let verb = if self.is_plural(first) { "take" } else { "takes" };
                format!("; {cause} {verb} {} off that", shown(less))
            }
            part if part <= division.whole => format!(", {} of it because of {cause}", shown(part)),
            more => format!(
                "; {cause} {} {}, of which all else takes {} away",
                if self.is_plural(first) { "add" } else { "adds" },
                shown(more),
                shown(more - division.whole)
            ),
        };
        Some(format!(
            "Purchased {} that had cost {} expired unused{because}.",
            self.scenario.unit,
            shown(division.whole),
        ))
    }

    /// The pair of causes that does most, or least, beyond what each does by itself, of each figure where that is notable.
    pub fn together(&self) -> Vec<String> {
        let downtime = self.answer.of(Figure::DOWNTIME).filter(|one| one.whole > 0);
        let service = if downtime.is_some() { Figure::DOWNTIME } else { Figure::REFUSED };
        let figures = [service, Figure::TOTAL_SPEND, Figure::EXPIRED_COST];
        figures.into_iter().filter_map(|figure| self.pair(figure)).collect()
    }

    fn pair(&self, figure: Figure) -> Option<String> {
        let division = self.answer.of(figure).filter(|one| one.whole > 0)?;
        let one = division.interactions.iter().find(|one| division.is_notable(one))?;
        let [first, second] = one.pair.map(|place| self.cause(place));
        let (first, amount) = (capital(&first), self.shown(figure, one.amount.abs()));
        let of = match figure {
            Figure::REFUSED => "refused".to_owned(),
            Figure::EXPIRED_COST => "of what expired".to_owned(),
            other => format!("of {}", other.label()),
        };
        let both_make_it = one.pair.iter().all(|&place| division.parts[place] > 0);
        Some(match (both_make_it, one.amount > 0) {
            (true, true) => format!(
                "{first} and {second} act together: {amount} {of} need both, and lifting either takes them away."
            ),
            (true, false) => format!(
                "{first} and {second} stand in for each other: {amount} {of} stay unless both are lifted."
            ),
            (false, true) => format!(
                "{first} and {second} together make {amount} {of} more than the sum of what each makes alone."
            ),
            (false, false) => format!(
                "{first} and {second} together make {amount} {of} less than the sum of what each makes alone."
            ),
        })
    }

    /// Whether the phrase of a cause takes a verb in the plural.
    fn is_plural(&self, place: usize) -> bool {
        match self.answer.causes[place].factors.as_slice() {
            [one @ (Factor::DayCap | Factor::MonthCap | Factor::CycleCap | Factor::RollingCap)] => {
                one.caps_of(self.scenario).len() != 1
            }
            [Factor::Decline | Factor::StandingCharge | Factor::Suspension | Factor::Pack] => true,
            several => several.len() > 1,
        }
    }

    /// A cause, by place, as a part of a sentence.
    pub fn cause(&self, place: usize) -> String {
        cause(&self.answer.causes[place], self.scenario)
    }

    /// Units of a figure for people.
    pub fn shown(&self, figure: Figure, units: i128) -> String {
        match value_of(figure, units, self.scenario.currency.minor()) {
            PartValue::Money(money) => self.scenario.currency.show(money),
            PartValue::Credits(total) => in_unit(credits(total), &self.scenario.unit),
            PartValue::Millis(millis) => about_signed(millis),
        }
    }

    /// The share of the credits asked for that the run was about, in a sentence of what it came to.
    pub(super) fn basis(&self) -> String {
        let (scenario, answer) = (self.scenario, self.answer);
        let horizon = scenario.setup.horizon;
        let at = |instant| scenario.zone.show_local(instant);
        let subsets = 1 << answer.causes.len();
        let replays = match (answer.causes.len() as u64, answer.runs.saturating_sub(subsets)) {
            (0, _) => "one replay, as nothing in it can be switched off".to_owned(),
            (causes, more) => format!(
                "{} of the same usage and luck, one for each subset of {} that can be switched off{}",
                count(subsets as u64, "replay"),
                count(causes, "cause"),
                if more > 0 { format!(", and {more} more to choose them") } else { String::new() }
            ),
        };
        format!("{} to {} {} · {replays}", at(horizon.from), at(horizon.to), scenario.zone.name(),)
    }
}

/// The sentence that says why one outage was, for tables.
pub fn mostly(report: &ExplainReport<'_>, incident: &IncidentCauses) -> String {
    match incident.enough.as_deref() {
        Some([one]) => label(&report.answer.causes[*one], report.scenario),
        Some(several) if !several.is_empty() => {
            let names: Vec<String> = several
                .iter()
                .map(|&place| label(&report.answer.causes[place], report.scenario))
                .collect();
            names.join(" + ")
        }
        _ => "none of them alone or together".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_whose_interval_holds_nothing_is_on_no_side() {
        let part = |low, high| Estimate { value: 1.0, low, high };
        for (low, high, told) in [
            (Some(0.1), Some(2.0), Some(Ordering::Greater)),
            (Some(0.0), Some(2.0), None),
            (Some(-0.1), Some(2.0), None),
            (Some(-2.0), Some(-0.1), Some(Ordering::Less)),
            (Some(-2.0), Some(0.0), None),
            (None, None, None),
        ] {
            assert_eq!(side(part(low, high)), told, "{low:?} to {high:?}");
        }
    }
}
