//! Scenarios and traces to try: rules of many kinds, and usage full of ties.
//!
//! In the text of a scenario `{c:12}` stands for credits and `{u:0.013}` for the price of one, so that a
//! question can be asked with other credits.

use rust_decimal::Decimal;

use super::dice::Dice;

/// Milliseconds from the start of the horizon, and credits in millionths.
pub type Rows = Vec<(i64, i64)>;

/// A scenario of January 2026 with its usage, in time order and inside the horizon.
#[derive(Clone, Debug)]
pub struct Shop {
    /// Settings, each with the keys it belongs to.
    pub settings: Vec<&'static str>,
    /// Its usage.
    pub rows: Rows,
}

/// What every scenario begins with.
const BASE: &str = "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-02-03\nplan = \"p\"\n\
    plans.p.fee = \"9.00\"\nplans.p.allowance = {c:120}\n\
    plans.q.fee = \"19.00\"\nplans.q.allowance = {c:300}\n\
    plans.less.fee = \"5.00\"\nplans.less.allowance = {c:60}\n\
    packages.s.credits = {c:100}\npackages.s.price = \"7.50\"\n\
    packages.l.credits = {c:250}\npackages.l.price = \"15.01\"";

const ZONES: [&str; 4] =
    ["", "zone = \"Europe/Berlin\"", "zone = \"Pacific/Chatham\"", "zone = \"America/St_Johns\""];

const CURRENCIES: [&str; 2] = ["", "unit = \"tasks\""];

/// Groups of settings; one of each is chosen. The first of a group is the plain one.
const GROUPS: [&[&str]; 20] = [
    &ZONES,
    &CURRENCIES,
    &[
        "",
        "plans.p.quotas = [{ credits = {c:30}, per = \"5h\" }, { credits = {c:90}, per = \"7 days\" }]",
    ],
    &[
        "",
        "gifts = [{ credits = {c:70}, at = 2026-01-09T10:00:00, expires = \"5 days\", burns = \"before_allowance\" }]",
        "gifts = [{ credits = {c:4}, per = \"day\", expires = \"next\" }, { credits = {c:40}, per = \"cycle\", expires = \"cycle_end\", grace = \"1h\", burns = \"after_bought\" }]",
        "gifts = [{ credits = {c:25.5}, every = \"50h\", expires = \"3 days\", burns = \"with_bought\" }]\naccount.top_ups_expire = \"2 days\"\naccount.expiry_grace = \"7h\"",
    ],
    &[
        "",
        "standing_charges = [{ credits = {c:1.5}, every = \"7h\" }]",
        "standing_charges = [{ credits = {c:20}, per = \"cycle\" }]",
    ],
    &[
        "recharge.at_or_below = {c:60}",
        "recharge.below = {c:35.5}",
        "recharge.consumed_share = \"80%\"",
        "recharge.consumed_share = \"75%\"\nrecharge.share_of = \"allowance\"",
        "recharge.consumed_share = \"90%\"\nrecharge.share_of = \"last_purchase\"",
    ],
    &[
        "recharge.package = \"s\"",
        "recharge.package = \"s\"\nrecharge.packs = 3",
        "recharge.package = \"l\"",
        "recharge.package = \"s\"\nrecharge.closes_gap = true",
        "recharge.up_to = {c:90}\nrecharge.up_to_from = \"threshold\"\nrecharge.increment = {c:7}\nrecharge.unit_price = \"{u:0.013}\"",
        "recharge.up_to = {c:230}\nrecharge.increment = {c:7}\nrecharge.unit_price = \"{u:0.013}\"",
    ],
    &[
        "",
        "recharge.surcharge = \"30%\"",
        "recharge.fixed_fee = \"1.00\"\ntax = \"19%\"",
        "recharge.sizes = [{ from = {c:200}, discount = \"10%\" }, { from = {c:300}, discount = \"50%\", bonus_credits = {c:15} }]",
    ],
    &[
        "",
        "recharge.firing = \"edge\"",
        "recharge.poll = \"7min\"",
        "recharge.cooldown = \"5h\"",
        "recharge.cooldown = \"1h\"\nrecharge.cooldown_since = \"attempt\"",
    ],
    &[
        "",
        "recharge.caps = [{ recharges = 2, per = \"day\" }]",
        "recharge.caps = [{ money = \"30.00\", per = \"cycle\" }, { recharges = 3, per = \"36h\" }]",
        "recharge.caps = [{ credits = {c:700}, per = \"month\", exceeding = \"clip\" }]",
        "recharge.caps = [{ money = \"40.00\", per = \"7 days\", exceeding = \"overshoot\", counts = \"attempts\" }]",
        "recharge.caps = [{ recharges = 0, per = \"day\" }]",
        "recharge.caps = [{ credits = {c:500}, per = \"cycle\", exceeding = \"disable\", warn_at = [\"50%\", \"100%\"] }]",
    ],
    &[
        "",
        "recharge.credits_expire = \"cycle_end\"",
        "recharge.credits_expire = \"3 days\"",
        "recharge.credits_expire = \"50h\"",
    ],
    &[
        "",
        "rollover = { most = {c:50}, cycles = 1 }",
        "rollover = { least = {c:20}, most = {c:80}, cycles = 2 }",
        "rollover = { most = {c:50}, share = \"40%\" }",
        "cycle.anchor = 2026-01-31",
        "cycle.anchor = 2026-01-12",
    ],
    &["payment.latency = \"5s\"", "payment.latency = \"0s\"", "payment.latency = \"9h\""],
    &[
        "",
        "payment.fail_attempts = [1, 2, 4]",
        "payment.hard_fail_attempts = [2, 5]",
        "payment.fail_probability = \"40%\"\npayment.hard_share = \"30%\"",
        "payment.outages = [{ from = 2026-01-05T08:00:00, to = 2026-01-09T10:00:00 }]",
        "payment.card = { decline_rate_per_month = \"90%\" }",
    ],
    &[
        "",
        "payment.disable_after = 2\npayment.repair_after = \"1 day\"",
        "payment.retry_after = [\"1h\", \"3h\"]\npayment.on_hard_decline = \"suspend\"",
        "payment.on_soft_decline = \"ignore\"",
    ],
    &[
        "",
        "payment.verify_attempts = [1, 3]\npayment.verification_takes = \"3h\"",
        "payment.verify_probability = \"50%\"\npayment.verification_fail_probability = \"50%\"",
    ],
    &[
        "",
        "service.shortfall = \"partial\"",
        "service.shortfall = \"stop\"\nservice.restart_after = \"2h\"",
        "service.shortfall = \"stop\"\nservice.restart_within = \"6h\"",
        "service.shortfall = \"overdraft\"\nservice.overdraft_limit = {c:40}",
        "service.shortfall = \"overdraft\"\nservice.overdraft_limit = {c:90}\nservice.debt = \"kept\"\nservice.debt_at_cycle_start = \"forgive\"",
        "service.comes_back_after = \"6h\"\nservice.comes_back_times = 2",
        "service.metering_lag = \"20min\"",
    ],
    &[
        "",
        "account.opening_balance = {c:90}",
        "account.opening_balance = {c:90}\naccount.opening_price = \"9.01\"",
        "account.opening_allowance = {c:33.25}",
        "account.opening_grants = [{ credits = {c:60}, expires = 2026-01-10 }, { credits = {c:45.5}, price = \"1.01\" }]",
        "account.opening_grants = [{ credits = {c:50}, expires = \"cycle_end\" }]\naccount.opening_allowance = {c:7}",
    ],
    &[
        "",
        "actions = [{ at = 2026-01-05T00:00:00, do = \"disable\" }, { at = 2026-01-08T00:00:00, do = \"enable\" }]",
        "actions = [{ at = 2026-01-06T12:00:00, do = \"top_up\", credits = {c:80}, price = \"2.00\" }]",
        "actions = [{ at = 2026-01-07T00:00:00, do = \"refund\" }, { at = 2026-01-12T00:00:00, do = \"refund\", number = 1, share = \"50%\" }]\nreversals.refund_takes = \"lot\"",
        "actions = [{ at = 2026-01-07T00:00:00, do = \"chargeback\" }, { at = 2026-01-20T00:00:00, do = \"dispute_won\" }]\nreversals.chargeback_takes = \"debt\"",
        "actions = [{ at = 2026-01-07T00:00:00, do = \"chargeback\" }]\nreversals.chargeback_takes = \"balance\"",
        "actions = [{ at = 2026-01-12T00:00:00, do = \"usage_reversed\", used_at = 2026-01-09T12:00:00 }, { at = 2026-01-25T00:00:00, do = \"usage_reversed\", used_at = 2026-01-09T13:00:00, credits = {c:4} }]\nreversals.usage_of_ended = \"given\"",
        "actions = [{ at = 2026-01-07T00:00:00, do = \"card_expires\" }, { at = 2026-01-09T00:00:00, do = \"card_updated\" }]",
        "actions = [{ at = 2026-01-10T00:00:00, do = \"change_plan\", plan = \"q\", when = \"immediately\" }]",
        "actions = [{ at = 2026-01-11T00:00:00, do = \"change_plan\", plan = \"less\", when = \"immediately\", on_downgrade = \"cut\" }]",
        "actions = [{ at = 2026-01-11T00:00:00, do = \"change_plan\", plan = \"less\", when = \"immediately\", on_downgrade = \"kept\" }]",
        "actions = [{ at = 2026-01-10T00:00:00, do = \"change_threshold\", at_or_below = {c:10} }]",
    ],
    &[
        "",
        "account.charges = [{ at = 2025-12-31T20:00:00, credits = {c:100}, price = \"7.50\" }, { at = 2025-12-30T09:00:00, failed = true }]",
        "account.caps_used = { day = { recharges = 1, money = \"7.50\", credits = {c:100} }, cycle = { recharges = 2, money = \"15.00\", credits = {c:200} } }",
        "account.caps_used = { month = { recharges = 1, money = \"7.50\", credits = {c:250} } }",
        "account.failures = 1",
        "account.failures = 1\naccount.retry_at = 2026-01-02T06:00:00",
        "account.failures = 2\naccount.suspended_since = 2025-12-31T18:00:00",
    ],
];

/// Seconds that the horizon lasts in every zone of these.
const SECONDS: i64 = 33 * 86_400;

impl Shop {
    /// A scenario with a trace.
    pub fn new(dice: &mut Dice) -> Shop {
        let choose = |group: &&[&'static str], dice: &mut Dice| match dice.chance(35) {
            true => group[0],
            false => dice.pick(group),
        };
        let settings = GROUPS.iter().map(|group| choose(group, dice)).collect();
        Shop { settings, rows: rows(dice) }
    }

    /// A scenario in which nothing of payments and service is out of the ordinary.
    pub fn plain(dice: &mut Dice) -> Shop {
        let mut shop = Shop::new(dice);
        for (setting, group) in shop.settings.iter_mut().zip(GROUPS).skip(10) {
            *setting = group[0];
        }
        shop
    }

    /// Whether one of its settings names a key.
    pub fn sets(&self, key: &str) -> bool {
        self.settings.iter().any(|setting| setting.contains(key))
    }

    /// The same with other settings in place of those that name a key.
    pub fn with(&self, key: &str, setting: &'static str) -> Shop {
        let mut shop = self.clone();
        shop.settings.retain(|setting| !setting.contains(key));
        shop.settings.push(setting);
        shop
    }

    /// The text of the scenario with every number of credits so many times as large.
    pub fn text(&self, times: i64) -> String {
        let mut text = BASE.to_owned();
        for setting in self.settings.iter().filter(|setting| !setting.is_empty()) {
            text.push('\n');
            text.push_str(setting);
        }
        text.push('\n');
        let times = Decimal::from(times);
        let text = replaced(&text, "{c:", |credits| credits * times);
        replaced(&text, "{u:", |price| price / times)
    }
}

/// A text with every number between `mark` and `}` changed.
fn replaced(text: &str, mark: &str, change: impl Fn(Decimal) -> Decimal) -> String {
    let mut parts = text.split(mark);
    let mut changed = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, rest) = part.split_once('}').expect("a mark ends");
        changed.push_str(&change(number.parse().expect("a number")).normalize().to_string());
        changed.push_str(rest);
    }
    changed
}

/// Whole hours are frequent, so that ties with everything else are; so are rows at one instant.
pub fn rows(dice: &mut Dice) -> Rows {
    let count = dice.below(120);
    let mut rows: Rows = Vec::with_capacity(count);
    for _ in 0..count {
        let at = match dice.below(4) {
            0 if !rows.is_empty() => dice.pick(&rows).0,
            1 => dice.between(0, SECONDS) * 1_000,
            2 => dice.between(0, SECONDS * 1_000),
            _ => dice.between(0, SECONDS / 3_600) * 3_600_000,
        };
        let amount = match dice.below(6) {
            0 => 0,
            1 => dice.between(20_000_000, 300_000_000),
            2 => dice.between(1, 30) * 1_000_000,
            _ => dice.between(1, 20_000_000),
        };
        rows.push((at, amount));
    }
    rows.sort_by_key(|&(at, _)| at);
    rows
}
