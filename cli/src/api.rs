//! Determines which API the commands use.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use harmont_auth::{Client, ClientBuilder};
use toml_edit::DocumentMut;

use crate::error::Error;
use crate::store::CredentialStore;

/// The address of an API, as the user configured it.
#[derive(Clone, Debug)]
pub(crate) struct Api {
    /// Also the key of the store, so a slash at the end stays.
    pub(crate) url: String,
    /// `HM_APP_URL` belongs to `HM_API_URL` or the default: the web app of another API must not get a login's nonce.
    allows_app_url: bool,
}

impl Api {
    /// Takes the address from the option, else from `HM_API_URL`, else from the user's configuration, else the default.
    ///
    /// A project's `.hm/config.toml` is never read: a cloned repository must not choose where the user's token goes.
    pub(crate) fn find(option: Option<&str>, store: &CredentialStore) -> Result<Self, Error> {
        if let Some(url) = option.filter(|it| !it.is_empty()) {
            return Self::checked(url, "--api", false);
        }
        if let Some(url) = variable("HM_API_URL")? {
            return Self::checked(&url, "HM_API_URL", true);
        }
        let file = store.path().with_file_name("config.toml");
        match configured(&file)? {
            Some(url) => Self::checked(&url, &format!("{} ([cloud] api_url)", file.display()), false),
            None => Self::checked(Client::new().base_url(), "the default", true),
        }
    }

    /// Checks the address before anything shows it: it may hold a password. The error names what the user can correct.
    fn checked(url: &str, origin: &str, allows_app_url: bool) -> Result<Self, Error> {
        match Client::builder().base_url(url).build() {
            Ok(_) => Ok(Self { url: url.to_owned(), allows_app_url }),
            Err(error) => Err(Error::new(format!("The API address from {origin} can't be used: {error}"))),
        }
    }

    /// Makes a client. Nothing is sent, and neither TLS nor the network is set up before its first call.
    pub(crate) fn client(&self, user_agent: &str) -> Result<Client, Error> {
        let builder = if self.allows_app_url { ClientBuilder::from_env()? } else { Client::builder() };
        let builder = builder.base_url(&self.url).user_agent(user_agent);
        // The session is stored before the browser gets its time to come back.
        Ok(builder.browser_grace(Duration::ZERO).build()?)
    }
}

/// Returns the value of a variable; an empty one counts as unset.
fn variable(name: &str) -> Result<Option<String>, Error> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value).filter(|it| !it.is_empty())),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(Error::new(format!("{name} is not Unicode. Set it again, or unset it.")))
        }
    }
}

/// Reads `[cloud] api_url` of the user's configuration, which other tools write. A file that cannot be understood is an
/// error, since the default would send the token to another server than the user wants.
fn configured(file: &Path) -> Result<Option<String>, Error> {
    let problem = |what: &str| Err(Error::new(format!("{} {what}. Correct or remove it.", file.display())));
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return problem(&format!("can't be read ({error})")),
    };
    let document: DocumentMut = match text.parse() {
        Ok(document) => document,
        Err(error) => {
            let error: toml_edit::TomlError = error;
            // The error's own text quotes the line, which may hold a secret.
            let line = error
                .span()
                .map_or(1, |span| 1 + text.bytes().take(span.start).filter(|byte| *byte == b'\n').count());
            return problem(&format!("is not valid TOML (line {line})"));
        }
    };
    let Some(cloud) = document.get("cloud") else { return Ok(None) };
    let Some(cloud) = cloud.as_table_like() else { return problem("has a `cloud` that is not a table") };
    let Some(url) = cloud.get("api_url") else { return Ok(None) };
    match url.as_str() {
        Some(url) => Ok(Some(url.to_owned()).filter(|it| !it.is_empty())),
        None => problem("has an `api_url` that is not a string"),
    }
}
