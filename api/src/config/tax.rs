//! The section `tax`: how the platform is taxed, and whether VIES is asked.

use comptoir_domain::tax::{EvidenceRule, TaxScheme, TaxSettings, VatId, is_member_state};
use comptoir_domain::values::{CountryCode, PriceBasis, SupplierOfRecord};
use comptoir_engine::gateway::vies::ViesConfig;

use super::parse::{self, Unfit};
use super::reader::Reader;
use super::settings as set;

pub(super) fn tax(reader: &mut Reader<'_>) -> Option<TaxSettings> {
    let establishment = reader.required(&set::TAX_COUNTRY, CountryCode::try_new);
    let scheme = reader.required(&set::TAX_SCHEME, |text| match text {
        "destination" => Ok(TaxScheme::Destination),
        "establishment" => Ok(TaxScheme::Establishment),
        "small_seller" => Ok(TaxScheme::SmallSeller),
        _ => Err(Unfit),
    });
    let price_basis = reader.required(&set::TAX_PRICES, |text| match text {
        "included" => Ok(PriceBasis::TaxIncluded),
        "excluded" => Ok(PriceBasis::TaxExcluded),
        _ => Err(Unfit),
    });
    let evidence = reader.required(&set::TAX_EVIDENCE, |text| match text {
        "available" => Ok(EvidenceRule::TakeWhatThereIs),
        "two" => Ok(EvidenceRule::TwoThatAgree),
        _ => Err(Unfit),
    });
    let supplier_of_record = reader.required(&set::SUPPLIER_OF_RECORD, |text| match text {
        "platform" => Ok(SupplierOfRecord::Platform),
        "seller" => Ok(SupplierOfRecord::Seller),
        _ => Err(Unfit),
    });
    let section = TaxSettings {
        establishment: establishment?,
        scheme: scheme?,
        supplier_of_record: supplier_of_record?,
        price_basis: price_basis?,
        evidence: evidence?,
    };
    if section.scheme != TaxScheme::Destination && !is_member_state(section.establishment) {
        reader.add(
            "COMPTOIR_TAX_SCHEME is not destination, but COMPTOIR_TAX_COUNTRY is no member state of the EU",
        );
        return None;
    }
    Some(section)
}

/// None if VIES is not to be asked, and also if something is wrong, which is then on the list.
pub(super) fn vies(reader: &mut Reader<'_>) -> Option<ViesConfig> {
    let base_url = reader.optional(&set::VIES_URL, parse::url);
    let requester = reader.optional(&set::VIES_REQUESTER, VatId::try_new);
    let timeout = reader.required(&set::VIES_TIMEOUT_MS, parse::milliseconds(100..=20_000));
    Some(ViesConfig {
        base_url: base_url?,
        requester,
        timeout: timeout?,
    })
}
