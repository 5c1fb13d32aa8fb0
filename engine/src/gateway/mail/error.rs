//! Why a mail was not taken. What the server said may name the person, and is left out: only its codes are kept.

use std::fmt;

use lettre::transport::smtp::Error as SmtpError;

/// Why a mail was not taken.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The server refuses the address for good, or it is none that can be written to.
    #[error("the mail server refuses the address ({code})")]
    AddressRefused {
        /// What it said.
        code: Reply,
    },
    /// The server refuses the message for good.
    #[error("the mail server refuses the message ({code})")]
    MessageRefused {
        /// What it said.
        code: Reply,
    },
    /// The server does not take it now.
    #[error("the mail server does not take it now ({code})")]
    NotNow {
        /// What it said.
        code: Reply,
    },
    /// The server cannot be reached, does not let us in, or broke off.
    #[error("the mail server cannot be used: {0}")]
    NoServer(String),
    /// It took too long. Whether the server has taken the mail is not known.
    #[error("the mail server did not answer in time")]
    TimedOut,
}

/// The code that a server answers by, such as 550.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reply(u16);

impl Reply {
    /// There was no answer: we did not ask.
    pub(super) const NONE: Self = Self(0);
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => f.write_str("not asked"),
            code => code.fmt(f),
        }
    }
}

/// How far the conversation had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Until the server has let us in: what it refuses there is not this mail's fault.
    Connection,
    /// Who sends it, and the message itself.
    Message,
    /// To whom.
    Recipient,
}

impl MailError {
    pub(super) fn at(stage: Stage, error: &SmtpError) -> Self {
        let code = error.status().map_or(Reply::NONE, |code| Reply(code.into()));
        match stage {
            Stage::Message if error.is_permanent() => Self::MessageRefused { code },
            Stage::Recipient if error.is_permanent() => Self::AddressRefused { code },
            Stage::Message | Stage::Recipient if error.is_transient() => Self::NotNow { code },
            Stage::Connection if error.is_permanent() || error.is_transient() => {
                Self::NoServer(format!("it answers {code}"))
            }
            // What cannot be read is quoted by the error, and not by us: it may name the person.
            Stage::Connection | Stage::Message | Stage::Recipient if error.is_response() => {
                Self::NoServer("what it answers is no answer".to_owned())
            }
            Stage::Connection | Stage::Message | Stage::Recipient => Self::NoServer(error.to_string()),
        }
    }
}
