//! `POST /payments/{payment_id}/cancel`

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;

use crate::hyperswitch::answer::{Answer, read};
use crate::hyperswitch::error::ApiError;
use crate::hyperswitch::shared::Shared;
use crate::hyperswitch::wire::{CancelRequest, PaymentStatus};

pub(super) async fn handle(
    State(shared): State<Arc<Shared>>,
    Path(payment_id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Answer, ApiError> {
    let request: CancelRequest = read(&body)?;
    shared.account.require_merchant(&headers)?;
    let mut books = shared.books();
    let payment = books.payment_mut(&payment_id)?;
    check_status(payment.status)?;
    payment.cancellation_reason = request.cancellation_reason;
    payment.redirect = None;
    let event = books.move_payment(&shared.account, &payment_id, PaymentStatus::Cancelled);
    shared.announce(event);
    Ok(Answer::of(
        &books.payment(&payment_id)?.response(&shared.account, None),
    ))
}

fn check_status(status: PaymentStatus) -> Result<(), ApiError> {
    match status {
        PaymentStatus::RequiresPaymentMethod
        | PaymentStatus::RequiresConfirmation
        | PaymentStatus::RequiresCustomerAction
        | PaymentStatus::RequiresCapture
        | PaymentStatus::PartiallyCapturedAndCapturable
        | PaymentStatus::PartiallyAuthorizedAndRequiresCapture
        | PaymentStatus::Conflicted => Ok(()),
        PaymentStatus::Succeeded
        | PaymentStatus::Failed
        | PaymentStatus::Cancelled
        | PaymentStatus::CancelledPostCapture
        | PaymentStatus::Processing
        | PaymentStatus::RequiresMerchantAction
        | PaymentStatus::PartiallyCaptured
        | PaymentStatus::PartiallyCapturedAndProcessing
        | PaymentStatus::Expired
        | PaymentStatus::Review => Err(ApiError::wrong_state(
            "cancelled",
            status,
            "requires_payment_method, requires_confirmation, requires_customer_action, requires_capture",
        )),
    }
}
