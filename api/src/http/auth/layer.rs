//! The layer around every route that is not public.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::caller::Caller;
use super::noted::ToNote;
use super::token::TokenError;
use crate::http::App;
use crate::http::problem::{Problem, ProblemKind};

/// Verifies the token, counts the request against the caller's allowance, hands the caller on, and notes what auditors read.
pub(crate) async fn require_token(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let caller = match authenticate(&app, request.headers()).await {
        Ok(caller) => caller,
        Err(error) => return refuse(&error).into_response(),
    };
    let allowance = match app.rate_limiter().take(caller.person_id().as_uuid()) {
        Ok(allowance) => allowance,
        Err(problem) => return problem.into_response(),
    };
    request.extensions_mut().insert(caller.clone());
    let (mut parts, body) = request.into_parts();
    let to_note = match ToNote::of(&app, &caller, &mut parts).await {
        Ok(to_note) => to_note,
        Err(problem) => return problem.into_response(),
    };
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if let Some(to_note) = to_note {
        response = to_note.before(&app, response).await;
    }
    app.rate_limiter().tell(allowance, response.headers_mut());
    response
}

async fn authenticate(app: &App, headers: &HeaderMap) -> Result<Caller, TokenError> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next().ok_or(TokenError::Missing)?;
    if values.next().is_some() {
        return Err(TokenError::Malformed);
    }
    let text = value.to_str().map_err(|_| TokenError::Malformed)?;
    let (scheme, token) = text.split_once(' ').ok_or(TokenError::Missing)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(TokenError::Missing);
    }
    app.authenticator().verify(token.trim()).await
}

fn refuse(error: &TokenError) -> Problem {
    let challenge = match error {
        TokenError::KeysUnavailable(reason) => {
            return Problem::new(ProblemKind::Unavailable)
                .cause(reason)
                .retry_after_s(10);
        }
        TokenError::Missing => "Bearer realm=\"comptoir\"".to_owned(),
        TokenError::Malformed
        | TokenError::WrongAlgorithm
        | TokenError::WrongSignature
        | TokenError::UnknownKey
        | TokenError::NotForUs
        | TokenError::Expired
        | TokenError::NotYet
        | TokenError::WrongSubject => {
            format!("Bearer realm=\"comptoir\", error=\"invalid_token\", error_description=\"{error}\"")
        }
    };
    let challenge = HeaderValue::from_str(&challenge).unwrap_or(HeaderValue::from_static("Bearer"));
    Problem::new(ProblemKind::Unauthenticated)
        .detail(error.to_string())
        .header(header::WWW_AUTHENTICATE, challenge)
}
