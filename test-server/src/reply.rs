//! A response before it is sent.

use harmont_auth::wire::{Error, ErrorError};
use serde::Serialize;

/// The response of a route that a test adds with [`TestServer::route`](crate::TestServer::route).
///
/// # Examples
///
/// ```
/// use harmont_auth_test_server::Reply;
///
/// let user = Reply::json(200, &serde_json::json!({"name": "Ada"}));
/// let nothing = Reply::empty(204);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: Option<&'static str>,
    pub(crate) location: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// Responds with a status and no body.
    pub fn empty(status: u16) -> Self {
        Self { status, content_type: None, location: None, body: Vec::new() }
    }

    /// Responds with a status and a value as JSON.
    ///
    /// # Panics
    ///
    /// Panics if the value cannot be serialized as JSON, such as a map whose keys are not strings. That fails the test.
    #[allow(clippy::panic, reason = "it is how a test fails")]
    pub fn json(status: u16, value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => Self { content_type: Some("application/json"), body, ..Self::empty(status) },
            Err(error) => panic!("the value cannot be serialized as JSON: {error}"),
        }
    }

    /// Responds with the error envelope of the API.
    pub(crate) fn error(status: u16, kind: &str, code: &str, message: &str) -> Self {
        let error = ErrorError::new(code.to_owned(), message.to_owned(), kind.to_owned());
        let doc_url = Some(format!("https://docs.harmont.dev/api/errors/{code}"));
        Self::json(status, &Error::new(ErrorError { doc_url, ..error }))
    }

    pub(crate) fn unauthorized() -> Self {
        Self::error(401, "authentication_error", "unauthorized", "Send a session token as a bearer token.")
    }
}
