//! `GET /api/v1/products`

use axum::extract::State;
use axum::response::Response;
use comptoir_domain::values::{PersonId, ProductId};
use comptoir_projections::products::ProductView;
use comptoir_projections::products::query::{self, ProductShelf};
use comptoir_projections::{PageRequest, ReadModel, reviews};
use serde::Deserialize;

use super::body::ProductBody;
use crate::http::App;
use crate::http::auth::{CallerAs, Readers};
use crate::http::min_position::MinPosition;
use crate::http::pagination::{Limit, ListBody};
use crate::http::parameters::Query;
use crate::http::problem::{Problem, ProblemKind};
use crate::http::products::cache::{Key, Rendered};

/// Which products are wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListProductsQuery {
    /// How many, 1 to 100.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    #[serde(default)]
    limit: Limit,
    /// The last product of the page before.
    #[param(value_type = Option<String>)]
    starting_after: Option<ProductId>,
    /// All products of this seller, drafts included: for the seller themselves, admins and auditors.
    #[param(value_type = Option<String>)]
    seller_id: Option<PersonId>,
    /// Wait until the list has seen this position.
    #[param(value_type = Option<i64>)]
    #[serde(rename = "min_position")]
    _min_position: Option<String>,
}

/// List the catalogue, the newest first
///
/// The products that are on sale or reserved; with `seller_id` all of that seller's, drafts included.
#[utoipa::path(get, path = "/products", tag = "products", params(ListProductsQuery),
    responses((status = 200, description = "A page of products", body = ListBody<ProductBody>)))]
pub(crate) async fn list_products(
    caller: CallerAs<Readers>,
    State(app): State<App>,
    Query(wanted): Query<ListProductsQuery>,
    min: MinPosition,
) -> Result<Response, Problem> {
    if wanted
        .seller_id
        .is_some_and(|seller_id| !caller.sees_all() && seller_id != caller.person_id())
    {
        let detail = "all products of a seller are for the seller themselves, admins and auditors";
        return Err(Problem::new(ProblemKind::Forbidden).detail(detail));
    }
    let position = app
        .reads()
        .reach(&[ReadModel::Products, ReadModel::Reviews], min)
        .await?;
    let key = Key::Page {
        limit: wanted.limit.0.get(),
        starting_after: wanted.starting_after,
        seller_id: wanted.seller_id,
    };
    let rendered = app
        .catalogue()
        .get(&app, key, async {
            let page = PageRequest {
                limit: wanted.limit.0,
                starting_after: wanted.starting_after,
            };
            let shelf = wanted.seller_id.map_or(ProductShelf::Catalogue, ProductShelf::Of);
            let page = query::list(app.reads().pool(), shelf, page).await?;
            let ids: Vec<_> = page.items.iter().map(|view| view.product.product_id).collect();
            let ratings = reviews::query::ratings_of(app.reads().pool(), &ids).await?;
            let rated = |view: ProductView| {
                let rating = ratings.get(&view.product.product_id).copied();
                ProductBody::of_view(view, rating.unwrap_or_default())
            };
            let data = page.items.into_iter().map(rated).collect();
            Rendered::new(
                &ListBody {
                    data,
                    has_more: page.has_more,
                },
                None,
            )
        })
        .await?;
    Ok(rendered.answer(position))
}
