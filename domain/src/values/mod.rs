//! Values: ids, money, texts and facts that are right by construction.

mod actor;
mod code_word;
mod contact;
mod currency;
mod file;
mod ids;
mod licence_key;
mod money;
mod parsed;
mod promo_code;
mod quantity;
mod rating;
mod sealed;
mod tax;
mod terms;
pub(crate) mod text;
mod typeid;
mod use_terms;

#[cfg(test)]
mod tests;

pub use actor::{Actor, Role};
pub use code_word::{OperatorName, ProjectionName, StreamKey};
pub use contact::{BillingDetails, CountryCode, Email};
pub use currency::{Currency, UnknownCurrency};
pub use file::{FileContent, FileName, MediaType};
pub use ids::{
    AccessId, ActivationId, AnyId, DisputeId, DocumentId, DownloadId, FileId, IdError, InvoicingId,
    LicenceId, OfferId, OrderId, PaymentId, PersonId, ProductId, ProjectionId, PromoId, RefundId, ReviewId,
    SellerId, SubjectId, UnknownId, WebhookId,
};
pub use licence_key::{KeyDigest, KeyHint, LicenceKey, MalformedKey};
pub use money::{Money, MoneyError};
pub use promo_code::PromoCode;
pub use quantity::{Quantity, QuantityError};
pub use rating::{Rating, RatingError, RatingSummary};
pub use sealed::Sealed;
pub use tax::{BasisPoints, PriceBasis, SupplierOfRecord, TaxCategory, TaxFacts, TaxTreatment, Taxed};
pub use terms::{
    Consent, ConsentKind, LicenceKind, LicenceTerms, Sha256Hex, TermsHash, TermsText, TermsVersion,
};
pub use text::{
    Description, Line, MentionText, ProviderCode, ProviderSignature, RefundNote, ReviewNote, ReviewText,
    TextError, Title,
};
pub use use_terms::{ActivationsMax, OutOfRange, UseTerms, ValidDays};
