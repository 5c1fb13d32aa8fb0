//! Who supplies (BG-4) and who bought (BG-7).

use comptoir_domain::document::{
    BuyerParty, DocumentContent, PostalAddress, Supplier, SupplierParty, VatCategory,
};
use comptoir_domain::values::{CountryCode, Email, Line};

use super::has;
use super::xml::Xml;
use crate::words::Words;

/// ISO 6523 codes of what French businesses are known by.
const SIREN: &str = "0002";
const SIRET: &str = "0009";
/// The code of the French directory of e-invoicing, whose addresses begin with the SIREN.
const FRENCH_DIRECTORY: &str = "0225";

/// Who supplies.
pub(super) fn seller(xml: &mut Xml, content: &DocumentContent, seller: &SupplierParty) {
    let country = seller.address.country;
    let vat_id = seller.vat_id.as_ref().filter(|_| shows_vat_ids(content));
    xml.group("ram:SellerTradeParty", |xml| {
        if vat_id.is_none() && seller.company_number.is_none() {
            // Nothing else tells who they are, and something must (BR-CO-26).
            xml.leaf("ram:ID", &identity(content));
        }
        if let Some(siret) = french(country, seller.establishment_number.as_ref(), 14) {
            xml.leaf_with("ram:GlobalID", Some(("schemeID", SIRET)), siret);
        }
        xml.leaf("ram:Name", seller.name.as_str());
        if let Some(particulars) = particulars(seller) {
            xml.leaf("ram:Description", &particulars);
        }
        company(xml, country, seller.company_number.as_ref());
        contact(xml, seller.email.as_ref());
        postal_address(xml, &seller.address);
        endpoint(xml, country, seller.company_number.as_ref());
        match vat_id {
            Some(id) => registration(xml, "VA", id.as_str()),
            None if has(content, VatCategory::OutsideScope) => {}
            None => {
                // Who has no VAT id, such as a small enterprise, is known to the tax office by another number (BT-32).
                let number = seller.company_number.as_ref();
                let number = number.map_or_else(|| identity(content), |number| number.as_str().to_owned());
                registration(xml, "FC", &number);
            }
        }
    });
}

/// Who bought.
pub(super) fn buyer(xml: &mut Xml, content: &DocumentContent, buyer: &BuyerParty, words: &Words) {
    let address = buyer.address.as_ref();
    let country = address.map_or(buyer.country, |address| address.country);
    xml.group("ram:BuyerTradeParty", |xml| {
        let name = buyer
            .name
            .as_ref()
            .map_or_else(|| words.phrase("no_name"), Line::as_str);
        xml.leaf("ram:Name", name);
        company(xml, country, buyer.company_number.as_ref());
        contact(xml, buyer.email.as_ref());
        match address {
            Some(address) => postal_address(xml, address),
            None => xml.group("ram:PostalTradeAddress", |xml| {
                xml.leaf("ram:CountryID", &country.to_string());
            }),
        }
        endpoint(xml, country, buyer.company_number.as_ref());
        if let Some(id) = buyer.vat_id.as_ref().filter(|_| shows_vat_ids(content)) {
            registration(xml, "VA", id.as_str());
        }
    });
}

/// What lies outside the scope of VAT must not name a VAT id (BR-O-02).
fn shows_vat_ids(content: &DocumentContent) -> bool {
    !has(content, VatCategory::OutsideScope)
}

/// What is known of a supplier who has no number at all.
fn identity(content: &DocumentContent) -> String {
    match content.supplier {
        Supplier::Platform => content.series.to_string(),
        Supplier::Seller { seller_id } => seller_id.to_string(),
    }
}

/// What company law wants to be said (BT-33).
fn particulars(seller: &SupplierParty) -> Option<String> {
    let parts = [&seller.legal_form, &seller.register];
    let parts: Vec<&str> = parts.into_iter().flatten().map(Line::as_str).collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// The number of the company (BT-30, BT-47).
fn company(xml: &mut Xml, country: CountryCode, number: Option<&Line>) {
    let Some(number) = number else { return };
    let siren = french(country, Some(number), 9);
    xml.group("ram:SpecifiedLegalOrganization", |xml| {
        let scheme = siren.map(|_| ("schemeID", SIREN));
        xml.leaf_with("ram:ID", scheme, siren.unwrap_or(number.as_str()));
    });
}

/// Where questions go (BT-43), or where the document goes (BT-58).
fn contact(xml: &mut Xml, email: Option<&Email>) {
    let Some(email) = email else { return };
    xml.group("ram:DefinedTradeContact", |xml| {
        xml.group("ram:EmailURIUniversalCommunication", |xml| {
            xml.leaf("ram:URIID", email.as_str());
        });
    });
}

fn postal_address(xml: &mut Xml, address: &PostalAddress) {
    xml.group("ram:PostalTradeAddress", |xml| {
        xml.leaf("ram:PostcodeCode", address.postal_code.as_str());
        xml.leaf("ram:LineOne", address.line_1.as_str());
        if let Some(line_2) = &address.line_2 {
            xml.leaf("ram:LineTwo", line_2.as_str());
        }
        xml.leaf("ram:CityName", address.city.as_str());
        xml.leaf("ram:CountryID", &address.country.to_string());
    });
}

/// The electronic address (BT-34, BT-49) of a French business.
fn endpoint(xml: &mut Xml, country: CountryCode, company_number: Option<&Line>) {
    let Some(siren) = french(country, company_number, 9) else {
        return;
    };
    xml.group("ram:URIUniversalCommunication", |xml| {
        xml.leaf_with("ram:URIID", Some(("schemeID", FRENCH_DIRECTORY)), siren);
    });
}

fn registration(xml: &mut Xml, scheme: &str, number: &str) {
    xml.group("ram:SpecifiedTaxRegistration", |xml| {
        xml.leaf_with("ram:ID", Some(("schemeID", scheme)), number);
    });
}

/// A French number of so many digits.
fn french(country: CountryCode, number: Option<&Line>, digits: usize) -> Option<&str> {
    let number = number?.as_str();
    let right = number.len() == digits && number.bytes().all(|byte| byte.is_ascii_digit());
    (country == CountryCode::FR && right).then_some(number)
}
