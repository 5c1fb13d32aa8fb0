//! The section `invoicing`: who the platform is in the sense of tax and company law, and how its documents are issued. Without
//! a name it is off.

use std::num::NonZeroU32;
use std::path::PathBuf;

use chrono::NaiveDate;
use chrono_tz::Tz;
use comptoir_domain::document::{
    Locale, PostalAddress, Supplier, SupplierField, SupplierParty, SupplierProblem, VatDue,
};
use comptoir_domain::invoicing::{NumberFormat, NumberFormatError, SeriesFormats};
use comptoir_domain::seller::SellerVat;
use comptoir_domain::tax::{TaxScheme, TaxSettings, VatId};
use comptoir_domain::values::{Email, Line, PersonId};
use comptoir_engine::invoicing::{FirstNumbers, HandOverConfig, HandOverScope};
use uuid::Uuid;

use super::parse::{self, Unfit};
use super::reader::Reader;
use super::settings::{self as set, Setting};

/// How documents are issued. What makes their files is put together by [`crate::rendering`].
#[derive(Debug, Clone)]
pub struct InvoicingSection {
    /// Who the platform is.
    pub platform: SupplierParty,
    /// Whose days count.
    pub time_zone: Tz,
    /// The language of documents.
    pub locale: Locale,
    /// The language for buyers abroad.
    pub locale_abroad: Option<Locale>,
    /// How the platform's numbers are written.
    pub platform_numbers: SeriesFormats,
    /// How sellers' numbers are written.
    pub seller_numbers: SeriesFormats,
    /// Where the platform's numbers begin in the year in which it moves in.
    pub first_numbers: Option<FirstNumbers>,
    /// Orders that were paid before are not invoiced here.
    pub since: Option<NaiveDate>,
    /// How many years documents are kept.
    pub retention_years: u16,
    /// When the platform owes the tax.
    pub vat_due: VatDue,
    /// The operator's own template.
    pub template_folder: Option<PathBuf>,
    /// How documents get to an e-invoicing platform.
    pub hand_over: Option<HandOverConfig>,
}

/// What belongs to the identity besides the name: it has no use without one.
const IDENTITY: [&Setting; 10] = [
    &set::INVOICING_LEGAL_FORM,
    &set::INVOICING_ADDRESS_LINE_1,
    &set::INVOICING_ADDRESS_LINE_2,
    &set::INVOICING_POSTAL_CODE,
    &set::INVOICING_CITY,
    &set::INVOICING_SIREN,
    &set::INVOICING_SIRET,
    &set::INVOICING_REGISTER,
    &set::INVOICING_VAT_ID,
    &set::INVOICING_EMAIL,
];

/// Whose days count: also where no documents are issued, for the rates of tax.
pub(super) fn time_zone(reader: &mut Reader<'_>) -> Option<Tz> {
    reader.required(&set::INVOICING_TIME_ZONE, str::parse::<Tz>)
}

/// None if it is off, and also if something is wrong, which is then on the list.
pub(super) fn invoicing(
    reader: &mut Reader<'_>,
    tax: Option<&TaxSettings>,
    time_zone: Option<Tz>,
) -> Option<InvoicingSection> {
    let name = reader.optional(&set::INVOICING_NAME, str::parse::<Line>);
    let locale = reader.required(&set::INVOICING_LOCALE, locale);
    let locale_abroad = reader.optional(&set::INVOICING_LOCALE_ABROAD, self::locale);
    let platform_numbers = formats(
        reader,
        Supplier::Platform,
        [&set::INVOICING_INVOICE_FORMAT, &set::INVOICING_CREDIT_NOTE_FORMAT],
    );
    let any_seller = Supplier::Seller {
        seller_id: PersonId::from_uuid(Uuid::nil()),
    };
    let seller_numbers = formats(
        reader,
        any_seller,
        [
            &set::INVOICING_SELLER_INVOICE_FORMAT,
            &set::INVOICING_SELLER_CREDIT_NOTE_FORMAT,
        ],
    );
    let first_numbers = first_numbers(reader);
    let since = reader.optional(&set::INVOICING_SINCE, str::parse);
    let retention_years = reader.required(&set::INVOICING_RETENTION_YEARS, parse::number(10..=100));
    let on_debits = reader.required(&set::INVOICING_VAT_ON_DEBITS, parse::truth);
    let template_folder = reader.optional(&set::INVOICING_TEMPLATE_FOLDER, parse::text);
    let hand_over = hand_over(reader);
    let Some(name) = name else {
        let others: Vec<&Setting> = IDENTITY
            .into_iter()
            .chain([
                &set::INVOICING_TEMPLATE_FOLDER,
                &set::INVOICING_HAND_OVER_FOLDER,
                &set::INVOICING_SINCE,
            ])
            .collect();
        reader.only_with(&set::INVOICING_NAME, &others);
        return None;
    };
    let platform = identity(reader, name, tax);
    Some(InvoicingSection {
        platform: platform?,
        time_zone: time_zone?,
        locale: locale?,
        locale_abroad,
        platform_numbers: platform_numbers?,
        seller_numbers: seller_numbers?,
        first_numbers,
        since,
        retention_years: retention_years?,
        vat_due: if on_debits? {
            VatDue::OnDebits
        } else {
            VatDue::OnPayment
        },
        template_folder: template_folder.map(PathBuf::from),
        hand_over,
    })
}

/// What the law of its country wants of a supplier must be there.
fn identity(reader: &mut Reader<'_>, name: Line, tax: Option<&TaxSettings>) -> Option<SupplierParty> {
    let legal_form = reader.optional(&set::INVOICING_LEGAL_FORM, str::parse::<Line>);
    let line_1 = reader.required(&set::INVOICING_ADDRESS_LINE_1, str::parse::<Line>);
    let line_2 = reader.optional(&set::INVOICING_ADDRESS_LINE_2, str::parse::<Line>);
    let postal_code = reader.required(&set::INVOICING_POSTAL_CODE, str::parse::<Line>);
    let city = reader.required(&set::INVOICING_CITY, str::parse::<Line>);
    let company_number = reader.optional(&set::INVOICING_SIREN, str::parse::<Line>);
    let establishment_number = reader.optional(&set::INVOICING_SIRET, str::parse::<Line>);
    let register = reader.optional(&set::INVOICING_REGISTER, str::parse::<Line>);
    let vat_id_is_left_out = reader.is_unset(&set::INVOICING_VAT_ID);
    let vat_id = reader.optional(&set::INVOICING_VAT_ID, VatId::try_new);
    let email = reader.optional(&set::INVOICING_EMAIL, |text: &str| Email::try_new(text));
    let tax = tax?;
    let vat = match tax.scheme {
        TaxScheme::Destination | TaxScheme::Establishment => SellerVat::Registered,
        TaxScheme::SmallSeller => SellerVat::SmallSellerExemption,
    };
    let is_whole = line_1.is_some() && postal_code.is_some() && city.is_some();
    // What is missing of the address, or unreadable of the VAT id, is on the list: the rest is looked at all the same.
    let or_name = |line: Option<Line>| line.unwrap_or_else(|| name.clone());
    let address = PostalAddress {
        line_1: or_name(line_1),
        line_2,
        postal_code: or_name(postal_code),
        city: or_name(city),
        country: tax.establishment,
    };
    let is_unreadable = vat_id.is_none() && !vat_id_is_left_out;
    let party = SupplierParty {
        name,
        legal_form,
        address,
        company_number,
        establishment_number,
        register,
        vat_id,
        email,
        issuer: None,
    };
    match party.checked(vat) {
        Ok(party) => Some(party).filter(|_| is_whole && !is_unreadable),
        Err(problems) => {
            let told = |problem: &SupplierProblem| problem.field == SupplierField::VatId && is_unreadable;
            for problem in problems.into_iter().filter(|problem| !told(problem)) {
                reader.add(format!("{} {}", setting_of(problem.field).env, problem.refusal));
            }
            None
        }
    }
}

/// The setting that says it.
const fn setting_of(field: SupplierField) -> &'static Setting {
    match field {
        SupplierField::CompanyNumber => &set::INVOICING_SIREN,
        SupplierField::EstablishmentNumber => &set::INVOICING_SIRET,
        SupplierField::VatId => &set::INVOICING_VAT_ID,
        SupplierField::Vat => &set::TAX_SCHEME,
    }
}

/// A language that documents can be written in.
fn locale(text: &str) -> Result<Locale, Unfit> {
    let locale = Locale::try_new(text).map_err(|_| Unfit)?;
    if locale.written() == locale {
        Ok(locale)
    } else {
        Err(Unfit)
    }
}

/// The templates of a supplier's two series: each by itself, and both together.
fn formats(reader: &mut Reader<'_>, supplier: Supplier, settings: [&Setting; 2]) -> Option<SeriesFormats> {
    let [invoices, credit_notes] = settings;
    let fits = |text: &str| {
        let format = NumberFormat::try_new(text)?;
        format.suits(supplier)?;
        Ok::<_, NumberFormatError>(format)
    };
    let (invoices, credit_notes) = (
        reader.explained(invoices, fits),
        reader.explained(credit_notes, fits),
    );
    match SeriesFormats::try_new(supplier, invoices?, credit_notes?) {
        Ok(formats) => Some(formats),
        Err(error) => {
            let [invoices, credit_notes] = settings;
            reader.add(format!("{} and {}: {error}", invoices.env, credit_notes.env));
            None
        }
    }
}

/// Only together: a first number holds for one year, which must be said. None also if something is wrong, which is then on
/// the list.
fn first_numbers(reader: &mut Reader<'_>) -> Option<FirstNumbers> {
    let year = reader.optional(&set::INVOICING_FIRST_YEAR, parse::number(1000..=9999));
    let number = |text: &str| text.parse::<NonZeroU32>();
    let invoice = reader.optional(&set::INVOICING_FIRST_INVOICE_NUMBER, number);
    let credit_note = reader.optional(&set::INVOICING_FIRST_CREDIT_NOTE_NUMBER, number);
    match (year, invoice, credit_note) {
        (None, None, None) => None,
        (Some(year), invoice, credit_note) => Some(FirstNumbers {
            year,
            invoice: invoice.unwrap_or(NonZeroU32::MIN),
            credit_note: credit_note.unwrap_or(NonZeroU32::MIN),
        }),
        (None, _, _) => {
            if reader.is_unset(&set::INVOICING_FIRST_YEAR) {
                reader.add(
                    "COMPTOIR_INVOICING_FIRST_INVOICE_NUMBER or COMPTOIR_INVOICING_FIRST_CREDIT_NOTE_NUMBER is set, \
                     but COMPTOIR_INVOICING_FIRST_YEAR, for which they hold, is not",
                );
            }
            None
        }
    }
}

/// None if nothing is handed over, and also if something is wrong, which is then on the list.
fn hand_over(reader: &mut Reader<'_>) -> Option<HandOverConfig> {
    let folder = reader.optional(&set::INVOICING_HAND_OVER_FOLDER, parse::text);
    let scope = reader.required(&set::INVOICING_HAND_OVER_SCOPE, |text| match text {
        "domestic_business" => Ok(HandOverScope::DomesticBusiness),
        "business" => Ok(HandOverScope::Business),
        "all" => Ok(HandOverScope::All),
        _ => Err(Unfit),
    });
    let since = reader.optional(&set::INVOICING_HAND_OVER_SINCE, str::parse);
    let Some(folder) = folder else {
        reader.only_with(
            &set::INVOICING_HAND_OVER_FOLDER,
            &[&set::INVOICING_HAND_OVER_SINCE],
        );
        return None;
    };
    Some(HandOverConfig {
        folder: PathBuf::from(folder),
        scope: scope?,
        since,
    })
}
