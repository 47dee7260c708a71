//! What many accounts come to, as a document and as a row an account.
//!
//! Deliberately absent: every figure, which is the fleet's.

mod breakage;
mod futures;
mod reading;

pub(crate) use futures::{FutureFigure, FuturesSpread};

use crate::domain::text::counted;
use crate::domain::text::in_unit;
use crate::domain::{CreditTotal, Duration, Instant, Money, Share, grouped};
use crate::figures::{Figure, FigureValue, Figures, Unit};
use crate::fleet::{
    CreditRoll, FleetAnswer, FleetSide, FoldedAccount, LivedAccount, MoneyRoll, MonthNumber,
    Outstanding, OutstandingBy, SegmentSums, Sketch, network_limits, spread_figures,
};
use crate::scenario::{Scenario, SettingPath};

use super::Report;
use super::document::{
    Block, Cell, CellKind, Column, Document, DocumentSource, FigureCard, Finding, Media, Notation,
    Table, assumptions, notes,
};
use super::provenance::Provenance;
use super::rows::{CsvCell, CsvRows};
use super::run::value_cell;
use super::words::{count, credits, number};

/// The hours that are listed.
const BUSIEST: usize = 10;

/// The material of the document.
#[derive(Clone, Copy, Debug)]
pub struct FleetReport<'a> {
    /// The base.
    pub base: &'a Scenario,
    /// The scenario with the change, if there is one.
    pub changed: Option<&'a Scenario>,
    /// What the accounts come to.
    pub answer: &'a FleetAnswer,
    /// Settings that both the list of accounts and the change set, with the number of accounts that keep theirs.
    pub kept: &'a [(SettingPath, u64)],
    /// The share of what is paid for credits that is expected to be never used, if one is stated.
    pub breakage_share: Option<Share>,
    /// Accounts that each list of those that stand out shows.
    pub top: usize,
    /// The origin of the result.
    pub provenance: &'a Provenance,
}

impl FleetReport<'_> {
    #[cfg(feature = "html")]
    fn pictures(&self) -> Option<Block> {
        let charts = super::charts::of_fleet(self);
        (!charts.is_empty()).then_some(Block::Charts(charts))
    }

    #[cfg(not(feature = "html"))]
    fn pictures(&self) -> Option<Block> {
        None
    }

    fn notation(&self) -> Notation {
        Notation { currency: self.base.currency, zone: self.base.zone }
    }

    fn minor(&self) -> u32 {
        self.base.currency.minor()
    }

    /// The two sides, or the only one, by name.
    fn sides(&self) -> Vec<(&'static str, &FleetSide)> {
        let fold = &self.answer.fold;
        let changed = fold.changed.as_ref().map(|side| ("changed", side));
        std::iter::once(("base", &fold.base)).chain(changed).collect()
    }

    /// The document.
    pub fn document(&self) -> Document {
        let scenarios: Vec<&Scenario> = std::iter::once(self.base).chain(self.changed).collect();
        let mut blocks = vec![Block::Cards(self.cards())];
        blocks.extend(self.pictures());
        blocks.push(Block::Table(self.totals()));
        blocks.extend(self.futures().map(Block::Table));
        blocks.push(Block::Table(self.distribution()));
        blocks.extend(self.change_by_account().map(Block::Table));
        blocks.extend(self.segments().map(Block::Table));
        blocks.extend(self.rankings().into_iter().map(Block::Table));
        blocks.extend(self.busiest().map(Block::Table));
        blocks.push(Block::Table(self.limits()));
        for (index, (name, side)) in self.sides().into_iter().enumerate() {
            blocks.extend(self.books(index, name, side).into_iter().map(Block::Table));
        }
        blocks.extend(notes("Usage and accounts", self.told()));
        blocks.extend(assumptions(&scenarios));
        let title = match self.changed {
            None => format!("{}: {}", self.base.name, self.accounts()),
            Some(changed) => {
                let name = |one: &Scenario| match changed.name == self.base.name {
                    true => one.file.clone(),
                    false => one.name.clone(),
                };
                format!("{} against {}: {}", name(changed), name(self.base), self.accounts())
            }
        };
        Document {
            title,
            question: self.base.question.clone(),
            finding: self.finding(),
            blocks,
            source: DocumentSource::of(&scenarios, self.provenance),
            notation: self.notation(),
        }
    }

    fn pay(&self) -> &'static str {
        if self.answer.fold.accounts == 1 { "pays" } else { "together pay" }
    }

    fn accounts(&self) -> String {
        count(self.answer.fold.accounts, "account")
    }

    fn finding(&self) -> Finding {
        let horizon = self.base.setup.horizon;
        let at = |instant| self.base.zone.show_local(instant);
        Finding {
            headline: self.headline(),
            sentences: self.sentences(),
            basis: format!(
                "{} to {} {} · {} · one exact replay for each account{}",
                at(horizon.from),
                at(horizon.to),
                self.base.zone.name(),
                count(self.answer.read.summary.rows, "row"),
                if self.changed.is_some() {
                    " and scenario, with the same usage and luck"
                } else {
                    ""
                }
            ),
        }
    }

    /// The answer in a sentence.
    pub fn headline(&self) -> String {
        if let Some(headline) = self.futures_headline() {
            return headline;
        }
        let fold = &self.answer.fold;
        let show = |money: Money| self.base.currency.show(money);
        let spend = |figures: &Figures| figures.total_spend();
        let base = &fold.base.figures;
        let Some(changed) = &fold.changed else {
            let refused = match base.refused() {
                CreditTotal::ZERO => "nothing was refused".to_owned(),
                refused => format!(
                    "{} of {} {} were refused",
                    credits(refused),
                    credits(base.demanded),
                    self.base.unit
                ),
            };
            return format!(
                "{} {} {} in all; {} had an outage, and {refused}.",
                self.accounts(),
                if fold.accounts == 1 { "pays" } else { "pay" },
                show(spend(base)),
                some_of(fold.base.accounts_with_outage, fold.accounts),
            );
        };
        let after = &changed.figures;
        let difference = spend(after).minus(spend(base)).unwrap_or(Money::ZERO);
        let revenue = match difference.cmp(&Money::ZERO) {
            std::cmp::Ordering::Equal => format!("{} the same, {}", self.pay(), show(spend(base))),
            more => format!(
                "{} {} {}{}, {} in place of {}",
                self.pay(),
                show(size(difference)),
                if more.is_gt() { "more" } else { "less" },
                percent(difference, spend(base)),
                show(spend(after)),
                show(spend(base))
            ),
        };
        let outages = outages_changed(fold.base.accounts_with_outage, changed.accounts_with_outage);
        let refused = self.refused_changed(base.refused(), after.refused());
        format!("With the change {} {revenue}; {outages}, and {refused}.", self.accounts())
    }

    /// What is refused with the change in place of what was.
    fn refused_changed(&self, before: CreditTotal, after: CreditTotal) -> String {
        let unit = &self.base.unit;
        match (before, after) {
            (CreditTotal::ZERO, CreditTotal::ZERO) => "nothing is refused".to_owned(),
            (before, CreditTotal::ZERO) => {
                format!("nothing is refused in place of {}", in_unit(credits(before), unit))
            }
            (before, after) => {
                let refused = in_unit(credits(after), unit);
                let verb = if refused.starts_with("1 ") { "is" } else { "are" };
                let before = match before {
                    CreditTotal::ZERO => "none".to_owned(),
                    before => credits(before),
                };
                format!("{refused} {verb} refused in place of {before}")
            }
        }
    }

    /// Which accounts a change hits, and which it helps.
    fn changes_told(&self) -> Vec<String> {
        let (fold, mut told) = (&self.answer.fold, Vec::new());
        if fold.changed.is_none() {
            return told;
        }
        let signs = |figure: Figure| {
            let place = spread_figures().position(|one| one == figure);
            place.and_then(|place| fold.change.get(place)).map(Sketch::signs)
        };
        if let Some((less, same, more)) = signs(Figure::TOTAL_SPEND) {
            told.push(match (more, less) {
                (0, 0) => "Every account pays the same.".to_owned(),
                _ => format!(
                    "{}.",
                    accounts_told([
                        (more, "pay", "more"),
                        (less, "pay", "less"),
                        (same, "pay", "the same")
                    ])
                ),
            });
        }
        if let Some((less, _, more)) = signs(Figure::REFUSED)
            && less + more > 0
        {
            told.push(match (more, less) {
                (more, 0) => format!(
                    "More is refused to {} than before, less to none.",
                    count(more, "account")
                ),
                (0, less) => format!(
                    "Less is refused to {} than before, more to none.",
                    count(less, "account")
                ),
                (more, less) => format!(
                    "More is refused to {} than before, less to {}.",
                    count(more, "account"),
                    grouped(&less.to_string())
                ),
            });
        }
        told
    }

    fn sentences(&self) -> Vec<String> {
        let mut told = self.changes_told();
        told.extend(self.excess_told());
        told.extend(self.outside_told());
        told.extend(self.futures_told());
        told.extend(self.cuts_told());
        for (path, accounts) in self.kept {
            let who = match accounts {
                1 => "1 account keeps its own".to_owned(),
                accounts => format!("{} keep their own", count(*accounts, "account")),
            };
            told.push(format!("{who} {path}, which the list sets and the change sets too."));
        }
        told
    }

    fn cards(&self) -> Vec<FigureCard> {
        let fold = &self.answer.fold;
        let (figures, side) = match &fold.changed {
            Some(side) => (&side.figures, side),
            None => (&fold.base.figures, &fold.base),
        };
        let card = |name: &str, value: Cell, meaning: &str, alarm: bool| FigureCard {
            name: name.to_owned(),
            value,
            meaning: meaning.to_owned(),
            alarm,
        };
        let of = match fold.changed.is_some() {
            true => "with the change",
            false => "over all accounts",
        };
        vec![
            card("accounts", Cell::Count(fold.accounts), "each replayed by itself", false),
            card("total spend", Cell::Money(figures.total_spend()), of, false),
            card("recharges", Cell::Count(figures.recharges), of, false),
            card("failed attempts", Cell::Count(figures.failed_attempts), of, false),
            card(
                "accounts with an outage",
                Cell::Count(side.accounts_with_outage),
                of,
                side.accounts_with_outage > 0,
            ),
            card("notifications", Cell::Count(figures.notifications), "messages to owners", false),
        ]
    }

    /// The sums of the figures that are not nothing.
    fn totals(&self) -> Table {
        let fold = &self.answer.fold;
        let mut columns = vec![
            Column::new("", CellKind::Text),
            Column::new(self.name_of_base(), CellKind::Figure),
        ];
        if fold.changed.is_some() {
            columns.push(Column::new("changed", CellKind::Figure));
            columns.push(Column::new("change", CellKind::Figure));
        }
        columns.push(Column::new("meaning", CellKind::Text).only(Media::NotText));
        let is_something = |figures: &Figures, figure: Figure| {
            figure.of(figures).is_some_and(|value| value.to_f64() != 0.0)
        };
        let rows = Figure::of_runs().filter(|figure| {
            self.sides().iter().any(|(_, side)| is_something(&side.figures, *figure))
        });
        let row = |figure: Figure| {
            let value = |side: &FleetSide| figure.of(&side.figures);
            let base = value(&fold.base);
            let mut cells = vec![Cell::text(figure.label()), value_cell(base)];
            if let Some(changed) = &fold.changed {
                let after = value(changed);
                cells.extend([value_cell(after), self.difference(figure, base, after)]);
            }
            cells.push(Cell::text(figure.meaning()));
            cells
        };
        Table {
            rows: rows.map(row).collect(),
            most_in_text: usize::MAX,
            ..Table::new("totals", "All accounts together", columns)
        }
    }

    fn name_of_base(&self) -> &'static str {
        if self.changed.is_some() { "base" } else { "total" }
    }

    /// What a figure is more with the change.
    fn difference(
        &self,
        figure: Figure,
        base: Option<FigureValue>,
        after: Option<FigureValue>,
    ) -> Cell {
        let (Some(base), Some(after)) = (base, after) else { return Cell::Unknown };
        let whole = |value| crate::fleet::whole(value, self.minor());
        self.change_cell(figure, whole(after) - whole(base))
    }

    /// A change as a cell: money, credits and counts as they are, and else in words with its sign.
    fn change_cell(&self, figure: Figure, change: i128) -> Cell {
        let unit = figure.unit();
        if change >= 0 || matches!(unit, Unit::Money | Unit::Credits | Unit::Count) {
            return match unit {
                Unit::Share => Cell::text(points(change)),
                _ => whole_cell(unit, change, self.minor()),
            };
        }
        match unit {
            Unit::Share => Cell::text(points(change)),
            _ => Cell::text(format!(
                "-{}",
                self.notation().show(&whole_cell(unit, -change, self.minor()))
            )),
        }
    }

    /// Quantiles over accounts.
    fn distribution(&self) -> Table {
        let several = self.changed.is_some();
        let mut columns = vec![Column::new("", CellKind::Text)];
        if several {
            columns.push(Column::new("with", CellKind::Text));
        }
        let names = ["least", "10 of 100", "median", "90 of 100", "99 of 100", "most"];
        columns.extend(names.map(|name| Column::new(name, CellKind::Figure)));
        let mut rows = Vec::new();
        for (place, figure) in spread_figures().enumerate() {
            let sketches: Vec<(&str, &Sketch)> =
                self.sides().iter().map(|(name, side)| (*name, &side.spread[place])).collect();
            if sketches
                .iter()
                .all(|(_, sketch)| sketch.least() == sketch.most() && sketch.sum() == 0)
            {
                continue;
            }
            for (index, (name, sketch)) in sketches.into_iter().enumerate() {
                let label = if index == 0 { Cell::text(figure.label()) } else { Cell::Empty };
                let mut row = vec![label];
                if several {
                    row.push(Cell::text(name));
                }
                let of = |value: Option<i128>| self.whole_or_unknown(figure, value);
                let quantiles = [100, 500, 900, 990].map(|share| of(sketch.quantile(share)));
                row.push(of(sketch.least()));
                row.extend(quantiles);
                row.push(of(sketch.most()));
                rows.push(row);
            }
        }
        Table {
            rows,
            most_in_text: usize::MAX,
            caption: Some(
                "So many of 100 accounts are at or below the value. Quantiles have four digits; the \
                 least and the most are exact."
                    .to_owned(),
            ),
            ..Table::new("distribution", "By account", columns)
        }
    }

    fn whole_or_unknown(&self, figure: Figure, value: Option<i128>) -> Cell {
        value.map_or(Cell::Unknown, |value| whole_cell(figure.unit(), value, self.minor()))
    }

    /// The change of each figure, account by account.
    fn change_by_account(&self) -> Option<Table> {
        let fold = &self.answer.fold;
        self.changed?;
        let mut columns = vec![Column::new("", CellKind::Text)];
        columns.extend(["less", "the same", "more"].map(|name| Column::new(name, CellKind::Count)));
        let names = ["greatest fall", "median", "greatest rise"];
        columns.extend(names.map(|name| Column::new(name, CellKind::Figure)));
        let row = |(figure, sketch): (Figure, &Sketch)| {
            let (less, same, more) = sketch.signs();
            if less + more == 0 {
                return None;
            }
            let of = |value: Option<i128>| {
                value.map_or(Cell::Unknown, |value| self.change_cell(figure, value))
            };
            let fall = of(sketch.least().map(|least| least.min(0)));
            let rise = of(sketch.most().map(|most| most.max(0)));
            let counts = [less, same, more].map(Cell::Count);
            let mut cells = vec![Cell::text(figure.label())];
            cells.extend(counts);
            cells.extend([fall, of(sketch.quantile(500)), rise]);
            Some(cells)
        };
        let rows: Vec<_> = spread_figures().zip(&fold.change).filter_map(row).collect();
        (!rows.is_empty()).then(|| Table {
            rows,
            most_in_text: usize::MAX,
            caption: Some(
                "Accounts for which a figure is less, the same or more with the change.".to_owned(),
            ),
            ..Table::new("changes", "Who gains and who is hit", columns)
        })
    }

    /// The sums of each segment.
    fn segments(&self) -> Option<Table> {
        let fold = &self.answer.fold;
        if !fold.has_segments() {
            return None;
        }
        let changed = self.changed.is_some();
        let mut columns = vec![
            Column::new("segment", CellKind::Text),
            Column::new("accounts", CellKind::Count),
            Column::new("spend", CellKind::Money),
            Column::new("refused", CellKind::Credits),
        ];
        if changed {
            columns.push(Column::new("spend changed", CellKind::Money));
            columns.push(Column::new("refused changed", CellKind::Credits));
            let counts = ["pay more", "pay less", "refused more", "refused less"];
            columns.extend(counts.map(|name| Column::new(name, CellKind::Count)));
        }
        let row = |(name, sums): (&String, &SegmentSums)| {
            let name = if name.is_empty() { "without a segment" } else { name };
            let mut cells = vec![
                Cell::text(name),
                Cell::Count(sums.accounts),
                Cell::Money(sums.base.total_spend()),
                Cell::credits(sums.base.refused()),
            ];
            if changed {
                cells.push(Cell::Money(sums.changed.total_spend()));
                cells.push(Cell::credits(sums.changed.refused()));
                let counts = [sums.pay.more, sums.pay.less, sums.refused.more, sums.refused.less];
                cells.extend(counts.map(Cell::Count));
            }
            cells
        };
        Some(Table {
            rows: fold.segments.iter().map(row).collect(),
            most_in_text: usize::MAX,
            ..Table::new("segments", "By segment", columns)
        })
    }

    /// The accounts that stand out.
    fn rankings(&self) -> Vec<Table> {
        let lists = self.answer.fold.outstanding.iter();
        lists.map(|(ranking, list)| self.ranking(*ranking, list)).collect()
    }

    fn ranking(&self, ranking: OutstandingBy, list: &[Outstanding]) -> Table {
        let (name, title) = match ranking {
            OutstandingBy::Spend => ("top_spend", "Pay most"),
            OutstandingBy::Refused => ("top_refused", "Are refused most"),
            OutstandingBy::PaysMore => ("pays_more", "Pay more with the change"),
            OutstandingBy::PaysLess => ("pays_less", "Pay less with the change"),
            OutstandingBy::RefusedMore => ("refused_more", "Are refused more with the change"),
            OutstandingBy::RefusedLess => ("refused_less", "Are refused less with the change"),
        };
        let shown = [Figure::TOTAL_SPEND, Figure::RECHARGES, Figure::REFUSED, Figure::DOWNTIME];
        let mut columns = vec![
            Column::new("account", CellKind::Text),
            Column::new("segment", CellKind::Text).only(Media::NotText),
        ];
        let kind = |figure: Figure| match figure.unit() {
            Unit::Money => CellKind::Money,
            Unit::Credits => CellKind::Credits,
            Unit::Duration => CellKind::Length,
            _ => CellKind::Count,
        };
        for figure in shown {
            columns.push(Column::new(figure.label(), kind(figure)));
        }
        if self.changed.is_some() {
            for figure in shown {
                columns.push(Column::new(format!("{} changed", figure.label()), kind(figure)));
            }
        }
        let row = |one: &Outstanding| {
            let segment = one.segment.as_ref().map_or(Cell::Empty, Cell::text);
            let mut cells = vec![Cell::text(&one.account), segment];
            let values = |all: &[i128], cells: &mut Vec<Cell>| {
                for figure in shown {
                    let place = spread_figures().position(|other| other == figure);
                    let value = place.and_then(|place| all.get(place)).copied();
                    cells.push(self.whole_or_unknown(figure, value));
                }
            };
            values(&one.base, &mut cells);
            if self.changed.is_some() {
                values(&one.changed, &mut cells);
            }
            cells
        };
        Table {
            rows: list.iter().take(self.top).map(row).collect(),
            most_in_text: self.top,
            ..Table::new(name, title, columns)
        }
    }

    /// The hours with most charges of all accounts together.
    fn busiest(&self) -> Option<Table> {
        let sides = self.sides();
        let mut columns = vec![
            Column::new("hour from (UTC)", CellKind::Text),
            Column::new("recharges", CellKind::Count),
            Column::new("failed", CellKind::Count),
        ];
        if sides.len() > 1 {
            columns.push(Column::new("recharges changed", CellKind::Count));
            columns.push(Column::new("failed changed", CellKind::Count));
        }
        let mut hours: Vec<i64> =
            sides.iter().flat_map(|(_, side)| side.hours.keys()).copied().collect();
        hours.sort_unstable();
        hours.dedup();
        let charges = |hour: i64| {
            let all = sides.iter().filter_map(|(_, side)| side.hours.get(&hour));
            all.map(|charges| charges.recharges + charges.failed).max().unwrap_or_default()
        };
        hours.sort_by_key(|&hour| (std::cmp::Reverse(charges(hour)), hour));
        let row = |&hour: &i64| {
            let at = Instant::from_millis(hour * Duration::HOUR.millis());
            let mut cells = vec![Cell::text(at.to_utc().format("%Y-%m-%d %H:%M").to_string())];
            for (_, side) in &sides {
                let charges = side.hours.get(&hour).copied().unwrap_or_default();
                cells.extend([charges.recharges, charges.failed].map(Cell::Count));
            }
            cells
        };
        let rows: Vec<_> = hours.iter().take(BUSIEST).map(row).collect();
        (!rows.is_empty()).then(|| Table {
            rows,
            most_in_text: BUSIEST,
            caption: Some(
                "Charges of all accounts together, in the hours with most of them.".to_owned(),
            ),
            ..Table::new("busiest_hours", "Busiest hours", columns)
        })
    }

    /// Declined charges against limits of card networks.
    fn limits(&self) -> Table {
        let sides = self.sides();
        let mut columns = vec![
            Column::new("limit", CellKind::Text),
            Column::new("declined charges", CellKind::Text),
            Column::new("source", CellKind::Code).only(Media::NotText),
        ];
        for (index, _) in sides.iter().enumerate() {
            let of = if index == 0 { "" } else { " changed" };
            columns.push(Column::new(format!("accounts beyond{of}"), CellKind::Count));
            columns.push(Column::new(format!("charges beyond{of}"), CellKind::Count));
            columns.push(Column::new(format!("most{of}"), CellKind::Count));
        }
        let row = |(place, limit): (usize, &crate::fleet::NetworkLimit)| {
            let window = match limit.hours % 24 {
                0 if limit.hours > 24 => counted(limit.hours / 24, "day"),
                _ => format!("{} h", limit.hours),
            };
            let after = match limit.after {
                crate::fleet::CountedDeclines::Any => "",
                crate::fleet::CountedDeclines::Hard => ", from a hard decline on",
            };
            let mut cells = vec![
                Cell::text(&limit.network),
                Cell::text(format!("{} in {window}{after}", limit.attempts)),
                Cell::text(&limit.source),
            ];
            for (_, side) in &sides {
                let found = side.limits[place];
                cells.extend([found.accounts, found.beyond, found.most].map(Cell::Count));
            }
            cells
        };
        Table {
            rows: network_limits().iter().enumerate().map(row).collect(),
            most_in_text: usize::MAX,
            caption: Some(
                "As if every card were of that network. A charge that succeeds and a repair of the payment method \
                 begin the count anew."
                    .to_owned(),
            ),
            ..Table::new("card_limits", "Limits of card networks", columns)
        }
    }

    /// The roll-forward in credits and in money, and what is left.
    fn books(&self, index: usize, name: &str, side: &FleetSide) -> Vec<Table> {
        let of = if self.changed.is_some() { format!(" ({name})") } else { String::new() };
        let media = if index == 0 { Media::All } else { Media::NotText };
        let names = match index {
            0 => ["roll_forward_credits", "roll_forward_money", "unexpired"],
            _ => ["changed_credits", "changed_money", "changed_unexpired"],
        };
        let months = side.books.months();
        let credit_rows: Vec<(MonthNumber, [CreditTotal; 12])> =
            months.iter().map(|(month, row)| (*month, credit_cells(&row.credits))).collect();
        let money_rows: Vec<(MonthNumber, [i128; 8])> =
            months.iter().map(|(month, row)| (*month, money_cells(&row.money))).collect();
        let minor = self.minor();
        let credit_table =
            roll_table(&CREDIT_COLUMNS, CellKind::Credits, &credit_rows, Cell::Credits);
        let money_table = roll_table(&MONEY_COLUMNS, CellKind::Money, &money_rows, |value| {
            Cell::Money(Money::of_minor(value, minor))
        });
        let mut tables = vec![
            Table {
                name: names[0].into(),
                title: format!("Roll-forward in credits{of}"),
                note: Some(ROLL_NOTE.to_owned()),
                media,
                ..credit_table
            },
            Table {
                name: names[1].into(),
                title: format!("Roll-forward in money{of}"),
                note: Some(
                    "The value of purchased credits: used is revenue recognised, expired is breakage, closing is \
                     deferred, with breakage recognised when credits expire (the remote method). Plan fees and \
                         overage stand apart."
                        .to_owned(),
                ),
                media,
                ..money_table
            },
        ];
        tables.extend(self.breakage_tables(index, &of, side));
        tables.push(Table { media, ..self.unexpired(names[2], &of, side) });
        tables
    }

    /// What is left of purchased credits at the end.
    fn unexpired(&self, name: &'static str, of: &str, side: &FleetSide) -> Table {
        let minor = self.minor();
        Table {
            sums: vec![
                Cell::text("all"),
                Cell::Credits(
                    side.books
                        .unexpired()
                        .iter()
                        .fold(CreditTotal::ZERO, |sum, (_, left)| sum + left.credits),
                ),
                Cell::Money(Money::of_minor(
                    side.books.unexpired().iter().map(|(_, left)| left.value).sum(),
                    minor,
                )),
            ],
            rows: side
                .books
                .unexpired()
                .iter()
                .map(|(month, left)| {
                    let expires = month.map_or("never".to_owned(), |month| month.to_string());
                    vec![
                        Cell::text(expires),
                        Cell::Credits(left.credits),
                        Cell::Money(Money::of_minor(left.value, minor)),
                    ]
                })
                .collect(),
            ..Table::new(
                name,
                format!("Unexpired credits at the end, by month of expiry{of}"),
                vec![
                    Column::new("expire in", CellKind::Text),
                    Column::new("credits", CellKind::Credits),
                    Column::new("had cost", CellKind::Money),
                ],
            )
        }
    }

    /// What is told of the usage and of the accounts.
    fn told(&self) -> Vec<String> {
        let (fold, summary) = (&self.answer.fold, &self.answer.read.summary);
        let mut told = summary.chosen.clone();
        told.extend(summary.doubts.iter().cloned());
        if fold.without_usage > 0 {
            let have = if fold.without_usage == 1 { "has" } else { "have" };
            told.push(format!(
                "{} of the list {have} no row of usage, and {have} been run without any.",
                number(fold.without_usage, "account")
            ));
        }
        if fold.unlisted > 0 {
            let is = if fold.unlisted == 1 { "is" } else { "are" };
            told.push(format!(
                "{} with usage {is} not in the list, and {is} run with the settings of the base.",
                number(fold.unlisted, "account")
            ));
        }
        told.extend(self.rows_told());
        told.push(format!(
            "Each account has luck of its own: its seed follows from seed {} and its name, and stands in its row.",
            self.base.seed
        ));
        told
    }
}

impl Report for FleetReport<'_> {
    fn document(&self) -> Document {
        self.document()
    }
}

/// The note below the roll-forward in credits.
const ROLL_NOTE: &str = "Months are those of each account's own zone. The rows add up the accounts' own books. A \
     debt counts as a balance below zero.";

/// The columns of the roll-forward in credits; those of nothing but zeros are left out of pages.
const CREDIT_COLUMNS: [&str; 12] = [
    "opening",
    "brought in",
    "sold",
    "granted free",
    "forgiven",
    "used",
    "expired",
    "forfeited",
    "taken back",
    "restored",
    "taken out",
    "closing",
];
/// The same in money.
const MONEY_COLUMNS: [&str; 8] =
    ["opening", "brought in", "sold", "used", "expired", "refunded", "taken out", "closing"];

fn credit_cells(row: &CreditRoll) -> [CreditTotal; 12] {
    let CreditRoll { movement, brought_in, taken_out } = row;
    [
        movement.opening,
        *brought_in,
        movement.sold,
        movement.granted_free,
        movement.forgiven,
        movement.used,
        movement.expired,
        movement.forfeited,
        movement.taken_back,
        movement.restored,
        *taken_out,
        movement.closing,
    ]
}

fn money_cells(row: &MoneyRoll) -> [i128; 8] {
    [
        row.opening,
        row.brought_in,
        row.sold,
        row.used,
        row.expired,
        row.refunded,
        row.taken_out,
        row.closing,
    ]
}

/// A table of months, of whose columns those that any account has are always shown.
fn roll_table<const N: usize, T: Copy>(
    names: &[&str; N],
    kind: CellKind,
    rows: &[(MonthNumber, [T; N])],
    cell: impl Fn(T) -> Cell,
) -> Table {
    let mut columns = vec![Column::new("month", CellKind::Text)];
    columns.extend(names.iter().map(|name| match *name {
        "opening" | "sold" | "used" | "closing" => Column::new(*name, kind),
        _ => Column::new(*name, kind).unless_nothing(),
    }));
    let row = |(month, values): &(MonthNumber, [T; N])| {
        let mut cells = vec![Cell::text(month.to_string())];
        cells.extend(values.map(&cell));
        cells
    };
    let rows = rows.iter().map(row).collect();
    Table { rows, most_in_text: 36, ..Table::new("", "", columns) }.without_nothing()
}

/// A change of a share in points: `-21.1 points`.
fn points(millionths: i128) -> String {
    format!("{:+.1} points", millionths as f64 / 1e4)
}

/// An integer of a unit as a cell; money, credits and counts below zero too.
fn whole_cell(unit: Unit, value: i128, minor: u32) -> Cell {
    match unit {
        Unit::Money => Cell::Money(Money::of_minor(value, minor)),
        Unit::Credits => Cell::Credits(CreditTotal::from_micro(value)),
        Unit::Count => match u64::try_from(value) {
            Ok(count) => Cell::Count(count),
            Err(_) => Cell::Credits(CreditTotal::from_micro(value * 1_000_000)),
        },
        Unit::Share => Cell::Share(value as f64 / 1e6),
        Unit::Price => Cell::Price(value as f64 / 1e6),
        Unit::Duration => Cell::Length(i64::try_from(value).unwrap_or(i64::MAX)),
    }
}

/// How many of all accounts: `none of them`, `3 of them`, `it` of one alone.
fn some_of(accounts: u64, all: u64) -> String {
    match (accounts, all) {
        (0, 1) => "it never".to_owned(),
        (1, 1) => "it".to_owned(),
        (0, _) => "none of them".to_owned(),
        (accounts, all) if accounts == all => "all of them".to_owned(),
        (accounts, _) => format!("{} of them", grouped(&accounts.to_string())),
    }
}

/// Accounts with an outage with a change in place of those without it.
fn outages_changed(before: u64, after: u64) -> String {
    let who = match after {
        0 => "no account has".to_owned(),
        1 => "1 account has".to_owned(),
        after => format!("{} have", count(after, "account")),
    };
    match (before, after) {
        (0, 0) => format!("{who} an outage, with it or without"),
        (0, _) => format!("{who} an outage in place of none"),
        (before, _) => format!("{who} an outage in place of {}", grouped(&before.to_string())),
    }
}

/// How many accounts do what: `Three accounts pay more, one pays less and 12 pay the same`. What none does is said last.
pub(super) fn accounts_told<const N: usize>(groups: [(u64, &str, &str); N]) -> String {
    let verb = |accounts: u64, verb: &str| match accounts {
        1 => format!("{verb}s"),
        _ => verb.to_owned(),
    };
    let (some, none): (Vec<_>, Vec<_>) =
        groups.into_iter().partition(|(accounts, ..)| *accounts > 0);
    let mut parts: Vec<String> = Vec::new();
    for (place, (accounts, does, how)) in some.into_iter().enumerate() {
        let who = match place {
            0 => number(accounts, "account"),
            _ => in_words(accounts),
        };
        parts.push(format!("{who} {} {how}", verb(accounts, does)));
    }
    parts.extend(none.into_iter().map(|(_, does, how)| format!("none {does}s {how}")));
    let last = parts.pop().unwrap_or_default();
    match parts.is_empty() {
        true => last,
        false => format!("{} and {last}", parts.join(", ")),
    }
}

/// A number inside a sentence, as it would be at its beginning: `three`, `12`.
fn in_words(accounts: u64) -> String {
    let text = number(accounts, "account");
    let (word, _) = text.split_once(' ').expect("a count stands before its noun");
    word.to_lowercase()
}

/// An amount without its sign.
fn size(money: Money) -> Money {
    Money::new(money.amount().abs())
}

/// ` (+3.2%)`; nothing where there is nothing to compare with.
fn percent(part: Money, whole: Money) -> String {
    let whole = whole.to_f64();
    match whole > 0.0 {
        true => match part.to_f64() / whole * 100.0 {
            little if little.abs() < 0.05 => " (by less than 0.1%)".to_owned(),
            percent => format!(" ({percent:+.1}%)"),
        },
        false => String::new(),
    }
}

/// The figures of what was read of an account by itself: whose a row is that could not be read, or that a condition leaves
/// out, is not known.
fn figures_of_rows() -> impl Iterator<Item = Figure> {
    Figure::of_reading()
        .filter(|figure| !["skipped_rows", "left_out_rows"].contains(&figure.name()))
}

/// The header of the rows of accounts, with its line end.
pub fn header(column: &str, is_changed: bool) -> String {
    let mut names = vec![column.to_owned(), "segment".to_owned(), "seed".to_owned()];
    names.extend(Figure::of_runs().map(|figure| figure.name().to_owned()));
    if is_changed {
        names.extend(Figure::of_runs().map(|figure| format!("changed_{}", figure.name())));
    }
    names.extend(figures_of_rows().map(|figure| figure.name().to_owned()));
    line(names.iter().map(|name| CsvCell::text(name)))
}

/// A row as text, with its line end.
fn line(cells: impl IntoIterator<Item = CsvCell>) -> String {
    let mut rows = CsvRows::new(Vec::new());
    rows.row(cells).expect("memory can be written to");
    String::from_utf8(rows.finish().expect("memory can be written to")).expect("rows are text")
}

/// The row of an account, with its line end.
pub fn row(one: &FoldedAccount<'_>, seed: u64, minor: u32) -> String {
    let seed = crate::fleet::account_seed(seed, one.account);
    let mut cells = vec![
        CsvCell::text(one.account),
        CsvCell::text(one.segment.unwrap_or_default()),
        CsvCell::word(seed),
    ];
    let cell = |figure: Figure, side: &LivedAccount| match figure.of(&side.figures) {
        None => CsvCell::EMPTY,
        Some(FigureValue::Money(money)) => CsvCell::word(money.text(minor)),
        Some(FigureValue::Credits(credits)) => CsvCell::word(credits),
        Some(FigureValue::Count(count)) => CsvCell::word(count),
        Some(FigureValue::Duration(length)) => CsvCell::word(length.millis()),
        Some(FigureValue::Share(value) | FigureValue::Price(value)) => CsvCell::number(value),
    };
    for side in std::iter::once(one.base).chain(one.changed) {
        cells.extend(Figure::of_runs().map(|figure| cell(figure, side)));
    }
    cells.extend(figures_of_rows().map(|figure| cell(figure, one.base)));
    line(cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_accounts_are_told_as_people_say_them() {
        let paying = |more, less, same| {
            accounts_told([(more, "pay", "more"), (less, "pay", "less"), (same, "pay", "the same")])
        };
        for (counts, told) in [
            ((0, 1, 0), "One account pays less, none pays more and none pays the same"),
            ((12, 0, 3), "12 accounts pay more, three pay the same and none pays less"),
            ((1, 2, 1_000), "One account pays more, two pay less and 1,000 pay the same"),
            ((2, 1, 0), "Two accounts pay more, one pays less and none pays the same"),
        ] {
            assert_eq!(paying(counts.0, counts.1, counts.2), told);
        }
        for (accounts, all, told) in [
            (0, 1, "it never"),
            (1, 1, "it"),
            (0, 2, "none of them"),
            (2, 2, "all of them"),
            (1_200, 4_000, "1,200 of them"),
        ] {
            assert_eq!(some_of(accounts, all), told);
        }
        for (before, after, told) in [
            (0, 0, "no account has an outage, with it or without"),
            (3, 0, "no account has an outage in place of 3"),
            (0, 1, "1 account has an outage in place of none"),
            (1, 2, "2 accounts have an outage in place of 1"),
        ] {
            assert_eq!(outages_changed(before, after), told);
        }
    }
}
