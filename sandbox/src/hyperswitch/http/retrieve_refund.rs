//! `GET /refunds/{refund_id}`

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;

use crate::hyperswitch::answer::Answer;
use crate::hyperswitch::error::ApiError;
use crate::hyperswitch::shared::Shared;

pub(super) async fn handle(
    State(shared): State<Arc<Shared>>,
    Path(refund_id): Path<String>,
    headers: HeaderMap,
) -> Result<Answer, ApiError> {
    shared.account.require_merchant(&headers)?;
    let books = shared.books();
    Ok(Answer::of(&books.refund(&refund_id)?.response(&shared.account)))
}
