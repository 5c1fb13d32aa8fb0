//! The declaration of the XML in the PDF's metadata (XMP), which Factur-X asks for and typst cannot write.
//!
//! The exporter writes the metadata uncompressed and ends the file with a plain cross-reference table. So what is missing is
//! put in, and the places of all that stands behind are moved on. Whatever is not as expected is an error: another version
//! of the exporter fails its tests, and makes no broken file.

use std::ops::Range;

use thiserror::Error;

/// The PDF is not laid out as this module expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the PDF has no {missing} where one was expected")]
pub struct XmpError {
    missing: &'static str,
}

const fn missing(what: &'static str) -> XmpError {
    XmpError { missing: what }
}

/// Describes the properties below, in the list of extension schemas that PDF/A asks for.
const SCHEMA: &str = "<rdf:li rdf:parseType=\"Resource\"><pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>\
    <pdfaSchema:namespaceURI>urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#</pdfaSchema:namespaceURI>\
    <pdfaSchema:prefix>fx</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>\
    <rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>DocumentFileName</pdfaProperty:name>\
    <pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>\
    <pdfaProperty:description>The name of the embedded XML document</pdfaProperty:description></rdf:li>\
    <rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>DocumentType</pdfaProperty:name>\
    <pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>\
    <pdfaProperty:description>The type of the hybrid document in capital letters</pdfaProperty:description></rdf:li>\
    <rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>Version</pdfaProperty:name>\
    <pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>\
    <pdfaProperty:description>The version of the standard applying to the embedded XML document</pdfaProperty:description></rdf:li>\
    <rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>ConformanceLevel</pdfaProperty:name>\
    <pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>\
    <pdfaProperty:description>The conformance level of the embedded XML document</pdfaProperty:description></rdf:li>\
    </rdf:Seq></pdfaSchema:property></rdf:li>";

/// The properties themselves.
const PROPERTIES: &str = "<rdf:Description rdf:about=\"\" xmlns:fx=\"urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#\">\
    <fx:DocumentType>INVOICE</fx:DocumentType><fx:DocumentFileName>factur-x.xml</fx:DocumentFileName>\
    <fx:Version>1.0</fx:Version><fx:ConformanceLevel>EN 16931</fx:ConformanceLevel></rdf:Description>";

/// Declares the XML in a PDF that has it.
pub(super) fn declare(pdf: &[u8]) -> Result<Vec<u8>, XmpError> {
    let packet = packet(pdf)?;
    let length = length_entry(pdf, &packet)?;
    let table = Table::of(pdf)?;
    if packet.end > table.starts_at {
        return Err(missing("metadata before the cross-reference table"));
    }
    let declared = declared(&pdf[packet.clone()])?;
    let new_length = declared.len().to_string();
    let grown = declared.len() + new_length.len() - packet.len() - length.len();

    let mut out = Vec::with_capacity(pdf.len() + grown);
    out.extend_from_slice(&pdf[..length.start]);
    out.extend_from_slice(new_length.as_bytes());
    out.extend_from_slice(&pdf[length.end..packet.start]);
    out.extend_from_slice(&declared);
    out.extend_from_slice(&pdf[packet.end..table.starts_at]);
    table.write_moved(pdf, packet.start, grown, &mut out)?;
    Ok(out)
}

/// Where the metadata stand: there is one packet of them.
fn packet(pdf: &[u8]) -> Result<Range<usize>, XmpError> {
    const BEGIN: &[u8] = b"<?xpacket begin";
    const END: &[u8] = b"\nendstream";
    let start = find(pdf, BEGIN).ok_or(missing("metadata packet"))?;
    if find(&pdf[start + 1..], BEGIN).is_some() {
        return Err(missing("single metadata packet"));
    }
    let length = find(&pdf[start..], END).ok_or(missing("end of the metadata"))?;
    Ok(start..start + length)
}

/// Where the length of the metadata stands, in the dictionary before them.
fn length_entry(pdf: &[u8], packet: &Range<usize>) -> Result<Range<usize>, XmpError> {
    const KEY: &[u8] = b"/Length ";
    let entry = missing("length of the metadata");
    let dictionary = rfind(&pdf[..packet.start], b"<<").ok_or(entry)?;
    let key = find(&pdf[dictionary..packet.start], KEY).ok_or(entry)?;
    let start = dictionary + key + KEY.len();
    let digits = pdf[start..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if number(&pdf[start..start + digits]) == Some(packet.len()) {
        Ok(start..start + digits)
    } else {
        Err(entry)
    }
}

/// The packet with the schema among those that it describes, and the properties at its end.
fn declared(packet: &[u8]) -> Result<Vec<u8>, XmpError> {
    let text = std::str::from_utf8(packet).map_err(|_| missing("metadata in UTF-8"))?;
    let schemas = text
        .find("<pdfaExtension:schemas>")
        .ok_or(missing("list of extension schemas"))?;
    let bag = text[schemas..]
        .find("<rdf:Bag>")
        .ok_or(missing("bag of extension schemas"))?;
    let schema_at = schemas + bag + "<rdf:Bag>".len();
    let end = text.rfind("</rdf:RDF>").ok_or(missing("end of the RDF"))?;
    if end < schema_at {
        return Err(missing("extension schema within the RDF"));
    }
    let declared = [
        &text[..schema_at],
        SCHEMA,
        &text[schema_at..end],
        PROPERTIES,
        &text[end..],
    ];
    Ok(declared.concat().into_bytes())
}

/// The cross-reference table at the end of the file.
struct Table {
    starts_at: usize,
    entries: Range<usize>,
}

/// `0000000016 00000 n` and the end of the line.
const ENTRY: usize = 20;

impl Table {
    fn of(pdf: &[u8]) -> Result<Self, XmpError> {
        const KEY: &[u8] = b"startxref\n";
        let end = missing("place of the cross-reference table");
        let key = rfind(pdf, KEY).ok_or(end)?;
        let digits: Vec<u8> = pdf[key + KEY.len()..]
            .iter()
            .copied()
            .take_while(u8::is_ascii_digit)
            .collect();
        let starts_at = number(&digits).filter(|place| *place < key).ok_or(end)?;

        let table = missing("cross-reference table of one section");
        let head = pdf[starts_at..].strip_prefix(b"xref\n0 ").ok_or(table)?;
        let digits: Vec<u8> = head.iter().copied().take_while(u8::is_ascii_digit).collect();
        let count = number(&digits).ok_or(table)?;
        let first = starts_at + b"xref\n0 ".len() + digits.len() + 1;
        let last = count
            .checked_mul(ENTRY)
            .and_then(|size| first.checked_add(size))
            .ok_or(table)?;
        if pdf.get(last..).is_some_and(|rest| rest.starts_with(b"trailer")) {
            Ok(Self {
                starts_at,
                entries: first..last,
            })
        } else {
            Err(table)
        }
    }

    /// Writes table, trailer and end, with the places of what stands behind `after` moved on.
    fn write_moved(&self, pdf: &[u8], after: usize, by: usize, out: &mut Vec<u8>) -> Result<(), XmpError> {
        let new_start = out.len();
        out.extend_from_slice(&pdf[self.starts_at..self.entries.start]);
        for entry in pdf[self.entries.clone()].chunks_exact(ENTRY) {
            let place = number(&entry[..10]).ok_or(missing("number in the cross-reference table"))?;
            let in_use = entry[17] == b'n';
            let place = if in_use && place > after {
                place + by
            } else {
                place
            };
            out.extend_from_slice(format!("{place:010}").as_bytes());
            out.extend_from_slice(&entry[10..]);
        }
        let trailer = rfind(pdf, b"startxref\n").ok_or(missing("trailer"))?;
        out.extend_from_slice(&pdf[self.entries.end..trailer]);
        out.extend_from_slice(format!("startxref\n{new_start}\n%%EOF").as_bytes());
        Ok(())
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    // By the first byte, which the standard library finds quickly; then the rest is compared.
    while let Some(at) = haystack.get(from..)?.iter().position(|byte| *byte == first) {
        if haystack[from + at..].starts_with(needle) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

fn rfind(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .rposition(|window| window == needle)
}

fn number(digits: &[u8]) -> Option<usize> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACKET: &str = "<?xpacket begin=\"\"?><rdf:RDF><pdfaExtension:schemas><rdf:Bag><rdf:li/></rdf:Bag>\
                          </pdfaExtension:schemas></rdf:RDF><?xpacket end=\"r\"?>";

    /// A PDF with metadata as object 1 and something behind it as object 2.
    fn pdf(packet: &str) -> String {
        let length = packet.len();
        let first = "%PDF-1.7\n".to_owned();
        let second = format!(
            "{first}1 0 obj\n<<\n/Length {length}/Type/Metadata>>\nstream\n{packet}\nendstream\nendobj\n"
        );
        let objects = format!("{second}2 0 obj\n<<>>\nendobj\n");
        format!(
            "{objects}xref\n0 3\n0000000000 65535 f\r\n{:010} 00000 n\r\n{:010} 00000 n\r\n\
             trailer\n<</Size 3>>\nstartxref\n{}\n%%EOF",
            first.len(),
            second.len(),
            objects.len()
        )
    }

    #[test]
    fn what_is_missing_is_put_in_and_places_are_moved_on() {
        let declared = String::from_utf8(declare(pdf(PACKET).as_bytes()).unwrap()).unwrap();
        assert!(declared.contains("<rdf:Bag><rdf:li rdf:parseType=\"Resource\"><pdfaSchema:schema>Factur-X"));
        assert!(
            declared
                .contains("<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel></rdf:Description></rdf:RDF>")
        );
        let length = PACKET.len() + SCHEMA.len() + PROPERTIES.len();
        assert!(declared.contains(&format!("/Length {length}/Type/Metadata")));
        let table = declared.find("xref\n0 3").unwrap();
        assert!(declared.ends_with(&format!("startxref\n{table}\n%%EOF")));
        let second = declared.find("2 0 obj").unwrap();
        assert!(declared.contains(&format!("{second:010} 00000 n")));
        let first = declared.find("1 0 obj").unwrap();
        assert!(declared.contains(&format!("{first:010} 00000 n")));
    }

    #[test]
    fn another_layout_is_an_error() {
        let right = pdf(PACKET);
        for (part, wrong) in [
            ("xpacket begin", "xpacket start"),
            ("/Length ", "/Laenge "),
            ("pdfaExtension:schemas", "pdfaExtension:others"),
            ("</rdf:RDF>", "</rdf:XYZ>"),
            ("xref\n0 3", "xref\n1 3"),
            ("startxref", "startxyz_"),
            ("endstream", "endschluss"),
            ("trailer", "tail"),
        ] {
            assert!(declare(right.replace(part, wrong).as_bytes()).is_err(), "{part}");
        }
        assert!(declare(b"").is_err());
    }
}
