//! The rules of a licence.

mod causes;
mod matrix;

use super::*;
use crate::testing::samples::events::licence_grant;
use crate::testing::{given, samples::*};

fn issue(minutes: i64) -> LicenceCommand {
    LicenceCommand::Issue {
        grant: licence_grant(),
        at: at(minutes),
    }
}

#[test]
fn a_licence_is_issued_once() {
    given::<Licence>([]).when(issue(6)).then([LicenceIssued {
        grant: licence_grant(),
        at: at(6),
    }
    .into()]);
    given::<Licence>([]).and(issue(6)).when(issue(9)).then_nothing();
}

#[test]
fn another_licence_under_the_same_id_is_refused() {
    let other = LicenceGrant {
        buyer_id: stranger().person_id,
        ..licence_grant()
    };
    given::<Licence>([])
        .and(issue(6))
        .when(LicenceCommand::Issue {
            grant: other,
            at: at(9),
        })
        .then_error(&LicenceError::IssuedDifferently);
}
