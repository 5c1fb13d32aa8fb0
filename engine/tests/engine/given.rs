//! Who asks, and for what.

use std::time::Duration;

use comptoir_domain::order::LineRequest;
use comptoir_domain::tax::TaxSettings;
use comptoir_domain::values::{
    Actor, BillingDetails, CountryCode, Currency, Email, LicenceKind, LicenceTerms, Line, Money, OfferId,
    OrderId, PaymentId, PersonId, ProductId, Role, Sha256Hex, TaxCategory, TermsText, TermsVersion, UseTerms,
};
use comptoir_engine::gateway::hyperswitch::{HyperswitchConfig, HyperswitchTimeouts};
use comptoir_engine::{
    AddOffer, Answered, IdempotencyKey, OrderPlaced, PlaceOrder, RequestContext, Secret, UseCaseError,
};
use comptoir_sandbox::hyperswitch::StandInOptions;
use uuid::Uuid;

pub(crate) fn hyperswitch_config(base_url: &str) -> HyperswitchConfig {
    let StandInOptions {
        api_key,
        publishable_key,
        profile_id,
        webhook_secret,
        ..
    } = StandInOptions::default();
    HyperswitchConfig {
        base_url: base_url.to_owned(),
        api_key: Secret::new(api_key),
        publishable_key,
        profile_id: Some(profile_id),
        webhook_secret: Some(Secret::new(webhook_secret)),
        live_mode: false,
        timeouts: HyperswitchTimeouts {
            call: Duration::from_millis(600),
            ..HyperswitchTimeouts::default()
        },
    }
}

pub(crate) fn tax() -> TaxSettings {
    TaxSettings::of(CountryCode::FR)
}

pub(crate) fn person(number: u128, role: Role) -> RequestContext {
    let person_id = PersonId::from_uuid(Uuid::from_u128(number));
    RequestContext::of(Actor {
        person_id,
        roles: vec![role],
    })
}

pub(crate) fn seller() -> RequestContext {
    person(1, Role::Seller)
}

pub(crate) fn buyer(number: u128) -> RequestContext {
    person(1000 + number, Role::Buyer)
}

/// The same request again, or another one, under an idempotency key.
pub(crate) fn keyed(request: RequestContext, key: &str, fingerprint: u8) -> RequestContext {
    let idempotency = Some(IdempotencyKey {
        key: key.to_owned(),
        fingerprint: [fingerprint; 32],
    });
    RequestContext {
        idempotency,
        ..request
    }
}

pub(crate) fn offer(kind: LicenceKind, price_minor: i64) -> AddOffer {
    let version = TermsVersion::try_new("2026-03").unwrap();
    AddOffer {
        kind,
        price: Money::new(price_minor, Currency::EUR),
        terms: LicenceTerms::new(version, TermsText::try_new("All uses but resale.").unwrap()),
        tax_category: TaxCategory::Standard,
        use_terms: UseTerms::default(),
    }
}

/// An order of one unit of each.
pub(crate) fn place(products: &[(ProductId, OfferId)]) -> PlaceOrder {
    let line = |(product_id, offer_id): &(ProductId, OfferId)| LineRequest {
        product_id: *product_id,
        offer_id: *offer_id,
        quantity: 1,
        expected_unit_price_minor: None,
        upgrade_of: None,
    };
    PlaceOrder {
        lines: products.iter().map(line).collect(),
        currency: Currency::EUR,
        billing: billing(),
        consent_text_hash: Sha256Hex::of("I agree to immediate delivery."),
        evidence: Vec::new(),
        promotion_code: None,
    }
}

pub(crate) fn billing() -> BillingDetails {
    let line = |text: &str| Line::try_new(text).unwrap();
    BillingDetails {
        name: line("Ada Lovelace"),
        email: Email::try_new("ada@analytical.example").unwrap(),
        address_line_1: line("12 St James's Square"),
        address_line_2: None,
        postal_code: line("SW1Y 4JH"),
        city: line("London"),
        country: CountryCode::FR,
        vat_id: None,
    }
}

pub(crate) fn order_id(placed: &OrderPlaced) -> OrderId {
    placed.order.state.facts().unwrap().order_id
}

pub(crate) fn payment_id(placed: &OrderPlaced) -> PaymentId {
    placed.order.state.facts().unwrap().payment_id
}

pub(crate) fn refusal<T: std::fmt::Debug>(answered: Result<Answered<T>, UseCaseError>) -> UseCaseError {
    answered.expect_err("a refusal was expected")
}
