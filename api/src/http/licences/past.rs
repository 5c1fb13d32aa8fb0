//! A licence as it was: from its events alone.

use comptoir_domain::licence::Licence;
use comptoir_domain::values::LicenceId;
use comptoir_projections::licences::LicenceRow;

use super::body::LicenceBody;
use super::get::may_see;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::as_of::{AsOf, History, Moment, folded};
use crate::http::auth::Caller;
use crate::http::min_position::MinPosition;
use crate::http::problem::{Problem, ProblemKind};

/// What `GET /licences/{licence_id}` answered at a moment, but for the key, of which only the last group is shown. The caller
/// must be one who may see it now and might see it then: what was passed on shows nobody the time of another holder.
pub(super) async fn past_licence(
    app: &App,
    caller: &Caller,
    licence_id: LicenceId,
    as_of: AsOf,
    min: MinPosition,
) -> Result<Answer<LicenceBody>, Problem> {
    let moment = Moment::find(app, as_of, min).await?;
    let history = History::read::<Licence>(app, licence_id.as_uuid(), moment).await?;
    let of = |events| folded(LicenceRow::of_events(events));
    let (now, then) = (of(history.now())?, of(history.then())?);
    let now = now.filter(|licence| may_see(caller, licence));
    let seen = now.and(then).filter(|licence| may_see(caller, licence));
    let licence = seen.ok_or_else(|| Problem::new(ProblemKind::LicenceNotFound))?;
    let body = LicenceBody::of_row(licence, moment.at).of_moment(moment.position);
    Ok(Answer::ok(body, moment.position))
}
