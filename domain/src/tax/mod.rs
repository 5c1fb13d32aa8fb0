//! Tax: EU VAT for services supplied electronically, as dated data and pure rules.
//!
//! | question | answered by |
//! | --- | --- |
//! | where is the buyer? | [`PlaceOfSupply`], from two pieces of evidence |
//! | who is the buyer? | [`Customer`]: a consumer, or a business with a [`VatId`] |
//! | which rule applies? | [`assess`] |
//! | which rate, by which law? | `data/vat_rates.json`, `data/vat_territories.json` |
//! | what must the invoice say? | `legal_references` of `data/locales/` |
//!
//! ```
//! use chrono::DateTime;
//! use comptoir_domain::tax::{Customer, Location, TaxSettings, assess};
//! use comptoir_domain::values::{CountryCode, TaxCategory};
//!
//! let berlin = Location::of_billing(CountryCode::try_new("DE").unwrap());
//! let at = DateTime::from_timestamp(1_780_000_000, 0).unwrap();
//! let terms = assess(TaxSettings::of(CountryCode::FR), &berlin, &Customer::Consumer, at).unwrap();
//! assert_eq!(terms.facts_for(TaxCategory::Standard).rate_basis_points.get(), 1900);
//! ```

mod assess;
mod customer;
mod legal;
mod place;
mod rates;
mod settings;
#[cfg(test)]
mod tests;
mod vat_id;

pub use assess::{TaxRefusal, TaxTerms, assess};
pub use customer::{Customer, TaxCustomer, VatIdCheck};
pub(crate) use legal::{LegalReference, exemption_text};
pub use place::{EvidenceKind, EvidenceStanding, Location, LocationEvidence, PlaceOfSupply};
pub use rates::{VatRate, is_member_state, member_states, rate_on, rates};
pub(crate) use rates::{holds, read as read_data};
pub use settings::{EvidenceRule, TaxScheme, TaxSettings};
pub use vat_id::{VatId, VatIdError};
