//! How what a refund takes back is spread over the invoices of an order.

use super::{DueCredit, DueDocument, OrderDocuments};
use crate::document::event::CreditedLine;
use crate::order::{OrderFacts, RefundPart};
use crate::values::{DocumentId, Money, RefundId};

/// What is left of an invoice.
pub(super) struct Room {
    invoice: DocumentId,
    left: Vec<CreditedLine>,
}

/// What is to be credited of a line.
pub(super) struct Wanted {
    order_line: u32,
    gross: i64,
    tax: i64,
}

impl OrderDocuments {
    /// What is left of each invoice, the first one first.
    pub(super) fn room(&self) -> Vec<Room> {
        let invoices = self.invoices().into_iter();
        let rooms = invoices.map(|facts| Room {
            invoice: facts.content.document_id,
            left: facts.left(),
        });
        rooms.collect()
    }

    /// What a refund gives back of this supplier's lines, less what its credit notes say already.
    pub(super) fn not_yet_credited(
        &self,
        order: &OrderFacts,
        refund_id: RefundId,
        parts: &[RefundPart],
    ) -> Vec<Wanted> {
        let theirs: Vec<u32> = self.lines_of(order).collect();
        let credited: Vec<CreditedLine> = self
            .credit_notes_of(refund_id)
            .flat_map(|credit_note| self.parts_of(credit_note))
            .collect();
        let parts = parts.iter().filter(|part| theirs.contains(&part.line));
        let wanted = parts.map(|part| {
            let known = || credited.iter().filter(|known| known.order_line == part.line);
            Wanted {
                order_line: part.line,
                gross: part.amount.amount - known().map(|known| known.gross.amount).sum::<i64>(),
                tax: part.tax_amount.amount - known().map(|known| known.tax.amount).sum::<i64>(),
            }
        });
        wanted.collect()
    }

    fn parts_of(&self, credit_note: DocumentId) -> Vec<CreditedLine> {
        let credits = self.invoices().into_iter().flat_map(|facts| &facts.credits);
        credits
            .filter(|credit| credit.credit_note == credit_note)
            .flat_map(|credit| credit.parts.iter().copied())
            .collect()
    }

    /// A credit note for each invoice that has something left of what is wanted. What no invoice has left is not credited:
    /// more went back than had come, which the order is flagged for.
    pub(super) fn due_credits(
        &self,
        refund_id: RefundId,
        mut wanted: Vec<Wanted>,
        room: &mut [Room],
    ) -> Vec<DueDocument> {
        let mut due = Vec::new();
        for Room { invoice, left } in room {
            let parts: Vec<CreditedLine> = left
                .iter_mut()
                .filter_map(|left| {
                    let wanted = wanted
                        .iter_mut()
                        .find(|wanted| wanted.order_line == left.order_line);
                    wanted.and_then(|wanted| wanted.take_from(left))
                })
                .collect();
            if parts.is_empty() {
                continue;
            }
            due.push(DueDocument::CreditNote(DueCredit {
                credit_note: DocumentId::of_refund(refund_id, *invoice, self.earlier(refund_id, *invoice)),
                invoice: *invoice,
                refund_id,
                parts,
            }));
        }
        due
    }

    /// How many credit notes a refund has against an invoice already.
    fn earlier(&self, refund_id: RefundId, invoice: DocumentId) -> u32 {
        let credits = self.get(invoice).map(|facts| facts.credits.iter());
        let of_refund = credits
            .into_iter()
            .flatten()
            .filter(|credit| credit.refund_id == Some(refund_id));
        u32::try_from(of_refund.count()).unwrap_or(u32::MAX)
    }
}

impl Wanted {
    /// Takes as much as is left, with its part of the tax, rounded half up; never more tax or less than the line has left.
    fn take_from(&mut self, left: &mut CreditedLine) -> Option<CreditedLine> {
        let gross = self.gross.min(left.gross.amount);
        if gross <= 0 {
            return None;
        }
        let least = (gross - left.net.amount).max(0);
        let most = left.tax.amount.min(gross).max(least);
        let tax = part(self.tax, gross, self.gross).clamp(least, most);
        let currency = left.gross.currency;
        let taken = CreditedLine {
            order_line: left.order_line,
            net: Money::new(gross - tax, currency),
            tax: Money::new(tax, currency),
            gross: Money::new(gross, currency),
        };
        self.gross -= gross;
        self.tax -= tax;
        left.net.amount -= gross - tax;
        left.tax.amount -= tax;
        left.gross.amount -= gross;
        Some(taken)
    }
}

/// So much of an amount as `some` is of `all`, rounded half up.
fn part(amount: i64, some: i64, all: i64) -> i64 {
    let exact = 2 * i128::from(amount.max(0)) * i128::from(some) + i128::from(all);
    i64::try_from(exact / (2 * i128::from(all))).unwrap_or(amount)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::samples::eur;

    fn line(net: i64, tax: i64) -> CreditedLine {
        CreditedLine {
            order_line: 0,
            net: eur(net),
            tax: eur(tax),
            gross: eur(net + tax),
        }
    }

    fn wanted(gross: i64, tax: i64) -> Wanted {
        Wanted {
            order_line: 0,
            gross,
            tax,
        }
    }

    #[test]
    fn what_a_line_has_no_more_of_another_one_must_have() {
        // Half of what is wanted, with half of its tax.
        assert_eq!(wanted(200, 33).take_from(&mut line(83, 17)), Some(line(83, 17)));
        // More tax than is wanted, for there is not as much without it.
        assert_eq!(wanted(100, 10).take_from(&mut line(83, 17)), Some(line(83, 17)));
        // Less, for there is no more.
        assert_eq!(wanted(50, 20).take_from(&mut line(95, 5)), Some(line(45, 5)));
        for (gross, left) in [(0, line(83, 17)), (-1, line(83, 17)), (100, line(0, 0))] {
            assert_eq!(wanted(gross, 0).take_from(&mut left.clone()), None);
        }
    }

    proptest! {
        #[test]
        fn no_more_is_taken_than_is_wanted_or_left(
            net in 0_i64..2_000,
            tax in 0_i64..2_000,
            gross_wanted in -10_i64..4_000,
            tax_wanted in -10_i64..4_000,
        ) {
            let mut left = line(net, tax);
            let mut wanted = wanted(gross_wanted, tax_wanted);
            let taken = wanted.take_from(&mut left);
            let gross = gross_wanted.clamp(0, net + tax);
            prop_assert_eq!(taken.map_or(0, |taken| taken.gross.amount), gross);
            prop_assert_eq!(wanted.gross, gross_wanted - gross);
            let taken = taken.unwrap_or(line(0, 0));
            for part in [taken, left] {
                prop_assert!(part.net.amount >= 0 && part.tax.amount >= 0, "{:?}", part);
                prop_assert_eq!(part.net.amount + part.tax.amount, part.gross.amount);
            }
            prop_assert_eq!(left.net.amount + taken.net.amount, net);
            prop_assert_eq!(left.tax.amount + taken.tax.amount, tax);
        }
    }
}
