//! The front: a document in, its PDF and XML out.

use std::sync::Arc;

use comptoir_domain::document::{DocumentContent, Parties};
use comptoir_domain::values::Sha256Hex;
use serde::{Deserialize, Serialize};

use crate::child::{self, ChildError, ChildProgram};
use crate::error::RenderError;
use crate::pdf::{self, fonts};
use crate::template::{Template, TriedTemplate};
use crate::xml;

/// Renders documents. Cheap to clone, and shared by any number of threads. Rendering blocks: it belongs on a thread that may.
#[derive(Clone)]
pub struct Renderer {
    built_in: Arc<Template>,
    built_in_digests: Digests,
    operator: Option<Arc<Operator>>,
}

struct Operator {
    template: TriedTemplate,
    child: ChildProgram,
    digests: Digests,
}

/// How documents are rendered.
#[derive(Debug, Clone, Default)]
pub struct RendererOptions {
    /// By which template.
    pub template: TemplateChoice,
}

/// By which template documents are rendered.
#[derive(Debug, Clone, Default)]
pub enum TemplateChoice {
    /// The one that comes with the binary, in this process.
    #[default]
    BuiltIn,
    /// An operator's, in a child process for each document. If it fails, the built-in one takes its place.
    Operator {
        /// The template.
        template: TriedTemplate,
        /// How the process is started.
        child: ChildProgram,
    },
}

/// A rendered document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedDocument {
    /// The document as PDF/A-3b, with the XML inside.
    pub pdf: Vec<u8>,
    /// The XML: the same bytes.
    pub xml: Vec<u8>,
    /// What it was made with.
    pub digests: Digests,
    /// Why the operator's template was not used, where there is one and it failed.
    pub fell_back: Option<ChildError>,
}

/// What a document was made with. The same content and the same digests give the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digests {
    /// Program and version, such as `typst-0.15.1`.
    pub renderer: String,
    /// The fingerprint of the template's files.
    pub template: Sha256Hex,
    /// The fingerprint of the fonts.
    pub fonts: Sha256Hex,
}

impl Digests {
    fn of(template: &Template) -> Self {
        Self {
            renderer: pdf::RENDERER.to_owned(),
            template: template.digest(),
            fonts: fonts::digest(),
        }
    }
}

impl Renderer {
    /// A renderer.
    pub fn new(options: RendererOptions) -> Self {
        let built_in = Template::built_in();
        let built_in_digests = Digests::of(&built_in);
        let operator = match options.template {
            TemplateChoice::BuiltIn => None,
            TemplateChoice::Operator { template, child } => {
                // It was parsed when it was loaded, and is not parsed again for any other purpose than its digest.
                let digests = template.template.parsed().map(|parsed| Digests::of(&parsed));
                let digests = digests.unwrap_or_else(|_| built_in_digests.clone());
                Some(Arc::new(Operator {
                    template,
                    child,
                    digests,
                }))
            }
        };
        Self {
            built_in,
            built_in_digests,
            operator,
        }
    }

    /// What documents are made with, as long as the template does not fail.
    pub fn digests(&self) -> &Digests {
        self.operator
            .as_ref()
            .map_or(&self.built_in_digests, |operator| &operator.digests)
    }

    /// Renders a document: some ten milliseconds by the built-in template, some fifty by an operator's, and at most the
    /// deadline of its process and the built-in one after it.
    pub fn render(
        &self,
        content: &DocumentContent,
        parties: &Parties,
    ) -> Result<RenderedDocument, RenderError> {
        let xml = xml(content, parties);
        let Some(operator) = &self.operator else {
            return self.by_built_in(content, parties, xml, None);
        };
        match child::render(&operator.child, &operator.template.template, content, parties) {
            Ok(pdf) => Ok(RenderedDocument {
                pdf,
                xml,
                digests: operator.digests.clone(),
                fell_back: None,
            }),
            Err(error) => self.by_built_in(content, parties, xml, Some(error)),
        }
    }

    fn by_built_in(
        &self,
        content: &DocumentContent,
        parties: &Parties,
        xml: Vec<u8>,
        fell_back: Option<ChildError>,
    ) -> Result<RenderedDocument, RenderError> {
        Ok(RenderedDocument {
            pdf: pdf::render(&self.built_in, content, parties, &xml)?,
            xml,
            digests: self.built_in_digests.clone(),
            fell_back,
        })
    }
}
