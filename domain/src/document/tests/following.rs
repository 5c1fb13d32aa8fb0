//! What stands on the documents that follow an invoice.

use super::super::*;
use crate::testing::samples::documents::*;
use crate::testing::samples::{eur, order_id};
use crate::values::{CountryCode, DocumentId, Line, PersonId};

fn refers_to(content: &DocumentContent, earlier: &DocumentContent) -> bool {
    content.preceding == Some(PrecedingDocument::from(earlier))
}

fn mention(content: &DocumentContent, code: &str) -> String {
    let found = content
        .mentions
        .iter()
        .find(|mention| mention.code.as_str() == code);
    found.map_or(String::new(), |mention| mention.text.as_str().to_owned())
}

/// Both documents of a correction.
fn correction(facts: &DocumentFacts) -> Result<(DocumentContent, DocumentContent), DrawUpError> {
    let (terms, id) = (platform_terms(), |kind| {
        DocumentId::of_correction(facts.content.document_id, kind)
    });
    let (credit_note, invoice) = (DocumentKind::CreditNote, DocumentKind::Invoice);
    let (allotted, parties) = (
        allotment(Supplier::Platform, credit_note),
        sealed_for(id(credit_note)),
    );
    let first = draw_up_correction(facts, drawing(&allotted, &terms, &parties))?;
    let (allotted, parties) = (allotment(Supplier::Platform, invoice), sealed_for(id(invoice)));
    let drawing = drawing(&allotted, &terms, &parties);
    let second = draw_up_corrected_invoice(facts, CustomerKind::Business, drawing)?;
    Ok((first, second))
}

fn invoice_again(credit_note: &DocumentContent) -> Result<DocumentContent, DrawUpError> {
    let terms = platform_terms();
    let allotted = allotment(Supplier::Platform, DocumentKind::Invoice);
    let parties = sealed_for(DocumentId::of_undone_refund(credit_note.document_id));
    let drawing = drawing(&allotted, &terms, &parties);
    draw_up_invoice_again(
        &document_facts(credit_note.clone()),
        CustomerKind::Consumer,
        today(),
        drawing,
    )
}

#[test]
fn a_credit_note_over_a_whole_line_has_the_line_as_it_was() {
    let (invoice, credit_note) = (invoice(), credit_note());
    assert_eq!(credit_note.lines, invoice.lines);
    assert_eq!(credit_note.totals, invoice.totals);
    assert!(refers_to(&credit_note, &invoice));
    assert_eq!(credit_note.reason, Some(CreditReason::Refund));
    assert_eq!(credit_note.payment.refund_id, Some(refund_id()));
    assert_eq!(
        credit_note.document_id,
        DocumentId::of_refund(refund_id(), invoice.document_id, 0)
    );
    assert_eq!(
        mention(&credit_note, "credit_note_reference"),
        "Avoir relatif à la facture n° FA-2026-000001 du 01/03/2026 (CGI, art. 289, I-5)."
    );
}

#[test]
fn a_credit_note_over_part_of_a_line_has_one_unit_at_that_amount() {
    let credit_note = credit_note_of(&invoice(), 1000, 167);
    let line = &credit_note.lines[0];
    assert_eq!(
        (line.quantity, line.unit_price, line.allowances.len()),
        (1, eur(1000), 0)
    );
    assert_eq!((line.net, line.tax, line.gross), (eur(833), eur(167), eur(1000)));
    assert_eq!(line.net_before_allowances, eur(833));
    assert_eq!(credit_note.rates[0].net, eur(833));
}

#[test]
fn a_credit_note_follows_the_invoice_it_was_meant_for() {
    let terms = platform_terms();
    let allotted = allotment(Supplier::Platform, DocumentKind::CreditNote);
    let other = due_credit(&credit_note(), 1000, 167);
    let parties = sealed_for(other.credit_note);
    let drawn = |facts: &DocumentFacts| {
        let drawing = drawing(&allotted, &terms, &parties);
        draw_up_credit_note(facts, &other, today(), drawing)
    };
    assert_eq!(drawn(&document_facts(invoice())), Err(DrawUpError::CannotFollow));
    assert_eq!(
        drawn(&document_facts(credit_note())),
        Err(DrawUpError::CannotFollow)
    );
}

#[test]
fn a_correction_is_a_credit_note_and_an_invoice_over_the_same() {
    let invoice = invoice();
    let (credit_note, corrected) = correction(&document_facts(invoice.clone())).unwrap();
    for document in [&credit_note, &corrected] {
        assert_eq!(
            (&document.lines, document.totals),
            (&invoice.lines, invoice.totals)
        );
        assert!(refers_to(document, &invoice));
        assert_eq!(document.payment, invoice.payment, "no money moves");
        assert_eq!(document.order_id, order_id());
    }
    assert_eq!(credit_note.reason, Some(CreditReason::BuyerCorrected));
    assert_eq!(
        (credit_note.customer, corrected.customer),
        (CustomerKind::Consumer, CustomerKind::Business)
    );
    assert_eq!(
        mention(&corrected, "corrected_invoice_reference"),
        "Facture rectificative : remplace la facture n° FA-2026-000001 du 01/03/2026, annulée par un avoir."
    );
    assert!(mention(&credit_note, "credit_note_reason").starts_with("Motif : correction"));
}

#[test]
fn a_correction_is_over_what_is_left_and_not_possible_without() {
    let mut facts = document_facts(invoice());
    let credit = due_credit(&invoice(), 1000, 167);
    facts.credits.push(DocumentCredit {
        credit_note: credit.credit_note,
        refund_id: Some(credit.refund_id),
        parts: credit.parts,
    });
    let (credit_note, corrected) = correction(&facts).unwrap();
    assert_eq!(
        (credit_note.totals.gross, corrected.totals.gross),
        (eur(1990), eur(1990))
    );
    assert_eq!(
        (credit_note.totals.tax, corrected.totals.tax),
        (eur(331), eur(331))
    );
    facts.credits.push(DocumentCredit {
        credit_note: credit_note.document_id,
        refund_id: None,
        parts: facts.left(),
    });
    assert_eq!(correction(&facts), Err(DrawUpError::Nothing));
    let of_credit_note = correction(&document_facts(super::credit_note_of(&invoice(), 2990, 498)));
    assert_eq!(of_credit_note, Err(DrawUpError::CannotFollow));
}

#[test]
fn an_invoice_after_a_failed_refund_is_over_what_was_credited() {
    let credit_note = credit_note_of(&invoice(), 1000, 167);
    let again = invoice_again(&credit_note).unwrap();
    assert_eq!(
        (&again.lines, again.totals),
        (&credit_note.lines, credit_note.totals)
    );
    assert!(refers_to(&again, &credit_note));
    assert_eq!((again.reason, again.payment.refund_id), (None, None));
    let said = mention(&again, "invoice_after_credit_note");
    assert!(
        said.starts_with("Facture faisant suite à l'avoir n° AV-2026-000001 du 01/03/2026"),
        "{said}"
    );
    assert_eq!(invoice_again(&invoice()), Err(DrawUpError::CannotFollow));
}

/// The platform and the seller as they stand on documents, and what is known of their documents' terms.
fn party(country: CountryCode, issuer: Option<&str>) -> SupplierParty {
    let line = |text: &str| Line::try_new(text).unwrap();
    SupplierParty {
        name: line("Night Records"),
        legal_form: None,
        address: PostalAddress {
            line_1: line("1 rue de la Paix"),
            line_2: None,
            postal_code: line("75002"),
            city: line("Paris"),
            country,
        },
        company_number: None,
        establishment_number: None,
        register: None,
        vat_id: None,
        email: None,
        issuer: issuer.map(line),
    }
}

#[test]
fn who_supplied_by_the_document_that_is_followed_supplies_by_the_one_that_follows() {
    let of_platform = SupplierTerms::of_followed(&invoice(), &party(CountryCode::FR, None)).unwrap();
    assert_eq!(of_platform, platform_terms());
    let mut on_debits = invoice();
    let code = Line::try_new("vat_on_debits").unwrap();
    on_debits.mentions.push(Mention {
        code,
        ..on_debits.mentions[0].clone()
    });
    let on_debits = SupplierTerms::of_followed(&on_debits, &party(CountryCode::FR, None)).unwrap();
    assert_eq!(on_debits.vat_due, VatDue::OnDebits);

    let of_seller = DocumentContent {
        supplier: seller_as_supplier(),
        ..invoice()
    };
    let german = party(CountryCode::try_new("DE").unwrap(), Some("Comptoir SAS"));
    let terms = SupplierTerms::of_followed(&of_seller, &german).unwrap();
    let issuer = Issuer::MandataryOfFollowed {
        seller_id: seller_id(),
        platform: Line::try_new("Comptoir SAS").unwrap(),
    };
    assert_eq!((terms.country, terms.issuer), (german.address.country, issuer));
    let nobody_wrote_it = SupplierTerms::of_followed(&of_seller, &party(CountryCode::FR, None));
    assert_eq!(nobody_wrote_it, Err(DrawUpError::CannotFollow));
}

#[test]
fn nobody_but_the_seller_of_that_document_stands_on_what_follows_it() {
    let of_seller = DocumentContent {
        supplier: seller_as_supplier(),
        ..invoice()
    };
    let terms =
        SupplierTerms::of_followed(&of_seller, &party(CountryCode::FR, Some("Comptoir SAS"))).unwrap();
    let refused = credit_note_by(&invoice(), Supplier::Platform, &terms);
    assert_eq!(refused, Err(DrawUpError::OtherSupplier));
    let other = Supplier::Seller {
        seller_id: PersonId::from_uuid(uuid::Uuid::from_u128(77)),
    };
    let of_other = DocumentContent {
        supplier: other,
        ..invoice()
    };
    let refused = credit_note_by(&of_other, other, &terms);
    assert_eq!(refused, Err(DrawUpError::OtherSupplier));
}

fn credit_note_by(
    invoice: &DocumentContent,
    supplier: Supplier,
    terms: &SupplierTerms,
) -> Result<DocumentContent, DrawUpError> {
    let credit = due_credit(invoice, 2990, 498);
    let allotted = allotment(supplier, DocumentKind::CreditNote);
    let parties = sealed_for(credit.credit_note);
    let facts = DocumentFacts {
        content: std::sync::Arc::new(invoice.clone()),
        ..document_facts(self::invoice())
    };
    draw_up_credit_note(&facts, &credit, today(), drawing(&allotted, terms, &parties))
}
