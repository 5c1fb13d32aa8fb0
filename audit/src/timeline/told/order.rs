//! Orders, told.

use comptoir_domain::order::{
    DisputeWord, Order, OrderEvent, OrderFacts, OrderPaid, OrderPlaced, OrderState, PaymentSource,
};
use comptoir_domain::values::{Money, PersonId};

use super::words::{code, count, list, moment, money, name, plain, source};
use super::{Line, Part, Told};

impl Told for Order {
    fn sentence(event: &OrderEvent) -> String {
        match event {
            OrderEvent::Placed(placed) => placed_words(placed),
            OrderEvent::PaymentInitiated(initiated) => {
                format!("payment {} made at Hyperswitch", initiated.payment_id)
            }
            OrderEvent::PaymentAwaiting(awaiting) => format!(
                "payment waits for the buyer ({}), {}",
                plain(awaiting.provider_status.as_str()),
                source(awaiting.source)
            ),
            OrderEvent::PaymentProcessing(processing) => {
                format!("payment waits for the bank, {}", source(processing.source))
            }
            OrderEvent::PaymentFailed(failed) => format!(
                "payment {}{}, {}",
                plain(failed.provider_status.as_str()),
                code(failed.unified_code.as_ref().or(failed.code.as_ref())),
                source(failed.source)
            ),
            OrderEvent::Paid(paid) => paid_words(paid),
            OrderEvent::Cancelled(cancelled) => format!("called off: {}", name(&cancelled.reason)),
            OrderEvent::Expired(_) => "expired: nobody paid in time".to_owned(),
            OrderEvent::FlaggedForReview(flagged) => format!(
                "flagged for a human: {} ({} expected, {} reported), {}",
                name(&flagged.reason),
                money(flagged.expected),
                money(flagged.received),
                source(flagged.source)
            ),
            OrderEvent::RefundOpened(opened) => format!(
                "refund {} of {} opened: {}",
                opened.refund_id,
                money(opened.amount),
                plain(opened.reason.as_str())
            ),
            OrderEvent::RefundSettled(settled) => {
                format!(
                    "refund {} of {} settled",
                    settled.refund_id,
                    money(settled.amount)
                )
            }
            OrderEvent::RefundDeclined(declined) => format!(
                "refund {} of {} declined{}: the money is still here",
                declined.refund_id,
                money(declined.amount),
                code(declined.code.as_ref())
            ),
            OrderEvent::Disputed(disputed) => format!("disputed: {}", dispute_words(&disputed.word)),
            OrderEvent::DisputeChanged(changed) => {
                format!("dispute goes on: {}", dispute_words(&changed.word))
            }
            OrderEvent::DisputeClosed(closed) => {
                format!(
                    "dispute {}: {}",
                    name(&closed.outcome),
                    dispute_words(&closed.word)
                )
            }
            OrderEvent::DeliveryBegan(began) => format!(
                "delivery of line {} began, by {}: the right of withdrawal for it has ended",
                began.line,
                plain(began.access.as_str())
            ),
            OrderEvent::WithdrawalDeclared(declared) => {
                format!("withdrawal declared for {}", lines(&declared.lines))
            }
            OrderEvent::WithdrawalConfirmed(confirmed) => format!(
                "withdrawal confirmed for {}: {} go back",
                lines(&confirmed.lines),
                money(confirmed.amount)
            ),
        }
    }

    fn lines(state: &OrderState) -> Vec<Line> {
        let (Some(facts), Some(status)) = (state.facts(), state.status()) else {
            return Vec::new();
        };
        let mut said = vec![
            ("status", plain(status.as_str())),
            (
                "lines",
                list(
                    facts
                        .lines
                        .iter()
                        .map(|line| format!("{} x {}", line.quantity.get(), line.title)),
                ),
            ),
            ("total", money(facts.total)),
        ];
        if !facts.received.is_zero() {
            said.extend(money_lines(facts));
        }
        if !facts.disputes.is_empty() {
            said.push(("dispute", facts.dispute_summary().as_str().to_owned()));
        }
        if !facts.flags.is_empty() {
            said.push((
                "for a human",
                list(facts.flags.iter().map(|flag| name(&flag.reason))),
            ));
        }
        if let Some(at) = facts.closed_at {
            said.push(("closed", moment(at)));
        }
        said
    }

    fn people(state: &OrderState) -> Vec<(PersonId, Part)> {
        let Some(facts) = state.facts() else {
            return Vec::new();
        };
        let buyer = std::iter::once((facts.buyer_id, Part::Buyer));
        buyer
            .chain(facts.lines.iter().map(|line| (line.seller_id, Part::Seller)))
            .collect()
    }
}

fn placed_words(placed: &OrderPlaced) -> String {
    let promotion = placed.promotion.as_ref().map(|promotion| {
        format!(
            ", {} off with code {}",
            money(placed.discount_total),
            promotion.code
        )
    });
    format!(
        "placed: {} for {}, {} of it tax{}",
        count(placed.lines.len(), "line"),
        money(placed.total),
        money(placed.tax_total),
        promotion.unwrap_or_default()
    )
}

fn paid_words(paid: &OrderPaid) -> String {
    let said = match paid.source {
        PaymentSource::Webhook => "as Hyperswitch's webhook said",
        PaymentSource::Reconciler => "as Hyperswitch answered when asked",
        PaymentSource::NothingToPay => "for there was nothing to pay",
    };
    let revived = if paid.revived {
        "; the money came late, and the order holds again"
    } else {
        ""
    };
    format!("paid {}, {said}{revived}", money(paid.amount))
}

fn dispute_words(word: &DisputeWord) -> String {
    format!(
        "{} at the stage {}{}, {}",
        money(word.amount),
        plain(word.stage.as_str()),
        code(word.reason.as_ref()),
        source(word.source)
    )
}

fn lines(numbers: &[u32]) -> String {
    format!("line {}", list(numbers.iter().map(u32::to_string)))
}

/// Where the money is, summed over the lines.
fn money_lines(facts: &OrderFacts) -> Vec<Line> {
    let balances = facts.balances();
    let sum = |of: fn(&comptoir_domain::order::LineBalance) -> Money| {
        let amount = balances
            .iter()
            .map(|line| of(line).amount)
            .fold(0, i64::saturating_add);
        Money::new(amount, facts.total.currency)
    };
    let mut said = vec![("paid", money(facts.received))];
    let parts = [
        ("on its way back", sum(|line| line.pending)),
        ("refunded", sum(|line| line.refunded)),
        ("lost to disputes", sum(|line| line.lost)),
    ];
    said.extend(
        parts
            .into_iter()
            .filter(|(_, amount)| !amount.is_zero())
            .map(|(label, amount)| (label, money(amount))),
    );
    said.push(("kept", money(sum(|line| line.kept))));
    said
}
