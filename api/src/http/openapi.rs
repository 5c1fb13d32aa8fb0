//! The OpenAPI 3.1 document, made from the code, and the pages that show it. Nothing is fetched from elsewhere.

use axum::Router;
use axum::http::header;
use axum::routing::get;
use utoipa::Modify;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, ResponseBuilder, Server};
use utoipa_swagger_ui::SwaggerUi;

use super::App;
use super::problem::{FieldError, PROBLEM_MEDIA_TYPE, ProblemBody};

/// What stands at the head of the document.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Comptoir",
        description = "Commerce engine for marketplaces that sell digital goods under licence.\n\n\
            Amounts are whole minor units beside an ISO 4217 currency, times RFC 3339 in UTC, ids TypeIDs. Every problem \
            is an RFC 9457 document (`application/problem+json`) with a stable `code`; see `/docs/problems`. A write \
            answers with `Comptoir-Position`; a read that is given it as `min_position` waits until it can see the write. \
            A thing whose newest events a read model leaves out, by an operator's decision, has a field `stale_in` with the \
            names of these models.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    tags(
        (name = "products", description = "The catalogue: products and their offers"),
        (name = "orders", description = "Orders and their payments"),
        (name = "quotes", description = "What a basket costs"),
        (name = "promotions", description = "Codes that take something off the price"),
        (name = "refunds", description = "Money that goes or went back"),
        (name = "invoices", description = "Invoices and credit notes: as pages, as XML and as JSON"),
        (name = "disputes", description = "What buyers' banks want, or wanted, back"),
        (name = "licences", description = "What buyers hold"),
        (name = "licences in use", description = "What programs ask with a licence key; no token is needed"),
        (name = "downloads", description = "Files, by links that end"),
        (name = "reviews", description = "What buyers say about products"),
        (name = "sellers", description = "Sellers who invoice in their own name"),
        (name = "audit", description = "What happened, for those who see everything"),
        (name = "persons", description = "What is known of people, and forgetting it"),
        (name = "audit", description = "What proves that the ledger is what it was"),
        (name = "webhooks", description = "What outside services report"),
        (name = "health", description = "Whether this node is alive and ready"),
    ),
    security(("bearer" = [])),
    components(schemas(ProblemBody, FieldError)),
    modifiers(&BearerToken),
)]
pub(super) struct ApiDoc;

struct BearerToken;

impl Modify for BearerToken {
    fn modify(&self, document: &mut OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some(
                "Claims: `sub` (a person id), `roles` (buyer, seller, admin, auditor), `exp`.",
            ))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// Adds what the routes do not say each for itself: the problem that each may answer with, and where the API is.
pub(super) fn complete(mut document: OpenApi, public_url: Option<&str>) -> OpenApi {
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .build();
    let other = ResponseBuilder::new()
        .description("Any other status: a problem document (RFC 9457)")
        .build();
    for item in document.paths.paths.values_mut() {
        let operations = [
            &mut item.get,
            &mut item.post,
            &mut item.put,
            &mut item.patch,
            &mut item.delete,
        ];
        for operation in operations.into_iter().flatten() {
            let responses = &mut operation.responses.responses;
            responses.insert("default".to_owned(), RefOr::T(other.clone()));
            for (status, response) in responses {
                match response {
                    RefOr::T(response) if !status.starts_with('2') => {
                        response
                            .content
                            .insert(PROBLEM_MEDIA_TYPE.to_owned(), RefOr::T(content.clone()));
                    }
                    RefOr::T(_) | RefOr::Ref(_) => {}
                }
            }
        }
    }
    document.servers = public_url.map(|url| vec![Server::new(url)]);
    document
}

/// The document as JSON text.
pub fn document() -> Result<String, serde_json::Error> {
    super::router::description().to_pretty_json()
}

/// The document, the page at `/docs`, and the list of problems.
pub(super) fn pages(document: OpenApi) -> Router<App> {
    let markdown = [(header::CONTENT_TYPE, "text/markdown; charset=utf-8")];
    let problems = async move || (markdown, include_str!("../../../docs/problems.md"));
    Router::new()
        .merge(SwaggerUi::new("/docs").url("/api/v1/openapi.json", document))
        .route("/docs/problems", get(problems))
}
