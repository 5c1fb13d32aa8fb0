//! Before a person is erased, what a business of theirs has bought is invoiced: an invoice for a business names it, and where it
//! owes the tax itself, by its VAT id (Directive 2006/112/EC, article 226). After the erasure nobody could.

use comptoir_domain::order::OrderState;
use comptoir_domain::tax::TaxCustomer;
use comptoir_domain::values::{OrderId, PersonId};
use comptoir_ledger::Metadata;
use comptoir_projections::orders::query::{OrderFilter, list};
use comptoir_projections::{PageLimit, PageRequest, Side};

use super::config::InvoicingConfig;
use super::error::StepError;
use super::issue::Outcome;
use crate::aggregates::Freshness;
use crate::engine::Engine;
use crate::error::UseCaseError;

impl Engine {
    /// Issues what the orders of a business owe, and names those that owe an invoice all the same, or that may still be paid.
    pub(crate) async fn invoice_before_erasure(
        &self,
        person_id: PersonId,
        metadata: &Metadata,
    ) -> Result<Vec<OrderId>, UseCaseError> {
        let Some(invoicing) = self.invoicing() else {
            return Ok(Vec::new());
        };
        let mut owing = Vec::new();
        for order_id in self.bought_by_business(person_id).await? {
            if self.owes_invoice(invoicing, order_id, metadata).await? {
                owing.push(order_id);
            }
        }
        Ok(owing)
    }

    async fn owes_invoice(
        &self,
        invoicing: &InvoicingConfig,
        order_id: OrderId,
        metadata: &Metadata,
    ) -> Result<bool, UseCaseError> {
        let order = self.orders.get(order_id.as_uuid(), Freshness::Fresh).await?;
        match &order.state {
            OrderState::AwaitingPayment(_) | OrderState::Processing(_) | OrderState::PaymentFailed(_) => {
                return Ok(true);
            }
            OrderState::Absent | OrderState::Paid(_) | OrderState::Cancelled(_) | OrderState::Expired(_) => {}
        }
        drop(order);
        match self.issue_due(invoicing, order_id, metadata).await {
            Ok(Outcome::Issued) => Ok(false),
            Ok(Outcome::WaitsFor(_)) => Ok(true),
            Err(error) if StepError::is_outage_of(&error) => Err(error),
            Err(error) => {
                tracing::warn!(%order_id, %error, "an invoice cannot be issued, for which an erasure waits");
                Ok(true)
            }
        }
    }

    /// The orders that a person placed as a business, as far as the read model has come.
    async fn bought_by_business(&self, person_id: PersonId) -> Result<Vec<OrderId>, UseCaseError> {
        let limit = PageLimit::try_new(i64::from(PageLimit::LIMIT)).unwrap_or(PageLimit::DEFAULT);
        let (mut page, mut orders) = (PageRequest::first(limit), Vec::new());
        loop {
            let listed = list(self.ledger.pool(), Side::Buyer(person_id), OrderFilter::Any, page).await?;
            page.starting_after = listed.items.last().map(|view| view.order.order_id);
            let of_business = listed.items.iter().map(|view| &view.order);
            let of_business = of_business.filter(|order| match order.tax.customer {
                TaxCustomer::Business { .. } => true,
                TaxCustomer::Consumer => false,
            });
            orders.extend(of_business.map(|order| order.order_id));
            if !listed.has_more {
                return Ok(orders);
            }
        }
    }
}
