//! The section `audit`: with which keys the states of the ledger are signed, and who countersigns them.

use comptoir_engine::SigningKeys;
use comptoir_engine::checkpoints::{CheckpointsConfig, WitnessConfig};
use comptoir_proof::note::{KeyKind, PublicKey, is_key_name};

use super::parse::{self, Unfit};
use super::reader::Reader;
use super::settings as set;

pub(super) fn checkpoints(reader: &mut Reader<'_>, public_url: Option<&str>) -> Option<CheckpointsConfig> {
    let seed = |text: &str| SigningKeys::read_key(text).ok_or(Unfit);
    let origin = reader.optional(&set::AUDIT_ORIGIN, origin);
    let signing_seed = reader.optional(&set::AUDIT_SIGNING_KEY, seed);
    let former_seed = reader.optional(&set::AUDIT_FORMER_SIGNING_KEY, seed);
    let earlier = reader.optional(&set::AUDIT_EARLIER_KEYS, |text| {
        let keys: Option<Vec<_>> = text.split(',').map(SigningKeys::read_public_key).collect();
        keys.ok_or(Unfit)
    });
    let witnesses = reader.optional(&set::AUDIT_WITNESSES, |text| {
        text.split(',').map(witness).collect()
    });
    let of_url = || {
        let (_, address) = public_url?.split_once("://")?;
        // A plus would end the name of a key.
        Some(format!("{}/ledger", address.replace('+', "%2B")))
    };
    Some(CheckpointsConfig {
        origin: origin.or_else(of_url)?,
        signing_seed,
        former_seed,
        earlier: earlier.unwrap_or_default(),
        witnesses: witnesses.unwrap_or_default(),
        ..CheckpointsConfig::default()
    })
}

fn origin(text: &str) -> Result<String, Unfit> {
    is_key_name(text).then(|| text.to_owned()).ok_or(Unfit)
}

/// A key of a witness, and where it is.
fn witness(text: &str) -> Result<WitnessConfig, Unfit> {
    let (key, url) = text.trim().split_once(' ').ok_or(Unfit)?;
    let key: PublicKey = key.parse().map_err(|_| Unfit)?;
    match key.kind() {
        KeyKind::Witness => Ok(WitnessConfig {
            key,
            url: parse::url(url.trim())?,
        }),
        KeyKind::Log => Err(Unfit),
    }
}
