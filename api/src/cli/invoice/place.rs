//! Where an export keeps the files of a document.

use std::path::{Path, PathBuf};

use comptoir_domain::document::{DocumentContent, Supplier};

/// The path of a file of a document below the folder of the export: by supplier, then by number.
pub(super) fn path_of(content: &DocumentContent, ending: &str) -> PathBuf {
    let supplier = match content.supplier {
        Supplier::Platform => "platform".to_owned(),
        Supplier::Seller { seller_id } => seller_id.to_string(),
    };
    Path::new(&supplier).join(format!("{}.{ending}", name_of(content)))
}

/// The number, if a file can be called so. A number may hold `/`; what takes its place could be another number's name, so
/// that the document's id stands behind it.
fn name_of(content: &DocumentContent) -> String {
    let number = content.number.as_str();
    if number.contains('/') {
        format!("{}-{}", number.replace('/', "-"), content.document_id)
    } else {
        number.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use comptoir_documents::fixtures;
    use comptoir_domain::document::DocumentNumber;

    use super::*;

    #[test]
    fn each_document_has_a_place_of_its_own() {
        let mut content = fixtures::named("b2c_fr").unwrap().content;
        content.number = DocumentNumber::try_new("FA-2026-000042").unwrap();
        assert_eq!(path_of(&content, "pdf"), Path::new("platform/FA-2026-000042.pdf"));
        content.number = DocumentNumber::try_new("FA/1").unwrap();
        let name = format!("platform/FA-1-{}.xml", content.document_id);
        assert_eq!(path_of(&content, "xml"), Path::new(&name));
        let seller = fixtures::named("mandate").unwrap().content;
        assert!(path_of(&seller, "pdf").starts_with(match seller.supplier {
            Supplier::Seller { seller_id } => seller_id.to_string(),
            Supplier::Platform => String::new(),
        }));
    }
}
