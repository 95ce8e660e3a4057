//! The text of errors: what happened, the cause, and the next step.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use super::Kind;
use crate::Error;

const UNKNOWN: &str = "the request may or may not have gone through, so check before you repeat it";

impl Error {
    /// Returns what happened and the next step, which may be empty.
    fn message(&self) -> (Cow<'_, str>, &'static str) {
        let host = &self.0.host;
        match &self.0.kind {
            Kind::InvalidInput(what) | Kind::LoginTimeout(what) => (what.into(), ""),
            Kind::Environment(what) => (Cow::Borrowed(what), ""),
            Kind::Connect { timeout: true, cause } if cause.part.is_none() => {
                (format!("Can't reach {host} (no connection in time)").into(), cause.advice)
            }
            Kind::Connect { cause, .. } => {
                (format!("Can't reach {host} ({})", cause.reason).into(), cause.advice)
            }
            Kind::ResponseLost { timeout: true } => {
                (format!("{host} didn't respond in time").into(), UNKNOWN)
            }
            Kind::ResponseLost { timeout: false } => {
                (format!("The response of {host} was lost").into(), UNKNOWN)
            }
            Kind::Status => self.status_message(),
            Kind::WebPage => (
                format!("A web page came back instead of the API at {host}").into(),
                "check for a proxy, a Wi-Fi login page or a wrong address",
            ),
            Kind::Protocol(what) => (
                format!("{host} sent a response that doesn't fit the API's specification: {what}").into(),
                "check the address, or update this tool",
            ),
        }
    }

    /// Returns the message for a status.
    fn status_message(&self) -> (Cow<'_, str>, &'static str) {
        let host = &self.0.host;
        match self.status().unwrap_or_default().as_u16() {
            400 if self.is_code_invalid() => {
                ("The code is mistyped, expired or already used".into(), "get a new one")
            }
            401 => (format!("{host} doesn't accept the session token").into(), "sign in again"),
            404 | 405 => (format!("The API wasn't found at {host}").into(), "check the address"),
            407 => (
                "The proxy requires a valid user name and password".into(),
                "check the proxy variables, such as HTTPS_PROXY and NO_PROXY",
            ),
            408 => (format!("{host} didn't receive the request in time").into(), "try again"),
            429 => ("Too many requests".into(), "try again later"),
            511 => ("The network requires its own sign-in".into(), "open any web page in a browser first"),
            300..=399 => (
                format!(
                    "{host} responded with a redirect, which isn't followed: it would send a secret elsewhere"
                )
                .into(),
                "check the address",
            ),
            500..=599 => (
                format!("{host} had an error").into(),
                if self.is_response_lost() { UNKNOWN } else { "try again later" },
            ),
            _ => (format!("{host} refused the request").into(), "check the address, or update this tool"),
        }
    }

    /// Returns the text without the next step, for errors that are retried automatically.
    pub(crate) fn summary(&self) -> impl fmt::Display {
        Summary(self)
    }

    fn write_summary(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message().0)?;
        if let Some(response) = &self.0.response {
            write!(f, " (status {}", response.status.as_u16())?;
            if let Some(code) = &response.code {
                write!(f, ", code {code}")?;
            }
            if let Some(request_id) = &response.request_id {
                write!(f, ", request {request_id}")?;
            }
            if let Some(wait) = response.retry_after {
                write!(f, ", retry after {} s", wait.as_secs())?;
            }
            f.write_str(")")?;
        }
        Ok(())
    }
}

struct Summary<'a>(&'a Error);

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write_summary(f)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_summary(f)?;
        let advice = match self.message().1 {
            "" => None,
            // A note gives the advice for a lost response itself.
            UNKNOWN if self.0.note.is_some() => None,
            advice => Some(advice),
        };
        // The message of a timeout reports the loss itself.
        let reports_loss = self.0.response_lost_earlier && !matches!(self.0.kind, Kind::LoginTimeout(_));
        let lost = reports_loss.then_some("an earlier response that may have held the session was lost");
        for part in [advice, lost, self.0.note].into_iter().flatten() {
            write!(f, "; {part}")?;
        }
        Ok(())
    }
}

/// Writes the text, the operation and the chain of sources, since `main` and `unwrap` show errors to users by `Debug`.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        if let Some(operation) = self.0.operation {
            write!(f, "\n  in: {operation}")?;
        }
        let mut source = self.source();
        while let Some(error) = source {
            write!(f, "\n  because: {error}")?;
            source = error.source();
        }
        Ok(())
    }
}
