//! What every page has around it: the head, the style, the little script, and the policy that lets nothing else in.

use std::sync::LazyLock;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("slider.js");

/// Nothing but our own style and script, by their hashes; forms go home; nobody frames the page.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = |text: &str| BASE64_STANDARD.encode(Sha256::digest(text.as_bytes()));
    let (style, script) = (hash(STYLE), hash(SCRIPT));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

/// Whether the reader is signed in: then there is a way out, and a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// They are.
    SignedIn,
    /// They are not.
    Stranger,
}

/// A whole page.
pub(super) fn page(
    status: StatusCode,
    reader: Reader,
    title: &str,
    search: &str,
    content: &Markup,
) -> Response {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Comptoir audit" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#content" { "Skip to the content" }
                header {
                    a.brand href="/audit" { "Comptoir " span { "audit" } }
                    @if reader == Reader::SignedIn {
                        form.search role="search" method="get" action="/audit/show" {
                            label for="q" { "Find" }
                            input #q type="search" name="id" value=(search) required autocomplete="off" spellcheck="false"
                                placeholder="order_…, invoice number, event id …";
                            button type="submit" { "Show" }
                        }
                        form method="post" action="/audit/sign-out" { button.quiet type="submit" { "Sign out" } }
                    }
                }
                main #content { (content) }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (header::CONTENT_SECURITY_POLICY, POLICY.clone()),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
    ];
    (status, headers, markup.into_string()).into_response()
}

/// A page that says what is wrong.
pub(super) fn error_page(status: StatusCode, text: &str) -> Response {
    let content = html! {
        h1 { "That did not work" }
        p.notice role="alert" { (text) }
        p { a href="/audit" { "Back to the search" } }
    };
    page(status, Reader::SignedIn, "That did not work", "", &content)
}

/// A moment, to the second, that machines can read too.
pub(super) fn time(at: chrono::DateTime<chrono::Utc>) -> Markup {
    html! { time datetime=(at.to_rfc3339()) { (at.format("%Y-%m-%d %H:%M:%S UTC").to_string()) } }
}
