//! What can be asked of the engine: one file for each use case, each a method of [`crate::Engine`].
//!
//! A use case loads, lets the domain decide, and appends; what follows from that is the workers' business. Each returns an
//! [`crate::Answered`]: the answer, and the position up to which a reader must wait to see it.

mod add_offer;
mod answer_review;
mod ask_payment;
mod cancel_order;
mod correct_document;
mod create_product;
mod describe_product;
mod download_file;
mod edit_review;
mod erase_person;
mod moderate_review;
mod place_order;
mod post_review;
mod price;
mod product;
mod promotion;
mod publish_product;
mod quote;
mod read_document;
mod read_evidence;
mod read_order;
mod receive_webhook;
mod record_access;
mod refund_order;
mod reprice_offer;
mod review;
mod rotate_licence_key;
mod seller;
mod seller_balance;
mod sign_licence;
mod transfer_licence;
mod upload_file;
mod use_licence;
mod withdraw_offer;
mod withdraw_order;
mod withdraw_product;

pub use self::add_offer::{AddOffer, OfferAdded};
pub use self::ask_payment::Checkout;
pub use self::correct_document::{CorrectBuyer, DocumentCorrected};
pub use self::create_product::{CreateProduct, ProductCreated};
pub use self::describe_product::DescribeProduct;
pub use self::download_file::{Download, DownloadLink};
pub use self::edit_review::EditReview;
pub use self::erase_person::PersonErasure;
pub use self::place_order::{BILLING_CONTEXT, OrderPlaced, PlaceOrder};
pub use self::post_review::PostReview;
pub use self::product::ProductChanged;
pub use self::promotion::{CreatePromotion, PromotionChanged};
pub use self::quote::{EvidenceNeed, PriceQuote, Quote};
pub use self::read_document::{
    DocumentCheck, DocumentFile, DocumentRead, OrderDocumentsRead, OwedInvoices, ToCome,
};
pub use self::read_evidence::{Evidence, LicenceAccess, LicenceAccessKind};
pub use self::receive_webhook::WebhookReceipt;
pub use self::record_access::{ExportRecord, QueryRecord, record_export};
pub use self::refund_order::{REFUND_NOTE_CONTEXT, RefundAsked, RefundOrder};
pub use self::review::{
    REVIEW_ANSWER_CONTEXT, REVIEW_BODY_CONTEXT, REVIEW_HIDING_CONTEXT, REVIEW_REPORT_CONTEXT, ReviewChanged,
};
pub use self::seller::{MandateText, SELLER_IDENTITY_CONTEXT, SellerChanged, SellerIdentity, SellerRead};
pub use self::seller_balance::{CurrencyBalance, ExplainedLine, ExplainedOrder, SellerBalance};
pub use self::upload_file::UploadFile;
pub use self::use_licence::{ActivateLicence, LicenceInUse, LicenceUse, ShownKey};
