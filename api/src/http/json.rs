//! Bodies: bounded, declared as JSON, and read strictly, so that every mistake is named with its place.

mod objects;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

use self::objects::ObjectsOnly;
use super::problem::{FieldError, Problem, ProblemKind};

const WRONG_FORM: &str = "the body does not have the form that is wanted";

/// Reads a body of at most so many bytes.
pub(crate) async fn read_body(body: Body, bytes_max: usize) -> Result<Bytes, Problem> {
    match Limited::new(body, bytes_max).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Problem::new(ProblemKind::BodyTooLarge)
            .detail(format!("the body must have at most {bytes_max} bytes"))
            .header(header::CONNECTION, header::HeaderValue::from_static("close"))),
        Err(error) => {
            Err(Problem::new(ProblemKind::InvalidJson).detail(format!("the body broke off: {error}")))
        }
    }
}

/// Reads a body as JSON. An empty body counts as `{}`, so that an action without content needs none.
pub(crate) fn parse<T: DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> Result<T, Problem> {
    if body.is_empty() {
        return deserialize(b"{}");
    }
    if !is_json(headers) {
        let detail = "the header Content-Type must be application/json";
        return Err(Problem::new(ProblemKind::UnsupportedMediaType).detail(detail));
    }
    deserialize(body)
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(media_type) = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
    else {
        return false;
    };
    let essence = media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn deserialize<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(ObjectsOnly(&mut deserializer)).map_err(|error| {
        let pointer = pointer(error.path());
        refuse(&error.into_inner(), pointer)
    })?;
    deserializer
        .end()
        .map_err(|error| refuse(&error, String::new()))?;
    Ok(value)
}

fn refuse(error: &serde_json::Error, pointer: String) -> Problem {
    use serde_json::error::Category;
    let message = error.to_string();
    // The parser adds where in the text it was; the pointer says it better, unless there is none.
    let without_place = message
        .rsplit_once(" at line ")
        .map_or(&*message, |(text, _)| text);
    match error.classify() {
        Category::Syntax | Category::Eof | Category::Io => {
            Problem::new(ProblemKind::InvalidJson).detail(message)
        }
        Category::Data => {
            let code = code_of(without_place);
            let pointer = match field_named_by(code, without_place) {
                Some(field) => format!("{pointer}/{}", escaped(field)),
                None => pointer,
            };
            Problem::new(ProblemKind::InvalidRequest)
                .detail(WRONG_FORM)
                .errors([FieldError::at(pointer, code, without_place)])
        }
    }
}

/// A stable code for what serde says in words.
fn code_of(message: &str) -> &'static str {
    let begins = |start| message.starts_with(start);
    if begins("unknown field") {
        "unknown_field"
    } else if begins("missing field") {
        "missing_field"
    } else if begins("duplicate field") {
        "duplicate_field"
    } else if begins("invalid type") {
        "wrong_type"
    } else if begins("unknown variant") {
        "unknown_value"
    } else {
        "invalid_value"
    }
}

/// The field that is missing or doubled: the path ends at the object that it belongs to.
fn field_named_by<'a>(code: &str, message: &'a str) -> Option<&'a str> {
    if matches!(code, "missing_field" | "duplicate_field") {
        message.split('`').nth(1)
    } else {
        None
    }
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        let part = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } | Segment::Enum { variant: key } => escaped(key),
            Segment::Unknown => continue,
        };
        pointer.push('/');
        pointer.push_str(&part);
    }
    pointer
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use comptoir_domain::values::{Quantity, Title};

    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only how they are refused matters")]
    struct Outer {
        title: Title,
        #[serde(default)]
        lines: Vec<Inner>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only how they are refused matters")]
    struct Inner {
        quantity: Quantity,
        #[serde(default)]
        deep: Option<Deep>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(rename_all = "snake_case")]
    #[expect(dead_code, reason = "only how they are refused matters")]
    enum Deep {
        Struct { quantity: Quantity },
        Newtype(Box<Inner>),
        Pair(i64, i64),
    }

    fn refusal(body: &str) -> String {
        let headers =
            HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
        let problem = parse::<Outer>(&headers, body.as_bytes()).unwrap_err();
        let errors = problem.errors_named().iter().map(|error| {
            format!(
                "{} {}: {}",
                error.pointer.as_deref().unwrap_or_default(),
                error.code,
                error.detail
            )
        });
        format!("{} {}", problem.kind().code(), errors.collect::<String>())
    }

    #[test]
    fn each_mistake_is_named_with_its_place() {
        let bodies = [
            "",
            "{",
            "nonsense",
            "[]",
            r#"{"title":"a"} trailing"#,
            r#"{"title":"a","colour":1}"#,
            r#"{"title":"a","title":"b"}"#,
            r#"{"title":1}"#,
            r#"{"title":null}"#,
            r#"{"title":"a\u0000b"}"#,
            r#"{"title":"  "}"#,
            r#"{"title":"\u202Eevil"}"#,
            r#"{"title":"\ud800"}"#,
            r#"{"title":"a","lines":[{"quantity":1},{"quantity":0}]}"#,
            r#"{"title":"a","lines":[{"quantity":"1"}]}"#,
            r#"{"title":"a","lines":[{"quantity":1.5}]}"#,
            r#"{"title":"a","lines":[{"quantity":99999999999999999999}]}"#,
            r#"{"title":"a","lines":[{"quantity":1,"a/b~c":1}]}"#,
            r#"{"title":"a","lines":[{}]}"#,
            r#"{"title":"a","lines":{}}"#,
            r#"  ["a",[]]"#,
            r#"{"title":"a","lines":[{"quantity":1},[1]]}"#,
            r#"{"title":"a","lines":[{"quantity":1,"deep":{"struct":[1]}}]}"#,
            r#"{"title":"a","lines":[{"quantity":1,"deep":{"newtype":[1]}}]}"#,
            r#"{"title":"a","lines":[{"quantity":1,"deep":{"newtype":{"quantity":1,"deep":{"pair":[1]}}}}]}"#,
        ];
        let refusals: Vec<String> = bodies
            .iter()
            .map(|body| format!("{body} -> {}", refusal(body)))
            .collect();
        insta::assert_snapshot!(refusals.join("\n"), @r#"
         -> invalid_request /title missing_field: missing field `title`
        { -> invalid_json 
        nonsense -> invalid_json 
        [] -> invalid_request  wrong_type: invalid type: sequence, expected an object
        {"title":"a"} trailing -> invalid_json 
        {"title":"a","colour":1} -> invalid_request /colour unknown_field: unknown field `colour`, expected `title` or `lines`
        {"title":"a","title":"b"} -> invalid_request /title duplicate_field: duplicate field `title`
        {"title":1} -> invalid_request /title wrong_type: invalid type: integer `1`, expected a string
        {"title":null} -> invalid_request /title wrong_type: invalid type: null, expected a string
        {"title":"a\u0000b"} -> invalid_request /title invalid_value: must not contain the character U+0000
        {"title":"  "} -> invalid_request /title invalid_value: must not be empty
        {"title":"\u202Eevil"} -> invalid_request /title invalid_value: must not contain the character U+202E
        {"title":"\ud800"} -> invalid_json 
        {"title":"a","lines":[{"quantity":1},{"quantity":0}]} -> invalid_request /lines/1/quantity invalid_value: must be from 1 to 1000
        {"title":"a","lines":[{"quantity":"1"}]} -> invalid_request /lines/0/quantity wrong_type: invalid type: string "1", expected i64
        {"title":"a","lines":[{"quantity":1.5}]} -> invalid_request /lines/0/quantity wrong_type: invalid type: floating point `1.5`, expected i64
        {"title":"a","lines":[{"quantity":99999999999999999999}]} -> invalid_request /lines/0/quantity wrong_type: invalid type: floating point `1e+20`, expected i64
        {"title":"a","lines":[{"quantity":1,"a/b~c":1}]} -> invalid_request /lines/0/a~1b~0c unknown_field: unknown field `a/b~c`, expected `quantity` or `deep`
        {"title":"a","lines":[{}]} -> invalid_request /lines/0/quantity missing_field: missing field `quantity`
        {"title":"a","lines":{}} -> invalid_request /lines wrong_type: invalid type: map, expected a sequence
          ["a",[]] -> invalid_request  wrong_type: invalid type: sequence, expected an object
        {"title":"a","lines":[{"quantity":1},[1]]} -> invalid_request /lines/1 wrong_type: invalid type: sequence, expected an object
        {"title":"a","lines":[{"quantity":1,"deep":{"struct":[1]}}]} -> invalid_request /lines/0/deep/struct wrong_type: invalid type: sequence, expected an object
        {"title":"a","lines":[{"quantity":1,"deep":{"newtype":[1]}}]} -> invalid_request /lines/0/deep/newtype wrong_type: invalid type: sequence, expected an object
        {"title":"a","lines":[{"quantity":1,"deep":{"newtype":{"quantity":1,"deep":{"pair":[1]}}}}]} -> invalid_request /lines/0/deep/newtype/deep/pair invalid_value: invalid length 1, expected tuple variant Deep::Pair with 2 elements
        "#);
    }

    #[test]
    fn lists_and_tuples_are_read_as_they_are() {
        let headers =
            HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
        let body =
            r#"{"title":"a","lines":[{"quantity":1,"deep":{"pair":[1,2]}},{"quantity":2,"deep":null}]}"#;
        let outer: Outer = parse(&headers, body.as_bytes()).unwrap();
        assert_eq!(outer.lines.len(), 2);
    }

    #[test]
    fn a_body_that_is_not_declared_as_json_is_refused() {
        for (media_type, welcome) in [
            ("application/json", true),
            ("Application/JSON; charset=utf-8", true),
            ("application/merge-patch+json", true),
            ("text/plain", false),
            ("application/x-www-form-urlencoded", false),
            ("", false),
        ] {
            let value = HeaderValue::from_static(media_type);
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, value)]);
            assert_eq!(
                parse::<Outer>(&headers, br#"{"title":"a"}"#).is_ok(),
                welcome,
                "{media_type}"
            );
        }
        assert!(parse::<Outer>(&HeaderMap::new(), br#"{"title":"a"}"#).is_err());
    }
}
