//! Every route there is, in one list.

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::address::limit_by_address;
use super::auth::require_token;
use super::openapi::{self, ApiDoc};
use super::problem::{Problem, ProblemKind};
use super::replica::refuse_changes;
use super::request_id::accompany;
use super::stale::mark_stale;
use super::{
    App, audit, cors, credit_notes, disputes, downloads, health, invoices, licences, orders, persons,
    products, promotions, quotes, refunds, reviews, sellers, webhooks, well_known,
};

/// Below this are the routes of this version of the API.
const BASE: &str = "/api/v1";

/// The router: the API, and the pages that explain it.
pub fn router(app: App) -> Router {
    let accompanied = |routes: Router<App>| {
        routes
            .method_not_allowed_fallback(async || Problem::new(ProblemKind::MethodNotAllowed).into_response())
            .layer(from_fn_with_state(app.clone(), refuse_changes))
            .layer(from_fn_with_state(app.clone(), accompany))
    };
    let callers = for_callers()
        .layer(from_fn_with_state(app.clone(), mark_stale))
        .layer(from_fn_with_state(app.clone(), require_token));
    let programs = for_programs().layer(from_fn_with_state(app.clone(), limit_by_address));
    let public_url = Some(app.http().public_url.as_str());
    let browsers = OpenApiRouter::new()
        .nest(BASE, callers.merge(programs))
        .merge(for_everybody());
    let browsers = Router::from(browsers)
        .merge(openapi::pages(openapi::complete(assembled(), public_url)))
        .merge(audit::pages())
        .fallback(async || Problem::new(ProblemKind::RouteNotFound).into_response());
    let browsers = match cors::layer(&app.http().cors_origins) {
        Some(cors) => accompanied(browsers).layer(cors),
        None => accompanied(browsers),
    };
    let providers = accompanied(Router::from(OpenApiRouter::new().nest(BASE, for_providers())));
    browsers.merge(providers).with_state(app)
}

/// The description alone, of an API without a state.
pub(super) fn description() -> utoipa::openapi::OpenApi {
    openapi::complete(assembled(), None)
}

fn assembled() -> utoipa::openapi::OpenApi {
    OpenApiRouter::with_openapi(ApiDoc::openapi())
        .nest(BASE, for_callers().merge(for_programs()).merge(for_providers()))
        .merge(for_everybody())
        .into_openapi()
}

/// Routes that need a token.
fn for_callers() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(
            products::create::create_product,
            products::list::list_products
        ))
        .routes(routes!(
            products::get::get_product,
            products::describe::describe_product
        ))
        .routes(routes!(products::publish::publish_product))
        .routes(routes!(products::withdraw::withdraw_product))
        .routes(routes!(products::add_offer::add_offer))
        .routes(routes!(products::upload_file::upload_file))
        .routes(routes!(products::reprice_offer::reprice_offer))
        .routes(routes!(products::withdraw_offer::withdraw_offer))
        .routes(routes!(products::get_terms::get_terms))
        .routes(routes!(orders::place::place_order, orders::list::list_orders))
        .routes(routes!(orders::get::get_order))
        .routes(routes!(orders::history::read_order_history))
        .routes(routes!(orders::get_line_terms::get_order_line_terms))
        .routes(routes!(orders::ask_payment::ask_payment))
        .routes(routes!(orders::cancel::cancel_order))
        .routes(routes!(quotes::price::price_quote))
        .routes(routes!(
            promotions::create::create_promotion,
            promotions::list::list_promotions
        ))
        .routes(routes!(promotions::get::get_promotion))
        .routes(routes!(promotions::deactivate::deactivate_promotion))
        .routes(routes!(orders::refund::refund_order))
        .routes(routes!(orders::list_refunds::list_order_refunds))
        .routes(routes!(orders::declare_withdrawal::declare_withdrawal))
        .routes(routes!(orders::confirm_withdrawal::confirm_withdrawal))
        .routes(routes!(refunds::list::list_refunds))
        .routes(routes!(refunds::get::get_refund))
        .routes(routes!(orders::invoice::get_order_invoice))
        .routes(routes!(invoices::list::list_invoices))
        .routes(routes!(invoices::get::get_invoice))
        .routes(routes!(invoices::correct::correct_invoice))
        .routes(routes!(credit_notes::list::list_credit_notes))
        .routes(routes!(credit_notes::get::get_credit_note))
        .routes(routes!(
            sellers::get::get_seller,
            sellers::identify::identify_seller
        ))
        .routes(routes!(
            sellers::accept_mandate::accept_mandate,
            sellers::withdraw_mandate::withdraw_mandate
        ))
        .routes(routes!(sellers::balance::read_balance))
        .routes(routes!(audit::list_events::list_events))
        .routes(routes!(disputes::list::list_disputes))
        .routes(routes!(disputes::get::get_dispute))
        .routes(routes!(disputes::evidence::get_evidence))
        .routes(routes!(reviews::list::list_reviews, reviews::post::post_review))
        .routes(routes!(reviews::list_all::list_all_reviews))
        .routes(routes!(
            reviews::get::get_review,
            reviews::edit::edit_review,
            reviews::remove::remove_review
        ))
        .routes(routes!(reviews::answer::answer_review))
        .routes(routes!(reviews::report::report_review))
        .routes(routes!(reviews::hide::hide_review))
        .routes(routes!(reviews::restore::restore_review))
        .routes(routes!(
            reviews::vote::vote_review_helpful,
            reviews::unvote::withdraw_helpful_vote
        ))
        .routes(routes!(persons::erase::erase_person))
        .routes(routes!(persons::export::export_person))
        .routes(routes!(licences::list::list_licences))
        .routes(routes!(licences::get::get_licence))
        .routes(routes!(licences::get_terms::get_licence_terms))
        .routes(routes!(licences::rotate_key::rotate_key))
        .routes(routes!(licences::transfer::transfer_licence))
        .routes(routes!(licences::activations::list_activations))
        .routes(routes!(licences::file::read_licence_file))
        .routes(routes!(licences::files::list_files))
        .routes(routes!(licences::link_file::link_file))
}

/// Routes that a licence key or a link is enough for, and what anybody may know of the ledger. Each address may call them so
/// many times.
fn for_programs() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(licences::validate::validate_licence))
        .routes(routes!(licences::activate::activate_licence))
        .routes(routes!(licences::deactivate::deactivate_licence))
        .routes(routes!(downloads::get::download))
        .routes(routes!(audit::checkpoint::read_checkpoint))
        .routes(routes!(audit::keys::read_ledger_keys))
        .routes(routes!(audit::inclusion::prove_inclusion))
        .routes(routes!(audit::consistency::prove_consistency))
}

/// Routes that know their caller by a signature. Browsers have no business there.
fn for_providers() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(webhooks::hyperswitch::receive_hyperswitch))
}

/// Routes that tell nothing to keep from anybody.
fn for_everybody() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(health::live::live))
        .routes(routes!(health::ready::ready))
        .routes(routes!(well_known::keys::read_keys))
}
