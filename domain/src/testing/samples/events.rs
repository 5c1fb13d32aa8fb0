//! One sample of every event, as the golden files hold them; handy for whoever tests a projection.

#![expect(clippy::missing_panics_doc, reason = "every sample is valid")]

mod accesses;
mod after_sale;
mod documents;
mod licences;
mod news;
mod persons;
mod projections;
mod refunds;
mod reviews;

pub use self::accesses::{access_exported, access_queried};
use self::after_sale::order_after_sale;
pub use self::after_sale::{dispute_report, dispute_word, withdrawal_confirmed};
pub use self::documents::{
    document_drawn_up, invoice_issued, rendering, seller_identified, seller_mandate_accepted, series_opened,
    stored_file,
};
use self::licences::licence_in_use;
pub use self::licences::{activation_id, key_facts, licence_grant};
pub use self::news::{dispute_news, payment_news, webhook_received};
pub use self::persons::person_erased;
pub use self::projections::{difference_accepted, stream_quarantined, stream_released};
pub use self::reviews::{review_posted, sealed_by, stars};
use super::{
    admin, at, buyer, eur, line_request, offer_added, offer_id, order_id, place, place_with_code,
    product_created, product_id, promo_created, promo_terms, title, uuid,
};
use crate::access::AccessEvent;
use crate::document::DocumentEvent;
use crate::invoicing::InvoicingEvent;
use crate::licence::LicenceEvent;
use crate::order::{
    CancelReason, OrderCancelled, OrderEvent, OrderExpired, OrderFlaggedForReview, OrderPaid, OrderPlaced,
    OrderRefundDeclined, OrderRefundOpened, OrderRefundSettled, PaymentAwaiting, PaymentFailed,
    PaymentInitiated, PaymentProcessing, PaymentSource, PaymentStatus, PlaceOrder, RefundPart, RefundReason,
    ReportSource, ReviewReason,
};
use crate::person::PersonEvent;
use crate::product::{
    ExclusiveReleaseReason, ExclusiveReleased, ExclusiveReserved, ExclusiveSold, FileAttached, OfferRepriced,
    OfferWithdrawn, ProductDescribed, ProductEvent, ProductPublished, ProductWithdrawn,
};
use crate::projection::ProjectionEvent;
use crate::promo::{
    Benefit, PromoDeactivated, PromoEvent, PromoRedeemed, PromoReleased, PromoReserved, PromoScope,
    PromoTerms, ReleaseReason, UseCount,
};
use crate::refund::RefundEvent;
use crate::review::ReviewEvent;
use crate::seller::SellerEvent;
use crate::values::{
    Currency, FileContent, FileId, FileName, LicenceKind, MediaType, PaymentId, ProviderCode, RefundId,
    Sha256Hex,
};
use crate::webhook::{WebhookContent, WebhookEvent};

/// A code of the provider.
pub fn code(text: &str) -> ProviderCode {
    ProviderCode::from_provider(text).expect("a usable code")
}

/// Every event of a product.
pub fn product() -> Vec<ProductEvent> {
    let (exclusive, order_id) = (offer_id(LicenceKind::Exclusive), order_id());
    vec![
        product_created().into(),
        ProductDescribed {
            title: title("Night Drive (2026)"),
            description: None,
            at: at(1),
        }
        .into(),
        offer_added(LicenceKind::Basic, eur(2990)).into(),
        OfferRepriced {
            offer_id: offer_id(LicenceKind::Basic),
            price: eur(1990),
            at: at(2),
        }
        .into(),
        OfferWithdrawn {
            offer_id: offer_id(LicenceKind::Basic),
            at: at(3),
        }
        .into(),
        FileAttached {
            file_id: FileId::from_uuid(uuid(40)),
            content: Some(file_content("Night Drive.wav")),
            at: at(4),
        }
        .into(),
        ProductPublished { at: at(5) }.into(),
        ProductWithdrawn { at: at(6) }.into(),
        ExclusiveReserved {
            offer_id: exclusive,
            order_id,
            at: at(7),
        }
        .into(),
        ExclusiveReleased {
            offer_id: exclusive,
            order_id,
            reason: ExclusiveReleaseReason::TakenBack,
            at: at(8),
        }
        .into(),
        ExclusiveSold {
            offer_id: exclusive,
            order_id,
            at: at(9),
        }
        .into(),
    ]
}

/// The order of a basic licence, as it is placed.
pub fn order_placed() -> OrderPlaced {
    placed_by(place(&[line_request(LicenceKind::Basic, 1)]))
}

/// The same order with a code that takes ten percent off.
pub fn order_placed_with_code() -> OrderPlaced {
    placed_by(place_with_code(
        &[line_request(LicenceKind::Basic, 1)],
        promo_terms(),
    ))
}

fn placed_by(place: PlaceOrder) -> OrderPlaced {
    OrderPlaced {
        order_id: place.order_id,
        buyer_id: place.buyer_id,
        lines: place.priced.lines().to_vec(),
        currency: Currency::EUR,
        total: place.priced.total(),
        tax_total: place.priced.tax_total(),
        discount_total: place.priced.discount_total(),
        promotion: place.priced.promotion().cloned(),
        tax: place.priced.tax().clone(),
        billing: place.billing,
        consent: place.consent,
        refund_policy: Some(place.refund_policy),
        payment_id: PaymentId::of(place.order_id),
        expires_at: place.expires_at,
        at: place.at,
    }
}

/// The order of a basic licence, as it is paid in time.
pub fn order_paid() -> OrderPaid {
    OrderPaid {
        amount: eur(2990),
        source: PaymentSource::Webhook,
        provider_updated: Some(at(4)),
        revived: false,
        at: at(5),
    }
}

/// Every event of an order.
pub fn order() -> Vec<OrderEvent> {
    let (source, provider_updated) = (ReportSource::Webhook, at(4));
    let (refund_id, amount) = (RefundId::of_late_payment(order_id()), eur(2990));
    let payment_id = PaymentId::of(order_id());
    let provider_status = PaymentStatus::RequiresCustomerAction;
    vec![
        order_placed_with_code().into(),
        PaymentInitiated {
            payment_id,
            provider_status: PaymentStatus::RequiresPaymentMethod,
            at: at(3),
        }
        .into(),
        PaymentAwaiting {
            provider_status,
            provider_updated,
            source,
            at: at(5),
        }
        .into(),
        PaymentProcessing {
            provider_updated,
            source,
            at: at(5),
        }
        .into(),
        PaymentFailed {
            provider_status: PaymentStatus::Failed,
            code: Some(code("DC_08")),
            unified_code: Some(code("UE_9000")),
            provider_updated,
            source,
            at: at(5),
        }
        .into(),
        order_paid().into(),
        OrderCancelled {
            by: buyer().person_id,
            reason: CancelReason::BuyerRequest,
            at: at(6),
        }
        .into(),
        OrderExpired { at: at(17) }.into(),
        OrderFlaggedForReview {
            reason: ReviewReason::AmountMismatch,
            expected: eur(2990),
            received: eur(1990),
            provider_status: PaymentStatus::Succeeded,
            provider_updated,
            source: ReportSource::Reconciler,
            at: at(5),
        }
        .into(),
        OrderRefundOpened {
            refund_id,
            amount,
            parts: vec![RefundPart {
                line: 0,
                amount,
                tax_amount: eur(498),
                discount: eur(0),
            }],
            reason: RefundReason::LatePaymentUnavailable,
            note: None,
            requested_by: None,
            at: at(20),
        }
        .into(),
        OrderRefundSettled {
            refund_id,
            amount,
            provider_updated: at(21),
            at: at(22),
        }
        .into(),
        OrderRefundDeclined {
            refund_id,
            amount,
            code: Some(code("closed")),
            provider_updated: at(23),
            at: at(24),
        }
        .into(),
    ]
    .into_iter()
    .chain(order_after_sale())
    .collect()
}

/// Every event of a promotion.
pub fn promo() -> Vec<PromoEvent> {
    let (order_id, buyer_id) = (order_id(), buyer().person_id);
    let terms = PromoTerms {
        benefit: Benefit::Fixed { amount: eur(500) },
        ends_at: Some(at(60)),
        uses_max: Some(100),
        uses_per_buyer_max: Some(1),
        minimum: Some(eur(1000)),
        scope: PromoScope::Products {
            product_ids: [product_id()].into(),
        },
        ..promo_terms()
    };
    let mut events = promo_created(terms);
    events.extend([
        PromoReserved {
            order_id,
            buyer_id,
            at: at(2),
        }
        .into(),
        PromoRedeemed {
            order_id,
            buyer_id,
            count: UseCount::WithinCaps,
            at: at(5),
        }
        .into(),
        PromoReleased {
            order_id,
            reason: ReleaseReason::Refunded,
            at: at(30),
        }
        .into(),
        PromoDeactivated {
            by: admin().person_id,
            at: at(40),
        }
        .into(),
    ]);
    events
}

/// What is known of a file.
pub fn file_content(name: &str) -> FileContent {
    FileContent {
        name: FileName::try_new(name).expect("a valid name"),
        media_type: MediaType::try_new("audio/wav").expect("a valid media type"),
        bytes: 4,
        sha256: Sha256Hex::of("RIFF"),
    }
}

/// Every event of a licence.
pub fn licence() -> Vec<LicenceEvent> {
    licence_in_use()
}

/// Every event of a refund.
pub fn refund() -> Vec<RefundEvent> {
    refunds::all()
}

/// Every event of a series of numbers.
pub fn invoicing() -> Vec<InvoicingEvent> {
    documents::of_invoicing()
}

/// Every event of a document.
pub fn document() -> Vec<DocumentEvent> {
    documents::of_document()
}

/// Every event of a seller.
pub fn seller() -> Vec<SellerEvent> {
    documents::of_seller()
}

/// Every event of what auditors look at.
pub fn access() -> Vec<AccessEvent> {
    vec![access_queried().into(), access_exported().into()]
}

/// Every event of a person.
pub fn person() -> Vec<PersonEvent> {
    vec![person_erased().into()]
}

/// Every event of a projection.
pub fn projection() -> Vec<ProjectionEvent> {
    projections::all()
}

/// Every event of a review.
pub fn review() -> Vec<ReviewEvent> {
    reviews::all()
}

/// Every event of a webhook.
pub fn webhook() -> Vec<WebhookEvent> {
    vec![webhook_received("payment_succeeded", WebhookContent::Payment(payment_news())).into()]
}
