//! Steps of documents that failed are tried again, orders that waited for a seller have their turn, and documents whose time is
//! over are forgotten.

use futures::{StreamExt, stream};

use super::documents::report;
use super::sweep::{Sweep, SweepReport};
use crate::context::by_worker;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::invoicing::{DueTask, InvoicingConfig, StepError, Tries};

/// How many mails are tried in one sweep, one after the other.
const MAILS_MAX: u32 = 16;

impl Engine {
    /// Does what is due: what failed, and what waited for a seller.
    pub(super) async fn sweep_documents(&self) -> Result<SweepReport, UseCaseError> {
        let Some(invoicing) = self.invoicing() else {
            return Ok(SweepReport::default());
        };
        let at_most = self.config.workers.sweep_orders_max;
        let due = self
            .take_due_tasks(&Self::steps_done_here(invoicing), at_most)
            .await?;
        let mut tries = stream::iter(due)
            .map(|due| self.try_step_again(due))
            .buffer_unordered(self.config.workers.concurrency);
        let mut swept = SweepReport::default();
        while let Some(tried) = tries.next().await {
            swept.count(&tried);
        }
        Ok(swept)
    }

    /// Tries mails again that were not taken: a few at a time, so that what is taken up is tried before its lease is over, and
    /// none any more once the server does not answer.
    pub(super) async fn sweep_mails(&self) -> Result<SweepReport, UseCaseError> {
        if self.invoicing().is_none() || self.mailer.is_none() {
            return Ok(SweepReport::default());
        }
        let due = self.take_due_tasks(&["mail".to_owned()], MAILS_MAX).await?;
        let mut swept = SweepReport::default();
        let mut is_away = false;
        for due in due {
            if is_away {
                self.give_back_task(due).await?;
                continue;
            }
            let tried = self.try_step_again(due).await;
            is_away = tried.as_ref().is_err_and(StepError::is_outage_of_mail);
            swept.count(&tried);
        }
        Ok(swept)
    }

    /// Forgets documents that need not be kept any longer.
    pub(super) async fn sweep_retention(&self) -> Result<SweepReport, UseCaseError> {
        let Some(invoicing) = self.invoicing() else {
            return Ok(SweepReport::default());
        };
        let forgotten = self.forget_documents(invoicing).await?;
        Ok(SweepReport {
            taken_up: forgotten.documents + forgotten.failed,
            failed: forgotten.failed,
        })
    }

    async fn try_step_again(&self, due: DueTask) -> Result<(), StepError> {
        let metadata = by_worker(Sweep::Documents.name());
        let tries = Tries {
            attempts: due.attempts,
            since: due.first_at,
        };
        match self.do_step(due.task, tries, &metadata).await {
            Ok(()) => Ok(self.end_task(due).await?),
            Err(error) => {
                report(due.task, &error);
                self.postpone_task(due).await?;
                Err(error)
            }
        }
    }

    /// The steps that are configured here, beside mails: the others are left to nodes that do them.
    fn steps_done_here(invoicing: &InvoicingConfig) -> Vec<String> {
        let hand_over = invoicing.hand_over.as_ref().map(|_| "hand_over");
        let steps = ["issue", "render"].into_iter().chain(hand_over);
        steps.map(str::to_owned).collect()
    }
}
