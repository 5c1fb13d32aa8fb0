//! `GET /disputes/list`

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use serde::Deserialize;

use crate::hyperswitch::answer::Answer;
use crate::hyperswitch::error::ApiError;
use crate::hyperswitch::shared::Shared;

/// The original has filters beside these, and refuses what it does not know.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Parameters {
    #[serde(default = "usual_limit")]
    limit: usize,
    #[serde(default)]
    offset: usize,
}

fn usual_limit() -> usize {
    20
}

pub(super) async fn handle(
    State(shared): State<Arc<Shared>>,
    wanted: Result<Query<Parameters>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Answer, ApiError> {
    shared.account.require_merchant(&headers)?;
    let Query(wanted) = wanted.map_err(|_| ApiError::invalid_value("query"))?;
    let books = shared.books();
    let disputes = books.latest_disputes(&shared.account);
    let page: Vec<_> = disputes
        .into_iter()
        .skip(wanted.offset)
        .take(wanted.limit)
        .collect();
    Ok(Answer::of(&page))
}
