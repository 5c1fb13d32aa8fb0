//! A document as PDF/A-3b, tagged, with its XML inside and declared: Factur-X.

mod diagnostic;
pub(crate) mod fonts;
pub(crate) mod world;
mod xmp;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

use chrono::{DateTime, Datelike as _, Timelike as _, Utc};
use comptoir_domain::document::{DocumentContent, Parties};
use typst::foundations::{Bytes, Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

pub use self::diagnostic::Diagnostic;
use self::world::DocumentWorld;
pub use self::xmp::XmpError;
use crate::error::RenderError;
use crate::qr;
use crate::template::Template;
use crate::view::View;

/// What makes the documents, as it is recorded with them.
pub(crate) const RENDERER: &str = "typst-0.15.1";
/// What documents name as the program that wrote them.
const CREATOR: &str = "Comptoir";

static STANDARDS: LazyLock<PdfStandards> = LazyLock::new(|| {
    // PDF/A-3b alone contradicts nothing.
    PdfStandards::new(&[PdfStandard::A_3b]).unwrap_or_default()
});

/// Forgets what typst remembers of a document, however its rendering ends. Invoices have hardly any layout in common:
/// what is kept is never used again, and costs two megabytes a document.
struct Forget;

impl Drop for Forget {
    fn drop(&mut self) {
        comemo::evict(0);
    }
}

/// Renders a document by a template. `xml` is what stands inside.
pub(crate) fn render(
    template: &Template,
    content: &DocumentContent,
    parties: &Parties,
    xml: &[u8],
) -> Result<Vec<u8>, RenderError> {
    let _forget = Forget;
    let rendered = catch_unwind(AssertUnwindSafe(|| compiled(template, content, parties, xml)));
    let pdf = rendered.unwrap_or(Err(RenderError::Panicked))?;
    Ok(xmp::declare(&pdf)?)
}

fn compiled(
    template: &Template,
    content: &DocumentContent,
    parties: &Parties,
    xml: &[u8],
) -> Result<Vec<u8>, RenderError> {
    let view = View::of(content, parties, template.theme());
    let world = DocumentWorld {
        template,
        qr: Bytes::from_string(qr::svg(view.qr_text()).unwrap_or_default()),
        data: Bytes::new(serde_json::to_vec(&view).unwrap_or_default()),
        xml: Bytes::new(xml.to_vec()),
    };
    let explained = |errors: typst::ecow::EcoVec<typst::diag::SourceDiagnostic>| {
        RenderError::Template(diagnostic::read(&errors, &world))
    };
    let document = typst::compile::<PagedDocument>(&world)
        .output
        .map_err(explained)?;
    let options = PdfOptions {
        ident: Smart::Custom(content.document_id.to_string()),
        creator: Smart::Custom(Some(CREATOR.to_owned())),
        timestamp: timestamp(content.at),
        page_ranges: None,
        standards: STANDARDS.clone(),
        tagged: true,
        pretty: false,
    };
    typst_pdf::pdf(&document, &options).map_err(explained)
}

/// When the document was made: when it was issued, and not when it happens to be rendered.
fn timestamp(at: DateTime<Utc>) -> Option<Timestamp> {
    let part = |number: u32| u8::try_from(number).ok();
    let (month, day) = (part(at.month())?, part(at.day())?);
    let (hour, minute, second) = (part(at.hour())?, part(at.minute())?, part(at.second())?);
    Datetime::from_ymd_hms(at.year(), month, day, hour, minute, second).map(Timestamp::new_utc)
}
