//! A rendered document is a PDF/A-3b, tagged, with the XML inside and declared.

use comptoir_documents::fixtures;

use crate::pdf_reader::{Pdf, reference};
use crate::rendered;

/// The most bytes of a document of usual length.
const BYTES_MAX: usize = 70 * 1024;

#[test]
fn every_sample_has_the_structure_of_a_factur_x() {
    for fixture in fixtures::all() {
        let document = rendered(&fixture);
        let pdf = Pdf::read(&document.pdf);
        let catalog = pdf.catalog();

        // The XML: listed by name, associated with the document, an alternative to the page, byte by byte the same.
        assert!(catalog.contains("(factur-x.xml)"), "{}: {catalog}", fixture.name);
        let file = pdf.dictionary(reference(&catalog, "/AF"));
        assert!(file.contains("/AFRelationship/Alternative"), "{file}");
        assert!(
            file.contains("/F(factur-x.xml)") && file.contains("/UF(factur-x.xml)"),
            "{file}"
        );
        let embedded = reference(&file, "/EF<</F");
        assert!(pdf.dictionary(embedded).contains("/Subtype/text#2Fxml"));
        assert!(pdf.dictionary(embedded).contains("/ModDate"));
        assert_eq!(pdf.stream(embedded), document.xml, "{}", fixture.name);

        // PDF/A: an output intent with its profile, tags, a language, an identity; nothing that runs or is encrypted.
        let intents = pdf.dictionary(reference(&catalog, "/OutputIntents"));
        let intent = pdf.dictionary(reference(&intents, "\n["));
        assert!(
            intent.contains("/S/GTS_PDFA1") && intent.contains("/DestOutputProfile"),
            "{intent}"
        );
        assert!(
            catalog.contains("/MarkInfo<</Marked true") && catalog.contains("/StructTreeRoot"),
            "{catalog}"
        );
        assert!(catalog.contains("/Lang"), "{catalog}");
        assert!(pdf.trailer().contains("/ID") && !pdf.trailer().contains("/Encrypt"));
        for dictionary in pdf.dictionaries() {
            for forbidden in ["/JavaScript", "/Launch", "/LZWDecode", "/EncryptMetadata"] {
                assert!(!dictionary.contains(forbidden), "{forbidden} in {dictionary}");
            }
            if dictionary.contains("/Type/FontDescriptor") {
                assert!(
                    dictionary.contains("/FontFile"),
                    "a font is not embedded: {dictionary}"
                );
            }
        }
        let bytes = document.pdf.len();
        assert!(
            fixture.name == "three_pages" || bytes <= BYTES_MAX,
            "{}: {bytes} bytes",
            fixture.name
        );
    }
}

#[test]
fn the_metadata_declare_the_xml() {
    let fixture = fixtures::named("b2b_domestic").unwrap();
    let document = rendered(&fixture);
    let pdf = Pdf::read(&document.pdf);
    let metadata = reference(&pdf.catalog(), "/Metadata");
    assert!(
        pdf.dictionary(metadata).contains("/Subtype/XML") && !pdf.dictionary(metadata).contains("/Filter")
    );
    let xmp = String::from_utf8(pdf.stream(metadata)).unwrap();
    for declared in [
        "<pdfaid:part>3</pdfaid:part>",
        "<pdfaid:conformance>B</pdfaid:conformance>",
        "<fx:DocumentType>INVOICE</fx:DocumentType>",
        "<fx:DocumentFileName>factur-x.xml</fx:DocumentFileName>",
        "<fx:Version>1.0</fx:Version>",
        "<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>",
        "xmlns:fx=\"urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#\"",
        "<pdfaSchema:namespaceURI>urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#</pdfaSchema:namespaceURI>",
    ] {
        assert_eq!(xmp.matches(declared).count(), 1, "{declared} in {xmp}");
    }
    // One bag of schemas, and as many elements opened as closed.
    assert_eq!(xmp.matches("<pdfaExtension:schemas>").count(), 1);
    for element in ["rdf:li", "rdf:Description", "rdf:Bag", "rdf:Seq"] {
        let opened =
            xmp.matches(&format!("<{element}>")).count() + xmp.matches(&format!("<{element} ")).count();
        assert_eq!(opened, xmp.matches(&format!("</{element}>")).count(), "{element}");
    }
    // The document's own dates: neither that of the machine nor its time zone.
    assert!(xmp.contains("2026-11-23T09:41:07"), "{xmp}");
}

#[test]
fn long_documents_go_on_over_pages() {
    let pages = |name: &str| Pdf::read(&rendered(&fixtures::named(name).unwrap()).pdf).pages();
    assert_eq!(pages("three_pages"), 3);
    for name in [
        "b2c_fr",
        "b2b_domestic",
        "discount",
        "credit_note_partial",
        "several_rates",
    ] {
        assert_eq!(pages(name), 1, "{name}");
    }
}
