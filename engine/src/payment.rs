//! An order's payment at the provider: created once, found again, closed.

use std::sync::Arc;

use comptoir_domain::order::{
    Order, OrderCommand, OrderFacts, OrderLine, OrderState, PaymentContact, PaymentStatus,
};
use comptoir_domain::values::PaymentId;
use comptoir_ledger::{Loaded, Metadata, Position};
use serde_json::{Map, Value};

use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::gateway::hyperswitch::{
    CreatePayment, HyperswitchError, OrderDetail, Payment, RefusalKind, UnknownOutcome,
};

/// Bounds of Hyperswitch's `session_expiry`, in seconds.
const SESSION_EXPIRY_MIN: i64 = 60;
const SESSION_EXPIRY_MAX: i64 = 7_890_000;

/// A payment as the provider answered, and the order after that was noted.
pub(crate) struct PaymentFound {
    pub(crate) order: Arc<Loaded<Order>>,
    pub(crate) payment: Payment,
    /// Where it was noted, unless it had been before.
    pub(crate) position: Option<Position>,
}

impl Engine {
    /// Makes sure that an open order's payment exists at the provider, and notes it once. However often and wherever it runs,
    /// there is one payment.
    pub(crate) async fn find_or_create_payment(
        &self,
        order: Arc<Loaded<Order>>,
        facts: &OrderFacts,
        metadata: &Metadata,
    ) -> Result<PaymentFound, UseCaseError> {
        let asked = match facts.contact {
            PaymentContact::Initiated => {
                self.hyperswitch
                    .retrieve_payment(&facts.payment_id.to_string())
                    .await
            }
            PaymentContact::NotYet => {
                self.hyperswitch
                    .create_or_find_payment(&self.payment_for(facts))
                    .await
            }
        };
        let payment = asked
            .and_then(|payment| same_amount(payment, facts))
            .map_err(UseCaseError::Provider)?;
        match facts.contact {
            PaymentContact::Initiated => Ok(PaymentFound {
                order,
                payment,
                position: None,
            }),
            PaymentContact::NotYet => {
                let change = self.note_initiated(facts, &payment, metadata).await?;
                Ok(PaymentFound {
                    order: change.order,
                    payment,
                    position: Some(change.position),
                })
            }
        }
    }

    async fn note_initiated(
        &self,
        facts: &OrderFacts,
        payment: &Payment,
        metadata: &Metadata,
    ) -> Result<crate::order_change::OrderChange, UseCaseError> {
        let command = OrderCommand::RecordPaymentInitiated {
            payment_id: facts.payment_id,
            // It confirms nothing; a status that this release does not know is noted as one that a human looks at.
            provider_status: payment.status.as_str().parse().unwrap_or(PaymentStatus::Review),
            at: self.now(),
        };
        self.change_order(facts.order_id, command, metadata, |append| append)
            .await
    }

    /// The payment of an order. It carries ids and product titles, and nothing about the buyer.
    fn payment_for(&self, facts: &OrderFacts) -> CreatePayment {
        let left = (facts.expires_at - self.now())
            .num_seconds()
            .clamp(SESSION_EXPIRY_MIN, SESSION_EXPIRY_MAX);
        let order_id = facts.order_id.to_string();
        CreatePayment {
            payment_id: facts.payment_id.to_string(),
            amount: facts.total.amount,
            currency: facts.total.currency.code().to_owned(),
            capture_method: "automatic",
            customer_id: facts.buyer_id.to_string(),
            profile_id: self.hyperswitch.config().profile_id.clone(),
            return_url: self.config.checkout.return_url.clone(),
            session_expiry: u32::try_from(left).unwrap_or(900),
            merchant_order_reference_id: order_id.clone(),
            metadata: Map::from_iter([("order_id".to_owned(), Value::String(order_id))]),
            order_details: facts.lines.iter().map(order_detail).collect(),
        }
    }

    /// Asks the provider to close the payment of an order that was called off or has expired. Best effort: should the buyer
    /// pay all the same, the money revives the order or goes back.
    pub(crate) async fn close_payment(&self, payment_id: PaymentId, reason: &'static str) {
        let cancelled = self
            .hyperswitch
            .cancel_payment(&payment_id.to_string(), reason)
            .await;
        let Err(error) = cancelled else { return };
        if error.refusal() == Some(RefusalKind::NotFound) {
            tracing::debug!(%payment_id, "there is no payment to close");
        } else if error.refusal() == Some(RefusalKind::WrongState) {
            // It has gone on already. If that was a success, its webhook may be lost: so it is asked at once.
            if let Err(error) = self.read_and_apply(&payment_id.to_string()).await {
                tracing::warn!(%payment_id, %error, "a payment that cannot be closed could not be read");
            }
        } else {
            tracing::warn!(%payment_id, %error, "the payment could not be closed");
        }
    }

    pub(crate) fn close_payment_in_background(&self, order: &Loaded<Order>, reason: &'static str) {
        let Some(payment_id) = order.state.facts().map(|facts| facts.payment_id) else {
            return;
        };
        let engine = self.clone();
        drop(tokio::spawn(async move {
            engine.close_payment(payment_id, reason).await;
        }));
    }
}

/// The facts of an order that still waits for money.
pub(crate) fn open(state: &OrderState) -> Option<&OrderFacts> {
    match state {
        OrderState::AwaitingPayment(facts)
        | OrderState::Processing(facts)
        | OrderState::PaymentFailed(facts) => Some(facts),
        OrderState::Absent | OrderState::Paid(_) | OrderState::Cancelled(_) | OrderState::Expired(_) => None,
    }
}

fn order_detail(line: &OrderLine) -> OrderDetail {
    OrderDetail {
        product_name: line.title.as_str().to_owned(),
        quantity: u16::try_from(line.quantity.get()).unwrap_or(u16::MAX),
        amount: line.unit_price.amount,
    }
}

/// Whoever has such a payment under our id, it is not the one we want to be paid by.
fn same_amount(payment: Payment, facts: &OrderFacts) -> Result<Payment, HyperswitchError> {
    if payment.amount == facts.total.amount && payment.currency == facts.total.currency.code() {
        return Ok(payment);
    }
    let problem = "the payment under the order's id is over another amount or currency".to_owned();
    Err(HyperswitchError::OutcomeUnknown(
        UnknownOutcome::UnreadableAnswer { status: 200, problem },
    ))
}
