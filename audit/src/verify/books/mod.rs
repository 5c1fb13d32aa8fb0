//! The books, from events alone: every stream is folded by the domain, and what one stream says is held against what the others
//! say.
//!
//! Each rule is a debt that one event opens and another one settles ([`debts`]), so that memory holds what is open and not what
//! was. What the engine's workers do by themselves may be under way where the ledger ends; it is a finding once it is older,
//! by the time of the newest event, than the patience that was asked for.

mod debts;
mod documents;
mod event;
mod licences;
mod numbers;
mod order_checks;
mod order_view;
mod orders;
mod others;
mod payments;
mod products;
mod promos;
mod refunds;
mod reload;
mod settle;

use std::collections::{BTreeMap, HashMap, HashSet};

use comptoir_domain::document::{DocumentState, Supplier};
use comptoir_domain::licence::{Bearing, LicenceCause, LicenceGrant, LicenceState};
use comptoir_domain::order::OrderState;
use comptoir_domain::product::ProductState;
use comptoir_domain::promo::PromoState;
use comptoir_domain::values::{Currency, DocumentId, LicenceId, OrderId, ProductId, PromoId, RefundId};
use uuid::Uuid;

use self::debts::{Differences, Term};
use self::event::{Place, Since};
use self::numbers::Series;
use self::order_view::{Claim, Hold};
use self::payments::Word;
use self::refunds::{Asked, RefundBook};
use super::checked::{Checked, Origin};
use super::finding::Findings;
use super::known::Known;
use super::rule::Rule;
use super::states::States;
use super::totals::{Running, Totals};

pub use self::settle::UnderWay;

/// How many states of one kind a generation holds. Orders and documents are the largest, at two to four kilobytes.
const STATES: usize = 6_000;
/// Webhooks are remembered as a few words each.
const WORDS: usize = 60_000;

/// What a document and its number, or a credit note and its invoice, must agree on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Figures {
    document_id: DocumentId,
    /// The series and the number; none where it is about an invoice and what is taken back of it.
    number: Option<(Uuid, String)>,
    order_id: OrderId,
    net: i64,
    tax: i64,
    gross: i64,
}

/// The money of an order that one of its suppliers has to invoice.
#[derive(Debug, Clone, Copy)]
struct Billed {
    paid: i64,
    paid_tax: i64,
    /// What was paid, less what has gone back, less invoices, plus credit notes.
    outstanding: i64,
    has_documents: bool,
    since: Since,
}

impl Billed {
    fn change(&mut self, by: i64, since: Since) {
        if self.outstanding == 0 {
            self.since = since;
        }
        self.outstanding += by;
    }

    /// Whether nothing is outstanding, and documents say so.
    const fn is_square(&self) -> bool {
        self.outstanding == 0 && self.has_documents
    }
}

/// The books as they grow.
#[derive(Debug)]
pub(super) struct Books {
    orders: States<OrderState>,
    licences: States<LicenceState>,
    refunds: States<RefundBook>,
    documents: States<DocumentState>,
    products: States<ProductState>,
    promos: States<PromoState>,
    series: States<Series>,
    others: others::Others,
    words: States<Word>,

    order_count: u64,
    totals: Running,
    /// What has arrived in each currency, by the events that say so.
    received: BTreeMap<Currency, i64>,
    refunded_too_much: HashMap<OrderId, Since>,
    refunds_asked: HashMap<RefundId, Asked>,
    refund_outcomes: Differences<(RefundId, refunds::Outcome)>,
    licences_due: HashMap<LicenceId, (Box<LicenceGrant>, Since)>,
    licence_causes: Differences<(LicenceId, LicenceCause, Bearing)>,
    /// Licences that stand back behind somebody else: what they cannot have is no finding.
    resold: HashMap<(ProductId, OrderId), LicenceId>,
    base_lost: HashMap<LicenceId, (LicenceId, OrderId)>,
    upgrade_claims: Differences<(LicenceId, OrderId, Claim)>,
    exclusive_claims: Differences<(ProductId, OrderId, Claim)>,
    /// Products that somebody has, or may soon have, alone.
    held_alone: HashMap<ProductId, OrderId>,
    promotion_uses: Differences<(PromoId, OrderId, Hold)>,
    numbered: Differences<Figures>,
    credited: Differences<Figures>,
    followed: Differences<DocumentId>,
    billed: HashMap<(OrderId, Supplier), Billed>,
    /// Whose documents are kept no longer: nothing can follow them.
    no_longer_kept: HashSet<(OrderId, Supplier)>,
}

impl Books {
    pub(super) fn new() -> Self {
        Self {
            orders: States::new(STATES),
            licences: States::new(STATES),
            refunds: States::new(STATES),
            documents: States::new(STATES / 2),
            products: States::new(STATES),
            promos: States::new(STATES),
            series: States::new(STATES),
            others: others::Others::new(STATES),
            words: States::new(WORDS),
            order_count: 0,
            totals: Running::default(),
            received: BTreeMap::new(),
            refunded_too_much: HashMap::new(),
            refunds_asked: HashMap::new(),
            refund_outcomes: Differences::new(|_| Term::Soon),
            licences_due: HashMap::new(),
            licence_causes: Differences::new(|_| Term::Soon),
            resold: HashMap::new(),
            base_lost: HashMap::new(),
            upgrade_claims: Differences::new(|(_, _, claim)| claim.term()),
            exclusive_claims: Differences::new(|(_, _, claim)| claim.term()),
            held_alone: HashMap::new(),
            promotion_uses: Differences::new(|_| Term::AtOnce),
            numbered: Differences::new(|_| Term::AtOnce),
            credited: Differences::new(|_| Term::AtOnce),
            followed: Differences::new(|_| Term::AtOnce),
            billed: HashMap::new(),
            no_longer_kept: HashSet::new(),
        }
    }

    pub(super) const fn order_count(&self) -> u64 {
        self.order_count
    }

    pub(super) fn totals(&self) -> Totals {
        self.totals.totals()
    }

    /// Takes in one event. Everything in front of it has been.
    pub(super) fn take(&mut self, event: &Checked, findings: &mut Findings) {
        let known = match &event.content {
            Ok(known) => known,
            Err(why) => {
                findings.at(Rule::EventReadable, event.position, &event.stream, || why.clone());
                return;
            }
        };
        if event.origin == Origin::Unreadable {
            findings.at(Rule::EventReadable, event.position, &event.stream, || {
                "the metadata is not what it should be".to_owned()
            });
        }
        let Some(id) = event.id else {
            findings.at(Rule::EventFits, event.position, &event.stream, || {
                "the stream is not named after the id of its aggregate".to_owned()
            });
            return;
        };
        let at = Place {
            position: event.position,
            stream: &event.stream,
            revision: event.revision,
            id,
            recorded_at: event.recorded_at,
            origin: &event.origin,
        };
        match known {
            Known::Order(event) => self.order(at, event, findings),
            Known::Webhook(received) => self.webhook(at, event.event_id, received, findings),
            Known::Licence(event) => self.licence(at, event, findings),
            Known::Refund(event) => self.refund(at, event, findings),
            Known::Document(event) => self.document(at, event, findings),
            Known::Invoicing(event) => self.number(at, event, findings),
            Known::Product(event) => self.product(at, event, findings),
            Known::Promo(event) => self.promo(at, event, findings),
            Known::Review(_)
            | Known::Seller(_)
            | Known::Person(_)
            | Known::Access(_)
            | Known::Projection(_) => self.others.take(at, known, findings),
        }
    }
}

/// Whether an event begins its stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It does, and names the aggregate by this id.
    Begins(Uuid),
    /// It follows others.
    Follows,
}

/// A stream begins with the event that says that its aggregate is there, which comes once.
fn check_place(at: Place<'_>, kind: Kind, findings: &mut Findings) {
    let mut finding = |what: &str| {
        findings.at(Rule::EventFits, at.position, at.stream, || what.to_owned());
    };
    match (kind, at.revision) {
        (Kind::Begins(_), 1..) => finding("begins anew what is there already"),
        (Kind::Follows, ..1) => finding("happens to something that is not there yet"),
        (Kind::Begins(id), _) if id != at.id => finding("is about another id than the stream's"),
        (Kind::Begins(_) | Kind::Follows, _) => {}
    }
}
