//! Refunds, chargebacks and won disputes. Contract §8.

use std::collections::BTreeSet;

use crate::domain::{Credits, Money, Pool, Source};
use crate::policy::{Action, Order, PurchaseName, PurchaseReversal, Repayment, TakesBack};

use super::Engine;
use super::cycle::Arrival;
use super::observer::{Fact, Observer};
use super::setup::{Fault, Setup};
use super::supply::Payments;

/// The purchases of a run, to be undone.
#[derive(Clone, Debug, Default)]
pub(super) struct Receipts {
    recharges: PurchaseList,
    top_ups: PurchaseList,
}

/// The purchases of one source in their order, each at the place of its number.
#[derive(Clone, Debug, Default)]
struct PurchaseList {
    receipts: Vec<Receipt>,
    /// The places of those whose dispute is open.
    disputed: BTreeSet<usize>,
}

/// A purchase: its source, and its place among those of this source.
#[derive(Clone, Copy, Debug)]
struct ReceiptPlace {
    source: Source,
    index: usize,
}

impl ReceiptPlace {
    /// Its number, from 1.
    fn number(self) -> u64 {
        self.index as u64 + 1
    }
}

/// A purchase, and what was undone of it.
#[derive(Clone, Copy, Debug)]
struct Receipt {
    order: Order,
    /// Credits of it that reversals asked back, whether or not they were there to be taken.
    undone: Credits,
    /// Money of it that was paid back.
    refunded: Money,
    /// The chargeback whose dispute is open.
    dispute: Option<Dispute>,
}

/// What a chargeback undid, and what it took.
#[derive(Clone, Copy, Debug)]
struct Dispute {
    undone: Credits,
    taken: Credits,
    money: Money,
}

impl Receipts {
    /// Before the first purchase; `None` if nothing is undone in the run, by no action and by no chance.
    pub(super) fn new(setup: &Setup, by_chance: bool) -> Option<Receipts> {
        let undoes = |action: &Action| matches!(action, Action::Reverse(_));
        let any = setup.actions.iter().any(|(_, action)| undoes(action));
        (by_chance || any).then(Receipts::default)
    }

    /// The last recharge.
    pub(super) fn last_recharge(&self) -> PurchaseName {
        let count = self.recharges.receipts.len() as u64;
        PurchaseName { source: Source::Recharge, number: (count > 0).then_some(count) }
    }

    /// Adds a purchase; returns its number.
    pub(super) fn add(&mut self, source: Source, order: Order) -> u64 {
        let (undone, refunded) = (Credits::ZERO, Money::ZERO);
        let receipts = &mut self.of_mut(source).receipts;
        receipts.push(Receipt { order, undone, refunded, dispute: None });
        receipts.len() as u64
    }

    fn of(&self, source: Source) -> &PurchaseList {
        if source == Source::TopUp { &self.top_ups } else { &self.recharges }
    }

    fn of_mut(&mut self, source: Source) -> &mut PurchaseList {
        if source == Source::TopUp { &mut self.top_ups } else { &mut self.recharges }
    }

    /// A purchase by its name.
    fn find(&self, name: PurchaseName) -> Option<(ReceiptPlace, Receipt)> {
        let receipts = &self.of(name.source).receipts;
        let index = match name.number {
            Some(number) => usize::try_from(number).ok()?.checked_sub(1)?,
            None => receipts.len().checked_sub(1)?,
        };
        let receipt = receipts.get(index)?;
        Some((ReceiptPlace { source: name.source, index }, *receipt))
    }

    /// A purchase by its name, among those whose dispute is open.
    fn find_disputed(&self, name: PurchaseName) -> Option<ReceiptPlace> {
        let disputed = &self.of(name.source).disputed;
        let index = match name.number {
            Some(number) => usize::try_from(number).ok()?.checked_sub(1)?,
            None => *disputed.last()?,
        };
        disputed.contains(&index).then_some(ReceiptPlace { source: name.source, index })
    }
}

impl Receipt {
    /// The credits that a reversal of this share asks back: not more than were not asked back yet.
    fn asked(&self, reversal: &PurchaseReversal) -> Credits {
        let left = Credits::from_micro(self.order.credits.micro() - self.undone.micro());
        reversal.share.of(self.order.credits).min(left)
    }

    /// The money that is paid back for `taken` credits, or for a share.
    fn money(
        &self,
        reversal: &PurchaseReversal,
        taken: Credits,
        minor: u32,
    ) -> Result<Money, Fault> {
        let price = self.order.price;
        let left = price.minus(self.refunded)?;
        let money = match reversal.takes {
            _ if reversal.is_chargeback => left,
            TakesBack::Lot => price.share(taken.micro(), self.order.credits.micro(), minor)?,
            TakesBack::Balance | TakesBack::Debt | TakesBack::Nothing => {
                price.share(reversal.share.millionths(), 1_000_000, minor)?
            }
        };
        Ok(money.min(left))
    }
}

impl<P: Payments, O: Observer> Engine<'_, P, O> {
    /// A purchase is undone, unless there is no such one by now.
    pub(super) fn reverse(&mut self, reversal: &PurchaseReversal) -> Result<(), Fault> {
        let setup = self.setup;
        let found = self.receipts.as_ref().and_then(|receipts| receipts.find(reversal.of));
        let Some((place, receipt)) = found else { return Ok(()) };
        let (source, number) = (place.source, place.number());
        let (undone, balance) = (receipt.asked(reversal), self.ledger.balance());
        let takes = match reversal.takes {
            // With overage there are no debts.
            TakesBack::Debt if self.overage.is_some() => TakesBack::Balance,
            takes => takes,
        };
        let credits = takes.taken(undone, self.ledger.left_of(source, number), balance);
        let money = receipt.money(reversal, credits, setup.policy.contract.minor)?;
        if !credits.is_positive() && !money.is_positive() {
            return Ok(());
        }
        self.ledger.count(money)?;
        let before = self.ledger.pools();
        let of_lot = self.ledger.take_back(source, number, credits)?;
        if let Some(receipts) = &mut self.receipts {
            receipts.note(place, reversal, Dispute { undone, taken: credits, money })?;
        }
        let is_chargeback = reversal.is_chargeback;
        self.tell(
            before,
            &Fact::Reversed { is_chargeback, source, number, credits, of_lot, money },
        );
        self.note_balance();
        Ok(())
    }

    /// The vendor wins the dispute about a purchase: it is paid again, and its credits come back.
    pub(super) fn win_dispute(&mut self, name: PurchaseName) -> Result<(), Fault> {
        let Some(receipts) = &mut self.receipts else { return Ok(()) };
        let Some(place) = receipts.find_disputed(name) else { return Ok(()) };
        let Some(dispute) = receipts.reinstate(place)? else { return Ok(()) };
        let (source, number) = (place.source, place.number());
        let Dispute { taken: credits, money: price, .. } = dispute;
        self.ledger.count(price)?;
        let expiry = self.expiry_now(source);
        let contract = &self.setup.policy.contract;
        let rank = contract.burn_order.rank(Pool::Purchased, source);
        let before = self.ledger.pools();
        let pool = Pool::Purchased;
        let arrival = Arrival { pool, source, credits, price, expiry, rank, number };
        if credits.is_positive() {
            self.billing.add(credits)?;
            let debt_first = self.setup.policy.service.repayment == Repayment::DebtFirst;
            self.hold(&arrival, debt_first)?;
        }
        let (expires, with_cycle) = arrival.ends();
        let fact = Fact::Restored { source, number, credits, price, expires, with_cycle, rank };
        self.tell(before, &fact);
        if credits.is_positive() {
            self.take_credits_up()?;
        }
        self.relevel();
        self.note_balance();
        Ok(())
    }
}

impl Receipts {
    /// Notes what a reversal undid.
    fn note(
        &mut self,
        place: ReceiptPlace,
        reversal: &PurchaseReversal,
        undid: Dispute,
    ) -> Result<(), Fault> {
        let PurchaseList { receipts, disputed } = self.of_mut(place.source);
        let receipt = &mut receipts[place.index];
        receipt.undone = receipt.undone.plus(undid.undone)?;
        receipt.refunded = receipt.refunded.plus(undid.money)?;
        if reversal.is_chargeback {
            receipt.dispute = Some(undid);
            disputed.insert(place.index);
        }
        Ok(())
    }

    /// Closes the dispute about a purchase: what its chargeback undid can be undone again.
    fn reinstate(&mut self, place: ReceiptPlace) -> Result<Option<Dispute>, Fault> {
        let PurchaseList { receipts, disputed } = self.of_mut(place.source);
        disputed.remove(&place.index);
        let receipt = &mut receipts[place.index];
        let Some(dispute) = receipt.dispute.take() else { return Ok(None) };
        receipt.undone = receipt.undone.minus(dispute.undone)?;
        receipt.refunded = receipt.refunded.minus(dispute.money)?;
        Ok(Some(dispute))
    }
}
