//! The settings of a client, and the rules for its base URLs.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;

use crate::clock::{Clock, SystemClock};
use crate::error::Error;
use crate::generated::SERVER;

/// Where the API is, where its web app is, and how patient the client is.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Without a slash at the end.
    pub(crate) base_url: String,
    pub(crate) app_url: String,
    /// Nothing of such an address goes through a proxy.
    pub(crate) is_loopback: bool,
    /// Such an address never needs TLS.
    pub(crate) is_plain: bool,
    pub(crate) user_agent: String,
    pub(crate) connect_timeout: Duration,
    pub(crate) attempt_timeout: Duration,
    pub(crate) call_timeout: Duration,
    pub(crate) retry_after_limit: Duration,
    pub(crate) login_timeout: Duration,
    pub(crate) browser_grace: Duration,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            base_url: SERVER.to_owned(),
            app_url: app_url(SERVER),
            is_loopback: false,
            is_plain: false,
            user_agent: concat!("harmont-auth/", env!("CARGO_PKG_VERSION")).to_owned(),
            connect_timeout: Duration::from_secs(10),
            attempt_timeout: Duration::from_secs(30),
            call_timeout: Duration::from_secs(60),
            retry_after_limit: Duration::from_secs(10),
            login_timeout: Duration::from_secs(300),
            browser_grace: Duration::from_secs(1),
            clock: Arc::new(SystemClock),
        }
    }
}

impl Settings {
    /// How long a connection may take: less than a first attempt, whose time-out then tells whether the request was sent.
    pub(crate) fn connect_limit(&self) -> Duration {
        self.connect_timeout.min(self.attempt_timeout.min(self.call_timeout) / 2)
    }
}

/// The web app that belongs to an API: `app.X` to `api.X`; any other host serves both.
pub(crate) fn app_url(base_url: &str) -> String {
    base_url.replacen("://api.", "://app.", 1)
}

pub(crate) fn without_slash(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

/// Parses an address and holds it against the rules. It may carry a password, so no error repeats it.
pub(crate) fn checked(what: &str, text: &str) -> Result<Url, Error> {
    let refuse = |why: &str| Err(Error::invalid_input(format!("the {what} {why}")));
    // Parsing would drop tabs and newlines without a word.
    if text.chars().any(|it| it.is_control() || it.is_whitespace()) {
        return refuse("has a space or a control character in it; remove it");
    }
    let Ok(url) = Url::parse(text) else {
        return refuse("is not a URL; it should look like https://api.example.com");
    };
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("must not carry a user name or password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse("must not have a query or fragment");
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => {
            refuse("must be https; http would send secrets in the clear, and is for loopback hosts only")
        }
        _ => refuse("must begin with https://, or on a loopback host with http://"),
    }
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    match host.trim_matches(['[', ']']).parse::<std::net::IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host == "localhost",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Otherwise it would be unknown whether an attempt that ran out of time has sent the request.
    #[test]
    fn a_connection_gets_less_time_than_an_attempt_and_a_call() {
        let second = Duration::from_secs(1);
        for (connect_timeout, attempt_timeout, call_timeout) in [
            (10 * second, second, 60 * second),
            (10 * second, 30 * second, second),
            (second, 4 * second, 4 * second),
        ] {
            let settings = Settings { connect_timeout, attempt_timeout, call_timeout, ..Settings::default() };
            let limit = settings.connect_limit();
            assert!(limit <= connect_timeout && limit <= attempt_timeout / 2 && limit <= call_timeout / 2);
        }
    }
}
