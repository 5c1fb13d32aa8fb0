//! Every state of a licence against every command about its standing.

use super::super::*;
use super::causes::{align, disputed, refunded, revoked_by_dispute, withdrawn};
use super::issue;
use crate::testing::samples::events::licence_grant;
use crate::testing::samples::{at, stranger};
use crate::testing::{given, hold_table};

#[test]
fn every_state_answers_every_command_as_the_table_says() {
    let live = || given::<Licence>([]).and(issue(6));
    let states = [
        ("absent", LicenceState::Absent),
        ("live", live().state()),
        ("disputed", live().and(align([disputed()])).state()),
        ("refunded", live().and(align([refunded()])).state()),
        ("withdrawn", live().and(align([withdrawn()])).state()),
        ("lost", live().and(align([revoked_by_dispute()])).state()),
        ("both", live().and(align([disputed(), refunded()])).state()),
        ("back", live().and(align([refunded()])).and(align([])).state()),
    ];
    let other = LicenceGrant {
        buyer_id: stranger().person_id,
        ..licence_grant()
    };
    let commands = [
        ("issue", issue(9)),
        (
            "issue another",
            LicenceCommand::Issue {
                grant: other,
                at: at(9),
            },
        ),
        ("nothing stands", align([])),
        ("a dispute is open", align([disputed()])),
        ("a dispute is lost", align([revoked_by_dispute()])),
        ("it is refunded", align([refunded()])),
        ("the buyer withdrew", align([withdrawn()])),
        ("refunded and disputed", align([refunded(), disputed()])),
    ];
    let commands = commands.map(|(name, command)| (name.to_owned(), command));
    hold_table::<Licence>(include_str!("matrix.txt"), &states, &commands);
}
