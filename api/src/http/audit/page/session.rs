//! Who reads the page: by a token that was pasted once, and is kept in a cookie that no script sees.

use axum::body::Bytes;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use comptoir_domain::values::Role;
use comptoir_engine::{QueryRecord, RequestContext};

use super::home::sign_in_page;
use super::layout::error_page;
use crate::http::App;
use crate::http::auth::Caller;
use crate::http::command::Asked;
use crate::http::problem::chain;

const COOKIE: &str = "comptoir_audit";
/// Far more than a token needs.
const FORM_BYTES_MAX: usize = 16 * 1024;

/// Somebody who may read the page. Others get the form to sign in.
pub(super) struct SignedIn {
    caller: Caller,
    context: RequestContext,
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let Some(token) = cookie(&parts.headers) else {
            return Err(sign_in_page(StatusCode::UNAUTHORIZED, None));
        };
        let caller = match verified(app, &token).await {
            Ok(caller) => caller,
            Err(why) => return Err(sign_in_page(StatusCode::UNAUTHORIZED, Some(&why))),
        };
        if app.rate_limiter().take(caller.person_id().as_uuid()).is_err() {
            let text = "Too many requests. Wait a moment and try again.";
            return Err(error_page(StatusCode::TOO_MANY_REQUESTS, text));
        }
        parts.extensions.insert(caller.clone());
        let asked = Asked::from_request_parts(parts, app).await;
        let Asked(context) = asked.map_err(IntoResponse::into_response)?;
        Ok(Self { caller, context })
    }
}

impl SignedIn {
    /// Notes what an auditor is about to see; the page that says why not, if that fails.
    pub(super) async fn note(&self, app: &App, parameters: &[(&str, String)]) -> Result<(), Response> {
        if self.caller.is(Role::Admin) {
            return Ok(());
        }
        let owned = |(name, value): &(&str, String)| ((*name).to_owned(), value.clone());
        let query = QueryRecord {
            route: "GET /audit/show".to_owned(),
            parameters: parameters.iter().map(owned).collect(),
        };
        let noted = app.engine().record_query(&self.context, query).await;
        noted.map(drop).map_err(|error| {
            tracing::error!(error = chain(&error), "what an auditor reads cannot be recorded");
            let text = "What auditors read is recorded first, and that failed, so that nothing is shown. Try again in a moment.";
            error_page(StatusCode::SERVICE_UNAVAILABLE, text)
        })
    }
}

/// The person of a token, if it is an auditor's or an admin's; else why not, in words.
async fn verified(app: &App, token: &str) -> Result<Caller, String> {
    let caller = app
        .authenticator()
        .verify(token)
        .await
        .map_err(|error| error.to_string())?;
    if caller.sees_all() {
        Ok(caller)
    } else {
        Err("this page is for auditors and admins".to_owned())
    }
}

/// Signs in with the token of the form.
pub(super) async fn sign_in(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    // Nobody is signed in by a form of another site.
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    if site.is_some_and(|site| ![&b"same-origin"[..], b"none"].contains(&site)) {
        return sign_in_page(StatusCode::FORBIDDEN, Some("the form came from another site"));
    }
    if body.len() > FORM_BYTES_MAX {
        return sign_in_page(StatusCode::PAYLOAD_TOO_LARGE, Some("that is no token"));
    }
    let token = form_urlencoded::parse(&body).find(|(name, _)| name == "token");
    let token = token
        .map(|(_, token)| token.trim().to_owned())
        .unwrap_or_default();
    match verified(&app, &token).await {
        Ok(_) => set_cookie(&app, &token, ""),
        Err(why) => sign_in_page(StatusCode::UNAUTHORIZED, Some(&why)),
    }
}

/// Forgets the token.
pub(super) async fn sign_out(State(app): State<App>) -> Response {
    set_cookie(&app, "", "; Max-Age=0")
}

/// Goes on to the page with another cookie. It is sent to this page alone, never from other sites, and no script sees it.
fn set_cookie(app: &App, token: &str, ends: &str) -> Response {
    let is_secure = app.http().public_url.as_str().starts_with("https:");
    let secure = if is_secure { "; Secure" } else { "" };
    let cookie = format!("{COOKIE}={token}; Path=/audit; HttpOnly; SameSite=Strict{secure}{ends}");
    let Ok(cookie) = HeaderValue::try_from(cookie) else {
        return sign_in_page(StatusCode::BAD_REQUEST, Some("that is no token"));
    };
    let headers = [
        (header::SET_COOKIE, cookie),
        (header::LOCATION, HeaderValue::from_static("/audit")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    let texts = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut pairs = texts
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(name, value)| *name == COOKIE && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}
