//! `GET /audit`: the form to sign in, or the search and how everything stands.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use comptoir_audit::timeline::TimelineError;
use comptoir_ledger::SignedCheckpoint;
use comptoir_projections::{ProjectionStatus, statuses};
use maud::{Markup, html};

use super::layout::{Reader, error_page, page, time};
use super::session::SignedIn;
use crate::http::App;
use crate::http::problem::chain;

/// The start.
pub(super) async fn home(_: SignedIn, State(app): State<App>) -> Response {
    let ledger = app.engine().ledger();
    let standing = async {
        let models = statuses(ledger).await?;
        Ok::<_, TimelineError>((models, ledger.newest_checkpoint().await?))
    };
    match standing.await {
        Ok((models, checkpoint)) => {
            let content = started(ledger.horizon().get(), checkpoint.as_ref(), &models);
            page(StatusCode::OK, Reader::SignedIn, "Search", "", &content)
        }
        Err(error) => away(&error),
    }
}

/// The page that says that the database did not answer.
pub(super) fn away(error: &TimelineError) -> Response {
    tracing::error!(error = chain(error), "the audit page cannot be made");
    let text = "The ledger did not answer. Try again in a moment; if that does not help, its operator finds more in the log.";
    error_page(StatusCode::SERVICE_UNAVAILABLE, text)
}

fn started(horizon: i64, checkpoint: Option<&SignedCheckpoint>, models: &[ProjectionStatus]) -> Markup {
    html! {
        h1 { "What happened, and when" }
        p { "Search above by any id (order, payment, refund, licence, product, person, document, …), by the number of an invoice or
            credit note, or by the id or position of an event." }
        h2 { "The ledger" }
        dl {
            dt { "Newest position" } dd { (horizon) }
            dt { "Newest signed checkpoint" }
            dd {
                @match checkpoint {
                    Some(signed) => { "covers positions 1 to " (signed.size) ", signed " (time(signed.signed_at)) },
                    None => { span.unproved { "nothing was signed yet" } },
                }
            }
        }
        h2 #models { "Read models" }
        table aria-labelledby="models" {
            thead { tr {
                th scope="col" { "Read model" } th.number scope="col" { "Version" } th.number scope="col" { "Position" }
                th.number scope="col" { "Events behind" } th scope="col" { "State" }
            } }
            tbody { @for model in models { (row(model)) } }
        }
    }
}

fn row(model: &ProjectionStatus) -> Markup {
    html! {
        tr {
            th scope="row" { (model.name) }
            td.number { @if let Some(version) = model.version { (version) } }
            td.number { (model.position) }
            td.number { (model.lag_events()) }
            td {
                @match &model.stuck {
                    Some(stuck) => span.unproved { "stopped at position " (stuck.position) ": " (stuck.reason) },
                    None if model.lag_events() == 0 => span.proved { "up to date" },
                    None => "catching up",
                }
                @for left_out in &model.quarantined {
                    " " span.unproved { "leaves out " (left_out.stream) }
                }
            }
        }
    }
}

/// The form to sign in, with what went wrong before.
pub(super) fn sign_in_page(status: StatusCode, why: Option<&str>) -> Response {
    let content = html! {
        h1 { "Sign in" }
        p { "This page is for auditors and admins. Paste a token; it stays in a cookie that no script sees, until you sign out or
            it ends." }
        @if let Some(why) = why { p.notice role="alert" { "Not signed in: " (why) "." } }
        form method="post" action="/audit/session" {
            p { label for="token" { "Token" } br; textarea #token name="token" required spellcheck="false" autocomplete="off" {} }
            p { button type="submit" { "Sign in" } }
        }
    };
    page(status, Reader::Stranger, "Sign in", "", &content)
}
