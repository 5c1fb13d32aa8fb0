//! How events change products: the rows of a batch are loaded, changed in memory, event by event, and stored.

use std::collections::{BTreeMap, BTreeSet};

use comptoir_domain::product::{FileAttached, OfferAdded, OfferStanding, ProductCreated, ProductEvent};
use comptoir_domain::values::{LicenceTerms, OfferId, ProductId};
use comptoir_ledger::RecordedEvent;
use sqlx::PgConnection;
use uuid::Uuid;

use super::row::{ExclusiveStanding, OfferRow, ProductFile, ProductRow, ProductView, Publication};
use super::store;
use crate::runner::{ApplyError, Behind, Projection, RowValues, Rows, decode, misplaced};

/// The projection of the read model `products`.
#[derive(Debug, Clone, Copy)]
pub struct Products;

impl Projection for Products {
    const NAME: &'static str = "products";
    const VERSION: i32 = 2;
    const SCHEMA: &'static str = "read_products";
    const ROWS: Rows = Rows::OfOneStream;

    fn event_types(&self) -> Vec<&'static str> {
        ProductEvent::WIRE.iter().map(|(name, _)| *name).collect()
    }

    async fn apply(
        &mut self,
        connection: &mut PgConnection,
        events: &[RecordedEvent],
    ) -> Result<(), ApplyError> {
        let mut batch = Batch::default();
        let ids: BTreeSet<Uuid> = events.iter().filter_map(RecordedEvent::aggregate_id).collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
        for view in store::load(connection, &ids).await? {
            batch.views.insert(view.product.product_id.as_uuid(), view);
        }
        for recorded in events {
            batch.apply(recorded, decode(recorded)?)?;
        }
        let products: Vec<_> = batch.views.values().map(|view| &view.product).collect();
        store::upsert_products(connection, &products).await?;
        store::upsert_offers(connection, &batch.changed_offers()).await?;
        store::insert_terms(connection, &batch.terms).await?;
        Ok(())
    }

    fn behind(table: &str, row: &RowValues<'_>) -> Behind {
        let id = if table == "products" { "id" } else { "product_id" };
        Behind::stream("product", row, id)
    }
}

/// The products that a batch of events is about.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) views: BTreeMap<Uuid, ProductView>,
    changed: BTreeSet<(Uuid, OfferId)>,
    terms: Vec<(ProductId, OfferId, LicenceTerms)>,
}

impl Batch {
    pub(super) fn apply(&mut self, recorded: &RecordedEvent, event: ProductEvent) -> Result<(), ApplyError> {
        let id = recorded
            .aggregate_id()
            .ok_or_else(|| misplaced(recorded, "its stream is not named after a product"))?;
        if let ProductEvent::Created(created) = event {
            if self.views.contains_key(&id) {
                return Err(misplaced(recorded, "the product exists already"));
            }
            self.views.insert(id, new_view(recorded, created));
            return Ok(());
        }
        let view = self
            .views
            .get_mut(&id)
            .ok_or_else(|| misplaced(recorded, "the product was never created"))?;
        match &event {
            ProductEvent::OfferAdded(added) => {
                self.changed.insert((id, added.offer_id));
                let terms = (view.product.product_id, added.offer_id, added.terms.clone());
                self.terms.push(terms);
            }
            ProductEvent::OfferRepriced(repriced) => {
                self.changed.insert((id, repriced.offer_id));
            }
            ProductEvent::OfferWithdrawn(withdrawn) => {
                self.changed.insert((id, withdrawn.offer_id));
            }
            ProductEvent::Created(_)
            | ProductEvent::Described(_)
            | ProductEvent::FileAttached(_)
            | ProductEvent::Published(_)
            | ProductEvent::Withdrawn(_)
            | ProductEvent::ExclusiveReserved(_)
            | ProductEvent::ExclusiveReleased(_)
            | ProductEvent::ExclusiveSold(_) => {}
        }
        view.product.updated_at = event.at();
        change(view, recorded, event)?;
        view.product.revision = recorded.revision;
        view.product.position = recorded.position;
        Ok(())
    }

    /// The offers to store, each with its product and its place among the offers of the product.
    fn changed_offers(&self) -> Vec<(Uuid, i32, &OfferRow)> {
        self.views
            .iter()
            .flat_map(|(id, view)| (0..).zip(&view.offers).map(|(place, offer)| (*id, place, offer)))
            .filter(|(id, _, offer)| self.changed.contains(&(*id, offer.offer_id)))
            .collect()
    }
}

fn new_view(recorded: &RecordedEvent, created: ProductCreated) -> ProductView {
    let product = ProductRow {
        product_id: created.product_id,
        seller_id: created.seller_id,
        title: created.title,
        description: created.description,
        publication: Publication::Draft,
        exclusive: ExclusiveStanding::Free,
        files: Vec::new(),
        created_at: created.at,
        published_at: None,
        updated_at: created.at,
        revision: recorded.revision,
        position: recorded.position,
    };
    ProductView {
        product,
        offers: Vec::new(),
    }
}

fn change(view: &mut ProductView, recorded: &RecordedEvent, event: ProductEvent) -> Result<(), ApplyError> {
    let product = &mut view.product;
    match event {
        ProductEvent::Created(_) => return Err(misplaced(recorded, "the product exists already")),
        ProductEvent::Described(described) => {
            product.title = described.title;
            product.description = described.description;
        }
        ProductEvent::OfferAdded(added) => view.offers.push(OfferRow::from(added)),
        ProductEvent::OfferRepriced(repriced) => {
            offer_of(view, recorded, repriced.offer_id)?.price = repriced.price;
        }
        ProductEvent::OfferWithdrawn(withdrawn) => {
            offer_of(view, recorded, withdrawn.offer_id)?.standing = OfferStanding::Withdrawn;
        }
        ProductEvent::FileAttached(attached) => attach(&mut product.files, attached),
        ProductEvent::Published(published) => {
            product.publication = Publication::Published;
            product.published_at = Some(published.at);
        }
        ProductEvent::Withdrawn(_) => product.publication = Publication::Withdrawn,
        ProductEvent::ExclusiveReserved(reserved) => {
            product.exclusive = ExclusiveStanding::Reserved {
                offer_id: reserved.offer_id,
                order_id: reserved.order_id,
            };
        }
        ProductEvent::ExclusiveReleased(_) => product.exclusive = ExclusiveStanding::Free,
        ProductEvent::ExclusiveSold(sold) => {
            product.exclusive = ExclusiveStanding::Sold {
                offer_id: sold.offer_id,
                order_id: sold.order_id,
            };
        }
    }
    Ok(())
}

/// A file takes the place of the one with its name.
fn attach(files: &mut Vec<ProductFile>, attached: FileAttached) {
    let FileAttached {
        file_id,
        content,
        at: _,
    } = attached;
    if let Some(new) = &content {
        let same_name = |old: &ProductFile| old.content.as_ref().is_some_and(|old| old.name == new.name);
        files.retain(|old| !same_name(old));
    }
    files.push(ProductFile { file_id, content });
}

fn offer_of<'a>(
    view: &'a mut ProductView,
    recorded: &RecordedEvent,
    offer_id: OfferId,
) -> Result<&'a mut OfferRow, ApplyError> {
    view.offers
        .iter_mut()
        .find(|offer| offer.offer_id == offer_id)
        .ok_or_else(|| misplaced(recorded, "the product has no such offer"))
}

impl From<OfferAdded> for OfferRow {
    fn from(added: OfferAdded) -> Self {
        Self {
            offer_id: added.offer_id,
            kind: added.kind,
            price: added.price,
            terms_version: added.terms.version,
            terms_hash: added.terms.hash,
            tax_category: added.tax_category,
            use_terms: added.use_terms,
            standing: OfferStanding::Open,
            added_at: added.at,
        }
    }
}
