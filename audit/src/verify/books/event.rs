//! Where an event stands, as the rules of the books need it.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::verify::checked::Origin;

/// Where an event stands, and what led to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) position: i64,
    pub(super) stream: &'a str,
    pub(super) revision: i64,
    pub(super) id: Uuid,
    pub(super) recorded_at: DateTime<Utc>,
    pub(super) origin: &'a Origin,
}

impl Place<'_> {
    pub(super) const fn since(&self) -> Since {
        Since {
            position: self.position,
            at: self.recorded_at,
        }
    }
}

/// Since which event something is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Since {
    pub(super) position: i64,
    pub(super) at: DateTime<Utc>,
}
