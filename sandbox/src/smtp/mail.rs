//! A mail as the sink has received it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A mail that was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// From whom, as the envelope says.
    pub from: String,
    /// To whom, as the envelope says.
    pub to: Vec<String>,
    /// Headers and body, as they came, less the dots that the transfer adds.
    pub text: String,
}

impl Mail {
    /// The value of a header of the mail itself, with its lines joined.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.text.split("\r\n\r\n").next()?;
        header_in(head, name)
    }

    /// The bytes of the attachment of this name; none if there is none, or it is not in base64.
    pub fn attachment(&self, name: &str) -> Option<Vec<u8>> {
        let boundary = self.header("Content-Type")?;
        let (_, boundary) = boundary.split_once("boundary=\"")?;
        let (boundary, _) = boundary.split_once('"')?;
        let border = format!("--{boundary}");
        let mut parts = self.text.split(&border).filter_map(|part| {
            let (head, body) = part.split_once("\r\n\r\n")?;
            Some((head.trim_start(), body))
        });
        let is_named = |head: &str| {
            header_in(head, "Content-Disposition").is_some_and(|value| value.contains(&format!("\"{name}\"")))
        };
        let (_, body) = parts.find(|(head, _)| is_named(head))?;
        let body: String = body.split_whitespace().collect();
        STANDARD.decode(body).ok()
    }
}

/// A header among others; what begins with white space goes on with the line before.
fn header_in(head: &str, name: &str) -> Option<String> {
    let mut found: Option<String> = None;
    for line in head.split("\r\n") {
        if line.starts_with([' ', '\t']) {
            if let Some(found) = &mut found {
                found.push(' ');
                found.push_str(line.trim());
            }
            continue;
        }
        if found.is_some() {
            return found;
        }
        let value = line
            .split_once(':')
            .filter(|(known, _)| known.eq_ignore_ascii_case(name));
        found = value.map(|(_, value)| value.trim().to_owned());
    }
    found
}
