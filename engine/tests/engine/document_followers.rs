//! Credit notes and what else follows an invoice by itself: whatever has become of its supplier, of the year, and wherever the
//! supplier's clock stands.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use comptoir_domain::document::{CustomerKind, DocumentContent, DocumentKind};
use comptoir_domain::person::Acquaintance;
use comptoir_domain::values::{LicenceKind, OrderId, RefundId, Role, SellerId};
use comptoir_engine::invoicing::InvoicingConfig;
use comptoir_engine::{CorrectBuyer, DocumentRead, RequestContext, ToCome};
use comptoir_sandbox::hyperswitch::{PaymentStatus, RefundStatus};

use crate::after_sale::{PRICE, amount, deliver};
use crate::document_sellers::{accept, identify, identity, mandate, seller_id, sellers_supply, to_come};
use crate::documents::{
    admin, content, documents, facts, id, issuing, issuing_with, line, paid, product_of, refunded, seen,
};
use crate::given::{buyer, order_id, payment_id, person, place, seller};
use crate::world::World;

/// A seller who supplies, and a paid order that is invoiced in their name.
async fn invoiced_by_seller() -> (World, OrderId) {
    let (world, _press) = sellers_supply().await;
    identify(&world.engine, &seller(), "Ada Music").await;
    accept(&world.engine).await;
    let order = paid(&world).await;
    assert_eq!(documents(&world, order).await.len(), 1);
    (world, order)
}

/// The provider says otherwise after all.
async fn failed(world: &World, refund_id: RefundId) {
    let refund_id = refund_id.to_string();
    world
        .stand_in
        .settle_refund(&refund_id, RefundStatus::Failed)
        .unwrap();
    deliver(world).await;
}

/// What followed names the seller as the invoice does, and says that the platform wrote it in their name.
fn hold_that_they_follow(documents: &[DocumentRead]) {
    let [first, followers @ ..] = documents else {
        panic!("documents expected")
    };
    let supplier = &first.parties.as_ref().unwrap().supplier;
    assert_eq!(
        (&supplier.name, &supplier.issuer),
        (&line("Ada Music"), &Some(line("Comptoir SAS")))
    );
    for follower in followers {
        assert_eq!(&follower.parties.as_ref().unwrap().supplier, supplier);
        assert_eq!(content(follower).supplier, content(first).supplier);
        let mandates = content(follower).mentions.iter();
        assert!(
            mandates
                .clone()
                .any(|mention| mention.code.as_str() == "billing_mandate"),
            "{:?}",
            content(follower).mentions
        );
    }
}

#[tokio::test]
async fn a_mandate_that_was_withdrawn_keeps_no_credit_note_back_nor_what_follows_it() {
    let (world, order) = invoiced_by_seller().await;
    let withdrawn = world.engine.withdraw_mandate(&seller(), seller_id()).await;
    withdrawn.unwrap();
    let refund_id = refunded(&world, order, 1000).await;
    let issued = documents(&world, order).await;
    let credit_note = content(&issued[1]);
    assert_eq!((issued.len(), credit_note.kind), (2, DocumentKind::CreditNote));
    assert!(credit_note.number.as_str().starts_with("AM-"));
    assert_eq!(credit_note.totals.gross.amount, 1000);
    failed(&world, refund_id).await;
    let issued = documents(&world, order).await;
    assert_eq!(
        content(&issued[2]).preceding.as_ref().unwrap().document_id,
        id(&issued[1])
    );
    hold_that_they_follow(&issued);
    // What is sold from now on waits all the same.
    let next = paid(&world).await;
    assert_eq!(to_come(&world, next).await, ToCome::WaitsForSeller);
}

#[tokio::test]
async fn a_seller_who_was_erased_still_stands_on_the_credit_notes_of_their_invoices() {
    let (world, order) = invoiced_by_seller().await;
    let erased = world
        .engine
        .erase_person(&admin(), seller().actor.person_id, Acquaintance::Known, None)
        .await;
    erased.unwrap();
    world.work().await;
    let refund_id = refund(&world, order, PRICE).await;
    deliver(&world).await;
    let issued = documents(&world, order).await;
    assert_eq!(issued.len(), 2);
    assert_eq!(content(&issued[1]).payment.refund_id, Some(refund_id));
    hold_that_they_follow(&issued);
}

#[tokio::test]
async fn what_follows_names_the_supplier_as_the_invoice_does_though_they_moved_since() {
    let (world, order) = invoiced_by_seller().await;
    identify(&world.engine, &seller(), "Ada Records").await;
    refunded(&world, order, 1000).await;
    hold_that_they_follow(&documents(&world, order).await);
    let next = paid(&world).await;
    let next = documents(&world, next).await.remove(0);
    assert_eq!(next.parties.unwrap().supplier.name, line("Ada Records"));
}

/// The admin sends so much of an order back.
async fn refund(world: &World, order: OrderId, minor: i64) -> RefundId {
    let asked = world.engine.refund_order(&admin(), order, amount(minor)).await;
    world.work().await;
    asked.unwrap().answer.refund_id
}

/// A paid order of one unit of each of two sellers who supply.
async fn order_of_two(world: &World) -> OrderId {
    let other = person(2, Role::Seller);
    let other_id = SellerId::from(other.actor.person_id);
    identify(&world.engine, &seller(), "Ada Music").await;
    accept(&world.engine).await;
    let engine = &world.engine;
    engine
        .identify_seller(&other, other_id, identity("Grace Sound"))
        .await
        .unwrap();
    engine.accept_mandate(&other, other_id, mandate()).await.unwrap();
    let lines = [
        world.product(LicenceKind::Basic, PRICE).await,
        product_of(world, &other).await,
    ];
    let placed = engine.place_order(&buyer(1), place(&lines)).await.unwrap().answer;
    world
        .payment_becomes(payment_id(&placed), PaymentStatus::Succeeded)
        .await;
    world.work().await;
    order_id(&placed)
}

#[tokio::test]
async fn partial_refunds_over_two_suppliers_have_a_credit_note_of_each_and_add_up() {
    let (world, _press) = sellers_supply().await;
    let order = order_of_two(&world).await;
    assert_eq!(documents(&world, order).await.len(), 2);
    for minor in [1001, 333, 2 * PRICE - 1334] {
        let refund_id = refund(&world, order, minor).await;
        deliver(&world).await;
        let issued = documents(&world, order).await;
        let is_of_it = |note: &&DocumentContent| note.payment.refund_id == Some(refund_id);
        let new = || issued.iter().map(content).filter(is_of_it);
        assert_eq!(new().count(), 2, "one of each supplier");
        assert_eq!(new().map(|note| note.totals.gross.amount).sum::<i64>(), minor);
    }
    let issued = documents(&world, order).await;
    let of_kind = |kind| {
        let issued = issued.iter();
        issued.filter(move |read| content(read).kind == kind)
    };
    for invoice in of_kind(DocumentKind::Invoice) {
        let is_its =
            |read: &&DocumentRead| content(read).preceding.as_ref().unwrap().document_id == id(invoice);
        let credits: Vec<_> = of_kind(DocumentKind::CreditNote).filter(is_its).collect();
        let sum =
            |part: fn(&DocumentContent) -> i64| credits.iter().map(|read| part(content(read))).sum::<i64>();
        let totals = content(invoice).totals;
        assert_eq!(sum(|note| note.totals.gross.amount), totals.gross.amount);
        assert_eq!(sum(|note| note.totals.tax.amount), totals.tax.amount);
        assert!(facts(invoice).left().iter().all(|left| left.gross.is_zero()));
        for credit in &credits {
            assert_eq!(content(credit).supplier, content(invoice).supplier);
            assert_eq!(
                credit.parties.as_ref().unwrap().supplier,
                invoice.parties.as_ref().unwrap().supplier
            );
        }
        let mut numbers: Vec<&str> = credits.iter().map(|read| content(read).number.as_str()).collect();
        numbers.sort_unstable();
        let numbers = numbers.into_iter();
        let ends: Vec<&str> = numbers.map(|number| &number[number.len() - 5..]).collect();
        assert_eq!(ends, ["00001", "00002", "00003"], "each in a series of its own");
    }
}

fn at(world: &World, moment: &str) {
    let moment: DateTime<Utc> = moment.parse().unwrap();
    world.advance(moment - world.ledger.clock().now());
}

#[tokio::test]
async fn a_credit_note_after_new_year_is_of_the_new_year_and_cites_the_invoice_of_the_old_one() {
    let (world, _press) = issuing().await;
    // Half an hour before midnight in Paris, in winter, and half an hour after.
    at(&world, "2026-12-31T22:30:00Z");
    let order = paid(&world).await;
    at(&world, "2026-12-31T23:30:00Z");
    refunded(&world, order, PRICE).await;
    let issued = documents(&world, order).await;
    let (invoice, credit_note) = (content(&issued[0]), content(&issued[1]));
    assert_eq!(invoice.number.as_str(), "FA-2026-000001");
    assert_eq!(credit_note.number.as_str(), "AV-2027-000001");
    assert_eq!(credit_note.issued_on.to_string(), "2027-01-01");
    let cited = credit_note.preceding.as_ref().unwrap();
    assert_eq!(
        (&cited.number, cited.issued_on),
        (&invoice.number, invoice.issued_on)
    );
    assert_eq!(invoice.issued_on.to_string(), "2026-12-31");
    assert_eq!(credit_note.supplied_on, invoice.supplied_on);
}

#[tokio::test]
async fn a_year_begins_by_the_clock_that_was_configured() {
    let (world, _press) = issuing_with(|config| {
        let invoicing = config.invoicing.take().unwrap();
        config.invoicing = Some(InvoicingConfig {
            time_zone: Tz::Pacific__Auckland,
            ..invoicing
        });
    })
    .await;
    // Half an hour before midnight in Auckland, in summer: not yet noon in Paris.
    at(&world, "2026-12-31T10:30:00Z");
    let old = paid(&world).await;
    at(&world, "2026-12-31T11:30:00Z");
    let new = paid(&world).await;
    let (old, new) = (documents(&world, old).await, documents(&world, new).await);
    let (old, new) = (content(&old[0]), content(&new[0]));
    assert_eq!(
        (old.number.as_str(), new.number.as_str()),
        ("FA-2026-000001", "FA-2027-000001")
    );
    assert_eq!(old.issued_on.to_string(), "2026-12-31");
    assert_eq!(new.issued_on.to_string(), "2027-01-01");
    assert_eq!(
        (new.supplied_on, new.payment.paid_on),
        (new.issued_on, new.issued_on)
    );
}

/// A seller says that they are called otherwise while a correction is being drawn up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_correction_names_the_seller_as_they_are_when_it_is_issued() {
    let (world, order) = invoiced_by_seller().await;
    let first = documents(&world, order).await.remove(0);
    assert_eq!(content(&first).customer, CustomerKind::Consumer);
    let correction = CorrectBuyer {
        name: line("Augusta Ada King"),
        address: first.parties.as_ref().unwrap().buyer.address.clone().unwrap(),
        vat_id: None,
        company_number: None,
    };
    let other = world.another_node(2).await;
    let (stopped, go_on) = world.stop.next();
    let (engine, invoice) = (world.engine.clone(), id(&first));
    let correct = async move {
        let by: RequestContext = buyer(1);
        engine.correct_document(&by, invoice, correction).await
    };
    let correcting = tokio::spawn(correct);
    stopped.await.unwrap();
    identify(&other, &seller(), "Ada Records").await;
    seen(&world.engine, other.ledger().horizon()).await;
    go_on.send(()).unwrap();
    correcting.await.unwrap().unwrap();
    for read in &documents(&world, order).await[1..] {
        assert_eq!(read.parties.as_ref().unwrap().supplier.name, line("Ada Records"));
    }
}
