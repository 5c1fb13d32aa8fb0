//! The catalogue as it was written last: bytes that are kept as long as the read model has not changed.
//!
//! Each entry carries the mark that the read model had before its rows were read, so that the rows can only be newer than
//! it says; once the mark is another one, the entry counts for nothing.

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use bytes::Bytes;
use comptoir_domain::values::{PersonId, ProductId};
use comptoir_ledger::Position;
use comptoir_projections::{ChangeMark, ReadModel};
use moka::sync::Cache;
use serde::Serialize;

use crate::http::App;
use crate::http::answer::json_bytes;
use crate::http::problem::{Problem, ProblemKind};

const BYTES_MAX: u64 = 16 * 1024 * 1024;
const ENTRY_OVERHEAD_BYTES: u32 = 200;

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    /// One product.
    Product(ProductId),
    /// A page of the catalogue, or of a seller's products.
    Page {
        /// How many.
        limit: u16,
        /// Behind which.
        starting_after: Option<ProductId>,
        /// Whose.
        seller_id: Option<PersonId>,
    },
}

/// An answer as bytes.
#[derive(Debug, Clone)]
pub(crate) struct Rendered {
    json: Bytes,
    /// Whose product it is, if it is not for everybody.
    pub(crate) only_for: Option<PersonId>,
}

impl Rendered {
    pub(crate) fn new<T: Serialize>(body: &T, only_for: Option<PersonId>) -> Result<Self, Problem> {
        let json =
            serde_json::to_vec(body).map_err(|error| Problem::new(ProblemKind::Internal).cause(error))?;
        Ok(Self {
            json: json.into(),
            only_for,
        })
    }

    pub(crate) fn answer(self, position: Position) -> Response {
        json_bytes(StatusCode::OK, Body::from(self.json), position)
    }
}

/// The state of the tables that an answer is made of.
type Marks = [ChangeMark; 2];

/// The catalogue, kept.
#[derive(Debug)]
pub(crate) struct Catalogue {
    entries: Cache<Key, (Marks, Rendered)>,
}

impl Default for Catalogue {
    fn default() -> Self {
        let weigh = |_: &Key, (_, rendered): &(Marks, Rendered)| {
            u32::try_from(rendered.json.len())
                .unwrap_or(u32::MAX)
                .saturating_add(ENTRY_OVERHEAD_BYTES)
        };
        Self {
            entries: Cache::builder().weigher(weigh).max_capacity(BYTES_MAX).build(),
        }
    }
}

impl Catalogue {
    /// What is kept, or what `render` makes of the tables now.
    pub(crate) async fn get(
        &self,
        app: &App,
        key: Key,
        render: impl Future<Output = Result<Rendered, Problem>>,
    ) -> Result<Rendered, Problem> {
        let mark =
            [ReadModel::Products, ReadModel::Reviews].map(|model| app.reads().projections().changed(model));
        if let Some((_, rendered)) = self.entries.get(&key).filter(|(of, _)| *of == mark) {
            return Ok(rendered);
        }
        let rendered = render.await?;
        self.entries.insert(key, (mark, rendered.clone()));
        Ok(rendered)
    }
}
