//! What the decisions about an order need to know.

mod refund;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

pub use self::refund::{OrderRefund, RefundStanding};
use super::dispute::OrderDispute;
use super::event::{CancelReason, DisputeWord, OrderEvent, OrderFlaggedForReview, OrderPlaced, ReviewReason};
use super::line::{AppliedPromotion, OrderLine, OrderTax};
use super::refunding::RefundPolicy;
use super::withdrawal::{DeclaredWithdrawal, WithdrawalFacts};
use crate::values::{Consent, DisputeId, Money, OrderId, PaymentId, PersonId, RefundId, Sealed};

/// Where an order stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum OrderState {
    /// Not there.
    #[default]
    Absent,
    /// The buyer has yet to pay.
    AwaitingPayment(OrderFacts),
    /// The bank has yet to answer.
    Processing(OrderFacts),
    /// An attempt failed; the buyer may try again.
    PaymentFailed(OrderFacts),
    /// Paid. Nothing undoes this; refunds stand beside it.
    Paid(OrderFacts),
    /// Called off.
    Cancelled(OrderFacts),
    /// Not paid in time.
    Expired(OrderFacts),
}

/// The name of an order's state, for read models and answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrderStatus {
    /// The buyer has yet to pay.
    AwaitingPayment,
    /// The bank has yet to answer.
    Processing,
    /// An attempt failed; the buyer may try again.
    PaymentFailed,
    /// Paid.
    Paid,
    /// Called off.
    Cancelled,
    /// Not paid in time.
    Expired,
}

impl OrderStatus {
    /// The name as the API shows it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AwaitingPayment => "awaiting_payment",
            Self::Processing => "processing",
            Self::PaymentFailed => "payment_failed",
            Self::Paid => "paid",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }
}

/// What is known of an order once it is placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderFacts {
    /// The order.
    pub order_id: OrderId,
    /// Who buys.
    pub buyer_id: PersonId,
    /// What.
    pub lines: Vec<OrderLine>,
    /// What there is to pay.
    pub total: Money,
    /// Name, address and e-mail, sealed with the buyer's key.
    pub billing: Sealed,
    /// The promotion it was placed with.
    pub promotion: Option<AppliedPromotion>,
    /// Who buys and where, in the sense of tax law.
    pub tax: OrderTax,
    /// The payment.
    pub payment_id: PaymentId,
    /// When it was placed.
    pub placed_at: DateTime<Utc>,
    /// When the payment session ends.
    pub expires_at: DateTime<Utc>,
    /// When it was paid.
    pub paid_at: Option<DateTime<Utc>>,
    /// When it was cancelled or expired; none again once money has revived it.
    pub closed_at: Option<DateTime<Utc>>,
    /// Why it was cancelled.
    pub cancel_reason: Option<CancelReason>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Whether the payment is known to exist at the provider.
    pub contact: PaymentContact,
    /// The newest report that moved the order while it was open.
    pub newest_report: Option<ReportStamp>,
    /// What a human must look at.
    pub flags: BTreeSet<ReviewFlag>,
    /// The money that has arrived and was accepted, or came too late.
    pub received: Money,
    /// When it has arrived.
    pub received_at: Option<DateTime<Utc>>,
    /// The consent to immediate delivery.
    pub consent: Consent,
    /// How refunds were granted when it was placed, if that was recorded.
    pub refund_policy: Option<RefundPolicy>,
    /// The money that goes or went back.
    pub refunds: BTreeMap<RefundId, OrderRefund>,
    /// What the buyer's bank wants, or wanted, back.
    pub disputes: BTreeMap<DisputeId, OrderDispute>,
    /// What concerns the right of withdrawal.
    pub withdrawal: WithdrawalFacts,
}

/// Whether the payment is known to exist at the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentContact {
    /// Our call has not been answered yet.
    NotYet,
    /// It exists.
    Initiated,
}

/// When the provider changed a payment, and to what kind of status: the later of two wins, and at the same instant the
/// one further along (awaiting, processing, failed).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReportStamp {
    /// When.
    pub updated: DateTime<Utc>,
    /// How far along.
    pub stage: Stage,
}

/// The kinds of status that move an open order, by how far along they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The provider waits for the buyer.
    Awaiting,
    /// The bank has yet to answer.
    Processing,
    /// The attempt failed.
    Failed,
}

/// Something a human must look at; the same thing is flagged once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReviewFlag {
    /// What is odd.
    pub reason: ReviewReason,
    /// What the provider names instead of the total.
    pub received: Money,
}

impl From<&OrderFlaggedForReview> for ReviewFlag {
    fn from(flagged: &OrderFlaggedForReview) -> Self {
        Self {
            reason: flagged.reason,
            received: flagged.received,
        }
    }
}

impl OrderState {
    /// What is known, if the order exists.
    pub const fn facts(&self) -> Option<&OrderFacts> {
        match self {
            Self::Absent => None,
            Self::AwaitingPayment(facts)
            | Self::Processing(facts)
            | Self::PaymentFailed(facts)
            | Self::Paid(facts)
            | Self::Cancelled(facts)
            | Self::Expired(facts) => Some(facts),
        }
    }

    /// The state's name, if the order exists.
    pub const fn status(&self) -> Option<OrderStatus> {
        Some(match self {
            Self::Absent => return None,
            Self::AwaitingPayment(_) => OrderStatus::AwaitingPayment,
            Self::Processing(_) => OrderStatus::Processing,
            Self::PaymentFailed(_) => OrderStatus::PaymentFailed,
            Self::Paid(_) => OrderStatus::Paid,
            Self::Cancelled(_) => OrderStatus::Cancelled,
            Self::Expired(_) => OrderStatus::Expired,
        })
    }

    fn map(self, change: impl FnOnce(OrderFacts) -> OrderFacts) -> Self {
        match self {
            Self::Absent => Self::Absent,
            Self::AwaitingPayment(facts) => Self::AwaitingPayment(change(facts)),
            Self::Processing(facts) => Self::Processing(change(facts)),
            Self::PaymentFailed(facts) => Self::PaymentFailed(change(facts)),
            Self::Paid(facts) => Self::Paid(change(facts)),
            Self::Cancelled(facts) => Self::Cancelled(change(facts)),
            Self::Expired(facts) => Self::Expired(change(facts)),
        }
    }

    fn move_to(self, variant: fn(OrderFacts) -> Self, newest_report: Option<ReportStamp>) -> Self {
        match self {
            Self::Absent => Self::Absent,
            Self::AwaitingPayment(facts)
            | Self::Processing(facts)
            | Self::PaymentFailed(facts)
            | Self::Paid(facts)
            | Self::Cancelled(facts)
            | Self::Expired(facts) => variant(OrderFacts {
                newest_report,
                ..facts
            }),
        }
    }
}

impl OrderFacts {
    fn placed(placed: &OrderPlaced) -> Self {
        Self {
            order_id: placed.order_id,
            buyer_id: placed.buyer_id,
            lines: placed.lines.clone(),
            total: placed.total,
            billing: placed.billing.clone(),
            promotion: placed.promotion.clone(),
            tax: placed.tax.clone(),
            payment_id: placed.payment_id,
            placed_at: placed.at,
            expires_at: placed.expires_at,
            paid_at: None,
            closed_at: None,
            cancel_reason: None,
            updated_at: placed.at,
            contact: PaymentContact::NotYet,
            newest_report: None,
            flags: BTreeSet::new(),
            received: Money::zero(placed.currency),
            received_at: None,
            consent: placed.consent,
            refund_policy: placed.refund_policy,
            refunds: BTreeMap::new(),
            disputes: BTreeMap::new(),
            withdrawal: WithdrawalFacts::default(),
        }
    }

    fn with_word(mut self, word: &DisputeWord, at: DateTime<Utc>) -> Self {
        let opened_at = self
            .disputes
            .get(&word.dispute_id)
            .map_or(at, |known| known.opened_at);
        let word = word.clone();
        self.disputes
            .insert(word.dispute_id, OrderDispute { word, opened_at });
        self
    }
}

/// The state after an event.
pub(super) fn evolve(state: OrderState, event: &OrderEvent) -> OrderState {
    moved(state, event).map(|facts| OrderFacts {
        updated_at: event.at(),
        ..facts
    })
}

fn moved(state: OrderState, event: &OrderEvent) -> OrderState {
    let stamp = |updated, stage| Some(ReportStamp { updated, stage });
    match event {
        OrderEvent::Placed(placed) => OrderState::AwaitingPayment(OrderFacts::placed(placed)),
        OrderEvent::PaymentInitiated(_) => state.map(|facts| OrderFacts {
            contact: PaymentContact::Initiated,
            ..facts
        }),
        OrderEvent::PaymentAwaiting(awaiting) => state.move_to(
            OrderState::AwaitingPayment,
            stamp(awaiting.provider_updated, Stage::Awaiting),
        ),
        OrderEvent::PaymentProcessing(processing) => state.move_to(
            OrderState::Processing,
            stamp(processing.provider_updated, Stage::Processing),
        ),
        OrderEvent::PaymentFailed(failed) => state.move_to(
            OrderState::PaymentFailed,
            stamp(failed.provider_updated, Stage::Failed),
        ),
        OrderEvent::Paid(paid) => state.move_to(OrderState::Paid, None).map(|facts| OrderFacts {
            received: paid.amount,
            received_at: Some(paid.at),
            paid_at: Some(paid.at),
            closed_at: None,
            cancel_reason: None,
            ..facts
        }),
        OrderEvent::Cancelled(cancelled) => {
            state
                .move_to(OrderState::Cancelled, None)
                .map(|facts| OrderFacts {
                    closed_at: Some(cancelled.at),
                    cancel_reason: Some(cancelled.reason),
                    ..facts
                })
        }
        OrderEvent::Expired(expired) => state.move_to(OrderState::Expired, None).map(|facts| OrderFacts {
            closed_at: Some(expired.at),
            ..facts
        }),
        OrderEvent::FlaggedForReview(flagged) => state.map(|mut facts| {
            facts.flags.insert(ReviewFlag::from(flagged));
            facts
        }),
        OrderEvent::RefundOpened(opened) => state.map(|facts| facts.with_opened(opened)),
        OrderEvent::RefundSettled(settled) => state.map(|facts| {
            facts.with_refund(settled.refund_id, |refund| {
                refund.standing = RefundStanding::Settled;
                refund.provider_updated = Some(settled.provider_updated);
            })
        }),
        OrderEvent::RefundDeclined(declined) => state.map(|facts| {
            facts.with_refund(declined.refund_id, |refund| {
                refund.standing = RefundStanding::Declined;
                refund.provider_updated = Some(declined.provider_updated);
            })
        }),
        OrderEvent::Disputed(disputed) => state.map(|facts| facts.with_word(&disputed.word, disputed.at)),
        OrderEvent::DisputeChanged(changed) => state.map(|facts| facts.with_word(&changed.word, changed.at)),
        OrderEvent::DisputeClosed(closed) => state.map(|facts| facts.with_word(&closed.word, closed.at)),
        OrderEvent::DeliveryBegan(began) => state.map(|mut facts| {
            let first = (began.access, began.at);
            facts.withdrawal.deliveries.entry(began.line).or_insert(first);
            facts
        }),
        OrderEvent::WithdrawalDeclared(declared) => state.map(|mut facts| {
            let (lines, at) = (declared.lines.clone(), declared.at);
            facts.withdrawal.declared = Some(DeclaredWithdrawal { lines, at });
            facts
        }),
        OrderEvent::WithdrawalConfirmed(confirmed) => state.map(|mut facts| {
            facts.withdrawal.declared = None;
            facts.withdrawal.confirmed.push(confirmed.clone());
            facts
        }),
    }
}
