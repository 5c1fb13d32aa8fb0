//! How a supplier must be named, by the law of their country.

use super::super::*;
use crate::seller::SellerVat::{self, Registered, SmallSellerExemption};
use crate::tax::VatId;
use crate::values::{CountryCode, Line};

fn line(text: &str) -> Line {
    Line::try_new(text).unwrap()
}

fn country(code: &str) -> CountryCode {
    CountryCode::try_new(code).unwrap()
}

fn in_country(code: &str) -> SupplierParty {
    SupplierParty {
        name: line("Studio Nocturne"),
        legal_form: None,
        address: PostalAddress {
            line_1: line("3 place du Capitole"),
            line_2: None,
            postal_code: line("31000"),
            city: line("Toulouse"),
            country: country(code),
        },
        company_number: None,
        establishment_number: None,
        register: None,
        vat_id: None,
        email: None,
        issuer: None,
    }
}

fn french() -> SupplierParty {
    SupplierParty {
        company_number: Some(line("303 265 045")),
        vat_id: Some(VatId::try_new("FR40303265045").unwrap()),
        ..in_country("FR")
    }
}

fn refused(party: SupplierParty, vat: SellerVat) -> Vec<(SupplierField, SupplierRefusal)> {
    let problems = party.checked(vat).err().unwrap_or_default();
    problems
        .into_iter()
        .map(|problem| (problem.field, problem.refusal))
        .collect()
}

#[test]
fn numbers_are_kept_in_digits_only() {
    let with_siret = SupplierParty {
        establishment_number: Some(line("303 265 045 00011")),
        ..french()
    };
    let checked = with_siret.checked(Registered);
    let checked = checked.map_err(|problems| problems.len()).unwrap();
    assert_eq!(checked.company_number, Some(line("303265045")));
    assert_eq!(checked.establishment_number, Some(line("30326504500011")));
}

#[test]
fn a_french_supplier_is_named_with_their_siren() {
    use SupplierField::{CompanyNumber, EstablishmentNumber};
    let missing = SupplierParty {
        company_number: None,
        ..french()
    };
    let expected = [(CompanyNumber, SupplierRefusal::SirenMissing)];
    assert_eq!(refused(missing.clone(), Registered), expected);
    assert_eq!(refused(missing, SmallSellerExemption), expected);
    for wrong in ["303265046", "30326504", "3032650450", "30326504A"] {
        let party = SupplierParty {
            company_number: Some(line(wrong)),
            ..french()
        };
        assert_eq!(
            refused(party, Registered),
            [(CompanyNumber, SupplierRefusal::NotASiren)]
        );
    }
    let siret = |number: &str| {
        let party = SupplierParty {
            establishment_number: Some(line(number)),
            ..french()
        };
        refused(party, Registered)
    };
    assert_eq!(
        siret("30326504500012"),
        [(EstablishmentNumber, SupplierRefusal::NotASiret)]
    );
    assert_eq!(
        siret("73282932000074"),
        [(EstablishmentNumber, SupplierRefusal::SiretOfAnother)]
    );
    // La Poste counts its establishments otherwise.
    let la_poste = SupplierParty {
        company_number: Some(line("356000000")),
        establishment_number: Some(line("35600000000049")),
        vat_id: Some(VatId::try_new("FR39356000000").unwrap()),
        ..in_country("FR")
    };
    assert_eq!(refused(la_poste, Registered), []);
}

#[test]
fn who_charges_vat_in_the_union_has_a_vat_id_of_their_state() {
    use SupplierField::VatId as Id;
    let without = |code: &str| SupplierParty {
        company_number: Some(line("303265045")),
        ..in_country(code)
    };
    for code in ["FR", "DE"] {
        let missing = SupplierRefusal::VatIdMissing(country(code));
        assert_eq!(refused(without(code), Registered), [(Id, missing)]);
        assert_eq!(refused(without(code), SmallSellerExemption), []);
    }
    let of_another = |code: &str, id: &str| SupplierParty {
        vat_id: Some(VatId::try_new(id).unwrap()),
        ..without(code)
    };
    let other = |code: &str| [(Id, SupplierRefusal::VatIdOfAnotherState(country(code)))];
    assert_eq!(refused(of_another("FR", "DE136695976"), Registered), other("FR"));
    assert_eq!(
        refused(of_another("DE", "FR40303265045"), SmallSellerExemption),
        other("DE")
    );
    assert_eq!(refused(of_another("MC", "FR40303265045"), Registered), []);
}

#[test]
fn suppliers_outside_the_union_need_no_number_and_have_no_exemption() {
    assert_eq!(refused(in_country("US"), Registered), []);
    let expected = (
        SupplierField::Vat,
        SupplierRefusal::ExemptOutsideTheUnion(country("US")),
    );
    assert_eq!(refused(in_country("US"), SmallSellerExemption), [expected]);
}

#[test]
fn all_that_is_wrong_is_named_at_once() {
    let party = SupplierParty {
        company_number: None,
        vat_id: None,
        ..french()
    };
    assert_eq!(refused(party, Registered).len(), 2);
}
