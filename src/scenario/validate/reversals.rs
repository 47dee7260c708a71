//! Reversals: what refunds, chargebacks and undone usage take and give back, and which recharges are undone by chance.
//!
//! The table is read once, for the actions and for the payments that need it.

use crate::domain::Share;
use crate::payments::{ChargebackChance, UndoingChance};
use crate::policy::{Cap, EndedGrant, TakesBack, UndonePayments};
use crate::scenario::declare::{InnerTable, Key, Optional};
use crate::scenario::diagnostic::{Diagnostic, Spot};
use crate::scenario::keys::{root, service::reversals};
use crate::scenario::read::{Found, ReadContext, Reported};
use crate::scenario::reader::Reader;

/// What the vendor takes and gives back, where the scenario says so.
#[derive(Default)]
pub struct Reversals {
    /// What a refund takes back.
    pub refund: Option<TakesBack>,
    /// What a chargeback takes back.
    pub chargeback: Option<TakesBack>,
    /// What becomes of credits whose grant has ended when their usage is undone.
    pub ended: EndedGrant,
    /// Recharges that are refunded by chance.
    pub refunds: Option<UndoingChance>,
    /// Recharges that are charged back by chance.
    pub chargebacks: Option<ChargebackChance>,
    /// Those of these chances that undo every recharge, and where they say so.
    certain: Vec<(CertainReversal, Option<Spot>)>,
}

/// A chance by which every recharge is undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CertainReversal {
    Refund,
    Chargeback,
}

impl CertainReversal {
    /// What happens to recharges, the table of the chance, and the key of what it takes back.
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            CertainReversal::Refund => ("refunded", "refunds", "refund_takes"),
            CertainReversal::Chargeback => ("charged back", "chargebacks", "chargeback_takes"),
        }
    }
}

impl Reversals {
    /// What is taken back of recharges that are undone by chance.
    pub fn undone(&self) -> UndonePayments {
        let taken = |takes: Option<TakesBack>| takes.unwrap_or(TakesBack::Nothing);
        UndonePayments { refund: taken(self.refund), chargeback: taken(self.chargeback) }
    }

    /// Warns of recharges that all are undone and followed by the next, without end.
    pub fn check(&self, ctx: &ReadContext, caps: &[Found<Cap>]) {
        let undone = self.undone();
        for &(certain, spot) in &self.certain {
            let takes = match certain {
                CertainReversal::Refund => undone.refund,
                CertainReversal::Chargeback => undone.chargeback,
            };
            if takes == TakesBack::Nothing || !caps.is_empty() {
                continue;
            }
            let (happens, table, key) = certain.words();
            let warning = Diagnostic::warning(format!(
                "every recharge is {happens}, and what that takes back starts the next one"
            ))
            .at(spot, "this is certain, and nothing limits recharges")
            .help(format!(
                "lower `reversals.{table}.probability`, limit recharges with `recharge.caps`, or let \
                 `reversals.{key}` be \"nothing\""
            ));
            ctx.note(warning);
        }
    }
}

/// Reads `[reversals]`.
pub fn reversals(root: &Reader<'_>) -> Result<Reversals, Reported> {
    let Some(reader) = root.table(&root::REVERSALS)? else { return Ok(Reversals::default()) };
    let ended = reader.get(&reversals::USAGE_OF_ENDED);
    let refunds = reader.table(&reversals::REFUNDS);
    let refunds = refunds.and_then(|table| table.map(|table| chance(&table)).transpose());
    let chargebacks = reader.table(&reversals::CHARGEBACKS);
    let chargebacks =
        chargebacks.and_then(|table| table.map(|table| chargeback_chance(&table)).transpose());
    let mut certain = Vec::new();
    if let Ok(Some((_, spot))) = &refunds {
        certain.extend(spot.map(|spot| (CertainReversal::Refund, spot)));
    }
    if let Ok(Some((_, spot))) = &chargebacks {
        certain.extend(spot.map(|spot| (CertainReversal::Chargeback, spot)));
    }
    let (by_refund, by_chargeback) = (is_some(&refunds), is_some(&chargebacks));
    let refund = takes(&reader, &reversals::REFUND_TAKES, by_refund, &reversals::REFUNDS);
    let chargeback =
        takes(&reader, &reversals::CHARGEBACK_TAKES, by_chargeback, &reversals::CHARGEBACKS);
    Ok(Reversals {
        refund: refund?,
        chargeback: chargeback?,
        ended: ended?.value,
        refunds: refunds?.map(|(chance, _)| chance),
        chargebacks: chargebacks?.map(|(chance, _)| chance),
        certain,
    })
}

fn is_some<T>(found: &Result<Option<T>, Reported>) -> bool {
    matches!(found, Ok(Some(_)))
}

/// A chance, and where it says that it is certain, if it is.
type Chance<T> = (T, Option<Option<Spot>>);

fn chance(table: &Reader<'_>) -> Result<Chance<UndoingChance>, Reported> {
    let (probability, after) = (table.get(&reversals::PROBABILITY), table.get(&reversals::AFTER));
    let probability = probability?;
    let certain = (probability.value == Share::ALL).then_some(probability.spot);
    Ok((UndoingChance { probability: probability.value, after: after?.value }, certain))
}

fn chargeback_chance(table: &Reader<'_>) -> Result<Chance<ChargebackChance>, Reported> {
    let undoing = chance(table);
    let (won, decided) = (table.get(&reversals::WON), table.get(&reversals::DECIDED_AFTER));
    let (undoing, certain) = undoing?;
    let (won, decided_after) = (won?.value, decided?.value);
    Ok((ChargebackChance { undoing, won, decided_after }, certain))
}

/// Reads what is taken back, which has to be said where payments are undone by chance.
fn takes(
    reader: &Reader<'_>,
    key: &'static Key<TakesBack, Optional>,
    by_chance: bool,
    by: &'static Key<InnerTable, Optional>,
) -> Result<Option<TakesBack>, Reported> {
    let found: Option<Found<TakesBack>> = reader.get(key)?;
    if found.is_none() && by_chance {
        let name = key.name();
        let error = Diagnostic::error(format!("`{}` is missing", reader.path(key)))
            .at(reader.whole_spot(by), "these are undone by chance")
            .help(format!(
                "write what the vendor takes back: {name} = \"lot\", \"balance\", \"debt\" or \"nothing\""
            ));
        return Err(reader.ctx().note(error));
    }
    Ok(found.map(|found| found.value))
}
