//! The rules of a product.

mod describing;
mod exclusive;
mod files;
mod times;

use super::*;
use crate::decider::Decider as _;
use crate::testing::samples::events::file_content;
use crate::testing::samples::{self, *};
use crate::testing::{Given, given};
use crate::values::{Actor, FileId, LicenceKind, Money, OfferId, OrderId, TaxCategory, UseTerms};

fn draft() -> Given<Product> {
    given([
        product_created().into(),
        offer_added(LicenceKind::Basic, eur(2990)).into(),
    ])
}

fn on_sale() -> Given<Product> {
    given(published_product())
}

fn exclusive() -> OfferId {
    offer_id(LicenceKind::Exclusive)
}

fn create(actor: Actor) -> ProductCommand {
    let created = product_created();
    ProductCommand::Create {
        product_id: created.product_id,
        actor,
        title: created.title,
        description: created.description,
        at: at(0),
    }
}

fn add_offer(kind: LicenceKind, price: Money) -> ProductCommand {
    let (terms, tax_category) = (samples::terms(), TaxCategory::Standard);
    ProductCommand::AddOffer {
        actor: seller(),
        offer_id: offer_id(kind),
        kind,
        price,
        terms,
        tax_category,
        use_terms: UseTerms::default(),
        at: at(0),
    }
}

fn reprice(price: Money) -> ProductCommand {
    ProductCommand::RepriceOffer {
        actor: seller(),
        offer_id: offer_id(LicenceKind::Basic),
        price,
        at: at(3),
    }
}

fn withdraw_offer(kind: LicenceKind) -> ProductCommand {
    ProductCommand::WithdrawOffer {
        actor: seller(),
        offer_id: offer_id(kind),
        at: at(3),
    }
}

fn publish() -> ProductCommand {
    ProductCommand::Publish {
        actor: seller(),
        at: at(1),
    }
}

fn withdraw() -> ProductCommand {
    ProductCommand::Withdraw {
        actor: seller(),
        at: at(4),
    }
}

fn reserve(order_id: OrderId) -> ProductCommand {
    ProductCommand::ReserveExclusive {
        offer_id: exclusive(),
        order_id,
        at: at(5),
    }
}

fn release(order_id: OrderId) -> ProductCommand {
    ProductCommand::ReleaseExclusive {
        order_id,
        reason: ExclusiveReleaseReason::NotPaid,
        at: at(6),
    }
}

fn sell(order_id: OrderId) -> ProductCommand {
    ProductCommand::SellExclusive {
        offer_id: exclusive(),
        order_id,
        at: at(7),
    }
}

fn sold() -> Given<Product> {
    on_sale().and(reserve(order_id())).and(sell(order_id()))
}

#[test]
fn a_seller_creates_a_product_that_is_theirs() {
    given::<Product>([])
        .when(create(seller()))
        .then([product_created().into()]);
    given::<Product>([])
        .when(create(buyer()))
        .then_error(&ProductError::NotYours);
}

#[test]
fn creating_it_again_is_nothing_and_creating_another_under_its_id_is_refused() {
    given::<Product>([])
        .and(create(seller()))
        .when(create(seller()))
        .then_nothing();
    given::<Product>([])
        .and(create(seller()))
        .when(create(admin()))
        .then_error(&ProductError::AlreadyExists);
    given::<Product>([])
        .and(create(seller()))
        .when(create(buyer()))
        .then_error(&ProductError::AlreadyExists);
}

#[test]
fn only_its_seller_or_an_admin_changes_a_product() {
    let (title, offer_id) = (title("Mine now"), offer_id(LicenceKind::Basic));
    let by = |actor: Actor| {
        let (kind, price) = (LicenceKind::Custom, eur(1));
        let (terms, tax_category) = (samples::terms(), TaxCategory::Standard);
        vec![
            ProductCommand::Describe {
                actor: actor.clone(),
                title: Some(title.clone()),
                description: DescriptionChange::Remove,
                at: at(9),
            },
            ProductCommand::AddOffer {
                actor: actor.clone(),
                offer_id: samples::offer_id(kind),
                kind,
                price,
                terms,
                tax_category,
                use_terms: UseTerms::default(),
                at: at(9),
            },
            ProductCommand::RepriceOffer {
                actor: actor.clone(),
                offer_id,
                price,
                at: at(9),
            },
            ProductCommand::WithdrawOffer {
                actor: actor.clone(),
                offer_id,
                at: at(9),
            },
            ProductCommand::AttachFile {
                actor: actor.clone(),
                file_id: FileId::from_uuid(uuid(40)),
                content: file_content("a.wav"),
                at: at(9),
            },
            ProductCommand::Publish {
                actor: actor.clone(),
                at: at(9),
            },
            ProductCommand::Withdraw { actor, at: at(9) },
        ]
    };
    for command in by(stranger()).into_iter().chain(by(buyer())) {
        on_sale().when(command).then_error(&ProductError::NotYours);
    }
    for command in by(admin()) {
        let _ = on_sale().and(command);
    }
    // Whoever cannot see it learns nothing by trying to change it.
    let withdrawn = [published_product(), vec![ProductWithdrawn { at: at(3) }.into()]].concat();
    for command in by(stranger()) {
        draft().when(command.clone()).then_error(&ProductError::NotFound);
        given::<Product>(withdrawn.clone())
            .when(command)
            .then_error(&ProductError::NotFound);
    }
}

#[test]
fn nothing_but_creating_is_possible_before_it_exists() {
    let commands = [
        ProductCommand::Describe {
            actor: seller(),
            title: Some(title("x")),
            description: DescriptionChange::Keep,
            at: at(0),
        },
        add_offer(LicenceKind::Basic, eur(1)),
        reprice(eur(1)),
        withdraw_offer(LicenceKind::Basic),
        ProductCommand::AttachFile {
            actor: seller(),
            file_id: FileId::from_uuid(uuid(40)),
            content: file_content("a.wav"),
            at: at(0),
        },
        publish(),
        withdraw(),
        reserve(order_id()),
        release(order_id()),
        sell(order_id()),
    ];
    for command in commands {
        given::<Product>([])
            .when(command)
            .then_error(&ProductError::NotFound);
    }
}

#[test]
fn an_offer_has_a_price_in_range() {
    draft()
        .when(add_offer(LicenceKind::Premium, eur(0)))
        .then([offer_added(LicenceKind::Premium, eur(0)).into()]);
    for price in [-1, Product::PRICE_LIMIT_MINOR + 1, i64::MIN, i64::MAX] {
        draft()
            .when(add_offer(LicenceKind::Premium, eur(price)))
            .then_error(&ProductError::PriceOutOfRange);
        draft()
            .when(reprice(eur(price)))
            .then_error(&ProductError::PriceOutOfRange);
    }
}

#[test]
fn the_same_offer_again_is_nothing_and_another_under_its_id_is_refused() {
    draft()
        .when(add_offer(LicenceKind::Basic, eur(2990)))
        .then_nothing();
    draft()
        .when(add_offer(LicenceKind::Basic, eur(1)))
        .then_error(&ProductError::OfferExists);
}

#[test]
fn a_product_has_at_most_fifty_offers_and_fifty_files() {
    let offers = (0..50).map(|number| {
        ProductEvent::from(OfferAdded {
            offer_id: OfferId::from_uuid(uuid(100 + number)),
            ..offer_added(LicenceKind::Custom, eur(1))
        })
    });
    let files = (0..50).map(|number| {
        ProductEvent::from(FileAttached {
            file_id: FileId::from_uuid(uuid(200 + number)),
            content: None,
            at: at(1),
        })
    });
    let history: Vec<ProductEvent> = std::iter::once(product_created().into())
        .chain(offers)
        .chain(files)
        .collect();
    given::<Product>(history.clone())
        .when(add_offer(LicenceKind::Basic, eur(1)))
        .then_error(&ProductError::TooManyOffers);
    let attach = ProductCommand::AttachFile {
        actor: seller(),
        file_id: FileId::from_uuid(uuid(40)),
        content: file_content("a.wav"),
        at: at(1),
    };
    given::<Product>(history)
        .when(attach)
        .then_error(&ProductError::TooManyFiles);
}

#[test]
fn repricing_and_withdrawing_reach_only_offers_that_are_there() {
    let repriced = OfferRepriced {
        offer_id: offer_id(LicenceKind::Basic),
        price: eur(1990),
        at: at(3),
    };
    draft().when(reprice(eur(1990))).then([repriced.into()]);
    draft().when(reprice(eur(2990))).then_nothing();
    let withdrawn = OfferWithdrawn {
        offer_id: offer_id(LicenceKind::Basic),
        at: at(3),
    };
    draft()
        .when(withdraw_offer(LicenceKind::Basic))
        .then([withdrawn.into()]);
    draft()
        .and(withdraw_offer(LicenceKind::Basic))
        .when(withdraw_offer(LicenceKind::Basic))
        .then_nothing();
    draft()
        .and(withdraw_offer(LicenceKind::Basic))
        .when(reprice(eur(1990)))
        .then_error(&ProductError::OfferWithdrawn);
    draft()
        .when(withdraw_offer(LicenceKind::Premium))
        .then_error(&ProductError::UnknownOffer);
}

#[test]
fn a_product_goes_on_sale_with_at_least_one_open_offer() {
    draft()
        .when(publish())
        .then([ProductPublished { at: at(1) }.into()]);
    draft().and(publish()).when(publish()).then_nothing();
    given::<Product>([product_created().into()])
        .when(publish())
        .then_error(&ProductError::NothingOffered);
    draft()
        .and(withdraw_offer(LicenceKind::Basic))
        .when(publish())
        .then_error(&ProductError::NothingOffered);
}

#[test]
fn a_product_can_be_taken_off_sale_and_put_back() {
    on_sale()
        .when(withdraw())
        .then([ProductWithdrawn { at: at(4) }.into()]);
    on_sale().and(withdraw()).when(withdraw()).then_nothing();
    on_sale()
        .and(withdraw())
        .when(publish())
        .then([ProductPublished { at: at(1) }.into()]);
    draft().when(withdraw()).then_error(&ProductError::NotOnSale);
}

#[test]
fn the_sale_status_is_what_a_buyer_would_be_told() {
    let cases = [
        (given::<Product>([]), None),
        (draft(), Some(SaleStatus::Draft)),
        (on_sale(), Some(SaleStatus::OnSale)),
        (on_sale().and(reserve(order_id())), Some(SaleStatus::Reserved)),
        (
            on_sale().and(reserve(order_id())).and(release(order_id())),
            Some(SaleStatus::OnSale),
        ),
        (sold(), Some(SaleStatus::Sold)),
        (sold().and(withdraw()), Some(SaleStatus::Sold)),
        (on_sale().and(withdraw()), Some(SaleStatus::Withdrawn)),
    ];
    for (history, status) in cases {
        assert_eq!(history.state().sale_status(), status);
    }
}

#[test]
fn a_history_that_starts_in_the_middle_leaves_nothing() {
    for event in samples::events::product().into_iter().skip(1) {
        assert_eq!(
            Product::evolve(ProductState::Absent, &event),
            ProductState::Absent
        );
    }
}
