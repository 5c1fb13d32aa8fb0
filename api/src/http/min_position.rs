//! Read your own write: a read waits until its read model has seen a position, with a bound.

use axum::extract::FromRequestParts;
use axum::http::HeaderName;
use axum::http::request::Parts;
use comptoir_ledger::Position;

use super::parameters::invalid;
use super::problem::{FieldError, Problem, ProblemKind};

/// The header.
pub(crate) const MIN_POSITION: HeaderName = HeaderName::from_static("comptoir-min-position");
const PARAMETER: &str = "min_position";

/// The position that a read must have seen, from the query or the header; the query wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MinPosition(pub(crate) Option<Position>);

impl<S: Sync> FromRequestParts<S> for MinPosition {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        if let Some((_, text)) = pairs.find(|(name, _)| name == PARAMETER) {
            let position = read(&text).ok_or_else(|| invalid(PARAMETER, "invalid_value", EXPECTED))?;
            return Ok(Self(Some(position)));
        }
        let Some(value) = parts.headers.get(MIN_POSITION) else {
            return Ok(Self(None));
        };
        let position = value.to_str().ok().and_then(read).ok_or_else(|| {
            Problem::new(ProblemKind::InvalidHeader)
                .detail("the header Comptoir-Min-Position is wrong")
                .errors([FieldError::of_parameter(
                    "Comptoir-Min-Position",
                    "invalid_value",
                    EXPECTED,
                )])
        })?;
        Ok(Self(Some(position)))
    }
}

const EXPECTED: &str = "must be a position: a whole number, as the header Comptoir-Position gives it";

fn read(text: &str) -> Option<Position> {
    text.parse::<i64>()
        .ok()
        .filter(|number| *number >= 0)
        .map(Position::new)
}
