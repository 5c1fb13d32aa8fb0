//! Sellers who supply in their own name: their invoices wait for who they are and for the mandate, and nobody else's do.

use comptoir_domain::document::{DrawUpError, PostalAddress, Supplier, SupplierParty};
use comptoir_domain::seller::{Seller, SellerError, SellerVat};
use comptoir_domain::tax::VatId;
use comptoir_domain::values::{
    CountryCode, OrderId, Role, SellerId, Sha256Hex, SupplierOfRecord, TermsVersion,
};
use comptoir_engine::worker::{Sweep, SweepReport};
use comptoir_engine::{
    CorrectBuyer, Engine, MandateText, Occasion, OwedInvoices, RequestContext, SellerIdentity, ToCome,
    UseCaseError,
};
use comptoir_sandbox::hyperswitch::PaymentStatus;

use crate::after_sale::PRICE;
use crate::documents::{PressRoom, admin, content, documents, issuing_with, just_paid, line, paid, refunded};
use crate::given::{buyer, keyed, person, refusal, seller};
use crate::world::World;

pub(crate) async fn sellers_supply() -> (World, PressRoom) {
    issuing_with(|config| config.checkout.tax.supplier_of_record = SupplierOfRecord::Seller).await
}

pub(crate) fn seller_id() -> SellerId {
    SellerId::from(seller().actor.person_id)
}

pub(crate) fn identity(name: &str) -> SellerIdentity {
    SellerIdentity {
        party: SupplierParty {
            name: line(name),
            legal_form: None,
            address: PostalAddress {
                line_1: line("3 quai des Brumes"),
                line_2: None,
                postal_code: line("76600"),
                city: line("Le Havre"),
                country: CountryCode::FR,
            },
            company_number: Some(line("732829320")),
            establishment_number: None,
            register: None,
            vat_id: Some(VatId::try_new("FR44732829320").unwrap()),
            email: None,
            issuer: None,
        },
        vat: SellerVat::Registered,
    }
}

pub(crate) fn mandate() -> MandateText {
    MandateText {
        text_hash: Sha256Hex::of("I mandate the platform."),
        version: TermsVersion::try_new("2026-03").unwrap(),
    }
}

pub(crate) async fn identify(engine: &Engine, request: &RequestContext, name: &str) -> Occasion {
    let identified = engine.identify_seller(request, seller_id(), identity(name)).await;
    identified.unwrap().occasion
}

pub(crate) async fn accept(engine: &Engine) {
    let accepted = engine.accept_mandate(&seller(), seller_id(), mandate()).await;
    accepted.unwrap();
}

pub(crate) async fn to_come(world: &World, order: OrderId) -> ToCome {
    let read = world.engine.order_documents(&buyer(1), order).await;
    read.unwrap().to_come
}

async fn waiting(world: &World) -> u64 {
    let read = world.engine.seller(&seller(), seller_id()).await;
    read.unwrap().waiting_orders
}

#[tokio::test]
async fn an_invoice_waits_for_identity_and_mandate_and_is_issued_in_the_sellers_name() {
    let (world, _press) = sellers_supply().await;
    let order = paid(&world).await;
    assert_eq!(to_come(&world, order).await, ToCome::WaitsForSeller);
    let refused = world
        .engine
        .accept_mandate(&seller(), seller_id(), mandate())
        .await;
    assert!(matches!(
        refusal(refused),
        UseCaseError::Seller(SellerError::NotIdentified)
    ));
    identify(&world.engine, &seller(), "Ada Music").await;
    world.work().await;
    assert_eq!(world.sweep(Sweep::Documents).await, SweepReport::default());
    assert_eq!(
        (to_come(&world, order).await, waiting(&world).await),
        (ToCome::WaitsForSeller, 1)
    );

    accept(&world.engine).await;
    assert_eq!(to_come(&world, order).await, ToCome::Soon);
    world.work().await;
    let swept = SweepReport {
        taken_up: 1,
        failed: 0,
    };
    assert_eq!(world.sweep(Sweep::Documents).await, swept);
    assert_eq!(waiting(&world).await, 0);
    let read = documents(&world, order).await.remove(0);
    let supplier = Supplier::Seller {
        seller_id: seller().actor.person_id,
    };
    assert_eq!(content(&read).supplier, supplier);
    assert!(content(&read).number.as_str().starts_with("FM-"));
    let party = read.parties.unwrap().supplier;
    assert_eq!(
        (party.name, party.issuer),
        (line("Ada Music"), Some(line("Comptoir SAS")))
    );
    // From now on nothing waits.
    let next = paid(&world).await;
    assert_eq!(documents(&world, next).await.len(), 1);
}

#[tokio::test]
async fn what_was_refunded_while_its_invoice_waited_has_both_documents() {
    let (world, _press) = sellers_supply().await;
    let order = paid(&world).await;
    refunded(&world, order, 1000).await;
    identify(&world.engine, &seller(), "Ada Music").await;
    accept(&world.engine).await;
    world.work().await;
    world.sweep(Sweep::Documents).await;
    let totals: Vec<i64> = documents(&world, order)
        .await
        .iter()
        .map(|read| content(read).totals.gross.amount)
        .collect();
    assert_eq!(totals, [PRICE, 1000]);
}

#[tokio::test]
async fn a_mandate_that_was_taken_back_lets_what_is_sold_then_wait_and_nothing_be_corrected() {
    let (world, _press) = sellers_supply().await;
    identify(&world.engine, &seller(), "Ada Music").await;
    accept(&world.engine).await;
    let before = paid(&world).await;
    let invoice = documents(&world, before).await.remove(0);
    world
        .engine
        .withdraw_mandate(&seller(), seller_id())
        .await
        .unwrap();
    let after = just_paid(&world).await;
    world.work().await;
    assert_eq!(to_come(&world, after).await, ToCome::WaitsForSeller);
    let correction = CorrectBuyer {
        name: line("Augusta Ada King"),
        address: invoice.parties.as_ref().unwrap().buyer.address.clone().unwrap(),
        vat_id: None,
        company_number: None,
    };
    let refused = world
        .engine
        .correct_document(&buyer(1), content(&invoice).document_id, correction)
        .await;
    assert!(matches!(
        refusal(refused),
        UseCaseError::DrawUp(DrawUpError::NoMandate)
    ));
}

#[tokio::test]
async fn who_a_seller_is_stays_sealed_and_says_the_same_once() {
    let (world, _press) = sellers_supply().await;
    let first = identify(&world.engine, &keyed(seller(), "identify", 1), "Ada Music").await;
    let repeated = identify(&world.engine, &keyed(seller(), "identify", 1), "Ada Music").await;
    assert_eq!((first, repeated), (Occasion::First, Occasion::Repeat));
    identify(&world.engine, &admin(), "Ada Music").await;
    assert_eq!(world.category("seller").await.len(), 1);
    identify(&world.engine, &admin(), "Ada Records").await;
    let stream = world.names::<Seller>(seller_id().as_uuid()).await;
    assert_eq!(stream, ["seller.identified", "seller.identified"]);
    let events = world.category("seller").await;
    assert!(events.iter().all(|event| !event.data.contains("Ada")));

    let read = world.engine.seller(&seller(), seller_id()).await.unwrap();
    assert_eq!(read.identity.unwrap().name, line("Ada Records"));
    let auditor = person(901, Role::Auditor);
    let read = world.engine.seller(&auditor, seller_id()).await.unwrap();
    assert_eq!(read.identity, None);
    for stranger in [buyer(1), person(2, Role::Seller)] {
        let refused = world.engine.seller(&stranger, seller_id()).await.err();
        assert!(matches!(
            refused,
            Some(UseCaseError::Seller(SellerError::NotYours))
        ));
        let refused = world
            .engine
            .identify_seller(&stranger, seller_id(), identity("Mallory"))
            .await;
        assert!(matches!(
            refusal(refused),
            UseCaseError::Seller(SellerError::NotYours)
        ));
    }
    assert_eq!(world.category("seller").await.len(), 2);
}

#[tokio::test]
async fn an_order_with_two_suppliers_has_an_invoice_of_the_one_while_the_other_is_waited_for() {
    let (world, _press) = sellers_supply().await;
    identify(&world.engine, &seller(), "Ada Music").await;
    accept(&world.engine).await;
    let mine = world
        .product(comptoir_domain::values::LicenceKind::Basic, PRICE)
        .await;
    let other = person(2, Role::Seller);
    let theirs = crate::documents::product_of(&world, &other).await;
    let placed = world
        .engine
        .place_order(&buyer(1), crate::given::place(&[mine, theirs]))
        .await
        .unwrap()
        .answer;
    let order = crate::given::order_id(&placed);
    world
        .payment_becomes(crate::given::payment_id(&placed), PaymentStatus::Succeeded)
        .await;
    world.work().await;
    let read = world.engine.order_documents(&admin(), order).await.unwrap();
    assert_eq!((read.documents.len(), read.to_come), (1, ToCome::WaitsForSeller));
    let one_waits = OwedInvoices {
        soon: 0,
        wait_for_seller: 1,
    };
    assert_eq!(read.owed, one_waits);
    // Neither seller sees what the other one invoices, or that it is owed.
    for (reader, count, owed) in [(seller(), 1, OwedInvoices::default()), (other, 0, one_waits)] {
        let read = world.engine.order_documents(&reader, order).await.unwrap();
        assert_eq!((read.documents.len(), read.owed), (count, owed));
    }
}
