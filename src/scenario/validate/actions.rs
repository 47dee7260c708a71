//! Actions: what is done on the timeline.

use crate::domain::{Credits, Instant, Money};
use crate::policy::{Action, Order, PlanChange, Prerequisite};
use crate::scenario::declare::Kind;
use crate::scenario::diagnostic::{Diagnostic, Spot};
use crate::scenario::read::{At, Found, FromNode, Reader, Reported};
use crate::scenario::scalar::wrong_word;
use crate::scenario::tree::{Node, Value};

use super::Horizon;
use super::catalogue::Catalogues;
use super::recharge;

/// An action, and where it was written.
pub struct Step {
    pub at: Instant,
    pub action: Action,
    pub note: Option<String>,
    pub spot: Option<Spot>,
}

/// All actions, sorted by instant; file order at one instant.
pub fn actions(
    root: &Reader<'_>,
    catalogues: &Catalogues,
    horizon: Option<&Horizon>,
) -> Result<Vec<Step>, Reported> {
    let rows = root.rows("actions", |row| {
        let at = row.required::<Instant>("at");
        let note = row.optional::<String>("note");
        let word = row.required::<Deed>("do");
        let action = word.and_then(|_| action(row, catalogues));
        let at = at.and_then(|at| inside(row, at, horizon));
        let (note, spot) = (note?.map(|found| found.value), row.whole_spot("do"));
        Ok(Step { at: at?, action: action?, note, spot })
    })?;
    let mut steps: Vec<Step> = rows.into_iter().map(|found| found.value).collect();
    steps.sort_by_key(|step| step.at);
    Ok(steps)
}

fn inside(
    row: &Reader<'_>,
    at: Found<Instant>,
    horizon: Option<&Horizon>,
) -> Result<Instant, Reported> {
    let Some(horizon) = horizon else { return Ok(at.value) };
    if horizon.window.contains(at.value) {
        return Ok(at.value);
    }
    let (side, spot) = match at.value < horizon.window.from {
        true => ("the run starts here", horizon.start),
        false => ("the run has ended here", horizon.end),
    };
    let error = Diagnostic::error("an action lies outside the run")
        .at(at.spot, "no instant of the run")
        .at(spot, side)
        .help("move the action inside, widen the run, or leave the action out");
    Err(row.ctx().note(error))
}

fn action(row: &Reader<'_>, catalogues: &Catalogues) -> Result<Action, Reported> {
    use Prerequisite::{AddOn, OnlineBilling, Owner, PaymentMethod, Subscription};
    Ok(match row.case().unwrap_or_default() {
        "enable" => Action::Enable,
        "disable" => Action::Disable,
        "change_package" => {
            let name = row.required::<String>("package")?;
            Action::ChangePackage(catalogues.package(row.ctx(), &name)?)
        }
        "change_packs" => Action::ChangePacks(row.required::<u32>("packs")?.value),
        "change_up_to" => Action::ChangePurchase(recharge::up_to(row)?.value),
        "change_threshold" => Action::ChangeThreshold(recharge::trigger(row)?.value),
        "change_caps" => change_caps(row)?,
        "top_up" => Action::TopUp(top_up(row, catalogues)?),
        "change_plan" => change_plan(row, catalogues)?,
        "card_expires" => Action::CardExpires,
        "card_updated" => Action::CardUpdated,
        "payment_method_removed" => Action::Lose(PaymentMethod),
        "payment_method_added" => Action::Gain(PaymentMethod),
        "subscription_cancelled" => Action::Lose(Subscription),
        "subscription_resumed" => Action::Gain(Subscription),
        "billing_offline" => Action::Lose(OnlineBilling),
        "billing_online" => Action::Gain(OnlineBilling),
        "add_on_disabled" => Action::Lose(AddOn),
        "add_on_enabled" => Action::Gain(AddOn),
        "ownership_lost" => Action::Lose(Owner),
        "ownership_gained" => Action::Gain(Owner),
        // The word was looked up in the same table as the case.
        _ => return Err(row.missing("do")),
    })
}

fn change_caps(row: &Reader<'_>) -> Result<Action, Reported> {
    if !row.has("caps") {
        return Err(row.missing("caps"));
    }
    let caps = recharge::caps(row)?;
    Ok(Action::ChangeCaps(caps.into_iter().map(|cap| cap.value).collect()))
}

fn change_plan(row: &Reader<'_>, catalogues: &Catalogues) -> Result<Action, Reported> {
    let name = row.required::<String>("plan");
    let when = row.or_default::<PlanChange>("when");
    let plan = name.and_then(|name| catalogues.plan(row.ctx(), &name));
    Ok(Action::ChangePlan { plan: plan?, when: when?.value })
}

/// What is bought by hand: packs of a package, or any number of credits at a price.
fn top_up(row: &Reader<'_>, catalogues: &Catalogues) -> Result<Order, Reported> {
    let Some(which) = row.which("package")? else { return Err(Reported) };
    if which == "credits" {
        let (credits, price) = (row.required::<Credits>(which), row.required::<Money>("price"));
        row.or_silent_default::<u32>("packs")?;
        return Ok(Order { credits: credits?.value, price: price?.value });
    }
    let package =
        row.required::<String>(which).and_then(|name| catalogues.package(row.ctx(), &name));
    let packs = row.or_default::<u32>("packs");
    let (package, packs) = (package?, u64::from(packs?.value));
    match (package.credits.times(packs), package.price.times(packs)) {
        (Ok(credits), Ok(price)) => Ok(Order { credits, price }),
        _ => {
            let error = Diagnostic::error("this top-up is more than can be counted exactly")
                .at(row.whole_spot("packs").or(row.whole_spot(which)), "")
                .help("buy fewer packs at once");
            Err(row.ctx().note(error))
        }
    }
}

/// The word of an action; what it brings is read by its case.
struct Deed;

impl FromNode for Deed {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        known_word(at, node).map(|()| Deed)
    }
}

/// Notes a word that is none of its kind's words.
pub fn known_word(at: &At<'_>, node: &Node) -> Result<(), Reported> {
    let Kind::Words(words) = at.kind else { return Err(at.wrong(node, "")) };
    let words = words();
    let known = matches!(&node.value, Value::Text(text) if words.iter().any(|(w, _)| w == text));
    match known {
        true => Ok(()),
        false => Err(wrong_word(at, node, words.iter().map(|(word, _)| *word))),
    }
}
