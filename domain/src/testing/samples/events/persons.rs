//! Samples of what happens to a person.

use super::super::{admin, at, buyer};
use crate::person::{ErasureReason, PersonErased};

/// The buyer is erased.
pub fn person_erased() -> PersonErased {
    PersonErased {
        person_id: buyer().person_id,
        reason: Some(ErasureReason::ConsentWithdrawn),
        by: admin().person_id,
        at: at(90),
    }
}
