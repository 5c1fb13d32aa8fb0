//! Documents: an invoice or a credit note as a page that people read, as XML and as JSON that programs read.
//!
//! The page is a PDF/A-3b with the XML inside (Factur-X: CII in the profile of EN 16931). All three are made from the same
//! content, and none of them computes an amount. The same content gives the same bytes, on every machine, in every process,
//! time zone and language.
//!
//! ```
//! use comptoir_documents::{Renderer, RendererOptions, fixtures, json};
//!
//! let renderer = Renderer::new(RendererOptions::default());
//! let sample = fixtures::named("b2c_fr").expect("there is such a sample");
//! let document = renderer.render(&sample.content, &sample.parties)?;
//! assert!(document.pdf.starts_with(b"%PDF-1.7"));
//! assert_eq!(document.digests.renderer, "typst-0.15.1");
//! assert_eq!(json(&sample.content, &sample.parties)["number"], "FA-2026-000042");
//! # Ok::<(), comptoir_documents::RenderError>(())
//! ```
//!
//! Where to look: [`Renderer`] is the front; `cii` writes the XML, `json` the JSON; `view` is what a template is given, made
//! by means of `words` (languages), `amount` (decimals) and `text` (what anybody can type); `pdf` is typst and what it lacks;
//! `template` holds the built-in template and reads an operator's, which [`child`] runs; [`fixtures`] are samples.

mod amount;
pub mod child;
mod cii;
mod error;
pub mod fixtures;
mod json;
mod pdf;
mod qr;
mod renderer;
mod template;
mod text;
mod view;
mod words;

pub use cii::xml;
pub use error::RenderError;
pub use json::json;
pub use pdf::{Diagnostic, XmpError};
pub use renderer::{Digests, RenderedDocument, Renderer, RendererOptions, TemplateChoice};
pub use template::{OperatorTemplate, TemplateError, ThemeError, TriedTemplate};
pub use view::template_data;
