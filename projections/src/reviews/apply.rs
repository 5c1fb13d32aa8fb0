//! How events change reviews and the sums of ratings: the rows of a batch are loaded, changed in memory, event by event, and
//! stored; each sum moves by what its product's reviews counted for before and after.

use std::collections::{BTreeMap, BTreeSet};

use comptoir_domain::Decider as _;
use comptoir_domain::review::{
    PurchaseStanding, RemovedReview, ReportStanding, Review, ReviewAnswer, ReviewEvent, ReviewHiding,
    ReviewReport, ReviewState, ReviewStatus, ReviewVersion,
};
use comptoir_domain::values::{ProductId, Rating};
use comptoir_ledger::RecordedEvent;
use sqlx::PgConnection;
use uuid::Uuid;

use super::row::{ReviewRow, ReviewView};
use super::store;
use crate::runner::{ApplyError, Behind, Projection, RowValues, decode, misplaced};

/// The projection of the read model `reviews`.
#[derive(Debug, Clone, Copy)]
pub struct Reviews;

impl Projection for Reviews {
    const NAME: &'static str = "reviews";
    const VERSION: i32 = 2;
    const SCHEMA: &'static str = "read_reviews";

    fn event_types(&self) -> Vec<&'static str> {
        ReviewEvent::WIRE.iter().map(|(name, _)| *name).collect()
    }

    async fn apply(
        &mut self,
        connection: &mut PgConnection,
        events: &[RecordedEvent],
    ) -> Result<(), ApplyError> {
        let ids: BTreeSet<Uuid> = events.iter().filter_map(RecordedEvent::aggregate_id).collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let before = store::load(connection, &ids).await?;
        let mut rows: BTreeMap<Uuid, ReviewRow> = before.iter().cloned().map(with_id).collect();
        for recorded in events {
            apply_one(&mut rows, recorded, decode(recorded)?)?;
        }
        let mut moves = Moves::default();
        for row in &before {
            moves.add(&row.view, -1);
        }
        for row in rows.values() {
            moves.add(&row.view, 1);
        }
        let rows: Vec<&ReviewRow> = rows.values().collect();
        store::upsert(connection, &rows).await?;
        store::move_ratings(connection, &moves.changed()).await?;
        Ok(())
    }

    fn behind(table: &str, row: &RowValues<'_>) -> Behind {
        match (table, row.uuid("product_id")) {
            ("product_ratings", Some(value)) => Behind::Rows {
                category: "review",
                table: "reviews",
                column: "product_id",
                value,
            },
            _ => Behind::stream("review", row, "id"),
        }
    }
}

/// By how much the counts of each product's ratings move, one star first.
#[derive(Default)]
pub(super) struct Moves(pub(super) BTreeMap<ProductId, [i32; Rating::LIMIT as usize]>);

impl Moves {
    pub(super) fn add(&mut self, review: &ReviewView, by: i32) {
        if let Some(rating) = review.counted_rating() {
            let counts = self.0.entry(review.product_id).or_default();
            counts[usize::from(rating.get() - 1)] += by;
        }
    }

    fn changed(self) -> Vec<(ProductId, [i32; Rating::LIMIT as usize])> {
        self.0
            .into_iter()
            .filter(|(_, counts)| counts.iter().any(|by| *by != 0))
            .collect()
    }
}

fn with_id(row: ReviewRow) -> (Uuid, ReviewRow) {
    (row.view.review_id.as_uuid(), row)
}

pub(super) fn apply_one(
    rows: &mut BTreeMap<Uuid, ReviewRow>,
    recorded: &RecordedEvent,
    event: ReviewEvent,
) -> Result<(), ApplyError> {
    let id = recorded
        .aggregate_id()
        .ok_or_else(|| misplaced(recorded, "its stream is not named after a review"))?;
    if matches!(event, ReviewEvent::Posted(_)) {
        let posted = Review::evolve(ReviewState::Absent, &event);
        let view = ReviewView::of_state(&posted);
        let view = view.ok_or_else(|| misplaced(recorded, "it does not start a review"))?;
        let row = ReviewRow {
            view,
            posted_position: recorded.position,
            revision: recorded.revision,
            position: recorded.position,
        };
        rows.insert(id, row);
        return Ok(());
    }
    let row = rows
        .get_mut(&id)
        .ok_or_else(|| misplaced(recorded, "the review was never posted"))?;
    change(&mut row.view, event);
    row.revision = recorded.revision;
    row.position = recorded.position;
    Ok(())
}

fn change(review: &mut ReviewView, event: ReviewEvent) {
    let content = &mut review.content;
    match event {
        // It has begun a row of its own.
        ReviewEvent::Posted(_) => {}
        ReviewEvent::Edited(edited) => {
            let (rating, body, at) = (edited.rating, edited.body, edited.at);
            let new = ReviewVersion { rating, body, at };
            content.earlier.push(std::mem::replace(&mut content.current, new));
        }
        ReviewEvent::Answered(answered) => {
            let (answer, at) = (answered.answer, answered.at);
            content.answer = Some(ReviewAnswer { answer, at });
        }
        ReviewEvent::Reported(reported) => {
            let (concern, note, at) = (reported.concern, reported.note, reported.at);
            let report = ReviewReport {
                concern,
                note,
                at,
                standing: ReportStanding::Open,
            };
            content.reports.insert(reported.reporter_id, report);
        }
        ReviewEvent::Hidden(hidden) => {
            let (concern, note, at) = (hidden.concern, hidden.note, hidden.at);
            content.settle_reports();
            content.hiding = Some(ReviewHiding { concern, note, at });
            review.status = ReviewStatus::Hidden;
        }
        ReviewEvent::Restored(_) => {
            content.settle_reports();
            if let Some(removed) = &mut content.removed {
                removed.hidden = None;
            } else {
                content.hiding = None;
                review.status = ReviewStatus::Visible;
            }
        }
        ReviewEvent::Removed(removed) => {
            let hidden = content.hiding.take().map(|hiding| hiding.concern);
            let (by, at) = (removed.by, removed.at);
            content.removed = Some(RemovedReview { by, at, hidden });
            content.current.body = None;
            content.earlier.clear();
            content.answer = None;
            content.reports.clear();
            review.helpful_count = 0;
            review.status = ReviewStatus::Removed;
        }
        ReviewEvent::HelpfulVoted(_) => review.helpful_count += 1,
        ReviewEvent::HelpfulVoteWithdrawn(_) => {
            review.helpful_count = review.helpful_count.saturating_sub(1);
        }
        ReviewEvent::PurchaseUndone(undone) => review.purchase = PurchaseStanding::Undone(undone.cause),
        ReviewEvent::PurchaseRestored(_) => review.purchase = PurchaseStanding::Stands,
    }
}
