//! How each error is made.

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

    /// Names the variable of the environment that a bad value came from.
    pub(crate) fn for_env_var(mut self, name: &str) -> Self {
        if let Kind::InvalidInput(what) = &mut self.0.kind {
            what.insert_str(0, ": ");
            what.insert_str(0, name);
        }
        self
    }

    /// A variable with the address of a proxy that cannot be one.
    pub(crate) fn invalid_proxy_var(name: &str) -> Self {
        let what = format!(
            "{name} isn't the address of a proxy; it should look like http://proxy.example.com:3128, or not be set"
        );
        Self::invalid_input(what).about(Part::Proxy)
    }

    /// A variable with the place of CA certificates where there is nothing.
    pub(crate) fn invalid_certificate_var(name: &str, why: &str) -> Self {
        Self::invalid_input(format!(
            "{name} {why}; correct it, or remove it to use the system's CA certificates"
        ))
        .about(Part::Certificate)
    }

    pub(super) fn environment(what: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Environment(what.into()))
    }

    pub(crate) fn no_random_bytes(source: getrandom::Error) -> Self {
        Self::environment("the operating system gives no random bytes; try again, or check the sandbox that this tool runs in").with_source(source)
    }

    pub(crate) fn no_runtime() -> Self {
        Self::environment(
            "there is no tokio runtime here, or it is shutting down; make calls inside of one, such as #[tokio::main]",
        )
    }

    pub(crate) fn no_http_client(source: impl StdError + Send + Sync + 'static) -> Self {
        // Of our own TLS, only the search for CA certificates can fail when it is set up.
        if cause::tls::cause(&source).is_some() {
            return Self::environment(
                "Couldn't set up HTTPS: no CA certificates found; install them (most systems call the package \
                 ca-certificates), or name a file of them in SSL_CERT_FILE",
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
        Self::new(Kind::Protocol(what.to_owned())).for_operation(operation, host, response)
    }

    /// The end of a login. The last fault is its source, and if that fault goes on, what it is about, this is, too.
    pub(crate) fn login_timeout(what: String, fault: Option<Error>, is_failing: bool) -> Self {
        let mut error = Self::new(Kind::LoginTimeout(what));
        error.0.part = fault.as_ref().filter(|_| is_failing).and_then(|fault| fault.0.part);
        match fault {
            Some(fault) => error.with_source(fault),
            None => error,
        }
    }

    pub(super) fn connect(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let cause = Cause::of(&error);
        let part = cause.part;
        let mut this = Self::new(Kind::Connect { timeout: error.is_timeout(), cause }).with_source(error);
        this.0.part = part;
        this
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
        operation: &'static str,
        host: String,
        response: Option<ResponseMeta>,
    ) -> Self {
        self.0.operation = Some(operation).filter(|it| !it.is_empty());
        self.0.host = host;
        self.0.response = response;
        self
    }

    /// Remembers that an earlier response was lost that may have held what was asked for.
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
