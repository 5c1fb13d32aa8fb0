//! Things that a read model leaves out from some event on, by an operator's decision: what is shown of them is older than the
//! ledger, and says so in a field `stale_in`, wherever the thing stands in an answer.

use std::collections::BTreeMap;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use comptoir_audit::timeline::object_id;
use serde_json::Value;

use super::App;
use super::problem::{Problem, ProblemKind};

/// The models by the id of what they leave out, as answers have it.
type ById = BTreeMap<String, Vec<&'static str>>;

/// Marks what is stale in the answer to a read. It costs nothing as long as nothing is left out.
pub(super) async fn mark_stale(State(app): State<App>, request: Request, next: Next) -> Response {
    let is_read = *request.method() == Method::GET && !is_of_the_past(&request);
    let response = next.run(request).await;
    let stale = app.reads().projections().stale();
    if stale.is_empty() || !is_read || !is_json(&response) {
        return response;
    }
    let by_id = stale
        .iter()
        .map(|(stream, models)| (object_id(stream), models.clone()))
        .collect();
    marked(response, &by_id)
        .await
        .unwrap_or_else(|error| Problem::new(ProblemKind::Internal).cause(error).into_response())
}

/// What is shown of a past moment is made from events.
fn is_of_the_past(request: &Request) -> bool {
    let query = request.uri().query().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "as_of")
}

fn is_json(response: &Response) -> bool {
    let media_type = response.headers().get(header::CONTENT_TYPE);
    response.status() == StatusCode::OK && media_type.is_some_and(|it| it == "application/json")
}

async fn marked(response: Response, stale: &ById) -> Result<Response, axum::Error> {
    let (mut parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await?;
    let mut json = serde_json::from_slice(&bytes).map_err(axum::Error::new)?;
    if mark(&mut json, stale) == 0 {
        return Ok(Response::from_parts(parts, Body::from(bytes)));
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    Ok(Response::from_parts(parts, Body::from(json.to_string())))
}

/// Adds the field to each object that is a stale thing; how many there are.
fn mark(json: &mut Value, stale: &ById) -> usize {
    match json {
        Value::Array(items) => items.iter_mut().map(|item| mark(item, stale)).sum(),
        Value::Object(fields) => {
            let inner: usize = fields.values_mut().map(|field| mark(field, stale)).sum();
            let models = fields
                .get("id")
                .and_then(Value::as_str)
                .and_then(|id| stale.get(id));
            let Some(models) = models else {
                return inner;
            };
            fields.insert("stale_in".to_owned(), models.clone().into());
            inner + 1
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}
