//! `POST /api/v1/promotions/{promo_id}/deactivate`

use axum::extract::State;

use super::PromotionPath;
use super::body::{PromotionBody, changed};
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Sellers};
use crate::http::command::{Command, Nothing};
use crate::http::parameters::Path;
use crate::http::problem::Problem;

/// End a promotion
///
/// New orders can no longer use it; orders that have it keep it. Ending it again changes nothing.
#[utoipa::path(post, path = "/promotions/{promo_id}/deactivate", tag = "promotions",
    params(
        PromotionPath,
        ("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key gets the first answer"),
    ),
    responses(
        (status = 200, description = "The promotion as it is now", body = PromotionBody),
        (status = 404, description = "`promotion_not_found`: there is none, or it is somebody else's"),
    ))]
pub(crate) async fn deactivate_promotion(
    _: CallerAs<Sellers>,
    State(app): State<App>,
    Path(PromotionPath { promo_id }): Path<PromotionPath>,
    Command {
        context,
        body: Nothing {},
    }: Command<Nothing>,
) -> Result<Answer<PromotionBody>, Problem> {
    let answered = app.engine().deactivate_promotion(&context, promo_id).await?;
    changed(&app, answered).await
}
