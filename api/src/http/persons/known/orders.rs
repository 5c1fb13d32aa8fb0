//! What the person ordered, and what came of it.

use comptoir_projections::orders::OrderView;
use comptoir_projections::orders::query::{self, OrderFilter};
use comptoir_projections::promotions::UseStandingName;
use comptoir_projections::{PageRequest, Side, disputes, promotions, refunds};
use serde::Serialize;

use super::super::document::Document;
use super::{Known, behind};
use crate::http::disputes::body::DisputeBody;
use crate::http::orders::body::OrderBody;
use crate::http::orders::withdrawal::ConsentBody;
use crate::http::problem::Problem;
use crate::http::refunds::body::RefundBody;

/// An order of the person.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ExportedOrder {
    /// The order, with whom it is billed to.
    order: OrderBody,
    /// What they had agreed to, and when.
    consent: ConsentBody,
    /// How the order uses its promotion code: `reserved`, `redeemed`, `redeemed_beyond_caps`, or `released` if it does no
    /// longer; null without one.
    promotion_use: Option<&'static str>,
    /// The money that goes or went back.
    refunds: Vec<RefundBody>,
    /// What their bank wants, or wanted, back.
    disputes: Vec<DisputeBody>,
}

impl Known {
    pub(super) async fn write_orders(&self, document: &mut Document) -> Result<(), Problem> {
        let (pool, side) = (self.app.reads().pool(), Side::Buyer(self.person_id));
        document.begin_list("orders");
        let mut wanted = Some(PageRequest::default());
        while let Some(page) = wanted {
            let page = query::list(pool, side, OrderFilter::Any, page).await?;
            wanted = behind(&page, |view| view.order.order_id);
            for view in &page.items {
                document.entry(self.order(view).await?).await?;
            }
        }
        document.end_list();
        Ok(())
    }

    async fn order(&self, view: &OrderView) -> Result<ExportedOrder, Problem> {
        let (pool, row) = (self.app.reads().pool(), &view.order);
        let order = OrderBody::of_view(view, self.app.now(), |_| true)
            .with_billing(&self.app, &row.billing)
            .await?;
        let promotion_use = match &row.promotion {
            None => None,
            Some(applied) => {
                let standing =
                    promotions::query::standing_of_use(pool, applied.promo_id, row.order_id).await?;
                Some(standing.map_or("released", UseStandingName::as_str))
            }
        };
        let refunds = if row.refunds.is_empty() {
            Vec::new()
        } else {
            refunds::query::list_for_order(pool, row.order_id).await?
        };
        let disputes = if row.after_sale.disputes.is_empty() {
            Vec::new()
        } else {
            disputes::query::list_for_order(pool, row.order_id).await?
        };
        Ok(ExportedOrder {
            order,
            consent: row.consent.into(),
            promotion_use,
            refunds: refunds
                .into_iter()
                .filter_map(|refund| RefundBody::seen_by(&self.own, refund))
                .collect(),
            disputes: disputes.into_iter().map(|view| view.dispute.into()).collect(),
        })
    }
}
