//! Whose tax it is: where sellers supply, each of their lines is taxed as they are, and not as the platform is.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::assess::{TaxRefusal, TaxTerms, assess};
use super::customer::{Customer, TaxCustomer};
use super::place::{Location, PlaceOfSupply};
use super::rates::{is_member_state, vat_state};
use super::settings::{TaxScheme, TaxSettings};
use crate::document::CustomerKind;
use crate::seller::SellerVat;
use crate::values::{CountryCode, Currency, PersonId, SupplierOfRecord, TaxCategory, TaxFacts, TaxTreatment};

/// What a seller has said of themselves, as far as it decides about tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SellerTax {
    /// Where they are established.
    pub country: CountryCode,
    /// Whether they charge VAT.
    pub vat: SellerVat,
}

/// How many decimals an amount on an invoice has at most.
pub(crate) const INVOICE_DECIMALS_MAX: u8 = 2;

/// The rule that applies to what each supplier of an order sells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupplierTaxes {
    platform: TaxTerms,
    sellers: BTreeMap<PersonId, TaxTerms>,
}

impl SupplierTaxes {
    /// Decides which rules apply on the day of an order, by the supplier's time zone. Where the platform supplies, there is
    /// one. Where sellers do, each of those in `sellers` has their own; who is not there has not said who they are, and is
    /// taxed as the platform is.
    pub fn assess(
        settings: TaxSettings,
        sellers: &BTreeMap<PersonId, SellerTax>,
        location: &Location,
        customer: &Customer,
        day: NaiveDate,
    ) -> Result<Self, TaxRefusal> {
        let platform = assess(settings, location, customer, day)?;
        let sellers = match settings.supplier_of_record {
            SupplierOfRecord::Platform => BTreeMap::new(),
            SupplierOfRecord::Seller => {
                let terms = sellers.iter().map(|(seller_id, seller)| {
                    let terms = assess(seller.settings(settings), location, customer, day)?;
                    Ok((*seller_id, terms))
                });
                terms.collect::<Result<_, TaxRefusal>>()?
            }
        };
        Ok(Self { platform, sellers })
    }

    /// The facts of a line: what a seller offers, in a category.
    pub fn facts_for(&self, seller_id: PersonId, category: TaxCategory) -> TaxFacts {
        self.terms_of(seller_id).facts_for(category)
    }

    /// Whether what a seller offers in a currency can be invoiced lawfully: with its tax in the currency in which it is owed, and
    /// with amounts of two decimals at most, as EN 16931 has them (BR-DEC-09 and others).
    pub fn can_be_invoiced(&self, seller_id: PersonId, currency: Currency) -> bool {
        currency.minor_unit_decimals() <= INVOICE_DECIMALS_MAX
            && self.terms_of(seller_id).can_be_stated_in(currency)
    }

    fn terms_of(&self, seller_id: PersonId) -> &TaxTerms {
        self.sellers.get(&seller_id).unwrap_or(&self.platform)
    }

    /// Who buys.
    pub const fn customer(&self) -> &TaxCustomer {
        self.platform.customer()
    }

    /// Where the buyer is, and by which evidence.
    pub const fn place(&self) -> &PlaceOfSupply {
        self.platform.place()
    }
}

impl From<TaxTerms> for SupplierTaxes {
    /// One rule for all of an order.
    fn from(platform: TaxTerms) -> Self {
        Self {
            platform,
            sellers: BTreeMap::new(),
        }
    }
}

impl SellerTax {
    /// How they are taxed on a platform with these settings. The platform's scheme is theirs too, but for what holds of the
    /// platform alone: its exemption, and, outside the Union, the threshold for suppliers of a single member state
    /// (Directive 2006/112/EC, article 59c).
    fn settings(self, platform: TaxSettings) -> TaxSettings {
        let establishment = vat_state(self.country);
        let scheme = match (self.vat, platform.scheme) {
            (SellerVat::SmallSellerExemption, _) => TaxScheme::SmallSeller,
            (SellerVat::Registered, TaxScheme::Establishment) if is_member_state(establishment) => {
                TaxScheme::Establishment
            }
            (
                SellerVat::Registered,
                TaxScheme::Destination | TaxScheme::Establishment | TaxScheme::SmallSeller,
            ) => TaxScheme::Destination,
        };
        TaxSettings {
            establishment,
            scheme,
            ..platform
        }
    }

    /// Whether they can invoice a line that was taxed so, to a buyer there. A line that was sold before they said who they are, or
    /// before they said something else, may not be.
    pub fn may_invoice(self, tax: &TaxFacts, customer: CustomerKind, buyer: CountryCode) -> bool {
        let home = vat_state(self.country);
        let is_home = tax.country == home;
        match (tax.treatment, self.vat, customer) {
            (TaxTreatment::OutsideScope, _, _) => true,
            (TaxTreatment::ReverseCharge, _, _) => !is_home,
            (TaxTreatment::SmallSellerExemption, SellerVat::SmallSellerExemption, _)
            | (TaxTreatment::Taxed, SellerVat::Registered, CustomerKind::Business) => is_home,
            (TaxTreatment::Taxed, SellerVat::Registered, CustomerKind::Consumer) => {
                is_home || tax.country == vat_state(buyer)
            }
            (TaxTreatment::SmallSellerExemption, SellerVat::Registered, _)
            | (TaxTreatment::Taxed, SellerVat::SmallSellerExemption, _) => false,
        }
    }
}
