//! A postal address, as documents have it.

use comptoir_domain::document::PostalAddress;
use comptoir_domain::values::{CountryCode, Line};
use serde::{Deserialize, Serialize};

/// A postal address.
#[derive(Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PostalAddress)]
pub(crate) struct AddressBody {
    /// Street and number.
    #[schema(value_type = String, example = "1 Rue de la Paix")]
    line_1: Line,
    /// What did not fit the first line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    line_2: Option<Line>,
    /// Postal code.
    #[schema(value_type = String, example = "75002")]
    postal_code: Line,
    /// Town.
    #[schema(value_type = String, example = "Paris")]
    city: Line,
    /// Country, by ISO 3166-1 alpha-2.
    #[schema(value_type = String, example = "FR")]
    country: CountryCode,
}

impl std::fmt::Debug for AddressBody {
    /// Hides the person: debug output ends up in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AddressBody(***)")
    }
}

impl From<AddressBody> for PostalAddress {
    fn from(address: AddressBody) -> Self {
        Self {
            line_1: address.line_1,
            line_2: address.line_2,
            postal_code: address.postal_code,
            city: address.city,
            country: address.country,
        }
    }
}
