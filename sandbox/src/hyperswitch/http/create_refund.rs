//! `POST /refunds`

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;

use crate::hyperswitch::answer::{Answer, read};
use crate::hyperswitch::books::{Books, NewRefund, Refund};
use crate::hyperswitch::cards::RefundPlan;
use crate::hyperswitch::error::ApiError;
use crate::hyperswitch::shared::Shared;
use crate::hyperswitch::wire::{PaymentStatus, RefundRequest, RefundStatus, RefundType};

/// The original compares with `>`: the twelfth refund is the first that is refused.
const REFUNDS_MAX: usize = 10;

pub(super) async fn handle(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Answer, ApiError> {
    let request: RefundRequest = read(&body)?;
    shared.account.require_merchant(&headers)?;
    if request.refund_type == Some(RefundType::Scheduled) {
        return Err(ApiError::not_implemented("Scheduled refund"));
    }
    let mut books = shared.books();
    let (new, plan) = check(&books, request)?;
    let id = books.enter_refund(Refund::new(new))?.id.clone();
    refund(&shared, &mut books, &id, plan);
    Ok(Answer::of(&books.refund(&id)?.response(&shared.account)))
}

/// In the order of the original: the state and the amounts are looked at before the id is.
fn check(books: &Books, request: RefundRequest) -> Result<(NewRefund, RefundPlan), ApiError> {
    let payment_id = request
        .payment_id
        .ok_or_else(|| ApiError::missing("payment_id"))?;
    let payment = books.payment(&payment_id)?;
    if !matches!(
        payment.status,
        PaymentStatus::Succeeded | PaymentStatus::PartiallyCaptured
    ) {
        return Err(ApiError::wrong_state(
            "refund",
            payment.status,
            "succeeded, partially_captured",
        ));
    }
    // All that was captured, not what is left of it.
    let captured = payment.net_amount();
    let amount = request.amount.unwrap_or(captured);
    if amount <= 0 {
        return Err(ApiError::bad_format("amount", "positive integer"));
    }
    let refunded: i64 = books
        .refunds_of(payment)
        .filter(|refund| refund.status != RefundStatus::Failed)
        .map(|refund| refund.amount)
        .sum();
    if amount > captured - refunded - books.lost_to_disputes(&payment_id) {
        return Err(ApiError::refund_exceeds_payment());
    }
    if payment.refunds.len() > REFUNDS_MAX {
        return Err(ApiError::too_many_refunds());
    }
    let plan = payment
        .attempt
        .as_ref()
        .map_or(RefundPlan::Succeeds, |attempt| attempt.refund_plan);
    let currency = payment.currency.clone();
    let (id, reason, metadata) = (request.refund_id, request.reason, request.metadata);
    Ok((
        NewRefund {
            id,
            payment_id,
            amount,
            currency,
            reason,
            metadata,
        },
        plan,
    ))
}

/// Refunds, as the card decides.
fn refund(shared: &Arc<Shared>, books: &mut Books, id: &str, plan: RefundPlan) {
    let planned = match plan {
        RefundPlan::Succeeds => (RefundStatus::Succeeded, None),
        RefundPlan::PendingThenSucceeds => (RefundStatus::Pending, Some(RefundStatus::Succeeded)),
        RefundPlan::SucceedsThenFails => (RefundStatus::Succeeded, Some(RefundStatus::Failed)),
        RefundPlan::Fails => (RefundStatus::Failed, None),
        RefundPlan::Review => (RefundStatus::Review, None),
    };
    let (now, afterwards) = books.refund_outcome.map_or(planned, |outcome| (outcome, None));
    let event = books.move_refund(&shared.account, id, now);
    shared.announce(event);
    if let Some(status) = afterwards {
        let id = id.to_owned();
        shared.later(move |books, account| books.move_refund(account, &id, status));
    }
}
