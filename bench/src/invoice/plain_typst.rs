//! typst by the crate typst-as-lib, as its users have it: the product's template, fonts and data, without the declaration
//! of the XML in the metadata, which typst cannot make.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use anyhow::{Result, anyhow};
use chrono::Datelike as _;
use comptoir_documents::{template_data, xml};
use comptoir_domain::document::{DocumentContent, Parties};
use serde_json::Value;
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Smart};
use typst::syntax::{FileId, Source};
use typst_as_lib::conversions::IntoFileId as _;
use typst_as_lib::file_resolver::FileResolver;
use typst_as_lib::{TypstEngine, TypstTemplateMainFile};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use super::samples::qr_path;

const MAIN: &str = include_str!("../../../documents/template/main.typ");
const SOURCES: [(&str, &str); 2] = [
    (
        "template/body.typ",
        include_str!("../../../documents/template/body.typ"),
    ),
    (
        "template/lib.typ",
        include_str!("../../../documents/template/lib.typ"),
    ),
];
const LOGO: &[u8] = include_bytes!("../../../documents/template/logo.svg");
const FONTS: [&[u8]; 2] = [
    include_bytes!("../../../documents/fonts/LiberationSans-Regular.ttf"),
    include_bytes!("../../../documents/fonts/LiberationSans-Bold.ttf"),
];

/// The files of the document that is being rendered, by their ids.
type Files = Arc<RwLock<HashMap<FileId, Bytes>>>;

/// The engine, made once.
pub(super) struct PlainTypst {
    engine: TypstEngine<TypstTemplateMainFile>,
    files: Files,
}

struct OfDocument(Files);

impl FileResolver for OfDocument {
    fn resolve_binary(&self, id: FileId) -> FileResult<Cow<'_, Bytes>> {
        let files = self.0.read().unwrap_or_else(PoisonError::into_inner);
        files
            .get(&id)
            .cloned()
            .map(Cow::Owned)
            .ok_or_else(|| not_found(id))
    }

    fn resolve_source(&self, id: FileId) -> FileResult<Cow<'_, Source>> {
        Err(not_found(id))
    }
}

fn not_found(id: FileId) -> FileError {
    FileError::NotFound(id.get().vpath().get_with_slash().into())
}

impl PlainTypst {
    pub(super) fn new() -> Self {
        let files = Files::default();
        let engine = TypstEngine::builder()
            .main_file(("main.typ", MAIN))
            .fonts(FONTS)
            .with_static_source_file_resolver(SOURCES)
            .with_static_file_resolver([("template/logo.svg", LOGO)])
            .add_file_resolver(OfDocument(Arc::clone(&files)))
            .build();
        Self { engine, files }
    }

    pub(super) fn render(&self, content: &DocumentContent, parties: &Parties) -> Result<Vec<u8>> {
        let data = template_data(content, parties);
        let page: Value = serde_json::from_slice(&data)?;
        let reference = page["payment"]["reference"].as_str().unwrap_or_default();
        let of_document = [
            ("data.json", data),
            ("factur-x.xml", xml(content, parties)),
            ("qr.svg", qr_path(reference)?.into_bytes()),
        ];
        *self.files.write().unwrap_or_else(PoisonError::into_inner) = of_document
            .into_iter()
            .map(|(name, bytes)| (name.into_file_id(), Bytes::new(bytes)))
            .collect();
        let compiled = self.engine.compile::<PagedDocument>().output;
        let document = compiled.map_err(|error| anyhow!("typst-as-lib: {error}"))?;
        let day = |part: u32| u8::try_from(part).unwrap_or(1);
        let (year, month) = (content.at.year(), day(content.at.month()));
        let at = Datetime::from_ymd_hms(year, month, day(content.at.day()), 9, 0, 0);
        let options = PdfOptions {
            ident: Smart::Custom(content.document_id.to_string()),
            creator: Smart::Auto,
            timestamp: at.map(Timestamp::new_utc),
            page_ranges: None,
            standards: PdfStandards::new(&[PdfStandard::A_3b]).map_err(|error| anyhow!("{error:?}"))?,
            tagged: true,
            pretty: false,
        };
        typst_pdf::pdf(&document, &options).map_err(|errors| anyhow!("typst: {errors:?}"))
    }
}
