//! What somebody does to a review.

use std::marker::PhantomData;

use axum::extract::{FromRequest, FromRequestParts as _, Request};
use comptoir_domain::values::ReviewId;
use comptoir_engine::{Answered, RequestContext, ReviewChanged};
use serde::de::DeserializeOwned;

use super::ReviewPath;
use super::body::{ReviewBody, changed};
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{Audience, Caller, CallerAs};
use crate::http::command::Command;
use crate::http::parameters::Path;
use crate::http::problem::Problem;

/// A request to do something to a review, by somebody of an audience, with a content.
#[derive(Debug)]
pub(crate) struct ReviewAction<A, T> {
    pub(super) app: App,
    pub(super) context: RequestContext,
    pub(super) review_id: ReviewId,
    pub(super) content: T,
    audience: PhantomData<A>,
}

/// The answer: the review as the caller sees it now.
pub(super) async fn answer(
    app: &App,
    context: RequestContext,
    answered: Answered<ReviewChanged>,
) -> Result<Answer<ReviewBody>, Problem> {
    changed(app, &Caller(context.actor), answered).await
}

impl<A: Audience, T: DeserializeOwned> FromRequest<App> for ReviewAction<A, T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        CallerAs::<A>::from_request_parts(&mut parts, app).await?;
        let Path(ReviewPath { review_id }) = Path::from_request_parts(&mut parts, app).await?;
        let request = Request::from_parts(parts, body);
        let Command { context, body } = Command::from_request(request, app).await?;
        Ok(Self {
            app: app.clone(),
            context,
            review_id,
            content: body,
            audience: PhantomData,
        })
    }
}
