//! `GET /api/v1/orders/{order_id}`

use axum::extract::State;
use comptoir_domain::values::{Role, Sealed};
use comptoir_engine::UseCaseError;
use comptoir_engine::vault::VaultError;
use comptoir_projections::ReadModel;
use comptoir_projections::licences::query::list_for_order;
use comptoir_projections::orders::{OrderView, query};

use super::OrderPath;
use super::body::OrderBody;
use super::parts::BillingShown;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{Caller, CallerAs, Readers};
use crate::http::licences::body::LicenceBody;
use crate::http::min_position::MinPosition;
use crate::http::parameters::{Path, Query};
use crate::http::problem::{Problem, ProblemKind};
use crate::http::reads::OneQuery;

/// The context under which the engine seals billing details.
const BILLING_CONTEXT: &str = "order.billing";

/// Who reads an order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// Its buyer, or an admin: everything.
    OwnerOrAdmin,
    /// An auditor: everything but the person.
    Auditor,
    /// One of its sellers: their lines.
    Seller,
}

/// Read an order
///
/// A buyer sees their own, a seller their lines of it, admins and auditors all. Billing details are for the buyer and
/// admins.
#[utoipa::path(get, path = "/orders/{order_id}", tag = "orders", params(OrderPath, OneQuery), responses(
    (status = 200, description = "The order", body = OrderBody),
    (status = 404, description = "`order_not_found`: there is none, or it is somebody else's"),
))]
pub(crate) async fn get_order(
    caller: CallerAs<Readers>,
    State(app): State<App>,
    Path(OrderPath { order_id }): Path<OrderPath>,
    _: Query<OneQuery>,
    min: MinPosition,
) -> Result<Answer<OrderBody>, Problem> {
    let position = app
        .reads()
        .reach(&[ReadModel::Orders, ReadModel::Licences], min)
        .await?;
    let pool = app.reads().pool();
    let view = query::get(pool, order_id)
        .await?
        .ok_or_else(|| Problem::new(ProblemKind::OrderNotFound))?;
    let reader = reader(&caller, &view).ok_or_else(|| Problem::new(ProblemKind::OrderNotFound))?;
    let its_line = |seller| reader != Reader::Seller || seller == caller.person_id();
    let mut body = OrderBody::of_view(&view, |line| its_line(line.seller_id));
    // Only what was paid has licences, and buyers look often until then.
    let licences = match view.order.paid_at {
        Some(_) => list_for_order(pool, order_id).await?,
        None => Vec::new(),
    };
    let licences = licences.into_iter().filter(|licence| its_line(licence.seller_id));
    body.licences = Some(licences.map(LicenceBody::from).collect());
    if reader == Reader::OwnerOrAdmin {
        let billing = open_billing(&app, &view.order.billing).await?;
        body.billing_erased = Some(matches!(billing, BillingShown::Erased));
        body.billing = Some(billing);
    }
    Ok(Answer::ok(body, position))
}

fn reader(caller: &Caller, view: &OrderView) -> Option<Reader> {
    let person_id = caller.person_id();
    if caller.is(Role::Admin) || (caller.is(Role::Buyer) && view.order.buyer_id == person_id) {
        Some(Reader::OwnerOrAdmin)
    } else if caller.is(Role::Auditor) {
        Some(Reader::Auditor)
    } else {
        let sells = caller.is(Role::Seller) && view.lines.iter().any(|line| line.seller_id == person_id);
        sells.then_some(Reader::Seller)
    }
}

async fn open_billing(app: &App, sealed: &Sealed) -> Result<BillingShown, Problem> {
    match app.engine().vault().open_json(sealed, BILLING_CONTEXT).await {
        Ok(billing) => Ok(BillingShown::Known(billing)),
        Err(VaultError::Erased) => Ok(BillingShown::Erased),
        Err(
            error @ (VaultError::UnknownSubject
            | VaultError::DoesNotOpen
            | VaultError::UnexpectedContent(_)
            | VaultError::NotJson(_)
            | VaultError::WrongMasterKey
            | VaultError::NoRandomness(_)
            | VaultError::Unavailable(_)),
        ) => Err(UseCaseError::from(error).into()),
    }
}
