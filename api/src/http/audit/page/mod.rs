//! The page of auditors, at `/audit`: search by any id, the timeline of one thing with a slider through its states, and how
//! far the read models are. Made here, whole without JavaScript, and nothing is fetched from elsewhere.

mod entries;
mod home;
mod layout;
mod session;
mod show;

use axum::Router;
use axum::routing::{get, post};

use super::super::App;

/// The routes of the page.
pub(in crate::http) fn pages() -> Router<App> {
    Router::new()
        .route("/audit", get(home::home))
        .route("/audit/session", post(session::sign_in))
        .route("/audit/sign-out", post(session::sign_out))
        .route("/audit/show", get(show::show))
}
