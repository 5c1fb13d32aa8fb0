//! Every state of a series against every kind of document that could be issued.

use super::*;
use crate::testing::hold_table;

#[test]
fn every_state_answers_every_command_as_the_table_says() {
    let last = beginning_at(u32::MAX);
    let states = [
        ("absent", InvoicingState::Absent),
        ("open", given::<Invoicing>([]).and(first()).state()),
        ("used up", {
            let content = next(&InvoicingState::Absent, &last, 9, today());
            given::<Invoicing>([]).and(issue(last, content)).state()
        }),
    ];
    let open = &states[1].1;
    let yesterday = today() - Days::new(1);
    let other_terms = series_terms(seller_as_supplier(), INVOICE);
    let commands = [
        ("the first", first()),
        ("the second", issue(terms(), next(open, &terms(), 1, today()))),
        (
            "a number of one's own",
            issue(
                terms(),
                DocumentContent {
                    number: "X-1".to_owned().try_into().unwrap(),
                    ..invoice()
                },
            ),
        ),
        (
            "the second, yesterday",
            issue(
                terms(),
                DocumentContent {
                    issued_on: yesterday,
                    ..next(open, &terms(), 1, today())
                },
            ),
        ),
        (
            "next year",
            issue(
                terms(),
                DocumentContent {
                    issued_on: today() + Days::new(365),
                    ..next(open, &terms(), 1, today())
                },
            ),
        ),
        ("a credit note", issue(terms(), credit_note())),
        (
            "of a seller",
            issue(other_terms, next(open, &terms(), 1, today())),
        ),
        (
            "in a form for sellers",
            issue(
                SeriesTerms {
                    format: NumberFormat::try_new("{supplier}{year}{number}").unwrap(),
                    ..terms()
                },
                next(open, &terms(), 1, today()),
            ),
        ),
    ];
    let commands = commands.map(|(name, command)| (name.to_owned(), command));
    hold_table::<Invoicing>(include_str!("matrix.txt"), &states, &commands);
}
