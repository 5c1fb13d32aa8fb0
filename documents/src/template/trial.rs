//! A template is tried on every fixture before it is used for a document.

use std::sync::Arc;

use super::{OperatorTemplate, TemplateError};
use crate::child::{self, ChildError, ChildProgram};
use crate::fixtures;

/// An operator's template that rendered every fixture.
#[derive(Debug, Clone)]
pub struct TriedTemplate {
    pub(crate) template: Arc<OperatorTemplate>,
}

impl OperatorTemplate {
    /// Renders every fixture in a child process. What is wrong is named with file and line. Blocks for some two seconds.
    pub fn try_on_fixtures(self, child: &ChildProgram) -> Result<TriedTemplate, TemplateError> {
        for fixture in fixtures::all() {
            child::render(child, &self, &fixture.content, &fixture.parties)
                .map_err(|error| failed(fixture.name, error))?;
        }
        Ok(TriedTemplate {
            template: Arc::new(self),
        })
    }
}

fn failed(fixture: &'static str, error: ChildError) -> TemplateError {
    match error {
        // The samples are nobody's data: all that typst says may be shown.
        ChildError::Template(diagnostics) => TemplateError::Failed { fixture, diagnostics },
        ChildError::NotStarted(_)
        | ChildError::TooSlow { .. }
        | ChildError::OutOfTime
        | ChildError::OutOfMemory
        | ChildError::Ended(_)
        | ChildError::Answer(_)
        | ChildError::Renderer(_) => TemplateError::Process { fixture, error },
    }
}
