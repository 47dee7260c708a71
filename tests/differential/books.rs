//! The books of a run a second time, from nothing but the rows of its journal, and what they must tie to.
//!
//! Lots are valued anew at the end of each cycle by their own price. Deliberately absent: calendar months,
//! as a row of a journal may span several.

use recharge::books::{Books, Statement};
use recharge::domain::{BurnOrder, CreditTotal, Credits, Money};
use recharge::metrics::Metrics;

/// The rank of a lot: its place, and that among the lots of one place.
type Rank = (u8, u8);

/// A purchased grant or a gift: rank, expiry (as milliseconds), price, credits, what is left.
struct Lot {
    rank: Rank,
    expires: i64,
    price: Money,
    amount: Credits,
    left: Credits,
    /// The purchase it is of, as the journal names it.
    purchase: String,
    /// Its number among the grants of the journal.
    number: usize,
}

/// What the journal has told so far.
#[derive(Default)]
struct Sums {
    fees: Money,
    overage: Money,
    paid: Money,
    opening: Money,
    breakage: Money,
    refunded: Money,
    recharges: u64,
    top_ups: u64,
    demanded: CreditTotal,
    served: CreditTotal,
}

/// A row of a journal by the names of its columns.
struct Row<'r> {
    head: &'r csv::StringRecord,
    cells: csv::StringRecord,
}

impl Row<'_> {
    fn text(&self, name: &str) -> &str {
        let place = self.head.iter().position(|column| column == name).expect("a column");
        &self.cells[place]
    }

    fn credits(&self, name: &str) -> Credits {
        match self.text(name) {
            "" => Credits::ZERO,
            text => text.parse().expect("credits"),
        }
    }

    fn money(&self, name: &str) -> Money {
        match self.text(name) {
            "" => Money::ZERO,
            text => match text.strip_prefix('-') {
                Some(back) => back.parse::<Money>().expect("money").negative(),
                None => text.parse().expect("money"),
            },
        }
    }

    fn cost_in_detail(&self) -> Money {
        let (_, cost) = self.text("detail").split_once("had cost ").unwrap_or(("", "0"));
        Money::new(cost.parse().expect("a decimal"))
    }

    /// What the purchased pool gained, or lost if below zero.
    fn purchased(&self) -> Credits {
        let (before, after) = (self.credits("purchased_before"), self.credits("purchased_after"));
        after.minus(before).expect("credits")
    }
}

fn instant(text: &str) -> i64 {
    chrono::DateTime::parse_from_rfc3339(text).expect("an instant").timestamp_millis()
}

/// The lots and the sums, row after row; at the end of each cycle a copy of its cumulative amounts.
struct Recount {
    order: BurnOrder,
    minor: u32,
    lots: Vec<Lot>,
    sums: Sums,
    /// Grants so far.
    grants: usize,
    /// Fees, overage, all spend, cash paid, breakage, held, refunded; rounded, since the start of the run.
    closed: Vec<[Money; 7]>,
    counted: Vec<(u64, CreditTotal, CreditTotal)>,
}

impl Recount {
    fn follow(&mut self, row: &Row<'_>) {
        let event = row.text("event");
        let restores = event == "dispute_won" && row.credits("credits").is_positive();
        self.grants += usize::from(event.ends_with("_granted") || restores);
        match row.text("event") {
            "cycle_started" if !row.text("detail").starts_with("cycle 0 ") => self.close(),
            "ended" => self.close(),
            "fee_charged" => self.sums.fees = sum(self.sums.fees, row.money("money")),
            "overage_billed" => self.sums.overage = sum(self.sums.overage, row.money("money")),
            "recharge_granted" => {
                self.sums.recharges += 1;
                let name = format!("recharge {}", self.sums.recharges);
                self.buy(row, (3, self.order.recharge), row.money("money"), name);
            }
            "top_up_granted" => {
                self.sums.top_ups += 1;
                let name = format!("top-up {}", self.sums.top_ups);
                self.buy(row, (3, self.order.top_up), row.money("money"), name);
            }
            "dispute_won" => {
                let name = row.text("detail").rsplit(", ").next().expect("a purchase").to_owned();
                let rank = match name.starts_with("top-up") {
                    true => self.order.top_up,
                    false => self.order.recharge,
                };
                self.buy(row, (3, rank), row.money("money"), name);
            }
            "refunded" | "charged_back" => self.reverse(row),
            "usage_reversed" => self.give_back(row),
            "opening_granted" if row.text("allowance_before") == row.text("allowance_after") => {
                self.sums.opening = sum(self.sums.opening, row.cost_in_detail());
                self.hold(row, (3, self.order.opening), row.cost_in_detail(), String::new());
            }
            "gift_granted" => self.hold(row, self.rank_of_gift(row), Money::ZERO, String::new()),
            "expired" => self.expire(row),
            "usage" | "deducted" | "standing_charge" => self.burn(row),
            _ => {}
        }
        self.sums.demanded += row.credits("demanded");
        self.sums.served += row.credits("served");
    }

    /// The rank of a gift by the end of its details, such as `before_bought, priority 50`.
    fn rank_of_gift(&self, row: &Row<'_>) -> Rank {
        let mut words = row.text("detail").rsplit(", ");
        let priority = words.next().and_then(|word| word.strip_prefix("priority "));
        let priority = priority.expect("a priority").parse().expect("a number");
        match words.next().expect("a place") {
            "before_allowance" => (0, priority),
            "before_bought" => (2, priority),
            "with_bought" => (3, self.order.gift),
            "after_bought" => (4, priority),
            other => panic!("{other} is no place"),
        }
    }

    /// What a purchase still has of itself is taken, then other credits.
    fn reverse(&mut self, row: &Row<'_>) {
        self.sums.refunded = less(self.sums.refunded, row.money("money"));
        let detail = row.text("detail").strip_suffix(" of its own").expect("details");
        let (name, own) = detail.split_once(", ").expect("a purchase and credits");
        let mut own: i64 = own.parse::<Credits>().expect("credits").micro();
        let mut rest = -row.purchased().micro() - own;
        for lot in self.lots.iter_mut().filter(|lot| lot.purchase == name) {
            let taken = own.min(lot.left.micro());
            lot.left = Credits::from_micro(lot.left.micro() - taken);
            own -= taken;
        }
        for lot in &mut self.lots {
            let taken = rest.min(lot.left.micro());
            lot.left = Credits::from_micro(lot.left.micro() - taken);
            rest -= taken;
        }
        assert_eq!((own, rest), (0, 0), "more was taken back than was held");
    }

    /// Credits come back to lots by the numbers of their grants; a debt takes its part of them, the last named first.
    fn give_back(&mut self, row: &Row<'_>) {
        for part in row.text("detail").split(", ").skip(1) {
            let Some((credits, number)) = part.split_once(" to grant ") else {
                assert!(part.ends_with(" of it not served"), "{part}");
                continue;
            };
            let (number, repaid) = match number.split_once(" less ") {
                None => (number, "0"),
                Some((number, owed)) => (number, owed.strip_suffix(" owed").expect("a debt")),
            };
            let number: usize = number.parse().expect("a number");
            let came = credits.parse::<Credits>().expect("credits").micro()
                - repaid.parse::<Credits>().expect("credits").micro();
            // Allowance is no lot.
            if let Some(lot) = self.lots.iter_mut().find(|lot| lot.number == number) {
                lot.left = Credits::from_micro(lot.left.micro() + came);
            }
        }
    }

    fn buy(&mut self, row: &Row<'_>, rank: Rank, price: Money, purchase: String) {
        self.sums.paid = sum(self.sums.paid, price);
        self.hold(row, rank, price, purchase);
    }

    /// A lot takes its place after all that burn before it.
    fn hold(&mut self, row: &Row<'_>, rank: Rank, price: Money, purchase: String) {
        let (until, _) = row.text("detail").split_once(", ").unwrap_or((row.text("detail"), ""));
        let expires = until.strip_prefix("until ").map_or(i64::MAX, instant);
        let (amount, left) = (row.credits("credits"), row.purchased());
        if !amount.is_positive() {
            return;
        }
        let lot = Lot { rank, expires, price, amount, left, purchase, number: self.grants };
        let before = |other: &Lot| (other.rank, other.expires) <= (rank, expires);
        let place = self.lots.iter().filter(|other| before(other)).count();
        self.lots.insert(place, lot);
    }

    fn burn(&mut self, row: &Row<'_>) {
        let mut rest = -row.purchased().micro();
        for lot in &mut self.lots {
            let taken = rest.min(lot.left.micro());
            lot.left = Credits::from_micro(lot.left.micro() - taken);
            rest -= taken;
        }
        assert_eq!(rest, 0, "more was used than was held");
    }

    fn expire(&mut self, row: &Row<'_>) {
        let (at, left) = (instant(row.text("instant")), row.credits("credits"));
        // At one instant some end with the cycle and some by themselves: what they had cost tells apart those of
        // which as much is left. What came back to one that has ended may be told in parts.
        let cost = row.cost_in_detail().rounded(self.minor);
        let worth = |lot: &Lot| lot.price.cost_of(left, lot.amount).expect("a cost");
        let ends = |lot: &Lot| lot.expires <= at && worth(lot).rounded(self.minor) == cost;
        let whole = self.lots.iter().position(|lot| lot.left == left && ends(lot));
        let part = || self.lots.iter().position(|lot| lot.left > left && ends(lot));
        let place = whole.or_else(part).expect("a lot that ends");
        self.lots[place].left = self.lots[place].left.minus(left).expect("credits");
        self.sums.breakage = sum(self.sums.breakage, row.cost_in_detail());
    }

    fn close(&mut self) {
        let worth = |lot: &Lot| lot.price.cost_of(lot.left, lot.amount).expect("a cost");
        let held = self.lots.iter().map(worth).fold(Money::ZERO, sum);
        let Sums { fees, overage, paid, breakage, refunded, .. } = self.sums;
        let spend = sum(sum(fees, overage), paid);
        let amounts = [fees, overage, spend, paid, breakage, held, refunded];
        self.closed.push(amounts.map(|amount| amount.rounded(self.minor)));
        self.counted.push((self.sums.recharges, self.sums.demanded, self.sums.served));
    }

    /// The rows that [`Books::cycles`] must have: differences of cumulative amounts, recognised use being
    /// what is neither held nor broken.
    fn row(&self, index: usize) -> String {
        let [fees, overage, spend, paid, breakage, held, refunded] = self.closed[index];
        let opening = self.sums.opening.rounded(self.minor);
        let first = [Money::ZERO; 5].into_iter().chain([opening, Money::ZERO]);
        let before = match index {
            0 => first.collect(),
            _ => self.closed[index - 1].to_vec(),
        };
        let counted = |index: usize| self.counted[index];
        let zero = (0, CreditTotal::ZERO, CreditTotal::ZERO);
        let (was, is) = (if index == 0 { zero } else { counted(index - 1) }, counted(index));
        let (cash, broken) = (less(paid, before[3]), less(breakage, before[4]));
        let back = less(refunded, before[6]);
        let recognised = less(less(less(sum(before[5], cash), broken), back), held);
        told([
            less(fees, before[0]),
            less(overage, before[1]),
            less(less(spend, before[2]), back),
            before[5],
            cash,
            recognised,
            broken,
            held,
            back,
        ]) + &format!(" {} {} {}", is.0 - was.0, is.1 - was.1, is.2 - was.2)
    }
}

fn sum(a: Money, b: Money) -> Money {
    a.plus(b).expect("a sum of money")
}

fn less(a: Money, b: Money) -> Money {
    a.minus(b).expect("a difference of money")
}

fn told(amounts: [Money; 9]) -> String {
    amounts.map(|amount| amount.text(10)).join(" ")
}

/// What the cycles of `books` say otherwise than a recount of the journal.
pub fn recounted(journal: &str, order: BurnOrder, minor: u32, books: &Books) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(journal.as_bytes());
    let head = reader.headers().expect("a header").clone();
    let (lots, sums) = (Vec::new(), Sums::default());
    let (closed, counted) = (Vec::new(), Vec::new());
    let mut recount = Recount { order, minor, lots, sums, grants: 0, closed, counted };
    for cells in reader.records() {
        recount.follow(&Row { head: &head, cells: cells.expect("a row") });
    }
    let rows: Vec<String> = (0..recount.closed.len()).map(|index| recount.row(index)).collect();
    let kept = |row: &Statement| {
        told(Statement::MONEY.map(|(_, of)| of(row)))
            + &format!(" {} {} {}", row.recharges, row.demanded, row.served)
    };
    let kept: Vec<String> = books.cycles().iter().map(kept).collect();
    match rows == kept {
        true => Vec::new(),
        false => {
            vec![format!("by the journal\n{}\nby the books\n{}", rows.join("\n"), kept.join("\n"))]
        }
    }
}

/// What in the books does not tie: rows to each other, to the run, and to the figures.
pub fn untied(books: &Books, metrics: &Metrics, minor: u32) -> Vec<String> {
    let (total, figures) = (books.total(), metrics.total());
    let mut found = Vec::new();
    let mut check = |what: &str, told: String, right: String| {
        if told != right {
            found.push(format!("{what} is {told}, not {right}"));
        }
    };
    let shown = |money: Money| money.text(minor);
    let purchases = sum(figures.recharge_spend, figures.top_up_spend);
    check("the total spend", shown(total.total_spend), shown(figures.total_spend()));
    check("the plan fees", shown(total.plan_fees), shown(figures.plan_fees));
    check("the overage", shown(total.overage), shown(figures.overage_spend));
    check("the cash paid", shown(total.cash_paid), shown(purchases));
    check("the breakage", shown(total.breakage), shown(figures.expired_cost));
    check("the refunds", shown(total.refunded), shown(figures.refunded));
    for (month, row) in books.months().iter().enumerate() {
        let vintages = books.vintages();
        let of_month = vintages.iter().filter(|one| one.month == month);
        let sum = |of: fn(&recharge::books::VintageMonth) -> i128| {
            shown(Money::of_minor(of_month.clone().map(of).sum(), minor))
        };
        check("the opening value of vintages", sum(|one| one.opening), shown(row.opening));
        check("the cash paid for vintages", sum(|one| one.sold), shown(row.cash_paid));
        check("the use of vintages", sum(|one| one.recognised), shown(row.recognised));
        check("the breakage of vintages", sum(|one| one.breakage), shown(row.breakage));
        check("the refunds of vintages", sum(|one| one.refunded), shown(row.refunded));
        check("the closing value of vintages", sum(|one| one.closing), shown(row.closing));
    }
    for (name, rows) in [("months", books.months()), ("cycles", books.cycles())] {
        let mut held = total.opening;
        for row in &rows {
            let came = less(sum(row.opening, row.cash_paid), row.refunded);
            let end = less(less(came, row.recognised), row.breakage);
            check("the prepaid balance at the start", shown(row.opening), shown(held));
            check("the prepaid balance at the end", shown(row.closing), shown(end));
            held = row.closing;
        }
        check("the last prepaid balance", shown(held), shown(total.closing));
        for (column, of) in Statement::MONEY {
            if !column.starts_with("prepaid") {
                let all = rows.iter().map(of).fold(Money::ZERO, sum);
                check(&format!("{column} of all {name}"), shown(all), shown(of(&total)));
            }
        }
        let add = |of: fn(&Statement) -> CreditTotal| {
            rows.iter().map(of).fold(CreditTotal::ZERO, |a, b| a + b).to_string()
        };
        check("demanded", add(|row| row.demanded), figures.demanded.to_string());
        check("served", add(|row| row.served), figures.served.to_string());
        let count = |of: fn(&Statement) -> u64| rows.iter().map(of).sum::<u64>().to_string();
        check("recharges", count(|row| row.recharges), figures.recharges.to_string());
        check(
            "events refused",
            count(|row| row.refused_events),
            figures.refused_events.to_string(),
        );
    }
    found
}
