//! Why a step of a document was not done.

use super::renderer::RenderFailure;
use crate::error::UseCaseError;
use crate::gateway::mail::MailError;

/// Why a step of a document was not done. Nothing in it is personal: it is logged.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StepError {
    /// Something that use cases fail with too.
    #[error(transparent)]
    UseCase(#[from] UseCaseError),
    /// The files could not be made.
    #[error("the document cannot be rendered")]
    Render(#[source] RenderFailure),
    /// What did it was lost.
    #[error("the step was cut off")]
    CutOff,
    /// The mail server did not take it, for now.
    #[error("the mail was not taken")]
    Mail(#[source] MailError),
    /// The folder of the e-invoicing platform cannot be written to.
    #[error("the hand-over folder cannot be written to")]
    Folder(#[source] std::io::Error),
}

impl StepError {
    /// Whether it has nothing to do with the document: then it is not the document that is put aside, but all the work that
    /// waits.
    pub(crate) fn is_outage_of(error: &UseCaseError) -> bool {
        matches!(error, UseCaseError::Unavailable(_) | UseCaseError::Overloaded)
    }

    /// Whether the mail server did not answer at all: then the next mail need not be tried now.
    pub(crate) const fn is_outage_of_mail(&self) -> bool {
        matches!(self, Self::Mail(MailError::NoServer(_) | MailError::TimedOut))
    }
}
