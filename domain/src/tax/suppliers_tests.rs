//! Each supplier of an order is taxed as they are.

use std::collections::BTreeMap;

use super::*;
use crate::document::CustomerKind;
use crate::seller::SellerVat::{self, Registered, SmallSellerExemption};
use crate::testing::samples::{at, seller, stranger};
use crate::values::{CountryCode, SupplierOfRecord, TaxCategory, TaxFacts, TaxTreatment};

const GERMAN: &str = "DE136695976";
const FRENCH: &str = "FR40303265045";
const EXEMPT_BY_FRENCH_LAW: &str = "TVA non applicable, art. 293 B du CGI";

fn country(code: &str) -> CountryCode {
    CountryCode::try_new(code).unwrap()
}

fn business(id: &str) -> Customer {
    Customer::Business {
        vat_id: VatId::try_new(id).unwrap(),
        check: VatIdCheck::Form,
    }
}

/// A French platform on which sellers supply.
fn platform(scheme: TaxScheme) -> TaxSettings {
    TaxSettings {
        scheme,
        supplier_of_record: SupplierOfRecord::Seller,
        ..TaxSettings::of(CountryCode::FR)
    }
}

fn seller_in(code: &str, vat: SellerVat) -> SellerTax {
    SellerTax {
        country: country(code),
        vat,
    }
}

fn facts(settings: TaxSettings, who: SellerTax, buyer_in: &str, customer: &Customer) -> TaxFacts {
    let sellers = BTreeMap::from([(seller().person_id, who)]);
    let location = Location::of_billing(country(buyer_in));
    let taxes = SupplierTaxes::assess(settings, &sellers, &location, customer, at(0).date_naive()).unwrap();
    taxes.facts_for(seller().person_id, TaxCategory::Standard)
}

/// Treatment, rate and country of what a seller sells.
fn rule(
    scheme: TaxScheme,
    who: SellerTax,
    buyer_in: &str,
    customer: &Customer,
) -> (TaxTreatment, u32, String) {
    let facts = facts(platform(scheme), who, buyer_in, customer);
    (
        facts.treatment,
        facts.rate_basis_points.get(),
        facts.country.to_string(),
    )
}

#[test]
fn a_small_seller_charges_no_vat_whatever_the_platform_does() {
    let who = seller_in("FR", SmallSellerExemption);
    for scheme in [
        TaxScheme::Destination,
        TaxScheme::Establishment,
        TaxScheme::SmallSeller,
    ] {
        for buyer_in in ["FR", "DE"] {
            let facts = facts(platform(scheme), who, buyer_in, &Customer::Consumer);
            assert_eq!(facts.treatment, TaxTreatment::SmallSellerExemption, "{scheme:?}");
            assert_eq!(facts.legal_reference.unwrap().as_str(), EXEMPT_BY_FRENCH_LAW);
        }
    }
    let german = facts(
        platform(TaxScheme::Destination),
        seller_in("DE", SmallSellerExemption),
        "FR",
        &Customer::Consumer,
    );
    assert_eq!(
        (german.treatment, german.country),
        (TaxTreatment::SmallSellerExemption, country("DE"))
    );
    assert_ne!(german.legal_reference.unwrap().as_str(), EXEMPT_BY_FRENCH_LAW);
}

#[test]
fn a_registered_seller_charges_vat_on_an_exempt_platform() {
    let exempt = TaxScheme::SmallSeller;
    let who = seller_in("FR", Registered);
    let taxed = |rate, of: &str| (TaxTreatment::Taxed, rate, of.to_owned());
    assert_eq!(rule(exempt, who, "FR", &Customer::Consumer), taxed(2000, "FR"));
    assert_eq!(rule(exempt, who, "DE", &Customer::Consumer), taxed(1900, "DE"));
}

#[test]
fn a_seller_abroad_is_taxed_from_where_they_are() {
    let german = seller_in("DE", Registered);
    let destination = TaxScheme::Destination;
    let reverse = |of: &str| (TaxTreatment::ReverseCharge, 0, of.to_owned());
    let taxed = |rate, of: &str| (TaxTreatment::Taxed, rate, of.to_owned());
    assert_eq!(rule(destination, german, "FR", &business(FRENCH)), reverse("FR"));
    assert_eq!(
        rule(destination, german, "DE", &business(GERMAN)),
        taxed(1900, "DE")
    );
    assert_eq!(
        rule(destination, german, "FR", &Customer::Consumer),
        taxed(2000, "FR")
    );
    let establishment = TaxScheme::Establishment;
    assert_eq!(
        rule(establishment, german, "FR", &Customer::Consumer),
        taxed(1900, "DE")
    );
}

#[test]
fn the_threshold_of_a_member_state_is_not_for_sellers_outside_the_union() {
    let swiss = seller_in("CH", Registered);
    let expected = (TaxTreatment::Taxed, 2000, "FR".to_owned());
    assert_eq!(
        rule(TaxScheme::Establishment, swiss, "FR", &Customer::Consumer),
        expected
    );
}

#[test]
fn the_vat_of_monaco_is_that_of_france() {
    let who = seller_in("MC", Registered);
    let expected = (TaxTreatment::Taxed, 2000, "FR".to_owned());
    assert_eq!(
        rule(TaxScheme::Destination, who, "FR", &business(FRENCH)),
        expected
    );
}

#[test]
fn who_has_not_said_who_they_are_is_taxed_as_the_platform_is() {
    let sellers = BTreeMap::from([(seller().person_id, seller_in("DE", SmallSellerExemption))]);
    let location = Location::of_billing(CountryCode::FR);
    let day = at(0).date_naive();
    let treatment = |settings, of| {
        let taxes = SupplierTaxes::assess(settings, &sellers, &location, &Customer::Consumer, day).unwrap();
        taxes.facts_for(of, TaxCategory::Standard).treatment
    };
    let settings = platform(TaxScheme::Destination);
    assert_eq!(
        treatment(settings, seller().person_id),
        TaxTreatment::SmallSellerExemption
    );
    assert_eq!(treatment(settings, stranger().person_id), TaxTreatment::Taxed);
    // Where the platform supplies, nobody else matters.
    let of_platform = TaxSettings::of(CountryCode::FR);
    assert_eq!(treatment(of_platform, seller().person_id), TaxTreatment::Taxed);
}

/// All that a seller is taxed by, they may also invoice; and what was taxed for somebody else they may only if it is the same.
#[test]
fn a_seller_may_invoice_what_was_taxed_as_theirs() {
    let sellers = ["FR", "DE", "CH", "MC"]
        .into_iter()
        .flat_map(|code| [Registered, SmallSellerExemption].map(|vat| seller_in(code, vat)));
    let buyers = [
        ("FR", Customer::Consumer),
        ("DE", Customer::Consumer),
        ("MC", Customer::Consumer),
        ("US", Customer::Consumer),
        ("FR", business(FRENCH)),
        ("DE", business(GERMAN)),
    ];
    for who in sellers {
        for (buyer_in, customer) in &buyers {
            for scheme in [
                TaxScheme::Destination,
                TaxScheme::Establishment,
                TaxScheme::SmallSeller,
            ] {
                let facts = facts(platform(scheme), who, buyer_in, customer);
                let kind = CustomerKind::of(&customer.kept());
                assert!(
                    who.may_invoice(&facts, kind, country(buyer_in)),
                    "{who:?} {buyer_in} {scheme:?}"
                );
            }
        }
    }
}

#[test]
fn a_seller_may_not_invoice_what_was_taxed_as_somebody_elses() {
    let settings = platform(TaxScheme::Destination);
    let french = seller_in("FR", Registered);
    let consumer = |who: SellerTax, of: SellerTax, buyer_in: &str| {
        let facts = facts(settings, of, buyer_in, &Customer::Consumer);
        who.may_invoice(&facts, CustomerKind::Consumer, country(buyer_in))
    };
    let exempt = seller_in("FR", SmallSellerExemption);
    assert!(!consumer(exempt, french, "FR"));
    assert!(!consumer(french, exempt, "FR"));
    assert!(!consumer(seller_in("DE", SmallSellerExemption), exempt, "FR"));
    assert!(consumer(seller_in("DE", Registered), french, "IT"));
    let to_company = |who: SellerTax, of: SellerTax| {
        let facts = facts(settings, of, "FR", &business(FRENCH));
        who.may_invoice(&facts, CustomerKind::Business, CountryCode::FR)
    };
    assert!(!to_company(seller_in("DE", Registered), french));
    assert!(!to_company(french, seller_in("DE", Registered)));
}
