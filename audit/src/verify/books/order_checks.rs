//! Orders: what they are made of, that they are paid once, and that no more goes back than there is.

use comptoir_domain::licence::LicenceGrant;
use comptoir_domain::order::{
    OrderEvent, OrderFacts, OrderLine, OrderPaid, OrderPlaced, OrderRefundOpened, OrderState, PaymentSource,
    RefundReason, ReviewReason,
};
use comptoir_domain::values::{LicenceId, Money, OrderId, PriceBasis, RefundId};

use super::Books;
use super::event::Place;
use super::order_view::{OrderView, Standing};
use super::refunds::Asked;
use crate::verify::finding::Findings;
use crate::verify::rule::Rule;

impl Books {
    pub(super) fn check_order_event(
        &mut self,
        at: Place<'_>,
        state: &OrderState,
        event: &OrderEvent,
        findings: &mut Findings,
    ) {
        match event {
            OrderEvent::Placed(placed) => {
                self.order_count += 1;
                if let Err(what) = check_amounts(placed) {
                    findings.at(Rule::OrderAmounts, at.position, at.stream, || what.to_owned());
                }
                self.check_nobody_has_it_alone(at, placed.order_id, &placed.lines, findings);
            }
            OrderEvent::Paid(paid) => self.check_paid(at, state, paid, findings),
            OrderEvent::RefundOpened(opened) => self.check_opened(at, state, opened, findings),
            OrderEvent::RefundSettled(settled) => {
                check_ended(at, state, settled.refund_id, settled.amount, findings);
            }
            OrderEvent::RefundDeclined(declined) => {
                check_ended(at, state, declined.refund_id, declined.amount, findings);
            }
            OrderEvent::PaymentInitiated(_)
            | OrderEvent::PaymentAwaiting(_)
            | OrderEvent::PaymentProcessing(_)
            | OrderEvent::PaymentFailed(_)
            | OrderEvent::FlaggedForReview(_)
            | OrderEvent::Disputed(_)
            | OrderEvent::DisputeChanged(_)
            | OrderEvent::DisputeClosed(_)
            | OrderEvent::DeliveryBegan(_)
            | OrderEvent::WithdrawalDeclared(_)
            | OrderEvent::WithdrawalConfirmed(_) => {}
            OrderEvent::Cancelled(_) | OrderEvent::Expired(_) => {
                let is_open = OrderView::of(state).standing == Standing::Open;
                if !is_open && state.facts().is_some() {
                    findings.at(Rule::EventFits, at.position, at.stream, || {
                        "closes an order that is not open".to_owned()
                    });
                }
            }
        }
    }

    /// Nobody can order, or be paid late for, what somebody else has alone.
    fn check_nobody_has_it_alone(
        &self,
        at: Place<'_>,
        order_id: OrderId,
        lines: &[OrderLine],
        findings: &mut Findings,
    ) {
        for (number, line) in lines.iter().enumerate() {
            let owner = self.held_alone.get(&line.product_id);
            if let Some(owner) = owner.filter(|owner| **owner != order_id) {
                findings.at(Rule::ExclusiveSale, at.position, at.stream, || {
                    format!("line {number} is of a product that {owner} has alone")
                });
            }
        }
    }

    fn check_paid(&mut self, at: Place<'_>, state: &OrderState, paid: &OrderPaid, findings: &mut Findings) {
        let Some(facts) = state.facts() else { return };
        let mut finding = |what: String| findings.at(Rule::OrderPaid, at.position, at.stream, || what);
        let was_closed = match state {
            OrderState::Absent => return,
            OrderState::AwaitingPayment(_) | OrderState::Processing(_) | OrderState::PaymentFailed(_) => {
                false
            }
            OrderState::Cancelled(_) | OrderState::Expired(_) => true,
            OrderState::Paid(_) => {
                finding("the order is paid a second time".to_owned());
                return;
            }
        };
        if paid.revived != was_closed {
            finding("says wrongly whether the order had been closed".to_owned());
        }
        if paid.amount != facts.total {
            finding(format!(
                "{} were paid, where there was {} to pay",
                paid.amount, facts.total
            ));
        }
        let is_free = paid.source == PaymentSource::NothingToPay;
        if is_free != facts.total.is_zero() {
            finding("says wrongly that there was nothing to pay, or that somebody paid nothing".to_owned());
        }
        self.receive(paid.amount);
        if !is_free {
            self.check_payment_word(
                at,
                facts,
                paid.amount,
                paid.provider_updated,
                paid.source,
                findings,
            );
        }
        if was_closed {
            self.check_nobody_has_it_alone(at, facts.order_id, &facts.lines, findings);
        }
        for (number, line) in (0_u32..).zip(&facts.lines) {
            for unit in 0..line.quantity.get() {
                let grant = grant(facts, number, line, unit);
                self.licences_due
                    .insert(grant.licence_id, (Box::new(grant), at.since()));
            }
        }
    }

    fn check_opened(
        &mut self,
        at: Place<'_>,
        state: &OrderState,
        opened: &OrderRefundOpened,
        findings: &mut Findings,
    ) {
        let Some(facts) = state.facts() else { return };
        let asked = Asked {
            order_id: facts.order_id,
            payment_id: facts.payment_id,
            amount: opened.amount,
            since: at.since(),
        };
        self.refunds_asked.insert(opened.refund_id, asked);
        let mut finding = |what: String| {
            findings.at(Rule::RefundWithinPayment, at.position, at.stream, || what);
        };
        if facts.refunds.contains_key(&opened.refund_id) {
            finding("the refund is there already".to_owned());
        }
        let parts: i64 = opened.parts.iter().map(|part| part.amount.amount).sum();
        if !opened.parts.is_empty() && parts != opened.amount.amount {
            finding("its parts are not the amount".to_owned());
        }
        if opened.reason == RefundReason::LatePaymentUnavailable {
            if !facts.received.is_zero() || opened.amount != facts.total {
                finding("the money that came too late is not what there was to pay".to_owned());
            }
            self.receive(opened.amount);
            self.check_late_word(at, facts, opened.amount, findings);
            return;
        }
        let left = OrderView::of(state).balances;
        let total: i64 = left.iter().map(|balance| balance.kept.amount).sum();
        if opened.amount.currency != facts.total.currency || opened.amount.amount > total {
            finding(format!(
                "{} are to go back, where {total} minor units are left",
                opened.amount
            ));
        }
        for part in &opened.parts {
            let balance = left.iter().find(|balance| balance.line == part.line);
            let kept = balance.map_or(0, |balance| balance.kept.amount);
            let is_sound = 0 <= part.tax_amount.amount && part.tax_amount.amount <= part.amount.amount;
            if part.amount.amount > kept || !is_sound {
                finding(format!(
                    "of line {} more is to go back than is left of it",
                    part.line
                ));
            }
        }
    }

    fn receive(&mut self, amount: Money) {
        let received = self.received.entry(amount.currency).or_default();
        *received = received.saturating_add(amount.amount);
    }

    /// Only the provider can send back more than had come; that is flagged in the same append.
    pub(super) fn check_balances(
        &mut self,
        at: Place<'_>,
        facts: &OrderFacts,
        view: &OrderView,
        findings: &mut Findings,
    ) {
        for balance in &view.balances {
            let parts = [balance.pending, balance.refunded, balance.lost, balance.kept];
            let parts: i64 = parts.iter().map(|part| part.amount).sum();
            let tax = 0..=balance.kept.amount.max(0);
            if parts != balance.paid.amount
                || (balance.kept.amount >= 0 && !tax.contains(&balance.tax_kept.amount))
            {
                findings.at(Rule::MoneyConserved, at.position, at.stream, || {
                    format!("the money of line {} does not add up", balance.line)
                });
            }
        }
        let is_too_much = view.balances.iter().any(|balance| balance.kept.amount < 0);
        let is_flagged = facts
            .flags
            .iter()
            .any(|flag| flag.reason == ReviewReason::RefundedTooMuch);
        if is_too_much && !is_flagged {
            self.refunded_too_much.entry(facts.order_id).or_insert(at.since());
        } else {
            self.refunded_too_much.remove(&facts.order_id);
        }
    }
}

/// A refund ends with the amount that it was opened with.
fn check_ended(
    at: Place<'_>,
    state: &OrderState,
    refund_id: RefundId,
    amount: Money,
    findings: &mut Findings,
) {
    let Some(facts) = state.facts() else { return };
    let opened = facts.refunds.get(&refund_id).map(|refund| refund.amount);
    if opened != Some(amount) {
        findings.at(Rule::RefundOutcome, at.position, at.stream, || {
            opened.map_or_else(
                || "a refund ends that the order never opened".to_owned(),
                |opened| format!("a refund of {opened} ends as one of {amount}"),
            )
        });
    }
}

/// Whether an order's figures add up, each line by its own price.
fn check_amounts(placed: &OrderPlaced) -> Result<(), &'static str> {
    let sum = |part: fn(&OrderLine) -> Money| Money::sum(placed.currency, placed.lines.iter().map(part));
    if placed.lines.is_empty() {
        return Err("it has no lines");
    }
    if sum(|line| line.total) != Ok(placed.total) {
        return Err("the total is not the sum of the lines");
    }
    if sum(|line| line.tax_amount) != Ok(placed.tax_total) {
        return Err("the tax is not the sum of the lines' tax");
    }
    if sum(|line| line.discount) != Ok(placed.discount_total) {
        return Err("the discount is not the sum of the lines' discounts");
    }
    for line in &placed.lines {
        check_line(line)?;
    }
    Ok(())
}

fn check_line(line: &OrderLine) -> Result<(), &'static str> {
    let overflow = |_| "the price of a line is out of range";
    let price = line.unit_price.times(line.quantity.get()).map_err(overflow)?;
    let credit = line.upgrade.map_or(0, |upgrade| upgrade.credit.amount);
    let due = price.amount - credit - line.discount.amount;
    let tax = line.tax_amount.amount;
    let expected = match line.tax.price_basis {
        PriceBasis::TaxIncluded => due,
        PriceBasis::TaxExcluded => due + tax,
    };
    if line.total.amount != expected {
        return Err("the total of a line is not price times quantity, less what is taken off");
    }
    if line.discount.amount < 0 || line.discount.amount > price.amount || credit < 0 {
        return Err("what is taken off a line is more than its price");
    }
    if tax < 0 || tax > line.total.amount {
        return Err("the tax of a line is not within its total");
    }
    Ok(())
}

/// What the licence of a unit must say.
fn grant(facts: &OrderFacts, number: u32, line: &OrderLine, unit: u32) -> LicenceGrant {
    LicenceGrant {
        licence_id: LicenceId::of_unit(facts.order_id, number, unit),
        order_id: facts.order_id,
        line: number,
        unit,
        buyer_id: facts.buyer_id,
        seller_id: line.seller_id,
        product_id: line.product_id,
        offer_id: line.offer_id,
        title: line.title.clone(),
        kind: line.licence_kind,
        terms_version: line.terms_version.clone(),
        terms_hash: line.terms_hash,
        use_terms: line.licence_terms.unwrap_or_default(),
        upgrade_of: line.upgrade.map(|upgrade| upgrade.licence_id),
    }
}
