//! A response before it becomes bytes.

use hyper::StatusCode;
use serde::Serialize;

/// The response of a route that a test adds by [`TestServer::route`](crate::TestServer::route).
///
/// # Examples
///
/// ```
/// use harmont_auth_test_server::Reply;
///
/// let user = Reply::json(200, &[("name", "Ada")]);
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
    /// Panics if the value has no JSON form, such as a map whose keys are not strings; that fails the test.
    #[allow(clippy::panic, reason = "it is how a test fails")]
    pub fn json(status: u16, value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => Self { content_type: Some("application/json"), body, ..Self::empty(status) },
            Err(error) => panic!("the value has no JSON form: {error}"),
        }
    }

    pub(crate) fn new(status: StatusCode) -> Self {
        Self::empty(status.as_u16())
    }
}
