//! How events change orders: the rows of a batch are loaded, changed in memory, event by event, and stored.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};
use comptoir_domain::order::{
    DisputeWord, OrderEvent, OrderFlaggedForReview, OrderLine, OrderPaid, OrderPlaced, OrderRefundOpened,
    OrderStatus, PaymentSource, PaymentStatus, RefundReason,
};
use comptoir_domain::values::{Money, OrderId, RefundId};
use comptoir_ledger::RecordedEvent;
use sqlx::PgConnection;
use uuid::Uuid;

use super::after_sale::{AfterSale, DeclaredRow, DeliveryRow, DisputeRow};
use super::row::{OrderRow, RefundRow, RefundRowStanding, ReviewFlagRow};
use super::store;
use crate::runner::{ApplyError, Behind, Projection, RowValues, Rows, decode, misplaced};

/// The projection of the read model `orders`.
#[derive(Debug, Clone, Copy)]
pub struct Orders;

impl Projection for Orders {
    const NAME: &'static str = "orders";
    const VERSION: i32 = 3;
    const SCHEMA: &'static str = "read_orders";
    const ROWS: Rows = Rows::OfOneStream;

    fn event_types(&self) -> Vec<&'static str> {
        OrderEvent::WIRE.iter().map(|(name, _)| *name).collect()
    }

    async fn apply(
        &mut self,
        connection: &mut PgConnection,
        events: &[RecordedEvent],
    ) -> Result<(), ApplyError> {
        let mut batch = Batch::default();
        let mut decoded = Vec::with_capacity(events.len());
        for recorded in events {
            decoded.push((recorded, decode::<OrderEvent>(recorded)?));
        }
        let ids = ids_to_load(&decoded);
        if !ids.is_empty() {
            for row in store::load(connection, &ids).await? {
                batch.stored.insert(row.order_id.as_uuid(), row);
            }
        }
        for (recorded, event) in decoded {
            batch.apply(recorded, event)?;
        }
        store::insert(connection, &batch.placed.values().collect::<Vec<_>>()).await?;
        store::insert_lines(connection, &batch.lines).await?;
        store::update(connection, &batch.stored.values().collect::<Vec<_>>()).await?;
        Ok(())
    }

    fn behind(table: &str, row: &RowValues<'_>) -> Behind {
        let id = if table == "orders" { "id" } else { "order_id" };
        Behind::stream("order", row, id)
    }
}

/// The orders that are changed here but placed before.
fn ids_to_load(events: &[(&RecordedEvent, OrderEvent)]) -> Vec<Uuid> {
    let ids = |is_wanted: fn(i64) -> bool| {
        let wanted = events
            .iter()
            .filter(move |(recorded, _)| is_wanted(recorded.revision.get()));
        wanted.filter_map(|(recorded, _)| recorded.aggregate_id())
    };
    let placed_here: HashSet<Uuid> = ids(|revision| revision == 0).collect();
    let mut later: Vec<Uuid> = ids(|revision| revision > 0)
        .filter(|id| !placed_here.contains(id))
        .collect();
    later.sort_unstable();
    later.dedup();
    later
}

/// The orders that a batch of events is about.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) stored: BTreeMap<Uuid, OrderRow>,
    pub(super) placed: BTreeMap<Uuid, OrderRow>,
    pub(super) lines: Vec<(OrderId, i32, OrderLine)>,
}

impl Batch {
    pub(super) fn apply(&mut self, recorded: &RecordedEvent, event: OrderEvent) -> Result<(), ApplyError> {
        let id = recorded
            .aggregate_id()
            .ok_or_else(|| misplaced(recorded, "its stream is not named after an order"))?;
        if let OrderEvent::Placed(placed) = event {
            if self.stored.contains_key(&id) || self.placed.contains_key(&id) {
                return Err(misplaced(recorded, "the order is placed already"));
            }
            let numbered = (0..).zip(placed.lines.iter().cloned());
            self.lines
                .extend(numbered.map(|(number, line)| (placed.order_id, number, line)));
            self.placed.insert(id, new_row(recorded, placed));
            return Ok(());
        }
        let order = self
            .placed
            .get_mut(&id)
            .or_else(|| self.stored.get_mut(&id))
            .ok_or_else(|| misplaced(recorded, "the order was never placed"))?;
        order.updated_at = event.at();
        change(order, recorded, event)?;
        order.revision = recorded.revision;
        order.position = recorded.position;
        Ok(())
    }
}

fn new_row(recorded: &RecordedEvent, placed: OrderPlaced) -> OrderRow {
    OrderRow {
        order_id: placed.order_id,
        buyer_id: placed.buyer_id,
        status: OrderStatus::AwaitingPayment,
        total: placed.total,
        tax_total: placed.tax_total,
        promotion: placed.promotion,
        tax: placed.tax,
        received: Money::zero(placed.currency),
        billing: placed.billing,
        consent: placed.consent,
        payment_id: placed.payment_id,
        payment_status: None,
        payment_updated: None,
        failure_code: None,
        placed_at: placed.at,
        expires_at: placed.expires_at,
        paid_at: None,
        closed_at: None,
        cancel_reason: None,
        revived: false,
        review_flags: Vec::new(),
        refunds: Vec::new(),
        after_sale: AfterSale::default(),
        updated_at: placed.at,
        revision: recorded.revision,
        position: recorded.position,
    }
}

fn change(order: &mut OrderRow, recorded: &RecordedEvent, event: OrderEvent) -> Result<(), ApplyError> {
    match event {
        OrderEvent::Placed(_) => return Err(misplaced(recorded, "the order is placed already")),
        // The answer to our own call says less than what the provider may have told us meanwhile.
        OrderEvent::PaymentInitiated(initiated) => {
            order.payment_status.get_or_insert(initiated.provider_status);
        }
        OrderEvent::PaymentAwaiting(awaiting) => {
            order.status = OrderStatus::AwaitingPayment;
            payment_is(order, awaiting.provider_status, awaiting.provider_updated);
        }
        OrderEvent::PaymentProcessing(processing) => {
            order.status = OrderStatus::Processing;
            payment_is(order, PaymentStatus::Processing, processing.provider_updated);
        }
        OrderEvent::PaymentFailed(failed) => {
            order.status = OrderStatus::PaymentFailed;
            payment_is(order, failed.provider_status, failed.provider_updated);
            order.failure_code = failed.code;
        }
        OrderEvent::Paid(paid) => pay(order, &paid),
        OrderEvent::Cancelled(cancelled) => {
            order.status = OrderStatus::Cancelled;
            order.closed_at = Some(cancelled.at);
            order.cancel_reason = Some(cancelled.reason);
        }
        OrderEvent::Expired(expired) => {
            order.status = OrderStatus::Expired;
            order.closed_at = Some(expired.at);
        }
        OrderEvent::FlaggedForReview(flagged) => order.review_flags.push(ReviewFlagRow::from(&flagged)),
        OrderEvent::RefundOpened(opened) => open_refund(order, &opened),
        OrderEvent::RefundSettled(settled) => {
            let standing = RefundRowStanding::Settled;
            move_refund(order, recorded, settled.refund_id, standing, settled.at)?;
        }
        OrderEvent::RefundDeclined(declined) => {
            let standing = RefundRowStanding::Declined;
            move_refund(order, recorded, declined.refund_id, standing, declined.at)?;
        }
        OrderEvent::Disputed(disputed) => {
            let (word, opened_at) = (disputed.word, disputed.at);
            order.after_sale.disputes.push(DisputeRow { word, opened_at });
        }
        OrderEvent::DisputeChanged(changed) => move_dispute(order, recorded, changed.word)?,
        OrderEvent::DisputeClosed(closed) => move_dispute(order, recorded, closed.word)?,
        OrderEvent::DeliveryBegan(began) => order.after_sale.deliveries.push(DeliveryRow {
            line: began.line,
            access: began.access,
            at: began.at,
        }),
        OrderEvent::WithdrawalDeclared(declared) => {
            let (lines, at) = (declared.lines, declared.at);
            order.after_sale.declared = Some(DeclaredRow { lines, at });
        }
        OrderEvent::WithdrawalConfirmed(confirmed) => {
            order.after_sale.declared = None;
            order.after_sale.withdrawals.push(confirmed);
        }
    }
    Ok(())
}

fn move_dispute(order: &mut OrderRow, recorded: &RecordedEvent, word: DisputeWord) -> Result<(), ApplyError> {
    let disputes = &mut order.after_sale.disputes;
    let known = disputes
        .iter_mut()
        .find(|known| known.word.dispute_id == word.dispute_id);
    known
        .ok_or_else(|| misplaced(recorded, "the order has no such dispute"))?
        .word = word;
    Ok(())
}

/// What the provider says of the payment now; the reason of an earlier failure no longer counts.
fn payment_is(order: &mut OrderRow, status: PaymentStatus, updated: DateTime<Utc>) {
    order.payment_status = Some(status);
    order.payment_updated = Some(updated);
    order.failure_code = None;
}

fn pay(order: &mut OrderRow, paid: &OrderPaid) {
    match paid.source {
        PaymentSource::Webhook | PaymentSource::Reconciler => {
            payment_is(
                order,
                PaymentStatus::Succeeded,
                paid.provider_updated.unwrap_or(paid.at),
            );
        }
        PaymentSource::NothingToPay => {}
    }
    order.status = OrderStatus::Paid;
    order.received = paid.amount;
    order.paid_at = Some(paid.at);
    order.revived = paid.revived;
    order.closed_at = None;
    order.cancel_reason = None;
}

/// Money that came too late is here, though it never made the order a paid one.
fn open_refund(order: &mut OrderRow, opened: &OrderRefundOpened) {
    match opened.reason {
        RefundReason::LatePaymentUnavailable => {
            order.received = opened.amount;
            order.payment_status = Some(PaymentStatus::Succeeded);
        }
        RefundReason::PlatformDecision
        | RefundReason::Duplicate
        | RefundReason::Fraudulent
        | RefundReason::CustomerRequest
        | RefundReason::NotAsDescribed
        | RefundReason::ServiceDisruption
        | RefundReason::CourtOrAuthority
        | RefundReason::Other
        | RefundReason::Withdrawal => {}
    }
    order.refunds.push(RefundRow {
        refund_id: opened.refund_id,
        amount: opened.amount,
        parts: opened.parts.clone(),
        reason: opened.reason,
        standing: RefundRowStanding::Open,
        opened_at: opened.at,
        updated_at: opened.at,
    });
}

fn move_refund(
    order: &mut OrderRow,
    recorded: &RecordedEvent,
    refund_id: RefundId,
    standing: RefundRowStanding,
    at: DateTime<Utc>,
) -> Result<(), ApplyError> {
    let refund = order
        .refunds
        .iter_mut()
        .find(|refund| refund.refund_id == refund_id)
        .ok_or_else(|| misplaced(recorded, "the order has no such refund"))?;
    refund.standing = standing;
    refund.updated_at = at;
    Ok(())
}

impl From<&OrderFlaggedForReview> for ReviewFlagRow {
    fn from(flagged: &OrderFlaggedForReview) -> Self {
        Self {
            reason: flagged.reason,
            expected: flagged.expected,
            received: flagged.received,
            provider_status: flagged.provider_status,
            at: flagged.at,
        }
    }
}
