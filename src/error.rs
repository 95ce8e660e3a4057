//! What can go wrong, in words, and without a secret. This is the only file that reads progenitor's error, which would
//! print bodies, headers and the URL.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http_body_util::LengthLimitError;
use progenitor_client::Error as ApiError;
use reqwest::StatusCode;

/// What a call, a login or a bad value failed with.
///
/// The text says what happened, in which operation, and what to do. The `is_*` methods tell the cases apart that a tool
/// reacts to; [`status`](Self::status) and [`code`](Self::code) serve for the rest. `Debug`, in which `main` and `unwrap` show
/// an error, is the text with its causes.
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
    answer: Option<Answer>,
    consequence: Option<&'static str>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

enum Kind {
    InvalidInput(String),
    /// The machine does not give what is needed: random bytes, TLS.
    Setup(&'static str),
    /// No connection came about, so the server has seen nothing.
    Connect {
        timeout: bool,
    },
    /// The request went out and no whole answer came back: the server may have acted.
    Lost {
        timeout: bool,
    },
    /// A whole answer, but not a success.
    Refused,
    /// A success that is not what the specification says.
    Protocol(String),
    /// The login's time is over.
    LoginTimeout {
        what: String,
        outcome_unknown: bool,
    },
}

/// What is kept of an answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) code: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) doc_url: Option<String>,
    pub(crate) retry_after: Option<Duration>,
}

impl Error {
    fn new(kind: Kind) -> Self {
        Self(Box::new(Inner { kind, operation: None, answer: None, consequence: None, source: None }))
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

    pub(crate) fn no_random_bytes(source: getrandom::Error) -> Self {
        Self::new(Kind::Setup("the operating system gives no random bytes")).with_source(source)
    }

    pub(crate) fn no_runtime() -> Self {
        Self::new(Kind::Setup("there is no tokio runtime here, or it is shutting down"))
    }

    pub(crate) fn no_http_client(source: impl StdError + Send + Sync + 'static) -> Self {
        Self::new(Kind::Setup("the HTTP client cannot be set up")).with_source(source)
    }

    pub(crate) fn protocol(operation: &'static str, answer: Option<Answer>, what: &str) -> Self {
        Self::new(Kind::Protocol(what.to_owned())).in_operation(operation, answer)
    }

    pub(crate) fn login_timeout(what: String, outcome_unknown: bool) -> Self {
        Self::new(Kind::LoginTimeout { what, outcome_unknown })
    }

    fn lost(error: reqwest::Error) -> Self {
        Self::new(Kind::Lost { timeout: error.is_timeout() }).with_source(error.without_url())
    }

    fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Box::new(source));
        self
    }

    fn in_operation(mut self, operation: &'static str, answer: Option<Answer>) -> Self {
        self.0.operation = Some(operation);
        self.0.answer = answer;
        self
    }

    /// Adds what the failure means for the user.
    pub(crate) fn with_consequence(mut self, consequence: &'static str) -> Self {
        self.0.consequence = Some(consequence);
        self
    }

    /// Takes what may be kept out of progenitor's error. `answer` is what the transport noted of the last answer;
    /// `envelope` reads code and documentation from the body of a failure.
    pub(crate) async fn from_api(
        error: ApiError<()>,
        operation: &'static str,
        mut answer: Option<Answer>,
        envelope: impl FnOnce(&[u8], &mut Answer),
    ) -> Self {
        let error = match error {
            ApiError::UnexpectedResponse(response) if response.status().is_success() => {
                Self::new(Kind::Protocol("a success of a status that the specification does not know".into()))
            }
            ApiError::UnexpectedResponse(response) => {
                let status = response.status();
                match (response.bytes().await, &mut answer) {
                    // What a 400 means is said in its body alone.
                    (Err(error), _) if status == StatusCode::BAD_REQUEST && !is_too_large(&error) => {
                        Self::lost(error)
                    }
                    (Ok(body), Some(answer)) => {
                        envelope(&body, answer);
                        Self::new(Kind::Refused)
                    }
                    // Any other failure is a failure, also when its body cannot be read.
                    _ => Self::new(Kind::Refused),
                }
            }
            ApiError::CommunicationError(error) if error.is_connect() => {
                Self::new(Kind::Connect { timeout: error.is_timeout() }).with_source(error.without_url())
            }
            ApiError::CommunicationError(error) | ApiError::ResponseBodyError(error)
                if is_too_large(&error) =>
            {
                Self::new(Kind::Protocol("it is larger than 64 KiB".into()))
            }
            ApiError::CommunicationError(error) | ApiError::ResponseBodyError(error) => Self::lost(error),
            // serde_json's own text may quote the value, so only the place is kept.
            ApiError::InvalidResponsePayload(_, error) => Self::new(Kind::Protocol(format!(
                "{} at line {}, column {}",
                match error.classify() {
                    serde_json::error::Category::Data => "a field is missing or has another type",
                    serde_json::error::Category::Eof => "it ends too early",
                    _ => "it is not JSON",
                },
                error.line(),
                error.column()
            ))),
            _ => Self::new(Kind::Protocol("the generated client could not make sense of it".into())),
        };
        error.in_operation(operation, answer)
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

    /// Returns whether no connection to the server came about. The server has seen nothing of the call.
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
            Kind::Connect { timeout: true } | Kind::Lost { timeout: true } | Kind::LoginTimeout { .. }
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

    /// Returns whether the request went out but its answer was lost, so that the server may or may not have acted: a
    /// code may be used up, a token minted, a session still alive.
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
        matches!(self.0.kind, Kind::Lost { .. } | Kind::LoginTimeout { outcome_unknown: true, .. })
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
        matches!(self.0.kind, Kind::Protocol(_))
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
        match self.0.kind {
            Kind::Connect { .. } | Kind::Lost { .. } => true,
            Kind::Refused => matches!(status, 408 | 429 | 500..=599),
            _ => false,
        }
    }

    fn refused_with(&self, status: StatusCode) -> bool {
        matches!(self.0.kind, Kind::Refused) && self.status() == Some(status)
    }

    /// What to say of a refusal, by its status.
    fn refusal(&self) -> &'static str {
        let status = self.status().unwrap_or_default();
        match status.as_u16() {
            400 if self.is_code_invalid() => {
                "the code is mistyped, expired or already used; ask for a new one"
            }
            401 => "the server does not accept the session token; sign in again",
            404 | 405 => "the server does not know this operation; check the base URL",
            429 => "the server asks for fewer calls; try again later",
            300..=399 => {
                "the server answers with a redirect, which is not followed, since it would take a secret to another \
                 place; check the base URL"
            }
            500..=599 => "the server or a proxy in front of it failed; try again later",
            _ => "the server refused the request",
        }
    }
}

fn is_too_large(error: &reqwest::Error) -> bool {
    let mut source = error.source();
    while let Some(error) = source {
        if error.is::<LengthLimitError>() {
            return true;
        }
        source = error.source();
    }
    false
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.operation {
            write!(f, "{operation}: ")?;
        }
        match &self.0.kind {
            Kind::InvalidInput(what) | Kind::LoginTimeout { what, .. } => f.write_str(what)?,
            Kind::Setup(what) => f.write_str(what)?,
            Kind::Connect { timeout: true } => {
                f.write_str("no connection to the server in time; check the network and the base URL")?;
            }
            Kind::Connect { timeout: false } => {
                f.write_str("no connection to the server; check the network and the base URL")?;
            }
            Kind::Lost { timeout: true } => {
                f.write_str("no answer in time, so it is unknown whether the server acted")?;
            }
            Kind::Lost { timeout: false } => {
                f.write_str("the answer was lost on the way, so it is unknown whether the server acted")?;
            }
            Kind::Refused => f.write_str(self.refusal())?,
            Kind::Protocol(what) => write!(f, "the answer is not what the specification says: {what}")?,
        }
        if let Some(answer) = &self.0.answer {
            write!(f, " (status {}", answer.status.as_u16())?;
            if let Some(code) = &answer.code {
                write!(f, ", code {code}")?;
            }
            if let Some(request_id) = &answer.request_id {
                write!(f, ", request {request_id}")?;
            }
            if let Some(wait) = answer.retry_after {
                write!(f, ", retry after {} s", wait.as_secs())?;
            }
            f.write_str(")")?;
        }
        if let Some(consequence) = self.0.consequence {
            write!(f, "; {consequence}")?;
        }
        Ok(())
    }
}

/// Its text and what caused it: `main` and `unwrap` show errors to people in this form.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        let mut source = self.source();
        while let Some(error) = source {
            write!(f, "\n  because: {error}")?;
            source = error.source();
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
