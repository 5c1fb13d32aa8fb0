//! `POST /payments/{payment_id}/confirm`

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;

use crate::clock;
use crate::hyperswitch::account::Caller;
use crate::hyperswitch::answer::{Answer, read};
use crate::hyperswitch::books::{Attempt, Books, Payment, Redirect};
use crate::hyperswitch::cards::{self, CARD_DECLINED, PaymentEnd, PaymentPlan};
use crate::hyperswitch::error::ApiError;
use crate::hyperswitch::shared::Shared;
use crate::hyperswitch::wire::{CardRequest, PaymentMethod, PaymentRequest, PaymentStatus};

pub(super) async fn handle(
    State(shared): State<Arc<Shared>>,
    Path(payment_id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Answer, ApiError> {
    let mut request: PaymentRequest = read(&body)?;
    let caller = shared.account.caller(&headers)?;
    let mut books = shared.books();
    let payment = books.payment_mut(&payment_id)?;
    check_secret(caller, payment, request.client_secret.as_deref())?;
    check_status(payment.status)?;
    if let Some(url) = request.return_url.take() {
        payment.return_url = Some(url.0);
    }
    let method = Method::of(&mut request)?.ok_or_else(|| ApiError::missing("payment_method_data"))?;
    pay(&shared, &mut books, &payment_id, method)
}

/// How it is paid.
pub(super) struct Method {
    card: CardRequest,
    payment_method_type: Option<String>,
}

impl Method {
    /// What the request says of it; nothing at all is no error here.
    pub(super) fn of(request: &mut PaymentRequest) -> Result<Option<Self>, ApiError> {
        match request.payment_method {
            None | Some(PaymentMethod::Card) => {}
            Some(other) => return Err(ApiError::not_implemented(&format!("Payment method {other:?}"))),
        }
        let Some(data) = request.payment_method_data.take() else {
            return Ok(None);
        };
        let card = data
            .card
            .ok_or_else(|| ApiError::missing("payment_method_data.card"))?;
        if request.payment_method.is_none() {
            return Err(ApiError::missing("payment_method"));
        }
        Ok(Some(Self {
            card,
            payment_method_type: request.payment_method_type.take(),
        }))
    }
}

/// A browser proves with the client secret that the payment is its own; a server must not send it.
pub(super) fn check_secret(caller: Caller, payment: &Payment, secret: Option<&str>) -> Result<(), ApiError> {
    match (caller, secret) {
        (Caller::Merchant, Some(_)) => Err(ApiError::invalid_data("client_secret is not a valid parameter")),
        (Caller::Browser, None) => Err(ApiError::missing("client_secret")),
        (Caller::Browser, Some(secret)) if secret != payment.client_secret => {
            Err(ApiError::client_secret_wrong())
        }
        (Caller::Browser, Some(_)) if clock::now() > payment.expires_on => {
            Err(ApiError::client_secret_expired())
        }
        (Caller::Merchant, None) | (Caller::Browser, Some(_)) => Ok(()),
    }
}

/// A failed payment may be tried again.
fn check_status(status: PaymentStatus) -> Result<(), ApiError> {
    match status {
        PaymentStatus::RequiresPaymentMethod
        | PaymentStatus::RequiresConfirmation
        | PaymentStatus::Failed => Ok(()),
        PaymentStatus::Succeeded
        | PaymentStatus::Cancelled
        | PaymentStatus::CancelledPostCapture
        | PaymentStatus::Processing
        | PaymentStatus::RequiresCustomerAction
        | PaymentStatus::RequiresMerchantAction
        | PaymentStatus::RequiresCapture
        | PaymentStatus::PartiallyCaptured
        | PaymentStatus::PartiallyCapturedAndCapturable
        | PaymentStatus::PartiallyAuthorizedAndRequiresCapture
        | PaymentStatus::PartiallyCapturedAndProcessing
        | PaymentStatus::Conflicted
        | PaymentStatus::Expired
        | PaymentStatus::Review => Err(ApiError::wrong_state(
            "confirmed",
            status,
            "requires_payment_method, requires_confirmation, failed",
        )),
    }
}

/// Pays, as the card decides.
pub(super) fn pay(
    shared: &Arc<Shared>,
    books: &mut Books,
    id: &str,
    method: Method,
) -> Result<Answer, ApiError> {
    let plan = cards::find(&method.card.card_number).payment;
    let payment = books.payment_mut(id)?;
    payment.begin_attempt(Attempt::new(&method.card, method.payment_method_type));
    let event = match plan {
        PaymentPlan::Ends(end) => books.end_payment(&shared.account, id, end),
        PaymentPlan::Processes(end) => {
            let id_later = id.to_owned();
            shared.later(move |books, account| {
                let still_processing = books.payment(&id_later).ok()?.status == PaymentStatus::Processing;
                still_processing.then(|| books.end_payment(account, &id_later, end))?
            });
            books.move_payment(&shared.account, id, PaymentStatus::Processing)
        }
        PaymentPlan::Redirects(end) => {
            let url = format!("{}/payments/redirect/{id}", shared.base_url);
            payment.redirect = Some(Redirect { url, end });
            books.move_payment(&shared.account, id, PaymentStatus::RequiresCustomerAction)
        }
        PaymentPlan::Blocks => {
            let event = books.end_payment(&shared.account, id, PaymentEnd::Declines(CARD_DECLINED));
            shared.announce(event);
            return Err(ApiError::blocked());
        }
    };
    shared.announce(event);
    Ok(Answer::of(&books.payment(id)?.response(&shared.account, None)))
}
