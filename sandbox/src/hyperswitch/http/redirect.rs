//! `GET /payments/redirect/{payment_id}`: the page of the buyer's bank. Opening it settles the payment and leads back
//! to the shop.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use crate::hyperswitch::books::Payment;
use crate::hyperswitch::error::ApiError;
use crate::hyperswitch::shared::Shared;

pub(super) async fn handle(
    State(shared): State<Arc<Shared>>,
    Path(payment_id): Path<String>,
) -> Result<Response, ApiError> {
    let mut books = shared.books();
    let redirect = books
        .payment_mut(&payment_id)?
        .redirect
        .take()
        .ok_or_else(|| ApiError::not_found("Redirect"))?;
    let event = books.end_payment(&shared.account, &payment_id, redirect.end);
    shared.announce(event);
    let payment = books.payment(&payment_id)?;
    Ok(match return_url(&shared, payment) {
        Some(url) => Redirect::to(&url).into_response(),
        None => payment.status.as_str().into_response(),
    })
}

/// The shop's page, with what the original adds to it: a hint for the browser, and no proof for the shop. The
/// signature is made over the sorted parameters with the key that also signs the webhooks.
fn return_url(shared: &Shared, payment: &Payment) -> Option<String> {
    let page = payment.return_url.as_ref()?;
    let parameters = format!(
        "amount={}&payment_id={}&payment_intent_client_secret={}&status={}",
        payment.amount,
        payment.id,
        payment.client_secret,
        payment.status.as_str()
    );
    let signature = shared.outbox.sign(parameters.as_bytes());
    let joint = if page.contains('?') { '&' } else { '?' };
    Some(format!(
        "{page}{joint}{parameters}&signature={signature}&signature_algorithm=HMAC-SHA512"
    ))
}
