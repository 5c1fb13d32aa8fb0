//! The system user who runs the server: PostgreSQL refuses to run as root.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use super::PostgresError;

/// Users who can run a server when we are root, in order of preference; the last one is made if none exists.
const CANDIDATES: [&str; 3] = ["postgres", "nobody", MADE];
const MADE: &str = "comptoir-sandbox";

/// Who runs the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Account {
    /// We ourselves: an ordinary user.
    Ourselves,
    /// We are root, so this unprivileged user does.
    Other { uid: u32, gid: u32 },
}

impl Account {
    pub(super) fn find() -> Result<Self, PostgresError> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self::Ourselves);
        }
        find_candidate()
            .or_else(make_candidate)
            .ok_or(PostgresError::NoUnprivilegedUser)
    }

    /// A command that runs as this account, in no particular folder, detached from our terminal's signals.
    pub(super) fn command(self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir("/").stdin(Stdio::null()).process_group(0);
        if let Self::Other { uid, gid } = self {
            command.uid(uid).gid(gid);
        }
        command
    }

    /// Gives a file or folder to this account.
    pub(super) fn take_over(self, path: &Path) -> Result<(), PostgresError> {
        match self {
            Self::Ourselves => Ok(()),
            Self::Other { uid, gid } => std::os::unix::fs::chown(path, Some(uid), Some(gid))
                .map_err(PostgresError::io(format!("give {} to uid {uid}", path.display()))),
        }
    }

    /// Whether this account may pass through a folder, so that what lies in it can be reached.
    pub(super) fn can_enter(self, folder: &Path) -> bool {
        let status = self
            .command(Path::new("test"))
            .arg("-x")
            .arg(folder)
            .stderr(Stdio::null())
            .status();
        status.is_ok_and(|status| status.success())
    }
}

fn find_candidate() -> Option<Account> {
    let users = fs::read_to_string("/etc/passwd").ok()?;
    CANDIDATES.iter().find_map(|name| account_in(&users, name))
}

fn make_candidate() -> Option<Account> {
    let made = Command::new("useradd")
        .args(["--system", "--no-create-home", MADE])
        .output()
        .ok()?;
    if made.status.success() {
        find_candidate()
    } else {
        None
    }
}

/// The account of a user in the text of a passwd file (`name:password:uid:gid:...`), unless it is root.
fn account_in(passwd: &str, name: &str) -> Option<Account> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next() != Some(name) {
            return None;
        }
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        (uid != 0).then_some(Account::Other { uid, gid })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str =
        "root:x:0:0:root:/root:/bin/bash\npostgres:x:101:104::/var/lib/postgresql:/bin/bash\n";

    #[test]
    fn an_account_is_read_from_the_passwd_file() {
        assert_eq!(
            account_in(PASSWD, "postgres"),
            Some(Account::Other { uid: 101, gid: 104 })
        );
        assert_eq!(account_in(PASSWD, "post"), None);
    }

    #[test]
    fn root_is_never_the_account() {
        assert_eq!(account_in(PASSWD, "root"), None);
    }
}
