//! Quotes, and the tax of orders: the same price for both, and VAT ids that VIES knows or does not.

use std::time::Duration;

use comptoir_domain::order::{OrderState, PlaceError};
use comptoir_domain::promo::{Benefit, PromoRefusal, PromoScope};
use comptoir_domain::tax::{
    EvidenceKind, EvidenceRule, EvidenceStanding, Location, LocationEvidence, TaxCustomer, TaxRefusal,
    TaxSettings, VatId, VatIdCheck,
};
use comptoir_domain::values::{
    BasisPoints, BillingDetails, CountryCode, Currency, LicenceKind, Money, OfferId, ProductId, PromoCode,
    Role, TaxTreatment,
};
use comptoir_engine::gateway::vies::ViesConfig;
use comptoir_engine::{
    CreatePromotion, EngineConfig, EvidenceNeed, OrderPlaced, PlaceOrder, PriceQuote, UseCaseError,
};
use comptoir_sandbox::vies::{Registration, ViesStandIn};

use crate::given::{billing, buyer, person, place, refusal, tax};
use crate::world::World;

const GERMAN: &str = "DE136695976";

fn country(code: &str) -> CountryCode {
    CountryCode::try_new(code).unwrap()
}

fn quote_of(place: &PlaceOrder) -> PriceQuote {
    PriceQuote {
        lines: place.lines.clone(),
        currency: place.currency,
        location: Location {
            country: place.billing.country,
            postal_code: Some(place.billing.postal_code.as_str().to_owned()),
            evidence: place.evidence.clone(),
        },
        vat_id: place.billing.vat_id.clone(),
        promotion_code: place.promotion_code.clone(),
    }
}

/// An order of a German business.
fn german(product: (ProductId, OfferId)) -> PlaceOrder {
    PlaceOrder {
        billing: BillingDetails {
            country: country("DE"),
            vat_id: Some(VatId::try_new(GERMAN).unwrap()),
            ..billing()
        },
        evidence: vec![LocationEvidence {
            kind: EvidenceKind::IpCountry,
            country: country("DE"),
        }],
        ..place(&[product])
    }
}

fn customer(placed: &OrderPlaced) -> TaxCustomer {
    placed.order.state.facts().unwrap().tax.customer.clone()
}

fn asking(vies: &ViesStandIn) -> EngineConfig {
    EngineConfig {
        vies: Some(ViesConfig {
            base_url: vies.base_url().to_owned(),
            requester: Some(VatId::try_new("FR40303265045").unwrap()),
            timeout: Duration::from_secs(5),
        }),
        ..EngineConfig::new(tax())
    }
}

#[tokio::test]
async fn a_quote_is_what_the_order_then_costs_and_stores_nothing() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 2990).await;
    let percent = CreatePromotion {
        code: PromoCode::try_new("SPRING").unwrap(),
        benefit: Benefit::Percent {
            basis_points: BasisPoints::try_new(1500).unwrap(),
        },
        starts_at: None,
        ends_at: None,
        uses_max: None,
        uses_per_buyer_max: None,
        minimum: None,
        scope: PromoScope::Everything,
    };
    let admin = person(2, Role::Admin);
    world.engine.create_promotion(&admin, percent).await.unwrap();
    let mut wish = place(&[product]);
    wish.billing.country = country("HU");
    wish.promotion_code = Some(PromoCode::try_new("SPRING").unwrap());
    let before = world.ledger.horizon();
    let quote = world.engine.quote(&buyer(1), quote_of(&wish)).await.unwrap();
    assert_eq!(world.ledger.horizon(), before);
    assert_eq!(quote.refusal, None);
    assert_eq!(quote.evidence, EvidenceNeed::Wanted);
    let placed = world.engine.place_order(&buyer(1), wish).await.unwrap().answer;
    let facts = placed.order.state.facts().unwrap();
    assert_eq!(quote.priced.lines(), facts.lines);
    assert_eq!(quote.priced.total(), facts.total);
    assert_eq!(quote.priced.tax(), &facts.tax);
    assert_eq!(facts.total, Money::new(2541, Currency::EUR));
    assert_eq!(facts.lines[0].tax.rate_basis_points.get(), 2700);
}

#[tokio::test]
async fn a_quote_says_why_a_code_does_not_hold_and_prices_without_it() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 2990).await;
    let code = PromoCode::try_new("NOBODY").unwrap();
    let quote = PriceQuote {
        promotion_code: Some(code.clone()),
        ..quote_of(&place(&[product]))
    };
    let quote = world.engine.quote(&buyer(1), quote).await.unwrap();
    assert_eq!(quote.refusal, Some((code, PromoRefusal::Unknown)));
    assert_eq!(quote.priced.total(), Money::new(2990, Currency::EUR));
}

#[tokio::test]
async fn a_business_elsewhere_in_the_union_owes_the_tax_itself() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 2990).await;
    let placed = world
        .engine
        .place_order(&buyer(1), german(product))
        .await
        .unwrap()
        .answer;
    let facts = placed.order.state.facts().unwrap();
    assert_eq!(facts.lines[0].tax.treatment, TaxTreatment::ReverseCharge);
    assert_eq!(facts.lines[0].tax_amount, Money::zero(Currency::EUR));
    assert_eq!(facts.tax.place.standing, EvidenceStanding::TwoAgree);
    let expected = TaxCustomer::Business {
        vat_id_country: country("DE"),
        check: VatIdCheck::Form,
    };
    assert_eq!(facts.tax.customer, expected);
    // The id may be a person's: no event has it in plain form.
    let orders = world.category("order").await;
    let digits = &GERMAN[2..];
    assert!(orders.iter().all(|event| !format!("{event:?}").contains(digits)));
}

#[tokio::test]
async fn vies_is_asked_where_it_is_switched_on() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 2990).await;
    let vies = ViesStandIn::start().await.unwrap();
    let engine = world.another_node_with(3, asking(&vies)).await;

    let before = world.ledger.horizon();
    let refused = refusal(engine.place_order(&buyer(1), german(product)).await);
    assert!(matches!(refused, UseCaseError::VatIdNotRegistered), "{refused}");
    assert_eq!(world.ledger.horizon(), before);

    vies.say(GERMAN, Registration::Registered);
    let placed = engine
        .place_order(&buyer(1), german(product))
        .await
        .unwrap()
        .answer;
    let TaxCustomer::Business {
        check: VatIdCheck::Vies { consultation, .. },
        ..
    } = customer(&placed)
    else {
        panic!("VIES was not asked: {:?}", customer(&placed));
    };
    assert_eq!(consultation.unwrap().as_str(), "WAPIAAAAZq1-w2Xy");

    for away in [Registration::StateUnavailable, Registration::Down] {
        vies.say(GERMAN, away);
        let placed = engine
            .place_order(&buyer(1), german(product))
            .await
            .unwrap()
            .answer;
        let TaxCustomer::Business { check, .. } = customer(&placed) else {
            panic!("a business was expected");
        };
        assert!(matches!(check, VatIdCheck::ViesUnavailable { .. }), "{away:?}");
    }
}

#[tokio::test]
async fn the_strict_rule_wants_two_pieces_of_evidence_before_anything_is_stored() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 2990).await;
    let strict = EngineConfig::new(TaxSettings {
        evidence: EvidenceRule::TwoThatAgree,
        ..tax()
    });
    let engine = world.another_node_with(3, strict).await;
    let before = world.ledger.horizon();
    let refused = refusal(engine.place_order(&buyer(1), place(&[product])).await);
    let expected = PlaceError::Tax(TaxRefusal::EvidenceMissing);
    assert!(
        matches!(&refused, UseCaseError::Place(error) if *error == expected),
        "{refused}"
    );
    assert_eq!(world.ledger.horizon(), before);
    // A quote prices all the same, and says what is missing.
    let quote = engine
        .quote(&buyer(1), quote_of(&place(&[product])))
        .await
        .unwrap();
    assert_eq!(quote.evidence, EvidenceNeed::Required);

    let mut known = place(&[product]);
    known.evidence = vec![LocationEvidence {
        kind: EvidenceKind::CardCountry,
        country: CountryCode::FR,
    }];
    let placed = engine.place_order(&buyer(1), known).await.unwrap().answer;
    assert!(matches!(placed.order.state, OrderState::AwaitingPayment(_)));
}
