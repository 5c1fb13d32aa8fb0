//! A licence key, as a program shows it.

use std::fmt;

use axum::extract::{FromRequest, Request};
use comptoir_domain::licence::UseRefusal;
use comptoir_domain::values::{LicenceKey, ProductId};
use comptoir_engine::ShownKey;
use comptoir_projections::ReadModel;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::http::min_position::MinPosition;
use crate::http::problem::Problem;
use crate::http::request_id::RequestId;
use crate::http::{App, json};

/// The text of a key. Prints as `***`.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct KeyText(String);

impl fmt::Debug for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// What a program sends, without a token. A repeat is harmless by itself, so that no idempotency key is needed.
#[derive(Debug)]
pub(crate) struct FromProgram<T> {
    /// The content.
    pub(super) body: T,
    /// Under which id the logs know the request.
    pub(super) request_id: Option<String>,
}

impl<T: DeserializeOwned> FromRequest<App> for FromProgram<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let bytes = json::read_body(body, app.http().body_bytes_max).await?;
        let request_id = parts.extensions.get::<RequestId>();
        Ok(Self {
            body: json::parse(&parts.headers, &bytes)?,
            request_id: request_id.map(|id| id.as_str().to_owned()),
        })
    }
}

/// The licence that has the key. A key that the read model does not know may be newer than it: then it is waited for, once.
pub(super) async fn find(
    app: &App,
    key: &KeyText,
    product_id: ProductId,
) -> Result<Result<ShownKey, UseRefusal>, Problem> {
    let Ok(key) = key.0.parse::<LicenceKey>() else {
        return Ok(Err(UseRefusal::MalformedKey));
    };
    if let Some(shown) = app.engine().find_licence(&key, product_id).await? {
        return Ok(Ok(shown));
    }
    let newest = MinPosition(Some(app.engine().ledger().horizon()));
    app.reads().reach(&[ReadModel::Licences], newest).await?;
    let found = app.engine().find_licence(&key, product_id).await?;
    Ok(found.ok_or(UseRefusal::UnknownKey))
}
