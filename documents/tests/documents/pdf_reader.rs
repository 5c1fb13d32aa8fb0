//! As much of a PDF reader as is needed to look at what stands in one: by its cross-reference table, and by nothing else.

use std::collections::BTreeMap;

/// A PDF, object by object.
pub(crate) struct Pdf {
    bytes: Vec<u8>,
    /// Where each object begins.
    places: BTreeMap<usize, usize>,
    trailer: String,
}

impl Pdf {
    /// Reads the table at the end of the file, and checks that every object stands where it says.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        assert!(
            bytes.starts_with(b"%PDF-1.7\n%"),
            "the header is not that of a PDF with binary content"
        );
        assert!(bytes.ends_with(b"%%EOF"), "the end is missing");
        let start = between(&text, text.rfind("startxref\n").unwrap(), "startxref\n", "\n")
            .parse()
            .unwrap();
        let table = std::str::from_utf8(&bytes[start..]).expect("the table is text");
        let mut lines = table.lines();
        assert_eq!(lines.next(), Some("xref"));
        let count: usize = lines.next().unwrap().strip_prefix("0 ").unwrap().parse().unwrap();
        let mut places = BTreeMap::new();
        for (object, entry) in lines.by_ref().take(count).enumerate() {
            if entry.ends_with(" n") {
                let place: usize = entry[..10].parse().unwrap();
                let head = format!("{object} 0 obj");
                assert!(
                    bytes[place..].starts_with(head.as_bytes()),
                    "object {object} is not at {place}"
                );
                places.insert(object, place);
            }
        }
        assert_eq!(lines.next(), Some("trailer"));
        let trailer = lines.collect::<Vec<_>>().join("\n");
        Self {
            bytes: bytes.to_vec(),
            places,
            trailer,
        }
    }

    /// The catalogue.
    pub(crate) fn catalog(&self) -> String {
        self.dictionary(reference(&self.trailer, "/Root"))
    }

    /// The trailer.
    pub(crate) fn trailer(&self) -> &str {
        &self.trailer
    }

    /// An object, up to its stream or its end.
    pub(crate) fn dictionary(&self, object: usize) -> String {
        let object = &self.bytes[self.places[&object]..];
        let end = [b"\nstream\n".as_slice(), b"\nendobj"]
            .into_iter()
            .filter_map(|mark| find(object, mark))
            .min();
        String::from_utf8_lossy(&object[..end.unwrap()]).into_owned()
    }

    /// The bytes of an object's stream, unpacked.
    pub(crate) fn stream(&self, object: usize) -> Vec<u8> {
        let dictionary = self.dictionary(object);
        let length: usize = number_after(&dictionary, "/Length").unwrap();
        let start =
            self.places[&object] + find(&self.bytes[self.places[&object]..], b"stream\n").unwrap() + 7;
        let packed = &self.bytes[start..start + length];
        assert!(
            self.bytes[start + length..].starts_with(b"\nendstream"),
            "the length of {object} is wrong"
        );
        if dictionary.contains("/FlateDecode") {
            miniz_oxide::inflate::decompress_to_vec_zlib(packed).expect("the stream can be unpacked")
        } else {
            packed.to_vec()
        }
    }

    /// The dictionaries of all objects.
    pub(crate) fn dictionaries(&self) -> impl Iterator<Item = String> {
        self.places.keys().map(|object| self.dictionary(*object))
    }

    /// How many pages there are.
    pub(crate) fn pages(&self) -> usize {
        let pages = self.dictionary(reference(&self.catalog(), "/Pages"));
        number_after(&pages, "/Count").unwrap()
    }
}

/// The object that a key refers to.
pub(crate) fn reference(dictionary: &str, key: &str) -> usize {
    number_after(dictionary, key).unwrap_or_else(|| panic!("no {key} in {dictionary}"))
}

fn number_after(dictionary: &str, key: &str) -> Option<usize> {
    let at = dictionary.find(key)? + key.len();
    let digits: String = dictionary[at..]
        .trim_start_matches([' ', '['])
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}

fn between<'a>(text: &'a str, from: usize, before: &str, after: &str) -> &'a str {
    let start = from + before.len();
    let length = text[start..].find(after).unwrap();
    &text[start..start + length]
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
