//! Lists in pages: newest first, each page continued behind the last row of the one before.

use comptoir_domain::values::PersonId;
use uuid::Uuid;

/// What a filter asks for decides which index serves it: such a list is planned for its values.
pub(crate) const PLAN_FOR_VALUES: &str = "BEGIN READ ONLY; SET LOCAL plan_cache_mode = force_custom_plan";

/// From whose side a list of what was sold is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What this person bought, or holds.
    Buyer(PersonId),
    /// What this person sold.
    Seller(PersonId),
    /// Everything.
    All,
}

impl Side {
    /// The buyer and the seller that a row must name.
    pub(crate) fn people(self) -> (Option<Uuid>, Option<Uuid>) {
        match self {
            Self::Buyer(buyer_id) => (Some(buyer_id.as_uuid()), None),
            Self::Seller(seller_id) => (None, Some(seller_id.as_uuid())),
            Self::All => (None, None),
        }
    }
}

/// How many rows a page may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PageLimit(u16);

/// The number is not a page limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be from 1 to {limit}", limit = PageLimit::LIMIT)]
pub struct PageLimitError;

impl PageLimit {
    /// The most rows a page can have.
    pub const LIMIT: u16 = 100;
    /// What a client gets that does not ask for a number.
    pub const DEFAULT: Self = Self(20);

    /// Checks the range.
    pub fn try_new(rows: i64) -> Result<Self, PageLimitError> {
        match u16::try_from(rows) {
            Ok(rows @ 1..=Self::LIMIT) => Ok(Self(rows)),
            Ok(_) | Err(_) => Err(PageLimitError),
        }
    }

    /// The number of rows.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// One row more than the page holds, which tells whether there is another page.
    pub(crate) fn probe(self) -> i64 {
        i64::from(self.0) + 1
    }
}

impl Default for PageLimit {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Which page of a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest<Id> {
    /// How many rows at most.
    pub limit: PageLimit,
    /// The last row of the page before; none for the first page.
    pub starting_after: Option<Id>,
}

impl<Id> PageRequest<Id> {
    /// The first page.
    pub const fn first(limit: PageLimit) -> Self {
        Self {
            limit,
            starting_after: None,
        }
    }

    /// The page behind a row.
    pub const fn after(limit: PageLimit, row: Id) -> Self {
        Self {
            limit,
            starting_after: Some(row),
        }
    }
}

impl<Id> Default for PageRequest<Id> {
    fn default() -> Self {
        Self::first(PageLimit::DEFAULT)
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPage<T> {
    /// The rows, newest first.
    pub items: Vec<T>,
    /// Whether there are more behind them.
    pub has_more: bool,
}

impl<T> ListPage<T> {
    /// Makes a page of the rows that were found with [`PageLimit::probe`].
    pub(crate) fn of<R>(
        mut rows: Vec<R>,
        limit: PageLimit,
        read: impl FnMut(R) -> Result<T, QueryError>,
    ) -> Result<Self, QueryError> {
        let size = usize::from(limit.get());
        let has_more = rows.len() > size;
        rows.truncate(size);
        let items = rows.into_iter().map(read).collect::<Result<_, _>>()?;
        Ok(Self { items, has_more })
    }
}

/// Why a read model could not be read.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The database refused or could not be reached.
    #[error("the read model's database failed")]
    Database(#[from] sqlx::Error),
    /// A row is not what this program writes: the model must be rebuilt.
    #[error("row {id} of {table} cannot be read: {reason}")]
    Unreadable {
        /// Where it stands.
        table: &'static str,
        /// Which row.
        id: Uuid,
        /// What is wrong with it.
        reason: String,
    },
    /// The page is to begin behind a row that is not there, or not in what is listed.
    #[error("the row to start after does not exist")]
    UnknownCursor,
}

impl QueryError {
    pub(crate) fn unreadable(table: &'static str, id: Uuid) -> impl Fn(&dyn std::error::Error) -> Self {
        move |error| Self::Unreadable {
            table,
            id,
            reason: error.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_limit_is_from_1_to_100() {
        assert_eq!(PageLimit::try_new(1).map(PageLimit::get), Ok(1));
        assert_eq!(PageLimit::try_new(100).map(PageLimit::get), Ok(100));
        for rows in [0, 101, -1, i64::MAX, i64::MIN] {
            assert_eq!(PageLimit::try_new(rows), Err(PageLimitError));
        }
    }

    #[test]
    fn a_row_beyond_the_limit_means_that_there_is_more() {
        let limit = PageLimit::try_new(2).unwrap();
        let page = ListPage::of(vec![1, 2, 3], limit, Ok).unwrap();
        assert_eq!((page.items, page.has_more), (vec![1, 2], true));
        let page = ListPage::of(vec![1, 2], limit, Ok).unwrap();
        assert_eq!((page.items, page.has_more), (vec![1, 2], false));
    }
}
