//! What auditors ask is noted before they are answered: those who may see everything are seen themselves.
//!
//! Noted are reads by somebody who is an auditor and no admin, with the route and the ids and filters that were given; of a read that
//! found nothing, the ids alone. What was refused showed nothing, and its parameters may be anything.

use std::collections::BTreeMap;

use axum::extract::{FromRequestParts, MatchedPath, RawPathParams};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use comptoir_domain::values::Role;
use comptoir_engine::{QueryRecord, RequestContext};

use super::caller::Caller;
use crate::http::App;
use crate::http::command::Asked;
use crate::http::problem::{Problem, ProblemKind, chain};

/// What is to be noted once the answer is there.
pub(crate) struct ToNote {
    context: RequestContext,
    route: String,
    ids: BTreeMap<String, String>,
    filters: BTreeMap<String, String>,
}

impl ToNote {
    /// What is to be noted of a request; nothing, unless an auditor reads.
    pub(crate) async fn of(app: &App, caller: &Caller, parts: &mut Parts) -> Result<Option<Self>, Problem> {
        let reads = parts.method == Method::GET || parts.method == Method::HEAD;
        if !reads || !caller.is(Role::Auditor) || caller.is(Role::Admin) {
            return Ok(None);
        }
        let Asked(context) = Asked::from_request_parts(parts, app).await?;
        let route = parts.extensions.get::<MatchedPath>();
        let route = route.map_or_else(|| "(no route)".to_owned(), |route| route.as_str().to_owned());
        let ids = RawPathParams::from_request_parts(parts, app).await.ok();
        let ids = ids
            .iter()
            .flatten()
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let query = parts.uri.query().unwrap_or_default();
        Ok(Some(Self {
            context,
            route: format!("{} {route}", parts.method),
            ids: ids.collect(),
            filters: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        }))
    }

    /// The answer, once it is noted that it is given; or that it cannot be given.
    pub(crate) async fn before(self, app: &App, answer: Response) -> Response {
        let mut parameters = self.ids;
        match answer.status() {
            StatusCode::NOT_FOUND => {}
            status if status.is_success() || status == StatusCode::NOT_MODIFIED => {
                parameters.extend(self.filters);
            }
            _ => return answer,
        }
        let query = QueryRecord {
            route: self.route,
            parameters,
        };
        match app.engine().record_query(&self.context, query).await {
            Ok(_) => answer,
            Err(error) => Problem::new(ProblemKind::Unavailable)
                .detail("what auditors read is recorded first, and that failed: nothing is shown")
                .cause(chain(&error))
                .retry_after_s(2)
                .into_response(),
        }
    }
}
