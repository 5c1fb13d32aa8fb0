//! What makes the files of documents: the crate `comptoir-documents`, as the engine wants it.

use std::ffi::OsString;
use std::io;
use std::path::Path;

use comptoir_documents::child::{ChildError, ChildProgram};
use comptoir_documents::{
    OperatorTemplate, RenderedDocument, Renderer, RendererOptions, TemplateChoice, TemplateError,
};
use comptoir_domain::document::{DocumentContent, Parties, TemplateFailure};
use comptoir_domain::values::Line;
use comptoir_engine::invoicing::{DocumentRenderer, FellBack, RenderDocument, RenderFailure, RenderedFiles};

/// The hidden command of the binary that an operator's template runs in.
pub const RENDER_COMMAND: &str = "render-document";

/// Why no documents can be rendered as it is configured.
#[derive(Debug, thiserror::Error)]
pub enum RenderingError {
    /// The template is not taken.
    #[error("the template of COMPTOIR_INVOICING_TEMPLATE_FOLDER is not taken")]
    Template(#[from] TemplateError),
    /// It is not known which program this is.
    #[error("the program that an operator's template runs in cannot be found")]
    Program(#[source] io::Error),
    /// The trial was cut off.
    #[error("the trial of the template was cut off")]
    CutOff,
}

struct Documents(Renderer);

/// A renderer by the built-in template or, if there is a folder, by the one in it, which is tried on samples first.
pub async fn renderer(template_folder: Option<&Path>) -> Result<DocumentRenderer, RenderingError> {
    let Some(folder) = template_folder.map(Path::to_owned) else {
        return Ok(made_of(RendererOptions::default()));
    };
    let child = child_program().map_err(RenderingError::Program)?;
    // Each sample is rendered in a process of its own, which takes some seconds in all.
    let trial = tokio::task::spawn_blocking(move || {
        let template = OperatorTemplate::load(&folder)?.try_on_fixtures(&child)?;
        Ok::<_, TemplateError>(TemplateChoice::Operator { template, child })
    });
    let template = trial.await.map_err(|_| RenderingError::CutOff)??;
    Ok(made_of(RendererOptions { template }))
}

/// This very binary, as the process that an operator's template runs in.
pub fn child_program() -> io::Result<ChildProgram> {
    Ok(ChildProgram::new(
        std::env::current_exe()?,
        [OsString::from(RENDER_COMMAND)],
    ))
}

fn made_of(options: RendererOptions) -> DocumentRenderer {
    DocumentRenderer::new(Documents(Renderer::new(options)))
}

impl RenderDocument for Documents {
    fn render(&self, content: &DocumentContent, parties: &Parties) -> Result<RenderedFiles, RenderFailure> {
        let failed = |error: &dyn std::error::Error| RenderFailure(error.to_string());
        let RenderedDocument {
            pdf,
            xml,
            digests,
            fell_back,
        } = self.0.render(content, parties).map_err(|error| failed(&error))?;
        Ok(RenderedFiles {
            pdf,
            xml,
            renderer: Line::try_new(digests.renderer).map_err(|error| failed(&error))?,
            template: digests.template,
            fonts: digests.fonts,
            fell_back: fell_back.map(|error| FellBack {
                failure: failure(&error),
                reason: error.to_string(),
            }),
        })
    }
}

/// What is recorded of why a template was not used.
const fn failure(error: &ChildError) -> TemplateFailure {
    match error {
        ChildError::TooSlow { .. } | ChildError::OutOfTime => TemplateFailure::TimedOut,
        ChildError::OutOfMemory => TemplateFailure::OutOfMemory,
        ChildError::Answer(_) => TemplateFailure::WrongOutput,
        ChildError::NotStarted(_)
        | ChildError::Ended(_)
        | ChildError::Template(_)
        | ChildError::Renderer(_) => TemplateFailure::Failed,
    }
}

#[cfg(test)]
mod tests {
    use comptoir_documents::fixtures;

    use super::*;

    #[tokio::test]
    async fn the_built_in_template_makes_the_files_that_the_engine_stores() {
        let renderer = Documents(Renderer::new(RendererOptions::default()));
        let sample = fixtures::named("b2c_fr").unwrap();
        let files = renderer.render(&sample.content, &sample.parties).unwrap();
        assert!(files.pdf.starts_with(b"%PDF"));
        assert_eq!(
            files.xml,
            comptoir_documents::xml(&sample.content, &sample.parties)
        );
        assert_eq!(files.fell_back, None);
    }

    #[test]
    fn what_is_recorded_says_which_limit_was_met() {
        let recorded = [
            (ChildError::TooSlow { deadline_ms: 1 }, TemplateFailure::TimedOut),
            (ChildError::OutOfTime, TemplateFailure::TimedOut),
            (ChildError::OutOfMemory, TemplateFailure::OutOfMemory),
            (ChildError::Answer("no line"), TemplateFailure::WrongOutput),
            (ChildError::Ended("status 1".to_owned()), TemplateFailure::Failed),
            (ChildError::Template(vec![]), TemplateFailure::Failed),
        ];
        for (error, expected) in recorded {
            assert_eq!(failure(&error), expected, "{error}");
        }
    }

    #[tokio::test]
    async fn a_folder_that_is_no_template_is_not_taken() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("invoice.html"), "<p>").unwrap();
        let refused = renderer(Some(folder.path())).await.err().unwrap();
        let source = std::error::Error::source(&refused).unwrap().to_string();
        assert!(source.contains("invoice.html"), "{source}");
    }
}
