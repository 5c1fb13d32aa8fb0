//! Which rule of VAT applies to whom.

use chrono::NaiveDate;

use super::*;
use crate::values::{CountryCode, PriceBasis, TaxCategory, TaxFacts, TaxTreatment};

const GERMAN: &str = "DE136695976";
const FRENCH: &str = "FR40303265045";

fn country(code: &str) -> CountryCode {
    CountryCode::try_new(code).unwrap()
}

fn on(day: &str) -> NaiveDate {
    day.parse().unwrap()
}

fn business(id: &str) -> Customer {
    Customer::Business {
        vat_id: VatId::try_new(id).unwrap(),
        check: VatIdCheck::Form,
    }
}

fn with(scheme: TaxScheme) -> TaxSettings {
    TaxSettings {
        scheme,
        ..TaxSettings::of(CountryCode::FR)
    }
}

fn facts(settings: TaxSettings, buyer_in: &str, customer: &Customer) -> TaxFacts {
    let location = Location::of_billing(country(buyer_in));
    let terms = assess(settings, &location, customer, on("2026-06-01")).unwrap();
    terms.facts_for(TaxCategory::Standard)
}

fn rule(settings: TaxSettings, buyer_in: &str, customer: &Customer) -> (TaxTreatment, u32, String) {
    let facts = facts(settings, buyer_in, customer);
    (
        facts.treatment,
        facts.rate_basis_points.get(),
        facts.country.to_string(),
    )
}

#[test]
fn consumers_are_taxed_where_they_are() {
    let settings = with(TaxScheme::Destination);
    for (state, rate) in [
        ("FR", 2000),
        ("DE", 1900),
        ("HU", 2700),
        ("LU", 1700),
        ("FI", 2550),
    ] {
        let expected = (TaxTreatment::Taxed, rate, state.to_owned());
        assert_eq!(rule(settings, state, &Customer::Consumer), expected);
    }
}

#[test]
fn below_the_threshold_consumers_are_taxed_where_the_supplier_is() {
    let expected = (TaxTreatment::Taxed, 2000, "FR".to_owned());
    assert_eq!(
        rule(with(TaxScheme::Establishment), "HU", &Customer::Consumer),
        expected
    );
}

#[test]
fn a_small_seller_charges_no_tax_and_says_by_which_law() {
    let settings = with(TaxScheme::SmallSeller);
    for state in ["FR", "DE"] {
        let facts = facts(settings, state, &Customer::Consumer);
        assert_eq!(facts.treatment, TaxTreatment::SmallSellerExemption);
        assert_eq!(
            (facts.rate_basis_points.get(), facts.country),
            (0, CountryCode::FR)
        );
        let reference = facts.legal_reference.unwrap();
        assert_eq!(reference.as_str(), "TVA non applicable, art. 293 B du CGI");
    }
}

#[test]
fn a_business_in_another_member_state_owes_the_tax_itself() {
    for scheme in [
        TaxScheme::Destination,
        TaxScheme::Establishment,
        TaxScheme::SmallSeller,
    ] {
        let facts = facts(with(scheme), "DE", &business(GERMAN));
        assert_eq!(facts.treatment, TaxTreatment::ReverseCharge);
        assert_eq!((facts.rate_basis_points.get(), facts.country), (0, country("DE")));
        assert!(
            facts
                .legal_reference
                .unwrap()
                .as_str()
                .starts_with("Autoliquidation")
        );
    }
}

#[test]
fn a_business_in_the_suppliers_own_state_is_taxed_like_everybody_there() {
    let expected = (TaxTreatment::Taxed, 2000, "FR".to_owned());
    assert_eq!(
        rule(with(TaxScheme::Destination), "FR", &business(FRENCH)),
        expected
    );
}

#[test]
fn outside_the_union_there_is_no_eu_vat() {
    for (state, scheme) in [
        ("US", TaxScheme::Destination),
        ("GB", TaxScheme::Establishment),
        ("CH", TaxScheme::SmallSeller),
    ] {
        let facts = facts(with(scheme), state, &Customer::Consumer);
        assert_eq!(facts.treatment, TaxTreatment::OutsideScope, "{state}");
        assert_eq!(
            (facts.rate_basis_points.get(), facts.country),
            (0, country(state))
        );
        assert!(facts.legal_reference.is_some());
    }
}

#[test]
fn special_territories_have_rules_of_their_own() {
    let settings = with(TaxScheme::Destination);
    let at = |code: &str, postal: &str| {
        let location = Location {
            postal_code: Some(postal.to_owned()),
            ..Location::of_billing(country(code))
        };
        let terms = assess(settings, &location, &Customer::Consumer, on("2026-06-01")).unwrap();
        let facts = terms.facts_for(TaxCategory::Standard);
        (
            facts.treatment,
            facts.rate_basis_points.get(),
            facts.country.to_string(),
        )
    };
    assert_eq!(
        at("ES", "35001"),
        (TaxTreatment::OutsideScope, 0, "ES".to_owned())
    );
    assert_eq!(at("ES", "28001"), (TaxTreatment::Taxed, 2100, "ES".to_owned()));
    assert_eq!(at("PT", "9500-150"), (TaxTreatment::Taxed, 1600, "PT".to_owned()));
    assert_eq!(at("MC", "98000"), (TaxTreatment::Taxed, 2000, "FR".to_owned()));
}

#[test]
fn a_vat_id_must_be_one_of_the_buyers_state() {
    let location = Location::of_billing(country("IT"));
    let refused = assess(
        with(TaxScheme::Destination),
        &location,
        &business(GERMAN),
        on("2026-06-01"),
    );
    let expected = TaxRefusal::VatIdOfAnotherCountry {
        vat_id: country("DE"),
        buyer: country("IT"),
    };
    assert_eq!(refused, Err(expected));
}

#[test]
fn the_rate_is_that_of_the_day() {
    let rate = |day: &str| {
        let location = Location::of_billing(country("EE"));
        let terms = assess(
            with(TaxScheme::Destination),
            &location,
            &Customer::Consumer,
            on(day),
        )
        .unwrap();
        terms.facts_for(TaxCategory::Standard).rate_basis_points.get()
    };
    assert_eq!((rate("2025-06-30"), rate("2025-07-01")), (2200, 2400));
    let before = assess(
        with(TaxScheme::Destination),
        &Location::of_billing(country("EE")),
        &Customer::Consumer,
        on("2015-01-01"),
    );
    assert!(matches!(before, Err(TaxRefusal::NoRate { .. })));
}

#[test]
fn the_price_basis_is_a_fact_of_each_line() {
    let settings = TaxSettings {
        price_basis: PriceBasis::TaxExcluded,
        ..TaxSettings::of(CountryCode::FR)
    };
    assert_eq!(
        facts(settings, "DE", &Customer::Consumer).price_basis,
        PriceBasis::TaxExcluded
    );
}

mod evidence {
    use super::*;

    fn item(kind: EvidenceKind, code: &str) -> LocationEvidence {
        LocationEvidence {
            kind,
            country: country(code),
        }
    }

    fn place(billing: &str, evidence: &[LocationEvidence]) -> PlaceOfSupply {
        location(billing, evidence).place()
    }

    fn location(billing: &str, evidence: &[LocationEvidence]) -> Location {
        Location {
            evidence: evidence.to_vec(),
            ..Location::of_billing(country(billing))
        }
    }

    #[test]
    fn two_items_that_agree_decide() {
        let found = place("FR", &[item(EvidenceKind::IpCountry, "FR")]);
        assert_eq!(
            (found.country, found.standing),
            (CountryCode::FR, EvidenceStanding::TwoAgree)
        );
        assert_eq!(found.evidence.len(), 2);
    }

    #[test]
    fn two_others_that_agree_outweigh_the_billing_address() {
        let others = [
            item(EvidenceKind::IpCountry, "DE"),
            item(EvidenceKind::CardCountry, "DE"),
        ];
        let found = place("FR", &others);
        assert_eq!(
            (found.country, found.standing),
            (country("DE"), EvidenceStanding::TwoAgree)
        );
    }

    #[test]
    fn of_two_pairs_that_of_the_billing_address_counts() {
        let others = [
            item(EvidenceKind::IpCountry, "DE"),
            item(EvidenceKind::SimCountry, "DE"),
            item(EvidenceKind::CardCountry, "FR"),
        ];
        assert_eq!(place("FR", &others).country, CountryCode::FR);
    }

    #[test]
    fn without_two_that_agree_the_billing_address_counts_and_the_order_says_so() {
        assert_eq!(place("FR", &[]).standing, EvidenceStanding::BillingOnly);
        let found = place("FR", &[item(EvidenceKind::IpCountry, "DE")]);
        assert_eq!(
            (found.country, found.standing),
            (CountryCode::FR, EvidenceStanding::Contradictory)
        );
    }

    #[test]
    fn an_item_counts_once_for_each_kind_and_the_billing_address_cannot_be_repeated() {
        let repeated = [
            item(EvidenceKind::IpCountry, "DE"),
            item(EvidenceKind::IpCountry, "DE"),
            item(EvidenceKind::BillingAddress, "DE"),
        ];
        let found = place("FR", &repeated);
        assert_eq!((found.country, found.evidence.len()), (CountryCode::FR, 2));
    }

    #[test]
    fn the_strict_rule_refuses_what_is_not_known_well_enough() {
        let strict = TaxSettings {
            evidence: EvidenceRule::TwoThatAgree,
            ..TaxSettings::of(CountryCode::FR)
        };
        let judge = |evidence: &[LocationEvidence]| {
            let location = location("FR", evidence);
            assess(strict, &location, &Customer::Consumer, on("2026-06-01")).map(drop)
        };
        assert_eq!(judge(&[]), Err(TaxRefusal::EvidenceMissing));
        let contradicting = [item(EvidenceKind::IpCountry, "DE")];
        assert_eq!(judge(&contradicting), Err(TaxRefusal::EvidenceContradictory));
        assert_eq!(judge(&[item(EvidenceKind::IpCountry, "FR")]), Ok(()));
    }
}
