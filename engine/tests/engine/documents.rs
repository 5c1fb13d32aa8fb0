//! Invoices and credit notes: each once, in a row of numbers, for what was paid and what went back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use comptoir_domain::document::{
    Document, DocumentContent, DocumentFacts, DocumentKind, Parties, PostalAddress, SupplierParty,
    TemplateFailure,
};
use comptoir_domain::tax::VatId;
use comptoir_domain::values::{
    CountryCode, DocumentId, Email, LicenceKind, Line, OfferId, OrderId, ProductId, RefundId, Role,
    Sha256Hex, Title,
};
use comptoir_engine::invoicing::{
    DocumentRenderer, FellBack, InvoicingConfig, RenderDocument, RenderFailure, RenderedFiles,
};
use comptoir_engine::{
    CreateProduct, DocumentRead, Engine, EngineConfig, RequestContext, ToCome, UseCaseError,
};
use comptoir_ledger::Position;
use comptoir_sandbox::hyperswitch::{PaymentStatus, RefundStatus};

use crate::after_sale::{PRICE, ask, deliver};
use crate::given::{buyer, offer, order_id, payment_id, person};
use crate::world::{World, work};

pub(crate) fn line(text: &str) -> Line {
    Line::try_new(text).unwrap()
}

/// A renderer whose files hold all that it was given: other content, other bytes.
#[derive(Debug, Default)]
pub(crate) struct Press {
    pub(crate) calls: AtomicU64,
    /// How often it fails from now on.
    pub(crate) failures: AtomicU64,
    pub(crate) falls_back: AtomicBool,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct PressRoom(pub(crate) Arc<Press>);

impl RenderDocument for PressRoom {
    fn render(&self, content: &DocumentContent, parties: &Parties) -> Result<RenderedFiles, RenderFailure> {
        self.0.calls.fetch_add(1, Ordering::Relaxed);
        let left = self.0.failures.load(Ordering::Relaxed);
        if left > 0 {
            self.0.failures.store(left - 1, Ordering::Relaxed);
            return Err(RenderFailure("the press is jammed".to_owned()));
        }
        let text = serde_json::to_string(&(content, parties)).unwrap();
        let fell_back = self.0.falls_back.load(Ordering::Relaxed).then(|| FellBack {
            failure: TemplateFailure::TimedOut,
            reason: "body.typ took too long".to_owned(),
        });
        Ok(RenderedFiles {
            pdf: format!("%PDF {text}").into_bytes(),
            xml: format!("<xml>{text}</xml>").into_bytes(),
            renderer: line("press-1"),
            template: Sha256Hex::of("template"),
            fonts: Sha256Hex::of("fonts"),
            fell_back,
        })
    }
}

pub(crate) fn platform() -> SupplierParty {
    SupplierParty {
        name: line("Comptoir SAS"),
        legal_form: Some(line("SAS au capital de 10 000 €")),
        address: PostalAddress {
            line_1: line("1 rue de la Paix"),
            line_2: None,
            postal_code: line("75002"),
            city: line("Paris"),
            country: CountryCode::FR,
        },
        company_number: Some(line("303265045")),
        establishment_number: None,
        register: Some(line("RCS Paris")),
        vat_id: Some(VatId::try_new("FR40303265045").unwrap()),
        email: Some(Email::try_new("invoices@comptoir.example").unwrap()),
        issuer: None,
    }
}

pub(crate) fn invoicing(press: &PressRoom) -> InvoicingConfig {
    InvoicingConfig::new(platform(), DocumentRenderer::new(press.clone()))
}

/// A platform that invoices.
pub(crate) async fn issuing() -> (World, PressRoom) {
    issuing_with(|_| {}).await
}

pub(crate) async fn issuing_with(change: impl FnOnce(&mut EngineConfig)) -> (World, PressRoom) {
    let press = PressRoom::default();
    let world = World::with(|config| {
        config.invoicing = Some(invoicing(&press));
        change(config);
    });
    (world.await, press)
}

/// An order by the first buyer, paid; what follows from it is not worked on yet.
pub(crate) async fn just_paid(world: &World) -> OrderId {
    let product = world.product(LicenceKind::Basic, PRICE).await;
    let placed = world.order(&buyer(1), product).await;
    world
        .payment_becomes(payment_id(&placed), PaymentStatus::Succeeded)
        .await;
    order_id(&placed)
}

/// What was reported takes effect, and no document follows from it yet: another node works, which issues none.
pub(crate) async fn apply(world: &World) -> Engine {
    let config = EngineConfig {
        invoicing: None,
        ..world.config()
    };
    let late = world.another_node_with(99, config).await;
    work(&late).await;
    seen(&world.engine, late.ledger().horizon()).await;
    late
}

/// A node has heard of what another one has appended.
pub(crate) async fn seen(engine: &Engine, position: Position) {
    let mut horizon = engine.ledger().watch_horizon();
    horizon.wait_for(|reached| *reached >= position).await.unwrap();
}

pub(crate) async fn paid(world: &World) -> OrderId {
    let order_id = just_paid(world).await;
    world.work().await;
    order_id
}

/// So much goes back, and the provider says that it has.
pub(crate) async fn refunded(world: &World, order: OrderId, minor: i64) -> RefundId {
    let refund_id = ask(world, order, minor).await;
    world.work().await;
    deliver(world).await;
    refund_id
}

pub(crate) fn admin() -> RequestContext {
    person(900, Role::Admin)
}

/// The documents of an order, the first one first.
pub(crate) async fn documents(world: &World, order: OrderId) -> Vec<DocumentRead> {
    let read = world.engine.order_documents(&admin(), order).await.unwrap();
    assert_eq!(read.to_come, ToCome::Nothing);
    read.documents
}

pub(crate) fn facts(read: &DocumentRead) -> &DocumentFacts {
    read.document.state.facts().unwrap()
}

pub(crate) fn content(read: &DocumentRead) -> &DocumentContent {
    &facts(read).content
}

pub(crate) fn id(read: &DocumentRead) -> DocumentId {
    content(read).document_id
}

/// Number, kind and gross of each document of an order.
async fn summary(world: &World, order: OrderId) -> Vec<(String, DocumentKind, i64)> {
    let documents = documents(world, order).await;
    let summary = documents.iter().map(|read| {
        let content = content(read);
        (
            content.number.as_str().to_owned(),
            content.kind,
            content.totals.gross.amount,
        )
    });
    summary.collect()
}

fn invoice(number: &str, gross: i64) -> (String, DocumentKind, i64) {
    (number.to_owned(), DocumentKind::Invoice, gross)
}

fn credit_note(number: &str, gross: i64) -> (String, DocumentKind, i64) {
    (number.to_owned(), DocumentKind::CreditNote, gross)
}

#[tokio::test]
async fn a_paid_order_has_one_invoice_whatever_is_repeated() {
    let (world, press) = issuing().await;
    let order = just_paid(&world).await;
    apply(&world).await;
    let before = world.engine.order_documents(&buyer(1), order).await.unwrap();
    assert_eq!((before.documents.len(), before.to_come), (0, ToCome::Soon));
    world.work().await;
    assert_eq!(summary(&world, order).await, [invoice("FA-2026-000001", PRICE)]);
    let read = documents(&world, order).await.remove(0);
    let buyer_party = read.parties.as_ref().unwrap().buyer.clone();
    assert_eq!(buyer_party.name, Some(line("Ada Lovelace")));
    let names = world.names::<Document>(id(&read).as_uuid()).await;
    assert_eq!(names, ["document.drawn_up", "document.rendered"]);

    let horizon = world.ledger.horizon();
    world.begin_again().await;
    world.work().await;
    world.engine.issue_documents(order).await.unwrap();
    assert_eq!(world.ledger.horizon(), horizon);
    assert_eq!(press.0.calls.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn without_a_legal_identity_nothing_is_issued_and_what_was_paid_then_has_its_invoice_later() {
    let world = World::new().await;
    let order = paid(&world).await;
    let read = world.engine.order_documents(&buyer(1), order).await.unwrap();
    assert_eq!((read.documents.len(), read.to_come), (0, ToCome::Nothing));
    let refused = world.engine.issue_documents(order).await;
    assert!(matches!(refused, Err(UseCaseError::InvoicingOff)), "{refused:?}");

    let press = PressRoom::default();
    let config = |since: &str| EngineConfig {
        invoicing: Some(InvoicingConfig {
            since: Some(since.parse().unwrap()),
            ..invoicing(&press)
        }),
        ..world.config()
    };
    let later = world.another_node_with(2, config("2026-06-02")).await;
    work(&later).await;
    assert_eq!(world.category("document").await, []);
    let earlier = world.another_node_with(3, config("2026-06-01")).await;
    earlier.issue_documents(order).await.unwrap();
    seen(&world.engine, earlier.ledger().horizon()).await;
    assert_eq!(documents(&world, order).await.len(), 1);
}

#[tokio::test]
async fn a_refund_has_a_credit_note_that_cites_number_and_day_of_its_invoice() {
    let (world, _press) = issuing().await;
    let order = paid(&world).await;
    world.advance(chrono::TimeDelta::days(3));
    let refund_id = refunded(&world, order, PRICE).await;
    assert_eq!(
        summary(&world, order).await,
        [
            invoice("FA-2026-000001", PRICE),
            credit_note("AV-2026-000001", PRICE)
        ]
    );
    let documents = documents(&world, order).await;
    let (first, credit) = (content(&documents[0]), content(&documents[1]));
    let cited = credit.preceding.as_ref().unwrap();
    assert_eq!((&cited.number, cited.issued_on), (&first.number, first.issued_on));
    assert_eq!(credit.payment.refund_id, Some(refund_id));
    assert_eq!(credit.issued_on, first.issued_on + chrono::TimeDelta::days(3));
    assert_eq!(documents[1].parties, documents[0].parties);

    world.begin_again().await;
    world.work().await;
    assert_eq!(summary(&world, order).await.len(), 2);
}

#[tokio::test]
async fn partial_refunds_add_up_to_the_invoice() {
    let (world, _press) = issuing().await;
    let order = paid(&world).await;
    for minor in [999, 1000, PRICE - 1999] {
        refunded(&world, order, minor).await;
    }
    let documents = documents(&world, order).await;
    let [first, credits @ ..] = documents.as_slice() else {
        panic!("documents expected")
    };
    let total =
        |part: fn(&DocumentContent) -> i64| credits.iter().map(|read| part(content(read))).sum::<i64>();
    let totals = content(first).totals;
    assert_eq!(credits.len(), 3);
    assert_eq!(total(|content| content.totals.gross.amount), totals.gross.amount);
    assert_eq!(total(|content| content.totals.tax.amount), totals.tax.amount);
    assert!(facts(first).left().iter().all(|left| left.gross.is_zero()));
}

#[tokio::test]
async fn a_refund_that_fails_after_it_succeeded_has_a_new_invoice() {
    let (world, _press) = issuing().await;
    let order = paid(&world).await;
    let refund_id = refunded(&world, order, 1000).await;
    world
        .stand_in
        .settle_refund(&refund_id.to_string(), RefundStatus::Failed)
        .unwrap();
    deliver(&world).await;
    let issued = summary(&world, order).await;
    let undone = [
        invoice("FA-2026-000001", PRICE),
        credit_note("AV-2026-000001", 1000),
        invoice("FA-2026-000002", 1000),
    ];
    assert_eq!(issued, undone);
    let documents = documents(&world, order).await;
    let cited = content(&documents[2]).preceding.as_ref().unwrap();
    assert_eq!(cited.document_id, id(&documents[1]));
}

#[tokio::test]
async fn what_is_refunded_before_anything_is_worked_on_has_both_documents() {
    let (world, _press) = issuing().await;
    let order = just_paid(&world).await;
    let late = apply(&world).await;
    ask(&world, order, PRICE).await;
    seen(&late, world.ledger.horizon()).await;
    work(&late).await;
    seen(&world.engine, late.ledger().horizon()).await;
    deliver(&world).await;
    assert_eq!(
        summary(&world, order).await,
        [
            invoice("FA-2026-000001", PRICE),
            credit_note("AV-2026-000001", PRICE)
        ]
    );
}

/// A product that somebody else sells.
pub(crate) async fn product_of(world: &World, seller: &RequestContext) -> (ProductId, OfferId) {
    let create = CreateProduct {
        title: Title::try_new("Day Drive").unwrap(),
        description: None,
    };
    let created = world.engine.create_product(seller, create).await.unwrap();
    let product_id = created.answer.product_id;
    let added = world
        .engine
        .add_offer(seller, product_id, offer(LicenceKind::Basic, PRICE))
        .await
        .unwrap();
    world.engine.publish_product(seller, product_id).await.unwrap();
    (product_id, added.answer.offer_id)
}
