//! What the use cases about products share.

use comptoir_domain::product::{Product, ProductCommand, ProductError, ProductState};
use comptoir_domain::values::ProductId;
use comptoir_ledger::{Append, EsrsStore};
use esrs::AggregateState;
use esrs::manager::AggregateManager;
use serde::{Deserialize, Serialize};

use crate::aggregates::Attempts;
use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::{EsrsStoreError, UseCaseError};
use crate::idempotency::Answered;

/// The answer to a change of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductChanged {
    /// The product.
    pub product_id: ProductId,
}

impl Engine {
    /// Changes a product by a command that may only take effect once for each idempotency key: `answer` is recorded beside
    /// its events. Where the command has had its effect already, nothing is appended.
    pub(super) async fn change_product_once<T: Serialize>(
        &self,
        request: &RequestContext,
        operation: &'static str,
        product_id: ProductId,
        command: ProductCommand,
        answer: T,
    ) -> Result<Answered<T>, UseCaseError> {
        let recorded =
            serde_json::to_string(&answer).map_err(|error| UseCaseError::Unreadable(error.to_string()))?;
        let mut attempts = Attempts::new();
        loop {
            let product = self
                .products
                .get(product_id.as_uuid(), attempts.freshness())
                .await?;
            let events = match product.decide(command.clone()) {
                Ok(events) if !events.is_empty() => events,
                _ if attempts.confirm() => continue,
                Ok(_) => return Ok(Answered::unchanged(answer, self.ledger.horizon())),
                Err(refused) => return Err(refused.into()),
            };
            self.refuse_new_of_erased(request, &command).await?;
            let mut append = Append::new(&request.metadata()).write(&product, &events, self.ledger.ids());
            if let Some(idempotency) = request.recording(operation, recorded.clone()) {
                append = append.idempotent(idempotency);
            }
            match self.ledger.append(append).await {
                Ok(appended) => {
                    self.products.remember_after(product, &events);
                    return Ok(Answered::first(answer, appended.position));
                }
                Err(failed) => {
                    self.retry_after(failed, &mut attempts, || {
                        self.products.forget(product_id.as_uuid());
                    })
                    .await?;
                }
            }
        }
    }

    /// Changes a product by a command whose repeat is harmless by itself, through an `esrs::AggregateManager`.
    pub(super) async fn change_product(
        &self,
        request: &RequestContext,
        product_id: ProductId,
        command: ProductCommand,
    ) -> Result<Answered<ProductChanged>, UseCaseError> {
        let manager: AggregateManager<EsrsStore<Product>> =
            AggregateManager::new(EsrsStore::new(self.ledger.clone(), request.metadata()));
        self.refuse_new_of_erased(request, &command).await?;
        let mut attempts = Attempts::new();
        loop {
            match handle(&manager, product_id, command.clone()).await {
                Ok(Ok(_state)) => {
                    self.products.forget(product_id.as_uuid());
                    let position = self.ledger.horizon();
                    return Ok(Answered::first(ProductChanged { product_id }, position));
                }
                Ok(Err(refused)) => return Err(refused.into()),
                Err(EsrsStoreError::Append(failed)) => self.retry_after(failed, &mut attempts, || {}).await?,
                Err(failed @ (EsrsStoreError::Ledger(_) | EsrsStoreError::AppendOnly { .. })) => {
                    return Err(UseCaseError::from_store(failed));
                }
            }
        }
    }

    /// An erased seller can take things off sale, and bring nothing new.
    async fn refuse_new_of_erased(
        &self,
        request: &RequestContext,
        command: &ProductCommand,
    ) -> Result<(), UseCaseError> {
        match command {
            ProductCommand::Create { .. }
            | ProductCommand::Describe { .. }
            | ProductCommand::AddOffer { .. }
            | ProductCommand::RepriceOffer { .. }
            | ProductCommand::AttachFile { .. }
            | ProductCommand::Publish { .. } => self.refuse_erased(request.actor.person_id).await,
            ProductCommand::WithdrawOffer { .. }
            | ProductCommand::Withdraw { .. }
            | ProductCommand::ReserveExclusive { .. }
            | ProductCommand::ReleaseExclusive { .. }
            | ProductCommand::RetakeExclusive { .. }
            | ProductCommand::SellExclusive { .. } => Ok(()),
        }
    }
}

async fn handle(
    manager: &AggregateManager<EsrsStore<Product>>,
    product_id: ProductId,
    command: ProductCommand,
) -> Result<Result<ProductState, ProductError>, EsrsStoreError> {
    let id = product_id.as_uuid();
    let state = manager
        .load(id)
        .await?
        .unwrap_or_else(|| AggregateState::with_id(id));
    manager.handle_command(state, command).await
}
