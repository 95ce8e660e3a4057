//! What can go wrong, without a secret: the error type, how each error is made, and what tools ask of it.

mod api;
mod cause;
mod text;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::time::Duration;

use reqwest::StatusCode;

use cause::{Cause, Part};

/// What a call, a login or a bad value failed with.
///
/// The text says what happened, why, and what to do; of hosts it names only that of the base URL. The `is_*` methods tell
/// the cases apart that a tool reacts to; [`status`](Self::status) and [`code`](Self::code) serve for the rest. `Debug`, in
/// which `main` and `unwrap` show an error, adds the operation and the chain of sources.
///
/// # Examples
///
/// ```
/// let error = "not a code!".parse::<harmont_auth::PasteCode>().unwrap_err();
/// assert!(error.is_invalid_input());
/// ```
///
/// # Security
///
/// Neither `Debug` nor `Display` nor the chain of sources holds a token, a nonce or a code, nor anything else that the
/// server said but its machine-readable `code`, `request_id` and `doc_url`. Its message is not shown: it may repeat a
/// secret, or carry codes that steer a terminal.
pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
    /// The `operationId`, where there was a call.
    operation: Option<&'static str>,
    /// The host of the base URL, where there was a call.
    host: String,
    answer: Option<Answer>,
    part: Option<Part>,
    /// A response was lost earlier that may have held what was asked for.
    lost_before: bool,
    consequence: Option<&'static str>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

enum Kind {
    InvalidInput(String),
    /// The machine does not give what is needed: random bytes, TLS.
    Setup(Cow<'static, str>),
    /// No connection came about, so the server has seen nothing.
    Connect {
        timeout: bool,
        cause: Cause,
    },
    /// The request went out and no whole answer came back: the server may have acted.
    Lost {
        timeout: bool,
    },
    /// A whole answer, but not a success.
    Refused,
    /// A page for a browser, where the API would have answered in JSON.
    WebPage,
    /// A success that is not what the specification says.
    Protocol(String),
    /// The login's time is over.
    LoginTimeout(String),
}

/// What is kept of an answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) code: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) doc_url: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    /// The headers say that it is a web page.
    pub(crate) is_html: bool,
}

impl Answer {
    /// Whether somebody between us and the API has answered with a page for a browser. Any other status speaks for itself.
    fn is_web_page(&self, body: &[u8]) -> bool {
        let can_be = self.status.is_success()
            || self.status.is_redirection()
            || matches!(self.status, StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN);
        can_be && (self.is_html || body.trim_ascii_start().starts_with(b"<"))
    }
}

impl Error {
    fn new(kind: Kind) -> Self {
        Self(Box::new(Inner {
            kind,
            operation: None,
            host: String::new(),
            answer: None,
            part: None,
            lost_before: false,
            consequence: None,
            source: None,
        }))
    }

    pub(crate) fn invalid_input(what: impl Into<String>) -> Self {
        Self::new(Kind::InvalidInput(what.into()))
    }

    /// Names the variable of the environment that a bad value came from.
    pub(crate) fn in_variable(mut self, name: &str) -> Self {
        if let Kind::InvalidInput(what) = &mut self.0.kind {
            what.insert_str(0, ": ");
            what.insert_str(0, name);
        }
        self
    }

    /// A variable with the address of a proxy that cannot be one.
    pub(crate) fn bad_proxy_variable(name: &str) -> Self {
        let what = format!(
            "{name} isn't the address of a proxy; it should look like http://proxy.example.com:3128, or not be set"
        );
        Self::invalid_input(what).about(Part::Proxy)
    }

    /// A variable with the place of CA certificates where there is nothing.
    pub(crate) fn bad_certificate_variable(name: &str, why: &str) -> Self {
        Self::invalid_input(format!(
            "{name} {why}; correct it, or remove it to use the system's CA certificates"
        ))
        .about(Part::Certificate)
    }

    fn setup(what: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Setup(what.into()))
    }

    pub(crate) fn no_random_bytes(source: getrandom::Error) -> Self {
        Self::setup("the operating system gives no random bytes; try again, or check the sandbox that this tool runs in").with_source(source)
    }

    pub(crate) fn no_runtime() -> Self {
        Self::setup(
            "there is no tokio runtime here, or it is shutting down; make calls inside of one, such as #[tokio::main]",
        )
    }

    pub(crate) fn no_http_client(source: impl StdError + Send + Sync + 'static) -> Self {
        // Of our own TLS, only the search for CA certificates can fail when it is set up.
        if cause::tls::cause(&source).is_some() {
            return Self::setup(
                "Couldn't set up HTTPS: no CA certificates found; install them (most systems call the package \
                 ca-certificates), or name a file of them in SSL_CERT_FILE",
            )
            .about(Part::Certificate)
            .with_source(source);
        }
        Self::setup("Couldn't set up the HTTP client").with_source(source)
    }

    pub(crate) fn protocol(
        operation: &'static str,
        host: String,
        answer: Option<Answer>,
        what: &str,
    ) -> Self {
        Self::new(Kind::Protocol(what.to_owned())).in_operation(operation, host, answer)
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

    /// The error of a request that is none of the specification's operations.
    pub(crate) fn from_http(error: reqwest::Error, host: String) -> Self {
        let error = if error.is_connect() { Self::connect(error) } else { Self::lost(error) };
        error.in_operation("", host, None)
    }

    fn connect(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let cause = Cause::of(&error);
        let part = cause.part;
        let mut this = Self::new(Kind::Connect { timeout: error.is_timeout(), cause }).with_source(error);
        this.0.part = part;
        this
    }

    fn lost(error: reqwest::Error) -> Self {
        Self::new(Kind::Lost { timeout: error.is_timeout() }).with_source(error.without_url())
    }

    fn about(mut self, part: Part) -> Self {
        self.0.part = Some(part);
        self
    }

    fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Box::new(source));
        self
    }

    fn in_operation(mut self, operation: &'static str, host: String, answer: Option<Answer>) -> Self {
        self.0.operation = Some(operation).filter(|it| !it.is_empty());
        self.0.host = host;
        self.0.answer = answer;
        self
    }

    /// Remembers that an earlier response was lost that may have held what was asked for.
    pub(crate) fn after_a_lost_response(mut self) -> Self {
        self.0.lost_before = true;
        self
    }

    /// Adds what the failure means for the user.
    pub(crate) fn with_consequence(mut self, consequence: &'static str) -> Self {
        self.0.consequence = Some(consequence);
        self
    }

    /// Returns whether a value was refused before any request: a base URL, a token, a paste code, an environment
    /// variable. The text says which, and why.
    ///
    /// # Examples
    ///
    /// ```
    /// let error = "hunter2 hunter2".parse::<harmont_auth::SessionToken>().unwrap_err();
    /// assert!(error.is_invalid_input());
    /// ```
    pub fn is_invalid_input(&self) -> bool {
        matches!(self.0.kind, Kind::InvalidInput(_))
    }

    /// Returns whether no connection to the server came about. The server has seen nothing of the call. Where
    /// [`is_certificate`](Self::is_certificate) or [`is_proxy`](Self::is_proxy) holds, too, the cause is known.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(session: harmont_auth::Session) {
    /// if let Err(error) = session.mint_code().await
    ///     && error.is_connect()
    /// {
    ///     println!("are you online?");
    /// }
    /// # }
    /// ```
    pub fn is_connect(&self) -> bool {
        matches!(self.0.kind, Kind::Connect { .. })
    }

    /// Returns whether certificates are the problem: the server's is not accepted (not from a known authority, expired, for
    /// another host), or this machine has no CA certificates. Trying again does not help; the text says what may.
    ///
    /// A certificate that seems expired or not yet valid may also be a sign of a wrong clock; the text then has both dates.
    /// Without one of this crate's TLS features, only [`is_connect`](Self::is_connect) holds.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(mut login: harmont_auth::Login) {
    /// if let Err(error) = login.wait().await
    ///     && error.is_certificate()
    /// {
    ///     println!("{error}\nBehind an inspecting proxy, set SSL_CERT_FILE to your company's certificates.");
    /// }
    /// # }
    /// ```
    pub fn is_certificate(&self) -> bool {
        self.0.part == Some(Part::Certificate)
    }

    /// Returns whether the proxy is the problem: it requires credentials, refuses, cannot be reached, or is of a kind that
    /// is not supported; or the variable of the environment that names it is malformed.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(mut login: harmont_auth::Login) {
    /// if let Err(error) = login.wait().await
    ///     && error.is_proxy()
    /// {
    ///     println!("{error}\nSee --help for the settings of proxies.");
    /// }
    /// # }
    /// ```
    pub fn is_proxy(&self) -> bool {
        self.0.part == Some(Part::Proxy) || self.refused_with(StatusCode::PROXY_AUTHENTICATION_REQUIRED)
    }

    /// Returns whether time ran out: for the connection, for the answer, or for the login.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(mut login: harmont_auth::Login) {
    /// if let Err(error) = login.wait().await
    ///     && error.is_timeout()
    /// {
    ///     println!("{error}"); // whether nobody approved, or somebody else has taken the token
    /// }
    /// # }
    /// ```
    pub fn is_timeout(&self) -> bool {
        matches!(
            self.0.kind,
            Kind::Connect { timeout: true, .. } | Kind::Lost { timeout: true } | Kind::LoginTimeout(_)
        )
    }

    /// Returns whether the server does not accept the session token (401): it expired or was revoked. Sign in again.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(session: harmont_auth::Session) {
    /// if let Err(error) = session.mint_code().await
    ///     && error.is_unauthorized()
    /// {
    ///     println!("sign in again");
    /// }
    /// # }
    /// ```
    pub fn is_unauthorized(&self) -> bool {
        self.refused_with(StatusCode::UNAUTHORIZED)
    }

    /// Returns whether the server knows no such paste code or nonce (400, `cli_code_invalid`): it is mistyped, expired
    /// or already used. The server does not tell these apart.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(client: harmont_auth::Client, code: harmont_auth::PasteCode) {
    /// if let Err(error) = client.redeem_code(code).await
    ///     && error.is_code_invalid()
    /// {
    ///     println!("ask for a new code");
    /// }
    /// # }
    /// ```
    pub fn is_code_invalid(&self) -> bool {
        self.refused_with(StatusCode::BAD_REQUEST) && self.code() == Some("cli_code_invalid")
    }

    /// Returns whether the server asks for fewer calls (429). See [`retry_after`](Self::retry_after).
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(session: harmont_auth::Session) {
    /// if let Err(error) = session.mint_code().await
    ///     && error.is_rate_limited()
    /// {
    ///     println!("slow down: {:?}", error.retry_after());
    /// }
    /// # }
    /// ```
    pub fn is_rate_limited(&self) -> bool {
        self.refused_with(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Returns whether it is unknown if the server has acted: a code may be used up, a token minted, a session still alive.
    ///
    /// The request went out, and its response was lost, unreadable, or the failure of a server or gateway that may come
    /// after the act (RFC 9110, section 15.6: 500, 502, 504, or 503 without `Retry-After`). Of a login it also holds when
    /// that happened earlier, while it waited.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(session: harmont_auth::Session) {
    /// if let Err(error) = session.logout().await
    ///     && error.is_outcome_unknown()
    /// {
    ///     println!("the session may still be open; try again");
    /// }
    /// # }
    /// ```
    pub fn is_outcome_unknown(&self) -> bool {
        self.0.lost_before
            || self.is_response_lost()
            || match self.0.kind {
                Kind::Protocol(_) => true,
                Kind::WebPage => self.status().is_some_and(|status| status.is_success()),
                _ => false,
            }
    }

    /// Returns whether the server may not have acted, or may have, so that asking again can tell.
    pub(crate) fn is_response_lost(&self) -> bool {
        match self.0.kind {
            Kind::Lost { .. } => true,
            Kind::Refused => match self.status().map_or(0, |status| status.as_u16()) {
                503 => self.retry_after().is_none(),
                // Nothing of these is done: not implemented, another HTTP version, sign in to the network first.
                501 | 505 | 511 => false,
                status => status >= 500,
            },
            _ => false,
        }
    }

    /// Returns whether the server claimed success with an answer that is not what the specification says.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(session: harmont_auth::Session) {
    /// if let Err(error) = session.mint_code().await
    ///     && error.is_protocol()
    /// {
    ///     println!("is that a Harmont server? {error}");
    /// }
    /// # }
    /// ```
    pub fn is_protocol(&self) -> bool {
        match self.0.kind {
            Kind::Protocol(_) => true,
            Kind::WebPage => self.status().is_some_and(|status| status.is_success()),
            _ => false,
        }
    }

    /// Returns the HTTP status, where an answer arrived.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(session: harmont_auth::Session) {
    /// if let Err(error) = session.mint_code().await
    ///     && error.status().is_some_and(|status| status.is_server_error())
    /// {
    ///     println!("the server is in trouble");
    /// }
    /// # }
    /// ```
    pub fn status(&self) -> Option<StatusCode> {
        self.0.answer.as_ref().map(|answer| answer.status)
    }

    /// Returns the server's machine-readable reason, such as `unauthorized`, where it gave one.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(session: harmont_auth::Session) {
    /// if let Err(error) = session.mint_code().await
    ///     && error.code() == Some("unauthorized")
    /// {
    ///     println!("sign in again");
    /// }
    /// # }
    /// ```
    pub fn code(&self) -> Option<&str> {
        self.0.answer.as_ref()?.code.as_deref()
    }

    /// Returns the id under which the server's operators find the request, where it gave one.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(session: harmont_auth::Session) {
    /// if let Err(error) = session.mint_code().await {
    ///     println!("tell support: {}", error.request_id().unwrap_or("no id"));
    /// }
    /// # }
    /// ```
    pub fn request_id(&self) -> Option<&str> {
        self.0.answer.as_ref()?.request_id.as_deref()
    }

    /// Returns the address of the server's page about the failure, where it gave a plain one: https, and nothing behind
    /// the path.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(session: harmont_auth::Session) {
    /// if let Err(error) = session.mint_code().await {
    ///     println!("see {}", error.doc_url().unwrap_or("the documentation"));
    /// }
    /// # }
    /// ```
    pub fn doc_url(&self) -> Option<&str> {
        self.0.answer.as_ref()?.doc_url.as_deref()
    }

    /// Returns how long the server asks to wait before the next try, where it said so (RFC 9110, `Retry-After`).
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(session: harmont_auth::Session) {
    /// if let Err(error) = session.mint_code().await {
    ///     println!("try again in {:?}", error.retry_after().unwrap_or_default());
    /// }
    /// # }
    /// ```
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.answer.as_ref()?.retry_after
    }

    /// Returns whether the same request may well succeed a little later.
    pub(crate) fn is_transient(&self) -> bool {
        let status = self.status().map_or(0, |status| status.as_u16());
        match &self.0.kind {
            Kind::Connect { cause, .. } => !cause.is_final,
            Kind::Lost { .. } | Kind::WebPage => true,
            Kind::Refused => matches!(status, 408 | 429 | 500..=599),
            _ => false,
        }
    }

    fn refused_with(&self, status: StatusCode) -> bool {
        matches!(self.0.kind, Kind::Refused) && self.status() == Some(status)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
