//! The error type.

use std::error::Error as StdError;
use std::fmt;

use reqwest::StatusCode;

use crate::store::StoreError;

/// The error of a session or a request.
///
/// Its text says what happened and what to do next; print it as it is.
///
/// # Examples
///
/// ```no_run
/// # fn example(auth: &harmont_auth_cli::Auth) {
/// if let Err(error) = auth.session() {
///     eprintln!("error: {error}");
///     std::process::exit(if error.is_signed_out() { 4 } else { 1 }); // 4 as `gh` does
/// }
/// # }
/// ```
///
/// # Security
///
/// Neither its text nor its sources hold a token.
pub struct Error(Box<Inner>);

struct Inner {
    message: String,
    is_signed_out: bool,
    status: Option<StatusCode>,
    code: Option<String>,
    /// The error whose text the message is.
    original: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// Creates an error, for the tool's own check in [`Auth::check`](crate::Auth::check).
    ///
    /// # Examples
    ///
    /// ```
    /// let error = harmont_auth_cli::Error::new("The response has no name. Update the tool.");
    /// assert!(!error.is_signed_out());
    /// ```
    ///
    /// # Security
    ///
    /// The message is printed: keep tokens, and texts of the server that may repeat one, out of it.
    pub fn new(message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            message: message.into(),
            is_signed_out: false,
            status: None,
            code: None,
            original: None,
        }))
    }

    pub(crate) fn signed_out(message: impl Into<String>) -> Self {
        let mut error = Self::new(message);
        error.0.is_signed_out = true;
        error
    }

    pub(crate) fn with_status(mut self, status: StatusCode, code: Option<String>) -> Self {
        self.0.status = Some(status);
        self.0.code = code;
        self
    }

    /// Returns whether the user must sign in: no session was found, or the API no longer accepts it.
    pub fn is_signed_out(&self) -> bool {
        self.0.is_signed_out
    }

    /// Returns the HTTP status of an error response.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// Returns the code in the API's error response, such as `not_found`.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

/// Its text: `main` and `unwrap` show errors to people in this form.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.original.as_deref().and_then(StdError::source)
    }
}

impl From<harmont_auth::Error> for Error {
    fn from(error: harmont_auth::Error) -> Self {
        let mut this = Self::new(error.to_string());
        this.0.is_signed_out = error.is_unauthorized();
        this.0.status = error.status();
        this.0.code = error.code().map(str::to_owned);
        this.0.original = Some(Box::new(error));
        this
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        let mut this = Self::new(error.to_string());
        this.0.original = Some(Box::new(error));
        this
    }
}
