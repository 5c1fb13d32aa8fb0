//! The sections `files` and `licences`: what buyers receive, and how it is handed out.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use comptoir_engine::config::LicencesConfig;
use comptoir_engine::files::{FilesConfig, S3Config};
use comptoir_engine::{Secret, SigningKeys};

use super::parse::{self, Unfit};
use super::reader::Reader;
use super::settings as set;

/// Where files are kept, and which are taken.
#[derive(Debug, Clone)]
pub struct FilesSection {
    /// Where they are kept.
    pub place: FilesPlace,
    /// Which are taken, and how they are handed out.
    pub rules: FilesConfig,
}

/// Where files are kept.
#[derive(Debug, Clone)]
pub enum FilesPlace {
    /// In a folder of this machine.
    Folder(PathBuf),
    /// In a bucket of a service that speaks Amazon S3.
    Bucket(S3Config),
}

pub(super) fn files(reader: &mut Reader<'_>) -> Option<FilesSection> {
    let place = place(reader);
    let bytes_max = reader.required(&set::FILE_BYTES_MAX, parse::number(1..=1 << 42));
    let media_types = reader.required(&set::FILE_MEDIA_TYPES, media_types);
    let link_life = reader.required(&set::DOWNLOAD_LINK_S, parse::seconds(1..=86_400));
    Some(FilesSection {
        place: place?,
        rules: FilesConfig {
            bytes_max: bytes_max?,
            media_types: media_types?,
            link_life: link_life?,
        },
    })
}

fn place(reader: &mut Reader<'_>) -> Option<FilesPlace> {
    let folder = reader
        .required(&set::FILES_FOLDER, parse::text)
        .map(PathBuf::from);
    let region = reader.required(&set::FILES_S3_REGION, parse::text);
    let endpoint = reader.optional(&set::FILES_S3_ENDPOINT, parse::url);
    let Some(bucket) = reader.optional(&set::FILES_S3_BUCKET, parse::text) else {
        return folder.map(FilesPlace::Folder);
    };
    let access_key_id = reader.required(&set::FILES_S3_ACCESS_KEY_ID, parse::text);
    let secret_access_key = reader.required(&set::FILES_S3_SECRET_ACCESS_KEY, parse::text);
    Some(FilesPlace::Bucket(S3Config {
        endpoint,
        region: region?,
        bucket,
        access_key_id: access_key_id?,
        secret_access_key: Secret::new(secret_access_key?),
    }))
}

/// Types and kinds, with commas between them.
fn media_types(text: &str) -> Result<BTreeSet<String>, Unfit> {
    let known = |part: &str| {
        let (kind, subtype) = part.split_once('/').unwrap_or_default();
        !kind.is_empty() && !subtype.is_empty() && part.is_ascii() && !part.contains(char::is_whitespace)
    };
    let types: BTreeSet<String> = text
        .split(',')
        .map(|part| part.trim().to_ascii_lowercase())
        .collect();
    if types.iter().all(|part| known(part)) {
        Ok(types)
    } else {
        Err(Unfit)
    }
}

pub(super) fn licences(reader: &mut Reader<'_>, public_url: Option<&str>) -> Option<LicencesConfig> {
    let signing_seed = reader.optional(&set::LICENCE_SIGNING_KEY, |text| {
        SigningKeys::read_key(text).ok_or(Unfit)
    });
    let earlier = reader.optional(&set::LICENCE_EARLIER_KEYS, |text| {
        let keys: Option<Vec<_>> = text.split(',').map(SigningKeys::read_public_key).collect();
        keys.ok_or(Unfit)
    });
    let days = reader.required(&set::LICENCE_FILE_DAYS, parse::number(1..=3650_u64));
    Some(LicencesConfig {
        keys: SigningKeys {
            signing_seed,
            earlier: earlier.unwrap_or_default(),
        },
        issuer: public_url?.to_owned(),
        file_life: Duration::from_hours(24 * days?),
    })
}
