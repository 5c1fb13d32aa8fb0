//! What a write brings: who asks, under which key, and the content.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use comptoir_engine::RequestContext;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::auth::Caller;
use super::problem::{Problem, ProblemKind};
use super::request_id::{RequestId, traceparent};
use super::{App, idempotency, json};

/// A request that changes something, checked as far as its form goes.
#[derive(Debug)]
pub(crate) struct Command<T> {
    /// Who asks, and what is noted beside the events.
    pub(crate) context: RequestContext,
    /// The content.
    pub(crate) body: T,
}

/// The content of a request that needs none: no body, or `{}`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// Who asks for something that has no content to read, or reads its content otherwise.
#[derive(Debug)]
pub(crate) struct Asked(pub(crate) RequestContext);

impl<T: DeserializeOwned> FromRequest<App> for Command<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let context = context_of(&parts, app)?;
        let bytes = json::read_body(body, app.http().body_bytes_max).await?;
        let idempotency = idempotency::read(&parts.headers, &parts.method, parts.uri.path(), &bytes)?;
        let body = json::parse(&parts.headers, &bytes)?;
        let context = RequestContext {
            idempotency,
            ..context
        };
        Ok(Self { context, body })
    }
}

impl FromRequestParts<App> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        context_of(parts, app).map(Self)
    }
}

fn context_of(parts: &Parts, app: &App) -> Result<RequestContext, Problem> {
    let caller = parts.extensions.get::<Caller>().cloned();
    let Caller(actor) = caller
        .ok_or_else(|| Problem::new(ProblemKind::Internal).cause("the route has no authentication layer"))?;
    let request_id = parts.extensions.get::<RequestId>();
    Ok(RequestContext {
        actor,
        idempotency: None,
        request_id: request_id.map(|id| id.as_str().to_owned()),
        correlation_id: Some(app.ids().uuid_v7()),
        traceparent: traceparent(&parts.headers),
    })
}
