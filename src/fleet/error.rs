//! Reasons why a fleet has no answer.

use std::io;
use std::path::PathBuf;

use crate::domain::text::counted;
use crate::replay::ReplayError;
use crate::usage::UsageError;

/// Reason why a fleet could not be replayed.
#[derive(Debug, thiserror::Error)]
pub enum FleetError {
    /// The usage could not be read.
    #[error(transparent)]
    Usage(#[from] UsageError),
    /// The list of accounts is wrong.
    #[error("{}", problems.join("\n"))]
    Roster {
        /// Everything that is wrong, with the ways out.
        problems: Vec<String>,
    },
    /// Accounts could not be replayed to the end.
    #[error("{}", problems.join("\n"))]
    Accounts {
        /// The accounts with the reasons, in the order of their names.
        problems: Vec<String>,
    },
    /// The program failed at an account.
    #[error("account {account}: {error}")]
    Fault {
        /// The account.
        account: String,
        /// The fault.
        error: ReplayError,
    },
    /// The times of the file say no zone, and accounts have zones of their own.
    #[error(
        "{name}: its times do not say their zone, and the list of accounts sets zones; say in which zone the \
         file is with --usage-zone"
    )]
    OpenZone {
        /// The usage.
        name: String,
    },
    /// Two scenarios that cannot be compared.
    #[error("{}", problems.join("\n"))]
    Incomparable {
        /// The reasons.
        problems: Vec<String>,
    },
    /// Files of the work could not be read or written.
    #[error("{}: {cause}", path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// The error of the file system.
        cause: io::Error,
    },
    /// A folder holds something else than this work.
    #[error("{}: {why}", path.display())]
    Work {
        /// The folder or a file in it.
        path: PathBuf,
        /// What is wrong, and the way out.
        why: String,
    },
    /// Portions that do not add up.
    #[error("the portions of the fleet: {why}")]
    Portions {
        /// What is wrong, and the way out.
        why: String,
    },
    /// Asked to stop.
    #[error("interrupted after {}{}", counted(accounts, "account"), if *keeps { "; the same command goes on from here" } else { "" })]
    Interrupted {
        /// Accounts that were done.
        accounts: u64,
        /// Whether what was done is kept.
        keeps: bool,
    },
}
