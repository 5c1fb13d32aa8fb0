//! A node on a copy of another ledger answers reads, and refuses whatever would change something or call somebody.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::App;
use super::problem::{Problem, ProblemKind};

/// Lets reads through, and everything where the ledger is no copy.
pub(super) async fn refuse_changes(State(app): State<App>, request: Request, next: Next) -> Response {
    let ledger = app.engine().ledger();
    if !ledger.is_read_only() || request.method().is_safe() {
        return next.run(request).await;
    }
    let detail = format!(
        "this is a copy of the ledger up to position {}; ask the original",
        ledger.horizon()
    );
    Problem::new(ProblemKind::ReadOnlyReplica)
        .detail(detail)
        .into_response()
}
