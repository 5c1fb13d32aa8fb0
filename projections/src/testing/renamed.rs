//! The samples of events, for any number of things.

use comptoir_domain::document::{DocumentContent, DocumentEvent, DocumentNumber, Supplier};
use comptoir_domain::licence::{LicenceEvent, LicenceIssued};
use comptoir_domain::order::OrderEvent;
use comptoir_domain::product::ProductEvent;
use comptoir_domain::refund::RefundEvent;
use comptoir_domain::review::ReviewEvent;
use comptoir_domain::testing::samples::{self, at};
use comptoir_domain::values::{
    DisputeId, DocumentId, LicenceId, OrderId, PaymentId, ProductId, RefundId, ReviewId, Sha256Hex,
};

pub(crate) fn order_number(number: u128) -> OrderId {
    OrderId::from_uuid(samples::uuid(0x1000 + number))
}

pub(crate) fn product_number(number: u128) -> ProductId {
    ProductId::from_uuid(samples::uuid(0x2000 + number))
}

/// The events of a sample order, for another order.
pub(crate) fn order_events(order_id: OrderId, events: Vec<OrderEvent>) -> Vec<OrderEvent> {
    let renamed = |event| match event {
        OrderEvent::Placed(mut placed) => {
            placed.order_id = order_id;
            placed.payment_id = PaymentId::of(order_id);
            OrderEvent::Placed(placed)
        }
        OrderEvent::RefundOpened(mut opened) => {
            opened.refund_id = RefundId::of_late_payment(order_id);
            OrderEvent::RefundOpened(opened)
        }
        OrderEvent::RefundSettled(mut settled) => {
            settled.refund_id = RefundId::of_late_payment(order_id);
            OrderEvent::RefundSettled(settled)
        }
        OrderEvent::RefundDeclined(mut declined) => {
            declined.refund_id = RefundId::of_late_payment(order_id);
            OrderEvent::RefundDeclined(declined)
        }
        OrderEvent::Disputed(mut disputed) => {
            disputed.word.dispute_id = DisputeId::of_provider(order_id, "dp_1");
            OrderEvent::Disputed(disputed)
        }
        OrderEvent::DisputeChanged(mut changed) => {
            changed.word.dispute_id = DisputeId::of_provider(order_id, "dp_1");
            OrderEvent::DisputeChanged(changed)
        }
        OrderEvent::DisputeClosed(mut closed) => {
            closed.word.dispute_id = DisputeId::of_provider(order_id, "dp_1");
            OrderEvent::DisputeClosed(closed)
        }
        OrderEvent::PaymentInitiated(_)
        | OrderEvent::PaymentAwaiting(_)
        | OrderEvent::PaymentProcessing(_)
        | OrderEvent::PaymentFailed(_)
        | OrderEvent::Paid(_)
        | OrderEvent::Cancelled(_)
        | OrderEvent::Expired(_)
        | OrderEvent::FlaggedForReview(_)
        | OrderEvent::DeliveryBegan(_)
        | OrderEvent::WithdrawalDeclared(_)
        | OrderEvent::WithdrawalConfirmed(_) => event,
    };
    events.into_iter().map(renamed).collect()
}

/// The events of a sample product, for another product.
pub(crate) fn product_events(product_id: ProductId, events: Vec<ProductEvent>) -> Vec<ProductEvent> {
    let renamed = |event| match event {
        ProductEvent::Created(mut created) => {
            created.product_id = product_id;
            ProductEvent::Created(created)
        }
        ProductEvent::Described(_)
        | ProductEvent::OfferAdded(_)
        | ProductEvent::OfferRepriced(_)
        | ProductEvent::OfferWithdrawn(_)
        | ProductEvent::FileAttached(_)
        | ProductEvent::Published(_)
        | ProductEvent::Withdrawn(_)
        | ProductEvent::ExclusiveReserved(_)
        | ProductEvent::ExclusiveReleased(_)
        | ProductEvent::ExclusiveSold(_) => event,
    };
    events.into_iter().map(renamed).collect()
}

/// The first licence of an order, issued.
pub(crate) fn licence_issued(order_id: OrderId) -> LicenceIssued {
    let mut grant = samples::events::licence_grant();
    grant.order_id = order_id;
    grant.licence_id = LicenceId::of_unit(order_id, 0, 0);
    let mut key = samples::events::key_facts(1);
    key.digest = Sha256Hex::of(order_id.to_string());
    LicenceIssued {
        grant,
        key: Some(key),
        at: at(6),
    }
}

/// The events of a sample licence, for another one.
pub(crate) fn licence_events(issued: &LicenceIssued) -> Vec<LicenceEvent> {
    let samples = samples::events::licence().into_iter();
    let order = issued.grant.order_id;
    let later = samples.filter(|event| !matches!(event, LicenceEvent::Issued(_)));
    let with_own_key = later.map(|event| match event {
        LicenceEvent::KeyRotated(mut rotated) => {
            rotated.key.digest = Sha256Hex::of(format!("{order} rotated"));
            LicenceEvent::KeyRotated(rotated)
        }
        LicenceEvent::Transferred(mut transferred) => {
            transferred.key.digest = Sha256Hex::of(format!("{order} transferred"));
            LicenceEvent::Transferred(transferred)
        }
        LicenceEvent::Issued(_)
        | LicenceEvent::Activated(_)
        | LicenceEvent::Deactivated(_)
        | LicenceEvent::FileAccessed(_)
        | LicenceEvent::OfflineFileIssued(_)
        | LicenceEvent::UpgradeReserved(_)
        | LicenceEvent::UpgradeReleased(_)
        | LicenceEvent::Superseded(_)
        | LicenceEvent::Suspended(_)
        | LicenceEvent::Revoked(_)
        | LicenceEvent::Reinstated(_) => event,
    });
    std::iter::once(LicenceEvent::Issued(issued.clone()))
        .chain(with_own_key)
        .collect()
}

/// The events of a sample refund, for another refund.
pub(crate) fn refund_events(refund_id: RefundId, order_id: OrderId) -> Vec<RefundEvent> {
    let renamed = |event| match event {
        RefundEvent::Requested(mut requested) => {
            (requested.refund_id, requested.order_id) = (refund_id, order_id);
            RefundEvent::Requested(requested)
        }
        RefundEvent::Submitted(_)
        | RefundEvent::Refused(_)
        | RefundEvent::UnderReview(_)
        | RefundEvent::Succeeded(_)
        | RefundEvent::Failed(_)
        | RefundEvent::FlaggedForReview(_) => event,
    };
    samples::events::refund().into_iter().map(renamed).collect()
}

/// The events of a sample review, for another product; every other review stays.
pub(crate) fn review_events(number: u128) -> (ReviewId, Vec<ReviewEvent>) {
    let product_id = product_number(number);
    let review_id = ReviewId::of(samples::events::review_posted().author_id, product_id);
    let stays = number.is_multiple_of(2);
    let samples = samples::events::review().into_iter();
    let kept = samples.filter(|event| !(stays && matches!(event, ReviewEvent::Removed(_))));
    let renamed = kept.map(|event| match event {
        ReviewEvent::Posted(mut posted) => {
            (posted.review_id, posted.product_id) = (review_id, product_id);
            ReviewEvent::Posted(posted)
        }
        ReviewEvent::Edited(_)
        | ReviewEvent::Answered(_)
        | ReviewEvent::Reported(_)
        | ReviewEvent::Hidden(_)
        | ReviewEvent::Restored(_)
        | ReviewEvent::Removed(_)
        | ReviewEvent::HelpfulVoted(_)
        | ReviewEvent::HelpfulVoteWithdrawn(_)
        | ReviewEvent::PurchaseUndone(_)
        | ReviewEvent::PurchaseRestored(_) => event,
    });
    (review_id, renamed.collect())
}

/// The platform's invoice for an order, with a number of its own.
pub(crate) fn invoice_number(number: u128) -> DocumentContent {
    let order_id = order_number(number);
    DocumentContent {
        document_id: DocumentId::of_order(order_id, Supplier::Platform),
        number: DocumentNumber::try_new(format!("FA-2026-{number:06}")).expect("a valid number"),
        order_id,
        ..samples::documents::invoice()
    }
}

/// The events of a sample document, for another invoice.
pub(crate) fn document_events(content: &DocumentContent) -> Vec<DocumentEvent> {
    let renamed = |event| match event {
        DocumentEvent::DrawnUp(mut drawn_up) => {
            *drawn_up.content = content.clone();
            DocumentEvent::DrawnUp(drawn_up)
        }
        DocumentEvent::Credited(_)
        | DocumentEvent::CreditUndone(_)
        | DocumentEvent::Replaced(_)
        | DocumentEvent::Rendered(_)
        | DocumentEvent::Mailed(_)
        | DocumentEvent::MailFailed(_)
        | DocumentEvent::HandedOver(_)
        | DocumentEvent::RetentionEnded(_) => event,
    };
    samples::events::document().into_iter().map(renamed).collect()
}
