//! Products, told.

use comptoir_domain::product::{
    ExclusiveReleaseReason, ExclusiveRight, OfferStanding, Product, ProductEvent, ProductState,
};
use comptoir_domain::values::PersonId;

use super::words::{list, money};
use super::{Line, Part, Told};

impl Told for Product {
    fn sentence(event: &ProductEvent) -> String {
        match event {
            ProductEvent::Created(created) => format!("started as a draft: {}", created.title),
            ProductEvent::Described(described) => format!("described anew: {}", described.title),
            ProductEvent::OfferAdded(added) => format!(
                "offer {} added: a {} licence for {}",
                added.offer_id,
                added.kind.as_str(),
                money(added.price)
            ),
            ProductEvent::OfferRepriced(repriced) => {
                format!("offer {} now costs {}", repriced.offer_id, money(repriced.price))
            }
            ProductEvent::OfferWithdrawn(withdrawn) => format!("offer {} taken back", withdrawn.offer_id),
            ProductEvent::FileAttached(attached) => {
                let named = attached
                    .content
                    .as_ref()
                    .map(|content| format!(": {}, {} bytes", content.name.as_str(), content.bytes));
                format!("file {} attached{}", attached.file_id, named.unwrap_or_default())
            }
            ProductEvent::Published(_) => "put on sale".to_owned(),
            ProductEvent::Withdrawn(_) => "taken off sale".to_owned(),
            ProductEvent::ExclusiveReserved(reserved) => {
                format!("exclusive licence reserved for order {}", reserved.order_id)
            }
            ProductEvent::ExclusiveReleased(released) => {
                let why = match released.reason {
                    ExclusiveReleaseReason::NotPaid => "was not paid",
                    ExclusiveReleaseReason::TakenBack => "was taken back",
                };
                format!("exclusive licence free again: order {} {why}", released.order_id)
            }
            ProductEvent::ExclusiveSold(sold) => {
                format!("exclusive licence sold with order {}", sold.order_id)
            }
        }
    }

    fn lines(state: &ProductState) -> Vec<Line> {
        let status = match state {
            ProductState::Absent => return Vec::new(),
            ProductState::Draft(_) => "draft",
            ProductState::Published(_) => "published",
            ProductState::Withdrawn(_) => "withdrawn",
        };
        let Some(facts) = state.facts() else {
            return Vec::new();
        };
        let open = facts
            .offers
            .values()
            .filter(|offer| offer.standing == OfferStanding::Open);
        let exclusive = match facts.exclusive {
            ExclusiveRight::Free => "free".to_owned(),
            ExclusiveRight::Reserved { order_id, .. } => format!("reserved for {order_id}"),
            ExclusiveRight::Sold { order_id, .. } => format!("sold with {order_id}"),
        };
        vec![
            ("status", status.to_owned()),
            ("title", facts.title.to_string()),
            ("seller", facts.seller_id.to_string()),
            (
                "offers",
                list(open.map(|offer| format!("{} {}", offer.kind.as_str(), money(offer.price)))),
            ),
            ("files", facts.files.len().to_string()),
            ("exclusive right", exclusive),
        ]
    }

    fn people(state: &ProductState) -> Vec<(PersonId, Part)> {
        state
            .facts()
            .map(|facts| (facts.seller_id, Part::Seller))
            .into_iter()
            .collect()
    }
}
