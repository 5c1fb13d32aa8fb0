//! As much of an XML writer as a CII invoice needs.

use crate::text;

/// An XML text that grows.
pub(super) struct Xml {
    text: String,
    depth: usize,
}

impl Xml {
    /// An empty document.
    pub(super) fn new() -> Self {
        Self {
            text: String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"),
            depth: 0,
        }
    }

    /// An element with others inside; `name` may have attributes behind it.
    pub(super) fn group(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.indent();
        self.open(name, None);
        self.text.push('\n');
        self.depth += 1;
        inside(self);
        self.depth -= 1;
        self.indent();
        self.close(name);
    }

    /// An element with text inside.
    pub(super) fn leaf(&mut self, name: &str, text: &str) {
        self.leaf_with(name, None, text);
    }

    /// An element with text inside and an attribute, if there is one.
    pub(super) fn leaf_with(&mut self, name: &str, attribute: Option<(&str, &str)>, text: &str) {
        self.indent();
        self.open(name, attribute);
        self.escaped(&text::for_xml(text));
        self.close(name);
    }

    /// The text of the document.
    pub(super) fn finish(self) -> String {
        self.text
    }

    fn open(&mut self, name: &str, attribute: Option<(&str, &str)>) {
        self.text.push('<');
        self.text.push_str(name);
        if let Some((attribute, value)) = attribute {
            self.text.push(' ');
            self.text.push_str(attribute);
            self.text.push_str("=\"");
            self.escaped(value);
            self.text.push('"');
        }
        self.text.push('>');
    }

    fn close(&mut self, name: &str) {
        self.text.push_str("</");
        self.text.push_str(name.split(' ').next().unwrap_or(name));
        self.text.push_str(">\n");
    }

    fn indent(&mut self) {
        self.text.extend(std::iter::repeat_n("  ", self.depth));
    }

    fn escaped(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '"' => self.text.push_str("&quot;"),
                other => self.text.push(other),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_its_element() {
        let mut xml = Xml::new();
        xml.group("a x=\"1\"", |xml| {
            xml.leaf_with("b", Some(("c", "\"&")), "]]></b><evil/> & \u{0}\u{7}more");
            xml.leaf("d", "");
        });
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a x=\"1\">\n  <b c=\"&quot;&amp;\">\
                        ]]&gt;&lt;/b&gt;&lt;evil/&gt; &amp; more</b>\n  <d>□</d>\n</a>\n";
        assert_eq!(xml.finish(), expected);
    }
}
