//! `GET /api/v1/sellers/{seller_id}/balance`

use axum::extract::State;
use comptoir_domain::values::{Currency, OrderId, SellerId};
use comptoir_engine::{CurrencyBalance, ExplainedLine, ExplainedOrder};
use comptoir_projections::ReadModel;
use serde::{Deserialize, Serialize};

use super::SellerPath;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::as_of::{AsOf, Moment};
use crate::http::auth::{CallerAs, SellersAndAuditors};
use crate::http::min_position::MinPosition;
use crate::http::pagination::{Limit, ListBody};
use crate::http::parameters::{Path, Query, invalid};
use crate::http::problem::{Problem, ProblemKind};

/// Which moment, and whether the balance is to be explained.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct BalanceQuery {
    /// As it was at this time (RFC 3339), or when this position (a number) was the newest. A moment to come is now.
    #[param(value_type = Option<String>, example = "2026-03-01T12:00:00Z")]
    as_of: Option<AsOf>,
    /// Whether to list the lines that the sums are made of, and the events behind each.
    #[serde(default)]
    explain: bool,
    /// How many orders to list, 1 to 100; with `explain`.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    limit: Option<Limit>,
    /// The last order of the page before; with `explain`.
    #[param(value_type = Option<String>)]
    starting_after: Option<OrderId>,
    /// Wait until the read has seen this position.
    #[param(value_type = Option<i64>)]
    #[serde(rename = "min_position")]
    _min_position: Option<String>,
}

/// Where a seller's money is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = SellerBalance)]
pub(crate) struct SellerBalanceBody {
    /// The seller.
    #[schema(value_type = String, example = "seller_01jd3e8m6xf2r9kq7v5t4w8zab")]
    seller_id: SellerId,
    /// The position that it stands for: asked for again as of this, it is the same for ever.
    as_of_position: i64,
    /// By currency, in the order of the codes; none as long as nothing of theirs was ordered.
    balances: Vec<BalanceBody>,
    /// The orders behind it, in the order of their ids; with `explain`.
    #[serde(skip_serializing_if = "Option::is_none")]
    explained: Option<ListBody<ExplainedOrderBody>>,
}

/// Where the money is in one currency, in its minor units: `paid` is `pending`, `refunded`, `lost` and `kept` together.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Balance)]
pub(crate) struct BalanceBody {
    /// The currency, by ISO 4217.
    #[schema(value_type = String, example = "EUR")]
    currency: Currency,
    /// How many orders have something of theirs, paid or not.
    orders_count: u64,
    /// What was paid for their lines, tax included.
    paid: i64,
    /// What is on its way back.
    pending: i64,
    /// What has gone back.
    refunded: i64,
    /// What buyers' banks have taken.
    lost: i64,
    /// What is still here. Negative only if the payment provider has refunded more than was paid.
    kept: i64,
    /// The tax inside what is kept.
    tax_kept: i64,
    /// The discount on what is kept.
    discount_kept: i64,
}

/// An order behind a balance.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ExplainedOrder)]
pub(crate) struct ExplainedOrderBody {
    /// The order.
    #[schema(value_type = String)]
    order_id: OrderId,
    /// The seller's lines of it.
    lines: Vec<ExplainedLineBody>,
}

/// A line behind a balance.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ExplainedLine)]
pub(crate) struct ExplainedLineBody {
    /// The line of the order, counted from 0.
    line: u32,
    /// The currency of the amounts.
    #[schema(value_type = String, example = "EUR")]
    currency: Currency,
    /// What was paid for it.
    paid: i64,
    /// What is on its way back.
    pending: i64,
    /// What has gone back.
    refunded: i64,
    /// What the buyer's bank has taken.
    lost: i64,
    /// What is still here.
    kept: i64,
    /// The tax inside what is kept.
    tax_kept: i64,
    /// The discount on what is kept.
    discount_kept: i64,
    /// Where the events stand in the ledger that the amounts follow from.
    positions: Vec<i64>,
}

impl From<CurrencyBalance> for BalanceBody {
    fn from(balance: CurrencyBalance) -> Self {
        Self {
            currency: balance.currency,
            orders_count: balance.orders,
            paid: balance.paid,
            pending: balance.pending,
            refunded: balance.refunded,
            lost: balance.lost,
            kept: balance.kept,
            tax_kept: balance.tax_kept,
            discount_kept: balance.discount_kept,
        }
    }
}

impl From<ExplainedLine> for ExplainedLineBody {
    fn from(explained: ExplainedLine) -> Self {
        let balance = explained.balance;
        Self {
            line: balance.line,
            currency: balance.paid.currency,
            paid: balance.paid.amount,
            pending: balance.pending.amount,
            refunded: balance.refunded.amount,
            lost: balance.lost.amount,
            kept: balance.kept.amount,
            tax_kept: balance.tax_kept.amount,
            discount_kept: balance.discount_kept.amount,
            positions: explained
                .positions
                .iter()
                .map(|position| position.get())
                .collect(),
        }
    }
}

impl From<ExplainedOrder> for ExplainedOrderBody {
    fn from(order: ExplainedOrder) -> Self {
        Self {
            order_id: order.order_id,
            lines: order.lines.into_iter().map(ExplainedLineBody::from).collect(),
        }
    }
}

/// Read a seller's balance, now or at a past moment
///
/// For themselves, admins and auditors. It is computed from the events of their orders each time, so that it can be asked for any
/// moment, and explained: with `explain` it lists, line by line, the amounts and the positions of the events behind them.
#[utoipa::path(get, path = "/sellers/{seller_id}/balance", tag = "sellers", params(SellerPath, BalanceQuery), responses(
    (status = 200, description = "The balance", body = SellerBalanceBody),
    (status = 404, description = "`seller_not_found`: they are somebody else"),
    (status = 503, description = "`position_not_reached`: the read model of orders has yet to come that far"),
))]
pub(crate) async fn read_balance(
    caller: CallerAs<SellersAndAuditors>,
    State(app): State<App>,
    Path(SellerPath { seller_id }): Path<SellerPath>,
    Query(wanted): Query<BalanceQuery>,
    min: MinPosition,
) -> Result<Answer<SellerBalanceBody>, Problem> {
    let person_id = seller_id.person_id();
    if !caller.sees_all() && caller.person_id() != person_id {
        return Err(Problem::new(ProblemKind::SellerNotFound));
    }
    if !wanted.explain && (wanted.limit.is_some() || wanted.starting_after.is_some()) {
        return Err(invalid(
            "explain",
            "missing",
            "limit and starting_after list orders, which only explain=true does",
        ));
    }
    let now = AsOf::Position(app.engine().ledger().horizon());
    let moment = Moment::find(&app, wanted.as_of.unwrap_or(now), min).await?;
    let upto = MinPosition(Some(moment.position));
    app.reads().reach(&[ReadModel::Orders], upto).await?;
    let balance = app.engine().seller_balance(person_id, moment.position).await?;
    let explained = if wanted.explain {
        let limit = wanted.limit.unwrap_or_default().0.get();
        let explaining =
            app.engine()
                .explain_balance(person_id, moment.position, wanted.starting_after, limit);
        let (orders, has_more) = explaining.await?;
        let data = orders.into_iter().map(ExplainedOrderBody::from).collect();
        Some(ListBody { data, has_more })
    } else {
        None
    };
    let body = SellerBalanceBody {
        seller_id: seller_id.0,
        as_of_position: moment.position.get(),
        balances: balance.currencies.into_values().map(BalanceBody::from).collect(),
        explained,
    };
    Ok(Answer::ok(body, moment.position))
}
