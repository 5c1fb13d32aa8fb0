//! What is known of people, and forgetting it.

mod acquaintance;
mod document;
pub(crate) mod erase;
pub(crate) mod export;
mod known;

use comptoir_domain::values::PersonId;
use serde::Deserialize;

/// The path of a person.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct PersonPath {
    /// The person.
    #[param(value_type = String, example = "person_01jd3e8m6xf2r9kq7v5t4w8zab")]
    pub(crate) person_id: PersonId,
}
