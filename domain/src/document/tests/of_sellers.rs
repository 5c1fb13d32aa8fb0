//! Invoices in the names of sellers who are taxed otherwise than the platform: what they say, and which are refused.

use super::super::*;
use super::basket::{Basket, basket, person, wish};
use super::desk::{Desk, terms_of};
use crate::seller::SellerVat::{Registered, SmallSellerExemption};
use crate::tax::{SellerTax, VatId};
use crate::testing::samples::documents::*;
use crate::values::{CountryCode, DocumentId, Line};

const FRENCH: &str = "FR40303265045";

/// The only invoice of a basket.
fn invoice_for(basket: &Basket) -> DocumentContent {
    let mut desk = Desk::of(basket);
    desk.catch_up();
    let [state] = desk.documents.values().collect::<Vec<_>>()[..] else {
        panic!("one invoice expected")
    };
    DocumentContent::clone(&state.facts().unwrap().content)
}

/// The only kind of VAT: category, rate, whose tax, and why there is none.
fn only_kind(content: &DocumentContent) -> (&str, u32, String, Option<&str>) {
    let [rate] = content.rates.as_slice() else {
        panic!("one kind of VAT expected")
    };
    (
        rate.vat.category.code(),
        rate.vat.rate.get(),
        rate.country.to_string(),
        rate.exemption.as_ref().map(Line::as_str),
    )
}

fn says(content: &DocumentContent, code: &str) -> bool {
    content
        .mentions
        .iter()
        .any(|mention| mention.code.as_str() == code)
}

#[test]
fn a_small_seller_invoices_without_vat_and_says_by_which_law() {
    let invoice = invoice_for(&basket(&[wish(1, 2000, 1)]).identified(1, "FR", SmallSellerExemption));
    let law = Some("TVA non applicable, art. 293 B du CGI");
    assert_eq!(only_kind(&invoice), ("E", 0, "FR".to_owned(), law));
    assert_eq!(
        (invoice.totals.tax.amount, invoice.totals.gross.amount),
        (0, 2000)
    );
}

#[test]
fn a_german_seller_leaves_the_tax_to_a_french_business() {
    let mut order = basket(&[wish(1, 2000, 1)]).identified(1, "DE", Registered);
    order.vat_id = Some(FRENCH);
    let invoice = invoice_for(&order);
    let (category, rate, country, why) = only_kind(&invoice);
    assert_eq!((category, rate, country.as_str()), ("AE", 0, "FR"));
    assert!(why.unwrap().starts_with("Autoliquidation"), "{why:?}");
    assert!(!says(&invoice, "one_stop_shop"));
}

#[test]
fn two_sellers_of_one_order_are_each_taxed_as_they_are() {
    let order = basket(&[wish(1, 2000, 1), wish(2, 2400, 1)]);
    let order = order
        .identified(1, "FR", SmallSellerExemption)
        .identified(2, "FR", Registered);
    let mut desk = Desk::of(&order);
    desk.catch_up();
    let mut taxes: Vec<_> = desk
        .documents
        .values()
        .map(|state| &state.facts().unwrap().content.totals)
        .map(|totals| (totals.gross.amount, totals.tax.amount))
        .collect();
    taxes.sort_unstable();
    assert_eq!(taxes, [(2000, 0), (2400, 400)]);
}

/// What was sold before a seller said who they are was taxed as the platform's: no invoice of theirs can say so.
#[test]
fn what_was_taxed_otherwise_than_the_seller_may_is_not_invoiced() {
    let order = basket(&[wish(2, 0, 1), wish(1, 2000, 1)]).of_sellers().paid();
    let order = order.facts().unwrap();
    let drawn = |country: &str, vat| {
        let seller_id = person(1);
        let supplier = Supplier::Seller { seller_id };
        let tax = SellerTax {
            country: CountryCode::try_new(country).unwrap(),
            vat,
        };
        let (terms, allotment) = (
            terms_of(seller_id, Some(&tax)),
            allotment(supplier, DocumentKind::Invoice),
        );
        let parties = sealed_for(DocumentId::of_order(order.order_id, supplier));
        draw_up_invoice(order, sale(), drawing(&allotment, &terms, &parties)).map(drop)
    };
    assert_eq!(drawn("FR", Registered), Ok(()));
    let refused = Err(DrawUpError::TaxedOtherwise { order_line: 1 });
    assert_eq!(drawn("FR", SmallSellerExemption), refused);
    assert_eq!(drawn("DE", SmallSellerExemption), refused);
    // Sold from Germany to a consumer in France, it would have been taxed the same.
    assert_eq!(drawn("DE", Registered), Ok(()));
}

#[test]
fn vat_ids_stand_on_whatever_is_taxed_or_left_to_the_customer() {
    let mut order = basket(&[wish(1, 2000, 1)]).identified(1, "DE", Registered);
    order.vat_id = Some(FRENCH);
    let reverse = invoice_for(&order);
    let id = |text: &str| Some(VatId::try_new(text).unwrap());
    let parties = |supplier: Option<VatId>, buyer: Option<VatId>| Parties {
        supplier: SupplierParty {
            vat_id: supplier,
            ..someone()
        },
        buyer: BuyerParty {
            name: None,
            address: None,
            vat_id: buyer,
            company_number: None,
            email: None,
            country: CountryCode::FR,
        },
    };
    let german = || id("DE136695976");
    assert_eq!(reverse.check_parties(&parties(german(), id(FRENCH))), Ok(()));
    let unnamed_supplier = Err(PartiesError::SupplierVatId);
    assert_eq!(
        reverse.check_parties(&parties(None, id(FRENCH))),
        unnamed_supplier
    );
    let unnamed_buyer = Err(PartiesError::BuyerVatId(CountryCode::FR));
    assert_eq!(reverse.check_parties(&parties(german(), None)), unnamed_buyer);
    assert_eq!(reverse.check_parties(&parties(german(), german())), unnamed_buyer);

    let taxed = invoice();
    assert_eq!(taxed.check_parties(&parties(id(FRENCH), None)), Ok(()));
    assert_eq!(taxed.check_parties(&parties(None, None)), unnamed_supplier);
    let exempt = invoice_for(&basket(&[wish(1, 2000, 1)]).identified(1, "FR", SmallSellerExemption));
    assert_eq!(exempt.check_parties(&parties(None, None)), Ok(()));
}

fn someone() -> SupplierParty {
    let line = |text: &str| Line::try_new(text).unwrap();
    SupplierParty {
        name: line("Ada Music"),
        legal_form: None,
        address: PostalAddress {
            line_1: line("3 quai des Brumes"),
            line_2: None,
            postal_code: line("76600"),
            city: line("Le Havre"),
            country: CountryCode::FR,
        },
        company_number: None,
        establishment_number: None,
        register: None,
        vat_id: None,
        email: None,
        issuer: None,
    }
}
