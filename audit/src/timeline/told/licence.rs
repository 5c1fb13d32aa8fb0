//! Licences, told.

use comptoir_domain::licence::{
    Bearing, Licence, LicenceCause, LicenceEvent, LicenceState, Succession, UpgradeReleaseReason,
};
use comptoir_domain::values::PersonId;

use super::words::{list, moment};
use super::{Line, Part, Told};

impl Told for Licence {
    fn sentence(event: &LicenceEvent) -> String {
        match event {
            LicenceEvent::Issued(issued) => format!(
                "issued: {} ({}), for line {} of order {}",
                issued.grant.title,
                issued.grant.kind.as_str(),
                issued.grant.line,
                issued.grant.order_id
            ),
            LicenceEvent::Activated(activated) => {
                format!("device {} began to use it", activated.activation_id)
            }
            LicenceEvent::Deactivated(gone) => format!("device {} ceased to use it", gone.activation_id),
            LicenceEvent::KeyRotated(_) => "got a new key; the one before is worth nothing".to_owned(),
            LicenceEvent::Transferred(_) => {
                "passed on to another holder, with a new key and no device".to_owned()
            }
            LicenceEvent::FileAccessed(accessed) => {
                format!(
                    "file {} handed out by link {}",
                    accessed.file_id, accessed.download_id
                )
            }
            LicenceEvent::OfflineFileIssued(issued) => {
                format!(
                    "signed licence file handed out, good until {}",
                    moment(issued.file_expires_at)
                )
            }
            LicenceEvent::UpgradeReserved(reserved) => {
                format!(
                    "order {} is about to replace it by a bigger one",
                    reserved.order_id
                )
            }
            LicenceEvent::UpgradeReleased(released) => {
                let why = match released.reason {
                    UpgradeReleaseReason::NotPaid => "was not paid",
                    UpgradeReleaseReason::TakenBack => "was taken back",
                };
                format!(
                    "stays: order {}, which was to replace it, {why}",
                    released.order_id
                )
            }
            LicenceEvent::Superseded(superseded) => {
                format!(
                    "replaced by {}, bought with order {}",
                    superseded.by, superseded.order_id
                )
            }
            LicenceEvent::Suspended(suspended) => format!("suspended: {}", cause_words(suspended.cause)),
            LicenceEvent::Revoked(revoked) => format!("revoked: {}", cause_words(revoked.cause)),
            LicenceEvent::Reinstated(reinstated) => {
                format!("no longer stands against it: {}", cause_words(reinstated.cause))
            }
        }
    }

    fn lines(state: &LicenceState) -> Vec<Line> {
        let Some(held) = state.held() else {
            return Vec::new();
        };
        let status = match (held.bearing(), held.succession) {
            (Some(Bearing::Revokes), _) => "revoked",
            (_, Succession::Superseded { .. }) => "superseded",
            (Some(Bearing::Suspends), _) => "suspended",
            (None, Succession::Open | Succession::Reserved { .. }) => "issued",
        };
        let ends = held.expires_at.map_or_else(|| "never".to_owned(), moment);
        let mut said = vec![
            ("status", status.to_owned()),
            ("title", held.grant.title.to_string()),
            ("kind", held.grant.kind.as_str().to_owned()),
            ("holder", held.holder_id.to_string()),
            ("order", held.grant.order_id.to_string()),
            ("devices", held.activations.len().to_string()),
            ("ends", ends),
        ];
        if let Some(key) = &held.key {
            said.push(("key", key.hint.masked()));
        }
        if !held.causes.is_empty() {
            said.push(("against it", list(held.causes.keys().copied().map(cause_words))));
        }
        if let Some(by) = held.succession.superseded_by() {
            said.push(("replaced by", by.to_string()));
        }
        said
    }

    fn people(state: &LicenceState) -> Vec<(PersonId, Part)> {
        let Some(held) = state.held() else {
            return Vec::new();
        };
        vec![
            (held.holder_id, Part::Holder),
            (held.grant.seller_id, Part::Seller),
            (held.grant.buyer_id, Part::Buyer),
        ]
    }
}

fn cause_words(cause: LicenceCause) -> String {
    match cause {
        LicenceCause::Refund { refund_id } => format!("its money went back by refund {refund_id}"),
        LicenceCause::Dispute { dispute_id } => format!("its payment is disputed ({dispute_id})"),
        LicenceCause::Withdrawal => "the buyer withdrew from the contract".to_owned(),
        LicenceCause::Base { licence_id } => {
            format!("the licence it is an upgrade of, {licence_id}, is not sound")
        }
        LicenceCause::Resold => "its exclusive right was sold to somebody else meanwhile".to_owned(),
    }
}
