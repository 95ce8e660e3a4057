//! What can go wrong with the store. No text holds anything of the file but the place of the fault.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::document::Damage;

/// Why the credential store cannot be used.
///
/// The text says what happened to which file, where in it, and what to do. Nothing was changed.
///
/// # Examples
///
/// ```
/// use harmont_auth_cli::CredentialStore;
///
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("credentials.toml");
/// std::fs::write(&path, "entries = 1")?;
/// let error = CredentialStore::at(path).get("https://api.harmont.dev").unwrap_err();
/// assert!(error.to_string().contains("line 1, column 11: `entries` isn't a table"));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Security
///
/// Neither `Debug` nor `Display` quotes the file, which may hold tokens in any place if it is damaged.
#[derive(Debug)]
pub struct StoreError(Problem);

#[derive(Debug)]
enum Problem {
    NoHome { variable: &'static str },
    Damaged { path: PathBuf, line: usize, column: usize, reason: String },
    NotAFile { path: PathBuf },
    Io { path: PathBuf, action: Action, cause: io::Error },
}

/// What failed with an I/O error.
#[derive(Clone, Copy, Debug)]
pub(super) enum Action {
    Read,
    Lock,
    Write,
}

impl StoreError {
    pub(super) fn no_home(variable: &'static str) -> Self {
        Self(Problem::NoHome { variable })
    }

    /// The content may be anything, also no UTF-8.
    pub(super) fn damaged(path: &Path, content: &[u8], damage: Damage) -> Self {
        let before = &content[..damage.offset.min(content.len())];
        let lines = before.split(|byte| *byte == b'\n').enumerate();
        let (line, last) = lines.last().unwrap_or_default();
        let (line, column) = (1 + line, 1 + String::from_utf8_lossy(last).chars().count());
        Self(Problem::Damaged { path: path.to_owned(), line, column, reason: damage.reason })
    }

    pub(super) fn not_a_file(path: &Path) -> Self {
        Self(Problem::NotAFile { path: path.to_owned() })
    }

    pub(super) fn io(action: Action, path: &Path, cause: io::Error) -> Self {
        Self(Problem::Io { path: path.to_owned(), action, cause })
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Problem::NoHome { variable } => {
                write!(f, "Couldn't find the home directory. Set {variable} to its absolute path.")
            }
            Problem::Damaged { path, line, column, reason } => write!(
                f,
                "{} is damaged at line {line}, column {column}: {reason}. Correct the file, or move it away and sign \
                 in again. It wasn't changed.",
                path.display()
            ),
            Problem::NotAFile { path } => {
                write!(f, "{} isn't a file. Move it away and sign in again.", path.display())
            }
            Problem::Io { path, action, cause } => {
                let (verb, next) = match action {
                    Action::Read => ("read", "Check its owner and permissions."),
                    Action::Lock => ("lock", "Check its owner, and that you can write to its directory."),
                    Action::Write => (
                        "write",
                        "Check the free space and the permissions of its directory. It wasn't changed.",
                    ),
                };
                write!(f, "Couldn't {verb} {}: {cause}. {next}", path.display())
            }
        }
    }
}

// No source: the text has it already.
impl Error for StoreError {}
