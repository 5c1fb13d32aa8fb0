//! The section `mail`: the server that mails are handed to, if they are sent at all.

use std::time::Duration;

use comptoir_engine::Secret;
use comptoir_engine::gateway::mail::{MailConfig, MailCredentials, MailSecurity, MailSender};

use super::parse::{self, Unfit};
use super::reader::Reader;
use super::settings as set;

/// None if no mail is sent, and also if something is wrong, which is then on the list.
pub(super) fn mail(reader: &mut Reader<'_>) -> Option<MailConfig> {
    let security = reader.required(&set::SMTP_SECURITY, |text| match text {
        "starttls" => Ok(MailSecurity::StartTls),
        "tls" => Ok(MailSecurity::Tls),
        "none" => Ok(MailSecurity::None),
        _ => Err(Unfit),
    });
    let port = reader.optional(&set::SMTP_PORT, parse::number(1..=65_535));
    let timeout = reader.required(&set::SMTP_TIMEOUT_MS, parse::milliseconds(100..=600_000));
    let give_up_hours = reader.required(&set::SMTP_GIVE_UP_HOURS, parse::number(1..=8_760_u64));
    let host = reader.optional(&set::SMTP_HOST, parse::text);
    let Some(host) = host else {
        let others = [
            &set::SMTP_PORT,
            &set::SMTP_USER,
            &set::SMTP_PASSWORD,
            &set::SMTP_FROM,
        ];
        reader.only_with(&set::SMTP_HOST, &others);
        return None;
    };
    let sender = reader.required(&set::SMTP_FROM, MailSender::try_new);
    let credentials = credentials(reader);
    let security = security?;
    Some(MailConfig {
        host,
        port: port.unwrap_or(security.port()),
        security,
        credentials,
        sender: sender?,
        timeout: timeout?,
        give_up_after: Duration::from_hours(give_up_hours?),
    })
}

/// Both or none. None also if one of them is missing, which is then on the list.
fn credentials(reader: &mut Reader<'_>) -> Option<MailCredentials> {
    let user = reader.optional(&set::SMTP_USER, parse::text);
    let password = reader.optional(&set::SMTP_PASSWORD, parse::text).map(Secret::new);
    let missing = match (&user, &password) {
        (Some(_), Some(_)) | (None, None) => None,
        (Some(_), None) => Some("COMPTOIR_SMTP_USER is set, but COMPTOIR_SMTP_PASSWORD is not"),
        (None, Some(_)) => Some("COMPTOIR_SMTP_PASSWORD is set, but COMPTOIR_SMTP_USER is not"),
    };
    if let Some(problem) = missing {
        reader.add(problem);
    }
    Some(MailCredentials {
        user: user?,
        password: password?,
    })
}
