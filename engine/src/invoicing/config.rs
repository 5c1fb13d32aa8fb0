//! How documents are issued, from the configuration.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::thread;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use comptoir_domain::document::{DocumentKind, Locale, Supplier, SupplierParty, VatDue};
use comptoir_domain::invoicing::{SeriesFormats, SeriesTerms};
use comptoir_domain::values::CountryCode;

use super::renderer::DocumentRenderer;

/// How documents are issued.
#[derive(Debug, Clone)]
pub struct InvoicingConfig {
    /// Who the platform is in the sense of tax and company law.
    pub platform: SupplierParty,
    /// Whose days are the days of issue, payment and supply; also those of sellers.
    pub time_zone: Tz,
    /// The language of documents.
    pub locale: Locale,
    /// The language for buyers in other countries than the platform's; none for the same.
    pub locale_abroad: Option<Locale>,
    /// How the numbers of the platform are written.
    pub platform_numbers: SeriesFormats,
    /// How those of sellers are.
    pub seller_numbers: SeriesFormats,
    /// Where the platform's numbers begin in the year in which it moves in.
    pub first_numbers: Option<FirstNumbers>,
    /// Orders that were paid before this day are not invoiced here; none for all.
    pub since: Option<NaiveDate>,
    /// How many years documents are kept after the one of their issue: at least as many as the law wants.
    pub retention_years: u16,
    /// When the platform owes the tax on its services.
    pub vat_due: VatDue,
    /// What makes the files.
    pub renderer: DocumentRenderer,
    /// How many documents are rendered at once.
    pub renderings_at_once: usize,
    /// How documents get to an e-invoicing platform, if they do.
    pub hand_over: Option<HandOverConfig>,
}

/// Where the platform's numbers begin in the year in which it moves in from elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirstNumbers {
    /// The year. Every other one begins at 1.
    pub year: i32,
    /// The first invoice.
    pub invoice: NonZeroU32,
    /// The first credit note.
    pub credit_note: NonZeroU32,
}

/// How documents get to an e-invoicing platform: as files in a folder that it collects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOverConfig {
    /// The folder.
    pub folder: PathBuf,
    /// Which documents.
    pub scope: HandOverScope,
    /// Only those that were issued on this day or later; none for all.
    pub since: Option<NaiveDate>,
}

/// Which documents an e-invoicing platform gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandOverScope {
    /// Those for businesses in the country of the supplier: what must be invoiced electronically (in France Code général des
    /// impôts, art. 289 bis). All others are reported, not handed over.
    DomesticBusiness,
    /// Those for businesses anywhere.
    Business,
    /// All.
    All,
}

impl InvoicingConfig {
    /// The usual configuration for a platform.
    pub fn new(platform: SupplierParty, renderer: DocumentRenderer) -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Self {
            platform,
            time_zone: Tz::Europe__Paris,
            locale: Locale::FRENCH,
            locale_abroad: None,
            platform_numbers: SeriesFormats::usual_of_platform(),
            seller_numbers: SeriesFormats::usual_of_sellers(),
            first_numbers: None,
            since: None,
            retention_years: 10,
            vat_due: VatDue::OnPayment,
            renderer,
            // One core is left to those who are waited for.
            renderings_at_once: cores.saturating_sub(1).max(1),
            hand_over: None,
        }
    }

    /// The day that a moment is of.
    pub fn day_of(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.time_zone).date_naive()
    }

    /// The language for a buyer.
    pub(crate) fn locale_for(&self, buyer: CountryCode) -> Locale {
        match self.locale_abroad {
            Some(abroad) if buyer != self.platform.address.country => abroad,
            Some(_) | None => self.locale,
        }
    }

    /// What a series begins with, should it not have begun.
    pub(crate) fn series_terms(&self, supplier: Supplier, kind: DocumentKind, year: i32) -> SeriesTerms {
        let first_number = match (supplier, self.first_numbers) {
            (Supplier::Platform, Some(first)) if first.year == year => match kind {
                DocumentKind::Invoice => first.invoice,
                DocumentKind::CreditNote => first.credit_note,
            },
            (Supplier::Platform | Supplier::Seller { .. }, Some(_) | None) => NonZeroU32::MIN,
        };
        let formats = match supplier {
            Supplier::Platform => &self.platform_numbers,
            Supplier::Seller { .. } => &self.seller_numbers,
        };
        SeriesTerms {
            supplier,
            kind,
            year,
            format: formats.of(kind).clone(),
            first_number,
        }
    }
}
