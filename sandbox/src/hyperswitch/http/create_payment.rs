//! `POST /payments`

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;

use super::confirm_payment::{Method, pay};
use crate::hyperswitch::answer::{Answer, read};
use crate::hyperswitch::books::Payment;
use crate::hyperswitch::error::ApiError;
use crate::hyperswitch::shared::Shared;
use crate::hyperswitch::wire::{CaptureMethod, PaymentRequest, PaymentStatus};

/// One minute to three months.
const SESSION_EXPIRY_SECONDS: std::ops::RangeInclusive<u32> = 60..=7_890_000;
/// The width of the original's database columns; what is longer fails there.
const COLUMN_CHARACTERS_MAX: usize = 255;

pub(super) async fn handle(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Answer, ApiError> {
    let mut request: PaymentRequest = read(&body)?;
    shared.account.require_merchant(&headers)?;
    check(&shared, &request)?;
    let amount = request.amount.ok_or_else(|| ApiError::missing("amount"))?.0;
    let currency = request
        .currency
        .take()
        .ok_or_else(|| ApiError::missing("currency"))?
        .0;
    let confirm = request.confirm.unwrap_or(false);
    let method = Method::of(&mut request)?;
    if confirm && method.is_none() {
        return Err(ApiError::missing("payment_method_data"));
    }

    let mut payment = Payment::new(&shared.account, amount, currency, request);
    if method.is_some() {
        payment.status = PaymentStatus::RequiresConfirmation;
    }
    let mut books = shared.books();
    let payment = books.enter_payment(payment)?;
    if let (true, Some(method)) = (confirm, method) {
        let id = payment.id.clone();
        return pay(&shared, &mut books, &id, method);
    }
    Ok(Answer::of(&payment.response(&shared.account, None)))
}

fn check(shared: &Shared, request: &PaymentRequest) -> Result<(), ApiError> {
    if request.client_secret.is_some() {
        return Err(ApiError::invalid_data("client_secret is not a valid parameter"));
    }
    if request
        .session_expiry
        .is_some_and(|seconds| !SESSION_EXPIRY_SECONDS.contains(&seconds))
    {
        let message = "session_expiry should be between 60(1 min) to 7890000(3 months).";
        return Err(ApiError::invalid_data(message));
    }
    match request.capture_method {
        None | Some(CaptureMethod::Automatic) => {}
        Some(CaptureMethod::Manual | CaptureMethod::ManualMultiple | CaptureMethod::SequentialAutomatic) => {
            return Err(ApiError::not_implemented("A separate capture"));
        }
        Some(CaptureMethod::Scheduled) => return Err(ApiError::not_implemented("Scheduled capture")),
    }
    if request
        .profile_id
        .as_ref()
        .is_some_and(|id| *id != shared.account.profile_id)
    {
        return Err(ApiError::not_found("Business profile with the given id"));
    }
    if is_long(request.merchant_order_reference_id.as_ref()) {
        return Err(ApiError::invalid_value("merchant_order_reference_id"));
    }
    if is_long(request.description.as_ref()) || is_long(request.return_url.as_ref().map(|url| &url.0)) {
        return Err(ApiError::internal());
    }
    Ok(())
}

fn is_long(text: Option<&String>) -> bool {
    text.is_some_and(|text| text.chars().count() > COLUMN_CHARACTERS_MAX)
}
