//! Clients and sessions as variables of the environment say: the only place of this crate that reads any.

use std::env;

use crate::error::Error;
use crate::settings::checked;
use crate::{Client, Session};

impl Client {
    /// Makes a client as the environment says: `HM_API_URL` for the API, `HM_APP_URL` for the web app.
    ///
    /// Call it in tools whose users have other servers. A variable that is not set, or empty, leaves the default. Only
    /// this function and [`Session::from_env`] read variables of this crate; its HTTP stack reads those for proxies, and on
    /// some systems those for certificates (see the README).
    ///
    /// # Examples
    ///
    /// ```no_run
    /// let client = harmont_auth::Client::from_env()?;
    /// # Ok::<(), harmont_auth::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`ClientBuilder::build`](crate::ClientBuilder::build); also when a variable is not Unicode.
    ///
    /// # Security
    ///
    /// Whoever sets `HM_API_URL` is sent the token, and whoever sets `HM_APP_URL` the nonce of each login.
    pub fn from_env() -> Result<Self, Error> {
        let mut builder = Self::builder();
        builder.base_url = address("base URL", "HM_API_URL")?;
        builder.app_url = address("app URL", "HM_APP_URL")?;
        builder.build()
    }
}

impl Session {
    /// Makes a session as the environment says: the token from `HM_API_TOKEN`, the rest as [`Client::from_env`].
    ///
    /// Call it in CI and other places where nobody can click.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// let session = harmont_auth::Session::from_env()?;
    /// # Ok::<(), harmont_auth::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_invalid_input`] when there is no token or it is malformed; else as [`Client::from_env`].
    ///
    /// # Security
    ///
    /// Programs that yours starts inherit the variable, unless you remove it.
    pub fn from_env() -> Result<Self, Error> {
        let client = Client::from_env()?;
        match variable("HM_API_TOKEN")? {
            Some(token) => {
                let token = token.parse().map_err(|error: Error| error.in_variable("HM_API_TOKEN"))?;
                Ok(client.session(token))
            }
            None => {
                Err(Error::invalid_input("HM_API_TOKEN is not set; put a session token there, or sign in"))
            }
        }
    }
}

fn address(what: &str, name: &str) -> Result<Option<String>, Error> {
    let url = variable(name)?;
    url.as_deref().map(|url| checked(what, url)).transpose().map_err(|error| error.in_variable(name))?;
    Ok(url)
}

fn variable(name: &str) -> Result<Option<String>, Error> {
    match env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(Error::invalid_input(format!("{name} is not Unicode"))),
    }
}
