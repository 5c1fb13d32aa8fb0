//! A seller changes the title and description of a product.

use comptoir_domain::product::{DescriptionChange, ProductCommand};
use comptoir_domain::values::{ProductId, Title};

use super::product::ProductChanged;
use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::idempotency::Answered;

/// What of a product's words is to change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DescribeProduct {
    /// The new title; none leaves it.
    pub title: Option<Title>,
    /// What is to become of the description.
    pub description: DescriptionChange,
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
