//! The books: every payment and refund, in memory, and the events that their changes bring about.

mod dispute;
mod payment;
mod refund;

pub(crate) use dispute::Dispute;
pub use dispute::DisputeWord;
pub(crate) use payment::{Attempt, Payment, Redirect};
pub(crate) use refund::{NewRefund, Refund};

use std::collections::HashMap;

use super::account::Account;
use super::cards::{Decline, PaymentEnd};
use super::error::ApiError;
use super::webhooks::Event;
use super::wire::{DisputeResponse, PaymentStatus, RefundStatus};
use crate::clock;

/// All payments and refunds by their ids.
#[derive(Debug, Default)]
pub(crate) struct Books {
    payments: HashMap<String, Payment>,
    refunds: HashMap<String, Refund>,
    disputes: HashMap<String, Dispute>,
    /// What comes of the next refunds, whatever the card says.
    pub(crate) refund_outcome: Option<RefundStatus>,
}

/// The change of a payment that was forced from outside.
#[derive(Debug, Clone)]
pub(crate) struct Forced {
    pub(crate) status: PaymentStatus,
    pub(crate) amount: Option<i64>,
    pub(crate) currency: Option<String>,
}

impl Books {
    pub(crate) fn payment(&self, id: &str) -> Result<&Payment, ApiError> {
        self.payments
            .get(id)
            .ok_or_else(|| ApiError::not_found("Payment"))
    }

    pub(crate) fn payment_mut(&mut self, id: &str) -> Result<&mut Payment, ApiError> {
        self.payments
            .get_mut(id)
            .ok_or_else(|| ApiError::not_found("Payment"))
    }

    pub(crate) fn refund(&self, id: &str) -> Result<&Refund, ApiError> {
        self.refunds.get(id).ok_or_else(|| ApiError::not_found("Refund"))
    }

    /// How many payments and refunds there are.
    pub(crate) fn counts(&self) -> (usize, usize) {
        (self.payments.len(), self.refunds.len())
    }

    /// The one promise about repeated payment ids: the second one is refused.
    pub(crate) fn enter_payment(&mut self, payment: Payment) -> Result<&Payment, ApiError> {
        match self.payments.entry(payment.id.clone()) {
            std::collections::hash_map::Entry::Occupied(entry) => {
                Err(ApiError::duplicate_payment(entry.key()))
            }
            std::collections::hash_map::Entry::Vacant(entry) => Ok(entry.insert(payment)),
        }
    }

    pub(crate) fn enter_refund(&mut self, refund: Refund) -> Result<&Refund, ApiError> {
        if self.refunds.contains_key(&refund.id) {
            return Err(ApiError::duplicate_refund());
        }
        self.payment_mut(&refund.payment_id)?
            .refunds
            .push(refund.id.clone());
        Ok(self.refunds.entry(refund.id.clone()).or_insert(refund))
    }

    /// The refunds of a payment, oldest first.
    pub(crate) fn refunds_of<'a>(&'a self, payment: &'a Payment) -> impl Iterator<Item = &'a Refund> {
        payment.refunds.iter().filter_map(|id| self.refunds.get(id))
    }

    /// What the buyer's banks have taken of a payment.
    pub(crate) fn lost_to_disputes(&self, payment_id: &str) -> i64 {
        let lost = |dispute: &&Dispute| dispute.payment_id == payment_id && dispute.is_lost();
        self.disputes
            .values()
            .filter(lost)
            .map(|dispute| dispute.amount)
            .sum()
    }

    /// The buyer's bank says something about a payment; at most one event is sent for each type, ever.
    pub(crate) fn dispute_payment(
        &mut self,
        account: &Account,
        payment_id: &str,
        word: DisputeWord,
    ) -> Result<Option<Event>, ApiError> {
        let payment = self.payment(payment_id)?;
        let (paid, currency) = (payment.net_amount(), payment.currency.clone());
        let id = word.dispute_id.unwrap_or_else(|| format!("dp_{payment_id}"));
        let dispute = self
            .disputes
            .entry(id.clone())
            .or_insert_with(|| Dispute::new(id, payment_id, &currency, word.status));
        if !dispute.events_sent.is_empty() {
            dispute.updated = Some(clock::now());
        }
        dispute.status = word.status;
        dispute.stage = word.stage;
        dispute.amount = word.amount.unwrap_or(paid);
        let event_type = word.status.event_type();
        if dispute.events_sent.contains(&event_type) {
            return Ok(None);
        }
        dispute.events_sent.push(event_type);
        let id = dispute.id.clone();
        let object = self.dispute(account, &id)?;
        Ok(Some(Event::new(
            account,
            event_type,
            &id,
            "dispute_details",
            object,
        )))
    }

    /// A dispute, as the API and webhooks show it.
    pub(crate) fn dispute<'a>(
        &'a self,
        account: &'a Account,
        id: &str,
    ) -> Result<DisputeResponse<'a>, ApiError> {
        let dispute = self.disputes.get(id);
        let dispute = dispute.ok_or_else(|| ApiError::not_found("Dispute"))?;
        Ok(dispute.response(account, self.is_refunded(&dispute.payment_id)))
    }

    /// All disputes, what changed last first.
    pub(crate) fn latest_disputes<'a>(&'a self, account: &'a Account) -> Vec<DisputeResponse<'a>> {
        let mut disputes: Vec<&Dispute> = self.disputes.values().collect();
        disputes.sort_by_key(|dispute| (std::cmp::Reverse(dispute.changed()), &dispute.id));
        let response =
            |dispute: &&'a Dispute| dispute.response(account, self.is_refunded(&dispute.payment_id));
        disputes.iter().map(response).collect()
    }

    fn is_refunded(&self, payment_id: &str) -> bool {
        let payment = self.payments.get(payment_id);
        payment.is_some_and(|payment| {
            self.refunds_of(payment)
                .any(|refund| refund.status == RefundStatus::Succeeded)
        })
    }

    /// Moves a payment to its end.
    pub(crate) fn end_payment(&mut self, account: &Account, id: &str, end: PaymentEnd) -> Option<Event> {
        let payment = self.payments.get_mut(id)?;
        payment.decline = match end {
            PaymentEnd::Succeeds => None,
            PaymentEnd::Declines(decline) => Some(decline),
        };
        self.move_payment(account, id, end.status())
    }

    /// Moves a payment to a status as if the world outside had.
    pub(crate) fn force_payment(
        &mut self,
        account: &Account,
        id: &str,
        forced: Forced,
    ) -> Result<Option<Event>, ApiError> {
        let payment = self.payment_mut(id)?;
        payment.amount = forced.amount.unwrap_or(payment.amount);
        payment.currency = forced.currency.unwrap_or_else(|| payment.currency.clone());
        payment.decline = decline_for(forced.status);
        if payment.attempt.is_none() && needs_attempt(forced.status) {
            payment.begin_attempt(Attempt::of_test_card());
        }
        Ok(self.move_payment(account, id, forced.status))
    }

    /// Moves a payment to a status; at most one event is sent for each type, ever.
    pub(crate) fn move_payment(
        &mut self,
        account: &Account,
        id: &str,
        status: PaymentStatus,
    ) -> Option<Event> {
        let payment = self.payments.get_mut(id)?;
        payment.status = status;
        payment.updated = clock::now();
        payment.amount_received = match status {
            PaymentStatus::Succeeded | PaymentStatus::PartiallyCaptured => Some(payment.net_amount()),
            PaymentStatus::Failed
            | PaymentStatus::Cancelled
            | PaymentStatus::CancelledPostCapture
            | PaymentStatus::Processing
            | PaymentStatus::RequiresCustomerAction
            | PaymentStatus::RequiresMerchantAction
            | PaymentStatus::RequiresPaymentMethod
            | PaymentStatus::RequiresConfirmation
            | PaymentStatus::RequiresCapture
            | PaymentStatus::PartiallyCapturedAndCapturable
            | PaymentStatus::PartiallyAuthorizedAndRequiresCapture
            | PaymentStatus::PartiallyCapturedAndProcessing
            | PaymentStatus::Conflicted
            | PaymentStatus::Expired
            | PaymentStatus::Review => None,
        };
        let event_type = status.event_type()?;
        if payment.events_sent.contains(&event_type) {
            return None;
        }
        payment.events_sent.push(event_type);
        let payment = &*payment;
        Some(Event::new(
            account,
            event_type,
            &payment.id,
            "payment_details",
            payment.response(account, None),
        ))
    }

    /// Moves a refund to a status; at most one event is sent for each type, ever.
    pub(crate) fn move_refund(&mut self, account: &Account, id: &str, status: RefundStatus) -> Option<Event> {
        let refund = self.refunds.get_mut(id)?;
        refund.status = status;
        refund.updated = clock::now();
        let event_type = status.event_type()?;
        if refund.events_sent.contains(&event_type) {
            return None;
        }
        refund.events_sent.push(event_type);
        let refund = &*refund;
        Some(Event::new(
            account,
            event_type,
            &refund.id,
            "refund_details",
            refund.response(account),
        ))
    }
}

/// The reason that is shown with a forced status.
fn decline_for(status: PaymentStatus) -> Option<Decline> {
    (status == PaymentStatus::Failed).then_some(super::cards::CARD_DECLINED)
}

/// A payment that waits for its method, or ended before it had one, shows none.
fn needs_attempt(status: PaymentStatus) -> bool {
    !matches!(
        status,
        PaymentStatus::RequiresPaymentMethod
            | PaymentStatus::RequiresConfirmation
            | PaymentStatus::Cancelled
            | PaymentStatus::Expired
    )
}
