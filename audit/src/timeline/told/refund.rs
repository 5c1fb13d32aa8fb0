//! Refunds, told.

use comptoir_domain::refund::{Refund, RefundEvent, RefundState};
use comptoir_domain::values::PersonId;

use super::words::{code, list, money, name, plain, source};
use super::{Line, Part, Told};

impl Told for Refund {
    fn sentence(event: &RefundEvent) -> String {
        match event {
            RefundEvent::Requested(requested) => format!(
                "asked for {} of order {} to go back: {}",
                money(requested.amount),
                requested.order_id,
                plain(requested.reason.as_str())
            ),
            RefundEvent::Submitted(submitted) => format!(
                "handed to Hyperswitch, which answered {}",
                plain(submitted.provider_status.as_str())
            ),
            RefundEvent::Refused(refused) => {
                format!(
                    "refused by Hyperswitch{}: no money moves",
                    code(refused.code.as_ref())
                )
            }
            RefundEvent::UnderReview(review) => {
                format!("under review at Hyperswitch, {}", source(review.source))
            }
            RefundEvent::Succeeded(succeeded) => {
                format!(
                    "{} went back, {}",
                    money(succeeded.amount),
                    source(succeeded.source)
                )
            }
            RefundEvent::Failed(failed) => format!(
                "failed{}, {}",
                code(failed.unified_code.as_ref().or(failed.code.as_ref())),
                source(failed.source)
            ),
            RefundEvent::FlaggedForReview(flagged) => format!(
                "flagged for a human: {} expected, {} reported, {}",
                money(flagged.expected),
                money(flagged.reported),
                source(flagged.source)
            ),
        }
    }

    fn lines(state: &RefundState) -> Vec<Line> {
        let status = match state {
            RefundState::Absent => return Vec::new(),
            RefundState::Pending(_) => "pending",
            RefundState::UnderReview(_) => "under review",
            RefundState::Succeeded(_) => "succeeded",
            RefundState::Failed(_) => "failed",
        };
        let Some(facts) = state.facts() else {
            return Vec::new();
        };
        let mut said = vec![
            ("status", status.to_owned()),
            ("amount", money(facts.amount)),
            ("order", facts.order_id.to_string()),
            ("reason", name(&facts.reason)),
        ];
        if !facts.flags.is_empty() {
            said.push(("reported instead", list(facts.flags.iter().copied().map(money))));
        }
        said
    }

    fn people(_: &RefundState) -> Vec<(PersonId, Part)> {
        Vec::new()
    }
}
