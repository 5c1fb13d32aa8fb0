//! The decisions about a document.

mod crediting;

use std::sync::Arc;

use super::command::DocumentCommand;
use super::content::DocumentContent;
use super::error::DocumentError;
use super::event::{
    DocumentDrawnUp, DocumentEvent, DocumentHandedOver, DocumentMailFailed, DocumentMailed, DocumentRendered,
    DocumentRetentionEnded,
};
use super::rendering::Rendering;
use super::state::{DocumentFacts, DocumentState, Mailing};

type Decision = Result<Vec<DocumentEvent>, DocumentError>;

/// The events that follow from a command. What a corrected invoice has taken the place of is still stored, sent and kept.
pub(super) fn decide(state: &DocumentState, command: DocumentCommand) -> Decision {
    match (state, command) {
        (DocumentState::Absent, DocumentCommand::DrawUp { content }) => decide_draw_up(content),
        (
            DocumentState::Standing(facts) | DocumentState::Replaced(facts) | DocumentState::Forgotten(facts),
            DocumentCommand::DrawUp { content },
        ) => {
            if facts.content == content {
                Ok(vec![])
            } else {
                Err(DocumentError::AlreadyDrawnUp)
            }
        }
        (
            DocumentState::Absent,
            DocumentCommand::Credit { .. }
            | DocumentCommand::UndoCredit { .. }
            | DocumentCommand::Replace { .. }
            | DocumentCommand::RecordRendered { .. }
            | DocumentCommand::RecordMailed { .. }
            | DocumentCommand::RecordMailFailed { .. }
            | DocumentCommand::RecordHandedOver { .. }
            | DocumentCommand::EndRetention { .. },
        ) => Err(DocumentError::NotFound),
        (
            DocumentState::Standing(facts) | DocumentState::Replaced(facts),
            DocumentCommand::Credit { credit_note },
        ) => crediting::decide_credit(facts, &credit_note),
        (
            DocumentState::Standing(facts) | DocumentState::Replaced(facts),
            DocumentCommand::UndoCredit { by },
        ) => crediting::decide_undo(facts, &by),
        (
            DocumentState::Standing(facts) | DocumentState::Replaced(facts),
            DocumentCommand::Replace { credit_note, by },
        ) => crediting::decide_replace(facts, &credit_note, &by),
        (
            DocumentState::Standing(facts) | DocumentState::Replaced(facts),
            DocumentCommand::RecordRendered { rendering, at },
        ) => decide_rendered(facts, DocumentRendered { rendering, at }),
        (
            DocumentState::Standing(facts) | DocumentState::Replaced(facts),
            DocumentCommand::RecordMailed { at },
        ) => decide_mailed(facts, DocumentMailed { at }),
        (
            DocumentState::Standing(facts) | DocumentState::Replaced(facts),
            DocumentCommand::RecordMailFailed { reason, attempts, at },
        ) => Ok(mail_failed(facts, DocumentMailFailed { reason, attempts, at })),
        (
            DocumentState::Standing(facts) | DocumentState::Replaced(facts),
            DocumentCommand::RecordHandedOver { way, at },
        ) => decide_handed_over(facts, DocumentHandedOver { way, at }),
        (
            DocumentState::Standing(facts) | DocumentState::Replaced(facts),
            DocumentCommand::EndRetention { today, at },
        ) => {
            let until = facts.kept_until();
            if today <= until {
                Err(DocumentError::MustBeKept { until })
            } else {
                Ok(vec![DocumentRetentionEnded { at }.into()])
            }
        }
        (DocumentState::Forgotten(_), DocumentCommand::EndRetention { .. }) => Ok(vec![]),
        (
            DocumentState::Forgotten(_),
            DocumentCommand::Credit { .. }
            | DocumentCommand::UndoCredit { .. }
            | DocumentCommand::Replace { .. }
            | DocumentCommand::RecordRendered { .. }
            | DocumentCommand::RecordMailed { .. }
            | DocumentCommand::RecordMailFailed { .. }
            | DocumentCommand::RecordHandedOver { .. },
        ) => Err(DocumentError::NoLongerKept),
    }
}

fn decide_draw_up(content: Arc<DocumentContent>) -> Decision {
    content.check()?;
    let content = Box::new(Arc::unwrap_or_clone(content));
    Ok(vec![DocumentDrawnUp { content }.into()])
}

/// The files are made once. Whoever made the same ones again has only come second.
fn decide_rendered(facts: &DocumentFacts, rendered: DocumentRendered) -> Decision {
    match &facts.rendering {
        None => Ok(vec![rendered.into()]),
        Some(known) if Rendering::is_same_as(known, &rendered.rendering) => Ok(vec![]),
        Some(_) => Err(DocumentError::RenderedDifferently),
    }
}

fn decide_mailed(facts: &DocumentFacts, mailed: DocumentMailed) -> Decision {
    if facts.rendering.is_none() {
        return Err(DocumentError::NotRendered);
    }
    match facts.mailing {
        Mailing::Sent { .. } => Ok(vec![]),
        Mailing::NotYet | Mailing::Failed { .. } => Ok(vec![mailed.into()]),
    }
}

/// What was sent once did not fail, whatever another attempt says.
fn mail_failed(facts: &DocumentFacts, failed: DocumentMailFailed) -> Vec<DocumentEvent> {
    let now = Mailing::Failed {
        reason: failed.reason,
        attempts: failed.attempts,
    };
    match facts.mailing {
        Mailing::Sent { .. } => vec![],
        known @ Mailing::Failed { .. } if known == now => vec![],
        Mailing::NotYet | Mailing::Failed { .. } => vec![failed.into()],
    }
}

fn decide_handed_over(facts: &DocumentFacts, handed_over: DocumentHandedOver) -> Decision {
    match (&facts.rendering, facts.handed_over) {
        (_, Some(_)) => Ok(vec![]),
        (None, None) => Err(DocumentError::NotRendered),
        (Some(_), None) => Ok(vec![handed_over.into()]),
    }
}
