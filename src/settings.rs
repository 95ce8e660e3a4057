//! The settings of a client, and the rules for its base URLs.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;

use crate::clock::{Clock, SystemClock};
use crate::error::Error;
use crate::generated::SERVER;

/// The URLs and timeouts of a client.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Without a trailing slash.
    pub(crate) base_url: String,
    pub(crate) app_url: String,
    /// The base URL has a loopback host, which bypasses proxies.
    pub(crate) is_loopback: bool,
    /// The base URL is `http`, which needs no TLS.
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
    /// Returns the connect timeout. It is shorter than that of an attempt, so that a timeout tells whether the request was
    /// sent.
    pub(crate) fn connect_limit(&self) -> Duration {
        self.connect_timeout.min(self.attempt_timeout.min(self.call_timeout) / 2)
    }
}

/// Returns the URL of the web app of an API: `app.X` for `api.X`. Any other host serves both.
pub(crate) fn app_url(base_url: &str) -> String {
    base_url.replacen("://api.", "://app.", 1)
}

pub(crate) fn without_slash(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

/// Parses a base URL and checks it against the rules. It may contain a password, so no error repeats it.
pub(crate) fn checked(what: &str, text: &str) -> Result<Url, Error> {
    let refuse = |why: &str| Err(Error::invalid_input(format!("the {what} {why}")));
    // Parsing would silently remove tabs and newlines.
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return refuse("contains a space or a control character; remove it");
    }
    let Ok(url) = Url::parse(text) else {
        let example = if what == "app URL" { "app" } else { "api" };
        return refuse(&format!("is not a URL; it should look like https://{example}.example.com"));
    };
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("must not contain a user name or password");
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

    /// Otherwise a timeout would not tell whether the request was sent.
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
