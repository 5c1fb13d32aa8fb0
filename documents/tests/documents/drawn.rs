//! Documents that the domain draws up, from an order to the last mention: what is issued passes what validates e-invoices.

use std::collections::BTreeMap;

use comptoir_documents::fixtures;
use comptoir_domain::Decider as _;
use comptoir_domain::document::{
    CustomerKind, DocumentContent, DocumentKind, Drawing, Locale, Parties, Sale, Supplier, SupplierParty,
    SupplierTerms, draw_up_corrected_invoice, draw_up_correction, draw_up_credit_note, draw_up_invoice,
    suppliers_of,
};
use comptoir_domain::order::{
    LineRequest, Order, OrderCommand, OrderEvent, OrderFacts, OrderPaid, OrderState, PlaceOrder, price_lines,
};
use comptoir_domain::product::{OfferAdded, Product, ProductCreated, ProductPublished, ProductState};
use comptoir_domain::seller::SellerVat::{self, Registered, SmallSellerExemption};
use comptoir_domain::seller::{Seller, SellerIdentified, SellerMandateAccepted};
use comptoir_domain::tax::{
    Customer, Location, SellerTax, SupplierTaxes, TaxScheme, TaxSettings, VatId, VatIdCheck,
};
use comptoir_domain::testing::samples::documents::*;
use comptoir_domain::testing::samples::events::{order_paid, seller_identified, seller_mandate_accepted};
use comptoir_domain::testing::samples::{
    at, eur, line_request, offer_added, order_id, place, pricing, product_created, uuid,
};
use comptoir_domain::values::{
    CountryCode, DocumentId, LicenceKind, OfferId, PersonId, ProductId, SellerId, SupplierOfRecord,
};

/// A document as it is issued.
pub(crate) struct Drawn {
    pub(crate) name: String,
    pub(crate) content: DocumentContent,
    pub(crate) parties: Parties,
}

/// Who sells what to whom.
struct Sold {
    name: &'static str,
    scheme: TaxScheme,
    /// Who supplies, each with what they say of themselves; none for the platform.
    sellers: Vec<(SellerTax, SupplierParty)>,
    /// A sample whose buyer it is.
    buyer: Parties,
    platform: SupplierParty,
}

const FRENCH: CountryCode = CountryCode::FR;

fn named(name: &str) -> Parties {
    fixtures::named(name).unwrap().parties
}

fn seller_in(country: CountryCode, vat: SellerVat) -> SellerTax {
    SellerTax { country, vat }
}

/// A seller in Germany who charges VAT.
fn german_seller() -> (SellerTax, SupplierParty) {
    let german = named("oss_german").buyer;
    let party = SupplierParty {
        name: german.name.unwrap(),
        legal_form: None,
        address: german.address.unwrap(),
        company_number: None,
        establishment_number: None,
        register: None,
        vat_id: Some(VatId::try_new("DE136695976").unwrap()),
        email: german.email,
        issuer: named("mandate").supplier.issuer,
    };
    (seller_in(party.address.country, Registered), party)
}

fn small_seller() -> (SellerTax, SupplierParty) {
    (
        seller_in(FRENCH, SmallSellerExemption),
        named("franchise").supplier,
    )
}

fn seller() -> (SellerTax, SupplierParty) {
    (seller_in(FRENCH, Registered), named("mandate").supplier)
}

/// The platform sells to the buyer of a sample.
fn by_platform(name: &'static str, buyer: &str) -> Sold {
    Sold {
        name,
        scheme: TaxScheme::Destination,
        sellers: vec![],
        buyer: named(buyer),
        platform: named("b2c_fr").supplier,
    }
}

fn by_sellers(name: &'static str, buyer: &str, sellers: Vec<(SellerTax, SupplierParty)>) -> Sold {
    Sold {
        sellers,
        ..by_platform(name, buyer)
    }
}

/// Every kind of VAT that there is, by the platform and by sellers, and what follows invoices.
pub(crate) fn all() -> Vec<Drawn> {
    let exempt_platform = Sold {
        scheme: TaxScheme::SmallSeller,
        platform: SupplierParty {
            vat_id: None,
            ..named("b2c_fr").supplier
        },
        ..by_platform("drawn_exempt_platform", "b2c_fr")
    };
    let sold = [
        by_platform("drawn_b2c", "b2c_fr"),
        by_platform("drawn_b2b", "b2b_domestic"),
        by_platform("drawn_reverse_charge", "reverse_charge"),
        by_platform("drawn_oss", "oss_german"),
        by_platform("drawn_outside", "outside_scope"),
        by_platform("drawn_erased_buyer", "erased_buyer"),
        exempt_platform,
        by_sellers("drawn_exempt_seller", "b2c_fr", vec![small_seller()]),
        by_sellers("drawn_german_seller_b2b", "b2b_domestic", vec![german_seller()]),
        by_sellers("drawn_german_seller_b2c", "b2c_fr", vec![german_seller()]),
        by_sellers(
            "drawn_two_suppliers",
            "b2b_domestic",
            vec![small_seller(), seller()],
        ),
    ];
    sold.iter().flat_map(Sold::documents).collect()
}

fn person(number: usize) -> PersonId {
    PersonId::from_uuid(uuid(800 + number as u128))
}

impl Sold {
    /// The invoices; of each, what a partial refund and a correction make of it.
    fn documents(&self) -> Vec<Drawn> {
        let order = self.order();
        suppliers_of(&order)
            .into_iter()
            .flat_map(|supplier| self.of_supplier(&order, supplier))
            .collect()
    }

    fn of_supplier(&self, order: &OrderFacts, supplier: Supplier) -> Vec<Drawn> {
        let (terms, party) = self.supplier(supplier);
        let parties = Parties {
            supplier: party,
            buyer: self.buyer.buyer.clone(),
        };
        let customer = CustomerKind::of(&order.tax.customer);
        let sale = Sale { customer, ..sale() };
        let drawn = |what: &str, kind, document_id, draw: &dyn Fn(Drawing<'_>) -> DocumentContent| {
            let allotment = allotment(supplier, kind);
            let sealed = sealed_for(document_id);
            let drawing = Drawing {
                allotment: &allotment,
                terms: &terms,
                locale: Locale::FRENCH,
                parties: &sealed,
                at: at(6),
            };
            let content = draw(drawing);
            content.check_parties(&parties).unwrap();
            let line = content.lines[0].order_line;
            Drawn {
                name: format!("{}_{line}_{what}", self.name),
                content,
                parties: parties.clone(),
            }
        };
        let (invoice_kind, credit_kind) = (DocumentKind::Invoice, DocumentKind::CreditNote);
        let first = DocumentId::of_order(order.order_id, supplier);
        let invoice = drawn("invoice", invoice_kind, first, &|drawing| {
            draw_up_invoice(order, sale, drawing).unwrap()
        });
        let facts = document_facts(invoice.content.clone());
        let line = &invoice.content.lines[0];
        let mut credit = due_credit(&invoice.content, 1000, line.tax.amount * 1000 / line.gross.amount);
        credit.parts[0].order_line = line.order_line;
        let partial = drawn("partial", credit_kind, credit.credit_note, &|drawing| {
            draw_up_credit_note(&facts, &credit, today(), drawing).unwrap()
        });
        let of_correction = |kind| DocumentId::of_correction(first, kind);
        let correction = drawn(
            "correction",
            credit_kind,
            of_correction(credit_kind),
            &|drawing| draw_up_correction(&facts, drawing).unwrap(),
        );
        let replacement = drawn(
            "replacement",
            invoice_kind,
            of_correction(invoice_kind),
            &|drawing| draw_up_corrected_invoice(&facts, customer, drawing).unwrap(),
        );
        vec![invoice, partial, correction, replacement]
    }

    fn supplier(&self, supplier: Supplier) -> (SupplierTerms, SupplierParty) {
        let Supplier::Seller { seller_id } = supplier else {
            return (platform_terms(), self.platform.clone());
        };
        let number = (0..self.sellers.len()).find(|number| person(*number) == seller_id);
        let (tax, party) = &self.sellers[number.unwrap()];
        let identified = SellerIdentified {
            seller_id: SellerId::from(seller_id),
            country: tax.country,
            vat: tax.vat,
            ..seller_identified()
        };
        let accepted = SellerMandateAccepted {
            seller_id: SellerId::from(seller_id),
            ..seller_mandate_accepted()
        };
        let state = Seller::replay(&[identified.into(), accepted.into()]);
        let terms = SupplierTerms::of_seller(&state, self.platform.name.clone()).unwrap();
        (terms, party.clone())
    }

    /// One line of each seller, placed and paid.
    fn order(&self) -> OrderFacts {
        let supplier_of_record = if self.sellers.is_empty() {
            SupplierOfRecord::Platform
        } else {
            SupplierOfRecord::Seller
        };
        let settings = TaxSettings {
            supplier_of_record,
            scheme: self.scheme,
            ..TaxSettings::of(FRENCH)
        };
        let buyer = &self.buyer.buyer;
        let country = buyer
            .address
            .as_ref()
            .map_or(buyer.country, |address| address.country);
        let customer = buyer
            .vat_id
            .clone()
            .map_or(Customer::Consumer, |vat_id| Customer::Business {
                vat_id,
                check: VatIdCheck::Form,
            });
        let sellers = (0..)
            .map(person)
            .zip(self.sellers.iter().map(|(tax, _)| *tax))
            .collect();
        let location = Location::of_billing(country);
        let taxes = SupplierTaxes::assess(settings, &sellers, &location, &customer, today()).unwrap();
        let numbers = 0..self.sellers.len().max(1);
        let products: BTreeMap<_, _> = numbers.clone().map(product).collect();
        let requests: Vec<LineRequest> = numbers.map(request).collect();
        let place = PlaceOrder {
            priced: price_lines(order_id(), &requests, &products, pricing(&taxes)).unwrap(),
            ..place(&[line_request(LicenceKind::Basic, 1)])
        };
        let placed = Order::decide(&OrderState::Absent, OrderCommand::Place(place)).unwrap();
        let open = Order::replay(&placed);
        let paid = OrderPaid {
            amount: open.facts().unwrap().total,
            ..order_paid()
        };
        let paid = Order::evolve(open, &OrderEvent::from(paid));
        paid.facts().unwrap().clone()
    }
}

fn product(number: usize) -> (ProductId, ProductState) {
    let product_id = ProductId::from_uuid(uuid(600 + number as u128));
    let created = ProductCreated {
        product_id,
        seller_id: person(number),
        ..product_created()
    };
    let added = OfferAdded {
        offer_id: OfferId::from_uuid(uuid(700 + number as u128)),
        ..offer_added(LicenceKind::Basic, eur(2990))
    };
    let published = ProductPublished { at: at(1) };
    let state = Product::replay(&[created.into(), added.into(), published.into()]);
    (product_id, state)
}

fn request(number: usize) -> LineRequest {
    LineRequest {
        product_id: ProductId::from_uuid(uuid(600 + number as u128)),
        offer_id: OfferId::from_uuid(uuid(700 + number as u128)),
        ..line_request(LicenceKind::Basic, 1)
    }
}
