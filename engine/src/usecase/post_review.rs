//! A buyer says what they think of a product they bought.

use comptoir_domain::order::OrderState;
use comptoir_domain::review::{PostReview as Posting, ReviewCommand};
use comptoir_domain::values::{OrderId, ProductId, Rating, ReviewId, ReviewText};
use comptoir_ledger::Append;

use super::review::{REVIEW_BODY_CONTEXT, ReviewChanged, Wording, with_answer};
use crate::aggregates::Attempts;
use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::idempotency::Answered;

/// A review as a buyer writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostReview {
    /// The product.
    pub product_id: ProductId,
    /// The order that they bought it with.
    pub order_id: OrderId,
    /// The stars.
    pub rating: Rating,
    /// The text. Sealed before it is stored.
    pub body: Option<ReviewText>,
}

impl Engine {
    /// Posts a review. The append relies on the order not having moved, so that no refund comes between.
    #[tracing::instrument(name = "engine.review.post", skip_all, fields(product_id = %post.product_id))]
    pub async fn post_review(
        &self,
        request: &RequestContext,
        post: PostReview,
    ) -> Result<Answered<ReviewChanged>, UseCaseError> {
        self.once(request, "post_review", self.append_posted(request, post))
            .await
    }

    async fn append_posted(
        &self,
        request: &RequestContext,
        post: PostReview,
    ) -> Result<Answered<ReviewChanged>, UseCaseError> {
        let author_id = request.actor.person_id;
        let review_id = ReviewId::of(author_id, post.product_id);
        let (answer, at) = (ReviewChanged { review_id }, self.now());
        let mut text = post
            .body
            .map(|body| Wording::of(author_id, REVIEW_BODY_CONTEXT, body));
        let mut sealed = None;
        let mut attempts = Attempts::new();
        loop {
            let order = self
                .orders
                .get(post.order_id.as_uuid(), attempts.freshness())
                .await?;
            let review = self
                .reviews
                .get(review_id.as_uuid(), attempts.freshness())
                .await?;
            let posting = |order: &OrderState, body| {
                ReviewCommand::Post(Box::new(Posting {
                    author: request.actor.clone(),
                    product_id: post.product_id,
                    order: order.clone(),
                    rating: post.rating,
                    body,
                    at,
                }))
            };
            match review.decide(posting(&order.state, None)) {
                Ok(_) => {}
                Err(_) if attempts.confirm() => continue,
                Err(refused) => return Err(refused.into()),
            }
            self.refuse_erased(author_id).await?;
            // Only now: nothing is stored for a review that is refused, not even the author's key.
            if let Some(text) = text.take() {
                sealed = Some(self.seal_wording(text).await?);
            }
            let events = review.decide(posting(&order.state, sealed.clone()))?;
            let append = Append::new(&request.metadata())
                .write(&review, &events, self.ledger.ids())
                .check(&order);
            let append = with_answer(append, request, "post_review", answer)?;
            match self.ledger.append(append).await {
                Ok(appended) => {
                    self.reviews.remember_after(review, &events);
                    return Ok(Answered::first(answer, appended.position));
                }
                Err(failed) => {
                    let forget = || {
                        self.reviews.forget(review_id.as_uuid());
                        self.orders.forget(post.order_id.as_uuid());
                    };
                    self.retry_after(failed, &mut attempts, forget).await?;
                }
            }
        }
    }
}
