//! What documents promise, on real documents: valid for those who validate, the same bytes everywhere, whatever anybody types.

mod any_text;
mod determinism;
mod factur_x;
mod operator;
mod pdf_reader;
mod schematron;

use comptoir_documents::child::ChildProgram;
use comptoir_documents::{RenderedDocument, Renderer, RendererOptions, fixtures::Fixture};

/// The program of this crate, which can be a child and write samples.
const PROGRAM: &str = env!("CARGO_BIN_EXE_documents");

fn child() -> ChildProgram {
    ChildProgram::new(PROGRAM, ["render-document"])
}

fn rendered(fixture: &Fixture) -> RenderedDocument {
    let renderer = Renderer::new(RendererOptions::default());
    let rendered = renderer.render(&fixture.content, &fixture.parties);
    rendered.unwrap_or_else(|error| panic!("{}: {error}", fixture.name))
}
