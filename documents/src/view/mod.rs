//! What a template is given as `/data.json`: every figure both as whole minor units and as the language writes it, every
//! text fit for the page. docs/INVOICES.md describes it for those who write templates.

mod line;
mod party;

use chrono::NaiveDate;
use comptoir_domain::document::{CustomerKind, DocumentContent, DocumentKind, Parties, PrecedingDocument};
use comptoir_domain::values::Money;
use serde::Serialize;

use self::line::{LineView, RateView};
use self::party::PartyView;
use crate::cii::{reason_name, settlement};
use crate::template::{Template, Theme};
use crate::text;
use crate::words::Words;
use std::collections::BTreeMap;

/// The version of what templates are given. Fields may be added to one version; another meaning is another version.
pub(crate) const SCHEMA: u32 = 1;

/// All that a template is given.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    schema: u32,
    lang: &'a str,
    theme: &'a Theme,
    document: DocumentView,
    supplier: PartyView,
    buyer: PartyView,
    lines: Vec<LineView>,
    rates: Vec<RateView>,
    totals: TotalsView,
    payment: PaymentView,
    mentions: Vec<MentionView>,
    labels: &'a BTreeMap<String, String>,
    alt: AltView,
    attachment: &'a str,
}

/// An amount as it is counted and as it is written.
#[derive(Serialize)]
pub(crate) struct Amount {
    minor: i64,
    text: String,
}

#[derive(Serialize)]
struct Day {
    iso: String,
    text: String,
}

#[derive(Serialize)]
struct DocumentView {
    kind: DocumentKind,
    title: String,
    number: String,
    issued_on: Day,
    supplied_on: Day,
    order_id: String,
    currency: &'static str,
    customer: CustomerKind,
    reason: Option<String>,
    preceding: Option<String>,
}

#[derive(Serialize)]
struct TotalsView {
    net: Amount,
    tax: Amount,
    gross: Amount,
    paid: Amount,
    payable: Amount,
}

#[derive(Serialize)]
struct PaymentView {
    text: String,
    reference: String,
    paid_on: Day,
    /// Whether there is a `/qr.svg`.
    qr: bool,
}

#[derive(Serialize)]
struct MentionView {
    code: String,
    text: String,
}

/// What is said of pictures to those who cannot see them.
#[derive(Serialize)]
struct AltView {
    logo: String,
    qr: String,
}

/// What a template is given as `/data.json`, with the built-in theme: for those who write one.
pub fn template_data(content: &DocumentContent, parties: &Parties) -> Vec<u8> {
    let template = Template::built_in();
    let view = View::of(content, parties, template.theme());
    // Structs of texts and numbers always have a JSON form.
    serde_json::to_vec(&view).unwrap_or_default()
}

impl<'a> View<'a> {
    /// What stands on a document, for a template with this theme.
    pub(crate) fn of(content: &DocumentContent, parties: &Parties, theme: &'a Theme) -> Self {
        let words = Words::of(content.locale);
        let reference = settlement::payment_reference(&content.payment);
        let supplier = PartyView::of_supplier(&parties.supplier, words);
        // A logo is that of the platform, which issues what a seller supplies.
        let logo_of = parties.supplier.issuer.as_ref().unwrap_or(&parties.supplier.name);
        let logo_of = text::line_for_page(logo_of.as_str());
        Self {
            schema: SCHEMA,
            lang: words.lang(),
            theme,
            document: document(content, words),
            supplier,
            buyer: PartyView::of_buyer(&parties.buyer, words),
            lines: content
                .lines
                .iter()
                .map(|line| LineView::of(line, words))
                .collect(),
            rates: content
                .rates
                .iter()
                .map(|total| RateView::of(total, words))
                .collect(),
            totals: TotalsView {
                net: Amount::of(content.totals.net, words),
                tax: Amount::of(content.totals.tax, words),
                gross: Amount::of(content.totals.gross, words),
                paid: Amount::of(content.totals.paid, words),
                payable: Amount::of(content.totals.payable, words),
            },
            payment: PaymentView {
                text: settlement::paid(content, words),
                qr: true,
                paid_on: Day::of(content.payment.paid_on, words),
                reference: reference.clone(),
            },
            mentions: mentions(content),
            labels: words.labels(),
            alt: AltView {
                logo: words.filled("logo", &[("name", &logo_of)]),
                qr: words.filled("qr", &[("reference", &reference)]),
            },
            attachment: words.phrase("attachment"),
        }
    }

    /// What the QR code says.
    pub(crate) fn qr_text(&self) -> &str {
        &self.payment.reference
    }
}

impl Amount {
    fn of(money: Money, words: &Words) -> Self {
        Self {
            minor: money.amount,
            text: words.money(money),
        }
    }
}

impl Day {
    fn of(day: NaiveDate, words: &Words) -> Self {
        Self {
            iso: day.to_string(),
            text: words.date(day),
        }
    }
}

fn document(content: &DocumentContent, words: &Words) -> DocumentView {
    let title = match content.kind {
        DocumentKind::Invoice => "invoice",
        DocumentKind::CreditNote => "credit_note",
    };
    DocumentView {
        kind: content.kind,
        title: words.phrase(title).to_owned(),
        number: content.number.as_str().to_owned(),
        issued_on: Day::of(content.issued_on, words),
        supplied_on: Day::of(content.supplied_on, words),
        order_id: content.order_id.to_string(),
        currency: content.currency.code(),
        customer: content.customer,
        reason: content
            .reason
            .map(|reason| words.phrase(reason_name(reason)).to_owned()),
        preceding: content
            .preceding
            .as_ref()
            .map(|document| preceding(document, content.kind, words)),
    }
}

fn preceding(document: &PrecedingDocument, kind: DocumentKind, words: &Words) -> String {
    let phrase = match kind {
        // It takes the place of an invoice, or of a credit note whose refund failed.
        DocumentKind::Invoice => "preceding_followed",
        DocumentKind::CreditNote => "preceding_credited",
    };
    let date = words.date(document.issued_on);
    words.filled(phrase, &[("number", document.number.as_str()), ("date", &date)])
}

fn mentions(content: &DocumentContent) -> Vec<MentionView> {
    let mentions = content.mentions.iter().map(|mention| MentionView {
        code: mention.code.as_str().to_owned(),
        text: text::lines_for_page(mention.text.as_str()),
    });
    mentions.collect()
}
