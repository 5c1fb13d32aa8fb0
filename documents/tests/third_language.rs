//! A language is one file: with it, and nothing else, the domain draws up documents in it, and they are rendered in it.
#![expect(clippy::unwrap_used, reason = "what cannot be set up has failed the test")]

use comptoir_documents::{Renderer, RendererOptions, fixtures, template_data, xml};
use comptoir_domain::document::{
    CustomerKind, DocumentContent, DocumentKind, Drawing, Locale, Sale, Supplier, draw_up_invoice,
};
use comptoir_domain::order::OrderFacts;
use comptoir_domain::testing::locales::add_german;
use comptoir_domain::testing::samples::documents::{
    allotment, drawing, invoice, paid_order, platform_terms, sale, sealed_for,
};
use comptoir_domain::values::{TaxFacts, TaxTreatment};

fn drawn_up(order: &OrderFacts, customer: CustomerKind, locale: Locale) -> DocumentContent {
    let allotment = allotment(Supplier::Platform, DocumentKind::Invoice);
    let (terms, parties) = (platform_terms(), sealed_for(invoice().document_id));
    let drawing = Drawing {
        locale,
        ..drawing(&allotment, &terms, &parties)
    };
    let sale = Sale { customer, ..sale() };
    draw_up_invoice(order, sale, drawing).unwrap()
}

/// The order as it would be, had a business in another state bought.
fn reverse_charged() -> OrderFacts {
    let mut order = paid_order();
    for line in &mut order.lines {
        line.tax = TaxFacts {
            treatment: TaxTreatment::ReverseCharge,
            rate_basis_points: comptoir_domain::values::BasisPoints::ZERO,
            ..line.tax.clone()
        };
        line.tax_amount.amount = 0;
    }
    order
}

#[test]
fn a_further_file_is_all_that_a_language_takes() {
    add_german();
    let german = Locale::try_new("de").unwrap();
    assert_eq!(german.written(), german);
    let content = drawn_up(&paid_order(), CustomerKind::Consumer, german);
    assert_eq!(content.locale, german);
    let mentions: Vec<&str> = content
        .mentions
        .iter()
        .map(|mention| mention.text.as_str())
        .collect();
    let paid = format!("Bezahlt am {}.", content.payment.paid_on.format("%d.%m.%Y"));
    assert!(mentions.contains(&paid.as_str()), "{mentions:?}");

    let parties = fixtures::named("b2c_fr").unwrap().parties;
    let page: serde_json::Value = serde_json::from_slice(&template_data(&content, &parties)).unwrap();
    assert_eq!(
        (&page["lang"], &page["document"]["title"]),
        (&"de".into(), &"Rechnung".into())
    );
    assert_eq!(page["labels"]["buyer"], "Rechnung an");
    assert_eq!(page["totals"]["gross"]["text"], "29,90 €");
    let rate = page["rates"][0]["label"].as_str().unwrap();
    assert!(rate.contains("20 %") && rate.contains("Frankreich"), "{rate}");
    assert!(
        String::from_utf8(xml(&content, &parties))
            .unwrap()
            .contains(&paid)
    );
    let renderer = Renderer::new(RendererOptions::default());
    let document = renderer.render(&content, &parties).unwrap();
    assert!(document.pdf.starts_with(b"%PDF-") && document.fell_back.is_none());

    let content = drawn_up(&reverse_charged(), CustomerKind::Business, german);
    let reason = content.rates[0].exemption.as_ref().unwrap();
    assert_eq!(reason.as_str(), "Steuerschuldnerschaft des Leistungsempfängers");
    let french = drawn_up(&paid_order(), CustomerKind::Consumer, Locale::FRENCH);
    assert_eq!(french.locale, Locale::FRENCH, "the others are still there");
}
