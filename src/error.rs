//! The error type. Its messages never contain secrets.

mod api;
mod cause;
mod constructors;
mod text;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::time::Duration;

use reqwest::StatusCode;

use cause::{Cause, Part};

/// The error returned by every fallible operation of this crate.
///
/// `Display` writes what happened, the cause, and the next step. The only host it names is that of the base URL. The
/// `is_*` methods identify the cases that a tool handles; [`status`](Self::status) and [`code`](Self::code) cover the
/// rest. `Debug`, which `main` and `unwrap` use, adds the operation and the chain of sources.
///
/// # Examples
///
/// ```no_run
/// # async fn example(session: harmont_auth::Session) {
/// match session.mint_code().await {
///     Ok(code) => println!("Type this into the other tool: {}", code.expose_secret()),
///     Err(error) if error.is_unauthorized() => println!("Your session has ended. Sign in again."),
///     Err(error) if error.is_rate_limited() => println!("Try again in {:?}.", error.retry_after()),
///     Err(error) => println!("{error}"), // includes what to do next
/// }
/// # }
/// ```
///
/// # Security
///
/// Neither `Debug` nor `Display` nor the chain of sources contains a token, a nonce or a code. Of the server's response,
/// only its machine-readable `code`, `request_id` and `doc_url` are kept, after a check. Its message is never shown: it
/// may repeat a secret or contain terminal escape sequences.
pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
    /// The `operationId`, if there was a call.
    operation: Option<&'static str>,
    /// The host of the base URL, if there was a call.
    host: String,
    response: Option<ResponseMeta>,
    part: Option<Part>,
    /// An earlier response was lost that may have held the result.
    response_lost_earlier: bool,
    note: Option<&'static str>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

enum Kind {
    InvalidInput(String),
    /// The machine lacks something: random bytes, TLS, a runtime.
    Environment(Cow<'static, str>),
    /// Connecting failed; the server received nothing.
    Connect {
        timeout: bool,
        cause: Cause,
    },
    /// The request was sent, but no complete response arrived: the server may have acted.
    ResponseLost {
        timeout: bool,
    },
    /// A complete response with the status of a failure.
    Status,
    /// A web page in place of a JSON response of the API.
    WebPage,
    /// A success that does not match the specification.
    Protocol(String),
    LoginTimeout(String),
}

/// The parts of a response that errors keep.
#[derive(Clone, Debug, Default)]
pub(crate) struct ResponseMeta {
    pub(crate) status: StatusCode,
    pub(crate) code: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) doc_url: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    /// `Content-Type` is `text/html`.
    pub(crate) is_html: bool,
}

impl ResponseMeta {
    /// Returns whether a proxy or portal between this tool and the API responded with a web page. Statuses not listed here
    /// have a clear meaning of their own.
    fn is_web_page(&self, body: &[u8]) -> bool {
        let is_ambiguous = self.status.is_success()
            || self.status.is_redirection()
            || matches!(self.status, StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN);
        is_ambiguous && (self.is_html || body.trim_ascii_start().starts_with(b"<"))
    }
}

impl Error {
    /// Returns whether a value was rejected before any request: a base URL, a token, a paste code, an environment variable.
    pub fn is_invalid_input(&self) -> bool {
        matches!(self.0.kind, Kind::InvalidInput(_))
    }

    /// Returns whether connecting to the server failed, so that it received nothing.
    /// [`is_certificate`](Self::is_certificate) and [`is_proxy`](Self::is_proxy) identify known causes.
    pub fn is_connect(&self) -> bool {
        matches!(self.0.kind, Kind::Connect { .. })
    }

    /// Returns whether the server's certificate was not accepted, or this machine has no CA certificates. Retrying does not
    /// help.
    ///
    /// If a certificate is expired or not valid yet, the message contains both dates, since the clock may be wrong. Without
    /// one of this crate's TLS features, only [`is_connect`](Self::is_connect) is true.
    pub fn is_certificate(&self) -> bool {
        self.0.part == Some(Part::Certificate)
    }

    /// Returns whether the proxy is the problem: it requires credentials, refuses, cannot be reached or is not supported, or
    /// the environment variable that names it is malformed.
    pub fn is_proxy(&self) -> bool {
        self.0.part == Some(Part::Proxy) || self.has_status(StatusCode::PROXY_AUTHENTICATION_REQUIRED)
    }

    /// Returns whether a timeout expired: that of the connection, of the response, or of the login.
    pub fn is_timeout(&self) -> bool {
        matches!(
            self.0.kind,
            Kind::Connect { timeout: true, .. }
                | Kind::ResponseLost { timeout: true }
                | Kind::LoginTimeout(_)
        )
    }

    /// Returns whether the server rejected the session token (401), because it has expired or was revoked.
    pub fn is_unauthorized(&self) -> bool {
        self.has_status(StatusCode::UNAUTHORIZED)
    }

    /// Returns whether the paste code or nonce is unknown to the server (400, `cli_code_invalid`): mistyped, expired or
    /// already used. The server does not distinguish these.
    pub fn is_code_invalid(&self) -> bool {
        self.has_status(StatusCode::BAD_REQUEST) && self.code() == Some("cli_code_invalid")
    }

    /// Returns whether the server received too many requests (429). See [`retry_after`](Self::retry_after).
    pub fn is_rate_limited(&self) -> bool {
        self.has_status(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Returns whether the server may have acted: a code may be used up, a token minted, a session still live.
    ///
    /// The request was sent, and its response was lost, unreadable, or a failure that a server or gateway may send after the
    /// action (RFC 9110, section 15.6: 500, 502, 504, or 503 without `Retry-After`). For a login, it is also true if this
    /// happened to an earlier poll.
    pub fn is_outcome_unknown(&self) -> bool {
        self.0.response_lost_earlier || self.is_response_lost() || self.is_protocol()
    }

    /// Returns whether the server sent a success that does not match the specification.
    pub fn is_protocol(&self) -> bool {
        match self.0.kind {
            Kind::Protocol(_) => true,
            Kind::WebPage => self.status().is_some_and(|status| status.is_success()),
            _ => false,
        }
    }

    /// Returns the HTTP status, if a response arrived.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.response.as_ref().map(|response| response.status)
    }

    /// Returns the server's machine-readable reason, such as `unauthorized`, if it sent one.
    pub fn code(&self) -> Option<&str> {
        self.0.response.as_ref()?.code.as_deref()
    }

    /// Returns the id by which the server's operators find the request, if it sent one.
    pub fn request_id(&self) -> Option<&str> {
        self.0.response.as_ref()?.request_id.as_deref()
    }

    /// Returns the URL of the server's page about the failure, if it sent one. Only `https` URLs without query or fragment
    /// are kept.
    pub fn doc_url(&self) -> Option<&str> {
        self.0.response.as_ref()?.doc_url.as_deref()
    }

    /// Returns how long the server asks to wait before the next attempt, if it sent `Retry-After` (RFC 9110).
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.response.as_ref()?.retry_after
    }

    /// Returns whether the response of a sent request was lost, so that the same request may show whether the server acted.
    pub(crate) fn is_response_lost(&self) -> bool {
        match self.0.kind {
            Kind::ResponseLost { .. } => true,
            Kind::Status => match self.status().map_or(0, |status| status.as_u16()) {
                503 => self.retry_after().is_none(),
                // Not implemented, HTTP version not supported, network sign-in required: the server did not act.
                501 | 505 | 511 => false,
                status => status >= 500,
            },
            _ => false,
        }
    }

    /// Returns whether the same request may succeed a little later.
    pub(crate) fn is_transient(&self) -> bool {
        let status = self.status().map_or(0, |status| status.as_u16());
        match &self.0.kind {
            Kind::Connect { cause, .. } => !cause.is_final,
            Kind::ResponseLost { .. } | Kind::WebPage => true,
            Kind::Status => matches!(status, 408 | 429 | 500..=599),
            _ => false,
        }
    }

    fn has_status(&self, status: StatusCode) -> bool {
        matches!(self.0.kind, Kind::Status) && self.status() == Some(status)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
