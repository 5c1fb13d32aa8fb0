//! All that is known of a person, a part in each file, page by page.

mod documents;
mod licences;
mod orders;
mod refunds;
mod reviews;
mod sales;

use chrono::{DateTime, Utc};
use comptoir_domain::Decider;
use comptoir_domain::values::{Actor, PersonId, Role};
use comptoir_engine::UseCaseError;
use comptoir_ledger::{LedgerError, Position, RecordedEvent, Revision, StreamName};
use comptoir_projections::persons::{TraceKind, query};
use comptoir_projections::{ListPage, PageRequest, ReadModel};
use serde::Serialize;
use uuid::Uuid;

use self::licences::LicenceStepBody;
use self::orders::ExportedOrder;
use self::refunds::RequestedRefundBody;
use self::reviews::ReviewStepBody;
use self::sales::{MadePromotionBody, OfferedProductBody};
use super::document::Document;
use super::erase::ErasureBody;
use crate::http::App;
use crate::http::auth::Caller;
use crate::http::documents::body::DocumentBody;
use crate::http::documents::summary::SummaryBody;
use crate::http::licences::body::LicenceBody;
use crate::http::problem::Problem;
use crate::http::reviews::body::ReviewBody;
use crate::http::sellers::body::SellerBody;

/// How many ids of things are looked up at a time.
const PAGE_IDS: u16 = 100;
/// How many events of a stream are read at a time.
const PAGE_EVENTS: i64 = 200;

/// All that is known of a person.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = PersonExport)]
pub(crate) struct PersonExportBody {
    /// The person.
    #[schema(value_type = String)]
    person_id: PersonId,
    /// When this was put together.
    exported_at: DateTime<Utc>,
    /// Up to where the ledger was read.
    position: i64,
    /// When and why they were erased, if they were.
    erased: Option<ErasureBody>,
    /// What they ordered.
    orders: Vec<ExportedOrder>,
    /// The invoices and credit notes that were made out to them. Who stands on one outlives the person's key, for as long as
    /// it must be kept.
    documents: Vec<DocumentBody>,
    /// What they hold.
    licences: Vec<LicenceBody>,
    /// What happened to licences while they held them.
    licence_history: Vec<LicenceStepBody>,
    /// What they wrote about products, as it stands.
    reviews: Vec<ReviewBody>,
    /// Each step of theirs with reviews: every version, answer, report and vote.
    review_history: Vec<ReviewStepBody>,
    /// The refunds that they asked for as a seller or for the platform.
    refunds_requested: Vec<RequestedRefundBody>,
    /// Who they said they are, as a seller who invoices.
    seller: Option<SellerBody>,
    /// The invoices and credit notes in their name.
    documents_issued: Vec<SummaryBody>,
    /// What they offer.
    products: Vec<OfferedProductBody>,
    /// The promotion codes that they made.
    promotions: Vec<MadePromotionBody>,
}

/// Where all that is known of a person is read.
#[derive(Debug)]
pub(super) struct Known {
    app: App,
    person_id: PersonId,
    /// Who is to read it.
    reader: PersonId,
    /// The person, as one who reads what is theirs.
    own: Caller,
}

impl Known {
    /// The read models that are read besides those that name people.
    pub(super) const FURTHER_MODELS: [ReadModel; 3] =
        [ReadModel::Refunds, ReadModel::Disputes, ReadModel::Documents];

    pub(super) fn new(app: App, person_id: PersonId, reader: PersonId) -> Self {
        let roles = vec![Role::Buyer, Role::Seller];
        Self {
            app,
            person_id,
            reader,
            own: Caller(Actor { person_id, roles }),
        }
    }

    /// Writes all of it.
    pub(super) async fn write(self, mut document: Document, position: Position) -> Result<(), Problem> {
        let erased = self.app.engine().erasure(self.person_id).await?;
        document.field("person_id", self.person_id).await?;
        document.field("exported_at", self.app.now()).await?;
        document.field("position", position.get()).await?;
        document.field("erased", erased.map(ErasureBody::from)).await?;
        self.write_orders(&mut document).await?;
        self.write_documents(&mut document).await?;
        self.write_licences(&mut document).await?;
        self.write_licence_history(&mut document).await?;
        self.write_reviews(&mut document).await?;
        self.write_review_history(&mut document).await?;
        self.write_refunds_requested(&mut document).await?;
        self.write_seller(&mut document).await?;
        self.write_documents_issued(&mut document).await?;
        self.write_products(&mut document).await?;
        self.write_promotions(&mut document).await?;
        document.end().await
    }

    /// The next ids of what the person had to do with; empty at the end.
    async fn traces(&self, kind: TraceKind, after: Option<Uuid>) -> Result<Vec<Uuid>, Problem> {
        let pool = self.app.reads().pool();
        Ok(query::traces(pool, self.person_id, kind, after, PAGE_IDS).await?)
    }

    /// The next events of a stream; empty at the end.
    async fn events<D: Decider>(&self, id: Uuid, from: Revision) -> Result<Vec<RecordedEvent>, Problem> {
        let stream = StreamName::of::<D>(id);
        let ledger = self.app.engine().ledger();
        let page = ledger.read_stream_page(&stream, from, PAGE_EVENTS).await;
        Ok(page.map_err(UseCaseError::from)?)
    }
}

/// The page behind this one, if there is one.
fn behind<T, Id>(page: &ListPage<T>, id_of: impl Fn(&T) -> Id) -> Option<PageRequest<Id>> {
    let last = page.items.last().filter(|_| page.has_more)?;
    Some(PageRequest {
        starting_after: Some(id_of(last)),
        ..PageRequest::default()
    })
}

/// The revision behind an event.
fn next(event: &RecordedEvent) -> Revision {
    Revision::new(event.revision.get() + 1)
}

fn decode<D: Decider>(event: &RecordedEvent) -> Result<D::Event, Problem> {
    let decoded = event.decode().map_err(|source| LedgerError::Decode {
        position: event.position,
        source,
    });
    Ok(decoded.map_err(UseCaseError::from)?)
}
