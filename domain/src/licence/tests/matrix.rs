//! Every state of a licence against every command.

use super::super::*;
use super::causes::{align, disputed, refunded, revoked_by_dispute, withdrawn};
use super::upgrades::{release, reserve, supersede};
use super::{access, activate_with, bounded, deactivate, issue, rotate, transfer};
use crate::testing::samples::{buyer, stranger};
use crate::testing::{given, hold_table};

#[test]
fn every_state_answers_every_command_as_the_table_says() {
    let live = || given::<Licence>([]).and(issue(bounded(), 1, 6));
    let states = [
        ("absent", LicenceState::Absent),
        ("live", live().state()),
        ("in use", live().and(activate_with(1, 1, 7)).state()),
        ("passed on", live().and(transfer(buyer(), &stranger())).state()),
        ("disputed", live().and(align([disputed()])).state()),
        ("refunded", live().and(align([refunded()])).state()),
        ("withdrawn", live().and(align([withdrawn()])).state()),
        ("lost", live().and(align([revoked_by_dispute()])).state()),
        ("both", live().and(align([disputed(), refunded()])).state()),
        ("back", live().and(align([refunded()])).and(align([])).state()),
        ("reserved", live().and(reserve()).state()),
        ("superseded", live().and(reserve()).and(supersede()).state()),
    ];
    let other = LicenceGrant {
        buyer_id: stranger().person_id,
        ..bounded()
    };
    let commands = [
        ("issue", issue(bounded(), 1, 9)),
        ("issue another", issue(other, 1, 9)),
        ("nothing stands", align([])),
        ("a dispute is open", align([disputed()])),
        ("a dispute is lost", align([revoked_by_dispute()])),
        ("it is refunded", align([refunded()])),
        ("the buyer withdrew", align([withdrawn()])),
        ("refunded and disputed", align([refunded(), disputed()])),
        ("activate", activate_with(1, 1, 10)),
        ("deactivate", deactivate(1)),
        ("rotate the key", rotate(buyer())),
        ("pass it on", transfer(buyer(), &stranger())),
        ("download", access(1, 10)),
        ("order an upgrade", reserve()),
        ("upgrade", supersede()),
        ("close the upgrade", release(UpgradeReleaseReason::NotPaid)),
        ("give back", release(UpgradeReleaseReason::TakenBack)),
    ];
    let commands = commands.map(|(name, command)| (name.to_owned(), command));
    hold_table::<Licence>(include_str!("matrix.txt"), &states, &commands);
}
