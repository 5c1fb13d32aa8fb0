//! Supplier and buyer, as a template is given them.

use comptoir_domain::document::{BuyerParty, PostalAddress, SupplierParty};
use comptoir_domain::values::{CountryCode, Line};
use serde::Serialize;

use crate::text::line_for_page;
use crate::words::Words;

/// A party: the name, the address line by line, and what else must be said, line by line.
#[derive(Serialize)]
pub(super) struct PartyView {
    name: String,
    address: Vec<String>,
    /// Legal form, numbers and register.
    particulars: Vec<String>,
    email: Option<String>,
    /// That a platform issues this in the supplier's name, where it does.
    issued_by: Option<String>,
}

impl PartyView {
    pub(super) fn of_supplier(party: &SupplierParty, words: &Words) -> Self {
        let name = line_for_page(party.name.as_str());
        let country = party.address.country;
        let mut particulars: Vec<String> = Vec::new();
        particulars.extend(party.legal_form.as_ref().map(|form| line_for_page(form.as_str())));
        particulars.extend(company(country, party.company_number.as_ref(), words));
        let establishment = party
            .establishment_number
            .as_ref()
            .filter(|_| country == CountryCode::FR);
        particulars.extend(establishment.map(|number| numbered("siret", number.as_str(), words)));
        particulars.extend(
            party
                .register
                .as_ref()
                .map(|register| line_for_page(register.as_str())),
        );
        particulars.extend(
            party
                .vat_id
                .as_ref()
                .map(|id| numbered("vat_id", id.as_str(), words)),
        );
        let issued_by = party.issuer.as_ref().map(|issuer| {
            let issuer = line_for_page(issuer.as_str());
            words.filled("issued_by", &[("issuer", &issuer), ("supplier", &name)])
        });
        Self {
            address: address(&party.address, words),
            particulars,
            email: party.email.as_ref().map(|email| line_for_page(email.as_str())),
            issued_by,
            name,
        }
    }

    pub(super) fn of_buyer(party: &BuyerParty, words: &Words) -> Self {
        let country = party
            .address
            .as_ref()
            .map_or(party.country, |address| address.country);
        let mut particulars: Vec<String> = Vec::new();
        particulars.extend(company(country, party.company_number.as_ref(), words));
        particulars.extend(
            party
                .vat_id
                .as_ref()
                .map(|id| numbered("vat_id", id.as_str(), words)),
        );
        Self {
            name: party.name.as_ref().map_or_else(
                || words.phrase("no_name").to_owned(),
                |name| line_for_page(name.as_str()),
            ),
            address: match &party.address {
                Some(known) => address(known, words),
                None => vec![words.country(country)],
            },
            particulars,
            email: party.email.as_ref().map(|email| line_for_page(email.as_str())),
            issued_by: None,
        }
    }
}

/// The lines of an address, the country last.
fn address(address: &PostalAddress, words: &Words) -> Vec<String> {
    let mut lines = vec![line_for_page(address.line_1.as_str())];
    lines.extend(address.line_2.as_ref().map(|line| line_for_page(line.as_str())));
    lines.push(line_for_page(&format!(
        "{} {}",
        address.postal_code, address.city
    )));
    lines.push(words.country(address.country));
    lines
}

/// The number of the company, under the name that it has in its country.
fn company(country: CountryCode, number: Option<&Line>, words: &Words) -> Option<String> {
    let name = if country == CountryCode::FR {
        "siren"
    } else {
        "company_number"
    };
    number.map(|number| numbered(name, number.as_str(), words))
}

fn numbered(phrase: &'static str, number: &str, words: &Words) -> String {
    words.filled(phrase, &[("number", &line_for_page(number))])
}
