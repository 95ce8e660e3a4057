//! Every call goes through here: token, timeouts, retries, the cap on response bodies, tracing.

mod object;
mod response;

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::Limited;
use progenitor_client::{ClientHooks, Error as ApiError, OperationInfo, ResponseValue};
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use secrecy::zeroize::Zeroizing;

use crate::error::Error;
use crate::generated::{Client as Api, Operation};
use crate::secret::{SessionToken, WireSecret};
use crate::settings::Settings;

pub(crate) use object::object;
use response::ResponseHead;

/// The largest response body that is read. The largest one that the specification documents has a few hundred bytes.
const MAX_BODY_BYTES: usize = 64 << 10;
const MAX_ATTEMPTS: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// When a failed call may be retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retry {
    /// Safe to repeat: retried after any transient error.
    Idempotent,
    /// The first success uses something up: retried if the server certainly did not act, and once more if the response was
    /// lost.
    SingleUse,
    /// Every success creates something: retried only if the server certainly did not act.
    Mint,
    /// Never retried: the caller polls.
    Never,
}

impl Retry {
    fn allows(self, error: &Error) -> bool {
        let status = error.status().filter(|_| !error.is_protocol()).map_or(0, |status| status.as_u16());
        let not_processed = (error.is_connect() && error.is_transient())
            || status == 429
            || (status == 503 && error.retry_after().is_some());
        match self {
            Self::Idempotent => {
                // A 500 comes from the server itself, and would most likely repeat.
                not_processed || status == 408 || (error.is_response_lost() && status != 500)
            }
            Self::SingleUse => not_processed || error.is_response_lost(),
            Self::Mint => not_processed,
            Self::Never => false,
        }
    }
}

/// The context of one call. The generated client passes it to the hook.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) operation: &'static Operation,
    pub(crate) settings: Arc<Settings>,
    pub(crate) base_url: Arc<Url>,
    pub(crate) token: Option<SessionToken>,
    /// The secret in the request's body. No part of a response that repeats it is kept.
    pub(crate) request_secret: Option<WireSecret>,
    /// The deadline of the call with all its attempts.
    pub(crate) deadline: Instant,
    pub(crate) progress: Arc<Mutex<Progress>>,
}

/// What the hook records for the call: the generated methods do not return it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress {
    attempts: u32,
    head: Option<ResponseHead>,
}

impl Operation {
    /// Fails if a call has a token that the operation does not take, or the reverse. A wrapper that no longer matches the
    /// specification must not report success.
    pub(crate) fn check_token(&self, token: Option<&SessionToken>) -> Result<(), Error> {
        let problem = match (self.bearer, token) {
            (true, None) => "needs a token",
            (false, Some(_)) => "takes no token",
            _ => return Ok(()),
        };
        Err(Error::invalid_input(format!(
            "Nothing was sent: {} {problem} in the API's specification that this version is built from; update this tool",
            self.id
        )))
    }
}

impl Context {
    /// Builds the URL of an operation. The generated methods call it.
    pub(crate) fn url(&self, path: fmt::Arguments<'_>) -> Url {
        let mut url = Url::clone(&self.base_url);
        // The base URL may have a path.
        let path = format!("{}{path}", url.path().trim_end_matches('/'));
        url.set_path(&path);
        url
    }

    fn progress<T>(&self, change: impl FnOnce(&mut Progress) -> T) -> T {
        change(&mut self.progress.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Builds the error for a response that parses but is unusable.
    pub(crate) fn protocol(&self, what: &str) -> Error {
        let head = self.progress(|progress| progress.head.clone());
        Error::protocol(self.operation.id, self.host(), head.map(|head| self.response_meta(&head)), what)
    }

    fn host(&self) -> String {
        host(&self.base_url)
    }

    fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(self.settings.clock.monotonic())
    }
}

/// Returns the host of a base URL, with the port if it has one.
pub(crate) fn host(base_url: &Url) -> String {
    let host = base_url.host_str().unwrap_or_default();
    base_url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Makes a call. Retries it as its class allows, within the call's timeout.
pub(crate) async fn call<T, F>(api: &Api, retry: Retry, attempt: impl Fn() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<ResponseValue<T>, ApiError<()>>>,
{
    let context = &api.inner;
    let settings = &*context.settings;
    loop {
        let error = match attempt().await {
            Ok(response) => return Ok(response.into_inner()),
            Err(error) => error,
        };
        let Progress { attempts, head } = context.progress(|progress| progress.clone());
        let meta = head.map(|head| context.response_meta(&head));
        let envelope = |body: &[u8], meta: &mut _| context.read_envelope(body, meta);
        let error = Error::from_api(error, context.operation.id, context.host(), meta, envelope).await;
        let retry_after = error.retry_after().unwrap_or_default();
        if attempts >= MAX_ATTEMPTS || !retry.allows(&error) || retry_after > settings.retry_after_limit {
            return Err(error);
        }
        let pause = jittered(FIRST_PAUSE * attempts).max(retry_after);
        // If the call timed out while connecting, it would be unknown whether the request was sent.
        let to_connect =
            if error.is_connect() && error.is_timeout() { settings.connect_limit() } else { Duration::ZERO };
        if pause + to_connect >= context.left() {
            return Err(error);
        }
        settings.clock.sleep(pause).await;
        if retry == Retry::SingleUse && error.is_response_lost() {
            // Only a success is news: a 400 may mean that the lost response was the success.
            return attempt().await.map(ResponseValue::into_inner).map_err(|_| error);
        }
    }
}

impl ClientHooks<Context> for Api {
    /// Makes one attempt.
    async fn exec(
        &self,
        mut request: reqwest::Request,
        _: &OperationInfo,
    ) -> reqwest::Result<reqwest::Response> {
        let context = &self.inner;
        let Settings { clock, attempt_timeout, .. } = &*context.settings;
        let started = clock.monotonic();
        let attempt = context.progress(|progress| {
            progress.attempts += 1;
            progress.head = None;
            progress.attempts
        });
        let left = context.deadline.saturating_duration_since(started);

        if let Some(token) = &context.token {
            request.headers_mut().insert(AUTHORIZATION, bearer(token));
        }
        // The client already has the timeout of an attempt.
        if left < *attempt_timeout {
            *request.timeout_mut() = Some(left);
        }
        let mut result = self.client.execute(request).await;
        let head = result.as_mut().ok().map(ResponseHead::take);
        tracing::debug!(
            operation = context.operation.id,
            attempt,
            status = head.as_ref().map(|head| head.status.as_u16()),
            request_id = head.as_ref().and_then(|head| context.id_in(head)),
            milliseconds = clock.monotonic().duration_since(started).as_millis(),
            "{}",
            if head.is_some() { "response received" } else { "no response" },
        );
        context.progress(|progress| progress.head = head);
        result.map(cap_body)
    }
}

/// Builds the header for a token (RFC 6750). Its bytes are wiped with its last clone.
pub(crate) fn bearer(token: &SessionToken) -> HeaderValue {
    // `concat` allocates once: growing would leave copies behind.
    header(Zeroizing::new(["Bearer ", token.expose_secret()].concat()))
}

/// Builds a header without copying the bytes, marked so that HTTP libraries neither print nor index it.
fn header(owner: impl AsRef<[u8]> + Send + 'static) -> HeaderValue {
    // A token is visible ASCII by construction, so the fallback, which the server rejects, is never used.
    let mut header = HeaderValue::from_maybe_shared(Bytes::from_owner(owner))
        .unwrap_or(HeaderValue::from_static("Bearer"));
    header.set_sensitive(true);
    header
}

/// Caps the size of the body. The error of the cap is a source of the body's error.
fn cap_body(response: reqwest::Response) -> reqwest::Response {
    // hyper reads no more than `Content-Length`, and converting to `http::Response` and back costs about 10 % of a call.
    if response.content_length().is_some_and(|length| length <= MAX_BODY_BYTES as u64) {
        return response;
    }
    let response: http::Response<reqwest::Body> = response.into();
    response.map(|body| reqwest::Body::wrap(Limited::new(body, MAX_BODY_BYTES))).into()
}

/// Lengthens a pause by up to a quarter, so that clients that failed together do not retry together.
pub(crate) fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(1.0 + f64::from(getrandom::u32().unwrap_or_default()) / f64::from(u32::MAX) / 4.0)
}

#[cfg(test)]
mod tests;
