//! VIES, the Commission's register of VAT ids, by its REST interface: `GET /ms/{state}/vat/{number}`.
//!
//! It only answers questions: nothing changes there, and an order is decided with whatever it said, or with the note that it
//! did not answer. It often does not, since behind it stand 27 registers of as many states.

use std::time::Duration;

use bytes::Bytes;
use comptoir_domain::tax::VatId;
use comptoir_domain::values::Line;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::{Request, Uri};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use serde::Deserialize;

use super::connector::connector;

/// The largest answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// Where VIES is, and who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViesConfig {
    /// Such as `https://ec.europa.eu/taxation_customs/vies/rest-api`.
    pub base_url: String,
    /// The platform's own VAT id: with it, answers bear a consultation number that proves the question.
    pub requester: Option<VatId>,
    /// How long an answer may take.
    pub timeout: Duration,
}

/// What VIES says of an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ViesAnswer {
    /// It is registered.
    Registered {
        /// The number of the consultation.
        consultation: Option<Line>,
    },
    /// It is not.
    NotRegistered,
    /// It could not be asked, or did not say.
    Unavailable,
}

/// A client of VIES.
#[derive(Clone)]
pub struct Vies {
    client: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
    config: ViesConfig,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    is_valid: bool,
    #[serde(default)]
    user_error: String,
    #[serde(default)]
    request_identifier: Option<String>,
}

impl Vies {
    /// A client; it connects when it is asked.
    pub fn new(config: ViesConfig) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .build(connector(config.timeout));
        Self { client, config }
    }

    /// Asks whether an id is registered. Whatever goes wrong means that it is not known.
    pub async fn ask(&self, vat_id: &VatId) -> ViesAnswer {
        match tokio::time::timeout(self.config.timeout, self.call(vat_id)).await {
            Ok(Ok(answer)) => answer.read(),
            // The id may be that of a person: the log gets its state only.
            Ok(Err(reason)) => {
                tracing::warn!(state = vat_id.state(), reason, "VIES gave no answer");
                ViesAnswer::Unavailable
            }
            Err(_) => {
                tracing::warn!(state = vat_id.state(), "VIES gave no answer in time");
                ViesAnswer::Unavailable
            }
        }
    }

    async fn call(&self, vat_id: &VatId) -> Result<Answer, String> {
        let request = Request::builder()
            .uri(self.address(vat_id)?)
            .header(hyper::header::ACCEPT, "application/json")
            .body(Empty::new())
            .map_err(|error| error.to_string())?;
        let response = self
            .client
            .request(request)
            .await
            .map_err(|error| error.to_string())?;
        let status = response.status();
        if !status.is_success() {
            return Err(format!("status {}", status.as_u16()));
        }
        let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX)
            .collect()
            .await
            .map_err(|error| error.to_string())?;
        serde_json::from_slice(&body.to_bytes()).map_err(|_| "the answer has another form".to_owned())
    }

    fn address(&self, vat_id: &VatId) -> Result<Uri, String> {
        let mut address = format!(
            "{}/ms/{}/vat/{}",
            self.config.base_url,
            vat_id.state(),
            // Old Irish ids may hold a plus sign.
            vat_id.number().replace('+', "%2B")
        );
        if let Some(requester) = &self.config.requester {
            address = format!(
                "{address}?requesterMemberStateCode={}&requesterNumber={}",
                requester.state(),
                requester.number().replace('+', "%2B")
            );
        }
        address.parse().map_err(|_| "its address is none".to_owned())
    }
}

impl Answer {
    fn read(self) -> ViesAnswer {
        if self.is_valid {
            let consultation = self
                .request_identifier
                .and_then(|number| Line::try_new(number).ok());
            return ViesAnswer::Registered { consultation };
        }
        // Only these two speak of the id; the others say why it could not be looked up.
        match self.user_error.as_str() {
            "INVALID" | "INVALID_INPUT" => ViesAnswer::NotRegistered,
            _ => ViesAnswer::Unavailable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> ViesAnswer {
        serde_json::from_str::<Answer>(json).unwrap().read()
    }

    #[test]
    fn an_answer_is_read_as_what_it_says_of_the_id() {
        let consultation = Some(Line::try_new("WAPIAAAAY1").unwrap());
        assert_eq!(
            read(r#"{"isValid":true,"userError":"VALID","requestIdentifier":"WAPIAAAAY1","name":"ACME"}"#),
            ViesAnswer::Registered { consultation }
        );
        assert_eq!(
            read(r#"{"isValid":true,"userError":"VALID","requestIdentifier":""}"#),
            ViesAnswer::Registered { consultation: None }
        );
        assert_eq!(
            read(r#"{"isValid":false,"userError":"INVALID"}"#),
            ViesAnswer::NotRegistered
        );
        for reason in ["MS_UNAVAILABLE", "TIMEOUT", "MS_MAX_CONCURRENT_REQ", ""] {
            let json = format!(r#"{{"isValid":false,"userError":"{reason}"}}"#);
            assert_eq!(read(&json), ViesAnswer::Unavailable, "{reason}");
        }
    }
}
