//! What the two processes say to each other: a JSON document there, and back a line of JSON with bytes behind it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use comptoir_domain::document::{DocumentContent, Parties};
use serde::{Deserialize, Serialize};

use crate::error::RenderError;
use crate::pdf::Diagnostic;
use crate::template::{OperatorTemplate, Parts};

/// What is to be rendered.
#[derive(Serialize, Deserialize)]
pub(super) struct Request {
    template: TemplateRequest,
    pub(super) content: DocumentContent,
    pub(super) parties: Parties,
}

#[derive(Serialize, Deserialize)]
struct TemplateRequest {
    body: Option<String>,
    lib: Option<String>,
    /// In base64, as is the logo.
    theme: Option<String>,
    logo_svg: Option<String>,
    logo_png: Option<String>,
}

/// The line before the bytes.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Answer {
    /// So many bytes of a PDF follow.
    Rendered { pdf_bytes: usize },
    /// The template is wrong.
    Template { diagnostics: Vec<Diagnostic> },
    /// Something else is.
    Failed { reason: String },
}

impl Request {
    pub(super) fn of(template: &OperatorTemplate, content: &DocumentContent, parties: &Parties) -> Self {
        let Parts {
            body,
            lib,
            theme,
            logo,
        } = template.parts.clone();
        let logo_of = |wanted: &str| {
            let logo = logo.as_ref().filter(|(name, _)| *name == wanted);
            logo.map(|(_, bytes)| STANDARD.encode(bytes))
        };
        Self {
            template: TemplateRequest {
                body,
                lib,
                theme: theme.as_ref().map(|bytes| STANDARD.encode(bytes)),
                logo_svg: logo_of("logo.svg"),
                logo_png: logo_of("logo.png"),
            },
            content: content.clone(),
            parties: parties.clone(),
        }
    }

    /// The template of the request.
    pub(super) fn template(&self) -> Result<OperatorTemplate, base64::DecodeError> {
        let decoded = |text: &Option<String>| text.as_ref().map(|text| STANDARD.decode(text)).transpose();
        let svg = decoded(&self.template.logo_svg)?.map(|bytes| ("logo.svg", bytes));
        let png = decoded(&self.template.logo_png)?.map(|bytes| ("logo.png", bytes));
        let parts = Parts {
            body: self.template.body.clone(),
            lib: self.template.lib.clone(),
            theme: decoded(&self.template.theme)?,
            logo: svg.or(png),
        };
        Ok(OperatorTemplate { parts })
    }
}

impl Answer {
    pub(super) fn of_error(error: RenderError) -> Self {
        match error {
            RenderError::Template(diagnostics) => Self::Template { diagnostics },
            error @ (RenderError::Metadata(_) | RenderError::Panicked) => Self::Failed {
                reason: error.to_string(),
            },
        }
    }
}
