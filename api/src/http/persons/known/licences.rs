//! What the person holds, and what happened to licences while they held them.

use chrono::{DateTime, Utc};
use comptoir_domain::licence::{Licence, LicenceEvent};
use comptoir_domain::values::{ActivationId, DownloadId, FileId, LicenceId, PersonId, Sealed};
use comptoir_ledger::Revision;
use comptoir_projections::licences::query::{self, LicenceFilter};
use comptoir_projections::persons::TraceKind;
use comptoir_projections::{PageRequest, Side};
use serde::Serialize;
use uuid::Uuid;

use super::super::document::Document;
use super::{Known, behind, decode, next};
use crate::http::licences::body::LicenceBody;
use crate::http::problem::Problem;
use crate::http::sealed::Opened;

/// Something that happened to a licence while the person held it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = LicenceStep)]
pub(crate) struct LicenceStepBody {
    /// The licence.
    #[schema(value_type = String)]
    licence_id: LicenceId,
    /// What: `issued`, `received` (passed on to them), `passed_on` (by them), `key_rotated`, `activated`, `deactivated`,
    /// `upgrade_reserved`, `upgrade_released`, `superseded`, `file_accessed`, `suspended`, `revoked` or `reinstated`.
    event: &'static str,
    /// When.
    at: DateTime<Utc>,
    /// The device that was activated or deactivated, or that an offline file was for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    activation_id: Option<ActivationId>,
    /// What its owner calls the device; null once it was erased.
    #[serde(skip_serializing_if = "Opened::is_absent")]
    #[schema(value_type = Option<String>)]
    label: Opened<String>,
    /// Whether it was; beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    label_erased: Option<bool>,
    /// The file that was downloaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    file_id: Option<FileId>,
    /// The link that it was downloaded by.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    download_id: Option<DownloadId>,
}

impl LicenceStepBody {
    fn new(licence_id: LicenceId, event: &'static str, at: DateTime<Utc>) -> Self {
        Self {
            licence_id,
            event,
            at,
            activation_id: None,
            label: Opened::Absent,
            label_erased: None,
            file_id: None,
            download_id: None,
        }
    }
}

impl Known {
    pub(super) async fn write_licences(&self, document: &mut Document) -> Result<(), Problem> {
        let (pool, side) = (self.app.reads().pool(), Side::Buyer(self.person_id));
        document.begin_list("licences");
        let mut wanted = Some(PageRequest::default());
        while let Some(page) = wanted {
            let page = query::list(pool, side, LicenceFilter::Any, page).await?;
            wanted = behind(&page, |row| row.licence_id);
            for row in page.items {
                let key = row.key.clone();
                let body = LicenceBody::of_row(row, self.app.now());
                let body = body.for_reader(&self.app, self.reader, key.as_ref()).await?;
                document.entry(body).await?;
            }
        }
        document.end_list();
        Ok(())
    }

    pub(super) async fn write_licence_history(&self, document: &mut Document) -> Result<(), Problem> {
        let (pool, side) = (self.app.reads().pool(), Side::Buyer(self.person_id));
        document.begin_list("licence_history");
        let mut wanted = Some(PageRequest::default());
        while let Some(page) = wanted {
            let page = query::list(pool, side, LicenceFilter::Any, page).await?;
            wanted = behind(&page, |row| row.licence_id);
            for row in page.items {
                self.write_steps_of_licence(row.licence_id, document).await?;
            }
        }
        let mut after = None;
        loop {
            let passed = self.traces(TraceKind::LicencePassed, after).await?;
            let Some(last) = passed.last() else { break };
            after = Some(*last);
            for licence_id in passed.into_iter().map(LicenceId::from_uuid) {
                let row = query::get(pool, licence_id).await?;
                // What they hold has been written.
                if row.is_none_or(|row| row.holder_id != self.person_id) {
                    self.write_steps_of_licence(licence_id, document).await?;
                }
            }
        }
        document.end_list();
        Ok(())
    }

    async fn write_steps_of_licence(
        &self,
        licence_id: LicenceId,
        document: &mut Document,
    ) -> Result<(), Problem> {
        let id: Uuid = licence_id.as_uuid();
        let (mut from, mut holder) = (Revision::FIRST, None);
        loop {
            let events = self.events::<Licence>(id, from).await?;
            let Some(last) = events.last() else {
                return Ok(());
            };
            from = next(last);
            for event in &events {
                let event = decode::<Licence>(event)?;
                if let Some(step) = self.licence_step(licence_id, &mut holder, &event).await? {
                    document.entry(step).await?;
                }
            }
        }
    }

    /// What an event says of the person; nothing, if somebody else held the licence.
    async fn licence_step(
        &self,
        licence_id: LicenceId,
        holder: &mut Option<PersonId>,
        event: &LicenceEvent,
    ) -> Result<Option<LicenceStepBody>, Problem> {
        let held_before = *holder == Some(self.person_id);
        let step = |name, at| LicenceStepBody::new(licence_id, name, at);
        let (event, concerned) = match event {
            LicenceEvent::Issued(issued) => {
                *holder = Some(issued.grant.buyer_id);
                (step("issued", issued.at), issued.grant.buyer_id == self.person_id)
            }
            LicenceEvent::Transferred(moved) => {
                *holder = Some(moved.to);
                let name = if held_before { "passed_on" } else { "received" };
                (step(name, moved.at), held_before || moved.to == self.person_id)
            }
            LicenceEvent::Activated(activated) => {
                let step = LicenceStepBody {
                    activation_id: Some(activated.activation_id),
                    ..step("activated", activated.at)
                };
                if !held_before {
                    return Ok(None);
                }
                (self.labelled(step, activated.label.as_ref()).await?, true)
            }
            LicenceEvent::Deactivated(deactivated) => {
                let step = LicenceStepBody {
                    activation_id: Some(deactivated.activation_id),
                    ..step("deactivated", deactivated.at)
                };
                (step, held_before)
            }
            LicenceEvent::FileAccessed(accessed) => {
                let step = LicenceStepBody {
                    file_id: Some(accessed.file_id),
                    download_id: Some(accessed.download_id),
                    ..step("file_accessed", accessed.at)
                };
                (step, held_before)
            }
            LicenceEvent::OfflineFileIssued(issued) => {
                let step = LicenceStepBody {
                    activation_id: issued.activation_id,
                    ..step("offline_file_issued", issued.at)
                };
                (step, held_before)
            }
            LicenceEvent::KeyRotated(rotated) => (step("key_rotated", rotated.at), held_before),
            LicenceEvent::UpgradeReserved(reserved) => (step("upgrade_reserved", reserved.at), held_before),
            LicenceEvent::UpgradeReleased(released) => (step("upgrade_released", released.at), held_before),
            LicenceEvent::Superseded(superseded) => (step("superseded", superseded.at), held_before),
            LicenceEvent::Suspended(suspended) => (step("suspended", suspended.at), held_before),
            LicenceEvent::Revoked(revoked) => (step("revoked", revoked.at), held_before),
            LicenceEvent::Reinstated(reinstated) => (step("reinstated", reinstated.at), held_before),
        };
        Ok(concerned.then_some(event))
    }

    async fn labelled(
        &self,
        step: LicenceStepBody,
        label: Option<&Sealed>,
    ) -> Result<LicenceStepBody, Problem> {
        if label.is_none() {
            return Ok(step);
        }
        let opened = self.app.engine().open_device_label(label).await?;
        Ok(LicenceStepBody {
            label_erased: Some(opened.is_none()),
            label: opened.map_or(Opened::Erased, Opened::Known),
            ..step
        })
    }
}
