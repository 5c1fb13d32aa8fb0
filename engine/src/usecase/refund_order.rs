//! A seller or an admin sends money back.
//!
//! The wish is stored, and nothing else: the provider is asked by a worker, and the money has gone back when it says so.

use comptoir_domain::order::{OpenRefund, OrderCommand, RefundGrounds, RefundScope};
use comptoir_domain::values::{Actor, OrderId, RefundId, RefundNote, Sealed, SubjectId};
use serde::{Deserialize, Serialize};

use crate::aggregates::Freshness;
use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::idempotency::Answered;

/// The context under which the note of a refund is sealed.
pub const REFUND_NOTE_CONTEXT: &str = "refund.note";

/// What is to go back, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundOrder {
    /// What of the order.
    pub scope: RefundScope,
    /// Why.
    pub grounds: RefundGrounds,
    /// The same in words. Sealed before it is stored.
    pub note: Option<RefundNote>,
}

/// The answer: a refund was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundAsked {
    /// The refund.
    pub refund_id: RefundId,
}

impl Engine {
    /// Asks for a refund of an order. The order's own stream decides how much can still go back, so that refunds that are
    /// asked for at the same time never exceed what was paid.
    #[tracing::instrument(name = "engine.order.refund", skip_all, fields(%order_id))]
    pub async fn refund_order(
        &self,
        request: &RequestContext,
        order_id: OrderId,
        refund: RefundOrder,
    ) -> Result<Answered<RefundAsked>, UseCaseError> {
        let first = self.append_refund(request, order_id, refund);
        self.once(request, "refund_order", first).await
    }

    async fn append_refund(
        &self,
        request: &RequestContext,
        order_id: OrderId,
        refund: RefundOrder,
    ) -> Result<Answered<RefundAsked>, UseCaseError> {
        let asked = RefundAsked {
            refund_id: RefundId::from_uuid(self.ledger.ids().uuid_v7()),
        };
        let mut open = OpenRefund {
            refund_id: asked.refund_id,
            actor: request.actor.clone(),
            scope: refund.scope,
            grounds: refund.grounds,
            note: None,
            windows: self.config.refund_windows,
            at: self.now(),
        };
        if let Some(note) = &refund.note {
            open.note = Some(unsealed(&open.actor));
            let order = self.orders.get(order_id.as_uuid(), Freshness::Fresh).await?;
            // Nothing is stored for a request that is refused, not even a key.
            order.decide(OrderCommand::OpenRefund(open.clone()))?;
            let author = SubjectId::from(request.actor.person_id);
            open.note = Some(self.vault.seal_json(author, REFUND_NOTE_CONTEXT, note).await?);
        }
        let recorded =
            serde_json::to_string(&asked).map_err(|error| UseCaseError::Unreadable(error.to_string()))?;
        let command = OrderCommand::OpenRefund(open);
        let change = self
            .change_order(order_id, command, &request.metadata(), |append| {
                match request.recording("refund_order", recorded.clone()) {
                    Some(idempotency) => append.idempotent(idempotency),
                    None => append,
                }
            })
            .await?;
        Ok(change.answered(asked))
    }
}

/// Stands for a note while it is only asked whether the refund can be.
fn unsealed(author: &Actor) -> Sealed {
    Sealed {
        subject: SubjectId::from(author.person_id),
        ciphertext: String::new(),
    }
}
