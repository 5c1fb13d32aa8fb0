//! The list of routes, and what every call goes through.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};

use super::{
    cancel_payment, confirm_payment, control, create_payment, create_refund, list_disputes, redirect,
    retrieve_dispute, retrieve_payment, retrieve_refund,
};
use crate::hyperswitch::connection::Scissors;
use crate::hyperswitch::error::ApiError;
use crate::hyperswitch::faults::Down;
use crate::hyperswitch::shared::Shared;

/// The API of the original, and the control interface beside it, which has no faults.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    let api = Router::new()
        .route("/payments", post(create_payment::handle))
        .route("/payments/{payment_id}", get(retrieve_payment::handle))
        .route("/payments/{payment_id}/confirm", post(confirm_payment::handle))
        .route("/payments/{payment_id}/cancel", post(cancel_payment::handle))
        .route("/payments/redirect/{payment_id}", get(redirect::handle))
        .route("/refunds", post(create_refund::handle))
        .route("/refunds/{refund_id}", get(retrieve_refund::handle))
        .route("/disputes/list", get(list_disputes::handle))
        .route("/disputes/{dispute_id}", get(retrieve_dispute::handle))
        .route_layer(from_fn_with_state(shared.clone(), go_through_faults));
    let control = Router::new()
        .route("/_control/faults", get(control::faults).put(control::set_faults))
        .route(
            "/_control/webhooks",
            get(control::webhooks).put(control::set_webhooks),
        )
        .route("/_control/webhooks/target", put(control::set_webhook_target))
        .route("/_control/webhooks/{event_id}", get(control::webhook_body))
        .route(
            "/_control/webhooks/{event_id}/deliver",
            post(control::deliver_webhook),
        )
        .route(
            "/_control/payments/{payment_id}/settle",
            post(control::settle_payment),
        )
        .route(
            "/_control/refunds/{refund_id}/settle",
            post(control::settle_refund),
        )
        .route(
            "/_control/payments/{payment_id}/dispute",
            post(control::dispute_payment),
        )
        .route("/_control/refunds/outcome", put(control::set_refund_outcome))
        .route("/_control/calls", get(control::calls))
        .route("/_control/reset", post(control::reset));
    api.merge(control)
        .fallback(|| async { ApiError::unknown_url() })
        .method_not_allowed_fallback(|| async { ApiError::wrong_method() })
        .with_state(shared)
}

async fn go_through_faults(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    path: MatchedPath,
    request: Request,
    next: Next,
) -> Response {
    let route = format!("{} {}", request.method(), path.as_str());
    shared.count_call(&route);
    let faults = shared.faults.met_by(&route);
    match faults.down {
        Down::No => {}
        Down::Unavailable => return ApiError::unavailable().into_response(),
        Down::Drop => {
            scissors.cut();
            return ApiError::unavailable().into_response();
        }
    }
    wait(faults.slow_ms).await;
    let response = next.run(request).await;
    wait(faults.late_ms).await;
    response
}

async fn wait(milliseconds: u64) {
    if milliseconds > 0 {
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    }
}
