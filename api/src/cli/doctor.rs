//! `comptoir doctor`

use std::time::Duration;

use comptoir_engine::gateway::hyperswitch::{Hyperswitch, HyperswitchError};

use super::{CliError, print_line};
use crate::config::{Origin, Reported, Source};
use crate::http::openapi_document;
use crate::node::{check_schema, connect};
use crate::rendering;

const PATIENCE: Duration = Duration::from_secs(5);

/// Prints the settings and what can be reached.
pub(super) async fn run(source: &Source) -> Result<(), CliError> {
    print_line("Settings")?;
    for reported in source.report() {
        print_line(&setting_line(&reported))?;
    }
    for name in source.without_effect() {
        print_line(&format!("  {name:<42} has no effect in this release"))?;
    }
    print_line("\nChecks")?;
    let checks = [
        (
            "configuration",
            source
                .config()
                .map(|_| "complete".to_owned())
                .map_err(|error| error.to_string()),
        ),
        ("database", check_database(source).await),
        ("hyperswitch", check_hyperswitch(source).await),
        ("invoices", check_invoicing(source).await),
        ("mail", check_mail(source)),
        (
            "api description",
            openapi_document()
                .map(|_| "made".to_owned())
                .map_err(|error| error.to_string()),
        ),
    ];
    let mut healthy = true;
    for (what, found) in checks {
        let (mark, text) = match found {
            Ok(text) => ("ok", text),
            Err(text) => ("FAILED", text),
        };
        healthy &= mark == "ok";
        print_line(&format!("  {mark:<6} {what}: {text}"))?;
    }
    if healthy { Ok(()) } else { Err(CliError::Unhealthy) }
}

fn setting_line(reported: &Reported) -> String {
    let value = reported.value.as_deref().unwrap_or("(not set)");
    let origin = match (reported.origin, &reported.value) {
        (_, None) => "",
        (Origin::Environment, Some(_)) => "  (environment)",
        (Origin::File, Some(_)) => "  (file)",
        (Origin::Default, Some(_)) => "  (default)",
    };
    format!("  {:<42} {value}{origin}", reported.setting.env)
}

async fn check_database(source: &Source) -> Result<String, String> {
    let config = source.database().map_err(|error| error.to_string())?;
    let looking = async {
        let pool = connect(&config).await.map_err(|error| chain(&error))?;
        check_schema(&pool).await.map_err(|error| chain(&error))?;
        Ok("reached, and up to date".to_owned())
    };
    tokio::time::timeout(PATIENCE, looking)
        .await
        .unwrap_or_else(|_| Err("it does not answer".to_owned()))
}

/// Asks for a payment that cannot exist: any proper answer shows address and key to be good.
async fn check_hyperswitch(source: &Source) -> Result<String, String> {
    let config = source.hyperswitch().map_err(|error| error.to_string())?;
    let client = Hyperswitch::new(config).map_err(|problems| {
        problems
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("; ")
    })?;
    let asking = client.retrieve_payment("pay_00000000000000000000000000");
    match tokio::time::timeout(PATIENCE, asking).await {
        Err(_) => Err("it does not answer".to_owned()),
        Ok(Ok(_)) => Ok("reached, the key is good".to_owned()),
        Ok(Err(error)) => judge(&error),
    }
}

/// Whether invoices are issued, and by which template.
async fn check_invoicing(source: &Source) -> Result<String, String> {
    let Some(section) = source.invoicing().map_err(|error| error.to_string())? else {
        return Ok("off: COMPTOIR_INVOICING_NAME is not set".to_owned());
    };
    rendering::renderer(section.template_folder.as_deref())
        .await
        .map_err(|error| chain(&error))?;
    let template = match section.template_folder {
        Some(folder) => format!("the template in {}", folder.display()),
        None => "the built-in template".to_owned(),
    };
    let since = match section.since {
        Some(day) => format!("orders paid since {day}"),
        None => "all paid orders".to_owned(),
    };
    Ok(format!("issued for {since}, by {template}"))
}

/// Whether mail is sent. Nothing is sent to find out.
fn check_mail(source: &Source) -> Result<String, String> {
    let mail = source.mail().map_err(|error| error.to_string())?;
    let invoicing = source.invoicing().map_err(|error| error.to_string())?;
    Ok(match (mail, invoicing) {
        (None, _) => "off: COMPTOIR_SMTP_HOST is not set".to_owned(),
        (Some(_), None) => "configured, but there is nothing to send while no invoices are issued".to_owned(),
        (Some(mail), Some(_)) => format!("by {}:{}", mail.host, mail.port),
    })
}

fn judge(error: &HyperswitchError) -> Result<String, String> {
    if matches!(error, HyperswitchError::Refused(refusal) if refusal.status == 404) {
        return Ok("reached, the key is good".to_owned());
    }
    Err(chain(error))
}

fn chain(error: &dyn std::error::Error) -> String {
    crate::http::problem::chain(error)
}
