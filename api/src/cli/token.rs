//! `comptoir token`

use chrono::TimeDelta;
use clap::{Args, ValueEnum};
use comptoir_domain::values::{PersonId, Role};
use comptoir_ledger::clock::{Clock as _, IdSource as _, SystemClock, SystemIds};

use super::{CliError, print_line};
use crate::config::{Source, TokenKeys};
use crate::http::mint;

/// What the token says.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  comptoir token --role buyer
  comptoir token --role seller --role buyer --sub person_01jd3e8m6xf2r9kq7v5t4w8zab --ttl 30m
  curl -H \"Authorization: Bearer $(comptoir token --role admin)\" http://127.0.0.1:8080/api/v1/orders")]
pub(super) struct TokenArgs {
    /// The person, as `person_` and 26 characters; a new one if nobody says
    #[arg(long, value_name = "PERSON")]
    sub: Option<PersonId>,
    /// A role of the person; give it several times for several
    #[arg(long = "role", required = true, value_enum)]
    roles: Vec<RoleArg>,
    /// How long it is good for: a number and s, m, h or d
    #[arg(long, default_value = "1h", value_parser = parse_ttl)]
    ttl: TimeDelta,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RoleArg {
    Buyer,
    Seller,
    Admin,
    Auditor,
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Buyer => Self::Buyer,
            RoleArg::Seller => Self::Seller,
            RoleArg::Admin => Self::Admin,
            RoleArg::Auditor => Self::Auditor,
        }
    }
}

/// Prints a token.
pub(super) fn run(source: &Source, args: &TokenArgs) -> Result<(), CliError> {
    let secret = match source.auth()?.keys {
        TokenKeys::SharedSecret(secret) => secret,
        TokenKeys::KeySet { url } => return Err(CliError::NoSecret { url }),
    };
    let person = args
        .sub
        .unwrap_or_else(|| PersonId::from_uuid(SystemIds.uuid_v7()));
    let roles: Vec<Role> = args.roles.iter().copied().map(Role::from).collect();
    let token = mint(&secret, person, &roles, SystemClock.now() + args.ttl)?;
    Ok(print_line(&token)?)
}

fn parse_ttl(text: &str) -> Result<TimeDelta, String> {
    const WRONG: &str = "a number and s, m, h or d is expected, such as 90s, 30m, 12h or 7d";
    let unit_at = text
        .len()
        .checked_sub(1)
        .filter(|at| text.is_char_boundary(*at))
        .ok_or(WRONG)?;
    let (number, unit) = text.split_at(unit_at);
    let number: u32 = number.parse().map_err(|_| WRONG)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err(WRONG.to_owned()),
    };
    Ok(TimeDelta::seconds(i64::from(number) * seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_to_live_is_a_number_and_a_unit() {
        assert_eq!(parse_ttl("90s"), Ok(TimeDelta::seconds(90)));
        assert_eq!(parse_ttl("2h"), Ok(TimeDelta::hours(2)));
        assert_eq!(parse_ttl("7d"), Ok(TimeDelta::days(7)));
        for wrong in ["", "s", "10", "-1h", "1.5h", "1w", "5é"] {
            assert!(parse_ttl(wrong).is_err(), "{wrong}");
        }
    }
}
