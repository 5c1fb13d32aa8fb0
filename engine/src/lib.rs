//! The engine of Comptoir: what can be asked of it, and what follows from what happened.
//!
//! A request becomes one use case: load, let the domain decide, append. What follows from the events is carried out by policy
//! workers, at least once and with ids that make a repeat harmless. Calls to the outside are made between events, never
//! inside a decision or an open transaction: first the intention is an event, then comes the call, and its outcome is another
//! event.
//!
//! ```no_run
//! # use comptoir_engine::{CreateProduct, Engine, EngineConfig, EngineOptions, RequestContext, files::FileStore};
//! # use comptoir_engine::{gateway::hyperswitch::Hyperswitch, vault::Vault};
//! # use comptoir_domain::{tax::TaxSettings, values::{Actor, Title}};
//! # async fn example(ledger: comptoir_ledger::Ledger, vault: Vault, hyperswitch: Hyperswitch, tax: TaxSettings, seller: Actor,
//! # files: FileStore) -> Result<(), Box<dyn std::error::Error>> {
//! let engine = Engine::start(EngineOptions { ledger, vault, hyperswitch, files, config: EngineConfig::new(tax) });
//! let stop = tokio_util::sync::CancellationToken::new();
//! let workers = engine.start_workers(stop);
//!
//! let request = RequestContext::of(seller);
//! let create = CreateProduct { title: Title::try_new("Night Drive")?, description: None };
//! let created = engine.create_product(&request, create).await?;
//! println!("{} at position {}", created.answer.product_id, created.position);
//! workers.stop().await;
//! # Ok(()) }
//! ```
//!
//! Where to look: [`Engine`] is the handle, `usecase` has one file for each thing that can be asked of it, [`worker`] what
//! happens by itself, [`gateway`] the outside services, [`files`] what buyers download,
//! [`invoicing`] invoices and credit notes, [`vault`] personal data.

mod aggregates;
mod bases;
pub mod checkpoints;
pub mod config;
mod context;
mod engine;
mod error;
pub mod files;
pub mod gateway;
mod idempotency;
pub mod invoicing;
mod licence;
mod moves;
mod order_change;
mod payment;
mod secret;
mod turns;
mod usecase;
pub mod vault;
pub mod worker;

pub use config::{CheckoutConfig, EngineConfig, LicencesConfig, WorkerConfig};
pub use context::{IdempotencyKey, RequestContext};
pub use engine::{Engine, EngineOptions};
pub use error::UseCaseError;
pub use idempotency::{Answered, Occasion};
pub use licence::{PublicKey, SigningKeys};
pub use secret::Secret;
pub use usecase::{
    ActivateLicence, AddOffer, BILLING_CONTEXT, Checkout, CorrectBuyer, CreateProduct, CreatePromotion,
    CurrencyBalance, DescribeProduct, DocumentCheck, DocumentCorrected, DocumentFile, DocumentRead, Download,
    DownloadLink, EditReview, Evidence, EvidenceNeed, ExplainedLine, ExplainedOrder, ExportRecord,
    LicenceAccess, LicenceAccessKind, LicenceInUse, LicenceUse, MandateText, OfferAdded, OrderDocumentsRead,
    OrderPlaced, OwedInvoices, PersonErasure, PlaceOrder, PostReview, PriceQuote, ProductChanged,
    ProductCreated, PromotionChanged, QueryRecord, Quote, REFUND_NOTE_CONTEXT, REVIEW_ANSWER_CONTEXT,
    REVIEW_BODY_CONTEXT, REVIEW_HIDING_CONTEXT, REVIEW_REPORT_CONTEXT, RefundAsked, RefundOrder,
    ReviewChanged, SELLER_IDENTITY_CONTEXT, SellerBalance, SellerChanged, SellerIdentity, SellerRead,
    ShownKey, ToCome, UploadFile, WebhookReceipt, record_export,
};
