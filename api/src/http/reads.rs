//! The read models: where they are, and how far they have come.

use std::time::Duration;

use comptoir_ledger::{Ledger, Position};
use comptoir_projections::{Projections, QueryError, ReadModel, WaitOutcome};
use serde::Deserialize;
use sqlx::pool::PoolConnection;
use sqlx::{PgPool, Postgres};

use super::min_position::MinPosition;
use super::problem::{Problem, ProblemKind};

/// The query of a read of one thing.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct OneQuery {
    /// Wait until the read has seen this position.
    #[param(value_type = Option<i64>)]
    #[serde(rename = "min_position")]
    _min_position: Option<String>,
}

/// Access to the read models.
#[derive(Debug)]
pub(crate) struct Reads {
    ledger: Ledger,
    projections: Projections,
    wait_max: Duration,
}

impl Reads {
    pub(crate) fn new(ledger: Ledger, projections: Projections, wait_max: Duration) -> Self {
        Self {
            ledger,
            projections,
            wait_max,
        }
    }

    /// The pool that the queries go through.
    pub(crate) fn pool(&self) -> &PgPool {
        self.ledger.pool()
    }

    /// A connection for an answer that takes several queries: each time one goes back, the pool tests it.
    pub(crate) async fn connection(&self) -> Result<PoolConnection<Postgres>, QueryError> {
        Ok(self.pool().acquire().await?)
    }

    /// The running projections.
    pub(crate) fn projections(&self) -> &Projections {
        &self.projections
    }

    /// Waits until each model has seen the wanted position, with a bound. Answers how far all of them have come.
    pub(crate) async fn reach(&self, models: &[ReadModel], min: MinPosition) -> Result<Position, Problem> {
        if let MinPosition(Some(wanted)) = min {
            for model in models {
                match self.projections.wait_until(*model, wanted, self.wait_max).await {
                    WaitOutcome::Reached => {}
                    WaitOutcome::TimedOut(standing) => {
                        let reached = format!("{model} stands at {}, {wanted} was wanted", standing.position);
                        return Err(Problem::new(ProblemKind::PositionNotReached)
                            .cause(reached)
                            .retry_after_s(1));
                    }
                }
            }
        }
        let positions = models
            .iter()
            .map(|model| self.projections.standing(*model).position);
        Ok(positions.min().unwrap_or(Position::START))
    }
}
