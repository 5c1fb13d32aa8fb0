//! All that typst can see while it renders a document: files in memory under constant paths, our fonts, and no clock.

use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World};

use super::fonts::fonts;
use crate::template::Template;

/// The paths that there are. typst keeps every path that it ever saw, so none is made for one document.
pub(crate) struct Paths {
    pub(crate) main: FileId,
    data: FileId,
    xml: FileId,
    qr: FileId,
}

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));
static PATHS: LazyLock<Paths> = LazyLock::new(|| Paths {
    main: path("main.typ"),
    data: path("data.json"),
    xml: path("factur-x.xml"),
    qr: path("qr.svg"),
});

pub(crate) fn paths() -> &'static Paths {
    &PATHS
}

/// The id of a virtual path.
///
/// # Panics
/// If the path is malformed; all of them are constants.
pub(crate) fn path(name: &str) -> FileId {
    let path = VirtualPath::new(name).unwrap_or_else(|error| panic!("{name}: {error:?}"));
    RootedPath::new(VirtualRoot::Project, path).intern()
}

/// A template and one document's data.
pub(super) struct DocumentWorld<'a> {
    pub(super) template: &'a Template,
    pub(super) data: Bytes,
    pub(super) xml: Bytes,
    pub(super) qr: Bytes,
}

impl World for DocumentWorld<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &fonts().book
    }

    fn main(&self) -> FileId {
        PATHS.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.template.source(id).ok_or_else(|| not_found(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let of_document = [
            (PATHS.data, &self.data),
            (PATHS.xml, &self.xml),
            (PATHS.qr, &self.qr),
        ];
        let found = of_document.into_iter().find(|(known, _)| *known == id);
        let found = found.map(|(_, bytes)| bytes.clone());
        found
            .or_else(|| self.template.file(id))
            .ok_or_else(|| not_found(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        fonts().all.get(index).cloned()
    }

    /// There is no today: a document has its own dates.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn not_found(id: FileId) -> FileError {
    FileError::NotFound(id.get().vpath().get_with_slash().into())
}
