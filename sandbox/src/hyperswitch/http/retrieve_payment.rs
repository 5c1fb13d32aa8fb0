//! `GET /payments/{payment_id}`

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use serde::Deserialize;

use super::confirm_payment::check_secret;
use crate::hyperswitch::account::Caller;
use crate::hyperswitch::answer::Answer;
use crate::hyperswitch::error::ApiError;
use crate::hyperswitch::shared::Shared;

/// `force_sync`, `expand_attempts` and `expand_captures` are accepted: what a payment service would be asked is
/// always known here.
#[derive(Debug, Deserialize)]
pub(super) struct Parameters {
    client_secret: Option<String>,
}

pub(super) async fn handle(
    State(shared): State<Arc<Shared>>,
    Path(payment_id): Path<String>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> Result<Answer, ApiError> {
    let caller = shared.account.caller(&headers)?;
    let books = shared.books();
    let payment = books.payment(&payment_id)?;
    match caller {
        Caller::Merchant => {}
        Caller::Browser => check_secret(caller, payment, parameters.client_secret.as_deref())?,
    }
    Ok(Answer::of(&payment.response(&shared.account, Some(&books))))
}
