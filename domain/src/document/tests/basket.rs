//! Orders of several sellers, under any rule of VAT.

use std::collections::BTreeMap;

use crate::decider::Decider as _;
use crate::order::{
    LineRequest, Order, OrderCommand, OrderEvent, OrderPaid, OrderState, PlaceOrder, PricingTerms,
    PromotionTerms, price_lines,
};
use crate::product::{OfferAdded, Product, ProductCreated, ProductPublished};
use crate::promo::{Promo, PromoTerms};
use crate::seller::SellerVat;
use crate::tax::{Customer, Location, SellerTax, SupplierTaxes, TaxSettings, VatId, VatIdCheck};
use crate::testing::samples::events::order_paid;
use crate::testing::samples::*;
use crate::values::{CountryCode, LicenceKind, OfferId, PersonId, ProductId, SupplierOfRecord};

/// One line: which seller's, at which price, how many.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish {
    pub(super) seller: u128,
    pub(super) price: i64,
    pub(super) quantity: i64,
}

/// What somebody buys, and under which rule.
#[derive(Debug, Clone)]
pub(super) struct Basket {
    pub(super) wishes: Vec<Wish>,
    pub(super) settings: TaxSettings,
    pub(super) country: &'static str,
    pub(super) vat_id: Option<&'static str>,
    pub(super) promo: Option<PromoTerms>,
    /// The sellers who have said who they are.
    pub(super) identified: BTreeMap<PersonId, SellerTax>,
}

pub(super) fn wish(seller: u128, price: i64, quantity: i64) -> Wish {
    Wish {
        seller,
        price,
        quantity,
    }
}

pub(super) fn person(number: u128) -> PersonId {
    PersonId::from_uuid(uuid(800 + number))
}

/// What a consumer in France buys of the platform, with tax in the price.
pub(super) fn basket(wishes: &[Wish]) -> Basket {
    Basket {
        wishes: wishes.to_vec(),
        settings: TaxSettings::of(CountryCode::FR),
        country: "FR",
        vat_id: None,
        promo: None,
        identified: BTreeMap::new(),
    }
}

impl Basket {
    /// The sellers supply, and not the platform.
    pub(super) fn of_sellers(self) -> Self {
        Self {
            settings: TaxSettings {
                supplier_of_record: SupplierOfRecord::Seller,
                ..self.settings
            },
            ..self
        }
    }

    /// The sellers supply, and this one has said who they are.
    pub(super) fn identified(mut self, seller: u128, country: &str, vat: SellerVat) -> Self {
        let country = CountryCode::try_new(country).unwrap();
        self.identified.insert(person(seller), SellerTax { country, vat });
        self.of_sellers()
    }

    fn place(&self) -> PlaceOrder {
        let customer = match self.vat_id {
            None => Customer::Consumer,
            Some(vat_id) => Customer::Business {
                vat_id: VatId::try_new(vat_id).unwrap(),
                check: VatIdCheck::Form,
            },
        };
        let location = Location::of_billing(CountryCode::try_new(self.country).unwrap());
        let day = at(0).date_naive();
        let tax = SupplierTaxes::assess(self.settings, &self.identified, &location, &customer, day).unwrap();
        let promo = self
            .promo
            .clone()
            .map(|terms| Promo::replay(&promo_created(terms)));
        let promotion = promo.as_ref().map(|state| PromotionTerms {
            state,
            buyer_id: buyer().person_id,
            at: at(2),
        });
        let terms = PricingTerms {
            promotion,
            ..pricing(&tax)
        };
        let numbers = 0..self.wishes.len() as u128;
        let products: BTreeMap<_, _> = numbers.clone().zip(&self.wishes).map(product).collect();
        let requests: Vec<LineRequest> = numbers.zip(&self.wishes).map(request).collect();
        PlaceOrder {
            priced: price_lines(order_id(), &requests, &products, terms).unwrap(),
            ..place(&[line_request(LicenceKind::Basic, 1)])
        }
    }

    /// The order, placed and paid.
    pub(super) fn paid(&self) -> OrderState {
        let placed = Order::decide(&OrderState::Absent, OrderCommand::Place(self.place())).unwrap();
        let open = Order::replay(&placed);
        match &open {
            OrderState::AwaitingPayment(facts) => {
                let paid = OrderPaid {
                    amount: facts.total,
                    ..order_paid()
                };
                Order::evolve(open.clone(), &OrderEvent::from(paid))
            }
            OrderState::Absent
            | OrderState::Processing(_)
            | OrderState::PaymentFailed(_)
            | OrderState::Paid(_)
            | OrderState::Cancelled(_)
            | OrderState::Expired(_) => open,
        }
    }
}

fn product((number, wish): (u128, &Wish)) -> (ProductId, crate::product::ProductState) {
    let product_id = ProductId::from_uuid(uuid(600 + number));
    let created = ProductCreated {
        product_id,
        seller_id: person(wish.seller),
        ..product_created()
    };
    let added = OfferAdded {
        offer_id: OfferId::from_uuid(uuid(700 + number)),
        ..offer_added(LicenceKind::Basic, eur(wish.price))
    };
    let published = ProductPublished { at: at(1) };
    let state = Product::replay(&[created.into(), added.into(), published.into()]);
    (product_id, state)
}

fn request((number, wish): (u128, &Wish)) -> LineRequest {
    LineRequest {
        product_id: ProductId::from_uuid(uuid(600 + number)),
        offer_id: OfferId::from_uuid(uuid(700 + number)),
        quantity: wish.quantity,
        expected_unit_price_minor: None,
        upgrade_of: None,
    }
}
