//! The decisions about a refund.

use chrono::{DateTime, Utc};

use super::event::{
    RefundEvent, RefundFailed, RefundFlaggedForReview, RefundRefused, RefundRequested, RefundSubmitted,
    RefundSucceeded, RefundUnderReview,
};
use super::report::{RefundReport, RefundStatus};
use super::state::{RefundFacts, RefundStage, RefundStamp, RefundState, RefundSubmission};
use super::{RefundCommand, RefundError};
use crate::values::ProviderCode;

type Decision = Result<Vec<RefundEvent>, RefundError>;

/// The events that follow from a command.
pub(super) fn decide(state: &RefundState, command: RefundCommand) -> Decision {
    match command {
        RefundCommand::Request {
            refund_id,
            order_id,
            payment_id,
            amount,
            reason,
            at,
        } => decide_request(
            state,
            RefundRequested {
                refund_id,
                order_id,
                payment_id,
                amount,
                reason,
                at,
            },
        ),
        RefundCommand::RecordSubmitted { provider_status, at } => match existing(state)?.submission {
            RefundSubmission::Submitted => Ok(vec![]),
            RefundSubmission::NotYet => Ok(vec![RefundSubmitted { provider_status, at }.into()]),
        },
        RefundCommand::RecordRefused { code, at } => Ok(refused(state, existing(state)?, code, at)),
        RefundCommand::RecordStatus { report, at } => decide_report(existing(state)?, report, at),
    }
}

fn existing(state: &RefundState) -> Result<&RefundFacts, RefundError> {
    state.facts().ok_or(RefundError::NotFound)
}

fn decide_request(state: &RefundState, requested: RefundRequested) -> Decision {
    if requested.amount.amount <= 0 {
        return Err(RefundError::NothingToRefund);
    }
    match state.facts() {
        None => Ok(vec![requested.into()]),
        Some(known) if known.was_requested_as(&requested) => Ok(vec![]),
        Some(_) => Err(RefundError::RequestedDifferently),
    }
}

/// Only a refund of which the provider has said nothing yet, and never taken, can be refused.
fn refused(
    state: &RefundState,
    facts: &RefundFacts,
    code: Option<ProviderCode>,
    at: DateTime<Utc>,
) -> Vec<RefundEvent> {
    match (state, facts.submission) {
        (RefundState::Pending(_), RefundSubmission::NotYet) => vec![RefundRefused { code, at }.into()],
        (RefundState::Pending(_), RefundSubmission::Submitted)
        | (
            RefundState::Absent
            | RefundState::UnderReview(_)
            | RefundState::Succeeded(_)
            | RefundState::Failed(_),
            RefundSubmission::NotYet | RefundSubmission::Submitted,
        ) => vec![],
    }
}

/// Another amount is flagged in every state; the rest moves the refund, the newest report winning, so that it ends up
/// the same in whatever order, and however often, the reports arrive.
fn decide_report(facts: &RefundFacts, report: RefundReport, at: DateTime<Utc>) -> Decision {
    if report.refund_id != facts.refund_id {
        return Err(RefundError::WrongRefund {
            expected: facts.refund_id,
        });
    }
    if report.amount != facts.amount {
        return Ok(flagged_once(facts, &report, at));
    }
    let stage = match report.status {
        RefundStatus::Pending => return Ok(vec![]),
        RefundStatus::Review => RefundStage::UnderReview,
        RefundStatus::Failed => RefundStage::Failed,
        RefundStatus::Succeeded => RefundStage::Succeeded,
    };
    let stamp = RefundStamp {
        updated: report.updated,
        stage,
    };
    if facts.newest_report.is_some_and(|newest| newest >= stamp) {
        return Ok(vec![]);
    }
    let RefundReport {
        amount,
        updated: provider_updated,
        error_code,
        unified_code,
        source,
        ..
    } = report;
    Ok(vec![match stage {
        RefundStage::UnderReview => RefundUnderReview {
            provider_updated,
            source,
            at,
        }
        .into(),
        RefundStage::Succeeded => RefundSucceeded {
            amount,
            provider_updated,
            source,
            at,
        }
        .into(),
        RefundStage::Failed => RefundFailed {
            code: error_code,
            unified_code,
            provider_updated,
            source,
            at,
        }
        .into(),
    }])
}

fn flagged_once(facts: &RefundFacts, report: &RefundReport, at: DateTime<Utc>) -> Vec<RefundEvent> {
    if facts.flags.contains(&report.amount) {
        return vec![];
    }
    let flagged = RefundFlaggedForReview {
        expected: facts.amount,
        reported: report.amount,
        provider_status: report.status,
        provider_updated: report.updated,
        source: report.source,
        at,
    };
    vec![flagged.into()]
}

impl RefundFacts {
    fn was_requested_as(&self, requested: &RefundRequested) -> bool {
        self.refund_id == requested.refund_id
            && self.order_id == requested.order_id
            && self.payment_id == requested.payment_id
            && self.amount == requested.amount
            && self.reason == requested.reason
    }
}
