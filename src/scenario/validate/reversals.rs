//! Reversals: what refunds, chargebacks and undone usage take and give back, and which recharges are undone by chance.
//!
//! The table is read once, for the actions and for the payments that need it.

use crate::payments::{ChargebackChance, UndoingChance};
use crate::policy::{EndedGrant, TakesBack, UndonePayments};
use crate::scenario::declare::{InnerTable, Key, Optional};
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::keys::{root, service::reversals};
use crate::scenario::read::{Found, Reported};
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
}

impl Reversals {
    /// What is taken back of recharges that are undone by chance.
    pub fn undone(&self) -> UndonePayments {
        let taken = |takes: Option<TakesBack>| takes.unwrap_or(TakesBack::Nothing);
        UndonePayments { refund: taken(self.refund), chargeback: taken(self.chargeback) }
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
    let (by_refund, by_chargeback) = (is_some(&refunds), is_some(&chargebacks));
    let refund = takes(&reader, &reversals::REFUND_TAKES, by_refund, &reversals::REFUNDS);
    let chargeback =
        takes(&reader, &reversals::CHARGEBACK_TAKES, by_chargeback, &reversals::CHARGEBACKS);
    Ok(Reversals {
        refund: refund?,
        chargeback: chargeback?,
        ended: ended?.value,
        refunds: refunds?,
        chargebacks: chargebacks?,
    })
}

fn is_some<T>(found: &Result<Option<T>, Reported>) -> bool {
    matches!(found, Ok(Some(_)))
}

fn chance(table: &Reader<'_>) -> Result<UndoingChance, Reported> {
    let (probability, after) = (table.get(&reversals::PROBABILITY), table.get(&reversals::AFTER));
    Ok(UndoingChance { probability: probability?.value, after: after?.value })
}

fn chargeback_chance(table: &Reader<'_>) -> Result<ChargebackChance, Reported> {
    let undoing = chance(table);
    let (won, decided) = (table.get(&reversals::WON), table.get(&reversals::DECIDED_AFTER));
    Ok(ChargebackChance { undoing: undoing?, won: won?.value, decided_after: decided?.value })
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
