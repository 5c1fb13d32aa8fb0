//! Problems as RFC 9457 documents, and the only place where statuses meet errors.

mod documents;
mod kind;
mod lines;
mod mapping;
mod render;

use axum::http::{HeaderMap, HeaderValue, header};
use serde::Serialize;

pub use kind::ProblemKind;
pub(crate) use mapping::chain;
pub use render::ProblemBody;
pub(crate) use render::{PROBLEM_MEDIA_TYPE, render};

/// One thing wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FieldError {
    /// JSON pointer (RFC 6901) to the field of the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "/lines/0/quantity")]
    pub pointer: Option<String>,
    /// The parameter of path or query, or the header, where it is no field of the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "starting_after")]
    pub parameter: Option<String>,
    /// A stable code.
    #[schema(example = "out_of_range")]
    pub code: &'static str,
    /// The same in words.
    #[schema(example = "the quantity must be from 1 to 1000")]
    pub detail: String,
}

impl FieldError {
    /// About a field of the body.
    pub fn at(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            pointer: Some(pointer.into()),
            parameter: None,
            code,
            detail: detail.into(),
        }
    }

    /// About a parameter or a header.
    pub fn of_parameter(parameter: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            pointer: None,
            parameter: Some(parameter.into()),
            code,
            detail: detail.into(),
        }
    }
}

/// Why a request is refused. Request id and address are added on the way out.
#[derive(Debug, Clone)]
pub struct Problem(Box<Content>);

#[derive(Debug, Clone)]
struct Content {
    kind: ProblemKind,
    detail: Option<String>,
    errors: Vec<FieldError>,
    headers: HeaderMap,
    /// For the log only.
    cause: Option<String>,
}

impl Problem {
    /// A problem about which there is nothing more to say.
    pub fn new(kind: ProblemKind) -> Self {
        Self(Box::new(Content {
            kind,
            detail: None,
            errors: Vec::new(),
            headers: HeaderMap::new(),
            cause: None,
        }))
    }

    /// Says what is the matter this time.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// Names what is wrong.
    #[must_use]
    pub fn errors(mut self, errors: impl IntoIterator<Item = FieldError>) -> Self {
        self.0.errors.extend(errors);
        self
    }

    /// Keeps the reason for the log; the client does not see it.
    #[must_use]
    pub fn cause(mut self, cause: impl std::fmt::Display) -> Self {
        self.0.cause = Some(cause.to_string());
        self
    }

    /// Says when to come again, in seconds.
    #[must_use]
    pub fn retry_after_s(mut self, seconds: u64) -> Self {
        self.0
            .headers
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: header::HeaderName, value: HeaderValue) -> Self {
        self.0.headers.insert(name, value);
        self
    }

    /// Each thing that is wrong.
    #[cfg(test)]
    pub(crate) fn errors_named(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// Which type of problem it is.
    pub fn kind(&self) -> ProblemKind {
        self.0.kind
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::ProblemKind;

    const PAGE: &str = include_str!("../../../../docs/problems.md");

    #[test]
    fn every_problem_type_has_its_section_in_the_docs() {
        for kind in ProblemKind::ALL {
            let heading = format!(
                "\n### {}\n\n**{}** · {}\n",
                kind.code(),
                kind.status().as_u16(),
                kind.title()
            );
            assert!(PAGE.contains(&heading), "docs/problems.md misses:{heading}");
        }
        assert_eq!(PAGE.matches("\n### ").count(), ProblemKind::ALL.len());
    }

    #[test]
    fn no_two_types_share_a_code() {
        let codes: HashSet<_> = ProblemKind::ALL.iter().map(|kind| kind.code()).collect();
        assert_eq!(codes.len(), ProblemKind::ALL.len());
    }
}
