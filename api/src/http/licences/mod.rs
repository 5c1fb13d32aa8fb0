//! Licences: what buyers hold, and what programs ask with their keys.

pub(crate) mod activate;
pub(crate) mod activations;
pub(crate) mod body;
pub(crate) mod deactivate;
pub(crate) mod file;
pub(crate) mod files;
pub(crate) mod get;
pub(crate) mod get_terms;
pub(crate) mod link_file;
pub(crate) mod list;
mod past;
pub(crate) mod rotate_key;
mod shown;
pub(crate) mod transfer;
mod used;
pub(crate) mod validate;

use comptoir_domain::values::LicenceId;
use serde::Deserialize;

/// The path of a licence.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct LicencePath {
    /// The licence.
    #[param(value_type = String, example = "licence_01jd3e8m6xf2r9kq7v5t4w8zab")]
    pub(crate) licence_id: LicenceId,
}
