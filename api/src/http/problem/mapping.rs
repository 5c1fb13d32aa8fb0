//! Which error of the engine and the domain becomes which problem.

use comptoir_audit::timeline::TimelineError;
use comptoir_domain::licence::LicenceError;
use comptoir_domain::order::{OrderError, PlaceError};
use comptoir_domain::person::PersonError;
use comptoir_domain::product::ProductError;
use comptoir_domain::promo::PromoError;
use comptoir_domain::review::ReviewError;
use comptoir_engine::UseCaseError;
use comptoir_engine::files::FileError;
use comptoir_ledger::LedgerError;
use comptoir_projections::QueryError;

use super::documents::unnamed;
use super::{FieldError, Problem, ProblemKind};

impl From<LedgerError> for Problem {
    fn from(error: LedgerError) -> Self {
        UseCaseError::from(error).into()
    }
}

impl From<UseCaseError> for Problem {
    fn from(error: UseCaseError) -> Self {
        match error {
            UseCaseError::Product(error) => error.into(),
            UseCaseError::Order(error) => error.into(),
            UseCaseError::Licence(error) => error.into(),
            UseCaseError::File(error) => error.into(),
            UseCaseError::Place(error) => error.into(),
            UseCaseError::Review(error) => error.into(),
            UseCaseError::Promo(error) => error.into(),
            UseCaseError::Person(error) => error.into(),
            UseCaseError::Document(error) => error.into(),
            UseCaseError::Seller(error) => error.into(),
            UseCaseError::DrawUp(error) => error.into(),
            UseCaseError::Invoicing(error) => error.into(),
            UseCaseError::NoLongerKept => {
                Self::new(ProblemKind::DocumentNoLongerKept).detail(error.to_string())
            }
            UseCaseError::NoPersonalData => {
                let detail = "auditors see no personal data; the figures can be had as application/json";
                Self::new(ProblemKind::Forbidden).detail(detail)
            }
            UseCaseError::NothingToCorrect => {
                Self::new(ProblemKind::NothingToCorrect).detail(error.to_string())
            }
            UseCaseError::InvoicingOff => Self::new(ProblemKind::InvoicingOff).detail(error.to_string()),
            // Who asks for a file hears it otherwise: see `documents::answer`.
            UseCaseError::NotYetRendered => Self::new(ProblemKind::DocumentConflict)
                .detail(error.to_string())
                .retry_after_s(1),
            UseCaseError::VatIdNotRegistered => {
                let detail = error.to_string();
                let wrong = FieldError::at("/billing/vat_id", "vat_id_not_registered", &*detail);
                Self::new(ProblemKind::InvalidOrder)
                    .detail(detail)
                    .errors([wrong])
            }
            // The field of a correction; nothing else asks for it.
            UseCaseError::VatIdNeeded { .. } => {
                let detail = error.to_string();
                let wrong = FieldError::at("/vat_id", "vat_id_needed", &*detail);
                Self::new(ProblemKind::InvalidRequest)
                    .detail(detail)
                    .errors([wrong])
            }
            UseCaseError::Unnamed(ref problems) => unnamed(error.to_string(), problems),
            UseCaseError::Unsigned(error) => {
                Self::new(ProblemKind::InvalidSignature).detail(error.to_string())
            }
            UseCaseError::MalformedWebhook(error) => {
                Self::new(ProblemKind::MalformedWebhook).detail(error.to_string())
            }
            UseCaseError::IdempotencyKeyReused => {
                idempotency(ProblemKind::IdempotencyKeyReused, "reused", &error)
            }
            UseCaseError::IdempotencyKeyInUse => {
                idempotency(ProblemKind::IdempotencyKeyInUse, "in_use", &error).retry_after_s(1)
            }
            UseCaseError::InvoicesOwed(_) => Self::new(ProblemKind::InvoicesOwed).detail(error.to_string()),
            UseCaseError::Erased => Self::new(ProblemKind::PersonErased).detail(error.to_string()),
            UseCaseError::RecipientErased => {
                let detail = error.to_string();
                let wrong = FieldError::at("/to", "person_erased", &*detail);
                Self::new(ProblemKind::PersonErased)
                    .detail(detail)
                    .errors([wrong])
            }
            UseCaseError::Contended => Self::new(ProblemKind::Contended).retry_after_s(1),
            UseCaseError::Overloaded => Self::new(ProblemKind::Overloaded).retry_after_s(1),
            UseCaseError::Unavailable(reason) => {
                Self::new(ProblemKind::Unavailable).cause(reason).retry_after_s(2)
            }
            UseCaseError::Provider(_) => Self::new(ProblemKind::PaymentProviderFailed)
                .cause(chain(&error))
                .retry_after_s(5),
            UseCaseError::Vault(_)
            | UseCaseError::Invalid(_)
            | UseCaseError::Unreadable(_)
            | UseCaseError::DuplicateId => Self::new(ProblemKind::Internal).cause(chain(&error)),
        }
    }
}

fn idempotency(kind: ProblemKind, code: &'static str, error: &UseCaseError) -> Problem {
    let detail = error.to_string();
    Problem::new(kind)
        .detail(&*detail)
        .errors([FieldError::of_parameter("Idempotency-Key", code, detail)])
}

impl From<ProductError> for Problem {
    fn from(error: ProductError) -> Self {
        let kind = match &error {
            ProductError::NotFound => ProblemKind::ProductNotFound,
            ProductError::NotYours => ProblemKind::Forbidden,
            ProductError::UnknownOffer => ProblemKind::OfferNotFound,
            ProductError::PriceOutOfRange => {
                let detail = error.to_string();
                let wrong = FieldError::at("/price/amount", "out_of_range", &*detail);
                return Self::new(ProblemKind::InvalidRequest)
                    .detail(detail)
                    .errors([wrong]);
            }
            ProductError::AlreadyExists
            | ProductError::OfferExists
            | ProductError::OfferWithdrawn
            | ProductError::TooManyOffers
            | ProductError::TooManyFiles
            | ProductError::NothingOffered
            | ProductError::NotOnSale
            | ProductError::NotExclusive
            | ProductError::ExclusiveReserved
            | ProductError::ExclusiveNotReserved
            | ProductError::ExclusiveSold => ProblemKind::ProductConflict,
        };
        Self::new(kind).detail(error.to_string())
    }
}

impl From<PromoError> for Problem {
    fn from(error: PromoError) -> Self {
        let detail = error.to_string();
        let wrong = |pointer, code| {
            let wrong = FieldError::at(pointer, code, &*detail);
            Self::new(ProblemKind::InvalidRequest)
                .detail(&*detail)
                .errors([wrong])
        };
        match &error {
            PromoError::NotFound => Self::new(ProblemKind::PromotionNotFound),
            PromoError::AlreadyExists => {
                let taken = FieldError::at("/code", "taken", &*detail);
                Self::new(ProblemKind::PromotionCodeTaken)
                    .detail(&*detail)
                    .errors([taken])
            }
            PromoError::NotYours => Self::new(ProblemKind::Forbidden).detail(&*detail),
            PromoError::NothingOff => wrong("", "nothing_off"),
            PromoError::EndsBeforeStart => wrong("/ends_at", "ends_before_start"),
            PromoError::NoUses => wrong("/uses_max", "out_of_range"),
            PromoError::WrongMinimum => wrong("/minimum", "invalid_value"),
            PromoError::ScopeSize => wrong("", "scope_size"),
            PromoError::UnknownProduct(_) => wrong("/product_ids", "unknown_product"),
            PromoError::Refused(refusal) => PlaceError::Promotion(*refusal).into(),
        }
    }
}

impl From<OrderError> for Problem {
    fn from(error: OrderError) -> Self {
        let kind = match &error {
            // Whose order it is concerns nobody else: a foreign order does not exist.
            OrderError::NotFound | OrderError::NotYours => return Self::new(ProblemKind::OrderNotFound),
            OrderError::AlreadyPlaced
            | OrderError::PaymentProcessing
            | OrderError::AlreadyPaid
            | OrderError::AlreadyCancelled
            | OrderError::AlreadyExpired
            | OrderError::NotYetExpired { .. }
            | OrderError::RefundExists
            | OrderError::UnknownRefund => ProblemKind::OrderConflict,
            OrderError::NotPaid => ProblemKind::OrderNotPaid,
            OrderError::Disputed => ProblemKind::OrderDisputed,
            OrderError::NothingLeft => ProblemKind::NothingToRefund,
            OrderError::RefundWindowOver { .. } => ProblemKind::RefundWindowOver,
            OrderError::NotRefundable { .. } => {
                return of_field(ProblemKind::RefundTooLarge, "/amount", "too_large", &error);
            }
            OrderError::OtherSellersLine { .. } => {
                return of_field(ProblemKind::Forbidden, "/lines", "other_sellers_line", &error);
            }
            OrderError::UnknownLine { .. } => {
                return of_field(ProblemKind::InvalidRequest, "/lines", "unknown_line", &error);
            }
            OrderError::NoLines => return of_field(ProblemKind::InvalidRequest, "/lines", "empty", &error),
            OrderError::NoteMissing => {
                return of_field(ProblemKind::InvalidRequest, "/note", "missing_field", &error);
            }
            OrderError::WithdrawalOver { .. }
            | OrderError::NothingToWithdraw
            | OrderError::BoughtByBusiness
            | OrderError::NoDeclaration => ProblemKind::WithdrawalNotPossible,
            OrderError::ExpiresInThePast | OrderError::WrongPayment { .. } => {
                return Self::new(ProblemKind::Internal).cause(error);
            }
        };
        Self::new(kind).detail(error.to_string())
    }
}

fn of_field(kind: ProblemKind, pointer: &'static str, code: &'static str, error: &OrderError) -> Problem {
    let detail = error.to_string();
    let wrong = FieldError::at(pointer, code, &*detail);
    Problem::new(kind).detail(detail).errors([wrong])
}

impl From<LicenceError> for Problem {
    fn from(error: LicenceError) -> Self {
        let kind = match &error {
            // Whose licence it is concerns nobody else: a foreign licence does not exist.
            LicenceError::NotFound | LicenceError::NotYours => {
                return Self::new(ProblemKind::LicenceNotFound);
            }
            LicenceError::NotLive(_) => ProblemKind::LicenceNotLive,
            LicenceError::NotTransferable
            | LicenceError::BeingUpgraded
            | LicenceError::TransferToHolder
            | LicenceError::IssuedDifferently
            | LicenceError::Refused(_) => ProblemKind::LicenceConflict,
        };
        Self::new(kind).detail(error.to_string())
    }
}

impl From<FileError> for Problem {
    fn from(error: FileError) -> Self {
        let kind = match &error {
            FileError::NotFound => ProblemKind::FileNotFound,
            FileError::Empty | FileError::BrokeOff(_) => ProblemKind::InvalidFile,
            FileError::TooLarge { .. } => ProblemKind::BodyTooLarge,
            FileError::TypeNotTaken { .. } => ProblemKind::FileTypeNotTaken,
            FileError::LinkForged => ProblemKind::LinkInvalid,
            FileError::LinkEnded => ProblemKind::LinkEnded,
            FileError::Store(_) => {
                return Self::new(ProblemKind::Unavailable)
                    .cause(chain(&error))
                    .retry_after_s(5);
            }
        };
        Self::new(kind).detail(error.to_string())
    }
}

impl From<PersonError> for Problem {
    fn from(error: PersonError) -> Self {
        match error {
            PersonError::NotFound => Self::new(ProblemKind::PersonNotFound),
            PersonError::NotAnAdmin => Self::new(ProblemKind::Forbidden).detail(error.to_string()),
        }
    }
}

impl From<ReviewError> for Problem {
    fn from(error: ReviewError) -> Self {
        let detail = error.to_string();
        let about_order = |code| FieldError::at("/order_id", code, &*detail);
        let (kind, errors) = match &error {
            ReviewError::NotFound => return Self::new(ProblemKind::ReviewNotFound),
            ReviewError::NotTheAuthor | ReviewError::NotTheSeller | ReviewError::NotAnAdmin => {
                (ProblemKind::Forbidden, None)
            }
            ReviewError::NotPurchased(why) => (ProblemKind::ReviewNotAllowed, Some(about_order(why.code()))),
            ReviewError::OwnProduct => (ProblemKind::ReviewNotAllowed, Some(about_order("own_product"))),
            ReviewError::OwnReview => (ProblemKind::ReviewNotAllowed, None),
            ReviewError::AlreadyReviewed | ReviewError::WasHidden { .. } | ReviewError::TooManyEdits => {
                (ProblemKind::ReviewConflict, None)
            }
        };
        Self::new(kind).detail(detail).errors(errors)
    }
}

impl From<TimelineError> for Problem {
    fn from(error: TimelineError) -> Self {
        match error {
            TimelineError::Ledger(error) => UseCaseError::from(error).into(),
            TimelineError::Query(error) => error.into(),
            // Who asks by HTTP has looked before whether it is there.
            TimelineError::NotFound(missing) => Self::new(ProblemKind::Internal).cause(missing),
        }
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        match &error {
            QueryError::Database(_) => Self::new(ProblemKind::Unavailable)
                .cause(chain(&error))
                .retry_after_s(2),
            QueryError::Unreadable { .. } => Self::new(ProblemKind::Internal).cause(chain(&error)),
            QueryError::UnknownCursor => {
                let wrong = FieldError::of_parameter("starting_after", "unknown_cursor", error.to_string());
                Self::new(ProblemKind::InvalidParameter)
                    .detail("the parameter starting_after is wrong")
                    .errors([wrong])
            }
        }
    }
}

/// An error with its sources, for the log.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
