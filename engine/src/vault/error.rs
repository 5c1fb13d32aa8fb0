//! Why something could not be sealed or opened.

use super::random::RandomError;

/// What can go wrong between plain and sealed.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The person asked to be forgotten: their key is destroyed, and with it everything it sealed.
    #[error("the personal data of this subject has been erased")]
    Erased,
    /// Nothing was ever sealed for this subject in this database.
    #[error("no key exists for this subject")]
    UnknownSubject,
    /// The text was sealed with another key or for another place, or was changed.
    #[error("the sealed text does not open: it was changed, or belongs elsewhere")]
    DoesNotOpen,
    /// What was opened is not the JSON that was expected there.
    #[error("the opened text is not what was expected")]
    UnexpectedContent(#[source] serde_json::Error),
    /// The value cannot be written as JSON.
    #[error("the value cannot be written as JSON")]
    NotJson(#[source] serde_json::Error),
    /// The configured master key is not the one that wrapped this database's keys.
    #[error("the configured master key is not the one this database's personal keys were wrapped with")]
    WrongMasterKey,
    /// The machine gave no random bytes.
    #[error(transparent)]
    NoRandomness(#[from] RandomError),
    /// The table of keys cannot be read or written.
    #[error("the table of personal keys cannot be reached")]
    Unavailable(#[from] sqlx::Error),
}
