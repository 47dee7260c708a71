//! Breakage by month of purchase, and the roll-forward with breakage in proportion to use, as tables.

use crate::domain::Money;
use crate::domain::text::counted;
use crate::fleet::{Breakage, BreakageShare, FleetSide, ShareBasis, UnknownShare, VintageBreakage};

use super::super::document::{Cell, CellKind, Column, Media, Table};
use super::{FleetReport, MONEY_COLUMNS, money_cells, roll_table};

impl FleetReport<'_> {
    /// Breakage of a side by both methods.
    pub(crate) fn breakage(&self, side: &FleetSide) -> Breakage {
        Breakage::of(&side.books, self.breakage_share)
    }

    /// The tables of breakage; none where nothing was ever paid for credits.
    pub(super) fn breakage_tables(&self, index: usize, of: &str, side: &FleetSide) -> Vec<Table> {
        let breakage = self.breakage(side);
        if breakage.vintages.is_empty() {
            return Vec::new();
        }
        let names = match index {
            0 => ["breakage", "roll_forward_proportional"],
            _ => ["changed_breakage", "changed_proportional"],
        };
        let media = if index == 0 { Media::All } else { Media::NotText };
        let mut tables = vec![Table { media, ..self.vintages(names[0], of, &breakage) }];
        tables.extend(breakage.proportional.as_ref().map(|months| {
            let columns = MONEY_COLUMNS.map(|name| if name == "expired" { "breakage" } else { name });
            let rows: Vec<_> =
                months.iter().map(|(month, row)| (*month, money_cells(row))).collect();
            let minor = self.minor();
            Table {
                name: names[1].into(),
                title: format!("Roll-forward in money, breakage in proportion to use{of}"),
                note: Some(
                    "The proportional method: used and breakage are revenue recognised, closing is deferred. The \
                     roll-forward in money has the remote method, by which breakage is recognised when credits expire."
                        .to_owned(),
                ),
                media,
                ..roll_table(&columns, CellKind::Money, &rows, |value| {
                    Cell::Money(Money::of_minor(value, minor))
                })
            }
        }));
        tables
    }

    fn vintages(&self, name: &'static str, of: &str, breakage: &Breakage) -> Table {
        let money = |value: i128| Cell::Money(Money::of_minor(value, self.minor()));
        let expected = |value: Option<i128>| value.map_or(Cell::Unknown, money);
        let cells = |one: &VintageBreakage| {
            vec![
                money(one.came),
                money(one.used),
                money(one.expired),
                share_expired(one),
                money(one.refunded),
                money(one.taken_out),
                money(one.left),
                expected(one.proportional),
                expected(one.deferred),
            ]
        };
        let bought = |one: &VintageBreakage| {
            Cell::text(one.bought.map_or("before".to_owned(), |month| month.to_string()))
        };
        let row = |one: &VintageBreakage| {
            let mut row = vec![bought(one)];
            row.extend(cells(one));
            row
        };
        let mut sums = vec![Cell::text("all")];
        sums.extend(cells(&total(&breakage.vintages)));
        sums[4] = Cell::Empty;
        let names = ["paid", "used", "expired"].map(|name| Column::new(name, CellKind::Money));
        let mut columns = vec![Column::new("bought in", CellKind::Text)];
        columns.extend(names);
        columns.push(Column::new("share expired", CellKind::Share));
        let may_be_nothing = ["refunded", "taken out"];
        columns
            .extend(may_be_nothing.map(|name| Column::new(name, CellKind::Money).unless_nothing()));
        let names = ["left", "breakage, proportional", "deferred, proportional"];
        columns.extend(names.map(|name| Column::new(name, CellKind::Money)));
        Table {
            rows: breakage.vintages.iter().map(row).collect(),
            sums,
            most_in_text: 36,
            note: Some(format!(
                "What became of the credits bought in a month. Expired is breakage and left is deferred by the remote \
                 method. The share is told of months whose purchases have all passed their expiry. {}",
                share_sentence(&breakage.share)
            )),
            ..Table::new(name, format!("Breakage by month of purchase{of}"), columns)
        }
        .without_nothing()
    }
}

/// The share of a vintage that expired; nothing while some of it can be used.
fn share_expired(one: &VintageBreakage) -> Cell {
    let of = one.came - one.refunded;
    match one.has_run_out() && of > 0 {
        true => Cell::Share(one.expired as f64 / of as f64),
        false => Cell::Empty,
    }
}

fn total(vintages: &[VintageBreakage]) -> VintageBreakage {
    let sum = |of: fn(&VintageBreakage) -> i128| vintages.iter().map(of).sum();
    let expected = |of: fn(&VintageBreakage) -> Option<i128>| vintages.iter().map(of).sum();
    VintageBreakage {
        bought: None,
        came: sum(|one| one.came),
        used: sum(|one| one.used),
        expired: sum(|one| one.expired),
        refunded: sum(|one| one.refunded),
        taken_out: sum(|one| one.taken_out),
        left: sum(|one| one.left),
        proportional: expected(|one| one.proportional),
        deferred: expected(|one| one.deferred),
        months: Vec::new(),
    }
}

/// What the proportional method rests on.
fn share_sentence(share: &Result<BreakageShare, UnknownShare>) -> String {
    match share {
        Ok(share) => {
            let part = percent_of(share);
            match share.basis {
                ShareBasis::Stated => format!(
                    "The proportional method expects {part} of what is paid to be never used, as stated."
                ),
                ShareBasis::RunOut(months) => format!(
                    "The proportional method expects {part} of what is paid to be never used, the share of the {} \
                     whose purchases have passed their expiry; state another with --breakage-share.",
                    counted(months, "month")
                ),
            }
        }
        Err(UnknownShare::NoneRunOut) => {
            "The proportional method is not told: the purchases of no month have all passed their expiry, so nothing says \
             what share will never be used; state it with --breakage-share."
                .to_owned()
        }
        Err(UnknownShare::NothingUsed) => {
            "The proportional method is not told: nothing was used of the purchases that have passed their expiry, and breakage \
             cannot be in proportion to a use that is not expected; state a share with --breakage-share."
                .to_owned()
        }
    }
}

/// A share with at most four decimals: `6%`, `7.3125%`.
fn percent_of(share: &BreakageShare) -> String {
    let text = format!("{:.4}", share.unused as f64 / share.of as f64 * 100.0);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}
