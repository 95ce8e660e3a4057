//! The parts of a response that errors and logs may contain: none that may be a secret.

use std::fmt;
use std::time::{Duration, SystemTime};

use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use secrecy::zeroize::Zeroizing;
use serde::Deserialize;
use serde_json::Value;

use super::Context;
use crate::error::ResponseMeta;
use crate::generated::types;
use crate::secret::{PasteCode, SessionToken, WireSecret};

/// The longest value that is kept: ids are at most as long as a UUID, and most secrets are longer.
const MAX_VALUE: usize = 40;
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The head of a response, unprocessed: most calls succeed, and then it is not used.
#[derive(Clone)]
pub(super) struct ResponseHead {
    pub(super) status: StatusCode,
    headers: HeaderMap,
}

impl ResponseHead {
    /// Takes the headers out of the response: the generated client would copy them, and they are not used there.
    pub(super) fn take(response: &mut reqwest::Response) -> Self {
        Self { status: response.status(), headers: std::mem::take(response.headers_mut()) }
    }
}

/// Omits the headers, which may repeat a secret.
impl fmt::Debug for ResponseHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseHead").field("status", &self.status).finish_non_exhaustive()
    }
}

impl Context {
    /// Returns a value from the server if it is harmless: short, of the allowed characters, and no echo of a secret. The
    /// secrets of this call are known; any other would be longer than names and ids, or have the form of a code.
    fn sanitize(&self, value: &str, allowed: fn(char) -> bool) -> Option<String> {
        let fits = (1..=MAX_VALUE).contains(&value.len()) && value.chars().all(allowed);
        let is_code = || value.split(|c: char| !c.is_ascii_alphanumeric()).any(PasteCode::is_canonical);
        (fits && !self.is_echo(value) && !is_code()).then(|| value.to_owned())
    }

    /// Returns whether a text repeats a secret of this call.
    fn is_echo(&self, text: &str) -> bool {
        let token = self.token.as_ref().map(SessionToken::expose_secret);
        let request_secret = self.request_secret.as_ref().map(WireSecret::expose_secret);
        let text = normalize(text);
        [token, request_secret].into_iter().flatten().any(|secret| text.contains(normalize(secret).as_str()))
    }

    fn request_id(&self, id: &str) -> Option<String> {
        self.sanitize(id, is_id_char)
    }

    pub(super) fn id_in(&self, head: &ResponseHead) -> Option<String> {
        head.headers.get(REQUEST_ID).and_then(|id| self.request_id(id.to_str().ok()?))
    }

    fn doc_url(&self, url: &str) -> Option<String> {
        // Check the whole URL, too, since a token may contain slashes.
        if self.is_echo(url) {
            return None;
        }
        let mut parts = url.strip_prefix("https://")?.split('/');
        let harmless = |part| self.sanitize(part, is_id_char).is_some();
        parts.all(harmless).then(|| url.to_owned())
    }

    /// Returns the parts of the head that errors keep.
    pub(super) fn response_meta(&self, head: &ResponseHead) -> ResponseMeta {
        ResponseMeta {
            status: head.status,
            request_id: self.id_in(head),
            retry_after: head
                .headers
                .get(RETRY_AFTER)
                .and_then(|value| retry_after(value, self.settings.clock.wall())),
            is_html: head
                .headers
                .get(CONTENT_TYPE)
                .is_some_and(|value| value.as_bytes().starts_with(b"text/html")),
            ..ResponseMeta::default()
        }
    }

    /// Reads the error envelope, and returns whether there is one.
    pub(super) fn read_envelope(&self, body: &[u8], meta: &mut ResponseMeta) -> bool {
        let envelope = envelope(body);
        let is_found = envelope.is_some();
        if let Some(types::Error { error, .. }) = envelope {
            meta.code =
                self.sanitize(&error.code, |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            meta.doc_url = error.doc_url.and_then(|url| self.doc_url(&url));
            if meta.request_id.is_none() {
                meta.request_id = error.request_id.and_then(|id| self.request_id(&id));
            }
        }
        is_found
    }
}

/// Returns whether ids and segments of URLs may contain a character.
fn is_id_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_.".contains(c)
}

/// Parses the error envelope. The generated types would also accept arrays, in the order of their fields.
fn envelope(body: &[u8]) -> Option<types::Error> {
    let value: Value = serde_json::from_slice(body).ok()?;
    value.get("error").filter(|error| error.is_object())?;
    types::Error::deserialize(value).ok()
}

/// Removes case and separators from a text, since an echo may be formatted differently.
fn normalize(text: &str) -> Zeroizing<String> {
    // Allocate once: growing would leave copies behind.
    let mut normalized = Zeroizing::new(String::with_capacity(text.len()));
    normalized.extend(text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()));
    normalized
}

/// Parses both forms of `Retry-After` (RFC 9110, section 10.2.3).
fn retry_after(header: &HeaderValue, now: SystemTime) -> Option<Duration> {
    let text = header.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds.min(u32::MAX.into())));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_of_a_head_omits_its_headers() {
        let mut response = http::Response::new("");
        for name in [REQUEST_ID, RETRY_AFTER] {
            response.headers_mut().insert(name, HeaderValue::from_static("an-echo"));
        }
        let head = ResponseHead::take(&mut reqwest::Response::from(response));
        assert_eq!(head.headers.len(), 2);
        assert!(!format!("{head:?}").contains("an-echo"), "{head:?}");
    }
}
