//! The credential store.

mod contents;
mod damage;
#[cfg(unix)]
mod permissions;
mod processes;

use std::fs;
use std::path::{Path, PathBuf};

use harmont_auth::SessionToken;
use harmont_auth_cli::CredentialStore;

const API: &str = "https://api.harmont.dev";

/// A directory with a store, deleted at the end of the test.
struct Home {
    directory: tempfile::TempDir,
}

impl Home {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    fn with(content: impl AsRef<[u8]>) -> Self {
        let home = Self::new();
        fs::write(home.file(), content).unwrap();
        home
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn file(&self) -> PathBuf {
        self.path().join("credentials.toml")
    }

    fn text(&self) -> String {
        fs::read_to_string(self.file()).unwrap()
    }

    fn store(&self) -> CredentialStore {
        CredentialStore::at(self.file())
    }

    /// The names of all files but the lock, which stays.
    fn files(&self) -> Vec<String> {
        let files = fs::read_dir(self.path()).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.filter(|name| name != "credentials.toml.lock").collect();
        names.sort();
        names
    }
}

fn token(text: &str) -> SessionToken {
    text.parse().unwrap()
}

fn exposed(token: Option<SessionToken>) -> Option<String> {
    token.map(|token| token.expose_secret().to_owned())
}

fn stored(store: &CredentialStore, api: &str) -> Option<String> {
    exposed(store.get(api).unwrap())
}
