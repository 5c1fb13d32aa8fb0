//! Answers of idempotent requests that are older than they are promised to be kept.

use super::sweep::{SweepReport, ago};
use crate::engine::Engine;
use crate::error::UseCaseError;

impl Engine {
    /// Forgets them: their keys are new again.
    pub(super) async fn sweep_old_answers(&self) -> Result<SweepReport, UseCaseError> {
        let before = ago(self.now(), self.config.workers.answers_kept_for);
        let forgotten = self.ledger.prune_idempotent_answers(before).await?;
        Ok(SweepReport {
            taken_up: usize::try_from(forgotten).unwrap_or(usize::MAX),
            failed: 0,
        })
    }
}
