//! What a ledger must keep: a closed list, with names that scripts can rely on.

use std::fmt;

use serde::{Serialize, Serializer};

macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        /// What a ledger must keep.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Rule {
            /// All of them, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name, which never changes.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The rule, as a sentence.
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),+).trim_ascii()),+ }
            }
        }
    };
}

rules! {
    /// Positions are 1, 2, 3, ... without a gap, and none is there twice.
    PositionDense = "position-dense",
    /// Revisions are 0, 1, 2, ... in each stream, in the order of their positions.
    RevisionDense = "revision-dense",
    /// An event id is there once.
    EventIdUnique = "event-id-unique",
    /// No event was recorded before the one in front of it.
    TimeOrder = "time-order",
    /// The leaf hash is that of what stands in the row.
    LeafHash = "leaf-hash",
    /// The table ends where the horizon and the head say that it does.
    End = "end",
    /// A signed checkpoint is a note that says what its row says.
    CheckpointNote = "checkpoint-note",
    /// A checkpoint is signed by a known key.
    CheckpointSignature = "checkpoint-signature",
    /// The ledger has the root that a checkpoint names.
    CheckpointRoot = "checkpoint-root",
    /// The stored parts of the Merkle tree are those of the events.
    StoredTree = "stored-tree",
    /// A subscription stands behind the event that it noted.
    SubscriptionPlace = "subscription-place",
    /// An event can be read.
    EventReadable = "event-readable",
    /// An event fits what its stream has come to.
    EventFits = "event-fits",
    /// Lines, discounts and tax of an order add up.
    OrderAmounts = "order-amounts",
    /// An order is paid once, with its whole amount.
    OrderPaid = "order-paid",
    /// What is paid, or has gone back, the payment provider said so.
    PaymentWord = "payment-word",
    /// What was paid is what is kept, pending, refunded and lost.
    MoneyConserved = "money-conserved",
    /// No more goes back than there is.
    RefundWithinPayment = "refund-within-payment",
    /// A refund follows from its order, for the same amount.
    RefundAsked = "refund-asked",
    /// A refund and its order agree on how it ended.
    RefundOutcome = "refund-outcome",
    /// Every paid unit has its licence, and no other licence is there.
    LicencePaid = "licence-paid",
    /// A licence is suspended, revoked and reinstated as its order says.
    LicenceStanding = "licence-standing",
    /// A licence gives way to the order that upgrades it, and to none else.
    UpgradeClaim = "upgrade-claim",
    /// A promotion is used no more often than its caps allow.
    PromotionCap = "promotion-cap",
    /// The uses of a promotion are those of its orders.
    PromotionUse = "promotion-use",
    /// Nobody else is sold what somebody has alone.
    ExclusiveSale = "exclusive-sale",
    /// An exclusive right is held by the order that says so.
    ExclusiveClaim = "exclusive-claim",
    /// Numbers of invoices and credit notes have no gap.
    NumberDense = "number-dense",
    /// Each number has one document, and each document its number.
    NumberDocument = "number-document",
    /// The figures of a document add up, and are those of its order.
    DocumentAmounts = "document-amounts",
    /// A credit note takes back no more than its invoice has left.
    CreditWithinInvoice = "credit-within-invoice",
    /// Invoices less credit notes are what was paid less what has gone back.
    DocumentBalance = "document-balance",
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_stands_in_the_documentation_with_its_name_and_its_sentence() {
        let page = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/AUDIT.md"));
        for rule in Rule::ALL {
            let row = format!("| `{}` | {} |", rule.name(), rule.sentence());
            assert!(page.contains(&row), "{row}");
        }
    }
}
