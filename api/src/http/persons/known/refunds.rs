//! The refunds that the person asked for, with what they noted.

use chrono::{DateTime, Utc};
use comptoir_domain::values::{OrderId, RefundId, RefundNote};
use comptoir_engine::REFUND_NOTE_CONTEXT;
use comptoir_projections::persons::TraceKind;
use comptoir_projections::refunds::query;
use serde::Serialize;

use super::super::document::Document;
use super::Known;
use crate::http::problem::Problem;
use crate::http::sealed::open_json;

/// A refund that the person asked for.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = RequestedRefund)]
pub(crate) struct RequestedRefundBody {
    /// The refund.
    #[schema(value_type = String)]
    id: RefundId,
    /// The order.
    #[schema(value_type = String)]
    order_id: OrderId,
    /// Why.
    reason: &'static str,
    /// The same in their words; null once it was erased.
    #[schema(value_type = Option<String>)]
    note: Option<RefundNote>,
    /// Whether it was.
    note_erased: bool,
    /// When.
    requested_at: DateTime<Utc>,
}

impl Known {
    pub(super) async fn write_refunds_requested(&self, document: &mut Document) -> Result<(), Problem> {
        let pool = self.app.reads().pool();
        document.begin_list("refunds_requested");
        let mut after = None;
        loop {
            let asked = self.traces(TraceKind::RefundAsked, after).await?;
            let Some(last) = asked.last() else { break };
            after = Some(*last);
            for id in asked.into_iter().map(RefundId::from_uuid) {
                let Some(view) = query::get(pool, id).await? else {
                    continue;
                };
                let refund = view.refund;
                let note = open_json(&self.app, refund.note.as_ref(), REFUND_NOTE_CONTEXT).await?;
                let body = RequestedRefundBody {
                    id,
                    order_id: refund.order_id,
                    reason: refund.reason.as_str(),
                    note_erased: note.is_erased(),
                    note: note.shown(),
                    requested_at: refund.opened_at,
                };
                document.entry(body).await?;
            }
        }
        document.end_list();
        Ok(())
    }
}
