//! `/_control/...`: tells the stand-in what to do, and asks what it did. The original has nothing of the kind.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use crate::hyperswitch::answer::Answer;
use crate::hyperswitch::books::Forced;
use crate::hyperswitch::error::ApiError;
use crate::hyperswitch::shared::Shared;
use crate::hyperswitch::wire::{PaymentStatus, RefundStatus};
use crate::hyperswitch::{Delivery, DisputeWord, Faults, SIGNATURE_HEADER, WebhookSettings};

pub(super) async fn faults(State(shared): State<Arc<Shared>>) -> Json<Faults> {
    Json(shared.faults.current())
}

pub(super) async fn set_faults(State(shared): State<Arc<Shared>>, Json(faults): Json<Faults>) -> StatusCode {
    shared.faults.set(faults);
    StatusCode::NO_CONTENT
}

/// How webhooks are sent, and what came of those that are remembered.
#[derive(Debug, Serialize)]
pub(super) struct Webhooks {
    settings: WebhookSettings,
    deliveries: Vec<Delivery>,
}

pub(super) async fn webhooks(State(shared): State<Arc<Shared>>) -> Json<Webhooks> {
    Json(Webhooks {
        settings: shared.outbox.settings(),
        deliveries: shared.outbox.deliveries(),
    })
}

pub(super) async fn set_webhooks(
    State(shared): State<Arc<Shared>>,
    Json(settings): Json<WebhookSettings>,
) -> StatusCode {
    shared.outbox.set(settings);
    StatusCode::NO_CONTENT
}

/// Where webhooks go from now on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Target {
    url: Option<String>,
}

pub(super) async fn set_webhook_target(
    State(shared): State<Arc<Shared>>,
    Json(target): Json<Target>,
) -> Result<StatusCode, ApiError> {
    let uri = target.url.map(|url| url.parse::<Uri>()).transpose();
    shared
        .outbox
        .set_target(uri.map_err(|_| ApiError::invalid_value("url"))?);
    Ok(StatusCode::NO_CONTENT)
}

/// The very bytes that are signed, with their signature.
pub(super) async fn webhook_body(
    State(shared): State<Arc<Shared>>,
    Path(event_id): Path<String>,
) -> Result<Response, ApiError> {
    let (body, signature) = shared
        .outbox
        .signed_body(&event_id)
        .ok_or_else(|| ApiError::not_found("Event"))?;
    let headers = [
        (header::CONTENT_TYPE.as_str(), "application/json"),
        (SIGNATURE_HEADER, signature.as_str()),
    ];
    Ok((headers, body).into_response())
}

/// The status that was met, if there was an answer.
#[derive(Debug, Serialize)]
pub(super) struct Met {
    status: Option<u16>,
}

pub(super) async fn deliver_webhook(
    State(shared): State<Arc<Shared>>,
    Path(event_id): Path<String>,
) -> Result<Json<Met>, ApiError> {
    let met = shared
        .outbox
        .send_again(&event_id)
        .await
        .ok_or_else(|| ApiError::not_found("Event"))?;
    Ok(Json(Met {
        status: met.map(|status| status.as_u16()),
    }))
}

/// A payment's new status; another amount or currency makes it differ from what was asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PaymentSettlement {
    status: PaymentStatus,
    amount: Option<i64>,
    currency: Option<String>,
}

pub(super) async fn settle_payment(
    State(shared): State<Arc<Shared>>,
    Path(payment_id): Path<String>,
    Json(settlement): Json<PaymentSettlement>,
) -> Result<Answer, ApiError> {
    let PaymentSettlement {
        status,
        amount,
        currency,
    } = settlement;
    let mut books = shared.books();
    let event = books.force_payment(
        &shared.account,
        &payment_id,
        Forced {
            status,
            amount,
            currency,
        },
    )?;
    shared.announce(event);
    Ok(Answer::of(
        &books.payment(&payment_id)?.response(&shared.account, None),
    ))
}

/// A refund's new status.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RefundSettlement {
    status: RefundStatus,
}

pub(super) async fn settle_refund(
    State(shared): State<Arc<Shared>>,
    Path(refund_id): Path<String>,
    Json(settlement): Json<RefundSettlement>,
) -> Result<Answer, ApiError> {
    let mut books = shared.books();
    books.refund(&refund_id)?;
    let event = books.move_refund(&shared.account, &refund_id, settlement.status);
    shared.announce(event);
    Ok(Answer::of(&books.refund(&refund_id)?.response(&shared.account)))
}

/// What comes of the next refunds, whatever the card says; none lets the card decide.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RefundOutcome {
    status: Option<RefundStatus>,
}

pub(super) async fn set_refund_outcome(
    State(shared): State<Arc<Shared>>,
    Json(outcome): Json<RefundOutcome>,
) -> StatusCode {
    shared.books().refund_outcome = outcome.status;
    StatusCode::NO_CONTENT
}

pub(super) async fn dispute_payment(
    State(shared): State<Arc<Shared>>,
    Path(payment_id): Path<String>,
    Json(word): Json<DisputeWord>,
) -> Result<StatusCode, ApiError> {
    let event = shared
        .books()
        .dispute_payment(&shared.account, &payment_id, word)?;
    shared.announce(event);
    Ok(StatusCode::NO_CONTENT)
}

/// How often each route was called, and what is in the books.
#[derive(Debug, Serialize)]
pub(super) struct Tally {
    calls: BTreeMap<String, u64>,
    payments: usize,
    refunds: usize,
}

pub(super) async fn calls(State(shared): State<Arc<Shared>>) -> Json<Tally> {
    let (payments, refunds) = shared.books().counts();
    Json(Tally {
        calls: shared.calls(),
        payments,
        refunds,
    })
}

pub(super) async fn reset(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.reset();
    StatusCode::NO_CONTENT
}
