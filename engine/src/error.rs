//! Why a use case did not do what was asked. The HTTP layer maps each variant to one status.

use comptoir_domain::document::{DocumentError, DrawUpError, SupplierProblem};
use comptoir_domain::invoicing::InvoicingError;
use comptoir_domain::licence::LicenceError;
use comptoir_domain::order::{OrderError, PlaceError};
use comptoir_domain::person::PersonError;
use comptoir_domain::product::{Product, ProductError};
use comptoir_domain::promo::PromoError;
use comptoir_domain::review::ReviewError;
use comptoir_domain::seller::SellerError;
use comptoir_domain::values::{CountryCode, OrderId};
use comptoir_ledger::{AppendError, EsrsStore, InvalidAppend, LedgerError};
use comptoir_projections::QueryError;
use esrs::store::EventStore;

use crate::files::FileError;
use crate::gateway::hyperswitch::{HyperswitchError, MalformedWebhook, SignatureError};
use crate::vault::VaultError;

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum UseCaseError {
    /// The product refuses.
    #[error(transparent)]
    Product(#[from] ProductError),
    /// The order refuses.
    #[error(transparent)]
    Order(#[from] OrderError),
    /// The licence refuses.
    #[error(transparent)]
    Licence(#[from] LicenceError),
    /// The file is not taken or not handed out.
    #[error(transparent)]
    File(#[from] FileError),
    /// The review refuses.
    #[error(transparent)]
    Review(#[from] ReviewError),
    /// The person cannot be erased.
    #[error(transparent)]
    Person(#[from] PersonError),
    /// The order cannot be placed; each wrong line is named.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// The promotion refuses.
    #[error(transparent)]
    Promo(#[from] PromoError),
    /// The document refuses.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// The seller refuses.
    #[error(transparent)]
    Seller(#[from] SellerError),
    /// The document cannot be drawn up.
    #[error(transparent)]
    DrawUp(#[from] DrawUpError),
    /// The document gets no number.
    #[error(transparent)]
    Invoicing(#[from] InvoicingError),
    /// No invoices are issued here.
    #[error("no invoices are issued here")]
    InvoicingOff,
    /// The files of the document are still to be made.
    #[error("the document is not ready yet")]
    NotYetRendered,
    /// The time for which the document had to be kept is over.
    #[error("the document is no longer kept")]
    NoLongerKept,
    /// The invoice names the buyer like that already.
    #[error("the invoice names the buyer like that already")]
    NothingToCorrect,
    /// The reader sees no personal data, which a document is full of.
    #[error("documents hold personal data, which auditors do not see")]
    NoPersonalData,
    /// VIES does not know the VAT id.
    #[error("the VAT id is not registered, says VIES")]
    VatIdNotRegistered,
    /// The buyer owes the tax of what is to be corrected, and the VAT id under which they do is missing, or is one of another state.
    #[error("the buyer owes the VAT of this sale: a VAT id of {state} is needed")]
    VatIdNeeded {
        /// The state that the tax is owed in.
        state: CountryCode,
    },
    /// A seller is not named as the law of their country wants it; all that is wrong is listed.
    #[error("particulars of the supplier are missing or wrong")]
    Unnamed(Vec<SupplierProblem>),
    /// The person bought as a business, and these orders still owe an invoice that names it, or may still be paid.
    #[error(
        "{} of the person's orders as a business have no invoice yet, which must name it: first of all {}",
        .0.len(), .0.first().map(ToString::to_string).unwrap_or_default()
    )]
    InvoicesOwed(Vec<OrderId>),
    /// The webhook is not believed. Nothing was stored.
    #[error(transparent)]
    Unsigned(#[from] SignatureError),
    /// The webhook is signed but cannot be read. Nothing was stored.
    #[error(transparent)]
    MalformedWebhook(#[from] MalformedWebhook),
    /// The idempotency key was used before, for another request.
    #[error("the idempotency key was used before, for another request")]
    IdempotencyKeyReused,
    /// A request with the same idempotency key is still being worked on.
    #[error("a request with this idempotency key is still being worked on")]
    IdempotencyKeyInUse,
    /// The person's data was erased on their wish; nothing more can be stored about them.
    #[error("the personal data of this person has been erased")]
    Erased,
    /// The same of the person whom something is to go to.
    #[error("the personal data of the person who is to get it has been erased")]
    RecipientErased,
    /// What it is about changed again and again while it was being decided. Try again.
    #[error("too many requests change the same thing at once; try again")]
    Contended,
    /// The ledger has more to write than it can take. Try again after a moment.
    #[error("the ledger is overloaded; try again in a moment")]
    Overloaded,
    /// The ledger's database is away or did not answer in time. Try again under the same idempotency key.
    #[error("the ledger is not available: {0}")]
    Unavailable(String),
    /// The payment provider refused or cannot be reached.
    #[error("the payment provider did not do it")]
    Provider(#[source] HyperswitchError),
    /// The vault cannot seal or open.
    #[error("the vault failed")]
    Vault(#[source] VaultError),
    /// Something that was appended is not valid: a fault in this program.
    #[error("the ledger refuses what was to be appended")]
    Invalid(#[source] InvalidAppend),
    /// A stored event or answer cannot be read by this release.
    #[error("the ledger holds something this release cannot read: {0}")]
    Unreadable(String),
    /// Ids that must be new were there already: a fault in the source of ids.
    #[error("an id that must be new is in the ledger already")]
    DuplicateId,
}

impl UseCaseError {
    /// Whether trying the same again later, with nothing changed, may succeed.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Contended | Self::Overloaded | Self::Unavailable(_) | Self::IdempotencyKeyInUse => true,
            Self::Provider(error) => error.is_passing(),
            Self::Vault(error) => matches!(error, VaultError::Unavailable(_) | VaultError::NoRandomness(_)),
            Self::File(error) => matches!(error, FileError::Store(_) | FileError::BrokeOff(_)),
            Self::Product(_)
            | Self::Order(_)
            | Self::Licence(_)
            | Self::Review(_)
            | Self::Person(_)
            | Self::Place(_)
            | Self::Promo(_)
            | Self::Document(_)
            | Self::Seller(_)
            | Self::DrawUp(_)
            | Self::Invoicing(_)
            | Self::InvoicingOff
            | Self::NotYetRendered
            | Self::NoLongerKept
            | Self::NothingToCorrect
            | Self::NoPersonalData
            | Self::VatIdNotRegistered
            | Self::VatIdNeeded { .. }
            | Self::Unnamed(_)
            | Self::InvoicesOwed(_)
            | Self::Unsigned(_)
            | Self::MalformedWebhook(_)
            | Self::IdempotencyKeyReused
            | Self::Erased
            | Self::RecipientErased
            | Self::Invalid(_)
            | Self::Unreadable(_)
            | Self::DuplicateId => false,
        }
    }
}

impl From<AppendError> for UseCaseError {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::WrongExpectedRevision { .. } => Self::Contended,
            AppendError::IdempotencyKeyUsed => Self::IdempotencyKeyInUse,
            AppendError::DuplicateEventId => Self::DuplicateId,
            AppendError::Invalid(invalid) => Self::Invalid(invalid),
            AppendError::Overloaded => Self::Overloaded,
            AppendError::Unavailable { .. } | AppendError::OutcomeUnknown => {
                Self::Unavailable(error.to_string())
            }
        }
    }
}

impl From<LedgerError> for UseCaseError {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Database(error) => Self::Unavailable(error.to_string()),
            LedgerError::Decode { .. } => Self::Unreadable(error.to_string()),
        }
    }
}

/// What the ledger's store for `esrs` can fail with.
pub(crate) type EsrsStoreError = <EsrsStore<Product> as EventStore>::Error;

impl UseCaseError {
    /// The errors of the store, which `esrs` hands through.
    pub(crate) fn from_store(error: EsrsStoreError) -> Self {
        match error {
            EsrsStoreError::Append(error) => error.into(),
            EsrsStoreError::Ledger(error) => error.into(),
            EsrsStoreError::AppendOnly { .. } => Self::Unreadable(error.to_string()),
        }
    }
}

impl From<QueryError> for UseCaseError {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Database(error) => Self::Unavailable(error.to_string()),
            QueryError::Unreadable { .. } | QueryError::UnknownCursor => Self::Unreadable(error.to_string()),
        }
    }
}

impl From<VaultError> for UseCaseError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Erased => Self::Erased,
            VaultError::Unavailable(_) => Self::Unavailable(error.to_string()),
            other @ (VaultError::UnknownSubject
            | VaultError::DoesNotOpen
            | VaultError::UnexpectedContent(_)
            | VaultError::NotJson(_)
            | VaultError::WrongMasterKey
            | VaultError::NoRandomness(_)) => Self::Vault(other),
        }
    }
}
