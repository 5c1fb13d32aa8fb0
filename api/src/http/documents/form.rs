//! In which form a document is wanted: content negotiation by the header `Accept` (RFC 9110, section 12.5.1).

use axum::http::{HeaderMap, HeaderValue, header};

use crate::http::problem::{Problem, ProblemKind};

/// A form that a document can be read in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// The page.
    Pdf,
    /// The XML that programs of accountants read: Cross Industry Invoice.
    Xml,
    /// The same for everybody else's programs.
    Json,
}

/// The first that is given wins among equals, and where anything will do.
pub(crate) const PAGE_FIRST: [Form; 3] = [Form::Pdf, Form::Xml, Form::Json];
/// The same for a route whose thing is read as JSON unless somebody asks otherwise.
pub(crate) const JSON_FIRST: [Form; 3] = [Form::Json, Form::Pdf, Form::Xml];

/// How closely a range names a form that it gives type and subtype of.
const EXACTLY: u8 = 2;

/// A media range of the header, with its quality in thousandths.
struct Accepted {
    kind: String,
    subtype: String,
    quality: u16,
}

impl Form {
    /// The media type that it is sent as.
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Xml => "application/xml",
            Self::Json => "application/json",
        }
    }

    /// The form that a request asks for. Without the header, the first one that is offered; so too for a browser that follows a
    /// link: it names `text/html`, likes nothing that it names better, and likes XML better than anything that it does not
    /// name.
    pub(crate) fn wanted(headers: &HeaderMap, offered: [Self; 3]) -> Result<Self, Problem> {
        let [first, ..] = offered;
        let values: Vec<&str> = headers
            .get_all(header::ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .collect();
        if values.iter().all(|value| value.trim().is_empty()) {
            return Ok(first);
        }
        let accepted: Vec<Accepted> = values
            .iter()
            .flat_map(|value| value.split(','))
            .filter_map(Accepted::read)
            .collect();
        if follows_a_link(&accepted, offered) {
            let refused = |form: &Self| form.named(&accepted) == Some(0);
            return offered
                .into_iter()
                .find(|form| !refused(form))
                .ok_or_else(not_acceptable);
        }
        let mut best: Option<(Self, u16)> = None;
        for form in offered {
            let quality = form.quality(&accepted);
            if quality > best.map_or(0, |(_, quality)| quality) {
                best = Some((form, quality));
            }
        }
        best.map(|(form, _)| form).ok_or_else(not_acceptable)
    }

    /// How much it is wanted by its own name; none where it is not named.
    fn named(self, accepted: &[Accepted]) -> Option<u16> {
        let named = accepted
            .iter()
            .filter(|range| range.closeness(self) == Some(EXACTLY));
        named.map(|range| range.quality).max()
    }

    /// How much it is wanted: by the range that names it most closely.
    fn quality(self, accepted: &[Accepted]) -> u16 {
        let closest = accepted
            .iter()
            .filter_map(|range| Some((range.closeness(self)?, range.quality)))
            .max();
        closest.map_or(0, |(_, quality)| quality)
    }
}

impl Accepted {
    /// Reads one range. What is none is not there.
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let (kind, subtype) = parts.next()?.split_once('/')?;
        let mut quality = 1000;
        for parameter in parts {
            if let Some((name, value)) = parameter.split_once('=')
                && name.trim().eq_ignore_ascii_case("q")
            {
                quality = thousandths(value.trim())?;
            }
        }
        Some(Self {
            kind: kind.trim().to_ascii_lowercase(),
            subtype: subtype.trim().to_ascii_lowercase(),
            quality,
        })
    }

    fn names(&self, kind: &str, subtype: &str) -> bool {
        self.kind == kind && self.subtype == subtype
    }

    /// How closely it names a form, if it does.
    fn closeness(&self, form: Form) -> Option<u8> {
        let also_text = match form {
            Form::Xml => self.names("text", "xml"),
            Form::Pdf | Form::Json => false,
        };
        let (kind, subtype) = form.media_type().split_once('/')?;
        if self.names(kind, subtype) || also_text {
            Some(EXACTLY)
        } else if self.names(kind, "*") {
            Some(1)
        } else {
            self.names("*", "*").then_some(0)
        }
    }
}

/// Whether a page for people is wanted, and no form that is offered is liked better by its own name.
fn follows_a_link(accepted: &[Accepted], offered: [Form; 3]) -> bool {
    let html = accepted.iter().filter(|range| range.names("text", "html"));
    let html = html.map(|range| range.quality).max().unwrap_or(0);
    html > 0
        && offered
            .iter()
            .all(|form| form.named(accepted).is_none_or(|quality| quality <= html))
}

/// A weight: `0` to `1` with at most three decimals.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let decimals: u16 = format!("{decimals:0<3}").parse().ok()?;
    match (whole, decimals) {
        ("0", decimals) => Some(decimals),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

fn not_acceptable() -> Problem {
    let forms = PAGE_FIRST.map(Form::media_type).join(", ");
    Problem::new(ProblemKind::NotAcceptable)
        .detail(format!("a document can be had as {forms}"))
        .header(header::VARY, HeaderValue::from_static("accept"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(accept: &str) -> Option<Form> {
        let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_str(accept).unwrap())]);
        Form::wanted(&headers, PAGE_FIRST).ok()
    }

    #[test]
    fn without_a_wish_it_is_the_first_form() {
        assert_eq!(Form::wanted(&HeaderMap::new(), PAGE_FIRST).ok(), Some(Form::Pdf));
        assert_eq!(Form::wanted(&HeaderMap::new(), JSON_FIRST).ok(), Some(Form::Json));
        assert_eq!((wanted(""), wanted("*/*")), (Some(Form::Pdf), Some(Form::Pdf)));
        assert_eq!(wanted("application/*"), Some(Form::Pdf));
    }

    #[test]
    fn the_form_that_is_named_is_the_form_that_comes() {
        for (accept, form) in [
            ("application/pdf", Form::Pdf),
            ("application/xml", Form::Xml),
            ("text/xml", Form::Xml),
            ("Application/JSON; charset=utf-8", Form::Json),
            ("image/png, application/json", Form::Json),
            ("application/json;q=0.2, application/xml;q=0.9", Form::Xml),
            ("application/json, application/pdf;q=0.5", Form::Json),
            ("application/pdf;q=0, */*;q=0.1", Form::Xml),
            ("*/*;q=0.5, application/json", Form::Json),
            ("application/*;q=0.1, */*", Form::Pdf),
        ] {
            assert_eq!(wanted(accept), Some(form), "{accept}");
        }
    }

    #[test]
    fn a_browser_that_follows_a_link_gets_the_first_form() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        assert_eq!(wanted(browser), Some(Form::Pdf));
        for accept in [
            "text/html",
            "text/html;q=0.5, */*;q=0.1",
            "text/html;q=0.9, application/json;q=0.9",
            "text/html, application/json;q=0.1",
        ] {
            assert_eq!(wanted(accept), Some(Form::Pdf), "{accept}");
        }
        assert_eq!(wanted("text/html, application/pdf;q=0"), Some(Form::Xml));
    }

    #[test]
    fn a_page_that_is_liked_less_or_not_at_all_is_no_link_that_is_followed() {
        for (accept, form) in [
            ("application/json, text/html;q=0.1", Some(Form::Json)),
            ("text/html;q=0.8, application/xml;q=0.9", Some(Form::Xml)),
            ("text/html;q=0, application/json;q=0.1", Some(Form::Json)),
            ("text/html;q=0, */*", Some(Form::Pdf)),
            ("text/html;q=0", None),
            (
                "text/html, application/pdf;q=0, application/xml;q=0, application/json;q=0",
                None,
            ),
        ] {
            assert_eq!(wanted(accept), form, "{accept}");
        }
    }

    #[test]
    fn what_cannot_be_had_is_refused() {
        for accept in [
            "image/png",
            "text/plain",
            "nonsense",
            ";;;",
            "application/pdf;q=0",
            "application/pdf;q=2",
            "application/pdf;q=0.0001",
            "application/pdf;q=-1",
        ] {
            assert_eq!(wanted(accept), None, "{accept}");
        }
    }
}
