//! Lists of invoices and of credit notes.

use chrono::NaiveDate;
use comptoir_domain::document::{DocumentKind, DocumentNumber};
use comptoir_domain::values::{DocumentId, OrderId};
use comptoir_projections::documents::query::{self, DocumentFilter};
use comptoir_projections::{PageRequest, ReadModel};
use serde::Deserialize;

use super::summary::SummaryBody;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::Caller;
use crate::http::min_position::MinPosition;
use crate::http::pagination::{Limit, ListBody};
use crate::http::parameters::invalid;
use crate::http::problem::Problem;
use crate::http::sellers::SellerParameter;
use crate::http::view::View;

/// Which documents are wanted: those that fit every parameter.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListDocumentsQuery {
    /// How many, 1 to 100.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    #[serde(default)]
    limit: Limit,
    /// The last document of the page before.
    #[param(value_type = Option<String>)]
    starting_after: Option<DocumentId>,
    /// Only those of this order.
    #[param(value_type = Option<String>)]
    order_id: Option<OrderId>,
    /// Only those in the name of this seller.
    #[param(value_type = Option<String>)]
    seller_id: Option<SellerParameter>,
    /// Only those issued on this day or later.
    #[param(example = "2026-01-01")]
    issued_from: Option<NaiveDate>,
    /// Only those issued on this day or before.
    #[param(example = "2026-12-31")]
    issued_to: Option<NaiveDate>,
    /// Only the one with this number.
    #[param(value_type = Option<String>, example = "FA-2026-000001")]
    number: Option<DocumentNumber>,
    /// From whose side; the widest the caller has, if nobody says.
    #[param(inline)]
    view: Option<View>,
    /// Wait until the list has seen this position.
    #[param(value_type = Option<i64>)]
    #[serde(rename = "min_position")]
    _min_position: Option<String>,
}

impl ListDocumentsQuery {
    fn filter(self, kind: DocumentKind) -> Result<DocumentFilter, Problem> {
        if let (Some(from), Some(to)) = (self.issued_from, self.issued_to)
            && to < from
        {
            return Err(invalid(
                "issued_to",
                "out_of_range",
                "must not be before issued_from",
            ));
        }
        Ok(DocumentFilter {
            kind: Some(kind),
            order_id: self.order_id,
            seller_id: self.seller_id.map(SellerParameter::person_id),
            issued_from: self.issued_from,
            issued_to: self.issued_to,
            number: self.number,
        })
    }
}

/// A page of the documents of a kind, as far as the caller may see them.
pub(crate) async fn page(
    app: &App,
    caller: &Caller,
    kind: DocumentKind,
    wanted: ListDocumentsQuery,
    min: MinPosition,
) -> Result<Answer<ListBody<SummaryBody>>, Problem> {
    let side = View::of(wanted.view, caller)?.side(caller);
    let page = PageRequest {
        limit: wanted.limit.0,
        starting_after: wanted.starting_after,
    };
    let filter = wanted.filter(kind)?;
    let position = app.reads().reach(&[ReadModel::Documents], min).await?;
    let page = query::list(app.reads().pool(), side, &filter, page).await?;
    let body = ListBody {
        data: page.items.into_iter().map(SummaryBody::from).collect(),
        has_more: page.has_more,
    };
    Ok(Answer::ok(body, position))
}
