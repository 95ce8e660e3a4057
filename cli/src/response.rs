//! Responses of the rest of the API.

use std::fmt;

use reqwest::StatusCode;
use serde::de::DeserializeOwned;

use crate::error::Error;

/// How much of an error response is read for its code.
const MAX_ERROR: usize = 64 * 1024;

/// Reads the code of the API's error response. Its other texts are not shown: they may repeat a secret or steer a terminal.
pub(crate) async fn error_code(mut response: reqwest::Response, token: &str) -> Option<String> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_ERROR {
            return None;
        }
    }
    let body: serde_json::Value = serde_json::from_slice(&body).ok()?;
    let code = body.pointer("/error/code")?.as_str()?;
    let is_code =
        code.len() <= 40 && code.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    // Not even a part of the token.
    (is_code && !code.is_empty() && !token.contains(code) && !code.contains(token)).then(|| code.to_owned())
}

/// A successful response whose body is not read yet.
pub struct Response {
    response: reqwest::Response,
    /// Method and path, for errors.
    call: String,
}

/// Without headers, which may contain cookies.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("call", &self.call)
            .field("status", &self.response.status())
            .finish_non_exhaustive()
    }
}

impl Response {
    pub(crate) fn new(response: reqwest::Response, call: String) -> Self {
        Self { response, call }
    }

    /// Returns the status, which is a success.
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// Returns the value of a header, if it is there and visible ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// Reads the body as JSON.
    ///
    /// # Errors
    ///
    /// Fails if the connection breaks, and if the body is not JSON of this type.
    pub async fn json<T: DeserializeOwned>(self) -> Result<T, Error> {
        let call = self.call.clone();
        let body = self.bytes().await?;
        // serde_json's own text may quote a value, so only the place is kept.
        serde_json::from_slice(&body).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            Error::new(format!("The response to {call} isn't what this tool expects (line {line}, column {column}). Update the tool."))
        })
    }

    /// Reads the body.
    ///
    /// # Errors
    ///
    /// Fails if the connection breaks.
    pub async fn bytes(mut self) -> Result<Vec<u8>, Error> {
        let mut body = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// Reads the next part of the body; `None` at its end. Call it to process a body while it arrives.
    ///
    /// # Errors
    ///
    /// Fails if the connection breaks.
    pub async fn chunk(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let chunk = self.response.chunk().await;
        let chunk = chunk.map_err(|error| {
            let cause =
                if error.is_timeout() { "took longer than its time limit" } else { "broke off. Try again" };
            Error::new(format!("The response to {} {cause}.", self.call))
        })?;
        Ok(chunk.map(Vec::from))
    }
}
