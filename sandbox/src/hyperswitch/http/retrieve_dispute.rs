//! `GET /disputes/{dispute_id}`

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;

use crate::hyperswitch::answer::Answer;
use crate::hyperswitch::error::ApiError;
use crate::hyperswitch::shared::Shared;

/// `force_sync` is accepted: what the bank would say is always known here.
pub(super) async fn handle(
    State(shared): State<Arc<Shared>>,
    Path(dispute_id): Path<String>,
    headers: HeaderMap,
) -> Result<Answer, ApiError> {
    shared.account.require_merchant(&headers)?;
    let books = shared.books();
    Ok(Answer::of(&books.dispute(&shared.account, &dispute_id)?))
}
