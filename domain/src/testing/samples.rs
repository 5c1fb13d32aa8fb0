//! A small cast: a seller with a track, a buyer who orders it, a provider who reports on the payment.
//!
//! Every sample is valid: the functions panic only if a rule of this crate changes under them.
#![expect(clippy::missing_panics_doc, reason = "said once, above")]

pub mod documents;
pub mod events;

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::decider::Decider;
use crate::order::{
    Availability, Invoices, LineRequest, Order, OrderCommand, OrderEvent, PaymentReport, PaymentStatus,
    PlaceOrder, PricedOrder, PricingTerms, PromotionTerms, RefundPolicy, ReportSource, price_lines,
};
use crate::product::{OfferAdded, Product, ProductCreated, ProductEvent, ProductPublished, ProductState};
use crate::promo::{Benefit, Promo, PromoCreated, PromoEvent, PromoScope, PromoTerms};
use crate::tax::{Customer, EvidenceKind, Location, LocationEvidence, SupplierTaxes, TaxSettings, assess};
use crate::values::{
    Actor, BasisPoints, Consent, ConsentKind, CountryCode, Currency, Description, LicenceKind, LicenceTerms,
    Money, OfferId, OrderId, PaymentId, PersonId, ProductId, PromoCode, PromoId, Role, Sealed, Sha256Hex,
    SubjectId, TaxCategory, TermsText, TermsVersion, Title, UseTerms,
};

/// A moment so many minutes after the samples begin.
pub fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_359_200, 0).expect("a moment in 2026") + TimeDelta::minutes(minutes)
}

/// A UUID that looks like version 7 and is known beforehand.
pub fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(0x019c_a9f1_0000_7000_8000_0000_0000_0000 | number)
}

/// The seller of the samples.
pub fn seller() -> Actor {
    Actor {
        person_id: PersonId::from_uuid(uuid(1)),
        roles: vec![Role::Seller],
    }
}

/// The buyer of the samples.
pub fn buyer() -> Actor {
    Actor {
        person_id: PersonId::from_uuid(uuid(2)),
        roles: vec![Role::Buyer],
    }
}

/// Somebody who reads everything.
pub fn auditor() -> Actor {
    Actor {
        person_id: PersonId::from_uuid(uuid(5)),
        roles: vec![Role::Auditor],
    }
}

/// Somebody who acts for the platform.
pub fn admin() -> Actor {
    Actor {
        person_id: PersonId::from_uuid(uuid(3)),
        roles: vec![Role::Admin],
    }
}

/// Somebody with every role but admin, who owns nothing here.
pub fn stranger() -> Actor {
    let roles = vec![Role::Buyer, Role::Seller, Role::Auditor];
    Actor {
        person_id: PersonId::from_uuid(uuid(4)),
        roles,
    }
}

/// The track.
pub fn product_id() -> ProductId {
    ProductId::from_uuid(uuid(10))
}

/// The offer of a kind.
pub fn offer_id(kind: LicenceKind) -> OfferId {
    OfferId::from_uuid(uuid(match kind {
        LicenceKind::Basic => 20,
        LicenceKind::Premium => 21,
        LicenceKind::Unlimited => 22,
        LicenceKind::Exclusive => 23,
        LicenceKind::Custom => 24,
    }))
}

/// The order of the samples.
pub fn order_id() -> OrderId {
    OrderId::from_uuid(uuid(30))
}

/// Another order.
pub fn other_order_id() -> OrderId {
    OrderId::from_uuid(uuid(31))
}

/// An amount of euros in cents.
pub const fn eur(cents: i64) -> Money {
    Money::new(cents, Currency::EUR)
}

/// A title.
pub fn title(text: &str) -> Title {
    Title::try_new(text).expect("a valid title")
}

/// Terms of a licence.
pub fn terms() -> LicenceTerms {
    let version = TermsVersion::try_new("2026-03").expect("a valid version");
    LicenceTerms::new(
        version,
        TermsText::try_new("Up to 2,000 copies.").expect("a valid text"),
    )
}

/// French VAT at 20 %, owed by the platform, for a consumer in France of whom the card's country is known too.
pub fn tax_terms() -> SupplierTaxes {
    let location = Location {
        country: CountryCode::FR,
        postal_code: Some("75001".to_owned()),
        evidence: vec![LocationEvidence {
            kind: EvidenceKind::CardCountry,
            country: CountryCode::FR,
        }],
    };
    let settings = TaxSettings::of(CountryCode::FR);
    let terms = assess(settings, &location, &Customer::Consumer, at(0).date_naive());
    terms.expect("an order that can be taxed").into()
}

/// What prices depend on, without a promotion.
pub fn pricing(tax: &SupplierTaxes) -> PricingTerms<'_> {
    PricingTerms {
        currency: Currency::EUR,
        tax,
        invoices: Invoices::Issued,
        promotion: None,
        upgrades: None,
    }
}

/// The track as it is created.
pub fn product_created() -> ProductCreated {
    ProductCreated {
        product_id: product_id(),
        seller_id: seller().person_id,
        title: title("Night Drive"),
        description: Some(Description::try_new("140 bpm, dark, with stems.").expect("a valid text")),
        at: at(0),
    }
}

/// An offer of the track.
pub fn offer_added(kind: LicenceKind, price: Money) -> OfferAdded {
    let tax_category = TaxCategory::Standard;
    OfferAdded {
        offer_id: offer_id(kind),
        kind,
        price,
        terms: terms(),
        tax_category,
        use_terms: UseTerms::default(),
        at: at(0),
    }
}

/// The track on sale: basic at 29.90 EUR, premium at 99 EUR, exclusive at 900 EUR.
pub fn published_product() -> Vec<ProductEvent> {
    vec![
        product_created().into(),
        offer_added(LicenceKind::Basic, eur(2990)).into(),
        offer_added(LicenceKind::Premium, eur(9900)).into(),
        offer_added(LicenceKind::Exclusive, eur(90_000)).into(),
        ProductPublished { at: at(1) }.into(),
    ]
}

/// A catalogue of one track.
pub fn catalogue(events: &[ProductEvent]) -> BTreeMap<ProductId, ProductState> {
    BTreeMap::from([(product_id(), Product::replay(events))])
}

/// A wish for so many units of an offer of the track.
pub fn line_request(kind: LicenceKind, quantity: i64) -> LineRequest {
    LineRequest {
        product_id: product_id(),
        offer_id: offer_id(kind),
        quantity,
        expected_unit_price_minor: None,
        upgrade_of: None,
    }
}

/// Lines priced against the track on sale.
pub fn priced(requests: &[LineRequest]) -> PricedOrder {
    let products = catalogue(&published_product());
    price_lines(order_id(), requests, &products, pricing(&tax_terms())).expect("lines that can be ordered")
}

/// The code of the samples.
pub fn promo_code() -> PromoCode {
    PromoCode::try_new("SPRING-10").expect("a valid code")
}

/// Ten percent off everything, for as many as like.
pub fn promo_terms() -> PromoTerms {
    PromoTerms {
        benefit: Benefit::Percent {
            basis_points: BasisPoints::try_new(1000).expect("a valid rate"),
        },
        starts_at: at(0),
        ends_at: None,
        uses_max: None,
        uses_per_buyer_max: None,
        minimum: None,
        scope: PromoScope::Everything,
    }
}

/// A promotion with these terms, as an admin made it.
pub fn promo_created(terms: PromoTerms) -> Vec<PromoEvent> {
    let created = PromoCreated {
        promo_id: PromoId::of_code(&promo_code()),
        code: promo_code(),
        terms,
        created_by: admin().person_id,
        at: at(0),
    };
    vec![created.into()]
}

/// The command that places an order with the code of the samples, on these terms.
pub fn place_with_code(requests: &[LineRequest], terms: PromoTerms) -> PlaceOrder {
    let (state, tax) = (Promo::replay(&promo_created(terms)), tax_terms());
    let promotion = PromotionTerms {
        state: &state,
        buyer_id: buyer().person_id,
        at: at(2),
    };
    let terms = PricingTerms {
        promotion: Some(promotion),
        ..pricing(&tax)
    };
    let products = catalogue(&published_product());
    let priced = price_lines(order_id(), requests, &products, terms).expect("lines that can be ordered");
    PlaceOrder {
        priced,
        ..place(requests)
    }
}

/// Personal data nobody can read.
pub fn sealed() -> Sealed {
    let subject = SubjectId::from(buyer().person_id);
    Sealed {
        subject,
        ciphertext: "bm9uY2UtYW5kLWNpcGhlcnRleHQ=".to_owned(),
    }
}

/// The command that places an order, to be paid within 15 minutes.
pub fn place(requests: &[LineRequest]) -> PlaceOrder {
    PlaceOrder {
        order_id: order_id(),
        buyer_id: buyer().person_id,
        priced: priced(requests),
        billing: sealed(),
        consent: Consent {
            kind: ConsentKind::WithdrawalWaiver,
            text_hash: Sha256Hex::of("I agree to immediate delivery and lose my right of withdrawal."),
            at: at(2),
        },
        refund_policy: RefundPolicy {
            seller_days: 14,
            platform_days: 365,
        },
        expires_at: at(17),
        at: at(2),
    }
}

/// An order of one basic licence, placed.
pub fn placed_order() -> Vec<OrderEvent> {
    placed(&[line_request(LicenceKind::Basic, 1)])
}

/// An order of these lines, placed.
pub fn placed(requests: &[LineRequest]) -> Vec<OrderEvent> {
    Order::decide(&Order::replay([]), OrderCommand::Place(place(requests)))
        .expect("an order that can be placed")
}

/// A report about the payment of a basic licence, by webhook.
pub fn report(status: PaymentStatus, updated_minutes: i64) -> PaymentReport {
    let received = match status {
        PaymentStatus::Succeeded | PaymentStatus::CancelledPostCapture => Some(2990),
        PaymentStatus::PartiallyCaptured
        | PaymentStatus::PartiallyCapturedAndCapturable
        | PaymentStatus::PartiallyCapturedAndProcessing => Some(1000),
        PaymentStatus::Failed
        | PaymentStatus::Cancelled
        | PaymentStatus::Processing
        | PaymentStatus::RequiresCustomerAction
        | PaymentStatus::RequiresMerchantAction
        | PaymentStatus::RequiresPaymentMethod
        | PaymentStatus::RequiresConfirmation
        | PaymentStatus::RequiresCapture
        | PaymentStatus::PartiallyAuthorizedAndRequiresCapture
        | PaymentStatus::Conflicted
        | PaymentStatus::Expired
        | PaymentStatus::Review => None,
    };
    PaymentReport {
        payment_id: PaymentId::of(order_id()),
        status,
        amount_minor: 2990,
        amount_received_minor: received,
        currency: Currency::EUR,
        updated: at(updated_minutes),
        error_code: None,
        unified_code: None,
        source: ReportSource::Webhook,
    }
}

/// The command for a report, while everything can still be had.
pub fn record(report: PaymentReport) -> OrderCommand {
    record_when(Availability::StillToBeHad, report)
}

/// The command for a report, while something is gone.
pub fn record_when_gone(report: PaymentReport) -> OrderCommand {
    record_when(Availability::Gone, report)
}

/// The command for a report, with what is left of what was ordered.
pub fn record_when(availability: Availability, report: PaymentReport) -> OrderCommand {
    OrderCommand::RecordPaymentStatus {
        report,
        availability,
        at: at(5),
    }
}
