//! Every state of a licence against every command.

use super::super::*;
use super::causes::{
    align, base_contested, base_gone, disputed, refunded, resold, revoked_by_dispute, withdrawn,
};
use super::upgrades::{release, reserve, supersede};
use super::{LATER, access, activate_with, bounded, deactivate, issue, offline_file, rotate, transfer};
use crate::testing::samples::events::activation_id;
use crate::testing::samples::{at, buyer, stranger};
use crate::testing::{given, hold_every_variant, hold_table};

pub(super) fn states() -> Vec<(&'static str, LicenceState)> {
    let live = || given::<Licence>([]).and(issue(bounded(), 1, 6));
    let expired = given::<Licence>([]).and(issue(bounded(), 1, 6 - LATER));
    vec![
        ("absent", LicenceState::Absent),
        ("live", live().state()),
        ("in use", live().and(activate_with(1, 1, 7)).state()),
        ("passed on", live().and(transfer(buyer(), &stranger())).state()),
        ("expired", expired.state()),
        ("disputed", live().and(align([disputed()])).state()),
        ("refunded", live().and(align([refunded()])).state()),
        ("withdrawn", live().and(align([withdrawn()])).state()),
        ("lost", live().and(align([revoked_by_dispute()])).state()),
        ("base contested", live().and(align([base_contested()])).state()),
        ("base gone", live().and(align([base_gone()])).state()),
        ("resold", live().and(align([resold()])).state()),
        ("both", live().and(align([disputed(), refunded()])).state()),
        ("back", live().and(align([refunded()])).and(align([])).state()),
        ("reserved", live().and(reserve()).state()),
        ("superseded", live().and(reserve()).and(supersede()).state()),
    ]
}

fn commands() -> Vec<(String, LicenceCommand)> {
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
        ("its base is contested", align([base_contested()])),
        ("its base is gone", align([base_gone()])),
        ("it was resold", align([resold()])),
        ("refunded and disputed", align([refunded(), disputed()])),
        ("activate", activate_with(1, 1, 10)),
        ("deactivate", deactivate(1)),
        ("rotate the key", rotate(buyer())),
        ("pass it on", transfer(buyer(), &stranger())),
        ("download", access(1, 10)),
        ("take it along", offline_file(buyer(), None, 10)),
        ("on a device", offline_file(buyer(), Some(activation_id(1)), 10)),
        ("order an upgrade", reserve()),
        ("upgrade", supersede()),
        ("close the upgrade", release(UpgradeReleaseReason::NotPaid)),
        ("give back", release(UpgradeReleaseReason::TakenBack)),
    ];
    commands.map(|(name, command)| (name.to_owned(), command)).into()
}

#[test]
fn every_state_answers_every_command_as_the_table_says() {
    hold_table::<Licence>(include_str!("matrix.txt"), &states(), &commands());
}

#[test]
fn the_table_misses_no_state_no_cause_and_no_command() {
    let (states, commands) = (states(), commands());
    hold_every_variant!(
        states.iter().map(|(_, state)| state),
        LicenceState { Absent, Issued }
    );
    let held: Vec<&HeldLicence> = states.iter().filter_map(|(_, state)| state.held()).collect();
    let standings: Vec<LicenceStanding> = held.iter().map(|held| held.standing(at(10))).collect();
    hold_every_variant!(
        standings.iter(),
        LicenceStanding {
            Live,
            Suspended,
            Revoked,
            Superseded,
            Expired,
        }
    );
    hold_every_variant!(
        held.iter().map(|held| &held.succession),
        Succession {
            Open,
            Reserved,
            Superseded,
        }
    );
    hold_every_variant!(
        held.iter().flat_map(|held| held.causes.keys()),
        LicenceCause {
            Refund,
            Dispute,
            Withdrawal,
            Base,
            Resold,
        }
    );
    hold_every_variant!(
        commands.iter().map(|(_, command)| command),
        LicenceCommand {
            Issue,
            Activate,
            Deactivate,
            RotateKey,
            Transfer,
            RecordAccess,
            IssueOfflineFile,
            Upgrade,
            Align,
        }
    );
}
