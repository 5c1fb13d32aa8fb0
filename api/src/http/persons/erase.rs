//! `POST /api/v1/persons/{person_id}/erase`

use axum::extract::State;
use chrono::{DateTime, Utc};
use comptoir_domain::person::{ErasedPerson, ErasureReason};
use comptoir_domain::values::PersonId;
use serde::{Deserialize, Serialize};

use super::{PersonPath, acquaintance};
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{Admins, CallerAs};
use crate::http::command::Command;
use crate::http::parameters::Path;
use crate::http::problem::Problem;

/// Why somebody is erased.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErasePersonRequest {
    /// Why, if it is to be noted.
    #[serde(default)]
    #[schema(value_type = Option<ErasureReasonName>)]
    reason: Option<ErasureReason>,
}

/// The grounds of Article 17(1) of Regulation (EU) 2016/679, points (a) to (f).
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ErasureReason)]
#[expect(dead_code, reason = "the domain's own names, for the OpenAPI document")]
pub(crate) enum ErasureReasonName {
    /// The purposes that the data was collected for are over.
    NoLongerNecessary,
    /// The person has withdrawn their consent.
    ConsentWithdrawn,
    /// The person objects.
    Objection,
    /// It was processed without a right to.
    UnlawfulProcessing,
    /// A law demands it.
    LegalObligation,
    /// It was collected from a child.
    CollectedFromChild,
}

/// A person who was erased.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ErasedPersonBody {
    /// The person.
    #[schema(value_type = String, example = "person_01jd3e8m6xf2r9kq7v5t4w8zab")]
    person_id: PersonId,
    /// When and why.
    erased: ErasureBody,
}

/// When and why a person was erased.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Erasure)]
pub(crate) struct ErasureBody {
    /// Why, if it was noted.
    #[schema(value_type = Option<ErasureReasonName>)]
    reason: Option<ErasureReason>,
    /// When.
    erased_at: DateTime<Utc>,
}

impl From<ErasedPerson> for ErasureBody {
    fn from(erased: ErasedPerson) -> Self {
        Self {
            reason: erased.reason,
            erased_at: erased.at,
        }
    }
}

/// Erase a person
///
/// Destroys the key that their personal data is sealed with: billing details, licence keys, names of devices and everything
/// they wrote are shown as erased from then on, wherever they stand. It cannot be undone. Orders, refunds and licences go on
/// to their end; the person can bring to an end what they have, and begin nothing new. Erasing them again changes nothing,
/// and answers what the first time did. What they bought as a business is invoiced before.
#[utoipa::path(post, path = "/persons/{person_id}/erase", tag = "persons", request_body = ErasePersonRequest,
    params(
        PersonPath,
        ("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key gets the first answer"),
    ),
    responses(
        (status = 200, description = "The person is erased", body = ErasedPersonBody),
        (status = 403, description = "`forbidden`: only admins may"),
        (status = 404, description = "`person_not_found`: nothing is known of them"),
        (status = 409, description = "`invoices_owed`: they bought as a business, and an invoice that must name it is still to come"),
    ))]
pub(crate) async fn erase_person(
    _: CallerAs<Admins>,
    State(app): State<App>,
    Path(PersonPath { person_id }): Path<PersonPath>,
    Command { context, body }: Command<ErasePersonRequest>,
) -> Result<Answer<ErasedPersonBody>, Problem> {
    let acquaintance = acquaintance::of(&app, person_id).await?;
    let erased = app
        .engine()
        .erase_person(&context, person_id, acquaintance, body.reason)
        .await?;
    let (position, occasion) = (erased.position, erased.occasion);
    let body = ErasedPersonBody {
        person_id: erased.answer.person_id,
        erased: erased.answer.erased.into(),
    };
    Ok(Answer::ok(body, position).on(occasion))
}
