//! `GET /api/v1/licences/{licence_id}/activations`

use axum::extract::State;
use chrono::{DateTime, Utc};
use comptoir_domain::values::ActivationId;
use comptoir_projections::ReadModel;
use comptoir_projections::licences::query;
use serde::Serialize;

use super::LicencePath;
use super::get::visible;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Readers};
use crate::http::min_position::MinPosition;
use crate::http::parameters::{Path, Query};
use crate::http::problem::Problem;
use crate::http::reads::OneQuery;

/// The devices that use a licence, at most 1,000.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Activations {
    /// The devices, the oldest first.
    data: Vec<ActivationBody>,
}

/// A device that uses a licence.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Activation)]
pub(crate) struct ActivationBody {
    /// Its id.
    #[schema(value_type = String, example = "activation_01jd3e8m6xf2r9kq7v5t4w8zab")]
    id: ActivationId,
    /// What its owner calls it; for the licence's holder only.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    /// Whether that was erased with the holder's data; for the licence's holder only.
    #[serde(skip_serializing_if = "Option::is_none")]
    label_erased: Option<bool>,
    /// Since when.
    activated_at: DateTime<Utc>,
}

/// List the devices that use a licence
#[utoipa::path(get, path = "/licences/{licence_id}/activations", tag = "licences", params(LicencePath, OneQuery),
    responses(
        (status = 200, description = "The devices", body = Activations),
        (status = 404, description = "`licence_not_found`: there is none, or it is somebody else's"),
    ))]
pub(crate) async fn list_activations(
    caller: CallerAs<Readers>,
    State(app): State<App>,
    Path(LicencePath { licence_id }): Path<LicencePath>,
    _: Query<OneQuery>,
    min: MinPosition,
) -> Result<Answer<Activations>, Problem> {
    let position = app.reads().reach(&[ReadModel::Licences], min).await?;
    let licence = visible(&app, &caller, licence_id).await?;
    let is_holder = licence.holder_id == caller.person_id();
    let devices = query::activations(app.reads().pool(), licence_id).await?;
    let mut data = Vec::with_capacity(devices.len());
    for device in devices {
        let label = device.label.as_ref().filter(|_| is_holder);
        let opened = app.engine().open_device_label(label).await?;
        data.push(ActivationBody {
            id: device.activation_id,
            label_erased: label.map(|_| opened.is_none()),
            label: opened,
            activated_at: device.activated_at,
        });
    }
    Ok(Answer::ok(Activations { data }, position))
}
