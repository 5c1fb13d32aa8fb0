//! Which error about invoices, credit notes and sellers becomes which problem.

use comptoir_domain::document::{
    DocumentError, DrawUpError, SupplierField, SupplierProblem, SupplierRefusal,
};
use comptoir_domain::invoicing::InvoicingError;
use comptoir_domain::seller::SellerError;

use super::mapping::chain;
use super::{FieldError, Problem, ProblemKind};

impl From<DocumentError> for Problem {
    fn from(error: DocumentError) -> Self {
        let kind = match &error {
            // Whose document it is concerns nobody else; and what is no invoice is none of the invoices.
            DocumentError::NotFound | DocumentError::NotAnInvoice => {
                return Self::new(ProblemKind::DocumentNotFound);
            }
            DocumentError::NoLongerKept => ProblemKind::DocumentNoLongerKept,
            DocumentError::AlreadyDrawnUp
            | DocumentError::Replaced
            | DocumentError::AlreadyUndone
            | DocumentError::MoreThanIsLeft { .. }
            | DocumentError::NothingLeft
            | DocumentError::NotRendered => ProblemKind::DocumentConflict,
            DocumentError::Unsound(_)
            | DocumentError::NotOfARefund
            | DocumentError::NotAboutThis
            | DocumentError::OtherAmounts
            | DocumentError::RenderedDifferently
            | DocumentError::MustBeKept { .. } => {
                return Self::new(ProblemKind::Internal).cause(chain(&error));
            }
        };
        Self::new(kind).detail(error.to_string())
    }
}

impl From<DrawUpError> for Problem {
    fn from(error: DrawUpError) -> Self {
        let kind = match &error {
            // The seller whose invoice is to be corrected must let the platform write in their name, now as then.
            DrawUpError::NotIdentified
            | DrawUpError::NoMandate
            | DrawUpError::MandateTooYoung
            | DrawUpError::TaxedOtherwise { .. }
            | DrawUpError::VatInOtherCurrency(_)
            | DrawUpError::Unnamed(_)
            | DrawUpError::Nothing
            | DrawUpError::CannotFollow => ProblemKind::DocumentConflict,
            DrawUpError::OtherKind
            | DrawUpError::OtherSupplier
            | DrawUpError::Money(_)
            | DrawUpError::Mention(_)
            | DrawUpError::Unsound(_) => return Self::new(ProblemKind::Internal).cause(chain(&error)),
        };
        Self::new(kind).detail(error.to_string())
    }
}

/// The particulars of a seller, as a request names them.
pub(super) fn unnamed(detail: String, problems: &[SupplierProblem]) -> Problem {
    let errors = problems.iter().map(|SupplierProblem { field, refusal }| {
        let pointer = match field {
            SupplierField::CompanyNumber => "/company_number",
            SupplierField::EstablishmentNumber => "/establishment_number",
            SupplierField::VatId => "/vat_id",
            SupplierField::Vat => "/vat",
        };
        let code = match refusal {
            SupplierRefusal::SirenMissing | SupplierRefusal::VatIdMissing(_) => "missing",
            SupplierRefusal::NotASiren => "not_a_siren",
            SupplierRefusal::NotASiret => "not_a_siret",
            SupplierRefusal::SiretOfAnother => "siret_of_another_company",
            SupplierRefusal::VatIdOfAnotherState(_) => "vat_id_of_another_country",
            SupplierRefusal::ExemptOutsideTheUnion(_) => "not_in_the_union",
        };
        FieldError::at(pointer, code, refusal.to_string())
    });
    Problem::new(ProblemKind::InvalidRequest)
        .detail(detail)
        .errors(errors)
}

impl From<InvoicingError> for Problem {
    fn from(error: InvoicingError) -> Self {
        match &error {
            InvoicingError::NotTheNext { .. } | InvoicingError::BeforeTheNewest { .. } => {
                Self::new(ProblemKind::Contended).retry_after_s(1)
            }
            InvoicingError::OtherSeries
            | InvoicingError::OtherYear { .. }
            | InvoicingError::Exhausted
            | InvoicingError::Format(_) => Self::new(ProblemKind::Internal).cause(chain(&error)),
        }
    }
}

impl From<SellerError> for Problem {
    fn from(error: SellerError) -> Self {
        match &error {
            // Whoever is somebody else concerns nobody.
            SellerError::NotYours => Self::new(ProblemKind::SellerNotFound),
            SellerError::NotIdentified => {
                Self::new(ProblemKind::SellerNotIdentified).detail(error.to_string())
            }
            SellerError::SealedForAnother => Self::new(ProblemKind::Internal).cause(error),
        }
    }
}
