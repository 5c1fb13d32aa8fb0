//! `GET /api/v1/products/{product_id}`

use axum::extract::State;
use axum::response::Response;
use comptoir_domain::values::PersonId;
use comptoir_projections::ReadModel;
use comptoir_projections::products::{ProductView, Publication, query};
use comptoir_projections::reviews;

use super::ProductPath;
use super::body::ProductBody;
use super::past::past_product;
use crate::http::App;
use crate::http::as_of::PastQuery;
use crate::http::auth::{Caller, CallerAs, Readers};
use crate::http::min_position::MinPosition;
use crate::http::parameters::{Path, Query};
use crate::http::problem::{Problem, ProblemKind};
use crate::http::products::cache::{Key, Rendered};

/// Read a product
///
/// Drafts and withdrawn products are for their seller, admins and auditors. With `as_of` it is shown as it was.
#[utoipa::path(get, path = "/products/{product_id}", tag = "products", params(ProductPath, PastQuery), responses(
    (status = 200, description = "The product", body = ProductBody),
    (status = 404, description = "`product_not_found`"),
))]
pub(crate) async fn get_product(
    caller: CallerAs<Readers>,
    State(app): State<App>,
    Path(ProductPath { product_id }): Path<ProductPath>,
    Query(wanted): Query<PastQuery>,
    min: MinPosition,
) -> Result<Response, Problem> {
    if let Some(as_of) = wanted.as_of {
        return past_product(&app, &caller, product_id, as_of, min).await;
    }
    let position = app
        .reads()
        .reach(&[ReadModel::Products, ReadModel::Reviews], min)
        .await?;
    let rendered = app
        .catalogue()
        .get(&app, Key::Product(product_id), async {
            let view = query::get(app.reads().pool(), product_id).await?;
            let view = view.ok_or_else(|| Problem::new(ProblemKind::ProductNotFound))?;
            let only_for = owner_if_hidden(&view);
            let ratings = reviews::query::ratings(app.reads().pool(), product_id).await?;
            Rendered::new(&ProductBody::of_view(view, ratings), only_for)
        })
        .await?;
    if rendered
        .only_for
        .is_some_and(|owner| !may_see_hidden(&caller, owner))
    {
        return Err(Problem::new(ProblemKind::ProductNotFound));
    }
    Ok(rendered.answer(position))
}

/// Whether a product is the caller's to see.
pub(crate) fn may_see(caller: &Caller, view: &ProductView) -> bool {
    owner_if_hidden(view).is_none_or(|owner| may_see_hidden(caller, owner))
}

/// Whose product it is, if it is not for everybody.
fn owner_if_hidden(view: &ProductView) -> Option<PersonId> {
    match view.product.publication {
        Publication::Published => None,
        Publication::Draft | Publication::Withdrawn => Some(view.product.seller_id),
    }
}

fn may_see_hidden(caller: &Caller, owner: PersonId) -> bool {
    caller.sees_all() || caller.person_id() == owner
}
