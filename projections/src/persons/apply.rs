//! How events leave traces of people. A trace stays: the ledger goes on knowing what somebody took back.

use comptoir_domain::Decider as _;
use comptoir_domain::licence::{Licence, LicenceEvent};
use comptoir_domain::order::{Order, OrderEvent};
use comptoir_domain::review::{Review, ReviewEvent};
use comptoir_domain::seller::{Seller, SellerEvent};
use comptoir_domain::values::PersonId;
use comptoir_ledger::{Position, RecordedEvent};
use sqlx::PgConnection;
use uuid::Uuid;

use super::query::TraceKind;
use crate::runner::{ApplyError, Behind, Projection, RowValues, Rows, decode, misplaced};
use crate::text::column;

/// The projection of the read model `persons`.
#[derive(Debug, Clone, Copy)]
pub struct Persons;

impl Projection for Persons {
    const NAME: &'static str = "persons";
    const VERSION: i32 = 2;
    const SCHEMA: &'static str = "read_persons";
    const ROWS: Rows = Rows::OfOneStream;

    fn event_types(&self) -> Vec<&'static str> {
        vec![
            "review.posted",
            "review.answered",
            "review.reported",
            "review.helpful_voted",
            "licence.transferred",
            "order.refund_opened",
            "seller.identified",
        ]
    }

    async fn apply(
        &mut self,
        connection: &mut PgConnection,
        events: &[RecordedEvent],
    ) -> Result<(), ApplyError> {
        let mut traces = Vec::with_capacity(events.len());
        for recorded in events {
            let found = traces_in(recorded)?.into_iter();
            traces.extend(found.map(|trace| (recorded.position, trace)));
        }
        if traces.is_empty() {
            return Ok(());
        }
        sqlx::query!(
            "INSERT INTO person_traces (person_id, kind, subject_id, position)
             SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::bigint[])
             ON CONFLICT DO NOTHING",
            &column(&traces, |(_, trace)| trace.person_id.as_uuid()),
            &column(&traces, |(_, trace)| trace.kind.as_str()) as _,
            &column(&traces, |(_, trace)| trace.subject_id),
            &column(&traces, |(position, _)| position.get()),
        )
        .execute(connection)
        .await?;
        Ok(())
    }

    fn behind(_table: &str, row: &RowValues<'_>) -> Behind {
        let position = row.text("position").and_then(|position| position.parse().ok());
        position.map_or(Behind::Streams(Vec::new()), |position| {
            Behind::Event(Position::new(position))
        })
    }
}

/// Somebody had to do with something.
struct Trace {
    person_id: PersonId,
    kind: TraceKind,
    subject_id: Uuid,
}

fn traces_in(recorded: &RecordedEvent) -> Result<Vec<Trace>, ApplyError> {
    let id = recorded
        .aggregate_id()
        .ok_or_else(|| misplaced(recorded, "its stream is not named after an aggregate"))?;
    match recorded.category() {
        Review::NAME => Ok(in_review(id, &decode(recorded)?).into_iter().collect()),
        Licence::NAME => Ok(in_licence(id, &decode(recorded)?)),
        Order::NAME => Ok(in_order(&decode(recorded)?).into_iter().collect()),
        Seller::NAME => Ok(in_seller(&decode(recorded)?).into_iter().collect()),
        _ => Err(misplaced(recorded, "nobody leaves traces in such streams")),
    }
}

fn in_review(review: Uuid, event: &ReviewEvent) -> Option<Trace> {
    let trace = |person_id, kind| Trace {
        person_id,
        kind,
        subject_id: review,
    };
    match event {
        ReviewEvent::Posted(posted) => Some(trace(posted.author_id, TraceKind::ReviewWritten)),
        // It is sealed with the key of who wrote it.
        ReviewEvent::Answered(answered) => {
            let seller = PersonId::from_uuid(answered.answer.subject.as_uuid());
            Some(trace(seller, TraceKind::ReviewJoined))
        }
        ReviewEvent::Reported(reported) => Some(trace(reported.reporter_id, TraceKind::ReviewJoined)),
        ReviewEvent::HelpfulVoted(voted) => Some(trace(voted.voter_id, TraceKind::ReviewJoined)),
        ReviewEvent::Edited(_)
        | ReviewEvent::Hidden(_)
        | ReviewEvent::Restored(_)
        | ReviewEvent::Removed(_)
        | ReviewEvent::HelpfulVoteWithdrawn(_)
        | ReviewEvent::PurchaseUndone(_)
        | ReviewEvent::PurchaseRestored(_) => None,
    }
}

fn in_licence(licence: Uuid, event: &LicenceEvent) -> Vec<Trace> {
    match event {
        // Who holds it now is in the licences; whoever it goes to may pass it on.
        LicenceEvent::Transferred(transferred) => [transferred.from, transferred.to]
            .map(|person_id| Trace {
                person_id,
                kind: TraceKind::LicencePassed,
                subject_id: licence,
            })
            .into(),
        LicenceEvent::Issued(_)
        | LicenceEvent::Activated(_)
        | LicenceEvent::Deactivated(_)
        | LicenceEvent::KeyRotated(_)
        | LicenceEvent::FileAccessed(_)
        | LicenceEvent::OfflineFileIssued(_)
        | LicenceEvent::UpgradeReserved(_)
        | LicenceEvent::UpgradeReleased(_)
        | LicenceEvent::Superseded(_)
        | LicenceEvent::Suspended(_)
        | LicenceEvent::Revoked(_)
        | LicenceEvent::Reinstated(_) => vec![],
    }
}

fn in_order(event: &OrderEvent) -> Option<Trace> {
    match event {
        OrderEvent::RefundOpened(opened) => opened.requested_by.map(|person_id| Trace {
            person_id,
            kind: TraceKind::RefundAsked,
            subject_id: opened.refund_id.as_uuid(),
        }),
        OrderEvent::Placed(_)
        | OrderEvent::PaymentInitiated(_)
        | OrderEvent::PaymentAwaiting(_)
        | OrderEvent::PaymentProcessing(_)
        | OrderEvent::PaymentFailed(_)
        | OrderEvent::Paid(_)
        | OrderEvent::Cancelled(_)
        | OrderEvent::Expired(_)
        | OrderEvent::FlaggedForReview(_)
        | OrderEvent::RefundSettled(_)
        | OrderEvent::RefundDeclined(_)
        | OrderEvent::Disputed(_)
        | OrderEvent::DisputeChanged(_)
        | OrderEvent::DisputeClosed(_)
        | OrderEvent::DeliveryBegan(_)
        | OrderEvent::WithdrawalDeclared(_)
        | OrderEvent::WithdrawalConfirmed(_) => None,
    }
}

fn in_seller(event: &SellerEvent) -> Option<Trace> {
    match event {
        SellerEvent::Identified(identified) => Some(Trace {
            person_id: identified.seller_id.into(),
            kind: TraceKind::SellerIdentified,
            subject_id: identified.seller_id.as_uuid(),
        }),
        SellerEvent::MandateAccepted(_) | SellerEvent::MandateWithdrawn(_) => None,
    }
}
