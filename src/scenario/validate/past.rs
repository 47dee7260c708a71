//! Events before the start of a run, and the details of them that the rules need.

use crate::domain::Instant;
use crate::engine::{CapsUsed, Past, Settled};
use crate::policy::{
    Action, Base, Cap, CapWindow, Counts, Limit, Order, PaymentTerms, Trigger, Used,
};
use crate::scenario::diagnostic::{Diagnostic, Spot};
use crate::scenario::keys::account::{self, caps_used, past_charge};
use crate::scenario::read::{Found, ReadContext, Reported};
use crate::scenario::reader::Reader;

use super::Horizon;
use super::account::OpeningAccount;
use super::actions::ActionStep;
use super::recharge::Recharge;

/// The past of the account, with its places in the text.
pub struct PastAccount {
    pub past: Past,
    /// Notes on the past charges, in the same order.
    charges: Vec<ChargeNote>,
    windows: Vec<WindowNote>,
    charges_spot: Option<Spot>,
    failures: Option<Spot>,
    retry_at: Option<Spot>,
    suspended_since: Option<Spot>,
}

/// The details that a past charge gives.
#[derive(Clone, Copy)]
struct ChargeNote {
    spot: Option<Spot>,
    says_credits: bool,
    says_price: bool,
}

/// The measures that are given for the caps of a window.
#[derive(Clone, Copy)]
struct WindowNote {
    window: CapWindow,
    spot: Option<Spot>,
    says_recharges: bool,
    says_money: bool,
    says_credits: bool,
}

pub fn past(reader: &Reader<'_>, horizon: Option<&Horizon>) -> Result<PastAccount, Reported> {
    let charges = reader.rows(&account::CHARGES, |row| charge(row, horizon));
    let used = windows_used(reader);
    let failures = reader.get(&account::FAILURES);
    let retry_at = reader.get(&account::RETRY_AT);
    let suspended = reader.get(&account::SUSPENDED_SINCE);
    let retry_at = retry_at.and_then(|at| not_before(reader, at, horizon));
    let suspended = suspended.and_then(|at| not_after(reader, at, horizon));
    let mut charges: Vec<_> = charges?.into_iter().map(|found| found.value).collect();
    charges.sort_by_key(|(charge, _)| charge.at);
    let (charges, charge_notes) = charges.into_iter().unzip();
    let (caps_used, windows) = used?;
    let (failures, retry_at, suspended_since) = (failures?, retry_at?, suspended?);
    Ok(PastAccount {
        past: Past { charges, caps_used, failures: failures.value, retry_at, suspended_since },
        charges: charge_notes,
        windows,
        charges_spot: reader.whole_spot(&account::CHARGES),
        failures: failures.spot,
        retry_at: reader.whole_spot(&account::RETRY_AT),
        suspended_since: reader.whole_spot(&account::SUSPENDED_SINCE),
    })
}

fn charge(row: &Reader<'_>, horizon: Option<&Horizon>) -> Result<(Settled, ChargeNote), Reported> {
    let at = row.get(&past_charge::AT);
    let (credits, price) = (row.get(&past_charge::CREDITS), row.get(&past_charge::PRICE));
    let failed = row.get(&past_charge::FAILED);
    let (at, credits, price, failed) = (at?, credits?, price?, failed?);
    if let Some(horizon) = horizon.filter(|horizon| at.value >= horizon.window.from) {
        let error = Diagnostic::error("a past charge must lie before the start")
            .at(at.spot, "")
            .at(horizon.start, "the run starts here")
            .help("leave the charge out, or move it before the start");
        return Err(row.ctx().note(error));
    }
    let note =
        ChargeNote { spot: at.spot, says_credits: credits.is_some(), says_price: price.is_some() };
    let order = Order {
        credits: credits.map(|found| found.value).unwrap_or_default(),
        price: price.map(|found| found.value).unwrap_or_default(),
    };
    Ok((Settled { at: at.value, order, succeeded: !failed.value }, note))
}

fn windows_used(reader: &Reader<'_>) -> Result<(CapsUsed, Vec<WindowNote>), Reported> {
    let mut notes = Vec::new();
    let Some(table) = reader.table(&account::CAPS_USED)? else {
        return Ok((CapsUsed::default(), notes));
    };
    let mut of = |key, window| -> Result<Option<Used>, Reported> {
        let Some(row) = table.table(key)? else { return Ok(None) };
        let recharges = row.get(&caps_used::RECHARGES);
        let money = row.get(&caps_used::MONEY);
        let credits = row.get(&caps_used::CREDITS);
        let (recharges, money, credits) = (recharges?, money?, credits?);
        notes.push(WindowNote {
            window,
            spot: table.whole_spot(key),
            says_recharges: recharges.is_some(),
            says_money: money.is_some(),
            says_credits: credits.is_some(),
        });
        Ok(Some(Used {
            recharges: recharges.map_or(0, |found| found.value),
            money: money.map(|found| found.value).unwrap_or_default(),
            credits: credits.map(|found| found.value).unwrap_or_default(),
        }))
    };
    let day = of(&caps_used::DAY, CapWindow::Day);
    let month = of(&caps_used::MONTH, CapWindow::Month);
    let cycle = of(&caps_used::CYCLE, CapWindow::Cycle);
    Ok((CapsUsed { day: day?, month: month?, cycle: cycle? }, notes))
}

fn not_before(
    reader: &Reader<'_>,
    at: Option<Found<Instant>>,
    horizon: Option<&Horizon>,
) -> Result<Option<Instant>, Reported> {
    let (Some(at), Some(horizon)) = (&at, horizon) else { return Ok(at.map(|at| at.value)) };
    if at.value >= horizon.window.from {
        return Ok(Some(at.value));
    }
    let error = Diagnostic::error("`retry_at` must not lie before the start")
        .at(at.spot, "")
        .at(horizon.start, "the run starts here")
        .help("write the start itself if the next attempt is due at once");
    Err(reader.ctx().note(error))
}

fn not_after(
    reader: &Reader<'_>,
    at: Option<Found<Instant>>,
    horizon: Option<&Horizon>,
) -> Result<Option<Instant>, Reported> {
    let (Some(at), Some(horizon)) = (&at, horizon) else { return Ok(at.map(|at| at.value)) };
    if at.value <= horizon.window.from {
        return Ok(Some(at.value));
    }
    let error = Diagnostic::error("`suspended_since` must not lie after the start")
        .at(at.spot, "")
        .at(horizon.start, "the run starts here")
        .help("write the start itself if nobody knows better");
    Err(reader.ctx().note(error))
}

/// Warns of settings of the past without effect, and notes the details that the rules lack.
pub fn check(
    ctx: &ReadContext,
    account: &OpeningAccount,
    recharge: Option<&Recharge>,
    terms: Option<&PaymentTerms>,
    steps: &[ActionStep],
) {
    let past = &account.past;
    let Some(recharge) = recharge else { return past.matters_to_nothing(ctx) };
    past.note_states(ctx, account);
    if let Some(terms) = terms {
        past.check_failures(ctx, terms);
    }
    let now = recharge.caps.as_ref().into_iter().flatten().map(|cap| (cap.value, cap.spot));
    let later = steps.iter().filter_map(|step| match &step.action {
        Action::ChangeCaps(caps) => Some(caps.iter().map(|cap| (*cap, step.spot))),
        _ => None,
    });
    past.check_cycle(ctx, account);
    for (cap, spot) in now.chain(later.flatten()) {
        past.check_cap(ctx, &cap, spot);
    }
    past.check_last_purchase(ctx, recharge, steps);
}

impl PastAccount {
    fn matters_to_nothing(&self, ctx: &ReadContext) {
        let windows = self.windows.iter().map(|window| ("caps_used", window.spot));
        let states = [
            ("charges", self.charges_spot),
            ("failures", self.failures),
            ("retry_at", self.retry_at),
            ("suspended_since", self.suspended_since),
        ];
        for (key, spot) in states.into_iter().chain(windows) {
            has_no_effect(ctx, key, spot, "there is no auto-recharge to look back at it", None);
        }
    }

    /// Warns of states that another state excludes.
    fn note_states(&self, ctx: &ReadContext, account: &OpeningAccount) {
        let waits = [("failures", self.failures), ("retry_at", self.retry_at)];
        if !account.enabled.value {
            let why = "auto-recharge is off at the start";
            let suspended = [("suspended_since", self.suspended_since)];
            for (key, spot) in waits.into_iter().chain(suspended) {
                has_no_effect(ctx, key, spot, why, account.enabled.spot);
            }
        } else if self.suspended_since.is_some() {
            for (key, spot) in waits {
                let why = "auto-recharge is suspended, and a repair resets the run of failures";
                has_no_effect(ctx, key, spot, why, self.suspended_since);
            }
        }
    }

    fn check_failures(&self, ctx: &ReadContext, terms: &PaymentTerms) {
        let Some(most) = terms.disable_after.filter(|&most| self.past.failures >= most) else {
            return;
        };
        if self.suspended_since.is_some() {
            return;
        }
        let error = Diagnostic::error("so many failures in a row suspend auto-recharge")
            .at(self.failures, format!("`payment.disable_after` is {most}"))
            .help("write `suspended_since` instead, or fewer failures");
        ctx.note(error);
    }

    /// Refuses use of a cycle that begins at the start.
    fn check_cycle(&self, ctx: &ReadContext, account: &OpeningAccount) {
        let said = self.windows.iter().find(|note| note.window == CapWindow::Cycle);
        let (Some(note), None) = (said, &account.opening) else { return };
        let error = Diagnostic::error("nothing is used of a cycle that begins at the start")
            .at(note.spot, "")
            .help(
                "say what the account holds (`opening_balance`), which puts it inside a cycle, or \
                 leave this out",
            );
        ctx.note(error);
    }

    /// Every charge or window that a cap counts must give the measure of the cap.
    fn check_cap(&self, ctx: &ReadContext, cap: &Cap, spot: Option<Spot>) {
        let key = match cap.limit {
            Limit::Recharges(_) => "recharges",
            Limit::Money(_) => "money",
            Limit::Credits(_) => "credits",
        };
        if let Some(note) = self.windows.iter().find(|note| note.window == cap.window) {
            let says = match cap.limit {
                Limit::Recharges(_) => note.says_recharges,
                Limit::Money(_) => note.says_money,
                Limit::Credits(_) => note.says_credits,
            };
            if !says {
                let error = Diagnostic::error(format!("`account.caps_used` lacks `{key}`"))
                    .at(note.spot, format!("no `{key}`"))
                    .at(spot, format!("this cap counts {key}"))
                    .help(format!("add `{key}`, 0 if none is used"));
                ctx.note(error);
            }
            return;
        }
        let counts = |charge: &Settled| charge.succeeded || cap.counts == Counts::Attempts;
        let silent = |(charge, note): &(&Settled, &ChargeNote)| {
            counts(charge)
                && match cap.limit {
                    Limit::Recharges(_) => false,
                    Limit::Money(_) => !note.says_price,
                    Limit::Credits(_) => !note.says_credits,
                }
        };
        let Some((_, note)) = self.past.charges.iter().zip(&self.charges).find(silent) else {
            return;
        };
        let key = if key == "money" { "price" } else { key };
        let error = Diagnostic::error(format!("a past charge does not say its {key}"))
            .at(note.spot, "")
            .at(spot, "this cap counts it")
            .help(format!("add `{key}` to the charge"));
        ctx.note(error);
    }

    /// A share of the last purchase needs the credits of that purchase.
    fn check_last_purchase(&self, ctx: &ReadContext, recharge: &Recharge, steps: &[ActionStep]) {
        let asks = |trigger: &Trigger| {
            matches!(trigger, Trigger::ConsumedShare { base: Base::LastPurchase, .. })
        };
        let now = recharge.trigger.as_ref().ok().filter(|trigger| asks(&trigger.value));
        let later = steps
            .iter()
            .find(|step| matches!(&step.action, Action::ChangeThreshold(trigger) if asks(trigger)));
        let spot = match (now, later) {
            (Some(trigger), _) => trigger.spot,
            (None, Some(step)) => step.spot,
            (None, None) => return,
        };
        let charges = self.past.charges.iter().zip(&self.charges);
        let last = charges.rev().find(|(charge, _)| charge.succeeded);
        let Some((_, note)) = last.filter(|(_, note)| !note.says_credits) else { return };
        let error = Diagnostic::error("the last past charge does not say its credits")
            .at(note.spot, "")
            .at(spot, "this is a share of them")
            .help("add `credits` to the charge");
        ctx.note(error);
    }
}

/// Warns of a setting of the account without effect.
fn has_no_effect(
    ctx: &ReadContext,
    key: &str,
    spot: Option<Spot>,
    why: &str,
    because: Option<Spot>,
) {
    let Some(spot) = spot else { return };
    let warning = Diagnostic::warning(format!("`account.{key}` has no effect"))
        .at(spot, why)
        .at(because, "because of this");
    ctx.note(warning.help(format!("leave `{key}` out if that is meant")));
}
