//! Which rule of EU VAT applies to an order.

use chrono::NaiveDate;
use thiserror::Error;

use super::accounting::vat_currency;
use super::customer::{Customer, TaxCustomer};
use super::legal::legal_reference;
use super::place::{EvidenceStanding, Location, PlaceOfSupply};
use super::rates::{TerritoryVat, is_member_state, rate_on, territory};
use super::settings::{EvidenceRule, TaxScheme, TaxSettings};
use crate::values::{BasisPoints, CountryCode, Currency, Line, TaxCategory, TaxFacts, TaxTreatment};

/// The rule that applies, from which the facts of each line follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxTerms {
    settings: TaxSettings,
    customer: TaxCustomer,
    place: PlaceOfSupply,
    treatment: TaxTreatment,
    country: CountryCode,
    standard: (BasisPoints, Line),
}

/// Why an order cannot be taxed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TaxRefusal {
    /// Two items of evidence are needed, and there is one.
    #[error(
        "a second piece of evidence is needed for where the buyer is, such as the country of their IP address"
    )]
    EvidenceMissing,
    /// Two items of evidence that agree are needed, and no two do.
    #[error("the pieces of evidence for where the buyer is contradict each other")]
    EvidenceContradictory,
    /// The VAT id belongs to another state than the buyer.
    #[error("the VAT id is one of {vat_id}, the buyer is in {buyer}")]
    VatIdOfAnotherCountry {
        /// The state of the id.
        vat_id: CountryCode,
        /// Where the buyer is.
        buyer: CountryCode,
    },
    /// There is no rate for the state and the day.
    #[error("there is no VAT rate of {country} for {day}")]
    NoRate {
        /// The state.
        country: CountryCode,
        /// The day.
        day: NaiveDate,
    },
}

/// Decides which rule applies on the day of an order, by the supplier's time zone:
/// - outside the Union, EU VAT does not;
/// - a business in another member state than the supplier owes the tax itself (reverse charge);
/// - everybody else is taxed by the supplier's scheme.
pub fn assess(
    settings: TaxSettings,
    location: &Location,
    customer: &Customer,
    day: NaiveDate,
) -> Result<TaxTerms, TaxRefusal> {
    let place = location.place();
    match (settings.evidence, place.standing) {
        (EvidenceRule::TwoThatAgree, EvidenceStanding::BillingOnly | EvidenceStanding::NotRecorded) => {
            return Err(TaxRefusal::EvidenceMissing);
        }
        (EvidenceRule::TwoThatAgree, EvidenceStanding::Contradictory) => {
            return Err(TaxRefusal::EvidenceContradictory);
        }
        (EvidenceRule::TwoThatAgree, EvidenceStanding::TwoAgree) | (EvidenceRule::TakeWhatThereIs, _) => {}
    }
    // The postal code speaks of the billing address only.
    let postal_code = location
        .postal_code
        .as_deref()
        .filter(|_| place.country == location.country);
    let special = territory(place.country, postal_code);
    let state = match special.map(|special| special.vat) {
        Some(TerritoryVat::SameAs { country }) => country,
        Some(TerritoryVat::OutsideScope | TerritoryVat::OwnRate { .. }) | None => place.country,
    };
    let outside = special.is_some_and(|special| special.vat == TerritoryVat::OutsideScope);
    if let Customer::Business { vat_id, .. } = customer
        && vat_id.country() != state
    {
        return Err(TaxRefusal::VatIdOfAnotherCountry {
            vat_id: vat_id.country(),
            buyer: place.country,
        });
    }
    let (treatment, country) = treat(settings, state, outside, customer);
    let own_rate = special.and_then(|special| match special.vat {
        TerritoryVat::OwnRate { rate_basis_points } => Some((rate_basis_points, special.source.clone())),
        TerritoryVat::OutsideScope | TerritoryVat::SameAs { .. } => None,
    });
    let standard = match treatment {
        TaxTreatment::Taxed => own_rate.filter(|_| country == state).map_or_else(
            || {
                rate_on(country, TaxCategory::Standard, day)
                    .map(|rate| (rate.rate_basis_points, rate.source.clone()))
            },
            Some,
        ),
        TaxTreatment::ReverseCharge | TaxTreatment::SmallSellerExemption | TaxTreatment::OutsideScope => {
            legal_reference(treatment, settings.establishment, day)
                .map(|text| (BasisPoints::ZERO, text.clone()))
        }
    };
    Ok(TaxTerms {
        settings,
        customer: customer.kept(),
        place,
        treatment,
        country,
        standard: standard.ok_or(TaxRefusal::NoRate { country, day })?,
    })
}

/// The treatment, and whose tax it is.
fn treat(
    settings: TaxSettings,
    state: CountryCode,
    outside: bool,
    customer: &Customer,
) -> (TaxTreatment, CountryCode) {
    if outside || !is_member_state(state) {
        return (TaxTreatment::OutsideScope, state);
    }
    match customer {
        Customer::Business { .. } if state != settings.establishment => (TaxTreatment::ReverseCharge, state),
        Customer::Business { .. } | Customer::Consumer => match settings.scheme {
            TaxScheme::Destination => (TaxTreatment::Taxed, state),
            TaxScheme::Establishment => (TaxTreatment::Taxed, settings.establishment),
            TaxScheme::SmallSeller => (TaxTreatment::SmallSellerExemption, settings.establishment),
        },
    }
}

impl TaxTerms {
    /// The facts for a category.
    pub fn facts_for(&self, category: TaxCategory) -> TaxFacts {
        let (rate_basis_points, reference) = match category {
            TaxCategory::Standard => &self.standard,
        };
        TaxFacts {
            category,
            rate_basis_points: *rate_basis_points,
            country: self.country,
            supplier_of_record: self.settings.supplier_of_record,
            price_basis: self.settings.price_basis,
            treatment: self.treatment,
            legal_reference: Some(reference.clone()),
        }
    }

    /// Whether an invoice over a sale in a currency can state its tax as the law wants it: in the currency in which it is owed.
    pub(super) fn can_be_stated_in(&self, currency: Currency) -> bool {
        let (rate, _) = &self.standard;
        *rate == BasisPoints::ZERO || currency == vat_currency(self.settings.establishment)
    }

    /// Who buys.
    pub const fn customer(&self) -> &TaxCustomer {
        &self.customer
    }

    /// Where the buyer is, and by which evidence.
    pub const fn place(&self) -> &PlaceOfSupply {
        &self.place
    }
}
