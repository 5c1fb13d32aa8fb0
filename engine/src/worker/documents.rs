//! The workers that follow the ledger for documents: one issues what orders owe, and the others make files of what was
//! issued, send it, and hand it over.
//!
//! A step that fails for one document is noted and left to the sweep: no document waits for another. Only while the ledger
//! itself is away does all of it wait.

use std::collections::BTreeMap;

use comptoir_domain::order::{Order, OrderEvent};
use comptoir_domain::policy::{DocumentInstruction, documents_after_order_event, on_seller_event};
use comptoir_domain::seller::SellerEvent;
use comptoir_domain::values::{DocumentId, OrderId};
use comptoir_ledger::{AtLeastOnceHandler, HandlerError, Metadata, RecordedEvent};
use futures::{StreamExt, TryStreamExt, stream};
use uuid::Uuid;

use super::policy::{PolicyWorker, decode, loaded_since};
use crate::aggregates::Freshness;
use crate::context::caused_by;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::invoicing::{InvoicingConfig, Outcome, StepError, Task, Tries};

pub(super) struct DocumentsHandler {
    pub(super) engine: Engine,
    pub(super) worker: PolicyWorker,
}

impl AtLeastOnceHandler for DocumentsHandler {
    async fn handle(&mut self, events: &[RecordedEvent]) -> Result<(), HandlerError> {
        let (engine, worker) = (&self.engine, self.worker);
        let mut groups: BTreeMap<Option<Uuid>, Vec<&RecordedEvent>> = BTreeMap::new();
        for event in events {
            groups.entry(event.aggregate_id()).or_default().push(event);
        }
        let mut work = Vec::with_capacity(groups.len());
        for events in groups.into_values() {
            work.push(async move {
                for event in events {
                    engine.follow_for_documents(worker, event).await?;
                }
                Ok::<_, UseCaseError>(())
            });
        }
        stream::iter(work)
            .buffer_unordered(engine.config.workers.concurrency)
            .try_collect::<()>()
            .await?;
        Ok(())
    }
}

impl Engine {
    async fn follow_for_documents(
        &self,
        worker: PolicyWorker,
        event: &RecordedEvent,
    ) -> Result<(), UseCaseError> {
        let correlation_id = event
            .decode_metadata()
            .unwrap_or_else(|_| Metadata::default())
            .correlation_id;
        let metadata = caused_by(worker.subscription(), event.event_id, correlation_id);
        let id = event
            .aggregate_id()
            .ok_or_else(|| UseCaseError::Unreadable(event.stream.clone()))?;
        let document_id = DocumentId::from_uuid(id);
        let tries = Tries {
            attempts: 0,
            since: event.recorded_at,
        };
        match worker {
            PolicyWorker::Documents => {
                for instruction in self.document_instructions(event).await? {
                    self.carry_out_for_documents(instruction, &metadata).await?;
                }
                Ok(())
            }
            PolicyWorker::Renderings => self.try_step(Task::Render(document_id), tries, &metadata).await,
            PolicyWorker::Mails => self.try_step(Task::Mail(document_id), tries, &metadata).await,
            PolicyWorker::HandOvers => self.try_step(Task::HandOver(document_id), tries, &metadata).await,
            PolicyWorker::Webhooks
            | PolicyWorker::Orders
            | PolicyWorker::Refunds
            | PolicyWorker::Reviews
            | PolicyWorker::Persons => Ok(()),
        }
    }

    async fn document_instructions(
        &self,
        event: &RecordedEvent,
    ) -> Result<Vec<DocumentInstruction>, UseCaseError> {
        if event.event_type.starts_with("seller.") {
            let news: SellerEvent = decode(event)?;
            return Ok(on_seller_event(&news));
        }
        let news: OrderEvent = decode(event)?;
        let order = loaded_since::<Order>(&self.orders, event).await?;
        Ok(documents_after_order_event(&order.state, &news))
    }

    async fn carry_out_for_documents(
        &self,
        instruction: DocumentInstruction,
        metadata: &Metadata,
    ) -> Result<(), UseCaseError> {
        let tries = Tries {
            attempts: 0,
            since: self.now(),
        };
        match instruction {
            // Whichever it was: what is due, the order and its documents say.
            DocumentInstruction::IssueInvoices { order_id }
            | DocumentInstruction::IssueCreditNotes { order_id, .. }
            | DocumentInstruction::ReissueAfterUndoneRefund { order_id, .. } => {
                self.try_step(Task::Issue(order_id), tries, metadata).await
            }
            DocumentInstruction::IssueInvoicesOfSeller { seller_id } => {
                // Without a mandate they would only wait on.
                let seller = self.sellers.get(seller_id.as_uuid(), Freshness::Fresh).await?;
                match seller.state.mandate() {
                    Some(_) => self.release_waiting(seller_id.into()).await,
                    None => Ok(()),
                }
            }
        }
    }

    /// Tries a step for the first time. If it fails, the sweep tries it again.
    async fn try_step(&self, task: Task, tries: Tries, metadata: &Metadata) -> Result<(), UseCaseError> {
        match self.do_step(task, tries, metadata).await {
            Ok(()) => Ok(()),
            Err(StepError::UseCase(error)) if StepError::is_outage_of(&error) => Err(error),
            Err(error) => {
                report(task, &error);
                self.note_task(task).await
            }
        }
    }

    /// Does a step; where it was done before, or need not be, nothing.
    pub(super) async fn do_step(
        &self,
        task: Task,
        tries: Tries,
        metadata: &Metadata,
    ) -> Result<(), StepError> {
        let Some(invoicing) = self.invoicing() else {
            return Ok(());
        };
        match task {
            Task::Issue(order_id) => Ok(self.issue_or_wait(invoicing, order_id, metadata).await?),
            Task::Render(document_id) => self.render_document(invoicing, document_id, metadata).await,
            Task::Mail(document_id) => match &self.mailer {
                Some(mailer) => self.mail_document(mailer, document_id, tries, metadata).await,
                None => Ok(()),
            },
            Task::HandOver(document_id) => match &invoicing.hand_over {
                Some(hand_over) => self.hand_document_over(hand_over, document_id, metadata).await,
                None => Ok(()),
            },
        }
    }

    /// Issues what an order owes. What waits for a seller is noted, and comes when they have given the mandate.
    async fn issue_or_wait(
        &self,
        invoicing: &InvoicingConfig,
        order_id: OrderId,
        metadata: &Metadata,
    ) -> Result<(), UseCaseError> {
        let waits_for = match self.issue_due(invoicing, order_id, metadata).await? {
            Outcome::Issued => return Ok(()),
            Outcome::WaitsFor(sellers) => sellers,
        };
        for (seller_id, what) in &waits_for {
            let remedy = what.remedy();
            tracing::warn!(%order_id, %seller_id, remedy, "an invoice waits for its seller");
            self.note_waiting(*seller_id, order_id).await?;
        }
        // Had it come in between, its event would have found nothing noted.
        let still = match self.issue_due(invoicing, order_id, metadata).await? {
            Outcome::Issued => Vec::new(),
            Outcome::WaitsFor(sellers) => sellers,
        };
        for (seller_id, _) in waits_for {
            if !still.iter().any(|(waited_for, _)| *waited_for == seller_id) {
                self.end_waiting(seller_id, order_id).await?;
            }
        }
        Ok(())
    }
}

/// Tells the operators. That a mail server does not take a mail is for it to mend, and mostly passes.
pub(super) fn report(task: Task, error: &StepError) {
    let step = task.name();
    let cause = std::error::Error::source(error).map(ToString::to_string);
    match (task, error) {
        (Task::Issue(order_id), _) => {
            tracing::error!(%order_id, step, %error, cause, "the documents of an order are left to the sweep");
        }
        (Task::Mail(document_id), StepError::Mail(_)) => {
            tracing::warn!(%document_id, step, %error, cause, "a document is left to the sweep");
        }
        (Task::Render(document_id) | Task::Mail(document_id) | Task::HandOver(document_id), _) => {
            tracing::error!(%document_id, step, %error, cause, "a document is left to the sweep");
        }
    }
}
