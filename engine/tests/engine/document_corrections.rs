//! Invoices that named the buyer wrongly.

use comptoir_domain::document::{CustomerKind, DocumentError, DocumentKind, PostalAddress};
use comptoir_domain::tax::VatId;
use comptoir_domain::values::{CountryCode, DocumentId};
use comptoir_engine::gateway::vies::ViesConfig;
use comptoir_engine::{
    CorrectBuyer, DocumentCorrected, EngineConfig, Occasion, RequestContext, UseCaseError,
};
use comptoir_sandbox::vies::ViesStandIn;

use crate::after_sale::PRICE;
use crate::documents::{admin, content, documents, facts, id, issuing, issuing_with, line, paid, refunded};
use crate::given::{buyer, keyed, refusal, seller};
use crate::world::World;

fn company() -> CorrectBuyer {
    CorrectBuyer {
        name: line("Analytical Engines SARL"),
        address: PostalAddress {
            line_1: line("5 rue Vivienne"),
            line_2: None,
            postal_code: line("75002"),
            city: line("Paris"),
            country: CountryCode::FR,
        },
        vat_id: Some(VatId::try_new("FR40303265045").unwrap()),
        company_number: None,
    }
}

async fn correct(world: &World, request: &RequestContext, invoice: DocumentId) -> DocumentCorrected {
    let corrected = world.engine.correct_document(request, invoice, company()).await;
    corrected.unwrap().answer
}

async fn refused(world: &World, request: &RequestContext, invoice: DocumentId) -> UseCaseError {
    refusal(world.engine.correct_document(request, invoice, company()).await)
}

#[tokio::test]
async fn a_correction_is_a_credit_note_and_a_new_invoice_over_the_same_at_the_same_tax() {
    let (world, _press) = issuing().await;
    let order = paid(&world).await;
    let first = documents(&world, order).await.remove(0);
    let corrected = correct(&world, &buyer(1), id(&first)).await;
    assert_eq!(corrected.credit_note_number.as_str(), "AV-2026-000001");
    assert_eq!(corrected.invoice_number.as_str(), "FA-2026-000002");

    let documents = documents(&world, order).await;
    assert_eq!(documents.len(), 3);
    let of = |document_id| documents.iter().find(|read| id(read) == document_id).unwrap();
    let (credit_note, invoice) = (of(corrected.credit_note), of(corrected.invoice));
    assert_eq!(content(credit_note).kind, DocumentKind::CreditNote);
    for follower in [credit_note, invoice] {
        let cited = content(follower).preceding.as_ref().unwrap();
        assert_eq!(cited.document_id, id(&first));
        assert_eq!(content(follower).totals, content(&first).totals);
    }
    assert_eq!(content(invoice).customer, CustomerKind::Business);
    let named = |read: &comptoir_engine::DocumentRead| read.parties.clone().unwrap().buyer;
    assert_eq!(named(credit_note), named(&first));
    assert_eq!(named(invoice).name, Some(line("Analytical Engines SARL")));
    assert_eq!(named(invoice).company_number, Some(line("303265045")));
    assert_eq!(named(invoice).email, named(&first).email);
    assert_eq!(facts(of(id(&first))).replaced_by, Some(corrected.invoice));

    // A refund that comes later is credited on the new invoice.
    refunded(&world, order, PRICE).await;
    let documents = crate::documents::documents(&world, order).await;
    let last = content(documents.last().unwrap());
    assert_eq!(last.preceding.as_ref().unwrap().document_id, corrected.invoice);
    assert_eq!(last.customer, CustomerKind::Business);
}

#[tokio::test]
async fn a_repeat_gets_the_first_answer_and_the_same_again_is_nothing_to_correct() {
    let (world, _press) = issuing().await;
    let order = paid(&world).await;
    let first = documents(&world, order).await.remove(0);
    let request = keyed(buyer(1), "correct", 1);
    let ask = async || {
        let corrected = world.engine.correct_document(&request, id(&first), company());
        corrected.await.unwrap()
    };
    let (corrected, repeated) = (ask().await, ask().await);
    assert_eq!(corrected.answer, repeated.answer);
    assert_eq!(repeated.occasion, Occasion::Repeat);
    assert_eq!(documents(&world, order).await.len(), 3);
    assert!(matches!(
        refused(&world, &buyer(1), id(&first)).await,
        UseCaseError::Document(DocumentError::Replaced)
    ));
    assert!(matches!(
        refused(&world, &buyer(1), corrected.answer.invoice).await,
        UseCaseError::NothingToCorrect
    ));
    assert!(matches!(
        refused(&world, &buyer(1), corrected.answer.credit_note).await,
        UseCaseError::Document(DocumentError::NotAnInvoice)
    ));
}

#[tokio::test]
async fn only_the_buyer_and_admins_correct_and_only_what_is_left_of_an_invoice() {
    let (world, _press) = issuing().await;
    let order = paid(&world).await;
    let first = id(&documents(&world, order).await.remove(0));
    for stranger in [buyer(2), seller()] {
        assert!(matches!(
            refused(&world, &stranger, first).await,
            UseCaseError::Document(DocumentError::NotFound)
        ));
    }
    refunded(&world, order, 1000).await;
    let corrected = correct(&world, &admin(), first).await;
    let documents = documents(&world, order).await;
    let new = documents
        .iter()
        .find(|read| id(read) == corrected.invoice)
        .unwrap();
    assert_eq!(content(new).totals.gross.amount, PRICE - 1000);

    refunded(&world, order, PRICE - 1000).await;
    let mut other = company();
    other.name = line("Somebody Else");
    let refused = world
        .engine
        .correct_document(&buyer(1), corrected.invoice, other)
        .await;
    assert!(matches!(
        refusal(refused),
        UseCaseError::Document(DocumentError::NothingLeft)
    ));
}

#[tokio::test]
async fn a_vat_id_that_vies_does_not_know_is_refused() {
    let vies = ViesStandIn::start().await.unwrap();
    let (world, _press) = issuing_with(|config: &mut EngineConfig| {
        config.vies = Some(ViesConfig {
            base_url: vies.base_url().to_owned(),
            requester: None,
            timeout: std::time::Duration::from_secs(5),
        });
    })
    .await;
    let order = paid(&world).await;
    let first = id(&documents(&world, order).await.remove(0));
    let before = world.ledger.horizon();
    assert!(matches!(
        refused(&world, &buyer(1), first).await,
        UseCaseError::VatIdNotRegistered
    ));
    assert_eq!(world.ledger.horizon(), before);
}

#[tokio::test]
async fn corrections_and_payments_at_once_leave_no_gap() {
    let (world, _press) = issuing().await;
    let other = world.another_node(2).await;
    let mut orders = Vec::new();
    for _ in 0..6 {
        orders.push(paid(&world).await);
    }
    let mut firsts = Vec::new();
    for order in &orders {
        firsts.push(id(&documents(&world, *order).await.remove(0)));
    }
    let engines = [&world.engine, &other];
    let corrections = firsts
        .iter()
        .zip(engines.iter().cycle())
        .map(|(first, engine)| async move {
            let asked = engine.correct_document(&buyer(1), *first, company()).await;
            asked.unwrap().answer
        });
    let corrected = futures::future::join_all(corrections).await;
    let mut numbers: Vec<String> = corrected
        .iter()
        .flat_map(|corrected| [&corrected.credit_note_number, &corrected.invoice_number])
        .map(|number| number.as_str().to_owned())
        .collect();
    numbers.sort();
    let expected = (1..=6)
        .map(|number| format!("AV-2026-{number:06}"))
        .chain((7..=12).map(|number| format!("FA-2026-{number:06}")));
    assert_eq!(numbers, expected.collect::<Vec<_>>());
}
