//! The errors of the API, with their statuses, codes and bodies.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::answer::to_json;
use super::wire::PaymentStatus;

/// A refusal, as the original words it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    status: StatusCode,
    kind: Kind,
    code: &'static str,
    message: String,
    reason: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    InvalidRequest,
    Api,
    Blocked,
    /// JSON that cannot be read: the key is called `error_type` then.
    BadJson,
}

#[derive(Serialize)]
struct Body<'a> {
    error: Inner<'a>,
}

#[derive(Serialize)]
struct Inner<'a> {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_type: Option<&'static str>,
    message: &'a str,
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

impl ApiError {
    fn invalid(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            kind: Kind::InvalidRequest,
            code,
            message: message.into(),
            reason: None,
        }
    }

    pub(crate) fn bad_json(error: &serde_json::Error) -> Self {
        let message = format!("Json deserialize error: {error}");
        Self {
            status: StatusCode::BAD_REQUEST,
            kind: Kind::BadJson,
            code: "IR_06",
            message,
            reason: None,
        }
    }

    pub(crate) fn unauthorized() -> Self {
        Self::invalid(
            StatusCode::UNAUTHORIZED,
            "IR_01",
            "API key not provided or invalid API key used",
        )
    }

    pub(crate) fn unknown_url() -> Self {
        Self::invalid(StatusCode::NOT_FOUND, "IR_02", "Unrecognized request URL")
    }

    pub(crate) fn wrong_method() -> Self {
        let message = "The HTTP method is not applicable for this API";
        Self::invalid(StatusCode::METHOD_NOT_ALLOWED, "IR_03", message)
    }

    pub(crate) fn missing(field: &str) -> Self {
        Self::invalid(
            StatusCode::BAD_REQUEST,
            "IR_04",
            format!("Missing required param: {field}"),
        )
    }

    pub(crate) fn bad_format(field: &str, expected: &str) -> Self {
        let message = format!("{field} contains invalid data. Expected format is {expected}");
        Self::invalid(StatusCode::UNPROCESSABLE_ENTITY, "IR_05", message)
    }

    pub(crate) fn invalid_data(message: &str) -> Self {
        Self::invalid(StatusCode::UNPROCESSABLE_ENTITY, "IR_06", message)
    }

    pub(crate) fn invalid_value(field: &str) -> Self {
        Self::invalid(
            StatusCode::BAD_REQUEST,
            "IR_07",
            format!("Invalid value provided: {field}"),
        )
    }

    pub(crate) fn client_secret_expired() -> Self {
        Self::invalid(StatusCode::BAD_REQUEST, "IR_08", "Client secret has expired")
    }

    pub(crate) fn client_secret_wrong() -> Self {
        let message =
            "The client_secret provided does not match the client_secret associated with the Payment";
        Self::invalid(StatusCode::BAD_REQUEST, "IR_09", message)
    }

    pub(crate) fn too_many_refunds() -> Self {
        Self::invalid(
            StatusCode::BAD_REQUEST,
            "IR_12",
            "Reached maximum refund attempts",
        )
    }

    pub(crate) fn refund_exceeds_payment() -> Self {
        Self::invalid(
            StatusCode::BAD_REQUEST,
            "IR_13",
            "The refund amount exceeds the amount captured",
        )
    }

    pub(crate) fn wrong_state(flow: &str, status: PaymentStatus, expected: &str) -> Self {
        let status = status.as_str();
        let message = format!(
            "This Payment could not be {flow} because it has a status of {status}. The expected state is {expected}"
        );
        Self::invalid(StatusCode::BAD_REQUEST, "IR_14", message)
    }

    pub(crate) fn duplicate_payment(payment_id: &str) -> Self {
        let message = "The payment with the specified payment_id already exists in our records";
        let error = Self::invalid(StatusCode::BAD_REQUEST, "HE_01", message);
        Self {
            reason: Some(format!("{payment_id} already exists")),
            ..error
        }
    }

    pub(crate) fn duplicate_refund() -> Self {
        let message = "Duplicate refund request. Refund already attempted with the refund ID";
        Self::invalid(StatusCode::BAD_REQUEST, "HE_01", message)
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self::invalid(
            StatusCode::NOT_FOUND,
            "HE_02",
            format!("{what} does not exist in our records"),
        )
    }

    pub(crate) fn not_implemented(what: &str) -> Self {
        let message = format!("{what} is not implemented");
        Self::invalid(StatusCode::NOT_IMPLEMENTED, "IR_00", message)
    }

    pub(crate) fn internal() -> Self {
        let error = Self::invalid(StatusCode::INTERNAL_SERVER_ERROR, "HE_00", "Something went wrong");
        Self {
            kind: Kind::Api,
            ..error
        }
    }

    pub(crate) fn unavailable() -> Self {
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            ..Self::internal()
        }
    }

    /// An error that comes with HTTP status 200.
    pub(crate) fn blocked() -> Self {
        let error = Self::invalid(StatusCode::OK, "HE_03", "200: Payment blocked");
        Self {
            kind: Kind::Blocked,
            reason: Some("Blocked by a rule for this card".to_owned()),
            ..error
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (kind, error_type) = match self.kind {
            Kind::InvalidRequest => (Some("invalid_request"), None),
            Kind::Api => (Some("api"), None),
            Kind::Blocked => (Some("blocked"), None),
            Kind::BadJson => (None, Some("invalid_request")),
        };
        let reason = self.reason.as_deref();
        let inner = Inner {
            kind,
            error_type,
            message: &self.message,
            code: self.code,
            reason,
        };
        let content_type = (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        (self.status, [content_type], to_json(&Body { error: inner })).into_response()
    }
}
