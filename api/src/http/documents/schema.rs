//! The parts of a document for the OpenAPI document. What is sent are the domain's own types, under the same names.

use chrono::NaiveDate;
use serde::Serialize;

use super::address::AddressBody;
use crate::http::amount::Amount;
use crate::http::orders::tax::PriceBasisName;
use crate::http::products::body::LicenceKindName;

macro_rules! objects {
    ($($(#[$meta:meta])* $name:ident as $schema:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)+ })+) => {$(
        $(#[$meta])*
        #[derive(Debug, Serialize, utoipa::ToSchema)]
        #[schema(as = $schema)]
        pub(crate) struct $name { $($(#[$field_meta])* $field: $type,)+ }
    )+};
}

macro_rules! names {
    ($($(#[$meta:meta])* $name:ident as $schema:ident { $($(#[$variant_meta:meta])* $variant:ident,)+ })+) => {$(
        $(#[$meta])*
        #[derive(Debug, Serialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[schema(as = $schema)]
        #[expect(dead_code, reason = "the domain's own names, for the OpenAPI document")]
        pub(crate) enum $name { $($(#[$variant_meta])* $variant,)+ }
    )+};
}

names! {
    /// Invoice or credit note.
    DocumentKindName as DocumentKind {
        /// Type 380 of UNTDID 1001.
        Invoice,
        /// Type 381; its amounts are positive.
        CreditNote,
    }

    /// Whether a business bought, or a consumer.
    CustomerName as DocumentCustomer {
        /// Anybody without a VAT id.
        Consumer,
        /// A business with a VAT id.
        Business,
    }

    /// Why there is a credit note.
    CreditReasonName as CreditReason {
        /// Money went back.
        Refund,
        /// The invoice named the buyer wrongly; a new one follows.
        BuyerCorrected,
    }

    /// Why the buyer could not be sent a document.
    MailFailureName as MailFailure {
        /// No address is known, or the person was erased.
        NoAddress,
        /// The mail server refused the address for good.
        AddressRefused,
        /// The mail server refused the message for good.
        MessageRefused,
        /// No mail server could be reached as long as it was tried.
        Unreachable,
    }

    /// Why an operator's own template gave no document.
    TemplateFailureName as TemplateFailure {
        /// It cannot be read.
        Unreadable,
        /// It has an error, or an error came up with this document.
        Failed,
        /// It took longer than it may.
        TimedOut,
        /// It took more memory than it may.
        OutOfMemory,
        /// What it made is not what it must be.
        WrongOutput,
    }

    /// By whom a document is supplied.
    SupplierKindName as DocumentSupplierKind {
        /// The marketplace itself.
        Platform,
        /// A seller, in whose name the marketplace invoices by a mandate.
        Seller,
    }

    /// A category of VAT, by EN 16931.
    VatCategoryName as VatCategory {
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

    /// Why something is taken off a line.
    AllowanceReasonName as AllowanceReason {
        /// A promotion code.
        Promotion,
        /// A smaller licence that is given up.
        Upgrade,
    }
}

objects! {
    /// Who supplies in the sense of tax law.
    SupplierSchema as DocumentSupplier {
        /// The platform, or a seller.
        kind: SupplierKindName,
        /// Which seller; not for the platform.
        #[schema(example = "person_01jd3e8m6xf2r9kq7v5t4w8zab")]
        seller_id: Option<String>,
    }

    /// An earlier document that this one refers to.
    PrecedingSchema as PrecedingDocument {
        /// Which.
        document_id: String,
        /// Its number.
        #[schema(example = "FA-2026-000001")]
        number: String,
        /// Its day of issue.
        issued_on: NaiveDate,
    }

    /// Who supplies, as tax and company law want them named.
    SupplierPartySchema as SupplierParty {
        /// The name, or the company's.
        name: String,
        /// The legal form and the capital.
        legal_form: Option<String>,
        /// Where they are.
        address: AddressBody,
        /// The number of the company: in France the SIREN.
        company_number: Option<String>,
        /// The number of the establishment: in France the SIRET.
        establishment_number: Option<String>,
        /// The register, such as `RCS Paris`.
        register: Option<String>,
        /// The VAT id.
        vat_id: Option<String>,
        /// Where questions go.
        email: Option<String>,
        /// The platform that writes in their name, where there is a mandate.
        issuer: Option<String>,
    }

    /// Who bought.
    BuyerSchema as BuyerParty {
        /// The name; none of a person whose data was erased before the document was issued.
        name: Option<String>,
        /// Where they are.
        address: Option<AddressBody>,
        /// The VAT id.
        vat_id: Option<String>,
        /// The number of the company: in France the SIREN.
        company_number: Option<String>,
        /// Where the document is sent.
        email: Option<String>,
        /// Where they are, if no address is known: ISO 3166-1 alpha-2.
        #[schema(example = "FR")]
        country: String,
    }

    /// One line of a document.
    LineSchema as DocumentLine {
        /// The line of the order, counted from 0.
        order_line: u32,
        /// The product.
        title: String,
        /// What the licence allows.
        licence_kind: LicenceKindName,
        /// The seller's name of the wording.
        terms_version: String,
        /// How many units.
        quantity: u32,
        /// The price of one unit, with or without tax as `price_basis` says.
        unit_price: Amount,
        /// Whether unit price and allowances hold the tax.
        price_basis: PriceBasisName,
        /// What is taken off.
        allowances: Vec<AllowanceSchema>,
        /// Unit price times quantity, without tax.
        net_before_allowances: Amount,
        /// What is taxed.
        net: Amount,
        /// The tax on it.
        tax: Amount,
        /// Net and tax.
        gross: Amount,
        /// Which kind of VAT.
        vat: VatSchema,
    }

    /// What is taken off a line.
    AllowanceSchema as DocumentAllowance {
        /// Why.
        reason: AllowanceReasonName,
        /// How much, on the price basis of the line.
        amount: Amount,
        /// The same without tax.
        net: Amount,
    }

    /// A kind of VAT.
    VatSchema as DocumentVat {
        /// Its category.
        category: VatCategoryName,
        /// Its rate, in hundredths of a percent.
        #[schema(example = 2000)]
        rate: u32,
    }

    /// The totals of one kind of VAT.
    RateSchema as DocumentRate {
        /// Which kind.
        vat: VatSchema,
        /// Whose tax it is: ISO 3166-1 alpha-2.
        #[schema(example = "FR")]
        country: String,
        /// What is taxed.
        net: Amount,
        /// The tax.
        tax: Amount,
        /// Why there is none, where there is none.
        exemption: Option<String>,
        /// The same as a code of the list VATEX.
        exemption_code: Option<String>,
    }

    /// The totals of a document.
    TotalsSchema as DocumentTotals {
        /// Without tax.
        net: Amount,
        /// The tax.
        tax: Amount,
        /// With tax.
        gross: Amount,
        /// What has been paid of it.
        paid: Amount,
        /// What is still to be paid.
        payable: Amount,
    }

    /// How a document was paid, or is paid back.
    PaymentSchema as DocumentPayment {
        /// The payment at the provider.
        payment_id: String,
        /// The refund, on a credit note that follows from one.
        refund_id: Option<String>,
        /// The day of the payment or refund, by the supplier's time zone.
        paid_on: NaiveDate,
    }

    /// Something that the law makes a document say.
    MentionSchema as DocumentMention {
        /// Which, such as `late_payment_penalty`.
        code: String,
        /// The code of UNTDID 4451 under which the XML has it, such as `PMD`.
        subject: Option<String>,
        /// The words.
        text: String,
    }
}
