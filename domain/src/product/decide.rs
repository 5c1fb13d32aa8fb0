//! The decisions about a product.

mod exclusive;

use chrono::{DateTime, Utc};

use super::event::{
    FileAttached, OfferAdded, OfferRepriced, OfferWithdrawn, ProductCreated, ProductDescribed, ProductEvent,
    ProductPublished, ProductWithdrawn,
};
use super::state::{ExclusiveRight, Offer, OfferStanding, ProductFacts, ProductState};
use super::{DescriptionChange, Product, ProductCommand, ProductError};
use crate::values::{
    Actor, Description, FileContent, FileId, Money, OfferId, PersonId, ProductId, Role, Title,
};

type Decision = Result<Vec<ProductEvent>, ProductError>;

/// The events that follow from a command.
pub(super) fn decide(state: &ProductState, command: ProductCommand) -> Decision {
    match state {
        ProductState::Absent => decide_absent(command),
        ProductState::Draft(facts) | ProductState::Published(facts) | ProductState::Withdrawn(facts) => {
            decide_existing(state, facts, command)
        }
    }
}

fn decide_absent(command: ProductCommand) -> Decision {
    match command {
        ProductCommand::Create {
            product_id,
            actor,
            title,
            description,
            at,
        } => {
            if !actor.is(Role::Seller) && !actor.is(Role::Admin) {
                return Err(ProductError::NotYours);
            }
            let seller_id = actor.person_id;
            Ok(vec![
                ProductCreated {
                    product_id,
                    seller_id,
                    title,
                    description,
                    at,
                }
                .into(),
            ])
        }
        ProductCommand::Describe { .. }
        | ProductCommand::AddOffer { .. }
        | ProductCommand::RepriceOffer { .. }
        | ProductCommand::WithdrawOffer { .. }
        | ProductCommand::AttachFile { .. }
        | ProductCommand::Publish { .. }
        | ProductCommand::Withdraw { .. }
        | ProductCommand::ReserveExclusive { .. }
        | ProductCommand::ReleaseExclusive { .. }
        | ProductCommand::SellExclusive { .. }
        | ProductCommand::RetakeExclusive { .. } => Err(ProductError::NotFound),
    }
}

fn decide_existing(state: &ProductState, facts: &ProductFacts, command: ProductCommand) -> Decision {
    match command {
        ProductCommand::Create {
            product_id,
            actor,
            title,
            description,
            at: _,
        } => create_again(facts, product_id, actor.person_id, &title, description.as_ref()),
        ProductCommand::Describe {
            actor,
            title,
            description,
            at,
        } => {
            only_for(state, facts, &actor)?;
            Ok(describe(facts, title, description, at).into_iter().collect())
        }
        ProductCommand::AddOffer {
            actor,
            offer_id,
            kind,
            price,
            terms,
            tax_category,
            use_terms,
            at,
        } => {
            only_for(state, facts, &actor)?;
            add_offer(
                facts,
                OfferAdded {
                    offer_id,
                    kind,
                    price,
                    terms,
                    tax_category,
                    use_terms,
                    at,
                },
            )
        }
        ProductCommand::RepriceOffer {
            actor,
            offer_id,
            price,
            at,
        } => {
            only_for(state, facts, &actor)?;
            reprice_offer(facts, offer_id, price, at)
        }
        ProductCommand::WithdrawOffer { actor, offer_id, at } => {
            only_for(state, facts, &actor)?;
            match facts.offer(offer_id)?.standing {
                OfferStanding::Withdrawn => Ok(vec![]),
                OfferStanding::Open => Ok(vec![OfferWithdrawn { offer_id, at }.into()]),
            }
        }
        ProductCommand::AttachFile {
            actor,
            file_id,
            content,
            at,
        } => {
            only_for(state, facts, &actor)?;
            attach_file(facts, file_id, content, at)
        }
        ProductCommand::Publish { actor, at } => {
            only_for(state, facts, &actor)?;
            publish(state, facts, at)
        }
        ProductCommand::Withdraw { actor, at } => {
            only_for(state, facts, &actor)?;
            match state {
                ProductState::Absent | ProductState::Withdrawn(_) => Ok(vec![]),
                ProductState::Draft(_) => Err(ProductError::NotOnSale),
                ProductState::Published(_) => Ok(vec![ProductWithdrawn { at }.into()]),
            }
        }
        ProductCommand::ReserveExclusive {
            offer_id,
            order_id,
            at,
        } => exclusive::reserve(state, facts, offer_id, order_id, at),
        ProductCommand::ReleaseExclusive { order_id, reason, at } => {
            exclusive::release(facts, order_id, reason, at)
        }
        ProductCommand::SellExclusive {
            offer_id,
            order_id,
            at,
        } => exclusive::sell(facts, offer_id, order_id, at),
        ProductCommand::RetakeExclusive {
            offer_id,
            order_id,
            at,
        } => exclusive::retake(facts, offer_id, order_id, at),
    }
}

/// The words as they are to be, if that changes anything.
fn describe(
    facts: &ProductFacts,
    title: Option<Title>,
    description: DescriptionChange,
    at: DateTime<Utc>,
) -> Option<ProductEvent> {
    let title = title.unwrap_or_else(|| facts.title.clone());
    let description = description.applied_to(facts.description.as_ref());
    let changes = facts.title != title || facts.description != description;
    changes.then(|| {
        ProductDescribed {
            title,
            description,
            at,
        }
        .into()
    })
}

fn create_again(
    facts: &ProductFacts,
    product_id: ProductId,
    seller_id: PersonId,
    title: &Title,
    description: Option<&Description>,
) -> Decision {
    let same = facts.product_id == product_id
        && facts.seller_id == seller_id
        && facts.title == *title
        && facts.description.as_ref() == description;
    if same {
        Ok(vec![])
    } else {
        Err(ProductError::AlreadyExists)
    }
}

fn add_offer(facts: &ProductFacts, added: OfferAdded) -> Decision {
    facts.not_sold()?;
    price_in_range(added.price)?;
    match facts.offers.get(&added.offer_id) {
        Some(known) if *known == Offer::from(&added) => Ok(vec![]),
        Some(_) => Err(ProductError::OfferExists),
        None if facts.offers.len() >= Product::OFFERS_LIMIT => Err(ProductError::TooManyOffers),
        None => Ok(vec![added.into()]),
    }
}

fn reprice_offer(facts: &ProductFacts, offer_id: OfferId, price: Money, at: DateTime<Utc>) -> Decision {
    facts.not_sold()?;
    price_in_range(price)?;
    let offer = facts.offer(offer_id)?;
    match offer.standing {
        OfferStanding::Withdrawn => Err(ProductError::OfferWithdrawn),
        OfferStanding::Open if offer.price == price => Ok(vec![]),
        OfferStanding::Open => Ok(vec![OfferRepriced { offer_id, price, at }.into()]),
    }
}

/// The same bytes under the same name are the same file. Other bytes take the place of those before.
fn attach_file(facts: &ProductFacts, file_id: FileId, content: FileContent, at: DateTime<Utc>) -> Decision {
    let named = facts.file_named(&content.name);
    if named.is_some_and(|(_, known)| *known == content) || facts.files.contains_key(&file_id) {
        return Ok(vec![]);
    }
    if named.is_none() && facts.files.len() >= Product::FILES_LIMIT {
        return Err(ProductError::TooManyFiles);
    }
    let content = Some(content);
    Ok(vec![FileAttached { file_id, content, at }.into()])
}

fn publish(state: &ProductState, facts: &ProductFacts, at: DateTime<Utc>) -> Decision {
    facts.not_sold()?;
    match state {
        ProductState::Published(_) => Ok(vec![]),
        ProductState::Absent | ProductState::Draft(_) | ProductState::Withdrawn(_) => {
            if facts
                .offers
                .values()
                .all(|offer| offer.standing == OfferStanding::Withdrawn)
            {
                return Err(ProductError::NothingOffered);
            }
            Ok(vec![ProductPublished { at }.into()])
        }
    }
}

/// What only the seller and admins may do. For others, a product that they cannot see does not exist.
fn only_for(state: &ProductState, facts: &ProductFacts, actor: &Actor) -> Result<(), ProductError> {
    if actor.may_act_for(facts.seller_id, Role::Seller) {
        return Ok(());
    }
    match state {
        ProductState::Published(_) => Err(ProductError::NotYours),
        ProductState::Absent | ProductState::Draft(_) | ProductState::Withdrawn(_) => {
            Err(ProductError::NotFound)
        }
    }
}

fn price_in_range(price: Money) -> Result<(), ProductError> {
    if (0..=Product::PRICE_LIMIT_MINOR).contains(&price.amount) {
        Ok(())
    } else {
        Err(ProductError::PriceOutOfRange)
    }
}

impl ProductFacts {
    fn offer(&self, offer_id: OfferId) -> Result<&Offer, ProductError> {
        self.offers.get(&offer_id).ok_or(ProductError::UnknownOffer)
    }

    fn not_sold(&self) -> Result<(), ProductError> {
        match self.exclusive {
            ExclusiveRight::Sold { .. } => Err(ProductError::ExclusiveSold),
            ExclusiveRight::Free | ExclusiveRight::Reserved { .. } => Ok(()),
        }
    }
}
