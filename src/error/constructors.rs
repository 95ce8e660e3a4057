//! The constructors of errors.

use std::borrow::Cow;
use std::error::Error as StdError;

use super::cause::{self, Cause, Part};
use super::{Inner, Kind, ResponseMeta};
use crate::Error;

impl Error {
    pub(super) fn new(kind: Kind) -> Self {
        Self(Box::new(Inner {
            kind,
            operation: None,
            host: String::new(),
            response: None,
            part: None,
            response_lost_earlier: false,
            note: None,
            source: None,
        }))
    }

    pub(crate) fn invalid_input(what: impl Into<String>) -> Self {
        Self::new(Kind::InvalidInput(what.into()))
    }

    /// Names the environment variable of an invalid value.
    pub(crate) fn for_env_var(mut self, name: &str) -> Self {
        if let Kind::InvalidInput(what) = &mut self.0.kind {
            what.insert_str(0, ": ");
            what.insert_str(0, name);
        }
        self
    }

    /// Builds the error for a variable that does not hold the URL of a proxy.
    pub(crate) fn invalid_proxy_var(name: &str) -> Self {
        let what = format!(
            "{name} isn't the URL of a proxy; set it to one such as http://proxy.example.com:3128, or unset it"
        );
        Self::invalid_input(what).about(Part::Proxy)
    }

    /// Builds the error for a variable that names no CA certificates.
    pub(crate) fn invalid_certificate_var(name: &str, why: &str) -> Self {
        Self::invalid_input(format!(
            "{name} {why}; correct it, or unset it to use the system's CA certificates"
        ))
        .about(Part::Certificate)
    }

    pub(super) fn environment(what: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Environment(what.into()))
    }

    pub(crate) fn no_random_bytes(source: getrandom::Error) -> Self {
        Self::environment("Couldn't get random bytes from the operating system; try again, or check the sandbox that this tool runs in").with_source(source)
    }

    pub(crate) fn no_runtime() -> Self {
        Self::environment(
            "Found no tokio runtime, or it is shutting down; make calls inside of one, such as #[tokio::main]",
        )
    }

    pub(crate) fn no_http_client(source: impl StdError + Send + Sync + 'static) -> Self {
        // Setting up TLS fails only if no CA certificates are found.
        if cause::tls::cause(&source).is_some() {
            return Self::environment(
                "Couldn't set up HTTPS: no CA certificates found; install them (on most systems, the package \
                 ca-certificates), or set SSL_CERT_FILE to a file with them",
            )
            .about(Part::Certificate)
            .with_source(source);
        }
        Self::environment("Couldn't set up the HTTP client").with_source(source)
    }

    pub(crate) fn protocol(
        operation: &'static str,
        host: String,
        response: Option<ResponseMeta>,
        what: &str,
    ) -> Self {
        Self::new(Kind::Protocol(what.to_owned())).for_operation(Some(operation), host, response)
    }

    /// Builds the error of a login that timed out. The error of the last poll is its source. If polling still failed, it
    /// also determines whether the certificate or the proxy is the problem.
    pub(crate) fn login_timeout(message: String, last_error: Option<Error>, is_failing: bool) -> Self {
        let mut error = Self::new(Kind::LoginTimeout(message));
        error.0.part = last_error.as_ref().filter(|_| is_failing).and_then(|error| error.0.part);
        match last_error {
            Some(last_error) => error.with_source(last_error),
            None => error,
        }
    }

    /// The error of a request that is not one of the specification's operations.
    pub(crate) fn from_http(error: reqwest::Error, host: String) -> Self {
        let error = if error.is_connect() { Self::connect(error) } else { Self::response_lost(error) };
        error.for_operation(None, host, None)
    }

    pub(super) fn connect(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let cause = Cause::of(&error);
        let (timeout, part) = (error.is_timeout(), cause.part);
        let error = Self::new(Kind::Connect { timeout, cause }).with_source(error);
        match part {
            Some(part) => error.about(part),
            None => error,
        }
    }

    pub(super) fn response_lost(error: reqwest::Error) -> Self {
        Self::new(Kind::ResponseLost { timeout: error.is_timeout() }).with_source(error.without_url())
    }

    pub(super) fn about(mut self, part: Part) -> Self {
        self.0.part = Some(part);
        self
    }

    pub(super) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Box::new(source));
        self
    }

    pub(super) fn for_operation(
        mut self,
        operation: Option<&'static str>,
        host: String,
        response: Option<ResponseMeta>,
    ) -> Self {
        self.0.operation = operation;
        self.0.host = host;
        self.0.response = response;
        self
    }

    /// Records that an earlier response was lost that may have held the result.
    pub(crate) fn after_lost_response(mut self) -> Self {
        self.0.response_lost_earlier = true;
        self
    }

    /// Adds what the failure means for the user.
    pub(crate) fn with_note(mut self, note: &'static str) -> Self {
        self.0.note = Some(note);
        self
    }
}
