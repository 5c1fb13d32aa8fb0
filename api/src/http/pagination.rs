//! Lists come in pages: `limit`, `starting_after`, `has_more`.

use comptoir_projections::PageLimit;
use serde::{Deserialize, Serialize};

/// How many entries a page has: 1 to 100, 20 if nobody says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "i64")]
pub(crate) struct Limit(pub(crate) PageLimit);

impl TryFrom<i64> for Limit {
    type Error = comptoir_projections::PageLimitError;

    fn try_from(limit: i64) -> Result<Self, Self::Error> {
        PageLimit::try_new(limit).map(Self)
    }
}

/// One page of a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = List)]
pub(crate) struct ListBody<T> {
    /// The entries, the newest first.
    pub(crate) data: Vec<T>,
    /// Whether another page follows: ask for it with `starting_after` and the id of the last entry.
    pub(crate) has_more: bool,
}
