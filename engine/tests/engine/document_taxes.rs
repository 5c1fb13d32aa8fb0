//! Sellers who supply and are taxed otherwise than the platform, and buyers who owe the tax themselves.

use comptoir_domain::document::{CustomerKind, PostalAddress, SupplierField, SupplierParty, SupplierRefusal};
use comptoir_domain::order::PlaceError;
use comptoir_domain::person::Acquaintance;
use comptoir_domain::seller::SellerVat;
use comptoir_domain::tax::{TaxRefusal, VatId};
use comptoir_domain::values::{
    BillingDetails, CountryCode, LicenceKind, OrderId, SellerId, SubjectId, TaxTreatment,
};
use comptoir_engine::vault::KeyStanding;
use comptoir_engine::worker::Sweep;
use comptoir_engine::{CorrectBuyer, PlaceOrder, SellerIdentity, ToCome, UseCaseError};
use comptoir_sandbox::hyperswitch::PaymentStatus;

use crate::after_sale::PRICE;
use crate::document_sellers::{accept, identity, sellers_supply};
use crate::documents::{admin, content, documents, id, line, paid, platform};
use crate::given::{billing, buyer, order_id, payment_id, place, refusal, seller};
use crate::world::World;

const FRENCH: &str = "FR40303265045";
const GERMAN: &str = "DE136695976";

fn vat_id(text: &str) -> VatId {
    VatId::try_new(text).unwrap()
}

fn country(code: &str) -> CountryCode {
    CountryCode::try_new(code).unwrap()
}

/// A seller in France who is exempt as a small enterprise.
fn exempt() -> SellerIdentity {
    let registered = identity("Ada Music");
    SellerIdentity {
        party: SupplierParty {
            vat_id: None,
            ..registered.party
        },
        vat: SellerVat::SmallSellerExemption,
    }
}

/// A seller in Germany who charges VAT.
fn german() -> SellerIdentity {
    let registered = identity("Nordlicht");
    SellerIdentity {
        party: SupplierParty {
            address: PostalAddress {
                country: country("DE"),
                ..registered.party.address
            },
            vat_id: Some(vat_id(GERMAN)),
            ..registered.party
        },
        ..registered
    }
}

async fn identify(world: &World, who: SellerIdentity) {
    let seller_id = SellerId::from(seller().actor.person_id);
    let identified = world.engine.identify_seller(&seller(), seller_id, who).await;
    identified.unwrap();
}

/// An order of a French business, paid.
async fn bought_by_business(world: &World) -> OrderId {
    let product = world.product(LicenceKind::Basic, PRICE).await;
    let order = PlaceOrder {
        billing: BillingDetails {
            vat_id: Some(vat_id(FRENCH)),
            ..billing()
        },
        ..place(&[product])
    };
    let placed = world.engine.place_order(&buyer(1), order).await.unwrap().answer;
    world
        .payment_becomes(payment_id(&placed), PaymentStatus::Succeeded)
        .await;
    world.work().await;
    order_id(&placed)
}

async fn issue_what_waited(world: &World) {
    world.work().await;
    world.sweep(Sweep::Documents).await;
}

#[tokio::test]
async fn a_small_seller_sells_and_invoices_without_vat() {
    let (world, _press) = sellers_supply().await;
    identify(&world, exempt()).await;
    accept(&world.engine).await;
    let order = paid(&world).await;
    let state = world.order_state(order).await;
    let facts = state.facts().unwrap();
    assert_eq!((facts.total.amount, facts.lines[0].tax_amount.amount), (PRICE, 0));
    assert_eq!(facts.lines[0].tax.treatment, TaxTreatment::SmallSellerExemption);
    let invoice = documents(&world, order).await.remove(0);
    let [rate] = content(&invoice).rates.as_slice() else {
        panic!("one kind of VAT expected")
    };
    assert_eq!(rate.vat.category.code(), "E");
    let why = rate.exemption.as_ref().unwrap().as_str();
    assert!(why.starts_with("TVA non applicable, art."), "{why}");
}

/// It was sold with the platform's VAT, before the seller had said that they charge none.
#[tokio::test]
async fn an_invoice_waits_while_its_tax_contradicts_what_the_seller_says_of_themselves() {
    let (world, _press) = sellers_supply().await;
    let order = paid(&world).await;
    identify(&world, exempt()).await;
    accept(&world.engine).await;
    issue_what_waited(&world).await;
    let read = world.engine.order_documents(&admin(), order).await.unwrap();
    assert_eq!((read.documents.len(), read.to_come), (0, ToCome::WaitsForSeller));
    // What is sold from now on is taxed as theirs, and has its invoice.
    let next = paid(&world).await;
    assert_eq!(documents(&world, next).await.len(), 1);
    // They had said it wrongly.
    identify(&world, identity("Ada Music")).await;
    issue_what_waited(&world).await;
    let invoice = documents(&world, order).await.remove(0);
    assert_eq!(content(&invoice).rates[0].vat.category.code(), "S");
}

#[tokio::test]
async fn a_seller_is_named_as_the_law_of_their_country_wants_it() {
    let (world, _press) = sellers_supply().await;
    let seller_id = SellerId::from(seller().actor.person_id);
    let without = SellerIdentity {
        vat: SellerVat::Registered,
        ..exempt()
    };
    let refused = world.engine.identify_seller(&seller(), seller_id, without).await;
    let UseCaseError::Unnamed(problems) = refusal(refused) else {
        panic!("a refusal of the VAT id expected")
    };
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].field, SupplierField::VatId);
    assert_eq!(
        problems[0].refusal,
        SupplierRefusal::VatIdMissing(CountryCode::FR)
    );
    assert_eq!(world.category("seller").await.len(), 0);
}

#[tokio::test]
async fn a_buyer_who_owes_the_tax_stays_named_by_a_vat_id_of_their_state() {
    let (world, _press) = sellers_supply().await;
    identify(&world, german()).await;
    accept(&world.engine).await;
    let order = bought_by_business(&world).await;
    let invoice = documents(&world, order).await.remove(0);
    assert_eq!(content(&invoice).rates[0].vat.category.code(), "AE");
    let address = invoice.parties.as_ref().unwrap().buyer.address.clone().unwrap();
    let correct = async |country: &str, vat_id: Option<VatId>| {
        let corrected = CorrectBuyer {
            name: line("Analytical Engines SARL"),
            address: PostalAddress {
                country: CountryCode::try_new(country).unwrap(),
                ..address.clone()
            },
            vat_id,
            company_number: Some(line("303265045")),
        };
        world
            .engine
            .correct_document(&buyer(1), id(&invoice), corrected)
            .await
    };
    for (country, wrong) in [
        ("FR", None),
        ("DE", Some(vat_id(GERMAN))),
        ("FR", Some(vat_id(GERMAN))),
    ] {
        let refused = refusal(correct(country, wrong).await);
        assert!(
            matches!(
                refused,
                UseCaseError::VatIdNeeded {
                    state: CountryCode::FR
                }
            ),
            "{refused:?}"
        );
    }
    let refused = refusal(correct("DE", Some(vat_id(FRENCH))).await);
    let of_another = matches!(
        refused,
        UseCaseError::Place(PlaceError::Tax(TaxRefusal::VatIdOfAnotherCountry { .. }))
    );
    assert!(of_another, "{refused:?}");
    assert_eq!(documents(&world, order).await.len(), 1);
    correct("FR", Some(vat_id(FRENCH))).await.unwrap();
    assert_eq!(documents(&world, order).await.len(), 3);
}

#[tokio::test]
async fn a_correction_takes_a_vat_id_only_where_the_address_is_and_a_company_needs_none() {
    let (world, _press) = crate::documents::issuing().await;
    let order = paid(&world).await;
    let invoice = documents(&world, order).await.remove(0);
    let correct = async |vat_id: Option<VatId>| {
        let corrected = CorrectBuyer {
            name: line("Analytical Engines EI"),
            address: platform().address,
            vat_id,
            company_number: Some(line("303265045")),
        };
        world
            .engine
            .correct_document(&buyer(1), id(&invoice), corrected)
            .await
    };
    let refused = refusal(correct(Some(vat_id(GERMAN))).await);
    let of_another = matches!(
        refused,
        UseCaseError::Place(PlaceError::Tax(TaxRefusal::VatIdOfAnotherCountry { .. }))
    );
    assert!(of_another, "{refused:?}");
    let corrected = correct(None).await.unwrap().answer;
    let documents = documents(&world, order).await;
    let new = documents
        .iter()
        .find(|read| id(read) == corrected.invoice)
        .unwrap();
    assert_eq!(content(new).customer, CustomerKind::Business);
    let says = |code: &str| {
        content(new)
            .mentions
            .iter()
            .any(|mention| mention.code.as_str() == code)
    };
    assert!(says("recovery_costs"), "a business is told of the 40 EUR");
}

#[tokio::test]
async fn a_business_is_erased_once_its_invoices_name_it() {
    let (world, _press) = sellers_supply().await;
    let order = bought_by_business(&world).await;
    issue_what_waited(&world).await;
    let person_id = buyer(1).actor.person_id;
    let erase = async || {
        world
            .engine
            .erase_person(&admin(), person_id, Acquaintance::Known, None)
            .await
    };
    let refused = refusal(erase().await);
    assert!(
        matches!(&refused, UseCaseError::InvoicesOwed(orders) if *orders == [order]),
        "{refused:?}"
    );
    let standing = world.engine.vault().standing(SubjectId::from(person_id)).await;
    assert_eq!(standing.unwrap(), KeyStanding::Held);

    // Nobody has issued it yet when they are erased: the erasure itself does.
    identify(&world, identity("Ada Music")).await;
    accept(&world.engine).await;
    erase().await.unwrap();
    let read = world.engine.order_documents(&admin(), order).await.unwrap();
    let party = read.documents[0].parties.clone().unwrap().buyer;
    assert_eq!(party.vat_id, Some(vat_id(FRENCH)));
    let standing = world.engine.vault().standing(SubjectId::from(person_id)).await;
    assert_eq!(standing.unwrap(), KeyStanding::Destroyed);
}
