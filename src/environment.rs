//! Clients and sessions from the environment. Only `preflight` also reads variables.

use std::env;

use crate::error::Error;
use crate::settings::checked;
use crate::{Client, ClientBuilder, Session};

const TOKEN: &str = "HM_API_TOKEN";

impl ClientBuilder {
    /// Creates a builder from the environment: `HM_API_URL` is the API's base URL, `HM_APP_URL` that of the web app.
    ///
    /// Call it in tools whose users have other servers. An unset or empty variable leaves the default, and a later call
    /// of [`base_url`](Self::base_url) or [`app_url`](Self::app_url) replaces the value. The HTTP stack also reads the
    /// variables for proxies, and on some systems those for certificates.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use harmont_auth::ClientBuilder;
    ///
    /// let client = ClientBuilder::from_env()?.user_agent("hm/1.2").build()?;
    /// # Ok::<(), harmont_auth::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_invalid_input`] if a variable is not Unicode or its URL breaks the rules of
    /// [`base_url`](Self::base_url). The message names the variable.
    ///
    /// # Security
    ///
    /// The token is sent to `HM_API_URL`, and the nonce of each login to `HM_APP_URL`.
    pub fn from_env() -> Result<Self, Error> {
        let mut builder = Self::default();
        builder.base_url = address("base URL", "HM_API_URL")?;
        builder.app_url = address("app URL", "HM_APP_URL")?;
        Ok(builder)
    }
}

impl Client {
    /// Creates a client from the environment: `HM_API_URL` is the API's base URL, `HM_APP_URL` that of the web app.
    ///
    /// Call it in tools whose users have other servers; [`ClientBuilder::from_env`] allows other settings, too. An unset or
    /// empty variable leaves the default.
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
    /// As [`ClientBuilder::from_env`] and [`ClientBuilder::build`].
    ///
    /// # Security
    ///
    /// The token is sent to `HM_API_URL`, and the nonce of each login to `HM_APP_URL`.
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env()?.build()
    }

    /// Returns a session with the token in `HM_API_TOKEN`, if that is set and not empty.
    ///
    /// Call it before looking for a stored token: users set the variable if no browser is available, such as in CI.
    /// Nothing is sent, so an expired token is noticed on the first call.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # fn stored_token() -> Option<harmont_auth::SessionToken> { None }
    /// # fn example() -> Result<(), harmont_auth::Error> {
    /// let client = harmont_auth::Client::from_env()?;
    /// let session = match client.session_from_env()? {
    ///     Some(session) => Some(session),
    ///     None => stored_token().map(|token| client.session(token)),
    /// };
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_invalid_input`] if the variable is not Unicode or cannot be a token.
    ///
    /// # Security
    ///
    /// The token is sent to this client's base URL with every call of the session. Programs that yours starts inherit the
    /// variable, unless you remove it.
    pub fn session_from_env(&self) -> Result<Option<Session>, Error> {
        let Some(token) = variable(TOKEN)? else { return Ok(None) };
        let token = token.parse().map_err(|error: Error| error.for_env_var(TOKEN))?;
        Ok(Some(self.session(token)))
    }
}

impl Session {
    /// Creates a session from the environment: the token is in `HM_API_TOKEN`, the rest as for [`Client::from_env`].
    ///
    /// Call it in tools that never run with a browser, such as in CI. Tools with a login use [`Client::session_from_env`].
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
    /// [`Error::is_invalid_input`] if there is no token or it is malformed; else as [`Client::from_env`].
    ///
    /// # Security
    ///
    /// Programs that yours starts inherit the variable, unless you remove it.
    pub fn from_env() -> Result<Self, Error> {
        Client::from_env()?.session_from_env()?.ok_or_else(|| {
            Error::invalid_input(format!("{TOKEN} is not set; set it to a session token, or sign in"))
        })
    }
}

fn address(what: &str, name: &str) -> Result<Option<String>, Error> {
    let url = variable(name)?;
    url.as_deref().map(|url| checked(what, url)).transpose().map_err(|error| error.for_env_var(name))?;
    Ok(url)
}

/// Returns the value of a variable; an empty one counts as unset.
fn variable(name: &str) -> Result<Option<String>, Error> {
    match env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => {
            Err(Error::invalid_input(format!("{name} is not valid Unicode; correct it, or unset it")))
        }
    }
}
