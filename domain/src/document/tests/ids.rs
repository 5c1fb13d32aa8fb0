//! Ids that follow from other ids, so that whoever issues a document twice meets the first one.

use super::super::{DocumentKind, Supplier};
use crate::values::{DocumentId, InvoicingId, OrderId, PersonId, RefundId, SellerId, SubjectId};

#[test]
fn derived_ids_are_the_same_for_ever() {
    let order: OrderId = "order_01h455vb4pex5vsknk084sn02q".parse().unwrap();
    let refund: RefundId = "ref_01h455vb4pex5vsknk084sn02q".parse().unwrap();
    let seller_id: PersonId = "person_01h455vb4pex5vsknk084sn02q".parse().unwrap();
    let seller = Supplier::Seller { seller_id };
    let invoice = DocumentId::of_order(order, Supplier::Platform);
    let credit_note = DocumentId::of_refund(refund, invoice, 0);
    let derived = [
        invoice.to_string(),
        DocumentId::of_order(order, seller).to_string(),
        credit_note.to_string(),
        DocumentId::of_correction(invoice, DocumentKind::CreditNote).to_string(),
        DocumentId::of_correction(invoice, DocumentKind::Invoice).to_string(),
        DocumentId::of_undone_refund(credit_note).to_string(),
        InvoicingId::of_series(Supplier::Platform, DocumentKind::Invoice, 2026).to_string(),
        InvoicingId::of_series(seller, DocumentKind::CreditNote, 2026).to_string(),
        SellerId::from(seller_id).code(),
    ];
    assert_eq!(derived, DERIVED_FOR_EVER);
    assert_ne!(DocumentId::of_refund(refund, invoice, 1), credit_note);
    assert_eq!(SubjectId::from(invoice).as_uuid(), invoice.as_uuid());
}

const DERIVED_FOR_EVER: [&str; 9] = [
    "document_2cqtg0psaaam5a4nbcxcej0wzb",
    "document_13hdtv4sdva3794ctckgyvd154",
    "document_67kgavtr4ra8xtrgc7czxt4esd",
    "document_3s8kdbj4p4b5jamjdcmsvk2yt7",
    "document_7bdja84c3aabxbdafvqkqakkxw",
    "document_5zbec8r1h0ajqrzt5b17m43fs1",
    "series_4yw3gx2t1na4wbwz5548h952f2",
    "series_0cw59rcctfbcs87yrp99gm3mkj",
    "6SF92F18JC",
];
