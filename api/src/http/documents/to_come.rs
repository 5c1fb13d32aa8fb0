//! A document that is not there yet: when to come again, and what for.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use comptoir_domain::document::DocumentNumber;
use comptoir_domain::values::{DocumentId, OrderId};
use comptoir_ledger::Position;
use serde::Serialize;

use crate::http::answer::Answer;

/// When a document that is being worked on is there: mostly sooner.
const SOON_S: u16 = 1;
/// When to look again for one that waits for somebody.
const LATER_S: u16 = 3600;

/// A document that is not there yet. `Retry-After` says when to look again.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = DocumentToCome)]
pub(crate) struct ToComeBody {
    /// What it waits for.
    code: ToComeCode,
    /// The same in words.
    detail: &'static str,
    /// The order.
    #[schema(value_type = String)]
    order_id: OrderId,
    /// The document, once it is issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    document_id: Option<DocumentId>,
    /// Its number, once it is issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "FA-2026-000001")]
    number: Option<DocumentNumber>,
}

/// What a document waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DocumentToComeCode)]
pub(crate) enum ToComeCode {
    /// The order is paid, and the invoice is about to get its number.
    NotYetIssued,
    /// It has its number, and its page and XML are being made.
    NotYetRendered,
    /// The seller invoices in their own name, and has not yet said who they are or given the mandate.
    WaitsForSeller,
}

impl ToComeBody {
    /// Nothing is issued of the order yet.
    pub(crate) const fn of_order(order_id: OrderId, code: ToComeCode) -> Self {
        Self {
            code,
            detail: code.detail(),
            order_id,
            document_id: None,
            number: None,
        }
    }

    /// A document is issued, and its files are not stored yet.
    pub(crate) const fn of_document(
        order_id: OrderId,
        document_id: DocumentId,
        number: DocumentNumber,
    ) -> Self {
        Self {
            code: ToComeCode::NotYetRendered,
            detail: ToComeCode::NotYetRendered.detail(),
            order_id,
            document_id: Some(document_id),
            number: Some(number),
        }
    }

    /// 202, and when to come again.
    pub(crate) fn answer(self, position: Position) -> Response {
        let retry_after_s = match self.code {
            ToComeCode::NotYetIssued | ToComeCode::NotYetRendered => SOON_S,
            ToComeCode::WaitsForSeller => LATER_S,
        };
        let mut response = Answer::ok(self, position).into_response();
        *response.status_mut() = StatusCode::ACCEPTED;
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(retry_after_s));
        response
    }
}

impl ToComeCode {
    const fn detail(self) -> &'static str {
        match self {
            Self::NotYetIssued => "the order is paid, and the invoice is about to be issued",
            Self::NotYetRendered => "the document is issued, and its files are being made",
            Self::WaitsForSeller => "the invoice waits for the seller, in whose name it is to be issued",
        }
    }
}
