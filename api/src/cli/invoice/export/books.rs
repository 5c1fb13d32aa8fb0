//! The tables of an export: every document, and its VAT.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use comptoir_domain::document::{
    CreditReason, CustomerKind, DocumentContent, DocumentFacts, DocumentNumber, RateTotal, Supplier,
};
use comptoir_domain::tax::VatId;
use comptoir_domain::values::Line;
use comptoir_engine::DocumentRead;
use comptoir_engine::files::DocumentFormat;

use super::super::super::CliError;
use super::super::csv::{decimal, write_row};
use super::files::relative;

const DOCUMENTS: [&str; 25] = [
    "number",
    "kind",
    "issued_on",
    "supplied_on",
    "paid_on",
    "supplier",
    "order_id",
    "buyer_id",
    "customer",
    "buyer_name",
    "buyer_country",
    "buyer_vat_id",
    "currency",
    "net",
    "tax",
    "gross",
    "preceding_number",
    "preceding_issued_on",
    "reason",
    "payment_id",
    "refund_id",
    "replaced",
    "pdf_sha256",
    "xml_sha256",
    "pdf",
];
const VAT: [&str; 10] = [
    "number",
    "kind",
    "issued_on",
    "supplier",
    "country",
    "category",
    "rate_percent",
    "currency",
    "net",
    "tax",
];

/// The tables in the making. They take their names when they are finished.
pub(super) struct Books {
    documents: Table,
    vat: Table,
}

struct Table {
    out: BufWriter<File>,
    part: PathBuf,
    path: PathBuf,
}

impl Books {
    pub(super) fn begin(folder: &Path) -> Result<Self, CliError> {
        let unwritable = |source| CliError::Unwritable {
            path: folder.to_owned(),
            source,
        };
        fs::create_dir_all(folder).map_err(unwritable)?;
        Ok(Self {
            documents: Table::begin(&folder.join("documents.csv"), &DOCUMENTS)?,
            vat: Table::begin(&folder.join("vat.csv"), &VAT)?,
        })
    }

    /// Enters a document.
    pub(super) fn enter(&mut self, read: &DocumentRead) -> Result<(), CliError> {
        let Some(facts) = read.document.state.facts() else {
            return Ok(());
        };
        self.documents.row(&document_row(facts, read))?;
        for rate in &facts.content.rates {
            self.vat.row(&vat_row(&facts.content, rate))?;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(), CliError> {
        self.documents.finish()?;
        self.vat.finish()
    }
}

impl Table {
    fn begin(path: &Path, heading: &[&str]) -> Result<Self, CliError> {
        let part = path.with_extension("csv.part");
        let out = File::create(&part).map_err(|source| CliError::Unwritable {
            path: part.clone(),
            source,
        })?;
        let mut table = Self {
            out: BufWriter::new(out),
            part,
            path: path.to_owned(),
        };
        let heading: Vec<String> = heading.iter().map(|cell| (*cell).to_owned()).collect();
        table.row(&heading)?;
        Ok(table)
    }

    fn row(&mut self, cells: &[String]) -> Result<(), CliError> {
        write_row(&mut self.out, cells).map_err(|source| CliError::Unwritable {
            path: self.part.clone(),
            source,
        })
    }

    fn finish(self) -> Result<(), CliError> {
        let Self { mut out, part, path } = self;
        let finished = out
            .flush()
            .and_then(|()| out.get_ref().sync_all())
            .and_then(|()| fs::rename(&part, &path));
        finished.map_err(|source| CliError::Unwritable { path, source })
    }
}

fn document_row(facts: &DocumentFacts, read: &DocumentRead) -> Vec<String> {
    let content = &facts.content;
    let buyer = read.parties.as_ref().map(|parties| &parties.buyer);
    let files = facts.rendering.as_ref();
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let address = buyer.and_then(|buyer| buyer.address.as_ref());
    vec![
        content.number.as_str().to_owned(),
        content.kind.as_str().to_owned(),
        content.issued_on.to_string(),
        content.supplied_on.to_string(),
        content.payment.paid_on.to_string(),
        supplier(content.supplier),
        content.order_id.to_string(),
        content.buyer_id.to_string(),
        customer(content.customer).to_owned(),
        text(buyer.and_then(|buyer| buyer.name.as_ref()).map(Line::as_str)),
        buyer.map_or_else(String::new, |buyer| {
            let country = address.map_or(buyer.country, |address| address.country);
            country.to_string()
        }),
        text(buyer.and_then(|buyer| buyer.vat_id.as_ref()).map(VatId::as_str)),
        content.currency.code().to_owned(),
        decimal(content.totals.net),
        decimal(content.totals.tax),
        decimal(content.totals.gross),
        text(
            content
                .preceding
                .as_ref()
                .map(|preceding| DocumentNumber::as_str(&preceding.number)),
        ),
        content
            .preceding
            .as_ref()
            .map_or_else(String::new, |preceding| preceding.issued_on.to_string()),
        text(content.reason.map(reason)),
        content.payment.payment_id.to_string(),
        content
            .payment
            .refund_id
            .map_or_else(String::new, |refund_id| refund_id.to_string()),
        if facts.replaced_by.is_some() { "yes" } else { "no" }.to_owned(),
        files.map_or_else(String::new, |files| files.pdf.sha256.to_string()),
        files.map_or_else(String::new, |files| files.xml.sha256.to_string()),
        relative(facts, DocumentFormat::Pdf).display().to_string(),
    ]
}

fn vat_row(content: &DocumentContent, rate: &RateTotal) -> Vec<String> {
    let basis_points = rate.vat.rate.get();
    vec![
        content.number.as_str().to_owned(),
        content.kind.as_str().to_owned(),
        content.issued_on.to_string(),
        supplier(content.supplier),
        rate.country.to_string(),
        rate.vat.category.code().to_owned(),
        format!("{}.{:02}", basis_points / 100, basis_points % 100),
        content.currency.code().to_owned(),
        decimal(rate.net),
        decimal(rate.tax),
    ]
}

fn supplier(supplier: Supplier) -> String {
    match supplier {
        Supplier::Platform => "platform".to_owned(),
        Supplier::Seller { seller_id } => seller_id.to_string(),
    }
}

const fn customer(customer: CustomerKind) -> &'static str {
    match customer {
        CustomerKind::Consumer => "consumer",
        CustomerKind::Business => "business",
    }
}

const fn reason(reason: CreditReason) -> &'static str {
    match reason {
        CreditReason::Refund => "refund",
        CreditReason::BuyerCorrected => "buyer_corrected",
    }
}
