//! Which stream an id means.

use comptoir_domain::values::{
    DocumentId, InvoicingId, LicenceId, OrderId, PaymentId, PersonId, ProductId, PromoId, RefundId, ReviewId,
    SellerId, WebhookId,
};
use comptoir_ledger::StreamName;

/// An id says nothing to us.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{id}` is no id of an order, payment, refund, licence, product, promotion, review, document, series, seller, person or \
     webhook (such as order_01jd3e8m6xf2r9kq7v5t4w8zab), and no name of a stream (such as order-0198c0de-...)"
)]
pub struct UnknownObject {
    /// As it was given.
    pub id: String,
}

/// The stream of what an id names, or the stream of that name.
pub(super) fn stream_of(id: &str) -> Result<StreamName, UnknownObject> {
    let stream = StreamName::from_name(id);
    if stream.aggregate_id().is_some() {
        return Ok(stream);
    }
    let unknown = || UnknownObject { id: id.to_owned() };
    macro_rules! streams {
        ($($id:ident => $category:literal),+ $(,)?) => {
            match id.split_once('_').map(|(prefix, _)| prefix) {
                $(Some($id::PREFIX) => id.parse::<$id>().ok().map(|id| StreamName::new($category, id.as_uuid())),)+
                Some(_) | None => None,
            }
        };
    }
    let stream = streams! {
        OrderId => "order",
        PaymentId => "order",
        RefundId => "refund",
        LicenceId => "licence",
        ProductId => "product",
        PromoId => "promo",
        ReviewId => "review",
        DocumentId => "document",
        InvoicingId => "invoicing",
        SellerId => "seller",
        PersonId => "person",
        WebhookId => "webhook",
    };
    stream.ok_or_else(unknown)
}
