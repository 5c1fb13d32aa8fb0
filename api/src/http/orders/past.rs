//! An order as it was: from its events alone, with the licences that there were.

use comptoir_domain::licence::Licence;
use comptoir_domain::order::{Order, OrderLine};
use comptoir_domain::values::{LicenceId, OrderId};
use comptoir_ledger::StreamName;
use comptoir_projections::licences::LicenceRow;
use comptoir_projections::orders::OrderView;

use super::body::OrderBody;
use super::reader::Reader;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::as_of::{AsOf, History, Moment, folded, unread};
use crate::http::auth::Caller;
use crate::http::licences::body::LicenceBody;
use crate::http::min_position::MinPosition;
use crate::http::problem::{Problem, ProblemKind};

/// What `GET /orders/{order_id}` answered at a moment. Whose order it is never changes, so neither does who may see it. Billing
/// details are opened with the key of now: who was erased since stays so.
pub(super) async fn past_order(
    app: &App,
    caller: &Caller,
    order_id: OrderId,
    as_of: AsOf,
    min: MinPosition,
) -> Result<Answer<OrderBody>, Problem> {
    let moment = Moment::find(app, as_of, min).await?;
    let history = History::read::<Order>(app, order_id.as_uuid(), moment).await?;
    let view = folded(OrderView::of_events(history.then()))?;
    let found = view.and_then(|view| Some((Reader::of(caller, &view)?, view)));
    let (reader, view) = found.ok_or_else(|| Problem::new(ProblemKind::OrderNotFound))?;
    let licences = past_licences(app, &view, moment).await?;
    let seen = licences
        .into_iter()
        .filter(|licence| reader.sees_lines_of(licence.seller_id));
    let body = OrderBody {
        licences: Some(seen.map(|row| LicenceBody::of_row(row, moment.at)).collect()),
        as_of_position: Some(moment.position.get()),
        ..OrderBody::of_view(&view, moment.at, |line| reader.sees_lines_of(line.seller_id))
    };
    let body = match reader {
        Reader::OwnerOrAdmin => body.with_billing(app, &view.order.billing).await?,
        Reader::Auditor => body,
        Reader::Seller(_) => body.without_buyer_tax(),
    };
    Ok(Answer::ok(body.with_review_flags(caller, &view), moment.position))
}

/// The licences of an order as they were: their ids follow from its lines, so that no read model is needed to find them.
async fn past_licences(app: &App, view: &OrderView, moment: Moment) -> Result<Vec<LicenceRow>, Problem> {
    if view.order.paid_at.is_none() {
        return Ok(Vec::new());
    }
    let units = (0..)
        .zip(&view.lines)
        .flat_map(|(line, sold): (u32, &OrderLine)| (0..sold.quantity.get()).map(move |unit| (line, unit)));
    let streams: Vec<StreamName> = units
        .map(|(line, unit)| LicenceId::of_unit(view.order.order_id, line, unit))
        .map(|id| StreamName::of::<Licence>(id.as_uuid()))
        .collect();
    let ledger = app.engine().ledger();
    let events = ledger
        .read_streams_through(&streams, moment.position)
        .await
        .map_err(unread)?;
    let mut licences = Vec::with_capacity(streams.len());
    for stream in events.chunk_by(|one, next| one.stream == next.stream) {
        licences.extend(folded(LicenceRow::of_events(stream))?);
    }
    licences.sort_unstable_by_key(|licence| (licence.line, licence.unit));
    Ok(licences)
}
