//! **recharge** replays usage of prepaid credits through the rules of auto-recharge, exactly.
//!
//! # The house
//!
//! A [`scenario`] names rules, an account and usage. Usage comes in chunks from a feed
//! ([`usage`]), the [`engine`] lets one account live through it, asking [`payments`] how each charge
//! turns out and telling observers ([`metrics`], [`chronicle`], the journal) what happens;
//! [`replay`] is one such run, [`study`] many. An [`inquiry`] answers a question from them, which is the
//! door of the library; [`report`] words the answer, and [`cli`] asks. Values flow forward; nothing asks
//! a question back.
//!
//! ```text
//! scenario ──► setup, luck ──► engine ──► observers ──► outcomes ──► answer ──► report
//! usage ─────► chunks ────────────▲
//! payments ──► answers ───────────┘
//! ```
//!
//! # Rooms, in reading order
//!
//! | room | what it holds |
//! |---|---|
//! | [`domain`] | the vocabulary: credits, money, instants, the calendar, grants and the balance |
//! | [`files`] | files that appear whole, and none in the place of another |
//! | [`policy`] | what vendor and owner set, as pure functions of a position |
//! | [`engine`] | what happens: the loop, the event list, the recharge lifecycle, observers |
//! | [`streams`] | randomness with an address |
//! | [`usage`] | demand: CSV, generators |
//! | [`payments`] | supply: what each charge attempt is answered |
//! | [`figures`] | the catalogue of figures: name, unit, meaning, how each is taken and estimated |
//! | [`scenario`] | the question: TOML, every rule and every message |
//! | [`metrics`] | the figures of a run, folded from what happened |
//! | [`chronicle`] | what deserves to be told one by one |
//! | [`series`] | what pictures need, in bounded memory |
//! | [`books`] | spend and the prepaid balance in money, month by month and cycle by cycle |
//! | [`replay`] | one run, from feed to outcome |
//! | [`study`] | many runs: replications of many candidates, and estimates with intervals |
//! | [`inquiry`] | answers: one function a question, from scenarios and usage to what is computed of them |
//! | [`report`] | telling it: terminal, JSON, journal, page, workbook |
//! | [`cli`] | asking for it: one file a subcommand |
//!
//! A room imports only from rooms above it in this table; `tests/house.rs` holds that true. What
//! the engine computes is `docs/reference/semantics.md`, which comments call the contract; every word has
//! one meaning, in `docs/glossary.md`; why the house is built like this is `docs/decisions.md`.
//!
//! # Three decisions that carry the rest
//!
//! 1. The core is a function: no clock, no file, no generator inside. Simultaneous events happen in
//!    the order in which [`engine::Event`] declares its variants.
//! 2. The loop asks how far it may skip ([`engine::Engine::feed`]), so a run costs what its state
//!    changes cost. Stepping is the same loop with the skip bounded to one.
//! 3. Randomness has an address ([`streams::Streams::at`]): neither the order of evaluation nor the
//!    number of threads can change a draw.

#![forbid(unsafe_code)]

pub mod books;
pub mod chronicle;
pub mod cli;
pub mod domain;
pub mod engine;
pub mod figures;
pub mod files;
pub mod inquiry;
pub mod metrics;
pub mod payments;
pub mod policy;
pub mod replay;
pub mod report;
pub mod scenario;
pub mod series;
pub mod streams;
pub mod study;
pub mod usage;
