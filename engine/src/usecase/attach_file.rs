//! A seller adds a file that buyers will receive.

use comptoir_domain::product::ProductCommand;
use comptoir_domain::values::{FileId, ProductId};

use super::product::ProductChanged;
use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::idempotency::Answered;

impl Engine {
    /// Adds a file to a product. The file is an opaque reference here; adding it again changes nothing.
    #[tracing::instrument(name = "engine.product.attach_file", skip_all, fields(%product_id, %file_id))]
    pub async fn attach_file(
        &self,
        request: &RequestContext,
        product_id: ProductId,
        file_id: FileId,
    ) -> Result<Answered<ProductChanged>, UseCaseError> {
        let actor = request.actor.clone();
        let command = ProductCommand::AttachFile {
            actor,
            file_id,
            at: self.now(),
        };
        let answer = ProductChanged { product_id };
        let first = self.change_product_once(request, "attach_file", product_id, command, answer);
        self.once(request, "attach_file", first).await
    }
}
