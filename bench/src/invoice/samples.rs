//! The documents that all contestants render: of three to ten lines, in both languages.

use anyhow::{Context, Result, ensure};
use comptoir_documents::fixtures::{self, Fixture};
use comptoir_domain::document::{DocumentContent, DocumentLine, DocumentNumber, RateTotal};
use comptoir_domain::values::{DocumentId, Money};
use qrcodegen::{QrCode, QrCodeEcc};
use serde_json::{Value, json};
use uuid::Uuid;

/// The samples that the documents are made of: a consumer and a business each in its language.
const BASES: [&str; 4] = ["b2c_fr", "b2b_domestic", "b2c_en", "discount"];
/// Lines of a document.
const LINES: std::ops::RangeInclusive<usize> = 3..=10;

/// A document, as the contestants of this program and as the others are given it.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    /// Content and parties.
    pub(super) whole: String,
    /// What stands on the page.
    pub(super) page: String,
}

/// So many documents, no two of them the same.
pub(super) fn samples(count: usize) -> Result<Vec<Sample>> {
    let bases: Vec<Fixture> = BASES
        .iter()
        .map(|name| fixtures::named(name).with_context(|| format!("there is no sample {name}")))
        .collect::<Result<_>>()?;
    (0..count)
        .map(|number| sample(&bases[number % bases.len()], number))
        .collect()
}

fn sample(base: &Fixture, number: usize) -> Result<Sample> {
    let lines = LINES.start() + number % (LINES.end() - LINES.start() + 1);
    let content = document(&base.content, number, lines)?;
    let whole = json!({ "content": content, "parties": base.parties });
    let page = comptoir_documents::template_data(&content, &base.parties);
    let page: Value = serde_json::from_slice(&page)?;
    let reference = page["payment"]["reference"]
        .as_str()
        .context("a page without a reference")?;
    let page = json!({ "qr": qr(reference)?, "data": page });
    Ok(Sample {
        whole: whole.to_string(),
        page: page.to_string(),
    })
}

/// The sample with so many lines and a number of its own; the totals are those of the lines.
fn document(base: &DocumentContent, number: usize, lines: usize) -> Result<DocumentContent> {
    let mut content = base.clone();
    content.document_id = DocumentId::from_uuid(Uuid::from_u128(number as u128 + 1));
    content.number = DocumentNumber::try_new(format!("FA-2026-{number:06}"))?;
    content.lines = (0..lines)
        .map(|index| {
            let mut line = base.lines[index % base.lines.len()].clone();
            line.order_line = u32::try_from(index).unwrap_or_default();
            line
        })
        .collect();
    let sum = |lines: &[DocumentLine], of: fn(&DocumentLine) -> Money| {
        Money::sum(base.currency, lines.iter().map(of)).context("a sum")
    };
    for rate in &mut content.rates {
        let of_rate: Vec<DocumentLine> = content
            .lines
            .iter()
            .filter(|line| line.vat == rate.vat)
            .cloned()
            .collect();
        *rate = RateTotal {
            net: sum(&of_rate, |line| line.net)?,
            tax: sum(&of_rate, |line| line.tax)?,
            ..rate.clone()
        };
    }
    let totals = &mut content.totals;
    totals.net = sum(&content.lines, |line| line.net)?;
    totals.tax = sum(&content.lines, |line| line.tax)?;
    totals.gross = sum(&content.lines, |line| line.gross)?;
    totals.paid = totals.gross;
    ensure!(
        totals.net.amount + totals.tax.amount == totals.gross.amount,
        "the totals do not add up"
    );
    Ok(content)
}

/// The modules of the QR code, row by row, `1` for dark.
fn qr(text: &str) -> Result<Vec<String>> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium)?;
    let row = |y| {
        (0..code.size())
            .map(|x| if code.get_module(x, y) { '1' } else { '0' })
            .collect()
    };
    Ok((0..code.size()).map(row).collect())
}

/// The same as an SVG, a rectangle for each dark run.
pub(super) fn qr_path(text: &str) -> Result<String> {
    let rows = qr(text)?;
    let side = rows.len() + 4;
    let mut path = String::new();
    for (y, row) in rows.iter().enumerate() {
        let mut x = 0;
        for run in row.split_inclusive('0') {
            let dark = run.trim_end_matches('0').len();
            if dark > 0 {
                path = format!("{path}M{} {}h{dark}v1h-{dark}z", x + 2, y + 2);
            }
            x += run.len();
        }
    }
    Ok(format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{side}" height="{side}"><path d="{path}" fill="#000"/></svg>"##
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_differ_and_have_six_and_a_half_lines_on_average() {
        let samples = samples(8).unwrap();
        let lines = |sample: &Sample| {
            let page: Value = serde_json::from_str(&sample.page).unwrap();
            page["data"]["lines"].as_array().map_or(0, Vec::len)
        };
        assert_eq!(samples.iter().map(lines).sum::<usize>(), 52);
        assert_ne!(samples[0].page, samples[4].page);
        assert!(samples.iter().all(|sample| !sample.whole.contains('\n')));
    }
}
