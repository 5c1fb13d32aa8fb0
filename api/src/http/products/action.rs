//! What a seller does to one of their products, and needs no content for.

use axum::extract::{FromRequest, FromRequestParts as _, Request};
use comptoir_domain::values::ProductId;
use comptoir_engine::{Answered, RequestContext};

use super::ProductPath;
use super::body::{ProductBody, changed};
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Sellers};
use crate::http::command::{Command, Nothing};
use crate::http::parameters::Path;
use crate::http::problem::Problem;

/// A request to do something to a product.
#[derive(Debug)]
pub(crate) struct ProductAction {
    pub(super) app: App,
    pub(super) context: RequestContext,
    pub(super) product_id: ProductId,
}

impl ProductAction {
    /// The answer: the product as it is now.
    pub(super) async fn answer<T>(self, answered: Answered<T>) -> Result<Answer<ProductBody>, Problem> {
        changed(&self.app, self.product_id, answered).await
    }
}

impl FromRequest<App> for ProductAction {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        CallerAs::<Sellers>::from_request_parts(&mut parts, app).await?;
        let Path(ProductPath { product_id }) = Path::from_request_parts(&mut parts, app).await?;
        let request = Request::from_parts(parts, body);
        let Command {
            context,
            body: Nothing {},
        } = Command::from_request(request, app).await?;
        Ok(Self {
            app: app.clone(),
            context,
            product_id,
        })
    }
}
