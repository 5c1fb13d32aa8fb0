//! A seller changes the title and description of a product.

use comptoir_domain::product::ProductCommand;
use comptoir_domain::values::{Description, ProductId, Title};

use super::product::ProductChanged;
use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::idempotency::Answered;

/// The words that a product is to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribeProduct {
    /// The new title.
    pub title: Title,
    /// The new description; none takes the old one away.
    pub description: Option<Description>,
}

impl Engine {
    /// Changes title and description. Setting those it has changes nothing.
    #[tracing::instrument(name = "engine.product.describe", skip_all, fields(%product_id))]
    pub async fn describe_product(
        &self,
        request: &RequestContext,
        product_id: ProductId,
        words: DescribeProduct,
    ) -> Result<Answered<ProductChanged>, UseCaseError> {
        let DescribeProduct { title, description } = words;
        let actor = request.actor.clone();
        let command = ProductCommand::Describe {
            actor,
            title,
            description,
            at: self.now(),
        };
        self.change_product(request, product_id, command).await
    }
}
