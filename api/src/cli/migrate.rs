//! `comptoir migrate`

use comptoir_ledger::MIGRATOR;

use super::{CliError, print_line, progress};
use crate::config::Source;
use crate::node::{applied_migrations, connect};

/// Applies what is missing.
pub(super) async fn run(source: &Source) -> Result<(), CliError> {
    let pool = connect(&source.database()?).await?;
    let before = applied_migrations(&pool).await?.len();
    let spinner = progress::spinner("migrating");
    let done = MIGRATOR.run(&pool).await;
    spinner.finish_and_clear();
    done?;
    let applied = applied_migrations(&pool).await?.len() - before;
    let text = if applied == 0 {
        "the database was up to date".to_owned()
    } else {
        format!("the database is up to date; migrations applied: {applied}")
    };
    Ok(print_line(&text)?)
}
