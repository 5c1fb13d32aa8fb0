//! The past under other rules: what the money of every seller would be, had they held. Nothing is written.
//!
//! Buyers' behaviour is taken as it was: who bought still buys, a refund takes the same share of a line, and a lost dispute the
//! same share of an order. What follows of an order under its own events is the domain's own code with other parameters
//! (`OrderFacts::under`); docs/WHAT-IF.md defines each rule.
//!
//! | file | holds |
//! | --- | --- |
//! | `rules` | the file of rules, read and checked |
//! | `past` | the orders and promotions of the ledger, folded |
//! | `reckon` | one order under the rules |
//! | `report` | sums by seller and currency, before and after |

mod past;
mod reckon;
mod report;
mod rules;

use comptoir_ledger::{Ledger, LedgerError, Position};

pub use report::{Books, Difference, WhatIfReport};
pub use rules::{Rules, RulesError, RulesFormat};

use self::past::Past;

/// Why it could not be said.
#[derive(Debug, thiserror::Error)]
pub enum WhatIfError {
    /// The ledger could not be read.
    #[error("the ledger could not be read")]
    Ledger(#[from] LedgerError),
    /// A rule is about something that is not there.
    #[error("the rules name the promotion {0}, which the ledger does not know; `GET /promotions` lists them")]
    UnknownPromotion(String),
    /// An amount does not fit.
    #[error("under these rules the order {order} comes to more than can be counted")]
    OutOfRange {
        /// Which.
        order: String,
    },
}

/// Says what would be different under other rules, up to a position. `progress` is told how far the ledger is read.
pub async fn what_if(
    ledger: &Ledger,
    rules: &Rules,
    through: Position,
    progress: impl FnMut(Position),
) -> Result<WhatIfReport, WhatIfError> {
    let past = Past::read(ledger, through, progress).await?;
    reckon::reckon(&past, rules, through)
}
