//! From status and body to an answer or an error.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::error::{HyperswitchError, Refusal, RefusalKind, UnknownOutcome};

/// The part of an error body that is needed. Its `type` may also be called `error_type` and is not needed: status and code
/// say more.
#[derive(Deserialize)]
struct ErrorBody {
    error: ErrorDetail,
}

#[derive(Deserialize)]
struct ErrorDetail {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

/// Only what tells an error body from an answer, which is read in a second pass.
#[derive(Deserialize)]
struct Probe {
    #[serde(default)]
    error: Option<serde::de::IgnoredAny>,
}

/// Reads an answer: first whether it is an error whatever its status, then as what was asked for.
pub(super) fn read<T: DeserializeOwned>(status: u16, body: &[u8]) -> Result<T, HyperswitchError> {
    if (500..=599).contains(&status) && status != 501 {
        return Err(HyperswitchError::OutcomeUnknown(UnknownOutcome::ServerFailed {
            status,
        }));
    }
    // A list is no error, although its first element could be read as the probe's first key.
    let is_object = body.trim_ascii_start().starts_with(b"{");
    let is_error =
        is_object && serde_json::from_slice::<Probe>(body).is_ok_and(|probe| probe.error.is_some());
    if is_error || !(200..=299).contains(&status) {
        return Err(refusal(status, body));
    }
    serde_json::from_slice(body).map_err(|error| unreadable(status, &error.to_string()))
}

fn refusal(status: u16, body: &[u8]) -> HyperswitchError {
    if (300..=399).contains(&status) {
        return unreadable(status, "a redirect");
    }
    let detail = serde_json::from_slice::<ErrorBody>(body).map_or_else(
        |_| ErrorDetail {
            code: String::new(),
            message: "no error body".to_owned(),
        },
        |body| body.error,
    );
    let kind = RefusalKind::of(status, &detail.code);
    HyperswitchError::Refused(Refusal {
        kind,
        status,
        code: detail.code,
        message: detail.message,
    })
}

fn unreadable(status: u16, problem: &str) -> HyperswitchError {
    let problem = problem.to_owned();
    HyperswitchError::OutcomeUnknown(UnknownOutcome::UnreadableAnswer { status, problem })
}

#[cfg(test)]
mod tests {
    use super::super::payment::{Payment, PaymentStatus};
    use super::*;

    fn kind_of(status: u16, body: &str) -> Option<RefusalKind> {
        read::<Payment>(status, body.as_bytes()).unwrap_err().refusal()
    }

    fn error(kind: &str, code: &str) -> String {
        format!(r#"{{"error":{{"type":"{kind}","message":"words","code":"{code}","reason":"more"}}}}"#)
    }

    #[test]
    fn an_answer_is_read_for_the_few_keys_that_are_needed() {
        let body = r#"{"payment_id":"pay_1","status":"requires_payment_method","amount":6540,"currency":"USD",
            "client_secret":"pay_1_secret_x","amount_received":null,"error_code":null,"brand_new_key":{"a":[1]}}"#;
        let payment: Payment = read(200, body.as_bytes()).unwrap();
        assert_eq!(payment.status, PaymentStatus::RequiresPaymentMethod);
        assert_eq!(
            payment.client_secret.as_ref().map(crate::secret::Secret::expose),
            Some("pay_1_secret_x")
        );
    }

    #[test]
    fn an_unknown_status_is_kept_as_it_is() {
        let body = r#"{"payment_id":"pay_1","status":"levitating","amount":1,"currency":"USD"}"#;
        let payment: Payment = read(200, body.as_bytes()).unwrap();
        assert_eq!(payment.status, PaymentStatus::Unknown("levitating".to_owned()));
    }

    #[test]
    fn a_blocked_payment_is_an_error_although_its_status_is_200() {
        assert_eq!(
            kind_of(200, &error("blocked", "HE_03")),
            Some(RefusalKind::Blocked)
        );
    }

    #[test]
    fn a_list_is_an_answer_whatever_its_first_element() {
        for body in ["[]", r#"[{"code":"HE_01"}]"#, r#" [{"error":1}]"#] {
            assert!(
                read::<Vec<serde_json::Value>>(200, body.as_bytes()).is_ok(),
                "{body}"
            );
        }
    }

    #[test]
    fn malformed_json_is_refused_under_another_key_for_its_type() {
        let body =
            r#"{"error":{"error_type":"invalid_request","message":"Json deserialize error","code":"IR_06"}}"#;
        assert_eq!(kind_of(400, body), Some(RefusalKind::InvalidRequest));
        assert_eq!(
            kind_of(422, &error("invalid_request", "IR_06")),
            Some(RefusalKind::InvalidRequest)
        );
    }

    #[test]
    fn each_refusal_comes_to_what_its_caller_must_know() {
        let cases = [
            (400, "HE_01", RefusalKind::AlreadyExists),
            (404, "HE_02", RefusalKind::NotFound),
            (404, "", RefusalKind::NotFound),
            (401, "IR_01", RefusalKind::Unauthorised),
            (403, "IR_22", RefusalKind::Unauthorised),
            (400, "IR_14", RefusalKind::WrongState),
            (400, "IR_13", RefusalKind::RefundTooLarge),
            (400, "IR_12", RefusalKind::TooManyRefunds),
            (422, "HE_00", RefusalKind::Busy),
            (429, "", RefusalKind::Busy),
            (402, "CE_00", RefusalKind::Connector),
            (400, "IR_04", RefusalKind::InvalidRequest),
            (501, "IR_00", RefusalKind::NotOffered),
            (400, "WE_02", RefusalKind::Other),
        ];
        for (status, code, kind) in cases {
            assert_eq!(
                kind_of(status, &error("invalid_request", code)),
                Some(kind),
                "{status} {code}"
            );
        }
    }

    #[test]
    fn the_words_of_a_processor_are_not_shown() {
        let shown = |status, code| {
            let body = error("any", code);
            read::<Payment>(status, body.as_bytes()).unwrap_err().to_string()
        };
        assert_eq!(
            shown(400, "CE_01"),
            "hyperswitch refused: Connector (status 400, code CE_01): the processor refused"
        );
        assert_eq!(
            shown(400, "IR_06"),
            "hyperswitch refused: InvalidRequest (status 400, code IR_06): words"
        );
    }

    #[test]
    fn a_failing_server_leaves_the_outcome_open_whatever_its_body() {
        for body in ["", "<html>", &error("api", "HE_00"), &error("api", "HE_03")] {
            for status in [500, 502, 503, 504] {
                let failed = read::<Payment>(status, body.as_bytes()).unwrap_err();
                assert_eq!(
                    failed,
                    HyperswitchError::OutcomeUnknown(UnknownOutcome::ServerFailed { status })
                );
            }
        }
    }

    #[test]
    fn an_answer_that_cannot_be_read_leaves_the_outcome_open() {
        for (status, body) in [(200, "<html>"), (200, "{}"), (200, ""), (302, "")] {
            let failed = read::<Payment>(status, body.as_bytes()).unwrap_err();
            assert!(
                matches!(
                    failed,
                    HyperswitchError::OutcomeUnknown(UnknownOutcome::UnreadableAnswer { .. })
                ),
                "{status} {body}: {failed:?}"
            );
        }
    }

    #[test]
    fn a_refusal_without_a_body_is_still_a_refusal() {
        assert_eq!(kind_of(400, "<html>"), Some(RefusalKind::Other));
        assert_eq!(kind_of(413, ""), Some(RefusalKind::Other));
    }
}
