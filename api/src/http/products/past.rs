//! A product as it was: from its events and those of its reviews alone.

use axum::response::Response;
use comptoir_domain::product::Product;
use comptoir_domain::review::Review;
use comptoir_domain::values::{ProductId, RatingSummary};
use comptoir_ledger::StreamName;
use comptoir_projections::products::ProductView;
use comptoir_projections::{ReadModel, reviews};

use super::body::ProductBody;
use super::cache::Rendered;
use super::get::may_see;
use crate::http::App;
use crate::http::as_of::{AsOf, History, Moment, folded, unread};
use crate::http::auth::Caller;
use crate::http::min_position::MinPosition;
use crate::http::problem::{Problem, ProblemKind};

/// How many reviews are in memory at a time.
const REVIEWS_AT_ONCE: u16 = 500;

/// What `GET /products/{product_id}` answered at a moment, for those who may see it now and might see it then: what was a draft
/// stays its seller's, and so does what was withdrawn since.
pub(super) async fn past_product(
    app: &App,
    caller: &Caller,
    product_id: ProductId,
    as_of: AsOf,
    min: MinPosition,
) -> Result<Response, Problem> {
    let moment = Moment::find(app, as_of, min).await?;
    let history = History::read::<Product>(app, product_id.as_uuid(), moment).await?;
    let of = |events| folded(ProductView::of_events(events));
    let (now, then) = (of(history.now())?, of(history.then())?);
    let now = now.filter(|view| may_see(caller, view));
    let seen = now.and(then).filter(|view| may_see(caller, view));
    let view = seen.ok_or_else(|| Problem::new(ProblemKind::ProductNotFound))?;
    let ratings = past_ratings(app, product_id, moment).await?;
    let body = ProductBody::of_view(view, ratings).of_moment(moment.position);
    Ok(Rendered::new(&body, None)?.answer(moment.position))
}

/// What its reviews said together. The read model only says which reviews there are.
async fn past_ratings(app: &App, product_id: ProductId, moment: Moment) -> Result<RatingSummary, Problem> {
    let upto = MinPosition(Some(moment.position));
    app.reads().reach(&[ReadModel::Reviews], upto).await?;
    let ledger = app.engine().ledger();
    let (mut ratings, mut after) = (RatingSummary::default(), None);
    loop {
        let ids =
            reviews::query::ids_of_product(app.reads().pool(), product_id, after, REVIEWS_AT_ONCE).await?;
        let streams: Vec<_> = ids
            .iter()
            .map(|id| StreamName::of::<Review>(id.as_uuid()))
            .collect();
        let events = ledger
            .read_streams_through(&streams, moment.position)
            .await
            .map_err(unread)?;
        ratings = ratings.plus(folded(reviews::ratings_of_events(&events))?);
        if ids.len() < usize::from(REVIEWS_AT_ONCE) {
            return Ok(ratings);
        }
        after = ids.last().copied();
    }
}
