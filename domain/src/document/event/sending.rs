//! A document on its way to who shall have it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The buyer was sent the document: a mail server took it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentMailed {
    /// When.
    pub at: DateTime<Utc>,
}

/// The buyer could not be sent the document, and it is not tried again by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentMailFailed {
    /// Why.
    pub reason: MailFailure,
    /// How often it was tried.
    pub attempts: u32,
    /// When.
    pub at: DateTime<Utc>,
}

/// Why somebody could not be sent a document. A list, for what a mail server says may name the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailFailure {
    /// No address is known, or the person was erased.
    NoAddress,
    /// The mail server refused the address for good.
    AddressRefused,
    /// The mail server refused the message for good.
    MessageRefused,
    /// No mail server could be reached as long as it was tried.
    Unreachable,
}

impl MailFailure {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::NoAddress,
        Self::AddressRefused,
        Self::MessageRefused,
        Self::Unreachable,
    ];

    /// The name, as events and the API have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoAddress => "no_address",
            Self::AddressRefused => "address_refused",
            Self::MessageRefused => "message_refused",
            Self::Unreachable => "unreachable",
        }
    }
}

/// The e-invoicing platform has the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentHandedOver {
    /// How.
    pub way: HandOver,
    /// When.
    pub at: DateTime<Utc>,
}

/// How a document is handed over to an e-invoicing platform. Further ways are further values of the same schema version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandOver {
    /// As files in a folder that the platform collects.
    Folder,
}

impl HandOver {
    /// The name, as events and the API have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Folder => "folder",
        }
    }
}
