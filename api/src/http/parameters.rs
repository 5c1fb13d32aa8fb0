//! Parameters of path and query, read strictly, with the parameter named that is wrong.

use std::fmt;
use std::marker::PhantomData;

use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path as AxumPath};
use axum::http::request::Parts;
use serde::Deserializer;
use serde::de::{self, DeserializeOwned, Visitor};

use super::problem::{FieldError, Problem, ProblemKind};

/// The parameters of the path. `T` is a struct, so that each has a name.
#[derive(Debug)]
pub(crate) struct Path<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = AxumPath::<T>::from_request_parts(parts, state).await;
        path.map(|AxumPath(path)| Self(path))
            .map_err(|rejection| refuse_path(&rejection))
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the framework's list of rejections is open"
)]
fn refuse_path(rejection: &PathRejection) -> Problem {
    let named = match rejection {
        PathRejection::FailedToDeserializePathParams(failed) => match failed.kind() {
            ErrorKind::DeserializeError { key, message, .. } => Some((key.clone(), message.clone())),
            ErrorKind::ParseErrorAtKey { key, .. } => {
                Some((key.clone(), "must be a whole number".to_owned()))
            }
            ErrorKind::InvalidUtf8InPathParam { key } => Some((key.clone(), "must be UTF-8".to_owned())),
            _ => None,
        },
        _ => None,
    };
    let Some((key, message)) = named else {
        return Problem::new(ProblemKind::InvalidParameter).detail(rejection.body_text());
    };
    invalid(key, "invalid_value", message)
}

/// Reads a text of the path. The check happens while the parameter is read, so that a problem can name it; what a type checks
/// after that comes without the name.
pub(crate) fn text_of_path<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: TryFrom<String>,
    T::Error: fmt::Display,
    D: Deserializer<'de>,
{
    struct Text<T>(PhantomData<T>);

    impl<T> Visitor<'_> for Text<T>
    where
        T: TryFrom<String>,
        T::Error: fmt::Display,
    {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
            T::try_from(text.to_owned()).map_err(E::custom)
        }
    }

    deserializer.deserialize_str(Text(PhantomData))
}

/// The parameters of the query. Unknown ones are refused if `T` refuses them.
#[derive(Debug)]
pub(crate) struct Query<T>(pub(crate) T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs = serde_urlencoded::Deserializer::new(form_pairs(query));
        serde_path_to_error::deserialize(pairs)
            .map(Self)
            .map_err(|error| {
                let parameter = error.path().to_string();
                let message = error.into_inner().to_string();
                if message.starts_with("unknown field") {
                    invalid(parameter, "unknown_parameter", message)
                } else if let Some(doubled) = doubled(&message) {
                    invalid(doubled.to_owned(), "duplicate_parameter", message)
                } else {
                    invalid(parameter, "invalid_value", message)
                }
            })
    }
}

/// The parameter that stands twice, as serde names it: its path is that of the whole query.
fn doubled(message: &str) -> Option<&str> {
    message.strip_prefix("duplicate field `")?.strip_suffix('`')
}

fn form_pairs(query: &str) -> form_urlencoded::Parse<'_> {
    form_urlencoded::parse(query.as_bytes())
}

/// A problem with one parameter.
pub(crate) fn invalid(
    parameter: impl Into<String>,
    code: &'static str,
    detail: impl Into<String>,
) -> Problem {
    let parameter = parameter.into();
    Problem::new(ProblemKind::InvalidParameter)
        .detail(format!("the parameter {parameter} is wrong"))
        .errors([FieldError::of_parameter(parameter, code, detail)])
}
