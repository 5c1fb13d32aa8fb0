//! Whether anything is known of a person.

use comptoir_domain::person::Acquaintance;
use comptoir_domain::values::PersonId;
use comptoir_projections::ReadModel;

use crate::http::App;
use crate::http::min_position::MinPosition;
use crate::http::problem::Problem;

/// The read models that name people.
pub(super) const NAMING: [ReadModel; 5] = [
    ReadModel::Orders,
    ReadModel::Licences,
    ReadModel::Products,
    ReadModel::Promotions,
    ReadModel::Persons,
];

/// Whether anything is known of a person. What the read models do not know may be newer than they are: then they are waited
/// for, once.
pub(super) async fn of(app: &App, person_id: PersonId) -> Result<Acquaintance, Problem> {
    match app.engine().acquaintance(person_id).await? {
        Acquaintance::Known => Ok(Acquaintance::Known),
        Acquaintance::Unknown => {
            let newest = MinPosition(Some(app.engine().ledger().horizon()));
            app.reads().reach(&NAMING, newest).await?;
            Ok(app.engine().acquaintance(person_id).await?)
        }
    }
}
