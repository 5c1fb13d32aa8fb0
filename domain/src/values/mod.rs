//! Values: ids, money, texts and facts that are right by construction.

mod actor;
mod contact;
mod currency;
mod ids;
mod money;
mod promo_code;
mod quantity;
mod sealed;
mod tax;
mod terms;
pub(crate) mod text;
mod typeid;

#[cfg(test)]
mod tests;

pub use actor::{Actor, Role};
pub use contact::{BillingDetails, CountryCode, Email};
pub use currency::{Currency, UnknownCurrency};
pub use ids::{
    DisputeId, FileId, IdError, LicenceId, OfferId, OrderId, PaymentId, PersonId, ProductId, PromoId,
    RefundId, SubjectId, WebhookId,
};
pub use money::{Money, MoneyError};
pub use promo_code::PromoCode;
pub use quantity::{Quantity, QuantityError};
pub use sealed::Sealed;
pub use tax::{BasisPoints, PriceBasis, SupplierOfRecord, TaxCategory, TaxFacts, TaxTreatment, Taxed};
pub use terms::{
    Consent, ConsentKind, LicenceKind, LicenceTerms, Sha256Hex, TermsHash, TermsText, TermsVersion,
};
pub use text::{
    Description, Line, ProviderCode, ProviderMessage, ProviderSignature, RefundNote, TextError, Title,
};
