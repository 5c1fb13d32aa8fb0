//! Personal data, opened to be shown. What was erased is `null`, and a field beside it says so.

use comptoir_domain::values::{PersonId, Sealed};
use comptoir_engine::UseCaseError;
use comptoir_engine::vault::{KeyStanding, VaultError};
use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};

use super::App;
use super::problem::{Problem, ProblemKind};

/// Something sealed, opened.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Opened<T> {
    /// There never was any.
    Absent,
    /// What was sealed.
    Known(T),
    /// The person whose key sealed it was erased.
    Erased,
}

impl<T> Opened<T> {
    /// Whether there is nothing to show, not even that it was erased.
    pub(crate) fn is_absent(&self) -> bool {
        match self {
            Self::Absent => true,
            Self::Known(_) | Self::Erased => false,
        }
    }

    /// Whether it was erased.
    pub(crate) fn is_erased(&self) -> bool {
        match self {
            Self::Erased => true,
            Self::Absent | Self::Known(_) => false,
        }
    }

    /// As it is shown.
    pub(crate) fn shown(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Absent | Self::Erased => None,
        }
    }

    fn of(opened: Result<T, VaultError>) -> Result<Self, Problem> {
        match opened {
            Ok(value) => Ok(Self::Known(value)),
            Err(VaultError::Erased) => Ok(Self::Erased),
            Err(error) => Err(UseCaseError::from(error).into()),
        }
    }
}

impl<T: Serialize> Serialize for Opened<T> {
    /// What was sealed, or `null`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known(value) => value.serialize(serializer),
            Self::Absent | Self::Erased => serializer.serialize_none(),
        }
    }
}

/// Opens a text.
pub(crate) async fn open_text(
    app: &App,
    sealed: Option<&Sealed>,
    context: &str,
) -> Result<Opened<String>, Problem> {
    let Some(sealed) = sealed else {
        return Ok(Opened::Absent);
    };
    match Opened::of(app.engine().vault().open(sealed, context).await)? {
        Opened::Known(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Ok(Opened::Known(text)),
            Err(_) => Err(Problem::new(ProblemKind::Internal).cause("a sealed text is not UTF-8")),
        },
        Opened::Absent => Ok(Opened::Absent),
        Opened::Erased => Ok(Opened::Erased),
    }
}

/// Opens a value that was sealed as JSON.
pub(crate) async fn open_json<T: DeserializeOwned>(
    app: &App,
    sealed: Option<&Sealed>,
    context: &str,
) -> Result<Opened<T>, Problem> {
    match sealed {
        None => Ok(Opened::Absent),
        Some(sealed) => Opened::of(app.engine().vault().open_json(sealed, context).await),
    }
}

/// Whether a person was erased.
pub(crate) async fn is_erased(app: &App, person_id: PersonId) -> Result<bool, Problem> {
    let standing = app.engine().vault().standing(person_id.into()).await;
    match standing.map_err(UseCaseError::from)? {
        KeyStanding::Destroyed => Ok(true),
        KeyStanding::Held | KeyStanding::Missing => Ok(false),
    }
}
