//! What documents promise, on real documents: valid for those who validate, the same bytes everywhere, whatever anybody types.
#![expect(clippy::unwrap_used, reason = "what cannot be set up has failed the test")]

mod any_text;
mod determinism;
mod drawn;
mod factur_x;
mod operator;
mod pdf_reader;
mod schematron;

use comptoir_documents::child::ChildProgram;
use comptoir_documents::{RenderedDocument, Renderer, RendererOptions, fixtures::Fixture};

/// The program of this crate, which can be a child and write samples.
const PROGRAM: &str = env!("CARGO_BIN_EXE_documents");

/// A child that is in no hurry: this program is not optimised, and the machine may be busy with other tests. Its own limits on
/// processor time and memory hold all the same.
fn child() -> ChildProgram {
    let mut child = ChildProgram::new(PROGRAM, ["render-document"]);
    child.limits.deadline_ms = 60_000;
    child
}

fn rendered(fixture: &Fixture) -> RenderedDocument {
    let renderer = Renderer::new(RendererOptions::default());
    let document = renderer.render(&fixture.content, &fixture.parties);
    document.unwrap_or_else(|error| panic!("{}: {error}", fixture.name))
}
