//! Sellers who invoice in their own name: who they are, and the mandate by which the platform writes their invoices.

pub(crate) mod accept_mandate;
pub(crate) mod balance;
pub(crate) mod body;
pub(crate) mod get;
pub(crate) mod identify;
pub(crate) mod withdraw_mandate;

use std::str::FromStr;

use comptoir_domain::values::{IdError, PersonId, SellerId};
use serde::Deserialize;

use super::parameters::text_of_path;

/// The path of a seller.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct SellerPath {
    /// The seller; the id of the person will do.
    #[param(value_type = String, example = "seller_01jd3e8m6xf2r9kq7v5t4w8zab")]
    #[serde(deserialize_with = "text_of_path")]
    pub(crate) seller_id: SellerParameter,
}

/// A seller by their own id, or by that of the person who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct SellerParameter(pub(crate) SellerId);

impl SellerParameter {
    /// The person.
    pub(crate) fn person_id(self) -> PersonId {
        self.0.into()
    }
}

impl TryFrom<String> for SellerParameter {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        if text.starts_with(PersonId::PREFIX) {
            return PersonId::from_str(&text).map(|person_id| Self(person_id.into()));
        }
        text.parse().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<SellerParameter, IdError> {
        text.to_owned().try_into()
    }

    #[test]
    fn a_seller_is_found_by_either_id() {
        let seller = read("seller_01jd3e8m6xf2r9kq7v5t4w8zab").unwrap();
        assert_eq!(read("person_01jd3e8m6xf2r9kq7v5t4w8zab").unwrap(), seller);
        assert_eq!(
            seller.person_id().to_string(),
            "person_01jd3e8m6xf2r9kq7v5t4w8zab"
        );
        for wrong in ["", "seller", "order_01jd3e8m6xf2r9kq7v5t4w8zab", "person_1"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
