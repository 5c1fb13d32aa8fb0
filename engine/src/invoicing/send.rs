//! The buyer is sent a document by mail.
//!
//! A mail server that has taken a mail says so before the event does. While the event cannot be stored, the mailer remembers; a
//! mail that was begun is finished, whoever stops waiting for it. Should the engine die in between, the mail is sent once
//! more, under the same Message-ID, by which it is recognised.

use chrono::{DateTime, TimeDelta, Utc};
use comptoir_domain::document::{DocumentCommand, DocumentFacts, MailFailure, Mailing, StoredFile};
use comptoir_domain::values::DocumentId;
use comptoir_ledger::Metadata;
use futures::TryStreamExt;

use super::error::StepError;
use super::known::is_kept;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::files::DocumentFormat;
use crate::gateway::mail::{DocumentMail, MailError, Mailer, Turn};
use crate::vault::KeyStanding;

/// How often it was tried before, and since when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tries {
    pub(crate) attempts: u32,
    pub(crate) since: DateTime<Utc>,
}

impl Engine {
    /// Sends a document to its buyer, unless that was done, has failed for good, or it is too old for it. What was begun goes on
    /// to its end when this is dropped.
    pub(crate) async fn mail_document(
        &self,
        mailer: &Mailer,
        document_id: DocumentId,
        tries: Tries,
        metadata: &Metadata,
    ) -> Result<(), StepError> {
        let turn = mailer.turn().await;
        let (engine, mailer, metadata) = (self.clone(), mailer.clone(), metadata.clone());
        let whole = tokio::spawn(async move {
            engine
                .mail_in_turn(&mailer, &turn, document_id, tries, &metadata)
                .await
        });
        whole.await.unwrap_or(Err(StepError::CutOff))
    }

    async fn mail_in_turn(
        &self,
        mailer: &Mailer,
        turn: &Turn,
        document_id: DocumentId,
        tries: Tries,
        metadata: &Metadata,
    ) -> Result<(), StepError> {
        let is_over = self.is_too_old_to_mail(mailer, tries.since);
        if is_over && tries.attempts == 0 {
            // Nobody expects a mail about what is long past, such as when mails are switched on.
            tracing::debug!(%document_id, "the document is too old to be mailed");
            return Ok(());
        }
        let document = self.fresh_document(document_id).await?;
        let Some(facts) = document.state.facts().filter(|_| is_kept(&document.state)) else {
            return Ok(());
        };
        let Some(pdf) = facts.rendering.as_ref().map(|rendering| rendering.pdf) else {
            return Ok(());
        };
        match facts.mailing {
            Mailing::Sent { .. } | Mailing::Failed { .. } => return Ok(()),
            Mailing::NotYet => {}
        }
        let failed = |reason, attempts| DocumentCommand::RecordMailFailed {
            reason,
            attempts,
            at: self.now(),
        };
        let command = if mailer.has_taken(document_id) {
            DocumentCommand::RecordMailed { at: self.now() }
        } else if is_over {
            failed(MailFailure::Unreachable, tries.attempts)
        } else {
            let attempts = tries.attempts.saturating_add(1);
            match self.try_to_mail(mailer, turn, facts, pdf).await? {
                Ok(()) => DocumentCommand::RecordMailed { at: self.now() },
                Err(reason) => failed(reason, attempts),
            }
        };
        self.change_document(document_id, command, metadata).await?;
        mailer.recorded(document_id);
        Ok(())
    }

    /// One attempt. The inner error is one that no further attempt would mend.
    async fn try_to_mail(
        &self,
        mailer: &Mailer,
        turn: &Turn,
        facts: &DocumentFacts,
        pdf: StoredFile,
    ) -> Result<Result<(), MailFailure>, StepError> {
        let content = &facts.content;
        // Who was erased is written to no more, though the document must still name them.
        let standing = self.vault.standing(content.buyer_id.into()).await;
        if standing.map_err(UseCaseError::from)? == KeyStanding::Destroyed {
            return Ok(Err(MailFailure::NoAddress));
        }
        let Some(parties) = self.open_parties(content).await? else {
            return Ok(Err(MailFailure::NoAddress));
        };
        let Some(to) = &parties.buyer.email else {
            return Ok(Err(MailFailure::NoAddress));
        };
        let mail = DocumentMail {
            content,
            to,
            supplier: &parties.supplier.name,
            pdf: self.stored_bytes(content.document_id, pdf).await?,
            at: self.now(),
        };
        match mailer.send(mail, turn).await {
            Ok(()) => Ok(Ok(())),
            Err(MailError::AddressRefused { .. }) => Ok(Err(MailFailure::AddressRefused)),
            Err(MailError::MessageRefused { .. }) => Ok(Err(MailFailure::MessageRefused)),
            Err(passing @ (MailError::NotNow { .. } | MailError::NoServer(_) | MailError::TimedOut)) => {
                Err(StepError::Mail(passing))
            }
        }
    }

    async fn stored_bytes(&self, document_id: DocumentId, pdf: StoredFile) -> Result<Vec<u8>, UseCaseError> {
        let stream = self
            .files
            .read_document(document_id, pdf.sha256, DocumentFormat::Pdf, 0..pdf.bytes)
            .await?;
        let chunks: Vec<_> = stream.try_collect().await?;
        Ok(chunks.concat())
    }

    fn is_too_old_to_mail(&self, mailer: &Mailer, since: DateTime<Utc>) -> bool {
        let longest = TimeDelta::from_std(mailer.give_up_after()).unwrap_or(TimeDelta::MAX);
        self.now() - since > longest
    }
}
