//! `GET /api/v1/orders`

use axum::extract::State;
use comptoir_domain::order::OrderStatus;
use comptoir_domain::values::OrderId;
use comptoir_projections::orders::query::{self, OrderFilter};
use comptoir_projections::{PageRequest, ReadModel};
use serde::Deserialize;

use super::body::OrderBody;
use super::parts::OrderStatusName;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Readers};
use crate::http::min_position::MinPosition;
use crate::http::pagination::{Limit, ListBody};
use crate::http::parameters::Query;
use crate::http::problem::Problem;
use crate::http::view::View;

/// Which orders are wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListOrdersQuery {
    /// How many, 1 to 100.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    #[serde(default)]
    limit: Limit,
    /// The last order of the page before.
    #[param(value_type = Option<String>)]
    starting_after: Option<OrderId>,
    /// Only those in this state.
    #[param(value_type = Option<OrderStatusName>)]
    status: Option<StatusOfQuery>,
    /// From whose side; the widest the caller has, if nobody says.
    #[param(inline)]
    view: Option<View>,
    /// Wait until the list has seen this position.
    #[param(value_type = Option<i64>)]
    #[serde(rename = "min_position")]
    _min_position: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StatusOfQuery {
    AwaitingPayment,
    Processing,
    PaymentFailed,
    Paid,
    Cancelled,
    Expired,
    /// Not a state of its own: those that a human looks at.
    NeedsReview,
}

impl From<StatusOfQuery> for OrderFilter {
    fn from(status: StatusOfQuery) -> Self {
        match status {
            StatusOfQuery::AwaitingPayment => Self::Status(OrderStatus::AwaitingPayment),
            StatusOfQuery::Processing => Self::Status(OrderStatus::Processing),
            StatusOfQuery::PaymentFailed => Self::Status(OrderStatus::PaymentFailed),
            StatusOfQuery::Paid => Self::Status(OrderStatus::Paid),
            StatusOfQuery::Cancelled => Self::Status(OrderStatus::Cancelled),
            StatusOfQuery::Expired => Self::Status(OrderStatus::Expired),
            StatusOfQuery::NeedsReview => Self::NeedsReview,
        }
    }
}

/// List orders, the newest first
///
/// A buyer sees their own, a seller those with their products (their lines only), admins and auditors all.
#[utoipa::path(get, path = "/orders", tag = "orders", params(ListOrdersQuery),
    responses((status = 200, description = "A page of orders", body = ListBody<OrderBody>)))]
pub(crate) async fn list_orders(
    caller: CallerAs<Readers>,
    State(app): State<App>,
    Query(wanted): Query<ListOrdersQuery>,
    min: MinPosition,
) -> Result<Answer<ListBody<OrderBody>>, Problem> {
    let view = View::of(wanted.view, &caller)?;
    let position = app.reads().reach(&[ReadModel::Orders], min).await?;
    let page = PageRequest {
        limit: wanted.limit.0,
        starting_after: wanted.starting_after,
    };
    let filter = wanted.status.map(OrderFilter::from).unwrap_or_default();
    let page = query::list(app.reads().pool(), view.side(&caller), filter, page).await?;
    let now = app.engine().now();
    let may_see = |seller| view != View::Seller || seller == caller.person_id();
    let data = page.items.iter().map(|order| {
        let body = OrderBody::of_view(order, now, |line| may_see(line.seller_id));
        match view {
            View::Buyer => body,
            View::All => body.with_review_flags(&caller, order),
            View::Seller => body.without_buyer_tax(),
        }
    });
    let body = ListBody {
        data: data.collect(),
        has_more: page.has_more,
    };
    Ok(Answer::ok(body, position))
}
