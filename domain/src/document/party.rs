//! Whether a supplier is named as the law of their country wants them named: the platform by its configuration, and sellers when
//! they say who they are.

use thiserror::Error;

use super::content::{DocumentContent, Parties, SupplierParty, VatCategory};
use crate::seller::SellerVat;
use crate::tax::{is_member_state, vat_state};
use crate::values::{CountryCode, Line};

/// What is wrong with how a supplier is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{refusal}")]
pub struct SupplierProblem {
    /// With which particular.
    pub field: SupplierField,
    /// What.
    pub refusal: SupplierRefusal,
}

/// A particular of a supplier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SupplierField {
    /// The number of the company.
    CompanyNumber,
    /// The number of the establishment.
    EstablishmentNumber,
    /// The VAT id.
    VatId,
    /// Whether they charge VAT.
    Vat,
}

/// What is wrong with a particular of a supplier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SupplierRefusal {
    /// French law wants it on every invoice (Code de commerce, art. R123-237).
    #[error("is needed of a supplier in France: the SIREN, nine digits")]
    SirenMissing,
    /// It is no SIREN: nine digits, of which the last one checks the others.
    #[error("is not a SIREN: nine digits, of which the last one checks the others")]
    NotASiren,
    /// It is no SIRET: fourteen digits, of which the last one checks the others.
    #[error("is not a SIRET: fourteen digits, of which the last one checks the others")]
    NotASiret,
    /// The SIRET is that of another company: it begins with the SIREN.
    #[error("is the SIRET of another company: it must begin with the SIREN")]
    SiretOfAnother,
    /// Who charges VAT in a member state has a VAT id, and invoices name it (Directive 2006/112/EC, article 226(3)).
    #[error("is needed of a supplier in {0} who charges VAT")]
    VatIdMissing(CountryCode),
    /// The VAT id is not one of the state that the supplier is established in.
    #[error("must be a VAT id of {0}, where the supplier is established")]
    VatIdOfAnotherState(CountryCode),
    /// The exemption for small enterprises is one of the member states.
    #[error("cannot be the exemption for small enterprises: {0} is not in the European Union")]
    ExemptOutsideTheUnion(CountryCode),
}

/// Why the parties cannot stand on a document that says this of its VAT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PartiesError {
    /// Tax is charged, or owed by the customer, and the supplier has no VAT id (EN 16931, BR-S-02 and BR-AE-02).
    #[error("the supplier has no VAT id, which an invoice with VAT or reverse charge must name")]
    SupplierVatId,
    /// The customer owes the tax, and no VAT id of them in that state is known (Directive 2006/112/EC, article 226(4)).
    #[error("no VAT id of the buyer in {0} is known, which an invoice with reverse charge must name")]
    BuyerVatId(CountryCode),
}

/// By how many digits a French company is known, and an establishment of it.
const SIREN_DIGITS: usize = 9;
const SIRET_DIGITS: usize = 14;
/// La Poste, which numbers its establishments by a rule of its own.
const LA_POSTE: &str = "356000000";

impl SupplierParty {
    /// The supplier with numbers as they are printed, if all is there that the law of their country wants, and agrees; otherwise
    /// all that is wrong.
    pub fn checked(self, vat: SellerVat) -> Result<Self, Vec<SupplierProblem>> {
        let mut problems = Vec::new();
        let party = if self.address.country == CountryCode::FR {
            self.french(&mut problems)
        } else {
            self
        };
        problems.extend(party.vat_problem(vat));
        if problems.is_empty() {
            Ok(party)
        } else {
            Err(problems)
        }
    }

    /// With SIREN and SIRET in digits only.
    fn french(self, problems: &mut Vec<SupplierProblem>) -> Self {
        use SupplierField::{CompanyNumber, EstablishmentNumber};
        let mut refuse = |field, refusal| problems.push(SupplierProblem { field, refusal });
        let company_number = match self
            .company_number
            .as_ref()
            .map(|line| digits(line, SIREN_DIGITS))
        {
            Some(Some(siren)) => Some(siren),
            Some(None) => {
                refuse(CompanyNumber, SupplierRefusal::NotASiren);
                None
            }
            None => {
                refuse(CompanyNumber, SupplierRefusal::SirenMissing);
                None
            }
        };
        let siret = self
            .establishment_number
            .as_ref()
            .map(|line| digits(line, SIRET_DIGITS));
        let establishment_number = match siret {
            Some(Some(siret)) => Some(siret),
            Some(None) => {
                refuse(EstablishmentNumber, SupplierRefusal::NotASiret);
                None
            }
            None => None,
        };
        // The VAT id may hold another company's number: that of the group, where a group is taxed as one.
        if let (Some(siren), Some(siret)) = (&company_number, &establishment_number)
            && !siret.as_str().starts_with(siren.as_str())
        {
            refuse(EstablishmentNumber, SupplierRefusal::SiretOfAnother);
        }
        Self {
            company_number,
            establishment_number,
            ..self
        }
    }

    fn vat_problem(&self, vat: SellerVat) -> Option<SupplierProblem> {
        let state = vat_state(self.address.country);
        let is_inside = is_member_state(state);
        let (field, refusal) = match (vat, &self.vat_id) {
            (SellerVat::SmallSellerExemption, _) if !is_inside => {
                (SupplierField::Vat, SupplierRefusal::ExemptOutsideTheUnion(state))
            }
            (_, Some(vat_id)) if is_inside && vat_id.country() != state => {
                (SupplierField::VatId, SupplierRefusal::VatIdOfAnotherState(state))
            }
            (SellerVat::Registered, None) if is_inside => {
                (SupplierField::VatId, SupplierRefusal::VatIdMissing(state))
            }
            (SellerVat::SmallSellerExemption | SellerVat::Registered, Some(_) | None) => return None,
        };
        Some(SupplierProblem { field, refusal })
    }
}

impl DocumentContent {
    /// Whether these parties can stand on it. Nobody can tell once they are sealed.
    pub fn check_parties(&self, parties: &Parties) -> Result<(), PartiesError> {
        for rate in &self.rates {
            let needs = match rate.vat.category {
                VatCategory::Standard | VatCategory::Zero => Needs::Supplier,
                VatCategory::ReverseCharge | VatCategory::IntraCommunity => Needs::Both,
                VatCategory::Exempt | VatCategory::Export | VatCategory::OutsideScope => continue,
            };
            if parties.supplier.vat_id.is_none() {
                return Err(PartiesError::SupplierVatId);
            }
            let buyer_state = parties.buyer.vat_id.as_ref().map(crate::tax::VatId::country);
            if needs == Needs::Both && buyer_state != Some(rate.country) {
                return Err(PartiesError::BuyerVatId(rate.country));
            }
        }
        Ok(())
    }
}

/// Whose VAT ids a document must name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    Supplier,
    Both,
}

/// So many digits, with or without spaces between them; the last one checks the others (Luhn).
fn digits(line: &Line, count: usize) -> Option<Line> {
    let digits: String = line
        .as_str()
        .chars()
        .filter(|character| *character != ' ')
        .collect();
    let values: Option<Vec<u32>> = digits.chars().map(|digit| digit.to_digit(10)).collect();
    let values = values.filter(|values| values.len() == count)?;
    let doubled = |(place, value): (usize, &u32)| match (place % 2, *value) {
        (0, value) => value,
        (_, value) if value > 4 => 2 * value - 9,
        (_, value) => 2 * value,
    };
    let sum: u32 = values.iter().rev().enumerate().map(doubled).sum();
    if sum.is_multiple_of(10) || digits.starts_with(LA_POSTE) {
        Line::try_new(digits).ok()
    } else {
        None
    }
}
