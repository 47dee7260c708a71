//! **recharge** replays usage of prepaid credits through the rules of auto-recharge, exactly.
//!
//! # The house
//!
//! A [`scenario`] names rules, an account and usage. Usage comes in chunks from a feed ([`usage`]); the
//! [`engine`] drives one account through it, asks [`payments`] for the outcome of each charge, and
//! reports what happened to observers ([`metrics`], [`chronicle`], the journal); [`replay`] is one such
//! run, [`study`] many. An [`inquiry`] answers a question from them and is the door of the library;
//! [`report`] words the answer, and [`cli`] is the command line. Values flow forward; no room calls
//! back into an earlier one.
//!
//! ```text
//! scenario ──► setup, luck ──► engine ──► observers ──► outcomes ──► answer ──► report
//! usage ─────► chunks ────────────▲
//! payments ──► answers ───────────┘
//! ```
//!
//! # Rooms, in reading order
//!
//! | room | contents |
//! |---|---|
//! | [`domain`] | the vocabulary: credits, money, instants, the calendar, grants and the balance |
//! | [`files`] | files that appear whole, and never replace an input or another output |
//! | [`policy`] | the settings of vendor and owner, as pure functions of a position |
//! | [`engine`] | the simulation: the loop, the event list, the recharge lifecycle, observers |
//! | [`streams`] | randomness with an address |
//! | [`usage`] | demand: CSV, generators |
//! | [`forecast`] | usage to come: a level learned from history, with what is not known of it |
//! | [`payments`] | supply: the outcome of each charge attempt |
//! | [`figures`] | the catalogue of figures: name, unit, meaning, source and estimator of each |
//! | [`scenario`] | the question: TOML, every rule and every message |
//! | [`vendors`] | the rules of real products as data, each value with its source and standing |
//! | [`metrics`] | the figures of a run, folded from its events |
//! | [`chronicle`] | the incidents to list one by one |
//! | [`series`] | the data of charts, in bounded memory |
//! | [`books`] | spend and the prepaid balance in money, month by month and cycle by cycle |
//! | [`replay`] | one run, from feed to outcome |
//! | [`study`] | many runs: replications of many candidates, and estimates with intervals |
//! | [`fleet`] | many accounts, each replayed by itself: sums, distributions, the roll-forward, and work in pieces |
//! | [`inquiry`] | answers: one function per question, from scenarios and usage to computed results |
//! | [`explore`] | what if: a scenario in memory, replayed anew for every change of a setting |
//! | [`report`] | reports: terminal, JSON, journal, page, workbook |
//! | [`cli`] | the command line: one file per subcommand |
//!
//! The rooms from [`domain`] to [`figures`], from [`scenario`] to [`vendors`] and from [`metrics`] to [`fleet`] are packages of
//! their own, and so are [`inquiry`], [`explore`] and [`report`] (`packages/`, with the roots `src/lib_core.rs`, `src/lib_scenario.rs`,
//! `src/lib_study.rs`, `src/lib_inquiry.rs`, `src/lib_explore.rs` and `src/lib_report.rs`), so that what computes is optimised in full
//! and what asks, reads, words and draws is built quickly; this library names them all again.
//! A room imports only from rooms above it in this table; `tests/house.rs` enforces it. `docs/reference/semantics.md`
//! defines what the engine computes; comments call it the contract. `docs/glossary.md` gives every word
//! one meaning; `docs/decisions.md` explains why the house is built like this.
//!
//! # Three decisions that carry the rest
//!
//! 1. The core is a function: no clock, no file, no generator inside. Simultaneous events happen in
//!    the order in which [`engine::Event`] declares its variants.
//! 2. The loop computes how far it may skip ([`engine::Engine::feed`]), so the cost of a run is that of
//!    its state changes. Stepping is the same loop with the skip bounded to one.
//! 3. Randomness has an address ([`streams::Streams::at`]): neither the order of evaluation nor the
//!    number of threads can change a draw.

#![forbid(unsafe_code)]

pub mod cli;

pub use recharge_core::{
    domain, engine, figures, files, forecast, payments, policy, streams, usage,
};
pub use recharge_explore::explore;
pub use recharge_inquiry::inquiry;
pub use recharge_report::report;
pub use recharge_scenario::{scenario, vendors};
pub use recharge_study::{books, chronicle, fleet, metrics, replay, series, study};
