//! The merchant's account and its keys.

use axum::http::HeaderMap;

use super::error::ApiError;

/// Whom the stand-in serves.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) merchant_id: String,
    pub(crate) profile_id: String,
    pub(crate) api_key: String,
    pub(crate) publishable_key: String,
}

/// Who is asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    /// A server with the secret key.
    Merchant,
    /// A browser with the publishable key; it must know the payment's client secret.
    Browser,
}

impl Account {
    pub(crate) fn caller(&self, headers: &HeaderMap) -> Result<Caller, ApiError> {
        let key = headers.get("api-key").and_then(|value| value.to_str().ok());
        match key {
            Some(key) if key == self.api_key => Ok(Caller::Merchant),
            Some(key) if key == self.publishable_key => Ok(Caller::Browser),
            Some(_) | None => Err(ApiError::unauthorized()),
        }
    }

    pub(crate) fn require_merchant(&self, headers: &HeaderMap) -> Result<(), ApiError> {
        match self.caller(headers)? {
            Caller::Merchant => Ok(()),
            Caller::Browser => Err(ApiError::unauthorized()),
        }
    }
}
