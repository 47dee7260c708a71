//! The end of a command: exit codes, and messages on standard error.

use std::io;

use crate::fleet::FleetError;
use crate::inquiry::InquiryError;
use crate::replay::ReplayError;
use crate::study::StudyError;
use crate::usage::UsageError;
use crate::vendors::VendorError;

/// Reason why a command failed.
#[derive(Debug)]
pub enum Failure {
    /// A gate or a comparison failed: exit code 1.
    No(String),
    /// The command line or an input is wrong: exit code 2.
    Input(String),
    /// The machine failed: exit code 3.
    Machine(String),
    /// No gate failed, and the runs do not tell whether all hold: exit code 4.
    Inconclusive(String),
    /// Interrupted: exit code 130.
    Interrupted(String),
    /// Whoever read the results has gone; nothing is wrong: exit code 0.
    ReaderGone,
}

impl Failure {
    /// The exit code.
    pub fn code(&self) -> u8 {
        match self {
            Failure::No(_) => 1,
            Failure::Input(_) => 2,
            Failure::Machine(_) => 3,
            Failure::Inconclusive(_) => 4,
            Failure::Interrupted(_) => 130,
            Failure::ReaderGone => 0,
        }
    }

    /// The message, if any.
    pub fn message(&self) -> Option<&str> {
        match self {
            Failure::No(text)
            | Failure::Input(text)
            | Failure::Machine(text)
            | Failure::Inconclusive(text)
            | Failure::Interrupted(text) => Some(text.as_str()).filter(|text| !text.is_empty()),
            Failure::ReaderGone => None,
        }
    }

    /// The same outcome of gates, of which all has been said.
    pub fn without_message(self) -> Failure {
        match self {
            Failure::No(_) => Failure::No(String::new()),
            Failure::Inconclusive(_) => Failure::Inconclusive(String::new()),
            other => other,
        }
    }
}

impl From<io::Error> for Failure {
    /// The error of reading or writing; a closed pipe is not a failure.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::ReaderGone,
            _ => Failure::Machine(error.to_string()),
        }
    }
}

impl From<VendorError> for Failure {
    fn from(error: VendorError) -> Self {
        Failure::Input(error.to_string())
    }
}

impl From<UsageError> for Failure {
    fn from(error: UsageError) -> Self {
        match error {
            UsageError::Write(cause) => cause.into(),
            UsageError::Read { .. } | UsageError::TooLittleMemory { .. } => {
                Failure::Machine(error.to_string())
            }
            error => Failure::Input(error.to_string()),
        }
    }
}

impl From<ReplayError> for Failure {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::Usage(error) => error.into(),
            ReplayError::Engine { error: ref cause, .. } if cause.is_fault() => {
                Failure::Machine(error.to_string())
            }
            ReplayError::Engine { .. } => Failure::Input(error.to_string()),
            ReplayError::Interrupted { .. } => Failure::Interrupted(error.to_string()),
        }
    }
}

impl From<FleetError> for Failure {
    fn from(error: FleetError) -> Self {
        match error {
            FleetError::Usage(error) => error.into(),
            FleetError::Disk { .. } | FleetError::Fault { .. } => {
                Failure::Machine(error.to_string())
            }
            FleetError::Interrupted { .. } => Failure::Interrupted(error.to_string()),
            error => Failure::Input(error.to_string()),
        }
    }
}

impl From<InquiryError> for Failure {
    fn from(error: InquiryError) -> Self {
        match error {
            InquiryError::Usage(error) | InquiryError::Study(StudyError::Usage(error)) => {
                error.into()
            }
            InquiryError::Replay(error) => error.into(),
            InquiryError::Interrupted { .. } => Failure::Interrupted(error.to_string()),
            InquiryError::Study(StudyError::Engine { error: ref cause, .. })
                if cause.is_fault() =>
            {
                Failure::Machine(error.to_string())
            }
            error => Failure::Input(error.to_string()),
        }
    }
}
