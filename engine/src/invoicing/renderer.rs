//! What makes the files of a document. The engine knows no renderer of its own: whoever starts it brings one.

use std::fmt;
use std::sync::Arc;

use comptoir_domain::document::{DocumentContent, Parties, TemplateFailure};
use comptoir_domain::values::{Line, Sha256Hex};

/// Makes the files of a document: the same ones for the same content, as long as it is the same itself.
pub trait RenderDocument: Send + Sync + 'static {
    /// Makes them. It takes its time, and is called on a thread that may.
    fn render(&self, content: &DocumentContent, parties: &Parties) -> Result<RenderedFiles, RenderFailure>;
}

/// The files of a document, and what they were made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedFiles {
    /// The page.
    pub pdf: Vec<u8>,
    /// The XML.
    pub xml: Vec<u8>,
    /// The program, with its version.
    pub renderer: Line,
    /// SHA-256 of the template.
    pub template: Sha256Hex,
    /// SHA-256 over the fonts.
    pub fonts: Sha256Hex,
    /// Why the operator's own template was not used, where it should have been.
    pub fell_back: Option<FellBack>,
}

/// Why an operator's own template was not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FellBack {
    /// What is recorded.
    pub failure: TemplateFailure,
    /// What the operators are told: places in the template, and nothing of what stands on the document.
    pub reason: String,
}

/// Why a document has no files yet. It is logged, and holds nothing of what stands on the document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RenderFailure(pub String);

/// A renderer, of whatever kind. Cheap to clone.
#[derive(Clone)]
pub struct DocumentRenderer(Arc<dyn RenderDocument>);

impl DocumentRenderer {
    /// A renderer.
    pub fn new(renderer: impl RenderDocument) -> Self {
        Self(Arc::new(renderer))
    }

    pub(super) fn render(
        &self,
        content: &DocumentContent,
        parties: &Parties,
    ) -> Result<RenderedFiles, RenderFailure> {
        self.0.render(content, parties)
    }
}

impl fmt::Debug for DocumentRenderer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DocumentRenderer")
    }
}
