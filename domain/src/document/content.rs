//! What stands on an invoice or a credit note: every figure and every word, computed once and for ever.
//!
//! The page, the XML and the JSON are all made from this and from [`Parties`]; none of them computes an amount.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::number::DocumentNumber;
use crate::locale::Locale;
use crate::tax::VatId;
use crate::values::{
    BasisPoints, CountryCode, Currency, DocumentId, Email, InvoicingId, LicenceKind, Line, MentionText,
    Money, OrderId, PaymentId, PersonId, PriceBasis, RefundId, Sealed, TermsVersion, Title,
};

/// What stands on a document, but for the names and addresses, which are [`Parties`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentContent {
    /// The document.
    pub document_id: DocumentId,
    /// Invoice or credit note.
    pub kind: DocumentKind,
    /// The series that its number is of.
    pub series: InvoicingId,
    /// Its number as it is printed: unique in its series, without gap.
    pub number: DocumentNumber,
    /// The order that it is about.
    pub order_id: OrderId,
    /// Who bought.
    pub buyer_id: PersonId,
    /// Whether a business bought, or a consumer.
    pub customer: CustomerKind,
    /// Who supplies in the sense of tax law, and so invoices.
    pub supplier: Supplier,
    /// The day of issue, by the supplier's time zone (BT-2).
    pub issued_on: NaiveDate,
    /// The day of the supply: when the licences were issued (BT-72).
    pub supplied_on: NaiveDate,
    /// The language of its words.
    pub locale: Locale,
    /// The currency of every amount (BT-5).
    pub currency: Currency,
    /// What was supplied, or is taken back.
    pub lines: Vec<DocumentLine>,
    /// The totals for each kind of VAT (BG-23).
    pub rates: Vec<RateTotal>,
    /// The totals.
    pub totals: DocumentTotals,
    /// How it was paid; on a credit note, how it is paid back.
    pub payment: DocumentPayment,
    /// The document that this one corrects, credits or replaces (BG-3).
    pub preceding: Option<PrecedingDocument>,
    /// Why there is a credit note.
    pub reason: Option<CreditReason>,
    /// What the law makes it say, in its language.
    pub mentions: Vec<Mention>,
    /// Names and addresses: [`Parties`] as JSON, sealed with the document's own key.
    pub parties: Sealed,
    /// When it was issued.
    pub at: DateTime<Utc>,
}

/// Invoice or credit note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// Type 380 of UNTDID 1001.
    Invoice,
    /// Type 381; its amounts are positive.
    CreditNote,
}

/// Whether a business bought, or a consumer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomerKind {
    /// Anybody else.
    Consumer,
    /// A business: it has a VAT id, or, if it has none, the number of a company.
    Business,
}

/// Who supplies in the sense of tax law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Supplier {
    /// The marketplace itself.
    Platform,
    /// A seller, in whose name and on whose account the marketplace invoices, by a mandate.
    Seller {
        /// Who.
        seller_id: PersonId,
    },
}

/// One line of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentLine {
    /// The line of the order, counted from 0.
    pub order_line: u32,
    /// The product (BT-153).
    pub title: Title,
    /// What the licence allows.
    pub licence_kind: LicenceKind,
    /// The seller's name of the wording.
    pub terms_version: TermsVersion,
    /// How many units (BT-129).
    pub quantity: u32,
    /// The price of one unit, on the price basis.
    pub unit_price: Money,
    /// Whether unit price and allowances hold the tax.
    pub price_basis: PriceBasis,
    /// What is taken off (BG-27).
    pub allowances: Vec<LineAllowance>,
    /// Unit price times quantity, without tax: net plus all allowances' net.
    pub net_before_allowances: Money,
    /// What is taxed (BT-131).
    pub net: Money,
    /// The tax on it.
    pub tax: Money,
    /// Net and tax.
    pub gross: Money,
    /// Which kind of VAT.
    pub vat: VatKind,
}

/// What is taken off a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineAllowance {
    /// Why.
    pub reason: AllowanceReason,
    /// How much, on the price basis of the line.
    pub amount: Money,
    /// The same without tax (BT-136).
    pub net: Money,
}

/// Why something is taken off a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AllowanceReason {
    /// A promotion code.
    Promotion,
    /// A smaller licence that is given up.
    Upgrade,
}

/// Which kind of VAT: its category of UNTDID 5305, and its rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct VatKind {
    /// The category.
    pub category: VatCategory,
    /// The rate; zero but for [`VatCategory::Standard`].
    pub rate: BasisPoints,
}

/// A category of VAT, by EN 16931's subset of UNTDID 5305.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VatCategory {
    /// `S`: taxed at some rate.
    Standard,
    /// `Z`: taxed at zero.
    Zero,
    /// `E`: exempt, such as a small enterprise.
    Exempt,
    /// `AE`: the customer owes the tax.
    ReverseCharge,
    /// `K`: goods for another member state.
    IntraCommunity,
    /// `G`: exported.
    Export,
    /// `O`: outside the scope of VAT.
    OutsideScope,
}

impl VatCategory {
    /// The code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Standard => "S",
            Self::Zero => "Z",
            Self::Exempt => "E",
            Self::ReverseCharge => "AE",
            Self::IntraCommunity => "K",
            Self::Export => "G",
            Self::OutsideScope => "O",
        }
    }
}

/// The totals of one kind of VAT (BG-23).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateTotal {
    /// Which kind.
    pub vat: VatKind,
    /// Whose tax it is; without tax, where the buyer is.
    pub country: CountryCode,
    /// What is taxed (BT-116).
    pub net: Money,
    /// The tax (BT-117).
    pub tax: Money,
    /// Why there is none (BT-120), where there is none.
    pub exemption: Option<Line>,
    /// The same as a code of the list VATEX (BT-121).
    pub exemption_code: Option<Line>,
}

/// The totals of a document (BG-22).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentTotals {
    /// Without tax (BT-106 and BT-109).
    pub net: Money,
    /// The tax (BT-110).
    pub tax: Money,
    /// With tax (BT-112).
    pub gross: Money,
    /// What has been paid of it (BT-113).
    pub paid: Money,
    /// What is still to be paid (BT-115): nothing, since documents follow payments.
    pub payable: Money,
}

/// How a document was paid, or is paid back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentPayment {
    /// The payment at the provider (BT-83).
    pub payment_id: PaymentId,
    /// The refund, on a credit note that follows from one.
    pub refund_id: Option<RefundId>,
    /// The day of the payment or refund, by the supplier's time zone.
    pub paid_on: NaiveDate,
}

/// An earlier document that this one refers to (BT-25 and BT-26).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrecedingDocument {
    /// Which.
    pub document_id: DocumentId,
    /// Its number.
    pub number: DocumentNumber,
    /// Its day of issue.
    pub issued_on: NaiveDate,
}

/// Why there is a credit note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreditReason {
    /// Money went back.
    Refund,
    /// The invoice named the buyer wrongly; a new one follows.
    BuyerCorrected,
}

/// Something that the law makes a document say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// Which, such as `late_payment_penalty`.
    pub code: Line,
    /// The code of UNTDID 4451 under which the XML has it (BT-21), such as `PMD`.
    pub subject: Option<Line>,
    /// The words.
    pub text: MentionText,
}

/// Who stands on a document. Personal: sealed with the document's own key, which outlives the persons' keys until the
/// time for which documents must be kept is over.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parties {
    /// Who supplies (BG-4).
    pub supplier: SupplierParty,
    /// Who bought (BG-7).
    pub buyer: BuyerParty,
}

/// Who supplies, as tax and company law want them named.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplierParty {
    /// The name, or the company's (BT-27).
    pub name: Line,
    /// The legal form and the capital, such as `SAS au capital de 10 000 €`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_form: Option<Line>,
    /// Where they are (BG-5).
    pub address: PostalAddress,
    /// The number of the company: in France the SIREN, nine digits (BT-30).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company_number: Option<Line>,
    /// The number of the establishment: in France the SIRET.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub establishment_number: Option<Line>,
    /// The register, such as `RCS Paris`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub register: Option<Line>,
    /// The VAT id (BT-31).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vat_id: Option<VatId>,
    /// Where questions go (BT-43).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// The platform that writes this in their name, where there is a mandate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<Line>,
}

/// Who bought.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuyerParty {
    /// The name (BT-44); none of a person whose data was erased before the document was issued.
    pub name: Option<Line>,
    /// Where they are (BG-8).
    pub address: Option<PostalAddress>,
    /// The VAT id (BT-48).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vat_id: Option<VatId>,
    /// The number of the company: in France the SIREN (BT-47).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company_number: Option<Line>,
    /// Where the document is sent (BT-58).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// Where they are, if no address is known.
    pub country: CountryCode,
}

/// A postal address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostalAddress {
    /// Street and number.
    pub line_1: Line,
    /// What did not fit the first line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line_2: Option<Line>,
    /// Postal code.
    pub postal_code: Line,
    /// Town.
    pub city: Line,
    /// Country.
    pub country: CountryCode,
}

/// Debug output ends up in logs, and these are persons.
macro_rules! hide_in_debug_output {
    ($($name:ident),+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(***)"))
            }
        }
    )+};
}

hide_in_debug_output!(Parties, SupplierParty, BuyerParty, PostalAddress);
