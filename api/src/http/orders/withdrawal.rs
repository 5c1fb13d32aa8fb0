//! The right of withdrawal of an order, as the API shows it.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use comptoir_domain::order::{
    ExcludedLine, LineWithdrawal, OrderFacts, OrderLine, OrderState, WithdrawalConfirmed, WithdrawalFacts,
    has_right_of_withdrawal, withdrawal_until,
};
use comptoir_domain::tax::TaxCustomer;
use comptoir_domain::values::{Consent, ConsentKind, OrderId, RefundId, Sha256Hex};
use comptoir_projections::orders::OrderView;
use serde::Serialize;

use crate::http::problem::{Problem, ProblemKind};

/// The buyer's right to withdraw from the contract.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Withdrawal)]
pub(crate) struct WithdrawalBody {
    /// Whether the buyer can withdraw now, from at least one line: `POST /orders/{id}/withdrawal`, then
    /// `POST /orders/{id}/withdrawal/confirm`. Never for a business, which is whoever gave a VAT id.
    available: bool,
    /// Until when: fourteen days after the payment, and a week for weekends and public holidays on which they might end.
    until: DateTime<Utc>,
    /// What the buyer had agreed to when they ordered, and when.
    consent: ConsentBody,
    /// How each line stands.
    lines: Vec<LineWithdrawalBody>,
    /// What was declared and waits for its confirmation.
    declared: Option<DeclaredBody>,
    /// The receipts of what was confirmed, the first one first.
    receipts: Vec<ReceiptBody>,
}

/// The consent to immediate delivery.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Consent)]
pub(crate) struct ConsentBody {
    /// Always `withdrawal_waiver`: delivery may begin at once, and the right of withdrawal ends with it.
    #[schema(value_type = String, example = "withdrawal_waiver")]
    kind: ConsentKind,
    /// SHA-256, in hex, of the exact sentence.
    #[schema(value_type = String)]
    text_hash: Sha256Hex,
    /// When it was given.
    at: DateTime<Utc>,
}

/// How a line stands.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = LineWithdrawal)]
pub(crate) struct LineWithdrawalBody {
    /// The line, counted from 0.
    line: u32,
    /// `available`, `withdrawn`, or `delivery_began`: then the right has ended.
    status: &'static str,
    /// How the buyer got at it: `download`, `activation`, or `offline_file` (a signed file of the licence).
    #[serde(skip_serializing_if = "Option::is_none")]
    access: Option<&'static str>,
    /// When they did, for the first time.
    #[serde(skip_serializing_if = "Option::is_none")]
    delivery_began_at: Option<DateTime<Utc>>,
}

/// What was declared.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = DeclaredWithdrawal)]
pub(crate) struct DeclaredBody {
    /// The lines it is about.
    lines: Vec<u32>,
    /// When.
    at: DateTime<Utc>,
}

/// The receipt of a withdrawal: to be kept by the buyer.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = WithdrawalReceipt)]
pub(crate) struct ReceiptBody {
    /// What was declared, in words.
    content: String,
    /// The date of its confirmation, in UTC.
    #[schema(value_type = String, format = Date)]
    date: NaiveDate,
    /// The hour of its confirmation, in UTC.
    #[schema(value_type = String, example = "14:03:27")]
    time: NaiveTime,
    /// The order.
    #[schema(value_type = String)]
    order_id: OrderId,
    /// When it was declared.
    declared_at: DateTime<Utc>,
    /// When it was confirmed.
    confirmed_at: DateTime<Utc>,
    /// The lines that have ended.
    lines: Vec<u32>,
    /// The lines that were declared too, but whose delivery had begun.
    excluded: Vec<LineWithdrawalBody>,
    /// What goes back, in minor units of the order's currency.
    amount: i64,
    /// The refund by which it does; none if there is nothing to bring back.
    #[schema(value_type = Option<String>)]
    refund_id: Option<RefundId>,
}

impl From<Consent> for ConsentBody {
    fn from(consent: Consent) -> Self {
        Self {
            kind: consent.kind,
            text_hash: consent.text_hash,
            at: consent.at,
        }
    }
}

impl LineWithdrawalBody {
    fn of(line: u32, standing: LineWithdrawal) -> Self {
        let of_status = |status| Self {
            line,
            status,
            access: None,
            delivery_began_at: None,
        };
        match standing {
            LineWithdrawal::Available => of_status("available"),
            LineWithdrawal::Withdrawn => of_status("withdrawn"),
            LineWithdrawal::DeliveryBegan(delivery) => Self::from(delivery),
        }
    }
}

impl From<ExcludedLine> for LineWithdrawalBody {
    fn from(delivery: ExcludedLine) -> Self {
        Self {
            line: delivery.line,
            status: "delivery_began",
            access: Some(delivery.access.as_str()),
            delivery_began_at: Some(delivery.delivery_began_at),
        }
    }
}

/// What the rules need, from a stream or from the read model.
struct Known<'a> {
    order_id: OrderId,
    lines: &'a [OrderLine],
    consent: Consent,
    customer: &'a TaxCustomer,
    paid_at: DateTime<Utc>,
    facts: &'a WithdrawalFacts,
}

impl WithdrawalBody {
    /// As an order's stream says; none as long as it is not paid.
    pub(crate) fn of_state(state: &OrderState, now: DateTime<Utc>) -> Option<Self> {
        let facts = paid(state)?;
        let known = Known {
            order_id: facts.order_id,
            lines: &facts.lines,
            consent: facts.consent,
            customer: &facts.tax.customer,
            paid_at: facts.received_at?,
            facts: &facts.withdrawal,
        };
        Some(Self::of(&known, now))
    }

    /// As the read model shows it; none as long as the order is not paid.
    pub(crate) fn of_view(view: &OrderView, now: DateTime<Utc>) -> Option<Self> {
        let facts = view.order.after_sale.withdrawal_facts();
        let known = Known {
            order_id: view.order.order_id,
            lines: &view.lines,
            consent: view.order.consent,
            customer: &view.order.tax.customer,
            paid_at: view.order.paid_at?,
            facts: &facts,
        };
        Some(Self::of(&known, now))
    }

    /// As an order's stream says after a withdrawal.
    pub(crate) fn answer(state: &OrderState, now: DateTime<Utc>) -> Result<Self, Problem> {
        Self::of_state(state, now).ok_or_else(|| Problem::new(ProblemKind::OrderNotFound))
    }

    fn of(known: &Known<'_>, now: DateTime<Utc>) -> Self {
        let lines = (0..)
            .zip(known.lines)
            .map(|(line, _)| (line, known.facts.of_line(line)));
        let lines: Vec<(u32, LineWithdrawal)> = lines.collect();
        let until = withdrawal_until(known.paid_at);
        let has_more = lines
            .iter()
            .any(|(_, standing)| *standing == LineWithdrawal::Available);
        let declared = known.facts.declared.as_ref().map(|declared| DeclaredBody {
            lines: declared.lines.clone(),
            at: declared.at,
        });
        Self {
            available: has_right_of_withdrawal(known.customer) && now < until && has_more,
            until,
            consent: known.consent.into(),
            lines: lines
                .into_iter()
                .map(|(line, standing)| LineWithdrawalBody::of(line, standing))
                .collect(),
            declared,
            receipts: known
                .facts
                .confirmed
                .iter()
                .map(|confirmed| receipt(known, confirmed))
                .collect(),
        }
    }
}

fn paid(state: &OrderState) -> Option<&OrderFacts> {
    match state {
        OrderState::Paid(facts) => Some(facts),
        OrderState::Absent
        | OrderState::AwaitingPayment(_)
        | OrderState::Processing(_)
        | OrderState::PaymentFailed(_)
        | OrderState::Cancelled(_)
        | OrderState::Expired(_) => None,
    }
}

fn receipt(known: &Known<'_>, confirmed: &WithdrawalConfirmed) -> ReceiptBody {
    let title = |line: &u32| {
        let sold = usize::try_from(*line)
            .ok()
            .and_then(|index| known.lines.get(index));
        sold.map_or_else(
            || format!("line {line}"),
            |sold| format!("line {line} ({})", sold.title),
        )
    };
    let ended: Vec<String> = confirmed.lines.iter().map(title).collect();
    ReceiptBody {
        content: format!(
            "The buyer withdraws from the contract of order {} as far as it is about {}.",
            known.order_id,
            ended.join(", ")
        ),
        date: confirmed.at.date_naive(),
        time: confirmed.at.time(),
        order_id: known.order_id,
        declared_at: confirmed.declared_at,
        confirmed_at: confirmed.at,
        lines: confirmed.lines.clone(),
        excluded: confirmed
            .excluded
            .iter()
            .copied()
            .map(LineWithdrawalBody::from)
            .collect(),
        amount: confirmed.amount.amount,
        refund_id: confirmed.refund_id,
    }
}
