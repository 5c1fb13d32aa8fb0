//! What stands on the invoice of an order.

use super::super::*;
use super::basket::{basket, person, wish};
use crate::decider::DomainEvent as _;
use crate::order::{LineUpgrade, OrderEvent, OrderFacts};
use crate::tax::{TaxScheme, TaxSettings};
use crate::testing::samples::documents::*;
use crate::testing::samples::events::{order_paid, order_placed_with_code};
use crate::testing::samples::{at, buyer, eur, order_id};
use crate::values::{CountryCode, DocumentId, LicenceId, Line, PriceBasis};

fn facts(basket: &super::basket::Basket) -> OrderFacts {
    basket.paid().facts().unwrap().clone()
}

fn draw(
    order: &OrderFacts,
    supplier: Supplier,
    terms: &SupplierTerms,
) -> Result<DocumentContent, DrawUpError> {
    let allotment = allotment(supplier, DocumentKind::Invoice);
    let parties = sealed_for(DocumentId::of_order(order.order_id, supplier));
    let sale = Sale {
        customer: CustomerKind::of(&order.tax.customer),
        ..sale()
    };
    draw_up_invoice(order, sale, drawing(&allotment, terms, &parties))
}

fn of_platform(order: &OrderFacts) -> DocumentContent {
    draw(order, Supplier::Platform, &platform_terms()).unwrap()
}

/// The only kind of VAT: category, rate, whose tax, code and reason of an exemption.
fn only_kind(content: &DocumentContent) -> (&str, u32, String, Option<&str>, Option<&str>) {
    let [rate] = content.rates.as_slice() else {
        panic!("one kind of VAT expected")
    };
    (
        rate.vat.category.code(),
        rate.vat.rate.get(),
        rate.country.to_string(),
        rate.exemption_code.as_ref().map(Line::as_str),
        rate.exemption.as_ref().map(Line::as_str),
    )
}

fn has(content: &DocumentContent, code: &str) -> bool {
    content
        .mentions
        .iter()
        .any(|mention| mention.code.as_str() == code)
}

#[test]
fn an_invoice_says_what_the_order_says() {
    let content = invoice();
    assert_eq!(
        content.document_id,
        DocumentId::of_order(order_id(), Supplier::Platform)
    );
    assert_eq!(
        (content.order_id, content.buyer_id),
        (order_id(), buyer().person_id)
    );
    assert_eq!(
        (content.kind, content.customer),
        (DocumentKind::Invoice, CustomerKind::Consumer)
    );
    assert_eq!((content.issued_on, content.supplied_on), (today(), today()));
    let totals = DocumentTotals {
        net: eur(2492),
        tax: eur(498),
        gross: eur(2990),
        paid: eur(2990),
        payable: eur(0),
    };
    assert_eq!(content.totals, totals);
    assert_eq!(only_kind(&content), ("S", 2000, "FR".to_owned(), None, None));
    let line = &content.lines[0];
    assert_eq!(
        (line.quantity, line.unit_price, line.net_before_allowances),
        (1, eur(2990), eur(2492))
    );
    assert_eq!(
        (&content.preceding, content.reason, content.payment.refund_id),
        (&None, None, None)
    );
}

#[test]
fn what_is_taken_off_stands_there_with_and_without_tax() {
    let order = facts_of(&[order_placed_with_code().into(), order_paid().into()]);
    let line = of_platform(&order).lines.remove(0);
    let off = LineAllowance {
        reason: AllowanceReason::Promotion,
        amount: eur(299),
        net: eur(249),
    };
    assert_eq!(line.allowances, [off]);
    assert_eq!((line.net, line.tax, line.gross), (eur(2242), eur(449), eur(2691)));
    assert_eq!(line.net_before_allowances, eur(2491));
}

#[test]
fn what_is_counted_for_an_upgrade_is_taken_off_too() {
    let mut order = paid_order();
    let line = &mut order.lines[0];
    line.upgrade = Some(LineUpgrade {
        licence_id: LicenceId::of_unit(order_id(), 0, 0),
        credit: eur(1000),
    });
    (line.discount, line.total, line.tax_amount) = (eur(199), eur(1791), eur(299));
    let line = of_platform(&order).lines.remove(0);
    let off: Vec<_> = line
        .allowances
        .iter()
        .map(|off| (off.reason, off.amount.amount, off.net.amount))
        .collect();
    let expected = [
        (AllowanceReason::Upgrade, 1000, 833),
        (AllowanceReason::Promotion, 199, 166),
    ];
    assert_eq!(off, expected);
    assert_eq!(
        (line.net, line.net_before_allowances),
        (eur(1492), eur(1492 + 999))
    );
}

#[test]
fn prices_without_tax_stand_there_without_tax() {
    let mut order = basket(&[wish(1, 1000, 3)]);
    order.settings.price_basis = PriceBasis::TaxExcluded;
    let content = of_platform(&facts(&order));
    let line = &content.lines[0];
    assert_eq!((line.unit_price, line.quantity), (eur(1000), 3));
    assert_eq!((line.net, line.tax, line.gross), (eur(3000), eur(600), eur(3600)));
}

#[test]
fn a_business_in_another_member_state_owes_the_tax_and_the_invoice_says_so() {
    let mut order = basket(&[wish(1, 1000, 1)]);
    (order.country, order.vat_id) = ("DE", Some("DE136695976"));
    let content = of_platform(&facts(&order));
    assert_eq!(content.customer, CustomerKind::Business);
    assert_eq!(content.totals.tax, eur(0));
    let text = "Autoliquidation (CGI, art. 283-2; directive 2006/112/CE, art. 44 et 196)";
    let expected = ("AE", 0, "DE".to_owned(), Some("VATEX-EU-AE"), Some(text));
    assert_eq!(only_kind(&content), expected);
}

#[test]
fn a_small_enterprise_says_by_which_law_it_charges_no_tax() {
    let mut order = basket(&[wish(1, 1000, 1)]);
    order.settings = TaxSettings {
        scheme: TaxScheme::SmallSeller,
        ..order.settings
    };
    let order = facts(&order);
    let text = Some("TVA non applicable, art. 293 B du CGI");
    let expected = ("E", 0, "FR".to_owned(), Some("VATEX-FR-FRANCHISE"), text);
    assert_eq!(only_kind(&of_platform(&order)), expected);
    let german = SupplierTerms::of_platform(CountryCode::try_new("DE").unwrap(), VatDue::OnPayment);
    let content = draw(&order, Supplier::Platform, &german).unwrap();
    let text = Some("TVA non applicable : petite entreprise (directive 2006/112/CE, art. 284)");
    assert_eq!(
        only_kind(&content),
        ("E", 0, "FR".to_owned(), None, text),
        "France alone has a code"
    );
}

#[test]
fn outside_the_union_there_is_no_tax_and_the_invoice_says_why() {
    let mut order = basket(&[wish(1, 1000, 1)]);
    order.country = "US";
    let content = of_platform(&facts(&order));
    let kind = only_kind(&content);
    assert_eq!((kind.0, kind.2.as_str(), kind.3), ("O", "US", Some("VATEX-EU-O")));
    assert!(kind.4.unwrap().starts_with("Hors champ"));
}

#[test]
fn tax_of_another_state_is_declared_through_the_one_stop_shop() {
    let mut order = basket(&[wish(1, 1000, 1)]);
    assert!(!has(&of_platform(&facts(&order)), "one_stop_shop"));
    order.country = "HU";
    let content = of_platform(&facts(&order));
    assert_eq!(only_kind(&content), ("S", 2700, "HU".to_owned(), None, None));
    assert!(has(&content, "one_stop_shop"));
    order.settings.scheme = TaxScheme::Establishment;
    assert!(!has(&of_platform(&facts(&order)), "one_stop_shop"));
}

#[test]
fn each_supplier_invoices_their_own_lines() {
    let order = facts(&basket(&[wish(1, 1000, 1), wish(2, 500, 2), wish(1, 0, 1)]).of_sellers());
    let suppliers = [1, 2].map(|number| Supplier::Seller {
        seller_id: person(number),
    });
    assert_eq!(suppliers_of(&order), suppliers);
    let mut terms = seller_terms();
    if let Issuer::Mandatary { seller_id, .. } = &mut terms.issuer {
        *seller_id = person(1).into();
    }
    let content = draw(&order, suppliers[0], &terms).unwrap();
    let numbers: Vec<u32> = content.lines.iter().map(|line| line.order_line).collect();
    assert_eq!(numbers, [0, 2], "what is given away with it stands there too");
    assert_eq!(content.totals.gross, eur(1000));
    assert!(content.number.as_str().starts_with("FM-"));
    assert!(has(&content, "billing_mandate"));
    assert!(!has(&invoice(), "billing_mandate"));
}

#[test]
fn nobody_invoices_in_the_name_of_a_seller_without_a_mandate_that_was_given_before() {
    let order = facts(&basket(&[wish(1, 1000, 1)]).of_sellers());
    let supplier = suppliers_of(&order)[0];
    let platform = || "Comptoir SAS".parse().unwrap();
    let refused = SupplierTerms::of_seller(&crate::seller::SellerState::Absent, platform());
    assert_eq!(refused, Err(DrawUpError::NotIdentified));
    let identified = crate::seller::SellerState::Identified(mandating_seller().facts().unwrap().clone());
    let refused = SupplierTerms::of_seller(&identified, platform());
    assert_eq!(refused, Err(DrawUpError::NoMandate));
    assert_eq!(
        draw(&order, supplier, &platform_terms()),
        Err(DrawUpError::NoMandate)
    );
    assert_eq!(
        draw(&order, supplier, &seller_terms()),
        Err(DrawUpError::OtherSupplier)
    );
    let mut terms = seller_terms();
    if let Issuer::Mandatary {
        seller_id, mandate, ..
    } = &mut terms.issuer
    {
        *seller_id = person(1).into();
        mandate.accepted_at = at(60);
    }
    assert_eq!(draw(&order, supplier, &terms), Err(DrawUpError::MandateTooYoung));
}

#[test]
fn a_number_of_another_series_is_refused() {
    let order = paid_order();
    let (terms, parties) = (platform_terms(), sealed_for(invoice().document_id));
    let other_kind = allotment(Supplier::Platform, DocumentKind::CreditNote);
    let refused = draw_up_invoice(&order, sale(), drawing(&other_kind, &terms, &parties));
    assert_eq!(refused, Err(DrawUpError::OtherKind));
    let refused = draw(&order, Supplier::Platform, &seller_terms());
    assert_eq!(refused, Err(DrawUpError::OtherSupplier));
    let refused = draw(&order, seller_as_supplier(), &seller_terms());
    assert_eq!(refused, Err(DrawUpError::Nothing), "the seller supplied nothing");
}

#[test]
fn the_parties_are_sealed_with_the_documents_own_key() {
    let allotment = allotment(Supplier::Platform, DocumentKind::Invoice);
    let (terms, parties) = (platform_terms(), crate::testing::samples::sealed());
    let refused = draw_up_invoice(&paid_order(), sale(), drawing(&allotment, &terms, &parties));
    assert_eq!(refused, Err(ContentError::SealedForAnother.into()));
}

#[test]
fn a_language_without_texts_gives_english() {
    let polish = Locale::try_new("pl").unwrap();
    let allotment = allotment(Supplier::Platform, DocumentKind::Invoice);
    let (terms, parties) = (platform_terms(), sealed_for(invoice().document_id));
    let drawing = Drawing {
        locale: polish,
        ..drawing(&allotment, &terms, &parties)
    };
    let content = draw_up_invoice(&paid_order(), sale(), drawing).unwrap();
    assert_eq!(content.locale, Locale::ENGLISH);
}

/// Orders of earlier releases rounded the tax of each line by itself, and are invoiced as they were paid.
#[test]
fn an_order_of_the_first_version_can_be_invoiced() {
    let stored = include_str!("../../../golden/order.placed.v1.json");
    let placed = OrderEvent::from_json("order.placed", 1, stored).unwrap();
    let order = facts_of(&[placed, order_paid().into()]);
    assert_eq!(of_platform(&order).totals.gross, order.total);
    let mut order = facts(&basket(&[wish(1, 1001, 1), wish(1, 1001, 1), wish(1, 1001, 1)]));
    for line in &mut order.lines {
        line.tax_amount = eur(167);
    }
    assert_eq!(of_platform(&order).totals.tax, eur(501));
}
