//! Many accounts: each an exact replay of its own, added up.
//!
//! An account is its rows of the usage, what a list sets for it, and luck of its own. In reading order: [`Roster`]
//! (the list) → `rules` (the scenario of each account) → `lived` (one account) → `networks` (charges against limits of
//! card networks) → `sketch`, `roll` and `breakage` (distributions, the books, and what is never used of purchases) → `reading` (what became of rows) → `futures` (many of each account) → `fold` (what accounts come to) → `partition`
//! (usage by account on disk) → `live` (all of them, on all threads) → `shards` (the same in pieces that can be done
//! anywhere, and again) → `portion` (the same where the usage is) → `days` (the days of the usage); beside it `made` (accounts that are made up). Everything that is added is an integer or an exact decimal, so no order and no number of
//! threads or pieces changes a byte. Deliberately absent: sentences, tables, and clocks.

mod breakage;
mod days;
mod error;
mod fold;
mod futures;
mod live;
mod lived;
mod made;
mod networks;
mod partition;
mod portion;
mod reading;
mod roll;
mod roster;
mod rules;
mod shards;
mod sketch;

pub use breakage::{
    Breakage, BreakageShare, ShareBasis, UnknownShare, VintageBreakage, VintageFlow,
};
pub use days::fleet_days;
pub use error::FleetError;
pub use fold::{
    FleetFold, FleetSide, FoldedAccount, MOST_LISTED, MoreAndLess, Outstanding, OutstandingBy,
    SegmentSums, spread_figures, whole,
};
pub use futures::{FEWEST_WEEKS, FleetFutures, MOST_FUTURES, WantedFutures};
pub use live::{AccountRows, FleetAnswer, FleetWatch, FleetWork, RowOf, live};
pub use lived::{HourCharges, LivedAccount, MonthNumber};
pub use made::MadeAccount;
pub use networks::{CountedDeclines, LimitUse, NetworkLimit, network_limits};
pub use portion::{FleetPortion, add_portions};
pub use reading::AccountsByRows;
pub use roll::{CreditRoll, FleetBooks, MoneyRoll, RollForward, UnexpiredCredits};
pub use roster::{ID_HEADERS, ListedAccount, NAMES, Roster};
pub use rules::{FleetRules, account_seed};
pub use shards::{FleetFolder, FleetQuestion, PlannedScenario};
pub use sketch::Sketch;
