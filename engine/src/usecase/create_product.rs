//! A seller starts a product.

use comptoir_domain::product::ProductCommand;
use comptoir_domain::values::{Description, ProductId, Title};
use serde::{Deserialize, Serialize};

use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::idempotency::Answered;

/// The product to start. It is a draft until it is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateProduct {
    /// Its title.
    pub title: Title,
    /// Its description, if there is one yet.
    pub description: Option<Description>,
}

/// The answer: a product was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductCreated {
    /// The new product.
    pub product_id: ProductId,
}

impl Engine {
    /// Starts a product, whose seller the actor becomes.
    #[tracing::instrument(name = "engine.product.create", skip_all)]
    pub async fn create_product(
        &self,
        request: &RequestContext,
        create: CreateProduct,
    ) -> Result<Answered<ProductCreated>, UseCaseError> {
        let product_id = ProductId::from_uuid(self.ledger.ids().uuid_v7());
        let CreateProduct { title, description } = create;
        let actor = request.actor.clone();
        let command = ProductCommand::Create {
            product_id,
            actor,
            title,
            description,
            at: self.now(),
        };
        let answer = ProductCreated { product_id };
        let first = self.change_product_once(request, "create_product", product_id, command, answer);
        self.once(request, "create_product", first).await
    }
}
