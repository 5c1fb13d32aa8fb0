//! What an answer about one order says beyond its entry in a list: whom it is billed to, and what came of it.

use comptoir_domain::order::Order;
use comptoir_domain::values::{PersonId, Sealed};
use comptoir_engine::{BILLING_CONTEXT, Checkout};
use comptoir_ledger::{Loaded, Position};
use comptoir_projections::ReadModel;
use comptoir_projections::licences::query::list_for_order;
use sqlx::PgExecutor;

use super::body::OrderBody;
use super::withdrawal::WithdrawalBody;
use crate::http::App;
use crate::http::licences::body::LicenceBody;
use crate::http::min_position::MinPosition;
use crate::http::problem::{Problem, ProblemKind};
use crate::http::sealed::open_json;

impl OrderBody {
    /// What a write by its buyer or an admin answers with: the same that they would read who wait for its position.
    pub(super) async fn after_write(
        app: &App,
        loaded: &Loaded<Order>,
        position: Position,
    ) -> Result<Self, Problem> {
        let (facts, status) = loaded
            .state
            .facts()
            .zip(loaded.state.status())
            .ok_or_else(|| Problem::new(ProblemKind::OrderNotFound))?;
        if facts.paid_at.is_some() {
            // The write is done: should the licences not be seen in time, it is answered without them.
            let position = MinPosition(Some(position));
            drop(app.reads().reach(&[ReadModel::Licences], position).await);
        }
        let body = Self {
            withdrawal: WithdrawalBody::of_state(&loaded.state, app.engine().now()),
            ..Self::of_facts(facts, status)
        };
        body.with_licences(app, app.reads().pool(), |_| true)
            .await?
            .with_billing(app, &facts.billing)
            .await
    }

    /// The same, with what the buyer's browser needs to pay.
    pub(super) async fn after_checkout(
        app: &App,
        loaded: &Loaded<Order>,
        checkout: &Checkout,
        position: Position,
    ) -> Result<Self, Problem> {
        let body = Self::after_write(app, loaded, position).await?;
        Ok(Self {
            payment: body.payment.with(checkout),
            ..body
        })
    }

    /// Adds the licences that were issued for the lines of these sellers. Only what was paid has any, and buyers look often
    /// until then.
    pub(super) async fn with_licences(
        self,
        app: &App,
        executor: impl PgExecutor<'_>,
        may_see: impl Fn(PersonId) -> bool,
    ) -> Result<Self, Problem> {
        let licences = match self.paid_at {
            Some(_) => list_for_order(executor, self.id).await?,
            None => Vec::new(),
        };
        let licences = licences.into_iter().filter(|licence| may_see(licence.seller_id));
        let now = app.now();
        Ok(Self {
            licences: Some(licences.map(|row| LicenceBody::of_row(row, now)).collect()),
            ..self
        })
    }

    /// Adds whom the order is billed to.
    pub(crate) async fn with_billing(self, app: &App, sealed: &Sealed) -> Result<Self, Problem> {
        let billing = open_json(app, Some(sealed), BILLING_CONTEXT).await?;
        Ok(Self {
            billing_erased: Some(billing.is_erased()),
            billing,
            ..self
        })
    }
}
